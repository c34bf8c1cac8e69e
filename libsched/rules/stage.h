/* rules/stage.h -- what a rehearsal of the next hours is played with: made once by stage.c,
 * played many times by estimate.c, and nobody else's.
 */
#ifndef LSI_STAGE_H
#define LSI_STAGE_H

#include "rules/rules.h"

/* Times here are seconds from now. */
#define LSI_NEVER INT32_MAX
#define LSI_FAR (INT32_MAX / 2) /* times that are to be told apart are before: 34 years */
#define LSI_NOTHING (SIZE_MAX - 1)
#define LSI_SIZES 8

/* Free time of a seat, in seconds from now, and what comes behind it. */
typedef struct lsi_stretch {
    int32_t from, until;
    int32_t begins; /* when what then comes does, at the earliest */
    int32_t over;   /* when what then comes ends, if that is sure */
    size_t then;    /* how long it takes: an index; LSI_AS_TAKEN; LSI_NOTHING: nothing comes */
    uint64_t mark;  /* what comes takes all seats of an agent equally long */
} lsi_stretch;

/* A contact that comes later, or is no longer left to its own agent. */
typedef struct lsi_latecomer {
    lsched_time at;
    size_t place; /* in line */
    bool comes;
} lsi_latecomer;

typedef struct lsi_stage_seat {
    lsi_stretch *stretches;
    size_t count, place;
    size_t first, past; /* the seats of the same agent: [first, past) */
    const lsi_server *server;
    const uint64_t *fits, *own; /* bits of the line */
    bool owns;                  /* there is any of the second */
    int32_t free;               /* when it is, with what it does now */
} lsi_stage_seat;

typedef struct lsi_rehearsal {
    const lsi_queue *q;
    lsi_arena *a;
    lsi_stage_seat *seats;
    size_t seat_count;
    int64_t sizes[LSI_SIZES]; /* what contacts in line take: different ones, the shortest first */
    size_t size_count;
    uint64_t *short_enough;   /* one set for each size: nobody else fits into less than the next */
    size_t words;             /* of a set of contacts */
    uint64_t *fits, *own;     /* one set for each server */
    uint64_t *waiting, *kept; /* who has come and is not taken yet; and is left to one agent */
    uint64_t *here, *keep;    /* both as they are at the beginning */
    lsi_latecomer *later;     /* what changes that, in this order */
    size_t later_count, came; /* and how much of it has come to pass */
    uint64_t *idle;           /* seats that found nobody, and perhaps some that have since */
    uint64_t *tree;           /* when, and which seat; the root is tree[1] */
    size_t leaves;
    int32_t *scale;       /* of each handling in this run, in LSI_HANDLING_ONEs */
    uint64_t random, run; /* the second stays the same for a run */
} lsi_rehearsal;

/* An instant, not before now. */
static inline int32_t lsi_stage_time(const lsi_queue *q, lsched_time t)
{
    return t <= q->now ? 0 : t - q->now < LSI_FAR ? (int32_t)(t - q->now) : LSI_FAR;
}

/* Whether it takes this seat, the one of its agent with this number. */
static inline bool lsi_stage_takes(const lsi_engaged *e, const lsi_stage_seat *s, size_t number)
{
    const size_t seats = s->past - s->first;
    return e->lane == 0 || seats == 1 || ((size_t)e->lane - 1) % seats == number;
}

/* All that is the same in each run; in the arena of `r`, which has it and the queue. */
int lsi_stage_set(lsi_rehearsal *r, lsi_error *e);

#endif
