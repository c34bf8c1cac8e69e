/* desk.c -- where a ticket and its booking become one transaction.
 *
 * The CRM owns the database, its connection and its transactions; libsched joins in with
 * lsched_attach_sqlite().  What is called between BEGIN and COMMIT stands or falls as a
 * whole, so a ticket says "booked" if and only if there is a booking.
 */
#include "desk.h"

#include <stdarg.h>
#include <stdio.h>

int desk_failed(desk *d, int code)
{
    snprintf(d->why, sizeof d->why, "%s", sqlite3_errmsg(d->db));
    return (code & 0xff) == SQLITE_BUSY ? LSCHED_BUSY : LSCHED_STORE;
}

int desk_told(desk *d, int status)
{
    if (status != LSCHED_OK)
        snprintf(d->why, sizeof d->why, "%s", lsched_message(d->s));
    return status;
}

/* Statements, written as with sqlite3_mprintf(): %Q quotes a text. */
int desk_sql(desk *d, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    char *sql = sqlite3_vmprintf(format, values);
    va_end(values);
    const int code = sql != NULL ? sqlite3_exec(d->db, sql, NULL, NULL, NULL) : SQLITE_NOMEM;
    sqlite3_free(sql);
    return code == SQLITE_OK ? LSCHED_OK : desk_failed(d, code);
}

/* ---- the database ---------------------------------------------------------------------------- */

static lsched_time fixed(void *user)
{
    return ((const desk *)user)->now;
}

int desk_open(desk *d, const char *path, bool create)
{
    const int flags = SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0);
    const int code = sqlite3_open_v2(path, &d->db, flags, NULL);
    if (code != SQLITE_OK)
        return desk_failed(d, code);
    sqlite3_busy_timeout(d->db, 5000);
    /* What libsched wants of its host: what was committed survives a power cut. */
    const int status = desk_sql(d, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                                   "PRAGMA foreign_keys = ON");
    if (status != LSCHED_OK)
        return status;
    d->s = lsched_new();
    if (d->s == NULL)
        return LSCHED_NOMEM;
    return d->now == 0 ? LSCHED_OK : desk_told(d, lsched_set_clock(d->s, fixed, d));
}

void desk_close(desk *d)
{
    lsched_free(d->s); /* first, as it has statements on the connection */
    sqlite3_close(d->db);
}

static void copy(char *to, size_t size, sqlite3_stmt *q, int column)
{
    const unsigned char *text = sqlite3_column_text(q, column);
    snprintf(to, size, "%s", text != NULL ? (const char *)text : "");
}

int desk_ticket(desk *d, sqlite3_int64 id, ticket *t)
{
    sqlite3_stmt *q;
    int code = sqlite3_prepare_v2(
        d->db, "SELECT wish, customer, subject, booking FROM ticket WHERE id = ?", -1, &q, NULL);
    if (code != SQLITE_OK)
        return desk_failed(d, code);
    sqlite3_bind_int64(q, 1, id);
    code = sqlite3_step(q);
    if (code == SQLITE_ROW) {
        t->id = id;
        t->wish = sqlite3_column_int(q, 0);
        copy(t->customer, sizeof t->customer, q, 1);
        copy(t->subject, sizeof t->subject, q, 2);
        copy(t->booking, sizeof t->booking, q, 3);
    }
    sqlite3_finalize(q);
    if (code == SQLITE_DONE)
        snprintf(d->why, sizeof d->why, "there is no ticket %lld", (long long)id);
    return code == SQLITE_ROW    ? LSCHED_OK
           : code == SQLITE_DONE ? LSCHED_NOTFOUND
                                 : desk_failed(d, code);
}

/* ---- one transaction --------------------------------------------------------------------------- */

/* A COMMIT that failed and left the transaction open has not happened.  If none is open any
 * more, nobody knows: LSCHED_UNKNOWN, as libsched says of its own commits. */
static int commit(desk *d)
{
    const int code = sqlite3_exec(d->db, "COMMIT", NULL, NULL, NULL);
    if (code == SQLITE_OK)
        return LSCHED_OK;
    const int status = desk_failed(d, code);
    return sqlite3_get_autocommit(d->db) ? LSCHED_UNKNOWN : status;
}

/* LSCHED_UNKNOWN is settled by doing the same again: the keys are the same, so what had
 * happened does not happen twice.
 *
 * BEGIN IMMEDIATE, because what `work` reads must still be true when it writes.  A host
 * without transactions of its own would have lsched_begin() and lsched_commit() here. */
int desk_together(desk *d, int (*work)(desk *d, job *j), job *j)
{
    int status = LSCHED_UNKNOWN;
    for (int tries = 0; status == LSCHED_UNKNOWN && tries < 3; tries++) {
        lsched_booking_free(j->booking);
        j->booking = NULL;
        status = desk_sql(d, "BEGIN IMMEDIATE");
        if (status == LSCHED_OK)
            status = work(d, j);
        if (status == LSCHED_OK)
            status = commit(d);
        if (!sqlite3_get_autocommit(d->db))
            sqlite3_exec(d->db, "ROLLBACK", NULL, NULL, NULL);
    }
    if (status != LSCHED_OK) { /* a booking that was rolled back is none */
        lsched_booking_free(j->booking);
        j->booking = NULL;
    }
    return status;
}

/* ---- a ticket and its place ---------------------------------------------------------------------- */

/* An idempotency key stands for one wish.  Ours is made of the ticket and its count of
 * wishes, both in the row, and not of the attempt: a retry after a crash, a lost connection
 * or LSCHED_UNKNOWN, also by another process, has the same key and gets the first answer.
 * The transaction that ends a wish counts up; the next call for the ticket is a new one.
 *
 * lsched_book() and lsched_confirm() use the key without a suffix, so that one wish never
 * has two bookings: the second one is LSCHED_KEYUSED. */
static const char *key(const ticket *t, const char *suffix, char buffer[96])
{
    snprintf(buffer, 96, "ticket-%lld-%d%s", (long long)t->id, t->wish, suffix);
    return buffer;
}

/* Also reopens a ticket that was resolved. */
static int write_booked(desk *d, const ticket *t, const char *booking)
{
    return desk_sql(d, "UPDATE ticket SET state = 'booked', booking = %Q WHERE id = %lld", booking,
                    t->id);
}

static lsched_request request(const ticket *t, const job *j, const char *key)
{
    return (lsched_request){.size = sizeof(lsched_request),
                            .customer = t->customer,
                            .service = "call",
                            .note = t->subject,
                            .start = j->start,
                            .key = key};
}

int desk_book(desk *d, job *j)
{
    ticket t;
    char buffer[96];
    int status = desk_ticket(d, j->ticket, &t);
    if (status != LSCHED_OK)
        return status;
    const lsched_request r = request(&t, j, key(&t, "", buffer));
    status = desk_told(d, lsched_book(d->s, &r, &j->booking));
    return status == LSCHED_OK ? write_booked(d, &t, j->booking->id) : status;
}

/* Nobody else gets the place while the customer reads.  The ticket need not know: a hold that
 * is never confirmed runs out by itself, and one that is confirmed too late is booked only if
 * the place is still free. */
int desk_hold(desk *d, job *j)
{
    ticket t;
    char suffix[32], buffer[96];
    const int status = desk_ticket(d, j->ticket, &t);
    if (status != LSCHED_OK)
        return status;
    if (t.booking[0] != '\0')
        return LSCHED_KEYUSED; /* as desk_book() is told by libsched */
    snprintf(suffix, sizeof suffix, "-hold-%lld", (long long)j->start);
    const lsched_request r = request(&t, j, key(&t, suffix, buffer));
    return desk_told(d, lsched_hold(d->s, &r, &j->booking));
}

int desk_confirm(desk *d, job *j)
{
    ticket t;
    char buffer[96];
    int status = desk_ticket(d, j->ticket, &t);
    if (status == LSCHED_OK)
        status = write_booked(d, &t, j->hold);
    if (status != LSCHED_OK)
        return status;
    return desk_told(d, lsched_confirm(d->s, j->hold, NULL, key(&t, "", buffer), &j->booking));
}

/* The key is the hold's own here, so that no other hold of the wish can have it.  OVER: it has
 * run out already.  Offered once more, the same time is a new wish; but if another window has
 * booked meanwhile, the wish goes on. */
int desk_decline(desk *d, job *j)
{
    char buffer[96];
    snprintf(buffer, sizeof buffer, "decline-%s", j->hold);
    const int status = desk_told(d, lsched_cancel(d->s, j->hold, "declined", buffer, NULL));
    if (status != LSCHED_OK && status != LSCHED_OVER)
        return status;
    return desk_sql(d, "UPDATE ticket SET wish = wish + 1 WHERE id = %lld AND booking IS NULL",
                    j->ticket);
}

/* The call is not needed any more, or, where its time has come, it took place.  OVER in the
 * end: whoever made the call has said already what became of it. */
int desk_resolve(desk *d, job *j)
{
    ticket t;
    char buffer[96];
    int status = desk_ticket(d, j->ticket, &t);
    if (status == LSCHED_OK && t.booking[0] != '\0') {
        status = lsched_cancel(d->s, t.booking, "resolved", key(&t, "-cancel", buffer), NULL);
        if (status == LSCHED_OVER)
            status = lsched_finish(d->s, t.booking, LSCHED_FULFILLED, NULL,
                                   key(&t, "-finish", buffer), NULL);
        desk_told(d, status);
    }
    if (status != LSCHED_OK && status != LSCHED_OVER)
        return status;
    return desk_sql(d,
                    "UPDATE ticket SET state = 'resolved', booking = NULL, wish = wish + 1"
                    " WHERE id = %lld",
                    t.id);
}
