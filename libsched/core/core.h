/* core/core.h -- the use cases: only here do rules meet storage.
 *
 * May include: rules, cal, store, model, base.  The only place for transactions: each
 * function below is one, from enter to leave.
 */
#ifndef LSI_CORE_H
#define LSI_CORE_H

#include "rules/rules.h"
#include "store/store.h"

/* What every use case works with. */
typedef struct lsi_core {
    lsi_store *store;
    lsi_zones *zones;
    lsi_limits limits; /* of calendars */
    struct lsi_picture *picture;
    lsched_time (*clock)(void *user);
    void *clock_user;
    char actor[LSCHED_MAX_ID + 1], correlation[LSCHED_MAX_ID + 1]; /* of the calls that follow */
    char seen[LSCHED_MAX_ID + 1]; /* the last customer whom lsi_privacy_retain() looked at */
} lsi_core;

/* ---- now.c -------------------------------------------------------------------------------- */

/* What the host's clock says.  INVALID: nothing within our times. */
int lsi_now_ask(lsi_core *core, lsched_time *now, lsi_error *e);
/* The time that holds live by: `now`, or that of the last event if the clock has stepped
 * back behind it, by no more than a hold can last.  Inside a transaction. */
int lsi_now_clock(lsi_core *core, lsched_time now, lsched_time *clock, lsi_error *e);
/* The same of a last event at `last`. */
lsched_time lsi_now_after(lsched_time now, lsched_time last);

/* ---- picture.c and the files of picture.h: what is kept in memory of the store --------------- */

int lsi_picture_new(struct lsi_picture **out);
void lsi_picture_free(struct lsi_picture *p);
/* Between two calls: keeps it below its ceiling. */
void lsi_picture_sweep(struct lsi_picture *p);
/* Nothing is kept of what was. */
void lsi_picture_forget(struct lsi_picture *p);
/* A new ceiling in bytes, 0: nothing is kept from now on; nor of what was. */
void lsi_picture_limit(struct lsi_picture *p, size_t bytes);
size_t lsi_picture_bytes(const struct lsi_picture *p);
/* Inside a transaction: from here on the picture is as the store is at `now`.  `last` is when the
 * last event was. */
int lsi_picture_refresh(lsi_core *core, lsched_time now, lsched_time *last, lsi_error *e);

/* ---- catalogue.c: records of all kinds ------------------------------------------------ */

/* `record` is the caller's copy: defaults are written into it. */
int lsi_catalogue_put(lsi_core *core, const lsi_kind *kind, void *record, lsi_error *e);
int lsi_catalogue_get(lsi_core *core, const lsi_kind *kind, const void *key, lsi_arena *a,
                      void *record, lsi_error *e);
int lsi_catalogue_remove(lsi_core *core, const lsi_kind *kind, const void *key, lsi_error *e);
int lsi_catalogue_list(lsi_core *core, const lsi_kind *kind, const char *after, uint32_t limit,
                       lsi_arena *a, void **records, size_t *count, lsi_error *e);

int lsi_catalogue_members(lsi_core *core, const char *team, const char *agent, uint32_t skip,
                          uint32_t limit, lsi_arena *a, void **records, size_t *count,
                          lsi_error *e);
int lsi_catalogue_calendars(lsi_core *core, int32_t kind, const char *owner, uint32_t skip,
                            uint32_t limit, lsi_arena *a, void **records, size_t *count,
                            lsi_error *e);

int lsi_catalogue_revision(lsi_core *core, const char *service, int32_t revision, lsi_arena *a,
                           lsched_service *out, lsi_error *e);

/* ---- facts.c: from the store to what the rules decide on ------------------------------- */

/* Whose facts, for what. */
typedef struct lsi_wish {
    const char *customer, *service;
    const char *agent, *team; /* only these; NULL or "": any */
    int32_t rungs;            /* no zero here */
    const char *moving;       /* a booking whose place counts as free; NULL: none */
    const char *preferred;    /* agent to be kept where possible; NULL: none */
} lsi_wish;

/* When something is asked: what the host's clock says, and when the last event was. */
typedef struct lsi_moment {
    lsched_time now, last;
} lsi_moment;

/* Inside a transaction: brings the picture up to date for the questions of this call.  INVALID:
 * the clock. */
int lsi_facts_moment(lsi_core *core, lsi_moment *out, lsi_error *e);
/* Inside the same one, with nothing written since.  What they point to stays until the call is
 * over.  NOTFOUND. */
int lsi_facts_load_at(lsi_core *core, const lsi_wish *wish, const lsi_moment *m, lsi_facts *facts,
                      lsi_error *e);
/* Both, by a clock that was asked already. */
int lsi_facts_load(lsi_core *core, const lsi_wish *wish, lsched_time now, lsi_facts *facts,
                   lsi_error *e);
/* The same facts, after bookings were written in the same call. */
int lsi_facts_renew(lsi_core *core, lsi_facts *facts, lsi_error *e);
/* What is taken of one agent's [from, until), `moving` left out, and holds whose time is
 * up by `clock`. */
int lsi_facts_take_agent(lsi_core *core, lsi_agent_fact *fact, const char *moving,
                         lsched_time clock, lsched_time from, lsched_time until, lsi_arena *a,
                         lsi_error *e);
/* To be called where that was done: what was taken is the caller's, and goes with the call. */
void lsi_facts_mark(lsi_facts *facts);
/* And of all agents, as far as starts in [from, until) need it; with `moving`, and where others
 * may make room, whose bookings these are, too. */
int lsi_facts_take(lsi_core *core, lsi_facts *facts, const char *moving, lsched_time from,
                   lsched_time until, lsi_arena *a, lsi_error *e);
void lsi_facts_free(lsi_core *core, lsi_facts *facts);
/* An owner's layer alone, as it is at `now` (LSI_NO_TIME: by the clock); release with
 * lsi_facts_free_layer(). */
#define LSI_NO_TIME INT64_MIN
int lsi_facts_layer(lsi_core *core, int32_t kind, const char *owner, lsched_time now, lsi_arena *a,
                    lsi_layer *layer, lsi_error *e);
void lsi_facts_free_layer(lsi_layer *layer);

/* ---- search.c, explain.c: find, and why not ---------------------------------------------------- */

/* How many candidates fell to one set of reasons. */
typedef struct lsi_loss {
    int32_t reasons;
    int64_t count;
} lsi_loss;

typedef struct lsi_found {
    lsched_slot *slots;
    size_t count, room;
    lsi_loss *losses; /* where there is no slot */
    size_t loss_count, loss_room;
    lsched_slot familiar; /* what is worth the wait (familiar.c); its rung is 0: nothing is */
    lsched_incident *incidents; /* that touch this customer's service; in the arena */
    size_t incident_count;
    const char *degraded; /* the facts', in the arena */
} lsi_found;

/* Several queries at one moment.  Each of `found` is zeroed by the caller and released by
 * lsi_search_free(), whatever comes; their names are lent until the next call.  `*at` is the
 * query that a failure is about; `count`: none of them. */
int lsi_search_find(lsi_core *core, const lsched_query *queries, size_t count, size_t *at,
                    lsi_arena *a, lsi_found *found, lsi_error *e);
void lsi_search_free(lsi_found *found);

/* What a query comes to, with its defaults. */
typedef struct lsi_asked {
    lsi_wish wish;
    lsched_time from, until; /* of the starts */
    lsched_time horizon;     /* from here on nothing is permitted */
    int32_t channels;
    size_t limit; /* starts */
} lsi_asked;

/* Inside a transaction; the facts are to be released, whatever comes. */
int lsi_search_plan(lsi_core *core, const lsched_query *query, const lsi_moment *m, lsi_arena *a,
                    lsi_asked *out, lsi_facts *facts, lsi_error *e);
/* Adds the slots of what was asked, from permit.c alone, and looks at so many seconds at a time. */
#define LSI_STRETCH (32 * LSI_DAY)
int lsi_search_spans(lsi_core *core, lsi_facts *facts, const lsi_asked *asked, lsi_found *found,
                     lsi_error *e);
/* The query's fields; and customer, service and agent of the booking that it moves. */
int lsi_search_check(const lsched_query *query, lsi_error *e);
int lsi_search_moving(lsi_core *core, const lsched_query *query, lsched_time now, lsi_arena *a,
                      lsi_wish *wish, lsi_error *e);

/* Adds the slots of the first `limit` starts in [from, until) on these channels, as find has
 * them.  What is taken is then no longer in the facts. */
int lsi_search_slots(lsi_core *core, lsi_facts *f, const char *moving, int32_t channels,
                     lsched_time from, lsched_time until, size_t limit, lsi_found *found,
                     lsi_error *e);
/* The slot in which a candidate is offered; `free_agents` could take it. */
lsched_slot lsi_search_slot(const lsi_facts *f, size_t candidate, int32_t channel,
                            lsched_time start, int32_t free_agents);
/* What is worth waiting for beyond the first of the slots found, on these channels, before
 * `until`. */
int lsi_familiar_find(lsi_core *core, lsi_facts *f, const char *moving, int32_t channels,
                      lsched_time until, lsi_found *found, lsi_error *e);
/* So much time before and behind a start may be looked at to judge it. */
int64_t lsi_search_reach(void);
/* lawful.c: OK or CLOSED, both with an answer in the arena; the channel may be 0, and so may `at`. */
int lsi_lawful_ask(lsi_core *core, const char *customer, const char *service, int32_t channel,
                   lsched_time at, lsi_arena *a, lsched_lawful *out, lsi_error *e);

/* ---- count.c: how many starts a day has ---------------------------------------------------- */

/* The days of a query, each with what it has; all of it is in the arena. */
int lsi_count_days(lsi_core *core, const lsched_query *query, lsi_arena *a, lsched_day **days,
                   size_t *count, lsi_error *e);
/* Counts a start that so many agents can take (0: others make room), on so many channels (0: it
 * is none); they come in the order of time. */
static inline void lsi_count_start(lsched_day *day, lsched_time start, int32_t free_agents,
                                   int32_t channels)
{
    if (channels == 0)
        return;
    day->slots += channels;
    day->free = free_agents > day->free ? free_agents : day->free;
    if (day->starts == 0)
        day->first = start;
    if (day->starts == 0 || day->last != start)
        day->starts++;
    day->last = start;
}

/* Counts why the predicate refused every start of the clock's grid in [from, until). */
int lsi_explain_losses(const lsi_facts *facts, const lsi_permits *permits, lsched_time from,
                       lsched_time until, lsi_found *found, lsi_error *e);
/* Adds to the losses. */
int lsi_explain_add(lsi_found *found, int32_t reasons, int64_t count, lsi_error *e);

/* ---- scan.c: the predicate asked of the picture --------------------------------------------- */

/* Whether the picture can answer this question; if not, permit.c does. */
bool lsi_scan_can(const lsi_core *core, const lsi_facts *f);
/* Adds the slots of the first `limit` starts in [from, until). */
int lsi_scan_find(lsi_core *core, const lsi_facts *f, int32_t channels, lsched_time from,
                  lsched_time until, size_t limit, lsi_found *found, lsi_error *e);
/* The first slot in [from, until) that is offered on this rung; its rung is 0: there is none. */
int lsi_scan_offer(lsi_core *core, const lsi_facts *f, int32_t channels, int32_t rung,
                   lsched_time from, lsched_time until, lsched_slot *out, lsi_error *e);
/* Those who can start then: the best, and the best of other agents. */
typedef struct lsi_podium {
    size_t best, second; /* the number of candidates: there is none */
    int32_t free;        /* agents */
} lsi_podium;
int lsi_scan_choose(lsi_core *core, const lsi_facts *f, int32_t channel, lsched_time start,
                    lsi_podium *out, lsi_error *e);

/* ---- tally.c: how many starts there are, from the picture ------------------------------------ */

/* Where lsi_scan_can(). Counts the starts in [from, until) into the days, of which the first begins at `from` or
 * before it, and which lie behind one another until `until`. */
int lsi_tally_count(lsi_core *core, const lsi_facts *f, int32_t channels, lsched_time from,
                    lsched_time until, lsched_day *days, lsi_error *e);

/* What lsched_explain() answers; all of it is in the arena. */
typedef struct lsi_explained {
    lsched_outlook outlook;
    lsched_obstacle *obstacles;
    lsched_candidate *candidates;
    lsched_relaxation *relaxations;
    lsi_loss *losses;
    size_t obstacle_count, candidate_count, relaxation_count, loss_count;
} lsi_explained;

/* explain_ask.c, which begins with the map of the rest. */
int lsi_explain_ask(lsi_core *core, const lsched_query *query, lsi_arena *a, lsi_explained *out,
                    lsi_error *e);

/* ---- reseat.c: who sits where, and who could make room ----------------------------------------- */

/* A question about the facts, which must hold what is taken then, for starts in [from, until);
 * NULL: the service lets nobody make room, or there is nobody who could. */
typedef struct lsi_reseat lsi_reseat;
int lsi_reseat_new(lsi_core *core, const lsi_facts *f, const char *moving, lsched_time from,
                   lsched_time until, lsi_reseat **out, lsi_error *e);
void lsi_reseat_free(lsi_reseat *r);
/* The same facts, in which those who could make room take none, to be judged by
 * lsi_permit_new().  To be called again where service or customer of the others have changed. */
const lsi_facts *lsi_reseat_facts(lsi_reseat *r);
/* The fewest moves, up to `most`, with which a candidate could start at t, by permits of these
 * facts; 0: it cannot. */
int lsi_reseat_ask(lsi_reseat *r, const lsi_permits *loose, size_t candidate, lsched_time t,
                   int32_t most, lsi_seated *out, lsi_error *e);
/* The candidate for whom it takes the fewest; 0: nobody. */
int lsi_reseat_choose(lsi_reseat *r, const lsi_permits *loose, lsched_time t, size_t *candidate,
                      lsi_seated *out, lsi_error *e);
/* Whose move it is, and where to. */
const lsched_booking *lsi_reseat_booking(const lsi_reseat *r, size_t sitter);
const char *lsi_reseat_agent(const lsi_reseat *r, size_t bench);

/* ---- room.c: starts that others make room for --------------------------------------------------- */

/* Adds to the slots of the first `limit` starts in [from, until) those at which nobody is free. */
int lsi_room_find(lsi_core *core, lsi_facts *f, const char *moving, int32_t channels,
                  lsched_time from, lsched_time until, size_t limit, lsi_found *found,
                  lsi_error *e);

struct lsi_act;

/* Gives these bookings to other agents, each with its event, for the act's booking, whose own
 * place (of `moving`) is in nobody's way from then on.  Inside a transaction that writes. */
int lsi_room_make(struct lsi_act *t, const lsi_reseat *r, const lsi_seated *seated,
                  const char *moving, lsi_error *e);

/* ---- place.c: the place of a booking ------------------------------------------------------- */

/* Fills in who, when and where of the act's booking, whose start is set, by the predicate; and
 * which other chats change lanes for it, and how the agent was chosen.  Bookings that make room
 * have done so then.  Inside a transaction that writes. */
int lsi_place_take(struct lsi_act *t, const lsi_wish *wish, lsi_error *e);
/* The same with facts that are as the store is, for several places in one transaction: they hold
 * what is taken around this one now.  After a refusal of the rules, `*reasons` are those of
 * whoever came nearest.  `named` says that the agent was asked for. */
int lsi_place_choose(struct lsi_act *t, lsi_facts *facts, const char *moving, bool named,
                     int32_t *reasons, lsi_error *e);
/* The booking's lane, and the other bookings that have to change theirs for it. */
int lsi_place_lane(lsi_core *core, lsi_agent_fact *agent, const char *moving, lsched_time clock,
                   lsi_arena *a, lsched_booking *b, lsi_relaning *others, lsi_error *e);
/* The zone and the wall clock time that are promised, beside the instant. */
int lsi_place_promise(const lsi_zone *zone, lsi_arena *a, lsched_booking *b, lsi_error *e);

/* ---- booking.c: the steps of a booking's life, each one transaction ------------------------- */

/* What the notices of a booking go by, of its service as it was then. */
typedef struct lsi_terms {
    const char *service; /* NULL: no place was taken */
    int32_t revision, reminder;
} lsi_terms;

/* A use case under way: what it works with, and what will be written with it. */
typedef struct lsi_act {
    lsi_core *core;
    lsi_arena *a;
    lsched_time now;
    lsi_stamp stamp; /* `at` is the time that holds live by */
    lsched_booking *b;
    lsi_relaning others;
    lsi_choice choice; /* of the place that is taken, */
    lsi_terms terms;   /* and what it was taken under */
    const lsched_booking *left; /* the booking as it leaves its place for another; NULL: it does not */
} lsi_act;

/* What every step begins with: the first answer, if the key had one (KEYUSED if that was to
 * another request), and otherwise what time it is. */
int lsi_booking_recall(lsi_act *t, bool *done, lsi_error *e);
/* Runs `run` in a transaction unless the key was answered before. */
int lsi_booking_transact(lsi_core *core, int (*run)(lsi_act *t, const void *wanted, lsi_error *e),
                         const void *wanted, const char *key, uint64_t request, lsi_arena *a,
                         lsched_booking *out, lsi_error *e);
/* Writes the booking of the act, whose state was `from` (0: there was none), with its event,
 * and whatever has to make room for it. */
int lsi_booking_put(lsi_act *t, int32_t from, lsi_error *e);
/* And what the customer is to be told of the step. */
int lsi_booking_notify(lsi_act *t, const lsi_step *step, lsi_error *e);
/* The step of a booking that gets another agent, of which its customer is told nothing: whatever
 * of its notices still waits is void with its sequence, and told of the booking as it then is. */
int lsi_booking_pass_on(lsi_act *t, const lsi_step *step, int32_t from, int32_t untold,
                        lsi_error *e);
/* Takes the step: both. */
int lsi_booking_step(lsi_act *t, const lsi_step *step, int32_t from, lsi_error *e);
int lsi_booking_new_id(lsi_act *t, lsi_error *e);
/* The act's booking as it stands, if it has such a step; `*from` is its state. */
int lsi_booking_load(lsi_act *t, const char *id, enum lsi_verb verb, const lsi_step **step,
                     int32_t *from, lsi_error *e);
/* The move of a booking, inside of a transaction; the change has been checked. */
int lsi_booking_move_in(lsi_act *t, const lsched_change *c, lsi_error *e);
/* A request, checked and copied; what it wants of the predicate; and the booking as far as
 * the request has it. */
int lsi_booking_check(const lsched_request *given, lsched_request *r, lsi_error *e);
bool lsi_booking_is_channel(int32_t channel); /* one, or 0 */
lsi_wish lsi_booking_wish(const lsched_request *r);
lsched_booking lsi_booking_draft(const lsched_request *r, lsched_time now);

/* What a step is asked with. */
typedef struct lsi_stepping {
    const char *key, *id, *text, *agent;
    int32_t state;
} lsi_stepping;

int lsi_booking_book(lsi_core *core, const lsched_request *request, lsi_arena *a,
                     lsched_booking *out, lsi_error *e);
int lsi_booking_hold(lsi_core *core, const lsched_request *request, lsi_arena *a,
                     lsched_booking *out, lsi_error *e);
int lsi_booking_move(lsi_core *core, const lsched_change *change, lsi_arena *a, lsched_booking *out,
                     lsi_error *e);
int lsi_booking_confirm(lsi_core *core, const lsi_stepping *wanted, lsi_arena *a,
                        lsched_booking *out, lsi_error *e);
int lsi_booking_cancel(lsi_core *core, const lsi_stepping *wanted, lsi_arena *a,
                       lsched_booking *out, lsi_error *e);
int lsi_booking_finish(lsi_core *core, const lsi_stepping *wanted, lsi_arena *a,
                       lsched_booking *out, lsi_error *e);
int lsi_import_take(lsi_core *core, const lsched_booking *booking, const char *key, lsi_arena *a,
                    lsched_booking *out, lsi_error *e);
int lsi_booking_get(lsi_core *core, const char *id, lsi_arena *a, lsched_booking *out,
                    lsi_error *e);
int lsi_booking_why(lsi_core *core, const char *id, lsi_arena *a, lsched_choice *out,
                    lsi_error *e);
int lsi_booking_list(lsi_core *core, const lsched_filter *filter, lsi_arena *a,
                     lsched_booking **out, size_t *count, lsi_error *e);

/* ---- wait.c: the waitlist ------------------------------------------------------------------------ */

/* What the library keeps of a wait by itself is empty. */
void lsi_wait_blank(lsched_wait *w);
/* Checks a wait that is put, and gives it its place in line.  Inside a transaction that writes. */
int lsi_wait_join(lsi_core *core, lsched_wait *w, lsched_time now, lsi_arena *a, lsi_error *e);
/* Offers what an agent has become free for, in the transaction of that. */
int lsi_wait_freed(const lsi_act *t, const char *agent, lsched_time from, lsched_time until,
                   lsi_error *e);
/* Goes along the line: the waits that were offered something. */
int lsi_wait_offer(lsi_core *core, uint32_t limit, lsi_arena *a, lsched_wait **out, size_t *count,
                   lsi_error *e);
/* Takes what is offered to the wait with the id of what is wanted. */
int lsi_wait_take(lsi_core *core, const lsi_stepping *wanted, lsi_arena *a, lsched_booking *out,
                  lsi_error *e);
/* ---- line.c, next.c, attempt.c: the working day; line.h has what they share ------------------- */

int lsi_line_join(lsi_core *core, const lsched_request *request, lsi_arena *a,
                  lsched_booking *out, lsi_error *e);
/* A customer who got through another way, and the open contact that this closes. */
typedef struct lsi_happening {
    const char *key, *customer, *service, *cause;
} lsi_happening;
int lsi_line_happened(lsi_core *core, const lsi_happening *wanted, lsi_arena *a,
                      lsched_booking *out, lsi_error *e);
int lsi_line_position(lsi_core *core, const char *id, int32_t *out, lsi_error *e);
int lsi_line_show(lsi_core *core, const char *team, uint32_t skip, uint32_t limit, lsi_arena *a,
                  lsched_booking **out, size_t *count, lsi_error *e);
int lsi_next_take(lsi_core *core, const char *agent, int32_t seconds, lsi_arena *a,
                  lsched_booking *out, lsi_error *e);
int lsi_next_start(lsi_core *core, const lsi_stepping *wanted, lsi_arena *a, lsched_booking *out,
                   lsi_error *e);
int lsi_attempt_finish(lsi_core *core, const lsched_result *result, lsi_arena *a,
                       lsched_booking *out, lsi_error *e);

/* ---- estimate.c: how long a wait will be ------------------------------------------------------ */

/* See lsched_estimate() and lsched_estimate_waiting(). */
int lsi_estimate_join(lsi_core *core, const lsched_request *request, lsi_arena *a,
                      lsched_forecast *out, lsi_error *e);
int lsi_estimate_waiting(lsi_core *core, const char *id, lsi_arena *a, lsched_forecast *out,
                         lsi_error *e);

/* ---- feed.c: what has happened --------------------------------------------------------------- */

int lsi_feed_list(lsi_core *core, const char *booking, int64_t after, uint32_t limit, lsi_arena *a,
                  lsched_event **out, size_t *count, lsi_error *e);

/* ---- series.c: many bookings by one wish, in one transaction ---------------------------------- */

/* A request that recurs, from its start on. */
typedef struct lsi_recurring {
    lsched_request request;
    const char *rule;
    int32_t mode; /* enum lsched_series_mode */
} lsi_recurring;

/* What a series is cancelled with. */
typedef struct lsi_ending {
    const char *key, *series, *cause;
    lsched_time from;
} lsi_ending;

/* What became of each occurrence; in the arena. */
typedef struct lsi_occurrences {
    lsched_occurrence *at;
    size_t count;
} lsi_occurrences;

int lsi_series_book(lsi_core *core, const lsi_recurring *wanted, lsi_arena *a, lsi_occurrences *out,
                    lsi_error *e);
int lsi_series_cancel(lsi_core *core, const lsi_ending *wanted, lsi_arena *a, lsi_occurrences *out,
                      lsi_error *e);

/* ---- stray.c: bookings that no longer fit (I6) -------------------------------------------------- */

/* What is not asked of a booking at its own time: the clock went on, and another grid is for
 * others. */
#define LSI_NOT_PROMISED (LSCHED_WHY_NOTICE | LSCHED_WHY_HORIZON | LSCHED_WHY_GRID)

/* The place that the booking has, whatever the service is like by now. */
void lsi_stray_keep_reach(lsched_service *service, const lsched_booking *b);
/* The reasons of the predicate against the booking's own place, but for those above and for
 * who else is booked then, which is I1's to say.  Inside a transaction, like the next two. */
int lsi_stray_why(lsi_core *core, const lsched_booking *b, lsched_time now, int32_t *why,
                  lsi_error *e);
/* The booking with what its start would be promised as today, and whether that is as it was. */
int lsi_stray_promise(lsi_core *core, const lsched_booking *b, lsi_arena *a, lsched_booking *now,
                      bool *kept, lsi_error *e);
/* Both; the text is in the arena, the booking is the one given. */
int lsi_stray_ask(lsi_core *core, const lsched_booking *b, lsched_time now, lsi_arena *a,
                  bool *astray, lsched_stray *s, lsi_error *e);
/* What stands in the way of asking: a record that is gone, a calendar that is too much. */
bool lsi_stray_cannot_tell(int status);

int lsi_stray_check(const lsched_sweep *given, lsched_sweep *sweep, lsi_error *e);
/* Inside a transaction. */
int lsi_stray_find(lsi_core *core, const lsched_sweep *sweep, lsched_time now, uint32_t limit,
                   lsi_arena *a, lsched_stray **out, size_t *count, lsi_error *e);
int lsi_stray_list(lsi_core *core, const lsched_sweep *sweep, lsi_arena *a, lsched_stray **out,
                   size_t *count, lsi_error *e);
/* Puts a record, or removes it (`gone`), and tells which strays its owner has then. */
int lsi_stray_write(lsi_core *core, const lsi_kind *kind, void *record, bool gone, uint32_t most,
                    lsi_arena *a, lsched_stray **out, size_t *count, lsi_error *e);

/* ---- repair.c: the plan, and carrying it out ----------------------------------------------------------- */

typedef struct lsi_plan {
    lsched_mend *at;
    size_t count;
} lsi_plan;

int lsi_repair_plan(lsi_core *core, const lsched_sweep *sweep, lsi_arena *a, lsi_plan *out,
                    lsi_error *e);
/* `plan` NULL: makes one. */
int lsi_repair_apply(lsi_core *core, const lsched_sweep *sweep, const lsi_plan *plan, lsi_arena *a,
                     lsi_plan *out, lsi_error *e);

/* ---- verify.c: whether what must never be false is true ------------------------------------- */

/* See lsched_verify().  `f` comes with its arena; release it with lsi_verify_free(). */
int lsi_core_verify(lsi_core *core, lsi_findings *f, lsi_error *e);

/* ---- form.c: what callers ask with ---------------------------------------------------------- */

/* For lsi_kind_check(), which see. */
extern const lsi_kind lsi_form_query, lsi_form_request, lsi_form_join, lsi_form_change,
    lsi_form_confirm, lsi_form_cancel, lsi_form_start, lsi_form_start_as, lsi_form_take_offer,
    lsi_form_finish, lsi_form_result, lsi_form_happening, lsi_form_recurring, lsi_form_ending,
    lsi_form_filter, lsi_form_sweep, lsi_form_entry, lsi_form_measure;
/* 64 bits that tell one request from another under the same key. */
uint64_t lsi_form_print(const lsi_kind *form, const void *record);

/* ---- identity.c: booking ids ---------------------------------------------------------------- */

#define LSI_IDENTITY_SIZE 26 /* characters */

/* An id behind `last` in order (or "": the first), with 80 random bits.  STORE: no random
 * numbers to be had. */
int lsi_identity_make(const char *last, lsched_time now, char id[LSI_IDENTITY_SIZE + 1],
                      lsi_error *e);
/* Whether we could have made it. */
bool lsi_identity_is(const char *id);
/* A digit of Crockford's base 32, and its value; -1: it is none. */
char lsi_identity_digit(int value);
int lsi_identity_value(char digit);

/* ---- exchange.c: what calendars mean, and what leaves as iCalendar --------------------------- */

/* A layer of texts, read without the store. */
int lsi_exchange_layer(lsi_core *core, const lsched_calendar *const *calendars, size_t count,
                       lsi_arena *a, lsi_layer *layer, lsi_error *e);
int lsi_exchange_hours(lsi_core *core, int32_t kind, const char *owner, const char *zone,
                       lsched_time from, lsched_time until, lsi_arena *a, lsi_spans *out,
                       lsi_error *e);
/* That the owner has a record, and its zone, unless `*zone` has one already or records of
 * that kind have none.  Inside a transaction.  NOTFOUND. */
int lsi_exchange_owner_zone(lsi_core *core, const lsi_kind *kind, const char *owner, lsi_arena *a,
                            const char **zone, lsi_error *e);
int lsi_exchange_write_booking(lsi_core *core, const char *id, char **out, lsi_error *e);
int lsi_exchange_write_agenda(lsi_core *core, const char *agent, lsched_time from,
                              lsched_time until, char **out, lsi_error *e);

/* A stretch that one question may span: INVALID, LIMIT. */
int lsi_exchange_check_range(lsched_time from, lsched_time until, lsi_error *e);

/* ---- opentime.c: arithmetic in open time --------------------------------------------------------- */

/* Where open time is asked for: appends what is open in [from, until), sorted and merged. */
typedef struct lsi_opentime {
    int (*open)(void *user, lsched_time from, lsched_time until, lsi_spans *out, lsi_error *e);
    void *user;
} lsi_opentime;

/* See lsched_add_open(), lsched_count_open() and lsched_find_turn(). */
int lsi_opentime_add(const lsi_opentime *o, lsched_time from, int64_t minutes, lsched_time *out,
                     lsi_error *e);
int lsi_opentime_count(const lsi_opentime *o, lsched_time from, lsched_time until, int64_t *minutes,
                       lsi_error *e);
int lsi_opentime_turn(const lsi_opentime *o, lsched_time from, int32_t which, lsched_time *out,
                      lsi_error *e);

/* Layers that all have to be open: of each kind of owner, and one of texts. */
typedef struct lsi_floor {
    lsi_layer layer;
    const lsi_zone *zone; /* where its floating times happen */
} lsi_floor;

#define LSI_FLOORS (6 + LSCHED_MAX_REGIONS)
typedef struct lsi_stack {
    lsi_floor floors[LSI_FLOORS];
    size_t count;
    const lsi_zone *floating; /* of all but agents */
} lsi_stack;

/* The layers of the owners named.  `stack` is zeroed by the caller and released by
 * lsi_opentime_free(), whatever comes.  NOTFOUND, INVALID. */
int lsi_opentime_load(lsi_core *core, const lsched_layers *named, lsi_arena *a, lsi_stack *stack,
                      lsi_error *e);
void lsi_opentime_free(lsi_stack *stack);
/* The `open` of a stack. */
int lsi_opentime_open(void *stack, lsched_time from, lsched_time until, lsi_spans *out,
                      lsi_error *e);

/* ---- token.c: what customers serve themselves with -------------------------------------------------- */

#define LSI_TOKEN_SIZE 26 /* characters */

/* See lsched_make_token(), lsched_use_token() and lsched_drop_tokens(). */
int lsi_token_make(lsi_core *core, const char *booking, int32_t scopes, lsched_time expires,
                   char text[LSI_TOKEN_SIZE + 1], lsi_error *e);
int lsi_token_use(lsi_core *core, const char *text, int32_t scope, lsi_arena *a,
                  lsched_booking *out, lsi_error *e);
int lsi_token_drop(lsi_core *core, const char *booking, lsi_error *e);

/* Who is told what, and when: the rest of it. */
#include "core/cases.h"
#include "core/figures.h"
#include "core/tell.h"
#include "core/ways.h"

#endif
