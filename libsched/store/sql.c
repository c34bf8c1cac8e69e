/* store/sql.c -- SQL made from the tables of the kinds, and records to and from rows.
 *
 * Only names from those tables ever become part of a text; values are bound.  Names are
 * quoted, since some of them ("from", "end") are words of the language.
 */
#include "store/inner.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- text ------------------------------------------------------------------------------ */

typedef struct writer {
    char text[4096];
    size_t used;
    bool full;
} writer;

static void __attribute__((format(printf, 2, 3))) say(writer *w, const char *format, ...)
{
    va_list arguments;
    size_t room = sizeof w->text - w->used;
    va_start(arguments, format);
    int n = vsnprintf(w->text + w->used, room, format, arguments);
    va_end(arguments);
    if (n < 0 || (size_t)n >= room)
        w->full = true;
    else
        w->used += (size_t)n;
}

static bool has_column(const lsi_field *f)
{
    return f->type != LSI_SPARE;
}

size_t lsi_sql_columns(const lsi_kind *kind)
{
    size_t n = 0;
    for (size_t i = 0; i < kind->count; i++)
        n += has_column(&kind->fields[i]);
    return n;
}

int lsi_sql_column(const lsi_kind *kind, const char *field)
{
    int n = 0;
    for (size_t i = 0; i < kind->count; i++) {
        if (strcmp(kind->fields[i].name, field) == 0)
            return n;
        n += has_column(&kind->fields[i]);
    }
    return -1;
}

static void say_columns(writer *w, const lsi_kind *kind, size_t count)
{
    const char *comma = "";
    for (size_t i = 0; i < count; i++) {
        if (!has_column(&kind->fields[i]))
            continue;
        say(w, "%s\"%s\"", comma, kind->fields[i].name);
        comma = ", ";
    }
}

static bool is_word(const char *list, const char *word)
{
    const size_t size = strlen(word);
    for (const char *p = list; (p = strstr(p, word)) != NULL; p += size) {
        if ((p == list || p[-1] == ' ') && (p[size] == ' ' || p[size] == '\0'))
            return true;
    }
    return false;
}

/* "name = ?2, ..." for all fields but the key and those that stay. */
static void say_values(writer *w, const lsi_kind *kind, const char *stay, bool excluded)
{
    const char *comma = "";
    int n = (int)kind->keys;
    for (size_t i = kind->keys; i < kind->count; i++) {
        const char *name = kind->fields[i].name;
        if (!has_column(&kind->fields[i]))
            continue;
        n++;
        if (is_word(stay, name))
            continue;
        if (excluded)
            say(w, "%s\"%s\" = excluded.\"%s\"", comma, name, name);
        else
            say(w, "%s\"%s\" = ?%d", comma, name, n);
        comma = ", ";
    }
}

/* " AND ..." for those that stay; nothing is looked for by them. */
static void say_stays(writer *w, const lsi_kind *kind, const char *stay)
{
    for (size_t i = kind->keys; i < kind->count; i++) {
        const char *name = kind->fields[i].name;
        if (has_column(&kind->fields[i]) && is_word(stay, name))
            say(w, " AND +\"%s\" IS ?%d", name, lsi_sql_column(kind, name) + 1);
    }
}

static void say_numbers(writer *w, const lsi_kind *kind)
{
    for (size_t i = 0; i < lsi_sql_columns(kind); i++)
        say(w, "%s?%d", i > 0 ? ", " : "", (int)i + 1);
}

static void say_insert(writer *w, const lsi_kind *kind, bool replace)
{
    say(w, "INSERT INTO lsched_%s (", kind->name);
    say_columns(w, kind, kind->count);
    say(w, ") VALUES (");
    say_numbers(w, kind);
    say(w, ")");
    if (!replace)
        return;
    say(w, " ON CONFLICT (");
    say_columns(w, kind, kind->keys);
    say(w, ") DO UPDATE SET ");
    say_values(w, kind, "", true);
}

static void say_piece(writer *w, const lsi_kind *kind, const char *piece)
{
    for (const char *p = piece; *p != '\0'; p++) {
        if (*p == '@')
            say_columns(w, kind, kind->count);
        else if (*p == '#')
            say(w, "lsched_%s", kind->name);
        else if (*p == '~')
            say_numbers(w, kind);
        else if (*p == '$')
            for (size_t i = 0; i < kind->keys; i++)
                say(w, "%s\"%s\" = ?%d", i > 0 ? " AND " : "", kind->fields[i].name, (int)i + 1);
        else
            say(w, "%c", *p);
    }
}

/* ---- texts that are made once ------------------------------------------------------------ */

static const char insert_piece[] = "insert", replace_piece[] = "replace";

static const char *find_made(const lsi_store *st, const lsi_kind *kind, const char *piece)
{
    for (size_t i = 0; i < st->made_count; i++)
        if (st->made[i].piece == piece && st->made[i].kind == kind)
            return st->made[i].sql;
    return NULL;
}

static int keep_made(lsi_store *st, const lsi_kind *kind, const char *piece, const writer *w,
                     const char **sql, lsi_error *e)
{
    if (w->full)
        return lsi_error_set(e, LSCHED_STORE, "an SQL text of kind %s is too long", kind->name);
    char *text = lsi_arena_text(&st->texts, w->text, w->used);
    if (text == NULL)
        return lsi_error_nomem(e);
    lsi_made *made = lsi_vector_push(&st->made, &st->made_count, &st->made_room, sizeof *made);
    if (made == NULL)
        return lsi_error_nomem(e);
    *made = (lsi_made){kind, piece, text};
    *sql = text;
    return LSCHED_OK;
}

int lsi_sql_insert(lsi_store *st, const lsi_kind *kind, bool replace, lsi_statement **out,
                   lsi_error *e)
{
    const char *piece = replace ? replace_piece : insert_piece;
    const char *sql = find_made(st, kind, piece);
    if (sql == NULL) {
        writer w = {.used = 0};
        say_insert(&w, kind, replace);
        int status = keep_made(st, kind, piece, &w, &sql, e);
        if (status != LSCHED_OK)
            return status;
    }
    return lsi_driver_prepare(st->driver, sql, out, e);
}

int lsi_sql_update(lsi_store *st, const lsi_kind *kind, const char *stay, const char *piece,
                   lsi_statement **out, lsi_error *e)
{
    const char *sql = find_made(st, kind, piece);
    if (sql == NULL) {
        writer w = {.used = 0};
        say(&w, "UPDATE lsched_%s SET ", kind->name);
        say_values(&w, kind, stay, false);
        say(&w, " %s", piece);
        say_stays(&w, kind, stay);
        int status = keep_made(st, kind, piece, &w, &sql, e);
        if (status != LSCHED_OK)
            return status;
    }
    return lsi_driver_prepare(st->driver, sql, out, e);
}

int lsi_sql_piece(lsi_store *st, const lsi_kind *kind, const char *piece, lsi_statement **out,
                  lsi_error *e)
{
    const char *sql = find_made(st, kind, piece);
    if (sql == NULL) {
        writer w = {.used = 0};
        say_piece(&w, kind, piece);
        int status = keep_made(st, kind, piece, &w, &sql, e);
        if (status != LSCHED_OK)
            return status;
    }
    return lsi_driver_prepare(st->driver, sql, out, e);
}

/* ---- records and rows ---------------------------------------------------------------------- */

static void bind_field(lsi_statement *s, int n, const lsi_field *f, bool key, const void *record)
{
    if (!lsi_kind_is_text(f)) {
        lsi_driver_bind_int(s, n, lsi_kind_int(f, record));
        return;
    }
    size_t size = lsi_kind_text_size(f, record);
    if (size == 0 && !key)
        lsi_driver_bind_null(s, n);
    else
        lsi_driver_bind_text(s, n, lsi_kind_text(f, record), size);
}

void lsi_sql_bind(lsi_statement *s, const lsi_kind *kind, const void *record)
{
    int n = 0;
    for (size_t i = 0; i < kind->count; i++)
        if (has_column(&kind->fields[i]))
            bind_field(s, ++n, &kind->fields[i], i < kind->keys, record);
}

void lsi_sql_bind_key(lsi_statement *s, const lsi_kind *kind, const void *key)
{
    for (size_t i = 0; i < kind->keys; i++)
        bind_field(s, (int)i + 1, &kind->fields[i], true, key);
}

void lsi_sql_bind_id(lsi_statement *s, int n, const char *id)
{
    lsi_driver_bind_text(s, n, id, id != NULL ? strlen(id) : 0);
}

static int read_text(lsi_statement *s, int column, const lsi_field *f, lsi_arena *a, void *record,
                     lsi_error *e)
{
    size_t size;
    const char *text = lsi_driver_text(s, column, &size);
    char *copy = text != NULL ? lsi_arena_text(a, text, size) : NULL;
    if (copy == NULL)
        return lsi_error_nomem(e);
    lsi_kind_set_text(f, record, copy);
    if (f->type == LSI_CALENDAR)
        ((lsched_calendar *)record)->text_size = size;
    return LSCHED_OK;
}

int lsi_sql_read(lsi_statement *s, const lsi_kind *kind, lsi_arena *a, void *record, lsi_error *e)
{
    uint32_t size = (uint32_t)kind->size;
    int column = 0;
    memset(record, 0, kind->size);
    memcpy(record, &size, sizeof size);
    for (size_t i = 0; i < kind->count; i++) {
        const lsi_field *f = &kind->fields[i];
        if (!has_column(f))
            continue;
        int status = LSCHED_OK;
        if (lsi_kind_is_text(f))
            status = read_text(s, column, f, a, record, e);
        else
            lsi_kind_set_int(f, record, lsi_driver_int(s, column));
        if (status != LSCHED_OK)
            return status;
        column++;
    }
    return LSCHED_OK;
}

int lsi_sql_one(lsi_statement *s, const lsi_kind *kind, lsi_arena *a, void *record, lsi_error *e)
{
    bool row = false;
    int status = lsi_driver_step(s, &row, e);
    if (status == LSCHED_OK)
        status = row ? lsi_sql_read(s, kind, a, record, e) : LSCHED_NOTFOUND;
    lsi_driver_done(s);
    return status;
}

int lsi_sql_all(lsi_statement *s, const lsi_kind *kind, lsi_arena *a, void **records,
                size_t *count, lsi_error *e)
{
    void *items = NULL;
    size_t n = 0, room = 0;
    bool row = false;
    int status;
    *records = NULL;
    *count = 0;
    while ((status = lsi_driver_step(s, &row, e)) == LSCHED_OK && row) {
        void *item = lsi_vector_push(&items, &n, &room, kind->size);
        status = item != NULL ? lsi_sql_read(s, kind, a, item, e) : lsi_error_nomem(e);
        if (status != LSCHED_OK)
            break;
    }
    lsi_driver_done(s);
    if (status == LSCHED_OK && n > 0) {
        *records = lsi_arena_take(a, n * kind->size);
        if (*records != NULL) {
            memcpy(*records, items, n * kind->size);
            *count = n;
        } else {
            status = lsi_error_nomem(e);
        }
    }
    free(items);
    return status;
}

int lsi_sql_number(lsi_statement *s, int64_t *number, lsi_error *e)
{
    bool row = false;
    int status = lsi_driver_step(s, &row, e);
    *number = row ? lsi_driver_int(s, 0) : 0;
    lsi_driver_done(s);
    return status;
}
