/* store/sqlite_turn.c -- the driver for SQLite: transactions, and their turns.
 *
 *   gate -> BEGIN IMMEDIATE -> work -> COMMIT -> checkpoint, if one is due -> out
 *
 * Invariant: the gate is held exactly while a transaction that writes is open and is ours
 * (or while one is being opened or ended).  Every way out of one leads through finish().
 *
 * On a connection of the host's each transaction of ours is also a savepoint, which says at
 * its end whether it is still ours to end: the host may have ended it, and begun its own.
 * If the host has a transaction open, the savepoint is all there is, and no gate: its
 * writer's lock may be held already, and whoever is inside the gate may wait for that.
 */
#include "store/sqlite.h"

#include <string.h>

/* A checkpoint is due when the log has so many pages.  After it, SQLite cuts the log's file
 * back to so many bytes. */
#define PAGES 1000
#define LOG_LIMIT "8388608"

static const char begin_sql[] = "BEGIN DEFERRED", turn_sql[] = "BEGIN IMMEDIATE",
                  snapshot_sql[] = "PRAGMA user_version", commit_sql[] = "COMMIT",
                  rollback_sql[] = "ROLLBACK", savepoint_sql[] = "SAVEPOINT lsched_part",
                  keep_sql[] = "RELEASE lsched_part", undo_sql[] = "ROLLBACK TO lsched_part",
                  whole_sql[] = "SAVEPOINT lsched_whole", keep_whole_sql[] = "RELEASE lsched_whole",
                  undo_whole_sql[] = "ROLLBACK TO lsched_whole";

/* ---- waiting and checkpoints of our own connections --------------------------------------- */

/* For writers outside of the gate, and for the moments in which SQLite locks out readers. */
static int wait_for_others(void *user, int turn)
{
    const lsi_driver *d = user;
    return lsi_watch_pause(&d->watch, &turn);
}

static int stop_late(void *user)
{
    const lsi_driver *d = user;
    return d->stepping && lsi_watch_late(&d->watch);
}

static int note_log(void *user, sqlite3 *db, const char *name, int pages)
{
    lsi_driver *d = user;
    (void)db;
    (void)name;
    d->wal = pages;
    return SQLITE_OK;
}

int lsi_sqlite_arrange(lsi_driver *d, lsi_error *e)
{
    const int operations = 2000; /* between two looks at the watch: some tens of microseconds */
    sqlite3_extended_result_codes(d->db, 1);
    int code = sqlite3_busy_handler(d->db, wait_for_others, d);
    if (code != SQLITE_OK)
        return lsi_sqlite_fail(d, code, e);
    sqlite3_progress_handler(d->db, operations, stop_late, d);
    /* In this order: the first would take away the hook, which is its own way. */
    code = sqlite3_wal_autocheckpoint(d->db, 0);
    if (code != SQLITE_OK)
        return lsi_sqlite_fail(d, code, e);
    sqlite3_wal_hook(d->db, note_log, d);
    return lsi_driver_run(d, "PRAGMA journal_size_limit = " LOG_LIMIT, e);
}

/* Readers may keep it from going all the way; then the next commit tries again.  That it
 * failed is no failure of the commit, which stands in the log. */
static void checkpoint(lsi_driver *d)
{
    if (d->wal >= PAGES)
        (void)sqlite3_wal_checkpoint_v2(d->db, "main", SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    d->wal = 0;
}

void lsi_sqlite_disconnect(lsi_driver *d)
{
    /* SQLite's last connection empties the log into the file.  Whoever is alone at the gate
     * of that file may do that; others leave it to the next. */
    const bool alone = d->gate != NULL && lsi_gate_alone(d->gate) && !lsi_sqlite_moved(d);
    if (!d->hosted && d->connected && !alone)
        sqlite3_db_config(d->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    if (!d->hosted)
        sqlite3_close(d->db);
    /* Where there is no store, there need be no gate. */
    lsi_gate_close(d->gate, !d->settled);
}

/* ---- steps ------------------------------------------------------------------------------ */

/* All are compiled before they are needed: a transaction must end without memory too. */
int lsi_sqlite_prime(lsi_driver *d, lsi_error *e)
{
    static const char *const texts[] = {commit_sql, rollback_sql, savepoint_sql,  keep_sql,
                                        undo_sql,   whole_sql,    keep_whole_sql, undo_whole_sql};
    lsi_statement *s;
    int status = LSCHED_OK;
    for (size_t i = 0; i < sizeof texts / sizeof *texts && status == LSCHED_OK; i++)
        status = lsi_driver_prepare(d, texts[i], &s, e);
    return status;
}

/* Runs a statement that no watch may stop.  Answers SQLite's code. */
static int run(lsi_driver *d, const char *sql, lsi_error *e)
{
    lsi_statement *s;
    if (lsi_driver_prepare(d, sql, &s, e) != LSCHED_OK)
        return sqlite3_extended_errcode(d->db) != SQLITE_OK ? sqlite3_extended_errcode(d->db)
                                                            : SQLITE_NOMEM;
    int code = lsi_sqlite_step(d, s->compiled);
    if (code == SQLITE_DONE || code == SQLITE_ROW) {
        code = SQLITE_OK;
    } else {
        code = sqlite3_extended_errcode(d->db);
        lsi_sqlite_fail(d, code, e);
    }
    lsi_driver_done(s);
    return code;
}

static int simple(lsi_driver *d, const char *sql, lsi_error *e)
{
    return run(d, sql, e) == SQLITE_OK ? LSCHED_OK : e->status;
}

/* The end of every transaction of ours, whatever became of it. */
static void finish(lsi_driver *d)
{
    d->open = d->begun = d->marked = d->undone = false;
    if (d->gate != NULL)
        lsi_gate_leave(d->gate);
}

/* ---- begin -------------------------------------------------------------------------------- */

/* What would be written to a file that nobody finds again would be lost. */
static int check_place(const lsi_driver *d, lsi_error *e)
{
    if (d->settled && !d->memory && lsi_sqlite_moved(d))
        return lsi_error_set(e, LSCHED_STORE,
                             "the store's file was moved, removed or replaced while it was open");
    return LSCHED_OK;
}

static int take_turn(lsi_driver *d, lsi_error *e)
{
    int status = d->gate != NULL ? lsi_gate_enter(d->gate, &d->watch, e) : LSCHED_OK;
    if (status == LSCHED_OK)
        status = check_place(d, e);
    if (status == LSCHED_OK)
        status = d->hosted ? lsi_sqlite_patient(d, turn_sql, e) : simple(d, turn_sql, e);
    return status;
}

static int begin_own(lsi_driver *d, bool write, lsi_error *e)
{
    /* Left over only where a rollback failed for want of memory. */
    if (!sqlite3_get_autocommit(d->db))
        lsi_driver_rollback(d);
    if (write)
        return take_turn(d, e);
    int status = simple(d, begin_sql, e);
    /* A deferred transaction has no snapshot before its first read, which is of one page only. */
    return status == LSCHED_OK ? simple(d, snapshot_sql, e) : status;
}

/* Each begins with a look at a table of ours, which the host may have rolled back. */
static int look_hosted(lsi_driver *d, bool write, lsi_error *e)
{
    if (!d->settled)
        return simple(d, snapshot_sql, e);
    const int status = write ? lsi_sqlite_patient(d, d->touch, e) : simple(d, d->look, e);
    if (status == LSCHED_STORE && sqlite3_errcode(d->db) == SQLITE_ERROR)
        return lsi_error_set(e, LSCHED_STORE,
                             "the tables of the store are gone: was their creation rolled back?");
    return status;
}

/* A statement of the host's that still steps has a transaction of its own.  To begin ours
 * would make it a part of that, and to undo ours would undo the host's row unseen. */
static int check_idle(const lsi_driver *d, lsi_error *e)
{
    if (sqlite3_get_autocommit(d->db) && sqlite3_txn_state(d->db, "main") == SQLITE_TXN_WRITE)
        return lsi_error_set(e, LSCHED_MISUSE,
                             "a statement of the host's that writes is not finished: step it to its"
                             " end, or reset it, or begin a transaction around it");
    return LSCHED_OK;
}

static int begin_hosted(lsi_driver *d, bool write, lsi_error *e)
{
    int status = lsi_sqlite_check_host(d, e);
    if (status == LSCHED_OK)
        status = check_idle(d, e);
    if (status == LSCHED_OK && write && sqlite3_get_autocommit(d->db)) {
        status = take_turn(d, e);
        d->begun = status == LSCHED_OK;
    }
    if (status == LSCHED_OK)
        status = simple(d, whole_sql, e);
    d->marked = status == LSCHED_OK;
    return status == LSCHED_OK ? look_hosted(d, write, e) : status;
}

int lsi_driver_begin(lsi_driver *d, bool write, lsi_error *e)
{
    d->write = write;
    const int status = d->hosted ? begin_hosted(d, write, e) : begin_own(d, write, e);
    if (status == LSCHED_OK)
        d->open = true;
    else
        lsi_driver_rollback(d);
    return status;
}

/* ---- commit and rollback ------------------------------------------------------------------ */

/* Whether a commit that failed so has surely stored nothing. */
static bool is_undone(int code)
{
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_CONSTRAINT:
        return true;
    default:
        return false;
    }
}

static int say_ended(lsi_error *e)
{
    return lsi_error_set(e, LSCHED_STORE, "the transaction was ended outside of libsched");
}

/* Ends the savepoint of the whole.  If that is not there, the host has ended it.  What is
 * the host's, or was only read, is then complete. */
static int end_part(lsi_driver *d, bool *complete, lsi_error *e)
{
    if (run(d, keep_whole_sql, e) != SQLITE_OK)
        return say_ended(e);
    d->marked = false;
    *complete = !d->begun;
    return LSCHED_OK;
}

static int commit(lsi_driver *d, lsi_error *e)
{
    lsi_statement *s;
    bool complete = false;
    /* Compiled before anything is ended: what then fails is the commit itself. */
    int status = lsi_sqlite_check_open(d, e);
    if (status == LSCHED_OK)
        status = lsi_driver_prepare(d, commit_sql, &s, e);
    if (status == LSCHED_OK && d->hosted)
        status = end_part(d, &complete, e);
    if (status != LSCHED_OK || complete)
        return status;
    const int code = run(d, commit_sql, e);
    if (code == SQLITE_OK)
        return LSCHED_OK;
    if (d->write && !is_undone(code))
        return lsi_error_set(e, LSCHED_UNKNOWN, "the commit failed, stored or not: %s",
                             sqlite3_errmsg(d->db));
    return e->status;
}

int lsi_driver_commit(lsi_driver *d, lsi_error *e)
{
    const int status = commit(d, e);
    if (status != LSCHED_OK) {
        lsi_driver_rollback(d);
        return status;
    }
    if (d->write && !d->hosted)
        checkpoint(d);
    finish(d);
    return LSCHED_OK;
}

/* The log is all that has to be made safe: what was taken from there into the file was made
 * safe on the way. */
int lsi_driver_secure(lsi_driver *d, lsi_error *e)
{
    sqlite3_file *log = NULL;
    if (d->memory || (d->flags & LSCHED_FAST) != 0)
        return LSCHED_OK;
    int code = sqlite3_file_control(d->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    if (code == SQLITE_OK && log != NULL && log->pMethods != NULL)
        code = log->pMethods->xSync(log, SQLITE_SYNC_NORMAL);
    return code == SQLITE_OK ? LSCHED_OK : lsi_sqlite_fail(d, code, e);
}

/* Ends what is ours on the host's connection, and nothing else: without our savepoint the
 * transaction that is open is another, and whether the host has kept or undone ours, nobody
 * here can see.  But undoing a part takes memory, which ending the whole does not: where the
 * part cannot be undone, the whole is, as SQLite itself does it then, because half a call
 * must never be committed.  The host, whose transaction that was, is told. */
static int undo_hosted(lsi_driver *d, lsi_error *e)
{
    lsi_error why, ignored;
    int code = SQLITE_OK;
    if (sqlite3_get_autocommit(d->db))
        return !d->open || d->undone ? LSCHED_OK : say_ended(e);
    if (d->marked)
        code = run(d, undo_whole_sql, &why);
    if ((code & 0xff) == SQLITE_ERROR)
        return d->undone ? LSCHED_OK : say_ended(e);
    if (d->begun)
        return simple(d, rollback_sql, e);
    if (code != SQLITE_OK) {
        (void)run(d, rollback_sql, &ignored);
        return lsi_error_set(e, why.status, "the whole transaction is undone: %s", why.text);
    }
    if (d->marked)
        (void)run(d, keep_whole_sql, &ignored);
    return LSCHED_OK;
}

int lsi_driver_undo_whole(lsi_driver *d, lsi_error *e)
{
    lsi_error ignored;
    int status = LSCHED_OK;
    /* Whatever still steps would keep the transaction from ending. */
    for (size_t i = 0; i < d->count; i++)
        lsi_driver_done(d->statements[i]);
    if (d->hosted)
        status = undo_hosted(d, e);
    else if (!sqlite3_get_autocommit(d->db))
        (void)run(d, rollback_sql, &ignored);
    finish(d);
    return status;
}

void lsi_driver_rollback(lsi_driver *d)
{
    lsi_error ignored;
    (void)lsi_driver_undo_whole(d, &ignored);
}

/* ---- parts --------------------------------------------------------------------------------- */

int lsi_driver_savepoint(lsi_driver *d, lsi_error *e)
{
    const int status = lsi_sqlite_check_open(d, e);
    return status == LSCHED_OK ? simple(d, savepoint_sql, e) : status;
}

int lsi_driver_keep(lsi_driver *d, lsi_error *e)
{
    return simple(d, keep_sql, e);
}

int lsi_driver_undo(lsi_driver *d, lsi_error *e)
{
    int status = simple(d, undo_sql, e);
    return status == LSCHED_OK ? simple(d, keep_sql, e) : status;
}
