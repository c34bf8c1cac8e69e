/* core/picture.h -- what a handle keeps in memory of its store; for the files of the picture.
 *
 *   card     a record of the catalogue with its calendars, as read         card.c
 *   script   the text of a calendar, for all cards that have the same      script.c
 *   tile     up to 64 agents' shifts and bookings, as bits                  tile.c
 *   lineup   the facts of a question that was asked, and its seats          lineup.c
 *   lasted   how long contacts took                                         lasted.c
 *   occupied what an agent is doing, and has to do in the next days         occupied.c
 *
 * fresh.c sees to it that what is stale by now is so on the cards.
 *
 * Invariant: in a transaction, behind lsi_picture_refresh(), it says what the store says.
 * Nothing here is ever written back, and all of it can be dropped at any time.
 */
#ifndef LSI_PICTURE_H
#define LSI_PICTURE_H

#include "core/core.h"

/* Questions are looked at in blocks of so many days, each a question of its own; what a
 * calendar must be able to answer is a block with the predicate's margin on both sides. */
#define LSI_BLOCK (32 * LSI_DAY)

/* ---- card.c -------------------------------------------------------------------------------- */

/* What an owner's layer opens in [from, until), for one zone of floating times. */
typedef struct lsi_hours {
    const lsi_zone *zone; /* NULL: nothing here yet */
    lsched_time from, until;
    uint64_t passed; /* sheets that were passed over */
    lsi_spans open;
} lsi_hours;

#define LSI_HOURS 8

typedef struct lsi_card {
    struct lsi_card *next; /* in its bucket, or among those that are done with */
    uint64_t owner;        /* hash of the id */
    int32_t kind;          /* enum lsched_owner */
    char *id;
    lsi_arena arena;
    union {
        lsched_team team;
        lsched_agent agent;
        lsched_customer customer;
        lsched_service service;
        lsi_law law;
    } is;
    const lsi_zone *zone; /* of a team, an agent, a customer */
    lsi_layer layer;
    lsched_member *members; /* of a team */
    size_t member_count;
    lsi_hours hours[LSI_HOURS]; /* of an agent only the first: the shifts around today */
    size_t next_hours;
    lsi_work *work; /* of an agent, around the picture's work_day; NULL: not read yet */
    int64_t work_day;
    uint64_t work_stale;   /* bits of the places that have changed since */
    bool work_sure;        /* it was read behind no other events than the picture knows */
    struct lsi_tile *tile; /* of an agent; NULL: none yet */
    int seat;
    struct lsi_occupation *occupation; /* of an agent; NULL: not known */
    bool heard; /* of a source: when is not known yet */
    bool gone;  /* dropped, and no longer counted */
    size_t bytes;
} lsi_card;

/* The card of an owner; a region always has one.  NOTFOUND. */
int lsi_card_get(lsi_core *core, int32_t kind, const char *id, lsi_card **out, lsi_error *e);
/* The general teams, by id. */
int lsi_card_general(lsi_core *core, lsi_card ***out, size_t *count, lsi_error *e);
/* The open time of a block, with the predicate's margin before and behind it, without the sheets
 * that are passed over; lent until the next question to this card. */
int lsi_card_hours(lsi_core *core, lsi_card *card, uint64_t passed, const lsi_zone *zone,
                   int64_t block, const lsi_spans **out, lsi_error *e);
/* Reads an agent's shifts in [from, until), and keeps them in place of others; lent likewise. */
int lsi_card_keep_shifts(lsi_core *core, lsi_card *agent, lsched_time from, lsched_time until,
                         const lsi_spans **out, lsi_error *e);
/* Adds the agent's shifts in [from, until), from what is kept where that has them. */
int lsi_card_shifts(const lsi_card *agent, lsched_time from, lsched_time until, lsi_spans *out,
                    lsi_error *e);
void lsi_card_free(lsi_card *card);

/* ---- script.c ------------------------------------------------------------------------------ */

/* A text that was read, and what it says. */
typedef struct lsi_script {
    uint64_t hash;
    char *text; /* NULL: none here */
    size_t size, bytes;
    lsi_calendar *calendar;
} lsi_script;

#define LSI_SCRIPTS 256

/* What a calendar's text says, to be released by lsi_ical_free(). */
int lsi_script_read(lsi_core *core, const char *text, size_t size, lsi_calendar **out,
                    lsi_error *e);
void lsi_script_forget(struct lsi_picture *p);

/* ---- tile.c -------------------------------------------------------------------------------- */

typedef struct lsi_tile {
    struct lsi_tile *next;
    lsi_board board;
    lsi_card *seats[LSI_SEATS];
    int count;
    uint64_t team;           /* whose members it was begun for */
    lsched_time since, wake; /* its holds stand or not as they did, by clocks in [since, wake) */
    uint64_t used;           /* when it was last asked */
} lsi_tile;

/* Gives an agent a seat beside the others of the team. */
int lsi_tile_seat(lsi_core *core, lsi_card *agent, uint64_t team, lsi_error *e);
/* Sees to it that the seats are painted for all days of [from, until). */
int lsi_tile_paint(lsi_core *core, lsi_tile *tile, uint64_t seats, lsched_time clock,
                   lsched_time from, lsched_time until, lsi_error *e);
size_t lsi_tile_bytes(const lsi_tile *tile);

/* ---- lineup.c ------------------------------------------------------------------------------ */

/* The candidates of one team who sit on one tile. */
typedef struct lsi_squad {
    size_t team, tile;        /* index in the facts' teams, in the lineup's tiles */
    uint64_t fit[4];          /* by channel: who can do it at all */
    uint64_t ends;            /* whose membership does */
    size_t who[LSI_SEATS];    /* candidates */
    uint32_t rank[LSI_SEATS]; /* their places, where these are sorted */
} lsi_squad;

/* A candidate's seat, in the order of the ladder. */
typedef struct lsi_place {
    size_t candidate, squad;
    uint64_t bit;
} lsi_place;

/* When a start is possible as far as all but the agents go, in one block, for one team. */
typedef struct lsi_times {
    lsi_spans open; /* the team's hours, where its grid begins with them */
    lsi_spans starts;
} lsi_times;

typedef struct lsi_window {
    int64_t block;
    lsi_times *teams; /* of each way; NULL: nothing here yet */
} lsi_window;

#define LSI_WINDOWS 6

typedef struct lsi_lineup {
    struct lsi_lineup *next;
    uint64_t hash;
    int64_t day; /* whom the customer knows hangs on it */
    char *key;
    size_t key_size;
    bool busy;
    bool taken; /* the agents' bookings were put into the facts */
    lsi_arena arena;
    lsi_facts facts;
    lsi_card *customer, *service;
    lsi_card **regions;                    /* as the facts' laws */
    size_t ways;                           /* in which laws bind the channels; mostly 1 */
    uint8_t way[LSI_CHANNELS];             /* by channel */
    int32_t first[LSI_CHANNELS];           /* one channel of each way */
    lsi_card **teams, **agents;            /* as in the facts */
    lsi_tile **tiles;                      /* NULL: they have no seats yet */
    uint64_t *asked;                       /* by tile: the seats of all squads */
    size_t tile_count;
    bool shared; /* two squads have seats of one tile */
    lsi_squad *squads;
    size_t squad_count;
    lsi_place *places;
    lsi_window windows[LSI_WINDOWS];
    size_t next_window;
    int64_t *owed;    /* see lsi_share_owe() */
    int64_t work_day; /* as of this day, */
    uint64_t looked;  /* and of this turn of the picture's work, */
    uint64_t weighed; /* and this number of its changes */
    bool sorted;      /* the places are in the order of the ladder */
    lsi_place *spare;
    size_t usual; /* slots of the last answer, so that the next has room at once */
    bool gone;    /* dropped, and no longer counted */
    bool loose;   /* in no bucket: the same question was being asked already */
    size_t bytes;
} lsi_lineup;

/* The facts of a question that is asked on this day (UTC), to be given back.  NOTFOUND. */
int lsi_lineup_take(lsi_core *core, const lsi_wish *wish, int64_t day, lsi_lineup **out,
                    lsi_error *e);
void lsi_lineup_give(lsi_core *core, lsi_lineup *l);
/* Sees to it that the candidates have seats, and an order. */
int lsi_lineup_sit(lsi_core *core, lsi_lineup *l, lsi_error *e);
/* The times of a block: one for each team, way by way. */
int lsi_lineup_times(lsi_core *core, lsi_lineup *l, int64_t block, const lsi_times **out,
                     lsi_error *e);
void lsi_lineup_free(lsi_lineup *l);

/* ---- facts.c --------------------------------------------------------------------------------- */

/* Fills in the facts of a lineup, and whose cards they are from. */
int lsi_facts_gather(lsi_core *core, const lsi_wish *wish, lsi_lineup *l, lsi_error *e);
/* Of these only customer, service and laws.  The lineup is the caller's, zeroed; what it needs is
 * in its arena, also after a failure. */
int lsi_facts_laws(lsi_core *core, const lsi_wish *wish, lsi_lineup *l, lsi_error *e);

/* ---- run.c: starts, a run at a time ------------------------------------------------------------ */

/* One team's next start in a block. */
typedef struct lsi_cursor {
    const lsi_times *times;
    size_t span;       /* of the starts */
    lsched_time next;  /* INT64_MAX: none left */
    lsched_time plain; /* so far the next start is a step behind this one */
} lsi_cursor;

/* What is looked for. */
typedef struct lsi_running {
    int32_t channels;
    lsched_time from, until;
    size_t most; /* starts of a run */
    bool keep;   /* who can start is asked for, not only how many */
} lsi_running;

/* Channels on which the same agents are free, under the number of the first of them. */
typedef struct lsi_channels {
    int32_t channels; /* how many; 0: that one is with another */
    bool chat;
    size_t first;            /* of their words */
    int32_t agents[LSI_RUN]; /* how many can start */
} lsi_channels;

typedef struct lsi_scan {
    lsi_core *core;
    const lsi_facts *f;
    lsi_lineup *l;
    lsi_reach reach;
    int64_t step;
    lsched_time from, until; /* of the starts */
    lsi_cursor *cursors;     /* by team, way by way */
    const lsi_cursor *of[4]; /* the teams' of each channel: as its laws let them go */
    size_t cursor_count;
    uint32_t ways;           /* bits of those that are asked for */
    int64_t block;
    lsched_time start; /* the run's first, a step before the next, */
    size_t count;      /* and how many it has */
    lsi_channels kinds[4];
    int kind_of[4];   /* by channel */
    uint64_t *words;  /* who can start: by kind, by squad, by start */
    uint64_t *seen;   /* by tile, by start: who was counted; NULL: no two squads share one */
    size_t room, row; /* starts that have words; and a squad's words behind another's */
} lsi_scan;

/* To be closed if it is OK. */
int lsi_run_open(lsi_scan *s, lsi_core *core, const lsi_facts *f, const lsi_running *wanted,
                 lsi_error *e);
void lsi_run_close(lsi_scan *s);
/* So much of a range is painted at first. */
#define LSI_FIRST_PART (4 * LSI_DAY)
/* Goes on to the first start at or after t: all starts until *end are of one block, and what
 * they can touch is painted.  *part is how much that may be at most, and doubles. */
int lsi_run_part(lsi_scan *s, lsched_time t, int64_t *part, lsched_time *end, lsi_error *e);
/* The next start of any team; INT64_MAX: there is none in this block. */
lsched_time lsi_run_next(const lsi_scan *s);
/* Takes the next run of starts before `until`, `most` of them at the most, and goes on behind
 * it; how many there are.  At a start of it nobody need be free. */
size_t lsi_run_take(lsi_scan *s, lsched_time until, size_t most);
/* The run of this one start, if it is one. */
int lsi_run_one(lsi_scan *s, lsched_time start, bool *there, lsi_error *e);

/* ---- storm.c: what open incidents change --------------------------------------------------------- */

/* Makes the stored service what it is now for a customer, of whom region and regions count; what is
 * told of it is in the arena. */
int lsi_storm_bend(lsi_core *core, const lsched_customer *c, lsi_arena *a, lsched_service *service,
                   lsi_storm *out, lsi_error *e);
/* Whether any are open, once that was asked since the last refresh. */
bool lsi_storm_any(const lsi_core *core);
void lsi_storm_forget(struct lsi_picture *p);

/* ---- work.c -------------------------------------------------------------------------------------- */

/* What each candidate is owed, as of the day of `now`. */
int lsi_work_weigh(lsi_core *core, lsi_lineup *l, lsched_time now, lsi_error *e);
/* What is known of an agent's work on the days of [from, until) is no longer. */
void lsi_work_forget(struct lsi_picture *p, lsi_card *agent, lsched_time from, lsched_time until);
/* It has so many seconds more, or less, on the day of `start`. */
void lsi_work_add(struct lsi_picture *p, lsi_card *agent, lsched_time start, int64_t seconds);

/* ---- lasted.c -------------------------------------------------------------------------------------- */

#define LSI_LASTED 120 /* lengths of past contacts that count */

/* How long the last contacts of a service on a channel took, the latest first. */
typedef struct lsi_lasted {
    struct lsi_lasted *next;
    size_t bytes;
    lsi_tip tip; /* of the events when it was read; 0: it was not */
    size_t count;
    int32_t seconds[LSI_LASTED];
    int32_t channel;
    char service[];
} lsi_lasted;

/* In a transaction, behind lsi_picture_refresh(); lent until the next such question. */
int lsi_lasted_get(lsi_core *core, const char *service, int32_t channel, const lsi_lasted **out,
                   lsi_error *e);
void lsi_lasted_forget(struct lsi_picture *p);

/* ---- occupied.c ------------------------------------------------------------------------------------ */

typedef struct lsi_occupation lsi_occupation;

/* All that counts of an agent's live bookings by now, and more; likewise. */
int lsi_occupied_get(lsi_core *core, const char *agent, lsched_time now, lsched_time until,
                     const lsi_occupied **rows, size_t *count, lsi_error *e);
bool lsi_occupied_counts(const lsi_occupied *o, lsched_time now, lsched_time until);
void lsi_occupied_forget(struct lsi_picture *p, lsi_card *agent);
void lsi_occupied_forget_customer(struct lsi_picture *p, uint64_t customer);
size_t lsi_occupied_bytes(const lsi_card *agent);

/* ---- picture.c ------------------------------------------------------------------------------- */

#define LSI_BUCKETS 1024
#define LSI_TRACES 128

/* How far one of the logs is known, and its last rows: what is rolled back is undone here. */
typedef struct lsi_known {
    bool begun;
    lsi_tip tip;
    lsi_logged traces[LSI_TRACES]; /* by number */
} lsi_known;

typedef struct lsi_picture {
    size_t ceiling;       /* bytes; 0: nothing is kept from one call to the next */
    size_t bytes;         /* of cards, scripts and lineups */
    uint64_t turn, swept; /* questions so far, and when it was last swept */
    lsched_time now;         /* of the question that is asked */
    lsched_time since, wake; /* the cards' calendars are stale or not by clocks in [since, wake) */
    bool heard;              /* some cards have heard of a source */
    lsi_known logs[2];
    uint64_t written; /* events of this handle when it was brought up to date */
    lsi_card *cards[LSI_BUCKETS];
    lsi_script scripts[LSI_SCRIPTS];
    lsi_lineup *lineups[LSI_BUCKETS]; /* by customer */
    lsi_tile *tiles;
    lsi_card **general; /* NULL: not asked yet */
    size_t general_count;
    lsched_incident *incidents; /* all that are open; NULL: not asked yet */
    size_t incident_count;
    lsi_arena storms; /* where they are */
    lsi_lasted *lasted; /* by service and channel */
    struct lsi_occupation *occupations;
    int64_t work_day;                       /* the first day of the window of work */
    uint64_t work_turn;                     /* counts up when any work is no longer known */
    uint64_t work_changes;                  /* counts up when any work is read; */
    uint64_t work_changed[LSI_WORK_PLACES]; /* the last of these, by place */
    lsi_card *old_cards;                    /* may still be referred to by the running call */
    lsi_lineup *old_lineups;
    lsi_tile *old_tiles;
} lsi_picture;

/* Takes a card out; whoever holds it still can, until the call is over. */
void lsi_picture_drop_card(lsi_picture *p, lsi_card **link);
void lsi_picture_drop_lineup(lsi_picture *p, lsi_lineup **link);
/* Those of one customer, 0: all. */
void lsi_picture_drop_lineups(lsi_picture *p, uint64_t customer);
void lsi_picture_drop_general(lsi_picture *p);

/* ---- fresh.c ---------------------------------------------------------------------------------- */

/* What is stale on a card is so by clocks between two instants: here are the nearest of all. */
void lsi_fresh_bound(lsi_picture *p, const lsi_card *card);
/* Of the owner's calendars nothing has changed but when their sources were heard of. */
void lsi_fresh_heard(lsi_picture *p, int32_t kind, uint64_t owner);
/* By now all cards are right. */
int lsi_fresh_follow(lsi_core *core, lsi_error *e);
/* Fills in what of the facts is degraded; in the arena. */
int lsi_fresh_tell(lsi_facts *f, lsi_arena *a, lsi_error *e);

#endif
