/* test_forget.c -- a person who is forgotten: of what stood in the store there is nothing left,
 * in no row, no free page and no log; and the counts, the feed and the checks are as before.
 */
#include "help.h"

#include <libsched.h>

#include <sqlite3.h>

#define NEW(type, ...) (&(lsched_##type){.size = sizeof(lsched_##type), __VA_ARGS__})
#define NINE INT64_C(1772546400) /* 2026-03-03T09:00 in New York */
#define DAY INT64_C(86400)

static lsched *s;
static lsched_time now;
static char path[128];

static lsched_time clock_says(void *user)
{
    (void)user;
    return now;
}

#define fine(call)                                                                                 \
    do {                                                                                           \
        int fine_ = (call);                                                                        \
        if (fine_ != LSCHED_OK)                                                                    \
            fail_msg("%s: %s %s", #call, lsched_status_name(fine_), lsched_message(s));            \
    } while (0)
#define answers(call, status, words)                                                               \
    do {                                                                                           \
        assert_int_equal((call), (status));                                                        \
        if (strstr(lsched_message(s), (words)) == NULL)                                            \
            fail_msg("%s: \"%s\"", #call, lsched_message(s));                                      \
    } while (0)

/* ---- a world in a file ------------------------------------------------------------------------ */

static const char daily[] =
    "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260301T090000\r\n"
    "DTEND:20260301T170000\r\nRRULE:FREQ=DAILY\r\nSUMMARY:%s\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

static void opens(int32_t kind, const char *owner, const char *summary)
{
    char text[512];
    snprintf(text, sizeof text, daily, summary);
    fine(lsched_put_calendar(s, NEW(calendar, .kind = kind, .effect = LSCHED_OPENS, .owner = owner,
                                    .name = "hours", .text = text)));
}

static void fill(void)
{
    fine(lsched_put_team(s, NEW(team, .id = "home", .name = "Home", .zone = "America/New_York",
                                .regions = "US-NY")));
    fine(lsched_put_agent(
        s, NEW(agent, .id = "ana", .name = "Ana", .zone = "America/New_York", .lanes = 3)));
    fine(lsched_put_member(s, NEW(member, .team = "home", .agent = "ana")));
    fine(lsched_put_service(s, NEW(service, .id = "talk", .name = "Talk", .notice = LSCHED_NONE)));
    opens(LSCHED_TEAM, "home", "shop");
    opens(LSCHED_AGENT, "ana", "shift");
}

static int start(void **state)
{
    s = lsched_new();
    now = NINE - DAY;
    if (s == NULL || lsched_set_clock(s, clock_says, NULL) != LSCHED_OK || make_folder(state) != 0)
        return 1;
    snprintf(path, sizeof path, "%s/store", folder);
    fine(lsched_open(s, path, LSCHED_CREATE));
    fill();
    return 0;
}

static int end(void **state)
{
    lsched_free(s);
    return remove_folder(state);
}

static void put_customer(const char *id)
{
    fine(lsched_put_customer(
        s, NEW(customer, .id = id, .zone = "America/New_York", .region = "US-NY", .knows = "ana")));
}

static void book(const char *customer, const char *key, lsched_time at, const char *case_id,
                 const char *note, char id[LSCHED_MAX_ID + 1])
{
    lsched_booking *b;
    fine(lsched_book(s,
                     NEW(request, .key = key, .customer = customer, .service = "talk",
                         .channel = LSCHED_CHAT, .start = at, .note = note, .case_id = case_id,
                         .source = strncmp(key, "SECRET", 6) == 0 ? "SECRET-source" : "web"),
                     &b));
    if (id != NULL)
        snprintf(id, LSCHED_MAX_ID + 1, "%s", b->id);
    lsched_booking_free(b);
}

/* Somebody with something in every table, and a life behind each booking. */
static void live(void)
{
    char id[LSCHED_MAX_ID + 1], *token;
    put_customer("SECRET-cora");
    opens(LSCHED_CUSTOMER, "SECRET-cora", "SECRET-habit");
    fine(lsched_put_incident(s, NEW(incident, .id = "storm", .text = "No line.")));
    fine(lsched_subscribe(s, "storm", "SECRET-cora"));
    fine(lsched_put_incident(s, NEW(incident, .id = "storm", .text = "Still no line.")));
    fine(lsched_set_origin(s, "SECRET-actor", "SECRET-ticket"));
    fine(lsched_put_case(s, NEW(case, .id = "SECRET-case", .customer = "SECRET-cora",
                                .topic = "SECRET-topic", .story = "SECRET-story",
                                .needs = "SECRET-need", .consents = "SECRET-consent")));
    book("SECRET-cora", "SECRET-key-1", NINE, "SECRET-case", "SECRET-note", id);
    fine(lsched_make_token(s, id, LSCHED_VIEW, 0, &token));
    lsched_text_free(token);
    lsched_booking *b;
    fine(lsched_move(
        s,
        NEW(change, .key = "SECRET-key-2", .id = id, .start = NINE + 3600, .cause = "SECRET-cause"),
        &b));
    lsched_booking_free(b);
    fine(lsched_add_entry(s,
                          NEW(entry, .kind = LSCHED_ENTRY_IN, .key = "SECRET-key-3",
                              .case_id = "SECRET-case", .text = "SECRET-words", .booking = id,
                              .promise = 60),
                          NULL));
    fine(lsched_add_entry(s,
                          NEW(entry, .kind = LSCHED_ENTRY_SCORE, .key = "SECRET-key-4",
                              .case_id = "SECRET-case", .score = 9, .agent = "ana"),
                          NULL));
    lsched_series *series;
    fine(lsched_book_series(s,
                            NEW(request, .key = "SECRET-key-5", .customer = "SECRET-cora",
                                .service = "talk", .channel = LSCHED_CHAT, .start = NINE + 7200,
                                .note = "SECRET-series"),
                            "FREQ=DAILY;COUNT=3", LSCHED_ALL, &series));
    lsched_series_free(series);
    fine(lsched_hold(s,
                     NEW(request, .key = "SECRET-key-6", .customer = "SECRET-cora",
                         .service = "talk", .channel = LSCHED_CHAT, .start = NINE + 10800),
                     &b));
    lsched_booking_free(b);
    fine(lsched_put_wait(s, NEW(wait, .id = "SECRET-wait", .customer = "SECRET-cora",
                                .service = "talk", .booking = id)));
    fine(lsched_set_origin(s, "desk", NULL));
}

static void others(void)
{
    char key[32], note[64];
    put_customer("dan");
    fine(lsched_put_case(s, NEW(case, .id = "dans", .customer = "dan", .story = "kept")));
    for (int i = 0; i < 40; i++) {
        snprintf(key, sizeof key, "dan-%d", i);
        snprintf(note, sizeof note, "dan's note %d", i);
        book("dan", key, NINE + i / 8 * DAY + i % 8 * INT64_C(3600), i % 2 ? "dans" : NULL, note,
             NULL);
    }
}

/* ---- what is there ----------------------------------------------------------------------------- */

/* How often words stand in a file, byte by byte. */
static size_t count_in(const char *end_of_name, const char *words)
{
    char name[160];
    size_t found = 0, size = 0;
    snprintf(name, sizeof name, "%s%s", path, end_of_name);
    FILE *f = fopen(name, "rb");
    if (f == NULL)
        return 0;
    assert_int_equal(fseek(f, 0, SEEK_END), 0);
    const long bytes = ftell(f);
    rewind(f);
    char *all = malloc((size_t)bytes + 1);
    assert_non_null(all);
    size = fread(all, 1, (size_t)bytes, f);
    fclose(f);
    assert_int_equal(size, bytes);
    const size_t length = strlen(words);
    for (size_t i = 0; i + length <= size; i++)
        found += memcmp(all + i, words, length) == 0;
    free(all);
    return found;
}

static size_t count_everywhere(const char *words)
{
    return count_in("", words) + count_in("-wal", words) + count_in("-shm", words);
}

static void verify(void)
{
    lsched_findings *list;
    fine(lsched_verify(s, &list));
    for (size_t i = 0; i < lsched_findings_count(list); i++)
        fail_msg("%s %s %s", lsched_findings_at(list, i)->invariant,
                 lsched_findings_at(list, i)->subject, lsched_findings_at(list, i)->text);
    lsched_findings_free(list);
}

/* The numbers of all events and entries, as text: what a report would count. */
static void tell(char *text, size_t room)
{
    lsched_events *events;
    lsched_entries *entries;
    size_t used = 0;
    fine(lsched_list_events(s, NULL, 0, LSCHED_MAX_PAGE, &events));
    for (size_t i = 0; i < lsched_events_count(events); i++) {
        const lsched_event *v = lsched_events_at(events, i);
        const lsched_booking *b = v->after;
        used += (size_t)snprintf(
            text + used, room - used, "%lld %d %lld %s %d %d %s %s %s %lld %lld %lld %d %s\n",
            (long long)v->seq, (int)v->kind, (long long)v->at, b->id, (int)b->state,
            (int)b->sequence, b->service, b->agent, b->team, (long long)b->start, (long long)b->end,
            (long long)b->created, (int)b->revision, b->series);
        assert_true(used < room);
    }
    lsched_events_free(events);
    fine(lsched_list_entries(s, NULL, 0, LSCHED_MAX_PAGE, &entries));
    for (size_t i = 0; i < lsched_entries_count(entries); i++) {
        const lsched_entry *n = lsched_entries_at(entries, i);
        used +=
            (size_t)snprintf(text + used, room - used, "%lld %d %lld %s %d\n", (long long)n->seq,
                             (int)n->kind, (long long)n->at, n->agent, (int)n->score);
        assert_true(used < room);
    }
    lsched_entries_free(entries);
}

static size_t count_bookings(const char *customer)
{
    lsched_bookings *list;
    fine(lsched_list_bookings(s, NEW(filter, .customer = customer, .limit = LSCHED_MAX_PAGE),
                              &list));
    const size_t n = lsched_bookings_count(list);
    lsched_bookings_free(list);
    return n;
}

/* Whoever adds a table that names customers adds a row of it to live(), so that the tests below see
 * it forgotten. */
static void lives_in_every_table(void **state)
{
    (void)state;
    sqlite3 *reader;
    sqlite3_stmt *tables;
    int asked = 0;
    live();
    assert_int_equal(sqlite3_open(path, &reader), SQLITE_OK);
    assert_int_equal(
        sqlite3_prepare_v2(reader,
                           "SELECT t.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c"
                           " WHERE t.type = 'table' AND c.name = 'customer'",
                           -1, &tables, NULL),
        SQLITE_OK);
    while (sqlite3_step(tables) == SQLITE_ROW) {
        const char *table = (const char *)sqlite3_column_text(tables, 0);
        char sql[160];
        sqlite3_stmt *rows;
        snprintf(sql, sizeof sql, "SELECT 1 FROM %s WHERE customer = 'SECRET-cora'", table);
        assert_int_equal(sqlite3_prepare_v2(reader, sql, -1, &rows, NULL), SQLITE_OK);
        if (sqlite3_step(rows) != SQLITE_ROW)
            fail_msg("nothing of hers is in %s", table);
        sqlite3_finalize(rows);
        asked++;
    }
    sqlite3_finalize(tables);
    sqlite3_close(reader);
    assert_true(asked >= 5);
}

/* ---- on demand ---------------------------------------------------------------------------------- */

static void leaves_nothing(void **state)
{
    (void)state;
    static char before[1 << 16], after[1 << 16];
    int64_t rows = -1;
    others();
    live();
    now = NINE + 5 * DAY; /* all of it has passed */
    assert_true(count_everywhere("SECRET") > 20);
    tell(before, sizeof before);
    fine(lsched_forget(s, "SECRET-cora", &rows));
    assert_true(rows > 15);
    tell(after, sizeof after);
    assert_string_equal(before, after);
    verify();
    /* The rows are empty; the bytes go with the wipe. */
    fine(lsched_wipe(s));
    assert_int_equal(count_everywhere("SECRET"), 0);
    assert_true(count_everywhere("dan's note") >= 40);
    verify();
    tell(after, sizeof after);
    assert_string_equal(before, after);
    /* Nobody is left under that name, and once more is a success that finds nothing. */
    lsched_customer *c;
    char *text;
    answers(lsched_get_customer(s, "SECRET-cora", &c), LSCHED_NOTFOUND, "no customer");
    answers(lsched_export_customer(s, "SECRET-cora", &text), LSCHED_NOTFOUND, "nothing is held");
    fine(lsched_forget(s, "SECRET-cora", &rows));
    assert_int_equal(rows, 0);
    assert_int_equal(count_bookings("SECRET-cora"), 0);
    assert_int_equal(count_bookings("dan"), 40);
    fine(lsched_export_customer(s, "dan", &text));
    assert_non_null(strstr(text, "\"story\": \"kept\""));
    assert_non_null(strstr(text, "dan's note 39"));
    lsched_text_free(text);
}

/* What is left hangs together: one mark for the customer, and one for each case. */
static void leaves_one_mark(void **state)
{
    (void)state;
    live();
    now = NINE + 5 * DAY;
    fine(lsched_forget(s, "SECRET-cora", NULL));
    lsched_events *list;
    fine(lsched_list_events(s, NULL, 0, 0, &list));
    const char *mark = lsched_events_at(list, 0)->after->customer;
    assert_int_equal(strncmp(mark, "forgotten-", 10), 0);
    assert_int_equal(strlen(mark), 36);
    for (size_t i = 0; i < lsched_events_count(list); i++) {
        const lsched_event *v = lsched_events_at(list, i);
        assert_string_equal(v->after->customer, mark);
        assert_string_equal(v->after->note, "");
        assert_string_equal(v->after->cause, "");
        assert_string_equal(v->after->source, "");
        assert_string_equal(v->actor, "");
        assert_true(v->after->case_id[0] == '\0' || strncmp(v->after->case_id, mark, 36) == 0);
        assert_true(v->key[0] == '\0' || strncmp(v->key, mark, 36) == 0);
    }
    assert_int_equal(count_bookings(mark), 5);
    lsched_entries *entries;
    fine(lsched_list_entries(s, NULL, 0, 0, &entries));
    assert_string_equal(lsched_entries_at(entries, 0)->case_id,
                        lsched_events_at(list, 0)->after->case_id);
    assert_string_equal(lsched_entries_at(entries, 0)->text, "");
    assert_int_equal(lsched_entries_at(entries, 1)->score, 9);
    lsched_entries_free(entries);
    /* Such a mark is nobody to be forgotten again, and its bookings take no new texts. */
    int64_t rows;
    fine(lsched_forget(s, mark, &rows));
    assert_int_equal(rows, 0);
    answers(lsched_finish(s, lsched_events_at(list, 0)->after->id, LSCHED_FULFILLED, "she said",
                          "late", NULL),
            LSCHED_OVER, "was forgotten");
    const char *id = lsched_events_at(list, 0)->after->id;
    answers(lsched_finish_as(s,
                             NEW(result, .id = id, .outcome = LSCHED_OUTCOME_REACHED,
                                 .cause = "she said", .key = "late"),
                             NULL),
            LSCHED_OVER, "was forgotten");
    answers(lsched_start(s, id, "late", NULL), LSCHED_OVER, "was forgotten");
    answers(lsched_start_as(s, id, "ana", "late", NULL), LSCHED_OVER, "was forgotten");
    lsched_events_free(list);
    verify();
}

/* What nobody can finish any more keeps nobody from the next contact. */
static void frees_the_agent(void **state)
{
    (void)state;
    lsched_booking *b, *next = NULL;
    put_customer("SECRET-cora");
    fine(lsched_book(s,
                     NEW(request, .key = "k1", .customer = "SECRET-cora", .service = "talk",
                         .channel = LSCHED_PHONE, .start = NINE),
                     &b));
    now = NINE;
    fine(lsched_start(s, b->id, "k2", NULL));
    answers(lsched_forget(s, "SECRET-cora", NULL), LSCHED_INUSE, "live booking");
    now = b->end + 60;
    answers(lsched_next(s, "ana", 0, &next), LSCHED_TAKEN, "not finished");
    fine(lsched_begin(s));
    fine(lsched_forget(s, "SECRET-cora", NULL));
    answers(lsched_finish(s, b->id, LSCHED_FULFILLED, NULL, "k3", NULL), LSCHED_OVER, "forgotten");
    answers(lsched_next(s, "ana", 0, &next), LSCHED_NOTFOUND, "nothing waits");
    fine(lsched_rollback(s));
    now = b->end + DAY - 1;
    answers(lsched_next(s, "ana", 0, &next), LSCHED_TAKEN, "not finished");
    now = b->end + DAY;
    answers(lsched_next(s, "ana", 0, &next), LSCHED_NOTFOUND, "nothing waits");
    lsched_booking_free(b);
}

/* Somebody is about to call: that has to be called off first. */
static void refuses_who_is_expected(void **state)
{
    (void)state;
    char id[LSCHED_MAX_ID + 1];
    int64_t rows = 7;
    put_customer("SECRET-cora");
    book("SECRET-cora", "k1", NINE, NULL, "SECRET", id);
    answers(lsched_forget(s, "SECRET-cora", &rows), LSCHED_INUSE, "has 1 live booking");
    assert_int_equal(rows, 0);
    fine(lsched_cancel(s, id, "she asked", "k2", NULL));
    fine(lsched_forget(s, "SECRET-cora", &rows));
    assert_true(rows > 0);
    /* Nobody is told of what was cancelled: there is nobody any more. */
    lsched_notices *notices;
    now += DAY;
    fine(lsched_take_notices(s, 0, 0, &notices));
    assert_int_equal(lsched_notices_count(notices), 0);
    lsched_notices_free(notices);
    answers(lsched_forget(s, "", NULL), LSCHED_MISUSE, "customer");
    verify();
}

/* A handle that keeps the store in memory hears of it, and so does one that comes back. */
static void is_heard_by_others(void **state)
{
    (void)state;
    lsched *other = lsched_new();
    lsched_slots *slots;
    put_customer("SECRET-cora");
    fine(lsched_set_clock(other, clock_says, NULL));
    fine(lsched_open(other, path, 0));
    const lsched_query *q =
        NEW(query, .customer = "SECRET-cora", .service = "talk", .from = NINE, .until = NINE + DAY);
    assert_int_equal(lsched_find(other, q, &slots), LSCHED_OK);
    lsched_slots_free(slots);
    fine(lsched_find(s, q, &slots));
    lsched_slots_free(slots);
    fine(lsched_forget(s, "SECRET-cora", NULL));
    assert_int_equal(lsched_find(s, q, &slots), LSCHED_NOTFOUND);
    assert_int_equal(lsched_find(other, q, &slots), LSCHED_NOTFOUND);
    fine(lsched_wipe(s));
    assert_int_equal(lsched_find(other, q, &slots), LSCHED_NOTFOUND);
    assert_int_equal(count_everywhere("SECRET"), 0);
    /* Who comes back is somebody new. */
    put_customer("SECRET-cora");
    assert_int_equal(lsched_find(other, q, &slots), LSCHED_OK);
    assert_true(lsched_slots_count(slots) > 0);
    lsched_slots_free(slots);
    lsched_free(other);
    verify();
}

/* A reader of the old pages keeps them in the log: that is said, and not passed over. */
static void says_when_it_cannot_wipe(void **state)
{
    (void)state;
    sqlite3 *reader;
    live();
    now = NINE + 5 * DAY;
    fine(lsched_forget(s, "SECRET-cora", NULL));
    assert_int_equal(sqlite3_open(path, &reader), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM lsched_event", NULL, NULL, NULL),
        SQLITE_OK);
    fine(lsched_set_deadline(s, 200));
    answers(lsched_wipe(s), LSCHED_BUSY, "still reads");
    fine(lsched_set_deadline(s, 0));
    sqlite3_exec(reader, "ROLLBACK", NULL, NULL, NULL);
    sqlite3_close(reader);
    fine(lsched_wipe(s));
    assert_int_equal(count_everywhere("SECRET"), 0);
    fine(lsched_begin(s));
    answers(lsched_wipe(s), LSCHED_MISUSE, "a transaction is open");
    fine(lsched_rollback(s));
    verify();
}

/* Many rows, of which some go: pages are split, freed and filled again, and nothing of the ones
 * that went is in what is left. */
static void wipes_split_pages(void **state)
{
    (void)state;
    char id[32], key[40], note[300];
    for (int i = 0; i < 60; i++) {
        snprintf(id, sizeof id, i % 2 ? "keep-%d" : "SECRET-%d", i * 7919 % 60);
        put_customer(id);
        snprintf(key, sizeof key, "%s-k", id);
        snprintf(note, sizeof note, "%s-note-%0*d", id, 1 + i * 3, i);
        book(id, key, NINE + i / 12 * DAY + i % 12 * INT64_C(1800), NULL, note, NULL);
    }
    now = NINE + 20 * DAY;
    for (int i = 0; i < 60; i += 2) {
        snprintf(id, sizeof id, "SECRET-%d", i * 7919 % 60);
        fine(lsched_forget(s, id, NULL));
    }
    fine(lsched_wipe(s));
    assert_int_equal(count_everywhere("SECRET"), 0);
    assert_true(count_everywhere("keep-") > 60);
    verify();
}

static void rolls_back(void **state)
{
    (void)state;
    live();
    now = NINE + 5 * DAY;
    fine(lsched_begin(s));
    fine(lsched_forget(s, "SECRET-cora", NULL));
    assert_int_equal(count_bookings("SECRET-cora"), 0);
    fine(lsched_rollback(s));
    assert_int_equal(count_bookings("SECRET-cora"), 5);
    verify();
}

/* The keys of repairs go with the events that have them, and what was answered to them stays. */
static void forgets_repairs(void **state)
{
    (void)state;
    lsched_plan *plan;
    char text[512];
    put_customer("SECRET-cora");
    book("SECRET-cora", "SECRET-key", NINE, NULL, "SECRET-note", NULL);
    fine(lsched_put_agent(
        s, NEW(agent, .id = "bea", .name = "Bea", .zone = "America/New_York", .lanes = 3)));
    fine(lsched_put_member(s, NEW(member, .team = "home", .agent = "bea")));
    opens(LSCHED_AGENT, "bea", "shift");
    snprintf(text, sizeof text, daily, "ill");
    fine(lsched_put_calendar(s, NEW(calendar, .kind = LSCHED_AGENT, .effect = LSCHED_CLOSES,
                                    .owner = "ana", .name = "ill", .text = text)));
    fine(lsched_repair(s,
                       NEW(sweep, .kind = LSCHED_AGENT, .owner = "ana", .key = "SECRET-repair",
                           .cause = "SECRET-cause"),
                       NULL, &plan));
    assert_int_equal(lsched_plan_count(plan), 1);
    assert_non_null(lsched_plan_at(plan, 0)->after);
    lsched_plan_free(plan);
    now = NINE + 5 * DAY;
    fine(lsched_forget(s, "SECRET-cora", NULL));
    fine(lsched_wipe(s));
    assert_int_equal(count_everywhere("SECRET"), 0);
    verify();
}

/* An SQLite that does not zero what it frees leaves whole pages of it in the file. */
static void wipes_what_was_freed(void **state)
{
    (void)state;
    static char text[40000];
    sqlite3 *careless;
    put_customer("dan");
    size_t used = (size_t)snprintf(text, sizeof text, "BEGIN:VCALENDAR\r\n");
    while (used < sizeof text - 100)
        used += (size_t)snprintf(text + used, sizeof text - used, "X-NOTE:SECRET-%zu\r\n", used);
    snprintf(text + used, sizeof text - used, "END:VCALENDAR\r\n");
    fine(lsched_put_calendar(s, NEW(calendar, .kind = LSCHED_CUSTOMER, .effect = LSCHED_CLOSES,
                                    .owner = "dan", .name = "long", .text = text)));
    assert_int_equal(sqlite3_open(path, &careless), SQLITE_OK);
    assert_int_equal(sqlite3_exec(careless,
                                  "PRAGMA secure_delete = OFF;"
                                  "DELETE FROM lsched_calendar WHERE name = 'long';"
                                  "PRAGMA wal_checkpoint(TRUNCATE)",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(careless);
    assert_true(count_in("", "SECRET") > 100);
    assert_int_equal(count_in("-wal", "SECRET"), 0);
    fine(lsched_wipe(s));
    assert_int_equal(count_everywhere("SECRET"), 0);
    verify();
}

/* Where there is no file of ours, there is nothing to wipe, or it is the host's to do. */
static void wipes_its_own_file_only(void **state)
{
    (void)state;
    sqlite3 *host;
    lsched *other = lsched_new();
    fine(lsched_set_clock(other, clock_says, NULL));
    assert_int_equal(lsched_open(other, ":memory:", LSCHED_CREATE), LSCHED_OK);
    assert_int_equal(lsched_wipe(other), LSCHED_OK);
    lsched_free(other);
    other = lsched_new();
    assert_int_equal(sqlite3_open(":memory:", &host), SQLITE_OK);
    assert_int_equal(lsched_attach_sqlite(other, host, LSCHED_CREATE), LSCHED_OK);
    assert_int_equal(lsched_wipe(other), LSCHED_MISUSE);
    assert_non_null(strstr(lsched_message(other), "VACUUM"));
    lsched_free(other);
    sqlite3_close(host);
}

/* ---- by age ------------------------------------------------------------------------------------- */

static void forgets_by_age(void **state)
{
    (void)state;
    int64_t rows, all = 0;
    char id[LSCHED_MAX_ID + 1];
    put_customer("old");
    put_customer("both");
    put_customer("new");
    fine(lsched_put_case(s, NEW(case, .id = "closed", .customer = "both",
                                .state = LSCHED_CASE_CLOSED, .story = "SECRET-closed")));
    fine(lsched_put_case(s, NEW(case, .id = "open", .customer = "both", .story = "kept")));
    fine(lsched_put_case(s, NEW(case, .id = "late", .customer = "both", .state = LSCHED_CASE_CLOSED,
                                .story = "kept, too")));
    book("old", "k1", NINE, NULL, "SECRET-old", id);
    book("both", "k2", NINE + 3600, NULL, "SECRET-both", NULL);
    book("both", "k3", NINE + 7200, "closed", "SECRET-closed", NULL);
    book("both", "k4", NINE + 10800, "open", "kept in an open case", NULL);
    book("both", "k5", NINE + 9 * DAY, NULL, "kept as it is new", NULL);
    book("both", "k6", NINE + 9 * DAY + 3600, "late", "kept in a case that is new", NULL);
    book("new", "k7", NINE + 9 * DAY + 7200, NULL, "kept as all is new", NULL);
    now = NINE + 10 * DAY;
    answers(lsched_retain(s, now + 1, 0, &rows), LSCHED_INVALID, "before is not past");
    answers(lsched_retain(s, 0, 0, &rows), LSCHED_INVALID, "before");
    answers(lsched_retain(s, now, LSCHED_MAX_PAGE + 1, &rows), LSCHED_LIMIT, "limit");
    /* One customer at a time, until there are none. */
    for (int turn = 0;; turn++) {
        fine(lsched_retain(s, NINE + 5 * DAY, 1, &rows));
        if (rows == 0)
            break;
        all += rows;
        assert_true(turn < 3);
    }
    assert_true(all > 6);
    fine(lsched_wipe(s));
    assert_int_equal(count_everywhere("SECRET-old"), 0);
    assert_int_equal(count_everywhere("SECRET-both"), 0);
    assert_int_equal(count_everywhere("SECRET-closed"), 0);
    assert_int_equal(count_bookings("old"), 0);
    assert_int_equal(count_bookings("both"), 3);
    assert_int_equal(count_bookings("new"), 1);
    lsched_booking *b;
    fine(lsched_get_booking(s, id, &b));
    assert_string_equal(b->note, "");
    assert_int_equal(b->start, NINE);
    lsched_booking_free(b);
    lsched_case *c;
    answers(lsched_get_case(s, "closed", &c), LSCHED_NOTFOUND, "closed");
    fine(lsched_get_case(s, "open", &c));
    lsched_case_free(c);
    fine(lsched_get_case(s, "late", &c));
    lsched_case_free(c);
    /* The people themselves are still customers. */
    lsched_customer *k;
    fine(lsched_get_customer(s, "old", &k));
    lsched_customer_free(k);
    verify();
}

/* Each call goes on where the last one ended; what is old of somebody who was passed already is
 * found all the same, since none means that all is done. */
static void goes_on_by_age(void **state)
{
    (void)state;
    static const char *const names[] = {"ada", "bob", "cyd", "dee", "eve"};
    int64_t rows;
    for (int i = 0; i < 5; i++) {
        char key[8];
        snprintf(key, sizeof key, "k%d", i);
        put_customer(names[i]);
        book(names[i], key, NINE + i * 3600, NULL, "SECRET", NULL);
    }
    now = NINE + 10 * DAY;
    for (int i = 0; i < 3; i++) {
        fine(lsched_retain(s, NINE + DAY, 1, &rows));
        assert_true(rows > 0);
        assert_int_equal(count_bookings(names[i]), 0);
        assert_int_equal(count_bookings(names[i + 1]), 1);
    }
    /* Somebody from before them, and one of them again. */
    put_customer("abe");
    book("abe", "k5", now + DAY, NULL, "SECRET", NULL);
    book("bob", "k6", now + DAY + 3600, NULL, "SECRET", NULL);
    now += 10 * DAY;
    const lsched_time before = now - DAY;
    for (int i = 0; i < 4; i++) {
        fine(lsched_retain(s, before, 1, &rows));
        assert_true(rows > 0);
    }
    fine(lsched_retain(s, before, 1, &rows));
    assert_int_equal(rows, 0);
    assert_int_equal(count_bookings("abe") + count_bookings("bob") + count_bookings("eve"), 0);
    verify();
}

/* Who is looked through is in nobody's way; only what goes is written. */
static void looks_without_waiting(void **state)
{
    (void)state;
    int64_t rows = -1;
    lsched *other = lsched_new();
    assert_int_equal(lsched_open(other, path, 0), LSCHED_OK);
    put_customer("old");
    book("old", "k1", NINE, NULL, "SECRET", NULL);
    now = NINE + 10 * DAY;
    fine(lsched_set_deadline(s, 300));
    assert_int_equal(lsched_begin(other), LSCHED_OK);
    assert_int_equal(lsched_retain(s, NINE - DAY, 0, &rows), LSCHED_OK);
    assert_int_equal(rows, 0);
    assert_int_equal(lsched_retain(s, NINE + DAY, 0, &rows), LSCHED_BUSY);
    assert_int_equal(rows, 0);
    assert_int_equal(lsched_rollback(other), LSCHED_OK);
    lsched_free(other);
    fine(lsched_set_deadline(s, 0));
    fine(lsched_retain(s, NINE + DAY, 0, &rows));
    assert_true(rows > 0);
    fine(lsched_retain(s, NINE + DAY, 0, &rows));
    assert_int_equal(rows, 0);
    verify();
}

/* ---- the one update that history permits ---------------------------------------------------------- */

static sqlite3 *db;

static const char *attack(const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        return sqlite3_errmsg(db);
    return "done";
}

/* Each column of a table, one at a time: with the scrub, it may change only if it is a text that
 * goes.  Asked of the schema, so that a column which is added later is asked about too. */
static void try_columns(const char *table, const char *scrub, const char *says)
{
    char sql[1024];
    sqlite3_stmt *columns;
    int asked = 0;
    snprintf(sql, sizeof sql, "SELECT name FROM pragma_table_info('%s')", table);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &columns, NULL), SQLITE_OK);
    while (sqlite3_step(columns) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(columns, 0);
        char word[64];
        snprintf(word, sizeof word, "\"%s\" = ", name);
        if (strstr(scrub, word) != NULL)
            continue;
        /* A number becomes another one, a text or nothing becomes a text. */
        snprintf(sql, sizeof sql,
                 "UPDATE %s SET %s, \"%s\" = iif(typeof(\"%s\") = 'integer', \"%s\" + 1, 'x')"
                 " WHERE seq = 1",
                 table, scrub, name, name, name);
        const char *said = attack(sql);
        if (strcmp(said, says) != 0 && strstr(said, "constraint failed") == NULL &&
            strstr(said, "cannot store") == NULL)
            fail_msg("%s.%s: %s", table, name, said);
        asked++;
    }
    sqlite3_finalize(columns);
    assert_true(asked > 8);
    snprintf(sql, sizeof sql, "BEGIN; UPDATE %s SET %s WHERE seq = 1; ROLLBACK", table, scrub);
    assert_string_equal(attack(sql), "done");
}

static void history_permits_no_more(void **state)
{
    (void)state;
    static const char stays[] = "events stay as they were written",
                      kept[] = "entries stay as they were written";
    live();
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_string_equal(attack("PRAGMA foreign_keys = ON"), "done");
#define SCRUB_BUT_MARK                                                                             \
    "\"request\" = 0, \"actor\" = NULL, \"correlation\" = NULL, \"case_id\" = 'forgotten-x.1'"
    static const char event[] =
        SCRUB_BUT_MARK ", \"customer\" = 'forgotten-x', \"key\" = 'forgotten-x/1', \"note\" = NULL,"
                       " \"cause\" = NULL, \"source\" = NULL";
    static const char entry[] = SCRUB_BUT_MARK
        ", \"customer\" = 'forgotten-x', \"key\" = 'forgotten-x/entry-1', \"text\" = NULL";
    char sql[1024];
    /* Not without a mark. */
    snprintf(sql, sizeof sql, "UPDATE lsched_event SET %s WHERE seq = 1", event);
    assert_string_equal(attack(sql), stays);
    snprintf(sql, sizeof sql, "UPDATE lsched_entry SET %s WHERE seq = 1", entry);
    assert_string_equal(attack(sql), kept);
    assert_string_equal(attack("INSERT INTO lsched_forgotten VALUES ('forgotten-x', 1)"), "done");
    assert_true(strstr(attack("INSERT INTO lsched_forgotten VALUES ('dan', 1)"), "CHECK") != NULL);
    try_columns("lsched_event", event, stays);
    try_columns("lsched_entry", entry, kept);
    /* Nor a part of it, nor a part of it later. */
    static const char *const halves[] = {
        "UPDATE lsched_event SET note = 'other' WHERE seq = 1",
        "UPDATE lsched_event SET customer = 'forgotten-x' WHERE seq = 1",
        "UPDATE lsched_event SET customer = 'dan' WHERE seq = 1",
    };
    for (size_t i = 0; i < sizeof halves / sizeof *halves; i++)
        assert_string_equal(attack(halves[i]), stays);
    assert_string_equal(attack("UPDATE lsched_entry SET text = NULL WHERE seq = 1"), kept);
    assert_string_equal(attack("DELETE FROM lsched_entry"), kept);
    snprintf(sql, sizeof sql, "UPDATE lsched_event SET %s WHERE seq = 1", event);
    assert_string_equal(attack(sql), "done");
    assert_string_equal(attack(sql), stays);
    assert_string_equal(attack("UPDATE lsched_booking SET customer = 'dan'"),
                        "a booking keeps its customer and its case");
    assert_string_equal(attack("UPDATE lsched_booking SET case_id = 'other'"),
                        "a booking keeps its customer and its case");
    assert_string_equal(attack("UPDATE lsched_case SET customer = 'dan'"),
                        "a case keeps its customer");
    assert_string_equal(
        attack("INSERT OR REPLACE INTO lsched_entry (seq, kind, at, behind, \"key\", request,"
               " case_id, customer, channel, score) SELECT 3, 1, 1, max(seq), 'SECRET-key-2', 0,"
               " 'SECRET-case', 'SECRET-cora', 0, 0 FROM lsched_event"),
        "entries are numbered without a gap, of a case, and keys used once");
    assert_string_equal(
        attack("INSERT INTO lsched_entry (seq, kind, at, behind, \"key\", request,"
               " case_id, customer, channel, score) SELECT 4, 1, 1, max(seq), 'new', 0,"
               " 'SECRET-case', 'SECRET-cora', 0, 0 FROM lsched_event"),
        "entries are numbered without a gap, of a case, and keys used once");
    sqlite3_close(db);
}

/* What an attack past the guards leaves is found. */
static void is_verified(void **state)
{
    (void)state;
    static const struct {
        const char *sql, *words;
    } cases[] = {
        {"DROP TRIGGER lsched_case_changed; UPDATE lsched_case SET customer = 'dan'",
         "another customer's"},
        {"DROP TRIGGER lsched_entry_removed; DELETE FROM lsched_entry WHERE seq = 1",
         "no entry stands before its entry 2"},
        {"DROP TRIGGER lsched_entry_changed; UPDATE lsched_entry SET \"key\" = 'SECRET-key-1'"
         " WHERE seq = 1",
         "is one of an event too"},
        {"INSERT INTO lsched_forgotten VALUES ('forgotten-x', 1);"
         " UPDATE lsched_booking SET customer = 'forgotten-x', case_id = 'forgotten-x.1'",
         "a text of it was not"},
        {"DELETE FROM lsched_unanswered", "is unanswered, which is not listed so"},
        {"UPDATE lsched_unanswered SET due = due + 1", "is listed as unanswered"},
    };
    live();
    lsched_free(s);
    s = NULL;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char copy[160], command[400];
        bool found = false;
        snprintf(copy, sizeof copy, "%s-%zu", path, i);
        snprintf(command, sizeof command, "cp '%s' '%s'", path, copy);
        assert_int_equal(system(command), 0);
        s = lsched_new();
        fine(lsched_set_clock(s, clock_says, NULL));
        fine(lsched_open(s, copy, 0));
        assert_int_equal(sqlite3_open(copy, &db), SQLITE_OK);
        assert_string_equal(attack(cases[i].sql), "done");
        sqlite3_close(db);
        lsched_findings *list;
        fine(lsched_verify(s, &list));
        for (size_t k = 0; k < lsched_findings_count(list); k++) {
            const lsched_finding *f = lsched_findings_at(list, k);
            found = found ||
                    (strcmp(f->invariant, "cases") == 0 && strstr(f->text, cases[i].words) != NULL);
        }
        if (!found)
            fail_msg("not found: %s", cases[i].words);
        lsched_findings_free(list);
        lsched_free(s);
        s = NULL;
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(forgets_repairs),
        TEST(wipes_what_was_freed),
        TEST(wipes_its_own_file_only),
        TEST(lives_in_every_table),
        TEST(leaves_nothing),
        TEST(leaves_one_mark),
        TEST(refuses_who_is_expected),
        TEST(is_heard_by_others),
        TEST(says_when_it_cannot_wipe),
        TEST(wipes_split_pages),
        TEST(rolls_back),
        TEST(forgets_by_age),
        TEST(goes_on_by_age),
        TEST(looks_without_waiting),
        TEST(history_permits_no_more),
        TEST(is_verified),
        TEST(frees_the_agent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
