/* clock.c -- what a figure is: many short looks at a clock, in turn with one another. */
#include "bench.h"

#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MOST_SAMPLES 20000
#define ROUND 1e6    /* ns that each has in a round, at least a turn */
#define SHORTEST 1e5 /* ns of a turn: what the clock costs, and the caches after others' turns */

static double ask(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

double bench_now(void)
{
    return ask(CLOCK_MONOTONIC);
}

double bench_work(void)
{
    return ask(CLOCK_THREAD_CPUTIME_ID);
}

void bench_fail(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    fflush(stdout);
    fputs("bench: ", stderr);
    vfprintf(stderr, format, list);
    fputc('\n', stderr);
    va_end(list);
    exit(1);
}

void bench_must(lsched *s, int status, const char *what)
{
    if (status != LSCHED_OK)
        bench_fail("%s: %s: %s", what, lsched_status_name(status), lsched_message(s));
}

void *bench_take(size_t count, size_t size)
{
    void *memory = calloc(count != 0 ? count : 1, size);
    if (memory == NULL)
        bench_fail("no memory for %zu times %zu bytes", count, size);
    return memory;
}

int64_t bench_resident(void)
{
    long long size = 0, resident = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (f == NULL || fscanf(f, "%lld %lld", &size, &resident) != 2)
        resident = 0;
    if (f != NULL)
        fclose(f);
    return resident * sysconf(_SC_PAGESIZE) / 1024;
}

int64_t bench_asked(void)
{
    const struct mallinfo2 m = mallinfo2();
    return (int64_t)(m.uordblks + m.hblkhd);
}

/* ---- samples ---------------------------------------------------------------------------- */

void samples_add(samples *s, double value)
{
    if (s->count == s->room) {
        s->room = s->room != 0 ? 2 * s->room : 1024;
        s->at = realloc(s->at, s->room * sizeof *s->at);
        if (s->at == NULL)
            bench_fail("no memory for samples");
    }
    s->at[s->count++] = value;
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double samples_share(samples *s, double share)
{
    if (s->count == 0)
        return 0;
    qsort(s->at, s->count, sizeof *s->at, by_value);
    const size_t i = (size_t)(share * (double)s->count);
    return s->at[i < s->count ? i : s->count - 1];
}

void samples_free(samples *s)
{
    free(s->at);
    *s = (samples){0};
}

/* ---- turns ------------------------------------------------------------------------------ */

static double turn(contestant *c)
{
    const double begun = bench_work();
    for (long i = 0; i < c->batch; i++)
        c->run(c->user);
    return bench_work() - begun;
}

/* A first call that nobody counts, and then so many that the clock can tell. */
static void warm_up(contestant *c)
{
    c->batch = 1;
    turn(c);
    while (turn(c) < SHORTEST)
        c->batch *= 2;
}

/* Who is quick has several turns in a round: a few would say little about its worst ones. */
static void turns(contestant *c)
{
    double spent = 0;
    do {
        const double one = turn(c);
        samples_add(&c->spent, one / (double)c->batch);
        spent += one;
    } while (spent < ROUND);
}

void contest(contestant *all, size_t count, double seconds)
{
    for (size_t i = 0; i < count; i++)
        warm_up(&all[i]);
    const double end = bench_now() + seconds * 1e9;
    do {
        for (size_t i = 0; i < count; i++)
            turns(&all[i]);
    } while (bench_now() < end && all[0].spent.count < MOST_SAMPLES);
}

void contest_free(contestant *all, size_t count)
{
    for (size_t i = 0; i < count; i++)
        samples_free(&all[i].spent);
}
