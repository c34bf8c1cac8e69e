/* test_listen.c -- header chapter 7: listening.  What a low score sets going, who is known no more
 * for it, and who is asked whether all is well.
 */
#include "world.h"

#include <sqlite3.h>

#define TUESDAY "2026-03-03T"

static sqlite3 *db;
static char *met; /* cora's contact with ana, on Monday at nine */

static lsched_time clock_of_world(void *user)
{
    return ((const world *)user)->now;
}

static char *take_id(lsched_booking *b)
{
    char *id = strdup(b->id);
    lsched_booking_free(b);
    return id;
}

static void put_talk(int32_t low_score, int32_t check_in, const char *follow_up)
{
    ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 30, .step = 30, .notice = LSCHED_NONE,
           .low_score = low_score, .check_in = check_in, .follow_up = follow_up));
}

static char *serve(const char *key, const char *agent, const char *start)
{
    char ended[32];
    char *id = take_id(BOOK(.key = key, .customer = "cora", .service = "talk", .agent = agent,
                            .start = at(start), .case_id = "c"));
    snprintf(ended, sizeof ended, "%s ends", key);
    w.now = at(start) + 1200;
    ok(lsched_finish(w.s, id, LSCHED_FULFILLED, NULL, ended, NULL));
    return id;
}

/* In a database that can be written to behind the library's back. */
static int setup(void **state)
{
    (void)state;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    w.s = lsched_new();
    w.now = at("2026-03-02T08:00");
    ok(lsched_set_clock(w.s, clock_of_world, &w));
    ok(lsched_attach_sqlite(w.s, db, LSCHED_CREATE));
    world_fill();
    ok(PUT(agent, .id = "ben", .name = "ben", .zone = "America/New_York", .languages = "en",
           .skills = "lead"));
    ok(PUT(service, .id = "sorry", .name = "A word with a lead", .skills = "lead"));
    ok(PUT(case, .id = "c", .customer = "cora"));
    put_talk(40, 0, "sorry");
    met = serve("met", "ana", "2026-03-02T09:00");
    w.now = at(TUESDAY "10:00");
    return 0;
}

static int teardown(void **state)
{
    const int bad = world_close(state);
    sqlite3_close(db);
    free(met);
    return bad;
}

#define SCORE(...) score(NEW(entry, .kind = LSCHED_ENTRY_SCORE, .case_id = "c", __VA_ARGS__))

static lsched_entry *score(const lsched_entry *entry)
{
    lsched_entry *n = NULL;
    ok(lsched_add_entry(w.s, entry, &n));
    assert_non_null(n);
    return n;
}

static size_t count_line(void)
{
    lsched_bookings *list;
    ok(lsched_list_line(w.s, NULL, 0, 0, &list));
    const size_t count = lsched_bookings_count(list);
    lsched_bookings_free(list);
    return count;
}

/* ---- the follow-up ------------------------------------------------------------------------------ */

static void test_low(void **state)
{
    (void)state;
    lsched_entry *n =
        SCORE(.key = "s", .booking = met, .score = 40, .text = "I had to call twice.");
    assert_int_equal(n->low, 1);
    assert_int_equal(n->refused, LSCHED_OK);
    assert_string_equal(n->agent, "ana");
    lsched_booking *b = BOOKING(n->follow_up);
    assert_int_equal(b->state, LSCHED_WAITING);
    assert_string_equal(b->customer, "cora");
    assert_string_equal(b->service, "sorry");
    assert_string_equal(b->case_id, "c");
    assert_string_equal(b->agent, "");
    assert_string_equal(b->team, "home");
    assert_string_equal(b->note, "I had to call twice.");
    assert_non_null(strstr(b->cause, "score 40 for "));
    assert_non_null(strstr(b->cause, met));
    assert_int_equal(b->since, w.now);
    lsched_events *events;
    ok(lsched_list_events(w.s, b->id, 0, 0, &events));
    assert_int_equal(lsched_events_count(events), 1);
    assert_int_equal(lsched_events_at(events, 0)->kind, LSCHED_EVENT_JOINED);
    assert_string_equal(lsched_events_at(events, 0)->key, "");
    lsched_events_free(events);

    /* Whoever has the skill is given it, with the case. */
    lsched_booking *next = NULL;
    assert_int_equal(lsched_next(w.s, "ana", 0, &next), LSCHED_NOTFOUND);
    ok(lsched_next(w.s, "ben", 0, &next));
    assert_string_equal(next->id, b->id);
    lsched_booking_free(next);
    lsched_booking_free(b);
    lsched_entry_free(n);
}

static void test_not_low(void **state)
{
    (void)state;
    lsched_entry *n = SCORE(.key = "s", .booking = met, .score = 41);
    assert_int_equal(n->low, 0);
    assert_string_equal(n->follow_up, "");
    lsched_entry_free(n);
    n = SCORE(.key = "t", .agent = "ana", .score = 0); /* of no contact */
    assert_int_equal(n->low, 0);
    lsched_entry_free(n);
    put_talk(0, 0, "sorry");
    n = SCORE(.key = "u", .booking = met, .score = 0);
    assert_int_equal(n->low, 0);
    lsched_entry_free(n);
    assert_int_equal(count_line(), 0);
}

/* The same wish once, and the same customer once. */
static void test_once(void **state)
{
    (void)state;
    lsched_entry *first = SCORE(.key = "s", .booking = met, .score = 10);
    char *before = world_listing(w.s);
    w.now += 600;
    lsched_entry *again = SCORE(.key = "s", .booking = met, .score = 10);
    world_unchanged(before);
    assert_int_equal(again->seq, first->seq);
    assert_int_equal(again->low, 1);
    assert_string_equal(again->follow_up, first->follow_up);
    lsched_entry_free(again);

    lsched_entry *other = SCORE(.key = "t", .booking = met, .score = 5);
    assert_int_equal(other->low, 1);
    assert_int_equal(other->refused, LSCHED_EXISTS);
    assert_string_equal(other->follow_up, first->follow_up);
    assert_int_equal(count_line(), 1);
    refuses(lsched_add_entry(w.s,
                             NEW(entry, .kind = LSCHED_ENTRY_SCORE, .case_id = "c", .key = "s",
                                 .booking = met, .score = 11),
                             NULL),
            LSCHED_KEYUSED, "key");
    /* It can be called off like all that waits. */
    ok(lsched_cancel(w.s, first->follow_up, NULL, "x", NULL));
    lsched_entry_free(first);
    lsched_entry_free(other);
}

/* Customers answer while the agent still writes up what they have just said: the contact that the
 * score is about is in nobody's way then, but one that waits is. */
static void test_in_wrap_up(void **state)
{
    (void)state;
    lsched_booking *b = NULL;
    put_talk(40, 0, NULL);
    ok(lsched_join(
        w.s, NEW(request, .key = "j", .customer = "cora", .service = "talk", .case_id = "c"), &b));
    lsched_entry *n = SCORE(.key = "early", .booking = b->id, .score = 10);
    assert_int_equal(n->refused, LSCHED_EXISTS);
    assert_string_equal(n->follow_up, b->id);
    lsched_entry_free(n);
    ok(lsched_start_as(w.s, b->id, "ana", "starts", NULL));
    n = SCORE(.key = "s", .booking = b->id, .score = 10);
    assert_int_equal(n->refused, LSCHED_OK);
    assert_string_not_equal(n->follow_up, b->id);
    lsched_booking *more = BOOKING(n->follow_up);
    assert_int_equal(more->state, LSCHED_WAITING);
    lsched_booking_free(more);
    lsched_entry *other = SCORE(.key = "t", .booking = b->id, .score = 5);
    assert_int_equal(other->refused, LSCHED_EXISTS);
    assert_string_equal(other->follow_up, n->follow_up);
    ok(lsched_finish(w.s, b->id, LSCHED_FULFILLED, NULL, "ends", NULL));
    assert_int_equal(count_line(), 1);
    lsched_entry_free(other);
    lsched_entry_free(n);
    lsched_booking_free(b);
}

/* The score is kept, and says what is missing. */
static void test_none_can(void **state)
{
    static const struct {
        const char *service;
        int status;
    } cases[] = {{"nobodys", LSCHED_NOBODY}, {"nix", LSCHED_NOTFOUND}};
    (void)state;
    ok(PUT(service, .id = "nobodys", .name = "Nobody's", .skills = "wings"));
    for (size_t i = 0; i < 2; i++) {
        put_talk(40, 0, cases[i].service);
        lsched_entry *n = SCORE(.key = cases[i].service, .booking = met, .score = 7, .text = "No.");
        assert_int_equal(n->low, 1);
        assert_int_equal(n->score, 7);
        assert_int_equal(n->refused, cases[i].status);
        assert_string_equal(n->follow_up, "");
        lsched_entry_free(n);
    }
    assert_int_equal(count_line(), 0);
    lsched_entries *list;
    ok(lsched_list_entries(w.s, "c", 0, 0, &list));
    assert_int_equal(lsched_entries_count(list), 2);
    lsched_entries_free(list);
}

/* Without `follow_up` it is of the same service; and at night it waits for the morning. */
static void test_at_night(void **state)
{
    (void)state;
    put_talk(40, 0, NULL);
    w.now = at(TUESDAY "22:15");
    lsched_entry *n = SCORE(.key = "s", .booking = met, .score = 10);
    assert_int_equal(n->refused, LSCHED_OK);
    lsched_booking *b = BOOKING(n->follow_up);
    assert_string_equal(b->service, "talk");
    assert_int_equal(b->since, w.now);
    assert_int_equal(b->start, at("2026-03-04T09:00"));
    lsched_booking_free(b);
    lsched_entry_free(n);
}

/* An incident that lets nobody join lets no follow-up join; afterwards it is as ever. */
static void test_incident(void **state)
{
    (void)state;
    ok(PUT(incident, .id = "storm", .text = "No line.", .no_joining = 1));
    lsched_entry *n = SCORE(.key = "s", .booking = met, .score = 10);
    assert_int_equal(n->low, 1);
    assert_int_equal(n->refused, LSCHED_CLOSED);
    assert_string_equal(n->follow_up, "");
    lsched_entry_free(n);
    w.now += 60;
    ok(PUT(incident, .id = "storm", .text = "Line.", .no_joining = 1, .closed = w.now));
    n = SCORE(.key = "t", .booking = met, .score = 10);
    assert_int_equal(n->refused, LSCHED_OK);
    lsched_entry_free(n);
    assert_int_equal(count_line(), 1);
}

/* Nothing of it is there where the caller goes back. */
static void test_undone(void **state)
{
    (void)state;
    char *before = world_listing(w.s);
    ok(lsched_begin(w.s));
    lsched_entry_free(SCORE(.key = "s", .booking = met, .score = 10));
    assert_int_equal(count_line(), 1);
    ok(lsched_rollback(w.s));
    world_unchanged(before);
    assert_int_equal(count_line(), 0);
    lsched_entry_free(SCORE(.key = "s", .booking = met, .score = 10));
    assert_int_equal(count_line(), 1);
}

/* What the schema refuses whoever writes. */
static void test_attacks(void **state)
{
    static const char *const sqls[] = {
        "UPDATE lsched_entry SET low = 0, refused = 0, follow_up = NULL",
        "UPDATE lsched_entry SET follow_up = 'other'",
        "UPDATE lsched_entry SET refused = -25",
        "INSERT INTO lsched_entry (seq, kind, at, behind, \"key\", request, case_id, customer,"
        " channel, score, due, promise, low) SELECT 2, 4, 1, max(seq), 'x', 1, 'c', 'cora', 0, 0,"
        " 0, 0, 1 FROM lsched_event", /* low, with neither a follow-up nor why not */
        "INSERT INTO lsched_entry (seq, kind, at, behind, \"key\", request, case_id, customer,"
        " channel, score, due, promise, low, refused) SELECT 2, 1, 1, max(seq), 'x', 1, 'c',"
        " 'cora', 0, 0, 0, 0, 1, -25 FROM lsched_event", /* a note that is low */
    };
    (void)state;
    lsched_entry_free(SCORE(.key = "s", .booking = met, .score = 10));
    char *before = world_listing(w.s);
    for (size_t i = 0; i < sizeof sqls / sizeof *sqls; i++)
        assert_int_not_equal(sqlite3_exec(db, sqls[i], NULL, NULL, NULL), SQLITE_OK);
    world_unchanged(before);
}

static bool is_found(const char *invariant, const char *words)
{
    lsched_findings *list;
    bool found = false;
    ok(lsched_verify(w.s, &list));
    for (size_t i = 0; i < lsched_findings_count(list); i++)
        found = found || (strcmp(lsched_findings_at(list, i)->invariant, invariant) == 0 &&
                          strstr(lsched_findings_at(list, i)->text, words) != NULL);
    lsched_findings_free(list);
    return found;
}

/* ---- what is left of it --------------------------------------------------------------------------- */

static void check_left(const char *follow_up)
{
    char sql[400];
    sqlite3_stmt *rows;
    snprintf(sql, sizeof sql,
             "SELECT count(*) FROM lsched_entry WHERE kind = 4 AND low = 1 AND refused = 0"
             " AND follow_up = '%s' AND text IS NULL AND customer LIKE 'forgotten-%%'",
             follow_up);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &rows, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(rows), SQLITE_ROW);
    assert_int_equal(sqlite3_column_int(rows, 0), 1);
    sqlite3_finalize(rows);
}

static lsched_figures *figures(void)
{
    lsched_figures *f = NULL;
    ok(lsched_get_figures(w.s, NEW(measure, .team = "home", .from = at("2026-03-01T00:00")), &f));
    return f;
}

/* The score counts on when its customer is forgotten; who is expected is not forgotten. */
static void test_forgotten(void **state)
{
    char *text = NULL;
    int64_t rows = 0;
    (void)state;
    put_talk(40, 3, "sorry");
    lsched_entry *n =
        SCORE(.key = "s", .booking = met, .score = 10, .text = "I had to call twice.");
    ok(lsched_export_customer(w.s, "cora", &text));
    assert_non_null(strstr(text, n->follow_up));
    assert_non_null(strstr(text, "\"low\": 1, \"refused\": 0, \"follow_up\": \""));
    lsched_text_free(text);
    refuses(lsched_forget(w.s, "cora", &rows), LSCHED_INUSE, "cora");
    ok(lsched_cancel(w.s, n->follow_up, NULL, "x", NULL));
    free(serve("b", "ana", TUESDAY "11:00"));
    ok(lsched_export_customer(w.s, "cora", &text));
    assert_non_null(strstr(text, "\"kind\": 20, \"about\": 1")); /* the question */
    lsched_text_free(text);
    ok(lsched_forget(w.s, "cora", &rows));
    check_left(n->follow_up);
    lsched_entry_free(n);
    w.now = at("2026-03-20T12:00");
    lsched_notices *list;
    ok(lsched_take_notices(w.s, 0, 60, &list));
    for (size_t i = 0; i < lsched_notices_count(list); i++)
        assert_int_not_equal(lsched_notices_at(list, i)->kind, LSCHED_NOTICE_CHECKIN);
    lsched_notices_free(list);
    lsched_figures *f = figures();
    assert_int_equal(f->scores, 1);
    assert_int_equal(f->score_sum, 10);
    assert_int_equal(f->served, 2);
    lsched_figures_free(f);
    assert_false(is_found("cases", ""));
}

/* By age: case and score go together, and with them what was thought of whom. */
static void test_retained(void **state)
{
    int64_t rows = 0;
    (void)state;
    lsched_entry *n = SCORE(.key = "s", .booking = met, .score = 10, .text = "Twice.");
    ok(lsched_cancel(w.s, n->follow_up, NULL, "x", NULL));
    ok(PUT(case, .id = "c", .customer = "cora", .state = LSCHED_CASE_CLOSED));
    w.now = at("2026-06-01T08:00");
    ok(lsched_retain(w.s, at("2026-05-01T00:00"), 0, &rows));
    assert_true(rows > 2);
    check_left(n->follow_up);
    lsched_entry_free(n);
    lsched_figures *f = figures();
    assert_int_equal(f->scores, 1);
    assert_int_equal(f->served, 1);
    lsched_figures_free(f);
}

/* ---- who is known -------------------------------------------------------------------------------- */

static lsched_slot first_slot(void)
{
    lsched_slots *list =
        FIND(.customer = "cora", .service = "talk", .limit = 1, .from = at("2026-03-04T10:00"));
    const lsched_slot slot = *lsched_slots_at(list, 0);
    const char *agent = strcmp(slot.agent, "ana") == 0 ? "ana" : "ben";
    lsched_slots_free(list);
    return (lsched_slot){.rung = slot.rung, .agent = agent};
}

static void test_known_no_more(void **state)
{
    (void)state;
    lsched *other = lsched_new();
    lsched_slots *list;
    assert_int_equal(first_slot().rung, LSCHED_KNOWN);
    assert_string_equal(first_slot().agent, "ana");

    lsched_entry_free(SCORE(.key = "s1", .booking = met, .score = 90));
    assert_int_equal(first_slot().rung, LSCHED_KNOWN);

    lsched_entry_free(SCORE(.key = "s2", .booking = met, .score = 20));
    assert_int_equal(first_slot().rung, LSCHED_HOME);
    assert_string_equal(first_slot().agent, "ben"); /* whose turn it is, too */
    char *id = take_id(BOOK(.key = "b", .customer = "cora", .service = "talk", .agent = "ana",
                            .start = at("2026-03-04T10:00")));
    lsched_choice *why;
    ok(lsched_why_agent(w.s, id, &why));
    assert_int_equal(why->rung, LSCHED_HOME);
    assert_int_equal(why->rank, 0);
    lsched_choice_free(why);
    ok(lsched_cancel(w.s, id, NULL, "x", NULL));
    free(id);

    /* Your own word stands; and what comes next counts. */
    ok(PUT(customer, .id = "cora", .zone = "America/New_York", .region = "US-NY", .knows = "ana"));
    assert_int_equal(first_slot().rung, LSCHED_KNOWN);
    ok(PUT(customer, .id = "cora", .zone = "America/New_York", .region = "US-NY"));
    assert_int_equal(first_slot().rung, LSCHED_HOME);
    lsched_entry_free(SCORE(.key = "s3", .booking = met, .score = 95));
    assert_int_equal(first_slot().rung, LSCHED_KNOWN);

    /* A handle that has looked before hears of it. */
    assert_int_equal(lsched_set_clock(other, clock_of_world, &w), LSCHED_OK);
    assert_int_equal(lsched_attach_sqlite(other, db, 0), LSCHED_OK);
    lsched_query q = {.size = sizeof q, .customer = "cora", .service = "talk", .limit = 1};
    assert_int_equal(lsched_find(other, &q, &list), LSCHED_OK);
    assert_int_equal(lsched_slots_at(list, 0)->rung, LSCHED_KNOWN);
    lsched_slots_free(list);
    lsched_entry_free(SCORE(.key = "s4", .booking = met, .score = 0));
    assert_int_equal(lsched_find(other, &q, &list), LSCHED_OK);
    assert_int_equal(lsched_slots_at(list, 0)->rung, LSCHED_HOME);
    lsched_slots_free(list);
    lsched_free(other);
}

/* Whom a customer has met is forgotten by all handles, also by those that have looked before. */
static void test_met_no_more(void **state)
{
    (void)state;
    lsched *other = lsched_new();
    lsched_slots *list;
    int64_t rows = 0;
    ok(PUT(case, .id = "c", .customer = "cora", .state = LSCHED_CASE_CLOSED));
    w.now = at("2026-06-01T08:00");
    const lsched_query q = {
        .size = sizeof q, .customer = "cora", .service = "talk", .limit = 1, .from = w.now + 7200};
    assert_int_equal(lsched_set_clock(other, clock_of_world, &w), LSCHED_OK);
    assert_int_equal(lsched_attach_sqlite(other, db, 0), LSCHED_OK);
    lsched *const handles[] = {w.s, other};
    for (int turn = 0; turn < 2; turn++) {
        for (size_t i = 0; i < 2; i++) {
            assert_int_equal(lsched_find(handles[i], &q, &list), LSCHED_OK);
            assert_int_equal(lsched_slots_at(list, 0)->rung,
                             turn == 0 ? LSCHED_KNOWN : LSCHED_HOME);
            lsched_slots_free(list);
        }
        if (turn == 0)
            ok(lsched_retain(w.s, at("2026-05-01T00:00"), 0, &rows));
    }
    assert_true(rows > 0);
    lsched_free(other);
}

/* ---- whether all is well ---------------------------------------------------------------------------- */

/* The check-ins that are handed out now; the last one's booking must be `about`. */
static int take_checkins(const char *about)
{
    lsched_notices *list;
    int found = 0;
    ok(lsched_take_notices(w.s, 0, 60, &list));
    for (size_t i = 0; i < lsched_notices_count(list); i++) {
        const lsched_notice *n = lsched_notices_at(list, i);
        if (n->kind == LSCHED_NOTICE_CHECKIN) {
            found++;
            assert_string_equal(n->customer, "cora");
            assert_string_equal(n->service, "talk");
            assert_string_equal(n->case_id, "c");
            assert_string_equal(n->subject, about);
            assert_string_equal(n->booking->id, about);
        }
        ok(lsched_ack_notice(w.s, n->id, n->attempt));
    }
    lsched_notices_free(list);
    return found;
}

static void test_check_in(void **state)
{
    (void)state;
    put_talk(0, 3, NULL);
    char *id = take_id(BOOK(.key = "b", .customer = "cora", .service = "talk", .agent = "ana",
                            .start = at(TUESDAY "16:30"), .case_id = "c"));
    w.now = at(TUESDAY "17:05"); /* three days later, the team is closed */
    ok(lsched_finish(w.s, id, LSCHED_FULFILLED, NULL, "b ends", NULL));
    w.now = at("2026-03-06T17:04");
    assert_int_equal(take_checkins(id), 0);
    w.now = at("2026-03-06T18:00"); /* not in the evening */
    assert_int_equal(take_checkins(id), 0);
    w.now = at("2026-03-07T08:59");
    assert_int_equal(take_checkins(id), 0);
    w.now = at("2026-03-07T09:00");
    assert_int_equal(take_checkins(id), 1);
    w.now = at("2026-03-20T12:00"); /* and once */
    assert_int_equal(take_checkins(id), 0);
    free(id);
}

/* Nobody is asked who has come back, or is about to. */
static void test_no_check_in(void **state)
{
    (void)state;
    put_talk(0, 3, NULL);
    free(serve("b1", "ana", TUESDAY "11:00"));
    lsched_booking *b = NULL;
    ok(lsched_join(w.s, NEW(request, .key = "j", .customer = "cora", .service = "talk"), &b));
    ok(lsched_cancel(w.s, b->id, NULL, "x", NULL));
    lsched_booking_free(b);
    w.now = at("2026-03-09T12:00");
    assert_int_equal(take_checkins(""), 0);

    /* Something is booked when it ends. */
    char *later = take_id(BOOK(.key = "later", .customer = "cora", .service = "sorry",
                               .start = at("2026-03-10T11:00")));
    free(serve("b2", "ana", "2026-03-09T14:00"));
    w.now = at("2026-03-16T12:00");
    assert_int_equal(take_checkins(""), 0);
    ok(lsched_finish(w.s, later, LSCHED_FULFILLED, NULL, "ended", NULL));
    free(later);

    /* What is only held is no contact; once it is confirmed it is. */
    char *id = serve("b3", "ana", "2026-03-16T14:00");
    b = HOLD(.key = "h", .customer = "cora", .service = "talk", .start = at("2026-03-16T15:00"));
    w.now = at("2026-03-20T12:00");
    assert_int_equal(take_checkins(id), 1);
    lsched_booking_free(b);
    free(id);
    free(serve("b4", "ana", "2026-03-20T14:00"));
    b = HOLD(.key = "h2", .customer = "cora", .service = "talk", .start = at("2026-03-20T15:30"));
    ok(lsched_confirm(w.s, b->id, NULL, "y", NULL));
    lsched_booking_free(b);
    w.now = at("2026-03-24T12:00");
    assert_int_equal(take_checkins(""), 0);
}

/* A chat that takes longer than its time is in progress all the same. */
static void test_overrun(void **state)
{
    (void)state;
    put_talk(0, 3, NULL);
    char *chat = take_id(BOOK(.key = "chat", .customer = "cora", .service = "talk", .agent = "ana",
                              .channel = LSCHED_CHAT, .start = at(TUESDAY "11:00")));
    char *other = take_id(BOOK(.key = "other", .customer = "cora", .service = "talk",
                               .agent = "ben", .start = at(TUESDAY "12:00"), .case_id = "c"));
    w.now = at(TUESDAY "11:00");
    ok(lsched_start(w.s, chat, "begins", NULL));
    w.now = at(TUESDAY "12:20");
    ok(lsched_finish(w.s, other, LSCHED_FULFILLED, NULL, "ends", NULL));
    ok(lsched_finish(w.s, chat, LSCHED_NOSHOW, NULL, "hung up", NULL));
    w.now = at("2026-03-10T12:00");
    assert_int_equal(take_checkins(other), 0);

    /* What was never finished is nothing that anybody is in. */
    char *lost = take_id(BOOK(.key = "lost", .customer = "cora", .service = "talk", .agent = "ana",
                              .start = at("2026-03-10T13:00")));
    w.now = at("2026-03-10T13:00");
    ok(lsched_start(w.s, lost, "lost begins", NULL));
    char *last = serve("last", "ben", "2026-03-12T14:00");
    w.now = at("2026-03-16T12:00");
    assert_int_equal(take_checkins(last), 1);
    free(chat);
    free(other);
    free(lost);
    free(last);
}

/* Why nobody is asked can be forgotten before the contact is, and is still no loss. */
static void test_reason_forgotten(void **state)
{
    (void)state;
    int64_t rows = 0;
    put_talk(0, 300, NULL);
    free(serve("b", "ana", TUESDAY "11:00"));
    char *id = take_id(
        BOOK(.key = "back", .customer = "cora", .service = "talk", .start = at(TUESDAY "14:00")));
    ok(lsched_cancel(w.s, id, NULL, "x", NULL));
    free(id);
    assert_false(is_found("I4", ""));
    w.now = at("2026-06-01T08:00");
    ok(lsched_retain(w.s, at("2026-05-01T00:00"), 0, &rows));
    assert_true(rows > 0);
    assert_false(is_found("I4", ""));
}

/* Who was removed is not asked, and nor is whoever gets the id afterwards. */
static void test_removed(void **state)
{
    (void)state;
    put_talk(0, 3, NULL);
    ok(PUT(case, .id = "c", .customer = "cora", .state = LSCHED_CASE_CLOSED));
    free(serve("b", "ana", TUESDAY "11:00"));
    ok(lsched_remove_customer(w.s, "cora"));
    assert_false(is_found("I4", ""));
    ok(PUT(customer, .id = "cora", .zone = "America/New_York", .region = "US-NY"));
    assert_false(is_found("I4", ""));
    w.now = at("2026-03-12T12:00");
    assert_int_equal(take_checkins(""), 0);
}

/* What got past the guards is found. */
static void test_verified(void **state)
{
    static const char find[] = "SELECT sql FROM sqlite_schema WHERE name = 'lsched_news_back'";
    lsched_booking *b = NULL;
    sqlite3_stmt *rows;
    (void)state;
    put_talk(0, 3, NULL);
    free(serve("b", "ana", TUESDAY "11:00"));
    assert_int_equal(sqlite3_prepare_v2(db, find, -1, &rows, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(rows), SQLITE_ROW);
    char *sql = strdup((const char *)sqlite3_column_text(rows, 0));
    sqlite3_finalize(rows);
    assert_int_equal(sqlite3_exec(db, "DROP TRIGGER lsched_news_back", NULL, NULL, NULL),
                     SQLITE_OK);
    ok(lsched_join(w.s, NEW(request, .key = "j", .customer = "cora", .service = "talk"), &b));
    lsched_booking_free(b);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    free(sql);
    assert_true(is_found("I4", "has come back since"));
    assert_int_equal(
        sqlite3_exec(db, "UPDATE lsched_news SET state = 3 WHERE kind = 20", NULL, NULL, NULL),
        SQLITE_OK);
    assert_false(is_found("I4", ""));
}

/* And where nothing came between, none is lost. */
static void test_none_lost(void **state)
{
    (void)state;
    put_talk(0, 3, NULL);
    free(serve("b", "ana", TUESDAY "11:00"));
    assert_int_equal(sqlite3_exec(db, "UPDATE lsched_news SET state = 3", NULL, NULL, NULL),
                     SQLITE_OK);
    assert_true(is_found("I4", ""));
    assert_int_equal(sqlite3_exec(db, "DELETE FROM lsched_news", NULL, NULL, NULL), SQLITE_OK);
}

/* Who did not come is not asked. */
static void test_not_served(void **state)
{
    (void)state;
    put_talk(0, 1, NULL);
    char *id = take_id(BOOK(.key = "b", .customer = "cora", .service = "talk", .agent = "ana",
                            .start = at(TUESDAY "11:00")));
    w.now = at(TUESDAY "11:10");
    ok(lsched_finish(w.s, id, LSCHED_NOSHOW, NULL, "e", NULL));
    w.now = at("2026-03-06T12:00");
    assert_int_equal(take_checkins(id), 0);
    free(id);
}

static void test_refused(void **state)
{
    (void)state;
    refuses(PUT(service, .id = "x", .name = "x", .low_score = 101), LSCHED_LIMIT, "low_score");
    refuses(PUT(service, .id = "x", .name = "x", .low_score = -1), LSCHED_INVALID, "low_score");
    refuses(PUT(service, .id = "x", .name = "x", .check_in = 401), LSCHED_LIMIT, "check_in");
    refuses(PUT(service, .id = "x", .name = "x", .follow_up = "a b"), LSCHED_INVALID, "follow_up");
    lsched_service *talk;
    put_talk(7, 8, "sorry");
    ok(lsched_get_service(w.s, "talk", &talk));
    assert_int_equal(talk->low_score, 7);
    assert_int_equal(talk->check_in, 8);
    assert_string_equal(talk->follow_up, "sorry");
    const int32_t revision = talk->revision;
    lsched_service_free(talk);
    put_talk(9, 8, NULL);
    ok(lsched_get_revision(w.s, "talk", revision, &talk));
    assert_int_equal(talk->low_score, 7);
    assert_string_equal(talk->follow_up, "sorry");
    lsched_service_free(talk);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(low),         TEST(not_low),       TEST(once),
        TEST(none_can),    TEST(at_night),      TEST(incident),
        TEST(undone),      TEST(attacks),       TEST(forgotten),
        TEST(retained),    TEST(known_no_more), TEST(check_in),
        TEST(no_check_in), TEST(verified),      TEST(none_lost),
        TEST(not_served),  TEST(refused),       TEST(overrun),
        TEST(removed),     TEST(met_no_more),   TEST(reason_forgotten),
        TEST(in_wrap_up),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
