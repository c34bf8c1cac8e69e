/* api/box.c -- records and lists that go out: each owns all that it shows, so that they
 * can be released in any order. */
#include "api/api.h"

#include <stdlib.h>
#include <string.h>

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

int lsi_box_start(lsched *s, void *out)
{
    if (out != NULL)
        memset(out, 0, sizeof(void *));
    const int status = lsi_scheduler_need_store(s);
    return status == LSCHED_OK && out == NULL ? lsi_scheduler_missing(s, "out") : status;
}

int lsi_box_start_list(lsched *s, void *out, uint32_t *limit, size_t list_size, size_t item_size,
                       lsi_list **list)
{
    int status = lsi_box_start(s, out);
    *list = NULL;
    if (status == LSCHED_OK && *limit > LSCHED_MAX_PAGE)
        status = lsi_error_set(&s->error, LSCHED_LIMIT, "limit is more than %d", LSCHED_MAX_PAGE);
    if (status != LSCHED_OK)
        return status;
    if (*limit == 0)
        *limit = 1000;
    *list = lsi_box_list(list_size, item_size);
    return *list != NULL ? LSCHED_OK : lsi_error_nomem(&s->error);
}

int lsi_box_hand_list(lsi_list *list, int status, void *out)
{
    if (status != LSCHED_OK) {
        lsi_box_list_free(list);
        return status;
    }
    const uint32_t size = (uint32_t)list->size;
    for (size_t i = 0; i < list->count; i++)
        memcpy((char *)list->items + i * list->size, &size, sizeof size);
    memcpy(out, &list, sizeof list);
    return LSCHED_OK;
}
