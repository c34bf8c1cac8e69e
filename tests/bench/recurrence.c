/* recurrence.c -- what recurrence costs, beside libical in the same run.
 *
 * Each figure is the best of several rounds, which is what the machine can do when nothing
 * else disturbs it.
 */
#include "bench.h"
#include "cal/cal.h"

#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 9
#define YEARS 10

static lsi_error e;

static void must(int status)
{
    if (status == LSCHED_OK)
        return;
    bench_fail("%s", e.text);
}

/* ---- what is measured ----------------------------------------------------------------- */

typedef struct series {
    const char *name, *rule;
    int64_t start;
    lsi_rule *ours;
    struct icalrecurrencetype theirs;
    struct icaltimetype begin;
    lsi_calendar *calendar;
} series;

static int count_one(void *user, int64_t wall)
{
    (void)wall;
    ++*(long *)user;
    return LSCHED_OK;
}

static long expand_rule(const series *s, int64_t from, int64_t until)
{
    long count = 0;
    int64_t steps = LSCHED_MAX_STEPS;
    must(lsi_recur_expand(s->ours, s->start, from, until, &steps, count_one, &count, &e));
    return count;
}

static const lsi_zone *zone;

/* The whole way: from a calendar to its sorted instances in UTC, ends included. */
static long expand_calendar(const series *s, int64_t from, int64_t until)
{
    const lsi_reading how = {LSCHED_OPENS, LSCHED_WALL, zone};
    lsi_instances found = {0};
    must(lsi_expand_instances(s->calendar, &how, from, until, &found, &e));
    const long count = (long)found.count;
    free(found.at);
    return count;
}

/* libical walks from DTSTART; icalrecur_iterator_set_start() is left out because it is
 * refused for COUNT and wrong for HOURLY and MINUTELY. */
static long expand_libical(const series *s, int64_t from, int64_t until)
{
    long count = 0;
    icalrecur_iterator *i = icalrecur_iterator_new(s->theirs, s->begin);
    for (;;) {
        const struct icaltimetype t = icalrecur_iterator_next(i);
        if (icaltime_is_null_time(t))
            break;
        const int64_t wall = (int64_t)icaltime_as_timet(t);
        if (wall >= until)
            break;
        count += wall >= from;
    }
    icalrecur_iterator_free(i);
    return count;
}

typedef long (*expansion)(const series *s, int64_t from, int64_t until);

/* Nanoseconds of one expansion; `*count` is what it gave. */
static double measure(expansion f, const series *s, int64_t from, int64_t until, long *count)
{
    double best = 1e18;
    long calls = 1;
    for (int round = 0; round < ROUNDS; round++) {
        const double begun = bench_now();
        for (long i = 0; i < calls; i++)
            *count = f(s, from, until);
        const double spent = bench_now() - begun;
        best = spent / (double)calls < best ? spent / (double)calls : best;
        if (spent < 2e6) /* too short for the clock: more at once */
            calls *= 4;
    }
    return best;
}

/* ---- the tables ------------------------------------------------------------------------- */

static void prepare(series *s, lsi_arena *arena, lsi_zones *zones)
{
    char text[600], start[32];
    int year, month, day;
    lsi_civil_date(s->start / LSI_DAY, &year, &month, &day);
    snprintf(start, sizeof start, "%04d%02d%02dT090000", year, month, day);
    must(lsi_recur_read(s->rule, strlen(s->rule), arena, &s->ours, &e));
    lsi_recur_set_zone(s->ours, NULL);
    s->theirs = icalrecurrencetype_from_string(s->rule);
    s->begin = icaltime_from_string(start);
    snprintf(text, sizeof text,
             "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:%s\r\nDURATION:PT8H\r\n"
             "RRULE:%s\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
             start, s->rule);
    must(lsi_ical_read(zones, text, strlen(text), &s->calendar, &e));
}

static void instances(const series *all, size_t count)
{
    printf("Expansion of %d years, ns per instance\n%-28s %8s %8s %8s %12s\n", YEARS, "", "rule",
           "calendar", "libical", "libical/rule");
    for (size_t i = 0; i < count; i++) {
        const series *s = &all[i];
        const int64_t until = s->start + YEARS * 365 * LSI_DAY;
        long ours, whole, theirs;
        const double a = measure(expand_rule, s, s->start, until, &ours);
        const double b = measure(expand_calendar, s, s->start, s->start + 399 * LSI_DAY, &whole);
        const double c = measure(expand_libical, s, s->start, until, &theirs);
        printf("%-28s %8.1f %8.1f %8.1f %12.0f%s\n", s->name, a / (double)ours, b / (double)whole,
               c / (double)theirs, c / (double)theirs / (a / (double)ours),
               ours == theirs ? "" : "   (DTSTART is not counted there)");
    }
}

/* The windows of one week of a whole year, one after the other: a single one costs more
 * where a month ends in it or a start lies in it, whenever it is. */
static expansion each;

static long expand_year(const series *s, int64_t from, int64_t until)
{
    long count = 0;
    for (int64_t at = from; at < until; at += 7 * LSI_DAY)
        count += each(s, at, at + 7 * LSI_DAY);
    return count;
}

static double measure_windows(expansion f, const series *s, int64_t from)
{
    const int weeks = 52;
    long count;
    each = f;
    return measure(expand_year, s, from, from + weeks * 7 * LSI_DAY, &count) / weeks;
}

static void windows(const series *all, size_t count)
{
    printf("\nReaching a window of one week, ns, mean of the 52 of a year\n%-28s %10s %10s %7s "
           "%12s %9s\n",
           "", "1 week on", "20 years", "ratio", "libical 20 y", "/ours");
    for (size_t i = 0; i < count; i++) {
        const series *s = &all[i];
        const int64_t soon = s->start + 7 * LSI_DAY;
        const int64_t late = s->start + 1043 * 7 * LSI_DAY; /* 20 years of weeks */
        const double a = measure_windows(expand_rule, s, soon);
        const double b = measure_windows(expand_rule, s, late);
        const double c = measure_windows(expand_libical, s, late);
        printf("%-28s %10.0f %10.0f %7.2f %12.0f %9.0f\n", s->name, a, b, b / a, c, c / b);
    }
}

void bench_recurrence(void)
{
    series all[] = {
        {.name = "weekly, Monday to Friday", .rule = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"},
        {.name = "weekly, every other week", .rule = "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH"},
        {.name = "daily", .rule = "FREQ=DAILY"},
        {.name = "monthly, last Friday", .rule = "FREQ=MONTHLY;BYDAY=-1FR"},
        {.name = "monthly, first and third Mon", .rule = "FREQ=MONTHLY;BYDAY=1MO,3MO"},
        {.name = "yearly", .rule = "FREQ=YEARLY"},
        {.name = "hourly", .rule = "FREQ=HOURLY"},
    };
    const size_t count = sizeof all / sizeof *all;
    lsi_arena arena = {0};
    lsi_zones *zones = lsi_zone_set_new();
    if (zones == NULL)
        bench_fail("no memory for zones");
    must(lsi_zone_get(zones, "America/New_York", &zone, &e));
    for (size_t i = 0; i < count; i++) {
        all[i].start = lsi_civil_days(2006, 1, 2) * LSI_DAY + 9 * 3600; /* a Monday */
        prepare(&all[i], &arena, zones);
    }
    instances(all, count);
    windows(all, count);
    for (size_t i = 0; i < count; i++)
        lsi_ical_free(all[i].calendar);
    lsi_zone_set_free(zones);
    lsi_arena_free(&arena);
}
