/* core/gather.h -- what a wait hangs on, while it is gathered: for ahead.c and gather.c. */
#ifndef LSI_GATHER_H
#define LSI_GATHER_H

#include "core/ahead.h"

#define LSI_IN_MINUTE 59 /* seconds: what begins counts from its whole minute */

/* Contacts that the same agents may serve. */
typedef struct group {
    lsi_whom whom;
    int32_t rungs;
    lsched_service service;
    bool idle;       /* it is not worked off; */
    bool shut;       /* nobody comes into it */
    size_t *servers; /* those who may */
    size_t count, room;
    size_t handling;
    uint64_t *fit; /* the same as bits, once all servers are known */
} group;

/* What is known of an agent. */
typedef struct person {
    const char *id;
    lsi_spans open;
    lsi_engaged *doing, *booked;
    size_t doing_count, booked_count;
    int32_t lanes;
} person;

/* A service on a channel, as it is for some customers, and how long contacts take. */
typedef struct skill {
    const char *service;
    int32_t channel, minutes, wrap_up;
} skill;

/* Somebody who waits. */
typedef struct line_place {
    size_t group;
    const char *agent;
    lsched_time start, until;
} line_place;

typedef struct places {
    line_place *at;
    size_t count, room;
} places;

typedef struct gatherer {
    lsi_core *core;
    lsi_arena *a;
    const lsi_moment *m;
    lsched_time clock, end;
    person *people;
    size_t people_count, people_room;
    group *groups;
    size_t group_count, group_room;
    lsi_handling *handlings;
    size_t handling_count, handling_room;
    skill *skills;
    size_t skill_count, skill_room;
    places front, line; /* promised contacts whose agents are away; the line behind them, of which
                           the last one asks; */
    places coming;      /* and who may come yet, */
    lsi_joined *joined; /* as these have */
    size_t joined_count, joined_room;
} gatherer;

/* So long an agent has to be free, from the instant at which it begins. */
int64_t lsi_gather_takes(const lsched_service *service);
/* Once all is there. */
int lsi_gather_queue(gatherer *g, lsi_queue *q, lsi_error *e);

#endif
