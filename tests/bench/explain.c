/* explain.c -- why not then: lsched_explain() of a day, held to the kernel that finds a
 * fortnight.
 */
#include "bench.h"

/* A day of the customer's, three hours behind New York. */
static lsched_time day_of(const problem *p, int day)
{
    return p->from + (day * 24 + 3) * INT64_C(3600);
}

void store_explain(void *user)
{
    explaining *x = user;
    const lsched_query query = {.size = sizeof query,
                                .customer = "caller",
                                .service = "talk",
                                .agent = x->agent,
                                .from = x->from,
                                .until = x->until};
    lsched_explanation *found;
    bench_must(x->s, lsched_explain(x->s, &query, &found), "lsched_explain");
    x->starts = lsched_explanation_outlook(found)->starts;
    x->helpful = lsched_explanation_relaxations(found);
    lsched_explanation_free(found);
}

/* Find must say the same, whoever is asked. */
static void check(const explaining *x)
{
    const lsched_query query = {.size = sizeof query,
                                .limit = LSCHED_MAX_PAGE,
                                .customer = "caller",
                                .service = "talk",
                                .agent = x->agent,
                                .from = x->from,
                                .until = x->until};
    lsched_slots *slots;
    bench_must(x->s, lsched_find(x->s, &query, &slots), "lsched_find");
    const int64_t starts = (int64_t)lsched_slots_count(slots); /* on its only channel */
    lsched_slots_free(slots);
    if (x->starts != starts)
        bench_fail("explain counts %lld starts, and find %lld", (long long)x->starts,
                   (long long)starts);
    if (starts == 0 && x->helpful == 0)
        bench_fail("explain knows no help where there is some");
}

void bench_explain(void)
{
    problem p;
    plane limit;
    problem_make(&p, options.agents, options.days);
    plane_build(&limit, &p);
    lsched *s = store_make(":memory:", &p);
    explaining day = {.s = s, .from = day_of(&p, 1), .until = day_of(&p, 2)}, one = day, off = day,
               week = day;
    one.agent = "a000001";
    off.from = day_of(&p, 5); /* a Saturday */
    off.until = day_of(&p, 6);
    week.until = day_of(&p, 8);
    contestant who[] = {{.name = "kernel", .run = plane_find, .user = &limit},
                        {.name = "a day", .run = store_explain, .user = &day},
                        {.name = "a day of one agent", .run = store_explain, .user = &one},
                        {.name = "a day without any start", .run = store_explain, .user = &off},
                        {.name = "a week", .run = store_explain, .user = &week}};
    contest(who, 5, options.budget);
    check(&day);
    check(&one);
    check(&off);
    check(&week);
    if (day.starts == 0 || off.starts != 0)
        bench_fail("a working day has no starts, or a Saturday has some");
    table_group("lsched_explain, the whole call", "x kernel");
    table_contestant(&who[0], 0, NULL);
    for (size_t i = 1; i < 4; i++)
        table_contestant(&who[i], 770, NULL); /* a millisecond */
    table_contestant(&who[4], 0, NULL);
    contest_free(who, 5);
    plane_free(&limit);
    lsched_free(s);
    problem_free(&p);
}
