/* rules/forecast.h -- what is likely to happen: the part of rules.h about waits and delays. */
#ifndef LSI_FORECAST_H
#define LSI_FORECAST_H

#include "rules/rules.h"

/* ---- handling.c: how long contacts take --------------------------------------------------- */

#define LSI_HANDLING_STEPS 1024
#define LSI_HANDLING_ONE 65536

/* How long an agent is taken by a contact of one service, buffers and work behind it included:
 * seconds, ascending, each as likely as the others. */
typedef struct lsi_handling {
    int32_t lengths[LSI_HANDLING_STEPS];
    int32_t doubt; /* how far their mean may be off: a standard deviation, in parts of it */
} lsi_handling;

/* From the lengths that were seen, in any order (they are sorted), and the planned one. */
void lsi_handling_learn(lsi_handling *h, int64_t planned, int32_t *seen, size_t count);

/* ---- estimate.c: how long a wait will be ------------------------------------------------------ */

/* What an agent is doing, or will have to do, whatever waits. */
typedef struct lsi_engaged {
    lsched_time from, until; /* buffers included; `until` means nothing while it is done */
    lsched_time start;       /* the contact itself begins, or did */
    size_t handling;         /* how long it really takes: an index; LSI_AS_TAKEN: until `until` */
    int32_t lane;            /* 0: it takes the agent whole */
} lsi_engaged;
#define LSI_AS_TAKEN SIZE_MAX

/* An agent who takes what waits. */
typedef struct lsi_server {
    const lsi_span *open; /* when new contacts are taken; sorted, apart */
    const lsi_engaged *doing, *booked; /* begun already; and still to come, by `from` */
    size_t open_count, doing_count, booked_count;
    int32_t lanes; /* chats at a time */
} lsi_server;

/* A contact that waits. */
typedef struct lsi_waiter {
    lsched_time from, until; /* not taken before, and not from then on */
    int64_t takes;           /* so long an agent has to be free: seconds */
    size_t handling;         /* index */
    const uint64_t *fit;     /* bits of the servers who may take it, */
    const uint64_t *own;     /* and to whom it is left until `shared`; NULL: to nobody */
    lsched_time shared;
    int32_t channel;
} lsi_waiter;

typedef struct lsi_queue {
    lsched_time now;
    const lsi_server *servers;
    const lsi_waiter *line; /* in their order: who is there, who asks, and who may come yet, */
    size_t coming_count;    /* so many at the end, each in half of the rehearsals */
    const lsi_handling *handlings;
    size_t server_count, line_count, handling_count;
    lsched_time close; /* the chance is that of being taken before */
    uint64_t seed;
} lsi_queue;

typedef struct lsi_forecast {
    int64_t p50, p90; /* seconds: half, and nine tenths, of all such waits are no longer; -1: they
                         may not be over before the last server has gone */
    int32_t chance;   /* of being taken before `close`, in thousandths */
    int32_t runs;     /* rehearsals behind it */
} lsi_forecast;

/* The same queue gives the same answer. */
int lsi_estimate_wait(const lsi_queue *q, lsi_forecast *out, lsi_error *e);
/* ---- delay.c: what will begin later than planned ---------------------------------------------- */

/* What one agent has before it and under way. */
typedef struct lsi_planned {
    const char *id;
    lsched_time start, end;  /* as planned */
    lsched_time busy_from, busy_until;
    int32_t lane;
    lsched_time began;       /* since when it is in progress; 0: it has not begun */
    lsched_time foreseen;    /* out: when it will likely begin, not before `start` */
} lsi_planned;

/* Fills in `foreseen`; they are in the order of busy_from. */
void lsi_delay_foresee(lsi_planned *at, size_t count, lsched_time now);

#endif
