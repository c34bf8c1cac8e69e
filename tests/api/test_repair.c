/* test_repair.c -- header chapter 5: strays, and how they are mended. */
#include "world.h"

#define SWEEP(...) NEW(sweep, __VA_ARGS__)

static lsched_strays *strays(const lsched_sweep *sweep)
{
    lsched_strays *list = NULL;
    ok(lsched_list_strays(w.s, sweep, &list));
    assert_non_null(list);
    return list;
}

static size_t count_strays(const lsched_sweep *sweep)
{
    lsched_strays *list = strays(sweep);
    const size_t count = lsched_strays_count(list);
    lsched_strays_free(list);
    return count;
}

static lsched_plan *propose(const lsched_sweep *sweep)
{
    lsched_plan *plan = NULL;
    ok(lsched_plan_repair(w.s, sweep, &plan));
    assert_non_null(plan);
    return plan;
}

static lsched_plan *repair(const lsched_sweep *sweep, const lsched_plan *plan)
{
    lsched_plan *done = NULL;
    ok(lsched_repair(w.s, sweep, plan, &done));
    assert_non_null(done);
    return done;
}

static char *book(const char *key, const char *agent, const char *start, int32_t channel)
{
    lsched_booking *b = BOOK(.key = key, .customer = "cora", .service = "talk", .agent = agent,
                             .start = at(start), .channel = channel);
    char *id = strdup(b->id);
    lsched_booking_free(b);
    return id;
}

/* The agent is away from one local time to the other. */
static void away(const char *agent, const char *from, const char *until)
{
    closes(LSCHED_AGENT, agent, from, until, NULL);
}

static const lsched_event *last_event(lsched_events **list, const char *booking)
{
    ok(lsched_list_events(w.s, booking, 0, 0, list));
    assert_true(lsched_events_count(*list) > 0);
    return lsched_events_at(*list, lsched_events_count(*list) - 1);
}

/* What is due now, acknowledged: the kinds as bits. */
static int32_t told_now(void)
{
    lsched_notices *list;
    int32_t kinds = 0;
    ok(lsched_take_notices(w.s, 0, 60, &list));
    for (size_t i = 0; i < lsched_notices_count(list); i++) {
        const lsched_notice *n = lsched_notices_at(list, i);
        kinds |= 1 << n->kind;
        ok(lsched_ack_notice(w.s, n->id, n->attempt));
    }
    lsched_notices_free(list);
    return kinds;
}

/* ---- strays -------------------------------------------------------------------------------------- */

static void test_list(void **state)
{
    (void)state;
    char *a = book("k1", "ana", "2026-03-03T09:00", LSCHED_PHONE);
    char *b = book("k2", "ana", "2026-03-03T10:00", LSCHED_PHONE);
    char *c = book("k3", "ben", "2026-03-03T10:00", LSCHED_PHONE);
    assert_int_equal(count_strays(SWEEP(.kind = 0)), 0);
    away("ana", "20260303T093000", "20260303T120000");
    lsched_strays *list = strays(SWEEP(.kind = LSCHED_AGENT, .owner = "ana"));
    assert_int_equal(lsched_strays_count(list), 1);
    const lsched_stray *s = lsched_strays_at(list, 0);
    assert_string_equal(s->booking->id, b);
    assert_int_equal(s->booking->size, sizeof *s->booking);
    assert_int_equal(s->reasons, LSCHED_WHY_AGENT);
    assert_string_equal(s->text, lsched_reason_text(LSCHED_WHY_AGENT));
    assert_null(lsched_strays_at(list, 1));
    lsched_strays_free(list);
    assert_int_equal(count_strays(SWEEP(.kind = LSCHED_AGENT, .owner = "ben")), 0);
    assert_int_equal(count_strays(SWEEP(.kind = LSCHED_AGENT, .owner = "nobody")), 0);
    /* Every owner's calendar closes on all three; pages have one after the other. */
    closes(LSCHED_REGION, "US-NY", "20260303", "20260304", NULL);
    const int32_t kinds[] = {LSCHED_TEAM, LSCHED_CUSTOMER, LSCHED_REGION, LSCHED_SERVICE, 0};
    const char *const owners[] = {"home", "cora", "US-NY", "talk", NULL};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(count_strays(SWEEP(.kind = kinds[i], .owner = owners[i])), 3);
        assert_int_equal(count_strays(SWEEP(.kind = kinds[i], .owner = owners[i], .after = a)), 2);
        assert_int_equal(count_strays(SWEEP(.kind = kinds[i], .owner = owners[i], .limit = 2)), 2);
    }
    assert_int_equal(count_strays(SWEEP(.until = at("2026-03-03T09:30"))), 1);
    assert_int_equal(count_strays(SWEEP(.from = at("2026-03-03T09:30"))), 2);
    assert_int_equal(count_strays(SWEEP(.kind = LSCHED_TEAM, .owner = "help")), 0);
    /* What is over is nobody's stray. */
    w.now = at("2026-03-03T09:30");
    assert_int_equal(count_strays(SWEEP(.kind = 0)), 2);
    ok(lsched_cancel(w.s, b, NULL, "x", NULL));
    assert_int_equal(count_strays(SWEEP(.kind = 0)), 1);
    free(a);
    free(b);
    free(c);
}

/* The overflow team helps no longer: bookings with it are those of the home team's owner. */
static void test_team_of_the_customer(void **state)
{
    (void)state;
    char *a = book("k1", "hal", "2026-03-03T09:00", LSCHED_PHONE);
    ok(lsched_set_strays(w.s, 5));
    ok(PUT(team, .id = "home", .name = "home", .zone = "America/New_York",
           .regions = "US-NY US-NJ"));
    const lsched_strays *left = lsched_left_strays(w.s);
    assert_int_equal(lsched_strays_count(left), 1);
    assert_string_equal(lsched_strays_at(left, 0)->booking->id, a);
    assert_int_equal(lsched_strays_at(left, 0)->reasons, LSCHED_WHY_NO_TEAM);
    free(a);
}

static void test_refusals(void **state)
{
    (void)state;
    lsched_strays *list = NULL;
    lsched_plan *plan = NULL;
#define LIST(...) lsched_list_strays(w.s, SWEEP(__VA_ARGS__), &list)
    refuses(LIST(.kind = LSCHED_AGENT), LSCHED_INVALID, "owner");
    refuses(LIST(.owner = "ana"), LSCHED_INVALID, "owner");
    refuses(LIST(.kind = 6, .owner = "ana"), LSCHED_INVALID, "kind");
    refuses(LIST(.limit = LSCHED_MAX_PAGE + 1), LSCHED_LIMIT, "limit");
    refuses(LIST(.from = 100, .until = 100), LSCHED_INVALID, "until");
    refuses(LIST(.after = "nix"), LSCHED_NOTFOUND, "nix");
    refuses(LIST(.key = "k"), LSCHED_INVALID, "repair");
    refuses(LIST(.cause = "k"), LSCHED_INVALID, "repair");
    refuses(LIST(.days = 1), LSCHED_INVALID, "repair");
    refuses(LIST(.days = -2), LSCHED_INVALID, "days");
    refuses(lsched_list_strays(w.s, NULL, &list), LSCHED_MISUSE, "required");
    refuses(lsched_list_strays(w.s, SWEEP(.kind = 0), NULL), LSCHED_MISUSE, "out");
    refuses(lsched_plan_repair(w.s, SWEEP(.limit = LSCHED_MAX_REPAIR + 1), &plan), LSCHED_LIMIT,
            "limit");
    refuses(lsched_repair(w.s, SWEEP(.kind = 0), NULL, &plan), LSCHED_INVALID, "key");
    refuses(lsched_set_strays(w.s, LSCHED_MAX_PAGE + 1), LSCHED_LIMIT, "most");
    assert_null(list);
    assert_null(plan);
    assert_int_equal(lsched_list_strays(NULL, SWEEP(.kind = 0), &list), LSCHED_MISUSE);
    assert_int_equal(lsched_set_strays(NULL, 1), LSCHED_MISUSE);
    assert_null(lsched_left_strays(NULL));
    assert_int_equal(lsched_plan_count(NULL), 0);
    assert_null(lsched_plan_at(NULL, 0));
    lsched_strays_free(NULL);
    lsched_plan_free(NULL);
}

/* Each write of the catalogue says what it leaves, if asked. */
static void test_write_tells(void **state)
{
    (void)state;
    char *a = book("k1", "ana", "2026-03-03T09:00", LSCHED_PHONE);
    away("ana", "20260303", "20260304");
    assert_null(lsched_left_strays(w.s));
    ok(lsched_set_strays(w.s, 10));
    assert_null(lsched_left_strays(w.s));
#define LEAVES(call, count)                                                                        \
    do {                                                                                           \
        ok(call);                                                                                  \
        assert_non_null(lsched_left_strays(w.s));                                                  \
        assert_int_equal(lsched_strays_count(lsched_left_strays(w.s)), count);                     \
    } while (0)
    LEAVES(lsched_remove_calendar(w.s, LSCHED_AGENT, "ana", "closes"), 0);
    LEAVES(PUT(agent, .id = "ana", .name = "ana", .zone = "America/New_York", .languages = "en",
               .channels = LSCHED_CHAT),
           1);
    assert_int_equal(lsched_strays_at(lsched_left_strays(w.s), 0)->reasons, LSCHED_WHY_CHANNEL);
    LEAVES(PUT(agent, .id = "ana", .name = "ana", .zone = "America/New_York", .languages = "en"),
           0);
    LEAVES(PUT(member, .team = "home", .agent = "ana", .until = "2026-03-03"), 1);
    assert_int_equal(lsched_strays_at(lsched_left_strays(w.s), 0)->reasons, LSCHED_WHY_ROSTER);
    LEAVES(lsched_remove_member(w.s, "home", "ana", NULL), 1);
    assert_int_equal(lsched_strays_at(lsched_left_strays(w.s), 0)->reasons, LSCHED_WHY_NO_TEAM);
    LEAVES(PUT(member, .team = "home", .agent = "ana"), 0);
    LEAVES(PUT(service, .id = "talk", .name = "Talk", .skills = "fiber"), 1);
    LEAVES(PUT(service, .id = "talk", .name = "Talk", .minutes = 45, .step = 45), 0);
    LEAVES(PUT(customer, .id = "cora", .zone = "America/New_York", .region = "US-NY",
               .language = "fi"),
           1);
    refuses(PUT(customer, .id = "cora", .zone = "Nowhere"), LSCHED_INVALID, "zone");
    assert_null(lsched_left_strays(w.s));
    LEAVES(PUT(customer, .id = "dan", .zone = "America/New_York"), 0);
    LEAVES(PUT(customer, .id = "cora", .zone = "America/New_York", .region = "US-NY"), 0);
    /* What if: the write, the look, and nothing happened. */
    ok(lsched_begin(w.s));
    away("ana", "20260303", "20260304");
    assert_int_equal(lsched_strays_count(lsched_left_strays(w.s)), 1);
    ok(lsched_rollback(w.s));
    assert_int_equal(count_strays(SWEEP(.kind = 0)), 0);
    ok(lsched_set_strays(w.s, 0));
    away("ana", "20260303", "20260304");
    assert_null(lsched_left_strays(w.s));
    free(a);
}

/* ---- the plan -------------------------------------------------------------------------------------- */

static void expect(const lsched_mend *m, const char *agent, const char *start, int32_t changes,
                   int32_t notice)
{
    assert_non_null(m);
    assert_int_equal(m->status, LSCHED_OK);
    assert_non_null(m->after);
    assert_string_equal(m->after->agent, agent);
    assert_int_equal(m->after->start, at(start));
    assert_int_equal(m->changes, changes);
    assert_int_equal(m->notice, notice);
    assert_int_equal(m->after->sequence, m->before->sequence + 1);
}

/* Step by step down: the team, the other teams, the same day, another day. */
static void test_order_of_disturbance(void **state)
{
    (void)state;
    const lsched_sweep *all = SWEEP(.kind = LSCHED_AGENT, .owner = "ana");
    char *id = book("k1", "ana", "2026-03-03T09:00", LSCHED_PHONE);
    away("ana", "20260303T080000", "20260303T100000");
    lsched_plan *p = propose(all);
    assert_int_equal(lsched_plan_count(p), 1);
    expect(lsched_plan_at(p, 0), "ben", "2026-03-03T09:00", LSCHED_MEND_AGENT, 0);
    lsched_plan_free(p);
    closes(LSCHED_AGENT, "ben", "20260303", "20260304", NULL);
    p = propose(all);
    expect(lsched_plan_at(p, 0), "hal", "2026-03-03T09:00", LSCHED_MEND_AGENT | LSCHED_MEND_TEAM,
           0);
    assert_int_equal(lsched_plan_at(p, 0)->after->rung, LSCHED_OVERFLOW);
    lsched_plan_free(p);
    closes(LSCHED_AGENT, "hal", "20260303", "20260304", NULL);
    p = propose(all);
    expect(lsched_plan_at(p, 0), "gil", "2026-03-03T09:00", LSCHED_MEND_AGENT | LSCHED_MEND_TEAM,
           0);
    lsched_plan_free(p);
    closes(LSCHED_AGENT, "gil", "20260303T080000", "20260303T093000", NULL);
    /* Of the same day her own is first, though gil is nearer. */
    p = propose(all);
    expect(lsched_plan_at(p, 0), "ana", "2026-03-03T10:00", LSCHED_MEND_TIME, LSCHED_NOTICE_MOVED);
    lsched_plan_free(p);
    away("ana", "20260303", "20260304");
    p = propose(all);
    expect(lsched_plan_at(p, 0), "gil", "2026-03-03T09:30",
           LSCHED_MEND_TIME | LSCHED_MEND_AGENT | LSCHED_MEND_TEAM, LSCHED_NOTICE_MOVED);
    lsched_plan_free(p);
    closes(LSCHED_AGENT, "gil", "20260303", "20260304", NULL);
    p = propose(all);
    expect(lsched_plan_at(p, 0), "ana", "2026-03-04T09:00", LSCHED_MEND_TIME | LSCHED_MEND_DAY,
           LSCHED_NOTICE_MOVED);
    lsched_plan_free(p);
    /* It is to keep its day: it stays. */
    p = propose(SWEEP(.kind = LSCHED_AGENT, .owner = "ana", .days = LSCHED_NONE));
    const lsched_mend *m = lsched_plan_at(p, 0);
    assert_null(m->after);
    assert_int_equal(m->status, LSCHED_NOBODY);
    assert_int_equal(m->missing, LSCHED_WHY_AGENT);
    assert_string_equal(m->before->id, id);
    lsched_plan_free(p);
    free(id);
}

/* Sick within the notice: what was promised is kept all the same, also when it has begun. */
static void test_notice_is_not_asked(void **state)
{
    (void)state;
    char *id = book("k1", "ana", "2026-03-02T09:00", LSCHED_PHONE);
    ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 60, .step = 45, .notice = 600,
           .horizon = 1));
    w.now = at("2026-03-02T09:05");
    away("ana", "20260302", "20260303");
    lsched_plan *p = propose(SWEEP(.kind = 0));
    expect(lsched_plan_at(p, 0), "ben", "2026-03-02T09:00", LSCHED_MEND_AGENT, 0);
    assert_int_equal(lsched_plan_at(p, 0)->after->end, at("2026-03-02T09:30"));
    lsched_plan_free(p);
    free(id);
}

/* ben can do both, but only he can do the one that comes later: it is planned together. */
static void test_planned_together(void **state)
{
    (void)state;
    ok(PUT(agent, .id = "ben", .name = "ben", .zone = "America/New_York", .languages = "en fi"));
    ok(PUT(agent, .id = "ana", .name = "ana", .zone = "America/New_York", .languages = "en fi"));
    ok(PUT(customer, .id = "aino", .zone = "America/New_York", .region = "US-NY",
           .language = "fi"));
    char *cora = book("k1", "ana", "2026-03-03T09:00", LSCHED_CHAT);
    lsched_booking *aino = BOOK(.key = "k2", .customer = "aino", .service = "talk", .agent = "ana",
                                .start = at("2026-03-03T09:00"), .channel = LSCHED_CHAT);
    ok(PUT(agent, .id = "ben", .name = "ben", .zone = "America/New_York", .languages = "en fi",
           .lanes = 1));
    away("ana", "20260303", "20260304");
    lsched_plan *p = propose(SWEEP(.kind = LSCHED_AGENT, .owner = "ana"));
    assert_int_equal(lsched_plan_count(p), 2);
    for (size_t i = 0; i < 2; i++) {
        const lsched_mend *m = lsched_plan_at(p, i);
        const bool hers = strcmp(m->before->id, aino->id) == 0;
        expect(m, hers ? "ben" : "hal", "2026-03-03T09:00",
               LSCHED_MEND_AGENT | (hers ? 0 : LSCHED_MEND_TEAM), 0);
    }
    lsched_plan_free(p);
    lsched_booking_free(aino);
    free(cora);
}

/* ---- carrying it out ------------------------------------------------------------------------------- */

static void test_quiet_and_told(void **state)
{
    (void)state;
    lsched_events *events;
    char *id = book("k1", "ana", "2026-03-03T09:00", LSCHED_PHONE);
    assert_int_equal(told_now(), 1 << LSCHED_NOTICE_CONFIRMED);
    away("ana", "20260303", "20260304");
    lsched_plan *p = repair(SWEEP(.kind = LSCHED_AGENT, .owner = "ana", .key = "r1"), NULL);
    expect(lsched_plan_at(p, 0), "ben", "2026-03-03T09:00", LSCHED_MEND_AGENT, 0);
    lsched_booking *b = BOOKING(id);
    world_same_booking(b, lsched_plan_at(p, 0)->after);
    assert_string_equal(b->cause, "repair");
    lsched_plan_free(p);
    const lsched_event *e = last_event(&events, id);
    assert_int_equal(e->kind, LSCHED_EVENT_REASSIGNED);
    assert_string_equal(e->key, "r1");
    assert_string_equal(e->before->agent, "ana");
    assert_string_equal(e->after->agent, "ben");
    lsched_events_free(events);
    assert_int_equal(told_now(), 0);
    /* The reminder is still to come, and tells of the booking as it is. */
    w.now = at("2026-03-02T09:00");
    lsched_notices *due;
    ok(lsched_take_notices(w.s, 0, 60, &due));
    assert_int_equal(lsched_notices_count(due), 1);
    assert_int_equal(lsched_notices_at(due, 0)->kind, LSCHED_NOTICE_REMINDER);
    assert_string_equal(lsched_notices_at(due, 0)->booking->agent, "ben");
    lsched_notices_free(due);
    /* One whom the customer knows is not exchanged in silence. */
    ok(PUT(customer, .id = "cora", .zone = "America/New_York", .region = "US-NY", .knows = "ben"));
    closes(LSCHED_AGENT, "ben", "20260303", "20260304", NULL);
    p = repair(SWEEP(.kind = LSCHED_AGENT, .owner = "ben", .key = "r2", .cause = "sick"), NULL);
    expect(lsched_plan_at(p, 0), "hal", "2026-03-03T09:00",
           LSCHED_MEND_AGENT | LSCHED_MEND_TEAM | LSCHED_MEND_KNOWN, LSCHED_NOTICE_MOVED);
    assert_string_equal(lsched_plan_at(p, 0)->after->cause, "sick");
    lsched_plan_free(p);
    e = last_event(&events, id);
    assert_int_equal(e->kind, LSCHED_EVENT_MOVED);
    lsched_events_free(events);
    w.now += 61;
    assert_true((told_now() & 1 << LSCHED_NOTICE_MOVED) != 0);
    lsched_booking_free(b);
    free(id);
}

/* A confirmation that nobody has sent yet is not lost when the agent changes. */
static void test_untold_goes_along(void **state)
{
    (void)state;
    char *id = book("k1", "ana", "2026-03-03T09:00", LSCHED_PHONE);
    away("ana", "20260303", "20260304");
    lsched_plan_free(repair(SWEEP(.kind = 0, .key = "r1"), NULL));
    lsched_notices *due;
    ok(lsched_take_notices(w.s, 0, 60, &due));
    assert_int_equal(lsched_notices_count(due), 1);
    assert_int_equal(lsched_notices_at(due, 0)->kind, LSCHED_NOTICE_CONFIRMED);
    assert_string_equal(lsched_notices_at(due, 0)->booking->agent, "ben");
    lsched_notices_free(due);
    free(id);
}

static void check_same_plan(const lsched_plan *a, const lsched_plan *b)
{
    assert_int_equal(lsched_plan_count(a), lsched_plan_count(b));
    for (size_t i = 0; i < lsched_plan_count(a); i++) {
        const lsched_mend *x = lsched_plan_at(a, i), *y = lsched_plan_at(b, i);
        assert_int_equal(x->reasons, y->reasons);
        assert_int_equal(x->status, y->status);
        assert_int_equal(x->missing, y->missing);
        assert_int_equal(x->changes, y->changes);
        assert_int_equal(x->notice, y->notice);
        world_same_booking(x->before, y->before);
        assert_int_equal(x->after != NULL, y->after != NULL);
        if (x->after != NULL)
            world_same_booking(x->after, y->after);
    }
}

/* The key, with and without something that stays; and a key that is somebody else's. */
static void test_key(void **state)
{
    (void)state;
    lsched_plan *p = NULL;
    char *a = book("k1", "ana", "2026-03-03T09:00", LSCHED_PHONE);
    char *b = book("k2", "ana", "2026-03-04T09:00", LSCHED_PHONE);
    char *c = book("k3", "ben", "2026-03-03T09:00", LSCHED_PHONE);
    away("ana", "20260303", "20260304");
    closes(LSCHED_AGENT, "hal", "20260303", "20260304", NULL);
    closes(LSCHED_REGION, "US-NY", "20260304", "20260401", NULL);
    const lsched_sweep *first = SWEEP(.kind = 0, .days = LSCHED_NONE, .key = "r1");
    refuses(lsched_repair(w.s, SWEEP(.kind = 0, .key = "k1"), NULL, &p), LSCHED_KEYUSED, "key");
    lsched_plan *done = repair(first, NULL);
    assert_int_equal(lsched_plan_count(done), 2);
    expect(lsched_plan_at(done, 0), "gil", "2026-03-03T09:00", LSCHED_MEND_AGENT | LSCHED_MEND_TEAM,
           0);
    assert_null(lsched_plan_at(done, 1)->after);
    assert_int_equal(lsched_plan_at(done, 1)->status, LSCHED_CLOSED);
    assert_int_equal(lsched_plan_at(done, 1)->missing, LSCHED_WHY_REGION);
    ok(lsched_cancel(w.s, a, NULL, "x1", NULL));
    ok(lsched_cancel(w.s, b, NULL, "x2", NULL));
    char *before = world_listing(w.s);
    lsched_plan *again = repair(first, NULL);
    check_same_plan(done, again);
    world_unchanged(before);
    refuses(lsched_repair(w.s, SWEEP(.kind = 0, .key = "r1"), NULL, &p), LSCHED_KEYUSED, "key");
    refuses(lsched_repair(w.s, first, done, &p), LSCHED_KEYUSED, "key");
    assert_int_equal(world_try(NEW(request, .key = "r1", .customer = "cora", .service = "talk",
                                   .start = at("2026-03-03T09:00"))),
                     LSCHED_KEYUSED);
    lsched_plan_free(done);
    lsched_plan_free(again);
    /* Nothing to do uses no key up. */
    lsched_plan_free(repair(SWEEP(.kind = 0, .key = "r2"), NULL));
    assert_int_equal(world_try(NEW(request, .key = "r2", .customer = "cora", .service = "talk",
                                   .agent = "ben", .start = at("2026-03-03T10:00"))),
                     LSCHED_OK);
    free(a);
    free(b);
    free(c);
}

/* What was proposed is what is done, unless the world has changed: then it says what. */
static void test_given_plan(void **state)
{
    (void)state;
    lsched_plan *p = NULL;
    char *a = book("k1", "ana", "2026-03-03T09:00", LSCHED_PHONE);
    char *b = book("k2", "ana", "2026-03-03T10:00", LSCHED_PHONE);
    away("ana", "20260303", "20260304");
    const lsched_sweep *sweep = SWEEP(.kind = LSCHED_AGENT, .owner = "ana", .key = "r1");
    lsched_plan *plan = propose(sweep);
    assert_int_equal(lsched_plan_count(plan), 2);
    /* Somebody takes ben at ten. */
    char *c = book("k3", "ben", "2026-03-03T10:00", LSCHED_PHONE);
    char *before = world_listing(w.s);
    refuses(lsched_repair(w.s, sweep, plan, &p), LSCHED_TAKEN, b);
    assert_null(p);
    world_unchanged(before);
    ok(lsched_cancel(w.s, c, NULL, "x", NULL));
    /* Somebody has moved one of them. */
    ok(lsched_begin(w.s));
    assert_int_equal(
        world_try_move(NEW(change, .key = "m", .id = a, .start = at("2026-03-03T11:00"))),
        LSCHED_OK);
    refuses(lsched_repair(w.s, sweep, plan, &p), LSCHED_OVER, a);
    ok(lsched_rollback(w.s));
    /* She is well again. */
    ok(lsched_begin(w.s));
    ok(lsched_remove_calendar(w.s, LSCHED_AGENT, "ana", "closes"));
    refuses(lsched_repair(w.s, sweep, plan, &p), LSCHED_OVER, "fits again");
    ok(lsched_rollback(w.s));
    p = repair(sweep, plan);
    for (size_t i = 0; i < 2; i++) {
        lsched_booking *now = BOOKING(lsched_plan_at(plan, i)->before->id);
        world_same_booking(now, lsched_plan_at(p, i)->after);
        assert_string_equal(now->agent, lsched_plan_at(plan, i)->after->agent);
        assert_int_equal(now->start, lsched_plan_at(plan, i)->after->start);
        lsched_booking_free(now);
    }
    lsched_plan *again = repair(sweep, plan);
    check_same_plan(p, again);
    lsched_plan_free(again);
    lsched_plan_free(p);
    lsched_plan_free(plan);
    assert_int_equal(count_strays(SWEEP(.kind = 0)), 0);
    free(a);
    free(b);
    free(c);
}

/* What is held changes hands at its time, or stays. */
static void test_held(void **state)
{
    (void)state;
    lsched_booking *h =
        HOLD(.key = "h", .customer = "cora", .service = "talk", .agent = "ana",
             .start = at("2026-03-03T09:00"), .channel = LSCHED_PHONE, .seconds = 600);
    away("ana", "20260303", "20260304");
    ok(lsched_begin(w.s));
    ok(PUT(customer, .id = "cora", .zone = "America/New_York", .region = "US-NY", .knows = "ana"));
    lsched_plan *p = propose(SWEEP(.kind = 0));
    assert_int_equal(lsched_plan_count(p), 1);
    assert_null(lsched_plan_at(p, 0)->after);
    lsched_plan_free(p);
    ok(lsched_rollback(w.s));
    p = repair(SWEEP(.kind = 0, .key = "r"), NULL);
    expect(lsched_plan_at(p, 0), "ben", "2026-03-03T09:00", LSCHED_MEND_AGENT, 0);
    lsched_plan_free(p);
    lsched_booking *now = BOOKING(h->id);
    assert_int_equal(now->state, LSCHED_HELD);
    assert_int_equal(now->expires, h->expires);
    assert_int_equal(told_now(), 0);
    lsched_booking_free(now);
    ok(lsched_confirm(w.s, h->id, NULL, "c", &now));
    assert_string_equal(now->agent, "ben");
    lsched_booking_free(now);
    lsched_booking_free(h);
}

/* An import that was promised for another instant than it starts at, as new rules of a zone
 * would have it: the promised wall clock time is kept. */
static void test_promised_wall(void **state)
{
    (void)state;
    lsched_booking *b;
    ok(lsched_import(w.s,
                     NEW(booking, .state = LSCHED_BOOKED, .channel = LSCHED_PHONE,
                         .customer = "cora", .service = "talk", .agent = "ana", .team = "home",
                         .zone = "America/New_York", .wall = "2026-03-03T10:00", .offset = -14400,
                         .start = at("2026-03-03T09:00"), .end = at("2026-03-03T09:30")),
                     "i", &b));
    lsched_strays *list = strays(SWEEP(.kind = 0));
    assert_int_equal(lsched_strays_count(list), 1);
    assert_int_equal(lsched_strays_at(list, 0)->reasons, LSCHED_WHY_WALL);
    lsched_strays_free(list);
    lsched_plan *p = repair(SWEEP(.kind = 0, .key = "r"), NULL);
    expect(lsched_plan_at(p, 0), "ana", "2026-03-03T10:00", 0, LSCHED_NOTICE_MOVED);
    assert_string_equal(lsched_plan_at(p, 0)->after->wall, "2026-03-03T10:00");
    assert_int_equal(lsched_plan_at(p, 0)->after->offset, -18000);
    lsched_plan_free(p);
    assert_int_equal(count_strays(SWEEP(.kind = 0)), 0);
    lsched_booking_free(b);
}

/* A deadline that ends in the middle leaves everything as it was. */
static void test_deadline(void **state)
{
    (void)state;
    char key[16], *ids[8];
    for (int i = 0; i < 8; i++) {
        char start[24];
        snprintf(key, sizeof key, "k%d", i);
        snprintf(start, sizeof start, "2026-03-03T%02d:00", 9 + i);
        ids[i] = book(key, "ana", start, LSCHED_PHONE);
    }
    away("ana", "20260303", "20260304");
    char *before = world_listing(w.s);
    int status = LSCHED_BUSY, busy = 0;
    lsched_plan *p = NULL;
    for (int32_t ms = 1; status == LSCHED_BUSY && ms < 2000; ms++) {
        ok(lsched_set_deadline(w.s, ms));
        status = lsched_repair(w.s, SWEEP(.kind = 0, .key = "r"), NULL, &p);
        ok(lsched_set_deadline(w.s, 0));
        if (status == LSCHED_BUSY) {
            busy++;
            char *after = world_listing(w.s);
            assert_string_equal(before, after);
            free(after);
        }
    }
    assert_int_equal(status, LSCHED_OK);
    print_message("# gave up %d times\n", busy);
    lsched_plan_free(p);
    free(before);
    assert_int_equal(count_strays(SWEEP(.kind = 0)), 0);
    for (int i = 0; i < 8; i++)
        free(ids[i]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_little, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_list),
        TEST(test_team_of_the_customer),
        TEST(test_refusals),
        TEST(test_write_tells),
        TEST(test_order_of_disturbance),
        TEST(test_notice_is_not_asked),
        TEST(test_planned_together),
        TEST(test_quiet_and_told),
        TEST(test_untold_goes_along),
        TEST(test_key),
        TEST(test_given_plan),
        TEST(test_held),
        TEST(test_promised_wall),
        TEST(test_deadline),
    };
    return cmocka_run_group_tests_name("repair", tests, NULL, NULL);
}
