/* store/verify_rows.c -- what must never be false of bookings, events, notices and holds, as
 * far as it can be asked of all rows at once; and the rows for whoever knows more of them.
 */
#include "store/inner.h"

#include <string.h>

/* ---- questions that find what is wrong ----------------------------------------------------------- */

/* ?1 is now, ?2 the time that holds live by. */
enum {
    NOW = 1,
    CLOCK = 2
};

#define LIVE_OF(of) LSI_LIVE_OF_SQL(of)
/* What a new booking would have to leave alone. */
#define STANDS_OF(of)                                                                              \
    LIVE_OF(of)                                                                                    \
    " AND (" of "state <> 3 OR " LSI_HOLDS_OF_SQL(of, "?2") ") AND " of "busy_until > ?1"
#define BOTH_LIVE LIVE_OF("a.") " AND " LIVE_OF("b.")
#define BOTH_STAND STANDS_OF("a.") " AND " STANDS_OF("b.")
#define HOLDS LSI_HOLDS_SQL("?3")

/* What happened to another booking of the customer after the one that news are about was over. */
#define LATER_EVENT                                                                                \
    "SELECT 1 FROM lsched_booking AS o JOIN lsched_event AS v ON v.id = o.id"                      \
    " WHERE o.customer = n.customer AND o.id <> n.subject"                                         \
    "  AND v.seq > (SELECT max(seq) FROM lsched_event WHERE id = n.subject)"

/* Or may have happened to one that was forgotten since, by its age. */
#define FORGOTTEN_LATER                                                                            \
    "SELECT 1 FROM lsched_forgotten AS g WHERE g.at >= (SELECT at FROM lsched_event"               \
    "  WHERE id = n.subject ORDER BY seq DESC LIMIT 1)"

static const struct question {
    const char *invariant, *sql;
    int binds;
} questions[] = {
    /* Each pair once, from the one that begins first. */
    {"I1",
     "SELECT b.id, 'it overlaps booking ''' || a.id || ''' on lane '"
     "  || iif(a.lane = 0, b.lane, a.lane) || ' of agent ''' || a.agent || ''''"
     " FROM lsched_booking AS a JOIN lsched_booking AS b ON b.agent = a.agent"
     "  AND b.busy_from >= a.busy_from AND b.busy_from < a.busy_until"
     "  AND (b.busy_from > a.busy_from OR b.id > a.id)"
     "  AND (b.lane = a.lane OR a.lane = 0 OR b.lane = 0)"
     " WHERE " BOTH_LIVE,
     0},
    {"I1", "SELECT id, 'it is parked on lane ' || lane FROM lsched_booking WHERE lane < 0", 0},
    /* As many as stand beside one another when one of them begins, up to that one.  No damage,
     * though I1's neighbour: lanes may shrink once the chats are over, and a clock that was
     * ahead when they did makes that untrue. */
    {"I6",
     "SELECT a.id, 'with it ' || count(*) || ' chats stand beside one another, but agent '''"
     "  || g.id || ''' has lanes for ' || g.lanes"
     " FROM lsched_booking AS a JOIN lsched_agent AS g ON g.id = a.agent"
     "  JOIN lsched_booking AS b ON b.agent = a.agent AND b.busy_from <= a.busy_from"
     "  AND b.busy_from > a.busy_from - " LSI_LONGEST_SQL " AND b.busy_until > a.busy_from"
     "  AND (b.busy_from < a.busy_from OR b.id <= a.id)"
     " WHERE a.lane <> 0 AND b.lane <> 0 AND " BOTH_STAND
     " GROUP BY a.id HAVING count(*) > g.lanes",
     CLOCK},
    {"I3",
     "SELECT id, 'no event stands before its event ' || seq FROM lsched_event AS e"
     " WHERE seq <> 1 AND NOT EXISTS (SELECT 1 FROM lsched_event WHERE seq = e.seq - 1)",
     0},
    {"I3",
     "SELECT min(id), 'a key has ' || count(*) || ' events' FROM lsched_event NOT INDEXED"
     " WHERE \"key\" IS NOT NULL GROUP BY \"key\" HAVING count(*) > 1",
     0},
    {"I3",
     "SELECT id, 'it has no event' FROM lsched_booking AS b"
     " WHERE NOT EXISTS (SELECT 1 FROM lsched_event WHERE id = b.id)",
     0},
    {"I4",
     "SELECT booking, 'its notice of sequence ' || sequence || ' tells of no event'"
     " FROM lsched_notice AS n WHERE NOT EXISTS"
     "  (SELECT 1 FROM lsched_event WHERE id = n.booking AND sequence = n.sequence)",
     0},
    {"I4",
     "SELECT n.booking, 'a notice of sequence ' || n.sequence || ' waits, but it is at '"
     "  || b.sequence || ' by now'"
     " FROM lsched_notice AS n JOIN lsched_booking AS b ON b.id = n.booking"
     " WHERE n.state = 1 AND n.sequence < b.sequence",
     0},
    {"I4",
     "SELECT n.booking, 'its notice of sequence ' || n.sequence"
     "  || ' is void, and it has not changed since'"
     " FROM lsched_notice AS n JOIN lsched_booking AS b ON b.id = n.booking"
     " WHERE n.state = 3 AND n.sequence >= b.sequence"
     /* A reminder has nothing to say after the start, an offer after its end, and nobody is told
      * who was forgotten. */
     "  AND n.kind NOT IN (2, 5) AND NOT " LSI_FORGOTTEN_SQL("b.customer"),
     0},
    {"I4",
     "SELECT lower(hex(n.id)), 'it waits, but booking ''' || n.subject || ''' is not at sequence '"
     "  || n.sequence || ' any more'"
     " FROM lsched_news AS n LEFT JOIN lsched_booking AS b ON b.id = n.subject"
     " WHERE n.state = 1 AND n.about = 1 AND n.sequence IS NOT b.sequence",
     0},
    {"I4",
     "SELECT lower(hex(n.id)), 'it waits, but of ''' || n.subject || ''' it is not the last word'"
     " FROM lsched_news AS n WHERE n.state = 1 AND (n.about = 2 AND n.sequence IS NOT"
     "   (SELECT revision FROM lsched_incident WHERE id = n.subject)"
     "  OR n.about = 3 AND NOT EXISTS"
     "   (SELECT 1 FROM lsched_announcement WHERE id = n.subject))",
     0},
    {"I4",
     "SELECT lower(hex(n.id)), 'it waits for customer ''' || n.customer || ''', who has no record'"
     " FROM lsched_news AS n WHERE n.state = 1"
     "  AND NOT EXISTS (SELECT 1 FROM lsched_customer WHERE id = n.customer)",
     0},
    {"I4",
     "SELECT lower(hex(n.id)), 'it is void, but booking ''' || n.subject || ''' has not changed "
     "since'"
     " FROM lsched_news AS n JOIN lsched_booking AS b ON b.id = n.subject"
     "  AND b.sequence = n.sequence"
     " WHERE n.state = 3 AND n.about = 1 AND n.until = 0"
     "  AND NOT (n.kind = 20 AND EXISTS (" LATER_EVENT " UNION ALL " FORGOTTEN_LATER "))"
     "  AND EXISTS (SELECT 1 FROM lsched_customer WHERE id = n.customer)",
     0},
    {"I4",
     "SELECT lower(hex(n.id)), 'it asks whether all is well, and customer ''' || n.customer || '''"
     " has come back since'"
     " FROM lsched_news AS n WHERE n.state = 1 AND n.kind = 20 AND n.about = 1"
     "  AND EXISTS (" LATER_EVENT " AND v.kind IN (1, 6, 15) AND v.state IN (1, 4, 9))",
     0},
    {"I4",
     "SELECT lower(hex(min(id))), 'customer ''' || customer || ''' is told it ' || count(*) || ' "
     "times'"
     " FROM lsched_news NOT INDEXED GROUP BY customer, about, subject, kind, sequence"
     " HAVING count(*) > 1",
     0},
    {"I4",
     "SELECT w.offer, 'it is offered to the wait ''' || w.id || ''', which is another customer''s'"
     " FROM lsched_wait AS w JOIN lsched_booking AS b ON b.id = w.offer"
     " WHERE w.state IN (2, 3) AND b.customer <> w.customer",
     0},
    {"I4",
     "SELECT w.offer, 'the wait ''' || w.id || ''' has taken it, and waits'"
     " FROM lsched_wait AS w JOIN lsched_booking AS b ON b.id = w.offer"
     " WHERE w.state IN (1, 2) AND b.state IN (1, 4, 5)",
     0},
    {"I5",
     "SELECT id, 'it is held ' || (expires - last) || ' seconds beyond its last event'"
     " FROM (SELECT id, expires, (SELECT max(at) FROM lsched_event AS e WHERE e.id = b.id) AS last"
     "  FROM lsched_booking AS b WHERE state = 3)"
     " WHERE expires > last + " LSI_AS_SQL(LSI_HOLD_SECONDS),
     0},
    {"I5",
     "SELECT max(id), 'customer ''' || customer || ''' holds ' || count(*) || ' places'"
     " FROM lsched_booking WHERE state = 3"
     " GROUP BY customer HAVING count(*) > " LSI_HELD_SQL,
     0},
    {"I5",
     "SELECT max(id), 'source ''' || source || ''' holds ' || count(*) || ' places'"
     " FROM lsched_booking WHERE state = 3 AND source IS NOT NULL"
     " GROUP BY source HAVING count(*) > " LSI_HELD_SOURCE_SQL,
     0},
    {"cases",
     "SELECT b.id, 'it is of case ''' || c.id || ''', which is another customer''s'"
     " FROM lsched_case AS c JOIN lsched_booking AS b ON b.case_id = c.id"
     "  AND b.customer <> c.customer",
     0},
    {"cases",
     "SELECT n.case_id, 'its entry ' || n.seq || ' is another customer''s'"
     " FROM lsched_case AS c JOIN lsched_entry AS n ON n.case_id = c.id"
     "  AND n.customer <> c.customer",
     0},
    {"cases",
     "SELECT case_id, 'no entry stands before its entry ' || seq FROM lsched_entry AS n"
     " WHERE seq <> 1 AND NOT EXISTS (SELECT 1 FROM lsched_entry WHERE seq = n.seq - 1)",
     0},
    {"cases",
     "SELECT n.case_id, 'the key of its entry ' || n.seq || ' is one of an event too'"
     " FROM lsched_entry AS n JOIN lsched_event AS e ON e.\"key\" = n.\"key\"",
     0},
    {"cases",
     "SELECT case_id, 'its message ' || min(seq) || ' is unanswered, which is not listed so'"
     " FROM (SELECT n.case_id, min(n.due), n.seq FROM lsched_entry AS n WHERE due > 0"
     "   AND NOT " LSI_FORGOTTEN_SQL("n.customer")
     "   AND NOT EXISTS (SELECT 1 FROM lsched_entry AS o WHERE o.case_id = n.case_id"
     "    AND o.kind = 3 AND o.seq > n.seq) GROUP BY n.case_id"
     "  EXCEPT SELECT case_id, due, seq FROM lsched_unanswered) GROUP BY case_id"
     " UNION ALL SELECT u.case_id, 'its message ' || u.seq || ' is listed as unanswered'"
     " FROM lsched_unanswered AS u LEFT JOIN lsched_entry AS n ON n.seq = u.seq"
     " WHERE n.case_id IS NOT u.case_id OR n.due IS NOT u.due"
     "  OR EXISTS (SELECT 1 FROM lsched_entry AS o WHERE o.case_id = u.case_id"
     "   AND o.kind = 3 AND o.seq > u.seq)",
     0},
    {"cases",
     "SELECT id, 'its customer was forgotten, and a text of it was not'"
     " FROM lsched_forgotten JOIN lsched_booking ON customer = mark"
     " WHERE coalesce(note, cause, source) IS NOT NULL"
     " UNION SELECT e.id, 'its customer was forgotten, and a text of event ' || e.seq || ' was not'"
     " FROM lsched_forgotten JOIN lsched_booking AS b ON b.customer = mark"
     "  JOIN lsched_event AS e ON e.id = b.id"
     " WHERE coalesce(e.note, e.cause, e.source) IS NOT NULL OR e.customer <> mark"
     " UNION SELECT case_id, 'its customer was forgotten, and entry ' || seq || ' was not'"
     " FROM lsched_forgotten JOIN lsched_entry ON customer = mark WHERE text IS NOT NULL",
     0},
    {"I5",
     "SELECT l.booking, 'it is leased to agent ''' || l.agent || ''', and cannot be started'"
     " FROM lsched_lease AS l LEFT JOIN lsched_booking AS b ON b.id = l.booking"
     " WHERE b.state IS NULL OR b.state NOT IN (1, 9)",
     0},
    {"I5",
     "SELECT id, 'the last event is ' || (at - ?1) || ' seconds ahead of the clock:"
     " one of them is wrong'"
     " FROM (SELECT id, at FROM lsched_event ORDER BY seq DESC LIMIT 1) WHERE at > ?1 + 300",
     NOW},
};

int lsi_verify_rows(lsi_store *st, lsched_time now, lsched_time clock, lsi_findings *f,
                    lsi_error *e)
{
    int status = LSCHED_OK;
    for (size_t i = 0; i < sizeof questions / sizeof *questions && status == LSCHED_OK; i++) {
        const struct question *q = &questions[i];
        lsi_statement *s;
        status = lsi_driver_prepare(st->driver, q->sql, &s, e);
        if (status != LSCHED_OK)
            break;
        if (q->binds >= NOW)
            lsi_driver_bind_int(s, 1, now);
        if (q->binds >= CLOCK)
            lsi_driver_bind_int(s, 2, clock);
        status = lsi_verify_ask(s, q->invariant, f, e);
    }
    return status;
}

/* ---- the events, booking by booking --------------------------------------------------------------- */

/* Two places for a booking's events, the last one and the one before. */
typedef struct walk {
    lsi_arena arenas[2];
    lsi_past pasts[2];
    int turn;
    lsi_past *before;
} walk;

static int read_past(lsi_statement *s, lsi_arena *a, lsi_past *past, lsi_error *e)
{
    const int column = (int)lsi_sql_columns(&lsi_kind_booking);
    lsi_arena_free(a);
    past->seq = lsi_driver_int(s, column);
    past->kind = (int32_t)lsi_driver_int(s, column + 1);
    past->at = lsi_driver_int(s, column + 2);
    past->notices = (int32_t)lsi_driver_int(s, column + 3);
    return lsi_sql_read(s, &lsi_kind_booking, a, &past->booking, e);
}

static int show(walk *w, lsi_statement *s, lsi_seen *seen, void *user, lsi_error *e)
{
    lsi_past *past = &w->pasts[w->turn];
    int status = read_past(s, &w->arenas[w->turn], past, e);
    if (status == LSCHED_OK && w->before != NULL &&
        strcmp(w->before->booking.id, past->booking.id) != 0) {
        status = seen(user, w->before, NULL, e);
        w->before = NULL;
    }
    if (status == LSCHED_OK)
        status = seen(user, w->before, past, e);
    w->before = past;
    w->turn = 1 - w->turn;
    return status;
}

int lsi_verify_history(lsi_store *st, lsi_seen *seen, void *user, lsi_error *e)
{
    walk w = {.turn = 0};
    lsi_statement *s;
    bool row = false;
    int status = lsi_sql_piece(st, &lsi_kind_booking,
                               "SELECT @, seq, kind, at,"
                               " (SELECT coalesce(sum(1 << n.kind), 0) FROM lsched_notice AS n"
                               "  WHERE n.booking = lsched_event.id"
                               "   AND n.sequence = lsched_event.sequence)"
                               " FROM lsched_event ORDER BY id, seq",
                               &s, e);
    if (status != LSCHED_OK)
        return status;
    while ((status = lsi_driver_step(s, &row, e)) == LSCHED_OK && row) {
        status = show(&w, s, seen, user, e);
        if (status != LSCHED_OK)
            break;
    }
    lsi_driver_done(s);
    if (status == LSCHED_OK && w.before != NULL)
        status = seen(user, w.before, NULL, e);
    lsi_arena_free(&w.arenas[0]);
    lsi_arena_free(&w.arenas[1]);
    return status;
}

int lsi_verify_live(lsi_store *st, lsched_time now, lsched_time clock, const char *after,
                    uint32_t limit, lsi_arena *a, lsched_booking **out, size_t *count, lsi_error *e)
{
    lsi_statement *s;
    void *records = NULL;
    *out = NULL;
    *count = 0;
    int status = lsi_sql_piece(st, &lsi_kind_booking,
                               "SELECT @ FROM # WHERE id > ?1 AND \"end\" > ?2"
                               " AND (state = 1 OR state = 3 AND " HOLDS ") ORDER BY id LIMIT ?4",
                               &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, after);
    lsi_driver_bind_int(s, 2, now);
    lsi_driver_bind_int(s, 3, clock);
    lsi_driver_bind_int(s, 4, limit);
    status = lsi_sql_all(s, &lsi_kind_booking, a, &records, count, e);
    *out = records;
    return status;
}
