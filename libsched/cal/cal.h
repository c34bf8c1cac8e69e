/* cal/cal.h -- calendars: text in, spans of UTC out, and the clockwork between.
 *
 * May include: model, base.  Knows no rule of ours, no store and no clock; reads zone
 * files.  The only place for <libical/ical.h>, and that in write.c alone: it writes what
 * leaves us.  Text from strangers is read by ical.c, which is bounded in time and space.
 */
#ifndef LSI_CAL_H
#define LSI_CAL_H

#include "model/model.h"

/* ---- span.c: sets of time ---------------------------------------------------------- */

typedef struct lsi_span {
    lsched_time from, until; /* from < until */
} lsi_span;

/* A set of time: sorted, and no two spans touch -- once lsi_span_sort() has run; the
 * other functions want it so and keep it so.  Zero the struct to begin with. */
typedef struct lsi_spans {
    lsi_span *at;
    size_t count, room;
} lsi_spans;

void lsi_span_free(lsi_spans *s);                    /* and it is empty again */
/* Room for so many more. */
int lsi_span_reserve(lsi_spans *s, size_t more, lsi_error *e);
int lsi_span_add(lsi_spans *s, lsched_time from, lsched_time until, lsi_error *e); /* appends;
                                                        an empty or reversed span is ignored */
void lsi_span_sort(lsi_spans *s);                    /* sorts and merges */
int lsi_span_keep(lsi_spans *s, const lsi_spans *other, lsi_error *e);   /* s = s AND other */
int lsi_span_cut(lsi_spans *s, const lsi_spans *other, lsi_error *e);    /* s = s minus other */
int lsi_span_copy(lsi_spans *to, const lsi_spans *from, lsi_error *e);   /* replaces `to` */
/* Turns time into the instants t for which all of [t - before, t + length) is in it:
 * each span becomes [from + before, until - length + 1), or nothing. */
void lsi_span_starts(lsi_spans *s, int64_t before, int64_t length);
/* The span that holds t, else NULL. */
const lsi_span *lsi_span_at(const lsi_spans *s, lsched_time t);

/* ---- civil.c: dates and wall clock text -------------------------------------------- */

/* Wall clock times are int64 seconds since 1970-01-01T00:00 of a clock without changes;
 * days are those seconds / 86,400. */
#define LSI_DAY INT64_C(86400)
#define LSI_YEAR_MIN 1970
#define LSI_YEAR_MAX 2199
#define LSI_TIME_END INT64_C(7258118400) /* 2200-01-01T00:00Z */

int64_t lsi_civil_days(int year, int month, int day);
void lsi_civil_date(int64_t days, int *year, int *month, int *day);
int lsi_civil_month_days(int year, int month);
int lsi_civil_weekday(int64_t days); /* 0: Monday */
int64_t lsi_civil_floor(int64_t a, int64_t b); /* a / b, rounded down */
/* "2026-03-08" -> days.  INVALID. */
int lsi_civil_read_date(const char *text, int64_t *days, lsi_error *e);

/* ---- zone.c: one table of changes per zone ----------------------------------------- */

typedef struct lsi_zone lsi_zone;   /* immutable; lives as long as its lsi_zones */
typedef struct lsi_zones lsi_zones; /* the zones that one scheduler has loaded */

lsi_zones *lsi_zone_set_new(void); /* NULL if memory ran out */
/* With the zone files of another folder, whose name ends with a slash and is only lent. */
lsi_zones *lsi_zone_set_in(const char *folder);
void lsi_zone_set_free(lsi_zones *z);
/* Which zone database the zones of the set are from: "2026a", or "files-..." where it does
 * not say.  Lent until the next refresh. */
const char *lsi_zone_version(lsi_zones *z);
/* Looks whether the database is another by now.  True: it is, and so every lsi_zone of the
 * set is gone, and with them all calendars that were read with it. */
bool lsi_zone_refresh(lsi_zones *z);
/* Only names of the zone database, never paths.  INVALID: no such zone.  STORE: the system
 * cannot open its file now (too many are open). */
int lsi_zone_get(lsi_zones *z, const char *name, const lsi_zone **out, lsi_error *e);
const char *lsi_zone_name(const lsi_zone *z);
int32_t lsi_zone_offset(const lsi_zone *z, lsched_time t); /* seconds east of UTC */
int64_t lsi_zone_wall(const lsi_zone *z, lsched_time t);
/* Wall clock -> instant: a skipped time with the offset before the change, a doubled
 * one the first (RFC 5545 3.3.5). */
lsched_time lsi_zone_instant(const lsi_zone *z, int64_t wall);
/* The first change of offset later than t; INT64_MAX: none. */
lsched_time lsi_zone_change(const lsi_zone *z, lsched_time t);
/* The local midnight at or before t, and `days` days from there; where a change skips
 * midnight, the first instant of that date. */
lsched_time lsi_zone_midnight(const lsi_zone *z, lsched_time t, int days);
/* The first instant of a local date, in days since 1970-01-01; where a change skips the
 * whole date, the first instant after it. */
lsched_time lsi_zone_date(const lsi_zone *z, int64_t days);

/* ---- tzif.c: zone files (RFC 9636) ------------------------------------------------- */

/* From `at` on, clocks are `offset` seconds east of UTC. */
typedef struct lsi_change {
    lsched_time at;
    int32_t offset;
} lsi_change;

typedef struct lsi_changes {
    lsi_change *at; /* ascending; the first holds since ever: INT64_MIN */
    size_t count, room;
} lsi_changes;

/* Appends the changes of 1970..2199 that the bytes of a zone file, version 2 to 4,
 * describe.  INVALID: the file is damaged, or counts leap seconds. */
int lsi_tzif_read(const unsigned char *bytes, size_t size, lsi_changes *out, lsi_error *e);

/* ---- iso.c: instants as text (header chapter 9: instant, wall) --------------------- */

/* `zone` NULL: the text must carry its offset. */
int lsi_iso_read(const char *text, const lsi_zone *zone, lsched_time *out, lsi_error *e);
int lsi_iso_write(lsched_time t, const lsi_zone *zone, char *buffer, size_t size, lsi_error *e);

/* ---- rule.c, recur.c: recurrence rules (RFC 5545 3.3.10), in wall clock time ------- */

typedef struct lsi_rule lsi_rule;

/* Called with each start, ascending; not OK stops the expansion and is returned. */
typedef int (*lsi_recur_found)(void *user, int64_t wall);

/* Reads the value of an RRULE.  `*out` is in the arena.  UNTIL stays as it was written:
 * see lsi_recur_until().  INVALID. */
int lsi_recur_read(const char *text, size_t size, lsi_arena *a, lsi_rule **out, lsi_error *e);
/* How many starts its COUNT asks for, 0: it has none; and whether COUNT or UNTIL ends it. */
int32_t lsi_recur_count(const lsi_rule *rule);
bool lsi_recur_ends(const lsi_rule *rule);
/* Resolves an UNTIL in UTC to the wall clock of the rule's zone; NULL, for dates: takes it
 * as it is written. */
void lsi_recur_set_zone(lsi_rule *rule, const lsi_zone *zone);
/* Every start at or after `from` and before `until` of the series that begins at
 * `start`, `start` itself included whether or not the rule gives it.  Costs at most
 * `*steps`, and takes what it used from them; LIMIT when they run out. */
int lsi_recur_expand(const lsi_rule *rule, int64_t start, int64_t from, int64_t until,
                     int64_t *steps, lsi_recur_found found, void *user, lsi_error *e);

/* ---- ical.c and the files that read for it: the bounded reader --------------------- */

typedef struct lsi_calendar lsi_calendar; /* what a calendar text said */

/* What a text may be and cost; each at least 1 and at most what enum lsched_limit says. */
typedef struct lsi_limits {
    int32_t calendar, line, components, depth, values, rules; /* of the text */
    int32_t instances, steps;                                 /* of a question about it */
} lsi_limits;
const lsi_limits *lsi_ical_limits(void); /* those of the header */

/* All or nothing.  INVALID, LIMIT: e->line has the line (from 1, of the raw text), and the
 * message begins with it.  `c` does not need the text any longer, but its zones. */
int lsi_ical_read(lsi_zones *zones, const char *text, size_t size, lsi_calendar **out,
                  lsi_error *e);
/* The same within other limits, which count for questions about the calendar, too. */
int lsi_ical_read_within(lsi_zones *zones, const lsi_limits *limits, const char *text, size_t size,
                         lsi_calendar **out, lsi_error *e);
void lsi_ical_free(lsi_calendar *c);
/* The same calendar for one more, who releases it likewise; all on one thread at a time. */
lsi_calendar *lsi_ical_share(lsi_calendar *c);
size_t lsi_ical_bytes(const lsi_calendar *c); /* about so much memory */

/* ---- expand.c: what a calendar means ----------------------------------------------- */

typedef struct lsi_instance {
    lsched_time from, until;
    const char *summary; /* lent by the calendar; "" if none */
} lsi_instance;

typedef struct lsi_instances {
    lsi_instance *at;
    size_t count, room;
} lsi_instances;

/* How to read a calendar: its record's effect and ends (no zeros), and where floating
 * times happen. */
typedef struct lsi_reading {
    int32_t effect;
    int32_t ends;
    const lsi_zone *zone;
} lsi_reading;

/* The single instances that overlap [from, until), sorted by start, then end; unclipped,
 * but for those of a VAVAILABILITY.  Cancelled events and, if it closes, transparent ones
 * are left out.  LIMIT. */
int lsi_expand_instances(const lsi_calendar *c, const lsi_reading *how, lsched_time from,
                         lsched_time until, lsi_instances *out, lsi_error *e);
/* Their union, clipped to [from, until), whole minutes: rounded inwards if it opens,
 * outwards if it closes.  Appends to `out` and sorts it.  Where several share the calendar, the
 * same question again costs next to nothing; nor does one of a day or less, about the same days. */
int lsi_expand_spans(lsi_calendar *c, const lsi_reading *how, lsched_time from,
                     lsched_time until, lsi_spans *out, lsi_error *e);

/* ---- grid.c: the minutes at which things may start --------------------------------- */

/* The first instant at or after t whose wall clock in the zone, in whole minutes since
 * local midnight, is a multiple of `step` minutes.  Seconds are zero. */
lsched_time lsi_grid_next(const lsi_zone *z, int32_t step, lsched_time t);
/* The first t' >= t that is a whole number of steps (seconds) behind the beginning of `run`, or
 * behind the local midnight if that is later; the run's end where none is left.  t lies in
 * the run. */
lsched_time lsi_grid_run_next(const lsi_zone *z, const lsi_span *run, int64_t step,
                              lsched_time t);

/* ---- write.c: iCalendar out, with libical ------------------------------------------ */

typedef struct lsi_item {
    const char *uid, *summary;
    lsched_time start, end, created, changed;
    int32_t sequence;
    bool cancelled, tentative; /* neither: confirmed */
} lsi_item;

/* One VCALENDAR with the items as VEVENTs, times in UTC, DTSTAMP = `stamp`.  METHOD:PUBLISH.
 * `*out` is malloc()ed. */
int lsi_write_items(const lsi_item *items, size_t count, lsched_time stamp, char **out,
                    lsi_error *e);

#endif
