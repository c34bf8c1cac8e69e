/* core/feed.c -- what has happened, for whoever follows it: a question and no more, since
 * the ledger wrote each event with the booking as it was left (I3). */
#include "core/core.h"

static int list_events(lsi_core *core, const char *booking, int64_t after, uint32_t limit,
                       lsi_arena *a, lsched_event **out, size_t *count, lsi_error *e)
{
    lsched_booking known;
    int status = LSCHED_OK;
    if (lsi_text_given(booking))
        status = lsi_ledger_get(core->store, booking, a, &known, e);
    return status == LSCHED_OK
               ? lsi_events_list(core->store, booking, after, limit, a, out, count, e)
               : status;
}

int lsi_feed_list(lsi_core *core, const char *booking, int64_t after, uint32_t limit, lsi_arena *a,
                  lsched_event **out, size_t *count, lsi_error *e)
{
    if (after < 0)
        return lsi_error_set(e, LSCHED_INVALID, "after is negative");
    const int status = lsi_store_enter(core->store, false, e);
    if (status != LSCHED_OK)
        return status;
    return lsi_store_leave(core->store, list_events(core, booking, after, limit, a, out, count, e),
                           e);
}
