/* rules/estimate.c -- how long a wait will be: the next hours, rehearsed many times.
 *
 * A wait is not the line's length by a rate: at five somebody goes home, at half past a booked
 * call falls due, and nobody begins half an hour's contact ten minutes before either.  All of
 * that is known.  What is not is how long each contact takes, so that is drawn, and the hours
 * are played through again and again; the waits that come of it are the answer's distribution.
 *
 * In a rehearsal an agent does what lsched_next() would say, whenever there is a lane free: what
 * is booked comes at its time, and before that, the first in line whom the agent may serve and
 * for whom there is time enough until then, or until the shift ends.  The time that is asked
 * for is the planned one, and what the contact takes is drawn, so it may overrun; then what was
 * booked waits.  Contacts that arrive later stand behind who asks, and are served before all the
 * same where they suit better: a chat beside chats, something short before a shift ends.  So those
 * who may come are played, too, each in half of the runs.
 *
 * A seat (stage.c) walks along its stretches of free time and through what is booked behind
 * them, and the next seat to do something stands at the root of a tree of the earlier of two.
 */
#include "rules/stage.h"

#include <stdlib.h>
#include <string.h>

/* So many contacts and seats are played in all, which is a matter of one or two milliseconds;
 * of a short line that is more than is of use, of a very long one less. */
#define EFFORT 32768
#define RUNS_LEAST 101
#define RUNS_MOST 256

/* ---- chance -------------------------------------------------------------------------------- */

/* A linear congruence whose high bits are used. */
static uint32_t draw(lsi_rehearsal *r, int bits)
{
    r->random = r->random * UINT64_C(0xD1342543DE82EF95) + UINT64_C(0x9E3779B97F4A7C15);
    return (uint32_t)(r->random >> (64 - bits));
}

static size_t draw_step(lsi_rehearsal *r, size_t first)
{
    const uint32_t part = draw(r, 16);
    return first + (size_t)(((uint64_t)(LSI_HANDLING_STEPS - first) * part) >> 16);
}

static int32_t scaled(const lsi_rehearsal *r, size_t handling, int64_t length)
{
    const int64_t n = length * r->scale[handling] / LSI_HANDLING_ONE;
    return n < 1 ? 1 : n < LSI_FAR ? (int32_t)n : LSI_FAR;
}

static int32_t draw_length(lsi_rehearsal *r, size_t handling)
{
    return scaled(r, handling, r->q->handlings[handling].lengths[draw_step(r, 0)]);
}

/* The same for one mark in one run, in whatever order it is asked. */
static uint64_t mix(const lsi_rehearsal *r, uint64_t mark)
{
    uint64_t mixed = r->run ^ mark * UINT64_C(0x9E3779B97F4A7C15);
    mixed = (mixed ^ mixed >> 32) * UINT64_C(0xD1342543DE82EF95);
    return mixed >> 32;
}

/* When what is booked behind a stretch is over, once it begins at t: the same for each seat of
 * its agent, so it is not drawn in the order in which they come to it. */
static int32_t booked_over(const lsi_rehearsal *r, const lsi_stretch *s, int32_t t)
{
    if (s->then == LSI_AS_TAKEN)
        return s->over > t ? s->over : t;
    const size_t step = mix(r, s->mark) & (LSI_HANDLING_STEPS - 1);
    return t + scaled(r, s->then, r->q->handlings[s->then].lengths[step]);
}

/* How much longer what has lasted so long will: as those that lasted longer.  What has outlasted
 * all of them may have been forgotten, or take all day: a quarter of what it took so far. */
static int32_t draw_rest(lsi_rehearsal *r, const lsi_engaged *doing)
{
    const int32_t *lengths = r->q->handlings[doing->handling].lengths;
    const int64_t lasted = r->q->now - doing->start;
    size_t low = 0, high = LSI_HANDLING_STEPS;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (lengths[middle] <= lasted)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == LSI_HANDLING_STEPS)
        return scaled(r, doing->handling,
                      lasted / 4 * lengths[draw_step(r, 0)] / lengths[LSI_HANDLING_STEPS / 2]);
    return scaled(r, doing->handling, lengths[draw_step(r, low)] - lasted);
}

/* One doubt about each mean for the whole run: four even draws make a normal one. */
static void draw_scales(lsi_rehearsal *r)
{
    for (size_t i = 0; i < r->q->handling_count; i++) {
        int64_t sum = -131070;
        for (int n = 0; n < 4; n++)
            sum += draw(r, 16);
        const int64_t deviations = sum * 1774 / 1024; /* in LSI_HANDLING_ONEs */
        const int64_t scale =
            LSI_HANDLING_ONE + r->q->handlings[i].doubt * deviations / LSI_HANDLING_ONE;
        r->scale[i] = scale < LSI_HANDLING_ONE / 4 ? LSI_HANDLING_ONE / 4 : (int32_t)scale;
    }
}

/* ---- one run -------------------------------------------------------------------------------------- */

static void put_leaf(lsi_rehearsal *r, size_t at, int32_t t)
{
    uint64_t *tree = r->tree;
    size_t i = r->leaves + at;
    tree[i] = (uint64_t)t << 32 | at;
    for (; i > 1; i /= 2)
        tree[i / 2] = tree[i] < tree[i ^ 1] ? tree[i] : tree[i ^ 1];
}

/* Who is not there yet does nothing before; who does not come any more, nothing at all. */
static int32_t first_act(const lsi_stage_seat *s)
{
    if (s->count == 0)
        return LSI_NEVER;
    return s->free > s->stretches[0].from ? s->free : s->stretches[0].from;
}

/* Everybody goes on with what they are doing. */
static void begin(lsi_rehearsal *r)
{
    draw_scales(r);
    r->run = (uint64_t)draw(r, 32) << 32 | draw(r, 32);
    memcpy(r->waiting, r->here, r->words * sizeof *r->waiting);
    memcpy(r->kept, r->keep, r->words * sizeof *r->kept);
    memset(r->idle, 0, (r->leaves + 63) / 64 * sizeof *r->idle);
    r->came = 0;
    for (size_t i = 0; i < r->seat_count; i++)
        r->seats[i].place = 0, r->seats[i].free = 0;
    for (size_t i = 0; i < r->seat_count; i = r->seats[i].past) {
        const lsi_server *server = r->seats[i].server;
        for (size_t n = 0; n < server->doing_count; n++) {
            const lsi_engaged *doing = &server->doing[n];
            const int32_t rest = doing->handling == LSI_AS_TAKEN
                                     ? lsi_stage_time(r->q, doing->until)
                                     : draw_rest(r, doing);
            for (size_t k = i; k < r->seats[i].past; k++) {
                if (lsi_stage_takes(doing, &r->seats[k], k - i) && r->seats[k].free < rest)
                    r->seats[k].free = rest;
            }
        }
    }
    for (size_t i = 0; i < r->leaves; i++) {
        const int32_t t = i < r->seat_count ? first_act(&r->seats[i]) : LSI_NEVER;
        r->tree[r->leaves + i] = (uint64_t)t << 32 | i;
    }
    for (size_t i = r->leaves - 1; i > 0; i--)
        r->tree[i] = r->tree[2 * i] < r->tree[2 * i + 1] ? r->tree[2 * i] : r->tree[2 * i + 1];
}

static size_t who_asks(const lsi_queue *q)
{
    return q->line_count - 1 - q->coming_count;
}

/* Who may come does not in every run. */
static bool stays_away(const lsi_rehearsal *r, const lsi_latecomer *who)
{
    return who->place > who_asks(r->q) && (mix(r, ~who->place) & 1) != 0;
}

/* When the line changes next. */
static int32_t next_coming(lsi_rehearsal *r)
{
    while (r->came < r->later_count && stays_away(r, &r->later[r->came]))
        r->came++;
    return r->came < r->later_count ? lsi_stage_time(r->q, r->later[r->came].at) : LSI_NEVER;
}

/* Whether a seat is free for so long.  It may not have looked itself yet what comes behind a
 * shift that has ended. */
static bool has_time(lsi_stage_seat *s, int32_t t, int64_t takes)
{
    const lsi_stretch *now = &s->stretches[s->place];
    if (s->free > t)
        return false;
    for (; s->place < s->count && now->until <= t && now->then == LSI_NOTHING; now++)
        s->place++;
    return s->place < s->count && now->from <= t && t + takes <= now->until;
}

/* Whether an agent can begin this one now; one that is no chat takes all of the agent's seats. */
static bool can_take(const lsi_rehearsal *r, lsi_stage_seat *s, const lsi_waiter *w, int32_t t)
{
    if (w->channel == LSCHED_CHAT || s->past - s->first == 1)
        return has_time(s, t, w->takes);
    for (size_t i = s->first; i < s->past; i++) {
        if (!has_time(&r->seats[i], t, w->takes))
            return false;
    }
    return true;
}

/* The first of some that the agent can begin now; the line's count: none. */
static size_t first_of(lsi_rehearsal *r, lsi_stage_seat *s, int32_t t, const uint64_t *fit_in,
                       bool own)
{
    for (size_t w = 0; w < r->words; w++) {
        const uint64_t fits = own ? s->own[w] : s->fits[w] & ~r->kept[w];
        for (uint64_t bits = r->waiting[w] & fits & fit_in[w]; bits != 0; bits &= bits - 1) {
            const size_t i = w * 64 + (size_t)__builtin_ctzll(bits);
            if (r->q->now + t >= r->q->line[i].until)
                r->waiting[w] &= ~(bits & (~bits + 1));
            else if (can_take(r, s, &r->q->line[i], t))
                return i;
        }
    }
    return r->q->line_count;
}

/* What is left to the agent goes before the line. */
static size_t pick(lsi_rehearsal *r, lsi_stage_seat *s, int32_t t)
{
    const int64_t room = s->stretches[s->place].until - t;
    size_t size = r->size_count, found = r->q->line_count;
    while (size > 0 && r->sizes[size - 1] > room)
        size--;
    if (size == 0)
        return found;
    const uint64_t *fit_in = &r->short_enough[(size - 1) * r->words];
    if (s->owns)
        found = first_of(r, s, t, fit_in, true);
    return found < r->q->line_count ? found : first_of(r, s, t, fit_in, false);
}

static int32_t occupy(lsi_rehearsal *r, lsi_stage_seat *s, bool whole, int32_t until)
{
    s->free = until;
    for (size_t i = s->first; whole && i < s->past; i++) {
        if (&r->seats[i] != s) {
            r->seats[i].free = until;
            put_leaf(r, i, until);
        }
    }
    return until;
}

/* What a seat does at t, and when it will do the next thing; -1: it takes who asks. */
static int32_t act(lsi_rehearsal *r, lsi_stage_seat *s, int32_t t)
{
    const lsi_queue *q = r->q;
    const lsi_stretch *now = &s->stretches[s->place];
    if (s->place == s->count)
        return LSI_NEVER;
    if (t < now->from)
        return now->from;
    if (t < now->until) {
        const size_t i = pick(r, s, t);
        if (i == who_asks(q))
            return -1;
        if (i == q->line_count) {
            const size_t seat = (size_t)(s - r->seats);
            r->idle[seat / 64] |= UINT64_C(1) << seat % 64;
            return now->until;
        }
        r->waiting[i / 64] &= ~(UINT64_C(1) << i % 64);
        return occupy(r, s, q->line[i].channel != LSCHED_CHAT,
                      t + draw_length(r, q->line[i].handling));
    }
    s->place++;
    if (now->then == LSI_NOTHING)
        return t;
    s->free = booked_over(r, now, t > now->begins ? t : now->begins);
    return s->free;
}

/* Whether an idle seat can take somebody who waits now. */
static bool suits(lsi_rehearsal *r, lsi_stage_seat *s, size_t i, int32_t t)
{
    const uint64_t fits = s->own[i / 64] | (s->fits[i / 64] & ~r->kept[i / 64]);
    return (fits >> i % 64 & 1) != 0 && can_take(r, s, &r->q->line[i], t);
}

/* As many of the idle look up for somebody as have come at once: each of these may be better for
 * another.  Who has just finished something looks anyway, and at those first who came before. */
static void wake(lsi_rehearsal *r, size_t i, int32_t t, size_t most)
{
    for (size_t w = 0; w * 64 < r->seat_count; w++) {
        for (uint64_t bits = r->idle[w]; bits != 0 && most > 0; bits &= bits - 1) {
            const size_t n = w * 64 + (size_t)__builtin_ctzll(bits);
            if (r->seats[n].free > t)
                r->idle[w] &= ~(bits & (~bits + 1));
            else if ((int32_t)(r->tree[r->leaves + n] >> 32) > t && suits(r, &r->seats[n], i, t)) {
                put_leaf(r, n, t);
                most--;
            }
        }
    }
}

/* Whoever has come by now stands in line, and whoever is idle hears of it. */
static void let_come(lsi_rehearsal *r, int32_t t)
{
    const size_t first = r->came;
    for (; next_coming(r) <= t; r->came++) {
        const lsi_latecomer *next = &r->later[r->came];
        const uint64_t bit = UINT64_C(1) << next->place % 64;
        if (next->comes)
            r->waiting[next->place / 64] |= bit;
        else
            r->kept[next->place / 64] &= ~bit;
    }
    for (size_t i = first; i < r->came; i++) {
        const size_t place = r->later[i].place;
        if ((r->waiting[place / 64] >> place % 64 & 1) != 0)
            wake(r, place, t, r->came - first);
    }
}

/* How long who asks waits in one run. */
static int32_t run(lsi_rehearsal *r)
{
    const lsi_waiter *asks = &r->q->line[who_asks(r->q)];
    begin(r);
    for (int32_t comes = next_coming(r);;) {
        const int32_t next = (int32_t)(r->tree[1] >> 32);
        const int32_t t = comes < next ? comes : next;
        if (t >= LSI_FAR || r->q->now + t >= asks->until)
            return LSI_NEVER;
        if (comes <= next) {
            let_come(r, t);
            comes = next_coming(r);
            continue;
        }
        const size_t at = (size_t)(r->tree[1] & UINT32_MAX);
        const int32_t then = act(r, &r->seats[at], t);
        if (then < 0)
            return t;
        put_leaf(r, at, then);
    }
}

/* ---- the answer ------------------------------------------------------------------------------------ */

static int by_wait(const void *a, const void *b)
{
    const int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

/* So many thousandths of the runs waited no longer. */
static int64_t share(const int32_t *waits, int32_t runs, int32_t thousandths)
{
    const int32_t wait = waits[(runs * thousandths + 999) / 1000 - 1];
    return wait == LSI_NEVER ? -1 : wait;
}

static int32_t runs_for(const lsi_rehearsal *r)
{
    const size_t runs = EFFORT / (r->q->line_count + r->seat_count);
    return runs < RUNS_LEAST ? RUNS_LEAST : runs > RUNS_MOST ? RUNS_MOST : (int32_t)runs;
}

int lsi_estimate_wait(const lsi_queue *q, lsi_forecast *out, lsi_error *e)
{
    lsi_arena a = {0};
    lsi_rehearsal r = {.q = q, .a = &a, .random = q->seed};
    int32_t waits[RUNS_MOST], early = 0;
    const int status = lsi_stage_set(&r, e);
    if (status == LSCHED_OK) {
        out->runs = runs_for(&r);
        for (int32_t i = 0; i < out->runs; i++) {
            waits[i] = r.seat_count > 0 ? run(&r) : LSI_NEVER;
            early += waits[i] != LSI_NEVER && q->now + waits[i] < q->close;
        }
        qsort(waits, (size_t)out->runs, sizeof *waits, by_wait);
        out->p50 = share(waits, out->runs, 500);
        out->p90 = share(waits, out->runs, 900);
        out->chance = early * 1000 / out->runs;
    }
    lsi_arena_free(&a);
    return status;
}
