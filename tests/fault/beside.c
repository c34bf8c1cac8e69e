/* beside.c -- see beside.h. */
#include "beside.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char names[DISK_NAMES][IMAGE_NAME - 16];

void beside_start(const char *directory)
{
    static const char *const lasts[DISK_NAMES] = {"store", "copy", "old"};
    for (int i = 0; i < DISK_NAMES; i++)
        snprintf(names[i], sizeof names[i], "%s/%s", directory, lasts[i]);
}

const char *disk_path(enum disk_name which)
{
    return names[which];
}

static bool is_store(const char *name)
{
    for (int i = 0; i < DISK_NAMES; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* ---- stores --------------------------------------------------------------------------------- */

/* None, empty, or of one or two bytes. */
void beside_show(disk_image *live, const char *name)
{
    struct stat st;
    if (!is_store(name))
        return;
    const image_entry *entry = image_named(live, name);
    const bool there = stat(name, &st) == 0;
    if (entry == NULL) {
        if (there)
            unlink(name);
        return;
    }
    const int64_t size = image_find(live, entry->number)->size;
    const off_t wanted = size < 2 ? (off_t)size : 2;
    if (there && st.st_size == wanted)
        return;
    const int file = there ? -1 : open(name, O_CREAT | O_WRONLY, 0600);
    if (file >= 0)
        close(file);
    if (truncate(name, wanted) != 0)
        abort();
}

/* An empty disk has no gate either. */
void beside_show_all(disk_image *live)
{
    for (int i = 0; i < DISK_NAMES; i++) {
        beside_show(live, names[i]);
        if (image_named(live, names[i]) == NULL)
            beside_forget(names[i]);
    }
}

void beside_resized(disk_image *live, int number, int64_t before, int64_t after)
{
    if ((before >= 2 && after >= 2) || before == after)
        return;
    for (int i = 0; i < DISK_NAMES; i++) {
        const image_entry *entry = image_named(live, names[i]);
        if (entry != NULL && entry->number == number)
            beside_show(live, names[i]);
    }
}

/* ---- gates ---------------------------------------------------------------------------------- */

void beside_forget(const char *name)
{
    char gate[IMAGE_NAME];
    snprintf(gate, sizeof gate, "%s-gate", name);
    unlink(gate);
}

void beside_forget_all(void)
{
    for (int i = 0; i < DISK_NAMES; i++)
        beside_forget(names[i]);
}

/* Process numbers come again, and what a test left that was killed stays: so only those that
 * are younger than this program count. */
static time_t begun;

static __attribute__((constructor)) void begin(void)
{
    begun = time(NULL);
}

int disk_semaphores(int process)
{
    struct semid_ds ds;
    int count = 0;
    const int last = semctl(0, 0, SEM_INFO, &(struct seminfo){0});
    for (int i = 0; i <= last; i++) {
        const int set = semctl(i, 0, SEM_STAT, &ds);
        const int user = set >= 0 && ds.sem_ctime >= begun ? semctl(set, 0, GETPID) : 0;
        count += user != 0 && (user == (int)getpid() || user == process);
    }
    return count;
}
