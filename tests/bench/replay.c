/* replay.c -- the SQL of the library's calls, taken from its connection and run again.
 *
 * What a call costs beside its SQL is what the bench asks; so the SQL alone has to be the very
 * same: the statements in their order, with their values, the rows that were read of each.
 * SQLite tells of each statement that begins; its values stand in its expanded text, where the
 * template has a parameter.
 */
#include "bench.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct value {
    int type; /* SQLITE_INTEGER, SQLITE_TEXT, SQLITE_BLOB, SQLITE_NULL */
    int64_t number;
    char *bytes;
    int size;
} value;

enum {
    MOST_VALUES = 100
};

typedef struct step {
    size_t text; /* which statement */
    value *values;
    int count;
    long rows; /* that were read */
    const sqlite3_stmt *statement;
} step;

struct script {
    sqlite3 *db;
    char **texts;
    bool *reads; /* changes nothing and begins nothing */
    size_t text_count;
    step *steps;
    size_t step_count, step_room;
    size_t *first; /* the first step of each call, and the end */
    size_t calls, call_room;
};

static void *grow(void *memory, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return memory;
    *room = *room != 0 ? 2 * *room : 64;
    memory = realloc(memory, *room * size);
    if (memory == NULL)
        bench_fail("no memory for the script");
    return memory;
}

/* ---- values ------------------------------------------------------------------------------ */

static int hex(char c)
{
    return c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
}

/* One literal; returns what is behind it. */
static const char *read_literal(const char *p, value *v)
{
    *v = (value){.type = SQLITE_NULL};
    if (strncmp(p, "NULL", 4) == 0)
        return p + 4;
    const bool blob = *p == 'x';
    if (!blob && *p != '\'') {
        char *end;
        v->type = SQLITE_INTEGER;
        v->number = strtoll(p, &end, 10);
        return end;
    }
    v->type = blob ? SQLITE_BLOB : SQLITE_TEXT;
    p += blob ? 2 : 1;
    v->bytes = bench_take(strlen(p) + 1, 1);
    while (p[0] != '\'' || (!blob && p[1] == '\'')) {
        if (blob) {
            v->bytes[v->size++] = (char)(hex(p[0]) * 16 + hex(p[1]));
            p += 2;
        } else {
            p += *p == '\'';
            v->bytes[v->size++] = *p++;
        }
    }
    return p + 1;
}

/* Walks the template and its expanded text side by side. */
static int read_values(const char *sql, const char *expanded, value *out)
{
    int count = 0;
    bool quoted = false;
    while (*sql != '\0') {
        quoted ^= *sql == '\'';
        if (*sql != '?' || quoted) {
            if (*sql++ != *expanded++)
                bench_fail("an expanded statement is not like its template: %s", sql);
            continue;
        }
        char *end;
        const long n = strtol(sql + 1, &end, 10);
        if (n < 1 || n > MOST_VALUES)
            bench_fail("a statement has a parameter ?%ld", n);
        free(out[n - 1].bytes);
        expanded = read_literal(expanded, &out[n - 1]);
        sql = end;
        count = n > count ? (int)n : count;
    }
    return count;
}

/* ---- taking ------------------------------------------------------------------------------- */

static bool is_turn(const char *sql)
{
    static const char *const words[] = {"BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strncmp(sql, words[i], strlen(words[i])) == 0)
            return true;
    return false;
}

static size_t text_of(script *s, sqlite3_stmt *statement)
{
    const char *sql = sqlite3_sql(statement);
    for (size_t i = 0; i < s->text_count; i++)
        if (strcmp(s->texts[i], sql) == 0)
            return i;
    s->texts = realloc(s->texts, (s->text_count + 1) * sizeof *s->texts);
    s->reads = realloc(s->reads, (s->text_count + 1) * sizeof *s->reads);
    if (s->texts == NULL || s->reads == NULL)
        bench_fail("no memory for the script");
    s->texts[s->text_count] = strdup(sql);
    s->reads[s->text_count] = sqlite3_stmt_readonly(statement) != 0 && !is_turn(sql);
    return s->text_count++;
}

static void take(script *s, sqlite3_stmt *statement)
{
    value values[MOST_VALUES] = {0};
    char *expanded = sqlite3_expanded_sql(statement);
    if (expanded == NULL)
        bench_fail("no memory for a statement's values");
    const int count = read_values(sqlite3_sql(statement), expanded, values);
    sqlite3_free(expanded);
    s->steps = grow(s->steps, s->step_count, &s->step_room, sizeof *s->steps);
    step *st = &s->steps[s->step_count++];
    *st = (step){.text = text_of(s, statement), .count = count, .statement = statement};
    st->values = bench_take((size_t)count, sizeof *st->values);
    memcpy(st->values, values, (size_t)count * sizeof *values);
}

/* A row of whatever began last with this statement. */
static void take_row(script *s, const sqlite3_stmt *statement)
{
    for (size_t i = s->step_count; i-- > s->first[s->calls];)
        if (s->steps[i].statement == statement) {
            s->steps[i].rows++;
            return;
        }
}

/* A trigger's statements come as comments: they are part of what fired them. */
static int trace(unsigned what, void *user, void *statement, void *text)
{
    script *s = user;
    if (what == SQLITE_TRACE_STMT && strncmp(text, "--", 2) != 0)
        take(s, statement);
    else if (what == SQLITE_TRACE_ROW)
        take_row(s, statement);
    return 0;
}

script *script_begin(sqlite3 *db)
{
    script *s = bench_take(1, sizeof *s);
    s->db = db;
    s->first = grow(s->first, 0, &s->call_room, sizeof *s->first);
    s->first[0] = 0;
    sqlite3_trace_v2(db, SQLITE_TRACE_STMT | SQLITE_TRACE_ROW, trace, s);
    return s;
}

void script_next(script *s)
{
    s->first = grow(s->first, s->calls + 1, &s->call_room, sizeof *s->first);
    s->first[++s->calls] = s->step_count;
}

void script_end(script *s)
{
    sqlite3_trace_v2(s->db, 0, NULL, NULL);
}

size_t script_calls(const script *s)
{
    return s->calls;
}

void script_free(script *s)
{
    for (size_t i = 0; i < s->step_count; i++) {
        for (int v = 0; v < s->steps[i].count; v++)
            free(s->steps[i].values[v].bytes);
        free(s->steps[i].values);
    }
    for (size_t i = 0; i < s->text_count; i++)
        free(s->texts[i]);
    free(s->texts);
    free(s->reads);
    free(s->steps);
    free(s->first);
    free(s);
}

size_t script_steps(const script *s, size_t call, size_t *reads)
{
    *reads = 0;
    for (size_t i = s->first[call]; i < s->first[call + 1]; i++)
        *reads += s->reads[s->steps[i].text];
    return s->first[call + 1] - s->first[call];
}

/* ---- running again -------------------------------------------------------------------------- */

struct replay {
    const script *script;
    sqlite3 *db;
    sqlite3_stmt **statements;
    bool writes;
    double *spent; /* of each statement, if that is wanted */
};

replay *replay_new(const script *s, sqlite3 *db, bool writes)
{
    replay *r = bench_take(1, sizeof *r);
    *r = (replay){.script = s, .db = db, .writes = writes};
    r->statements = bench_take(s->text_count, sizeof(sqlite3_stmt *));
    for (size_t i = 0; i < s->text_count; i++)
        if (sqlite3_prepare_v3(db, s->texts[i], -1, SQLITE_PREPARE_PERSISTENT, &r->statements[i],
                               NULL) != SQLITE_OK)
            bench_fail("%s: %s", sqlite3_errmsg(db), s->texts[i]);
    return r;
}

void replay_free(replay *r)
{
    for (size_t i = 0; i < r->script->text_count; i++)
        sqlite3_finalize(r->statements[i]);
    free(r->statements);
    free(r->spent);
    free(r);
}

static void bind(sqlite3_stmt *s, const step *st)
{
    for (int i = 0; i < st->count; i++) {
        const value *v = &st->values[i];
        if (v->type == SQLITE_INTEGER)
            sqlite3_bind_int64(s, i + 1, v->number);
        else if (v->type == SQLITE_TEXT)
            sqlite3_bind_text(s, i + 1, v->bytes, v->size, SQLITE_STATIC);
        else if (v->type == SQLITE_BLOB)
            sqlite3_bind_blob(s, i + 1, v->bytes, v->size, SQLITE_STATIC);
        else
            sqlite3_bind_null(s, i + 1);
    }
}

/* Whoever reads wants the values. */
static void read_row(sqlite3_stmt *s)
{
    const int columns = sqlite3_column_count(s);
    for (int i = 0; i < columns; i++) {
        if (sqlite3_column_type(s, i) == SQLITE_INTEGER)
            (void)sqlite3_column_int64(s, i);
        else
            (void)sqlite3_column_text(s, i);
    }
}

static void run(replay *r, const step *st)
{
    sqlite3_stmt *s = r->statements[st->text];
    int code = SQLITE_DONE;
    long rows = 0;
    bind(s, st);
    while ((code = sqlite3_step(s)) == SQLITE_ROW) {
        read_row(s);
        if (++rows == st->rows && r->script->reads[st->text])
            break; /* as the library, which may have had enough */
    }
    if (code != SQLITE_DONE && code != SQLITE_ROW)
        bench_fail("%s: %s", sqlite3_errmsg(r->db), r->script->texts[st->text]);
    if (rows != st->rows && !r->writes)
        bench_fail("%ld rows where the library had %ld: %s", rows, st->rows,
                   r->script->texts[st->text]);
    sqlite3_reset(s);
}

void replay_call(replay *r, size_t call)
{
    const script *s = r->script;
    for (size_t i = s->first[call]; i < s->first[call + 1]; i++)
        if (!r->writes || !s->reads[s->steps[i].text])
            run(r, &s->steps[i]);
}

/* ---- where the time goes -------------------------------------------------------------------- */

static void print_text(const script *s, size_t text, double spent)
{
    size_t times = 0;
    long rows = 0;
    for (size_t i = 0; i < s->step_count; i++) {
        times += s->steps[i].text == text;
        rows += s->steps[i].text == text ? s->steps[i].rows : 0;
    }
    const double calls = (double)s->calls;
    printf("  %8.1f %8.1f %8.1f  %.90s\n", spent / calls / 1000, (double)times / calls,
           (double)rows / calls, s->texts[text]);
}

void replay_print(replay *r)
{
    const script *s = r->script;
    r->spent = bench_take(s->text_count, sizeof *r->spent);
    for (size_t i = 0; i < s->step_count; i++) {
        const double begun = bench_now();
        run(r, &s->steps[i]);
        r->spent[s->steps[i].text] += bench_now() - begun;
    }
    printf("  %8s %8s %8s  of each booking\n", "us", "times", "rows");
    for (size_t i = 0; i < s->text_count; i++)
        print_text(s, i, r->spent[i]);
}
