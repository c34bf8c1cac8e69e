/* api/line.c -- header chapter 6: the working day. */
#include "api/api.h"

int lsched_join(lsched *s, const lsched_request *request, lsched_booking **out)
{
    return lsi_bookings_take(s, request, out, lsi_line_join);
}

int lsched_get_position(lsched *s, const char *id, int32_t *out)
{
    if (out != NULL)
        *out = 0;
    int status = lsi_scheduler_need_store(s);
    if (status == LSCHED_OK && out == NULL)
        status = lsi_scheduler_missing(s, "out");
    if (status == LSCHED_OK)
        status = lsi_entry_id(s, "id", id);
    return status == LSCHED_OK ? lsi_line_position(&s->core, id, out, &s->error) : status;
}

int lsched_contact_happened(lsched *s, const char *customer, const char *service, const char *cause,
                            const char *key, lsched_booking **out)
{
    const lsi_happening wanted = {
        .key = key, .customer = customer, .service = service, .cause = cause};
    lsched_booking *box;
    lsi_arena *arena;
    int status = lsi_bookings_start(s, out, false, &box, &arena);
    if (status == LSCHED_OK)
        status = lsi_entry_id(s, "customer", customer);
    if (status == LSCHED_OK)
        status = lsi_entry_id(s, "service", service);
    if (status == LSCHED_OK && !lsi_text_given(key))
        status = lsi_scheduler_missing(s, "key");
    if (status == LSCHED_OK)
        status = lsi_line_happened(&s->core, &wanted, arena, box, &s->error);
    return lsi_bookings_hand_out(status, box, out);
}

int lsched_next(lsched *s, const char *agent, int32_t seconds, lsched_booking **out)
{
    lsched_booking *box;
    lsi_arena *arena;
    int status = lsi_bookings_start(s, out, true, &box, &arena);
    if (status == LSCHED_OK)
        status = lsi_entry_id(s, "agent", agent);
    if (status == LSCHED_OK)
        status = lsi_next_take(&s->core, agent, seconds, arena, box, &s->error);
    return lsi_bookings_hand_out(status, box, out);
}

int lsched_start_as(lsched *s, const char *id, const char *agent, const char *key,
                    lsched_booking **out)
{
    const lsi_stepping wanted = {.key = key, .id = id, .agent = agent};
    if (out != NULL)
        *out = NULL;
    int status = lsi_scheduler_need_store(s);
    if (status == LSCHED_OK)
        status = lsi_entry_id(s, "agent", agent);
    return status == LSCHED_OK ? lsi_bookings_step(s, &wanted, out, lsi_next_start) : status;
}

int lsched_finish_as(lsched *s, const lsched_result *result, lsched_booking **out)
{
    lsched_result r;
    lsched_booking *box;
    lsi_arena *arena;
    int status = lsi_bookings_start(s, out, false, &box, &arena);
    if (status == LSCHED_OK)
        status = lsi_entry_take(s, result, sizeof r, sizeof r, &r);
    if (status == LSCHED_OK)
        status = lsi_attempt_finish(&s->core, &r, arena, box, &s->error);
    return lsi_bookings_hand_out(status, box, out);
}
