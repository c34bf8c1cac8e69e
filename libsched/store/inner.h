/* store/inner.h -- what the files of the store share; nobody else's. */
#ifndef LSI_INNER_H
#define LSI_INNER_H

#include "store/driver.h"
#include "store/store.h"

/* The longest span that a booking may take of an agent, as schema.c checks it too.  All
 * searches by time lean on it: what touches an instant began at most so long before. */
#define LSI_LONGEST 172800
#define LSI_QUOTED(number) #number
#define LSI_AS_SQL(number) LSI_QUOTED(number)
#define LSI_LONGEST_SQL LSI_AS_SQL(LSI_LONGEST)

/* A text made from a kind's table and a piece of SQL, so that it is made only once. */
typedef struct lsi_made {
    const lsi_kind *kind;
    const char *piece;
    const char *sql;
} lsi_made;

#define LSI_FILTERS 256 /* sets of the conditions that a list of bookings can have */

struct lsi_store {
    lsi_driver *driver;
    lsi_arena texts;
    lsi_made *made;
    size_t made_count, made_room;
    const char *filters[LSI_FILTERS];
    int depth;
    bool write;
    bool broken; /* an inner part could not be undone: the whole must not commit */
    lsi_error cause; /* why that part was to be undone */
};

/* ---- schema.c ------------------------------------------------------------------------- */

/* Opens the database and sees to it that it holds our schema. */
int lsi_schema_open(const char *path, bool create, lsi_driver **out, lsi_error *e);

/* ---- store.c --------------------------------------------------------------------------- */

/* MISUSE unless a transaction that writes is open; STORE if it cannot be kept. */
int lsi_store_writing(const lsi_store *st, lsi_error *e);

/* ---- sql.c: statements from the tables of the kinds -------------------------------------- */

/* Each field with a column has the parameter and the column of its place among these. */
size_t lsi_sql_columns(const lsi_kind *kind);
/* The column of a field, from 0. */
int lsi_sql_column(const lsi_kind *kind, const char *field);

/* "INSERT ..." of a whole record; with `replace`, one with the same key is replaced. */
int lsi_sql_insert(lsi_store *st, const lsi_kind *kind, bool replace, lsi_statement **out,
                   lsi_error *e);
/* "UPDATE table SET (all but the key) " and `piece`. */
int lsi_sql_update(lsi_store *st, const lsi_kind *kind, const char *piece, lsi_statement **out,
                   lsi_error *e);
/* `piece`, with each '@' in it replaced by the kind's columns, '#' by the table's name,
 * and '$' by the condition that the key is ?1, ?2, ... */
int lsi_sql_piece(lsi_store *st, const lsi_kind *kind, const char *piece, lsi_statement **out,
                  lsi_error *e);

/* Binds a record to ?1, ?2, ...: an optional text that is empty is NULL. */
void lsi_sql_bind(lsi_statement *s, const lsi_kind *kind, const void *record);
void lsi_sql_bind_key(lsi_statement *s, const lsi_kind *kind, const void *key);
void lsi_sql_bind_id(lsi_statement *s, int n, const char *id);
/* Reads a record from the first columns of a row. */
int lsi_sql_read(lsi_statement *s, const lsi_kind *kind, lsi_arena *a, void *record, lsi_error *e);
/* The first row, or NOTFOUND without a message; ends the statement. */
int lsi_sql_one(lsi_statement *s, const lsi_kind *kind, lsi_arena *a, void *record, lsi_error *e);
/* All rows as one array in the arena; ends the statement. */
int lsi_sql_all(lsi_statement *s, const lsi_kind *kind, lsi_arena *a, void **records,
                size_t *count, lsi_error *e);
/* The first column of the first row, 0 if there is none; ends the statement. */
int lsi_sql_number(lsi_statement *s, int64_t *number, lsi_error *e);

/* ---- record.c ---------------------------------------------------------------------------- */

int lsi_record_missing(const lsi_kind *kind, const void *key, lsi_error *e);

#endif
