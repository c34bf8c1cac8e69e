/* test_life.c -- header chapter 5: the life of a booking, every state with every verb, and what
 * a state means for everybody else.
 */
#include "world.h"

#define START "2026-03-03T10:00"

/* What stands behind the eight states of the header: a hold whose time is up and that nobody
 * has written down as expired. */
#define RUN_OUT (LSCHED_EXPIRED + 1)

static lsched_request with_ana(const char *key, const char *start)
{
    return (lsched_request){.size = sizeof(lsched_request),
                            .key = key,
                            .customer = "cora",
                            .service = "talk",
                            .agent = "ana",
                            .start = at(start)};
}

static char *keep_id(lsched_booking *b)
{
    char *id = strdup(b->id);
    lsched_booking_free(b);
    return id;
}

static char *held(const char *start, int32_t seconds)
{
    lsched_request r = with_ana("hold", start);
    r.seconds = seconds;
    return keep_id(world_hold(&r));
}

/* Somebody takes the place of what has run out, and gives it back. */
static void write_expiry(const char *start)
{
    const lsched_request r = with_ana("taker", start);
    lsched_booking *b = world_book(&r);
    ok(lsched_cancel(w.s, b->id, NULL, "giver", NULL));
    lsched_booking_free(b);
}

/* A booking at START with ana, at 9:56 of that day; to be freed. */
static char *in_state(int32_t state)
{
    char *id;
    w.now = at("2026-03-03T09:55");
    if (state == LSCHED_HELD)
        id = held(START, LSCHED_MAX_HOLD);
    else if (state == LSCHED_EXPIRED || state == RUN_OUT)
        id = held(START, 30);
    else {
        const lsched_request r = with_ana("book", START);
        id = keep_id(world_book(&r));
    }
    w.now = at("2026-03-03T09:56");
    if (state == LSCHED_EXPIRED)
        write_expiry(START);
    if (state == LSCHED_CANCELLED)
        ok(lsched_cancel(w.s, id, NULL, "into", NULL));
    if (state == LSCHED_STARTED)
        ok(lsched_start(w.s, id, "into", NULL));
    if (state == LSCHED_FULFILLED)
        ok(lsched_finish(w.s, id, LSCHED_FULFILLED, NULL, "into", NULL));
    if (state == LSCHED_MISSED || state == LSCHED_NOSHOW) {
        w.now = at(START);
        ok(lsched_finish(w.s, id, state, NULL, "into", NULL));
    }
    return id;
}

enum verb { CONFIRM, MOVE, CANCEL, BEGIN, FULFIL, MISS, NOSHOW, VERBS };

static int take(enum verb verb, const char *id, lsched_booking **out)
{
    switch (verb) {
    case CONFIRM:
        return lsched_confirm(w.s, id, NULL, "verb", out);
    case MOVE:
        return lsched_move(
            w.s,
            NEW(change, .key = "verb", .id = id, .agent = "ana", .start = at("2026-03-03T11:00")),
            out);
    case CANCEL:
        return lsched_cancel(w.s, id, NULL, "verb", out);
    case BEGIN:
        return lsched_start(w.s, id, "verb", out);
    case FULFIL:
        return lsched_finish(w.s, id, LSCHED_FULFILLED, NULL, "verb", out);
    case MISS:
        return lsched_finish(w.s, id, LSCHED_MISSED, NULL, "verb", out);
    default:
        return lsched_finish(w.s, id, LSCHED_NOSHOW, NULL, "verb", out);
    }
}

/* Where each verb leads out of each state; 0: nowhere. */
static const int32_t leads_to[RUN_OUT + 1][VERBS] = {
    [LSCHED_BOOKED] = {0, LSCHED_BOOKED, LSCHED_CANCELLED, LSCHED_STARTED, LSCHED_FULFILLED,
                       LSCHED_MISSED, LSCHED_NOSHOW},
    [LSCHED_HELD] = {LSCHED_BOOKED, LSCHED_HELD, LSCHED_CANCELLED, 0, 0, 0, 0},
    [LSCHED_STARTED] = {0, 0, 0, 0, LSCHED_FULFILLED, 0, LSCHED_NOSHOW},
    [LSCHED_EXPIRED] = {LSCHED_BOOKED, 0, 0, 0, 0, 0, 0},
    [RUN_OUT] = {LSCHED_BOOKED, 0, 0, 0, 0, 0, 0},
};

static void check_cell(int32_t state, enum verb verb)
{
    lsched_booking *after = NULL;
    ok(lsched_begin(w.s));
    char *id = in_state(state);
    lsched_booking *before = BOOKING(id);
    assert_int_equal(before->state, state == RUN_OUT ? LSCHED_HELD : state);
    if ((verb == MISS || verb == NOSHOW) && state != LSCHED_EXPIRED && state != RUN_OUT)
        w.now = at(START) + 60;
    char *listing = world_listing(w.s);
    const int status = take(verb, id, &after);
    if (leads_to[state][verb] == 0) {
        refuses(status, LSCHED_OVER, id);
        assert_null(after);
        world_unchanged(listing);
    } else {
        ok(status);
        free(listing);
        assert_int_equal(after->state, leads_to[state][verb]);
        assert_int_equal(after->sequence, before->sequence + 1);
        assert_int_equal(after->changed, w.now);
        assert_string_equal(after->id, id);
        lsched_booking *stored = BOOKING(id);
        world_same_booking(after, stored);
        lsched_booking_free(stored);
    }
    lsched_booking_free(after);
    lsched_booking_free(before);
    free(id);
    ok(lsched_rollback(w.s));
}

static void test_every_state_every_verb(void **state)
{
    (void)state;
    for (int32_t s = LSCHED_BOOKED; s <= RUN_OUT; s++) {
        for (int verb = 0; verb < VERBS; verb++) {

            check_cell(s, (enum verb)verb);
        }
    }
}

static bool can_be_booked(const char *start)
{
    const lsched_request r = with_ana("probe", start);
    ok(lsched_begin(w.s));
    const int status = world_try(&r);
    ok(lsched_rollback(w.s));
    if (status != LSCHED_OK)
        assert_int_equal(status, LSCHED_TAKEN);
    return status == LSCHED_OK;
}

static bool is_found(const char *start)
{
    lsched_slots *found = FIND(.customer = "cora", .service = "talk", .agent = "ana",
                               .channels = LSCHED_PHONE, .from = at(start), .until = at(start) + 1);
    const bool free = lsched_slots_count(found) == 1;
    lsched_slots_free(found);
    return free;
}

/* HELD, BOOKED and STARTED take the agent's time, and nothing else does. */
static void test_what_takes_time(void **state)
{
    (void)state;
    for (int32_t s = LSCHED_BOOKED; s <= RUN_OUT; s++) {
        const bool takes = s == LSCHED_BOOKED || s == LSCHED_HELD || s == LSCHED_STARTED;
        ok(lsched_begin(w.s));
        free(in_state(s));
        assert_int_equal(can_be_booked(START), !takes);
        assert_int_equal(is_found(START), !takes);
        ok(lsched_rollback(w.s));
    }
}

/* What is left of a contact that ended early is free again. */
static void test_free_after_finish(void **state)
{
    (void)state;
    ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 120, .step = 30,
           .notice = LSCHED_NONE));
    char *id = in_state(LSCHED_STARTED);
    w.now = at("2026-03-03T10:30");
    assert_false(can_be_booked("2026-03-03T10:30"));
    ok(lsched_finish(w.s, id, LSCHED_FULFILLED, "solved", "end", NULL));
    assert_true(is_found("2026-03-03T10:30"));
    assert_true(can_be_booked("2026-03-03T10:30"));
    lsched_booking *b = BOOKING(id);
    assert_string_equal(b->cause, "solved");
    assert_int_equal(b->end, at("2026-03-03T12:00"));
    lsched_booking_free(b);
    free(id);
}

/* Nobody has missed what has not begun; but it may well have taken place. */
static void test_too_soon(void **state)
{
    (void)state;
    static const int32_t ends[] = {LSCHED_MISSED, LSCHED_NOSHOW};
    for (size_t i = 0; i < 2; i++) {
        ok(lsched_begin(w.s));
        char *id = in_state(LSCHED_BOOKED);
        w.now = at(START) - 1;
        char *before = world_listing(w.s);
        refuses(lsched_finish(w.s, id, ends[i], NULL, "f", NULL), LSCHED_TOOSOON, id);
        world_unchanged(before);
        w.now++;
        ok(lsched_finish(w.s, id, ends[i], NULL, "f", NULL));
        free(id);
        ok(lsched_rollback(w.s));
    }
    char *id = in_state(LSCHED_STARTED);
    refuses(lsched_finish(w.s, id, LSCHED_NOSHOW, NULL, "f", NULL), LSCHED_TOOSOON, id);
    refuses(lsched_finish(w.s, id, LSCHED_MISSED, NULL, "f", NULL), LSCHED_OVER, id);
    ok(lsched_finish(w.s, id, LSCHED_FULFILLED, NULL, "f", NULL));
    free(id);
}

/* Long after, too: what became of yesterday's contact is often told today. */
static void test_told_late(void **state)
{
    (void)state;
    char *id = in_state(LSCHED_BOOKED);
    w.now = at("2026-03-09T10:00");
    refuses(lsched_cancel(w.s, id, NULL, "c", NULL), LSCHED_OVER, id);
    refuses(take(MOVE, id, &(lsched_booking *){NULL}), LSCHED_OVER, id);
    ok(lsched_start(w.s, id, "s", NULL));
    ok(lsched_finish(w.s, id, LSCHED_NOSHOW, NULL, "f", NULL));
    free(id);
}

static void test_bad_arguments(void **state)
{
    (void)state;
    char *id = in_state(LSCHED_BOOKED);
    char long_note[LSCHED_MAX_NOTE + 2];
    memset(long_note, 'n', sizeof long_note - 1);
    long_note[sizeof long_note - 1] = '\0';
    char *before = world_listing(w.s);
    static const int32_t none[] = {
        0, LSCHED_BOOKED, LSCHED_CANCELLED, LSCHED_HELD, LSCHED_STARTED, -1, LSCHED_EXPIRED,
        LSCHED_WAITING, 10, INT32_MAX, INT32_MIN};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        refuses(lsched_finish(w.s, id, none[i], NULL, "f", NULL), LSCHED_INVALID, "state");
    refuses(lsched_finish(w.s, id, LSCHED_FULFILLED, long_note, "f", NULL), LSCHED_LIMIT, "cause");
    refuses(lsched_finish(w.s, id, LSCHED_FULFILLED, "\x01", "f", NULL), LSCHED_INVALID, "cause");
    refuses(lsched_start(w.s, "nix", "s", NULL), LSCHED_NOTFOUND, "nix");
    refuses(lsched_start(w.s, NULL, "s", NULL), LSCHED_MISUSE, "id");
    refuses(lsched_start(w.s, id, NULL, NULL), LSCHED_MISUSE, "key");
    refuses(lsched_start(w.s, id, "", NULL), LSCHED_MISUSE, "key");
    refuses(lsched_confirm(w.s, "nix", NULL, "c", NULL), LSCHED_NOTFOUND, "nix");
    refuses(lsched_confirm(w.s, id, long_note, "c", NULL), LSCHED_LIMIT, "note");
    refuses(lsched_finish(w.s, "nix", LSCHED_MISSED, NULL, "f", NULL), LSCHED_NOTFOUND, "nix");
    world_unchanged(before);
    free(id);
}

/* ---- keep ------------------------------------------------------------------------------------- */

static int try_keep(const char *id, int32_t keep, const char *agent, const char *team,
                    const char *start)
{
    return world_try_move(NEW(change, .key = "m", .id = id, .keep = keep, .agent = agent,
                              .team = team, .start = at(start)));
}

static void test_keep(void **state)
{
    (void)state;
    char *id = in_state(LSCHED_BOOKED);
    lsched_booking_free(BOOK(.key = "x", .customer = "cora", .service = "talk", .agent = "ana",
                             .start = at("2026-03-03T12:00")));
    refuses(try_keep(id, LSCHED_KEEP_AGENT, NULL, NULL, "2026-03-03T12:00"), LSCHED_TAKEN,
            "booked");
    ok(lsched_begin(w.s));
    ok(try_keep(id, LSCHED_KEEP_TEAM, NULL, NULL, "2026-03-03T12:00"));
    lsched_booking *b = BOOKING(id);
    assert_string_equal(b->agent, "ben");
    assert_string_equal(b->team, "home");
    lsched_booking_free(b);
    ok(lsched_rollback(w.s));

    lsched_booking_free(BOOK(.key = "y", .customer = "cora", .service = "talk", .agent = "ben",
                             .start = at("2026-03-03T12:00")));
    refuses(try_keep(id, LSCHED_KEEP_TEAM, NULL, NULL, "2026-03-03T12:00"), LSCHED_TAKEN, "booked");
    ok(lsched_begin(w.s));
    ok(try_keep(id, 0, NULL, NULL, "2026-03-03T12:00"));
    b = BOOKING(id);
    assert_string_equal(b->team, "help");
    lsched_booking_free(b);
    ok(lsched_rollback(w.s));

    refuses(try_keep(id, LSCHED_KEEP_AGENT, "ana", NULL, "2026-03-03T13:00"), LSCHED_INVALID,
            "keep");
    refuses(try_keep(id, LSCHED_KEEP_AGENT, "ben", NULL, "2026-03-03T13:00"), LSCHED_INVALID,
            "keep");
    refuses(try_keep(id, LSCHED_KEEP_TEAM, NULL, "home", "2026-03-03T13:00"), LSCHED_INVALID,
            "keep");
    refuses(try_keep(id, 3, NULL, NULL, "2026-03-03T13:00"), LSCHED_INVALID, "keep");
    refuses(try_keep(id, -1, NULL, NULL, "2026-03-03T13:00"), LSCHED_INVALID, "keep");
    /* Each beside the other's field narrows further. */
    refuses(try_keep(id, LSCHED_KEEP_AGENT, NULL, "help", "2026-03-03T13:00"), LSCHED_NOBODY, "");
    refuses(try_keep(id, LSCHED_KEEP_TEAM, "hal", NULL, "2026-03-03T13:00"), LSCHED_NOBODY, "");
    ok(try_keep(id, LSCHED_KEEP_TEAM, "ben", NULL, "2026-03-03T13:00"));
    free(id);
}

/* ---- import ------------------------------------------------------------------------------------- */

static lsched_booking elsewhere(int32_t state)
{
    return (lsched_booking){.size = sizeof(lsched_booking),
                            .state = state,
                            .channel = LSCHED_PHONE,
                            .customer = "cora",
                            .service = "talk",
                            .agent = "ana",
                            .team = "home",
                            .start = at(START),
                            .end = at("2026-03-03T10:30"),
                            .source = "crm"};
}

static void test_import_of_each_state(void **state)
{
    (void)state;
    for (int32_t s = LSCHED_BOOKED; s <= LSCHED_EXPIRED; s++) {
        const bool takes = s == LSCHED_BOOKED || s == LSCHED_STARTED;
        lsched_booking given = elsewhere(s), *b;
        given.late = s == LSCHED_BOOKED ? 7 : 0;
        given.expires = s == LSCHED_EXPIRED ? w.now - 5 : 0;
        if (s == LSCHED_HELD) {
            given.expires = w.now + 60;
            refuses(lsched_import(w.s, &given, "i", NULL), LSCHED_INVALID, "hold");
            continue;
        }
        ok(lsched_begin(w.s));
        ok(lsched_import(w.s, &given, "i", &b));
        assert_int_equal(b->state, s);
        assert_int_equal(b->late, given.late);
        assert_int_equal(b->expires, given.expires);
        assert_int_equal(b->revision, 1);
        assert_string_equal(b->source, "crm");
        assert_int_equal(can_be_booked(START), !takes);
        lsched_booking_free(b);
        ok(lsched_rollback(w.s));
    }
    lsched_booking given = elsewhere(LSCHED_EXPIRED);
    refuses(lsched_import(w.s, &given, "i", NULL), LSCHED_INVALID, "expires");
    given = elsewhere(10);
    refuses(lsched_import(w.s, &given, "i", NULL), LSCHED_INVALID, "state");
    given = elsewhere(LSCHED_BOOKED);
    given.late = -1;
    refuses(lsched_import(w.s, &given, "i", NULL), LSCHED_INVALID, "late");
}

/* An expired hold from elsewhere can be confirmed like one of ours, and is never less than
 * not late at all. */
static void test_import_expired_then_confirm(void **state)
{
    (void)state;
    lsched_booking given = elsewhere(LSCHED_EXPIRED), *b, *confirmed;
    given.expires = w.now + 3600;
    ok(lsched_import(w.s, &given, "i", &b));
    /* Nobody has promised anything here, so the rules are asked. */
    closes(LSCHED_AGENT, "ana", "20260303T100000", "20260303T103000", NULL);
    refuses(lsched_confirm(w.s, b->id, NULL, "c", NULL), LSCHED_NOBODY, "");
    ok(lsched_remove_calendar(w.s, LSCHED_AGENT, "ana", "closes"));
    ok(lsched_confirm(w.s, b->id, NULL, "c", &confirmed));
    assert_int_equal(confirmed->state, LSCHED_BOOKED);
    assert_int_equal(confirmed->late, 0);
    lsched_booking_free(confirmed);
    lsched_booking_free(b);
}

/* ---- who cannot go ------------------------------------------------------------------------------ */

static void test_in_use(void **state)
{
    (void)state;
    static const int32_t states[] = {LSCHED_BOOKED,    LSCHED_HELD,    LSCHED_STARTED,
                                     LSCHED_FULFILLED, LSCHED_EXPIRED, RUN_OUT};
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        ok(lsched_begin(w.s));
        free(in_state(states[i]));
        ok(lsched_remove_member(w.s, "home", "ana", NULL));
        ok(lsched_remove_member(w.s, "home", "ben", NULL));
        ok(PUT(customer, .id = "cora", .zone = "America/New_York", .region = "US-NY",
               .team = "help"));
        if (i < 3) {
            refuses(lsched_remove_agent(w.s, "ana"), LSCHED_INUSE, "1 live booking");
            refuses(lsched_remove_team(w.s, "home"), LSCHED_INUSE, "1 live booking");
            refuses(lsched_remove_service(w.s, "talk"), LSCHED_INUSE, "1 live booking");
            refuses(lsched_remove_customer(w.s, "cora"), LSCHED_INUSE, "1 live booking");
        } else {
            ok(lsched_remove_agent(w.s, "ana"));
            ok(lsched_remove_team(w.s, "home"));
            ok(lsched_remove_service(w.s, "talk"));
            ok(lsched_remove_customer(w.s, "cora"));
        }
        ok(lsched_rollback(w.s));
    }
}

/* ---- what calendar programs are told -------------------------------------------------------------- */

static void test_written_status(void **state)
{
    (void)state;
    static const char *const words[] = {
        [LSCHED_BOOKED] = "CONFIRMED",    [LSCHED_CANCELLED] = "CANCELLED",
        [LSCHED_HELD] = "TENTATIVE",      [LSCHED_STARTED] = "CONFIRMED",
        [LSCHED_FULFILLED] = "CONFIRMED", [LSCHED_MISSED] = "CONFIRMED",
        [LSCHED_NOSHOW] = "CONFIRMED",    [LSCHED_EXPIRED] = "CANCELLED",
        [RUN_OUT] = "CANCELLED"};
    for (int32_t s = LSCHED_BOOKED; s <= RUN_OUT; s++) {
        char *text, line[40];
        ok(lsched_begin(w.s));
        char *id = in_state(s);
        ok(lsched_write_booking(w.s, id, &text));
        snprintf(line, sizeof line, "STATUS:%s\r\n", words[s]);
        assert_non_null(strstr(text, line));
        lsched_text_free(text);
        free(id);
        ok(lsched_rollback(w.s));
    }
}

/* ---- keys --------------------------------------------------------------------------------------- */

/* The first answer, whatever has become of it since. */
static void test_keys(void **state)
{
    (void)state;
    lsched_request r = with_ana("hold", START);
    lsched_booking *hold = world_hold(&r), *confirm, *begin, *end, *again;
    ok(lsched_confirm(w.s, hold->id, "note", "confirm", &confirm));
    w.now = at(START);
    ok(lsched_start(w.s, hold->id, "start", &begin));
    ok(lsched_finish(w.s, hold->id, LSCHED_NOSHOW, "cause", "finish", &end));
    char *before = world_listing(w.s);
    w.now += 86400;
    ok(lsched_hold(w.s, &r, &again));
    world_same_booking(hold, again);
    lsched_booking_free(again);
    r.seconds = 120; /* which is what nothing means */
    ok(lsched_hold(w.s, &r, &again));
    lsched_booking_free(again);
    ok(lsched_confirm(w.s, hold->id, "note", "confirm", &again));
    world_same_booking(confirm, again);
    lsched_booking_free(again);
    ok(lsched_start(w.s, hold->id, "start", &again));
    world_same_booking(begin, again);
    lsched_booking_free(again);
    ok(lsched_finish(w.s, hold->id, LSCHED_NOSHOW, "cause", "finish", &again));
    world_same_booking(end, again);
    lsched_booking_free(again);

    r.seconds = 121;
    refuses(lsched_hold(w.s, &r, &again), LSCHED_KEYUSED, "key");
    r.seconds = 0;
    refuses(lsched_book(w.s, &r, &again), LSCHED_KEYUSED, "key");
    r.source = "web";
    refuses(lsched_hold(w.s, &r, &again), LSCHED_KEYUSED, "key");
    refuses(lsched_confirm(w.s, hold->id, "other", "confirm", NULL), LSCHED_KEYUSED, "key");
    refuses(lsched_confirm(w.s, hold->id, NULL, "confirm", NULL), LSCHED_KEYUSED, "key");
    refuses(lsched_start(w.s, "nix", "start", NULL), LSCHED_KEYUSED, "key");
    refuses(lsched_start(w.s, hold->id, "confirm", NULL), LSCHED_KEYUSED, "key");
    refuses(lsched_cancel(w.s, hold->id, "note", "confirm", NULL), LSCHED_KEYUSED, "key");
    refuses(lsched_finish(w.s, hold->id, LSCHED_MISSED, "cause", "finish", NULL), LSCHED_KEYUSED,
            "key");
    refuses(lsched_finish(w.s, hold->id, LSCHED_NOSHOW, NULL, "finish", NULL), LSCHED_KEYUSED,
            "key");
    world_unchanged(before);
    lsched_booking_free(hold);
    lsched_booking_free(confirm);
    lsched_booking_free(begin);
    lsched_booking_free(end);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_little, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_every_state_every_verb),
        TEST(test_what_takes_time),
        TEST(test_free_after_finish),
        TEST(test_too_soon),
        TEST(test_told_late),
        TEST(test_bad_arguments),
        TEST(test_keep),
        TEST(test_import_of_each_state),
        TEST(test_import_expired_then_confirm),
        TEST(test_in_use),
        TEST(test_written_status),
        TEST(test_keys),
    };
    return cmocka_run_group_tests_name("life", tests, NULL, NULL);
}
