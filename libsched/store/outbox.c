/* store/outbox.c -- what customers are to be told, kept beside the change that it tells of.
 *
 * I4: a notice is written in the transaction of its change, or not at all; it is void as
 * soon as its booking has another sequence, which the schema sees to.
 */
#include "store/inner.h"

static int add(lsi_store *st, const lsched_booking *booking, int32_t kind, lsched_time due,
               int32_t state, lsi_error *e)
{
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
    lsi_sql_bind_id(s, 1, booking->id);
    lsi_driver_bind_int(s, 2, booking->sequence);
    lsi_driver_bind_int(s, 3, kind);
    lsi_driver_bind_int(s, 4, due);
    lsi_driver_bind_int(s, 5, state);
    return lsi_driver_finish(s, NULL, e);
}

int lsi_outbox_add(lsi_store *st, const lsched_booking *booking, int32_t kind, lsched_time due,
                   lsi_error *e)
{
    return add(st, booking, kind, due, 1, e);
}

int lsi_outbox_told(lsi_store *st, const lsched_booking *booking, int32_t kind, lsched_time at,
                    lsi_error *e)
{
    return add(st, booking, kind, at, 2, e);
}
