/* core/figures.c -- what was promised, and what was kept: one walk over the contacts of a time,
 * in one snapshot, handed to rules/figures.c contact by contact.
 *
 * It only reads.  How long somebody was on shift is asked of the calendars as they are today.
 */
#include "core/core.h"

#include <stdlib.h>
#include <string.h>

#define GRACE 5                /* minutes, where the caller says nothing */
#define STRETCH (32 * LSI_DAY) /* of calendars, at a time */

/* The figures of one, and how they come about. */
typedef struct item {
    lsi_count count;
    lsched_figures *f;
} item;

typedef struct walk {
    lsi_core *core;
    lsched_measure m; /* of one team, or of all */
    lsched_time now;
    const lsi_zone *zone;
    bool each; /* agent by agent */
    lsi_arena *a;
    item *items;
    size_t count, room;
    lsi_workers workers;
} walk;

static void end_walk(walk *w)
{
    for (size_t i = 0; i < w->count; i++)
        lsi_figures_free(&w->items[i].count);
    free(w->items);
    lsi_figures_free_workers(&w->workers);
}

/* ---- whose figures something is in ------------------------------------------------------------ */

static const char *copy(lsi_arena *a, const char *id)
{
    return id != NULL ? lsi_arena_text(a, id, strlen(id)) : lsi_arena_text(a, "", 0);
}

static item *new_item(walk *w, const char *agent)
{
    item *n = lsi_vector_push(&w->items, &w->count, &w->room, sizeof *n);
    if (n == NULL)
        return NULL;
    lsched_figures *f = n->f = lsi_arena_take(w->a, sizeof *f);
    if (f == NULL)
        return NULL;
    *f = (lsched_figures){.size = sizeof *f,
                          .team = copy(w->a, w->m.team),
                          .agent = copy(w->a, agent),
                          .from = w->m.from,
                          .until = w->m.until};
    n->count = (lsi_count){.now = w->now,
                           .grace = w->m.minutes != LSCHED_NONE ? INT64_C(60) * w->m.minutes : 0,
                           .zone = w->zone,
                           .f = f};
    return f->team != NULL && f->agent != NULL ? n : NULL;
}

/* `*out` NULL: in nobody's of those who are asked for. */
static int find_item(walk *w, const char *agent, item **out, lsi_error *e)
{
    const bool asked = !lsi_text_given(w->m.agent) || strcmp(agent, w->m.agent) == 0;
    *out = NULL;
    if (!asked || (w->each && agent[0] == '\0'))
        return LSCHED_OK;
    for (size_t i = 0; i < w->count && *out == NULL; i++) {
        if (!w->each || strcmp(w->items[i].f->agent, agent) == 0)
            *out = &w->items[i];
    }
    if (*out == NULL)
        *out = new_item(w, w->each ? agent : w->m.agent);
    return *out != NULL ? LSCHED_OK : lsi_error_nomem(e);
}

/* ---- what there is --------------------------------------------------------------------------------- */

static int see_story(void *user, const lsi_story *story, lsi_error *e)
{
    walk *w = user;
    item *n;
    int status = find_item(w, story->agent, &n, e);
    if (status == LSCHED_OK && n != NULL)
        status = lsi_figures_add(&n->count, story, e);
    return status == LSCHED_OK ? lsi_figures_work(&w->workers, story, w->now, e) : status;
}

static int see_attempt(void *user, const lsi_effort *attempt, lsi_error *e)
{
    walk *w = user;
    return lsi_figures_attempt(&w->workers, attempt, w->now, e);
}

static int see_score(void *user, const char *agent, int64_t score, int64_t spare, lsi_error *e)
{
    item *n;
    const int status = find_item(user, agent, &n, e);
    (void)spare;
    if (n != NULL) {
        n->f->scores++;
        n->f->score_sum += score;
    }
    return status;
}

static int see_message(void *user, const char *agent, int64_t due, int64_t answered, lsi_error *e)
{
    item *n;
    const int status = find_item(user, agent, &n, e);
    if (n != NULL)
        lsi_figures_message(&n->count, due, answered);
    return status;
}

/* ---- who was on shift ------------------------------------------------------------------------------ */

/* Nobody has shifts who is not in the catalogue any more. */
static int sum_shift(walk *w, lsi_worker *worker, const lsi_spans *roster, lsi_error *e)
{
    const lsched_time end = w->m.until < w->now ? w->m.until : w->now;
    const lsched_agent key = {.id = worker->id};
    lsched_agent agent;
    lsi_arena a = {0};
    lsi_layer layer = {0};
    const lsi_zone *zone = NULL;
    int status = lsi_record_get(w->core->store, &lsi_kind_agent, &key, &a, &agent, e);
    const bool gone = worker->gone = status == LSCHED_NOTFOUND;
    if (gone)
        lsi_error_clear(e);
    if (status == LSCHED_OK)
        status = lsi_zone_get(w->core->zones, agent.zone, &zone, e);
    if (status == LSCHED_OK)
        status = lsi_facts_layer(w->core, LSCHED_AGENT, worker->id, w->now, &a, &layer, e);
    /* What is stale now says nothing against shifts that are over. */
    if (status == LSCHED_OK)
        lsi_layer_age(&layer, INT64_MIN);
    for (lsched_time t = w->m.from; status == LSCHED_OK && t < end; t += STRETCH) {
        lsi_spans open = {0};
        status = lsi_layer_open(&layer, zone, t, end - t > STRETCH ? t + STRETCH : end, &open, e);
        if (status == LSCHED_OK && roster != NULL)
            status = lsi_span_keep(&open, roster, e);
        for (size_t i = 0; i < open.count; i++)
            worker->shift += open.at[i].until - open.at[i].from;
        lsi_span_free(&open);
    }
    lsi_facts_free_layer(&layer);
    lsi_arena_free(&a);
    return gone ? LSCHED_OK : status;
}

static int need_worker(walk *w, const char *id, lsi_error *e)
{
    return lsi_figures_worker(&w->workers, id) != NULL ? LSCHED_OK : lsi_error_nomem(e);
}

/* Of all teams: everybody's whole shifts. */
static int sum_all(walk *w, lsi_arena *a, lsi_error *e)
{
    void *records = NULL;
    size_t count = 0;
    int status =
        lsi_record_list(w->core->store, &lsi_kind_agent, "", UINT32_MAX, a, &records, &count, e);
    const lsched_agent *agents = records;
    for (size_t i = 0; i < count && status == LSCHED_OK; i++)
        status = need_worker(w, agents[i].id, e);
    for (size_t i = 0; i < w->workers.count && status == LSCHED_OK; i++)
        status = sum_shift(w, &w->workers.at[i], NULL, e);
    return status;
}

/* Of a team: while on its roster. */
static int sum_team(walk *w, const lsched_team *team, lsi_arena *a, lsi_error *e)
{
    lsched_member *members;
    size_t count = 0;
    const lsi_zone *zone;
    int status = lsi_zone_get(w->core->zones, team->zone, &zone, e);
    if (status == LSCHED_OK)
        status = lsi_record_members(w->core->store, team->id, NULL, 0, UINT32_MAX, a, &members,
                                    &count, e);
    for (size_t i = 0; i < count && status == LSCHED_OK; i++) {
        lsi_spans roster = {0};
        status = lsi_roster_spans(&members[i], 1, members[i].agent, zone, &roster, e);
        if (status == LSCHED_OK && roster.count > 0 && roster.at->from < w->m.until &&
            roster.at->until > w->m.from)
            status = need_worker(w, members[i].agent, e);
        lsi_span_free(&roster);
    }
    for (size_t i = 0; i < w->workers.count && status == LSCHED_OK; i++) {
        lsi_spans roster = {0};
        status = lsi_roster_spans(members, count, w->workers.at[i].id, zone, &roster, e);
        if (status == LSCHED_OK)
            status = sum_shift(w, &w->workers.at[i], &roster, e);
        lsi_span_free(&roster);
    }
    return status;
}

/* ---- one walk --------------------------------------------------------------------------------------- */

static int by_id(const void *a, const void *b)
{
    return strcmp(((const item *)a)->f->agent, ((const item *)b)->f->agent);
}

/* Whoever had something to do with it has figures. */
static int add_workers(walk *w, lsi_error *e)
{
    int status = LSCHED_OK;
    item *n;
    if (!w->each)
        return find_item(w, lsi_text_given(w->m.agent) ? w->m.agent : "", &n, e);
    for (size_t i = 0; i < w->workers.count && status == LSCHED_OK; i++)
        status = find_item(w, w->workers.at[i].id, &n, e);
    return status;
}

static int finish(walk *w, lsi_error *e)
{
    for (size_t i = 0; i < w->count; i++) {
        item *n = &w->items[i];
        const bool one = n->f->agent[0] != '\0';
        const lsi_worker *worker = one ? lsi_figures_worker(&w->workers, n->f->agent) : NULL;
        if (one && worker == NULL)
            return lsi_error_nomem(e);
        lsi_figures_close(&n->count);
        lsi_figures_share(&w->workers, worker, n->f);
    }
    if (w->count > 1)
        qsort(w->items, w->count, sizeof *w->items, by_id);
    return LSCHED_OK;
}

static int go(walk *w, const lsched_team *team, lsi_error *e)
{
    const lsi_viewer to = {see_story, see_attempt, see_score, see_message, w};
    const lsched_time end = w->m.until < w->now ? w->m.until : w->now;
    lsi_store *store = w->core->store;
    lsi_arena a = {0};
    int status = lsi_figures_stories(store, w->m.team, w->m.from, w->m.until, &to, e);
    if (status == LSCHED_OK)
        status = lsi_figures_attempts(store, w->m.team, w->m.from, end, &to, e);
    if (status == LSCHED_OK)
        status = lsi_figures_entries(store, w->m.team, w->m.from, w->m.until, &to, e);
    if (status == LSCHED_OK && lsi_text_given(w->m.agent))
        status = need_worker(w, w->m.agent, e);
    if (status == LSCHED_OK)
        status = team != NULL ? sum_team(w, team, &a, e) : sum_all(w, &a, e);
    if (status == LSCHED_OK)
        status = add_workers(w, e);
    for (size_t i = 0; i < w->workers.count; i++)
        lsi_span_sort(&w->workers.at[i].busy);
    lsi_arena_free(&a);
    return status == LSCHED_OK ? finish(w, e) : status;
}

/* ---- the answer -------------------------------------------------------------------------------------- */

typedef struct answer {
    lsched_figures *at;
    size_t count, room;
} answer;

static int choose_zone(walk *w, const lsched_team *team, lsi_arena *a, lsi_error *e)
{
    const lsched_agent key = {.id = w->m.agent};
    lsched_agent agent = {.zone = NULL};
    int status = LSCHED_OK;
    if (lsi_text_given(w->m.agent))
        status = lsi_record_get(w->core->store, &lsi_kind_agent, &key, a, &agent, e);
    const char *zone = lsi_text_given(w->m.zone) ? w->m.zone
                       : team != NULL            ? team->zone
                                                 : agent.zone;
    return status == LSCHED_OK && zone != NULL ? lsi_zone_get(w->core->zones, zone, &w->zone, e)
                                               : status;
}

/* Adds the figures of one team, or (NULL) of all together. */
static int walk_team(lsi_core *core, const lsched_measure *m, lsched_time now, bool each,
                     const lsched_team *team, lsi_arena *a, answer *out, lsi_error *e)
{
    walk w = {.core = core, .m = *m, .now = now, .each = each, .a = a};
    lsi_arena scratch = {0};
    w.m.team = team != NULL ? team->id : NULL;
    int status = choose_zone(&w, team, &scratch, e);
    if (status == LSCHED_OK)
        status = go(&w, team, e);
    for (size_t i = 0; i < w.count && status == LSCHED_OK; i++) {
        lsched_figures *f = lsi_vector_push(&out->at, &out->count, &out->room, sizeof *f);
        if (f != NULL)
            *f = *w.items[i].f;
        else
            status = lsi_error_nomem(e);
    }
    end_walk(&w);
    lsi_arena_free(&scratch);
    return status;
}

static int run(lsi_core *core, const lsched_measure *m, lsched_time now, int32_t kind, lsi_arena *a,
               answer *out, lsi_error *e)
{
    const lsched_team key = {.id = m->team};
    lsched_team one;
    void *all = NULL;
    size_t count = 0;
    lsi_arena scratch = {0};
    int status = LSCHED_OK;
    if (lsi_text_given(m->team))
        status = lsi_record_get(core->store, &lsi_kind_team, &key, &scratch, &one, e);
    else if (kind == LSCHED_TEAM)
        status =
            lsi_record_list(core->store, &lsi_kind_team, "", UINT32_MAX, &scratch, &all, &count, e);
    if (status == LSCHED_OK && (lsi_text_given(m->team) || kind != LSCHED_TEAM))
        status = walk_team(core, m, now, kind == LSCHED_AGENT,
                           lsi_text_given(m->team) ? &one : NULL, a, out, e);
    for (size_t i = 0; i < count && status == LSCHED_OK; i++)
        status = walk_team(core, m, now, false, (const lsched_team *)all + i, a, out, e);
    lsi_arena_free(&scratch);
    return status;
}

static int check(lsi_core *core, lsched_measure *m, int32_t kind, lsched_time *now, lsi_error *e)
{
    int status = lsi_kind_check(&lsi_form_measure, m, e);
    if (status == LSCHED_OK && kind != 0 && kind != LSCHED_TEAM && kind != LSCHED_AGENT)
        status = lsi_error_set(e, LSCHED_INVALID, "kind is neither of teams nor of agents");
    if (status == LSCHED_OK)
        status = lsi_now_ask(core, now, e);
    m->minutes = m->minutes != 0 ? m->minutes : GRACE;
    m->until = m->until != 0 ? m->until : *now;
    return status == LSCHED_OK ? lsi_exchange_check_range(m->from, m->until, e) : status;
}

int lsi_figures_get(lsi_core *core, const lsched_measure *measure, int32_t kind, lsi_arena *a,
                    lsched_figures **out, size_t *count, lsi_error *e)
{
    lsched_measure m = *measure;
    lsched_time now = 0;
    answer all = {0};
    *out = NULL;
    *count = 0;
    int status = check(core, &m, kind, &now, e);
    if (status == LSCHED_OK)
        status = lsi_store_enter(core->store, false, e);
    if (status != LSCHED_OK)
        return status;
    status = run(core, &m, now, kind, a, &all, e);
    if (status == LSCHED_OK && all.count > 0) {
        *out = lsi_arena_take(a, all.count * sizeof **out);
        if (*out != NULL)
            memcpy(*out, all.at, all.count * sizeof **out);
        else
            status = lsi_error_nomem(e);
    }
    *count = status == LSCHED_OK ? all.count : 0;
    free(all.at);
    return lsi_store_leave(core->store, status, e);
}
