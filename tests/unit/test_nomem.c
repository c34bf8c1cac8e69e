/* test_nomem.c -- memory that runs out while a calendar is read and expanded: each
 * allocation fails once, and each time the answer is NOMEM, and nothing is lost.
 *
 * The linker leads malloc(), calloc() and realloc() here (see meson.build). */
#include "cal/cal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

static long left = -1; /* allocations that succeed before one fails; -1: all */

static bool fails(void)
{
    if (left < 0)
        return false;
    return left-- == 0;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails() ? NULL : __real_realloc(old, size);
}

/* Longer than what a new arena has. */
static char title[1100];

/* Everything that a calendar can have, and several of each. */
static const char first[] =
    "BEGIN:VCALENDAR\n"
    "BEGIN:VEVENT\nUID:a\nSUMMARY:%s\n %s\n"
    "DTSTART;TZID=\"^^Mine\":20260101T090000\nDTEND;TZID=\"^^Mine\":20260101T100000\n"
    "RRULE:FREQ=DAILY;BYSETPOS=1;BYHOUR=9,10\nRRULE:FREQ=YEARLY;BYYEARDAY=7,8\n"
    "RDATE;TZID=Asia/Tokyo:20260102T090000,20260103T090000\n"
    "RDATE;TZID=America/New_York;VALUE=PERIOD:20260104T090000/PT1H,20260105T090000/PT1H\n"
    "EXDATE;TZID=/x/Europe/Berlin:20260106T090000,20260107T090000\n"
    "EXDATE;VALUE=DATE:20260108,20260109\nEND:VEVENT\n"
    "BEGIN:VEVENT\nUID:a\nRECURRENCE-ID;TZID=Europe/Berlin;RANGE=THISANDFUTURE:20260110T090000\n"
    "DTSTART;TZID=Europe/Berlin:20260110T110000\nEND:VEVENT\n"
    "BEGIN:VEVENT\nUID:a\nRECURRENCE-ID;TZID=Europe/Berlin:20260112T090000\n"
    "DTSTART;TZID=Europe/Athens:20260112T110000\nEND:VEVENT\n"
    "BEGIN:VFREEBUSY\nFREEBUSY:20260101T000000Z/PT1H\nFREEBUSY;FBTYPE=FREE:20260103T000000Z/PT1H\n"
    "END:VFREEBUSY\n"
    "BEGIN:VTIMEZONE\nTZID:^Mine\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0200\n"
    "TZOFFSETTO:+0100\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\nRDATE:20200101T000000\n"
    "TZNAME:S\n T\nEND:STANDARD\nBEGIN:DAYLIGHT\nDTSTART:19700301T000000\nTZOFFSETFROM:+0100\n"
    "TZOFFSETTO:+0200\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\nEND:DAYLIGHT\nEND:VTIMEZONE\n";

static const char second[] = "BEGIN:VEVENT\nDTSTART;TZID=\"^^%s\":20260101T120000\nEND:VEVENT\n"
                             "BEGIN:VTIMEZONE\nTZID:^%s\nBEGIN:STANDARD\nDTSTART:19700101T000000\n"
                             "TZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nEND:STANDARD\nEND:VTIMEZONE\n";

static const char group[] =
    "BEGIN:VAVAILABILITY\nPRIORITY:%d\nDTSTART:202601%02dT%02d0000Z\nDURATION:PT1H\n"
    "BEGIN:AVAILABLE\nDTSTART:20260101T080000Z\nDURATION:PT8H\nRRULE:FREQ=DAILY\nEND:AVAILABLE\n"
    "END:VAVAILABILITY\n";

static char text[90000];

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

static void make_text(void)
{
    memset(title, 't', sizeof title - 1);
    put(first, title, title);
    put(second, title, title);
    for (int i = 0; i < 40; i++) {
        put(group, i % 3, i % 7 + 1, i % 12);
        put("BEGIN:VFREEBUSY\nFREEBUSY:20260102T%02d%02d00Z/PT1M\nEND:VFREEBUSY\n", i % 24, i);
        put("BEGIN:VEVENT\nUID:b%d\nDTSTART;TZID=/%d%.600s/Europe/Berlin:20260101T%02d0000\n"
            "RRULE:FREQ=YEARLY;BYYEARDAY=%d;BYSETPOS=1\nEND:VEVENT\n",
            i, i, title, i % 24, i + 1);
    }
    put("END:VCALENDAR\n");
}

typedef struct answer {
    size_t instances[2], spans[2];
} answer;

/* One whole life; nothing is kept. */
static int live(answer *a, lsi_error *e)
{
    lsi_calendar *c = NULL;
    const lsi_zone *zone = NULL;
    lsi_instances found = {0};
    lsi_spans spans = {0};
    lsi_zones *zones = lsi_zone_set_new();
    int status = zones ? lsi_ical_read(zones, text, size, &c, e) : LSCHED_NOMEM;
    assert_true(!zones || (status == LSCHED_OK) == (c != NULL));
    for (int i = 0; i < 2 && c; i++)
        lsi_ical_share(c); /* so that answers are kept, too */
    if (!status)
        status = lsi_zone_get(zones, "Pacific/Apia", &zone, e);
    lsched_time from = lsi_civil_days(2026, 1, 1) * LSI_DAY;
    for (int i = 0; i < 2 && !status; i++) {
        lsi_reading how = {i ? LSCHED_CLOSES : LSCHED_OPENS, LSCHED_WALL, zone};
        status = lsi_expand_instances(c, &how, from, from + 30 * LSI_DAY, &found, e);
        a->instances[i] = found.count;
        spans.count = 0;
        if (!status)
            status = lsi_expand_spans(c, &how, from, from + 30 * LSI_DAY, &spans, e);
        a->spans[i] = spans.count;
    }
    free(found.at);
    lsi_span_free(&spans);
    for (int i = 0; i < 3 && c; i++)
        lsi_ical_free(c);
    lsi_zone_set_free(zones);
    return status;
}

static void test_each_allocation(void **state)
{
    (void)state;
    lsi_error e = {0};
    answer right = {{0}, {0}}, now = {{0}, {0}};
    make_text();
    if (live(&right, &e))
        fail_msg("%s", e.text);
    assert_true(right.instances[0] > 30 && right.spans[1] > 5);

    long failed = 0;
    for (bool enough = false; !enough; failed += !enough) {
        left = failed;
        int status = live(&now, &e);
        enough = left >= 0;
        left = -1;
        assert_int_equal(status, enough ? LSCHED_OK : LSCHED_NOMEM);
    }
    assert_true(failed > 100);
    assert_memory_equal(&now, &right, sizeof now);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
