/* test_notices.c -- notices and events in the store: what the schema refuses whoever writes,
 * and that the questions that are asked again and again go by their indexes.
 */
#include "help.h"

static lsi_arena arena;

static int clean_arena(void **state)
{
    (void)state;
    lsi_arena_free(&arena);
    return 0;
}

/* Booking b1 with a notice that waits, one of each other state for bookings b2 and b3. */
static lsi_store *open_filled(void)
{
    static const char *const ids[] = {"b1", "b2", "b3"};
    lsi_store *st = new_store();
    ok(lsi_store_enter(st, true, &e));
    for (int i = 0; i < 3; i++) {
        lsched_booking b = booking_of(ids[i], "ana", 0, 1000 + i * 100, 1100 + i * 100);
        lsi_notice n = {.booking = ids[i], .kind = LSCHED_NOTICE_CONFIRMED};
        bool ended;
        ok(lsi_ledger_add(st, &b, STAMP(BOOKED, b.changed, b.id, 1), &e));
        ok(lsi_outbox_add(st, &b, LSCHED_NOTICE_CONFIRMED, 50, &e));
        ok(lsi_outbox_lease(st, &n, 50, 60, &e));
        assert_int_equal(n.attempt, 1);
        if (i == 1) {
            ok(lsi_outbox_end(st, &n, &ended, &e));
            assert_true(ended);
        } else if (i == 2) {
            ok(lsi_outbox_void(st, &n, &e));
        }
    }
    return st;
}

/* I4, asked by a writer who knows the tables and means no good. */
static void test_attacks(void **state)
{
    (void)state;
    static const char *const refused[] = {
        /* Out of what is done, out of what is void. */
        "UPDATE lsched_notice SET state = 1 WHERE booking = 'b2'",
        "UPDATE lsched_notice SET state = 3 WHERE booking = 'b2'",
        "UPDATE lsched_notice SET state = 1 WHERE booking = 'b3'",
        "UPDATE lsched_notice SET state = 2 WHERE booking = 'b3'",
        "UPDATE lsched_notice SET attempt = 2, lease = 99 WHERE booking = 'b2'",
        "UPDATE lsched_notice SET attempt = 2, lease = 99 WHERE booking = 'b3'",
        /* Attempts that go down or jump, or have no lease of their own. */
        "UPDATE lsched_notice SET attempt = 0 WHERE booking = 'b1'",
        "UPDATE lsched_notice SET attempt = 0, lease = 99 WHERE booking = 'b1'",
        "UPDATE lsched_notice SET attempt = 3, lease = 99 WHERE booking = 'b1'",
        "UPDATE lsched_notice SET attempt = 2 WHERE booking = 'b1'",
        "UPDATE lsched_notice SET lease = 0 WHERE booking = 'b1'",
        "UPDATE lsched_notice SET lease = 99 WHERE booking = 'b1'",
        "UPDATE lsched_notice SET attempt = -1 WHERE booking = 'b1'",
        "UPDATE lsched_notice SET state = 4 WHERE booking = 'b1'",
        "UPDATE lsched_notice SET state = NULL WHERE booking = 'b1'",
        /* Another key, another time. */
        "UPDATE lsched_notice SET due = 99 WHERE booking = 'b1'",
        "UPDATE lsched_notice SET kind = 2 WHERE booking = 'b1'",
        "UPDATE lsched_notice SET sequence = 1 WHERE booking = 'b1'",
        "UPDATE lsched_notice SET booking = 'b9' WHERE booking = 'b1'",
        /* Of a booking that is none, of another sequence, over what is there, already done. */
        "INSERT INTO lsched_notice VALUES ('b9', 0, 1, 5, 1, 0, 0)",
        "INSERT INTO lsched_notice VALUES ('b1', 1, 1, 5, 1, 0, 0)",
        "INSERT INTO lsched_notice VALUES ('b1', -1, 1, 5, 1, 0, 0)",
        "INSERT INTO lsched_notice VALUES ('b1', 0, 1, 5, 1, 0, 0)",
        "INSERT OR REPLACE INTO lsched_notice VALUES ('b2', 0, 1, 5, 1, 0, 0)",
        "INSERT INTO lsched_notice VALUES ('b1', 0, 2, 5, 2, 0, 1)",
        "INSERT INTO lsched_notice VALUES ('b1', 0, 2, 5, 3, 0, 0)",
        "INSERT INTO lsched_notice VALUES ('b1', 0, 2, 5, 1, 9, 0)",
        "INSERT INTO lsched_notice VALUES ('b1', 0, 2, 5, 1, 0, 1)",
        "INSERT INTO lsched_notice VALUES ('b1', 0, 6, 5, 1, 0, 0)",
        "DELETE FROM lsched_notice WHERE booking = 'b1'",
        "DELETE FROM lsched_notice",
    };
    static const char expected[] =
        "SELECT group_concat(booking || '/' || sequence || '/' || kind || '/' || due || '/' ||"
        " state || '/' || lease || '/' || attempt) ="
        " 'b1/0/1/50/1/60/1,b2/0/1/50/2/60/1,b3/0/1/50/3/60/1' FROM lsched_notice";
    lsi_store *st = open_filled();
    assert_int_equal(number(st, expected), 1);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (lsi_driver_run(st->driver, refused[i], &e) != LSCHED_STORE)
            fail_msg("%s: %s", refused[i], e.text);
    assert_int_equal(number(st, expected), 1);
    lsi_store_close(st);
}

/* An attempt that never was ends nothing. */
static void test_untaken(void **state)
{
    (void)state;
    lsi_store *st = new_store();
    lsched_booking b = booking_of("b1", "ana", 0, 1000, 2000);
    lsi_notice n = {.booking = "b1", .kind = LSCHED_NOTICE_REMINDER};
    bool ended = true;
    ok(lsi_store_enter(st, true, &e));
    ok(lsi_ledger_add(st, &b, STAMP(BOOKED, b.changed, b.id, 1), &e));
    ok(lsi_outbox_add(st, &b, LSCHED_NOTICE_REMINDER, 50, &e));
    ok(lsi_outbox_end(st, &n, &ended, &e));
    assert_false(ended);
    assert_int_equal(lsi_driver_run(st->driver, "UPDATE lsched_notice SET state = 2", &e),
                     LSCHED_STORE);
    ok(lsi_outbox_lease(st, &n, 50, 60, &e));
    lsi_notice late = {.booking = "b1", .kind = LSCHED_NOTICE_REMINDER};
    refuses(lsi_outbox_lease(st, &late, 70, 80, &e), LSCHED_OVER,
            "a notice of booking 'b1' is not to be had");
    refuses(lsi_outbox_lease(st, &n, 59, 80, &e), LSCHED_OVER,
            "a notice of booking 'b1' is not to be had");
    lsi_store_close(st);
}

/* I4 stands on the questions, too: a store whose trigger is gone tells of nothing stale. */
static void test_without_trigger(void **state)
{
    (void)state;
    lsi_store *st = open_filled();
    lsi_notice *due, n = {.booking = "b1", .kind = LSCHED_NOTICE_CONFIRMED, .attempt = 1};
    size_t count;
    bool found = true, ended = true;
    lsched_time next;
    ok(lsi_outbox_due(st, 60, 9, &arena, &due, &count, &e));
    assert_int_equal(count, 1);
    assert_true(due[0].stands);
    ok(lsi_outbox_next(st, 60, &found, &next, &e));
    assert_true(found);
    assert_int_equal(next, 60);
    ok(lsi_driver_run(st->driver, "DROP TRIGGER lsched_notice_void", &e));
    ok(lsi_driver_run(st->driver, "UPDATE lsched_booking SET sequence = 1 WHERE id = 'b1'", &e));
    ok(lsi_outbox_due(st, 60, 9, &arena, &due, &count, &e));
    assert_int_equal(count, 1);
    assert_false(due[0].stands);
    assert_int_equal(lsi_outbox_lease(st, &n, 60, 90, &e), LSCHED_OVER);
    ok(lsi_outbox_end(st, &n, &ended, &e));
    assert_false(ended);
    ok(lsi_outbox_next(st, 60, &found, &next, &e));
    assert_false(found);
    lsi_store_close(st);
}

/* ---- plans ------------------------------------------------------------------------------------- */

/* The plan of a question, its lines joined by "; ". */
static void plan_of(lsi_store *st, const char *sql, char *plan, size_t size)
{
    static char texts[4][2048];
    static unsigned turn;
    char *text = texts[turn++ % 4];
    lsi_statement *s;
    bool row = false;
    size_t used = 0, length;
    snprintf(text, sizeof texts[0], "EXPLAIN QUERY PLAN %s", sql);
    ok(lsi_driver_prepare(st->driver, text, &s, &e));
    for (;;) {
        ok(lsi_driver_step(s, &row, &e));
        if (!row || used >= size)
            break;
        used += (size_t)snprintf(plan + used, size - used, "%s; ", lsi_driver_text(s, 3, &length));
    }
    lsi_driver_done(s);
}

static bool has(const char *plan, const char *words)
{
    return strstr(plan, words) != NULL;
}

/* What has been done must cost nothing: 100,000 of it or none, the plan is the same, and it
 * walks the index of what waits, in its order. */
static void test_plans(void **state)
{
    (void)state;
    lsi_store *st = open_filled();
    for (int round = 0; round < 2; round++) {
        char plan[2048];
        plan_of(st, lsi_outbox_due_sql, plan, sizeof plan);
        if (!has(plan, "SEARCH n USING INDEX lsched_notice_due (due<?)") || has(plan, "SCAN") ||
            has(plan, "TEMP B-TREE"))
            fail_msg("%s", plan);
        plan_of(st, lsi_outbox_next_sql, plan, sizeof plan);
        if (!has(plan, "SCAN n USING INDEX lsched_notice_due;") ||
            !has(plan, "SEARCH n USING INDEX lsched_notice_leased (lease>? AND lease<?)") ||
            !has(plan, "SEARCH n USING INDEX lsched_notice_leased (lease>?)") ||
            has(plan, "SCAN b"))
            fail_msg("%s", plan);
        if (round == 0) {
            ok(lsi_driver_run(st->driver, "DROP TRIGGER lsched_notice_added", &e));
            ok(lsi_driver_run(st->driver,
                              "WITH RECURSIVE n(i) AS (VALUES (2) UNION ALL SELECT i + 1 FROM n"
                              "  WHERE i < 100000)"
                              " INSERT INTO lsched_notice SELECT 'b2', i, 1, i, 2, 9, 1 FROM n",
                              &e));
            ok(lsi_driver_run(st->driver, "ANALYZE", &e));
        }
    }
    lsi_notice *due;
    size_t count;
    ok(lsi_outbox_due(st, 1000000, 9, &arena, &due, &count, &e));
    assert_int_equal(count, 1);
    lsi_store_close(st);
}

/* ---- events ------------------------------------------------------------------------------------- */

/* The feed is asked for by number, or by booking, and never read through. */
static void test_events(void **state)
{
    (void)state;
    lsi_store *st = open_filled();
    lsched_event *list;
    size_t count;
    lsched_booking b = booking_of("b2", "ana", 0, 5000, 6000);
    b.sequence = 1;
    ok(lsi_ledger_change(st, &b, LSCHED_BOOKED, STAMP(MOVED, 8, "m", 1), &e));
    ok(lsi_events_list(st, "b2", 0, 9, &arena, &list, &count, &e));
    assert_int_equal(count, 2);
    assert_null(list[0].before);
    assert_ptr_equal(list[1].before, list[0].after);
    assert_int_equal(list[1].seq, 4);
    ok(lsi_events_list(st, NULL, 3, 9, &arena, &list, &count, &e));
    assert_int_equal(count, 1);
    assert_int_equal(list[0].before->start, 1100);
    assert_int_equal(list[0].after->start, 5000);
    ok(lsi_events_list(st, "", 4, 9, &arena, &list, &count, &e));
    assert_int_equal(count, 0);
    char plan[2048];
    size_t looked = 0;
    for (size_t i = 0; i < st->made_count; i++) {
        if (!has(st->made[i].sql, "older"))
            continue;
        plan_of(st, st->made[i].sql, plan, sizeof plan);
        if (has(plan, "SCAN") || has(plan, "TEMP B-TREE") ||
            !has(plan, "SEARCH older USING COVERING INDEX lsched_event_id (id=? AND seq<?)"))
            fail_msg("%s", plan);
        looked++;
    }
    assert_int_equal(looked, 2);
    lsi_store_close(st);
}

#define TEST(name) cmocka_unit_test_teardown(name, clean_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_attacks), TEST(test_untaken), TEST(test_without_trigger),
        TEST(test_plans),   TEST(test_events),
    };
    return cmocka_run_group_tests_name("notices", tests, NULL, NULL);
}
