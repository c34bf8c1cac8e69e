/* arrivals.c -- when customers come, and with what: a Poisson process whose rate follows the
 * customer's hour, the weekday, the season and the holidays, drawn by thinning.
 *
 * Each day and each contact has a stream of its own, so two runs of one seed have the same arrivals,
 * whatever is answered to them.
 */
#include "world.h"

#include <math.h>
#include <stdlib.h>

static const double hours[24] = {0.05, 0.03, 0.02, 0.02, 0.03, 0.08, 0.3,  0.9,
                                 1.6,  2.2,  2.5,  2.3,  2.0,  1.9,  1.9,  2.0,
                                 2.1,  2.2,  2.0,  1.5,  0.9,  0.5,  0.25, 0.12};
static const double weekdays[7] = {0.6, 1.3, 1.15, 1.05, 1.05, 1.1, 0.75}; /* from Sunday */
#define PEAK 3.6 /* no rate is higher, as a part of the mean */

static const double wishes[WISHES] = {0.38, 0.30, 0.22, 0.10}; /* as in enum wish  */
static const double topics[TOPICS] = {0.52, 0.30, 0.18};

/* ---- dates ------------------------------------------------------------------------------------- */

void local_time(const world *w, lsched_time at, int region, int *date, int *minute)
{
    char wall[32];
    if (lsched_wall(w->s, at, region_zones[region], wall, sizeof wall) != LSCHED_OK)
        give_up(lsched_message(w->s), "wall");
    *date = atoi(wall) * 10000 + atoi(wall + 5) * 100 + atoi(wall + 8);
    *minute = atoi(wall + 11) * 60 + atoi(wall + 14);
}

/* 0: Sunday, by the days since a Thursday. */
static int weekday(int year, int month, int day)
{
    const int y = year - (month < 3), m = month < 3 ? month + 12 : month;
    return (day + 13 * (m + 1) / 5 + y + y / 4 - y / 100 + y / 400 + 6) % 7;
}

bool weekend(int year, int month, int day)
{
    return weekday(year, month, day) % 6 == 0;
}

/* The days on which the home team is closed, counted by hand: a second opinion on its calendar. */
bool holiday(int year, int month, int day)
{
    const int monday = weekday(year, month, day) == 1;
    return (month == 1 && day == 1) || (month == 5 && monday && day > 24) ||
           (month == 7 && day == 4) || (month == 9 && monday && day < 8) ||
           (month == 11 && weekday(year, month, day) == 4 && day > 21 && day < 29) ||
           (month == 12 && day == 25);
}

/* ---- the rate -------------------------------------------------------------------------------------- */

typedef struct days {
    double day[REGIONS]; /* what the date makes of the rate, at each of the regions  */
    int minute[REGIONS]; /* the minute of the day with which it begins there         */
} days;

static double rate_of(const days *d, int region, lsched_time since)
{
    static double mean;
    if (mean == 0) {
        for (int i = 0; i < 24; i++)
            mean += hours[i] / 24;
    }
    const int hour = (int)((d->minute[region] + since / MINUTE) / 60) % 24;
    return d->day[region] * hours[hour] / mean;
}

static void look_at(const world *w, days *d)
{
    for (int i = 0; i < REGIONS; i++) {
        int date;
        local_time(w, w->now, i, &date, &d->minute[i]);
        local_time(w, w->now + 12 * HOUR, i, &date, &(int){0});
        const int year = date / 10000, month = date / 100 % 100, day = date % 100;
        const double season = 1 + 0.1 * cos(6.2832 * (month - 1) / 12.0);
        d->day[i] =
            weekdays[weekday(year, month, day)] * season * (holiday(year, month, day) ? 0.5 : 1);
    }
}

/* ---- who comes ----------------------------------------------------------------------------------------- */

static int pick(chance *luck, const double *share, int count)
{
    double u = chance_even(luck);
    int i = 0;
    while (i < count - 1 && u >= share[i])
        u -= share[i++];
    return i;
}

/* Some call more often than others. */
static uint32_t some_customer(const world *w, chance *luck)
{
    const double u = chance_even(luck);
    return (uint32_t)(pow(u, 1.5) * w->plan.customers);
}

static void arrive(world *w, chance *luck, uint32_t customer, lsched_time at, bool storm)
{
    int topic = pick(luck, topics, TOPICS), wish = pick(luck, wishes, WISHES);
    if (topic == CONTRACT && wish != MESSAGE)
        wish = LATER; /* by appointment only */
    if (storm)
        topic = FAULT;
    contact *c = contact_new(w, customer, topic, wish, at);
    c->storm = storm;
}

static void draw(world *w, const days *d, bool storm)
{
    const double times = storm ? w->plan.storm - 1 : 1;
    const double most = w->plan.contacts * w->plan.customers / 365 * PEAK * times;
    chance luck = chance_of(w->plan.seed, storm ? 's' : 'a', (uint64_t)w->day);
    for (double since = 0;;) {
        since += chance_wait(&luck, (double)DAY / most);
        if (since >= (double)DAY)
            break;
        chance own = chance_of(luck.at, 'c', 0);
        const uint32_t customer = some_customer(w, &own);
        const int region = w->people[customer].region;
        const lsched_time at = w->now + (lsched_time)since;
        const bool comes = chance_even(&own) * PEAK < rate_of(d, region, (lsched_time)since);
        /* What is broken is broken in the valley, from when the storm is there. */
        if (comes && (!storm || (region == VALLEY && at >= w->storm_from)))
            arrive(w, &own, customer, at, storm);
    }
}

void arrivals_day(world *w, int32_t day)
{
    days d;
    look_at(w, &d);
    draw(w, &d, false);
    if (day == w->plan.storm_day)
        draw(w, &d, true);
}
