/* core/opentime.c -- arithmetic in open time: what promised answer times stand on.
 *
 * The rules that live here: an amount ends where its last second ends, so one that fills
 * the day ends at closing time and not at the next opening; backwards everything is
 * mirrored.  Open time is asked for in stretches that grow, so that an answer next week
 * does not cost a year, and never further than LSCHED_MAX_DAYS.
 *
 * Backwards, time is walked with its sign turned: then a span begins with its closing and
 * ends with its opening, and nothing below needs to know the direction.
 */
#include "core/core.h"

#include <inttypes.h>

#define FIRST_STRETCH (8 * LSI_DAY)
#define FURTHEST (LSCHED_MAX_DAYS * LSI_DAY)

/* Takes one span of the walk's own time; `edge` is where the present stretch ends.  True:
 * it has seen enough. */
typedef bool (*visit)(void *state, int64_t begin, int64_t end, int64_t edge);

static bool show(const lsi_spans *open, int sign, int64_t edge, visit take, void *state)
{
    for (size_t i = 0; i < open->count; i++) {
        const lsi_span *s = &open->at[sign > 0 ? i : open->count - 1 - i];
        const int64_t begin = sign > 0 ? s->from : -s->until;
        if (take(state, begin, begin + (s->until - s->from), edge))
            return true;
    }
    return false;
}

/* Walks from `t` to `last`, both in the walk's own time. */
static int walk(const lsi_opentime *o, int sign, int64_t t, int64_t last, visit take, void *state,
                lsi_error *e)
{
    int64_t stretch = FIRST_STRETCH;
    bool done = false;
    while (t < last && !done) {
        const int64_t edge = last - t > stretch ? t + stretch : last;
        lsi_spans open = {0};
        const int status =
            sign > 0 ? o->open(o->user, t, edge, &open, e) : o->open(o->user, -edge, -t, &open, e);
        if (status == LSCHED_OK)
            done = show(&open, sign, edge, take, state);
        lsi_span_free(&open);
        if (status != LSCHED_OK)
            return status;
        t = edge;
        stretch *= 2;
    }
    return LSCHED_OK;
}

/* How far a walk from `t` may go. */
static int64_t furthest(int sign, int64_t t)
{
    const int64_t end = sign > 0 ? LSI_TIME_END : 0;
    return end - t > FURTHEST ? t + FURTHEST : end;
}

/* ---- add ----------------------------------------------------------------------------------- */

typedef struct amount {
    int64_t left; /* seconds */
    int64_t end;
    bool found;
} amount;

static bool use_up(void *state, int64_t begin, int64_t end, int64_t edge)
{
    amount *a = state;
    (void)edge;
    a->found = a->left <= end - begin;
    if (a->found)
        a->end = begin + a->left;
    a->left -= end - begin;
    return a->found;
}

int lsi_opentime_add(const lsi_opentime *o, lsched_time from, int64_t minutes, lsched_time *out,
                     lsi_error *e)
{
    const int64_t most = FURTHEST / 60;
    const int sign = minutes < 0 ? -1 : 1;
    if (minutes > most || minutes < -most)
        return lsi_error_set(e, LSCHED_NOTFOUND, "minutes is more than %d days", LSCHED_MAX_DAYS);
    amount a = {.left = sign * minutes * 60};
    const int status = walk(o, sign, sign * from, furthest(sign, sign * from), use_up, &a, e);
    if (status != LSCHED_OK)
        return status;
    if (!a.found)
        return lsi_error_set(e, LSCHED_NOTFOUND,
                             "there are not %" PRId64 " minutes of open time in %d days",
                             sign * minutes, LSCHED_MAX_DAYS);
    *out = sign * a.end;
    return LSCHED_OK;
}

/* ---- count --------------------------------------------------------------------------------- */

static bool sum_up(void *state, int64_t begin, int64_t end, int64_t edge)
{
    (void)edge;
    *(int64_t *)state += end - begin;
    return false;
}

int lsi_opentime_count(const lsi_opentime *o, lsched_time from, lsched_time until, int64_t *minutes,
                       lsi_error *e)
{
    const int sign = until < from ? -1 : 1;
    int64_t seconds = 0;
    const int status = walk(o, sign, sign * from, sign * until, sum_up, &seconds, e);
    if (status == LSCHED_OK)
        *minutes = sign * (seconds / 60);
    return status;
}

/* ---- turns --------------------------------------------------------------------------------- */

typedef struct turn {
    int64_t at;  /* where the last span ended, or the walk began */
    bool inside; /* a span reaches up to `at`, and may go on in the next stretch */
    bool found;
} turn;

static bool meet_begin(void *state, int64_t begin, int64_t end, int64_t edge)
{
    turn *t = state;
    (void)edge;
    t->found = begin > t->at;
    t->at = t->found ? begin : end;
    return t->found;
}

static bool meet_end(void *state, int64_t begin, int64_t end, int64_t edge)
{
    turn *t = state;
    if (t->inside && begin > t->at) {
        t->found = true;
        return true;
    }
    t->inside = true;
    t->at = end;
    t->found = end < edge;
    return t->found;
}

int lsi_opentime_turn(const lsi_opentime *o, lsched_time from, int32_t which, lsched_time *out,
                      lsi_error *e)
{
    const bool ahead = which == LSCHED_NEXT_OPENING || which == LSCHED_NEXT_CLOSING;
    const bool begins = which == LSCHED_NEXT_OPENING || which == LSCHED_LAST_CLOSING;
    const int sign = ahead ? 1 : -1;
    /* The turns before include one at `from`, so the second that begins there belongs to
     * what is walked. */
    const int64_t start = ahead ? from : -(from + 1);
    const int64_t last = furthest(sign, start);
    turn t = {.at = start};
    const int status = walk(o, sign, start, last, begins ? meet_begin : meet_end, &t, e);
    if (status != LSCHED_OK)
        return status;
    if (!begins && t.inside && t.at < last)
        t.found = true; /* nothing followed it */
    if (!t.found)
        return lsi_error_set(e, LSCHED_NOTFOUND, "there is no %s within %d days %s",
                             ahead == begins ? "opening" : "closing", LSCHED_MAX_DAYS,
                             ahead ? "from then" : "before then");
    *out = sign * t.at;
    return LSCHED_OK;
}

/* ---- layers -------------------------------------------------------------------------------- */

int lsi_opentime_open(void *layers, lsched_time from, lsched_time until, lsi_spans *out,
                      lsi_error *e)
{
    const lsi_stack *stack = layers;
    int status = LSCHED_OK;
    for (size_t i = 0; status == LSCHED_OK && i < stack->count; i++) {
        const lsi_floor *floor = &stack->floors[i];
        lsi_spans open = {0};
        status = lsi_layer_open(&floor->layer, floor->zone, from, until, i == 0 ? out : &open, e);
        if (status == LSCHED_OK && i > 0)
            status = lsi_span_keep(out, &open, e);
        lsi_span_free(&open);
        if (out->count == 0)
            break;
    }
    return status;
}

void lsi_opentime_free(lsi_stack *stack)
{
    for (size_t i = 0; i < stack->count; i++)
        lsi_facts_free_layer(&stack->floors[i].layer);
    stack->count = 0;
}

/* The records of the owners named: they must be there, and three of them have a zone. */
static int find_zones(lsi_core *core, const lsched_layers *named, lsi_arena *a,
                      const lsi_zone **floating, const lsi_zone **agent_zone, lsi_error *e)
{
    const char *zone = lsi_text_given(named->zone) ? named->zone : NULL;
    const char *first = NULL, *of_agent = NULL;
    int status = LSCHED_OK;
    const struct {
        int32_t kind;
        const char *owner;
        const char **zone;
    } owners[] = {{LSCHED_CUSTOMER, named->customer, &first},
                  {LSCHED_TEAM, named->team, &first},
                  {LSCHED_AGENT, named->agent, &of_agent},
                  {LSCHED_SERVICE, named->service, &first}};
    for (size_t i = 0; status == LSCHED_OK && i < sizeof owners / sizeof *owners; i++) {
        const lsi_kind *records = lsi_kind_of_owner(owners[i].kind);
        if (lsi_text_given(owners[i].owner))
            status = lsi_exchange_owner_zone(core, records, owners[i].owner, a, owners[i].zone, e);
    }
    if (status != LSCHED_OK)
        return status;
    if (of_agent != NULL)
        status = lsi_zone_get(core->zones, of_agent, agent_zone, e);
    if (zone == NULL)
        zone = first != NULL ? first : of_agent;
    if (status == LSCHED_OK && zone == NULL)
        status = lsi_error_set(e, LSCHED_INVALID, "zone is required: nobody named has one");
    return status == LSCHED_OK ? lsi_zone_get(core->zones, zone, floating, e) : status;
}

/* To what contacts the question is about, as far as it says so. */
static int bind_law(lsi_core *core, const lsched_layers *named, lsi_arena *a, lsi_layer *layer,
                    lsi_error *e)
{
    lsched_service service = {.purpose = LSI_ALL_PURPOSES};
    lsched_customer customer = {.consents = 0};
    int status = LSCHED_OK;
    if (lsi_text_given(named->service))
        status = lsi_record_get(core->store, &lsi_kind_service,
                                &(lsched_service){.id = named->service}, a, &service, e);
    if (status == LSCHED_OK && lsi_text_given(named->customer))
        status = lsi_record_get(core->store, &lsi_kind_customer,
                                &(lsched_customer){.id = named->customer}, a, &customer, e);
    const lsi_contacting c = {named->channel != 0 ? named->channel : LSI_ALL_CHANNELS,
                              service.purpose, customer.consents};
    layer->passed = lsi_law_passed(layer, &c);
    return status;
}

static int load_owners(lsi_core *core, const lsched_layers *named, lsi_arena *a, lsi_stack *stack,
                       lsi_error *e)
{
    const lsi_zone *floating = NULL, *agent_zone = NULL;
    int status = find_zones(core, named, a, &floating, &agent_zone, e);
    const struct {
        int32_t kind;
        const char *owner;
    } owners[] = {{LSCHED_TEAM, named->team},
                  {LSCHED_AGENT, named->agent},
                  {LSCHED_CUSTOMER, named->customer},
                  {LSCHED_REGION, named->region},
                  {LSCHED_SERVICE, named->service}};
    for (size_t i = 0; status == LSCHED_OK && i < sizeof owners / sizeof *owners; i++) {
        if (!lsi_text_given(owners[i].owner))
            continue;
        lsi_floor *floor = &stack->floors[stack->count++];
        floor->zone = owners[i].kind == LSCHED_AGENT ? agent_zone : floating;
        status = lsi_facts_layer(core, owners[i].kind, owners[i].owner, LSI_NO_TIME, a,
                                 &floor->layer, e);
        if (status == LSCHED_OK && owners[i].kind == LSCHED_REGION)
            status = bind_law(core, named, a, &floor->layer, e);
    }
    stack->floating = floating;
    return status;
}

int lsi_opentime_load(lsi_core *core, const lsched_layers *named, lsi_arena *a, lsi_stack *stack,
                      lsi_error *e)
{
    const int status = lsi_store_enter(core->store, false, e);
    if (status != LSCHED_OK)
        return status;
    return lsi_store_leave(core->store, load_owners(core, named, a, stack, e), e);
}
