/* core/work.c -- the work of agents around today, on shift and booked, for rules/share.c.
 *
 * An agent's is read once for a window of days, and again, day by day, where an event was
 * about it, unless that says itself how much it was; a question's shares are weighed again for
 * those days only.
 */
#include "core/picture.h"

#include <stdlib.h>
#include <string.h>

#define ALL_PLACES ((UINT64_C(1) << LSI_WORK_PLACES) - 1)

/* A calendar that costs too much over these days has no say in fairness; where it is asked for
 * a place, it is told of. */
static int read_shifts(lsi_core *core, lsi_card *agent, int64_t first, lsi_error *e)
{
    const lsi_spans *shifts;
    const lsched_time from = first * LSI_DAY, until = from + LSI_WORK_DAYS * LSI_DAY;
    const int status = lsi_card_keep_shifts(
        core, agent, from, until < LSI_TIME_END ? until : LSI_TIME_END, &shifts, e);
    if (status == LSCHED_OK)
        lsi_share_shifts(agent->work, first, shifts);
    if (status != LSCHED_LIMIT)
        return status;
    lsi_error_clear(e);
    return LSCHED_OK;
}

static int read_all(lsi_core *core, lsi_card *agent, int64_t first, lsi_error *e)
{
    if (agent->work == NULL)
        agent->work = malloc(sizeof *agent->work);
    if (agent->work == NULL)
        return lsi_error_nomem(e);
    *agent->work = (lsi_work){0};
    agent->work_day = INT64_MIN; /* should it fail */
    int status = lsi_store_late(core->store, e);
    if (status == LSCHED_OK)
        status = read_shifts(core, agent, first, e);
    if (status == LSCHED_OK)
        status = lsi_served_seconds(core->store, agent->id, first, first + LSI_WORK_DAYS,
                                    agent->work->booked, e);
    if (status == LSCHED_OK)
        agent->work_day = first;
    return status;
}

static int read_places(lsi_core *core, lsi_card *agent, lsi_error *e)
{
    int status = LSCHED_OK;
    /* The last place is all that is later. */
    if ((agent->work_stale >> LSI_WORK_DAYS & 1) != 0)
        return lsi_served_seconds(core->store, agent->id, agent->work_day,
                                  agent->work_day + LSI_WORK_DAYS, agent->work->booked, e);
    for (uint64_t left = agent->work_stale; status == LSCHED_OK && left != 0; left &= left - 1) {
        const int place = __builtin_ctzll(left);
        status = lsi_served_on(core->store, agent->id, agent->work_day + place,
                               &agent->work->booked[place], e);
    }
    return status;
}

static int read_agent(lsi_core *core, lsi_card *agent, int64_t first, lsi_error *e)
{
    lsi_picture *p = core->picture;
    uint64_t places = agent->work_stale;
    int status;
    if (agent->work == NULL || agent->work_day != first) {
        places = ALL_PLACES;
        status = read_all(core, agent, first, e);
    } else {
        status = read_places(core, agent, e);
    }
    if (status != LSCHED_OK)
        return status;
    agent->work_stale = 0;
    agent->work_sure = (agent->work_sure || places == ALL_PLACES) &&
                       lsi_log_written(core->store) == p->written;
    p->work_changes++;
    for (; places != 0; places &= places - 1)
        p->work_changed[__builtin_ctzll(places)] = p->work_changes;
    return LSCHED_OK;
}

static int start_weighing(lsi_lineup *l, int64_t first, lsi_error *e)
{
    const size_t count = l->facts.candidate_count * LSI_WORK_PLACES;
    if (l->owed == NULL)
        l->owed = lsi_arena_take(&l->arena, count * sizeof *l->owed);
    if (l->owed == NULL)
        return lsi_error_nomem(e);
    memset(l->owed, 0, count * sizeof *l->owed);
    for (size_t i = 0; i < l->facts.candidate_count; i++)
        l->facts.candidates[i].owed = 0;
    l->work_day = l->facts.work_day = first;
    l->looked = UINT64_MAX;
    l->weighed = 0;
    return LSCHED_OK;
}

int lsi_work_weigh(lsi_core *core, lsi_lineup *l, lsched_time now, lsi_error *e)
{
    lsi_picture *p = core->picture;
    const int64_t first = lsi_share_first_day(now);
    lsi_facts *f = &l->facts;
    uint64_t places = 0;
    int status = LSCHED_OK;
    /* Whoever is alone is the best. */
    if (f->agent_count < 2 ||
        (l->owed != NULL && l->work_day == first && l->looked == p->work_turn))
        return LSCHED_OK;
    if (l->owed == NULL || l->work_day != first)
        status = start_weighing(l, first, e);
    for (size_t i = 0; i < f->agent_count && status == LSCHED_OK; i++) {
        lsi_card *agent = l->agents[i];
        if (agent->work == NULL || agent->work_day != first || agent->work_stale != 0)
            status = read_agent(core, agent, first, e);
        f->agents[i].work = agent->work;
    }
    if (status != LSCHED_OK)
        return status;
    for (int place = 0; place < LSI_WORK_PLACES; place++)
        places |= l->weighed == 0 || p->work_changed[place] > l->weighed ? UINT64_C(1) << place : 0;
    if (places != 0) {
        lsi_share_owe(f, places, l->owed);
        l->sorted = false;
    }
    l->weighed = p->work_changes;
    l->looked = p->work_turn;
    return LSCHED_OK;
}

/* What was read already with an event in it must not be told of that once more. */
void lsi_work_add(lsi_picture *p, lsi_card *agent, lsched_time start, int64_t seconds)
{
    int64_t place = lsi_civil_floor(start, LSI_DAY) - agent->work_day;
    if (agent->work == NULL || agent->work_day == INT64_MIN || !agent->work_sure) {
        lsi_work_forget(p, agent, start, start + 1);
        return;
    }
    p->work_turn++;
    if (place < 0)
        return;
    place = place < LSI_WORK_DAYS ? place : LSI_WORK_DAYS;
    agent->work->booked[place] += seconds;
    p->work_changed[place] = ++p->work_changes;
}

void lsi_work_forget(lsi_picture *p, lsi_card *agent, lsched_time from, lsched_time until)
{
    p->work_turn++;
    if (agent->work == NULL || agent->work_day == INT64_MIN)
        return;
    int64_t first = lsi_civil_floor(from, LSI_DAY) - agent->work_day;
    int64_t last = lsi_civil_floor(until - 1, LSI_DAY) - agent->work_day;
    first = first < 0 ? 0 : first > LSI_WORK_DAYS ? LSI_WORK_DAYS : first;
    last = last < 0 ? -1 : last > LSI_WORK_DAYS ? LSI_WORK_DAYS : last;
    for (int64_t place = first; place <= last; place++)
        agent->work_stale |= UINT64_C(1) << place;
}
