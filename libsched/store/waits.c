/* store/waits.c -- the line of those who wait for a place, and what was offered to whom.
 *
 * The waits themselves are records of the catalogue (record.c); here stands what the library
 * keeps about them by itself.
 */
#include "store/inner.h"

/* Every answer to a wait ends its offer: the hold was confirmed, or ended otherwise. */
int lsi_waits_settle(lsi_store *st, lsched_time clock, lsi_error *e)
{
    lsi_statement *s;
    int status = lsi_store_writing(st, e);
    if (status == LSCHED_OK)
        status = lsi_driver_prepare(
            st->driver,
            "UPDATE lsched_wait SET state = CASE WHEN (SELECT b.state FROM lsched_booking AS b"
            "  WHERE b.id = offer) IN (2, 3, 8) THEN 1 ELSE 3 END"
            " WHERE state = 2 AND NOT EXISTS (SELECT 1 FROM lsched_booking AS b"
            "  WHERE b.id = offer AND b.state = 3 AND " LSI_HOLDS_SQL("?1") ")",
            &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_driver_bind_int(s, 1, clock);
    return lsi_driver_finish(s, NULL, e);
}

int lsi_waits_confirmed(lsi_store *st, const char *hold, lsi_error *e)
{
    lsi_statement *s;
    const int status = lsi_driver_prepare(
        st->driver, "UPDATE lsched_wait SET state = 3 WHERE offer = ?1 AND state <> 3", &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, hold);
    return lsi_driver_finish(s, NULL, e);
}

/* Whoever was asked least often is first, so that after a no it is the next one's turn. */
int lsi_waits_line(lsi_store *st, const char *agent, lsched_time from, lsched_time until,
                   uint32_t limit, lsi_arena *a, lsched_wait **out, size_t *count, lsi_error *e)
{
    lsi_statement *s;
    void *records = NULL;
    int status = lsi_sql_piece(st, &lsi_kind_wait,
                               "SELECT @ FROM lsched_wait WHERE state = 1 AND \"from\" < ?2"
                               " AND (until = 0 OR until > ?1)"
                               " AND (?4 IS NULL OR agent IS NULL OR agent = ?4)"
                               " ORDER BY offers, since, id LIMIT ?3",
                               &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_driver_bind_int(s, 1, from);
    lsi_driver_bind_int(s, 2, until);
    lsi_driver_bind_int(s, 3, limit);
    if (agent != NULL)
        lsi_sql_bind_id(s, 4, agent);
    else
        lsi_driver_bind_null(s, 4);
    status = lsi_sql_all(s, &lsi_kind_wait, a, &records, count, e);
    *out = records;
    return status;
}

int lsi_waits_offered(lsi_store *st, const char *wait, lsched_time start, int64_t length, bool *was,
                      lsi_error *e)
{
    lsi_statement *s;
    int64_t n = 0;
    const int status = lsi_driver_prepare(
        st->driver,
        "SELECT 1 FROM lsched_offer WHERE wait = ?1 AND start > ?2 AND start < ?3 LIMIT 1", &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, wait);
    lsi_driver_bind_int(s, 2, start - length);
    lsi_driver_bind_int(s, 3, start + length);
    const int asked = lsi_sql_number(s, &n, e);
    *was = n != 0;
    return asked;
}

int lsi_waits_offer(lsi_store *st, const lsched_wait *wait, const lsched_booking *hold,
                    lsi_error *e)
{
    lsi_statement *s;
    int status = lsi_store_writing(st, e);
    if (status == LSCHED_OK)
        status = lsi_driver_prepare(
            st->driver, "INSERT INTO lsched_offer (wait, start, hold) VALUES (?1, ?2, ?3)", &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, wait->id);
    lsi_driver_bind_int(s, 2, hold->start);
    lsi_sql_bind_id(s, 3, hold->id);
    return lsi_driver_finish(s, NULL, e);
}

int lsi_waits_set(lsi_store *st, const lsched_wait *wait, lsi_error *e)
{
    lsi_statement *s;
    int64_t changed = 0;
    int status = lsi_store_writing(st, e);
    if (status == LSCHED_OK)
        status = lsi_driver_prepare(
            st->driver, "UPDATE lsched_wait SET state = ?2, offers = ?3, offer = ?4 WHERE id = ?1",
            &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, wait->id);
    lsi_driver_bind_int(s, 2, wait->state);
    lsi_driver_bind_int(s, 3, wait->offers);
    if (lsi_text_given(wait->offer))
        lsi_sql_bind_id(s, 4, wait->offer);
    else
        lsi_driver_bind_null(s, 4);
    status = lsi_driver_finish(s, &changed, e);
    if (status == LSCHED_OK && changed != 1)
        return lsi_error_set(e, LSCHED_STORE, "a wait was not written");
    return status;
}

int lsi_waits_forget(lsi_store *st, const char *wait, lsi_error *e)
{
    lsi_statement *s;
    int status = lsi_store_writing(st, e);
    if (status == LSCHED_OK)
        status = lsi_driver_prepare(st->driver, "DELETE FROM lsched_offer WHERE wait = ?1", &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, wait);
    return lsi_driver_finish(s, NULL, e);
}
