/* test_occurrence.c -- what was answered about a series, and what guards it. */
#include "help.h"

static lsi_arena arena;

static int free_arena(void **state)
{
    (void)state;
    lsi_arena_free(&arena);
    return 0;
}

static lsched_booking one_of_series(const char *id, lsched_time from)
{
    lsched_booking b = booking_of(id, "ana", 0, from, from + 100);
    b.series = "b1";
    return b;
}

static lsi_store *open_writing(void)
{
    lsi_store *st = new_store();
    ok(lsi_store_enter(st, true, &e));
    return st;
}

/* Two booked under one key with a refusal between them. */
static lsi_store *with_series(lsched_booking *a, lsched_booking *b)
{
    lsi_store *st = open_writing();
    *a = one_of_series("b1", 1000);
    *b = one_of_series("b2", 3000);
    ok(lsi_ledger_add(st, a, STAMP(BOOKED, 1, "k", 7), &e));
    ok(lsi_ledger_add(st, b, STAMP(BOOKED, 1, NULL, 0), &e));
    const lsched_occurrence at[] = {
        {.start = 1000, .booking = a},
        {.start = 2000, .status = LSCHED_TAKEN, .reasons = LSCHED_WHY_BOOKED},
        {.start = 3000, .booking = b},
    };
    ok(lsi_occurrence_put(st, "k", at, 3, &e));
    return st;
}

/* The answer is that of the time, whatever became of the bookings. */
static void test_answer(void **state)
{
    (void)state;
    lsched_booking a, b;
    lsched_occurrence *got;
    size_t count;
    lsi_store *st = with_series(&a, &b);
    lsched_booking moved = a;
    moved.sequence = 1;
    moved.start = moved.busy_from = 5000;
    moved.end = moved.busy_until = 5100;
    ok(lsi_ledger_change(st, &moved, LSCHED_BOOKED, STAMP(MOVED, 2, "m", 1), &e));
    /* A change of lanes is an event of its own that the answer does not see. */
    const char *ids[] = {"b2"};
    int32_t lanes[] = {2};
    ok(lsi_ledger_relane(st, &(lsi_relaning){ids, lanes, 1}, STAMP(RELANED, 2, NULL, 0), &e));
    ok(lsi_occurrence_answer(st, "k", &arena, &got, &count, &e));
    assert_int_equal(count, 3);
    assert_int_equal(got[0].booking->start, 1000);
    assert_int_equal(got[0].booking->sequence, 0);
    assert_string_equal(got[0].booking->series, "b1");
    assert_int_equal(got[1].status, LSCHED_TAKEN);
    assert_int_equal(got[1].reasons, LSCHED_WHY_BOOKED);
    assert_int_equal(got[1].start, 2000);
    assert_null(got[1].booking);
    assert_string_equal(got[2].booking->id, "b2");
    assert_int_equal(got[2].booking->lane, 0);
    ok(lsi_occurrence_answer(st, "m", &arena, &got, &count, &e));
    assert_int_equal(count, 0);
    /* One that is written after a change of lanes names its own event. */
    lsched_booking gone = one_of_series("b2", 3000);
    gone.sequence = 1;
    gone.state = LSCHED_CANCELLED;
    ok(lsi_ledger_change(st, &gone, LSCHED_BOOKED, STAMP(CANCELLED, 3, "c", 1), &e));
    const lsched_occurrence end = {.start = 3000, .booking = &gone};
    ok(lsi_occurrence_put(st, "c", &end, 1, &e));
    ok(lsi_occurrence_answer(st, "c", &arena, &got, &count, &e));
    assert_int_equal(count, 1);
    assert_int_equal(got[0].booking->state, LSCHED_CANCELLED);
    lsi_store_close(st);
}

/* By a writer who knows the tables and means no good. */
static void test_attacks(void **state)
{
    (void)state;
#define EVENT(seq, kind, key, series)                                                              \
    "INSERT INTO lsched_event (seq, kind, at, \"key\", request, id, state, sequence, channel,"     \
    " rung, lane, \"offset\", customer, service, agent, team, start, \"end\", busy_from,"          \
    " busy_until, created, changed, expires, late, revision, series) SELECT " seq ", " kind        \
    ", at, " key ", 0, id, state, sequence, channel, rung, lane, \"offset\", customer, service,"   \
    " agent, team, start, \"end\", busy_from, busy_until, created, changed, expires, late,"        \
    " revision, " series " FROM lsched_event WHERE seq = 1"
#define ROW(values) "INSERT INTO lsched_occurrence VALUES (" values ")"
    static const char *const refused[] = {
        /* A key that no event has, a place again, an event again or none. */
        ROW("'x', 0, 1, -24, 512, NULL"),
        ROW("'k', 1, 1, -24, 512, NULL"),
        ROW("'k', 9, 1, 0, 0, 1"),
        ROW("'k', 9, 1, 0, 0, 99"),
        ROW("'k', 9, 1, 0, 0, NULL"),
        /* A refusal with an event, without a reason, of no rule. */
        ROW("'k', 9, 1, -24, 512, 2"),
        ROW("'k', 9, 1, -24, 0, NULL"),
        ROW("'k', 9, 1, -4, 512, NULL"),
        ROW("'k', -1, 1, -24, 512, NULL"),
        ROW("NULL, 9, 1, -24, 512, NULL"),
        "INSERT OR REPLACE INTO lsched_occurrence VALUES ('k', 1, 1, -20, 64, NULL)",
        "INSERT OR REPLACE INTO lsched_occurrence VALUES ('k', 9, 1, 0, 0, 1)",
        "UPDATE lsched_occurrence SET start = 5",
        "UPDATE lsched_occurrence SET place = place + 1",
        "DELETE FROM lsched_occurrence",
        "DELETE FROM lsched_occurrence WHERE place = 1",
        /* Only the other steps of a wish about a series, or of a repair, go without a key. */
        EVENT("3", "1", "NULL", "NULL"),
        EVENT("3", "6", "NULL", "series"),
        EVENT("3", "13", "'n'", "series"),
        EVENT("3", "8", "NULL", "series"),
        EVENT("3", "4", "'n'", "series"),
        EVENT("3", "7", "'n'", "series"),
        EVENT("3", "1", "'k'", "series"),
        EVENT("3", "1", "''", "series"),
    };
    lsched_booking a, b;
    lsi_store *st = with_series(&a, &b);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (lsi_driver_run(st->driver, refused[i], &e) != LSCHED_STORE)
            fail_msg("%s: %s", refused[i], e.text);
    assert_int_equal(number(st, "SELECT count(*) FROM lsched_occurrence"), 3);
    assert_int_equal(number(st, "SELECT count(*) FROM lsched_event"), 2);
    /* The same statement with nothing wrong in it is taken. */
    ok(lsi_driver_run(st->driver, EVENT("3", "3", "NULL", "series"), &e));
    ok(lsi_driver_run(st->driver, ROW("'k', 3, 1, 0, 0, 3"), &e));
    ok(lsi_driver_run(st->driver, EVENT("4", "2", "NULL", "series"), &e));
    ok(lsi_driver_run(st->driver, EVENT("5", "12", "NULL", "series"), &e));
    ok(lsi_driver_run(st->driver, ROW("'k', 4, 1, -24, 512, NULL"), &e));
    lsi_store_close(st);
}

/* Only in a transaction that writes. */
static void test_reader(void **state)
{
    (void)state;
    lsi_store *st = new_store();
    const lsched_occurrence o = {.start = 1, .status = LSCHED_TAKEN, .reasons = 1};
    ok(lsi_store_enter(st, false, &e));
    assert_int_equal(lsi_occurrence_put(st, "k", &o, 1, &e), LSCHED_MISUSE);
    ok(lsi_store_leave(st, LSCHED_OK, &e));
    lsi_store_close(st);
}

#define TEST(name) cmocka_unit_test_teardown(name, free_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(test_answer), TEST(test_attacks), TEST(test_reader)};
    return cmocka_run_group_tests_name("occurrence", tests, NULL, NULL);
}
