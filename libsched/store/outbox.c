/* store/outbox.c -- what customers are to be told, kept beside the change that it tells of.
 *
 * I4: a notice is written in the transaction of its change, or not at all; handed out until
 * it is acknowledged; and never once its booking has another sequence.  The last is said
 * twice: the schema's trigger makes it void in the transaction that changes the booking, and
 * each question below compares the sequences itself.
 */
#include "store/inner.h"

#include <stdlib.h>
#include <string.h>

#define KEY "booking = ?1 AND sequence = ?2 AND kind = ?3"
/* The same as "it stands", in an update. */
#define UNCHANGED " AND sequence = (SELECT sequence FROM lsched_booking WHERE id = ?1)"

/* A lease that ends later than any that could be given by now comes from a clock that was far
 * ahead, and is none. */
#define LEASE_SECONDS 3600
_Static_assert(LEASE_SECONDS == LSCHED_MAX_LEASE, "leases are as long as the header says");
#define LEASE_SQL LSI_AS_SQL(LEASE_SECONDS)
#define LEASED "(n.lease > ?1 AND n.lease <= ?1 + " LEASE_SQL ")"

/* From then on a notice has nothing to say, though its booking has not changed: a reminder from
 * the start on, an offer when its time is up. */
#define ENDS "CASE n.kind WHEN 2 THEN b.start WHEN 5 THEN b.expires ELSE 9223372036854775807 END"
_Static_assert(LSCHED_NOTICE_REMINDER == 2 && LSCHED_NOTICE_OFFERED == 5, "the kinds that end");

static void bind_key(lsi_statement *s, const lsi_notice *n)
{
    lsi_sql_bind_id(s, 1, n->booking);
    lsi_driver_bind_int(s, 2, n->sequence);
    lsi_driver_bind_int(s, 3, n->kind);
}

static int add(lsi_store *st, const lsched_booking *booking, int32_t kind, lsched_time due,
               int32_t state, lsi_error *e)
{
    const lsi_notice n = {.booking = booking->id, .sequence = booking->sequence, .kind = kind};
    lsi_statement *s;
    int status = lsi_store_writing(st, e);
    if (status == LSCHED_OK)
        status = lsi_driver_prepare(st->driver,
                                    "INSERT INTO lsched_notice"
                                    " (booking, sequence, kind, due, state, lease, attempt)"
                                    " VALUES (?1, ?2, ?3, ?4, ?5, 0, 0)",
                                    &s, e);
    if (status != LSCHED_OK)
        return status;
    bind_key(s, &n);
    lsi_driver_bind_int(s, 4, due);
    lsi_driver_bind_int(s, 5, state);
    return lsi_driver_finish(s, NULL, e);
}

int lsi_outbox_add(lsi_store *st, const lsched_booking *booking, int32_t kind, lsched_time due,
                   lsi_error *e)
{
    return add(st, booking, kind, due, LSI_NOTICE_WAITS, e);
}

int lsi_outbox_told(lsi_store *st, const lsched_booking *booking, int32_t kind, lsched_time at,
                    lsi_error *e)
{
    return add(st, booking, kind, at, LSI_NOTICE_DONE, e);
}

/* ---- handing out ------------------------------------------------------------------------- */

/* What does not stand any more is found, too, so that it can be put aside: left in front of
 * the index, it would be walked over for ever.  What has ended is put aside
 * only when the ledger has come to that time (?3), too: the clock of one taker can be wrong. */
const char lsi_outbox_due_sql[] =
    "SELECT n.booking, n.sequence, n.kind, n.attempt, n.due,"
    "  b.sequence = n.sequence AND " ENDS " > ?1"
    " FROM lsched_notice AS n LEFT JOIN lsched_booking AS b ON b.id = n.booking"
    " WHERE n.state = 1 AND n.due <= ?1 AND NOT " LEASED
    "  AND (" ENDS " > ?1 OR " ENDS " <= ?3 OR b.sequence IS NOT n.sequence)"
    " ORDER BY n.due, n.booking, n.sequence, n.kind LIMIT ?2";

typedef struct notices {
    lsi_notice *at;
    size_t count, room;
} notices;

static int read_due(lsi_statement *s, lsi_arena *a, lsi_notice *n, lsi_error *e)
{
    size_t size;
    const char *booking = lsi_driver_text(s, 0, &size);
    *n = (lsi_notice){.booking = booking != NULL ? lsi_arena_text(a, booking, size) : NULL,
                      .sequence = (int32_t)lsi_driver_int(s, 1),
                      .kind = (int32_t)lsi_driver_int(s, 2),
                      .attempt = (int32_t)lsi_driver_int(s, 3),
                      .state = LSI_NOTICE_WAITS,
                      .due = lsi_driver_int(s, 4),
                      .stands = lsi_driver_int(s, 5) != 0};
    return n->booking != NULL ? LSCHED_OK : lsi_error_nomem(e);
}

int lsi_outbox_due(lsi_store *st, lsched_time clock, uint32_t limit, lsi_arena *a, lsi_notice **out,
                   size_t *count, lsi_error *e)
{
    lsi_statement *s;
    notices list = {0};
    lsched_time last = 0;
    bool row = false;
    *out = NULL;
    *count = 0;
    int status = lsi_ledger_clock(st, &last, e);
    if (status == LSCHED_OK)
        status = lsi_driver_prepare(st->driver, lsi_outbox_due_sql, &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_driver_bind_int(s, 1, clock);
    lsi_driver_bind_int(s, 2, limit);
    lsi_driver_bind_int(s, 3, last);
    while ((status = lsi_driver_step(s, &row, e)) == LSCHED_OK && row) {
        lsi_notice *n = lsi_vector_push(&list.at, &list.count, &list.room, sizeof *n);
        status = n != NULL ? read_due(s, a, n, e) : lsi_error_nomem(e);
        if (status != LSCHED_OK)
            break;
    }
    lsi_driver_done(s);
    if (status == LSCHED_OK && list.count > 0) {
        *out = lsi_arena_take(a, list.count * sizeof **out);
        if (*out == NULL)
            status = lsi_error_nomem(e);
        else
            memcpy(*out, list.at, list.count * sizeof **out);
        *count = *out != NULL ? list.count : 0;
    }
    free(list.at);
    return status;
}

int lsi_outbox_lease(lsi_store *st, lsi_notice *n, lsched_time clock, lsched_time until,
                     lsi_error *e)
{
    lsi_statement *s;
    int64_t changed = 0;
    int status = lsi_store_writing(st, e);
    if (status == LSCHED_OK)
        status = lsi_driver_prepare(
            st->driver,
            "UPDATE lsched_notice SET attempt = ?4 + 1, lease = ?6"
            " WHERE " KEY " AND state = 1 AND attempt = ?4"
            " AND NOT (lease > ?5 AND lease <= ?5 + " LEASE_SQL ")" UNCHANGED,
            &s, e);
    if (status != LSCHED_OK)
        return status;
    bind_key(s, n);
    lsi_driver_bind_int(s, 4, n->attempt);
    lsi_driver_bind_int(s, 5, clock);
    lsi_driver_bind_int(s, 6, until);
    status = lsi_driver_finish(s, &changed, e);
    if (status == LSCHED_OK && changed != 1)
        return lsi_error_set(e, LSCHED_OVER, "a notice of booking '%.*s' is not to be had",
                             LSCHED_MAX_ID, n->booking);
    n->attempt++;
    return status;
}

int lsi_outbox_void(lsi_store *st, const lsi_notice *n, lsi_error *e)
{
    lsi_statement *s;
    int status = lsi_store_writing(st, e);
    if (status == LSCHED_OK)
        status = lsi_driver_prepare(
            st->driver, "UPDATE lsched_notice SET state = 3 WHERE " KEY " AND state = 1", &s, e);
    if (status != LSCHED_OK)
        return status;
    bind_key(s, n);
    return lsi_driver_finish(s, NULL, e);
}

/* ---- acknowledging ------------------------------------------------------------------------ */

int lsi_outbox_get(lsi_store *st, lsi_notice *n, lsi_error *e)
{
    lsi_statement *s;
    bool row = false;
    int status = lsi_driver_prepare(
        st->driver, "SELECT attempt, state, due FROM lsched_notice WHERE " KEY, &s, e);
    if (status != LSCHED_OK)
        return status;
    bind_key(s, n);
    status = lsi_driver_step(s, &row, e);
    if (status == LSCHED_OK && row) {
        n->attempt = (int32_t)lsi_driver_int(s, 0);
        n->state = (int32_t)lsi_driver_int(s, 1);
        n->due = lsi_driver_int(s, 2);
    }
    lsi_driver_done(s);
    return status == LSCHED_OK && !row ? LSCHED_NOTFOUND : status;
}

int lsi_outbox_end(lsi_store *st, const lsi_notice *n, bool *ended, lsi_error *e)
{
    lsi_statement *s;
    int64_t changed = 0;
    int status = lsi_store_writing(st, e);
    if (status == LSCHED_OK)
        status = lsi_driver_prepare(st->driver,
                                    "UPDATE lsched_notice SET state = 2 WHERE " KEY
                                    " AND state = 1 AND attempt = ?4 AND attempt > 0" UNCHANGED,
                                    &s, e);
    if (status != LSCHED_OK)
        return status;
    bind_key(s, n);
    lsi_driver_bind_int(s, 4, n->attempt);
    status = lsi_driver_finish(s, &changed, e);
    *ended = changed == 1;
    return status;
}

/* ---- waiting ------------------------------------------------------------------------------- */

/* The first that was never leased, the lease that ends first, and one that is none, each by
 * an index of what waits.  What will not stand by then is nothing to wait for. */
const char lsi_outbox_next_sql[] =
    "SELECT at FROM ("
    " SELECT * FROM (SELECT n.due AS at FROM lsched_notice AS n JOIN lsched_booking AS b"
    "  ON b.id = n.booking AND b.sequence = n.sequence"
    "  WHERE n.state = 1 AND n.lease = 0 AND  " ENDS " > max(n.due, ?1)"
    "  ORDER BY n.due LIMIT 1)"
    " UNION ALL"
    " SELECT * FROM (SELECT n.lease AS at FROM lsched_notice AS n JOIN lsched_booking AS b"
    "  ON b.id = n.booking AND b.sequence = n.sequence"
    "  WHERE n.state = 1 AND n.lease > 0 AND n.lease <= ?1 + " LEASE_SQL "  AND  " ENDS " > max(n.lease, ?1)"
                       "  ORDER BY n.lease LIMIT 1)"
                       " UNION ALL"
                       " SELECT * FROM (SELECT n.due AS at FROM lsched_notice AS n JOIN "
                       "lsched_booking AS b"
                       "  ON b.id = n.booking AND b.sequence = n.sequence"
                       "  WHERE n.state = 1 AND n.lease > 0 AND n.lease > ?1 + " LEASE_SQL "  AND  " ENDS " > ?1 ORDER BY n.lease "
                                          "LIMIT 1)"
                                          ") ORDER BY at LIMIT 1";

int lsi_outbox_next(lsi_store *st, lsched_time clock, bool *found, lsched_time *out, lsi_error *e)
{
    lsi_statement *s;
    *found = false;
    int status = lsi_driver_prepare(st->driver, lsi_outbox_next_sql, &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_driver_bind_int(s, 1, clock);
    status = lsi_driver_step(s, found, e);
    *out = status == LSCHED_OK && *found ? lsi_driver_int(s, 0) : 0;
    lsi_driver_done(s);
    return status;
}
