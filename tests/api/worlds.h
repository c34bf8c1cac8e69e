/* worlds.h -- a random small world, and what the slow reference knows of it; for test_worlds.c.
 */
#ifndef TESTS_API_WORLDS_H
#define TESTS_API_WORLDS_H

#include <libsched.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define AGENTS 4
#define TEAMS 3
#define PAST_MINUTES (2 * 1440)  /* looked at before the day in question */
#define TOTAL_MINUTES (5 * 1440) /* looked at in all */
typedef struct minutes {
    bool open[TOTAL_MINUTES];
} minutes;

#define LAWS 4

/* A calendar of a region, and what it opens or leaves open taken by itself. */
typedef struct law {
    char region[4];
    int32_t effect, channels, purposes, lifted;
    minutes open;
} law;

typedef struct world {
    lsched *s;
    lsched_time now, day, left; /* local midnight, and the first minute looked at */
    lsched_time last;           /* the time of the last event */
    lsched_time from, until;    /* the hours searched */
    const char *zone;           /* the customer's */
    const char *date;           /* of the day */
    lsched_service service;
    lsched_customer customer;
    int agents, teams;
    lsched_agent agent[AGENTS];
    lsched_team team[TEAMS];
    bool member[TEAMS][AGENTS];
    lsched_time member_from[TEAMS][AGENTS], member_until[TEAMS][AGENTS];
    char knows[64], avoids[64];
    int keys;
    law laws[LAWS];
    int law_count;
    lsched_service stored;   /* of which incidents have made `service` */
    int32_t rungs;           /* asked for; 0: all */
    int32_t opened;          /* rungs that incidents add */
    const char *storm;       /* the last incident that has a policy; "": none */
    int storms;              /* how many have touched */
    lsched_incident noticed; /* the one whose notice counts; zero: the service's does */

    /* what the reference knows */
    minutes person, topic, team_open[TEAMS], shift[AGENTS];
    minutes whole[AGENTS];                /* taken wholly */
    int32_t chats[AGENTS][TOTAL_MINUTES]; /* chats beside one another */
    lsched_time horizon;
    bool met[AGENTS];
    int held; /* by the customer, and not run out */
    bool shut[LSCHED_SERVICE + 1][AGENTS]; /* by a stale calendar, which owner of each kind */
} world;

/* How many of each came about, so that none of them is left out unseen. */
struct met {
    uint64_t held, run_out, expired, started, over, behind, bound, free_of_law, stormy;
    uint64_t stale, shut, stray, avoided;
};
extern struct met met;

void expect_ok(const world *w, int status, const char *what);
lsched_time instant(const world *w, const char *when, const char *zone);

/* ---- worlds_make.c ------------------------------------------------------------------------ */

void seed_chance(uint64_t number);
uint32_t dice(uint32_t sides);
bool chance(uint32_t percent);
#define PICK(array) ((array)[dice((uint32_t)(sizeof(array) / sizeof *(array)))])

/* Everything but bookings. */
void make_world(world *w, lsched *s);
/* Opens and closes incidents, and makes the world's service what they leave of it. */
void make_storms(world *w);
/* And calendars whose sources were not heard of, to be called when the world has been read: they
 * count for nothing, or shut their owners. */
void make_stale(world *w);

/* ---- worlds_reference.c --------------------------------------------------------------------- */

/* Takes in what the store says. */
void read_world(world *w);
void read_bookings(world *w);
/* What the reference says of a start: the best rung, and how many agents. */
int32_t reference(const world *w, int32_t channel, lsched_time t, int32_t *agents);

#endif
