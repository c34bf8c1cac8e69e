/* plan.c -- what happens: lines from a seed, each with dice of its own, so that leaving some
 * out leaves the others what they are.
 */
#include "sim.h"

uint64_t plan_random(uint64_t *dice)
{
    uint64_t x = (*dice += UINT64_C(0x9E3779B97F4A7C15));
    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    return x ^ (x >> 31);
}

/* How often each, of so many. */
enum { HABITS = 1535 };
static const struct {
    enum verb verb;
    int often;
} habits[] = {
    {HOLD, 150}, {BOOK, 170},  {BOOK_SERIES, 30}, {JOIN, 40}, {CONFIRM, 130}, {MOVE, 110}, {CANCEL, 75},
    {START, 25}, {FINISH, 40}, {ROSTER, 12},      {LEAVE, 12},    {CLOSE, 4},  {TAKE, 50},
    {ACK, 50},   {FIND, 60},   {LIST, 30},        {GET, 500},     {VERIFY, 1}, {KILL, 14},
    {POWER, 5},  {CRASH, 3},   {JUMP, 10},        {LAW, 6},      {AVOID, 8},
};

static enum verb draw(uint64_t *dice)
{
    int n = (int)(plan_random(dice) % HABITS);
    for (size_t i = 0; i < sizeof habits / sizeof *habits; i++) {
        n -= habits[i].often;
        if (n < 0)
            return habits[i].verb;
    }
    return BOOK;
}

/* Most stories are calm: few die in them, and hardly ever is all of the store verified. */
void plan_make(uint64_t seed, int count, line *out)
{
    uint64_t dice = seed;
    const uint64_t calm = seed % 3 == 0 ? 1 : 4;
    for (int i = 0; i < count; i++) {
        enum verb verb = draw(&dice);
        while (verb >= VERIFY && verb <= CRASH && plan_random(&dice) % calm != 0)
            verb = draw(&dice);
        out[i] = (line){.verb = verb, .number = i, .dice = plan_random(&dice)};
    }
}

/* ---- arguments ---------------------------------------------------------------------------------- */

static int32_t below(uint64_t *dice, uint64_t limit)
{
    return (int32_t)(plan_random(dice) % limit);
}

/* One of the last bookings, for the verb if there is one. */
static int32_t some_booking(uint64_t *dice, enum verb verb)
{
    const reference *r = &sim_reference;
    const int32_t recent = r->count < 60 ? (int32_t)r->count : 60;
    int32_t found = -1;
    for (int turn = 0; turn < 6 && recent > 0; turn++) {
        found = (int32_t)r->count - 1 - below(dice, (uint64_t)recent);
        const int32_t state = r->places[found].state;
        const bool held = state == LSCHED_HELD || state == LSCHED_EXPIRED;
        if (verb == CONFIRM ? held
                            : state == LSCHED_BOOKED || state == LSCHED_STARTED ||
                                  state == LSCHED_WAITING)
            break;
    }
    return found;
}

static void choose_notice(uint64_t *dice, deed *d)
{
    const reference *r = &sim_reference;
    d->notice = -1;
    for (int turn = 0; turn < 12 && r->notice_count > 0; turn++) {
        const int32_t i = (int32_t)r->notice_count - 1 - below(dice, 80);
        if (i < 0 || r->notices[i].attempt == 0)
            continue;
        d->notice = i;
        d->attempt = r->notices[i].attempt;
        if (r->notices[i].state == 1)
            break;
    }
    if (d->notice >= 0 && below(dice, 6) == 0)
        d->attempt = d->attempt > 1 ? d->attempt - 1 : d->attempt + 1;
}

static int64_t some_start(uint64_t *dice, int64_t now)
{
    const int64_t next = (now + STEP - 1) / STEP * STEP;
    const int32_t odd = below(dice, 40);
    const int64_t start = next + (int64_t)below(dice, 32) * STEP;
    return odd == 0   ? start - 4 * 3600
           : odd == 1 ? start + 3 * 86400
           : odd == 2 ? start + 60
                      : start;
}

/* Now and then a call falls on the very second in which a hold ends: on that hold, or on its
 * place. */
static void seek_edge(uint64_t dice, deed *d)
{
    const reference *r = &sim_reference;
    if (d->verb > CANCEL || d->verb == JOIN || plan_random(&dice) % 8 != 0)
        return;
    for (size_t i = r->count; i-- > 0 && i + 40 > r->count;) {
        const place *p = &r->places[i];
        if (p->state != LSCHED_HELD || p->expires < d->now || p->expires > d->now + 600)
            continue;
        d->now = p->expires;
        if (d->verb >= CONFIRM) {
            d->booking = (int32_t)i;
        } else {
            d->start = p->start;
            d->service = p->service;
            d->agent = p->agent;
        }
        return;
    }
}

void plan_choose(const line *l, int64_t now, deed *d)
{
    uint64_t dice = l->dice;
    *d = (deed){.verb = l->verb, .key = l->number, .now = now, .booking = -1, .agent = ANYBODY};
    d->customer = below(&dice, CUSTOMERS);
    d->service = below(&dice, SERVICES);
    d->start = some_start(&dice, now);
    const bool named = below(&dice, 4) == 0;
    if (l->verb <= BOOK_SERIES || l->verb == MOVE)
        d->agent = named ? below(&dice, AGENTS) : ANYBODY;
    if (l->verb == HOLD)
        d->seconds = below(&dice, 3) == 0 ? 1 + below(&dice, 20) : 20 + below(&dice, 500);
    if (l->verb == BOOK_SERIES) {
        d->count = 2 + below(&dice, 2);
        d->interval = 1 + below(&dice, 2);
        d->mode = LSCHED_ALL + below(&dice, 2);
    }
    if (l->verb >= CONFIRM && l->verb <= FINISH)
        d->booking = some_booking(&dice, l->verb);
    if (l->verb == GET)
        d->booking = some_booking(&dice, BOOK);
    if (l->verb == MOVE && !named && below(&dice, 4) == 0)
        d->keep = LSCHED_KEEP_AGENT;
    if (l->verb == FINISH)
        d->state = LSCHED_FULFILLED + below(&dice, 3);
    if (l->verb >= ROSTER && l->verb <= AVOID) {
        /* More often there than not. */
        d->agent = below(&dice, AGENTS);
        d->state =
            below(&dice, l->verb >= CLOSE ? 5 : 3) != 0 ? l->verb == ROSTER : l->verb != ROSTER;
    }
    if (l->verb == TAKE) {
        d->count = 1 + below(&dice, 5);
        d->seconds = 1 + below(&dice, 120);
    }
    if (l->verb == ACK)
        choose_notice(&dice, d);
    if (l->verb == FIND)
        d->start = now + 3 * 3600;
    if (l->verb == LIST) {
        d->agent = below(&dice, AGENTS);
        d->state = below(&dice, 2) == 0 ? 0 : LSCHED_BOOKED;
        d->start = now - 3600;
    }
    /* Who is in a hurry may be gone before it is done. */
    if (below(&dice, 10) == 0)
        d->patience = 1 + below(&dice, 3);
    seek_edge(dice, d);
}
