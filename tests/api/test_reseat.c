/* test_reseat.c -- room by re-seating: what is told of it, and who is never moved.
 *
 * Dora speaks Finnish, as ana does alone.  Cora is anybody's; where ana serves her, ben could. */
#include "world.h"

#define TEN "2026-03-02T10:00"

static int put_talk(int32_t reseats)
{
    return PUT(service, .id = "talk", .name = "Talk", .minutes = 30, .step = 30,
               .notice = LSCHED_NONE, .reminder = 60, .reseats = reseats);
}

static int setup(void **state)
{
    if (world_little(state) != 0)
        return 1;
    ok(put_talk(2));
    ok(PUT(agent, .id = "ana", .name = "ana", .zone = "America/New_York", .languages = "en fi"));
    ok(PUT(customer, .id = "dora", .zone = "America/New_York", .region = "US-NY",
           .language = "fi"));
    return 0;
}

static char id[LSCHED_MAX_ID + 1];

static void keep(lsched_booking *b, const char *agent)
{
    assert_string_equal(b->agent, agent);
    snprintf(id, sizeof id, "%s", b->id);
    lsched_booking_free(b);
}

static lsched_request cora(const char *key)
{
    return (lsched_request){.size = sizeof(lsched_request),
                            .key = key,
                            .customer = "cora",
                            .service = "talk",
                            .channel = LSCHED_PHONE,
                            .start = at(TEN)};
}

static lsched_request dora(const char *key)
{
    lsched_request r = cora(key);
    r.customer = "dora";
    return r;
}

static void cora_has_ana(void)
{
    const lsched_request r = cora("c");
    keep(world_book(&r), "ana");
}

static size_t slots_of_dora(void)
{
    lsched_slots *found = FIND(.customer = "dora", .service = "talk", .channels = LSCHED_PHONE,
                               .from = at(TEN), .until = at(TEN) + 1);
    const size_t n = lsched_slots_count(found);
    if (n > 0)
        assert_int_equal(lsched_slots_at(found, 0)->moves, 1);
    else
        assert_true(lsched_slots_lost(found, LSCHED_WHY_BOOKED) > 0);
    lsched_slots_free(found);
    return n;
}

/* Whoever has ana stays there. */
static void stays(void)
{
    const lsched_request r = dora("d");
    char *before = world_listing(w.s);
    lsched_booking *none;
    assert_int_equal(slots_of_dora(), 0);
    refuses(lsched_book(w.s, &r, &none), LSCHED_TAKEN, "booked");
    world_unchanged(before);
}

static void goes(void)
{
    const lsched_request r = dora("d");
    assert_int_equal(slots_of_dora(), 1);
    lsched_booking *b = world_book(&r);
    assert_string_equal(b->agent, "ana");
    assert_int_equal(b->moves, 1);
    lsched_booking_free(b);
    b = BOOKING(id);
    assert_string_equal(b->agent, "ben");
    lsched_booking_free(b);
}

/* ---- what is told ------------------------------------------------------------------------------- */

static void room_is_made(void **state)
{
    (void)state;
    const lsched_request r = dora("d");
    lsched_events *events;
    lsched_choice *choice;
    cora_has_ana();
    lsched_booking *was = BOOKING(id);
    assert_int_equal(was->anybody, 1);
    assert_int_equal(was->moves, 0);
    w.now += 60;
    goes();
    lsched_booking *now = BOOKING(id);
    assert_int_equal(now->sequence, 1);
    assert_int_equal(now->changed, w.now);
    assert_true(now->start == was->start && now->end == was->end && now->rung == was->rung);
    assert_string_equal(now->team, was->team);
    assert_string_equal(now->wall, was->wall);
    ok(lsched_list_events(w.s, NULL, 0, 0, &events));
    assert_int_equal(lsched_events_count(events), 3);
    const lsched_event *moved = lsched_events_at(events, 1), *booked = lsched_events_at(events, 2);
    assert_int_equal(moved->kind, LSCHED_EVENT_RESEATED);
    assert_string_equal(moved->after->id, id);
    assert_string_equal(moved->before->agent, "ana");
    assert_string_equal(moved->after->agent, "ben");
    assert_string_equal(moved->key, "");
    assert_int_equal(booked->kind, LSCHED_EVENT_BOOKED);
    assert_int_equal(booked->after->moves, 1);
    ok(lsched_why_agent(w.s, booked->after->id, &choice));
    assert_int_equal(choice->decided, LSCHED_BY_ROOM);
    assert_int_equal(choice->free, 0);
    lsched_choice_free(choice);
    ok(lsched_why_agent(w.s, id, &choice));
    assert_string_equal(choice->agent, "ana"); /* who was chosen */
    lsched_choice_free(choice);
    /* A retry is told the same, and moves nobody. */
    lsched_booking *again = world_book(&r);
    assert_int_equal(again->moves, 1);
    assert_string_equal(again->id, booked->after->id);
    lsched_booking_free(again);
    lsched_events_free(events);
    lsched_booking_free(was);
    lsched_booking_free(now);
}

/* What waits to be told is told of the new agent, once. */
static void check_notices(size_t wanted, int32_t kind, const char *agent, int32_t sequence)
{
    lsched_notices *list;
    ok(lsched_take_notices(w.s, 0, 60, &list));
    size_t of_cora = 0;
    for (size_t i = 0; i < lsched_notices_count(list); i++) {
        const lsched_notice *n = lsched_notices_at(list, i);
        if (strcmp(n->booking->id, id) == 0) {
            assert_int_equal(n->kind, kind);
            assert_string_equal(n->booking->agent, agent);
            assert_int_equal(n->booking->sequence, sequence);
            of_cora++;
        }
        ok(lsched_ack_notice(w.s, n->id, n->attempt));
    }
    lsched_notices_free(list);
    assert_int_equal(of_cora, wanted);
}

static void untold_is_told(void **state)
{
    (void)state;
    cora_has_ana();
    goes();
    check_notices(1, LSCHED_NOTICE_CONFIRMED, "ben", 1);
    w.now = at("2026-03-02T09:00");
    check_notices(1, LSCHED_NOTICE_REMINDER, "ben", 1);
    check_notices(0, 0, "", 0);
}

static void told_is_not_told_again(void **state)
{
    (void)state;
    cora_has_ana();
    check_notices(1, LSCHED_NOTICE_CONFIRMED, "ana", 0);
    goes();
    check_notices(0, 0, "", 0);
    w.now = at("2026-03-02T09:00");
    check_notices(1, LSCHED_NOTICE_REMINDER, "ben", 1);
}

/* Due, and not handed out yet when the agent changes. */
static void a_late_reminder(void **state)
{
    (void)state;
    ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 30, .step = 30, .notice = LSCHED_NONE,
           .reminder = 90, .reseats = 1));
    cora_has_ana();
    check_notices(1, LSCHED_NOTICE_CONFIRMED, "ana", 0);
    w.now = at("2026-03-02T08:45");
    goes();
    check_notices(1, LSCHED_NOTICE_REMINDER, "ben", 1);
    check_notices(0, 0, "", 0);
}

/* ---- who stays ------------------------------------------------------------------------------------ */

static void a_named_agent(void **state)
{
    (void)state;
    lsched_request r = cora("c");
    r.agent = "ana";
    keep(world_book(&r), "ana");
    stays();
}

static void a_known_agent(void **state)
{
    (void)state;
    ok(PUT(customer, .id = "cora", .zone = "America/New_York", .region = "US-NY", .knows = "ana"));
    cora_has_ana();
    stays();
}

/* Not known when it was booked, but by now. */
static void an_agent_known_by_now(void **state)
{
    (void)state;
    cora_has_ana();
    ok(PUT(customer, .id = "cora", .zone = "America/New_York", .region = "US-NY", .knows = "ana"));
    stays();
}

static void a_hold(void **state)
{
    (void)state;
    lsched_request r = cora("c");
    r.seconds = 600;
    keep(world_hold(&r), "ana");
    stays();
    lsched_booking *b;
    ok(lsched_confirm(w.s, id, NULL, "confirm", &b));
    keep(b, "ana");
    goes();
}

static void one_of_a_series(void **state)
{
    (void)state;
    const lsched_request r = cora("c");
    lsched_series *list;
    ok(lsched_book_series(w.s, &r, "FREQ=DAILY;COUNT=2", LSCHED_ALL, &list));
    assert_string_equal(lsched_series_at(list, 0)->booking->agent, "ana");
    lsched_series_free(list);
    stays();
}

/* A series of Dora's makes room for itself, and its answer can be given again. */
static void for_a_series(void **state)
{
    (void)state;
    const lsched_request r = dora("d");
    lsched_series *list;
    cora_has_ana();
    for (int turn = 0; turn < 2; turn++) {
        ok(lsched_book_series(w.s, &r, "FREQ=DAILY;COUNT=2", LSCHED_ALL, &list));
        assert_int_equal(lsched_series_at(list, 0)->booking->moves, 1);
        assert_int_equal(lsched_series_at(list, 0)->reasons, 0);
        assert_int_equal(lsched_series_at(list, 1)->booking->moves, 0);
        lsched_series_free(list);
    }
    lsched_booking *b = BOOKING(id);
    keep(b, "ben");
}

static void an_import(void **state)
{
    (void)state;
    lsched_booking *b;
    ok(lsched_import(w.s,
                     NEW(booking, .state = LSCHED_BOOKED, .channel = LSCHED_PHONE,
                         .customer = "cora", .service = "talk", .agent = "ana", .team = "home",
                         .start = at(TEN), .end = at(TEN) + 1800),
                     "c", &b));
    keep(b, "ana");
    stays();
}

/* From a store where it was anybody's. */
static void an_import_of_anybodys(void **state)
{
    (void)state;
    lsched_booking *b;
    ok(lsched_import(w.s,
                     NEW(booking, .state = LSCHED_BOOKED, .channel = LSCHED_PHONE,
                         .customer = "cora", .service = "talk", .agent = "ana", .team = "home",
                         .start = at(TEN), .end = at(TEN) + 1800, .anybody = 1),
                     "c", &b));
    keep(b, "ana");
    goes();
}

static void a_chat(void **state)
{
    (void)state;
    lsched_request r = cora("c");
    r.channel = LSCHED_CHAT;
    keep(world_book(&r), "ana");
    stays();
}

static void what_begins_soon(void **state)
{
    (void)state;
    cora_has_ana();
    w.now = at(TEN) - 3599;
    stays();
    w.now = at(TEN) - 3600;
    goes();
}

static void what_has_begun(void **state)
{
    (void)state;
    cora_has_ana();
    ok(lsched_start(w.s, id, "start", NULL));
    stays();
}

static void a_service_without(void **state)
{
    (void)state;
    ok(PUT(service, .id = "calm", .name = "Calm", .minutes = 30, .step = 30,
           .notice = LSCHED_NONE));
    lsched_request r = cora("c");
    r.service = "calm";
    keep(world_book(&r), "ana");
    stays();
}

/* Nothing was said of it when cora booked. */
static void one_from_before(void **state)
{
    (void)state;
    ok(put_talk(0));
    cora_has_ana();
    stays();
    ok(put_talk(2));
    stays();
}

static void a_service_that_stopped(void **state)
{
    (void)state;
    ok(PUT(service, .id = "calm", .name = "Calm", .minutes = 30, .step = 30, .notice = LSCHED_NONE,
           .reseats = 1));
    lsched_request r = cora("c");
    r.service = "calm";
    keep(world_book(&r), "ana");
    ok(PUT(service, .id = "calm", .name = "Calm", .minutes = 30, .step = 30,
           .notice = LSCHED_NONE));
    stays();
}

static void one_that_was_moved_with_its_agent(void **state)
{
    (void)state;
    lsched_booking *b;
    lsched_request r = cora("c");
    r.start += 3600;
    keep(world_book(&r), "ana");
    ok(lsched_move(w.s, NEW(change, .id = id, .key = "m", .start = at(TEN)), &b));
    keep(b, "ana");
    stays();
}

static void one_that_was_repaired(void **state)
{
    (void)state;
    lsched_plan *plan;
    lsched_request r = cora("c");
    cora_has_ana();
    closes(LSCHED_AGENT, "ana", "20260302T100000", "20260302T110000", NULL);
    ok(lsched_repair(w.s, NEW(sweep, .key = "r"), NULL, &plan));
    assert_int_equal(lsched_plan_count(plan), 1);
    lsched_plan_free(plan);
    ok(lsched_remove_calendar(w.s, LSCHED_AGENT, "ana", "closes"));
    keep(BOOKING(id), "ben");
    r.key = "e";
    r.agent = "ben";
    assert_int_equal(world_try(&r), LSCHED_TAKEN);
    keep(BOOKING(id), "ben");
}

/* ---- how ---------------------------------------------------------------------------------------------- */

/* Two change places: neither can go before the other has gone. */
static void two_change_places(void **state)
{
    (void)state;
    ok(PUT(service, .id = "long", .name = "Long", .minutes = 60, .step = 30, .notice = LSCHED_NONE,
           .reseats = 2));
    lsched_request r = cora("c");
    r.service = "long";
    char first[LSCHED_MAX_ID + 1];
    keep(world_book(&r), "ana");
    memcpy(first, id, sizeof first);
    lsched_request half = cora("h");
    half.start += 1800;
    keep(world_book(&half), "ben");
    const lsched_request d = dora("d");
    lsched_booking *b = world_book(&d);
    assert_int_equal(b->moves, 2);
    keep(b, "ana");
    keep(BOOKING(first), "ben");
    lsched_filter f = {.size = sizeof f, .agent = "ana"};
    lsched_bookings *list;
    ok(lsched_list_bookings(w.s, &f, &list));
    assert_int_equal(lsched_bookings_count(list), 2);
    assert_int_equal(lsched_bookings_at(list, 1)->start, at(TEN) + 1800);
    lsched_bookings_free(list);
}

static void one_is_not_enough(void **state)
{
    (void)state;
    ok(put_talk(1));
    ok(PUT(service, .id = "long", .name = "Long", .minutes = 60, .step = 30, .notice = LSCHED_NONE,
           .reseats = 1));
    lsched_request r = cora("c");
    r.service = "long";
    keep(world_book(&r), "ana");
    lsched_request half = cora("h");
    half.start += 1800;
    keep(world_book(&half), "ben");
    stays();
}

/* The team helps out: but hal is on another rung, so cora stays in hers. */
static void never_another_rung(void **state)
{
    (void)state;
    lsched_request r = cora("c");
    keep(world_book(&r), "ana");
    r.key = "b";
    r.agent = "ben";
    keep(world_book(&r), "ben");
    stays();
}

static void the_record(void **state)
{
    (void)state;
    lsched_service *s;
    refuses(put_talk(LSCHED_MAX_RESEATS + 1), LSCHED_LIMIT, "reseats");
    refuses(put_talk(-1), LSCHED_INVALID, "reseats");
    refuses(PUT(service, .id = "x", .name = "x", .anchor = LSCHED_FREE, .reseats = 1),
            LSCHED_INVALID, "reseats");
    ok(lsched_get_service(w.s, "talk", &s));
    assert_int_equal(s->reseats, 2);
    const int32_t revision = s->revision;
    lsched_service_free(s);
    ok(put_talk(LSCHED_MAX_RESEATS));
    ok(lsched_get_service(w.s, "talk", &s));
    assert_int_equal(s->revision, revision + 1);
    lsched_service_free(s);
    ok(lsched_get_revision(w.s, "talk", revision, &s));
    assert_int_equal(s->reseats, 2);
    lsched_service_free(s);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(room_is_made),
        TEST(untold_is_told),
        TEST(told_is_not_told_again),
        TEST(a_late_reminder),
        TEST(a_named_agent),
        TEST(a_known_agent),
        TEST(an_agent_known_by_now),
        TEST(a_hold),
        TEST(one_of_a_series),
        TEST(for_a_series),
        TEST(an_import),
        TEST(an_import_of_anybodys),
        TEST(a_chat),
        TEST(what_begins_soon),
        TEST(what_has_begun),
        TEST(a_service_without),
        TEST(one_from_before),
        TEST(a_service_that_stopped),
        TEST(one_that_was_moved_with_its_agent),
        TEST(one_that_was_repaired),
        TEST(two_change_places),
        TEST(one_is_not_enough),
        TEST(never_another_rung),
        TEST(the_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
