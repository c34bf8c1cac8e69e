/* store/driver.h -- a small SQL driver: what the store needs of a database, and no more.
 *
 * One implementation is compiled in today, sqlite.c.  No type of the engine shows here.
 * Values always travel as bound parameters (?1, ?2, ...), never inside the SQL text.
 */
#ifndef LSI_DRIVER_H
#define LSI_DRIVER_H

#include "base/base.h"

struct sqlite3;
typedef struct lsi_driver lsi_driver;       /* one connection */
typedef struct lsi_statement lsi_statement; /* owned and cached by its connection */

/* What a database says of itself before anything else in it is believed. */
typedef struct lsi_mark {
    int32_t application; /* 0: nobody's */
    int32_t version;     /* of the schema; 0: none */
    bool empty;          /* no table, no view, nothing */
    bool blank;          /* not even a byte in the file */
} lsi_mark;

/* Opens the database at `path`; with LSCHED_CREATE among the `flags` makes an empty one if
 * there is none.  One that is not empty and does not bear the mark `application` in its
 * header is FOREIGN, and has not been touched then.  NOTFOUND (also when the file is empty,
 * and is not to be created), FOREIGN, BUSY, STORE.  The watch is that of the first call. */
int lsi_driver_open(const char *path, int32_t flags, int32_t application, const lsi_watch *watch,
                    lsi_driver **out, lsi_error *e);
/* Works inside a connection of the host's, in the database "main", and leaves its settings
 * as they are.  Once the schema stands, `look` is a statement that reads from it, and `touch`
 * one that takes the lock of a writer there and changes nothing.  STORE: what it commits
 * would not last, or cannot be written. */
int lsi_driver_attach(struct sqlite3 *db, int32_t flags, const char *look, const char *touch,
                      const lsi_watch *watch, lsi_driver **out, lsi_error *e);
/* Rolls back what is open.  The host's connection stays open.  NULL is fine. */
void lsi_driver_close(lsi_driver *d);
/* And takes along the gate that it made: for a file that nobody else has opened yet. */
void lsi_driver_close_alone(lsi_driver *d);
/* Closes what could not become a store, and removes the file if this connection made it
 * and nobody has put anything into it. */
void lsi_driver_abandon(lsi_driver *d);

/* Reads the marks as the present transaction sees them; writes those of a new schema.
 * BUSY: the file was abandoned by its maker before this transaction began. */
int lsi_driver_mark(lsi_driver *d, lsi_mark *out, lsi_error *e);
int lsi_driver_set_mark(lsi_driver *d, int32_t application, int32_t version, lsi_error *e);
/* Makes commits durable and foreign keys binding, and verifies both.  Outside of any
 * transaction, after the schema stands. */
int lsi_driver_settle(lsi_driver *d, lsi_error *e);

/* How long what comes next may take: waits end with the watch, and so does work if it has
 * a limit (not on a connection of the host's).  BUSY then, and nothing was stored. */
void lsi_driver_time(lsi_driver *d, const lsi_watch *watch);
/* BUSY: the work has passed its limit. */
int lsi_driver_late(const lsi_driver *d, lsi_error *e);
/* What the host should know about the engine, in words; "": nothing.  Static. */
const char *lsi_driver_note(const lsi_driver *d);

/* Copies what is committed into a new file, which only its owner can use and which passed
 * `check`; after a failure it is gone.  INUSE: there is something at `path`.  MISUSE: in
 * memory, inside a transaction.  BUSY, STORE. */
int lsi_driver_backup(lsi_driver *d, const char *path, int (*check)(const char *path, lsi_error *e),
                      lsi_error *e);

/* Writes the database anew, without what was deleted or overwritten, and empties its log.  Outside
 * of any transaction.  MISUSE: it is the host's.  BUSY: others read or write. */
int lsi_driver_wipe(lsi_driver *d, lsi_error *e);

/* Runs the statements of a text that has no parameters, such as a schema. */
int lsi_driver_run(lsi_driver *d, const char *sql, lsi_error *e);

/* ---- transactions ------------------------------------------------------------------- */

/* A writer waits its turn here; a reader's snapshot is taken here.  If the host has a
 * transaction open on its connection, then this is a part of it, and commit and rollback
 * end the part. */
int lsi_driver_begin(lsi_driver *d, bool write, lsi_error *e);
/* BUSY or STORE: nothing was stored.  UNKNOWN: the engine cannot say.  No transaction of
 * ours is open afterwards, whatever is answered, and the gate is free.  The watch does not
 * end a commit. */
int lsi_driver_commit(lsi_driver *d, lsi_error *e);
/* Undoes it all.  STORE: the host had ended it, and kept or undone it.  Or why a part of the
 * host's could not be undone alone: all of the host's transaction is then, or is left open
 * where even that failed.  Otherwise as with a commit. */
int lsi_driver_undo_whole(lsi_driver *d, lsi_error *e);
/* The same, for whoever has a failure to tell already. */
void lsi_driver_rollback(lsi_driver *d);
/* Makes safe what others have committed and this connection can read: whoever committed it
 * may have died before it was, and after a recovery it is read all the same. */
int lsi_driver_secure(lsi_driver *d, lsi_error *e);
/* Savepoints nest: keep and undo end the innermost. */
int lsi_driver_savepoint(lsi_driver *d, lsi_error *e);
int lsi_driver_keep(lsi_driver *d, lsi_error *e);
int lsi_driver_undo(lsi_driver *d, lsi_error *e);
/* Whether this process is the one that opened the connection. */
bool lsi_driver_is_ours(const lsi_driver *d);

/* ---- statements --------------------------------------------------------------------- */

/* The statement for `sql`, ready for binding.  It is cached by the text's address: the
 * text must not change and must live as long as the connection. */
int lsi_driver_prepare(lsi_driver *d, const char *sql, lsi_statement **out, lsi_error *e);

/* Parameters count from 1.  Texts must stand still until done.  A failure to bind is
 * answered by the next step. */
void lsi_driver_bind_int(lsi_statement *s, int n, int64_t value);
void lsi_driver_bind_text(lsi_statement *s, int n, const char *text, size_t size);
void lsi_driver_bind_null(lsi_statement *s, int n);
/* What stands in a column of another statement's row, whatever it is. */
void lsi_driver_bind_column(lsi_statement *s, int n, lsi_statement *from, int column);

/* The next row, if there is one.  TAKEN: a trigger said 'lane taken'. */
int lsi_driver_step(lsi_statement *s, bool *row, lsi_error *e);
/* Columns count from 0.  NULL is 0, or "".  A text stands until the next step. */
int64_t lsi_driver_int(lsi_statement *s, int column);
const char *lsi_driver_text(lsi_statement *s, int column, size_t *size);
/* Ends the run of a statement, and lets go of what was bound. */
void lsi_driver_done(lsi_statement *s);

/* One step that expects no row, and done.  `changed`: how many rows; may be NULL. */
int lsi_driver_finish(lsi_statement *s, int64_t *changed, lsi_error *e);

/* ---- bytes ---------------------------------------------------------------------------- */

/* Like texts.  A column that is no blob, or memory that ran out, is NULL. */
void lsi_driver_bind_blob(lsi_statement *s, int n, const void *bytes, size_t size);
const void *lsi_driver_blob(lsi_statement *s, int column, size_t *size);

#endif
