/* store/held.c -- what is held on a customer beside what others ask for too. */
#include "store/inner.h"

#include <stdlib.h>
#include <string.h>

int lsi_held_entries(lsi_store *st, const char *customer, lsi_arena *a, lsched_entry **out,
                     size_t *count, lsi_error *e)
{
    lsi_statement *s;
    void *records = NULL;
    *out = NULL;
    *count = 0;
    int status = lsi_sql_piece(st, &lsi_kind_entry,
                               "SELECT @ FROM # WHERE customer = ?1 ORDER BY seq", &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, customer);
    status = lsi_sql_all(s, &lsi_kind_entry, a, &records, count, e);
    *out = records;
    return status;
}

int lsi_held_waits(lsi_store *st, const char *customer, lsi_arena *a, lsched_wait **out,
                   size_t *count, lsi_error *e)
{
    lsi_statement *s;
    void *records = NULL;
    *out = NULL;
    *count = 0;
    int status = lsi_sql_piece(st, &lsi_kind_wait,
                               "SELECT @ FROM # WHERE customer = ?1 ORDER BY id", &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, customer);
    status = lsi_sql_all(s, &lsi_kind_wait, a, &records, count, e);
    *out = records;
    return status;
}

/* All rows of five numbers that a booking has, in the arena. */
static int read_rows(lsi_store *st, const char *sql, const char *booking, lsi_arena *a,
                     int64_t (**out)[5], size_t *count, lsi_error *e)
{
    lsi_statement *s;
    bool row = false;
    void *rows = NULL;
    size_t room = 0;
    *out = NULL;
    *count = 0;
    int status = lsi_driver_prepare(st->driver, sql, &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, booking);
    while ((status = lsi_driver_step(s, &row, e)) == LSCHED_OK && row) {
        int64_t(*numbers)[5] = lsi_vector_push(&rows, count, &room, sizeof *numbers);
        if (numbers == NULL) {
            status = lsi_error_nomem(e);
            break;
        }
        for (int i = 0; i < 5; i++)
            (*numbers)[i] = lsi_driver_int(s, i);
    }
    lsi_driver_done(s);
    *out = status == LSCHED_OK ? lsi_arena_take(a, (*count + 1) * sizeof **out) : NULL;
    if (status == LSCHED_OK && *out == NULL)
        status = lsi_error_nomem(e);
    if (status == LSCHED_OK && *count > 0)
        memcpy(*out, rows, *count * sizeof **out);
    free(rows);
    return status;
}

int lsi_held_notices(lsi_store *st, const char *booking, lsi_arena *a, lsi_notice **out,
                     size_t *count, lsi_error *e)
{
    int64_t(*rows)[5];
    int status = read_rows(st,
                           "SELECT sequence, kind, due, state, attempt FROM lsched_notice"
                           " WHERE booking = ?1 ORDER BY sequence, kind",
                           booking, a, &rows, count, e);
    *out = status == LSCHED_OK ? lsi_arena_take(a, (*count + 1) * sizeof **out) : NULL;
    if (status == LSCHED_OK && *out == NULL)
        status = lsi_error_nomem(e);
    for (size_t i = 0; status == LSCHED_OK && i < *count; i++)
        (*out)[i] = (lsi_notice){.booking = booking,
                                 .sequence = (int32_t)rows[i][0],
                                 .kind = (int32_t)rows[i][1],
                                 .due = rows[i][2],
                                 .state = (int32_t)rows[i][3],
                                 .attempt = (int32_t)rows[i][4]};
    return status;
}

int lsi_held_tokens(lsi_store *st, const char *booking, lsi_arena *a, lsi_token **out,
                    size_t *count, lsi_error *e)
{
    int64_t(*rows)[5];
    int status = read_rows(st,
                           "SELECT scope, created, coalesce(expires, 0), 0, 0 FROM lsched_token"
                           " WHERE booking = ?1 ORDER BY created, hash",
                           booking, a, &rows, count, e);
    *out = status == LSCHED_OK ? lsi_arena_take(a, (*count + 1) * sizeof **out) : NULL;
    if (status == LSCHED_OK && *out == NULL)
        status = lsi_error_nomem(e);
    for (size_t i = 0; status == LSCHED_OK && i < *count; i++)
        (*out)[i] = (lsi_token){.booking = booking,
                                .scope = (int32_t)rows[i][0],
                                .created = rows[i][1],
                                .expires = rows[i][2]};
    return status;
}
