/* rules/rules.h -- every rule about when and who, on facts alone.
 *
 * May include: cal, model, base; never store, and it has no clock: `now` is a fact.
 * core/facts.c gathers the facts, these files decide, and nobody else has an opinion.
 *
 *   layers -> permits -> starts       when    (layer.c, lane.c, policy.c, permit.c)
 *   shares -> ladder -> choice        who     (roster.c, known.c, share.c, ladder.c, assign.c)
 */
#ifndef LSI_RULES_H
#define LSI_RULES_H

#include "cal/cal.h"

#define LSI_ALL_CHANNELS (LSCHED_PHONE | LSCHED_CHAT | LSCHED_VIDEO | LSCHED_VISIT)
#define LSI_ALL_PURPOSES                                                                           \
    (LSCHED_ASKED | LSCHED_SERVICE_NEWS | LSCHED_SALES | LSCHED_COLLECTION | LSCHED_SURVEY)
#define LSI_CHANNELS 8 /* more than there are */
#define LSI_ALL_RUNGS (LSCHED_KNOWN | LSCHED_HOME | LSCHED_OVERFLOW | LSCHED_GENERAL)

/* ---- the facts --------------------------------------------------------------------- */

/* Which contacts a law is about (law.c). */
typedef struct lsi_bound {
    int32_t channels, purposes; /* 0: all */
    int32_t lifted;             /* not 0: but for what the customer has agreed to */
} lsi_bound;

/* One calendar of a layer, as read. */
typedef struct lsi_sheet {
    lsi_calendar *calendar;
    int32_t effect, ends;
    lsi_bound bound;   /* of a region */
    lsched_time checked, good_for; /* instant and seconds; 0: never stale */
    int32_t on_stale;  /* enum lsched_stale */
    bool stale;        /* by the clock of lsi_layer_age() */
    const char *label; /* whose and which, for messages; "": the only one there is */
    const char *name;  /* among the owner's; NULL: it has none */
} lsi_sheet;

/* All calendars of one owner. */
typedef struct lsi_layer {
    lsi_sheet *sheets;
    size_t count;
    bool open;       /* what it is without an opening calendar */
    uint64_t passed; /* bits of the sheets that are passed over */
    lsched_time since, wake; /* what is stale is so by clocks in [since, wake) */
} lsi_layer;

/* One of the customer's regions. */
typedef struct lsi_law {
    lsched_region region; /* only id and revision, where there is no record */
    lsi_layer layer;      /* all of its calendars, whatever they bind */
} lsi_law;

typedef struct lsi_team_fact {
    lsched_team team;
    const lsi_zone *zone;
    lsi_layer layer;
    int32_t rungs; /* what this team is to the customer */
} lsi_team_fact;

/* What an agent's work is weighed by: seconds on shift and seconds of contacts, for each day
 * (UTC) of the window; and behind it one place for all that starts later, which is weighed by
 * the shifts of the window's last week. */
#define LSI_WORK_BACK 28 /* days of the window before today */
#define LSI_WORK_DAYS 42 /* all of its days */
#define LSI_WORK_WEEK 7
#define LSI_WORK_PLACES (LSI_WORK_DAYS + 1)
_Static_assert(LSI_WORK_PLACES < 64, "places are bits of a word");

typedef struct lsi_work {
    int64_t shift[LSI_WORK_PLACES];
    int64_t booked[LSI_WORK_PLACES];
} lsi_work;

typedef struct lsi_agent_fact {
    lsched_agent agent;
    const lsi_zone *zone;
    lsi_layer layer;
    const lsi_work *work; /* NULL where nobody is compared */
    uint64_t counted; /* share.c's */
    int32_t rank;     /* place among those whom the customer knows, from 1; 0: not known */
    lsi_taken *taken; /* in the order of their beginnings */
    size_t taken_count;
} lsi_agent_fact;

/* An agent in a team: who could serve. */
typedef struct lsi_candidate {
    size_t agent, team;
    int32_t rungs;    /* those that this one stands on and that were asked for */
    lsi_spans roster; /* when the agent is in that team */
    int64_t owed;     /* seconds of work that are this one's turn (share.c) */
    uint64_t counted; /* share.c's: places */
} lsi_candidate;

/* Somebody who has served the customer before. */
typedef struct lsi_met {
    const char *agent;
    int64_t weight;
    lsched_time last;
} lsi_met;

/* What the open incidents that touch the question change, beside the service (storm.c). */
typedef struct lsi_storm {
    const char *policy;       /* the last of those that change one; "": none does */
    const char *no_joining;   /* who forbids it; NULL: nobody */
    lsched_time next_update;  /* of that one */
    const char *no_working;
    int32_t rungs;            /* these serve, too */
    bool notice;              /* it is an incident's */
} lsi_storm;

typedef struct lsi_facts {
    lsched_time now;
    lsched_time clock; /* the same, as holds live by it (core/now.c) */
    int64_t work_day;  /* the first day of the work's window, in days since 1970 */
    lsched_customer customer;
    const lsi_zone *zone; /* the customer's */
    lsched_service service; /* as it is now: with what incidents change of it */
    lsi_storm storm;
    lsi_law *const *laws; /* of all regions, the customer's own first */
    size_t law_count;
    const char *law; /* their revisions, as a booking has them */
    const char *degraded; /* word list: the stale calendars of all these, "agent/ana/leave" */
    lsi_layer customer_layer, service_layer;
    lsi_team_fact *teams;
    lsi_agent_fact *agents;
    lsi_candidate *candidates;
    size_t team_count, agent_count, candidate_count;
    const char *preferred; /* agent to be kept where possible; NULL: none */
    struct lsi_lineup *lineup; /* where they are kept (core/lineup.c) */
    lsi_met *met;          /* who has served the customer before, best first (known.c) */
    size_t met_count;
} lsi_facts;

/* ---- layer.c: what an owner's calendars open ---------------------------------------- */

/* Which of its sheets are stale at `now`, and for how long that is so. */
void lsi_layer_age(lsi_layer *layer, lsched_time now);
/* Whether the owner is closed at all times, because one of them is. */
bool lsi_layer_shut(const lsi_layer *layer);
/* (union of what opens) minus (union of what closes), in [from, until); nothing, if it is shut. */
int lsi_layer_open(const lsi_layer *layer, const lsi_zone *floating, lsched_time from,
                   lsched_time until, lsi_spans *out, lsi_error *e);
/* The same, whether it is shut or not: for those who tell of that apart. */
int lsi_layer_said(const lsi_layer *layer, const lsi_zone *floating, lsched_time from,
                   lsched_time until, lsi_spans *out, lsi_error *e);
/* Whether a sheet takes part in all this. */
bool lsi_layer_counts(const lsi_layer *layer, size_t sheet);

/* Why a layer as it says refuses starts in [from, until), a start at t needing [t - before,
 * t + behind): calls `found` with what each closing calendar refuses, by its name, and with what nothing
 * opens, by NULL.  Together that is all that is not permitted; it may overlap. */
typedef struct lsi_refusals {
    int64_t before, behind;
    lsched_time from, until;
    int (*found)(void *user, const char *calendar, const lsi_spans *refused, lsi_error *e);
    void *user;
} lsi_refusals;
int lsi_layer_refusals(const lsi_layer *layer, const lsi_zone *floating, const lsi_refusals *to,
                       lsi_error *e);

/* Puts the calendar's label before the message, and returns `status`. */
int lsi_layer_blame(const lsi_sheet *sheet, int status, lsi_error *e);

/* ---- law.c: the laws of the customer's regions ------------------------------------------------- */

/* A contact as laws look at it; with several channels or purposes it is any of them. */
typedef struct lsi_contacting {
    int32_t channels, purposes;
    int32_t consents; /* purposes that the customer has agreed to */
} lsi_contacting;

lsi_contacting lsi_law_contacting(const lsi_facts *f, int32_t channel);
/* The sheets of a region that do not bind the contact: bits for lsi_layer.passed. */
uint64_t lsi_law_passed(const lsi_layer *layer, const lsi_contacting *c);
/* One law as a layer, to contacts on this channel. */
lsi_layer lsi_law_layer(const lsi_facts *f, size_t law, int32_t channel);
/* Whether all laws are the same to both channels. */
bool lsi_law_alike(const lsi_facts *f, int32_t a, int32_t b);
/* Whether one of the regions is shut to contacts on this channel. */
bool lsi_law_shut(const lsi_facts *f, int32_t channel);
/* What all laws together leave open in [from, until), by what they say. */
int lsi_law_open(const lsi_facts *f, int32_t channel, lsched_time from, lsched_time until,
                 lsi_spans *out, lsi_error *e);
/* "US-FL:3 US:1". */
int lsi_law_text(lsi_law *const *laws, size_t count, lsi_arena *a, const char **out, lsi_error *e);
/* Whether the region's caps are of contacts like this one. */
bool lsi_law_counts(const lsched_region *r, const lsi_contacting *c);
/* The first instant at or after t that the caps allow, after these attempts, which are in the
 * order of time. */
lsched_time lsi_law_again(const lsched_region *r, const lsched_time *at, size_t count,
                          lsched_time t);

/* ---- storm.c: what open incidents change ------------------------------------------------------- */

/* Makes the service of those incidents, all of which are open and touch it; they are put in the
 * order in which they were opened.  What it names is lent by them. */
void lsi_storm_bear(const lsched_incident **touching, size_t count, lsched_service *service,
                    lsi_storm *out);

/* ---- lane.c: one agent, several chats ------------------------------------------------- */

/* Whether a channel takes the agent whole. */
bool lsi_lane_whole(int32_t channel);
/* When the agent cannot take one more contact on this channel. */
int lsi_lane_busy(const lsi_agent_fact *agent, int32_t channel, lsi_spans *out, lsi_error *e);
/* A lane on which a chat can take [from, until) as things lie; 0: none. */
int32_t lsi_lane_free(const lsi_agent_fact *agent, lsched_time from, lsched_time until);
/* Widens [from, until) to all chats that hang together with it. */
void lsi_lane_cluster(const lsi_agent_fact *agent, lsched_time *from, lsched_time *until);
/* Lays the chats of the cluster of [from, until) and the new one anew, where
 * lsi_lane_busy() leaves room: lanes[i] is then the lane of taken[i].  Answers the lane of
 * the new one.  `taken` must hold the whole cluster. */
int32_t lsi_lane_lay(const lsi_agent_fact *agent, lsched_time from, lsched_time until,
                     int32_t *lanes);
/* How many chats stand beside one another at most. */
int lsi_lane_depth(const lsi_taken *taken, size_t count, int32_t *depth, lsi_error *e);

/* ---- policy.c: the service's own rules ------------------------------------------------- */

/* What a booking takes: [start - before, start + behind), the contact itself being
 * [start, start + length).  Seconds. */
typedef struct lsi_reach {
    int64_t before, length, behind;
} lsi_reach;

lsi_reach lsi_policy_reach(const lsched_service *service);
/* The first start that the notice allows, and the first that the horizon does not. */
lsched_time lsi_policy_earliest(const lsched_service *service, lsched_time now);
lsched_time lsi_policy_horizon(const lsched_service *service, const lsi_zone *zone,
                               lsched_time now);

/* ---- roster.c: who is in a team, and who is fit -------------------------------------- */

int lsi_roster_spans(const lsched_member *members, size_t count, const char *agent,
                     const lsi_zone *zone, lsi_spans *out, lsi_error *e);
/* The reasons (CHANNEL, SKILL, LANGUAGE, AVOIDED) why this agent is never the one; 0: fit. */
int32_t lsi_roster_unfit(const lsched_agent *agent, const lsched_service *service,
                         const lsched_customer *customer, int32_t channel);
/* The last of these by itself, for whoever asks of no service. */
bool lsi_roster_avoided(const lsched_customer *customer, const char *agent);

/* ---- permit.c: the predicate ------------------------------------------------------------ */

/* For one channel and a stretch of time: which instants each rule permits as a start. */
typedef struct lsi_permits lsi_permits;

/* Judges starts in [from, until).  The facts must outlive it, and must hold what is taken
 * from lsi_permit_look() before `from` until as much after `until`. */
int lsi_permit_new(const lsi_facts *facts, int32_t channel, lsched_time from, lsched_time until,
                   lsi_permits **out, lsi_error *e);
void lsi_permit_free(lsi_permits *p);
/* So far before and behind a start may be looked at to judge it: by this service, and at the
 * most. */
int64_t lsi_permit_look(const lsched_service *service);
int64_t lsi_permit_margin(void);

/* THE predicate: the reasons why a candidate cannot start at t; 0: it can.  Everything
 * that searches, books, moves or explains asks this, or lsi_permit_next(), which is the
 * same answer the other way round. */
int32_t lsi_permit_why(const lsi_permits *p, size_t candidate, lsched_time t);
/* The first start at or after t that the predicate permits; INT64_MAX: none in range. */
lsched_time lsi_permit_next(const lsi_permits *p, size_t candidate, lsched_time t);

/* Why an agent cannot serve this customer at whatever time, on that channel: CHANNEL, SKILL,
 * LANGUAGE, AVOIDED, STALE; 0: there may be a time. */
int32_t lsi_permit_unfit(const lsi_facts *facts, size_t candidate, int32_t channel);
/* Whether it is STALE for what is closed to all of the team, whoever is there. */
bool lsi_permit_shut(const lsi_facts *facts, size_t candidate, int32_t channel);

/* What one rule (of enum lsched_reason, and about time) permits a candidate, and by 0 what all
 * rules permit, but for the grid: spans of starts.  Lent until the next lsi_permit_again(). */
const lsi_spans *lsi_permit_by(const lsi_permits *p, size_t candidate, int32_t reason);
/* The same for another channel, or after notice, horizon or language of the facts have changed:
 * nothing is expanded again but laws that are others to that channel.  Sets `moved` of each candidate to whom something else is permitted
 * now, or other reasons are told, and leaves the rest.  After a failure it can only be freed. */
int lsi_permit_again(lsi_permits *p, int32_t channel, bool *moved, lsi_error *e);

/* Calls `found` with every edge of the candidate's rules, in any order: between two
 * neighbouring ones why() answers the same, but for the grid. */
int lsi_permit_edges(const lsi_permits *p, size_t candidate,
                     int (*found)(void *user, lsched_time t, lsi_error *e), void *user,
                     lsi_error *e);

/* What a refusal means: the status, and the reasons of whoever came nearest. */
int lsi_permit_refusal(const lsi_permits *p, lsched_time t, int32_t *reasons);

/* ---- board.c: the predicate, compiled --------------------------------------------------------- */

#define LSI_SEATS 64

/* Shifts and bookings of at most LSI_SEATS agents on some days of UTC; see board.c.  Zero it
 * to begin with. */
typedef struct lsi_board {
    int64_t day;  /* the first one, since 1970-01-01 */
    int32_t days; /* how many */
    int32_t cell; /* seconds */
    uint64_t *words;
    uint64_t *whole, *chat; /* inside of `words`, a word a cell */
    uint64_t *roster;       /* likewise: on shift, whatever is booked */
    uint64_t *known;        /* a word a day: the seats whose columns are painted, */
    uint64_t *stale;        /* and those that were, and are to be wiped before they are again */
} lsi_board;

void lsi_board_free(lsi_board *b);
size_t lsi_board_bytes(const lsi_board *b);
/* Makes room for [from, until), and keeps what is known of other days where it can. */
int lsi_board_reach(lsi_board *b, lsched_time from, lsched_time until, lsi_error *e);
/* Paints one seat on whole days of the board: when its agent's layer is open, when it is taken
 * at all, and when it has no room for a chat (which may be the same list). */
int lsi_board_paint(lsi_board *b, int seat, lsi_span days, const lsi_spans *shift,
                    const lsi_spans *taken, const lsi_spans *chatting, lsi_error *e);
/* A booking that takes the agent of a seat whole has come, or has gone, or it will be asked anew
 * what there is.  To be told of one twice does no harm. */
void lsi_board_change(lsi_board *b, int seat, lsi_span when, bool taken);
/* What is known of a seat on the days of [from, until) is no longer. */
void lsi_board_forget(lsi_board *b, int seat, lsched_time from, lsched_time until);
void lsi_board_forget_all(lsi_board *b);
/* Those of the seats that are not painted on all days of [from, until), which is on the board. */
uint64_t lsi_board_unknown(const lsi_board *b, uint64_t seats, lsched_time from,
                           lsched_time until);

/* There are two sizes of cells: to divide by what the compiler knows is ten times as fast. */
#define LSI_COARSE 300
#define LSI_FINE 60

static inline uint32_t lsi_board_cell(const lsi_board *b, uint32_t seconds)
{
    return b->cell == LSI_COARSE ? seconds / LSI_COARSE : seconds / LSI_FINE;
}

/* The cells of [from, until), which is on the board. */
static inline void lsi_board_cells(const lsi_board *b, lsched_time from, lsched_time until,
                                   uint32_t *first, uint32_t *end)
{
    const lsched_time zero = b->day * LSI_DAY;
    *first = lsi_board_cell(b, (uint32_t)(from - zero));
    *end = lsi_board_cell(b, (uint32_t)(until - zero) + (uint32_t)b->cell - 1);
}

/* The seats that are free in all of these cells, which are painted, of a board's whole or its
 * chat. */
static inline uint64_t lsi_board_ask(const uint64_t *cells, uint32_t first, uint32_t end)
{
    uint64_t seats = cells[first];
    /* To stop at nobody would save words, and cost a guess gone wrong at most starts. */
    for (first++; first < end; first++)
        seats &= cells[first];
    return seats;
}

#define LSI_RUN 64 /* starts at most */

/* The seats that are free in `length` cells from `cells` on, and in as many of each of `count`
 * starts, LSI_RUN at the most, which lie `stride` cells behind one another. */
void lsi_board_ask_run(const uint64_t *cells, size_t length, size_t stride, size_t count,
                       uint64_t *seats);
/* How many seats there are in each of these; `more`: beside those that the sums have. */
void lsi_board_count(const uint64_t *seats, size_t count, bool more, int32_t *sums);

/* ---- reason.c: reasons in words ------------------------------------------------------------ */

const char *lsi_reason_text(int32_t reason); /* of one reason; "" for none */
/* All of several, separated by semicolons, or as many as `size` has room for. */
void lsi_reason_words(int32_t reasons, char *words, size_t size);

/* ---- known.c: whom the customer knows ---------------------------------------------------------- */

/* Whom these contacts make known, best first, and how many they are; `met` has room for one
 * to each contact. */
size_t lsi_known_order(const lsi_contact *contacts, size_t count, const lsi_verdict *verdicts,
                       size_t verdict_count, lsched_time now, lsi_met *met);
/* The place of an agent among all whom the customer knows, from 1: first those of the record's
 * list, then those met.  0: not there. */
int32_t lsi_known_rank(const lsi_facts *facts, const char *agent);

/* ---- share.c: who has had less work than others ------------------------------------------- */

/* The first day of the window of work around `now`. */
int64_t lsi_share_first_day(lsched_time now);
/* Adds shifts to the places of the window that begins with the day `first`. */
void lsi_share_shifts(lsi_work *work, int64_t first, const lsi_spans *shifts);
/* From the work of all agents, what each candidate is owed: for the places whose bits are set,
 * which are those of which an agent's work has changed.  `owed` keeps what each of LSI_WORK_PLACES
 * adds to each candidate; all zero to begin with. */
void lsi_share_owe(lsi_facts *facts, uint64_t places, int64_t *owed);

/* ---- ladder.c: who is best ---------------------------------------------------------------- */

/* What a team is to a customer: rungs, 0 if nothing. */
int32_t lsi_ladder_team(const lsched_customer *customer, const lsched_team *home,
                        const lsched_team *team);
/* The highest rung of several. */
static inline int32_t lsi_ladder_best(int32_t rungs)
{
    return rungs & -rungs;
}
/* Whether candidate `a` should be taken before `b`, whenever that is. */
bool lsi_ladder_before(const lsi_facts *facts, size_t a, size_t b);
/* What set `a` before `b`: enum lsched_decided. */
int32_t lsi_ladder_decided(const lsi_facts *facts, size_t a, size_t b);

/* ---- life.c: the life of a booking ------------------------------------------------------------ */

enum lsi_verb {
    LSI_HOLD,
    LSI_OFFER,
    LSI_BOOK,
    LSI_IMPORT,
    LSI_CONFIRM,
    LSI_MOVE,
    LSI_REASSIGN,
    LSI_RESEAT,
    LSI_CANCEL,
    LSI_START,
    LSI_FULFIL,
    LSI_MISS,
    LSI_NOSHOW,
    LSI_EXPIRE,
    LSI_JOIN,
    LSI_RETRY,
    LSI_DECLINE,
    LSI_CLOSE
};

typedef struct lsi_step {
    enum lsi_verb verb;
    int32_t from; /* bits of the states that it leads out of; 0: it makes the booking */
    int32_t to;
    int32_t event;  /* enum lsched_event_kind */
    int32_t notice; /* enum lsched_notice_kind, due at once; 0: none */
    bool reminder;  /* another one is due before the start */
} lsi_step;

/* The step that makes a booking. */
const lsi_step *lsi_life_begin(enum lsi_verb verb);
/* The step that a verb is for this booking now; holds live by `clock`.  OVER; TOOSOON. */
int lsi_life_step(enum lsi_verb verb, const lsched_booking *b, lsched_time now, lsched_time clock,
                  const lsi_step **out, lsi_error *e);
/* The step that an event tells of, from one state (0: none yet) to another; NULL: there is
 * none.  An import can begin in any state but HELD. */
const lsi_step *lsi_life_written(int32_t from, int32_t to, int32_t event);
/* A state in words: "held", "a no-show". */
const char *lsi_life_name(int32_t state);
/* Whether what expires then still holds by `clock`. */
bool lsi_life_holds(lsched_time expires, lsched_time clock);
/* Whether a hold's time is up by `clock`, written down or not; in SQL, LSI_HOLDS_SQL(). */
bool lsi_life_run_out(const lsched_booking *b, lsched_time clock);
/* Whether a booking in this state takes its agent's time. */
bool lsi_life_takes_time(int32_t state);

/* ---- settle.c: which stray goes where ------------------------------------------------------- */

/* A place that one stray could have. */
typedef struct lsi_option {
    const char *agent; /* the same pointer is the same agent */
    const char *team;
    const lsi_zone *zone; /* of what is promised with it; NULL: what was */
    lsched_time start, end, busy_from, busy_until;
    int32_t rung, revision;
    const char *law, *incident;
    int32_t lanes;          /* chats that the agent can hold; 0: it takes the agent whole */
    const lsi_taken *taken; /* with lanes: what stands there already */
    size_t taken_count;
    bool moved;   /* not at the promised time */
    int32_t days; /* between the two, at the customer */
    bool earlier; /* by days */
    bool other_agent, other_team;
    int64_t shift; /* seconds between the two */
    int64_t owed;  /* seconds of work that are the agent's turn, before this plan (share.c) */
} lsi_option;

/* A stray: its options in the order of their costs, as far as they are known. */
typedef struct lsi_settler {
    lsi_option *options;
    size_t count, room;
    size_t chosen;  /* index of an option; LSI_NOWHERE: it stays */
    int32_t looked; /* days from its own that the options reach to; -1: none yet */
    bool all;       /* there are no more options */
    const char *agent; /* who has it; as in the options */
    int64_t seconds;   /* of the agent's work; 0: it does not count, as what is held */
} lsi_settler;
#define LSI_NOWHERE SIZE_MAX

/* Who goes where: `more` adds the options of the next days to a settler, all of them dearer
 * than those that it has, and may set `all`; `late` says when to give up. */
typedef struct lsi_settling {
    lsi_settler *at;
    size_t count;
    int (*more)(void *user, size_t settler, lsi_error *e);
    int (*late)(void *user, lsi_error *e);
    void *user;
    int64_t effort; /* how often options may still be compared for exchanges */
} lsi_settling;

/* Chooses, in the order of lsched_plan_repair(): the first settler first among equals, and of
 * agents who are equally good the one whose turn it is, by all that the plan gives and takes. */
int lsi_settle_all(lsi_settling *s, lsi_error *e);
/* Whether an option is to be had beside what the others have chosen. */
bool lsi_settle_fits(const lsi_settling *s, size_t settler, const lsi_option *o);
/* Less than, equal to or greater than 0 as one costs less, the same or more than another. */
int lsi_settle_compare(const lsi_option *a, const lsi_option *b);

/* ---- seat.c: room for one, by giving others another agent ------------------------------------- */

/* A booking that takes its agent whole and may be given to another one. */
typedef struct lsi_sitter {
    size_t agent;            /* that it has now */
    lsched_time from, until; /* buffers included */
    size_t *options;         /* agents of the same standing, the best first */
    size_t option_count;
    bool met; /* the options are known */
} lsi_sitter;

/* An agent, and who sits there. */
typedef struct lsi_bench {
    lsi_span *fixed; /* what is taken by what stays where it is */
    size_t fixed_count;
    size_t *sitters;
    size_t sitter_count, sitter_room;
} lsi_bench;

/* Who sits where.  `meet` fills in a sitter's options, and the benches of these as far as it
 * needs them; `suits` says whether it may have one of them, but for what is booked there.  Both
 * may add sitters and benches. */
typedef struct lsi_seating {
    lsi_sitter *sitters;
    lsi_bench *benches; /* by agent */
    size_t sitter_count, sitter_room, bench_count, bench_room;
    int (*meet)(void *user, size_t sitter, lsi_error *e);
    int (*suits)(void *user, size_t sitter, size_t option, bool *yes, lsi_error *e);
    void *user;
} lsi_seating;

typedef struct lsi_reseating {
    size_t sitter, agent; /* and where to */
} lsi_reseating;

typedef struct lsi_seated {
    lsi_reseating moves[LSCHED_MAX_RESEATS];
    int32_t count;
} lsi_seated;

/* The fewest moves, `most` at the most, after which nobody sits with the agent in [from, until):
 * of what is fixed there nothing is asked.  `count` is 0: there is no way, or too long a search
 * for one. */
int lsi_seat_find(lsi_seating *s, size_t agent, lsched_time from, lsched_time until, int32_t most,
                  lsi_seated *out, lsi_error *e);

/* ---- assign.c: a home team for a new customer ---------------------------------------------- */

typedef struct lsi_home {
    const char *id;
    int64_t customers; /* whose home it is already */
    int64_t members;   /* agents on its roster today */
} lsi_home;

/* The index of the least loaded; `count` if there is none. */
size_t lsi_assign_pick(const lsi_home *homes, size_t count);

#include "rules/figures.h"
#include "rules/forecast.h"

#endif
