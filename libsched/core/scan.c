/* core/scan.c -- the predicate asked of the picture: all starts of a range, or one.
 *
 * Each team of the ladder has a cursor that steps from start to start on its grid, through
 * the times when the team and everybody but the agents allow one; a start's agents are then
 * the AND of the words that the contact covers.  What says yes here is what permit.c says yes
 * to: the tests hold the two against each other.
 */
#include "core/picture.h"

#include <stdlib.h>
#include <string.h>

typedef lsi_cursor cursor;
typedef lsi_scan scan;

bool lsi_scan_can(const lsi_core *core, const lsi_facts *f)
{
    /* Where the grid begins with each agent's own free time there is one for every agent; and
     * cells are whole minutes, which clocks before 1972 were not everywhere. */
    return core->picture->ceiling > 0 && f->service.anchor != LSCHED_FREE &&
           lsi_zone_offset(f->zone, f->now) % 60 == 0;
}

void lsi_scan_end(scan *s)
{
    free(s->cursors);
    free(s->words);
}

/* Whether an agent can be in two of the squads. */
static bool shares(const lsi_lineup *l)
{
    for (size_t i = 1; i < l->squad_count; i++)
        for (size_t k = 0; k < i; k++)
            if (l->squads[i].tile == l->squads[k].tile)
                return true;
    return false;
}

int lsi_scan_begin(scan *s, lsi_core *core, const lsi_facts *f, int32_t channels, lsched_time from,
                   lsched_time until, lsi_error *e)
{
    *s = (scan){.core = core, .f = f, .l = f->lineup, .block = -1};
    const lsched_time earliest = lsi_policy_earliest(&f->service, f->now);
    const lsched_time horizon = lsi_policy_horizon(&f->service, f->zone, f->now);
    const int status = lsi_lineup_sit(core, s->l, e);
    if (status != LSCHED_OK)
        return status;
    s->reach = lsi_policy_reach(&f->service);
    s->step = (int64_t)f->service.step * 60;
    s->from = from > earliest ? from : earliest;
    s->until = until < horizon ? until : horizon;
    if (s->from < s->reach.before)
        s->from = s->reach.before; /* nothing is open before 1970 */
    s->cursor_count = s->l->ways * f->team_count;
    s->cursors = calloc(s->cursor_count + 1, sizeof *s->cursors);
    s->words = calloc(s->l->squad_count + s->l->tile_count + 1, sizeof *s->words);
    if (s->cursors == NULL || s->words == NULL) {
        lsi_scan_end(s);
        return lsi_error_nomem(e);
    }
    for (int channel = 0; channel < LSI_CHANNELS; channel++)
        s->of[channel] = s->cursors + s->l->way[channel] * f->team_count;
    s->seen = shares(s->l) ? s->words + s->l->squad_count : NULL;
    for (int32_t channel = 1; channel <= LSCHED_VISIT; channel *= 2)
        s->chats |= lsi_lane_whole(channel) ? 0 : channel;
    for (int32_t left = channels; left != 0; left &= left - 1)
        s->ways |= UINT32_C(1) << s->l->way[__builtin_ctz((unsigned)left)];
    return LSCHED_OK;
}

/* ---- cursors ------------------------------------------------------------------------------- */

/* The first start on the team's grid at or after t, which its times allow; and how far the
 * next ones follow in even steps: a grid begins anew at midnight and at a change of clocks. */
static lsched_time on_grid(const scan *s, cursor *c, lsched_time t)
{
    const lsi_zone *zone = s->f->zone;
    if (s->f->service.anchor == LSCHED_CLOCK) {
        t = lsi_grid_next(zone, s->f->service.step, t);
    } else {
        const lsi_span *run = lsi_span_at(&c->times->open, t);
        if (run != NULL)
            t = lsi_grid_run_next(zone, run, s->step, t);
    }
    const lsched_time change = lsi_zone_change(zone, t), midnight = lsi_zone_midnight(zone, t, 1);
    c->plain = change < midnight ? change : midnight;
    return t;
}

/* Puts the cursor on the first start at or after t. */
static void seek(const scan *s, cursor *c, lsched_time t)
{
    const lsi_spans *starts = &c->times->starts;
    for (; c->span < starts->count; c->span++) {
        const lsi_span *span = &starts->at[c->span];
        if (span->until <= t)
            continue;
        c->next = on_grid(s, c, t > span->from ? t : span->from);
        if (c->next < span->until)
            return;
        t = c->next > t ? c->next : t;
    }
    c->next = INT64_MAX;
}

static void advance(const scan *s, cursor *c)
{
    const lsched_time t = c->next + s->step;
    if (t < c->plain && t < c->times->starts.at[c->span].until)
        c->next = t;
    else
        seek(s, c, c->next + 1);
}

/* ---- blocks -------------------------------------------------------------------------------- */

/* The seats of a tile that any squad asks for. */
static uint64_t asked(const scan *s, size_t tile)
{
    uint64_t seats = 0;
    for (size_t i = 0; i < s->l->squad_count; i++)
        seats |= s->l->squads[i].tile == tile ? s->l->squads[i].asked : 0;
    return seats;
}

/* Paints what starts in [from, until) can touch. */
static int paint(scan *s, lsched_time from, lsched_time until, lsi_error *e)
{
    int status = LSCHED_OK;
    from = from > s->reach.before ? from - s->reach.before : 0;
    for (size_t i = 0; status == LSCHED_OK && i < s->l->tile_count; i++)
        status = lsi_tile_paint(s->core, s->l->tiles[i], asked(s, i), s->f->clock, from,
                                until - 1 + s->reach.behind, e);
    return status;
}

/* Sets all cursors to the first start at or after `from`, all within one block. */
static int enter(scan *s, lsched_time from, lsi_error *e)
{
    const int64_t block = from / LSI_BLOCK;
    const lsi_times *times;
    const int status = lsi_lineup_times(s->core, s->l, block, &times, e);
    if (status != LSCHED_OK)
        return status;
    s->block = block;
    for (size_t i = 0; i < s->cursor_count; i++) {
        s->cursors[i] = (cursor){.times = &times[i], .next = INT64_MAX};
        if ((s->ways >> i / s->f->team_count & 1) != 0)
            seek(s, &s->cursors[i], from);
    }
    return LSCHED_OK;
}

lsched_time lsi_scan_next(const scan *s)
{
    lsched_time next = INT64_MAX;
    for (size_t i = 0; i < s->cursor_count; i++)
        next = s->cursors[i].next < next ? s->cursors[i].next : next;
    return next;
}

/* ---- one start ----------------------------------------------------------------------------- */

/* Membership is a matter of [t, t + length), not of the buffers. */
uint64_t lsi_scan_members(const scan *s, const lsi_squad *squad, uint64_t word, lsched_time t)
{
    for (uint64_t left = word & squad->ends; left != 0; left &= left - 1) {
        const int seat = __builtin_ctzll(left);
        const lsi_span *in = lsi_span_at(&s->f->candidates[squad->who[seat]].roster, t);
        if (in == NULL || in->until < t + s->reach.length)
            word &= ~(UINT64_C(1) << seat);
    }
    return word;
}

/* Who can start at t; how many agents that are. */
static int32_t ask(scan *s, int channel, lsched_time t)
{
    const lsi_lineup *l = s->l;
    const bool chat = (s->chats >> channel & 1) != 0;
    const lsched_time from = t - s->reach.before, until = t + s->reach.behind;
    int32_t agents = 0;
    const lsi_board *like = NULL;
    const cursor *cursors = s->of[channel];
    uint32_t first = 0, end = 0;
    if (s->seen != NULL)
        memset(s->seen, 0, l->tile_count * sizeof *s->seen);
    for (size_t i = 0; i < l->squad_count; i++) {
        const lsi_squad *squad = &l->squads[i];
        uint64_t word = 0;
        if (cursors[squad->team].next == t && squad->fit[channel] != 0) {
            const lsi_board *b = &l->tiles[squad->tile]->board;
            /* In a crowd nearly all boards are of the same days. */
            if (like == NULL || b->day != like->day || b->cell != like->cell)
                lsi_board_cells(b, from, until, &first, &end);
            like = b;
            word = lsi_board_ask(chat ? b->chat : b->whole, first, end) & squad->fit[channel];
            if ((word & squad->ends) != 0)
                word = lsi_scan_members(s, squad, word, t);
        }
        s->words[i] = word;
        if (s->seen != NULL) {
            /* Whoever is in two of the teams is still one agent. */
            const uint64_t seen = s->seen[squad->tile];
            s->seen[squad->tile] |= word;
            word &= ~seen;
        }
        agents += lsi_board_count(word);
    }
    return agents;
}

/* The first in the ladder's order of those who can, `but` one agent; an agent to be kept goes
 * before all others. */
static size_t best(const scan *s, size_t but)
{
    const lsi_lineup *l = s->l;
    const lsi_facts *f = s->f;
    size_t first = f->candidate_count;
    for (size_t i = 0; i < f->candidate_count; i++) {
        const lsi_place *p = &l->places[i];
        const size_t agent = f->candidates[p->candidate].agent;
        if ((s->words[p->squad] & p->bit) == 0 || agent == but)
            continue;
        if (f->preferred == NULL || strcmp(f->agents[agent].agent.id, f->preferred) == 0)
            return p->candidate;
        first = first == f->candidate_count ? p->candidate : first;
    }
    return first;
}

/* ---- all starts ---------------------------------------------------------------------------------- */

/* Offsets change twice a year. */
typedef struct offset {
    const lsi_zone *zone;
    lsched_time from, until;
    int32_t offset;
} offset;

static int32_t offset_at(offset *o, const lsi_zone *zone, lsched_time t)
{
    if (o->zone != zone || t < o->from || t >= o->until)
        *o = (offset){zone, t, lsi_zone_change(zone, t), lsi_zone_offset(zone, t)};
    return o->offset;
}

static int add_slot(const scan *s, lsi_found *found, int32_t channel, lsched_time t, int32_t agents,
                    offset zones[2], lsi_error *e)
{
    const lsi_facts *f = s->f;
    const lsi_candidate *c = &f->candidates[best(s, f->agent_count)];
    const lsi_agent_fact *agent = &f->agents[c->agent];
    lsched_slot *slot = lsi_vector_more(&found->slots, &found->count, &found->room, sizeof *slot);
    if (slot == NULL)
        return lsi_error_nomem(e);
    *slot = (lsched_slot){
        .start = t,
        .end = t + s->reach.length,
        .agent = agent->agent.id,
        .team = f->teams[c->team].team.id,
        .channel = channel,
        .rung = lsi_ladder_best(c->rungs),
        .free = agents,
        .customer_offset = offset_at(&zones[0], f->zone, t),
        .agent_offset = offset_at(&zones[1], agent->zone, t),
    };
    return LSCHED_OK;
}

/* All channels of one start; whether there was any. */
static int add_start(scan *s, int32_t channels, lsched_time t, lsi_found *found, offset zones[2],
                     lsi_error *e)
{
    int status = LSCHED_OK;
    for (int32_t left = channels; status == LSCHED_OK && left != 0; left &= left - 1) {
        const int channel = __builtin_ctz((unsigned)left);
        const int32_t agents = ask(s, channel, t);
        if (agents > 0)
            status = add_slot(s, found, 1 << channel, t, agents, zones, e);
    }
    return status;
}

void lsi_scan_step(const scan *s, lsched_time t)
{
    for (size_t i = 0; i < s->cursor_count; i++) {
        if (s->cursors[i].next == t)
            advance(s, &s->cursors[i]);
    }
}

/* The starts of [from, until), which lies in one block and is painted. */
static int scan_part(scan *s, int32_t channels, lsched_time until, size_t limit, lsi_found *found,
                     size_t *starts, offset zones[2], lsi_error *e)
{
    int status = LSCHED_OK;
    lsched_time t;
    while (status == LSCHED_OK && *starts < limit && (t = lsi_scan_next(s)) < until) {
        const size_t before = found->count;
        status = add_start(s, channels, t, found, zones, e);
        *starts += found->count > before;
        lsi_scan_step(s, t);
    }
    return status;
}

/* What is painted doubles, so that the first starts of a long range cost no more than they
 * must. */
#define FIRST_PART (4 * LSI_DAY)

/* Goes on to the first start at or after t: all starts until *end are of one block, and what
 * they can touch is painted. */
int lsi_scan_part(scan *s, lsched_time t, int64_t *part, lsched_time *end, lsi_error *e)
{
    const lsched_time edge = (t / LSI_BLOCK + 1) * LSI_BLOCK;
    *end = s->until - t > *part ? t + *part : s->until;
    *end = *end < edge ? *end : edge;
    *part *= 2;
    int status = lsi_store_late(s->core->store, e);
    if (status == LSCHED_OK)
        status = paint(s, t, *end, e);
    if (status == LSCHED_OK && t / LSI_BLOCK != s->block)
        status = enter(s, t, e);
    return status;
}

/* So many starts are not to be had in less than this, and hardly in four times that. */
static int64_t first_part(const scan *s, size_t limit)
{
    const int64_t most = (int64_t)limit * s->step * 4;
    return most > FIRST_PART ? most : FIRST_PART;
}

int lsi_scan_find(lsi_core *core, const lsi_facts *f, int32_t channels, lsched_time from,
                  lsched_time until, size_t limit, lsi_found *found, lsi_error *e)
{
    scan s;
    offset zones[2] = {{0}};
    size_t starts = 0;
    int status = lsi_scan_begin(&s, core, f, channels, from, until, e);
    if (status != LSCHED_OK)
        return status;
    int64_t part = first_part(&s, limit);
    for (lsched_time t = s.from, end; status == LSCHED_OK && t < s.until && starts < limit;
         t = end) {
        status = lsi_scan_part(&s, t, &part, &end, e);
        if (status == LSCHED_OK)
            status = scan_part(&s, channels, end, limit, found, &starts, zones, e);
    }
    lsi_scan_end(&s);
    return status;
}

/* ---- the first one on a rung ------------------------------------------------------------------------ */

/* By squad, those whose best rung it is; NULL: memory ran out. */
static uint64_t *those_on(const scan *s, int32_t rung)
{
    uint64_t *bits = calloc(s->l->squad_count + 1, sizeof *bits);
    for (size_t i = 0; bits != NULL && i < s->f->candidate_count; i++) {
        const lsi_place *p = &s->l->places[i];
        if (lsi_ladder_best(s->f->candidates[p->candidate].rungs) == rung)
            bits[p->squad] |= p->bit;
    }
    return bits;
}

static bool any_of(const scan *s, const uint64_t *bits)
{
    uint64_t found = 0;
    for (size_t i = 0; i < s->l->squad_count; i++)
        found |= s->words[i] & bits[i];
    return found != 0;
}

/* What is offered on the rung at the next starts before `until`, if anything. */
static void offer_part(scan *s, int32_t channels, int32_t rung, const uint64_t *those,
                       lsched_time until, lsched_slot *out)
{
    for (lsched_time t; out->rung == 0 && (t = lsi_scan_next(s)) < until; lsi_scan_step(s, t)) {
        for (int channel = 0; channel < 4 && out->rung == 0; channel++) {
            const int32_t agents = (channels >> channel & 1) != 0 ? ask(s, channel, t) : 0;
            if (agents == 0 || !any_of(s, those))
                continue;
            const size_t first = best(s, s->f->agent_count);
            if (lsi_ladder_best(s->f->candidates[first].rungs) == rung)
                *out = lsi_search_slot(s->f, first, 1 << channel, t, agents);
        }
    }
}

int lsi_scan_offer(lsi_core *core, const lsi_facts *f, int32_t channels, int32_t rung,
                   lsched_time from, lsched_time until, lsched_slot *out, lsi_error *e)
{
    scan s;
    int64_t part = FIRST_PART;
    *out = (lsched_slot){0};
    int status = lsi_scan_begin(&s, core, f, channels, from, until, e);
    if (status != LSCHED_OK)
        return status;
    uint64_t *those = those_on(&s, rung);
    if (those == NULL)
        status = lsi_error_nomem(e);
    for (lsched_time t = s.from, end; status == LSCHED_OK && t < s.until && out->rung == 0;
         t = end) {
        status = lsi_scan_part(&s, t, &part, &end, e);
        if (status == LSCHED_OK)
            offer_part(&s, channels, rung, those, end, out);
    }
    free(those);
    lsi_scan_end(&s);
    return status;
}

/* ---- one start ------------------------------------------------------------------------------------ */

static void mount(const scan *s, int32_t agents, lsi_podium *out)
{
    const lsi_facts *f = s->f;
    out->free = agents;
    out->best = best(s, f->agent_count);
    out->second = best(s, f->candidates[out->best].agent);
}

int lsi_scan_choose(lsi_core *core, const lsi_facts *f, int32_t channel, lsched_time start,
                    lsi_podium *out, lsi_error *e)
{
    scan s;
    *out = (lsi_podium){f->candidate_count, f->candidate_count, 0};
    int status = lsi_scan_begin(&s, core, f, channel, start, start + 1, e);
    if (status != LSCHED_OK)
        return status;
    if (s.from == start && start < s.until) {
        status = paint(&s, start, start + 1, e);
        if (status == LSCHED_OK)
            status = enter(&s, start, e);
        const int32_t agents = status == LSCHED_OK && lsi_scan_next(&s) == start
                                   ? ask(&s, __builtin_ctz((unsigned)channel), start)
                                   : 0;
        if (agents > 0)
            mount(&s, agents, out);
    }
    lsi_scan_end(&s);
    return status;
}
