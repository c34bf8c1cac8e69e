/* model/model.h -- the records, described once.
 *
 * May include: base.  The public structs are the model; what stands here is a table for
 * each, from which all layers work: core checks a record by it, store writes and reads
 * one by it.  A new field is a line in kinds.c, a column in store/tables.c, and the
 * field in the public struct.
 */
#ifndef LSI_MODEL_H
#define LSI_MODEL_H

#include "base/base.h"

typedef enum lsi_type {
    LSI_INT,      /* int32_t within min..max; 0 becomes `fallback` */
    LSI_AMOUNT,   /* the same, and more than max is LIMIT instead of INVALID */
    LSI_SPARE,    /* int32_t that stays zero; the store has no column for it */
    LSI_TIME,     /* lsched_time */
    LSI_SEQ,      /* int64_t: a number that the library gives */
    LSI_ID,       /* const char *: an id */
    LSI_NAME,     /* one line */
    LSI_LINK,     /* one line, as long as a note */
    LSI_NOTE,     /* several lines */
    LSI_ZONE,     /* IANA name */
    LSI_WORDS,    /* word list */
    LSI_SKILLS,   /* word list of "skill" or "skill:level" */
    LSI_DATE,     /* "2026-01-05" */
    LSI_CALENDAR  /* calendar text, its size in text_size; its own reader checks it */
} lsi_type;

typedef struct lsi_kind lsi_kind;

typedef struct lsi_field {
    const char *name;   /* in messages, and the column in the store */
    size_t offset;      /* in the public struct */
    lsi_type type;
    bool required;
    int32_t min, max;   /* of an LSI_INT or LSI_AMOUNT */
    int32_t fallback;   /* what 0 means */
    const lsi_kind *refers; /* whose id, or list of ids, it is */
    bool added;             /* after 0.1.0: where it is empty, a request is what it was then */
} lsi_field;

struct lsi_kind {
    const char *name; /* "team": in messages, and the table in the store */
    size_t size;      /* of the public struct */
    const lsi_field *fields;
    size_t count;
    size_t keys; /* so many fields at the beginning are its key, in the list's order */
    /* What no single field can say: checks, and writes the defaults that depend on
     * others.  `label` begins its messages.  May be NULL. */
    int (*whole)(void *record, const char *label, lsi_error *e);
};

extern const lsi_kind lsi_kind_team, lsi_kind_agent, lsi_kind_member, lsi_kind_service,
    lsi_kind_customer, lsi_kind_region, lsi_kind_calendar, lsi_kind_booking, lsi_kind_wait,
    lsi_kind_case, lsi_kind_entry, lsi_kind_incident, lsi_kind_announcement;

/* What a booking takes of an agent. */
typedef struct lsi_taken {
    const char *id;
    lsched_time from, until; /* buffers included */
    lsched_time start, end;  /* the contact itself */
    int32_t lane;
} lsi_taken;

/* The same without a name. */
typedef struct lsi_busy {
    lsched_time from, until; /* buffers included */
    lsched_time expires;     /* of a hold; 0: it is none */
    int32_t lane;
} lsi_busy;

/* A contact that took place. */
typedef struct lsi_contact {
    const char *agent;
    lsched_time start;
} lsi_contact;

#define LSI_MATTER_DAYS 7 /* so far apart, contacts of one topic are about the same matter */

/* A contact and what became of it, for figures: its events in order, and the booking as it is. */
typedef struct lsi_deed {
    int32_t kind;  /* enum lsched_event_kind */
    int32_t state, fault;
    bool moved;    /* the time was changed by a repair */
    lsched_time at, start, end, busy_from, busy_until, due;
    char agent[LSCHED_MAX_ID + 1];
} lsi_deed;

typedef struct lsi_story {
    const char *agent; /* as it is now; "": nobody's */
    int32_t state, rung, outcome, told;
    lsched_time start, end, since;
    /* Of what took place: whether the same agent, and whether anybody, had served the customer
     * before; and whether a contact of the same matter lies in the days before, and behind. */
    bool known, returning, before, behind;
    const lsi_deed *deeds;
    size_t count;
} lsi_story;

/* An attempt of which it is known when it began. */
typedef struct lsi_effort {
    const char *agent;
    lsched_time begun, ended;     /* 0: it is not */
    lsched_time until;            /* when it was to end */
    lsched_time before, behind;   /* seconds of buffers */
} lsi_effort;

/* What a customer thought of a contact with an agent. */
typedef struct lsi_verdict {
    const char *agent;
    bool low;
} lsi_verdict;

/* What an owner of calendars is: "team", "region"; and its kind, NULL for a region. */
const char *lsi_kind_owner_name(int32_t owner);
const lsi_kind *lsi_kind_of_owner(int32_t owner);

/* Access to a field of a record. */
bool lsi_kind_is_text(const lsi_field *f);
const char *lsi_kind_text(const lsi_field *f, const void *record);
size_t lsi_kind_text_size(const lsi_field *f, const void *record);
void lsi_kind_set_text(const lsi_field *f, void *record, const char *text);
int64_t lsi_kind_int(const lsi_field *f, const void *record);
void lsi_kind_set_int(const lsi_field *f, void *record, int64_t value);

/* Which record it is, for messages: "team 'hv'", "member 'hv/ana/2026-01-05'"; of a kind
 * without a key, "request". */
#define LSI_LABEL 256
void lsi_kind_label(const lsi_kind *kind, const void *record, char label[LSI_LABEL]);

/* Checks types, limits and required fields, and writes defaults into the record. */
int lsi_kind_check(const lsi_kind *kind, void *record, lsi_error *e);

/* A deep copy of `*record` into the arena: every text field its own, never NULL. */
int lsi_kind_copy(const lsi_kind *kind, const void *record, lsi_arena *a, void *copy,
                  lsi_error *e);

#endif
