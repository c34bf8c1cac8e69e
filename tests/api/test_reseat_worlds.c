/* Random small worlds in which bookings make room for others: what find offers and book does,
 * held against all assignments that there are.
 *
 *   find      a start is free, or as few bookings move as can, or there is no way within the limit
 *   book      every start that is offered, by that agent and with as many moves; no other one
 *   others    who was promised an agent stays; who moves keeps time, team, rung and service
 *   explain   counts the same starts, and calls none of them taken
 *   memory    without it the answers are the same
 *   verify    finds nothing
 *
 * Who fits whom is asked of find in the same world without any bookings; who may move is written
 * down here, by the public header alone.
 *
 * LSCHED_SEATS: how many worlds (50).  LSCHED_WORLD: only this one. */
#include "world.h"

#define AGENTS 4
#define MOST 12
#define STARTS 26

static uint64_t seed;

static uint32_t dice(uint32_t sides)
{
    seed += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t z = seed;
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return (uint32_t)((z ^ z >> 31) % sides);
}

static bool chance(uint32_t percent)
{
    return dice(100) < percent;
}

#define PICK(list) list[dice(sizeof list / sizeof *list)]

/* ---- a world ---------------------------------------------------------------------------------- */

static const char *const agents[AGENTS] = {"ana", "bo", "cy", "di"};
static const char *const teams[] = {"home", "help"};
static const char *const customers[] = {"joe", "kim", "lee"};
static const char *const services[] = {"call", "long", "chat"};
static uint32_t agent_count;
static lsched_time day; /* its first second, UTC */
static unsigned next_key;

static struct {
    uint64_t worlds, starts, offered, moves[LSCHED_MAX_RESEATS + 1], none, chats, moved;
} met;

static void put_span(int32_t kind, const char *owner, uint32_t from, uint32_t until)
{
    char start[24], end[24];
    snprintf(start, sizeof start, "20260302T%02u%02u00", from / 60, from % 60);
    snprintf(end, sizeof end, "20260302T%02u%02u00", until / 60, until % 60);
    ok(PUT(calendar, .kind = kind, .owner = owner, .name = "hours", .effect = LSCHED_OPENS,
           .text = event(start, end, "FREQ=DAILY")));
}

static void put_agent(const char *id)
{
    const uint32_t from = 8 * 60 + (chance(25) ? 30 : 0);
    ok(PUT(agent, .id = id, .name = id, .zone = "UTC", .lanes = 1 + (int32_t)dice(2),
           .skills = chance(75) ? "fiber" : NULL, .languages = chance(80) ? "en fi" : "en"));
    put_span(LSCHED_AGENT, id, from, from + 120 + 30 * dice(3));
    const bool home = chance(90);
    if (home)
        ok(PUT(member, .team = "home", .agent = id));
    if (!home || chance(20))
        ok(PUT(member, .team = "help", .agent = id));
}

static void put_service(int i)
{
    static const int32_t minutes[] = {30, 60, 30};
    ok(PUT(service, .id = services[i], .name = services[i], .minutes = minutes[i], .step = 30,
           .notice = LSCHED_NONE, .horizon = 1, .after = chance(30) ? 10 : 0,
           .before = chance(20) ? 5 : 0, .channels = i == 2 ? LSCHED_CHAT : LSCHED_PHONE,
           .anchor = chance(25) ? LSCHED_OPENING : 0,
           .reseats = chance(93) ? 1 + (int32_t)dice(4) : 0,
           .skills = chance(25) ? "fiber" : NULL));
}

static void make_world(void)
{
    w.now = 1772431200; /* 06:00Z */
    day = w.now - w.now % 86400;
    agent_count = 3 + dice(2);
    ok(PUT(team, .id = "help", .name = "help", .zone = "UTC"));
    ok(PUT(team, .id = "home", .name = "home", .zone = "UTC", .regions = "R",
           .overflow = chance(60) ? "help" : NULL));
    for (int t = 0; t < 2; t++)
        put_span(LSCHED_TEAM, teams[t], 8 * 60, 12 * 60);
    for (uint32_t i = 0; i < agent_count; i++)
        put_agent(agents[i]);
    for (int i = 0; i < 3; i++) {
        put_service(i);
        ok(PUT(customer, .id = customers[i], .zone = "UTC", .region = "R", .team = "home",
               .language = chance(35) ? "fi" : NULL,
               .knows = chance(12) ? agents[dice(agent_count)] : NULL));
    }
}

/* ---- what stands ------------------------------------------------------------------------------- */

typedef struct standing {
    char id[LSCHED_MAX_ID + 1], customer[8], service[8], agent[8], team[8];
    lsched_time start, from, until;
    int32_t rung, channel;
    bool soft;         /* may move */
    bool fits[AGENTS]; /* of the same standing */
} standing;

static standing all[MOST];
static size_t count;

static size_t number_of(const char *agent)
{
    for (size_t i = 0; i < agent_count; i++)
        if (strcmp(agents[i], agent) == 0)
            return i;
    fail();
    return 0;
}

static bool knows(const char *customer, const char *agent)
{
    lsched_customer *c;
    ok(lsched_get_customer(w.s, customer, &c));
    const bool known = strstr(c->knows, agent) != NULL;
    lsched_customer_free(c);
    return known;
}

static int32_t reseats_of(const char *service)
{
    lsched_service *s;
    ok(lsched_get_service(w.s, service, &s));
    const int32_t most = s->reseats;
    lsched_service_free(s);
    return most;
}

static void write_down(const lsched_booking *b, bool open)
{
    assert_true(count < MOST);
    standing *x = &all[count++];
    *x = (standing){.start = b->start,
                    .from = b->busy_from,
                    .until = b->busy_until,
                    .rung = b->rung,
                    .channel = b->channel};
    snprintf(x->id, sizeof x->id, "%s", b->id);
    snprintf(x->customer, sizeof x->customer, "%s", b->customer);
    snprintf(x->service, sizeof x->service, "%s", b->service);
    snprintf(x->agent, sizeof x->agent, "%s", b->agent);
    snprintf(x->team, sizeof x->team, "%s", b->team);
    x->soft = open && b->state == LSCHED_BOOKED && b->channel != LSCHED_CHAT &&
              b->rung != LSCHED_KNOWN && !knows(b->customer, b->agent) &&
              reseats_of(b->service) > 0;
    assert_int_equal(b->anybody != 0 && b->state == LSCHED_BOOKED, x->soft);
}

static void follow(void)
{
    for (size_t i = 0; i < count; i++) {
        lsched_booking *b = BOOKING(all[i].id);
        snprintf(all[i].agent, sizeof all[i].agent, "%s", b->agent);
        assert_true(b->start == all[i].start && b->busy_from == all[i].from &&
                    b->busy_until == all[i].until && b->rung == all[i].rung);
        assert_string_equal(b->team, all[i].team);
        lsched_booking_free(b);
    }
}

static const char *new_key(void)
{
    static char key[16];
    snprintf(key, sizeof key, "k%u", next_key++);
    return key;
}

/* In the world without the others, find offers the booking's own time with that agent. */
static void meet(standing *x)
{
    ok(lsched_begin(w.s));
    for (size_t i = 0; i < count; i++)
        if (&all[i] != x)
            ok(lsched_cancel(w.s, all[i].id, NULL, new_key(), NULL));
    for (size_t i = 0; i < agent_count; i++) {
        lsched_slots *found = FIND(.moving = x->id, .agent = agents[i], .team = x->team,
                                   .channels = x->channel, .from = x->start, .until = x->start + 1);
        x->fits[i] = lsched_slots_count(found) == 1 && lsched_slots_at(found, 0)->rung == x->rung &&
                     lsched_slots_at(found, 0)->moves == 0;
        lsched_slots_free(found);
    }
    ok(lsched_rollback(w.s));
    x->fits[number_of(x->agent)] = true;
}

/* ---- all assignments ------------------------------------------------------------------------------ */

/* A newcomer, or a booking that is moved: its own place is free then. */
typedef struct newcomer {
    const char *customer, *service, *agent, *moving;
    int32_t most;
    lsched_time starts[STARTS];
    bool can[STARTS][AGENTS];
    int64_t before, behind;
    bool chat, clock;
} newcomer;

static size_t place[MOST]; /* whose agent */
static int32_t best;

static bool beside(size_t i, lsched_time t)
{
    return all[i].from <= t && t < all[i].until;
}

/* Minute by minute: one whole contact and nothing else, or as many chats as there are lanes. */
static bool has_room(const newcomer *n, size_t agent, lsched_time t, bool itself, int32_t lanes)
{
    int32_t chats = 0, wholes = 0;
    for (size_t i = 0; i < count; i++) {
        if (place[i] != agent || !beside(i, t) ||
            (n->moving != NULL && strcmp(n->moving, all[i].id) == 0))
            continue;
        chats += all[i].channel == LSCHED_CHAT;
        wholes += all[i].channel != LSCHED_CHAT;
    }
    chats += itself && n->chat;
    wholes += itself && !n->chat;
    return wholes == 0 ? chats <= lanes : wholes == 1 && chats == 0;
}

static int32_t lanes[AGENTS];

static bool fits_all(const newcomer *n, size_t agent, lsched_time start)
{
    for (lsched_time t = day + 7 * 3600; t < day + 13 * 3600; t += 300) {
        for (size_t a = 0; a < agent_count; a++) {
            const bool itself = a == agent && start - n->before <= t && t < start + n->behind;
            if (!has_room(n, a, t, itself, lanes[a]))
                return false;
        }
    }
    return true;
}

/* The fewest moves with which the newcomer could start with that agent. */
static void try_all(const newcomer *n, size_t agent, lsched_time start, size_t i, int32_t moves)
{
    if (moves >= best)
        return;
    if (i == count) {
        if (fits_all(n, agent, start))
            best = moves;
        return;
    }
    const size_t own = number_of(all[i].agent);
    place[i] = own;
    try_all(n, agent, start, i + 1, moves);
    const bool itself = n->moving != NULL && strcmp(n->moving, all[i].id) == 0;
    for (size_t a = 0; a < agent_count && all[i].soft && !itself; a++) {
        place[i] = a;
        if (a != own && all[i].fits[a])
            try_all(n, agent, start, i + 1, moves + 1);
    }
}

static int32_t fewest(const newcomer *n, size_t agent, size_t start)
{
    if (!n->can[start][agent])
        return -1;
    best = n->most + 1;
    try_all(n, agent, n->starts[start], 0, 0);
    return best <= n->most ? best : -1;
}

/* When each agent could take it, if nobody else were there. */
static void introduce(newcomer *n)
{
    lsched_service *s;
    ok(lsched_get_service(w.s, n->service, &s));
    n->most = s->reseats;
    n->before = INT64_C(60) * s->before;
    n->behind = INT64_C(60) * (s->minutes + s->wrap_up + s->after);
    n->chat = s->channels == LSCHED_CHAT;
    n->clock = s->anchor == LSCHED_CLOCK;
    lsched_service_free(s);
    for (size_t i = 0; i < STARTS; i++)
        n->starts[i] = day + 7 * 3600 + 3000 + (int64_t)i * 600;
    const char *moving = n->moving;
    ok(lsched_begin(w.s));
    for (size_t i = 0; i < count; i++)
        if (moving == NULL || strcmp(moving, all[i].id) != 0)
            ok(lsched_cancel(w.s, all[i].id, NULL, new_key(), NULL));
    for (size_t a = 0; a < agent_count; a++) {
        if (n->agent != NULL && strcmp(n->agent, agents[a]) != 0)
            continue;
        lsched_slots *found = FIND(.customer = moving ? NULL : n->customer, .moving = moving,
                                   .service = moving ? NULL : n->service, .agent = agents[a],
                                   .limit = 1000, .until = n->starts[STARTS - 1] + 1);
        for (size_t i = 0; i < lsched_slots_count(found); i++) {
            const lsched_time t = lsched_slots_at(found, i)->start;
            assert_true(t >= n->starts[0] && t <= n->starts[STARTS - 1] && t % 600 == 0);
            n->can[(t - n->starts[0]) / 600][a] = true;
        }
        lsched_slots_free(found);
    }
    ok(lsched_rollback(w.s));
}

/* ---- find ------------------------------------------------------------------------------------------ */

static const lsched_slot *slot_at(const lsched_slots *found, lsched_time t)
{
    for (size_t i = 0; i < lsched_slots_count(found); i++)
        if (lsched_slots_at(found, i)->start == t)
            return lsched_slots_at(found, i);
    return NULL;
}

static void check_start(const newcomer *n, size_t start, const lsched_slot *slot)
{
    int32_t each[AGENTS], least = -1;
    for (size_t a = 0; a < agent_count; a++) {
        each[a] = fewest(n, a, start);
        if (each[a] >= 0 && (least < 0 || each[a] < least))
            least = each[a];
    }
    met.starts++;
    met.none += least < 0;
    if ((slot != NULL) != (least >= 0) || (slot != NULL && slot->moves != least))
        fail_msg("%s at %+lld: %d moves, and find says %d", n->service,
                 (long long)(n->starts[start] - day) / 60, least, slot != NULL ? slot->moves : -1);
    if (slot == NULL)
        return;
    met.offered++;
    met.moves[slot->moves]++;
    met.chats += slot->moves > 0 && n->chat;
    assert_int_equal(each[number_of(slot->agent)], least);
    assert_int_equal(slot->free == 0, slot->moves > 0);
}

static void same_slots(const lsched_slots *a, const lsched_slots *b)
{
    assert_int_equal(lsched_slots_count(a), lsched_slots_count(b));
    for (size_t i = 0; i < lsched_slots_count(a); i++) {
        const lsched_slot *x = lsched_slots_at(a, i), *y = lsched_slots_at(b, i);
        assert_true(x->start == y->start && x->moves == y->moves && x->free == y->free &&
                    x->rung == y->rung && x->channel == y->channel && x->end == y->end);
        assert_string_equal(x->agent, y->agent);
        assert_string_equal(x->team, y->team);
    }
}

/* Page by page it is the same list; and without memory. */
static void check_again(const lsched_query *query, const lsched_slots *found)
{
    lsched_query q = *query;
    size_t i = 0;
    q.limit = 1 + dice(3);
    for (;;) {
        lsched_slots *page = world_find(&q);
        const size_t n = lsched_slots_count(page);
        for (size_t k = 0; k < n; k++, i++) {
            assert_true(lsched_slots_at(page, k)->start == lsched_slots_at(found, i)->start);
            assert_int_equal(lsched_slots_at(page, k)->moves, lsched_slots_at(found, i)->moves);
            q.after = lsched_slots_at(page, k)->start;
        }
        lsched_slots_free(page);
        if (n == 0)
            break;
    }
    assert_int_equal(i, lsched_slots_count(found));
    ok(lsched_set_memory(w.s, 0));
    lsched_slots *again = world_find(query);
    same_slots(found, again);
    lsched_slots_free(again);
    ok(lsched_set_memory(w.s, (size_t)1 << 26));
}

static bool is_obstructed(const lsched_explanation *x, const lsched_candidate *c, lsched_time t,
                          int32_t channel)
{
    for (size_t k = 0; k < lsched_explanation_count(x); k++) {
        const lsched_obstacle *b = lsched_explanation_at(x, k);
        char who[200], name[20];
        snprintf(who, sizeof who, " %s ", b->who);
        snprintf(name, sizeof name, " %s ", c->agent);
        if (b->from <= t && t < b->until && (b->channels & channel) != 0 &&
            (b->agents == 0 || strstr(who, name) != NULL) &&
            (b->team[0] == '\0' || strcmp(b->team, c->team) == 0))
            return true;
    }
    return false;
}

/* Where nothing stands in a candidate's way the start is possible, and so offered: on the clock's
 * grid, which is told of nowhere else. */
static void check_unobstructed(const newcomer *n, const lsched_explanation *x,
                               const lsched_slots *found)
{
    for (size_t i = 0; i < STARTS; i++) {
        for (size_t k = 0; n->clock && k < lsched_explanation_candidates(x); k++) {
            if ((n->starts[i] - day) % 1800 == 0 && slot_at(found, n->starts[i]) == NULL &&
                !is_obstructed(x, lsched_explanation_candidate(x, k), n->starts[i],
                               n->chat ? LSCHED_CHAT : LSCHED_PHONE))
                fail_msg("nothing stands in the way, and nothing is offered");
        }
    }
}

static void check_explained(const newcomer *n, const lsched_query *query, const lsched_slots *found)
{
    lsched_explanation *x;
    ok(lsched_explain(w.s, query, &x));
    const lsched_outlook *o = lsched_explanation_outlook(x);
    assert_int_equal(o->slots, lsched_slots_count(found));
    assert_int_equal(o->starts, lsched_slots_count(found));
    for (size_t i = 0; i < lsched_slots_count(found); i++) {
        const lsched_slot *s = lsched_slots_at(found, i);
        const lsched_candidate c = {.agent = s->agent, .team = s->team};
        if (is_obstructed(x, &c, s->start, s->channel))
            fail_msg("an obstacle where %s can start", s->agent);
    }
    check_unobstructed(n, x, found);
    for (size_t k = 0; k < lsched_explanation_relaxations(x); k++) {
        const lsched_relaxation *r = lsched_explanation_relaxation(x, k);
        if (r->company)
            continue;
        if (strcmp(r->field, "customer.language") == 0)
            continue;
        lsched_slots *there = world_find(r->query);
        assert_int_equal(lsched_slots_count(there), r->slots);
        lsched_slots_free(there);
    }
    lsched_explanation_free(x);
}

static void check_days(const lsched_query *query, const lsched_slots *found)
{
    lsched_days *days;
    ok(lsched_find_days(w.s, query, &days));
    assert_int_equal(lsched_days_count(days), 1);
    assert_int_equal(lsched_days_at(days, 0)->slots, lsched_slots_count(found));
    assert_int_equal(lsched_days_at(days, 0)->starts, lsched_slots_count(found));
    lsched_days_free(days);
}

/* ---- book ------------------------------------------------------------------------------------------- */

/* The last events are the moves, and then that of the booking itself. */
static void check_events(const lsched_booking *b, int64_t from, int32_t kind)
{
    lsched_events *list;
    ok(lsched_list_events(w.s, NULL, from, 0, &list));
    const size_t n = lsched_events_count(list);
    int32_t moves = 0;
    for (size_t i = 0; i < n; i++) {
        const lsched_event *e = lsched_events_at(list, i);
        if (e->kind == LSCHED_EVENT_RELANED)
            continue;
        if (i + 1 == n) {
            assert_int_equal(e->kind, kind);
            assert_string_equal(e->after->id, b->id);
            continue;
        }
        assert_int_equal(e->kind, LSCHED_EVENT_RESEATED);
        assert_string_equal(e->key, "");
        const lsched_booking *x = e->before, *y = e->after;
        moves++;
        assert_int_equal(y->sequence, x->sequence + 1);
        assert_string_not_equal(x->agent, y->agent);
        size_t k = 0;
        while (k < count && strcmp(all[k].id, x->id) != 0)
            k++;
        assert_true(k < count && all[k].soft && all[k].fits[number_of(y->agent)]);
        lsched_booking same = *y;
        same.agent = x->agent;
        same.sequence = x->sequence;
        same.changed = x->changed;
        world_same_booking(&same, x);
    }
    assert_int_equal(moves, b->moves);
    met.moved += (uint64_t)moves;
    lsched_events_free(list);
}

static int64_t last_event(void)
{
    lsched_events *list;
    ok(lsched_list_events(w.s, NULL, 0, 10000, &list));
    const size_t n = lsched_events_count(list);
    const int64_t seq = n > 0 ? lsched_events_at(list, n - 1)->seq : 0;
    lsched_events_free(list);
    return seq;
}

static void check_sound(void)
{
    lsched_findings *list;
    ok(lsched_verify(w.s, &list));
    for (size_t i = 0; i < lsched_findings_count(list); i++)
        fail_msg("%s %s: %s", lsched_findings_at(list, i)->invariant,
                 lsched_findings_at(list, i)->subject, lsched_findings_at(list, i)->text);
    lsched_findings_free(list);
}

static void check_booked(const newcomer *n, const lsched_slot *s, const lsched_booking *b,
                         int64_t from, int32_t kind)
{
    assert_string_equal(b->agent, s->agent);
    assert_string_equal(b->team, s->team);
    assert_int_equal(b->rung, s->rung);
    assert_int_equal(b->moves, s->moves);
    check_events(b, from, kind);
    lsched_choice *c;
    ok(lsched_why_agent(w.s, b->id, &c));
    assert_int_equal(c->decided == LSCHED_BY_ROOM, s->moves > 0);
    assert_int_equal(c->free, s->free);
    assert_string_equal(c->agent, b->agent);
    lsched_choice_free(c);
    if (n->moving == NULL)
        follow();
}

/* Every start of the list can be booked, and no other one. */
static void check_bookable(const newcomer *n, const lsched_slots *found)
{
    const int64_t from = last_event();
    for (size_t i = 0; i < STARTS; i++) {
        const lsched_slot *s = slot_at(found, n->starts[i]);
        const char *key = new_key();
        lsched_booking *b = NULL;
        ok(lsched_begin(w.s));
        const int status =
            n->moving != NULL ? lsched_move(w.s,
                                            NEW(change, .id = n->moving, .key = key,
                                                .start = n->starts[i], .agent = n->agent),
                                            &b)
            : i % 2 == 0      ? lsched_book(w.s,
                                            NEW(request, .customer = n->customer, .service = n->service,
                                                .agent = n->agent, .key = key, .start = n->starts[i]),
                                            &b)
                              : lsched_hold(w.s,
                                            NEW(request, .customer = n->customer, .service = n->service,
                                                .agent = n->agent, .key = key, .start = n->starts[i]),
                                            &b);
        if (status == LSCHED_QUOTA) {
            ok(lsched_rollback(w.s));
            continue;
        }
        if ((status == LSCHED_OK) != (s != NULL))
            fail_msg("%s at %+lld: %s", n->service, (long long)(n->starts[i] - day) / 60,
                     lsched_status_name(status));
        if (status == LSCHED_OK) {
            check_booked(n, s, b, from,
                         n->moving != NULL ? LSCHED_EVENT_MOVED
                         : i % 2 == 0      ? LSCHED_EVENT_BOOKED
                                           : LSCHED_EVENT_HELD);
            if (s->moves > 0)
                check_sound();
        }
        lsched_booking_free(b);
        ok(lsched_rollback(w.s));
    }
    follow();
}

/* ---- one world -------------------------------------------------------------------------------------- */

/* A question, and all that is promised of its answer. */
static void ask(const newcomer *asked)
{
    newcomer n = *asked;
    for (size_t i = 0; i < count; i++)
        meet(&all[i]);
    introduce(&n);
    const lsched_query query = {.size = sizeof query,
                                .customer = n.moving ? NULL : n.customer,
                                .service = n.moving ? NULL : n.service,
                                .moving = n.moving,
                                .agent = n.agent,
                                .limit = 1000,
                                .from = day + 6 * 3600,
                                .until = n.starts[STARTS - 1] + 1};
    lsched_slots *found = world_find(&query);
    for (size_t i = 0; i < STARTS; i++)
        check_start(&n, i, slot_at(found, n.starts[i]));
    check_again(&query, found);
    check_explained(&n, &query, found);
    check_days(&query, found);
    check_bookable(&n, found);
    lsched_slots_free(found);
}

/* One more booking, by some way of coming by one. */
static void add_one(void)
{
    const char *customer = PICK(customers), *service = services[chance(15) ? 2 : dice(2)];
    const char *agent = chance(15) ? agents[dice(agent_count)] : NULL;
    lsched_slots *found = FIND(.customer = customer, .service = service, .agent = agent,
                               .limit = 100, .until = day + 13 * 3600);
    const size_t n = lsched_slots_count(found);
    const lsched_slot *s = n > 0 ? lsched_slots_at(found, dice((uint32_t)n)) : NULL;
    const int64_t from = last_event();
    lsched_booking *b = NULL;
    lsched_request r = {.size = sizeof r,
                        .customer = customer,
                        .service = service,
                        .agent = agent,
                        .key = new_key(),
                        .start = s != NULL ? s->start : 0};
    bool open = agent == NULL;
    if (s != NULL && chance(12)) {
        if (lsched_hold(w.s, &r, &b) == LSCHED_OK && chance(50)) {
            const char *id = b->id;
            lsched_booking *confirmed;
            ok(lsched_confirm(w.s, id, NULL, new_key(), &confirmed));
            lsched_booking_free(b);
            b = confirmed;
        }
    } else if (s != NULL && chance(10)) {
        lsched_series *list;
        ok(lsched_book_series(w.s, &r, "FREQ=DAILY;COUNT=1", LSCHED_ALL, &list));
        b = BOOKING(lsched_series_at(list, 0)->booking->id);
        lsched_series_free(list);
        open = false;
    } else if (s != NULL) {
        ok(lsched_book(w.s, &r, &b));
        check_events(b, from, LSCHED_EVENT_BOOKED);
    }
    if (b != NULL) {
        follow();
        write_down(b, open);
    }
    lsched_booking_free(b);
    lsched_slots_free(found);
    for (size_t i = 0; i < count; i++)
        meet(&all[i]);
}

static void one_world(uint64_t number)
{
    void *state = NULL;
    seed = number * 7919 + 1;
    assert_int_equal(world_empty(&state), 0);
    count = 0;
    make_world();
    for (size_t a = 0; a < agent_count; a++) {
        lsched_agent *x;
        ok(lsched_get_agent(w.s, agents[a], &x));
        lanes[a] = x->lanes;
        lsched_agent_free(x);
    }
    const uint32_t wanted = 4 + dice(7);
    for (uint32_t i = 0; i < wanted; i++)
        add_one();
    for (int i = 0; i < 3; i++)
        ask(&(newcomer){.customer = PICK(customers),
                        .service = services[i],
                        .agent = chance(50) ? agents[dice(agent_count)] : NULL});
    const standing *x = count > 0 && chance(50) ? &all[dice((uint32_t)count)] : NULL;
    if (x != NULL)
        ask(&(newcomer){.service = x->service, .moving = x->id});
    check_sound();
    met.worlds++;
    assert_int_equal(world_close(&state), 0);
}

static void random_worlds(void **state)
{
    (void)state;
    const char *only = getenv("LSCHED_WORLD"), *many = getenv("LSCHED_SEATS");
    const uint64_t worlds = many != NULL ? strtoull(many, NULL, 10) : 50;
    for (uint64_t i = 1; i <= worlds && only == NULL; i++) {
        print_message("# world %llu\n", (unsigned long long)i);
        one_world(i);
    }
    if (only != NULL)
        one_world(strtoull(only, NULL, 10));
    print_message("# %llu worlds, %llu starts: %llu free, %llu/%llu/%llu/%llu with 1/2/3/4 moves "
                  "(%llu chats), %llu not at all; %llu bookings moved\n",
                  (unsigned long long)met.worlds, (unsigned long long)met.starts,
                  (unsigned long long)met.moves[0], (unsigned long long)met.moves[1],
                  (unsigned long long)met.moves[2], (unsigned long long)met.moves[3],
                  (unsigned long long)met.moves[4], (unsigned long long)met.chats,
                  (unsigned long long)met.none, (unsigned long long)met.moved);
    if (worlds >= 50 && only == NULL)
        assert_true(met.moves[1] > 10 && met.moves[2] > 1 && met.none > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_worlds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
