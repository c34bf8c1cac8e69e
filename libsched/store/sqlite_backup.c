/* store/sqlite_backup.c -- a copy of a database, by SQLite's online backup.
 *
 * All pages are copied in one step, under one snapshot: others go on writing meanwhile, and
 * none of it is in the copy.  A file that was there before is never written to.
 */
#include "store/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUSY_MILLISECONDS 5000

static int refuse(sqlite3 *db, int code, lsi_error *e)
{
    const char *words = db != NULL ? sqlite3_errmsg(db) : sqlite3_errstr(code);
    if ((code & 0xff) == SQLITE_NOMEM)
        return lsi_error_nomem(e);
    if ((code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED)
        return lsi_error_set(e, LSCHED_BUSY, "the store is busy: %s", words);
    return lsi_error_set(e, LSCHED_STORE, "the backup failed: %s", words);
}

/* ---- the new file ---------------------------------------------------------------------- */

/* Makes it, and says where it is: absolute, so that SQLite takes it for nothing else.  A link
 * counts as a file that is there, whatever it leads to. */
static int make_file(const char *path, char **file, lsi_error *e)
{
    const int fd =
        open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
    *file = NULL;
    if (fd < 0 && errno == EEXIST)
        return lsi_error_set(e, LSCHED_INUSE, "there is a file at the backup's path already");
    if (fd < 0)
        return lsi_error_set(e, LSCHED_STORE, "cannot create the backup: %s",
                             errno == ENOENT || errno == ENOTDIR ? "its directory does not exist"
                                                                 : "the system refuses");
    close(fd);
    *file = realpath(path, NULL);
    if (*file != NULL)
        return LSCHED_OK;
    unlink(path);
    return lsi_error_nomem(e);
}

/* With whatever stands beside it. */
static void remove_file(const char *file)
{
    static const char *const ends[] = {"", "-journal", "-wal", "-shm"};
    char *name = malloc(strlen(file) + sizeof "-journal");
    unlink(file);
    for (size_t i = 1; name != NULL && i < sizeof ends / sizeof *ends; i++) {
        strcpy(name, file);
        unlink(strcat(name, ends[i]));
    }
    free(name);
}

/* That its name is on the disk too, and not only its pages. */
static int sync_folder(const char *file, lsi_error *e)
{
    char *folder = strdup(file);
    if (folder == NULL)
        return lsi_error_nomem(e);
    char *slash = strrchr(folder, '/');
    slash[slash == folder] = '\0';
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(folder);
    /* A folder that may not be read cannot be synchronised, and SQLite lets it pass too. */
    const bool failed = fd >= 0 && fsync(fd) != 0 && errno != EINVAL;
    if (fd >= 0)
        close(fd);
    return failed ? lsi_error_set(e, LSCHED_STORE, "the backup's directory cannot be synchronised")
                  : LSCHED_OK;
}

/* ---- the copy ---------------------------------------------------------------------------- */

static int copy(sqlite3 *from, sqlite3 *to, lsi_error *e)
{
    const int pause = 10;
    sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
    if (b == NULL)
        return refuse(to, sqlite3_extended_errcode(to), e);
    int code = sqlite3_backup_step(b, -1);
    for (int waited = 0;
         (code == SQLITE_BUSY || code == SQLITE_LOCKED) && waited < BUSY_MILLISECONDS;
         waited += pause) {
        sqlite3_sleep(pause);
        code = sqlite3_backup_step(b, -1);
    }
    const int end = sqlite3_backup_finish(b);
    if (code == SQLITE_DONE && end == SQLITE_OK)
        return LSCHED_OK;
    return refuse(NULL, code != SQLITE_DONE ? code : end, e);
}

static int copy_into(sqlite3 *from, const char *file, lsi_error *e)
{
    sqlite3 *to = NULL;
    int code = sqlite3_open_v2(file, &to,
                               SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
                                   SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_NOFOLLOW,
                               NULL);
    if (code == SQLITE_OK)
        code = sqlite3_exec(to, "PRAGMA synchronous = FULL", NULL, NULL, NULL);
    const int status = code == SQLITE_OK ? copy(from, to, e) : refuse(to, code, e);
    sqlite3_close(to);
    return status;
}

/* Inside a transaction that writes, its own connection does not let itself be copied: another
 * one sees what was committed before. */
static int copy_committed(lsi_driver *d, const char *file, lsi_error *e)
{
    sqlite3 *other = NULL;
    int moved = 0;
    if (d->memory)
        return lsi_error_set(e, LSCHED_MISUSE,
                             "a store in memory cannot be copied inside a transaction");
    (void)sqlite3_file_control(d->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    if (moved)
        return lsi_error_set(e, LSCHED_STORE, "the store's file is not in its place any more");
    int code = sqlite3_open_v2(sqlite3_db_filename(d->db, "main"), &other,
                               SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX |
                                   SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_NOFOLLOW,
                               NULL);
    if (code == SQLITE_OK)
        code = sqlite3_busy_timeout(other, BUSY_MILLISECONDS);
    const int status = code == SQLITE_OK ? copy_into(other, file, e) : refuse(other, code, e);
    sqlite3_close(other);
    return status;
}

int lsi_driver_backup(lsi_driver *d, const char *path, int (*check)(const char *path, lsi_error *e),
                      lsi_error *e)
{
    char *file;
    /* The copy would be a database of the host's, which is no store to be opened by its path. */
    if (d->hosted)
        return lsi_error_set(e, LSCHED_MISUSE, "the database is the host's, and so is its backup");
    int status = make_file(path, &file, e);
    if (status != LSCHED_OK)
        return status;
    status = d->open ? copy_committed(d, file, e) : copy_into(d->db, file, e);
    if (status == LSCHED_OK)
        status = check(file, e);
    if (status == LSCHED_OK)
        status = sync_folder(file, e);
    if (status != LSCHED_OK)
        remove_file(file);
    free(file);
    return status;
}
