/* cal/series.c -- the instances of one event.
 *
 * The rules that live here: how long an instance is.  A date is a whole local day, be it
 * 23 or 25 hours long.  LSCHED_WALL gives each instance the first one's length on the
 * clock, so a night shift ends at the same time in every night; LSCHED_EXACT gives it the
 * first one's seconds (DTEND), or nominal days and then seconds (DURATION).  An override
 * with a range gives its own length, title and distance to all instances from its own on.
 */
#include "cal/inside.h"

#include <stdlib.h>
#include <string.h>

/* How far a wall clock time may stray from where an offset puts it: no change is longer
 * than two days. */
#define SLACK (2 * LSI_DAY)
#define EXTRA_STEPS 4 /* what an RDATE costs, held against a step of a rule */

typedef struct part {
    lsi_run *run;
    size_t first; /* where its instances begin in the run's */

    const lsi_event *series;
    const lsi_zone *zone;   /* where the series happens */
    const lsi_event *event; /* what its instances are like: the series itself, or an override */
    const lsi_zone *place;  /* where that happens */
    int64_t shift;          /* and how far from where the series would have it */
    int64_t days, seconds;  /* its length: days of the calendar or the clock, then the rest */
    bool wall;              /* `seconds` are on the clock, too */
    int64_t from, until;    /* wall clock times of the series */
    lsi_season season;      /* of the last instant */
} part;

/* ---- one instance ------------------------------------------------------------------ */

static bool contains(const int64_t *sorted, size_t count, int64_t n)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sorted[middle] < n)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && sorted[low] == n;
}

static bool is_gone(const part *p, int64_t wall, lsched_time at)
{
    const lsi_event *series = p->series;
    if (series->day_count + series->time_count == 0)
        return false;
    return contains(series->gone_days, series->day_count, lsi_civil_floor(wall, LSI_DAY)) ||
           contains(series->gone_times, series->time_count, series->start.zone ? at : wall);
}

int lsi_series_put(lsi_run *r, lsi_instance instance, int32_t line)
{
    /* What has no length is there where it is; the rest where it overlaps. */
    bool empty = instance.until == instance.from;
    if (instance.from >= r->until || instance.until < instance.from ||
        (instance.until <= r->from && !(empty && instance.from == r->from)))
        return LSCHED_OK;
    if (r->out->count >= (size_t)r->limits->instances) {
        r->e->line = line;
        return lsi_error_set(r->e, LSCHED_LIMIT,
                             "line %d: the calendar gives more than %d instances", line,
                             (int)r->limits->instances);
    }
    lsi_instance *next = lsi_vector_more(&r->out->at, &r->out->count, &r->out->room, sizeof *next);
    if (!next)
        return lsi_error_nomem(r->e);
    *next = instance;
    return LSCHED_OK;
}

static int keep(part *p, lsched_time from, lsched_time until)
{
    if (until == from && p->event->start.date)
        return LSCHED_OK; /* a date that a change skipped */
    return lsi_series_put(p->run, (lsi_instance){from, until, p->event->summary}, p->event->line);
}

static const lsi_zone *zone_of(const part *p, const lsi_stamp *stamp)
{
    return stamp->zone ? stamp->zone : p->run->how->zone;
}

static lsched_time instant_of(const part *p, const lsi_stamp *stamp)
{
    return lsi_zone_instant(zone_of(p, stamp), stamp->wall);
}

/* Clocks change twice a year, and instances come in the order of time. */
static lsched_time instant_at(part *p, const lsi_zone *zone, int64_t wall)
{
    if (zone != p->season.zone || wall < p->season.from || wall >= p->season.until)
        p->season = lsi_zone_season(zone, wall);
    return wall - p->season.offset;
}

static lsched_time start_of(part *p, const lsi_event *event, const lsi_zone *zone, int64_t wall)
{
    return event->start.date ? lsi_zone_date(zone, lsi_civil_floor(wall, LSI_DAY))
                             : instant_at(p, zone, wall);
}

static lsched_time end_of(part *p, int64_t wall, lsched_time at)
{
    if (p->event->start.date)
        return lsi_zone_date(p->place, lsi_civil_floor(wall, LSI_DAY) + p->days);
    /* The first instance ends where it is written, also in an hour that comes twice. */
    if (p->event->has_end && wall == p->event->start.wall)
        return instant_of(p, &p->event->end);
    if (p->wall)
        return instant_at(p, p->place, wall + p->days * LSI_DAY + p->seconds);
    if (p->days == 0)
        return at + p->seconds;
    return instant_at(p, p->place, wall + p->days * LSI_DAY) + p->seconds;
}

/* An instance that the series has at this wall clock time. */
static int found(void *user, int64_t wall)
{
    part *p = user;
    lsched_time at = start_of(p, p->series, p->zone, wall);
    if (is_gone(p, wall, at))
        return LSCHED_OK;
    if (p->event != p->series) {
        wall += p->shift;
        at = start_of(p, p->event, p->place, wall);
    }
    return keep(p, at, end_of(p, wall, at));
}

/* ---- one part of a series ---------------------------------------------------------- */

/* The stamp on the wall clock of the part's place. */
static int64_t wall_of(const part *p, const lsi_stamp *stamp)
{
    const lsi_zone *zone = zone_of(p, stamp);
    return zone == p->place ? stamp->wall : lsi_zone_wall(p->place, instant_of(p, stamp));
}

static void measure(part *p)
{
    const lsi_event *event = p->event;
    p->wall = p->run->how->ends == LSCHED_WALL;
    p->days = event->start.date ? 1 : 0;
    p->seconds = 0;
    if (event->has_length) {
        p->days = event->length.days;
        p->seconds = event->length.seconds;
    } else if (event->has_end && event->start.date) {
        p->days = (event->end.wall - event->start.wall) / LSI_DAY;
        p->days += p->days == 0; /* one that ends on its date lasts that day */
    } else if (event->has_end) {
        p->seconds = wall_of(p, &event->end) - wall_of(p, &event->start);
        p->wall = p->wall && p->seconds >= 0; /* else the clock was put back in the first one */
        if (!p->wall)
            p->seconds = instant_of(p, &event->end) - instant_of(p, &event->start);
    }
}

static int add_extra(part *p, const lsi_extra *extra)
{
    lsched_time at = 0;
    int64_t wall = extra->start.wall;
    if (!p->series->start.date) {
        at = lsi_zone_instant(extra->start.zone ? extra->start.zone : p->zone, wall);
        if (extra->start.zone && extra->start.zone != p->zone)
            wall = lsi_zone_wall(p->zone, at);
    }
    if (wall < p->from || wall >= p->until)
        return LSCHED_OK;
    if (p->event != p->series || (!extra->has_end && !extra->has_length))
        return found(p, wall);
    if (is_gone(p, wall, at))
        return LSCHED_OK;
    if (extra->has_end)
        return keep(p, at, instant_of(p, &extra->end));
    return keep(p, at,
                lsi_zone_instant(p->zone, wall + extra->length.days * LSI_DAY) +
                    extra->length.seconds);
}

static int by_time(const void *a, const void *b)
{
    const lsi_instance *x = a, *y = b;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return (x->until > y->until) - (x->until < y->until);
}

void lsi_series_sort(lsi_instance *at, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (by_time(&at[i - 1], &at[i]) > 0) {
            qsort(at, count, sizeof *at, by_time);
            return;
        }
    }
}

/* What several rules and RDATEs name is one instance: the longest, where they differ. */
static void unite(part *p)
{
    lsi_instances *all = p->run->out;
    lsi_instance *at = all->at;
    size_t last = p->first;
    if (all->count - p->first < 2)
        return;
    lsi_series_sort(at + p->first, all->count - p->first);
    for (size_t i = p->first + 1; i < all->count; i++) {
        if (at[i].from != at[last].from)
            last++;
        at[last] = at[i];
    }
    all->count = last + 1;
}

static int too_costly(const part *p, int32_t line)
{
    p->run->e->line = line;
    return lsi_error_set(p->run->e, LSCHED_LIMIT,
                         "line %d: expanding the calendar costs more than %d steps", line,
                         (int)p->run->limits->steps);
}

static int add_rule(part *p, const lsi_rule *shared, int64_t from, int64_t until)
{
    lsi_rule rule = *shared; /* calendars are immutable, and floating ones know no zone */
    lsi_error *e = p->run->e;
    lsi_recur_set_zone(&rule, p->series->start.date ? NULL : p->zone);
    int status =
        lsi_recur_expand(&rule, p->series->start.wall, from, until, &p->run->steps, found, p, e);
    return status == LSCHED_LIMIT && e->line == 0 ? too_costly(p, p->series->rule_line) : status;
}

/* Every part of a series looks at all RDATEs, so that costs steps, too. */
static int add_extras(part *p)
{
    const lsi_event *series = p->series;
    int64_t cost = series->range_count ? EXTRA_STEPS : 0;
    int status = LSCHED_OK;
    for (size_t i = 0; i < series->extra_count && !status; i++) {
        p->run->steps -= cost;
        status = p->run->steps < 0 ? too_costly(p, series->extras[i].line)
                                   : add_extra(p, &series->extras[i]);
    }
    return status;
}

/* Expands what lies in [p->from, p->until). */
static int expand(part *p)
{
    const lsi_event *series = p->series;
    p->first = p->run->out->count;
    measure(p);
    int64_t length = p->days * LSI_DAY + (p->seconds > 0 ? p->seconds : 0);
    int64_t from = lsi_zone_wall(p->place, p->run->from) - length - SLACK - p->shift;
    int64_t until = lsi_zone_wall(p->place, p->run->until) + SLACK - p->shift;
    if (from < p->from)
        from = p->from;
    if (until > p->until)
        until = p->until;

    int status = LSCHED_OK;
    if (series->rule_count == 0 && series->start.wall >= from && series->start.wall < until)
        status = found(p, series->start.wall);
    for (size_t i = 0; i < series->rule_count && !status; i++)
        status = add_rule(p, series->rules[i], from, until);
    if (!status)
        status = add_extras(p);
    if (series->rule_count > 1 || series->extra_count > 0)
        unite(p);
    return status;
}

/* ---- one event --------------------------------------------------------------------- */

/* From range `k` - 1 (0: since the beginning) to the next. */
static int expand_part(lsi_run *r, const lsi_event *series, size_t k)
{
    const lsi_range *range = k ? &series->ranges[k - 1] : NULL;
    const lsi_event *event = range ? range->event : series;
    if (range && (event->cancelled || event->rule_count + event->extra_count > 0))
        return LSCHED_OK; /* it ends the series, or goes on as one of its own */
    part p = {.run = r, .series = series, .event = event, .from = INT64_MIN, .until = INT64_MAX};
    p.zone = zone_of(&p, &series->start);
    p.place = zone_of(&p, &event->start);
    if (range) {
        p.from = range->from;
        p.shift = range->shift;
        if (strcmp(lsi_zone_name(p.place), "UTC") == 0)
            p.place = p.zone;
    }
    if (k < series->range_count)
        p.until = series->ranges[k].from;
    return p.from < p.until ? expand(&p) : LSCHED_OK;
}

int lsi_series_expand(lsi_run *r, const lsi_event *event)
{
    int status = LSCHED_OK;
    for (size_t k = 0; k <= event->range_count && !status; k++)
        status = expand_part(r, event, k);
    return status;
}
