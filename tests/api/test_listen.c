/* test_listen.c -- header chapter 7: listening.  What a low score sets going, and who is known no
 * more for it.
 */
#include "listened.h"

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
        TEST(low),      TEST(not_low),       TEST(once),        TEST(in_wrap_up), TEST(none_can),
        TEST(at_night), TEST(incident),      TEST(undone),      TEST(attacks),    TEST(forgotten),
        TEST(retained), TEST(known_no_more), TEST(met_no_more), TEST(refused),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
