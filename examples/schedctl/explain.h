/* explain.h -- what the files of schedctl explain share. */
#ifndef SCHEDCTL_EXPLAIN_H
#define SCHEDCTL_EXPLAIN_H

#include "query.h"

#define STRIP_CELLS 50                    /* half hours: a day of 25 hours */
#define STRIP_TEXT (STRIP_CELLS * 3 + 16) /* bytes of its line */

#define FEW_LINES 10 /* without --all */

/* The answer in one sentence. */
void verdict_print(struct tool *t, const struct question *q, const lsched_explanation *x);
/* What stands in the way, as a table. */
int obstacles_print(struct tool *t, const lsched_explanation *x, const char *zone);
/* How much an obstacle stops: seconds, of each candidate. */
int64_t obstacle_weight(const lsched_explanation *x, const lsched_obstacle *o);
/* "... and 5 more agents; --all shows them", where some were left out. */
void print_more(size_t left, const char *noun);
/* Whether a word list has the word. */
bool lists(const char *list, const char *word);
/* Whether the answer is a day or less, and about somebody. */
bool strips_fit(const lsched_explanation *x);
int strips_print(struct tool *t, const struct question *q, const lsched_explanation *x);

/* The whole answer; `anywhere` as by explain.c's look_anywhere(). */
json_t *explanation_json(struct tool *t, const struct question *q, const lsched_explanation *x,
                         const lsched_slot *anywhere);

#endif
