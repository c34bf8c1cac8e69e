/* rules/storm.c -- what open incidents change of a service, for a customer whom they touch.
 *
 * Of each amount the incident counts that was opened last; switches and rungs add up.  Whatever
 * they say, the result is a service that could have been put: no contact is longer than
 * LSCHED_MAX_MINUTES with all that stands around it.
 */
#include "rules/rules.h"

#include <string.h>

static bool before(const lsched_incident *a, const lsched_incident *b)
{
    return a->opened != b->opened ? a->opened < b->opened : strcmp(a->id, b->id) < 0;
}

/* There are hardly ever two. */
static void sort(const lsched_incident **at, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const lsched_incident *moved = at[i];
        size_t to = i;
        for (; to > 0 && before(moved, at[to - 1]); to--)
            at[to] = at[to - 1];
        at[to] = moved;
    }
}

/* Whether it says something; where a service has no word for none, that is 0. */
static int change(int32_t *amount, int32_t to, int32_t none)
{
    if (to != 0)
        *amount = to == LSCHED_NONE ? none : to;
    return to != 0;
}

static void bear(const lsched_incident *i, lsched_service *s, lsi_storm *out)
{
    const int notice = change(&s->notice, i->notice, LSCHED_NONE);
    int changes = notice + (i->rungs != 0);
    changes += change(&s->minutes, i->minutes, 0);
    changes += change(&s->wrap_up, i->wrap_up, 0);
    changes += change(&s->cut_off, i->cut_off, LSCHED_NONE);
    changes += change(&s->owner_wait, i->owner_wait, LSCHED_NONE);
    changes += change(&s->wait_known, i->wait_known, 0);
    changes += change(&s->wait_home, i->wait_home, 0);
    out->policy = changes > 0 ? i->id : out->policy;
    out->notice = out->notice || notice != 0;
    out->rungs |= i->rungs;
    if (i->no_joining != 0) {
        out->no_joining = i->id;
        out->next_update = i->next_update;
    }
    if (i->no_working != 0)
        out->no_working = i->id;
}

static void take_from(int32_t *amount, int32_t *over)
{
    const int32_t less = *amount < *over ? *amount : *over;
    *amount -= less;
    *over -= less;
}

void lsi_storm_bear(const lsched_incident **touching, size_t count, lsched_service *service,
                    lsi_storm *out)
{
    lsched_service *s = service;
    *out = (lsi_storm){.policy = ""};
    sort(touching, count);
    for (size_t i = 0; i < count; i++)
        bear(touching[i], s, out);
    int32_t over = s->minutes + s->before + s->after + s->wrap_up - LSCHED_MAX_MINUTES;
    if (over <= 0)
        return;
    take_from(&s->wrap_up, &over);
    take_from(&s->minutes, &over);
}
