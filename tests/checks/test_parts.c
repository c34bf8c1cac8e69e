/* test_parts.c -- README.md's functions, as they stand there, do what it says. */
#include <libsched.h>
#include <sqlite3.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- what is the host's ---------------------------------------------------------------------- */

static bool line_works;
static char told[400], learnt[400];

static bool tell(const lsched_notice *n)
{
    const size_t used = strlen(told);
    const lsched_booking *b = n->booking;
    assert_memory_equal(n->id, b->id, strlen(b->id));
    snprintf(told + used, sizeof told - used, "%s %s;", lsched_notice_name(n->kind), b->wall);
    return line_works;
}

static void learn(const char *kind, const lsched_booking *before, const lsched_booking *after)
{
    const size_t used = strlen(learnt);
    snprintf(learnt + used, sizeof learnt - used, "%s %s>%s;", kind, before ? before->wall : "",
             after->wall);
}

#include "readme_parts.h"

/* ---- a store in the host's database ------------------------------------------------------------ */

#define PUT(kind, ...)                                                                             \
    assert_int_equal(                                                                              \
        lsched_put_##kind(s, &(lsched_##kind){.size = sizeof(lsched_##kind), __VA_ARGS__}),        \
        LSCHED_OK)

static const char daily[] = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//libsched//tests//EN\r\n"
                            "BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260105T090000Z\r\n"
                            "DTEND:20260105T170000Z\r\nRRULE:FREQ=DAILY\r\nEND:VEVENT\r\n"
                            "END:VCALENDAR\r\n";

static lsched_time clock_stands;
static char folder[32];
static sqlite3 *db;
static lsched *s;

static lsched_time now(void *user)
{
    (void)user;
    return clock_stands;
}

static int start(void **state)
{
    (void)state;
    char path[64];
    strcpy(folder, "/tmp/libsched-parts-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/crm.db", folder);
    clock_stands = 1772442000; /* 2026-03-02T09:00Z */
    told[0] = learnt[0] = '\0';
    line_works = true;
    s = lsched_new();
    assert_non_null(s);
    assert_int_equal(lsched_set_clock(s, now, NULL), LSCHED_OK);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db,
                                  "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                                  "CREATE TABLE ticket (id TEXT, booking TEXT);"
                                  "INSERT INTO ticket VALUES ('t1', NULL), ('t2', NULL)",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(lsched_attach_sqlite(s, db, LSCHED_CREATE), LSCHED_OK);
    PUT(team, .id = "east", .name = "East", .zone = "UTC", .regions = "R");
    PUT(agent, .id = "ana", .name = "Ana", .zone = "UTC");
    PUT(member, .team = "east", .agent = "ana");
    PUT(calendar, .kind = LSCHED_TEAM, .effect = LSCHED_OPENS, .owner = "east", .name = "hours",
        .text = daily);
    PUT(calendar, .kind = LSCHED_AGENT, .effect = LSCHED_OPENS, .owner = "ana", .name = "shifts",
        .text = daily);
    PUT(service, .id = "advice", .name = "Advice");
    PUT(customer, .id = "c1", .zone = "UTC", .region = "R");
    return 0;
}

static int end(void **state)
{
    (void)state;
    char command[64];
    lsched_free(s);
    sqlite3_close(db);
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command) != 0;
}

static lsched_request wish(const char *key)
{
    return (lsched_request){.size = sizeof(lsched_request),
                            .key = key,
                            .customer = "c1",
                            .service = "advice",
                            .start = 1772532000}; /* 2026-03-03T10:00Z */
}

static int tickets(const char *where)
{
    char sql[100];
    sqlite3_stmt *q;
    snprintf(sql, sizeof sql, "SELECT count(*) FROM ticket WHERE %s", where);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    const int count = sqlite3_column_int(q, 0);
    sqlite3_finalize(q);
    return count;
}

static int refuse(void *user)
{
    (void)user;
    return 1;
}

/* ---- the tests ----------------------------------------------------------------------------------- */

/* The ticket and the booking: both, or neither. */
static void test_book_ticket(void **state)
{
    (void)state;
    const lsched_request r = wish("1"), other = wish("2");
    sqlite3_commit_hook(db, refuse, NULL);
    assert_int_equal(book_ticket(db, s, "t1", &r), LSCHED_UNKNOWN);
    sqlite3_commit_hook(db, NULL, NULL);
    assert_int_equal(tickets("booking IS NOT NULL"), 0);
    assert_int_equal(book_ticket(db, s, "t1", &r), LSCHED_OK);
    assert_int_equal(book_ticket(db, s, "t1", &r), LSCHED_OK); /* the same answer again */
    assert_int_equal(book_ticket(db, s, "t2", &other), LSCHED_TAKEN);
    assert_true(sqlite3_get_autocommit(db));
    assert_int_equal(tickets("id = 't1' AND booking IN (SELECT id FROM lsched_booking)"), 1);
    assert_int_equal(tickets("booking IS NULL"), 1);
}

static void test_send_notices(void **state)
{
    (void)state;
    const lsched_request r = wish("1");
    assert_int_equal(book_ticket(db, s, "t1", &r), LSCHED_OK);
    line_works = false;
    assert_int_equal(send_notices(s), LSCHED_OK);
    assert_string_equal(told, "confirmed 2026-03-03T10:00;");
    assert_int_equal(send_notices(s), LSCHED_OK); /* it is leased */
    assert_string_equal(told, "confirmed 2026-03-03T10:00;");
    line_works = true;
    clock_stands += 61;
    told[0] = '\0';
    assert_int_equal(send_notices(s), LSCHED_OK);
    assert_string_equal(told, "confirmed 2026-03-03T10:00;");
    clock_stands += 3600; /* a day before the start is the reminder */
    told[0] = '\0';
    assert_int_equal(send_notices(s), LSCHED_OK);
    assert_string_equal(told, "reminder 2026-03-03T10:00;");
    clock_stands += 61;
    told[0] = '\0';
    assert_int_equal(send_notices(s), LSCHED_OK);
    assert_string_equal(told, "");
}

static void test_follow(void **state)
{
    (void)state;
    int64_t seen = 0;
    const lsched_request r = wish("1");
    lsched_booking *b;
    assert_int_equal(follow(s, &seen), LSCHED_OK);
    assert_int_equal(seen, 0);
    assert_int_equal(lsched_book(s, &r, &b), LSCHED_OK);
    assert_int_equal(follow(s, &seen), LSCHED_OK);
    assert_string_equal(learnt, "booked >2026-03-03T10:00;");
    const lsched_change later = {
        .size = sizeof later, .key = "2", .id = b->id, .start = r.start + 3600};
    lsched_booking *moved;
    assert_int_equal(lsched_move(s, &later, &moved), LSCHED_OK);
    lsched_booking_free(moved);
    assert_int_equal(lsched_cancel(s, b->id, NULL, "3", NULL), LSCHED_OK);
    learnt[0] = '\0';
    assert_int_equal(follow(s, &seen), LSCHED_OK);
    assert_string_equal(learnt, "moved 2026-03-03T10:00>2026-03-03T11:00;"
                                "cancelled 2026-03-03T11:00>2026-03-03T11:00;");
    assert_int_equal(seen, 3);
    lsched_booking_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_book_ticket, start, end),
        cmocka_unit_test_setup_teardown(test_send_notices, start, end),
        cmocka_unit_test_setup_teardown(test_follow, start, end),
    };
    return cmocka_run_group_tests_name("parts", tests, NULL, NULL);
}
