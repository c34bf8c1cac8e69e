/* cal/inside.h -- what the files of this layer share.  Nobody else includes it. */
#ifndef LSI_CAL_INSIDE_H
#define LSI_CAL_INSIDE_H

#include "cal/cal.h"

/* ---- value.c: the values of calendar text ------------------------------------------ */

/* DTSTART of a repeated event may lie so far back; everything else from 1970 on. */
#define LSI_YEAR_FIRST 1600

/* A DATE or DATE-TIME as it was written.  Of a date, `wall` is its midnight. */
typedef struct lsi_stamp {
    int64_t wall;
    bool date;            /* a DATE */
    const lsi_zone *zone; /* where it happens; NULL: floating, or a date */
} lsi_stamp;

/* A DURATION: days are nominal, the rest is exact. */
typedef struct lsi_length {
    int64_t days, seconds;
} lsi_length;

/* A piece of text that is not ended by a NUL. */
typedef struct lsi_piece {
    const char *at;
    size_t size;
} lsi_piece;

/* Text of others, made fit for a message: one line, at most 60 bytes. */
typedef struct lsi_quote {
    char text[64];
} lsi_quote;
lsi_quote lsi_value_quote(lsi_piece p);

bool lsi_value_is(lsi_piece p, const char *word); /* ASCII letters in either case */
/* "20260308", "20260308T164000" or the same with Z, years 1600..`last`.  Sets `*utc` for
 * a Z; the zone is the caller's business. */
bool lsi_value_stamp(lsi_piece p, int last, lsi_stamp *out, bool *utc);
/* RFC 5545 3.3.6; `*negative` tells a minus sign. */
bool lsi_value_length(lsi_piece p, lsi_length *out, bool *negative);
/* The next of the values between `separator`s: takes it off `rest`; false: none left. */
bool lsi_value_next(lsi_piece *rest, char separator, lsi_piece *out);

/* ---- rule.c and recur.c: a recurrence rule ----------------------------------------- */

typedef enum lsi_frequency {
    LSI_SECONDLY,
    LSI_MINUTELY,
    LSI_HOURLY,
    LSI_DAILY,
    LSI_WEEKLY,
    LSI_MONTHLY,
    LSI_YEARLY
} lsi_frequency;

/* Sets of places counted from the front (bit n: the n-th) and from the back. */
typedef struct lsi_places {
    uint64_t front, back; /* up to 53 */
} lsi_places;

#define LSI_WIDE 6 /* words: up to 366 places */
typedef struct lsi_wide_places {
    uint64_t front[LSI_WIDE], back[LSI_WIDE];
} lsi_wide_places;

/* A part that was not given is empty or NULL. */
struct lsi_rule {
    lsi_frequency frequency;
    int32_t interval;
    int32_t count;     /* 0: none */
    int64_t until;     /* the last second that counts; INT64_MAX: none */
    bool until_is_utc; /* and has not been resolved yet */
    bool numbered;     /* BYDAY has numbers */
    int week_start;    /* 0: Monday */
    uint32_t months;   /* bit 1..12 */
    uint32_t weekdays; /* bit 0..6: without a number */
    uint32_t hours;
    uint64_t minutes, seconds; /* second 60 is accepted, and never comes */
    lsi_places nth[7];         /* BYDAY with numbers, for each weekday */
    lsi_places month_days, weeks;
    const lsi_wide_places *year_days, *positions;
};

/* ---- lines.c: content lines -------------------------------------------------------- */

typedef struct lsi_line {
    lsi_piece name, value;
    lsi_piece tzid, type, range; /* parameters TZID, VALUE, RANGE; at NULL: not given */
    int32_t number;              /* of its first raw line, from 1 */
} lsi_line;

typedef struct lsi_lines {
    const char *at, *end;
    int32_t number; /* of the raw line at `at` */
    char *buffer;   /* LSCHED_MAX_LINE bytes: where folded lines are put together */
} lsi_lines;

/* Records that the line is INVALID: "NAME: what: "value"". */
int lsi_lines_refuse(const lsi_line *line, const char *what, lsi_error *e);
/* The next content line, taken apart; it lives until the next call.  `*found` is false
 * at the end of the text. */
int lsi_lines_next(lsi_lines *l, lsi_line *out, bool *found, lsi_error *e);

/* ---- event.c: what a VEVENT said --------------------------------------------------- */

/* One RDATE. */
typedef struct lsi_extra {
    lsi_stamp start;
    bool has_end, has_length; /* of a PERIOD */
    lsi_stamp end;
    lsi_length length;
    int32_t line;
} lsi_extra;

/* One EXDATE, as it was written. */
typedef struct lsi_exception {
    lsi_stamp stamp;
    int32_t line;
} lsi_exception;

typedef struct lsi_event {
    const char *uid, *summary;
    int32_t line; /* of its BEGIN */
    int32_t start_line, end_line, replaces_line;
    int32_t sequence;
    uint32_t seen; /* properties, one bit each */
    bool cancelled, transparent;
    bool has_start, has_end, has_length, overrides;
    lsi_stamp start, end, replaces; /* DTSTART, DTEND, RECURRENCE-ID */
    lsi_length length;              /* DURATION */

    lsi_rule **rules;
    size_t rule_count, rule_room;
    int32_t rule_line; /* of the last */
    lsi_extra *extras;
    size_t extra_count, extra_room;
    lsi_exception *exceptions;
    size_t exception_count, exception_room;

    /* What EXDATE and overrides take away, sorted: whole local dates, and times: instants
     * of an event that has a zone, wall clock times of a floating one. */
    int64_t *gone_days;
    size_t day_count, day_room;
    int64_t *gone_times;
    size_t time_count, time_room;
} lsi_event;

struct lsi_calendar {
    lsi_arena arena; /* texts, rules, and this struct */
    lsi_event *events;
    size_t count, room;
};

/* What reading an event needs from its surroundings. */
typedef struct lsi_surroundings {
    lsi_zones *zones;
    lsi_arena *arena;
    const char *tzid; /* the last one that was looked up, and what it gave */
    size_t tzid_size;
    const lsi_zone *zone;
} lsi_surroundings;

/* Takes in one property; what means nothing here is left out. */
int lsi_event_read(lsi_surroundings *s, lsi_event *event, const lsi_line *line, lsi_error *e);
/* At its END: checks what only the whole shows. */
int lsi_event_finish(lsi_event *event, lsi_error *e);
/* Takes away what starts at `stamp`, which the line `line` named. */
int lsi_event_remove(lsi_event *event, const lsi_stamp *stamp, int32_t line, lsi_error *e);
void lsi_event_sort(lsi_event *event);
void lsi_event_free(lsi_event *event);

#endif
