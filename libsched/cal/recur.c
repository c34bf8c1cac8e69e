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
    int status; /* of the expansion so far */
    lsi_origin origin;
    /* Times of day: bits of hour, minute, second. */
    uint32_t hours;
    uint64_t minutes, seconds;
} run;

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

/* The `n`-th time of day; `minutes` and `seconds` are how many of each there are. */
static int64_t nth_time(const run *r, int64_t n, int64_t minutes, int64_t seconds)
{
    return nth_bit(r->hours, n / (minutes * seconds)) * 3600 +
           nth_bit(r->minutes, n / seconds % minutes) * 60 + nth_bit(r->seconds, n % seconds);
}

static bool give_positions(run *r, const lsi_days *d)
{
    int64_t minutes = __builtin_popcountll(r->minutes);
    int64_t seconds = __builtin_popcountll(r->seconds);
    int64_t times = __builtin_popcount(r->hours) * minutes * seconds;
    int64_t total = d->count * times;
    int64_t p = -1;
    while ((p = next_position(r->rule->positions, p, total)) < total) {
        int64_t day = times == 1 ? p : p / times;
        int64_t wall = d->at[day] * LSI_DAY + nth_time(r, p - day * times, minutes, seconds);
        if (!give(r, wall))
            return false;
    }
    return spend(r, 1);
}

/* Hands out what a period gives. */
static bool give_period(run *r, const lsi_days *d)
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

/* ---- periods ----------------------------------------------------------------------- */

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
    const lsi_rule *rule = r->rule;
    bool by_week = (rule->weeks.front | rule->weeks.back) != 0;
    int64_t from = date_year(lsi_civil_floor(r->from, LSI_DAY)) - by_week;
    int64_t last = date_year(lsi_civil_floor(r->end, LSI_DAY)) + by_week;
    int64_t year = r->origin.year + skip_to(r, from - r->origin.year);
    int64_t cost = by_week || lsi_period_by_day(rule) ? 12 : 1; /* months looked at */
    if (rule->months)
        cost = __builtin_popcount(rule->months);
    for (; year <= last && spend(r, cost); year += rule->interval) {
        lsi_days d;
        if (by_week)
            lsi_period_weeks(rule, &r->origin, (int)year, &d);
        else
            lsi_period_year(rule, &r->origin, (int)year, &d);
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
    int64_t first = (int64_t)r->origin.year * 12 + r->origin.month - 1;
    int64_t last = month_index(lsi_civil_floor(r->end, LSI_DAY));
    int64_t index = first + skip_to(r, month_index(lsi_civil_floor(r->from, LSI_DAY)) - first);
    for (; index <= last && spend(r, 1); index += r->rule->interval) {
        lsi_days d;
        lsi_period_month(r->rule, &r->origin, (int)(index / 12), (int)(index % 12) + 1, &d);
        if (!give_period(r, &d))
            return;
    }
}

static void expand_weeks(run *r)
{
    const lsi_rule *rule = r->rule;
    int64_t start_day = lsi_civil_floor(r->start, LSI_DAY);
    int64_t week = start_day - (r->origin.weekday - rule->week_start + 7) % 7;
    week += 7 * skip_to(r, (lsi_civil_floor(r->from, LSI_DAY) - week) / 7);
    for (; week * LSI_DAY < r->end && spend(r, 1); week += 7 * (int64_t)rule->interval) {
        lsi_days d;
        lsi_period_week(rule, &r->origin, week, &d);
        if (!give_period(r, &d))
            return;
    }
}

/* ---- days and below ---------------------------------------------------------------- */

/* `wall` if the BY parts allow the period of `unit` seconds that begins there, else a
 * later time before which there is none. */
static int64_t allowed_time(const lsi_rule *rule, int64_t wall, int64_t unit)
{
    int64_t day = lsi_civil_floor(wall, LSI_DAY);
    int64_t next = lsi_period_day(rule, day);
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
        lsi_days d;
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
    lsi_origin *o = &r->origin;
    lsi_civil_date(day, &o->year, &o->month, &o->day);
    o->weekday = lsi_civil_weekday(day);
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
