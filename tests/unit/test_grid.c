/* test_grid.c -- the minutes at which things may start. */
#include "cal/cal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static lsi_error e;
static lsi_zones *zones;

static void next(const char *name, int step, const char *from, const char *wanted)
{
    const lsi_zone *z;
    lsched_time t;
    char text[32];
    assert_int_equal(lsi_zone_get(zones, name, &z, &e), LSCHED_OK);
    assert_int_equal(lsi_iso_read(from, z, &t, &e), LSCHED_OK);
    lsched_time got = lsi_grid_next(z, step, t);
    assert_int_equal(lsi_iso_write(got, z, text, sizeof text, &e), LSCHED_OK);
    assert_string_equal(text, wanted);
    assert_int_equal(lsi_grid_next(z, step, got), got);
}

static void test_plain(void **state)
{
    (void)state;
    next("Europe/Berlin", 15, "2026-05-04T09:00", "2026-05-04T09:00:00+02:00");
    next("Europe/Berlin", 15, "2026-05-04T09:00:01", "2026-05-04T09:15:00+02:00");
    next("Europe/Berlin", 1, "2026-05-04T09:00:59", "2026-05-04T09:01:00+02:00");
    next("Europe/Berlin", 1440, "2026-05-04T09:00", "2026-05-05T00:00:00+02:00");
    next("Asia/Kathmandu", 30, "2026-05-04T09:01", "2026-05-04T09:30:00+05:45");
}

static void test_begins_anew_at_midnight(void **state)
{
    (void)state;
    next("Europe/Berlin", 50, "2026-05-04T23:00", "2026-05-04T23:20:00+02:00");
    next("Europe/Berlin", 50, "2026-05-04T23:21", "2026-05-05T00:00:00+02:00");
    next("Europe/Berlin", 50, "2026-05-05T00:01", "2026-05-05T00:50:00+02:00");
}

static void test_clock_changes(void **state)
{
    (void)state;
    /* Forward: 02:00 becomes 03:00. */
    next("America/New_York", 40, "2026-03-08T01:21", "2026-03-08T03:20:00-04:00");
    next("America/New_York", 60, "2026-03-08T01:01", "2026-03-08T03:00:00-04:00");
    next("America/New_York", 1440, "2026-03-08T01:00", "2026-03-09T00:00:00-04:00");
    /* Back: 02:00 becomes 01:00, and the grid is there twice. */
    next("America/New_York", 40, "2026-11-01T01:21:00-04:00", "2026-11-01T01:20:00-05:00");
    next("America/New_York", 60, "2026-11-01T01:30:00-04:00", "2026-11-01T01:00:00-05:00");
    /* Half an hour back, at 02:00. */
    next("Australia/Lord_Howe", 20, "2026-04-05T01:41:00+11:00", "2026-04-05T01:40:00+10:30");
    /* Midnight is skipped: the day begins at 01:00. */
    next("Asia/Beirut", 1440, "2026-03-28T12:00", "2026-03-30T00:00:00+03:00");
    next("Asia/Beirut", 60, "2026-03-28T23:30", "2026-03-29T01:00:00+03:00");
    /* A date that was not there. */
    next("Pacific/Apia", 720, "2011-12-29T13:00", "2011-12-31T00:00:00+14:00");
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
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_begins_anew_at_midnight),
        cmocka_unit_test(test_clock_changes),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
