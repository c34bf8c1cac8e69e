/* disk.c -- see disk.h: the file system that SQLite sees.
 */
#include "disk.h"

#include "beside.h"
#include "film.h"
#include "lock.h"

#include <dirent.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static disk_image live;
static int last_number;
static char directory[200];
static const char *path;
static uint64_t chance = 1;

static struct {
    enum disk_damage damage;
    long left, hits;
    bool forever;
} plan;
static enum disk_lie lie;
static bool read_only;

/* ---- damage --------------------------------------------------------------------------------- */

void disk_break(enum disk_damage damage, long n, bool forever)
{
    plan.damage = damage;
    plan.left = n;
    plan.forever = forever;
    plan.hits = 0;
}

long disk_broken(void)
{
    return plan.hits;
}

static bool hit(void)
{
    if (--plan.left > 0 || (plan.left < 0 && !plan.forever))
        return false;
    plan.hits++;
    return true;
}

/* Whether this call fails: with `code`, or because the disk is full if it `grows`. */
int disk_fate(int code, bool grows)
{
    if (plan.damage == DISK_ERROR && hit())
        return code;
    if (plan.damage == DISK_FULL && grows && hit())
        return SQLITE_FULL;
    return SQLITE_OK;
}

void disk_lie(enum disk_lie which)
{
    lie = which;
}

void disk_read_only(bool on)
{
    read_only = on;
}

/* ---- pauses --------------------------------------------------------------------------------- */

disk_pause disk_rest(void)
{
    const disk_pause pause = {plan.damage, plan.left, plan.hits, plan.forever};
    plan.damage = DISK_SOUND;
    disk_inside++;
    return pause;
}

void disk_resume(disk_pause pause)
{
    disk_inside--;
    plan.damage = pause.damage;
    plan.left = pause.left;
    plan.hits = pause.hits;
    plan.forever = pause.forever;
}

/* ---- files ---------------------------------------------------------------------------------- */

static image_file *content(const handle *h)
{
    return image_find(&live, h->number);
}

static int close_file(sqlite3_file *file)
{
    handle *h = (handle *)file;
    lock_stand_up(h);
    image_sweep(&live, lock_is_open);
    return SQLITE_OK;
}

static int read_file(sqlite3_file *file, void *bytes, int size, sqlite3_int64 offset)
{
    const int code = disk_fate(SQLITE_IOERR_READ, false);
    if (code != SQLITE_OK)
        return code;
    size_t got = image_read(content((handle *)file), offset, bytes, (size_t)size);
    if (plan.damage == DISK_SHORT && hit()) {
        memset(bytes, 0, (size_t)size);
        got = 0;
    }
    return got == (size_t)size ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static bool is_temporary(const handle *h)
{
    return (h->flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
}

static int write_file(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 offset)
{
    const handle *h = (handle *)file;
    const int code = disk_fate(SQLITE_IOERR_WRITE, true);
    if (code != SQLITE_OK)
        return code;
    image_file *f = content(h);
    const int64_t before = f->size;
    image_write(f, offset, bytes, (size_t)size);
    if (!is_temporary(h))
        film_write(h->number, offset, bytes, (size_t)size);
    beside_resized(&live, h->number, before, f->size);
    return SQLITE_OK;
}

static int truncate_file(sqlite3_file *file, sqlite3_int64 size)
{
    const handle *h = (handle *)file;
    const int code = disk_fate(SQLITE_IOERR_TRUNCATE, false);
    if (code != SQLITE_OK)
        return code;
    image_file *f = content(h);
    const int64_t before = f->size;
    image_truncate(f, size);
    if (!is_temporary(h))
        film_truncate(h->number, size);
    beside_resized(&live, h->number, before, size);
    return SQLITE_OK;
}

static int sync_file(sqlite3_file *file, int flags)
{
    (void)flags;
    handle *h = (handle *)file;
    const int code = disk_fate(SQLITE_IOERR_FSYNC, false);
    if (code != SQLITE_OK)
        return code;
    if (plan.damage == DISK_SYNC && hit()) {
        film_sync_failed(h->number);
        return SQLITE_IOERR_FSYNC;
    }
    if (lie == DISK_NO_SYNC || (lie == DISK_NO_WAL_SYNC && (h->flags & SQLITE_OPEN_WAL) != 0))
        return SQLITE_OK;
    if (!is_temporary(h))
        film_sync(h->number, h->new_name);
    h->new_name = false;
    return SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
    *size = content((handle *)file)->size;
    return disk_fate(SQLITE_IOERR_FSTAT, false);
}

static int control(sqlite3_file *file, int what, void *argument)
{
    const handle *h = (handle *)file;
    if (what != SQLITE_FCNTL_HAS_MOVED)
        return SQLITE_NOTFOUND;
    const image_entry *entry = image_named(&live, h->name);
    *(int *)argument = access(h->name, F_OK) != 0 || entry == NULL || entry->number != h->number;
    return SQLITE_OK;
}

static int sector_size(sqlite3_file *file)
{
    (void)file;
    return 4096;
}

static int characteristics(sqlite3_file *file)
{
    (void)file;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = file_size,
    .xLock = lock_take,
    .xUnlock = lock_give,
    .xCheckReservedLock = lock_is_reserved,
    .xFileControl = control,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = characteristics,
    .xShmMap = lock_map,
    .xShmLock = lock_place,
    .xShmBarrier = lock_barrier,
    .xShmUnmap = lock_unmap,
};

/* Somebody may have made or removed the real file without us. */
static void look_around(const char *name)
{
    const bool there = access(name, F_OK) == 0;
    if (there && image_named(&live, name) == NULL) {
        film_link(name, ++last_number);
        image_link(&live, name, last_number);
    }
    if (!there && image_named(&live, name) != NULL) {
        film_unlink(name, false);
        image_unlink(&live, name);
    }
}

/* ---- names ---------------------------------------------------------------------------------- */

static int find_number(const char *name, int flags, bool *made)
{
    image_entry *entry = name != NULL ? image_named(&live, name) : NULL;
    *made = entry == NULL;
    if (entry != NULL)
        return entry->number;
    if ((flags & SQLITE_OPEN_CREATE) == 0)
        return 0;
    image_add(&live, ++last_number);
    if (name != NULL) {
        image_link(&live, name, last_number);
        film_link(name, last_number);
    }
    return last_number;
}

static int open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
    (void)vfs;
    handle *h = (handle *)file;
    memset(h, 0, sizeof *h);
    if ((flags & SQLITE_OPEN_MAIN_DB) != 0)
        look_around(name);
    const bool there = name != NULL && image_named(&live, name) != NULL;
    if (disk_fate(SQLITE_CANTOPEN, !there) != SQLITE_OK)
        return SQLITE_CANTOPEN;
    if (read_only && (flags & SQLITE_OPEN_READWRITE) != 0) {
        if (!there)
            return SQLITE_CANTOPEN;
        flags = (flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) | SQLITE_OPEN_READONLY;
    }
    bool made;
    h->name = name;
    h->number = find_number(name, flags, &made);
    if (h->number == 0)
        return SQLITE_CANTOPEN;
    h->flags = flags;
    /* As on Unix, whether it made the name itself or not. */
    h->new_name = (flags & SQLITE_OPEN_CREATE) != 0 &&
                  (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0;
    h->seat = lock_sit(h->number);
    h->base.pMethods = &methods;
    if (made && name != NULL)
        beside_show(&live, name);
    if (out != NULL)
        *out = flags;
    return SQLITE_OK;
}

static int delete_file(sqlite3_vfs *vfs, const char *name, int sync)
{
    (void)vfs;
    if (image_named(&live, name) == NULL)
        return SQLITE_IOERR_DELETE_NOENT;
    const int code = disk_fate(SQLITE_IOERR_DELETE, false);
    if (code != SQLITE_OK)
        return code;
    film_unlink(name, sync != 0 && lie != DISK_NO_SYNC);
    image_unlink(&live, name);
    image_sweep(&live, lock_is_open);
    beside_show(&live, name);
    return SQLITE_OK;
}

static int access_file(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
    (void)vfs;
    const image_entry *entry = image_named(&live, name);
    *out = entry != NULL;
    /* As on Unix: what is empty does not exist. */
    if (flags == SQLITE_ACCESS_EXISTS && entry != NULL)
        *out = image_find(&live, entry->number)->size > 0;
    return disk_fate(SQLITE_IOERR_ACCESS, false);
}

static int full_name(sqlite3_vfs *vfs, const char *name, int size, char *out)
{
    (void)vfs;
    return (size_t)snprintf(out, (size_t)size, "%s", name) < (size_t)size ? SQLITE_OK
                                                                          : SQLITE_CANTOPEN;
}

static int randomness(sqlite3_vfs *vfs, int size, char *out)
{
    (void)vfs;
    for (int i = 0; i < size; i++)
        out[i] = (char)(disk_random(&chance) & 0x7F);
    return size;
}

static int rest(sqlite3_vfs *vfs, int microseconds)
{
    (void)vfs;
    return microseconds;
}

static int current_time(sqlite3_vfs *vfs, double *days)
{
    (void)vfs;
    *days = 2461000.5;
    return SQLITE_OK;
}

static int last_error(sqlite3_vfs *vfs, int size, char *out)
{
    (void)vfs;
    if (size > 0)
        out[0] = '\0';
    return 0;
}

static sqlite3_vfs vfs = {
    .iVersion = 1,
    .szOsFile = sizeof(handle),
    .mxPathname = IMAGE_NAME,
    .zName = "disk",
    .xOpen = open_file,
    .xDelete = delete_file,
    .xAccess = access_file,
    .xFullPathname = full_name,
    .xRandomness = randomness,
    .xSleep = rest,
    .xCurrentTime = current_time,
    .xGetLastError = last_error,
};

/* ---- the disk ------------------------------------------------------------------------------- */

static void clean_up(void)
{
    char name[sizeof directory + NAME_MAX + 1];
    image_clear(&live);
    DIR *all = opendir(directory);
    for (const struct dirent *one; all != NULL && (one = readdir(all)) != NULL;) {
        snprintf(name, sizeof name, "%s/%s", directory, one->d_name);
        if (one->d_name[0] != '.')
            unlink(name);
    }
    if (all != NULL)
        closedir(all);
    if (rmdir(directory) != 0)
        fprintf(stderr, "# %s stays behind\n", directory);
}

const char *disk_start(void)
{
    const char *top = getenv("TMPDIR");
    char made[sizeof directory];
    snprintf(made, sizeof made, "%s/libsched-fault-XXXXXX", top != NULL ? top : "/tmp");
    if (mkdtemp(made) == NULL)
        abort();
    char *real = realpath(made, NULL);
    if (real == NULL)
        abort();
    snprintf(directory, sizeof directory, "%s", real);
    free(real);
    beside_start(directory);
    path = disk_path(DISK_STORE);
    if (sqlite3_vfs_register(&vfs, 1) != SQLITE_OK || atexit(clean_up) != 0)
        abort();
    return path;
}

const disk_image *film_live(void)
{
    return &live;
}

void film_show(const disk_image *image)
{
    if (lock_is_open(0))
        abort();
    image_copy(&live, image);
    beside_show_all(&live);
}

disk_image *disk_save(void)
{
    disk_image *image = image_take(sizeof *image);
    image_copy(image, &live);
    return image;
}

void disk_load(const disk_image *image)
{
    static const disk_image empty;
    film_show(image != NULL ? image : &empty);
}

void disk_image_free(disk_image *image)
{
    if (image == NULL)
        return;
    image_clear(image);
    image_give(image);
}

static image_file *store(void)
{
    const image_entry *entry = image_named(&live, path);
    if (entry == NULL)
        abort();
    return image_find(&live, entry->number);
}

void disk_remove(const char *name)
{
    static const char *const ends[] = {"-wal", "-journal"};
    char other[IMAGE_NAME];
    disk_inside++;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        snprintf(other, sizeof other, "%s%s", name, ends[i]);
        if (image_named(&live, other) != NULL)
            image_unlink(&live, other);
    }
    if (image_named(&live, name) != NULL)
        image_unlink(&live, name);
    image_sweep(&live, lock_is_open);
    beside_show(&live, name);
    beside_forget(name);
    disk_inside--;
}

int64_t disk_size(void)
{
    return store()->size;
}

uint64_t disk_hash(void)
{
    uint64_t words[IMAGE_BLOCK / sizeof(uint64_t)], hash = 1;
    if (live.entry_count != 1)
        return 0;
    const image_file *file = store();
    for (int64_t at = 0; at < file->size; at += IMAGE_BLOCK) {
        image_read(file, at, words, IMAGE_BLOCK);
        for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
            hash = (hash ^ words[i]) * UINT64_C(0x9E3779B97F4A7C15);
            hash ^= hash >> 32;
        }
    }
    return hash ^ (uint64_t)file->size;
}

void disk_cut_to(int64_t size)
{
    image_truncate(store(), size);
    beside_show(&live, path);
}

void disk_overwrite(int64_t offset, const void *bytes, size_t size)
{
    image_write(store(), offset, bytes, size);
    beside_show(&live, path);
}

void disk_flip(int64_t offset, int bit)
{
    unsigned char byte;
    image_read(store(), offset, &byte, 1);
    byte = (unsigned char)(byte ^ 1U << bit);
    image_write(store(), offset, &byte, 1);
}
