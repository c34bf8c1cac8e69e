/* rules/figures.c -- what a contact's history says about promises: whether one was given, whether
 * it was kept, and if not, whose fault it was.
 *
 * The promise is the one that stood when the first attempt began: the start of what was booked,
 * or the `due` of what waited.  Later attempts are no second promise.
 */
#include "rules/figures.h"

#include <stdlib.h>
#include <string.h>

#define FORGOTTEN LSI_DAY /* what was to end so long ago, and was not finished, never will be */

/* ---- samples ------------------------------------------------------------------------------------ */

static int push(lsi_sample *s, int64_t value, lsi_error *e)
{
    int64_t *next = lsi_vector_push(&s->at, &s->count, &s->room, sizeof *next);
    if (next == NULL)
        return lsi_error_nomem(e);
    *next = value;
    return LSCHED_OK;
}

static int ascending(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The least value that so many in a hundred do not pass. */
static int64_t percentile(const lsi_sample *s, size_t hundredth)
{
    return s->count > 0 ? s->at[(s->count * hundredth + 99) / 100 - 1] : 0;
}

static void sort(lsi_sample *s)
{
    if (s->count > 0)
        qsort(s->at, s->count, sizeof *s->at, ascending);
}

void lsi_figures_free(lsi_count *c)
{
    free(c->late.at);
    free(c->wait.at);
    c->late = c->wait = (lsi_sample){0};
}

/* ---- the story -------------------------------------------------------------------------------------- */

static bool begins(const lsi_deed *d)
{
    return d->kind == LSCHED_EVENT_STARTED;
}

/* What ends an attempt; a change of lanes does not. */
static bool ends(const lsi_deed *d)
{
    return d->kind == LSCHED_EVENT_FULFILLED || d->kind == LSCHED_EVENT_NOSHOW ||
           d->kind == LSCHED_EVENT_TRIED || d->kind == LSCHED_EVENT_CANCELLED ||
           d->kind == LSCHED_EVENT_CLOSED;
}

/* The first deed from i on of which this is so; the number of deeds: there is none. */
static size_t find(const lsi_story *s, size_t i, bool (*is)(const lsi_deed *d))
{
    while (i < s->count && !is(&s->deeds[i]))
        i++;
    return i;
}

static int hour_of(const lsi_zone *zone, lsched_time t)
{
    const int64_t local = t + (zone != NULL ? lsi_zone_offset(zone, t) : 0);
    const int64_t hour = lsi_civil_floor(local, 3600);
    /* 1970-01-01 was a Thursday. */
    return (int)((hour + 3 * 24) - lsi_civil_floor(hour + 3 * 24, 168) * 168);
}

static void miss(lsi_count *c, int32_t fault)
{
    c->f->missed[0]++;
    c->f->missed[fault >= LSCHED_FAULT_OURS && fault <= LSCHED_FAULT_NETWORK ? fault
                                                                             : LSCHED_FAULT_OURS]++;
}

/* ---- promises ------------------------------------------------------------------------------------------ */

/* Of one that was begun, `begun`, when the booking was as the deed before left it. */
static int judge_begun(lsi_count *c, const lsi_story *s, size_t begun, lsi_error *e)
{
    const lsi_deed *was = &s->deeds[begun - 1], *start = &s->deeds[begun];
    const size_t end = find(s, begun + 1, ends);
    const int32_t fault = end < s->count ? s->deeds[end].fault : 0;
    const bool booked = was->state == LSCHED_BOOKED;
    const lsched_time promise = booked ? was->start : was->due;
    const int64_t late = start->at > promise ? start->at - promise : 0;
    const bool in_time = late <= (booked ? c->grace : 0);
    if (promise != 0 && !in_time)
        miss(c, LSCHED_FAULT_OURS);
    else if (promise != 0 && fault != 0)
        miss(c, fault);
    else if (promise != 0)
        c->f->kept++;
    if (!booked)
        return LSCHED_OK;
    c->f->timed++;
    c->f->punctual += in_time;
    return push(&c->late, late, e);
}

/* What a contact that nobody began still promised at the end. */
static void judge_untold(lsi_count *c, const lsi_story *s)
{
    bool promised = false;
    for (size_t i = 0; i < s->count; i++)
        promised |= s->deeds[i].state == LSCHED_BOOKED;
    switch (s->state) {
    case LSCHED_FULFILLED:
        c->f->kept += promised;
        return;
    case LSCHED_MISSED:
    case LSCHED_NOSHOW:
        if (promised)
            miss(c, s->fault != 0               ? s->fault
                    : s->state == LSCHED_NOSHOW ? LSCHED_FAULT_CUSTOMER
                                                : LSCHED_FAULT_OURS);
        return;
    case LSCHED_BOOKED:
        if (s->start + c->grace < c->now)
            miss(c, LSCHED_FAULT_OURS);
        return;
    case LSCHED_WAITING:
        if (s->due != 0 && s->due < c->now)
            miss(c, LSCHED_FAULT_OURS);
        return;
    default:
        return;
    }
}

/* ---- waits --------------------------------------------------------------------------------------------- */

static bool has_left(const lsi_deed *d)
{
    return d->state != LSCHED_WAITING;
}

static int add_wait(lsi_count *c, const lsi_story *s, lsi_error *e)
{
    const bool joined = s->count > 0 && s->deeds[0].state == LSCHED_WAITING;
    if (!joined)
        return LSCHED_OK;
    const size_t left = find(s, 1, has_left);
    const bool begun = left < s->count && begins(&s->deeds[left]);
    const lsched_time until = left < s->count ? s->deeds[left].at : c->now;
    const int64_t wait = until > s->since ? until - s->since : 0;
    c->f->left += left < s->count && s->deeds[left].state == LSCHED_CANCELLED;
    if (s->told > 0 && (begun || wait > s->told)) {
        c->f->told++;
        c->f->told_kept += wait <= s->told;
    }
    if (!begun)
        return LSCHED_OK;
    const int hour = hour_of(c->zone, s->since);
    c->f->waits++;
    c->f->joined[hour]++;
    c->f->waited[hour] += wait;
    return push(&c->wait, wait, e);
}

/* ---- counting ------------------------------------------------------------------------------------------- */

static void add_served(lsi_count *c, const lsi_story *s)
{
    lsched_figures *f = c->f;
    f->served++;
    f->returning += s->returning;
    f->familiar += s->known || s->rung == LSCHED_KNOWN;
    if (s->before || s->start > c->now - LSI_MATTER_DAYS * LSI_DAY)
        return;
    f->firsts++;
    f->resolved += !s->behind;
}

int lsi_figures_add(lsi_count *c, const lsi_story *s, lsi_error *e)
{
    lsched_figures *f = c->f;
    const size_t begun = find(s, 0, begins);
    int status = LSCHED_OK;
    f->contacts++;
    f->states[s->state]++;
    f->outcomes[s->outcome]++;
    for (size_t i = 0; i < s->count; i++)
        f->moved += s->deeds[i].moved;
    if (s->state == LSCHED_FULFILLED)
        add_served(c, s);
    if (begun < s->count)
        f->begun[hour_of(c->zone, s->deeds[begun].at)]++;
    else if (s->state == LSCHED_FULFILLED)
        f->begun[hour_of(c->zone, s->start)]++;
    if (begun > 0 && begun < s->count)
        status = judge_begun(c, s, begun, e);
    else
        judge_untold(c, s);
    return status == LSCHED_OK ? add_wait(c, s, e) : status;
}

void lsi_figures_message(lsi_count *c, lsched_time due, lsched_time answered)
{
    if (answered == 0 && due >= c->now)
        return;
    c->f->messages++;
    c->f->answered += answered != 0 && answered <= due;
}

void lsi_figures_close(lsi_count *c)
{
    lsched_figures *f = c->f;
    sort(&c->late);
    sort(&c->wait);
    f->late_p50 = percentile(&c->late, 50);
    f->late_p90 = percentile(&c->late, 90);
    f->late_max = percentile(&c->late, 100);
    f->wait_p50 = percentile(&c->wait, 50);
    f->wait_p90 = percentile(&c->wait, 90);
    f->wait_max = percentile(&c->wait, 100);
}

/* ---- who did it ------------------------------------------------------------------------------------------- */

lsi_worker *lsi_figures_worker(lsi_workers *all, const char *id)
{
    for (size_t i = 0; i < all->count; i++) {
        if (strcmp(all->at[i].id, id) == 0)
            return &all->at[i];
    }
    lsi_worker *w = lsi_vector_push(&all->at, &all->count, &all->room, sizeof *w);
    if (w != NULL)
        memcpy(w->id, id, strlen(id) + 1);
    return w;
}

void lsi_figures_free_workers(lsi_workers *all)
{
    for (size_t i = 0; i < all->count; i++)
        lsi_span_free(&all->at[i].busy);
    free(all->at);
    *all = (lsi_workers){0};
}

static int add_busy(lsi_workers *all, const char *agent, lsched_time from, lsched_time until,
                    lsi_error *e)
{
    lsi_worker *w = lsi_figures_worker(all, agent);
    if (w == NULL)
        return lsi_error_nomem(e);
    return from < until ? lsi_span_add(&w->busy, from, until, e) : LSCHED_OK;
}

/* An attempt lasts until it was ended; one that nobody ended, until it was to end, once that is
 * so long ago that it was forgotten. */
static int add_attempt(lsi_workers *all, const lsi_story *s, size_t begun, lsched_time now,
                       lsi_error *e)
{
    const lsi_deed *d = &s->deeds[begun];
    const size_t end = find(s, begun + 1, ends);
    lsched_time until = now;
    if (end < s->count)
        until = s->deeds[end].at + (d->busy_until - d->end);
    else if (d->end + FORGOTTEN < now)
        until = d->busy_until;
    return add_busy(all, d->agent, d->at - (d->start - d->busy_from), until, e);
}

int lsi_figures_work(lsi_workers *all, const lsi_story *s, lsched_time now, lsi_error *e)
{
    int status = LSCHED_OK;
    bool begun = false;
    for (size_t i = 0; i < s->count && status == LSCHED_OK; i++) {
        if (!begins(&s->deeds[i]))
            continue;
        begun = true;
        status = add_attempt(all, s, i, now, e);
    }
    if (status != LSCHED_OK || s->agent[0] == '\0')
        return status;
    lsi_worker *w = lsi_figures_worker(all, s->agent);
    if (w == NULL)
        return lsi_error_nomem(e);
    if (s->state == LSCHED_BOOKED || s->state == LSCHED_STARTED || s->state == LSCHED_FULFILLED)
        w->assigned += s->end - s->start;
    if (begun || s->state != LSCHED_FULFILLED || s->count == 0)
        return LSCHED_OK;
    const lsi_deed *last = &s->deeds[s->count - 1];
    return add_busy(all, s->agent, last->busy_from, last->busy_until, e);
}

static int64_t sum_busy(const lsi_spans *busy, lsched_time from, lsched_time until)
{
    int64_t sum = 0;
    for (size_t i = 0; i < busy->count; i++) {
        const lsched_time a = busy->at[i].from > from ? busy->at[i].from : from;
        const lsched_time b = busy->at[i].until < until ? busy->at[i].until : until;
        sum += b > a ? b - a : 0;
    }
    return sum;
}

/* Rounded to the nearest. */
static int64_t part_of(int64_t total, int64_t part, int64_t whole)
{
    return whole > 0 ? (int64_t)((double)total * (double)part / (double)whole + 0.5) : 0;
}

void lsi_figures_share(const lsi_workers *all, const lsi_worker *one, lsched_time from,
                       lsched_time until, lsched_figures *f)
{
    int64_t shift = 0, assigned = 0, off = 0;
    for (size_t i = 0; i < all->count; i++) {
        shift += all->at[i].shift;
        assigned += all->at[i].assigned;
    }
    for (size_t i = 0; i < all->count; i++) {
        const lsi_worker *w = &all->at[i];
        const int64_t fair = part_of(assigned, w->shift, shift);
        if (one != NULL && one != w)
            continue;
        f->shift += w->shift;
        f->busy += sum_busy(&w->busy, from, until);
        f->assigned += w->assigned;
        f->fair += fair;
        off += w->assigned > fair ? w->assigned - fair : 0;
    }
    f->uneven = one == NULL && shift > 0 ? part_of(1000, off, assigned) : 0;
}
