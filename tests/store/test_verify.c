/* test_verify.c -- a healthy store has no findings, and each thing that can be broken in it has
 * exactly its own. */
#include "help.h"

#include "rules/rules.h"

#include <libsched.h>

#include <sqlite3.h>

static lsched *s;
static lsched_time now;

#define fine(call)                                                                                 \
    do {                                                                                           \
        int fine_ = (call);                                                                        \
        if (fine_ != LSCHED_OK)                                                                    \
            fail_msg("%s: %s %s", #call, lsched_status_name(fine_), lsched_message(s));            \
    } while (0)
#define NEW(type, ...) (&(lsched_##type){.size = sizeof(lsched_##type), __VA_ARGS__})

static lsched_time tell(void *user)
{
    (void)user;
    return now;
}

/* ---- a store with a bit of everything ------------------------------------------------------- */

static void put_hours(int32_t kind, const char *owner, const char *name, int32_t effect,
                      const char *from, const char *until)
{
    char text[400];
    snprintf(text, sizeof text,
             "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//libsched//tests//EN\r\nBEGIN:VEVENT\r\n"
             "UID:%s\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260101T%s00\r\nDTEND:20260101T%s00"
             "\r\nRRULE:FREQ=DAILY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
             name, from, until);
    fine(lsched_put_calendar(s, NEW(calendar, .kind = kind, .owner = owner, .name = name,
                                    .effect = effect, .text = text)));
}

static void put_all(void)
{
    fine(lsched_put_team(
        s, NEW(team, .id = "home", .name = "Home", .zone = "Europe/Athens", .regions = "GR")));
    put_hours(LSCHED_TEAM, "home", "hours", LSCHED_OPENS, "0800", "2000");
    for (int i = 0; i < 2; i++) {
        const char *id = i == 0 ? "ana" : "ben";
        fine(lsched_put_agent(
            s, NEW(agent, .id = id, .name = id, .zone = "Europe/Athens", .lanes = 2 + i)));
        fine(lsched_put_member(s, NEW(member, .team = "home", .agent = id)));
        put_hours(LSCHED_AGENT, id, "shifts", LSCHED_OPENS, "0800", "2000");
    }
    fine(lsched_put_service(s, NEW(service, .id = "talk", .name = "Talk", .minutes = 30,
                                   .wrap_up = 5, .notice = LSCHED_NONE)));
    fine(lsched_put_service(
        s, NEW(service, .id = "talk", .name = "Talk", .minutes = 30, .notice = LSCHED_NONE)));
    fine(lsched_put_customer(s,
                             NEW(customer, .id = "cora", .zone = "Europe/Athens", .region = "GR")));
    fine(lsched_put_customer(s,
                             NEW(customer, .id = "dan", .zone = "Europe/Athens", .region = "GR")));
}

static uint32_t seed;

static uint32_t dice(uint32_t sides)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % sides;
}

/* One of all steps; refusals are fine. */
static void step(int n)
{
    char key[32];
    lsched_bookings *all;
    lsched_booking *b;
    snprintf(key, sizeof key, "key-%u-%d", (unsigned)seed, n);
    now += 60 * (lsched_time)dice(4);
    lsched_request r = {.size = sizeof r,
                        .key = key,
                        .customer = dice(2) ? "cora" : "dan",
                        .service = "talk",
                        .channel = dice(3) ? LSCHED_CHAT : LSCHED_PHONE,
                        .start = now / 86400 * 86400 + 86400 * (lsched_time)dice(3) + 6 * 3600 +
                                 900 * (lsched_time)dice(40)};
    if (dice(3) == 0) {
        r.source = "web";
        r.seconds = 60 + (int32_t)dice(540);
        if (lsched_hold(s, &r, &b) == LSCHED_OK)
            lsched_booking_free(b);
    } else if (dice(2) == 0 && lsched_book(s, &r, &b) == LSCHED_OK) {
        lsched_booking_free(b);
    }
    fine(lsched_list_bookings(s, NEW(filter, .limit = 1000), &all));
    const size_t count = lsched_bookings_count(all);
    snprintf(key, sizeof key, "step-%u-%d", (unsigned)seed, n);
    if (count > 0) {
        const lsched_booking *any = lsched_bookings_at(all, dice((uint32_t)count));
        switch (dice(6)) {
        case 0:
            (void)lsched_cancel(s, any->id, "why", key, NULL);
            break;
        case 1:
            (void)lsched_confirm(s, any->id, "note", key, NULL);
            break;
        case 2:
            (void)lsched_start(s, any->id, key, NULL);
            break;
        case 3:
            (void)lsched_finish(s, any->id, LSCHED_FULFILLED + (int32_t)dice(3), NULL, key, NULL);
            break;
        default:
            if (lsched_move(s, NEW(change, .key = key, .id = any->id, .start = r.start), &b) ==
                LSCHED_OK)
                lsched_booking_free(b);
        }
    }
    lsched_bookings_free(all);
}

static int import_one(const char *key, int32_t state)
{
    return lsched_import(s,
                         NEW(booking, .state = state, .channel = LSCHED_PHONE, .customer = "cora",
                             .service = "talk", .agent = "ben", .team = "home", .sequence = 4,
                             .start = now / 86400 * 86400 + 86400 * 5 + 36000,
                             .end = now / 86400 * 86400 + 86400 * 5 + 37800),
                         key, NULL);
}

static int start(void **state)
{
    s = lsched_new();
    now = 1772445600; /* 2026-03-02T10:00Z */
    return s == NULL || lsched_set_clock(s, tell, NULL) != LSCHED_OK || make_folder(state) != 0;
}

static int end(void **state)
{
    lsched_free(s);
    return remove_folder(state);
}

/* ---- findings ------------------------------------------------------------------------------- */

static lsched_findings *verify(void)
{
    lsched_findings *list;
    fine(lsched_verify(s, &list));
    assert_non_null(list);
    for (size_t i = 0; i < lsched_findings_count(list); i++) {
        const lsched_finding *f = lsched_findings_at(list, i);
        assert_int_equal(f->size, sizeof *f);
        assert_true(f->text[0] != '\0' && strchr(f->text, '\n') == NULL);
    }
    assert_null(lsched_findings_at(list, lsched_findings_count(list)));
    return list;
}

static void is_healthy(void)
{
    lsched_findings *list = verify();
    for (size_t i = 0; i < lsched_findings_count(list); i++) {
        const lsched_finding *f = lsched_findings_at(list, i);
        print_message("# %s %s: %s\n", f->invariant, f->subject, f->text);
    }
    assert_int_equal(lsched_findings_count(list), 0);
    lsched_findings_free(list);
}

static void run(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
}

/* The statements that make all triggers again; and drops them. */
static void drop_triggers(sqlite3 *db, char *again, size_t size)
{
    sqlite3_stmt *rows;
    char drops[4096] = "";
    again[0] = '\0';
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT name, sql FROM sqlite_schema"
                                        " WHERE type = 'trigger'",
                                        -1, &rows, NULL),
                     SQLITE_OK);
    while (sqlite3_step(rows) == SQLITE_ROW) {
        size_t used = strlen(drops);
        snprintf(drops + used, sizeof drops - used, "DROP TRIGGER %s;",
                 (const char *)sqlite3_column_text(rows, 0));
        used = strlen(again);
        snprintf(again + used, size - used, "%s;", (const char *)sqlite3_column_text(rows, 1));
    }
    sqlite3_finalize(rows);
    assert_true(strlen(again) < size - 1 && strlen(drops) > 100);
    run(db, drops);
}

/* What somebody who obeys nothing does to the file. */
static void spoil(const char *sql)
{
    static char again[32768];
    sqlite3 *db;
    assert_int_equal(sqlite3_open(in_folder("store"), &db), SQLITE_OK);
    run(db, "PRAGMA ignore_check_constraints = 1; PRAGMA foreign_keys = 0");
    drop_triggers(db, again, sizeof again);
    run(db, sql);
    run(db, again);
    sqlite3_close(db);
}

/* Exactly one finding, with this name and these words. */
static void finds(const char *invariant, const char *words)
{
    lsched_findings *list = verify();
    const lsched_finding *f = lsched_findings_at(list, 0);
    if (lsched_findings_count(list) != 1 || strcmp(f->invariant, invariant) != 0 ||
        strstr(f->text, words) == NULL) {
        for (size_t i = 0; i < lsched_findings_count(list); i++) {
            f = lsched_findings_at(list, i);
            print_message("# %s %s: %s\n", f->invariant, f->subject, f->text);
        }
        fail_msg("%zu findings, not one of %s with \"%s\"", lsched_findings_count(list), invariant,
                 words);
    }
    lsched_findings_free(list);
}

/* Two bookings of ana's, a chat at 9:00 on lane 1 and another beside it; a call at noon, moved
 * once; and a hold.  "one", "two", "call", "hold" are set to their ids. */
static char one[32], two[32], call[32], hold[32];

static void take(const char *key, int32_t channel, lsched_time start_at, char id[32])
{
    lsched_booking *b;
    fine(lsched_book(s,
                     NEW(request, .key = key, .customer = "cora", .service = "talk", .agent = "ana",
                         .channel = channel, .start = start_at),
                     &b));
    strcpy(id, b->id);
    lsched_booking_free(b);
}

static int start_small(void **state)
{
    const lsched_time morning = 1772694000; /* 2026-03-05T07:00Z, 9:00 in Athens */
    lsched_booking *b;
    if (start(state) != 0)
        return 1;
    fine(lsched_open(s, in_folder("store"), LSCHED_CREATE));
    put_all();
    take("one", LSCHED_CHAT, morning, one);
    take("two", LSCHED_CHAT, morning, two);
    take("call", LSCHED_PHONE, morning + 10800, call);
    fine(lsched_move(s, NEW(change, .key = "move", .id = call, .start = morning + 14400), &b));
    lsched_booking_free(b);
    fine(lsched_hold(s,
                     NEW(request, .key = "hold", .customer = "dan", .service = "talk",
                         .agent = "ben", .source = "web", .start = morning),
                     &b));
    strcpy(hold, b->id);
    lsched_booking_free(b);
    is_healthy();
    return 0;
}

/* SQL with the ids of the bookings for $1 (one), $2 (two), $c (call), $h (hold). */
static const char *sql(const char *pattern)
{
    static char text[2048];
    size_t used = 0;
    for (const char *p = pattern; *p != '\0'; p++) {
        const char *id = *p != '$'     ? NULL
                         : p[1] == '1' ? one
                         : p[1] == '2' ? two
                         : p[1] == 'c' ? call
                                       : hold;
        if (id != NULL) {
            used += (size_t)snprintf(text + used, sizeof text - used, "'%s'", id);
            p++;
        } else {
            text[used++] = *p;
        }
        assert_true(used < sizeof text - 40);
    }
    text[used] = '\0';
    return text;
}

/* Bookings are what their events say, so a lie about one is told of both. */
#define BOTH(change, which)                                                                        \
    "UPDATE lsched_booking SET " change " WHERE id = " which ";"                                   \
    "UPDATE lsched_event SET " change " WHERE id = " which ";"

/* News of this customer, about this, of this kind and sequence, in this state. */
#define NEWS(of, state)                                                                            \
    "INSERT INTO lsched_news VALUES (NULL, randomblob(8), " of                                     \
    ", NULL, NULL, NULL, 0, 0, 0, 0, " state ", 0, 0, 0, 0)"

/* ---- the tests -------------------------------------------------------------------------------- */

static void test_random(void **state)
{
    (void)state;
    fine(lsched_open(s, in_folder("store"), LSCHED_CREATE));
    is_healthy();
    put_all();
    is_healthy();
    for (uint32_t round = 0; round < 4; round++) {
        seed = 77 + round;
        for (int i = 0; i < 120; i++)
            step(i);
        is_healthy();
    }
    fine(import_one("in", LSCHED_BOOKED));
    fine(import_one("gone", LSCHED_CANCELLED));
    is_healthy();
    /* Another one reads it all, inside a transaction of its own too. */
    fine(lsched_begin(s));
    is_healthy();
    fine(lsched_rollback(s));
}

static const struct {
    const char *change, *invariant, *words;
} faults[] = {
    {BOTH("lane = 1", "$2"), "I1", "overlaps booking"},
    {BOTH("lane = 0", "$1"), "I1", "overlaps booking"},
    {BOTH("lane = -1", "$2"), "I1", "parked"},
    {"UPDATE lsched_agent SET lanes = 1 WHERE id = 'ana'", "I6", "with it 2 chats stand beside"},
    {"UPDATE lsched_event SET seq = 99 WHERE seq = 5", "I3", "no event stands before"},
    {"UPDATE lsched_booking SET note = 'other' WHERE id = $1", "I3", "its note is not"},
    {"DELETE FROM lsched_booking WHERE id = $h", "I3", "is gone"},
    {BOTH("sequence = 7", "$h"), "I3", "has sequence 7"},
    {BOTH("state = 6", "$h"), "I3", "is no step from nothing to missed"},
    {"UPDATE lsched_event SET kind = 6 WHERE id = $c AND sequence = 1", "I3",
     "is no step from booked to booked"},
    {"DELETE FROM lsched_notice WHERE booking = $1 AND kind = 1", "I4",
     "no notice of its confirmation"},
    {"DELETE FROM lsched_notice WHERE booking = $1 AND kind = 2", "I4",
     "no notice of its reminder"},
    {"DELETE FROM lsched_notice WHERE booking = $c AND kind = 3", "I4", "no notice of its move"},
    {"INSERT INTO lsched_notice VALUES ($1, 0, 4, 0, 2, 0, 0)", "I4", "which it is not"},
    {"INSERT INTO lsched_notice VALUES ($1, 9, 1, 0, 2, 0, 0)", "I4", "tells of no event"},
    {"UPDATE lsched_notice SET state = 1 WHERE booking = $c AND sequence = 0 AND kind = 1", "I4",
     "waits"},
    {"UPDATE lsched_notice SET state = 3 WHERE booking = $1 AND kind = 1", "I4", "is void"},
    {NEWS("'cora', 1, $1, 18, 3", "1"), "I4", "is not at sequence 3"},
    {NEWS("'cora', 1, $1, 18, 0", "3"), "I4", "has not changed since"},
    {NEWS("'gone', 4, 'k', 18, 0", "1"), "I4", "'gone', who has no record"},
    {BOTH("expires = expires + 900", "$h"), "I5", "held 1020 seconds beyond"},
    {"UPDATE lsched_event SET at = at + 3600 WHERE id = $h", "I5", "ahead of the clock"},
    {BOTH("wall = '2026-03-05T10:00'", "$1"), "I6", "promised for 2026-03-05T10:00"},
    {BOTH("\"offset\" = 3600", "$1"), "I6", "offset 3600"},
    {BOTH("zone = 'Europe/Atlantis'", "$1"), "I6", "Europe/Atlantis"},
    {"UPDATE lsched_agent SET lanes = 99 WHERE id = 'ben'", "file",
     "CHECK constraint failed in lsched_agent"},
    {"UPDATE lsched_team SET customers = 9", "schema", "counts 9 customers"},
    {"UPDATE lsched_work SET seconds = seconds + 60 WHERE agent = 'ana'", "schema",
     "seconds of work"},
    {"DELETE FROM lsched_work WHERE agent = 'ana'", "schema", "has 0 seconds of work"},
    {"INSERT INTO lsched_work VALUES ('ana', 3, 60)", "schema", "on day 3 it has 60 seconds"},
    {"UPDATE lsched_policy SET minutes = 31 WHERE revision = 2", "schema", "revision 2"},
    {"UPDATE lsched_meta SET version = 1", "schema", "version 2"},
    {"INSERT INTO lsched_member VALUES ('nowhere', 'ana', '', NULL)", "file",
     "refers to none of lsched_team"},
    {"DROP INDEX lsched_event_id", "schema", "the index is missing"},
    {"DROP INDEX lsched_event_id; CREATE INDEX lsched_event_id ON lsched_event (id)", "schema",
     "not as it was made"},
    {"CREATE INDEX theirs ON lsched_booking (note)", "schema", "none of this library's"},
    {"CREATE VIEW lsched_view AS SELECT 1", "schema", "the view is none"},
    {"CREATE TRIGGER theirs AFTER INSERT ON lsched_booking BEGIN SELECT 1; END", "schema",
     "the trigger is none"},
};

static void test_each_fault(void **state)
{
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        assert_int_equal(start_small(state), 0);
        print_message("# %s\n", faults[i].change);
        spoil(sql(faults[i].change));
        finds(faults[i].invariant, faults[i].words);
        lsched_free(s);
        assert_int_equal(remove_folder(state), 0);
    }
}

/* What bookings add up to follows them, whoever writes and whatever. */
static void test_work_follows(void **state)
{
    (void)state;
    static const char *const changes[] = {
        ("UPDATE lsched_booking SET start = start + 86400, \"end\" = \"end\" + 86400,"
         " busy_from = busy_from + 86400, busy_until = busy_until + 86400 WHERE id = $c"),
        "UPDATE lsched_booking SET \"end\" = \"end\" - 600 WHERE id = $1",
        "UPDATE lsched_booking SET agent = 'cid' WHERE id = $2",
        "UPDATE lsched_booking SET state = 4 WHERE id = $1",
        "UPDATE lsched_booking SET state = 7 WHERE id = $1",
        "UPDATE lsched_booking SET state = 1 WHERE id = $h",
        "UPDATE lsched_booking SET state = 2, agent = 'ben', start = start + 60 WHERE id = $c",
        "DELETE FROM lsched_booking WHERE id = $h",
        "DELETE FROM lsched_booking WHERE id = $2",
        "INSERT INTO lsched_booking SELECT * FROM copies",
        "UPDATE lsched_booking SET state = 5, agent = agent || 'x' WHERE state = 1",
        "DELETE FROM lsched_booking",
    };
    static const char wrong[] =
        "SELECT count(*) FROM (SELECT agent, day, seconds AS kept, 0 AS booked FROM lsched_work"
        " UNION ALL SELECT agent, start / 86400, 0, \"end\" - start FROM lsched_booking"
        "  WHERE state IN (1, 4, 5))"
        " GROUP BY agent, day HAVING sum(kept) <> sum(booked)";
    sqlite3 *db;
    sqlite3_stmt *ask;
    assert_int_equal(sqlite3_open(in_folder("store"), &db), SQLITE_OK);
    run(db, sql("CREATE TEMP TABLE copies AS SELECT * FROM lsched_booking WHERE id = $2"));
    assert_int_not_equal(sqlite3_exec(db,
                                      "INSERT OR REPLACE INTO lsched_booking SELECT * FROM copies",
                                      NULL, NULL, NULL),
                         SQLITE_OK);
    assert_int_not_equal(
        sqlite3_exec(db, sql("UPDATE OR REPLACE lsched_booking SET id = $1 WHERE id = $2"), NULL,
                     NULL, NULL),
        SQLITE_OK);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        print_message("# %s\n", changes[i]);
        run(db, sql(changes[i]));
        assert_int_equal(sqlite3_prepare_v2(db, wrong, -1, &ask, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_step(ask), SQLITE_DONE);
        sqlite3_finalize(ask);
    }
    sqlite3_close(db);
}

/* One trigger that is not there, or says something else. */
static void test_triggers(void **state)
{
    (void)state;
    sqlite3 *db;
    assert_int_equal(sqlite3_open(in_folder("store"), &db), SQLITE_OK);
    run(db, "DROP TRIGGER lsched_event_changed");
    finds("schema", "the trigger is missing");
    run(db, "CREATE TRIGGER lsched_event_changed BEFORE UPDATE ON lsched_event"
            " BEGIN SELECT 1; END");
    finds("schema", "not as it was made");
    /* What is beside our tables is nobody's business. */
    run(db, "CREATE TABLE theirs (x); CREATE INDEX theirs_x ON theirs (x)");
    finds("schema", "not as it was made");
    run(db, "DROP TABLE lsched_notice");
    sqlite3_close(db);
    lsched_findings *list = verify();
    assert_true(lsched_findings_count(list) >= 3);
    const lsched_finding *last = lsched_findings_at(list, lsched_findings_count(list) - 1);
    assert_string_equal(last->invariant, "file");
    assert_non_null(strstr(last->text, "the rest is not checked"));
    lsched_findings_free(list);
}

/* A page of zeros in the middle of the file. */
static void test_damaged(void **state)
{
    (void)state;
    char zeros[4096] = {0};
    sqlite3 *db;
    sqlite3_stmt *row;
    lsched_free(s);
    assert_int_equal(sqlite3_open(in_folder("store"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT rootpage FROM sqlite_schema"
                                        " WHERE name = 'lsched_event'",
                                        -1, &row, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(row), SQLITE_ROW);
    const long page = sqlite3_column_int(row, 0);
    sqlite3_finalize(row);
    sqlite3_close(db);
    FILE *f = fopen(in_folder("store"), "r+b");
    assert_non_null(f);
    assert_int_equal(fseek(f, (page - 1) * 4096, SEEK_SET), 0);
    assert_int_equal(fwrite(zeros, 1, sizeof zeros, f), sizeof zeros);
    fclose(f);
    s = lsched_new();
    assert_int_equal(lsched_set_clock(s, tell, NULL), LSCHED_OK);
    fine(lsched_open(s, in_folder("store"), 0));
    lsched_findings *list = verify();
    const size_t count = lsched_findings_count(list);
    assert_true(count >= 2);
    assert_string_equal(lsched_findings_at(list, 0)->invariant, "file");
    assert_string_equal(lsched_findings_at(list, count - 1)->invariant, "file");
    assert_non_null(strstr(lsched_findings_at(list, count - 1)->text, "the rest is not checked"));
    lsched_findings_free(list);
    assert_int_equal(lsched_backup(s, in_folder("copy")), LSCHED_STORE);
    assert_int_equal(access(in_folder("copy"), F_OK), -1);
}

static void test_quotas(void **state)
{
    (void)state;
    sqlite3 *db;
    lsched_booking *b;
    static char again[32768];
    for (int i = 0; i < 2; i++) {
        char key[8];
        snprintf(key, sizeof key, "h%d", i);
        fine(lsched_hold(s,
                         NEW(request, .key = key, .customer = "dan", .service = "talk",
                             .agent = "ben", .start = 1772694000 + 3600 * (i + 1)),
                         &b));
        lsched_booking_free(b);
    }
    lsched_request r = {.size = sizeof r,
                        .key = "h4",
                        .customer = "dan",
                        .service = "talk",
                        .agent = "ben",
                        .start = 1772694000 + 3600 * 4};
    assert_int_equal(lsched_hold(s, &r, &b), LSCHED_QUOTA);
    is_healthy();
    assert_int_equal(sqlite3_open(in_folder("store"), &db), SQLITE_OK);
    drop_triggers(db, again, sizeof again);
    fine(lsched_hold(s, &r, &b));
    lsched_booking_free(b);
    run(db, again);
    sqlite3_close(db);
    finds("I5", "customer 'dan' holds 4 places");
}

/* A calendar that is closed over bookings is no damage, but they are told. */
static void test_closed_over(void **state)
{
    (void)state;
    static const struct {
        int32_t kind;
        const char *owner, *words;
    } layers[] = {
        {LSCHED_TEAM, "home", "the team is closed"},
        {LSCHED_AGENT, "ana", "the agent is off shift, on a break or on leave"},
        {LSCHED_CUSTOMER, "cora", "outside the customer's hours"},
        {LSCHED_REGION, "GR", "outside the lawful hours of the region"},
        {LSCHED_SERVICE, "talk", "outside the hours of the service"},
    };
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++) {
        put_hours(layers[i].kind, layers[i].owner, "lunch", LSCHED_CLOSES, "1300", "1400");
        finds("I6", layers[i].words);
        fine(lsched_remove_calendar(s, layers[i].kind, layers[i].owner, "lunch"));
        is_healthy();
    }
    fine(lsched_put_agent(s, NEW(agent, .id = "ana", .name = "ana", .zone = "Europe/Athens",
                                 .lanes = 2, .channels = LSCHED_CHAT)));
    finds("I6", "not served on that channel");
    fine(lsched_remove_member(s, "home", "ben", NULL));
    lsched_findings *list = verify();
    assert_int_equal(lsched_findings_count(list), 2);
    lsched_findings_free(list);
    /* Once its time is over, it is history; and a hold that ran out holds nothing. */
    now = 1772694000 + 14400 + 1800;
    is_healthy();
}

static void test_longer_service(void **state)
{
    (void)state;
    /* The place is the booking's own, not that of the service as it is by now. */
    put_hours(LSCHED_TEAM, "home", "late", LSCHED_CLOSES, "1330", "1400");
    is_healthy();
    fine(lsched_put_service(s, NEW(service, .id = "talk", .name = "Talk", .minutes = 90,
                                   .notice = LSCHED_NONE, .horizon = 1)));
    is_healthy();
}

/* Fewer lanes are fine once the chats are over.  If it was a wrong clock that said so, they
 * are ahead again: that is for a planner to hear, and no damage. */
static void test_fewer_lanes(void **state)
{
    (void)state;
    const lsched_time today = now;
    const lsched_agent fewer = {
        .size = sizeof fewer, .id = "ana", .name = "ana", .zone = "Europe/Athens", .lanes = 1};
    assert_int_equal(lsched_put_agent(s, &fewer), LSCHED_INUSE);
    now += 30 * 86400;
    fine(lsched_put_agent(s, &fewer));
    is_healthy();
    now = today;
    finds("I6", "with it 2 chats stand beside one another");
}

static void test_many(void **state)
{
    (void)state;
    sqlite3 *db;
    assert_int_equal(sqlite3_open(in_folder("store"), &db), SQLITE_OK);
    run(db, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10500)"
            " INSERT INTO lsched_notice SELECT 'none', i, 1, 0, 2, 0, 0 FROM n");
    lsched_findings *list = verify();
    assert_int_equal(lsched_findings_count(list), LSCHED_MAX_PAGE + 1);
    assert_string_equal(lsched_findings_at(list, LSCHED_MAX_PAGE)->text, "there are more");
    assert_string_equal(lsched_findings_at(list, LSCHED_MAX_PAGE - 1)->subject, "none");
    lsched_findings_free(list);
    run(db, "DELETE FROM lsched_notice WHERE booking = 'none' AND sequence > 10000");
    list = verify();
    assert_int_equal(lsched_findings_count(list), LSCHED_MAX_PAGE);
    lsched_findings_free(list);
    sqlite3_close(db);
}

/* When a hold still holds is said twice, for rows and for records: with the same words. */
static void test_holding(void **state)
{
    (void)state;
    static const lsched_time ends[] = {0, 1, 599, 600, 601, 1772694000, 1772694600};
    sqlite3 *db;
    sqlite3_stmt *row;
    int holding = 0;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT " LSI_HOLDS_SQL("?2") ", " LSI_HOLDS_OF_SQL(
                                            "b.", "?2") " FROM (SELECT ?1 AS expires) AS b",
                                        -1, &row, NULL),
                     SQLITE_OK);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        for (lsched_time clock = ends[i] - 602; clock <= ends[i] + 2; clock++) {
            const lsched_booking b = {.state = LSCHED_HELD, .expires = ends[i]};
            sqlite3_bind_int64(row, 1, ends[i]);
            sqlite3_bind_int64(row, 2, clock);
            assert_int_equal(sqlite3_step(row), SQLITE_ROW);
            assert_int_equal(sqlite3_column_int(row, 0), !lsi_life_run_out(&b, clock));
            assert_int_equal(sqlite3_column_int(row, 1), sqlite3_column_int(row, 0));
            holding += sqlite3_column_int(row, 0);
            sqlite3_reset(row);
        }
    }
    sqlite3_finalize(row);
    sqlite3_close(db);
    assert_int_equal(holding, 600 * (int)(sizeof ends / sizeof *ends));
}

static void test_misuse(void **state)
{
    (void)state;
    lsched_findings *list = (lsched_findings *)&list;
    assert_int_equal(lsched_verify(s, &list), LSCHED_MISUSE);
    assert_null(list);
    assert_int_equal(lsched_verify(NULL, &list), LSCHED_MISUSE);
    fine(lsched_open(s, ":memory:", LSCHED_CREATE));
    assert_int_equal(lsched_verify(s, NULL), LSCHED_MISUSE);
    is_healthy();
    now = -1;
    assert_int_equal(lsched_verify(s, &list), LSCHED_INVALID);
    assert_null(list);
    lsched_findings_free(NULL);
    assert_int_equal(lsched_findings_count(NULL), 0);
    assert_null(lsched_findings_at(NULL, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_random, start, end),
        cmocka_unit_test(test_each_fault),
        cmocka_unit_test_setup_teardown(test_work_follows, start_small, end),
        cmocka_unit_test_setup_teardown(test_triggers, start_small, end),
        cmocka_unit_test_setup_teardown(test_damaged, start_small, end),
        cmocka_unit_test_setup_teardown(test_quotas, start_small, end),
        cmocka_unit_test_setup_teardown(test_closed_over, start_small, end),
        cmocka_unit_test_setup_teardown(test_longer_service, start_small, end),
        cmocka_unit_test_setup_teardown(test_fewer_lanes, start_small, end),
        cmocka_unit_test_setup_teardown(test_many, start_small, end),
        cmocka_unit_test(test_holding),
        cmocka_unit_test_setup_teardown(test_misuse, start, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
