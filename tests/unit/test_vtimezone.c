/* test_vtimezone.c -- VTIMEZONEs as libical writes them, under a name that is nobody's:
 * each must mean what the zone that it describes means, from 2025 to 2037, where libical's
 * descriptions are right.  All zones of zone1970.tab. */
#include "cal/cal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libical/ical.h>

#define NOBODY "Nobody's Time"

static lsi_error e;
static lsi_zones *zones;

/* A daily event in a zone, at a time that clock changes skip and repeat. */
static void expand(const char *zone, const char *definition, lsi_instances *out)
{
    static char text[200000];
    int size = snprintf(text, sizeof text,
                        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;TZID=%s:20250101T023000\r\n"
                        "RRULE:FREQ=DAILY\r\nEND:VEVENT\r\n%sEND:VCALENDAR\r\n",
                        zone, definition);
    assert_true(size > 0 && (size_t)size < sizeof text);
    lsi_calendar *c;
    const lsi_zone *utc;
    lsi_error_clear(&e);
    if (lsi_ical_read(zones, text, (size_t)size, &c, &e))
        fail_msg("%s: %s", zone, e.text);
    assert_int_equal(lsi_zone_get(zones, "UTC", &utc, &e), LSCHED_OK);
    lsi_reading how = {LSCHED_OPENS, LSCHED_EXACT, utc};
    assert_int_equal(lsi_expand_instances(c, &how, lsi_civil_days(2025, 1, 2) * LSI_DAY,
                                          lsi_civil_days(2037, 12, 30) * LSI_DAY, out, &e),
                     LSCHED_OK);
    lsi_ical_free(c);
}

/* What libical writes about a zone, with another name; free() it.  NULL: nothing. */
static char *describe(const char *name)
{
    icaltimezone *zone = icaltimezone_get_builtin_timezone(name);
    icalcomponent *component = zone ? icaltimezone_get_component(zone) : NULL;
    if (!component)
        return NULL;
    char *text = icalcomponent_as_ical_string_r(component);
    char *name_line = strstr(text, "TZID:"), *rest = strchr(name_line, '\r');
    char *out = malloc(strlen(text) + 100);
    assert_non_null(out);
    sprintf(out, "%.*sTZID:%s%s", (int)(name_line - text), text, NOBODY, rest);
    icalmemory_free_buffer(text);
    return out;
}

static bool compare(const char *name)
{
    char *definition = describe(name);
    if (!definition)
        return false;
    lsi_instances ours = {0}, theirs = {0};
    expand(name, "", &ours);
    expand(NOBODY, definition, &theirs);
    assert_true(ours.count > 4700);
    assert_int_equal(ours.count, theirs.count);
    for (size_t i = 0; i < ours.count; i++)
        if (ours.at[i].from != theirs.at[i].from)
            fail_msg("%s: %lld, in the text %lld", name, (long long)ours.at[i].from,
                     (long long)theirs.at[i].from);
    free(ours.at);
    free(theirs.at);
    free(definition);
    return true;
}

static void test_all(void **state)
{
    (void)state;
    char line[1000], name[200];
    int count = 0;
    FILE *file = fopen("/usr/share/zoneinfo/zone1970.tab", "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file))
        if (line[0] != '#' && sscanf(line, "%*s %*s %199s", name) == 1)
            count += compare(name);
    fclose(file);
    assert_true(count > 200);
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
    icaltimezone_free_builtin_timezones();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
