/* growth.c -- what becomes slower when there is more of something, and what must not.
 *
 * More agents and more days are more to look at, and are held to the kernel that looks at as
 * many.  Customers, past bookings and other teams are nothing to the question: those stores
 * are held to the plain one, in turn with it.  All of these stores are in files, where other
 * groups have theirs in memory.  Memory is what a hot picture has asked for.
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ELSEWHERE = 3
};

static asking whole(lsched *s, const problem *p)
{
    return (asking){.s = s, .from = p->from, .until = p->until, .limit = LSCHED_MAX_PAGE};
}

static void find_in(const char *name, int agents, int days)
{
    problem p;
    plane limit;
    problem_make(&p, agents, days);
    plane_build(&limit, &p);
    char *path = store_path("growth.db"), note[64];
    const double begun = bench_now();
    lsched_free(store_make(path, &p));
    const double filled = bench_now() - begun;
    const int64_t asked = bench_asked();
    lsched *s = store_open(path, LSCHED_FAST);
    store_verify(s);
    asking a = whole(s, &p);
    contestant who[] = {{.name = "kernel", .run = plane_find, .user = &limit},
                        {.name = name, .run = store_find, .user = &a}};
    contest(who, 2, options.budget / 8);
    snprintf(note, sizeof note, "heap %lld KB, filled in %.2f s",
             (long long)(bench_asked() - asked) / 1024, filled / 1e9);
    answer_room(&a.answer, &p);
    a.keep = true;
    store_find(&a);
    answer_same(&limit.answer, &a.answer, name);
    table_limit(samples_share(&who[0].spent, 0.5));
    table_contestant(&who[1], 0, note);
    answer_free(&a.answer);
    contest_free(who, 2);
    lsched_free(s);
    store_remove(path);
    free(path);
    plane_free(&limit);
    problem_free(&p);
}

static void more_agents(void)
{
    static const int sizes[] = {40, 200, 1000, 10000, 100000};
    char name[48];
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const int agents = i == 0 ? options.agents : sizes[i];
        if (agents > options.most_agents && i > 0)
            return;
        snprintf(name, sizeof name, "%d agents, %d days", agents, options.days);
        find_in(name, agents, options.days);
    }
}

static void more_days(void)
{
    static const int sizes[] = {7, 30, 90, 365};
    char name[48];
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        if (sizes[i] > options.most_days)
            return;
        snprintf(name, sizeof name, "%d agents, %d days", options.agents, sizes[i]);
        find_in(name, options.agents, sizes[i]);
    }
}

/* ---- what must not matter ------------------------------------------------------------------ */

typedef struct elsewhere {
    char name[64];
    char *path;
    double filled, opened, first; /* seconds; and of the first question */
    lsched *s;
    asking a;
    int64_t heap;
} elsewhere;

static void fill(elsewhere *e, const problem *p, int teams)
{
    char file[32];
    snprintf(file, sizeof file, "other-%d.db", teams);
    e->path = store_path(file);
    lsched *s = store_make(e->path, p);
    const double begun = bench_now();
    if (teams > 0)
        bulk_teams(store_connection(), teams);
    e->filled = (bench_now() - begun) / 1e9;
    lsched_free(s);
}

static void open_one(elsewhere *e, const problem *p)
{
    const int64_t asked = bench_asked();
    double begun = bench_now();
    e->s = store_open(e->path, LSCHED_FAST);
    e->opened = bench_now() - begun;
    store_verify(e->s);
    e->a = whole(e->s, p);
    begun = bench_now();
    store_find(&e->a);
    e->first = bench_now() - begun;
    e->heap = bench_asked() - asked;
}

static void fill_all(elsewhere *all, const problem *p)
{
    snprintf(all[0].name, sizeof all[0].name, "the case alone");
    fill(&all[0], p, 0);
    snprintf(all[1].name, sizeof all[1].name, "beside %lld customers, %lld bookings",
             (long long)options.customers, (long long)options.bookings);
    all[1].path = strdup(bulk_store(p, &all[1].filled));
    snprintf(all[2].name, sizeof all[2].name, "beside %d other teams", options.teams);
    fill(&all[2], p, options.teams);
    for (size_t i = 0; i < ELSEWHERE; i++)
        open_one(&all[i], p);
}

static void not_to_matter(const problem *p)
{
    elsewhere all[ELSEWHERE] = {0};
    contestant who[ELSEWHERE + 1];
    plane limit;
    char note[100];
    fill_all(all, p);
    plane_build(&limit, p);
    who[ELSEWHERE] = (contestant){.name = "kernel", .run = plane_find, .user = &limit};
    for (size_t i = 0; i < ELSEWHERE; i++)
        who[i] = (contestant){.name = all[i].name, .run = store_find, .user = &all[i].a};
    contest(who, ELSEWHERE + 1, options.budget);
    for (size_t i = 0; i < ELSEWHERE; i++) {
        if (all[i].a.count != all[0].a.count)
            bench_fail("%s there are %zu starts, not %zu", all[i].name, all[i].a.count,
                       all[0].a.count);
        snprintf(
            note, sizeof note, "heap %lld KB, filled in %.2f s, opened in %.2f ms, first %.1f ms",
            (long long)all[i].heap / 1024, all[i].filled, all[i].opened / 1e6, all[i].first / 1e6);
        table_contestant(&who[i], i > 0 ? 1.25 : 0, note);
        lsched_free(all[i].s);
        free(all[i].path);
    }
    /* How fast the machine was just then: other groups can have had more of it. */
    const double kernel = samples_share(&who[ELSEWHERE].spent, 0.5);
    table_say("  the kernel in turn with these: %.2f us; the case alone takes %.1f of it\n",
              kernel / 1e3, samples_share(&who[0].spent, 0.5) / kernel);
    contest_free(who, ELSEWHERE + 1);
    plane_free(&limit);
}

void bench_growth(void)
{
    problem p;
    problem_make(&p, options.agents, options.days);
    table_group("find, with more to look at", "x kernel");
    more_agents();
    more_days();
    table_group("find, with more elsewhere", "x alone");
    not_to_matter(&p);
    table_fact("resident memory in the end", (double)bench_resident(), "KB");
    problem_free(&p);
}
