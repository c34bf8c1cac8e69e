/* contact.c -- what a customer does with a wish: asks how long it takes, waits, takes a time, thinks
 * better of it, comes again.
 *
 * How customers behave is assumed, by the shares below, and is the same in all runs: what is
 * compared differs in what they are told, never in how they take it.
 */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATIENCE (40 * MINUTE) /* mean of the wait that is accepted when told */
#define CHAT_PATIENCE (12 * MINUTE)
#define TAKES_TIME 0.75 /* instead of a callback now, if there is one soon */
#define SOON (3 * DAY)
#define COMES_AGAIN 0.7
#define ASKS_MOST 4
#define CHANGES 0.10 /* of those with a time: cancel or move */
#define CANCELS 0.6  /* of these */
#define FOLLOW_UP 0.08
#define PAGE 12

/* ---- what stands behind all steps ----------------------------------------------------------------- */

uint32_t contact_number(const world *w, const contact *c)
{
    return (uint32_t)(c - w->contacts);
}

contact *contact_new(world *w, uint32_t customer, int topic, int wish, lsched_time at)
{
    if (w->contact_count == w->contact_room)
        give_up("there is no room for more contacts", "world");
    const uint32_t number = (uint32_t)w->contact_count++;
    contact *c = &w->contacts[number];
    *c = (contact){.luck = chance_of(w->plan.seed, customer, (uint64_t)at),
                   .customer = customer,
                   .topic = (uint8_t)topic,
                   .wish = (uint8_t)wish,
                   .first = at,
                   .agent = NOBODY,
                   .p50 = NOBODY,
                   .p90 = NOBODY};
    c->length = chance_length(&c->luck, 1, 0.55);
    agenda_put(&w->agenda, at, ARRIVAL, number, 0);
    return c;
}

const char *contact_key(contact *c, const world *w, char *room, const char *verb)
{
    snprintf(room, 48, "%s-%u-%d", verb, contact_number(w, c), ++c->step);
    return room;
}

/* Bookings say whose they are by their source; what the waitlist has made, by its customer. */
contact *contact_of(world *w, const lsched_booking *b)
{
    if (b->source[0] == 'k')
        return &w->contacts[strtoul(b->source + 1, NULL, 10)];
    const int32_t open = w->people[strtoul(b->customer + 1, NULL, 10)].open;
    return open == NOBODY ? NULL : &w->contacts[open];
}

void contact_close(world *w, contact *c, int stage)
{
    feeling *f = storm_feeling(w, c);
    c->stage = (uint8_t)stage;
    c->mark++;
    w->people[c->customer].open = NOBODY;
    waitlist_drop(w, c);
    w->t.served[c->wish] += stage == SERVED;
    w->t.lost[c->wish] += stage == LOST;
    if (stage == SERVED)
        sample_add(&w->t.first[c->wish], w->now - c->first);
    if (f == NULL)
        return;
    f->served += stage == SERVED;
    f->news += stage == NEWS;
    f->mended += stage == MENDED;
    f->lost += stage == LOST;
    if (stage == SERVED)
        f->same_day += c->began < w->storm_day_ends;
    if (stage == SERVED || stage == NEWS)
        sample_add(&f->answer, (stage == SERVED ? c->began : w->now) - c->first);
    if (stage == SERVED)
        sample_add(&f->wait, c->began - c->first);
}

/* What the library has answered about the booking of a contact. */
void contact_placed(world *w, contact *c, const lsched_booking *b)
{
    const uint32_t number = contact_number(w, c);
    snprintf(c->id, sizeof c->id, "%s", b->id);
    c->state = b->state;
    c->sequence = b->sequence;
    c->channel = (uint8_t)b->channel;
    c->start = b->start;
    c->stage = b->state == LSCHED_WAITING ? WAITS : PLACED;
    c->mark++;
    if (c->stage == WAITS) {
        if (w->line_count == w->line_room)
            w->line = grown(w->line, &w->line_room, sizeof *w->line);
        w->line[w->line_count++] = number;
    }
    if (c->stage == PLACED || b->start > w->now)
        agenda_put(&w->agenda, b->start, DUE, number, c->mark);
}

static int32_t rungs_of(const world *w, int32_t rungs)
{
    return w->plan.familiar ? rungs : rungs & ~LSCHED_KNOWN;
}

/* The texts of a request. */
typedef struct words {
    char key[48], source[16], customer[16], folder[24];
} words;

static lsched_request request_of(world *w, contact *c, words *t)
{
    snprintf(t->source, sizeof t->source, "k%u", contact_number(w, c));
    return (lsched_request){.size = sizeof(lsched_request),
                            .channel = c->wish == CHAT ? LSCHED_CHAT
                                       : c->topic == CONTRACT && chance_hit(&c->luck, 0.3)
                                           ? LSCHED_VIDEO
                                           : LSCHED_PHONE,
                            .key = contact_key(c, w, t->key, "wish"),
                            .customer = customer_id(t->customer, c->customer),
                            .service = service_ids[c->topic],
                            .source = t->source,
                            .case_id = c->topic == FAULT ? messages_file(w, c, t->folder) : NULL};
}

/* ---- in vain ------------------------------------------------------------------------------------------ */

void contact_again(world *w, contact *c)
{
    c->stage = THINKS;
    c->id[0] = '\0';
    c->mark++;
    if (c->asked >= ASKS_MOST || !chance_hit(&c->luck, COMES_AGAIN)) {
        w->t.given_up++;
        contact_close(w, c, LOST);
        return;
    }
    const double later = chance_length(&c->luck, 75 * MINUTE, 0.6);
    agenda_put(&w->agenda, w->now + (lsched_time)later, ARRIVAL, contact_number(w, c), c->mark);
}

bool contact_cancel(world *w, contact *c, const char *cause)
{
    char key[48];
    lsched_booking *b = NULL;
    figures_waited(w, c, false);
    const bool done =
        fine(w, CALL(cancel, c->id, cause, contact_key(c, w, key, "cancel"), &b), "cancel");
    if (done) {
        c->state = b->state;
        c->sequence = b->sequence;
        w->t.cancelled++;
    }
    lsched_booking_free(b);
    return done;
}

/* Whoever has waited long enough hangs up; what was called p90 was not kept if it has passed. */
void contact_tired(world *w, contact *c)
{
    feeling *f = storm_feeling(w, c);
    if (!contact_cancel(w, c, "waited too long"))
        return;
    if (f != NULL)
        f->tired++;
    c->p90 = NOBODY;
    contact_again(w, c);
}

/* ---- a time of its own --------------------------------------------------------------------------------- */

static const lsched_slot *choose(contact *c, const lsched_slots *slots, bool any)
{
    const size_t count = lsched_slots_count(slots);
    const lsched_slot *familiar = lsched_slots_familiar(slots);
    if (familiar != NULL && chance_hit(&c->luck, 0.8))
        return familiar;
    return count == 0 ? NULL
                      : lsched_slots_at(slots, any ? chance_below(&c->luck, (uint32_t)count) : 0);
}

static void book(world *w, contact *c, lsched_request *request, const lsched_slot *slot,
                 lsched_time wished)
{
    lsched_booking *b = NULL;
    request->start = slot->start;
    request->channel = slot->channel;
    request->agent = slot->rung == LSCHED_KNOWN ? slot->agent : NULL;
    /* Whatever is found can be booked. */
    if (fine(w, CALL(book, request, &b), "what was found is booked")) {
        contact_placed(w, c, b);
        c->since = w->now;
        w->t.promised++;
        if (b->start - wished > 2 * DAY)
            waitlist_add(w, c, b->start);
        if (chance_hit(&c->luck, CHANGES) && b->start - w->now > HOUR) {
            const double part = chance_even(&c->luck);
            agenda_put(&w->agenda, w->now + (lsched_time)(part * (double)(b->start - w->now)),
                       CHANGES_MIND, contact_number(w, c), c->mark);
        }
    }
    lsched_booking_free(b);
}

static void ask_time(world *w, contact *c, lsched_time wished, bool any)
{
    words t;
    lsched_slots *slots = NULL;
    lsched_request request = request_of(w, c, &t);
    request.rungs = rungs_of(w, LSCHED_KNOWN | LSCHED_HOME | LSCHED_OVERFLOW | LSCHED_GENERAL);
    const lsched_query query = {.size = sizeof query,
                                .limit = PAGE,
                                .channels = c->wish == CHAT ? LSCHED_PHONE : request.channel,
                                .rungs = request.rungs,
                                .customer = request.customer,
                                .service = request.service,
                                .from = wished};
    const lsched_slot *slot = NULL;
    if (fine(w, CALL(find, &query, &slots), "find"))
        slot = choose(c, slots, any);
    if (slot != NULL && (any || slot->start - w->now < SOON)) {
        book(w, c, &request, slot, wished);
    } else {
        w->t.refused++;
        contact_again(w, c);
    }
    lsched_slots_free(slots);
}

static void ask_later(world *w, contact *c)
{
    const double ahead = chance_length(&c->luck, 1.2 * (double)DAY, 0.9);
    ask_time(w, c, w->now + (lsched_time)(ahead < 6 * (double)DAY ? ahead : 6 * (double)DAY), true);
}

static void move(world *w, contact *c)
{
    char key[48], customer[16];
    lsched_slots *slots = NULL;
    lsched_booking *b = NULL;
    const lsched_query query = {.size = sizeof query,
                                .limit = PAGE,
                                .channels = c->channel,
                                .rungs = rungs_of(w, 15),
                                .customer = customer_id(customer, c->customer),
                                .service = service_ids[c->topic],
                                .moving = c->id,
                                .from = c->start + HOUR};
    const lsched_slot *slot = NULL;
    if (fine(w, CALL(find, &query, &slots), "find to move"))
        slot = choose(c, slots, true);
    if (slot != NULL) {
        const lsched_change change = {.size = sizeof change,
                                      .channel = slot->channel,
                                      .rungs = query.rungs,
                                      .key = contact_key(c, w, key, "move"),
                                      .id = c->id,
                                      .cause = "another time suits better",
                                      .start = slot->start};
        if (fine(w, CALL(move, &change, &b), "what was found is moved to")) {
            contact_placed(w, c, b);
            w->t.moved++;
        }
    }
    lsched_booking_free(b);
    lsched_slots_free(slots);
}

void contact_changes(world *w, contact *c)
{
    if (c->start - w->now < 10 * MINUTE)
        return;
    if (!chance_hit(&c->luck, CANCELS))
        move(w, c);
    else if (contact_cancel(w, c, "no longer needed"))
        contact_close(w, c, GONE);
}

/* ---- now ---------------------------------------------------------------------------------------------------- */

/* Somebody known who is there and has nothing to do is asked first; else, whoever comes. */
static const char *familiar_agent(const world *w, const contact *c)
{
    const person *p = &w->people[c->customer];
    const int8_t known[2] = {p->knows, p->last};
    for (int i = 0; i < 2 && w->plan.familiar && !p->general; i++) {
        const agent *a = known[i] == NOBODY ? NULL : &w->agents[known[i]];
        if (a != NULL && a->team == HOME_TEAM && !a->whole && a->chats == 0 &&
            desk_is_there(a, w->now) && desk_is_there(a, w->now + 30 * MINUTE) &&
            desk_fits(w, a, c))
            return a->id;
    }
    return NULL;
}

static bool leaves_meanwhile(const world *w, lsched_time until)
{
    for (int i = 0; i < HOME_AGENTS; i++) {
        const agent *a = &w->agents[i];
        for (int h = 0; h < a->hour_count; h++) {
            if (a->hours[h].until > w->now && a->hours[h].until <= until)
                return true;
        }
    }
    return false;
}

static void take_time(world *w, contact *c)
{
    if (chance_hit(&c->luck, TAKES_TIME))
        ask_time(w, c, w->now, false);
    else
        contact_again(w, c);
}

static void join(world *w, contact *c, const lsched_request *request, lsched_time patience)
{
    lsched_booking *b = NULL;
    const int status = CALL(join, request, &b);
    if (status == LSCHED_OK) {
        contact_placed(w, c, b);
        c->since = w->now;
        agenda_put(&w->agenda, w->now + patience, TIRED, contact_number(w, c), c->mark);
        desk_wake(w, c);
        if (c->stage == WAITS && request->agent != NULL)
            agenda_put(&w->agenda, w->now + OWNER_WAIT, DUE, contact_number(w, c), c->mark);
    } else if (status == LSCHED_CLOSED || status == LSCHED_NOBODY) {
        w->t.closed_to++;
        if (c->wish == CHAT)
            messages_write(w, c);
        else if (storm_touches(w, c))
            take_time(w, c);
        else
            contact_again(w, c);
    } else {
        fine(w, status, "join");
    }
    lsched_booking_free(b);
}

static void tell_wait(world *w, contact *c, const lsched_forecast *f)
{
    c->p50 = (int32_t)f->p50;
    c->p90 = (int32_t)f->p90;
    c->hour_to_close = f->close - w->now <= HOUR;
    c->shift_changes = leaves_meanwhile(w, w->now + f->p90);
}

/* Nobody took it at once: how long will it be?  Who does not like the answer takes a time. */
static void ask_how_long(world *w, contact *c, double patience)
{
    lsched_forecast *f = NULL;
    if (!fine(w, CALL(estimate_waiting, c->id, &f), "estimate of who waits"))
        return;
    if (f->offered && (double)f->p90 <= patience)
        tell_wait(w, c, f);
    else if (contact_cancel(w, c, "too long"))
        take_time(w, c);
    lsched_forecast_free(f);
}

/* Where somebody has nothing to do, it is tried first, and told only then. */
static void ask_now(world *w, contact *c)
{
    words t;
    lsched_forecast *f = NULL;
    const double patience = chance_length(&c->luck, PATIENCE, 0.6);
    lsched_request request = request_of(w, c, &t);
    request.rungs = w->people[c->customer].general
                        ? LSCHED_GENERAL
                        : rungs_of(w, LSCHED_KNOWN | LSCHED_HOME | LSCHED_OVERFLOW);
    request.agent = familiar_agent(w, c);
    c->p50 = c->p90 = NOBODY;
    if (request.agent != NULL || desk_idle(w, c, 0) != NULL) {
        join(w, c, &request, 3 * (lsched_time)patience);
        if (c->stage == WAITS)
            ask_how_long(w, c, patience);
        return;
    }
    if (!fine(w, CALL(estimate, &request, &f), "estimate"))
        return;
    if (f->offered && (double)f->p90 <= patience) {
        tell_wait(w, c, f);
        c->said = f->p90 > 0;
        request.told = c->p90;
        join(w, c, &request, 3 * (lsched_time)patience);
    } else {
        take_time(w, c);
    }
    lsched_forecast_free(f);
}

static void ask_chat(world *w, contact *c)
{
    words t;
    const double patience = chance_wait(&c->luck, CHAT_PATIENCE) + 2 * MINUTE;
    lsched_request request = request_of(w, c, &t);
    request.rungs = w->people[c->customer].general
                        ? LSCHED_GENERAL
                        : rungs_of(w, LSCHED_KNOWN | LSCHED_HOME | LSCHED_OVERFLOW);
    request.agent = familiar_agent(w, c);
    join(w, c, &request, (lsched_time)patience);
}

/* ---- asking ----------------------------------------------------------------------------------------------- */

/* One thing at a time: who has something open brings the rest along there. */
static bool comes_twice(world *w, contact *c)
{
    const int32_t open = w->people[c->customer].open;
    if (open == NOBODY || open == (int32_t)contact_number(w, c))
        return false;
    c->stage = GONE;
    return true;
}

void contact_ask(world *w, contact *c)
{
    static void (*const ask[WISHES])(world *, contact *) = {ask_now, ask_later, ask_chat,
                                                            messages_write};
    feeling *f = storm_feeling(w, c);
    if (comes_twice(w, c))
        return;
    if (c->asked == 0) {
        w->people[c->customer].open = (int32_t)contact_number(w, c);
        w->t.wanted[c->wish]++;
    }
    if (f != NULL) {
        f->wishes += c->asked == 0;
        f->asks++;
    }
    c->asked++;
    if (!storm_answers(w, c))
        ask[c->wish](w, c);
}
