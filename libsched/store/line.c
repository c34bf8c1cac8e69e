/* store/line.c -- what waits for its turn: the questions about the line, and the leases under
 * which agents are given what is next.
 */
#include "store/inner.h"

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
        " WHERE b.customer = ?1 AND b." LSI_OPEN_SQL " AND b.channel <> 16 AND b.id <> ?4"
        "  AND (b." LSI_WAITS_SQL " OR b.\"end\" > ?3)"
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
