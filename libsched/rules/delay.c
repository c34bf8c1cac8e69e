/* rules/delay.c -- when what an agent has before it will likely begin, from what is running
 * late now.
 *
 * Only what has been started tells anything: a contact lasts as long as was planned from when
 * it began, and one that has overrun that, another quarter of its length from now.  What comes
 * behind begins when its lanes are free, with the buffers of both, and lasts as planned: so a
 * delay goes on from one to the next until a gap has taken it up.
 */
#include "rules/rules.h"

#define LANES (LSCHED_MAX_LANES + 1) /* their numbers begin at 1 */

/* When a contact in progress will be over. */
static lsched_time over(const lsi_planned *r, lsched_time now)
{
    const lsched_time length = r->end - r->start, end = r->began + length;
    return end > now ? end : now + length / 4;
}

/* From when on the lanes of a contact are free. */
static lsched_time free_from(const lsched_time lanes[LANES], int32_t lane)
{
    lsched_time t = 0;
    for (int32_t i = 1; i < LANES; i++)
        if ((lane == 0 || lane == i) && lanes[i] > t)
            t = lanes[i];
    return t;
}

static void take(lsched_time lanes[LANES], int32_t lane, lsched_time until)
{
    for (int32_t i = 1; i < LANES; i++)
        if ((lane == 0 || lane == i) && lanes[i] < until)
            lanes[i] = until;
}

void lsi_delay_foresee(lsi_planned *at, size_t count, lsched_time now)
{
    lsched_time lanes[LANES] = {0};
    for (size_t i = 0; i < count; i++) {
        lsi_planned *r = &at[i];
        r->foreseen = r->start;
        if (r->began != 0)
            take(lanes, r->lane, over(r, now) + (r->busy_until - r->end));
    }
    for (size_t i = 0; i < count; i++) {
        lsi_planned *r = &at[i];
        if (r->began != 0)
            continue;
        const lsched_time ready = free_from(lanes, r->lane) + (r->start - r->busy_from);
        if (free_from(lanes, r->lane) != 0 && ready > r->start)
            r->foreseen = ready;
        take(lanes, r->lane, r->foreseen + (r->busy_until - r->start));
    }
}
