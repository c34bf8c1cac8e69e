/* core/ahead.c -- from the store to what a wait hangs on: the agents of whoever stands in line,
 * when they are there, what they are engaged in, and how long that takes.
 *
 * Customers of one team, language and service who avoid the same agents, or none, are served by the
 * same people, so the ladder is asked once for each such class, by one of them.  An agent is there when on shift, in the team,
 * and the team is open.  A booking whose agent is not there at its start will go to others, and
 * stands in front of the line from then on.  Of the line, whom an incident forbids to work off is
 * in nobody's way, and who was tried too often by now waits until that is past (next.c).
 */
#include "core/gather.h"
#include "core/line.h"
#include "core/picture.h"

#include <stdlib.h>
#include <string.h>

#define LINE_MOST 5000 /* more than that in line, and the estimate is too short */
#define COMING 3600    /* seconds: for so long contacts come that nobody knows of */
#define COMING_MOST 400 /* of a team */

static const char *keep(gatherer *g, const char *text)
{
    return lsi_arena_text(g->a, text, strlen(text));
}

/* ---- how long contacts take ------------------------------------------------------------------- */

static int find_handling(gatherer *g, const lsched_service *service, int32_t channel, size_t *out,
                         lsi_error *e)
{
    int32_t lengths[LSI_LASTED];
    const lsi_lasted *seen;
    for (*out = 0; *out < g->skill_count; ++*out) {
        const skill *known = &g->skills[*out];
        if (known->channel == channel && known->minutes == service->minutes &&
            known->wrap_up == service->wrap_up && strcmp(known->service, service->id) == 0)
            return LSCHED_OK;
    }
    skill *s = lsi_vector_push(&g->skills, &g->skill_count, &g->skill_room, sizeof *s);
    lsi_handling *h =
        lsi_vector_push(&g->handlings, &g->handling_count, &g->handling_room, sizeof *h);
    if (s == NULL || h == NULL)
        return lsi_error_nomem(e);
    s->channel = channel;
    s->minutes = service->minutes;
    s->wrap_up = service->wrap_up;
    s->service = keep(g, service->id);
    if (s->service == NULL)
        return lsi_error_nomem(e);
    const int status = lsi_lasted_get(g->core, service->id, channel, &seen, e);
    if (status != LSCHED_OK)
        return status;
    const int32_t wrap_up = 60 * service->wrap_up;
    for (size_t i = 0; i < seen->count; i++)
        lengths[i] =
            seen->seconds[i] < INT32_MAX - wrap_up ? seen->seconds[i] + wrap_up : seen->seconds[i];
    lsi_handling_learn(h, INT64_C(60) * service->minutes + wrap_up, lengths, seen->count);
    return LSCHED_OK;
}

/* ---- who is there, and when ---------------------------------------------------------------------- */

/* What is open of a card around now; blocks overlap by more than an estimate looks ahead. */
static int open_hours(gatherer *g, lsi_card *card, uint64_t passed, const lsi_zone *zone,
                      lsi_spans *out, lsi_error *e)
{
    const lsi_spans *hours;
    const lsi_spans window = {&(lsi_span){g->m->now, g->end}, 1, 1};
    int status = LSCHED_OK;
    for (int64_t block = g->m->now / LSI_BLOCK; status == LSCHED_OK && block <= g->end / LSI_BLOCK;
         block++) {
        status = lsi_card_hours(g->core, card, passed, zone, block, &hours, e);
        for (size_t i = 0; status == LSCHED_OK && i < hours->count; i++)
            status = lsi_span_add(out, hours->at[i].from, hours->at[i].until, e);
    }
    lsi_span_sort(out);
    return status == LSCHED_OK ? lsi_span_keep(out, &window, e) : status;
}

/* A contact has to be over when the team closes, but not the work behind it. */
static int team_time(gatherer *g, const lsi_facts *f, const lsi_candidate *c, lsi_spans *out,
                     lsi_error *e)
{
    const lsi_reach reach = lsi_policy_reach(&f->service);
    lsi_spans open = {0};
    int status = open_hours(g, f->lineup->teams[c->team], 0, f->zone, &open, e);
    if (status == LSCHED_OK)
        status = lsi_span_keep(&open, &c->roster, e);
    for (size_t i = 0; status == LSCHED_OK && i < open.count; i++)
        status =
            lsi_span_add(out, open.at[i].from, open.at[i].until + reach.behind - reach.length, e);
    lsi_span_free(&open);
    return status;
}

static int add_person(gatherer *g, const lsi_facts *f, size_t agent, lsi_error *e)
{
    const lsi_agent_fact *fact = &f->agents[agent];
    person *p = lsi_vector_push(&g->people, &g->people_count, &g->people_room, sizeof *p);
    lsi_spans shift = {0};
    if (p == NULL)
        return lsi_error_nomem(e);
    p->id = keep(g, fact->agent.id);
    p->lanes = fact->agent.lanes;
    int status = p->id != NULL ? LSCHED_OK : lsi_error_nomem(e);
    for (size_t i = 0; status == LSCHED_OK && i < f->candidate_count; i++) {
        if (f->candidates[i].agent == agent)
            status = team_time(g, f, &f->candidates[i], &p->open, e);
    }
    lsi_span_sort(&p->open);
    if (status == LSCHED_OK)
        status = open_hours(g, f->lineup->agents[agent], 0, fact->zone, &shift, e);
    if (status == LSCHED_OK)
        status = lsi_span_keep(&p->open, &shift, e);
    lsi_span_free(&shift);
    return status;
}

static int find_person(gatherer *g, const lsi_facts *f, size_t agent, size_t *out, lsi_error *e)
{
    for (*out = 0; *out < g->people_count; ++*out) {
        if (strcmp(g->people[*out].id, f->agents[agent].agent.id) == 0)
            return LSCHED_OK;
    }
    return add_person(g, f, agent, e);
}

/* ---- who may serve whom --------------------------------------------------------------------------- */

static int fill_group(gatherer *g, size_t at, const lsi_facts *f, lsi_error *e)
{
    size_t who;
    int status =
        find_handling(g, &f->service, g->groups[at].whom.channel, &g->groups[at].handling, e);
    g->groups[at].service = f->service;
    g->groups[at].idle = f->storm.no_working != NULL;
    g->groups[at].shut = f->storm.no_joining != NULL || g->groups[at].idle;
    for (size_t i = 0; status == LSCHED_OK && i < f->candidate_count; i++) {
        group *own = &g->groups[at];
        const size_t agent = f->candidates[i].agent;
        status = find_person(g, f, agent, &who, e);
        if (status != LSCHED_OK || lsi_roster_unfit(&f->agents[agent].agent, &f->service,
                                                    &f->customer, own->whom.channel) != 0)
            continue;
        size_t *place = lsi_vector_push(&own->servers, &own->count, &own->room, sizeof *place);
        if (place == NULL)
            return lsi_error_nomem(e);
        *place = who;
    }
    return status;
}

/* Whom a customer knows is asked of that customer alone; and whom an open incident touches is a
 * matter of regions. */
static bool same_group(const gatherer *g, const group *x, const lsi_whom *w, int32_t rungs)
{
    return (!lsi_storm_any(g->core) ||
            (strcmp(x->whom.region, w->region) == 0 && strcmp(x->whom.regions, w->regions) == 0)) &&
           x->rungs == rungs && x->whom.channel == w->channel && x->whom.general == w->general &&
           strcmp(x->whom.service, w->service) == 0 && strcmp(x->whom.team, w->team) == 0 &&
           strcmp(x->whom.language, w->language) == 0 && strcmp(x->whom.avoids, w->avoids) == 0 &&
           (rungs != LSCHED_KNOWN || strcmp(x->whom.customer, w->customer) == 0);
}

static int add_group(gatherer *g, const lsi_whom *whom, int32_t rungs, size_t *out, lsi_error *e)
{
    group *x = lsi_vector_push(&g->groups, &g->group_count, &g->group_room, sizeof *x);
    if (x == NULL)
        return lsi_error_nomem(e);
    *out = g->group_count - 1;
    x->whom = *whom;
    x->rungs = rungs;
    return LSCHED_OK;
}

static int find_group(gatherer *g, const lsi_whom *whom, int32_t rungs, size_t *out, lsi_error *e)
{
    const lsi_wish wish = {.customer = whom->customer, .service = whom->service, .rungs = rungs};
    lsi_facts f = {0};
    for (*out = 0; *out < g->group_count; ++*out) {
        if (same_group(g, &g->groups[*out], whom, rungs))
            return LSCHED_OK;
    }
    int status = lsi_store_late(g->core->store, e);
    if (status == LSCHED_OK)
        status = add_group(g, whom, rungs, out, e);
    if (status == LSCHED_OK)
        status = lsi_facts_load_at(g->core, &wish, g->m, &f, e);
    if (status == LSCHED_OK)
        status = fill_group(g, *out, &f, e);
    lsi_facts_free(g->core, &f);
    return status;
}

/* ---- what agents are engaged in -------------------------------------------------------------------- */

static int add_place(places *to, const line_place *place, lsi_error *e)
{
    line_place *p = lsi_vector_push(&to->at, &to->count, &to->room, sizeof *p);
    if (p == NULL)
        return lsi_error_nomem(e);
    *p = *place;
    return LSCHED_OK;
}

static int engage(gatherer *g, person *p, const lsi_occupied *o, lsi_error *e)
{
    lsi_engaged x = {.from = o->from,
                     .until = o->until,
                     .start = o->state == LSCHED_STARTED ? o->began : o->start,
                     .handling = LSI_AS_TAKEN,
                     .lane = o->lane};
    const lsched_customer customer = {.region = o->whom.region, .regions = o->whom.regions};
    lsi_card *card;
    lsched_service service = {0};
    lsi_storm storm;
    if (o->state == LSCHED_HELD && !lsi_life_holds(o->expires, g->clock))
        return LSCHED_OK;
    int status = lsi_card_get(g->core, LSCHED_SERVICE, o->whom.service, &card, e);
    if (status == LSCHED_OK) {
        service = card->is.service;
        status = lsi_storm_bend(g->core, &customer, g->a, &service, &storm, e);
    }
    if (status == LSCHED_OK)
        status = find_handling(g, &service, o->whom.channel, &x.handling, e);
    if (lsi_stray_cannot_tell(status))
        lsi_error_clear(e); /* it takes as long as was planned */
    else if (status != LSCHED_OK)
        return status;
    if (o->state == LSCHED_STARTED)
        p->doing[p->doing_count++] = x;
    else
        p->booked[p->booked_count++] = x;
    return LSCHED_OK;
}

/* A promised contact whose agent is away then goes to whoever may serve it; one whose customer
 * wants that agent no more, at once. */
static int engage_or_pass_on(gatherer *g, size_t at, const lsi_occupied *o, lsi_error *e)
{
    const lsched_customer customer = {.avoids = o->whom.avoids};
    const bool avoided = lsi_roster_avoided(&customer, g->people[at].id);
    const bool away = o->state == LSCHED_BOOKED && o->start >= g->m->now && o->start < g->end &&
                      (avoided || lsi_span_at(&g->people[at].open, o->start) == NULL);
    size_t to;
    if (!away)
        return engage(g, &g->people[at], o, e);
    int status = find_group(g, &o->whom, LSI_ALL_RUNGS, &to, e);
    if (lsi_stray_cannot_tell(status)) {
        lsi_error_clear(e);
        return LSCHED_OK;
    }
    const int64_t left = status == LSCHED_OK && !avoided ? g->groups[to].service.owner_wait : 0;
    const line_place place = {to, "", o->start + (left > 0 ? 60 * left : 0), INT64_MAX};
    return status == LSCHED_OK ? add_place(&g->front, &place, e) : status;
}

/* More people may come to light while those are looked at whose bookings go to others. */
static int engage_all(gatherer *g, lsi_error *e)
{
    int status = LSCHED_OK;
    for (size_t i = 0; status == LSCHED_OK && i < g->people_count; i++) {
        const lsi_occupied *rows;
        size_t count;
        status = lsi_occupied_get(g->core, g->people[i].id, g->m->now, g->end, &rows, &count, e);
        lsi_engaged *room = lsi_arena_take(g->a, (2 * count + 1) * sizeof *room);
        if (status == LSCHED_OK && room == NULL)
            status = lsi_error_nomem(e);
        g->people[i].doing = room;
        g->people[i].booked = room + count;
        for (size_t n = 0; status == LSCHED_OK && n < count; n++) {
            if (lsi_occupied_counts(&rows[n], g->m->now, g->end))
                status = engage_or_pass_on(g, i, &rows[n], e);
        }
    }
    return status;
}

/* ---- the line ---------------------------------------------------------------------------------------- */

/* As next.c asks it when its turn has come. */
static int try_again(gatherer *g, const lsi_ahead *row, const lsched_service *service,
                     lsched_time *start, lsi_error *e)
{
    const lsched_booking b = {.customer = row->whom.customer,
                              .service = row->whom.service,
                              .channel = row->whom.channel,
                              .attempts = row->attempts};
    lsched_time earliest = 0;
    const int status =
        row->tried ? lsi_attempt_turn(g->core, &b, service, g->m->now, &earliest, e) : LSCHED_OK;
    *start = earliest > row->start ? earliest : row->start;
    if (!lsi_stray_cannot_tell(status))
        return status;
    lsi_error_clear(e); /* nor can next.c, which then passes it over */
    *start = g->end;
    return LSCHED_OK;
}

static int add_line(gatherer *g, const lsi_asking *asking, const char *team, int32_t *position,
                    lsi_error *e)
{
    const lsched_booking *b = asking->booking;
    lsi_ahead *rows = NULL;
    size_t count, at;
    int status = lsi_ahead_line(g->core->store, b, g->m->now, LINE_MOST, g->a, &rows, &count, e);
    *position = 1;
    for (size_t i = 0; status == LSCHED_OK && i < count; i++) {
        const int32_t rungs = rows[i].rungs != 0 ? rows[i].rungs : LSI_ALL_RUNGS;
        status = find_group(g, &rows[i].whom, rungs, &at, e);
        line_place place = {.agent = rows[i].agent, .until = INT64_MAX};
        if (status == LSCHED_OK)
            status = try_again(g, &rows[i], &g->groups[at].service, &place.start, e);
        place.group = at;
        if (status == LSCHED_OK && !g->groups[at].idle)
            status = add_place(&g->line, &place, e);
        const lsched_time start = b->start > g->m->now ? b->start : g->m->now;
        *position += strcmp(rows[i].line, team) == 0 && rows[i].start <= start;
    }
    free(rows);
    return status;
}

/* ---- who may come yet ----------------------------------------------------------------------------------- */

/* Of all teams that may serve who asks. */
static int find_joined(gatherer *g, const lsi_facts *f, const char *booking, lsi_error *e)
{
    int status = LSCHED_OK;
    for (size_t i = 0; status == LSCHED_OK && i < f->team_count; i++)
        status = lsi_ahead_joined(g->core->store, f->teams[i].team.id, booking, g->m->now,
                                  COMING_MOST, g->a, &g->joined, &g->joined_count, &g->joined_room,
                                  e);
    return status;
}

/* Nobody knows who joins in the next hour, but as many have in each of the last two, wanted the
 * same, and came as unevenly: both hours are laid over the next one, and each of their contacts
 * comes in half of the rehearsals.  Whoever cannot be reached before that hour is over need not
 * know of it. */
static int add_coming(gatherer *g, const lsi_spans *reach, lsi_error *e)
{
    int status = LSCHED_OK;
    size_t at;
    if (reach->count == 0 || reach->at[0].from >= g->m->now + COMING)
        return LSCHED_OK;
    for (size_t i = 0; status == LSCHED_OK && i < g->joined_count; i++) {
        const lsi_joined *j = &g->joined[i];
        const lsched_time comes = g->m->now + 1 + (j->at - g->m->now + 2 * COMING - 1) % COMING;
        line_place place = {.agent = j->agent,
                            .start = comes + (j->start > j->at ? j->start - j->at : 0),
                            .until = INT64_MAX};
        status = find_group(g, &j->whom, j->rungs != 0 ? j->rungs : LSI_ALL_RUNGS, &at, e);
        place.group = at;
        if (status == LSCHED_OK && !g->groups[at].shut && place.start < g->end)
            status = add_place(&g->coming, &place, e);
        if (lsi_stray_cannot_tell(status)) {
            lsi_error_clear(e);
            status = LSCHED_OK;
        }
    }
    return status;
}

static int keep_hours(gatherer *g, const lsi_facts *f, lsi_card *card, uint64_t passed,
                      lsi_spans *out, lsi_error *e)
{
    lsi_spans open = {0};
    int status = open_hours(g, card, passed, f->zone, &open, e);
    if (status == LSCHED_OK)
        status = lsi_span_keep(out, &open, e);
    lsi_span_free(&open);
    return status;
}

/* When who asks can be reached on this channel, as starts; of one that is not to be tried yet,
 * from then on; of one that is not worked off, never. */
static int reachable(gatherer *g, const lsi_facts *f, const lsched_booking *b, lsi_spans *out,
                     lsi_error *e)
{
    const lsi_lineup *l = f->lineup;
    lsched_time from;
    int status = lsi_attempt_turn(g->core, b, &f->service, g->m->now, &from, e);
    from = b->start > from ? b->start : from;
    if (status == LSCHED_OK && from < g->end && f->storm.no_working == NULL)
        status = lsi_span_add(out, from, g->end, e);
    if (status == LSCHED_OK)
        status = keep_hours(g, f, l->customer, 0, out, e);
    if (status == LSCHED_OK)
        status = keep_hours(g, f, l->service, 0, out, e);
    for (size_t i = 0; status == LSCHED_OK && i < f->law_count; i++)
        status = keep_hours(g, f, l->regions[i], lsi_law_layer(f, i, b->channel).passed, out, e);
    lsi_span_starts(out, 0, lsi_policy_reach(&f->service).length - LSI_IN_MINUTE);
    return status;
}

/* When somebody who fits could begin with who asks: the first such stretch is today's. */
static int set_close(gatherer *g, const group *own, const lsi_spans *reach, lsi_gathered *out,
                     lsi_error *e)
{
    lsi_spans open = {0};
    int status = LSCHED_OK;
    for (size_t i = 0; i < own->count && status == LSCHED_OK; i++) {
        const lsi_spans *there = &g->people[own->servers[i]].open;
        for (size_t n = 0; n < there->count && status == LSCHED_OK; n++)
            status = lsi_span_add(&open, there->at[n].from,
                                  there->at[n].until - lsi_gather_takes(&own->service) + 1, e);
    }
    lsi_span_sort(&open);
    if (status == LSCHED_OK)
        status = lsi_span_keep(&open, reach, e);
    out->close = open.count > 0 ? open.at[0].until : 0;
    lsi_span_free(&open);
    return status;
}

static int gather(gatherer *g, const lsi_asking *asking, lsi_gathered *out, lsi_error *e)
{
    const lsched_booking *b = asking->booking;
    lsi_facts f = {0};
    lsi_spans reach = {0};
    size_t own = 0;
    int status = lsi_facts_load_at(g->core, &asking->wish, g->m, &f, e);
    if (status == LSCHED_OK) {
        const lsi_whom whom = {.customer = f.customer.id,
                               .service = f.service.id,
                               .team = f.customer.team,
                               .language = f.customer.language,
                               .region = f.customer.region,
                               .regions = f.customer.regions,
                               .avoids = f.customer.avoids,
                               .general = f.customer.general,
                               .channel = b->channel};
        status = add_group(g, &whom, asking->wish.rungs, &own, e);
    }
    if (status == LSCHED_OK)
        status = fill_group(g, own, &f, e);
    if (status == LSCHED_OK)
        status = reachable(g, &f, b, &reach, e);
    if (status == LSCHED_OK)
        status = find_joined(g, &f, b->id, e);
    lsi_facts_free(g->core, &f);
    if (status == LSCHED_OK)
        status = add_line(g, asking, b->team, &out->position, e);
    if (status == LSCHED_OK)
        status = add_coming(g, &reach, e);
    if (status == LSCHED_OK)
        status = engage_all(g, e);
    if (status == LSCHED_OK)
        status = set_close(g, &g->groups[own], &reach, out, e);
    out->fit = g->groups != NULL ? g->groups[own].count : 0;
    out->from = reach.count > 0 ? reach.at[0].from : 0;
    const line_place last = {own, b->agent, reach.count > 0 ? reach.at[0].from : g->end,
                             reach.count > 0 ? reach.at[0].until : g->end};
    if (status == LSCHED_OK)
        status = add_place(&g->line, &last, e);
    if (status == LSCHED_OK)
        status = lsi_gather_queue(g, &out->queue, e);
    lsi_span_free(&reach);
    return status;
}

int lsi_ahead_gather(lsi_core *core, const lsi_asking *asking, const lsi_moment *m, lsi_arena *a,
                     lsi_gathered *out, lsi_error *e)
{
    gatherer g = {.core = core,
                  .a = a,
                  .m = m,
                  .clock = lsi_now_after(m->now, m->last),
                  .end = m->now + LSI_AHEAD_REACH};
    *out = (lsi_gathered){0};
    const int status = gather(&g, asking, out, e);
    for (size_t i = 0; i < g.people_count; i++)
        lsi_span_free(&g.people[i].open);
    for (size_t i = 0; i < g.group_count; i++)
        free(g.groups[i].servers);
    free(g.people);
    free(g.groups);
    free(g.handlings);
    free(g.skills);
    free(g.front.at);
    free(g.line.at);
    free(g.coming.at);
    free(g.joined);
    return status;
}
