/* core/run.c -- the predicate asked of the picture, a run of starts at a time.
 *
 * Each team of the ladder has a cursor that steps from start to start on its grid, through
 * the times when the team and everybody but the agents allow one.  Starts that follow one
 * another in even steps while the same teams can start are a run: who is free at each of them
 * is the AND of as many words, each so many words behind those of the one before, and nothing
 * else is to be worked out.  What says yes here is what permit.c says yes to: the tests hold
 * the two against each other.
 */
#include "core/picture.h"

#include <stdlib.h>
#include <string.h>

typedef lsi_cursor cursor;
typedef lsi_scan scan;

/* ---- beginning ------------------------------------------------------------------------------ */

void lsi_run_close(scan *s)
{
    free(s->cursors);
    free(s->words);
}

/* Channels on which the same agents are free at all times are one kind. */
static bool alike(const scan *s, int a, int b)
{
    if (s->kinds[a].chat != s->kinds[b].chat || s->l->way[a] != s->l->way[b])
        return false;
    for (size_t i = 0; i < s->l->squad_count; i++) {
        if (s->l->squads[i].fit[a] != s->l->squads[i].fit[b])
            return false;
    }
    return true;
}

static void sort_channels(scan *s, int32_t channels)
{
    for (int channel = 0; channel < 4; channel++) {
        int kind = 0;
        if ((channels >> channel & 1) == 0)
            continue;
        s->kinds[channel].chat = !lsi_lane_whole(1 << channel);
        while (kind < channel && (s->kinds[kind].channels == 0 || !alike(s, kind, channel)))
            kind++;
        s->kinds[kind].channels++;
        s->kind_of[channel] = kind;
        s->ways |= UINT32_C(1) << s->l->way[channel];
    }
}

static int take_room(scan *s, size_t room, bool keep, lsi_error *e)
{
    const size_t squads = s->l->squad_count;
    size_t rows = 0;
    s->room = room;
    s->row = keep ? room : 0;
    for (int i = 0; i < 4; i++) {
        s->kinds[i].first = rows * room;
        rows += s->kinds[i].channels == 0 ? 0 : keep ? squads : 1;
    }
    s->cursor_count = s->l->ways * s->f->team_count;
    s->cursors = calloc(s->cursor_count + 1, sizeof *s->cursors);
    s->words = malloc((rows + 1 + (s->l->shared ? s->l->tile_count : 0)) * room * sizeof *s->words);
    if (s->cursors == NULL || s->words == NULL) {
        lsi_run_close(s);
        return lsi_error_nomem(e);
    }
    s->seen = s->l->shared ? s->words + rows * room : NULL;
    for (int i = 0; i < 4; i++)
        s->of[i] = s->cursors + s->l->way[i] * s->f->team_count;
    return LSCHED_OK;
}

int lsi_run_open(scan *s, lsi_core *core, const lsi_facts *f, const lsi_running *wanted,
                 lsi_error *e)
{
    *s = (scan){.core = core, .f = f, .l = f->lineup, .block = -1};
    const lsched_time earliest = lsi_policy_earliest(&f->service, f->now);
    const lsched_time horizon = lsi_policy_horizon(&f->service, f->zone, f->now);
    const int status = lsi_lineup_sit(core, s->l, e);
    if (status != LSCHED_OK)
        return status;
    s->reach = lsi_policy_reach(&f->service);
    s->step = (int64_t)f->service.step * 60;
    s->from = wanted->from > earliest ? wanted->from : earliest;
    s->until = wanted->until < horizon ? wanted->until : horizon;
    if (s->from < s->reach.before)
        s->from = s->reach.before; /* nothing is open before 1970 */
    sort_channels(s, wanted->channels);
    return take_room(s, wanted->most < LSI_RUN ? wanted->most : LSI_RUN, wanted->keep, e);
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

/* Paints what starts in [from, until) can touch. */
static int paint(scan *s, lsched_time from, lsched_time until, lsi_error *e)
{
    int status = LSCHED_OK;
    from = from > s->reach.before ? from - s->reach.before : 0;
    for (size_t i = 0; status == LSCHED_OK && i < s->l->tile_count; i++)
        status = lsi_tile_paint(s->core, s->l->tiles[i], s->l->asked[i], s->f->clock, from,
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

lsched_time lsi_run_next(const scan *s)
{
    lsched_time next = INT64_MAX;
    for (size_t i = 0; i < s->cursor_count; i++)
        next = s->cursors[i].next < next ? s->cursors[i].next : next;
    return next;
}

/* What is painted doubles, so that the first starts of a long range cost no more than they
 * must. */
int lsi_run_part(scan *s, lsched_time t, int64_t *part, lsched_time *end, lsi_error *e)
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

int lsi_run_one(scan *s, lsched_time start, bool *there, lsi_error *e)
{
    *there = false;
    if (s->from != start || start >= s->until)
        return LSCHED_OK;
    int status = paint(s, start, start + 1, e);
    if (status == LSCHED_OK)
        status = enter(s, start, e);
    if (status == LSCHED_OK && lsi_run_next(s) == start)
        *there = lsi_run_take(s, start + 1, 1) > 0;
    return status;
}

/* ---- who can start -------------------------------------------------------------------------- */

/* Membership is a matter of [t, t + length), not of the buffers. */
static uint64_t members(const scan *s, const lsi_squad *squad, uint64_t word, lsched_time t)
{
    for (uint64_t left = word & squad->ends; left != 0; left &= left - 1) {
        const int seat = __builtin_ctzll(left);
        const lsi_span *in = lsi_span_at(&s->f->candidates[squad->who[seat]].roster, t);
        if (in == NULL || in->until < t + s->reach.length)
            word &= ~(UINT64_C(1) << seat);
    }
    return word;
}

/* Those of the squad who can start, at each start of the run. */
static void ask(const scan *s, const lsi_squad *squad, int channel, uint64_t *words)
{
    const lsi_board *b = &s->l->tiles[squad->tile]->board;
    const size_t stride = lsi_board_cell(b, (uint32_t)s->step);
    uint32_t first, end;
    lsi_board_cells(b, s->start - s->reach.before, s->start + s->reach.behind, &first, &end);
    lsi_board_ask_run((s->kinds[channel].chat ? b->chat : b->whole) + first, end - first, stride,
                      s->count, words);
    for (size_t i = 0; i < s->count; i++)
        words[i] &= squad->fit[channel];
    for (size_t i = 0; squad->ends != 0 && i < s->count; i++) {
        if ((words[i] & squad->ends) != 0)
            words[i] = members(s, squad, words[i], s->start + (lsched_time)i * s->step);
    }
}

/* Takes away whom another squad has had already: whoever is in two of the teams is still one
 * agent. */
static void see(const scan *s, const lsi_squad *squad, const uint64_t *words, uint64_t *fresh)
{
    uint64_t *seen = s->seen + squad->tile * s->room;
    for (size_t i = 0; i < s->count; i++) {
        fresh[i] = words[i] & ~seen[i];
        seen[i] |= words[i];
    }
}

/* One kind of channels. */
static void ask_all(scan *s, int channel, int32_t *agents)
{
    uint64_t fresh[LSI_RUN];
    bool more = false;
    if (s->seen != NULL)
        memset(s->seen, 0, s->l->tile_count * s->room * sizeof *s->seen);
    for (size_t i = 0; i < s->l->squad_count; i++) {
        const lsi_squad *squad = &s->l->squads[i];
        uint64_t *words = s->words + s->kinds[channel].first + i * s->row;
        if (s->of[channel][squad->team].next != s->start || squad->fit[channel] == 0) {
            memset(words, 0, s->count * sizeof *words);
            continue;
        }
        ask(s, squad, channel, words);
        if (s->seen != NULL)
            see(s, squad, words, fresh);
        lsi_board_count(s->seen != NULL ? fresh : words, s->count, more, agents);
        more = true;
    }
    if (!more)
        memset(agents, 0, s->count * sizeof *agents);
}

/* ---- runs ------------------------------------------------------------------------------------ */

/* Whether a step is a whole number of cells.  Painting can make cells smaller. */
static bool is_even(const scan *s)
{
    for (size_t i = 0; i < s->l->tile_count; i++) {
        if (s->step % s->l->tiles[i]->board.cell != 0)
            return false;
    }
    return true;
}

/* How many starts from the first on are a run. */
static size_t run_length(const scan *s, lsched_time end, size_t most)
{
    if (most > s->room)
        most = s->room;
    if (most < 2 || !is_even(s))
        return 1;
    for (size_t i = 0; i < s->cursor_count; i++) {
        const cursor *c = &s->cursors[i];
        lsched_time until = c->next;
        if (c->next == s->start) {
            const lsi_span *span = &c->times->starts.at[c->span];
            until = c->plain < span->until ? c->plain : span->until;
        }
        end = until < end ? until : end;
    }
    const uint64_t length =
        ((uint64_t)(end - s->start) + (uint64_t)s->step - 1) / (uint64_t)s->step;
    return length < most ? (size_t)length : most;
}

/* Leaves the cursors behind the run. */
static void step(const scan *s)
{
    const lsched_time last = s->start + (lsched_time)(s->count - 1) * s->step;
    for (size_t i = 0; i < s->cursor_count; i++) {
        cursor *c = &s->cursors[i];
        if (c->next == s->start) {
            c->next = last;
            advance(s, c);
        }
    }
}

size_t lsi_run_take(scan *s, lsched_time until, size_t most)
{
    s->start = lsi_run_next(s);
    s->count = 0;
    if (s->start >= until)
        return 0;
    s->count = run_length(s, until, most);
    for (int channel = 0; channel < 4; channel++) {
        if (s->kinds[channel].channels > 0)
            ask_all(s, channel, s->kinds[channel].agents);
    }
    step(s);
    return s->count;
}
