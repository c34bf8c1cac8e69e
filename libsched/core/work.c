/* core/work.c -- the work of an agent around today, on shift and booked, for rules/share.c. */
#include "core/core.h"

/* A calendar that costs too much over these days has no say in fairness; where it is asked for
 * a place, it is told of. */
static int read_shifts(lsi_agent_fact *fact, int64_t first, lsi_error *e)
{
    lsi_spans shifts = {0};
    const lsched_time from = first * LSI_DAY, until = from + LSI_WORK_DAYS * LSI_DAY;
    int status = lsi_layer_open(&fact->layer, fact->zone, from > 0 ? from : 0,
                                until < LSI_TIME_END ? until : LSI_TIME_END, &shifts, e);
    if (status == LSCHED_LIMIT) {
        lsi_error_clear(e);
        status = LSCHED_OK;
    } else if (status == LSCHED_OK) {
        lsi_span_sort(&shifts);
        lsi_share_shifts(&fact->work, first, &shifts);
    }
    lsi_span_free(&shifts);
    return status;
}

int lsi_work_take(lsi_core *core, lsi_agent_fact *fact, int64_t first, lsi_error *e)
{
    fact->work = (lsi_work){0};
    int status = lsi_store_late(core->store, e);
    if (status == LSCHED_OK)
        status = read_shifts(fact, first, e);
    return status == LSCHED_OK ? lsi_ledger_worked(core->store, fact->agent.id, first,
                                                   first + LSI_WORK_DAYS, fact->work.booked, e)
                               : status;
}

int lsi_work_weigh(lsi_core *core, lsi_facts *facts, lsi_error *e)
{
    int status = LSCHED_OK;
    facts->work_day = lsi_share_first_day(facts->now);
    /* Whoever is alone is the best. */
    for (size_t i = 0; facts->agent_count > 1 && i < facts->agent_count && status == LSCHED_OK; i++)
        status = lsi_work_take(core, &facts->agents[i], facts->work_day, e);
    if (status == LSCHED_OK)
        lsi_share_owe(facts);
    return status;
}
