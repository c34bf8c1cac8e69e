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

/* ---- period.c: the days of a period ------------------------------------------------- */

#define LSI_DAYS_MAX 371 /* of one period: 53 weeks */

/* In days since 1970, ascending. */
typedef struct lsi_days {
    int64_t at[LSI_DAYS_MAX];
    int count;
} lsi_days;

/* The date on which a series begins. */
typedef struct lsi_origin {
    int year, month, day, weekday;
} lsi_origin;

/* Each fills `out` with what the rule has in that period; of a year by its weeks, some may
 * lie in its neighbours. */
void lsi_period_month(const lsi_rule *rule, const lsi_origin *origin, int year, int number,
                      lsi_days *out);
void lsi_period_year(const lsi_rule *rule, const lsi_origin *origin, int year, lsi_days *out);
void lsi_period_weeks(const lsi_rule *rule, const lsi_origin *origin, int year, lsi_days *out);
/* The week that begins on the day `first`. */
void lsi_period_week(const lsi_rule *rule, const lsi_origin *origin, int64_t first, lsi_days *out);
/* `day` if the BY parts of days and months allow it, else a later day before which there
 * is none. */
int64_t lsi_period_day(const lsi_rule *rule, int64_t day);
/* Whether a BY part is about days. */
bool lsi_period_by_day(const lsi_rule *rule);

/* ---- lines.c: content lines -------------------------------------------------------- */

typedef struct lsi_line {
    lsi_piece name, value;
    /* Parameters TZID, VALUE, RANGE, FBTYPE, as they stand; at NULL: not given. */
    lsi_piece tzid, type, range, busy;
    int32_t number; /* of its first raw line, from 1 */
} lsi_line;

typedef struct lsi_lines {
    const char *at, *end;
    int32_t number; /* of the raw line at `at` */
    char *buffer;   /* where folded lines are put together; NULL until there is one */
    int32_t most;   /* bytes of a line */
} lsi_lines;

/* Records that the line is INVALID: "NAME: what: "value"". */
int lsi_lines_refuse(const lsi_line *line, const char *what, lsi_error *e);
/* The next content line, taken apart; it lives until the next call.  `*found` is false
 * at the end of the text. */
int lsi_lines_next(lsi_lines *l, lsi_line *out, bool *found, lsi_error *e);
void lsi_lines_free(lsi_lines *l);

/* ---- zone.c: a table from elsewhere ------------------------------------------------ */

/* Appends that `offset` holds from `at` on.  The first call says what holds since ever
 * (INT64_MIN); what lies before 1970 only moves that. */
int lsi_zone_note(lsi_changes *changes, lsched_time at, int32_t offset, lsi_error *e);
/* Wall clock times in [from, until) that lie `offset` seconds east of UTC. */
typedef struct lsi_season {
    const lsi_zone *zone;
    int64_t from, until;
    int32_t offset;
} lsi_season;
/* The one in which lsi_zone_instant() sees `wall`. */
lsi_season lsi_zone_season(const lsi_zone *z, int64_t wall);
/* A zone that lives in the arena; NULL if memory ran out. */
lsi_zone *lsi_zone_build(lsi_arena *arena, const char *name, const lsi_changes *changes);

/* ---- zonedb.c: the folder of the zone database -------------------------------------- */

#define LSI_EDITION 64

typedef struct lsi_edition {
    char version[LSI_EDITION];
    uint64_t mark; /* another one where anything has changed; never 0 */
} lsi_edition;

void lsi_zonedb_edition(const char *folder, lsi_edition *out);
bool lsi_zonedb_is_name(const char *name);
/* Records that there is no such zone: INVALID. */
int lsi_zonedb_refuse(const char *name, lsi_error *e);
/* `*bytes` is malloc()ed, also after a failure.  INVALID, STORE. */
int lsi_zonedb_read(const char *folder, const char *name, unsigned char **bytes, size_t *size,
                    lsi_error *e);

/* ---- windows.c: names of Windows --------------------------------------------------- */

/* The name in the zone database of what Windows calls `name`; NULL: it has no such name. */
const char *lsi_windows_find(lsi_piece name);

/* ---- tzid.c, with vtimezone.c: what a TZID means ------------------------------------ */

/* A VTIMEZONE of the text that is being read. */
typedef struct lsi_definition {
    int32_t calendar; /* in which VCALENDAR of the text it stands, from 1 */
    int32_t line;     /* of its BEGIN */
    lsi_piece tzid;
    lsi_lines inside; /* what comes behind its BEGIN */
} lsi_definition;

/* A TZID that has been looked up. */
typedef struct lsi_known {
    int32_t calendar; /* 0: it means the same in every VCALENDAR */
    lsi_piece tzid;
    const lsi_zone *zone;
} lsi_known;

/* What reading a component needs from its surroundings. */
typedef struct lsi_surroundings {
    lsi_zones *zones;
    const lsi_limits *limits;
    lsi_arena *arena;   /* of the calendar */
    lsi_arena *scratch; /* until the text is read */
    lsi_piece text;     /* the whole */
    int32_t calendar;   /* the VCALENDAR that is being read, from 1 */
    int64_t steps;      /* what VTIMEZONEs may still cost */
    int32_t rules;      /* RRULEs so far */

    lsi_known *known; /* by calendar, then TZID */
    size_t known_count, known_room;
    bool scanned; /* for definitions, which are sorted likewise */
    lsi_definition *definitions;
    size_t definition_count, definition_room;
} lsi_surroundings;

/* The zone that the line's TZID names.  INVALID: none does; the error has the line. */
int lsi_tzid_find(lsi_surroundings *s, const lsi_line *line, const lsi_zone **out, lsi_error *e);
void lsi_tzid_free(lsi_surroundings *s);
int lsi_tzid_compare(int32_t calendar_a, lsi_piece a, int32_t calendar_b, lsi_piece b);

/* Notes where the text has VTIMEZONEs. */
int lsi_vtimezone_scan(lsi_surroundings *s, lsi_error *e);
/* Makes a zone of one.  INVALID, LIMIT, with the line. */
int lsi_vtimezone_compile(lsi_surroundings *s, const lsi_definition *d, const lsi_zone **out,
                          lsi_error *e);

/* ---- stamp.c: values whose meaning hangs on parameters ------------------------------ */

/* A DATE or DATE-TIME in the zone that the line names. */
int lsi_stamp_read(lsi_surroundings *s, const lsi_line *line, lsi_piece value, lsi_stamp *out,
                   lsi_error *e);
/* A DURATION that is not negative. */
int lsi_stamp_length(const lsi_line *line, lsi_piece value, lsi_length *out, lsi_error *e);
/* TEXT of RFC 5545 3.3.11 without its backslashes, in the arena. */
int lsi_stamp_text(lsi_arena *a, lsi_piece value, const char **out, lsi_error *e);

/* ---- event.c: what a VEVENT, VAVAILABILITY or AVAILABLE said ------------------------ */

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

/* That an override changes all instances from one on (RANGE=THISANDFUTURE). */
typedef struct lsi_range {
    int64_t from;  /* wall clock time of the first, in the series */
    int64_t shift; /* seconds from where an instance would be to where it is */
    const struct lsi_event *event;
} lsi_range;

typedef enum lsi_part { LSI_EVENT, LSI_AVAILABILITY, LSI_AVAILABLE } lsi_part;

typedef struct lsi_event {
    lsi_part kind;
    int32_t group; /* of an AVAILABILITY and what is in it, from 1; 0: a VEVENT */
    const char *uid, *summary;
    int32_t line; /* of its BEGIN */
    int32_t start_line, end_line, replaces_line;
    int32_t sequence, priority;
    int64_t stamped; /* DTSTAMP */
    uint32_t seen;   /* properties, one bit each */
    bool cancelled, transparent;
    bool superseded; /* by a later version of it */
    bool yields;     /* its own instance to an override of that one alone */
    bool has_start, has_end, has_length, overrides, and_future;
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
    lsi_range *ranges; /* ascending */
    size_t range_count, range_room;
} lsi_event;

/* Takes in one property; what means nothing here is left out. */
int lsi_event_read(lsi_surroundings *s, lsi_event *event, const lsi_line *line, lsi_error *e);
/* At its END: checks what only the whole shows. */
int lsi_event_finish(lsi_event *event, lsi_error *e);
/* Takes away what starts at `stamp`, which the line `line` named. */
int lsi_event_remove(lsi_event *event, const lsi_stamp *stamp, int32_t line, lsi_error *e);
void lsi_event_free(lsi_event *event);

/* ---- busy.c: what a VFREEBUSY said -------------------------------------------------- */

typedef struct lsi_period {
    lsched_time from, until;
    bool free;
    int32_t line;
} lsi_period;

/* ---- the calendar ------------------------------------------------------------------- */

/* A VAVAILABILITY: its event, and the AVAILABLE ones behind it. */
typedef struct lsi_group {
    size_t first, count;
    int32_t rank; /* from 0: the highest priority */
} lsi_group;

/* What a calendar opens, or closes, on the days around a moment. */
typedef struct lsi_near {
    lsi_reading how; /* of no zone: none yet */
    lsched_time from, until;
    size_t count;
    lsi_span at[16];
} lsi_near;

struct lsi_calendar {
    lsi_arena arena; /* texts, rules, zones of its own, and this struct */
    lsi_limits limits;
    lsi_event *events; /* VEVENTs first */
    size_t count, room;
    size_t plain;      /* so many VEVENTs */
    lsi_group *groups; /* by rank */
    size_t group_count, group_room;
    lsi_period *periods;
    size_t period_count, period_room;
    size_t shared;    /* how many more will release it */
    lsi_reading how;  /* the last question to a calendar of several, */
    lsched_time from, until;
    lsi_spans answer; /* and its answer; of no zone: none yet */
    lsi_near near[2]; /* the last two */
    int last_near;
    bool crowded; /* there is more on a day than is kept */
};

/* A property of a VFREEBUSY; `*taken` counts its periods. */
int lsi_busy_read(lsi_calendar *c, const lsi_line *line, int32_t *taken, lsi_error *e);

/* ---- link.c: how the components of a calendar bear on one another ------------------- */

/* When all is read: versions, overrides, the order of priorities. */
int lsi_link_all(lsi_calendar *c, lsi_error *e);

/* ---- series.c and avail.c, for expand.c --------------------------------------------- */

typedef struct lsi_run {
    const lsi_reading *how;
    const lsi_limits *limits;
    lsched_time from, until;
    int64_t steps;
    lsi_instances *out;
    lsi_error *e;
} lsi_run;

/* Adds an instance if it is in the window; `line` is what a LIMIT names. */
int lsi_series_put(lsi_run *r, lsi_instance instance, int32_t line);
/* Adds the instances of an event. */
int lsi_series_expand(lsi_run *r, const lsi_event *event);
void lsi_series_sort(lsi_instance *at, size_t count);
/* Adds what the VAVAILABILITYs together open or close, clipped to the window. */
int lsi_avail_expand(lsi_run *r, const lsi_calendar *c);

#endif
