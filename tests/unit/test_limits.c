/* test_limits.c -- calendars that want too much: each is refused, with its line, or
 * answered; none costs more than the limits allow. */
#include "cal/cal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static lsi_error e;
static lsi_zones *zones;

/* The text that is being made. */
static char text[LSCHED_MAX_CALENDAR + 1];
static size_t size;

__attribute__((format(printf, 1, 2))) static void put(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(text + size, sizeof text - size, format, arguments);
    va_end(arguments);
    assert_true(n >= 0 && (size_t)n < sizeof text - size);
    size += (size_t)n;
}

static void begin(void)
{
    size = 0;
    put("BEGIN:VCALENDAR\n");
}

static lsi_calendar *read_calendar(int status, int line, const char *words)
{
    lsi_calendar *c;
    put("END:VCALENDAR\n");
    lsi_error_clear(&e);
    int answer = lsi_ical_read(zones, text, size, &c, &e);
    if (answer != status)
        fail_msg("answered %d: %s", answer, e.text);
    if (status && (e.line != line || !strstr(e.text, words)))
        fail_msg("line %d: %s", e.line, e.text);
    return c;
}

static void limited(int line, const char *words)
{
    assert_null(read_calendar(LSCHED_LIMIT, line, words));
}

static void accepted(void)
{
    lsi_ical_free(read_calendar(LSCHED_OK, 0, ""));
}

/* How many instances from 2026 on, in so many days. */
static int expand(int32_t effect, int days, size_t *count)
{
    lsi_calendar *c = read_calendar(LSCHED_OK, 0, "");
    const lsi_zone *zone;
    lsi_instances found = {0};
    assert_int_equal(lsi_zone_get(zones, "UTC", &zone, &e), LSCHED_OK);
    lsi_reading how = {effect, LSCHED_EXACT, zone};
    lsched_time from = lsi_civil_days(2026, 1, 1) * LSI_DAY;
    int status = lsi_expand_instances(c, &how, from, from + days * LSI_DAY, &found, &e);
    *count = found.count;
    free(found.at);
    lsi_ical_free(c);
    return status;
}

static void too_many(int32_t effect, int days, int line)
{
    size_t count;
    assert_int_equal(expand(effect, days, &count), LSCHED_LIMIT);
    assert_int_equal(e.line, line);
    assert_int_equal(count, 0);
}

/* ---- zones ------------------------------------------------------------------------- */

static void put_zones(int count)
{
    begin();
    put("BEGIN:VEVENT\nDTSTART:20260101T000000Z\n");
    for (int i = 0; i < count; i++)
        put("RDATE;TZID=/%d/Europe/Berlin:20260101T000000\n", i);
    put("END:VEVENT\n");
}

static void test_names_of_zones(void **state)
{
    (void)state;
    put_zones(LSCHED_MAX_ZONES);
    accepted();
    put_zones(LSCHED_MAX_ZONES + 1);
    limited(3 + LSCHED_MAX_ZONES + 1, "1000 TZIDs");
}

#define OBSERVANCE "DTSTART:19700101T000000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0100\n"

static void put_observances(int count, const char *extra)
{
    begin();
    put("BEGIN:VEVENT\nDTSTART;TZID=x:20260101T000000\nEND:VEVENT\nBEGIN:VTIMEZONE\nTZID:x\n");
    for (int i = 0; i < count; i++)
        put("BEGIN:STANDARD\n" OBSERVANCE "%sEND:STANDARD\n", extra);
    put("END:VTIMEZONE\n");
}

static void test_observances(void **state)
{
    (void)state;
    put_observances(LSCHED_MAX_OBSERVANCES, "");
    accepted();
    put_observances(LSCHED_MAX_OBSERVANCES + 1, "");
    limited(7 + 5 * LSCHED_MAX_OBSERVANCES, "too many observances");
    put_observances(LSCHED_MAX_OBSERVANCES, "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\n");
    accepted();
    put_observances(2, "RRULE:FREQ=YEARLY;BYHOUR=0,1,2,3,4,5,6,7,8;BYDAY=MO,TU,WE,TH,FR,SA,SU\n");
    limited(11, "too many steps");

    char *dates = malloc(LSCHED_MAX_VALUES * 20 + 100), *end = dates;
    assert_non_null(dates);
    end = stpcpy(end, "RDATE:20260101T000000");
    for (int i = 0; i < LSCHED_MAX_VALUES / 2; i++)
        end = stpcpy(end, ",20260101T000000");
    end = stpcpy(end, "\nRDATE:20260101T000000");
    for (int i = 0; i < LSCHED_MAX_VALUES / 2 - 2; i++)
        end = stpcpy(end, ",20260101T000000");
    stpcpy(end, "\n");
    put_observances(1, dates);
    accepted();
    stpcpy(end, ",20260101T000000\n");
    put_observances(1, dates);
    limited(12, "too many RDATEs");
    free(dates);
}

/* What all definitions of a text cost together. */
static void test_definitions(void **state)
{
    (void)state;
    for (int count = 30; count <= 300; count += 270) {
        begin();
        for (int i = 0; i < count; i++) {
            put("BEGIN:VTIMEZONE\nTZID:x%d\nBEGIN:STANDARD\n" OBSERVANCE
                "RRULE:FREQ=YEARLY;BYMONTH=3\nEND:STANDARD\nBEGIN:DAYLIGHT\n" OBSERVANCE
                "RRULE:FREQ=YEARLY;BYMONTH=10\nEND:DAYLIGHT\nEND:VTIMEZONE\n"
                "BEGIN:VEVENT\nDTSTART;TZID=x%d:20260101T000000\nEND:VEVENT\n",
                i, i);
        }
        if (count == 30) {
            accepted();
        } else {
            put("END:VCALENDAR\n");
            lsi_calendar *c;
            assert_int_equal(lsi_ical_read(zones, text, size, &c, &e), LSCHED_LIMIT);
            assert_true(e.line > 30 * 18 && strstr(e.text, "too many steps"));
        }
    }
}

/* ---- periods ----------------------------------------------------------------------- */

static void put_periods(int components, int count)
{
    begin();
    for (int i = 0; i < components; i++) {
        put("BEGIN:VFREEBUSY\n");
        for (int k = 0; k < count; k++)
            put("FREEBUSY:20260101T000000Z/P1D\n");
        put("END:VFREEBUSY\n");
    }
}

static void test_periods(void **state)
{
    (void)state;
    size_t count;
    put_periods(2, LSCHED_MAX_VALUES);
    assert_int_equal(expand(LSCHED_CLOSES, 1, &count), LSCHED_OK);
    assert_int_equal(count, 2 * LSCHED_MAX_VALUES);
    put_periods(1, LSCHED_MAX_VALUES + 1);
    limited(LSCHED_MAX_VALUES + 3, "5000 periods");
}

/* ---- instances --------------------------------------------------------------------- */

static void test_instances(void **state)
{
    (void)state;
    size_t count;
    begin();
    put("BEGIN:VEVENT\nDTSTART:20260101T000000Z\nRRULE:FREQ=MINUTELY\nEND:VEVENT\n");
    put("BEGIN:VFREEBUSY\nFREEBUSY:20260101T000000Z/P1D\nEND:VFREEBUSY\n");
    size_t whole = size;
    assert_int_equal(expand(LSCHED_CLOSES, 34, &count), LSCHED_OK);
    assert_int_equal(count, 34 * 1440 + 1);
    size = whole;
    too_many(LSCHED_CLOSES, 35, 2);

    /* 50,000 of one event, and then one more: of another, a period, an AVAILABLE */
    static const struct {
        const char *more;
        int32_t effect;
        int line;
    } cases[] = {
        {"BEGIN:VEVENT\nDTSTART:20260101T000000Z\nEND:VEVENT\n", LSCHED_OPENS, 6},
        {"BEGIN:VFREEBUSY\nFREEBUSY:20260101T000000Z/P1D\nEND:VFREEBUSY\n", LSCHED_CLOSES, 7},
        {"BEGIN:VAVAILABILITY\nBEGIN:AVAILABLE\nDTSTART:20260101T000000Z\nDURATION:PT1H\n"
         "END:AVAILABLE\nEND:VAVAILABILITY\n",
         LSCHED_OPENS, 7},
        {"BEGIN:VAVAILABILITY\nEND:VAVAILABILITY\n", LSCHED_CLOSES, 6},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        begin();
        put("BEGIN:VEVENT\nDTSTART:20260101T000000Z\nRRULE:FREQ=MINUTELY;COUNT=50000\nEND:"
            "VEVENT\n");
        put("%s", cases[i].more);
        too_many(cases[i].effect, 40, cases[i].line);
    }
}

/* Long AVAILABLEs that many short ones of a higher priority cut into pieces. */
static void test_pieces(void **state)
{
    (void)state;
    begin();
    for (int i = 0; i < 300; i++)
        put("BEGIN:VAVAILABILITY\nPRIORITY:1\nDTSTART:202601%02dT%02d0000Z\nDURATION:PT1M\n"
            "END:VAVAILABILITY\n",
            i / 24 + 1, i % 24);
    put("BEGIN:VAVAILABILITY\n");
    for (int i = 0; i < 200; i++)
        put("BEGIN:AVAILABLE\nDTSTART:20260101T000000Z\nDURATION:P20D\nEND:AVAILABLE\n");
    put("END:VAVAILABILITY\n");
    too_many(LSCHED_OPENS, 30, 2 + 300 * 5);
}

/* ---- steps ------------------------------------------------------------------------- */

#define COSTLY "RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30\n"

static void test_steps(void **state)
{
    (void)state;
    size_t count;
    begin(); /* passed over whole months at a time */
    put("BEGIN:VEVENT\nDTSTART:19700101T000000Z\n" COSTLY "END:VEVENT\n");
    assert_int_equal(expand(LSCHED_OPENS, 400, &count), LSCHED_OK);
    assert_int_equal(count, 0);

    begin(); /* counted from its start on */
    put("BEGIN:VEVENT\nDTSTART:19700101T000000Z\nRRULE:FREQ=SECONDLY;COUNT=999999999\n"
        "RRULE:FREQ=DAILY\nRDATE:20260101T000000Z\nEND:VEVENT\n");
    too_many(LSCHED_OPENS, 1, 5);

    begin(); /* the same, shifted, in every part of a series */
    put("BEGIN:VEVENT\nUID:a\nDTSTART:19700101T000000Z\nRRULE:FREQ=HOURLY;COUNT=999999999\n"
        "END:VEVENT\n");
    for (int i = 0; i < 1000; i++)
        put("BEGIN:VEVENT\nUID:a\nRECURRENCE-ID;RANGE=THISANDFUTURE:2025%02d%02dT%02d0000Z\n"
            "DTSTART:20260101T000000Z\nEND:VEVENT\n",
            i / 24 / 28 + 1, i / 24 % 28 + 1, i % 24);
    too_many(LSCHED_OPENS, 1, 5);
}

static void put_rules(int count)
{
    begin();
    put("BEGIN:VEVENT\nDTSTART:20260101T000000Z\n");
    for (int i = 0; i < count; i++)
        put("RRULE:FREQ=DAILY\n");
    put("END:VEVENT\n");
}

static void test_rules(void **state)
{
    (void)state;
    put_rules(LSCHED_MAX_RULES);
    accepted();
    put_rules(LSCHED_MAX_RULES + 1);
    limited(3 + LSCHED_MAX_RULES + 1, "5000 rules");
}

/* As many ranges as a calendar can have. */
static void test_ranges(void **state)
{
    (void)state;
    size_t count;
    begin();
    put("BEGIN:VEVENT\nUID:a\nDTSTART:20260101T000000Z\nDURATION:PT1M\nRRULE:FREQ=HOURLY\n"
        "END:VEVENT\n");
    const int ranges = 4900;
    for (int i = 0; i < ranges; i++) {
        int year, month, day;
        lsi_civil_date(lsi_civil_days(2026, 1, 2) + i / 24, &year, &month, &day);
        put("BEGIN:VEVENT\nUID:a\nRECURRENCE-ID;RANGE=THISANDFUTURE:%04d%02d%02dT%02d0000Z\n"
            "DTSTART:%04d%02d%02dT%02d3000Z\nDURATION:PT2M\nEND:VEVENT\n",
            year, month, day, i % 24, year, month, day, i % 24);
    }
    assert_int_equal(expand(LSCHED_OPENS, 300, &count), LSCHED_OK);
    assert_int_equal(count, 300 * 24);
}

/* Every range looks at every RDATE. */
static void test_ranges_and_dates(void **state)
{
    (void)state;
    size_t count;
    for (int dates = 100; dates <= LSCHED_MAX_VALUES; dates += LSCHED_MAX_VALUES - 100) {
        begin();
        put("BEGIN:VEVENT\nUID:a\nDTSTART:20260101T000000\n");
        for (int i = 0; i < dates; i++)
            put("RDATE:20260101T000000\n");
        put("END:VEVENT\n");
        for (int i = 0; i < 4900; i++)
            put("BEGIN:VEVENT\nUID:a\nRECURRENCE-ID;RANGE=THISANDFUTURE:2026%02d%02dT%02d0000\n"
                "DTSTART:20260301T000000\nEND:VEVENT\n",
                i / 24 / 28 + 2, i / 24 % 28 + 1, i % 24);
        if (dates == 100)
            assert_int_equal(expand(LSCHED_OPENS, 300, &count), LSCHED_OK);
        else
            too_many(LSCHED_OPENS, 300, 5);
    }
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

/* So many series of one UID, and so many overrides for all of them. */
static void make_family(int series, int overrides)
{
    begin();
    for (int i = 0; i < series; i++)
        put("BEGIN:VEVENT\nUID:a\nDTSTART:20260101T%02d%02d00\nRRULE:FREQ=DAILY\nEND:VEVENT\n",
            i / 60, i % 60);
    for (int i = 0; i < overrides; i++)
        put("BEGIN:VEVENT\nUID:a\nRECURRENCE-ID:%d0101T%02d%02d00\nDTSTART:20260101T000000\n"
            "END:VEVENT\n", 2027 + i / 1440, i / 60 % 24, i % 60);
}

static void test_families(void **state)
{
    (void)state;
    make_family(100, 500);
    accepted();
    make_family(100, 501);
    /* Behind the head, 100 series of 5 lines, and 500 overrides of as many. */
    limited(1 + 100 * 5 + 500 * 5 + 1, "one UID");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_of_zones), cmocka_unit_test(test_observances),
        cmocka_unit_test(test_definitions),    cmocka_unit_test(test_periods),
        cmocka_unit_test(test_instances),      cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_families),
        cmocka_unit_test(test_steps),          cmocka_unit_test(test_rules),
        cmocka_unit_test(test_ranges),         cmocka_unit_test(test_ranges_and_dates),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
