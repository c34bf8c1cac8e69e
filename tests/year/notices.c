/* notices.c -- what customers are told, in batches, and what some of them do about it; and the
 * waitlist, whose offers come that way.
 */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>

#define BATCH 1000
#define LEASE 300
#define WANTS_EARLIER 0.5
#define SAYS_YES 0.7

static void react(world *w, const lsched_notice *n)
{
    const uint32_t customer = (uint32_t)strtoul(n->customer + 1, NULL, 10);
    switch (n->kind) {
    case LSCHED_NOTICE_OFFERED:
        waitlist_offered(w, n);
        break;
    case LSCHED_NOTICE_ANNOUNCEMENT:
        w->people[customer].told = 1;
        break;
    case LSCHED_NOTICE_INCIDENT:
        storm_told(w, customer, w->now >= w->storm_over);
        break;
    case LSCHED_NOTICE_RELEASE:
        storm_told(w, customer, true);
        break;
    default:
        break;
    }
}

void notices_take(world *w)
{
    size_t count;
    do {
        lsched_notices *list = NULL;
        if (!fine(w, CALL(take_notices, BATCH, LEASE, &list), "take notices"))
            return;
        count = lsched_notices_count(list);
        for (size_t i = 0; i < count; i++) {
            const lsched_notice *n = lsched_notices_at(list, i);
            w->t.told[n->kind]++;
            /* What an earlier one in this batch has made its customer do can have voided it. */
            const int status = CALL(ack_notice, n->id, n->attempt);
            if (status != LSCHED_OVER && fine(w, status, "ack"))
                react(w, n);
        }
        lsched_notices_free(list);
    } while (count == BATCH);
}

/* ---- the waitlist --------------------------------------------------------------------------------- */

static const char *wait_id(const world *w, const contact *c, char *room)
{
    snprintf(room, 24, "wait-%u", contact_number(w, c));
    return room;
}

void waitlist_add(world *w, contact *c, lsched_time before)
{
    char id[24], customer[16];
    if (!chance_hit(&c->luck, WANTS_EARLIER))
        return;
    const lsched_wait wait = {.size = sizeof wait,
                              .id = wait_id(w, c, id),
                              .customer = customer_id(customer, c->customer),
                              .service = service_ids[c->topic],
                              .channels = c->channel,
                              .booking = c->id,
                              .until = before - HOUR};
    if (!fine(w, CALL(put_wait, &wait), "put wait"))
        return;
    c->listed = 1;
    w->list_count++;
    w->t.listed++;
}

void waitlist_drop(world *w, contact *c)
{
    char id[24];
    if (!c->listed)
        return;
    c->listed = 0;
    w->list_count--;
    fine(w, CALL(remove_wait, wait_id(w, c, id)), "remove wait");
}

void waitlist_offered(world *w, const lsched_notice *n)
{
    char id[24], key[48];
    lsched_booking *b = NULL;
    const int32_t open = w->people[strtoul(n->customer + 1, NULL, 10)].open;
    contact *c = open == NOBODY ? NULL : &w->contacts[open];
    w->t.offered++;
    if (c == NULL || !c->listed || c->stage != PLACED)
        return; /* the offer ends by itself */
    if (!chance_hit(&c->luck, SAYS_YES)) {
        fine(w, CALL(cancel, n->booking->id, "does not suit", contact_key(c, w, key, "no"), NULL),
             "decline");
        return;
    }
    const int status = CALL(take_offer, wait_id(w, c, id), contact_key(c, w, key, "yes"), &b);
    if (status == LSCHED_OK) {
        w->t.taken++;
        contact_placed(w, c, b);
        waitlist_drop(w, c);
    } else if (status != LSCHED_OVER && status != LSCHED_TOOSOON) { /* not up in time for it */
        fine(w, status, "take offer");
    }
    lsched_booking_free(b);
}

void waitlist_tick(world *w)
{
    lsched_waits *list = NULL;
    if (w->list_count > 0)
        fine(w, CALL(offer_places, 100, &list), "offer");
    lsched_waits_free(list);
}
