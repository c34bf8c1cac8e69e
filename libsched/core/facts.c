/* core/facts.c -- from the store to what the rules decide on.
 *
 * Here and nowhere else are records, calendars and bookings turned into lsi_facts; the
 * rules then work without knowing that there is a store.
 */
#include "core/picture.h"

#include <stdlib.h>
#include <string.h>

/* ---- layers ---------------------------------------------------------------------------- */

void lsi_facts_free_layer(lsi_layer *layer)
{
    for (size_t i = 0; i < layer->count; i++)
        lsi_ical_free(layer->sheets[i].calendar);
    layer->count = 0;
}

static int read_sheet(lsi_core *core, const lsched_calendar *row, lsi_arena *a, lsi_sheet *sheet,
                      lsi_error *e)
{
    char *label = lsi_arena_take(a, LSI_LABEL);
    sheet->name = lsi_arena_text(a, row->name, strlen(row->name));
    if (label == NULL || sheet->name == NULL)
        return lsi_error_nomem(e);
    lsi_kind_label(&lsi_kind_calendar, row, label);
    sheet->label = label;
    sheet->effect = row->effect;
    sheet->ends = row->ends;
    sheet->bound = (lsi_bound){row->channels, row->purposes, row->lifted};
    sheet->checked = row->checked;
    sheet->good_for = INT64_C(60) * row->good_for;
    sheet->on_stale = row->on_stale;
    return lsi_script_read(core, row->text, row->text_size, &sheet->calendar, e);
}

/* Only where one can be stale is the clock asked, if nobody has yet. */
static int age(lsi_core *core, lsched_time now, lsi_layer *layer, lsi_error *e)
{
    bool ages = false;
    for (size_t i = 0; i < layer->count; i++)
        ages = ages || (layer->sheets[i].checked != 0 && layer->sheets[i].good_for != 0);
    const int status = ages && now == LSI_NO_TIME ? lsi_now_ask(core, &now, e) : LSCHED_OK;
    lsi_layer_age(layer, now);
    return status;
}

int lsi_facts_layer(lsi_core *core, int32_t kind, const char *owner, lsched_time now, lsi_arena *a,
                    lsi_layer *layer, lsi_error *e)
{
    lsi_arena texts = {0};
    lsched_calendar *rows;
    size_t count;
    *layer = (lsi_layer){
        .open = kind != LSCHED_TEAM && kind != LSCHED_AGENT, .since = INT64_MIN, .wake = INT64_MAX};
    if (!lsi_text_given(owner))
        return LSCHED_OK;
    int status = lsi_record_calendars(core->store, kind, owner, 0, LSCHED_MAX_CALENDARS, &texts,
                                      &rows, &count, e);
    if (status == LSCHED_OK) {
        layer->sheets = lsi_arena_take(a, (count + 1) * sizeof *layer->sheets);
        if (layer->sheets == NULL)
            status = lsi_error_nomem(e);
    }
    for (size_t i = 0; status == LSCHED_OK && i < count; i++) {
        status = read_sheet(core, &rows[i], a, &layer->sheets[i], e);
        if (status == LSCHED_OK)
            layer->count++;
    }
    lsi_arena_free(&texts);
    return status == LSCHED_OK ? age(core, now, layer, e) : status;
}

/* ---- who is asked about ------------------------------------------------------------------ */

/* A region that is named twice is one. */
static int add_law(lsi_core *core, lsi_lineup *l, lsi_law **laws, const char *region, lsi_error *e)
{
    lsi_card *card;
    if (!lsi_text_given(region))
        return LSCHED_OK;
    const int status = lsi_card_get(core, LSCHED_REGION, region, &card, e);
    if (status != LSCHED_OK)
        return status;
    for (size_t i = 0; i < l->facts.law_count; i++) {
        if (l->regions[i] == card)
            return LSCHED_OK;
    }
    l->regions[l->facts.law_count] = card;
    laws[l->facts.law_count++] = &card->is.law;
    return LSCHED_OK;
}

/* Most laws bind all channels alike: then there is one way. */
static void part_ways(lsi_lineup *l)
{
    for (int channel = 0; 1 << channel <= LSI_ALL_CHANNELS; channel++) {
        size_t way = 0;
        while (way < l->ways && !lsi_law_alike(&l->facts, l->first[way], 1 << channel))
            way++;
        if (way == l->ways)
            l->first[l->ways++] = 1 << channel;
        l->way[channel] = (uint8_t)way;
    }
}

static int gather_laws(lsi_core *core, lsi_lineup *l, lsi_error *e)
{
    lsi_facts *f = &l->facts;
    const size_t most = 1 + LSCHED_MAX_REGIONS;
    const char *word;
    size_t size;
    lsi_law **laws = lsi_arena_take(&l->arena, most * sizeof *laws);
    l->regions = lsi_arena_take(&l->arena, most * sizeof *l->regions);
    if (laws == NULL || l->regions == NULL)
        return lsi_error_nomem(e);
    f->laws = laws;
    int status = add_law(core, l, laws, f->customer.region, e);
    for (const char *rest = f->customer.regions;
         status == LSCHED_OK && f->law_count < most &&
         (rest = lsi_text_word(rest, &word, &size)) != NULL;) {
        const char *region = lsi_arena_text(&l->arena, word, size);
        status = region != NULL ? add_law(core, l, laws, region, e) : lsi_error_nomem(e);
    }
    if (status == LSCHED_OK)
        status = lsi_law_text(f->laws, f->law_count, &l->arena, &f->law, e);
    if (status == LSCHED_OK)
        part_ways(l);
    return status;
}

int lsi_facts_laws(lsi_core *core, const lsi_wish *wish, lsi_lineup *l, lsi_error *e)
{
    lsi_facts *f = &l->facts;
    int status = lsi_card_get(core, LSCHED_CUSTOMER, wish->customer, &l->customer, e);
    if (status == LSCHED_OK)
        status = lsi_card_get(core, LSCHED_SERVICE, wish->service, &l->service, e);
    if (status != LSCHED_OK)
        return status;
    f->customer = l->customer->is.customer;
    f->zone = l->customer->zone;
    f->service = l->service->is.service;
    f->customer_layer = l->customer->layer;
    f->service_layer = l->service->layer;
    status = lsi_storm_bend(core, &f->customer, &l->arena, &f->service, &f->storm, e);
    return status == LSCHED_OK ? gather_laws(core, l, e) : status;
}

/* Who has served the customer before: as of this day, and until an event says more. */
static int meet(lsi_core *core, lsi_lineup *l, lsi_error *e)
{
    lsi_facts *f = &l->facts;
    lsi_contact *contacts;
    lsi_verdict *verdicts;
    size_t count, verdict_count;
    int status = lsi_served_contacts(core->store, f->customer.id, &l->arena, &contacts, &count, e);
    if (status == LSCHED_OK)
        status = lsi_served_verdicts(core->store, f->customer.id, &l->arena, &verdicts,
                                     &verdict_count, e);
    if (status != LSCHED_OK)
        return status;
    f->met = lsi_arena_take(&l->arena, (count + 1) * sizeof *f->met);
    if (f->met == NULL)
        return lsi_error_nomem(e);
    f->met_count =
        lsi_known_order(contacts, count, verdicts, verdict_count, l->day * LSI_DAY, f->met);
    return LSCHED_OK;
}

/* ---- the teams of the ladder --------------------------------------------------------------- */

static void add_team(const lsi_wish *wish, const lsched_team *home, lsi_card *card, lsi_lineup *l)
{
    lsi_facts *f = &l->facts;
    const lsched_team *team = &card->is.team;
    const int32_t rungs = lsi_ladder_team(&f->customer, home, team);
    /* Known agents are looked for in every team of the ladder. */
    if (rungs == 0 || ((rungs | LSCHED_KNOWN) & wish->rungs) == 0 ||
        (lsi_text_given(wish->team) && strcmp(wish->team, team->id) != 0))
        return;
    for (size_t i = 0; i < f->team_count; i++) {
        if (l->teams[i] == card)
            return;
    }
    l->teams[f->team_count] = card;
    f->teams[f->team_count++] =
        (lsi_team_fact){.team = *team, .zone = card->zone, .layer = card->layer, .rungs = rungs};
}

static int gather_teams(lsi_core *core, const lsi_wish *wish, lsi_lineup *l, lsi_error *e)
{
    lsi_facts *f = &l->facts;
    lsi_card *home = NULL, *overflow = NULL, *asked, **general;
    size_t count;
    int status = lsi_card_general(core, &general, &count, e);
    if (status == LSCHED_OK && lsi_text_given(f->customer.team) && f->customer.general == 0)
        status = lsi_card_get(core, LSCHED_TEAM, f->customer.team, &home, e);
    if (status == LSCHED_OK && home != NULL && lsi_text_given(home->is.team.overflow))
        status = lsi_card_get(core, LSCHED_TEAM, home->is.team.overflow, &overflow, e);
    if (status == LSCHED_OK && lsi_text_given(wish->team))
        status = lsi_card_get(core, LSCHED_TEAM, wish->team, &asked, e);
    if (status != LSCHED_OK)
        return status;
    f->teams = lsi_arena_take(&l->arena, (count + 2) * sizeof *f->teams);
    l->teams = lsi_arena_take(&l->arena, (count + 2) * sizeof(lsi_card *));
    if (f->teams == NULL || l->teams == NULL)
        return lsi_error_nomem(e);
    const lsched_team *mine = home != NULL ? &home->is.team : NULL;
    if (home != NULL)
        add_team(wish, mine, home, l);
    if (overflow != NULL)
        add_team(wish, mine, overflow, l);
    for (size_t i = 0; i < count; i++)
        add_team(wish, mine, general[i], l);
    return LSCHED_OK;
}

/* ---- their agents --------------------------------------------------------------------------- */

/* Where an agent stands in the facts, by the hash of the id; open addressing. */
typedef struct directory {
    size_t *at; /* place + 1 */
    size_t room;
} directory;

static int directory_new(directory *x, lsi_arena *a, size_t most, lsi_error *e)
{
    for (x->room = 16; x->room < 2 * most; x->room *= 2)
        ;
    x->at = lsi_arena_take(a, x->room * sizeof *x->at);
    return x->at != NULL ? LSCHED_OK : lsi_error_nomem(e);
}

static int find_agent(lsi_core *core, const char *id, lsi_lineup *l, directory *x, size_t *place,
                      lsi_error *e)
{
    lsi_facts *f = &l->facts;
    lsi_card *card;
    const int status = lsi_card_get(core, LSCHED_AGENT, id, &card, e);
    if (status != LSCHED_OK)
        return status;
    size_t i = card->owner % x->room;
    for (; x->at[i] != 0; i = (i + 1) % x->room) {
        *place = x->at[i] - 1;
        if (l->agents[*place] == card)
            return LSCHED_OK;
    }
    *place = f->agent_count++;
    x->at[i] = *place + 1;
    l->agents[*place] = card;
    f->agents[*place] = (lsi_agent_fact){.agent = card->is.agent,
                                         .zone = card->zone,
                                         .layer = card->layer,
                                         .rank = lsi_known_rank(f, id)};
    return LSCHED_OK;
}

/* One candidate for all memberships of an agent in a team, which lie side by side. */
static int add_candidate(lsi_core *core, const lsi_wish *wish, size_t team,
                         const lsched_member *members, size_t count, lsi_lineup *l, directory *x,
                         lsi_error *e)
{
    lsi_facts *f = &l->facts;
    const char *agent = members[0].agent;
    const int32_t known = lsi_known_rank(f, agent) > 0 ? LSCHED_KNOWN : 0;
    const int32_t rungs = (f->teams[team].rungs | known) & wish->rungs;
    if (rungs == 0 || (lsi_text_given(wish->agent) && strcmp(wish->agent, agent) != 0))
        return LSCHED_OK;
    lsi_candidate *c = &f->candidates[f->candidate_count];
    int status = find_agent(core, agent, l, x, &c->agent, e);
    if (status != LSCHED_OK)
        return status;
    c->team = team;
    c->rungs = rungs;
    f->candidate_count++;
    return lsi_roster_spans(members, count, agent, f->teams[team].zone, &c->roster, e);
}

static int gather_agents(lsi_core *core, const lsi_wish *wish, lsi_lineup *l, lsi_error *e)
{
    lsi_facts *f = &l->facts;
    lsi_card *asked;
    directory x;
    size_t total = 0;
    int status = LSCHED_OK;
    if (lsi_text_given(wish->agent))
        status = lsi_card_get(core, LSCHED_AGENT, wish->agent, &asked, e);
    for (size_t i = 0; i < f->team_count; i++)
        total += l->teams[i]->member_count;
    if (status == LSCHED_OK)
        status = directory_new(&x, &l->arena, total, e);
    if (status != LSCHED_OK)
        return status;
    f->agents = lsi_arena_take(&l->arena, (total + 1) * sizeof *f->agents);
    f->candidates = lsi_arena_take(&l->arena, (total + 1) * sizeof *f->candidates);
    l->agents = lsi_arena_take(&l->arena, (total + 1) * sizeof(lsi_card *));
    if (f->agents == NULL || f->candidates == NULL || l->agents == NULL)
        return lsi_error_nomem(e);
    for (size_t team = 0; team < f->team_count; team++) {
        const lsched_member *m = l->teams[team]->members;
        const size_t members = l->teams[team]->member_count;
        for (size_t i = 0, end; status == LSCHED_OK && i < members; i = end) {
            for (end = i + 1; end < members && strcmp(m[end].agent, m[i].agent) == 0;)
                end++;
            status = add_candidate(core, wish, team, m + i, end - i, l, &x, e);
        }
    }
    return status;
}

int lsi_facts_gather(lsi_core *core, const lsi_wish *wish, lsi_lineup *l, lsi_error *e)
{
    lsi_wish now = *wish;
    int status = lsi_facts_laws(core, wish, l, e);
    now.rungs |= l->facts.storm.rungs;
    if (status == LSCHED_OK)
        status = meet(core, l, e);
    if (status == LSCHED_OK)
        status = gather_teams(core, &now, l, e);
    if (status == LSCHED_OK)
        status = gather_agents(core, &now, l, e);
    return status == LSCHED_OK ? lsi_fresh_tell(&l->facts, &l->arena, e) : status;
}

int lsi_facts_moment(lsi_core *core, lsi_moment *out, lsi_error *e)
{
    const int status = lsi_now_ask(core, &out->now, e);
    return status == LSCHED_OK ? lsi_picture_refresh(core, out->now, &out->last, e) : status;
}

int lsi_facts_load_at(lsi_core *core, const lsi_wish *wish, const lsi_moment *m, lsi_facts *facts,
                      lsi_error *e)
{
    lsi_lineup *l = NULL;
    *facts = (lsi_facts){0};
    int status = lsi_lineup_take(core, wish, m->now / LSI_DAY, &l, e);
    if (status == LSCHED_OK)
        status = lsi_work_weigh(core, l, m->now, e);
    if (status != LSCHED_OK) {
        if (l != NULL)
            lsi_lineup_give(core, l);
        return status;
    }
    *facts = l->facts;
    facts->lineup = l;
    facts->now = m->now;
    facts->clock = lsi_now_after(m->now, m->last);
    facts->preferred = wish->preferred;
    return LSCHED_OK;
}

int lsi_facts_load(lsi_core *core, const lsi_wish *wish, lsched_time now, lsi_facts *facts,
                   lsi_error *e)
{
    lsi_moment m = {.now = now};
    *facts = (lsi_facts){0};
    const int status = lsi_picture_refresh(core, now, &m.last, e);
    return status == LSCHED_OK ? lsi_facts_load_at(core, wish, &m, facts, e) : status;
}

int lsi_facts_renew(lsi_core *core, lsi_facts *f, lsi_error *e)
{
    lsched_time last;
    const int status = lsi_picture_refresh(core, f->now, &last, e);
    return status == LSCHED_OK ? lsi_work_weigh(core, f->lineup, f->now, e) : status;
}

void lsi_facts_free(lsi_core *core, lsi_facts *f)
{
    if (f->lineup != NULL)
        lsi_lineup_give(core, f->lineup);
    *f = (lsi_facts){0};
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

void lsi_facts_mark(lsi_facts *facts)
{
    facts->lineup->taken = true;
}

/* Times and lanes alone, which stand in the index. */
static int take_times(lsi_core *core, lsi_facts *facts, lsched_time from, lsched_time until,
                      lsi_arena *a, lsi_error *e)
{
    lsi_busy *busy = NULL;
    size_t count = 0, room = 0;
    int status = LSCHED_OK;
    for (size_t i = 0; status == LSCHED_OK && i < facts->agent_count; i++) {
        lsi_agent_fact *fact = &facts->agents[i];
        fact->taken_count = 0;
        status = lsi_ledger_busy(core->store, fact->agent.id, from, until, &busy, &count, &room, e);
        fact->taken = lsi_arena_take(a, (count + 1) * sizeof *fact->taken);
        if (status == LSCHED_OK && fact->taken == NULL)
            status = lsi_error_nomem(e);
        for (size_t n = 0; status == LSCHED_OK && n < count; n++) {
            if (busy[n].expires == 0 || lsi_life_holds(busy[n].expires, facts->clock))
                fact->taken[fact->taken_count++] =
                    (lsi_taken){.from = busy[n].from, .until = busy[n].until, .lane = busy[n].lane};
        }
    }
    free(busy);
    return status;
}

int lsi_facts_take(lsi_core *core, lsi_facts *facts, const char *moving, lsched_time from,
                   lsched_time until, lsi_arena *a, lsi_error *e)
{
    const int64_t look = lsi_permit_look(&facts->service);
    int status = LSCHED_OK;
    lsi_facts_mark(facts);
    if (!lsi_text_given(moving) && facts->service.reseats == 0)
        return take_times(core, facts, from - look, until + look, a, e);
    for (size_t i = 0; status == LSCHED_OK && i < facts->agent_count; i++)
        status = lsi_facts_take_agent(core, &facts->agents[i], moving, facts->clock, from - look,
                                      until + look, a, e);
    return status;
}
