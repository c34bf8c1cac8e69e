/* cal/expand.c -- what a calendar means in a window of time.
 *
 * The rules that live here: how long an instance is.  A date is a whole local day, be it
 * 23 or 25 hours long.  LSCHED_WALL gives each instance the first one's length on the
 * clock, so a night shift ends at the same time in every night; LSCHED_EXACT gives it the
 * first one's seconds (DTEND), or nominal days and then seconds (DURATION).
 */
#include "cal/inside.h"

#include <stdlib.h>

/* How far a wall clock time may stray from where an offset puts it: no change is longer
 * than a day. */
#define SLACK LSI_DAY

typedef struct run {
    const lsi_reading *how;
    lsched_time from, until;
    int64_t steps;
    lsi_instances *out;
    lsi_error *e;
    size_t first; /* where the present event's instances begin in `out` */

    const lsi_event *event;
    const lsi_zone *zone;  /* where the event happens */
    int64_t days, seconds; /* its length: days of the calendar or the clock, then the rest */
    bool wall;             /* `seconds` are on the clock, too */
} run;

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

static bool is_gone(const run *r, int64_t wall, lsched_time at)
{
    const lsi_event *event = r->event;
    return contains(event->gone_days, event->day_count, lsi_civil_floor(wall, LSI_DAY)) ||
           contains(event->gone_times, event->time_count, event->start.zone ? at : wall);
}

static int keep(run *r, lsched_time from, lsched_time until)
{
    /* What has no length is there where it is, unless it is a date that a change skipped;
     * the rest where it overlaps. */
    bool inside = from < r->until && (until > r->from || (until == from && from == r->from));
    if (!inside || until < from || (until == from && r->event->start.date))
        return LSCHED_OK;
    if (r->out->count >= LSCHED_MAX_INSTANCES) {
        r->e->line = r->event->line;
        return lsi_error_set(r->e, LSCHED_LIMIT,
                             "line %d: the calendar gives more than %d instances", r->event->line,
                             LSCHED_MAX_INSTANCES);
    }
    lsi_instance *instance =
        lsi_vector_push(&r->out->at, &r->out->count, &r->out->room, sizeof *instance);
    if (!instance)
        return lsi_error_nomem(r->e);
    *instance = (lsi_instance){from, until, r->event->summary};
    return LSCHED_OK;
}

static const lsi_zone *zone_of(const run *r, const lsi_stamp *stamp)
{
    return stamp->zone ? stamp->zone : r->zone;
}

static lsched_time instant_of(const run *r, const lsi_stamp *stamp)
{
    return lsi_zone_instant(zone_of(r, stamp), stamp->wall);
}

static lsched_time end_of(const run *r, int64_t wall, lsched_time at)
{
    if (r->event->start.date)
        return lsi_zone_date(r->zone, lsi_civil_floor(wall, LSI_DAY) + r->days);
    /* The first instance ends where it is written, also in an hour that comes twice. */
    if (r->event->has_end && wall == r->event->start.wall)
        return instant_of(r, &r->event->end);
    if (r->wall)
        return lsi_zone_instant(r->zone, wall + r->days * LSI_DAY + r->seconds);
    if (r->days == 0)
        return at + r->seconds;
    return lsi_zone_instant(r->zone, wall + r->days * LSI_DAY) + r->seconds;
}

/* An instance that starts at this wall clock time. */
static int found(void *user, int64_t wall)
{
    run *r = user;
    lsched_time at = r->event->start.date ? lsi_zone_date(r->zone, lsi_civil_floor(wall, LSI_DAY))
                                          : lsi_zone_instant(r->zone, wall);
    if (is_gone(r, wall, at))
        return LSCHED_OK;
    return keep(r, at, end_of(r, wall, at));
}

/* ---- one event --------------------------------------------------------------------- */

static void measure(run *r)
{
    const lsi_event *event = r->event;
    r->wall = r->how->ends == LSCHED_WALL;
    r->days = event->start.date ? 1 : 0;
    r->seconds = 0;
    if (event->has_length) {
        r->days = event->length.days;
        r->seconds = event->length.seconds;
    } else if (event->has_end && event->start.date) {
        r->days = (event->end.wall - event->start.wall) / LSI_DAY;
        r->days += r->days == 0; /* one that ends on its date lasts that day */
    } else if (event->has_end && r->wall && zone_of(r, &event->end) == r->zone) {
        r->seconds = event->end.wall - event->start.wall;
    } else if (event->has_end && r->wall) {
        r->seconds = lsi_zone_wall(r->zone, instant_of(r, &event->end)) - event->start.wall;
    } else if (event->has_end) {
        r->seconds = instant_of(r, &event->end) - instant_of(r, &event->start);
    }
}

static int add_extra(run *r, const lsi_extra *extra)
{
    if (r->event->start.date)
        return found(r, extra->start.wall);
    lsched_time at = instant_of(r, &extra->start);
    int64_t wall = lsi_zone_wall(r->zone, at);
    if (zone_of(r, &extra->start) == r->zone)
        wall = extra->start.wall;
    if (is_gone(r, wall, at))
        return LSCHED_OK;
    lsched_time until = end_of(r, wall, at);
    if (extra->has_end)
        until = instant_of(r, &extra->end);
    if (extra->has_length)
        until =
            lsi_zone_instant(r->zone, wall + extra->length.days * LSI_DAY) + extra->length.seconds;
    return keep(r, at, until);
}

static int by_time(const void *a, const void *b)
{
    const lsi_instance *x = a, *y = b;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return (x->until > y->until) - (x->until < y->until);
}

static void sort(lsi_instance *at, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (by_time(&at[i - 1], &at[i]) > 0) {
            qsort(at, count, sizeof *at, by_time);
            return;
        }
    }
}

/* What several rules and RDATEs name is one instance: the longest, where they differ. */
static void unite(run *r)
{
    lsi_instance *at = r->out->at;
    size_t last = r->first;
    if (r->out->count - r->first < 2)
        return;
    sort(at + r->first, r->out->count - r->first);
    for (size_t i = r->first + 1; i < r->out->count; i++) {
        if (at[i].from != at[last].from)
            last++;
        at[last] = at[i];
    }
    r->out->count = last + 1;
}

static int add_rule(run *r, const lsi_rule *shared, int64_t from, int64_t until)
{
    lsi_rule rule = *shared; /* calendars are immutable, and floating ones know no zone */
    lsi_recur_set_zone(&rule, r->event->start.date ? NULL : r->zone);
    int status =
        lsi_recur_expand(&rule, r->event->start.wall, from, until, &r->steps, found, r, r->e);
    if (status == LSCHED_LIMIT && r->e->line == 0) {
        r->e->line = r->event->rule_line;
        lsi_error_set(r->e, status, "line %d: expanding the calendar costs more than %d steps",
                      r->event->rule_line, LSCHED_MAX_STEPS);
    }
    return status;
}

static int expand(run *r, const lsi_event *event)
{
    r->event = event;
    r->zone = event->start.zone ? event->start.zone : r->how->zone;
    r->first = r->out->count;
    measure(r);

    int64_t length = r->days * LSI_DAY + (r->seconds > 0 ? r->seconds : 0);
    int64_t from = lsi_zone_wall(r->zone, r->from) - length - SLACK;
    int64_t until = lsi_zone_wall(r->zone, r->until) + SLACK;
    int status = LSCHED_OK;
    if (event->rule_count == 0 && event->start.wall >= from && event->start.wall < until)
        status = found(r, event->start.wall);
    for (size_t i = 0; i < event->rule_count && !status; i++)
        status = add_rule(r, event->rules[i], from, until);
    for (size_t i = 0; i < event->extra_count && !status; i++)
        status = add_extra(r, &event->extras[i]);
    if (event->rule_count + event->extra_count > 1 || event->extra_count > 0)
        unite(r);
    return status;
}

static bool counts(const lsi_event *event, int32_t effect)
{
    return !event->cancelled && !(event->transparent && effect == LSCHED_CLOSES);
}

static int collect(const lsi_calendar *c, const lsi_reading *how, lsched_time from,
                   lsched_time until, lsi_instances *out, lsi_error *e)
{
    run r = {
        .how = how, .from = from, .until = until, .steps = LSCHED_MAX_STEPS, .out = out, .e = e};
    e->line = 0;
    out->count = 0;
    for (size_t i = 0; i < c->count; i++) {
        if (!counts(&c->events[i], how->effect))
            continue;
        int status = expand(&r, &c->events[i]);
        if (status) {
            out->count = 0;
            return status;
        }
    }
    return LSCHED_OK;
}

/* ---- the calendar ------------------------------------------------------------------ */

int lsi_expand_instances(const lsi_calendar *c, const lsi_reading *how, lsched_time from,
                         lsched_time until, lsi_instances *out, lsi_error *e)
{
    int status = collect(c, how, from, until, out, e);
    if (!status)
        sort(out->at, out->count);
    return status;
}

static lsched_time minute_before(lsched_time t)
{
    return lsi_civil_floor(t, 60) * 60;
}

static lsched_time minute_after(lsched_time t)
{
    return minute_before(t + 59);
}

/* Rounds what has been united, so that two events which meet within a minute leave no
 * hole there, and clips it. */
static int add_rounded(const lsi_spans *united, bool opens, lsched_time from, lsched_time until,
                       lsi_spans *out, lsi_error *e)
{
    for (size_t i = 0; i < united->count; i++) {
        lsi_span s = united->at[i];
        s.from = opens ? minute_after(s.from) : minute_before(s.from);
        s.until = opens ? minute_before(s.until) : minute_after(s.until);
        int status =
            lsi_span_add(out, s.from > from ? s.from : from, s.until < until ? s.until : until, e);
        if (status)
            return status;
    }
    lsi_span_sort(out);
    return LSCHED_OK;
}

int lsi_expand_spans(const lsi_calendar *c, const lsi_reading *how, lsched_time from,
                     lsched_time until, lsi_spans *out, lsi_error *e)
{
    lsi_instances instances = {0};
    lsi_spans united = {0};
    int status = collect(c, how, minute_before(from), minute_after(until), &instances, e);
    for (size_t i = 0; i < instances.count && !status; i++)
        status = lsi_span_add(&united, instances.at[i].from, instances.at[i].until, e);
    if (!status) {
        lsi_span_sort(&united);
        status = add_rounded(&united, how->effect == LSCHED_OPENS, from, until, out, e);
    }
    free(instances.at);
    lsi_span_free(&united);
    return status;
}
