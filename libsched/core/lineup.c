/* core/lineup.c -- questions that were asked, with all that the catalogue says about them.
 *
 * Who asks for a fortnight asks again for the next, and books what was found: so the facts of
 * a question are kept, with the seats of its candidates and the times of its teams.  All of
 * that hangs on the catalogue alone, and goes with the first touch.
 */
#include "core/picture.h"

#include <stdlib.h>
#include <string.h>

static void free_window(lsi_window *w, size_t teams)
{
    for (size_t i = 0; w->teams != NULL && i < teams; i++) {
        lsi_span_free(&w->teams[i].open);
        lsi_span_free(&w->teams[i].starts);
    }
    free(w->teams);
    *w = (lsi_window){0};
}

void lsi_lineup_free(lsi_lineup *l)
{
    if (l == NULL)
        return;
    for (size_t i = 0; i < LSI_WINDOWS; i++)
        free_window(&l->windows[i], l->ways * l->facts.team_count);
    for (size_t i = 0; i < l->facts.candidate_count; i++)
        lsi_span_free(&l->facts.candidates[i].roster);
    lsi_arena arena = l->arena;
    free(l);
    lsi_arena_free(&arena);
}

static void account(lsi_picture *p, lsi_lineup *l)
{
    size_t bytes = sizeof *l + lsi_arena_bytes(&l->arena);
    if (l->loose || l->gone)
        return;
    for (size_t i = 0; i < l->facts.candidate_count; i++)
        bytes += l->facts.candidates[i].roster.room * sizeof(lsi_span);
    for (size_t w = 0; w < LSI_WINDOWS; w++) {
        const lsi_times *teams = l->windows[w].teams;
        for (size_t i = 0; teams != NULL && i < l->ways * l->facts.team_count; i++)
            bytes += sizeof *teams + (teams[i].starts.room + teams[i].open.room) * sizeof(lsi_span);
    }
    p->bytes += bytes - l->bytes;
    l->bytes = bytes;
}

/* ---- taking one -------------------------------------------------------------------------- */

typedef struct key {
    char bytes[5 * (LSCHED_MAX_ID + 1) + sizeof(int32_t)];
    size_t size;
    uint64_t hash;
} key;

static void add_word(key *k, const char *word)
{
    const size_t size = lsi_text_size(word, LSCHED_MAX_ID);
    memcpy(k->bytes + k->size, word != NULL ? word : "", size);
    k->size += size;
    k->bytes[k->size++] = '\0';
}

static key key_of(const lsi_wish *wish)
{
    key k;
    k.size = sizeof wish->rungs;
    memcpy(k.bytes, &wish->rungs, sizeof wish->rungs);
    add_word(&k, wish->customer);
    add_word(&k, wish->service);
    add_word(&k, wish->agent);
    add_word(&k, wish->team);
    k.hash = lsi_text_hash(LSI_HASH, k.bytes, k.size);
    return k;
}

static int make(lsi_core *core, const lsi_wish *wish, int64_t day, const key *k, lsi_lineup **out,
                lsi_error *e)
{
    lsi_lineup *l = calloc(1, sizeof *l);
    *out = NULL;
    if (l == NULL)
        return lsi_error_nomem(e);
    l->hash = k->hash;
    l->day = day;
    l->key = lsi_arena_text(&l->arena, k->bytes, k->size);
    l->key_size = k->size;
    const int status = l->key != NULL ? lsi_facts_gather(core, wish, l, e) : lsi_error_nomem(e);
    if (status != LSCHED_OK) {
        lsi_lineup_free(l);
        return status;
    }
    *out = l;
    return LSCHED_OK;
}

int lsi_lineup_take(lsi_core *core, const lsi_wish *wish, int64_t day, lsi_lineup **out,
                    lsi_error *e)
{
    lsi_picture *p = core->picture;
    const key k = key_of(wish);
    const uint64_t customer =
        lsi_text_hash(LSI_HASH, wish->customer, lsi_text_size(wish->customer, LSCHED_MAX_ID));
    lsi_lineup **bucket = &p->lineups[customer % LSI_BUCKETS], *l;
    for (lsi_lineup **link = bucket; (l = *link) != NULL;) {
        if (l->day < day && !l->busy) { /* nobody asks for yesterday's again */
            lsi_picture_drop_lineup(p, link);
            continue;
        }
        if (l->day == day && l->hash == k.hash && l->key_size == k.size &&
            memcmp(l->key, k.bytes, k.size) == 0)
            break;
        link = &l->next;
    }
    const bool asking = l != NULL && l->busy;
    if (l == NULL || asking) {
        const int status = make(core, wish, day, &k, &l, e);
        if (status != LSCHED_OK)
            return status;
        l->loose = asking;
        if (!asking) {
            l->next = *bucket;
            *bucket = l;
            account(p, l);
        }
    }
    for (size_t i = 0; l->taken && i < l->facts.agent_count; i++) {
        l->facts.agents[i].taken = NULL;
        l->facts.agents[i].taken_count = 0;
    }
    l->taken = false;
    l->busy = true;
    *out = l;
    return LSCHED_OK;
}

void lsi_lineup_give(lsi_core *core, lsi_lineup *l)
{
    lsi_picture *p = core->picture;
    l->busy = false;
    if (l->loose) {
        l->next = p->old_lineups;
        p->old_lineups = l;
        l->loose = false;
        l->gone = true;
    }
}

/* ---- seats ------------------------------------------------------------------------------------ */

static int seat_agents(lsi_core *core, lsi_lineup *l, lsi_error *e)
{
    const lsi_facts *f = &l->facts;
    int status = LSCHED_OK;
    for (size_t i = 0; status == LSCHED_OK && i < f->candidate_count; i++) {
        const lsi_candidate *c = &f->candidates[i];
        status = lsi_tile_seat(core, l->agents[c->agent], l->teams[c->team]->owner, e);
    }
    return status;
}

static size_t tile_index(lsi_lineup *l, lsi_tile *tile)
{
    size_t i = 0;
    while (i < l->tile_count && l->tiles[i] != tile)
        i++;
    if (i == l->tile_count)
        l->tiles[l->tile_count++] = tile;
    return i;
}

static lsi_squad *squad_of(lsi_lineup *l, size_t team, size_t tile)
{
    for (size_t i = 0; i < l->squad_count; i++) {
        if (l->squads[i].team == team && l->squads[i].tile == tile)
            return &l->squads[i];
    }
    lsi_squad *s = &l->squads[l->squad_count++];
    s->team = team;
    s->tile = tile;
    return s;
}

/* Whoever is a member for all times need not be asked for each. */
static bool has_ends(const lsi_spans *roster)
{
    return roster->count != 1 || roster->at[0].from != 0 || roster->at[0].until != LSI_TIME_END;
}

static void enlist(lsi_lineup *l, size_t candidate)
{
    const lsi_facts *f = &l->facts;
    const lsi_candidate *c = &f->candidates[candidate];
    const lsi_card *agent = l->agents[c->agent];
    lsi_squad *s = squad_of(l, c->team, tile_index(l, agent->tile));
    const uint64_t bit = UINT64_C(1) << agent->seat;
    for (int i = 0; i < 4; i++) {
        if (lsi_permit_unfit(f, candidate, 1 << i) == 0)
            s->fit[i] |= bit;
    }
    l->asked[s->tile] |= bit;
    s->ends |= has_ends(&c->roster) ? bit : 0;
    s->who[agent->seat] = candidate;
    l->places[candidate] = (lsi_place){candidate, (size_t)(s - l->squads), bit};
}

/* After one booking all are in order but who got it: by insertion each of those who come
 * before that one now moves up by one place.  false: there is more to do than that. */
static bool settle_places(const lsi_facts *f, lsi_place *at, size_t count)
{
    size_t moves = 0;
    for (size_t i = 1; i < count; i++) {
        const lsi_place moved = at[i];
        size_t to = i;
        while (to > 0 && moves < 2 * count &&
               lsi_ladder_before(f, moved.candidate, at[to - 1].candidate)) {
            at[to] = at[to - 1];
            to--;
            moves++;
        }
        at[to] = moved;
        if (moves == 2 * count)
            return false;
    }
    return true;
}

/* A merge sort: stable, of known depth, and without a library's leave to allocate.  What is
 * in order already, as most is after one booking, stays. */
static void sort_places(const lsi_facts *f, lsi_place *at, lsi_place *spare, size_t count)
{
    if (settle_places(f, at, count))
        return;
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t left = 0; left < count; left += 2 * width) {
            const size_t middle = left + width < count ? left + width : count;
            const size_t right = left + 2 * width < count ? left + 2 * width : count;
            size_t a = left, b = middle;
            if (middle >= right ||
                !lsi_ladder_before(f, at[middle].candidate, at[middle - 1].candidate)) {
                memcpy(spare + left, at + left, (right - left) * sizeof *at);
                continue;
            }
            for (size_t i = left; i < right; i++) {
                const bool second =
                    a == middle ||
                    (b < right && lsi_ladder_before(f, at[b].candidate, at[a].candidate));
                spare[i] = second ? at[b++] : at[a++];
            }
        }
        memcpy(at, spare, count * sizeof *at);
    }
}

/* Each seat's place in that order. */
static void rank(lsi_lineup *l)
{
    for (uint32_t i = 0; i < l->facts.candidate_count; i++) {
        const lsi_place *p = &l->places[i];
        l->squads[p->squad].rank[__builtin_ctzll(p->bit)] = i;
    }
}

static int give_seats(lsi_core *core, lsi_lineup *l, lsi_error *e)
{
    const size_t count = l->facts.candidate_count;
    const int status = seat_agents(core, l, e);
    if (status != LSCHED_OK)
        return status;
    lsi_tile **tiles = lsi_arena_take(&l->arena, (count + 1) * sizeof(lsi_tile *));
    l->asked = lsi_arena_take(&l->arena, (count + 1) * sizeof *l->asked);
    lsi_place *spare = lsi_arena_take(&l->arena, (count + 1) * sizeof *spare);
    l->places = lsi_arena_take(&l->arena, (count + 1) * sizeof *l->places);
    l->squads = lsi_arena_take(&l->arena, (count + 1) * sizeof *l->squads);
    if (tiles == NULL || l->asked == NULL || spare == NULL || l->places == NULL ||
        l->squads == NULL)
        return lsi_error_nomem(e);
    l->tiles = tiles;
    l->spare = spare;
    l->tile_count = l->squad_count = 0;
    for (size_t i = 0; i < count; i++)
        enlist(l, i);
    /* Each tile has a squad, so it is more than those where an agent can be in two. */
    l->shared = l->squad_count > l->tile_count;
    account(core->picture, l);
    return LSCHED_OK;
}

int lsi_lineup_sit(lsi_core *core, lsi_lineup *l, lsi_error *e)
{
    const int status = l->tiles == NULL ? give_seats(core, l, e) : LSCHED_OK;
    if (status == LSCHED_OK && !l->sorted) {
        sort_places(&l->facts, l->places, l->spare, l->facts.candidate_count);
        rank(l);
        l->sorted = true;
    }
    return status;
}

/* ---- times ---------------------------------------------------------------------------------------- */

static int keep_hours(lsi_core *core, lsi_lineup *l, lsi_card *card, uint64_t passed, int64_t block,
                      lsi_spans *all, lsi_error *e)
{
    const lsi_spans *open;
    const int status = lsi_card_hours(core, card, passed, l->facts.zone, block, &open, e);
    return status == LSCHED_OK ? lsi_span_keep(all, open, e) : status;
}

static int keep_laws(lsi_core *core, lsi_lineup *l, size_t way, int64_t block, lsi_spans *all,
                     lsi_error *e)
{
    int status = LSCHED_OK;
    for (size_t i = 0; status == LSCHED_OK && i < l->facts.law_count; i++) {
        const lsi_layer layer = lsi_law_layer(&l->facts, i, l->first[way]);
        status = keep_hours(core, l, l->regions[i], layer.passed, block, all, e);
    }
    return status;
}

/* [t, t + length) lies in all layers exactly where it lies in their intersection. */
static int make_times(lsi_core *core, lsi_lineup *l, size_t way, size_t team, int64_t block,
                      lsi_times *t, lsi_error *e)
{
    const lsi_facts *f = &l->facts;
    const lsi_spans *open;
    int status = lsi_card_hours(core, l->teams[team], 0, f->zone, block, &open, e);
    if (status == LSCHED_OK && f->service.anchor == LSCHED_OPENING)
        status = lsi_span_copy(&t->open, open, e);
    if (status == LSCHED_OK)
        status = lsi_span_copy(&t->starts, open, e);
    if (status == LSCHED_OK)
        status = keep_laws(core, l, way, block, &t->starts, e);
    if (status == LSCHED_OK)
        status = keep_hours(core, l, l->customer, 0, block, &t->starts, e);
    if (status == LSCHED_OK)
        status = keep_hours(core, l, l->service, 0, block, &t->starts, e);
    if (status == LSCHED_OK)
        lsi_span_starts(&t->starts, 0, lsi_policy_reach(&f->service).length);
    return status;
}

int lsi_lineup_times(lsi_core *core, lsi_lineup *l, int64_t block, const lsi_times **out,
                     lsi_error *e)
{
    for (size_t i = 0; i < LSI_WINDOWS; i++) {
        *out = l->windows[i].teams;
        if (*out != NULL && l->windows[i].block == block)
            return LSCHED_OK;
    }
    lsi_window *w = &l->windows[l->next_window++ % LSI_WINDOWS];
    const size_t teams = l->facts.team_count, all = l->ways * teams;
    free_window(w, all);
    w->teams = calloc(all + 1, sizeof *w->teams);
    w->block = block;
    int status = w->teams != NULL ? LSCHED_OK : lsi_error_nomem(e);
    for (size_t i = 0; status == LSCHED_OK && i < all; i++)
        status = make_times(core, l, i / teams, i % teams, block, &w->teams[i], e);
    if (status != LSCHED_OK) {
        free_window(w, all);
        return status;
    }
    account(core->picture, l);
    *out = w->teams;
    return LSCHED_OK;
}
