/* store/occurrence.c -- what was answered to a wish about a series.
 *
 * A retry is owed the same answer, refusals included.  What was booked or cancelled stands
 * in its event as it was then; so an occurrence needs only the number of that event, or why
 * there is none.  All rows of an answer are written in the transaction of the answer.
 */
#include "store/inner.h"

/* I3: the event of a step is the one of its sequence; a change of lanes (4) has none of its
 * own. */
static int put_one(lsi_store *st, const char *key, size_t place, const lsched_occurrence *o,
                   lsi_error *e)
{
    lsi_statement *s;
    int status = lsi_driver_prepare(
        st->driver,
        "INSERT INTO lsched_occurrence (\"key\", place, start, status, reasons, event)"
        " VALUES (?1, ?2, ?3, ?4, ?5, (SELECT seq FROM lsched_event"
        " WHERE id = ?6 AND sequence = ?7 AND kind <> 4))",
        &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, key);
    lsi_driver_bind_int(s, 2, (int64_t)place);
    lsi_driver_bind_int(s, 3, o->start);
    lsi_driver_bind_int(s, 4, o->status);
    lsi_driver_bind_int(s, 5, o->reasons);
    lsi_sql_bind_id(s, 6, o->booking != NULL ? o->booking->id : NULL);
    lsi_driver_bind_int(s, 7, o->booking != NULL ? o->booking->sequence : 0);
    return lsi_driver_finish(s, NULL, e);
}

int lsi_occurrence_put(lsi_store *st, const char *key, const lsched_occurrence *at, size_t count,
                       lsi_error *e)
{
    int status = lsi_store_writing(st, e);
    for (size_t i = 0; i < count && status == LSCHED_OK; i++)
        status = put_one(st, key, i, &at[i], e);
    return status;
}

/* The row under the statement: the columns of a booking, and behind them those of ours. */
static int read_one(lsi_statement *s, lsi_arena *a, lsched_occurrence *o, lsi_error *e)
{
    const int first = (int)lsi_sql_columns(&lsi_kind_booking);
    *o = (lsched_occurrence){.start = lsi_driver_int(s, first),
                             .status = (int32_t)lsi_driver_int(s, first + 1),
                             .reasons = (int32_t)lsi_driver_int(s, first + 2)};
    if (o->status != LSCHED_OK)
        return LSCHED_OK;
    lsched_booking *b = lsi_arena_take(a, sizeof *b);
    o->booking = b;
    return b != NULL ? lsi_sql_read(s, &lsi_kind_booking, a, b, e) : lsi_error_nomem(e);
}

static int count_of(lsi_store *st, const char *key, int64_t *count, lsi_error *e)
{
    lsi_statement *s;
    const int status = lsi_driver_prepare(
        st->driver, "SELECT count(*) FROM lsched_occurrence WHERE \"key\" = ?1", &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, key);
    return lsi_sql_number(s, count, e);
}

int lsi_occurrence_answer(lsi_store *st, const char *key, lsi_arena *a, lsched_occurrence **out,
                          size_t *count, lsi_error *e)
{
    lsi_statement *s;
    int64_t total = 0;
    bool row = false;
    *count = 0;
    int status = count_of(st, key, &total, e);
    if (status != LSCHED_OK)
        return status;
    *out = lsi_arena_take(a, ((size_t)total + 1) * sizeof **out);
    if (*out == NULL)
        return lsi_error_nomem(e);
    status = lsi_sql_piece(st, &lsi_kind_booking,
                           "SELECT @, starting, answer, why FROM (SELECT place, start AS starting,"
                           " status AS answer, reasons AS why, event AS happened"
                           " FROM lsched_occurrence WHERE \"key\" = ?1)"
                           " LEFT JOIN lsched_event ON seq = happened ORDER BY place",
                           &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, key);
    status = lsi_driver_step(s, &row, e);
    while (status == LSCHED_OK && row && *count < (size_t)total) {
        status = read_one(s, a, &(*out)[(*count)++], e);
        if (status == LSCHED_OK)
            status = lsi_driver_step(s, &row, e);
    }
    lsi_driver_done(s);
    return status;
}
