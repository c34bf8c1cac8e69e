/* test_booking.c -- header chapter 5: book, move, cancel, get, list, and every way in which
 * the rules say no. */
#include "world.h"

#define MINUTES 60
#define HOURS 3600

static lsched_request a_request(const char *key, const char *start)
{
    return (lsched_request){.size = sizeof(lsched_request),
                            .key = key,
                            .customer = "cora",
                            .service = "talk",
                            .start = at(start)};
}

static lsched_booking *book_at(const char *key, const char *agent, const char *start)
{
    lsched_request r = a_request(key, start);
    r.agent = agent;
    return world_book(&r);
}

static lsched_booking *get(const char *id)
{
    lsched_booking *b;
    ok(lsched_get_booking(w.s, id, &b));
    return b;
}

static void refused(const lsched_request *r, int status, const char *words)
{
    lsched_booking *b = (lsched_booking *)&w;
    refuses(lsched_book(w.s, r, &b), status, words);
    assert_null(b);
}

/* ---- book ----------------------------------------------------------------------------------- */

static void test_book(void **state)
{
    (void)state;
    ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 30, .step = 30, .before = 5,
           .wrap_up = 10, .after = 5, .notice = LSCHED_NONE));
    ok(PUT(customer, .id = "cora", .zone = "America/St_Johns", .region = "US-NY"));
    lsched_request r = a_request("k", "2026-03-03T10:30");
    r.note = "Ruft aus dem Büro an.\nZweite Zeile";
    lsched_booking *b = world_book(&r);
    assert_int_equal(b->size, sizeof *b);
    assert_int_equal(b->state, LSCHED_BOOKED);
    assert_int_equal(b->sequence, 0);
    assert_int_equal(b->channel, LSCHED_PHONE);
    assert_int_equal(b->rung, LSCHED_HOME);
    assert_int_equal(b->lane, 0);
    assert_int_equal(b->offset, -12600);
    assert_string_equal(b->customer, "cora");
    assert_string_equal(b->service, "talk");
    assert_string_equal(b->agent, "ana");
    assert_string_equal(b->team, "home");
    assert_string_equal(b->zone, "America/St_Johns");
    assert_string_equal(b->wall, "2026-03-03T12:00");
    assert_string_equal(b->note, r.note);
    assert_string_equal(b->cause, "");
    assert_int_equal(b->start, r.start);
    assert_int_equal(b->end, r.start + 30 * MINUTES);
    assert_int_equal(b->busy_from, r.start - 5 * MINUTES);
    assert_int_equal(b->busy_until, r.start + 45 * MINUTES);
    assert_int_equal(b->created, w.now);
    assert_int_equal(b->changed, w.now);
    lsched_booking *again = get(b->id);
    world_same_booking(b, again);
    lsched_booking_free(again);
    lsched_booking_free(b);
}

/* URL-safe, all different, and in the order of creation, also where the clock steps back. */
static void test_ids(void **state)
{
    static const char safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";
    char last[LSCHED_MAX_ID + 1] = "", key[8];
    (void)state;
    for (int i = 0; i < 16; i++) {
        snprintf(key, sizeof key, "%d", i);
        w.now -= i % 3 * 100;
        lsched_booking *b = BOOK(.key = key, .customer = "cora", .service = "talk",
                                 .start = at("2026-03-03T09:00") + i / 4 * 30 * MINUTES);
        assert_true(strlen(b->id) >= 20 && strlen(b->id) <= LSCHED_MAX_ID);
        assert_int_equal(strspn(b->id, safe), strlen(b->id));
        assert_true(strcmp(b->id, last) > 0);
        strcpy(last, b->id);
        lsched_booking_free(b);
    }
}

static void test_first_channel(void **state)
{
    (void)state;
    ok(PUT(service, .id = "talk", .name = "Talk", .step = 30, .notice = LSCHED_NONE,
           .channels = LSCHED_CHAT | LSCHED_VISIT));
    lsched_booking *b = book_at("1", NULL, "2026-03-03T09:00");
    assert_int_equal(b->channel, LSCHED_CHAT);
    assert_int_equal(b->lane, 1);
    lsched_booking_free(b);
    lsched_request r = a_request("2", "2026-03-03T10:00");
    r.channel = LSCHED_PHONE;
    refused(&r, LSCHED_NOBODY, "channel");
}

/* ---- what the rules say --------------------------------------------------------------------- */

static void test_refusals(void **state)
{
    (void)state;
    lsched_booking_free(book_at("0", "ana", "2026-03-03T10:00"));
    char *before = world_listing(w.s);
    lsched_request r = a_request("x", "2026-03-03T08:30");
    refused(&r, LSCHED_CLOSED, "the team is closed");
    r = a_request("x", "2026-03-02T07:30");
    refused(&r, LSCHED_TOOSOON, "too soon");
    r = a_request("x", "2026-04-02T10:00");
    refused(&r, LSCHED_TOOFAR, "too far");
    r = a_request("x", "2026-03-03T10:10");
    refused(&r, LSCHED_OFFGRID, "minute");
    r = a_request("x", "2026-03-03T10:30");
    r.start += 1;
    refused(&r, LSCHED_OFFGRID, "minute");
    r = a_request("x", "2026-03-03T10:00");
    r.agent = "ana";
    refused(&r, LSCHED_TAKEN, "booked");
    r.agent = "nix";
    refused(&r, LSCHED_NOTFOUND, "'nix'");
    r = a_request("x", "2026-03-03T10:00");
    r.team = "nix";
    refused(&r, LSCHED_NOTFOUND, "'nix'");
    r = a_request("x", "2026-03-03T10:00");
    r.customer = "nix";
    refused(&r, LSCHED_NOTFOUND, "'nix'");
    r = a_request("x", "2026-03-03T10:00");
    r.service = "nix";
    refused(&r, LSCHED_NOTFOUND, "'nix'");
    world_unchanged(before);
}

/* Each layer of the customer's side closes; off shift and unfit is nobody. */
static void test_closed_and_nobody(void **state)
{
    (void)state;
    const lsched_request r = a_request("x", "2026-03-03T10:00");
    const struct {
        int32_t kind;
        const char *owner, *words;
    } layers[] = {{LSCHED_REGION, "US-NY", "lawful hours"},
                  {LSCHED_CUSTOMER, "cora", "customer"},
                  {LSCHED_SERVICE, "talk", "service"}};
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++) {
        closes(layers[i].kind, layers[i].owner, "20260303", "20260304", NULL);
        refused(&r, LSCHED_CLOSED, layers[i].words);
        ok(lsched_remove_calendar(w.s, layers[i].kind, layers[i].owner, "closes"));
    }
    const char *const agents[] = {"ana", "ben", "hal", "gil"};
    for (size_t i = 0; i < 4; i++)
        closes(LSCHED_AGENT, agents[i], "20260303", "20260304", NULL);
    refused(&r, LSCHED_NOBODY, "off shift");
    for (size_t i = 0; i < 4; i++)
        ok(lsched_remove_calendar(w.s, LSCHED_AGENT, agents[i], "closes"));
    ok(PUT(customer, .id = "cora", .zone = "America/New_York", .region = "US-NY",
           .language = "fr"));
    refused(&r, LSCHED_NOBODY, "language");
}

/* Nobody at all is told otherwise than all who are there being taken. */
static void test_taken(void **state)
{
    (void)state;
    const char *const keys[] = {"1", "2", "3", "4"};
    for (int i = 0; i < 4; i++)
        lsched_booking_free(book_at(keys[i], NULL, "2026-03-03T10:00"));
    const lsched_request r = a_request("5", "2026-03-03T10:00");
    refused(&r, LSCHED_TAKEN, "booked");
    closes(LSCHED_AGENT, "gil", "20260303", "20260304", NULL);
    refused(&r, LSCHED_TAKEN, "booked");
}

static void test_malformed(void **state)
{
    (void)state;
    char *before = world_listing(w.s);
    lsched_request r = a_request(NULL, "2026-03-03T10:00");
    refused(&r, LSCHED_INVALID, "key");
    r = a_request("x", "2026-03-03T10:00");
    r.start = 0;
    refused(&r, LSCHED_INVALID, "start");
    r.start = -5;
    refused(&r, LSCHED_INVALID, "start");
    r.start = INT64_MAX;
    refused(&r, LSCHED_INVALID, "start");
    r = a_request("x", "2026-03-03T10:00");
    r.channel = LSCHED_PHONE | LSCHED_CHAT;
    refused(&r, LSCHED_INVALID, "channel");
    r.channel = 16;
    refused(&r, LSCHED_INVALID, "channel");
    r.channel = 0;
    r.rungs = 16;
    refused(&r, LSCHED_INVALID, "rungs");
    r.rungs = 0;
    r.spare = 1;
    refused(&r, LSCHED_MISUSE, "spare");
    world_unchanged(before);
}

/* ---- move ----------------------------------------------------------------------------------- */

static lsched_change a_change(const char *key, const char *id, const char *start)
{
    return (lsched_change){
        .size = sizeof(lsched_change), .key = key, .id = id, .start = at(start)};
}

static void test_move(void **state)
{
    (void)state;
    lsched_booking *b = book_at("1", "ben", "2026-03-03T10:00"), *moved;
    lsched_change c = a_change("2", b->id, "2026-03-09T11:30");
    c.cause = "the train was late";
    w.now += 600;
    ok(lsched_move(w.s, &c, &moved));
    assert_string_equal(moved->id, b->id);
    assert_int_equal(moved->state, LSCHED_BOOKED);
    assert_int_equal(moved->sequence, 1);
    assert_string_equal(moved->agent, "ben");
    assert_string_equal(moved->cause, c.cause);
    assert_int_equal(moved->start, c.start);
    assert_int_equal(moved->end, c.start + 30 * MINUTES);
    assert_string_equal(moved->wall, "2026-03-09T11:30");
    assert_int_equal(b->offset, -5 * HOURS);
    assert_int_equal(moved->offset, -4 * HOURS);
    assert_int_equal(moved->created, b->created);
    assert_int_equal(moved->changed, w.now);
    lsched_booking *got = get(b->id);
    world_same_booking(got, moved);
    lsched_booking_free(got);
    lsched_booking_free(moved);

    /* The old place is free again, and the new one is not. */
    assert_int_equal(world_try(NEW(request, .key = "3", .customer = "cora", .service = "talk",
                                   .agent = "ben", .start = b->start)),
                     LSCHED_OK);
    assert_int_equal(world_try(NEW(request, .key = "4", .customer = "cora", .service = "talk",
                                   .agent = "ben", .start = c.start)),
                     LSCHED_TAKEN);
    lsched_booking_free(b);
}

static void test_move_agents(void **state)
{
    (void)state;
    lsched_booking *b = book_at("1", "ben", "2026-03-03T10:00"), *moved;
    lsched_booking_free(book_at("2", "ben", "2026-03-03T11:00"));
    lsched_change c = a_change("3", b->id, "2026-03-03T11:00");
    ok(lsched_move(w.s, &c, &moved)); /* Ben is taken: the best other one */
    assert_string_equal(moved->agent, "ana");
    lsched_booking_free(moved);
    c = a_change("4", b->id, "2026-03-03T12:00");
    c.agent = "hal";
    c.channel = LSCHED_CHAT;
    ok(lsched_move(w.s, &c, &moved));
    assert_string_equal(moved->agent, "hal");
    assert_string_equal(moved->team, "help");
    assert_int_equal(moved->rung, LSCHED_OVERFLOW);
    assert_int_equal(moved->channel, LSCHED_CHAT);
    assert_int_equal(moved->lane, 1);
    assert_int_equal(moved->sequence, 2);
    lsched_booking_free(moved);
    c = a_change("5", b->id, "2026-03-03T12:30");
    ok(lsched_move(w.s, &c, &moved)); /* 0: the channel as it is; Hal as he is free */
    assert_int_equal(moved->channel, LSCHED_CHAT);
    assert_string_equal(moved->agent, "hal");
    assert_int_equal(moved->sequence, 3);
    lsched_booking_free(moved);
    lsched_booking_free(b);
}

/* The place of old is free for the booking itself, and for nobody else while it is not. */
static void test_move_onto_itself(void **state)
{
    (void)state;
    ok(PUT(service, .id = "hour", .name = "Hour", .minutes = 60, .step = 30,
           .notice = LSCHED_NONE));
    lsched_booking *b = BOOK(.key = "1", .customer = "cora", .service = "hour", .agent = "ana",
                             .start = at("2026-03-03T10:00"));
    lsched_change c = a_change("2", b->id, "2026-03-03T10:30");
    c.agent = "ana";
    assert_int_equal(world_try_move(&c), LSCHED_OK);
    c = a_change("3", b->id, "2026-03-03T10:30");
    assert_int_equal(world_try_move(&c), LSCHED_OK);
    lsched_booking *got = get(b->id);
    assert_int_equal(got->sequence, 2);
    assert_string_equal(got->agent, "ana");
    lsched_booking_free(got);
    lsched_booking_free(b);
}

static void test_failed_move(void **state)
{
    (void)state;
    lsched_booking *b = book_at("1", "ana", "2026-03-03T10:00"), *out;
    lsched_booking_free(book_at("2", "ana", "2026-03-03T11:00"));
    char *before = world_listing(w.s), *places = world_free_places(at("2026-03-04T00:00"));
    lsched_change c = a_change("x", b->id, "2026-03-03T11:00");
    c.agent = "ana";
    refuses(lsched_move(w.s, &c, &out), LSCHED_TAKEN, "booked");
    c = a_change("x", b->id, "2026-03-03T18:00");
    refuses(lsched_move(w.s, &c, &out), LSCHED_CLOSED, "closed");
    c = a_change("x", b->id, "2026-03-03T11:10");
    refuses(lsched_move(w.s, &c, &out), LSCHED_OFFGRID, "minute");
    c = a_change("x", b->id, "2026-03-02T07:00");
    refuses(lsched_move(w.s, &c, &out), LSCHED_TOOSOON, "soon");
    c = a_change("x", b->id, "2026-05-05T10:00");
    refuses(lsched_move(w.s, &c, &out), LSCHED_TOOFAR, "far");
    c = a_change("x", b->id, "2026-03-03T12:00");
    c.agent = "nix";
    refuses(lsched_move(w.s, &c, &out), LSCHED_NOTFOUND, "'nix'");
    c = a_change("x", "nix", "2026-03-03T12:00");
    refuses(lsched_move(w.s, &c, &out), LSCHED_NOTFOUND, "'nix'");
    assert_null(out);
    world_unchanged(before);
    char *after = world_free_places(at("2026-03-04T00:00"));
    assert_string_equal(places, after);
    free(places);
    free(after);
    lsched_booking_free(b);
}

/* ---- cancel --------------------------------------------------------------------------------- */

static void test_cancel(void **state)
{
    (void)state;
    lsched_booking *b = book_at("1", NULL, "2026-03-03T10:00"), *out;
    w.now += 60;
    ok(lsched_cancel(w.s, b->id, "no longer needed", "2", &out));
    assert_int_equal(out->state, LSCHED_CANCELLED);
    assert_int_equal(out->sequence, 1);
    assert_string_equal(out->cause, "no longer needed");
    assert_int_equal(out->start, b->start);
    assert_int_equal(out->changed, b->changed + 60);
    lsched_booking_free(out);
    char *before = world_listing(w.s);
    refuses(lsched_cancel(w.s, b->id, NULL, "3", &out), LSCHED_OVER, b->id);
    assert_null(out);
    const lsched_change c = a_change("4", b->id, "2026-03-03T11:00");
    refuses(lsched_move(w.s, &c, &out), LSCHED_OVER, b->id);
    refuses(lsched_cancel(w.s, "nix", NULL, "5", &out), LSCHED_NOTFOUND, "'nix'");
    refuses(lsched_cancel(w.s, "nix", NULL, "5", NULL), LSCHED_NOTFOUND, "'nix'");
    world_unchanged(before);
    lsched_booking_free(b);
}

static void test_time_has_passed(void **state)
{
    (void)state;
    lsched_booking *b = book_at("1", NULL, "2026-03-03T10:00"), *out;
    lsched_change c = a_change("2", b->id, "2026-03-03T12:00");
    w.now = b->end;
    refuses(lsched_cancel(w.s, b->id, NULL, "3", &out), LSCHED_OVER, b->id);
    refuses(lsched_move(w.s, &c, &out), LSCHED_OVER, b->id);
    w.now = b->end - 1;
    assert_int_equal(world_try_move(&c), LSCHED_OK);
    ok(lsched_cancel(w.s, b->id, NULL, "4", NULL));
    lsched_booking_free(b);
}

/* Whatever came and went leaves exactly the free places of before. */
static void test_cancel_restores(void **state)
{
    lsched_booking *b[24];
    char key[8];
    (void)state;
    const lsched_time until = at("2026-03-06T00:00");
    char *places = world_free_places(until);
    for (int i = 0; i < 24; i++) {
        snprintf(key, sizeof key, "b%d", i);
        b[i] = BOOK(.key = key, .customer = "cora", .service = "talk", .channel = 1 << i % 3,
                    .start = at("2026-03-03T09:00") + i % 6 * 30 * MINUTES);
    }
    char *fewer = world_free_places(until);
    assert_string_not_equal(places, fewer);
    free(fewer);
    for (int i = 0; i < 24; i += 4) {
        snprintf(key, sizeof key, "m%d", i);
        lsched_change c = a_change(key, b[i]->id, "2026-03-04T09:00");
        c.start += i * 15 * MINUTES;
        assert_int_equal(world_try_move(&c), LSCHED_OK);
    }
    for (int i = 0; i < 24; i++) {
        snprintf(key, sizeof key, "c%d", i);
        ok(lsched_cancel(w.s, b[i * 7 % 24]->id, NULL, key, NULL));
    }
    char *after = world_free_places(until);
    assert_string_equal(places, after);
    free(places);
    free(after);
    for (int i = 0; i < 24; i++)
        lsched_booking_free(b[i]);
}

/* ---- list ----------------------------------------------------------------------------------- */

/* The wall clock hours and agents of what is listed. */
static void expect_list(const lsched_filter *filter, const char *wanted)
{
    lsched_bookings *list;
    char text[400] = "";
    ok(lsched_list_bookings(w.s, filter, &list));
    for (size_t i = 0; i < lsched_bookings_count(list); i++) {
        const lsched_booking *b = lsched_bookings_at(list, i);
        assert_int_equal(b->size, sizeof *b);
        snprintf(text + strlen(text), sizeof text - strlen(text), "%.2s%s ", b->wall + 11,
                 b->agent);
    }
    assert_null(lsched_bookings_at(list, lsched_bookings_count(list)));
    assert_string_equal(text, wanted);
    lsched_bookings_free(list);
}

static void test_list(void **state)
{
    (void)state;
    ok(PUT(customer, .id = "carl", .zone = "America/New_York", .team = "home"));
    ok(PUT(service, .id = "other", .name = "O", .minutes = 30, .notice = LSCHED_NONE));
    lsched_booking *b[5];
    b[0] = book_at("0", "ben", "2026-03-03T12:00");
    b[1] = book_at("1", "ana", "2026-03-03T10:00");
    b[2] = BOOK(.key = "2", .customer = "carl", .service = "other", .agent = "hal",
                .team = "help", .start = at("2026-03-03T10:00"));
    b[3] = BOOK(.key = "3", .customer = "carl", .service = "talk", .agent = "ana",
                .start = at("2026-03-03T14:00"));
    b[4] = book_at("4", "gil", "2026-03-03T16:00");
    ok(lsched_cancel(w.s, b[4]->id, NULL, "x", NULL));
    expect_list(NEW(filter, .limit = 0), "10ana 10hal 12ben 14ana 16gil ");
    expect_list(NEW(filter, .state = LSCHED_BOOKED), "10ana 10hal 12ben 14ana ");
    expect_list(NEW(filter, .state = LSCHED_CANCELLED), "16gil ");
    expect_list(NEW(filter, .customer = "carl"), "10hal 14ana ");
    expect_list(NEW(filter, .agent = "ana", .team = ""), "10ana 14ana ");
    expect_list(NEW(filter, .team = "help"), "10hal ");
    expect_list(NEW(filter, .service = "talk", .limit = 2), "10ana 12ben ");
    expect_list(NEW(filter, .customer = "carl", .agent = "ana"), "14ana ");
    expect_list(NEW(filter, .from = b[1]->end), "12ben 14ana 16gil ");
    expect_list(NEW(filter, .from = b[1]->end - 1), "10ana 10hal 12ben 14ana 16gil ");
    expect_list(NEW(filter, .until = b[0]->start), "10ana 10hal ");
    expect_list(NEW(filter, .until = b[0]->start + 1), "10ana 10hal 12ben ");
    expect_list(NEW(filter, .after = b[1]->id), "10hal 12ben 14ana 16gil ");
    expect_list(NEW(filter, .after = b[2]->id, .limit = 1), "12ben ");
    expect_list(NEW(filter, .after = b[4]->id), "");
    expect_list(NEW(filter, .agent = "nobody"), "");
    lsched_bookings *list;
    refuses(lsched_list_bookings(w.s, NEW(filter, .after = "nix"), &list), LSCHED_NOTFOUND,
            "'nix'");
    assert_null(list);
    refuses(lsched_list_bookings(w.s, NEW(filter, .limit = LSCHED_MAX_PAGE + 1), &list),
            LSCHED_LIMIT, "limit");
    refuses(lsched_list_bookings(w.s, NEW(filter, .spare = 1), &list), LSCHED_MISUSE, "spare");
    refuses(lsched_list_bookings(w.s, NEW(filter, .state = 10), &list), LSCHED_INVALID, "state");
    for (int i = 0; i < 5; i++)
        lsched_booking_free(b[i]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_little, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_book),
        TEST(test_ids),
        TEST(test_first_channel),
        TEST(test_refusals),
        TEST(test_closed_and_nobody),
        TEST(test_taken),
        TEST(test_malformed),
        TEST(test_move),
        TEST(test_move_agents),
        TEST(test_move_onto_itself),
        TEST(test_failed_move),
        TEST(test_cancel),
        TEST(test_time_has_passed),
        TEST(test_cancel_restores),
        TEST(test_list),
    };
    return cmocka_run_group_tests_name("booking", tests, NULL, NULL);
}
