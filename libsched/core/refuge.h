/* core/refuge.h -- where strays could go: what refuge.c and repair.c share. */
#ifndef LSI_REFUGE_H
#define LSI_REFUGE_H

#include "core/core.h"

/* What is known of a stray. */
typedef struct lsi_astray {
    const lsched_booking *booking;
    int32_t reasons;      /* why it is one */
    int status;           /* why nobody can serve at its own time, or OK */
    int32_t missing;      /* with the reasons of whoever came nearest */
    lsched_time promised; /* its start by the wall clock that was promised */
    const lsi_zone *zone; /* of that, where it is not the booking's start */
    bool known;           /* the customer knows the agent */
} lsi_astray;

typedef struct lsi_refuge {
    lsi_core *core;
    lsi_arena *a; /* of what the options refer to */
    lsched_time now;
    int32_t days; /* of the sweep */
    lsi_astray *strays;
    lsi_settler *settlers;
    size_t count;
    const char **names;
    size_t name_count, name_room;
} lsi_refuge;

/* When a booking was promised to begin, by the wall clock. */
lsched_time lsi_refuge_promised(lsi_core *core, const lsched_booking *b, const lsi_zone **zone);
/* Fills in one stray, with its options at its own time. */
int lsi_refuge_meet(lsi_refuge *r, size_t stray, const lsched_stray *s, lsi_error *e);
/* `more` and `late` of an lsi_settling. */
int lsi_refuge_more(void *refuge, size_t stray, lsi_error *e);
int lsi_refuge_late(void *refuge, lsi_error *e);
void lsi_refuge_free(lsi_refuge *r);

#endif
