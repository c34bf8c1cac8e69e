/* store/events.c -- the feed: what has happened to bookings, in the order of the commits.
 *
 * I3: writers take turns from the beginning of their transactions to the end, and each
 * numbers its events behind the last one that it sees: so numbers become visible in their
 * order, and what is rolled back takes its numbers with it.
 */
#include "store/inner.h"

#include <stdlib.h>
#include <string.h>

/* ---- writing --------------------------------------------------------------------------- */

static void bind_optional(lsi_statement *s, int n, const char *text)
{
    if (lsi_text_given(text))
        lsi_sql_bind_id(s, n, text);
    else
        lsi_driver_bind_null(s, n);
}

static void bind_choice(lsi_statement *s, int n, const lsi_choice *choice)
{
    if (choice == NULL) {
        for (int i = 0; i < 4; i++)
            lsi_driver_bind_null(s, n + i);
        return;
    }
    lsi_driver_bind_int(s, n, choice->decided);
    lsi_driver_bind_int(s, n + 1, choice->rank);
    lsi_driver_bind_int(s, n + 2, choice->free);
    lsi_driver_bind_int(s, n + 3, choice->owed);
}

/* By two statements, since SQLite takes one that selects what it inserts into a table with a
 * trigger through a table of its own: that costs about as much as all of the rest.  The stamp's
 * places are behind all columns of a booking. */
static int copy_row(lsi_store *st, lsi_statement *row, const lsi_stamp *stamp, int64_t *changed,
                    lsi_error *e)
{
    const int columns = (int)lsi_sql_columns(&lsi_kind_booking);
    lsi_statement *s;
    const int status = lsi_sql_piece(
        st, &lsi_kind_booking,
        "INSERT INTO lsched_event (@, seq, kind, at, actor, correlation, \"key\", request,"
        "  decided, rank, free, owed)"
        " VALUES (~, (SELECT coalesce(max(seq), 0) + 1 FROM lsched_event),"
        "  ?91, ?92, ?93, ?94, ?95, ?96, ?97, ?98, ?99, ?100)",
        &s, e);
    if (status != LSCHED_OK)
        return status;
    for (int i = 0; i < columns; i++)
        lsi_driver_bind_column(s, i + 1, row, i);
    lsi_driver_bind_int(s, 91, stamp->event);
    lsi_driver_bind_int(s, 92, stamp->at);
    bind_optional(s, 93, stamp->actor);
    bind_optional(s, 94, stamp->correlation);
    bind_optional(s, 95, stamp->key);
    lsi_driver_bind_int(s, 96, (int64_t)stamp->request);
    bind_choice(s, 97, stamp->choice);
    st->events++;
    return lsi_driver_finish(s, changed, e);
}

/* I3: the only place that writes an event, and every change of a booking (ledger.c) comes here. */
int lsi_events_append(lsi_store *st, const char *id, const lsi_stamp *stamp, lsi_error *e)
{
    lsi_statement *row;
    int64_t changed = 0;
    bool found = false;
    int status = lsi_sql_piece(st, &lsi_kind_booking, "SELECT @ FROM # WHERE id = ?1", &row, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(row, 1, id);
    status = lsi_driver_step(row, &found, e);
    if (status == LSCHED_OK && found)
        status = copy_row(st, row, stamp, &changed, e);
    lsi_driver_done(row);
    if (status == LSCHED_OK && changed != 1)
        return lsi_error_set(e, LSCHED_STORE, "the event of a booking was not written");
    return status;
}

/* ---- reading --------------------------------------------------------------------------- */

/* Events on their way out, each with the number of the same booking's event before. */
typedef struct entry {
    lsched_event event;
    int64_t previous; /* 0: none */
} entry;

typedef struct entries {
    entry *at;
    size_t count, room;
} entries;

static int read_text(lsi_statement *s, int column, lsi_arena *a, const char **out, lsi_error *e)
{
    size_t size;
    const char *text = lsi_driver_text(s, column, &size);
    *out = text != NULL ? lsi_arena_text(a, text, size) : NULL;
    return *out != NULL ? LSCHED_OK : lsi_error_nomem(e);
}

static int read_event(lsi_statement *s, lsi_arena *a, entry *to, lsi_error *e)
{
    const int first = (int)lsi_sql_columns(&lsi_kind_booking);
    lsched_event *event = &to->event;
    lsched_booking *after = lsi_arena_take(a, sizeof *after);
    if (after == NULL)
        return lsi_error_nomem(e);
    *event = (lsched_event){.size = sizeof *event,
                            .seq = lsi_driver_int(s, first),
                            .kind = (int32_t)lsi_driver_int(s, first + 1),
                            .at = lsi_driver_int(s, first + 2),
                            .after = after};
    to->previous = lsi_driver_int(s, first + 6);
    int status = lsi_sql_read(s, &lsi_kind_booking, a, after, e);
    if (status == LSCHED_OK)
        status = read_text(s, first + 3, a, &event->key, e);
    if (status == LSCHED_OK)
        status = read_text(s, first + 4, a, &event->actor, e);
    return status == LSCHED_OK ? read_text(s, first + 5, a, &event->correlation, e) : status;
}

static int read_all(lsi_statement *s, lsi_arena *a, entries *list, lsi_error *e)
{
    bool row = false;
    int status;
    while ((status = lsi_driver_step(s, &row, e)) == LSCHED_OK && row) {
        entry *next = lsi_vector_push(&list->at, &list->count, &list->room, sizeof *next);
        status = next != NULL ? read_event(s, a, next, e) : lsi_error_nomem(e);
        if (status != LSCHED_OK)
            break;
    }
    lsi_driver_done(s);
    return status;
}

static int compare(const void *seq, const void *of)
{
    const int64_t wanted = *(const int64_t *)seq;
    const int64_t has = ((const entry *)of)->event.seq;
    return (wanted > has) - (wanted < has);
}

int lsi_events_after(lsi_store *st, int64_t seq, lsi_arena *a, const lsched_booking **out,
                     lsi_error *e)
{
    lsi_statement *s;
    lsched_booking *b = lsi_arena_take(a, sizeof *b);
    *out = b;
    if (b == NULL)
        return lsi_error_nomem(e);
    int status =
        lsi_sql_piece(st, &lsi_kind_booking, "SELECT @ FROM lsched_event WHERE seq = ?1", &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_driver_bind_int(s, 1, seq);
    status = lsi_sql_one(s, &lsi_kind_booking, a, b, e);
    return status == LSCHED_NOTFOUND ? lsi_error_set(e, LSCHED_STORE, "an event is missing")
                                     : status;
}

/* What an event left, from the list where it is there, else from the store. */
static int find_before(lsi_store *st, const entries *list, int64_t seq, lsi_arena *a,
                       const lsched_booking **out, lsi_error *e)
{
    const entry *known = bsearch(&seq, list->at, list->count, sizeof *list->at, compare);
    if (known != NULL) {
        *out = known->event.after;
        return LSCHED_OK;
    }
    return lsi_events_after(st, seq, a, out, e);
}

static int hand_out(lsi_store *st, entries *list, lsi_arena *a, lsched_event **out, lsi_error *e)
{
    int status = LSCHED_OK;
    *out = lsi_arena_take(a, (list->count + 1) * sizeof **out);
    if (*out == NULL)
        return lsi_error_nomem(e);
    for (size_t i = 0; i < list->count && status == LSCHED_OK; i++) {
        entry *from = &list->at[i];
        if (from->previous != 0)
            status = find_before(st, list, from->previous, a, &from->event.before, e);
        (*out)[i] = from->event;
    }
    return status;
}

#define EVENTS                                                                                     \
    "SELECT @, seq, kind, at, \"key\", actor, correlation,"                                        \
    " (SELECT max(older.seq) FROM lsched_event AS older"                                           \
    "  WHERE older.id = lsched_event.id AND older.seq < lsched_event.seq)"                         \
    " FROM lsched_event WHERE seq > ?1"

int lsi_events_list(lsi_store *st, const char *booking, int64_t after, uint32_t limit, lsi_arena *a,
                    lsched_event **out, size_t *count, lsi_error *e)
{
    static const char of_all[] = EVENTS " ORDER BY seq LIMIT ?2";
    static const char of_one[] = EVENTS " AND id = ?3 ORDER BY seq LIMIT ?2";
    const bool one = lsi_text_given(booking);
    lsi_statement *s;
    entries list = {0};
    *out = NULL;
    *count = 0;
    int status = lsi_sql_piece(st, &lsi_kind_booking, one ? of_one : of_all, &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_driver_bind_int(s, 1, after);
    lsi_driver_bind_int(s, 2, limit);
    if (one)
        lsi_sql_bind_id(s, 3, booking);
    status = read_all(s, a, &list, e);
    if (status == LSCHED_OK)
        status = hand_out(st, &list, a, out, e);
    if (status == LSCHED_OK)
        *count = list.count;
    free(list.at);
    return status;
}

int lsi_events_choice(lsi_store *st, const char *booking, lsi_arena *a, lsched_choice *out,
                      lsi_error *e)
{
    lsi_statement *s;
    bool row = false;
    int status = lsi_driver_prepare(st->driver,
                                    "SELECT agent, seq, at, decided, rung, rank, free, owed"
                                    " FROM lsched_event WHERE id = ?1 AND decided IS NOT NULL"
                                    " ORDER BY seq DESC LIMIT 1",
                                    &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, booking);
    status = lsi_driver_step(s, &row, e);
    if (status == LSCHED_OK && row) {
        *out = (lsched_choice){.size = sizeof *out,
                               .seq = lsi_driver_int(s, 1),
                               .at = lsi_driver_int(s, 2),
                               .decided = (int32_t)lsi_driver_int(s, 3),
                               .rung = (int32_t)lsi_driver_int(s, 4),
                               .rank = (int32_t)lsi_driver_int(s, 5),
                               .free = (int32_t)lsi_driver_int(s, 6),
                               .owed = lsi_driver_int(s, 7)};
        status = read_text(s, 0, a, &out->agent, e);
    }
    lsi_driver_done(s);
    return status == LSCHED_OK && !row ? LSCHED_NOTFOUND : status;
}
