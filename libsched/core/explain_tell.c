/* core/explain_tell.c -- what stands in the way, merged into as few rows as tell it all.
 *
 * Agents, channels and stretches of time to which the same happens share a row, so that a
 * day of forty people is as many rows as they have different shifts.
 */
#include "core/explain.h"

#include <stdlib.h>
#include <string.h>

/* ---- merging ------------------------------------------------------------------------------------ */

static int sign(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int by_rule(const lsi_row *a, const lsi_row *b)
{
    int order = sign(a->reason, b->reason);
    if (order == 0)
        order = sign(a->kind, b->kind);
    if (order == 0)
        order = sign(a->calendar, b->calendar);
    if (order == 0)
        order = sign(a->law, b->law);
    return order != 0 ? order : sign(a->team, b->team);
}

static int by_span(const lsi_row *a, const lsi_row *b)
{
    const int order = sign(a->from, b->from);
    return order != 0 ? order : sign(a->until, b->until);
}

static int for_stretches(const void *x, const void *y)
{
    const lsi_row *a = x, *b = y;
    int order = by_rule(a, b);
    if (order == 0)
        order = sign(a->agent, b->agent);
    if (order == 0)
        order = sign(a->channels, b->channels);
    return order != 0 ? order : by_span(a, b);
}

static int for_channels(const void *x, const void *y)
{
    const lsi_row *a = x, *b = y;
    int order = by_rule(a, b);
    if (order == 0)
        order = sign(a->agent, b->agent);
    if (order == 0)
        order = by_span(a, b);
    return order != 0 ? order : sign(a->channels, b->channels);
}

static int for_agents(const void *x, const void *y)
{
    const lsi_row *a = x, *b = y;
    int order = by_rule(a, b);
    if (order == 0)
        order = sign(a->channels, b->channels);
    if (order == 0)
        order = by_span(a, b);
    return order != 0 ? order : sign(a->agent, b->agent);
}

static void sort(lsi_rows *rows, int (*order)(const void *, const void *))
{
    if (rows->count > 1)
        qsort(rows->at, rows->count, sizeof *rows->at, order);
}

/* Spans that touch are one. */
static void merge_stretches(lsi_rows *rows)
{
    size_t last = 0;
    sort(rows, for_stretches);
    for (size_t i = 1; i < rows->count; i++) {
        lsi_row *a = &rows->at[last];
        const lsi_row *b = &rows->at[i];
        if (by_rule(a, b) == 0 && a->agent == b->agent && a->channels == b->channels &&
            b->from <= a->until)
            a->until = b->until > a->until ? b->until : a->until;
        else
            rows->at[++last] = *b;
    }
    rows->count = rows->count > 0 ? last + 1 : 0;
}

/* Of the same span, channels are one. */
static void merge_channels(lsi_rows *rows)
{
    size_t last = 0;
    bool differ = false;
    for (size_t i = 1; i < rows->count; i++)
        differ = differ || rows->at[i].channels != rows->at[0].channels;
    if (!differ)
        return;
    sort(rows, for_channels);
    for (size_t i = 1; i < rows->count; i++) {
        lsi_row *a = &rows->at[last];
        const lsi_row *b = &rows->at[i];
        if (by_rule(a, b) == 0 && a->agent == b->agent && by_span(a, b) == 0)
            a->channels |= b->channels;
        else
            rows->at[++last] = *b;
    }
    rows->count = last + 1;
}

static void merge(lsi_rows *rows)
{
    merge_stretches(rows);
    merge_channels(rows);
    sort(rows, for_agents);
}

/* ---- telling -------------------------------------------------------------------------------------- */

static const char *copy(const lsi_asking *q, const char *text, lsi_error *e)
{
    const char *copied =
        lsi_arena_text(q->out, text != NULL ? text : "", text != NULL ? strlen(text) : 0);
    if (copied == NULL)
        lsi_error_nomem(e);
    return copied;
}

static const char *owner_of(const lsi_facts *f, const lsi_row *r, size_t agents)
{
    switch (r->kind) {
    case LSCHED_TEAM:
        return f->teams[r->team].team.id;
    case LSCHED_AGENT:
        return agents == 1 ? f->agents[r->agent].agent.id : "";
    case LSCHED_CUSTOMER:
        return f->customer.id;
    case LSCHED_REGION:
        return f->laws[r->law]->region.id;
    default:
        return f->service.id;
    }
}

/* How many agents are asked, in one team or in all. */
static size_t count_agents(const lsi_asking *q, int32_t team)
{
    const lsi_facts *f = &q->facts;
    size_t count = 0;
    for (size_t i = 0; i < f->candidate_count; i++) {
        if (team != LSI_ROW_ALL && f->candidates[i].team != (size_t)team)
            continue;
        bool counted = false;
        for (size_t n = 0; team == LSI_ROW_ALL && n < i && !counted; n++)
            counted = f->candidates[n].agent == f->candidates[i].agent;
        count += !counted;
    }
    return count;
}

/* The agents of rows that are the same but for them. */
static const char *list_agents(const lsi_asking *q, const lsi_row *rows, size_t count, lsi_error *e)
{
    const lsi_facts *f = &q->facts;
    size_t size = 1;
    for (size_t i = 0; i < count; i++)
        size += strlen(f->agents[rows[i].agent].agent.id) + 1;
    char *list = lsi_arena_take(q->out, size);
    if (list == NULL) {
        lsi_error_nomem(e);
        return NULL;
    }
    for (size_t i = 0, used = 0; i < count; i++) {
        const char *id = f->agents[rows[i].agent].agent.id;
        if (i > 0)
            list[used++] = ' ';
        memcpy(list + used, id, strlen(id));
        used += strlen(id);
    }
    return list;
}

static int tell(const lsi_asking *q, const lsi_rows *rows, const lsi_row *r, size_t count,
                size_t everybody, lsched_obstacle *o, lsi_error *e)
{
    const bool some = r->agent != LSI_ROW_ALL && (count < everybody || everybody == 1);
    *o = (lsched_obstacle){
        .from = r->from,
        .until = r->until,
        .reason = r->reason,
        .kind = r->kind,
        .channels = r->channels,
        .agents = some ? (int32_t)count : 0,
        .owner = copy(q, owner_of(&q->facts, r, r->agent != LSI_ROW_ALL ? count : 0), e),
        .calendar = copy(q, r->calendar != 0 ? rows->calendars[r->calendar - 1] : "", e),
        .team = copy(q, r->team != LSI_ROW_ALL ? q->facts.teams[r->team].team.id : "", e),
        .who = some ? list_agents(q, r, count, e) : copy(q, "", e),
    };
    return o->owner != NULL && o->calendar != NULL && o->team != NULL && o->who != NULL
               ? LSCHED_OK
               : LSCHED_NOMEM;
}

static int width(const lsched_obstacle *o)
{
    return o->who[0] != '\0' ? 2 : o->team[0] != '\0' || o->kind == LSCHED_AGENT ? 1 : 0;
}

static int for_people(const void *x, const void *y)
{
    const lsched_obstacle *a = x, *b = y;
    int order = sign(width(a), width(b));
    if (order == 0)
        order = sign(a->from, b->from);
    if (order == 0)
        order = sign(a->reason, b->reason);
    if (order == 0)
        order = sign(a->until, b->until);
    if (order == 0)
        order = strcmp(a->owner, b->owner);
    if (order == 0)
        order = strcmp(a->calendar, b->calendar);
    if (order == 0)
        order = strcmp(a->team, b->team);
    if (order == 0)
        order = strcmp(a->who, b->who);
    return order != 0 ? order : sign(a->channels, b->channels);
}

int lsi_rows_tell(const lsi_asking *q, lsi_rows *rows, lsi_explained *out, lsi_error *e)
{
    int status = LSCHED_OK;
    merge(rows);
    out->obstacles = lsi_arena_take(q->out, (rows->count + 1) * sizeof *out->obstacles);
    size_t *everybody = lsi_arena_take(q->out, (q->facts.team_count + 1) * sizeof *everybody);
    if (out->obstacles == NULL || everybody == NULL)
        return lsi_error_nomem(e);
    for (size_t i = 0; i <= q->facts.team_count; i++)
        everybody[i] = count_agents(q, (int32_t)i - 1);
    for (size_t i = 0, end; status == LSCHED_OK && i < rows->count; i = end) {
        const lsi_row *r = &rows->at[i];
        for (end = i + 1; end < rows->count; end++) {
            const lsi_row *next = &rows->at[end];
            if (r->agent == LSI_ROW_ALL || next->agent == LSI_ROW_ALL || by_rule(r, next) != 0 ||
                r->channels != next->channels || by_span(r, next) != 0)
                break;
        }
        status = tell(q, rows, r, end - i, everybody[r->team + 1],
                      &out->obstacles[out->obstacle_count++], e);
    }
    if (status == LSCHED_OK && out->obstacle_count > 1)
        qsort(out->obstacles, out->obstacle_count, sizeof *out->obstacles, for_people);
    return status;
}
