/* test_civil.c -- dates, and instants as text. */
#include "cal/cal.h"

#include <setjmp.h>
#include <stdarg.h>
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

static void test_known_days(void **state)
{
    (void)state;
    assert_int_equal(lsi_civil_days(1970, 1, 1), 0);
    assert_int_equal(lsi_civil_days(1969, 12, 31), -1);
    assert_int_equal(lsi_civil_days(2000, 2, 29), 11016);
    assert_int_equal(lsi_civil_days(2200, 1, 1) * LSI_DAY, LSI_TIME_END);
    assert_int_equal(lsi_civil_days(1600, 1, 1), -135140);
    assert_int_equal(lsi_civil_weekday(lsi_civil_days(2026, 11, 22)), 6);
    assert_int_equal(lsi_civil_weekday(lsi_civil_days(1969, 12, 29)), 0);
    assert_int_equal(lsi_civil_weekday(lsi_civil_days(1600, 1, 1)), 5);
}

/* Counts 600 years day by day, without the formulas. */
static void test_every_day(void **state)
{
    (void)state;
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t day = lsi_civil_days(1600, 1, 1);
    for (int year = 1600; year < 2201; year++) {
        int leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        for (int month = 1; month <= 12; month++) {
            int length = lengths[month - 1] + (month == 2 ? leap : 0);
            assert_int_equal(lsi_civil_month_days(year, month), length);
            for (int d = 1; d <= length; d++, day++) {
                int y, m, n;
                lsi_civil_date(day, &y, &m, &n);
                assert_true(y == year && m == month && n == d);
                assert_true(lsi_civil_days(year, month, d) == day);
            }
        }
    }
}

static void test_floor(void **state)
{
    (void)state;
    assert_int_equal(lsi_civil_floor(7, 3), 2);
    assert_int_equal(lsi_civil_floor(-7, 3), -3);
    assert_int_equal(lsi_civil_floor(-6, 3), -2);
    assert_int_equal(lsi_civil_floor(0, 3), 0);
}

static void test_read_date(void **state)
{
    (void)state;
    int64_t day;
    assert_int_equal(lsi_civil_read_date("2026-03-08", &day, &e), LSCHED_OK);
    assert_int_equal(day, lsi_civil_days(2026, 3, 8));
    assert_int_equal(lsi_civil_read_date("2199-12-31", &day, &e), LSCHED_OK);
    static const char *const wrong[] = {"",           "2026-3-8",   "2026-02-29",  "2026-13-01",
                                        "2026-00-01", "2026-01-00", "1969-12-31",  "2200-01-01",
                                        "2026-03-8",  "20260308",   "2026-03-08T", "2026/03/08",
                                        " 026-03-08", "+026-03-08", "2026-03-0x"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(lsi_civil_read_date(wrong[i], &day, &e), LSCHED_INVALID);
    assert_int_equal(lsi_civil_read_date(NULL, &day, &e), LSCHED_INVALID);
    lsi_civil_read_date("2026-02-30", &day, &e);
    assert_string_equal(e.text, "\"2026-02-30\" is not a date from 1970-01-01 to 2199-12-31");
    lsi_civil_read_date("a\nb", &day, &e);
    assert_null(strchr(e.text, '\n'));
}

static void reads(const char *text, const char *zone_name, lsched_time wanted)
{
    lsched_time t;
    if (lsi_iso_read(text, zone_name ? zone(zone_name) : NULL, &t, &e))
        fail_msg("%s", e.text);
    if (t != wanted)
        fail_msg("%s: %lld", text, (long long)t);
}

static void test_read_instant(void **state)
{
    (void)state;
    reads("1970-01-01T00:00:00Z", NULL, 0);
    reads("2026-03-08T16:40:00-04:00", NULL, 1773002400);
    reads("2026-03-08T16:40-04:00", NULL, 1773002400);
    reads("2026-03-08t20:40:00z", NULL, 1773002400);
    reads("2026-03-08T20:40:00.999+00:00", NULL, 1773002400);
    reads("2026-03-08T16:40", "America/New_York", 1773002400);
    reads("2026-03-08T16:40:30", "America/New_York", 1773002430);
    reads("2026-03-08T16:40:00-04:00", "Asia/Tokyo", 1773002400);
    reads("2026-03-08", "America/New_York", 1772946000);
    reads("1969-12-31T19:00:00-05:00", NULL, 0);
    reads("2200-01-01T08:00:00+09:00", NULL, LSI_TIME_END - 3600);
    /* 02:30 does not exist on 8 March, 01:30 occurs twice on 1 November. */
    reads("2026-03-08T02:30", "America/New_York", 1772955000);
    reads("2026-11-01T01:30", "America/New_York", 1793511000);
    /* No midnight: the day of the change in Beirut begins at 01:00. */
    reads("2026-03-29", "Asia/Beirut", 1774735200);
}

static void test_refused_instants(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "2026-03-08",
        "2026-03-08T16:40",
        "2026-03-08T16:40:00",
        "2026-03-08 16:40:00Z",
        "2026-03-08T16Z",
        "2026-03-08T24:00:00Z",
        "2026-03-08T16:60:00Z",
        "2026-03-08T16:40:60Z",
        "2026-03-08T16:40:00.Z",
        "2026-03-08T16:40:00Zx",
        "2026-03-08T16:40:00+4:00",
        "2026-03-08T16:40:00+0400",
        "2026-03-08T16:40:00+24:00",
        "2026-02-29T16:40:00Z",
        "1969-12-31T23:59:59Z",
        "2200-01-01T00:00:00Z",
        "2026-03-08T16:40:00-",
        "2026-03-08T",
        "2026-03-0",
    };
    lsched_time t;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        t = 1;
        if (lsi_iso_read(wrong[i], NULL, &t, &e) != LSCHED_INVALID || t != 0)
            fail_msg("%s was accepted", wrong[i]);
    }
    assert_int_equal(lsi_iso_read(NULL, NULL, &t, &e), LSCHED_INVALID);
}

static void writes(lsched_time t, const char *zone_name, const char *wanted)
{
    char text[32];
    assert_int_equal(lsi_iso_write(t, zone(zone_name), text, sizeof text, &e), LSCHED_OK);
    assert_string_equal(text, wanted);
    reads(text, NULL, t);
}

static void test_write_instant(void **state)
{
    (void)state;
    writes(1773002400, "America/New_York", "2026-03-08T16:40:00-04:00");
    writes(1773002400, "UTC", "2026-03-08T20:40:00+00:00");
    writes(1773002400, "Asia/Kathmandu", "2026-03-09T02:25:00+05:45");
    writes(0, "America/New_York", "1969-12-31T19:00:00-05:00");
    writes(LSI_TIME_END - 1, "Asia/Tokyo", "2200-01-01T08:59:59+09:00");
    writes(0, "Africa/Monrovia", "1969-12-31T23:15:30-00:44:30");

    char text[26];
    assert_int_equal(lsi_iso_write(0, zone("UTC"), text, 26, &e), LSCHED_OK);
    assert_int_equal(lsi_iso_write(0, zone("UTC"), text, 25, &e), LSCHED_LIMIT);
    assert_string_equal(text, "");
    assert_int_equal(lsi_iso_write(0, zone("UTC"), NULL, 0, &e), LSCHED_LIMIT);
    assert_int_equal(lsi_iso_write(-1, zone("UTC"), text, 26, &e), LSCHED_INVALID);
    assert_int_equal(lsi_iso_write(LSI_TIME_END, zone("UTC"), text, 26, &e), LSCHED_INVALID);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_days),    cmocka_unit_test(test_every_day),
        cmocka_unit_test(test_floor),         cmocka_unit_test(test_read_date),
        cmocka_unit_test(test_read_instant),  cmocka_unit_test(test_refused_instants),
        cmocka_unit_test(test_write_instant),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
