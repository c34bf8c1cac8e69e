/* core/refuge.c -- where a stray could go: its options for rules/settle.c.
 *
 * Day by day from its own: first its promised time with whoever can serve then, then the rest
 * of that day, then the days around it.  All by the one predicate, on the facts of a move; at
 * the promised time a booking keeps its length, and is not asked what nobody promised.
 */
#include "core/refuge.h"

#include <stdlib.h>
#include <string.h>

/* ---- names: one pointer for each id ------------------------------------------------------------- */

static const char *intern(lsi_refuge *r, const char *id)
{
    for (size_t i = 0; i < r->name_count; i++) {
        if (strcmp(r->names[i], id) == 0)
            return r->names[i];
    }
    const char *copy = lsi_arena_text(r->a, id, strlen(id));
    const char **name =
        copy != NULL ? lsi_vector_push(&r->names, &r->name_count, &r->name_room, sizeof *name)
                     : NULL;
    if (name != NULL)
        *name = copy;
    return name != NULL ? copy : NULL;
}

/* ---- one look ---------------------------------------------------------------------------------------- */

/* The facts of one stray, as long as its options are made. */
typedef struct sight {
    lsi_refuge *r;
    lsi_astray *stray;
    lsi_settler *settler;
    lsi_arena a;
    lsi_facts f;
} sight;

static int open_sight(sight *v, lsi_error *e)
{
    const lsched_booking *b = v->stray->booking;
    const lsi_wish wish = {.customer = b->customer,
                           .service = b->service,
                           .rungs = LSI_ALL_RUNGS,
                           .moving = b->id,
                           .preferred = b->agent};
    return lsi_facts_load(v->r->core, &wish, v->r->now, &v->f, e);
}

static void close_sight(sight *v)
{
    lsi_facts_free(v->r->core, &v->f);
    lsi_arena_free(&v->a);
}

/* The booking's own place is free for itself.  What is taken has no ids here; but two that begin
 * at once for one agent have two lanes (I1). */
static void strike_own(lsi_agent_fact *agent, const lsched_booking *b)
{
    size_t kept = 0;
    for (size_t i = 0; i < agent->taken_count; i++) {
        const lsi_taken *t = &agent->taken[i];
        if (t->from != b->busy_from || t->until != b->busy_until || t->lane != b->lane)
            agent->taken[kept++] = *t;
    }
    agent->taken_count = kept;
}

/* What is taken lives as long as the options where they look at it later.  Only times and lanes
 * are asked for, which stand in the index: it is asked for every stray and day. */
static int take(sight *v, lsched_time from, lsched_time until, lsi_error *e)
{
    const lsched_booking *b = v->stray->booking;
    const int status = lsi_facts_take(v->r->core, &v->f, NULL, from, until,
                                      lsi_lane_whole(b->channel) ? &v->a : v->r->a, e);
    for (size_t i = 0; status == LSCHED_OK && i < v->f.agent_count; i++) {
        if (strcmp(v->f.agents[i].agent.id, b->agent) == 0)
            strike_own(&v->f.agents[i], b);
    }
    return status;
}

static int add_option(sight *v, size_t candidate, const lsi_option *like, lsi_error *e)
{
    const lsched_booking *b = v->stray->booking;
    const lsi_candidate *c = &v->f.candidates[candidate];
    const lsi_agent_fact *agent = &v->f.agents[c->agent];
    lsi_settler *s = v->settler;
    lsi_option *o = lsi_vector_push(&s->options, &s->count, &s->room, sizeof *o);
    if (o == NULL)
        return lsi_error_nomem(e);
    *o = *like;
    o->agent = intern(v->r, agent->agent.id);
    o->team = intern(v->r, v->f.teams[c->team].team.id);
    o->law = intern(v->r, v->f.law);
    o->incident = intern(v->r, like->incident);
    if (o->agent == NULL || o->team == NULL || o->law == NULL || o->incident == NULL) {
        s->count--;
        return lsi_error_nomem(e);
    }
    o->rung = lsi_ladder_best(c->rungs);
    o->owed = c->owed;
    o->other_agent = strcmp(o->agent, b->agent) != 0;
    o->other_team = strcmp(o->team, b->team) != 0;
    o->shift = o->start > v->stray->promised ? o->start - v->stray->promised
                                             : v->stray->promised - o->start;
    if (!lsi_lane_whole(b->channel)) {
        o->lanes = agent->agent.lanes;
        o->taken = agent->taken;
        o->taken_count = agent->taken_count;
    }
    return LSCHED_OK;
}

/* Merges two runs that lie side by side, the left one first among equals. */
static int merge(lsi_option *at, size_t width, size_t count, lsi_error *e)
{
    lsi_option *copy = malloc(width * sizeof *copy);
    if (copy == NULL)
        return lsi_error_nomem(e);
    memcpy(copy, at, width * sizeof *copy);
    size_t i = 0, j = width, k = 0;
    while (i < width && j < count)
        at[k++] = lsi_settle_compare(&at[j], &copy[i]) < 0 ? at[j++] : copy[i++];
    while (i < width)
        at[k++] = copy[i++];
    free(copy);
    return LSCHED_OK;
}

/* Puts the options behind `first` in order; among equals the first found stays first. */
static int put_in_order(lsi_settler *s, size_t first, lsi_error *e)
{
    int status = LSCHED_OK;
    for (size_t width = 1; s->count - first > width; width *= 2) {
        for (size_t left = first; s->count - left > width && status == LSCHED_OK;
             left += 2 * width) {
            const size_t count = s->count - left < 2 * width ? s->count - left : 2 * width;
            status = merge(&s->options[left], width, count, e);
            if (count < 2 * width)
                break;
        }
    }
    return status;
}

/* Indexes of the candidates, the best of the ladder first. */
static int best_first(sight *v, size_t **order, lsi_error *e)
{
    const size_t count = v->f.candidate_count;
    size_t *at = lsi_arena_take(&v->a, (count + 1) * sizeof *at);
    *order = at;
    if (at == NULL)
        return lsi_error_nomem(e);
    for (size_t i = 0; i < count; i++) {
        size_t k = i;
        for (; k > 0 && lsi_ladder_before(&v->f, i, at[k - 1]); k--)
            at[k] = at[k - 1];
        at[k] = i;
    }
    return LSCHED_OK;
}

/* ---- the promised time --------------------------------------------------------------------------------- */

/* What is held is nobody's promise yet: see lsched_plan_repair(). */
static bool may_take(const sight *v, size_t candidate)
{
    const lsched_booking *b = v->stray->booking;
    const lsi_candidate *c = &v->f.candidates[candidate];
    const bool same = strcmp(v->f.agents[c->agent].agent.id, b->agent) == 0;
    if (same && strcmp(v->f.teams[c->team].team.id, b->team) == 0)
        return v->stray->zone != NULL;
    return b->state != LSCHED_HELD || same || !v->stray->known;
}

static int keep_time(sight *v, const lsi_permits *p, lsi_error *e)
{
    const lsched_booking *b = v->stray->booking;
    const lsched_time t = v->stray->promised, shift = t - b->start;
    const lsi_option like = {.zone = v->stray->zone,
                             .start = t,
                             .end = b->end + shift,
                             .busy_from = b->busy_from + shift,
                             .busy_until = b->busy_until + shift,
                             .revision = b->revision,
                             .incident = b->incident};
    size_t *order;
    if (like.end <= v->r->now || (b->state == LSCHED_HELD && shift != 0))
        return LSCHED_OK;
    int status = best_first(v, &order, e);
    for (size_t i = 0; status == LSCHED_OK && i < v->f.candidate_count; i++) {
        if ((lsi_permit_why(p, order[i], t) & ~LSI_NOT_PROMISED) == 0 && may_take(v, order[i]))
            status = add_option(v, order[i], &like, e);
    }
    return status;
}

static int look_at_time(sight *v, lsi_error *e)
{
    const lsched_time t = v->stray->promised;
    lsi_permits *p = NULL;
    const lsched_service service = v->f.service;
    lsi_stray_keep_reach(&v->f.service, v->stray->booking);
    int status = take(v, t, t + 1, e);
    if (status == LSCHED_OK)
        status = lsi_permit_new(&v->f, v->stray->booking->channel, t, t + 1, &p, e);
    if (status == LSCHED_OK) {
        v->stray->status = lsi_permit_refusal(p, t, &v->stray->missing);
        status = keep_time(v, p, e);
    }
    lsi_permit_free(p);
    v->f.service = service;
    return status;
}

/* ---- the days around it ----------------------------------------------------------------------------------- */

/* Whether anybody at all can start then, as far as that is cheaply said.  The picture has the
 * booking in its own place, which is free for itself: it is only asked of starts that do not
 * touch that. */
static int ask_picture(sight *v, lsched_time from, lsched_time until, bool *anybody, lsi_error *e)
{
    const lsched_booking *b = v->stray->booking;
    const lsi_reach reach = lsi_policy_reach(&v->f.service);
    lsi_found found = {0};
    *anybody = true;
    if ((from - reach.before < b->busy_until && until + reach.behind > b->busy_from) ||
        !lsi_scan_can(v->r->core, &v->f))
        return LSCHED_OK;
    const int status = lsi_scan_find(v->r->core, &v->f, b->channel, from, until, 1, &found, e);
    *anybody = status != LSCHED_OK || found.count > 0;
    lsi_search_free(&found);
    if (status != LSCHED_LIMIT)
        return status;
    lsi_error_clear(e); /* it looks at more than is asked: permit.c may still answer */
    return LSCHED_OK;
}

static int look_at_span(sight *v, lsched_time from, lsched_time until, int32_t days, lsi_error *e)
{
    const lsi_reach reach = lsi_policy_reach(&v->f.service);
    lsi_permits *p = NULL;
    size_t *order = NULL;
    bool anybody = true;
    if (from < v->r->now)
        from = v->r->now;
    if (from >= until)
        return LSCHED_OK;
    int status = ask_picture(v, from, until, &anybody, e);
    if (status != LSCHED_OK || !anybody)
        return status;
    status = take(v, from, until, e);
    if (status == LSCHED_OK)
        status = best_first(v, &order, e);
    if (status == LSCHED_OK)
        status = lsi_permit_new(&v->f, v->stray->booking->channel, from, until, &p, e);
    for (size_t i = 0; status == LSCHED_OK && i < v->f.candidate_count; i++) {
        for (lsched_time t = from;
             status == LSCHED_OK && (t = lsi_permit_next(p, order[i], t)) != INT64_MAX; t++) {
            const lsi_option like = {.zone = v->f.zone,
                                     .start = t,
                                     .end = t + reach.length,
                                     .busy_from = t - reach.before,
                                     .busy_until = t + reach.behind,
                                     .revision = v->f.service.revision,
                                     .incident = v->f.storm.policy,
                                     .moved = true,
                                     .days = days,
                                     .earlier = days > 0 && t < v->stray->promised};
            status = add_option(v, order[i], &like, e);
        }
    }
    lsi_permit_free(p);
    return status;
}

/* The local date that lies so many days from the promised one, or an empty span. */
static void date_of(const sight *v, int32_t days, lsched_time *from, lsched_time *until)
{
    *from = lsi_zone_midnight(v->f.zone, v->stray->promised, days);
    *until = lsi_zone_midnight(v->f.zone, v->stray->promised, days + 1);
}

static int look_at_days(sight *v, int32_t days, lsi_error *e)
{
    const lsched_time horizon = lsi_policy_horizon(&v->f.service, v->f.zone, v->r->now);
    const int32_t most = v->r->days == LSCHED_NONE ? 0 : v->r->days;
    lsched_time from, until, before, behind;
    date_of(v, days, &from, &until);
    date_of(v, -days, &before, &behind);
    int status = LSCHED_OK;
    if (from < horizon)
        status = look_at_span(v, from, until < horizon ? until : horizon, days, e);
    if (status == LSCHED_OK && days > 0 && before < horizon)
        status = look_at_span(v, before, behind < horizon ? behind : horizon, days, e);
    date_of(v, -days - 1, &before, &behind);
    v->settler->all = (until >= horizon && behind <= v->r->now) ||
                      (days == most && v->r->days != 0) || days >= LSCHED_MAX_DAYS;
    return status;
}

/* There are many, and most strays look no further. */
static void trim(lsi_settler *s)
{
    lsi_option *at =
        s->count < s->room && s->count > 0 ? realloc(s->options, s->count * sizeof *at) : NULL;
    if (at == NULL)
        return;
    s->options = at;
    s->room = s->count;
}

/* ---- what settle.c asks for ----------------------------------------------------------------------------------- */

int lsi_refuge_more(void *refuge, size_t stray, lsi_error *e)
{
    lsi_refuge *r = refuge;
    sight v = {.r = r, .stray = &r->strays[stray], .settler = &r->settlers[stray]};
    const size_t first = v.settler->count;
    int status = open_sight(&v, e);
    if (status == LSCHED_OK)
        status = look_at_days(&v, ++v.settler->looked, e);
    close_sight(&v);
    if (lsi_stray_cannot_tell(status)) {
        lsi_error_clear(e);
        v.settler->all = true;
        status = LSCHED_OK;
    }
    trim(v.settler);
    return status == LSCHED_OK ? put_in_order(v.settler, first, e) : status;
}

int lsi_refuge_late(void *refuge, lsi_error *e)
{
    const lsi_refuge *r = refuge;
    return lsi_store_late(r->core->store, e);
}

/* When it was promised: by the wall clock, whose zone may have other rules by now. */
lsched_time lsi_refuge_promised(lsi_core *core, const lsched_booking *b, const lsi_zone **zone)
{
    lsi_error ignored;
    lsched_time t = b->start;
    *zone = NULL;
    if (lsi_zone_get(core->zones, b->zone, zone, &ignored) != LSCHED_OK) {
        *zone = NULL;
        return b->start;
    }
    return lsi_iso_read(b->wall, *zone, &t, &ignored) == LSCHED_OK && t % 60 == 0 ? t : b->start;
}

/* What counts as the agent's work, as store/served.c counts it. */
static int64_t work_of(const lsched_booking *b)
{
    return b->state == LSCHED_BOOKED ? b->end - b->start : 0;
}

/* What is known of a stray before any other place is looked at, and who could keep its time. */
int lsi_refuge_meet(lsi_refuge *r, size_t stray, const lsched_stray *s, lsi_error *e)
{
    sight v = {.r = r, .stray = &r->strays[stray], .settler = &r->settlers[stray]};
    lsi_astray *me = v.stray;
    *me = (lsi_astray){.booking = s->booking, .reasons = s->reasons};
    *v.settler = (lsi_settler){.chosen = LSI_NOWHERE,
                               .looked = -1,
                               .agent = intern(r, s->booking->agent),
                               .seconds = work_of(s->booking)};
    if (v.settler->agent == NULL)
        return lsi_error_nomem(e);
    me->promised = s->booking->start;
    if ((s->reasons & LSCHED_WHY_WALL) != 0)
        me->promised = lsi_refuge_promised(r->core, s->booking, &me->zone);
    int status = open_sight(&v, e);
    if (status == LSCHED_OK) {
        me->known =
            (s->booking->rung == LSCHED_KNOWN || lsi_known_rank(&v.f, s->booking->agent) > 0) &&
            !lsi_roster_avoided(&v.f.customer, s->booking->agent);
        status = look_at_time(&v, e);
    }
    close_sight(&v);
    if (lsi_stray_cannot_tell(status)) {
        lsi_error_clear(e);
        me->status = status;
        v.settler->all = true;
        return LSCHED_OK;
    }
    v.settler->all = s->booking->state == LSCHED_HELD;
    trim(v.settler);
    return status == LSCHED_OK ? put_in_order(v.settler, 0, e) : status;
}

void lsi_refuge_free(lsi_refuge *r)
{
    for (size_t i = 0; i < r->count; i++)
        free(r->settlers[i].options);
    free(r->names);
    r->names = NULL;
    r->count = 0;
}
