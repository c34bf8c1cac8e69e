/* cal/vtimezone.c -- a zone that a calendar defines itself (RFC 5545 3.6.5).
 *
 * The rules that live here: a definition is looked at only when an event needs it, and
 * becomes a table of changes like that of a zone file; before its first onset holds that
 * onset's TZOFFSETFROM.  Of two definitions with one TZID the first counts.  What it costs
 * is bounded: observances by LSCHED_MAX_OBSERVANCES, and all of a text together by steps.
 */
#include "cal/inside.h"

#include <stdlib.h>
#include <string.h>

/* From here on onsets are computed: what holds in 1970 has begun by then. */
#define FIRST_YEAR 1900

typedef struct onset {
    lsched_time at;
    int32_t from, to;
    int32_t order; /* of two at one instant, the one further down counts */
} onset;

typedef struct onset_list {
    onset *at;
    size_t count, room;
} onset_list;

/* One STANDARD or DAYLIGHT. */
typedef struct observance {
    int32_t line, rule_line;
    bool has_start, has_from, has_to;
    int64_t start; /* its DTSTART, on a wall clock that is `from` seconds ahead of UTC */
    int32_t from, to;
    lsi_rule *rule;
} observance;

typedef struct date {
    int64_t wall;
    bool utc;
} date;

typedef struct reading {
    lsi_surroundings *s;
    lsi_error *e;
    int32_t observances;
    observance now;
    date *dates; /* RDATEs of the present one */
    size_t date_count, date_room;
    onset_list onsets;
} reading;

static int refuse(int32_t line, int status, const char *what, lsi_error *e)
{
    e->line = line;
    return lsi_error_set(e, status, "%s", what);
}

/* ---- where they stand -------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
    const lsi_definition *x = a, *y = b;
    int order = lsi_tzid_compare(x->calendar, x->tzid, y->calendar, y->tzid);
    return order ? order : (x->line > y->line) - (x->line < y->line);
}

typedef struct scan {
    int depth;
    int32_t calendar;
    bool inside; /* directly in a VTIMEZONE that has had no TZID yet */
    lsi_definition found;
} scan;

static int scan_line(lsi_surroundings *s, scan *now, const lsi_line *line, const lsi_lines *lines,
                     lsi_error *e)
{
    if (lsi_value_is(line->name, "BEGIN")) {
        now->calendar += now->depth == 0;
        now->inside = now->depth == 1 && lsi_value_is(line->value, "VTIMEZONE");
        if (now->inside)
            now->found = (lsi_definition){now->calendar, line->number, {NULL, 0}, *lines};
        now->depth++;
    } else if (lsi_value_is(line->name, "END")) {
        now->depth -= now->depth > 0;
        now->inside = false;
    } else if (now->inside && lsi_value_is(line->name, "TZID")) {
        const char *name;
        int status = lsi_stamp_text(s->scratch, line->value, &name, e);
        if (status)
            return status;
        lsi_definition *d =
            lsi_vector_push(&s->definitions, &s->definition_count, &s->definition_room, sizeof *d);
        if (!d)
            return lsi_error_nomem(e);
        *d = now->found;
        d->tzid = (lsi_piece){name, strlen(name)};
        d->inside.buffer = NULL;
        now->inside = false;
    }
    return LSCHED_OK;
}

int lsi_vtimezone_scan(lsi_surroundings *s, lsi_error *e)
{
    lsi_lines lines = {s->text.at, s->text.at + s->text.size, 1, NULL, s->limits->line};
    scan now = {.depth = 0};
    lsi_line line;
    bool found = true;
    int status = LSCHED_OK;
    while (!status && found) {
        status = lsi_lines_next(&lines, &line, &found, e);
        if (!status && found)
            status = scan_line(s, &now, &line, &lines, e);
    }
    lsi_lines_free(&lines);
    if (s->definition_count > 1)
        qsort(s->definitions, s->definition_count, sizeof *s->definitions, by_name);
    s->scanned = !status;
    return status;
}

/* ---- properties of an observance --------------------------------------------------- */

/* "-0500", "+053000": hours up to 23. */
static bool read_offset(lsi_piece p, int32_t *out)
{
    if ((p.size != 5 && p.size != 7) || (p.at[0] != '+' && p.at[0] != '-'))
        return false;
    int32_t hours = lsi_text_number(p.at + 1, 2), minutes = lsi_text_number(p.at + 3, 2);
    int32_t seconds = p.size == 7 ? lsi_text_number(p.at + 5, 2) : 0;
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 59)
        return false;
    int32_t east = hours * 3600 + minutes * 60 + seconds;
    *out = p.at[0] == '-' ? -east : east;
    return true;
}

static bool read_time(lsi_piece p, int64_t *wall, bool *utc)
{
    lsi_stamp stamp;
    char text[16];
    /* Some write the year 1 for "since ever". */
    if (p.size == 15 && memcmp(p.at, "1600", 4) < 0) {
        memcpy(text, p.at, 15);
        memcpy(text, "16", 2);
        p.at = text;
    }
    bool good = lsi_value_stamp(p, LSI_YEAR_MAX + 1, &stamp, utc);
    *wall = stamp.wall;
    return good;
}

static int read_start(reading *r, const lsi_line *line)
{
    bool utc;
    if (r->now.has_start)
        return lsi_lines_refuse(line, "the property is given twice", r->e);
    r->now.has_start = true;
    if (!read_time(line->value, &r->now.start, &utc) || utc)
        return lsi_lines_refuse(line, "not a local time", r->e);
    return LSCHED_OK;
}

static int read_east(reading *r, const lsi_line *line, bool *given, int32_t *out)
{
    if (*given)
        return lsi_lines_refuse(line, "the property is given twice", r->e);
    *given = true;
    return read_offset(line->value, out) ? LSCHED_OK
                                         : lsi_lines_refuse(line, "not an offset like -0500", r->e);
}

static int read_rule(reading *r, const lsi_line *line)
{
    if (r->now.rule)
        return lsi_lines_refuse(line, "the property is given twice", r->e);
    r->now.rule_line = line->number;
    int status =
        lsi_recur_read(line->value.at, line->value.size, r->s->scratch, &r->now.rule, r->e);
    if (status == LSCHED_INVALID)
        r->e->line = line->number;
    if (!status && r->now.rule->frequency != LSI_YEARLY)
        return lsi_lines_refuse(line, "a time zone can only repeat with FREQ=YEARLY", r->e);
    return status;
}

static int read_dates(reading *r, const lsi_line *line)
{
    lsi_piece rest = line->value, item;
    while (lsi_value_next(&rest, ',', &item)) {
        date d;
        lsi_piece start;
        lsi_value_next(&item, '/', &start); /* of a period, only that counts */
        if (!read_time(start, &d.wall, &d.utc))
            return lsi_lines_refuse(line, "not a date or time from 1600 to 2199", r->e);
        if (r->date_count >= (size_t)r->s->limits->values)
            return refuse(line->number, LSCHED_LIMIT, "a VTIMEZONE has too many RDATEs", r->e);
        date *next = lsi_vector_push(&r->dates, &r->date_count, &r->date_room, sizeof d);
        if (!next)
            return lsi_error_nomem(r->e);
        *next = d;
    }
    return LSCHED_OK;
}

static int read_property(reading *r, const lsi_line *line)
{
    if (lsi_value_is(line->name, "DTSTART"))
        return read_start(r, line);
    if (lsi_value_is(line->name, "TZOFFSETFROM"))
        return read_east(r, line, &r->now.has_from, &r->now.from);
    if (lsi_value_is(line->name, "TZOFFSETTO"))
        return read_east(r, line, &r->now.has_to, &r->now.to);
    if (lsi_value_is(line->name, "RRULE"))
        return read_rule(r, line);
    return lsi_value_is(line->name, "RDATE") ? read_dates(r, line) : LSCHED_OK;
}

/* ---- onsets ------------------------------------------------------------------------ */

static int add_onset(reading *r, lsched_time at)
{
    onset *o = lsi_vector_push(&r->onsets.at, &r->onsets.count, &r->onsets.room, sizeof *o);
    if (!o)
        return lsi_error_nomem(r->e);
    *o = (onset){at, r->now.from, r->now.to, r->now.line};
    return LSCHED_OK;
}

static int found(void *user, int64_t wall)
{
    reading *r = user;
    return add_onset(r, wall - r->now.from);
}

static int add_rule(reading *r)
{
    lsi_rule *rule = r->now.rule;
    if (rule->until_is_utc)
        rule->until += r->now.from;
    rule->until_is_utc = false;
    int64_t from = lsi_civil_days(FIRST_YEAR, 1, 1) * LSI_DAY;
    if (from <= r->now.start)
        from = r->now.start + 1;
    int status = lsi_recur_expand(rule, r->now.start, from, LSI_TIME_END + LSI_DAY, &r->s->steps,
                                  found, r, r->e);
    if (status == LSCHED_LIMIT)
        return refuse(r->now.rule_line, status, "the calendar's time zones cost too many steps",
                      r->e);
    return status;
}

static int finish_observance(reading *r)
{
    const observance *o = &r->now;
    if (!o->has_start || !o->has_from || !o->has_to)
        return refuse(o->line, LSCHED_INVALID,
                      "STANDARD and DAYLIGHT need DTSTART, TZOFFSETFROM and TZOFFSETTO", r->e);
    int status = add_onset(r, o->start - o->from);
    if (!status && o->rule)
        status = add_rule(r);
    for (size_t i = 0; i < r->date_count && !status; i++)
        status = add_onset(r, r->dates[i].wall - (r->dates[i].utc ? 0 : o->from));
    return status;
}

static int by_time(const void *a, const void *b)
{
    const onset *x = a, *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

/* ---- the whole --------------------------------------------------------------------- */

static int begin(reading *r, const lsi_line *line)
{
    if (++r->observances > LSCHED_MAX_OBSERVANCES)
        return refuse(line->number, LSCHED_LIMIT, "the VTIMEZONE has too many observances", r->e);
    r->now = (observance){.line = line->number};
    r->date_count = 0;
    return LSCHED_OK;
}

static int read_observances(reading *r, lsi_lines lines, bool *whole)
{
    lsi_line line;
    int depth = 1; /* 1: in the VTIMEZONE; 2: in a part of it */
    bool found, ours = false;
    int status = LSCHED_OK;
    while (!status && depth > 0) {
        status = lsi_lines_next(&lines, &line, &found, r->e);
        if (status || !found)
            break;
        if (lsi_value_is(line.name, "BEGIN")) {
            if (++depth == 2)
                ours = lsi_value_is(line.value, "STANDARD") || lsi_value_is(line.value, "DAYLIGHT");
            if (ours && depth == 2)
                status = begin(r, &line);
        } else if (lsi_value_is(line.name, "END")) {
            if (ours && depth == 2)
                status = finish_observance(r);
            depth--;
        } else if (ours && depth == 2) {
            status = read_property(r, &line);
        }
    }
    *whole = depth == 0;
    lsi_lines_free(&lines);
    return status;
}

static int build(reading *r, const lsi_definition *d, const lsi_zone **out)
{
    lsi_changes changes = {0};
    const onset_list *all = &r->onsets;
    qsort(all->at, all->count, sizeof *all->at, by_time);
    int status = lsi_zone_note(&changes, INT64_MIN, all->at[0].from, r->e);
    for (size_t i = 0; i < all->count && !status; i++)
        if (all->at[i].at < LSI_TIME_END)
            status = lsi_zone_note(&changes, all->at[i].at, all->at[i].to, r->e);
    if (!status) {
        *out = lsi_zone_build(r->s->arena, d->tzid.at, &changes);
        status = *out ? LSCHED_OK : lsi_error_nomem(r->e);
    }
    free(changes.at);
    return status;
}

int lsi_vtimezone_compile(lsi_surroundings *s, const lsi_definition *d, const lsi_zone **out,
                          lsi_error *e)
{
    reading r = {.s = s, .e = e};
    bool whole;
    e->line = 0;
    int status = read_observances(&r, d->inside, &whole);
    if (!status && (!whole || r.onsets.count == 0))
        status =
            refuse(d->line, LSCHED_INVALID, "the VTIMEZONE has no STANDARD and no DAYLIGHT", e);
    if (!status)
        status = build(&r, d, out);
    free(r.dates);
    free(r.onsets.at);
    return status;
}
