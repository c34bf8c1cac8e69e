/* store/served.c -- whom agents have served, and for how long: what familiarity and fairness are
 * weighed by.
 */
#include "store/inner.h"

/* From the index alone: it is asked in every search. */
int lsi_served_contacts(lsi_store *st, const char *customer, lsi_arena *a, lsi_contact **out,
                        size_t *count, lsi_error *e)
{
    lsi_statement *s;
    bool row = false;
    *count = 0;
    *out = lsi_arena_take(a, LSI_CONTACTS * sizeof **out);
    if (*out == NULL)
        return lsi_error_nomem(e);
    int status = lsi_driver_prepare(
        st->driver,
        "SELECT agent, start FROM lsched_booking WHERE customer = ?1 AND state = 5"
        " ORDER BY start DESC, agent DESC LIMIT " LSI_AS_SQL(LSI_CONTACTS),
        &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, customer);
    while ((status = lsi_driver_step(s, &row, e)) == LSCHED_OK && row) {
        size_t size;
        const char *agent = lsi_driver_text(s, 0, &size);
        lsi_contact *c = &(*out)[(*count)++];
        *c = (lsi_contact){.agent = agent != NULL ? lsi_arena_text(a, agent, size) : NULL,
                           .start = lsi_driver_int(s, 1)};
        if (c->agent == NULL) {
            status = lsi_error_nomem(e);
            break;
        }
    }
    lsi_driver_done(s);
    return status;
}

int lsi_served_verdicts(lsi_store *st, const char *customer, lsi_arena *a, lsi_verdict **out,
                        size_t *count, lsi_error *e)
{
    lsi_statement *s;
    bool row = false;
    *count = 0;
    *out = NULL;
    int status = lsi_driver_prepare(
        st->driver,
        "SELECT agent, low FROM lsched_entry WHERE customer = ?1 AND kind = 4"
        " AND agent IS NOT NULL ORDER BY seq DESC LIMIT " LSI_AS_SQL(LSI_CONTACTS),
        &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, customer);
    while ((status = lsi_driver_step(s, &row, e)) == LSCHED_OK && row) {
        size_t size;
        const char *agent = lsi_driver_text(s, 0, &size);
        if (*out == NULL)
            *out = lsi_arena_take(a, LSI_CONTACTS * sizeof **out);
        const char *copy = *out != NULL && agent != NULL ? lsi_arena_text(a, agent, size) : NULL;
        if (copy == NULL) {
            status = lsi_error_nomem(e);
            break;
        }
        (*out)[(*count)++] = (lsi_verdict){copy, lsi_driver_int(s, 1) != 0};
    }
    lsi_driver_done(s);
    return status;
}

/* What takes longer than its time is in progress all the same, for a day (as in line.c). */
int lsi_served_ahead(lsi_store *st, const lsched_booking *but, lsched_time now, bool *found,
                     lsi_error *e)
{
    lsi_statement *s;
    *found = false;
    int status = lsi_driver_prepare(st->driver,
                                    "SELECT 1 FROM lsched_booking WHERE customer = ?1 AND id <> ?2"
                                    " AND (" LSI_WAITS_SQL " OR (state IN (1, 4)"
                                    "  AND \"end\" > ?3 - iif(state = 4, 86400, 0))) LIMIT 1",
                                    &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, but->customer);
    lsi_sql_bind_id(s, 2, but->id);
    lsi_driver_bind_int(s, 3, now);
    status = lsi_driver_step(s, found, e);
    lsi_driver_done(s);
    return status;
}

int lsi_served_seconds(lsi_store *st, const char *agent, int64_t from_day, int64_t until_day,
                       int64_t *seconds, lsi_error *e)
{
    lsi_statement *s;
    bool row = false;
    for (int64_t day = from_day; day <= until_day; day++)
        seconds[day - from_day] = 0;
    int status = lsi_driver_prepare(
        st->driver, "SELECT day, seconds FROM lsched_work WHERE agent = ?1 AND day >= ?2", &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, agent);
    lsi_driver_bind_int(s, 2, from_day);
    while ((status = lsi_driver_step(s, &row, e)) == LSCHED_OK && row) {
        const int64_t day = lsi_driver_int(s, 0);
        seconds[(day < until_day ? day : until_day) - from_day] += lsi_driver_int(s, 1);
    }
    lsi_driver_done(s);
    return status;
}

int lsi_served_on(lsi_store *st, const char *agent, int64_t day, int64_t *seconds, lsi_error *e)
{
    lsi_statement *s;
    const int status = lsi_driver_prepare(
        st->driver, "SELECT seconds FROM lsched_work WHERE agent = ?1 AND day = ?2", &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, agent);
    lsi_driver_bind_int(s, 2, day);
    return lsi_sql_number(s, seconds, e);
}
