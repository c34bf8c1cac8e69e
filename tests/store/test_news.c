/* test_news.c -- news in the store: nobody is told the same twice, nothing that waits is lost,
 * and what the schema refuses whoever writes (I4).
 */
#include "help.h"

static lsi_arena arena;

static int clean_arena(void **state)
{
    (void)state;
    lsi_arena_free(&arena);
    return 0;
}

static void put_customer(lsi_store *st, const char *id)
{
    ok(lsi_record_put(st, &lsi_kind_customer,
                      &(lsched_customer){.size = sizeof(lsched_customer), .id = id, .zone = "UTC"},
                      &e));
}

/* About a case: no other record has a say in it. */
static lsi_news news_of(const char *customer, const char *subject, int32_t sequence,
                        lsched_time due)
{
    return (lsi_news){.customer = customer,
                      .kind = LSCHED_NOTICE_INCIDENT,
                      .about = LSCHED_ABOUT_CASE,
                      .subject = subject,
                      .sequence = sequence,
                      .due = due,
                      .text = "it works again"};
}

static size_t due_at(lsi_store *st, lsched_time clock, lsi_news **list)
{
    size_t count;
    ok(lsi_news_due(st, clock, 100, &arena, list, &count, &e));
    return count;
}

static bool next_at(lsi_store *st, lsched_time clock, lsched_time *at)
{
    bool found;
    ok(lsi_news_next(st, clock, &found, at, &e));
    return found;
}

/* Customers c1 and c2; news of three cases for c1: waits under a lease, done, void. */
static lsi_store *open_filled(void)
{
    static const char *const cases[] = {"a", "b", "c"};
    lsi_store *st = new_store();
    ok(lsi_store_enter(st, true, &e));
    put_customer(st, "c1");
    put_customer(st, "c2");
    for (int i = 0; i < 3; i++) {
        lsi_news n = news_of("c1", cases[i], 0, 50), *due;
        bool ended;
        ok(lsi_news_add(st, &n, &e));
        assert_int_equal(due_at(st, 50, &due), 1);
        ok(lsi_news_lease(st, &due[0], 50, 60, &e));
        if (i == 1) {
            ok(lsi_news_end(st, &due[0], &ended, &e));
            assert_true(ended);
        } else if (i == 2) {
            ok(lsi_news_void(st, &due[0], &e));
        }
    }
    return st;
}

static void test_attacks(void **state)
{
    (void)state;
    static const char *const refused[] = {
        /* Out of what is done, out of what is void. */
        "UPDATE lsched_news SET state = 1 WHERE subject = 'b'",
        "UPDATE lsched_news SET state = 3 WHERE subject = 'b'",
        "UPDATE lsched_news SET state = 1 WHERE subject = 'c'",
        "UPDATE lsched_news SET state = 2 WHERE subject = 'c'",
        "UPDATE lsched_news SET text = 'other' WHERE subject = 'b'",
        /* Attempts that go down or jump, or have no lease of their own. */
        "UPDATE lsched_news SET attempt = 0 WHERE subject = 'a'",
        "UPDATE lsched_news SET attempt = 0, lease = 99 WHERE subject = 'a'",
        "UPDATE lsched_news SET attempt = 3, lease = 99 WHERE subject = 'a'",
        "UPDATE lsched_news SET attempt = 2 WHERE subject = 'a'",
        "UPDATE lsched_news SET lease = 0 WHERE subject = 'a'",
        "UPDATE lsched_news SET lease = 99 WHERE subject = 'a'",
        "UPDATE lsched_news SET state = 4 WHERE subject = 'a'",
        "UPDATE lsched_news SET state = NULL WHERE subject = 'a'",
        /* Another person, another thing, other words, another time. */
        "UPDATE lsched_news SET id = randomblob(8) WHERE subject = 'a'",
        "UPDATE lsched_news SET customer = 'c2' WHERE subject = 'a'",
        "UPDATE lsched_news SET about = 2 WHERE subject = 'a'",
        "UPDATE lsched_news SET subject = 'z' WHERE subject = 'a'",
        "UPDATE lsched_news SET kind = 17 WHERE subject = 'a'",
        "UPDATE lsched_news SET sequence = 1 WHERE subject = 'a'",
        "UPDATE lsched_news SET text = 'other' WHERE subject = 'a'",
        "UPDATE lsched_news SET text = NULL WHERE subject = 'a'",
        "UPDATE lsched_news SET case_id = 'k' WHERE subject = 'a'",
        "UPDATE lsched_news SET service = 's' WHERE subject = 'a'",
        "UPDATE lsched_news SET hours = 1 WHERE subject = 'a'",
        "UPDATE lsched_news SET until = 9 WHERE subject = 'a'",
        "UPDATE lsched_news SET at = 9 WHERE subject = 'a'",
        "UPDATE lsched_news SET due = 99 WHERE subject = 'a'",
        /* Another turn. */
        "UPDATE lsched_news SET seq = 99 WHERE subject = 'a'",
        "UPDATE lsched_news SET behind = 1 WHERE subject = 'a'",
        "UPDATE lsched_news SET entry = 1 WHERE subject = 'a'",
        "DELETE FROM lsched_news WHERE subject = 'a'",
        "DELETE FROM lsched_news",
    /* Done or leased from the start, of no kind, of another booking's sequence. */
#define ROW                                                                                        \
    "INSERT INTO lsched_news VALUES (9, x'0000000000000001', 'c1', 4, 'x', 16, 0, NULL, NULL,"     \
    " NULL, "
        ROW "0, 5, 0, 0, 2, 0, 0, 0, 0)",
        ROW "0, 5, 0, 0, 3, 0, 0, 0, 0)",
        ROW "0, 5, 0, 0, 1, 9, 0, 0, 0)",
        ROW "0, 5, 0, 0, 1, 0, 1, 0, 0)",
        ROW "2, 5, 0, 0, 1, 0, 0, 0, 0)",
        ROW "0, 5, -1, 0, 1, 0, 0, 0, 0)",
        /* Behind what is not there. */
        ROW "0, 5, 0, 0, 1, 0, 0, 1, 0)",
        ROW "0, 5, 0, 0, 1, 0, 0, 0, 1)",
        ("INSERT INTO lsched_news VALUES (9, x'0000000000000001', 'c1', 4, 'x', 15, 0, NULL, NULL, "
         "NULL, 0, 5, 0, 0, 1, 0, 0, 0, 0)"),
        ("INSERT INTO lsched_news VALUES (9, x'0000000000000001', 'c1', 0, 'x', 16, 0, NULL, NULL, "
         "NULL, 0, 5, 0, 0, 1, 0, 0, 0, 0)"),
        ("INSERT INTO lsched_news VALUES (9, x'0000000000000001', 'c1', 1, 'b9', 18, 0, NULL, "
         "NULL, "
         "NULL, 0, 5, 0, 0, 1, 0, 0, 0, 0)"),
        ("INSERT OR REPLACE INTO lsched_news SELECT 9, id, 'c2', 4, 'y', 16, 0, NULL, NULL, NULL,"
         " 0, 5, 0, 0, 1, 0, 0, 0, 0 FROM lsched_news WHERE subject = 'a'"),
        ("INSERT OR REPLACE INTO lsched_news SELECT seq, randomblob(8), 'c2', 4, 'y', 16, 0, NULL,"
         " NULL, NULL, 0, 5, 0, 0, 1, 0, 0, 0, 0 FROM lsched_news WHERE subject = 'a'"),
    };
    static const char expected[] =
        "SELECT group_concat(customer || subject || state || attempt || lease || due || text) ="
        " 'c1a116050it works again,c1b216050it works again,c1c316050it works again'"
        " FROM (SELECT * FROM lsched_news ORDER BY subject)";
    lsi_store *st = open_filled();
    assert_int_equal(number(st, expected), 1);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (lsi_driver_run(st->driver, refused[i], &e) != LSCHED_STORE)
            fail_msg("%s: %s", refused[i], e.text);
    /* What was told already, or for nobody, does not come in, whatever the statement says. */
    static const char *const ignored[] = {
        "INSERT INTO lsched_news VALUES (9, x'0000000000000001', 'c1', 4, 'b', 16, 0, NULL, NULL, "
        "NULL, 0, 5, 0, 0, 1, 0, 0, 0, 0)",
        "INSERT OR REPLACE INTO lsched_news VALUES (9, x'0000000000000001', 'c1', 4, 'b', 16, 0, "
        "NULL, NULL, NULL, 0, 5, 0, 0, 1, 0, 0, 0, 0)",
        "INSERT INTO lsched_news VALUES (9, x'0000000000000001', 'c9', 4, 'b', 16, 0, NULL, NULL, "
        "NULL, 0, 5, 0, 0, 1, 0, 0, 0, 0)",
    };
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        ok(lsi_driver_run(st->driver, ignored[i], &e));
    assert_int_equal(number(st, expected), 1);
    /* Of many rows, the others come in. */
    ok(lsi_driver_run(
        st->driver,
        "INSERT INTO lsched_news SELECT NULL, randomblob(8), id, 4, 'b', 16, 0,"
        " NULL, NULL, NULL, 0, 5, 0, 0, 1, 0, 0, 0, 0 FROM lsched_customer ORDER BY id",
        &e));
    assert_int_equal(number(st, "SELECT group_concat(customer) = 'c2' FROM lsched_news"
                                " WHERE subject = 'b' AND state = 1"),
                     1);
    lsi_store_close(st);
}

/* What waits about a case is void. */
static void withdraw(lsi_store *st, const char *subject)
{
    char sql[120];
    snprintf(sql, sizeof sql, "UPDATE lsched_news SET state = 3 WHERE subject = '%s' AND state = 1",
             subject);
    ok(lsi_driver_run(st->driver, sql, &e));
}

/* Once acknowledged, void or waiting: added again, it is not told again; the next one is. */
static void test_once(void **state)
{
    (void)state;
    lsi_store *st = open_filled();
    lsi_news *due;
    for (int i = 0; i < 3; i++) {
        const lsi_news n = news_of("c1", (const char *const[]){"a", "b", "c"}[i], 0, 50);
        ok(lsi_news_add(st, &n, &e));
    }
    assert_int_equal(number(st, "SELECT count(*) FROM lsched_news"), 3);
    assert_int_equal(due_at(st, 70, &due), 1); /* the lease of 'a' is over */
    const lsi_news second = news_of("c1", "b", 1, 50), other = news_of("c2", "b", 0, 50);
    ok(lsi_news_add(st, &second, &e));
    ok(lsi_news_add(st, &other, &e));
    assert_int_equal(due_at(st, 70, &due), 3);
    /* What is void is told no more; what is done stays so. */
    withdraw(st, "b");
    assert_int_equal(due_at(st, 70, &due), 1);
    assert_string_equal(due[0].subject, "a");
    assert_int_equal(number(st, "SELECT state FROM lsched_news WHERE customer = 'c1'"
                                " AND subject = 'b' AND sequence = 0"),
                     LSI_NOTICE_DONE);
    lsi_store_close(st);
}

/* A lease is one taker's; the one who comes late is refused; and when the next is due. */
static void test_leases(void **state)
{
    (void)state;
    lsi_store *st = open_filled();
    lsi_news *due, old;
    lsched_time at;
    bool ended;
    assert_int_equal(due_at(st, 59, &due), 0);
    assert_true(next_at(st, 59, &at));
    assert_int_equal(at, 60);
    assert_int_equal(due_at(st, 60, &due), 1);
    assert_int_equal(due[0].attempt, 1);
    old = due[0];
    ok(lsi_news_lease(st, &due[0], 60, 90, &e));
    assert_int_equal(due[0].attempt, 2);
    assert_int_equal(lsi_news_lease(st, &old, 70, 99, &e), LSCHED_OVER);
    ok(lsi_news_end(st, &old, &ended, &e));
    assert_false(ended);
    /* A lease that no clock of today could have given is none. */
    assert_int_equal(due_at(st, 50, &due), 1 - 1);
    old.attempt = 2;
    ok(lsi_news_end(st, &old, &ended, &e));
    assert_true(ended);
    assert_false(next_at(st, 100, &at));
    lsi_store_close(st);
}

/* What has an end is not handed out from then on, and put aside when the ledger is there. */
static void test_pointless(void **state)
{
    (void)state;
    lsi_store *st = open_filled();
    lsi_news n = news_of("c2", "z", 0, 100), *due;
    lsched_time at;
    n.until = 200;
    ok(lsi_news_add(st, &n, &e));
    withdraw(st, "a");
    assert_int_equal(due_at(st, 199, &due), 1);
    assert_true(due[0].stands);
    assert_true(next_at(st, 10, &at));
    assert_int_equal(at, 100);
    assert_int_equal(due_at(st, 200, &due), 0); /* one clock can be wrong */
    assert_false(next_at(st, 200, &at));
    lsched_booking b = booking_of("b1", "ana", 0, 1000, 2000);
    ok(lsi_ledger_add(st, &b, STAMP(BOOKED, 200, "k", 1), &e));
    assert_int_equal(due_at(st, 200, &due), 1);
    assert_false(due[0].stands);
    lsi_store_close(st);
}

/* Of a booking as it stands: void with its next change, by the trigger and without it. */
static void test_bookings(void **state)
{
    (void)state;
    for (int without = 0; without < 2; without++) {
        lsi_store *st = open_filled();
        lsched_booking b = booking_of("b1", "ana", 0, 1000, 2000);
        lsi_news n = news_of("c2", "b1", 1, 50), *due;
        bool ended = true;
        lsched_time at;
        withdraw(st, "a");
        n.about = LSCHED_ABOUT_BOOKING;
        ok(lsi_ledger_add(st, &b, STAMP(BOOKED, 7, "k", 1), &e));
        assert_int_equal(lsi_news_add(st, &n, &e), LSCHED_STORE);
        n.sequence = 0;
        ok(lsi_news_add(st, &n, &e));
        assert_int_equal(due_at(st, 50, &due), 1);
        ok(lsi_news_lease(st, &due[0], 50, 60, &e));
        if (without)
            ok(lsi_driver_run(st->driver, "DROP TRIGGER lsched_news_void", &e));
        b.sequence = 1;
        ok(lsi_ledger_change(st, &b, LSCHED_BOOKED, STAMP(MOVED, 8, "m", 1), &e));
        ok(lsi_news_end(st, &due[0], &ended, &e));
        assert_false(ended);
        assert_int_equal(lsi_news_lease(st, &due[0], 70, 80, &e), LSCHED_OVER);
        assert_false(next_at(st, 70, &at));
        assert_int_equal(number(st, "SELECT state FROM lsched_news WHERE subject = 'b1'"),
                         without ? LSI_NOTICE_WAITS : LSI_NOTICE_VOID);
        if (without) {
            assert_int_equal(due_at(st, 70, &due), 1);
            assert_false(due[0].stands);
        }
        lsi_store_close(st);
    }
}

/* Whoever is gone is told nothing. */
static void test_gone(void **state)
{
    (void)state;
    lsi_store *st = open_filled();
    lsi_news *due;
    const lsi_news n = news_of("c2", "a", 0, 50), later = news_of("c2", "q", 0, 50);
    ok(lsi_news_add(st, &n, &e));
    assert_int_equal(due_at(st, 50, &due), 1);
    ok(lsi_record_remove(st, &lsi_kind_customer, &(lsched_customer){.id = "c2"}, &e));
    assert_int_equal(due_at(st, 50, &due), 0);
    ok(lsi_news_add(st, &later, &e));
    assert_int_equal(number(st, "SELECT count(*) FROM lsched_news WHERE customer = 'c2'"), 1);
    lsi_store_close(st);
}

/* Put off later only, and only what waits for somebody's hours; a lease does not hide it. */
static void test_put_off(void **state)
{
    (void)state;
    lsi_store *st = open_filled();
    lsi_news n = news_of("c2", "h", 0, 50), *due;
    lsched_time at;
    n.hours = true;
    withdraw(st, "a");
    ok(lsi_news_add(st, &n, &e));
    assert_int_equal(due_at(st, 50, &due), 1);
    ok(lsi_news_lease(st, &due[0], 50, 60, &e));
    assert_int_equal(due_at(st, 60, &due), 1);
    ok(lsi_news_put_off(st, &due[0], 500, &e));
    assert_int_equal(due_at(st, 499, &due), 0);
    assert_true(next_at(st, 70, &at));
    assert_int_equal(at, 500);
    assert_int_equal(lsi_driver_run(st->driver,
                                    "UPDATE lsched_news SET due = 400"
                                    " WHERE subject = 'h'",
                                    &e),
                     LSCHED_STORE);
    assert_int_equal(due_at(st, 500, &due), 1);
    assert_int_equal(due[0].attempt, 1);
    lsi_store_close(st);
}

/* What an announcement takes up again is what somebody was given to tell, as it went; and the
 * numbers of an incident's updates do not begin anew with its record. */
static void test_renewed(void **state)
{
    (void)state;
    static const char *const refused[] = {
        "UPDATE lsched_news SET state = 1 WHERE subject = 'new'",
        "UPDATE lsched_news SET state = 1 WHERE subject = 'gone'",
        "UPDATE lsched_news SET state = 1 WHERE customer = 'c3'",
        "UPDATE lsched_news SET state = 1 WHERE subject = 'done'",
        "UPDATE lsched_news SET state = 2 WHERE subject = 'n'",
        "UPDATE lsched_news SET due = 9 WHERE subject = 'n'",
        "UPDATE lsched_news SET state = 1, lease = 9 WHERE subject = 'n'",
        "UPDATE lsched_news SET state = 1, attempt = 2, lease = 9 WHERE subject = 'n'",
        "UPDATE lsched_news SET state = 1, text = 'x' WHERE subject = 'n'",
        "UPDATE lsched_news SET state = 1, sequence = 1 WHERE subject = 'n'",
        "UPDATE lsched_news SET state = 1, id = randomblob(8) WHERE subject = 'n'",
        "UPDATE lsched_news SET state = 1, customer = 'c2' WHERE subject = 'n'",
        "UPDATE lsched_news SET state = 1, seq = 99 WHERE subject = 'n'",
        "UPDATE lsched_news SET state = 1, behind = 1 WHERE subject = 'n'",
        "UPDATE lsched_news SET state = 1, entry = 1 WHERE subject = 'n'",
        "DELETE FROM lsched_update",
        "UPDATE lsched_update SET revision = 4",
        "UPDATE lsched_update SET incident = 'j'",
        ("INSERT INTO lsched_incident (id, text, opened, next_update, closed, revision)"
         " VALUES ('i', 'x', 1, 0, 0, 5)"),
        "INSERT OR REPLACE INTO lsched_update VALUES ('i', 0)",
    };
    lsi_store *st = open_filled();
    ok(lsi_driver_run(
        st->driver,
        "INSERT INTO lsched_customer (id, general, zone) VALUES ('c3', 0, 'UTC');"
        "INSERT INTO lsched_announcement (id, regions, text, \"from\", until) VALUES"
        " ('n', 'R', 'x', 0, 0), ('new', 'R', 'x', 0, 0), ('done', 'R', 'x', 0, 0),"
        " ('gone', 'R', 'x', 0, 0), ('for', 'R', 'x', 0, 0);"
        "INSERT INTO lsched_news SELECT NULL, randomblob(8), iif(id = 'for', 'c3', 'c1'), 3, id, "
        "17,"
        " 0, NULL, NULL, NULL, 1, 5, 0, 0, 1, 0, 0, 0, 0 FROM lsched_announcement;"
        "UPDATE lsched_news SET attempt = 1, lease = 8 WHERE about = 3 AND subject <> 'new';"
        "UPDATE lsched_news SET state = iif(subject = 'done', 2, 3) WHERE about = 3;"
        "DELETE FROM lsched_announcement WHERE id = 'gone';"
        "DELETE FROM lsched_customer WHERE id = 'c3';"
        "INSERT INTO lsched_incident (id, text, opened, next_update, closed, revision)"
        " VALUES ('i', 'x', 1, 0, 0, 5);"
        "DELETE FROM lsched_incident",
        &e));
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (lsi_driver_run(st->driver, refused[i], &e) != LSCHED_STORE)
            fail_msg("%s: %s", refused[i], e.text);
    ok(lsi_driver_run(
        st->driver,
        "UPDATE lsched_news SET state = 1, due = 3, until = 900, service = 's'"
        " WHERE subject = 'n';"
        "INSERT INTO lsched_incident (id, text, opened, next_update, closed, revision)"
        " VALUES ('i', 'x', 1, 0, 0, 6)",
        &e));
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

/* What has been told costs nothing: what waits is walked by its index, in its order. */
static void test_plans(void **state)
{
    (void)state;
    lsi_store *st = open_filled();
    char plan[2048];
    plan_of(st, lsi_news_due_sql, plan, sizeof plan);
    if (strstr(plan, "SEARCH n USING INDEX lsched_news_due (due<?)") == NULL ||
        strstr(plan, "SCAN") != NULL || strstr(plan, "TEMP B-TREE") != NULL)
        fail_msg("%s", plan);
    plan_of(st, lsi_news_next_sql, plan, sizeof plan);
    if (strstr(plan, "SCAN n USING INDEX lsched_news_due;") == NULL ||
        strstr(plan, "SEARCH n USING INDEX lsched_news_leased (lease>? AND lease<?)") == NULL ||
        strstr(plan, "SCAN b") != NULL)
        fail_msg("%s", plan);
    lsi_store_close(st);
}

#define TEST(name) cmocka_unit_test_teardown(name, clean_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_attacks),   TEST(test_once),     TEST(test_leases),
        TEST(test_pointless), TEST(test_bookings), TEST(test_gone),
        TEST(test_put_off),   TEST(test_renewed),  TEST(test_plans),
    };
    return cmocka_run_group_tests_name("news", tests, NULL, NULL);
}
