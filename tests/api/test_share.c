/* test_share.c -- whose turn it is: over a simulated time, everybody gets the share of the work
 * that the time on shift makes; and what counts as work. */
#include "world.h"

#define DAY 86400
#define FIRST 20514 /* 2026-03-02, in days since 1970 */
#define DAYS 56

/* ---- a long time ------------------------------------------------------------------------------- */

enum {
    FULL,
    OTHER,
    HALF,
    AWAY,
    LATE,
    AGENTS
};
static const char *const names[AGENTS] = {"full", "other", "half", "away", "late"};

static int64_t worked[AGENTS][2 * DAYS];
static uint32_t seed;

static uint32_t dice(uint32_t sides)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % sides;
}

static void add(const char *id, const char *until)
{
    ok(PUT(agent, .id = id, .name = id, .zone = "UTC"));
    ok(PUT(member, .team = "t", .agent = id));
    opens(LSCHED_AGENT, id, "20260101T090000", until, "FREQ=DAILY");
}

/* `late` is there from the fifth week on, `away` not in the second and third. */
static void make_team(void)
{
    ok(PUT(team, .id = "t", .name = "t", .zone = "UTC", .regions = "R"));
    opens(LSCHED_TEAM, "t", "20260101T080000", "20260101T180000", "FREQ=DAILY");
    for (int i = 0; i < AGENTS; i++)
        add(names[i], i == HALF ? "20260101T130000" : "20260101T170000");
    closes(LSCHED_AGENT, names[AWAY], "20260309T000000", "20260323T000000", NULL);
    ok(lsched_remove_member(w.s, "t", names[LATE], NULL));
    ok(PUT(member, .team = "t", .agent = names[LATE], .from = "2026-03-30"));
    ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 30, .step = 30, .notice = LSCHED_NONE,
           .horizon = 40));
    ok(PUT(customer, .id = "c", .zone = "UTC", .region = "R"));
}

static bool is_there(int agent, int64_t day)
{
    const int64_t n = day - FIRST;
    return agent == AWAY ? n < 7 || n >= 21 : agent == LATE ? n >= 28 : true;
}

static int64_t shift_of(int agent, int64_t day)
{
    return !is_there(agent, day) ? 0 : (agent == HALF ? 4 : 8) * 3600;
}

/* One of those free on the day, by chance; with whoever is best. */
static void book_on(int64_t day, int number)
{
    char key[32];
    snprintf(key, sizeof key, "key-%d", number);
    lsched_slots *slots = FIND(.customer = "c", .service = "talk", .channels = LSCHED_PHONE,
                               .from = day * DAY, .until = (day + 1) * DAY, .limit = 100);
    if (lsched_slots_count(slots) > 0) {
        const lsched_slot *slot = lsched_slots_at(slots, dice((uint32_t)lsched_slots_count(slots)));
        lsched_booking *b = BOOK(.key = key, .customer = "c", .service = "talk",
                                 .start = slot->start, .channel = LSCHED_PHONE);
        assert_string_equal(b->agent, slot->agent);
        for (int i = 0; i < AGENTS; i++)
            if (strcmp(names[i], b->agent) == 0)
                worked[i][b->start / DAY - FIRST] += b->end - b->start;
        lsched_booking_free(b);
    }
    lsched_slots_free(slots);
}

/* What an agent has had between two days, and what would have been the share of it. */
static void check_share(int agent, int from, int until, int percent)
{
    double has = 0, share = 0;
    for (int day = from; day < until; day++) {
        double all = 0, time = 0;
        for (int i = 0; i < AGENTS; i++) {
            all += (double)worked[i][day];
            time += (double)shift_of(i, FIRST + day);
        }
        has += (double)worked[agent][day];
        share += all * (double)shift_of(agent, FIRST + day) / time;
    }
    print_message("# %s, days %d to %d: %.1f hours, share %.1f\n", names[agent], from, until,
                  has / 3600, share / 3600);
    assert_true(has >= share * (100 - percent) / 100 - 3600);
    assert_true(has <= share * (100 + percent) / 100 + 3600);
}

/* Customers want it soon, or in some weeks; and it is not always as busy. */
static void test_long_time(void **state)
{
    (void)state;
    int number = 0;
    seed = 5;
    make_team();
    for (int64_t day = FIRST; day < FIRST + DAYS; day++) {
        w.now = day * DAY + 7 * 3600;
        for (uint32_t n = 8 + dice(14); n > 0; n--) {
            const uint32_t ahead = dice(4) == 0 ? 7 + dice(30) : dice(6);
            book_on(day + ahead, number++);
        }
    }
    assert_true(number > 700);
    for (int i = 0; i < AGENTS; i++) {
        check_share(i, 0, 2 * DAYS, 4);
        check_share(i, 0, 28, 8);
        check_share(i, 28, DAYS, 8);
    }
    /* The first days of whoever comes, or comes back, are days like others. */
    check_share(LATE, 28, 35, 25);
    check_share(AWAY, 21, 28, 25);
}

/* ---- what is work -------------------------------------------------------------------------------- */

static const char *who_is_next(void)
{
    static char agent[LSCHED_MAX_ID + 1];
    lsched_slots *slots =
        FIND(.customer = "cora", .service = "talk", .from = at("2026-03-03T16:00"),
             .channels = LSCHED_PHONE, .limit = 1);
    assert_int_equal(lsched_slots_count(slots), 1);
    snprintf(agent, sizeof agent, "%s", lsched_slots_at(slots, 0)->agent);
    lsched_slots_free(slots);
    return agent;
}

#define is_next(agent) assert_string_equal(who_is_next(), agent)

static char *take(const char *key, const char *agent, const char *start, int32_t hold)
{
    lsched_request r = {.size = sizeof r,
                        .key = key,
                        .customer = "dan",
                        .service = "talk",
                        .agent = agent,
                        .start = at(start),
                        .channel = LSCHED_PHONE};
    lsched_booking *b = NULL;
    r.seconds = hold;
    ok(hold != 0 ? lsched_hold(w.s, &r, &b) : lsched_book(w.s, &r, &b));
    char *id = strdup(b->id);
    lsched_booking_free(b);
    return id;
}

/* The contacts are another customer's, so that cora knows nobody. */
static int start(void **state)
{
    const int failed = world_little(state);
    ok(PUT(customer, .id = "dan", .zone = "America/New_York", .region = "US-NY"));
    return failed;
}

static void test_what_counts(void **state)
{
    (void)state;
    is_next("ana");
    char *id = take("1", "ana", "2026-03-02T09:00", 0);
    is_next("ben");
    ok(lsched_start(w.s, id, "2", NULL));
    is_next("ben");
    ok(lsched_finish(w.s, id, LSCHED_FULFILLED, NULL, "3", NULL));
    is_next("ben");
    free(id);
    /* As much for ben; but a customer who does not come is no work, nor is one we miss. */
    id = take("4", "ben", "2026-03-02T09:00", 0);
    is_next("ana");
    w.now = at("2026-03-02T09:05");
    ok(lsched_finish(w.s, id, LSCHED_NOSHOW, NULL, "5", NULL));
    is_next("ben");
    free(id);
    id = take("6", "ben", "2026-03-02T09:30", 0);
    is_next("ana");
    w.now = at("2026-03-02T09:35");
    ok(lsched_finish(w.s, id, LSCHED_MISSED, NULL, "7", NULL));
    is_next("ben");
    free(id);
    /* What is cancelled is none either, and what is held none yet. */
    id = take("8", "ben", "2026-03-02T10:00", 0);
    is_next("ana");
    ok(lsched_cancel(w.s, id, NULL, "9", NULL));
    is_next("ben");
    free(id);
    id = take("10", "ben", "2026-03-02T10:00", 60);
    is_next("ben");
    ok(lsched_confirm(w.s, id, NULL, "11", NULL));
    is_next("ana");
    free(id);
}

/* It moves with the booking, and with the days. */
static void test_when_it_counts(void **state)
{
    (void)state;
    char *id = take("1", "ana", "2026-03-02T10:00", 0);
    is_next("ben");
    ok(world_try_move(
        NEW(change, .key = "2", .id = id, .agent = "ben", .start = at("2026-03-05T09:00"))));
    is_next("ana");
    /* Also what is far ahead, beyond the days that are looked at one by one. */
    char *far = take("3", "ana", "2026-03-30T09:00", 0);
    char *farther = take("4", "ana", "2026-03-30T10:00", 0);
    is_next("ben");
    free(far);
    free(farther);
    free(id);
}

/* What is four weeks back is forgotten. */
static void test_window(void **state)
{
    (void)state;
    free(take("1", "ana", "2026-03-02T10:00", 0));
    is_next("ben");
    w.now = at_zone("2026-03-03T00:00Z", NULL);
    is_next("ben");
    for (int day = 28; day <= 31; day++) {
        char date[40];
        snprintf(date, sizeof date, "2026-03-%02dT23:59:59Z", day);
        w.now = at_zone(date, NULL);
        lsched_slots *slots =
            FIND(.customer = "cora", .service = "talk", .from = at("2026-04-02T10:00"), .limit = 1);
        assert_string_equal(lsched_slots_at(slots, 0)->agent, day <= 30 ? "ben" : "ana");
        lsched_slots_free(slots);
    }
}

/* What costs too much over all these days has no say in this, and is no failure. */
static void test_costly_shifts(void **state)
{
    (void)state;
    const lsched_limits low = {.size = sizeof low, .instances = 20};
    ok(lsched_set_limits(w.s, &low));
    is_next("ana");
    free(take("1", "ana", "2026-03-02T10:00", 0));
    is_next("ben");
}

/* ---- repair ------------------------------------------------------------------------------------ */

static void book_with(const char *agent, int half_hour)
{
    char key[32];
    snprintf(key, sizeof key, "%s-%d", agent, half_hour);
    lsched_booking_free(BOOK(.key = key, .customer = "c", .service = "talk", .agent = agent,
                             .start = (FIRST + 1) * DAY + 9 * 3600 + half_hour * 1800,
                             .channel = LSCHED_PHONE));
}

/* How many of the strays each gets who could have them all. */
static void expect_plan(uint32_t limit, size_t al, size_t bo, size_t cy)
{
    const char *const who[] = {"al", "bo", "cy"};
    const size_t wanted[] = {al, bo, cy};
    lsched_plan *plan;
    ok(lsched_plan_repair(w.s, NEW(sweep, .kind = LSCHED_AGENT, .owner = "ill", .limit = limit),
                          &plan));
    assert_int_equal(lsched_plan_count(plan), al + bo + cy);
    for (size_t n = 0; n < 3; n++) {
        size_t count = 0;
        for (size_t i = 0; i < lsched_plan_count(plan); i++) {
            const lsched_mend *m = lsched_plan_at(plan, i);
            assert_non_null(m->after);
            assert_int_equal(m->after->start, m->before->start);
            count += strcmp(m->after->agent, who[n]) == 0;
        }
        assert_int_equal(count, wanted[n]);
    }
    lsched_plan_free(plan);
}

/* What a plan gives counts for the rest of it, beside what they have: all have alike then. */
static void test_repair(void **state)
{
    (void)state;
    w.now = FIRST * DAY + 7 * 3600;
    make_team();
    add("al", "20260101T170000");
    add("bo", "20260101T170000");
    add("cy", "20260101T170000");
    add("ill", "20260101T170000");
    for (int i = 0; i < AGENTS; i++)
        closes(LSCHED_AGENT, names[i], "20260101T000000", "20261231T000000", NULL);
    book_with("cy", 0);
    book_with("cy", 1);
    for (int i = 2; i < 15; i++)
        book_with("ill", i);
    closes(LSCHED_AGENT, "ill", "20260303T000000", "20260304T000000", NULL);
    expect_plan(1, 1, 0, 0);
    expect_plan(4, 2, 2, 0);
    expect_plan(7, 3, 3, 1);
    expect_plan(13, 5, 5, 3);
    ok(PUT(agent, .id = "al", .name = "al", .zone = "UTC", .channels = LSCHED_CHAT));
    expect_plan(4, 0, 3, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_long_time, world_empty, world_close),
        cmocka_unit_test_setup_teardown(test_what_counts, start, world_close),
        cmocka_unit_test_setup_teardown(test_when_it_counts, start, world_close),
        cmocka_unit_test_setup_teardown(test_window, start, world_close),
        cmocka_unit_test_setup_teardown(test_costly_shifts, start, world_close),
        cmocka_unit_test_setup_teardown(test_repair, world_empty, world_close),
    };
    return cmocka_run_group_tests_name("share", tests, NULL, NULL);
}
