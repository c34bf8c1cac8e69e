/* test_open.c -- opening: what is found, made, refused, and left alone. */
#include "help.h"

#include <dirent.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>

static int open_at(const char *path, int32_t flags)
{
    lsi_store *st;
    lsi_error_clear(&e);
    int status = lsi_store_open(path, flags, &st, &e);
    if (status == LSCHED_OK)
        assert_non_null(st);
    else
        assert_null(st);
    lsi_store_close(st);
    return status;
}

static void write_file(const char *path, const void *bytes, size_t size)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, size, f), size);
    fclose(f);
}

static size_t read_file(const char *path, char *bytes, size_t room)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    size_t n = fread(bytes, 1, room, f);
    fclose(f);
    return n;
}

static void run_raw(const char *path, const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(db));
    sqlite3_close(db);
}

static void test_missing(void **state)
{
    (void)state;
    assert_int_equal(open_at(in_folder("none"), 0), LSCHED_NOTFOUND);
    assert_int_equal(access(in_folder("none"), F_OK), -1);
    assert_int_equal(open_at(in_folder("no/folder"), 0), LSCHED_NOTFOUND);
    assert_int_equal(open_at(in_folder("no/folder"), LSCHED_CREATE), LSCHED_STORE);
    assert_int_equal(open_at(":memory:", 0), LSCHED_NOTFOUND);
    assert_int_equal(open_at("", LSCHED_CREATE), LSCHED_MISUSE);
    assert_int_equal(open_at(NULL, LSCHED_CREATE), LSCHED_MISUSE);
    assert_int_equal(open_at(in_folder("none"), 8), LSCHED_MISUSE);
    assert_int_equal(access(in_folder("none"), F_OK), -1);
}

static void test_created(void **state)
{
    (void)state;
    struct stat st;
    const char *path = in_folder("new");
    assert_int_equal(open_at(path, LSCHED_CREATE), LSCHED_OK);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(open_at(path, 0), LSCHED_OK);
    assert_int_equal(open_at(path, LSCHED_CREATE), LSCHED_OK);
    /* An empty file is a store yet to be made. */
    write_file(in_folder("empty"), "", 0);
    assert_int_equal(open_at(in_folder("empty"), 0), LSCHED_NOTFOUND);
    assert_int_equal(access(in_folder("empty"), F_OK), 0);
    assert_int_equal(open_at(in_folder("empty"), LSCHED_CREATE), LSCHED_OK);
    /* A name is a name, also one that SQLite could take for something else. */
    char here[256];
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(folder), 0);
    assert_int_equal(open_at("file:x?mode=memory", LSCHED_CREATE), LSCHED_OK);
    assert_int_equal(access("file:x?mode=memory", F_OK), 0);
    assert_int_equal(chdir(here), 0);
}

static void test_settings(void **state)
{
    (void)state;
    lsi_store *st;
    ok(lsi_store_open(in_folder("settings"), LSCHED_CREATE, &st, &e));
    lsi_statement *s;
    bool row;
    size_t size;
    ok(lsi_driver_prepare(st->driver, "PRAGMA journal_mode", &s, &e));
    ok(lsi_driver_step(s, &row, &e));
    assert_string_equal(lsi_driver_text(s, 0, &size), "wal");
    lsi_driver_done(s);
    assert_int_equal(number(st, "PRAGMA synchronous"), 2);
    assert_int_equal(number(st, "PRAGMA foreign_keys"), 1);
    assert_int_equal(number(st, "PRAGMA trusted_schema"), 0);
    assert_int_equal(number(st, "PRAGMA user_version"), LSI_SCHEMA_VERSION);
    assert_int_equal(number(st, "PRAGMA wal_autocheckpoint"), 0);
    /* Double quotes name columns only, and the schema is out of reach. */
    assert_int_equal(lsi_driver_run(st->driver, "SELECT \"nothing\"", &e), LSCHED_STORE);
    assert_int_equal(lsi_driver_run(st->driver,
                                    "PRAGMA writable_schema = 1; DELETE FROM sqlite_schema", &e),
                     LSCHED_STORE);
    lsi_store_close(st);
}

static void stays_foreign(const char *path)
{
    static char before[100000], after[100000];
    size_t n = read_file(path, before, sizeof before);
    assert_int_equal(open_at(path, 0), LSCHED_FOREIGN);
    assert_int_equal(open_at(path, LSCHED_CREATE), LSCHED_FOREIGN);
    assert_int_equal(read_file(path, after, sizeof after), n);
    assert_memory_equal(before, after, n);
    char side[160];
    snprintf(side, sizeof side, "%s-wal", path);
    assert_int_equal(access(side, F_OK), -1);
}

/* Half of every promise is a constraint or a trigger: a store that lacks one is not believed. */
static void test_schema(void **state)
{
    (void)state;
    static const char *const changes[] = {
        "DROP TRIGGER lsched_booking_added",
        "DROP INDEX lsched_booking_live",
        "CREATE TRIGGER stranger AFTER INSERT ON lsched_booking BEGIN SELECT 1; END",
        "CREATE INDEX stranger ON lsched_booking (note)",
        "CREATE TABLE lsched_stranger (x)",
        "ALTER TABLE lsched_agent ADD COLUMN x TEXT",
    };
    char name[16];
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        snprintf(name, sizeof name, "changed%zu", i);
        const char *path = in_folder(name);
        assert_int_equal(open_at(path, LSCHED_CREATE), LSCHED_OK);
        run_raw(path, changes[i]);
        assert_int_equal(open_at(path, 0), LSCHED_FOREIGN);
        assert_int_equal(open_at(path, LSCHED_CREATE), LSCHED_FOREIGN);
    }
    const char *path = in_folder("emptied");
    assert_int_equal(open_at(path, LSCHED_CREATE), LSCHED_OK);
    run_raw(path, "CREATE TABLE mine (x); VACUUM; ANALYZE");
    assert_int_equal(open_at(path, 0), LSCHED_OK);
}

static void test_foreign(void **state)
{
    (void)state;
    static const char text[] = "This is a letter, not a database.\n";
    const char *path = in_folder("letter");
    write_file(path, text, sizeof text);
    stays_foreign(path);

    path = in_folder("byte");
    write_file(path, text, 1);
    stays_foreign(path);

    path = in_folder("other");
    run_raw(path, "CREATE TABLE t (x)");
    stays_foreign(path);

    path = in_folder("marked");
    run_raw(path, "PRAGMA application_id = 42");
    stays_foreign(path);

    path = in_folder("bare");
    run_raw(path, "PRAGMA user_version = 1");
    stays_foreign(path);

    path = in_folder("newer");
    assert_int_equal(open_at(path, LSCHED_CREATE), LSCHED_OK);
    run_raw(path, "PRAGMA user_version = 3");
    stays_foreign(path);

    char zeros[8192] = {0};
    path = in_folder("zeros");
    write_file(path, zeros, sizeof zeros);
    stays_foreign(path);

    assert_int_equal(mkdir(in_folder("folder"), 0700), 0);
    assert_int_equal(open_at(in_folder("folder"), LSCHED_CREATE), LSCHED_FOREIGN);
    assert_int_equal(mkfifo(in_folder("fifo"), 0600), 0);
    assert_int_equal(open_at(in_folder("fifo"), LSCHED_CREATE), LSCHED_FOREIGN);
}

static void copy_file(const char *from, const char *to)
{
    static char bytes[100000];
    size_t n = read_file(from, bytes, sizeof bytes);
    assert_true(n > 0 && n < sizeof bytes);
    write_file(to, bytes, n);
}

/* What a crash of another program left beside its database is for that program. */
static void test_foreign_leftovers(void **state)
{
    (void)state;
    static char before[100000], after[100000];
    sqlite3 *db;
    assert_int_equal(sqlite3_open(in_folder("live"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA journal_mode = WAL; CREATE TABLE t (x)", NULL, NULL,
                                  NULL),
                     SQLITE_OK);
    copy_file(in_folder("live"), in_folder("dead"));
    copy_file(in_folder("live-wal"), in_folder("dead-wal"));
    sqlite3_close(db);
    size_t n = read_file(in_folder("dead-wal"), before, sizeof before);
    assert_int_equal(open_at(in_folder("dead"), LSCHED_CREATE), LSCHED_FOREIGN);
    assert_int_equal(read_file(in_folder("dead-wal"), after, sizeof after), n);
    assert_memory_equal(before, after, n);
}

static void test_links(void **state)
{
    (void)state;
    assert_int_equal(open_at(in_folder("target"), LSCHED_CREATE), LSCHED_OK);
    assert_int_equal(symlink("target", in_folder("link")), 0);
    assert_int_equal(open_at(in_folder("link"), 0), LSCHED_STORE);
    assert_int_equal(symlink("nowhere", in_folder("dangling")), 0);
    assert_int_equal(open_at(in_folder("dangling"), LSCHED_CREATE), LSCHED_STORE);
    assert_int_equal(access(in_folder("nowhere"), F_OK), -1);
    /* On the way there, a link is as good as a folder. */
    assert_int_equal(symlink(".", in_folder("way")), 0);
    assert_int_equal(open_at(in_folder("way/target"), 0), LSCHED_OK);
}

static void test_truncated(void **state)
{
    (void)state;
    const char *path = in_folder("cut");
    const off_t sizes[] = {1, 50, 99, 100, 512, 4096, 8192, 20000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        unlink(path);
        assert_int_equal(open_at(path, LSCHED_CREATE), LSCHED_OK);
        assert_int_equal(truncate(path, sizes[i]), 0);
        lsi_store *st;
        lsi_arena a = {0};
        int status = lsi_store_open(path, 0, &st, &e);
        if (status == LSCHED_OK) {
            lsched_team key = {.id = "x"}, team;
            status = lsi_record_get(st, &lsi_kind_team, &key, &a, &team, &e);
            lsi_store_close(st);
        }
        assert_true(status == LSCHED_FOREIGN || status == LSCHED_STORE);
        if (sizes[i] < 100)
            assert_int_equal(status, LSCHED_FOREIGN);
        lsi_arena_free(&a);
    }
}

/* As nobody, since the superuser may write anywhere.  Returns the number of the check
 * that failed, 0: none. */
static int try_read_only(const char *dir)
{
    char path[160];
    if (getuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
        return 1;
    snprintf(path, sizeof path, "%s/store", dir);
    if (open_at(path, LSCHED_CREATE) != LSCHED_OK)
        return 2;
    if (chmod(path, 0400) != 0 || open_at(path, 0) != LSCHED_STORE)
        return 3;
    if (chmod(path, 0600) != 0 || chmod(dir, 0500) != 0)
        return 4;
    if (open_at(path, 0) != LSCHED_STORE)
        return 5;
    snprintf(path, sizeof path, "%s/other", dir);
    if (open_at(path, LSCHED_CREATE) != LSCHED_STORE)
        return 6;
    return chmod(dir, 0700) != 0 ? 7 : 0;
}

static void test_read_only(void **state)
{
    (void)state;
    const char *dir = in_folder("ro");
    int status;
    assert_int_equal(mkdir(dir, 0700), 0);
    assert_int_equal(chmod(folder, 0755), 0);
    if (getuid() == 0)
        assert_int_equal(chown(dir, 65534, 65534), 0);
    pid_t child = fork();
    if (child == 0)
        leave(try_read_only(dir));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static int count_files(const char *dir)
{
    int n = 0;
    DIR *d = opendir(dir);
    if (d == NULL)
        return -1;
    for (struct dirent *entry = readdir(d); entry != NULL; entry = readdir(d))
        n += entry->d_name[0] != '.';
    closedir(d);
    return n;
}

/* Nothing can be written at all.  Returns the number of the check that failed, 0: none. */
static int try_no_room(const char *dir)
{
    char path[160];
    struct stat before, after;
    struct rlimit limit, old;
    if (mkdir(dir, 0700) != 0)
        return 1;
    if (signal(SIGXFSZ, SIG_IGN) == SIG_ERR || getrlimit(RLIMIT_FSIZE, &old) != 0)
        return 2;
    limit = old;
    limit.rlim_cur = 0;
    snprintf(path, sizeof path, "%s/store", dir);
    setrlimit(RLIMIT_FSIZE, &limit);
    if (open_at(path, LSCHED_CREATE) != LSCHED_STORE)
        return 3;
    if (count_files(dir) != 0)
        return 4;
    if (open_at(path, 0) != LSCHED_NOTFOUND)
        return 5;
    /* A file that was there before is somebody's. */
    write_file(path, "", 0);
    if (stat(path, &before) != 0 || open_at(path, LSCHED_CREATE) != LSCHED_STORE)
        return 6;
    if (stat(path, &after) != 0 || after.st_ino != before.st_ino || count_files(dir) != 1)
        return 7;
    setrlimit(RLIMIT_FSIZE, &old);
    if (open_at(path, LSCHED_CREATE) != LSCHED_OK || open_at(path, 0) != LSCHED_OK)
        return 8;
    return 0;
}

static void test_no_room(void **state)
{
    (void)state;
    int status;
    pid_t child = fork();
    if (child == 0)
        leave(try_no_room(in_folder("no-room")));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* A maker that gives up removes its file only while it is nobody else's. */
static void test_abandoned(void **state)
{
    (void)state;
    const char *path = in_folder("given-up"), *other = in_folder("given-away");
    const lsi_watch watch = lsi_watch_start(0);
    lsi_driver *maker, *finder;
    lsi_store *st;
    ok(lsi_driver_open(path, LSCHED_CREATE, 1, &watch, &maker, &e));
    ok(lsi_driver_open(path, LSCHED_CREATE, 1, &watch, &finder, &e));
    ok(lsi_driver_begin(finder, true, &e)); /* at work on it */
    lsi_driver_abandon(maker);
    assert_int_equal(access(path, F_OK), 0);
    ok(lsi_driver_set_mark(finder, 1, 1, &e));
    lsi_driver_rollback(finder);
    lsi_driver_abandon(finder); /* found, not made */
    assert_int_equal(access(path, F_OK), 0);

    assert_int_equal(unlink(path), 0);
    ok(lsi_driver_open(path, LSCHED_CREATE, 1, &watch, &maker, &e));
    ok(lsi_driver_open(path, LSCHED_CREATE, 1, &watch, &finder, &e));
    lsi_driver_abandon(maker);
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(lsi_driver_begin(finder, true, &e), LSCHED_STORE); /* too late */
    write_file(path, "", 0);
    ok(lsi_driver_begin(finder, true, &e));
    refuses(lsi_driver_set_mark(finder, 1, 1, &e), LSCHED_BUSY,
            "the store's file was removed while it was made");
    lsi_driver_rollback(finder);
    lsi_driver_abandon(finder);

    /* A store that another has made of it stays, and so does what took its place. */
    unlink(path);
    ok(lsi_driver_open(path, LSCHED_CREATE, 1, &watch, &maker, &e));
    ok(lsi_store_open(path, LSCHED_CREATE, &st, &e));
    lsi_store_close(st);
    lsi_driver_abandon(maker);
    assert_int_equal(open_at(path, 0), LSCHED_OK);
    unlink(path);
    ok(lsi_driver_open(path, LSCHED_CREATE, 1, &watch, &maker, &e));
    write_file(other, "", 0);
    assert_int_equal(rename(other, path), 0);
    lsi_driver_abandon(maker);
    assert_int_equal(access(path, F_OK), 0);
}

/* Dies in the middle of making a database, some of which is on disk already. */
static int try_cut_short(const char *path)
{
    sqlite3 *db;
    if (sqlite3_open(path, &db) != SQLITE_OK)
        return 1;
    int code = sqlite3_exec(
        db,
        "PRAGMA cache_size = 1; BEGIN; CREATE TABLE t (x); INSERT INTO t"
        " WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 300)"
        " SELECT randomblob(2000) FROM n",
        NULL, NULL, NULL);
    return code == SQLITE_OK ? 0 : 2;
}

static void test_cut_short(void **state)
{
    (void)state;
    for (int create = 0; create < 2; create++) {
        int status;
        struct stat st;
        const char *path = in_folder(create ? "short1" : "short0");
        pid_t child = fork();
        if (child == 0)
            leave(try_cut_short(path));
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(status, 0);
        assert_int_equal(stat(path, &st), 0);
        assert_true(st.st_size > 0);
        if (create)
            assert_int_equal(open_at(path, LSCHED_CREATE), LSCHED_OK);
        assert_int_equal(open_at(path, 0), create ? LSCHED_OK : LSCHED_NOTFOUND);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_missing),          cmocka_unit_test(test_created),
        cmocka_unit_test(test_settings),         cmocka_unit_test(test_schema),
        cmocka_unit_test(test_foreign),
        cmocka_unit_test(test_foreign_leftovers), cmocka_unit_test(test_links),
        cmocka_unit_test(test_truncated),        cmocka_unit_test(test_read_only),
        cmocka_unit_test(test_no_room),          cmocka_unit_test(test_abandoned),
        cmocka_unit_test(test_cut_short),
    };
    return cmocka_run_group_tests_name("open", tests, make_folder, remove_folder);
}
