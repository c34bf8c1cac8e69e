/* sim.c -- the simulation's seeds.
 *
 *   sim SECONDS [--clients N] [--first]      seeds from 1 on, for so long
 *   sim FIRST..LAST [--clients N] [--first]  these seeds
 *
 * One line of figures at the end.  A seed that fails prints its number, what was wrong, and
 * the lines of its story that are needed for it; with --first the run ends there instead.  A
 * story begins as if nothing had been before it, and is the same each time: one seed of each
 * run is told once more, alone in a process.
 */
#include "sim.h"

#include "../fault/beside.h"
#include "../fault/disk.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LINES = 900, TRIES = 150, BATCH = 24 };
#define DAWN INT64_C(1772431200) /* 2026-03-02T06:00Z */

/* The memory of whoever is killed is lost here as it is there, and no leak to be told of. */
int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void)
{
    return 1;
}

figures sim_figures;
reference sim_reference;
const char *sim_path;

static int report = -1; /* where a child writes its figures */
static disk_image *dawn;
static int clients; /* 0: as the seed says */

void sim_trace(uint64_t what)
{
    sim_figures.hash = (sim_figures.hash ^ what) * UINT64_C(0x100000001B3) + 1;
}

static void hand_in(void)
{
    if (write(report, &sim_figures, sizeof sim_figures) != (ssize_t)sizeof sim_figures)
        abort();
}

void sim_fail(const char *format, ...)
{
    va_list rest;
    va_start(rest, format);
    vsnprintf(sim_figures.fault, sizeof sim_figures.fault, format, rest);
    va_end(rest);
    crowd_current = NULL;
    hand_in();
    _exit(1);
}

/* ---- stories, in a process of their own ------------------------------------------------------------ */

/* The world that every story begins with. */
static void set_up(void)
{
    if (sqlite3_config(SQLITE_CONFIG_SINGLETHREAD) != SQLITE_OK ||
        sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) != SQLITE_OK)
        abort();
    heap_start();
    sim_path = disk_start();
    seam_start();
    crowd_wall = DAWN;
    client_setup();
    dawn = disk_save();
}

/* Nothing of the story before is left. */
static void tell(uint64_t seed, const line *lines, int count)
{
    uint64_t dice = seed ^ 77;
    const int how_many = clients != 0 ? clients : 3 + (int)(plan_random(&dice) % 6);
    sim_figures = (figures){0};
    reference_clear(&sim_reference);
    beside_forget_all();
    disk_load(dawn);
    kernel_start();
    crowd_wall = DAWN;
    crowd_run(lines, count, how_many, seed);
    hand_in();
}

/* Where the figures of the stories come from; the other end is the child's. */
static pid_t begin(int *from)
{
    int ends[2];
    fflush(stdout);
    if (pipe(ends) != 0)
        abort();
    const pid_t child = fork();
    if (child < 0)
        abort();
    close(ends[child == 0 ? 0 : 1]);
    report = ends[1];
    *from = ends[0];
    return child;
}

static void await(int from, figures *f)
{
    *f = (figures){0};
    if (read(from, f, sizeof *f) != (ssize_t)sizeof *f)
        snprintf(f->fault, sizeof f->fault, "it ended without a word");
}

static void end(pid_t child, int from)
{
    close(from);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
        continue;
}

static figures run(uint64_t seed, const line *lines, int count)
{
    figures f;
    int from;
    const pid_t child = begin(&from);
    if (child == 0) {
        tell(seed, lines, count);
        _exit(0);
    }
    await(from, &f);
    end(child, from);
    return f;
}

/* Some seeds, one after the other, in one process: until the first that fails.  Answers how
 * many have ended. */
static int run_batch(uint64_t first, int count, figures *out)
{
    static line lines[LINES];
    int ended = 0, from;
    const pid_t child = begin(&from);
    if (child == 0) {
        for (int i = 0; i < count; i++) {
            plan_make(first + (uint64_t)i, LINES, lines);
            tell(first + (uint64_t)i, lines, LINES);
        }
        _exit(0);
    }
    do {
        await(from, &out[ended]);
    } while (out[ended++].fault[0] == '\0' && ended < count);
    end(child, from);
    return ended;
}

/* ---- shorter stories ------------------------------------------------------------------------------ */

/* Leaves out chunks, ever smaller ones, as long as it fails. */
static int shorten(uint64_t seed, line *lines, int count, figures *last)
{
    static line fewer[OPS_MOST];
    int tries = 0;
    for (int chunk = count / 2; chunk > 0 && tries < TRIES; chunk /= 2) {
        for (int from = 0; from < count && tries < TRIES; tries++) {
            const int until = from + chunk < count ? from + chunk : count;
            memcpy(fewer, lines, (size_t)from * sizeof *lines);
            memcpy(fewer + from, lines + until, (size_t)(count - until) * sizeof *lines);
            const figures f = run(seed, fewer, count - (until - from));
            if (f.fault[0] == '\0') {
                from = until;
                continue;
            }
            *last = f;
            count -= until - from;
            memcpy(lines, fewer, (size_t)count * sizeof *lines);
        }
    }
    return count;
}

static void complain(uint64_t seed, line *lines, int count, figures f, bool shrink)
{
    printf("seed %llu: %s\n", (unsigned long long)seed, f.fault);
    if (!shrink)
        return;
    f = run(seed, lines, count);
    if (f.fault[0] == '\0') {
        printf("  alone, it goes well\n");
        return;
    }
    const int left = shorten(seed, lines, count, &f);
    printf("  %d lines of %d are enough for: %s\n ", left, count, f.fault);
    for (int i = 0; i < left; i++)
        printf(" %s/%d", reference_verbs[lines[i].verb], (int)lines[i].number);
    printf("\n");
}

/* ---- all ------------------------------------------------------------------------------------------ */

static double seconds(void)
{
    struct timespec t;
    timespec_get(&t, TIME_UTC);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Of a processor, for all the stories that have ended. */
static double effort(void)
{
    struct rusage r;
    if (getrusage(RUSAGE_CHILDREN, &r) != 0)
        abort();
    return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) +
           (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

static void add(figures *all, const figures *f)
{
    all->operations += f->operations;
    all->commits += f->commits;
    all->given_up += f->given_up;
    all->switches += f->switches;
    all->kills += f->kills;
    all->powers += f->powers;
    all->crashes += f->crashes;
    all->refused += f->refused;
    all->again += f->again;
    all->settled += f->settled;
}

/* The last of a batch is told once more, on its own. */
static void check_again(uint64_t seed, figures *f)
{
    static line lines[LINES];
    plan_make(seed, LINES, lines);
    const figures second = run(seed, lines, LINES);
    if (f->fault[0] == '\0' && f->hash != second.hash)
        snprintf(f->fault, sizeof f->fault, "it is another story the second time");
}

int main(int argc, char **argv)
{
    static line lines[LINES];
    unsigned long long first = 1, last = UINT64_MAX;
    double limit = 1e18;
    figures all = {0}, of[BATCH];
    long failed = 0;
    bool shrink = true;
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "--clients") == 0 && i + 1 < argc)
            clients = atoi(argv[++i]);
        shrink = shrink && strcmp(argv[i], "--first") != 0;
    }
    if (argc < 2 || clients < 0 || clients > CLIENTS_MOST) {
        fprintf(stderr, "usage: sim SECONDS|FIRST..LAST [--clients N] [--first]\n");
        return 2;
    }
    if (sscanf(argv[1], "%llu..%llu", &first, &last) != 2) {
        first = 1;
        last = UINT64_MAX;
        limit = atof(argv[1]);
    }
    const double began = seconds();
    set_up();
    unsigned long long seed = first;
    while (seed <= last && seconds() - began < limit && (failed == 0 || shrink)) {
        const int wanted = last - seed < BATCH - 1 ? (int)(last - seed) + 1 : BATCH;
        const int ended = run_batch(seed, wanted, of);
        if (seed == first)
            check_again(seed + (unsigned)ended - 1, &of[ended - 1]);
        for (int i = 0; i < ended; i++, seed++) {
            add(&all, &of[i]);
            if (of[i].fault[0] == '\0')
                continue;
            failed++;
            plan_make(seed, LINES, lines);
            complain(seed, lines, LINES, of[i], shrink);
        }
    }
    const double took = seconds() - began;
    printf("%llu seeds, %ld operations (%.0f a second, %.0f a second of processor), %ld commits,"
           " %ld refused, %ld given up, %ld answered again, %ld switches, %ld kills, %ld crashes, "
           "%ld power cuts,"
           " %ld came back; %ld wrong\n",
           seed - first, all.operations, (double)all.operations / took,
           (double)all.operations / effort(), all.commits, all.refused, all.given_up, all.again,
           all.switches, all.kills, all.crashes, all.powers, all.settled, failed);
    return failed > 0;
}
