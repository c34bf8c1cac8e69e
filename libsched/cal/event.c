/* cal/event.c -- the properties of one VEVENT (RFC 5545 3.6.1).
 *
 * The rules that live here: a TZID is a zone of the zone database or an error, never UTC
 * by silence; what repeats or contradicts itself is refused with its line.  Lenient in
 * three things that real calendars do: a DATE needs no VALUE=DATE, an RDATE, EXDATE or
 * RECURRENCE-ID without a zone is in that of DTSTART, and an event of dates that ends on
 * the date of its start lasts that day.
 */
#include "cal/inside.h"

#include <stdlib.h>
#include <string.h>

typedef enum property {
    DTSTART,
    DTEND,
    DURATION,
    RRULE,
    RDATE,
    EXDATE,
    EXRULE,
    RECURRENCE_ID,
    UID,
    SUMMARY,
    STATUS,
    TRANSP,
    SEQUENCE,
    PROPERTIES
} property;

static const char *const names[PROPERTIES] = {
    "DTSTART",       "DTEND", "DURATION", "RRULE",  "RDATE",  "EXDATE",  "EXRULE",
    "RECURRENCE-ID", "UID",   "SUMMARY",  "STATUS", "TRANSP", "SEQUENCE"};

static const uint32_t several = 1u << RRULE | 1u << RDATE | 1u << EXDATE;

/* ---- zones ------------------------------------------------------------------------- */

static int try_zone(lsi_surroundings *s, lsi_piece name, const lsi_zone **out, lsi_error *e)
{
    char text[LSCHED_MAX_NAME + 1];
    if (name.size > LSCHED_MAX_NAME)
        return LSCHED_INVALID;
    memcpy(text, name.at, name.size);
    text[name.size] = '\0';
    return lsi_zone_get(s->zones, text, out, e);
}

/* "Europe/Berlin" itself, or behind a vendor's prefix: "/vendor.org/v1/Europe/Berlin". */
static int look_up(lsi_surroundings *s, lsi_piece tzid, const lsi_zone **out, lsi_error *e)
{
    int status = try_zone(s, tzid, out, e);
    bool prefixed = tzid.size > 0 && tzid.at[0] == '/';
    while (status == LSCHED_INVALID && prefixed && tzid.size > 0) {
        const char *slash = memchr(tzid.at, '/', tzid.size);
        if (!slash)
            break;
        tzid.size -= (size_t)(slash + 1 - tzid.at);
        tzid.at = slash + 1;
        status = try_zone(s, tzid, out, e);
    }
    return status;
}

static int find_zone(lsi_surroundings *s, const lsi_line *line, const lsi_zone **out, lsi_error *e)
{
    lsi_piece tzid = line->tzid;
    if (s->zone && s->tzid_size == tzid.size && memcmp(s->tzid, tzid.at, tzid.size) == 0) {
        *out = s->zone;
        return LSCHED_OK;
    }
    int status = look_up(s, tzid, out, e);
    if (status == LSCHED_INVALID) {
        e->line = line->number;
        return lsi_error_set(e, status, "%s: TZID \"%s\" is no time zone of the zone database",
                             lsi_value_quote(line->name).text, lsi_value_quote(tzid).text);
    }
    if (status)
        return status;
    lsi_error_clear(e);
    s->tzid = lsi_arena_text(s->arena, tzid.at, tzid.size);
    if (!s->tzid)
        return lsi_error_nomem(e);
    s->tzid_size = tzid.size;
    s->zone = *out;
    return LSCHED_OK;
}

/* ---- values ------------------------------------------------------------------------ */

static int read_stamp(lsi_surroundings *s, const lsi_line *line, lsi_piece value, lsi_stamp *out,
                      lsi_error *e)
{
    bool utc;
    /* An end is the first moment that is out, so it may be that of the year 2200. */
    if (!lsi_value_stamp(value, LSI_YEAR_MAX + 1, out, &utc))
        return lsi_lines_refuse(line, "not a date or time from 1600 to 2199", e);
    bool wants_date = line->type.at && lsi_value_is(line->type, "DATE");
    bool wants_time = line->type.at && lsi_value_is(line->type, "DATE-TIME");
    if (out->date ? wants_time : wants_date)
        return lsi_lines_refuse(line, "the value is not of the type that VALUE says", e);
    if (out->date)
        return LSCHED_OK;
    if (utc)
        return lsi_zone_get(s->zones, "UTC", &out->zone, e);
    return line->tzid.at ? find_zone(s, line, &out->zone, e) : LSCHED_OK;
}

static bool known_type(const lsi_line *line, property which)
{
    if (!line->type.at || lsi_value_is(line->type, "DATE") || lsi_value_is(line->type, "DATE-TIME"))
        return true;
    return which == RDATE && lsi_value_is(line->type, "PERIOD");
}

static int read_single(lsi_surroundings *s, const lsi_line *line, property which, lsi_stamp *out,
                       lsi_error *e)
{
    if (!known_type(line, which))
        return lsi_lines_refuse(line, "VALUE must be DATE or DATE-TIME", e);
    return read_stamp(s, line, line->value, out, e);
}

static int read_length(const lsi_line *line, lsi_piece value, lsi_length *out, lsi_error *e)
{
    bool negative;
    if (!lsi_value_length(value, out, &negative))
        return lsi_lines_refuse(line, "not a duration like PT8H or P1D of 230 years at most", e);
    return negative ? lsi_lines_refuse(line, "a duration cannot be negative here", e) : LSCHED_OK;
}

static int read_rule(lsi_surroundings *s, lsi_event *event, const lsi_line *line, lsi_error *e)
{
    lsi_rule **rule =
        lsi_vector_push(&event->rules, &event->rule_count, &event->rule_room, sizeof(lsi_rule *));
    if (!rule)
        return lsi_error_nomem(e);
    event->rule_line = line->number;
    int status = lsi_recur_read(line->value.at, line->value.size, s->arena, rule, e);
    if (status == LSCHED_INVALID)
        e->line = line->number;
    return status;
}

static int read_extra(lsi_surroundings *s, lsi_extra *extra, const lsi_line *line, lsi_piece value,
                      lsi_error *e)
{
    bool period = line->type.at && lsi_value_is(line->type, "PERIOD");
    lsi_piece start;
    extra->line = line->number;
    lsi_value_next(&value, '/', &start);
    int status = read_stamp(s, line, start, &extra->start, e);
    if (status || (!period && !value.at))
        return status;
    if (!period || !value.at || extra->start.date)
        return lsi_lines_refuse(line, "a period goes with VALUE=PERIOD, like start/PT1H", e);
    extra->has_length = value.size > 0 && (value.at[0] == 'P' || value.at[0] == 'p' ||
                                           value.at[0] == '+' || value.at[0] == '-');
    if (extra->has_length)
        return read_length(line, value, &extra->length, e);
    extra->has_end = true;
    status = read_stamp(s, line, value, &extra->end, e);
    if (!status && (extra->end.date || !extra->start.zone != !extra->end.zone))
        return lsi_lines_refuse(line, "the period's end is not like its start", e);
    return status;
}

static int read_list(lsi_surroundings *s, lsi_event *event, const lsi_line *line, property which,
                     lsi_error *e)
{
    lsi_piece rest = line->value, item;
    if (!known_type(line, which))
        return lsi_lines_refuse(line, "VALUE is not one that this list can have", e);
    while (lsi_value_next(&rest, ',', &item)) {
        if (event->extra_count + event->exception_count >= LSCHED_MAX_VALUES) {
            e->line = line->number;
            return lsi_error_set(e, LSCHED_LIMIT, "more than %d values of RDATE and EXDATE",
                                 LSCHED_MAX_VALUES);
        }
        int status;
        if (which == RDATE) {
            lsi_extra *extra = lsi_vector_push(&event->extras, &event->extra_count,
                                               &event->extra_room, sizeof *extra);
            status = extra ? read_extra(s, extra, line, item, e) : lsi_error_nomem(e);
        } else {
            lsi_exception *x = lsi_vector_push(&event->exceptions, &event->exception_count,
                                               &event->exception_room, sizeof *x);
            status = x ? read_stamp(s, line, item, &x->stamp, e) : lsi_error_nomem(e);
            if (x)
                x->line = line->number;
        }
        if (status)
            return status;
    }
    return LSCHED_OK;
}

static int read_replaces(lsi_surroundings *s, lsi_event *event, const lsi_line *line, lsi_error *e)
{
    if (line->range.at)
        return lsi_lines_refuse(line, "RANGE is not understood, only single instances are", e);
    event->overrides = true;
    event->replaces_line = line->number;
    return read_single(s, line, RECURRENCE_ID, &event->replaces, e);
}

/* TEXT of RFC 5545 3.3.11 without its backslashes. */
static int read_text(lsi_surroundings *s, lsi_piece value, const char **out, lsi_error *e)
{
    char *text = lsi_arena_text(s->arena, value.at, value.size);
    if (!text)
        return lsi_error_nomem(e);
    size_t n = 0;
    for (size_t i = 0; i < value.size; i++) {
        char c = value.at[i];
        char next = i + 1 < value.size ? value.at[i + 1] : '\0';
        if (c == '\\' && (next == 'n' || next == 'N'))
            text[n++] = '\n', i++;
        else if (c == '\\' && (next == '\\' || next == ';' || next == ','))
            text[n++] = next, i++;
        else
            text[n++] = c;
    }
    text[n] = '\0';
    *out = text;
    return LSCHED_OK;
}

int lsi_event_read(lsi_surroundings *s, lsi_event *event, const lsi_line *line, lsi_error *e)
{
    int which = 0;
    while (which < PROPERTIES && !lsi_value_is(line->name, names[which]))
        which++;
    if (which == PROPERTIES)
        return LSCHED_OK;
    if ((event->seen >> which & 1) && !(several >> which & 1))
        return lsi_lines_refuse(line, "the property is given twice", e);
    event->seen |= 1u << which;

    switch ((property)which) {
    case DTSTART:
        event->has_start = true;
        event->start_line = line->number;
        return read_single(s, line, DTSTART, &event->start, e);
    case DTEND:
        event->has_end = true;
        event->end_line = line->number;
        return read_single(s, line, DTEND, &event->end, e);
    case DURATION:
        event->has_length = true;
        event->end_line = line->number;
        return read_length(line, line->value, &event->length, e);
    case RRULE:
        return read_rule(s, event, line, e);
    case RDATE:
    case EXDATE:
        return read_list(s, event, line, (property)which, e);
    case EXRULE: /* to pass over it would give time that the writer took away */
        return lsi_lines_refuse(line, "not understood; RFC 5545 has EXDATE", e);
    case RECURRENCE_ID:
        return read_replaces(s, event, line, e);
    case UID:
        return read_text(s, line->value, &event->uid, e);
    case SUMMARY:
        return read_text(s, line->value, &event->summary, e);
    case STATUS:
        event->cancelled = lsi_value_is(line->value, "CANCELLED");
        return LSCHED_OK;
    case TRANSP:
        event->transparent = lsi_value_is(line->value, "TRANSPARENT");
        return LSCHED_OK;
    case SEQUENCE:
        event->sequence = lsi_text_number(line->value.at, line->value.size);
        return event->sequence < 0 ? lsi_lines_refuse(line, "not a number", e) : LSCHED_OK;
    case PROPERTIES:
        break;
    }
    return LSCHED_OK;
}

/* ---- the whole event --------------------------------------------------------------- */

static int refuse(int32_t line, const char *what, lsi_error *e)
{
    e->line = line;
    return lsi_error_set(e, LSCHED_INVALID, "%s", what);
}

static int check_end(const lsi_event *event, lsi_error *e)
{
    const lsi_stamp *start = &event->start, *end = &event->end;
    if (event->has_end && event->has_length)
        return refuse(event->end_line, "DTEND and DURATION exclude each other", e);
    if (event->has_length && start->date && event->length.seconds)
        return refuse(event->end_line, "DURATION has hours, but DTSTART is a date", e);
    if (!event->has_end)
        return LSCHED_OK;
    if (start->date != end->date)
        return refuse(event->end_line, "DTSTART and DTEND must both be dates, or both times", e);
    if (!start->zone != !end->zone)
        return refuse(event->end_line, "DTSTART and DTEND must both have a zone, or neither", e);
    bool early = end->wall < start->wall;
    if (start->zone != end->zone)
        early = lsi_zone_instant(end->zone, end->wall) < lsi_zone_instant(start->zone, start->wall);
    return early ? refuse(event->end_line, "DTEND is before DTSTART", e) : LSCHED_OK;
}

static int check_rules(lsi_event *event, lsi_error *e)
{
    for (size_t i = 0; i < event->rule_count && event->start.date; i++) {
        lsi_rule *rule = event->rules[i];
        if (rule->frequency < LSI_DAILY)
            return refuse(event->rule_line, "RRULE repeats within a day, but DTSTART is a date", e);
        rule->hours = 0; /* to be ignored with a date, says RFC 5545 */
        rule->minutes = rule->seconds = 0;
    }
    return LSCHED_OK;
}

static int check_extras(lsi_event *event, lsi_error *e)
{
    for (size_t i = 0; i < event->extra_count; i++) {
        lsi_extra *extra = &event->extras[i];
        if (extra->start.date != event->start.date)
            return refuse(extra->line, "RDATE and DTSTART must both be dates, or both times", e);
        if (!extra->start.zone)
            extra->start.zone = event->start.zone;
        if (extra->has_end && !extra->end.zone)
            extra->end.zone = event->start.zone;
        if (extra->has_end && extra->end.zone == extra->start.zone &&
            extra->end.wall < extra->start.wall)
            return refuse(extra->line, "RDATE has a period that ends before it starts", e);
    }
    return LSCHED_OK;
}

static int push_number(int64_t **items, size_t *count, size_t *room, int64_t value, lsi_error *e)
{
    int64_t *item = lsi_vector_push(items, count, room, sizeof *item);
    if (!item)
        return lsi_error_nomem(e);
    *item = value;
    return LSCHED_OK;
}

int lsi_event_remove(lsi_event *event, const lsi_stamp *stamp, int32_t line, lsi_error *e)
{
    if (stamp->date || event->start.date)
        return push_number(&event->gone_days, &event->day_count, &event->day_room,
                           lsi_civil_floor(stamp->wall, LSI_DAY), e);
    if (stamp->zone && !event->start.zone)
        return refuse(line, "the time has a zone, but the DTSTART of its event has none", e);
    int64_t key = stamp->wall;
    if (event->start.zone)
        key = lsi_zone_instant(stamp->zone ? stamp->zone : event->start.zone, stamp->wall);
    return push_number(&event->gone_times, &event->time_count, &event->time_room, key, e);
}

int lsi_event_finish(lsi_event *event, lsi_error *e)
{
    if (!event->has_start)
        return refuse(event->line, "the VEVENT has no DTSTART", e);
    int status = check_end(event, e);
    if (!status)
        status = check_rules(event, e);
    if (!status)
        status = check_extras(event, e);
    for (size_t i = 0; i < event->exception_count && !status; i++)
        status = lsi_event_remove(event, &event->exceptions[i].stamp, event->exceptions[i].line, e);
    if (event->overrides && !event->replaces.date && !event->replaces.zone)
        event->replaces.zone = event->start.zone;
    if (!event->uid)
        event->uid = "";
    if (!event->summary)
        event->summary = "";
    return status;
}

static int by_number(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

void lsi_event_sort(lsi_event *event)
{
    if (event->day_count > 1)
        qsort(event->gone_days, event->day_count, sizeof(int64_t), by_number);
    if (event->time_count > 1)
        qsort(event->gone_times, event->time_count, sizeof(int64_t), by_number);
}

void lsi_event_free(lsi_event *event)
{
    free(event->rules);
    free(event->extras);
    free(event->exceptions);
    free(event->gone_days);
    free(event->gone_times);
}
