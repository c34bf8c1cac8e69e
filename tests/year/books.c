/* books.c -- books of our own, by which the library is watched: who is where, by the feed of
 * events; that nothing that was answered is lost; that nobody is called when it is not allowed.
 *
 * None of it asks the library what it would say: places are laid beside one another by hand, and
 * hours and holidays are counted by hand.
 */
#include "world.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 1000
#define SHOWN 20

typedef struct place {
    uint64_t id;
    lsched_time from, until;
    int32_t lane;
} place;

typedef struct desk {
    place *places;
    size_t count, room;
} desk;

struct books {
    int64_t seen; /* events */
    desk desks[AGENTS];
    uint32_t *touched; /* contacts */
    size_t touched_count, touched_room;
};

/* ---- what must not be ------------------------------------------------------------------------------ */

void wrong(world *w, const char *format, ...)
{
    va_list list;
    if (++w->faults > SHOWN)
        return;
    fprintf(stderr, "year: day %d, %lld: ", w->day, (long long)w->now);
    va_start(list, format);
    vfprintf(stderr, format, list);
    va_end(list);
    fputc('\n', stderr);
}

bool fine(world *w, int status, const char *what)
{
    if (status != LSCHED_OK)
        wrong(w, "%s: %s: %s", what, lsched_status_name(status), lsched_message(w->s));
    return status == LSCHED_OK;
}

/* ---- places --------------------------------------------------------------------------------------------- */

static uint64_t hash_of(const char *text)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
    return hash;
}

static bool takes_time(const lsched_booking *b)
{
    return b != NULL &&
           (b->state == LSCHED_HELD || b->state == LSCHED_BOOKED || b->state == LSCHED_STARTED);
}

static desk *desk_of(world *w, const char *name)
{
    for (int i = 0; i < AGENTS; i++) {
        if (strcmp(w->agents[i].id, name) == 0)
            return &w->books->desks[i];
    }
    wrong(w, "nobody is called %s", name);
    return &w->books->desks[0];
}

static void leave(world *w, const lsched_booking *b)
{
    desk *d = desk_of(w, b->agent);
    const uint64_t id = hash_of(b->id);
    for (size_t i = 0; i < d->count; i++) {
        if (d->places[i].id == id) {
            d->places[i] = d->places[--d->count];
            return;
        }
    }
    wrong(w, "%s leaves a place that it never took", b->id);
}

/* At the beginning of each of them, so many are there at once. */
static int beside(const desk *d, const place *p, lsched_time at)
{
    int count = 0;
    for (size_t i = 0; i < d->count; i++)
        count += d->places[i].from <= at && at < d->places[i].until;
    return count + (p->from <= at && at < p->until);
}

static void sit(world *w, const lsched_booking *b, int lanes)
{
    desk *d = desk_of(w, b->agent);
    const place p = {hash_of(b->id), b->busy_from, b->busy_until, b->lane};
    if (p.from >= p.until)
        wrong(w, "%s takes no time", b->id);
    for (size_t i = 0; i < d->count; i++) {
        const place *o = &d->places[i];
        if (o->from >= p.until || p.from >= o->until)
            continue;
        if (o->lane == 0 || p.lane == 0)
            wrong(w, "%s is in two places: %s at %lld", b->agent, b->id, (long long)b->start);
        else if (beside(d, &p, o->from > p.from ? o->from : p.from) > lanes)
            wrong(w, "%s has too many chats: %s", b->agent, b->id);
    }
    if (d->count == d->room)
        d->places = grown(d->places, &d->room, sizeof *d->places);
    d->places[d->count++] = p;
}

/* ---- the feed ---------------------------------------------------------------------------------------------- */

static void touch(world *w, const lsched_booking *b)
{
    struct books *k = w->books;
    if (b->source[0] != 'k')
        return;
    if (k->touched_count == k->touched_room)
        k->touched = grown(k->touched, &k->touched_room, sizeof *k->touched);
    k->touched[k->touched_count++] = (uint32_t)strtoul(b->source + 1, NULL, 10);
}

static void learn(world *w, const lsched_event *e)
{
    if (e->seq != ++w->books->seen)
        wrong(w, "event %lld follows %lld", (long long)e->seq, (long long)w->books->seen - 1);
    if (takes_time(e->before))
        leave(w, e->before);
    if (takes_time(e->after))
        sit(w, e->after, 3);
    touch(w, e->after);
    w->t.checked_events++;
}

/* What was answered is what stands. */
static void compare(world *w, const contact *c)
{
    lsched_booking *b = NULL;
    if (c->id[0] == '\0' || !fine(w, CALL(get_booking, c->id, &b), "an acknowledged booking"))
        return;
    if (b->state != c->state || b->sequence < c->sequence ||
        (b->state == LSCHED_BOOKED && b->start != c->start))
        wrong(w, "%s was answered as %s, and is %s", c->id, lsched_state_name(c->state),
              lsched_state_name(b->state));
    w->t.checked_bookings++;
    lsched_booking_free(b);
}

void books_follow(world *w)
{
    struct books *k = w->books;
    size_t count;
    do {
        lsched_events *list = NULL;
        if (!fine(w, CALL(list_events, NULL, k->seen, PAGE, &list), "events"))
            return;
        count = lsched_events_count(list);
        for (size_t i = 0; i < count; i++)
            learn(w, lsched_events_at(list, i));
        lsched_events_free(list);
    } while (count == PAGE);
    for (size_t i = 0; i < k->touched_count; i += 8)
        compare(w, &w->contacts[k->touched[i]]);
    k->touched_count = 0;
}

void books_check(world *w)
{
    lsched_findings *list = NULL;
    for (size_t i = 0; i < w->contact_count; i++) {
        const int stage = w->contacts[i].stage;
        if (stage == WAITS || stage == PLACED || stage == SPEAKS)
            compare(w, &w->contacts[i]);
    }
    if (!fine(w, CALL(verify, &list), "verify"))
        return;
    for (size_t i = 0; i < lsched_findings_count(list); i++) {
        const lsched_finding *f = lsched_findings_at(list, i);
        wrong(w, "verify: %s: %s: %s", f->invariant, f->subject, f->text);
    }
    lsched_findings_free(list);
}

/* ---- hours --------------------------------------------------------------------------------------------------- */

/* When the teams are there, where the customer is. */
static bool team_open(const world *w, lsched_time at, const person *p, const agent *a)
{
    int date, minute;
    local_time(w, at, a->team == GENERAL_TEAM ? ARIZONA : p->region, &date, &minute);
    const int month = date / 100 % 100, day = date % 100;
    if (a->team == GENERAL_TEAM)
        return minute >= 7 * 60 && minute < 18 * 60;
    return minute >= 7 * 60 && minute < 21 * 60 && !holiday(date / 10000, month, day) &&
           !(month == 12 && day == 24 && minute >= 17 * 60);
}

/* When people of the region may be called. */
static bool lawful(const world *w, const person *p)
{
    int date, minute;
    local_time(w, w->now, p->region, &date, &minute);
    if (p->region == ARIZONA || p->region == HAWAII)
        return minute >= 8 * 60 && minute < 21 * 60;
    if (p->region == NEWFOUNDLAND && weekend(date / 10000, date / 100 % 100, date % 100))
        return minute >= 10 * 60 && minute < 18 * 60;
    return p->region != NEWFOUNDLAND || (minute >= 9 * 60 && minute < 21 * 60 + 30);
}

/* What was promised for a time when the team was open, its own agent may begin late; nobody is
 * called when the law says no, whatever was promised. */
void books_called(world *w, const contact *c, const agent *a, const lsched_booking *leased)
{
    const person *p = &w->people[c->customer];
    const bool own = leased->state == LSCHED_BOOKED && strcmp(leased->agent, a->id) == 0;
    w->t.checked_hours++;
    if (!team_open(w, own ? leased->start : w->now, p, a) || !lawful(w, p))
        wrong(w, "%s calls customer %u outside of hours", a->id, c->customer);
    if (!desk_is_there(a, w->now))
        wrong(w, "%s is called to work while away", a->id);
}

/* ---- from the first to the last --------------------------------------------------------------------------- */

struct books *books_open(void)
{
    return zeroed(1, sizeof(struct books));
}

void books_free(struct books *b)
{
    for (int i = 0; b != NULL && i < AGENTS; i++)
        free(b->desks[i].places);
    if (b != NULL)
        free(b->touched);
    free(b);
}
