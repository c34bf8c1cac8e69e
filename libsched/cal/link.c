/* cal/link.c -- how the components of a calendar bear on one another.
 *
 * The rules that live here: of several versions of one thing (the same UID, and the same
 * RECURRENCE-ID if it has one) the highest SEQUENCE counts, then the latest DTSTAMP; the
 * others are as if they were not there.  Where neither tells two series apart, both stand:
 * a writer who gives all shifts one UID must not lose all but one.  Of two such overrides
 * the last in the text counts.  An override takes the instance that it names away from the
 * series of its UID, and stands for itself; one with
 * RANGE=THISANDFUTURE also says what all later ones are like, as far as the next such
 * override, and overrides of single instances keep the last word about theirs.  Where it
 * has an RRULE or RDATE itself, the old series ends and the override is the series.
 */
#include "cal/inside.h"

#include <stdlib.h>
#include <string.h>

/* ---- order ------------------------------------------------------------------------- */

static int compare(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* What two overrides of one instance have in common. */
static int64_t instance_key(const lsi_event *event)
{
    const lsi_stamp *s = &event->replaces;
    return s->zone ? lsi_zone_instant(s->zone, s->wall) : s->wall;
}

static int by_name(const lsi_event *x, const lsi_event *y)
{
    int order = compare(x->replaces.zone != NULL, y->replaces.zone != NULL);
    if (!order)
        order = compare(x->replaces.date, y->replaces.date);
    return order ? order : compare(instance_key(x), instance_key(y));
}

/* The single one behind that for all: it has the last word about the instance. */
static int by_instance(const lsi_event *x, const lsi_event *y)
{
    int order = by_name(x, y);
    return order ? order : compare(!x->and_future, !y->and_future);
}

static int by_version(const lsi_event *x, const lsi_event *y)
{
    int order = compare(x->sequence, y->sequence);
    if (!order)
        order = compare(x->stamped, y->stamped);
    return order ? order : compare(x->line, y->line);
}

/* By group, the VAVAILABILITY first; by UID; series before overrides; the versions of one
 * thing in a row, the one that counts as the last. */
static int by_place(const void *a, const void *b)
{
    const lsi_event *x = a, *y = b;
    int order = compare(x->group, y->group);
    if (!order)
        order = compare(x->kind != LSI_AVAILABILITY, y->kind != LSI_AVAILABILITY);
    if (!order)
        order = strcmp(x->uid, y->uid);
    if (!order)
        order = compare(x->overrides, y->overrides);
    if (!order && x->overrides)
        order = by_instance(x, y);
    return order ? order : by_version(x, y);
}

/* ---- versions ---------------------------------------------------------------------- */

/* What has no UID has no other versions. */
static bool same_uid(const lsi_event *a, const lsi_event *b)
{
    return a->group == b->group && a->kind == b->kind && a->uid[0] && strcmp(a->uid, b->uid) == 0;
}

static bool is_older(const lsi_event *x, const lsi_event *y)
{
    return x->sequence != y->sequence ? x->sequence < y->sequence : x->stamped < y->stamped;
}

static void drop_versions(lsi_calendar *c)
{
    const lsi_event *newest = NULL; /* series of the present UID: they come backwards */
    for (size_t i = c->count; i-- > 0;) {
        lsi_event *event = &c->events[i], *next = i + 1 < c->count ? event + 1 : NULL;
        if (newest && !same_uid(newest, event))
            newest = NULL;
        if (!event->overrides) {
            newest = newest ? newest : event;
            event->superseded = is_older(event, newest);
        } else if (next && same_uid(event, next) && event->and_future == next->and_future &&
                   by_instance(event, next) == 0) {
            event->superseded = true;
        }
    }
}

/* ---- overrides --------------------------------------------------------------------- */

static bool is_utc(const lsi_zone *zone)
{
    return zone && strcmp(lsi_zone_name(zone), "UTC") == 0;
}

/* The stamp on the wall clock of the series. */
static int64_t series_wall(const lsi_event *series, const lsi_stamp *stamp)
{
    const lsi_zone *zone = series->start.zone;
    if (!zone || !stamp->zone || stamp->zone == zone)
        return stamp->wall;
    return lsi_zone_wall(zone, lsi_zone_instant(stamp->zone, stamp->wall));
}

/* Where instances are moved: by the clock.  An override in UTC only says when the first one
 * is; one in another zone moves the series there. */
static lsi_range range_of(const lsi_event *series, const lsi_event *event)
{
    const lsi_stamp *named = &event->replaces;
    int64_t at = series_wall(series, named);
    int64_t day = lsi_civil_floor(at, LSI_DAY) * LSI_DAY;
    lsi_range range = {.from = named->date || series->start.date ? day : at, .event = event};
    if (named->date && !series->start.date)
        at = day + series->start.wall - lsi_civil_floor(series->start.wall, LSI_DAY) * LSI_DAY;
    else if (series->start.date)
        at = day;
    int64_t to = event->start.wall;
    if (is_utc(event->start.zone))
        to = series_wall(series, &event->start);
    range.shift = to - at;
    return range;
}

static int link_one(lsi_event *series, const lsi_event *event, lsi_error *e)
{
    int status = lsi_event_remove(series, &event->replaces, event->replaces_line, e);
    if (status || !event->and_future)
        return status;
    lsi_range *range =
        lsi_vector_push(&series->ranges, &series->range_count, &series->range_room, sizeof *range);
    if (!range)
        return lsi_error_nomem(e);
    *range = range_of(series, event);
    return LSCHED_OK;
}

/* To all series of its UID that stand: from `first` to `last`, in a row.  `*links` is what
 * the calendar may still cost: so many events and overrides under one UID are no shifts. */
static int link_all(lsi_event *first, lsi_event *last, const lsi_event *event, int64_t *links,
                    lsi_error *e)
{
    int status = LSCHED_OK;
    for (lsi_event *series = first; first && series <= last && !status; series++) {
        if (--*links < 0) {
            e->line = event->line;
            return lsi_error_set(e, LSCHED_LIMIT, "too many events and overrides have one UID");
        }
        status = link_one(series, event, e);
    }
    return status;
}

static int link_overrides(lsi_calendar *c, lsi_error *e)
{
    lsi_event *first = NULL, *last = NULL;
    int64_t links = LSCHED_MAX_INSTANCES;
    for (size_t i = 0; i < c->count; i++) {
        lsi_event *event = &c->events[i];
        if (last && !same_uid(last, event))
            first = last = NULL;
        if (!event->overrides && !event->superseded) {
            first = first ? first : event;
            last = event;
        }
        if (!event->overrides || event->superseded)
            continue;
        event->yields = event->and_future && i + 1 < c->count && same_uid(event, event + 1) &&
                        by_name(event, event + 1) == 0;
        const int status = link_all(first, last, event, &links, e);
        if (status)
            return status;
        if (event->and_future && event->rule_count + event->extra_count > 0)
            first = last = event;
    }
    return LSCHED_OK;
}

/* ---- what is looked up when it expands --------------------------------------------- */

static int by_number(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return compare(*x, *y);
}

static int by_from(const void *a, const void *b)
{
    const lsi_range *x = a, *y = b;
    int order = compare(x->from, y->from);
    return order ? order : by_version(x->event, y->event);
}

static void sort_event(lsi_event *event)
{
    if (event->day_count > 1)
        qsort(event->gone_days, event->day_count, sizeof(int64_t), by_number);
    if (event->time_count > 1)
        qsort(event->gone_times, event->time_count, sizeof(int64_t), by_number);
    if (event->range_count > 1)
        qsort(event->ranges, event->range_count, sizeof(lsi_range), by_from);
}

/* ---- availabilities ---------------------------------------------------------------- */

static int by_uid(const void *a, const void *b)
{
    const lsi_event *const *x = a, *const *y = b;
    int order = strcmp((*x)->uid, (*y)->uid);
    return order ? order : by_version(*x, *y);
}

static int by_rank(const void *a, const void *b)
{
    const lsi_group *x = a, *y = b;
    int order = compare(x->rank, y->rank);
    return order ? order : compare((int64_t)x->first, (int64_t)y->first);
}

/* Each VAVAILABILITY is the first of its group. */
static int drop_groups(lsi_calendar *c, lsi_error *e)
{
    lsi_event **heads = NULL;
    size_t count = 0, room = 0;
    for (size_t i = c->plain; i < c->count; i++) {
        if (c->events[i].kind != LSI_AVAILABILITY)
            continue;
        lsi_event **head = lsi_vector_push(&heads, &count, &room, sizeof *heads);
        if (!head) {
            free(heads);
            return lsi_error_nomem(e);
        }
        *head = &c->events[i];
    }
    if (count > 1)
        qsort(heads, count, sizeof *heads, by_uid);
    for (size_t i = 0; i + 1 < count; i++)
        if (heads[i]->uid[0] && strcmp(heads[i]->uid, heads[i + 1]->uid) == 0)
            heads[i]->superseded = true;
    free(heads);
    return LSCHED_OK;
}

static int list_groups(lsi_calendar *c, lsi_error *e)
{
    lsi_group *group = NULL;
    for (size_t i = c->plain; i < c->count; i++) {
        const lsi_event *event = &c->events[i];
        if (event->kind == LSI_AVAILABILITY) {
            group = lsi_vector_push(&c->groups, &c->group_count, &c->group_room, sizeof *group);
            if (!group)
                return lsi_error_nomem(e);
            /* 1 is the highest priority, 9 the lowest, and 0, none at all, below. */
            *group = (lsi_group){i, 0, (event->priority + 9) % 10};
        }
        group->count++;
    }
    if (c->group_count > 1)
        qsort(c->groups, c->group_count, sizeof *c->groups, by_rank);
    return LSCHED_OK;
}

/* ---- the whole --------------------------------------------------------------------- */

int lsi_link_all(lsi_calendar *c, lsi_error *e)
{
    if (c->count > 1)
        qsort(c->events, c->count, sizeof *c->events, by_place);
    while (c->plain < c->count && c->events[c->plain].group == 0)
        c->plain++;
    drop_versions(c);
    int status = link_overrides(c, e);
    for (size_t i = 0; i < c->count; i++)
        sort_event(&c->events[i]);
    if (!status)
        status = drop_groups(c, e);
    return status ? status : list_groups(c, e);
}
