/* api/estimate.c -- header chapter 6: how long a wait will be. */
#include "api/api.h"

/* The box of the answer. */
static int start(lsched *s, lsched_forecast **out, lsched_forecast **box, lsi_arena **arena)
{
    const int status = lsi_box_start(s, out);
    if (status != LSCHED_OK)
        return status;
    *box = lsi_box_new(sizeof **box, arena);
    return *box != NULL ? LSCHED_OK : lsi_error_nomem(&s->error);
}

static int hand_out(int status, lsched_forecast *box, lsched_forecast **out)
{
    if (status == LSCHED_OK)
        *out = box;
    else
        lsched_forecast_free(box);
    return status;
}

int lsched_estimate(lsched *s, const lsched_request *request, lsched_forecast **out)
{
    lsched_request r;
    lsched_forecast *box = NULL;
    lsi_arena *arena;
    int status = start(s, out, &box, &arena);
    if (status == LSCHED_OK)
        status = lsi_entry_take(s, request, offsetof(lsched_request, source), sizeof r, &r);
    if (status == LSCHED_OK)
        status = lsi_estimate_join(&s->core, &r, arena, box, &s->error);
    return hand_out(status, box, out);
}

int lsched_estimate_waiting(lsched *s, const char *id, lsched_forecast **out)
{
    lsched_forecast *box = NULL;
    lsi_arena *arena;
    int status = start(s, out, &box, &arena);
    if (status == LSCHED_OK)
        status = lsi_entry_id(s, "id", id);
    if (status == LSCHED_OK)
        status = lsi_estimate_waiting(&s->core, id, arena, box, &s->error);
    return hand_out(status, box, out);
}

void lsched_forecast_free(lsched_forecast *wait)
{
    lsi_box_free(wait);
}
