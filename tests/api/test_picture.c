/* test_picture.c -- what a handle keeps in memory is what the store says: after its own writes
 * and those of others, after what was rolled back, and by another clock. */
#include "world.h"

#include <unistd.h>

#define MINUTES 60
#define HOURS (60 * MINUTES)

static lsched *other;

static lsched_time same_clock(void *user)
{
    (void)user;
    return w.now;
}

/* How many agents of the team are free for a call then. */
static int32_t free_of(lsched *s, lsched_time t, int32_t channel)
{
    lsched_slots *list = NULL;
    ok(lsched_find(s,
                   NEW(query, .customer = "cora", .service = "talk", .channels = channel, .from = t,
                       .until = t + 1),
                   &list));
    const int32_t count = lsched_slots_count(list) > 0 ? lsched_slots_at(list, 0)->free : 0;
    lsched_slots_free(list);
    return count;
}

static int32_t free_at(lsched_time t)
{
    return free_of(w.s, t, LSCHED_PHONE);
}

static lsched_booking *take(lsched *s, const char *key, lsched_time t, int32_t seconds)
{
    lsched_booking *b = NULL;
    const lsched_request r = {.size = sizeof r,
                              .key = key,
                              .customer = "cora",
                              .service = "talk",
                              .channel = LSCHED_PHONE,
                              .start = t,
                              .seconds = seconds};
    ok(seconds > 0 ? lsched_hold(s, &r, &b) : lsched_book(s, &r, &b));
    return b;
}

static void test_own_writes(void **state)
{
    (void)state;
    const lsched_time t = at("2026-03-03T10:00");
    const int32_t all = free_at(t);
    assert_true(all >= 3);
    lsched_booking *b = take(w.s, "1", t, 0);
    assert_int_equal(free_at(t), all - 1);
    assert_int_equal(free_at(t + 30 * MINUTES), all);
    const lsched_change c = {.size = sizeof c, .key = "2", .id = b->id, .start = t + 30 * MINUTES};
    lsched_booking *moved;
    ok(lsched_move(w.s, &c, &moved));
    assert_int_equal(free_at(t), all);
    assert_int_equal(free_at(t + 30 * MINUTES), all - 1);
    ok(lsched_cancel(w.s, b->id, NULL, "3", NULL));
    assert_int_equal(free_at(t + 30 * MINUTES), all);
    lsched_booking_free(moved);
    lsched_booking_free(b);
}

/* The same number of an event, and even the same booking: but it is another event. */
static void test_rolled_back(void **state)
{
    (void)state;
    const lsched_time t = at("2026-03-03T10:00"), later = t + HOURS;
    const int32_t all = free_at(t);
    for (int round = 0; round < 5; round++) {
        ok(lsched_begin(w.s));
        lsched_booking_free(take(w.s, "a", t, 0));
        assert_int_equal(free_at(t), all - 1);
        ok(lsched_begin(w.s));
        lsched_booking_free(take(w.s, "b", later, 0));
        assert_int_equal(free_at(later), all - 1);
        ok(lsched_rollback(w.s));
        assert_int_equal(free_at(later), all);
        lsched_booking_free(take(w.s, "c", t, 0));
        assert_int_equal(free_at(t), all - 2);
        ok(lsched_rollback(w.s));
        assert_int_equal(free_at(t), all);
    }
    ok(lsched_begin(w.s));
    lsched_booking_free(take(w.s, "a", t, 0));
    assert_int_equal(free_at(t), all - 1);
    ok(lsched_rollback(w.s));
    lsched_booking_free(take(w.s, "a", later, 0));
    assert_int_equal(free_at(t), all);
    assert_int_equal(free_at(later), all - 1);
}

/* Who is offered then, and on which rung. */
static void offers(lsched_time t, const char *agent, int32_t rung)
{
    lsched_slots *list = FIND(.customer = "cora", .service = "talk", .channels = LSCHED_PHONE,
                              .from = t, .until = t + 1);
    assert_int_equal(lsched_slots_count(list), 1);
    assert_string_equal(lsched_slots_at(list, 0)->agent, agent);
    assert_int_equal(lsched_slots_at(list, 0)->rung, rung);
    lsched_slots_free(list);
}

static void serve(int n, lsched_time start)
{
    char key[24];
    lsched_booking *b = NULL;
    snprintf(key, sizeof key, "past-%d", n);
    ok(lsched_import(w.s,
                     NEW(booking, .state = LSCHED_FULFILLED, .channel = LSCHED_PHONE,
                         .customer = "cora", .service = "talk", .agent = "gil", .team = "care",
                         .start = start, .end = start + 30 * MINUTES),
                     key, &b));
    lsched_booking_free(b);
}

/* Whom a customer has met is rolled back too, also where nothing was known before. */
static void test_met_rolled_back(void **state)
{
    (void)state;
    const lsched_time t = at("2026-03-03T10:00");
    ok(lsched_begin(w.s));
    serve(0, at("2026-02-27T10:00"));
    offers(t, "gil", LSCHED_KNOWN);
    ok(lsched_rollback(w.s));
    offers(t, "ana", LSCHED_HOME);
}

/* More is written between two questions than is taken in row by row. */
static void test_far_behind(void **state)
{
    (void)state;
    const lsched_time t = at("2026-03-03T10:00");
    offers(t, "ana", LSCHED_HOME);
    ok(lsched_begin(w.s));
    for (int i = 0; i < 1100; i++)
        serve(i, at("2026-02-27T10:00") - i * HOURS);
    offers(t, "gil", LSCHED_KNOWN);
    ok(lsched_commit(w.s));
    offers(t, "gil", LSCHED_KNOWN);
}

/* A contact that would begin before 1970, buffers included, is none. */
static void test_first_day(void **state)
{
    (void)state;
    static const char *const agents[] = {"ana", "ben", "hal", "gil"};
    static const char *const teams[] = {"home", "help", "care"};
    w.now = 10;
    for (size_t i = 0; i < 3; i++)
        opens(LSCHED_TEAM, teams[i], "19700101T000000", "19700101T235900", "FREQ=DAILY");
    for (size_t i = 0; i < 4; i++)
        opens(LSCHED_AGENT, agents[i], "19700101T000000", "19700101T235900", "FREQ=DAILY");
    ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 30, .step = 5, .before = 30,
           .notice = LSCHED_NONE));
    lsched_slots *with = FIND(.customer = "cora", .service = "talk", .channels = LSCHED_PHONE);
    ok(lsched_set_memory(w.s, 0));
    lsched_slots *without = FIND(.customer = "cora", .service = "talk", .channels = LSCHED_PHONE);
    assert_true(lsched_slots_count(with) > 0);
    assert_int_equal(lsched_slots_count(with), lsched_slots_count(without));
    assert_int_equal(lsched_slots_at(with, 0)->start, lsched_slots_at(without, 0)->start);
    lsched_slots_free(with);
    lsched_slots_free(without);
}

/* The same words are other hours for another agent: in another zone, with another effect, or of
 * another day; and when they change for one they stay for the others. */
static void test_same_text(void **state)
{
    (void)state;
    const lsched_time t = at("2026-03-03T10:00"), early = at("2026-03-03T09:00");
    for (int round = 0; round < 2; round++) {
        const int32_t all = free_at(t);
        assert_true(all >= 3);
        assert_int_equal(free_at(early), all);
        ok(PUT(agent, .id = "ben", .name = "ben", .zone = "America/Chicago", .languages = "en"));
        assert_int_equal(free_at(early), all - 1);
        assert_int_equal(free_at(t), all);
        opens(LSCHED_AGENT, "ana", "20260101T110000", "20260101T170000", "FREQ=DAILY");
        closes(LSCHED_AGENT, "hal", "20260101T110000", "20260101T170000", "FREQ=DAILY");
        assert_int_equal(free_at(t), all - 1);
        assert_int_equal(free_at(t + HOURS), all - 1);
        opens(LSCHED_AGENT, "ana", "20260101T090000", "20260101T170000", "FREQ=DAILY");
        closes(LSCHED_AGENT, "hal", "20260101T030000", "20260101T040000", "FREQ=DAILY");
        ok(PUT(agent, .id = "ben", .name = "ben", .zone = "America/New_York", .languages = "en"));
        assert_int_equal(free_at(early), all);
        ok(lsched_set_memory(w.s, 0));
    }
}

/* More of it than is remembered row by row. */
static void test_rolled_back_far(void **state)
{
    (void)state;
    const lsched_time t = at("2026-03-03T10:00");
    const int32_t all = free_at(t);
    char key[16];
    ok(lsched_begin(w.s));
    for (int i = 0; i < 200; i++) {
        snprintf(key, sizeof key, "k%d", i);
        lsched_booking *b = take(w.s, key, t, 0);
        assert_int_equal(free_at(t), all - 1);
        key[0] = 'c';
        if (i < 199)
            ok(lsched_cancel(w.s, b->id, NULL, key, NULL));
        lsched_booking_free(b);
    }
    ok(lsched_rollback(w.s));
    assert_int_equal(free_at(t), all);
}

static void test_catalogue(void **state)
{
    (void)state;
    const lsched_time t = at("2026-03-03T10:00");
    const int32_t all = free_at(t);
    ok(lsched_begin(w.s));
    closes(LSCHED_AGENT, "ana", "20260303T100000", "20260303T110000", NULL);
    assert_int_equal(free_at(t), all - 1);
    ok(lsched_rollback(w.s));
    assert_int_equal(free_at(t), all);
    closes(LSCHED_AGENT, "ana", "20260303T100000", "20260303T110000", NULL);
    assert_int_equal(free_at(t), all - 1);
    ok(lsched_remove_member(w.s, "home", "ben", NULL));
    assert_int_equal(free_at(t), all - 2);
    ok(PUT(agent, .id = "new", .name = "New", .zone = "America/New_York"));
    opens(LSCHED_AGENT, "new", "20260101T090000", "20260101T170000", "FREQ=DAILY");
    ok(PUT(member, .team = "home", .agent = "new"));
    assert_int_equal(free_at(t), all - 1);
    ok(PUT(agent, .id = "new", .name = "New", .zone = "America/New_York", .channels = LSCHED_CHAT));
    assert_int_equal(free_at(t), all - 2);
    closes(LSCHED_REGION, "US-NY", "20260303T100000", "20260303T101000", NULL);
    assert_int_equal(free_at(t), 0);
}

static void test_holds_run_out(void **state)
{
    (void)state;
    const lsched_time t = at("2026-03-03T10:00"), now = w.now;
    const int32_t all = free_at(t);
    lsched_booking_free(take(w.s, "1", t, 60));
    assert_int_equal(free_at(t), all - 1);
    w.now = now + 59;
    assert_int_equal(free_at(t), all - 1);
    w.now = now + 60;
    assert_int_equal(free_at(t), all);
    /* Nothing else has been written: the clock holds again what it held. */
    w.now = now + 30;
    assert_int_equal(free_at(t), all - 1);
}

/* Another handle on the same file, as another process would have. */
static void test_others(void **state)
{
    (void)state;
    char path[] = "/tmp/lsched-picture-XXXXXX", beside[64];
    const int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    unlink(path);
    world_close(NULL);
    assert_int_equal(world_open(path), 0);
    world_fill();
    other = lsched_new();
    ok(lsched_set_clock(other, same_clock, NULL));
    ok(lsched_open(other, path, 0));
    const lsched_time t = at("2026-03-03T10:00");
    const int32_t all = free_at(t);
    assert_int_equal(free_of(other, t, LSCHED_PHONE), all);
    lsched_booking_free(take(other, "1", t, 0));
    assert_int_equal(free_at(t), all - 1);
    lsched_booking_free(take(w.s, "2", t, 0));
    assert_int_equal(free_of(other, t, LSCHED_PHONE), all - 2);
    closes(LSCHED_AGENT, "gil", "20260303T100000", "20260303T110000", NULL);
    assert_int_equal(free_of(other, t, LSCHED_PHONE), free_at(t));
    lsched_free(other);
    lsched_free(w.s);
    w.s = NULL;
    unlink(path);
    snprintf(beside, sizeof beside, "%s-gate", path);
    unlink(beside);
}

/* However little may be kept, the answers are the same. */
static void test_ceiling(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 5000, 50000, 1 << 20};
    const lsched_time t = at("2026-03-03T10:00");
    const int32_t all = free_at(t), chats = free_of(w.s, t, LSCHED_CHAT);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char key[2] = {(char)('a' + (char)i), '\0'};
        ok(lsched_set_memory(w.s, sizes[i]));
        lsched_booking *b = take(w.s, key, t, 0);
        for (int turn = 0; turn < 3; turn++) {
            assert_int_equal(free_at(t), all - 1);
            assert_int_equal(free_of(w.s, t, LSCHED_CHAT), chats - 1);
        }
        key[0] = (char)(key[0] + 10);
        ok(lsched_cancel(w.s, b->id, NULL, key, NULL));
        assert_int_equal(free_at(t), all);
        lsched_booking_free(b);
    }
}

int main(void)
{
#define TEST(t) cmocka_unit_test_setup_teardown(t, world_little, world_close)
    const struct CMUnitTest tests[] = {
        TEST(test_met_rolled_back), TEST(test_far_behind),    TEST(test_first_day),
        TEST(test_own_writes),      TEST(test_rolled_back),   TEST(test_rolled_back_far),
        TEST(test_catalogue),       TEST(test_holds_run_out), TEST(test_others),
        TEST(test_ceiling),         TEST(test_same_text),
    };
    return cmocka_run_group_tests_name("picture", tests, NULL, NULL);
}
