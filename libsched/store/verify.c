/* store/verify.c -- what is found, and what can be found without knowing what rows mean: the
 * pages, the references, the text of the schema, and what its triggers keep.
 */
#include "store/inner.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- findings ------------------------------------------------------------------------------ */

static char *one_line(lsi_arena *a, const char *text)
{
    char *copy = lsi_arena_text(a, text, strlen(text));
    for (char *p = copy; p != NULL && *p != '\0'; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            *p = ' ';
    return copy;
}

int lsi_verify_add(lsi_findings *f, const char *invariant, const char *subject, lsi_error *e,
                   const char *format, ...)
{
    char text[600] = "there are more";
    va_list arguments;
    if (f->full)
        return LSCHED_OK;
    f->full = f->count == LSCHED_MAX_PAGE;
    va_start(arguments, format);
    if (!f->full)
        vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    lsched_finding *finding = lsi_vector_push(&f->at, &f->count, &f->room, sizeof *finding);
    if (finding == NULL)
        return lsi_error_nomem(e);
    *finding = (lsched_finding){.size = sizeof *finding,
                                .invariant = invariant,
                                .subject = one_line(f->a, f->full ? "" : subject),
                                .text = one_line(f->a, text)};
    return finding->subject != NULL && finding->text != NULL ? LSCHED_OK : lsi_error_nomem(e);
}

void lsi_verify_free(lsi_findings *f)
{
    free(f->at);
    f->at = NULL;
    f->count = f->room = 0;
}

static int text_of(lsi_statement *s, int column, const char **text, lsi_error *e)
{
    size_t size;
    *text = lsi_driver_text(s, column, &size);
    return *text != NULL ? LSCHED_OK : lsi_error_nomem(e);
}

/* Two columns of a row: what it is about, and what is wrong. */
static int add_row(lsi_statement *s, const char *invariant, lsi_findings *f, lsi_error *e)
{
    const char *subject, *text;
    int status = text_of(s, 0, &subject, e);
    if (status == LSCHED_OK)
        status = text_of(s, 1, &text, e);
    return status == LSCHED_OK ? lsi_verify_add(f, invariant, subject, e, "%s", text) : status;
}

int lsi_verify_ask(lsi_statement *s, const char *invariant, lsi_findings *f, lsi_error *e)
{
    bool row = false;
    int status = LSCHED_OK;
    while (!f->full && (status = lsi_driver_step(s, &row, e)) == LSCHED_OK && row) {
        status = add_row(s, invariant, f, e);
        if (status != LSCHED_OK)
            break;
    }
    lsi_driver_done(s);
    return status;
}

/* SQLite's own numbers, SQLITE_NOMEM and SQLITE_IOERR_NOMEM, as it writes them into text. */
enum {
    ENGINE_NOMEM = 7,
    ENGINE_IO_NOMEM = 3082
};

/* ---- the file -------------------------------------------------------------------------------- */

bool lsi_verify_starved(const char *words)
{
    static const char says[] = "error code=";
    for (const char *p = words; (p = strstr(p, says)) != NULL;) {
        p += sizeof says - 1;
        const long code = strtol(p, NULL, 10);
        if (code == ENGINE_NOMEM || code == ENGINE_IO_NOMEM)
            return true;
    }
    return false;
}

static int check_pages(lsi_store *st, lsi_findings *f, lsi_error *e)
{
    lsi_statement *s;
    const char *words;
    bool row = false;
    int status = lsi_driver_prepare(st->driver, "PRAGMA quick_check(100)", &s, e);
    if (status != LSCHED_OK)
        return status;
    while ((status = lsi_driver_step(s, &row, e)) == LSCHED_OK && row) {
        status = text_of(s, 0, &words, e);
        if (status == LSCHED_OK && lsi_verify_starved(words))
            status = lsi_error_nomem(e);
        if (status == LSCHED_OK && strcmp(words, "ok") != 0)
            status = lsi_verify_add(f, "file", "", e, "%s", words);
        if (status != LSCHED_OK)
            break;
    }
    lsi_driver_done(s);
    return status;
}

/* Of other tables in the file, too, their owner should know. */
static int check_references(lsi_store *st, lsi_findings *f, lsi_error *e)
{
    lsi_statement *s;
    const char *table, *parent;
    bool row = false;
    int status = lsi_driver_prepare(st->driver, "PRAGMA foreign_key_check", &s, e);
    if (status != LSCHED_OK)
        return status;
    while (!f->full && (status = lsi_driver_step(s, &row, e)) == LSCHED_OK && row) {
        const int64_t id = lsi_driver_int(s, 1);
        status = text_of(s, 0, &table, e);
        if (status == LSCHED_OK)
            status = text_of(s, 2, &parent, e);
        if (status == LSCHED_OK)
            status = lsi_verify_add(f, "file", table, e, "row %lld refers to none of %s",
                                    (long long)id, parent);
        if (status != LSCHED_OK)
            break;
    }
    lsi_driver_done(s);
    return status;
}

/* What the engine cannot even read is found, too. */
int lsi_verify_file(lsi_store *st, lsi_findings *f, lsi_error *e)
{
    int status = check_pages(st, f, e);
    if (status == LSCHED_OK)
        status = check_references(st, f, e);
    if (status != LSCHED_STORE)
        return status;
    const lsi_error found = *e;
    const int added = lsi_verify_add(f, "file", "", e, "%s", found.text);
    *e = added == LSCHED_OK ? found : *e;
    return added == LSCHED_OK ? status : added;
}

/* ---- the schema ---------------------------------------------------------------------------------- */

/* A table, index or trigger. */
typedef struct thing {
    const char *type, *name, *sql;
} thing;

typedef struct things {
    thing *at;
    size_t count, room;
} things;

static int read_thing(lsi_statement *s, lsi_arena *a, things *list, lsi_error *e)
{
    const char *columns[3];
    thing *t = lsi_vector_push(&list->at, &list->count, &list->room, sizeof *t);
    if (t == NULL)
        return lsi_error_nomem(e);
    for (int i = 0; i < 3; i++) {
        int status = text_of(s, i, &columns[i], e);
        if (status != LSCHED_OK)
            return status;
        columns[i] = lsi_arena_text(a, columns[i], strlen(columns[i]));
        if (columns[i] == NULL)
            return lsi_error_nomem(e);
    }
    *t = (thing){columns[0], columns[1], columns[2]};
    return LSCHED_OK;
}

/* What bears our name, and what hangs on it whatever its own name is. */
static int read_things(lsi_driver *d, lsi_arena *a, things *list, lsi_error *e)
{
    lsi_statement *s;
    bool row = false;
    int status = lsi_driver_prepare(d,
                                    "SELECT type, name, sql FROM sqlite_schema"
                                    " WHERE lower(tbl_name) GLOB 'lsched_*'"
                                    "  OR lower(name) GLOB 'lsched_*' ORDER BY name",
                                    &s, e);
    if (status != LSCHED_OK)
        return status;
    while ((status = lsi_driver_step(s, &row, e)) == LSCHED_OK && row) {
        status = read_thing(s, a, list, e);
        if (status != LSCHED_OK)
            break;
    }
    lsi_driver_done(s);
    return status;
}

static const thing *find_thing(const things *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->at[i].name, name) == 0)
            return &list->at[i];
    return NULL;
}

static int compare(const things *ours, const things *theirs, lsi_findings *f, lsi_error *e)
{
    int status = LSCHED_OK;
    for (size_t i = 0; i < ours->count && status == LSCHED_OK; i++) {
        const thing *want = &ours->at[i], *have = find_thing(theirs, want->name);
        if (have == NULL)
            status = lsi_verify_add(f, "schema", want->name, e, "the %s is missing", want->type);
        else if (strcmp(have->type, want->type) != 0 || strcmp(have->sql, want->sql) != 0)
            status = lsi_verify_add(f, "schema", want->name, e, "the %s is not as it was made",
                                    want->type);
    }
    for (size_t i = 0; i < theirs->count && status == LSCHED_OK; i++)
        if (find_thing(ours, theirs->at[i].name) == NULL)
            status = lsi_verify_add(f, "schema", theirs->at[i].name, e,
                                    "the %s is none of this library's", theirs->at[i].type);
    return status;
}

static int check_things(lsi_store *st, lsi_findings *f, lsi_error *e)
{
    lsi_arena a = {0};
    things ours = {0}, theirs = {0};
    lsi_driver *model = NULL;
    const lsi_watch watch = lsi_watch_start(0);
    int status = lsi_schema_open(":memory:", LSCHED_CREATE, &watch, &model, e);
    if (status == LSCHED_STORE) /* nothing but memory can be short in memory */
        status = lsi_error_nomem(e);
    if (status == LSCHED_OK)
        status = read_things(model, &a, &ours, e);
    if (status == LSCHED_OK)
        status = read_things(st->driver, &a, &theirs, e);
    if (status == LSCHED_OK)
        status = compare(&ours, &theirs, f, e);
    lsi_driver_close(model);
    free(ours.at);
    free(theirs.at);
    lsi_arena_free(&a);
    return status;
}

static const char version_sql[] =
    "SELECT 'lsched_meta', 'it does not say version " LSI_SCHEMA_VERSION_SQL "'"
    " WHERE (SELECT group_concat(version) FROM lsched_meta) IS NOT '" LSI_SCHEMA_VERSION_SQL "'";

static const char homes_sql[] =
    "SELECT id, 'team ''' || id || ''' counts ' || customers || ' customers, and is the home of '"
    "  || (SELECT count(*) FROM lsched_customer WHERE team = t.id)"
    " FROM lsched_team AS t"
    " WHERE customers <> (SELECT count(*) FROM lsched_customer WHERE team = t.id)";

static const char work_sql[] =
    "SELECT agent, 'on day ' || day || ' it has ' || sum(kept) || ' seconds of work, and '"
    "  || sum(booked) || ' are booked'"
    " FROM (SELECT agent, day, seconds AS kept, 0 AS booked FROM lsched_work"
    "  UNION ALL SELECT agent, start / 86400, 0, \"end\" - start FROM lsched_booking"
    "   WHERE " LSI_WORK_SQL ")"
    " GROUP BY agent, day HAVING sum(kept) <> sum(booked)";

/* The present revision of each service has its copy. */
static const char policies_piece[] =
    "SELECT id, 'revision ' || revision || ' of service ''' || id || ''' is not what was kept'"
    " FROM (SELECT @ FROM lsched_service EXCEPT SELECT @ FROM lsched_policy)";

int lsi_verify_schema(lsi_store *st, lsi_findings *f, lsi_error *e)
{
    lsi_statement *s;
    int status = check_things(st, f, e);
    if (status == LSCHED_OK)
        status = lsi_driver_prepare(st->driver, version_sql, &s, e);
    if (status == LSCHED_OK)
        status = lsi_verify_ask(s, "schema", f, e);
    if (status == LSCHED_OK)
        status = lsi_driver_prepare(st->driver, homes_sql, &s, e);
    if (status == LSCHED_OK)
        status = lsi_verify_ask(s, "schema", f, e);
    if (status == LSCHED_OK)
        status = lsi_driver_prepare(st->driver, work_sql, &s, e);
    if (status == LSCHED_OK)
        status = lsi_verify_ask(s, "schema", f, e);
    if (status == LSCHED_OK)
        status = lsi_sql_piece(st, &lsi_kind_service, policies_piece, &s, e);
    return status == LSCHED_OK ? lsi_verify_ask(s, "schema", f, e) : status;
}
