/* rules/share.c -- who has had less work than others, for the time on shift.
 *
 * The contacts of a day are everybody's who was on shift on it, in proportion: what an agent
 * has had less than that, over the window of days, is owed.  Days are weighed one by one, so
 * whoever joins, or was away, owes nothing and is owed nothing for the days of the others; and
 * a day that is still empty is not taken for one on which somebody did not work.  What leaves
 * the window is forgotten, so it goes back further than bookings are made ahead: over eight
 * weeks, whoever wins all ties has some percent more, not ten.
 */
#include "rules/rules.h"

int64_t lsi_share_first_day(lsched_time now)
{
    return now / LSI_DAY - LSI_WORK_BACK;
}

void lsi_share_shifts(lsi_work *work, int64_t first, const lsi_spans *shifts)
{
    for (size_t i = 0; i < shifts->count; i++) {
        const lsi_span *s = &shifts->at[i];
        for (int64_t day = s->from / LSI_DAY - first; day < LSI_WORK_DAYS; day++) {
            const lsched_time begins = (first + day) * LSI_DAY, ends = begins + LSI_DAY;
            const lsched_time from = s->from > begins ? s->from : begins;
            const lsched_time until = s->until < ends ? s->until : ends;
            if (from >= until)
                break;
            if (day < 0)
                continue;
            work->shift[day] += until - from;
            if (day >= LSI_WORK_DAYS - LSI_WORK_WEEK)
                work->shift[LSI_WORK_DAYS] += until - from;
        }
    }
}

/* Whom a candidate is compared with: those who are the same to the customer, known or not. */
static int32_t group_of(const lsi_facts *f, const lsi_candidate *c)
{
    const int32_t rungs = c->rungs & ~LSCHED_KNOWN;
    return lsi_ladder_best(rungs != 0 ? rungs : f->teams[c->team].rungs);
}

/* Whether a day counts: in another team there was other work.  By its noon. */
static bool counts(const lsi_facts *f, const lsi_candidate *c, int64_t place)
{
    const lsched_time noon = (f->work_day + place) * LSI_DAY + LSI_DAY / 2;
    const lsi_spans *roster = &c->roster;
    if (roster->count == 1) /* nearly all: it is asked of each of them for each booking */
        return roster->at->from <= noon && noon < roster->at->until;
    return lsi_span_at(roster, noon) != NULL;
}

static void owe_place(lsi_facts *f, int32_t group, int64_t place, int64_t *owed)
{
    const int64_t mark = ++f->marks;
    int64_t shift = 0, booked = 0;
    for (size_t i = 0; i < f->candidate_count; i++) {
        lsi_candidate *c = &f->candidates[i];
        lsi_agent_fact *agent = &f->agents[c->agent];
        if (group_of(f, c) != group || !counts(f, c, place))
            continue;
        c->counted = mark;
        /* Whoever is in two of the teams is still one agent. */
        if (agent->counted == mark)
            continue;
        agent->counted = mark;
        shift += agent->work->shift[place];
        booked += agent->work->booked[place];
    }
    for (size_t i = 0; i < f->candidate_count; i++) {
        lsi_candidate *c = &f->candidates[i];
        const lsi_work *own = f->agents[c->agent].work;
        int64_t *before = &owed[i * LSI_WORK_PLACES + (size_t)place];
        if (c->counted != mark)
            continue;
        const int64_t now =
            (shift > 0 ? booked * own->shift[place] / shift : 0) - own->booked[place];
        c->owed += now - *before;
        *before = now;
    }
}

void lsi_share_owe(lsi_facts *f, uint64_t places, int64_t *owed)
{
    int32_t groups = 0;
    for (size_t i = 0; i < f->candidate_count; i++)
        groups |= group_of(f, &f->candidates[i]);
    for (int32_t group = LSCHED_HOME; group <= LSCHED_GENERAL; group *= 2) {
        for (int64_t place = 0; place < LSI_WORK_PLACES; place++) {
            if ((places >> place & 1) != 0 && (groups & group) != 0)
                owe_place(f, group, place, owed);
        }
    }
}
