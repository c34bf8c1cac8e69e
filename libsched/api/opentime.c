/* api/opentime.c -- header chapter 9: open-time arithmetic. */
#include "api/api.h"

static int check_time(lsched *s, const char *name, lsched_time t)
{
    if (t >= 0 && t < LSI_TIME_END)
        return LSCHED_OK;
    return lsi_error_set(&s->error, LSCHED_INVALID, "%s is not within 1970 to 2199", name);
}

/* ---- the layers that the caller names ---------------------------------------------------------- */

static int check_owner(lsched *s, const char *name, const char *id, bool *any)
{
    if (!lsi_text_given(id))
        return LSCHED_OK;
    *any = true;
    return lsi_entry_id(s, name, id);
}

static int check_owners(lsched *s, const lsched_layers *named, bool *any)
{
    *any = false;
    int status = check_owner(s, "team", named->team, any);
    if (status == LSCHED_OK)
        status = check_owner(s, "agent", named->agent, any);
    if (status == LSCHED_OK)
        status = check_owner(s, "customer", named->customer, any);
    if (status == LSCHED_OK)
        status = check_owner(s, "region", named->region, any);
    if (status == LSCHED_OK)
        status = check_owner(s, "service", named->service, any);
    return status;
}

/* The layer of texts goes on top of what the owners leave open. */
static int read_texts(lsched *s, const lsched_layers *named, bool owners, lsi_arena *a,
                      lsi_stack *stack)
{
    int status = LSCHED_OK;
    if (!owners)
        status = lsi_spans_need_zone(s, named->zone, &stack->floating);
    if (status != LSCHED_OK)
        return status;
    lsi_floor *floor = &stack->floors[stack->count++];
    floor->zone = stack->floating;
    status = lsi_spans_read(s, named->calendars, named->count, a, &floor->layer);
    floor->layer.open = owners;
    return status;
}

static int read_layers(lsched *s, const lsched_layers *named, lsi_arena *a, lsi_stack *stack)
{
    bool owners;
    int status = check_owners(s, named, &owners);
    if (status != LSCHED_OK)
        return status;
    if (named->calendars == NULL && named->count > 0)
        return lsi_scheduler_missing(s, "calendars");
    if (!owners && named->count == 0)
        return lsi_scheduler_missing(s, "an owner or a calendar");
    if (owners)
        status = lsi_scheduler_need_store(s);
    if (status == LSCHED_OK && owners)
        status = lsi_opentime_load(&s->core, named, a, stack, &s->error);
    if (status == LSCHED_OK && named->count > 0)
        status = read_texts(s, named, owners, a, stack);
    return status;
}

/* ---- the calls ----------------------------------------------------------------------------------- */

/* One question about layers, from the beginning of a call to its end. */
typedef struct question {
    lsi_arena arena;
    lsi_stack stack;
    lsi_opentime time;
} question;

static int ask(lsched *s, const lsched_layers *layers, question *q)
{
    lsched_layers named;
    *q = (question){.time = {lsi_opentime_open, &q->stack}};
    const int status =
        lsi_entry_take(s, layers, offsetof(lsched_layers, channel), sizeof named, &named);
    if (status == LSCHED_OK && (named.channel & ~LSI_ALL_CHANNELS) != 0)
        return lsi_error_set(&s->error, LSCHED_INVALID, "channel is not of enum lsched_channel");
    return status == LSCHED_OK ? read_layers(s, &named, &q->arena, &q->stack) : status;
}

static void forget(question *q)
{
    lsi_opentime_free(&q->stack);
    lsi_arena_free(&q->arena);
}

static int start(lsched *s, int64_t *out, lsched_time from)
{
    int status = lsi_scheduler_enter(s);
    if (out != NULL)
        *out = 0;
    if (status == LSCHED_OK && out == NULL)
        status = lsi_scheduler_missing(s, "out");
    return status == LSCHED_OK ? check_time(s, "from", from) : status;
}

int lsched_add_open(lsched *s, const lsched_layers *layers, lsched_time from, int64_t minutes,
                    lsched_time *out)
{
    question q;
    int status = start(s, out, from);
    if (status != LSCHED_OK)
        return status;
    status = ask(s, layers, &q);
    if (status == LSCHED_OK)
        status = lsi_opentime_add(&q.time, from, minutes, out, &s->error);
    forget(&q);
    return status;
}

int lsched_count_open(lsched *s, const lsched_layers *layers, lsched_time from, lsched_time until,
                      int64_t *out)
{
    question q;
    int status = start(s, out, from);
    if (status == LSCHED_OK)
        status = check_time(s, "until", until);
    if (status == LSCHED_OK && from != until)
        status = lsi_exchange_check_range(from < until ? from : until, from < until ? until : from,
                                          &s->error);
    if (status != LSCHED_OK)
        return status;
    status = ask(s, layers, &q);
    if (status == LSCHED_OK)
        status = lsi_opentime_count(&q.time, from, until, out, &s->error);
    forget(&q);
    return status;
}

int lsched_find_turn(lsched *s, const lsched_layers *layers, lsched_time from, int32_t turn,
                     lsched_time *out)
{
    question q;
    int status = start(s, out, from);
    if (status == LSCHED_OK && (turn < LSCHED_NEXT_OPENING || turn > LSCHED_LAST_CLOSING))
        status = lsi_error_set(&s->error, LSCHED_INVALID, "turn is not one of enum lsched_turn");
    if (status != LSCHED_OK)
        return status;
    status = ask(s, layers, &q);
    if (status == LSCHED_OK)
        status = lsi_opentime_turn(&q.time, from, turn, out, &s->error);
    forget(&q);
    return status;
}

int lsched_due(lsched *s, const lsched_calendar *const *calendars, size_t count, const char *zone,
               lsched_time from, int64_t minutes, lsched_time *out)
{
    question q = {.time = {lsi_opentime_open, &q.stack}};
    lsi_floor *floor = &q.stack.floors[0];
    int status = start(s, out, from);
    if (status == LSCHED_OK)
        status = lsi_spans_need_zone(s, zone, &floor->zone);
    if (status != LSCHED_OK)
        return status;
    q.stack.count = 1;
    status = lsi_spans_read(s, calendars, count, &q.arena, &floor->layer);
    if (status == LSCHED_OK)
        status = lsi_opentime_add(&q.time, from, minutes, out, &s->error);
    forget(&q);
    return status;
}
