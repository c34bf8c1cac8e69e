/* api/upkeep.c -- header chapter 10: upkeep. */
#include "api/api.h"

#include <string.h>

LSI_LIST(finding, findings)

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
    int status = lsi_box_start(s, out);
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
    return lsi_box_hand_list(list, status, out);
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
