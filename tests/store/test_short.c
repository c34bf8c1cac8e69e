/* test_short.c -- SQLite's memory runs out at every place in turn: inside the host's
 * connection nothing of ours stays open, and the gate is free.
 */
#include "help.h"
#include "store/gate.h"
#include "store/sqlite.h"

static sqlite3_mem_methods plain;
static long countdown; /* the allocation that fails; 0: none */

static bool fails(void)
{
    return countdown > 0 && --countdown == 0;
}

static void *take(int size)
{
    return fails() ? NULL : plain.xMalloc(size);
}

static void *retake(void *p, int size)
{
    return fails() ? NULL : plain.xRealloc(p, size);
}

/* Where a sync costs nothing, if there is such a place. */
static int make_fast_folder(void)
{
    strcpy(folder, "/dev/shm/libsched-store-XXXXXX");
    return mkdtemp(folder) != NULL ? 0 : make_folder(NULL);
}

static int arrange(void **state)
{
    (void)state;
    static sqlite3_mem_methods ours;
    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &plain) != SQLITE_OK)
        return 1;
    ours = plain;
    ours.xMalloc = take;
    ours.xRealloc = retake;
    return sqlite3_config(SQLITE_CONFIG_MALLOC, &ours) != SQLITE_OK || make_fast_folder();
}

static bool is_free(const char *path)
{
    const lsi_watch watch = lsi_watch_start(1);
    lsi_gate *g;
    ok(lsi_gate_open(path, &watch, &g, &e));
    const int status = lsi_gate_enter(g, &watch, &e);
    lsi_gate_close(g, false);
    return status == LSCHED_OK;
}

static int attach(sqlite3 *db, lsi_store **st)
{
    const lsi_watch watch = lsi_watch_start(0);
    lsi_error_clear(&e);
    return lsi_store_attach(&watch, db, LSCHED_CREATE | LSCHED_FAST, st, &e);
}

/* Attaches, and books in a transaction of its own, with a part inside. */
static int book(sqlite3 *db, lsi_store **st)
{
    const lsched_booking b = booking_of("1", "ana", 0, 100, 200);
    int status = attach(db, st);
    if (status != LSCHED_OK)
        return status;
    status = lsi_store_enter(*st, true, &e);
    if (status != LSCHED_OK)
        return status;
    status = lsi_store_enter(*st, true, &e);
    if (status == LSCHED_OK)
        status = lsi_store_leave(*st, lsi_ledger_add(*st, &b, STAMP(BOOKED, b.changed, "1", 1), &e), &e);
    return lsi_store_leave(*st, status, &e);
}

static sqlite3 *connect(const char *path)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    return db;
}

/* Whether memory ran out at all. */
static bool fail_at(long place)
{
    char path[80];
    lsi_store *st;
    snprintf(path, sizeof path, "%s", in_folder("short"));
    sqlite3 *db = connect(path);
    countdown = place;
    const int status = book(db, &st);
    const bool failed = countdown == 0;
    countdown = 0;
    if (!sqlite3_get_autocommit(db))
        fail_msg("allocation %ld: a transaction is open after %d %s", place, status, e.text);
    assert_true(is_free(path));
    /* SQLite can do without some of its memory. */
    assert_true(status == LSCHED_OK || failed);
    lsi_store_close(st);
    assert_null(sqlite3_next_stmt(db, NULL));
    ok(attach(db, &st));
    if (status != LSCHED_UNKNOWN)
        assert_int_equal(number(st, "SELECT count(*) FROM lsched_event"), status == LSCHED_OK);
    lsi_store_close(st);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    assert_int_equal(unlink(path), 0);
    return failed;
}

static void test_every_place(void **state)
{
    (void)state;
    const char *step = getenv("LSCHED_EVERY"); /* 1 for all of them */
    long place = 1;
    while (fail_at(place))
        place += step != NULL ? atol(step) : 13;
    assert_true(place > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_place),
    };
    return cmocka_run_group_tests_name("short", tests, arrange, remove_folder);
}
