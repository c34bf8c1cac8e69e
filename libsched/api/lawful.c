/* api/lawful.c -- header chapter 4: what the law says of one contact. */
#include "api/api.h"

int lsched_may_contact(lsched *s, const char *customer, const char *service, int32_t channel,
                       lsched_time at, lsched_lawful **out)
{
    lsi_arena *arena;
    int status = lsi_box_start(s, out);
    if (status == LSCHED_OK)
        status = lsi_entry_id(s, "customer", customer);
    if (status == LSCHED_OK)
        status = lsi_entry_id(s, "service", service);
    if (status != LSCHED_OK)
        return status;
    lsched_lawful *answer = lsi_box_new(sizeof *answer, &arena);
    if (answer == NULL)
        return lsi_error_nomem(&s->error);
    status = lsi_lawful_ask(&s->core, customer, service, channel, at, arena, answer, &s->error);
    if (status == LSCHED_OK || status == LSCHED_CLOSED)
        *out = answer;
    else
        lsched_lawful_free(answer);
    return status;
}

void lsched_lawful_free(lsched_lawful *lawful)
{
    lsi_box_free(lawful);
}
