/* table.c -- what is printed, kept, and held against an earlier run.
 *
 * Only ratios are compared between runs: nanoseconds of two runs, let alone of two machines,
 * say nothing.
 */
#include "bench.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SLOWER 1.10 /* of a ratio: less is noise */

typedef struct row {
    char group[64], name[64];
    double p50, p99, ratio, aim;
    char unit[48]; /* of a fact, whose value is p50; "": a time */
} row;

static row *rows;
static size_t count, room;
static char group[64];
static double limit;

static row *add(const char *name)
{
    if (count == room) {
        room = room != 0 ? 2 * room : 64;
        rows = realloc(rows, room * sizeof *rows);
        if (rows == NULL)
            bench_fail("no memory for the table");
    }
    row *r = &rows[count++];
    *r = (row){0};
    snprintf(r->group, sizeof r->group, "%s", group);
    snprintf(r->name, sizeof r->name, "%s", name);
    return r;
}

/* A time in three digits and its unit. */
static const char *in_words(double ns, char text[16])
{
    static const char *const units[] = {"ns", "us", "ms", "s"};
    size_t unit = 0;
    while (ns >= 999.5 && unit + 1 < sizeof units / sizeof *units) {
        ns /= 1000;
        unit++;
    }
    snprintf(text, 16, "%.*f %s", ns < 9.995 ? 2 : ns < 99.95 ? 1 : 0, ns, units[unit]);
    return text;
}

void table_begin(const char *name)
{
    snprintf(group, sizeof group, "%s", name);
    limit = 0;
}

void table_group(const char *name, const char *unit)
{
    table_begin(name);
    printf("\n%-46s %9s %9s %9s %9s\n", name, "p50", "p99", unit, "aim");
}

void table_limit(double p50)
{
    limit = p50;
}

static double given; /* 0: none */

void table_ratio(double ratio)
{
    given = ratio;
}

void table_row(const char *name, double p50, double p99, double aim, const char *note)
{
    char a[16], b[16], c[24] = "", mark = ' ';
    row *r = add(name);
    if (limit <= 0)
        limit = p50;
    r->p50 = p50;
    r->p99 = p99;
    r->aim = aim;
    r->ratio = given > 0 ? given : limit > 0 ? p50 / limit : 0;
    given = 0;
    if (aim > 0) {
        snprintf(c, sizeof c, "%.*f", aim < 10 ? 2 : 0, aim);
        mark = r->ratio > aim ? '!' : ' ';
    }
    printf("  %-44s %9s %9s %9.*f %9s %c%s%s\n", name, in_words(p50, a), in_words(p99, b),
           r->ratio < 9.995   ? 2
           : r->ratio < 99.95 ? 1
                              : 0,
           r->ratio, c, mark, note != NULL ? " " : "", note != NULL ? note : "");
    fflush(stdout);
}

void table_contestant(contestant *c, double aim, const char *note)
{
    const double p50 = samples_share(&c->spent, 0.5);
    table_row(c->name, p50, samples_share(&c->spent, 0.99), aim, note);
}

void table_fact(const char *name, double value, const char *unit)
{
    row *r = add(name);
    r->p50 = value;
    snprintf(r->unit, sizeof r->unit, "%s", unit);
    printf("  %-44s %9.*f %s\n", name, value < 10 && value > 0 ? 2 : 0, value, unit);
    fflush(stdout);
}

void table_say(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    vprintf(format, list);
    va_end(list);
    fflush(stdout);
}

void table_summary(void)
{
    size_t passed = 0, aims = 0;
    for (size_t i = 0; i < count; i++)
        aims += rows[i].aim > 0;
    for (size_t i = 0; i < count; i++) {
        if (rows[i].aim <= 0 || rows[i].ratio <= rows[i].aim)
            continue;
        if (passed++ == 0)
            puts("\nBeyond its aim:");
        printf("  %-28.28s %-36.36s %9.2f, not %.2f: %.1f times too slow\n", rows[i].group,
               rows[i].name, rows[i].ratio, rows[i].aim, rows[i].ratio / rows[i].aim);
    }
    if (aims > 0 && passed == 0)
        puts("\nAll aims are kept.");
}

/* ---- files ------------------------------------------------------------------------------ */

void table_keep(const char *path)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        const row *r = &rows[i];
        json_t *one = r->unit[0] != '\0' ? json_pack("{ss ss sf ss}", "group", r->group, "name",
                                                     r->name, "value", r->p50, "unit", r->unit)
                                         : json_pack("{ss ss sf sf sf sf}", "group", r->group,
                                                     "name", r->name, "p50", r->p50, "p99", r->p99,
                                                     "ratio", r->ratio, "aim", r->aim);
        if (one == NULL || json_array_append_new(list, one) != 0)
            bench_fail("no memory for the JSON");
    }
    json_t *all = json_pack("{ss ss so}", "libsched", lsched_version(), "sqlite",
                            sqlite3_libversion(), "rows", list);
    if (all == NULL || json_dump_file(all, path, JSON_INDENT(1) | JSON_REAL_PRECISION(6)) != 0)
        bench_fail("%s cannot be written", path);
    json_decref(all);
}

static const row *find(const char *in, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(rows[i].group, in) == 0 && strcmp(rows[i].name, name) == 0)
            return &rows[i];
    return NULL;
}

/* How many times the figure of this run is that of the other; 0: they do not compare. */
static double change(const row *r, const json_t *old)
{
    const double before =
        json_number_value(json_object_get(old, r->unit[0] != '\0' ? "value" : "ratio"));
    const double now = r->unit[0] != '\0' ? r->p50 : r->ratio;
    return before > 0 && now > 0 ? now / before : 0;
}

void table_compare(const char *path)
{
    json_error_t error;
    json_t *all = json_load_file(path, 0, &error), *one;
    size_t i, compared = 0, slower = 0;
    if (all == NULL)
        bench_fail("%s: %s", path, error.text);
    printf("\nAgainst %s, in ratios to the limit of each group:\n", path);
    json_array_foreach(json_object_get(all, "rows"), i, one)
    {
        const char *in = json_string_value(json_object_get(one, "group"));
        const char *name = json_string_value(json_object_get(one, "name"));
        const row *r = in != NULL && name != NULL ? find(in, name) : NULL;
        const double times = r != NULL ? change(r, one) : 0;
        compared += times > 0;
        if (times > SLOWER || (times > 0 && times < 1 / SLOWER))
            printf("  %-28.28s %-36.36s %.2f times as %s\n", in, name,
                   times > 1 ? times : 1 / times,
                   r->unit[0] != '\0' ? (times > 1 ? "much" : "little")
                                      : (times > 1 ? "slow" : "fast"));
        slower += times > SLOWER;
    }
    printf("  %zu compared, %zu slower or larger by a tenth and more.\n", compared, slower);
    json_decref(all);
}
