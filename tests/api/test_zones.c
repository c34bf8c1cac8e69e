/* test_zones.c -- hours that follow the customer's clock, in zones of every kind.
 *
 * The offsets and the instants of change stand here as literals, so that nothing is held
 * against itself.
 */
#include "world.h"

#define DAY INT64_C(86400)
#define HOUR 3600

/* A zone's offset in minutes at the beginning of 2026, the other one, and the changes to
 * and fro in 2026 and 2027; NULL: none. */
static const struct zone {
    const char *name;
    int32_t offset, other;
    const char *changes[4];
} zones[] = {
    {"America/New_York", -300, -240,
     {"2026-03-08T07:00Z", "2026-11-01T06:00Z", "2027-03-14T07:00Z", "2027-11-07T06:00Z"}},
    {"America/Chicago", -360, -300,
     {"2026-03-08T08:00Z", "2026-11-01T07:00Z", "2027-03-14T08:00Z", "2027-11-07T07:00Z"}},
    {"America/Los_Angeles", -480, -420,
     {"2026-03-08T10:00Z", "2026-11-01T09:00Z", "2027-03-14T10:00Z", "2027-11-07T09:00Z"}},
    {"America/St_Johns", -210, -150,
     {"2026-03-08T05:30Z", "2026-11-01T04:30Z", "2027-03-14T05:30Z", "2027-11-07T04:30Z"}},
    {"America/Phoenix", -420, -420, {NULL}},
    {"Pacific/Honolulu", -600, -600, {NULL}},
    {"Europe/Berlin", 60, 120,
     {"2026-03-29T01:00Z", "2026-10-25T01:00Z", "2027-03-28T01:00Z", "2027-10-31T01:00Z"}},
    {"Europe/London", 0, 60,
     {"2026-03-29T01:00Z", "2026-10-25T01:00Z", "2027-03-28T01:00Z", "2027-10-31T01:00Z"}},
    {"Asia/Kathmandu", 345, 345, {NULL}},
    {"Asia/Kolkata", 330, 330, {NULL}},
    {"Australia/Sydney", 660, 600,
     {"2026-04-04T16:00Z", "2026-10-03T16:00Z", "2027-04-03T16:00Z", "2027-10-02T16:00Z"}},
    {"Australia/Lord_Howe", 660, 630,
     {"2026-04-04T15:00Z", "2026-10-03T15:30Z", "2027-04-03T15:00Z", "2027-10-02T15:30Z"}},
    {"Pacific/Chatham", 825, 765,
     {"2026-04-04T14:00Z", "2026-09-26T14:00Z", "2027-04-03T14:00Z", "2027-09-25T14:00Z"}},
};
#define ZONES (sizeof zones / sizeof *zones)

/* The instant at which this zone's clocks show `wall` seconds since 1970; no wall clock
 * time that a change skips or doubles. */
static lsched_time instant_of(const struct zone *z, int64_t wall)
{
    int32_t offset = z->offset;
    for (int i = 0; i < 4 && z->changes[i] != NULL; i++) {
        if (wall - offset * INT64_C(60) >= at_zone(z->changes[i], NULL))
            offset = i % 2 == 0 ? z->other : z->offset;
    }
    return wall - offset * INT64_C(60);
}

static int open_world(void **state)
{
    if (world_empty(state) != 0)
        return 1;
    ok(PUT(team, .id = "team", .name = "Team", .zone = "Europe/Helsinki", .regions = "R"));
    ok(PUT(agent, .id = "ana", .name = "Ana", .zone = "Europe/Helsinki"));
    ok(PUT(member, .team = "team", .agent = "ana"));
    opens(LSCHED_AGENT, "ana", "20251201", "20251202", "FREQ=DAILY");
    opens(LSCHED_TEAM, "team", "20251201T070000", "20251201T210000", "FREQ=DAILY");
    ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 30, .step = 30, .horizon = 366,
           .notice = LSCHED_NONE));
    w.now = at_zone("2025-12-31T00:00Z", NULL);
    return 0;
}

/* Seven to nine on every clock, on every day of two years: fourteen hours, no minute more. */
static void test_fourteen_hours(void **state)
{
    (void)state;
    const int64_t first = at_zone("2026-01-01T00:00Z", NULL);
    for (size_t z = 0; z < ZONES; z++) {
        for (int year = 0; year < 2; year++) {
            const int64_t day = first + year * 365 * DAY;
            lsched_spans *open;
            ok(lsched_hours(w.s, LSCHED_TEAM, "team", zones[z].name, instant_of(&zones[z], day),
                            instant_of(&zones[z], day + 365 * DAY), &open));
            assert_int_equal(lsched_spans_count(open), 365);
            for (size_t i = 0; i < 365; i++) {
                const lsched_span *span = lsched_spans_at(open, i);
                const int64_t seven = day + (int64_t)i * DAY + 7 * HOUR;
                assert_int_equal(span->from, instant_of(&zones[z], seven));
                assert_int_equal(span->until, instant_of(&zones[z], seven + 14 * HOUR));
                assert_int_equal(span->until - span->from, 14 * HOUR);
                assert_string_equal(span->summary, "");
            }
            lsched_spans_free(open);
        }
    }
}

/* A day that a change makes longer or shorter is so to the minute. */
static void test_days_of_change(void **state)
{
    (void)state;
    lsched_spans *open;
    opens(LSCHED_REGION, "R", "20251201", "20251202", "FREQ=DAILY");
    closes(LSCHED_REGION, "R", "20251201T120000", "20251201T120100", "FREQ=DAILY");
    for (size_t z = 0; z < ZONES; z++) {
        for (int i = 0; i < 4 && zones[z].changes[i] != NULL; i++) {
            const lsched_time change = at_zone(zones[z].changes[i], NULL);
            const int32_t was = (i % 2 == 0 ? zones[z].offset : zones[z].other) * 60;
            const int32_t is = (i % 2 == 0 ? zones[z].other : zones[z].offset) * 60;
            const int64_t midnight = (change + was) / DAY * DAY;
            ok(lsched_hours(w.s, LSCHED_REGION, "R", zones[z].name, midnight - was - DAY / 2,
                            midnight + DAY - is + DAY / 2, &open));
            /* From noon to noon, without the minute at which it closes. */
            assert_int_equal(lsched_spans_count(open), 2);
            assert_int_equal(lsched_spans_at(open, 0)->from, midnight - was - DAY / 2 + 60);
            assert_int_equal(lsched_spans_at(open, 0)->until, midnight - is + DAY / 2);
            assert_int_equal(lsched_spans_at(open, 1)->from, midnight - is + DAY / 2 + 60);
            assert_int_equal(lsched_spans_at(open, 1)->until, midnight - is + DAY + DAY / 2);
            lsched_spans_free(open);
        }
    }
}

/* What is offered, first and last on a day, at the customer's own nine o'clock. */
static void test_slots_follow_the_customer(void **state)
{
    static const char *const days[] = {"2026-03-07", "2026-03-08", "2026-03-09", "2026-04-05",
                                       "2026-10-04", "2026-11-01", "2026-11-02"};
    (void)state;
    for (size_t z = 0; z < ZONES; z++) {
        ok(PUT(customer, .id = "c", .zone = zones[z].name, .region = "R"));
        for (size_t d = 0; d < sizeof days / sizeof *days; d++) {
            const int64_t day = at_zone(days[d], "UTC");
            const lsched_time seven = instant_of(&zones[z], day + 7 * HOUR);
            lsched_slots *found = FIND(.customer = "c", .service = "talk", .limit = 100,
                                       .channels = LSCHED_PHONE, .from = seven - 7 * HOUR,
                                       .until = seven + 17 * HOUR);
            assert_int_equal(lsched_slots_count(found), 28);
            const lsched_slot *first = lsched_slots_at(found, 0);
            const lsched_slot *last = lsched_slots_at(found, 27);
            assert_int_equal(first->start, seven);
            assert_int_equal(last->end, seven + 14 * HOUR);
            assert_int_equal(first->customer_offset, day + 7 * HOUR - seven);
            assert_int_equal(first->agent_offset,
                             first->start >= at_zone("2026-03-29T01:00Z", NULL) &&
                                     first->start < at_zone("2026-10-25T01:00Z", NULL)
                                 ? 3 * HOUR
                                 : 2 * HOUR);
            lsched_slots_free(found);
        }
    }
}

/* A zoned calendar stays where it is, whoever asks; an agent's floating one is the agent's. */
static void test_zoned(void **state)
{
    lsched_spans *open;
    (void)state;
    opens(LSCHED_TEAM, "team", ";TZID=Europe/Athens:20251201T090000",
          ";TZID=Europe/Athens:20251201T170000", "FREQ=DAILY");
    opens(LSCHED_AGENT, "ana", "20251201T100000", "20251201T110000", "FREQ=DAILY");
    const lsched_time from = at_zone("2026-03-03T00:00Z", NULL);
    for (size_t z = 0; z < ZONES; z++) {
        ok(lsched_hours(w.s, LSCHED_TEAM, "team", zones[z].name, from, from + DAY, &open));
        assert_int_equal(lsched_spans_count(open), 1);
        assert_int_equal(lsched_spans_at(open, 0)->from, from + 7 * HOUR);
        assert_int_equal(lsched_spans_at(open, 0)->until, from + 15 * HOUR);
        lsched_spans_free(open);
        ok(PUT(customer, .id = "c", .zone = zones[z].name, .region = "R"));
        lsched_slots *found = FIND(.customer = "c", .service = "talk", .limit = 1, .from = from,
                                   .channels = LSCHED_PHONE);
        const lsched_time eight = from + 8 * HOUR; /* ten in Helsinki */
        const lsched_time start = lsched_slots_at(found, 0)->start;
        /* On the customer's own grid: a quarter past where clocks are a quarter off. */
        assert_int_equal(start - eight, abs(zones[z].offset) % 30 * 60);
        lsched_slots_free(found);
    }
}

/* The owner's own zone where the caller names none; a region and a service have none. */
static void test_zone_of_the_owner(void **state)
{
    lsched_spans *open;
    (void)state;
    const lsched_time from = at_zone("2026-03-03T00:00Z", NULL);
    ok(PUT(customer, .id = "c", .zone = "Asia/Kathmandu"));
    opens(LSCHED_CUSTOMER, "c", "20251201T070000", "20251201T210000", "FREQ=DAILY");
    opens(LSCHED_AGENT, "ana", "20251201T070000", "20251201T210000", "FREQ=DAILY");
    const struct {
        int32_t kind;
        const char *owner;
        int32_t offset;
    } owners[] = {
        {LSCHED_TEAM, "team", 120}, {LSCHED_AGENT, "ana", 120}, {LSCHED_CUSTOMER, "c", 345}};
    for (size_t i = 0; i < sizeof owners / sizeof *owners; i++) {
        const lsched_time midnight = from - owners[i].offset * 60;
        ok(lsched_hours(w.s, owners[i].kind, owners[i].owner, i % 2 == 0 ? NULL : "", midnight,
                        midnight + DAY, &open));
        assert_int_equal(lsched_spans_count(open), 1);
        assert_int_equal(lsched_spans_at(open, 0)->from, midnight + 7 * HOUR);
        lsched_spans_free(open);
    }
    refuses(lsched_hours(w.s, LSCHED_REGION, "R", NULL, from, from + DAY, &open), LSCHED_INVALID,
            "zone");
    assert_null(open);
    refuses(lsched_hours(w.s, LSCHED_SERVICE, "talk", NULL, from, from + DAY, &open),
            LSCHED_INVALID, "zone");
    refuses(lsched_hours(w.s, LSCHED_SERVICE, "nix", "UTC", from, from + DAY, &open),
            LSCHED_NOTFOUND, "nix");
    refuses(lsched_hours(w.s, LSCHED_TEAM, "team", "Mars/Base", from, from + DAY, &open),
            LSCHED_INVALID, "Mars/Base");
    refuses(lsched_hours(w.s, LSCHED_TEAM, "team", NULL, from, from, &open), LSCHED_INVALID, "");
    refuses(lsched_hours(w.s, LSCHED_TEAM, "team", NULL, from, from + 401 * DAY, &open),
            LSCHED_LIMIT, "400");
    refuses(lsched_hours(w.s, 6, "team", NULL, from, from + DAY, &open), LSCHED_INVALID, "kind");
    /* Without an opening calendar a service is always open. */
    ok(lsched_hours(w.s, LSCHED_SERVICE, "talk", "UTC", from, from + DAY, &open));
    assert_int_equal(lsched_spans_count(open), 1);
    assert_int_equal(lsched_spans_at(open, 0)->from, from);
    assert_int_equal(lsched_spans_at(open, 0)->until, from + DAY);
    lsched_spans_free(open);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_fourteen_hours),
        TEST(test_days_of_change),
        TEST(test_slots_follow_the_customer),
        TEST(test_zoned),
        TEST(test_zone_of_the_owner),
    };
    return cmocka_run_group_tests_name("zones", tests, NULL, NULL);
}
