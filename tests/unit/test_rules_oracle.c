/* test_rules_oracle.c -- random recurrence rules against a second evaluator, which shares
 * nothing with the first: it walks the calendar day by day, looks at every time of day, and
 * asks of each candidate what the table of RFC 5545 3.3.10 says.  Slow, and plain to see.
 *
 *   LSCHED_RULES=n   so many rules (5,000; with LSCHED_LONG 100,000)
 *   LSCHED_SEED=n    others
 */
#include "cal/cal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SECONDLY, MINUTELY, HOURLY, DAILY, WEEKLY, MONTHLY, YEARLY };

typedef struct numbers {
    int at[8], count;
} numbers;

typedef struct spec {
    int frequency, interval, count, week_start;
    int64_t start, until; /* INT64_MAX: none */
    numbers months, weeks, year_days, month_days, hours, minutes, seconds, positions;
    numbers weekdays, nth; /* side by side; nth 0: every one */
} spec;

/* ---- the calendar, one day after the other ------------------------------------------- */

typedef struct date {
    int64_t day; /* since 1970-01-01 */
    int year, month, mday, yday, weekday; /* from 1, 1, 1; Monday: 0 */
} date;

static bool leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int month_length(int year, int month)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return lengths[month - 1] + (month == 2 && leap(year));
}

static int year_length(int year)
{
    return leap(year) ? 366 : 365;
}

static void advance(date *d)
{
    d->day++;
    d->yday++;
    d->weekday = (d->weekday + 1) % 7;
    if (++d->mday <= month_length(d->year, d->month))
        return;
    d->mday = 1;
    if (++d->month <= 12)
        return;
    d->month = d->yday = 1;
    d->year++;
}

static date date_of(int64_t day)
{
    static date near = {0, 1970, 1, 1, 1, 3};
    if (near.day > day || near.day < day - 800)
        near = (date){0, 1970, 1, 1, 1, 3};
    while (near.day < day)
        advance(&near);
    return near;
}

/* ---- the table of the RFC -------------------------------------------------------------- */

static bool listed(const numbers *n, int value)
{
    for (int i = 0; i < n->count; i++)
        if (n->at[i] == value)
            return true;
    return false;
}

/* The value-th of `length`, counted from either end. */
static bool placed(const numbers *n, int value, int length)
{
    return listed(n, value) || listed(n, value - length - 1);
}

/* The year to which the week of a day belongs, and its number from both ends: a week lies
 * in the year that has its fourth day (ISO 8601, for any first day of the week). */
static bool week_listed(const spec *s, const date *d, int *year)
{
    int fourth = d->yday - (d->weekday - s->week_start + 7) % 7 + 3;
    *year = d->year;
    if (fourth < 1)
        fourth += year_length(--*year);
    else if (fourth > year_length(*year))
        fourth -= year_length((*year)++);
    const int week = (fourth - 1) / 7 + 1;
    const int weeks = week + (year_length(*year) - fourth) / 7;
    return placed(&s->weeks, week, weeks);
}

static bool weekday_fits(const spec *s, const date *d)
{
    const bool in_month = s->frequency == MONTHLY || s->months.count > 0;
    const int place = in_month ? d->mday : d->yday;
    const int length = in_month ? month_length(d->year, d->month) : year_length(d->year);
    for (int i = 0; i < s->weekdays.count; i++) {
        const int n = s->nth.at[i];
        if (s->weekdays.at[i] == d->weekday &&
            (n == 0 || n == (place + 6) / 7 || n == -((length - place) / 7 + 1)))
            return true;
    }
    return false;
}

/* What the rule does not say about days comes from the start. */
static bool implied_day_fits(const spec *s, const date *d)
{
    const date start = date_of(lsi_civil_floor(s->start, LSI_DAY));
    if (s->weekdays.count || s->month_days.count || s->year_days.count)
        return true;
    if (s->frequency == WEEKLY || (s->frequency == YEARLY && s->weeks.count))
        return d->weekday == start.weekday;
    if (s->frequency < WEEKLY)
        return true;
    return d->mday == start.mday &&
           (s->frequency == MONTHLY || s->months.count > 0 || d->month == start.month);
}

static bool day_fits(const spec *s, const date *d)
{
    int year;
    return (!s->months.count || listed(&s->months, d->month)) &&
           (!s->weeks.count || week_listed(s, d, &year)) &&
           (!s->year_days.count || placed(&s->year_days, d->yday, year_length(d->year))) &&
           (!s->month_days.count ||
            placed(&s->month_days, d->mday, month_length(d->year, d->month))) &&
           (!s->weekdays.count || weekday_fits(s, d)) && implied_day_fits(s, d);
}

/* The number of the period in which a candidate lies. */
static int64_t period_of(const spec *s, const date *d, int64_t t)
{
    int year = d->year;
    switch (s->frequency) {
    case YEARLY:
        if (s->weeks.count) /* a year of weeks */
            week_listed(s, d, &year);
        return year;
    case MONTHLY:
        return (int64_t)d->year * 12 + d->month;
    case WEEKLY:
        return lsi_civil_floor(d->day + 3 - s->week_start, 7); /* day 0 was a Thursday */
    case DAILY:
        return d->day;
    case HOURLY:
        return lsi_civil_floor(t, 3600);
    case MINUTELY:
        return lsi_civil_floor(t, 60);
    default:
        return t;
    }
}

/* ---- the evaluator ----------------------------------------------------------------------- */

#define MOST 400000

typedef struct result {
    int64_t *at;
    int count;
} result;

static int64_t group[MOST]; /* the candidates of one period */
static int group_size;

static bool position_fits(const spec *s, int i)
{
    return !s->positions.count || placed(&s->positions, i + 1, group_size);
}

static void close_group(const spec *s, result *out)
{
    for (int i = 0; i < group_size; i++) {
        const bool over = (s->count && out->count >= s->count) || group[i] > s->until;
        if (group[i] <= s->start || over || !position_fits(s, i))
            continue;
        assert_true(out->count < MOST);
        out->at[out->count++] = group[i];
    }
    group_size = 0;
}

/* Whether an hour, minute or second fits: as listed; else any where the rule repeats that
 * often; else the start's. */
static bool time_fits(const numbers *n, int value, bool any, int64_t of_start)
{
    return n->count ? listed(n, value) : any || value == of_start;
}

static void add_candidates(const spec *s, const date *d, int64_t *period, int64_t first,
                           result *out)
{
    const int64_t clock = s->start - lsi_civil_floor(s->start, LSI_DAY) * LSI_DAY;
    for (int h = 0; h < 24; h++) {
        if (!time_fits(&s->hours, h, s->frequency <= HOURLY, clock / 3600))
            continue;
        for (int m = 0; m < 60; m++) {
            if (!time_fits(&s->minutes, m, s->frequency <= MINUTELY, clock / 60 % 60))
                continue;
            for (int sec = 0; sec < 60; sec++) {
                if (!time_fits(&s->seconds, sec, s->frequency == SECONDLY, clock % 60))
                    continue;
                const int64_t t = d->day * LSI_DAY + h * 3600 + m * 60 + sec;
                const int64_t here = period_of(s, d, t);
                if (here < first || (here - first) % s->interval != 0)
                    continue;
                if (here != *period)
                    close_group(s, out);
                *period = here;
                assert_true(group_size < MOST);
                group[group_size++] = t;
            }
        }
    }
}

/* Everything up to `horizon`. */
static void evaluate(const spec *s, int64_t horizon, result *out)
{
    const int64_t start_day = lsi_civil_floor(s->start, LSI_DAY);
    const date start = date_of(start_day);
    spec without_weeks = *s;
    without_weeks.weeks.count = 0; /* years are counted from that of the start */
    const int64_t first = period_of(&without_weeks, &start, s->start);
    int64_t period = first;
    group_size = 0;
    out->count = 0;
    out->at[out->count++] = s->start;
    /* From before the start's period to behind the one at the horizon. */
    date d = date_of(s->frequency >= WEEKLY ? start_day - 380 : start_day);
    const int64_t last = horizon / LSI_DAY + (s->frequency >= WEEKLY ? 380 : 1);
    for (; d.day <= last; advance(&d))
        if (day_fits(s, &d))
            add_candidates(s, &d, &period, first, out);
    close_group(s, out);
}

/* ---- random rules --------------------------------------------------------------------------- */

static uint64_t state;

static int pick(int below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (int)((state >> 11) % (uint64_t)below);
}

static bool chance(int percent)
{
    return pick(100) < percent;
}

/* Up to `most` different numbers of `least`..`greatest`, also counted from the end. */
static void some(numbers *n, int most, int least, int greatest, bool both_ends)
{
    const int wanted = 1 + pick(most);
    for (int i = 0; i < wanted; i++) {
        int value = least + pick(greatest - least + 1);
        value = both_ends && chance(35) ? -value : value;
        if (!listed(n, value))
            n->at[n->count++] = value;
    }
}

static void some_weekdays(spec *s)
{
    const int numbered = (s->frequency == MONTHLY || s->frequency == YEARLY) && !s->weeks.count;
    const int wanted = 1 + pick(4);
    const bool in_month = s->frequency == MONTHLY || s->months.count > 0;
    for (int i = 0; i < wanted; i++) {
        const int weekday = pick(7);
        int n = numbered && chance(60) ? 1 + pick(in_month ? 5 : 53) : 0;
        n = chance(35) ? -n : n;
        s->weekdays.at[s->weekdays.count++] = weekday;
        s->nth.at[s->nth.count++] = n;
    }
}

static void some_days(spec *s)
{
    const int f = s->frequency;
    if (chance(30))
        some(&s->months, 4, 1, 12, false);
    if (f == YEARLY && chance(20))
        some(&s->weeks, 3, 1, 53, true);
    if ((f == YEARLY || f <= HOURLY) && chance(15))
        some(&s->year_days, 4, 1, 366, true);
    if (f != WEEKLY && chance(25))
        some(&s->month_days, 4, 1, 31, true);
    if (chance(45))
        some_weekdays(s);
}

static void random_spec(spec *s)
{
    *s = (spec){.frequency = pick(7), .interval = 1, .until = INT64_MAX};
    if (s->frequency < DAILY && chance(40))
        s->frequency = DAILY + pick(4);
    if (chance(50))
        s->interval = 1 + pick(chance(20) ? 30 : 4);
    s->week_start = chance(50) ? 0 : pick(7);
    s->start = (10957 + pick(9000)) * LSI_DAY + pick(86400); /* from 2000-01-01 on */
    if (chance(70))
        s->start -= s->start % 1800;
    some_days(s);
    if (chance(25))
        some(&s->hours, 3, 0, 23, false);
    if (chance(20))
        some(&s->minutes, 3, 0, 59, false);
    if (chance(10))
        some(&s->seconds, 3, 0, 59, false);
    const bool by = s->months.count + s->weeks.count + s->year_days.count + s->month_days.count +
                        s->weekdays.count + s->hours.count + s->minutes.count + s->seconds.count >
                    0;
    if (by && chance(25))
        some(&s->positions, 3, 1, chance(80) ? 6 : 366, true);
    if (chance(25))
        s->count = 1 + pick(40);
    else if (chance(30))
        s->until = s->start + pick(1000 * 86400) / (s->frequency < DAILY ? 100 : 1);
}

/* Its text; every list of the walk's table. */
static void append(char *text, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void append(char *text, size_t size, const char *format, ...)
{
    const size_t used = strlen(text);
    va_list list;
    va_start(list, format);
    assert_true(vsnprintf(text + used, size - used, format, list) < (int)(size - used));
    va_end(list);
}

static void append_list(char *text, size_t size, const char *name, const numbers *n)
{
    for (int i = 0; i < n->count; i++)
        append(text, size, "%s%d", i ? "," : name, n->at[i]);
}

#define TEXT 600

static void write_spec(const spec *s, char text[TEXT])
{
    static const char *const frequencies[] = {"SECONDLY", "MINUTELY", "HOURLY", "DAILY",
                                              "WEEKLY",   "MONTHLY",  "YEARLY"};
    static const char *const days[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
    text[0] = '\0';
    append(text, TEXT, "FREQ=%s", frequencies[s->frequency]);
    if (s->interval > 1)
        append(text, TEXT, ";INTERVAL=%d", s->interval);
    if (s->week_start)
        append(text, TEXT, ";WKST=%s", days[s->week_start]);
    append_list(text, TEXT, ";BYMONTH=", &s->months);
    append_list(text, TEXT, ";BYWEEKNO=", &s->weeks);
    append_list(text, TEXT, ";BYYEARDAY=", &s->year_days);
    append_list(text, TEXT, ";BYMONTHDAY=", &s->month_days);
    for (int i = 0; i < s->weekdays.count; i++) {
        append(text, TEXT, "%s", i ? "," : ";BYDAY=");
        if (s->nth.at[i])
            append(text, TEXT, "%d", s->nth.at[i]);
        append(text, TEXT, "%s", days[s->weekdays.at[i]]);
    }
    append_list(text, TEXT, ";BYHOUR=", &s->hours);
    append_list(text, TEXT, ";BYMINUTE=", &s->minutes);
    append_list(text, TEXT, ";BYSECOND=", &s->seconds);
    append_list(text, TEXT, ";BYSETPOS=", &s->positions);
    if (s->count)
        append(text, TEXT, ";COUNT=%d", s->count);
    if (s->until != INT64_MAX) {
        const date d = date_of(lsi_civil_floor(s->until, LSI_DAY));
        const int clock = (int)(s->until % LSI_DAY);
        append(text, TEXT, ";UNTIL=%04d%02d%02dT%02d%02d%02d", d.year, d.month, d.mday,
               clock / 3600, clock / 60 % 60, clock % 60);
    }
}

/* ---- the comparison -------------------------------------------------------------------------- */

static int take(void *user, int64_t wall)
{
    result *r = user;
    assert_true(r->count < MOST);
    r->at[r->count++] = wall;
    return LSCHED_OK;
}

/* How far a rule of each frequency is followed, in days. */
static const int horizons[] = {1, 8, 60, 500, 1200, 2500, 6000};

static void compare(const spec *s, int number, result *wanted, result *got)
{
    char text[TEXT];
    lsi_arena arena = {0};
    lsi_rule *rule;
    lsi_error e;
    write_spec(s, text);
    if (lsi_recur_read(text, strlen(text), &arena, &rule, &e) != LSCHED_OK)
        fail_msg("rule %d: %s: %s", number, text, e.text);
    lsi_recur_set_zone(rule, NULL);

    const int64_t horizon = s->start + horizons[s->frequency] * LSI_DAY;
    const int64_t from = chance(40) ? s->start : s->start + pick(horizons[s->frequency]) * LSI_DAY;
    evaluate(s, horizon, wanted);
    int64_t steps = INT64_MAX;
    got->count = 0;
    if (lsi_recur_expand(rule, s->start, from, horizon, &steps, take, got, &e) != LSCHED_OK)
        fail_msg("rule %d: %s: %s", number, text, e.text);
    lsi_arena_free(&arena);

    int k = 0, n = wanted->count;
    while (k < n && wanted->at[k] < from)
        k++;
    while (n > k && wanted->at[n - 1] >= horizon)
        n--;
    for (int i = 0; i < got->count || k + i < n; i++) {
        if (i < got->count && k + i < n && got->at[i] == wanted->at[k + i])
            continue;
        const int64_t a = i < got->count ? got->at[i] : -1, b = k + i < n ? wanted->at[k + i] : -1;
        fail_msg("rule %d: %s, start %lld, from %lld: start %d is %lld, and %lld to the oracle",
                 number, text, (long long)s->start, (long long)from, i + 1, (long long)a,
                 (long long)b);
    }
}

static void test_random_rules(void **unused)
{
    (void)unused;
    const char *rules = getenv("LSCHED_RULES"), *seed = getenv("LSCHED_SEED");
    const char *longer = getenv("LSCHED_LONG");
    const int count = rules ? atoi(rules) : longer && *longer == '1' ? 100000 : 5000;
    result wanted = {calloc(MOST, sizeof(int64_t)), 0}, got = {calloc(MOST, sizeof(int64_t)), 0};
    long long instances = 0;
    assert_true(count > 0 && wanted.at && got.at);
    state = seed ? (uint64_t)atoll(seed) * 2654435761u + 1 : 20260301;
    for (int i = 0; i < count; i++) {
        spec s;
        random_spec(&s);
        compare(&s, i, &wanted, &got);
        instances += got.count;
    }
    assert_true(instances > count); /* the rules are not all impossible */
    print_message("# %d rules, %lld instances\n", count, instances);
    free(wanted.at);
    free(got.at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_random_rules)};
    return cmocka_run_group_tests_name("rules_oracle", tests, NULL, NULL);
}
