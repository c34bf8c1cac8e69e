/* api/box.c -- records and lists that go out: each owns all that it shows, so that they
 * can be released in any order. */
#include "api/api.h"

#include <stdlib.h>

typedef struct box {
    lsi_arena arena;
    max_align_t record[];
} box;

void *lsi_box_new(size_t size, lsi_arena **arena)
{
    box *b = calloc(1, sizeof *b + size);
    if (b == NULL)
        return NULL;
    *arena = &b->arena;
    return b->record;
}

void lsi_box_free(void *record)
{
    if (record == NULL)
        return;
    box *b = (box *)((char *)record - offsetof(box, record));
    lsi_arena_free(&b->arena);
    free(b);
}

lsi_list *lsi_box_list(size_t list_size, size_t item_size)
{
    lsi_list *list = calloc(1, list_size);
    if (list != NULL)
        list->size = item_size;
    return list;
}

void lsi_box_list_free(lsi_list *list)
{
    if (list == NULL)
        return;
    lsi_arena_free(&list->arena);
    free(list);
}

const void *lsi_box_at(const lsi_list *list, size_t i)
{
    return list != NULL && i < list->count ? (const char *)list->items + i * list->size : NULL;
}
