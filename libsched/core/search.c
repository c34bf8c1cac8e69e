/* core/search.c -- find: walks the predicate's answers in the order of time.
 *
 * A range is searched in stretches that double, so that the first slots of a long range
 * cost no more than they must.  A stretch is a question of its own: whether a start is
 * permitted does not depend on where the stretch begins.
 */
#include "core/core.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_STRETCH (4 * LSI_DAY)
#define LONGEST_STRETCH LSI_STRETCH

/* One candidate's next possible start on one channel. */
typedef struct cursor {
    lsi_permits *permits; /* of the channel */
    int32_t channel;
    size_t candidate;
    lsched_time next;
} cursor;

/* A stretch being searched: a heap of cursors, earliest first. */
typedef struct sweep {
    const lsi_core *core;
    const lsi_facts *facts;
    lsi_permits *permits[4]; /* one for each channel asked for */
    int32_t channels[4];
    size_t permit_count;
    cursor *heap;
    size_t size;
    size_t *counted; /* for each agent the number of the slot that last counted it */
    size_t slots;
} sweep;

static bool sooner(const cursor *a, const cursor *b)
{
    return a->next != b->next ? a->next < b->next : a->channel < b->channel;
}

static void sink(sweep *s, size_t i)
{
    for (;;) {
        size_t first = i;
        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < s->size; child++) {
            if (sooner(&s->heap[child], &s->heap[first]))
                first = child;
        }
        if (first == i)
            return;
        const cursor other = s->heap[i];
        s->heap[i] = s->heap[first];
        s->heap[first] = other;
        i = first;
    }
}

/* Moves the first cursor on, or drops it. */
static void advance(sweep *s)
{
    cursor *c = &s->heap[0];
    c->next = lsi_permit_next(c->permits, c->candidate, c->next + 1);
    if (c->next == INT64_MAX)
        *c = s->heap[--s->size];
    sink(s, 0);
}

static void sweep_free(sweep *s)
{
    for (size_t i = 0; i < s->permit_count; i++)
        lsi_permit_free(s->permits[i]);
    free(s->heap);
    free(s->counted);
}

static int sweep_judge(sweep *s, const lsi_core *core, const lsi_facts *facts, int32_t channels,
                       lsched_time from, lsched_time until, lsi_error *e)
{
    *s = (sweep){.core = core, .facts = facts};
    for (int32_t channel = 1; channel <= channels; channel *= 2) {
        if ((channels & channel) == 0)
            continue;
        s->channels[s->permit_count] = channel;
        int status = lsi_store_late(core->store, e);
        if (status == LSCHED_OK)
            status = lsi_permit_new(facts, channel, from, until, &s->permits[s->permit_count], e);
        if (status != LSCHED_OK)
            return status;
        s->permit_count++;
    }
    return LSCHED_OK;
}

static int sweep_start(sweep *s, const lsi_core *core, const lsi_facts *facts, int32_t channels,
                       lsched_time from, lsched_time until, lsi_error *e)
{
    const int status = sweep_judge(s, core, facts, channels, from, until, e);
    if (status != LSCHED_OK)
        return status;
    s->heap = malloc((s->permit_count * facts->candidate_count + 1) * sizeof *s->heap);
    s->counted = calloc(facts->agent_count + 1, sizeof *s->counted);
    if (s->heap == NULL || s->counted == NULL)
        return lsi_error_nomem(e);
    for (size_t p = 0; p < s->permit_count; p++) {
        for (size_t i = 0; i < facts->candidate_count; i++) {
            const int in_time = lsi_store_late(core->store, e);
            if (in_time != LSCHED_OK)
                return in_time;
            const lsched_time next = lsi_permit_next(s->permits[p], i, from);
            if (next != INT64_MAX)
                s->heap[s->size++] = (cursor){s->permits[p], s->channels[p], i, next};
        }
    }
    for (size_t i = s->size / 2; i-- > 0;)
        sink(s, i);
    return LSCHED_OK;
}

lsched_slot lsi_search_slot(const lsi_facts *f, size_t candidate, int32_t channel,
                            lsched_time start, int32_t free_agents)
{
    const lsi_candidate *c = &f->candidates[candidate];
    const lsi_agent_fact *agent = &f->agents[c->agent];
    return (lsched_slot){
        .start = start,
        .end = start + lsi_policy_reach(&f->service).length,
        .agent = agent->agent.id,
        .team = f->teams[c->team].team.id,
        .channel = channel,
        .rung = lsi_ladder_best(c->rungs),
        .free = free_agents,
        .customer_offset = lsi_zone_offset(f->zone, start),
        .agent_offset = lsi_zone_offset(agent->zone, start),
    };
}

/* Takes all cursors that stand at the first start and channel, and names the best. */
static int next_slot(sweep *s, lsi_found *found, lsi_error *e)
{
    const lsi_facts *f = s->facts;
    const lsched_time start = s->heap[0].next;
    const int32_t channel = s->heap[0].channel;
    size_t best = s->heap[0].candidate;
    int32_t free_agents = 0;
    s->slots++;
    for (; s->size > 0 && s->heap[0].next == start && s->heap[0].channel == channel; advance(s)) {
        const size_t candidate = s->heap[0].candidate;
        if (lsi_ladder_before(f, candidate, best))
            best = candidate;
        /* Whoever is in two of the teams is still one agent. */
        size_t *counted = &s->counted[f->candidates[candidate].agent];
        free_agents += *counted != s->slots;
        *counted = s->slots;
    }
    lsched_slot *slot = lsi_vector_push(&found->slots, &found->count, &found->room, sizeof *slot);
    if (slot == NULL)
        return lsi_error_nomem(e);
    *slot = lsi_search_slot(f, best, channel, start, free_agents);
    return LSCHED_OK;
}

/* ---- the question ------------------------------------------------------------------------- */

int lsi_search_check(const lsched_query *q, lsi_error *e)
{
    lsched_query copy = *q;
    if (q->limit > LSCHED_MAX_PAGE)
        return lsi_error_set(e, LSCHED_LIMIT, "query: limit is more than %d", LSCHED_MAX_PAGE);
    return lsi_kind_check(&lsi_form_query, &copy, e);
}

int lsi_search_moving(lsi_core *core, const lsched_query *q, lsched_time now, lsi_arena *a,
                      lsi_wish *wish, lsi_error *e)
{
    lsched_booking *b = lsi_arena_take(a, sizeof *b);
    if (b == NULL)
        return lsi_error_nomem(e);
    const lsi_step *step;
    lsched_time clock = now;
    int status = lsi_ledger_get(core->store, q->moving, a, b, e);
    if (status == LSCHED_OK)
        status = lsi_now_clock(core, now, &clock, e);
    if (status == LSCHED_OK)
        status = lsi_life_step(LSI_MOVE, b, now, clock, &step, e);
    if (status != LSCHED_OK)
        return status;
    wish->customer = b->customer;
    wish->service = b->service;
    wish->preferred = b->agent;
    wish->moving = b->id;
    return LSCHED_OK;
}

static int bound(const lsched_query *q, const lsi_facts *f, lsi_asked *p, lsi_error *e)
{
    p->horizon = lsi_policy_horizon(&f->service, f->zone, f->now);
    p->from = q->from != 0 ? q->from : f->now;
    p->until = q->until != 0 ? q->until : p->horizon;
    /* A service whose horizon lies behind `from` has nothing there: that is an answer. */
    if (q->until == 0 && p->until <= p->from)
        p->until = p->from + LSI_DAY;
    if (q->until == 0 && p->until > LSI_TIME_END)
        p->until = LSI_TIME_END;
    const int status = lsi_exchange_check_range(p->from, p->until, e);
    if (q->after >= p->from)
        p->from = q->after + 1;
    p->limit = q->limit != 0 ? q->limit : 20;
    p->channels = q->channels != 0 ? q->channels : f->service.channels;
    return status;
}

/* Looks at the deadline once for each day that the sweep comes to. */
static int late(const sweep *s, int64_t *day, lsi_error *e)
{
    const int64_t today = s->heap[0].next / LSI_DAY;
    if (today == *day)
        return LSCHED_OK;
    *day = today;
    return lsi_store_late(s->core->store, e);
}

/* One stretch: appends slots until `limit` starts are full.  Starts are counted, not
 * slots, so that paging by `after` never cuts the channels of one start apart. */
static int search_stretch(lsi_core *core, lsi_facts *f, const lsi_asked *p, lsched_time from,
                          lsched_time until, size_t *starts, lsi_found *found, lsi_error *e)
{
    lsi_arena a = {0};
    sweep s = {0};
    int64_t day = 0;
    int status = lsi_facts_take(core, f, p->wish.moving, from, until, &a, e);
    if (status == LSCHED_OK)
        status = sweep_start(&s, core, f, p->channels, from, until, e);
    while (status == LSCHED_OK && s.size > 0) {
        const size_t n = found->count;
        if (n == 0 || found->slots[n - 1].start != s.heap[0].next) {
            if (*starts == p->limit)
                break;
            ++*starts;
        }
        status = late(&s, &day, e);
        if (status == LSCHED_OK)
            status = next_slot(&s, found, e);
    }
    sweep_free(&s);
    lsi_arena_free(&a);
    return status;
}

/* The same stretch again, when all of them gave nothing. */
static int explain_stretch(lsi_core *core, lsi_facts *f, const lsi_asked *p, lsched_time from,
                           lsched_time until, lsi_found *found, lsi_error *e)
{
    lsi_arena a = {0};
    sweep s = {0};
    int status = lsi_facts_take(core, f, p->wish.moving, from, until, &a, e);
    if (status == LSCHED_OK)
        status = sweep_judge(&s, core, f, p->channels, from, until, e);
    for (size_t i = 0; status == LSCHED_OK && i < s.permit_count; i++)
        status = lsi_explain_losses(f, s.permits[i], from, until, found, e);
    sweep_free(&s);
    lsi_arena_free(&a);
    return status;
}

static lsched_time stretch_end(lsched_time t, int64_t *stretch, lsched_time until)
{
    const lsched_time end = until - t > *stretch ? t + *stretch : until;
    *stretch = *stretch * 2 < LONGEST_STRETCH ? *stretch * 2 : LONGEST_STRETCH;
    return end;
}

int lsi_search_spans(lsi_core *core, lsi_facts *f, const lsi_asked *p, lsi_found *found,
                     lsi_error *e)
{
    int status = LSCHED_OK;
    int64_t stretch = FIRST_STRETCH;
    size_t starts = 0;
    /* Beyond the horizon nothing is permitted, whatever was asked for. */
    const lsched_time until = p->until < p->horizon ? p->until : p->horizon;
    for (lsched_time t = p->from, end; status == LSCHED_OK && t < until; t = end) {
        end = stretch_end(t, &stretch, until);
        if (starts < p->limit)
            status = search_stretch(core, f, p, t, end, &starts, found, e);
    }
    return status;
}

/* The picture looks at whole blocks of days; where a calendar costs too much for that it may
 * still answer for less. */
static int find_free(lsi_core *core, lsi_facts *f, const lsi_asked *p, lsi_found *found,
                     lsi_error *e)
{
    int status = LSCHED_LIMIT;
    if (p->wish.moving == NULL && lsi_scan_can(core, f))
        status = lsi_scan_find(core, f, p->channels, p->from, p->until, p->limit, found, e);
    if (status != LSCHED_LIMIT)
        return status;
    lsi_error_clear(e);
    found->count = 0;
    return lsi_search_spans(core, f, p, found, e);
}

/* What is free, and what others make room for. */
static int find_slots(lsi_core *core, lsi_facts *f, const lsi_asked *p, lsi_found *found,
                      lsi_error *e)
{
    const int status = find_free(core, f, p, found, e);
    if (status != LSCHED_OK || f->service.reseats == 0)
        return status;
    return lsi_room_find(core, f, p->wish.moving, p->channels, p->from,
                         p->until < p->horizon ? p->until : p->horizon, p->limit, found, e);
}

int lsi_search_slots(lsi_core *core, lsi_facts *f, const char *moving, int32_t channels,
                     lsched_time from, lsched_time until, size_t limit, lsi_found *found,
                     lsi_error *e)
{
    const lsi_asked p = {.wish = {.moving = moving},
                         .from = from,
                         .until = until,
                         .horizon = lsi_policy_horizon(&f->service, f->zone, f->now),
                         .channels = channels,
                         .limit = limit};
    return find_slots(core, f, &p, found, e);
}

static int explain_range(lsi_core *core, lsi_facts *f, const lsi_asked *p, lsi_found *found,
                         lsi_error *e)
{
    int status = LSCHED_OK;
    int64_t stretch = FIRST_STRETCH;
    if (f->candidate_count == 0)
        return lsi_explain_add(found, LSCHED_WHY_NO_TEAM, 1, e);
    for (lsched_time t = p->from, end; status == LSCHED_OK && t < p->until; t = end) {
        end = stretch_end(t, &stretch, p->until);
        status = explain_stretch(core, f, p, t, end, found, e);
    }
    return status;
}

int lsi_search_plan(lsi_core *core, const lsched_query *q, const lsi_moment *m, lsi_arena *a,
                    lsi_asked *p, lsi_facts *f, lsi_error *e)
{
    *p = (lsi_asked){.wish = {.customer = q->customer,
                              .service = q->service,
                              .agent = q->agent,
                              .team = q->team,
                              .rungs = q->rungs != 0 ? q->rungs : LSI_ALL_RUNGS}};
    int status = lsi_search_check(q, e);
    if (status == LSCHED_OK && lsi_text_given(q->moving))
        status = lsi_search_moving(core, q, m->now, a, &p->wish, e);
    if (status == LSCHED_OK)
        status = lsi_facts_load_at(core, &p->wish, m, f, e);
    return status == LSCHED_OK ? bound(q, f, p, e) : status;
}

static int keep_degraded(const lsi_facts *f, lsi_arena *a, lsi_found *found, lsi_error *e)
{
    found->degraded = f->degraded;
    if (f->degraded[0] != '\0')
        found->degraded = lsi_arena_text(a, f->degraded, strlen(f->degraded));
    return found->degraded != NULL ? LSCHED_OK : lsi_error_nomem(e);
}

static int search(lsi_core *core, const lsched_query *q, const lsi_moment *m, lsi_arena *a,
                  lsi_found *found, lsi_error *e)
{
    lsi_facts f = {0};
    lsi_asked p;
    int status = lsi_search_plan(core, q, m, a, &p, &f, e);
    if (status == LSCHED_OK)
        status = find_slots(core, &f, &p, found, e);
    if (status == LSCHED_OK && found->count > 0)
        status = lsi_familiar_find(core, &f, p.wish.moving, p.channels,
                                   p.until < p.horizon ? p.until : p.horizon, found, e);
    if (status == LSCHED_OK && found->count == 0)
        status = explain_range(core, &f, &p, found, e);
    if (status == LSCHED_OK)
        status = lsi_storm_tell(core, &f, a, &found->incidents, &found->incident_count, e);
    if (status == LSCHED_OK)
        status = keep_degraded(&f, a, found, e);
    lsi_facts_free(core, &f);
    return status;
}

int lsi_search_find(lsi_core *core, const lsched_query *queries, size_t count, size_t *at,
                    lsi_arena *a, lsi_found *found, lsi_error *e)
{
    lsi_moment m;
    *at = count;
    int status = lsi_store_enter(core->store, false, e);
    if (status != LSCHED_OK)
        return status;
    status = lsi_facts_moment(core, &m, e);
    for (size_t i = 0; status == LSCHED_OK && i < count; i++) {
        status = search(core, &queries[i], &m, a, &found[i], e);
        if (status != LSCHED_OK)
            *at = i;
    }
    return lsi_store_leave(core->store, status, e);
}

int64_t lsi_search_reach(void)
{
    return LONGEST_STRETCH + 2 * lsi_permit_margin();
}

void lsi_search_free(lsi_found *found)
{
    free(found->slots);
    free(found->losses);
    *found = (lsi_found){0};
}
