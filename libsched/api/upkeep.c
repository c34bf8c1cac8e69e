/* api/upkeep.c -- header chapter 10: upkeep. */
#include "api/api.h"

#include <string.h>

struct lsched_findings {
    lsi_list list;
};

/* The findings into the list's own memory. */
static int hand_over(const lsi_findings *found, lsi_list *list, lsi_error *e)
{
    list->items = lsi_arena_take(&list->arena, (found->count + 1) * sizeof *found->at);
    if (list->items == NULL)
        return lsi_error_nomem(e);
    if (found->count > 0)
        memcpy(list->items, found->at, found->count * sizeof *found->at);
    list->count = found->count;
    return LSCHED_OK;
}

int lsched_verify(lsched *s, lsched_findings **out)
{
    int status = lsi_scheduler_need_store(s);
    if (out != NULL)
        *out = NULL;
    if (status == LSCHED_OK && out == NULL)
        status = lsi_scheduler_missing(s, "out");
    if (status != LSCHED_OK)
        return status;
    lsi_list *list = lsi_box_list(sizeof **out, sizeof(lsched_finding));
    if (list == NULL)
        return lsi_error_nomem(&s->error);
    lsi_findings found = {.a = &list->arena};
    status = lsi_core_verify(&s->core, &found, &s->error);
    if (status == LSCHED_OK)
        status = hand_over(&found, list, &s->error);
    lsi_verify_free(&found);
    if (status == LSCHED_OK)
        *out = (lsched_findings *)list;
    else
        lsi_box_list_free(list);
    return status;
}

size_t lsched_findings_count(const lsched_findings *list)
{
    return list != NULL ? list->list.count : 0;
}

const lsched_finding *lsched_findings_at(const lsched_findings *list, size_t i)
{
    return lsi_box_at(list != NULL ? &list->list : NULL, i);
}

void lsched_findings_free(lsched_findings *list)
{
    lsi_box_list_free(list != NULL ? &list->list : NULL);
}

int lsched_upgrade(lsched *s, const char *path)
{
    const int status = lsi_scheduler_enter(s);
    if (status != LSCHED_OK)
        return status;
    if (s->core.store != NULL)
        return lsi_error_set(&s->error, LSCHED_MISUSE, "a store is open already");
    if (path == NULL || *path == '\0')
        return lsi_scheduler_missing(s, "path");
    const lsi_watch watch = lsi_watch_start(s->deadline);
    return lsi_store_upgrade(&watch, path, &s->error);
}

int lsched_backup(lsched *s, const char *path)
{
    const int status = lsi_scheduler_need_store(s);
    if (status != LSCHED_OK)
        return status;
    if (path == NULL || *path == '\0')
        return lsi_scheduler_missing(s, "path");
    return lsi_store_backup(s->core.store, path, &s->error);
}
