/* api/ways.c -- header chapter 4: the ways in which a topic is solved. */
#include "api/api.h"

LSI_LIST(way, ways)

int lsched_find_ways(lsched *s, const char *customer, const char *topic, lsched_ways **out)
{
    lsi_list *list;
    lsched_way *items = NULL;
    uint32_t limit = 0;
    int status = lsi_box_start_list(s, out, &limit, sizeof **out, sizeof *items, &list);
    if (status == LSCHED_OK)
        status = lsi_entry_id(s, "customer", customer);
    if (status == LSCHED_OK && !lsi_text_given(topic))
        status = lsi_scheduler_missing(s, "topic");
    if (status == LSCHED_OK)
        status =
            lsi_ways_find(&s->core, customer, topic, &list->arena, &items, &list->count, &s->error);
    if (status == LSCHED_OK)
        list->items = items;
    return lsi_box_hand_list(list, status, out);
}
