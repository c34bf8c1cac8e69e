/* cal/zone.c -- one table of changes per zone, and what the clocks say there.
 *
 * The rule that lives here is RFC 5545 3.3.5: a wall clock time that a change skips
 * counts with the offset before it, one that occurs twice is the first.  Both follow from
 * one sorted array: the wall clock time from which each change is in force.
 */
#include "cal/inside.h"

#include <stdlib.h>
#include <string.h>

#define ZONE_FOLDER "/usr/share/zoneinfo/"

/* Period i holds from at[i]; the first begins at INT64_MIN. */
struct lsi_zone {
    const char *name;
    size_t count;
    const lsched_time *at;
    const int64_t *wall; /* the first wall clock time that counts with period i */
    const int32_t *offset;
};

struct lsi_zones {
    const char *folder;
    lsi_edition edition; /* of the database that the zones are from; no mark: not asked yet */
    lsi_arena arena;
    lsi_zone **at; /* by name */
    size_t count, room;
};

/* ---- the tables -------------------------------------------------------------------- */

int lsi_zone_note(lsi_changes *changes, lsched_time at, int32_t offset, lsi_error *e)
{
    lsi_change *last = changes->count ? &changes->at[changes->count - 1] : NULL;
    if (last && at < 0) {
        last->offset = offset;
        return LSCHED_OK;
    }
    if (last && last->at == at) { /* year-round DST: one ends as the next begins */
        last->offset = offset;
        if (changes->count > 1 && last[-1].offset == offset)
            changes->count--;
        return LSCHED_OK;
    }
    if (last && last->offset == offset)
        return LSCHED_OK;
    lsi_change *change =
        lsi_vector_push(&changes->at, &changes->count, &changes->room, sizeof *change);
    if (!change)
        return lsi_error_nomem(e);
    *change = (lsi_change){at, offset};
    return LSCHED_OK;
}

lsi_zone *lsi_zone_build(lsi_arena *arena, const char *name, const lsi_changes *changes)
{
    size_t n = changes->count;
    lsi_zone *zone = lsi_arena_take(arena, sizeof *zone);
    lsched_time *at = lsi_arena_take(arena, n * sizeof *at);
    int64_t *wall = lsi_arena_take(arena, n * sizeof *wall);
    int32_t *offset = lsi_arena_take(arena, n * sizeof *offset);
    char *copy = lsi_arena_text(arena, name, strlen(name));
    if (!zone || !at || !wall || !offset || !copy)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        at[i] = changes->at[i].at;
        offset[i] = changes->at[i].offset;
        wall[i] = INT64_MIN;
        if (i > 0) {
            /* Forward: what is skipped still counts as before.  Back: the first of two. */
            wall[i] = at[i] + (offset[i] > offset[i - 1] ? offset[i] : offset[i - 1]);
            if (wall[i] < wall[i - 1])
                wall[i] = wall[i - 1];
        }
    }
    *zone = (lsi_zone){copy, n, at, wall, offset};
    return zone;
}

/* ---- the set ----------------------------------------------------------------------- */

lsi_zones *lsi_zone_set_in(const char *folder)
{
    lsi_zones *z = calloc(1, sizeof *z);
    if (z)
        z->folder = folder;
    return z;
}

lsi_zones *lsi_zone_set_new(void)
{
    return lsi_zone_set_in(ZONE_FOLDER);
}

static void forget(lsi_zones *z)
{
    lsi_arena_free(&z->arena);
    z->count = 0;
    z->edition = (lsi_edition){0};
}

void lsi_zone_set_free(lsi_zones *z)
{
    if (!z)
        return;
    forget(z);
    free(z->at);
    free(z);
}

const char *lsi_zone_version(lsi_zones *z)
{
    if (!z->edition.mark)
        lsi_zonedb_edition(z->folder, &z->edition);
    return z->edition.version;
}

bool lsi_zone_refresh(lsi_zones *z)
{
    lsi_edition now;
    lsi_zonedb_edition(z->folder, &now);
    bool other = z->edition.mark && z->edition.mark != now.mark;
    if (other)
        forget(z);
    z->edition = now;
    return other;
}

static int load(lsi_zones *z, const char *name, lsi_zone **out, lsi_error *e)
{
    lsi_changes changes = {0};
    size_t size;
    int status;
    unsigned char *bytes = NULL;
    lsi_zone_version(z); /* before any of its files */
    if (strcmp(name, "UTC") == 0) {
        status = lsi_zone_note(&changes, INT64_MIN, 0, e);
    } else {
        status = lsi_zonedb_read(z->folder, name, &bytes, &size, e);
        if (!status)
            status = lsi_tzif_read(bytes, size, &changes, e);
        if (status == LSCHED_INVALID)
            lsi_zonedb_refuse(name, e); /* whatever that file is, it is no zone */
    }
    if (!status) {
        *out = lsi_zone_build(&z->arena, name, &changes);
        status = *out ? LSCHED_OK : lsi_error_nomem(e);
    }
    free(changes.at);
    free(bytes);
    return status;
}

/* The place of `name` in the sorted set, or where it belongs. */
static size_t place(const lsi_zones *z, const char *name)
{
    size_t low = 0, high = z->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(z->at[middle]->name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int lsi_zone_get(lsi_zones *z, const char *name, const lsi_zone **out, lsi_error *e)
{
    *out = NULL;
    if (!lsi_zonedb_is_name(name))
        return lsi_zonedb_refuse(name, e);
    size_t i = place(z, name);
    if (i < z->count && strcmp(z->at[i]->name, name) == 0) {
        *out = z->at[i];
        return LSCHED_OK;
    }
    lsi_zone *zone;
    int status = load(z, name, &zone, e);
    if (status)
        return status;
    if (!lsi_vector_push(&z->at, &z->count, &z->room, sizeof(lsi_zone *)))
        return lsi_error_nomem(e);
    memmove(z->at + i + 1, z->at + i, (z->count - 1 - i) * sizeof(lsi_zone *));
    z->at[i] = zone;
    *out = zone;
    return LSCHED_OK;
}

const char *lsi_zone_name(const lsi_zone *z)
{
    return z->name;
}

/* ---- instants and wall clock ------------------------------------------------------- */

/* The last index whose key is at or before t; the first key is INT64_MIN. */
static size_t period(const int64_t *keys, size_t count, int64_t t)
{
    const int64_t *base = keys;
    while (count > 1) {
        size_t half = count / 2;
        if (base[half] <= t)
            base += half;
        count -= half;
    }
    return (size_t)(base - keys);
}

int32_t lsi_zone_offset(const lsi_zone *z, lsched_time t)
{
    return z->offset[period(z->at, z->count, t)];
}

int64_t lsi_zone_wall(const lsi_zone *z, lsched_time t)
{
    return t + lsi_zone_offset(z, t);
}

lsi_season lsi_zone_season(const lsi_zone *z, int64_t wall)
{
    const size_t i = period(z->wall, z->count, wall);
    return (lsi_season){z, z->wall[i], i + 1 < z->count ? z->wall[i + 1] : INT64_MAX, z->offset[i]};
}

lsched_time lsi_zone_instant(const lsi_zone *z, int64_t wall)
{
    return wall - z->offset[period(z->wall, z->count, wall)];
}

lsched_time lsi_zone_change(const lsi_zone *z, lsched_time t)
{
    size_t next = period(z->at, z->count, t) + 1;
    return next < z->count ? z->at[next] : INT64_MAX;
}

lsched_time lsi_zone_date(const lsi_zone *z, int64_t days)
{
    size_t i = period(z->wall, z->count, days * LSI_DAY);
    lsched_time t = days * LSI_DAY - z->offset[i];
    /* Inside a gap, the date begins with the change itself. */
    return i + 1 < z->count && t > z->at[i + 1] ? z->at[i + 1] : t;
}

lsched_time lsi_zone_midnight(const lsi_zone *z, lsched_time t, int days)
{
    int64_t today = lsi_civil_floor(lsi_zone_wall(z, t), LSI_DAY);
    /* A clock put back over midnight shows the old date again: the new one has begun. */
    if (lsi_zone_date(z, today + 1) <= t)
        today++;
    return lsi_zone_date(z, today + days);
}
