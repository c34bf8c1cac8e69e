/* heap.c -- SQLite's memory: a heap for each client and one for the witness, so that the memory
 * of whoever dies goes at once, and the next one finds it warm.
 *
 * Where memory is watched (by a sanitizer), SQLite keeps its own, and what the dead had stays.
 */
#include "sim.h"

#include <stdlib.h>
#include <string.h>

int heap_current;

#ifdef MEMORY_IS_WATCHED

void heap_start(void)
{
}

void heap_empty(int which)
{
    (void)which;
}

#else

enum {
    HEAPS = CLIENTS_MOST + 2,
    BYTES = 32 * 1024 * 1024,
    UNIT = 16,
    SMALL = 64,          /* sizes up to so many units each have a class of their own */
    CLASSES = SMALL + 64 /* above, there are four to each doubling */
};

typedef struct piece {
    int16_t heap, kind;
    int32_t size;
    struct piece *next; /* when it is free; SQLite's bytes begin behind it */
} piece;

typedef struct heap {
    _Alignas(UNIT) unsigned char bytes[BYTES];
    size_t used;
    piece *free[CLASSES];
} heap;

static heap heaps[HEAPS];

_Static_assert(sizeof(piece) == UNIT, "what is given out has to be aligned");

static int class_of(int size)
{
    const int units = (size + UNIT - 1) / UNIT;
    if (units <= SMALL)
        return units;
    const int top = 31 - __builtin_clz((unsigned)(units - 1));
    return SMALL + 1 + (top - 6) * 4 + ((units - 1) >> (top - 2) & 3);
}

/* The most that a class has room for. */
static int size_of(int kind)
{
    if (kind <= SMALL)
        return kind * UNIT;
    const int step = kind - SMALL - 1;
    return ((4 + step % 4 + 1) << (step / 4 + 4)) * UNIT;
}

static piece *piece_of(void *memory)
{
    return (piece *)memory - 1;
}

static void *take(int size)
{
    heap *h = &heaps[heap_current];
    const int kind = class_of(size);
    piece *p = h->free[kind];
    if (p != NULL) {
        h->free[kind] = p->next;
        return p + 1;
    }
    const size_t all = sizeof *p + (size_t)size_of(kind);
    if (h->used + all > BYTES)
        abort();
    p = (piece *)(void *)(h->bytes + h->used);
    h->used += all;
    *p = (piece){.heap = (int16_t)heap_current, .kind = (int16_t)kind, .size = size_of(kind)};
    return p + 1;
}

static void give(void *memory)
{
    if (memory == NULL)
        return;
    piece *p = piece_of(memory);
    heap *h = &heaps[p->heap];
    p->next = h->free[p->kind];
    h->free[p->kind] = p;
}

static int size_at(void *memory)
{
    return memory != NULL ? piece_of(memory)->size : 0;
}

static void *resize(void *memory, int size)
{
    if (size <= size_at(memory))
        return memory;
    void *other = take(size);
    memcpy(other, memory, (size_t)size_at(memory));
    give(memory);
    return other;
}

static int round_up(int size)
{
    return size_of(class_of(size));
}

static int begin(void *user)
{
    (void)user;
    return SQLITE_OK;
}

static void end(void *user)
{
    (void)user;
}

void heap_start(void)
{
    static const sqlite3_mem_methods methods = {.xMalloc = take,
                                                .xFree = give,
                                                .xRealloc = resize,
                                                .xSize = size_at,
                                                .xRoundup = round_up,
                                                .xInit = begin,
                                                .xShutdown = end};
    if (sqlite3_config(SQLITE_CONFIG_MALLOC, &methods) != SQLITE_OK)
        abort();
}

void heap_empty(int which)
{
    heaps[which].used = 0;
    memset(heaps[which].free, 0, sizeof heaps[which].free);
}

#endif
