/* test_known.c -- whom the customer meets: who is known, what waiting for them would buy, and why
 * somebody was chosen. */
#include "world.h"

static char *take(const char *key, const char *agent, const char *start)
{
    lsched_booking *b = BOOK(.key = key, .customer = "cora", .service = "talk", .agent = agent,
                             .start = at(start), .channel = LSCHED_PHONE);
    char *id = strdup(b->id);
    lsched_booking_free(b);
    return id;
}

static void meet(const char *key, const char *agent, const char *start)
{
    char second[40];
    char *id = take(key, agent, start);
    snprintf(second, sizeof second, "%s-done", key);
    ok(lsched_finish(w.s, id, LSCHED_FULFILLED, NULL, second, NULL));
    free(id);
}

static void offers(const char *start, const char *agent, int32_t rung)
{
    lsched_slots *slots = FIND(.customer = "cora", .service = "talk", .from = at(start),
                               .channels = LSCHED_PHONE, .limit = 1);
    const lsched_slot *slot = lsched_slots_at(slots, 0);
    assert_int_equal(slot->start, at(start));
    assert_string_equal(slot->agent, agent);
    assert_int_equal(slot->rung, rung);
    lsched_slots_free(slots);
}

/* ---- who is known -------------------------------------------------------------------------------- */

static void test_met(void **state)
{
    (void)state;
    offers("2026-03-04T09:00", "ana", LSCHED_HOME);
    meet("1", "ben", "2026-03-02T09:00");
    offers("2026-03-04T09:00", "ben", LSCHED_KNOWN);
    /* Often is more than lately. */
    meet("2", "ana", "2026-03-02T09:30");
    offers("2026-03-04T09:00", "ana", LSCHED_KNOWN);
    meet("3", "ben", "2026-03-02T10:00");
    offers("2026-03-04T09:00", "ben", LSCHED_KNOWN);
    /* Who is of another team of the ladder is as well known; who is named is known better. */
    meet("4", "gil", "2026-03-02T09:00");
    meet("5", "gil", "2026-03-02T09:30");
    meet("6", "gil", "2026-03-02T10:00");
    offers("2026-03-04T09:00", "gil", LSCHED_KNOWN);
    ok(PUT(customer, .id = "cora", .zone = "America/New_York", .region = "US-NY", .knows = "hal"));
    offers("2026-03-04T09:00", "hal", LSCHED_KNOWN);
    /* A stranger of the same team meets whoever's turn it is. */
    ok(PUT(customer, .id = "dan", .zone = "America/New_York", .region = "US-NY"));
    lsched_slots *slots = FIND(.customer = "dan", .service = "talk", .limit = 1);
    assert_string_equal(lsched_slots_at(slots, 0)->agent, "ana");
    assert_int_equal(lsched_slots_at(slots, 0)->rung, LSCHED_HOME);
    lsched_slots_free(slots);
}

/* Only what took place, and not for ever. */
static void test_not_met(void **state)
{
    (void)state;
    static const int32_t states[] = {LSCHED_NOSHOW, LSCHED_MISSED};
    char key[20];
    for (int i = 0; i < 2; i++) {
        snprintf(key, sizeof key, "%d", i);
        char *id = take(key, "ben", "2026-03-02T09:00");
        w.now = at("2026-03-02T09:10");
        ok(lsched_finish(w.s, id, states[i], NULL, id, NULL));
        w.now = at("2026-03-02T08:00");
        free(id);
    }
    free(take("2", "ben", "2026-03-02T10:00"));
    offers("2026-03-04T09:00", "ana", LSCHED_HOME);
    meet("3", "ben", "2026-03-02T11:00");
    offers("2026-03-04T09:00", "ben", LSCHED_KNOWN);
    w.now = at("2028-08-10T08:00");
    offers("2028-08-11T09:00", "ben", LSCHED_KNOWN);
    w.now = at("2028-08-20T08:00");
    offers("2028-08-21T09:00", "ana", LSCHED_HOME);
}

/* ---- what waiting would buy ------------------------------------------------------------------------ */

/* hal is known and away until Thursday noon, the home team until Tuesday at ten. */
static void set_waits(int32_t known, int32_t home)
{
    ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 30, .step = 30, .notice = LSCHED_NONE,
           .wait_known = known, .wait_home = home));
}

static int away(void **state)
{
    const int failed = world_little(state);
    set_waits(0, 0);
    ok(PUT(customer, .id = "cora", .zone = "America/New_York", .region = "US-NY", .knows = "hal"));
    closes(LSCHED_AGENT, "hal", "20260301T000000", "20260305T120000", NULL);
    closes(LSCHED_TEAM, "home", "20260301T000000", "20260303T100000", NULL);
    return failed;
}

static void buys(int32_t known, int32_t home, const lsched_query *q, const char *agent,
                 const char *start)
{
    lsched_slots *slots;
    set_waits(known, home);
    ok(lsched_find(w.s, q, &slots));
    const lsched_slot *first = lsched_slots_earliest(slots), *slot = lsched_slots_familiar(slots);
    assert_ptr_equal(first, lsched_slots_at(slots, 0));
    assert_int_equal(slot != NULL, agent != NULL);
    if (slot != NULL) {
        assert_string_equal(slot->agent, agent);
        assert_int_equal(slot->start, at(start));
        /* It is what find says of that start. */
        lsched_slots *there = FIND(.customer = "cora", .service = "talk", .from = slot->start,
                                   .channels = slot->channel, .limit = 1);
        const lsched_slot *same = lsched_slots_at(there, 0);
        assert_int_equal(same->start, slot->start);
        assert_int_equal(same->end, slot->end);
        assert_int_equal(same->free, slot->free);
        assert_int_equal(same->rung, slot->rung);
        assert_int_equal(same->channel, slot->channel);
        assert_int_equal(same->customer_offset, slot->customer_offset);
        assert_string_equal(same->agent, slot->agent);
        assert_string_equal(same->team, slot->team);
        lsched_slots_free(there);
    }
    lsched_slots_free(slots);
}

static void test_wait(void **state)
{
    (void)state;
    const lsched_query q = {.size = sizeof q, .customer = "cora", .service = "talk", .limit = 3};
    lsched_query some = q;
    /* The first start is Monday at nine, with general care. */
    offers("2026-03-02T09:00", "gil", LSCHED_GENERAL);
    const int32_t to_hal = 3 * 1440 + 180, to_home = 1440 + 60;
    buys(0, 0, &q, NULL, NULL);
    buys(to_hal, 0, &q, "hal", "2026-03-05T12:00");
    buys(to_hal - 1, 0, &q, NULL, NULL);
    buys(0, to_home, &q, "ana", "2026-03-03T10:00");
    buys(0, to_home - 1, &q, NULL, NULL);
    /* Whoever is known is worth more, also if that is later. */
    buys(to_hal, to_home, &q, "hal", "2026-03-05T12:00");
    buys(to_hal - 1, to_home, &q, "ana", "2026-03-03T10:00");
    /* Within the range, on the rungs and of the teams that are asked for. */
    some.until = at("2026-03-05T12:00");
    buys(to_hal, to_home, &some, "ana", "2026-03-03T10:00");
    some.until++;
    buys(to_hal, to_home, &some, "hal", "2026-03-05T12:00");
    some = q;
    some.rungs = LSCHED_HOME | LSCHED_GENERAL;
    buys(to_hal, to_home, &some, "ana", "2026-03-03T10:00");
    some.rungs = LSCHED_GENERAL;
    buys(to_hal, to_home, &some, NULL, NULL);
    /* Behind `after`, it is measured from there. */
    some = q;
    some.after = at("2026-03-03T09:30");
    buys(0, to_home, &some, NULL, NULL);
    buys(to_hal - 1500, to_home, &some, "hal", "2026-03-05T12:00");
    buys(to_hal - 1501, to_home, &some, NULL, NULL);
    some.after = at("2026-03-03T09:00");
    buys(0, 30, &some, "ana", "2026-03-03T10:00");
    buys(0, 29, &some, NULL, NULL);
    some = q;
    some.from = at("2026-03-05T13:00");
    buys(to_hal, to_home, &some, NULL, NULL);
}

/* Where somebody known is free too, a start is not one of the home team's. */
static void test_wait_behind_known(void **state)
{
    (void)state;
    const lsched_query q = {.size = sizeof q, .customer = "cora", .service = "talk", .limit = 3};
    lsched_calendar later = {.size = sizeof later,
                             .kind = LSCHED_TEAM,
                             .effect = LSCHED_CLOSES,
                             .owner = "home",
                             .name = "later",
                             .text = event("20260301T000000", "20260305T120000", NULL)};
    ok(lsched_put_calendar(w.s, &later));
    later = (lsched_calendar){.size = sizeof later,
                              .kind = LSCHED_AGENT,
                              .effect = LSCHED_CLOSES,
                              .owner = "hal",
                              .name = "later",
                              .text = event("20260305T130000", "20260306T000000", NULL)};
    ok(lsched_put_calendar(w.s, &later));
    for (int i = 0; i < 2; i++) {
        buys(1, 5 * 1440, &q, "ana", "2026-03-05T13:00");
        buys(4 * 1440, 5 * 1440, &q, "hal", "2026-03-05T12:00");
        ok(lsched_set_memory(w.s, 0));
    }
}

/* ---- why this one ----------------------------------------------------------------------------------- */

static void decided(const char *id, const char *agent, int32_t decided, int32_t rung, int32_t rank,
                    int32_t free_agents, int64_t owed)
{
    lsched_choice *c;
    ok(lsched_why_agent(w.s, id, &c));
    assert_string_equal(c->agent, agent);
    assert_int_equal(c->decided, decided);
    assert_int_equal(c->rung, rung);
    assert_int_equal(c->rank, rank);
    assert_int_equal(c->free, free_agents);
    assert_int_equal(c->owed, owed);
    assert_int_equal(c->at, w.now);
    assert_int_equal(c->size, sizeof *c);
    lsched_choice_free(c);
}

static void test_why(void **state)
{
    (void)state;
    char *ids[8];
    lsched_choice *c;
    ids[0] = take("0", NULL, "2026-03-02T09:00");
    decided(ids[0], "ana", LSCHED_BY_ID, LSCHED_HOME, 0, 4, 0);
    ids[1] = take("1", NULL, "2026-03-02T09:30");
    decided(ids[1], "ben", LSCHED_BY_TURN, LSCHED_HOME, 0, 4, 900);
    ids[2] = take("2", NULL, "2026-03-02T09:30");
    decided(ids[2], "ana", LSCHED_BY_RUNG, LSCHED_HOME, 0, 3, 0);
    ids[3] = take("3", "ben", "2026-03-02T12:00");
    decided(ids[3], "ben", LSCHED_BY_ALONE, LSCHED_HOME, 0, 1, 0);
    ok(PUT(customer, .id = "cora", .zone = "America/New_York", .region = "US-NY",
           .knows = "hal ben"));
    ids[4] = take("4", NULL, "2026-03-02T13:00");
    decided(ids[4], "hal", LSCHED_BY_RANK, LSCHED_KNOWN, 1, 4, 0);
    /* It is of the time when the place was taken; and a move is another. */
    decided(ids[0], "ana", LSCHED_BY_ID, LSCHED_HOME, 0, 4, 0);
    ok(world_try_move(NEW(change, .key = "5", .id = ids[0], .start = at("2026-03-02T15:00"))));
    decided(ids[0], "ana", LSCHED_BY_KEEPING, LSCHED_HOME, 0, 4, 0);
    ok(lsched_cancel(w.s, ids[0], NULL, "6", NULL));
    decided(ids[0], "ana", LSCHED_BY_KEEPING, LSCHED_HOME, 0, 4, 0);
    for (int i = 0; i < 5; i++)
        free(ids[i]);
    refuses(lsched_why_agent(w.s, "nobody", &c), LSCHED_NOTFOUND, "'nobody'");
    assert_null(c);
    lsched_booking in = {.size = sizeof in,
                         .state = LSCHED_BOOKED,
                         .channel = LSCHED_PHONE,
                         .customer = "cora",
                         .service = "talk",
                         .agent = "gil",
                         .team = "care",
                         .start = at("2026-03-02T09:00"),
                         .end = at("2026-03-02T09:30")};
    lsched_booking *b;
    ok(lsched_import(w.s, &in, "7", &b));
    refuses(lsched_why_agent(w.s, b->id, &c), LSCHED_NOTFOUND, b->id);
    lsched_booking_free(b);
    refuses(lsched_why_agent(w.s, "a b", &c), LSCHED_INVALID, "id");
    refuses(lsched_why_agent(w.s, NULL, &c), LSCHED_MISUSE, "id");
    assert_int_equal(lsched_why_agent(w.s, "a", NULL), LSCHED_MISUSE);
    assert_null(lsched_slots_earliest(NULL));
    assert_null(lsched_slots_familiar(NULL));
    lsched_choice_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_met, world_little, world_close),
        cmocka_unit_test_setup_teardown(test_not_met, world_little, world_close),
        cmocka_unit_test_setup_teardown(test_wait, away, world_close),
        cmocka_unit_test_setup_teardown(test_wait_behind_known, away, world_close),
        cmocka_unit_test_setup_teardown(test_why, world_little, world_close),
    };
    return cmocka_run_group_tests_name("known", tests, NULL, NULL);
}
