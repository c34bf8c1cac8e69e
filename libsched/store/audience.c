/* store/audience.c -- who is to be told: whom an announcement is for, whom an incident touches,
 * who asked to hear of it, and who comes behind what is running late.
 *
 * An incident touches a booking where one of its customer's regions and its service are among
 * those named, none named being all.  A service is named by its id, or by its topic.
 */
#include "store/inner.h"

#include <stdlib.h>
#include <string.h>

/* ---- listeners ------------------------------------------------------------------------------- */

#define LISTENER                                                                                   \
    "SELECT c.id, c.zone, c.region, c.team, c.regions, c.general, c.consents,"                     \
    "  EXISTS (SELECT 1 FROM lsched_calendar WHERE kind = 3 AND owner = c.id)"                     \
    " FROM lsched_customer AS c"
_Static_assert(LSCHED_CUSTOMER == 3, "the kind of the owners that are asked for");
#define PAGE " ORDER BY c.id LIMIT ?2"

typedef struct listeners {
    lsi_listener *at;
    size_t count, room;
} listeners;

static int read_one(lsi_statement *s, lsi_arena *a, lsi_listener *out, lsi_error *e)
{
    const char **const texts[] = {&out->customer, &out->zone, &out->region, &out->team,
                                  &out->regions};
    for (int i = 0; i < 5; i++) {
        size_t size;
        const char *text = lsi_driver_text(s, i, &size);
        *texts[i] = text != NULL ? lsi_arena_text(a, text, size) : NULL;
        if (*texts[i] == NULL)
            return lsi_error_nomem(e);
    }
    out->general = lsi_driver_int(s, 5) != 0;
    out->consents = (int32_t)lsi_driver_int(s, 6);
    out->own = lsi_driver_int(s, 7) != 0;
    return LSCHED_OK;
}

/* All rows, in the arena; ends the statement. */
static int read_page(lsi_statement *s, lsi_arena *a, lsi_listener **out, size_t *count,
                     lsi_error *e)
{
    listeners list = {0};
    bool row = false;
    int status;
    while ((status = lsi_driver_step(s, &row, e)) == LSCHED_OK && row) {
        lsi_listener *l = lsi_vector_push(&list.at, &list.count, &list.room, sizeof *l);
        status = l != NULL ? read_one(s, a, l, e) : lsi_error_nomem(e);
        if (status != LSCHED_OK)
            break;
    }
    lsi_driver_done(s);
    *out = NULL;
    *count = 0;
    if (status == LSCHED_OK && list.count > 0) {
        *out = lsi_arena_take(a, list.count * sizeof **out);
        if (*out == NULL)
            status = lsi_error_nomem(e);
        else
            memcpy(*out, list.at, list.count * sizeof **out);
        *count = *out != NULL ? list.count : 0;
    }
    free(list.at);
    return status;
}

int lsi_audience_one(lsi_store *st, const char *customer, lsi_arena *a, lsi_listener *out,
                     lsi_error *e)
{
    lsi_statement *s;
    bool row = false;
    int status = lsi_driver_prepare(st->driver, LISTENER " WHERE c.id = ?1", &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, customer);
    status = lsi_driver_step(s, &row, e);
    if (status == LSCHED_OK && row)
        status = read_one(s, a, out, e);
    lsi_driver_done(s);
    return status == LSCHED_OK && !row
               ? lsi_record_missing(&lsi_kind_customer, &(lsched_customer){.id = customer}, e)
               : status;
}

/* An optional text is NULL where it is empty. */
static void bind(lsi_statement *s, int n, const char *text)
{
    if (lsi_text_given(text))
        lsi_sql_bind_id(s, n, text);
    else
        lsi_driver_bind_null(s, n);
}

int lsi_audience_announced(lsi_store *st, const lsched_announcement *to, const char *after,
                           uint32_t limit, lsi_arena *a, lsi_listener **out, size_t *count,
                           lsi_error *e)
{
    lsi_statement *s;
    int status =
        lsi_driver_prepare(st->driver,
                           LISTENER " WHERE c.id > ?1 AND (?3 IS NULL OR c.team = ?3)"
                                    "  AND (?4 IS NULL OR " LSI_OF_REGIONS_SQL("?4") ")" PAGE,
                           &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, after);
    lsi_driver_bind_int(s, 2, limit);
    bind(s, 3, to->team);
    bind(s, 4, to->regions);
    return read_page(s, a, out, count, e);
}

/* ---- what an incident touches ---------------------------------------------------------------- */

/* ?3 the incident, ?4 now, ?5 since: waiting or booked ahead, and made then or later. */
#define AHEAD "(b.state = 1 AND b.start > ?4 OR b." LSI_WAITS_SQL ")"
#define SINCE "b.created >= ?5"
_Static_assert(LSCHED_BOOKED == 1, "the state of what is ahead");

static void bind_incident(lsi_statement *s, const lsched_incident *i, lsched_time now,
                          lsched_time since)
{
    lsi_sql_bind_id(s, 3, i->id);
    lsi_driver_bind_int(s, 4, now);
    lsi_driver_bind_int(s, 5, since);
}

int lsi_audience_touched(lsi_store *st, const lsched_incident *i, lsched_time now,
                         lsched_time but_since, const char *after, uint32_t limit, lsi_arena *a,
                         lsi_listener **out, size_t *count, lsi_error *e)
{
    static const char sql[] = LISTENER
        " JOIN lsched_incident AS i ON i.id = ?3"
        " WHERE c.id > ?1 AND (EXISTS (SELECT 1 FROM lsched_subscription"
        "   WHERE incident = i.id AND customer = c.id)"
        "  OR EXISTS (SELECT 1 FROM lsched_booking AS b WHERE b.customer = c.id"
        "   AND " AHEAD " AND " LSI_TOUCHES_SQL "))"
        " AND (?5 = 0 OR NOT EXISTS (SELECT 1 FROM lsched_booking AS b"
        "   WHERE b.customer = c.id AND " AHEAD " AND " SINCE "   AND " LSI_TOUCHES_SQL "))" PAGE;
    lsi_statement *s;
    int status = lsi_driver_prepare(st->driver, sql, &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, after);
    lsi_driver_bind_int(s, 2, limit);
    bind_incident(s, i, now, but_since);
    return read_page(s, a, out, count, e);
}

int lsi_audience_booked(lsi_store *st, const lsched_incident *i, lsched_time now, lsched_time since,
                        const char *after, uint32_t limit, lsi_arena *a, lsched_booking **out,
                        size_t *count, lsi_error *e)
{
    lsi_statement *s;
    void *records = NULL;
    int status = lsi_sql_piece(
        st, &lsi_kind_booking,
        "SELECT @ FROM lsched_booking WHERE id IN (SELECT b.id FROM lsched_booking AS b"
        "  JOIN lsched_customer AS c ON c.id = b.customer JOIN lsched_incident AS i ON i.id = ?3"
        "  WHERE b.id > ?1 AND " AHEAD " AND " SINCE " AND " LSI_TOUCHES_SQL
        "  ORDER BY b.id LIMIT ?2) ORDER BY id",
        &s, e);
    *out = NULL;
    *count = 0;
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, after);
    lsi_driver_bind_int(s, 2, limit);
    bind_incident(s, i, now, since);
    status = lsi_sql_all(s, &lsi_kind_booking, a, &records, count, e);
    *out = records;
    return status;
}

/* LSI_OF_REGIONS_SQL says the same. */
static bool is_of(const char *list, const lsched_customer *c)
{
    const char *word;
    size_t size;
    if (lsi_text_given(c->region) && lsi_text_has_word(list, c->region))
        return true;
    for (const char *rest = c->regions; (rest = lsi_text_word(rest, &word, &size)) != NULL;) {
        const char *other;
        size_t length;
        for (const char *l = list; (l = lsi_text_word(l, &other, &length)) != NULL;) {
            if (length == size && memcmp(other, word, size) == 0)
                return true;
        }
    }
    return false;
}

/* LSI_TOUCHES_SQL says the same. */
bool lsi_audience_touches(const lsched_incident *i, const lsched_customer *c, const char *service,
                          const char *topic)
{
    if (lsi_text_given(i->regions) && !is_of(i->regions, c))
        return false;
    if (service == NULL || (!lsi_text_given(i->services) && !lsi_text_given(i->topic)))
        return true;
    return lsi_text_has_word(i->services, service) ||
           (lsi_text_given(i->topic) && topic != NULL && strcmp(i->topic, topic) == 0);
}

int lsi_audience_open(lsi_store *st, lsi_arena *a, lsched_incident **out, size_t *count,
                      lsi_error *e)
{
    lsi_statement *s;
    void *records = NULL;
    *out = NULL;
    *count = 0;
    int status = lsi_sql_piece(st, &lsi_kind_incident,
                               "SELECT @ FROM # WHERE closed = 0 ORDER BY id", &s, e);
    if (status != LSCHED_OK)
        return status;
    status = lsi_sql_all(s, &lsi_kind_incident, a, &records, count, e);
    *out = records;
    return status;
}

/* Few are open at a time, so that each is looked at. */
int lsi_audience_incidents(lsi_store *st, const lsched_customer *c, const char *service,
                           const char *topic, lsi_arena *a, lsched_incident **out, size_t *count,
                           lsi_error *e)
{
    size_t all;
    const int status = lsi_audience_open(st, a, out, &all, e);
    *count = 0;
    for (size_t k = 0; status == LSCHED_OK && k < all; k++)
        if (lsi_audience_touches(&(*out)[k], c, service, topic))
            (*out)[(*count)++] = (*out)[k];
    return status;
}

/* ---- what is running ----------------------------------------------------------------------------- */

int lsi_audience_running(lsi_store *st, lsched_time now, lsched_time until, lsi_arena *a,
                         lsched_booking **out, size_t *count, lsi_error *e)
{
    lsi_statement *s;
    void *records = NULL;
    *out = NULL;
    *count = 0;
    int status = lsi_sql_piece(
        st, &lsi_kind_booking,
        "SELECT @ FROM # WHERE agent IN (SELECT agent FROM lsched_booking"
        "  WHERE state = 4 AND " LSI_UNFULFILLED_SQL " AND \"end\" >= ?1 - 86400) AND " LSI_LIVE_SQL
        " AND busy_from > ?1 - 86400 - " LSI_LONGEST_SQL " AND busy_from < ?2"
        " AND (state = 4 AND \"end\" >= ?1 - 86400 OR state = 1 AND start < ?2 AND \"end\" > ?1)"
        " ORDER BY agent, busy_from, id",
        &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_driver_bind_int(s, 1, now);
    lsi_driver_bind_int(s, 2, until);
    status = lsi_sql_all(s, &lsi_kind_booking, a, &records, count, e);
    *out = records;
    return status;
}

int lsi_audience_updates(lsi_store *st, const char *incident, int32_t *revision, lsi_error *e)
{
    lsi_statement *s;
    int64_t last = 0;
    *revision = 0;
    int status = lsi_driver_prepare(
        st->driver, "SELECT revision FROM lsched_update WHERE incident = ?1", &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, incident);
    status = lsi_sql_number(s, &last, e);
    *revision = (int32_t)last;
    return status;
}

/* ---- subscriptions --------------------------------------------------------------------------- */

static int change(lsi_store *st, const char *sql, const char *incident, const char *customer,
                  lsi_error *e)
{
    lsi_statement *s;
    int status = lsi_store_writing(st, e);
    if (status == LSCHED_OK)
        status = lsi_driver_prepare(st->driver, sql, &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, incident);
    lsi_sql_bind_id(s, 2, customer);
    return lsi_driver_finish(s, NULL, e);
}

int lsi_audience_subscribe(lsi_store *st, const char *incident, const char *customer, lsi_error *e)
{
    static const char sql[] = "INSERT INTO lsched_subscription (incident, customer)"
                              " VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    return change(st, sql, incident, customer, e);
}

int lsi_audience_unsubscribe(lsi_store *st, const char *incident, const char *customer,
                             lsi_error *e)
{
    static const char sql[] = "DELETE FROM lsched_subscription"
                              " WHERE incident = ?1 AND customer = ?2";
    return change(st, sql, incident, customer, e);
}
