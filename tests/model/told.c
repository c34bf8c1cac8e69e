/* told.c -- the reference's other half: what the store tells of a call goes into it, if it is
 * what the call had to do.
 */
#include "reference.h"

#include <string.h>

enum {
    MINUTE = 60
};

static const int64_t reminders[SERVICES] = {60, 30};

/* ---- what became of it ---------------------------------------------------------------------- */

bool reference_same(const place *a, const place *b)
{
    return (a->id[0] == '\0' || b->id[0] == '\0' || strcmp(a->id, b->id) == 0) &&
           a->state == b->state && a->sequence == b->sequence && a->rung == b->rung &&
           a->late == b->late && a->agent == b->agent && a->customer == b->customer &&
           a->service == b->service && a->start == b->start && a->end == b->end &&
           a->busy_from == b->busy_from && a->busy_until == b->busy_until &&
           a->expires == b->expires && a->since == b->since;
}

static void void_notices(reference *r, int32_t booking)
{
    for (size_t i = r->settled; i < r->notice_count; i++) {
        notice *n = &r->notices[i];
        if (n->booking == booking && n->state == 1 && n->sequence < r->places[booking].sequence)
            n->state = 3;
    }
    while (r->settled < r->notice_count && r->notices[r->settled].state != 1)
        r->settled++;
}

static void add_notice(reference *r, int32_t booking, int32_t kind, int64_t due)
{
    r->notices[r->notice_count++] = (notice){.booking = booking,
                                             .sequence = r->places[booking].sequence,
                                             .kind = kind,
                                             .state = 1,
                                             .due = due};
}

static void notify(reference *r, const deed *d, int32_t booking, int32_t before)
{
    const place *p = &r->places[booking];
    const bool reminds = p->state == LSCHED_BOOKED;
    const int64_t due = p->start - reminders[p->service] * MINUTE;
    if (d->verb == BOOK || d->verb == BOOK_SERIES || d->verb == CONFIRM)
        add_notice(r, booking, LSCHED_NOTICE_CONFIRMED, d->now);
    if (d->verb == MOVE && before == LSCHED_WAITING)
        add_notice(r, booking, LSCHED_NOTICE_CONFIRMED, d->now);
    if (p->state == LSCHED_MISSED || p->state == LSCHED_NOSHOW)
        add_notice(r, booking, LSCHED_NOTICE_REBOOK, d->now);
    if (d->verb == MOVE && before == LSCHED_BOOKED)
        add_notice(r, booking, LSCHED_NOTICE_MOVED, d->now);
    if (d->verb == CANCEL && before != LSCHED_HELD)
        add_notice(r, booking, LSCHED_NOTICE_CANCELLED, d->now);
    if (reminds && due > d->now)
        add_notice(r, booking, LSCHED_NOTICE_REMINDER, due);
}

static int32_t find_id(const reference *r, const char *id)
{
    for (size_t i = r->count; i-- > 0;)
        if (strcmp(r->places[i].id, id) == 0)
            return (int32_t)i;
    return -1;
}

const place *reference_find(const reference *r, const char *id)
{
    const int32_t i = find_id(r, id);
    return i >= 0 ? &r->places[i] : NULL;
}

/* What nobody asked for: a hold that has run out, or another lane. */
static const char *apply_side(reference *r, const told *e)
{
    const int32_t i = find_id(r, e->after.id);
    if (i < 0)
        return "an event of a booking that there is not";
    place *p = &r->places[i], next = *p;
    if (e->key != -1)
        return "a key where nobody asked";
    if (e->kind == LSCHED_EVENT_EXPIRED) {
        if (p->state != LSCHED_HELD || reference_holds(p, e->at))
            return "expired what had not run out";
        next.state = LSCHED_EXPIRED;
        next.sequence++;
        next.lane = e->after.lane;
    } else {
        if (!reference_is_chat(p->service) || e->after.lane < 1 || e->after.lane > LANES)
            return "a lane that there is not";
        next.lane = e->after.lane;
    }
    if (!reference_same(&next, &e->after))
        return "a side event changed more than it says";
    *p = next;
    void_notices(r, i);
    return NULL;
}

static void remember(reference *r, const deed *d, const verdict *v)
{
    struct answer *a = &r->answers[d->key];
    a->request = reference_request(d);
    a->count = v->count;
    memcpy(a->statuses, v->statuses, sizeof a->statuses);
    memcpy(a->after, v->after, sizeof a->after);
}

static const char *apply_main(reference *r, const deed *d, const verdict *v, const told *e,
                              size_t *done)
{
    while (*done < v->count && v->statuses[*done] != LSCHED_OK)
        ++*done;
    if (*done >= v->count)
        return "more events than there were changes";
    const size_t k = (*done)++;
    const bool first = r->answers[d->key].request == 0;
    int32_t i = v->booking[k];
    if (e->kind != v->kind[k] || e->key != (first ? d->key : -1))
        return "an event of another kind, or with another key";
    if (!reference_same(&v->after[k], &e->after))
        return "a booking is not what it had to be";
    const int32_t before = i >= 0 ? r->places[i].state : 0;
    if (i < 0) {
        if (find_id(r, e->after.id) >= 0)
            return "an id was given twice";
        i = (int32_t)r->count++;
    }
    r->places[i] = e->after;
    if (first)
        remember(r, d, v);
    r->answers[d->key].after[k] = e->after;
    void_notices(r, i);
    notify(r, d, i, before);
    return NULL;
}

const char *reference_apply_event(reference *r, const deed *d, const verdict *v, const told *e,
                                  size_t *done)
{
    if (e->seq != r->seq + 1)
        return "events are not numbered without a gap";
    if (e->at != reference_clock_of(r, d))
        return "an event has another time than the clock of its writer";
    const bool side = e->kind == LSCHED_EVENT_EXPIRED || e->kind == LSCHED_EVENT_RELANED;
    const char *fault = side ? apply_side(r, e) : apply_main(r, d, v, e, done);
    r->seq = e->seq;
    r->clock = e->at;
    return fault;
}

static void hand_out(reference *r, const deed *d, const verdict *v)
{
    const int64_t clock = reference_clock_of(r, d);
    const size_t full = (size_t)d->count;
    const notice last = v->count == full ? r->notices[v->list[full - 1]] : (notice){0};
    for (size_t i = r->settled; i < r->notice_count; i++) {
        notice *n = &r->notices[i];
        const place *p = &r->places[n->booking];
        const bool gone = p->sequence != n->sequence || p->start <= r->clock;
        if (reference_waits(n, clock) && !reference_stands(r, n, clock) && gone &&
            (v->count < full || reference_is_due_before(r, n, &last)))
            n->state = 3;
    }
    for (size_t i = 0; i < v->count; i++) {
        r->notices[v->list[i]].attempt++;
        r->notices[v->list[i]].lease = clock + d->seconds;
    }
}

void reference_apply_rest(reference *r, const deed *d, const verdict *v)
{
    if (v->status != LSCHED_OK)
        return;
    if (d->verb == ROSTER)
        r->member[d->agent] = d->state != 0;
    if (d->verb == LEAVE)
        r->leave[d->agent] = d->state != 0;
    if (d->verb == CLOSE)
        r->closed = d->state != 0;
    if (d->verb == LAW)
        r->law[d->agent % 2] = d->state != 0;
    if (d->verb == AVOID)
        r->avoided[d->agent] = d->state != 0;
    if (d->verb == TAKE)
        hand_out(r, d, v);
    if (d->verb == ACK)
        r->notices[d->notice].state = 2;
}

/* I1, as plain as can be. */
static bool collides(const reference *r, size_t i)
{
    const place *a = &r->places[i];
    for (size_t j = 0; reference_is_live(a) && j < r->count; j++) {
        const place *b = &r->places[j];
        if (j != i && reference_is_live(b) && a->agent == b->agent &&
            a->busy_from < b->busy_until && b->busy_from < a->busy_until &&
            (a->lane == b->lane || a->lane == 0 || b->lane == 0))
            return true;
    }
    return false;
}

const char *reference_check(const reference *r)
{
    for (size_t i = 0; i < r->count; i++)
        if (collides(r, i))
            return "an agent is in two places at once";
    return NULL;
}

const char *reference_check_one(const reference *r, const char *id)
{
    const int32_t i = find_id(r, id);
    return i >= 0 && collides(r, (size_t)i) ? "an agent is in two places at once" : NULL;
}

void reference_clear(reference *r)
{
    memset(r, 0, sizeof *r);
    for (int i = 0; i < AGENTS; i++)
        r->member[i] = true;
}
