/* api/incidents.c -- header chapter 7: what is broken just now, who wants to hear of it, and
 * what will be late.
 */
#include "api/api.h"

LSI_LIST(delay, delays)

int lsched_incidents_for(lsched *s, const char *customer, const char *service,
                         lsched_incidents **out)
{
    lsi_list *list;
    lsched_incident *items = NULL;
    uint32_t limit = 0;
    int status = lsi_box_start_list(s, out, &limit, sizeof(lsi_list), sizeof *items, &list);
    if (status == LSCHED_OK)
        status = lsi_entry_id(s, "customer", customer);
    if (status == LSCHED_OK && lsi_text_given(service))
        status = lsi_entry_id(s, "service", service);
    if (status == LSCHED_OK)
        status = lsi_incident_list(&s->core, customer, service, &list->arena, &items, &list->count,
                                   &s->error);
    if (status == LSCHED_OK)
        list->items = items;
    return lsi_box_hand_list(list, status, out);
}

static int subscribe(lsched *s, const char *incident, const char *customer, bool off)
{
    int status = lsi_scheduler_need_store(s);
    if (status == LSCHED_OK)
        status = lsi_entry_id(s, "incident", incident);
    if (status == LSCHED_OK)
        status = lsi_entry_id(s, "customer", customer);
    if (status == LSCHED_OK)
        status = lsi_incident_subscribe(&s->core, incident, customer, off, &s->error);
    return status;
}

int lsched_subscribe(lsched *s, const char *incident, const char *customer)
{
    return subscribe(s, incident, customer, false);
}

int lsched_unsubscribe(lsched *s, const char *incident, const char *customer)
{
    return subscribe(s, incident, customer, true);
}

/* ---- delays ---------------------------------------------------------------------------------- */

static int list_delays(lsched *s, int32_t minutes, bool tells, lsched_delays **out)
{
    lsi_list *list;
    lsched_delay *items = NULL;
    uint32_t limit = 0;
    int status = lsi_box_start_list(s, out, &limit, sizeof **out, sizeof *items, &list);
    if (status == LSCHED_OK)
        status =
            lsi_delay_list(&s->core, minutes, tells, &list->arena, &items, &list->count, &s->error);
    if (status == LSCHED_OK)
        list->items = items;
    return lsi_box_hand_list(list, status, out);
}

int lsched_list_delays(lsched *s, int32_t minutes, lsched_delays **out)
{
    return list_delays(s, minutes, false, out);
}

int lsched_tell_delays(lsched *s, int32_t minutes, lsched_delays **out)
{
    return list_delays(s, minutes, true, out);
}
