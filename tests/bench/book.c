/* book.c -- what lsched_book() costs beside the bare SQL that makes the same reads and writes.
 *
 * The library books once while its SQL is written down.  Then, on copies of the same store, it
 * books again, and in turn with it bare connections run that SQL: all of it, and only what
 * writes, which is what somebody would pay who checked nothing.  At the end all copies must
 * hold the same bookings.
 *
 * A few bookings are made by all of them right after one another, in an order that changes, and
 * each has a ratio between these: the ratio of a row is the median of those.  So neither a machine
 * that is busy for a while nor bookings that are dearer than others move it.
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

static const char *const sides[SIDES] = {"the library", "the same SQL, bare",
                                         "its writes alone, triggers check"};

#define AIM 1.15
#define MOST_COPIED 200000 /* bookings in a store of which there are copies */
#define TURN 8 /* bookings, or what is measured would be the caches after others' turns */

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
typedef struct desk desk;
struct desk {
    const char *path; /* closed; nobody writes to it */
    const char *name;
    int (*act)(lsched *s, const desk *d, size_t i);
    const problem *problem;
    int64_t *starts; /* to be booked */
    size_t count;    /* the first one is for warming up */
    script *script;
    bool pinned; /* too big for copies: what is written goes with its log */
};

static int book(lsched *s, const desk *d, size_t i)
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

static int import(lsched *s, const desk *d, size_t i)
{
    return store_import(s, d->problem, i);
}

static void act(lsched *s, const desk *d, size_t i)
{
    bench_must(s, d->act(s, d, i), d->name);
}

/* A store like the desk's to be written to, in `path`, until it is closed and left. */
typedef struct draft {
    char *path;
    sqlite3 *pin;
} draft;

static draft take_draft(const desk *d, const char *name)
{
    if (d->pinned)
        return (draft){strdup(d->path), store_pin(d->path)};
    draft x = {store_path(name), NULL};
    store_copy(d->path, x.path);
    return x;
}

static void leave_draft(draft *x)
{
    if (x->pin != NULL)
        store_unpin(x->pin, x->path);
    else if (x->path != NULL)
        store_remove(x->path);
    free(x->path);
    *x = (draft){0};
}

static size_t common(size_t a, size_t b)
{
    return b == 0 ? a : common(b, a % b);
}

/* Starts from all over the case, in no order of time, of which each can still be had when
 * those before it are taken. */
static void choose(desk *d, const problem *p, int count)
{
    draft x = take_draft(d, "choice.db");
    lsched *s = store_open(x.path, LSCHED_FAST);
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
        const int status = book(s, d, d->count);
        if (status != LSCHED_TAKEN)
            bench_must(s, status, "lsched_book");
        d->count += status == LSCHED_OK;
    }
    answer_free(&a.answer);
    lsched_free(s);
    leave_draft(&x);
}

static void write_down(desk *d)
{
    draft x = take_draft(d, "script.db");
    lsched *s = store_open(x.path, LSCHED_FAST);
    d->script = script_begin(store_connection());
    for (size_t i = 0; i < d->count; i++) {
        act(s, d, i);
        script_next(d->script);
    }
    script_end(d->script);
    lsched_free(s);
    leave_draft(&x);
}

/* ---- the sides ---------------------------------------------------------------------------- */

typedef struct side {
    draft draft; /* no path: in memory */
    lsched *s;
    sqlite3 *db;
    replay *replay;
    bool waits;
    double *took;          /* by booking, in this round */
    samples spent, ratios; /* to the same SQL, booking by booking */
} side;

static void run(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        bench_fail("%s: %s", sqlite3_errmsg(db), sql);
}

static void open_side(side *x, const desk *d, const mode *m, int which)
{
    char sql[100], name[32];
    snprintf(name, sizeof name, "side%d.db", which);
    x->waits = strcmp(m->synchronous, "FULL") == 0;
    if (!m->memory)
        x->draft = take_draft(d, name);
    if (which == LIBRARY) {
        x->s = store_open(m->memory ? ":memory:" : x->draft.path,
                          m->flags | (m->memory ? LSCHED_CREATE : 0));
        x->db = store_connection();
    } else if (sqlite3_open(m->memory ? ":memory:" : x->draft.path, &x->db) != SQLITE_OK) {
        bench_fail("%s cannot be opened", x->draft.path);
    }
    if (m->memory)
        store_load(x->db, d->path);
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
        " FROM lsched_booking WHERE customer IN ('caller', 'neighbour')"
        " UNION ALL SELECT seq || ' ' || kind || ' ' || agent || ' ' || start FROM lsched_event"
        "  WHERE seq > (SELECT max(seq) FROM lsched_event) - 10000"
        " UNION ALL SELECT n.kind || ' ' || due || ' ' || n.state FROM lsched_booking AS b"
        "  JOIN lsched_notice AS n ON n.booking = b.id"
        "  WHERE customer IN ('caller', 'neighbour') ORDER BY 1";
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
    leave_draft(&x->draft);
    x->replay = NULL;
    x->s = NULL;
}

/* With FULL each booking waits for the disk, and that counts. */
static void book_once(side *x, const desk *d, size_t i)
{
    double (*const clock)(void) = x->waits ? bench_now : bench_work;
    const double begun = clock();
    if (x->s != NULL)
        act(x->s, d, i);
    else
        replay_call(x->replay, i);
    x->took[i] = clock() - begun;
}

/* All make these bookings; each follows each other as often as anyone else. */
static void book_turns(side *all, const desk *d, size_t first)
{
    const size_t n = first / TURN, end = first + TURN < d->count ? first + TURN : d->count;
    for (size_t turn = 0; turn < SIDES; turn++) {
        side *x = &all[(n + (n / SIDES % 2 == 0 ? turn : SIDES - turn)) % SIDES];
        for (size_t i = first; i < end; i++)
            book_once(x, d, i);
    }
}

/* One after the other, where there is but one store for all. */
static void round_apart(side *all, const desk *d, const mode *m, int first)
{
    uint64_t right = 0;
    for (int turn = 0; turn < SIDES; turn++) {
        side *x = &all[(first + turn) % SIDES];
        open_side(x, d, m, (first + turn) % SIDES);
        for (size_t i = 0; i < d->count; i++)
            book_once(x, d, i);
        const uint64_t left = fingerprint(x->db);
        if (turn > 0 && left != right)
            bench_fail("%s: not all have left the same bookings", m->name);
        right = left;
        close_side(x);
    }
}

static void round_together(side *all, const desk *d, const mode *m)
{
    for (int i = 0; i < SIDES; i++)
        open_side(&all[i], d, m, i);
    for (size_t i = 0; i < d->count; i += TURN)
        book_turns(all, d, i);
    const uint64_t right = fingerprint(all[LIBRARY].db);
    for (int i = 0; i < SIDES; i++)
        if (fingerprint(all[i].db) != right)
            bench_fail("%s: %s has left other bookings than the library", m->name, sides[i]);
    for (int i = 0; i < SIDES; i++)
        close_side(&all[i]);
}

static void note_round(side *all, const desk *d)
{
    for (int which = 0; which < SIDES; which++) {
        for (size_t i = 1; i < d->count; i++) {
            samples_add(&all[which].spent, all[which].took[i]);
            samples_add(&all[which].ratios, all[which].took[i] / all[SAME].took[i]);
        }
    }
}

static void measure(const desk *d, const mode *m, int rounds, double aim)
{
    side all[SIDES] = {0};
    char group[64];
    for (int i = 0; i < SIDES; i++)
        all[i].took = bench_take(d->count, sizeof(double));
    for (int i = 0; i < rounds; i++) {
        if (d->pinned)
            round_apart(all, d, m, i);
        else
            round_together(all, d, m);
        note_round(all, d);
    }
    snprintf(group, sizeof group, "%s, %s", d->name, m->name);
    table_group(group, "x SQL");
    const int order[] = {SAME, LIBRARY, WRITES};
    for (int i = 0; i < SIDES; i++) {
        samples *s = &all[order[i]].spent;
        const double p50 = samples_share(s, 0.5);
        table_ratio(samples_share(&all[order[i]].ratios, 0.5));
        table_row(sides[order[i]], p50, samples_share(s, 0.99), order[i] == LIBRARY ? aim : 0,
                  NULL);
    }
    for (int i = 0; i < SIDES; i++) {
        samples_free(&all[i].spent);
        samples_free(&all[i].ratios);
        free(all[i].took);
    }
}

static void say_statements(const desk *d)
{
    size_t reads;
    const size_t steps = script_steps(d->script, d->count / 2, &reads);
    char note[64];
    snprintf(note, sizeof note, "statements, of which %zu only read", reads);
    table_fact("its SQL", (double)steps, note);
    if (!options.statements)
        return;
    side x = {0};
    open_side(&x, d, &modes[0], SAME);
    replay_print(x.replay);
    close_side(&x);
}

static void desk_free(desk *d)
{
    script_free(d->script);
    free(d->starts);
}

static void book_case(const char *path, const problem *p)
{
    desk d = {.path = path, .name = "lsched_book", .act = book, .problem = p};
    choose(&d, p, options.books);
    write_down(&d);
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        measure(&d, &modes[i], options.rounds, AIM);
    say_statements(&d);
    desk_free(&d);
}

static void book_beside_many(const problem *p)
{
    char name[64];
    double filled;
    desk d = {.path = bulk_store(p, &filled), .name = name, .act = book, .problem = p};
    d.pinned = options.bookings > MOST_COPIED;
    snprintf(name, sizeof name, "book beside %lld, %lld", (long long)options.customers,
             (long long)options.bookings);
    choose(&d, p, options.books);
    write_down(&d);
    for (size_t i = 1; i < sizeof modes / sizeof *modes; i++)
        measure(&d, &modes[i], options.rounds, AIM);
    table_fact("filling the store with customers, bookings", filled, "s");
    desk_free(&d);
}

/* The case's bookings into its catalogue. */
static void import_case(const char *path, const problem *p)
{
    problem empty = *p;
    empty.busy = (stretches){.first = bench_take((size_t)p->agents + 1, sizeof(size_t))};
    desk d = {.path = path, .name = "lsched_import", .act = import, .problem = p};
    const size_t most = (size_t)options.books + 1;
    d.count = p->busy.count < most ? p->busy.count : most;
    lsched_free(store_make(path, &empty));
    write_down(&d);
    measure(&d, &modes[1], 1, AIM);
    say_statements(&d);
    desk_free(&d);
    free(empty.busy.first);
}

/* ---- for who counts instructions ----------------------------------------------------------- */

enum {
    WARM = 40 /* bookings before the first that counts */
};

struct booker {
    desk desk;
    side side;
    size_t next;
};

booker *booker_open(const char *path, const problem *p, bool bare, int count)
{
    booker *b = bench_take(1, sizeof *b);
    b->desk = (desk){.path = path, .name = "counted", .act = book, .problem = p, .pinned = true};
    choose(&b->desk, p, WARM + count);
    write_down(&b->desk);
    b->side.took = bench_take(b->desk.count, sizeof(double));
    open_side(&b->side, &b->desk, &modes[0], bare ? SAME : LIBRARY);
    while (b->next < WARM)
        booker_next(b);
    return b;
}

void booker_next(booker *b)
{
    if (b->next == b->desk.count)
        bench_fail("too few starts for bookings");
    book_once(&b->side, &b->desk, b->next++);
}

void booker_close(booker *b)
{
    close_side(&b->side);
    free(b->side.took);
    desk_free(&b->desk);
    free(b);
}

void bench_book(void)
{
    problem p;
    problem_make(&p, options.agents, options.days);
    char *path = store_path("case.db");
    lsched_free(store_make(path, &p));
    book_case(path, &p);
    book_beside_many(&p);
    import_case(path, &p);
    store_remove(path);
    free(path);
    problem_free(&p);
}
