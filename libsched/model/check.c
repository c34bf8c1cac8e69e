/* model/check.c -- whether a record keeps what its table says.
 *
 * The first failure ends the check: keys come first, so that every later message can say
 * which record it is about.
 */
#include "model/model.h"

#include <inttypes.h>
#include <string.h>

/* One field that is being checked, and how its messages begin. */
typedef struct look {
    const lsi_field *f;
    void *record;
    const char *label;
    lsi_error *e;
} look;

static int refuse(const look *l, int status, const char *what)
{
    return lsi_error_set(l->e, status, "%s: %s %s", l->label, l->f->name, what);
}

static int check_int(const look *l)
{
    const lsi_field *f = l->f;
    int64_t value = lsi_kind_int(f, l->record);
    if (value == 0 && f->required)
        return refuse(l, LSCHED_INVALID, "is required");
    if (value == 0) {
        lsi_kind_set_int(f, l->record, f->fallback);
        return LSCHED_OK;
    }
    if (value < f->min)
        return lsi_error_set(l->e, LSCHED_INVALID, "%s: %s is %" PRId64 ", less than %d", l->label,
                             f->name, value, (int)f->min);
    if (value > f->max)
        return lsi_error_set(l->e, f->type == LSI_AMOUNT ? LSCHED_LIMIT : LSCHED_INVALID,
                             "%s: %s is %" PRId64 ", more than %d", l->label, f->name, value,
                             (int)f->max);
    return LSCHED_OK;
}

static int check_time(const look *l)
{
    const int64_t end = INT64_C(7258118400); /* 2200-01-01T00:00Z */
    int64_t value = lsi_kind_int(l->f, l->record);
    if (value == 0 && l->f->required)
        return refuse(l, LSCHED_INVALID, "is required");
    if (value < 0 || value > end)
        return refuse(l, LSCHED_INVALID, "is not a time from 1970 to 2199");
    return LSCHED_OK;
}

static size_t limit_of(lsi_type type)
{
    switch (type) {
    case LSI_ID:
        return LSCHED_MAX_ID;
    case LSI_NOTE:
    case LSI_LINK:
        return LSCHED_MAX_NOTE;
    case LSI_WORDS:
    case LSI_SKILLS:
        return LSCHED_MAX_WORDS;
    default:
        return LSCHED_MAX_NAME;
    }
}

static int check_date(const look *l, const char *text, size_t size)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (size != 10 || text[4] != '-' || text[7] != '-')
        return refuse(l, LSCHED_INVALID, "is not a date like 2026-01-05");
    int32_t year = lsi_text_number(text, 4);
    int32_t month = lsi_text_number(text + 5, 2);
    int32_t day = lsi_text_number(text + 8, 2);
    if (year < 1970 || year > 2199 || month < 1 || month > 12 || day < 1)
        return refuse(l, LSCHED_INVALID, "is not a date from 1970 to 2199");
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (day > lengths[month - 1] + (month == 2 && leap ? 1 : 0))
        return refuse(l, LSCHED_INVALID, "is a day that its month does not have");
    return LSCHED_OK;
}

/* The part of a word that must not come twice: of "skill:level" the skill. */
static size_t stem(lsi_type type, const char *word, size_t size)
{
    const char *colon = type == LSI_SKILLS ? memchr(word, ':', size) : NULL;
    return colon != NULL ? (size_t)(colon - word) : size;
}

static int check_word(const look *l, const char *word, size_t size)
{
    size_t name = stem(l->f->type, word, size);
    if (name == 0 || !lsi_text_is_id(word, size))
        return refuse(l, LSCHED_INVALID, "has an empty or malformed word");
    if (name > LSCHED_MAX_ID)
        return lsi_error_set(l->e, LSCHED_LIMIT, "%s: %s has a word of more than %d bytes",
                             l->label, l->f->name, LSCHED_MAX_ID);
    if (name == size)
        return LSCHED_OK;
    int32_t level = lsi_text_number(word + name + 1, size - name - 1);
    if (level > LSCHED_MAX_LEVEL)
        return lsi_error_set(l->e, LSCHED_LIMIT, "%s: %s has '%.*s' at level %d, more than %d",
                             l->label, l->f->name, (int)name, word, (int)level, LSCHED_MAX_LEVEL);
    if (level < 1)
        return lsi_error_set(l->e, LSCHED_INVALID, "%s: %s has '%.*s' without a level 1 to %d",
                             l->label, l->f->name, (int)name, word, LSCHED_MAX_LEVEL);
    return LSCHED_OK;
}

/* Whether a word of the list before `end` has this stem. */
static bool came_before(const look *l, const char *list, const char *end, const char *word,
                        size_t name)
{
    const char *other;
    size_t size;
    while ((list = lsi_text_word(list, &other, &size)) != NULL && other < end)
        if (stem(l->f->type, other, size) == name && memcmp(other, word, name) == 0)
            return true;
    return false;
}

static int check_words(const look *l, const char *list, size_t size)
{
    if (list[0] == ' ' || list[size - 1] == ' ' || strstr(list, "  ") != NULL)
        return refuse(l, LSCHED_INVALID, "has a space too many");
    const char *next = list, *word;
    size_t bytes;
    while ((next = lsi_text_word(next, &word, &bytes)) != NULL) {
        int status = check_word(l, word, bytes);
        if (status != LSCHED_OK)
            return status;
        size_t name = stem(l->f->type, word, bytes);
        if (came_before(l, list, word, word, name))
            return lsi_error_set(l->e, LSCHED_INVALID, "%s: %s has '%.*s' twice", l->label,
                                 l->f->name, (int)name, word);
    }
    return LSCHED_OK;
}

static int check_text(const look *l)
{
    const lsi_field *f = l->f;
    const char *text = lsi_kind_text(f, l->record);
    size_t limit = limit_of(f->type);
    size_t size = lsi_text_size(text, limit);
    if (size == 0)
        return f->required ? refuse(l, LSCHED_INVALID, "is required") : LSCHED_OK;
    if (size > limit)
        return lsi_error_set(l->e, LSCHED_LIMIT, "%s: %s is longer than %zu bytes", l->label,
                             f->name, limit);
    if (!lsi_text_clean(text, size, f->type == LSI_NOTE))
        return refuse(l, LSCHED_INVALID, "has a control character or is not UTF-8");
    switch (f->type) {
    case LSI_ID:
    case LSI_ZONE:
        return lsi_text_is_id(text, size) ? LSCHED_OK
                                          : refuse(l, LSCHED_INVALID, "has white space");
    case LSI_WORDS:
    case LSI_SKILLS:
        return check_words(l, text, size);
    case LSI_DATE:
        return check_date(l, text, size);
    default:
        return LSCHED_OK;
    }
}

static int check_calendar(const look *l)
{
    lsched_calendar *calendar = l->record;
    size_t size = calendar->text_size;
    if (calendar->text == NULL)
        return refuse(l, LSCHED_INVALID, "is required");
    if (size == 0)
        size = lsi_text_size(calendar->text, LSCHED_MAX_CALENDAR);
    if (size == 0)
        return refuse(l, LSCHED_INVALID, "is required");
    if (size > LSCHED_MAX_CALENDAR)
        return lsi_error_set(l->e, LSCHED_LIMIT, "%s: %s is longer than %d bytes", l->label,
                             l->f->name, LSCHED_MAX_CALENDAR);
    if (memchr(calendar->text, '\0', size) != NULL)
        return refuse(l, LSCHED_INVALID, "has a NUL inside");
    calendar->text_size = size;
    return LSCHED_OK;
}

static int check_field(const look *l)
{
    switch (l->f->type) {
    case LSI_INT:
    case LSI_AMOUNT:
        return check_int(l);
    case LSI_SPARE:
        return lsi_kind_int(l->f, l->record) == 0 ? LSCHED_OK
                                                  : refuse(l, LSCHED_MISUSE, "is not zero");
    case LSI_TIME:
        return check_time(l);
    case LSI_SEQ:
        return LSCHED_OK;
    case LSI_CALENDAR:
        return check_calendar(l);
    default:
        return check_text(l);
    }
}

int lsi_kind_check(const lsi_kind *kind, void *record, lsi_error *e)
{
    char label[LSI_LABEL];
    look l = {.record = record, .label = kind->name, .e = e};
    for (size_t i = 0; i < kind->count; i++) {
        /* Until the key is known to be good, the kind has to do. */
        if (i == kind->keys) {
            lsi_kind_label(kind, record, label);
            l.label = label;
        }
        l.f = &kind->fields[i];
        int status = check_field(&l);
        if (status != LSCHED_OK)
            return status;
    }
    return kind->whole != NULL ? kind->whole(record, l.label, e) : LSCHED_OK;
}
