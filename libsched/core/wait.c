/* core/wait.c -- the waitlist: who is offered what has become free.
 *
 * An offer is a hold, found and taken by the predicate like every other: so it is in nobody's
 * way, and nobody is in its.  It is made in the transaction that frees the place, which nobody
 * else can take in between.  Whoever was offered least comes first, and of these who has waited
 * longest; a place is offered to one and the same only once, so that one that nobody takes comes
 * to everybody, and then to an end.
 */
#include "core/picture.h"

#include <string.h>

/* So many of the line are asked about one place; the rest is for lsched_offer_places(). */
#define ASKED 20
#define OFFERS 100 /* of one call, where it says nothing */

/* ---- what is wanted -------------------------------------------------------------------------- */

static int bad_window(const lsched_wait *w, size_t place, lsi_error *e)
{
    return lsi_error_set(e, LSCHED_INVALID,
                         "wait '%s': windows: word %zu is not two local times with a / between",
                         w->id, place);
}

/* "2026-03-04T09:00/2026-03-04T12:00" */
static int read_window(const lsched_wait *w, size_t place, const char *word, size_t size,
                       const lsi_zone *zone, lsi_spans *out, lsi_error *e)
{
    char text[80];
    lsched_time from, until;
    if (size >= sizeof text)
        return bad_window(w, place, e);
    memcpy(text, word, size);
    text[size] = '\0';
    char *slash = strchr(text, '/');
    if (slash == NULL)
        return bad_window(w, place, e);
    *slash = '\0';
    lsi_error why = {0};
    if (lsi_iso_read(text, zone, &from, &why) != LSCHED_OK ||
        lsi_iso_read(slash + 1, zone, &until, &why) != LSCHED_OK || until <= from)
        return bad_window(w, place, e);
    return lsi_span_add(out, from, until, e);
}

/* When the start may be, in the order of time; all of it where no windows are given. */
static int read_windows(lsi_core *core, const lsched_wait *w, const char *zone_name, lsi_spans *out,
                        lsi_error *e)
{
    const lsi_zone *zone;
    const char *text = w->windows, *word;
    size_t size, count = 0;
    if (!lsi_text_given(text))
        return lsi_span_add(out, 0, LSI_TIME_END, e);
    int status = lsi_zone_get(core->zones, zone_name, &zone, e);
    while (status == LSCHED_OK && (text = lsi_text_word(text, &word, &size)) != NULL) {
        if (++count > LSCHED_MAX_WINDOWS)
            return lsi_error_set(e, LSCHED_LIMIT, "wait '%s': windows has more than %d words",
                                 w->id, LSCHED_MAX_WINDOWS);
        status = read_window(w, count, word, size, zone, out, e);
    }
    lsi_span_sort(out);
    return status;
}

static int customer_of(lsi_core *core, const lsched_wait *w, lsi_arena *a, lsched_customer *out,
                       lsi_error *e)
{
    const lsched_customer key = {.id = w->customer};
    return lsi_record_get(core->store, &lsi_kind_customer, &key, a, out, e);
}

void lsi_wait_blank(lsched_wait *w)
{
    w->state = w->offers = 0;
    w->offer = NULL;
    w->since = 0;
}

/* A booking that it is about is the same customer's. */
static int check_booking(lsi_core *core, const lsched_wait *w, lsi_arena *a, lsi_error *e)
{
    lsched_booking b;
    if (!lsi_text_given(w->booking))
        return LSCHED_OK;
    const int status = lsi_ledger_get(core->store, w->booking, a, &b, e);
    if (status == LSCHED_OK &&
        (strcmp(b.customer, w->customer) != 0 || strcmp(b.service, w->service) != 0))
        return lsi_error_set(e, LSCHED_INVALID,
                             "wait '%s': booking '%s' is of another customer or service", w->id,
                             w->booking);
    return status;
}

int lsi_wait_join(lsi_core *core, lsched_wait *w, lsched_time now, lsi_arena *a, lsi_error *e)
{
    const lsched_wait key = {.id = w->id};
    lsched_wait old;
    lsched_customer customer;
    lsi_spans windows = {0};
    int status = customer_of(core, w, a, &customer, e);
    if (status == LSCHED_OK)
        status = read_windows(core, w, customer.zone, &windows, e);
    lsi_span_free(&windows);
    if (status == LSCHED_OK && w->until != 0 && w->until <= w->from)
        status = lsi_error_set(e, LSCHED_INVALID, "wait '%s': until is not after from", w->id);
    if (status == LSCHED_OK && lsi_text_given(w->agent) && lsi_roster_avoided(&customer, w->agent))
        status = lsi_error_set(e, LSCHED_INVALID, "wait '%s': customer '%s' avoids agent '%s'",
                               w->id, w->customer, w->agent);
    if (status == LSCHED_OK)
        status = check_booking(core, w, a, e);
    if (status != LSCHED_OK)
        return status;
    w->since = now;
    lsched_time clock;
    status = lsi_now_clock(core, now, &clock, e);
    if (status == LSCHED_OK)
        status = lsi_waits_settle(core->store, clock, e);
    if (status == LSCHED_OK)
        status = lsi_record_get(core->store, &lsi_kind_wait, &key, a, &old, e);
    if (status == LSCHED_NOTFOUND) {
        lsi_error_clear(e);
        return LSCHED_OK;
    }
    if (status != LSCHED_OK)
        return status;
    /* What was offered was for another wish. */
    if (old.state == LSCHED_WAIT_TAKEN || old.state == LSCHED_WAIT_OVER ||
        strcmp(old.customer, w->customer) != 0 || strcmp(old.service, w->service) != 0)
        return lsi_waits_forget(core->store, w->id, e);
    w->state = old.state;
    w->offers = old.offers;
    w->offer = old.offer;
    w->since = old.since;
    return LSCHED_OK;
}

/* ---- one offer -------------------------------------------------------------------------------- */

/* A place that one of the line may have: between these, with this agent (NULL: anybody). */
typedef struct gap {
    lsched_time from, until;
    const char *agent;
} gap;

/* The first of the slots that overlaps nothing that was offered before. */
static int pick(lsi_core *core, const lsched_wait *w, const lsi_found *found, lsi_arena *a,
                lsched_slot *out, lsi_error *e)
{
    int status = LSCHED_OK;
    for (size_t i = 0; status == LSCHED_OK && out->rung == 0 && i < found->count; i++) {
        const lsched_slot *s = &found->slots[i];
        bool was;
        status = lsi_waits_offered(core->store, w->id, s->start, s->end - s->start, &was, e);
        if (status == LSCHED_OK && !was)
            *out = *s;
    }
    if (status != LSCHED_OK || out->rung == 0)
        return status;
    /* Their names go with the facts. */
    out->agent = lsi_arena_text(a, out->agent, strlen(out->agent));
    out->team = lsi_arena_text(a, out->team, strlen(out->team));
    return out->agent != NULL && out->team != NULL ? LSCHED_OK : lsi_error_nomem(e);
}

/* Each offer of old stands in the way of so many starts at the most: one more than all of them
 * has one that was not offered. */
static size_t enough(const lsi_facts *f, const lsched_wait *w)
{
    const size_t blocked = 2 * (size_t)(f->service.minutes / f->service.step) + 1;
    const size_t starts = (size_t)w->offers * blocked + 1;
    return starts < LSCHED_MAX_PAGE ? starts : LSCHED_MAX_PAGE;
}

/* By the clock of the call, as what is found is then taken. */
static int search(lsi_core *core, const lsched_wait *w, const gap *g, lsched_time now, lsi_arena *a,
                  lsched_slot *out, lsi_error *e)
{
    lsi_facts f = {0};
    lsi_asked asked;
    lsi_found found = {0};
    lsi_moment m;
    const lsched_query q = {.size = sizeof q,
                            .channels = w->channels,
                            .rungs = w->rungs,
                            .customer = w->customer,
                            .service = w->service,
                            .agent = lsi_text_given(w->agent) ? w->agent : g->agent,
                            .team = lsi_text_given(w->team) ? w->team : NULL,
                            .from = g->from,
                            .until = g->until};
    int status = lsi_facts_moment(core, &m, e);
    m.now = now;
    if (status == LSCHED_OK)
        status = lsi_search_plan(core, &q, &m, a, &asked, &f, e);
    if (status == LSCHED_OK)
        status = lsi_search_slots(core, &f, NULL, asked.channels, asked.from, asked.until,
                                  enough(&f, w), &found, e);
    if (status == LSCHED_OK)
        status = pick(core, w, &found, a, out, e);
    lsi_search_free(&found);
    lsi_facts_free(core, &f);
    return status;
}

/* When a start would be of use; where nothing is left of it, the wait is over. */
typedef struct bounds {
    lsched_time from, until;
    lsi_spans windows;
} bounds;

static int bound(lsi_core *core, const lsched_wait *w, lsched_time now, lsi_arena *a, bounds *out,
                 lsi_error *e)
{
    lsched_customer customer;
    lsched_booking b;
    *out = (bounds){.from = w->from > now ? w->from : now,
                    .until = w->until != 0 ? w->until : LSI_TIME_END};
    int status = customer_of(core, w, a, &customer, e);
    if (status == LSCHED_OK)
        status = read_windows(core, w, customer.zone, &out->windows, e);
    if (status == LSCHED_OK && lsi_text_given(w->booking))
        status = lsi_ledger_get(core->store, w->booking, a, &b, e);
    /* It is to be earlier than what the customer has; and of what is over there is no earlier. */
    if (status == LSCHED_OK && lsi_text_given(w->booking))
        out->until = b.state != LSCHED_BOOKED ? 0 : b.start < out->until ? b.start : out->until;
    if (status == LSCHED_OK && out->windows.at[out->windows.count - 1].until < out->until)
        out->until = out->windows.at[out->windows.count - 1].until;
    return status;
}

/* A start takes its agent from before itself until after its end, as the service is by now. */
static int widen(lsi_core *core, const lsched_wait *w, gap *g, lsi_error *e)
{
    const lsi_wish wish = {.customer = w->customer, .service = w->service};
    lsi_lineup l = {0};
    lsi_moment m;
    if (g->agent == NULL)
        return LSCHED_OK;
    int status = lsi_facts_moment(core, &m, e);
    if (status == LSCHED_OK)
        status = lsi_facts_laws(core, &wish, &l, e);
    if (status == LSCHED_OK) {
        const lsi_reach reach = lsi_policy_reach(&l.facts.service);
        g->from -= reach.behind;
        g->until += reach.before;
    }
    lsi_arena_free(&l.arena);
    return status;
}

static int find(lsi_core *core, lsched_wait *w, const gap *freed, lsched_time now, lsi_arena *a,
                lsched_slot *out, lsi_error *e)
{
    gap g = *freed;
    bounds b;
    *out = (lsched_slot){0};
    int status = bound(core, w, now, a, &b, e);
    const bool over = status == LSCHED_OK && b.until <= now;
    if (over) {
        w->state = LSCHED_WAIT_OVER;
        status = lsi_waits_set(core->store, w, e);
    }
    if (status == LSCHED_OK)
        status = widen(core, w, &g, e);
    g.from = g.from > b.from ? g.from : b.from;
    g.until = over ? g.from : g.until < b.until ? g.until : b.until;
    for (size_t i = 0; status == LSCHED_OK && out->rung == 0 && i < b.windows.count; i++) {
        const lsi_span *s = &b.windows.at[i];
        gap part = {s->from > g.from ? s->from : g.from, s->until < g.until ? s->until : g.until,
                    g.agent};
        /* No question is longer; and nothing can be booked that far ahead. */
        if (part.until > part.from + LSCHED_MAX_DAYS * LSI_DAY)
            part.until = part.from + LSCHED_MAX_DAYS * LSI_DAY;
        if (part.from < part.until)
            status = search(core, w, &part, now, a, out, e);
    }
    lsi_span_free(&b.windows);
    return status;
}

/* Holds the slot for the wait's customer. */
static int hold(lsi_act *t, lsched_wait *w, const lsched_slot *slot, lsi_error *e)
{
    const lsi_holder customer = {.customer = w->customer};
    const lsi_wish wish = {.customer = w->customer,
                           .service = w->service,
                           .agent = slot->agent,
                           .team = slot->team,
                           .rungs = w->rungs != 0 ? w->rungs : LSI_ALL_RUNGS};
    *t->b = (lsched_booking){.channel = slot->channel,
                             .customer = w->customer,
                             .service = w->service,
                             .note = "",
                             .cause = "",
                             .source = "",
                             .start = slot->start,
                             .created = t->now,
                             .expires = t->stamp.at + INT64_C(60) * w->minutes};
    t->stamp.choice = &t->choice;
    int status = lsi_ledger_expire(t->core->store, &customer, NULL, &t->stamp, e);
    if (status == LSCHED_OK)
        status = lsi_place_take(t, &wish, e);
    if (status == LSCHED_OK)
        status = lsi_booking_new_id(t, e);
    if (status == LSCHED_OK)
        status = lsi_booking_step(t, lsi_life_begin(LSI_OFFER), 0, e);
    if (status == LSCHED_OK)
        status = lsi_waits_offer(t->core->store, w->id, t->b->start, e);
    if (status != LSCHED_OK)
        return status;
    w->state = LSCHED_WAIT_OFFERED;
    w->offers++;
    w->offer = t->b->id;
    return lsi_waits_set(t->core->store, w, e);
}

/* What is no fault of the call that offers: the rules say no to this one, or cannot be asked. */
static bool is_passed_over(int status)
{
    return (status <= -20 && status > -40) || status == LSCHED_NOTFOUND ||
           status == LSCHED_INVALID || status == LSCHED_LIMIT;
}

static int offer_inside(const lsi_act *from, lsched_wait *w, const gap *g, lsi_arena *a, bool *made,
                        lsi_error *e)
{
    lsi_core *core = from->core;
    lsched_booking b;
    lsched_slot slot;
    lsi_act t = {
        .core = core,
        .a = a,
        .now = from->now,
        .stamp = {.at = from->stamp.at, .actor = core->actor, .correlation = core->correlation},
        .b = &b};
    int status = find(core, w, g, from->now, a, &slot, e);
    if (status == LSCHED_OK && slot.rung != 0)
        status = hold(&t, w, &slot, e);
    *made = status == LSCHED_OK && slot.rung != 0;
    return status;
}

/* Offers the first place of the gap that suits, if there is one: wholly or not at all, which is
 * what the inner transaction is for.  Whoever cannot be asked, or holds too much already, is passed
 * over: that is nobody else's trouble. */
static int offer(const lsi_act *from, lsched_wait *w, const gap *g, lsi_arena *a, bool *made,
                 lsi_error *e)
{
    lsi_store *store = from->core->store;
    *made = false;
    int status = lsi_store_enter(store, true, e);
    if (status != LSCHED_OK)
        return status;
    status = lsi_store_leave(store, offer_inside(from, w, g, a, made, e), e);
    if (is_passed_over(status)) {
        lsi_error_clear(e);
        return LSCHED_OK;
    }
    return status;
}

/* Goes along a line until enough is offered, or the time of the call is up: what was offered
 * until then stands. */
static int walk(const lsi_act *t, lsched_wait *line, size_t waiting, const gap *g, size_t limit,
                size_t *count, lsi_error *e)
{
    const char *own = g->agent != NULL ? t->b->id : NULL;
    int status = LSCHED_OK;
    bool made;
    for (size_t i = 0; status == LSCHED_OK && i < waiting && *count < limit; i++) {
        /* What somebody leaves for a later place is not to be that one's own earlier place. */
        if (own != NULL && lsi_text_given(line[i].booking) && strcmp(line[i].booking, own) == 0)
            continue;
        status = lsi_store_late(t->core->store, e);
        if (status == LSCHED_OK)
            status = offer(t, &line[i], g, t->a, &made, e);
        if (status == LSCHED_OK && made)
            line[(*count)++] = line[i];
    }
    if (status == LSCHED_BUSY) {
        lsi_error_clear(e);
        return LSCHED_OK;
    }
    return status;
}

/* ---- a place becomes free ------------------------------------------------------------------------ */

int lsi_wait_freed(const lsi_act *t, const char *agent, lsched_time from, lsched_time until,
                   lsi_error *e)
{
    const gap g = {from, until, agent};
    lsched_wait *line;
    size_t waiting, count = 0;
    if (until <= t->now)
        return LSCHED_OK;
    int status = lsi_waits_settle(t->core->store, t->stamp.at, e);
    if (status == LSCHED_OK) /* no contact takes more than two days of its agent */
        status = lsi_waits_line(t->core->store, agent, from - 2 * LSI_DAY, until + 2 * LSI_DAY,
                                ASKED, t->a, &line, &waiting, e);
    return status == LSCHED_OK && waiting > 0 ? walk(t, line, waiting, &g, waiting, &count, e)
                                              : status;
}

/* ---- going along the line -------------------------------------------------------------------------- */

static int offer_places(lsi_act *t, uint32_t limit, lsched_wait **out, size_t *count, lsi_error *e)
{
    lsi_store *store = t->core->store;
    const gap all = {0, LSI_TIME_END, NULL};
    size_t waiting = 0;
    int status = lsi_now_ask(t->core, &t->now, e);
    if (status == LSCHED_OK)
        status = lsi_now_clock(t->core, t->now, &t->stamp.at, e);
    if (status == LSCHED_OK)
        status = lsi_waits_settle(store, t->stamp.at, e);
    if (status == LSCHED_OK)
        status =
            lsi_waits_line(store, NULL, 0, LSI_TIME_END, LSCHED_MAX_PAGE, t->a, out, &waiting, e);
    return status == LSCHED_OK ? walk(t, *out, waiting, &all, limit, count, e) : status;
}

int lsi_wait_offer(lsi_core *core, uint32_t limit, lsi_arena *a, lsched_wait **out, size_t *count,
                   lsi_error *e)
{
    lsi_act t = {.core = core, .a = a};
    *count = 0;
    const int status = lsi_store_enter(core->store, true, e);
    if (status != LSCHED_OK)
        return status;
    return lsi_store_leave(core->store,
                           offer_places(&t, limit != 0 ? limit : OFFERS, out, count, e), e);
}

/* ---- yes ---------------------------------------------------------------------------------------------- */

/* What is offered, as long as it is. */
static int load(lsi_act *t, const char *id, lsched_wait *w, lsched_booking *held, lsi_error *e)
{
    const lsched_wait key = {.id = id};
    int status = lsi_record_get(t->core->store, &lsi_kind_wait, &key, t->a, w, e);
    if (status == LSCHED_OK && w->state != LSCHED_WAIT_OFFERED)
        return lsi_error_set(e, LSCHED_OVER, "nothing is offered to the wait '%s'", w->id);
    if (status == LSCHED_OK)
        status = lsi_ledger_get(t->core->store, w->offer, t->a, held, e);
    if (status == LSCHED_OK && (held->state != LSCHED_HELD || lsi_life_run_out(held, t->stamp.at)))
        return lsi_error_set(e, LSCHED_OVER, "what was offered to the wait '%s' is over", w->id);
    return status;
}

static int confirm(lsi_act *t, const lsched_booking *held, lsi_error *e)
{
    const lsi_step *step;
    *t->b = *held;
    const int status = lsi_life_step(LSI_CONFIRM, t->b, t->now, t->stamp.at, &step, e);
    return status == LSCHED_OK ? lsi_booking_step(t, step, LSCHED_HELD, e) : status;
}

/* The hold gives way to the booking, which is moved into its place.  The wait ends first, or what
 * the move leaves would be offered to it. */
static int move_there(lsi_act *t, lsched_wait *w, const lsched_booking *held, lsi_error *e)
{
    lsched_booking gone = *held;
    lsi_act side = *t;
    side.b = &gone;
    side.stamp.key = NULL;
    side.stamp.request = 0;
    const lsi_step *step;
    w->state = LSCHED_WAIT_TAKEN;
    int status = lsi_waits_set(t->core->store, w, e);
    if (status == LSCHED_OK)
        status = lsi_life_step(LSI_EXPIRE, &gone, t->now, t->stamp.at, &step, e);
    if (status == LSCHED_OK)
        status = lsi_booking_step(&side, step, LSCHED_HELD, e);
    if (status != LSCHED_OK)
        return status;
    const lsched_change c = {.id = w->booking,
                             .start = held->start,
                             .channel = held->channel,
                             .agent = held->agent,
                             .team = held->team};
    return lsi_booking_move_in(t, &c, e);
}

static int take(lsi_act *t, const void *wanted, lsi_error *e)
{
    const lsi_stepping *s = wanted;
    lsched_wait w;
    lsched_booking held;
    int status = load(t, s->id, &w, &held, e);
    if (status != LSCHED_OK)
        return status;
    return lsi_text_given(w.booking) ? move_there(t, &w, &held, e) : confirm(t, &held, e);
}

int lsi_wait_take(lsi_core *core, const lsi_stepping *wanted, lsi_arena *a, lsched_booking *out,
                  lsi_error *e)
{
    lsi_stepping s = *wanted;
    const int status = lsi_kind_check(&lsi_form_take_offer, &s, e);
    return status == LSCHED_OK
               ? lsi_booking_transact(core, take, &s, s.key,
                                      lsi_form_print(&lsi_form_take_offer, &s), a, out, e)
               : status;
}
