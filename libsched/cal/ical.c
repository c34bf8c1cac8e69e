/* cal/ical.c -- the bounded reader of calendar text (RFC 5545).
 *
 * The rules that live here: all or nothing; components must nest, whatever they are, and
 * those that mean nothing to us are passed over whole.  Events may lie in the years 1600
 * to 2199; those before 1970 matter only where they repeat.
 */
#include "cal/inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What steps all VTIMEZONEs of a text may cost together: two milliseconds or so. */
#define ZONE_STEPS 100000

typedef enum kind {
    CALENDAR,
    EVENT,
    AVAILABILITY,
    AVAILABLE,
    BUSY,
    OTHER
} kind;

typedef struct open_component {
    kind kind;
    const char *name;
    size_t size;
} open_component;

typedef struct reader {
    lsi_surroundings around;
    lsi_calendar *calendar;
    lsi_arena scratch;
    open_component open[LSCHED_MAX_DEPTH];
    int depth;
    int32_t components;
    int32_t periods;     /* of the VFREEBUSY being read */
    size_t event, outer; /* places of the event being read, and of its VAVAILABILITY */
    int32_t groups;      /* VAVAILABILITYs */
} reader;

static int refuse(const lsi_line *line, int status, const char *what, lsi_error *e)
{
    e->line = line->number;
    return lsi_error_set(e, status, "%s", what);
}

/* ---- components -------------------------------------------------------------------- */

/* Where each of our components may stand; inside of others, a name means nothing. */
static const struct {
    const char *name;
    kind kind, outer;
} places[] = {{"VEVENT", EVENT, CALENDAR},
              {"VAVAILABILITY", AVAILABILITY, CALENDAR},
              {"AVAILABLE", AVAILABLE, AVAILABILITY},
              {"VFREEBUSY", BUSY, CALENDAR}};

/* What a component of that name is here; false: it may not stand here. */
static bool classify(const reader *r, lsi_piece name, kind *out)
{
    bool calendar = lsi_value_is(name, "VCALENDAR");
    kind outer = r->depth ? r->open[r->depth - 1].kind : OTHER;
    *out = OTHER;
    if (r->depth == 0) {
        *out = CALENDAR;
        return calendar;
    }
    for (size_t i = 0; i < sizeof places / sizeof *places && outer != OTHER; i++) {
        if (lsi_value_is(name, places[i].name)) {
            *out = places[i].kind;
            return outer == places[i].outer;
        }
    }
    return !calendar;
}

static int begin_event(reader *r, kind k, int32_t line, lsi_error *e)
{
    lsi_calendar *c = r->calendar;
    lsi_event *event = lsi_vector_push(&c->events, &c->count, &c->room, sizeof *event);
    if (!event)
        return lsi_error_nomem(e);
    event->line = line;
    event->stamped = INT64_MIN;
    event->kind = k == EVENT ? LSI_EVENT : k == AVAILABLE ? LSI_AVAILABLE : LSI_AVAILABILITY;
    event->group = k == EVENT ? 0 : k == AVAILABLE ? r->groups : ++r->groups;
    *(k == AVAILABILITY ? &r->outer : &r->event) = c->count - 1;
    return LSCHED_OK;
}

static int begin(reader *r, const lsi_line *line, lsi_error *e)
{
    kind k;
    if (line->value.size == 0)
        return lsi_lines_refuse(line, "the component has no name", e);
    if (!classify(r, line->value, &k))
        return lsi_lines_refuse(line, "that component cannot stand here", e);
    if (r->depth == r->around.limits->depth)
        return refuse(line, LSCHED_LIMIT, "components lie too deep inside one another", e);
    if (++r->components > r->around.limits->components)
        return refuse(line, LSCHED_LIMIT, "the calendar has too many components", e);

    char *name = lsi_arena_text(&r->scratch, line->value.at, line->value.size);
    if (!name)
        return lsi_error_nomem(e);
    r->open[r->depth++] = (open_component){k, name, line->value.size};
    r->around.calendar += k == CALENDAR;
    r->periods = 0;
    return k == EVENT || k == AVAILABLE || k == AVAILABILITY ? begin_event(r, k, line->number, e)
                                                             : LSCHED_OK;
}

/* The event that lines of such a component belong to; NULL: none. */
static lsi_event *event_of(const reader *r, kind k)
{
    if (k == EVENT || k == AVAILABLE)
        return &r->calendar->events[r->event];
    return k == AVAILABILITY ? &r->calendar->events[r->outer] : NULL;
}

static int end(reader *r, const lsi_line *line, lsi_error *e)
{
    if (r->depth == 0)
        return lsi_lines_refuse(line, "nothing has begun that could end", e);
    const open_component *o = &r->open[r->depth - 1];
    if (o->size != line->value.size || !lsi_text_same(o->name, line->value.at, o->size))
        return lsi_lines_refuse(line, "another component has begun and must end first", e);
    r->depth--;
    lsi_event *event = event_of(r, o->kind);
    return event ? lsi_event_finish(event, e) : LSCHED_OK;
}

static int take_line(reader *r, const lsi_line *line, lsi_error *e)
{
    if (lsi_value_is(line->name, "BEGIN"))
        return begin(r, line, e);
    if (lsi_value_is(line->name, "END"))
        return end(r, line, e);
    if (r->depth == 0) /* caches and editors leave remarks of their own there */
        return line->name.size > 2 && lsi_text_same(line->name.at, "X-", 2)
                   ? LSCHED_OK
                   : lsi_lines_refuse(line, "the line stands outside of VCALENDAR", e);
    kind k = r->open[r->depth - 1].kind;
    if (k == BUSY)
        return lsi_busy_read(r->calendar, line, &r->periods, e);
    lsi_event *event = event_of(r, k);
    return event ? lsi_event_read(&r->around, event, line, e) : LSCHED_OK;
}

/* The text is over: was it whole? */
static int finish(const reader *r, int32_t last_line, lsi_error *e)
{
    e->line = last_line;
    if (r->depth > 0) {
        const open_component *o = &r->open[r->depth - 1];
        return lsi_error_set(e, LSCHED_INVALID, "the text ends inside %s",
                             lsi_value_quote((lsi_piece){o->name, o->size}).text);
    }
    if (r->around.calendar == 0)
        return lsi_error_set(e, LSCHED_INVALID, "the text has no VCALENDAR");
    e->line = 0;
    return LSCHED_OK;
}

static int read_lines(reader *r, lsi_lines *lines, lsi_error *e)
{
    lsi_line line;
    bool found;
    int status;
    for (;;) {
        status = lsi_lines_next(lines, &line, &found, e);
        if (status)
            return status;
        if (!found)
            return finish(r, lines->number > 1 ? lines->number - 1 : 1, e);
        status = take_line(r, &line, e);
        if (status)
            return status;
    }
}

/* ---- the whole --------------------------------------------------------------------- */

static void name_line(lsi_error *e)
{
    char text[sizeof e->text];
    if (e->line <= 0)
        return;
    snprintf(text, sizeof text, "%s", e->text);
    lsi_error_set(e, e->status, "line %d: %.380s", e->line, text);
}

const lsi_limits *lsi_ical_limits(void)
{
    static const lsi_limits limits = {
        .calendar = LSCHED_MAX_CALENDAR,
        .line = LSCHED_MAX_LINE,
        .components = LSCHED_MAX_COMPONENTS,
        .depth = LSCHED_MAX_DEPTH,
        .values = LSCHED_MAX_VALUES,
        .rules = LSCHED_MAX_RULES,
        .instances = LSCHED_MAX_INSTANCES,
        .steps = LSCHED_MAX_STEPS,
    };
    return &limits;
}

int lsi_ical_read(lsi_zones *zones, const char *text, size_t size, lsi_calendar **out, lsi_error *e)
{
    return lsi_ical_read_within(zones, lsi_ical_limits(), text, size, out, e);
}

int lsi_ical_read_within(lsi_zones *zones, const lsi_limits *limits, const char *text, size_t size,
                         lsi_calendar **out, lsi_error *e)
{
    *out = NULL;
    e->line = 0;
    if (size > (size_t)limits->calendar)
        return lsi_error_set(e, LSCHED_LIMIT, "the calendar is longer than %d bytes",
                             (int)limits->calendar);
    lsi_arena arena = {0};
    reader r = {0};
    r.calendar = lsi_arena_take(&arena, sizeof *r.calendar);
    lsi_lines lines = {text, text + size, 1, NULL, limits->line};
    int status = r.calendar ? LSCHED_OK : lsi_error_nomem(e);
    r.around = (lsi_surroundings){.zones = zones,
                                  .limits = limits,
                                  .arena = &arena,
                                  .scratch = &r.scratch,
                                  .text = {text, size},
                                  .steps = ZONE_STEPS};
    if (!status) {
        r.calendar->limits = *limits;
        status = read_lines(&r, &lines, e);
    }
    if (!status)
        status = lsi_link_all(r.calendar, e);
    lsi_lines_free(&lines);
    lsi_tzid_free(&r.around);
    lsi_arena_free(&r.scratch);
    if (r.calendar)
        r.calendar->arena = arena;
    else
        lsi_arena_free(&arena);
    if (status) {
        name_line(e);
        lsi_ical_free(r.calendar);
        return status;
    }
    *out = r.calendar;
    return LSCHED_OK;
}

lsi_calendar *lsi_ical_share(lsi_calendar *c)
{
    c->shared++;
    return c;
}

void lsi_ical_free(lsi_calendar *c)
{
    if (!c)
        return;
    if (c->shared > 0) {
        c->shared--;
        return;
    }
    lsi_span_free(&c->answer);
    for (size_t i = 0; i < c->count; i++)
        lsi_event_free(&c->events[i]);
    free(c->events);
    free(c->groups);
    free(c->periods);
    lsi_arena arena = c->arena;
    lsi_arena_free(&arena);
}

size_t lsi_ical_bytes(const lsi_calendar *c)
{
    return lsi_arena_bytes(&c->arena) + c->room * sizeof *c->events +
           c->group_room * sizeof *c->groups + c->period_room * sizeof *c->periods +
           c->answer.room * sizeof *c->answer.at;
}
