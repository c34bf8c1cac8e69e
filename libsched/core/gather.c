/* core/gather.c -- what ahead.c has gathered, as the queue that is rehearsed. */
#include "core/gather.h"

#include <string.h>

int64_t lsi_gather_takes(const lsched_service *service)
{
    return lsi_policy_reach(service).behind - LSI_IN_MINUTE;
}

static int set_bits(gatherer *g, lsi_error *e)
{
    const size_t words = g->people_count / 64 + 1;
    for (size_t i = 0; i < g->group_count; i++) {
        group *x = &g->groups[i];
        x->fit = lsi_arena_take(g->a, words * sizeof *x->fit);
        if (x->fit == NULL)
            return lsi_error_nomem(e);
        for (size_t n = 0; n < x->count; n++)
            x->fit[x->servers[n] / 64] |= UINT64_C(1) << x->servers[n] % 64;
    }
    return LSCHED_OK;
}

/* To whom it is left for a while, if that one may serve it. */
static int set_own(gatherer *g, const line_place *p, lsi_waiter *w, lsi_error *e)
{
    const group *x = &g->groups[p->group];
    if (p->agent[0] == '\0' || x->service.owner_wait == LSCHED_NONE)
        return LSCHED_OK;
    for (size_t i = 0; i < x->count; i++) {
        if (strcmp(g->people[x->servers[i]].id, p->agent) != 0)
            continue;
        uint64_t *own = lsi_arena_take(g->a, (g->people_count / 64 + 1) * sizeof *own);
        if (own == NULL)
            return lsi_error_nomem(e);
        own[x->servers[i] / 64] = UINT64_C(1) << x->servers[i] % 64;
        w->own = own;
        w->shared = p->start + INT64_C(60) * x->service.owner_wait;
        return LSCHED_OK;
    }
    return LSCHED_OK;
}

static int set_waiter(gatherer *g, const line_place *p, lsi_waiter *w, lsi_error *e)
{
    const group *x = &g->groups[p->group];
    *w = (lsi_waiter){.from = p->start,
                      .until = p->until,
                      .takes = lsi_gather_takes(&x->service),
                      .handling = x->handling,
                      .fit = x->fit,
                      .channel = x->whom.channel};
    return set_own(g, p, w, e);
}

/* The agents whom somebody in line waits for. */
static int find_wanted(gatherer *g, uint64_t **out, lsi_error *e)
{
    const places *const parts[] = {&g->front, &g->line};
    const size_t words = g->people_count / 64 + 1;
    *out = lsi_arena_take(g->a, words * sizeof **out);
    if (*out == NULL)
        return lsi_error_nomem(e);
    for (size_t part = 0; part < 2; part++) {
        for (size_t i = 0; i < parts[part]->count; i++) {
            const uint64_t *fit = g->groups[parts[part]->at[i].group].fit;
            for (size_t w = 0; w < words; w++)
                (*out)[w] |= fit[w];
        }
    }
    return LSCHED_OK;
}

/* Of those who may come, whoever is for none of these agents is in nobody's way. */
static bool competes(const gatherer *g, const line_place *p, const uint64_t *wanted)
{
    const uint64_t *theirs = g->groups[p->group].fit;
    for (size_t w = 0; w < g->people_count / 64 + 1; w++) {
        if ((theirs[w] & wanted[w]) != 0)
            return true;
    }
    return false;
}

/* Who may come stands behind who asks. */
static int set_line(gatherer *g, lsi_queue *q, lsi_error *e)
{
    const places *const parts[] = {&g->front, &g->line, &g->coming};
    const size_t most = g->front.count + g->line.count + g->coming.count;
    lsi_waiter *line = lsi_arena_take(g->a, most * sizeof *line);
    uint64_t *wanted;
    if (line == NULL)
        return lsi_error_nomem(e);
    int status = find_wanted(g, &wanted, e);
    for (size_t part = 0; part < 3; part++) {
        for (size_t i = 0; i < parts[part]->count && status == LSCHED_OK; i++) {
            const line_place *p = &parts[part]->at[i];
            if (part == 2 && !competes(g, p, wanted))
                continue;
            status = set_waiter(g, p, &line[q->line_count++], e);
            q->coming_count += part == 2;
        }
    }
    q->line = line;
    return status;
}

int lsi_gather_queue(gatherer *g, lsi_queue *q, lsi_error *e)
{
    lsi_server *servers = lsi_arena_take(g->a, (g->people_count + 1) * sizeof *servers);
    lsi_handling *handlings = lsi_arena_take(g->a, (g->handling_count + 1) * sizeof *handlings);
    if (servers == NULL || handlings == NULL)
        return lsi_error_nomem(e);
    int status = set_bits(g, e);
    if (status == LSCHED_OK)
        status = set_line(g, q, e);
    for (size_t i = 0; i < g->people_count && status == LSCHED_OK; i++) {
        person *p = &g->people[i];
        lsi_span *open = lsi_arena_take(g->a, (p->open.count + 1) * sizeof *open);
        if (open == NULL)
            return lsi_error_nomem(e);
        if (p->open.count > 0)
            memcpy(open, p->open.at, p->open.count * sizeof *open);
        servers[i] = (lsi_server){open,           p->doing,        p->booked, p->open.count,
                                  p->doing_count, p->booked_count, p->lanes};
    }
    if (g->handling_count > 0)
        memcpy(handlings, g->handlings, g->handling_count * sizeof *handlings);
    q->now = g->m->now;
    q->servers = servers;
    q->server_count = g->people_count;
    q->handlings = handlings;
    q->handling_count = g->handling_count;
    return status;
}
