/* storm.c -- one day on which something big is broken, what is said about it, and what is done.
 *
 * With `incident` the carrier says it: an incident, which whoever asks about it hears first; an
 * announcement to the region; the line is told to go home and hear more by subscription; and at
 * the end those who hold times are asked whether they still need them.  And the incident has a
 * policy (below).  Without, the carrier does as on any other day.
 *
 * How customers take it is assumed, and the same in both:
 *   - what is broken for everybody is talked about for SHORT of the usual time: there is nothing
 *     to be looked for
 *   - the news answer the question of ENOUGH of those who hear them, once, whoever tells them and
 *     however; these wait for no one, and STILL of them come back when it is over, since theirs
 *     is broken nevertheless (and count once more, as who came because of the storm)
 *   - of those who wait, or have a time, when it is over, OWN find that out by themselves within
 *     three hours and give it back; and, told by us, RELEASES of those who are
 *   - whoever is put off comes again as on any other day (contact.c)
 */
#include "world.h"

#include <stdio.h>

#define ENOUGH 0.55
#define STILL 0.08
#define OWN 0.2
#define RELEASES 0.7
#define SHORT 0.5
#define DONE 100 /* of world.incident: it is over */

#define BEGINS (7 * HOUR + 30 * MINUTE)
#define KNOWN (20 * MINUTE) /* after it began */
#define UPDATE (90 * MINUTE)
#define ENDS_AT (20 * HOUR)

static const char *const id = "outage-1";

/* General care helps, as long as it lasts, and the team that helps out does so at once; a contact
 * is as long as such ones are; nobody is left to one expert, and what is free in the next hours is
 * left to the line.  As long as nobody knows anything, nobody is let wait to be told so. */
static const lsched_incident policy = {.size = sizeof policy,
                                       .rungs = LSCHED_OVERFLOW | LSCHED_GENERAL,
                                       .minutes = 18,
                                       .notice = 120,
                                       .owner_wait = LSCHED_NONE,
                                       .wait_known = 1,
                                       .wait_home = 1};

feeling *storm_feeling(world *w, const contact *c)
{
    const bool that_day =
        w->storm_from != 0 && c->first >= w->storm_from && c->first < w->storm_day_ends;
    return !that_day ? NULL : c->storm ? &w->t.storm : &w->t.others;
}

void storm_dawn(world *w)
{
    if (w->day != w->plan.storm_day)
        return;
    w->storm_from = w->now + BEGINS;
    w->storm_over = w->now + ENDS_AT;
    w->storm_day_ends = w->now + DAY;
}

/* ---- what the carrier says --------------------------------------------------------------------------- */

static void put(world *w, const char *text, bool joining, lsched_time next, lsched_time closed)
{
    lsched_incident incident = policy;
    incident.id = id;
    incident.regions = "US-NY";
    incident.topic = "fault";
    incident.text = text;
    incident.opened = w->storm_from;
    incident.next_update = next;
    incident.closed = closed;
    incident.no_joining = !joining;
    fine(w, CALL(put_incident, &incident), "put incident");
    w->incident++;
}

static void subscribe(world *w, uint32_t customer)
{
    char name[16];
    fine(w, CALL(subscribe, id, customer_id(name, customer)), "subscribe");
}

/* Whoever is in line about it is told with the next update. */
static void tell_line(world *w)
{
    for (size_t i = 0; i < w->line_count; i++) {
        const contact *c = &w->contacts[w->line[i]];
        if (c->stage == WAITS && c->topic == FAULT && w->people[c->customer].region == VALLEY)
            subscribe(w, c->customer);
    }
}

static void announce(world *w)
{
    const lsched_announcement all = {.size = sizeof all,
                                     .id = id,
                                     .regions = "US-NY",
                                     .text = "Fiber is down in the valley.  We are at it.",
                                     .until = w->storm_over};
    fine(w, CALL(put_announcement, &all), "announce");
}

static void say(world *w)
{
    if (w->incident == 0 && w->now >= w->storm_from + KNOWN) {
        put(w, "Fiber is down in the valley: a cable is cut.", false, w->storm_from + UPDATE, 0);
        tell_line(w);
        announce(w);
    } else if (w->incident == 1 && w->now >= w->storm_from + UPDATE) {
        put(w, "The cable is being spliced; we expect to be done by eight.", true, w->storm_over,
            0);
        tell_line(w);
    } else if (w->incident == 2 && w->now >= w->storm_over) {
        put(w, "The cable is whole again.", true, 0, w->now);
        fine(w, CALL(remove_announcement, id), "remove announcement");
    }
}

/* ---- what customers do ----------------------------------------------------------------------------------- */

static void find_out(world *w)
{
    for (size_t i = 0; i < w->contact_count; i++) {
        contact *c = &w->contacts[i];
        chance luck = chance_of(w->plan.seed, 'w', i);
        if (c->storm && (c->stage == WAITS || c->stage == PLACED) && chance_hit(&luck, OWN))
            agenda_put(&w->agenda, w->now + (lsched_time)(chance_even(&luck) * 3 * HOUR), WORKS,
                       (uint32_t)i, c->mark);
    }
}

void storm_works(world *w, contact *c)
{
    if ((c->stage == WAITS || c->stage == PLACED) && contact_cancel(w, c, "it works again"))
        contact_close(w, c, MENDED);
}

void storm_tick(world *w)
{
    if (w->storm_from == 0 || w->incident == DONE)
        return;
    if (w->plan.incident)
        say(w);
    if (w->now >= w->storm_over) {
        find_out(w);
        w->incident = DONE;
    }
}

static bool is_open(const world *w)
{
    return w->incident > 0 && w->incident < DONE;
}

bool storm_touches(const world *w, const contact *c)
{
    return is_open(w) && c->topic == FAULT && w->people[c->customer].region == VALLEY;
}

double storm_length(const contact *c)
{
    return c->storm ? SHORT : 1;
}

/* The same draw for one contact, whoever tells it. */
static bool is_enough(const world *w, const contact *c)
{
    chance luck = chance_of(w->plan.seed, 'n', contact_number(w, c));
    return c->storm && chance_hit(&luck, ENOUGH);
}

static bool hears(world *w, const contact *c)
{
    char name[16];
    lsched_incidents *list = NULL;
    if (w->people[c->customer].told)
        return true;
    fine(w, CALL(incidents_for, customer_id(name, c->customer), service_ids[c->topic], &list),
         "incidents");
    const bool any = lsched_incidents_count(list) > 0;
    lsched_incidents_free(list);
    return any;
}

bool storm_answers(world *w, contact *c)
{
    feeling *f = storm_feeling(w, c);
    if (!is_open(w) || c->heard || c->topic != FAULT || !hears(w, c))
        return false;
    c->heard = 1;
    if (f != NULL)
        f->told += c->asked == 1;
    if (!is_enough(w, c))
        return false;
    subscribe(w, c->customer);
    contact_close(w, c, NEWS);
    return true;
}

/* It is over: perhaps not for this one. */
static void hear_the_end(world *w, uint32_t customer, contact *c)
{
    chance luck = chance_of(w->plan.seed, 'r', customer);
    if (c == NULL) {
        if (chance_hit(&luck, STILL)) {
            contact *again = contact_new(w, customer, FAULT, NOW, w->now + 10 * MINUTE);
            again->heard = again->storm = 1;
        }
    } else if (c->storm && (c->stage == WAITS || c->stage == PLACED) &&
               chance_hit(&luck, RELEASES) && contact_cancel(w, c, "it works again")) {
        contact_close(w, c, MENDED);
    }
}

void storm_told(world *w, uint32_t customer, bool over)
{
    const int32_t open = w->people[customer].open;
    contact *c = open == NOBODY ? NULL : &w->contacts[open];
    if (over) {
        hear_the_end(w, customer, c);
        return;
    }
    if (c == NULL || c->heard || c->topic != FAULT || (c->stage != WAITS && c->stage != PLACED))
        return;
    c->heard = 1;
    if (is_enough(w, c) && contact_cancel(w, c, "the news were enough"))
        contact_close(w, c, NEWS);
}

/* ---- whether it was of use --------------------------------------------------------------------------- */

static double share(int64_t some, const feeling *f)
{
    return (double)some / (double)(f->wishes > 0 ? f->wishes : 1);
}

static bool no_more(double with, double without, const char *what)
{
    if (with <= without)
        return true;
    fprintf(stderr, "incident mode: %s: %g, without it %g\n", what, with, without);
    return false;
}

bool storm_is_better(world *without, world *with)
{
    feeling *a = &without->t.storm, *b = &with->t.storm;
    int good = no_more(share(b->lost, b), share(a->lost, a), "gave up");
    good += no_more(share(b->tired, b), share(a->tired, a), "hung up, having waited");
    good += no_more(share(b->asks, b), share(a->asks, a), "asked so many times each");
    good += no_more(-share(b->told, b), -share(a->told, a), "told before they joined, less");
    for (int i = 5; i <= 9; i += 4) {
        const double p = i / 10.0;
        good += no_more((double)sample_part(&b->answer, p), (double)sample_part(&a->answer, p),
                        "seconds to an answer");
        good += no_more((double)sample_part(&b->wait, p), (double)sample_part(&a->wait, p),
                        "seconds to a person");
    }
    return good == 8;
}
