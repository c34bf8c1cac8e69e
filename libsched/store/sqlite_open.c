/* store/sqlite_open.c -- how an SQLite file is found, made, recognised and set up.
 *
 * The rule here: a file that is not ours is left exactly as it was.  Opening a database
 * with SQLite can already write to it (it plays back a journal that a crash left), so
 * the header is looked at first, through the file that SQLite has open: a descriptor of
 * our own would, when closed, take away the locks that other connections of this process
 * hold on the file.
 */
#include "store/disk.h"
#include "store/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- the path ------------------------------------------------------------------------ */

/* The path with its directory resolved: symbolic links on the way are fine, but the last
 * part is not followed.  It begins with '/', so that SQLite never takes it for a URI. */
static int resolve(const char *path, bool create, char **out, lsi_error *e)
{
    const char *slash = strrchr(path, '/');
    const char *last = slash != NULL ? slash + 1 : path;
    char *directory = slash == NULL   ? strdup(".")
                      : slash == path ? strdup("/")
                                      : strndup(path, (size_t)(slash - path));
    if (directory == NULL)
        return lsi_error_nomem(e);
    char *real = realpath(directory, NULL);
    int number = errno;
    free(directory);
    if (real == NULL && number == ENOMEM)
        return lsi_error_nomem(e);
    if (real == NULL)
        return !create && (number == ENOENT || number == ENOTDIR)
                   ? lsi_error_set(e, LSCHED_NOTFOUND, "there is no store at that path")
                   : lsi_error_set(e, LSCHED_STORE, "cannot reach the store: %s", lsi_disk_why(number));
    size_t size = strlen(real) + strlen(last) + 2;
    *out = malloc(size);
    if (*out != NULL) {
        strcpy(*out, real);
        if (real[1] != '\0')
            strcat(*out, "/");
        strcat(*out, last);
    }
    free(real);
    return *out != NULL ? LSCHED_OK : lsi_error_nomem(e);
}

/* Makes an empty file that only its owner can use, unless there is one.  mknod() does it
 * without a descriptor, the closing of which would cost other connections their locks (see
 * above); where a system reserves it for the superuser, there is only open(). */
static int make_file(const char *path, bool *made, lsi_error *e)
{
    *made = mknod(path, S_IFREG | S_IRUSR | S_IWUSR, 0) == 0;
    if (*made || errno == EEXIST)
        return LSCHED_OK;
    if (errno == EPERM || errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP) {
        int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
        *made = fd >= 0;
        if (*made)
            close(fd);
        if (*made || errno == EEXIST)
            return LSCHED_OK;
    }
    return lsi_error_set(e, LSCHED_STORE, "cannot create the store: %s", lsi_disk_why(errno));
}

static int check_file(const char *path, lsi_error *e)
{
    struct stat st;
    if (lstat(path, &st) != 0)
        return errno == ENOENT || errno == ENOTDIR
                   ? lsi_error_set(e, LSCHED_NOTFOUND, "there is no store at that path")
                   : lsi_error_set(e, LSCHED_STORE, "cannot reach the store: %s", lsi_disk_why(errno));
    if (S_ISLNK(st.st_mode))
        return lsi_error_set(e, LSCHED_STORE, "the path is a symbolic link, which is not followed");
    if (!S_ISREG(st.st_mode))
        return lsi_error_set(e, LSCHED_FOREIGN, "the path is not that of a file");
    return LSCHED_OK;
}

/* ---- the header ---------------------------------------------------------------------- */

#define HEADER 100 /* bytes, of SQLite's file format */

static int32_t big_endian(const unsigned char *p)
{
    return (int32_t)((uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]);
}

static sqlite3_file *file_of(const lsi_driver *d)
{
    sqlite3_file *file = NULL;
    int code = sqlite3_file_control(d->db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    return code == SQLITE_OK && file != NULL && file->pMethods != NULL ? file : NULL;
}

/* The bytes of the file by its name: SQLite itself says 0 where there is one.  -1: unknown. */
static off_t bytes_of(const lsi_driver *d)
{
    struct stat st;
    const char *path = sqlite3_db_filename(d->db, "main");
    return path != NULL && path[0] != '\0' && stat(path, &st) == 0 ? st.st_size : -1;
}

/* A first page that is none: ours only where SQLite will mend it. */
static int check_beside(lsi_driver *d, int32_t application, lsi_error *e)
{
    bool ours;
    int status = lsi_sqlite_is_beside(d, application, &ours, e);
    if (status != LSCHED_OK || ours)
        return status;
    return lsi_error_set(e, LSCHED_FOREIGN, "the file is not a libsched store");
}

/* SQLite takes a file that ends within a page for one that ends with it, full of zeros.  Where
 * nothing is beside it to be mended from, it was cut short, and would answer wrongly.  It is
 * measured again when that is known: whoever closes it last writes all of it first. */
static int check_end(lsi_driver *d, sqlite3_file *file, const unsigned char *header,
                     sqlite3_int64 size, lsi_error *e)
{
    const int page = header[16] << 8 | header[17];
    const int bytes = page == 1 ? 65536 : page;
    if (bytes < 512 || size % bytes == 0 || !lsi_sqlite_is_alone(d))
        return LSCHED_OK;
    const int code = file->pMethods->xFileSize(file, &size);
    if (code != SQLITE_OK)
        return lsi_sqlite_fail(d, code, e);
    return size % bytes == 0 ? LSCHED_OK
                             : lsi_error_set(e, LSCHED_STORE,
                                             "the store is damaged: its file has been cut short");
}

/* Refuses a file by its first bytes as they are on disk.  An empty file passes, and so
 * does a header of zeros: it can be our own whose creation was cut short, which SQLite
 * undoes when it reads (and refuses otherwise). */
static int check_header(lsi_driver *d, int32_t application, bool create, lsi_error *e)
{
    static const unsigned char zeros[HEADER];
    unsigned char header[HEADER] = {0};
    sqlite3_file *file = file_of(d);
    sqlite3_int64 size = 0;
    int code = SQLITE_CANTOPEN;
    if (file != NULL)
        code = file->pMethods->xFileSize(file, &size);
    if (code == SQLITE_OK && size > 0)
        code = file->pMethods->xRead(file, header, HEADER, 0);
    if (code != SQLITE_OK && code != SQLITE_IOERR_SHORT_READ)
        return lsi_sqlite_fail(d, code, e);
    if (size == 0 && bytes_of(d) == 1)
        return lsi_error_set(e, LSCHED_FOREIGN, "the file is not a libsched store");
    if (size == 0 && !create)
        return lsi_error_set(e, LSCHED_NOTFOUND, "the file at that path is empty, not yet a store");
    if (size == 0 || (size >= HEADER && memcmp(header, zeros, HEADER) == 0))
        return LSCHED_OK;
    if (size < HEADER || memcmp(header, "SQLite format 3", 16) != 0)
        return check_beside(d, application, e);
    if (big_endian(header + 68) != application)
        return lsi_error_set(e, LSCHED_FOREIGN, "the file is another program's database");
    return check_end(d, file, header, size, e);
}

/* ---- the connection ------------------------------------------------------------------- */

static int set_switch(lsi_driver *d, int which, int on, lsi_error *e)
{
    int is = -1;
    int code = sqlite3_db_config(d->db, which, on, &is);
    if (code != SQLITE_OK)
        return lsi_sqlite_fail(d, code, e);
    return is == on ? LSCHED_OK
                    : lsi_error_set(e, LSCHED_STORE, "SQLite keeps its setting %d", which);
}

/* What strangers could do with a prepared file is switched off. */
static int harden(lsi_driver *d, lsi_error *e)
{
    static const struct {
        int which, on;
    } switches[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},   {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_DQS_DML, 0},     {SQLITE_DBCONFIG_DQS_DDL, 0},
        {SQLITE_DBCONFIG_ENABLE_FKEY, 1}, {SQLITE_DBCONFIG_ENABLE_TRIGGER, 1},
        {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    };
    for (size_t i = 0; i < sizeof switches / sizeof *switches; i++) {
        int status = set_switch(d, switches[i].which, switches[i].on, e);
        if (status != LSCHED_OK)
            return status;
    }
    return lsi_sqlite_arrange(d, e);
}

static int connect(lsi_driver *d, const char *file, lsi_error *e)
{
    if (!sqlite3_threadsafe())
        return lsi_error_set(e, LSCHED_STORE, "this SQLite was built for one thread only");
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
    if (!d->memory)
        flags |= SQLITE_OPEN_NOFOLLOW;
    int code = sqlite3_open_v2(file, &d->db, flags, NULL);
    if (code != SQLITE_OK)
        return lsi_sqlite_fail(d, code, e);
    d->connected = true;
    if (sqlite3_db_readonly(d->db, "main") != 0)
        return lsi_error_set(e, LSCHED_STORE, "the store is read-only");
    return harden(d, e);
}

int lsi_sqlite_gate(lsi_driver *d, const char *path, lsi_error *e)
{
    return lsi_gate_open(path, &d->watch, &d->gate, e);
}

/* The folder, since the file may not be there yet. */
static int check_disk(const char *file, lsi_error *e)
{
    const char *slash = strrchr(file, '/');
    char *folder = strndup(file, slash != file ? (size_t)(slash - file) : 1);
    if (folder == NULL)
        return lsi_error_nomem(e);
    const int status = lsi_disk_check(folder, e);
    free(folder);
    return status;
}

static int open_file(lsi_driver *d, const char *path, int32_t application, lsi_error *e)
{
    const bool create = (d->flags & LSCHED_CREATE) != 0;
    char *file = NULL;
    bool made = false;
    int status = resolve(path, create, &file, e);
    if (status == LSCHED_OK && (d->flags & LSCHED_NETWORK) == 0)
        status = check_disk(file, e);
    if (status == LSCHED_OK && create)
        status = make_file(file, &made, e);
    if (status == LSCHED_OK)
        status = check_file(file, e);
    if (status == LSCHED_OK)
        status = connect(d, file, e);
    if (status == LSCHED_OK)
        status = check_header(d, application, create, e);
    if (status == LSCHED_OK)
        status = lsi_sqlite_gate(d, file, e);
    if (made)
        d->made = file;
    else
        free(file);
    return status;
}

int lsi_driver_open(const char *path, int32_t flags, int32_t application, const lsi_watch *watch,
                    lsi_driver **out, lsi_error *e)
{
    lsi_driver *d = calloc(1, sizeof *d);
    *out = NULL;
    if (d == NULL)
        return lsi_error_nomem(e);
    d->process = getpid();
    d->flags = flags;
    d->watch = *watch;
    d->memory = strcmp(path, ":memory:") == 0;
    int status;
    if (!d->memory)
        status = open_file(d, path, application, e);
    else if (flags & LSCHED_CREATE)
        status = connect(d, path, e);
    else
        status = lsi_error_set(e, LSCHED_NOTFOUND, "a store in memory must be created");
    if (status == LSCHED_OK)
        status = lsi_sqlite_prime(d, e);
    if (status != LSCHED_OK) {
        lsi_driver_abandon(d);
        return status;
    }
    *out = d;
    return LSCHED_OK;
}

bool lsi_sqlite_moved(const lsi_driver *d)
{
    int moved = 0;
    int code = sqlite3_file_control(d->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    return code == SQLITE_OK && moved != 0;
}

/* Others may have found the empty file meanwhile.  Whoever writes to it holds the lock
 * that is taken here, and looks under it whether the file is still in its place
 * (lsi_driver_set_mark); so under the lock an empty file is nobody's.  Without the lock
 * it stays.  SQLite's BEGIN would take the lock too, but not where nothing can be written. */
static void remove_made(lsi_driver *d)
{
    lsi_driver_rollback(d);
    sqlite3_file *file = file_of(d);
    if (file == NULL || file->pMethods->xLock(file, SQLITE_LOCK_SHARED) != SQLITE_OK)
        return;
    if (file->pMethods->xLock(file, SQLITE_LOCK_RESERVED) == SQLITE_OK && bytes_of(d) == 0 &&
        !lsi_sqlite_moved(d))
        unlink(d->made);
    file->pMethods->xUnlock(file, SQLITE_LOCK_NONE);
}

void lsi_driver_abandon(lsi_driver *d)
{
    if (d->made != NULL && d->connected)
        remove_made(d);
    lsi_driver_close(d);
}

/* ---- marks and settings ---------------------------------------------------------------- */

int lsi_driver_mark(lsi_driver *d, lsi_mark *out, lsi_error *e)
{
    char text[16];
    int64_t application = 0, version = 0, things = 0;
    int status = lsi_sqlite_ask(d, "PRAGMA application_id", &application, text, e);
    if (status == LSCHED_OK)
        status = lsi_sqlite_ask(d, "PRAGMA user_version", &version, text, e);
    if (status == LSCHED_OK)
        status = lsi_sqlite_ask(d, "SELECT count(*) FROM sqlite_schema", &things, text, e);
    out->application = (int32_t)application;
    out->version = (int32_t)version;
    out->empty = things == 0;
    out->blank = bytes_of(d) == 0;
    return status;
}

int lsi_driver_set_mark(lsi_driver *d, int32_t application, int32_t version, lsi_error *e)
{
    char sql[128];
    if (lsi_sqlite_moved(d))
        return lsi_error_set(e, LSCHED_BUSY, "the store's file was removed while it was made");
    sqlite3_snprintf(sizeof sql, sql, "PRAGMA application_id = %d; PRAGMA user_version = %d",
                     (int)application, (int)version);
    return lsi_driver_run(d, sql, e);
}

/* SQLite does not wait for another connection that is about to change the mode too: it
 * answers BUSY at once, so the waiting is done here. */
static int switch_to_wal(lsi_driver *d, char mode[16], lsi_error *e)
{
    int64_t number;
    for (int turn = 0;;) {
        const int status = lsi_sqlite_ask(d, "PRAGMA journal_mode = WAL", &number, mode, e);
        if (status != LSCHED_BUSY || !lsi_watch_pause(&d->watch, &turn))
            return status;
    }
}

/* The switch is a write; where it was done before, nobody need wait for it. */
static int set_wal(lsi_driver *d, lsi_error *e)
{
    const char *wanted = d->memory ? "memory" : "wal";
    char mode[16];
    int64_t number;
    int status = lsi_sqlite_ask(d, "PRAGMA journal_mode", &number, mode, e);
    if (status == LSCHED_OK && strcmp(mode, wanted) != 0) {
        status = lsi_gate_enter(d->gate, &d->watch, e);
        if (status == LSCHED_OK) {
            status = switch_to_wal(d, mode, e);
            lsi_gate_leave(d->gate);
        }
    }
    if (status == LSCHED_OK && strcmp(mode, wanted) != 0)
        return lsi_error_set(e, LSCHED_STORE, "the store's journal stays in mode %s", mode);
    return status;
}

/* Foreign keys are on since harden(): the pragma that sets them would also throw away what
 * lsi_sqlite_prime() compiled. */
int lsi_driver_settle(lsi_driver *d, lsi_error *e)
{
    const bool fast = (d->flags & LSCHED_FAST) != 0;
    char text[16];
    int64_t synchronous = 0, keys = 0;
    if (d->hosted) {
        d->settled = true;
        return LSCHED_OK;
    }
    int status = set_wal(d, e);
    if (status == LSCHED_OK)
        status = lsi_driver_run(
            d, fast ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL", e);
    if (status == LSCHED_OK)
        status = lsi_sqlite_ask(d, "PRAGMA synchronous", &synchronous, text, e);
    if (status == LSCHED_OK)
        status = lsi_sqlite_ask(d, "PRAGMA foreign_keys", &keys, text, e);
    if (status == LSCHED_OK && synchronous != (fast ? 1 : 2))
        return lsi_error_set(e, LSCHED_STORE, "the store does not take synchronous %s",
                             fast ? "NORMAL" : "FULL");
    if (status == LSCHED_OK && keys != 1)
        return lsi_error_set(e, LSCHED_STORE, "the store does not take foreign keys");
    d->settled = status == LSCHED_OK;
    return status;
}
