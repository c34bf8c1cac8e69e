/* page.c -- what a page of a host asks at once: how many starts each day has, and the first
 * starts of several services.  Each is held to the calls that would do without it.
 */
#include "bench.h"

#include <stdio.h>
#include <string.h>

/* ---- days ----------------------------------------------------------------------------------- */

typedef struct counting {
    lsched *s;
    lsched_query query;
    int64_t starts;       /* of the last answer */
    const answer *answer; /* what it is held against; NULL: nothing */
} counting;

/* Each day has the starts of the answer that lie in it. */
static void hold_against(const lsched_days *days, const answer *a)
{
    size_t at = 0;
    for (size_t i = 0; i < lsched_days_count(days); i++) {
        const lsched_day *d = lsched_days_at(days, i);
        int32_t starts = 0, most = 0;
        for (; at < a->count && a->starts[at] < d->until; at++, starts++)
            most = a->free[at] > most ? a->free[at] : most;
        if (starts != d->starts || most != d->free)
            bench_fail("%s has %d starts, at most %d free; the kernel says %d and %d", d->date,
                       (int)d->starts, (int)d->free, (int)starts, (int)most);
    }
    if (at != a->count)
        bench_fail("%zu starts lie behind the last day", a->count - at);
}

static void count_days(void *user)
{
    counting *c = user;
    lsched_days *days;
    bench_must(c->s, lsched_find_days(c->s, &c->query, &days), "lsched_find_days");
    c->starts = 0;
    for (size_t i = 0; i < lsched_days_count(days); i++)
        c->starts += lsched_days_at(days, i)->starts;
    if (c->answer != NULL)
        hold_against(days, c->answer);
    lsched_days_free(days);
}

static lsched_query ask(const problem *p, const char *service, uint32_t limit)
{
    return (lsched_query){.size = sizeof(lsched_query),
                          .customer = "caller",
                          .service = service,
                          .from = p->from,
                          .until = p->until,
                          .limit = limit};
}

void page_days(int agents, int days)
{
    problem p;
    plane limit;
    char name[48];
    problem_make(&p, agents, days);
    plane_build(&limit, &p);
    snprintf(name, sizeof name, "counts of days, %d agents, %d days", agents, days);
    counting c = {.s = store_make(":memory:", &p), .query = ask(&p, "talk", 0)};
    contestant who[] = {{.name = "kernel", .run = plane_find, .user = &limit},
                        {.name = name, .run = count_days, .user = &c}};
    contest(who, 2, options.budget / 4);
    c.answer = &limit.answer;
    count_days(&c);
    table_limit(samples_share(&who[0].spent, 0.5));
    /* 60 us beside a kernel of 8.6 us. */
    table_contestant(&who[1], 7, NULL);
    contest_free(who, 2);
    lsched_free(c.s);
    plane_free(&limit);
    problem_free(&p);
}

/* ---- several services --------------------------------------------------------------------------- */

#define SERVICES 3

typedef struct tabs {
    lsched *s;
    lsched_query queries[SERVICES];
    const lsched_query *list[SERVICES];
    size_t found;
} tabs;

static void note_tab(tabs *t, lsched_slots *slots)
{
    t->found += lsched_slots_count(slots);
    lsched_slots_free(slots);
}

static void find_each(void *user)
{
    tabs *t = user;
    lsched_slots *slots[SERVICES];
    t->found = 0;
    bench_must(t->s, lsched_find_each(t->s, t->list, SERVICES, slots), "lsched_find_each");
    for (size_t i = 0; i < SERVICES; i++)
        note_tab(t, slots[i]);
}

static void find_singly(void *user)
{
    tabs *t = user;
    t->found = 0;
    for (size_t i = 0; i < SERVICES; i++) {
        lsched_slots *slots;
        bench_must(t->s, lsched_find(t->s, t->list[i], &slots), "lsched_find");
        note_tab(t, slots);
    }
}

void page_services(void)
{
    static const char *const services[SERVICES] = {"talk", "chat", "visit"};
    static const int32_t channels[SERVICES] = {LSCHED_PHONE, LSCHED_CHAT, LSCHED_VISIT};
    problem p;
    problem_make(&p, options.agents, options.days);
    tabs t = {.s = store_make(":memory:", &p)}, single;
    for (size_t i = 0; i < SERVICES; i++) {
        const lsched_service v = {.size = sizeof v,
                                  .id = services[i],
                                  .name = services[i],
                                  .channels = channels[i],
                                  .minutes = 30,
                                  .step = 15,
                                  .horizon = 100};
        if (i > 0)
            bench_must(t.s, lsched_put_service(t.s, &v), "lsched_put_service");
        t.queries[i] = ask(&p, services[i], 20);
        t.list[i] = &t.queries[i];
    }
    single = t;
    contestant who[] = {{.name = "one call for each", .run = find_singly, .user = &single},
                        {.name = "one call for all", .run = find_each, .user = &t}};
    contest(who, 2, options.budget / 4);
    if (t.found == 0 || t.found != single.found)
        bench_fail("one call finds %zu slots, three calls %zu", t.found, single.found);
    table_group("three services, 20 starts of each", "x singly");
    table_contestant(&who[0], 0, NULL);
    table_contestant(&who[1], 1, NULL);
    contest_free(who, 2);
    lsched_free(t.s);
    problem_free(&p);
}
