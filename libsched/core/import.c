/* core/import.c -- taking over a booking that stands already: one transaction.
 *
 * A fact from elsewhere need not keep our rules about when, but nobody can be in two calls.
 */
#include "core/line.h"

#include <string.h>

/* Revisions are counted in each store by itself: one that this store does not know would leave
 * the booking without a policy, and so without its reminder. */
static int take_policy(lsi_core *core, lsched_booking *b, const lsched_service *service,
                       lsi_arena *a, lsi_error *e)
{
    lsched_service policy;
    const int status = lsi_policy_get(core->store, b->service, b->revision, a, &policy, e);
    if (status != LSCHED_NOTFOUND)
        return status;
    lsi_error_clear(e);
    b->revision = service->revision;
    return LSCHED_OK;
}

/* What is over may name what is gone: history outlives the catalogue.  Then the customer's
 * zone is empty, and the agent holds as many chats as anybody. */
static int look_up(lsi_core *core, lsched_booking *b, lsched_time now, lsi_arena *a,
                   lsched_customer *customer, lsched_agent *agent, lsi_error *e)
{
    lsched_team team;
    lsched_service service = {0};
    const struct {
        const lsi_kind *kind;
        const char *id;
        void *record;
    } named[] = {{&lsi_kind_customer, b->customer, customer},
                 {&lsi_kind_service, b->service, &service},
                 {&lsi_kind_agent, b->agent, agent},
                 {&lsi_kind_team, b->team, &team}};
    const bool waits = b->state == LSCHED_WAITING;
    const bool over = !waits && (!lsi_life_takes_time(b->state) || b->end <= now);
    *customer = (lsched_customer){.id = b->customer};
    *agent = (lsched_agent){.id = b->agent, .lanes = LSCHED_MAX_LANES};
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        union {
            lsched_customer customer;
            lsched_service service;
            lsched_agent agent;
            lsched_team team;
        } key = {0};
        if (waits && named[i].record == agent && !lsi_text_given(b->agent))
            continue; /* it is left to nobody */
        lsi_kind_set_text(&named[i].kind->fields[0], &key, named[i].id);
        const int status = lsi_record_get(core->store, named[i].kind, &key, a, named[i].record, e);
        if (status != LSCHED_OK && !(status == LSCHED_NOTFOUND && over))
            return status;
    }
    lsi_error_clear(e);
    return over && b->revision != 0 ? LSCHED_OK : take_policy(core, b, &service, a, e);
}

/* Only whether the place is free of other bookings: a fact from elsewhere need not keep
 * our rules, but nobody can be in two calls. */
static int take_over(lsi_act *t, const lsched_agent *agent, lsi_error *e)
{
    lsi_agent_fact fact = {.agent = *agent};
    lsi_spans busy = {0}, wanted = {0};
    const lsched_booking *b = t->b;
    if (!lsi_life_takes_time(b->state))
        return LSCHED_OK;
    int status = lsi_facts_take_agent(t->core, &fact, NULL, t->stamp.at, b->busy_from,
                                      b->busy_until, t->a, e);
    if (status == LSCHED_OK)
        status = lsi_lane_busy(&fact, b->channel, &busy, e);
    if (status == LSCHED_OK)
        status = lsi_span_add(&wanted, b->busy_from, b->busy_until, e);
    if (status == LSCHED_OK)
        status = lsi_span_keep(&wanted, &busy, e);
    if (status == LSCHED_OK && wanted.count > 0)
        status = lsi_error_set(e, LSCHED_TAKEN, "agent '%s' is booked then", b->agent);
    if (status == LSCHED_OK)
        status = lsi_place_lane(t->core, &fact, NULL, t->stamp.at, t->a, t->b, &t->others, e);
    lsi_span_free(&wanted);
    lsi_span_free(&busy);
    return status;
}

static int check_import(const lsched_booking *b, lsi_error *e)
{
    if (b->start % 60 != 0 || b->end % 60 != 0 || b->busy_from % 60 != 0 ||
        b->busy_until % 60 != 0) {
        char label[LSI_LABEL];
        lsi_kind_label(&lsi_kind_booking, b, label);
        return lsi_error_set(e, LSCHED_INVALID, "%s: a time is not a whole minute", label);
    }
    if (b->state == LSCHED_HELD)
        return lsi_error_set(e, LSCHED_INVALID, "booking: a hold cannot be taken over");
    if (b->state == LSCHED_EXPIRED && b->expires == 0)
        return lsi_error_set(e, LSCHED_INVALID, "booking: an expired hold has no expires");
    return LSCHED_OK;
}

/* What an import is asked with. */
typedef struct importing {
    const char *key;
    lsched_booking booking;
} importing;

static int check_wall(const lsched_booking *b, const lsi_zone *zone, lsi_error *e)
{
    lsched_time any;
    if (strlen(b->wall) == strlen("2026-03-08T16:40") &&
        lsi_iso_read(b->wall, zone, &any, e) == LSCHED_OK)
        return LSCHED_OK;
    return lsi_error_set(e, LSCHED_INVALID, "booking '%s': wall is not like 2026-03-08T16:40",
                         lsi_text_given(b->id) ? b->id : "");
}

/* An id that came along is one of ours, and not taken. */
static int check_id(lsi_core *core, const lsched_booking *b, lsi_arena *a, lsi_error *e)
{
    lsched_booking other;
    if (!lsi_identity_is(b->id))
        return lsi_error_set(e, LSCHED_INVALID, "booking '%s': id is not one of libsched's", b->id);
    const int status = lsi_ledger_get(core->store, b->id, a, &other, e);
    if (status == LSCHED_OK)
        return lsi_error_set(e, LSCHED_INUSE, "there is a booking '%s' already", b->id);
    if (status != LSCHED_NOTFOUND)
        return status;
    lsi_error_clear(e);
    return LSCHED_OK;
}

/* Fills in what did not come along. */
static int complete(lsi_act *t, const lsched_customer *customer, lsi_error *e)
{
    lsi_core *core = t->core;
    lsched_booking *b = t->b;
    const char *name = lsi_text_given(b->zone) ? b->zone : customer->zone;
    const lsi_zone *zone;
    lsched_booking promised = *b;
    if (!lsi_text_given(name))
        return lsi_error_set(e, LSCHED_INVALID, "booking: zone is required, the customer is gone");
    int status = lsi_zone_get(core->zones, name, &zone, e);
    if (status == LSCHED_OK)
        status = lsi_place_promise(zone, t->a, &promised, e);
    if (status == LSCHED_OK && lsi_text_given(b->wall))
        status = check_wall(b, zone, e);
    if (status != LSCHED_OK)
        return status;
    b->lane = 0;
    b->zone = promised.zone;
    b->wall = lsi_text_given(b->wall) ? b->wall : promised.wall;
    b->offset = b->offset != 0 ? b->offset : promised.offset;
    if (b->rung == 0 && lsi_text_given(b->agent))
        b->rung = LSCHED_HOME;
    b->created = b->created != 0 ? b->created : t->now;
    b->changed = b->changed != 0 ? b->changed : t->now;
    if (b->state == LSCHED_WAITING && b->since == 0)
        b->since = b->created;
    return lsi_text_given(b->id) ? check_id(core, b, t->a, e) : lsi_booking_new_id(t, e);
}

static int import(lsi_act *t, const void *wanted, lsi_error *e)
{
    const importing *i = wanted;
    const lsi_step *step = lsi_life_begin(LSI_IMPORT);
    lsched_customer customer;
    lsched_agent agent;
    *t->b = i->booking;
    t->stamp.event = step->event;
    int status = look_up(t->core, t->b, t->now, t->a, &customer, &agent, e);
    if (status == LSCHED_OK)
        status = complete(t, &customer, e);
    if (status == LSCHED_OK && t->b->state == LSCHED_WAITING)
        status = lsi_line_alone(t->core, t->b, t->now, e);
    if (status == LSCHED_OK)
        status = take_over(t, &agent, e);
    if (status == LSCHED_OK)
        status = lsi_booking_put(t, 0, e);
    /* I4: the customer was told of it where it comes from. */
    if (status == LSCHED_OK && t->b->state == LSCHED_BOOKED)
        status = lsi_outbox_told(t->core->store, t->b, LSCHED_NOTICE_CONFIRMED, t->now, e);
    if (status == LSCHED_OK && t->b->state == LSCHED_BOOKED)
        status = lsi_booking_notify(t, step, e);
    return status;
}

int lsi_import_take(lsi_core *core, const lsched_booking *booking, const char *key, lsi_arena *a,
                    lsched_booking *out, lsi_error *e)
{
    importing i = {.key = key, .booking = *booking};
    lsi_stepping named = {.key = key, .id = "-"}; /* only its key is to be checked */
    lsched_booking *b = &i.booking;
    int status = lsi_kind_check(&lsi_kind_booking, b, e);
    if (status == LSCHED_OK)
        status = lsi_kind_check(&lsi_form_start, &named, e);
    if (status == LSCHED_OK)
        status = check_import(b, e);
    return status == LSCHED_OK
               ? lsi_booking_transact(core, import, &i, key, lsi_form_print(&lsi_kind_booking, b),
                                      a, out, e)
               : status;
}
