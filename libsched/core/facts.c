/* core/facts.c -- from the store to what the rules decide on.
 *
 * Here and nowhere else are records, calendars and bookings turned into lsi_facts; the
 * rules then work without knowing that there is a store.
 */
#include "core/core.h"

#include <stdlib.h>
#include <string.h>

/* ---- layers ---------------------------------------------------------------------------- */

void lsi_facts_free_layer(lsi_layer *layer)
{
    for (size_t i = 0; i < layer->count; i++)
        lsi_ical_free(layer->sheets[i].calendar);
    layer->count = 0;
}

int lsi_facts_layer(lsi_core *core, int32_t kind, const char *owner, lsi_arena *a, lsi_layer *layer,
                    lsi_error *e)
{
    lsched_calendar *rows;
    size_t count;
    *layer = (lsi_layer){.open = kind != LSCHED_TEAM && kind != LSCHED_AGENT};
    if (!lsi_text_given(owner))
        return LSCHED_OK;
    int status = lsi_record_calendars(core->store, kind, owner, 0, LSCHED_MAX_CALENDARS, a, &rows,
                                      &count, e);
    if (status != LSCHED_OK)
        return status;
    layer->sheets = lsi_arena_take(a, (count + 1) * sizeof *layer->sheets);
    if (layer->sheets == NULL)
        return lsi_error_nomem(e);
    for (size_t i = 0; status == LSCHED_OK && i < count; i++) {
        lsi_sheet *sheet = &layer->sheets[i];
        char *label = lsi_arena_take(a, LSI_LABEL);
        if (label == NULL)
            return lsi_error_nomem(e);
        lsi_kind_label(&lsi_kind_calendar, &rows[i], label);
        sheet->label = label;
        sheet->effect = rows[i].effect;
        sheet->ends = rows[i].ends;
        status = lsi_ical_read_within(core->zones, &core->limits, rows[i].text, rows[i].text_size,
                                      &sheet->calendar, e);
        if (status == LSCHED_OK)
            layer->count++;
    }
    return status;
}

/* ---- who is asked about ------------------------------------------------------------------ */

static int load_customer(lsi_core *core, const lsi_wish *wish, lsi_arena *a, lsi_facts *f,
                         lsi_error *e)
{
    const lsched_customer key = {.id = wish->customer};
    const lsched_service service_key = {.id = wish->service};
    int status = lsi_record_get(core->store, &lsi_kind_customer, &key, a, &f->customer, e);
    if (status == LSCHED_OK)
        status = lsi_record_get(core->store, &lsi_kind_service, &service_key, a, &f->service, e);
    if (status == LSCHED_OK)
        status = lsi_zone_get(core->zones, f->customer.zone, &f->zone, e);
    if (status == LSCHED_OK)
        status = lsi_facts_layer(core, LSCHED_REGION, f->customer.region, a, &f->region_layer, e);
    if (status == LSCHED_OK)
        status = lsi_facts_layer(core, LSCHED_CUSTOMER, f->customer.id, a, &f->customer_layer, e);
    if (status == LSCHED_OK)
        status = lsi_facts_layer(core, LSCHED_SERVICE, f->service.id, a, &f->service_layer, e);
    return status;
}

/* By the bookings; fresh each time, whatever else is kept of the customer. */
int lsi_facts_meet(lsi_core *core, lsi_facts *facts, lsi_arena *a, lsi_error *e)
{
    lsi_contact *contacts;
    size_t count;
    const int status =
        lsi_ledger_contacts(core->store, facts->customer.id, a, &contacts, &count, e);
    if (status != LSCHED_OK)
        return status;
    facts->met = lsi_arena_take(a, (count + 1) * sizeof *facts->met);
    if (facts->met == NULL)
        return lsi_error_nomem(e);
    facts->met_count = lsi_known_order(contacts, count, facts->now, facts->met);
    return LSCHED_OK;
}

/* ---- the teams of the ladder --------------------------------------------------------------- */

static int add_team(lsi_core *core, const lsi_wish *wish, const lsched_team *home,
                    const lsched_team *team, lsi_arena *a, lsi_facts *f, lsi_error *e)
{
    const int32_t rungs = lsi_ladder_team(&f->customer, home, team);
    /* Known agents are looked for in every team of the ladder. */
    if (rungs == 0 || ((rungs | LSCHED_KNOWN) & wish->rungs) == 0 ||
        (lsi_text_given(wish->team) && strcmp(wish->team, team->id) != 0))
        return LSCHED_OK;
    for (size_t i = 0; i < f->team_count; i++) {
        if (strcmp(f->teams[i].team.id, team->id) == 0)
            return LSCHED_OK;
    }
    lsi_team_fact *fact = &f->teams[f->team_count];
    fact->team = *team;
    fact->rungs = rungs;
    int status = lsi_zone_get(core->zones, team->zone, &fact->zone, e);
    if (status != LSCHED_OK)
        return status;
    f->team_count++;
    return lsi_facts_layer(core, LSCHED_TEAM, team->id, a, &fact->layer, e);
}

static int load_teams(lsi_core *core, const lsi_wish *wish, lsi_arena *a, lsi_facts *f,
                      lsi_error *e)
{
    lsched_team home, overflow, asked, *general;
    size_t count;
    const bool own = lsi_text_given(f->customer.team) && f->customer.general == 0;
    bool helped = false;
    int status = lsi_record_general_teams(core->store, a, &general, &count, e);
    if (status == LSCHED_OK && own) {
        const lsched_team key = {.id = f->customer.team};
        status = lsi_record_get(core->store, &lsi_kind_team, &key, a, &home, e);
        helped = status == LSCHED_OK && lsi_text_given(home.overflow);
    }
    if (status == LSCHED_OK && helped) {
        const lsched_team key = {.id = home.overflow};
        status = lsi_record_get(core->store, &lsi_kind_team, &key, a, &overflow, e);
    }
    if (status == LSCHED_OK && lsi_text_given(wish->team)) {
        const lsched_team key = {.id = wish->team};
        status = lsi_record_get(core->store, &lsi_kind_team, &key, a, &asked, e);
    }
    if (status != LSCHED_OK)
        return status;
    f->teams = lsi_arena_take(a, (count + 2) * sizeof *f->teams);
    if (f->teams == NULL)
        return lsi_error_nomem(e);
    const lsched_team *mine = own ? &home : NULL;
    if (own)
        status = add_team(core, wish, mine, &home, a, f, e);
    if (status == LSCHED_OK && helped)
        status = add_team(core, wish, mine, &overflow, a, f, e);
    for (size_t i = 0; status == LSCHED_OK && i < count; i++)
        status = add_team(core, wish, mine, &general[i], a, f, e);
    return status;
}

/* ---- their agents --------------------------------------------------------------------------- */

/* The members of all teams of the ladder, and how many candidates they make. */
typedef struct roster {
    lsched_member **members;
    size_t *counts;
    size_t total;
} roster;

static int load_roster(lsi_core *core, const lsi_wish *wish, const lsi_facts *f, lsi_arena *a,
                       roster *r, lsi_error *e)
{
    r->total = 0;
    r->members = lsi_arena_take(a, (f->team_count + 1) * sizeof *r->members);
    r->counts = lsi_arena_take(a, (f->team_count + 1) * sizeof *r->counts);
    if (r->members == NULL || r->counts == NULL)
        return lsi_error_nomem(e);
    const char *agent = lsi_text_given(wish->agent) ? wish->agent : NULL;
    for (size_t i = 0; i < f->team_count; i++) {
        const int status = lsi_record_members(core->store, f->teams[i].team.id, agent, 0,
                                              UINT32_MAX, a, &r->members[i], &r->counts[i], e);
        if (status != LSCHED_OK)
            return status;
        r->total += r->counts[i];
    }
    return LSCHED_OK;
}

static int find_agent(lsi_core *core, const char *id, int32_t rank, lsi_arena *a, lsi_facts *f,
                      size_t *index, lsi_error *e)
{
    for (*index = 0; *index < f->agent_count; ++*index) {
        if (strcmp(f->agents[*index].agent.id, id) == 0)
            return LSCHED_OK;
    }
    lsi_agent_fact *fact = &f->agents[f->agent_count];
    const lsched_agent key = {.id = id};
    int status = lsi_record_get(core->store, &lsi_kind_agent, &key, a, &fact->agent, e);
    if (status == LSCHED_OK)
        status = lsi_zone_get(core->zones, fact->agent.zone, &fact->zone, e);
    if (status != LSCHED_OK)
        return status;
    fact->rank = rank;
    f->agent_count++;
    return lsi_facts_layer(core, LSCHED_AGENT, id, a, &fact->layer, e);
}

/* One candidate for all memberships of an agent in a team, which lie side by side. */
static int add_candidate(lsi_core *core, const lsi_wish *wish, size_t team,
                         const lsched_member *members, size_t count, lsi_arena *a, lsi_facts *f,
                         lsi_error *e)
{
    const char *agent = members[0].agent;
    const int32_t rank = lsi_known_rank(f, agent);
    const int32_t rungs = (f->teams[team].rungs | (rank > 0 ? LSCHED_KNOWN : 0)) & wish->rungs;
    if (rungs == 0)
        return LSCHED_OK;
    lsi_candidate *c = &f->candidates[f->candidate_count];
    int status = find_agent(core, agent, rank, a, f, &c->agent, e);
    if (status != LSCHED_OK)
        return status;
    c->team = team;
    c->rungs = rungs;
    f->candidate_count++;
    return lsi_roster_spans(members, count, agent, f->teams[team].zone, &c->roster, e);
}

static int load_agents(lsi_core *core, const lsi_wish *wish, lsi_arena *a, lsi_facts *f,
                       lsi_error *e)
{
    roster r;
    int status = LSCHED_OK;
    if (lsi_text_given(wish->agent)) {
        const lsched_agent key = {.id = wish->agent};
        lsched_agent asked;
        status = lsi_record_get(core->store, &lsi_kind_agent, &key, a, &asked, e);
    }
    if (status == LSCHED_OK)
        status = load_roster(core, wish, f, a, &r, e);
    if (status != LSCHED_OK)
        return status;
    f->agents = lsi_arena_take(a, (r.total + 1) * sizeof *f->agents);
    f->candidates = lsi_arena_take(a, (r.total + 1) * sizeof *f->candidates);
    if (f->agents == NULL || f->candidates == NULL)
        return lsi_error_nomem(e);
    for (size_t team = 0; team < f->team_count; team++) {
        const lsched_member *m = r.members[team];
        for (size_t i = 0, end; status == LSCHED_OK && i < r.counts[team]; i = end) {
            for (end = i + 1; end < r.counts[team] && strcmp(m[end].agent, m[i].agent) == 0;)
                end++;
            status = add_candidate(core, wish, team, m + i, end - i, a, f, e);
        }
    }
    return status;
}

int lsi_facts_load(lsi_core *core, const lsi_wish *wish, lsched_time now, lsi_arena *a,
                   lsi_facts *facts, lsi_error *e)
{
    *facts = (lsi_facts){.now = now, .preferred = wish->preferred};
    int status = lsi_now_clock(core, now, &facts->clock, e);
    if (status == LSCHED_OK)
        status = load_customer(core, wish, a, facts, e);
    if (status == LSCHED_OK)
        status = lsi_facts_meet(core, facts, a, e);
    if (status == LSCHED_OK)
        status = load_teams(core, wish, a, facts, e);
    if (status == LSCHED_OK)
        status = load_agents(core, wish, a, facts, e);
    return status == LSCHED_OK ? lsi_work_weigh(core, facts, e) : status;
}

void lsi_facts_free(lsi_facts *f)
{
    lsi_facts_free_layer(&f->region_layer);
    lsi_facts_free_layer(&f->customer_layer);
    lsi_facts_free_layer(&f->service_layer);
    for (size_t i = 0; i < f->team_count; i++)
        lsi_facts_free_layer(&f->teams[i].layer);
    for (size_t i = 0; i < f->agent_count; i++)
        lsi_facts_free_layer(&f->agents[i].layer);
    for (size_t i = 0; i < f->candidate_count; i++)
        lsi_span_free(&f->candidates[i].roster);
}

/* ---- what is taken ---------------------------------------------------------------------------- */

int lsi_facts_take_agent(lsi_core *core, lsi_agent_fact *fact, const char *moving,
                         lsched_time clock, lsched_time from, lsched_time until, lsi_arena *a,
                         lsi_error *e)
{
    size_t count;
    const int status = lsi_ledger_taken(core->store, fact->agent.id, from, until, clock, a,
                                        &fact->taken, &count, e);
    fact->taken_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (!lsi_text_given(moving) || strcmp(fact->taken[i].id, moving) != 0)
            fact->taken[fact->taken_count++] = fact->taken[i];
    }
    return status;
}

int lsi_facts_take(lsi_core *core, lsi_facts *facts, const char *moving, lsched_time from,
                   lsched_time until, lsi_arena *a, lsi_error *e)
{
    const int64_t margin = lsi_permit_margin();
    int status = LSCHED_OK;
    for (size_t i = 0; status == LSCHED_OK && i < facts->agent_count; i++)
        status = lsi_facts_take_agent(core, &facts->agents[i], moving, facts->clock, from - margin,
                                      until + margin, a, e);
    return status;
}
