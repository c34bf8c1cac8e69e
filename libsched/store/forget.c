/* store/forget.c -- a person is forgotten: what goes, and what is left for the counts.
 *
 * History is kept by triggers that let nothing be changed; the one update that they permit is
 * what is done here (LSI_EMPTIED_SQL): it empties texts, and puts a mark in the place of who it
 * was.  What is left of a customer hangs together by that mark, and leads back to nobody.
 */
#include "store/inner.h"

#include <stdlib.h>
#include <string.h>

/* ---- history -------------------------------------------------------------------------------- */

/* By the end of their time; the states are those that have one. */
#define ENDED(time) "\"end\" < " time " AND state BETWEEN 1 AND 8"

/* ?1 customer, ?2 case or NULL, ?3 ended before, ?4 mark, ?5 mark of the case. */
#define THEIRS                                                                                     \
    "(SELECT id FROM lsched_booking WHERE customer = ?1 AND case_id IS ?2 AND " ENDED("?3") ")"

static const char *const steps[] = {
    "UPDATE lsched_event SET customer = ?4, case_id = ?5, actor = NULL, correlation = NULL,"
    " note = NULL, cause = NULL, source = NULL, request = 0,"
    " \"key\" = iif(\"key\" IS NULL, NULL, ?4 || '/' || seq) WHERE id IN " THEIRS,
    "UPDATE lsched_notice SET state = 3 WHERE state = 1 AND booking IN " THEIRS,
    /* News that wait are not deleted, so they are void before. */
    "UPDATE lsched_news SET state = 3 WHERE state = 1 AND about = 1 AND subject IN " THEIRS,
    "DELETE FROM lsched_news WHERE about = 1 AND subject IN " THEIRS,
    "DELETE FROM lsched_token WHERE booking IN " THEIRS,
    "UPDATE lsched_entry SET customer = ?4, case_id = ?5, text = NULL, actor = NULL,"
    " correlation = NULL, request = 0, \"key\" = ?4 || '/entry-' || seq"
    " WHERE customer = ?1 AND case_id = ?2",
    "DELETE FROM lsched_unanswered WHERE case_id = ?2",
    "DELETE FROM lsched_case WHERE id = ?2 AND customer = ?1",
    /* The last: those above are found by it. */
    "UPDATE lsched_booking SET customer = ?4, case_id = ?5, note = NULL, cause = NULL,"
    " source = NULL WHERE customer = ?1 AND case_id IS ?2 AND " ENDED("?3"),
};

static void bind_given(lsi_statement *s, int n, const char *text)
{
    if (text != NULL)
        lsi_sql_bind_id(s, n, text);
    else
        lsi_driver_bind_null(s, n);
}

int lsi_forget_history(lsi_store *st, const lsi_past_of *whose, int64_t *rows, lsi_error *e)
{
    int status = lsi_store_writing(st, e);
    for (size_t i = 0; i < sizeof steps / sizeof *steps && status == LSCHED_OK; i++) {
        lsi_statement *s;
        int64_t changed = 0;
        status = lsi_driver_prepare(st->driver, steps[i], &s, e);
        if (status != LSCHED_OK)
            break;
        lsi_sql_bind_id(s, 1, whose->customer);
        bind_given(s, 2, whose->case_id);
        if (strstr(steps[i], "?3") != NULL)
            lsi_driver_bind_int(s, 3, whose->before);
        if (strstr(steps[i], "?4") != NULL) {
            lsi_sql_bind_id(s, 4, whose->mark);
            bind_given(s, 5, whose->case_mark);
        }
        status = lsi_driver_finish(s, &changed, e);
        *rows += changed;
    }
    return status;
}

/* ---- marks ---------------------------------------------------------------------------------- */

static int run_with(lsi_store *st, const char *sql, const char *id, int64_t *changed, lsi_error *e)
{
    lsi_statement *s;
    const int status = lsi_driver_prepare(st->driver, sql, &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, id);
    return lsi_driver_finish(s, changed, e);
}

int lsi_forget_mark(lsi_store *st, const char *mark, lsched_time at, lsi_error *e)
{
    lsi_statement *s;
    int status = lsi_store_writing(st, e);
    if (status == LSCHED_OK)
        status = lsi_driver_prepare(
            st->driver, "INSERT INTO lsched_forgotten (mark, at) VALUES (?1, ?2)", &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, mark);
    lsi_driver_bind_int(s, 2, at);
    return lsi_driver_finish(s, NULL, e);
}

int lsi_forget_unmark(lsi_store *st, const char *mark, lsi_error *e)
{
    return run_with(st, "DELETE FROM lsched_forgotten WHERE mark = ?1", mark, NULL, e);
}

int lsi_forget_is(lsi_store *st, const char *customer, bool *forgotten, lsi_error *e)
{
    lsi_statement *s;
    *forgotten = false;
    /* Hardly anybody's id begins so, and this is asked in every step. */
    if (strncmp(customer, LSI_FORGOTTEN, strlen(LSI_FORGOTTEN)) != 0)
        return LSCHED_OK;
    int status =
        lsi_driver_prepare(st->driver, "SELECT 1 FROM lsched_forgotten WHERE mark = ?1", &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, customer);
    status = lsi_driver_step(s, forgotten, e);
    lsi_driver_done(s);
    return status;
}

/* ---- the record ------------------------------------------------------------------------------ */

/* That a record was touched names it; so all older touches go, by which whoever keeps something
 * in memory begins anew. */
static int forget_touches(lsi_store *st, const char *mark, lsi_error *e)
{
    int status =
        run_with(st, "INSERT INTO lsched_touch (kind, owner) VALUES (3, ?1)", mark, NULL, e);
    lsi_statement *s;
    if (status == LSCHED_OK)
        status = lsi_driver_prepare(
            st->driver, "DELETE FROM lsched_touch WHERE seq < (SELECT max(seq) FROM lsched_touch)",
            &s, e);
    return status == LSCHED_OK ? lsi_driver_finish(s, NULL, e) : status;
}

int lsi_forget_met(lsi_store *st, const char *customer, lsi_error *e)
{
    const int status = lsi_store_writing(st, e);
    return status == LSCHED_OK ? run_with(st,
                                          "INSERT INTO lsched_touch (kind, owner)"
                                          " SELECT 3, id FROM lsched_customer WHERE id = ?1",
                                          customer, NULL, e)
                               : status;
}

int lsi_forget_waits(lsi_store *st, const char *customer, int64_t *rows, lsi_error *e)
{
    int64_t waits = 0;
    int status = lsi_store_writing(st, e);
    if (status == LSCHED_OK)
        status = run_with(st, "DELETE FROM lsched_wait WHERE customer = ?1", customer, &waits, e);
    *rows += waits;
    return status;
}

/* News that wait are not deleted, so they are void before. */
static int forget_news(lsi_store *st, const char *customer, int64_t *rows, lsi_error *e)
{
    static const char *const sqls[] = {
        "UPDATE lsched_news SET state = 3 WHERE customer = ?1 AND state = 1",
        "DELETE FROM lsched_news WHERE customer = ?1",
        "DELETE FROM lsched_subscription WHERE customer = ?1"};
    int status = LSCHED_OK;
    for (size_t i = 0; i < sizeof sqls / sizeof *sqls && status == LSCHED_OK; i++) {
        int64_t changed = 0;
        status = run_with(st, sqls[i], customer, &changed, e);
        *rows += i > 0 ? changed : 0;
    }
    return status;
}

int lsi_forget_record(lsi_store *st, const char *customer, const char *mark, int64_t *rows,
                      lsi_error *e)
{
    int64_t calendars = 0, records = 0;
    int status = lsi_store_writing(st, e);
    if (status == LSCHED_OK)
        status = forget_news(st, customer, rows, e);
    if (status == LSCHED_OK)
        status = run_with(st, "DELETE FROM lsched_calendar WHERE kind = 3 AND owner = ?1", customer,
                          &calendars, e);
    if (status == LSCHED_OK)
        status = run_with(st, "DELETE FROM lsched_customer WHERE id = ?1", customer, &records, e);
    *rows += calendars + records;
    return status == LSCHED_OK ? forget_touches(st, mark, e) : status;
}

/* ---- whose, and what --------------------------------------------------------------------------- */

typedef struct names {
    const char **at;
    size_t count, room;
} names;

static int read_names(lsi_statement *s, lsi_arena *a, const char ***out, size_t *count,
                      lsi_error *e)
{
    names list = {0};
    bool row = false;
    size_t size;
    int status;
    while ((status = lsi_driver_step(s, &row, e)) == LSCHED_OK && row) {
        const char *text = lsi_driver_text(s, 0, &size);
        const char **name = lsi_vector_push(&list.at, &list.count, &list.room, sizeof *name);
        if (name != NULL)
            *name = text != NULL ? lsi_arena_text(a, text, size) : NULL;
        if (name == NULL || *name == NULL) {
            status = lsi_error_nomem(e);
            break;
        }
    }
    lsi_driver_done(s);
    *out = status == LSCHED_OK ? lsi_arena_take(a, (list.count + 1) * sizeof **out) : NULL;
    if (status == LSCHED_OK && *out == NULL)
        status = lsi_error_nomem(e);
    *count = status == LSCHED_OK ? list.count : 0;
    if (*count > 0)
        memcpy(*out, list.at, list.count * sizeof **out);
    free(list.at);
    return status;
}

int lsi_forget_cases(lsi_store *st, const char *customer, lsched_time before, lsi_arena *a,
                     const char ***out, size_t *count, lsi_error *e)
{
    lsi_statement *s;
    const int status = lsi_driver_prepare(
        st->driver,
        "SELECT id FROM (SELECT id FROM lsched_case WHERE customer = ?1"
        "  UNION SELECT case_id FROM lsched_booking WHERE customer = ?1 AND case_id IS NOT NULL"
        "  UNION SELECT case_id FROM lsched_entry WHERE customer = ?1) AS c"
        " WHERE ?2 IS NULL OR NOT ("
        "  EXISTS (SELECT 1 FROM lsched_case WHERE id = c.id AND (state = 1 OR changed >= ?2))"
        "  OR EXISTS (SELECT 1 FROM lsched_entry WHERE case_id = c.id AND at >= ?2)"
        "  OR EXISTS (SELECT 1 FROM lsched_booking WHERE case_id = c.id"
        "   AND NOT (" ENDED("?2") ")))"
                                   " ORDER BY id",
        &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, customer);
    if (before == LSI_FORGET_ALL)
        lsi_driver_bind_null(s, 2);
    else
        lsi_driver_bind_int(s, 2, before);
    return read_names(s, a, out, count, e);
}

/* One step along the indexes by customer for each of them, however much each has. */
int lsi_forget_next(lsi_store *st, const char *after, lsi_arena *a, const char **out, lsi_error *e)
{
    lsi_statement *s;
    const char **list;
    size_t count;
    int status = lsi_driver_prepare(
        st->driver,
        "SELECT min(id) FROM (SELECT (SELECT min(customer) FROM lsched_booking"
        "   WHERE customer > ?1) AS id"
        "  UNION ALL SELECT (SELECT min(customer) FROM lsched_case WHERE customer > ?1)"
        "  UNION ALL SELECT (SELECT min(customer) FROM lsched_entry WHERE customer > ?1))",
        &s, e);
    *out = NULL;
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, after);
    status = read_names(s, a, &list, &count, e);
    if (status == LSCHED_OK && count > 0 && list[0][0] != '\0')
        *out = list[0];
    return status;
}

int lsi_forget_any(lsi_store *st, const char *customer, lsched_time before, bool *found,
                   lsi_error *e)
{
    lsi_statement *s;
    int status = lsi_driver_prepare(st->driver,
                                    "SELECT 1 FROM lsched_booking WHERE customer = ?1"
                                    " AND case_id IS NULL AND " ENDED("?2") " LIMIT 1",
                                    &s, e);
    *found = false;
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, customer);
    lsi_driver_bind_int(s, 2, before);
    status = lsi_driver_step(s, found, e);
    lsi_driver_done(s);
    return status;
}

int lsi_forget_followed(lsi_store *st, const char *customer, lsi_arena *a, const char ***out,
                        size_t *count, lsi_error *e)
{
    lsi_statement *s;
    const int status = lsi_driver_prepare(st->driver,
                                          "SELECT incident FROM lsched_subscription"
                                          " WHERE customer = ?1 ORDER BY incident",
                                          &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, customer);
    return read_names(s, a, out, count, e);
}
