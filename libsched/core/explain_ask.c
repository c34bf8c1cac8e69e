/* core/explain_ask.c -- lsched_explain(): one question, one transaction that reads.
 *
 * Who is asked is judged by the predicate, one by one and rule by rule; what other people,
 * channels or times would give is asked of find, which need not say why.
 */
#include "core/explain.h"

#include <stdlib.h>
#include <string.h>

/* ---- the question ---------------------------------------------------------------------------- */

static int bound(lsi_asking *q, lsi_error *e)
{
    const lsi_facts *f = &q->facts;
    q->from = q->query->from != 0 ? q->query->from : f->now;
    q->until = q->query->until != 0 ? q->query->until : lsi_zone_midnight(f->zone, q->from, 1);
    if (q->query->after >= q->from)
        q->from = q->query->after + 1;
    const int status = lsi_exchange_check_range(q->from, q->until, e);
    if (status == LSCHED_OK && q->until - q->from > LSCHED_MAX_EXPLAIN * LSI_DAY)
        return lsi_error_set(e, LSCHED_LIMIT, "the range is longer than %d days",
                             LSCHED_MAX_EXPLAIN);
    return status;
}

static int load(lsi_asking *q, lsi_error *e)
{
    const lsched_query *asked = q->query;
    lsched_time now = 0;
    q->wish = (lsi_wish){.customer = asked->customer,
                         .service = asked->service,
                         .agent = asked->agent,
                         .team = asked->team,
                         .rungs = asked->rungs != 0 ? asked->rungs : LSI_ALL_RUNGS};
    int status = lsi_search_check(asked, e);
    if (status == LSCHED_OK)
        status = lsi_now_ask(q->core, &now, e);
    if (status == LSCHED_OK && lsi_text_given(asked->moving))
        status = lsi_search_moving(q->core, asked, now, &q->scratch, &q->wish, e);
    if (status == LSCHED_OK)
        status = lsi_facts_load(q->core, &q->wish, now, &q->facts, e);
    q->channels = asked->channels != 0 ? asked->channels : q->facts.service.channels;
    return status == LSCHED_OK ? bound(q, e) : status;
}

/* ---- the candidates ---------------------------------------------------------------------------- */

/* An answer in the making. */
typedef struct making {
    lsi_asking *q;
    lsi_window window;
    lsi_rows rows;
    lsi_found found; /* only its losses */
    lsi_tally base;
    lsi_tally *each;   /* of each candidate */
    lsi_found *losses; /* of each on the channel judged last, if not `stale` */
    bool *stale;
    bool anybody;
} making;

static int prepare(making *m, lsi_error *e)
{
    lsi_asking *q = m->q;
    int status = lsi_window_open(q, q->from, q->until, &m->window, e);
    m->each = lsi_arena_take(&q->scratch, (q->facts.candidate_count + 1) * sizeof *m->each);
    m->losses = lsi_arena_take(&q->scratch, (q->facts.candidate_count + 1) * sizeof *m->losses);
    m->stale = lsi_arena_take(&q->scratch, q->facts.candidate_count + 1);
    if (status == LSCHED_OK && (m->each == NULL || m->losses == NULL || m->stale == NULL))
        status = lsi_error_nomem(e);
    if (status == LSCHED_OK)
        status = lsi_window_tally(&m->window, &q->scratch, &m->base, e);
    for (size_t i = 0; status == LSCHED_OK && i < q->facts.candidate_count; i++)
        status = lsi_window_tally(&m->window, &q->scratch, &m->each[i], e);
    m->anybody = q->facts.candidate_count > 0;
    return status;
}

/* Why one candidate is refused on the channel judged now. */
static int find_losses(making *m, size_t candidate, lsi_error *e)
{
    const lsi_window *w = &m->window;
    int status = LSCHED_OK;
    size_t begin = 0;
    m->losses[candidate].loss_count = 0;
    for (size_t i = 0; status == LSCHED_OK && i < w->count; i++) {
        size_t end = begin;
        while (end < w->grid.count && w->grid.at[end] < w->stretches[i].until)
            end++;
        const lsi_instants part = {.at = w->grid.at + begin, .count = end - begin};
        if (part.count > 0)
            status = lsi_explain_candidate(&m->q->facts, w->stretches[i].permits, candidate, &part,
                                           w, &m->losses[candidate], e);
        begin = end;
    }
    m->stale[candidate] = false;
    return status;
}

/* To most people the same happens on several channels: they are asked once. */
static int count_losses(making *m, size_t candidate, lsi_error *e)
{
    const lsi_found *f = &m->losses[candidate];
    int status = m->stale[candidate] ? find_losses(m, candidate, e) : LSCHED_OK;
    for (size_t i = 0; status == LSCHED_OK && i < f->loss_count; i++)
        status = lsi_explain_add(&m->found, f->losses[i].reasons, f->losses[i].count, e);
    return status;
}

static int judge_channel(making *m, int32_t channel, lsi_error *e)
{
    lsi_asking *q = m->q;
    int status = lsi_window_turn(q, &m->window, channel, e);
    for (size_t i = 0; status == LSCHED_OK && i < q->facts.candidate_count; i++) {
        m->stale[i] = m->stale[i] || m->window.moved[i];
        lsi_window_add(&m->window, i, &m->base);
        lsi_window_add(&m->window, i, &m->each[i]);
        lsi_window_add_slots(&m->each[i]);
        status = count_losses(m, i, e);
    }
    if (status == LSCHED_OK && m->anybody)
        status = lsi_rows_gather_channel(q, &m->window, channel, &m->rows, e);
    lsi_window_add_slots(&m->base);
    return status;
}

static int judge(making *m, lsi_error *e)
{
    const lsi_asking *q = m->q;
    int status = LSCHED_OK;
    for (int32_t c = 0; status == LSCHED_OK && (c = lsi_window_channel(q->channels, c)) != 0;)
        status = judge_channel(m, c, e);
    if (status == LSCHED_OK && m->anybody)
        return lsi_rows_gather(q, &m->window, &m->rows, e);
    if (status == LSCHED_OK)
        status = lsi_explain_add(&m->found, LSCHED_WHY_NO_TEAM, 1, e);
    return status == LSCHED_OK ? lsi_rows_nobody(q, &m->rows, e) : status;
}

/* ---- the answer ----------------------------------------------------------------------------------- */

/* Whether candidate `a` stands before `b` among those asked. */
static bool before(const lsi_asking *q, size_t a, size_t b)
{
    const lsi_candidate *x = &q->facts.candidates[a], *y = &q->facts.candidates[b];
    const int32_t rung_x = lsi_ladder_best(x->rungs);
    const int32_t rung_y = lsi_ladder_best(y->rungs);
    if (rung_x != rung_y)
        return rung_x < rung_y;
    const int order =
        strcmp(q->facts.agents[x->agent].agent.id, q->facts.agents[y->agent].agent.id);
    return order != 0 ? order < 0 : a < b;
}

static int tell_candidate(making *m, size_t candidate, lsched_candidate *out, lsi_error *e)
{
    const lsi_asking *q = m->q;
    const lsi_candidate *c = &q->facts.candidates[candidate];
    const lsched_agent *agent = &q->facts.agents[c->agent].agent;
    const char *team = q->facts.teams[c->team].team.id;
    *out = (lsched_candidate){
        .agent = lsi_arena_text(q->out, agent->id, strlen(agent->id)),
        .team = lsi_arena_text(q->out, team, strlen(team)),
        .rung = lsi_ladder_best(c->rungs),
        .starts = lsi_window_starts(&m->each[candidate]),
    };
    for (int32_t channel = LSCHED_PHONE; channel <= LSCHED_VISIT; channel *= 2) {
        if ((q->channels & channel) != 0 &&
            lsi_roster_unfit(agent, &q->facts.service, &q->facts.customer, channel) == 0)
            out->fit |= channel;
    }
    return out->agent != NULL && out->team != NULL ? LSCHED_OK : lsi_error_nomem(e);
}

static int tell_candidates(making *m, lsi_explained *out, lsi_error *e)
{
    const lsi_asking *q = m->q;
    const size_t all = q->facts.candidate_count;
    size_t *order = lsi_arena_take(&m->q->scratch, (all + 1) * sizeof *order), count = 0;
    out->candidates = lsi_arena_take(q->out, (all + 1) * sizeof *out->candidates);
    if (order == NULL || out->candidates == NULL)
        return lsi_error_nomem(e);
    for (size_t i = 0; i < all; i++) {
        size_t n = count++;
        for (; n > 0 && before(q, i, order[n - 1]); n--)
            order[n] = order[n - 1];
        order[n] = i;
    }
    int status = LSCHED_OK;
    for (size_t i = 0; status == LSCHED_OK && i < count; i++)
        status = tell_candidate(m, order[i], &out->candidates[out->candidate_count++], e);
    return status;
}

static int tell(making *m, lsi_explained *out, lsi_error *e)
{
    const lsi_asking *q = m->q;
    out->outlook = (lsched_outlook){.from = q->from,
                                    .until = q->until,
                                    .first = lsi_window_first(&m->base, 0),
                                    .starts = lsi_window_starts(&m->base),
                                    .slots = m->base.slots};
    out->losses = lsi_arena_take(q->out, (m->found.loss_count + 1) * sizeof *out->losses);
    if (out->losses == NULL)
        return lsi_error_nomem(e);
    if (m->found.loss_count > 0)
        memcpy(out->losses, m->found.losses, m->found.loss_count * sizeof *out->losses);
    out->loss_count = m->found.loss_count;
    const int status = tell_candidates(m, out, e);
    return status == LSCHED_OK ? lsi_rows_tell(q, &m->rows, out, e) : status;
}

static int explain(lsi_asking *q, lsi_explained *out, lsi_error *e)
{
    making m = {.q = q};
    int status = load(q, e);
    if (status == LSCHED_OK)
        status = prepare(&m, e);
    if (status == LSCHED_OK)
        status = judge(&m, e);
    if (status == LSCHED_OK)
        status = tell(&m, out, e);
    if (status == LSCHED_OK)
        status = lsi_relax_tell(q, &m.window, &m.base, out, e);
    lsi_window_close(&m.window);
    lsi_rows_free(&m.rows);
    lsi_search_free(&m.found);
    for (size_t i = 0; m.losses != NULL && i < q->facts.candidate_count; i++)
        lsi_search_free(&m.losses[i]);
    return status;
}

int lsi_explain_ask(lsi_core *core, const lsched_query *query, lsi_arena *a, lsi_explained *out,
                    lsi_error *e)
{
    lsi_asking q = {.core = core, .query = query, .out = a};
    int status = lsi_store_enter(core->store, false, e);
    if (status != LSCHED_OK)
        return status;
    status = explain(&q, out, e);
    lsi_facts_free(core, &q.facts);
    lsi_arena_free(&q.scratch);
    return lsi_store_leave(core->store, status, e);
}
