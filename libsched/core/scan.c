/* core/scan.c -- the slots that the picture has: all of a range, the first on a rung, or the
 * best agents for one start.  When one is possible, and who can take it, is said by run.c.
 */
#include "core/picture.h"

#include <stdlib.h>
#include <string.h>

typedef lsi_scan scan;

bool lsi_scan_can(const lsi_core *core, const lsi_facts *f)
{
    /* Where the grid begins with each agent's own free time there is one for every agent; and
     * cells are whole minutes, which clocks before 1972 were not everywhere. */
    return core->picture->ceiling > 0 && f->service.anchor != LSCHED_FREE &&
           lsi_zone_offset(f->zone, f->now) % 60 == 0;
}

/* ---- the best of those who can ----------------------------------------------------------------- */

/* Who can take start `i` of the run on a channel: each squad's word is a row behind another's. */
static const uint64_t *words_of(const scan *s, int channel, size_t i)
{
    return s->words + s->kinds[s->kind_of[channel]].first + i;
}

static int32_t agents_of(const scan *s, int channel, size_t i)
{
    return s->kinds[s->kind_of[channel]].agents[i];
}

static bool can(const scan *s, const uint64_t *words, const lsi_place *p)
{
    return (words[p->squad * s->row] & p->bit) != 0;
}

/* The first in the ladder's order: whoever stands there first is looked for in the order where
 * many can, and among those who can where they are few. */
static size_t first_of(const scan *s, const uint64_t *words, int32_t agents)
{
    const lsi_lineup *l = s->l;
    const size_t count = s->f->candidate_count, few = l->squad_count + (size_t)agents;
    size_t first = 0;
    if (few * ((size_t)agents + 1) > count) {
        while (!can(s, words, &l->places[first]))
            first++;
        return l->places[first].candidate;
    }
    first = count;
    for (size_t i = 0; i < l->squad_count; i++) {
        for (uint64_t left = words[i * s->row]; left != 0; left &= left - 1) {
            const uint32_t rank = l->squads[i].rank[__builtin_ctzll(left)];
            first = rank < first ? rank : first;
        }
    }
    return l->places[first].candidate;
}

/* Of those who can, `but` one agent; an agent to be kept goes before all others. */
static size_t best_but(const scan *s, const uint64_t *words, size_t but)
{
    const lsi_lineup *l = s->l;
    const lsi_facts *f = s->f;
    size_t first = f->candidate_count;
    for (size_t i = 0; i < f->candidate_count; i++) {
        const lsi_place *p = &l->places[i];
        const size_t agent = f->candidates[p->candidate].agent;
        if (!can(s, words, p) || agent == but)
            continue;
        if (f->preferred == NULL || strcmp(f->agents[agent].agent.id, f->preferred) == 0)
            return p->candidate;
        first = first == f->candidate_count ? p->candidate : first;
    }
    return first;
}

static size_t best(const scan *s, const uint64_t *words, int32_t agents)
{
    return s->f->preferred == NULL ? first_of(s, words, agents)
                                   : best_but(s, words, s->f->agent_count);
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

/* Room for so many slots more: at first for as many as the question had the last time, but no
 * more than `most`. */
static int make_room(const scan *s, lsi_found *found, size_t more, size_t most, lsi_error *e)
{
    if (found->room - found->count >= more)
        return LSCHED_OK;
    size_t room = found->room > 0 ? found->room * 2 : s->l->usual < most ? s->l->usual : most;
    room += more; /* the last run is asked for as much as the others */
    if (room < found->count + more)
        room = found->count + more;
    lsched_slot *slots = realloc(found->slots, room * sizeof *slots);
    if (slots == NULL)
        return lsi_error_nomem(e);
    found->slots = slots;
    found->room = room;
    return LSCHED_OK;
}

/* A start of the run, on one channel. */
static void add_slot(const scan *s, lsi_found *found, int channel, size_t i, offset zones[2])
{
    const lsi_facts *f = s->f;
    const int32_t agents = agents_of(s, channel, i);
    const lsi_candidate *c = &f->candidates[best(s, words_of(s, channel, i), agents)];
    const lsi_agent_fact *agent = &f->agents[c->agent];
    const lsched_time t = s->start + (lsched_time)i * s->step;
    found->slots[found->count++] = (lsched_slot){
        .start = t,
        .end = t + s->reach.length,
        .agent = agent->agent.id,
        .team = f->teams[c->team].team.id,
        .channel = 1 << channel,
        .rung = lsi_ladder_best(c->rungs),
        .free = agents,
        .customer_offset = offset_at(&zones[0], f->zone, t),
        .agent_offset = offset_at(&zones[1], agent->zone, t),
    };
}

/* The starts of the run, as far as the limit allows. */
static void add_run(const scan *s, int32_t channels, size_t limit, lsi_found *found, size_t *starts,
                    offset zones[2])
{
    for (size_t i = 0; i < s->count && *starts < limit; i++) {
        const size_t before = found->count;
        for (int32_t left = channels; left != 0; left &= left - 1) {
            const int channel = __builtin_ctz((unsigned)left);
            if (agents_of(s, channel, i) > 0)
                add_slot(s, found, channel, i, zones);
        }
        *starts += found->count > before;
    }
}

/* Where few starts are wanted, few are looked at; but hardly each of them is possible. */
static size_t most_of(size_t starts, size_t limit)
{
    const size_t left = limit - starts;
    return left > LSI_RUN / 4 ? LSI_RUN : 4 * left + 4;
}

/* The starts before `until`, which are in one block and painted. */
static int scan_part(scan *s, int32_t channels, lsched_time until, size_t limit, lsi_found *found,
                     size_t *starts, offset zones[2], lsi_error *e)
{
    const size_t width = (size_t)__builtin_popcount((unsigned)channels);
    int status = LSCHED_OK;
    while (status == LSCHED_OK && *starts < limit &&
           lsi_run_take(s, until, most_of(*starts, limit)) > 0) {
        const size_t left = limit - *starts < s->count ? limit - *starts : s->count;
        const size_t most = limit < SIZE_MAX / width ? limit * width : limit;
        status = make_room(s, found, left * width, most, e);
        if (status == LSCHED_OK)
            add_run(s, channels, limit, found, starts, zones);
    }
    return status;
}

/* So many starts are not to be had in less than this, and hardly in four times that. */
static int64_t first_part(const scan *s, size_t limit)
{
    const int64_t most = (int64_t)limit * s->step * 4;
    return most > LSI_FIRST_PART ? most : LSI_FIRST_PART;
}

int lsi_scan_find(lsi_core *core, const lsi_facts *f, int32_t channels, lsched_time from,
                  lsched_time until, size_t limit, lsi_found *found, lsi_error *e)
{
    scan s;
    offset zones[2] = {{0}};
    size_t starts = 0;
    int status = lsi_run_open(&s, core, f,
                              &(lsi_running){channels, from, until, most_of(0, limit), true}, e);
    if (status != LSCHED_OK)
        return status;
    int64_t part = first_part(&s, limit);
    for (lsched_time t = s.from, end; status == LSCHED_OK && t < s.until && starts < limit;
         t = end) {
        status = lsi_run_part(&s, t, &part, &end, e);
        if (status == LSCHED_OK)
            status = scan_part(&s, channels, end, limit, found, &starts, zones, e);
    }
    s.l->usual = found->count;
    lsi_run_close(&s);
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

static bool any_of(const scan *s, const uint64_t *words, const uint64_t *bits)
{
    uint64_t found = 0;
    for (size_t i = 0; i < s->l->squad_count; i++)
        found |= words[i * s->row] & bits[i];
    return found != 0;
}

/* What is offered on the rung at the next starts before `until`, if anything. */
static void offer_part(scan *s, int32_t channels, int32_t rung, const uint64_t *those,
                       lsched_time until, lsched_slot *out)
{
    while (lsi_run_take(s, until, LSI_RUN) > 0) {
        for (size_t i = 0; i < s->count; i++) {
            for (int32_t left = channels; left != 0; left &= left - 1) {
                const int channel = __builtin_ctz((unsigned)left);
                const uint64_t *words = words_of(s, channel, i);
                const int32_t agents = agents_of(s, channel, i);
                if (agents == 0 || !any_of(s, words, those))
                    continue;
                const size_t first = best(s, words, agents);
                if (lsi_ladder_best(s->f->candidates[first].rungs) != rung)
                    continue;
                *out = lsi_search_slot(s->f, first, 1 << channel,
                                       s->start + (lsched_time)i * s->step, agents);
                return;
            }
        }
    }
}

int lsi_scan_offer(lsi_core *core, const lsi_facts *f, int32_t channels, int32_t rung,
                   lsched_time from, lsched_time until, lsched_slot *out, lsi_error *e)
{
    scan s;
    int64_t part = LSI_FIRST_PART;
    *out = (lsched_slot){0};
    int status = lsi_run_open(&s, core, f, &(lsi_running){channels, from, until, LSI_RUN, true}, e);
    if (status != LSCHED_OK)
        return status;
    uint64_t *those = those_on(&s, rung);
    if (those == NULL)
        status = lsi_error_nomem(e);
    for (lsched_time t = s.from, end; status == LSCHED_OK && t < s.until && out->rung == 0;
         t = end) {
        status = lsi_run_part(&s, t, &part, &end, e);
        if (status == LSCHED_OK)
            offer_part(&s, channels, rung, those, end, out);
    }
    free(those);
    lsi_run_close(&s);
    return status;
}

/* ---- one start ------------------------------------------------------------------------------------ */

static void mount(const scan *s, int channel, lsi_podium *out)
{
    const lsi_facts *f = s->f;
    const uint64_t *words = words_of(s, channel, 0);
    out->free = agents_of(s, channel, 0);
    if (out->free == 0)
        return;
    out->best = best(s, words, out->free);
    out->second = best_but(s, words, f->candidates[out->best].agent);
}

int lsi_scan_choose(lsi_core *core, const lsi_facts *f, int32_t channel, lsched_time start,
                    lsi_podium *out, lsi_error *e)
{
    scan s;
    bool there;
    *out = (lsi_podium){f->candidate_count, f->candidate_count, 0};
    int status = lsi_run_open(&s, core, f, &(lsi_running){channel, start, start + 1, 1, true}, e);
    if (status != LSCHED_OK)
        return status;
    status = lsi_run_one(&s, start, &there, e);
    if (status == LSCHED_OK && there)
        mount(&s, __builtin_ctz((unsigned)channel), out);
    lsi_run_close(&s);
    return status;
}
