/* store/token.c -- what lets a customer act on one booking: the hash of a secret, a scope,
 * and until when.  The secret itself is nowhere in the store.
 *
 * A token that names no instant of its own expires a day after its booking's end, wherever
 * that moves to; this sum stands here, in TOKEN_EXPIRES, and nowhere else.
 */
#include "store/inner.h"

#include <string.h>

#define TOKEN_EXPIRES                                                                              \
    "coalesce(expires, (SELECT \"end\" + 86400 FROM lsched_booking"                                       \
    " WHERE lsched_booking.id = lsched_token.booking))"

int lsi_token_add(lsi_store *st, const lsi_token *token, lsi_error *e)
{
    lsi_statement *s;
    int status = lsi_store_writing(st, e);
    if (status == LSCHED_OK)
        status = lsi_driver_prepare(st->driver,
                                    "INSERT INTO lsched_token"
                                    " (hash, booking, scope, expires, created)"
                                    " VALUES (?1, ?2, ?3, ?4, ?5)",
                                    &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_driver_bind_blob(s, 1, token->hash, sizeof token->hash);
    lsi_sql_bind_id(s, 2, token->booking);
    lsi_driver_bind_int(s, 3, token->scope);
    if (token->expires != 0)
        lsi_driver_bind_int(s, 4, token->expires);
    else
        lsi_driver_bind_null(s, 4);
    lsi_driver_bind_int(s, 5, token->created);
    return lsi_driver_finish(s, NULL, e);
}

static int read_token(lsi_statement *s, lsi_arena *a, lsi_token *out, lsi_error *e)
{
    size_t size;
    const void *hash = lsi_driver_blob(s, 0, &size);
    if (hash == NULL || size != sizeof out->hash)
        return lsi_error_set(e, LSCHED_STORE, "the store holds a token that is none");
    memcpy(out->hash, hash, sizeof out->hash);
    const char *booking = lsi_driver_text(s, 1, &size);
    out->booking = booking != NULL ? lsi_arena_text(a, booking, size) : NULL;
    out->scope = (int32_t)lsi_driver_int(s, 2);
    out->expires = lsi_driver_int(s, 3);
    out->created = lsi_driver_int(s, 4);
    return out->booking != NULL ? LSCHED_OK : lsi_error_nomem(e);
}

int lsi_token_find(lsi_store *st, const unsigned char hash[LSI_TOKEN_HASH], bool *found,
                   lsi_arena *a, lsi_token *out, lsi_error *e)
{
    lsi_statement *s;
    *found = false;
    int status = lsi_driver_prepare(st->driver,
                                    "SELECT hash, booking, scope, " TOKEN_EXPIRES ", created"
                                    " FROM lsched_token WHERE hash = ?1",
                                    &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_driver_bind_blob(s, 1, hash, LSI_TOKEN_HASH);
    status = lsi_driver_step(s, found, e);
    if (status == LSCHED_OK && *found)
        status = read_token(s, a, out, e);
    lsi_driver_done(s);
    return status;
}

int lsi_token_sweep(lsi_store *st, const char *booking, lsched_time now, int64_t *left,
                    lsi_error *e)
{
    lsi_statement *s;
    int status = lsi_store_writing(st, e);
    if (status == LSCHED_OK)
        status = lsi_driver_prepare(st->driver,
                                    "DELETE FROM lsched_token"
                                    " WHERE booking = ?1 AND " TOKEN_EXPIRES " <= ?2",
                                    &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, booking);
    lsi_driver_bind_int(s, 2, now);
    status = lsi_driver_finish(s, NULL, e);
    if (status == LSCHED_OK)
        status = lsi_driver_prepare(st->driver,
                                    "SELECT count(*) FROM lsched_token WHERE booking = ?1", &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, booking);
    return lsi_sql_number(s, left, e);
}

int lsi_token_strike(lsi_store *st, const char *booking, lsi_error *e)
{
    lsi_statement *s;
    int status = lsi_store_writing(st, e);
    if (status == LSCHED_OK)
        status =
            lsi_driver_prepare(st->driver, "DELETE FROM lsched_token WHERE booking = ?1", &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, booking);
    return lsi_driver_finish(s, NULL, e);
}
