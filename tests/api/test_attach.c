/* test_attach.c -- a store inside the host's own database: the host's row and the booking
 * stand or fall together, whoever began the transaction; and the connection stays the
 * host's.
 */
#include "world.h"

#include <sqlite3.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char folder[32], path[64];
static sqlite3 *db; /* the host's */

static lsched_time now(void *user)
{
    return ((const world *)user)->now;
}

static void run_on(sqlite3 *connection, const char *sql)
{
    if (sqlite3_exec(connection, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(connection));
}

static void run(const char *sql)
{
    run_on(db, sql);
}

static int64_t ask(const char *sql)
{
    sqlite3_stmt *s;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(s), SQLITE_ROW);
    const int64_t number = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return number;
}

static sqlite3 *connect(void)
{
    sqlite3 *connection;
    assert_int_equal(sqlite3_open(path, &connection), SQLITE_OK);
    run_on(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    return connection;
}

static lsched *scheduler(void)
{
    lsched *s = lsched_new();
    assert_non_null(s);
    assert_int_equal(lsched_set_clock(s, now, &w), LSCHED_OK);
    return s;
}

static void fill(void)
{
    ok(PUT(team, .id = "home", .name = "home", .zone = "America/New_York"));
    ok(PUT(agent, .id = "ana", .name = "ana", .zone = "America/New_York"));
    ok(PUT(member, .team = "home", .agent = "ana"));
    opens(LSCHED_TEAM, "home", "20260101T090000", "20260101T170000", "FREQ=DAILY");
    opens(LSCHED_AGENT, "ana", "20260101T090000", "20260101T170000", "FREQ=DAILY");
    ok(PUT(service, .id = "talk", .name = "Talk", .step = 30, .notice = LSCHED_NONE));
    ok(PUT(customer, .id = "cora", .zone = "America/New_York", .team = "home"));
}

static int open_host(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/libsched-api-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/crm.db", folder);
    w.now = 1772456400; /* 2026-03-02T13:00Z */
    db = connect();
    run("CREATE TABLE ticket (id INTEGER PRIMARY KEY, booking TEXT)");
    w.s = scheduler();
    ok(lsched_attach_sqlite(w.s, db, LSCHED_CREATE));
    fill();
    return 0;
}

static int close_host(void **state)
{
    char command[80];
    world_close(state);
    assert_null(sqlite3_next_stmt(db, NULL));
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command) != 0;
}

static int book_with(lsched *s, const char *key, const char *wall)
{
    lsched_booking *b;
    const int status = lsched_book(
        s, NEW(request, .key = key, .customer = "cora", .service = "talk", .start = at(wall)), &b);
    lsched_booking_free(b);
    return status;
}

static int book(const char *key, const char *wall)
{
    return book_with(w.s, key, wall);
}

static size_t bookings(lsched *s)
{
    lsched_bookings *list;
    assert_int_equal(lsched_list_bookings(s, NEW(filter, .limit = 0), &list), LSCHED_OK);
    const size_t count = lsched_bookings_count(list);
    lsched_bookings_free(list);
    return count;
}

static int64_t milliseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- one transaction for both ---------------------------------------------------------------- */

static void test_host_decides(void **state)
{
    (void)state;
    char *before = world_listing(w.s);
    static const char *const begins[] = {"BEGIN", "BEGIN IMMEDIATE", "SAVEPOINT host"};
    static const char *const undoes[] = {"ROLLBACK", "ROLLBACK", "ROLLBACK TO host; RELEASE host"};
    for (int i = 0; i < 3; i++) {
        run(begins[i]);
        run("INSERT INTO ticket (booking) VALUES ('1')");
        ok(book("1", "2026-03-03T10:00"));
        assert_int_equal(book("2", "2026-03-03T10:00"), LSCHED_TAKEN);
        assert_int_equal(bookings(w.s), 1);
        assert_false(sqlite3_get_autocommit(db));
        run(undoes[i]);
        assert_int_equal(ask("SELECT count(*) FROM ticket"), 0);
        world_unchanged(before);
        before = world_listing(w.s);
    }
    free(before);
    run("BEGIN; INSERT INTO ticket (booking) VALUES ('1')");
    ok(book("1", "2026-03-03T10:00"));
    run("COMMIT");
    sqlite3 *mine = db;
    db = connect();
    lsched *other = scheduler();
    assert_int_equal(lsched_attach_sqlite(other, db, 0), LSCHED_OK);
    assert_int_equal(bookings(other), 1);
    assert_int_equal(ask("SELECT count(*) FROM ticket"), 1);
    lsched_free(other);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    db = mine;
}

/* A savepoint of the host's between two calls undoes the second. */
static void test_host_savepoint(void **state)
{
    (void)state;
    run("BEGIN");
    ok(book("1", "2026-03-03T10:00"));
    run("SAVEPOINT host");
    ok(book("2", "2026-03-03T11:00"));
    ok(lsched_begin(w.s));
    ok(book("3", "2026-03-03T12:00"));
    ok(lsched_commit(w.s));
    assert_int_equal(bookings(w.s), 3);
    run("ROLLBACK TO host");
    assert_int_equal(bookings(w.s), 1);
    ok(book("2", "2026-03-03T11:00"));
    run("COMMIT");
    assert_int_equal(bookings(w.s), 2);
    ok(book("2", "2026-03-03T11:00")); /* the same answer again */
    assert_int_equal(bookings(w.s), 2);
}

/* Ours nests inside the host's, and ends nothing of it. */
static void test_our_rollback(void **state)
{
    (void)state;
    run("BEGIN; INSERT INTO ticket (booking) VALUES ('kept')");
    ok(lsched_begin(w.s));
    ok(book("1", "2026-03-03T10:00"));
    ok(lsched_begin(w.s));
    ok(book("2", "2026-03-03T11:00"));
    ok(lsched_rollback(w.s));
    assert_int_equal(bookings(w.s), 1);
    ok(lsched_rollback(w.s));
    assert_int_equal(bookings(w.s), 0);
    assert_false(sqlite3_get_autocommit(db));
    run("COMMIT");
    assert_int_equal(ask("SELECT count(*) FROM ticket"), 1);
    assert_int_equal(bookings(w.s), 0);
    /* And the host's statements take part in ours. */
    ok(lsched_begin(w.s));
    run("INSERT INTO ticket (booking) VALUES ('gone')");
    ok(book("1", "2026-03-03T10:00"));
    ok(lsched_rollback(w.s));
    assert_true(sqlite3_get_autocommit(db));
    assert_int_equal(ask("SELECT count(*) FROM ticket"), 1);
    assert_int_equal(bookings(w.s), 0);
}

/* A host that ends what it has not begun is told, and what it begins then is its own. */
static void test_host_ends_ours(void **state)
{
    (void)state;
    ok(lsched_begin(w.s));
    ok(book("1", "2026-03-03T10:00"));
    run("ROLLBACK");
    refuses(book("2", "2026-03-03T11:00"), LSCHED_STORE, "outside of libsched");
    refuses(lsched_commit(w.s), LSCHED_STORE, "outside of libsched");
    assert_int_equal(bookings(w.s), 0);

    ok(lsched_begin(w.s));
    ok(book("1", "2026-03-03T10:00"));
    run("COMMIT; BEGIN; INSERT INTO ticket (booking) VALUES ('mine')");
    refuses(lsched_commit(w.s), LSCHED_STORE, "outside of libsched");
    assert_false(sqlite3_get_autocommit(db));
    run("COMMIT");
    assert_int_equal(ask("SELECT count(*) FROM ticket"), 1);
    assert_int_equal(bookings(w.s), 1);

    run("BEGIN");
    ok(lsched_begin(w.s));
    ok(book("2", "2026-03-03T11:00"));
    run("ROLLBACK; BEGIN; INSERT INTO ticket (booking) VALUES ('mine')");
    refuses(lsched_rollback(w.s), LSCHED_STORE, "outside of libsched");
    assert_false(sqlite3_get_autocommit(db));
    run("COMMIT");
    assert_int_equal(ask("SELECT count(*) FROM ticket"), 2);
    ok(book("2", "2026-03-03T11:00"));
    assert_int_equal(bookings(w.s), 2);
}

/* One attempt: the host has ended what was begun, and perhaps begun its own. */
static void end_behind(const char *begin, const char *end, bool nested, const char *wall)
{
    const size_t before = bookings(w.s);
    const bool kept = strncmp(end, "COMMIT", 6) == 0, open = strstr(end, "BEGIN") != NULL;
    run(begin);
    ok(lsched_begin(w.s));
    ok(book(wall, wall));
    if (nested)
        ok(lsched_begin(w.s));
    run(end);
    if (nested)
        refuses(lsched_rollback(w.s), LSCHED_STORE, "");
    refuses(lsched_rollback(w.s), LSCHED_STORE, "outside of libsched");
    assert_int_equal(lsched_rollback(w.s), LSCHED_MISUSE);
    assert_int_equal(sqlite3_get_autocommit(db), !open);
    assert_int_equal(bookings(w.s), before + kept);
    if (open)
        run("COMMIT");
    ok(book(wall, wall));
    assert_int_equal(bookings(w.s), before + 1);
}

/* To roll back is not OK where there is nothing left to undo: it may have been kept. */
static void test_nothing_to_undo(void **state)
{
    (void)state;
    static const char *const begins[] = {"", "BEGIN", "SAVEPOINT host"};
    static const char *const ends[] = {"COMMIT", "COMMIT; BEGIN", "ROLLBACK", "ROLLBACK; BEGIN"};
    char wall[40];
    for (int b = 0; b < 3; b++) {
        for (int i = 0; i < 8; i++) {
            snprintf(wall, sizeof wall, "2026-03-%02dT%02d:00", 3 + b, 9 + i);
            end_behind(begins[b], ends[i % 4], i >= 4, wall);
        }
    }
}

/* ---- others who write ------------------------------------------------------------------------ */

static void test_old_snapshot(void **state)
{
    (void)state;
    sqlite3 *other = connect();
    run("BEGIN");
    assert_int_equal(ask("SELECT count(*) FROM ticket"), 0);
    ok(book("1", "2026-03-03T10:00")); /* nobody came between */
    run("ROLLBACK; BEGIN");
    assert_int_equal(ask("SELECT count(*) FROM ticket"), 0);
    run_on(other, "INSERT INTO ticket (booking) VALUES ('x')");
    refuses(book("1", "2026-03-03T10:00"), LSCHED_BUSY, "BEGIN IMMEDIATE");
    assert_int_equal(bookings(w.s), 0);
    run("ROLLBACK; BEGIN IMMEDIATE");
    ok(book("1", "2026-03-03T10:00"));
    run("COMMIT");
    assert_int_equal(bookings(w.s), 1);
    assert_int_equal(sqlite3_close(other), SQLITE_OK);
}

static void test_busy(void **state)
{
    (void)state;
    sqlite3 *other = connect();
    ok(lsched_set_deadline(w.s, 60));
    for (int timeout = 0; timeout <= 10000; timeout += 10000) {
        sqlite3_busy_timeout(db, timeout);
        run_on(other, "BEGIN IMMEDIATE");
        int64_t began = milliseconds();
        refuses(book("1", "2026-03-03T10:00"), LSCHED_BUSY, "busy");
        assert_in_range(milliseconds() - began, 60, 2000);
        run("BEGIN");
        began = milliseconds();
        refuses(book("1", "2026-03-03T10:00"), LSCHED_BUSY, "busy");
        assert_in_range(milliseconds() - began, 60, 2000);
        run("ROLLBACK");
        assert_int_equal(ask("PRAGMA busy_timeout"), timeout);
        run_on(other, "ROLLBACK");
    }
    assert_int_equal(sqlite3_close(other), SQLITE_OK);
    /* Another of ours is at the gate. */
    lsched *neighbour = scheduler();
    sqlite3 *mine = db, *theirs = connect();
    assert_int_equal(lsched_attach_sqlite(neighbour, theirs, 0), LSCHED_OK);
    assert_int_equal(lsched_begin(neighbour), LSCHED_OK);
    refuses(book("1", "2026-03-03T10:00"), LSCHED_BUSY, "others were writing for 60 ms");
    assert_int_equal(lsched_commit(neighbour), LSCHED_OK);
    ok(book("1", "2026-03-03T10:00"));
    assert_int_equal(bookings(neighbour), 1);
    lsched_free(neighbour);
    assert_int_equal(sqlite3_close(theirs), SQLITE_OK);
    db = mine;
}

/* ---- the tables ------------------------------------------------------------------------------ */

static void test_create_undone(void **state)
{
    (void)state;
    lsched *mine = w.s;
    sqlite3 *first = db;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    w.s = scheduler();
    refuses(lsched_attach_sqlite(w.s, db, 0), LSCHED_NOTFOUND, "no store");
    run("BEGIN; CREATE TABLE ticket (id)");
    ok(lsched_attach_sqlite(w.s, db, LSCHED_CREATE));
    fill();
    ok(book("1", "2026-03-03T10:00"));
    run("ROLLBACK");
    assert_int_equal(ask("SELECT count(*) FROM sqlite_schema"), 0);
    refuses(book("1", "2026-03-03T10:00"), LSCHED_STORE, "gone");
    lsched_bookings *list;
    refuses(lsched_list_bookings(w.s, NEW(filter, .limit = 0), &list), LSCHED_STORE, "gone");
    run("BEGIN; CREATE TABLE ticket (id)");
    refuses(lsched_begin(w.s), LSCHED_STORE, "gone");
    run("COMMIT");
    lsched_free(w.s);
    w.s = scheduler();
    run("BEGIN");
    ok(lsched_attach_sqlite(w.s, db, LSCHED_CREATE));
    run("COMMIT");
    fill();
    ok(book("1", "2026-03-03T10:00"));
    refuses(lsched_attach_sqlite(w.s, db, 0), LSCHED_MISUSE, "open already");
    lsched_free(w.s);
    w.s = scheduler();
    ok(lsched_attach_sqlite(w.s, db, 0));
    assert_int_equal(bookings(w.s), 1);
    lsched_free(w.s);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    w.s = mine;
    db = first;
}

static void refuse_host(const char *settings, int32_t flags, const char *words)
{
    lsched *mine = w.s;
    sqlite3 *first = db;
    db = connect();
    run(settings);
    w.s = scheduler();
    refuses(lsched_attach_sqlite(w.s, db, flags), LSCHED_STORE, words);
    assert_null(sqlite3_next_stmt(db, NULL));
    lsched_free(w.s);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    w.s = mine;
    db = first;
}

static void test_refused(void **state)
{
    (void)state;
    refuse_host("PRAGMA synchronous = NORMAL", 0, "mode wal");
    refuse_host("PRAGMA synchronous = OFF", LSCHED_FAST, "synchronous = NORMAL");
    refuse_host("PRAGMA query_only = ON", 0, "query_only");
    lsched *s = scheduler();
    sqlite3 *other;
    assert_int_equal(lsched_attach_sqlite(s, NULL, 0), LSCHED_MISUSE);
    assert_int_equal(lsched_attach_sqlite(s, db, 8), LSCHED_MISUSE);
    assert_int_equal(sqlite3_open_v2(path, &other, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(lsched_attach_sqlite(s, other, 0), LSCHED_STORE);
    sqlite3_close(other);
    other = connect();
    run_on(other, "PRAGMA synchronous = NORMAL");
    assert_int_equal(lsched_attach_sqlite(s, other, LSCHED_FAST), LSCHED_OK);
    lsched_free(s);
    sqlite3_close(other);

    /* Another journal, and other people's tables. */
    strcat(path, "2");
    assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
    run_on(other, "CREATE TABLE lsched_team (x)");
    s = scheduler();
    assert_int_equal(lsched_attach_sqlite(s, other, LSCHED_CREATE), LSCHED_STORE);
    assert_non_null(strstr(lsched_message(s), "journal mode delete"));
    assert_non_null(strstr(lsched_message(s), "EXTRA"));
    run_on(other, "PRAGMA synchronous = EXTRA");
    assert_int_equal(lsched_attach_sqlite(s, other, LSCHED_CREATE), LSCHED_FOREIGN);
    run_on(other, "DROP TABLE lsched_team; PRAGMA journal_mode = OFF");
    assert_int_equal(lsched_attach_sqlite(s, other, LSCHED_CREATE), LSCHED_STORE);
    run_on(other, "PRAGMA journal_mode = DELETE");
    assert_int_equal(lsched_attach_sqlite(s, other, LSCHED_CREATE), LSCHED_OK);
    lsched_free(s);
    sqlite3_close(other);

    s = scheduler();
    assert_int_equal(sqlite3_open(":memory:", &other), SQLITE_OK);
    run_on(other, "PRAGMA encoding = 'UTF-16le'; CREATE TABLE t (x)");
    assert_int_equal(lsched_attach_sqlite(s, other, LSCHED_CREATE), LSCHED_STORE);
    lsched_free(s);
    sqlite3_close(other);
}

/* Its backup is the host's affair, and leaves no file behind. */
static void test_backup(void **state)
{
    (void)state;
    char copy[80];
    snprintf(copy, sizeof copy, "%s/copy.db", folder);
    refuses(lsched_backup(w.s, copy), LSCHED_MISUSE, "the host's");
    assert_int_equal(access(copy, F_OK), -1);
    ok(book("1", "2026-03-03T10:00"));
}

/* ---- the connection stays the host's ------------------------------------------------------------ */

static int hooked;

static int note_commit(void *user)
{
    ++*(int *)user;
    return 0;
}

static void test_settings_stay(void **state)
{
    (void)state;
    static const char *const pragmas[] = {
        "foreign_keys",       "synchronous",        "busy_timeout",       "wal_autocheckpoint",
        "defer_foreign_keys", "recursive_triggers", "journal_size_limit", "trusted_schema",
        "cell_size_check",    "temp_store",         "user_version",       "application_id"};
    int64_t before[sizeof pragmas / sizeof *pragmas];
    char sql[64];
    lsched_free(w.s);
    run("PRAGMA foreign_keys = OFF; PRAGMA busy_timeout = 1234; PRAGMA user_version = 77");
    sqlite3_extended_result_codes(db, 0);
    sqlite3_commit_hook(db, note_commit, &hooked);
    for (size_t i = 0; i < sizeof pragmas / sizeof *pragmas; i++) {
        snprintf(sql, sizeof sql, "PRAGMA %s", pragmas[i]);
        before[i] = ask(sql);
    }
    w.s = scheduler();
    ok(lsched_attach_sqlite(w.s, db, LSCHED_CREATE));
    hooked = 0;
    ok(book("1", "2026-03-03T10:00"));
    assert_int_equal(hooked, 1);
    assert_int_equal(book("2", "2026-03-03T10:00"), LSCHED_TAKEN);
    /* What a missing foreign key would let in is still refused. */
    refuses(PUT(member, .team = "home", .agent = "nobody"), LSCHED_NOTFOUND, "nobody");
    for (size_t i = 0; i < sizeof pragmas / sizeof *pragmas; i++) {
        snprintf(sql, sizeof sql, "PRAGMA %s", pragmas[i]);
        assert_int_equal(ask(sql), before[i]);
    }
    /* Codes are as short as they were. */
    run("CREATE TABLE one (id INTEGER PRIMARY KEY); INSERT INTO one VALUES (1)");
    assert_int_equal(sqlite3_exec(db, "INSERT INTO one VALUES (1)", NULL, NULL, NULL),
                     SQLITE_CONSTRAINT);
    /* Without triggers nothing guards the lanes. */
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    refuses(book("3", "2026-03-03T11:00"), LSCHED_STORE, "triggers");
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 1, NULL);
    ok(book("3", "2026-03-03T11:00"));
    /* A write that answers with a row, as old programs want it. */
    run("PRAGMA count_changes = ON");
    ok(book("4", "2026-03-03T12:00"));
    run("PRAGMA count_changes = OFF");
    assert_int_equal(bookings(w.s), 3);
    /* A statement of the host's in the middle of its rows is in nobody's way. */
    sqlite3_stmt *s;
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT * FROM one, one AS two", -1, &s, NULL), 0);
    assert_int_equal(sqlite3_step(s), SQLITE_ROW);
    ok(book("5", "2026-03-03T13:00"));
    assert_int_equal(book("6", "2026-03-03T13:00"), LSCHED_TAKEN);
    assert_int_equal(sqlite3_step(s), SQLITE_DONE);
    sqlite3_finalize(s);
    /* In the middle of a transaction of ours the scheduler can go, and the host stays. */
    ok(lsched_begin(w.s));
    ok(book("7", "2026-03-03T14:00"));
    lsched_free(w.s);
    w.s = NULL;
    assert_true(sqlite3_get_autocommit(db));
    assert_null(sqlite3_next_stmt(db, NULL));
    run("INSERT INTO ticket (booking) VALUES ('still here')");
}

static void test_across_a_fork(void **state)
{
    (void)state;
    int status;
    ok(lsched_begin(w.s));
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const int answer = book("1", "2026-03-03T10:00");
        lsched_free(w.s);
        /* What SQLite has there is the parent's and stays: an exit would be a leak. */
        execl(answer == LSCHED_MISUSE ? "/bin/true" : "/bin/false", "child", (char *)NULL);
        _exit(1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    lsched *neighbour = scheduler();
    sqlite3 *theirs = connect();
    assert_int_equal(lsched_attach_sqlite(neighbour, theirs, 0), LSCHED_OK);
    assert_int_equal(lsched_set_deadline(neighbour, 20), LSCHED_OK);
    assert_int_equal(lsched_begin(neighbour), LSCHED_BUSY);
    ok(book("1", "2026-03-03T10:00"));
    ok(lsched_commit(w.s));
    assert_int_equal(lsched_begin(neighbour), LSCHED_OK);
    lsched_free(neighbour);
    assert_int_equal(sqlite3_close(theirs), SQLITE_OK);
}

/* A host's INSERT with rows left to read has a transaction of its own: no call of ours may
 * become a part of it, or take it along when it fails. */
static void test_host_is_writing(void **state)
{
    (void)state;
    sqlite3_stmt *insert;
    assert_int_equal(sqlite3_prepare_v2(db, "INSERT INTO ticket (id) VALUES (1), (2) RETURNING id",
                                        -1, &insert, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(insert), SQLITE_ROW);
    assert_int_equal(book("1", "2026-03-03T10:00"), LSCHED_MISUSE);
    assert_non_null(strstr(lsched_message(w.s), "not finished"));
    assert_int_equal(sqlite3_step(insert), SQLITE_ROW);
    assert_int_equal(sqlite3_step(insert), SQLITE_DONE);
    sqlite3_finalize(insert);
    assert_int_equal(ask("SELECT count(*) FROM ticket"), 2);
    ok(book("1", "2026-03-03T10:00"));
}

/* Tables of our names in other databases of the connection are not the store's. */
static void test_other_databases(void **state)
{
    (void)state;
    char sql[160];
    lsched *s = scheduler();
    snprintf(sql, sizeof sql, "%s/other.db", folder);
    assert_int_equal(lsched_open(s, sql, LSCHED_CREATE), LSCHED_OK);
    lsched_free(s);
    lsched_free(w.s);
    snprintf(sql, sizeof sql, "ATTACH '%s/other.db' AS other", folder);
    sqlite3_close(db);
    strcat(path, "2");
    db = connect();
    run("CREATE TABLE ticket (id INTEGER PRIMARY KEY, booking TEXT)");
    run(sql);
    w.s = scheduler();
    assert_int_equal(lsched_attach_sqlite(w.s, db, 0), LSCHED_NOTFOUND);
    run("BEGIN IMMEDIATE");
    ok(lsched_attach_sqlite(w.s, db, LSCHED_CREATE));
    run("ROLLBACK");
    assert_int_equal(PUT(team, .id = "home", .name = "home", .zone = "UTC"), LSCHED_STORE);
    assert_int_equal(ask("SELECT count(*) FROM other.lsched_team"), 0);
    lsched_free(w.s);
    run("CREATE TEMP TABLE lsched_meta (version INTEGER)");
    w.s = scheduler();
    assert_int_equal(lsched_attach_sqlite(w.s, db, LSCHED_CREATE), LSCHED_FOREIGN);
    run("DROP TABLE temp.lsched_meta");
    ok(lsched_attach_sqlite(w.s, db, LSCHED_CREATE));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_host, close_host)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_host_decides),    TEST(test_host_savepoint),  TEST(test_our_rollback),
        TEST(test_host_ends_ours),  TEST(test_old_snapshot),    TEST(test_busy),
        TEST(test_create_undone),   TEST(test_refused),         TEST(test_settings_stay),
        TEST(test_across_a_fork),   TEST(test_backup),          TEST(test_host_is_writing),
        TEST(test_other_databases), TEST(test_nothing_to_undo),
    };
    return cmocka_run_group_tests_name("attach", tests, NULL, NULL);
}
