/* cal/expand.c -- what a calendar means in a window of time.
 *
 * The rules that live here: which components count.  An event that is cancelled or has
 * been superseded does not, and a transparent one closes nothing.  Of a VFREEBUSY, a
 * calendar that closes takes the busy periods and one that opens the free ones.
 */
#include "cal/inside.h"

#include <stdlib.h>

static bool counts(const lsi_event *event, int32_t effect)
{
    return !event->cancelled && !event->superseded && !event->yields &&
           !(event->transparent && effect == LSCHED_CLOSES);
}

static int add_periods(lsi_run *r, const lsi_calendar *c)
{
    int status = LSCHED_OK;
    for (size_t i = 0; i < c->period_count && !status; i++) {
        const lsi_period *p = &c->periods[i];
        if (p->free == (r->how->effect == LSCHED_OPENS))
            status = lsi_series_put(r, (lsi_instance){p->from, p->until, ""}, p->line);
    }
    return status;
}

static int collect(const lsi_calendar *c, const lsi_reading *how, lsched_time from,
                   lsched_time until, lsi_instances *out, lsi_error *e)
{
    lsi_run r = {.how = how,
                 .limits = &c->limits,
                 .from = from,
                 .until = until,
                 .steps = c->limits.steps,
                 .out = out,
                 .e = e};
    int status = LSCHED_OK;
    e->line = 0;
    out->count = 0;
    for (size_t i = 0; i < c->plain && !status; i++)
        if (counts(&c->events[i], how->effect))
            status = lsi_series_expand(&r, &c->events[i]);
    if (!status)
        status = add_periods(&r, c);
    if (!status)
        status = lsi_avail_expand(&r, c);
    if (status)
        out->count = 0;
    return status;
}

/* ---- the calendar ------------------------------------------------------------------ */

int lsi_expand_instances(const lsi_calendar *c, const lsi_reading *how, lsched_time from,
                         lsched_time until, lsi_instances *out, lsi_error *e)
{
    int status = collect(c, how, from, until, out, e);
    if (!status)
        lsi_series_sort(out->at, out->count);
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
static int add_united(const lsi_instances *all, bool opens, lsched_time from, lsched_time until,
                      lsi_spans *out, lsi_error *e)
{
    int status = lsi_span_reserve(out, all->count, e);
    for (size_t i = 0, next; i < all->count && !status; i = next) {
        lsi_span s = {all->at[i].from, all->at[i].until};
        for (next = i + 1; next < all->count && all->at[next].from <= s.until; next++)
            s.until = all->at[next].until > s.until ? all->at[next].until : s.until;
        if (s.from == s.until) /* what has no length takes no minute */
            continue;
        s.from = opens ? minute_after(s.from) : minute_before(s.from);
        s.until = opens ? minute_before(s.until) : minute_after(s.until);
        status =
            lsi_span_add(out, s.from > from ? s.from : from, s.until < until ? s.until : until, e);
    }
    lsi_span_sort(out);
    return status;
}

static int read_spans(const lsi_calendar *c, const lsi_reading *how, lsched_time from,
                      lsched_time until, lsi_spans *out, lsi_error *e)
{
    lsi_instances all = {0};
    int status = collect(c, how, minute_before(from), minute_after(until), &all, e);
    if (!status) {
        lsi_series_sort(all.at, all.count);
        status = add_united(&all, how->effect == LSCHED_OPENS, from, until, out, e);
    }
    free(all.at);
    return status;
}

/* ---- the same for several, and again ---------------------------------------------------- */

static bool same_reading(const lsi_reading *x, const lsi_reading *y)
{
    return x->zone != NULL && x->zone == y->zone && x->effect == y->effect && x->ends == y->ends;
}

/* Beside the one who keeps it for others, there is another one. */
static bool is_shared(const lsi_calendar *c)
{
    return c->shared > 1;
}

static int answer(lsi_calendar *c, const lsi_reading *how, lsched_time from, lsched_time until,
                  lsi_error *e)
{
    lsi_span_free(&c->answer);
    c->how.zone = NULL;
    const int status = read_spans(c, how, from, until, &c->answer, e);
    if (status) {
        lsi_span_free(&c->answer);
        return status;
    }
    c->how = *how;
    c->from = from;
    c->until = until;
    return LSCHED_OK;
}

static int add_shared(lsi_calendar *c, const lsi_reading *how, lsched_time from, lsched_time until,
                      lsi_spans *out, lsi_error *e)
{
    int status = LSCHED_OK;
    if (!same_reading(&c->how, how) || c->from != from || c->until != until)
        status = answer(c, how, from, until, e);
    if (!status)
        status = lsi_span_reserve(out, c->answer.count, e);
    for (size_t i = 0; i < c->answer.count && !status; i++)
        status = lsi_span_add(out, c->answer.at[i].from, c->answer.at[i].until, e);
    lsi_span_sort(out);
    return status;
}

/* Who joins, begins, or is tried again asks about a moment, and the next one a little later: so the
 * whole days (UTC) around it are read, and kept.  NULL: there is too much on them for that. */
static const lsi_near *near_by(lsi_calendar *c, const lsi_reading *how, lsched_time from,
                               lsched_time until)
{
    lsi_spans days = {0};
    lsi_error ignored;
    for (int i = 0; i < 2; i++) {
        const lsi_near *n = &c->near[i];
        if (same_reading(&n->how, how) && n->from <= from && until <= n->until)
            return n;
    }
    if (c->crowded)
        return NULL;
    lsi_near *n = &c->near[c->last_near ^= 1];
    *n = (lsi_near){.from = lsi_civil_floor(from, LSI_DAY) * LSI_DAY,
                    .until = (lsi_civil_floor(until - 1, LSI_DAY) + 1) * LSI_DAY};
    c->crowded = read_spans(c, how, n->from, n->until, &days, &ignored) != LSCHED_OK ||
                 days.count > sizeof n->at / sizeof *n->at;
    if (!c->crowded) {
        n->how = *how;
        for (; n->count < days.count; n->count++)
            n->at[n->count] = days.at[n->count];
    }
    lsi_span_free(&days);
    return c->crowded ? NULL : n;
}

static int add_near(const lsi_near *n, lsched_time from, lsched_time until, lsi_spans *out,
                    lsi_error *e)
{
    int status = LSCHED_OK;
    for (size_t i = 0; i < n->count && !status; i++)
        status = lsi_span_add(out, n->at[i].from > from ? n->at[i].from : from,
                              n->at[i].until < until ? n->at[i].until : until, e);
    lsi_span_sort(out);
    return status;
}

int lsi_expand_spans(lsi_calendar *c, const lsi_reading *how, lsched_time from, lsched_time until,
                     lsi_spans *out, lsi_error *e)
{
    const lsi_near *near = until - from <= LSI_DAY ? near_by(c, how, from, until) : NULL;
    if (near != NULL)
        return add_near(near, from, until, out, e);
    return is_shared(c) ? add_shared(c, how, from, until, out, e)
                        : read_spans(c, how, from, until, out, e);
}
