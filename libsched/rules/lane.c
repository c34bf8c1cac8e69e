/* rules/lane.c -- one agent, several chats.
 *
 * A phone call, video call or visit takes the agent whole; a chat takes one lane.  Whether
 * one more chat fits is a question of how many stand beside one another, never of which
 * lanes they happen to lie on: intervals of which at most k overlap can always be laid
 * into k lanes (take them by start, each into the first lane that is free), so lay() lays an
 * agent's chats anew when no single lane is free.
 */
#include "rules/rules.h"

#include <stdlib.h>

bool lsi_lane_whole(int32_t channel)
{
    return channel != LSCHED_CHAT;
}

/* An edge of a chat: `step` more of them run from `at` on. */
typedef struct edge {
    lsched_time at;
    int32_t step;
} edge;

static int by_time(const void *a, const void *b)
{
    const edge *x = a, *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return x->step - y->step; /* ends first: spans exclude their end */
}

/* The edges of all chats, in order; `*edges` are how many, two for each. */
static int collect(const lsi_taken *taken, size_t count, edge **out, size_t *edges, lsi_error *e)
{
    edge *list = malloc((count * 2 + 1) * sizeof *list);
    if (list == NULL)
        return lsi_error_nomem(e);
    *edges = 0;
    for (size_t i = 0; i < count; i++) {
        if (taken[i].lane == 0)
            continue;
        list[(*edges)++] = (edge){taken[i].from, 1};
        list[(*edges)++] = (edge){taken[i].until, -1};
    }
    qsort(list, *edges, sizeof *list, by_time);
    *out = list;
    return LSCHED_OK;
}

/* What takes the agent whole, and where as many chats run as there is room for. */
int lsi_lane_busy(const lsi_agent_fact *agent, int32_t channel, lsi_spans *out, lsi_error *e)
{
    const int32_t room = lsi_lane_whole(channel) ? 1 : agent->agent.lanes;
    edge *edges = NULL;
    size_t count = 0;
    int status = collect(agent->taken, agent->taken_count, &edges, &count, e);
    if (status != LSCHED_OK)
        return status;
    for (size_t i = 0; status == LSCHED_OK && i < agent->taken_count; i++) {
        if (agent->taken[i].lane == 0)
            status = lsi_span_add(out, agent->taken[i].from, agent->taken[i].until, e);
    }
    int32_t running = 0;
    for (size_t i = 0; status == LSCHED_OK && i + 1 < count; i++) {
        running += edges[i].step;
        if (running >= room)
            status = lsi_span_add(out, edges[i].at, edges[i + 1].at, e);
    }
    free(edges);
    lsi_span_sort(out);
    return status;
}

int lsi_lane_depth(const lsi_taken *taken, size_t count, int32_t *depth, lsi_error *e)
{
    edge *edges = NULL;
    size_t edge_count = 0;
    const int status = collect(taken, count, &edges, &edge_count, e);
    if (status != LSCHED_OK)
        return status;
    *depth = 0;
    int32_t running = 0;
    for (size_t i = 0; i < edge_count; i++) {
        running += edges[i].step;
        if (running > *depth)
            *depth = running;
    }
    free(edges);
    return LSCHED_OK;
}

static bool overlap(const lsi_taken *t, lsched_time from, lsched_time until)
{
    return t->from < until && t->until > from;
}

int32_t lsi_lane_free(const lsi_agent_fact *agent, lsched_time from, lsched_time until)
{
    uint64_t used = 0;
    for (size_t i = 0; i < agent->taken_count; i++) {
        if (!overlap(&agent->taken[i], from, until))
            continue;
        if (agent->taken[i].lane == 0)
            return 0;
        used |= UINT64_C(1) << agent->taken[i].lane;
    }
    for (int32_t lane = 1; lane <= agent->agent.lanes; lane++) {
        if ((used >> lane & 1) == 0)
            return lane;
    }
    return 0;
}

/* They come in the order of their beginnings, so chats that hang together lie in a row: a row
 * ends where the next one begins after all of it is over. */
void lsi_lane_cluster(const lsi_agent_fact *agent, lsched_time *from, lsched_time *until)
{
    lsched_time left = INT64_MAX, right = INT64_MIN; /* of the row */
    const lsched_time first = *from, last = *until;
    for (size_t i = 0; i <= agent->taken_count; i++) {
        const lsi_taken *t = i < agent->taken_count ? &agent->taken[i] : NULL;
        if (t != NULL && t->lane == 0)
            continue;
        const bool ends = t == NULL || t->from >= right;
        if (ends && left < last && right > first) {
            *from = left < *from ? left : *from;
            *until = right > *until ? right : *until;
        }
        if (t == NULL)
            break;
        left = ends ? t->from : left;
        right = ends || t->until > right ? t->until : right;
    }
}

/* One chat into the first lane whose last chat is over. */
static int32_t lay(lsched_time *over, lsched_time from, lsched_time until)
{
    int32_t lane = 1;
    while (lane < LSCHED_MAX_LANES && over[lane] > from)
        lane++;
    over[lane] = until;
    return lane;
}

int32_t lsi_lane_lay(const lsi_agent_fact *agent, lsched_time from, lsched_time until,
                     int32_t *lanes)
{
    lsched_time left = from, right = until, over[LSCHED_MAX_LANES + 1] = {0};
    int32_t lane = 0;
    lsi_lane_cluster(agent, &left, &right);
    /* `taken` is in the order of its beginnings; the new chat goes in at its own. */
    for (size_t i = 0; i < agent->taken_count; i++) {
        const lsi_taken *t = &agent->taken[i];
        lanes[i] = t->lane;
        if (t->lane == 0 || !overlap(t, left, right))
            continue;
        if (lane == 0 && t->from >= from)
            lane = lay(over, from, until);
        lanes[i] = lay(over, t->from, t->until);
    }
    return lane != 0 ? lane : lay(over, from, until);
}
