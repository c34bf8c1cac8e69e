/* store/entries.c -- cases beyond their records: what is written down in them, and all that
 * belongs to one.
 *
 * Entries are numbered as events are (I3), and share their space of keys: whatever a key was
 * used for, it stands for one wish.
 */
#include "store/inner.h"

#include <stdlib.h>
#include <string.h>

_Static_assert(LSCHED_MAX_SCORE == 100, "the schema keeps the same limit");

/* ---- cases -------------------------------------------------------------------------------- */

int lsi_entries_cases(lsi_store *st, const char *customer, const char *after, uint32_t limit,
                      lsi_arena *a, lsched_case **out, size_t *count, lsi_error *e)
{
    lsi_statement *s;
    void *records = NULL;
    *out = NULL;
    *count = 0;
    int status = lsi_sql_piece(
        st, &lsi_kind_case, "SELECT @ FROM # WHERE customer = ?1 AND id > ?2 ORDER BY id LIMIT ?3",
        &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, customer);
    lsi_sql_bind_id(s, 2, after);
    lsi_driver_bind_int(s, 3, limit);
    status = lsi_sql_all(s, &lsi_kind_case, a, &records, count, e);
    *out = records;
    return status;
}

int lsi_entries_stranger(lsi_store *st, const char *case_id, const char *customer, bool *found,
                         lsi_error *e)
{
    lsi_statement *s;
    int64_t number = 0;
    const int status = lsi_driver_prepare(
        st->driver,
        "SELECT EXISTS (SELECT 1 FROM lsched_case WHERE id = ?1 AND customer <> ?2)"
        " OR EXISTS (SELECT 1 FROM lsched_booking WHERE case_id = ?1 AND customer <> ?2)"
        " OR EXISTS (SELECT 1 FROM lsched_entry WHERE case_id = ?1 AND customer <> ?2)",
        &s, e);
    *found = false;
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, case_id);
    lsi_sql_bind_id(s, 2, customer);
    const int asked = lsi_sql_number(s, &number, e);
    *found = number != 0;
    return asked;
}

/* ---- writing ------------------------------------------------------------------------------ */

int lsi_entries_has_key(lsi_store *st, const char *key, bool *found, lsi_error *e)
{
    lsi_statement *s;
    *found = false;
    int status =
        lsi_driver_prepare(st->driver, "SELECT 1 FROM lsched_entry WHERE \"key\" = ?1", &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, key);
    status = lsi_driver_step(s, found, e);
    lsi_driver_done(s);
    return status;
}

static int event_has_key(lsi_store *st, const char *key, bool *found, lsi_error *e)
{
    lsi_statement *s;
    int status =
        lsi_driver_prepare(st->driver, "SELECT 1 FROM lsched_event WHERE \"key\" = ?1", &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, key);
    status = lsi_driver_step(s, found, e);
    lsi_driver_done(s);
    return status;
}

int lsi_entries_answer(lsi_store *st, const char *key, bool *found, uint64_t *request, lsi_arena *a,
                       lsched_entry *out, lsi_error *e)
{
    lsi_statement *s;
    bool elsewhere = false;
    *found = false;
    int status =
        lsi_sql_piece(st, &lsi_kind_entry, "SELECT @, request FROM # WHERE \"key\" = ?1", &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, key);
    status = lsi_driver_step(s, found, e);
    if (status == LSCHED_OK && *found) {
        *request = (uint64_t)lsi_driver_int(s, (int)lsi_sql_columns(&lsi_kind_entry));
        status = lsi_sql_read(s, &lsi_kind_entry, a, out, e);
    }
    lsi_driver_done(s);
    if (status == LSCHED_OK && !*found)
        status = event_has_key(st, key, &elsewhere, e);
    return status == LSCHED_OK && elsewhere
               ? lsi_error_set(e, LSCHED_KEYUSED, "the key came before with another request")
               : status;
}

int lsi_entries_add(lsi_store *st, lsched_entry *entry, uint64_t request, lsi_error *e)
{
    lsi_statement *s;
    int status = lsi_store_writing(st, e);
    if (status == LSCHED_OK)
        status = lsi_driver_prepare(st->driver,
                                    "SELECT coalesce(max(seq), 0) + 1 FROM lsched_entry", &s, e);
    if (status == LSCHED_OK)
        status = lsi_sql_number(s, &entry->seq, e);
    if (status == LSCHED_OK)
        status = lsi_sql_piece(
            st, &lsi_kind_entry,
            "INSERT INTO # (@, behind, request) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
            " ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,"
            " (SELECT coalesce(max(seq), 0) FROM lsched_event), ?20)",
            &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind(s, &lsi_kind_entry, entry);
    lsi_driver_bind_int(s, 20, (int64_t)request);
    return lsi_driver_finish(s, NULL, e);
}

/* ---- reading ------------------------------------------------------------------------------- */

int lsi_entries_list(lsi_store *st, const char *case_id, int64_t after, uint32_t limit,
                     lsi_arena *a, lsched_entry **out, size_t *count, lsi_error *e)
{
    static const char of_all[] = "SELECT @ FROM # WHERE seq > ?1 ORDER BY seq LIMIT ?2";
    static const char of_one[] =
        "SELECT @ FROM # WHERE case_id = ?3 AND seq > ?1 ORDER BY seq LIMIT ?2";
    const bool one = lsi_text_given(case_id);
    lsi_statement *s;
    void *records = NULL;
    *out = NULL;
    *count = 0;
    int status = lsi_sql_piece(st, &lsi_kind_entry, one ? of_one : of_all, &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_driver_bind_int(s, 1, after);
    lsi_driver_bind_int(s, 2, limit);
    if (one)
        lsi_sql_bind_id(s, 3, case_id);
    status = lsi_sql_all(s, &lsi_kind_entry, a, &records, count, e);
    *out = records;
    return status;
}

int lsi_entries_unanswered(lsi_store *st, const char *agent, lsched_time before, uint32_t limit,
                           lsi_arena *a, lsched_entry **out, size_t *count, lsi_error *e)
{
#define UNANSWERED                                                                                 \
    "SELECT @ FROM (SELECT seq AS number, due AS until FROM lsched_unanswered WHERE due < ?1)"     \
    " JOIN # ON seq = number"
    static const char of_all[] = UNANSWERED " ORDER BY until, number LIMIT ?2";
    static const char of_one[] = UNANSWERED
        " WHERE agent = ?3 AND NOT EXISTS (SELECT 1 FROM lsched_customer AS c"
        "  WHERE c.id = customer AND " LSI_HAS_SQL("c.avoids",
                                                   "?3") ")"
                                                         " ORDER BY until, number LIMIT ?2";
#undef UNANSWERED
    const bool one = lsi_text_given(agent);
    lsi_statement *s;
    void *records = NULL;
    *out = NULL;
    *count = 0;
    int status = lsi_sql_piece(st, &lsi_kind_entry, one ? of_one : of_all, &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_driver_bind_int(s, 1, before != 0 ? before : INT64_MAX);
    lsi_driver_bind_int(s, 2, limit);
    if (one)
        lsi_sql_bind_id(s, 3, agent);
    status = lsi_sql_all(s, &lsi_kind_entry, a, &records, count, e);
    *out = records;
    return status;
}

int lsi_entries_speaker(lsi_store *st, const char *case_id, lsi_arena *a, const char **agent,
                        lsi_error *e)
{
    lsi_statement *s;
    bool row = false;
    size_t size = 0;
    int status = lsi_driver_prepare(st->driver,
                                    "SELECT agent FROM lsched_entry WHERE case_id = ?1"
                                    " AND kind = 3 ORDER BY seq DESC LIMIT 1",
                                    &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, case_id);
    status = lsi_driver_step(s, &row, e);
    if (status == LSCHED_OK) {
        const char *text = row ? lsi_driver_text(s, 0, &size) : "";
        *agent = text != NULL ? lsi_arena_text(a, text, size) : NULL;
        if (*agent == NULL)
            status = lsi_error_nomem(e);
    }
    lsi_driver_done(s);
    return status;
}

/* The number of a moment: of an event, of an entry, of news, or of the event of a notice. */
typedef struct place {
    int64_t event, entry, news; /* the others are 0 */
    const char *booking;        /* of a notice: these four; else NULL */
    int32_t sequence, kind, attempt, state;
    lsched_time due;
} place;

static int read_place(lsi_statement *s, lsi_arena *a, place *p, lsi_error *e)
{
    size_t size;
    const char *booking = lsi_driver_text(s, 3, &size);
    *p = (place){.news = lsi_driver_int(s, 8)};
    if (p->news != 0)
        return LSCHED_OK;
    p->entry = lsi_driver_int(s, 1);
    p->event = p->entry == 0 ? lsi_driver_int(s, 0) : 0;
    p->kind = (int32_t)lsi_driver_int(s, 2);
    if (p->kind == 0)
        return LSCHED_OK;
    p->booking = booking != NULL ? lsi_arena_text(a, booking, size) : NULL;
    p->sequence = (int32_t)lsi_driver_int(s, 4);
    p->due = lsi_driver_int(s, 5);
    p->attempt = (int32_t)lsi_driver_int(s, 6);
    p->state = (int32_t)lsi_driver_int(s, 7);
    return p->booking != NULL ? LSCHED_OK : lsi_error_nomem(e);
}

_Static_assert(LSCHED_NOTICE_INCIDENT == 16, "whatever a step writes comes before news");

/* An entry comes behind the event that was the last one when it was written, and news behind that
 * and behind the last entry; a notice is written with its event, and so stands behind it for ever,
 * whatever becomes of it. */
static int find_places(lsi_store *st, const char *case_id, uint32_t skip, uint32_t limit,
                       lsi_arena *a, place **list, size_t *count, lsi_error *e)
{
    static const char sql[] =
        "SELECT behind, entry, kind, booking, sequence, due, attempt, state, news FROM"
        " (SELECT e.seq AS behind, 0 AS entry, 0 AS kind, NULL AS booking, 0 AS sequence,"
        "   0 AS due, 0 AS attempt, 0 AS state, 0 AS news"
        "   FROM lsched_booking AS b JOIN lsched_event AS e ON e.id = b.id WHERE b.case_id = ?1"
        "  UNION ALL SELECT (SELECT min(seq) FROM lsched_event WHERE id = n.booking"
        "    AND sequence = n.sequence), 0, n.kind, n.booking, n.sequence, n.due, n.attempt, "
        "n.state, 0"
        "   FROM lsched_booking AS b JOIN lsched_notice AS n ON n.booking = b.id"
        "   WHERE b.case_id = ?1"
        "  UNION ALL SELECT n.behind, n.entry, 16, NULL, 0, 0, 0, 0, n.seq"
        "   FROM lsched_booking AS b JOIN lsched_news AS n ON n.about = 1 AND n.subject = b.id"
        "   WHERE b.case_id = ?1"
        "  UNION ALL SELECT behind, seq, 0, NULL, 0, 0, 0, 0, 0 FROM lsched_entry"
        "   WHERE case_id = ?1)"
        " ORDER BY behind, entry, kind, news LIMIT ?2 OFFSET ?3";
    lsi_statement *s;
    bool row = false;
    size_t room = 0;
    int status = lsi_driver_prepare(st->driver, sql, &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, case_id);
    lsi_driver_bind_int(s, 2, limit);
    lsi_driver_bind_int(s, 3, skip);
    while ((status = lsi_driver_step(s, &row, e)) == LSCHED_OK && row) {
        place *p = lsi_vector_push(list, count, &room, sizeof *p);
        status = p != NULL ? read_place(s, a, p, e) : lsi_error_nomem(e);
        if (status != LSCHED_OK)
            break;
    }
    lsi_driver_done(s);
    return status;
}

static int read_moment(lsi_store *st, const place *p, lsi_arena *a, lsi_case_part *m, lsi_error *e)
{
    size_t count = 1;
    int status = LSCHED_OK;
    *m = (lsi_case_part){.event = NULL};
    if (p->news != 0)
        status = lsi_news_at(st, p->news, a, &m->news, &count, e);
    else if (p->booking != NULL)
        m->notice = (lsi_notice){.booking = p->booking,
                                 .sequence = p->sequence,
                                 .kind = p->kind,
                                 .attempt = p->attempt,
                                 .state = p->state,
                                 .due = p->due};
    /* These two are numbered without a gap: the next behind a number is the one with the next. */
    else if (p->event != 0)
        status = lsi_events_list(st, NULL, p->event - 1, 1, a, &m->event, &count, e);
    else
        status = lsi_entries_list(st, NULL, p->entry - 1, 1, a, &m->entry, &count, e);
    if (status == LSCHED_OK && m->entry != NULL)
        m->entry->size = sizeof *m->entry;
    return status == LSCHED_OK && count != 1
               ? lsi_error_set(e, LSCHED_STORE, "an event, entry or news are missing")
               : status;
}

int lsi_entries_timeline(lsi_store *st, const char *case_id, uint32_t skip, uint32_t limit,
                         lsi_arena *a, lsi_case_part **out, size_t *count, lsi_error *e)
{
    place *places = NULL;
    *count = 0;
    int status = find_places(st, case_id, skip, limit, a, &places, count, e);
    *out = status == LSCHED_OK ? lsi_arena_take(a, (*count + 1) * sizeof **out) : NULL;
    if (status == LSCHED_OK && *out == NULL)
        status = lsi_error_nomem(e);
    for (size_t i = 0; i < *count && status == LSCHED_OK; i++)
        status = read_moment(st, &places[i], a, &(*out)[i], e);
    free(places);
    if (status != LSCHED_OK)
        *count = 0;
    return status;
}
