/* core/familiar.c -- what waiting longer would buy: the first start with somebody whom the
 * customer knows, or of the home team, where the service says that it is worth that wait.
 *
 * The starts are the predicate's (permit.c, or scan.c where the picture can tell), and who is
 * offered at one is the ladder's word, as everywhere; here is only decided how far to look.
 */
#include "core/core.h"

#include <stdlib.h>

#define STRETCH (4 * LSI_DAY)

typedef struct look {
    lsi_core *core;
    lsi_facts *f;
    int32_t rung; /* that is looked for */
    lsi_permits *permits[4];
    int32_t channels[4];
    size_t count;
    bool *seen; /* by agent, at one start */
} look;

/* The first start at or after t at which a candidate of that rung is free. */
static lsched_time next_start(const look *l, lsched_time t)
{
    lsched_time first = INT64_MAX;
    for (size_t c = 0; c < l->count; c++) {
        for (size_t i = 0; i < l->f->candidate_count; i++) {
            if (lsi_ladder_best(l->f->candidates[i].rungs) != l->rung)
                continue;
            const lsched_time next = lsi_permit_next(l->permits[c], i, t);
            first = next < first ? next : first;
        }
    }
    return first;
}

/* What find offers at t on a channel: its `free` is 0 where it offers nothing. */
static lsched_slot offered(const look *l, size_t channel, lsched_time t)
{
    const lsi_facts *f = l->f;
    size_t best = f->candidate_count;
    int32_t free_agents = 0;
    for (size_t i = 0; i < f->agent_count; i++)
        l->seen[i] = false;
    for (size_t i = 0; i < f->candidate_count; i++) {
        if (lsi_permit_why(l->permits[channel], i, t) != 0)
            continue;
        if (best == f->candidate_count || lsi_ladder_before(f, i, best))
            best = i;
        bool *seen = &l->seen[f->candidates[i].agent];
        free_agents += !*seen;
        *seen = true;
    }
    return best < f->candidate_count
               ? lsi_search_slot(f, best, l->channels[channel], t, free_agents)
               : (lsched_slot){0};
}

static int judge(look *l, int32_t channels, lsched_time from, lsched_time until, lsi_error *e)
{
    for (int32_t channel = 1; channel <= channels; channel *= 2) {
        if ((channels & channel) == 0)
            continue;
        int status = lsi_store_late(l->core->store, e);
        if (status == LSCHED_OK)
            status = lsi_permit_new(l->f, channel, from, until, &l->permits[l->count], e);
        if (status != LSCHED_OK)
            return status;
        l->channels[l->count++] = channel;
    }
    return LSCHED_OK;
}

static int look_through(look *l, int32_t channels, lsched_time from, lsched_time until,
                        lsched_slot *out, lsi_error *e)
{
    int status = judge(l, channels, from, until, e);
    lsched_time t = from;
    while (status == LSCHED_OK && out->rung == 0 && (t = next_start(l, t)) < until) {
        for (size_t c = 0; c < l->count && out->rung == 0; c++) {
            const lsched_slot slot = offered(l, c, t);
            /* A booking that is moved is offered to its own agent first, on whatever rung. */
            if (slot.free > 0 && slot.rung == l->rung)
                *out = slot;
        }
        status = lsi_store_late(l->core->store, e);
        t++;
    }
    for (size_t c = 0; c < l->count; c++)
        lsi_permit_free(l->permits[c]);
    l->count = 0;
    return status;
}

/* The first slot on a rung in [from, until); its rung is 0: there is none. */
static int find_rung(look *l, const char *moving, int32_t channels, lsched_time from,
                     lsched_time until, lsched_slot *out, lsi_error *e)
{
    int status = LSCHED_OK;
    for (lsched_time t = from, end; status == LSCHED_OK && out->rung == 0 && t < until; t = end) {
        lsi_arena a = {0};
        end = until - t > STRETCH ? t + STRETCH : until;
        status = lsi_facts_take(l->core, l->f, moving, t, end, &a, e);
        if (status == LSCHED_OK)
            status = look_through(l, channels, t, end, out, e);
        lsi_arena_free(&a);
    }
    return status;
}

/* From the picture where it can tell, else by the predicate itself. */
static int find_offer(look *l, const char *moving, int32_t channels, lsched_time from,
                      lsched_time until, lsched_slot *out, lsi_error *e)
{
    int status = LSCHED_LIMIT;
    if (moving == NULL && lsi_scan_can(l->core, l->f))
        status = lsi_scan_offer(l->core, l->f, channels, l->rung, from, until, out, e);
    if (status != LSCHED_LIMIT)
        return status;
    lsi_error_clear(e);
    return find_rung(l, moving, channels, from, until, out, e);
}

int lsi_familiar_find(lsi_core *core, lsi_facts *f, const char *moving, int32_t channels,
                      lsched_time until, lsi_found *found, lsi_error *e)
{
    const lsched_time first = found->slots[0].start;
    const struct {
        int32_t rung, minutes;
    } rungs[] = {{LSCHED_KNOWN, f->service.wait_known}, {LSCHED_HOME, f->service.wait_home}};
    look l = {.core = core, .f = f, .seen = calloc(f->agent_count + 1, sizeof *l.seen)};
    int status = l.seen != NULL ? LSCHED_OK : lsi_error_nomem(e);
    for (size_t i = 0; i < 2 && status == LSCHED_OK && found->familiar.rung == 0; i++) {
        if (found->slots[0].rung <= rungs[i].rung)
            break;
        if (rungs[i].minutes == 0)
            continue;
        const lsched_time end = first + INT64_C(60) * rungs[i].minutes + 1;
        l.rung = rungs[i].rung;
        status =
            find_offer(&l, moving, channels, first, end < until ? end : until, &found->familiar, e);
    }
    free(l.seen);
    return status;
}
