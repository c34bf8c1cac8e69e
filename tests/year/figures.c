/* figures.c -- what the library itself says of the year, beside the tally that is kept here; where
 * both count the same, they have to agree.
 */
#include "table.h"
#include "world.h"

#include <math.h>

static void compare(world *w, const char *what, int64_t ours, int64_t theirs)
{
    if (ours != theirs)
        wrong(w, "figures: %s: %lld, and %lld were seen", what, (long long)theirs, (long long)ours);
}

void figures_waited(world *w, contact *c, bool begun)
{
    const bool kept = w->now - c->since <= c->p90;
    if (!c->said || (!begun && c->stage != WAITS))
        return;
    w->t.said += begun || !kept;
    w->t.said_kept += begun && kept;
    c->said = false;
}

/* What is to be tried again lies ahead. */
void figures_take(world *w)
{
    int64_t served = 0;
    const lsched_measure year = {.size = sizeof year,
                                 .zone = region_zones[VALLEY],
                                 .from = w->begins,
                                 .until = w->ends + 14 * DAY};
    for (size_t i = 0; i < w->contact_count; i++)
        figures_waited(w, &w->contacts[i], false);
    if (!fine(w, CALL(get_figures, &year, &w->figures), "figures"))
        return;
    for (int i = 0; i < AGENTS; i++)
        served += w->agents[i].contacts;
    compare(w, "served", served, w->figures->served);
    compare(w, "scores", w->t.scores, w->figures->scores);
    compare(w, "points", w->t.score_sum, w->figures->score_sum);
    compare(w, "waits that were told", w->t.said, w->figures->told);
    compare(w, "of these, kept", w->t.said_kept, w->figures->told_kept);
}

double figures_familiar(const world *w)
{
    const lsched_figures *f = w->figures;
    return f == NULL || f->served == 0 ? (double)NAN : (double)f->familiar / (double)f->served;
}

static void row(const char *label, enum unit unit, double value)
{
    table_row(label, unit, &value);
}

static void share(const char *label, int64_t some, int64_t all)
{
    row(label, PERCENT, all == 0 ? (double)NAN : (double)some / (double)all);
}

void figures_print(const world *w)
{
    const lsched_figures *f = w->figures;
    if (f == NULL)
        return;
    table_begin("By the library's own figures", NULL);
    row("contacts", COUNT, (double)f->contacts);
    row("that took place", COUNT, (double)f->served);
    share("promises kept, of those that were due", f->kept, f->kept + f->missed[0]);
    row("missed by our fault", COUNT, (double)f->missed[LSCHED_FAULT_OURS]);
    row("by the customer's", COUNT, (double)f->missed[LSCHED_FAULT_CUSTOMER]);
    row("by the network's", COUNT, (double)f->missed[LSCHED_FAULT_NETWORK]);
    row("times changed by us", COUNT, (double)f->moved);
    share("times begun within five minutes", f->punctual, f->timed);
    row("late, p90", MINUTES, (double)f->late_p90);
    row("begun from the line", COUNT, (double)f->waits);
    row("waited, p50", MINUTES, (double)f->wait_p50);
    row("waited, p90", MINUTES, (double)f->wait_p90);
    row("left the line", COUNT, (double)f->left);
    row("told before they joined how long it takes", COUNT, (double)f->told);
    share("of these, no longer", f->told_kept, f->told);
    share("by somebody whom the customer knew", f->familiar, f->served);
    share("resolved by the first contact", f->resolved, f->firsts);
    share("messages answered in time", f->answered, f->messages);
    row("mean score, of 100", NUMBER,
        f->scores == 0 ? (double)NAN : (double)f->score_sum / (double)f->scores);
    share("in use, of time on shift", f->busy, f->shift);
    row("work that would have to go to others to be fair", PERCENT, (double)f->uneven / 1000);
    table_end();
}
