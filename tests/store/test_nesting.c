/* test_nesting.c -- transactions: what nests, what is undone, and who may end it. */
#include "help.h"

#include "store/sqlite.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

static void test_nesting(void **state)
{
    (void)state;
    lsi_store *st = new_store();
    lsched_team t = {.id = "a", .name = "n", .zone = "z"};
    assert_int_equal(lsi_record_put(st, &lsi_kind_team, &t, &e), LSCHED_MISUSE);
    ok(lsi_store_enter(st, true, &e));
    ok(lsi_record_put(st, &lsi_kind_team, &t, &e));
    ok(lsi_store_enter(st, true, &e));
    ok(lsi_store_enter(st, false, &e));
    assert_int_equal(st->depth, 3);
    t.id = "b";
    ok(lsi_record_put(st, &lsi_kind_team, &t, &e));
    ok(lsi_store_leave(st, LSCHED_OK, &e));
    t.id = "c";
    ok(lsi_record_put(st, &lsi_kind_team, &t, &e));
    assert_int_equal(number(st, "SELECT count(*) FROM lsched_team"), 3);
    assert_int_equal(lsi_store_leave(st, LSCHED_TAKEN, &e), LSCHED_TAKEN);
    assert_int_equal(number(st, "SELECT count(*) FROM lsched_team"), 1);
    ok(lsi_store_leave(st, LSCHED_OK, &e));
    assert_int_equal(number(st, "SELECT count(*) FROM lsched_team"), 1);
    assert_int_equal(lsi_store_leave(st, LSCHED_OK, &e), LSCHED_MISUSE);

    ok(lsi_store_enter(st, false, &e));
    assert_int_equal(lsi_store_enter(st, true, &e), LSCHED_MISUSE);
    assert_int_equal(st->depth, 1);
    assert_int_equal(lsi_record_put(st, &lsi_kind_team, &t, &e), LSCHED_MISUSE);
    ok(lsi_store_leave(st, LSCHED_OK, &e));
    lsi_store_close(st);
}

/* The engine undoes the transaction by itself: nothing runs until its end, and the end
 * is no success. */
static void test_lost_transaction(void **state)
{
    (void)state;
    lsi_store *st = new_store();
    lsched_team t = {.id = "a", .name = "n", .zone = "z"};
    ok(lsi_store_enter(st, true, &e));
    ok(lsi_store_enter(st, true, &e));
    ok(lsi_record_put(st, &lsi_kind_team, &t, &e));
    assert_int_equal(lsi_driver_run(st->driver,
                                    "INSERT OR ROLLBACK INTO lsched_team (id, general, name, zone)"
                                    " VALUES ('a', 0, 'n', 'z')",
                                    &e),
                     LSCHED_STORE);
    t.id = "b";
    assert_int_equal(lsi_record_put(st, &lsi_kind_team, &t, &e), LSCHED_STORE);
    assert_int_equal(lsi_store_leave(st, LSCHED_OK, &e), LSCHED_STORE);
    assert_int_equal(lsi_store_enter(st, true, &e), LSCHED_STORE);
    assert_int_equal(st->depth, 1);
    assert_int_equal(lsi_store_leave(st, LSCHED_OK, &e), LSCHED_STORE);
    assert_int_equal(st->depth, 0);
    assert_int_equal(number(st, "SELECT count(*) FROM lsched_team"), 0);
    ok(lsi_store_enter(st, true, &e));
    ok(lsi_record_put(st, &lsi_kind_team, &t, &e));
    ok(lsi_store_leave(st, LSCHED_OK, &e));
    assert_int_equal(number(st, "SELECT count(*) FROM lsched_team"), 1);
    lsi_store_close(st);
}

/* What an inner part could not undo goes with the whole, and nobody is told otherwise. */
static void test_broken_part(void **state)
{
    static const char words[] =
        "a part could not be undone: the whole transaction must be rolled back";
    (void)state;
    lsi_store *st = new_store();
    lsched_team t = {.id = "zed", .name = "n", .zone = "z"};
    for (int commit = 0; commit < 2; commit++) {
        ok(lsi_store_enter(st, true, &e));
        ok(lsi_record_put(st, &lsi_kind_team, &t, &e));
        ok(lsi_store_enter(st, true, &e));
        ok(lsi_store_enter(st, true, &e));
        t.id = "zoe";
        ok(lsi_record_put(st, &lsi_kind_team, &t, &e));
        ok(lsi_driver_keep(st->driver, &e)); /* takes away what it would go back to */
        ok(lsi_driver_keep(st->driver, &e));
        refuses(lsi_store_leave(st, LSCHED_OVER, &e), LSCHED_STORE, words);
        refuses(lsi_store_enter(st, true, &e), LSCHED_STORE, words);
        refuses(lsi_store_enter(st, false, &e), LSCHED_STORE, words);
        refuses(lsi_record_put(st, &lsi_kind_team, &t, &e), LSCHED_STORE, words);
        refuses(lsi_store_leave(st, LSCHED_OK, &e), LSCHED_STORE, words);
        if (commit)
            refuses(lsi_store_leave(st, LSCHED_OK, &e), LSCHED_STORE, words);
        else
            assert_int_equal(lsi_store_leave(st, LSCHED_OVER, &e), LSCHED_OVER);
        assert_int_equal(st->depth, 0);
        assert_int_equal(number(st, "SELECT count(*) FROM lsched_team"), 0);
    }
    ok(lsi_store_enter(st, true, &e));
    ok(lsi_record_put(st, &lsi_kind_team, &t, &e));
    ok(lsi_store_leave(st, LSCHED_OK, &e));
    assert_int_equal(number(st, "SELECT count(*) FROM lsched_team"), 1);
    lsi_store_close(st);
}

/* Memory as SQLite gets it: the request with the number `refused` fails, and with
 * `refuse_all` those behind it too; 0: none. */
static sqlite3_mem_methods memory;
static int requests, refused;
static bool refuse_all;

static bool is_refused(void)
{
    requests++;
    return refused != 0 && (requests == refused || (refuse_all && requests > refused));
}

static void *scarce_malloc(int size)
{
    return is_refused() ? NULL : memory.xMalloc(size);
}

static void *scarce_realloc(void *old, int size)
{
    return is_refused() ? NULL : memory.xRealloc(old, size);
}

/* As early as possible: SQLite takes it before its first use only. */
static int make_memory_scarce(void)
{
    sqlite3_mem_methods scarce;
    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &memory) != SQLITE_OK)
        return 1;
    scarce = memory;
    scarce.xMalloc = scarce_malloc;
    scarce.xRealloc = scarce_realloc;
    return sqlite3_config(SQLITE_CONFIG_MALLOC, &scarce);
}

/* Writes one record, and within an inner part `count` more, which are undone; all is
 * refused to SQLite from the request `at` on.  Whether it came to that. */
static bool undo_without_memory(lsi_store *st, int at, int count)
{
    char id[16];
    lsched_team t = {.id = "zed", .name = "n", .zone = "z"};
    ok(lsi_store_enter(st, true, &e));
    ok(lsi_record_put(st, &lsi_kind_team, &t, &e));
    ok(lsi_store_enter(st, true, &e));
    t.id = id;
    for (int i = 0; i < count; i++) {
        snprintf(id, sizeof id, "zoe%d", i);
        ok(lsi_record_put(st, &lsi_kind_team, &t, &e));
    }
    size_t compiled = st->driver->count;
    requests = 0;
    refused = at;
    int status = lsi_store_leave(st, LSCHED_OVER, &e);
    refused = 0;
    bool reached = requests >= at;
    assert_int_equal(st->driver->count, compiled);
    if (status == LSCHED_OVER) {
        assert_int_equal(number(st, "SELECT count(*) FROM lsched_team"), 1);
        ok(lsi_store_leave(st, LSCHED_OK, &e));
        assert_int_equal(number(st, "SELECT count(*) FROM lsched_team WHERE id = 'zed'"), 1);
        ok(lsi_driver_run(st->driver, "DELETE FROM lsched_team", &e));
    } else {
        assert_int_equal(status, LSCHED_STORE);
        assert_int_equal(lsi_store_enter(st, false, &e), LSCHED_STORE);
        assert_int_equal(lsi_store_leave(st, LSCHED_OK, &e), LSCHED_STORE);
    }
    assert_int_equal(number(st, "SELECT count(*) FROM lsched_team"), 0);
    return reached;
}

static void test_undo_without_memory(void **state)
{
    (void)state;
    const char *const paths[] = {":memory:", in_folder("scarce")};
    const int counts[] = {1, 400};
    for (size_t p = 0; p < 2; p++) {
        for (size_t c = 0; c < 2; c++) {
            for (int all = 0; all < 2; all++) {
                lsi_store *st;
                int at = 1;
                refuse_all = all;
                ok(lsi_store_open(paths[p], LSCHED_CREATE, &st, &e));
                undo_without_memory(st, INT32_MAX, counts[c]); /* compiles all */
                while (undo_without_memory(st, at, counts[c]))
                    assert_true(++at < 100);
                lsi_store_close(st);
            }
        }
    }
}

/* On a host's connection, within its transaction, a part that is to be undone: the answer
 * to it must tell where the host's row went as well. */
static bool undo_in_hosts(lsi_store *st, int at)
{
    sqlite3 *db = st->driver->db;
    lsched_team t = {.id = "zed", .name = "n", .zone = "z"};
    assert_int_equal(sqlite3_exec(db, "BEGIN; INSERT INTO theirs VALUES (1)", NULL, NULL, NULL),
                     SQLITE_OK);
    ok(lsi_store_enter(st, true, &e));
    ok(lsi_record_put(st, &lsi_kind_team, &t, &e));
    requests = 0;
    refused = at;
    const int status = lsi_store_leave(st, LSCHED_OVER, &e);
    refused = 0;
    const bool open = sqlite3_get_autocommit(db) == 0, reached = requests >= at;
    if (status != LSCHED_OVER)
        assert_int_equal(status, LSCHED_NOMEM);
    else
        assert_true(open);
    if (status != LSCHED_OVER && open)
        assert_int_equal(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(number(st, "SELECT count(*) FROM theirs"), status == LSCHED_OVER);
    assert_int_equal(number(st, "SELECT count(*) FROM lsched_team"), 0);
    if (status == LSCHED_OVER)
        assert_int_equal(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    return reached;
}

static void test_hosts_without_memory(void **state)
{
    (void)state;
    const lsi_watch watch = lsi_watch_start(0);
    for (int all = 0; all < 2; all++) {
        sqlite3 *db;
        lsi_store *st;
        int at = 1;
        assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, "CREATE TABLE theirs (x)", NULL, NULL, NULL), SQLITE_OK);
        ok(lsi_store_attach(&watch, db, LSCHED_CREATE, &st, &e));
        refuse_all = all;
        undo_in_hosts(st, INT32_MAX);
        while (undo_in_hosts(st, at))
            assert_true(++at < 100);
        assert_true(at > 1);
        lsi_store_close(st);
        assert_int_equal(sqlite3_close(db), SQLITE_OK);
    }
}

static void test_two_handles(void **state)
{
    (void)state;
    lsi_store *one, *two;
    lsched_team t = {.id = "a", .name = "n", .zone = "z"};
    ok(lsi_store_open(in_folder("two"), LSCHED_CREATE, &one, &e));
    ok(lsi_store_open(in_folder("two"), 0, &two, &e));
    ok(lsi_store_enter(two, false, &e)); /* the snapshot is taken here */
    ok(lsi_store_enter(one, true, &e));
    ok(lsi_record_put(one, &lsi_kind_team, &t, &e));
    ok(lsi_driver_run(two->driver, "PRAGMA busy_timeout = 1", &e));
    ok(lsi_store_leave(one, LSCHED_OK, &e));
    assert_int_equal(number(two, "SELECT count(*) FROM lsched_team"), 0);
    ok(lsi_store_leave(two, LSCHED_OK, &e));
    assert_int_equal(number(two, "SELECT count(*) FROM lsched_team"), 1);
    ok(lsi_store_enter(one, true, &e));
    assert_int_equal(lsi_store_enter(two, true, &e), LSCHED_BUSY);
    assert_int_equal(two->depth, 0);
    ok(lsi_store_leave(one, LSCHED_OK, &e));
    ok(lsi_store_enter(two, true, &e));
    ok(lsi_store_leave(two, LSCHED_OK, &e));
    lsi_store_close(one);
    lsi_store_close(two);
}

static void test_fork(void **state)
{
    (void)state;
    int status;
    lsi_store *st;
    ok(lsi_store_open(in_folder("fork"), LSCHED_CREATE, &st, &e));
    pid_t child = fork();
    if (child == 0) {
        int answer = lsi_store_enter(st, true, &e);
        lsi_store_close(st);
        leave(answer == LSCHED_MISUSE ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    ok(lsi_store_enter(st, true, &e));
    ok(lsi_store_leave(st, LSCHED_OK, &e));
    lsi_store_close(st);
}

/* A child that leaves what its parent entered: 0 if it was refused and nothing ran. */
static int try_leave(lsi_store *st, int wanted)
{
    int depth = st->depth;
    if (lsi_store_leave(st, wanted, &e) != LSCHED_MISUSE)
        return 1;
    if (strcmp(e.text, "the store was opened by another process") != 0)
        return 2;
    if (st->depth != depth || sqlite3_get_autocommit(st->driver->db))
        return 3;
    lsi_store_close(st);
    return 0;
}

static void test_fork_inside(void **state)
{
    (void)state;
    const int wanted[] = {LSCHED_OK, LSCHED_OVER};
    lsched_team t = {.id = "a", .name = "n", .zone = "z"};
    lsi_store *st;
    int status;
    ok(lsi_store_open(in_folder("inside"), LSCHED_CREATE, &st, &e));
    ok(lsi_store_enter(st, true, &e));
    ok(lsi_record_put(st, &lsi_kind_team, &t, &e));
    for (int depth = 1; depth <= 2; depth++) {
        for (size_t i = 0; i < 2; i++) {
            pid_t child = fork();
            if (child == 0)
                leave(try_leave(st, wanted[i]));
            assert_int_equal(waitpid(child, &status, 0), child);
            assert_int_equal(status, 0);
        }
        if (depth == 1)
            ok(lsi_store_enter(st, true, &e));
    }
    ok(lsi_store_leave(st, LSCHED_OK, &e));
    ok(lsi_store_leave(st, LSCHED_OK, &e));
    assert_int_equal(number(st, "SELECT count(*) FROM lsched_team"), 1);
    lsi_store_close(st);
}

/* Writes to the file fail from some size on, as on a full disk.  Returns the number of
 * the check that failed, 0: none. */
static int try_full_disk(const char *path)
{
    lsi_store *st;
    struct rlimit limit, old;
    lsched_team t = {.id = "a", .name = "n", .zone = "z"};
    if (lsi_store_open(path, LSCHED_CREATE, &st, &e) != LSCHED_OK)
        return 1;
    if (signal(SIGXFSZ, SIG_IGN) == SIG_ERR || getrlimit(RLIMIT_FSIZE, &old) != 0)
        return 2;
    limit = old;
    limit.rlim_cur = 1000;
    if (lsi_store_enter(st, true, &e) != LSCHED_OK)
        return 3;
    if (lsi_record_put(st, &lsi_kind_team, &t, &e) != LSCHED_OK)
        return 4;
    setrlimit(RLIMIT_FSIZE, &limit);
    if (lsi_store_leave(st, LSCHED_OK, &e) != LSCHED_UNKNOWN || st->depth != 0)
        return 5;
    /* A transaction that only reads has nothing to be unsure of. */
    if (lsi_store_enter(st, false, &e) != LSCHED_OK || lsi_store_leave(st, 0, &e) != LSCHED_OK)
        return 6;
    setrlimit(RLIMIT_FSIZE, &old);
    if (lsi_store_enter(st, true, &e) != LSCHED_OK)
        return 7;
    if (lsi_record_put(st, &lsi_kind_team, &t, &e) != LSCHED_OK)
        return 8;
    if (lsi_store_leave(st, LSCHED_OK, &e) != LSCHED_OK)
        return 9;
    lsi_store_close(st);
    return 0;
}

static void test_full_disk(void **state)
{
    (void)state;
    int status;
    pid_t child = fork();
    if (child == 0)
        leave(try_full_disk(in_folder("full")));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    if (make_memory_scarce() != SQLITE_OK)
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nesting),
        cmocka_unit_test(test_lost_transaction),
        cmocka_unit_test(test_broken_part),
        cmocka_unit_test(test_undo_without_memory),
        cmocka_unit_test(test_hosts_without_memory),
        cmocka_unit_test(test_two_handles),
        cmocka_unit_test(test_fork),
        cmocka_unit_test(test_fork_inside),
        cmocka_unit_test(test_full_disk),
    };
    return cmocka_run_group_tests_name("nesting", tests, make_folder, remove_folder);
}
