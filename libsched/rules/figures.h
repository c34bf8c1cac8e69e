/* rules/figures.h -- what figures are made of: part of the rules' contract. */
#ifndef LSI_FIGURES_H
#define LSI_FIGURES_H

#include "rules/rules.h"

/* One who served: when, and how much was given to them. */
typedef struct lsi_worker {
    char id[LSCHED_MAX_ID + 1];
    lsi_spans busy;
    int64_t assigned; /* seconds */
    int64_t shift;    /* likewise; the caller's to fill in */
    bool gone;        /* from the catalogue: nobody has shares, and owes any; the caller's, too */
} lsi_worker;

typedef struct lsi_workers {
    lsi_worker *at;
    size_t count, room;
} lsi_workers;

/* The one with that id, made if need be; NULL if memory ran out. */
lsi_worker *lsi_figures_worker(lsi_workers *all, const char *id);
void lsi_figures_free_workers(lsi_workers *all);

/* Numbers of which percentiles are wanted. */
typedef struct lsi_sample {
    int64_t *at;
    size_t count, room;
} lsi_sample;

/* How something is counted, and what has been counted so far. */
typedef struct lsi_count {
    lsched_time now;
    int64_t grace;        /* seconds behind a promised time that are still in time */
    const lsi_zone *zone; /* of the hours of the week */
    lsched_figures *f;
    lsi_sample late, wait;
} lsi_count;

void lsi_figures_free(lsi_count *c);

/* One contact more; an answered or late message; a score. */
int lsi_figures_add(lsi_count *c, const lsi_story *s, lsi_error *e);
void lsi_figures_message(lsi_count *c, lsched_time due, lsched_time answered);
/* What its agent had to do with it; and with attempts of which it is known when they began. */
int lsi_figures_work(lsi_workers *all, const lsi_story *s, lsched_time now, lsi_error *e);
int lsi_figures_attempt(lsi_workers *all, const lsi_effort *attempt, lsched_time now,
                        lsi_error *e);
/* When all are counted: percentiles. */
void lsi_figures_close(lsi_count *c);
/* Fairness: of everybody, and of one of them (NULL: of all of them together). */
void lsi_figures_share(const lsi_workers *all, const lsi_worker *one, lsched_figures *f);

#endif
