/* print.c -- what a year, or two runs beside one another, have come to. */
#include "table.h"
#include "world.h"

#include <math.h>
#include <stdio.h>

static double part(int64_t some, int64_t all)
{
    return all == 0 ? (double)NAN : (double)some / (double)all;
}

static double at(sample *s, double share)
{
    return s->count == 0 ? (double)NAN : (double)sample_part(s, share);
}

static void one(const char *label, enum unit unit, double value)
{
    table_row(label, unit, &value);
}

#define ROW(label, unit, ...) table_row(label, unit, (const double[COLUMNS]){__VA_ARGS__})

/* ---- contacts and promises ---------------------------------------------------------------------- */

static const char *const wish_names[WISHES] = {"callback now", "a time", "chat", "message"};

static void print_contacts(world *w)
{
    static const char *const columns[] = {"wanted", "served", "p50", "p90", "p99", NULL};
    static const enum unit units[] = {COUNT, COUNT, MINUTES, MINUTES, MINUTES};
    table_begin("Contacts, and waits", columns);
    for (int i = 0; i < WISHES; i++) {
        sample *s = i == LATER ? &w->t.lateness : &w->t.wait[i];
        table_mixed(wish_names[i], units,
                    (const double[]){(double)w->t.wanted[i], (double)w->t.served[i], at(s, 0.5),
                                     at(s, 0.9), at(s, 0.99)});
    }
    table_end();
}

static void print_promises(world *w)
{
    const tally *t = &w->t;
    static const char *const columns[] = {"given", "kept", "share", NULL};
    static const enum unit units[] = {COUNT, COUNT, PERCENT};
    const int64_t times = t->punctual + t->late + t->missed_ours;
    table_begin("Promises", columns);
    table_mixed("a time, begun within five minutes of it", units,
                (const double[]){(double)times, (double)t->punctual, part(t->punctual, times)});
    table_mixed("a wait, no longer than called", units,
                (const double[]){(double)t->line_promised, (double)t->line_kept,
                                 part(t->line_kept, t->line_promised)});
    table_mixed("an answer to a message, in four open hours", units,
                (const double[]){(double)t->answers_promised, (double)t->answers_kept,
                                 part(t->answers_kept, t->answers_promised)});
    table_end();
    table_begin("What did not take place as planned", NULL);
    one("begun more than five minutes late", COUNT, (double)t->late);
    one("missed by us", COUNT, (double)t->missed_ours);
    one("given up, the customer not reached", COUNT, (double)t->missed_theirs);
    one("attempts that reached nobody", COUNT, (double)t->tries_in_vain);
    one("cancelled by the customer", COUNT, (double)t->cancelled);
    one("moved by the customer", COUNT, (double)t->moved);
    one("moved by us, an expert being ill", COUNT, (double)t->moved_by_us);
    one("strays of the ill", COUNT, (double)t->strays);
    one("of these, mended", COUNT, (double)t->mended);
    one("days of illness", COUNT, (double)t->sick_days);
    one("asked when the line was closed", COUNT, (double)t->closed_to);
    one("found no time that suits", COUNT, (double)t->refused);
    one("did not come again", COUNT, (double)t->given_up);
    one("on the waitlist", COUNT, (double)t->listed);
    one("offered an earlier time", COUNT, (double)t->offered);
    one("took it", COUNT, (double)t->taken);
    table_end();
}

static void print_group(const char *label, const group *g)
{
    static const enum unit units[] = {COUNT, PERCENT, PERCENT};
    table_mixed(label, units,
                (const double[]){(double)g->told, part(g->half, g->told), part(g->kept, g->told)});
}

static void print_calibration(world *w)
{
    static const char *const columns[] = {"waits", "within p50", "within p90", NULL};
    table_begin("Estimated waits (bar: 85 to 95 % within p90)", columns);
    print_group("all that were called", &w->t.told_all);
    print_group("called longer than a minute", &w->t.told_waits);
    print_group("within an hour of closing", &w->t.told_closing);
    print_group("across a change of shift", &w->t.told_change);
    table_end();
}

/* ---- people --------------------------------------------------------------------------------------- */

static double use_of(const agent *a)
{
    return part(a->busy, a->on_shift);
}

static void print_team(world *w, const char *label, int team)
{
    static const enum unit units[] = {COUNT, COUNT, PERCENT, PERCENT, PERCENT, NUMBER};
    int64_t busy = 0, on_shift = 0, contacts = 0;
    double least = 1, most = 0, sum = 0, squares = 0;
    int count = 0;
    for (int i = 0; i < AGENTS; i++) {
        const agent *a = &w->agents[i];
        if (a->team != team || a->on_shift == 0)
            continue;
        const double use = use_of(a);
        busy += a->busy;
        on_shift += a->on_shift;
        contacts += a->contacts;
        least = use < least ? use : least;
        most = use > most ? use : most;
        sum += use;
        squares += use * use;
        count++;
    }
    const double mean = sum / count, spread = sqrt(fmax(0, squares / count - mean * mean));
    table_mixed(label, units,
                (const double[]){count, (double)contacts, part(busy, on_shift), least, most,
                                 spread / mean});
}

static void print_people(world *w)
{
    const tally *t = &w->t;
    static const char *const columns[] = {"people", "contacts", "in use", "least",
                                          "most",   "spread",   NULL};
    int64_t all = 0;
    for (int i = 0; i <= LSCHED_GENERAL; i++)
        all += t->by_rung[i];
    table_begin("Who served (time in contacts, of time on shift)", columns);
    print_team(w, "the region's own team", HOME_TEAM);
    print_team(w, "the team that helps out", OVERFLOW_TEAM);
    print_team(w, "general care", GENERAL_TEAM);
    table_end();
    table_begin("Familiarity", NULL);
    one("contacts begun", COUNT, (double)all);
    one("by somebody the customer knows", PERCENT, part(t->familiar, all));
    one("of customers who know somebody", PERCENT, part(t->familiar, t->could_be_familiar));
    one("mean score, of 100", NUMBER, part(t->score_sum, t->scores));
    table_end();
}

/* ---- what was watched, and what it cost ----------------------------------------------------------- */

static void print_checks(world *w)
{
    int64_t told = 0;
    for (int i = 0; i < 32; i++)
        told += w->t.told[i];
    table_begin("Watched", NULL);
    one("events followed, nobody in two places", COUNT, (double)w->t.checked_events);
    one("contacts begun, inside of hours", COUNT, (double)w->t.checked_hours);
    one("acknowledged bookings compared", COUNT, (double)w->t.checked_bookings);
    one("whole checks of the store", COUNT, (double)w->watch.count[CALL_verify]);
    one("notices told", COUNT, (double)told);
    one("faults", COUNT, (double)w->faults);
    table_end();
}

static void print_calls(world *w, double seconds)
{
    static const char *const call_names[] = {
#define NAMED(name) #name,
        CALLS(NAMED)
#undef NAMED
    };
    static const char *const columns[] = {"calls", "each", "seconds", NULL};
    static const enum unit units[] = {COUNT, MICROS, NUMBER};
    double all = 0;
    table_begin("Calls of the library", columns);
    for (int i = 0; i < CALL_KINDS; i++) {
        const double spent = (double)w->watch.spent[i] / 1e9, count = (double)w->watch.count[i];
        all += spent;
        if (count > 0)
            table_mixed(call_names[i], units, (const double[]){count, spent / count * 1e6, spent});
    }
    table_mixed("all", units, (const double[]){(double)NAN, (double)NAN, all});
    table_mixed("with the simulation", units, (const double[]){(double)NAN, (double)NAN, seconds});
    table_end();
}

void print_year(world *w, double seconds, bool json)
{
    if (!json)
        printf("%d days, %d customers, %zu wishes\n", w->plan.days, w->plan.customers,
               w->contact_count);
    table_open(json);
    print_contacts(w);
    print_promises(w);
    print_calibration(w);
    print_people(w);
    figures_print(w);
    print_checks(w);
    print_calls(w, seconds);
    table_close();
}

/* ---- side by side ------------------------------------------------------------------------------------- */

static void print_feelings(const char *title, feeling *a, feeling *b)
{
    static const char *const columns[] = {"without", "with", NULL};
    table_begin(title, columns);
    ROW("customers who wanted something", COUNT, (double)a->wishes, (double)b->wishes);
    ROW("asked for it so many times", COUNT, (double)a->asks, (double)b->asks);
    ROW("times each", NUMBER, part(a->asks, a->wishes), part(b->asks, b->wishes));
    ROW("told of it before they joined", PERCENT, part(a->told, a->wishes),
        part(b->told, b->wishes));
    ROW("hung up, having waited", PERCENT, part(a->tired, a->wishes), part(b->tired, b->wishes));
    ROW("answered by the news", PERCENT, part(a->news, a->wishes), part(b->news, b->wishes));
    ROW("spoke to somebody the same day", PERCENT, part(a->same_day, a->wishes),
        part(b->same_day, b->wishes));
    ROW("had an answer the same day", PERCENT, part(a->same_day + a->news, a->wishes),
        part(b->same_day + b->news, b->wishes));
    ROW("spoke to somebody at last", PERCENT, part(a->served, a->wishes),
        part(b->served, b->wishes));
    ROW("found that it works again, and cancelled", PERCENT, part(a->mended, a->wishes),
        part(b->mended, b->wishes));
    ROW("gave up", PERCENT, part(a->lost, a->wishes), part(b->lost, b->wishes));
    ROW("to an answer, p50", MINUTES, at(&a->answer, 0.5), at(&b->answer, 0.5));
    ROW("to an answer, p90", MINUTES, at(&a->answer, 0.9), at(&b->answer, 0.9));
    ROW("to a person, p50", MINUTES, at(&a->wait, 0.5), at(&b->wait, 0.5));
    ROW("to a person, p90", MINUTES, at(&a->wait, 0.9), at(&b->wait, 0.9));
    ROW("promises broken", COUNT, (double)(a->times - a->times_kept + a->waits - a->waits_kept),
        (double)(b->times - b->times_kept + b->waits - b->waits_kept));
    ROW("times begun within five minutes", PERCENT, part(a->times_kept, a->times),
        part(b->times_kept, b->times));
    ROW("of so many", COUNT, (double)a->times, (double)b->times);
    ROW("waits no longer than called, nine of ten", PERCENT, part(a->waits_kept, a->waits),
        part(b->waits_kept, b->waits));
    ROW("of so many", COUNT, (double)a->waits, (double)b->waits);
    table_end();
}

void print_storm(world *without, world *with, bool json)
{
    table_open(json);
    print_feelings("Who came because of the storm", &without->t.storm, &with->t.storm);
    print_feelings("Who came that day with something else", &without->t.others, &with->t.others);
    table_close();
}

void print_familiar(world *off, world *on, bool json)
{
    static const char *const columns[] = {"off", "on", NULL};
    const tally *a = &off->t, *b = &on->t;
    table_open(json);
    table_begin("The ladder's first rung, off and on", columns);
    ROW("by somebody the customer knows, of all", PERCENT, part(a->familiar, a->checked_hours),
        part(b->familiar, b->checked_hours));
    ROW("of customers who know somebody", PERCENT, part(a->familiar, a->could_be_familiar),
        part(b->familiar, b->could_be_familiar));
    ROW("on that rung, by the library's own figures", PERCENT, figures_familiar(off),
        figures_familiar(on));
    for (int i = 0; i < WISHES; i++) {
        char label[64];
        snprintf(label, sizeof label, "%s, first wish to end, p50", wish_names[i]);
        ROW(label, MINUTES, at(&off->t.first[i], 0.5), at(&on->t.first[i], 0.5));
        snprintf(label, sizeof label, "%s, first wish to end, p90", wish_names[i]);
        ROW(label, MINUTES, at(&off->t.first[i], 0.9), at(&on->t.first[i], 0.9));
    }
    for (int i = NOW; i <= CHAT; i += 2) {
        char label[64];
        snprintf(label, sizeof label, "%s, in line, p50", wish_names[i]);
        ROW(label, MINUTES, at(&off->t.wait[i], 0.5), at(&on->t.wait[i], 0.5));
        snprintf(label, sizeof label, "%s, in line, p90", wish_names[i]);
        ROW(label, MINUTES, at(&off->t.wait[i], 0.9), at(&on->t.wait[i], 0.9));
    }
    ROW("a time, begun within five minutes of it", PERCENT,
        part(a->punctual, a->punctual + a->late), part(b->punctual, b->punctual + b->late));
    table_end();
    table_close();
}
