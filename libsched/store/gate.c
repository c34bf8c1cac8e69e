/* store/gate.c -- the gate of a store in a file; see gate.h.
 *
 * Invariants: whoever is inside holds an exclusive lock on the byte TURN of the file that
 * the path leads to.  Whoever has the gate open holds a shared lock on the byte OPEN, from
 * before it looks for the semaphore until after it last used it; so an exclusive lock
 * there is held by the last one, and what it removes is in nobody's use.
 */
#include "store/gate.h"

#include "store/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { TURN = 0, OPEN = 1 };

union semun { /* declared by whoever calls semctl() */
    int val;
    struct semid_ds *buf;
    unsigned short *array;
};

/* ---- the lock -------------------------------------------------------------------------- */

/* 0, or why not: EAGAIN or EACCES when somebody else has it. */
static int set_lock(const lsi_gate *g, off_t byte, short kind)
{
    struct flock lock = {.l_type = kind, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};
    return fcntl(g->fd, F_OFD_SETLK, &lock) == 0 ? 0 : errno;
}

static bool is_held_elsewhere(int number)
{
    return number == EAGAIN || number == EACCES || number == EINTR;
}

static int say_busy(const lsi_watch *watch, lsi_error *e)
{
    return lsi_error_set(e, LSCHED_BUSY, "the store is busy: others were writing for %d ms",
                         (int)lsi_watch_patience(watch));
}

static int say_why(const char *what, int number, lsi_error *e)
{
    return lsi_error_set(e, LSCHED_STORE, "cannot %s the gate beside the store: %s", what,
                         lsi_disk_why(number));
}

static int wait_for_lock(const lsi_gate *g, off_t byte, short kind, const lsi_watch *watch,
                         lsi_error *e)
{
    int turn = 0;
    for (;;) {
        const int number = set_lock(g, byte, kind);
        if (number == 0)
            return LSCHED_OK;
        if (!is_held_elsewhere(number))
            return say_why("lock", number, e);
        if (!lsi_watch_pause(watch, &turn))
            return say_busy(watch, e);
    }
}

/* ---- the queue ------------------------------------------------------------------------- */

key_t lsi_gate_key(dev_t device, ino_t inode)
{
    const uint64_t name[] = {(uint64_t)device, (uint64_t)inode};
    const uint64_t hash = lsi_text_hash(LSI_HASH, name, sizeof name);
    const uint32_t key = (uint32_t)(hash ^ hash >> 32);
    return (key_t)(key != (uint32_t)IPC_PRIVATE ? key : 1);
}

/* The set with our key, if it looks like one of ours; -1: none. */
static int get_set(const lsi_gate *g, int flags)
{
    struct stat file;
    struct semid_ds ds = {0};
    if (fstat(g->fd, &file) != 0)
        return -1;
    const int set = semget(lsi_gate_key(file.st_dev, file.st_ino), LSI_GATE_SEMAPHORES,
                           flags | (int)(file.st_mode & 0666));
    if (set < 0 || semctl(set, 0, IPC_STAT, (union semun){.buf = &ds}) != 0)
        return -1;
    return ds.sem_nsems == LSI_GATE_SEMAPHORES ? set : -1;
}

static int take_turn(int set, int64_t microseconds)
{
    struct sembuf both[] = {{.sem_num = 0, .sem_op = 0, .sem_flg = 0},
                            {.sem_num = 0, .sem_op = 1, .sem_flg = SEM_UNDO}};
    const struct timespec wait = {.tv_sec = (time_t)(microseconds / 1000000),
                                  .tv_nsec = (long)(microseconds % 1000000) * 1000};
    return semtimedop(set, both, 2, &wait) == 0 ? 0 : errno;
}

/* Stands in the queue until it is our turn.  Answers nothing: whatever went wrong, the
 * lock decides.  One that has been distrusted is only looked at: it costs no waiting, and
 * the first time that nobody stands in it, it is the queue again. */
static void queue(lsi_gate *g, const lsi_watch *watch)
{
    /* It can be removed while we wait only by whoever has the same key for another file;
     * so often in a row that is no accident. */
    for (int turn = 0; turn < 3; turn++) {
        if (g->set < 0)
            g->set = get_set(g, IPC_CREAT);
        if (g->set < 0)
            return;
        int number;
        do {
            number = take_turn(g->set, g->distrusted ? 0 : lsi_watch_left(watch));
        } while (number == EINTR && lsi_watch_left(watch) > 0);
        g->queued = number == 0;
        if (g->queued)
            g->distrusted = false;
        if (number != EIDRM && number != EINVAL)
            return;
        g->set = -1;
    }
}

static void leave_queue(lsi_gate *g)
{
    struct sembuf back = {.sem_num = 0, .sem_op = -1, .sem_flg = SEM_UNDO | IPC_NOWAIT};
    if (g->queued)
        (void)semop(g->set, &back, 1);
    g->queued = false;
}

/* Only for the last one, who has the exclusive lock on OPEN: whoever still stands in it is
 * nobody of ours, and then neither is the set. */
static void remove_set(lsi_gate *g)
{
    const int set = get_set(g, 0);
    if (set >= 0 && semctl(set, 0, GETVAL) == 0)
        (void)semctl(set, 0, IPC_RMID);
}

/* ---- the file -------------------------------------------------------------------------- */

/* Whether the path still leads to the file that is open. */
static bool is_in_place(const lsi_gate *g)
{
    struct stat held, there;
    return fstat(g->fd, &held) == 0 && lstat(g->path, &there) == 0 && held.st_dev == there.st_dev &&
           held.st_ino == there.st_ino;
}

/* Whoever may use the store may use its gate: else a file that the superuser made would
 * keep everybody else out. */
static int adopt(const lsi_gate *g)
{
    struct stat store, gate;
    if (stat(g->store, &store) != 0 || fstat(g->fd, &gate) != 0)
        return errno;
    if (geteuid() == 0 && (store.st_uid != gate.st_uid || store.st_gid != gate.st_gid) &&
        fchown(g->fd, store.st_uid, store.st_gid) != 0)
        return errno;
    if ((gate.st_mode & 0777) != (store.st_mode & 0666) && fchmod(g->fd, store.st_mode & 0666) != 0)
        return errno;
    return 0;
}

/* Not where a host expects its standard streams, which it may close or replace. */
static int open_high(const char *path, int flags)
{
    const int low = open(path, flags | O_RDWR | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    if (low < 0 || low > STDERR_FILENO)
        return low;
    const int fd = fcntl(low, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    const int number = errno;
    close(low);
    errno = number;
    return fd;
}

static int open_file(lsi_gate *g, lsi_error *e)
{
    g->made = false;
    g->fd = open_high(g->path, 0);
    if (g->fd < 0 && errno == ENOENT) {
        g->fd = open_high(g->path, O_CREAT | O_EXCL);
        g->made = g->fd >= 0;
        if (g->fd < 0 && errno == EEXIST)
            g->fd = open_high(g->path, 0);
    }
    if (g->fd < 0)
        return say_why("open", errno, e);
    const int number = g->made ? adopt(g) : 0;
    return number == 0 ? LSCHED_OK : say_why("set up", number, e);
}

static void close_file(lsi_gate *g, bool unmake)
{
    if (g->fd < 0)
        return;
    /* Together, two that are leaving would both see the other: so the shared lock goes
     * first.  One of them, or whoever comes next, is then the last. */
    if (set_lock(g, OPEN, F_UNLCK) == 0 && set_lock(g, OPEN, F_WRLCK) == 0) {
        remove_set(g);
        if (unmake && g->made && is_in_place(g))
            unlink(g->path);
    }
    close(g->fd);
    g->fd = g->set = -1;
}

/* A file that was removed between its opening and the lock is no gate. */
static int open_gate(lsi_gate *g, const lsi_watch *watch, lsi_error *e)
{
    int status = LSCHED_OK;
    for (int turn = 0; status == LSCHED_OK;) {
        status = open_file(g, e);
        if (status == LSCHED_OK)
            status = wait_for_lock(g, OPEN, F_RDLCK, watch, e);
        if (status == LSCHED_OK && is_in_place(g))
            return LSCHED_OK;
        if (status == LSCHED_OK && !lsi_watch_pause(watch, &turn))
            status = say_busy(watch, e);
        close_file(g, false);
    }
    return status;
}

/* ---- open and close -------------------------------------------------------------------- */

int lsi_gate_open(const char *store, const lsi_watch *watch, lsi_gate **out, lsi_error *e)
{
    *out = NULL;
    lsi_gate *g = calloc(1, sizeof *g);
    if (g == NULL)
        return lsi_error_nomem(e);
    g->fd = g->set = -1;
    g->store = strdup(store);
    g->path = malloc(strlen(store) + sizeof LSI_GATE_SUFFIX);
    int status = g->store != NULL && g->path != NULL ? LSCHED_OK : lsi_error_nomem(e);
    if (status == LSCHED_OK) {
        strcpy(g->path, store);
        strcat(g->path, LSI_GATE_SUFFIX);
        status = open_gate(g, watch, e);
    }
    if (status != LSCHED_OK) {
        lsi_gate_close(g, true);
        return status;
    }
    *out = g;
    return LSCHED_OK;
}

static void release(lsi_gate *g)
{
    free(g->path);
    free(g->store);
    free(g);
}

void lsi_gate_close(lsi_gate *g, bool unmake)
{
    if (g == NULL)
        return;
    lsi_gate_leave(g);
    close_file(g, unmake);
    release(g);
}

void lsi_gate_forget(lsi_gate *g)
{
    if (g == NULL)
        return;
    if (g->fd >= 0)
        close(g->fd);
    release(g);
}

/* ---- turns ------------------------------------------------------------------------------- */

/* Where the queue says that others are inside, and the lock that nobody is, the semaphore
 * is not ours, or its holder has stopped on the way: it is not waited for again until it
 * was seen free. */
static int take_lock(lsi_gate *g, const lsi_watch *watch, lsi_error *e)
{
    queue(g, watch);
    const int status = wait_for_lock(g, TURN, F_WRLCK, watch, e);
    if (status == LSCHED_OK && !g->queued && g->set >= 0)
        g->distrusted = true;
    g->held = status == LSCHED_OK;
    if (!g->held)
        leave_queue(g);
    return status;
}

int lsi_gate_enter(lsi_gate *g, const lsi_watch *watch, lsi_error *e)
{
    for (int turn = 0;;) {
        int status = g->fd >= 0 ? LSCHED_OK : open_gate(g, watch, e);
        if (status == LSCHED_OK)
            status = take_lock(g, watch, e);
        if (status != LSCHED_OK || is_in_place(g))
            return status;
        /* The file is another one by now, and others wait there. */
        lsi_gate_leave(g);
        close_file(g, false);
        g->distrusted = false;
        if (!lsi_watch_pause(watch, &turn))
            return say_busy(watch, e);
    }
}

void lsi_gate_leave(lsi_gate *g)
{
    if (g->held)
        (void)set_lock(g, TURN, F_UNLCK);
    g->held = false;
    leave_queue(g);
}

bool lsi_gate_alone(lsi_gate *g)
{
    return g->fd >= 0 && set_lock(g, OPEN, F_WRLCK) == 0 && is_in_place(g);
}
