/* child.c -- peers in another language: a script is given the case, and answers with its times.
 *
 * The answers are held against the right one as everybody's are.  Where there is no
 * python3-dateutil there is no such row.
 */
#include "bench.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *describe(const problem *p)
{
    json_t *agents = json_array();
    for (int i = 0; i < p->agents; i++) {
        json_t *busy = json_array();
        for (size_t b = p->busy.first[i]; b < p->busy.first[i + 1]; b++)
            json_array_append_new(busy, json_pack("[II]", (json_int_t)p->busy.at[b].from,
                                                  (json_int_t)p->busy.at[b].until));
        json_array_append_new(agents, json_pack("{si si so}", "shift", problem_shift(i), "lunch",
                                                problem_lunch(i), "busy", busy));
    }
    return json_pack("{si sf so}", "days", p->days, "seconds", options.budget / 4, "agents",
                     agents);
}

static json_t *ask(const problem *p)
{
    char command[9000];
    char *in = store_path("case.json"), *out = store_path("answer.json");
    json_t *all = describe(p), *said = NULL;
    if (all == NULL || json_dump_file(all, in, JSON_COMPACT) != 0)
        bench_fail("%s cannot be written", in);
    snprintf(command, sizeof command,
             "python3 -c 'import dateutil' 2>/dev/null && python3 '%s' <'%s' >'%s'", options.python,
             in, out);
    if (system(command) == 0)
        said = json_load_file(out, 0, NULL);
    remove(in);
    remove(out);
    json_decref(all);
    free(in);
    free(out);
    return said;
}

static void show(const json_t *from, const answer *right, const char *name)
{
    samples spent = {0};
    answer theirs = {.starts = bench_take(right->count + 1, sizeof *theirs.starts),
                     .free = bench_take(right->count + 1, sizeof *theirs.free)};
    const json_t *list = json_object_get(from, "answer"), *times = json_object_get(from, "spent");
    theirs.count = json_array_size(list);
    for (size_t i = 0; i < theirs.count && i < right->count; i++) {
        const json_t *pair = json_array_get(list, i);
        theirs.starts[i] = json_integer_value(json_array_get(pair, 0));
        theirs.free[i] = (int32_t)json_integer_value(json_array_get(pair, 1));
    }
    answer_same(right, &theirs, name);
    for (size_t i = 0; i < json_array_size(times); i++)
        samples_add(&spent, json_number_value(json_array_get(times, i)) * 1e9);
    const double p50 = samples_share(&spent, 0.5);
    table_row(name, p50, samples_share(&spent, 0.99), 0, NULL);
    samples_free(&spent);
    answer_free(&theirs);
}

void python_find(const problem *p, const answer *right)
{
    json_t *said = options.python != NULL ? ask(p) : NULL;
    if (said == NULL) {
        table_say("  (no python3-dateutil here: that peer is left out)\n");
        return;
    }
    show(json_object_get(said, "sweep"), right, "Python: sweep, all expanded");
    show(json_object_get(said, "dateutil"), right, "Python: dateutil, rules kept");
    json_decref(said);
}
