/* store/inner.h -- what the files of the store share; nobody else's. */
#ifndef LSI_INNER_H
#define LSI_INNER_H

#include "store/driver.h"
#include "store/store.h"

/* The longest span that a booking may take of an agent, as tables.c checks it too.  All
 * searches by time lean on it: what touches an instant began at most so long before. */
#define LSI_LONGEST 172800
#define LSI_QUOTED(number) #number
#define LSI_AS_SQL(number) LSI_QUOTED(number)
#define LSI_LONGEST_SQL LSI_AS_SQL(LSI_LONGEST)

/* What takes its agent's time: booked, held, started.  Indexes serve a question only where
 * it says this in the same words; `of` is what stands before the columns' names: "" or "b.".
 * Of more than two constants SQLite makes a table each time that it looks, and a booking is
 * looked at often: so here, and in the tables, no list is longer. */
#define LSI_LIVE_OF_SQL(of) "(" of "state IN (1, 3) OR " of "state = 4)"
#define LSI_LIVE_SQL LSI_LIVE_OF_SQL("")
#define LSI_UNFULFILLED_SQL "state <> 5"
/* What waits in line; and what came into it and is not over. */
#define LSI_WAITS_SQL "state = 9"
#define LSI_OPEN_SQL "since > 0 AND state IN (1, 4, 9)"

/* Whether a list of words has one; and whether it has one of the regions of the customer c, of
 * whom the table's key is asked, because a table in a question knows no columns of what is around
 * it. */
#define LSI_HAS_SQL(list, word) "instr(' ' || " list " || ' ', ' ' || " word " || ' ') > 0"
#define LSI_OF_REGIONS_SQL(list)                                                                   \
    "(" LSI_HAS_SQL(list, "c.region") " OR c.regions IS NOT NULL AND EXISTS ("                     \
    "WITH RECURSIVE w(word, rest) AS (SELECT '', c.regions || ' ' UNION ALL"                       \
    " SELECT substr(rest, 1, instr(rest, ' ') - 1), substr(rest, instr(rest, ' ') + 1)"            \
    " FROM w WHERE rest <> '')"                                                                    \
    " SELECT 1 FROM w WHERE word <> '' AND " LSI_HAS_SQL(list, "word") "))"
/* Whether the incident i touches the booking b of the customer c, closed or not; in C,
 * lsi_audience_touches() says the same. */
#define LSI_TOUCHES_SQL                                                                            \
    "coalesce((i.regions IS NULL OR " LSI_OF_REGIONS_SQL("i.regions") ")"                          \
    " AND (coalesce(i.services, i.topic) IS NULL OR " LSI_HAS_SQL("i.services", "b.service")       \
    "  OR i.topic = (SELECT topic FROM lsched_service WHERE id = b.service)), 0)"

/* What is work of its agent: promised, going on, done.  What is only held is none yet, so that
 * holding a place, and letting it go, changes nobody's turn. */
#define LSI_WORK_OF_SQL(of) "(" of "state IN (1, 4) OR " of "state = 5)"
#define LSI_WORK_SQL LSI_WORK_OF_SQL("")

/* The order of the line at a time: what was promised by then first, the rest by arrival. */
#define LSI_LATE_SQL(of, now) "(" of "due > 0 AND " of "due <= " now ")"
#define LSI_ORDER_SQL(of, now)                                                                     \
    "iif(" LSI_LATE_SQL(of, now) ", " of "due, 1 << 40), " of "since, " of "id"
/* Events after which its agent is free again: fulfilled, no-show, tried. */
#define LSI_ENDED_SQL "kind IN (9, 11, 16)"

/* A text made from a kind's table and a piece of SQL, so that it is made only once. */
typedef struct lsi_made {
    const lsi_kind *kind;
    const char *piece;
    const char *sql;
} lsi_made;

#define LSI_FILTERS 2048 /* sets of the conditions that a list of bookings can have */

struct lsi_store {
    lsi_driver *driver;
    lsi_arena texts;
    lsi_made *made;
    size_t made_count, made_room;
    const char *filters[LSI_FILTERS];
    int depth;
    bool write;
    uint64_t events; /* that were written */
    int32_t limit;   /* milliseconds that a call may take; 0: see base/watch.c */
    bool broken;     /* an inner part could not be undone: the whole must not commit */
    lsi_error cause; /* why that part was to be undone */
};

/* LSCHED_MAX_HELD and LSCHED_MAX_HELD_SOURCE, for SQL. */
#define LSI_HELD 3
#define LSI_HELD_SOURCE 20
#define LSI_HELD_SQL LSI_AS_SQL(LSI_HELD)
#define LSI_HELD_SOURCE_SQL LSI_AS_SQL(LSI_HELD_SOURCE)
_Static_assert(LSI_HELD == LSCHED_MAX_HELD && LSI_HELD_SOURCE == LSCHED_MAX_HELD_SOURCE,
               "quotas are what the header says");

/* LSCHED_MAX_HOLD likewise. */
#define LSI_HOLD_SECONDS 600
/* Whether a hold still holds at a time: it has not run out, and could have been made by then.
 * The second is for stores where a clock was far ahead for a while.  `of` is what stands
 * before the columns' names: "" or "b.".  In C, lsi_life_run_out() says the same. */
#define LSI_HOLDS_OF_SQL(of, time)                                                                 \
    "(" of "expires > " time " AND " of "expires <= " time " + " LSI_AS_SQL(LSI_HOLD_SECONDS) ")"
#define LSI_HOLDS_SQL(time) LSI_HOLDS_OF_SQL("", time)
_Static_assert(LSI_HOLD_SECONDS == LSCHED_MAX_HOLD, "holds are as long as the header says");

/* ---- tables.c -------------------------------------------------------------------------- */

#define LSI_SCHEMA_VERSION 2
#define LSI_SCHEMA_VERSION_SQL LSI_AS_SQL(LSI_SCHEMA_VERSION)
/* The whole schema, in this order; ends with NULL. */
extern const char *const lsi_tables_parts[];
/* Those of them that are in files of their own: tables_answers.c, tables_laws.c, tables_case.c. */
extern const char lsi_tables_occurrences[], lsi_tables_mends[], lsi_tables_laws[],
    lsi_tables_cases[], lsi_tables_entries[];

/* Whether a customer's id is a mark of one who was forgotten. */
#define LSI_FORGOTTEN_SQL(customer) "EXISTS (SELECT 1 FROM lsched_forgotten WHERE mark = " customer ")"
/* What goes of events and entries, and what becomes of their keys; `row` parts the two. */
#define LSI_EMPTIED_SQL(row)                                                                               \
    LSI_FORGOTTEN_SQL("NEW.customer") " AND NOT " LSI_FORGOTTEN_SQL("OLD.customer")                                \
    " AND NEW.request = 0 AND NEW.\"key\" IS iif(OLD.\"key\" IS NULL, NULL,"                       \
    "  NEW.customer || '/" row "' || NEW.seq)"                                                     \
    " AND (NEW.case_id IS NULL) = (OLD.case_id IS NULL) AND (NEW.case_id IS NULL OR"               \
    "  substr(NEW.case_id, 1, length(NEW.customer) + 1) = NEW.customer || '.')"                    \
    " AND coalesce(NEW.actor, NEW.correlation) IS NULL"

/* tables_news.c: three parts of it. */
extern const char lsi_tables_incidents[], lsi_tables_news[], lsi_tables_void[];

#define LSI_APPLICATION 0x6C736368 /* "lsch", in the file's header */

/* ---- schema.c ------------------------------------------------------------------------- */

/* Opens the database and sees to it that it holds our schema. */
int lsi_schema_open(const char *path, int32_t flags, const lsi_watch *watch, lsi_driver **out,
                    lsi_error *e);
/* Whether the host's database holds our schema; with `create`, after this it does.
 * NOTFOUND, FOREIGN, BUSY, STORE. */
int lsi_schema_attach(lsi_driver *d, bool create, lsi_error *e);
/* What lsi_driver_attach() asks for. */
extern const char lsi_schema_probe[], lsi_schema_touch[];
/* The marks as they are now; whether they are those of our schema: FOREIGN, OUTDATED. */
int lsi_schema_look(lsi_driver *d, lsi_mark *mark, lsi_error *e);
int lsi_schema_judge(const lsi_mark *mark, lsi_error *e);
/* The tables and their marks, into a transaction that writes. */
int lsi_schema_write(lsi_driver *d, lsi_error *e);

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
/* "UPDATE table SET (all but the key and the words of `stay`) " and `piece`, which ends in a
 * condition, and that those which stay are what is bound; each `stay` with a piece of its own. */
int lsi_sql_update(lsi_store *st, const lsi_kind *kind, const char *stay, const char *piece,
                   lsi_statement **out, lsi_error *e);
/* `piece`, with each '@' in it replaced by the kind's columns, '~' by ?1, ?2, ... for these,
 * '#' by the table's name, and '$' by the condition that the key is ?1, ?2, ... */
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
int lsi_sql_all(lsi_statement *s, const lsi_kind *kind, lsi_arena *a, void **records, size_t *count,
                lsi_error *e);
/* The first column of the first row, 0 if there is none; ends the statement. */
int lsi_sql_number(lsi_statement *s, int64_t *number, lsi_error *e);

/* ---- outbox.c: the questions that are asked again and again, for a look at their plans ---- */

extern const char lsi_outbox_due_sql[], lsi_outbox_next_sql[];
extern const char lsi_news_due_sql[], lsi_news_next_sql[];
/* ---- verify.c ---------------------------------------------------------------------------- */

/* Whether the engine's words about a file only say that memory ran out while it looked. */
bool lsi_verify_starved(const char *words);
/* Adds a finding for each row of two columns, subject and text; ends the statement. */
int lsi_verify_ask(lsi_statement *s, const char *invariant, lsi_findings *f, lsi_error *e);

/* ---- record.c ---------------------------------------------------------------------------- */

int lsi_record_missing(const lsi_kind *kind, const void *key, lsi_error *e);

/* ---- events.c --------------------------------------------------------------------------- */

/* Copies the booking's row as it is by now, in the transaction that wrote it. */
int lsi_events_append(lsi_store *st, const char *id, const lsi_stamp *stamp, lsi_error *e);
/* The booking as an event left it. */
int lsi_events_after(lsi_store *st, int64_t seq, lsi_arena *a, const lsched_booking **out,
                     lsi_error *e);

#endif
