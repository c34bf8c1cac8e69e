/* test_policy.c -- the service's own rules: how long, how soon, how far ahead. */
#include "scene.h"

static void test_reach(void **state)
{
    (void)state;
    lsched_service service = {.minutes = 30};
    lsi_reach reach = lsi_policy_reach(&service);
    assert_int_equal(reach.before, 0);
    assert_int_equal(reach.length, 1800);
    assert_int_equal(reach.behind, 1800);
    service = (lsched_service){.minutes = 20, .before = 5, .wrap_up = 7, .after = 10};
    reach = lsi_policy_reach(&service);
    assert_int_equal(reach.before, 300);
    assert_int_equal(reach.length, 1200);
    assert_int_equal(reach.behind, 2220);
    service = (lsched_service){.minutes = LSCHED_MAX_MINUTES};
    assert_int_equal(lsi_policy_reach(&service).behind, LSI_DAY);
}

static void test_earliest(void **state)
{
    (void)state;
    lsched_service service = {.notice = 30};
    assert_int_equal(lsi_policy_earliest(&service, 1000), 2800);
    service.notice = LSCHED_NONE;
    assert_int_equal(lsi_policy_earliest(&service, 1000), 1000);
    service.notice = LSCHED_MAX_DAYS * 1440;
    assert_int_equal(lsi_policy_earliest(&service, 0), 400 * LSI_DAY);
}

static void horizon_is(const char *zone, const char *now, int32_t days, const char *expected)
{
    scene s;
    char found[40];
    scene_begin(&s, zone);
    s.f.service.horizon = days;
    const lsched_time t = lsi_policy_horizon(&s.f.service, s.f.zone, scene_time(&s, now));
    scene_ok(&s, lsi_iso_write(t, s.f.zone, found, sizeof found, &s.e));
    assert_string_equal(found, expected);
    scene_end(&s);
}

/* The last day counts wholly, from its first minute of today to the last. */
static void test_horizon(void **state)
{
    (void)state;
    horizon_is("Europe/Berlin", "2026-03-09T00:00", 1, "2026-03-11T00:00:00+01:00");
    horizon_is("Europe/Berlin", "2026-03-09T23:59:59", 1, "2026-03-11T00:00:00+01:00");
    horizon_is("Europe/Berlin", "2026-03-10T00:00", 1, "2026-03-12T00:00:00+01:00");
    horizon_is("Europe/Berlin", "2026-03-28T12:00", 1, "2026-03-30T00:00:00+02:00");
    horizon_is("America/New_York", "2026-10-31T23:30", 1, "2026-11-02T00:00:00-05:00");
    /* Twice the same hour today: both are today. */
    horizon_is("America/New_York", "2026-11-01T01:30:00-04:00", 1, "2026-11-03T00:00:00-05:00");
    horizon_is("America/New_York", "2026-11-01T01:30:00-05:00", 1, "2026-11-03T00:00:00-05:00");
    /* The midnight at the end is skipped, comes twice, or its whole date is missing. */
    horizon_is("Africa/Cairo", "2026-04-22T12:00", 1, "2026-04-24T01:00:00+03:00");
    horizon_is("America/Havana", "2026-10-30T12:00", 1, "2026-11-01T00:00:00-04:00");
    horizon_is("Pacific/Apia", "2011-12-28T12:00", 1, "2011-12-31T00:00:00+14:00");
    horizon_is("Pacific/Apia", "2011-12-29T12:00", 1, "2011-12-31T00:00:00+14:00");
    horizon_is("Europe/Berlin", "2027-12-31T12:00", 400, "2029-02-04T00:00:00+01:00");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_reach),
                                       cmocka_unit_test(test_earliest),
                                       cmocka_unit_test(test_horizon)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
