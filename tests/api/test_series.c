/* test_series.c -- header chapter 5: bookings that recur: when, who, and what does not fit. */
#include "series.h"

/* A wide horizon, so that a year is within it. */
static void far_ahead(void)
{
    ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 30, .step = 30, .notice = LSCHED_NONE,
           .horizon = 366));
}

/* ---- what is booked --------------------------------------------------------------------------- */

static void test_each_is_a_booking(void **state)
{
    (void)state;
    lsched_request r = wish("k", "2026-03-03T10:00");
    lsched_bookings *listed;
    lsched_booking *stored;
    r.note = "bring the contract";
    r.source = "web";
    lsched_series *list = series(&r, "FREQ=DAILY;COUNT=4", LSCHED_ALL);
    assert_int_equal(lsched_series_count(list), 4);
    assert_null(lsched_series_at(list, 4));
    for (size_t i = 0; i < 4; i++) {
        const lsched_occurrence *o = nth(list, i);
        assert_int_equal(o->status, LSCHED_OK);
        assert_int_equal(o->reasons, 0);
        assert_int_equal(o->start, r.start + (lsched_time)i * 86400);
        assert_int_equal(o->booking->start, o->start);
        assert_int_equal(o->booking->size, sizeof(lsched_booking));
        assert_string_equal(o->booking->series, nth(list, 0)->booking->id);
        assert_string_equal(o->booking->note, "bring the contract");
        assert_string_equal(o->booking->source, "web");
        ok(lsched_get_booking(w.s, o->booking->id, &stored));
        world_same_booking(stored, o->booking);
        lsched_booking_free(stored);
    }
    lsched_booking_free(BOOK(.key = "other", .customer = "cora", .service = "talk",
                             .start = at("2026-03-04T15:00")));
    const lsched_request after = wish("after", "2026-03-05T16:00");
    lsched_series_free(series(&after, "FREQ=DAILY;COUNT=2", LSCHED_ALL));
    ok(lsched_list_bookings(w.s, NEW(filter, .series = id_of(list)), &listed));
    assert_int_equal(lsched_bookings_count(listed), 4);
    for (size_t i = 0; i < 4; i++)
        world_same_booking(lsched_bookings_at(listed, i), nth(list, i)->booking);
    lsched_bookings_free(listed);
    ok(lsched_list_bookings(
        w.s, NEW(filter, .series = id_of(list), .from = at("2026-03-05T00:00"), .limit = 1),
        &listed));
    assert_int_equal(lsched_bookings_count(listed), 1);
    assert_string_equal(lsched_bookings_at(listed, 0)->id, nth(list, 2)->booking->id);
    lsched_bookings_free(listed);
    lsched_series_free(list);
}

/* The first is the start, also where the rule would not give it (RFC 5545, 3.8.5.3). */
static void test_first_counts(void **state)
{
    (void)state;
    const lsched_request r = wish("k", "2026-03-03T10:00"); /* a Tuesday */
    lsched_series *list = series(&r, "FREQ=WEEKLY;BYDAY=FR;COUNT=3", LSCHED_ALL);
    assert_int_equal(lsched_series_count(list), 3);
    assert_int_equal(nth(list, 0)->start, r.start);
    assert_int_equal(nth(list, 1)->start, at("2026-03-06T10:00"));
    assert_int_equal(nth(list, 2)->start, at("2026-03-13T10:00"));
    lsched_series_free(list);
    /* Also where it has ended before. */
    const lsched_request late = wish("l", "2026-03-04T10:00");
    list = series(&late, "FREQ=DAILY;UNTIL=20260101", LSCHED_ALL);
    assert_int_equal(lsched_series_count(list), 1);
    lsched_series_free(list);
}

/* Around the clock. */
static void always_open(void)
{
    static const char *const owners[] = {"home", "ana", "ben"};
    for (int i = 0; i < 3; i++)
        opens(i == 0 ? LSCHED_TEAM : LSCHED_AGENT, owners[i], ";VALUE=DATE:20260101",
              ";VALUE=DATE:20260102", "FREQ=DAILY");
}

/* Clock changes keep the wall clock time: of the customer, not of the team. */
static void wall_stays(const char *key, const char *zone, const char *first, const char *change)
{
    lsched_booking copy;
    ok(PUT(customer, .id = "cora", .zone = zone, .region = "US-NY"));
    lsched_request r = wish(key, "2026-03-03T10:00");
    r.start = at_zone(first, zone);
    lsched_series *list = series(&r, "FREQ=WEEKLY;COUNT=4", LSCHED_ALL);
    int32_t offsets = 0;
    for (size_t i = 0; i < 4; i++) {
        copy = *nth(list, i)->booking;
        assert_string_equal(copy.zone, zone);
        assert_string_equal(copy.wall + 10, first + 10);
        offsets += i > 0 && copy.offset != nth(list, i - 1)->booking->offset;
        const lsched_time days = (lsched_time)i * 7 * 86400;
        const lsched_time moved = nth(list, i)->start - r.start - days;
        assert_int_equal(moved, nth(list, 0)->booking->offset - copy.offset);
        assert_int_equal(moved != 0, nth(list, i)->start >= at_zone(change, zone));
    }
    assert_int_equal(offsets, 1);
    lsched_series_free(list);
}

static void test_clock_changes(void **state)
{
    (void)state;
    far_ahead();
    always_open();
    wall_stays("spring", NY, "2026-03-03T10:00", "2026-03-08T12:00");
    wall_stays("autumn", NY, "2026-10-20T10:00", "2026-11-01T12:00");
    wall_stays("berlin", "Europe/Berlin", "2026-03-18T17:00", "2026-03-29T12:00");
    wall_stays("south", "Australia/Lord_Howe", "2026-03-24T02:00", "2026-04-05T02:00");
}

/* A local time that does not exist counts with the offset before: 02:30 is 03:30 then. */
static void test_skipped_time(void **state)
{
    (void)state;
    always_open();
    const lsched_request r = wish("k", "2026-03-07T02:30");
    lsched_series *list = series(&r, "FREQ=DAILY;COUNT=3", LSCHED_ALL);
    assert_string_equal(nth(list, 1)->booking->wall, "2026-03-08T03:30");
    assert_string_equal(nth(list, 2)->booking->wall, "2026-03-09T02:30");
    lsched_series_free(list);
    /* Hour by hour: what the gap brings together is one, and in the order of time. */
    const lsched_request hourly = wish("h", "2026-03-08T00:00");
    list = series(&hourly, "FREQ=MINUTELY;INTERVAL=30;COUNT=10", LSCHED_ALL);
    assert_int_equal(lsched_series_count(list), 8);
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(nth(list, i)->start, hourly.start + (lsched_time)i * 1800);
    lsched_series_free(list);
    /* The second of two half past ones is meant where it is asked for. */
    far_ahead();
    lsched_request twice = wish("t", "2026-11-01T01:30-05:00");
    assert_int_equal(twice.start, at("2026-11-01T01:30") + 3600);
    list = series(&twice, "FREQ=DAILY;COUNT=2", LSCHED_ALL);
    assert_int_equal(nth(list, 0)->start, twice.start);
    assert_int_equal(nth(list, 1)->start, twice.start + 86400);
    lsched_series_free(list);
    /* What would come before it then is left out. */
    twice.key = "u";
    list = series(&twice, "FREQ=MINUTELY;INTERVAL=15;COUNT=4", LSCHED_FIT);
    assert_int_equal(lsched_series_count(list), 3);
    assert_int_equal(nth(list, 0)->start, twice.start);
    assert_int_equal(nth(list, 1)->start, twice.start + 1800);
    assert_int_equal(nth(list, 2)->start, twice.start + 2700);
    lsched_series_free(list);
}

/* UNTIL is included, and in UTC where it says so: ten in New York is three there. */
static void test_until(void **state)
{
    (void)state;
    static const struct {
        const char *rule;
        size_t count;
    } cases[] = {
        {"FREQ=DAILY;UNTIL=20260305T150000Z", 3}, {"FREQ=DAILY;UNTIL=20260305T145959Z", 2},
        {"FREQ=DAILY;UNTIL=20260309T140000Z", 7}, {"FREQ=DAILY;UNTIL=20260309T135959Z", 6},
        {"FREQ=DAILY;UNTIL=20260305T100000", 3},  {"FREQ=DAILY;UNTIL=20260305T095959", 2},
        {"FREQ=DAILY;UNTIL=20260305", 3},
    };
    const lsched_request r = wish("k", "2026-03-03T10:00");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ok(lsched_begin(w.s));
        lsched_series *list = series(&r, cases[i].rule, LSCHED_ALL);
        assert_int_equal(lsched_series_count(list), cases[i].count);
        lsched_series_free(list);
        ok(lsched_rollback(w.s));
    }
}

static void test_a_hundred(void **state)
{
    (void)state;
    far_ahead();
    lsched_request r = wish("k", "2026-03-03T10:00");
    lsched_series *list = NULL, *again;
    char *before = world_listing(w.s);
    refuses(lsched_book_series(w.s, &r, "FREQ=DAILY;COUNT=101", LSCHED_FIT, &list), LSCHED_LIMIT,
            "100");
    assert_null(list);
    refuses(lsched_book_series(w.s, &r, "FREQ=DAILY;UNTIL=20260611", LSCHED_FIT, &list),
            LSCHED_LIMIT, "100");
    refuses(lsched_book_series(w.s, &r, "FREQ=SECONDLY;UNTIL=21991231", LSCHED_FIT, &list),
            LSCHED_LIMIT, "100");
    world_unchanged(before);
    list = series(&r, "FREQ=DAILY;UNTIL=20260610", LSCHED_ALL);
    assert_int_equal(lsched_series_count(list), LSCHED_MAX_SERIES);
    assert_int_equal(booked(list), LSCHED_MAX_SERIES);
    again = series(&r, "FREQ=DAILY;UNTIL=20260610", LSCHED_ALL);
    same_series(list, again);
    lsched_series_free(again);
    ok(lsched_cancel_series(w.s, id_of(list), 0, NULL, "c", &again));
    assert_int_equal(lsched_series_count(again), LSCHED_MAX_SERIES);
    lsched_series_free(again);
    lsched_series_free(list);
}

/* ---- who ------------------------------------------------------------------------------------------ */

/* Whoever serves the first serves the others, even where somebody else would be better. */
static void test_same_agent(void **state)
{
    (void)state;
    const lsched_request r = wish("k", "2026-03-03T10:00");
    /* ana is busy for the first, and so ben; she would be first by her id after that. */
    lsched_booking_free(
        BOOK(.key = "a", .customer = "cora", .service = "talk", .agent = "ana", .start = r.start));
    /* ben is away on the third day. */
    closes(LSCHED_AGENT, "ben", "20260305T090000", "20260305T170000", NULL);
    lsched_series *list = series(&r, "FREQ=DAILY;COUNT=4", LSCHED_ALL);
    assert_string_equal(nth(list, 0)->booking->agent, "ben");
    assert_string_equal(nth(list, 1)->booking->agent, "ben");
    assert_string_equal(nth(list, 2)->booking->agent, "ana");
    assert_string_equal(nth(list, 3)->booking->agent, "ben");
    lsched_series_free(list);
    /* Who is asked for is the only one. */
    lsched_request only = wish("o", "2026-03-03T11:00");
    only.agent = "ben";
    list = series(&only, "FREQ=DAILY;COUNT=4", LSCHED_FIT);
    assert_int_equal(booked(list), 3);
    assert_int_equal(nth(list, 2)->status, LSCHED_NOBODY);
    assert_int_equal(nth(list, 2)->reasons, LSCHED_WHY_AGENT);
    for (size_t i = 0; i < 4; i++)
        assert_true(i == 2 || strcmp(nth(list, i)->booking->agent, "ben") == 0);
    lsched_series_free(list);
}

/* ---- what does not fit ------------------------------------------------------------------------------ */

/* A hole for each reason that can come and go between two occurrences. */
static void test_holes(void **state)
{
    (void)state;
    lsched_request r = wish("k", "2026-03-02T08:00"); /* an hour ago when it is nine */
    static const char *const day[] = {"03", "04", "05", "06", "07"};
    char from[40], until[40];
    static const struct {
        int32_t kind;
        const char *owner;
    } owners[] = {{LSCHED_REGION, "US-NY"},
                  {LSCHED_CUSTOMER, "cora"},
                  {LSCHED_SERVICE, "talk"},
                  {LSCHED_TEAM, "home"},
                  {LSCHED_AGENT, "ana"}};
    r.agent = "ana";
    r.team = "home";
    for (int i = 0; i < 5; i++) {
        snprintf(from, sizeof from, ";VALUE=DATE:202603%s", day[i]);
        snprintf(until, sizeof until, ";VALUE=DATE:202603%02d", i + 4);
        closes(owners[i].kind, owners[i].owner, from, until, NULL);
    }
    r.start = at("2026-03-02T10:00");
    w.now = at("2026-03-02T11:00");
    lsched_booking_free(BOOK(.key = "b", .customer = "cora", .service = "talk", .agent = "ana",
                             .start = at("2026-03-08T10:00")));
    ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 30, .step = 30, .notice = LSCHED_NONE,
           .horizon = 7));
    lsched_series *list = series(&r, "FREQ=DAILY;COUNT=10", LSCHED_FIT);
    assert_int_equal(lsched_series_count(list), 10);
    expect_hole(list, 0, LSCHED_TOOSOON, LSCHED_WHY_NOTICE);
    expect_hole(list, 1, LSCHED_CLOSED, LSCHED_WHY_REGION);
    expect_hole(list, 2, LSCHED_CLOSED, LSCHED_WHY_CUSTOMER);
    expect_hole(list, 3, LSCHED_CLOSED, LSCHED_WHY_SERVICE);
    expect_hole(list, 4, LSCHED_CLOSED, LSCHED_WHY_TEAM);
    expect_hole(list, 5, LSCHED_NOBODY, LSCHED_WHY_AGENT);
    expect_hole(list, 6, LSCHED_TAKEN, LSCHED_WHY_BOOKED);
    assert_int_equal(nth(list, 7)->status, LSCHED_OK);
    expect_hole(list, 8, LSCHED_TOOFAR, LSCHED_WHY_HORIZON);
    expect_hole(list, 9, LSCHED_TOOFAR, LSCHED_WHY_HORIZON);
    assert_string_equal(id_of(list), nth(list, 7)->booking->id);
    lsched_series_free(list);
}

static void test_holes_of_who_and_grid(void **state)
{
    (void)state;
    ok(lsched_remove_member(w.s, "home", "ana", NULL));
    ok(PUT(member, .team = "home", .agent = "ana", .from = "2026-03-04", .until = "2026-03-05"));
    lsched_request r = wish("k", "2026-03-03T10:00");
    r.agent = "ana";
    lsched_series *list = series(&r, "FREQ=DAILY;COUNT=3", LSCHED_FIT);
    expect_hole(list, 0, LSCHED_NOBODY, LSCHED_WHY_ROSTER);
    assert_int_equal(nth(list, 1)->status, LSCHED_OK);
    expect_hole(list, 2, LSCHED_NOBODY, LSCHED_WHY_ROSTER);
    lsched_series_free(list);
    const lsched_request often = wish("m", "2026-03-06T10:00");
    list = series(&often, "FREQ=MINUTELY;INTERVAL=15;COUNT=4", LSCHED_FIT);
    expect_hole(list, 1, LSCHED_OFFGRID, LSCHED_WHY_GRID);
    expect_hole(list, 3, LSCHED_OFFGRID, LSCHED_WHY_GRID);
    assert_int_equal(booked(list), 2);
    lsched_series_free(list);
}

/* Occurrences see the ones before them. */
static void test_see_each_other(void **state)
{
    (void)state;
    ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 30, .after = 15, .step = 15,
           .notice = LSCHED_NONE));
    lsched_request r = wish("k", "2026-03-03T10:00");
    r.agent = "ana";
    lsched_series *list = series(&r, "FREQ=MINUTELY;INTERVAL=15;COUNT=7", LSCHED_FIT);
    for (size_t i = 0; i < 7; i++) {
        if (i % 3 == 0)
            assert_int_equal(nth(list, i)->status, LSCHED_OK);
        else
            expect_hole(list, i, LSCHED_TAKEN, LSCHED_WHY_BOOKED);
    }
    lsched_series_free(list);
}

/* One refusal undoes all: bookings, events and notices are what they were. */
static void test_all_or_nothing(void **state)
{
    (void)state;
    lsched_series *list;
    const lsched_request r = wish("k", "2026-03-03T10:00");
    closes(LSCHED_REGION, "US-NY", "20260306T000000", "20260307T000000", NULL);
    char *before = world_listing(w.s);
    refuses(lsched_book_series(w.s, &r, "FREQ=DAILY;COUNT=6", LSCHED_ALL, &list), LSCHED_CLOSED,
            "2026-03-06T10:00:00-05:00");
    assert_null(list);
    world_unchanged(before);
    /* The key is free, and so are the places. */
    list = series(&r, "FREQ=DAILY;COUNT=6", LSCHED_FIT);
    assert_int_equal(booked(list), 5);
    lsched_series_free(list);
}

/* Where nothing fits, the first refusal is the answer, and the key is free. */
static void test_nothing_fits(void **state)
{
    (void)state;
    lsched_series *list;
    const lsched_request r = wish("k", "2026-03-03T18:00");
    char *before = world_listing(w.s);
    refuses(lsched_book_series(w.s, &r, "FREQ=DAILY;COUNT=3", LSCHED_FIT, &list), LSCHED_CLOSED,
            "no occurrence fits; the first, 2026-03-03T18:00:00-05:00: ");
    assert_null(list);
    world_unchanged(before);
    const lsched_request other = wish("k", "2026-03-03T10:00");
    lsched_booking_free(world_book(&other));
}

/* A look at what would fit. */
static void test_what_if(void **state)
{
    (void)state;
    closes(LSCHED_REGION, "US-NY", "20260304T000000", "20260305T000000", NULL);
    const lsched_request r = wish("k", "2026-03-03T10:00");
    char *before = world_listing(w.s);
    ok(lsched_begin(w.s));
    lsched_series *look = series(&r, "FREQ=DAILY;COUNT=3", LSCHED_FIT);
    expect_hole(look, 1, LSCHED_CLOSED, LSCHED_WHY_REGION);
    ok(lsched_rollback(w.s));
    world_unchanged(before);
    lsched_series_free(look);
    look = series(&r, "FREQ=DAILY;COUNT=3", LSCHED_FIT);
    assert_int_equal(booked(look), 2);
    lsched_series_free(look);
}

/* ---- what is asked wrongly --------------------------------------------------------------------------- */

static void test_wrong_rules(void **state)
{
    (void)state;
    static const struct {
        const char *rule, *words;
    } wrong[] = {
        {"FREQ=DAILY", "neither COUNT nor UNTIL"},
        {"COUNT=3", "FREQ"},
        {"FREQ=FORTNIGHTLY;COUNT=3", "FREQ"},
        {"FREQ=DAILY;COUNT=0", "COUNT"},
        {"FREQ=DAILY;COUNT=-1", "COUNT"},
        {"FREQ=DAILY;COUNT=3;UNTIL=20260401", "UNTIL"},
        {"FREQ=DAILY;COUNT=3;COLOUR=RED", "COLOUR"},
        {"FREQ=DAILY;COUNT=3;COUNT=4", "COUNT"},
        {"RRULE:FREQ=DAILY;COUNT=3", "RRULE"},
        {"FREQ=DAILY;COUNT=3\r\n", "rule"},
        {"\xff", "rule"},
        {"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3", "1 of the 3"},
        {"FREQ=YEARLY;INTERVAL=100;COUNT=3", "2 of the 3"},
        {"FREQ=YEARLY;INTERVAL=174;COUNT=2", "2199"},
    };
    lsched_series *list;
    const lsched_request r = wish("k", "2026-03-03T10:00");
    char *before = world_listing(w.s);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        refuses(lsched_book_series(w.s, &r, wrong[i].rule, LSCHED_FIT, &list), LSCHED_INVALID,
                wrong[i].words);
        assert_null(list);
    }
    refuses(lsched_book_series(w.s, &r, "FREQ=DAILY;COUNT=3", 0, &list), LSCHED_INVALID, "mode");
    refuses(lsched_book_series(w.s, &r, "FREQ=DAILY;COUNT=3", 3, &list), LSCHED_INVALID, "mode");
    refuses(lsched_book_series(w.s, &r, NULL, LSCHED_FIT, &list), LSCHED_MISUSE, "rule");
    refuses(lsched_book_series(w.s, &r, "", LSCHED_FIT, &list), LSCHED_MISUSE, "rule");
    refuses(lsched_book_series(w.s, NULL, "FREQ=DAILY;COUNT=3", LSCHED_FIT, &list), LSCHED_MISUSE,
            "");
    refuses(lsched_book_series(w.s, &r, "FREQ=DAILY;COUNT=3", LSCHED_FIT, NULL), LSCHED_MISUSE,
            "out");
    assert_int_equal(lsched_book_series(NULL, &r, "FREQ=DAILY;COUNT=3", LSCHED_FIT, &list),
                     LSCHED_MISUSE);
    lsched_request other = r;
    other.key = NULL;
    refuses(lsched_book_series(w.s, &other, "FREQ=DAILY;COUNT=3", LSCHED_FIT, &list),
            LSCHED_INVALID, "key");
    other = r;
    other.seconds = 60;
    refuses(lsched_book_series(w.s, &other, "FREQ=DAILY;COUNT=3", LSCHED_FIT, &list),
            LSCHED_INVALID, "seconds");
    other = r;
    other.customer = "nix";
    refuses(lsched_book_series(w.s, &other, "FREQ=DAILY;COUNT=3", LSCHED_FIT, &list),
            LSCHED_NOTFOUND, "'nix'");
    /* A rule that costs more than it may: years without a 30 February. */
    ok(lsched_set_limits(w.s, NEW(limits, .steps = 50)));
    refuses(lsched_book_series(w.s, &r, "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3", LSCHED_FIT,
                               &list),
            LSCHED_LIMIT, "steps");
    ok(lsched_set_limits(w.s, NULL));
    world_unchanged(before);
    assert_int_equal(lsched_series_count(NULL), 0);
    assert_null(lsched_series_at(NULL, 0));
    lsched_series_free(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_little, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_each_is_a_booking), TEST(test_first_counts),   TEST(test_clock_changes),
        TEST(test_skipped_time),      TEST(test_until),          TEST(test_a_hundred),
        TEST(test_same_agent),        TEST(test_holes),          TEST(test_holes_of_who_and_grid),
        TEST(test_see_each_other),    TEST(test_all_or_nothing), TEST(test_nothing_fits),
        TEST(test_what_if),           TEST(test_wrong_rules),
    };
    return cmocka_run_group_tests_name("series", tests, NULL, NULL);
}
