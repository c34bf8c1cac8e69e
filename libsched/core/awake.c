/* core/awake.c -- when a customer may be told something: where region, customer and home team
 * are all open, by the same layers as everything else.
 */
#include "core/tell.h"

#include <stdlib.h>
#include <string.h>

#define HOUR 3600
#define AHEAD LSI_STRETCH /* how far an end is looked for */

/* Those who are answered alike: their zone, region and team, and the answer. */
struct lsi_awake_group {
    const char *zone, *region, *team;
    lsched_time opens, closes;
};

/* The first open stretch of these layers that is not over at `at`. */
static int first_open(lsi_stack *stack, lsched_time at, lsched_time *opens, lsched_time *closes,
                      lsi_error *e)
{
    int status = LSCHED_OK;
    *opens = 0;
    for (lsched_time from = at, end = at + LSCHED_MAX_DAYS * LSI_DAY;
         status == LSCHED_OK && *opens == 0 && from < end; from += AHEAD) {
        lsi_spans open = {0};
        status = lsi_opentime_open(stack, from, from + AHEAD, &open, e);
        if (status == LSCHED_OK && open.count > 0) {
            *opens = open.at[0].from > from ? open.at[0].from : from;
            *closes = open.at[0].until < from + AHEAD ? open.at[0].until : 0;
        }
        lsi_span_free(&open);
    }
    return status;
}

/* Of layers that are named: `named` has at least the zone. */
static int ask_layers(lsi_awake *h, const lsched_layers *named, lsched_time *opens,
                      lsched_time *closes, lsi_error *e)
{
    lsi_stack stack = {.count = 0};
    *opens = h->at;
    *closes = 0;
    int status = lsi_opentime_load(h->core, named, h->a, &stack, e);
    if (status == LSCHED_OK && stack.count > 0)
        status = first_open(&stack, h->at, opens, closes, e);
    lsi_opentime_free(&stack);
    /* Nobody else is to wait because one calendar cannot be read. */
    if (lsi_stray_cannot_tell(status)) {
        lsi_error_clear(e);
        *opens = 0;
        status = LSCHED_OK;
    }
    if (status == LSCHED_OK && *opens == 0) {
        *opens = h->at + HOUR;
        *closes = 0;
    }
    return status;
}

static int find_group(lsi_awake *h, const lsched_layers *named, struct lsi_awake_group **out,
                      lsi_error *e)
{
    for (size_t i = 0; i < h->count; i++) {
        *out = &h->groups[i];
        if (strcmp((*out)->zone, named->zone) == 0 && strcmp((*out)->region, named->region) == 0 &&
            strcmp((*out)->team, named->team) == 0)
            return LSCHED_OK;
    }
    struct lsi_awake_group g = {
        .zone = lsi_arena_text(h->a, named->zone, strlen(named->zone)),
        .region = lsi_arena_text(h->a, named->region, strlen(named->region)),
        .team = lsi_arena_text(h->a, named->team, strlen(named->team)),
    };
    if (g.zone == NULL || g.region == NULL || g.team == NULL)
        return lsi_error_nomem(e);
    const int status = ask_layers(h, named, &g.opens, &g.closes, e);
    if (status != LSCHED_OK)
        return status;
    *out = lsi_vector_push(&h->groups, &h->count, &h->room, sizeof **out);
    if (*out == NULL)
        return lsi_error_nomem(e);
    **out = g;
    return LSCHED_OK;
}

int lsi_awake_ask(lsi_awake *h, const lsi_listener *to, lsched_time *opens, lsched_time *closes,
                  lsi_error *e)
{
    struct lsi_awake_group *g = NULL;
    lsched_layers named = {.zone = to->zone,
                           .region = to->region,
                           /* Whose choice is general care waits for no team. */
                           .team = to->general ? "" : to->team};
    if (to->own) {
        named.customer = to->customer;
        return ask_layers(h, &named, opens, closes, e);
    }
    const int status = find_group(h, &named, &g, e);
    if (status == LSCHED_OK) {
        *opens = g->opens;
        *closes = g->closes;
    }
    return status;
}

void lsi_awake_free(lsi_awake *h)
{
    free(h->groups);
    h->groups = NULL;
    h->count = h->room = 0;
}
