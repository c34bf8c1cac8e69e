/* test_series.c -- header chapter 5: bookings that recur. */
#include "world.h"

#include <unistd.h>

#define NY "America/New_York"

static lsched_request wish(const char *key, const char *start)
{
    return (lsched_request){.size = sizeof(lsched_request),
                            .key = key,
                            .customer = "cora",
                            .service = "talk",
                            .start = at(start)};
}

static lsched_series *series(const lsched_request *r, const char *rule, int32_t mode)
{
    lsched_series *list = NULL;
    ok(lsched_book_series(w.s, r, rule, mode, &list));
    assert_non_null(list);
    return list;
}

static const lsched_occurrence *nth(const lsched_series *list, size_t i)
{
    assert_non_null(lsched_series_at(list, i));
    return lsched_series_at(list, i);
}

/* The id of the series, from the first that is booked. */
static const char *id_of(const lsched_series *list)
{
    for (size_t i = 0; i < lsched_series_count(list); i++) {
        if (nth(list, i)->booking != NULL)
            return nth(list, i)->booking->series;
    }
    fail_msg("nothing is booked");
    return NULL;
}

static size_t booked(const lsched_series *list)
{
    size_t n = 0;
    for (size_t i = 0; i < lsched_series_count(list); i++)
        n += nth(list, i)->status == LSCHED_OK;
    return n;
}

static void same_series(const lsched_series *a, const lsched_series *b)
{
    assert_int_equal(lsched_series_count(a), lsched_series_count(b));
    for (size_t i = 0; i < lsched_series_count(a); i++) {
        const lsched_occurrence *x = nth(a, i), *y = nth(b, i);
        assert_int_equal(x->start, y->start);
        assert_int_equal(x->status, y->status);
        assert_int_equal(x->reasons, y->reasons);
        assert_int_equal(x->booking != NULL, y->booking != NULL);
        if (x->booking == NULL)
            continue;
        world_same_booking(x->booking, y->booking);
        assert_string_equal(x->booking->series, y->booking->series);
    }
}

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

static void expect_hole(const lsched_series *list, size_t i, int32_t status, int32_t reasons)
{
    assert_int_equal(nth(list, i)->status, status);
    assert_int_equal(nth(list, i)->reasons, reasons);
    assert_null(nth(list, i)->booking);
}

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

/* ---- keys ------------------------------------------------------------------------------------------------ */

static lsched_time now(void *user)
{
    return ((const world *)user)->now;
}

static void reopen(const char *path, int32_t flags)
{
    lsched_free(w.s);
    w.s = lsched_new();
    assert_non_null(w.s);
    ok(lsched_set_clock(w.s, now, &w));
    ok(lsched_open(w.s, path, flags));
}

/* A little world in a file: all of the one in memory but what lanes and rungs need. */
static void make_file(const char *path)
{
    reopen(path, LSCHED_CREATE);
    ok(PUT(team, .id = "home", .name = "home", .zone = NY, .regions = "US-NY"));
    opens(LSCHED_TEAM, "home", "20260101T090000", "20260101T170000", "FREQ=DAILY");
    ok(PUT(agent, .id = "ana", .name = "ana", .zone = NY));
    ok(PUT(member, .team = "home", .agent = "ana"));
    opens(LSCHED_AGENT, "ana", "20260101T090000", "20260101T170000", "FREQ=DAILY");
    ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 30, .step = 30,
           .notice = LSCHED_NONE));
    ok(PUT(customer, .id = "cora", .zone = NY, .region = "US-NY"));
}

/* The same answer, refusals included, in another process's life, whatever has changed. */
static void test_answers_last(void **state)
{
    char folder[] = "/tmp/libsched-api-XXXXXX", path[64];
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/store", folder);
    make_file(path);
    const lsched_request all = wish("all", "2026-03-03T10:00"),
                         fit = wish("fit", "2026-03-04T10:00");
    lsched_series *first[3], *again;
    first[0] = series(&all, "FREQ=DAILY;INTERVAL=2;COUNT=3", LSCHED_ALL);
    first[1] = series(&fit, "FREQ=DAILY;COUNT=30", LSCHED_FIT);
    assert_int_equal(booked(first[1]), 27); /* two are taken, one is too far ahead */
    ok(lsched_cancel_series(w.s, id_of(first[1]), at("2026-03-10T00:00"), "moved away", "end",
                            &first[2]));
    const char *ids[] = {id_of(first[0]), id_of(first[1])};
    /* What stands now is not what was answered then. */
    ok(world_try_move(NEW(change, .key = "m", .id = ids[0], .start = at("2026-03-03T15:00"))));
    closes(LSCHED_REGION, "US-NY", "20260301T000000", "20260401T000000", NULL);
    w.now += INT64_C(90) * 86400;
    reopen(path, 0);
    char *before = world_listing(w.s);
    again = series(&all, "FREQ=DAILY;INTERVAL=2;COUNT=3", LSCHED_ALL);
    same_series(first[0], again);
    lsched_series_free(again);
    again = series(&fit, "FREQ=DAILY;COUNT=30", LSCHED_FIT);
    same_series(first[1], again);
    lsched_series_free(again);
    ok(lsched_cancel_series(w.s, ids[1], at("2026-03-10T00:00"), "moved away", "end", &again));
    same_series(first[2], again);
    lsched_series_free(again);
    ok(lsched_cancel_series(w.s, ids[1], at("2026-03-10T00:00"), "moved away", "end", NULL));
    world_unchanged(before);
    for (int i = 0; i < 3; i++)
        lsched_series_free(first[i]);
    lsched_free(w.s);
    w.s = NULL;
    char command[80];
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    assert_int_equal(system(command), 0);
}

/* One key is one wish, whatever the verb. */
static void test_keys(void **state)
{
    (void)state;
    static const char daily[] = "FREQ=DAILY;COUNT=3";
    lsched_request r = wish("k", "2026-03-03T10:00"), other = r;
    lsched_series *list = series(&r, daily, LSCHED_ALL), *out;
    lsched_booking *b, *none;
    const char *id = id_of(list);
    other.key = "b";
    other.start += 7200;
    b = world_book(&other);
    char *before = world_listing(w.s);
    refuses(lsched_book_series(w.s, &r, "FREQ=DAILY;COUNT=4", LSCHED_ALL, &out), LSCHED_KEYUSED,
            "key");
    refuses(lsched_book_series(w.s, &r, daily, LSCHED_FIT, &out), LSCHED_KEYUSED, "key");
    lsched_request changed = r;
    changed.note = "x";
    refuses(lsched_book_series(w.s, &changed, daily, LSCHED_ALL, &out), LSCHED_KEYUSED, "key");
    assert_null(out);
    /* The same start by lsched_book() and lsched_hold(). */
    refuses(lsched_book(w.s, &r, &none), LSCHED_KEYUSED, "key");
    refuses(lsched_hold(w.s, &r, &none), LSCHED_KEYUSED, "key");
    refuses(lsched_cancel(w.s, b->id, NULL, "k", &none), LSCHED_KEYUSED, "key");
    refuses(lsched_cancel_series(w.s, id, 0, NULL, "k", &out), LSCHED_KEYUSED, "key");
    refuses(lsched_cancel_series(w.s, id, 0, NULL, "b", &out), LSCHED_KEYUSED, "key");
    assert_null(out);
    refuses(lsched_book_series(w.s, &other, daily, LSCHED_ALL, &out), LSCHED_KEYUSED, "key");
    world_unchanged(before);
    ok(lsched_cancel_series(w.s, id, 0, "x", "c", NULL));
    refuses(lsched_cancel_series(w.s, id, 0, "y", "c", &out), LSCHED_KEYUSED, "key");
    refuses(lsched_cancel_series(w.s, id, w.now, "x", "c", &out), LSCHED_KEYUSED, "key");
    refuses(lsched_cancel(w.s, b->id, "x", "c", &none), LSCHED_KEYUSED, "key");
    r.key = "c";
    refuses(lsched_book_series(w.s, &r, daily, LSCHED_ALL, &out), LSCHED_KEYUSED, "key");
    lsched_booking_free(b);
    lsched_series_free(list);
}

/* ---- afterwards -------------------------------------------------------------------------------------------- */

static void test_moved_stays_in_series(void **state)
{
    (void)state;
    lsched_booking *moved;
    lsched_bookings *listed;
    const lsched_request r = wish("k", "2026-03-03T10:00");
    lsched_series *list = series(&r, "FREQ=DAILY;COUNT=3", LSCHED_ALL);
    ok(lsched_move(
        w.s,
        NEW(change, .key = "m", .id = nth(list, 0)->booking->id, .start = at("2026-03-20T10:00")),
        &moved));
    assert_string_equal(moved->series, id_of(list));
    lsched_booking_free(moved);
    ok(lsched_list_bookings(w.s, NEW(filter, .series = id_of(list)), &listed));
    assert_int_equal(lsched_bookings_count(listed), 3);
    assert_string_equal(lsched_bookings_at(listed, 2)->id, id_of(list));
    lsched_bookings_free(listed);
    lsched_series_free(list);
}

/* What is over, cancelled or in progress stays as it is. */
static void test_cancel(void **state)
{
    (void)state;
    lsched_series *gone;
    lsched_booking *b;
    const lsched_request r = wish("k", "2026-03-03T10:00");
    lsched_series *list = series(&r, "FREQ=DAILY;COUNT=6", LSCHED_ALL);
    const char *id = id_of(list);
    ok(lsched_cancel(w.s, nth(list, 3)->booking->id, "alone", "one", NULL));
    w.now = at("2026-03-04T10:10");
    ok(lsched_start(w.s, nth(list, 1)->booking->id, "start", NULL));
    refuses(lsched_cancel_series(w.s, "nix", 0, NULL, "c", &gone), LSCHED_NOTFOUND, "'nix'");
    assert_null(gone);
    ok(lsched_cancel_series(w.s, id, nth(list, 5)->start, "late ones", "c1", &gone));
    assert_int_equal(lsched_series_count(gone), 1);
    assert_string_equal(nth(gone, 0)->booking->id, nth(list, 5)->booking->id);
    lsched_series_free(gone);
    ok(lsched_cancel_series(w.s, id, 0, "the rest", "c2", &gone));
    assert_int_equal(lsched_series_count(gone), 2);
    static const size_t left[] = {2, 4};
    for (size_t i = 0; i < 2; i++) {
        const lsched_occurrence *o = nth(gone, i);
        assert_string_equal(o->booking->id, nth(list, left[i])->booking->id);
        assert_int_equal(o->start, o->booking->start);
        assert_int_equal(o->status, LSCHED_OK);
        assert_int_equal(o->booking->state, LSCHED_CANCELLED);
        assert_string_equal(o->booking->cause, "the rest");
        assert_int_equal(o->booking->sequence, 1);
        assert_int_equal(o->booking->changed, w.now);
    }
    lsched_series_free(gone);
    refuses(lsched_cancel_series(w.s, id, 0, NULL, "c3", &gone), LSCHED_OVER, id);
    assert_null(gone);
    static const int32_t states[] = {LSCHED_BOOKED,    LSCHED_STARTED,   LSCHED_CANCELLED,
                                     LSCHED_CANCELLED, LSCHED_CANCELLED, LSCHED_CANCELLED};
    for (size_t i = 0; i < 6; i++) {
        ok(lsched_get_booking(w.s, nth(list, i)->booking->id, &b));
        assert_int_equal(b->state, states[i]);
        lsched_booking_free(b);
    }
    lsched_series_free(list);
}

/* Inverse: what a series took is free again after its end. */
static void test_cancel_gives_back(void **state)
{
    (void)state;
    const lsched_time until = at("2026-03-20T00:00");
    lsched_request r = wish("k", "2026-03-03T10:00");
    char *before = world_free_places(until);
    r.channel = LSCHED_CHAT;
    lsched_series *list =
        series(&r, "FREQ=MINUTELY;INTERVAL=30;COUNT=40;BYHOUR=10,11,12", LSCHED_ALL);
    char *between = world_free_places(until);
    assert_string_not_equal(before, between);
    ok(lsched_cancel_series(w.s, id_of(list), 0, NULL, "c", NULL));
    char *after = world_free_places(until);
    assert_string_equal(before, after);
    free(before);
    free(between);
    free(after);
    lsched_series_free(list);
}

/* ---- find and series agree -------------------------------------------------------------------------------------- */

static uint32_t random_state;

static uint32_t pick(uint32_t n)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state % n;
}

static bool offered(const lsched_slots *found, lsched_time start)
{
    for (size_t i = 0; i < lsched_slots_count(found); i++) {
        if (lsched_slots_at(found, i)->start == start)
            return true;
    }
    return false;
}

/* Starts a day or more apart do not compete: LSCHED_FIT books those that find offered, and no
 * other; LSCHED_ALL books where that is all of them. */
static void test_as_find_says(void **state)
{
    (void)state;
    static const char *const agents[] = {"", "ana", "ben", "gil"};
    const lsched_time days = at("2026-03-03T00:00");
    int all_fit = 0, some_fit = 0;
    for (random_state = 1; random_state < 3000; random_state += 100) {
        const uint32_t seed = random_state;
        char rule[80], key[40];
        for (int i = 0; i < 40; i++) {
            snprintf(key, sizeof key, "%u fill %d", seed, i);
            world_try(NEW(request, .key = key, .customer = "cora", .service = "talk",
                          .agent = agents[pick(4)],
                          .start = days + pick(30) * 86400 + 36000 + pick(12) * 1800));
        }
        lsched_request r = wish("", "2026-03-03T08:00");
        snprintf(key, sizeof key, "%u series", seed);
        r.key = key;
        r.start += pick(20) * 1800 + pick(3) * 900 * (pick(5) == 0);
        r.agent = agents[pick(4)];
        r.channel = LSCHED_PHONE;
        snprintf(rule, sizeof rule, "FREQ=DAILY;INTERVAL=%u;COUNT=%u", 1 + pick(3), 2 + pick(14));
        lsched_slots *found =
            FIND(.customer = "cora", .service = "talk", .agent = r.agent, .channels = r.channel,
                 .limit = LSCHED_MAX_PAGE, .until = days + INT64_C(100) * 86400);
        lsched_series *list = NULL, *all = NULL;
        size_t fits = 0;
        ok(lsched_begin(w.s));
        const int status = lsched_book_series(w.s, &r, rule, LSCHED_FIT, &list);
        ok(lsched_rollback(w.s));
        for (size_t i = 0; i < lsched_series_count(list); i++) {
            const lsched_occurrence *o = nth(list, i);
            assert_int_equal(o->status == LSCHED_OK, offered(found, o->start));
            fits += o->status == LSCHED_OK;
        }
        assert_int_equal(fits > 0, status == LSCHED_OK);
        const int whole = lsched_book_series(w.s, &r, rule, LSCHED_ALL, &all);
        assert_int_equal(whole == LSCHED_OK, fits > 0 && fits == lsched_series_count(list));
        assert_int_equal(all != NULL, whole == LSCHED_OK);
        all_fit += all != NULL;
        some_fit += fits > 0 && all == NULL;
        lsched_series_free(all);
        lsched_series_free(list);
        lsched_slots_free(found);
        random_state = seed;
    }
    assert_true(all_fit > 0 && some_fit > 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_little, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_each_is_a_booking),
        TEST(test_first_counts),
        TEST(test_clock_changes),
        TEST(test_skipped_time),
        TEST(test_until),
        TEST(test_a_hundred),
        TEST(test_same_agent),
        TEST(test_holes),
        TEST(test_holes_of_who_and_grid),
        TEST(test_see_each_other),
        TEST(test_all_or_nothing),
        TEST(test_nothing_fits),
        TEST(test_what_if),
        TEST(test_wrong_rules),
        TEST(test_answers_last),
        TEST(test_keys),
        TEST(test_moved_stays_in_series),
        TEST(test_cancel),
        TEST(test_cancel_gives_back),
        TEST(test_as_find_says),
    };
    return cmocka_run_group_tests_name("series", tests, NULL, NULL);
}
