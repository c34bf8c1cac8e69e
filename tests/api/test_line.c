/* test_line.c -- header chapter 6: who comes into the line, and what waits there. */
#include "world.h"

#define NOON "2026-03-03T12:00"

static char *keep_id(lsched_booking *b)
{
    char *id = strdup(b->id);
    lsched_booking_free(b);
    return id;
}

#define JOIN(...) world_join(NEW(request, __VA_ARGS__))

static lsched_booking *world_join(const lsched_request *request)
{
    lsched_booking *b = NULL;
    ok(lsched_join(w.s, request, &b));
    assert_non_null(b);
    return b;
}

static int try_join(const lsched_request *request)
{
    lsched_booking *b = NULL;
    const int status = lsched_join(w.s, request, &b);
    assert_true((status == LSCHED_OK) == (b != NULL));
    lsched_booking_free(b);
    return status;
}

#define TRY(...) try_join(NEW(request, __VA_ARGS__))

/* What the customer was told is the start is kept, whoever would begin before. */
static void test_not_before(void **state)
{
    (void)state;
    lsched_booking *b;
    w.now = at(NOON);
    char *id =
        keep_id(JOIN(.key = "j", .customer = "cora", .service = "talk", .start = at(NOON) + 3600));
    w.now = at(NOON) + 3599;
    refuses(lsched_start_as(w.s, id, "ana", "s", NULL), LSCHED_TOOSOON, "later");
    w.now = at(NOON) + 3600;
    ok(lsched_start_as(w.s, id, "ana", "s", &b));
    assert_int_equal(b->start, at(NOON) + 3600);
    lsched_booking_free(b);
    free(id);
}

static void nothing_before(const char *id)
{
    lsched_booking *b = NULL;
    refuses(lsched_next(w.s, "ana", 0, &b), LSCHED_NOTFOUND, id);
    assert_null(b);
}

/* A call that was promised waits for the chats in progress, and for no other, also when its own
 * time has passed. */
static void test_own_call(void **state)
{
    (void)state;
    lsched_booking *b = NULL;
    w.now = at(NOON);
    ok(PUT(agent, .id = "ana", .name = "Ana", .zone = "America/New_York", .lanes = 2));
    ok(PUT(customer, .id = "dora", .zone = "America/New_York", .region = "US-NY"));
    ok(PUT(customer, .id = "emil", .zone = "America/New_York", .region = "US-NY"));
    char *call = keep_id(BOOK(.key = "b", .customer = "cora", .service = "talk", .agent = "ana",
                              .start = at("2026-03-03T15:30")));
    w.now = at("2026-03-03T15:00");
    char *chat =
        keep_id(JOIN(.key = "j", .customer = "dora", .service = "talk", .channel = LSCHED_CHAT));
    ok(lsched_start_as(w.s, chat, "ana", "s", NULL));
    w.now = at("2026-03-03T15:20");
    char *next =
        keep_id(JOIN(.key = "k", .customer = "emil", .service = "talk", .channel = LSCHED_CHAT));
    w.now = at("2026-03-03T15:31");
    nothing_before(call);
    w.now = at("2026-03-03T16:15");
    nothing_before(call);
    ok(lsched_finish(w.s, chat, LSCHED_FULFILLED, NULL, "f", NULL));
    ok(lsched_next(w.s, "ana", 0, &b));
    assert_string_equal(b->id, call);
    lsched_booking_free(b);
    ok(lsched_finish(w.s, call, LSCHED_FULFILLED, NULL, "g", NULL));
    ok(lsched_next(w.s, "ana", 0, &b));
    assert_string_equal(b->id, next);
    lsched_booking_free(b);
    free(call);
    free(chat);
    free(next);
}

/* ---- joining ---------------------------------------------------------------------------------- */

/* It waits, and takes nobody's time; the same key answers the same. */
static void gives(const char *agent, const char *id)
{
    lsched_booking *b = NULL;
    ok(lsched_next(w.s, agent, 1, &b));
    assert_string_equal(b->id, id);
    lsched_booking_free(b);
    w.now += 2; /* and the lease is over */
}

/* What an agent has no time for before the next call is passed over, all of it, and what is
 * shorter, by its service or for some customers by an incident, is not. */
static void test_too_long_for_now(void **state)
{
    (void)state;
    static const char *const who[] = {"dora", "emil", "fay", "gus"};
    char *ids[4];
    ok(PUT(service, .id = "quick", .name = "Quick", .minutes = 10, .step = 10,
           .notice = LSCHED_NONE));
    for (int i = 0; i < 4; i++)
        ok(PUT(customer, .id = who[i], .zone = "America/New_York",
               .region = i == 3 ? "US-NJ" : "US-NY"));
    w.now = at(NOON);
    lsched_booking_free(BOOK(.key = "b", .customer = "cora", .service = "talk", .agent = "ana",
                             .start = at("2026-03-03T12:30")));
    for (int i = 0; i < 4; i++) {
        w.now = at("2026-03-03T12:05") + i;
        ids[i] =
            keep_id(JOIN(.key = who[i], .customer = who[i], .service = i == 2 ? "quick" : "talk"));
    }
    w.now = at("2026-03-03T12:06");
    gives("ben", ids[0]);
    gives("ana", ids[2]);
    ok(lsched_start_as(w.s, ids[2], "ben", "s", NULL));
    nothing_before(ids[0]);
    ok(PUT(incident, .id = "flood", .text = "Water.", .regions = "US-NJ", .opened = w.now,
           .next_update = w.now + 3600, .minutes = 10));
    gives("ana", ids[3]);
    for (int i = 0; i < 4; i++)
        free(ids[i]);
}

static void test_join(void **state)
{
    (void)state;
    w.now = at(NOON) + 17;
    char *free_before = world_free_places(at("2026-03-06T00:00"));
    lsched_booking *b = JOIN(.key = "j", .customer = "cora", .service = "talk",
                             .note = "no dial tone", .rungs = LSCHED_HOME, .due = w.now + 3600);
    assert_int_equal(b->state, LSCHED_WAITING);
    assert_int_equal(b->sequence, 0);
    assert_int_equal(b->channel, LSCHED_PHONE);
    assert_int_equal(b->lane, 0);
    assert_int_equal(b->rung, 0);
    assert_int_equal(b->rungs, LSCHED_HOME);
    assert_string_equal(b->agent, "");
    assert_string_equal(b->team, "home");
    assert_string_equal(b->note, "no dial tone");
    assert_string_equal(b->wall, "2026-03-03T12:00");
    assert_int_equal(b->since, w.now);
    assert_int_equal(b->due, w.now + 3600);
    assert_int_equal(b->start, at(NOON));
    assert_int_equal(b->end, at(NOON) + 1800);
    assert_int_equal(b->attempts, 0);
    assert_int_equal(b->revision, 1);
    char *free_after = world_free_places(at("2026-03-06T00:00"));
    assert_string_equal(free_before, free_after);

    w.now += 600;
    lsched_booking *again =
        JOIN(.key = "j", .customer = "cora", .service = "talk", .note = "no dial tone",
             .rungs = LSCHED_HOME, .due = at(NOON) + 17 + 3600);
    world_same_booking(b, again);
    refuses(TRY(.key = "j", .customer = "cora", .service = "talk"), LSCHED_KEYUSED, "key");
    lsched_booking_free(again);
    lsched_booking_free(b);
    free(free_before);
    free(free_after);
}

/* The place in the line is that of the arrival, also of one who was on hold before. */
static void test_since(void **state)
{
    (void)state;
    w.now = at(NOON);
    lsched_booking *b = JOIN(.key = "j", .customer = "cora", .service = "talk",
                             .since = w.now - 1234, .start = w.now + 3601, .agent = "ben");
    assert_int_equal(b->since, w.now - 1234);
    assert_int_equal(b->start, w.now + 3660);
    assert_string_equal(b->agent, "ben");
    lsched_booking_free(b);
    refuses(TRY(.key = "k", .customer = "cora", .service = "talk", .since = w.now + 1),
            LSCHED_INVALID, "since");
}

/* One open contact for a customer and a topic. */
static void test_once(void **state)
{
    (void)state;
    w.now = at(NOON);
    ok(PUT(service, .id = "lines", .name = "Lines", .topic = "internet"));
    ok(PUT(service, .id = "routers", .name = "Routers", .topic = "internet"));
    ok(PUT(customer, .id = "dora", .zone = "America/New_York", .region = "US-NY"));
    char *id = keep_id(JOIN(.key = "j1", .customer = "cora", .service = "lines"));
    refuses(TRY(.key = "j2", .customer = "cora", .service = "lines"), LSCHED_EXISTS, id);
    refuses(TRY(.key = "j2", .customer = "cora", .service = "routers"), LSCHED_EXISTS, id);
    ok(TRY(.key = "j3", .customer = "cora", .service = "talk"));
    ok(TRY(.key = "j4", .customer = "dora", .service = "lines"));
    /* With a time of its own it is still open, until that has passed. */
    ok(world_try_move(NEW(change, .key = "m", .id = id, .start = at("2026-03-03T15:00"))));
    refuses(TRY(.key = "j2", .customer = "cora", .service = "lines"), LSCHED_EXISTS, id);
    w.now = at("2026-03-03T15:29");
    refuses(TRY(.key = "j2", .customer = "cora", .service = "lines"), LSCHED_EXISTS, id);
    w.now = at("2026-03-03T15:30");
    ok(TRY(.key = "j2", .customer = "cora", .service = "lines"));
    free(id);
}

static void test_who_cannot(void **state)
{
    (void)state;
    w.now = at(NOON);
    char *before = world_listing(w.s);
    ok(lsched_begin(w.s));
    ok(PUT(customer, .id = "yuki", .zone = "America/New_York", .region = "US-NY",
           .language = "ja"));
    ok(PUT(service, .id = "fax", .name = "Fax", .skills = "fax"));
    ok(PUT(service, .id = "chats", .name = "Chats", .channels = LSCHED_CHAT));
    refuses(TRY(.key = "j", .customer = "yuki", .service = "talk"), LSCHED_NOBODY, "language");
    refuses(TRY(.key = "j", .customer = "cora", .service = "fax"), LSCHED_NOBODY, "skill");
    refuses(TRY(.key = "j", .customer = "cora", .service = "chats", .channel = LSCHED_PHONE),
            LSCHED_NOBODY, "channel");
    refuses(TRY(.key = "j", .customer = "nix", .service = "talk"), LSCHED_NOTFOUND, "nix");
    refuses(TRY(.key = "j", .customer = "cora", .service = "nix"), LSCHED_NOTFOUND, "nix");
    refuses(TRY(.key = "j", .customer = "cora", .service = "talk", .agent = "nix"), LSCHED_NOTFOUND,
            "nix");
    refuses(TRY(.key = "j", .customer = "cora", .service = "talk", .team = "home"), LSCHED_INVALID,
            "team");
    refuses(TRY(.key = "j", .customer = "cora", .service = "talk", .seconds = 3), LSCHED_INVALID,
            "seconds");
    refuses(TRY(.key = "j", .customer = "cora", .service = "talk", .channel = 3), LSCHED_INVALID,
            "channel");
    refuses(world_try(NEW(request, .key = "j", .customer = "cora", .service = "talk",
                          .start = at("2026-03-03T13:00"), .since = w.now)),
            LSCHED_INVALID, "since");
    ok(lsched_rollback(w.s));
    world_unchanged(before);
}

/* Nobody joins what closes in a moment, or is closed; unless the service says so. */
static void test_cut_off(void **state)
{
    (void)state;
    const struct {
        int32_t cut_off;
        const char *now;
        int status;
    } cases[] = {
        {0, "2026-03-03T16:15", LSCHED_OK},     {0, "2026-03-03T16:16", LSCHED_CLOSED},
        {60, "2026-03-03T15:30", LSCHED_OK},    {60, "2026-03-03T15:31", LSCHED_CLOSED},
        {1, "2026-03-03T16:29", LSCHED_OK},     {1, "2026-03-03T16:30", LSCHED_CLOSED},
        {0, "2026-03-03T08:59", LSCHED_CLOSED}, {0, "2026-03-03T09:00", LSCHED_OK},
        {0, "2026-03-03T22:00", LSCHED_CLOSED}, {LSCHED_NONE, "2026-03-03T22:00", LSCHED_OK},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ok(lsched_begin(w.s));
        w.now = at(cases[i].now);
        ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 30, .cut_off = cases[i].cut_off));
        const int status = TRY(.key = "j", .customer = "cora", .service = "talk");
        if (status != cases[i].status)
            fail_msg("%s with %d: %s", cases[i].now, cases[i].cut_off, lsched_message(w.s));
        ok(lsched_rollback(w.s));
    }
    /* Later today is asked as of then. */
    w.now = at("2026-03-03T07:00");
    ok(TRY(.key = "j", .customer = "cora", .service = "talk", .start = at("2026-03-03T10:00")));
}

/* ---- what becomes of it ------------------------------------------------------------------------ */

static void test_leave(void **state)
{
    (void)state;
    w.now = at(NOON);
    char *id = keep_id(JOIN(.key = "j", .customer = "cora", .service = "talk"));
    refuses(lsched_start(w.s, id, "s", NULL), LSCHED_OVER, "waiting");
    refuses(lsched_confirm(w.s, id, NULL, "s", NULL), LSCHED_OVER, "waiting");
    refuses(lsched_finish(w.s, id, LSCHED_FULFILLED, NULL, "s", NULL), LSCHED_OVER, "waiting");
    refuses(lsched_remove_customer(w.s, "cora"), LSCHED_INUSE, "1 waiting contact");
    refuses(lsched_remove_service(w.s, "talk"), LSCHED_INUSE, "1 waiting contact");
    w.now += 86400; /* its turn may come tomorrow */
    ok(lsched_begin(w.s));
    lsched_booking *b = NULL;
    ok(lsched_cancel(w.s, id, "better now", "c", &b));
    assert_int_equal(b->state, LSCHED_CANCELLED);
    assert_string_equal(b->agent, "");
    lsched_booking_free(b);
    lsched_notices *list;
    ok(lsched_take_notices(w.s, 0, 0, &list));
    assert_int_equal(lsched_notices_count(list), 1);
    assert_int_equal(lsched_notices_at(list, 0)->kind, LSCHED_NOTICE_CANCELLED);
    lsched_notices_free(list);
    ok(lsched_remove_service(w.s, "talk"));
    ok(lsched_rollback(w.s));
    /* A time of its own instead: a place like any other, confirmed like any other. */
    ok(lsched_move(w.s, NEW(change, .key = "m", .id = id, .start = at("2026-03-05T10:00")), &b));
    assert_int_equal(b->state, LSCHED_BOOKED);
    assert_string_equal(b->agent, "ana");
    assert_int_equal(b->since, at(NOON));
    assert_int_equal(b->rung, LSCHED_HOME);
    lsched_booking_free(b);
    ok(lsched_take_notices(w.s, 0, 0, &list));
    assert_int_equal(lsched_notices_count(list), 1);
    assert_int_equal(lsched_notices_at(list, 0)->kind, LSCHED_NOTICE_CONFIRMED);
    lsched_notices_free(list);
    free(id);
}

/* By its state; to calendar programs it is tentative, and names nobody. */
static void test_seen(void **state)
{
    (void)state;
    char *text;
    w.now = at(NOON);
    char *id = keep_id(JOIN(.key = "j", .customer = "cora", .service = "talk"));
    lsched_bookings *list;
    ok(lsched_list_bookings(w.s, NEW(filter, .state = LSCHED_WAITING), &list));
    assert_int_equal(lsched_bookings_count(list), 1);
    assert_string_equal(lsched_bookings_at(list, 0)->id, id);
    lsched_bookings_free(list);
    ok(lsched_write_booking(w.s, id, &text));
    assert_non_null(strstr(text, "STATUS:TENTATIVE"));
    assert_non_null(strstr(text, "SUMMARY:Call: Talk"));
    lsched_text_free(text);
    lsched_events *events;
    ok(lsched_list_events(w.s, id, 0, 0, &events));
    assert_int_equal(lsched_events_count(events), 1);
    const lsched_event *e = lsched_events_at(events, 0);
    assert_int_equal(e->kind, LSCHED_EVENT_JOINED);
    assert_null(e->before);
    assert_string_equal(e->key, "j");
    lsched_events_free(events);
    free(id);
}

/* From another system, as it stands there. */
static void test_import(void **state)
{
    (void)state;
    w.now = at(NOON);
    lsched_booking given = {.size = sizeof given,
                            .state = LSCHED_WAITING,
                            .channel = LSCHED_PHONE,
                            .customer = "cora",
                            .service = "talk",
                            .team = "home",
                            .start = at("2026-03-02T11:00"),
                            .end = at("2026-03-02T11:30"),
                            .created = at("2026-03-02T11:00") + 7,
                            .attempts = 2,
                            .outcome = LSCHED_OUTCOME_MACHINE};
    lsched_booking *b;
    ok(lsched_import(w.s, &given, "i", &b));
    assert_int_equal(b->state, LSCHED_WAITING);
    assert_int_equal(b->since, given.created);
    assert_int_equal(b->attempts, 2);
    assert_int_equal(b->outcome, LSCHED_OUTCOME_MACHINE);
    refuses(lsched_import(w.s, &given, "i2", NULL), LSCHED_EXISTS, b->id);
    refuses(TRY(.key = "j", .customer = "cora", .service = "talk"), LSCHED_EXISTS, b->id);
    lsched_booking_free(b);
    given.state = LSCHED_BOOKED;
    refuses(lsched_import(w.s, &given, "i2", NULL), LSCHED_INVALID, "agent is required");
    given.state = LSCHED_WAITING;
    given.customer = "nix";
    refuses(lsched_import(w.s, &given, "i2", NULL), LSCHED_NOTFOUND, "nix");
    given.customer = "cora";
    given.rungs = 16;
    refuses(lsched_import(w.s, &given, "i2", NULL), LSCHED_INVALID, "rungs");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_little, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_join),
        TEST(test_since),
        TEST(test_once),
        TEST(test_who_cannot),
        TEST(test_cut_off),
        TEST(test_leave),
        TEST(test_seen),
        TEST(test_import),
        TEST(test_not_before),
        TEST(test_own_call),
        TEST(test_too_long_for_now),
    };
    return cmocka_run_group_tests_name("line", tests, NULL, NULL);
}
