/* cal/avail.c -- what the VAVAILABILITYs of a calendar say together (RFC 7953).
 *
 * The rules that live here: within its bounds, a VAVAILABILITY makes its AVAILABLE time
 * open and all the rest busy, of whatever BUSYTYPE; where one of a higher priority has
 * said something, one of a lower priority says nothing (section 4).  The RFC leaves open
 * what counts where two of the same priority differ: here it is the busy one, so that
 * less time is open.
 */
#include "cal/inside.h"

#include <stdlib.h>

typedef struct layers {
    lsi_run *run;
    int32_t line;      /* of a VAVAILABILITY, for an error */
    size_t first;      /* the run's instances from here on are the present rank's AVAILABLEs */
    lsi_spans decided; /* by higher ranks */
    lsi_spans reach;   /* of the present rank */
    lsi_spans busy;    /* in it */
} layers;

/* ---- one VAVAILABILITY ------------------------------------------------------------- */

static lsched_time instant_of(const lsi_run *r, const lsi_stamp *stamp)
{
    const lsi_zone *zone = stamp->zone ? stamp->zone : r->how->zone;
    return stamp->date ? lsi_zone_date(zone, lsi_civil_floor(stamp->wall, LSI_DAY))
                       : lsi_zone_instant(zone, stamp->wall);
}

/* Its bounds, inside the window. */
static lsi_span bounds_of(const lsi_run *r, const lsi_event *head)
{
    lsi_span s = {r->from, r->until};
    lsched_time start = head->has_start ? instant_of(r, &head->start) : r->from;
    lsched_time end = head->has_end ? instant_of(r, &head->end) : r->until;
    if (head->has_length) {
        lsi_stamp last = head->start;
        last.wall += head->length.days * LSI_DAY;
        end = instant_of(r, &last) + head->length.seconds;
    }
    s.from = start > s.from ? start : s.from;
    s.until = end < s.until ? end : s.until;
    return s;
}

/* Clips the instances from `mark` on, and leaves out what is empty then. */
static void clip(lsi_instances *all, size_t mark, lsi_span bounds)
{
    size_t kept = mark;
    for (size_t i = mark; i < all->count; i++) {
        lsi_instance n = all->at[i];
        n.from = n.from > bounds.from ? n.from : bounds.from;
        n.until = n.until < bounds.until ? n.until : bounds.until;
        if (n.from < n.until)
            all->at[kept++] = n;
    }
    all->count = kept;
}

/* busy += bounds minus the instances from `mark` on. */
static int add_busy(layers *l, size_t mark, lsi_span bounds)
{
    lsi_error *e = l->run->e;
    lsi_spans rest = {0}, open = {0};
    int status = lsi_span_add(&rest, bounds.from, bounds.until, e);
    for (size_t i = mark; i < l->run->out->count && !status; i++)
        status = lsi_span_add(&open, l->run->out->at[i].from, l->run->out->at[i].until, e);
    lsi_span_sort(&open);
    if (!status)
        status = lsi_span_cut(&rest, &open, e);
    for (size_t i = 0; i < rest.count && !status; i++)
        status = lsi_span_add(&l->busy, rest.at[i].from, rest.at[i].until, e);
    lsi_span_free(&rest);
    lsi_span_free(&open);
    return status;
}

static int add_group(layers *l, const lsi_event *head, size_t count)
{
    lsi_run *r = l->run;
    lsi_span bounds = bounds_of(r, head);
    if (head->superseded || head->cancelled || bounds.from >= bounds.until)
        return LSCHED_OK;
    l->line = head->line;
    size_t mark = r->out->count;
    int status = lsi_span_add(&l->reach, bounds.from, bounds.until, r->e);
    for (size_t i = 1; i < count && !status; i++)
        if (!head[i].superseded && !head[i].cancelled && !head[i].yields)
            status = lsi_series_expand(r, &head[i]);
    if (status)
        return status;
    clip(r->out, mark, bounds);
    return add_busy(l, mark, bounds);
}

/* ---- one priority ------------------------------------------------------------------ */

/* Puts back what of the AVAILABLE instances is neither busy nor decided. */
static int open_pieces(layers *l, const lsi_spans *taken)
{
    lsi_run *r = l->run;
    lsi_instances all = *r->out;
    int status = LSCHED_OK;
    *r->out = (lsi_instances){0};
    for (size_t i = 0; i < l->first && !status; i++)
        status = lsi_series_put(r, all.at[i], l->line);
    for (size_t i = l->first; i < all.count && !status; i++) {
        lsi_instance n = all.at[i];
        size_t k = 0, high = taken->count;
        while (k < high) { /* the first that ends behind its start */
            size_t middle = k + (high - k) / 2;
            if (taken->at[middle].until <= n.from)
                k = middle + 1;
            else
                high = middle;
        }
        for (; k < taken->count && taken->at[k].from < n.until && !status; k++) {
            if (n.from < taken->at[k].from)
                status = lsi_series_put(r, (lsi_instance){n.from, taken->at[k].from, n.summary},
                                        l->line);
            n.from = taken->at[k].until;
        }
        if (n.from < n.until && !status)
            status = lsi_series_put(r, n, l->line);
    }
    free(all.at);
    return status;
}

static int busy_pieces(layers *l)
{
    lsi_run *r = l->run;
    r->out->count = l->first;
    int status = lsi_span_cut(&l->busy, &l->decided, r->e);
    for (size_t i = 0; i < l->busy.count && !status; i++)
        status =
            lsi_series_put(r, (lsi_instance){l->busy.at[i].from, l->busy.at[i].until, ""}, l->line);
    return status;
}

static int append(lsi_spans *to, const lsi_spans *from, lsi_error *e)
{
    int status = LSCHED_OK;
    for (size_t i = 0; i < from->count && !status; i++)
        status = lsi_span_add(to, from->at[i].from, from->at[i].until, e);
    lsi_span_sort(to);
    return status;
}

static int finish_rank(layers *l)
{
    lsi_error *e = l->run->e;
    lsi_span_sort(&l->busy);
    lsi_span_sort(&l->reach);
    int status;
    if (l->run->how->effect == LSCHED_CLOSES) {
        status = busy_pieces(l);
    } else {
        status = append(&l->busy, &l->decided, e);
        if (!status)
            status = open_pieces(l, &l->busy);
    }
    if (!status)
        status = append(&l->decided, &l->reach, e);
    l->busy.count = l->reach.count = 0;
    l->first = l->run->out->count;
    return status;
}

int lsi_avail_expand(lsi_run *r, const lsi_calendar *c)
{
    layers l = {.run = r, .first = r->out->count};
    int status = LSCHED_OK;
    for (size_t i = 0; i < c->group_count && !status; i++) {
        const lsi_group *group = &c->groups[i];
        status = add_group(&l, &c->events[group->first], group->count);
        bool last = i + 1 == c->group_count || c->groups[i + 1].rank != group->rank;
        if (!status && last)
            status = finish_rank(&l);
    }
    lsi_span_free(&l.decided);
    lsi_span_free(&l.reach);
    lsi_span_free(&l.busy);
    return status;
}
