/* core/tile.c -- agents on boards: who sits where, and what is painted of them.
 *
 * An agent has one seat, whichever teams it is in.  A column is painted from the truth when it
 * is first asked for, and again when an event was about its agent and day.  Only what takes an
 * agent whole, which is alone in its time, is added and taken away where it was painted: what
 * an event says of a chat, or of a hold, hangs on what else there is, and on the clock.
 */
#include "core/picture.h"

#include <stdlib.h>
#include <string.h>

size_t lsi_tile_bytes(const lsi_tile *tile)
{
    return sizeof *tile + lsi_board_bytes(&tile->board);
}

/* ---- seats ------------------------------------------------------------------------------ */

/* The first seat that was left, else the next; LSI_SEATS: there is none. */
static int free_seat(const lsi_tile *t)
{
    int seat = 0;
    while (seat < t->count && t->seats[seat] != NULL)
        seat++;
    return seat;
}

static lsi_tile *tile_of(lsi_picture *p, uint64_t team)
{
    for (lsi_tile *t = p->tiles; t != NULL; t = t->next) {
        if (t->team == team && free_seat(t) < LSI_SEATS)
            return t;
    }
    lsi_tile *t = calloc(1, sizeof *t);
    if (t == NULL)
        return NULL;
    t->team = team;
    t->wake = INT64_MAX;
    t->used = p->turn;
    t->next = p->tiles;
    p->tiles = t;
    return t;
}

/* Nothing is known any more of a seat that was left. */
int lsi_tile_seat(lsi_core *core, lsi_card *agent, uint64_t team, lsi_error *e)
{
    if (agent->tile != NULL)
        return LSCHED_OK;
    lsi_tile *t = tile_of(core->picture, team);
    if (t == NULL)
        return lsi_error_nomem(e);
    agent->seat = free_seat(t);
    agent->tile = t;
    t->seats[agent->seat] = agent;
    if (agent->seat == t->count)
        t->count++;
    return LSCHED_OK;
}

/* ---- columns ------------------------------------------------------------------------------- */

/* What holds take by `clock`, and between which clocks that is so. */
static void judge_holds(lsi_tile *tile, lsi_busy *busy, size_t *count, lsched_time clock)
{
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++) {
        const lsched_time expires = busy[i].expires, begins = expires - LSCHED_MAX_HOLD;
        if (expires != 0) {
            const bool holds = lsi_life_holds(expires, clock);
            const lsched_time next = holds ? expires : clock < begins ? begins : INT64_MAX;
            if (next < tile->wake)
                tile->wake = next;
            if (!holds)
                continue;
        }
        busy[kept++] = busy[i];
    }
    *count = kept;
}

/* What one seat is painted from, with room for the next one's. */
typedef struct palette {
    lsi_busy *busy;
    size_t count, room;
    lsi_spans shift, taken, chatting;
} palette;

static void wash(palette *p)
{
    free(p->busy);
    lsi_span_free(&p->shift);
    lsi_span_free(&p->taken);
    lsi_span_free(&p->chatting);
}

/* Where no more chats fit. */
static int find_chatting(const lsi_card *agent, palette *p, lsi_error *e)
{
    lsi_agent_fact fact = {.agent = agent->is.agent};
    fact.taken = calloc(p->count + 1, sizeof *fact.taken);
    if (fact.taken == NULL)
        return lsi_error_nomem(e);
    for (size_t i = 0; i < p->count; i++)
        fact.taken[i] = (lsi_taken){
            .from = p->busy[i].from, .until = p->busy[i].until, .lane = p->busy[i].lane};
    fact.taken_count = p->count;
    const int status = lsi_lane_busy(&fact, LSCHED_CHAT, &p->chatting, e);
    free(fact.taken);
    return status;
}

/* Whole: nothing of it lies in a lane. */
static int find_taken(palette *p, bool *whole, lsi_error *e)
{
    *whole = true;
    const int status = lsi_span_reserve(&p->taken, p->count, e);
    for (size_t i = 0; status == LSCHED_OK && i < p->count; i++) {
        p->taken.at[p->taken.count++] = (lsi_span){p->busy[i].from, p->busy[i].until};
        *whole = *whole && p->busy[i].lane == 0;
    }
    return status;
}

/* One seat, on whole days. */
static int paint_seat(lsi_core *core, lsi_tile *tile, int seat, lsched_time clock, lsi_span days,
                      palette *p, lsi_error *e)
{
    const lsi_card *agent = tile->seats[seat];
    bool whole = true;
    p->count = p->shift.count = p->taken.count = p->chatting.count = 0;
    int status = lsi_ledger_busy(core->store, agent->id, days.from, days.until, &p->busy, &p->count,
                                 &p->room, e);
    if (status == LSCHED_OK)
        status = lsi_card_shifts(agent, days.from, days.until, &p->shift, e);
    if (status == LSCHED_OK) {
        judge_holds(tile, p->busy, &p->count, clock);
        status = find_taken(p, &whole, e);
    }
    if (status == LSCHED_OK && !whole)
        status = find_chatting(agent, p, e);
    if (status == LSCHED_OK)
        status = lsi_board_paint(&tile->board, seat, days, &p->shift, &p->taken,
                                 whole ? &p->taken : &p->chatting, e);
    return status;
}

/* A run of days on which the seat is not painted, from `day` on. */
static bool next_gap(const lsi_board *b, int seat, int64_t *day, int64_t end, lsi_span *days)
{
    while (*day < end && (b->known[*day - b->day] >> seat & 1) != 0)
        ++*day;
    if (*day >= end)
        return false;
    days->from = *day * LSI_DAY;
    while (*day < end && (b->known[*day - b->day] >> seat & 1) == 0)
        ++*day;
    days->until = *day * LSI_DAY;
    return true;
}

int lsi_tile_paint(lsi_core *core, lsi_tile *tile, uint64_t seats, lsched_time clock,
                   lsched_time from, lsched_time until, lsi_error *e)
{
    lsi_board *b = &tile->board;
    tile->used = core->picture->turn;
    if (clock < tile->since || clock >= tile->wake) {
        if (b->days > 0)
            lsi_board_forget_all(b);
        tile->wake = INT64_MAX;
    }
    int status = lsi_board_reach(b, from, until, e);
    if (status != LSCHED_OK)
        return status;
    uint64_t unknown = lsi_board_unknown(b, seats, from, until);
    palette p = {0};
    for (; status == LSCHED_OK && unknown != 0; unknown &= unknown - 1) {
        const int seat = __builtin_ctzll(unknown);
        const int64_t end = lsi_civil_floor(until - 1, LSI_DAY) + 1;
        int64_t day = lsi_civil_floor(from, LSI_DAY);
        lsi_span days;
        tile->since = clock; /* what had run out by now would hold by an earlier clock */
        status = lsi_store_late(core->store, e);
        while (status == LSCHED_OK && next_gap(b, seat, &day, end, &days))
            status = paint_seat(core, tile, seat, clock, days, &p, e);
    }
    wash(&p);
    return status;
}
