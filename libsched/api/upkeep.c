/* api/upkeep.c -- header chapter 10: upkeep. */
#include "api/api.h"

int lsched_upgrade(lsched *s, const char *path)
{
    const int status = lsi_scheduler_enter(s);
    if (status != LSCHED_OK)
        return status;
    if (s->core.store != NULL)
        return lsi_error_set(&s->error, LSCHED_MISUSE, "a store is open already");
    if (path == NULL || *path == '\0')
        return lsi_scheduler_missing(s, "path");
    return lsi_store_upgrade(path, &s->error);
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
