/* core/explain_window.c -- a stretch of time under judgement, and its starts counted.
 *
 * Calendars are expanded once for a window; other channels, another notice or language only
 * turn what is there.  A set of starts is a bit for each minute, so that union and
 * difference, of which what would help is made, cost nothing.
 */
#include "core/explain.h"

#include <stdlib.h>
#include <string.h>

static const int32_t turning[] = {LSCHED_PHONE, LSCHED_VIDEO, LSCHED_VISIT, LSCHED_CHAT};
#define TURNS (sizeof turning / sizeof *turning)

/* Chats last: they alone take part of an agent, so that what is booked is laid anew. */
int32_t lsi_window_channel(int32_t wanted, int32_t channel)
{
    size_t i = 0;
    while (channel != 0 && turning[i] != channel)
        i++;
    for (i += channel != 0; i < TURNS; i++) {
        if ((wanted & turning[i]) != 0)
            return turning[i];
    }
    return 0;
}

void lsi_window_close(lsi_window *w)
{
    for (size_t i = 0; i < w->count; i++)
        lsi_permit_free(w->stretches[i].permits);
    for (size_t i = 0; i < LSI_STRETCHES; i++)
        lsi_permit_free(w->stretches[i].loose);
    lsi_reseat_free(w->reseat);
    free(w->grid.at);
    free(w->bits);
    free(w->moved);
    *w = (lsi_window){0};
}

int lsi_window_open(lsi_asking *q, lsched_time from, lsched_time until, lsi_window *w, lsi_error *e)
{
    *w = (lsi_window){.from = from, .until = until};
    const size_t candidates = q->facts.candidate_count + 1;
    w->words = (size_t)((until - from) / 60 / 64 + 1);
    w->bits = calloc(candidates * w->words, sizeof *w->bits);
    w->moved = calloc(candidates, sizeof *w->moved);
    int status = w->bits != NULL && w->moved != NULL ? LSCHED_OK : lsi_error_nomem(e);
    if (status == LSCHED_OK)
        status = lsi_facts_take(q->core, &q->facts, q->wish.moving, from, until, &q->scratch, e);
    if (status == LSCHED_OK)
        status = lsi_explain_grid(&q->facts, from, until, &w->grid, e);
    if (status == LSCHED_OK)
        status = lsi_reseat_new(q->core, &q->facts, q->wish.moving, from, until, &w->reseat, e);
    for (lsched_time t = from; status == LSCHED_OK && t < until; t += LSI_STRETCH) {
        struct lsi_judged *j = &w->stretches[w->count];
        j->from = t;
        j->until = until - t > LSI_STRETCH ? t + LSI_STRETCH : until;
        status = lsi_store_late(q->core->store, e);
        if (status == LSCHED_OK)
            status = lsi_permit_new(&q->facts, LSCHED_PHONE, j->from, j->until, &j->permits, e);
        w->count += status == LSCHED_OK;
        if (status == LSCHED_OK && w->reseat != NULL)
            status = lsi_permit_new(lsi_reseat_facts(w->reseat), LSCHED_PHONE, j->from, j->until,
                                    &j->loose, e);
    }
    if (status != LSCHED_OK)
        lsi_window_close(w);
    return status;
}

/* The first place in the grid at or after t. */
static size_t place_in_grid(const lsi_instants *grid, lsched_time t)
{
    size_t low = 0, high = grid->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (grid->at[middle] < t)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool lsi_window_mark(const lsi_window *w, lsched_time from, lsched_time until)
{
    const size_t n = place_in_grid(&w->grid, from);
    return n < w->grid.count && w->grid.at[n] < until;
}

/* Starts are whole minutes apart, so no two of them share a bit.  Answers when minute 0 is. */
static lsched_time set_bit(uint64_t *bits, lsched_time from, lsched_time t)
{
    const size_t minute = (size_t)((t - from) / 60);
    bits[minute / 64] |= UINT64_C(1) << minute % 64;
    return t - (lsched_time)minute * 60;
}

static void add_start(lsi_window *w, uint64_t *bits, lsched_time t)
{
    w->base = set_bit(bits, w->from, t);
}

/* All rules permit these instants; on the clock's grid they are starts. */
static void add_on_clock(lsi_window *w, const struct lsi_judged *j, size_t candidate,
                         uint64_t *bits)
{
    const lsi_spans *all = lsi_permit_by(j->permits, candidate, 0);
    for (size_t i = 0; i < all->count; i++) {
        const lsched_time from = all->at[i].from > j->from ? all->at[i].from : j->from;
        const lsched_time until = all->at[i].until < j->until ? all->at[i].until : j->until;
        for (size_t n = place_in_grid(&w->grid, from); n < w->grid.count && w->grid.at[n] < until;
             n++)
            add_start(w, bits, w->grid.at[n]);
    }
}

/* Those at which nobody who could serve is free, but others would make room. */
static int collect_room(const lsi_asking *q, lsi_window *w, size_t candidate, lsi_error *e)
{
    uint64_t *bits = w->bits + candidate * w->words;
    const int32_t most = q->facts.service.reseats;
    lsi_seated seated;
    int status = LSCHED_OK;
    for (size_t i = 0; i < w->count; i++) {
        const struct lsi_judged *j = &w->stretches[i];
        lsched_time t = lsi_permit_next(j->loose, candidate, j->from);
        for (; status == LSCHED_OK && t < j->until;
             t = lsi_permit_next(j->loose, candidate, t + 1)) {
            if (lsi_permit_why(j->permits, candidate, t) == 0)
                continue;
            status = lsi_store_late(q->core->store, e);
            if (status == LSCHED_OK)
                status = lsi_reseat_ask(w->reseat, j->loose, candidate, t, most, &seated, e);
            if (status == LSCHED_OK && seated.count > 0)
                add_start(w, bits, t);
        }
    }
    return status;
}

bool lsi_window_can(const lsi_window *w, size_t candidate, lsched_time t)
{
    const size_t minute = (size_t)((t - w->from) / 60);
    return (w->bits[candidate * w->words + minute / 64] >> minute % 64 & 1) != 0;
}

int lsi_window_add_room(const lsi_asking *q, const lsi_window *w, const struct lsi_judged *j,
                        size_t candidate, lsi_spans *free, lsi_error *e)
{
    int status = LSCHED_OK;
    lsched_time t = lsi_permit_next(j->loose, candidate, j->from), next;
    for (; status == LSCHED_OK && t < j->until; t = next) {
        next = lsi_permit_next(j->loose, candidate, t + 1);
        const lsched_time step = t + INT64_C(60) * q->facts.service.step;
        if (lsi_permit_why(j->permits, candidate, t) != 0 && lsi_window_can(w, candidate, t))
            status = lsi_span_add(free, t, next < step ? next : step, e);
    }
    lsi_span_sort(free);
    return status;
}

static void collect(const lsi_asking *q, lsi_window *w, size_t candidate)
{
    uint64_t *bits = w->bits + candidate * w->words;
    memset(bits, 0, w->words * sizeof *bits);
    for (size_t i = 0; i < w->count; i++) {
        const struct lsi_judged *j = &w->stretches[i];
        if (q->facts.service.anchor == LSCHED_CLOCK) {
            add_on_clock(w, j, candidate, bits);
            continue;
        }
        lsched_time t = lsi_permit_next(j->permits, candidate, j->from);
        for (; t < j->until; t = lsi_permit_next(j->permits, candidate, t + 1))
            add_start(w, bits, t);
    }
}

/* The first turn, from no channel, moves everybody. */
int lsi_window_turn(lsi_asking *q, lsi_window *w, int32_t channel, lsi_error *e)
{
    const size_t candidates = q->facts.candidate_count;
    int status = lsi_store_late(q->core->store, e);
    for (size_t i = 0; i < candidates; i++)
        w->moved[i] = !w->turned;
    w->turned = true;
    for (size_t i = 0; status == LSCHED_OK && i < w->count; i++)
        status = lsi_permit_again(w->stretches[i].permits, channel, w->moved, e);
    if (w->reseat != NULL)
        (void)lsi_reseat_facts(w->reseat);
    for (size_t i = 0; status == LSCHED_OK && w->reseat != NULL && i < w->count; i++)
        status = lsi_permit_again(w->stretches[i].loose, channel, w->moved, e);
    for (size_t i = 0; status == LSCHED_OK && i < candidates; i++) {
        if (!w->moved[i])
            continue;
        collect(q, w, i);
        if (w->reseat != NULL)
            status = collect_room(q, w, i, e);
    }
    return status;
}

/* ---- sets of starts ------------------------------------------------------------------------- */

int lsi_window_tally(const lsi_window *w, lsi_arena *a, lsi_tally *tally, lsi_error *e)
{
    const size_t words = (size_t)((w->until - w->from) / 60 / 64 + 1);
    uint64_t *bits = lsi_arena_take(a, 2 * words * sizeof *bits);
    *tally = (lsi_tally){.any = bits, .words = words};
    if (bits == NULL)
        return lsi_error_nomem(e);
    tally->one = bits + words;
    return LSCHED_OK;
}

void lsi_window_add(const lsi_window *w, size_t candidate, lsi_tally *tally)
{
    const uint64_t *bits = w->bits + candidate * w->words;
    for (size_t i = 0; i < w->words; i++)
        tally->one[i] |= bits[i];
    tally->base = w->base;
}

void lsi_window_add_slot(lsi_tally *tally, lsched_time from, lsched_time start)
{
    tally->slots++;
    tally->base = set_bit(tally->any, from, start);
}

void lsi_window_add_slots(lsi_tally *tally)
{
    for (size_t i = 0; i < tally->words; i++) {
        tally->slots += __builtin_popcountll(tally->one[i]);
        tally->any[i] |= tally->one[i];
        tally->one[i] = 0;
    }
}

int64_t lsi_window_starts(const lsi_tally *tally)
{
    int64_t starts = 0;
    for (size_t i = 0; i < tally->words; i++)
        starts += __builtin_popcountll(tally->any[i]);
    return starts;
}

lsched_time lsi_window_first(const lsi_tally *tally, lsched_time t)
{
    for (size_t i = 0; i < tally->words; i++) {
        for (uint64_t rest = tally->any[i]; rest != 0; rest &= rest - 1) {
            const int64_t minute = (int64_t)i * 64 + __builtin_ctzll(rest);
            if (tally->base + minute * 60 >= t)
                return tally->base + minute * 60;
        }
    }
    return 0;
}

lsched_time lsi_window_last(const lsi_tally *tally, lsched_time t)
{
    lsched_time last = 0;
    for (size_t i = 0; i < tally->words; i++) {
        for (uint64_t rest = tally->any[i]; rest != 0; rest &= rest - 1) {
            const int64_t minute = (int64_t)i * 64 + __builtin_ctzll(rest);
            if (tally->base + minute * 60 >= t)
                return last;
            last = tally->base + minute * 60;
        }
    }
    return last;
}

bool lsi_window_adds(const lsi_tally *tally, const lsi_tally *known)
{
    for (size_t i = 0; i < tally->words; i++) {
        if ((tally->any[i] & ~known->any[i]) != 0)
            return true;
    }
    return false;
}

void lsi_window_join(lsi_tally *all, const lsi_tally *more)
{
    for (size_t i = 0; i < all->words; i++)
        all->any[i] |= more->any[i];
}

int lsi_window_count(lsi_asking *q, lsi_window *w, lsi_tally *tally, lsi_error *e)
{
    int status = lsi_window_tally(w, &q->scratch, tally, e);
    for (int32_t c = 0; status == LSCHED_OK && (c = lsi_window_channel(q->channels, c)) != 0;) {
        status = lsi_window_turn(q, w, c, e);
        for (size_t i = 0; status == LSCHED_OK && i < q->facts.candidate_count; i++)
            lsi_window_add(w, i, tally);
        if (status == LSCHED_OK)
            lsi_window_add_slots(tally);
    }
    return status;
}
