/* core/ahead.h -- what a wait hangs on, gathered from the store: ahead.c, for estimate.c. */
#ifndef LSI_AHEAD_H
#define LSI_AHEAD_H

#include "core/core.h"

/* So far ahead the future is known well enough. */
#define LSI_AHEAD_REACH (2 * LSI_DAY)

/* Who waits, as a contact of the line. */
typedef struct lsi_asking {
    const lsched_booking
        *booking; /* its due, since, id, start, channel, service, customer, agent */
    lsi_wish wish;
} lsi_asking;

/* The queue in front of somebody, and what it says of its own. */
typedef struct lsi_gathered {
    lsi_queue queue;
    size_t fit;        /* how many agents may serve who asks */
    lsched_time from;  /* who asks can be reached from then on, */
    lsched_time close; /* and before that somebody who fits can begin; 0: nobody can */
    int32_t position;  /* 1: the next one */
} lsi_gathered;

/* Inside a transaction; all of it is in the arena. */
int lsi_ahead_gather(lsi_core *core, const lsi_asking *asking, const lsi_moment *m, lsi_arena *a,
                     lsi_gathered *out, lsi_error *e);

#endif
