/* world.c -- the loop: what comes next, and who has to do with it. */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define TICKS MINUTE
#define FOLLOWS HOUR
#define HALF_YEAR 182 /* days */

/* ---- what calls cost ----------------------------------------------------------------------------- */

static int64_t nanoseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void watch_start(world *w)
{
    w->watch.began = nanoseconds();
}

int watch_stop(world *w, enum call call, int status)
{
    w->watch.count[call]++;
    w->watch.spent[call] += nanoseconds() - w->watch.began;
    return status;
}

/* ---- time ------------------------------------------------------------------------------------------ */

static lsched_time now(void *user)
{
    return ((const world *)user)->now;
}

static void dawn(world *w)
{
    lsched_time next;
    char date[16];
    int day, minute;
    w->day = (int32_t)((w->now - w->begins + 2 * HOUR) / DAY);
    storm_dawn(w);
    staff_day(w);
    arrivals_day(w, w->day);
    /* The next midnight, 23 to 25 hours away. */
    local_time(w, w->now + 30 * HOUR, VALLEY, &day, &minute);
    snprintf(date, sizeof date, "%04d-%02d-%02d", day / 10000, day / 100 % 100, day % 100);
    if (fine(w, lsched_instant(w->s, date, region_zones[VALLEY], &next), "midnight"))
        agenda_put(&w->agenda, next, DAWN, 0, 0);
    if (w->day > 0 && w->day % HALF_YEAR == 0) {
        books_follow(w);
        books_check(w);
    }
}

static void tick(world *w)
{
    const int64_t number = (w->now - w->begins) / TICKS;
    storm_tick(w);
    if (number % 5 == 0)
        desk_wake_all(w);
    if (number % 15 == 0)
        messages_hand_out(w);
    if (number % 8 == 0)
        notices_take(w);
    if (number % 30 == 0)
        waitlist_tick(w);
    if (number % (FOLLOWS / TICKS) == 0)
        books_follow(w);
    agenda_put(&w->agenda, w->now + TICKS, TICK, 0, 0);
}

static void tell_contact(world *w, const agenda_item *item)
{
    contact *c = &w->contacts[item->who];
    if (item->mark != c->mark)
        return;
    switch (item->what) {
    case ARRIVAL:
        contact_ask(w, c);
        break;
    case DUE:
    case OVERDUE:
        desk_due(w, c, item->what == OVERDUE);
        break;
    case ENDS:
        desk_end(w, c);
        break;
    case WRITTEN:
        messages_answer(w, c);
        break;
    case TIRED:
        contact_tired(w, c);
        break;
    case CHANGES_MIND:
        contact_changes(w, c);
        break;
    case WORKS:
        storm_works(w, c);
        break;
    default:
        give_up("an item that nobody knows", "agenda");
    }
}

static void happen(world *w, const agenda_item *item)
{
    w->now = item->at;
    switch (item->what) {
    case DAWN:
        dawn(w);
        break;
    case TICK:
        tick(w);
        break;
    case SHIFT:
        staff_come(w, &w->agents[item->who]);
        break;
    default:
        tell_contact(w, item);
    }
}

/* ---- a run -------------------------------------------------------------------------------------------- */

static void open_store(world *w)
{
    w->s = lsched_new();
    if (w->s == NULL)
        give_up("no memory", "world");
    fine(w, lsched_set_clock(w->s, now, w), "clock");
    if (lsched_open(w->s, w->plan.store, LSCHED_CREATE | LSCHED_FAST) != LSCHED_OK)
        give_up(lsched_message(w->s), w->plan.store);
    fine(w, lsched_instant(w->s, "2026-01-05", region_zones[VALLEY], &w->begins), "first day");
    w->now = w->begins;
    w->ends = w->begins + w->plan.days * DAY;
}

void world_run(const plan *p, world *w)
{
    agenda_item item;
    *w = (world){.plan = *p};
    open_store(w);
    const double expected = p->contacts * p->customers * p->days / 365 * 2 +
                            p->contacts * p->customers / 365 * p->storm * 6 + 1000;
    w->contact_room = (size_t)expected;
    w->contacts = zeroed(w->contact_room, sizeof *w->contacts);
    w->books = books_open();
    staff_put(w);
    people_put(w);
    agenda_put(&w->agenda, w->begins, DAWN, 0, 0);
    agenda_put(&w->agenda, w->begins, TICK, 0, 0);
    while (agenda_take(&w->agenda, &item) && item.at < w->ends)
        happen(w, &item);
    books_follow(w);
    books_check(w);
    figures_take(w);
}

void world_free(world *w)
{
    tally *t = &w->t;
    lsched_figures_free(w->figures);
    lsched_free(w->s);
    for (int i = 0; i < WISHES; i++) {
        sample_free(&t->wait[i]);
        sample_free(&t->first[i]);
    }
    sample_free(&t->lateness);
    sample_free(&t->storm.wait);
    sample_free(&t->storm.answer);
    sample_free(&t->others.wait);
    sample_free(&t->others.answer);
    books_free(w->books);
    free(w->contacts);
    free(w->people);
    free(w->line);
    free(w->agenda.items);
}
