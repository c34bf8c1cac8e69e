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

/* What shows whether a promise was kept. */
static bool decides(const lsi_deed *d)
{
    return begins(d) || ends(d) || d->kind == LSCHED_EVENT_MISSED;
}

static bool is_more_than_held(const lsi_deed *d)
{
    return d->state != LSCHED_HELD && d->state != LSCHED_CANCELLED;
}

/* The first deed from i on of which this is so; the number of deeds: there is none. */
static size_t find(const lsi_story *s, size_t i, bool (*is)(const lsi_deed *d))
{
    while (i < s->count && !is(&s->deeds[i]))
        i++;
    return i;
}

/* By a customer who never confirmed it, or for one who did not take it. */
static bool is_only_held(const lsi_story *s)
{
    return s->count > 0 && s->deeds->state == LSCHED_HELD &&
           find(s, 0, is_more_than_held) == s->count;
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

/* By when it had to begin, as this deed left it; 0: by no time. */
static lsched_time promise_of(const lsi_count *c, const lsi_deed *d)
{
    if (d->state == LSCHED_BOOKED)
        return d->start + c->grace;
    return d->state == LSCHED_WAITING ? d->due : 0;
}

/* That it was late is our fault, unless it took place and somebody says otherwise. */
static int judge_begun(lsi_count *c, const lsi_story *s, size_t begun, lsi_error *e)
{
    const lsi_deed *was = &s->deeds[begun - 1], *start = &s->deeds[begun];
    const size_t end = find(s, begun + 1, ends);
    const int32_t fault = end < s->count ? s->deeds[end].fault : 0;
    const bool served = end < s->count && s->deeds[end].kind == LSCHED_EVENT_FULFILLED;
    const lsched_time promise = promise_of(c, was);
    const bool in_time = start->at <= promise;
    if (promise != 0 && !in_time)
        miss(c, served ? fault : 0);
    else if (promise != 0 && fault != 0)
        miss(c, fault);
    else if (promise != 0)
        c->f->kept++;
    if (was->state != LSCHED_BOOKED)
        return LSCHED_OK;
    c->f->timed++;
    c->f->punctual += in_time;
    return push(&c->late, start->at > was->start ? start->at - was->start : 0, e);
}

/* Where nobody said when the first attempt began, or there was none. */
static void judge_untold(lsi_count *c, const lsi_deed *was, const lsi_deed *end, int32_t outcome)
{
    const lsched_time promise = promise_of(c, was);
    if (promise == 0)
        return;
    switch (end->kind) {
    case LSCHED_EVENT_FULFILLED:
        c->f->kept++;
        return;
    case LSCHED_EVENT_MISSED:
        miss(c, end->fault);
        return;
    case LSCHED_EVENT_NOSHOW:
    case LSCHED_EVENT_TRIED:
        miss(c, end->fault != 0 ? end->fault : LSCHED_FAULT_CUSTOMER);
        return;
    default:
        /* Cancelled: but whoever was spoken to, and declined, was spoken to. */
        if (end->at > promise && outcome != LSCHED_OUTCOME_DECLINED)
            miss(c, 0);
        return;
    }
}

static int judge(lsi_count *c, const lsi_story *s, lsi_error *e)
{
    const size_t first = find(s, 0, decides);
    if (first == 0 || s->count == 0)
        return LSCHED_OK;
    if (first < s->count && begins(&s->deeds[first]))
        return judge_begun(c, s, first, e);
    const lsi_deed *was = &s->deeds[first - 1];
    const lsched_time promise = promise_of(c, was);
    if (first < s->count)
        judge_untold(c, was, &s->deeds[first], s->outcome);
    else if (promise != 0 && promise < c->now)
        miss(c, 0);
    return LSCHED_OK;
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
    if (is_only_held(s))
        return LSCHED_OK;
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
    const int status = judge(c, s, e);
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
int lsi_figures_attempt(lsi_workers *all, const lsi_effort *a, lsched_time now, lsi_error *e)
{
    lsched_time until = now;
    if (a->ended != 0)
        until = a->ended + a->behind;
    else if (a->until + FORGOTTEN < now)
        until = a->until + a->behind;
    return add_busy(all, a->agent, a->begun - a->before, until < now ? until : now, e);
}

int lsi_figures_work(lsi_workers *all, const lsi_story *s, lsched_time now, lsi_error *e)
{
    if (s->agent[0] == '\0' || s->count == 0)
        return LSCHED_OK;
    lsi_worker *w = lsi_figures_worker(all, s->agent);
    if (w == NULL)
        return lsi_error_nomem(e);
    const bool given =
        s->state == LSCHED_BOOKED || s->state == LSCHED_STARTED || s->state == LSCHED_FULFILLED;
    if (given && s->start < now)
        w->assigned += s->end - s->start;
    if (s->state != LSCHED_FULFILLED || find(s, 0, begins) < s->count)
        return LSCHED_OK;
    /* Nobody said when it began: as planned, but not beyond what ended it. */
    const lsi_deed *last = &s->deeds[s->count - 1];
    const lsched_time ended = last->at + (last->busy_until - last->end);
    const bool sooner = last->kind == LSCHED_EVENT_FULFILLED && ended < last->busy_until;
    return add_busy(all, s->agent, last->busy_from, sooner ? ended : last->busy_until, e);
}

static int64_t sum_busy(const lsi_spans *busy)
{
    int64_t sum = 0;
    for (size_t i = 0; i < busy->count; i++)
        sum += busy->at[i].until - busy->at[i].from;
    return sum;
}

/* Rounded to the nearest. */
static int64_t part_of(int64_t total, int64_t part, int64_t whole)
{
    return whole > 0 ? (int64_t)((double)total * (double)part / (double)whole + 0.5) : 0;
}

void lsi_figures_share(const lsi_workers *all, const lsi_worker *one, lsched_figures *f)
{
    int64_t shift = 0, assigned = 0, off = 0;
    for (size_t i = 0; i < all->count; i++) {
        shift += all->at[i].gone ? 0 : all->at[i].shift;
        assigned += all->at[i].gone ? 0 : all->at[i].assigned;
    }
    for (size_t i = 0; i < all->count; i++) {
        const lsi_worker *w = &all->at[i];
        const int64_t fair = part_of(assigned, w->shift, shift);
        if (w->gone || (one != NULL && one != w))
            continue;
        f->shift += w->shift;
        f->busy += sum_busy(&w->busy);
        f->assigned += w->assigned;
        f->fair += fair;
        off += w->assigned > fair ? w->assigned - fair : 0;
    }
    f->uneven = one == NULL && shift > 0 ? part_of(1000, off, assigned) : 0;
}
