/* store/line.c -- what waits for its turn: the questions about the line, and the leases under
 * which agents are given what is next.
 */
#include "store/inner.h"

#include <stdlib.h>
#include <string.h>

static int read_id(lsi_statement *s, lsi_arena *a, const char **id, lsi_error *e)
{
    bool row = false;
    size_t size = 0;
    int status = lsi_driver_step(s, &row, e);
    if (status == LSCHED_OK) {
        const char *text = row ? lsi_driver_text(s, 0, &size) : "";
        *id = text != NULL ? lsi_arena_text(a, text, size) : NULL;
        if (*id == NULL)
            status = lsi_error_nomem(e);
    }
    lsi_driver_done(s);
    return status;
}

/* What a service is about: its topic, and without one itself alone. */
#define ABOUT(of) "coalesce(" of "topic, char(1) || " of "id)"

int lsi_line_open(lsi_store *st, const char *customer, const char *service, const char *except,
                  lsched_time now, lsi_arena *a, const char **id, lsi_error *e)
{
    lsi_statement *s;
    const int status = lsi_driver_prepare(
        st->driver,
        "SELECT b.id FROM lsched_booking AS b JOIN lsched_service AS s ON s.id = b.service"
        " WHERE b.customer = ?1 AND b." LSI_OPEN_SQL " AND b.id <> ?4"
        "  AND (b." LSI_WAITS_SQL " OR b.\"end\" > ?3 - iif(b.state = 4, 86400, 0))"
        "  AND " ABOUT("s.") " = (SELECT " ABOUT("") " FROM lsched_service WHERE id = ?2)"
                                                     " ORDER BY b.id LIMIT 1",
        &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, customer);
    lsi_sql_bind_id(s, 2, service);
    lsi_driver_bind_int(s, 3, now);
    lsi_driver_bind_text(s, 4, except, except != NULL ? strlen(except) : 0);
    return read_id(s, a, id, e);
}

/* ---- whose turn it is -------------------------------------------------------------------------- */

/* A lease that ends later than any that could be given by now comes from a clock that was far
 * ahead, and is none. */
#define LEASE_SECONDS 3600
_Static_assert(LEASE_SECONDS == LSCHED_MAX_LEASE, "leases are as long as the header says");
#define LEASED(clock) "until > " clock " AND until <= " clock " + " LSI_AS_SQL(LEASE_SECONDS)

/* What has not been done a day later is for people to look into, and blocks nobody's way. */
#define RECENTLY "b.start <= ?2 AND b.start > ?2 - 86400"
/* What is open changes the service for whom it touches: of those that say something about it the
 * one that was opened last (rules/storm.c).  Mostly nothing is, which is asked once for all rows. */
#define ANY_OPEN "EXISTS (SELECT 1 FROM lsched_incident WHERE closed = 0)"
#define OPEN_OVER "SELECT 1 FROM lsched_incident AS i WHERE i.closed = 0"
#define OWNER_WAIT                                                                                 \
    "iif(" ANY_OPEN ", coalesce((SELECT i.owner_wait FROM lsched_incident AS i WHERE i.closed = 0" \
    " AND i.owner_wait <> 0 AND " LSI_TOUCHES_SQL " ORDER BY i.opened DESC, i.id DESC LIMIT 1),"   \
    " s.owner_wait), s.owner_wait)"
/* Nor is anything left to somebody whom the customer does not want. */
#define OWNER_WAITED                                                                               \
    "b.start + 60 * iif(" LSI_HAS_SQL("c.avoids", "b.agent") ", 0, max(" OWNER_WAIT ", 0)) <= ?2"
/* next.c refuses that anyway; but those are many when it is so. */
#define WORKED_OFF                                                                                 \
    " AND NOT iif(" ANY_OPEN ", EXISTS (" OPEN_OVER " AND i.no_working <> 0 AND " LSI_TOUCHES_SQL  \
    "), 0)"
/* Forgotten customers have no contact that is anybody's turn.  CROSS: the bookings come first. */
#define OF_CUSTOMER                                                                                \
    " CROSS JOIN lsched_customer AS c ON c.id = b.customer"                                        \
    " CROSS JOIN lsched_service AS s ON s.id = b.service"
#define TO_NOBODY_ELSE                                                                             \
    " AND NOT EXISTS (SELECT 1 FROM lsched_lease AS l WHERE l.booking = b.id AND l.agent <> ?1"    \
    "  AND l." LEASED("?3") ")"

/* What is an agent's own is found among what is live, since most of the last day is over.  Those
 * who wait are found by the line's own index: by their start, with no plus before it, all that
 * ever was would be gone through. */
static const char turn_sql[] =
    "SELECT b.id, '', 0, 1, b.start, 0"
    " FROM lsched_booking AS b INDEXED BY lsched_booking_live"
    " WHERE b.agent = ?1 AND " LSI_LIVE_OF_SQL(
        "b.") " AND b.busy_from <= ?2"
              "  AND b.busy_from > ?2 - 86400 - " LSI_LONGEST_SQL
              "  AND b.state = 1 AND " RECENTLY TO_NOBODY_ELSE " UNION ALL"
              " SELECT b.id, b.service, b.channel, 2, b.start, 0 FROM lsched_booking AS "
              "b" OF_CUSTOMER " WHERE b.state = 1 AND b.agent <> ?1 AND " RECENTLY
              "  AND b.state <> 5 AND " OWNER_WAITED TO_NOBODY_ELSE " UNION ALL"
              " SELECT b.id, b.service, b.channel, iif(b.agent = ?1, 1, 3),"
              "  iif(" LSI_LATE_SQL("b.",
                                    "?2") ", b.due, 1 << 40), b.since"
                                          " FROM lsched_booking AS b" OF_CUSTOMER
                                          " WHERE b." LSI_WAITS_SQL " AND +b.start <= ?2" WORKED_OFF
                                          "  AND (b.agent IS NULL OR b.agent = ?1 OR " OWNER_WAITED
                                          ")" TO_NOBODY_ELSE;

typedef struct place {
    lsi_turn turn;
    int64_t order[3];
} place;

static int by_turn(const void *a, const void *b)
{
    const place *x = a, *y = b;
    for (int i = 0; i < 3; i++) {
        if (x->order[i] != y->order[i])
            return x->order[i] < y->order[i] ? -1 : 1;
    }
    return strcmp(x->turn.id, y->turn.id);
}

static int copy_text(lsi_statement *s, int column, lsi_arena *a, const char **out, lsi_error *e)
{
    size_t size;
    const char *text = lsi_driver_text(s, column, &size);
    *out = text != NULL ? lsi_arena_text(a, text, size) : NULL;
    return *out != NULL ? LSCHED_OK : lsi_error_nomem(e);
}

static int read_places(lsi_statement *s, lsi_arena *a, place **places, size_t *count, lsi_error *e)
{
    size_t room = 0;
    bool row = false;
    int status = lsi_driver_step(s, &row, e);
    for (; status == LSCHED_OK && row; status = lsi_driver_step(s, &row, e)) {
        place *p = lsi_vector_push(places, count, &room, sizeof *p);
        if (p == NULL)
            return lsi_error_nomem(e);
        status = copy_text(s, 0, a, &p->turn.id, e);
        if (status == LSCHED_OK)
            status = copy_text(s, 1, a, &p->turn.service, e);
        if (status != LSCHED_OK)
            return status;
        p->turn.channel = (int32_t)lsi_driver_int(s, 2);
        for (int i = 0; i < 3; i++)
            p->order[i] = lsi_driver_int(s, 3 + i);
    }
    return status;
}

/* Sorted here: SQLite would make a table of its own to do it. */
int lsi_line_turn(lsi_store *st, const char *agent, lsched_time now, lsched_time clock,
                  lsi_arena *a, lsi_turn **out, size_t *count, lsi_error *e)
{
    lsi_statement *s;
    place *places = NULL;
    *count = 0;
    int status = lsi_driver_prepare(st->driver, turn_sql, &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, agent);
    lsi_driver_bind_int(s, 2, now);
    lsi_driver_bind_int(s, 3, clock);
    status = read_places(s, a, &places, count, e);
    lsi_driver_done(s);
    *out = lsi_arena_take(a, (*count + 1) * sizeof **out);
    if (status == LSCHED_OK && *out == NULL)
        status = lsi_error_nomem(e);
    if (status == LSCHED_OK && *count > 1)
        qsort(places, *count, sizeof *places, by_turn);
    for (size_t i = 0; status == LSCHED_OK && i < *count; i++)
        (*out)[i] = places[i].turn;
    free(places);
    return status;
}

int lsi_line_list(lsi_store *st, const char *team, lsched_time now, uint32_t skip, uint32_t limit,
                  lsi_arena *a, lsched_booking **out, size_t *count, lsi_error *e)
{
    lsi_statement *s;
    void *records = NULL;
    *out = NULL;
    *count = 0;
    int status = lsi_sql_piece(st, &lsi_kind_booking,
                               "SELECT @ FROM lsched_booking WHERE " LSI_WAITS_SQL
                               " AND (?1 = '' OR team = ?1)"
                               " ORDER BY " LSI_ORDER_SQL("", "?2") " LIMIT ?4 OFFSET ?3",
                               &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, team);
    lsi_driver_bind_int(s, 2, now);
    lsi_driver_bind_int(s, 3, skip);
    lsi_driver_bind_int(s, 4, limit);
    status = lsi_sql_all(s, &lsi_kind_booking, a, &records, count, e);
    *out = records;
    return status;
}

/* ?1 a day ago.  Nobody can do anything about what is left of somebody who was forgotten.  Each part
 * walks the index by state, in its order. */
#define STUCK(which)                                                                               \
    "SELECT * FROM (SELECT id AS which, start AS at FROM lsched_booking"                           \
    " WHERE " which " AND " LSI_UNFULFILLED_SQL " AND (start, id) > (?2, ?3)"                      \
    " AND NOT " LSI_FORGOTTEN_SQL("customer") " ORDER BY start, id LIMIT ?4)"
static const char stuck_piece[] =
    "SELECT @ FROM (" STUCK("state = 1 AND start <= ?1") " UNION ALL " STUCK(
        "state = 4 AND \"end\" <= ?1") " UNION ALL " STUCK(LSI_WAITS_SQL) ") JOIN lsched_booking "
                                                                          "ON id = which ORDER BY "
                                                                          "at, which LIMIT ?4";

int lsi_line_stuck(lsi_store *st, lsched_time now, const lsched_booking *after, uint32_t limit,
                   lsi_arena *a, lsched_booking **out, size_t *count, lsi_error *e)
{
    lsi_statement *s;
    void *records = NULL;
    *out = NULL;
    *count = 0;
    int status = lsi_sql_piece(st, &lsi_kind_booking, stuck_piece, &s, e);
    if (status != LSCHED_OK)
        return status;
    const char *id = after != NULL ? after->id : "";
    lsi_driver_bind_int(s, 1, now - 86400);
    lsi_driver_bind_int(s, 2, after != NULL ? after->start : 0);
    lsi_driver_bind_text(s, 3, id, strlen(id));
    lsi_driver_bind_int(s, 4, limit);
    status = lsi_sql_all(s, &lsi_kind_booking, a, &records, count, e);
    *out = records;
    return status;
}

/* Who is to be tried only later is in nobody's way. */
int lsi_line_ahead(lsi_store *st, const lsched_booking *b, lsched_time now, int64_t *count,
                   lsi_error *e)
{
    lsi_statement *s;
    const int status = lsi_driver_prepare(
        st->driver,
        "SELECT count(*) FROM lsched_booking AS o JOIN lsched_booking AS b ON b.id = ?1"
        " WHERE o." LSI_WAITS_SQL " AND +o.team = b.team AND +o.start <= max(b.start, ?2)"
        "  AND (" LSI_ORDER_SQL("o.", "?2") ") < (" LSI_ORDER_SQL("b.", "?2") ")",
        &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, b->id);
    lsi_driver_bind_int(s, 2, now);
    return lsi_sql_number(s, count, e);
}

/* What was to end a day ago nobody is speaking in any more; nor may anybody finish what is left of
 * somebody who was forgotten. */
int lsi_line_busy(lsi_store *st, const char *agent, lsched_time now, int64_t *whole, int64_t *chats,
                  lsi_error *e)
{
    lsi_statement *s;
    bool row = false;
    int status = lsi_driver_prepare(st->driver,
                                    "SELECT coalesce(sum(lane = 0), 0), coalesce(sum(lane <> 0), 0)"
                                    " FROM lsched_booking INDEXED BY lsched_booking_live"
                                    " WHERE agent = ?1 AND " LSI_LIVE_SQL
                                    " AND state = 4 AND \"end\" > ?2 - 86400"
                                    " AND NOT " LSI_FORGOTTEN_SQL("customer"),
                                    &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, agent);
    lsi_driver_bind_int(s, 2, now);
    status = lsi_driver_step(s, &row, e);
    *whole = row ? lsi_driver_int(s, 0) : 0;
    *chats = row ? lsi_driver_int(s, 1) : 0;
    lsi_driver_done(s);
    return status;
}

int lsi_line_tries(lsi_store *st, const char *customer, lsched_time since, lsched_time *times,
                   size_t room, size_t *count, lsi_error *e)
{
    lsi_statement *s;
    bool row = false;
    *count = 0;
    int status = lsi_driver_prepare(
        st->driver,
        "SELECT e.at FROM lsched_booking AS b JOIN lsched_event AS e ON e.id = b.id"
        " WHERE b.customer = ?1 AND b.attempts > 0 AND e.at > ?2 AND e.kind IN (11, 16)"
        " ORDER BY e.at DESC",
        &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, customer);
    lsi_driver_bind_int(s, 2, since);
    while (*count < room && (status = lsi_driver_step(s, &row, e)) == LSCHED_OK && row)
        times[(*count)++] = lsi_driver_int(s, 0);
    lsi_driver_done(s);
    return status;
}

/* ---- leases ------------------------------------------------------------------------------------ */

int lsi_line_lease_of(lsi_store *st, const char *agent, lsched_time clock, lsi_arena *a,
                      const char **booking, lsi_error *e)
{
    lsi_statement *s;
    const int status = lsi_driver_prepare(
        st->driver, "SELECT booking FROM lsched_lease WHERE agent = ?1 AND " LEASED("?2"), &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, agent);
    lsi_driver_bind_int(s, 2, clock);
    return read_id(s, a, booking, e);
}

int lsi_line_leased_to(lsi_store *st, const char *booking, lsched_time clock, lsi_arena *a,
                       const char **agent, lsi_error *e)
{
    lsi_statement *s;
    const int status = lsi_driver_prepare(
        st->driver, "SELECT agent FROM lsched_lease WHERE booking = ?1 AND " LEASED("?2"), &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, booking);
    lsi_driver_bind_int(s, 2, clock);
    return read_id(s, a, agent, e);
}

static int drop_leases(lsi_store *st, const char *booking, const char *agent, lsi_error *e)
{
    lsi_statement *s;
    const int status = lsi_driver_prepare(
        st->driver, "DELETE FROM lsched_lease WHERE booking = ?1 OR agent = ?2", &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, booking);
    lsi_sql_bind_id(s, 2, agent);
    return lsi_driver_finish(s, NULL, e);
}

int lsi_line_lease(lsi_store *st, const char *booking, const char *agent, lsched_time until,
                   lsi_error *e)
{
    lsi_statement *s;
    int status = lsi_store_writing(st, e);
    if (status == LSCHED_OK)
        status = drop_leases(st, booking, agent, e);
    if (status == LSCHED_OK)
        status = lsi_driver_prepare(
            st->driver, "INSERT INTO lsched_lease (booking, agent, until) VALUES (?1, ?2, ?3)", &s,
            e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, booking);
    lsi_sql_bind_id(s, 2, agent);
    lsi_driver_bind_int(s, 3, until);
    return lsi_driver_finish(s, NULL, e);
}
