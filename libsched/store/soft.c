/* store/soft.c -- bookings that may be given to another agent, and where they are meanwhile.
 *
 * Two that change places meet on neither agent: they are parked beside the lanes first, where
 * nobody is in anybody's way, as chats are whose lanes change hands (ledger.c).
 */
#include "store/inner.h"

int lsi_soft_list(lsi_store *st, const char *agent, lsched_time from, lsched_time until,
                  lsched_time earliest, lsi_arena *a, lsched_booking **out, size_t *count,
                  lsi_error *e)
{
    lsi_statement *s;
    void *records = NULL;
    *out = NULL;
    *count = 0;
    int status = lsi_sql_piece(st, &lsi_kind_booking,
                               "SELECT @ FROM # WHERE agent = ?1 AND " LSI_LIVE_SQL
                               " AND busy_from > ?2 - " LSI_LONGEST_SQL
                               " AND busy_from < ?3 AND busy_until > ?2 AND state = 1"
                               " AND lane = 0 AND anybody = 1 AND start >= ?4"
                               " ORDER BY busy_from, id",
                               &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, agent);
    lsi_driver_bind_int(s, 2, from);
    lsi_driver_bind_int(s, 3, until);
    lsi_driver_bind_int(s, 4, earliest);
    status = lsi_sql_all(s, &lsi_kind_booking, a, &records, count, e);
    *out = records;
    return status;
}

int lsi_soft_park(lsi_store *st, const char *id, int32_t place, lsi_error *e)
{
    lsi_statement *s;
    int64_t changed = 0;
    int status = lsi_store_writing(st, e);
    if (status == LSCHED_OK)
        status = lsi_driver_prepare(
            st->driver, "UPDATE lsched_booking SET lane = ?2 WHERE id = ?1 AND " LSI_LIVE_SQL, &s,
            e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, id);
    lsi_driver_bind_int(s, 2, -(int64_t)place - 1);
    status = lsi_driver_finish(s, &changed, e);
    if (status == LSCHED_OK && changed != 1)
        return lsi_error_set(e, LSCHED_STORE, "a booking that was to make room is gone");
    return status;
}
