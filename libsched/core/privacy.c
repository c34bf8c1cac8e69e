/* core/privacy.c -- forgetting a person, by demand or by age; and wiping what is left of it on
 * the disk.
 *
 * Who has a live booking is not forgotten: somebody would come, or call, and find nobody.  The
 * mark that stands in the place of a customer is random, so that nothing leads back to an id,
 * and never that of an earlier time: nobody is followed from mark to mark.
 */
#include "core/core.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MARK (sizeof LSI_FORGOTTEN + LSI_IDENTITY_SIZE)
#define CASE_MARK (MARK + 12)

#define TURNS 10 /* somebody who is always faster does the same */

_Static_assert(CASE_MARK <= LSCHED_MAX_ID, "marks are ids");

/* One customer under way. */
typedef struct work {
    lsi_core *core;
    const char *customer;
    lsched_time before; /* LSI_FORGET_ALL: everything */
    char mark[MARK];
    int64_t rows;
} work;

static int make_mark(work *w, lsched_time now, lsi_error *e)
{
    char id[LSI_IDENTITY_SIZE + 1];
    int status = lsi_identity_make("", now, id, e);
    if (status != LSCHED_OK)
        return status;
    snprintf(w->mark, sizeof w->mark, LSI_FORGOTTEN "%s", id);
    return lsi_forget_mark(w->core->store, w->mark, now, e);
}

/* Case by case, and then what is of none. */
static int empty_history(work *w, lsi_arena *a, lsi_error *e)
{
    const char **cases;
    size_t count;
    char mark[CASE_MARK];
    int status = lsi_forget_cases(w->core->store, w->customer, w->before, a, &cases, &count, e);
    for (size_t i = 0; i < count && status == LSCHED_OK; i++) {
        const lsi_past_of one = {.customer = w->customer,
                                 .case_id = cases[i],
                                 .before = LSI_FORGET_ALL,
                                 .mark = w->mark,
                                 .case_mark = mark};
        snprintf(mark, sizeof mark, "%s.%u", w->mark, (unsigned)i + 1);
        status = lsi_forget_history(w->core->store, &one, &w->rows, e);
    }
    const lsi_past_of rest = {.customer = w->customer, .before = w->before, .mark = w->mark};
    return status == LSCHED_OK ? lsi_forget_history(w->core->store, &rest, &w->rows, e) : status;
}

/* ---- on demand ------------------------------------------------------------------------------ */

static int check_live(work *w, lsched_time now, lsi_error *e)
{
    lsched_time clock;
    const int status = lsi_now_clock(w->core, now, &clock, e);
    return status == LSCHED_OK
               ? lsi_record_in_use(w->core->store, &lsi_kind_customer, w->customer, now, clock, e)
               : status;
}

static int forget(work *w, lsi_arena *a, lsi_error *e)
{
    lsched_time now;
    bool forgotten = false;
    int status = lsi_now_ask(w->core, &now, e);
    if (status == LSCHED_OK)
        status = lsi_forget_is(w->core->store, w->customer, &forgotten, e);
    if (status != LSCHED_OK || forgotten)
        return status;
    /* Nobody is in the way of who only waits. */
    status = lsi_forget_waits(w->core->store, w->customer, &w->rows, e);
    if (status == LSCHED_OK)
        status = check_live(w, now, e);
    if (status == LSCHED_OK)
        status = make_mark(w, now, e);
    if (status == LSCHED_OK)
        status = empty_history(w, a, e);
    if (status == LSCHED_OK)
        status = lsi_forget_record(w->core->store, w->customer, w->mark, &w->rows, e);
    /* Nobody was there, so nobody is counted as forgotten. */
    if (status == LSCHED_OK && w->rows == 0)
        status = lsi_forget_unmark(w->core->store, w->mark, e);
    return status;
}

int lsi_privacy_forget(lsi_core *core, const char *customer, int64_t *rows, lsi_error *e)
{
    work w = {.core = core, .customer = customer, .before = LSI_FORGET_ALL};
    lsi_arena a = {0};
    int status = lsi_store_enter(core->store, true, e);
    if (status != LSCHED_OK)
        return status;
    status = lsi_store_leave(core->store, forget(&w, &a, e), e);
    lsi_arena_free(&a);
    if (strcmp(core->seen, customer) == 0)
        core->seen[0] = '\0';
    *rows = status == LSCHED_OK ? w.rows : 0;
    return status;
}

/* ---- by age ----------------------------------------------------------------------------------- */

static int has_old(work *w, lsi_arena *a, bool *found, lsi_error *e)
{
    const char **cases;
    size_t count;
    int status = lsi_forget_is(w->core->store, w->customer, found, e);
    if (status != LSCHED_OK || *found) {
        *found = false;
        return status;
    }
    status = lsi_forget_any(w->core->store, w->customer, w->before, found, e);
    if (status != LSCHED_OK || *found)
        return status;
    status = lsi_forget_cases(w->core->store, w->customer, w->before, a, &cases, &count, e);
    *found = status == LSCHED_OK && count > 0;
    return status;
}

static int retain_one(work *w, lsched_time now, lsi_error *e)
{
    lsi_arena a = {0};
    bool found = false;
    int status = has_old(w, &a, &found, e);
    if (status == LSCHED_OK && found)
        status = make_mark(w, now, e);
    if (status == LSCHED_OK && found)
        status = empty_history(w, &a, e);
    if (status == LSCHED_OK && found)
        status = lsi_forget_met(w->core->store, w->customer, e);
    lsi_arena_free(&a);
    return status;
}

/* The customers of whom something is that old. */
typedef struct old {
    const char **at;
    size_t count, room;
    lsi_arena names;
} old;

static int add_old(old *o, const char *customer, lsi_error *e)
{
    const char **name = lsi_vector_push(&o->at, &o->count, &o->room, sizeof *name);
    if (name != NULL)
        *name = lsi_arena_text(&o->names, customer, strlen(customer));
    return name != NULL && *name != NULL ? LSCHED_OK : lsi_error_nomem(e);
}

/* All of them once, from the one behind the last whom this handle looked at: from the first on,
 * each call would look again at all whom the calls before it are done with. */
typedef struct round {
    char first[LSCHED_MAX_ID + 1]; /* where it began, whatever is there by now */
    const char *last;
    bool again; /* from the first customer on */
} round;

/* NULL: it is over. */
static int go_on(work *w, round *r, lsi_arena *a, lsi_error *e)
{
    int status = lsi_forget_next(w->core->store, r->last, a, &w->customer, e);
    if (status == LSCHED_OK && w->customer == NULL && !r->again) {
        r->again = true;
        status = lsi_forget_next(w->core->store, "", a, &w->customer, e);
    }
    if (status == LSCHED_OK && r->again && w->customer != NULL &&
        strcmp(w->customer, r->first) > 0)
        w->customer = NULL;
    if (status == LSCHED_OK && w->customer != NULL)
        r->last = w->customer;
    return status;
}

static int look_for_old(work *w, uint32_t limit, old *o, lsi_error *e)
{
    lsi_arena names[2] = {{0}, {0}}; /* of this customer, and of the one before */
    round r = {.last = r.first};
    int status = LSCHED_OK;
    memcpy(r.first, w->core->seen, sizeof r.first);
    for (int turn = 0; status == LSCHED_OK && o->count < limit; turn = 1 - turn) {
        bool found = false;
        lsi_arena_free(&names[turn]);
        status = go_on(w, &r, &names[turn], e);
        if (status != LSCHED_OK || w->customer == NULL)
            break;
        const char *after = w->customer;
        status = has_old(w, &names[turn], &found, e);
        if (status == LSCHED_OK && found)
            status = add_old(o, after, e);
        if (status == LSCHED_OK)
            status = lsi_store_late(w->core->store, e);
    }
    snprintf(w->core->seen, sizeof w->core->seen, "%s", r.last);
    lsi_arena_free(&names[0]);
    lsi_arena_free(&names[1]);
    return status;
}

static int find_old(work *w, uint32_t limit, old *o, lsched_time *now, lsi_error *e)
{
    int status = lsi_store_enter(w->core->store, false, e);
    if (status != LSCHED_OK)
        return status;
    status = lsi_now_ask(w->core, now, e);
    if (status == LSCHED_OK && w->before > *now)
        status = lsi_error_set(e, LSCHED_INVALID, "before is not past");
    if (status == LSCHED_OK)
        status = look_for_old(w, limit, o, e);
    return lsi_store_leave(w->core->store, status, e);
}

/* What is no longer old, or gone by now, is passed over. */
static int retain_these(work *w, const old *o, lsched_time now, lsi_error *e)
{
    int status = lsi_store_enter(w->core->store, true, e);
    if (status != LSCHED_OK)
        return status;
    for (size_t i = 0; status == LSCHED_OK && i < o->count; i++) {
        w->customer = o->at[i];
        status = retain_one(w, now, e);
    }
    status = lsi_store_leave(w->core->store, status, e);
    if (status != LSCHED_OK)
        w->rows = 0;
    return status;
}

/* Nobody waits while the customers are looked for; then others wait for no more than `limit` of
 * them.  Where somebody else was faster it is done again, since none means that all is done. */
int lsi_privacy_retain(lsi_core *core, lsched_time before, uint32_t limit, int64_t *rows,
                       lsi_error *e)
{
    work w = {.core = core, .before = before};
    int status = LSCHED_OK;
    bool found = true;
    for (int turn = 0; status == LSCHED_OK && found && w.rows == 0 && turn < TURNS; turn++) {
        old o = {.count = 0};
        lsched_time now;
        status = find_old(&w, limit, &o, &now, e);
        found = o.count > 0;
        if (status == LSCHED_OK && found)
            status = retain_these(&w, &o, now, e);
        lsi_arena_free(&o.names);
        free(o.at);
    }
    *rows = status == LSCHED_OK ? w.rows : 0;
    return status;
}
