/* store/region.c -- what is known of a region's law, and how often a customer was tried.
 */
#include "store/inner.h"

static int read_revision(lsi_store *st, const char *id, int32_t *revision, lsi_error *e)
{
    lsi_statement *s;
    int64_t number = 0;
    int status =
        lsi_driver_prepare(st->driver, "SELECT revision FROM lsched_law WHERE region = ?1", &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, id);
    status = lsi_sql_number(s, &number, e);
    *revision = (int32_t)number;
    return status;
}

/* A region with nothing but calendars has no record, and a law all the same. */
int lsi_region_get(lsi_store *st, const char *id, lsi_arena *a, lsched_region *out, lsi_error *e)
{
    const lsched_region key = {.id = id};
    int status = lsi_record_get(st, &lsi_kind_region, &key, a, out, e);
    if (status == LSCHED_NOTFOUND) {
        lsi_error_clear(e);
        *out =
            (lsched_region){.size = sizeof *out, .id = id, .name = "", .source = "", .as_of = ""};
        status = LSCHED_OK;
    }
    return status == LSCHED_OK ? read_revision(st, id, &out->revision, e) : status;
}

/* What was begun (8) is an attempt each time; what took place (9) or failed by the customer (11)
 * without that is one, when it was to be.  Whatever happened to a booking since then, it has
 * changed since then: so the few bookings of a customer are few still. */
int lsi_region_attempts(lsi_store *st, const char *customer, lsched_time since, lsi_arena *a,
                        lsi_attempt **out, size_t *count, lsi_error *e)
{
    lsi_statement *s;
    lsi_attempt *at = NULL;
    size_t room = 0;
    bool row = false;
    *out = NULL;
    *count = 0;
    int status = lsi_driver_prepare(
        st->driver,
        "SELECT iif(e.kind = 8, e.at, e.start) AS tried, e.channel, coalesce(s.purpose, 0)"
        " FROM lsched_booking AS b JOIN lsched_event AS e ON e.id = b.id"
        " LEFT JOIN lsched_service AS s ON s.id = e.service"
        " WHERE b.customer = ?1 AND b.changed > ?2"
        "  AND (e.kind = 8 OR e.kind IN (9, 11) AND NOT EXISTS"
        "   (SELECT 1 FROM lsched_event AS x WHERE x.id = e.id AND x.kind = 8))"
        "  AND tried > ?2"
        " ORDER BY tried",
        &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, customer);
    lsi_driver_bind_int(s, 2, since);
    while ((status = lsi_driver_step(s, &row, e)) == LSCHED_OK && row) {
        if (*count == room) {
            lsi_attempt *more = lsi_arena_take(a, (2 * room + 16) * sizeof *more);
            if (more == NULL) {
                status = lsi_error_nomem(e);
                break;
            }
            for (size_t i = 0; i < *count; i++)
                more[i] = at[i];
            at = more;
            room = 2 * room + 16;
        }
        at[(*count)++] = (lsi_attempt){.at = lsi_driver_int(s, 0),
                                       .channel = (int32_t)lsi_driver_int(s, 1),
                                       .purpose = (int32_t)lsi_driver_int(s, 2)};
    }
    lsi_driver_done(s);
    *out = at;
    return status;
}
