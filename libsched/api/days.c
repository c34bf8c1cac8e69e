/* api/days.c -- header chapter 4: how many starts each day has. */
#include "api/api.h"

LSI_LIST(day, days)

int lsched_find_days(lsched *s, const lsched_query *query, lsched_days **out)
{
    lsched_query q;
    lsched_day *days = NULL;
    int status = lsi_box_start(s, out);
    if (status == LSCHED_OK)
        status = lsi_slots_query(s, query, &q);
    if (status != LSCHED_OK)
        return status;
    lsi_list *list = lsi_box_list(sizeof(lsched_days), sizeof(lsched_day));
    if (list == NULL)
        return lsi_error_nomem(&s->error);
    status = lsi_count_days(&s->core, &q, &list->arena, &days, &list->count, &s->error);
    list->items = days;
    if (status == LSCHED_OK)
        *out = (lsched_days *)list;
    else
        lsi_box_list_free(list);
    return status;
}
