/* Random small worlds: what lsched_explain() says of each, held against find and book.
 *
 *   possible      what it counts is what find finds, for the query and for each candidate
 *   complete      a start is bookable exactly where no obstacle covers some candidate; what
 *                 book says of a refused one are the obstacles of one candidate
 *   counted       lost and alone are the numbers that the obstacles come to
 *   helpful       after each relaxation find finds as many as it promised, and a smaller one
 *                 would have found nothing new
 *   discreet      nobody else's name, note or booking is anywhere in the answer
 *
 * LSCHED_WORLDS: how many (10,000, of which every tenth).  LSCHED_WORLD: only this one. */
#include "worlds.h"

#define EVERY 15
#define SECRET "zelda"

static const int32_t channels[] = {LSCHED_PHONE, LSCHED_CHAT, LSCHED_VIDEO, LSCHED_VISIT};
static struct {
    uint64_t worlds, starts, refused, obstacles, relaxed[12];
} seen;

/* ---- asking ------------------------------------------------------------------------------ */

static lsched_explanation *explain(const world *w, const lsched_query *q)
{
    lsched_explanation *x;
    expect_ok(w, lsched_explain(w->s, q, &x), "explain");
    return x;
}

/* All that find finds, page by page. */
typedef struct found {
    int64_t slots, starts;
    lsched_time first, last;
} found;

static found find_all(const world *w, const lsched_query *asked)
{
    lsched_query q = *asked;
    found f = {0};
    q.limit = LSCHED_MAX_PAGE;
    for (bool more = true; more;) {
        lsched_slots *slots;
        expect_ok(w, lsched_find(w->s, &q, &slots), "find");
        const size_t count = lsched_slots_count(slots);
        more = count > 0;
        for (size_t i = 0; i < count; i++) {
            const lsched_slot *slot = lsched_slots_at(slots, i);
            f.slots++;
            f.starts += slot->start != f.last;
            f.first = f.first != 0 ? f.first : slot->start;
            f.last = q.after = slot->start;
        }
        lsched_slots_free(slots);
        more = more && q.after + 1 < q.until;
    }
    return f;
}

#define REASONS 17 /* bits of enum lsched_reason */

/* Whether find has a start at `t` on one channel. */
static bool finds(const world *w, lsched_query q, int32_t channel, lsched_time t)
{
    q.channels = channel;
    q.from = t;
    q.until = t + 1;
    q.after = 0;
    return find_all(w, &q).slots > 0;
}

static int32_t asked_channels(const world *w, const lsched_query *q)
{
    return q->channels != 0 ? q->channels : w->service.channels != 0 ? w->service.channels : 15;
}

/* ---- what covers a start -------------------------------------------------------------------- */

static bool names(const char *list, const char *word)
{
    const size_t size = strlen(word);
    for (const char *p = list; (p = strstr(p, word)) != NULL; p += size) {
        if ((p == list || p[-1] == ' ') && (p[size] == '\0' || p[size] == ' '))
            return true;
    }
    return false;
}

static int32_t covering(const lsched_explanation *x, const lsched_candidate *c, int32_t channel,
                        lsched_time t)
{
    int32_t reasons = 0;
    for (size_t i = 0; i < lsched_explanation_count(x); i++) {
        const lsched_obstacle *o = lsched_explanation_at(x, i);
        if (t >= o->from && t < o->until && (o->channels & channel) != 0 &&
            (o->team[0] == '\0' || strcmp(o->team, c->team) == 0) &&
            (o->who[0] == '\0' || names(o->who, c->agent)))
            reasons |= o->reason;
    }
    return reasons;
}

static int32_t words_as_reasons(const char *message)
{
    int32_t reasons = 0;
    for (int32_t reason = 1; reason <= LSCHED_WHY_AVOIDED; reason *= 2) {
        if (strstr(message, lsched_reason_text(reason)) != NULL)
            reasons |= reason;
    }
    return reasons;
}

/* The reasons in what book says, or move of what is to be moved; 0: it takes the place. */
static int32_t try_to_book(world *w, const lsched_query *q, int32_t channel, lsched_time t)
{
    char key[32];
    lsched_booking *b;
    snprintf(key, sizeof key, "try-%d", w->keys++);
    const lsched_request r = {.size = sizeof r,
                              .channel = channel,
                              .rungs = q->rungs,
                              .key = key,
                              .customer = "joan",
                              .service = "svc",
                              .agent = q->agent,
                              .team = q->team,
                              .start = t};
    const lsched_change c = {.size = sizeof c,
                             .channel = channel,
                             .rungs = q->rungs,
                             .key = key,
                             .id = q->moving,
                             .agent = q->agent,
                             .team = q->team,
                             .start = t};
    expect_ok(w, lsched_begin(w->s), "begin");
    const int status = q->moving != NULL ? lsched_move(w->s, &c, &b) : lsched_book(w->s, &r, &b);
    char message[500];
    snprintf(message, sizeof message, "%s", lsched_message(w->s));
    assert_true(status == LSCHED_OK || (status <= -20 && status > -40));
    lsched_booking_free(b);
    expect_ok(w, lsched_rollback(w->s), "rollback");
    return status == LSCHED_OK ? 0 : words_as_reasons(message);
}

/* One start on one channel, asked alone and as part of the range. */
static void check_start(world *w, const lsched_query *q, const lsched_explanation *range,
                        int32_t channel, lsched_time t)
{
    lsched_query one = *q;
    one.channels = channel;
    one.from = t;
    one.until = t + 1;
    lsched_explanation *x = explain(w, &one);
    const int32_t booked = try_to_book(w, q, channel, t);
    bool possible = false, same = lsched_explanation_candidates(x) == 0 &&
                                  booked == LSCHED_WHY_NO_TEAM &&
                                  lsched_explanation_at(x, 0)->reason == LSCHED_WHY_NO_TEAM;
    assert_int_equal(lsched_explanation_candidates(x), lsched_explanation_candidates(range));
    for (size_t i = 0; i < lsched_explanation_candidates(x); i++) {
        const lsched_candidate *c = lsched_explanation_candidate(x, i);
        const int32_t why = covering(x, c, channel, t), wide = covering(range, c, channel, t);
        const int32_t grid = LSCHED_WHY_GRID;
        if ((why & ~grid) != (wide & ~grid) || ((wide & grid) != 0 && (why & grid) == 0))
            fail_msg("%s in %s at %lld on %d: alone %d, in the range %d", c->agent, c->team,
                     (long long)t, channel, why, wide);
        assert_int_equal(c->starts, why == 0);
        possible = possible || why == 0;
        same = same || why == booked;
    }
    seen.starts += possible;
    seen.refused += !possible;
    if (possible != (lsched_explanation_outlook(x)->starts == 1) ||
        possible != finds(w, *q, channel, t) || possible != (booked == 0) || !same)
        fail_msg("at %lld on %d: obstacles say %d, the count %lld, find %d, book %d (%s)",
                 (long long)t, channel, possible, (long long)lsched_explanation_outlook(x)->starts,
                 finds(w, *q, channel, t), booked, lsched_message(w->s));
    lsched_explanation_free(x);
}

/* ---- numbers ----------------------------------------------------------------------------------- */

static bool on_clock(const world *w, lsched_time t)
{
    char wall[40];
    int hour, minute;
    expect_ok(w, lsched_wall(w->s, t, w->zone, wall, sizeof wall), "wall");
    assert_int_equal(sscanf(wall + 11, "%d:%d", &hour, &minute), 2);
    return (hour * 60 + minute) % w->service.step == 0;
}

/* The candidates of the clock's grid, one by one, beside lost and alone. */
static void check_losses(const world *w, const lsched_query *q, const lsched_explanation *x)
{
    int64_t lost[32] = {0}, alone[32] = {0};
    for (lsched_time t = (q->from + 59) / 60 * 60; t < q->until; t += 60) {
        if (!on_clock(w, t))
            continue;
        for (size_t i = 0; i < lsched_explanation_candidates(x); i++) {
            const lsched_candidate *c = lsched_explanation_candidate(x, i);
            lsched_query one = *q;
            one.agent = c->agent;
            one.team = c->team;
            for (size_t n = 0; n < 4; n++) {
                if ((asked_channels(w, q) & channels[n]) == 0)
                    continue;
                int32_t why = covering(x, c, channels[n], t);
                if (why == 0 && w->service.anchor != LSCHED_CLOCK && !finds(w, one, channels[n], t))
                    why = LSCHED_WHY_GRID;
                for (int bit = 0; bit < REASONS; bit++) {
                    lost[bit] += why >> bit & 1;
                    alone[bit] += why == 1 << bit;
                }
            }
        }
    }
    if (lsched_explanation_candidates(x) == 0)
        lost[13] = alone[13] = 1;
    for (int bit = 0; bit < REASONS; bit++) {
        assert_int_equal(lsched_explanation_lost(x, 1 << bit), lost[bit]);
        assert_int_equal(lsched_explanation_alone(x, 1 << bit), alone[bit]);
    }
    assert_int_equal(lsched_explanation_lost(x, 0), 0);
}

/* What find finds, and why it finds nothing. */
static void check_outlook(const world *w, const lsched_query *q, const lsched_explanation *x)
{
    const lsched_outlook *o = lsched_explanation_outlook(x);
    const found f = find_all(w, q);
    assert_int_equal(o->from, q->from);
    assert_int_equal(o->until, q->until);
    assert_int_equal(o->slots, f.slots);
    assert_int_equal(o->starts, f.starts);
    assert_int_equal(o->first, f.first);
    for (size_t i = 0; i < lsched_explanation_candidates(x); i++) {
        const lsched_candidate *c = lsched_explanation_candidate(x, i);
        lsched_query one = *q;
        one.agent = c->agent;
        one.team = c->team;
        assert_int_equal(c->starts, find_all(w, &one).starts);
    }
    if (f.slots > 0)
        return;
    lsched_slots *slots;
    expect_ok(w, lsched_find(w->s, q, &slots), "find");
    for (int32_t reason = 1; reason <= LSCHED_WHY_NO_TEAM; reason *= 2)
        assert_int_equal(lsched_explanation_lost(x, reason), lsched_slots_lost(slots, reason));
    lsched_slots_free(slots);
}

/* Where nothing is said against a candidate for a while, there is a start. */
static void check_grid(const world *w, const lsched_query *q, const lsched_explanation *x)
{
    for (size_t i = 0; i < lsched_explanation_candidates(x); i++) {
        const lsched_candidate *c = lsched_explanation_candidate(x, i);
        const int32_t channel = channels[dice(4)];
        lsched_query one = *q;
        one.agent = c->agent;
        one.team = c->team;
        one.channels = channel;
        if ((asked_channels(w, q) & channel) == 0)
            continue;
        for (lsched_time t = q->from, end; t < q->until; t = end + 60) {
            for (end = t; end < q->until && covering(x, c, channel, end) == 0;)
                end += 60;
            one.from = t - 59 > q->from ? t - 59 : q->from; /* it was looked at by the minute */
            one.until = end < q->until ? end : q->until;
            if (end > t && find_all(w, &one).slots == 0)
                fail_msg("%s in %s on %d from %lld until %lld: neither a start nor a reason",
                         c->agent, c->team, channel, (long long)t, (long long)end);
        }
    }
}

/* ---- what would help ----------------------------------------------------------------------------- */

/* Makes the change; `number` of the record's field, where it is one of the company's. */
static void change(const world *w, const lsched_relaxation *r, int64_t number)
{
    lsched_service v = w->stored;
    lsched_incident i = w->noticed;
    lsched_customer c = w->customer;
    if (strcmp(r->field, "service.notice") == 0)
        v.notice = (int32_t)number;
    else if (strcmp(r->field, "incident.notice") == 0)
        i.notice = number != 0 ? (int32_t)number : LSCHED_NONE;
    else if (strcmp(r->field, "service.horizon") == 0)
        v.horizon = (int32_t)number;
    else if (strcmp(r->field, "customer.language") == 0)
        c.language = r->text;
    else
        assert_memory_equal(r->field, "query.", 6);
    assert_int_equal(r->company != 0, r->field[0] == 's' || r->field[0] == 'i');
    assert_int_equal(r->kind == LSCHED_RELAX_NOTICE && w->noticed.size != 0, r->field[0] == 'i');
    if (r->field[0] == 'i')
        expect_ok(w, lsched_put_incident(w->s, &i), "incident");
    if (r->field[0] == 's')
        expect_ok(w, lsched_put_service(w->s, &v), "service");
    if (r->field[0] == 'c')
        expect_ok(w, lsched_put_customer(w->s, &c), "customer");
}

static void check_relaxation(const world *w, const lsched_query *q, const lsched_relaxation *r,
                             const found *base)
{
    found f;
    expect_ok(w, lsched_begin(w->s), "begin");
    change(w, r, r->number);
    f = find_all(w, r->query);
    if (f.starts != r->starts || f.slots != r->slots || f.first != r->first || f.starts == 0)
        fail_msg("relaxation %d (%s = %lld %s): promised %lld starts %lld slots, found %lld %lld",
                 r->kind, r->field, (long long)r->number, r->text, (long long)r->starts,
                 (long long)r->slots, (long long)f.starts, (long long)f.slots);
    if (r->company != 0) {
        /* A smaller step would have opened nothing: in quarters of an hour, and in days. */
        const int64_t smaller =
            r->kind == LSCHED_RELAX_HORIZON ? r->number - 1 : (r->number > 0 ? r->number : 0) + 15;
        change(w, r, smaller);
        if (smaller != r->was && (r->kind == LSCHED_RELAX_HORIZON || smaller < r->was))
            assert_int_equal(find_all(w, q).starts, base->starts);
    }
    expect_ok(w, lsched_rollback(w->s), "rollback");
    seen.relaxed[r->kind]++;
}

/* Whether one of the answer's relaxations of a kind has this number, or -1: any. */
static bool tells(const lsched_explanation *x, int32_t kind, int64_t number)
{
    for (size_t i = 0; i < lsched_explanation_relaxations(x); i++) {
        const lsched_relaxation *r = lsched_explanation_relaxation(x, i);
        if (r->kind == kind && (number == -1 || r->number == number))
            return true;
    }
    return false;
}

/* None is forgotten that would have opened something. */
static void check_told(const world *w, const lsched_query *q, const lsched_explanation *x,
                       const found *base)
{
    const bool nothing = base->starts == 0;
    const int32_t had = w->service.channels != 0 ? w->service.channels : 15;
    for (size_t i = 0; nothing && i < 4; i++) {
        lsched_query other = *q;
        other.channels = channels[i];
        if ((had & ~asked_channels(w, q) & channels[i]) != 0)
            assert_int_equal(find_all(w, &other).starts > 0,
                             tells(x, LSCHED_RELAX_CHANNEL, channels[i]));
    }
    lsched_query wide = *q;
    wide.agent = wide.team = NULL;
    wide.rungs = 0;
    if (nothing)
        assert_int_equal(find_all(w, &wide).starts > 0,
                         tells(x, LSCHED_RELAX_AGENT, -1) || tells(x, LSCHED_RELAX_TEAM, -1) ||
                             tells(x, LSCHED_RELAX_RUNG, -1) || tells(x, LSCHED_RELAX_ANYBODY, -1));
    lsched_query later = *q;
    later.from = q->until > w->now ? q->until : w->now;
    later.until = q->until + INT64_C(20) * 86400;
    const found f = find_all(w, &later);
    if (nothing && f.starts > 0) {
        assert_true(tells(x, LSCHED_RELAX_LATER, -1));
        for (size_t i = 0; i < lsched_explanation_relaxations(x); i++) {
            const lsched_relaxation *r = lsched_explanation_relaxation(x, i);
            if (r->kind == LSCHED_RELAX_LATER)
                assert_int_equal(r->first, f.first);
        }
    }
    if (!nothing)
        assert_false(tells(x, LSCHED_RELAX_LATER, -1) || tells(x, LSCHED_RELAX_EARLIER, -1) ||
                     tells(x, LSCHED_RELAX_NOW, -1));
}

/* ---- discretion ------------------------------------------------------------------------------------ */

static void check_discreet(const lsched_explanation *x)
{
    for (size_t i = 0; i < lsched_explanation_count(x); i++) {
        const lsched_obstacle *o = lsched_explanation_at(x, i);
        const char *texts[] = {o->owner, o->calendar, o->team, o->who};
        for (size_t n = 0; n < 4; n++)
            assert_null(strstr(texts[n], SECRET));
        assert_true(o->from < o->until && lsched_reason_text(o->reason)[0] != '\0');
        seen.obstacles++;
    }
    for (size_t i = 0; i < lsched_explanation_relaxations(x); i++) {
        const lsched_relaxation *r = lsched_explanation_relaxation(x, i);
        const char *texts[] = {r->field,          r->text,         r->query->customer,
                               r->query->service, r->query->agent, r->query->team,
                               r->query->moving};
        for (size_t n = 0; n < 7; n++)
            assert_true(texts[n] == NULL || strstr(texts[n], SECRET) == NULL);
        if (i > 0)
            assert_true(lsched_explanation_relaxation(x, i - 1)->kind <= r->kind);
    }
}

/* ---- worlds ------------------------------------------------------------------------------------------ */

/* Somebody else, who has taken what joan would like to have. */
static void fill(world *w)
{
    lsched_customer other = w->customer;
    other.id = SECRET;
    other.language = NULL;
    expect_ok(w, lsched_put_customer(w->s, &other), "customer");
    const lsched_query q = {.size = sizeof q,
                            .limit = LSCHED_MAX_PAGE,
                            .customer = SECRET,
                            .service = "svc",
                            .from = w->from,
                            .until = w->until};
    lsched_slots *slots;
    expect_ok(w, lsched_find(w->s, &q, &slots), "find");
    const uint32_t count = (uint32_t)lsched_slots_count(slots);
    for (uint32_t i = 0; count > 0 && i < 8; i++) {
        const lsched_slot *slot = lsched_slots_at(slots, dice(count));
        char key[32];
        lsched_booking *b;
        snprintf(key, sizeof key, SECRET "-%d", w->keys++);
        const lsched_request r = {.size = sizeof r,
                                  .channel = slot->channel,
                                  .key = key,
                                  .customer = SECRET,
                                  .service = "svc",
                                  .note = SECRET,
                                  .start = slot->start,
                                  .source = SECRET,
                                  .seconds = chance(30) ? 60 : 0};
        const int status = r.seconds != 0 ? lsched_hold(w->s, &r, &b) : lsched_book(w->s, &r, &b);
        assert_true(status == LSCHED_OK || status <= -20);
        lsched_booking_free(b);
    }
    lsched_slots_free(slots);
}

static lsched_query random_query(const world *w)
{
    lsched_query q = {.size = sizeof q,
                      .customer = "joan",
                      .service = "svc",
                      .channels = chance(50) ? 0 : 1 + (int32_t)dice(15),
                      .rungs = chance(60) ? 0 : 1 + (int32_t)dice(15),
                      .agent = chance(40) ? w->agent[dice((uint32_t)w->agents)].id : NULL,
                      .team = chance(30) ? w->team[dice(TEAMS)].id : NULL,
                      .from = w->from,
                      .until = w->until};
    if (chance(20))
        q.from += dice(3600); /* no whole minute */
    if (chance(20))
        q.until = q.from + 60 + dice(3600);
    if (chance(10))
        q.until = q.from + INT64_C(86400) * (30 + dice(33));
    if (chance(10))
        q.until = 0;
    if (chance(10) && (q.until == 0 || (q.until > w->now && q.until < w->until + 86400)))
        q.from = 0;
    return q;
}

/* A time to look at: t, or one on the clock's grid, or one that find finds after it. */
static lsched_time pick_start(const world *w, const lsched_query *q, int32_t channel, lsched_time t)
{
    lsched_query one = *q;
    lsched_time mark = t;
    if (chance(20))
        return t;
    one.channels = channel;
    one.from = t;
    one.until = q->until > t ? q->until : t + 1;
    one.limit = 1;
    lsched_slots *slots;
    expect_ok(w, lsched_find(w->s, &one, &slots), "find");
    if (lsched_slots_count(slots) > 0 && chance(60)) {
        mark = lsched_slots_at(slots, 0)->start;
    } else {
        while (mark % 60 != 0 || !on_clock(w, mark))
            mark += 60 - mark % 60;
    }
    lsched_slots_free(slots);
    return mark < q->until ? mark : t;
}

/* A place of joan's own, that she may want to move; NULL: there is none to be had. */
static lsched_booking *own_booking(world *w)
{
    const lsched_query q = {
        .size = sizeof q, .customer = "joan", .service = "svc", .from = w->from, .until = w->until};
    lsched_slots *slots;
    lsched_booking *b = NULL;
    expect_ok(w, lsched_find(w->s, &q, &slots), "find");
    if (lsched_slots_count(slots) > 0) {
        const lsched_slot *slot = lsched_slots_at(slots, dice((uint32_t)lsched_slots_count(slots)));
        const lsched_request r = {.size = sizeof r,
                                  .channel = slot->channel,
                                  .key = "own",
                                  .customer = "joan",
                                  .service = "svc",
                                  .start = slot->start};
        expect_ok(w, lsched_book(w->s, &r, &b), "book");
    }
    lsched_slots_free(slots);
    return b;
}

/* What the query leaves open, as the header has it. */
static void fill_in(const world *w, lsched_query *q, const lsched_outlook *o)
{
    char wall[40];
    if (q->from == 0)
        q->from = w->now;
    if (q->until == 0) {
        q->until = o->until;
        expect_ok(w, lsched_wall(w->s, q->until - 1, w->zone, wall, sizeof wall), "wall");
        const int day = atoi(wall + 8);
        expect_ok(w, lsched_wall(w->s, q->from, w->zone, wall, sizeof wall), "wall");
        assert_int_equal(atoi(wall + 8), day);
        expect_ok(w, lsched_wall(w->s, q->until, w->zone, wall, sizeof wall), "wall");
        assert_int_not_equal(atoi(wall + 8), day);
    }
}

static void check_world(lsched *s, uint64_t number)
{
    static world w;
    seed_chance(number);
    expect_ok(&(world){.s = s}, lsched_begin(s), "begin");
    make_world(&w, s);
    fill(&w);
    if (chance(30))
        make_storms(&w);
    make_stale(&w);
    lsched_query q = random_query(&w);
    lsched_booking *moving = chance(30) ? own_booking(&w) : NULL;
    if (moving != NULL)
        q.moving = moving->id;
    /* By the picture against find without one, the other way round, and both by it. */
    expect_ok(&w, lsched_set_memory(s, number % 3 == 1 ? 0 : 64 << 20), "set memory");
    lsched_explanation *x = explain(&w, &q);
    expect_ok(&w, lsched_set_memory(s, number % 3 == 2 ? 0 : 64 << 20), "set memory");
    fill_in(&w, &q, lsched_explanation_outlook(x));
    const found base = find_all(&w, &q);
    const bool brief = q.until - q.from <= 8 * 3600;
    check_discreet(x);
    check_outlook(&w, &q, x);
    for (size_t i = 0; i < lsched_explanation_relaxations(x); i++)
        check_relaxation(&w, &q, lsched_explanation_relaxation(x, i), &base);
    check_told(&w, &q, x, &base);
    if (brief) {
        check_losses(&w, &q, x);
        check_grid(&w, &q, x);
    }
    for (int i = 0; i < 30; i++) {
        const lsched_time t = q.from + (lsched_time)dice((uint32_t)((q.until - q.from) / 60)) * 60;
        const int32_t channel = channels[dice(4)];
        if ((asked_channels(&w, &q) & channel) != 0)
            check_start(&w, &q, x, channel, pick_start(&w, &q, channel, t));
    }
    lsched_explanation_free(x);
    lsched_booking_free(moving);
    seen.worlds++;
    expect_ok(&w, lsched_rollback(s), "rollback");
}

static uint64_t number_from(const char *name, uint64_t otherwise)
{
    const char *value = getenv(name);
    return value != NULL && *value != '\0' ? strtoull(value, NULL, 10) : otherwise;
}

static uint64_t running; /* for whoever reads a failure */

static void test_explained(void **state)
{
    (void)state;
    const uint64_t one = number_from("LSCHED_WORLD", UINT64_MAX);
    const uint64_t count = number_from("LSCHED_WORLDS", 10000) / 10 + EVERY;
    lsched *s = lsched_new();
    assert_int_equal(lsched_open(s, ":memory:", LSCHED_CREATE), LSCHED_OK);
    for (running = one != UINT64_MAX ? one : 0; running < count || running == one; running++) {
        check_world(s, running);
        if (running == one)
            break;
    }
    print_message("# %llu worlds, %llu starts possible, %llu refused, %llu obstacles\n",
                  (unsigned long long)seen.worlds, (unsigned long long)seen.starts,
                  (unsigned long long)seen.refused, (unsigned long long)seen.obstacles);
    for (int kind = LSCHED_RELAX_CHANNEL; kind <= LSCHED_RELAX_HORIZON; kind++) {
        print_message("# relaxation %d: %llu\n", kind, (unsigned long long)seen.relaxed[kind]);
        if (count >= 1000 && one == UINT64_MAX)
            assert_true(seen.relaxed[kind] > 0);
    }
    lsched_free(s);
}

static int tell(void **state)
{
    (void)state;
    print_message("# last world: LSCHED_WORLD=%llu\n", (unsigned long long)running);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_teardown(test_explained, tell)};
    return cmocka_run_group_tests_name("explained", tests, NULL, NULL);
}
