/* site.c -- a site file in memory: its JSON, what its records point to, and the error
 * line that names the place in it.
 */
#include "site.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SITE_LIMIT ((size_t)256 * 1024 * 1024)

int site_nomem(void)
{
    return fail(EXIT_NO_STORE, "memory ran out");
}

int site_fail(struct site *site, const struct where *w, const char *format, ...)
{
    char what[1200];
    char place[WHERE_TEXT];
    va_list list;
    va_start(list, format);
    vsnprintf(what, sizeof what, format, list);
    va_end(list);
    where_text(w, place);
    return fail(EXIT_WRONG, "%s:%d: %s%s%s", site->path, where_line(w, site->text), place,
                *place ? ": " : "", what);
}

int site_open(struct site *site)
{
    struct file file = {.path = site->path};
    int code = file_read(&file, SITE_LIMIT, "the limit of a site file");
    if (code != EXIT_DONE)
        return fail(code, "%s", file.why);
    return site_parse(site, file.text, file.size);
}

int site_parse(struct site *site, char *text, size_t size)
{
    json_error_t error;
    site->text = text;
    site->seen = json_object();
    site->root = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
    if (!site->root && json_error_code(&error) == json_error_null_character)
        return fail(EXIT_WRONG, "%s:%d:%d: JSON: a text has a NUL (\\u0000)", site->path,
                    error.line, error.column);
    if (!site->root)
        return fail(EXIT_WRONG, "%s:%d:%d: JSON: %s", site->path, error.line, error.column,
                    error.text);
    return site->seen ? EXIT_DONE : site_nomem();
}

void site_close(struct site *site)
{
    for (size_t i = 0; i < site->memory_count; i++)
        free(site->memory[i]);
    free(site->memory);
    free(site->items);
    json_decref(site->seen);
    json_decref(site->root);
    free(site->text);
}

/* Room for one more of `size` bytes; NULL if memory ran out. */
static void *grow(void *items, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return items;
    size_t more = *room ? *room * 2 : 64;
    void *moved = realloc(items, more * size);
    if (moved)
        *room = more;
    return moved;
}

void *site_take(struct site *site, size_t size)
{
    void **all = grow(site->memory, site->memory_count, &site->memory_room, sizeof *all);
    if (!all)
        return NULL;
    site->memory = all;
    void *made = calloc(1, size ? size : 1);
    if (made)
        site->memory[site->memory_count++] = made;
    return made;
}

struct item *site_item(struct site *site)
{
    struct item *all = grow(site->items, site->item_count, &site->item_room, sizeof *all);
    if (!all)
        return NULL;
    site->items = all;
    memset(&all[site->item_count], 0, sizeof *all);
    return &all[site->item_count++];
}
