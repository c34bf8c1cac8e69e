/* seam.c -- the file system between SQLite and the disk in memory: every call is a switch.
 *
 * It sees who may write (the lock on place 0 of the log's index) and whether something was
 * committed under it (the index's header counts that).  Invariant: what is in the header is
 * known to the reference before anybody else goes on, so that commits come in their order.
 * From the header to the end of the lock there can be switches: a writer who has much to
 * undo closes a temporary file then.
 */
#include "sim.h"

#include "../fault/disk.h"
#include "../fault/lock.h"

#include <string.h>

enum { WRITER = 0, RECOVERER = 2, READERS = 3, HEADER = 48, COUNTER = 8, STANDS = 12 };

static sqlite3_vfs *disk;
static const sqlite3_io_methods *under;
static const volatile unsigned char *index_page;

static client *owner(void)
{
    return crowd_current;
}

/* ---- commits ------------------------------------------------------------------------------------ */

/* The header stands twice; the first copy is written last. */
static uint32_t commits(void)
{
    uint32_t count = 0;
    for (size_t i = 0; index_page != NULL && i < sizeof count; i++)
        ((unsigned char *)&count)[i] = index_page[COUNTER + i];
    return count;
}

bool seam_is_whole(void)
{
    for (int i = 0; index_page != NULL && i < HEADER; i++)
        if (index_page[i] != index_page[HEADER + i])
            return false;
    return true;
}

static void note_commit(client *c)
{
    if (c == NULL || !c->writing || c->recovering || c->committed || c->commits == commits())
        return;
    c->committed = true;
    witness_commit(c, true);
}

/* What a recovery found is in the header before the reference can be asked about it, so
 * nobody goes on from there to its end. */
static bool has_recovered(const client *c)
{
    return c != NULL && c->recovering && index_page != NULL && index_page[STANDS] != 0 &&
           seam_is_whole();
}

static void turn(void)
{
    note_commit(owner());
    if (!has_recovered(owner()))
        crowd_turn();
}

static int close_file(sqlite3_file *file)
{
    client *c = owner();
    turn();
    for (int i = 0; c != NULL && i < FILES_MOST; i++)
        if (c->files[i] == file)
            c->files[i] = NULL;
    return under->xClose(file);
}

static int read_file(sqlite3_file *file, void *bytes, int size, sqlite3_int64 offset)
{
    turn();
    return under->xRead(file, bytes, size, offset);
}

static int write_file(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 offset)
{
    turn();
    return under->xWrite(file, bytes, size, offset);
}

static int truncate_file(sqlite3_file *file, sqlite3_int64 size)
{
    turn();
    return under->xTruncate(file, size);
}

static int sync_file(sqlite3_file *file, int flags)
{
    if (owner() != NULL && owner()->writing)
        crowd_hasten();
    turn();
    return under->xSync(file, flags);
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
    turn();
    return under->xFileSize(file, size);
}

static int take(sqlite3_file *file, int level)
{
    turn();
    return under->xLock(file, level);
}

static int give(sqlite3_file *file, int level)
{
    turn();
    return under->xUnlock(file, level);
}

static int is_reserved(sqlite3_file *file, int *out)
{
    return under->xCheckReservedLock(file, out);
}

static int control(sqlite3_file *file, int what, void *argument)
{
    return under->xFileControl(file, what, argument);
}

static int sector(sqlite3_file *file)
{
    return under->xSectorSize(file);
}

static int traits(sqlite3_file *file)
{
    return under->xDeviceCharacteristics(file);
}

static int map(sqlite3_file *file, int region, int size, int extend, void volatile **out)
{
    turn();
    const int code = under->xShmMap(file, region, size, extend, out);
    if (region == 0)
        index_page = *out;
    return code;
}

/* ---- locks of the log -------------------------------------------------------------------------- */

/* The end of a turn of a writer, whatever it did. */
static int end_writing(sqlite3_file *file, int first, int count, int flags)
{
    client *c = owner();
    const bool was_writing = c != NULL && c->writing;
    if (was_writing)
        turn();
    const int code = under->xShmLock(file, first, count, flags);
    if (was_writing) {
        c->writing = false;
        if (c->recovering)
            witness_recovery(c);
        else if (!c->committed && !c->looking)
            witness_commit(c, false);
        c->recovering = false;
        turn();
    }
    return code;
}

/* Who takes the writer's place without one among the readers wants the index only: finds it
 * in need of recovery, or finds that another has done that, and reads only then. */
static void note_lock(client *c, int first, int flags)
{
    const bool alone = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
    if (!alone && first >= READERS)
        c->reads++;
    if (alone && first == WRITER) {
        c->writing = true;
        c->looking = c->reads == 0;
        c->recovering = c->committed = false;
        c->commits = commits();
    }
    /* Recovery takes the places from the checkpointer's on. */
    if (alone && first < READERS && first > WRITER && c->writing)
        c->recovering = c->recovering || first <= RECOVERER;
    const bool asks = c->deed.verb == TAKE || c->deed.verb >= FIND;
    if (!alone && first >= READERS && c->busy && asks && !c->wrote) {
        reference_judge(&sim_reference, &c->deed, &c->verdict);
        c->judged = true;
    }
}

static int place_lock(sqlite3_file *file, int first, int count, int flags)
{
    if ((flags & SQLITE_SHM_UNLOCK) != 0 && (flags & SQLITE_SHM_EXCLUSIVE) != 0 && first == WRITER)
        return end_writing(file, first, count, flags);
    turn();
    const int code = under->xShmLock(file, first, count, flags);
    if (code == SQLITE_OK && (flags & SQLITE_SHM_LOCK) != 0 && owner() != NULL)
        note_lock(owner(), first, flags);
    else if (code == SQLITE_OK && (flags & SQLITE_SHM_SHARED) != 0 && first >= READERS &&
             owner() != NULL)
        owner()->reads--;
    return code;
}

static void barrier(sqlite3_file *file)
{
    turn();
    under->xShmBarrier(file);
}

static int unmap(sqlite3_file *file, int remove)
{
    turn();
    return under->xShmUnmap(file, remove);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = file_size,
    .xLock = take,
    .xUnlock = give,
    .xCheckReservedLock = is_reserved,
    .xFileControl = control,
    .xSectorSize = sector,
    .xDeviceCharacteristics = traits,
    .xShmMap = map,
    .xShmLock = place_lock,
    .xShmBarrier = barrier,
    .xShmUnmap = unmap,
};

/* ---- files ------------------------------------------------------------------------------------- */

static int open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
    (void)vfs;
    turn();
    client *c = owner();
    const int code = disk->xOpen(disk, name, file, flags, out);
    if (code != SQLITE_OK || file->pMethods == NULL)
        return code;
    under = file->pMethods;
    file->pMethods = &methods;
    for (int i = 0; c != NULL && i < FILES_MOST; i++) {
        if (c->files[i] == NULL) {
            c->files[i] = file;
            return code;
        }
    }
    if (c != NULL)
        sim_fail("a client has too many files open");
    return code;
}

static int delete_file(sqlite3_vfs *vfs, const char *name, int sync)
{
    (void)vfs;
    turn();
    return disk->xDelete(disk, name, sync);
}

static int access_file(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
    (void)vfs;
    turn();
    return disk->xAccess(disk, name, flags, out);
}

/* SQLite's own waiting, where its locks are no busy handler's affair. */
static int rest(sqlite3_vfs *vfs, int microseconds)
{
    (void)vfs;
    if (crowd_current != NULL)
        crowd_sleep(crowd_time + microseconds);
    return microseconds;
}

/* ---- the witness --------------------------------------------------------------------------------- */

/* It reads between two switches, so that nobody has to be kept away meanwhile; and it must
 * not wait for what others share or hold, since nobody would give it up. */
static int pass_lock(sqlite3_file *file, int first, int count, int flags)
{
    if ((flags & SQLITE_SHM_EXCLUSIVE) == 0)
        return SQLITE_OK;
    return first < READERS ? SQLITE_BUSY : lock_place(file, first, count, flags);
}

static int open_beside(sqlite3_vfs *own, const char *name, sqlite3_file *file, int flags, int *out)
{
    static sqlite3_io_methods beside;
    (void)own;
    const int code = disk->xOpen(disk, name, file, flags, out);
    if (code != SQLITE_OK || file->pMethods == NULL)
        return code;
    beside = *file->pMethods;
    beside.xShmLock = pass_lock;
    file->pMethods = &beside;
    return code;
}

/* The rig's own has one beginning for all stories. */
static int chance(sqlite3_vfs *own, int size, char *out)
{
    (void)own;
    for (int i = 0; i < size; i++)
        out[i] = (char)plan_random(&crowd_dice);
    return size;
}

static sqlite3_vfs vfs, witness;

void seam_start(void)
{
    disk = sqlite3_vfs_find("disk");
    witness = vfs = *disk;
    witness.zName = "witness";
    witness.pNext = NULL;
    witness.xOpen = open_beside;
    if (sqlite3_vfs_register(&witness, 0) != SQLITE_OK)
        sim_fail("no file system");
    vfs.zName = "seam";
    vfs.pNext = NULL;
    vfs.xOpen = open_file;
    vfs.xDelete = delete_file;
    vfs.xAccess = access_file;
    vfs.xSleep = rest;
    vfs.xRandomness = chance;
    if (sqlite3_vfs_register(&vfs, 1) != SQLITE_OK)
        sim_fail("no file system");
}

void seam_reset(void)
{
    index_page = NULL;
    sqlite3_randomness(0, NULL);
}

/* As the kernel closes what a dead process had open. */
void seam_release(client *c)
{
    for (int i = 0; i < FILES_MOST; i++) {
        if (c->files[i] != NULL)
            under->xClose(c->files[i]);
        c->files[i] = NULL;
    }
    c->writing = c->recovering = false;
    c->reads = 0;
}
