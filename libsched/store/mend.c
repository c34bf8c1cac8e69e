/* store/mend.c -- bookings that may have gone astray, and what repairs did about them.
 *
 * A retry of a repair is owed the same answer.  Each booking stands in its events as it was
 * before and afterwards, so an answer needs only their numbers, and why a stray stays.
 */
#include "store/inner.h"

/* ---- who may be astray ----------------------------------------------------------------------- */

/* ?1 is where to begin, ?3 the time that holds live by, (?4, ?5) the one before, ?6 the owner.
 * What is over is no longer anybody's; so the index of starts has few rows to show. */
#define AHEAD                                                                                      \
    "SELECT @ FROM # WHERE \"end\" > ?1 AND start > ?1 - " LSI_LONGEST_SQL " AND start < ?2"       \
    " AND (state = 1 OR state = 3 AND " LSI_HOLDS_SQL("?3") ") AND (start, id) > (?4, ?5)"
#define IN_ORDER " ORDER BY start, id LIMIT ?7"
#define CUSTOMER_WITH(what)                                                                        \
    "EXISTS (SELECT 1 FROM lsched_customer AS c WHERE c.id = #.customer AND (" what "))"

static const char *const ahead[] = {
    [0] = AHEAD IN_ORDER,
    [LSCHED_TEAM] = AHEAD " AND (team = ?6 OR " CUSTOMER_WITH("c.team = ?6") ")" IN_ORDER,
    [LSCHED_AGENT] = AHEAD " AND agent = ?6" IN_ORDER,
    [LSCHED_CUSTOMER] = AHEAD " AND customer = ?6" IN_ORDER,
    [LSCHED_REGION] = AHEAD " AND " CUSTOMER_WITH(
        "c.region = ?6 OR instr(' ' || c.regions || ' ', ' ' || ?6 || ' ') > 0") IN_ORDER,
    [LSCHED_SERVICE] = AHEAD " AND service = ?6" IN_ORDER,
};

int lsi_mend_ahead(lsi_store *st, const lsched_sweep *sweep, lsched_time clock,
                   const lsched_booking *after, uint32_t limit, lsi_arena *a, lsched_booking **out,
                   size_t *count, lsi_error *e)
{
    lsi_statement *s;
    void *records = NULL;
    *out = NULL;
    *count = 0;
    int status = lsi_sql_piece(st, &lsi_kind_booking, ahead[sweep->kind], &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_driver_bind_int(s, 1, sweep->from);
    lsi_driver_bind_int(s, 2, sweep->until);
    lsi_driver_bind_int(s, 3, clock);
    lsi_driver_bind_int(s, 4, after != NULL ? after->start : 0);
    lsi_sql_bind_id(s, 5, after != NULL ? after->id : "");
    if (sweep->kind != 0)
        lsi_sql_bind_id(s, 6, sweep->owner);
    lsi_driver_bind_int(s, 7, limit);
    status = lsi_sql_all(s, &lsi_kind_booking, a, &records, count, e);
    *out = records;
    return status;
}

/* ---- what the customer has not been told yet --------------------------------------------------- */

/* A reminder (2) counts from when it is due; until then it is not owed yet. */
int lsi_mend_untold(lsi_store *st, const lsched_booking *b, lsched_time now, int32_t *kinds,
                    lsi_error *e)
{
    lsi_statement *s;
    int64_t bits = 0;
    int status = lsi_driver_prepare(st->driver,
                                    "SELECT coalesce(sum(1 << kind), 0) FROM lsched_notice"
                                    " WHERE booking = ?1 AND sequence = ?2 AND state = 1"
                                    " AND (kind <> 2 OR due <= ?3)",
                                    &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, b->id);
    lsi_driver_bind_int(s, 2, b->sequence);
    lsi_driver_bind_int(s, 3, now);
    status = lsi_sql_number(s, &bits, e);
    *kinds = (int32_t)bits;
    return status;
}

/* ---- what was answered ---------------------------------------------------------------------------- */

int lsi_mend_base(lsi_store *st, int64_t *seq, lsi_error *e)
{
    lsi_statement *s;
    const int status =
        lsi_driver_prepare(st->driver, "SELECT coalesce(max(seq), 0) FROM lsched_event", &s, e);
    return status == LSCHED_OK ? lsi_sql_number(s, seq, e) : status;
}

/* I3: the event of a step is the one of its sequence; a change of lanes (4) has none of its
 * own. */
int lsi_mend_put(lsi_store *st, const char *key, size_t place, int64_t base, const lsched_mend *m,
                 lsi_error *e)
{
    lsi_statement *s;
    int status = lsi_store_writing(st, e);
    if (status == LSCHED_OK)
        status = lsi_driver_prepare(
            st->driver,
            "INSERT INTO lsched_mend"
            " (\"key\", place, reasons, status, missing, changes, notice, was, event)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7,"
            " (SELECT max(seq) FROM lsched_event WHERE id = ?8 AND seq <= ?9),"
            " (SELECT seq FROM lsched_event WHERE id = ?8 AND sequence = ?10 AND seq > ?9"
            "  AND kind <> 4))",
            &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, key);
    lsi_driver_bind_int(s, 2, (int64_t)place);
    lsi_driver_bind_int(s, 3, m->reasons);
    lsi_driver_bind_int(s, 4, m->status);
    lsi_driver_bind_int(s, 5, m->missing);
    lsi_driver_bind_int(s, 6, m->changes);
    lsi_driver_bind_int(s, 7, m->notice);
    lsi_sql_bind_id(s, 8, m->before->id);
    lsi_driver_bind_int(s, 9, base);
    lsi_driver_bind_int(s, 10, m->after != NULL ? m->after->sequence : -1);
    return lsi_driver_finish(s, NULL, e);
}

/* The numbers of one row; the bookings are read when the statement is over. */
typedef struct row {
    int64_t was, event;
} row;

static int read_rows(lsi_store *st, const char *key, lsched_mend *out, row *rows, size_t room,
                     size_t *count, lsi_error *e)
{
    lsi_statement *s;
    bool more = false;
    int status = lsi_driver_prepare(
        st->driver,
        "SELECT reasons, status, missing, changes, notice, was, coalesce(event, 0)"
        " FROM lsched_mend WHERE \"key\" = ?1 ORDER BY place",
        &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, key);
    while ((status = lsi_driver_step(s, &more, e)) == LSCHED_OK && more && *count < room) {
        rows[*count] = (row){lsi_driver_int(s, 5), lsi_driver_int(s, 6)};
        out[(*count)++] = (lsched_mend){.reasons = (int32_t)lsi_driver_int(s, 0),
                                        .status = (int32_t)lsi_driver_int(s, 1),
                                        .missing = (int32_t)lsi_driver_int(s, 2),
                                        .changes = (int32_t)lsi_driver_int(s, 3),
                                        .notice = (int32_t)lsi_driver_int(s, 4)};
    }
    lsi_driver_done(s);
    return status;
}

int lsi_mend_answer(lsi_store *st, const char *key, lsi_arena *a, lsched_mend **out, size_t *count,
                    lsi_error *e)
{
    lsi_arena scratch = {0};
    *count = 0;
    *out = lsi_arena_take(a, LSCHED_MAX_REPAIR * sizeof **out);
    row *rows = lsi_arena_take(&scratch, LSCHED_MAX_REPAIR * sizeof *rows);
    int status = *out != NULL && rows != NULL
                     ? read_rows(st, key, *out, rows, LSCHED_MAX_REPAIR, count, e)
                     : lsi_error_nomem(e);
    for (size_t i = 0; status == LSCHED_OK && i < *count; i++) {
        status = lsi_events_after(st, rows[i].was, a, &(*out)[i].before, e);
        if (status == LSCHED_OK && rows[i].event != 0)
            status = lsi_events_after(st, rows[i].event, a, &(*out)[i].after, e);
    }
    lsi_arena_free(&scratch);
    return status;
}
