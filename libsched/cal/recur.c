/* cal/recur.c -- which starts a recurrence rule gives (RFC 5545 3.3.10).
 *
 * The rules that live here: all of it happens in wall clock time; a rule without COUNT is
 * entered at the window, however long ago it began; and every period looked at, every
 * month, day and start in it costs a step, so that no rule can keep the caller waiting.
 *
 * A rule gives periods (a year, a month, a week, a day, an hour...).  In each, the BY
 * parts make a set of days and a set of times of day; the starts are all pairs of them,
 * and BYSETPOS picks from these.
 */
#include "cal/inside.h"

#define DAYS_MAX 371 /* of one period: 53 weeks */
/* Nothing after this wall clock time is looked at, so years stay small numbers. */
#define WALL_END (LSI_TIME_END + 400 * LSI_DAY)

typedef struct run {
    const lsi_rule *rule;
    int64_t start, from, end; /* the window is [from, end) */
    int64_t left;             /* starts that COUNT still allows; -1: no COUNT */
    int64_t *steps;
    lsi_recur_found found;
    void *user;
    lsi_error *e;
    int status;                    /* of the expansion so far */
    int year, month, day, weekday; /* of the start */
    /* Times of day: bits of hour, minute, second. */
    uint32_t hours;
    uint64_t minutes, seconds;
} run;

/* The days of one period, in days since 1970, ascending. */
typedef struct days {
    int64_t at[DAYS_MAX];
    int count;
} days;

static bool spend(run *r, int64_t steps)
{
    if (*r->steps >= steps) {
        *r->steps -= steps;
        return true;
    }
    *r->steps = 0;
    r->status =
        lsi_error_set(r->e, LSCHED_LIMIT, "the rule costs more than %d steps", LSCHED_MAX_STEPS);
    return false;
}

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

/* The lowest bit at or above n; beyond all places if there is none. */
static int64_t bit_from(const uint64_t *words, int64_t n)
{
    for (int64_t i = n / 64; i < LSI_WIDE; i++) {
        uint64_t left = i == n / 64 ? words[i] >> n % 64 << n % 64 : words[i];
        if (left)
            return i * 64 + __builtin_ctzll(left);
    }
    return INT64_MAX;
}

/* The highest bit at or below n; 0, which is no place, if there is none. */
static int64_t bit_until(const uint64_t *words, int64_t n)
{
    if (n >= LSI_WIDE * 64)
        n = LSI_WIDE * 64 - 1;
    for (int64_t i = n / 64; i >= 0; i--) {
        uint64_t left = i == n / 64 ? words[i] << (63 - n % 64) >> (63 - n % 64) : words[i];
        if (left)
            return i * 64 + 63 - __builtin_clzll(left);
    }
    return 0;
}

static int year_length(int year)
{
    return lsi_civil_month_days(year, 2) + 337;
}

static int lowest(uint64_t bits)
{
    return __builtin_ctzll(bits);
}

static int nth_bit(uint64_t bits, int64_t n)
{
    while (n-- > 0)
        bits &= bits - 1;
    return lowest(bits);
}

/* ---- starts ------------------------------------------------------------------------ */

/* Hands out one start; false: the expansion is over. */
static bool give(run *r, int64_t wall)
{
    if (wall <= r->start)
        return true; /* the first one was handed out before all */
    if (wall >= r->end || r->left == 0 || !spend(r, 1))
        return false;
    if (r->left > 0)
        r->left--;
    if (wall >= r->from)
        r->status = r->found(r->user, wall);
    return r->status == LSCHED_OK;
}

/* All times of a day. */
static bool give_day(run *r, int64_t day)
{
    for (uint32_t h = r->hours; h; h &= h - 1) {
        int64_t hour = day * LSI_DAY + lowest(h) * 3600;
        for (uint64_t m = r->minutes; m; m &= m - 1) {
            int64_t minute = hour + lowest(m) * 60;
            for (uint64_t s = r->seconds; s; s &= s - 1)
                if (!give(r, minute + lowest(s)))
                    return false;
        }
    }
    return true;
}

/* The next place of BYSETPOS in a set of `total`, after `last`; `total`: there is none. */
static int64_t next_position(const lsi_wide_places *set, int64_t last, int64_t total)
{
    int64_t front = bit_from(set->front, last + 2) - 1;
    int64_t back = total - bit_until(set->back, total - last - 1);
    int64_t next = front < back ? front : back;
    return next < total ? next : total;
}

static bool give_positions(run *r, const days *d)
{
    int64_t minutes = __builtin_popcountll(r->minutes);
    int64_t seconds = __builtin_popcountll(r->seconds);
    int64_t times = __builtin_popcount(r->hours) * minutes * seconds;
    int64_t total = d->count * times;
    int64_t p = -1;
    while ((p = next_position(r->rule->positions, p, total)) < total) {
        int64_t clock = p % times;
        int64_t wall = d->at[p / times] * LSI_DAY +
                       nth_bit(r->hours, clock / (minutes * seconds)) * 3600 +
                       nth_bit(r->minutes, clock / seconds % minutes) * 60 +
                       nth_bit(r->seconds, clock % seconds);
        if (!give(r, wall))
            return false;
    }
    return spend(r, 1);
}

/* Hands out what a period gives. */
static bool give_period(run *r, const days *d)
{
    if (r->rule->positions)
        return give_positions(r, d);
    /* Where nothing is counted, days before the window are of no interest. */
    int64_t past = lsi_civil_floor(r->left < 0 ? r->from : r->start, LSI_DAY);
    for (int i = 0; i < d->count; i++)
        if (d->at[i] >= past && !give_day(r, d->at[i]))
            return false;
    return true;
}

/* ---- months and years -------------------------------------------------------------- */

static bool month_allowed(const lsi_rule *rule, int month)
{
    return !rule->months || (rule->months >> month & 1);
}

static bool weekday_listed(const lsi_rule *rule, int weekday)
{
    return rule->weekdays >> weekday & 1;
}

/* A month's place in the span in which numbers of BYDAY count: itself, or its year. */
typedef struct frame {
    int before, length;
} frame;

static bool day_by_weekday(const lsi_rule *rule, int weekday, int before, int length)
{
    return weekday_listed(rule, weekday) ||
           has(&rule->nth[weekday], before / 7 + 1, (before / 7 + 1) + (length - 1 - before) / 7);
}

/* Appends the days of the month that every given BY part allows. */
static void add_month(const run *r, int year, int month, int64_t first, frame f, days *out)
{
    const lsi_rule *rule = r->rule;
    int length = lsi_civil_month_days(year, month);
    int in_year = (int)(first - lsi_civil_days(year, 1, 1));
    int weekday = lsi_civil_weekday(first);
    bool by_weekday = rule->weekdays || rule->numbered;
    for (int i = 0; i < length; i++, weekday = weekday == 6 ? 0 : weekday + 1) {
        if (!is_empty(&rule->month_days) && !has(&rule->month_days, i + 1, length))
            continue;
        if (rule->year_days && !has_wide(rule->year_days, in_year + i + 1, year_length(year)))
            continue;
        if (by_weekday && !day_by_weekday(rule, weekday, f.before + i, f.length))
            continue;
        out->at[out->count++] = first + i;
    }
}

static bool has_day_parts(const lsi_rule *rule)
{
    return !is_empty(&rule->month_days) || rule->year_days || rule->weekdays || rule->numbered;
}

static void monthly_days(const run *r, int year, int month, days *out)
{
    int length = lsi_civil_month_days(year, month);
    int64_t first = lsi_civil_days(year, month, 1);
    if (has_day_parts(r->rule))
        add_month(r, year, month, first, (frame){0, length}, out);
    else if (r->day <= length)
        out->at[out->count++] = first + r->day - 1;
}

static void yearly_days(const run *r, int year, days *out)
{
    const lsi_rule *rule = r->rule;
    int64_t new_year = lsi_civil_days(year, 1, 1);
    bool by_day = has_day_parts(rule);
    for (int month = 1; month <= 12; month++) {
        if (rule->months ? !month_allowed(rule, month) : !by_day && month != r->month)
            continue;
        int length = lsi_civil_month_days(year, month);
        int64_t first = lsi_civil_days(year, month, 1);
        frame f = {(int)(first - new_year), year_length(year)};
        if (rule->months)
            f = (frame){0, length};
        if (by_day)
            add_month(r, year, month, first, f, out);
        else if (r->day <= length)
            out->at[out->count++] = first + r->day - 1;
    }
}

/* The first day of week 1: the first week with at least four days in the year. */
static int64_t first_week(int year, int week_start)
{
    int64_t new_year = lsi_civil_days(year, 1, 1);
    int into = (lsi_civil_weekday(new_year) - week_start + 7) % 7;
    return new_year - into + (into > 3 ? 7 : 0);
}

static bool in_week_allowed(const run *r, int64_t day)
{
    const lsi_rule *rule = r->rule;
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
    return has_day_parts(rule) ? !rule->weekdays || weekday_listed(rule, weekday)
                               : weekday == r->weekday;
}

/* Weeks of a year may reach into its neighbours. */
static void week_days(const run *r, int year, days *out)
{
    int64_t first = first_week(year, r->rule->week_start);
    int weeks = (int)(first_week(year + 1, r->rule->week_start) - first) / 7;
    for (int week = 1; week <= weeks; week++) {
        if (!has(&r->rule->weeks, week, weeks))
            continue;
        for (int64_t day = first + (week - 1) * 7; day < first + week * 7; day++)
            if (in_week_allowed(r, day))
                out->at[out->count++] = day;
    }
}

/* The last multiple of the interval at or before `target` periods from the start. */
static int64_t skip_to(const run *r, int64_t target)
{
    if (r->left >= 0 || target <= 0)
        return 0;
    return target / r->rule->interval * r->rule->interval;
}

static int date_year(int64_t day)
{
    int year, month, in_month;
    lsi_civil_date(day, &year, &month, &in_month);
    return year;
}

static void expand_years(run *r)
{
    bool by_week = !is_empty(&r->rule->weeks);
    int64_t from = date_year(lsi_civil_floor(r->from, LSI_DAY)) - by_week;
    int64_t last = date_year(lsi_civil_floor(r->end, LSI_DAY)) + by_week;
    int64_t year = r->year + skip_to(r, from - r->year);
    int64_t cost = by_week || has_day_parts(r->rule) ? 12 : 1; /* months looked at */
    if (r->rule->months)
        cost = __builtin_popcount(r->rule->months);
    for (; year <= last && spend(r, cost); year += r->rule->interval) {
        days d;
        d.count = 0;
        if (by_week)
            week_days(r, (int)year, &d);
        else
            yearly_days(r, (int)year, &d);
        if (!give_period(r, &d))
            return;
    }
}

static int64_t month_index(int64_t day)
{
    int year, month, in_month;
    lsi_civil_date(day, &year, &month, &in_month);
    return (int64_t)year * 12 + month - 1;
}

static void expand_months(run *r)
{
    int64_t first = (int64_t)r->year * 12 + r->month - 1;
    int64_t last = month_index(lsi_civil_floor(r->end, LSI_DAY));
    int64_t index = first + skip_to(r, month_index(lsi_civil_floor(r->from, LSI_DAY)) - first);
    for (; index <= last && spend(r, 1); index += r->rule->interval) {
        days d;
        d.count = 0;
        int month = (int)(index % 12) + 1;
        if (month_allowed(r->rule, month))
            monthly_days(r, (int)(index / 12), month, &d);
        if (!give_period(r, &d))
            return;
    }
}

/* ---- weeks ------------------------------------------------------------------------- */

static void expand_weeks(run *r)
{
    const lsi_rule *rule = r->rule;
    int64_t start_day = lsi_civil_floor(r->start, LSI_DAY);
    int64_t week = start_day - (r->weekday - rule->week_start + 7) % 7;
    week += 7 * skip_to(r, (lsi_civil_floor(r->from, LSI_DAY) - week) / 7);
    uint32_t weekdays = rule->weekdays ? rule->weekdays : 1u << r->weekday;
    for (; week * LSI_DAY < r->end && spend(r, 1); week += 7 * (int64_t)rule->interval) {
        days d;
        d.count = 0;
        for (int i = 0, weekday = rule->week_start; i < 7; i++, weekday = (weekday + 1) % 7) {
            if (!(weekdays >> weekday & 1))
                continue;
            if (rule->months && !month_allowed(rule, (int)(month_index(week + i) % 12) + 1))
                continue;
            d.at[d.count++] = week + i;
        }
        if (!give_period(r, &d))
            return;
    }
}

/* ---- days and below ---------------------------------------------------------------- */

/* `day` if the BY parts of days and months allow it, else a later day before which
 * there is none. */
static int64_t allowed_day(const lsi_rule *rule, int64_t day)
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

/* `wall` if the BY parts allow the period of `unit` seconds that begins there, else a
 * later time before which there is none. */
static int64_t allowed_time(const lsi_rule *rule, int64_t wall, int64_t unit)
{
    int64_t day = lsi_civil_floor(wall, LSI_DAY);
    int64_t next = allowed_day(rule, day);
    if (next > day)
        return next * LSI_DAY;
    int64_t second = wall - day * LSI_DAY;
    if (unit <= 3600 && rule->hours && !(rule->hours >> second / 3600 & 1))
        return day * LSI_DAY + (second / 3600 + 1) * 3600;
    if (unit <= 60 && rule->minutes && !(rule->minutes >> second / 60 % 60 & 1))
        return day * LSI_DAY + (second / 60 + 1) * 60;
    if (unit == 1 && rule->seconds && !(rule->seconds >> second % 60 & 1))
        return wall + 1;
    return wall;
}

static void expand_units(run *r, int64_t unit)
{
    const lsi_rule *rule = r->rule;
    const int64_t step = unit * rule->interval;
    const int64_t base = lsi_civil_floor(r->start, unit) * unit;
    int64_t wall = base + unit * skip_to(r, lsi_civil_floor(r->from - base, unit));
    while (wall < r->end && spend(r, 1)) {
        int64_t next = allowed_time(rule, wall, unit);
        if (next > wall) {
            wall += (next - wall + step - 1) / step * step;
            continue;
        }
        days d;
        d.at[0] = lsi_civil_floor(wall, LSI_DAY);
        d.count = 1;
        int64_t second = wall - d.at[0] * LSI_DAY;
        if (unit <= 3600)
            r->hours = UINT32_C(1) << second / 3600;
        if (unit <= 60)
            r->minutes = UINT64_C(1) << second / 60 % 60;
        if (unit == 1)
            r->seconds = UINT64_C(1) << second % 60;
        if (!give_period(r, &d))
            return;
        wall += step;
    }
}

/* ---- the whole --------------------------------------------------------------------- */

void lsi_recur_set_zone(lsi_rule *rule, const lsi_zone *zone)
{
    if (!rule->until_is_utc)
        return;
    rule->until_is_utc = false;
    if (!zone)
        return;
    lsched_time t = rule->until;
    int64_t wall = lsi_zone_wall(zone, t);
    lsched_time first = lsi_zone_instant(zone, wall);
    /* The second of two equal times: all of the first round has been before. */
    if (first < t)
        wall = lsi_zone_wall(zone, lsi_zone_change(zone, first) - 1);
    rule->until = wall;
}

static void prepare(run *r)
{
    int64_t day = lsi_civil_floor(r->start, LSI_DAY);
    int second = (int)(r->start - day * LSI_DAY);
    const lsi_rule *rule = r->rule;
    lsi_civil_date(day, &r->year, &r->month, &r->day);
    r->weekday = lsi_civil_weekday(day);
    r->hours = rule->hours ? rule->hours : UINT32_C(1) << second / 3600;
    r->minutes = rule->minutes ? rule->minutes : UINT64_C(1) << second / 60 % 60;
    r->seconds = rule->seconds ? rule->seconds : UINT64_C(1) << second % 60;
    r->seconds &= (UINT64_C(1) << 60) - 1;
}

int lsi_recur_expand(const lsi_rule *rule, int64_t start, int64_t from, int64_t until,
                     int64_t *steps, lsi_recur_found found, void *user, lsi_error *e)
{
    if (from <= start && start < until) {
        int status = found(user, start);
        if (status)
            return status;
    }
    if (from <= start)
        from = start + 1;
    if (until > WALL_END)
        until = WALL_END;
    if (rule->until < until)
        until = rule->until + 1;
    if (from >= until)
        return LSCHED_OK;

    run r = {.rule = rule,
             .start = start,
             .from = from,
             .end = until,
             .steps = steps,
             .found = found,
             .user = user,
             .e = e};
    r.left = rule->count ? rule->count - 1 : -1;
    prepare(&r);
    static const int64_t units[] = {1, 60, 3600, LSI_DAY};
    if (r.seconds == 0)
        return LSCHED_OK; /* BYSECOND=60 alone */
    if (rule->frequency == LSI_YEARLY)
        expand_years(&r);
    else if (rule->frequency == LSI_MONTHLY)
        expand_months(&r);
    else if (rule->frequency == LSI_WEEKLY)
        expand_weeks(&r);
    else
        expand_units(&r, units[rule->frequency]);
    return r.status;
}
