/* store/ledger.c -- bookings, and the events behind them.
 *
 * Every change of a booking appends one event in the same transaction (I3), and the
 * event copies the row that was just written: what is told afterwards cannot differ from
 * what is stored.  Whether a place is free is the schema's word (I1), not asked here.
 */
#include "store/inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- events ------------------------------------------------------------------------- */

/* An event that nobody asked for, beside the one that was. */
static int append_side_event(lsi_store *st, const char *id, int32_t event, const lsi_stamp *stamp,
                             lsi_error *e)
{
    lsi_stamp side = *stamp;
    side.event = event;
    side.key = NULL;
    side.request = 0;
    side.choice = NULL;
    return lsi_events_append(st, id, &side, e);
}

int lsi_ledger_clock(lsi_store *st, lsched_time *clock, lsi_error *e)
{
    lsi_statement *s;
    const int status = lsi_driver_prepare(
        st->driver, "SELECT at FROM lsched_event ORDER BY seq DESC LIMIT 1", &s, e);
    return status == LSCHED_OK ? lsi_sql_number(s, clock, e) : status;
}

/* Keys are one space: one that stands for an entry cannot stand for a step of a booking. */
static int check_entries(lsi_store *st, const char *key, lsi_error *e)
{
    bool used;
    const int status = lsi_entries_has_key(st, key, &used, e);
    return status == LSCHED_OK && used
               ? lsi_error_set(e, LSCHED_KEYUSED, "the key came before with another request")
               : status;
}

int lsi_ledger_answer(lsi_store *st, const char *key, bool *found, uint64_t *request, lsi_arena *a,
                      lsched_booking *booking, lsi_error *e)
{
    lsi_statement *s;
    *found = false;
    int status = lsi_sql_piece(st, &lsi_kind_booking,
                               "SELECT @, request FROM lsched_event WHERE \"key\" = ?1", &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, key);
    status = lsi_driver_step(s, found, e);
    if (status == LSCHED_OK && *found) {
        *request = (uint64_t)lsi_driver_int(s, (int)lsi_sql_columns(&lsi_kind_booking));
        status = lsi_sql_read(s, &lsi_kind_booking, a, booking, e);
    }
    lsi_driver_done(s);
    return status == LSCHED_OK && !*found ? check_entries(st, key, e) : status;
}

/* ---- changes ------------------------------------------------------------------------- */

int lsi_ledger_add(lsi_store *st, const lsched_booking *booking, const lsi_stamp *stamp,
                   lsi_error *e)
{
    lsi_statement *s;
    int status = lsi_store_writing(st, e);
    if (status == LSCHED_OK)
        status = lsi_sql_insert(st, &lsi_kind_booking, false, &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind(s, &lsi_kind_booking, booking);
    status = lsi_driver_finish(s, NULL, e);
    return status == LSCHED_OK ? lsi_events_append(st, booking->id, stamp, e) : status;
}

/* Why a guarded update found nothing to change. */
static int explain_unchanged(lsi_store *st, const char *id, int32_t from, lsi_error *e)
{
    lsi_statement *s;
    int64_t state = 0;
    int status =
        lsi_driver_prepare(st->driver, "SELECT state FROM lsched_booking WHERE id = ?1", &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, id);
    status = lsi_sql_number(s, &state, e);
    if (status != LSCHED_OK)
        return status;
    if (state == 0)
        return lsi_error_set(e, LSCHED_NOTFOUND, "no booking has the id '%.*s'", LSCHED_MAX_ID, id);
    return lsi_error_set(e, LSCHED_OVER, "booking '%.*s' %s", LSCHED_MAX_ID, id,
                         state == from ? "is changed meanwhile" : "has another state by now");
}

/* ?1 and ?3 are the places of id and sequence in the booking's table.  SQLite writes anew each
 * index over a column that an UPDATE names, changed or not; seven are over columns that most steps
 * leave as they are, so it is tried first whether these stay. */
#define GUARDED "WHERE id = ?1 AND state = ?90 AND sequence = ?3 - 1"
/* Texts are told apart by where they are: by a space these are two for any compiler. */
static const char in_place[] = GUARDED, anywhere[] = GUARDED " ";

static int change(lsi_store *st, const lsched_booking *booking, int32_t from, bool stays,
                  int64_t *changed, lsi_error *e)
{
    lsi_statement *s;
    const int status = lsi_sql_update(
        st, &lsi_kind_booking, stays ? "customer service agent team start series case_id" : "",
        stays ? in_place : anywhere, &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind(s, &lsi_kind_booking, booking);
    lsi_driver_bind_int(s, 90, from);
    return lsi_driver_finish(s, changed, e);
}

int lsi_ledger_change(lsi_store *st, const lsched_booking *booking, int32_t from,
                      const lsi_stamp *stamp, lsi_error *e)
{
    int64_t changed = 0;
    int status = lsi_store_writing(st, e);
    if (status == LSCHED_OK)
        status = change(st, booking, from, true, &changed, e);
    if (status == LSCHED_OK && changed == 0)
        status = change(st, booking, from, false, &changed, e);
    if (status != LSCHED_OK)
        return status;
    if (changed != 1)
        return explain_unchanged(st, booking->id, from, e);
    return lsi_events_append(st, booking->id, stamp, e);
}

/* ---- holds --------------------------------------------------------------------------- */

static int expire_one(lsi_store *st, const char *id, const lsi_stamp *stamp, lsi_error *e)
{
    lsi_statement *s;
    int64_t changed = 0;
    int status = lsi_driver_prepare(st->driver,
                                    "UPDATE lsched_booking SET state = 8, sequence = sequence + 1,"
                                    " changed = ?2 WHERE id = ?1 AND state = 3",
                                    &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, id);
    lsi_driver_bind_int(s, 2, stamp->at);
    status = lsi_driver_finish(s, &changed, e);
    if (status == LSCHED_OK && changed != 1)
        return explain_unchanged(st, id, LSCHED_HELD, e);
    return status == LSCHED_OK ? append_side_event(st, id, LSCHED_EVENT_EXPIRED, stamp, e) : status;
}

/* I5: what the clock has ended holds nothing, and the transaction that takes its place is
 * the one that writes it down; nobody ever decides by comparing clocks alone. */
int lsi_ledger_expire(lsi_store *st, const lsi_holder *who, const char *keep,
                      const lsi_stamp *stamp, lsi_error *e)
{
#define OVERDUE " AND state = 3 AND NOT " LSI_HOLDS_SQL("?2") " AND id <> ?3"
    /* The indexes by name: another one would walk through all that an agent ever did. */
    const char *piece =
        who->agent != NULL
            ? "SELECT @ FROM # INDEXED BY lsched_held_agent WHERE agent = ?1" OVERDUE
        : who->customer != NULL
            ? "SELECT @ FROM # INDEXED BY lsched_held_customer WHERE customer = ?1" OVERDUE
            : "SELECT @ FROM # INDEXED BY lsched_held_source WHERE source = ?1" OVERDUE;
#undef OVERDUE
    lsi_arena a = {0};
    lsi_statement *s;
    void *rows = NULL;
    size_t count = 0;
    int status = lsi_store_writing(st, e);
    if (status == LSCHED_OK)
        status = lsi_sql_piece(st, &lsi_kind_booking, piece, &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1,
                    who->agent != NULL      ? who->agent
                    : who->customer != NULL ? who->customer
                                            : who->source);
    lsi_driver_bind_int(s, 2, stamp->at);
    lsi_driver_bind_text(s, 3, keep, keep != NULL ? strlen(keep) : 0);
    status = lsi_sql_all(s, &lsi_kind_booking, &a, &rows, &count, e);
    const lsched_booking *overdue = rows;
    for (size_t i = 0; i < count && status == LSCHED_OK; i++)
        status = expire_one(st, overdue[i].id, stamp, e);
    lsi_arena_free(&a);
    return status;
}

/* ---- lanes --------------------------------------------------------------------------- */

static int read_lane(lsi_store *st, const char *id, int32_t *lane, lsi_error *e)
{
    lsi_statement *s;
    bool row = false;
    int status = lsi_driver_prepare(
        st->driver, "SELECT lane FROM lsched_booking WHERE id = ?1 AND " LSI_LIVE_SQL, &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, id);
    status = lsi_driver_step(s, &row, e);
    *lane = row ? (int32_t)lsi_driver_int(s, 0) : 0;
    lsi_driver_done(s);
    return status == LSCHED_OK && !row ? explain_unchanged(st, id, 0, e) : status;
}

static int set_lane(lsi_store *st, const char *id, int64_t lane, lsi_error *e)
{
    lsi_statement *s;
    int64_t changed = 0;
    int status = lsi_driver_prepare(
        st->driver, "UPDATE lsched_booking SET lane = ?2 WHERE id = ?1 AND " LSI_LIVE_SQL, &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, id);
    lsi_driver_bind_int(s, 2, lane);
    status = lsi_driver_finish(s, &changed, e);
    return status == LSCHED_OK && changed != 1 ? explain_unchanged(st, id, 0, e) : status;
}

/* Where nobody else is: the i-th place for bookings whose lanes are about to change. */
static int park(lsi_store *st, const char *id, size_t i, lsi_error *e)
{
    return set_lane(st, id, -(int64_t)i - 1, e);
}

static int move_lanes(lsi_store *st, const lsi_relaning *others, int32_t *old,
                      const lsi_stamp *stamp, lsi_error *e)
{
    int status = LSCHED_OK;
    for (size_t i = 0; i < others->count && status == LSCHED_OK; i++) {
        status = read_lane(st, others->ids[i], &old[i], e);
        if (status == LSCHED_OK && old[i] < 0)
            status = lsi_error_set(e, LSCHED_MISUSE, "booking '%.*s' is given two lanes",
                                   LSCHED_MAX_ID, others->ids[i]);
        if (status == LSCHED_OK)
            status = park(st, others->ids[i], i, e);
    }
    for (size_t i = 0; i < others->count && status == LSCHED_OK; i++)
        status = set_lane(st, others->ids[i], others->lanes[i], e);
    for (size_t i = 0; i < others->count && status == LSCHED_OK; i++)
        if (old[i] != others->lanes[i])
            status = append_side_event(st, others->ids[i], LSCHED_EVENT_RELANED, stamp, e);
    return status;
}

static int relane(lsi_store *st, const lsi_relaning *others, const lsi_stamp *stamp, lsi_error *e)
{
    lsi_arena a = {0};
    for (size_t i = 0; i < others->count; i++)
        if (others->lanes[i] < 0 || others->lanes[i] > LSCHED_MAX_LANES)
            return lsi_error_set(e, LSCHED_MISUSE, "lane is %d, not one of 0 to %d",
                                 (int)others->lanes[i], LSCHED_MAX_LANES);
    int32_t *old = lsi_arena_take(&a, (others->count + 1) * sizeof *old);
    const int status = old != NULL ? move_lanes(st, others, old, stamp, e) : lsi_error_nomem(e);
    lsi_arena_free(&a);
    return status;
}

/* Both in a part of their own: a caller that goes on after a failure must not leave any
 * booking parked. */
int lsi_ledger_relane(lsi_store *st, const lsi_relaning *others, const lsi_stamp *stamp,
                      lsi_error *e)
{
    int status = lsi_store_writing(st, e);
    if (status == LSCHED_OK)
        status = lsi_store_enter(st, true, e);
    return status == LSCHED_OK ? lsi_store_leave(st, relane(st, others, stamp, e), e) : status;
}

/* What takes no place has none that could be in the way. */
static bool has_place(int32_t state)
{
    return state == LSCHED_BOOKED || state == LSCHED_HELD || state == LSCHED_STARTED;
}

static int move(lsi_store *st, const lsched_booking *booking, int32_t from,
                const lsi_relaning *others, const lsi_stamp *stamp, lsi_error *e)
{
    int status = LSCHED_OK;
    if (others->count > 0 && has_place(from))
        status = park(st, booking->id, others->count, e);
    if (status == LSCHED_OK && others->count > 0)
        status = relane(st, others, stamp, e);
    return status == LSCHED_OK ? lsi_ledger_change(st, booking, from, stamp, e) : status;
}

int lsi_ledger_move(lsi_store *st, const lsched_booking *booking, int32_t from,
                    const lsi_relaning *others, const lsi_stamp *stamp, lsi_error *e)
{
    int status = lsi_store_writing(st, e);
    if (status == LSCHED_OK)
        status = lsi_store_enter(st, true, e);
    return status == LSCHED_OK ? lsi_store_leave(st, move(st, booking, from, others, stamp, e), e)
                               : status;
}

/* ---- questions ------------------------------------------------------------------------- */

int lsi_ledger_get(lsi_store *st, const char *id, lsi_arena *a, lsched_booking *booking,
                   lsi_error *e)
{
    lsched_booking key = {.id = id};
    return lsi_record_get(st, &lsi_kind_booking, &key, a, booking, e);
}

/* The conditions of a list, each a bit of the number under which its text is kept. */
enum {
    BY_STATE = 1,
    BY_CUSTOMER = 2,
    BY_AGENT = 4,
    BY_TEAM = 8,
    BY_SERVICE = 16,
    BY_FROM = 32,
    BY_UNTIL = 64,
    BY_AFTER = 128,
    BY_SERIES = 256,
    UNFULFILLED = 512,
    BY_CASE = 1024
};

/* By bit.  What ends after an instant began less than the longest span before it, which
 * gives the search its lower end. */
static const char *const conditions[] = {
    "state = ?1",    "customer = ?2",
    "agent = ?3",    "team = ?4",
    "service = ?5",  ("\"end\" > ?6 AND start > ?6 - " LSI_LONGEST_SQL),
    "start < ?7",    "(start, id) > (?8, ?9)",
    "series = ?10",  LSI_UNFULFILLED_SQL,
    "case_id = ?11",
};

/* A state that stands alone has an index.  Beside another condition it must not be offered to
 * SQLite, which would have to guess which of the two is the better one. */
static unsigned which_state(const lsched_filter *f)
{
    const bool alone = !lsi_text_given(f->customer) && !lsi_text_given(f->agent) &&
                       !lsi_text_given(f->team) && !lsi_text_given(f->service) &&
                       !lsi_text_given(f->series) && !lsi_text_given(f->case_id);
    return (f->state != 0 ? BY_STATE : 0u) |
           (f->state != 0 && f->state != LSCHED_FULFILLED && alone ? UNFULFILLED : 0u);
}

static unsigned which_conditions(const lsched_filter *f)
{
    return which_state(f) | (lsi_text_given(f->customer) ? BY_CUSTOMER : 0u) |
           (lsi_text_given(f->agent) ? BY_AGENT : 0u) | (lsi_text_given(f->team) ? BY_TEAM : 0u) |
           (lsi_text_given(f->service) ? BY_SERVICE : 0u) | (f->from != 0 ? BY_FROM : 0u) |
           (f->until != 0 ? BY_UNTIL : 0u) | (lsi_text_given(f->after) ? BY_AFTER : 0u) |
           (lsi_text_given(f->series) ? BY_SERIES : 0u) |
           (lsi_text_given(f->case_id) ? BY_CASE : 0u);
}

static int make_filter(lsi_store *st, unsigned which, const char **piece, lsi_error *e)
{
    char text[512] = "SELECT @ FROM lsched_booking";
    const char *word = " WHERE ";
    *piece = st->filters[which];
    if (*piece != NULL)
        return LSCHED_OK;
    for (unsigned i = 0; i < sizeof conditions / sizeof *conditions; i++) {
        if (!(which & 1u << i))
            continue;
        strcat(text, word);
        strcat(text, conditions[i]);
        word = " AND ";
    }
    strcat(text, " ORDER BY start, id LIMIT ?12");
    *piece = st->filters[which] = lsi_arena_text(&st->texts, text, strlen(text));
    return *piece != NULL ? LSCHED_OK : lsi_error_nomem(e);
}

/* Where the page before ended.  NOTFOUND. */
static int find_after(lsi_store *st, const char *id, lsched_time *start, lsi_error *e)
{
    lsi_statement *s;
    bool row = false;
    int status =
        lsi_driver_prepare(st->driver, "SELECT start FROM lsched_booking WHERE id = ?1", &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, id);
    status = lsi_driver_step(s, &row, e);
    *start = row ? lsi_driver_int(s, 0) : 0;
    lsi_driver_done(s);
    if (status == LSCHED_OK && !row)
        return lsi_error_set(e, LSCHED_NOTFOUND, "after: no booking has the id '%.*s'",
                             LSCHED_MAX_ID, id);
    return status;
}

int lsi_ledger_list(lsi_store *st, const lsched_filter *filter, uint32_t limit, lsi_arena *a,
                    lsched_booking **out, size_t *count, lsi_error *e)
{
    lsi_statement *s;
    const char *piece;
    void *records = NULL;
    lsched_time start = 0;
    int status = LSCHED_OK;
    *out = NULL;
    *count = 0;
    if (lsi_text_given(filter->after))
        status = find_after(st, filter->after, &start, e);
    if (status == LSCHED_OK)
        status = make_filter(st, which_conditions(filter), &piece, e);
    if (status == LSCHED_OK)
        status = lsi_sql_piece(st, &lsi_kind_booking, piece, &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_driver_bind_int(s, 1, filter->state);
    lsi_sql_bind_id(s, 2, filter->customer);
    lsi_sql_bind_id(s, 3, filter->agent);
    lsi_sql_bind_id(s, 4, filter->team);
    lsi_sql_bind_id(s, 5, filter->service);
    lsi_driver_bind_int(s, 6, filter->from);
    lsi_driver_bind_int(s, 7, filter->until);
    lsi_driver_bind_int(s, 8, start);
    lsi_sql_bind_id(s, 9, filter->after);
    lsi_sql_bind_id(s, 10, filter->series);
    lsi_sql_bind_id(s, 11, filter->case_id);
    lsi_driver_bind_int(s, 12, limit);
    status = lsi_sql_all(s, &lsi_kind_booking, a, &records, count, e);
    *out = records;
    return status;
}

static int read_taken(lsi_statement *s, lsi_arena *a, lsi_taken *t, lsi_error *e)
{
    size_t size;
    const char *id = lsi_driver_text(s, 0, &size);
    *t = (lsi_taken){.id = id != NULL ? lsi_arena_text(a, id, size) : NULL,
                     .from = lsi_driver_int(s, 1),
                     .until = lsi_driver_int(s, 2),
                     .start = lsi_driver_int(s, 3),
                     .end = lsi_driver_int(s, 4),
                     .lane = (int32_t)lsi_driver_int(s, 5)};
    return t->id != NULL ? LSCHED_OK : lsi_error_nomem(e);
}

#define HOLDS LSI_HOLDS_SQL("?4")

/* Asked of each agent in each search, so it reads no more of a booking than it must. */
int lsi_ledger_taken(lsi_store *st, const char *agent, lsched_time from, lsched_time until,
                     lsched_time clock, lsi_arena *a, lsi_taken **out, size_t *count, lsi_error *e)
{
    lsi_statement *s;
    lsi_taken *list = NULL;
    size_t room = 0;
    bool row = false;
    *out = NULL;
    *count = 0;
    int status = lsi_driver_prepare(
        st->driver,
        "SELECT id, busy_from, busy_until, start, \"end\", lane FROM lsched_booking"
        " WHERE agent = ?1 AND " LSI_LIVE_SQL " AND busy_from > ?2 - " LSI_LONGEST_SQL
        " AND busy_from < ?3 AND busy_until > ?2 AND (state <> 3 OR " HOLDS ")"
        " ORDER BY busy_from, id",
        &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, agent);
    lsi_driver_bind_int(s, 2, from);
    lsi_driver_bind_int(s, 3, until);
    lsi_driver_bind_int(s, 4, clock);
    while ((status = lsi_driver_step(s, &row, e)) == LSCHED_OK && row) {
        lsi_taken *t = lsi_vector_push(&list, count, &room, sizeof *list);
        status = t != NULL ? read_taken(s, a, t, e) : lsi_error_nomem(e);
        if (status != LSCHED_OK)
            break;
    }
    lsi_driver_done(s);
    if (status == LSCHED_OK) {
        *out = lsi_arena_take(a, (*count + 1) * sizeof *list);
        if (*out == NULL)
            status = lsi_error_nomem(e);
        else if (*count > 0)
            memcpy(*out, list, *count * sizeof *list);
    }
    if (status != LSCHED_OK)
        *count = 0;
    free(list);
    return status;
}

/* Asked of whole teams and weeks: what it reads stands in the index.  `out` grows as needed, and
 * is the caller's to free. */
int lsi_ledger_busy(lsi_store *st, const char *agent, lsched_time from, lsched_time until,
                    lsi_busy **out, size_t *count, size_t *room, lsi_error *e)
{
    lsi_statement *s;
    bool row = false;
    *count = 0;
    int status = lsi_driver_prepare(
        st->driver,
        "SELECT busy_from, busy_until, lane, iif(state = 3, expires, 0) FROM lsched_booking"
        " INDEXED BY lsched_booking_live WHERE agent = ?1 AND " LSI_LIVE_SQL
        " AND busy_from > ?2 AND busy_from < ?3 ORDER BY busy_from",
        &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, agent);
    lsi_driver_bind_int(s, 2, from - LSI_LONGEST);
    lsi_driver_bind_int(s, 3, until);
    while ((status = lsi_driver_step(s, &row, e)) == LSCHED_OK && row) {
        const lsched_time ends = lsi_driver_int(s, 1);
        if (ends <= from)
            continue;
        lsi_busy *b = lsi_vector_more(out, count, room, sizeof *b);
        if (b == NULL) {
            status = lsi_error_nomem(e);
            break;
        }
        *b = (lsi_busy){.from = lsi_driver_int(s, 0),
                        .until = ends,
                        .lane = (int32_t)lsi_driver_int(s, 2),
                        .expires = lsi_driver_int(s, 3)};
    }
    lsi_driver_done(s);
    return status;
}

int lsi_ledger_last_id(lsi_store *st, lsi_arena *a, const char **id, lsi_error *e)
{
    lsi_statement *s;
    bool row = false;
    size_t size = 0;
    int status = lsi_driver_prepare(st->driver, "SELECT max(id) FROM lsched_booking", &s, e);
    if (status != LSCHED_OK)
        return status;
    status = lsi_driver_step(s, &row, e);
    if (status == LSCHED_OK) {
        const char *text = row ? lsi_driver_text(s, 0, &size) : "";
        *id = text != NULL ? lsi_arena_text(a, text, size) : NULL;
        if (*id == NULL)
            status = lsi_error_nomem(e);
    }
    lsi_driver_done(s);
    return status;
}
