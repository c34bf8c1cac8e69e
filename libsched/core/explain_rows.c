/* core/explain_rows.c -- what stands in the way, rule by rule.
 *
 * Every row is a set that the predicate does not permit (permit.c), or such a set told
 * calendar by calendar (layer.c).  A rule for all is one row and not one for each agent.
 */
#include "core/explain.h"

#include <stdlib.h>
#include <string.h>

void lsi_rows_free(lsi_rows *rows)
{
    free(rows->at);
    free(rows->calendars);
    *rows = (lsi_rows){0};
}

static int add_row(lsi_rows *rows, const lsi_row *row, lsi_error *e)
{
    lsi_row *place = lsi_vector_push(&rows->at, &rows->count, &rows->room, sizeof *place);
    if (place == NULL)
        return lsi_error_nomem(e);
    *place = *row;
    return LSCHED_OK;
}

/* One number for each name; 0 is none. */
static int number_calendar(lsi_rows *rows, const char *name, int32_t *number, lsi_error *e)
{
    *number = 0;
    if (name == NULL)
        return LSCHED_OK;
    for (size_t i = 0; i < rows->calendar_count; i++) {
        if (strcmp(rows->calendars[i], name) == 0) {
            *number = (int32_t)i + 1;
            return LSCHED_OK;
        }
    }
    const char **place = lsi_vector_push(&rows->calendars, &rows->calendar_count,
                                         &rows->calendar_room, sizeof *place);
    if (place == NULL)
        return lsi_error_nomem(e);
    *place = name;
    *number = (int32_t)rows->calendar_count;
    return LSCHED_OK;
}

/* ---- gathering ------------------------------------------------------------------------------ */

/* Where rows go, and what the next ones have in common. */
typedef struct gathering {
    const lsi_asking *q;
    lsi_rows *rows;
    lsi_row row;
} gathering;

/* A rule's refusals: all of the stretch that it does not permit. */
static int add_rest(gathering *g, const struct lsi_judged *j, const lsi_spans *permitted,
                    lsi_error *e)
{
    lsched_time t = j->from;
    int status = LSCHED_OK;
    for (size_t i = 0; status == LSCHED_OK && i < permitted->count && t < j->until; i++) {
        const lsi_span *s = &permitted->at[i];
        g->row.from = t;
        g->row.until = s->from < j->until ? s->from : j->until;
        if (g->row.from < g->row.until)
            status = add_row(g->rows, &g->row, e);
        if (s->until > t)
            t = s->until;
    }
    g->row.from = t;
    g->row.until = j->until;
    return status == LSCHED_OK && t < j->until ? add_row(g->rows, &g->row, e) : status;
}

static bool covers(const lsi_spans *permitted, const struct lsi_judged *j)
{
    const lsi_span *s = lsi_span_at(permitted, j->from);
    return s != NULL && s->until >= j->until;
}

static int found_refusals(void *user, const char *calendar, const lsi_spans *refused, lsi_error *e)
{
    gathering *g = user;
    int status = number_calendar(g->rows, calendar, &g->row.calendar, e);
    for (size_t i = 0; status == LSCHED_OK && i < refused->count; i++) {
        g->row.from = refused->at[i].from;
        g->row.until = refused->at[i].until;
        status = add_row(g->rows, &g->row, e);
    }
    return status;
}

/* What shuts a layer, whatever it says. */
static int add_stale(gathering *g, const struct lsi_judged *j, const lsi_layer *layer, lsi_error *e)
{
    lsi_row row = g->row;
    int status = LSCHED_OK;
    row.reason = LSCHED_WHY_STALE;
    row.from = j->from;
    row.until = j->until;
    for (size_t i = 0; status == LSCHED_OK && i < layer->count; i++) {
        const lsi_sheet *sheet = &layer->sheets[i];
        if (!sheet->stale || sheet->on_stale != LSCHED_STALE_CLOSED || !lsi_layer_counts(layer, i))
            continue;
        status = number_calendar(g->rows, sheet->name, &row.calendar, e);
        if (status == LSCHED_OK)
            status = add_row(g->rows, &row, e);
    }
    return status;
}

/* A layer's refusals, calendar by calendar, where there are any. */
static int add_layer(gathering *g, const struct lsi_judged *j, const lsi_layer *layer,
                     const lsi_zone *zone, int64_t before, int64_t behind, size_t candidate,
                     lsi_error *e)
{
    if (lsi_layer_shut(layer)) {
        const int status = add_stale(g, j, layer, e);
        if (status != LSCHED_OK)
            return status;
    }
    if (covers(lsi_permit_by(j->permits, candidate, g->row.reason), j))
        return LSCHED_OK;
    const lsi_refusals to = {before, behind, j->from, j->until, found_refusals, g};
    return lsi_layer_refusals(layer, zone, &to, e);
}

/* The rules for all; any candidate knows them. */
static int gather_shared(gathering *g, const struct lsi_judged *j, lsi_error *e)
{
    const lsi_facts *f = &g->q->facts;
    const lsi_reach reach = lsi_policy_reach(&f->service);
    const struct {
        int32_t reason, kind;
        const lsi_layer *layer; /* NULL: the clock and the policy */
    } rules[] = {{LSCHED_WHY_NOTICE, LSCHED_SERVICE, NULL},
                 {LSCHED_WHY_HORIZON, LSCHED_SERVICE, NULL},
                 {LSCHED_WHY_CUSTOMER, LSCHED_CUSTOMER, &f->customer_layer},
                 {LSCHED_WHY_SERVICE, LSCHED_SERVICE, &f->service_layer}};
    int status = LSCHED_OK;
    for (size_t i = 0; status == LSCHED_OK && i < sizeof rules / sizeof *rules; i++) {
        g->row = (lsi_row){.reason = rules[i].reason,
                           .kind = rules[i].kind,
                           .channels = g->q->channels,
                           .team = LSI_ROW_ALL,
                           .agent = LSI_ROW_ALL};
        status = rules[i].layer == NULL
                     ? add_rest(g, j, lsi_permit_by(j->permits, 0, rules[i].reason), e)
                     : add_layer(g, j, rules[i].layer, f->zone, 0, reach.length, 0, e);
    }
    return status;
}

/* A team's own rule once, an agent's own once, and the roster for each candidate. */
static int gather_own(gathering *g, const struct lsi_judged *j, size_t candidate, bool *team_told,
                      bool *agent_told, lsi_error *e)
{
    const lsi_facts *f = &g->q->facts;
    const lsi_candidate *c = &f->candidates[candidate];
    const lsi_reach reach = lsi_policy_reach(&f->service);
    const int32_t team = (int32_t)c->team, agent = (int32_t)c->agent;
    const int32_t channels = g->q->channels;
    int status = LSCHED_OK;
    if (!*team_told) {
        g->row = (lsi_row){0, 0, LSCHED_WHY_TEAM, LSCHED_TEAM, channels, 0, team, LSI_ROW_ALL, 0};
        status = add_layer(g, j, &f->teams[team].layer, f->zone, 0, reach.length, candidate, e);
    }
    if (status == LSCHED_OK && !*agent_told) {
        g->row =
            (lsi_row){0, 0, LSCHED_WHY_AGENT, LSCHED_AGENT, channels, 0, LSI_ROW_ALL, agent, 0};
        status = add_layer(g, j, &f->agents[agent].layer, f->agents[agent].zone, reach.before,
                           reach.behind, candidate, e);
    }
    *team_told = *agent_told = true;
    g->row = (lsi_row){0, 0, LSCHED_WHY_ROSTER, LSCHED_TEAM, channels, 0, team, agent, 0};
    return status == LSCHED_OK
               ? add_rest(g, j, lsi_permit_by(j->permits, candidate, LSCHED_WHY_ROSTER), e)
               : status;
}

/* Which teams and agents have been told of already. */
static bool *told_new(const lsi_facts *f)
{
    return calloc(f->team_count + f->agent_count + 1, sizeof(bool));
}

int lsi_rows_gather(const lsi_asking *q, const lsi_window *w, lsi_rows *rows, lsi_error *e)
{
    const lsi_facts *f = &q->facts;
    gathering g = {.q = q, .rows = rows};
    int status = LSCHED_OK;
    for (size_t n = 0; status == LSCHED_OK && n < w->count; n++) {
        bool *told = told_new(f);
        status = told != NULL ? gather_shared(&g, &w->stretches[n], e) : lsi_error_nomem(e);
        for (size_t i = 0; status == LSCHED_OK && i < f->candidate_count; i++) {
            const lsi_candidate *c = &f->candidates[i];
            status = gather_own(&g, &w->stretches[n], i, &told[c->team],
                                &told[f->team_count + c->agent], e);
        }
        free(told);
    }
    return status;
}

/* ---- what depends on the channel -------------------------------------------------------------- */

/* Why this agent is never the one on this channel; told once if no agent could be. */
static int gather_unfit(gathering *g, size_t agent, int32_t channel, const lsi_window *w,
                        lsi_error *e)
{
    const lsi_facts *f = &g->q->facts;
    const bool had = (f->service.channels & channel) != 0;
    const int32_t unfit =
        lsi_roster_unfit(&f->agents[agent].agent, &f->service, &f->customer, channel);
    static const int32_t reasons[] = {LSCHED_WHY_CHANNEL, LSCHED_WHY_SKILL, LSCHED_WHY_LANGUAGE,
                                      LSCHED_WHY_AVOIDED};
    int status = LSCHED_OK;
    for (size_t i = 0; status == LSCHED_OK && i < 4; i++) {
        if ((unfit & reasons[i]) == 0 || (i == 0 && !had))
            continue;
        const lsi_row row = {w->from,     w->until,       reasons[i], LSCHED_AGENT, channel, 0,
                             LSI_ROW_ALL, (int32_t)agent, 0};
        status = add_row(g->rows, &row, e);
    }
    return status;
}

static bool same_lanes(const lsi_facts *f, int32_t a, int32_t b)
{
    (void)f;
    return lsi_lane_whole(a) == lsi_lane_whole(b);
}

/* The channels to which the same happens as to this one, which is the first of them; 0: it is
 * not. */
static int32_t all_alike(const lsi_asking *q, int32_t channel,
                         bool (*same)(const lsi_facts *f, int32_t a, int32_t b))
{
    int32_t alike = 0;
    for (int32_t c = 0; (c = lsi_window_channel(q->channels, c)) != 0;) {
        if (!same(&q->facts, c, channel))
            continue;
        if (alike == 0 && c != channel)
            return 0;
        alike |= c;
    }
    return alike;
}

static int gather_booked(gathering *g, const lsi_window *w, size_t candidate, int32_t channels,
                         lsi_error *e)
{
    int status = LSCHED_OK;
    g->row =
        (lsi_row){0,        0, LSCHED_WHY_BOOKED, LSCHED_AGENT,
                  channels, 0, LSI_ROW_ALL,       (int32_t)g->q->facts.candidates[candidate].agent,
                  0};
    for (size_t n = 0; status == LSCHED_OK && n < w->count; n++) {
        const struct lsi_judged *j = &w->stretches[n];
        lsi_spans free = {0};
        status = lsi_span_copy(&free, lsi_permit_by(j->permits, candidate, LSCHED_WHY_BOOKED), e);
        if (status == LSCHED_OK && w->reseat != NULL)
            status = lsi_window_add_room(g->q, w, j, candidate, &free, e);
        if (status == LSCHED_OK)
            status = add_rest(g, j, &free, e);
        lsi_span_free(&free);
    }
    return status;
}

/* Where all other rules permit something and the grid leaves nothing of it. */
static int gather_grid(gathering *g, const lsi_window *w, size_t candidate, int32_t channel,
                       lsi_error *e)
{
    const lsi_facts *f = &g->q->facts;
    const lsi_candidate *c = &f->candidates[candidate];
    int status = LSCHED_OK;
    for (size_t n = 0; n < w->count; n++) {
        const struct lsi_judged *j = &w->stretches[n];
        const lsi_spans *all = lsi_permit_by(j->permits, candidate, 0);
        for (size_t i = 0; status == LSCHED_OK && i < all->count; i++) {
            const lsched_time from = all->at[i].from > j->from ? all->at[i].from : j->from;
            const lsched_time until = all->at[i].until < j->until ? all->at[i].until : j->until;
            if (from >= until || (f->service.anchor == LSCHED_CLOCK
                                      ? lsi_window_mark(w, from, until)
                                      : lsi_permit_next(j->permits, candidate, from) < until))
                continue;
            const lsi_row row = {from,    until, LSCHED_WHY_GRID,  LSCHED_SERVICE,
                                 channel, 0,     (int32_t)c->team, (int32_t)c->agent,
                                 0};
            status = add_row(g->rows, &row, e);
        }
    }
    return status;
}

/* What the service itself says: the channel, and a range without any start. */
static int gather_service(gathering *g, const lsi_window *w, int32_t channel, lsi_error *e)
{
    const lsi_facts *f = &g->q->facts;
    lsi_row row = {w->from,        w->until,    LSCHED_WHY_CHANNEL,
                   LSCHED_SERVICE, channel,     0,
                   LSI_ROW_ALL,    LSI_ROW_ALL, 0};
    int status = LSCHED_OK;
    if ((f->service.channels & channel) == 0)
        status = add_row(g->rows, &row, e);
    row.reason = LSCHED_WHY_GRID;
    if (status == LSCHED_OK && f->service.anchor == LSCHED_CLOCK && w->grid.count == 0)
        status = add_row(g->rows, &row, e);
    return status;
}

/* Region by region, once for all channels that it binds alike. */
static int gather_laws(gathering *g, const lsi_window *w, int32_t channel, lsi_error *e)
{
    const lsi_facts *f = &g->q->facts;
    const int32_t alike = all_alike(g->q, channel, lsi_law_alike);
    const int64_t length = lsi_policy_reach(&f->service).length;
    int status = LSCHED_OK;
    for (size_t n = 0; alike != 0 && n < w->count; n++) {
        for (size_t i = 0; status == LSCHED_OK && i < f->law_count; i++) {
            const lsi_layer layer = lsi_law_layer(f, i, channel);
            g->row = (lsi_row){.reason = LSCHED_WHY_REGION,
                               .kind = LSCHED_REGION,
                               .channels = alike,
                               .team = LSI_ROW_ALL,
                               .agent = LSI_ROW_ALL,
                               .law = (int32_t)i};
            status = add_layer(g, &w->stretches[n], &layer, f->zone, 0, length, 0, e);
        }
    }
    return status;
}

int lsi_rows_gather_channel(const lsi_asking *q, const lsi_window *w, int32_t channel,
                            lsi_rows *rows, lsi_error *e)
{
    const lsi_facts *f = &q->facts;
    /* Where others make room, they do so for whoever can be served on the channel. */
    const int32_t alike = w->reseat != NULL ? channel : all_alike(q, channel, same_lanes);
    const bool gridless = f->service.anchor == LSCHED_CLOCK && w->grid.count == 0;
    gathering g = {.q = q, .rows = rows};
    bool *told = told_new(f);
    int status = told != NULL ? gather_service(&g, w, channel, e) : lsi_error_nomem(e);
    if (status == LSCHED_OK)
        status = gather_laws(&g, w, channel, e);
    for (size_t i = 0; status == LSCHED_OK && i < f->candidate_count; i++) {
        const size_t agent = f->candidates[i].agent;
        if (!told[agent])
            status = gather_unfit(&g, agent, channel, w, e);
        if (status == LSCHED_OK && !told[agent] && alike != 0)
            status = gather_booked(&g, w, i, alike, e);
        if (status == LSCHED_OK && !gridless)
            status = gather_grid(&g, w, i, channel, e);
        told[agent] = true;
    }
    free(told);
    return status;
}

int lsi_rows_nobody(const lsi_asking *q, lsi_rows *rows, lsi_error *e)
{
    const lsi_row row = {q->from,         q->until,    LSCHED_WHY_NO_TEAM,
                         LSCHED_CUSTOMER, q->channels, 0,
                         LSI_ROW_ALL,     LSI_ROW_ALL, 0};
    return add_row(rows, &row, e);
}
