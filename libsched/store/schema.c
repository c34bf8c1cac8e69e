/* store/schema.c -- how a database is recognised as ours, and made so.
 *
 * A file with a higher schema number than ours is refused and never touched; one with a
 * lower number is opened only by lsi_store_upgrade() (upgrade.c).
 */
#include "store/inner.h"

#include <string.h>

/* ---- opening -------------------------------------------------------------------------- */

int lsi_schema_judge(const lsi_mark *mark, lsi_error *e)
{
    if (mark->application != LSI_APPLICATION || mark->version < 1)
        return lsi_error_set(e, LSCHED_FOREIGN, "the file is not a libsched store");
    if (mark->version > LSI_SCHEMA_VERSION)
        return lsi_error_set(e, LSCHED_FOREIGN,
                             "the store has schema version %d; this library knows %d",
                             (int)mark->version, LSI_SCHEMA_VERSION);
    if (mark->version < LSI_SCHEMA_VERSION)
        return lsi_error_set(e, LSCHED_OUTDATED,
                             "the store has schema version %d: upgrade it to %d first",
                             (int)mark->version, LSI_SCHEMA_VERSION);
    return LSCHED_OK;
}

static bool is_new(const lsi_mark *mark)
{
    return mark->empty && mark->application == 0 && mark->version == 0;
}

int lsi_schema_look(lsi_driver *d, lsi_mark *mark, lsi_error *e)
{
    int status = lsi_driver_begin(d, false, e);
    if (status != LSCHED_OK)
        return status;
    status = lsi_driver_mark(d, mark, e);
    lsi_driver_rollback(d);
    return status;
}

static int write_tables(lsi_driver *d, lsi_error *e)
{
    int status = LSCHED_OK;
    for (size_t i = 0; lsi_tables_parts[i] != NULL && status == LSCHED_OK; i++)
        status = lsi_driver_run(d, lsi_tables_parts[i], e);
    return status == LSCHED_OK
               ? lsi_driver_run(d, "INSERT INTO lsched_meta VALUES (" LSI_SCHEMA_VERSION_SQL ")", e)
               : status;
}

int lsi_schema_write(lsi_driver *d, lsi_error *e)
{
    const int status = write_tables(d, e);
    return status == LSCHED_OK ? lsi_driver_set_mark(d, LSI_APPLICATION, LSI_SCHEMA_VERSION, e)
                               : status;
}

/* ---- whether the schema is still ours ---------------------------------------------------- */

/* A number for a set of statements, whatever their order: a VACUUM changes that. */
typedef struct print {
    uint64_t sum;
    int64_t count;
} print;

static void add_statement(print *p, const char *text, size_t size)
{
    p->sum += lsi_text_hash(LSI_HASH, text, size);
    p->count++;
}

/* In a text of ours, a statement ends where the next one begins; inside of a trigger no
 * line begins with CREATE. */
static void add_statements(print *p, const char *text)
{
    while (*text != '\0') {
        const char *next = strstr(text, ";CREATE ");
        const size_t size = next != NULL ? (size_t)(next - text) : strlen(text) - 1;
        add_statement(p, text, size);
        text += size + 1;
    }
}

static int print_stored(lsi_driver *d, print *p, lsi_error *e)
{
    lsi_statement *s;
    bool row = false;
    size_t size;
    int status = lsi_driver_prepare(d,
                                    "SELECT sql FROM main.sqlite_schema WHERE sql IS NOT NULL"
                                    " AND (tbl_name GLOB 'lsched_*' OR name GLOB 'lsched_*')",
                                    &s, e);
    if (status != LSCHED_OK)
        return status;
    while ((status = lsi_driver_step(s, &row, e)) == LSCHED_OK && row) {
        const char *sql = lsi_driver_text(s, 0, &size);
        if (sql == NULL) {
            status = lsi_error_nomem(e);
            break;
        }
        add_statement(p, sql, size);
    }
    lsi_driver_done(s);
    return status;
}

/* The constraints and triggers are half of every promise here, so nothing is believed of a
 * store that lacks one, or has one of somebody else's.  FOREIGN. */
static int check_text(lsi_driver *d, lsi_error *e)
{
    print ours = {0}, stored = {0};
    for (size_t i = 0; lsi_tables_parts[i] != NULL; i++)
        add_statements(&ours, lsi_tables_parts[i]);
    const int status = print_stored(d, &stored, e);
    if (status == LSCHED_OK && (ours.sum != stored.sum || ours.count != stored.count))
        return lsi_error_set(e, LSCHED_FOREIGN,
                             "the store's tables, indexes and triggers are not those that were"
                             " made with it");
    return status;
}

static int check_store(lsi_driver *d, const lsi_mark *mark, lsi_error *e)
{
    const int status = lsi_schema_judge(mark, e);
    return status == LSCHED_OK ? check_text(d, e) : status;
}

/* ---- making it ------------------------------------------------------------------------------ */

/* Two processes may come here at once: the second waits, looks again, and finds it done. */
static int create_schema(lsi_driver *d, lsi_error *e)
{
    lsi_mark mark;
    int status = lsi_driver_begin(d, true, e);
    if (status != LSCHED_OK)
        return status;
    status = lsi_driver_mark(d, &mark, e);
    if (status == LSCHED_OK)
        status = is_new(&mark) ? lsi_schema_write(d, e) : lsi_schema_judge(&mark, e);
    if (status != LSCHED_OK) {
        lsi_driver_rollback(d);
        return status;
    }
    status = lsi_driver_commit(d, e);
    /* Nothing of the caller's was in it: opening again settles it. */
    return status == LSCHED_UNKNOWN ? lsi_error_set(e, LSCHED_STORE, "cannot create the store")
                                    : status;
}

static int find_schema(lsi_driver *d, const lsi_mark *mark, bool create, lsi_error *e)
{
    if (is_new(mark) && create)
        return create_schema(d, e);
    /* Its creation was cut short, and has been undone by now. */
    if (mark->blank)
        return lsi_error_set(e, LSCHED_NOTFOUND, "the file at that path is empty, not yet a store");
    return check_store(d, mark, e);
}

int lsi_schema_open(const char *path, int32_t flags, const lsi_watch *watch, lsi_driver **out,
                    lsi_error *e)
{
    lsi_mark mark = {0};
    int status = lsi_driver_open(path, flags, LSI_APPLICATION, watch, out, e);
    if (status != LSCHED_OK)
        return status;
    status = lsi_schema_look(*out, &mark, e);
    if (status == LSCHED_OK)
        status = find_schema(*out, &mark, (flags & LSCHED_CREATE) != 0, e);
    if (status == LSCHED_OK)
        status = lsi_driver_settle(*out, e);
    if (status != LSCHED_OK) {
        lsi_driver_abandon(*out);
        *out = NULL;
    }
    return status;
}

/* ---- inside a database of the host's ------------------------------------------------------ */

const char lsi_schema_probe[] = "SELECT 1 FROM main.lsched_meta LIMIT 1";
const char lsi_schema_touch[] = "DELETE FROM main.lsched_meta WHERE 0";

static int ask(lsi_driver *d, const char *sql, int64_t *number, lsi_error *e)
{
    lsi_statement *s;
    const int status = lsi_driver_prepare(d, sql, &s, e);
    return status == LSCHED_OK ? lsi_sql_number(s, number, e) : status;
}

/* The marks in the header are the host's there, so ours is a row.  NOTFOUND: it is not
 * there, and nothing is in its way. */
static int recognise(lsi_driver *d, lsi_error *e)
{
    lsi_mark mark = {.application = LSI_APPLICATION};
    int64_t tables = 0, meta = 0, version = 0, strange = 0;
    /* Names without a schema find the temporary ones first. */
    int status =
        ask(d, "SELECT count(*) FROM temp.sqlite_schema WHERE name GLOB 'lsched_*'", &strange, e);
    if (status == LSCHED_OK && strange > 0)
        return lsi_error_set(e, LSCHED_FOREIGN, "the connection has temporary tables of our names");
    if (status == LSCHED_OK)
        status = ask(d,
                     "SELECT count(*) FROM main.sqlite_schema WHERE type IN ('table', 'view')"
                     " AND name LIKE 'lsched\\_%' ESCAPE '\\'",
                     &tables, e);
    if (status == LSCHED_OK)
        status = ask(
            d,
            "SELECT count(*) FROM pragma_table_info('lsched_meta', 'main') WHERE name = 'version'",
            &meta, e);
    if (status == LSCHED_OK && tables == 0)
        return lsi_error_set(e, LSCHED_NOTFOUND, "there is no store in that database");
    if (status == LSCHED_OK && meta == 0)
        return lsi_error_set(e, LSCHED_FOREIGN, "the database has tables of another program's");
    if (status == LSCHED_OK)
        status = ask(d, "SELECT version FROM main.lsched_meta", &version, e);
    mark.version = (int32_t)version;
    return status == LSCHED_OK ? check_store(d, &mark, e) : status;
}

/* In one transaction: of ours, or in the host's. */
static int find_tables(lsi_driver *d, bool create, lsi_error *e)
{
    int status = lsi_driver_begin(d, create, e);
    if (status != LSCHED_OK)
        return status;
    status = recognise(d, e);
    if (status == LSCHED_NOTFOUND && create)
        status = write_tables(d, e);
    if (status == LSCHED_OK)
        return lsi_driver_commit(d, e);
    lsi_driver_rollback(d);
    return status;
}

int lsi_schema_attach(lsi_driver *d, bool create, lsi_error *e)
{
    int status = find_tables(d, false, e);
    if (status == LSCHED_NOTFOUND && create)
        status = find_tables(d, true, e);
    if (status == LSCHED_OK)
        lsi_error_clear(e);
    return status == LSCHED_OK ? lsi_driver_settle(d, e) : status;
}
