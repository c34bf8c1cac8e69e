/* test_edges.c -- where several chapters meet: bounded work, honest messages, odd input. */
#include "world.h"

static const char secondly[] = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\n"
                               "DTSTART;TZID=America/New_York:%s\r\nDURATION:PT1S\r\n"
                               "RRULE:FREQ=SECONDLY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

static int put_secondly(const char *start)
{
    char text[400];
    snprintf(text, sizeof text, secondly, start);
    return PUT(calendar, .kind = LSCHED_AGENT, .effect = LSCHED_CLOSES, .owner = "gil",
               .name = "storm", .text = text);
}

/* A calendar that is too much now is refused now; one that becomes too much in a year fails
 * the questions about that time, and they say whose it is. */
static void test_storm(void **state)
{
    (void)state;
    lsched_slots *slots;
    refuses(put_secondly("20260303T000000"), LSCHED_LIMIT, "line ");
    assert_int_equal(lsched_line(w.s) > 0, 1);
    lsched_slots_free(FIND(.customer = "cora", .service = "talk"));
    ok(put_secondly("20270103T000000"));
    lsched_slots_free(FIND(.customer = "cora", .service = "talk"));
    w.now = at("2027-01-03T00:00");
    refuses(lsched_find(w.s, NEW(query, .customer = "cora", .service = "talk"), &slots),
            LSCHED_LIMIT, "agent/gil/storm");
    assert_null(slots);
}

/* The whole last day of the horizon is found by the default search. */
static void test_last_day(void **state)
{
    (void)state;
    ok(PUT(service, .id = "far", .name = "Far", .minutes = 30, .step = 30, .horizon = 366,
           .notice = LSCHED_NONE));
    lsched_slots *slots = FIND(.customer = "cora", .service = "far", .limit = LSCHED_MAX_PAGE,
                               .channels = LSCHED_PHONE);
    const size_t count = lsched_slots_count(slots);
    assert_int_equal(lsched_slots_at(slots, count - 1)->start, at("2027-03-03T16:30"));
    lsched_slots_free(slots);
    assert_int_equal(world_try(NEW(request, .customer = "cora", .service = "far", .key = "1",
                                   .start = at("2027-03-03T16:30"))),
                     LSCHED_OK);
    assert_int_equal(world_try(NEW(request, .customer = "cora", .service = "far", .key = "2",
                                   .start = at("2027-03-04T09:00"))),
                     LSCHED_TOOFAR);
    /* Asking beyond the horizon finds the same and costs nothing. */
    slots = FIND(.customer = "cora", .service = "far", .limit = LSCHED_MAX_PAGE,
                 .channels = LSCHED_PHONE, .until = w.now + 400 * INT64_C(86400));
    assert_int_equal(lsched_slots_count(slots), count); /* others are free then */
    lsched_slots_free(slots);
}

/* Every candidate of an empty range is counted, however many there are. */
static void test_counting(void **state)
{
    (void)state;
    ok(PUT(service, .id = "fine", .name = "Fine", .step = 1, .horizon = 366));
    char id[8];
    for (int i = 0; i < 50; i++) {
        snprintf(id, sizeof id, "n%d", i);
        ok(PUT(agent, .id = id, .name = "N", .zone = "America/New_York"));
        ok(PUT(member, .team = "care", .agent = id));
    }
    lsched_slots *slots = FIND(.customer = "cora", .service = "fine", .rungs = LSCHED_GENERAL,
                               .from = at("2026-03-08T00:00"), .until = at("2026-03-09T00:00"),
                               .agent = "n7");
    /* A day of 23 hours, on four channels. */
    assert_int_equal(lsched_slots_lost(slots, LSCHED_WHY_AGENT), 4 * 23 * 60);
    lsched_slots_free(slots);
    ok(lsched_remove_member(w.s, "care", "gil", NULL));
    slots = FIND(.customer = "cora", .service = "fine", .rungs = LSCHED_GENERAL,
                 .channels = LSCHED_CHAT, .from = w.now, .until = w.now + 366 * INT64_C(86400));
    assert_int_equal(lsched_slots_count(slots), 0);
    assert_int_equal(lsched_slots_lost(slots, LSCHED_WHY_AGENT), INT64_C(50) * 366 * 1440);
    lsched_slots_free(slots);
}

/* What a calendar says of a person is not told in messages. */
static void test_discretion(void **state)
{
    (void)state;
    const char *text = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20260302T090000\r\n"
                       "DESCRIPTION:Gil starts therapy \x01\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    refuses(PUT(calendar, .kind = LSCHED_AGENT, .effect = LSCHED_CLOSES, .owner = "gil",
                .name = "leave", .text = text),
            LSCHED_INVALID, "line 4");
    assert_null(strstr(lsched_message(w.s), "therapy"));
}

/* An end that is written down is kept, also where the clock runs an hour twice. */
static void test_doubled_hour(void **state)
{
    (void)state;
    lsched_spans *spans;
    const lsched_calendar c = {.size = sizeof c,
                               .effect = LSCHED_OPENS,
                               .text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\n"
                                       "DTSTART;TZID=America/New_York:20261101T015000\n"
                                       "DTEND:20261101T061000Z\nEND:VEVENT\nEND:VCALENDAR\n"};
    const lsched_calendar *set[] = {&c};
    const lsched_time day = at("2026-11-01");
    ok(lsched_expand(w.s, set, 1, "UTC", day, day + 86400, &spans));
    assert_int_equal(lsched_spans_count(spans), 1);
    assert_int_equal(lsched_spans_at(spans, 0)->from, at_zone("2026-11-01T05:50Z", NULL));
    assert_int_equal(lsched_spans_at(spans, 0)->until, at_zone("2026-11-01T06:10Z", NULL));
    lsched_spans_free(spans);
}

/* Who is on the roster twice is still one agent. */
static void test_twice_on_the_roster(void **state)
{
    (void)state;
    int twice = 0;
    ok(PUT(team, .id = "a", .name = "A", .zone = "UTC", .regions = "R"));
    ok(PUT(team, .id = "b", .name = "B", .zone = "UTC", .regions = "R"));
    ok(PUT(member, .team = "a", .agent = "ana"));
    ok(PUT(member, .team = "a", .agent = "ana", .from = "2026-01-05"));
    ok(PUT(member, .team = "b", .agent = "ben"));
    for (int i = 0; i < 6; i++) {
        char id[8];
        lsched_customer *c;
        snprintf(id, sizeof id, "r%d", i);
        ok(PUT(customer, .id = id, .zone = "UTC", .region = "R"));
        ok(lsched_get_customer(w.s, id, &c));
        twice += strcmp(c->team, "a") == 0;
        lsched_customer_free(c);
    }
    assert_int_equal(twice, 3);
}

static void test_odd_imports(void **state)
{
    (void)state;
    lsched_booking *made = BOOK(.customer = "cora", .service = "talk", .key = "1",
                                .start = at("2026-03-03T10:00"));
    lsched_booking b = *made;
    b.start += 86400, b.end += 86400, b.busy_from += 86400, b.busy_until += 86400;
    b.id = NULL;
    b.wall = "soon";
    refuses(lsched_import(w.s, &b, "2", NULL), LSCHED_INVALID, "wall");
    b.wall = NULL;
    b.sequence = INT32_MAX;
    refuses(lsched_import(w.s, &b, "2", NULL), LSCHED_INVALID, "sequence");
    b.sequence = 0;
    /* Ids begin with their time: this one is from beyond the year 2199. */
    b.id = "7ZZZZZZZZZ0000000000000000";
    refuses(lsched_import(w.s, &b, "2", NULL), LSCHED_INVALID, "id");
    b.id = NULL;
    b.state = LSCHED_CANCELLED;
    b.lane = 7;
    lsched_booking *out;
    ok(lsched_import(w.s, &b, "2", &out));
    assert_int_equal(out->lane, 0);
    lsched_booking_free(out);
    lsched_booking_free(made);
}

/* History outlives the catalogue: what a dump says of people who left can be loaded. */
static void test_history(void **state)
{
    (void)state;
    lsched_booking *made = BOOK(.customer = "cora", .service = "talk", .key = "1", .agent = "gil",
                                .start = at("2026-03-03T10:00"), .rungs = LSCHED_GENERAL);
    lsched_booking old = *made, *out;
    ok(lsched_cancel(w.s, made->id, NULL, "2", NULL));
    ok(lsched_remove_member(w.s, "care", "gil", NULL));
    ok(lsched_remove_agent(w.s, "gil"));
    old.id = NULL;
    refuses(lsched_import(w.s, &old, "3", NULL), LSCHED_NOTFOUND, "gil");
    old.state = LSCHED_CANCELLED;
    ok(lsched_import(w.s, &old, "3", &out));
    assert_string_equal(out->agent, "gil");
    lsched_booking_free(out);
    old.customer = "nobody";
    old.zone = NULL;
    refuses(lsched_import(w.s, &old, "4", NULL), LSCHED_INVALID, "zone");
    lsched_booking_free(made);
}

static void test_wrong_clock(void **state)
{
    (void)state;
    lsched_slots *slots;
    static const lsched_time wrong[] = {-1, INT64_MIN, INT64_MAX, INT64_C(7258118400)};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        w.now = wrong[i];
        refuses(lsched_find(w.s, NEW(query, .customer = "cora", .service = "talk"), &slots),
                LSCHED_INVALID, "clock");
        assert_int_equal(world_try(NEW(request, .customer = "cora", .service = "talk", .key = "1",
                                       .start = INT64_C(1772629200))),
                         LSCHED_INVALID);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_little, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_storm),          TEST(test_last_day),    TEST(test_counting),
        TEST(test_discretion),     TEST(test_doubled_hour), TEST(test_twice_on_the_roster),
        TEST(test_odd_imports),    TEST(test_wrong_clock), TEST(test_history),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
