/* test_gate.c -- the gate: one inside, in the order of coming; free again on every way out;
 * and nothing of it left behind. */
#include "help.h"
#include "store/gate.h"
#include "store/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/wait.h>

/* ---- the gate by itself -------------------------------------------------------------------- */

static int64_t spent(const lsi_watch *since)
{
    lsi_watch day = {.began = since->began, .limit = 86400000};
    return 86400000 - lsi_watch_left(&day) / 1000;
}

static lsi_gate *open_gate(const char *store)
{
    const lsi_watch watch = lsi_watch_start(0);
    lsi_gate *g;
    ok(lsi_gate_open(store, &watch, &g, &e));
    return g;
}

static int enter(lsi_gate *g, int32_t milliseconds)
{
    const lsi_watch watch = lsi_watch_start(milliseconds);
    lsi_error_clear(&e);
    return lsi_gate_enter(g, &watch, &e);
}

static key_t key_of(const char *store)
{
    char path[160];
    struct stat file;
    snprintf(path, sizeof path, "%s-gate", store);
    assert_int_equal(stat(path, &file), 0);
    return lsi_gate_key(file.st_dev, file.st_ino);
}

static bool has_set(key_t key)
{
    return semget(key, 0, 0) >= 0;
}

/* A file's number is given again, and a set outlives whoever was killed inside: what an earlier
 * file of this number left behind is none of this test's. */
static void clear_set(const char *store)
{
    const int set = semget(key_of(store), 0, 0);
    if (set >= 0)
        assert_int_equal(semctl(set, 0, IPC_RMID), 0);
}

/* Nobody is inside: a stranger can go in at once. */
static bool is_free(const char *store)
{
    lsi_gate *g = open_gate(store);
    const int status = enter(g, 1);
    lsi_gate_close(g, false);
    return status == LSCHED_OK;
}

static const char *new_file(const char *name)
{
    static char path[128];
    strcpy(path, in_folder(name));
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fclose(f);
    assert_int_equal(chmod(path, 0640), 0);
    lsi_gate_close(open_gate(path), false);
    clear_set(path);
    return path;
}

static void test_one_inside(void **state)
{
    (void)state;
    const char *store = new_file("one");
    lsi_gate *a = open_gate(store), *b = open_gate(store);
    struct stat file;
    assert_int_equal(stat(in_folder("one-gate"), &file), 0);
    assert_int_equal(file.st_mode & 0777, 0640);
    assert_int_equal(enter(a, 100), LSCHED_OK);
    assert_true(a->queued);
    const lsi_watch watch = lsi_watch_start(0);
    refuses(enter(b, 60), LSCHED_BUSY, "the store is busy: others were writing for 60 ms");
    assert_in_range(spent(&watch), 60, 1000);
    assert_false(b->queued);
    lsi_gate_leave(a);
    assert_int_equal(enter(b, 100), LSCHED_OK);
    assert_int_equal(enter(a, 1), LSCHED_BUSY);
    lsi_gate_leave(b);
    lsi_gate_close(a, false);
    lsi_gate_close(b, false);
}

static void test_last_takes_semaphore(void **state)
{
    (void)state;
    const char *store = new_file("last");
    lsi_gate *a = open_gate(store), *b = open_gate(store);
    const key_t key = key_of(store);
    assert_false(has_set(key));
    assert_int_equal(enter(a, 100), LSCHED_OK);
    assert_true(has_set(key));
    lsi_gate_close(b, false);
    assert_true(has_set(key));
    lsi_gate_close(a, false); /* from inside */
    assert_false(has_set(key));
    assert_int_equal(access(in_folder("last-gate"), F_OK), 0);
    /* Whoever made the file may take it along, if nobody else has it open. */
    a = open_gate(store);
    lsi_gate_close(a, true);
    assert_int_equal(access(in_folder("last-gate"), F_OK), 0);
    assert_int_equal(unlink(in_folder("last-gate")), 0);
    a = open_gate(store);
    b = open_gate(store);
    lsi_gate_close(a, true);
    assert_int_equal(access(in_folder("last-gate"), F_OK), 0);
    lsi_gate_close(b, true);
    assert_int_equal(access(in_folder("last-gate"), F_OK), 0);
    assert_int_equal(unlink(in_folder("last-gate")), 0);
    lsi_gate_close(open_gate(store), true);
    assert_int_equal(access(in_folder("last-gate"), F_OK), -1);
}

/* Somebody else's set has our key: then there is no queue, and the lock is enough. */
static void test_without_queue(void **state)
{
    (void)state;
    const char *store = new_file("none");
    lsi_gate *a = open_gate(store), *b = open_gate(store);
    const int set = semget(key_of(store), 1, IPC_CREAT | IPC_EXCL | 0600);
    assert_true(set >= 0);
    assert_int_equal(enter(a, 100), LSCHED_OK);
    assert_false(a->queued);
    const lsi_watch watch = lsi_watch_start(0);
    assert_int_equal(enter(b, 30), LSCHED_BUSY);
    assert_in_range(spent(&watch), 30, 1000);
    lsi_gate_leave(a);
    assert_int_equal(enter(b, 30), LSCHED_OK);
    lsi_gate_close(a, false);
    lsi_gate_close(b, false);
    assert_true(has_set(key_of(store)));
    assert_int_equal(semctl(set, 0, IPC_RMID), 0);
}

/* It even looks like ours, and is in use for good: that costs one wait, not each. */
static void test_stuck_queue(void **state)
{
    (void)state;
    const char *store = new_file("stuck");
    lsi_gate *g = open_gate(store);
    const int set = semget(key_of(store), LSI_GATE_SEMAPHORES, IPC_CREAT | IPC_EXCL | 0600);
    struct sembuf taken = {.sem_num = 0, .sem_op = 1, .sem_flg = 0};
    assert_true(set >= 0);
    assert_int_equal(semop(set, &taken, 1), 0);
    assert_int_equal(enter(g, 30), LSCHED_OK);
    lsi_gate_leave(g);
    const lsi_watch watch = lsi_watch_start(0);
    assert_int_equal(enter(g, 4000), LSCHED_OK);
    assert_in_range(spent(&watch), 0, 2000);
    lsi_gate_close(g, false);
    assert_true(has_set(key_of(store)));
    assert_int_equal(semctl(set, 0, IPC_RMID), 0);
}

/* Its holder only stopped for a while, between the queue and the lock: then it is the queue
 * again, for those who had to go without it too, and goes with the last of them. */
static void test_slow_holder(void **state)
{
    (void)state;
    const char *store = new_file("slow");
    lsi_gate *a = open_gate(store), *b = open_gate(store);
    struct sembuf step = {.sem_num = 0, .sem_op = 1, .sem_flg = 0};
    assert_int_equal(enter(a, 100), LSCHED_OK);
    lsi_gate_leave(a);
    const int set = semget(key_of(store), 0, 0);
    assert_int_equal(semop(set, &step, 1), 0); /* as a holder on its way in */
    for (int i = 0; i < 2; i++) {
        assert_int_equal(enter(a, 30), LSCHED_OK);
        assert_true(a->distrusted && !a->queued);
        lsi_gate_leave(a);
    }
    step.sem_op = -1;
    assert_int_equal(semop(set, &step, 1), 0);
    assert_int_equal(enter(a, 30), LSCHED_OK);
    assert_true(a->queued && !a->distrusted);
    assert_int_equal(semctl(set, 0, GETVAL), 1);
    assert_int_equal(enter(b, 30), LSCHED_BUSY);
    lsi_gate_leave(a);
    assert_int_equal(semctl(set, 0, GETVAL), 0);
    step.sem_op = 1;
    assert_int_equal(semop(set, &step, 1), 0);
    assert_int_equal(enter(a, 30), LSCHED_OK);
    assert_true(a->distrusted);
    step.sem_op = -1;
    assert_int_equal(semop(set, &step, 1), 0);
    lsi_gate_close(b, false);
    lsi_gate_close(a, false);
    assert_false(has_set(key_of(store)));
}

static void test_removed_semaphore(void **state)
{
    (void)state;
    const char *store = new_file("removed");
    lsi_gate *a = open_gate(store), *b = open_gate(store);
    assert_int_equal(enter(a, 100), LSCHED_OK);
    assert_int_equal(semctl(semget(key_of(store), 0, 0), 0, IPC_RMID), 0);
    assert_int_equal(enter(b, 30), LSCHED_BUSY);
    lsi_gate_leave(a);
    assert_int_equal(enter(b, 30), LSCHED_OK);
    lsi_gate_leave(b);
    assert_int_equal(enter(a, 30), LSCHED_OK);
    assert_true(a->queued);
    lsi_gate_close(a, false);
    lsi_gate_close(b, false);
    assert_false(has_set(key_of(store)));
}

/* The gate is the file that the path leads to, not the one that it led to once. */
static void test_replaced(void **state)
{
    (void)state;
    const char *store = new_file("moved");
    lsi_gate *a = open_gate(store);
    assert_int_equal(enter(a, 100), LSCHED_OK);
    lsi_gate_leave(a);
    const key_t old = key_of(store);
    assert_int_equal(rename(in_folder("moved-gate"), in_folder("away")), 0);
    lsi_gate *b = open_gate(store);
    assert_int_equal(enter(b, 100), LSCHED_OK);
    assert_int_equal(enter(a, 30), LSCHED_BUSY);
    assert_false(has_set(old));
    lsi_gate_leave(b);
    assert_int_equal(enter(a, 30), LSCHED_OK);
    lsi_gate_close(a, false);
    lsi_gate_close(b, false);
    assert_false(has_set(key_of(store)));
    /* A link is no gate. */
    assert_int_equal(unlink(in_folder("moved-gate")), 0);
    assert_int_equal(symlink("away", in_folder("moved-gate")), 0);
    const lsi_watch watch = lsi_watch_start(0);
    refuses(lsi_gate_open(store, &watch, &a, &e), LSCHED_STORE,
            "cannot open the gate beside the store: it is a symbolic link");
    assert_null(a);
}

/* What a host does with its standard streams is its own affair. */
static void test_descriptor(void **state)
{
    (void)state;
    const char *store = new_file("stdin");
    const int kept = dup(STDIN_FILENO);
    close(STDIN_FILENO);
    lsi_gate *g = open_gate(store);
    assert_true(g->fd > STDERR_FILENO);
    assert_int_equal(fcntl(g->fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    lsi_gate_close(g, false);
    if (kept >= 0) {
        dup2(kept, STDIN_FILENO);
        close(kept);
    }
}

/* ---- processes ---------------------------------------------------------------------------- */

static void say(int to)
{
    assert_int_equal(write(to, "", 1), 1);
}

static void hear(int from)
{
    char byte;
    assert_int_equal(read(from, &byte, 1), 1);
}

/* The next gets in when the holder is killed, wherever that waits. */
static void test_killed(void **state)
{
    (void)state;
    const char *store = new_file("killed");
    for (int round = 0; round < 20; round++) {
        int ready[2], status;
        assert_int_equal(pipe(ready), 0);
        const pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            lsi_gate *g = open_gate(store);
            if (enter(g, 1000) == LSCHED_OK)
                say(ready[1]);
            for (;;)
                pause();
        }
        hear(ready[0]);
        lsi_gate *g = open_gate(store);
        assert_int_equal(enter(g, 1), LSCHED_BUSY);
        const pid_t killer = fork();
        assert_true(killer >= 0);
        if (killer == 0) {
            lsi_gate_forget(g);
            kill(child, SIGKILL);
            _exit(0);
        }
        assert_int_equal(enter(g, 4000), LSCHED_OK);
        lsi_gate_close(g, false);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(waitpid(killer, &status, 0), killer);
        close(ready[0]);
        close(ready[1]);
        assert_false(has_set(key_of(store)));
    }
}

/* A child has the parent's descriptor, but not its place. */
static void test_child_exits(void **state)
{
    (void)state;
    const char *store = new_file("child");
    lsi_gate *g = open_gate(store);
    assert_int_equal(enter(g, 100), LSCHED_OK);
    for (int forget = 0; forget < 2; forget++) {
        int status;
        const pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            if (forget)
                lsi_gate_forget(g);
            _exit(0);
        }
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_false(is_free(store));
    }
    lsi_gate_leave(g);
    assert_true(is_free(store));
    lsi_gate_close(g, false);
}

/* ---- every way out ------------------------------------------------------------------------ */

static void run_raw(const char *path, const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static int refuse_commit(void *user)
{
    (void)user;
    return 1;
}

static lsi_store *open_store(const char *path)
{
    lsi_store *st;
    ok(lsi_store_open(path, LSCHED_CREATE, &st, &e));
    return st;
}

static void test_ways_out(void **state)
{
    (void)state;
    const char *path = in_folder("ways");
    lsi_store *st = open_store(path), *other = open_store(path);
    clear_set(path);
    assert_true(is_free(path));
    /* Commit and rollback; an inner part changes nothing. */
    for (int status = LSCHED_OK; status >= LSCHED_OVER; status += LSCHED_OVER) {
        ok(lsi_store_enter(st, true, &e));
        assert_false(is_free(path));
        ok(lsi_store_enter(st, true, &e));
        assert_int_equal(lsi_store_leave(st, status, &e), status);
        assert_false(is_free(path));
        assert_int_equal(lsi_store_leave(st, status, &e), status);
        assert_true(is_free(path));
    }
    /* Whoever opens or closes a store that stands need not wait for a writer. */
    ok(lsi_store_enter(st, true, &e));
    const lsi_watch opening = lsi_watch_start(0);
    lsi_store_close(open_store(path));
    assert_in_range(spent(&opening), 0, 2000);
    ok(lsi_store_leave(st, LSCHED_OK, &e));
    /* Readers do not come to it. */
    ok(lsi_store_enter(st, false, &e));
    assert_true(is_free(path));
    ok(lsi_store_leave(st, LSCHED_OK, &e));
    /* A writer who finds another inside, and one who finds a writer outside of it. */
    lsi_store_start(other, 30);
    ok(lsi_store_enter(st, true, &e));
    assert_int_equal(lsi_store_enter(other, true, &e), LSCHED_BUSY);
    ok(lsi_store_leave(st, LSCHED_OK, &e));
    assert_true(is_free(path));
    sqlite3 *raw;
    assert_int_equal(sqlite3_open(path, &raw), SQLITE_OK);
    assert_int_equal(sqlite3_exec(raw, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    const lsi_watch watch = lsi_watch_start(0);
    assert_int_equal(lsi_store_enter(other, true, &e), LSCHED_BUSY);
    assert_in_range(spent(&watch), 30, 1000);
    sqlite3_close(raw);
    assert_true(is_free(path));
    /* A commit that fails. */
    ok(lsi_store_enter(st, true, &e));
    sqlite3_commit_hook(st->driver->db, refuse_commit, NULL);
    ok(lsi_driver_run(st->driver,
                      "DELETE FROM lsched_calendar; INSERT INTO lsched_calendar (kind, owner, name, effect, ends, text)"
                      " VALUES (1, 'x', 'y', 1, 1, '')",
                      &e));
    assert_int_equal(lsi_store_leave(st, LSCHED_OK, &e), LSCHED_STORE);
    sqlite3_commit_hook(st->driver->db, NULL, NULL);
    assert_true(is_free(path));
    /* A part that cannot be undone. */
    ok(lsi_store_enter(st, true, &e));
    ok(lsi_store_enter(st, true, &e));
    ok(lsi_driver_run(st->driver, "ROLLBACK", &e));
    assert_int_equal(lsi_store_leave(st, LSCHED_OVER, &e), LSCHED_STORE);
    assert_int_equal(lsi_store_leave(st, LSCHED_OVER, &e), LSCHED_OVER);
    assert_true(is_free(path));
    /* The end of a store, in the middle of a write. */
    ok(lsi_store_enter(st, true, &e));
    lsi_store_close(st);
    assert_true(is_free(path));
    /* A file that is no longer there. */
    assert_int_equal(rename(path, in_folder("elsewhere")), 0);
    refuses(lsi_store_enter(other, true, &e), LSCHED_STORE,
            "the store's file was moved, removed or replaced while it was open");
    assert_int_equal(rename(in_folder("elsewhere"), path), 0);
    assert_true(is_free(path));
    ok(lsi_store_enter(other, true, &e));
    ok(lsi_store_leave(other, LSCHED_OK, &e));
    const key_t key = key_of(path);
    assert_true(has_set(key));
    lsi_store_close(other);
    assert_false(has_set(key));
}

/* On a connection of the host's: behind the gate are only transactions that are ours. */
static void test_hosted(void **state)
{
    (void)state;
    const char *path = in_folder("hosted");
    const lsi_watch watch = lsi_watch_start(0);
    sqlite3 *db, *raw;
    lsi_store *st;
    assert_int_equal(sqlite3_open(path, &db) + sqlite3_open(path, &raw), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL), SQLITE_OK);
    ok(lsi_store_attach(&watch, db, LSCHED_CREATE, &st, &e));
    clear_set(path);
    assert_true(is_free(path));
    lsi_store_start(st, 30);
    for (int status = LSCHED_OK; status >= LSCHED_OVER; status += LSCHED_OVER) {
        ok(lsi_store_enter(st, true, &e));
        assert_false(is_free(path));
        assert_int_equal(lsi_store_leave(st, status, &e), status);
        assert_true(is_free(path));
    }
    /* The schema's own word, whether the host wants codes in full or not. */
    ok(lsi_store_enter(st, true, &e));
    const lsched_booking b = booking_of("1", "ana", 0, 100, 200);
    const lsched_booking over = booking_of("2", "ana", 1, 150, 250);
    ok(lsi_ledger_add(st, &b, STAMP(BOOKED, b.changed, "1", 1), &e));
    refuses(lsi_ledger_add(st, &over, STAMP(BOOKED, over.changed, "2", 1), &e), LSCHED_TAKEN, "the agent's lane is taken then");
    /* The host ends it: the gate opens at our end. */
    assert_int_equal(sqlite3_exec(db, "COMMIT; BEGIN", NULL, NULL, NULL), SQLITE_OK);
    assert_false(is_free(path));
    assert_int_equal(lsi_store_leave(st, LSCHED_OK, &e), LSCHED_STORE);
    assert_true(is_free(path));
    /* A part of the host's does not come to the gate. */
    assert_false(sqlite3_get_autocommit(db));
    ok(lsi_store_enter(st, true, &e));
    assert_true(is_free(path));
    ok(lsi_store_leave(st, LSCHED_OK, &e));
    assert_int_equal(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    /* A commit that a hook of the host's refuses, and one who finds a writer outside. */
    sqlite3_commit_hook(db, refuse_commit, NULL);
    ok(lsi_store_enter(st, true, &e));
    ok(lsi_driver_run(st->driver, "DELETE FROM lsched_booking", &e));
    assert_int_equal(lsi_store_leave(st, LSCHED_OK, &e), LSCHED_STORE);
    assert_true(is_free(path) && sqlite3_get_autocommit(db));
    sqlite3_commit_hook(db, NULL, NULL);
    assert_int_equal(sqlite3_exec(raw, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(lsi_store_enter(st, true, &e), LSCHED_BUSY);
    assert_true(is_free(path) && sqlite3_get_autocommit(db));
    assert_int_equal(sqlite3_exec(raw, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    /* The end of the store, in the middle of a write. */
    ok(lsi_store_enter(st, true, &e));
    lsi_store_close(st);
    assert_true(is_free(path) && sqlite3_get_autocommit(db));
    assert_int_equal(sqlite3_close(raw), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    assert_false(has_set(key_of(path)));
}

/* A store that cannot become one leaves no gate behind. */
static void test_no_store(void **state)
{
    (void)state;
    const char *path = in_folder("foreign");
    lsi_store *st;
    run_raw(path, "CREATE TABLE t (x)");
    assert_int_equal(lsi_store_open(path, LSCHED_CREATE, &st, &e), LSCHED_FOREIGN);
    assert_int_equal(access(in_folder("foreign-gate"), F_OK), -1);
    lsi_store_close(open_store(path = in_folder("newer")));
    run_raw(path, "PRAGMA user_version = 99");
    assert_int_equal(unlink(in_folder("newer-gate")), 0);
    assert_int_equal(lsi_store_open(path, LSCHED_CREATE, &st, &e), LSCHED_FOREIGN);
    assert_int_equal(access(in_folder("newer-gate"), F_OK), -1);
}

/* ---- the log ------------------------------------------------------------------------------ */

static off_t size_of(const char *path)
{
    struct stat file;
    return stat(path, &file) == 0 ? file.st_size : -1;
}

/* Checkpoints come by themselves, and the last handle leaves no log. */
static void test_log(void **state)
{
    (void)state;
    const char *path = in_folder("log"), *log = in_folder("log-wal");
    lsi_store *st = open_store(path), *other = open_store(path);
    for (int i = 0; i < 40; i++) {
        ok(lsi_store_enter(st, true, &e));
        ok(lsi_driver_run(st->driver,
                          "INSERT OR REPLACE INTO lsched_calendar (kind, owner, name, effect, ends, text)"
                          " VALUES (1, 'x', 'y', 1, 1, hex(randomblob(200000)))",
                          &e));
        ok(lsi_store_leave(st, LSCHED_OK, &e));
    }
    /* 40 times 100 pages; the log begins anew each time that it has 1,000. */
    assert_in_range(size_of(log), 1, 1300 * 4120);
    lsi_store_close(st);
    assert_true(size_of(log) > 0);
    lsi_store_close(other);
    assert_int_equal(size_of(log), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_inside),    cmocka_unit_test(test_last_takes_semaphore),
        cmocka_unit_test(test_without_queue), cmocka_unit_test(test_stuck_queue),
        cmocka_unit_test(test_slow_holder),   cmocka_unit_test(test_removed_semaphore),
        cmocka_unit_test(test_replaced),      cmocka_unit_test(test_descriptor),
        cmocka_unit_test(test_killed),        cmocka_unit_test(test_child_exits),
        cmocka_unit_test(test_ways_out),      cmocka_unit_test(test_hosted),
        cmocka_unit_test(test_no_store),      cmocka_unit_test(test_log),
    };
    return cmocka_run_group_tests_name("gate", tests, make_folder, remove_folder);
}
