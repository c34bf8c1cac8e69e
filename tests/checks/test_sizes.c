/* test_sizes.c -- a caller that was compiled against the first release keeps working.
 *
 * The sizes below are those of release 0.1.0 and never change here: a struct that has
 * grown is accepted in its old size, and in a future, larger one as long as nothing is
 * set there that this library does not know.
 */
#include "libsched.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* sizeof in release 0.1.0, where pointers have 64 bits. */
enum first {
    FIRST_TEAM = 56,
    FIRST_AGENT = 64,
    FIRST_MEMBER = 40,
    FIRST_SERVICE = 72,
    FIRST_CUSTOMER = 56,
    FIRST_CALENDAR = 48,
    FIRST_QUERY = 80,
    FIRST_REQUEST = 72,
    FIRST_CHANGE = 64,
    FIRST_FILTER = 72,
    FIRST_BOOKING = 152,
    FIRST_LAYERS = 64,
    FIRST_LIMITS = 40,
    /* Later ones. */
    FIRST_INCIDENT = 72,
    FIRST_ANNOUNCEMENT = 64
};

#define ROOM 512

/* Monday, 2026-03-02T09:00Z. */
#define NOW INT64_C(1772442000)

static lsched_time now(void *user)
{
    return *(const lsched_time *)user;
}

static lsched_time clock_stands = NOW;

/* Somebody who is open around the clock, so that nothing but a size can refuse. */
#define ALWAYS                                                                                     \
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\nBEGIN:VEVENT\r\nUID:1\r\n"                   \
    "DTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=DAILY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

static const lsched_team team = {
    .size = sizeof team, .id = "t", .name = "T", .zone = "UTC", .regions = "R"};
static const lsched_agent agent = {.size = sizeof agent, .id = "a", .name = "A", .zone = "UTC"};
static const lsched_member member = {.size = sizeof member, .team = "t", .agent = "a"};
static const lsched_service service = {.size = sizeof service, .id = "s", .name = "S"};
static const lsched_customer customer = {
    .size = sizeof customer, .id = "c", .zone = "UTC", .region = "R"};
static const lsched_region region = {.size = sizeof region, .id = "R", .per_day = 3};
static const lsched_calendar team_hours = {.size = sizeof team_hours,
                                           .kind = LSCHED_TEAM,
                                           .effect = LSCHED_OPENS,
                                           .owner = "t",
                                           .name = "hours",
                                           .text = ALWAYS};
static const lsched_calendar agent_hours = {.size = sizeof agent_hours,
                                            .kind = LSCHED_AGENT,
                                            .effect = LSCHED_OPENS,
                                            .owner = "a",
                                            .name = "hours",
                                            .text = ALWAYS};
static const lsched_query query = {.size = sizeof query, .customer = "c", .service = "s"};
static const lsched_request request = {
    .size = sizeof request, .key = "k1", .customer = "c", .service = "s", .start = NOW + 7200};
static const lsched_incident incident = {.size = sizeof incident, .id = "i", .text = "x"};
static const lsched_announcement announcement = {
    .size = sizeof announcement, .id = "a", .regions = "R", .text = "x"};
static const lsched_layers layers = {.size = sizeof layers, .team = "t"};
static const lsched_limits limits = {.size = sizeof limits, .depth = 3};
static const lsched_filter filter = {.size = sizeof filter, .customer = "c"};
static const lsched_sweep sweep = {.size = sizeof sweep, .kind = LSCHED_AGENT, .owner = "a"};

/* One call that takes a struct, and gives back what it answered. */
typedef int (*call)(lsched *s, const void *record);

#define PUT(kind)                                                                                  \
    static int put_##kind(lsched *s, const void *record)                                           \
    {                                                                                              \
        return lsched_put_##kind(s, record);                                                       \
    }
PUT(team)
PUT(agent)
PUT(member)
PUT(service)
PUT(region)
PUT(customer)
PUT(calendar)
PUT(incident)
PUT(announcement)

static int find(lsched *s, const void *record)
{
    lsched_slots *slots = NULL;
    int status = lsched_find(s, record, &slots);
    lsched_slots_free(slots);
    return status;
}

static int book(lsched *s, const void *record)
{
    lsched_booking *booking = NULL;
    int status = lsched_book(s, record, &booking);
    lsched_booking_free(booking);
    return status;
}

static int hold(lsched *s, const void *record)
{
    lsched_booking *booking = NULL;
    int status = lsched_hold(s, record, &booking);
    lsched_booking_free(booking);
    return status;
}

static int list(lsched *s, const void *record)
{
    lsched_bookings *bookings = NULL;
    int status = lsched_list_bookings(s, record, &bookings);
    lsched_bookings_free(bookings);
    return status;
}

static int list_strays(lsched *s, const void *record)
{
    lsched_strays *strays;
    const int status = lsched_list_strays(s, record, &strays);
    lsched_strays_free(strays);
    return status;
}

static int move(lsched *s, const void *record)
{
    lsched_booking *booking = NULL;
    int status = lsched_move(s, record, &booking);
    lsched_booking_free(booking);
    return status;
}

static int take_over(lsched *s, const void *record)
{
    lsched_booking *booking = NULL;
    int status = lsched_import(s, record, "k3", &booking);
    lsched_booking_free(booking);
    return status;
}

static int expand(lsched *s, const void *record)
{
    const lsched_calendar *calendar = record;
    lsched_spans *spans = NULL;
    int status = lsched_expand(s, &calendar, 1, "UTC", NOW, NOW + 86400, &spans);
    lsched_spans_free(spans);
    return status;
}

static int add_open(lsched *s, const void *record)
{
    lsched_time t;
    return lsched_add_open(s, record, NOW, 1, &t);
}

static int set_limits(lsched *s, const void *record)
{
    return lsched_set_limits(s, record);
}

static lsched *prepared(void)
{
    lsched *s = lsched_new();
    assert_non_null(s);
    assert_int_equal(lsched_set_clock(s, now, &clock_stands), LSCHED_OK);
    assert_int_equal(lsched_open(s, ":memory:", LSCHED_CREATE), LSCHED_OK);
    assert_int_equal(lsched_put_team(s, &team), LSCHED_OK);
    assert_int_equal(lsched_put_agent(s, &agent), LSCHED_OK);
    assert_int_equal(lsched_put_member(s, &member), LSCHED_OK);
    assert_int_equal(lsched_put_service(s, &service), LSCHED_OK);
    assert_int_equal(lsched_put_customer(s, &customer), LSCHED_OK);
    assert_int_equal(lsched_put_calendar(s, &team_hours), LSCHED_OK);
    assert_int_equal(lsched_put_calendar(s, &agent_hours), LSCHED_OK);
    return s;
}

/* The record as a later release would pass it, with `extra` bytes behind its own `size`;
 * the byte at `set`, counted from the end of the known ones, is not zero unless `set` is
 * negative. */
static int with_size(lsched *s, call f, const void *record, uint32_t size, uint32_t extra, int set)
{
    union {
        uint64_t align;
        unsigned char bytes[ROOM];
    } room;
    uint32_t claimed = size + extra;
    memset(&room, 0, sizeof room);
    memcpy(room.bytes, record, size);
    memcpy(room.bytes, &claimed, sizeof claimed);
    if (set >= 0)
        room.bytes[size + (uint32_t)set] = 1;
    return f(s, room.bytes);
}

/* `first` is the struct's size in the first release, `size` the one that it has now. */
static void check(lsched *s, call f, const void *record, uint32_t first, uint32_t size)
{
    if (sizeof(void *) != 8)
        first = size;
    assert_true(size >= first);
    assert_int_equal(with_size(s, f, record, size, 8, 0), LSCHED_MISUSE);
    assert_string_not_equal(lsched_message(s), "");
    assert_int_equal(with_size(s, f, record, size, 8, 7), LSCHED_MISUSE);
    assert_int_equal(with_size(s, f, record, size, 200, 199), LSCHED_MISUSE);
    assert_int_equal(with_size(s, f, record, 0, 0, -1), LSCHED_MISUSE);
    assert_int_equal(with_size(s, f, record, 4, 0, -1), LSCHED_MISUSE);
    /* What lies behind the claimed size is not the library's to read. */
    assert_int_equal(with_size(s, f, record, first, 0, 0), LSCHED_OK);
    assert_int_equal(with_size(s, f, record, size, 8, -1), LSCHED_OK);
    assert_int_equal(with_size(s, f, record, size, 200, -1), LSCHED_OK);
}

static void every_filled_struct_may_grow(void **state)
{
    (void)state;
    lsched *s = prepared();
    check(s, put_team, &team, FIRST_TEAM, sizeof team);
    check(s, put_agent, &agent, FIRST_AGENT, sizeof agent);
    check(s, put_member, &member, FIRST_MEMBER, sizeof member);
    check(s, put_service, &service, FIRST_SERVICE, sizeof service);
    check(s, put_customer, &customer, FIRST_CUSTOMER, sizeof customer);
    check(s, put_region, &region, sizeof region, sizeof region);
    check(s, put_calendar, &team_hours, FIRST_CALENDAR, sizeof team_hours);
    check(s, put_incident, &incident, FIRST_INCIDENT, sizeof incident);
    check(s, put_announcement, &announcement, FIRST_ANNOUNCEMENT, sizeof announcement);
    check(s, expand, &team_hours, FIRST_CALENDAR, sizeof team_hours);
    check(s, find, &query, FIRST_QUERY, sizeof query);
    check(s, list, &filter, FIRST_FILTER, sizeof filter);
    check(s, list_strays, &sweep, sizeof sweep, sizeof sweep);
    check(s, set_limits, &limits, FIRST_LIMITS, sizeof limits);
    check(s, add_open, &layers, FIRST_LAYERS, sizeof layers);
    lsched_free(s);
}

/* The same key and request again and again, which answers OK each time. */
static void requests_may_grow(void **state)
{
    (void)state;
    lsched *s = prepared();
    check(s, book, &request, FIRST_REQUEST, sizeof request);

    lsched_request other = request;
    other.key = "k0";
    other.start += 86400;
    check(s, hold, &other, FIRST_REQUEST, sizeof other);

    lsched_booking *booking = NULL;
    assert_int_equal(lsched_book(s, &request, &booking), LSCHED_OK);
    lsched_change change = {
        .size = sizeof change, .key = "k2", .id = booking->id, .start = NOW + 90000};
    check(s, move, &change, FIRST_CHANGE, sizeof change);

    lsched_booking taken_over = {.size = sizeof taken_over,
                                 .state = LSCHED_BOOKED,
                                 .channel = LSCHED_PHONE,
                                 .customer = "c",
                                 .service = "s",
                                 .agent = "a",
                                 .team = "t",
                                 .start = NOW + 172800,
                                 .end = NOW + 174600};
    check(s, take_over, &taken_over, FIRST_BOOKING, sizeof taken_over);
    lsched_booking_free(booking);
    lsched_free(s);
}

/* A record that was refused for its size changes nothing. */
static void refusal_stores_nothing(void **state)
{
    (void)state;
    lsched *s = prepared();
    lsched_team other = team;
    lsched_teams *teams = NULL;
    other.id = "other";
    assert_int_equal(with_size(s, put_team, &other, sizeof other, 8, 3), LSCHED_MISUSE);
    assert_int_equal(lsched_list_teams(s, NULL, 0, &teams), LSCHED_OK);
    assert_int_equal(lsched_teams_count(teams), 1);
    lsched_teams_free(teams);
    lsched_free(s);
}

/* Fields never move; those of the lists' entries neither. */
static void places_of_first_release(void **state)
{
    (void)state;
    if (sizeof(void *) != 8)
        skip();
    assert_int_equal(offsetof(lsched_team, regions), 48);
    assert_int_equal(offsetof(lsched_agent, skills), 56);
    assert_int_equal(offsetof(lsched_member, until), 32);
    assert_int_equal(offsetof(lsched_service, skills), 64);
    assert_int_equal(offsetof(lsched_customer, knows), 48);
    assert_int_equal(offsetof(lsched_calendar, text_size), 40);
    assert_int_equal(offsetof(lsched_query, after), 72);
    assert_int_equal(offsetof(lsched_request, start), 64);
    assert_int_equal(offsetof(lsched_change, start), 56);
    assert_int_equal(offsetof(lsched_filter, after), 64);
    assert_int_equal(offsetof(lsched_layers, calendars), 56);
    assert_int_equal(offsetof(lsched_limits, steps), 32);
    assert_int_equal(offsetof(lsched_booking, changed), 144);
    assert_int_equal(offsetof(lsched_slot, agent_offset), 48);
    assert_int_equal(offsetof(lsched_span, summary), 16);
}

/* What a caller of the first release cannot have meant is not there for it. */
static void old_requests_mean_what_they_meant(void **state)
{
    (void)state;
    lsched *s = prepared();
    lsched_request r = request;
    lsched_booking *booking = NULL;
    if (sizeof(void *) != 8)
        skip();
    r.size = FIRST_REQUEST;
    r.source = "not looked at";
    r.seconds = -1;
    assert_int_equal(lsched_book(s, &r, &booking), LSCHED_OK);
    assert_string_equal(booking->source, "");
    lsched_change c = {
        .size = FIRST_CHANGE, .key = "k2", .id = booking->id, .start = NOW + 90000, .keep = 99};
    lsched_booking *moved = NULL;
    assert_int_equal(lsched_move(s, &c, &moved), LSCHED_OK);
    lsched_booking_free(moved);
    lsched_booking_free(booking);
    lsched_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_of_first_release),
        cmocka_unit_test(every_filled_struct_may_grow),
        cmocka_unit_test(requests_may_grow),
        cmocka_unit_test(old_requests_mean_what_they_meant),
        cmocka_unit_test(refusal_stores_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
