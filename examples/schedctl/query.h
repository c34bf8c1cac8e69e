/* query.h -- what slots, week and month have in common: the question, its empty answer, and the
 * shades of the pictures. */
#ifndef SCHEDCTL_QUERY_H
#define SCHEDCTL_QUERY_H

#include "record.h"

struct question {
    lsched_query query;
    char zone[LSCHED_MAX_NAME + 1]; /* the customer's */
    lsched_booking *moving;         /* lends customer and service */
};

/* Reads CUSTOMER, SERVICE, --moving, --channel, --agent, --team and --rung. */
int question_read(struct tool *t, struct question *q);
void question_free(struct question *q);
/* enum lsched_reason. */
extern const struct choice choice_reason[];
/* Bits of it: [{reason, text}], or texts with semicolons between them. */
json_t *why_json(int32_t reasons);
const char *why_text(int32_t reasons, char *buffer, size_t size);
/* Why candidates fell out: [{reason, text, count}], or lines of words. */
json_t *lost_json(const lsched_slots *list);
int lost_print(struct tool *t, const struct question *q, const char *service,
               const lsched_slots *list);

/* ---- slots.c -------------------------------------------------------------------------- */

json_t *slot_json(struct tool *t, const lsched_slot *slot, const char *zone);

/* ---- shade.c -------------------------------------------------------------------------- */

/* 0: nothing; else 1 to SHADES, in equal parts of the most. */
#define SHADES 4
int shade_of(int32_t number, int32_t most);
const char *shade_text(const struct tool *t, int shade);
/* A colour lasts until the next one; -1 ends it.  `last` is -1 to begin with. */
void shade_color(const struct tool *t, int shade, int *last);
/* One cell. */
void shade_print(const struct tool *t, int shade);
/* "nobody  1-2  3 free at once", each behind its shade. */
void shade_legend(const struct tool *t, int indent, int32_t most, const char *none,
                  const char *unit);

/* ---- strays.c ------------------------------------------------------------------------------ */

#define STRAYS 100 /* told of behind a write, at most */

/* [{booking, reasons: [{reason, text}], text}], or a table. */
json_t *strays_json(struct tool *t, const lsched_strays *list);
int strays_table(struct tool *t, const lsched_strays *list);
/* Behind a write: the table, and what mends it; nothing where every booking fits.  `kind` and `owner`
 * say whose they are; "": of all. */
int strays_tell(struct tool *t, const lsched_strays *list, const char *kind, const char *owner);

/* ---- repair.c ------------------------------------------------------------------------------ */

/* "agent": whose calendars or strays. */
int argument_owner(const char *name, int32_t *kind);

#endif
