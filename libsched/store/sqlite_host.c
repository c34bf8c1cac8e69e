/* store/sqlite_host.c -- the driver for SQLite: inside a connection of the host's.
 *
 * The rule here: the host's settings are looked at, never changed.  What of them would make
 * a lie of what libsched promises is refused, and all else is worked with as it is.
 */
#include "store/disk.h"
#include "store/sqlite.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- its settings ------------------------------------------------------------------------ */

/* SQLite works out the answer of some pragmas when they are compiled: so these are not
 * taken from the cache. */
static int setting(lsi_driver *d, const char *sql, int *number, char text[16], lsi_error *e)
{
    sqlite3_stmt *s = NULL;
    int code = sqlite3_prepare_v2(d->db, sql, -1, &s, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(s);
    if (code != SQLITE_ROW) {
        const int status = lsi_sqlite_fail(d, sqlite3_extended_errcode(d->db), e);
        sqlite3_finalize(s);
        return status;
    }
    /* No setting is NULL: without memory for its text, SQLite makes it so, and its number 0. */
    const char *words = (const char *)sqlite3_column_text(s, 0);
    if (words == NULL) {
        sqlite3_finalize(s);
        return lsi_error_nomem(e);
    }
    sqlite3_snprintf(16, text, "%s", words);
    *number = sqlite3_column_int(s, 0);
    sqlite3_finalize(s);
    return LSCHED_OK;
}

int lsi_sqlite_check_host(lsi_driver *d, lsi_error *e)
{
    int on = 0;
    const int code = sqlite3_db_config(d->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, -1, &on);
    if (code != SQLITE_OK)
        return lsi_sqlite_fail(d, code, e);
    if (!on)
        return lsi_error_set(e, LSCHED_STORE,
                             "triggers are switched off on the host's connection, and with them"
                             " what guards the store");
    return LSCHED_OK;
}

/* Writers in a rollback journal are safe from a power cut only if the directory is synced,
 * which EXTRA does.  Without a journal nothing can be undone. */
static int check_durable(lsi_driver *d, lsi_error *e)
{
    static const char *const names[] = {"OFF", "NORMAL", "FULL", "EXTRA"};
    char journal[16], text[16];
    int number, synchronous = 0;
    int status = setting(d, "PRAGMA main.journal_mode", &number, journal, e);
    if (status == LSCHED_OK)
        status = setting(d, "PRAGMA main.synchronous", &synchronous, text, e);
    if (status != LSCHED_OK)
        return status;
    if (strcmp(journal, "off") == 0 || (d->gate != NULL && strcmp(journal, "memory") == 0))
        return lsi_error_set(e, LSCHED_STORE, "the host's journal mode is %s", journal);
    const int durable = strcmp(journal, "wal") == 0 ? 2 : 3;
    const int wanted = (d->flags & LSCHED_FAST) != 0 ? 1 : durable;
    if (d->gate != NULL && synchronous < wanted)
        return lsi_error_set(e, LSCHED_STORE,
                             "in journal mode %s a commit of the host's connection lasts only with"
                             " PRAGMA synchronous = %s%s",
                             journal, names[wanted],
                             durable == 3 ? "; PRAGMA journal_mode = WAL is the usual way" : "");
    return LSCHED_OK;
}

static int check_writable(lsi_driver *d, lsi_error *e)
{
    char text[16];
    int only = 0, number;
    if (sqlite3_db_readonly(d->db, "main") != 0)
        return lsi_error_set(e, LSCHED_STORE, "the host's connection is read-only");
    int status = setting(d, "PRAGMA query_only", &only, text, e);
    if (status == LSCHED_OK && only)
        return lsi_error_set(e, LSCHED_STORE, "the host's connection is set to query_only");
    if (status == LSCHED_OK)
        status = setting(d, "PRAGMA encoding", &number, text, e);
    /* Ids are in the order of their bytes, which are those of UTF-8. */
    if (status == LSCHED_OK && strcmp(text, "UTF-8") != 0)
        return lsi_error_set(e, LSCHED_STORE, "the host's database is in %s, not UTF-8", text);
    return status == LSCHED_OK ? lsi_sqlite_check_host(d, e) : status;
}

/* ---- waiting ----------------------------------------------------------------------------- */

static int try_once(lsi_driver *d, const char *sql, lsi_error *e)
{
    lsi_statement *s;
    const int status = lsi_driver_prepare(d, sql, &s, e);
    return status == LSCHED_OK ? lsi_driver_finish(s, NULL, e) : status;
}

/* A busy handler of the host's own cannot be seen, and stays as it is.  Its timeout can:
 * while we wait, it is no longer than what is left. */
static int try_for(lsi_driver *d, const char *sql, int timeout, lsi_error *e)
{
    const int64_t left = lsi_watch_left(&d->watch) / 1000 + 1;
    const bool shorter = timeout > left;
    if (shorter)
        sqlite3_busy_timeout(d->db, (int)left);
    const int status = try_once(d, sql, e);
    if (shorter)
        sqlite3_busy_timeout(d->db, timeout);
    return status;
}

/* Whoever reads already would only wait for what makes its snapshot an old one. */
static bool may_wait(const lsi_driver *d)
{
    return sqlite3_extended_errcode(d->db) != SQLITE_BUSY_SNAPSHOT &&
           sqlite3_txn_state(d->db, "main") == SQLITE_TXN_NONE;
}

int lsi_sqlite_patient(lsi_driver *d, const char *sql, lsi_error *e)
{
    char text[16];
    int timeout = 0;
    if (setting(d, "PRAGMA busy_timeout", &timeout, text, e) != LSCHED_OK)
        timeout = 0; /* an authorizer may keep it from us */
    for (int turn = 0;;) {
        const int status = try_for(d, sql, timeout, e);
        if (status != LSCHED_BUSY)
            return status;
        if (!may_wait(d))
            return lsi_error_set(e, LSCHED_BUSY,
                                 "the host's transaction has read, and others write: begin it with"
                                 " BEGIN IMMEDIATE");
        if (!lsi_watch_pause(&d->watch, &turn))
            return status;
    }
}

/* ---- attaching --------------------------------------------------------------------------- */

static int find_file(lsi_driver *d, lsi_error *e)
{
    struct stat file;
    const char *path = sqlite3_db_filename(d->db, "main");
    if (path == NULL || path[0] == '\0' || stat(path, &file) != 0 || !S_ISREG(file.st_mode))
        return LSCHED_OK;
    int status = LSCHED_OK;
    if ((d->flags & LSCHED_NETWORK) == 0)
        status = lsi_disk_check(path, e);
    return status == LSCHED_OK ? lsi_sqlite_gate(d, path, e) : status;
}

int lsi_driver_attach(struct sqlite3 *db, int32_t flags, const char *look, const char *touch,
                      const lsi_watch *watch, lsi_driver **out, lsi_error *e)
{
    *out = NULL;
    if (!sqlite3_threadsafe())
        return lsi_error_set(e, LSCHED_STORE, "this SQLite was built for one thread only");
    lsi_driver *d = calloc(1, sizeof *d);
    if (d == NULL)
        return lsi_error_nomem(e);
    d->db = db;
    d->process = getpid();
    d->flags = flags;
    d->watch = *watch;
    d->hosted = d->connected = true;
    d->look = look;
    d->touch = touch;
    int status = check_writable(d, e);
    if (status == LSCHED_OK)
        status = find_file(d, e);
    if (status == LSCHED_OK)
        status = check_durable(d, e);
    if (status == LSCHED_OK)
        status = lsi_sqlite_prime(d, e);
    if (status != LSCHED_OK) {
        lsi_driver_close(d);
        return status;
    }
    *out = d;
    return LSCHED_OK;
}
