/* reference.c -- see reference.h.  The rules are those of include/libsched.h. */
#include "reference.h"

#include <stdlib.h>
#include <string.h>

enum {
    DAY = 86400,
    MINUTE = 60,
    HORIZON_DAYS = 1,
    HELD_MOST = LSCHED_MAX_HELD
};

const char *const reference_verbs[VERBS] = {
    [HOLD] = "hold",     [BOOK] = "book",     [BOOK_SERIES] = "series",
    [JOIN] = "join",     [CONFIRM] = "confirm",
    [MOVE] = "move",     [CANCEL] = "cancel", [START] = "start",        [FINISH] = "finish",
    [ROSTER] = "roster", [LEAVE] = "leave",   [CLOSE] = "close",        [LAW] = "law",
    [AVOID] = "avoid",
    [TAKE] = "take",     [ACK] = "ack",       [FIND] = "find",          [LIST] = "list",
    [GET] = "get",       [VERIFY] = "verify", [OPEN] = "open",          [KILL] = "KILL",
    [POWER] = "POWER",   [CRASH] = "CRASH",   [JUMP] = "JUMP",
};

static const int64_t busy_minutes[SERVICES] = {45, 30};

/* c1 knows a1, c2 knows a2 before a0. */
static const int32_t ranks[CUSTOMERS][AGENTS] = {{0, 0, 0}, {0, 1, 0}, {2, 0, 1}};

/* A hold past its time holds nothing, nor does one that no clock of now could have made. */
bool reference_holds(const place *p, int64_t clock)
{
    return p->state == LSCHED_HELD && p->expires > clock && p->expires <= clock + LSCHED_MAX_HOLD;
}

static bool takes(const place *p, int64_t clock)
{
    return reference_is_live(p) && (p->state != LSCHED_HELD || reference_holds(p, clock));
}

uint64_t reference_request(const deed *d)
{
    const int64_t all[] = {d->verb,    d->booking, d->customer, d->service, d->agent,    d->start,
                           d->seconds, d->state,   d->keep,     d->count,   d->interval, d->mode};
    uint64_t hash = 1;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        hash = (hash ^ (uint64_t)all[i]) * UINT64_C(0x9E3779B97F4A7C15) + (hash >> 29);
    return hash | 1;
}

/* ---- who can start -------------------------------------------------------------------------- */

/* What is being placed: `extra` are bookings of the same wish that are not stored yet. */
typedef struct wanted {
    const reference *r;
    int64_t now, clock, start;
    int32_t customer, service, agent, moving, preferred;
    const place *extra;
    size_t extra_count;
    int64_t owed[AGENTS];
    int32_t rank[AGENTS]; /* of those whom the customer knows; 0: not known */
} wanted;

static const place *taken(const wanted *w, size_t i)
{
    const place *p = i < w->r->count ? &w->r->places[i] : &w->extra[i - w->r->count];
    return (int32_t)i != w->moving && takes(p, w->clock) ? p : NULL;
}

static bool is_free(const wanted *w, int32_t agent)
{
    const int64_t from = w->start, until = w->start + busy_minutes[w->service] * MINUTE;
    const size_t all = w->r->count + w->extra_count;
    int32_t deepest = 0;
    for (size_t i = 0; i < all; i++) {
        const place *p = taken(w, i);
        if (p == NULL || p->agent != agent || p->busy_from >= until || p->busy_until <= from)
            continue;
        if (!reference_is_chat(p->service) || !reference_is_chat(w->service))
            return false;
        /* How many run at the moment in which this one has begun. */
        const int64_t at = p->busy_from > from ? p->busy_from : from;
        int32_t depth = 0;
        for (size_t j = 0; j < all; j++) {
            const place *o = taken(w, j);
            depth += o != NULL && o->agent == agent && o->busy_from <= at && o->busy_until > at;
        }
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest < LANES;
}

enum {
    NOTICE = 1,
    FAR = 2,
    CLOSED = 4,
    UNLAWFUL = 8,
    NOBODY = 16,
    AVOIDED = 32,
    GRID = 64,
    TAKEN = 128
};

/* The one law binds the calls of all, the other the chats of the first customer. */
static bool is_lawful(const wanted *w)
{
    return reference_is_chat(w->service) ? !w->r->law[1] || w->customer != 0 : !w->r->law[0];
}

static bool is_avoided(const reference *r, int32_t customer, int32_t agent)
{
    return r->avoided[agent] && reference_avoider(agent) == customer;
}

static unsigned why(const wanted *w, int32_t agent)
{
    const int64_t horizon = (w->now / DAY + HORIZON_DAYS + 1) * DAY;
    return (w->start < w->now ? NOTICE : 0u) | (w->start >= horizon ? FAR : 0u) |
           (w->r->closed ? CLOSED : 0u) | (is_lawful(w) ? 0u : UNLAWFUL) |
           (w->r->leave[agent] ? NOBODY : 0u) | (w->start % STEP != 0 ? GRID : 0u) |
           (is_avoided(w->r, w->customer, agent) ? AVOIDED : 0u) |
           (!is_free(w, agent) ? TAKEN : 0u);
}

static bool is_candidate(const wanted *w, int32_t agent)
{
    return w->r->member[agent] && (w->agent == ANYBODY || w->agent == agent);
}

static bool is_before(const wanted *w, int32_t a, int32_t b)
{
    const int32_t *rank = w->rank;
    if ((w->preferred == a) != (w->preferred == b))
        return w->preferred == a;
    if ((rank[a] != 0) != (rank[b] != 0))
        return rank[a] != 0;
    if (rank[a] != rank[b])
        return rank[a] < rank[b];
    return w->owed[a] != w->owed[b] ? w->owed[a] > w->owed[b] : a < b;
}

/* The fewest rules broken, and of these the last in the header's order of news. */
static int refusal(unsigned nearest)
{
    static const int statuses[] = {LSCHED_TOOSOON, LSCHED_TOOFAR,  LSCHED_CLOSED, LSCHED_CLOSED,
                                   LSCHED_NOBODY,  LSCHED_NOBODY,  LSCHED_OFFGRID, LSCHED_TAKEN};
    for (size_t i = 0; i < 8; i++)
        if ((nearest >> i & 1) != 0)
            return statuses[i];
    return LSCHED_OK;
}

static bool is_nearer(unsigned a, unsigned b)
{
    const int x = __builtin_popcount(a), y = __builtin_popcount(b);
    return x != y ? x < y : __builtin_ctz(a) > __builtin_ctz(b);
}

/* LSCHED_OK and who, and how many there are; or why not. */
static int choose(const wanted *w, int32_t *best, int32_t *count)
{
    unsigned nearest = NOBODY;
    bool any = false;
    *best = ANYBODY;
    *count = 0;
    for (int32_t agent = 0; agent < AGENTS; agent++) {
        if (!is_candidate(w, agent))
            continue;
        const unsigned reasons = why(w, agent);
        if (reasons == 0) {
            ++*count;
            if (*best == ANYBODY || is_before(w, agent, *best))
                *best = agent;
        } else if (!any || is_nearer(reasons, nearest)) {
            nearest = reasons;
        }
        any = true;
    }
    return *best != ANYBODY ? LSCHED_OK : refusal(nearest);
}

static int put_place(const wanted *w, place *p)
{
    int32_t best, count;
    const int status = choose(w, &best, &count);
    if (status != LSCHED_OK)
        return status;
    p->agent = best;
    p->rung = w->rank[best] != 0 ? LSCHED_KNOWN : LSCHED_HOME;
    p->start = p->busy_from = w->start;
    p->end = w->start + 30 * MINUTE;
    p->busy_until = w->start + busy_minutes[w->service] * MINUTE;
    return LSCHED_OK;
}

/* ---- verdicts ------------------------------------------------------------------------------- */

/* What each agent has worked and could have, day by day over the window of 42 days around
 * today, with one more place for all that starts behind it; and from it, the agent's share of
 * what all have worked, less its own.  What is only held is no work; what was `made` by the same
 * wish is. */
enum {
    BACK = 28,
    DAYS = 42,
    WEEK = 7
};

static void weigh(const reference *r, const place *made, size_t count, int64_t now,
                  int64_t owed[AGENTS])
{
    int64_t worked[DAYS + 1][AGENTS] = {{0}};
    for (size_t i = 0; i < r->count + count; i++) {
        const place *p = i < r->count ? &r->places[i] : &made[i - r->count];
        const int64_t day = p->start / DAY - (now / DAY - BACK);
        if (day >= 0 && (p->state == LSCHED_BOOKED || p->state == LSCHED_STARTED ||
                         p->state == LSCHED_FULFILLED))
            worked[day < DAYS ? day : DAYS][p->agent] += p->end - p->start;
    }
    memset(owed, 0, AGENTS * sizeof *owed);
    for (int day = 0; day <= DAYS; day++) {
        int64_t all = 0, time = 0, shift[AGENTS] = {0};
        for (int32_t a = 0; a < AGENTS; a++) {
            shift[a] = r->leave[a] ? 0 : day < DAYS ? DAY : WEEK * DAY;
            all += r->member[a] ? worked[day][a] : 0;
            time += r->member[a] ? shift[a] : 0;
        }
        for (int32_t a = 0; a < AGENTS; a++)
            owed[a] += (time > 0 ? all * shift[a] / time : 0) - worked[day][a];
    }
}

static int latest_first(const void *a, const void *b)
{
    const place *x = *(const place *const *)a, *y = *(const place *const *)b;
    return x->start != y->start ? (x->start < y->start) - (x->start > y->start)
                                : y->agent - x->agent;
}

/* Behind those whom the record names, whoever has served the customer: by what the last fifty
 * contacts weigh, which halves every ninety days, as of the day's beginning; then by the last;
 * then by id. */
static void know(const reference *r, int64_t now, int32_t customer, int32_t rank[AGENTS])
{
    static const place *met[MOST];
    size_t count = 0;
    int64_t weight[AGENTS] = {0}, last[AGENTS] = {0};
    for (size_t i = 0; i < r->count; i++)
        if (r->places[i].state == LSCHED_FULFILLED && r->places[i].customer == customer)
            met[count++] = &r->places[i];
    qsort(met, count, sizeof *met, latest_first);
    for (size_t i = count < 50 ? count : 50; i-- > 0;) {
        const int64_t today = now / DAY * DAY,
                      age = today > met[i]->start ? today - met[i]->start : 0;
        weight[met[i]->agent] += age < 900 * DAY ? 1024 >> age / (90 * DAY) : 0;
        last[met[i]->agent] = met[i]->start;
    }
    for (int32_t a = 0; a < AGENTS; a++) {
        rank[a] = ranks[customer][a] != 0 ? ranks[customer][a] : weight[a] > 0 ? AGENTS + 1 : 0;
        for (int32_t o = 0; o < AGENTS && rank[a] > AGENTS; o++)
            if (o != a &&
                (weight[o] > weight[a] ||
                 (weight[o] == weight[a] && (last[o] > last[a] || (last[o] == last[a] && o < a)))))
                rank[a]++;
    }
}

static wanted want(const reference *r, const deed *d)
{
    wanted w = {.r = r,
                .now = d->now,
                .clock = reference_clock_of(r, d),
                .start = d->start,
                .customer = d->customer,
                .service = d->service,
                .agent = d->agent,
                .moving = -1,
                .preferred = ANYBODY};
    weigh(r, NULL, 0, d->now, w.owed);
    if (d->customer >= 0)
        know(r, d->now, d->customer, w.rank);
    return w;
}

static place draft(const deed *d)
{
    return (place){.customer = d->customer, .service = d->service};
}

static int32_t held(const reference *r, int32_t customer, int64_t clock)
{
    int32_t count = 0;
    for (size_t i = 0; i < r->count; i++)
        count += r->places[i].customer == customer && reference_holds(&r->places[i], clock);
    return count;
}

static void judge_new(const reference *r, const deed *d, verdict *v)
{
    const wanted w = want(r, d);
    v->count = 1;
    v->booking[0] = -1;
    v->after[0] = draft(d);
    v->status = put_place(&w, &v->after[0]);
    v->after[0].state = d->verb == HOLD ? LSCHED_HELD : LSCHED_BOOKED;
    v->kind[0] = d->verb == HOLD ? LSCHED_EVENT_HELD : LSCHED_EVENT_BOOKED;
    if (d->verb == HOLD)
        v->after[0].expires = w.clock + d->seconds;
    if (d->verb == HOLD && v->status == LSCHED_OK && held(r, d->customer, w.clock) >= HELD_MOST)
        v->status = LSCHED_QUOTA;
}

static void judge_series(const reference *r, const deed *d, verdict *v)
{
    wanted w = want(r, d);
    place made[SERIES];
    int refused = LSCHED_OK;
    w.extra = made;
    v->count = (size_t)d->count;
    for (int32_t i = 0; i < d->count; i++) {
        place *p = &v->after[i];
        *p = draft(d);
        w.start = d->start + (int64_t)i * d->interval * 3600;
        p->start = w.start;
        v->statuses[i] = put_place(&w, p);
        v->booking[i] = -1;
        v->kind[i] = LSCHED_EVENT_BOOKED;
        p->state = LSCHED_BOOKED;
        if (v->statuses[i] != LSCHED_OK) {
            refused = refused != LSCHED_OK ? refused : v->statuses[i];
            continue;
        }
        if (w.extra_count == 0 && d->agent == ANYBODY)
            w.preferred = p->agent;
        made[w.extra_count++] = *p;
        weigh(r, made, w.extra_count, d->now, w.owed);
    }
    v->status =
        refused != LSCHED_OK && (d->mode == LSCHED_ALL || w.extra_count == 0) ? refused : LSCHED_OK;
}

/* Whoever is in line already, or was and has a time to come, does not come into it again. */
static bool is_open(const reference *r, const deed *d)
{
    for (size_t i = 0; i < r->count; i++) {
        const place *p = &r->places[i];
        const bool ahead =
            (p->state == LSCHED_BOOKED || p->state == LSCHED_STARTED) && p->end > d->now - (p->state == LSCHED_STARTED ? DAY : 0);
        if (p->customer == d->customer && p->service == d->service && p->since > 0 &&
            (p->state == LSCHED_WAITING || ahead))
            return true;
    }
    return false;
}

static void judge_join(const reference *r, const deed *d, verdict *v)
{
    place *p = &v->after[0];
    bool any = false;
    for (int32_t a = 0; a < AGENTS; a++)
        any |= r->member[a] && !is_avoided(r, d->customer, a);
    v->count = 1;
    v->booking[0] = -1;
    v->kind[0] = LSCHED_EVENT_JOINED;
    *p = draft(d);
    p->state = LSCHED_WAITING;
    p->agent = ANYBODY;
    p->since = d->now;
    p->start = p->busy_from = d->now / MINUTE * MINUTE;
    p->end = p->busy_until = p->start + 30 * MINUTE;
    const wanted w = {.r = r, .customer = d->customer, .service = d->service};
    const bool shut = r->closed || !is_lawful(&w);
    v->status = is_open(r, d) ? LSCHED_EXISTS : !any ? LSCHED_NOBODY : shut ? LSCHED_CLOSED : 0;
}

/* Of a step of what is there: the state that it leads to, or 0. */
static int32_t next_state(const deed *d, int32_t from)
{
    const bool booked = from == LSCHED_BOOKED, holding = from == LSCHED_HELD,
               waiting = from == LSCHED_WAITING;
    switch (d->verb) {
    case CONFIRM:
        return holding || from == LSCHED_EXPIRED ? LSCHED_BOOKED : 0;
    case MOVE:
        return waiting ? LSCHED_BOOKED : booked || holding ? from : 0;
    case CANCEL:
        return booked || holding || waiting ? LSCHED_CANCELLED : 0;
    case START:
        return booked ? LSCHED_STARTED : 0;
    default:
        return booked || (from == LSCHED_STARTED && d->state != LSCHED_MISSED) ? d->state : 0;
    }
}

static int check_time(const reference *r, const deed *d, const place *p)
{
    const bool changing = d->verb == MOVE || d->verb == CANCEL;
    if (changing && p->state == LSCHED_HELD && !reference_holds(p, reference_clock_of(r, d)))
        return LSCHED_OVER;
    if (changing && p->state != LSCHED_WAITING && p->end <= d->now)
        return LSCHED_OVER;
    if (d->verb == FINISH && d->state != LSCHED_FULFILLED && d->now < p->start)
        return LSCHED_TOOSOON;
    return LSCHED_OK;
}

static int32_t event_of(const deed *d)
{
    switch (d->verb) {
    case CONFIRM:
        return LSCHED_EVENT_CONFIRMED;
    case MOVE:
        return LSCHED_EVENT_MOVED;
    case CANCEL:
        return LSCHED_EVENT_CANCELLED;
    case START:
        return LSCHED_EVENT_STARTED;
    default:
        return d->state == LSCHED_FULFILLED ? LSCHED_EVENT_FULFILLED
               : d->state == LSCHED_MISSED  ? LSCHED_EVENT_MISSED
                                            : LSCHED_EVENT_NOSHOW;
    }
}

static void judge_step(const reference *r, const deed *d, verdict *v)
{
    const place *p = &r->places[d->booking];
    const int64_t clock = reference_clock_of(r, d);
    place *after = &v->after[0];
    *after = *p;
    v->count = 1;
    v->booking[0] = d->booking;
    v->kind[0] = event_of(d);
    after->state = next_state(d, p->state);
    v->status = after->state == 0 ? LSCHED_OVER : check_time(r, d, p);
    after->sequence++;
    const bool late = d->verb == CONFIRM && !reference_holds(p, clock);
    if (v->status != LSCHED_OK || (d->verb != MOVE && !late))
        return;
    wanted w = want(r, d);
    w.start = late ? p->start : d->start;
    w.customer = p->customer;
    know(r, d->now, w.customer, w.rank);
    w.service = p->service;
    w.agent = late || d->keep == LSCHED_KEEP_AGENT ? p->agent : d->agent;
    w.moving = d->booking;
    w.preferred = p->agent;
    if (late)
        after->late = clock > p->expires ? (int32_t)(clock - p->expires) : 0;
    v->status = put_place(&w, after);
}

static void judge_again(const struct answer *a, verdict *v)
{
    v->again = true;
    v->status = LSCHED_OK;
    v->count = a->count;
    memcpy(v->statuses, a->statuses, sizeof v->statuses);
    memcpy(v->after, a->after, sizeof v->after);
}

static void judge_find(const reference *r, const deed *d, verdict *v)
{
    wanted w = want(r, d);
    const int64_t until = d->start;
    for (w.start = (d->now + STEP - 1) / STEP * STEP; w.start < until; w.start += STEP) {
        int32_t best, count;
        if (choose(&w, &best, &count) != LSCHED_OK || v->count == 64)
            continue;
        v->slots[v->count++] = (lsched_slot){.start = w.start,
                                             .end = w.start + 30 * MINUTE,
                                             .free = count,
                                             .rung = w.rank[best] != 0 ? LSCHED_KNOWN : LSCHED_HOME,
                                             .moves = best};
    }
}

static bool sorts_before(const place *a, const place *b)
{
    return a->start != b->start ? a->start < b->start : strcmp(a->id, b->id) < 0;
}

static void judge_list(const reference *r, const deed *d, verdict *v)
{
    for (size_t i = 0; i < r->count; i++) {
        const place *p = &r->places[i];
        size_t at = v->count;
        if (p->agent != d->agent || p->end <= d->start || p->start >= d->start + 6 * 3600)
            continue;
        if (d->state != 0 && p->state != d->state)
            continue;
        for (; at > 0 && sorts_before(p, &r->places[v->list[at - 1]]); at--)
            if (at < 128)
                v->list[at] = v->list[at - 1];
        if (at < 128)
            v->list[at] = (int32_t)i;
        v->count += v->count < 128;
    }
}

/* ---- notices -------------------------------------------------------------------------------- */

bool reference_waits(const notice *n, int64_t clock)
{
    return n->state == 1 && n->due <= clock &&
           (n->lease <= clock || n->lease > clock + LSCHED_MAX_LEASE);
}

bool reference_stands(const reference *r, const notice *n, int64_t clock)
{
    const place *p = &r->places[n->booking];
    return p->sequence == n->sequence && (n->kind != LSCHED_NOTICE_REMINDER || p->start > clock);
}

bool reference_is_due_before(const reference *r, const notice *a, const notice *b)
{
    const int order = strcmp(r->places[a->booking].id, r->places[b->booking].id);
    if (a->due != b->due)
        return a->due < b->due;
    if (order != 0)
        return order < 0;
    return a->sequence != b->sequence ? a->sequence < b->sequence : a->kind < b->kind;
}

/* Which of the limit are handed out; those passed over on the way are void. */
static void judge_take(const reference *r, const deed *d, verdict *v)
{
    const int64_t clock = reference_clock_of(r, d);
    for (size_t i = r->settled; i < r->notice_count; i++) {
        const notice *n = &r->notices[i];
        if (!reference_waits(n, clock) || !reference_stands(r, n, clock))
            continue;
        size_t at = v->count < (size_t)d->count ? v->count++ : v->count;
        for (; at > 0 && reference_is_due_before(r, n, &r->notices[v->list[at - 1]]); at--)
            if (at < (size_t)d->count)
                v->list[at] = v->list[at - 1];
        if (at < (size_t)d->count)
            v->list[at] = (int32_t)i;
    }
    for (size_t i = 0; i < v->count; i++)
        v->attempts[i] = r->notices[v->list[i]].attempt + 1;
}

static int judge_ack(const reference *r, const deed *d)
{
    const notice *n = &r->notices[d->notice];
    return n->state == 3 || n->attempt != d->attempt ? LSCHED_OVER : LSCHED_OK;
}

void reference_judge(const reference *r, const deed *d, verdict *v)
{
    memset(v, 0, sizeof *v);
    if (d->verb < WRITES_WITH_KEY && r->answers[d->key].request != 0) {
        judge_again(&r->answers[d->key], v);
        if (r->answers[d->key].request != reference_request(d))
            v->status = LSCHED_KEYUSED;
        return;
    }
    if (d->verb == HOLD || d->verb == BOOK)
        judge_new(r, d, v);
    else if (d->verb == BOOK_SERIES)
        judge_series(r, d, v);
    else if (d->verb == JOIN)
        judge_join(r, d, v);
    else if (d->verb < WRITES_WITH_KEY)
        judge_step(r, d, v);
    else if (d->verb == ROSTER)
        v->status = d->state == 0 && !r->member[d->agent] ? LSCHED_NOTFOUND : LSCHED_OK;
    else if (d->verb == AVOID)
        v->status = LSCHED_OK;
    else if (d->verb >= LEAVE && d->verb <= LAW)
        v->status = d->state == 0 && !(d->verb == LEAVE   ? r->leave[d->agent]
                                       : d->verb == CLOSE ? r->closed
                                                          : r->law[d->agent % 2])
                        ? LSCHED_NOTFOUND
                        : LSCHED_OK;
    else if (d->verb == TAKE)
        judge_take(r, d, v);
    else if (d->verb == ACK)
        v->status = judge_ack(r, d);
    else if (d->verb == FIND)
        judge_find(r, d, v);
    else if (d->verb == LIST)
        judge_list(r, d, v);
    else if (d->verb == GET)
        v->at = r->places[d->booking];
}
