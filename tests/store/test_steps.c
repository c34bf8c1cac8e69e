/* test_steps.c -- the life of a booking as the schema guards it: the steps of rules/life.c and
 * no others, quotas whoever writes, and the rows that each step leaves behind.
 */
#include "help.h"

#include "rules/rules.h"

static int run(lsi_store *st, const char *sql)
{
    lsi_statement *s;
    lsi_error_clear(&e);
    int status = lsi_driver_prepare(st->driver, sql, &s, &e);
    return status == LSCHED_OK ? lsi_driver_finish(s, NULL, &e) : status;
}

/* One text: the first column of all rows, separated by spaces. */
static const char *rows(lsi_store *st, const char *sql)
{
    static char text[1024];
    lsi_statement *s;
    bool row;
    text[0] = '\0';
    ok(lsi_driver_prepare(st->driver, sql, &s, &e));
    while (lsi_driver_step(s, &row, &e) == LSCHED_OK && row) {
        size_t size;
        const char *word = lsi_driver_text(s, 0, &size);
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", text[0] ? " " : "",
                 word != NULL ? word : "?");
    }
    lsi_driver_done(s);
    return text;
}

/* ---- steps ------------------------------------------------------------------------------------- */

static bool in_rules(int32_t from, int32_t to)
{
    static const enum lsi_verb verbs[] = {LSI_CONFIRM, LSI_MOVE, LSI_CANCEL, LSI_START,
                                          LSI_FULFIL,  LSI_MISS, LSI_NOSHOW, LSI_RETRY,
                                          LSI_DECLINE, LSI_CLOSE};
    const lsched_booking b = {
        .id = "b", .state = from, .start = 1000, .end = 3000, .expires = 2500};
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        const lsi_step *step;
        lsi_error_clear(&e);
        if (lsi_life_step(verbs[i], &b, 2000, 2000, &step, &e) == LSCHED_OK && step->to == to)
            return true;
    }
    /* The one step that nobody asks for. */
    return from == LSCHED_HELD && to == LSCHED_EXPIRED;
}

static bool in_schema(int32_t from, int32_t to)
{
    lsi_store *st = new_store();
    char sql[100];
    lsched_booking b = booking_of("b1", "ana", 1, 1000, 2000);
    b.state = from;
    b.expires = 9;
    b.since = 5;
    b.lane = 0;
    ok(lsi_store_enter(st, true, &e));
    ok(lsi_ledger_add(st, &b, STAMP(BOOKED, 7, "k", 1), &e));
    snprintf(sql, sizeof sql, "UPDATE lsched_booking SET state = %d", to);
    const int status = run(st, sql);
    if (status != LSCHED_OK) {
        assert_int_equal(status, LSCHED_STORE);
        assert_non_null(strstr(e.text, "no such step"));
    }
    lsi_store_close(st);
    return status == LSCHED_OK;
}

static void test_steps(void **state)
{
    (void)state;
    int count = 0;
    for (int32_t from = LSCHED_BOOKED; from <= LSCHED_WAITING; from++) {
        for (int32_t to = LSCHED_BOOKED; to <= LSCHED_WAITING; to++) {
            const bool may = in_rules(from, to);
            if (may != in_schema(from, to))
                fail_msg("from %d to %d: %s in the rules only", from, to, may ? "is" : "is not");
            count += may;
        }
    }
    assert_int_equal(count, 19);
}

static void test_states(void **state)
{
    (void)state;
    lsi_store *st = new_store();
    lsched_booking b = booking_of("b1", "ana", 1, 1000, 2000);
    ok(lsi_store_enter(st, true, &e));
    for (int32_t s = -1; s <= 10; s++) {
        if (s >= LSCHED_BOOKED && s <= LSCHED_WAITING)
            continue;
        b.state = s;
        lsi_error_clear(&e);
        assert_int_equal(lsi_ledger_add(st, &b, STAMP(BOOKED, 7, "k", 1), &e), LSCHED_STORE);
    }
    /* A hold ends some time. */
    b.state = LSCHED_HELD;
    lsi_error_clear(&e);
    assert_int_equal(lsi_ledger_add(st, &b, STAMP(HELD, 7, "k", 1), &e), LSCHED_STORE);
    b.state = LSCHED_EXPIRED;
    lsi_error_clear(&e);
    assert_int_equal(lsi_ledger_add(st, &b, STAMP(HELD, 7, "k", 1), &e), LSCHED_STORE);
    lsi_store_close(st);
}

/* What takes time is one list in three languages: the rules, the ledger, the schema. */
static void test_who_takes_time(void **state)
{
    (void)state;
    for (int32_t s = LSCHED_BOOKED; s <= LSCHED_WAITING; s++) {
        lsi_store *st = new_store();
        lsi_arena a = {0};
        lsched_booking b = booking_of("b1", "ana", 1, 1000, 2000);
        lsi_taken *taken;
        size_t count;
        b.state = s;
        b.expires = 100;
        b.since = 5;
        b.lane = s == LSCHED_WAITING ? 0 : b.lane;
        ok(lsi_store_enter(st, true, &e));
        ok(lsi_ledger_add(st, &b, STAMP(BOOKED, 7, "k1", 1), &e));
        ok(lsi_ledger_taken(st, "ana", 1999, 2000, 99, &a, &taken, &count, &e));
        assert_int_equal(count, lsi_life_takes_time(s));
        ok(lsi_ledger_taken(st, "ana", 1999, 2000, 100, &a, &taken, &count, &e));
        assert_int_equal(count, lsi_life_takes_time(s) && s != LSCHED_HELD);
        b.id = "b2";
        b.state = LSCHED_BOOKED;
        b.lane = 1;
        lsi_error_clear(&e);
        assert_int_equal(lsi_ledger_add(st, &b, STAMP(BOOKED, 7, "k2", 1), &e),
                         lsi_life_takes_time(s) ? LSCHED_TAKEN : LSCHED_OK);
        lsi_arena_free(&a);
        lsi_store_close(st);
    }
}

/* ---- quotas ------------------------------------------------------------------------------------- */

static int hold_raw(lsi_store *st, int i, const char *customer, const char *source)
{
    lsi_statement *s;
    char id[16], agent[16];
    snprintf(id, sizeof id, "h%d", i);
    snprintf(agent, sizeof agent, "a%d", i);
    lsi_error_clear(&e);
    const int status = lsi_driver_prepare(
        st->driver,
        "INSERT INTO lsched_booking (id, state, sequence, channel, rung, lane, \"offset\","
        " customer, service, agent, team, start, \"end\", busy_from, busy_until, created, changed,"
        " expires, late, revision, source) VALUES (?1, 3, 0, 1, 2, 0, 0, ?2, 's', ?3, 't', 1000,"
        " 2000, 1000, 2000, 7, 7, 9, 0, 1, ?4)",
        &s, &e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, id);
    lsi_sql_bind_id(s, 2, customer);
    lsi_sql_bind_id(s, 3, agent);
    if (source != NULL)
        lsi_sql_bind_id(s, 4, source);
    else
        lsi_driver_bind_null(s, 4);
    return lsi_driver_finish(s, NULL, &e);
}

/* By whatever hand a row gets there. */
static void test_quotas(void **state)
{
    (void)state;
    lsi_store *st = new_store();
    int i = 0;
    char customer[16];
    ok(lsi_store_enter(st, true, &e));
    for (; i < LSCHED_MAX_HELD; i++)
        ok(hold_raw(st, i, "c", NULL));
    assert_int_equal(hold_raw(st, i, "c", NULL), LSCHED_QUOTA);
    assert_int_equal(hold_raw(st, i, "c", "other"), LSCHED_QUOTA);
    for (; i < LSCHED_MAX_HELD + LSCHED_MAX_HELD_SOURCE; i++) {
        snprintf(customer, sizeof customer, "c%d", i);
        ok(hold_raw(st, i, customer, "web"));
    }
    assert_int_equal(hold_raw(st, i, "new", "web"), LSCHED_QUOTA);
    assert_int_equal(number(st, "SELECT count(*) FROM lsched_booking"),
                     LSCHED_MAX_HELD + LSCHED_MAX_HELD_SOURCE);
    /* No source is not one source. */
    ok(hold_raw(st, i, "new", NULL));
    /* An expiry makes room for one. */
    ok(run(st, "UPDATE lsched_booking SET state = 8 WHERE id = 'h0'"));
    ok(hold_raw(st, i + 1, "c", NULL));
    assert_int_equal(hold_raw(st, i + 2, "c", NULL), LSCHED_QUOTA);
    lsi_store_close(st);
}

/* ---- rows --------------------------------------------------------------------------------------- */

static lsched_time clock_says;

static lsched_time now(void *user)
{
    (void)user;
    return clock_says;
}

#define DAILY                                                                                      \
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\nBEGIN:VEVENT\r\nUID:1\r\n"                   \
    "DTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=DAILY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
#define NEW(type, ...) (&(lsched_##type){.size = sizeof(lsched_##type), __VA_ARGS__})
#define EIGHT INT64_C(1772524800) /* 2026-03-03T08:00Z */

#define does(call)                                                                                 \
    do {                                                                                           \
        int status_ = (call);                                                                      \
        if (status_ != LSCHED_OK)                                                                  \
            fail_msg("%s: %d %s", #call, status_, lsched_message(s));                              \
    } while (0)

/* One agent, open around the clock, in a store whose rows can be read beside it. */
static lsched *open_scheduler(const char *path)
{
    lsched *s = lsched_new();
    assert_non_null(s);
    clock_says = EIGHT;
    does(lsched_set_clock(s, now, NULL));
    does(lsched_open(s, path, LSCHED_CREATE));
    does(lsched_put_team(s, NEW(team, .id = "t", .name = "T", .zone = "UTC", .regions = "R")));
    does(lsched_put_agent(s, NEW(agent, .id = "a", .name = "A", .zone = "UTC", .lanes = 2)));
    does(lsched_put_member(s, NEW(member, .team = "t", .agent = "a")));
    does(lsched_put_service(s, NEW(service, .id = "s", .name = "S", .notice = LSCHED_NONE)));
    does(lsched_put_customer(s, NEW(customer, .id = "c", .zone = "UTC", .region = "R")));
    does(lsched_put_calendar(s, NEW(calendar, .kind = LSCHED_TEAM, .effect = LSCHED_OPENS,
                                    .owner = "t", .name = "x", .text = DAILY)));
    does(lsched_put_calendar(s, NEW(calendar, .kind = LSCHED_AGENT, .effect = LSCHED_OPENS,
                                    .owner = "a", .name = "x", .text = DAILY)));
    return s;
}

static lsi_store *look_beside(const char *path)
{
    lsi_store *st;
    ok(lsi_store_open(path, 0, &st, &e));
    return st;
}

static lsched_request at_hour(const char *key, int hour)
{
    return (lsched_request){.size = sizeof(lsched_request),
                            .key = key,
                            .customer = "c",
                            .service = "s",
                            .start = EIGHT + hour * 3600};
}

/* Who takes the place writes first that it expired, in the name of whoever came, without a
 * key, as of the same time. */
static void test_expiry_is_written(void **state)
{
    (void)state;
    const char *path = in_folder("expiry.db");
    lsched *s = open_scheduler(path);
    lsi_store *beside = look_beside(path);
    lsched_request r = at_hour("hold", 5);
    lsched_booking *hold, *taker;
    lsched_slots *slots;
    does(lsched_set_origin(s, "ann", "t-1"));
    does(lsched_hold(s, &r, &hold));
    clock_says += 120;
    does(lsched_find(s, NEW(query, .customer = "c", .service = "s", .from = r.start), &slots));
    assert_int_equal(lsched_slots_at(slots, 0)->start, r.start);
    lsched_slots_free(slots);
    assert_string_equal(rows(beside, "SELECT kind FROM lsched_event ORDER BY seq"), "5");
    does(lsched_set_origin(s, "bob", NULL));
    r.key = "book";
    does(lsched_book(s, &r, &taker));
    assert_string_equal(rows(beside, "SELECT kind || ':' || coalesce(\"key\", '-') || ':' || actor"
                                     " || ':' || coalesce(correlation, '-') || ':' || state"
                                     " FROM lsched_event ORDER BY seq"),
                        "5:hold:ann:t-1:3 7:-:bob:-:8 1:book:bob:-:1");
    assert_int_equal(number(beside, "SELECT min(at) FROM lsched_event WHERE seq > 1"), clock_says);
    assert_int_equal(number(beside, "SELECT max(at) FROM lsched_event"), clock_says);
    assert_int_equal(number(beside, "SELECT request FROM lsched_event WHERE kind = 7"), 0);
    lsched_booking_free(hold);
    lsched_booking_free(taker);
    lsi_store_close(beside);
    lsched_free(s);
}

/* Either both or none. */
static void test_one_transaction(void **state)
{
    (void)state;
    const char *path = in_folder("one.db");
    lsched *s = open_scheduler(path);
    lsi_store *beside = look_beside(path);
    lsched_request r = at_hour("hold", 5);
    lsched_booking *b;
    does(lsched_hold(s, &r, &b));
    lsched_booking_free(b);
    clock_says += 120;
    does(lsched_begin(s));
    r.key = "book";
    does(lsched_book(s, &r, &b));
    lsched_booking_free(b);
    assert_string_equal(rows(beside, "SELECT state FROM lsched_booking"), "3");
    does(lsched_rollback(s));
    assert_string_equal(rows(beside, "SELECT state FROM lsched_booking"), "3");
    /* A taker that the event of its own cannot be written for takes nothing. */
    ok(lsi_store_enter(beside, true, &e));
    ok(run(beside, "CREATE TRIGGER spoil BEFORE INSERT ON lsched_event WHEN NEW.kind = 1"
                   " BEGIN SELECT RAISE(ABORT, 'spoiled'); END"));
    ok(lsi_store_leave(beside, LSCHED_OK, &e));
    assert_int_equal(lsched_book(s, &r, &b), LSCHED_STORE);
    assert_string_equal(rows(beside, "SELECT state FROM lsched_booking"), "3");
    assert_string_equal(rows(beside, "SELECT kind FROM lsched_event"), "5");
    lsi_store_close(beside);
    lsched_free(s);
}

/* Each step: its event, with the state after it, the key and who it was. */
static void test_events_of_a_life(void **state)
{
    (void)state;
    const char *path = in_folder("events.db");
    lsched *s = open_scheduler(path);
    lsi_store *beside = look_beside(path);
    lsched_request r = at_hour("k1", 5);
    lsched_booking *b;
    does(lsched_hold(s, &r, &b));
    does(lsched_set_origin(s, "desk", "call-9"));
    lsched_booking *moved;
    does(lsched_move(s, NEW(change, .key = "k2", .id = b->id, .start = EIGHT + 6 * 3600), &moved));
    lsched_booking_free(moved);
    does(lsched_confirm(s, b->id, "n", "k3", NULL));
    does(lsched_set_origin(s, NULL, NULL));
    does(lsched_start(s, b->id, "k4", NULL));
    does(lsched_finish(s, b->id, LSCHED_FULFILLED, NULL, "k5", NULL));
    lsched_booking_free(b);
    assert_string_equal(rows(beside, "SELECT kind || ':' || state || ':' || sequence || ':' ||"
                                     " \"key\" || ':' || coalesce(actor, '-') || ':' ||"
                                     " coalesce(correlation, '-') FROM lsched_event ORDER BY seq"),
                        "5:3:0:k1:-:- 2:3:1:k2:desk:call-9 6:1:2:k3:desk:call-9 8:4:3:k4:-:-"
                        " 9:5:4:k5:-:-");
    /* An answer that is given again leaves nothing behind, whoever asks. */
    does(lsched_set_origin(s, "other", "call-10"));
    does(lsched_confirm(s, rows(beside, "SELECT id FROM lsched_booking"), "n", "k3", NULL));
    assert_int_equal(number(beside, "SELECT count(*) FROM lsched_event"), 5);
    assert_int_equal(lsched_set_origin(s, "two words", NULL), LSCHED_INVALID);
    assert_int_equal(lsched_set_origin(s, "a", "\x01"), LSCHED_INVALID);
    lsi_store_close(beside);
    lsched_free(s);
}

/* Of a hold nobody is told, whatever becomes of it, until it is confirmed. */
static void test_notices(void **state)
{
    (void)state;
    const char *path = in_folder("notices.db");
    lsched *s = open_scheduler(path);
    lsi_store *beside = look_beside(path);
    static const char all[] = "SELECT kind || ':' || sequence || ':' || state FROM lsched_notice"
                              " ORDER BY sequence, kind";
    lsched_request r = at_hour("k1", 48);
    lsched_booking *b, *moved;
    does(lsched_hold(s, &r, &b));
    does(lsched_move(s, NEW(change, .key = "k2", .id = b->id, .start = EIGHT + 49 * 3600), &moved));
    assert_string_equal(rows(beside, all), "");
    does(lsched_confirm(s, b->id, NULL, "k3", NULL));
    assert_string_equal(rows(beside, all), "1:2:1 2:2:1");
    assert_int_equal(number(beside, "SELECT due FROM lsched_notice WHERE kind = 2"),
                     moved->start - 86400);
    does(lsched_start(s, b->id, "k4", NULL));
    assert_string_equal(rows(beside, all), "1:2:3 2:2:3");
    lsched_booking_free(moved);
    lsched_booking_free(b);

    r = at_hour("k5", 60);
    does(lsched_hold(s, &r, &b));
    does(lsched_cancel(s, b->id, NULL, "k6", NULL));
    assert_string_equal(rows(beside, all), "1:2:3 2:2:3");
    lsched_booking_free(b);
    lsi_store_close(beside);
    lsched_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_states),
        cmocka_unit_test(test_who_takes_time),
        cmocka_unit_test(test_quotas),
        cmocka_unit_test_setup_teardown(test_expiry_is_written, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_one_transaction, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_events_of_a_life, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_notices, make_folder, remove_folder),
    };
    return cmocka_run_group_tests_name("steps", tests, NULL, NULL);
}
