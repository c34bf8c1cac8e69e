/* kernel.c -- the limit: the case by hand, on bare arrays that only this question uses.
 *
 * Time-major bits: the AND of the words that a call covers is the set of agents who can take
 * it.  Folded: what two and three cells have in common is kept, so 40 minutes are two
 * quarters of an hour and ten minutes.  The sweep goes over the sorted intervals themselves.
 */
#include "bench.h"

#include <stdlib.h>
#include <string.h>

enum {
    CALL_CELLS = (CALL + WRAP) / CELL,
    STEP_CELLS = STEP / CELL
};
_Static_assert(CALL_CELLS == 8 && STEP_CELLS == 3, "40 minutes are 15 + 15 + 10");

static void mark(plane *p, const stretches *s, bool is_free)
{
    for (int agent = 0; agent < p->problem->agents; agent++) {
        const uint64_t bit = UINT64_C(1) << (agent % 64);
        uint64_t *word = p->cells + agent / 64;
        for (size_t i = s->first[agent]; i < s->first[agent + 1]; i++) {
            const size_t until = (size_t)((s->at[i].until - p->problem->from) / CELL);
            for (size_t c = (size_t)((s->at[i].from - p->problem->from) / CELL); c < until; c++) {
                if (is_free)
                    word[c * p->words] |= bit;
                else
                    word[c * p->words] &= ~bit;
            }
        }
    }
}

/* to[c] = from[c] and what comes `distance` cells later. */
static void fold(const plane *p, uint64_t *to, const uint64_t *from, const uint64_t *other,
                 size_t distance)
{
    for (size_t i = 0; i < p->count * p->words; i++)
        to[i] = from[i] & other[i + distance * p->words];
}

void plane_build(plane *p, const problem *of)
{
    *p = (plane){.problem = of,
                 .words = ((size_t)of->agents + 63) / 64,
                 .count = (size_t)((of->until - of->from) / CELL)};
    /* Beyond the end nobody is free. */
    const size_t room = (p->count + CALL_CELLS) * p->words;
    p->cells = bench_take(room, sizeof *p->cells);
    p->tens = bench_take(room, sizeof *p->tens);
    p->quarters = bench_take(room, sizeof *p->quarters);
    mark(p, &of->work, true);
    mark(p, &of->busy, false);
    fold(p, p->tens, p->cells, p->cells, 1);
    fold(p, p->quarters, p->tens, p->cells, 2);
    answer_room(&p->answer, of);
}

void plane_free(plane *p)
{
    free(p->cells);
    free(p->tens);
    free(p->quarters);
    answer_free(&p->answer);
    *p = (plane){0};
}

/* ---- finding ---------------------------------------------------------------------------- */

/* The cells in which a call can begin, of each stretch that team and customer allow. */
typedef struct range {
    size_t from, until;
} range;

static range starts_of(const plane *p, size_t i)
{
    const stretch *s = &p->problem->allowed.at[i];
    return (range){(size_t)((s->from - p->problem->from) / CELL),
                   (size_t)((s->until - CALL - p->problem->from) / CELL) + 1};
}

static inline void note(answer *a, int64_t start, int32_t free_agents)
{
    a->starts[a->count] = start;
    a->free[a->count] = free_agents;
    a->count += free_agents != 0;
    a->total += free_agents;
}

static inline int32_t population(uint64_t word)
{
    return __builtin_popcountll(word);
}

static inline uint64_t whole_call(const uint64_t *at, size_t words)
{
    uint64_t all = at[0];
    for (size_t cell = 1; cell < CALL_CELLS; cell++)
        all &= at[cell * words];
    return all;
}

static inline uint64_t folded_call(const plane *p, size_t i, size_t words)
{
    return p->quarters[i] & p->quarters[i + STEP_CELLS * words] &
           p->tens[i + 2 * STEP_CELLS * words];
}

static inline void find_starts(plane *p, size_t words, bool folded)
{
    answer a = p->answer;
    a.count = 0;
    a.total = 0;
    for (size_t day = 0; day < p->problem->allowed.count; day++) {
        const range r = starts_of(p, day);
        for (size_t cell = r.from; cell < r.until; cell += STEP_CELLS) {
            int32_t count = 0;
            for (size_t w = 0; w < words; w++)
                count += population(folded ? folded_call(p, cell * words + w, words)
                                           : whole_call(p->cells + cell * words + w, words));
            note(&a, p->problem->from + (int64_t)cell * CELL, count);
        }
    }
    p->answer = a;
}

/* A team in one word is the usual one, and has code of its own. */
void plane_find(void *user)
{
    plane *p = user;
    if (p->words == 1)
        find_starts(p, 1, false);
    else
        find_starts(p, p->words, false);
}

void plane_find_folded(void *user)
{
    plane *p = user;
    if (p->words == 1)
        find_starts(p, 1, true);
    else
        find_starts(p, p->words, true);
}

void plane_first(void *user)
{
    plane *p = user;
    p->answer.count = 0;
    for (size_t day = 0; day < p->problem->allowed.count; day++) {
        const range r = starts_of(p, day);
        for (size_t cell = r.from; cell < r.until; cell += STEP_CELLS) {
            int32_t count = 0;
            for (size_t w = 0; w < p->words; w++)
                count += population(folded_call(p, cell * p->words + w, p->words));
            if (count != 0) {
                note(&p->answer, p->problem->from + (int64_t)cell * CELL, count);
                return;
            }
        }
    }
}

/* ---- raw intervals ------------------------------------------------------------------------ */

/* A gap of one agent: all starts in it that are allowed; `*day` only goes on. */
static inline void note_gap(const problem *p, int32_t *counts, size_t *day, int64_t from,
                            int64_t until)
{
    if (until - from < CALL + WRAP)
        return;
    while (*day < p->allowed.count && p->allowed.at[*day].until - CALL < from)
        ++*day;
    if (*day == p->allowed.count)
        return;
    const stretch *open = &p->allowed.at[*day];
    int64_t first = open->from > from ? open->from : from;
    int64_t last =
        open->until - CALL < until - CALL - WRAP ? open->until - CALL : until - CALL - WRAP;
    for (int64_t t = (first - p->from + STEP - 1) / STEP; t * STEP <= last - p->from; t++)
        counts[t]++;
}

void sweep_find(void *user)
{
    plane *p = user;
    const problem *q = p->problem;
    int32_t *counts = p->answer.free;
    const size_t slots = (size_t)((q->until - q->from) / STEP);
    memset(counts, 0, slots * sizeof *counts);
    for (int agent = 0; agent < q->agents; agent++) {
        const stretch *busy = q->busy.at + q->busy.first[agent];
        const stretch *end = q->busy.at + q->busy.first[agent + 1];
        size_t day = 0;
        for (size_t i = q->work.first[agent]; i < q->work.first[agent + 1]; i++) {
            int64_t t = q->work.at[i].from;
            for (; busy < end && busy->from < q->work.at[i].until; busy++) {
                note_gap(q, counts, &day, t, busy->from);
                t = busy->until;
            }
            note_gap(q, counts, &day, t, q->work.at[i].until);
        }
    }
    p->answer.count = 0;
    p->answer.total = 0;
    for (size_t i = 0; i < slots; i++)
        note(&p->answer, q->from + (int64_t)i * STEP, counts[i]);
}
