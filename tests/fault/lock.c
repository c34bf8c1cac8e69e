/* lock.c -- see lock.h. */
#include "lock.h"

#include "image.h"

#include <stdlib.h>

enum { SEATS = 32 };

static seat seats[SEATS];

/* ---- locks ---------------------------------------------------------------------------------- */

seat *lock_sit(int number)
{
    seat *empty = NULL;
    for (size_t i = 0; i < SEATS; i++) {
        if (seats[i].number == number) {
            seats[i].open++;
            return &seats[i];
        }
        if (seats[i].number == 0)
            empty = &seats[i];
    }
    if (empty == NULL)
        abort();
    *empty = (seat){.number = number, .open = 1};
    return empty;
}

bool lock_is_open(int number)
{
    for (size_t i = 0; i < SEATS; i++)
        if (seats[i].number != 0 && (number == 0 || seats[i].number == number))
            return true;
    return false;
}

static bool others(const handle *holder, const handle *h)
{
    return holder != NULL && holder != h;
}

int lock_take(sqlite3_file *file, int level)
{
    handle *h = (handle *)file;
    seat *s = h->seat;
    if (h->level >= level)
        return SQLITE_OK;
    const int code = disk_fate(SQLITE_IOERR_LOCK, false);
    if (code != SQLITE_OK)
        return code;
    if (level == SQLITE_LOCK_SHARED) {
        if (others(s->pending, h) || others(s->exclusive, h))
            return SQLITE_BUSY;
        s->shared++;
        h->level = level;
        return SQLITE_OK;
    }
    if (others(s->reserved, h) || others(s->pending, h))
        return SQLITE_BUSY;
    if (level == SQLITE_LOCK_RESERVED) {
        s->reserved = h;
        h->level = level;
        return SQLITE_OK;
    }
    s->pending = h;
    h->level = SQLITE_LOCK_PENDING;
    if (s->shared > 1)
        return SQLITE_BUSY;
    s->exclusive = h;
    h->level = SQLITE_LOCK_EXCLUSIVE;
    return SQLITE_OK;
}

int lock_give(sqlite3_file *file, int level)
{
    handle *h = (handle *)file;
    seat *s = h->seat;
    if (h->level <= level)
        return SQLITE_OK;
    s->reserved = s->reserved == h ? NULL : s->reserved;
    s->pending = s->pending == h ? NULL : s->pending;
    s->exclusive = s->exclusive == h ? NULL : s->exclusive;
    if (level == SQLITE_LOCK_NONE)
        s->shared--;
    h->level = level;
    return SQLITE_OK;
}

int lock_is_reserved(sqlite3_file *file, int *reserved)
{
    const seat *s = ((handle *)file)->seat;
    *reserved = s->reserved != NULL || s->pending != NULL || s->exclusive != NULL;
    return disk_fate(SQLITE_IOERR_CHECKRESERVEDLOCK, false);
}

/* ---- shared memory -------------------------------------------------------------------------- */

int lock_map(sqlite3_file *file, int region, int size, int extend, void volatile **out)
{
    handle *h = (handle *)file;
    seat *s = h->seat;
    *out = NULL;
    const int code = disk_fate(SQLITE_IOERR_SHMMAP, extend != 0 && region >= s->region_count);
    if (code != SQLITE_OK)
        return code == SQLITE_FULL ? SQLITE_IOERR_SHMSIZE : code;
    if (!h->mapped)
        s->mapped++;
    h->mapped = true;
    if (region >= REGIONS)
        return SQLITE_IOERR_SHMSIZE;
    while (extend && s->region_count <= region)
        s->regions[s->region_count++] = image_take((size_t)size);
    *out = region < s->region_count ? s->regions[region] : NULL;
    return SQLITE_OK;
}

static void let_go(handle *h, int place)
{
    seat *s = h->seat;
    s->sharing[place] -= h->sharing[place];
    h->sharing[place] = false;
    if (s->holder[place] == h)
        s->holder[place] = NULL;
}

static bool is_free(const handle *h, int place, bool share)
{
    const seat *s = h->seat;
    return !others(s->holder[place], h) && (share || s->sharing[place] == h->sharing[place]);
}

int lock_place(sqlite3_file *file, int first, int count, int flags)
{
    handle *h = (handle *)file;
    const bool share = (flags & SQLITE_SHM_SHARED) != 0;
    if ((flags & SQLITE_SHM_UNLOCK) != 0) {
        for (int i = first; i < first + count; i++)
            let_go(h, i);
        return SQLITE_OK;
    }
    const int code = disk_fate(SQLITE_IOERR_SHMLOCK, false);
    if (code != SQLITE_OK)
        return code;
    for (int i = first; i < first + count; i++)
        if (!is_free(h, i, share))
            return SQLITE_BUSY;
    for (int i = first; i < first + count; i++) {
        if (share && !h->sharing[i])
            h->seat->sharing[i]++;
        h->sharing[i] = h->sharing[i] || share;
        if (!share)
            h->seat->holder[i] = h;
    }
    return SQLITE_OK;
}

void lock_barrier(sqlite3_file *file)
{
    (void)file;
}

static void drop_regions(seat *s)
{
    for (int i = 0; i < s->region_count; i++)
        image_give(s->regions[i]);
    s->region_count = 0;
}

int lock_unmap(sqlite3_file *file, int remove)
{
    handle *h = (handle *)file;
    for (int i = 0; i < PLACES; i++)
        let_go(h, i);
    if (h->mapped)
        h->seat->mapped--;
    h->mapped = false;
    if (remove && h->seat->mapped == 0)
        drop_regions(h->seat);
    return SQLITE_OK;
}

void lock_stand_up(handle *h)
{
    lock_give(&h->base, SQLITE_LOCK_NONE);
    lock_unmap(&h->base, 0);
    if (--h->seat->open > 0)
        return;
    drop_regions(h->seat);
    h->seat->number = 0;
}
