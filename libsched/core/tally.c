/* core/tally.c -- how many starts there are, from the picture.  When one is possible, and for
 * how many agents, is said by run.c.
 */
#include "core/picture.h"

/* Counts a run, which is of one day, in the order of its starts. */
static void count_run(const lsi_scan *s, lsched_day *day)
{
    for (size_t i = 0; i < s->count; i++) {
        for (int kind = 0; kind < 4; kind++) {
            const lsi_channels *c = &s->kinds[kind];
            if (c->channels > 0 && c->agents[i] > 0)
                lsi_count_start(day, s->start + (lsched_time)i * s->step, c->agents[i],
                                c->channels);
        }
    }
}

static void count_part(lsi_scan *s, lsched_time until, lsched_day **day)
{
    for (lsched_time start; (start = lsi_run_next(s)) < until;) {
        while (start >= (*day)->until)
            ++*day;
        lsi_run_take(s, until < (*day)->until ? until : (*day)->until, LSI_RUN);
        count_run(s, *day);
    }
}

int lsi_tally_count(lsi_core *core, const lsi_facts *f, int32_t channels, lsched_time from,
                    lsched_time until, lsched_day *days, lsi_error *e)
{
    lsi_scan s;
    int64_t part = LSI_BLOCK; /* all of it is wanted */
    int status =
        lsi_run_open(&s, core, f, &(lsi_running){channels, from, until, LSI_RUN, false}, e);
    if (status != LSCHED_OK)
        return status;
    for (lsched_time at = s.from, end; status == LSCHED_OK && at < s.until; at = end) {
        status = lsi_run_part(&s, at, &part, &end, e);
        if (status == LSCHED_OK)
            count_part(&s, end, &days);
    }
    lsi_run_close(&s);
    return status;
}
