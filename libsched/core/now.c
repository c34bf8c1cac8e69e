/* core/now.c -- what time it is: the host's word, once it makes sense. */
#include "core/core.h"

int lsi_now_ask(lsi_core *core, lsched_time *now, lsi_error *e)
{
    *now = core->clock(core->clock_user);
    if (*now < 0 || *now >= LSI_TIME_END)
        return lsi_error_set(e, LSCHED_INVALID, "the clock says a time outside of 1970 to 2199");
    return LSCHED_OK;
}

/* Nothing is lost where this is wrong: what ran out is written down by whoever takes the
 * place, and nobody goes by the clock alone.  So a clock that was far ahead for one write
 * does not have the last word for ever. */
lsched_time lsi_now_after(lsched_time now, lsched_time last)
{
    return last < now || last > now + LSCHED_MAX_HOLD ? now : last;
}

int lsi_now_clock(lsi_core *core, lsched_time now, lsched_time *clock, lsi_error *e)
{
    const int status = lsi_ledger_clock(core->store, clock, e);
    *clock = lsi_now_after(now, *clock);
    return status;
}
