/* store/news.c -- what customers are told that no step of a booking tells: incidents,
 * announcements, delays, offers.  Handed out by the same protocol as notices (outbox.c).
 *
 * I4: news are written in the transaction of what they tell of; handed out until they are
 * acknowledged; never twice the same to the same customer, which is a key of the table; and
 * never of a booking with another sequence, or when they are pointless: said by the schema's
 * triggers, and by each question below.
 */
#include "store/inner.h"

#include <stdlib.h>
#include <string.h>

/* See outbox.c. */
#define LEASE_SECONDS 3600
_Static_assert(LEASE_SECONDS == LSCHED_MAX_LEASE, "leases are as long as the header says");
#define LEASE_SQL LSI_AS_SQL(LEASE_SECONDS)
#define LEASED "(n.lease > ?1 AND n.lease <= ?1 + " LEASE_SQL ")"
_Static_assert(LSCHED_ABOUT_BOOKING == 1 && LSCHED_ABOUT_INCIDENT == 2 &&
                   LSCHED_ABOUT_ANNOUNCEMENT == 3,
               "the subjects that have a sequence of their own, or are records of ours");
#define TELLS                                                                                      \
    "(n.sequence IS CASE n.about WHEN 1 THEN b.sequence WHEN 2 THEN i.revision"                    \
    "  WHEN 3 THEN iif(a.id IS NULL, NULL, n.sequence) ELSE n.sequence END)"
#define FROM_NEWS                                                                                  \
    " FROM lsched_news AS n LEFT JOIN lsched_booking AS b ON n.about = 1 AND b.id = n.subject"     \
    " LEFT JOIN lsched_incident AS i ON n.about = 2 AND i.id = n.subject"                          \
    " LEFT JOIN lsched_announcement AS a ON n.about = 3 AND a.id = n.subject"
/* The same of one row, in an update. */
#define STILL                                                                                      \
    " AND sequence IS CASE about"                                                                  \
    "  WHEN 1 THEN (SELECT sequence FROM lsched_booking WHERE id = n.subject)"                     \
    "  WHEN 2 THEN (SELECT revision FROM lsched_incident WHERE id = n.subject)"                    \
    "  WHEN 3 THEN (SELECT n.sequence FROM lsched_announcement WHERE id = n.subject)"              \
    "  ELSE sequence END"

/* ---- writing ------------------------------------------------------------------------------- */

static void bind_optional(lsi_statement *s, int n, const char *text)
{
    if (lsi_text_given(text))
        lsi_sql_bind_id(s, n, text);
    else
        lsi_driver_bind_null(s, n);
}

int lsi_news_add(lsi_store *st, const lsi_news *n, lsi_error *e)
{
    lsi_statement *s;
    int status = lsi_store_writing(st, e);
    if (status == LSCHED_OK)
        status = lsi_driver_prepare(
            st->driver,
            "INSERT INTO lsched_news (id, customer, about, subject, kind, sequence, case_id,"
            "  service, text, hours, due, until, at, state, lease, attempt, behind, entry)"
            " VALUES (randomblob(8), ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,"
            "  ?12, 1, 0, 0, (SELECT coalesce(max(seq), 0) FROM lsched_event),"
            "  (SELECT coalesce(max(seq), 0) FROM lsched_entry))",
            &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, n->customer);
    lsi_driver_bind_int(s, 2, n->about);
    lsi_sql_bind_id(s, 3, n->subject);
    lsi_driver_bind_int(s, 4, n->kind);
    lsi_driver_bind_int(s, 5, n->sequence);
    bind_optional(s, 6, n->case_id);
    bind_optional(s, 7, n->service);
    bind_optional(s, 8, n->text);
    lsi_driver_bind_int(s, 9, n->hours ? 1 : 0);
    lsi_driver_bind_int(s, 10, n->due);
    lsi_driver_bind_int(s, 11, n->until);
    lsi_driver_bind_int(s, 12, n->at);
    return lsi_driver_finish(s, NULL, e);
}

/* What was handed out stays, void, until it is renewed. */
int lsi_news_take_back(lsi_store *st, int32_t about, const char *subject, bool *left, lsi_error *e)
{
    static const char *const sqls[] = {
        "UPDATE lsched_news SET state = 3 WHERE about = ?1 AND subject = ?2 AND state = 1",
        "DELETE FROM lsched_news WHERE about = ?1 AND subject = ?2 AND state = 3 AND attempt = 0",
        ("SELECT EXISTS (SELECT 1 FROM lsched_news WHERE about = ?1 AND subject = ?2"
         " AND state = 3)")};
    int64_t found = 0;
    int status = lsi_store_writing(st, e);
    for (size_t i = 0; status == LSCHED_OK && i < sizeof sqls / sizeof *sqls; i++) {
        lsi_statement *s;
        status = lsi_driver_prepare(st->driver, sqls[i], &s, e);
        if (status != LSCHED_OK)
            break;
        lsi_driver_bind_int(s, 1, about);
        lsi_sql_bind_id(s, 2, subject);
        status = i < 2 ? lsi_driver_finish(s, NULL, e) : lsi_sql_number(s, &found, e);
    }
    *left = found != 0;
    return status;
}

int lsi_news_renew(lsi_store *st, const lsi_news *n, lsi_error *e)
{
    lsi_statement *s;
    int status = lsi_store_writing(st, e);
    if (status == LSCHED_OK)
        status = lsi_driver_prepare(
            st->driver,
            "UPDATE lsched_news SET state = 1, service = ?6, due = ?7, until = ?8"
            " WHERE customer = ?1 AND about = ?2 AND subject = ?3 AND kind = ?4 AND sequence = ?5"
            "  AND state = 3",
            &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, n->customer);
    lsi_driver_bind_int(s, 2, n->about);
    lsi_sql_bind_id(s, 3, n->subject);
    lsi_driver_bind_int(s, 4, n->kind);
    lsi_driver_bind_int(s, 5, n->sequence);
    bind_optional(s, 6, n->service);
    lsi_driver_bind_int(s, 7, n->due);
    lsi_driver_bind_int(s, 8, n->until);
    return lsi_driver_finish(s, NULL, e);
}

/* ---- handing out --------------------------------------------------------------------------- */

/* As lsi_outbox_due_sql has it: what does not stand is found, too; and what is pointless by one
 * taker's clock only when the ledger has come to that time as well (?3). */
const char lsi_news_due_sql[] =
    "SELECT n.id, n.customer, n.about, n.subject, n.kind, n.sequence, n.case_id, n.service,"
    "  coalesce(n.text, i.text, a.text), n.hours, n.due, n.until, n.at, n.attempt,"
    "  " TELLS " AND (n.until = 0 OR n.until > ?1), n.state" FROM_NEWS
    " WHERE n.state = 1 AND n.due <= ?1 AND NOT " LEASED
    "  AND (n.until = 0 OR n.until > ?1 OR n.until <= ?3 OR NOT " TELLS ")"
    " ORDER BY n.due, n.id LIMIT ?2";

typedef struct list {
    lsi_news *at;
    size_t count, room;
} list;

/* The texts of a row, each where it belongs. */
static int read_texts(lsi_statement *s, lsi_arena *a, lsi_news *n, lsi_error *e)
{
    const struct {
        int column;
        const char **to;
    } texts[] = {
        {1, &n->customer}, {3, &n->subject}, {6, &n->case_id}, {7, &n->service}, {8, &n->text}};
    size_t size;
    const void *id = lsi_driver_blob(s, 0, &size);
    if (id == NULL || size != sizeof n->id)
        return lsi_error_nomem(e);
    memcpy(n->id, id, size);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *text = lsi_driver_text(s, texts[i].column, &size);
        *texts[i].to = text != NULL ? lsi_arena_text(a, text, size) : NULL;
        if (*texts[i].to == NULL)
            return lsi_error_nomem(e);
    }
    return LSCHED_OK;
}

static int read_news(lsi_statement *s, lsi_arena *a, lsi_news *n, lsi_error *e)
{
    *n = (lsi_news){.about = (int32_t)lsi_driver_int(s, 2),
                    .kind = (int32_t)lsi_driver_int(s, 4),
                    .sequence = (int32_t)lsi_driver_int(s, 5),
                    .hours = lsi_driver_int(s, 9) != 0,
                    .due = lsi_driver_int(s, 10),
                    .until = lsi_driver_int(s, 11),
                    .at = lsi_driver_int(s, 12),
                    .attempt = (int32_t)lsi_driver_int(s, 13),
                    .stands = lsi_driver_int(s, 14) != 0,
                    .state = (int32_t)lsi_driver_int(s, 15)};
    return read_texts(s, a, n, e);
}

static int read_all(lsi_statement *s, lsi_arena *a, list *l, lsi_error *e)
{
    bool row = false;
    int status;
    while ((status = lsi_driver_step(s, &row, e)) == LSCHED_OK && row) {
        lsi_news *n = lsi_vector_push(&l->at, &l->count, &l->room, sizeof *n);
        status = n != NULL ? read_news(s, a, n, e) : lsi_error_nomem(e);
        if (status != LSCHED_OK)
            break;
    }
    lsi_driver_done(s);
    return status;
}

/* The same in the arena. */
static int read_into(lsi_statement *s, lsi_arena *a, lsi_news **out, size_t *count, lsi_error *e)
{
    list l = {0};
    int status = read_all(s, a, &l, e);
    if (status == LSCHED_OK && l.count > 0) {
        *out = lsi_arena_take(a, l.count * sizeof **out);
        if (*out == NULL)
            status = lsi_error_nomem(e);
        else
            memcpy(*out, l.at, l.count * sizeof **out);
        *count = *out != NULL ? l.count : 0;
    }
    free(l.at);
    return status;
}

int lsi_news_due(lsi_store *st, lsched_time clock, uint32_t limit, lsi_arena *a, lsi_news **out,
                 size_t *count, lsi_error *e)
{
    lsi_statement *s;
    lsched_time last = 0;
    *out = NULL;
    *count = 0;
    int status = lsi_ledger_clock(st, &last, e);
    if (status == LSCHED_OK)
        status = lsi_driver_prepare(st->driver, lsi_news_due_sql, &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_driver_bind_int(s, 1, clock);
    lsi_driver_bind_int(s, 2, limit);
    lsi_driver_bind_int(s, 3, last);
    return read_into(s, a, out, count, e);
}

#define ALL_OF_NEWS                                                                                \
    "SELECT n.id, n.customer, n.about, n.subject, n.kind, n.sequence, n.case_id, n.service,"       \
    "  coalesce(n.text, i.text, a.text), n.hours, n.due, n.until, n.at, n.attempt, " TELLS         \
    ", n.state" FROM_NEWS

int lsi_news_of(lsi_store *st, const char *customer, lsi_arena *a, lsi_news **out, size_t *count,
                lsi_error *e)
{
    lsi_statement *s;
    *out = NULL;
    *count = 0;
    const int status = lsi_driver_prepare(
        st->driver, ALL_OF_NEWS " WHERE n.customer = ?1 ORDER BY n.due, n.id", &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, customer);
    return read_into(s, a, out, count, e);
}

int lsi_news_at(lsi_store *st, int64_t seq, lsi_arena *a, lsi_news **out, size_t *count,
                lsi_error *e)
{
    lsi_statement *s;
    *out = NULL;
    *count = 0;
    const int status = lsi_driver_prepare(st->driver, ALL_OF_NEWS " WHERE n.seq = ?1", &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_driver_bind_int(s, 1, seq);
    return read_into(s, a, out, count, e);
}

int lsi_news_lease(lsi_store *st, lsi_news *n, lsched_time clock, lsched_time until, lsi_error *e)
{
    lsi_statement *s;
    int64_t changed = 0;
    int status = lsi_store_writing(st, e);
    if (status == LSCHED_OK)
        status = lsi_driver_prepare(
            st->driver,
            "UPDATE lsched_news AS n SET attempt = ?3 + 1, lease = ?4"
            " WHERE id = ?2 AND state = 1 AND attempt = ?3 AND NOT " LEASED STILL,
            &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_driver_bind_int(s, 1, clock);
    lsi_driver_bind_blob(s, 2, n->id, sizeof n->id);
    lsi_driver_bind_int(s, 3, n->attempt);
    lsi_driver_bind_int(s, 4, until);
    status = lsi_driver_finish(s, &changed, e);
    if (status == LSCHED_OK && changed != 1)
        return lsi_error_set(e, LSCHED_OVER, "news of '%.*s' are not to be had", LSCHED_MAX_ID,
                             n->subject);
    n->attempt++;
    return status;
}

int lsi_news_void(lsi_store *st, const lsi_news *n, lsi_error *e)
{
    lsi_statement *s;
    int status = lsi_store_writing(st, e);
    if (status == LSCHED_OK)
        status = lsi_driver_prepare(
            st->driver, "UPDATE lsched_news SET state = 3 WHERE id = ?1 AND state = 1", &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_driver_bind_blob(s, 1, n->id, sizeof n->id);
    return lsi_driver_finish(s, NULL, e);
}

int lsi_news_put_off(lsi_store *st, const lsi_news *n, lsched_time due, lsi_error *e)
{
    lsi_statement *s;
    int status = lsi_store_writing(st, e);
    if (status == LSCHED_OK)
        status = lsi_driver_prepare(
            st->driver, "UPDATE lsched_news SET due = ?2 WHERE id = ?1 AND state = 1", &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_driver_bind_blob(s, 1, n->id, sizeof n->id);
    lsi_driver_bind_int(s, 2, due);
    return lsi_driver_finish(s, NULL, e);
}

/* ---- acknowledging -------------------------------------------------------------------------- */

int lsi_news_get(lsi_store *st, lsi_news *n, lsi_error *e)
{
    lsi_statement *s;
    bool row = false;
    int status = lsi_driver_prepare(
        st->driver, "SELECT attempt, state FROM lsched_news WHERE id = ?1 AND kind = ?2", &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_driver_bind_blob(s, 1, n->id, sizeof n->id);
    lsi_driver_bind_int(s, 2, n->kind);
    status = lsi_driver_step(s, &row, e);
    if (status == LSCHED_OK && row) {
        n->attempt = (int32_t)lsi_driver_int(s, 0);
        n->state = (int32_t)lsi_driver_int(s, 1);
    }
    lsi_driver_done(s);
    return status == LSCHED_OK && !row ? LSCHED_NOTFOUND : status;
}

int lsi_news_end(lsi_store *st, const lsi_news *n, bool *ended, lsi_error *e)
{
    lsi_statement *s;
    int64_t changed = 0;
    int status = lsi_store_writing(st, e);
    if (status == LSCHED_OK)
        status = lsi_driver_prepare(
            st->driver,
            "UPDATE lsched_news AS n SET state = 2"
            " WHERE id = ?1 AND state = 1 AND attempt = ?2 AND attempt > 0" STILL,
            &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_driver_bind_blob(s, 1, n->id, sizeof n->id);
    lsi_driver_bind_int(s, 2, n->attempt);
    status = lsi_driver_finish(s, &changed, e);
    *ended = changed == 1;
    return status;
}

/* ---- waiting --------------------------------------------------------------------------------- */

/* As lsi_outbox_next_sql has it; what was put off after its lease counts from then. */
#define NOT_POINTLESS(at) " AND (n.until = 0 OR n.until > " at ") AND " TELLS
const char lsi_news_next_sql[] =
    "SELECT at FROM ("
    " SELECT * FROM (SELECT n.due AS at" FROM_NEWS
    "  WHERE n.state = 1 AND (n.lease = 0 OR n.due > n.lease)" NOT_POINTLESS(
        "max(n.due, ?1)") "  ORDER BY n.due LIMIT 1)"
                          " UNION ALL"
                          " SELECT * FROM (SELECT n.lease AS at" FROM_NEWS
                          "  WHERE n.state = 1 AND n.lease > 0 AND n.lease <= ?1 + " LEASE_SQL
                          "   AND n.due <= n.lease" NOT_POINTLESS(
                              "max(n.lease, ?1)") "  ORDER BY n.lease LIMIT 1)"
                                                  " UNION ALL"
                                                  " SELECT * FROM (SELECT n.due AS at" FROM_NEWS
                                                  "  WHERE n.state = 1 AND n.lease > 0 AND n.lease "
                                                  "> ?1 + " LEASE_SQL NOT_POINTLESS(
                                                      "?1") "  ORDER BY n.lease LIMIT 1)"
                                                            ") ORDER BY at LIMIT 1";

int lsi_news_next(lsi_store *st, lsched_time clock, bool *found, lsched_time *out, lsi_error *e)
{
    lsi_statement *s;
    *found = false;
    int status = lsi_driver_prepare(st->driver, lsi_news_next_sql, &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_driver_bind_int(s, 1, clock);
    status = lsi_driver_step(s, found, e);
    *out = status == LSCHED_OK && *found ? lsi_driver_int(s, 0) : 0;
    lsi_driver_done(s);
    return status;
}
