/* witness.c -- a reader beside the clients, on the disk itself: no switch happens in it.  It
 * tells the reference what each commit did, and compares the two: what a commit changed at
 * once, and everything now and then.
 */
#include "sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIMBO = 16, QUESTIONS = 16 };

static sqlite3 *db;
static struct {
    const char *sql;
    sqlite3_stmt *compiled;
} questions[QUESTIONS];
static deed limbo[LIMBO];
static size_t limbo_count;

/* What came back from limbo was never made safe: until the next commit, the power can take
 * it away again, the last first, unless somebody was answered by it. */
static struct {
    bool told;
    int32_t key;
    reference before;
} unsafe[4];
static size_t unsafe_count;

/* ---- reading ------------------------------------------------------------------------------------ */

static void must(int code, const char *what)
{
    if (code != SQLITE_OK)
        sim_fail("the witness cannot %s: %s", what, sqlite3_errmsg(db));
}

#define BOOKING                                                                                    \
    " id, state, sequence, rung, lane, late, agent, customer, service, start, \"end\","            \
    " busy_from, busy_until, expires, since"

static void open_store(void)
{
    if (db != NULL)
        return;
    /* When all have gone, it is a reader like others, who may have to recover the log. */
    const char *vfs = crowd_is_empty() ? "disk" : "witness";
    must(sqlite3_open_v2(sim_path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_PRIVATECACHE, vfs),
         "open the store");
    sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
}

void witness_close(void)
{
    for (size_t i = 0; i < QUESTIONS; i++) {
        sqlite3_finalize(questions[i].compiled);
        questions[i].sql = NULL;
        questions[i].compiled = NULL;
    }
    sqlite3_close(db);
    db = NULL;
    heap_empty(HEAP_WITNESS);
}

/* Compiled once; known by the address of the text. */
static sqlite3_stmt *ask(const char *sql)
{
    size_t i = 0;
    open_store();
    while (i < QUESTIONS && questions[i].sql != NULL && questions[i].sql != sql)
        i++;
    if (i == QUESTIONS)
        sim_fail("the witness has too many questions");
    if (questions[i].sql == NULL)
        must(sqlite3_prepare_v2(db, sql, -1, &questions[i].compiled, NULL), "ask");
    questions[i].sql = sql;
    return questions[i].compiled;
}

static int64_t count_of(sqlite3_stmt *s)
{
    const int64_t n = sqlite3_step(s) == SQLITE_ROW ? sqlite3_column_int64(s, 0) : -1;
    must(sqlite3_reset(s), "count");
    return n;
}

static int64_t last_event(void)
{
    return count_of(ask("SELECT coalesce(max(seq), 0) FROM lsched_event"));
}

static int32_t number(sqlite3_stmt *s, int column)
{
    return sqlite3_column_int(s, column);
}

/* Ids of ours are a letter and a digit; the services have names. */
static int32_t named(sqlite3_stmt *s, int column)
{
    const char *text = (const char *)sqlite3_column_text(s, column);
    return text == NULL ? -1 : text[1] == 'h' ? 1 : text[1] == 'a' ? 0 : text[1] - '0';
}

static void read_place(sqlite3_stmt *s, place *p)
{
    memset(p, 0, sizeof *p);
    const char *id = (const char *)sqlite3_column_text(s, 0);
    for (size_t i = 0; i + 1 < sizeof p->id && id[i] != '\0'; i++)
        p->id[i] = id[i];
    p->state = number(s, 1);
    p->sequence = number(s, 2);
    p->rung = number(s, 3);
    p->lane = number(s, 4);
    p->late = number(s, 5);
    p->agent = named(s, 6);
    p->customer = named(s, 7);
    p->service = named(s, 8);
    p->start = sqlite3_column_int64(s, 9);
    p->end = sqlite3_column_int64(s, 10);
    p->busy_from = sqlite3_column_int64(s, 11);
    p->busy_until = sqlite3_column_int64(s, 12);
    p->expires = sqlite3_column_int64(s, 13);
    p->since = sqlite3_column_int64(s, 14);
}

static bool next_event(sqlite3_stmt *news, told *e)
{
    const int code = sqlite3_step(news);
    if (code != SQLITE_ROW) {
        must(sqlite3_reset(news), "read events");
        return false;
    }
    read_place(news, &e->after);
    e->seq = sqlite3_column_int64(news, 15);
    e->at = sqlite3_column_int64(news, 16);
    e->kind = number(news, 17);
    const char *key = (const char *)sqlite3_column_text(news, 18);
    e->key = key != NULL ? atoi(key + 1) : -1;
    return true;
}

/* ---- commits ------------------------------------------------------------------------------------ */

static void check_row(const place *changed, const deed *d)
{
    place found;
    const place *wanted = reference_find(&sim_reference, changed->id);
    const char *fault = reference_check_one(&sim_reference, changed->id);
    if (fault != NULL)
        sim_fail("after %s: %s", reference_verbs[d->verb], fault);
    sqlite3_stmt *s = ask("SELECT" BOOKING " FROM lsched_booking WHERE id = ?1");
    sqlite3_bind_text(s, 1, wanted->id, -1, SQLITE_STATIC);
    if (sqlite3_step(s) != SQLITE_ROW)
        sim_fail("an event of a booking that is not stored");
    read_place(s, &found);
    must(sqlite3_reset(s), "read a booking");
    if (!reference_same(&found, wanted) || found.lane != wanted->lane)
        sim_fail("a booking is not what its last event says");
}

/* How many events there were. */
static int follow(const deed *d, const verdict *v)
{
    told e;
    place changed[SERIES];
    size_t done = 0;
    int count = 0;
    sqlite3_stmt *news = ask("SELECT" BOOKING ", seq, at, kind, \"key\" FROM lsched_event"
                             " WHERE seq > ?1 ORDER BY seq");
    sqlite3_bind_int64(news, 1, sim_reference.seq);
    for (; next_event(news, &e); count++) {
        const char *fault = reference_apply_event(&sim_reference, d, v, &e, &done);
        if (fault != NULL)
            sim_fail("event %lld of %s: %s", (long long)e.seq, reference_verbs[d->verb], fault);
        changed[count % SERIES] = e.after;
    }
    for (int i = 0; i < count && i < SERIES; i++)
        check_row(&changed[i], d);
    if (count > 0 && (v->status != LSCHED_OK || v->again))
        sim_fail("%s changed the store, and should have answered %s", reference_verbs[d->verb],
                 v->again ? "as before" : lsched_status_name(v->status));
    while (count > 0 && done < v->count && v->statuses[done] != LSCHED_OK)
        done++;
    if (count > 0 && done < v->count)
        sim_fail("%s is half done", reference_verbs[d->verb]);
    return count;
}

void witness_commit(client *c, bool changed)
{
    const int before = heap_current;
    if (!c->busy)
        return;
    reference_judge(&sim_reference, &c->deed, &c->verdict);
    c->judged = c->wrote = true;
    if (!changed)
        return;
    sim_figures.commits++;
    c->stored = true;
    limbo_count = 0;
    unsafe_count = 0;
    heap_current = HEAP_WITNESS;
    if (follow(&c->deed, &c->verdict) == 0)
        reference_apply_rest(&sim_reference, &c->deed, &c->verdict);
    heap_current = before;
}

void witness_limbo(const deed *d)
{
    if (limbo_count == LIMBO)
        memmove(limbo, limbo + 1, --limbo_count * sizeof *limbo);
    limbo[limbo_count++] = *d;
}

/* ---- comparing ---------------------------------------------------------------------------------- */

static const char *compare_places(void)
{
    const reference *r = &sim_reference;
    const char *fault = NULL;
    place found;
    size_t i = 0;
    sqlite3_stmt *s = ask("SELECT" BOOKING " FROM lsched_booking ORDER BY id");
    for (; fault == NULL && sqlite3_step(s) == SQLITE_ROW; i++) {
        read_place(s, &found);
        if (i >= r->count)
            fault = "there is a booking too many";
        else if (!reference_same(&found, &r->places[i]) || found.lane != r->places[i].lane)
            fault = "a booking is not what was acknowledged";
    }
    must(sqlite3_reset(s), "read bookings");
    return fault == NULL && i < r->count ? "an acknowledged booking is lost" : fault;
}

static int by_key(const void *a, const void *b)
{
    const notice *x = a, *y = b;
    if (x->booking != y->booking)
        return x->booking < y->booking ? -1 : 1;
    return x->sequence != y->sequence ? x->sequence - y->sequence : x->kind - y->kind;
}

static const char *compare_notices(void)
{
    const reference *r = &sim_reference;
    static notice sorted[2 * MOST];
    const char *fault = NULL;
    size_t i = 0;
    memcpy(sorted, r->notices, r->notice_count * sizeof *sorted);
    qsort(sorted, r->notice_count, sizeof *sorted, by_key);
    sqlite3_stmt *s = ask("SELECT booking, sequence, kind, state, attempt, due, lease"
                          " FROM lsched_notice ORDER BY booking, sequence, kind");
    for (; fault == NULL && sqlite3_step(s) == SQLITE_ROW; i++) {
        const notice *n = &sorted[i];
        if (i >= r->notice_count)
            fault = "there is a notice too many";
        else if (strcmp((const char *)sqlite3_column_text(s, 0), r->places[n->booking].id) != 0 ||
                 number(s, 1) != n->sequence || number(s, 2) != n->kind ||
                 number(s, 3) != n->state || number(s, 4) != n->attempt ||
                 sqlite3_column_int64(s, 5) != n->due || sqlite3_column_int64(s, 6) != n->lease)
            fault = "a notice is not what was acknowledged";
    }
    must(sqlite3_reset(s), "read notices");
    return fault == NULL && i < r->notice_count ? "a notice is lost" : fault;
}

static const char *compare_roster(void)
{
    const reference *r = &sim_reference;
    bool same = count_of(ask("SELECT count(*) FROM lsched_calendar"
                             " WHERE kind = 1 AND effect = 2")) == (r->closed ? 1 : 0);
    same = same && count_of(ask("SELECT count(*) FROM lsched_calendar WHERE kind = 4")) ==
                       (r->law[0] ? 1 : 0) + (r->law[1] ? 1 : 0);
    sqlite3_stmt *members = ask("SELECT count(*) FROM lsched_member WHERE agent = 'a' || ?1"),
                 *leaves = ask("SELECT count(*) FROM lsched_calendar"
                               " WHERE owner = 'a' || ?1 AND effect = 2"),
                 *avoided = ask("SELECT count(*) FROM lsched_customer WHERE avoids = 'a' || ?1");
    for (int i = 0; i < AGENTS; i++) {
        sqlite3_bind_int(members, 1, i);
        sqlite3_bind_int(leaves, 1, i);
        sqlite3_bind_int(avoided, 1, i);
        same = same && count_of(members) == (r->member[i] ? 1 : 0) &&
               count_of(leaves) == (r->leave[i] ? 1 : 0) &&
               count_of(avoided) == (r->avoided[i] ? 1 : 0);
    }
    return same ? NULL : "the roster is not what was acknowledged";
}

static const char *difference(void)
{
    if (last_event() != sim_reference.seq)
        return "events are lost, or too many";
    const char *fault = compare_places();
    fault = fault != NULL ? fault : compare_notices();
    return fault != NULL ? fault : compare_roster();
}

static void come_back(int32_t key, const reference *before)
{
    sim_figures.settled++;
    if (unsafe_count == sizeof unsafe / sizeof *unsafe)
        sim_fail("too much came back at once");
    unsafe[unsafe_count].told = false;
    unsafe[unsafe_count].key = key;
    unsafe[unsafe_count++].before = *before;
}

void witness_told(int32_t key)
{
    for (size_t i = 0; i < unsafe_count; i++)
        unsafe[i].told = unsafe[i].told || unsafe[i].key == key;
}

/* Whether there is an earlier try of the same wish. */
static bool is_tried(size_t before, int32_t key)
{
    for (size_t i = 0; i < before; i++)
        if (limbo[i].verb < WRITES_WITH_KEY && limbo[i].key == key)
            return true;
    return false;
}

/* What those who died in their commits wanted: the last of them may have been done. */
static void try_limbo(void)
{
    static reference kept;
    verdict v;
    const int64_t seq = last_event();
    for (size_t i = limbo_count; i-- > 0;) {
        const deed *d = &limbo[i];
        reference_judge(&sim_reference, d, &v);
        if (d->verb < WRITES_WITH_KEY && seq > sim_reference.seq && v.status == LSCHED_OK &&
            !v.again) {
            /* Of two tries, that one. */
            sqlite3_stmt *s = ask("SELECT count(*) FROM lsched_event"
                                  " WHERE \"key\" = 'k' || ?1 AND at = ?2");
            sqlite3_bind_int(s, 1, d->key);
            sqlite3_bind_int64(s, 2, reference_clock_of(&sim_reference, d));
            if (count_of(s) != 1)
                continue;
            kept = sim_reference;
            (void)follow(d, &v);
            /* Where the clock stood before them all, tries differ by when their notices are
             * due: then it was another. */
            if (seq == sim_reference.seq && difference() != NULL && is_tried(i, d->key))
                sim_reference = kept;
            else
                come_back(d->key, &kept);
        } else if (d->verb >= WRITES_WITH_KEY && difference() != NULL) {
            kept = sim_reference;
            reference_apply_rest(&sim_reference, d, &v);
            if (difference() == NULL) {
                come_back(-1, &kept);
            } else {
                sim_reference = kept;
            }
        }
    }
}

static void give_up(void)
{
    if (unsafe[--unsafe_count].told)
        sim_fail("what was answered again is lost with the power");
    sim_reference = unsafe[unsafe_count].before;
}

void witness_recovery(client *c)
{
    const int before = heap_current;
    (void)c;
    heap_current = HEAP_WITNESS;
    while (unsafe_count > 0 && last_event() < sim_reference.seq)
        give_up();
    try_limbo();
    while (unsafe_count > 0 && difference() != NULL)
        give_up();
    limbo_count = 0;
    const char *fault = difference();
    if (fault != NULL)
        sim_fail("after recovery: %s", fault);
    heap_current = before;
}

void witness_start(void)
{
    limbo_count = unsafe_count = 0;
}

void witness_compare(void)
{
    const int before = heap_current;
    heap_current = HEAP_WITNESS;
    const char *fault = difference();
    fault = fault != NULL ? fault : reference_check(&sim_reference);
    if (fault != NULL)
        sim_fail("at a look: %s", fault);
    sqlite3_stmt *s = ask("PRAGMA integrity_check");
    if (sqlite3_step(s) != SQLITE_ROW || strcmp((const char *)sqlite3_column_text(s, 0), "ok") != 0)
        sim_fail("at a look: the file is damaged");
    must(sqlite3_reset(s), "check the file");
    heap_current = before;
}
