/* film.c -- what changed a disk, in order, and what of it a power cut may leave. */
#include "film.h"

#include "beside.h"
#include "disk.h"

#include <stdlib.h>
#include <string.h>

enum change_type { WRITE, TRUNCATE, SYNC, SYNC_FAILED, LINK, UNLINK };

typedef struct change {
    enum change_type type;
    bool directory;
    int number;
    int64_t offset; /* or the new size */
    size_t size;
    unsigned char *bytes; /* or the name */
} change;

struct disk_film {
    change *changes;
    size_t count, room;
    disk_image base; /* safe at the start, unless it is forgotten */
    bool forgotten;
    disk_image safe; /* safe at the cut */
    size_t cut;
    size_t *pending; /* changes that are not safe at the cut */
    size_t pending_count, pending_room;
};

static disk_film *running;

/* ---- filming -------------------------------------------------------------------------------- */

static void *grown(void *old, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return old;
    *room = *room > 0 ? *room * 2 : 256;
    void *memory = image_take(*room * size);
    if (count > 0)
        memcpy(memory, old, count * size);
    image_give(old);
    return memory;
}

static void add(change what, const void *bytes, size_t size)
{
    disk_film *f = running;
    if (f == NULL)
        return;
    what.size = size;
    if (size > 0) {
        what.bytes = image_take_raw(size);
        memcpy(what.bytes, bytes, size);
    }
    f->changes = grown(f->changes, f->count, &f->room, sizeof *f->changes);
    f->changes[f->count++] = what;
}

void film_write(int number, int64_t offset, const void *bytes, size_t size)
{
    add((change){.type = WRITE, .number = number, .offset = offset}, bytes, size);
}

void film_truncate(int number, int64_t size)
{
    add((change){.type = TRUNCATE, .number = number, .offset = size}, NULL, 0);
}

void film_sync(int number, bool directory)
{
    add((change){.type = SYNC, .number = number, .directory = directory}, NULL, 0);
}

void film_sync_failed(int number)
{
    add((change){.type = SYNC_FAILED, .number = number}, NULL, 0);
}

void film_link(const char *name, int number)
{
    add((change){.type = LINK, .number = number}, name, strlen(name) + 1);
}

void film_unlink(const char *name, bool directory)
{
    add((change){.type = UNLINK, .directory = directory}, name, strlen(name) + 1);
}

disk_film *disk_film_start(void)
{
    disk_film *f = image_take(sizeof *f);
    image_copy(&f->base, film_live());
    image_copy(&f->safe, &f->base);
    running = f;
    return f;
}

void disk_film_stop(disk_film *film)
{
    if (running == film)
        running = NULL;
}

void disk_film_free(disk_film *film)
{
    if (film == NULL)
        return;
    disk_film_stop(film);
    for (size_t i = 0; i < film->count; i++)
        image_give(film->changes[i].bytes);
    image_give(film->changes);
    image_give(film->pending);
    image_clear(&film->base);
    image_clear(&film->safe);
    image_give(film);
}

size_t disk_film_size(const disk_film *film)
{
    return film->count;
}

/* ---- cutting -------------------------------------------------------------------------------- */

static void apply(disk_image *image, const change *c)
{
    switch (c->type) {
    case WRITE:
        image_write(image_add(image, c->number), c->offset, c->bytes, c->size);
        break;
    case TRUNCATE:
        image_truncate(image_add(image, c->number), c->offset);
        break;
    case LINK:
        image_link(image, (const char *)c->bytes, c->number);
        break;
    case UNLINK:
        image_unlink(image, (const char *)c->bytes);
        break;
    default:
        break;
    }
}

static bool is_name(const change *c)
{
    return c->type == LINK || c->type == UNLINK;
}

/* Whether the sync `by` decides about a change before it. */
static bool concerns(const change *by, const change *c)
{
    if (by->type == UNLINK)
        return is_name(c);
    if (by->type == SYNC_FAILED)
        return c->type == WRITE && c->number == by->number;
    return is_name(c) ? by->directory : c->number == by->number;
}

static const disk_film *sweeping;

static bool may_get_name(int number)
{
    for (size_t i = 0; i < sweeping->pending_count; i++) {
        const change *c = &sweeping->changes[sweeping->pending[i]];
        if (c->type == LINK && c->number == number)
            return true;
    }
    return false;
}

/* Files that are gone for good take their unsafe writes with them. */
static void forget_nameless(disk_film *f)
{
    size_t left = 0;
    sweeping = f;
    image_sweep(&f->safe, may_get_name);
    for (size_t i = 0; i < f->pending_count; i++) {
        const change *c = &f->changes[f->pending[i]];
        if (is_name(c) || image_find(&f->safe, c->number) != NULL || may_get_name(c->number))
            f->pending[left++] = f->pending[i];
    }
    f->pending_count = left;
}

static void settle(disk_film *f, const change *by)
{
    size_t left = 0;
    for (size_t i = 0; i < f->pending_count; i++) {
        const change *c = &f->changes[f->pending[i]];
        if (!concerns(by, c))
            f->pending[left++] = f->pending[i];
        else if (by->type != SYNC_FAILED)
            apply(&f->safe, c);
    }
    f->pending_count = left;
    if (by->type == UNLINK || by->directory)
        forget_nameless(f);
}

static void advance(disk_film *f)
{
    const change *c = &f->changes[f->cut];
    if (c->type != SYNC && c->type != SYNC_FAILED) {
        f->pending = grown(f->pending, f->pending_count, &f->pending_room, sizeof *f->pending);
        f->pending[f->pending_count++] = f->cut;
    }
    if (c->type == SYNC || c->type == SYNC_FAILED || c->directory)
        settle(f, c);
    f->cut++;
}

void disk_film_cut(disk_film *film, size_t changes)
{
    if (changes < film->cut && film->forgotten)
        abort();
    if (changes < film->cut) {
        image_copy(&film->safe, &film->base);
        film->cut = 0;
        film->pending_count = 0;
    }
    while (film->cut < changes && film->cut < film->count)
        advance(film);
}

/* What waits for a sync stays, in its order. */
void disk_film_forget(disk_film *film)
{
    size_t left = 0;
    disk_film_cut(film, film->count);
    image_clear(&film->base);
    film->forgotten = true;
    for (size_t i = 0; i < film->count; i++) {
        if (left < film->pending_count && film->pending[left] == i) {
            film->changes[left] = film->changes[i];
            film->pending[left] = left;
            left++;
        } else {
            image_give(film->changes[i].bytes);
        }
    }
    film->count = film->cut = left;
}

size_t disk_film_pending(const disk_film *film)
{
    return film->pending_count;
}

/* ---- developing ----------------------------------------------------------------------------- */

uint64_t disk_random(uint64_t *seed)
{
    uint64_t x = (*seed += UINT64_C(0x9E3779B97F4A7C15));
    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    return x ^ (x >> 31);
}

/* Each sector that the write touches is new, old, or (if `garbage`) neither; bytes beside
 * the write stay, as disks promise that SQLite takes for granted. */
static void tear(disk_image *image, const change *c, bool garbage, uint64_t *seed)
{
    const int64_t end = c->offset + (int64_t)c->size;
    unsigned char noise[512];
    image_file *file = image_add(image, c->number);
    for (int64_t from = c->offset; from < end;) {
        int64_t until = (from / 512 + 1) * 512;
        if (until > end)
            until = end;
        const uint64_t dice = disk_random(seed) % 4;
        if (dice < 2)
            image_write(file, from, c->bytes + (from - c->offset), (size_t)(until - from));
        if (dice == 2 && garbage) {
            for (size_t i = 0; i < sizeof noise; i++)
                noise[i] = (unsigned char)disk_random(seed);
            image_write(file, from, noise, (size_t)(until - from));
        }
        from = until;
    }
}

/* Writes change places between two changes of another kind. */
static void shuffle(const disk_film *f, size_t *order, uint64_t *seed)
{
    for (size_t from = 0, until; from < f->pending_count; from = until + 1) {
        for (until = from; until < f->pending_count; until++)
            if (f->changes[order[until]].type != WRITE)
                break;
        for (size_t i = until; i > from + 1; i--) {
            const size_t j = from + (size_t)(disk_random(seed) % (i - from));
            const size_t kept = order[i - 1];
            order[i - 1] = order[j];
            order[j] = kept;
        }
    }
}

static void leave_write(disk_image *image, const change *c, enum disk_variant variant,
                        uint64_t *seed)
{
    if (variant == DISK_TORN || variant == DISK_GARBAGE)
        tear(image, c, variant == DISK_GARBAGE, seed);
    else if (variant == DISK_ALL || disk_random(seed) % 2 == 0)
        apply(image, c);
}

void disk_film_develop(disk_film *film, enum disk_variant variant, uint64_t seed)
{
    disk_image image = {0};
    size_t others = 0;
    image_copy(&image, &film->safe);
    size_t *order = image_take((film->pending_count + 1) * sizeof *order);
    for (size_t i = 0; i < film->pending_count; i++) {
        order[i] = film->pending[i];
        others += film->changes[order[i]].type != WRITE;
    }
    /* So many of the others persist. */
    if (variant != DISK_ALL)
        others = (size_t)(disk_random(&seed) % (others + 1));
    if (variant == DISK_REORDERED)
        shuffle(film, order, &seed);
    for (size_t i = 0; i < film->pending_count && variant != DISK_NONE; i++) {
        const change *c = &film->changes[order[i]];
        if (c->type == WRITE)
            leave_write(&image, c, variant, &seed);
        else if (others > 0 && others--)
            apply(&image, c);
    }
    image_give(order);
    image_sweep(&image, NULL);
    if (variant != DISK_ALL && disk_random(&seed) % 2 == 0)
        beside_forget_all();
    film_show(&image);
    image_clear(&image);
}
