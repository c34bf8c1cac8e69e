/* book.c -- what lsched_book() costs beside the bare SQL that makes the same reads and writes.
 *
 * The library books once while its SQL is written down.  Then, on copies of the same store, it
 * books again, and in turn with it bare connections run that SQL: all of it, and only what
 * writes, which is what somebody would pay who checked nothing.  At the end all copies must
 * hold the same bookings.
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LIBRARY,
    SAME,
    WRITES,
    SIDES
};

static const char *const sides[SIDES] = {"lsched_book", "the same SQL, bare", "its writes alone"};

typedef struct mode {
    const char *name;
    int32_t flags;
    const char *synchronous;
    bool memory;
} mode;

static const mode modes[] = {{":memory:", LSCHED_FAST, "OFF", true},
                             {"WAL, NORMAL", LSCHED_FAST, "NORMAL", false},
                             {"WAL, FULL", 0, "FULL", false}};

/* A store to be booked in, and what is wanted of it. */
typedef struct desk {
    const char *path; /* closed; nobody writes to it */
    int64_t *starts;
    size_t count; /* the first one is for warming up */
    script *script;
} desk;

static int try(lsched *s, const desk *d, size_t i)
{
    char key[32];
    snprintf(key, sizeof key, "wish-%zu", i);
    const lsched_request r = {.size = sizeof r,
                              .key = key,
                              .customer = "caller",
                              .service = "talk",
                              .start = d->starts[i]};
    lsched_booking *out;
    const int status = lsched_book(s, &r, &out);
    lsched_booking_free(out);
    return status;
}

static void book(lsched *s, const desk *d, size_t i)
{
    bench_must(s, try(s, d, i), "lsched_book");
}

static size_t common(size_t a, size_t b)
{
    return b == 0 ? a : common(b, a % b);
}

/* Starts from all over the case, in no order of time, of which each can still be had when
 * those before it are taken. */
static void choose(desk *d, const problem *p, int count)
{
    char *path = store_path("choice.db");
    store_copy(d->path, path);
    lsched *s = store_open(path, LSCHED_FAST);
    asking a = {.s = s, .from = p->from, .until = p->until, .limit = LSCHED_MAX_PAGE, .keep = true};
    answer_room(&a.answer, p);
    store_find(&a);
    const size_t there = a.answer.count;
    size_t stride = there / 2 + 1;
    while (common(stride, there) != 1)
        stride++;
    d->starts = bench_take((size_t)count + 1, sizeof *d->starts);
    for (size_t i = 0; i < there && d->count <= (size_t)count; i++) {
        d->starts[d->count] = a.answer.starts[i * stride % there];
        const int status = try(s, d, d->count);
        if (status != LSCHED_TAKEN)
            bench_must(s, status, "lsched_book");
        d->count += status == LSCHED_OK;
    }
    answer_free(&a.answer);
    lsched_free(s);
    store_remove(path);
    free(path);
}

static void write_down(desk *d)
{
    char *path = store_path("script.db");
    store_copy(d->path, path);
    lsched *s = store_open(path, LSCHED_FAST);
    d->script = script_begin(store_connection());
    for (size_t i = 0; i < d->count; i++) {
        book(s, d, i);
        script_next(d->script);
    }
    script_end(d->script);
    lsched_free(s);
    store_remove(path);
    free(path);
}

/* ---- the sides ---------------------------------------------------------------------------- */

typedef struct side {
    char *path; /* NULL: in memory */
    lsched *s;
    sqlite3 *db;
    replay *replay;
    samples spent;
} side;

static void run(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        bench_fail("%s: %s", sqlite3_errmsg(db), sql);
}

static void load(sqlite3 *db, const char *path)
{
    sqlite3 *from;
    if (sqlite3_open_v2(path, &from, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
        bench_fail("%s cannot be read", path);
    sqlite3_backup *b = sqlite3_backup_init(db, "main", from, "main");
    if (b == NULL || sqlite3_backup_step(b, -1) != SQLITE_DONE ||
        sqlite3_backup_finish(b) != SQLITE_OK)
        bench_fail("%s cannot be loaded: %s", path, sqlite3_errmsg(db));
    sqlite3_close(from);
}

static void open_side(side *x, const desk *d, const mode *m, int which)
{
    char sql[100], name[32];
    snprintf(name, sizeof name, "side%d.db", which);
    x->path = m->memory ? NULL : store_path(name);
    if (x->path != NULL)
        store_copy(d->path, x->path);
    if (which == LIBRARY) {
        x->s = store_open(m->memory ? ":memory:" : x->path,
                          m->flags | (m->memory ? LSCHED_CREATE : 0));
        x->db = store_connection();
    } else if (sqlite3_open(m->memory ? ":memory:" : x->path, &x->db) != SQLITE_OK) {
        bench_fail("%s cannot be opened", x->path);
    }
    if (m->memory)
        load(x->db, d->path);
    if (which == LIBRARY)
        return;
    snprintf(sql, sizeof sql, "PRAGMA foreign_keys = ON; %s PRAGMA synchronous = %s",
             m->memory ? "" : "PRAGMA journal_mode = WAL;", m->synchronous);
    run(x->db, sql);
    x->replay = replay_new(d->script, x->db, which == WRITES);
}

/* What stands in the end, but for ids and what is random. */
static uint64_t fingerprint(sqlite3 *db)
{
    static const char sql[] =
        "SELECT agent || ' ' || start || ' ' || busy_until || ' ' || customer || ' ' || state"
        " FROM lsched_booking UNION ALL SELECT seq || ' ' || kind || ' ' || agent || ' ' || start"
        " FROM lsched_event UNION ALL SELECT kind || ' ' || due || ' ' || state"
        " FROM lsched_notice ORDER BY 1";
    uint64_t hash = UINT64_C(14695981039346656037);
    sqlite3_stmt *s;
    if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK)
        bench_fail("%s", sqlite3_errmsg(db));
    while (sqlite3_step(s) == SQLITE_ROW)
        for (const unsigned char *c = sqlite3_column_text(s, 0); *c != '\0'; c++)
            hash = (hash ^ *c) * UINT64_C(1099511628211);
    sqlite3_finalize(s);
    return hash;
}

static void close_side(side *x)
{
    if (x->replay != NULL)
        replay_free(x->replay);
    if (x->s != NULL)
        lsched_free(x->s);
    else
        sqlite3_close(x->db);
    if (x->path != NULL)
        store_remove(x->path);
    free(x->path);
    x->replay = NULL;
    x->s = NULL;
}

static void book_once(side *x, const desk *d, size_t i)
{
    const double begun = bench_now();
    if (x->s != NULL)
        book(x->s, d, i);
    else
        replay_call(x->replay, i);
    if (i > 0)
        samples_add(&x->spent, bench_now() - begun);
}

static void round_of(side *all, const desk *d, const mode *m)
{
    for (int i = 0; i < SIDES; i++)
        open_side(&all[i], d, m, i);
    for (size_t i = 0; i < d->count; i++)
        for (size_t turn = 0; turn < SIDES; turn++)
            book_once(&all[(i + turn) % SIDES], d, i);
    const uint64_t right = fingerprint(all[LIBRARY].db);
    for (int i = 0; i < SIDES; i++)
        if (fingerprint(all[i].db) != right)
            bench_fail("%s: %s has left other bookings than the library", m->name, sides[i]);
    for (int i = 0; i < SIDES; i++)
        close_side(&all[i]);
}

static void measure(const desk *d, const mode *m, const char *of)
{
    side all[SIDES] = {0};
    char group[64];
    for (int i = 0; i < options.rounds; i++)
        round_of(all, d, m);
    snprintf(group, sizeof group, "book, %s%s", m->name, of);
    table_group(group, "x SQL");
    const int order[] = {SAME, LIBRARY, WRITES};
    for (int i = 0; i < SIDES; i++) {
        samples *s = &all[order[i]].spent;
        const double p50 = samples_share(s, 0.5);
        table_row(sides[order[i]], p50, samples_share(s, 0.99), order[i] == LIBRARY ? 1.15 : 0,
                  NULL);
    }
    for (int i = 0; i < SIDES; i++)
        samples_free(&all[i].spent);
}

static void desk_free(desk *d)
{
    script_free(d->script);
    free(d->starts);
}

static void say_statements(const desk *d)
{
    const size_t call = d->count / 2;
    size_t reads;
    const size_t steps = script_steps(d->script, call, &reads);
    table_fact("SQL statements of a booking", (double)steps, "");
    table_fact("  that only read", (double)reads, "");
    if (!options.statements)
        return;
    side x = {0};
    open_side(&x, d, &modes[0], SAME);
    replay_print(x.replay);
    close_side(&x);
}

void bench_book(void)
{
    problem p;
    problem_make(&p, options.agents, options.days);
    char *path = store_path("case.db");
    lsched_free(store_make(path, &p, NULL));
    desk d = {.path = path};
    choose(&d, &p, options.books);
    write_down(&d);
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        measure(&d, &modes[i], "");
    say_statements(&d);
    desk_free(&d);
    store_remove(path);
    free(path);
    problem_free(&p);
}
