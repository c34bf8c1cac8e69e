/* store/figures.c -- what figures are counted from: contacts with their histories, scores, and
 * messages with their answers.
 */
#include "store/inner.h"

#include <stdlib.h>
#include <string.h>

#define MATTER_DAYS 7
_Static_assert(MATTER_DAYS == LSI_MATTER_DAYS, "a matter is asked about as long as it is one");
#define MATTER_SQL LSI_AS_SQL(MATTER_DAYS) " * 86400"

/* ---- the history of one contact ------------------------------------------------------------------ */

typedef struct reader {
    lsi_store *st;
    lsi_deed *deeds;
    size_t room;
} reader;

static void copy_id(lsi_statement *s, int column, char id[LSCHED_MAX_ID + 1])
{
    size_t size = 0;
    const char *text = lsi_driver_text(s, column, &size);
    size = text != NULL && size <= LSCHED_MAX_ID ? size : 0;
    if (size > 0)
        memcpy(id, text, size);
    id[size] = '\0';
}

static int read_deeds(reader *r, const char *id, size_t *count, lsi_error *e)
{
    lsi_statement *s;
    bool row = false;
    *count = 0;
    int status = lsi_driver_prepare(
        r->st->driver,
        "SELECT kind, state, fault, at, start, \"end\", busy_from, busy_until, due, agent,"
        "  kind = 2 AND EXISTS (SELECT 1 FROM lsched_mend AS m WHERE m.event = e.seq"
        "   AND m.changes & 1)"
        " FROM lsched_event AS e WHERE id = ?1 ORDER BY seq",
        &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, id);
    while ((status = lsi_driver_step(s, &row, e)) == LSCHED_OK && row) {
        lsi_deed *d = lsi_vector_push(&r->deeds, count, &r->room, sizeof *d);
        if (d == NULL) {
            status = lsi_error_nomem(e);
            break;
        }
        d->kind = (int32_t)lsi_driver_int(s, 0);
        d->state = (int32_t)lsi_driver_int(s, 1);
        d->fault = (int32_t)lsi_driver_int(s, 2);
        d->at = lsi_driver_int(s, 3);
        d->start = lsi_driver_int(s, 4);
        d->end = lsi_driver_int(s, 5);
        d->busy_from = lsi_driver_int(s, 6);
        d->busy_until = lsi_driver_int(s, 7);
        d->due = lsi_driver_int(s, 8);
        copy_id(s, 9, d->agent);
        d->moved = lsi_driver_int(s, 10) != 0;
    }
    lsi_driver_done(s);
    return status;
}

/* ---- all contacts --------------------------------------------------------------------------------- */

#define ABOUT(of)                                                                                  \
    "coalesce((SELECT coalesce(topic, char(1) || id) FROM lsched_service WHERE id = " of           \
    "service), char(1) || " of "service)"
/* Each is one walk along the customer's contacts.  Whether the customer was served before (1), and
 * by the same agent (2); and whether another contact of the same matter lies before (1), behind
 * (2). */
#define SERVED_BEFORE                                                                              \
    "SELECT max(1 + (o.agent = b.agent)) FROM lsched_booking AS o"                                 \
    " WHERE o.customer = b.customer AND o.state = 5 AND o.start < b.start"
#define OF_MATTER                                                                                  \
    "SELECT max(o.start < b.start) + 2 * max(o.start > b.start) FROM lsched_booking AS o"          \
    " WHERE o.customer = b.customer AND o.id <> b.id AND o.start >= b.start - " MATTER_SQL         \
    "  AND o.start <= b.start + " MATTER_SQL " AND o.state <> 2 AND o.state <> 3 AND o.state <> 8" \
    "  AND iif(b.case_id IS NULL, o.case_id IS NULL AND (o.service = b.service"                    \
    "   OR " ABOUT("o.") " = " ABOUT("b.") "), o.case_id = b.case_id)"
#define STORIES(condition)                                                                         \
    "SELECT b.id, b.agent, b.state, b.rung, b.outcome, b.told, b.start,"                           \
    "  b.\"end\", b.since, iif(b.state = 5, (" SERVED_BEFORE "), 0),"                              \
    "  iif(b.state = 5, (" OF_MATTER "), 0)"                                                       \
    " FROM lsched_booking AS b WHERE " condition " b.start >= ?1 AND b.start < ?2"                 \
    "  AND b.state <> 3 AND b.state <> 8 ORDER BY b.start, b.id"

static int read_story(reader *r, lsi_statement *s, lsi_story *story, lsi_error *e)
{
    char id[LSCHED_MAX_ID + 1];
    copy_id(s, 0, id);
    story->state = (int32_t)lsi_driver_int(s, 2);
    story->rung = (int32_t)lsi_driver_int(s, 3);
    story->outcome = (int32_t)lsi_driver_int(s, 4);
    story->told = (int32_t)lsi_driver_int(s, 5);
    story->start = lsi_driver_int(s, 6);
    story->end = lsi_driver_int(s, 7);
    story->since = lsi_driver_int(s, 8);
    story->known = lsi_driver_int(s, 9) == 2;
    story->returning = lsi_driver_int(s, 9) != 0;
    story->before = (lsi_driver_int(s, 10) & 1) != 0;
    story->behind = (lsi_driver_int(s, 10) & 2) != 0;
    const int status = read_deeds(r, id, &story->count, e);
    story->deeds = r->deeds;
    return status;
}

int lsi_figures_stories(lsi_store *st, const char *team, lsched_time from, lsched_time until,
                        const lsi_viewer *to, lsi_error *e)
{
    static const char of_all[] = STORIES("");
    static const char of_team[] = STORIES("b.team = ?3 AND");
    const bool one = lsi_text_given(team);
    char agent[LSCHED_MAX_ID + 1];
    reader r = {.st = st};
    lsi_statement *s;
    bool row = false;
    int status = lsi_driver_prepare(st->driver, one ? of_team : of_all, &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_driver_bind_int(s, 1, from);
    lsi_driver_bind_int(s, 2, until);
    if (one)
        lsi_sql_bind_id(s, 3, team);
    while (status == LSCHED_OK && (status = lsi_driver_step(s, &row, e)) == LSCHED_OK && row) {
        lsi_story story = {.agent = agent};
        copy_id(s, 1, agent);
        status = read_story(&r, s, &story, e);
        if (status == LSCHED_OK)
            status = to->story(to->user, &story, e);
    }
    lsi_driver_done(s);
    free(r.deeds);
    return status;
}

/* ---- attempts ------------------------------------------------------------------------------------- */

/* One ends with what came of it: FULFILLED, NOSHOW, TRIED, CANCELLED. */
int lsi_figures_attempts(lsi_store *st, const char *team, lsched_time from, lsched_time until,
                         const lsi_viewer *to, lsi_error *e)
{
    char agent[LSCHED_MAX_ID + 1];
    lsi_statement *s;
    bool row = false;
    int status = lsi_driver_prepare(
        st->driver,
        "SELECT b.agent, b.at, (SELECT n.at FROM lsched_event AS n WHERE n.id = b.id"
        "   AND n.seq > b.seq AND n.kind IN (3, 9, 11, 16) ORDER BY n.seq LIMIT 1),"
        "  b.\"end\", b.start - b.busy_from, b.busy_until - b.\"end\""
        " FROM lsched_event AS b WHERE b.kind = 8 AND b.at >= ?1 AND b.at < ?2"
        "  AND (?3 = '' OR b.team = ?3) ORDER BY b.at, b.seq",
        &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_driver_bind_int(s, 1, from);
    lsi_driver_bind_int(s, 2, until);
    lsi_sql_bind_id(s, 3, lsi_text_given(team) ? team : "");
    while (status == LSCHED_OK && (status = lsi_driver_step(s, &row, e)) == LSCHED_OK && row) {
        copy_id(s, 0, agent);
        const lsi_effort attempt = {.agent = agent,
                                    .begun = lsi_driver_int(s, 1),
                                    .ended = lsi_driver_int(s, 2),
                                    .until = lsi_driver_int(s, 3),
                                    .before = lsi_driver_int(s, 4),
                                    .behind = lsi_driver_int(s, 5)};
        status = to->attempt(to->user, &attempt, e);
    }
    lsi_driver_done(s);
    return status;
}

/* ---- what stands in cases --------------------------------------------------------------------------- */

/* Runs a question whose rows are an agent and two numbers. */
static int
ask_entries(lsi_store *st, const char *sql, const char *team, lsched_time from, lsched_time until,
            int (*take)(void *user, const char *agent, int64_t x, int64_t y, lsi_error *e),
            void *user, lsi_error *e)
{
    char agent[LSCHED_MAX_ID + 1];
    lsi_statement *s;
    bool row = false;
    int status = lsi_driver_prepare(st->driver, sql, &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_driver_bind_int(s, 1, from);
    lsi_driver_bind_int(s, 2, until);
    lsi_sql_bind_id(s, 3, team);
    while (status == LSCHED_OK && (status = lsi_driver_step(s, &row, e)) == LSCHED_OK && row) {
        copy_id(s, 0, agent);
        status = take(user, agent, lsi_driver_int(s, 1), lsi_driver_int(s, 2), e);
    }
    lsi_driver_done(s);
    return status;
}

/* The team of an entry: of its contact, else of the customer, else (of one who is gone) of the
 * last contact of the case. */
#define ENTRY_TEAM                                                                                 \
    " (?3 = '' OR ?3 = coalesce((SELECT team FROM lsched_booking WHERE id = n.booking),"           \
    "  (SELECT team FROM lsched_customer WHERE id = n.customer),"                                  \
    "  (SELECT team FROM lsched_booking WHERE case_id = n.case_id ORDER BY id DESC LIMIT 1)))"

int lsi_figures_entries(lsi_store *st, const char *team, lsched_time from, lsched_time until,
                        const lsi_viewer *to, lsi_error *e)
{
    static const char scores[] =
        "SELECT coalesce(n.agent, (SELECT agent FROM lsched_booking WHERE id = n.booking)),"
        "  n.score, 0 FROM lsched_entry AS n"
        " WHERE n.kind = 4 AND n.at >= ?1 AND n.at < ?2 AND" ENTRY_TEAM;
    static const char messages[] =
        "SELECT n.agent, n.due, (SELECT o.at FROM lsched_entry AS o WHERE o.case_id = n.case_id"
        "   AND o.seq > n.seq AND o.kind = 3 ORDER BY o.seq LIMIT 1)"
        " FROM lsched_entry AS n WHERE n.due > 0 AND n.due >= ?1 AND n.due < ?2 AND" ENTRY_TEAM;
    const char *given = lsi_text_given(team) ? team : "";
    const int status = ask_entries(st, scores, given, from, until, to->score, to->user, e);
    return status == LSCHED_OK
               ? ask_entries(st, messages, given, from, until, to->message, to->user, e)
               : status;
}
