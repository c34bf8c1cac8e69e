/* core/place.c -- the place of a booking: who, when promised, on which lane.
 *
 * Who can start then is the predicate's word alone (permit.c), asked under the write lock,
 * so that nobody can take the place in between.
 */
#include "core/core.h"

#include <string.h>

/* The zone and the wall clock time that are promised, beside the instant. */
int lsi_place_promise(const lsi_zone *zone, lsi_arena *a, lsched_booking *b, lsi_error *e)
{
    char wall[40];
    const int status = lsi_iso_write(b->start, zone, wall, sizeof wall, e);
    if (status != LSCHED_OK)
        return status;
    b->zone = lsi_arena_text(a, lsi_zone_name(zone), strlen(lsi_zone_name(zone)));
    b->wall = lsi_arena_text(a, wall, strlen("2026-03-08T16:40"));
    b->offset = lsi_zone_offset(zone, b->start);
    return b->zone == NULL || b->wall == NULL ? lsi_error_nomem(e) : LSCHED_OK;
}

/* All chats that hang together with the booking: as far around it as it takes. */
static int take_cluster(lsi_core *core, lsi_agent_fact *agent, const char *moving,
                        lsched_time clock, const lsched_booking *b, lsi_arena *a, lsi_error *e)
{
    for (int64_t margin = LSI_DAY;; margin *= 2) {
        const lsched_time from = b->busy_from - margin, until = b->busy_until + margin;
        lsched_time left = b->busy_from, right = b->busy_until;
        const int status = lsi_facts_take_agent(core, agent, moving, clock, from, until, a, e);
        if (status != LSCHED_OK)
            return status;
        lsi_lane_cluster(agent, &left, &right);
        if (left >= from && right <= until)
            return LSCHED_OK;
    }
}

/* Makes room by laying the agent's other chats anew (lane.c). */
static int make_room(const lsi_agent_fact *agent, lsi_arena *a, lsched_booking *b,
                     lsi_relaning *others, lsi_error *e)
{
    int32_t *lanes = lsi_arena_take(a, (agent->taken_count + 1) * sizeof *lanes);
    others->ids = lsi_arena_take(a, (agent->taken_count + 1) * sizeof *others->ids);
    others->lanes = lsi_arena_take(a, (agent->taken_count + 1) * sizeof *others->lanes);
    if (lanes == NULL || others->ids == NULL || others->lanes == NULL)
        return lsi_error_nomem(e);
    b->lane = lsi_lane_lay(agent, b->busy_from, b->busy_until, lanes);
    for (size_t i = 0; i < agent->taken_count; i++) {
        if (lanes[i] == agent->taken[i].lane)
            continue;
        others->ids[others->count] = agent->taken[i].id;
        others->lanes[others->count++] = lanes[i];
    }
    return LSCHED_OK;
}

int lsi_place_lane(lsi_core *core, lsi_agent_fact *agent, const char *moving, lsched_time clock,
                   lsi_arena *a, lsched_booking *b, lsi_relaning *others, lsi_error *e)
{
    b->lane = 0;
    if (lsi_lane_whole(b->channel))
        return LSCHED_OK;
    b->lane = lsi_lane_free(agent, b->busy_from, b->busy_until);
    if (b->lane != 0)
        return LSCHED_OK;
    const int status = take_cluster(core, agent, moving, clock, b, a, e);
    return status == LSCHED_OK ? make_room(agent, a, b, others, e) : status;
}

/* ---- the place -------------------------------------------------------------------------------- */

static void stand(const lsi_facts *f, lsi_podium *p, size_t candidate)
{
    const size_t none = f->candidate_count, agent = f->candidates[candidate].agent;
    const bool other = p->best != none && f->candidates[p->best].agent != agent;
    if (p->best == none || lsi_ladder_before(f, candidate, p->best)) {
        p->second = other ? p->best : p->second;
        p->best = candidate;
    } else if (other && (p->second == none || lsi_ladder_before(f, candidate, p->second))) {
        p->second = candidate;
    }
}

/* Whoever is in two of the teams is still one agent. */
static bool stood(const lsi_facts *f, const lsi_permits *p, size_t candidate, lsched_time start)
{
    for (size_t i = 0; i < candidate; i++) {
        if (f->candidates[i].agent == f->candidates[candidate].agent &&
            lsi_permit_why(p, i, start) == 0)
            return true;
    }
    return false;
}

/* Or why nobody can. */
static int choose(const lsi_facts *f, const lsi_permits *p, lsched_time start, lsi_podium *out,
                  int32_t *reasons, lsi_error *e)
{
    *out = (lsi_podium){f->candidate_count, f->candidate_count, 0};
    *reasons = 0;
    for (size_t i = 0; i < f->candidate_count; i++) {
        if (lsi_permit_why(p, i, start) != 0)
            continue;
        out->free += !stood(f, p, i, start);
        stand(f, out, i);
    }
    if (out->free > 0)
        return LSCHED_OK;
    char words[360];
    const int status = lsi_permit_refusal(p, start, reasons);
    lsi_reason_words(*reasons, words, sizeof words);
    return lsi_error_set(e, status, "nobody can start then: %s", words);
}

static const char *copy(lsi_arena *a, const char *id)
{
    return lsi_arena_text(a, id, strlen(id));
}

/* Asks the picture, and where that says no, the rules for their reasons. */
static int find_best(lsi_act *t, lsi_facts *f, const char *moving, lsi_podium *won,
                     int32_t *reasons, lsi_error *e)
{
    const lsched_booking *b = t->b;
    lsi_permits *p = NULL;
    int status = LSCHED_OK;
    won->free = 0;
    if (!lsi_text_given(moving) && lsi_scan_can(t->core, f))
        status = lsi_scan_choose(t->core, f, b->channel, b->start, won, e);
    if (status == LSCHED_LIMIT) { /* of a block; for one start it may do */
        lsi_error_clear(e);
        status = LSCHED_OK;
    }
    if (status != LSCHED_OK || won->free > 0)
        return status;
    status = lsi_facts_take(t->core, f, moving, b->start, b->start + 1, t->a, e);
    if (status == LSCHED_OK)
        status = lsi_permit_new(f, b->channel, b->start, b->start + 1, &p, e);
    if (status == LSCHED_OK)
        status = choose(f, p, b->start, won, reasons, e);
    lsi_permit_free(p);
    return status;
}

/* Where all who could serve are taken, others may make room (reseat.c); if
 * not, the refusal stays the answer. */
static int make_room_for(lsi_act *t, lsi_facts *f, const char *moving, lsi_podium *won,
                         lsi_error *e)
{
    const lsi_error refused = *e;
    const lsched_time start = t->b->start;
    lsi_reseat *r;
    lsi_permits *p = NULL;
    lsi_seated seated = {.count = 0};
    lsi_error_clear(e);
    int status = lsi_reseat_new(t->core, f, moving, start, start + 1, &r, e);
    if (status == LSCHED_OK && r != NULL)
        status = lsi_permit_new(lsi_reseat_facts(r), t->b->channel, start, start + 1, &p, e);
    if (status == LSCHED_OK && r != NULL)
        status = lsi_reseat_choose(r, p, start, &won->best, &seated, e);
    if (status == LSCHED_OK && seated.count > 0) {
        won->second = f->candidate_count;
        t->b->moves = seated.count;
        status = lsi_room_make(t, r, &seated, moving, e);
    }
    lsi_permit_free(p);
    lsi_reseat_free(r);
    if (status != LSCHED_OK || seated.count > 0)
        return status;
    *e = refused;
    return refused.status;
}

static lsi_choice explain(const lsi_facts *f, const lsi_podium *p)
{
    const lsi_candidate *c = &f->candidates[p->best];
    return (lsi_choice){.decided = p->free == 0 ? LSCHED_BY_ROOM
                                   : p->second == f->candidate_count
                                       ? LSCHED_BY_ALONE
                                       : lsi_ladder_decided(f, p->best, p->second),
                        .rank = f->agents[c->agent].rank,
                        .free = p->free,
                        .owed = c->owed};
}

/* A chat needs a lane, and that is seen from what else the agent has. */
static int find_lane(lsi_act *t, lsi_facts *f, lsi_agent_fact *agent, const char *moving,
                     lsi_error *e)
{
    lsched_booking *b = t->b;
    int status = LSCHED_OK;
    lsi_facts_mark(f);
    if (!lsi_lane_whole(b->channel))
        status = lsi_facts_take_agent(t->core, agent, moving, f->clock, b->busy_from, b->busy_until,
                                      t->a, e);
    return status == LSCHED_OK
               ? lsi_place_lane(t->core, agent, moving, f->clock, t->a, b, &t->others, e)
               : status;
}

/* Whether it is all the same to the customer who serves, and the service may make use of it. */
static bool is_anybodys(const lsi_facts *f, const lsched_booking *b, const lsi_agent_fact *agent)
{
    const bool kept = f->preferred != NULL && strcmp(f->preferred, b->agent) == 0;
    return f->service.reseats > 0 && lsi_lane_whole(b->channel) && !kept && agent->rank == 0 &&
           b->rung != LSCHED_KNOWN && !lsi_text_given(b->series);
}

int lsi_place_choose(lsi_act *t, lsi_facts *f, const char *moving, bool named, int32_t *reasons,
                     lsi_error *e)
{
    lsi_podium won;
    lsched_booking *b = t->b;
    *reasons = 0;
    b->moves = 0;
    if (b->channel == 0)
        b->channel = f->service.channels & -f->service.channels;
    int status = find_best(t, f, moving, &won, reasons, e);
    if (status == LSCHED_TAKEN && f->service.reseats > 0)
        status = make_room_for(t, f, moving, &won, e);
    if (status != LSCHED_OK)
        return status;
    *reasons = 0;
    const lsi_candidate *c = &f->candidates[won.best];
    const lsi_reach reach = lsi_policy_reach(&f->service);
    b->agent = copy(t->a, f->agents[c->agent].agent.id);
    b->team = copy(t->a, f->teams[c->team].team.id);
    if (b->agent == NULL || b->team == NULL)
        return lsi_error_nomem(e);
    b->rung = lsi_ladder_best(c->rungs);
    b->anybody = !named && is_anybodys(f, b, &f->agents[c->agent]);
    t->choice = explain(f, &won);
    b->end = b->start + reach.length;
    b->busy_from = b->start - reach.before;
    b->busy_until = b->start + reach.behind;
    b->revision = f->service.revision;
    b->law = copy(t->a, f->law);
    b->incident = copy(t->a, f->storm.policy);
    if (b->law == NULL || b->incident == NULL)
        return lsi_error_nomem(e);
    t->terms = (lsi_terms){f->service.id, f->service.revision, f->service.reminder};
    status = lsi_place_promise(f->zone, t->a, b, e);
    return status == LSCHED_OK ? find_lane(t, f, &f->agents[c->agent], moving, e) : status;
}

int lsi_place_take(lsi_act *t, const lsi_wish *wish, lsi_error *e)
{
    lsi_facts f = {0};
    int32_t reasons;
    int status = lsi_facts_load(t->core, wish, t->now, &f, e);
    if (status == LSCHED_OK)
        status = lsi_place_choose(t, &f, wish->moving, lsi_text_given(wish->agent), &reasons, e);
    lsi_facts_free(t->core, &f);
    return status;
}
