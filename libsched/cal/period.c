/* cal/period.c -- which days a period of a recurrence rule has: a month, a year, a week.
 *
 * The rule that lives here is the table of RFC 5545 3.3.10, as far as it is about days:
 * all given BY parts must allow a day, and without any it is that of the start.  A month
 * is worked out as a word with a bit for each day, so what a rule leaves out costs nothing.
 */
#include "cal/inside.h"

/* ---- sets -------------------------------------------------------------------------- */

static bool is_empty(const lsi_places *set)
{
    return (set->front | set->back) == 0;
}

/* Whether the set has the `place`-th of `length`. */
static bool has(const lsi_places *set, int place, int length)
{
    return (set->front >> place & 1) || (set->back >> (length + 1 - place) & 1);
}

static bool wide_bit(const uint64_t *words, int64_t n)
{
    return words[n / 64] >> n % 64 & 1;
}

static bool has_wide(const lsi_wide_places *set, int place, int length)
{
    return wide_bit(set->front, place) || wide_bit(set->back, length + 1 - place);
}

static int year_length(int year)
{
    return lsi_civil_month_days(year, 2) + 337;
}

static bool month_allowed(const lsi_rule *rule, int month)
{
    return !rule->months || (rule->months >> month & 1);
}

static bool weekday_listed(const lsi_rule *rule, int weekday)
{
    return rule->weekdays >> weekday & 1;
}

bool lsi_period_by_day(const lsi_rule *rule)
{
    return !is_empty(&rule->month_days) || rule->year_days || rule->weekdays || rule->numbered;
}

/* ---- months and years -------------------------------------------------------------- */

/* A month, and its place in the span in which numbers of BYDAY count: itself, or its year. */
typedef struct frame {
    int64_t first;
    int weekday, length; /* of its first day; in days */
    int before, span;    /* days of the span before it, and in all */
} frame;

/* Which of the `count` places from `first` on, of `total`, the set has: bits from 0 on. */
static uint32_t places_from(const lsi_places *set, int first, int total, int count)
{
    uint32_t mask = (uint32_t)(set->front >> first);
    for (uint64_t back = set->back; back; back &= back - 1) {
        int i = total + 1 - __builtin_ctzll(back) - first;
        if (i >= 0 && i < count)
            mask |= UINT32_C(1) << i;
    }
    return mask & ((UINT32_C(1) << count) - 1);
}

/* The days, bit 0 the first, that are weekdays of the rule. */
static uint32_t by_weekday(const lsi_rule *rule, const frame *m)
{
    uint32_t days = 0;
    for (int weekday = 0; weekday < 7; weekday++) {
        bool all = weekday_listed(rule, weekday);
        if (!all && is_empty(&rule->nth[weekday]))
            continue;
        int day = (weekday - m->weekday + 7) % 7;
        int count = (m->length - day + 6) / 7;
        int place = (m->before + day) / 7 + 1;
        int total = place + (m->span - 1 - m->before - day) / 7;
        uint32_t weeks = all ? 31 : places_from(&rule->nth[weekday], place, total, count);
        for (; weeks && day < m->length; weeks >>= 1, day += 7)
            days |= (weeks & 1) << day;
    }
    return days;
}

static uint32_t by_year_day(const lsi_wide_places *set, int in_year, int length, int year_days)
{
    uint32_t days = 0;
    for (int i = 0; i < length; i++)
        if (has_wide(set, in_year + i + 1, year_days))
            days |= UINT32_C(1) << i;
    return days;
}

/* Appends the days of the month that every given BY part allows. */
static void add_days(const lsi_rule *rule, const frame *m, int year, lsi_days *out)
{
    uint32_t days = UINT32_MAX >> (32 - m->length);
    if (!is_empty(&rule->month_days))
        days &= places_from(&rule->month_days, 1, m->length, m->length);
    if (rule->weekdays || rule->numbered)
        days &= by_weekday(rule, m);
    if (rule->year_days && days)
        days &= by_year_day(rule->year_days, (int)(m->first - lsi_civil_days(year, 1, 1)),
                            m->length, year_length(year));
    for (; days; days &= days - 1)
        out->at[out->count++] = m->first + __builtin_ctz(days);
}

void lsi_period_month(const lsi_rule *rule, const lsi_origin *origin, int year, int number,
                      lsi_days *out)
{
    int length = lsi_civil_month_days(year, number);
    out->count = 0;
    if (!month_allowed(rule, number))
        return;
    int64_t first = lsi_civil_days(year, number, 1);
    if (lsi_period_by_day(rule)) {
        frame m = {first, lsi_civil_weekday(first), length, 0, length};
        add_days(rule, &m, year, out);
    } else if (origin->day <= length) {
        out->at[out->count++] = first + origin->day - 1;
    }
}

void lsi_period_year(const lsi_rule *rule, const lsi_origin *origin, int year, lsi_days *out)
{
    int64_t new_year = lsi_civil_days(year, 1, 1), first = new_year;
    bool by_day = lsi_period_by_day(rule);
    out->count = 0;
    for (int number = 1, length; number <= 12; number++, first += length) {
        length = lsi_civil_month_days(year, number);
        if (rule->months ? !month_allowed(rule, number) : !by_day && number != origin->month)
            continue;
        frame m = {first, lsi_civil_weekday(first), length, (int)(first - new_year),
                   year_length(year)};
        if (rule->months) {
            m.before = 0;
            m.span = length;
        }
        if (by_day)
            add_days(rule, &m, year, out);
        else if (origin->day <= length)
            out->at[out->count++] = first + origin->day - 1;
    }
}

/* ---- weeks ------------------------------------------------------------------------- */

/* The first day of week 1: the first week with at least four days in the year. */
static int64_t first_week(int year, int week_start)
{
    int64_t new_year = lsi_civil_days(year, 1, 1);
    int into = (lsi_civil_weekday(new_year) - week_start + 7) % 7;
    return new_year - into + (into > 3 ? 7 : 0);
}

static bool in_week_allowed(const lsi_rule *rule, const lsi_origin *origin, int64_t day)
{
    int year, month, in_month;
    lsi_civil_date(day, &year, &month, &in_month);
    if (!month_allowed(rule, month))
        return false;
    if (!is_empty(&rule->month_days) &&
        !has(&rule->month_days, in_month, lsi_civil_month_days(year, month)))
        return false;
    int in_year = (int)(day - lsi_civil_days(year, 1, 1)) + 1;
    if (rule->year_days && !has_wide(rule->year_days, in_year, year_length(year)))
        return false;
    int weekday = lsi_civil_weekday(day);
    return lsi_period_by_day(rule) ? !rule->weekdays || weekday_listed(rule, weekday)
                                   : weekday == origin->weekday;
}

/* Weeks of a year may reach into its neighbours. */
void lsi_period_weeks(const lsi_rule *rule, const lsi_origin *origin, int year, lsi_days *out)
{
    out->count = 0;
    int64_t first = first_week(year, rule->week_start);
    int weeks = (int)(first_week(year + 1, rule->week_start) - first) / 7;
    for (int week = 1; week <= weeks; week++) {
        if (!has(&rule->weeks, week, weeks))
            continue;
        for (int64_t day = first + (week - 1) * 7; day < first + week * 7; day++)
            if (in_week_allowed(rule, origin, day))
                out->at[out->count++] = day;
    }
}

void lsi_period_week(const lsi_rule *rule, const lsi_origin *origin, int64_t first, lsi_days *out)
{
    uint32_t weekdays = rule->weekdays ? rule->weekdays : 1u << origin->weekday;
    out->count = 0;
    for (int i = 0, weekday = rule->week_start; i < 7; i++, weekday = (weekday + 1) % 7) {
        int year, number, day;
        if (!(weekdays >> weekday & 1))
            continue;
        if (rule->months) {
            lsi_civil_date(first + i, &year, &number, &day);
            if (!month_allowed(rule, number))
                continue;
        }
        out->at[out->count++] = first + i;
    }
}

/* ---- single days ------------------------------------------------------------------- */

int64_t lsi_period_day(const lsi_rule *rule, int64_t day)
{
    if (rule->weekdays && !weekday_listed(rule, lsi_civil_weekday(day)))
        return day + 1;
    if (!rule->months && is_empty(&rule->month_days) && !rule->year_days)
        return day;
    int year, month, in_month;
    lsi_civil_date(day, &year, &month, &in_month);
    int length = lsi_civil_month_days(year, month);
    if (!month_allowed(rule, month))
        return day + length - in_month + 1;
    if (!is_empty(&rule->month_days) && !has(&rule->month_days, in_month, length))
        return day + 1;
    int in_year = (int)(day - lsi_civil_days(year, 1, 1)) + 1;
    return rule->year_days && !has_wide(rule->year_days, in_year, year_length(year)) ? day + 1
                                                                                     : day;
}
