/* rules/life.c -- the life of a booking: which steps there are, and what each writes.
 *
 *            hold, offer             book, import
 *              |        confirm       |
 *              v  +----------------+  v   start
 *      +---- HELD ------------->  BOOKED -------> STARTED
 *      |       | expire          ^  |  |             |
 *      |       v                 |  |  | finish      | finish
 *      |    EXPIRED -------------+  |  v             v
 *      |          confirm    cancel |  FULFILLED, MISSED, NOSHOW
 *      |  cancel                    v
 *      +---------------------> CANCELLED          move, reassign: BOOKED to BOOKED, HELD to HELD
 *                                                 reseat: BOOKED to BOOKED
 *
 * Each step is one transaction of core/booking.c (expire and reseat are part of somebody
 * else's), adds one to the sequence, and appends one event; the schema refuses every other step.
 */
#include "rules/rules.h"

#define AS(state) (1 << LSCHED_##state)

static const lsi_step steps[] = {
    {LSI_HOLD, 0, LSCHED_HELD, LSCHED_EVENT_HELD, 0, false},
    {LSI_OFFER, 0, LSCHED_HELD, LSCHED_EVENT_OFFERED, LSCHED_NOTICE_OFFERED, false},
    {LSI_BOOK, 0, LSCHED_BOOKED, LSCHED_EVENT_BOOKED, LSCHED_NOTICE_CONFIRMED, true},
    /* Another system has told its customer; and any state can come from there. */
    {LSI_IMPORT, 0, LSCHED_BOOKED, LSCHED_EVENT_BOOKED, 0, true},
    {LSI_CONFIRM, AS(HELD) | AS(EXPIRED), LSCHED_BOOKED, LSCHED_EVENT_CONFIRMED,
     LSCHED_NOTICE_CONFIRMED, true},
    {LSI_MOVE, AS(BOOKED), LSCHED_BOOKED, LSCHED_EVENT_MOVED, LSCHED_NOTICE_MOVED, true},
    {LSI_MOVE, AS(HELD), LSCHED_HELD, LSCHED_EVENT_MOVED, 0, false},
    /* Another agent at the same time, of whom the customer knew nothing. */
    {LSI_REASSIGN, AS(BOOKED), LSCHED_BOOKED, LSCHED_EVENT_REASSIGNED, 0, true},
    {LSI_REASSIGN, AS(HELD), LSCHED_HELD, LSCHED_EVENT_REASSIGNED, 0, false},
    /* Nobody asks for this either: it is written by whoever needs the room. */
    {LSI_RESEAT, AS(BOOKED), LSCHED_BOOKED, LSCHED_EVENT_RESEATED, 0, true},
    {LSI_CANCEL, AS(BOOKED), LSCHED_CANCELLED, LSCHED_EVENT_CANCELLED, LSCHED_NOTICE_CANCELLED,
     false},
    /* Nobody was told of a hold, so nobody is told that it is gone. */
    {LSI_CANCEL, AS(HELD), LSCHED_CANCELLED, LSCHED_EVENT_CANCELLED, 0, false},
    {LSI_START, AS(BOOKED), LSCHED_STARTED, LSCHED_EVENT_STARTED, 0, false},
    {LSI_FULFIL, AS(BOOKED) | AS(STARTED), LSCHED_FULFILLED, LSCHED_EVENT_FULFILLED, 0, false},
    {LSI_MISS, AS(BOOKED), LSCHED_MISSED, LSCHED_EVENT_MISSED, 0, false},
    {LSI_NOSHOW, AS(BOOKED) | AS(STARTED), LSCHED_NOSHOW, LSCHED_EVENT_NOSHOW, 0, false},
    /* Nobody asks for it: it is written by whoever takes the place. */
    {LSI_EXPIRE, AS(HELD), LSCHED_EXPIRED, LSCHED_EVENT_EXPIRED, 0, false},
};

const char *lsi_life_name(int32_t state)
{
    static const char *const names[] = {
        [LSCHED_BOOKED] = "booked",       [LSCHED_CANCELLED] = "cancelled",
        [LSCHED_HELD] = "held",           [LSCHED_STARTED] = "in progress",
        [LSCHED_FULFILLED] = "fulfilled", [LSCHED_MISSED] = "missed",
        [LSCHED_NOSHOW] = "a no-show",    [LSCHED_EXPIRED] = "an expired hold",
    };
    return state >= LSCHED_BOOKED && state <= LSCHED_EXPIRED ? names[state] : "unknown";
}

const lsi_step *lsi_life_begin(enum lsi_verb verb)
{
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        if (steps[i].verb == verb && steps[i].from == 0)
            return &steps[i];
    }
    return NULL;
}

/* A hold that ends later than any that could be made by now comes from a clock that was far
 * ahead: it must not stand until that time comes. */
bool lsi_life_holds(lsched_time expires, lsched_time clock)
{
    return expires > clock && expires <= clock + LSCHED_MAX_HOLD;
}

bool lsi_life_run_out(const lsched_booking *b, lsched_time clock)
{
    return b->state == LSCHED_HELD && !lsi_life_holds(b->expires, clock);
}

/* Moving and cancelling are for what is still ahead or going on, missing for what has begun.
 * A hold that has run out is over, whether that has been written down or not. */
static int check_time(enum lsi_verb verb, const lsched_booking *b, lsched_time now,
                      lsched_time clock, lsi_error *e)
{
    const bool changing =
        verb == LSI_MOVE || verb == LSI_REASSIGN || verb == LSI_RESEAT || verb == LSI_CANCEL;
    if (changing && lsi_life_run_out(b, clock))
        return lsi_error_set(e, LSCHED_OVER, "the hold '%s' has expired", b->id);
    if (changing && b->end <= now)
        return lsi_error_set(e, LSCHED_OVER, "the time of booking '%s' has passed", b->id);
    if ((verb == LSI_MISS || verb == LSI_NOSHOW) && now < b->start)
        return lsi_error_set(e, LSCHED_TOOSOON, "booking '%s' has not been missed yet", b->id);
    return LSCHED_OK;
}

int lsi_life_step(enum lsi_verb verb, const lsched_booking *b, lsched_time now, lsched_time clock,
                  const lsi_step **out, lsi_error *e)
{
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        *out = &steps[i];
        if (steps[i].verb == verb && (steps[i].from >> b->state & 1) != 0)
            return check_time(verb, b, now, clock, e);
    }
    *out = NULL;
    return lsi_error_set(e, LSCHED_OVER, "booking '%s' is %s", b->id, lsi_life_name(b->state));
}

const lsi_step *lsi_life_written(int32_t from, int32_t to, int32_t event)
{
    /* What came from elsewhere has been told there, whatever it was. */
    static const lsi_step imported = {LSI_IMPORT, 0, 0, LSCHED_EVENT_BOOKED, 0, false};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        const bool leads = from == 0 ? steps[i].from == 0 : (steps[i].from >> from & 1) != 0;
        if (leads && steps[i].to == to && steps[i].event == event)
            return &steps[i];
    }
    return from == 0 && event == LSCHED_EVENT_BOOKED && to != LSCHED_HELD ? &imported : NULL;
}

bool lsi_life_takes_time(int32_t state)
{
    return state == LSCHED_BOOKED || state == LSCHED_HELD || state == LSCHED_STARTED;
}
