/* record.h -- the fields of each kind of record, once: the site file is checked, read and
 * written by these tables, and --json prints records by them.
 */
#ifndef SCHEDCTL_RECORD_H
#define SCHEDCTL_RECORD_H

#include "tool.h"

enum field_type {
    FIELD_TEXT,
    FIELD_NUMBER, /* int32_t */
    FIELD_FLAG,   /* int32_t, true or false */
    FIELD_TIME,
    FIELD_WORDS,  /* word list; an array in JSON */
    FIELD_SKILLS, /* word list of "skill:level"; an object in JSON */
    FIELD_CHOICE, /* int32_t; one name of several */
    FIELD_BITS    /* int32_t; an array of such names */
};

struct choice {
    const char *name; /* NULL ends the list */
    int32_t value;
};
#define CHOICES 32
extern struct choice choice_channel[CHOICES], choice_rung[CHOICES], choice_state[CHOICES],
    choice_finish[CHOICES], choice_outcome[CHOICES], choice_fault[CHOICES], choice_purpose[CHOICES],
    choice_entry[CHOICES];
extern const struct choice choice_anchor[], choice_effect[], choice_ends[], choice_stale[], choice_owner[],
    choice_turn[], choice_keep[], choice_case[];

/* The name of a value; "" if it has none. */
const char *choice_name(const struct choice *choices, int32_t value);
bool choice_value(const struct choice *choices, const char *name, size_t size, int32_t *value);
/* "phone, chat": the names of all the bits, or of all choices for -1. */
#define CHOICE_TEXT 120
const char *choice_list(const struct choice *choices, int32_t bits, char buffer[CHOICE_TEXT]);

struct field {
    const char *name;
    enum field_type type;
    bool required;
    size_t offset;
    const struct choice *choices;
};

struct kind {
    const char *list; /* "teams": the key in a site file */
    const char *noun; /* "team" */
    const struct field *fields;
    size_t count;
    size_t keys;   /* so many fields at the beginning tell records apart */
    size_t size;   /* of the struct; its first member is its size */
    int32_t owner; /* enum lsched_owner: has calendars; 0: has none */
    int (*put)(lsched *s, const void *record); /* NULL: nothing to put */
};

extern const struct kind kind_team, kind_agent, kind_member, kind_service, kind_customer,
    kind_region, kind_booking, kind_calendar, kind_case;

const char *field_text(const struct field *f, const void *record);
int32_t field_number(const struct field *f, const void *record);
lsched_time field_time(const struct field *f, const void *record);
void field_set(const struct field *f, void *record, const void *value, size_t size);

/* A record as JSON: texts that are empty, times that are 0 and flags that are off are left out.  Times are
 * written in `zone`, or in UTC. */
json_t *record_json(struct tool *t, const struct kind *kind, const void *record, const char *zone);

/* ---- walk.c: all records of a kind, page by page ------------------------------------- */

typedef int (*visitor)(void *user, const void *record); /* not 0 stops the walk */

int walk_teams(lsched *s, visitor visit, void *user);
int walk_agents(lsched *s, visitor visit, void *user);
int walk_services(lsched *s, visitor visit, void *user);
int walk_customers(lsched *s, visitor visit, void *user);
int walk_regions(lsched *s, visitor visit, void *user);
int walk_cases(lsched *s, const char *customer, visitor visit, void *user);
int walk_members(lsched *s, const char *team, const char *agent, visitor visit, void *user);
int walk_calendars(lsched *s, int32_t kind, const char *owner, visitor visit, void *user);
int walk_bookings(lsched *s, const lsched_filter *filter, visitor visit, void *user);

#endif
