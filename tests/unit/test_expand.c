/* test_expand.c -- what calendars mean: instances, their lengths, overrides, and spans. */
#include "cal/cal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static lsi_error e;
static lsi_zones *zones;

static const lsi_zone *zone(const char *name)
{
    const lsi_zone *z;
    if (lsi_zone_get(zones, name, &z, &e))
        fail_msg("%s", e.text);
    return z;
}

static lsched_time instant(const char *text, const lsi_zone *z)
{
    lsched_time t;
    if (lsi_iso_read(text, z, &t, &e))
        fail_msg("%s", e.text);
    return t;
}

/* ---- the questions of this file ---------------------------------------------------- */

typedef struct question {
    const char *zone;
    int32_t effect, ends;
    const char *from, *until;
} question;

static lsi_calendar *read_calendar(const char *events)
{
    static char text[200000];
    lsi_calendar *c;
    int size = snprintf(text, sizeof text, "BEGIN:VCALENDAR\r\n%sEND:VCALENDAR\r\n", events);
    assert_true(size > 0 && (size_t)size < sizeof text);
    if (lsi_ical_read(zones, text, (size_t)size, &c, &e))
        fail_msg("%s", e.text);
    return c;
}

static void expect_list(const char *got, const char *wanted)
{
    if (strcmp(got, wanted) != 0)
        fail_msg("got\n%swanted\n%s", got, wanted);
}

/* Instances as lines "from until summary", in the wall clock time of the question's zone. */
static void expect_instances(const lsi_calendar *c, question q, const char *wanted)
{
    const lsi_zone *z = zone(q.zone);
    lsi_reading how = {q.effect, q.ends, z};
    lsi_instances found = {0};
    char text[4000], *end = text;
    if (lsi_expand_instances(c, &how, instant(q.from, z), instant(q.until, z), &found, &e))
        fail_msg("%s", e.text);
    *end = '\0';
    for (size_t i = 0; i < found.count; i++) {
        char from[32], until[32];
        lsi_iso_write(found.at[i].from, z, from, sizeof from, &e);
        lsi_iso_write(found.at[i].until, z, until, sizeof until, &e);
        from[16] = until[16] = '\0';
        end += snprintf(end, (size_t)(text + sizeof text - end), "%s %s%s%s\n", from, until,
                        found.at[i].summary[0] ? " " : "", found.at[i].summary);
    }
    expect_list(text, wanted);
    free(found.at);
}

static void instances(const char *events, question q, const char *wanted)
{
    lsi_calendar *c = read_calendar(events);
    expect_instances(c, q, wanted);
    lsi_ical_free(c);
}

#define EVENT(lines) "BEGIN:VEVENT\r\n" lines "END:VEVENT\r\n"
#define IN(z) .zone = z, .effect = LSCHED_OPENS, .ends = LSCHED_EXACT
#define WALL_IN(z) .zone = z, .effect = LSCHED_OPENS, .ends = LSCHED_WALL

/* ---- length ------------------------------------------------------------------------ */

#define NIGHT                                                                                      \
    EVENT("DTSTART;TZID=America/New_York:20260302T220000\r\n"                                      \
          "DTEND;TZID=America/New_York:20260303T060000\r\nRRULE:FREQ=DAILY\r\n")
#define NIGHT_8H                                                                                   \
    EVENT("DTSTART;TZID=America/New_York:20260302T220000\r\n"                                      \
          "DURATION:PT8H\r\nRRULE:FREQ=DAILY\r\n")

static void test_night_shift(void **state)
{
    (void)state;
    const char *from = "2026-03-07T12:00", *until = "2026-03-08T12:00";
    instances(NIGHT, (question){WALL_IN("America/New_York"), from, until},
              "2026-03-07T22:00 2026-03-08T06:00\n");
    instances(NIGHT, (question){IN("America/New_York"), from, until},
              "2026-03-07T22:00 2026-03-08T07:00\n");
    instances(NIGHT_8H, (question){IN("America/New_York"), from, until},
              "2026-03-07T22:00 2026-03-08T07:00\n");
    instances(NIGHT_8H, (question){WALL_IN("America/New_York"), from, until},
              "2026-03-07T22:00 2026-03-08T06:00\n");
    from = "2026-10-31T12:00", until = "2026-11-01T12:00";
    instances(NIGHT, (question){WALL_IN("America/New_York"), from, until},
              "2026-10-31T22:00 2026-11-01T06:00\n");
    instances(NIGHT, (question){IN("America/New_York"), from, until},
              "2026-10-31T22:00 2026-11-01T05:00\n");
}

static void test_nominal_days(void **state)
{
    (void)state;
    const char *event = EVENT("DTSTART;TZID=America/New_York:20260307T120000\r\n"
                              "DURATION:P1DT1H\r\n");
    question q = {IN("America/New_York"), "2026-03-07", "2026-03-10"};
    instances(event, q, "2026-03-07T12:00 2026-03-08T13:00\n");
    event = EVENT("DTSTART;TZID=America/New_York:20260307T120000\r\nDURATION:PT25H\r\n");
    instances(event, q, "2026-03-07T12:00 2026-03-08T14:00\n");
    event = EVENT("DTSTART;TZID=America/New_York:20260307T120000\r\nDURATION:P1W\r\n");
    instances(event, q, "2026-03-07T12:00 2026-03-14T12:00\n");
}

static void test_dates_are_local_days(void **state)
{
    (void)state;
    const char *event = EVENT("DTSTART;VALUE=DATE:20260308\r\n");
    lsi_calendar *c = read_calendar(event);
    static const struct {
        const char *zone;
        int hours;
    } days[] = {{"America/New_York", 23}, {"Europe/Berlin", 24}, {"Asia/Tokyo", 24}};
    for (size_t i = 0; i < 3; i++) {
        const lsi_zone *z = zone(days[i].zone);
        lsi_reading how = {LSCHED_CLOSES, LSCHED_EXACT, z};
        lsi_spans s = {0};
        assert_int_equal(lsi_expand_spans(c, &how, 0, LSI_TIME_END, &s, &e), LSCHED_OK);
        assert_int_equal(s.count, 1);
        assert_int_equal(s.at[0].from, instant("2026-03-08", z));
        assert_int_equal(s.at[0].until - s.at[0].from, days[i].hours * 3600);
        lsi_span_free(&s);
    }
    lsi_ical_free(c);

    instances(EVENT("DTSTART:20261101\r\n"),
              (question){IN("America/New_York"), "2026-10-01", "2026-12-01"},
              "2026-11-01T00:00 2026-11-02T00:00\n");
    /* Two days; one that ends on its own date; one of a week. */
    question q = {IN("Europe/Berlin"), "2026-12-01", "2027-02-01"};
    instances(EVENT("DTSTART:20261225\r\nDTEND:20261227\r\n"), q,
              "2026-12-25T00:00 2026-12-27T00:00\n");
    instances(EVENT("DTSTART:20261225\r\nDTEND:20261225\r\n"), q,
              "2026-12-25T00:00 2026-12-26T00:00\n");
    instances(EVENT("DTSTART:20261225\r\nDURATION:P1W\r\n"), q,
              "2026-12-25T00:00 2027-01-01T00:00\n");
    /* Where midnight is skipped, and a date that was not there. */
    instances(EVENT("DTSTART:20260329\r\n"),
              (question){IN("Asia/Beirut"), "2026-03-01", "2026-04-30"},
              "2026-03-29T01:00 2026-03-30T00:00\n");
    instances(EVENT("DTSTART:20111229\r\nRRULE:FREQ=DAILY;COUNT=3\r\n"),
              (question){IN("Pacific/Apia"), "2011-12-28", "2012-01-30"},
              "2011-12-29T00:00 2011-12-31T00:00\n2011-12-31T00:00 2012-01-01T00:00\n");
}

static void test_without_length(void **state)
{
    (void)state;
    const char *event = EVENT("DTSTART:20260504T090000\r\n");
    instances(event, (question){IN("UTC"), "2026-05-04T09:00", "2026-05-04T10:00"},
              "2026-05-04T09:00 2026-05-04T09:00\n");
    instances(event, (question){IN("UTC"), "2026-05-04T08:00", "2026-05-04T09:00"}, "");
    lsi_calendar *c = read_calendar(event);
    lsi_reading how = {LSCHED_OPENS, LSCHED_EXACT, zone("UTC")};
    lsi_spans s = {0};
    assert_int_equal(lsi_expand_spans(c, &how, 0, LSI_TIME_END, &s, &e), LSCHED_OK);
    assert_int_equal(s.count, 0);
    lsi_span_free(&s);
    lsi_ical_free(c);
}

/* ---- zones ------------------------------------------------------------------------- */

static void test_floating_and_zoned(void **state)
{
    (void)state;
    const char *floating = EVENT("DTSTART:20260504T090000\r\nDTEND:20260504T210000\r\n");
    instances(floating, (question){IN("Asia/Tokyo"), "2026-05-04", "2026-05-05"},
              "2026-05-04T09:00 2026-05-04T21:00\n");
    instances(floating, (question){IN("America/New_York"), "2026-05-04", "2026-05-05"},
              "2026-05-04T09:00 2026-05-04T21:00\n");
    const char *zoned = EVENT("DTSTART;TZID=Europe/Athens:20260504T090000\r\n"
                              "DTEND;TZID=Europe/Berlin:20260504T090000\r\n");
    instances(zoned, (question){IN("Asia/Tokyo"), "2026-05-04", "2026-05-05"},
              "2026-05-04T15:00 2026-05-04T16:00\n");
    instances(zoned, (question){WALL_IN("Asia/Tokyo"), "2026-05-04", "2026-05-05"},
              "2026-05-04T15:00 2026-05-04T16:00\n");
    instances(EVENT("DTSTART:20260504T090000Z\r\nDURATION:PT1H\r\n"),
              (question){IN("Asia/Tokyo"), "2026-05-04", "2026-05-05"},
              "2026-05-04T18:00 2026-05-04T19:00\n");
}

/* RFC 5545 3.3.5: the instance in the gap moves, the next one is back in place. */
static void test_instance_in_a_gap(void **state)
{
    (void)state;
    const char *event = EVENT("DTSTART;TZID=America/New_York:20260307T023000\r\n"
                              "DURATION:PT30M\r\nRRULE:FREQ=DAILY\r\n");
    instances(event, (question){IN("America/New_York"), "2026-03-07", "2026-03-10"},
              "2026-03-07T02:30 2026-03-07T03:00\n"
              "2026-03-08T03:30 2026-03-08T04:00\n"
              "2026-03-09T02:30 2026-03-09T03:00\n");
    /* Twice 01:30: the first. */
    event = EVENT("DTSTART;TZID=America/New_York:20261101T013000\r\nDURATION:PT30M\r\n");
    lsi_calendar *c = read_calendar(event);
    lsi_reading how = {LSCHED_OPENS, LSCHED_EXACT, zone("UTC")};
    lsi_instances found = {0};
    assert_int_equal(lsi_expand_instances(c, &how, 0, LSI_TIME_END, &found, &e), LSCHED_OK);
    assert_int_equal(found.count, 1);
    assert_int_equal(found.at[0].from, instant("2026-11-01T05:30:00Z", NULL));
    free(found.at);
    lsi_ical_free(c);
}

/* ---- the window -------------------------------------------------------------------- */

static void test_window_is_half_open(void **state)
{
    (void)state;
    const char *event = EVENT("DTSTART:20260504T090000\r\nDTEND:20260504T100000\r\n"
                              "RRULE:FREQ=DAILY\r\n");
    instances(event, (question){IN("UTC"), "2026-05-05T10:00", "2026-05-06T09:00"}, "");
    instances(event, (question){IN("UTC"), "2026-05-05T09:59", "2026-05-06T09:01"},
              "2026-05-05T09:00 2026-05-05T10:00\n2026-05-06T09:00 2026-05-06T10:00\n");
}

static void test_what_began_before(void **state)
{
    (void)state;
    const char *long_one = EVENT("DTSTART:20260101\r\nDTEND:20270101\r\nSUMMARY:all year\r\n");
    instances(long_one, (question){IN("UTC"), "2026-07-01", "2026-07-02"},
              "2026-01-01T00:00 2027-01-01T00:00 all year\n");
    const char *yearly = EVENT("DTSTART:20001215\r\nDURATION:P40D\r\nRRULE:FREQ=YEARLY\r\n");
    instances(yearly, (question){IN("UTC"), "2026-01-20", "2026-01-21"},
              "2025-12-15T00:00 2026-01-24T00:00\n");
    const char *week = EVENT("DTSTART:20260504T000000\r\nDURATION:P6DT23H\r\n"
                             "RRULE:FREQ=WEEKLY;INTERVAL=2\r\n");
    instances(week, (question){WALL_IN("UTC"), "2026-05-10T22:59", "2026-05-18"},
              "2026-05-04T00:00 2026-05-10T23:00\n");
    instances(week, (question){WALL_IN("UTC"), "2026-05-10T23:00", "2026-05-18"}, "");
}

/* ---- exceptions -------------------------------------------------------------------- */

static void test_several_sources(void **state)
{
    (void)state;
    question q = {IN("UTC"), "2026-05-01", "2026-06-01"};
    const char *event =
        EVENT("DTSTART:20260504T090000\r\nDURATION:PT1H\r\n"
              "RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=2\r\nRRULE:FREQ=WEEKLY;BYDAY=TU,MO;COUNT=3\r\n"
              "RDATE:20260511T090000,20260520T090000\r\n"
              "RDATE;VALUE=PERIOD:20260521T090000/PT3H,20260522T090000/20260522T100000\r\n");
    instances(event, q,
              "2026-05-04T09:00 2026-05-04T10:00\n2026-05-05T09:00 2026-05-05T10:00\n"
              "2026-05-11T09:00 2026-05-11T10:00\n2026-05-20T09:00 2026-05-20T10:00\n"
              "2026-05-21T09:00 2026-05-21T12:00\n2026-05-22T09:00 2026-05-22T10:00\n");
    /* Only dates, in no order, as holidays that no rule gives. */
    instances(EVENT("DTSTART;VALUE=DATE:20260403\r\n"
                    "RDATE;VALUE=DATE:20270326,20260403,20250418\r\n"),
              (question){IN("UTC"), "2025-01-01", "2028-01-01"},
              "2025-04-18T00:00 2025-04-19T00:00\n2026-04-03T00:00 2026-04-04T00:00\n"
              "2027-03-26T00:00 2027-03-27T00:00\n");
    /* An RDATE of another zone. */
    instances(EVENT("DTSTART;TZID=Europe/Berlin:20260504T090000\r\nDURATION:PT1H\r\n"
                    "RDATE;TZID=Asia/Tokyo:20260505T090000\r\nRDATE:20260506T090000\r\n"),
              (question){IN("Europe/Berlin"), "2026-05-01", "2026-06-01"},
              "2026-05-04T09:00 2026-05-04T10:00\n2026-05-05T02:00 2026-05-05T03:00\n"
              "2026-05-06T09:00 2026-05-06T10:00\n");
}

static void test_exdate(void **state)
{
    (void)state;
    question q = {IN("America/New_York"), "2025-01-01", "2025-01-12"};
    const char *rule = "DTSTART;TZID=America/New_York:20250104T200000\r\nDURATION:PT1H\r\n"
                       "RRULE:FREQ=DAILY;COUNT=6\r\n";
    char event[1000];
    /* By its own zone, in UTC, without a zone; and of a local date, not of a UTC date. */
    snprintf(event, sizeof event,
             EVENT("%sEXDATE;TZID=America/New_York:20250105T200000\r\nEXDATE:20250107T010000Z\r\n"
                   "EXDATE:20250109T200000\r\nEXDATE;VALUE=DATE:20250107\r\n"
                   "EXDATE:20250108T193000\r\n"),
             rule);
    instances(event, q, "2025-01-04T20:00 2025-01-04T21:00\n2025-01-08T20:00 2025-01-08T21:00\n");
    /* The first instance can go, too. */
    instances(EVENT("DTSTART:20250105\r\nRRULE:FREQ=DAILY;COUNT=3\r\nEXDATE:20250105\r\n"
                    "EXDATE:20250106T000000Z\r\n"),
              q, "2025-01-07T00:00 2025-01-08T00:00\n");
    /* A floating event, in any zone. */
    instances(EVENT("DTSTART:20250105T090000\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=3\r\n"
                    "EXDATE:20250106T090000\r\n"),
              q, "2025-01-05T09:00 2025-01-05T10:00\n2025-01-07T09:00 2025-01-07T10:00\n");
}

static void test_roster(void **state)
{
    (void)state;
    char path[4096], text[8192];
    const char *folder = getenv("LSCHED_DATA");
    assert_non_null(folder);
    snprintf(path, sizeof path, "%s/roster.ics", folder);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t size = fread(text, 1, sizeof text, file);
    fclose(file);
    lsi_calendar *c;
    if (lsi_ical_read(zones, text, size, &c, &e))
        fail_msg("%s", e.text);
    expect_instances(c, (question){WALL_IN("Europe/Helsinki"), "2026-03-27", "2026-04-07"},
                     "2026-03-27T13:30 2026-03-27T21:30 Late shift, Tapiola\n"
                     "2026-04-01T15:00 2026-04-01T17:00 Short shift\n"
                     "2026-04-06T13:30 2026-04-06T21:30 Late shift, Tapiola\n");
    lsi_ical_free(c);
}

static void test_overrides(void **state)
{
    (void)state;
    question q = {IN("UTC"), "2026-05-01", "2026-06-01"};
    /* Moved out of its day; without a master it stands alone; an override of a date. */
    instances(EVENT("UID:a\r\nRECURRENCE-ID:20260505T090000Z\r\nDTSTART:20260509T120000Z\r\n"
                    "DURATION:PT1H\r\nSUMMARY:moved\r\n")
                  EVENT("UID:a\r\nDTSTART:20260504T090000Z\r\nDURATION:PT1H\r\n"
                        "RRULE:FREQ=DAILY;COUNT=3\r\n")
                      EVENT("UID:b\r\nRECURRENCE-ID:20260510T090000Z\r\n"
                            "DTSTART:20260510T100000Z\r\nDURATION:PT1H\r\nSUMMARY:alone\r\n"),
              q,
              "2026-05-04T09:00 2026-05-04T10:00\n2026-05-06T09:00 2026-05-06T10:00\n"
              "2026-05-09T12:00 2026-05-09T13:00 moved\n"
              "2026-05-10T10:00 2026-05-10T11:00 alone\n");
    instances(EVENT("UID:a\r\nDTSTART:20260504\r\nRRULE:FREQ=DAILY;COUNT=3\r\n")
                  EVENT("UID:a\r\nRECURRENCE-ID:20260505\r\nDTSTART:20260520\r\n"),
              q,
              "2026-05-04T00:00 2026-05-05T00:00\n2026-05-06T00:00 2026-05-07T00:00\n"
              "2026-05-20T00:00 2026-05-21T00:00\n");
    /* Of two for one instance: the higher SEQUENCE, then the later in the text. */
    instances(EVENT("UID:a\r\nRECURRENCE-ID:20260505\r\nDTSTART:20260505\r\nSEQUENCE:2\r\n"
                    "SUMMARY:first\r\n")
                  EVENT("UID:a\r\nRECURRENCE-ID:20260505\r\nDTSTART:20260506\r\nSEQUENCE:2\r\n"
                        "SUMMARY:second\r\n")
                      EVENT("UID:a\r\nRECURRENCE-ID:20260505\r\nDTSTART:20260507\r\n"
                            "SEQUENCE:1\r\nSUMMARY:third\r\n"),
              q, "2026-05-06T00:00 2026-05-07T00:00 second\n");
    /* Events without a UID have nothing to do with one another. */
    instances(EVENT("DTSTART:20260504\r\n") EVENT("RECURRENCE-ID:20260504\r\nDTSTART:20260504\r\n"),
              q, "2026-05-04T00:00 2026-05-05T00:00\n2026-05-04T00:00 2026-05-05T00:00\n");
}

static void test_what_counts(void **state)
{
    (void)state;
    const char *events = EVENT("DTSTART:20260504\r\nSTATUS:CANCELLED\r\nSUMMARY:off\r\n")
        EVENT("DTSTART:20260504\r\nSTATUS:TENTATIVE\r\nSUMMARY:maybe\r\n")
            EVENT("DTSTART:20260505\r\nTRANSP:TRANSPARENT\r\nSUMMARY:glass\r\n");
    question q = {IN("UTC"), "2026-05-01", "2026-06-01"};
    instances(events, q,
              "2026-05-04T00:00 2026-05-05T00:00 maybe\n2026-05-05T00:00 2026-05-06T00:00 glass\n");
    q.effect = LSCHED_CLOSES;
    instances(events, q, "2026-05-04T00:00 2026-05-05T00:00 maybe\n");
    instances(EVENT("DTSTART:20260504\r\nSUMMARY:a\\, b\\; c\\\\n\\nd\\x\r\n"), q,
              "2026-05-04T00:00 2026-05-05T00:00 a, b; c\\n\nd\\x\n");
}

/* ---- spans ------------------------------------------------------------------------- */

static void spans(const char *events, question q, const char *wanted)
{
    lsi_calendar *c = read_calendar(events);
    const lsi_zone *z = zone(q.zone);
    lsi_reading how = {q.effect, q.ends, z};
    lsi_spans found = {0};
    char text[4000] = "", *end = text;
    if (lsi_expand_spans(c, &how, instant(q.from, z), instant(q.until, z), &found, &e))
        fail_msg("%s", e.text);
    for (size_t i = 0; i < found.count; i++) {
        char from[32], until[32];
        lsi_iso_write(found.at[i].from, z, from, sizeof from, &e);
        lsi_iso_write(found.at[i].until, z, until, sizeof until, &e);
        from[19] = until[19] = '\0';
        end += snprintf(end, (size_t)(text + sizeof text - end), "%s %s\n", from + 11, until + 11);
    }
    expect_list(text, wanted);
    lsi_span_free(&found);
    lsi_ical_free(c);
}

static void test_spans(void **state)
{
    (void)state;
    question q = {IN("UTC"), "2026-05-04", "2026-05-05"};
    const char *two = EVENT("DTSTART:20260504T090000\r\nDTEND:20260504T120030\r\n")
        EVENT("DTSTART:20260504T120030\r\nDTEND:20260504T170000\r\n");
    spans(two, q, "09:00:00 17:00:00\n");
    /* Seconds are rounded so that less time is open. */
    const char *odd = EVENT("DTSTART:20260504T090001\r\nDTEND:20260504T095959\r\n")
        EVENT("DTSTART:20260504T120010\r\nDTEND:20260504T120050\r\n");
    spans(odd, q, "09:01:00 09:59:00\n");
    q.effect = LSCHED_CLOSES;
    spans(odd, q, "09:00:00 10:00:00\n12:00:00 12:01:00\n");
    /* Clipped; and what is rounded into the window is in it. */
    q.from = "2026-05-04T09:59:59";
    q.until = "2026-05-04T12:00:05";
    spans(odd, q, "09:59:59 10:00:00\n12:00:00 12:00:05\n");
}

/* ---- limits ------------------------------------------------------------------------ */

static void limited(const char *events, const char *until, int line, const char *words)
{
    lsi_calendar *c = read_calendar(events);
    lsi_reading how = {LSCHED_OPENS, LSCHED_WALL, zone("UTC")};
    lsi_instances found = {0};
    lsi_error_clear(&e);
    assert_int_equal(lsi_expand_instances(c, &how, instant("2026-01-01", how.zone),
                                          instant(until, how.zone), &found, &e),
                     LSCHED_LIMIT);
    assert_int_equal(e.line, line);
    if (!strstr(e.text, words))
        fail_msg("%s", e.text);
    assert_int_equal(found.count, 0);
    free(found.at);
    lsi_ical_free(c);
}

static void test_limits(void **state)
{
    (void)state;
    const char *seconds = EVENT("DTSTART:20260101T000000\r\nDURATION:PT1S\r\n"
                                "RRULE:FREQ=SECONDLY\r\n");
    limited(seconds, "2027-01-01", 2, "50000 instances");
    limited(EVENT("DTSTART:20200101T000000\r\nDURATION:PT1S\r\n"
                  "RRULE:FREQ=SECONDLY;COUNT=999999999\r\n"),
            "2027-01-01", 5, "2000000 steps");
    /* Instances count for all events of the calendar together. */
    char many[60000], *end = many;
    for (int i = 0; i < 200; i++)
        end += snprintf(end, (size_t)(many + sizeof many - end),
                        EVENT("DTSTART:20260101T%02d0000\r\nDURATION:PT1M\r\n"
                              "RRULE:FREQ=DAILY;COUNT=300\r\n"),
                        i % 24);
    limited(many, "2027-01-01", 2 + 166 * 5, "50000 instances");
    /* A window of a minute is no burden, whatever the rule. */
    instances(seconds, (question){WALL_IN("UTC"), "2026-05-04T09:00:00", "2026-05-04T09:00:02"},
              "2026-05-04T09:00 2026-05-04T09:00\n2026-05-04T09:00 2026-05-04T09:00\n");
}

static int set_up(void **state)
{
    (void)state;
    zones = lsi_zone_set_new();
    return zones ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    lsi_zone_set_free(zones);
    return 0;
}

/* ---- the same for several ------------------------------------------------------------- */

#define SHARED                                                                                     \
    NIGHT EVENT("DTSTART:20260105T083000\r\nDTEND:20260105T170030\r\n"                             \
                "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR\r\nEXDATE:20260310T083000\r\n")            \
        EVENT("DTSTART:20260101T023000\r\nDURATION:P1DT2H\r\nRRULE:FREQ=DAILY;INTERVAL=9\r\n")     \
            EVENT("DTSTART;VALUE=DATE:20260307\r\nDTEND;VALUE=DATE:20260309\r\nTRANSP:OPAQUE\r\n")

static uint32_t chance;

static uint32_t draw(uint32_t below)
{
    chance = chance * 1664525 + 1013904223;
    return (chance >> 8) % below;
}

static void ask(lsi_calendar *c, const lsi_reading *how, lsi_span in, lsi_spans *out)
{
    out->count = 0;
    if (lsi_expand_spans(c, how, in.from, in.until, out, &e))
        fail_msg("%s", e.text);
}

static void same_spans(const lsi_spans *a, const lsi_spans *b)
{
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++) {
        assert_int_equal(a->at[i].from, b->at[i].from);
        assert_int_equal(a->at[i].until, b->at[i].until);
    }
}

/* A calendar of several answers each of them as if it were alone, whoever asked before; and
 * what it says of some days is what it says of more, clipped to these. */
static void test_shared(void **state)
{
    (void)state;
    static const char *const names[] = {"America/New_York", "Europe/Berlin", "UTC"};
    lsi_calendar *alone = read_calendar(SHARED), *c = read_calendar(SHARED);
    lsi_spans wanted = {0}, got = {0}, clipped = {0};
    assert_ptr_equal(lsi_ical_share(c), c);
    assert_ptr_equal(lsi_ical_share(c), c);
    for (int i = 0; i < 3000; i++) {
        const lsi_reading how = {draw(2) ? LSCHED_OPENS : LSCHED_CLOSES,
                                 draw(2) ? LSCHED_WALL : LSCHED_EXACT, zone(names[draw(3)])};
        const int64_t first = 20454 + draw(4), days = 1 + draw(3), more = draw(60);
        const lsi_span in = {first * LSI_DAY, (first + days + draw(2) * more) * LSI_DAY};
        ask(alone, &how, in, &wanted);
        ask(c, &how, in, &got);
        same_spans(&got, &wanted);
        ask(c, &how, (lsi_span){in.from - more * LSI_DAY, in.until + more * LSI_DAY}, &got);
        clipped.count = 0;
        assert_int_equal(lsi_span_add(&clipped, in.from, in.until, &e), LSCHED_OK);
        assert_int_equal(lsi_span_keep(&clipped, &got, &e), LSCHED_OK);
        same_spans(&clipped, &wanted);
    }
    lsi_span_free(&wanted);
    lsi_span_free(&got);
    lsi_span_free(&clipped);
    lsi_ical_free(alone);
    lsi_ical_free(c);
    lsi_ical_free(c);
    lsi_ical_free(c);
}

/* Moments are answered from the days around them, in any order; a crowded day like any other. */
static void test_near(void **state)
{
    (void)state;
    static const char *const names[] = {"America/New_York", "Europe/Berlin", "Pacific/Apia"};
    static const char *const texts[] = {SHARED, SHARED EVENT("DTSTART:20260101T000010\r\n"
                                                             "DURATION:PT11M\r\n"
                                                             "RRULE:FREQ=HOURLY\r\n")};
    lsi_spans wide = {0}, wanted = {0}, got = {0};
    lsi_calendar *both[2] = {read_calendar(texts[0]), read_calendar(texts[1])};
    for (int i = 0; i < 4000; i++) {
        lsi_calendar *c = both[i & 1];
        const lsi_reading how = {draw(2) ? LSCHED_OPENS : LSCHED_CLOSES,
                                 draw(2) ? LSCHED_WALL : LSCHED_EXACT, zone(names[draw(3)])};
        const lsched_time from = 20454 * LSI_DAY + 60 * draw(8 * 1440);
        const lsi_span in = {from, from + 60 * (1 + draw(draw(2) ? 90 : 1440))};
        ask(c, &how, (lsi_span){20450 * LSI_DAY, 20466 * LSI_DAY}, &wide);
        wanted.count = 0;
        assert_int_equal(lsi_span_add(&wanted, in.from, in.until, &e), LSCHED_OK);
        assert_int_equal(lsi_span_keep(&wanted, &wide, &e), LSCHED_OK);
        ask(c, &how, in, &got);
        same_spans(&got, &wanted);
    }
    lsi_ical_free(both[0]);
    lsi_ical_free(both[1]);
    lsi_span_free(&wide);
    lsi_span_free(&wanted);
    lsi_span_free(&got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_night_shift),
        cmocka_unit_test(test_nominal_days),
        cmocka_unit_test(test_dates_are_local_days),
        cmocka_unit_test(test_without_length),
        cmocka_unit_test(test_floating_and_zoned),
        cmocka_unit_test(test_instance_in_a_gap),
        cmocka_unit_test(test_window_is_half_open),
        cmocka_unit_test(test_what_began_before),
        cmocka_unit_test(test_several_sources),
        cmocka_unit_test(test_exdate),
        cmocka_unit_test(test_roster),
        cmocka_unit_test(test_overrides),
        cmocka_unit_test(test_what_counts),
        cmocka_unit_test(test_spans),
        cmocka_unit_test(test_shared),
        cmocka_unit_test(test_near),
        cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
