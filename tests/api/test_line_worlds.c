/* test_line_worlds.c -- a working day after the other, with dice, held against a small plain
 * reference: arrays, loops and minutes.  Whose turn it is, who can begin, when it is tried again;
 * and whatever happens, nobody is served twice, nobody is in two places, and caps are kept.
 * LSCHED_WORLDS says how many worlds (60).
 */
#include "world.h"

enum {
    AGENTS = 4,
    CUSTOMERS = 9,
    SERVICES = 2,
    MOST = 400,
    STEPS = 160,
    TRIES = 2000,
    LANES = 2,
    OWNER_WAIT = 10,
    SPACING = 45,
    ATTEMPTS = 3,
    A_DAY = 2,
    A_WEEK = 4,
    NOBODY = -1,
    MINUTE = 60,
    HOUR = 3600,
    DAY = 86400
};

typedef struct contact {
    char id[32];
    int state, customer, service, agent, lane_or_whole, attempts;
    lsched_time start, end, until, since, due;
} contact;

static struct {
    contact at[MOST];
    int count;
    int from[AGENTS], to[AGENTS]; /* the hours of each day's shift, UTC */
    int quiet[CUSTOMERS];         /* an hour of each day that this one does not want; 0: none */
    int avoids[CUSTOMERS];        /* an agent whom this one does not want; NOBODY */
    int leased[AGENTS];           /* a contact; NOBODY */
    lsched_time lease[AGENTS];
    struct {
        int customer;
        lsched_time at;
    } tries[TRIES];
    int try_count, keys, served, retried, given_up, taken_over, passed_on;
} r;

static const int64_t length[SERVICES] = {20 * MINUTE, 15 * MINUTE},
                     busy[SERVICES] = {25 * MINUTE, 15 * MINUTE};
static const char *const services[SERVICES] = {"call", "chat"};
static uint64_t dice;

static int below(int limit)
{
    uint64_t x = (dice += UINT64_C(0x9E3779B97F4A7C15));
    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (int)((x ^ (x >> 31)) % (uint64_t)limit);
}

static const char *name(char letter, int i)
{
    static char text[8][8];
    static int turn;
    char *to = text[turn++ % 8];
    snprintf(to, sizeof text[0], "%c%d", letter, i);
    return to;
}

/* ---- the reference ----------------------------------------------------------------------------- */

static bool inside(lsched_time from, lsched_time until, int from_hour, int to_hour)
{
    const lsched_time day = from / DAY * DAY;
    return from >= day + from_hour * HOUR && until <= day + to_hour * HOUR;
}

static bool is_quiet(int customer, lsched_time from, lsched_time until)
{
    const lsched_time day = from / DAY * DAY, quiet = day + r.quiet[customer] * HOUR;
    return r.quiet[customer] != 0 && from < quiet + HOUR && until > quiet;
}

/* The team is open from 8 to 20. */
static bool is_open(int agent, int customer, int service, lsched_time t)
{
    return r.avoids[customer] != agent && inside(t, t + length[service], 8, 20) &&
           inside(t, t + busy[service], r.from[agent], r.to[agent]) &&
           !is_quiet(customer, t, t + length[service]);
}

static bool takes(const contact *c)
{
    return c->state == LSCHED_BOOKED || c->state == LSCHED_STARTED;
}

static bool is_free(const contact *me, int agent, lsched_time from)
{
    const lsched_time until = from + busy[me->service];
    for (int i = 0; i < r.count; i++) {
        const contact *c = &r.at[i];
        if (c == me || !takes(c) || c->agent != agent || c->start >= until || c->until <= from)
            continue;
        if (c->service == 0 || me->service == 0)
            return false;
        const lsched_time at = c->start > from ? c->start : from;
        int depth = 0;
        for (int j = 0; j < r.count; j++) {
            const contact *o = &r.at[j];
            depth += o != me && takes(o) && o->agent == agent && o->start <= at && o->until > at;
        }
        if (depth >= LANES)
            return false;
    }
    return true;
}

static int started(int agent, int service)
{
    int count = 0;
    for (int i = 0; i < r.count; i++)
        count += r.at[i].state == LSCHED_STARTED && r.at[i].agent == agent &&
                 r.at[i].service == service && r.at[i].end > w.now - DAY;
    return count;
}

static bool is_busy(int agent, int service)
{
    return started(agent, 0) > 0 || started(agent, 1) >= (service == 0 ? 1 : LANES);
}

static int tried(int customer, lsched_time since)
{
    int count = 0;
    for (int i = 0; i < r.try_count; i++)
        count += r.tries[i].customer == customer && r.tries[i].at > since;
    return count;
}

static bool may_try(const contact *c, lsched_time t)
{
    return tried(c->customer, t - DAY) < A_DAY && tried(c->customer, t - 7 * DAY) < A_WEEK &&
           (c->attempts == 0 || tried(c->customer, t - SPACING * MINUTE) == 0);
}

static bool can_begin(const contact *c, int agent)
{
    const lsched_time t = w.now / MINUTE * MINUTE;
    if (c->state == LSCHED_BOOKED && c->agent == agent)
        return !is_busy(agent, c->service) && !is_quiet(c->customer, t, t + MINUTE) &&
               r.avoids[c->customer] != agent;
    return !is_busy(agent, c->service) && is_open(agent, c->customer, c->service, t) &&
           is_free(c, agent, t) && (c->state == LSCHED_BOOKED || may_try(c, w.now));
}

/* Its own call waits for the chats in progress, and nothing else is begun before it. */
static bool comes_first(const contact *c, int agent)
{
    const lsched_time t = w.now / MINUTE * MINUTE;
    return c->state == LSCHED_BOOKED && c->agent == agent && is_busy(agent, c->service) &&
           r.avoids[c->customer] != agent && !is_quiet(c->customer, t, t + MINUTE);
}

static bool is_leased(int i, int but)
{
    for (int a = 0; a < AGENTS; a++)
        if (a != but && r.leased[a] == i && r.lease[a] > w.now)
            return true;
    return false;
}

/* 0: not this agent's turn at all; else the part of the header's list. */
static int part_of(const contact *c, int agent)
{
    const bool avoided = c->agent != NOBODY && r.avoids[c->customer] == c->agent;
    const bool waited = avoided || c->start + OWNER_WAIT * MINUTE <= w.now;
    if (c->start > w.now)
        return 0;
    if (c->state == LSCHED_BOOKED && c->start > w.now - DAY)
        return c->agent == agent ? 1 : waited ? 2 : 0;
    if (c->state != LSCHED_WAITING)
        return 0;
    return c->agent == agent ? 1 : c->agent == NOBODY || waited ? 3 : 0;
}

static bool is_late(const contact *c)
{
    return c->due > 0 && c->due <= w.now;
}

static bool line_before(const contact *a, const contact *b)
{
    if (is_late(a) != is_late(b))
        return is_late(a);
    if (is_late(a) && a->due != b->due)
        return a->due < b->due;
    return a->since != b->since ? a->since < b->since : strcmp(a->id, b->id) < 0;
}

static lsched_time promised(const contact *c)
{
    return c->state == LSCHED_BOOKED ? c->start : is_late(c) ? c->due : INT64_MAX;
}

static bool comes_before(const contact *a, const contact *b, int agent)
{
    const int x = part_of(a, agent), y = part_of(b, agent);
    if (x != y)
        return x < y;
    /* What was promised for a time first, and then by arrival. */
    const lsched_time p = promised(a), q = promised(b);
    const lsched_time s = a->state == LSCHED_BOOKED ? 0 : a->since,
                      u = b->state == LSCHED_BOOKED ? 0 : b->since;
    return p != q ? p < q : s != u ? s < u : strcmp(a->id, b->id) < 0;
}

static int whose_turn(int agent)
{
    int best = NOBODY;
    if (r.leased[agent] != NOBODY && r.lease[agent] > w.now &&
        can_begin(&r.at[r.leased[agent]], agent))
        return r.leased[agent];
    for (int i = 0; i < r.count; i++)
        if (part_of(&r.at[i], agent) != 0 && !is_leased(i, agent) &&
            (can_begin(&r.at[i], agent) || comes_first(&r.at[i], agent)) &&
            (best == NOBODY || comes_before(&r.at[i], &r.at[best], agent)))
            best = i;
    return best == NOBODY || can_begin(&r.at[best], agent) ? best : NOBODY;
}

static int part_of_day(lsched_time t)
{
    const lsched_time hour = t % DAY / HOUR;
    return hour < 12 ? 0 : hour < 17 ? 1 : 2;
}

/* Minute by minute. */
static lsched_time next_try(const contact *c, lsched_time from, bool any)
{
    from = (from + 59) / MINUTE * MINUTE;
    for (lsched_time t = from; t < from + 8 * DAY; t += MINUTE)
        for (int a = 0; a < AGENTS; a++)
            if ((any || part_of_day(t) != part_of_day(w.now)) &&
                is_open(a, c->customer, c->service, t))
                return t;
    return 0;
}

static lsched_time earliest_try(const contact *c)
{
    lsched_time t = w.now + SPACING * MINUTE;
    while (tried(c->customer, t - DAY) >= A_DAY || tried(c->customer, t - 7 * DAY) >= A_WEEK)
        t++;
    return t;
}

/* ---- steps ---------------------------------------------------------------------------------------- */

static void forget_lease(int i)
{
    for (int a = 0; a < AGENTS; a++)
        if (r.leased[a] == i)
            r.leased[a] = NOBODY;
}

static void remember(int i, const lsched_booking *b)
{
    contact *c = &r.at[i];
    snprintf(c->id, sizeof c->id, "%s", b->id);
    c->state = b->state;
    c->customer = b->customer[1] - '0';
    c->service = strcmp(b->service, "chat") == 0;
    c->agent = b->agent[0] != '\0' ? b->agent[1] - '0' : NOBODY;
    c->start = b->start;
    c->end = b->end;
    c->until = b->busy_until;
    c->since = b->since;
    c->due = b->due;
    c->attempts = b->attempts;
    forget_lease(i);
}

static bool has_open(int customer, int service, const contact *but)
{
    for (int i = 0; i < r.count; i++) {
        const contact *c = &r.at[i];
        const lsched_time late = c->state == LSCHED_STARTED ? DAY : 0;
        if (c != but && c->customer == customer && c->service == service && c->since > 0 &&
            (c->state == LSCHED_WAITING || (takes(c) && c->end > w.now - late)))
            return true;
    }
    return false;
}

static void do_join(void)
{
    const int customer = below(CUSTOMERS), service = below(SERVICES);
    const int agent = below(4) == 0 ? below(AGENTS) : NOBODY;
    const lsched_time t = w.now / MINUTE * MINUTE;
    const bool open = inside(t, t + length[service], 8, 20) &&
                      !is_quiet(customer, t, t + length[service]) &&
                      inside(t + 900, t + 900 + length[service], 8, 20) &&
                      !is_quiet(customer, t + 900, t + 900 + length[service]);
    lsched_booking *b = NULL;
    const int status = lsched_join(
        w.s,
        NEW(request, .key = name('k', r.keys++), .customer = name('c', customer),
            .service = services[service], .since = w.now - (below(3) == 0 ? below(1800) : 0),
            .due = below(4) == 0 ? w.now + below(3600) : 0,
            .agent = agent != NOBODY ? name('a', agent) : NULL),
        &b);
    const bool unwanted = agent != NOBODY && r.avoids[customer] == agent;
    const int wanted = has_open(customer, service, NULL) ? LSCHED_EXISTS
                       : unwanted                        ? LSCHED_NOBODY
                       : open                            ? 0
                                                         : LSCHED_CLOSED;
    if (status != wanted)
        fail_msg("join: %s (%s)", lsched_status_name(status), lsched_message(w.s));
    if (status == LSCHED_OK)
        remember(r.count++, b);
    lsched_booking_free(b);
}

static void do_book(void)
{
    const int customer = below(CUSTOMERS), agent = below(AGENTS);
    lsched_booking *b = NULL;
    const lsched_time start = (w.now / 300 + 1 + below(30)) * 300;
    contact c = {.service = below(SERVICES)};
    const bool fits = is_open(agent, customer, c.service, start) && is_free(&c, agent, start);
    const int status =
        lsched_book(w.s,
                    NEW(request, .key = name('k', r.keys++), .customer = name('c', customer),
                        .service = services[c.service], .agent = name('a', agent), .start = start),
                    &b);
    assert_true((status == LSCHED_OK) == fits);
    if (status == LSCHED_OK)
        remember(r.count++, b);
    lsched_booking_free(b);
}

static void check_places(int agent)
{
    for (int i = 0; i < r.count; i++)
        for (int j = 0; j < i; j++) {
            const contact *a = &r.at[i], *b = &r.at[j];
            if (takes(a) && takes(b) && a->agent == agent && b->agent == agent &&
                a->start < b->until && b->start < a->until)
                assert_true(a->service == 1 && b->service == 1);
        }
}

static void do_start(int i, int agent)
{
    const contact before = r.at[i];
    const bool can =
        (before.state == LSCHED_BOOKED && before.agent == agent) || can_begin(&before, agent);
    lsched_booking *b = NULL;
    const int status = lsched_start(w.s, before.id, name('k', r.keys++), &b);
    if ((status == LSCHED_OK) != can)
        fail_msg("start: %s (%s)", lsched_status_name(status), lsched_message(w.s));
    if (status == LSCHED_OK) {
        assert_string_equal(b->agent, name('a', agent));
        if (before.state == LSCHED_WAITING || before.agent != agent)
            assert_int_equal(b->start, w.now / MINUTE * MINUTE);
        if (before.state == LSCHED_WAITING) {
            assert_true(tried(before.customer, w.now - DAY) < A_DAY);
            assert_true(tried(before.customer, w.now - 7 * DAY) < A_WEEK);
        }
        r.taken_over += before.state == LSCHED_BOOKED && before.agent != agent;
        r.passed_on += before.agent != NOBODY && r.avoids[before.customer] == before.agent;
        remember(i, b);
        check_places(agent);
    }
    lsched_booking_free(b);
}

static const contact *find(const char *id)
{
    int i = 0;
    while (i < r.count && strcmp(r.at[i].id, id) != 0)
        i++;
    assert_true(i < r.count);
    return &r.at[i];
}

static void do_next(void)
{
    const int agent = below(AGENTS);
    lsched_booking *b = NULL;
    const int status = lsched_next(w.s, name('a', agent), 90, &b);
    const int wanted = started(agent, 0) > 0 ? NOBODY : whose_turn(agent);
    if (wanted == NOBODY) {
        assert_int_equal(status, started(agent, 0) > 0 ? LSCHED_TAKEN : LSCHED_NOTFOUND);
        return;
    }
    if (status != LSCHED_OK)
        fail_msg("next: %s (%s), not %s", lsched_status_name(status), lsched_message(w.s),
                 r.at[wanted].id);
    if (strcmp(b->id, r.at[wanted].id) != 0) {
        const contact *c = &r.at[wanted];
        fail_msg("next of a%d at %lld: %s (%d, part %d), not %s (%d, part %d)", agent,
                 (long long)w.now, b->id, b->state, part_of(find(b->id), agent), c->id, c->state,
                 part_of(c, agent));
    }
    assert_true(b->state == LSCHED_WAITING || b->state == LSCHED_BOOKED);
    lsched_booking_free(b);
    forget_lease(wanted);
    r.leased[agent] = wanted;
    r.lease[agent] = w.now + 90;
    if (below(4) == 0)
        return; /* it takes a while, or the agent goes away */
    w.now += below(60);
    do_start(wanted, agent);
}

static int some(int state)
{
    for (int turn = 0; turn < 20 && r.count > 0; turn++) {
        const int i = below(r.count);
        if (r.at[i].state == state)
            return i;
    }
    return NOBODY;
}

static void check_retry(const contact *was, const contact *me, const lsched_booking *b)
{
    r.tries[r.try_count].customer = was->customer;
    r.tries[r.try_count++].at = w.now;
    assert_int_equal(b->attempts, was->attempts + 1);
    lsched_time again = 0;
    if (b->attempts < ATTEMPTS && !has_open(was->customer, was->service, me)) {
        const lsched_time from = earliest_try(was);
        again = next_try(was, from, false);
        again = again != 0 ? again : next_try(was, from, true);
    }
    assert_int_equal(b->state, again != 0 ? LSCHED_WAITING : LSCHED_NOSHOW);
    if (again != 0)
        assert_int_equal(b->start, again);
    assert_true(was->since == 0 || b->since == was->since);
    r.retried += again != 0;
    r.given_up += again == 0;
}

static void do_finish(void)
{
    static const int32_t outcomes[] = {LSCHED_OUTCOME_REACHED, LSCHED_OUTCOME_REACHED,
                                       LSCHED_OUTCOME_NO_ANSWER, LSCHED_OUTCOME_MACHINE,
                                       LSCHED_OUTCOME_DROPPED};
    const int i = some(LSCHED_STARTED);
    if (i == NOBODY || r.try_count == TRIES)
        return;
    const contact was = r.at[i];
    const int32_t outcome = outcomes[below(5)];
    lsched_booking *b = NULL;
    ok(lsched_finish_as(
        w.s, NEW(result, .key = name('k', r.keys++), .id = was.id, .outcome = outcome), &b));
    if (outcome == LSCHED_OUTCOME_REACHED)
        assert_int_equal(b->state, LSCHED_FULFILLED);
    else
        check_retry(&was, &r.at[i], b);
    r.served += outcome == LSCHED_OUTCOME_REACHED;
    remember(i, b);
    lsched_booking_free(b);
}

static void do_leave(void)
{
    const int i = some(LSCHED_WAITING);
    if (i == NOBODY)
        return;
    lsched_booking *b = NULL;
    ok(below(2) == 0
           ? lsched_cancel(w.s, r.at[i].id, NULL, name('k', r.keys++), &b)
           : lsched_contact_happened(w.s, name('c', r.at[i].customer), services[r.at[i].service],
                                     NULL, name('k', r.keys++), &b));
    assert_string_equal(b->id, r.at[i].id);
    remember(i, b);
    lsched_booking_free(b);
}

static void do_look(void)
{
    const int i = some(LSCHED_WAITING);
    int32_t position, ahead = 0;
    if (i == NOBODY)
        return;
    const contact *me = &r.at[i];
    const lsched_time by = me->start > w.now ? me->start : w.now;
    for (int j = 0; j < r.count; j++)
        ahead += r.at[j].state == LSCHED_WAITING && r.at[j].start <= by && j != i &&
                 line_before(&r.at[j], me);
    ok(lsched_get_position(w.s, me->id, &position));
    assert_int_equal(position, ahead + 1);
}

/* ---- worlds --------------------------------------------------------------------------------------- */

static void hours(int32_t kind, const char *owner, int32_t effect, int from, int to)
{
    char start[40], end[40];
    snprintf(start, sizeof start, "20260101T%02d0000Z", from);
    snprintf(end, sizeof end, "20260101T%02d0000Z", to);
    (effect == LSCHED_OPENS ? opens : closes)(kind, owner, start, end, "FREQ=DAILY");
}

static void make_world(uint64_t seed)
{
    memset(&r, 0, sizeof r);
    dice = seed;
    ok(PUT(team, .id = "t", .name = "T", .zone = "UTC"));
    hours(LSCHED_TEAM, "t", LSCHED_OPENS, 8, 20);
    for (int i = 0; i < AGENTS; i++) {
        r.leased[i] = NOBODY;
        r.from[i] = 8 + below(5);
        r.to[i] = r.from[i] + 4 + below(5);
        ok(PUT(agent, .id = name('a', i), .name = "A", .zone = "UTC", .lanes = LANES));
        ok(PUT(member, .team = "t", .agent = name('a', i)));
        hours(LSCHED_AGENT, name('a', i), LSCHED_OPENS, r.from[i], r.to[i]);
    }
    for (int i = 0; i < CUSTOMERS; i++) {
        r.quiet[i] = i % 3 == 0 ? 9 + below(9) : 0;
        r.avoids[i] = NOBODY;
        ok(PUT(customer, .id = name('c', i), .zone = "UTC", .team = "t"));
        if (r.quiet[i] != 0)
            hours(LSCHED_CUSTOMER, name('c', i), LSCHED_CLOSES, r.quiet[i], r.quiet[i] + 1);
    }
    for (int i = 0; i < SERVICES; i++)
        ok(PUT(service, .id = services[i], .name = "S",
               .channels = i == 0 ? LSCHED_PHONE : LSCHED_CHAT,
               .minutes = (int32_t)(length[i] / MINUTE),
               .wrap_up = (int32_t)((busy[i] - length[i]) / MINUTE), .step = 5,
               .notice = LSCHED_NONE, .owner_wait = OWNER_WAIT, .spacing = SPACING,
               .attempts = ATTEMPTS, .day_attempts = A_DAY, .week_attempts = A_WEEK));
    w.now = at_zone("2026-03-02T08:30:07", "UTC");
}

/* Somebody has had enough of an agent, mostly of one who has something booked; or thinks better
 * of it. */
static void do_avoid(void)
{
    const int i = some(below(2) == 0 ? LSCHED_BOOKED : LSCHED_WAITING);
    const int customer = i != NOBODY ? r.at[i].customer : below(CUSTOMERS);
    const int agent = i != NOBODY && r.at[i].agent != NOBODY ? r.at[i].agent : below(AGENTS);
    r.avoids[customer] = r.avoids[customer] == NOBODY ? agent : NOBODY;
    ok(PUT(customer, .id = name('c', customer), .zone = "UTC", .team = "t",
           .avoids = r.avoids[customer] != NOBODY ? name('a', agent) : NULL));
}

static void run_world(void)
{
    static const struct {
        int below;
        void (*run)(void);
    } deeds[] = {{28, do_join},  {36, do_book},  {66, do_next}, {86, do_finish},
                 {90, do_leave}, {93, do_avoid}, {100, do_look}};
    for (int step = 0; step < STEPS && r.count < MOST - 1; step++) {
        const int what = below(100);
        size_t deed = 0;
        while (what >= deeds[deed].below)
            deed++;
        deeds[deed].run();
        w.now += below(20) == 0 ? below(8 * HOUR) : below(6 * MINUTE);
    }
}

static void test_days(void **state)
{
    (void)state;
    const char *given = getenv("LSCHED_WORLDS");
    const long asked = given != NULL ? atol(given) : 60;
    const long worlds = asked < 2000 ? asked : 2000;
    int served = 0, retried = 0, given_up = 0, taken_over = 0, passed_on = 0;
    for (long i = 0; i < worlds; i++) {
        void *unused = NULL;
        assert_int_equal(world_empty(&unused), 0);
        make_world((uint64_t)i + 1);
        run_world();
        served += r.served;
        retried += r.retried;
        given_up += r.given_up;
        taken_over += r.taken_over;
        passed_on += r.passed_on;
        assert_int_equal(world_close(&unused), 0);
    }
    print_message("# %ld worlds: %d served, %d tried again, %d given up, %d taken over, "
                  "%d passed on\n",
                  worlds, served, retried, given_up, taken_over, passed_on);
    assert_true(worlds < 60 ||
                (served > 100 && retried > 50 && given_up > 5 && taken_over > 5 && passed_on > 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_days)};
    return cmocka_run_group_tests_name("line_worlds", tests, NULL, NULL);
}
