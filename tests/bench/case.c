/* case.c -- the case: a team in New York, a customer in Los Angeles, from a seed.
 *
 * Each agent's day is drawn from a seed of its own, so a longer or a larger case has the
 * smaller one inside.  Times become instants by the clock changes of both cities, which
 * stand here as a table: the library's own zones are what it is measured and checked with.
 */
#include "bench.h"

#include <stdlib.h>
#include <string.h>

#define HOUR 3600
#define DAY 86400

/* Monday 4 March 2030, midnight in New York. */
#define FIRST INT64_C(1898830800)

/* The instants at which New York changes its clocks: summer, winter, summer ...  Los Angeles
 * does so three hours later in real time, always by night and outside of all shifts. */
static const int64_t changes[] = {1899356400, 1919916000, 1930806000, 1951365600};

static uint64_t mix(uint64_t x)
{
    x += UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    return x ^ (x >> 31);
}

static int draw(uint64_t *seed, int below)
{
    *seed = mix(*seed);
    return (int)(*seed % (uint64_t)below);
}

/* The instant of so many minutes after midnight on a day of New York. */
static int64_t instant(int day, int minutes)
{
    const int64_t winter = FIRST + (int64_t)day * DAY + (int64_t)minutes * 60;
    int64_t shift = 0;
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
        if (winter - shift >= changes[i])
            shift = i % 2 == 0 ? HOUR : 0;
    return winter - shift;
}

int32_t problem_offset(int64_t at)
{
    int32_t offset = -5 * HOUR;
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
        if (at >= changes[i])
            offset = i % 2 == 0 ? -4 * HOUR : -5 * HOUR;
    return offset;
}

int problem_shift(int i)
{
    uint64_t seed = mix((uint64_t)i + 1);
    return 8 * 60 + 30 * draw(&seed, 9); /* 08:00 to 12:00, for eight hours */
}

int problem_lunch(int i)
{
    return problem_shift(i) + 3 * 60 + 30;
}

static void add(stretches *s, int64_t from, int64_t until)
{
    if (s->count == s->room) {
        s->room = s->room != 0 ? 2 * s->room : 256;
        s->at = realloc(s->at, s->room * sizeof *s->at);
        if (s->at == NULL)
            bench_fail("no memory for the case");
    }
    s->at[s->count++] = (stretch){from, until};
}

/* Calls of 20 to 45 minutes with their wrap-up, and gaps that leave six tenths busy. */
static void fill(stretches *busy, uint64_t *seed, int64_t from, int64_t until)
{
    int64_t t = from + draw(seed, 6) * CELL;
    for (;;) {
        const int64_t end = t + (4 + draw(seed, 6)) * CELL + WRAP;
        if (end > until)
            return;
        add(busy, t, end);
        t = end + draw(seed, 11) * CELL;
    }
}

static void make_agent(problem *p, int i)
{
    const int begin = problem_shift(i), lunch = problem_lunch(i);
    for (int day = 0; day < p->days; day++) {
        if (day % 7 > 4)
            continue;
        uint64_t seed = mix((uint64_t)i * 1000 + (uint64_t)day);
        const stretch parts[] = {{instant(day, begin), instant(day, lunch)},
                                 {instant(day, lunch + 30), instant(day, begin + 8 * 60)}};
        for (int part = 0; part < 2; part++) {
            add(&p->work, parts[part].from, parts[part].until);
            fill(&p->busy, &seed, parts[part].from, parts[part].until);
        }
    }
}

void problem_make(problem *p, int agents, int days)
{
    *p = (problem){.agents = agents, .days = days};
    p->from = instant(0, 0);
    p->until = instant(days, 0);
    p->work.first = bench_take((size_t)agents + 1, sizeof *p->work.first);
    p->busy.first = bench_take((size_t)agents + 1, sizeof *p->busy.first);
    p->allowed.first = bench_take(2, sizeof *p->allowed.first);
    for (int i = 0; i < agents; i++) {
        p->work.first[i] = p->work.count;
        p->busy.first[i] = p->busy.count;
        make_agent(p, i);
    }
    p->work.first[agents] = p->work.count;
    p->busy.first[agents] = p->busy.count;
    /* 08:00 to 20:00 in New York and 08:00 to 21:00 in Los Angeles, three hours behind. */
    for (int day = 0; day < days; day++)
        add(&p->allowed, instant(day, 11 * 60), instant(day, 20 * 60));
    p->allowed.first[1] = p->allowed.count;
}

static void release(stretches *s)
{
    free(s->at);
    free(s->first);
}

void problem_free(problem *p)
{
    release(&p->work);
    release(&p->busy);
    release(&p->allowed);
    *p = (problem){0};
}

/* ---- answers ------------------------------------------------------------------------------ */

void answer_room(answer *a, const problem *p)
{
    const size_t most = (size_t)((p->until - p->from) / STEP) + 1;
    *a = (answer){.starts = bench_take(most, sizeof *a->starts),
                  .free = bench_take(most, sizeof *a->free)};
}

void answer_free(answer *a)
{
    free(a->starts);
    free(a->free);
    *a = (answer){0};
}

void answer_same(const answer *a, const answer *b, const char *who)
{
    if (a->count != b->count)
        bench_fail("%s finds %zu starts where there are %zu", who, b->count, a->count);
    for (size_t i = 0; i < a->count; i++) {
        if (a->starts[i] != b->starts[i] || a->free[i] != b->free[i])
            bench_fail("%s says %d free at %lld, where there are %d at %lld", who, b->free[i],
                       (long long)b->starts[i], a->free[i], (long long)a->starts[i]);
    }
}
