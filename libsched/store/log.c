/* store/log.c -- what has changed since a handle last looked: bookings by their events, the
 * catalogue by its touches.
 *
 * A number alone says too little: what was rolled back gives its number to another.  So each
 * row has a random stamp, and who knows number and stamp of a row knows all before it.
 */
#include "store/inner.h"

#include <string.h>

static const char *const tips[] = {
    "SELECT seq, stamp, at FROM lsched_event ORDER BY seq DESC LIMIT 1",
    "SELECT seq, stamp, 0 FROM lsched_touch ORDER BY seq DESC LIMIT 1",
};

uint64_t lsi_log_written(const lsi_store *st)
{
    return st->events;
}

int lsi_log_tip(lsi_store *st, enum lsi_log log, lsi_tip *out, lsi_error *e)
{
    lsi_statement *s;
    bool row = false;
    *out = (lsi_tip){0};
    int status = lsi_driver_prepare(st->driver, tips[log], &s, e);
    if (status != LSCHED_OK)
        return status;
    status = lsi_driver_step(s, &row, e);
    if (status == LSCHED_OK && row)
        *out = (lsi_tip){lsi_driver_int(s, 0), lsi_driver_int(s, 1), lsi_driver_int(s, 2)};
    lsi_driver_done(s);
    return status;
}

static const char *const stamps[] = {
    "SELECT stamp FROM lsched_event WHERE seq = ?1",
    "SELECT stamp FROM lsched_touch WHERE seq = ?1",
};

int lsi_log_has(lsi_store *st, enum lsi_log log, int64_t seq, int64_t stamp, bool *has,
                lsi_error *e)
{
    lsi_statement *s;
    bool row = false;
    *has = false;
    int status = lsi_driver_prepare(st->driver, stamps[log], &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_driver_bind_int(s, 1, seq);
    status = lsi_driver_step(s, &row, e);
    *has = status == LSCHED_OK && row && lsi_driver_int(s, 0) == stamp;
    lsi_driver_done(s);
    return status;
}

/* An event is about the agent that the booking has now, and the one that it had before.  A new
 * booking had none; and who cancels one leaves agent and time as they were, which it takes no
 * longer, unless it had come into the line and taken none.  That one was not only held can be seen
 * where it never was. */
#define CANCELLED "e.kind = 3 AND e.since = 0 AND e.expires = 0"
_Static_assert(LSCHED_EVENT_BOOKED == 1 && LSCHED_EVENT_CANCELLED == 3 && LSCHED_BOOKED == 1 &&
                   LSCHED_CANCELLED == 2 && LSCHED_FULFILLED == 5,
               "the numbers in the questions");

static const char *const rows[] = {
    "SELECT e.seq, e.stamp, 2, e.agent, e.busy_from, e.busy_until,"
    " p.agent, p.busy_from, p.busy_until, iif(5 IN (e.state, p.state), e.customer, NULL),"
    " CASE WHEN e.lane <> 0 THEN 0 WHEN e.kind = 1 AND e.state = 1 AND e.sequence = 0 THEN 1"
    "  WHEN " CANCELLED " THEN 2 ELSE 0 END,"
    " (SELECT stamp FROM lsched_event WHERE seq = ?1), e.start, e.\"end\" FROM lsched_event AS e"
    " LEFT JOIN lsched_event AS p ON p.seq = CASE WHEN e.sequence > 0 AND NOT (" CANCELLED ") THEN"
    "  (SELECT max(o.seq) FROM lsched_event AS o WHERE o.id = e.id AND o.seq < e.seq) END"
    " WHERE e.seq > ?1 ORDER BY e.seq LIMIT ?2",
    "SELECT seq, stamp, kind, owner, 0, 0, NULL, 0, 0, NULL, 0,"
    " (SELECT stamp FROM lsched_touch WHERE seq = ?1), 0, 0 FROM lsched_touch"
    " WHERE seq > ?1 ORDER BY seq LIMIT ?2",
};

static int read_hash(lsi_statement *s, int column, uint64_t *out, lsi_error *e)
{
    size_t size;
    const char *id = lsi_driver_text(s, column, &size);
    if (id == NULL)
        return lsi_error_nomem(e);
    *out = size > 0 ? lsi_text_hash(LSI_HASH, id, size) : 0;
    return LSCHED_OK;
}

/* An id that is too long for one of ours is not looked for. */
static int read_effect(lsi_statement *s, lsi_logged *out, lsi_error *e)
{
    size_t size;
    out->effect = (int32_t)lsi_driver_int(s, 10);
    if (out->effect == LSI_EFFECT_ASK)
        return LSCHED_OK;
    const char *id = lsi_driver_text(s, 3, &size);
    if (id == NULL)
        return lsi_error_nomem(e);
    if (size > LSCHED_MAX_ID)
        out->effect = LSI_EFFECT_ASK;
    else
        memcpy(out->agent, id, size);
    out->work = (lsi_side){.from = lsi_driver_int(s, 12), .until = lsi_driver_int(s, 13)};
    return LSCHED_OK;
}

static int read_row(lsi_statement *s, lsi_logged *out, lsi_error *e)
{
    *out = (lsi_logged){.seq = lsi_driver_int(s, 0),
                        .stamp = lsi_driver_int(s, 1),
                        .kind = (int32_t)lsi_driver_int(s, 2)};
    int status = read_effect(s, out, e);
    for (int i = 0; i < 2 && status == LSCHED_OK; i++) {
        lsi_side *side = &out->side[i];
        status = read_hash(s, 3 + 3 * i, &side->owner, e);
        side->from = lsi_driver_int(s, 4 + 3 * i);
        side->until = lsi_driver_int(s, 5 + 3 * i);
    }
    return status == LSCHED_OK ? read_hash(s, 9, &out->met, e) : status;
}

int lsi_log_read(lsi_store *st, enum lsi_log log, int64_t after, lsi_logged *out, size_t room,
                 size_t *count, int64_t *stamp, lsi_error *e)
{
    lsi_statement *s;
    bool row = false;
    *count = 0;
    *stamp = 0;
    int status = lsi_driver_prepare(st->driver, rows[log], &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_driver_bind_int(s, 1, after);
    lsi_driver_bind_int(s, 2, (int64_t)room);
    while (*count < room && (status = lsi_driver_step(s, &row, e)) == LSCHED_OK && row) {
        *stamp = lsi_driver_int(s, 11);
        status = read_row(s, &out[(*count)++], e);
        if (status != LSCHED_OK)
            break;
    }
    lsi_driver_done(s);
    return status;
}
