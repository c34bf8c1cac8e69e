/* site.h -- a site file on its way into the store: read, checked as a whole, then put. */
#ifndef SCHEDCTL_SITE_H
#define SCHEDCTL_SITE_H

#include "record.h"

/* Where in the JSON text something stands: a chain of keys and indexes to the root. */
struct where {
    const struct where *up;
    const char *key; /* NULL: an index */
    size_t index;
};

/* One thing to put, in the order of loading. */
struct item {
    const struct kind *kind;
    void *record;
    size_t at;          /* index in the list of its kind, or of its owner's kind */
    size_t calendar;    /* index among the owner's calendars */
    const char *owners; /* of a calendar: "teams" */
    const char *file;   /* of a calendar: where its text stands; NULL: in the site file */
    bool lines;         /* of a calendar: its text is an array of lines */
};

struct site {
    struct tool *tool;
    const char *path;
    char *text;
    json_t *root;
    json_t *seen;  /* the keys of all records, to find those that stand twice */
    void **memory; /* all that the records point to */
    size_t memory_count, memory_room;
    struct item *items;
    size_t item_count, item_room;
};

/* ---- where.c ------------------------------------------------------------------------- */

/* "teams[3].regions", into `buffer`. */
#define WHERE_TEXT 256
const char *where_text(const struct where *w, char buffer[WHERE_TEXT]);
/* The line of `text`, which is well-formed JSON, on which it begins; of something that
 * is not there, the line of what it should stand in. */
int where_line(const struct where *w, const char *text);

/* ---- site.c --------------------------------------------------------------------------- */

/* Reads the file as JSON.  Every function here answers an exit code, and has already said
 * why when it is not EXIT_DONE. */
int site_open(struct site *site);
/* The same of what has been read: `text` is the site's from now on, with a NUL behind it. */
int site_parse(struct site *site, char *text, size_t size);
void site_close(struct site *site);
void *site_take(struct site *site, size_t size); /* zeroed; lives as long as the site */
struct item *site_item(struct site *site);
int site_fail(struct site *site, const struct where *w, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
int site_nomem(void);

/* ---- site_check.c, site_calendar.c, site_field.c ----------------------------------------- */

int site_check(struct site *site);
/* The calendars of an owner, as items. */
int site_calendars(struct site *site, const struct where *owner, json_t *object,
                   const struct kind *kind, const char *id, size_t at);
/* Reads the fields of one object into a record. */
int site_record(struct site *site, const struct where *w, json_t *object, const struct kind *kind,
                const char *const *extra, size_t extra_count, void *record);
/* Every key of the object is known. */
int site_keys(struct site *site, const struct where *w, json_t *object, const char *const *names,
              size_t count);
const char *json_kind(const json_t *value); /* "a number" */

#endif
