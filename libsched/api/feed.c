/* api/feed.c -- header chapter 8: events and notices. */
#include "api/api.h"

LSI_LIST(event, events)
LSI_LIST(notice, notices)

/* ---- events ---------------------------------------------------------------------------------- */

int lsched_list_events(lsched *s, const char *booking, int64_t after, uint32_t limit,
                       lsched_events **out)
{
    lsi_list *list;
    lsched_event *items = NULL;
    int status = lsi_box_start_list(s, out, &limit, sizeof **out, sizeof *items, &list);
    if (status == LSCHED_OK && lsi_text_given(booking))
        status = lsi_entry_id(s, "booking", booking);
    if (status == LSCHED_OK)
        status = lsi_feed_list(&s->core, booking, after, limit, &list->arena, &items, &list->count,
                               &s->error);
    if (status == LSCHED_OK)
        list->items = items;
    return lsi_box_hand_list(list, status, out);
}

/* ---- notices --------------------------------------------------------------------------------- */

int lsched_take_notices(lsched *s, uint32_t limit, int32_t seconds, lsched_notices **out)
{
    lsi_list *list;
    lsched_notice *items = NULL;
    int status = lsi_box_start_list(s, out, &limit, sizeof **out, sizeof *items, &list);
    if (status == LSCHED_OK)
        status = lsi_notice_take(&s->core, limit, seconds, &list->arena, &items, &list->count,
                                 &s->error);
    if (status == LSCHED_OK)
        list->items = items;
    return lsi_box_hand_list(list, status, out);
}

int lsched_ack_notice(lsched *s, const char *id, int32_t attempt)
{
    int status = lsi_scheduler_need_store(s);
    if (status == LSCHED_OK)
        status = lsi_entry_id(s, "id", id);
    return status == LSCHED_OK ? lsi_notice_ack(&s->core, id, attempt, &s->error) : status;
}

int lsched_next_due(lsched *s, lsched_time *out)
{
    if (out != NULL)
        *out = 0;
    int status = lsi_scheduler_need_store(s);
    if (status == LSCHED_OK && out == NULL)
        status = lsi_scheduler_missing(s, "out");
    return status == LSCHED_OK ? lsi_notice_next(&s->core, out, &s->error) : status;
}
