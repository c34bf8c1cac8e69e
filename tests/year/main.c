/* main.c -- a year of one carrier region, simulated: what would it be like to be served so?
 *
 *   ninja -C build run-year            build/tests/year/year [OPTIONS] [year|storm|familiar]
 *
 *   year       a year, with all figures (the default)
 *   storm      the day of a storm, without and with incident mode, side by side
 *   familiar   six weeks without and with the ladder's first rung
 *
 *   --days N  --customers N  --contacts N (of a customer in a year)  --seed N
 *   --storm N (times the arrivals of a day; 1: none)
 *   --store FILE (in memory, if not given)  --calendars FOLDER  --json
 *
 * Nothing hangs on the machine or the day: the same seed gives the same wishes, and years that
 * differ where the ids of bookings, which are random, decide a tie.  It ends with 1 if anything was
 * found that must never be, or incident mode was of no use to those who came.
 */
#include "world.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

typedef struct wishes {
    plan plan;
    const char *what;
    bool json, days_given;
} wishes;

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool take_option(wishes *x, const char *name, const char *value)
{
    plan *p = &x->plan;
    if (value == NULL)
        return false;
    if (strcmp(name, "--days") == 0) {
        p->days = atoi(value);
        x->days_given = true;
    } else if (strcmp(name, "--customers") == 0) {
        p->customers = atoi(value);
    } else if (strcmp(name, "--contacts") == 0) {
        p->contacts = atof(value);
    } else if (strcmp(name, "--seed") == 0) {
        p->seed = strtoull(value, NULL, 10);
    } else if (strcmp(name, "--storm") == 0) {
        p->storm = atof(value);
    } else if (strcmp(name, "--store") == 0) {
        p->store = value;
    } else if (strcmp(name, "--calendars") == 0) {
        p->folder = value;
    } else {
        return false;
    }
    return true;
}

static bool read_wishes(int argc, char **argv, wishes *x)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0)
            x->json = true;
        else if (argv[i][0] != '-')
            x->what = argv[i];
        else if (!take_option(x, argv[i], i + 1 < argc ? argv[i + 1] : NULL))
            return false;
        else
            i++;
    }
    return x->plan.days > 0 && x->plan.days < 387 && x->plan.customers > 0 &&
           x->plan.customers < 1000000 && x->plan.contacts > 0 && x->plan.contacts < 1000;
}

/* ---- what can be run ------------------------------------------------------------------------------ */

static int64_t run_year(wishes *x)
{
    world w;
    const double began = seconds();
    x->plan.storm_day = x->plan.storm > 1 ? x->plan.days * 5 / 8 : NOBODY;
    world_run(&x->plan, &w);
    print_year(&w, seconds() - began, x->json);
    world_free(&w);
    return w.faults;
}

/* A week before it, for the line to be as it is, and the days after it. */
static int64_t run_storm(wishes *x)
{
    world w[2];
    if (!x->days_given)
        x->plan.days = 12;
    x->plan.storm_day = x->plan.days > 4 ? x->plan.days - 4 : 0;
    for (int i = 0; i < 2; i++) {
        x->plan.incident = i != 0;
        world_run(&x->plan, &w[i]);
    }
    print_storm(&w[0], &w[1], x->json);
    w[1].faults += !storm_is_better(&w[0], &w[1]);
    world_free(&w[0]);
    world_free(&w[1]);
    return w[0].faults + w[1].faults;
}

static int64_t run_familiar(wishes *x)
{
    world w[2];
    if (!x->days_given)
        x->plan.days = 42;
    for (int i = 0; i < 2; i++) {
        x->plan.familiar = i != 0;
        world_run(&x->plan, &w[i]);
    }
    print_familiar(&w[0], &w[1], x->json);
    world_free(&w[0]);
    world_free(&w[1]);
    return w[0].faults + w[1].faults;
}

#define PAGE 4096
#define LARGE_PAGE ((size_t)2 << 20)

/* A year in memory lies all over it, in more pages than a processor has at hand; and where a tree
 * has split, SQLite looks through all that it keeps at the next commit.  Larger pages of the machine
 * help with both.  What has no room in them SQLite takes elsewhere. */
static void lay_out_memory(const plan *p)
{
    const size_t most = (size_t)p->days * (size_t)p->customers * 18; /* bytes that it comes to */
    const size_t room = most / LARGE_PAGE * LARGE_PAGE;
    int header = 0;
    if (room < 8 * LARGE_PAGE || strcmp(p->store, ":memory:") != 0)
        return;
    if (sqlite3_config(SQLITE_CONFIG_PCACHE_HDRSZ, &header) != SQLITE_OK)
        return;
    void *pages = aligned_alloc(LARGE_PAGE, room);
    if (pages == NULL)
        return;
#ifdef MADV_HUGEPAGE
    madvise(pages, room, MADV_HUGEPAGE);
#endif
    sqlite3_config(SQLITE_CONFIG_PAGECACHE, pages, PAGE + header,
                   (int)(room / (size_t)(PAGE + header)));
}

int main(int argc, char **argv)
{
    wishes x = {.plan = {.seed = 1,
                         .days = 364,
                         .customers = 60000,
                         .contacts = 2,
                         .storm_day = NOBODY,
                         .storm = 10,
                         .incident = true,
                         .familiar = true,
                         .store = ":memory:",
                         .folder = CALENDARS},
                .what = "year"};
    if (!read_wishes(argc, argv, &x)) {
        fputs("usage: year [--days N] [--customers N] [--contacts N] [--seed N] [--storm N] "
              "[--store FILE]\n"
              "            [--calendars FOLDER] [--json] [year|storm|familiar]\n",
              stderr);
        return 2;
    }
    /* As SQLite advises hosts: otherwise each allocation of its own is counted, under a lock. */
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    lay_out_memory(&x.plan);
    const int64_t faults = strcmp(x.what, "storm") == 0      ? run_storm(&x)
                           : strcmp(x.what, "familiar") == 0 ? run_familiar(&x)
                                                             : run_year(&x);
    return faults != 0;
}
