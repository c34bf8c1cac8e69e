/* test_delays.c -- delays: foreseen from what is running late, and told once, with the new time.
 */
#include "world.h"

#define MINUTE 60

static char *book(const char *key, const char *start)
{
    static char ids[8][LSCHED_MAX_ID + 1];
    static int turn;
    char *id = ids[turn++ % 8];
    lsched_booking *b = BOOK(.key = key, .customer = "cora", .service = "talk", .agent = "ana",
                             .channel = LSCHED_PHONE, .start = at(start));
    snprintf(id, sizeof ids[0], "%s", b->id);
    lsched_booking_free(b);
    return id;
}

static void begin(const char *id, const char *time)
{
    char key[100];
    w.now = at(time);
    snprintf(key, sizeof key, "start %s", id);
    ok(lsched_start(w.s, id, key, NULL));
}

/* What is late, as "minutes@HH:MM" each in New York. */
static const char *late(int (*ask)(lsched *, int32_t, lsched_delays **), int32_t minutes)
{
    static char all[400];
    lsched_delays *list = NULL;
    char wall[40];
    size_t used = 0;
    all[0] = '\0';
    ok(ask(w.s, minutes, &list));
    for (size_t i = 0; i < lsched_delays_count(list); i++) {
        const lsched_delay *d = lsched_delays_at(list, i);
        ok(lsched_wall(w.s, d->start, "America/New_York", wall, sizeof wall));
        used +=
            (size_t)snprintf(all + used, sizeof all - used, "%d@%.5s ", (int)d->minutes, wall + 11);
        assert_int_equal(d->booking->state, LSCHED_BOOKED);
        assert_int_equal(d->booking->start + d->minutes * MINUTE, d->start);
        assert_int_equal(d->size, sizeof *d);
    }
    lsched_delays_free(list);
    return all;
}

static int earlier(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* The new times that are told, in order; acknowledged. */
static const char *told(void)
{
    static char all[400];
    char walls[8][40];
    lsched_notices *list = NULL;
    size_t count = 0;
    all[0] = '\0';
    ok(lsched_take_notices(w.s, 0, 60, &list));
    for (size_t i = 0; i < lsched_notices_count(list); i++) {
        const lsched_notice *n = lsched_notices_at(list, i);
        ok(lsched_ack_notice(w.s, n->id, n->attempt));
        if (n->kind != LSCHED_NOTICE_DELAYED)
            continue;
        assert_string_equal(n->customer, "cora");
        assert_string_equal(n->booking->id, n->subject);
        assert_int_equal(n->until, n->at);
        assert_true(count < 8);
        ok(lsched_wall(w.s, n->at, "America/New_York", walls[count++], sizeof walls[0]));
    }
    lsched_notices_free(list);
    qsort(walls, count, sizeof walls[0], earlier);
    for (size_t i = 0; i < count; i++) {
        strncat(all, walls[i] + 11, 5);
        strcat(all, " ");
    }
    return all;
}

/* 10:00 begins at 10:20: the two behind it are later, the one after the gap is not. */
static void test_told_once(void **state)
{
    (void)state;
    char *first = book("1", "2026-03-02T10:00");
    char *second = book("2", "2026-03-02T10:30");
    book("3", "2026-03-02T11:00");
    book("4", "2026-03-02T12:00");
    w.now = at("2026-03-02T10:15");
    assert_string_equal(late(lsched_list_delays, 0), "");
    begin(first, "2026-03-02T10:20");
    told();
    assert_string_equal(late(lsched_list_delays, 0), "20@10:50 20@11:20 ");
    assert_string_equal(late(lsched_list_delays, 21), "");
    assert_string_equal(told(), "");
    assert_string_equal(late(lsched_tell_delays, 20), "20@10:50 20@11:20 ");
    assert_string_equal(told(), "10:50 11:20 ");
    w.now += 60;
    assert_string_equal(late(lsched_tell_delays, 0), "20@10:50 20@11:20 ");
    assert_string_equal(told(), "");
    /* It overruns by more; whoever was told is not told again. */
    w.now = at("2026-03-02T10:55");
    assert_string_equal(late(lsched_tell_delays, 0), "33@11:03 33@11:33 ");
    assert_string_equal(told(), "");
    /* Moved, it is another promise. */
    assert_int_equal(world_try_move(NEW(change, .key = "m", .id = second,
                                        .start = at("2026-03-02T11:30"), .agent = "ana")),
                     LSCHED_OK);
    told();
    assert_string_equal(late(lsched_tell_delays, 3), "3@11:03 3@11:33 3@12:03 ");
    assert_string_equal(told(), "11:33 12:03 ");
}

/* Whatever is told of a booking names the case that it is about. */
static void test_case(void **state)
{
    (void)state;
    lsched_notices *list;
    ok(PUT(case, .id = "c-1", .customer = "cora"));
    char *first = book("1", "2026-03-02T10:00");
    lsched_booking_free(BOOK(.key = "2", .customer = "cora", .service = "talk", .agent = "ana",
                             .channel = LSCHED_PHONE, .start = at("2026-03-02T10:30"),
                             .case_id = "c-1"));
    begin(first, "2026-03-02T10:20");
    assert_string_equal(late(lsched_tell_delays, 0), "20@10:50 ");
    ok(lsched_take_notices(w.s, 0, 0, &list));
    int seen = 0;
    for (size_t i = 0; i < lsched_notices_count(list); i++) {
        const lsched_notice *n = lsched_notices_at(list, i);
        assert_string_equal(n->case_id, n->booking->case_id);
        if (n->case_id[0] != '\0')
            seen |= n->kind == LSCHED_NOTICE_DELAYED     ? 1
                    : n->kind == LSCHED_NOTICE_CONFIRMED ? 2
                                                         : 0;
    }
    assert_int_equal(seen, 3);
    lsched_notices_free(list);
}

/* Nobody hears of a delay that is over, or of a booking that is gone. */
static void test_void(void **state)
{
    (void)state;
    char *first = book("1", "2026-03-02T10:00");
    char *second = book("2", "2026-03-02T10:30"), *third = book("3", "2026-03-02T11:00");
    told();
    begin(first, "2026-03-02T10:20");
    assert_string_equal(late(lsched_tell_delays, 0), "20@10:50 20@11:20 ");
    ok(lsched_cancel(w.s, third, NULL, "c", NULL));
    ok(lsched_finish(w.s, first, LSCHED_FULFILLED, NULL, "f", NULL));
    assert_string_equal(late(lsched_list_delays, 0), "");
    begin(second, "2026-03-02T10:31");
    assert_string_equal(told(), "");
}

/* Who hears of it too late hears nothing: it is pointless by then. */
static void test_pointless(void **state)
{
    (void)state;
    char *first = book("1", "2026-03-02T10:00");
    book("2", "2026-03-02T10:30");
    begin(first, "2026-03-02T10:20");
    told();
    assert_string_equal(late(lsched_tell_delays, 0), "20@10:50 ");
    w.now = at("2026-03-02T10:50");
    assert_string_equal(told(), "");
}

/* What was forgotten a day ago holds nobody up. */
static void test_forgotten(void **state)
{
    (void)state;
    char *first = book("1", "2026-03-02T10:00");
    begin(first, "2026-03-02T10:00");
    book("2", "2026-03-03T11:00");
    w.now = at("2026-03-03T10:29");
    assert_string_equal(late(lsched_list_delays, 0), "");
    book("3", "2026-03-03T10:30");
    assert_string_equal(late(lsched_list_delays, 0), "7@10:37 7@11:07 ");
    w.now = at("2026-03-03T10:31");
    assert_string_equal(late(lsched_list_delays, 0), "");
}

static void test_refused(void **state)
{
    (void)state;
    lsched_delays *list = NULL;
    refuses(lsched_list_delays(w.s, -1, &list), LSCHED_INVALID, "negative");
    refuses(lsched_tell_delays(w.s, LSCHED_MAX_MINUTES + 1, &list), LSCHED_LIMIT, "minutes");
    assert_int_equal(lsched_tell_delays(w.s, 5, NULL), LSCHED_MISUSE);
    assert_null(list);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_little, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_told_once), TEST(test_case),      TEST(test_void),
        TEST(test_pointless), TEST(test_forgotten), TEST(test_refused),
    };
    return cmocka_run_group_tests_name("delays", tests, NULL, NULL);
}
