/* test_upgrade.c -- a store of schema version 1, whole, broken and cut off, becomes ours or
 * stays as it was. */
#include "help.h"

#include <libsched.h>

#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define CHAT_P "01KJPJ3PNRYRC8B20SSEMXM01F" /* of kostas, 09:00, an hour */
#define GONE_T "01KJPJ3PNT4DT5ZCKXGB78Y0RS" /* cancelled */
#define CALL_C "01KJPJ3QN1Z56DJS36TFK5S70V" /* moved from 12:00 to 13:00 */

static lsched *s;

#define fine(call)                                                                                 \
    do {                                                                                           \
        int fine_ = (call);                                                                        \
        if (fine_ != LSCHED_OK)                                                                    \
            fail_msg("%s: %s %s", #call, lsched_status_name(fine_), lsched_message(s));            \
    } while (0)

static lsched_time noon(void *user)
{
    (void)user;
    return 1772445600; /* 2026-03-02T10:00Z */
}

static int start(void **state)
{
    s = lsched_new();
    return s == NULL || lsched_set_clock(s, noon, NULL) != LSCHED_OK || make_folder(state) != 0;
}

static int end(void **state)
{
    lsched_free(s);
    return remove_folder(state);
}

static void run_raw(const char *path, const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    sqlite3_close(db);
}

/* Builds the store that version 1 left, from its dump. */
static const char *old_store(const char *name)
{
    static char sql[65536];
    char from[512];
    const char *path = in_folder(name);
    snprintf(from, sizeof from, "%s/store-v1.sql", getenv("LSCHED_DATA"));
    FILE *f = fopen(from, "rb");
    assert_non_null(f);
    size_t n = fread(sql, 1, sizeof sql - 1, f);
    assert_true(n > 1000 && n < sizeof sql - 1);
    sql[n] = '\0';
    fclose(f);
    run_raw(path, sql);
    return path;
}

/* ---- what is in it ------------------------------------------------------------------------- */

/* By table: the columns of version 1, and the order of its rows. */
static const struct {
    const char *name, *columns, *order;
} tables[] = {
    {"team", "id, general, name, zone, photo, overflow, regions, customers", "id"},
    {"agent", "*", "id"},
    {"member", "*", "team, agent, \"from\""},
    {"service",
     "id, channels, minutes, before, after, wrap_up, notice, horizon, step, anchor, name, topic,"
     " skills",
     "id"},
    {"customer", "id, general, zone, region, language, team, knows", "id"},
    {"calendar", "kind, owner, name, effect, ends, text", "kind, owner, name"},
#define BOOKING                                                                                    \
    "id, state, sequence, channel, rung, lane, \"offset\", customer, service, agent, team, zone,"  \
    " wall, note, cause, start, \"end\", busy_from, busy_until, created, changed"
    {"booking", BOOKING, "id"},
    {"event", "seq, kind, at, \"key\", request, " BOOKING, "seq"},
};

static void list_table(sqlite3 *db, const char *prefix, size_t i, FILE *out)
{
    char sql[512];
    sqlite3_stmt *rows;
    snprintf(sql, sizeof sql, "SELECT %s FROM %s%s ORDER BY %s", tables[i].columns, prefix,
             tables[i].name, tables[i].order);
    if (sqlite3_prepare_v2(db, sql, -1, &rows, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    fprintf(out, "%s\n", tables[i].name);
    while (sqlite3_step(rows) == SQLITE_ROW) {
        for (int c = 0; c < sqlite3_column_count(rows); c++) {
            const unsigned char *text = sqlite3_column_text(rows, c);
            fprintf(out, "%s|", text != NULL ? (const char *)text : "NULL");
        }
        fputc('\n', out);
    }
    sqlite3_finalize(rows);
}

/* All that version 1 knew; to be freed. */
static char *listing(const char *path, const char *prefix)
{
    char *text = NULL;
    size_t size = 0;
    sqlite3 *db;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        list_table(db, prefix, i, out);
    sqlite3_close(db);
    fclose(out);
    return text;
}

static int64_t ask_raw(const char *path, const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *row;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_prepare_v2(db, sql, -1, &row, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    assert_int_equal(sqlite3_step(row), SQLITE_ROW);
    int64_t n = sqlite3_column_int64(row, 0);
    sqlite3_finalize(row);
    sqlite3_close(db);
    return n;
}

/* It is of version 1 and has all that it had. */
static void stays_old(const char *path, const char *before)
{
    assert_int_equal(lsched_open(s, path, 0), LSCHED_OUTDATED);
    assert_int_equal(lsched_open(s, path, LSCHED_CREATE), LSCHED_OUTDATED);
    char *after = listing(path, "");
    assert_string_equal(before, after);
    free(after);
    assert_int_equal(ask_raw(path, "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'lsched%'"),
                     0);
}

static void is_healthy(void)
{
    lsched_findings *list;
    fine(lsched_verify(s, &list));
    if (lsched_findings_count(list) > 0)
        fail_msg("%s %s: %s", lsched_findings_at(list, 0)->invariant,
                 lsched_findings_at(list, 0)->subject, lsched_findings_at(list, 0)->text);
    lsched_findings_free(list);
}

/* ---- the tests ------------------------------------------------------------------------------ */

static void test_all_there(void **state)
{
    (void)state;
    const char *path = old_store("whole");
    char *before = listing(path, "");
    stays_old(path, before);
    fine(lsched_upgrade(s, path));
    char *after = listing(path, "lsched_");
    assert_string_equal(before, after);
    free(after);
    assert_int_equal(ask_raw(path, "SELECT count(*) FROM sqlite_schema"
                                   " WHERE tbl_name NOT LIKE 'lsched\\_%' ESCAPE '\\'"),
                     0);
    assert_int_equal(ask_raw(path, "SELECT count(*) FROM lsched_policy WHERE revision = 1"
                                   " AND reminder = 1440"),
                     3);
    /* Whatever customers were told is told. */
    assert_int_equal(ask_raw(path, "SELECT count(*) FROM lsched_notice WHERE state <> 2"), 0);
    /* The second time there is nothing to do, not even one byte. */
    struct stat first, second;
    assert_int_equal(stat(path, &first), 0);
    fine(lsched_upgrade(s, path));
    assert_int_equal(stat(path, &second), 0);
    assert_memory_equal(&first.st_mtim, &second.st_mtim, sizeof first.st_mtim);
    after = listing(path, "lsched_");
    assert_string_equal(before, after);
    free(after);
    free(before);
    /* It leaves none open. */
    fine(lsched_open(s, path, 0));
    is_healthy();
    assert_int_equal(lsched_upgrade(s, path), LSCHED_MISUSE);
}

static void test_keys_answer(void **state)
{
    (void)state;
    const char *path = old_store("keys");
    lsched_booking *b;
    fine(lsched_upgrade(s, path));
    fine(lsched_open(s, path, 0));
    const int64_t events = ask_raw(path, "SELECT count(*) FROM lsched_event");
    lsched_request request = {.size = sizeof request,
                              .key = "key-p",
                              .customer = "kostas",
                              .service = "long",
                              .agent = "eleni",
                              .note = "moving on Friday\nback door",
                              .start = 1772521200};
    fine(lsched_book(s, &request, &b));
    assert_string_equal(b->id, CHAT_P);
    assert_int_equal(b->lane, 1);
    lsched_booking_free(b);
    request.note = "moving on Monday";
    assert_int_equal(lsched_book(s, &request, &b), LSCHED_KEYUSED);
    const lsched_change change = {.size = sizeof change,
                                  .key = "key-move",
                                  .id = CALL_C,
                                  .cause = "rain",
                                  .start = 1772535600};
    fine(lsched_move(s, &change, &b));
    assert_string_equal(b->wall, "2026-03-03T13:00");
    assert_int_equal(b->sequence, 1);
    lsched_booking_free(b);
    fine(lsched_cancel(s, GONE_T, "its solved", "key-cancel", &b));
    assert_int_equal(b->state, LSCHED_CANCELLED);
    lsched_booking_free(b);
    assert_int_equal(lsched_cancel(s, GONE_T, "other", "key-cancel", NULL), LSCHED_KEYUSED);
    assert_int_equal(ask_raw(path, "SELECT count(*) FROM lsched_event"), events);
}

static void test_life_goes_on(void **state)
{
    (void)state;
    const char *path = old_store("on");
    lsched_booking *b;
    fine(lsched_upgrade(s, path));
    fine(lsched_open(s, path, 0));
    /* The agent's two lanes are taken from 09:30 to 10:30. */
    lsched_request request = {.size = sizeof request,
                              .key = "new",
                              .customer = "maria",
                              .service = "short",
                              .agent = "eleni",
                              .start = 1772523000};
    assert_int_equal(lsched_book(s, &request, &b), LSCHED_TAKEN);
    request.start = 1772528400; /* 11:00 */
    fine(lsched_book(s, &request, &b));
    assert_int_equal(b->revision, 1);
    lsched_booking_free(b);
    fine(lsched_cancel(s, CALL_C, NULL, "off", &b));
    assert_int_equal(b->sequence, 2);
    lsched_booking_free(b);
    is_healthy();
    assert_int_equal(ask_raw(path, "SELECT max(seq) FROM lsched_event"), 13);
    assert_int_equal(ask_raw(path, "SELECT count(*) FROM lsched_notice WHERE state = 1"), 2);
}

/* What does not pass the new schema's rules leaves all as it was. */
static void test_rolled_back(void **state)
{
    (void)state;
    static const char *const faults[] = {
        "DROP TRIGGER event_removed; DELETE FROM event WHERE seq = 5",
        "DROP TRIGGER booking_changed; UPDATE booking SET lane = 0 WHERE id = '" CHAT_P "'",
        "INSERT INTO member VALUES ('nobody', 'eleni', '', NULL)",
        "CREATE TABLE lsched_policy (x)",
    };
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        char name[16];
        snprintf(name, sizeof name, "broken%zu", i);
        const char *path = old_store(name);
        run_raw(path, faults[i]);
        char *before = listing(path, "");
        assert_int_equal(lsched_upgrade(s, path), LSCHED_STORE);
        assert_int_equal(ask_raw(path, "PRAGMA user_version"), 1);
        assert_int_equal(lsched_open(s, path, 0), LSCHED_OUTDATED);
        char *after = listing(path, "");
        assert_string_equal(before, after);
        free(before);
        free(after);
    }
}

static void die_at(const char *path, rlim_t bytes)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_FSIZE, &limit) != 0)
        _exit(9);
    limit.rlim_cur = bytes;
    signal(SIGXFSZ, SIG_DFL);
    setrlimit(RLIMIT_FSIZE, &limit);
    leave(lsched_upgrade(s, path) == LSCHED_OK ? 0 : 1);
}

/* The process is killed as soon as a file of the store reaches a size, which goes up in steps
 * until all of it fits. */
static void test_killed(void **state)
{
    (void)state;
    int killed = 0, done = 0;
    for (rlim_t bytes = 100000; !done; bytes += 60000) {
        char name[32];
        int status;
        assert_true(bytes < 4000000);
        snprintf(name, sizeof name, "killed%d", (int)bytes);
        const char *path = old_store(name);
        char *before = listing(path, "");
        pid_t child = fork();
        if (child == 0)
            die_at(path, bytes);
        assert_int_equal(waitpid(child, &status, 0), child);
        done = WIFEXITED(status) && WEXITSTATUS(status) == 0;
        if (!done) {
            assert_true(WIFSIGNALED(status));
            killed++;
            stays_old(path, before);
            fine(lsched_upgrade(s, path));
        }
        char *after = listing(path, "lsched_");
        assert_string_equal(before, after);
        free(before);
        free(after);
    }
    assert_true(killed > 0);
}

static void test_refused(void **state)
{
    (void)state;
    assert_int_equal(lsched_upgrade(s, in_folder("none")), LSCHED_NOTFOUND);
    assert_int_equal(lsched_upgrade(s, ":memory:"), LSCHED_NOTFOUND);
    assert_int_equal(lsched_upgrade(s, NULL), LSCHED_MISUSE);
    assert_int_equal(lsched_upgrade(s, ""), LSCHED_MISUSE);
    assert_int_equal(lsched_upgrade(NULL, in_folder("none")), LSCHED_MISUSE);
    run_raw(in_folder("other"), "CREATE TABLE team (id TEXT)");
    assert_int_equal(lsched_upgrade(s, in_folder("other")), LSCHED_FOREIGN);
    const char *path = old_store("newer");
    run_raw(path, "PRAGMA user_version = 99");
    assert_int_equal(lsched_upgrade(s, path), LSCHED_FOREIGN);
    run_raw(path, "PRAGMA user_version = 0");
    assert_int_equal(lsched_upgrade(s, path), LSCHED_FOREIGN);
    fclose(fopen(in_folder("blank"), "wb"));
    assert_int_equal(lsched_upgrade(s, in_folder("blank")), LSCHED_NOTFOUND);
    assert_int_equal(symlink("newer", in_folder("link")), 0);
    assert_int_equal(lsched_upgrade(s, in_folder("link")), LSCHED_STORE);
}

/* Several come at once: one does it, and all find it done. */
static void test_race(void **state)
{
    (void)state;
    const char *path = old_store("race");
    char *before = listing(path, "");
    pid_t children[4];
    for (int i = 0; i < 4; i++) {
        children[i] = fork();
        if (children[i] == 0)
            leave(lsched_upgrade(s, path) == LSCHED_OK ? 0 : 1);
    }
    for (int i = 0; i < 4; i++) {
        int status;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
    char *after = listing(path, "lsched_");
    assert_string_equal(before, after);
    free(before);
    free(after);
    fine(lsched_open(s, path, 0));
    is_healthy();
}

/* Somebody else is writing to it. */
static void test_busy(void **state)
{
    (void)state;
    const char *path = old_store("busy");
    char *before = listing(path, "");
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(lsched_upgrade(s, path), LSCHED_BUSY);
    sqlite3_close(db);
    stays_old(path, before);
    free(before);
    fine(lsched_upgrade(s, path));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_all_there, start, end),
        cmocka_unit_test_setup_teardown(test_keys_answer, start, end),
        cmocka_unit_test_setup_teardown(test_life_goes_on, start, end),
        cmocka_unit_test_setup_teardown(test_rolled_back, start, end),
        cmocka_unit_test_setup_teardown(test_killed, start, end),
        cmocka_unit_test_setup_teardown(test_refused, start, end),
        cmocka_unit_test_setup_teardown(test_race, start, end),
        cmocka_unit_test_setup_teardown(test_busy, start, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
