/* store/store.h -- the truth on disk: questions and writes, each one call.
 *
 * May include: model, base.  The only place for <sqlite3.h> (sqlite.c) and for SQL text.
 * Knows no rule about when: that is rules/.  What must never be false stands in
 * tables.c as a constraint too.
 */
#ifndef LSI_STORE_H
#define LSI_STORE_H

#include "model/model.h"

typedef struct lsi_store lsi_store;

/* ---- store.c: opening, transactions -------------------------------------------------- */

/* See lsched_open(). */
int lsi_store_open(const char *path, int32_t flags, lsi_store **out, lsi_error *e);
/* The same, with a watch other than the default's. */
int lsi_store_open_by(const lsi_watch *watch, const char *path, int32_t flags, lsi_store **out,
                      lsi_error *e);
/* See lsched_attach_sqlite(). */
struct sqlite3;
int lsi_store_attach(const lsi_watch *watch, struct sqlite3 *db, int32_t flags, lsi_store **out,
                     lsi_error *e);
void lsi_store_close(lsi_store *st);
/* See lsched_upgrade(); UNKNOWN where the commit cannot say. */
int lsi_store_upgrade(const lsi_watch *watch, const char *path, lsi_error *e);
/* See lsched_backup(). */
int lsi_store_backup(lsi_store *st, const char *path, lsi_error *e);
/* See lsched_wipe(). */
int lsi_store_wipe(lsi_store *st, lsi_error *e);

/* A call begins, which may take so many milliseconds (0: no limit but for waiting). */
void lsi_store_start(lsi_store *st, int32_t milliseconds);
/* BUSY: the call has taken longer than that.  For whatever goes on long without asking the
 * store anything; every question asks this too. */
int lsi_store_late(const lsi_store *st, lsi_error *e);
/* Makes safe what was committed before, by whomever: for answers that rest on it. */
int lsi_store_secure(lsi_store *st, lsi_error *e);
/* See lsched_store_note(). */
const char *lsi_store_note(const lsi_store *st);

/* Every use case runs between enter and leave.  They nest: inside another, enter sets a
 * savepoint.  A reader sees one snapshot; a writer (`write`) waits its turn at the
 * beginning, so that what it reads stays true until it commits.  BUSY, STORE.
 * After an inner leave that could not undo its part only leaves are of use: what stands
 * is no longer what anybody wrote, and enter answers STORE until the outermost leave. */
int lsi_store_enter(lsi_store *st, bool write, lsi_error *e);
/* The same for a further transaction of one call, which has the time that is left of it. */
int lsi_store_enter_again(lsi_store *st, bool write, lsi_error *e);
/* Whether a transaction is open. */
bool lsi_store_inside(const lsi_store *st);
/* Commits if `status` is OK, else undoes what came since enter.  Returns `status`, or
 * why the commit failed: BUSY or STORE when nothing was stored, UNKNOWN when the store
 * cannot say; or STORE when an inner part could not be undone, and so nothing will be
 * stored.  After the outermost leave no transaction is open, whatever happened.
 * MISUSE in another process than the one that opened the store: nothing was done. */
int lsi_store_leave(lsi_store *st, int status, lsi_error *e);

/* ---- record.c: the catalogue, by kind ------------------------------------------------- */

/* `kind` is one of the catalogue's (not booking); records are the public structs.  Texts
 * that come back are in the arena and never NULL.  Keys are given as a record in which
 * only the key fields are set. */
int lsi_record_put(lsi_store *st, const lsi_kind *kind, const void *record, lsi_error *e);
/* NOTFOUND: "no team has the id 'x'". */
int lsi_record_get(lsi_store *st, const lsi_kind *kind, const void *key, lsi_arena *a, void *record,
                   lsi_error *e);
int lsi_record_remove(lsi_store *st, const lsi_kind *kind, const void *key, lsi_error *e);
/* Those behind the id `after` ("" or NULL: all), at most `limit`; for the kinds whose key
 * is one id. */
int lsi_record_list(lsi_store *st, const lsi_kind *kind, const char *after, uint32_t limit,
                    lsi_arena *a, void **records, size_t *count, lsi_error *e);

/* Who still needs it: INUSE, and the message says by what.  `now` parts the bookings that
 * still count (they take time, and are not over) from history; holds count until `clock`. */
int lsi_record_in_use(lsi_store *st, const lsi_kind *kind, const char *id, lsched_time now,
                      lsched_time clock, lsi_error *e);
/* Strikes an agent from every customer's `knows` and `avoids`; removes an owner's calendars. */
int lsi_record_forget_agent(lsi_store *st, const char *agent, lsi_error *e);
int lsi_record_forget_calendars(lsi_store *st, int32_t kind, const char *owner, lsi_error *e);
int lsi_record_members(lsi_store *st, const char *team, const char *agent, uint32_t skip,
                       uint32_t limit, lsi_arena *a, lsched_member **out, size_t *count,
                       lsi_error *e);
int lsi_record_calendars(lsi_store *st, int32_t kind, const char *owner, uint32_t skip,
                         uint32_t limit, lsi_arena *a, lsched_calendar **out, size_t *count,
                         lsi_error *e);
int lsi_record_general_teams(lsi_store *st, lsi_arena *a, lsched_team **out, size_t *count,
                             lsi_error *e);
/* Of a topic, as they are ranked. */
int lsi_record_topic(lsi_store *st, const char *topic, lsi_arena *a, lsched_service **out,
                     size_t *count, lsi_error *e);

/* The teams that serve a region, with how many customers each has. */
typedef struct lsi_team_load {
    lsched_team team;
    int64_t customers;
} lsi_team_load;
int lsi_record_teams_of_region(lsi_store *st, const char *region, lsi_arena *a, lsi_team_load **out,
                               size_t *count, lsi_error *e);

/* ---- ledger.c: bookings and the events behind them ------------------------------------- */

/* How the agent of a place was chosen; told by lsched_why_agent(). */
typedef struct lsi_choice {
    int32_t decided; /* enum lsched_decided */
    int32_t rank, free;
    int64_t owed;
} lsi_choice;

/* What goes with a change of a booking: each appends exactly one event, with the whole
 * booking as it then is, in the same transaction, in gap-free order (I3). */
typedef struct lsi_stamp {
    int32_t event; /* enum lsched_event_kind */
    lsched_time at;
    const char *key;  /* whose wish it is; NULL: nobody's */
    uint64_t request; /* the hash of what came with the key */
    const char *actor, *correlation;
    const lsi_choice *choice; /* NULL: nobody was chosen in this step */
} lsi_stamp;

/* The answer that a key got, if it was used: sets `*found`, `*request` (the hash of the
 * request that came with it) and the booking as it was answered. */
int lsi_ledger_answer(lsi_store *st, const char *key, bool *found, uint64_t *request, lsi_arena *a,
                      lsched_booking *booking, lsi_error *e);
/* The time of the last event, 0 if there is none: no later one is earlier, so that what
 * has expired stays expired when the host's clock steps back. */
int lsi_ledger_clock(lsi_store *st, lsched_time *clock, lsi_error *e);

/* A new booking.  TAKEN: the lane is taken; QUOTA: too many are held (the schema's own
 * words on it). */
int lsi_ledger_add(lsi_store *st, const lsched_booking *booking, const lsi_stamp *stamp,
                   lsi_error *e);
/* A changed booking: booking->sequence is already one more than the stored one, and the
 * stored one must be in the state `from`; OVER when it is not, or was changed meanwhile.
 * TAKEN. */
int lsi_ledger_change(lsi_store *st, const lsched_booking *booking, int32_t from,
                      const lsi_stamp *stamp, lsi_error *e);
/* Bookings of one agent that get other lanes: ids[i] gets lanes[i]. */
typedef struct lsi_relaning {
    const char **ids;
    int32_t *lanes;
    size_t count;
} lsi_relaning;
/* All at once, in whatever order they have to change hands.  The event and the key are not
 * those of `stamp`. */
int lsi_ledger_relane(lsi_store *st, const lsi_relaning *others, const lsi_stamp *stamp,
                      lsi_error *e);
/* A changed booking for which others have to make room: like lsi_ledger_relane() and
 * lsi_ledger_change() in one, so that its old place is not in their way. */
int lsi_ledger_move(lsi_store *st, const lsched_booking *booking, int32_t from,
                    const lsi_relaning *others, const lsi_stamp *stamp, lsi_error *e);

/* Whose holds; one of the three is set. */
typedef struct lsi_holder {
    const char *agent, *customer, *source;
} lsi_holder;
/* Writes down that those whose time is up have expired (I5), all but `keep` (may be NULL).
 * The event and the key are not those of `stamp`, whose time decides. */
int lsi_ledger_expire(lsi_store *st, const lsi_holder *who, const char *keep,
                      const lsi_stamp *stamp, lsi_error *e);

int lsi_ledger_get(lsi_store *st, const char *id, lsi_arena *a, lsched_booking *booking,
                   lsi_error *e);
int lsi_ledger_list(lsi_store *st, const lsched_filter *filter, uint32_t limit, lsi_arena *a,
                    lsched_booking **out, size_t *count, lsi_error *e);
/* What takes of the agent's time in [from, until): live bookings by busy span, in the
 * order of busy_from, then id; a hold only until its time is up by `clock` (I5). */
int lsi_ledger_taken(lsi_store *st, const char *agent, lsched_time from, lsched_time until,
                     lsched_time clock, lsi_arena *a, lsi_taken **out, size_t *count,
                     lsi_error *e);
/* What live bookings and all holds take of it, in the order of busy_from: without ids, and as
 * cheaply as the index has it. */
int lsi_ledger_busy(lsi_store *st, const char *agent, lsched_time from, lsched_time until,
                    lsi_busy **out, size_t *count, size_t *room, lsi_error *e);

/* The greatest booking id so far; "" if there is none. */
int lsi_ledger_last_id(lsi_store *st, lsi_arena *a, const char **id, lsi_error *e);

/* ---- waits.c: the line of those who wait for a place ----------------------------------------- */

/* Those whose offer has ended by `clock` wait again; and whose offer was confirmed waits no more. */
int lsi_waits_settle(lsi_store *st, lsched_time clock, lsi_error *e);
int lsi_waits_confirmed(lsi_store *st, const char *hold, lsi_error *e);
/* Those who wait, for that agent (NULL: for whomever), for a start in [from, until): in the order
 * of the line. */
int lsi_waits_line(lsi_store *st, const char *agent, lsched_time from, lsched_time until,
                   uint32_t limit, lsi_arena *a, lsched_wait **out, size_t *count, lsi_error *e);
/* Whether a start less than `length` seconds from this one was offered to it before; that this
 * one was, now; and that none was. */
int lsi_waits_offered(lsi_store *st, const char *wait, lsched_time start, int64_t length, bool *was,
                      lsi_error *e);
int lsi_waits_offer(lsi_store *st, const char *wait, lsched_time start, lsi_error *e);
int lsi_waits_forget(lsi_store *st, const char *wait, lsi_error *e);
/* Writes state and offer. */
int lsi_waits_set(lsi_store *st, const lsched_wait *wait, lsi_error *e);
/* ---- line.c: what waits for its turn ---------------------------------------------------------- */

/* The contact of the line that a customer has open, on the topic of a service, but `except`
 * (NULL: none); "": there is none.  One that has a time counts until that has passed, and one
 * in progress until a day later, in case that nobody has finished it. */
int lsi_line_open(lsi_store *st, const char *customer, const char *service, const char *except,
                  lsched_time now, lsi_arena *a, const char **id, lsi_error *e);

/* What there is to do for an agent, the first first: its own bookings whose time has come, those
 * whose agent did not turn up in time, and the line.  Not what somebody else has been leased.  The
 * first have their place; for the others one is to be found, as the service says. */
typedef struct lsi_turn { const char *id, *service /* "": the first */; int32_t channel; } lsi_turn;
int lsi_line_turn(lsi_store *st, const char *agent, lsched_time now, lsched_time clock,
                  lsi_arena *a, lsi_turn **out, size_t *count, lsi_error *e);
/* The line of a team (NULL or "": of all), in its order. */
int lsi_line_list(lsi_store *st, const char *team, lsched_time now, uint32_t skip, uint32_t limit,
                  lsi_arena *a, lsched_booking **out, size_t *count, lsi_error *e);
/* What is not done a day later, and what waits, by start and id, behind `after` (NULL: all). */
int lsi_line_stuck(lsi_store *st, lsched_time now, const lsched_booking *after, uint32_t limit,
                   lsi_arena *a, lsched_booking **out, size_t *count, lsi_error *e);
/* How many of its team's line come before one that waits. */
int lsi_line_ahead(lsi_store *st, const lsched_booking *b, lsched_time now, int64_t *count,
                   lsi_error *e);
/* Which contacts an agent is in, by whether they take it whole. */
int lsi_line_busy(lsi_store *st, const char *agent, lsched_time now, int64_t *whole, int64_t *chats,
                  lsi_error *e);
/* When it was tried in vain to reach a customer, by whatever contact, since then: the latest
 * first, at most `room` times. */
int lsi_line_tries(lsi_store *st, const char *customer, lsched_time since, lsched_time *times,
                   size_t room, size_t *count, lsi_error *e);

/* What an agent has been leased, and who has been leased a booking; "": nothing, nobody. */
int lsi_line_lease_of(lsi_store *st, const char *agent, lsched_time clock, lsi_arena *a,
                      const char **booking, lsi_error *e);
int lsi_line_leased_to(lsi_store *st, const char *booking, lsched_time clock, lsi_arena *a,
                       const char **agent, lsi_error *e);
/* In the place of whatever lease either of them had. */
int lsi_line_lease(lsi_store *st, const char *booking, const char *agent, lsched_time until,
                   lsi_error *e);

/* ---- ahead.c: what a wait hangs on ------------------------------------------------------------ */

/* Whom a contact is for, as far as that says who may serve. */
typedef struct lsi_whom {
    const char *customer, *service, *team, *language, *region, *regions, *avoids;
    int32_t general, channel;
} lsi_whom;

/* One in line. */
typedef struct lsi_ahead {
    lsi_whom whom;
    const char *agent, *line; /* to whom it is left; and the team in whose line it is */
    int32_t rungs, attempts;
    lsched_time start;
    bool tried; /* perhaps lately */
} lsi_ahead;

/* Who stands before a booking (its due, since and id), in the order of the line; `*out` is to be
 * freed, whatever comes. */
int lsi_ahead_line(lsi_store *st, const lsched_booking *of, lsched_time now, uint32_t limit,
                   lsi_arena *a, lsi_ahead **out, size_t *count, lsi_error *e);

typedef struct lsi_joined { /* came into it */
    lsi_whom whom;
    const char *agent;
    int32_t rungs;
    lsched_time at, start; /* not to be tried before */
} lsi_joined;

/* Who came into a team's line in the last two hours before `until`, but for `booking` and for those
 * who left before anybody tried: in the order of their place in the hour; into a vector. */
int lsi_ahead_joined(lsi_store *st, const char *team, const char *booking, lsched_time until,
                     size_t most, lsi_arena *a, lsi_joined **out, size_t *count, size_t *room,
                     lsi_error *e);

/* What an agent is doing, or has to do. */
typedef struct lsi_occupied {
    lsi_whom whom;
    int32_t lane, state;
    lsched_time from, until, start, end, expires;
    lsched_time began; /* of what is in progress */
} lsi_occupied;

/* At least those that lsi_occupied_counts() from `now` on until `until`, in order; into a vector. */
int lsi_ahead_engaged(lsi_store *st, const char *agent, lsched_time now, lsched_time until,
                      lsi_arena *a, lsi_occupied **out, size_t *count, size_t *room, lsi_error *e);
/* How long the last contacts of a service took that ended behind event `after`, the latest first. */
int lsi_ahead_lengths(lsi_store *st, const char *service, int32_t channel, int64_t after,
                      int32_t *seconds, size_t most, size_t *count, lsi_error *e);

/* ---- soft.c: bookings that may be given to another agent -------------------------------------- */

/* Those of an agent that take any of [from, until), start at `earliest` or later, and were
 * promised with no agent: in the order of busy_from, then id. */
int lsi_soft_list(lsi_store *st, const char *agent, lsched_time from, lsched_time until,
                     lsched_time earliest, lsi_arena *a, lsched_booking **out, size_t *count,
                  lsi_error *e);
/* Puts a live booking where it is in nobody's way, until lsi_ledger_change() in the same
 * transaction; each to a place (0, 1, ...) of its own. */
int lsi_soft_park(lsi_store *st, const char *id, int32_t place, lsi_error *e);

/* ---- events.c: the feed ---------------------------------------------------------------------- */

/* The events behind the number `after`; `booking` NULL or "": of all bookings. */
int lsi_events_list(lsi_store *st, const char *booking, int64_t after, uint32_t limit,
                    lsi_arena *a, lsched_event **out, size_t *count, lsi_error *e);

/* ---- region.c: a region's law, and how often a customer was tried ------------------------------ */

/* An attempt to reach a customer. */
typedef struct lsi_attempt {
    lsched_time at;
    int32_t channel, purpose; /* of the service today; 0: there is none any more */
} lsi_attempt;

/* The record, or an empty one with the revision of what else the region has. */
int lsi_region_get(lsi_store *st, const char *id, lsi_arena *a, lsched_region *out, lsi_error *e);
/* Those after `since`, in the order of time. */
int lsi_region_attempts(lsi_store *st, const char *customer, lsched_time since, lsi_arena *a,
                        lsi_attempt **out, size_t *count, lsi_error *e);

/* ---- log.c: what has changed since a handle last looked --------------------------------------- */

enum lsi_log {
    LSI_LOG_EVENTS, /* of bookings */
    LSI_LOG_TOUCHES /* of the catalogue; the last thousand */
};

/* What touches an incident is no owner's. */
#define LSI_TOUCH_INCIDENT 6

/* The last row of a log; all zero: it is empty.  `at` is of events only. */
typedef struct lsi_tip {
    int64_t seq, stamp;
    lsched_time at;
} lsi_tip;

/* Whom a row is about: the hash of the owner's id, 0: nobody; and when. */
typedef struct lsi_side {
    uint64_t owner;
    lsched_time from, until;
} lsi_side;

/* What an event did to its agent's time, where nothing else has to be asked for that. */
enum lsi_effect {
    LSI_EFFECT_ASK,  /* anything */
    LSI_EFFECT_TAKE, /* a booking was made, which takes the agent of side[0] whole then, */
    LSI_EFFECT_GIVE  /* or one of those was cancelled, which had never been only held */
};

#define LSI_HEARD_OF 8
/* Of an event, side[1] is what the booking took before, where that can be another time or agent;
 * `agent` is the id of side[0]'s, and `work` the time that is work of it, unless the effect is to be
 * asked for. */
typedef struct lsi_logged {
    int64_t seq, stamp;
    int32_t kind; /* of the owner: LSCHED_AGENT for events; LSI_TOUCH_INCIDENT; plus LSI_HEARD_OF,
                     where nothing was put but when the source of a calendar was heard of */
    lsi_side side[2];
    uint64_t met; /* hash of the customer whom somebody has served, or has not after all */
    int32_t effect;
    lsi_side work;
    char agent[LSCHED_MAX_ID + 1];
} lsi_logged;

/* How many events this handle has written, since it was opened. */
uint64_t lsi_log_written(const lsi_store *st);
int lsi_log_tip(lsi_store *st, enum lsi_log log, lsi_tip *out, lsi_error *e);
/* Whether the log has a row of this number and stamp. */
int lsi_log_has(lsi_store *st, enum lsi_log log, int64_t seq, int64_t stamp, bool *has,
                lsi_error *e);
/* The rows behind `after`, at most `room`; and the stamp of that one, if there are any behind it:
 * 0 where it is not there. */
int lsi_log_read(lsi_store *st, enum lsi_log log, int64_t after, lsi_logged *out, size_t room,
                 size_t *count, int64_t *stamp, lsi_error *e);

/* How the booking's agent was chosen, the last time that one was.  NOTFOUND without a message. */
int lsi_events_choice(lsi_store *st, const char *booking, lsi_arena *a, lsched_choice *out,
                      lsi_error *e);

/* ---- occurrence.c: what was answered about a series ------------------------------------------ */

/* Writes down what became of the occurrences under a key; each booking is as its last step
 * left it, and the key is one of their events'. */
int lsi_occurrence_put(lsi_store *st, const char *key, const lsched_occurrence *at, size_t count,
                       lsi_error *e);
/* The same again, in their order; none where the key is not about a series. */
int lsi_occurrence_answer(lsi_store *st, const char *key, lsi_arena *a, lsched_occurrence **out,
                          size_t *count, lsi_error *e);

/* ---- mend.c: bookings that may have gone astray, and what repairs did ------------------------ */

/* Those of the sweep that are booked or held and end behind `sweep->from`, behind `after`
 * (NULL: from the first), in the order of start, then id. */
int lsi_mend_ahead(lsi_store *st, const lsched_sweep *sweep, lsched_time clock,
                   const lsched_booking *after, uint32_t limit, lsi_arena *a, lsched_booking **out,
                   size_t *count, lsi_error *e);
/* The kinds of the notices (1 << kind, added up) that wait at the booking's sequence to be told
 * by `now`. */
int lsi_mend_untold(lsi_store *st, const lsched_booking *b, lsched_time now, int32_t *kinds,
                    lsi_error *e);
/* The number of the last event; before what is written next. */
int lsi_mend_base(lsi_store *st, int64_t *seq, lsi_error *e);
/* Writes down what became of one stray under the key of an event behind `base`. */
int lsi_mend_put(lsi_store *st, const char *key, size_t place, int64_t base, const lsched_mend *m,
                 lsi_error *e);
/* The same again, in their order; none where the key is not about a repair. */
int lsi_mend_answer(lsi_store *st, const char *key, lsi_arena *a, lsched_mend **out, size_t *count,
                    lsi_error *e);

/* ---- outbox.c: what customers are to be told ---------------------------------------------- */

/* Written in the transaction of the change; due at `due` (I4).  The schema makes it void
 * when its booking changes again. */
int lsi_outbox_add(lsi_store *st, const lsched_booking *booking, int32_t kind, lsched_time due,
                   lsi_error *e);
/* One that the customer has been told of elsewhere: acknowledged, never handed out. */
int lsi_outbox_told(lsi_store *st, const lsched_booking *booking, int32_t kind, lsched_time at,
                    lsi_error *e);

/* ---- entries.c: cases, beyond their records -------------------------------------------------- */

/* Cases of one customer behind the id `after`. */
int lsi_entries_cases(lsi_store *st, const char *customer, const char *after, uint32_t limit,
                      lsi_arena *a, lsched_case **out, size_t *count, lsi_error *e);
/* Whether the id of a case, or of one that is gone, stands for somebody else's. */
int lsi_entries_stranger(lsi_store *st, const char *case_id, const char *customer, bool *found,
                         lsi_error *e);
/* Whether a key stands for an entry. */
int lsi_entries_has_key(lsi_store *st, const char *key, bool *found, lsi_error *e);
/* The entry that was written by a key, if it was; KEYUSED: something else was. */
int lsi_entries_answer(lsi_store *st, const char *key, bool *found, uint64_t *request,
                       lsi_arena *a, lsched_entry *out, lsi_error *e);
/* Gives it its number. */
int lsi_entries_add(lsi_store *st, lsched_entry *entry, uint64_t request, lsi_error *e);
/* Those behind the number `after`; `case_id` NULL or "": of all cases. */
int lsi_entries_list(lsi_store *st, const char *case_id, int64_t after, uint32_t limit,
                     lsi_arena *a, lsched_entry **out, size_t *count, lsi_error *e);
/* The messages that wait for the answer that was promised before `before` (0: ever). */
int lsi_entries_unanswered(lsi_store *st, const char *agent, lsched_time before, uint32_t limit,
                           lsi_arena *a, lsched_entry **out, size_t *count, lsi_error *e);
/* Who wrote the last message to the customer; "": nobody. */
int lsi_entries_speaker(lsi_store *st, const char *case_id, lsi_arena *a, const char **agent,
                        lsi_error *e);

/* ---- forget.c: what is left of a person who is forgotten -------------------------------------- */

/* What the marks of customers who were forgotten begin with; behind it, an id of ours. */
#define LSI_FORGOTTEN "forgotten-"
#define LSI_FORGET_ALL INT64_MAX

/* What a customer did in one case, or in none, and what is to stand in its place. */
typedef struct lsi_past_of {
    const char *customer, *case_id; /* NULL: of no case, and only what ended before that: */
    lsched_time before;
    const char *mark, *case_mark; /* the second begins with the first and a dot */
} lsi_past_of;

/* From here on a mark stands for somebody; and not after all. */
int lsi_forget_mark(lsi_store *st, const char *mark, lsched_time at, lsi_error *e);
int lsi_forget_unmark(lsi_store *st, const char *mark, lsi_error *e);
int lsi_forget_is(lsi_store *st, const char *customer, bool *forgotten, lsi_error *e);
/* Empties what is held on it, and the case's record goes; adds how many rows that were. */
int lsi_forget_history(lsi_store *st, const lsi_past_of *whose, int64_t *rows, lsi_error *e);
/* By whom the customer was served is no longer so: whoever keeps it in memory hears of it. */
int lsi_forget_met(lsi_store *st, const char *customer, lsi_error *e);
/* What the customer waits for. */
int lsi_forget_waits(lsi_store *st, const char *customer, int64_t *rows, lsi_error *e);
/* The customer's record and calendars. */
int lsi_forget_record(lsi_store *st, const char *customer, const char *mark, int64_t *rows,
                      lsi_error *e);
/* The cases in which nothing was at `before` or later, and which are not open; or all. */
int lsi_forget_cases(lsi_store *st, const char *customer, lsched_time before, lsi_arena *a,
                     const char ***out, size_t *count, lsi_error *e);
/* Whether a customer has bookings of no case that ended before that. */
int lsi_forget_any(lsi_store *st, const char *customer, lsched_time before, bool *found,
                   lsi_error *e);
/* The incidents that a customer follows. */
int lsi_forget_followed(lsi_store *st, const char *customer, lsi_arena *a, const char ***out,
                        size_t *count, lsi_error *e);
/* The next customer behind `after` of whom there is history; NULL: none. */
int lsi_forget_next(lsi_store *st, const char *after, lsi_arena *a, const char **out,
                    lsi_error *e);

/* ---- verify.c: what must never be false, asked of what is stored ------------------------- */

/* What was found; `at` is in the arena.  Zero it, but for the arena. */
typedef struct lsi_findings {
    lsi_arena *a;
    lsched_finding *at;
    size_t count, room;
    bool full; /* the last one says that there are more */
} lsi_findings;

/* One more, unless it is full.  `subject` and what comes into the text are ids. */
int lsi_verify_add(lsi_findings *f, const char *invariant, const char *subject, lsi_error *e,
                   const char *format, ...) __attribute__((format(printf, 5, 6)));
void lsi_verify_free(lsi_findings *f);

/* Each inside one transaction.  The pages and what refers to what; the text of the schema,
 * and what its triggers keep (schema). */
int lsi_verify_file(lsi_store *st, lsi_findings *f, lsi_error *e);
int lsi_verify_schema(lsi_store *st, lsi_findings *f, lsi_error *e);
/* What can be asked of all rows at once, of places (I1), events (I3), notices (I4) and holds
 * (I5). */
int lsi_verify_rows(lsi_store *st, lsched_time now, lsched_time clock, lsi_findings *f,
                    lsi_error *e);

/* An event, and the booking as it left it. */
typedef struct lsi_past {
    int64_t seq;
    int32_t kind;
    lsched_time at;
    lsched_booking booking;
    int32_t notices; /* bits of the kinds that it has, with this booking's sequence */
} lsi_past;

/* Shows all events, those of one booking together and in order: `before` is NULL at the first
 * of them, and `past` after the last. */
typedef int lsi_seen(void *user, const lsi_past *before, const lsi_past *past, lsi_error *e);
int lsi_verify_history(lsi_store *st, lsi_seen *seen, void *user, lsi_error *e);
/* The bookings and holds that are not over yet, behind the id `after`, by id. */
int lsi_verify_live(lsi_store *st, lsched_time now, lsched_time clock, const char *after,
                    uint32_t limit, lsi_arena *a, lsched_booking **out, size_t *count,
                    lsi_error *e);

/* One that was written, and whether it still stands: its booking has not changed, and a
 * reminder comes before the start. */
typedef struct lsi_notice {
    const char *booking;
    int32_t sequence, kind; /* the three are its key */
    int32_t attempt;
    int32_t state; /* enum lsi_notice_state */
    bool stands;
    lsched_time due;
} lsi_notice;

enum lsi_notice_state {
    LSI_NOTICE_WAITS = 1,
    LSI_NOTICE_DONE = 2,
    LSI_NOTICE_VOID = 3
};

/* Those that wait, are due by `clock` and not leased then, the longest due first. */
int lsi_outbox_due(lsi_store *st, lsched_time clock, uint32_t limit, lsi_arena *a,
                   lsi_notice **out, size_t *count, lsi_error *e);
/* Adds an attempt, and nobody else's until the time `until`.  OVER: it is not to be had. */
int lsi_outbox_lease(lsi_store *st, lsi_notice *n, lsched_time clock, lsched_time until,
                     lsi_error *e);
int lsi_outbox_void(lsi_store *st, const lsi_notice *n, lsi_error *e);
/* Attempt and state of the one with this key.  NOTFOUND without a message. */
int lsi_outbox_get(lsi_store *st, lsi_notice *n, lsi_error *e);
/* Ends the attempt n->attempt and with it the notice, if it still can. */
int lsi_outbox_end(lsi_store *st, const lsi_notice *n, bool *ended, lsi_error *e);
/* When lsi_outbox_due() will next find one. */
int lsi_outbox_next(lsi_store *st, lsched_time clock, bool *found, lsched_time *out, lsi_error *e);

/* ---- policy.c: services as they were -------------------------------------------------------- */

/* The greatest revision that a service ever had; 0: none. */
int lsi_policy_last(lsi_store *st, const char *service, int32_t *revision, lsi_error *e);
/* NOTFOUND. */
int lsi_policy_get(lsi_store *st, const char *service, int32_t revision, lsi_arena *a,
                   lsched_service *out, lsi_error *e);

/* ---- token.c: what lets a customer act on one booking ------------------------------------- */

#define LSI_TOKEN_HASH 32 /* bytes */

typedef struct lsi_token {
    unsigned char hash[LSI_TOKEN_HASH];
    const char *booking;
    int32_t scope;       /* enum lsched_scope, added up */
    lsched_time expires; /* to add one, 0: a day after the booking's end, wherever it moves */
    lsched_time created;
} lsi_token;

int lsi_token_add(lsi_store *st, const lsi_token *token, lsi_error *e);
/* The token with this hash, and when it expires as its booking stands, if there is one. */
int lsi_token_find(lsi_store *st, const unsigned char hash[LSI_TOKEN_HASH], bool *found,
                   lsi_arena *a, lsi_token *out, lsi_error *e);
/* Removes those of a booking that have expired; how many are left. */
int lsi_token_sweep(lsi_store *st, const char *booking, lsched_time now, int64_t *left,
                    lsi_error *e);
/* Removes all of a booking. */
int lsi_token_strike(lsi_store *st, const char *booking, lsi_error *e);

/* ---- held.c: what is held on a customer, beside what others ask for ------------------------- */

int lsi_held_entries(lsi_store *st, const char *customer, lsi_arena *a, lsched_entry **out,
                     size_t *count, lsi_error *e);
int lsi_held_waits(lsi_store *st, const char *customer, lsi_arena *a, lsched_wait **out,
                   size_t *count, lsi_error *e);
int lsi_held_notices(lsi_store *st, const char *booking, lsi_arena *a, lsi_notice **out,
                     size_t *count, lsi_error *e);
/* Without their hashes; expires 0: a day after the booking's end. */
int lsi_held_tokens(lsi_store *st, const char *booking, lsi_arena *a, lsi_token **out,
                    size_t *count, lsi_error *e);

#include "store/figures.h"
#include "store/news.h"
#include "store/served.h"

#endif
