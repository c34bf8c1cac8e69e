/* cal/busy.c -- the periods of a VFREEBUSY (RFC 5545 3.6.4).
 *
 * The rules that live here: only FBTYPE=FREE is free; a type that nobody knows is BUSY
 * (RFC 5545 3.2.9); periods are in UTC, as the RFC wants them, or refused.
 */
#include "cal/inside.h"

static int refuse(const lsi_line *line, lsi_error *e)
{
    return lsi_lines_refuse(line, "not a period in UTC like 20260504T090000Z/PT1H", e);
}

static bool read_instant(lsi_piece p, lsched_time *out)
{
    lsi_stamp stamp;
    bool utc;
    bool good = lsi_value_stamp(p, LSI_YEAR_MAX + 1, &stamp, &utc) && utc;
    *out = stamp.wall;
    return good;
}

static int read_period(const lsi_line *line, lsi_piece item, lsi_period *out, lsi_error *e)
{
    lsi_piece start;
    lsi_length length;
    bool negative;
    lsi_value_next(&item, '/', &start);
    if (!read_instant(start, &out->from) || !item.at)
        return refuse(line, e);
    if (read_instant(item, &out->until))
        return out->until < out->from ? lsi_lines_refuse(line, "it ends before it starts", e)
                                      : LSCHED_OK;
    if (!lsi_value_length(item, &length, &negative) || negative)
        return refuse(line, e);
    out->until = out->from + length.days * LSI_DAY + length.seconds;
    return LSCHED_OK;
}

int lsi_busy_read(lsi_calendar *c, const lsi_line *line, int32_t *taken, lsi_error *e)
{
    lsi_piece rest = line->value, item;
    if (!lsi_value_is(line->name, "FREEBUSY"))
        return LSCHED_OK;
    bool free = line->busy.at && lsi_value_is(line->busy, "FREE");
    while (lsi_value_next(&rest, ',', &item)) {
        if (++*taken > c->limits.values) {
            e->line = line->number;
            return lsi_error_set(e, LSCHED_LIMIT, "more than %d periods in a VFREEBUSY",
                                 (int)c->limits.values);
        }
        lsi_period *period =
            lsi_vector_push(&c->periods, &c->period_count, &c->period_room, sizeof *period);
        if (!period)
            return lsi_error_nomem(e);
        period->free = free;
        period->line = line->number;
        int status = read_period(line, item, period, e);
        if (status)
            return status;
    }
    return LSCHED_OK;
}
