/* site_calendar.c -- the calendars of a site file: in the file itself, or in files beside
 * it.  Line ends become CRLF, as RFC 5545 has them, where a text has bare LFs only.
 */
#include "site.h"

#include <stdlib.h>
#include <string.h>

static const char *const places[] = {"file", "text"};

/* Takes `size` bytes over into the record; frees nothing. */
static int keep(struct site *site, const char *text, size_t size, lsched_calendar *c)
{
    size_t ends = 0;
    for (const char *p = text; p < text + size; p++)
        ends += *p == '\n';
    bool bare = ends > 0 && !memchr(text, '\r', size);
    char *copy = site_take(site, size + (bare ? ends : 0) + 1);
    if (!copy)
        return site_nomem();
    c->text = copy;
    for (const char *p = text; p < text + size; p++) {
        if (bare && *p == '\n')
            *copy++ = '\r';
        *copy++ = *p;
    }
    c->text_size = (size_t)(copy - c->text);
    return EXIT_DONE;
}

/* Relative to the folder of the site file. */
static char *beside(struct site *site, const char *file)
{
    const char *slash = strcmp(site->path, "-") ? strrchr(site->path, '/') : NULL;
    size_t folder = *file != '/' && slash ? (size_t)(slash - site->path) + 1 : 0;
    char *path = site_take(site, folder + strlen(file) + 1);
    if (path) {
        memcpy(path, site->path, folder);
        strcpy(path + folder, file);
    }
    return path;
}

static int from_file(struct site *site, const struct where *w, json_t *name, struct item *item)
{
    struct file file = {.path = beside(site, json_string_value(name))};
    if (!file.path)
        return site_nomem();
    if (file_calendar(&file) != EXIT_DONE)
        return site_fail(site, w, "%s", file.why);
    item->file = file.path;
    int code = keep(site, file.text, file.size, item->record);
    free(file.text);
    return code;
}

static int from_lines(struct site *site, const struct where *w, json_t *lines, struct item *item)
{
    size_t size = 0;
    for (size_t i = 0; i < json_array_size(lines); i++) {
        const struct where here = {w, NULL, i};
        json_t *line = json_array_get(lines, i);
        if (!json_is_string(line))
            return site_fail(site, &here, "must be a text, and is %s", json_kind(line));
        size += json_string_length(line) + 2;
    }
    char *text = site_take(site, size + 1);
    if (!text)
        return site_nomem();
    char *end = text;
    for (size_t i = 0; i < json_array_size(lines); i++)
        end = stpcpy(stpcpy(end, json_string_value(json_array_get(lines, i))), "\r\n");
    lsched_calendar *c = item->record;
    c->text = text;
    c->text_size = size;
    item->lines = true;
    return EXIT_DONE;
}

/* Exactly one of "file" and "text". */
static int read_text(struct site *site, const struct where *w, json_t *object, struct item *item)
{
    json_t *file = json_object_get(object, "file");
    json_t *text = json_object_get(object, "text");
    const struct where at_file = {w, "file", 0};
    const struct where at_text = {w, "text", 0};
    if (file && text)
        return site_fail(site, &at_file, "stands beside 'text'; one of them is enough");
    if (file && (!json_is_string(file) || !json_string_length(file)))
        return site_fail(site, &at_file, "must be the name of a file");
    if (file)
        return from_file(site, &at_file, file, item);
    if (json_is_array(text))
        return from_lines(site, &at_text, text, item);
    if (json_is_string(text))
        return keep(site, json_string_value(text), json_string_length(text), item->record);
    if (text)
        return site_fail(site, &at_text, "must be a text or an array of lines, and is %s",
                         json_kind(text));
    return site_fail(site, w, "needs 'file' or 'text'");
}

static int read_calendar(struct site *site, const struct where *w, json_t *object,
                         struct item *item)
{
    int code = site_record(site, w, object, &kind_calendar, places, 2, item->record);
    return code == EXIT_DONE ? read_text(site, w, object, item) : code;
}

int site_calendars(struct site *site, const struct where *owner, json_t *object,
                   const struct kind *kind, const char *id, size_t at)
{
    json_t *list = json_object_get(object, "calendars");
    const struct where here = {owner, "calendars", 0};
    if (list && !json_is_array(list))
        return site_fail(site, &here, "must be an array, and is %s", json_kind(list));
    json_t *names = json_object();
    int code = names ? EXIT_DONE : site_nomem();
    for (size_t i = 0; code == EXIT_DONE && i < json_array_size(list); i++) {
        const struct where w = {&here, NULL, i};
        const struct where name = {&w, "name", 0};
        lsched_calendar *c = site_take(site, sizeof *c);
        struct item *item = site_item(site);
        if (!c || !item) {
            code = site_nomem();
            break;
        }
        *item = (struct item){
            .kind = &kind_calendar, .record = c, .at = at, .calendar = i, .owners = kind->list};
        c->kind = kind->owner;
        c->owner = id;
        code = read_calendar(site, &w, json_array_get(list, i), item);
        if (code == EXIT_DONE && json_object_get(names, c->name))
            code = site_fail(site, &name, "'%s' stands twice", c->name);
        if (code == EXIT_DONE && json_object_set_new(names, c->name, json_true()) != 0)
            code = site_nomem();
    }
    json_decref(names);
    return code;
}
