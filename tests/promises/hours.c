/* hours.c -- promises 6 to 11: what the clock on the wall says is what was meant. */
#include "api/world.h"

#define DAY INT64_C(86400)
#define HALF_HOUR 1800

/* One team and agent in a zone, open and on shift as told, and a customer in another. */
static void office(const char *zone, const char *customer_zone, const char *start, const char *end,
                   const char *rule)
{
    char from[60], until[60];
    snprintf(from, sizeof from, ";TZID=%s:%s", zone, start);
    snprintf(until, sizeof until, ";TZID=%s:%s", zone, end);
    ok(PUT(team, .id = "office", .name = "Office", .zone = zone));
    ok(PUT(agent, .id = "oda", .name = "Oda", .zone = zone));
    ok(PUT(member, .team = "office", .agent = "oda"));
    opens(LSCHED_TEAM, "office", from, until, rule);
    opens(LSCHED_AGENT, "oda", from, until, rule);
    ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 30, .step = 30, .notice = LSCHED_NONE,
           .horizon = 300, .channels = LSCHED_PHONE));
    ok(PUT(customer, .id = "cora", .zone = customer_zone, .team = "office"));
}

static lsched_slots *starts(lsched_time from, lsched_time until)
{
    return FIND(.customer = "cora", .service = "talk", .from = from, .until = until,
                .limit = LSCHED_MAX_PAGE);
}

static void expect_starts(lsched_time from, lsched_time until, const lsched_time *wanted,
                          size_t count)
{
    lsched_slots *found = starts(from, until);
    assert_int_equal(lsched_slots_count(found), count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(lsched_slots_at(found, i)->start, wanted[i]);
    lsched_slots_free(found);
}

static bool possible(lsched_time start)
{
    lsched_slots *found = starts(start, start + 60);
    const bool is = lsched_slots_count(found) > 0;
    lsched_slots_free(found);
    return is;
}

/* ---- 6 ------------------------------------------------------------------------------------------ */

/* Open from nine to noon on the wall, in the week around a change of clocks. */
static void same_hours(const char *zone, const char *monday)
{
    office(zone, zone, "20260105T090000", "20260105T120000", "FREQ=DAILY");
    lsched_time day = at_zone(monday, zone);
    w.now = day - DAY;
    for (int i = 0; i < 8; i++) {
        char wall[40], date[20];
        /* Whatever the day's length is, its noon is near the noon of one with 24 hours. */
        ok(lsched_wall(w.s, day + DAY / 2, zone, wall, sizeof wall));
        snprintf(date, sizeof date, "%.10s", wall);
        const lsched_time midnight = at_zone(date, zone);
        lsched_slots *found = starts(midnight, midnight + DAY - 7200);
        assert_int_equal(lsched_slots_count(found), 6);
        for (size_t k = 0; k < 6; k++) {
            char want[40];
            snprintf(want, sizeof want, "%sT%02d:%02d", date, (int)(9 + k / 2), (int)(k % 2 * 30));
            ok(lsched_wall(w.s, lsched_slots_at(found, k)->start, zone, wall, sizeof wall));
            wall[16] = '\0';
            assert_string_equal(wall, want);
        }
        lsched_slots_free(found);
        day = midnight + DAY;
    }
}

static void promise_06_hours_stay_when_clocks_change(void **state)
{
    static const struct {
        const char *zone, *week;
    } changes[] = {
        {"America/New_York", "2026-03-05"},    {"America/New_York", "2026-10-29"},
        {"Europe/Berlin", "2026-03-26"},       {"Europe/Berlin", "2026-10-22"},
        {"Europe/Dublin", "2026-03-26"},       {"Europe/Dublin", "2026-10-22"},
        {"Australia/Lord_Howe", "2026-04-02"}, {"Australia/Lord_Howe", "2026-10-01"},
        {"Australia/Sydney", "2026-04-02"},    {"America/Santiago", "2026-04-02"},
        {"America/Santiago", "2026-09-03"},    {"Asia/Beirut", "2026-03-26"},
        {"Pacific/Auckland", "2026-09-24"},    {"America/St_Johns", "2026-03-05"},
        {"Africa/Casablanca", "2026-02-12"},   {"Asia/Kathmandu", "2026-03-26"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
        same_hours(changes[i].zone, changes[i].week);
}

/* ---- 7 ------------------------------------------------------------------------------------------ */

/* Open round the clock, so that nothing but the notice decides. */
static void promise_07_notice_is_elapsed_and_days_are_days(void **state)
{
    static const char *const nights[] = {"2026-03-07T12:00", "2026-10-31T12:00",
                                         "2026-03-03T12:00"};
    (void)state;
    office("America/New_York", "America/New_York", "20260101T000000", "20260102T000000",
           "FREQ=DAILY");
    for (size_t i = 0; i < 3; i++) {
        w.now = at(nights[i]);
        ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 30, .step = 30, .notice = 24 * 60,
               .horizon = 2, .channels = LSCHED_PHONE));
        assert_false(possible(w.now + DAY - HALF_HOUR));
        assert_true(possible(w.now + DAY)); /* a day of 23 or 25 hours on the wall lies between */

        /* Two days ahead ends with the third midnight, however long these days were. */
        lsched_slots *found = starts(w.now, w.now + 5 * DAY);
        char wall[40], want[40], date[40];
        const size_t n = lsched_slots_count(found);
        ok(lsched_wall(w.s, lsched_slots_at(found, n - 1)->start, "America/New_York", wall,
                       sizeof wall));
        ok(lsched_wall(w.s, at(nights[i]) + 2 * DAY, "America/New_York", date, sizeof date));
        snprintf(want, sizeof want, "%.10sT23:30", date);
        wall[16] = '\0';
        assert_string_equal(wall, want);
        lsched_slots_free(found);
    }
}

/* ---- 8 ------------------------------------------------------------------------------------------ */

static void promise_08_shifts_pass_midnight(void **state)
{
    (void)state;
    office("America/New_York", "America/New_York", "20260101T210000", "20260102T020000",
           "FREQ=DAILY");
    const lsched_time nine = at("2026-03-03T21:00");
    assert_false(possible(nine - HALF_HOUR));
    for (int i = 0; i < 10; i++)
        assert_true(possible(nine + i * HALF_HOUR)); /* 23:30 and 0:00 among them */
    assert_false(possible(nine + 10 * HALF_HOUR));

    /* Leave on the 4th is of the 4th, not of the shift that began the day before. */
    closes(LSCHED_AGENT, "oda", ";VALUE=DATE:20260304", ";VALUE=DATE:20260305", NULL);
    assert_true(possible(at("2026-03-03T23:30")));
    assert_false(possible(at("2026-03-04T00:00")));
    assert_false(possible(at("2026-03-04T23:30")));
    assert_true(possible(at("2026-03-05T00:00")));
    ok(lsched_remove_calendar(w.s, LSCHED_AGENT, "oda", "closes"));

    /* 0:00 to 24:00, day by day, has no hole at 23:59, nor at the change of clocks. */
    opens(LSCHED_TEAM, "office", "20260101T000000", "20260102T000000", "FREQ=DAILY");
    opens(LSCHED_AGENT, "oda", "20260101T000000", "20260102T000000", "FREQ=DAILY");
    ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 30, .step = 5, .notice = LSCHED_NONE,
           .channels = LSCHED_PHONE));
    const lsched_time week = at("2026-03-04");
    lsched_slots *found = starts(week, week + 7 * DAY);
    assert_int_equal(lsched_slots_count(found), 7 * DAY / 300);
    lsched_slots_free(found);
}

/* ---- 9 ------------------------------------------------------------------------------------------ */

static void put(int32_t kind, const char *owner, const char *name, int32_t effect, const char *text)
{
    ok(PUT(calendar, .kind = kind, .owner = owner, .name = name, .effect = effect, .text = text));
}

static void promise_09_days_have_several_hours_and_exceptions(void **state)
{
    (void)state;
    office("America/New_York", "America/New_York", "20260101T090000", "20260101T100000",
           "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR");
    put(LSCHED_AGENT, "oda", "evening", LSCHED_OPENS,
        event("20260101T000000", "20260102T000000", "FREQ=DAILY"));
    put(LSCHED_TEAM, "office", "evening", LSCHED_OPENS,
        event("20260101T150000", "20260101T160000", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"));
    put(LSCHED_TEAM, "office", "sunday", LSCHED_OPENS,
        event("20260308T110000", "20260308T113000", NULL));
    put(LSCHED_TEAM, "office", "holiday", LSCHED_CLOSES,
        event(";VALUE=DATE:20260306", ";VALUE=DATE:20260307", NULL));
    const lsched_time days[] = {at("2026-03-05T09:00"), at("2026-03-05T09:30"),
                                at("2026-03-05T15:00"), at("2026-03-05T15:30"),
                                at("2026-03-08T11:00")};
    expect_starts(at("2026-03-05"), at("2026-03-09"), days, 5);

    /* A feed of holidays also has days on which everybody works. */
    put(LSCHED_TEAM, "office", "feed", LSCHED_CLOSES,
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20260305\nTRANSP:TRANSPARENT\n"
        "SUMMARY:Day of the Umbrella\nEND:VEVENT\nEND:VCALENDAR\n");
    expect_starts(at("2026-03-05"), at("2026-03-09"), days, 5);
}

/* ---- 10 ----------------------------------------------------------------------------------------- */

static void promise_10_a_date_is_the_owners_day(void **state)
{
    (void)state;
    /* The shop is in Honolulu, and its day is not that of UTC. */
    office("Pacific/Honolulu", "Pacific/Honolulu", "20260101T000000", "20260102T000000",
           "FREQ=DAILY");
    closes(LSCHED_AGENT, "oda", ";VALUE=DATE:20260304", ";VALUE=DATE:20260305", NULL);
    const char *zone = "Pacific/Honolulu";
    assert_true(possible(at_zone("2026-03-03T23:30", zone)));
    assert_false(possible(at_zone("2026-03-04T00:00", zone)));
    assert_false(possible(at_zone("2026-03-04T23:30", zone)));
    assert_true(possible(at_zone("2026-03-05T00:00", zone)));

    /* Days of 23 and 25 hours. */
    office("America/New_York", "America/New_York", "20260101T000000", "20260102T000000",
           "FREQ=DAILY");
    closes(LSCHED_AGENT, "oda", ";VALUE=DATE:20260308", ";VALUE=DATE:20260309", NULL);
    lsched_slots *found = starts(at("2026-03-07T12:00"), at("2026-03-09T12:00"));
    assert_int_equal(lsched_slots_count(found), 48); /* 12 hours on each side */
    lsched_slots_free(found);
    closes(LSCHED_AGENT, "oda", ";VALUE=DATE:20261101", ";VALUE=DATE:20261102", NULL);
    found = starts(at("2026-10-31T12:00"), at("2026-11-02T12:00"));
    assert_int_equal(lsched_slots_count(found), 48);
    lsched_slots_free(found);

    /* A birthday in one's calendar does not close the day. */
    put(LSCHED_AGENT, "oda", "closes", LSCHED_CLOSES,
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20260304\nTRANSP:TRANSPARENT\n"
        "END:VEVENT\nEND:VCALENDAR\n");
    assert_true(possible(at("2026-03-04T10:00")));
}

/* ---- 11 ----------------------------------------------------------------------------------------- */

static void promise_11_each_rule_has_its_zone(void **state)
{
    (void)state;
    office("Europe/Berlin", "Asia/Kathmandu", "20260101T090000", "20260101T170000", "FREQ=DAILY");
    /* "Not before three in the afternoon, where I am." */
    opens(LSCHED_CUSTOMER, "cora", "20260101T150000", "20260101T180000", "FREQ=DAILY");
    const lsched_time three = at_zone("2026-03-04T15:00", "Asia/Kathmandu"); /* 10:15 in Berlin */
    lsched_slots *found =
        starts(at_zone("2026-03-04", "Asia/Kathmandu"), at_zone("2026-03-05", "Asia/Kathmandu"));
    assert_int_equal(lsched_slots_count(found), 6);
    for (size_t i = 0; i < 6; i++) {
        const lsched_slot *slot = lsched_slots_at(found, i);
        assert_int_equal(slot->start, three + (lsched_time)i * HALF_HOUR);
        assert_int_equal(slot->customer_offset, 5 * 3600 + 45 * 60);
        assert_int_equal(slot->agent_offset, 3600);
    }
    lsched_slots_free(found);
    /* The grid is that of the customer's clock: full and half hours there. */
    ok(lsched_remove_calendar(w.s, LSCHED_CUSTOMER, "cora", "opens"));
    assert_true(possible(at_zone("2026-03-04T09:15", "Europe/Berlin")));
    assert_false(possible(at_zone("2026-03-04T09:00", "Europe/Berlin")));
    lsched_booking *b = BOOK(.key = "1", .customer = "cora", .service = "talk", .start = three);
    assert_string_equal(b->wall, "2026-03-04T15:00");
    assert_string_equal(b->zone, "Asia/Kathmandu");
    lsched_booking_free(b);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_empty, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(promise_06_hours_stay_when_clocks_change),
        TEST(promise_07_notice_is_elapsed_and_days_are_days),
        TEST(promise_08_shifts_pass_midnight),
        TEST(promise_09_days_have_several_hours_and_exceptions),
        TEST(promise_10_a_date_is_the_owners_day),
        TEST(promise_11_each_rule_has_its_zone),
    };
    return cmocka_run_group_tests_name("hours", tests, NULL, NULL);
}
