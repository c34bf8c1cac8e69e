/* core/count.c -- how many starts each day has: what a calendar page shows.
 *
 * The rule that lives here: a day is the customer's, from its local midnight to the next, so it
 * has 23, 24 or 25 hours; a date that the clocks there have skipped as a whole is no day.
 * Which starts there are is the predicate's word (permit.c, or tally.c where the picture can
 * tell); here they are only counted.
 */
#include "core/core.h"

/* ---- the days ------------------------------------------------------------------------------ */

static void write_digits(char *to, int digits, int number)
{
    for (int i = digits; i-- > 0; number /= 10)
        to[i] = (char)('0' + number % 10);
}

/* "2026-03-08" */
static void write_date(int64_t days, char to[11])
{
    int year, month, day;
    lsi_civil_date(days, &year, &month, &day);
    write_digits(to, 4, year);
    to[4] = '-';
    write_digits(to + 5, 2, month);
    to[7] = '-';
    write_digits(to + 8, 2, day);
    to[10] = '\0';
}

static int64_t date_at(const lsi_zone *zone, lsched_time t)
{
    return lsi_civil_floor(lsi_zone_wall(zone, t), LSI_DAY);
}

static int make_days(const lsi_zone *zone, lsched_time from, lsched_time until, lsi_arena *a,
                     lsched_day **out, size_t *count, lsi_error *e)
{
    *count = 0;
    *out = NULL;
    if (from >= until)
        return LSCHED_OK;
    int64_t date = date_at(zone, from);
    /* Where a clock was put back over midnight, it shows the day before once more. */
    const size_t most = (size_t)(date_at(zone, until - 1) - date + 2);
    lsched_day *days = lsi_arena_take(a, most * sizeof *days);
    char(*dates)[11] = lsi_arena_take(a, most * sizeof *dates);
    if (days == NULL || dates == NULL)
        return lsi_error_nomem(e);
    for (lsched_time t = from, end; t < until; date++) {
        end = lsi_zone_date(zone, date + 1);
        end = end < until ? end : until;
        if (end <= t) /* skipped, or over although the clock still shows it */
            continue;
        write_date(date, dates[*count]);
        days[*count] = (lsched_day){.date = dates[*count], .from = t, .until = end};
        ++*count;
        t = end;
    }
    *out = days;
    return LSCHED_OK;
}

/* ---- their starts ---------------------------------------------------------------------------- */

static void count_slots(const lsi_found *found, lsched_day **day)
{
    for (size_t i = 0; i < found->count; i++) {
        const lsched_slot *slot = &found->slots[i];
        while (slot->start >= (*day)->until)
            ++*day;
        lsi_count_start(*day, slot->start, slot->free, 1);
    }
}

/* Stretch by stretch, so that the slots of only one are ever there. */
static int count_spans(lsi_core *core, lsi_facts *f, const lsi_asked *p, lsched_day *days,
                       lsi_error *e)
{
    int status = LSCHED_OK;
    lsi_found found = {0};
    lsi_asked part = *p;
    part.limit = SIZE_MAX;
    for (lsched_time t = p->from; status == LSCHED_OK && t < p->until; t = part.until) {
        part.from = t;
        part.until = p->until - t > LSI_STRETCH ? t + LSI_STRETCH : p->until;
        found.count = 0;
        status = lsi_search_spans(core, f, &part, &found, e);
        if (status == LSCHED_OK && f->service.reseats > 0)
            status = lsi_room_find(core, f, p->wish.moving, p->channels, part.from,
                                   part.until < p->horizon ? part.until : p->horizon, SIZE_MAX,
                                   &found, e);
        count_slots(&found, &days);
    }
    lsi_search_free(&found);
    return status;
}

static void forget(lsched_day *days, size_t count)
{
    for (size_t i = 0; i < count; i++)
        days[i] = (lsched_day){.date = days[i].date, .from = days[i].from, .until = days[i].until};
}

/* The picture looks at whole blocks of days; where a calendar costs too much for that it may
 * still answer for less. */
static int count_starts(lsi_core *core, lsi_facts *f, const lsi_asked *p, lsched_day *days,
                        size_t count, lsi_error *e)
{
    int status = LSCHED_LIMIT;
    /* Of those who would make room the picture knows nothing. */
    if (p->wish.moving == NULL && f->service.reseats == 0 && lsi_scan_can(core, f))
        status = lsi_tally_count(core, f, p->channels, p->from, p->until, days, e);
    if (status != LSCHED_LIMIT)
        return status;
    lsi_error_clear(e);
    forget(days, count);
    return count_spans(core, f, p, days, e);
}

static int count_days(lsi_core *core, const lsched_query *query, lsi_arena *a, lsched_day **days,
                      size_t *count, lsi_error *e)
{
    lsi_moment m;
    lsi_asked p;
    lsi_facts f = {0};
    int status = lsi_facts_moment(core, &m, e);
    if (status == LSCHED_OK)
        status = lsi_search_plan(core, query, &m, a, &p, &f, e);
    if (status == LSCHED_OK)
        status = make_days(f.zone, p.from, p.until, a, days, count, e);
    if (status == LSCHED_OK && *count > 0)
        status = count_starts(core, &f, &p, *days, *count, e);
    lsi_facts_free(core, &f);
    return status;
}

int lsi_count_days(lsi_core *core, const lsched_query *query, lsi_arena *a, lsched_day **days,
                   size_t *count, lsi_error *e)
{
    int status = lsi_store_enter(core->store, false, e);
    if (status != LSCHED_OK)
        return status;
    status = count_days(core, query, a, days, count, e);
    return lsi_store_leave(core->store, status, e);
}
