/* public.c -- the whole public call, as a host makes it: question checked, picture fresh, list
 * handed out.  Each is held to the kernel that answers the same question.
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The kernel's time, in turn with the library's, and the library's as a row. */
static void beside_kernel(const char *name, const problem *p, asking *a, double aim)
{
    plane limit;
    plane_build(&limit, p);
    contestant who[] = {{.name = "kernel", .run = plane_find, .user = &limit},
                        {.name = name, .run = store_find, .user = a}};
    contest(who, 2, options.budget / 4);
    if (a->limit != 1) {
        answer_room(&a->answer, p);
        a->keep = true;
        store_find(a);
        answer_same(&limit.answer, &a->answer, name);
        answer_free(&a->answer);
        a->keep = false;
    }
    table_limit(samples_share(&who[0].spent, 0.5));
    table_contestant(&who[1], aim, NULL);
    contest_free(who, 2);
    plane_free(&limit);
}

static asking whole(lsched *s, const problem *p, uint32_t limit)
{
    return (asking){.s = s, .from = p->from, .until = p->until, .limit = limit};
}

static void ask_case(void)
{
    problem p;
    problem_make(&p, options.agents, options.days);
    lsched *s = store_make(":memory:", &p);
    asking all = whole(s, &p, LSCHED_MAX_PAGE), one = whole(s, &p, 1);
    beside_kernel("all starts", &p, &all, 15);
    beside_kernel("first start", &p, &one, 4.6);
    lsched_free(s);
    problem_free(&p);
}

static void ask_other(int agents, int days, double aim)
{
    problem p;
    char name[48];
    snprintf(name, sizeof name, "all starts, %d agents, %d days", agents, days);
    problem_make(&p, agents, days);
    lsched *s = store_make(":memory:", &p);
    store_verify(s);
    asking a = whole(s, &p, LSCHED_MAX_PAGE);
    beside_kernel(name, &p, &a, aim);
    lsched_free(s);
    problem_free(&p);
}

/* ---- cold --------------------------------------------------------------------------------- */

static void add_find(samples *to, asking *a)
{
    const double begun = bench_work();
    store_find(a);
    samples_add(to, bench_work() - begun);
}

static void show(const char *name, samples *s, double aim)
{
    const double p50 = samples_share(s, 0.5);
    table_row(name, p50, samples_share(s, 0.99), aim, NULL);
    samples_free(s);
}

/* Every team is asked for once; the case's own, before them, has warmed the rest. */
static void ask_cold_teams(const char *path, const problem *p)
{
    samples spent = {0};
    lsched *s = store_open(path, LSCHED_FAST);
    asking a = whole(s, p, LSCHED_MAX_PAGE);
    char customer[32];
    store_find(&a);
    const size_t right = a.count;
    a.customer = customer;
    for (int team = 1; team <= options.teams; team++) {
        snprintf(customer, sizeof customer, "caller-%d", team);
        add_find(&spent, &a);
        if (a.count != right)
            bench_fail("team %d has %zu starts, not %zu as its model", team, a.count, right);
    }
    show("a team that was never asked for", &spent, 770);
    lsched_free(s);
}

static void ask_cold_handles(const char *path, const problem *p)
{
    samples opened = {0}, spent = {0};
    for (int i = 0; i < options.teams; i++) {
        const double begun = bench_work();
        lsched *s = store_open(path, LSCHED_FAST);
        samples_add(&opened, bench_work() - begun);
        asking a = whole(s, p, LSCHED_MAX_PAGE);
        add_find(&spent, &a);
        lsched_free(s);
    }
    show("the first find of a new handle", &spent, 770);
    show("lsched_open", &opened, 0);
}

/* ---- changes -------------------------------------------------------------------------------- */

static char *book_first(lsched *s, const problem *p, int n)
{
    char key[32];
    snprintf(key, sizeof key, "change-%d", n);
    asking a = whole(s, p, 1);
    a.keep = true;
    answer_room(&a.answer, p);
    store_find(&a);
    const lsched_request r = {.size = sizeof r,
                              .key = key,
                              .customer = "caller",
                              .service = "talk",
                              .start = a.answer.starts[0]};
    lsched_booking *out;
    bench_must(s, lsched_book(s, &r, &out), "lsched_book");
    char *id = strdup(out->id);
    lsched_booking_free(out);
    answer_free(&a.answer);
    return id;
}

static void cancel(lsched *s, const char *id, int n)
{
    char key[32];
    snprintf(key, sizeof key, "cancel-%d", n);
    bench_must(s, lsched_cancel(s, id, NULL, key, NULL), "lsched_cancel");
}

/* `writer` books and gives back in turn; `reader` finds after each.  Both must see the same. */
static void ask_changed(const char *name, lsched *writer, lsched *reader, const problem *p)
{
    static int n;
    samples spent = {0};
    asking a = whole(reader, p, LSCHED_MAX_PAGE), b = whole(writer, p, LSCHED_MAX_PAGE);
    answer_room(&a.answer, p);
    answer_room(&b.answer, p);
    a.keep = b.keep = true;
    char *id = NULL;
    for (int i = 0; i < 2 * options.teams; i++) {
        if (id == NULL) {
            id = book_first(writer, p, n++);
        } else {
            cancel(writer, id, n++);
            free(id);
            id = NULL;
        }
        add_find(&spent, &a);
        store_find(&b);
        answer_same(&b.answer, &a.answer, name);
    }
    answer_free(&a.answer);
    answer_free(&b.answer);
    show(name, &spent, 0);
}

void bench_public(void)
{
    problem p;
    problem_make(&p, options.agents, options.days);
    table_group("lsched_find, the whole call", "x kernel");
    ask_case();
    const int days = options.most_days < 90 ? options.most_days : 90;
    ask_other(options.agents, days, 0);
    page_days(options.agents, days);
    ask_other(options.most_agents < 1000 ? options.most_agents : 1000, options.days, 0);
    plane limit;
    plane_build(&limit, &p);
    contestant kernel = {.name = "kernel", .run = plane_find, .user = &limit};
    contest(&kernel, 1, options.budget / 40);
    table_limit(samples_share(&kernel.spent, 0.5));
    char *path = store_path("public.db");
    lsched *s = store_make(path, &p);
    bulk_teams(store_connection(), options.teams);
    lsched_free(s);
    ask_cold_teams(path, &p);
    ask_cold_handles(path, &p);
    lsched *one = store_open(path, LSCHED_FAST), *other = store_open(path, LSCHED_FAST);
    ask_changed("after a change by itself", one, one, &p);
    ask_changed("after a change by another connection", other, one, &p);
    lsched_free(one);
    lsched_free(other);
    contest_free(&kernel, 1);
    plane_free(&limit);
    store_remove(path);
    free(path);
    problem_free(&p);
    page_services();
    problem_make(&p, options.agents, options.days);
    stranger_find(&p);
    problem_free(&p);
}
