/* test_deadline.c -- what takes too long is given up cleanly, and a commit is not. */
#include "help.h"
#include "store/disk.h"
#include "store/sqlite.h"

/* Counts for about a minute, if it is let. */
static const char endless[] = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                              " LIMIT 300000000) SELECT count(*) FROM n";

static int ask(lsi_store *st, const char *sql)
{
    lsi_statement *s;
    int64_t n;
    lsi_error_clear(&e);
    const int status = lsi_driver_prepare(st->driver, sql, &s, &e);
    return status == LSCHED_OK ? lsi_sql_number(s, &n, &e) : status;
}

static int64_t spent(const lsi_watch *since)
{
    lsi_watch day = {.began = since->began, .limit = 86400000};
    return 86400000 - lsi_watch_left(&day) / 1000;
}

static int add(lsi_store *st, const char *id)
{
    const lsched_booking b = booking_of(id, "ana", 0, 1000, 2000);
    lsi_error_clear(&e);
    return lsi_ledger_add(st, &b, STAMP(BOOKED, b.changed, id, 1), &e);
}

static void test_reading(void **state)
{
    (void)state;
    lsi_store *st = new_store();
    lsi_store_start(st, 40);
    ok(lsi_store_enter(st, false, &e));
    const lsi_watch watch = lsi_watch_start(0);
    refuses(ask(st, endless), LSCHED_BUSY, "the call took longer than its deadline of 40 ms");
    assert_in_range(spent(&watch), 30, 2000);
    assert_int_equal(lsi_store_late(st, &e), LSCHED_BUSY);
    assert_int_equal(ask(st, "SELECT 1"), LSCHED_BUSY);
    assert_int_equal(lsi_store_leave(st, LSCHED_BUSY, &e), LSCHED_BUSY);
    /* The next call has its own time. */
    ok(lsi_store_enter(st, false, &e));
    ok(lsi_store_late(st, &e));
    ok(ask(st, "SELECT 1"));
    ok(lsi_store_leave(st, LSCHED_OK, &e));
    lsi_store_close(st);
}

/* Inside a transaction of the caller's only what came too late is undone. */
static void test_part(void **state)
{
    (void)state;
    lsi_store *st = new_store();
    ok(lsi_store_enter(st, true, &e));
    ok(lsi_store_enter(st, true, &e));
    ok(add(st, "kept"));
    ok(lsi_store_leave(st, LSCHED_OK, &e));
    lsi_store_start(st, 30);
    ok(lsi_store_enter(st, true, &e));
    ok(lsi_driver_run(st->driver, "DELETE FROM lsched_booking", &e));
    assert_int_equal(ask(st, endless), LSCHED_BUSY);
    assert_int_equal(add(st, "late"), LSCHED_BUSY);
    assert_int_equal(lsi_store_leave(st, LSCHED_BUSY, &e), LSCHED_BUSY);
    lsi_store_start(st, 0);
    ok(lsi_store_leave(st, LSCHED_OK, &e));
    assert_int_equal(number(st, "SELECT count(*) FROM lsched_booking"), 1);
    lsi_store_close(st);
}

/* What was written in time is committed, however late that is. */
static void test_commit(void **state)
{
    (void)state;
    lsi_store *st = new_store();
    int turn = 6;
    const lsi_watch pause = lsi_watch_start(50);
    lsi_store_start(st, 20);
    ok(lsi_store_enter(st, true, &e));
    ok(add(st, "kept"));
    while (lsi_watch_pause(&pause, &turn))
        ;
    assert_int_equal(lsi_store_late(st, &e), LSCHED_BUSY);
    ok(lsi_store_leave(st, LSCHED_OK, &e));
    lsi_store_start(st, 0);
    assert_int_equal(number(st, "SELECT count(*) FROM lsched_booking"), 1);
    lsi_store_close(st);
}

/* ---- how a store may be opened ------------------------------------------------------------- */

static void test_modes(void **state)
{
    (void)state;
    lsi_store *st;
    for (int32_t fast = 0; fast <= LSCHED_FAST; fast += LSCHED_FAST) {
        ok(lsi_store_open(in_folder("mode"), LSCHED_CREATE | LSCHED_NETWORK | fast, &st, &e));
        assert_int_equal(number(st, "PRAGMA synchronous"), fast ? 1 : 2);
        assert_int_equal(number(st, "PRAGMA journal_size_limit"), 8388608);
        const bool old = sqlite3_libversion_number() < 3051003;
        assert_int_equal(lsi_store_note(st)[0] != '\0', old);
        lsi_store_close(st);
    }
}

static void test_networks(void **state)
{
    (void)state;
    static const uint32_t shared[] = {0x6969,     0xFE534D42, 0xFF534D42, 0x517B,
                                      0x01021997, 0x65735546, 0x5346414F, 0x00C36400,
                                      0x0BD00BD0, 0x01161970, 0x7461636F, 0x786F4256};
    static const uint32_t local[] = {0xEF53,     0x01021994, 0x58465342, 0x9123683E, 0x794C7630,
                                     0x2FC12FC1, 0xF2F52010, 0x858458F6, 0x4D44,     0};
    for (size_t i = 0; i < sizeof shared / sizeof *shared; i++)
        assert_true(lsi_disk_is_network(shared[i]));
    for (size_t i = 0; i < sizeof local / sizeof *local; i++)
        assert_false(lsi_disk_is_network(local[i]));
    ok(lsi_disk_check(folder, &e));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reading),  cmocka_unit_test(test_part),
        cmocka_unit_test(test_commit),   cmocka_unit_test(test_modes),
        cmocka_unit_test(test_networks),
    };
    return cmocka_run_group_tests_name("deadline", tests, make_folder, remove_folder);
}
