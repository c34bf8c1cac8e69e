/* cal/event.c -- the properties of one VEVENT (RFC 5545 3.6.1), VAVAILABILITY or AVAILABLE
 * (RFC 7953 3.1).
 *
 * The rule that lives here: what repeats or contradicts itself is refused with its line.
 * Lenient in three things that real calendars do: a DATE needs no VALUE=DATE, an RDATE,
 * EXDATE or RECURRENCE-ID without a zone is in that of DTSTART, and an event of dates that
 * ends on the date of its start lasts that day.
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
    DTSTAMP,
    PRIORITY,
    PROPERTIES
} property;

static const char *const names[PROPERTIES] = {
    "DTSTART", "DTEND",   "DURATION", "RRULE",  "RDATE",    "EXDATE",  "EXRULE",  "RECURRENCE-ID",
    "UID",     "SUMMARY", "STATUS",   "TRANSP", "SEQUENCE", "DTSTAMP", "PRIORITY"};

static const uint32_t several = 1u << RRULE | 1u << RDATE | 1u << EXDATE | 1u << PROPERTIES;
static const uint32_t repeating =
    1u << RRULE | 1u << RDATE | 1u << EXDATE | 1u << EXRULE | 1u << RECURRENCE_ID;

/* ---- values ------------------------------------------------------------------------ */

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
    return lsi_stamp_read(s, line, line->value, out, e);
}

static int read_rule(lsi_surroundings *s, lsi_event *event, const lsi_line *line, lsi_error *e)
{
    if (++s->rules > s->limits->rules) {
        e->line = line->number;
        return lsi_error_set(e, LSCHED_LIMIT, "the calendar has more than %d rules",
                             (int)s->limits->rules);
    }
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
    int status = lsi_stamp_read(s, line, start, &extra->start, e);
    if (status || (!period && !value.at))
        return status;
    if (!period || !value.at || extra->start.date)
        return lsi_lines_refuse(line, "a period goes with VALUE=PERIOD, like start/PT1H", e);
    extra->has_length = value.size > 0 && (value.at[0] == 'P' || value.at[0] == 'p' ||
                                           value.at[0] == '+' || value.at[0] == '-');
    if (extra->has_length)
        return lsi_stamp_length(line, value, &extra->length, e);
    extra->has_end = true;
    status = lsi_stamp_read(s, line, value, &extra->end, e);
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
        if (event->extra_count + event->exception_count >= (size_t)s->limits->values) {
            e->line = line->number;
            return lsi_error_set(e, LSCHED_LIMIT, "more than %d values of RDATE and EXDATE",
                                 (int)s->limits->values);
        }
        int status;
        if (which == RDATE) {
            lsi_extra *extra = lsi_vector_push(&event->extras, &event->extra_count,
                                               &event->extra_room, sizeof *extra);
            status = extra ? read_extra(s, extra, line, item, e) : lsi_error_nomem(e);
        } else {
            lsi_exception *x = lsi_vector_push(&event->exceptions, &event->exception_count,
                                               &event->exception_room, sizeof *x);
            status = x ? lsi_stamp_read(s, line, item, &x->stamp, e) : lsi_error_nomem(e);
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
    event->and_future = line->range.at && lsi_value_is(line->range, "THISANDFUTURE");
    if (line->range.at && !event->and_future)
        return lsi_lines_refuse(line, "RANGE must be THISANDFUTURE", e);
    event->overrides = true;
    event->replaces_line = line->number;
    return read_single(s, line, RECURRENCE_ID, &event->replaces, e);
}

/* When this version was written.  It only decides between two, so one that cannot be read
 * is none: the earliest. */
static void read_stamped(lsi_event *event, const lsi_line *line)
{
    lsi_stamp stamp;
    bool utc;
    if (lsi_value_stamp(line->value, 9999, &stamp, &utc))
        event->stamped = stamp.wall;
}

static int read_number(const lsi_line *line, int32_t most, int32_t *out, lsi_error *e)
{
    *out = lsi_text_number(line->value.at, line->value.size);
    return *out < 0 || *out > most ? lsi_lines_refuse(line, "not a number that it can be", e)
                                   : LSCHED_OK;
}

int lsi_event_read(lsi_surroundings *s, lsi_event *event, const lsi_line *line, lsi_error *e)
{
    int which = 0;
    while (which < PROPERTIES && !lsi_value_is(line->name, names[which]))
        which++;
    if ((event->seen >> which & 1) && !(several >> which & 1))
        return lsi_lines_refuse(line, "the property is given twice", e);
    if (event->kind == LSI_AVAILABILITY && (repeating >> which & 1))
        return lsi_lines_refuse(line, "a VAVAILABILITY cannot repeat, only an AVAILABLE", e);
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
        return lsi_stamp_length(line, line->value, &event->length, e);
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
        return lsi_stamp_text(s->arena, line->value, &event->uid, e);
    case SUMMARY:
        return lsi_stamp_text(s->arena, line->value, &event->summary, e);
    case STATUS:
        event->cancelled = lsi_value_is(line->value, "CANCELLED");
        return LSCHED_OK;
    case TRANSP:
        event->transparent = lsi_value_is(line->value, "TRANSPARENT");
        return LSCHED_OK;
    case SEQUENCE:
        return read_number(line, INT32_MAX, &event->sequence, e);
    case DTSTAMP:
        read_stamped(event, line);
        return LSCHED_OK;
    case PRIORITY: /* of an event, it is for people */
        return event->kind == LSI_AVAILABILITY ? read_number(line, 9, &event->priority, e)
                                               : LSCHED_OK;
    default:
        return LSCHED_OK;
    }
}

/* ---- the whole event --------------------------------------------------------------- */

static int refuse(int32_t line, const char *what, lsi_error *e)
{
    e->line = line;
    return lsi_error_set(e, LSCHED_INVALID, "%s", what);
}

/* Both have a zone, or neither. */
static bool is_before(const lsi_stamp *a, const lsi_stamp *b)
{
    if (a->zone == b->zone)
        return a->wall < b->wall;
    return lsi_zone_instant(a->zone, a->wall) < lsi_zone_instant(b->zone, b->wall);
}

static int check_end(const lsi_event *event, lsi_error *e)
{
    const lsi_stamp *start = &event->start, *end = &event->end;
    if (event->has_end && event->has_length)
        return refuse(event->end_line, "DTEND and DURATION exclude each other", e);
    if (event->has_length && start->date && event->length.seconds)
        return refuse(event->end_line, "DURATION has hours, but DTSTART is a date", e);
    if (!event->has_end || !event->has_start)
        return LSCHED_OK;
    if (start->date != end->date)
        return refuse(event->end_line, "DTSTART and DTEND must both be dates, or both times", e);
    if (!start->zone != !end->zone)
        return refuse(event->end_line, "DTSTART and DTEND must both have a zone, or neither", e);
    return is_before(end, start) ? refuse(event->end_line, "DTEND is before DTSTART", e)
                                 : LSCHED_OK;
}

/* DTSTART may be missing where a METHOD says more (RFC 5545 3.6.1): an event that says
 * nothing at all of when takes no time.  One that does, and lacks its start, is broken, and
 * to read on could lose time that is taken. */
static bool is_timeless(const lsi_event *event)
{
    return !event->has_start && !event->has_end && !event->has_length && !event->overrides &&
           event->rule_count + event->extra_count + event->exception_count == 0;
}

static int check_start(const lsi_event *event, lsi_error *e)
{
    if (!event->has_start && event->kind == LSI_EVENT && !is_timeless(event))
        return refuse(event->line, "the VEVENT has no DTSTART", e);
    if (!event->has_start && event->kind == LSI_AVAILABLE)
        return refuse(event->line, "the AVAILABLE has no DTSTART", e);
    if (!event->has_start && event->has_length)
        return refuse(event->end_line, "DURATION needs a DTSTART", e);
    return LSCHED_OK;
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
        if (extra->has_end && is_before(&extra->end, &extra->start))
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
    int status = check_start(event, e);
    if (!status)
        status = check_end(event, e);
    if (!status)
        status = check_rules(event, e);
    if (!status)
        status = check_extras(event, e);
    for (size_t i = 0; i < event->exception_count && !status; i++)
        status = lsi_event_remove(event, &event->exceptions[i].stamp, event->exceptions[i].line, e);
    if (event->overrides && !event->replaces.date && !event->replaces.zone)
        event->replaces.zone = event->start.zone;
    if (event->kind == LSI_EVENT && is_timeless(event)) {
        event->cancelled = true;
        event->uid = ""; /* and is no version of another */
    }
    if (!event->uid)
        event->uid = "";
    if (!event->summary)
        event->summary = "";
    return status;
}

void lsi_event_free(lsi_event *event)
{
    free(event->rules);
    free(event->extras);
    free(event->exceptions);
    free(event->gone_days);
    free(event->gone_times);
    free(event->ranges);
}
