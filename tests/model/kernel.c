/* kernel.c -- what the library asks of the system when it waits, answered here: these
 * functions stand before those of the C library.  Waiting is switching, time passes when
 * everybody waits, and chance comes from the seed.
 */
#include "sim.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* ---- time ------------------------------------------------------------------------------------ */

int clock_gettime(clockid_t which, struct timespec *out)
{
    if (which != CLOCK_MONOTONIC || crowd_current == NULL)
        return (int)syscall(SYS_clock_gettime, which, out);
    out->tv_sec = (time_t)(crowd_time / 1000000);
    out->tv_nsec = (long)(crowd_time % 1000000) * 1000;
    return 0;
}

int nanosleep(const struct timespec *wanted, struct timespec *left)
{
    if (crowd_current == NULL)
        return (int)syscall(SYS_nanosleep, wanted, left);
    crowd_sleep(crowd_time + (int64_t)wanted->tv_sec * 1000000 + wanted->tv_nsec / 1000);
    return 0;
}

/* ---- chance ---------------------------------------------------------------------------------- */

int getentropy(void *out, size_t size)
{
    unsigned char *bytes = out;
    for (size_t i = 0; i < size; i++)
        bytes[i] = (unsigned char)plan_random(&crowd_dice);
    return 0;
}

/* ---- locks ----------------------------------------------------------------------------------- */

/* Locks of open file descriptions exclude one another within a process too, so they are the
 * system's own. */
int fcntl(int fd, int what, ...)
{
    va_list rest;
    va_start(rest, what);
    void *argument = va_arg(rest, void *);
    va_end(rest);
    if (what == F_OFD_SETLK && crowd_current != NULL) {
        crowd_turn();
        crowd_current->gate = fd;
    }
    return (int)syscall(SYS_fcntl, fd, what, argument);
}

/* ---- semaphores ------------------------------------------------------------------------------ */

/* One store, so one set at a time; its number is that of its making. */
static int set, made, value;
static key_t set_key;
static int64_t places;

void kernel_start(void)
{
    set = made = value = 0;
    places = 0;
}

int semget(key_t key, int count, int flags)
{
    (void)count;
    crowd_turn();
    if (set != 0 && set_key == key)
        return set;
    if ((flags & IPC_CREAT) == 0) {
        errno = ENOENT;
        return -1;
    }
    set_key = key;
    value = 0;
    return set = ++made;
}

static void wake_all(void)
{
    client *c;
    for (int i = 0; (c = crowd_member(i)) != NULL; i++)
        if (c->place != 0)
            c->wake = 0;
}

int semctl(int which, int number, int what, ...)
{
    va_list rest;
    va_start(rest, what);
    struct semid_ds *ds = va_arg(rest, struct semid_ds *);
    va_end(rest);
    (void)number;
    crowd_turn();
    if (which != set) {
        errno = EINVAL;
        return -1;
    }
    if (what == IPC_STAT) {
        memset(ds, 0, sizeof *ds);
        ds->sem_nsems = 3;
    } else {
        set = 0;
        wake_all();
    }
    return 0;
}

static bool is_first(const client *me)
{
    const client *c;
    for (int i = 0; (c = crowd_member(i)) != NULL; i++)
        if (c->place != 0 && c->place < me->place)
            return false;
    return true;
}

/* Waits until it is zero, and raises it. */
int semtimedop(int which, struct sembuf *all, size_t count, const struct timespec *wait)
{
    client *me = crowd_current;
    const int64_t end =
        crowd_time + (wait != NULL ? (int64_t)wait->tv_sec * 1000000 + wait->tv_nsec / 1000 : 0);
    (void)all;
    (void)count;
    if (me == NULL) /* the rig itself, before there are others */
        return 0;
    crowd_turn();
    me->place = ++places;
    while (set == which && (value != 0 || !is_first(me)) && crowd_time < end)
        crowd_sleep(end);
    me->place = 0;
    wake_all();
    if (set != which || value != 0) {
        errno = set != which ? EIDRM : EAGAIN;
        return -1;
    }
    value = 1;
    me->queued = which;
    return 0;
}

static void lower(client *c)
{
    if (c->queued != 0 && c->queued == set)
        value = 0;
    c->queued = 0;
    wake_all();
}

int semop(int which, struct sembuf *all, size_t count)
{
    (void)all;
    (void)count;
    if (which == set && crowd_current != NULL)
        lower(crowd_current);
    crowd_turn();
    return 0;
}

void kernel_release(client *c)
{
    c->place = 0;
    lower(c);
    if (c->gate >= 0)
        close(c->gate);
    c->gate = -1;
}
