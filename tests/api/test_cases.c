/* test_cases.c -- cases: what is put is had again, bookings and entries belong to one, keys are
 * one space with bookings', and the time line has all of it in one order.
 */
#include "world.h"

#define START(n) (at("2026-03-03T09:00") + (n)*INT64_C(3600))

static int make_world(void **state)
{
    world_little(state);
    ok(PUT(customer, .id = "dan", .zone = "America/New_York", .region = "US-NJ"));
    ok(PUT(case, .id = "c-1", .customer = "cora", .topic = "router", .story = "Red light.\nTwice.",
           .language = "es", .needs = "captions step-free", .consents = "recording"));
    ok(PUT(case, .id = "c-2", .customer = "dan"));
    return 0;
}

#define ADD(...) lsched_add_entry(w.s, NEW(entry, __VA_ARGS__), NULL)

static void verify(void)
{
    lsched_findings *list;
    ok(lsched_verify(w.s, &list));
    for (size_t i = 0; i < lsched_findings_count(list); i++)
        fail_msg("%s %s", lsched_findings_at(list, i)->subject, lsched_findings_at(list, i)->text);
    lsched_findings_free(list);
}

/* ---- the record ------------------------------------------------------------------------------- */

static void puts_and_gets(void **state)
{
    (void)state;
    lsched_case *c;
    ok(lsched_get_case(w.s, "c-1", &c));
    assert_int_equal(c->size, sizeof *c);
    assert_int_equal(c->state, LSCHED_CASE_OPEN);
    assert_string_equal(c->customer, "cora");
    assert_string_equal(c->topic, "router");
    assert_string_equal(c->story, "Red light.\nTwice.");
    assert_string_equal(c->language, "es");
    assert_string_equal(c->needs, "captions step-free");
    assert_string_equal(c->consents, "recording");
    assert_int_equal(c->opened, w.now);
    assert_int_equal(c->changed, w.now);
    lsched_case_free(c);
    refuses(lsched_get_case(w.s, "c-3", &c), LSCHED_NOTFOUND, "no case has the id 'c-3'");
    assert_null(c);
    refuses(PUT(case, .id = "c-3", .customer = "eve"), LSCHED_NOTFOUND, "'eve'");
    refuses(PUT(case, .id = "c-3"), LSCHED_INVALID, "customer is required");
    refuses(PUT(case, .id = "c-3", .customer = "cora", .state = 3), LSCHED_INVALID, "state");
    refuses(PUT(case, .id = "c-3", .customer = "cora", .needs = "a  b"), LSCHED_INVALID, "needs");
    refuses(lsched_remove_case(w.s, "c-3"), LSCHED_NOTFOUND, "c-3");
}

/* Its times: opened when it was, changed when something did. */
static void knows_its_times(void **state)
{
    (void)state;
    const lsched_time then = w.now;
    lsched_case *c;
    w.now += 60;
    ok(PUT(case, .id = "c-2", .customer = "dan", .changed = 5));
    ok(lsched_get_case(w.s, "c-2", &c));
    assert_int_equal(c->opened, then);
    assert_int_equal(c->changed, then);
    lsched_case_free(c);
    ok(PUT(case, .id = "c-2", .customer = "dan", .state = LSCHED_CASE_CLOSED));
    ok(lsched_get_case(w.s, "c-2", &c));
    assert_int_equal(c->opened, then);
    assert_int_equal(c->changed, w.now);
    lsched_case_free(c);
    ok(PUT(case, .id = "c-2", .customer = "dan", .opened = then - 500));
    ok(lsched_get_case(w.s, "c-2", &c));
    assert_int_equal(c->opened, then - 500);
    lsched_case_free(c);
}

static void lists_by_customer(void **state)
{
    (void)state;
    static const struct {
        const char *customer, *after, *ids;
    } cases[] = {
        {NULL, NULL, "c-1 c-2 c-4 "}, {"cora", NULL, "c-1 c-4 "}, {"cora", "c-1", "c-4 "},
        {"dan", NULL, "c-2 "},        {"eve", NULL, ""},          {NULL, "c-1", "c-2 c-4 "}};
    ok(PUT(case, .id = "c-4", .customer = "cora"));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lsched_cases *list;
        char ids[64] = "";
        ok(lsched_list_cases(w.s, cases[i].customer, cases[i].after, 0, &list));
        for (size_t k = 0; k < lsched_cases_count(list); k++) {
            strcat(ids, lsched_cases_at(list, k)->id);
            strcat(ids, " ");
        }
        assert_string_equal(ids, cases[i].ids);
        lsched_cases_free(list);
    }
}

/* Whatever happens to its record: contacts of one customer are never shown to another. */
static void keeps_its_customer(void **state)
{
    (void)state;
    refuses(PUT(case, .id = "c-1", .customer = "dan"), LSCHED_INUSE, "another customer's");
    ok(ADD(.kind = LSCHED_ENTRY_NOTE, .key = "n1", .case_id = "c-1", .text = "a word"));
    ok(lsched_remove_case(w.s, "c-1"));
    refuses(PUT(case, .id = "c-1", .customer = "dan"), LSCHED_INUSE, "another customer's");
    ok(PUT(case, .id = "c-1", .customer = "cora"));
    ok(lsched_remove_case(w.s, "c-2"));
    ok(PUT(case, .id = "c-2", .customer = "cora")); /* nothing was in it */
    verify();
}

/* ---- bookings --------------------------------------------------------------------------------- */

static void books_for_a_case(void **state)
{
    (void)state;
    lsched_booking *b = BOOK(.key = "b1", .customer = "cora", .service = "talk", .start = START(0),
                             .case_id = "c-1");
    assert_string_equal(b->case_id, "c-1");
    lsched_booking *moved;
    ok(lsched_move(w.s,
                   NEW(change, .key = "m1", .id = b->id, .start = START(2), .channel = LSCHED_CHAT),
                   &moved));
    assert_string_equal(moved->case_id, "c-1");
    assert_int_equal(moved->channel, LSCHED_CHAT);
    refuses(lsched_remove_case(w.s, "c-1"), LSCHED_INUSE, "case 'c-1' has 1 live booking");
    lsched_booking_free(moved);
    lsched_booking *h = HOLD(.key = "h1", .customer = "cora", .service = "talk", .start = START(3),
                             .case_id = "c-1");
    assert_string_equal(h->case_id, "c-1");
    lsched_booking_free(h);
    lsched_request *r = NEW(request, .key = "b2", .customer = "cora", .service = "talk",
                            .start = START(4), .case_id = "c-9");
    refuses(lsched_book(w.s, r, &h), LSCHED_NOTFOUND, "no case has the id 'c-9'");
    r->case_id = "c-2";
    refuses(lsched_book(w.s, r, &h), LSCHED_INVALID, "case 'c-2' is another customer's");
    refuses(lsched_hold(w.s, r, &h), LSCHED_INVALID, "case 'c-2' is another customer's");
    lsched_series *series;
    refuses(lsched_book_series(w.s, r, "FREQ=DAILY;COUNT=2", LSCHED_ALL, &series), LSCHED_INVALID,
            "case 'c-2' is another customer's");
    r->case_id = "c-1";
    ok(lsched_book_series(w.s, r, "FREQ=DAILY;COUNT=2", LSCHED_ALL, &series));
    for (size_t i = 0; i < 2; i++)
        assert_string_equal(lsched_series_at(series, i)->booking->case_id, "c-1");
    lsched_series_free(series);
    lsched_booking_free(b);
    verify();
}

/* Whoever calls again with the case left out, or in, has another wish. */
static void case_is_part_of_the_wish(void **state)
{
    (void)state;
    lsched_request *r = NEW(request, .key = "b1", .customer = "cora", .service = "talk",
                            .start = START(0), .case_id = "c-1");
    lsched_booking *b, *again;
    ok(lsched_book(w.s, r, &b));
    ok(lsched_book(w.s, r, &again));
    world_same_booking(b, again);
    assert_string_equal(again->case_id, "c-1");
    lsched_booking_free(again);
    r->case_id = NULL;
    refuses(lsched_book(w.s, r, &again), LSCHED_KEYUSED, "key");
    lsched_booking_free(b);
}

static void imports_for_a_case(void **state)
{
    (void)state;
    lsched_booking *out, b = {.size = sizeof b,
                              .state = LSCHED_BOOKED,
                              .channel = LSCHED_PHONE,
                              .customer = "cora",
                              .service = "talk",
                              .agent = "ana",
                              .team = "home",
                              .start = START(0),
                              .end = START(1),
                              .case_id = "c-7"};
    refuses(lsched_import(w.s, &b, "i1", &out), LSCHED_NOTFOUND, "no case has the id 'c-7'");
    b.case_id = "c-2";
    refuses(lsched_import(w.s, &b, "i1", &out), LSCHED_INVALID, "another customer's");
    b.case_id = "c-1";
    ok(lsched_import(w.s, &b, "i1", &out));
    assert_string_equal(out->case_id, "c-1");
    lsched_booking_free(out);
    /* History outlives the catalogue. */
    b.case_id = "c-gone";
    b.state = LSCHED_FULFILLED;
    ok(lsched_import(w.s, &b, "i2", &out));
    assert_string_equal(out->case_id, "c-gone");
    lsched_booking_free(out);
    verify();
}

/* Neither what it is about nor its id leaves in a calendar. */
static void stays_out_of_calendars(void **state)
{
    (void)state;
    ok(PUT(case, .id = "SECRET-ID", .customer = "cora", .topic = "SECRET", .story = "SECRET"));
    lsched_booking *b = BOOK(.key = "b1", .customer = "cora", .service = "talk", .start = START(0),
                             .case_id = "SECRET-ID", .note = "SECRET", .source = "SECRET");
    ok(ADD(.kind = LSCHED_ENTRY_IN, .key = "e1", .case_id = "SECRET-ID", .text = "SECRET"));
    char *text;
    ok(lsched_write_booking(w.s, b->id, &text));
    assert_null(strstr(text, "SECRET"));
    assert_null(strstr(text, "cora"));
    lsched_text_free(text);
    ok(lsched_write_agenda(w.s, b->agent, START(0) - 3600, START(5), &text));
    assert_non_null(strstr(text, b->id));
    assert_null(strstr(text, "SECRET"));
    lsched_text_free(text);
    lsched_booking_free(b);
}

/* ---- entries ---------------------------------------------------------------------------------- */

static void adds_entries(void **state)
{
    (void)state;
    lsched_booking *b = BOOK(.key = "b1", .customer = "cora", .service = "talk", .start = START(0),
                             .case_id = "c-1");
    lsched_entry *n, *again;
    lsched_entry *wanted =
        NEW(entry, .kind = LSCHED_ENTRY_SCORE, .key = "s1", .case_id = "c-1", .agent = "ana",
            .booking = b->id, .score = 9, .text = "kind, and quick", .channel = LSCHED_PHONE,
            .customer = "passed over", .seq = 77, .at = 5, .actor = "not this");
    ok(lsched_set_origin(w.s, "desk", "ticket-7"));
    ok(lsched_add_entry(w.s, wanted, &n));
    assert_int_equal(n->size, sizeof *n);
    assert_int_equal(n->seq, 1);
    assert_int_equal(n->at, w.now);
    assert_string_equal(n->customer, "cora");
    assert_string_equal(n->actor, "desk");
    assert_string_equal(n->correlation, "ticket-7");
    assert_string_equal(n->booking, b->id);
    assert_string_equal(n->agent, "ana");
    assert_string_equal(n->to, "");
    assert_int_equal(n->score, 9);
    assert_int_equal(n->channel, LSCHED_PHONE);
    /* The first answer again, whatever time it is. */
    w.now += 100;
    ok(lsched_add_entry(w.s, wanted, &again));
    assert_int_equal(again->seq, 1);
    assert_int_equal(again->at, n->at);
    assert_string_equal(again->text, "kind, and quick");
    lsched_entry_free(again);
    wanted->score = 8;
    refuses(lsched_add_entry(w.s, wanted, &again), LSCHED_KEYUSED, "the key came before");
    assert_null(again);
    lsched_entry_free(n);
    lsched_booking_free(b);
    verify();
}

static void refuses_what_makes_no_sense(void **state)
{
    (void)state;
    lsched_booking *b = BOOK(.key = "b1", .customer = "cora", .service = "talk", .start = START(0));
    const struct {
        lsched_entry n;
        int status;
        const char *words;
    } cases[] = {
        {{.kind = 0}, LSCHED_INVALID, "kind is required"},
        {{.kind = 6}, LSCHED_INVALID, "kind is 6"},
        {{.kind = LSCHED_ENTRY_NOTE}, LSCHED_INVALID, "text is required"},
        {{.kind = LSCHED_ENTRY_IN}, LSCHED_INVALID, "text is required"},
        {{.kind = LSCHED_ENTRY_NOTE, .text = "t", .to = "ana"}, LSCHED_INVALID, "to is for"},
        {{.kind = LSCHED_ENTRY_NOTE, .text = "t", .score = 1}, LSCHED_INVALID, "score is for"},
        {{.kind = LSCHED_ENTRY_NOTE, .text = "t", .channel = 3}, LSCHED_INVALID, "one channel"},
        {{.kind = LSCHED_ENTRY_SCORE, .score = 101}, LSCHED_LIMIT, "more than 100"},
        {{.kind = LSCHED_ENTRY_SCORE, .score = -1}, LSCHED_INVALID, "score is -1"},
        {{.kind = LSCHED_ENTRY_TRANSFER}, LSCHED_INVALID, "to is required"},
        {{.kind = LSCHED_ENTRY_TRANSFER, .to = "eve"}, LSCHED_NOTFOUND, "'eve'"},
        {{.kind = LSCHED_ENTRY_NOTE, .text = "t", .agent = "eve"}, LSCHED_NOTFOUND, "'eve'"},
        {{.kind = LSCHED_ENTRY_NOTE, .text = "t", .case_id = "c-9"}, LSCHED_NOTFOUND, "'c-9'"},
        {{.kind = LSCHED_ENTRY_NOTE, .text = "t", .booking = "b-9"}, LSCHED_NOTFOUND, "'b-9'"},
        {{.kind = LSCHED_ENTRY_NOTE, .text = "t", .booking = b->id}, LSCHED_INVALID, "not of case"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lsched_entry n = cases[i].n;
        n.size = sizeof n;
        n.key = "k";
        n.case_id = n.case_id != NULL ? n.case_id : "c-1";
        refuses(lsched_add_entry(w.s, &n, NULL), cases[i].status, cases[i].words);
    }
    refuses(ADD(.kind = LSCHED_ENTRY_NOTE, .case_id = "c-1", .text = "t"), LSCHED_INVALID, "key");
    /* None of these has used the key up. */
    ok(ADD(.kind = LSCHED_ENTRY_TRANSFER, .key = "k", .case_id = "c-1", .to = "help"));
    ok(ADD(.kind = LSCHED_ENTRY_TRANSFER, .key = "k2", .case_id = "c-1", .to = "ben"));
    lsched_booking_free(b);
}

/* One key, one wish: of a booking, or of an entry. */
static void keys_are_one_space(void **state)
{
    (void)state;
    lsched_booking *b = BOOK(.key = "k1", .customer = "cora", .service = "talk", .start = START(0));
    refuses(ADD(.kind = LSCHED_ENTRY_NOTE, .key = "k1", .case_id = "c-1", .text = "t"),
            LSCHED_KEYUSED, "key came before");
    ok(ADD(.kind = LSCHED_ENTRY_NOTE, .key = "k2", .case_id = "c-1", .text = "t"));
    lsched_booking *none;
    refuses(lsched_book(
                w.s,
                NEW(request, .key = "k2", .customer = "cora", .service = "talk", .start = START(1)),
                &none),
            LSCHED_KEYUSED, "key came before");
    refuses(lsched_cancel(w.s, b->id, NULL, "k2", NULL), LSCHED_KEYUSED, "key came before");
    lsched_series *series;
    refuses(lsched_book_series(
                w.s,
                NEW(request, .key = "k2", .customer = "cora", .service = "talk", .start = START(1)),
                "FREQ=DAILY;COUNT=2", LSCHED_ALL, &series),
            LSCHED_KEYUSED, "key came before");
    lsched_booking_free(b);
    verify();
}

static void follows_entries(void **state)
{
    (void)state;
    char key[8];
    for (int i = 0; i < 6; i++) {
        snprintf(key, sizeof key, "n%d", i);
        ok(ADD(.kind = LSCHED_ENTRY_NOTE, .key = key, .case_id = i % 2 ? "c-2" : "c-1",
               .text = key));
    }
    lsched_entries *list;
    ok(lsched_list_entries(w.s, NULL, 2, 3, &list));
    assert_int_equal(lsched_entries_count(list), 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(lsched_entries_at(list, i)->seq, 3 + i);
    assert_null(lsched_entries_at(list, 3));
    lsched_entries_free(list);
    ok(lsched_list_entries(w.s, "c-2", 0, 0, &list));
    assert_int_equal(lsched_entries_count(list), 3);
    assert_string_equal(lsched_entries_at(list, 2)->text, "n5");
    lsched_entries_free(list);
    refuses(lsched_list_entries(w.s, "c-9", 0, 0, &list), LSCHED_NOTFOUND, "c-9");
    refuses(lsched_list_entries(w.s, NULL, -1, 0, &list), LSCHED_INVALID, "after");
    refuses(lsched_list_entries(w.s, NULL, 0, LSCHED_MAX_PAGE + 1, &list), LSCHED_LIMIT, "limit");
    /* What rolls back gives its number free. */
    ok(lsched_begin(w.s));
    ok(ADD(.kind = LSCHED_ENTRY_NOTE, .key = "x", .case_id = "c-1", .text = "x"));
    ok(lsched_rollback(w.s));
    lsched_entry *n;
    ok(lsched_add_entry(
        w.s, NEW(entry, .kind = LSCHED_ENTRY_NOTE, .key = "x", .case_id = "c-2", .text = "y"), &n));
    assert_int_equal(n->seq, 7);
    lsched_entry_free(n);
}

/* ---- messages --------------------------------------------------------------------------------- */

static lsched_entry *ask(const char *key, const char *case_id, int32_t promise, const char *agent)
{
    lsched_entry *n;
    ok(lsched_add_entry(w.s,
                        NEW(entry, .kind = LSCHED_ENTRY_IN, .key = key, .case_id = case_id,
                            .text = key, .promise = promise, .agent = agent),
                        &n));
    return n;
}

/* The keys of what waits for an answer. */
static void waiting(const char *agent, lsched_time before, const char *wanted)
{
    lsched_entries *list;
    char keys[256] = "";
    ok(lsched_list_unanswered(w.s, agent, before, 0, &list));
    for (size_t i = 0; i < lsched_entries_count(list); i++) {
        strcat(keys, lsched_entries_at(list, i)->key);
        strcat(keys, " ");
    }
    assert_string_equal(keys, wanted);
    lsched_entries_free(list);
}

/* Four hours of a team that is open from 9 to 17 are not four hours of the clock. */
static void promises_in_open_time(void **state)
{
    (void)state;
    w.now = at("2026-03-03T15:30");
    lsched_entry *n = ask("q1", "c-1", 240, NULL);
    assert_int_equal(n->due, at("2026-03-04T11:30"));
    assert_int_equal(n->promise, 240);
    lsched_entry *again = ask("q1", "c-1", 240, NULL);
    assert_int_equal(again->seq, n->seq);
    assert_int_equal(again->due, n->due);
    lsched_entry_free(again);
    lsched_entry_free(n);
    /* The night before, and a day on which the team is closed. */
    closes(LSCHED_TEAM, "home", "20260305T000000", "20260306T000000", NULL);
    w.now = at("2026-03-04T20:00");
    n = ask("q2", "c-2", 60, NULL);
    assert_int_equal(n->due, at("2026-03-06T10:00"));
    lsched_entry_free(n);
    /* Where the customer chose general care, it is theirs that counts. */
    ok(PUT(customer, .id = "dan", .zone = "America/New_York", .region = "US-NJ", .general = 1));
    n = ask("q3", "c-2", 60, NULL);
    assert_int_equal(n->due, at("2026-03-05T10:00"));
    lsched_entry_free(n);
    verify();
}

static void waits_until_it_is_answered(void **state)
{
    (void)state;
    w.now = at("2026-03-03T09:00");
    lsched_entry_free(ask("q1", "c-1", 120, "ana"));
    w.now += 600;
    lsched_entry_free(ask("q2", "c-1", 120, "ana")); /* asks again: the first promise counts */
    lsched_entry_free(ask("q3", "c-2", 60, "ben"));
    refuses(lsched_remove_case(w.s, "c-1"), LSCHED_INUSE, "case 'c-1' has 1 unanswered message");
    lsched_entry_free(ask("q4", "c-2", 0, NULL));
    waiting(NULL, 0, "q3 q1 ");
    waiting("ana", 0, "q1 ");
    waiting("gil", 0, "");
    waiting(NULL, at("2026-03-03T10:10"), "");
    waiting(NULL, at("2026-03-03T10:10") + 1, "q3 ");
    waiting(NULL, at("2026-03-03T11:01"), "q3 q1 ");
    verify();
    ok(ADD(.kind = LSCHED_ENTRY_NOTE, .key = "n", .case_id = "c-1", .text = "on it"));
    waiting("ana", 0, "q1 ");
    ok(ADD(.kind = LSCHED_ENTRY_OUT, .key = "a1", .case_id = "c-1", .text = "Done.",
           .agent = "ben"));
    waiting(NULL, 0, "q3 ");
    /* A sooner promise goes before an older one. */
    lsched_entry_free(ask("q5", "c-2", 5, "ben"));
    waiting(NULL, 0, "q5 ");
    verify();
    refuses(ADD(.kind = LSCHED_ENTRY_OUT, .key = "x", .case_id = "c-1", .text = "t", .promise = 5),
            LSCHED_INVALID, "promise is for");
    refuses(
        ADD(.kind = LSCHED_ENTRY_IN, .key = "x", .case_id = "c-1", .text = "t", .promise = 576001),
        LSCHED_LIMIT, "promise");
    refuses(
        ADD(.kind = LSCHED_ENTRY_IN, .key = "x", .case_id = "c-1", .text = "t", .promise = 576000),
        LSCHED_CLOSED, "team 'home' is not open for 576000 minutes");
    lsched_entries *list;
    refuses(lsched_list_unanswered(w.s, NULL, -1, 0, &list), LSCHED_INVALID, "before");
}

/* To whoever is in the conversation, else to somebody whom the customer knows. */
static void goes_to_somebody_known(void **state)
{
    (void)state;
    lsched_entry *n = ask("q1", "c-1", 0, NULL);
    assert_string_equal(n->agent, "");
    lsched_entry_free(n);
    ok(PUT(customer, .id = "cora", .zone = "America/New_York", .region = "US-NY",
           .knows = "hal ana"));
    n = ask("q2", "c-1", 60, NULL);
    assert_string_equal(n->agent, "hal");
    lsched_entry_free(n);
    ok(ADD(.kind = LSCHED_ENTRY_OUT, .key = "a1", .case_id = "c-1", .text = "Hello.",
           .agent = "ben"));
    n = ask("q3", "c-1", 60, NULL);
    assert_string_equal(n->agent, "ben");
    lsched_entry_free(n);
    n = ask("q4", "c-1", 60, "ana");
    assert_string_equal(n->agent, "ana");
    lsched_entry_free(n);
    waiting("ben", 0, "q3 ");
    verify();
}

/* ---- the time line ---------------------------------------------------------------------------- */

/* Each moment as a word. */
static void tell(char *words, uint32_t skip, uint32_t limit)
{
    lsched_moments *list;
    ok(lsched_timeline(w.s, "c-1", skip, limit, &list));
    *words = '\0';
    for (size_t i = 0; i < lsched_moments_count(list); i++) {
        const lsched_moment *m = lsched_moments_at(list, i);
        assert_int_equal(m->size, sizeof *m);
        assert_int_equal((m->event != NULL) + (m->entry != NULL) + (m->notice != NULL), 1);
        strcat(words, m->event != NULL   ? lsched_event_name(m->event->kind)
                      : m->entry != NULL ? lsched_entry_name(m->entry->kind)
                                         : "-");
        strcat(words, " ");
    }
    lsched_moments_free(list);
}

/* In the order in which things were written, also where the clock says otherwise; on whatever
 * channel; and nothing of another case. */
static void tells_a_case(void **state)
{
    (void)state;
    char words[256];
    tell(words, 0, 0);
    assert_string_equal(words, "");
    ok(ADD(.kind = LSCHED_ENTRY_IN, .key = "e1", .case_id = "c-1", .text = "It is red."));
    lsched_booking *b = BOOK(.key = "b1", .customer = "cora", .service = "talk", .start = START(0),
                             .case_id = "c-1", .channel = LSCHED_CHAT);
    lsched_booking_free(
        BOOK(.key = "b2", .customer = "cora", .service = "talk", .start = START(1)));
    w.now -= 300; /* the host's clock steps back */
    ok(ADD(.kind = LSCHED_ENTRY_NOTE, .key = "e2", .case_id = "c-1", .text = "Checked."));
    ok(ADD(.kind = LSCHED_ENTRY_NOTE, .key = "e3", .case_id = "c-2", .text = "Of another."));
    lsched_booking *moved;
    ok(lsched_move(
        w.s, NEW(change, .key = "m1", .id = b->id, .start = START(2), .channel = LSCHED_PHONE),
        &moved));
    lsched_booking_free(moved);
    w.now = START(2);
    ok(lsched_start(w.s, b->id, "s1", NULL));
    ok(ADD(.kind = LSCHED_ENTRY_TRANSFER, .key = "e4", .case_id = "c-1", .booking = b->id,
           .agent = "ana", .to = "help", .text = "needs a line test"));
    ok(lsched_finish(w.s, b->id, LSCHED_FULFILLED, NULL, "f1", NULL));
    ok(ADD(.kind = LSCHED_ENTRY_SCORE, .key = "e5", .case_id = "c-1", .score = 10));
    tell(words, 0, 0);
    assert_string_equal(words,
                        "message-in booked - - note moved - - started transfer fulfilled score ");
    tell(words, 4, 3);
    assert_string_equal(words, "note moved - ");
    tell(words, 12, 0);
    assert_string_equal(words, "");
    lsched_moments *list;
    ok(lsched_timeline(w.s, "c-1", 5, 1, &list));
    const lsched_event *e = lsched_moments_at(list, 0)->event;
    assert_string_equal(e->key, "m1");
    assert_int_equal(e->before->channel, LSCHED_CHAT);
    assert_int_equal(e->after->channel, LSCHED_PHONE);
    lsched_moments_free(list);
    refuses(lsched_timeline(w.s, "c-9", 0, 0, &list), LSCHED_NOTFOUND, "c-9");
    refuses(lsched_timeline(w.s, NULL, 0, 0, &list), LSCHED_MISUSE, "case_id");
    lsched_booking_free(b);
    verify();
}

/* ---- export ----------------------------------------------------------------------------------- */

static void exports_a_customer(void **state)
{
    (void)state;
    char *text;
    opens(LSCHED_CUSTOMER, "cora", "20260302T090000", "20260302T170000", "FREQ=DAILY");
    lsched_booking *b =
        BOOK(.key = "b1", .customer = "cora", .service = "talk", .start = START(0),
             .case_id = "c-1", .note = "quote \" and \\ and\ttab", .source = "web-7");
    ok(ADD(.kind = LSCHED_ENTRY_IN, .key = "e1", .case_id = "c-1", .text = "Es la luz roja: ñ"));
    ok(ADD(.kind = LSCHED_ENTRY_NOTE, .key = "e2", .case_id = "c-2", .text = "dan's own"));
    char *token;
    ok(lsched_make_token(w.s, b->id, LSCHED_VIEW, 0, &token));
    ok(lsched_export_customer(w.s, "cora", &text));
    static const char *const parts[] = {"\"customer\": \"cora\"",
                                        "\"records\": [\n  {\"id\": \"cora\"",
                                        "BEGIN:VCALENDAR",
                                        "\"story\": \"Red light.\\u000aTwice.\"",
                                        "\"seq\": 1, \"kind\": 2",
                                        "Es la luz roja: ñ",
                                        "quote \\\" and \\\\ and\\u0009tab",
                                        "\"start\": \"2026-03-03T14:00:00+00:00\"",
                                        "\"expires\": null",
                                        "\"key\": \"b1\"",
                                        "\"source\": \"web-7\"",
                                        "\"scope\": 1",
                                        "\"tokens\": [\n"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (strstr(text, parts[i]) == NULL)
            fail_msg("%s is missing in %s", parts[i], text);
    assert_null(strstr(text, "dan's own"));
    assert_null(strstr(text, token));
    lsched_text_free(token);
    lsched_text_free(text);
    refuses(lsched_export_customer(w.s, "eve", &text), LSCHED_NOTFOUND, "'eve'");
    assert_null(text);
    lsched_booking_free(b);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_world, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(puts_and_gets),          TEST(knows_its_times),
        TEST(lists_by_customer),      TEST(keeps_its_customer),
        TEST(books_for_a_case),       TEST(case_is_part_of_the_wish),
        TEST(imports_for_a_case),     TEST(stays_out_of_calendars),
        TEST(adds_entries),           TEST(refuses_what_makes_no_sense),
        TEST(keys_are_one_space),     TEST(follows_entries),
        TEST(promises_in_open_time),  TEST(waits_until_it_is_answered),
        TEST(goes_to_somebody_known), TEST(tells_a_case),
        TEST(exports_a_customer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
