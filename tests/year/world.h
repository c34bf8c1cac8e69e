/* world.h -- the simulated carrier: its plan, its people, and what has come of it so far.
 *
 * Everything asks the library by its public header alone.  What the world keeps beside it is what
 * a CRM would: the customers' wishes, who sits at which desk, and a tally of its own.
 */
#ifndef YEAR_WORLD_H
#define YEAR_WORLD_H

#include "agenda.h"
#include "chance.h"
#include "tool.h"

#include <libsched.h>

#include <stdbool.h>

#define MINUTE 60
#define HOUR 3600
#define DAY INT64_C(86400)
#define OWNER_WAIT (10 * MINUTE) /* so long a contact is left to its own agent */

#define HOME_AGENTS 40
#define OVERFLOW_AGENTS 8
#define GENERAL_AGENTS 6
#define AGENTS (HOME_AGENTS + OVERFLOW_AGENTS + GENERAL_AGENTS) /* a set of them is a word */
#define NOBODY (-1)

/* ---- what is simulated ------------------------------------------------------------------------ */

typedef struct plan {
    uint64_t seed;
    int32_t days, customers;
    double contacts;    /* of a customer in a year                                    */
    int32_t storm_day;  /* from the first day on; NOBODY: there is none               */
    double storm;       /* so many times the arrivals of that day                     */
    bool incident;      /* what is broken is said, by the library's incidents         */
    bool familiar;      /* the ladder asks whom customers know                        */
    const char *store;  /* a file, or ":memory:"                                      */
    const char *folder; /* of the calendars                                           */
} plan;

enum team {
    HOME_TEAM,
    OVERFLOW_TEAM,
    GENERAL_TEAM,
    TEAMS
};
enum topic {
    LINE,
    FAULT,
    CONTRACT,
    TOPICS
};
enum wish {
    NOW,
    LATER,
    CHAT,
    MESSAGE,
    WISHES
};
enum region {
    VALLEY,
    ARIZONA,
    NEWFOUNDLAND,
    HAWAII,
    REGIONS
};

/* What happens, and to whom. */
enum happening {
    DAWN,         /* a day begins                                                       */
    TICK,         /* a few minutes have passed                                          */
    ARRIVAL,      /* contact: the customer wants something, for the first time or again  */
    SHIFT,        /* agent: comes, or is back from a break                              */
    DUE,          /* contact: what was promised begins, or may be tried again           */
    OVERDUE,      /* contact: nobody has begun it yet                                   */
    ENDS,         /* contact: it is over                                                */
    WRITTEN,      /* contact: its message is answered                                   */
    TIRED,        /* contact: the customer does not wait any longer                     */
    CHANGES_MIND, /* contact: the customer cancels or moves                            */
    WORKS         /* contact: the customer finds that it works again                    */
};

/* ---- who ---------------------------------------------------------------------------------------- */

typedef struct person {
    uint8_t region, spanish, general;
    uint8_t told;    /* of what is broken, before asking                              */
    int8_t knows;    /* agent, by the CRM; NOBODY: none yet                           */
    int8_t last;     /* agent who served last                                         */
    uint64_t served; /* agents who have served this customer: bits                    */
    int32_t open;    /* contact; NOBODY: none                                         */
} person;

enum stage {
    THINKS, /* has not asked yet, or will ask again                                   */
    WAITS,  /* is in the line                                                         */
    PLACED, /* has a time                                                             */
    SPEAKS, /* in progress                                                            */
    WROTE,  /* waits for the answer to a message                                      */
    SERVED, /* an agent has dealt with it                                             */
    NEWS,   /* what was told of an incident has answered it                           */
    MENDED, /* the customer found that it works again                                 */
    GONE,   /* the customer needs it no longer                                        */
    LOST    /* given up, by the customer or by us                                     */
};

/* What one customer wants, until it is had or given up. */
typedef struct contact {
    chance luck;
    uint32_t customer;
    uint8_t topic, wish, stage, asked;          /* how often the customer came with it          */
    uint8_t storm;                              /* because of it                                */
    uint8_t channel;                            /* of the booking                               */
    uint8_t listed, filed;                      /* on the waitlist; has a case                  */
    uint8_t heard;                              /* of the incident                              */
    uint8_t reached;                            /* of what is in progress: somebody answers     */
    uint8_t hour_to_close, shift_changes, ours; /* of what was estimated; was moved by us */
    int8_t agent;
    int32_t step;      /* of its keys                                             */
    int32_t mark;      /* what is on the agenda for another mark is void          */
    int32_t sequence;  /* of the booking as it was answered last                  */
    int32_t state;     /* likewise                                                */
    lsched_time first; /* when it was first wanted                                */
    lsched_time since; /* in the line, or when the place was taken                */
    lsched_time start; /* promised; of a message, when its answer is due          */
    lsched_time began;
    int32_t p50, p90;           /* of the wait as told; NOBODY: nothing was                */
    bool said;                  /* the library was told of p90, too                        */
    double length;              /* of the contact, as a part of the mean                   */
    char id[LSCHED_MAX_ID + 1]; /* of the booking; ""                                  */
} contact;

typedef struct agent {
    char id[16];
    int8_t team;
    uint8_t fiber, spanish, lanes;
    bool whole; /* in a call */
    int32_t chats;
    lsched_span hours[8]; /* of today */
    int32_t hour_count;
    lsched_time idle_since;
    lsched_time busy_since;           /* 0: idle */
    lsched_time away_until;           /* sick */
    int64_t busy, on_shift, contacts; /* seconds; in all */
} agent;

/* ---- what has come of it --------------------------------------------------------------------------- */

typedef struct group {
    int64_t told, half, kept; /* waits called; not longer than p50; than p90 */
} group;

/* What customers of one kind have met with. */
typedef struct feeling {
    int64_t wishes, asks; /* what they wanted; how often they had to ask for it    */
    int64_t served, news, mended, lost, same_day;
    int64_t told, tired;  /* before they joined; hung up                             */
    sample wait;            /* seconds from the first wish until somebody speaks     */
    sample answer;          /* and until that, or news that were enough              */
    int64_t waits, waits_kept, times, times_kept; /* as promised                     */
} feeling;

typedef struct tally {
    int64_t served[WISHES], wanted[WISHES], lost[WISHES];
    int64_t promised, punctual, late, missed_ours, missed_theirs, cancelled, moved, moved_by_us;
    int64_t answers_promised, answers_kept;
    int64_t line_promised, line_kept;
    int64_t said, said_kept; /* likewise, of those told to the library, too */
    int64_t tries_in_vain, closed_to, refused, given_up, elsewhere;
    int64_t told[32], news_told; /* notices by kind */
    int64_t scores, score_sum;
    int64_t sick_days, strays, mended, unmended;
    int64_t listed, offered, taken;
    int64_t familiar,
        could_be_familiar; /* contacts with whom the customer knows, of those who know anybody */
    int64_t by_rung[LSCHED_GENERAL + 1];
    sample wait[WISHES];  /* seconds: of calls now and chats from joining; of times from asking */
    sample lateness;      /* seconds after the promised start                                  */
    sample first[WISHES]; /* seconds from the first wish */
    group told_all, told_waits, told_closing, told_change;
    feeling storm, others; /* those who came on the day of the storm */
    int64_t checked_events, checked_hours, checked_bookings;
} tally;

/* Calls of the library, each with what it has cost. */
#define CALLS(X)                                                                                   \
    X(find)                                                                                        \
    X(book)                                                                                        \
    X(join)                                                                                        \
    X(estimate) X(estimate_waiting) X(next) X(start) X(finish_as) X(move) X(cancel)                \
        X(take_notices) X(ack_notice) X(list_events) X(list_bookings) X(get_booking) X(put_case)   \
            X(add_entry) X(list_unanswered) X(put_wait) X(remove_wait) X(offer_places)             \
                X(take_offer) X(put_calendar) X(repair) X(hours) X(put_incident) X(incidents_for)  \
                    X(subscribe) X(put_announcement) X(remove_announcement) X(tell_delays)         \
                        X(list_line) X(put_customer) X(verify) X(get_figures) X(commit)
#define CALL_NAME(name) CALL_##name,
enum call {
    CALLS(CALL_NAME) CALL_KINDS
};

typedef struct stop_watch {
    int64_t began;
    int64_t count[CALL_KINDS], spent[CALL_KINDS]; /* nanoseconds */
} stop_watch;

struct books;

typedef struct world {
    lsched *s;
    plan plan;
    lsched_time now, begins, ends;
    agenda agenda;
    person *people;
    agent agents[AGENTS];
    contact *contacts;
    size_t contact_count, contact_room;
    uint32_t *list; /* contacts on the waitlist */
    size_t list_count, list_room;
    uint32_t *line; /* contacts that may be in the line, to wake somebody for */
    size_t line_count, line_room;
    int32_t messages;                                   /* that have no answer yet */
    lsched_time storm_from, storm_over, storm_day_ends; /* 0: none yet */
    int64_t faults; /* invariants that did not hold: must stay 0 */
    int32_t day;
    int32_t incident; /* revision of the incident that was put: 0: none */
    tally t;
    stop_watch watch;
    struct books *books;
    lsched_figures *figures; /* of all of it, at the end */
} world;

/* CALL(find, &query, &slots) is lsched_find(w->s, ...) with its cost written down. */
#define CALL(name, ...)                                                                            \
    (watch_start(w), watch_stop(w, CALL_##name, lsched_##name(w->s, __VA_ARGS__)))
void watch_start(world *w);
int watch_stop(world *w, enum call call, int status);

/* An invariant does not hold, or the library refuses what it may not refuse. */
void wrong(world *w, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The status has to be OK. */
bool fine(world *w, int status, const char *what);

extern const char *const team_ids[TEAMS],
    *const service_ids[TOPICS], *const region_ids[REGIONS], *const region_zones[REGIONS];
extern const int32_t planned_minutes[TOPICS], wrap_minutes[TOPICS];
const char *customer_id(char *room, uint32_t number);

/* ---- the parts, each in the file of its name ----------------------------------------------------------- */

void staff_put(world *w); /* teams, agents, calendars, services                 */
void staff_day(world *w); /* hours of today; who falls ill, and what is mended  */
void staff_come(world *w, agent *a);
void people_put(world *w);
void arrivals_day(world *w, int32_t day);
bool holiday(int year, int month, int day);
bool weekend(int year, int month, int day);
void local_time(const world *w, lsched_time at, int region, int *date,
                int *minute); /* date: 20260131 */

contact *contact_new(world *w, uint32_t customer, int topic, int wish, lsched_time at);
void contact_ask(world *w, contact *c);   /* the customer asks, by the channel of the wish */
void contact_again(world *w, contact *c); /* in vain: perhaps once more, later             */
void contact_tired(world *w, contact *c);
void contact_changes(world *w, contact *c);
void contact_close(world *w, contact *c, int stage);
void contact_placed(world *w, contact *c, const lsched_booking *b);
contact *contact_of(world *w, const lsched_booking *b);
uint32_t contact_number(const world *w, const contact *c);
const char *contact_key(contact *c, const world *w, char *room, const char *verb);
bool contact_cancel(world *w, contact *c, const char *cause);

void messages_write(world *w, contact *c);
void messages_hand_out(world *w);
void messages_answer(world *w, contact *c);
const char *messages_file(world *w, contact *c, char *room); /* the id of its case */
void messages_score(world *w, contact *c, const agent *a);

void desk_wake(world *w, const contact *c); /* somebody idle who could take it is asked to    */
void desk_wake_all(world *w);
void desk_ask(world *w, agent *a); /* what is there to do?                           */
void desk_end(world *w, contact *c);
void desk_due(world *w, contact *c, bool overdue);
agent *desk_idle(world *w, const contact *c, uint64_t asked); /* of the best team, the longest */
bool desk_is_there(const agent *a, lsched_time at);
bool desk_fits(const world *w, const agent *a, const contact *c);

void notices_take(world *w);
void waitlist_add(world *w, contact *c, lsched_time before);
void waitlist_offered(world *w, const lsched_notice *n);
void waitlist_tick(world *w);
void waitlist_drop(world *w, contact *c);

void storm_dawn(world *w);
void storm_tick(world *w);
bool storm_touches(const world *w, const contact *c); /* the carrier has an incident open for it */
double storm_length(const contact *c);
bool storm_answers(world *w, contact *c); /* asked before anything else: the news may be enough */
void storm_told(world *w, uint32_t customer, bool over);
void storm_works(world *w, contact *c);
feeling *storm_feeling(world *w, const contact *c); /* NULL: of another day */
bool storm_is_better(world *without, world *with); /* for those who came because of it */

void figures_waited(world *w, contact *c, bool begun); /* who was told how long, does so no more */
void figures_take(world *w);
void figures_print(const world *w);
double figures_familiar(const world *w); /* of those served, by somebody on the rung of the known */

struct books *books_open(void);
void books_follow(world *w); /* the feed, by which the own books are kept        */
void books_called(world *w, const contact *c, const agent *a, const lsched_booking *leased);
void books_check(world *w);
void books_free(struct books *b);

void world_run(const plan *p, world *w);
void world_free(world *w);

void print_year(world *w, double seconds, bool json);
void print_storm(world *without, world *with, bool json);
void print_familiar(world *off, world *on, bool json);

#endif
