/* store/sqlite.h -- what the files of the SQLite driver share; nobody else's. */
#ifndef LSI_SQLITE_H
#define LSI_SQLITE_H

#include "store/driver.h"

#include <sqlite3.h>
#include <sys/types.h>

struct lsi_statement {
    lsi_driver *driver;
    const char *sql; /* also the key of the cache */
    sqlite3_stmt *compiled;
    int bound; /* the first failure to bind */
};

struct lsi_driver {
    sqlite3 *db;
    lsi_statement **statements;
    size_t count, room;
    pid_t process;
    bool open, write; /* a transaction of ours, and whether it is a writer's */
    bool memory;      /* ":memory:" */
    bool connected;   /* `db` is a database, not only words about a failure */
    char *made;       /* the path of the file, if it was not there before */
};

/* Says in our words what SQLite's result code means. */
int lsi_sqlite_fail(lsi_driver *d, int code, lsi_error *e);
/* Compiles what must not fail later. */
int lsi_sqlite_prime(lsi_driver *d, lsi_error *e);

/* Whether what stands beside the file says that its first page bears, or is to become
 * nothing before it could bear, the mark `application`. */
int lsi_sqlite_is_beside(lsi_driver *d, int32_t application, bool *out, lsi_error *e);

#endif
