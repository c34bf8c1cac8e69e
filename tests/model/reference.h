/* reference.h -- what a store has to be, small enough to be believed: bookings in an array,
 * rules as loops.  It knows nothing of SQL, calendars or lanes of memory; the simulation asks
 * it what a call must answer, and tells it what became of that.
 *
 * The world is tiny: one team, three agents who always work but for leave, a service by
 * phone (the whole agent, with time behind) and one by chat (two at a time), three customers.
 */
#ifndef TESTS_MODEL_REFERENCE_H
#define TESTS_MODEL_REFERENCE_H

#include <libsched.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { AGENTS = 3, CUSTOMERS = 3, SERVICES = 2, LANES = 2, STEP = 900, MOST = 6000, SERIES = 3 };
enum { ANYBODY = -1 };

enum verb {
    HOLD,
    BOOK,
    BOOK_SERIES,
    JOIN,
    CONFIRM,
    MOVE,
    CANCEL,
    START,
    FINISH,
    WRITES_WITH_KEY, /* the verbs before this one */
    ROSTER = WRITES_WITH_KEY,
    LEAVE,
    CLOSE,
    LAW,
    AVOID,
    TAKE,
    ACK,
    FIND,
    LIST,
    GET,
    VERIFY,
    OPEN,
    KILL, /* faults */
    POWER,
    CRASH,
    JUMP,
    VERBS
};

/* A call with all its arguments. */
typedef struct deed {
    enum verb verb;
    int32_t key;     /* number of the wish */
    int32_t booking; /* place in the reference's array */
    int32_t customer, service, agent;
    int64_t start;
    int32_t seconds; /* of a hold or lease */
    int32_t state;   /* to finish with; or whether to put (roster), close (calendars,
                        laws), avoid */
    int32_t keep;
    int32_t count, interval, mode; /* of a series; count: also a limit */
    int32_t notice, attempt;       /* place of a notice in the reference's array */
    int32_t patience;              /* milliseconds; 0: as long as it takes */
    int64_t now;                   /* what the clock says while it runs */
} deed;

typedef struct place {
    char id[32];
    int32_t state, sequence, rung, lane, late;
    int32_t agent, customer, service;
    int64_t start, end, busy_from, busy_until, expires, since;
} place;

typedef struct notice {
    int32_t booking, sequence, kind, state, attempt;
    int64_t due, lease;
} notice;

/* What a call must answer. */
typedef struct verdict {
    int status;
    bool again;              /* as it was answered before: nothing changes */
    size_t count;            /* of a series, or of what was found, listed or handed out */
    int statuses[SERIES];    /* of a series */
    int32_t booking[SERIES]; /* -1: a new one */
    place after[SERIES];
    int32_t kind[SERIES]; /* of the event */
    lsched_slot slots[64];
    int32_t list[128];   /* places of bookings, or of notices */
    int32_t attempts[8]; /* of what is handed out */
    place at;            /* what was asked for, then */
} verdict;

typedef struct reference {
    place places[MOST];
    size_t count;
    notice notices[2 * MOST];
    size_t notice_count;
    size_t settled; /* notices before this one are over */
    bool member[AGENTS], leave[AGENTS], closed;
    bool avoided[AGENTS]; /* by the one customer who may avoid this agent */
    bool law[2]; /* of the land: no calls; of the sea, where the first customer may be: no chats */
    int64_t seq, clock; /* of the last event */
    /* By key: what was asked and answered. */
    struct answer {
        uint64_t request; /* 0: not used */
        size_t count;
        int statuses[SERIES];
        place after[SERIES];
    } answers[MOST];
} reference;

/* Of an event, as the store tells it. */
typedef struct told {
    int64_t seq, at;
    int32_t kind, key; /* key -1: none */
    place after;
    char series[32];
} told;

static inline bool reference_is_chat(int32_t service)
{
    return service == 1;
}

static inline int64_t reference_clock_of(const reference *r, const deed *d)
{
    const bool behind = r->clock > d->now && r->clock <= d->now + LSCHED_MAX_HOLD;
    return behind ? r->clock : d->now;
}

/* Each agent has one customer who may have had enough of him: no one that knows him. */
static inline int32_t reference_avoider(int32_t agent)
{
    return (agent + 1) % CUSTOMERS;
}

bool reference_holds(const place *p, int64_t clock);

static inline bool reference_is_live(const place *p)
{
    return p->state == LSCHED_BOOKED || p->state == LSCHED_HELD || p->state == LSCHED_STARTED;
}

extern const char *const reference_verbs[VERBS];

/* Nothing is booked, and everybody works. */
void reference_clear(reference *r);
uint64_t reference_request(const deed *d);
void reference_judge(const reference *r, const deed *d, verdict *v);
/* NULL, or what is wrong with it. */
const char *reference_apply_event(reference *r, const deed *d, const verdict *v, const told *e,
                                  size_t *done);
/* What has no events. */
void reference_apply_rest(reference *r, const deed *d, const verdict *v);
const char *reference_check(const reference *r);
/* The same, only for this one. */
const place *reference_find(const reference *r, const char *id);
const char *reference_check_one(const reference *r, const char *id);
/* Whether a booking is as it should be; `id` only where it is known. */
bool reference_same(const place *a, const place *b);

/* Of a notice: whether it can be handed out, whether there is still something to tell, and
 * which of two comes first. */
bool reference_waits(const notice *n, int64_t clock);
bool reference_stands(const reference *r, const notice *n, int64_t clock);
bool reference_is_due_before(const reference *r, const notice *a, const notice *b);

#endif
