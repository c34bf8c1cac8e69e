/* site_field.c -- one object of a site file, read into a record by its kind's table:
 * known keys only, the right types, nothing required missing.
 */
#include "site.h"

#include <stdio.h>
#include <string.h>

const char *json_kind(const json_t *value)
{
    static const char *const names[] = {
        [JSON_OBJECT] = "an object", [JSON_ARRAY] = "an array",  [JSON_STRING] = "a text",
        [JSON_INTEGER] = "a number", [JSON_REAL] = "a fraction", [JSON_TRUE] = "true",
        [JSON_FALSE] = "false",      [JSON_NULL] = "null",
    };
    return names[json_typeof(value)];
}

static int wrong_type(struct site *site, const struct where *w, const char *wanted,
                      const json_t *value)
{
    return site_fail(site, w, "must be %s, and is %s", wanted, json_kind(value));
}

int site_keys(struct site *site, const struct where *w, json_t *object, const char *const *names,
              size_t count)
{
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        size_t i = 0;
        while (i < count && strcmp(names[i], key) != 0)
            i++;
        if (i < count)
            continue;
        const struct where here = {w, key, 0};
        const char *near = nearest(key, names, count);
        if (near)
            return site_fail(site, &here, "unknown key; did you mean '%s'?", near);
        return site_fail(site, &here, "unknown key");
    }
    return EXIT_DONE;
}

static int read_text(struct site *site, const struct where *w, json_t *value, const struct field *f,
                     void *record)
{
    if (!json_is_string(value))
        return wrong_type(site, w, "a text", value);
    const char *text = json_string_value(value);
    if (f->required && !*text)
        return site_fail(site, w, "must not be empty");
    field_set(f, record, &text, sizeof text);
    return EXIT_DONE;
}

static int read_number(struct site *site, const struct where *w, json_t *value, int64_t least,
                       int64_t most, int32_t *number)
{
    if (!json_is_integer(value))
        return wrong_type(site, w, "a whole number", value);
    json_int_t wide = json_integer_value(value);
    if (wide < least || wide > most)
        return site_fail(site, w, "%lld is not between %lld and %lld", (long long)wide,
                         (long long)least, (long long)most);
    *number = (int32_t)wide;
    return EXIT_DONE;
}

static int read_choice(struct site *site, const struct where *w, json_t *value,
                       const struct field *f, int32_t *number)
{
    char known[CHOICE_TEXT];
    if (!json_is_string(value))
        return wrong_type(site, w, "a text", value);
    if (choice_value(f->choices, json_string_value(value), json_string_length(value), number))
        return EXIT_DONE;
    return site_fail(site, w, "'%.64s' is not one of %s", json_string_value(value),
                     choice_list(f->choices, -1, known));
}

static int read_bits(struct site *site, const struct where *w, json_t *value, const struct field *f,
                     void *record)
{
    int32_t bits = 0;
    if (!json_is_array(value))
        return wrong_type(site, w, "an array of names", value);
    for (size_t i = 0; i < json_array_size(value); i++) {
        const struct where here = {w, NULL, i};
        int32_t bit = 0;
        int code = read_choice(site, &here, json_array_get(value, i), f, &bit);
        if (code != EXIT_DONE)
            return code;
        bits |= bit;
    }
    field_set(f, record, &bits, sizeof bits);
    return EXIT_DONE;
}

static int read_time(struct site *site, const struct where *w, json_t *value, const struct field *f,
                     void *record)
{
    lsched_time at;
    if (!json_is_string(value))
        return wrong_type(site, w, "a time in a text", value);
    if (lsched_instant(site->tool->s, json_string_value(value), NULL, &at) != LSCHED_OK)
        return site_fail(site, w, "%s", lsched_message(site->tool->s));
    field_set(f, record, &at, sizeof at);
    return EXIT_DONE;
}

/* A word that would fall apart in a word list is refused here. */
static bool is_word(const char *text)
{
    return *text && !text[strcspn(text, " \t\r\n\v\f")];
}

static int read_words(struct site *site, const struct where *w, json_t *value,
                      const struct field *f, void *record)
{
    size_t size = 0;
    if (!json_is_array(value))
        return wrong_type(site, w, "an array of words", value);
    for (size_t i = 0; i < json_array_size(value); i++) {
        const struct where here = {w, NULL, i};
        json_t *word = json_array_get(value, i);
        if (!json_is_string(word))
            return wrong_type(site, &here, "a text", word);
        if (!is_word(json_string_value(word)))
            return site_fail(site, &here, "'%.64s' is not one word", json_string_value(word));
        size += json_string_length(word) + 1;
    }
    char *list = site_take(site, size + 1);
    if (!list)
        return site_nomem();
    char *end = list;
    for (size_t i = 0; i < json_array_size(value); i++)
        end += sprintf(end, "%s%s", i ? " " : "", json_string_value(json_array_get(value, i)));
    field_set(f, record, &list, sizeof list);
    return EXIT_DONE;
}

static int read_skills(struct site *site, const struct where *w, json_t *value,
                       const struct field *f, void *record)
{
    const char *skill;
    json_t *level;
    size_t size = 0;
    if (!json_is_object(value))
        return wrong_type(site, w, "an object of skills and levels", value);
    json_object_foreach(value, skill, level) size += strlen(skill) + 3;
    char *list = site_take(site, size + 1);
    if (!list)
        return site_nomem();
    char *end = list;
    json_object_foreach(value, skill, level)
    {
        const struct where here = {w, skill, 0};
        int32_t number = 0;
        if (!is_word(skill))
            return site_fail(site, &here, "'%.64s' is not one word", skill);
        int code = read_number(site, &here, level, 1, LSCHED_MAX_LEVEL, &number);
        if (code != EXIT_DONE)
            return code;
        end += sprintf(end, "%s%s:%d", end > list ? " " : "", skill, (int)number);
    }
    field_set(f, record, &list, sizeof list);
    return EXIT_DONE;
}

static int read_field(struct site *site, const struct where *w, json_t *value,
                      const struct field *f, void *record)
{
    int32_t number = 0;
    int code = EXIT_DONE;
    switch (f->type) {
    case FIELD_TEXT:
        return read_text(site, w, value, f, record);
    case FIELD_TIME:
        return read_time(site, w, value, f, record);
    case FIELD_WORDS:
        return read_words(site, w, value, f, record);
    case FIELD_SKILLS:
        return read_skills(site, w, value, f, record);
    case FIELD_BITS:
        return read_bits(site, w, value, f, record);
    case FIELD_NUMBER:
        code = read_number(site, w, value, -1, INT32_MAX, &number);
        break;
    case FIELD_CHOICE:
        code = read_choice(site, w, value, f, &number);
        break;
    case FIELD_FLAG:
        if (!json_is_boolean(value))
            return wrong_type(site, w, "true or false", value);
        number = json_is_true(value);
        break;
    }
    field_set(f, record, &number, sizeof number);
    return code;
}

int site_record(struct site *site, const struct where *w, json_t *object, const struct kind *kind,
                const char *const *extra, size_t extra_count, void *record)
{
    const char *names[40];
    size_t count = 0;
    if (!json_is_object(object))
        return wrong_type(site, w, "an object", object);
    for (size_t i = 0; i < kind->count; i++)
        names[count++] = kind->fields[i].name;
    for (size_t i = 0; i < extra_count; i++)
        names[count++] = extra[i];
    int code = site_keys(site, w, object, names, count);
    uint32_t size = (uint32_t)kind->size;
    memcpy(record, &size, sizeof size);
    for (size_t i = 0; code == EXIT_DONE && i < kind->count; i++) {
        const struct field *f = &kind->fields[i];
        const struct where here = {w, f->name, 0};
        json_t *value = json_object_get(object, f->name);
        if (value)
            code = read_field(site, &here, value, f, record);
        else if (f->required)
            code = site_fail(site, &here, "is missing");
    }
    return code;
}
