/* store/backup.c -- a copy of the store that is known to be good before anybody relies on it. */
#include "store/inner.h"

#include <string.h>

/* The engine's words are of several lines; the last one says what. */
static int refuse(const char *words, lsi_error *e)
{
    const char *line = strrchr(words, '\n');
    return lsi_error_set(e, LSCHED_STORE, "the copy is not good: %.200s",
                         line != NULL ? line + 1 : words);
}

/* The first word of the engine about what is wrong with the file; "ok" if nothing is. */
static int check_pages(lsi_driver *d, lsi_error *e)
{
    lsi_statement *s;
    bool row = false;
    size_t size = 0;
    int status = lsi_driver_prepare(d, "PRAGMA quick_check(1)", &s, e);
    if (status != LSCHED_OK)
        return status;
    status = lsi_driver_step(s, &row, e);
    if (status == LSCHED_OK && row) {
        const char *words = lsi_driver_text(s, 0, &size);
        if (words == NULL)
            status = lsi_error_nomem(e);
        else if (lsi_verify_starved(words))
            status = lsi_error_nomem(e);
        else if (strcmp(words, "ok") != 0)
            status = refuse(words, e);
    }
    lsi_driver_done(s);
    return status;
}

/* As lsched_open() will find it. */
static int check_copy(const char *path, lsi_error *e)
{
    const lsi_watch watch = lsi_watch_start(0);
    lsi_driver *d = NULL;
    int status = lsi_schema_open(path, LSCHED_NETWORK, &watch, &d, e);
    if (status == LSCHED_FOREIGN || status == LSCHED_OUTDATED || status == LSCHED_NOTFOUND)
        status = lsi_error_set(e, LSCHED_STORE, "the copy is not good: it is no store");
    if (status == LSCHED_OK)
        status = check_pages(d, e);
    lsi_driver_close_alone(d);
    return status;
}

int lsi_store_backup(lsi_store *st, const char *path, lsi_error *e)
{
    if (!lsi_driver_is_ours(st->driver))
        return lsi_error_set(e, LSCHED_MISUSE, "the store was opened by another process");
    if (strcmp(path, ":memory:") == 0)
        return lsi_error_set(e, LSCHED_MISUSE, "a backup in memory would be gone at once");
    return lsi_driver_backup(st->driver, path, check_copy, e);
}
