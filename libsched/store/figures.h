/* store/figures.h -- what figures are counted from: part of the store's contract. */
#ifndef LSI_STORE_FIGURES_H
#define LSI_STORE_FIGURES_H

#include "model/model.h"

struct lsi_store;

/* Who is shown what there is, row by row; what they answer but OK ends it.  What they are shown
 * lasts for that call. */
typedef struct lsi_viewer {
    int (*story)(void *user, const lsi_story *story, lsi_error *e);
    int (*attempt)(void *user, const lsi_effort *attempt, lsi_error *e);
    int (*score)(void *user, const char *agent, int64_t score, int64_t spare, lsi_error *e);
    /* `answered` 0: it is not. */
    int (*message)(void *user, const char *agent, int64_t due, int64_t answered, lsi_error *e);
    void *user;
} lsi_viewer;

/* Contacts with a start in [from, until), of that team ("" or NULL: of all), in the order of their
 * starts, but for what was only held. */
int lsi_figures_stories(struct lsi_store *st, const char *team, lsched_time from, lsched_time until,
                        const lsi_viewer *to, lsi_error *e);
/* Attempts that began then, also of contacts that were tried again later. */
int lsi_figures_attempts(struct lsi_store *st, const char *team, lsched_time from,
                         lsched_time until, const lsi_viewer *to, lsi_error *e);
/* Scores that were given then, and messages whose answer was promised for then. */
int lsi_figures_entries(struct lsi_store *st, const char *team, lsched_time from, lsched_time until,
                        const lsi_viewer *to, lsi_error *e);

#endif
