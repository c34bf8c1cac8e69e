/* test_crm.c -- examples/crm, whose tickets and our bookings share a database: whatever
 * happens, a ticket says "booked" if and only if there is its booking.
 *
 * Each command is a process of its own.  What goes wrong in it is arranged from outside,
 * through hooks on the connection that it opens.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <libsched.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOW 1772456400 /* Monday 2 March 2026, eight in the morning in New York */
#define KILLED (-SIGKILL)

int crm_main(int argc, char **argv); /* examples/crm/crm.c's main() */

static char folder[32], path[64], output[4096];

/* ---- what goes wrong in a process ------------------------------------------------------------- */

static int kill_at;      /* the statement before which it is killed; 0: none */
static int refuse;       /* how many commits are turned into rollbacks */
static int misreport;    /* how many commits happen, and are told as failures */
static bool kill_commit; /* dies in COMMIT, before anything of it is on disk */

static int trace(unsigned what, void *user, void *statement, void *sql)
{
    (void)what, (void)user, (void)statement, (void)sql;
    if (kill_at > 0 && --kill_at == 0)
        raise(SIGKILL);
    return 0;
}

static int before_commit(void *user)
{
    (void)user;
    if (kill_commit)
        raise(SIGKILL);
    return refuse > 0 && refuse-- > 0;
}

static int after_commit(void *user, sqlite3 *db, const char *name, int pages)
{
    (void)user, (void)db, (void)name, (void)pages;
    return misreport > 0 && misreport-- > 0 ? SQLITE_IOERR : SQLITE_OK;
}

static int arrange(sqlite3 *db, char **words, const void *api)
{
    (void)words, (void)api;
    sqlite3_trace_v2(db, SQLITE_TRACE_STMT, trace, NULL);
    sqlite3_commit_hook(db, before_commit, NULL);
    sqlite3_wal_hook(db, after_commit, NULL);
    return SQLITE_OK;
}

/* ---- processes ------------------------------------------------------------------------------------ */

typedef struct process {
    pid_t id;
    int in, out; /* its standard input and output */
} process;

/* Begins `crm WORDS`, which waits until the pipe `gate` is closed, if there is one. */
static process begin(const char *words, lsched_time now, const int *gate)
{
    int in[2], out[2];
    assert_int_equal(pipe(in) | pipe(out), 0);
    const pid_t id = fork();
    assert_true(id >= 0);
    if (id == 0) {
        char text[128], number[24], byte, name[] = "crm", *argv[8] = {name};
        int count = 1;
        close(in[1]);
        dup2(in[0], 0);
        dup2(out[1], 1);
        dup2(out[1], 2);
        snprintf(number, sizeof number, "%lld", (long long)now);
        setenv("CRM_NOW", number, 1);
        setenv("CRM_DB", path, 1);
        snprintf(text, sizeof text, "%s", words);
        for (char *word = strtok(text, " "); word != NULL; word = strtok(NULL, " "))
            argv[count++] = word;
        sqlite3_auto_extension((void (*)(void))arrange);
        if (gate != NULL && (close(gate[1]) != 0 || read(gate[0], &byte, 1) != 0))
            _exit(99);
        const int code = crm_main(count, argv);
        fflush(stdout);
        _exit(code);
    }
    close(in[0]);
    close(out[1]);
    return (process){.id = id, .in = in[1], .out = out[0]};
}

/* Its exit code, or the signal that ended it, below 0; what it wrote is in `output`. */
static int end(process p, const char *input)
{
    int status;
    size_t used = 0;
    ssize_t count;
    /* Whoever has been killed does not read it. */
    assert_true(write(p.in, input, strlen(input)) == (ssize_t)strlen(input) || errno == EPIPE);
    close(p.in);
    while ((count = read(p.out, output + used, sizeof output - 1 - used)) > 0)
        used += (size_t)count;
    output[used] = '\0';
    close(p.out);
    assert_int_equal(waitpid(p.id, &status, 0), p.id);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static int crm(const char *words)
{
    return end(begin(words, NOW, NULL), "");
}

static int crm_asked(const char *words, const char *answer)
{
    return end(begin(words, NOW, NULL), answer);
}

static void says(const char *words)
{
    if (strstr(output, words) == NULL)
        fail_msg("%s is not in: %s", words, output);
}

/* ---- the database --------------------------------------------------------------------------------- */

static int64_t ask(const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *q;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    const int64_t number = sqlite3_step(q) == SQLITE_ROW ? sqlite3_column_int64(q, 0) : 0;
    assert_int_equal(sqlite3_finalize(q), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    return number;
}

#define LIVE "SELECT count(*) FROM lsched_booking WHERE state IN (1, 4)"
#define BOOKED "SELECT count(*) FROM ticket WHERE state = 'booked'"

/* Both sides agree, and there are so many. */
static void agree(int count)
{
    assert_int_equal(ask("SELECT count(*) FROM ticket t LEFT JOIN lsched_booking b"
                         " ON b.id = t.booking AND b.state IN (1, 4) AND b.customer = t.customer"
                         " WHERE t.booking IS NOT NULL AND b.id IS NULL"),
                     0);
    assert_int_equal(ask("SELECT count(*) FROM lsched_booking b LEFT JOIN ticket t"
                         " ON t.booking = b.id WHERE b.state IN (1, 4) AND t.id IS NULL"),
                     0);
    assert_int_equal(ask("SELECT count(*) FROM pragma_integrity_check"
                         " WHERE integrity_check <> 'ok'"),
                     0);
    assert_int_equal(ask("SELECT count(*) FROM pragma_foreign_key_check"), 0);
    assert_int_equal(ask(LIVE), count);
    assert_int_equal(ask(BOOKED), count);
}

static int open_crm(void **state)
{
    (void)state;
    kill_at = refuse = misreport = 0;
    kill_commit = false;
    strcpy(folder, "/tmp/libsched-crm-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/crm.db", folder);
    assert_int_equal(crm("init"), 0);
    for (int i = 1; i <= 2; i++)
        assert_int_equal(crm("ticket cora silence"), 0);
    agree(0);
    return 0;
}

static lsched_time later(void *user)
{
    (void)user;
    return NOW + 100000;
}

/* Whatever a test has done, libsched finds its own side in order, too. */
static int close_crm(void **state)
{
    (void)state;
    char command[64];
    sqlite3 *db;
    lsched_findings *list = NULL;
    lsched *s = lsched_new();
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA synchronous = FULL", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(lsched_set_clock(s, later, NULL), LSCHED_OK);
    assert_int_equal(lsched_attach_sqlite(s, db, 0), LSCHED_OK);
    assert_int_equal(lsched_verify(s, &list), LSCHED_OK);
    assert_int_equal(lsched_findings_count(list), 0);
    lsched_findings_free(list);
    lsched_free(s);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

/* ---- tests ------------------------------------------------------------------------------------------ */

static void test_commits_both(void **state)
{
    (void)state;
    assert_int_equal(crm("slots 1"), 0);
    says("2026-03-02T08:30:00-05:00 with ana");
    assert_int_equal(crm("book 1 2026-03-02T08:30"), 0);
    says("ana calls at 2026-03-02T08:30 (America/New_York)");
    agree(1);
    assert_int_equal(crm("book 1 2026-03-02T08:30"), 0); /* the same wish, the same answer */
    agree(1);
    assert_int_equal(crm("book 1 2026-03-02T10:30"), 2); /* another one */
    says("has another call already");
    assert_int_equal(crm("offer 1 2026-03-02T10:30"), 2);
    agree(1);
    assert_int_equal(crm("book 2 2026-03-02T08:45"), 1);
    says("But:\n2026-03-02T09:00:00-05:00 with ana");
    agree(1);
    assert_int_equal(crm("resolve 1"), 0);
    assert_int_equal(crm("resolve 1"), 0);
    agree(0);
    assert_int_equal(crm("book 1 2026-03-02T08:30"), 0); /* a wish of its own */
    agree(1);
    assert_int_equal(ask("SELECT count(*) FROM lsched_booking"), 2);
    /* When the call's time has passed, it took place. */
    assert_int_equal(end(begin("resolve 1", NOW + 86400, NULL), ""), 0);
    agree(0);
    assert_int_equal(ask("SELECT count(*) FROM lsched_booking WHERE state = 5"), 1);
}

static void test_asks_first(void **state)
{
    (void)state;
    for (int i = 1; i <= 5; i++) { /* more often than a customer may hold places */
        assert_int_equal(crm_asked("offer 1 2026-03-02T08:30", "n\n"), 0);
        agree(0);
        assert_int_equal(ask("SELECT count(*) FROM lsched_booking WHERE state = 3"), 0);
    }
    process slow = begin("offer 1 2026-03-02T08:30", NOW, NULL);
    assert_int_equal(read(slow.out, output, 1), 1); /* it asks: the place is held */
    assert_int_equal(crm("book 2 2026-03-02T08:30"), 1);
    assert_int_equal(end(slow, "y\n"), 0);
    says("ana calls at 2026-03-02T08:30");
    agree(1);
}

/* The hold has run out, and it is all the same to whoever does not want it. */
static void test_declines_late(void **state)
{
    (void)state;
    process slow = begin("offer 1 2026-03-02T08:30", NOW, NULL);
    assert_int_equal(read(slow.out, output, 1), 1);
    assert_int_equal(end(begin("book 2 2026-03-02T08:45", NOW + 600, NULL), ""), 0);
    assert_int_equal(end(slow, "n\n"), 0);
    agree(1);
    assert_int_equal(crm("resolve 2"), 0);
    assert_int_equal(crm("book 1 2026-03-02T08:45"), 0);
    agree(1);
}

/* The ticket is written before libsched refuses. */
static void test_asks_too_long(void **state)
{
    (void)state;
    process slow = begin("offer 1 2026-03-02T08:30", NOW, NULL);
    assert_int_equal(read(slow.out, output, 1), 1);
    assert_int_equal(end(begin("book 2 2026-03-02T08:30", NOW - 60, NULL), ""), 1);
    assert_int_equal(end(begin("book 2 2026-03-02T08:45", NOW + 600, NULL), ""), 0);
    assert_int_equal(end(slow, "y\n"), 1);
    says("not then");
    agree(1);
    assert_int_equal(ask("SELECT count(*) FROM ticket WHERE id = 1 AND state = 'open'"), 1);
}

/* A second window books the ticket while the first one still asks. */
static void test_two_windows(void **state)
{
    (void)state;
    static const char *const answers[] = {"n\n", "y\n"};
    for (int i = 0; i < 2; i++) {
        process slow = begin("offer 1 2026-03-02T08:30", NOW, NULL);
        assert_int_equal(read(slow.out, output, 1), 1);
        assert_int_equal(crm("book 1 2026-03-02T10:00"), 0);
        assert_int_equal(end(slow, answers[i]), i == 0 ? 0 : 2);
        agree(1);
        assert_int_equal(crm("book 1 2026-03-02T10:00"), 0);
        agree(1);
        assert_int_equal(crm("resolve 1"), 0);
        agree(0);
    }
}

static void test_host_rolls_back(void **state)
{
    (void)state;
    refuse = 99; /* COMMIT */
    assert_int_equal(crm("book 1 2026-03-02T08:30"), 2);
    says("LSCHED_UNKNOWN");
    agree(0);
    assert_int_equal(ask("SELECT count(*) FROM lsched_event"), 0);
    refuse = 0; /* the ticket's UPDATE, behind lsched_book() */
    ask("CREATE TRIGGER no BEFORE UPDATE ON ticket BEGIN SELECT raise(ABORT, 'not today'); END");
    assert_int_equal(crm("book 1 2026-03-02T08:30"), 2);
    says("not today");
    agree(0);
    assert_int_equal(ask("SELECT count(*) FROM lsched_event"), 0);
    ask("DROP TRIGGER no");
    assert_int_equal(crm("book 1 2026-03-02T08:30"), 0);
    ask("CREATE TRIGGER no BEFORE UPDATE ON ticket BEGIN SELECT raise(ABORT, 'not today'); END");
    assert_int_equal(crm("resolve 1"), 2);
    agree(1);
}

static void test_unknown(void **state)
{
    (void)state;
    refuse = 1; /* it has not happened */
    assert_int_equal(crm("book 1 2026-03-02T08:30"), 0);
    agree(1);
    refuse = 0;
    misreport = 1; /* it has */
    assert_int_equal(crm("book 2 2026-03-02T09:00"), 0);
    agree(2);
    assert_int_equal(ask("SELECT count(*) FROM lsched_booking"), 2);
    assert_int_equal(crm("resolve 1"), 0);
    agree(1);
    assert_int_equal(crm_asked("offer 1 2026-03-02T08:30", "n\n"), 0);
    agree(1);
    assert_int_equal(ask("SELECT count(*) FROM lsched_booking WHERE state = 3"), 0);
    assert_int_equal(crm_asked("offer 1 2026-03-02T08:30", "y\n"), 0);
    agree(2);
}

static void test_killed_in_commit(void **state)
{
    (void)state;
    kill_commit = true;
    assert_int_equal(crm("book 1 2026-03-02T08:30"), KILLED);
    agree(0);
    assert_int_equal(ask("SELECT count(*) FROM lsched_event"), 0);
    kill_commit = false;
    assert_int_equal(crm("book 1 2026-03-02T08:30"), 0);
    agree(1);
    kill_commit = true;
    assert_int_equal(crm("resolve 1"), KILLED);
    agree(1);
}

/* Every statement; some, where a process takes long (under valgrind). */
static int stride(void)
{
    const char *worlds = getenv("LSCHED_WORLDS");
    return worlds != NULL && strtol(worlds, NULL, 10) < 10 ? 9 : 1;
}

/* Dies before each of its statements in turn, until it gets through. */
static void kill_everywhere(const char *words, const char *answer, int before, int after)
{
    int at = 1, code;
    for (;; at += stride()) {
        kill_at = at;
        code = crm_asked(words, answer);
        kill_at = 0;
        agree(ask(LIVE) == before ? before : after);
        if (code != KILLED)
            break;
        assert_true(at < 500);
    }
    assert_int_equal(code, 0);
    assert_true(at > 20);
    agree(after);
}

static void test_killed_anywhere(void **state)
{
    (void)state;
    kill_everywhere("book 1 2026-03-02T08:30", "", 0, 1);
    kill_everywhere("resolve 1", "", 1, 0);
    process asking = begin("offer 1 2026-03-02T08:30", NOW, NULL);
    assert_int_equal(read(asking.out, output, 1), 1);
    kill(asking.id, SIGKILL);
    assert_int_equal(end(asking, ""), KILLED);
    /* The hold is there, so what follows dies in each statement behind it, too. */
    kill_everywhere("offer 1 2026-03-02T08:30", "y\n", 0, 1);
    assert_int_equal(ask("SELECT count(*) FROM lsched_booking"), 2);
}

static void test_killed_in_init(void **state)
{
    (void)state;
    snprintf(path, sizeof path, "%s/other.db", folder);
    assert_int_equal(crm("list"), 2);
    assert_int_equal(access(path, F_OK), -1);
    for (int n = 1, code = KILLED; code == KILLED; n += 7 * stride()) {
        kill_at = n;
        code = crm("init");
        kill_at = 0;
        const int64_t tables = ask("SELECT count(*) FROM sqlite_schema WHERE name = 'ticket'");
        assert_int_equal(tables, ask("SELECT count(*) FROM sqlite_schema WHERE name ="
                                     " 'lsched_booking'"));
        assert_int_equal(ask("PRAGMA user_version"), 2 * tables);
        assert_true(tables == 1 ? ask("SELECT count(*) FROM lsched_agent") == 3 : code != 0);
    }
    assert_int_equal(crm("ticket fay silence"), 0);
    assert_int_equal(crm("book 1 2026-03-02T09:00"), 0);
    agree(1);
}

/* What rolls back is told to nobody; what is committed, once. */
static void test_outbox(void **state)
{
    (void)state;
    kill_commit = true;
    assert_int_equal(crm("book 1 2026-03-02T08:30"), KILLED);
    kill_commit = false;
    assert_int_equal(crm("outbox"), 0);
    assert_string_equal(output, "");
    assert_int_equal(crm("book 1 2026-03-02T08:30"), 0);
    assert_int_equal(crm("outbox"), 0);
    says("to +1 212 555 0101: Cora Lind, your call is 2026-03-02T08:30 (confirmed)");
    assert_int_equal(crm("outbox"), 0);
    assert_string_equal(output, "");
    assert_int_equal(crm("resolve 1"), 0);
    kill_commit = true; /* the lease, so that nothing is told */
    assert_int_equal(crm("outbox"), KILLED);
    assert_string_equal(output, "");
    kill_commit = false;
    assert_int_equal(crm("outbox"), 0);
    says("(cancelled)");
}

/* Only Ana works before ten, so of two who want the same half hour one gets it. */
static void test_rivals(void **state)
{
    (void)state;
    char words[2][64];
    for (int round = 0; round < 16; round += stride()) {
        const int minute = 480 + 30 * (round % 4);
        int gate[2];
        process p[2];
        assert_int_equal(pipe(gate), 0);
        for (int i = 0; i < 2; i++) {
            snprintf(words[i], sizeof words[i], "book %d 2026-03-%02dT%02d:%02d", i + 1,
                     3 + round / 4, minute / 60, minute % 60);
            p[i] = begin(words[i], NOW, gate);
        }
        close(gate[0]);
        close(gate[1]);
        const int first = end(p[0], ""), second = end(p[1], "");
        assert_int_equal(first + second, 1);
        agree(1);
        assert_int_equal(ask("SELECT id FROM ticket WHERE state = 'booked'"), first == 0 ? 1 : 2);
        assert_int_equal(crm(first == 0 ? "resolve 1" : "resolve 2"), 0);
        agree(0);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_crm, close_crm)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_commits_both),   TEST(test_asks_first),       TEST(test_asks_too_long),
        TEST(test_declines_late),  TEST(test_two_windows),      TEST(test_host_rolls_back),
        TEST(test_unknown),        TEST(test_killed_in_commit), TEST(test_killed_anywhere),
        TEST(test_killed_in_init), TEST(test_rivals),           TEST(test_outbox),
    };
    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests_name("crm", tests, NULL, NULL);
}
