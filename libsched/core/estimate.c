/* core/estimate.c -- how long a wait will be, and whether it can be offered.
 *
 * What is gathered (ahead.c) is rehearsed (rules/estimate.c); nothing is written, and whoever
 * asks twice at one instant is told the same, since chance begins with who asks and when.  A wait
 * is offered where nine of ten such waits end before whoever could end it has gone home; else
 * the answer has what can be had instead.
 */
#include "core/ahead.h"
#include "core/line.h"

#include <string.h>

#define NOT_YET "~" /* an id behind all that there are */

static const char *copy(lsi_arena *a, const char *text)
{
    return lsi_arena_text(a, text, strlen(text));
}

static uint64_t seed_of(const lsched_booking *b, lsched_time now)
{
    uint64_t hash = lsi_text_hash(LSI_HASH, &now, sizeof now);
    hash = lsi_text_hash(hash, b->customer, strlen(b->customer));
    hash = lsi_text_hash(hash, b->service, strlen(b->service));
    return lsi_text_hash(hash, &b->channel, sizeof b->channel);
}

/* ---- one wait ----------------------------------------------------------------------------------- */

static int judge(lsi_core *core, const lsched_booking *b, int32_t rungs, const lsi_moment *m,
                 lsched_forecast *out, lsi_error *e)
{
    lsi_arena a = {0};
    lsi_gathered g;
    lsi_forecast wait;
    const lsi_asking asking = {b, {.customer = b->customer, .service = b->service, .rungs = rungs}};
    int status = lsi_ahead_gather(core, &asking, m, &a, &g, e);
    g.queue.close = g.close;
    g.queue.seed = seed_of(b, m->now);
    if (status == LSCHED_OK)
        status = lsi_estimate_wait(&g.queue, &wait, e);
    if (status == LSCHED_OK) {
        out->position = g.position;
        out->agents = (int32_t)g.fit;
        out->chance = wait.chance;
        out->p50 = wait.p50;
        out->p90 = wait.p90;
        out->close = g.close;
        out->offered = out->status == LSCHED_OK && wait.p90 >= 0 && m->now + wait.p90 < g.close;
    }
    lsi_arena_free(&a);
    return status;
}

/* ---- what can be had instead ----------------------------------------------------------------------- */

static int find_slot(lsi_core *core, const lsched_booking *b, lsi_arena *a, lsched_forecast *out,
                     lsi_error *e)
{
    const lsched_query query = {.size = sizeof query,
                                .limit = 1,
                                .channels = b->channel,
                                .rungs = b->rungs,
                                .customer = b->customer,
                                .service = b->service};
    lsi_arena names = {0};
    lsi_found found = {0};
    size_t at;
    int status = lsi_search_find(core, &query, 1, &at, &names, &found, e);
    if (status == LSCHED_OK && found.count > 0) {
        lsched_slot *slot = lsi_arena_take(a, sizeof *slot);
        if (slot != NULL) {
            *slot = found.slots[0];
            slot->agent = copy(a, slot->agent);
            slot->team = copy(a, slot->team);
        }
        out->slot = slot;
        if (slot == NULL || slot->agent == NULL || slot->team == NULL)
            status = lsi_error_nomem(e);
    }
    lsi_search_free(&found);
    lsi_arena_free(&names);
    return status;
}

/* General care, where it was not asked for. */
static int ask_general(lsi_core *core, const lsched_booking *b, const lsi_moment *m,
                       lsched_forecast *out, lsi_error *e)
{
    lsched_forecast general = {0};
    if (b->rungs == 0 || (b->rungs & LSCHED_GENERAL) != 0)
        return LSCHED_OK;
    const int status = judge(core, b, LSCHED_GENERAL, m, &general, e);
    if (status == LSCHED_OK && general.offered != 0) {
        out->general_p50 = general.p50;
        out->general_p90 = general.p90;
    }
    return status;
}

static int answer(lsi_core *core, const lsched_booking *b, const lsi_moment *m, bool known,
                  lsi_arena *a, lsched_forecast *out, lsi_error *e)
{
    int status = LSCHED_OK;
    out->size = sizeof *out;
    out->p50 = out->p90 = out->general_p50 = out->general_p90 = -1;
    out->team = copy(a, b->team);
    out->open = copy(a, out->open != NULL ? out->open : "");
    if (out->team == NULL || out->open == NULL)
        return lsi_error_nomem(e);
    if (known)
        status = judge(core, b, b->rungs != 0 ? b->rungs : LSI_ALL_RUNGS, m, out, e);
    if (status == LSCHED_OK && out->offered == 0)
        status = ask_general(core, b, m, out, e);
    return status == LSCHED_OK && out->offered == 0 ? find_slot(core, b, a, out, e) : status;
}

/* ---- if I joined now --------------------------------------------------------------------------------- */

static int run_join(lsi_core *core, const lsched_request *r, lsi_arena *a, lsched_forecast *out,
                    lsi_error *e)
{
    lsi_moment m;
    lsi_act t = {.core = core, .a = a};
    lsched_booking b = {0};
    const char *open = "";
    int32_t refusal = LSCHED_OK;
    int status = lsi_facts_moment(core, &m, e);
    if (status != LSCHED_OK)
        return status;
    t.now = m.now;
    t.b = &b;
    status = lsi_line_ask(&t, r, &refusal, &open, e);
    b.id = NOT_YET;
    out->status = refusal;
    out->open = open;
    if (status == LSCHED_OK && refusal == LSCHED_EXISTS)
        status = lsi_ledger_get(core->store, open, a, &b, e);
    b.team = b.team != NULL ? b.team : "";
    const bool known =
        refusal == LSCHED_OK || (refusal == LSCHED_EXISTS && b.state == LSCHED_WAITING);
    return status == LSCHED_OK ? answer(core, &b, &m, known, a, out, e) : status;
}

int lsi_estimate_join(lsi_core *core, const lsched_request *request, lsi_arena *a,
                      lsched_forecast *out, lsi_error *e)
{
    lsched_request r = *request;
    if (!lsi_text_given(r.key))
        r.key = "estimate"; /* nothing is written under it */
    int status = lsi_line_check(&r, e);
    if (status == LSCHED_OK)
        status = lsi_store_enter(core->store, false, e);
    return status == LSCHED_OK ? lsi_store_leave(core->store, run_join(core, &r, a, out, e), e)
                               : status;
}

/* ---- of one that waits --------------------------------------------------------------------------------- */

static int run_waiting(lsi_core *core, const char *id, lsi_arena *a, lsched_forecast *out,
                       lsi_error *e)
{
    lsi_moment m;
    lsched_booking b;
    int status = lsi_facts_moment(core, &m, e);
    if (status == LSCHED_OK)
        status = lsi_ledger_get(core->store, id, a, &b, e);
    if (status == LSCHED_OK && b.state != LSCHED_WAITING)
        return lsi_error_set(e, LSCHED_OVER, "booking '%s' is %s", b.id, lsi_life_name(b.state));
    return status == LSCHED_OK ? answer(core, &b, &m, true, a, out, e) : status;
}

int lsi_estimate_waiting(lsi_core *core, const char *id, lsi_arena *a, lsched_forecast *out,
                         lsi_error *e)
{
    const int status = lsi_store_enter(core->store, false, e);
    return status == LSCHED_OK ? lsi_store_leave(core->store, run_waiting(core, id, a, out, e), e)
                               : status;
}
