/* query.h -- what slots and week have in common: the question, and its empty answer. */
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
int lost_print(const lsched_slots *list);

/* ---- repair.c ------------------------------------------------------------------------------ */

/* [{booking, reasons: [{reason, text}], text}], or a table. */
json_t *strays_json(struct tool *t, const lsched_strays *list);
int strays_table(struct tool *t, const lsched_strays *list);
/* "agent": whose calendars or strays. */
int argument_owner(const char *name, int32_t *kind);

#endif
