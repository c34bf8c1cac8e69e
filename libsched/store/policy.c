/* store/policy.c -- services as they were: the policies under which bookings were made.
 *
 * The schema keeps a copy of each revision as it is written; here they are only read.
 */
#include "store/inner.h"

int lsi_policy_last(lsi_store *st, const char *service, int32_t *revision, lsi_error *e)
{
    lsi_statement *s;
    int64_t number = 0;
    int status = lsi_driver_prepare(st->driver,
                                    "SELECT max(revision) FROM lsched_policy WHERE id = ?1", &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, service);
    status = lsi_sql_number(s, &number, e);
    *revision = (int32_t)number;
    return status;
}

int lsi_policy_get(lsi_store *st, const char *service, int32_t revision, lsi_arena *a,
                   lsched_service *out, lsi_error *e)
{
    lsi_statement *s;
    int status =
        lsi_sql_piece(st, &lsi_kind_service,
                      "SELECT @ FROM lsched_policy WHERE id = ?1 AND revision = ?2", &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, service);
    lsi_driver_bind_int(s, 2, revision);
    status = lsi_sql_one(s, &lsi_kind_service, a, out, e);
    if (status == LSCHED_NOTFOUND)
        return lsi_error_set(e, LSCHED_NOTFOUND, "service '%.*s' has no revision %d", LSCHED_MAX_ID,
                             service, (int)revision);
    return status;
}
