/* core/awake.c -- when a customer may be told something: where all regions, customer and home
 * team are open, by the same layers as everything else.
 *
 * News are a contact that nobody asked for: of the regions' laws those bind that bind such, on
 * whatever channel.
 */
#include "core/tell.h"

#include <stdlib.h>
#include <string.h>

#define HOUR 3600
#define AHEAD LSI_STRETCH /* how far an end is looked for */

/* Those who are answered alike: their zone, regions, team and consents, what is told, and the
 * answer. */
struct lsi_awake_group {
    const char *zone, *region, *regions, *team;
    int32_t consents, purposes;
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

/* One region's layer, as far as its law binds what is told. */
static int add_region(lsi_awake *h, const lsi_listener *to, int32_t purposes, const char *region,
                      lsi_stack *stack, lsi_error *e)
{
    const lsi_contacting c = {LSI_ALL_CHANNELS, purposes, to->consents};
    lsi_floor *floor = &stack->floors[stack->count++];
    floor->zone = stack->floating;
    const int status =
        lsi_facts_layer(h->core, LSCHED_REGION, region, LSI_NO_TIME, h->a, &floor->layer, e);
    if (status == LSCHED_OK)
        floor->layer.passed = lsi_law_passed(&floor->layer, &c);
    return status;
}

static int add_regions(lsi_awake *h, const lsi_listener *to, int32_t purposes, lsi_stack *stack,
                       lsi_error *e)
{
    const char *word;
    size_t size;
    int status = LSCHED_OK;
    if (to->region[0] != '\0')
        status = add_region(h, to, purposes, to->region, stack, e);
    for (const char *rest = to->regions; status == LSCHED_OK && stack->count < LSI_FLOORS &&
                                         (rest = lsi_text_word(rest, &word, &size)) != NULL;) {
        const char *region = lsi_arena_text(h->a, word, size);
        status =
            region != NULL ? add_region(h, to, purposes, region, stack, e) : lsi_error_nomem(e);
    }
    return status;
}

static int ask_layers(lsi_awake *h, const lsi_listener *to, int32_t purposes, bool own,
                      lsched_time *opens, lsched_time *closes, lsi_error *e)
{
    /* Whose choice is general care waits for no team. */
    const lsched_layers named = {
        .zone = to->zone, .team = to->general ? "" : to->team, .customer = own ? to->customer : ""};
    lsi_stack stack = {.count = 0};
    *opens = h->at;
    *closes = 0;
    int status = lsi_opentime_load(h->core, &named, h->a, &stack, e);
    if (status == LSCHED_OK)
        status = add_regions(h, to, purposes, &stack, e);
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

static bool is_alike(const struct lsi_awake_group *g, const lsi_listener *to, const char *team,
                     int32_t purposes)
{
    return g->consents == to->consents && g->purposes == purposes &&
           strcmp(g->zone, to->zone) == 0 && strcmp(g->region, to->region) == 0 &&
           strcmp(g->regions, to->regions) == 0 && strcmp(g->team, team) == 0;
}

static const char *copy(lsi_awake *h, const char *text)
{
    return lsi_arena_text(h->a, text, strlen(text));
}

static int find_group(lsi_awake *h, const lsi_listener *to, int32_t purposes,
                      struct lsi_awake_group **out, lsi_error *e)
{
    const char *team = to->general ? "" : to->team;
    for (size_t i = 0; i < h->count; i++) {
        *out = &h->groups[i];
        if (is_alike(*out, to, team, purposes))
            return LSCHED_OK;
    }
    struct lsi_awake_group g = {.zone = copy(h, to->zone),
                                .region = copy(h, to->region),
                                .regions = copy(h, to->regions),
                                .team = copy(h, team),
                                .consents = to->consents,
                                .purposes = purposes};
    if (g.zone == NULL || g.region == NULL || g.regions == NULL || g.team == NULL)
        return lsi_error_nomem(e);
    const int status = ask_layers(h, to, purposes, false, &g.opens, &g.closes, e);
    if (status != LSCHED_OK)
        return status;
    *out = lsi_vector_push(&h->groups, &h->count, &h->room, sizeof **out);
    if (*out == NULL)
        return lsi_error_nomem(e);
    **out = g;
    return LSCHED_OK;
}

/* That somebody may talk about it does not make it asked for.  Mostly it is one service for all. */
static int find_purposes(lsi_awake *h, const char *service, int32_t *out, lsi_error *e)
{
    lsched_service record = {.purpose = 0};
    int status = LSCHED_OK;
    *out = LSCHED_SERVICE_NEWS;
    if (!lsi_text_given(service))
        return LSCHED_OK;
    if (h->service == NULL || strcmp(h->service, service) != 0) {
        h->service = copy(h, service);
        if (h->service == NULL)
            return lsi_error_nomem(e);
        status = lsi_record_get(h->core->store, &lsi_kind_service, &(lsched_service){.id = service},
                                h->a, &record, e);
        h->purpose = record.purpose & ~LSCHED_ASKED;
    }
    if (status == LSCHED_NOTFOUND) { /* removed meanwhile */
        lsi_error_clear(e);
        status = LSCHED_OK;
    }
    *out |= h->purpose;
    return status;
}

int lsi_awake_ask(lsi_awake *h, const lsi_listener *to, const char *service, lsched_time *opens,
                  lsched_time *closes, lsi_error *e)
{
    struct lsi_awake_group *g = NULL;
    int32_t purposes;
    int status = find_purposes(h, service, &purposes, e);
    if (status == LSCHED_OK && to->own)
        return ask_layers(h, to, purposes, true, opens, closes, e);
    if (status == LSCHED_OK)
        status = find_group(h, to, purposes, &g, e);
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
