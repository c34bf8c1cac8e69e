/* test_exchange.c -- header chapter 9: what calendars mean, and wall clocks. */
#include "world.h"

#define MINUTES 60
#define HOURS 3600

static lsched_time utc(const char *text)
{
    return at_zone(text, "UTC");
}

static lsched_calendar a_calendar(int32_t effect, const char *text)
{
    return (lsched_calendar){.size = sizeof(lsched_calendar), .effect = effect, .text = text};
}

/* The times of day, in UTC, of what is listed: "09:00-12:00 12:30-17:00". */
static void expect_spans(lsched_spans *list, const char *wanted)
{
    char text[400] = "", from[32], until[32];
    for (size_t i = 0; i < lsched_spans_count(list); i++) {
        const lsched_span *span = lsched_spans_at(list, i);
        ok(lsched_wall(w.s, span->from, "UTC", from, sizeof from));
        ok(lsched_wall(w.s, span->until, "UTC", until, sizeof until));
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%.5s-%.5s", i > 0 ? " " : "",
                 from + 11, until + 11);
        assert_true(i == 0 || span->from > lsched_spans_at(list, i - 1)->until);
        assert_string_equal(span->summary, "");
    }
    assert_null(lsched_spans_at(list, lsched_spans_count(list)));
    assert_string_equal(text, wanted);
    lsched_spans_free(list);
}

/* ---- expand --------------------------------------------------------------------------------- */

static void test_expand(void **state)
{
    (void)state;
    const lsched_calendar morning =
        a_calendar(LSCHED_OPENS, event("20260101T090000", "20260101T130000", "FREQ=DAILY"));
    const lsched_calendar afternoon =
        a_calendar(LSCHED_OPENS, event("20260101T130000", "20260101T170000", "FREQ=DAILY"));
    const lsched_calendar lunch =
        a_calendar(LSCHED_CLOSES, event("20260101T120000", "20260101T123000", "FREQ=DAILY"));
    const lsched_calendar away =
        a_calendar(LSCHED_CLOSES, event("20260304", "20260305", NULL));
    const lsched_calendar *const all[] = {&lunch, &afternoon, &morning, &away};
    lsched_spans *list;
    ok(lsched_expand(w.s, all, 4, "UTC", utc("2026-03-03"), utc("2026-03-04"), &list));
    expect_spans(list, "09:00-12:00 12:30-17:00");
    ok(lsched_expand(w.s, all + 1, 2, "UTC", utc("2026-03-03T10:00"), utc("2026-03-04T10:00"),
                     &list));
    expect_spans(list, "10:00-17:00 09:00-10:00");
    ok(lsched_expand(w.s, all, 4, "UTC", utc("2026-03-04"), utc("2026-03-05"), &list));
    expect_spans(list, "");
    ok(lsched_expand(w.s, all, 1, "UTC", utc("2026-03-03"), utc("2026-03-04"), &list));
    expect_spans(list, "");
    /* Floating times happen where the caller says. */
    ok(lsched_expand(w.s, all, 4, "Asia/Kathmandu", utc("2026-03-03"), utc("2026-03-03T18:15"),
                     &list));
    expect_spans(list, "03:15-06:15 06:45-11:15");
}

/* Seconds are rounded so that less time is open. */
static void test_seconds(void **state)
{
    (void)state;
    const lsched_calendar open =
        a_calendar(LSCHED_OPENS, event("20260303T090001", "20260303T170059", NULL));
    const lsched_calendar lunch =
        a_calendar(LSCHED_CLOSES, event("20260303T120059", "20260303T123001", NULL));
    const lsched_calendar *const both[] = {&open, &lunch};
    lsched_spans *list;
    ok(lsched_expand(w.s, both, 2, "UTC", utc("2026-03-03"), utc("2026-03-04"), &list));
    expect_spans(list, "09:01-12:00 12:31-17:00");
}

/* A night shift ends at six in every night, or is eight hours long in every night. */
static void test_ends(void **state)
{
    static const struct {
        int32_t effect, ends;
        int64_t spring, autumn; /* hours */
    } cases[] = {{LSCHED_OPENS, 0, 7, 9},
                 {LSCHED_OPENS, LSCHED_WALL, 7, 9},
                 {LSCHED_OPENS, LSCHED_EXACT, 8, 8},
                 {LSCHED_CLOSES, 0, 8, 8},
                 {LSCHED_CLOSES, LSCHED_WALL, 7, 9}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lsched_calendar night = a_calendar(
            cases[i].effect, event("20260101T220000", "20260102T060000", "FREQ=DAILY"));
        night.ends = cases[i].ends;
        lsched_spans *list;
        ok(lsched_instances(w.s, &night, "America/New_York", at("2026-03-07T23:00"),
                            at("2026-03-07T23:01"), &list));
        assert_int_equal(lsched_spans_count(list), 1);
        assert_int_equal(lsched_spans_at(list, 0)->from, at("2026-03-07T22:00"));
        assert_int_equal(lsched_spans_at(list, 0)->until - lsched_spans_at(list, 0)->from,
                         cases[i].spring * HOURS);
        lsched_spans_free(list);
        ok(lsched_instances(w.s, &night, "America/New_York", at("2026-10-31T23:00"),
                            at("2026-10-31T23:01"), &list));
        assert_int_equal(lsched_spans_at(list, 0)->until - lsched_spans_at(list, 0)->from,
                         cases[i].autumn * HOURS);
        lsched_spans_free(list);
    }
}

static void test_bad_texts(void **state)
{
    (void)state;
    const lsched_calendar good = a_calendar(LSCHED_OPENS, event("20260303", "20260304", NULL));
    const lsched_calendar bad =
        a_calendar(LSCHED_OPENS, event("20260303", "20260304", "FREQ=SOMETIMES"));
    const lsched_calendar *const both[] = {&good, &bad};
    const lsched_time from = utc("2026-03-03"), until = utc("2026-03-04");
    lsched_spans *list;
    lsched_time t;
    refuses(lsched_expand(w.s, both, 2, "UTC", from, until, &list), LSCHED_INVALID, "calendar 2");
    assert_int_equal(lsched_line(w.s), 10);
    assert_null(list);
    refuses(lsched_due(w.s, both, 2, "UTC", from, 1, &t), LSCHED_INVALID, "calendar 2");
    assert_int_equal(lsched_line(w.s), 10);
    refuses(lsched_instances(w.s, &bad, "UTC", from, until, &list), LSCHED_INVALID, "SOMETIMES");
    assert_int_equal(lsched_line(w.s), 10);
    assert_null(strstr(lsched_message(w.s), "calendar 1"));
    refuses(lsched_expand(w.s, both, 1, "UTC", until, from, &list), LSCHED_INVALID, "");
    assert_int_equal(lsched_line(w.s), 0);
    refuses(lsched_expand(w.s, both, 1, "UTC", from, from + 401 * INT64_C(86400), &list),
            LSCHED_LIMIT, "400");
    refuses(lsched_expand(w.s, both, 1, "Mars/Base", from, until, &list), LSCHED_INVALID, "Mars");
    refuses(lsched_expand(w.s, both, LSCHED_MAX_CALENDARS + 1, "UTC", from, until, &list),
            LSCHED_LIMIT, "64");
}

/* More than the limits allow to compute is refused, and quickly. */
static void test_too_much(void **state)
{
    (void)state;
    const lsched_calendar seconds = a_calendar(
        LSCHED_OPENS, event("20260101T000000", "20260101T000001", "FREQ=SECONDLY"));
    const lsched_calendar never = a_calendar(
        LSCHED_OPENS, event("20260101", "20260102", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"));
    lsched_spans *list;
    refuses(lsched_instances(w.s, &seconds, "UTC", utc("2026-03-03"), utc("2026-03-05"), &list),
            LSCHED_LIMIT, "");
    assert_null(list);
    const int status = lsched_instances(w.s, &never, "UTC", utc("2199-01-01"), utc("2199-12-01"),
                                        &list);
    assert_true(status == LSCHED_OK || status == LSCHED_LIMIT);
    assert_int_equal(lsched_spans_count(list), 0);
    lsched_spans_free(list);
}

/* ---- instances ------------------------------------------------------------------------------ */

#define EVENT(uid, start, end, more)                                                               \
    "BEGIN:VEVENT\r\nUID:" uid "\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:" start "\r\nDTEND:" end   \
    "\r\n" more "END:VEVENT\r\n"

static const char several[] =
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n"
    EVENT("1", "20260303T140000", "20260303T150000", "SUMMARY:late\\, äöü\r\n")
    EVENT("2", "20260303T090000", "20260303T180000", "SUMMARY:long\r\nTRANSP:TRANSPARENT\r\n")
    EVENT("3", "20260303T090000", "20260303T100000", "SUMMARY:short\r\n")
    EVENT("4", "20260303T110000", "20260303T120000", "SUMMARY:off\r\nSTATUS:CANCELLED\r\n")
    EVENT("5", "20260302T230000", "20260303T010000", "")
    "END:VCALENDAR\r\n";

static void expect_instances(const lsched_calendar *c, const char *wanted)
{
    lsched_spans *list;
    char text[300] = "";
    ok(lsched_instances(w.s, c, "UTC", utc("2026-03-03"), utc("2026-03-03T15:00"), &list));
    for (size_t i = 0; i < lsched_spans_count(list); i++) {
        const lsched_span *s = lsched_spans_at(list, i);
        snprintf(text + strlen(text), sizeof text - strlen(text), "[%s %d]", s->summary,
                 (int)(s->until - s->from) / HOURS);
    }
    assert_string_equal(text, wanted);
    lsched_spans_free(list);
}

static void test_instances(void **state)
{
    (void)state;
    const lsched_calendar open = a_calendar(LSCHED_OPENS, several);
    const lsched_calendar close = a_calendar(LSCHED_CLOSES, several);
    expect_instances(&open, "[ 2][short 1][long 9][late, äöü 1]");
    /* A transparent one closes nothing. */
    expect_instances(&close, "[ 2][short 1][late, äöü 1]");
}

/* ---- due ------------------------------------------------------------------------------------ */

static void test_due(void **state)
{
    static const struct {
        const char *from;
        int64_t minutes;
        const char *due;
    } cases[] = {
        {"2026-03-03T10:00", 0, "2026-03-03T10:00"},
        {"2026-03-03T10:00:30", 0, "2026-03-03T10:00:30"},
        {"2026-03-03T10:00:30", 30, "2026-03-03T10:30:30"},
        {"2026-03-03T08:00", 0, "2026-03-03T09:00"},
        {"2026-03-03T08:00:30", 1, "2026-03-03T09:01"},
        {"2026-03-03T12:00", 0, "2026-03-03T12:30"},  /* closed at its end */
        {"2026-03-03T11:00", 60, "2026-03-03T12:00"}, /* exactly at closing time */
        {"2026-03-03T11:00", 61, "2026-03-03T12:31"},
        {"2026-03-03T16:00", 60, "2026-03-03T17:00"},
        {"2026-03-03T16:00", 61, "2026-03-05T09:01"}, /* the 4th is closed */
        {"2026-03-03T16:59:30", 1, "2026-03-05T09:00:30"},
        {"2026-03-03T17:00", 0, "2026-03-05T09:00"},
        {"2026-03-05T09:00", 450 * 20, "2026-03-24T17:00"},
        {"2026-03-05T09:00", 450 * 20 + 1, "2026-03-25T09:01"},
        {"2026-03-05T09:00:30", 450 * 20, "2026-03-25T09:00:30"},
    };
    (void)state;
    const lsched_calendar open =
        a_calendar(LSCHED_OPENS, event("20260101T090000", "20260101T170000", "FREQ=DAILY"));
    const lsched_calendar lunch =
        a_calendar(LSCHED_CLOSES, event("20260101T120000", "20260101T123000", "FREQ=DAILY"));
    const lsched_calendar away = a_calendar(LSCHED_CLOSES, event("20260304", "20260305", NULL));
    const lsched_calendar *const all[] = {&open, &lunch, &away};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lsched_time t;
        ok(lsched_due(w.s, all, 3, "America/New_York", at(cases[i].from), cases[i].minutes, &t));
        if (t != at(cases[i].due))
            fail_msg("%zu: %+lld seconds", i, (long long)(t - at(cases[i].due)));
    }
}

static void test_due_never(void **state)
{
    (void)state;
    const lsched_calendar once =
        a_calendar(LSCHED_OPENS, event("20260303T090000", "20260303T100000", NULL));
    const lsched_calendar always =
        a_calendar(LSCHED_OPENS, event("20260101", "20260102", "FREQ=DAILY"));
    const lsched_calendar *const first[] = {&once}, *const second[] = {&always};
    const lsched_time from = utc("2026-03-03");
    lsched_time t = 7;
    ok(lsched_due(w.s, first, 1, "UTC", from, 60, &t));
    assert_int_equal(t, utc("2026-03-03T10:00"));
    refuses(lsched_due(w.s, first, 1, "UTC", from, 61, &t), LSCHED_NOTFOUND, "61");
    assert_int_equal(t, 0);
    refuses(lsched_due(w.s, first, 1, "UTC", utc("2026-03-03T10:00"), 0, &t), LSCHED_NOTFOUND, "");
    ok(lsched_due(w.s, second, 1, "UTC", from, LSCHED_MAX_DAYS * 1440, &t));
    assert_int_equal(t, from + LSCHED_MAX_DAYS * INT64_C(86400));
    refuses(lsched_due(w.s, second, 1, "UTC", from, LSCHED_MAX_DAYS * 1440 + 1, &t),
            LSCHED_NOTFOUND, "");
    refuses(lsched_due(w.s, second, 1, "UTC", from, INT64_MAX, &t), LSCHED_NOTFOUND, "");
    refuses(lsched_due(w.s, second, 1, "UTC", from, INT64_MIN, &t), LSCHED_NOTFOUND, "");
    refuses(lsched_due(w.s, first, 1, "UTC", from, -1, &t), LSCHED_NOTFOUND, " 1 minutes");
    refuses(lsched_due(w.s, second, 1, "UTC", -1, 1, &t), LSCHED_INVALID, "from");
}

/* ---- wall clocks ---------------------------------------------------------------------------- */

static void test_instant(void **state)
{
    static const struct {
        const char *text, *zone;
        lsched_time t;
    } good[] = {
        {"2026-03-08T16:40:00-04:00", NULL, 1773002400},
        {"2026-03-08T16:40-04:00", "Asia/Tokyo", 1773002400},
        {"2026-03-08T20:40:00Z", NULL, 1773002400},
        {"2026-03-08T16:40", "America/New_York", 1773002400},
        {"2026-03-08T16:40:07", "America/New_York", 1773002407},
        {"2026-03-08", "America/New_York", 1772946000},
        {"1970-01-01T00:00Z", NULL, 0},
        {"2199-12-31T23:59:59Z", NULL, 7258118399},
        {"2026-03-08T02:30", "America/New_York", 1772955000}, /* skipped: 03:30 EDT */
        {"2026-11-01T01:30", "America/New_York", 1793511000}, /* twice: the first, EDT */
        {"2026-11-01T01:30:00-05:00", NULL, 1793514600},
        {"2026-03-08T02:30", "America/St_Johns", 1772949600},
        {"2026-10-04T02:15", "Australia/Lord_Howe", 1791042300}, /* half an hour is skipped */
    };
    static const struct {
        const char *text, *zone;
    } bad[] = {
        {"2026-03-08T16:40", NULL},         {"2026-03-08", NULL},
        {"2026-02-29", "UTC"},              {"2026-13-01", "UTC"},
        {"2026-03-08T24:00", "UTC"},        {"2026-03-08T12:60", "UTC"},
        {"2026-03-08T12:00:60Z", NULL},     {"2026-03-08 12:00", "UTC"},
        {"2026-3-8", "UTC"},                {"20260308T120000", "UTC"},
        {"2026-03-08T12:00Z ", NULL},       {" 2026-03-08", "UTC"},
        {"2026-03-08T12:00+24:00", NULL},   {"2026-03-08T12:00+0100", NULL},
        {"1969-12-31T23:59:59Z", NULL},     {"2200-01-01T00:00:00Z", NULL},
        {"tomorrow", "UTC"},                {"2026-03-08T", "UTC"},
    };
    (void)state;
    lsched_time t;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_int_equal(at_zone(good[i].text, good[i].zone), good[i].t);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        t = 7;
        refuses(lsched_instant(w.s, bad[i].text, bad[i].zone, &t), LSCHED_INVALID, "");
        assert_int_equal(t, 0);
    }
}

static void test_wall(void **state)
{
    static const struct {
        lsched_time t;
        const char *zone, *text;
    } cases[] = {
        {1773002400, "America/New_York", "2026-03-08T16:40:00-04:00"},
        {1773002400, "UTC", "2026-03-08T20:40:00+00:00"},
        {1773002400, "Asia/Kathmandu", "2026-03-09T02:25:00+05:45"},
        {1793511000, "America/New_York", "2026-11-01T01:30:00-04:00"},
        {1793514600, "America/New_York", "2026-11-01T01:30:00-05:00"},
        {0, "UTC", "1970-01-01T00:00:00+00:00"},
        {7258118399, "UTC", "2199-12-31T23:59:59+00:00"},
    };
    char buffer[32];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        memset(buffer, 'x', sizeof buffer);
        ok(lsched_wall(w.s, cases[i].t, cases[i].zone, buffer, 26));
        assert_string_equal(buffer, cases[i].text);
        assert_int_equal(buffer[26], 'x');
        assert_int_equal(at_zone(buffer, NULL), cases[i].t);
        refuses(lsched_wall(w.s, cases[i].t, cases[i].zone, buffer, 25), LSCHED_LIMIT, "26");
        refuses(lsched_wall(w.s, cases[i].t, cases[i].zone, buffer, 0), LSCHED_LIMIT, "26");
    }
    refuses(lsched_wall(w.s, -1, "UTC", buffer, sizeof buffer), LSCHED_INVALID, "");
    refuses(lsched_wall(w.s, 7258118400, "UTC", buffer, sizeof buffer), LSCHED_INVALID, "");
    /* There and back, every 61 minutes of two years, where clocks do the oddest things. */
    static const char *const zones[] = {"America/St_Johns", "Australia/Lord_Howe",
                                        "Asia/Kathmandu"};
    for (size_t z = 0; z < 3; z++) {
        for (lsched_time t = 1767225600; t < 1767225600 + 730 * INT64_C(86400); t += 3660) {
            if (lsched_wall(w.s, t, zones[z], buffer, sizeof buffer) != LSCHED_OK ||
                at_zone(buffer, NULL) != t)
                fail_msg("%s: %lld", zones[z], (long long)t);
        }
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_empty, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_expand),    TEST(test_seconds),   TEST(test_ends),
        TEST(test_bad_texts), TEST(test_too_much),  TEST(test_instances),
        TEST(test_due),       TEST(test_due_never), TEST(test_instant),
        TEST(test_wall),
    };
    return cmocka_run_group_tests_name("exchange", tests, NULL, NULL);
}
