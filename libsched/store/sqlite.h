/* store/sqlite.h -- what the files of the SQLite driver share; nobody else's. */
#ifndef LSI_SQLITE_H
#define LSI_SQLITE_H

#include "store/driver.h"
#include "store/gate.h"

#include <sqlite3.h>
#include <sys/types.h>

struct lsi_statement {
    lsi_driver *driver;
    const char *sql; /* also the key of the cache */
    sqlite3_stmt *compiled;
    int bound; /* the first failure to bind */
    bool used; /* handed out since it was last done */
    bool bare; /* has no parameters */
};

#define LSI_RECENT 128

struct lsi_driver {
    sqlite3 *db;
    lsi_statement **statements;
    lsi_statement *recent[LSI_RECENT]; /* by the address of their text; NULL: look for it */
    size_t count, room;
    pid_t process;
    int32_t flags; /* enum lsched_open_flag */
    lsi_watch watch;
    lsi_gate *gate;           /* NULL: the database is no file */
    int wal;                  /* pages in the log at the last commit */
    bool open, write;         /* a transaction of ours, and whether it is a writer's */
    bool stepping;            /* a statement that only reads, which may be interrupted */
    bool memory;              /* ":memory:" */
    bool connected;           /* `db` is a database, not only words about a failure */
    bool settled;             /* the schema stands: from now on the file must stay in its place */
    char *made;               /* the path of the file, if it was not there before */
    bool hosted;              /* `db` is the host's; then: */
    bool begun;               /* the transaction is ours, and not only a part of the host's */
    bool marked;              /* the savepoint of the whole stands */
    bool undone;              /* SQLite itself has undone the transaction since it was begun */
    const char *look, *touch; /* see lsi_driver_attach() */
};

/* Says in our words what SQLite's result code means. */
int lsi_sqlite_fail(lsi_driver *d, int code, lsi_error *e);
/* sqlite3_step(), with an eye on what becomes of the transaction. */
int lsi_sqlite_step(lsi_driver *d, sqlite3_stmt *s);
/* STORE: the transaction of ours that should be open is not. */
int lsi_sqlite_check_open(const lsi_driver *d, lsi_error *e);
/* The first column of the first row, as a number or as text of less than 16 bytes. */
int lsi_sqlite_ask(lsi_driver *d, const char *sql, int64_t *number, char text[16], lsi_error *e);
/* The gate of the database in the file `path`. */
int lsi_sqlite_gate(lsi_driver *d, const char *path, lsi_error *e);
/* Whether the path leads to another file than the one that is open, or to none. */
bool lsi_sqlite_moved(const lsi_driver *d);

/* ---- sqlite_turn.c: transactions ----------------------------------------------------- */

/* Compiles what must not fail later. */
int lsi_sqlite_prime(lsi_driver *d, lsi_error *e);
/* Takes our part in the waiting and the checkpoints of a connection of our own. */
int lsi_sqlite_arrange(lsi_driver *d, lsi_error *e);
/* Closes the connection.  Only the last of all handles may write to the file then. */
void lsi_sqlite_disconnect(lsi_driver *d);

/* ---- sqlite_host.c: the host's connection ---------------------------------------------- */

/* Runs a statement that waits for a lock, without the host's handlers being changed. */
int lsi_sqlite_patient(lsi_driver *d, const char *sql, lsi_error *e);
/* STORE: the host has switched off what guards the tables. */
int lsi_sqlite_check_host(lsi_driver *d, lsi_error *e);

/* Whether what stands beside the file says that its first page bears, or is to become
 * nothing before it could bear, the mark `application`. */
int lsi_sqlite_is_beside(lsi_driver *d, int32_t application, bool *out, lsi_error *e);
/* Whether nothing stands beside the file from which SQLite could mend it. */
bool lsi_sqlite_is_alone(lsi_driver *d);

#endif
