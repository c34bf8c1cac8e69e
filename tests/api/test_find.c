/* test_find.c -- header chapter 4: when a customer could be served, by whom, and why not. */
#include "world.h"

#define MINUTES 60
#define HOURS 3600

/* The i-th slot is this agent's, of this team, on this rung, with so many free. */
static void expect_slot(const lsched_slots *found, size_t i, lsched_time start, const char *agent,
                        const char *team, int32_t rung, int32_t free)
{
    const lsched_slot *slot = lsched_slots_at(found, i);
    assert_non_null(slot);
    assert_int_equal(slot->start, start);
    assert_string_equal(slot->agent, agent);
    assert_string_equal(slot->team, team);
    assert_int_equal(slot->rung, rung);
    assert_int_equal(slot->free, free);
}

static void expect_first(const lsched_query *query, lsched_time start, const char *agent,
                         const char *team, int32_t rung, int32_t free)
{
    lsched_slots *found = world_find(query);
    expect_slot(found, 0, start, agent, team, rung, free);
    lsched_slots_free(found);
}

/* The first and last start in the range, and how many there are. */
static void expect_starts(const lsched_query *query, lsched_time first, lsched_time last,
                          size_t count)
{
    lsched_slots *found = world_find(query);
    assert_int_equal(lsched_slots_count(found), count);
    assert_int_equal(lsched_slots_at(found, 0)->start, first);
    assert_int_equal(lsched_slots_at(found, count - 1)->start, last);
    lsched_slots_free(found);
}

/* ---- the ladder ----------------------------------------------------------------------------- */

static void test_rungs(void **state)
{
    static const struct {
        const char *agent, *team;
        int32_t rung;
    } ladder[] = {{"ana", "home", LSCHED_HOME},
                  {"ben", "home", LSCHED_HOME},
                  {"hal", "help", LSCHED_OVERFLOW},
                  {"gil", "care", LSCHED_GENERAL}};
    (void)state;
    const lsched_time nine = at("2026-03-03T09:00");
    const lsched_query *query = NEW(query, .customer = "cora", .service = "talk", .from = nine,
                                    .channels = LSCHED_PHONE, .limit = 1);
    for (int32_t i = 0; i < 4; i++) {
        expect_first(query, nine, ladder[i].agent, ladder[i].team, ladder[i].rung, 4 - i);
        lsched_booking *b = BOOK(.key = ladder[i].agent, .customer = "cora", .service = "talk",
                                 .start = nine);
        assert_string_equal(b->agent, ladder[i].agent);
        assert_string_equal(b->team, ladder[i].team);
        assert_int_equal(b->rung, ladder[i].rung);
        assert_int_equal(b->channel, LSCHED_PHONE);
        lsched_booking_free(b);
    }
    expect_first(query, nine + 30 * MINUTES, "ana", "home", LSCHED_HOME, 4);
}

static void test_known(void **state)
{
    (void)state;
    const lsched_time nine = at("2026-03-03T09:00");
    const lsched_query *query =
        NEW(query, .customer = "cora", .service = "talk", .from = nine, .limit = 1);
    ok(PUT(agent, .id = "zoe", .name = "Zoe", .zone = "America/New_York"));
    ok(PUT(customer, .id = "cora", .zone = "America/New_York", .region = "US-NY",
           .knows = "zoe gil ben"));
    /* Zoe is in none of cora's teams. */
    expect_first(query, nine, "gil", "care", LSCHED_KNOWN, 4);
    assert_int_equal(world_try(NEW(request, .key = "1", .customer = "cora", .service = "talk",
                                   .agent = "gil", .start = nine)),
                     LSCHED_OK);
    expect_first(query, nine, "ben", "home", LSCHED_KNOWN, 3);
    assert_int_equal(world_try(NEW(request, .key = "2", .customer = "cora", .service = "talk",
                                   .agent = "ben", .start = nine)),
                     LSCHED_OK);
    expect_first(query, nine, "ana", "home", LSCHED_HOME, 2);
}

static void test_rungs_asked(void **state)
{
    (void)state;
    const lsched_time nine = at("2026-03-03T09:00");
    lsched_query *query = NEW(query, .customer = "cora", .service = "talk", .from = nine,
                              .limit = 1, .rungs = LSCHED_GENERAL);
    expect_first(query, nine, "gil", "care", LSCHED_GENERAL, 1);
    query->rungs = LSCHED_OVERFLOW | LSCHED_GENERAL;
    expect_first(query, nine, "hal", "help", LSCHED_OVERFLOW, 2);
    query->rungs = LSCHED_HOME;
    expect_first(query, nine, "ana", "home", LSCHED_HOME, 2);
    query->rungs = LSCHED_KNOWN;
    lsched_slots *found = world_find(query);
    assert_int_equal(lsched_slots_count(found), 0);
    assert_true(lsched_slots_lost(found, LSCHED_WHY_NO_TEAM) > 0);
    lsched_slots_free(found);
    query->rungs = 0;
    query->team = "help";
    expect_first(query, nine, "hal", "help", LSCHED_OVERFLOW, 1);
    query->team = NULL;
    query->agent = "ben";
    expect_first(query, nine, "ben", "home", LSCHED_HOME, 1);
}

/* A customer without a home team has general care; one who chose it has nothing else. */
static void test_general_care(void **state)
{
    (void)state;
    const lsched_time nine = at("2026-03-03T09:00");
    ok(PUT(customer, .id = "far", .zone = "America/New_York", .region = "US-AK"));
    expect_first(NEW(query, .customer = "far", .service = "talk", .from = nine, .limit = 1), nine,
                 "gil", "care", LSCHED_GENERAL, 1);
    ok(PUT(customer, .id = "cora", .zone = "America/New_York", .region = "US-NY", .general = 1,
           .knows = "ana"));
    expect_first(NEW(query, .customer = "cora", .service = "talk", .from = nine, .limit = 1), nine,
                 "gil", "care", LSCHED_GENERAL, 1);
    assert_int_equal(world_try(NEW(request, .key = "1", .customer = "cora", .service = "talk",
                                   .agent = "ana", .start = nine)),
                     LSCHED_NOBODY);
    ok(PUT(customer, .id = "cora", .zone = "America/New_York", .region = "US-NY"));
    expect_first(NEW(query, .customer = "cora", .service = "talk", .from = nine, .limit = 1), nine,
                 "ana", "home", LSCHED_HOME, 4);
}

/* Whoever is in two of the teams is one agent, on the higher rung. */
static void test_agent_in_two_teams(void **state)
{
    (void)state;
    const lsched_time nine = at("2026-03-03T09:00");
    ok(PUT(member, .team = "care", .agent = "ana"));
    ok(PUT(member, .team = "home", .agent = "gil"));
    expect_first(NEW(query, .customer = "cora", .service = "talk", .from = nine, .limit = 1), nine,
                 "ana", "home", LSCHED_HOME, 4);
    expect_first(NEW(query, .customer = "cora", .service = "talk", .from = nine, .limit = 1,
                     .rungs = LSCHED_GENERAL),
                 nine, "ana", "care", LSCHED_GENERAL, 2);
}

/* ---- pages ---------------------------------------------------------------------------------- */

static void expect_same(const lsched_slot *a, const lsched_slot *b)
{
    assert_non_null(b);
    assert_string_equal(a->agent, b->agent);
    assert_string_equal(a->team, b->team);
    lsched_slot x = *a, y = *b;
    x.agent = y.agent = x.team = y.team = NULL;
    assert_memory_equal(&x, &y, sizeof x);
}

/* Some places taken, and agents who do not serve all channels. */
static void crowd(void)
{
    char key[8];
    ok(PUT(agent, .id = "ben", .name = "ben", .zone = "America/New_York",
           .channels = LSCHED_CHAT | LSCHED_VISIT));
    for (int i = 0; i < 40; i++) {
        snprintf(key, sizeof key, "k%d", i);
        (void)world_try(NEW(request, .key = key, .customer = "cora", .service = "talk",
                            .channel = 1 << i % 4,
                            .start = at("2026-03-03T09:00") + (i * i % 23) * 30 * MINUTES));
    }
}

static void test_pages(void **state)
{
    (void)state;
    crowd();
    lsched_query *query = NEW(query, .customer = "cora", .service = "talk", .limit = 10000,
                              .from = at("2026-03-02T12:00"), .until = at("2026-03-09T12:00"));
    lsched_slots *all = world_find(query);
    size_t seen = 0, starts = 0;
    lsched_time last = 0;
    for (size_t i = 0; i < lsched_slots_count(all); i++) {
        const lsched_slot *slot = lsched_slots_at(all, i), *before = slot - (i > 0);
        assert_int_equal(slot->end, slot->start + 30 * MINUTES);
        assert_true(slot->start > before->start || i == 0 ||
                    (slot->start == before->start && slot->channel > before->channel));
        starts += slot->start != last;
        last = slot->start;
    }
    assert_true(starts > 90);
    query->limit = 7;
    for (size_t page = 0; page <= starts / 7; page++) {
        lsched_slots *some = world_find(query);
        size_t here = 0;
        for (size_t i = 0; i < lsched_slots_count(some); i++) {
            expect_same(lsched_slots_at(all, seen++), lsched_slots_at(some, i));
            here += lsched_slots_at(some, i)->start != query->after;
            query->after = lsched_slots_at(some, i)->start;
        }
        assert_int_equal(here, page < starts / 7 ? 7 : starts % 7);
        lsched_slots_free(some);
    }
    assert_int_equal(seen, lsched_slots_count(all));
    assert_int_equal(query->after, last);
    lsched_slots *none = world_find(query);
    assert_int_equal(lsched_slots_count(none), 0);
    lsched_slots_free(none);
    lsched_slots_free(all);
}

/* What find offers can be booked, and what can be booked is offered, with the same agent. */
static void test_find_and_book_agree(void **state)
{
    (void)state;
    crowd();
    ok(PUT(service, .id = "odd", .name = "Odd", .minutes = 25, .before = 5, .wrap_up = 10,
           .after = 5, .step = 20, .notice = LSCHED_NONE));
    const lsched_time from = at("2026-03-03T08:00");
    lsched_query *query = NEW(query, .customer = "cora", .service = "odd", .limit = 10000,
                              .from = from, .until = from + 10 * HOURS);
    lsched_slots *found = world_find(query);
    size_t next = 0;
    for (lsched_time t = from; t < from + 10 * HOURS; t += 5 * MINUTES) {
        for (int32_t channel = LSCHED_PHONE; channel <= LSCHED_VISIT; channel *= 2) {
            const lsched_slot *slot = lsched_slots_at(found, next);
            const bool offered = slot != NULL && slot->start == t && slot->channel == channel;
            lsched_booking *b;
            ok(lsched_begin(w.s));
            const int status = lsched_book(
                w.s, NEW(request, .key = "x", .customer = "cora", .service = "odd", .start = t,
                         .channel = channel), &b);
            assert_int_equal(status == LSCHED_OK, offered);
            if (offered) {
                assert_string_equal(b->agent, slot->agent);
                assert_string_equal(b->team, slot->team);
                assert_int_equal(b->rung, slot->rung);
                assert_int_equal(b->end, slot->end);
                next++;
            }
            lsched_booking_free(b);
            ok(lsched_rollback(w.s));
        }
    }
    assert_int_equal(next, lsched_slots_count(found));
    assert_true(next > 40);
    lsched_slots_free(found);
}

/* ---- ranges --------------------------------------------------------------------------------- */

static void test_range(void **state)
{
    (void)state;
    const lsched_time nine = at("2026-03-03T09:00");
    lsched_slots *found;
    lsched_query *query = NEW(query, .customer = "cora", .service = "talk", .limit = 100,
                              .channels = LSCHED_PHONE, .from = nine, .until = nine + 1);
    expect_starts(query, nine, nine, 1);
    query->until = nine + 30 * MINUTES;
    expect_starts(query, nine, nine, 1);
    query->until = nine + 30 * MINUTES + 1;
    expect_starts(query, nine, nine + 30 * MINUTES, 2);
    query->from = nine + 1;
    expect_starts(query, nine + 30 * MINUTES, nine + 30 * MINUTES, 1);
    query->from = nine;
    query->until = nine + 24 * HOURS;
    expect_starts(query, nine, at("2026-03-03T16:30"), 16);
    query->limit = 0; /* 20 */
    query->until = nine + 48 * HOURS;
    expect_starts(query, nine, at("2026-03-04T10:30"), 20);
    query->until = query->from;
    refuses(lsched_find(w.s, query, &found), LSCHED_INVALID, "until");
    query->until = nine + (LSCHED_MAX_DAYS * INT64_C(86400));
    ok(lsched_find(w.s, query, &found));
    lsched_slots_free(found);
    query->until += 1;
    refuses(lsched_find(w.s, query, &found), LSCHED_LIMIT, "400");
    assert_null(found);
}

/* From now on, and to the end of the last day of the horizon, where the customer is. */
static void test_notice_and_horizon(void **state)
{
    (void)state;
    ok(PUT(service, .id = "soon", .name = "S", .minutes = 30, .step = 30, .notice = 120,
           .horizon = 2));
    opens(LSCHED_AGENT, "ana", "20260101", "20260102", "FREQ=DAILY");
    lsched_query *query = NEW(query, .customer = "cora", .service = "soon", .agent = "ana",
                              .limit = 100, .channels = LSCHED_PHONE);
    w.now = at("2026-03-02T08:00");
    expect_starts(query, at("2026-03-02T10:00"), at("2026-03-04T16:30"), 14 + 16 + 16);
    w.now += 1;
    expect_starts(query, at("2026-03-02T10:30"), at("2026-03-04T16:30"), 13 + 16 + 16);
    /* At 03:00 in New York it is still Sunday, 1 March, in Honolulu. */
    w.now = at("2026-03-02T03:00");
    ok(PUT(customer, .id = "kai", .zone = "Pacific/Honolulu", .team = "home"));
    query->customer = "kai";
    expect_starts(query, at_zone("2026-03-02T09:00", "Pacific/Honolulu"),
                  at_zone("2026-03-03T16:30", "Pacific/Honolulu"), 32);
    /* The night of the change has no 24 hours: two hours of notice are two hours. */
    w.now = at("2026-03-08T01:00");
    ok(lsched_remove_calendar(w.s, LSCHED_TEAM, "home", "opens"));
    opens(LSCHED_TEAM, "home", "20260101", "20260102", "FREQ=DAILY");
    query->customer = "cora";
    query->limit = 1;
    expect_starts(query, at("2026-03-08T04:00"), at("2026-03-08T04:00"), 1);
}

/* Before and after it the agent is busy, but nobody else need be there. */
static void test_buffers(void **state)
{
    (void)state;
    ok(PUT(service, .id = "long", .name = "L", .minutes = 30, .before = 10, .wrap_up = 15,
           .after = 5, .step = 5, .notice = LSCHED_NONE));
    lsched_query *query = NEW(query, .customer = "cora", .service = "long", .agent = "ana",
                              .limit = 1000, .channels = LSCHED_PHONE,
                              .from = at("2026-03-03T00:00"), .until = at("2026-03-04T00:00"));
    expect_starts(query, at("2026-03-03T09:10"), at("2026-03-03T16:10"), 85);
    opens(LSCHED_AGENT, "ana", "20260101T080000", "20260101T180000", "FREQ=DAILY");
    expect_starts(query, at("2026-03-03T09:00"), at("2026-03-03T16:30"), 91);
    /* 12:00 takes 11:50 to 12:50, so that 11:00 is the last before it and 13:00 the first
     * behind it. */
    assert_int_equal(world_try(NEW(request, .key = "1", .customer = "cora", .service = "long",
                                   .agent = "ana", .start = at("2026-03-03T12:00"))),
                     LSCHED_OK);
    query->until = at("2026-03-03T12:30");
    expect_starts(query, at("2026-03-03T09:00"), at("2026-03-03T11:00"), 25);
    query->from = at("2026-03-03T11:01");
    query->until = at("2026-03-04T00:00");
    expect_starts(query, at("2026-03-03T13:00"), at("2026-03-03T16:30"), 43);
}

static void test_anchors(void **state)
{
    (void)state;
    opens(LSCHED_TEAM, "home", "20260101T091000", "20260101T170000", "FREQ=DAILY");
    opens(LSCHED_AGENT, "ana", "20260101T092700", "20260101T170000", "FREQ=DAILY");
    ok(PUT(service, .id = "clock", .name = "C", .step = 20, .notice = LSCHED_NONE));
    ok(PUT(service, .id = "opening", .name = "O", .step = 20, .notice = LSCHED_NONE,
           .anchor = LSCHED_OPENING));
    ok(PUT(service, .id = "free", .name = "F", .step = 20, .notice = LSCHED_NONE,
           .anchor = LSCHED_FREE));
    const struct {
        const char *service, *first, *last;
        size_t count;
    } wanted[] = {{"clock", "2026-03-03T09:40", "2026-03-03T16:20", 21},
                  {"opening", "2026-03-03T09:30", "2026-03-03T16:30", 22},
                  {"free", "2026-03-03T09:27", "2026-03-03T16:27", 22}};
    for (size_t i = 0; i < 3; i++)
        expect_starts(NEW(query, .customer = "cora", .service = wanted[i].service, .agent = "ana",
                          .limit = 100, .channels = LSCHED_PHONE, .from = at("2026-03-03T00:00"),
                          .until = at("2026-03-04T00:00")),
                      at(wanted[i].first), at(wanted[i].last), wanted[i].count);
    assert_int_equal(world_try(NEW(request, .key = "1", .customer = "cora", .service = "clock",
                                   .agent = "ana", .start = at("2026-03-03T10:00"))),
                     LSCHED_OK);
    expect_first(NEW(query, .customer = "cora", .service = "free", .agent = "ana",
                     .from = at("2026-03-03T09:31"), .limit = 1),
                 at("2026-03-03T10:30"), "ana", "home", LSCHED_HOME, 1);
}

/* ---- moving --------------------------------------------------------------------------------- */

static void test_moving(void **state)
{
    (void)state;
    const lsched_time nine = at("2026-03-03T09:00");
    lsched_slots *found;
    lsched_booking *ben = BOOK(.key = "0", .customer = "cora", .service = "talk", .agent = "ben",
                               .start = nine);
    const char *const others[] = {"ana", "hal", "gil"};
    for (int i = 0; i < 3; i++)
        assert_int_equal(world_try(NEW(request, .key = others[i], .customer = "cora",
                                       .service = "talk", .agent = others[i], .start = nine)),
                         LSCHED_OK);
    lsched_query *query = NEW(query, .customer = "cora", .service = "talk", .from = nine,
                              .channels = LSCHED_PHONE, .limit = 2);
    expect_first(query, nine + 30 * MINUTES, "ana", "home", LSCHED_HOME, 4);
    query->moving = ben->id;
    found = world_find(query);
    expect_slot(found, 0, nine, "ben", "home", LSCHED_HOME, 1);
    expect_slot(found, 1, nine + 30 * MINUTES, "ben", "home", LSCHED_HOME, 4);
    lsched_slots_free(found);
    /* Customer and service are the booking's. */
    query->customer = query->service = NULL;
    expect_first(query, nine, "ben", "home", LSCHED_HOME, 1);

    query->moving = "nix";
    refuses(lsched_find(w.s, query, &found), LSCHED_NOTFOUND, "nix");
    query->moving = ben->id;
    w.now = ben->end;
    refuses(lsched_find(w.s, query, &found), LSCHED_OVER, ben->id);
    w.now = nine - HOURS;
    ok(lsched_cancel(w.s, ben->id, NULL, "c", NULL));
    refuses(lsched_find(w.s, query, &found), LSCHED_OVER, ben->id);
    assert_null(found);
    lsched_booking_free(ben);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_little, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_rungs),
        TEST(test_known),
        TEST(test_rungs_asked),
        TEST(test_general_care),
        TEST(test_agent_in_two_teams),
        TEST(test_pages),
        TEST(test_find_and_book_agree),
        TEST(test_range),
        TEST(test_notice_and_horizon),
        TEST(test_buffers),
        TEST(test_anchors),
        TEST(test_moving),
    };
    return cmocka_run_group_tests_name("find", tests, NULL, NULL);
}
