/* sim.c -- the simulation's seeds.
 *
 *   sim SECONDS [--clients N] [--first]      seeds from 1 on, for so long
 *   sim FIRST..LAST [--clients N] [--first]  these seeds
 *
 * One line of figures at the end.  A seed that fails prints its number, what was wrong, and
 * the lines of its story that are needed for it; with --first the run ends there instead.  The
 * first seed of each run is told twice, and has to be the same story.
 */
#include "sim.h"

#include "../fault/disk.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LINES = 600, TRIES = 150 };
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
static int clients;     /* 0: as the seed says */

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

/* ---- one story, in a process of its own ----------------------------------------------------------- */

static void tell(uint64_t seed, const line *lines, int count)
{
    uint64_t dice = seed ^ 77;
    const int how_many = clients != 0 ? clients : 3 + (int)(plan_random(&dice) % 6);
    disk_load(dawn);
    crowd_run(lines, count, how_many, seed);
    hand_in();
    _exit(0);
}

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

static figures run(uint64_t seed, const line *lines, int count)
{
    figures f = {0};
    int ends[2], status;
    fflush(stdout);
    if (pipe(ends) != 0)
        abort();
    const pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        report = ends[1];
        tell(seed, lines, count);
    }
    close(ends[1]);
    if (read(ends[0], &f, sizeof f) != (ssize_t)sizeof f)
        snprintf(f.fault, sizeof f.fault, "it ended without a word");
    close(ends[0]);
    waitpid(child, &status, 0);
    if (f.fault[0] == '\0' && (!WIFEXITED(status) || WEXITSTATUS(status) != 0))
        snprintf(f.fault, sizeof f.fault, "it ended with status %d", status);
    return f;
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

static void add(figures *all, const figures *f)
{
    all->operations += f->operations;
    all->switches += f->switches;
    all->kills += f->kills;
    all->powers += f->powers;
    all->crashes += f->crashes;
    all->refused += f->refused;
    all->again += f->again;
    all->settled += f->settled;
}

int main(int argc, char **argv)
{
    static line lines[LINES];
    unsigned long long first = 1, last = UINT64_MAX;
    double limit = 1e18;
    figures all = {0};
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
    for (; seed <= last && seconds() - began < limit; seed++) {
        plan_make(seed, LINES, lines);
        figures f = run(seed, lines, LINES);
        const figures second = seed == first ? run(seed, lines, LINES) : f;
        if (f.fault[0] == '\0' && f.hash != second.hash)
            snprintf(f.fault, sizeof f.fault, "it is another story the second time");
        add(&all, &f);
        failed += f.fault[0] != '\0';
        if (f.fault[0] != '\0')
            complain(seed, lines, LINES, f, shrink);
        /* Whoever wants to know only whether there is one is told at once. */
        if (failed > 0 && !shrink)
            break;
    }
    const double took = seconds() - began;
    printf("%llu seeds, %ld operations (%.0f a second), %ld refused, %ld answered again,"
           " %ld switches, %ld kills, %ld crashes, %ld power cuts, %ld came back; %ld wrong\n",
           seed - first, all.operations, (double)all.operations / took, all.refused, all.again,
           all.switches, all.kills, all.crashes, all.powers, all.settled, failed);
    return failed > 0;
}
