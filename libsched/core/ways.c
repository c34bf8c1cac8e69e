/* core/ways.c -- the ways in which a topic is solved for a customer, the recommended ones first,
 * and general care last, so that a human is always one step away.
 *
 * The order is the catalogue's.  What each way has is what find and join answer (search.c,
 * line.c); nothing is decided here.
 */
#include "core/ways.h"
#include "core/line.h"

#include <string.h>

/* Each way is asked about twice: for all who may serve, and for general care alone. */
typedef struct asking {
    lsi_core *core;
    const char *customer;
    lsi_arena *a; /* the answer's */
    lsi_arena scratch;
    lsched_way *ways; /* `count` of them, and room for the last one */
    lsched_way *general;
    size_t count;
} asking;

/* ---- which, and in what order -------------------------------------------------------------------- */

static size_t count_channels(const lsched_service *services, size_t count)
{
    size_t channels = 0;
    for (size_t i = 0; i < count; i++)
        channels += (size_t)__builtin_popcount((unsigned)services[i].channels);
    return channels;
}

static void add_way(asking *q, const char *service, int32_t channel, int32_t recommended)
{
    const lsched_way way = {.size = sizeof way,
                            .channel = channel,
                            .recommended = channel == recommended,
                            .service = service};
    q->ways[q->count] = q->general[q->count] = way;
    q->general[q->count++].rungs = LSCHED_GENERAL;
}

static int add_service(asking *q, const lsched_service *v, lsi_error *e)
{
    const char *id = lsi_arena_text(q->a, v->id, strlen(v->id));
    if (id == NULL)
        return lsi_error_nomem(e);
    if (v->recommended != 0)
        add_way(q, id, v->recommended, v->recommended);
    for (int32_t channel = LSCHED_PHONE; channel <= LSCHED_VISIT; channel *= 2) {
        if ((v->channels & channel) != 0 && channel != v->recommended)
            add_way(q, id, channel, v->recommended);
    }
    return LSCHED_OK;
}

static int list_ways(asking *q, const char *topic, lsi_error *e)
{
    lsched_service *services;
    size_t count;
    const size_t size = lsi_text_size(topic, LSCHED_MAX_NAME);
    if (size > LSCHED_MAX_NAME)
        return lsi_error_set(e, LSCHED_LIMIT, "topic is longer than %d bytes", LSCHED_MAX_NAME);
    if (!lsi_text_clean(topic, size, false))
        return lsi_error_set(e, LSCHED_INVALID, "topic is not a line of text");
    int status = lsi_record_topic(q->core->store, topic, &q->scratch, &services, &count, e);
    if (status == LSCHED_OK && count == 0)
        status = lsi_error_set(e, LSCHED_NOTFOUND, "no service has the topic '%s'", topic);
    if (status != LSCHED_OK)
        return status;
    const size_t ways = count_channels(services, count);
    q->ways = lsi_arena_take(q->a, (ways + 1) * sizeof *q->ways);
    q->general = lsi_arena_take(&q->scratch, (ways + 1) * sizeof *q->general);
    if (q->ways == NULL || q->general == NULL)
        return lsi_error_nomem(e);
    for (size_t i = 0; status == LSCHED_OK && i < count; i++)
        status = add_service(q, &services[i], e);
    return status;
}

/* ---- what they have now ---------------------------------------------------------------------------- */

static int copy_slot(asking *q, const lsched_slot *slot, lsched_way *way, lsi_error *e)
{
    lsched_slot *copy = lsi_arena_take(q->a, sizeof *copy);
    if (copy == NULL)
        return lsi_error_nomem(e);
    *copy = *slot;
    copy->agent = lsi_arena_text(q->a, slot->agent, strlen(slot->agent));
    copy->team = lsi_arena_text(q->a, slot->team, strlen(slot->team));
    way->slot = copy;
    return copy->agent != NULL && copy->team != NULL ? LSCHED_OK : lsi_error_nomem(e);
}

/* The fewest rules broken; of several such sets, that to which the most fell. */
static int32_t nearest(const lsi_found *found)
{
    const lsi_loss *best = NULL;
    for (size_t i = 0; i < found->loss_count; i++) {
        const lsi_loss *loss = &found->losses[i];
        const int broken = __builtin_popcount((unsigned)loss->reasons);
        const int least = best != NULL ? __builtin_popcount((unsigned)best->reasons) : 0;
        if (best == NULL || broken < least || (broken == least && loss->count > best->count))
            best = loss;
    }
    return best != NULL ? best->reasons : 0;
}

static int find_slots(asking *q, lsched_way *ways, lsi_error *e)
{
    lsched_query *queries = lsi_arena_take(&q->scratch, q->count * sizeof *queries);
    lsi_found *found = lsi_arena_take(&q->scratch, q->count * sizeof *found);
    size_t at;
    if (queries == NULL || found == NULL)
        return lsi_error_nomem(e);
    for (size_t i = 0; i < q->count; i++)
        queries[i] = (lsched_query){.size = sizeof *queries,
                                    .customer = q->customer,
                                    .service = ways[i].service,
                                    .channels = ways[i].channel,
                                    .rungs = ways[i].rungs,
                                    .limit = 1};
    int status = lsi_search_find(q->core, queries, q->count, &at, &q->scratch, found, e);
    for (size_t i = 0; i < q->count; i++) {
        if (status == LSCHED_OK && found[i].count > 0)
            status = copy_slot(q, &found[i].slots[0], &ways[i], e);
        else if (status == LSCHED_OK)
            ways[i].reasons = nearest(&found[i]);
        lsi_search_free(&found[i]);
    }
    return status;
}

static int ask_lines(asking *q, lsched_way *ways, lsi_error *e)
{
    lsi_moment m;
    int status = lsi_facts_moment(q->core, &m, e);
    for (size_t i = 0; status == LSCHED_OK && i < q->count; i++) {
        const lsched_request r = {.size = sizeof r,
                                  .customer = q->customer,
                                  .service = ways[i].service,
                                  .channel = ways[i].channel,
                                  .rungs = ways[i].rungs};
        const char *open;
        lsched_booking b = {0};
        lsi_act t = {.core = q->core, .a = &q->scratch, .now = m.now, .b = &b};
        status = lsi_store_late(q->core->store, e);
        if (status == LSCHED_OK)
            status = lsi_line_ask(&t, &r, &ways[i].join, &open, e);
    }
    return status;
}

/* ---- one step away ----------------------------------------------------------------------------------- */

static bool is_sooner(const lsched_way *a, const lsched_way *b)
{
    if ((a->join == LSCHED_OK) != (b->join == LSCHED_OK))
        return a->join == LSCHED_OK;
    if (a->join == LSCHED_OK || a->slot == NULL)
        return false;
    return b->slot == NULL || a->slot->start < b->slot->start;
}

static void add_last(asking *q)
{
    size_t best = 0;
    for (size_t i = 1; i < q->count; i++)
        best = is_sooner(&q->general[i], &q->general[best]) ? i : best;
    q->ways[q->count++] = q->general[best];
}

static int find(asking *q, const char *topic, lsi_error *e)
{
    int status = list_ways(q, topic, e);
    if (status == LSCHED_OK)
        status = find_slots(q, q->ways, e);
    if (status == LSCHED_OK)
        status = find_slots(q, q->general, e);
    if (status == LSCHED_OK)
        status = ask_lines(q, q->ways, e);
    if (status == LSCHED_OK)
        status = ask_lines(q, q->general, e);
    if (status == LSCHED_OK)
        add_last(q);
    return status;
}

int lsi_ways_find(lsi_core *core, const char *customer, const char *topic, lsi_arena *a,
                  lsched_way **out, size_t *count, lsi_error *e)
{
    asking q = {.core = core, .customer = customer, .a = a};
    int status = lsi_store_enter(core->store, false, e);
    if (status != LSCHED_OK)
        return status;
    status = find(&q, topic, e);
    lsi_arena_free(&q.scratch);
    *out = q.ways;
    *count = status == LSCHED_OK ? q.count : 0;
    return lsi_store_leave(core->store, status, e);
}
