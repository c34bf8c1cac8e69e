/* store/store.c -- opening, and transactions that nest.
 *
 * After the outermost leave nothing is open, whatever happened in between: the count of
 * enters is ours, and the engine is made to agree with it.
 */
#include "store/inner.h"

#include <stdlib.h>
#include <string.h>

#define FLAGS (LSCHED_CREATE | LSCHED_FAST | LSCHED_NETWORK)

static int new_store(int32_t flags, lsi_store **out, lsi_error *e)
{
    *out = NULL;
    if ((flags & ~FLAGS) != 0)
        return lsi_error_set(e, LSCHED_MISUSE, "flags has %d, which is unknown",
                             (int)(flags & ~FLAGS));
    *out = calloc(1, sizeof **out);
    return *out != NULL ? LSCHED_OK : lsi_error_nomem(e);
}

int lsi_store_open_by(const lsi_watch *watch, const char *path, int32_t flags, lsi_store **out,
                      lsi_error *e)
{
    *out = NULL;
    if (path == NULL || path[0] == '\0')
        return lsi_error_set(e, LSCHED_MISUSE, "the path is empty");
    int status = new_store(flags, out, e);
    if (status == LSCHED_OK)
        status = lsi_schema_open(path, flags, watch, &(*out)->driver, e);
    if (status != LSCHED_OK) {
        lsi_store_close(*out);
        *out = NULL;
    }
    return status;
}

int lsi_store_open(const char *path, int32_t flags, lsi_store **out, lsi_error *e)
{
    const lsi_watch watch = lsi_watch_start(0);
    return lsi_store_open_by(&watch, path, flags, out, e);
}

int lsi_store_attach(const lsi_watch *watch, struct sqlite3 *db, int32_t flags, lsi_store **out,
                     lsi_error *e)
{
    int status = new_store(flags, out, e);
    if (status == LSCHED_OK)
        status = lsi_driver_attach(db, flags, lsi_schema_probe, lsi_schema_touch, watch,
                                   &(*out)->driver, e);
    if (status == LSCHED_OK)
        status = lsi_schema_attach((*out)->driver, (flags & LSCHED_CREATE) != 0, e);
    if (status != LSCHED_OK) {
        lsi_store_close(*out);
        *out = NULL;
    }
    return status;
}

void lsi_store_close(lsi_store *st)
{
    if (st == NULL)
        return;
    lsi_driver_close(st->driver);
    lsi_arena_free(&st->texts);
    free(st->made);
    free(st);
}

static int check_process(const lsi_store *st, lsi_error *e)
{
    if (lsi_driver_is_ours(st->driver))
        return LSCHED_OK;
    return lsi_error_set(e, LSCHED_MISUSE, "the store was opened by another process");
}

static int refuse_broken(lsi_error *e)
{
    return lsi_error_set(e, LSCHED_STORE,
                         "a part could not be undone: the whole transaction must be rolled back");
}

int lsi_store_writing(const lsi_store *st, lsi_error *e)
{
    if (st->broken)
        return refuse_broken(e);
    if (st->depth > 0 && st->write)
        return LSCHED_OK;
    return lsi_error_set(e, LSCHED_MISUSE, "a write outside of a transaction that writes");
}

void lsi_store_start(lsi_store *st, int32_t milliseconds)
{
    const lsi_watch watch = lsi_watch_start(milliseconds);
    st->limit = milliseconds;
    lsi_driver_time(st->driver, &watch);
}

int lsi_store_late(const lsi_store *st, lsi_error *e)
{
    return lsi_driver_late(st->driver, e);
}

int lsi_store_secure(lsi_store *st, lsi_error *e)
{
    return lsi_driver_secure(st->driver, e);
}

int lsi_store_wipe(lsi_store *st, lsi_error *e)
{
    const int status = check_process(st, e);
    if (status != LSCHED_OK)
        return status;
    if (st->depth > 0)
        return lsi_error_set(e, LSCHED_MISUSE, "a transaction is open");
    lsi_store_start(st, st->limit);
    return lsi_driver_wipe(st->driver, e);
}

const char *lsi_store_note(const lsi_store *st)
{
    return lsi_driver_note(st->driver);
}

static int enter_outermost(lsi_store *st, bool write, lsi_error *e)
{
    st->write = write;
    return lsi_driver_begin(st->driver, write, e);
}

static int enter_inner(lsi_store *st, bool write, lsi_error *e)
{
    if (st->broken)
        return refuse_broken(e);
    if (write && !st->write)
        return lsi_error_set(e, LSCHED_MISUSE, "a write inside a transaction that only reads");
    return lsi_driver_savepoint(st->driver, e);
}

int lsi_store_enter(lsi_store *st, bool write, lsi_error *e)
{
    if (st->depth == 0)
        lsi_store_start(st, st->limit);
    return lsi_store_enter_again(st, write, e);
}

bool lsi_store_inside(const lsi_store *st)
{
    return st->depth > 0;
}

int lsi_store_enter_again(lsi_store *st, bool write, lsi_error *e)
{
    int status = check_process(st, e);
    if (status == LSCHED_OK)
        status = st->depth == 0 ? enter_outermost(st, write, e) : enter_inner(st, write, e);
    if (status == LSCHED_OK)
        st->depth++;
    return status;
}

/* Ends the outermost: nothing is open behind it, and nothing broken is left.  What broke is
 * then undone with the whole, so what is told is why it all failed. */
static int leave_outermost(lsi_store *st, int status, lsi_error *e)
{
    lsi_error end = {0};
    if (status == LSCHED_OK && st->broken) {
        status = refuse_broken(e);
    } else if (status == LSCHED_STORE && st->broken && st->cause.status != LSCHED_OK) {
        *e = st->cause;
        status = st->cause.status;
    }
    st->broken = false;
    if (status == LSCHED_OK)
        return lsi_driver_commit(st->driver, e);
    const int undone = lsi_driver_undo_whole(st->driver, &end);
    /* That the host's transaction is gone goes before any other news. */
    if (undone == LSCHED_OK || status == LSCHED_NOMEM || status == LSCHED_STORE)
        return status;
    *e = end;
    return undone;
}

/* What cannot be undone alone is undone with the whole: from then on the savepoints no
 * longer match our count, so the engine is not asked again before that. */
static int leave_inner(lsi_store *st, int status, lsi_error *e)
{
    lsi_error ignored;
    if (st->broken)
        return refuse_broken(e);
    if (status == LSCHED_OK) {
        status = lsi_driver_keep(st->driver, e);
        if (status == LSCHED_OK)
            return LSCHED_OK;
    }
    if (lsi_driver_undo(st->driver, &ignored) == LSCHED_OK)
        return status;
    st->broken = true;
    st->cause = *e;
    return refuse_broken(e);
}

int lsi_store_leave(lsi_store *st, int status, lsi_error *e)
{
    int process = check_process(st, e);
    if (process != LSCHED_OK)
        return process;
    if (st->depth == 0)
        return lsi_error_set(e, LSCHED_MISUSE, "there is no transaction to end");
    st->depth--;
    return st->depth > 0 ? leave_inner(st, status, e) : leave_outermost(st, status, e);
}
