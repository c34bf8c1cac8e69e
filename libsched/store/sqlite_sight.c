/* store/sqlite_sight.c -- whether anything was committed since a handle last looked, without a
 * transaction.
 *
 * A database in WAL mode has an index of its log in shared memory, which begins with a header
 * in two copies; each commit, of whatever process, writes it anew.  SQLite itself takes a
 * header that is as it was for proof that the pages it holds are still true, and so is it here:
 * what was read under that header is what would be read now.  In memory nobody but this
 * connection can commit, and it counts.
 *
 * Invariant: what is remembered is the header under which the transaction that said so has its
 * snapshot: it was the same before and after that was taken.
 */
#include "store/sqlite.h"

#include <string.h>

#define INDEX_PART 32768 /* bytes that SQLite maps at a time */
#define INITIALIZED 12   /* byte of a header that is not 0 */

_Static_assert(sizeof(((lsi_sight *)NULL)->bytes) == 48, "a header has 48 bytes");

static bool read_header(sqlite3_file *file, lsi_sight *out)
{
    unsigned char again[sizeof out->bytes];
    volatile void *index = NULL;
    if (file->pMethods == NULL || file->pMethods->iVersion < 2 ||
        file->pMethods->xShmMap(file, 0, INDEX_PART, 0, &index) != SQLITE_OK || index == NULL)
        return false;
    const volatile unsigned char *bytes = index;
    for (size_t i = 0; i < sizeof again; i++)
        out->bytes[i] = bytes[i];
    file->pMethods->xShmBarrier(file);
    for (size_t i = 0; i < sizeof again; i++)
        again[i] = bytes[sizeof again + i];
    return memcmp(out->bytes, again, sizeof again) == 0 && out->bytes[INITIALIZED] != 0;
}

/* What is committed now; not known where the connection does not say. */
static lsi_sight look(const lsi_driver *d)
{
    lsi_sight sight = {0};
    sqlite3_file *file = NULL;
    uint32_t version = 0;
    if (d->memory) {
        sight.known =
            sqlite3_file_control(d->db, "main", SQLITE_FCNTL_DATA_VERSION, &version) == SQLITE_OK;
        memcpy(sight.bytes, &version, sizeof version);
    } else if (sqlite3_file_control(d->db, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK &&
               file != NULL) {
        sight.known = read_header(file, &sight);
    }
    return sight;
}

static bool same(const lsi_sight *a, const lsi_sight *b)
{
    return a->known && b->known && memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

/* Only where the engine has nothing open: inside a transaction what is seen is another matter. */
int lsi_driver_begin_still(lsi_driver *d, bool trusted, lsi_error *e)
{
    const bool can = d->settled && !d->hosted && sqlite3_get_autocommit(d->db) != 0;
    const lsi_sight now = can ? look(d) : (lsi_sight){0};
    d->outrun = false;
    d->still = trusted && same(&now, &d->sight);
    if (d->still)
        return LSCHED_OK;
    const int status = lsi_driver_begin(d, false, e);
    d->before = now;
    return status;
}

void lsi_driver_remember(lsi_driver *d)
{
    if (!d->before.known)
        return;
    const lsi_sight now = look(d);
    d->sight = same(&d->before, &now) ? now : (lsi_sight){0};
}

bool lsi_driver_is_still(const lsi_driver *d)
{
    return d->still;
}

bool lsi_driver_outrun(const lsi_driver *d)
{
    return d->outrun;
}

int lsi_sqlite_wake(lsi_driver *d, lsi_error *e)
{
    d->still = false;
    const int status = lsi_driver_begin(d, false, e);
    if (status != LSCHED_OK)
        return status;
    const lsi_sight now = look(d);
    d->outrun = !same(&now, &d->sight);
    if (!d->outrun)
        return LSCHED_OK;
    return lsi_error_set(e, LSCHED_BUSY, "others have written meanwhile");
}
