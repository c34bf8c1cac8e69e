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

/* The first place whose noon is not before t. */
static int64_t place_at(const lsi_facts *f, lsched_time t)
{
    const lsched_time noon = f->work_day * LSI_DAY + LSI_DAY / 2;
    if (t <= noon)
        return 0;
    return t <= noon + (LSI_WORK_PLACES - 1) * LSI_DAY ? (t - noon + LSI_DAY - 1) / LSI_DAY
                                                       : LSI_WORK_PLACES;
}

/* The days that count, by their noon: in another team there was other work. */
static uint64_t days_of(const lsi_facts *f, const lsi_candidate *c)
{
    uint64_t days = 0;
    for (size_t i = 0; i < c->roster.count; i++) {
        const lsi_span *s = &c->roster.at[i];
        days |= (UINT64_C(1) << place_at(f, s->until)) - (UINT64_C(1) << place_at(f, s->from));
    }
    return days;
}

static void add_work(lsi_work *all, const lsi_work *own, uint64_t places)
{
    for (; places != 0; places &= places - 1) {
        const int place = __builtin_ctzll(places);
        all->shift[place] += own->shift[place];
        all->booked[place] += own->booked[place];
    }
}

static void owe_one(lsi_candidate *c, const lsi_work *own, const lsi_work *all, int64_t *owed)
{
    for (uint64_t left = c->counted; left != 0; left &= left - 1) {
        const int place = __builtin_ctzll(left);
        const int64_t shift = own->shift[place], booked = all->booked[place];
        int64_t now = -own->booked[place];
        if (shift > 0 && booked > 0)
            now += booked * shift / all->shift[place];
        c->owed += now - owed[place];
        owed[place] = now;
    }
}

/* Whoever is in two of the teams is still one agent. */
static void owe_group(lsi_facts *f, int32_t group, uint64_t places, int64_t *owed)
{
    lsi_work all = {0};
    for (size_t i = 0; i < f->agent_count; i++)
        f->agents[i].counted = 0;
    for (size_t i = 0; i < f->candidate_count; i++) {
        lsi_candidate *c = &f->candidates[i];
        lsi_agent_fact *agent = &f->agents[c->agent];
        c->counted = group_of(f, c) == group ? days_of(f, c) & places : 0;
        add_work(&all, agent->work, c->counted & ~agent->counted);
        agent->counted |= c->counted;
    }
    for (size_t i = 0; i < f->candidate_count; i++)
        owe_one(&f->candidates[i], f->agents[f->candidates[i].agent].work, &all,
                &owed[i * LSI_WORK_PLACES]);
}

void lsi_share_owe(lsi_facts *f, uint64_t places, int64_t *owed)
{
    int32_t groups = 0;
    for (size_t i = 0; i < f->candidate_count; i++)
        groups |= group_of(f, &f->candidates[i]);
    for (int32_t group = LSCHED_HOME; group <= LSCHED_GENERAL; group *= 2) {
        if ((groups & group) != 0)
            owe_group(f, group, places, owed);
    }
}
