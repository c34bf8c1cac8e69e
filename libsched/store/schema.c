/* store/schema.c -- how a database is recognised as ours, and made so.
 *
 * A file with a higher schema number than ours is refused and never touched; one with a
 * lower number is opened only by lsi_store_upgrade() (upgrade.c).
 */
#include "store/inner.h"

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

int lsi_schema_write(lsi_driver *d, lsi_error *e)
{
    int status = LSCHED_OK;
    for (size_t i = 0; lsi_tables_parts[i] != NULL && status == LSCHED_OK; i++)
        status = lsi_driver_run(d, lsi_tables_parts[i], e);
    if (status == LSCHED_OK)
        status = lsi_driver_run(
            d, "INSERT INTO lsched_meta VALUES (" LSI_AS_SQL(LSI_SCHEMA_VERSION) ")", e);
    return status == LSCHED_OK ? lsi_driver_set_mark(d, LSI_APPLICATION, LSI_SCHEMA_VERSION, e)
                               : status;
}

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
    return lsi_schema_judge(mark, e);
}

int lsi_schema_open(const char *path, bool create, lsi_driver **out, lsi_error *e)
{
    lsi_mark mark = {0};
    int status = lsi_driver_open(path, create, LSI_APPLICATION, out, e);
    if (status != LSCHED_OK)
        return status;
    status = lsi_schema_look(*out, &mark, e);
    if (status == LSCHED_OK)
        status = find_schema(*out, &mark, create, e);
    if (status == LSCHED_OK)
        status = lsi_driver_settle(*out, e);
    if (status != LSCHED_OK) {
        lsi_driver_abandon(*out);
        *out = NULL;
    }
    return status;
}
