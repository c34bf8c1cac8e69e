/* cal/grid.c -- the minutes at which things may start.
 *
 * The rule that lives here: the grid is painted on the wall clock and begins anew at each
 * local midnight, so "every 20 minutes" is :00, :20, :40 on both sides of a clock change.
 */
#include "cal/cal.h"

/* The first wall clock time at or after `wall` on the grid; 24:00 always is. */
static int64_t next_mark(int64_t wall, int64_t step)
{
    int64_t midnight = lsi_civil_floor(wall, LSI_DAY) * LSI_DAY;
    int64_t marks = (wall - midnight + step - 1) / step;
    int64_t mark = midnight + marks * step;
    return mark < midnight + LSI_DAY ? mark : midnight + LSI_DAY;
}

lsched_time lsi_grid_next(const lsi_zone *z, int32_t step, lsched_time t)
{
    for (;;) {
        int64_t wall = lsi_zone_wall(z, t);
        lsched_time mark = t + next_mark(wall, (int64_t)step * 60) - wall;
        lsched_time change = lsi_zone_change(z, t);
        if (mark < change)
            return mark;
        t = change; /* from there on the wall clock says something else */
    }
}

static lsched_time whole_minute(lsched_time t)
{
    return (t + 59) / 60 * 60;
}

lsched_time lsi_grid_run_next(const lsi_zone *zone, const lsi_span *run, int64_t step,
                               lsched_time t)
{
    while (t < run->until) {
        const lsched_time midnight = lsi_zone_midnight(zone, t, 0);
        const lsched_time tomorrow = lsi_zone_midnight(zone, t, 1);
        const lsched_time base = whole_minute(run->from > midnight ? run->from : midnight);
        const lsched_time found = t <= base ? base : base + (t - base + step - 1) / step * step;
        if (found < tomorrow)
            return found < run->until ? found : run->until;
        t = tomorrow; /* the count begins anew: midnight itself is a start */
    }
    return run->until;
}
