/* base/arena.c -- memory that goes away together.
 *
 * Records and lists are built in an arena, so that a half-built answer costs one call to
 * undo and a finished one is one thing to release.
 */
#include "base/base.h"

#include <stdlib.h>
#include <string.h>

typedef struct lsi_chunk {
    struct lsi_chunk *next;
    size_t used, room;
    max_align_t bytes[];
} chunk;

#define SMALLEST_CHUNK ((size_t)1024)
#define LARGEST_CHUNK ((size_t)65536)

static chunk *add_chunk(lsi_arena *a, size_t size)
{
    size_t room = a->chunks != NULL ? a->chunks->room * 2 : SMALLEST_CHUNK;
    if (room > LARGEST_CHUNK)
        room = LARGEST_CHUNK;
    if (room < size)
        room = size;
    if (room > SIZE_MAX - sizeof(chunk))
        return NULL;
    chunk *c = malloc(sizeof(chunk) + room);
    if (c == NULL)
        return NULL;
    c->used = 0;
    c->room = room;
    c->next = a->chunks;
    a->chunks = c;
    return c;
}

void *lsi_arena_take(lsi_arena *a, size_t size)
{
    const size_t grain = sizeof(max_align_t);
    if (size > SIZE_MAX - grain)
        return NULL;
    size = (size + grain - 1) / grain * grain;
    chunk *c = a->chunks;
    if (c == NULL || c->room - c->used < size)
        c = add_chunk(a, size);
    if (c == NULL)
        return NULL;
    void *taken = (char *)c->bytes + c->used;
    c->used += size;
    return memset(taken, 0, size);
}

char *lsi_arena_text(lsi_arena *a, const char *text, size_t size)
{
    char *copy = size < SIZE_MAX ? lsi_arena_take(a, size + 1) : NULL;
    if (copy != NULL && text != NULL)
        memcpy(copy, text, size);
    return copy;
}

void lsi_arena_free(lsi_arena *a)
{
    while (a->chunks != NULL) {
        chunk *next = a->chunks->next;
        free(a->chunks);
        a->chunks = next;
    }
}

size_t lsi_arena_bytes(const lsi_arena *a)
{
    size_t bytes = 0;
    for (const chunk *c = a->chunks; c != NULL; c = c->next)
        bytes += sizeof *c + c->room;
    return bytes;
}
