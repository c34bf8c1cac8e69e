/* store/sqlite_wipe.c -- what was overwritten is overwritten on the disk, too.
 *
 * SQLite's secure_delete is not enough: it zeroes what is deleted, but when a page is split,
 * rows that move to another page stay readable in the free part of the old one.  So all of the
 * file is written anew from what is in the tables, and the log, which has older pages, is cut
 * to nothing.  Both behind the gate, as every write and checkpoint.
 */
#include "store/sqlite.h"

static int empty_log(lsi_driver *d, lsi_error *e)
{
    const int code =
        sqlite3_wal_checkpoint_v2(d->db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    if ((code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED)
        return lsi_error_set(e, LSCHED_BUSY,
                             "somebody still reads the store as it was, so its log is not empty");
    return code == SQLITE_OK ? LSCHED_OK : lsi_sqlite_fail(d, code, e);
}

static int wipe(lsi_driver *d, lsi_error *e)
{
    if (lsi_sqlite_moved(d))
        return lsi_error_set(e, LSCHED_STORE,
                             "the store's file was moved, removed or replaced while it was open");
    const int code = sqlite3_exec(d->db, "VACUUM", NULL, NULL, NULL);
    if (code != SQLITE_OK)
        return lsi_sqlite_fail(d, sqlite3_extended_errcode(d->db), e);
    return empty_log(d, e);
}

int lsi_driver_wipe(lsi_driver *d, lsi_error *e)
{
    if (d->hosted)
        return lsi_error_set(e, LSCHED_MISUSE,
                             "the database is the host's: VACUUM it, then cut its log with PRAGMA"
                             " wal_checkpoint(TRUNCATE)");
    if (d->memory)
        return LSCHED_OK;
    int status = lsi_gate_enter(d->gate, &d->watch, e);
    if (status != LSCHED_OK)
        return status;
    status = wipe(d, e);
    d->wal = 0;
    lsi_gate_leave(d->gate);
    return status;
}
