/* rules/stage.c -- the stage on which the next hours are rehearsed: who can take what, and when.
 *
 * Each lane of an agent is a seat, where chats are in the line, else each agent is one; agents
 * who can serve nobody in line have none.  A seat has its stretches of free time, each with what
 * is booked behind it.  Sets of contacts are bits in the order of the line.
 */
#include "rules/stage.h"

#include <stdlib.h>
#include <string.h>

/* The free time of a seat, cut where something is booked.  Behind that it may be free earlier
 * than was planned, so the next stretch begins with it. */
static int set_stretches(lsi_rehearsal *r, lsi_stage_seat *s, size_t lane, lsi_error *e)
{
    const lsi_server *server = s->server;
    size_t booked = 0;
    s->stretches =
        lsi_arena_take(r->a, (server->open_count + server->booked_count) * sizeof *s->stretches);
    if (s->stretches == NULL)
        return lsi_error_nomem(e);
    for (size_t i = 0; i <= server->open_count; i++) {
        /* Behind the last shift there may still be something that was promised. */
        const bool more = i < server->open_count;
        int32_t from = more ? lsi_stage_time(r->q, server->open[i].from) : LSI_FAR;
        const int32_t until = more ? lsi_stage_time(r->q, server->open[i].until) : LSI_FAR;
        for (; booked < server->booked_count; booked++) {
            const lsi_engaged *b = &server->booked[booked];
            const int32_t at = lsi_stage_time(r->q, b->from);
            if (more && at >= until)
                break;
            if (!lsi_stage_takes(b, s, lane))
                continue;
            s->stretches[s->count++] = (lsi_stretch){.from = at < from ? at : from,
                                                     .until = at,
                                                     .begins = lsi_stage_time(r->q, b->start),
                                                     .over = lsi_stage_time(r->q, b->until),
                                                     .then = b->handling,
                                                     .mark = (uint64_t)booked << 32 | s->first};
            from = at > from ? at : from;
        }
        if (more && from < until)
            s->stretches[s->count++] =
                (lsi_stretch){.from = from, .until = until, .then = LSI_NOTHING};
    }
    return LSCHED_OK;
}

static bool has_chats(const lsi_queue *q)
{
    for (size_t i = 0; i < q->line_count; i++) {
        if (q->line[i].channel == LSCHED_CHAT)
            return true;
    }
    return false;
}

/* The seats of the agents who can serve anybody in line. */
static int set_seats(lsi_rehearsal *r, lsi_error *e)
{
    const lsi_queue *q = r->q;
    const bool chats = has_chats(q);
    size_t room = 0;
    for (size_t i = 0; i < q->server_count; i++)
        room += chats && q->servers[i].lanes > 1 ? (size_t)q->servers[i].lanes : 1;
    r->seats = lsi_arena_take(r->a, room * sizeof *r->seats);
    if (r->seats == NULL)
        return lsi_error_nomem(e);
    int status = LSCHED_OK;
    for (size_t i = 0; i < q->server_count; i++) {
        const lsi_server *server = &q->servers[i];
        const uint64_t *fits = &r->fits[i * r->words], *own = &r->own[i * r->words];
        const size_t lanes = chats && server->lanes > 1 ? (size_t)server->lanes : 1;
        const size_t first = r->seat_count;
        uint64_t any = 0, any_own = 0;
        for (size_t w = 0; w < r->words; w++)
            any |= fits[w], any_own |= own[w];
        for (size_t lane = 0; (any | any_own) != 0 && lane < lanes && status == LSCHED_OK; lane++) {
            lsi_stage_seat *s = &r->seats[r->seat_count++];
            *s = (lsi_stage_seat){.first = first,
                                  .past = first + lanes,
                                  .server = server,
                                  .fits = fits,
                                  .own = own,
                                  .owns = any_own != 0};
            status = set_stretches(r, s, lane, e);
        }
    }
    return status;
}

static int by_coming(const void *a, const void *b)
{
    const lsi_latecomer *x = a, *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return (x->place > y->place) - (x->place < y->place);
}

/* Where there are too many sizes, the shortest is among them. */
static void add_size(lsi_rehearsal *r, int64_t takes)
{
    size_t i = 0;
    while (i < r->size_count && r->sizes[i] < takes)
        i++;
    if (i < r->size_count && (r->sizes[i] == takes || (r->size_count == LSI_SIZES && i > 0)))
        return;
    if (r->size_count == LSI_SIZES) {
        r->sizes[0] = i == 0 ? takes : r->sizes[0];
        return;
    }
    memmove(&r->sizes[i + 1], &r->sizes[i], (r->size_count - i) * sizeof *r->sizes);
    r->sizes[i] = takes;
    r->size_count++;
}

static int set_sizes(lsi_rehearsal *r, lsi_error *e)
{
    const lsi_queue *q = r->q;
    r->short_enough = lsi_arena_take(r->a, r->size_count * r->words * sizeof *r->short_enough);
    if (r->short_enough == NULL)
        return lsi_error_nomem(e);
    for (size_t i = 0; i < q->line_count; i++) {
        for (size_t n = 0; n < r->size_count; n++) {
            if (n + 1 == r->size_count || q->line[i].takes < r->sizes[n + 1])
                r->short_enough[n * r->words + i / 64] |= UINT64_C(1) << i % 64;
        }
    }
    return LSCHED_OK;
}

/* Who is there, and who comes later; and who is left to one agent, and until when. */
static void set_coming(lsi_rehearsal *r, size_t i)
{
    const lsi_waiter *w = &r->q->line[i];
    const uint64_t bit = UINT64_C(1) << i % 64;
    if (w->from <= r->q->now)
        r->here[i / 64] |= bit;
    else
        r->later[r->later_count++] = (lsi_latecomer){w->from, i, true};
    if (w->own == NULL || w->shared <= r->q->now)
        return;
    r->keep[i / 64] |= bit;
    r->later[r->later_count++] = (lsi_latecomer){w->shared, i, false};
}

/* Who waits, and whom each server fits. */
static int set_line(lsi_rehearsal *r, lsi_error *e)
{
    const lsi_queue *q = r->q;
    const size_t words = r->words = (q->line_count + 63) / 64;
    uint64_t *sets = lsi_arena_take(r->a, (2 * q->server_count + 4) * words * sizeof *sets);
    r->later = lsi_arena_take(r->a, 2 * q->line_count * sizeof *r->later);
    r->scale = lsi_arena_take(r->a, q->handling_count * sizeof *r->scale);
    if (sets == NULL || r->later == NULL || r->scale == NULL)
        return lsi_error_nomem(e);
    r->waiting = sets;
    r->here = sets + words;
    r->kept = sets + 2 * words;
    r->keep = sets + 3 * words;
    r->fits = sets + 4 * words;
    r->own = r->fits + q->server_count * words;
    for (size_t i = 0; i < q->line_count; i++) {
        const lsi_waiter *w = &q->line[i];
        add_size(r, w->takes);
        set_coming(r, i);
        for (size_t n = 0; n < q->server_count; n++) {
            const uint64_t bit = UINT64_C(1) << i % 64;
            if ((w->fit[n / 64] >> n % 64 & 1) != 0)
                r->fits[n * words + i / 64] |= bit;
            if (w->own != NULL && (w->own[n / 64] >> n % 64 & 1) != 0)
                r->own[n * words + i / 64] |= bit;
        }
    }
    if (r->later_count > 1)
        qsort(r->later, r->later_count, sizeof *r->later, by_coming);
    return set_sizes(r, e);
}

int lsi_stage_set(lsi_rehearsal *r, lsi_error *e)
{
    int status = set_line(r, e);
    if (status == LSCHED_OK)
        status = set_seats(r, e);
    if (status != LSCHED_OK)
        return status;
    r->leaves = 1;
    while (r->leaves < r->seat_count)
        r->leaves *= 2;
    r->tree = lsi_arena_take(r->a, 2 * r->leaves * sizeof *r->tree);
    r->idle = lsi_arena_take(r->a, (r->leaves + 63) / 64 * sizeof *r->idle);
    return r->tree != NULL && r->idle != NULL ? LSCHED_OK : lsi_error_nomem(e);
}
