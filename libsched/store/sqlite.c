/* store/sqlite.c -- the driver for SQLite: statements.
 *
 * Transactions are in sqlite_turn.c, how a file is found, created and recognised is in
 * sqlite_open.c, and what a connection of the host's asks for is in sqlite_host.c.
 */
#include "store/sqlite.h"

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
    case SQLITE_INTERRUPT:
        return lsi_driver_late(d, e) == LSCHED_BUSY
                   ? LSCHED_BUSY
                   : lsi_error_set(e, LSCHED_STORE, "the store failed: %s", words);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        if (code == SQLITE_BUSY_SNAPSHOT)
            return lsi_error_set(e, LSCHED_BUSY,
                                 "the transaction has read what others have changed since: begin"
                                 " it with BEGIN IMMEDIATE");
        return lsi_error_set(e, LSCHED_BUSY, "the store is busy: %s", words);
    case SQLITE_NOTADB:
        return lsi_error_set(e, LSCHED_FOREIGN, "the file is not a libsched store: %s", words);
    case SQLITE_CONSTRAINT:
        if (code == SQLITE_CONSTRAINT_TRIGGER && strcmp(words, "lane taken") == 0)
            return lsi_error_set(e, LSCHED_TAKEN, "the agent's lane is taken then");
        if (code == SQLITE_CONSTRAINT_TRIGGER && strcmp(words, "too many held") == 0)
            return lsi_error_set(e, LSCHED_QUOTA,
                                 "the customer or the source holds too many places already");
        break;
    default:
        break;
    }
    return lsi_error_set(e, LSCHED_STORE, "the store failed: %s", words);
}

/* SQLite undoes a transaction by itself after some errors, and a host can end ours.  What
 * came after would then be committed statement by statement, so nothing may run until the
 * end of it. */
int lsi_sqlite_check_open(const lsi_driver *d, lsi_error *e)
{
    if (!d->open || !sqlite3_get_autocommit(d->db))
        return LSCHED_OK;
    return lsi_error_set(e, LSCHED_STORE,
                         d->hosted ? "the transaction was ended outside of libsched"
                                   : "the store undid the transaction by itself");
}

/* Some failures undo the whole transaction.  On the host's connection that must be known from
 * what the host itself has ended. */
int lsi_sqlite_step(lsi_driver *d, sqlite3_stmt *s)
{
    const bool inside = d->open && !sqlite3_get_autocommit(d->db);
    const int code = sqlite3_step(s);
    if (inside && code != SQLITE_ROW && code != SQLITE_DONE && sqlite3_get_autocommit(d->db))
        d->undone = true;
    return code;
}

/* ---- statements --------------------------------------------------------------------- */

int lsi_driver_run(lsi_driver *d, const char *sql, lsi_error *e)
{
    int status = lsi_sqlite_check_open(d, e);
    if (status != LSCHED_OK)
        return status;
    if (sqlite3_exec(d->db, sql, NULL, NULL, NULL) == SQLITE_OK)
        return LSCHED_OK;
    return lsi_sqlite_fail(d, sqlite3_extended_errcode(d->db), e);
}

static lsi_statement *cached(lsi_driver *d, const char *sql)
{
    lsi_statement **recent = &d->recent[(uintptr_t)sql / 16 % LSI_RECENT];
    if (*recent != NULL && (*recent)->sql == sql)
        return *recent;
    for (size_t i = 0; i < d->count; i++)
        if (d->statements[i]->sql == sql)
            return *recent = d->statements[i];
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
    s->bare = sqlite3_bind_parameter_count(compiled) == 0;
    s->used = true;
    *slot = s;
    return s;
}

int lsi_driver_prepare(lsi_driver *d, const char *sql, lsi_statement **out, lsi_error *e)
{
    *out = cached(d, sql);
    if (*out != NULL) {
        lsi_driver_done(*out);
        (*out)->used = true;
        return LSCHED_OK;
    }
    sqlite3_stmt *compiled = NULL;
    int code = sqlite3_prepare_v3(d->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &compiled, NULL);
    if (code != SQLITE_OK)
        return lsi_sqlite_fail(d, sqlite3_extended_errcode(d->db), e);
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
    note_bind(s, sqlite3_bind_text64(s->compiled, n, text != NULL ? text : "", size, SQLITE_STATIC,
                                     SQLITE_UTF8));
}

void lsi_driver_bind_null(lsi_statement *s, int n)
{
    note_bind(s, sqlite3_bind_null(s->compiled, n));
}

void lsi_driver_bind_column(lsi_statement *s, int n, lsi_statement *from, int column)
{
    note_bind(s, sqlite3_bind_value(s->compiled, n, sqlite3_column_value(from->compiled, column)));
}

int lsi_driver_step(lsi_statement *s, bool *row, lsi_error *e)
{
    *row = false;
    int status = lsi_sqlite_check_open(s->driver, e);
    if (status != LSCHED_OK)
        return status;
    if (s->bound != SQLITE_OK)
        return lsi_sqlite_fail(s->driver, s->bound, e);
    status = lsi_driver_late(s->driver, e);
    if (status != LSCHED_OK)
        return status;
    /* After an interrupted write SQLite undoes the whole transaction, and not only the part
     * that came too late.  No write of ours takes long, so only reading is interrupted. */
    s->driver->stepping = sqlite3_stmt_readonly(s->compiled) != 0;
    int code = lsi_sqlite_step(s->driver, s->compiled);
    s->driver->stepping = false;
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

void lsi_driver_bind_blob(lsi_statement *s, int n, const void *bytes, size_t size)
{
    note_bind(s, sqlite3_bind_blob64(s->compiled, n, bytes, size, SQLITE_STATIC));
}

const void *lsi_driver_blob(lsi_statement *s, int column, size_t *size)
{
    *size = 0;
    if (sqlite3_column_type(s->compiled, column) != SQLITE_BLOB)
        return NULL;
    const void *bytes = sqlite3_column_blob(s->compiled, column);
    *size = bytes != NULL ? (size_t)sqlite3_column_bytes(s->compiled, column) : 0;
    return bytes;
}

void lsi_driver_done(lsi_statement *s)
{
    if (!s->used)
        return;
    /* The result of a reset repeats the failure that the step has told already. */
    sqlite3_reset(s->compiled);
    if (!s->bare)
        sqlite3_clear_bindings(s->compiled);
    s->bound = SQLITE_OK;
    s->used = false;
}

int lsi_driver_finish(lsi_statement *s, int64_t *changed, lsi_error *e)
{
    bool row = true;
    int status = LSCHED_OK;
    /* A host can have set its connection to answer a write with a row that counts. */
    while (status == LSCHED_OK && row)
        status = lsi_driver_step(s, &row, e);
    if (status == LSCHED_OK && changed != NULL)
        *changed = sqlite3_changes64(s->driver->db);
    lsi_driver_done(s);
    return status;
}

/* ---- time, questions ------------------------------------------------------------------ */

void lsi_driver_time(lsi_driver *d, const lsi_watch *watch)
{
    d->watch = *watch;
}

int lsi_driver_late(const lsi_driver *d, lsi_error *e)
{
    if (d->hosted || !lsi_watch_late(&d->watch))
        return LSCHED_OK;
    return lsi_error_set(e, LSCHED_BUSY, "the call took longer than its deadline of %d ms",
                         (int)d->watch.limit);
}

int lsi_sqlite_ask(lsi_driver *d, const char *sql, int64_t *number, char text[16], lsi_error *e)
{
    lsi_statement *s;
    bool row = false;
    size_t size = 0;
    int status = lsi_driver_prepare(d, sql, &s, e);
    if (status != LSCHED_OK)
        return status;
    status = lsi_driver_step(s, &row, e);
    *number = row ? lsi_driver_int(s, 0) : 0;
    const char *words = row ? lsi_driver_text(s, 0, &size) : "";
    if (status == LSCHED_OK && words == NULL)
        status = lsi_error_nomem(e);
    text[0] = '\0';
    if (status == LSCHED_OK && size < 16)
        memcpy(text, words, size + 1);
    lsi_driver_done(s);
    return status;
}

const char *lsi_driver_note(const lsi_driver *d)
{
    (void)d;
    if (sqlite3_libversion_number() >= 3051003)
        return "";
    return "this SQLite is older than 3.51.3 and can damage a database in WAL mode if several"
           " connections write and run checkpoints at once; libsched's own take turns, so let no"
           " other program write to the store or run a checkpoint";
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
    if (ours && d->connected)
        lsi_driver_rollback(d);
    for (size_t i = 0; i < d->count; i++) {
        if (ours)
            sqlite3_finalize(d->statements[i]->compiled);
        free(d->statements[i]);
    }
    if (ours)
        lsi_sqlite_disconnect(d);
    else
        lsi_gate_forget(d->gate);
    free(d->statements);
    free(d->made);
    free(d);
}

void lsi_driver_close_alone(lsi_driver *d)
{
    if (d != NULL)
        d->settled = false;
    lsi_driver_close(d);
}
