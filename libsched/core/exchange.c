/* core/exchange.c -- what calendars mean, and what leaves as iCalendar. */
#include "core/core.h"

#include <stdio.h>
#include <string.h>

int lsi_exchange_check_range(lsched_time from, lsched_time until, lsi_error *e)
{
    if (from < 0 || until > LSI_TIME_END)
        return lsi_error_set(e, LSCHED_INVALID, "the range is not within 1970 to 2199");
    if (until <= from)
        return lsi_error_set(e, LSCHED_INVALID, "the range is empty: until is not after from");
    if (until - from > LSCHED_MAX_DAYS * LSI_DAY)
        return lsi_error_set(e, LSCHED_LIMIT, "the range is longer than %d days", LSCHED_MAX_DAYS);
    return LSCHED_OK;
}

/* ---- layers of texts -------------------------------------------------------------------- */

static int read_sheet(lsi_core *core, const lsched_calendar *c, lsi_sheet *sheet, lsi_error *e)
{
    const size_t size =
        c->text_size != 0 ? c->text_size : lsi_text_size(c->text, LSCHED_MAX_CALENDAR);
    if (c->text == NULL)
        return lsi_error_set(e, LSCHED_INVALID, "text is required");
    if (c->effect != LSCHED_OPENS && c->effect != LSCHED_CLOSES)
        return lsi_error_set(e, LSCHED_INVALID, "effect is neither opens nor closes");
    if (c->ends < 0 || c->ends > LSCHED_EXACT)
        return lsi_error_set(e, LSCHED_INVALID, "ends is neither wall nor exact");
    sheet->effect = c->effect;
    sheet->ends = c->ends;
    if (c->ends == 0)
        sheet->ends = c->effect == LSCHED_OPENS ? LSCHED_WALL : LSCHED_EXACT;
    return lsi_ical_read_within(core->zones, &core->limits, c->text, size, &sheet->calendar, e);
}

int lsi_exchange_layer(lsi_core *core, const lsched_calendar *const *calendars, size_t count,
                       lsi_arena *a, lsi_layer *layer, lsi_error *e)
{
    *layer = (lsi_layer){0};
    if (count > LSCHED_MAX_CALENDARS)
        return lsi_error_set(e, LSCHED_LIMIT, "more than %d calendars", LSCHED_MAX_CALENDARS);
    layer->sheets = lsi_arena_take(a, (count + 1) * sizeof *layer->sheets);
    if (layer->sheets == NULL)
        return lsi_error_nomem(e);
    for (size_t i = 0; i < count; i++) {
        char *label = lsi_arena_take(a, sizeof "calendar 64");
        if (label == NULL)
            return lsi_error_nomem(e);
        if (count > 1)
            snprintf(label, sizeof "calendar 64", "calendar %d", (int)(i + 1) % 100);
        layer->sheets[i].label = label;
        const int status = read_sheet(core, calendars[i], &layer->sheets[i], e);
        if (status != LSCHED_OK)
            return lsi_layer_blame(&layer->sheets[i], status, e);
        layer->count++;
    }
    return LSCHED_OK;
}

/* ---- stored owners ------------------------------------------------------------------------- */

int lsi_exchange_owner_zone(lsi_core *core, const lsi_kind *kind, const char *owner, lsi_arena *a,
                            const char **zone, lsi_error *e)
{
    union {
        lsched_team team;
        lsched_agent agent;
        lsched_customer customer;
        lsched_service service;
    } key = {0}, record;
    lsi_kind_set_text(&kind->fields[0], &key, owner);
    const int status = lsi_record_get(core->store, kind, &key, a, &record, e);
    for (size_t i = 0; status == LSCHED_OK && i < kind->count; i++) {
        if (kind->fields[i].type == LSI_ZONE && *zone == NULL)
            *zone = lsi_kind_text(&kind->fields[i], &record);
    }
    return status;
}

static int hours(lsi_core *core, int32_t kind, const char *owner, const char *zone,
                 lsched_time from, lsched_time until, lsi_arena *a, lsi_spans *out, lsi_error *e)
{
    const lsi_kind *records = lsi_kind_of_owner(kind);
    const lsi_zone *floating;
    lsi_layer layer = {0};
    int status = LSCHED_OK;
    if (records != NULL)
        status = lsi_exchange_owner_zone(core, records, owner, a, &zone, e);
    if (status == LSCHED_OK && zone == NULL)
        status = lsi_error_set(e, LSCHED_INVALID, "zone is required for a %s",
                               lsi_kind_owner_name(kind));
    if (status == LSCHED_OK)
        status = lsi_zone_get(core->zones, zone, &floating, e);
    if (status == LSCHED_OK)
        status = lsi_facts_layer(core, kind, owner, LSI_NO_TIME, a, &layer, e);
    if (status == LSCHED_OK)
        status = lsi_layer_open(&layer, floating, from, until, out, e);
    lsi_facts_free_layer(&layer);
    return status;
}

int lsi_exchange_hours(lsi_core *core, int32_t kind, const char *owner, const char *zone,
                       lsched_time from, lsched_time until, lsi_arena *a, lsi_spans *out,
                       lsi_error *e)
{
    if (kind < LSCHED_TEAM || kind > LSCHED_SERVICE)
        return lsi_error_set(e, LSCHED_INVALID, "kind is not an owner of calendars");
    if (!lsi_text_given(owner))
        return lsi_error_set(e, LSCHED_INVALID, "owner is required");
    int status = lsi_exchange_check_range(from, until, e);
    if (status == LSCHED_OK)
        status = lsi_store_enter(core->store, false, e);
    if (status != LSCHED_OK)
        return status;
    if (!lsi_text_given(zone))
        zone = NULL;
    return lsi_store_leave(core->store, hours(core, kind, owner, zone, from, until, a, out, e), e);
}

/* ---- iCalendar out -------------------------------------------------------------------------- */

static const char *channel_name(int32_t channel)
{
    switch (channel) {
    case LSCHED_PHONE:
        return "Call";
    case LSCHED_CHAT:
        return "Chat";
    case LSCHED_VIDEO:
        return "Video call";
    default:
        return "Visit";
    }
}

/* Service and agent may have gone since: then their ids have to do. */
static int describe(lsi_core *core, const lsched_booking *b, lsched_time clock, lsi_arena *a,
                    lsi_item *item, lsi_error *e)
{
    lsched_service service = {.id = b->service};
    lsched_agent agent = {.id = b->agent};
    const lsched_service service_key = service;
    const lsched_agent agent_key = agent;
    int status = lsi_record_get(core->store, &lsi_kind_service, &service_key, a, &service, e);
    if (status == LSCHED_NOTFOUND)
        service.name = b->service;
    else if (status != LSCHED_OK)
        return status;
    status = lsi_record_get(core->store, &lsi_kind_agent, &agent_key, a, &agent, e);
    if (status == LSCHED_NOTFOUND)
        agent.name = b->agent;
    else if (status != LSCHED_OK)
        return status;
    lsi_error_clear(e);
    const bool held = b->state == LSCHED_HELD || b->state == LSCHED_WAITING;
    const size_t room = 2 * LSCHED_MAX_NAME + 40;
    char *summary = lsi_arena_take(a, room);
    if (summary == NULL)
        return lsi_error_nomem(e);
    if (lsi_text_given(agent.name))
        snprintf(summary, room, "%s with %s: %s", channel_name(b->channel), agent.name,
                 service.name);
    else
        snprintf(summary, room, "%s: %s", channel_name(b->channel), service.name);
    *item = (lsi_item){.uid = b->id,
                       .summary = summary,
                       .start = b->start,
                       .end = b->end,
                       .created = b->created,
                       .changed = b->changed,
                       .sequence = b->sequence,
                       .cancelled = b->state == LSCHED_CANCELLED || b->state == LSCHED_EXPIRED ||
                                    lsi_life_run_out(b, clock),
                       .tentative = held};
    return LSCHED_OK;
}

static int write_bookings(lsi_core *core, const lsched_booking *bookings, size_t count,
                          lsi_arena *a, char **out, lsi_error *e)
{
    lsched_time now, clock = 0;
    lsi_item *items = lsi_arena_take(a, (count + 1) * sizeof *items);
    int status = items != NULL ? lsi_now_ask(core, &now, e) : lsi_error_nomem(e);
    if (status == LSCHED_OK)
        status = lsi_now_clock(core, now, &clock, e);
    for (size_t i = 0; status == LSCHED_OK && i < count; i++)
        status = describe(core, &bookings[i], clock, a, &items[i], e);
    return status == LSCHED_OK ? lsi_write_items(items, count, now, out, e) : status;
}

int lsi_exchange_write_booking(lsi_core *core, const char *id, char **out, lsi_error *e)
{
    lsi_arena a = {0};
    lsched_booking b;
    int status = lsi_store_enter(core->store, false, e);
    if (status != LSCHED_OK)
        return status;
    status = lsi_ledger_get(core->store, id, &a, &b, e);
    if (status == LSCHED_OK)
        status = write_bookings(core, &b, 1, &a, out, e);
    lsi_arena_free(&a);
    return lsi_store_leave(core->store, status, e);
}

static int write_agenda(lsi_core *core, const char *agent, lsched_time from, lsched_time until,
                        lsi_arena *a, char **out, lsi_error *e)
{
    const lsched_agent key = {.id = agent};
    const lsched_filter filter = {.agent = agent, .from = from, .until = until};
    lsched_agent found;
    lsched_booking *bookings;
    size_t count;
    int status = lsi_record_get(core->store, &lsi_kind_agent, &key, a, &found, e);
    if (status == LSCHED_OK)
        status = lsi_ledger_list(core->store, &filter, LSCHED_MAX_PAGE + 1, a, &bookings, &count, e);
    if (status == LSCHED_OK && count > LSCHED_MAX_PAGE)
        return lsi_error_set(e, LSCHED_LIMIT, "more than %d bookings", LSCHED_MAX_PAGE);
    return status == LSCHED_OK ? write_bookings(core, bookings, count, a, out, e) : status;
}

int lsi_exchange_write_agenda(lsi_core *core, const char *agent, lsched_time from,
                              lsched_time until, char **out, lsi_error *e)
{
    lsi_arena a = {0};
    int status = lsi_exchange_check_range(from, until, e);
    if (status == LSCHED_OK)
        status = lsi_store_enter(core->store, false, e);
    if (status != LSCHED_OK)
        return status;
    status = write_agenda(core, agent, from, until, &a, out, e);
    lsi_arena_free(&a);
    return lsi_store_leave(core->store, status, e);
}
