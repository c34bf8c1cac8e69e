/* test_why.c -- header chapter 4: an empty list says why it is empty. */
#include "world.h"

#define ALL_REASONS 0x3FFF

/* Six candidates: ana at 9:00, 9:30, ... 11:30 on the phone. */
static lsched_query query_of_six(void)
{
    return (lsched_query){.size = sizeof(lsched_query),
                          .customer = "cora",
                          .service = "talk",
                          .agent = "ana",
                          .channels = LSCHED_PHONE,
                          .from = at("2026-03-03T09:00"),
                          .until = at("2026-03-03T12:00")};
}

/* Nothing is found, and all six candidates fell to these reasons and to no others. */
static void expect_why(const lsched_query *query, int32_t reasons, int64_t count)
{
    lsched_slots *found = world_find(query);
    assert_int_equal(lsched_slots_count(found), 0);
    assert_null(lsched_slots_at(found, 0));
    for (int32_t reason = 1; reason < ALL_REASONS; reason *= 2)
        assert_int_equal(lsched_slots_lost(found, reason), (reasons & reason) != 0 ? count : 0);
    assert_int_equal(lsched_slots_lost(found, ALL_REASONS), count);
    assert_int_equal(lsched_slots_lost(found, 0), 0);
    lsched_slots_free(found);
}

static void test_found(void **state)
{
    (void)state;
    const lsched_query query = query_of_six();
    lsched_slots *found = world_find(&query);
    assert_int_equal(lsched_slots_count(found), 6);
    assert_int_equal(lsched_slots_lost(found, ALL_REASONS), 0);
    lsched_slots_free(found);
}

static void test_clock(void **state)
{
    (void)state;
    const lsched_query query = query_of_six();
    w.now = query.until;
    expect_why(&query, LSCHED_WHY_NOTICE, 6);
    w.now = query.from - INT64_C(31) * 86400;
    expect_why(&query, LSCHED_WHY_HORIZON, 6);
}

static void test_layers(void **state)
{
    static const struct {
        int32_t owner;
        const char *id;
        int32_t why;
    } layers[] = {{LSCHED_REGION, "US-NY", LSCHED_WHY_REGION},
                  {LSCHED_CUSTOMER, "cora", LSCHED_WHY_CUSTOMER},
                  {LSCHED_SERVICE, "talk", LSCHED_WHY_SERVICE},
                  {LSCHED_TEAM, "home", LSCHED_WHY_TEAM},
                  {LSCHED_AGENT, "ana", LSCHED_WHY_AGENT}};
    (void)state;
    const lsched_query query = query_of_six();
    int32_t all = 0;
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++) {
        /* Closed all day; and open, but in the afternoon only. */
        closes(layers[i].owner, layers[i].id, "20260303", "20260304", NULL);
        expect_why(&query, layers[i].why, 6);
        ok(lsched_remove_calendar(w.s, layers[i].owner, layers[i].id, "closes"));
        opens(layers[i].owner, layers[i].id, "20260101T120000", "20260101T170000", "FREQ=DAILY");
        expect_why(&query, layers[i].why, 6);
        opens(layers[i].owner, layers[i].id, "20260101T090000", "20260101T170000", "FREQ=DAILY");
    }
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++) {
        closes(layers[i].owner, layers[i].id, "20260303", "20260304", NULL);
        all |= layers[i].why;
        expect_why(&query, all, 6);
    }
}

/* Without an opening calendar a team or an agent is never open. */
static void test_no_calendar(void **state)
{
    (void)state;
    const lsched_query query = query_of_six();
    ok(lsched_remove_calendar(w.s, LSCHED_TEAM, "home", "opens"));
    expect_why(&query, LSCHED_WHY_TEAM, 6);
    ok(lsched_remove_calendar(w.s, LSCHED_AGENT, "ana", "opens"));
    expect_why(&query, LSCHED_WHY_TEAM | LSCHED_WHY_AGENT, 6);
}

static void test_roster_and_booked(void **state)
{
    (void)state;
    const lsched_query query = query_of_six();
    ok(PUT(service, .id = "all", .name = "A", .minutes = 180, .notice = LSCHED_NONE));
    assert_int_equal(world_try(NEW(request, .key = "1", .customer = "cora", .service = "all",
                                   .agent = "ana", .start = query.from)),
                     LSCHED_OK);
    expect_why(&query, LSCHED_WHY_BOOKED, 6);
    ok(lsched_remove_member(w.s, "home", "ana", NULL));
    ok(PUT(member, .team = "home", .agent = "ana", .from = "2026-03-04"));
    expect_why(&query, LSCHED_WHY_BOOKED | LSCHED_WHY_ROSTER, 6);
}

static void test_unfit(void **state)
{
    (void)state;
    lsched_query query = query_of_six();
    ok(PUT(agent, .id = "ana", .name = "ana", .zone = "America/New_York", .channels = LSCHED_CHAT,
           .languages = "en es", .skills = "fiber:2"));
    expect_why(&query, LSCHED_WHY_CHANNEL, 6);
    query.channels = LSCHED_CHAT;
    ok(PUT(service, .id = "talk", .name = "Talk", .step = 30, .notice = LSCHED_NONE,
           .skills = "fiber:3"));
    expect_why(&query, LSCHED_WHY_SKILL, 6);
    ok(PUT(service, .id = "talk", .name = "Talk", .step = 30, .notice = LSCHED_NONE,
           .skills = "fiber:2 tv"));
    expect_why(&query, LSCHED_WHY_SKILL, 6);
    ok(PUT(service, .id = "talk", .name = "Talk", .step = 30, .notice = LSCHED_NONE,
           .skills = "fiber:2"));
    ok(PUT(customer, .id = "cora", .zone = "America/New_York", .region = "US-NY",
           .language = "fr"));
    expect_why(&query, LSCHED_WHY_LANGUAGE, 6);
    ok(PUT(customer, .id = "cora", .zone = "America/New_York", .region = "US-NY",
           .language = "ES"));
    lsched_slots *found = world_find(&query);
    assert_int_equal(lsched_slots_count(found), 6);
    lsched_slots_free(found);
}

/* A channel that the service is not had on is a reason too, not silence. */
static void test_channel_of_the_service(void **state)
{
    (void)state;
    lsched_query query = query_of_six();
    ok(PUT(service, .id = "talk", .name = "Talk", .step = 30, .notice = LSCHED_NONE,
           .channels = LSCHED_CHAT | LSCHED_VISIT));
    query.channels = LSCHED_PHONE;
    expect_why(&query, LSCHED_WHY_CHANNEL, 6);
    query.channels = LSCHED_PHONE | LSCHED_VIDEO;
    expect_why(&query, LSCHED_WHY_CHANNEL, 12);
    query.channels = LSCHED_PHONE | LSCHED_CHAT;
    lsched_slots *found = world_find(&query);
    assert_int_equal(lsched_slots_count(found), 6);
    assert_int_equal(lsched_slots_at(found, 0)->channel, LSCHED_CHAT);
    lsched_slots_free(found);
}

/* The team opens at 9:10, and its starts count from there: 9:30 is none. */
static void test_grid(void **state)
{
    (void)state;
    lsched_query query = query_of_six();
    opens(LSCHED_TEAM, "home", "20260101T091000", "20260101T170000", "FREQ=DAILY");
    ok(PUT(service, .id = "talk", .name = "Talk", .step = 30, .notice = LSCHED_NONE,
           .anchor = LSCHED_OPENING));
    query.from += 1200;
    query.until = query.from + 1200;
    expect_why(&query, LSCHED_WHY_GRID, 1);
}

static void test_no_team(void **state)
{
    (void)state;
    lsched_query query = query_of_six();
    lsched_slots *found;
    query.agent = NULL;
    ok(PUT(team, .id = "care", .name = "care", .zone = "America/New_York"));
    ok(PUT(customer, .id = "far", .zone = "America/New_York", .region = "US-AK"));
    query.customer = "far";
    found = world_find(&query);
    assert_int_equal(lsched_slots_count(found), 0);
    assert_true(lsched_slots_lost(found, LSCHED_WHY_NO_TEAM) > 0);
    assert_int_equal(lsched_slots_lost(found, ALL_REASONS & ~LSCHED_WHY_NO_TEAM), 0);
    lsched_slots_free(found);
}

static void test_texts(void **state)
{
    (void)state;
    assert_string_equal(lsched_reason_text(LSCHED_WHY_TEAM), "the team is closed");
    assert_string_equal(lsched_reason_text(0), "");
    assert_string_equal(lsched_reason_text(-1), "");
    for (int32_t reason = 1; reason < ALL_REASONS; reason *= 2) {
        assert_true(lsched_reason_text(reason)[0] != '\0');
        for (int32_t other = 1; other < reason; other *= 2)
            assert_string_not_equal(lsched_reason_text(reason), lsched_reason_text(other));
    }
}

static void test_unknown(void **state)
{
    (void)state;
    lsched_slots *found;
    const struct {
        size_t field;
        const char *id;
    } ids[] = {{offsetof(lsched_query, customer), "nix"},
               {offsetof(lsched_query, service), "nix"},
               {offsetof(lsched_query, agent), "nix"},
               {offsetof(lsched_query, team), "nix"}};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        lsched_query query = query_of_six();
        memcpy((char *)&query + ids[i].field, &ids[i].id, sizeof ids[i].id);
        refuses(lsched_find(w.s, &query, &found), LSCHED_NOTFOUND, "'nix'");
        assert_null(found);
    }
    lsched_query query = query_of_six();
    query.channels = 16;
    refuses(lsched_find(w.s, &query, &found), LSCHED_INVALID, "channel");
    query = query_of_six();
    query.channels = -1;
    refuses(lsched_find(w.s, &query, &found), LSCHED_INVALID, "channel");
    query = query_of_six();
    query.rungs = 16;
    refuses(lsched_find(w.s, &query, &found), LSCHED_INVALID, "rung");
    query = query_of_six();
    query.limit = LSCHED_MAX_PAGE + 1;
    refuses(lsched_find(w.s, &query, &found), LSCHED_LIMIT, "limit");
    assert_null(found);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_little, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_found),
        TEST(test_clock),
        TEST(test_layers),
        TEST(test_no_calendar),
        TEST(test_roster_and_booked),
        TEST(test_unfit),
        TEST(test_channel_of_the_service),
        TEST(test_grid),
        TEST(test_no_team),
        TEST(test_texts),
        TEST(test_unknown),
    };
    return cmocka_run_group_tests_name("why", tests, NULL, NULL);
}
