/* desk.h -- the tickets of a little CRM, whose calls libsched books in the same database. */
#ifndef CRM_DESK_H
#define CRM_DESK_H

#include <libsched.h>
#include <sqlite3.h>
#include <stdbool.h>

typedef struct desk {
    sqlite3 *db;     /* the CRM's own, with tables ticket and customer */
    lsched *s;       /* attached to it */
    lsched_time now; /* 0: the system's clock */
    char why[700];   /* why the last call failed; both libraries only lend their words */
} desk;

typedef struct ticket {
    sqlite3_int64 id;
    int wish; /* counts the calls asked for, see key() */
    char customer[LSCHED_MAX_ID + 1];
    char subject[LSCHED_MAX_NOTE + 1];
    char booking[LSCHED_MAX_ID + 1];
} ticket;

/* What one transaction is about: the wish that goes in, the booking that comes out. */
typedef struct job {
    sqlite3_int64 ticket;
    lsched_time start;
    const char *hold; /* the booking that is to be confirmed or given back */
    lsched_booking *booking;
} job;

/* All answer an enum lsched_status; after a failure nothing has changed, in any table. */
int desk_open(desk *d, const char *path, bool create);
void desk_close(desk *d);
int desk_failed(desk *d, int code); /* an answer of SQLite's, in libsched's terms */
int desk_told(desk *d, int status); /* an answer of libsched's, with its words kept */
int desk_sql(desk *d, const char *format, ...);
int desk_ticket(desk *d, sqlite3_int64 id, ticket *t);

/* Does `work` in one transaction; it is one of those below, or a caller's own. */
int desk_together(desk *d, int (*work)(desk *d, job *j), job *j);
int desk_book(desk *d, job *j);
int desk_hold(desk *d, job *j);
int desk_confirm(desk *d, job *j);
int desk_decline(desk *d, job *j);
int desk_resolve(desk *d, job *j);

#endif
