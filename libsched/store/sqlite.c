/* store/sqlite.c -- the driver for SQLite: the only file that knows <sqlite3.h>.
 *
 * A connection is opened without SQLite's mutexes: one handle serves one thread at a
 * time, which is the public header's rule, so they would only cost time.  How a file is
 * found, created and recognised is in sqlite_open.c.
 */
#include "store/sqlite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- errors ------------------------------------------------------------------------- */

int lsi_sqlite_fail(lsi_driver *d, int code, lsi_error *e)
{
    const char *words = d->db != NULL ? sqlite3_errmsg(d->db) : sqlite3_errstr(code);
    switch (code & 0xff) {
    case SQLITE_NOMEM:
        return lsi_error_nomem(e);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return lsi_error_set(e, LSCHED_BUSY, "the store is busy: %s", words);
    case SQLITE_NOTADB:
        return lsi_error_set(e, LSCHED_FOREIGN, "the file is not a libsched store: %s", words);
    case SQLITE_CONSTRAINT:
        if (code == SQLITE_CONSTRAINT_TRIGGER && strcmp(words, "lane taken") == 0)
            return lsi_error_set(e, LSCHED_TAKEN, "the agent's lane is taken then");
        break;
    default:
        break;
    }
    return lsi_error_set(e, LSCHED_STORE, "the store failed: %s", words);
}

/* SQLite undoes a transaction by itself after some errors.  What came after would then
 * be committed statement by statement, so nothing may run until the end of it. */
static int check_open(lsi_driver *d, lsi_error *e)
{
    if (d->open && sqlite3_get_autocommit(d->db))
        return lsi_error_set(e, LSCHED_STORE, "the store undid the transaction by itself");
    return LSCHED_OK;
}

/* ---- statements --------------------------------------------------------------------- */

int lsi_driver_run(lsi_driver *d, const char *sql, lsi_error *e)
{
    int status = check_open(d, e);
    if (status != LSCHED_OK)
        return status;
    int code = sqlite3_exec(d->db, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? LSCHED_OK : lsi_sqlite_fail(d, code, e);
}

static lsi_statement *cached(const lsi_driver *d, const char *sql)
{
    for (size_t i = 0; i < d->count; i++)
        if (d->statements[i]->sql == sql)
            return d->statements[i];
    return NULL;
}

static lsi_statement *add_statement(lsi_driver *d, const char *sql, sqlite3_stmt *compiled)
{
    lsi_statement *s = calloc(1, sizeof *s);
    if (s == NULL)
        return NULL;
    lsi_statement **slot =
        lsi_vector_push(&d->statements, &d->count, &d->room, sizeof *d->statements);
    if (slot == NULL) {
        free(s);
        return NULL;
    }
    s->driver = d;
    s->sql = sql;
    s->compiled = compiled;
    *slot = s;
    return s;
}

int lsi_driver_prepare(lsi_driver *d, const char *sql, lsi_statement **out, lsi_error *e)
{
    *out = cached(d, sql);
    if (*out != NULL) {
        lsi_driver_done(*out);
        return LSCHED_OK;
    }
    sqlite3_stmt *compiled = NULL;
    int code = sqlite3_prepare_v3(d->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &compiled, NULL);
    if (code != SQLITE_OK)
        return lsi_sqlite_fail(d, code, e);
    *out = add_statement(d, sql, compiled);
    if (*out == NULL) {
        sqlite3_finalize(compiled);
        return lsi_error_nomem(e);
    }
    return LSCHED_OK;
}

static void note_bind(lsi_statement *s, int code)
{
    if (s->bound == SQLITE_OK)
        s->bound = code;
}

void lsi_driver_bind_int(lsi_statement *s, int n, int64_t value)
{
    note_bind(s, sqlite3_bind_int64(s->compiled, n, value));
}

void lsi_driver_bind_text(lsi_statement *s, int n, const char *text, size_t size)
{
    note_bind(s, sqlite3_bind_text64(s->compiled, n, text != NULL ? text : "", size,
                                     SQLITE_STATIC, SQLITE_UTF8));
}

void lsi_driver_bind_null(lsi_statement *s, int n)
{
    note_bind(s, sqlite3_bind_null(s->compiled, n));
}

int lsi_driver_step(lsi_statement *s, bool *row, lsi_error *e)
{
    *row = false;
    int status = check_open(s->driver, e);
    if (status != LSCHED_OK)
        return status;
    if (s->bound != SQLITE_OK)
        return lsi_sqlite_fail(s->driver, s->bound, e);
    int code = sqlite3_step(s->compiled);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return lsi_sqlite_fail(s->driver, sqlite3_extended_errcode(s->driver->db), e);
    *row = code == SQLITE_ROW;
    return LSCHED_OK;
}

int64_t lsi_driver_int(lsi_statement *s, int column)
{
    return sqlite3_column_int64(s->compiled, column);
}

const char *lsi_driver_text(lsi_statement *s, int column, size_t *size)
{
    const unsigned char *text = sqlite3_column_text(s->compiled, column);
    *size = text != NULL ? (size_t)sqlite3_column_bytes(s->compiled, column) : 0;
    /* A text that is there and yet cannot be handed out is memory that ran out; a number that
     * cannot be made one is nothing from then on. */
    if (text == NULL && (sqlite3_errcode(s->driver->db) == SQLITE_NOMEM ||
                         sqlite3_column_type(s->compiled, column) != SQLITE_NULL))
        return NULL;
    return text != NULL ? (const char *)text : "";
}

void lsi_driver_done(lsi_statement *s)
{
    /* The result of a reset repeats the failure that the step has told already. */
    sqlite3_reset(s->compiled);
    sqlite3_clear_bindings(s->compiled);
    s->bound = SQLITE_OK;
}

int lsi_driver_finish(lsi_statement *s, int64_t *changed, lsi_error *e)
{
    bool row;
    int status = lsi_driver_step(s, &row, e);
    if (status == LSCHED_OK && changed != NULL)
        *changed = sqlite3_changes64(s->driver->db);
    lsi_driver_done(s);
    return status;
}

/* ---- transactions ------------------------------------------------------------------- */

static const char commit_sql[] = "COMMIT", rollback_sql[] = "ROLLBACK",
                  savepoint_sql[] = "SAVEPOINT inner_one", keep_sql[] = "RELEASE inner_one",
                  undo_sql[] = "ROLLBACK TO inner_one";

/* All are compiled before they are needed: a transaction must end without memory too. */
int lsi_sqlite_prime(lsi_driver *d, lsi_error *e)
{
    static const char *const texts[] = {commit_sql, rollback_sql, savepoint_sql, keep_sql,
                                        undo_sql};
    lsi_statement *s;
    int status = LSCHED_OK;
    for (size_t i = 0; i < sizeof texts / sizeof *texts && status == LSCHED_OK; i++)
        status = lsi_driver_prepare(d, texts[i], &s, e);
    return status;
}

static int simple(lsi_driver *d, const char *sql, lsi_error *e)
{
    lsi_statement *s;
    int status = lsi_driver_prepare(d, sql, &s, e);
    return status == LSCHED_OK ? lsi_driver_finish(s, NULL, e) : status;
}

int lsi_driver_begin(lsi_driver *d, bool write, lsi_error *e)
{
    /* Left over only where a rollback failed for want of memory. */
    if (!sqlite3_get_autocommit(d->db))
        lsi_driver_rollback(d);
    int status = simple(d, write ? "BEGIN IMMEDIATE" : "BEGIN DEFERRED", e);
    /* A deferred transaction has no snapshot before its first read. */
    if (status == LSCHED_OK && !write) {
        status = simple(d, "SELECT 1 FROM sqlite_schema LIMIT 1", e);
        if (status != LSCHED_OK)
            lsi_driver_rollback(d);
    }
    d->open = status == LSCHED_OK;
    d->write = write;
    return status;
}

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

int lsi_driver_commit(lsi_driver *d, lsi_error *e)
{
    lsi_statement *s = NULL;
    int status = check_open(d, e);
    if (status == LSCHED_OK)
        status = lsi_driver_prepare(d, commit_sql, &s, e);
    if (status == LSCHED_OK) {
        int code = sqlite3_step(s->compiled);
        if (code != SQLITE_DONE) {
            code = sqlite3_extended_errcode(d->db);
            status = lsi_sqlite_fail(d, code, e);
            if (d->write && !is_undone(code))
                status = lsi_error_set(e, LSCHED_UNKNOWN,
                                       "the commit failed, stored or not: %s",
                                       sqlite3_errmsg(d->db));
        }
        lsi_driver_done(s);
    }
    if (status != LSCHED_OK)
        lsi_driver_rollback(d);
    d->open = false;
    return status;
}

void lsi_driver_rollback(lsi_driver *d)
{
    d->open = false;
    /* Whatever still steps would keep the transaction from ending. */
    for (size_t i = 0; i < d->count; i++)
        lsi_driver_done(d->statements[i]);
    lsi_error ignored;
    if (!sqlite3_get_autocommit(d->db))
        (void)simple(d, rollback_sql, &ignored);
}

int lsi_driver_savepoint(lsi_driver *d, lsi_error *e)
{
    return simple(d, savepoint_sql, e);
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

bool lsi_driver_is_ours(const lsi_driver *d)
{
    return d->process == getpid();
}

void lsi_driver_close(lsi_driver *d)
{
    if (d == NULL)
        return;
    /* In a child after fork() the connection is the parent's: SQLite must not run on it,
     * not even to close it. */
    bool ours = lsi_driver_is_ours(d);
    for (size_t i = 0; i < d->count; i++) {
        if (ours)
            sqlite3_finalize(d->statements[i]->compiled);
        free(d->statements[i]);
    }
    if (ours)
        sqlite3_close(d->db);
    free(d->statements);
    free(d->made);
    free(d);
}
