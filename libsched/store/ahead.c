/* store/ahead.c -- what a wait hangs on: who stands in line before, what agents are engaged in,
 * and how long contacts took.
 */
#include "store/inner.h"

#include <string.h>

static int copy_text(lsi_statement *s, int column, lsi_arena *a, const char **out, lsi_error *e)
{
    size_t size = 0;
    const char *text = lsi_driver_text(s, column, &size);
    *out = text != NULL ? lsi_arena_text(a, text, size) : lsi_arena_text(a, "", 0);
    return *out != NULL ? LSCHED_OK : lsi_error_nomem(e);
}

/* Columns 0 to 8 are whom a contact is for, in the order of the struct. */
static int read_whom(lsi_statement *s, lsi_arena *a, lsi_whom *w, lsi_error *e)
{
    int status = copy_text(s, 0, a, &w->customer, e);
    if (status == LSCHED_OK)
        status = copy_text(s, 1, a, &w->service, e);
    if (status == LSCHED_OK)
        status = copy_text(s, 2, a, &w->team, e);
    if (status == LSCHED_OK)
        status = copy_text(s, 3, a, &w->language, e);
    if (status == LSCHED_OK)
        status = copy_text(s, 4, a, &w->region, e);
    if (status == LSCHED_OK)
        status = copy_text(s, 5, a, &w->regions, e);
    if (status == LSCHED_OK)
        status = copy_text(s, 6, a, &w->avoids, e);
    w->general = (int32_t)lsi_driver_int(s, 7);
    w->channel = (int32_t)lsi_driver_int(s, 8);
    return status;
}

#define WHOM                                                                                       \
    "b.customer, b.service, c.team, c.language, c.region, c.regions, c.avoids, c.general,"         \
    " b.channel"

/* Whether anybody can have tried to reach the customer in the last week: who was not cannot have
 * been tried too often. */
#define TRIED                                                                                      \
    "b.attempts > 0 OR EXISTS (SELECT 1 FROM lsched_booking AS o WHERE o.customer = b.customer"    \
    "  AND o.id <> b.id AND o.changed > ?1 - 8 * 86400)"

int lsi_ahead_line(lsi_store *st, const lsched_booking *of, lsched_time now, uint32_t limit,
                   lsi_arena *a, lsi_ahead **out, size_t *count, lsi_error *e)
{
    lsi_statement *s;
    bool row = false;
    size_t room = 0;
    lsi_ahead *rows = NULL;
    *out = NULL;
    *count = 0;
    int status = lsi_driver_prepare(
        st->driver,
        "SELECT " WHOM ", b.agent, b.team, b.rungs, b.start, b.attempts, " TRIED
        " FROM lsched_booking AS b"
        " JOIN lsched_customer AS c ON c.id = b.customer"
        " WHERE b." LSI_WAITS_SQL " AND b.channel <> 16"
        "  AND (" LSI_ORDER_SQL("b.", "?1") ") < (?2, ?3, ?4)"
                                            " ORDER BY " LSI_ORDER_SQL("b.", "?1") " LIMIT ?5",
        &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_driver_bind_int(s, 1, now);
    lsi_driver_bind_int(s, 2, of->due > 0 && of->due <= now ? of->due : INT64_C(1) << 40);
    lsi_driver_bind_int(s, 3, of->since);
    lsi_driver_bind_text(s, 4, of->id, strlen(of->id));
    lsi_driver_bind_int(s, 5, limit);
    while (status == LSCHED_OK && (status = lsi_driver_step(s, &row, e)) == LSCHED_OK && row) {
        lsi_ahead *next = lsi_vector_push(&rows, count, &room, sizeof *rows);
        if (next == NULL) {
            status = lsi_error_nomem(e);
            break;
        }
        status = read_whom(s, a, &next->whom, e);
        if (status == LSCHED_OK)
            status = copy_text(s, 9, a, &next->agent, e);
        if (status == LSCHED_OK)
            status = copy_text(s, 10, a, &next->line, e);
        next->rungs = (int32_t)lsi_driver_int(s, 11);
        next->start = lsi_driver_int(s, 12);
        next->attempts = (int32_t)lsi_driver_int(s, 13);
        next->tried = lsi_driver_int(s, 14) != 0;
    }
    lsi_driver_done(s);
    *out = rows;
    return status;
}

static int read_joined(lsi_statement *s, lsi_arena *a, lsi_joined *j, lsi_error *e)
{
    int status = read_whom(s, a, &j->whom, e);
    if (status == LSCHED_OK)
        status = copy_text(s, 9, a, &j->agent, e);
    j->rungs = (int32_t)lsi_driver_int(s, 10);
    j->at = lsi_driver_int(s, 11);
    j->start = lsi_driver_int(s, 12);
    return status;
}

int lsi_ahead_joined(lsi_store *st, const char *team, const char *booking, lsched_time until,
                     size_t most, lsi_arena *a, lsi_joined **out, size_t *count, size_t *room,
                     lsi_error *e)
{
    lsi_statement *s;
    bool row = false;
    int status = lsi_driver_prepare(
        st->driver,
        "SELECT " WHOM ", b.agent, b.rungs, b.at, b.start FROM lsched_event AS b"
        " JOIN lsched_customer AS c ON c.id = b.customer"
        " JOIN lsched_booking AS o ON o.id = b.id AND (o.state <> 2 OR o.attempts > 0)"
        " WHERE b.kind = 15 AND b.team = ?1 AND b.id <> ?2 AND b.at > ?3 - 7200 AND b.at <= ?3"
        " ORDER BY (b.at - ?3 + 7199) % 3600, b.seq LIMIT ?4",
        &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, team);
    lsi_sql_bind_id(s, 2, booking);
    lsi_driver_bind_int(s, 3, until);
    lsi_driver_bind_int(s, 4, (int64_t)most);
    while (status == LSCHED_OK && (status = lsi_driver_step(s, &row, e)) == LSCHED_OK && row) {
        lsi_joined *next = lsi_vector_push(out, count, room, sizeof **out);
        status = next != NULL ? read_joined(s, a, next, e) : lsi_error_nomem(e);
    }
    lsi_driver_done(s);
    return status;
}

/* Whoever has begun early is engaged by what was planned for much later.  The order is
 * that of the index, in which no two are alike. */
int lsi_ahead_engaged(lsi_store *st, const char *agent, lsched_time now, lsched_time until,
                      lsi_arena *a, lsi_occupied **out, size_t *count, size_t *room, lsi_error *e)
{
    lsi_statement *s;
    bool row = false;
    *count = 0;
    int status = lsi_driver_prepare(
        st->driver,
        "SELECT " WHOM ", b.lane, b.state, b.busy_from, b.busy_until, b.start, b.\"end\", b.expires,"
        "  CASE b.state WHEN 4 THEN (SELECT at FROM lsched_event WHERE id = b.id AND kind = 8"
        "   ORDER BY seq DESC LIMIT 1) END"
        " FROM lsched_booking AS b LEFT JOIN lsched_customer AS c ON c.id = b.customer"
        " WHERE b.agent = ?1 AND " LSI_LIVE_OF_SQL(
            "b.") " AND b.busy_from > ?2 - 86400 - " LSI_LONGEST_SQL
                  "  AND (b.state = 4 OR b.busy_from < ?3)"
                  "  AND b.\"end\" > ?2 - 86400 AND (b.state IN (1, 4) OR b.busy_until > ?2)"
                  " ORDER BY b.busy_from, b.busy_until, b.lane",
        &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, agent);
    lsi_driver_bind_int(s, 2, now);
    lsi_driver_bind_int(s, 3, until);
    while (status == LSCHED_OK && (status = lsi_driver_step(s, &row, e)) == LSCHED_OK && row) {
        lsi_occupied *next = lsi_vector_push(out, count, room, sizeof **out);
        if (next == NULL) {
            status = lsi_error_nomem(e);
            break;
        }
        status = read_whom(s, a, &next->whom, e);
        next->lane = (int32_t)lsi_driver_int(s, 9);
        next->state = (int32_t)lsi_driver_int(s, 10);
        next->from = lsi_driver_int(s, 11);
        next->until = lsi_driver_int(s, 12);
        next->start = lsi_driver_int(s, 13);
        next->end = lsi_driver_int(s, 14);
        next->expires = lsi_driver_int(s, 15);
        next->began = lsi_driver_int(s, 16);
    }
    lsi_driver_done(s);
    return status;
}

/* An attempt that reached nobody took its agent, too. */
int lsi_ahead_lengths(lsi_store *st, const char *service, int32_t channel, int64_t after,
                      int32_t *seconds, size_t most, size_t *count, lsi_error *e)
{
    lsi_statement *s;
    bool row = false;
    *count = 0;
    int status = lsi_driver_prepare(
        st->driver,
        "SELECT f.at - s.at FROM lsched_event AS f JOIN lsched_event AS s"
        "  ON s.id = f.id AND s.seq < f.seq AND s.sequence = f.sequence - 1 AND s.kind = 8"
        " WHERE f.service = ?1 AND f.channel = ?2 AND f.seq > ?3 AND f." LSI_ENDED_SQL
        " ORDER BY f.seq DESC LIMIT ?4",
        &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, service);
    lsi_driver_bind_int(s, 2, channel);
    lsi_driver_bind_int(s, 3, after);
    lsi_driver_bind_int(s, 4, (int64_t)most);
    while (*count < most && (status = lsi_driver_step(s, &row, e)) == LSCHED_OK && row) {
        const int64_t length = lsi_driver_int(s, 0);
        seconds[(*count)++] = length < 0 ? 0 : length < INT32_MAX ? (int32_t)length : INT32_MAX;
    }
    lsi_driver_done(s);
    return status;
}
