/* rules/permit.c -- THE predicate: may this candidate start at this instant?
 *
 * Each rule is a set of instants that it permits as a start (span sets, so that a
 * fortnight costs no more than its openings):
 *
 *     notice  horizon                     from the clock, policy.c
 *     region                              [t, t + length) is open in all of them (law.c)
 *     customer  service                   a layer each: likewise
 *     team                                likewise, per team
 *     roster                              likewise, per candidate
 *     agent                               [t - before, t + behind) is open, per agent
 *     booked                              [t - before, t + behind) is free, per agent
 *
 * and a start must also lie on the service's grid.  Whoever is unfit (channel, skills, language)
 * can never start, nor anybody whose layers a stale calendar shuts.  why() asks each rule about one instant;
 * next() walks the intersection of the same sets.  What is compiled from the same layers and
 * bookings for speed (board.c) is held against this, world by world.
 */
#include "rules/rules.h"

#include <stdlib.h>
#include <string.h>

/* The longest reach of a contact is a day (LSCHED_MAX_MINUTES), and the anchors look back
 * to a local midnight, at most 25 hours: three days cover both. */
#define MARGIN (3 * LSI_DAY)

enum shared {
    NOTICE,
    HORIZON,
    REGION,
    CUSTOMER,
    SERVICE,
    SHARED
};

static const int32_t shared_reason[SHARED] = {LSCHED_WHY_NOTICE, LSCHED_WHY_HORIZON,
                                              LSCHED_WHY_REGION, LSCHED_WHY_CUSTOMER,
                                              LSCHED_WHY_SERVICE};

typedef struct team_time {
    lsi_spans open;   /* the anchor LSCHED_OPENING counts from these */
    lsi_spans starts; /* permitted by the team */
    lsi_spans steady; /* and by region, customer and service */
} team_time;

typedef struct agent_time {
    lsi_spans shift, booked; /* permitted by each */
    bool moved;              /* what is booked is another since the last turn */
} agent_time;

typedef struct candidate_time {
    int32_t unfit;
    lsi_spans roster; /* permitted by it */
    lsi_spans steady; /* permitted by all rules but notice and horizon, which move with
                         the clock: the anchor LSCHED_FREE counts from these */
    lsi_spans all;    /* permitted by all */
} candidate_time;

struct lsi_permits {
    const lsi_facts *facts;
    int32_t channel;
    lsched_time from, until; /* starts to be judged */
    lsched_time left, right; /* what has been looked at for that */
    lsi_reach reach;
    int32_t notice, horizon; /* with which it was built */
    lsi_spans shared[SHARED];
    team_time *teams;
    agent_time *agents;
    candidate_time *candidates;
};

int64_t lsi_permit_margin(void)
{
    return MARGIN;
}

/* On the clock's grid a start is a matter of its own reach; whole minutes, since calendars are
 * rounded to these. */
int64_t lsi_permit_look(const lsched_service *service)
{
    const lsi_reach reach = lsi_policy_reach(service);
    const int64_t longest = reach.before > reach.behind ? reach.before : reach.behind;
    return service->anchor == LSCHED_CLOCK ? (longest + 119) / 60 * 60 : MARGIN;
}

void lsi_permit_free(lsi_permits *p)
{
    if (p == NULL)
        return;
    for (int i = 0; i < SHARED; i++)
        lsi_span_free(&p->shared[i]);
    for (size_t i = 0; p->teams != NULL && i < p->facts->team_count; i++) {
        lsi_span_free(&p->teams[i].open);
        lsi_span_free(&p->teams[i].starts);
        lsi_span_free(&p->teams[i].steady);
    }
    for (size_t i = 0; p->agents != NULL && i < p->facts->agent_count; i++) {
        lsi_span_free(&p->agents[i].shift);
        lsi_span_free(&p->agents[i].booked);
    }
    for (size_t i = 0; p->candidates != NULL && i < p->facts->candidate_count; i++) {
        lsi_span_free(&p->candidates[i].roster);
        lsi_span_free(&p->candidates[i].steady);
        lsi_span_free(&p->candidates[i].all);
    }
    free(p->teams);
    free(p->agents);
    free(p->candidates);
    free(p);
}

/* ---- building -------------------------------------------------------------------------- */

/* A layer as starts; `open`, if wanted, keeps its open time. */
static int layer_starts(const lsi_permits *p, const lsi_layer *layer, const lsi_zone *zone,
                        int64_t before, int64_t length, lsi_spans *open, lsi_spans *starts,
                        lsi_error *e)
{
    int status = lsi_layer_said(layer, zone, p->left, p->right, starts, e);
    if (status == LSCHED_OK && open != NULL)
        status = lsi_span_copy(open, starts, e);
    if (status == LSCHED_OK)
        lsi_span_starts(starts, before, length);
    return status;
}

/* What moves with the clock, and with the service's policy. */
static int build_clock(lsi_permits *p, lsi_error *e)
{
    const lsi_facts *f = p->facts;
    p->notice = f->service.notice;
    p->horizon = f->service.horizon;
    p->shared[NOTICE].count = p->shared[HORIZON].count = 0;
    const int status =
        lsi_span_add(&p->shared[NOTICE], lsi_policy_earliest(&f->service, f->now), LSI_TIME_END, e);
    return status == LSCHED_OK ? lsi_span_add(&p->shared[HORIZON], 0,
                                              lsi_policy_horizon(&f->service, f->zone, f->now), e)
                               : status;
}

/* What binds contacts on one channel may not bind those on another. */
static int build_region(lsi_permits *p, lsi_error *e)
{
    lsi_spans *starts = &p->shared[REGION];
    starts->count = 0;
    const int status = lsi_law_open(p->facts, p->channel, p->left, p->right, starts, e);
    if (status == LSCHED_OK)
        lsi_span_starts(starts, 0, p->reach.length);
    return status;
}

static int build_shared(lsi_permits *p, lsi_error *e)
{
    const lsi_facts *f = p->facts;
    const struct {
        enum shared rule;
        const lsi_layer *layer;
    } layers[] = {{CUSTOMER, &f->customer_layer}, {SERVICE, &f->service_layer}};
    int status = build_clock(p, e);
    if (status == LSCHED_OK)
        status = build_region(p, e);
    for (size_t i = 0; status == LSCHED_OK && i < 2; i++)
        status = layer_starts(p, layers[i].layer, f->zone, 0, p->reach.length, NULL,
                              &p->shared[layers[i].rule], e);
    return status;
}

static int build_steady(lsi_permits *p, size_t i, lsi_error *e)
{
    team_time *t = &p->teams[i];
    int status = lsi_span_copy(&t->steady, &t->starts, e);
    for (int rule = REGION; status == LSCHED_OK && rule < SHARED; rule++)
        status = lsi_span_keep(&t->steady, &p->shared[rule], e);
    return status;
}

static int build_team(lsi_permits *p, size_t i, lsi_error *e)
{
    team_time *t = &p->teams[i];
    const int status = layer_starts(p, &p->facts->teams[i].layer, p->facts->zone, 0,
                                    p->reach.length, &t->open, &t->starts, e);
    return status == LSCHED_OK ? build_steady(p, i, e) : status;
}

static int build_booked(lsi_permits *p, size_t i, lsi_error *e)
{
    agent_time *a = &p->agents[i];
    lsi_spans busy = {0};
    int status = lsi_lane_busy(&p->facts->agents[i], p->channel, &busy, e);
    if (status == LSCHED_OK)
        status = lsi_span_add(&a->booked, p->left, p->right, e);
    if (status == LSCHED_OK)
        status = lsi_span_cut(&a->booked, &busy, e);
    if (status == LSCHED_OK)
        lsi_span_starts(&a->booked, p->reach.before, p->reach.behind);
    lsi_span_free(&busy);
    return status;
}

static int build_agent(lsi_permits *p, size_t i, lsi_error *e)
{
    const lsi_agent_fact *fact = &p->facts->agents[i];
    const int status = layer_starts(p, &fact->layer, fact->zone, p->reach.before, p->reach.behind,
                                    NULL, &p->agents[i].shift, e);
    return status == LSCHED_OK ? build_booked(p, i, e) : status;
}

bool lsi_permit_shut(const lsi_facts *f, size_t candidate, int32_t channel)
{
    return lsi_layer_shut(&f->customer_layer) || lsi_layer_shut(&f->service_layer) ||
           lsi_layer_shut(&f->teams[f->candidates[candidate].team].layer) ||
           lsi_law_shut(f, channel);
}

int32_t lsi_permit_unfit(const lsi_facts *f, size_t candidate, int32_t channel)
{
    const lsi_agent_fact *agent = &f->agents[f->candidates[candidate].agent];
    const bool shut = lsi_layer_shut(&agent->layer) || lsi_permit_shut(f, candidate, channel);
    return lsi_roster_unfit(&agent->agent, &f->service, &f->customer, channel) |
           (shut ? LSCHED_WHY_STALE : 0);
}

static int32_t unfit(const lsi_permits *p, size_t candidate)
{
    return lsi_permit_unfit(p->facts, candidate, p->channel);
}

static int build_candidate(lsi_permits *p, size_t i, lsi_error *e)
{
    const lsi_facts *f = p->facts;
    const lsi_candidate *fact = &f->candidates[i];
    candidate_time *c = &p->candidates[i];
    c->unfit = unfit(p, i);
    c->steady.count = c->all.count = 0;
    int status = lsi_span_copy(&c->roster, &fact->roster, e);
    if (status != LSCHED_OK)
        return status;
    lsi_span_starts(&c->roster, 0, p->reach.length);
    if (c->unfit != 0)
        return LSCHED_OK; /* nothing is permitted: steady and all stay empty */
    const lsi_spans *rules[] = {&p->agents[fact->agent].shift, &p->agents[fact->agent].booked,
                                &c->roster};
    status = lsi_span_copy(&c->steady, &p->teams[fact->team].steady, e);
    for (size_t r = 0; status == LSCHED_OK && r < 3; r++)
        status = lsi_span_keep(&c->steady, rules[r], e);
    if (status == LSCHED_OK)
        status = lsi_span_copy(&c->all, &c->steady, e);
    if (status == LSCHED_OK)
        status = lsi_span_keep(&c->all, &p->shared[NOTICE], e);
    if (status == LSCHED_OK)
        status = lsi_span_keep(&c->all, &p->shared[HORIZON], e);
    return status;
}

static int build(lsi_permits *p, lsi_error *e)
{
    const lsi_facts *f = p->facts;
    int status = build_shared(p, e);
    for (size_t i = 0; status == LSCHED_OK && i < f->team_count; i++)
        status = build_team(p, i, e);
    for (size_t i = 0; status == LSCHED_OK && i < f->agent_count; i++)
        status = build_agent(p, i, e);
    for (size_t i = 0; status == LSCHED_OK && i < f->candidate_count; i++)
        status = build_candidate(p, i, e);
    return status;
}

int lsi_permit_new(const lsi_facts *facts, int32_t channel, lsched_time from, lsched_time until,
                   lsi_permits **out, lsi_error *e)
{
    lsi_permits *p = calloc(1, sizeof *p);
    *out = NULL;
    if (p == NULL)
        return lsi_error_nomem(e);
    p->facts = facts;
    p->channel = channel;
    p->from = from;
    p->until = until;
    p->reach = lsi_policy_reach(&facts->service);
    const int64_t look = lsi_permit_look(&facts->service);
    p->left = from > look ? (from - look) / 60 * 60 : 0;
    p->right = (until + look + 59) / 60 * 60;
    p->teams = calloc(facts->team_count + 1, sizeof *p->teams);
    p->agents = calloc(facts->agent_count + 1, sizeof *p->agents);
    p->candidates = calloc(facts->candidate_count + 1, sizeof *p->candidates);
    int status = LSCHED_OK;
    if (p->teams == NULL || p->agents == NULL || p->candidates == NULL)
        status = lsi_error_nomem(e);
    if (status == LSCHED_OK)
        status = build(p, e);
    if (status != LSCHED_OK) {
        lsi_permit_free(p);
        return status;
    }
    *out = p;
    return LSCHED_OK;
}

/* What is booked, laid anew for the channel; and whether that is something else. */
static int rebuild_booked(lsi_permits *p, size_t i, lsi_error *e)
{
    agent_time *a = &p->agents[i];
    const lsi_spans old = a->booked;
    a->booked = (lsi_spans){0};
    const int status = build_booked(p, i, e);
    a->moved = status != LSCHED_OK || old.count != a->booked.count ||
               (old.count > 0 && memcmp(old.at, a->booked.at, old.count * sizeof *old.at) != 0);
    free(old.at);
    return status;
}

static int rebuild_region(lsi_permits *p, lsi_error *e)
{
    int status = build_region(p, e);
    for (size_t i = 0; status == LSCHED_OK && i < p->facts->team_count; i++)
        status = build_steady(p, i, e);
    return status;
}

int lsi_permit_again(lsi_permits *p, int32_t channel, bool *moved, lsi_error *e)
{
    const lsi_facts *f = p->facts;
    const bool lanes = lsi_lane_whole(channel) != lsi_lane_whole(p->channel);
    const bool laws = !lsi_law_alike(f, channel, p->channel);
    const bool policy = p->notice != f->service.notice || p->horizon != f->service.horizon;
    int status = policy ? build_clock(p, e) : LSCHED_OK;
    p->channel = channel;
    if (status == LSCHED_OK && laws)
        status = rebuild_region(p, e);
    for (size_t i = 0; status == LSCHED_OK && i < f->agent_count; i++) {
        p->agents[i].moved = false;
        if (lanes)
            status = rebuild_booked(p, i, e);
    }
    for (size_t i = 0; status == LSCHED_OK && i < f->candidate_count; i++) {
        if (!policy && !laws && !p->agents[f->candidates[i].agent].moved &&
            p->candidates[i].unfit == unfit(p, i))
            continue;
        moved[i] = true;
        status = build_candidate(p, i, e);
    }
    return status;
}

/* ---- the grid ---------------------------------------------------------------------------- */

/* The first instant at or after t on the candidate's grid, for a t that all rules permit. */
static lsched_time next_on_grid(const lsi_permits *p, size_t candidate, lsched_time t)
{
    const lsi_facts *f = p->facts;
    const int64_t step = (int64_t)f->service.step * 60;
    const lsi_span *run = NULL;
    if (f->service.anchor == LSCHED_OPENING)
        run = lsi_span_at(&p->teams[f->candidates[candidate].team].open, t);
    else if (f->service.anchor == LSCHED_FREE)
        run = lsi_span_at(&p->candidates[candidate].steady, t);
    return run != NULL ? lsi_grid_run_next(f->zone, run, step, t)
                       : lsi_grid_next(f->zone, f->service.step, t);
}

/* ---- asking -------------------------------------------------------------------------------- */

/* The first span that ends behind t; NULL: none. */
static const lsi_span *span_behind(const lsi_spans *s, lsched_time t)
{
    size_t low = 0, high = s->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (s->at[middle].until <= t)
            low = middle + 1;
        else
            high = middle;
    }
    return low < s->count ? &s->at[low] : NULL;
}

lsched_time lsi_permit_next(const lsi_permits *p, size_t candidate, lsched_time t)
{
    if (t < p->from)
        t = p->from;
    for (;;) {
        const lsi_span *span = span_behind(&p->candidates[candidate].all, t);
        if (span == NULL)
            return INT64_MAX;
        if (t < span->from)
            t = span->from;
        if (t >= p->until)
            return INT64_MAX;
        t = next_on_grid(p, candidate, t);
        if (t < span->until)
            return t < p->until ? t : INT64_MAX;
    }
}

/* All rules of a candidate, each with the starts that it permits. */
typedef struct rule {
    int32_t reason;
    const lsi_spans *permitted;
} rule;

#define RULES (SHARED + 4)

static void rules_of(const lsi_permits *p, size_t candidate, rule rules[RULES])
{
    const lsi_candidate *fact = &p->facts->candidates[candidate];
    for (int i = 0; i < SHARED; i++)
        rules[i] = (rule){shared_reason[i], &p->shared[i]};
    rules[SHARED] = (rule){LSCHED_WHY_TEAM, &p->teams[fact->team].starts};
    rules[SHARED + 1] = (rule){LSCHED_WHY_ROSTER, &p->candidates[candidate].roster};
    rules[SHARED + 2] = (rule){LSCHED_WHY_AGENT, &p->agents[fact->agent].shift};
    rules[SHARED + 3] = (rule){LSCHED_WHY_BOOKED, &p->agents[fact->agent].booked};
}

int32_t lsi_permit_why(const lsi_permits *p, size_t candidate, lsched_time t)
{
    rule rules[RULES];
    int32_t why = p->candidates[candidate].unfit;
    rules_of(p, candidate, rules);
    for (int i = 0; i < RULES; i++) {
        if (lsi_span_at(rules[i].permitted, t) == NULL)
            why |= rules[i].reason;
    }
    /* The clock's grid is the same everywhere; the other two begin at what is permitted, so
     * off the grid can only be said of an instant that is possible otherwise. */
    if (p->facts->service.anchor == LSCHED_CLOCK
            ? lsi_grid_next(p->facts->zone, p->facts->service.step, t) != t
            : why == 0 && lsi_permit_next(p, candidate, t) != t)
        why |= LSCHED_WHY_GRID;
    return why;
}

const lsi_spans *lsi_permit_by(const lsi_permits *p, size_t candidate, int32_t reason)
{
    rule rules[RULES];
    rules_of(p, candidate, rules);
    for (int i = 0; i < RULES; i++) {
        if (rules[i].reason == reason)
            return rules[i].permitted;
    }
    return &p->candidates[candidate].all;
}

int lsi_permit_edges(const lsi_permits *p, size_t candidate,
                     int (*found)(void *user, lsched_time t, lsi_error *e), void *user,
                     lsi_error *e)
{
    rule rules[RULES];
    int status = LSCHED_OK;
    rules_of(p, candidate, rules);
    for (int i = 0; i < RULES; i++) {
        const lsi_spans *s = rules[i].permitted;
        for (size_t n = 0; status == LSCHED_OK && n < s->count; n++) {
            status = found(user, s->at[n].from, e);
            if (status == LSCHED_OK)
                status = found(user, s->at[n].until, e);
        }
    }
    return status;
}

/* ---- what a refusal means -------------------------------------------------------------------- */

/* In the order in which the customer should hear of them. */
static const struct {
    int32_t reasons;
    int status;
} meanings[] = {
    {LSCHED_WHY_NOTICE, LSCHED_TOOSOON},
    {LSCHED_WHY_HORIZON, LSCHED_TOOFAR},
    {LSCHED_WHY_REGION | LSCHED_WHY_CUSTOMER | LSCHED_WHY_SERVICE | LSCHED_WHY_TEAM |
         LSCHED_WHY_STALE,
     LSCHED_CLOSED},
    {LSCHED_WHY_CHANNEL | LSCHED_WHY_SKILL | LSCHED_WHY_LANGUAGE | LSCHED_WHY_ROSTER |
         LSCHED_WHY_AGENT | LSCHED_WHY_NO_TEAM | LSCHED_WHY_AVOIDED,
     LSCHED_NOBODY},
    {LSCHED_WHY_GRID, LSCHED_OFFGRID},
    {LSCHED_WHY_BOOKED, LSCHED_TAKEN},
};
#define MEANINGS (sizeof meanings / sizeof *meanings)

static int meaning(int32_t why)
{
    for (size_t i = 0; i < MEANINGS; i++) {
        if ((why & meanings[i].reasons) != 0)
            return meanings[i].status;
    }
    return LSCHED_OK;
}

/* How far from possible: the rules broken, and among equals those last in the table, so
 * that "taken" beats "not at that minute" beats "nobody works then". */
static int distance(int32_t why)
{
    int far = 0;
    for (size_t i = 0; i < MEANINGS; i++)
        far += __builtin_popcount((unsigned)(why & meanings[i].reasons)) * (100 - (int)i);
    return far;
}

int lsi_permit_refusal(const lsi_permits *p, lsched_time t, int32_t *reasons)
{
    *reasons = LSCHED_WHY_NO_TEAM;
    for (size_t i = 0; i < p->facts->candidate_count; i++) {
        const int32_t why = lsi_permit_why(p, i, t);
        if (i == 0 || distance(why) < distance(*reasons))
            *reasons = why;
    }
    return meaning(*reasons);
}
