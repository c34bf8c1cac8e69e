/* find.c -- all starts of the case: whoever could be asked, in one run, with one answer. */
#include "bench.h"

#include <stdio.h>

static const char *const sql_names[SQL_FORMS] = {[SQL_GAPS] = "SQLite: gaps with LEAD",
                                                 [SQL_KEPT] = "SQLite: a table of gaps, kept true",
                                                 [SQL_EXISTS] = "SQLite: NOT EXISTS"};

static double usual(contestant *c)
{
    return samples_share(&c->spent, 0.5);
}

void bench_find(void)
{
    problem p;
    plane limit, folded, first, swept;
    sql_peer *sql[SQL_FORMS];
    problem_make(&p, options.agents, options.days);
    plane_build(&limit, &p);
    plane_build(&folded, &p);
    plane_build(&first, &p);
    plane_build(&swept, &p);
    asking all = {.s = store_make(":memory:", &p),
                  .from = p.from,
                  .until = p.until,
                  .limit = LSCHED_MAX_PAGE};
    asking one = {.s = all.s, .from = p.from, .until = p.until, .limit = 1};
    answer_room(&all.answer, &p);
    board_peer *board = board_open(&p);
    contestant who[] = {
        {.name = "kernel: folded quarters", .run = plane_find_folded, .user = &folded},
        {.name = "kernel: one word for 5 minutes", .run = plane_find, .user = &limit},
        {.name = "kernel: sweep over raw intervals", .run = sweep_find, .user = &swept},
        {.name = "kernel: first start alone", .run = plane_first, .user = &first},
        {.name = "lsched_find, all starts", .run = store_find, .user = &all},
        {.name = "lsched_find, first start", .run = store_find, .user = &one},
        {.name = "kernel: the library's", .run = board_find, .user = board},
        {.name = sql_names[0], .run = sql_find},
        {.name = sql_names[1], .run = sql_find},
        {.name = sql_names[2], .run = sql_find},
    };
    const size_t count = sizeof who / sizeof *who;
    for (int form = 0; form < SQL_FORMS; form++)
        who[7 + form].user = sql[form] = sql_open(&p, form);
    contest(who, count, options.budget);
    all.keep = true;
    store_find(&all);
    answer_same(&limit.answer, &folded.answer, "the folded kernel");
    answer_same(&limit.answer, &swept.answer, "the sweep");
    answer_same(&limit.answer, &all.answer, "lsched_find");
    answer_same(&limit.answer, board_answer(board), "the library's kernel");
    for (int form = 0; form < SQL_FORMS; form++)
        answer_same(&limit.answer, sql_answer(sql[form]), sql_names[form]);
    if (limit.answer.count == 0 || one.count != 1 ||
        first.answer.starts[0] != limit.answer.starts[0])
        bench_fail("the first start is not the first of all");
    table_group("find", "x kernel");
    /* 20 us and 6 us beside a kernel of 1.3 us, which is the second one; of the library's own
     * the limit is the best that there is. */
    table_contestant(&who[1], 0, NULL);
    table_contestant(&who[0], 0, NULL);
    table_ratio(usual(&who[6]) / usual(&who[0]));
    table_contestant(&who[6], 2, "(times the best)");
    table_contestant(&who[2], 0, NULL);
    table_contestant(&who[4], 15, NULL);
    for (size_t i = 7; i < count; i++)
        table_contestant(&who[i], 0, NULL);
    python_find(&p, &limit.answer);
    table_contestant(&who[3], 0, NULL);
    table_contestant(&who[5], 4.6, NULL);
    table_say("  %d agents, %d days, %zu bookings: all say %zu starts, %lld free agents in all\n",
              p.agents, p.days, p.busy.count, limit.answer.count, (long long)limit.answer.total);
    for (int form = 0; form < SQL_FORMS; form++)
        sql_close(sql[form]);
    board_close(board);
    lsched_free(all.s);
    answer_free(&all.answer);
    plane_free(&limit);
    plane_free(&folded);
    plane_free(&first);
    plane_free(&swept);
    contest_free(who, count);
    problem_free(&p);
}
