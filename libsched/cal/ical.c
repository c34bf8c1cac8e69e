/* cal/ical.c -- the bounded reader of calendar text (RFC 5545).
 *
 * The rules that live here: one pass, all or nothing; components must nest, whatever they
 * are, and those that mean nothing to us are passed over whole.  An override (a VEVENT
 * with RECURRENCE-ID) takes the instance that it names away from the events of its UID,
 * and stands for itself; of two for one instance, the higher SEQUENCE counts, then the
 * later one.  Events may lie in the years 1600 to 2199; those before 1970 matter only
 * where they repeat.
 */
#include "cal/inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum kind { CALENDAR, EVENT, OTHER } kind;

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
    int32_t components, calendars;
    lsi_event *event; /* the one being read */
} reader;

static int refuse(const lsi_line *line, int status, const char *what, lsi_error *e)
{
    e->line = line->number;
    return lsi_error_set(e, status, "%s", what);
}

/* ---- components -------------------------------------------------------------------- */

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
    if (calendar)
        return false;
    if (lsi_value_is(name, "VEVENT") && outer != OTHER) {
        *out = EVENT;
        return outer == CALENDAR;
    }
    return true;
}

static int begin(reader *r, const lsi_line *line, lsi_error *e)
{
    kind k;
    if (line->value.size == 0)
        return lsi_lines_refuse(line, "the component has no name", e);
    if (!classify(r, line->value, &k))
        return lsi_lines_refuse(line, "that component cannot stand here", e);
    if (r->depth == LSCHED_MAX_DEPTH)
        return refuse(line, LSCHED_LIMIT, "components lie too deep inside one another", e);
    if (++r->components > LSCHED_MAX_COMPONENTS)
        return refuse(line, LSCHED_LIMIT, "the calendar has too many components", e);

    char *name = lsi_arena_text(&r->scratch, line->value.at, line->value.size);
    if (!name)
        return lsi_error_nomem(e);
    r->open[r->depth++] = (open_component){k, name, line->value.size};
    r->calendars += k == CALENDAR;
    if (k == EVENT) {
        lsi_calendar *c = r->calendar;
        r->event = lsi_vector_push(&c->events, &c->count, &c->room, sizeof *r->event);
        if (!r->event)
            return lsi_error_nomem(e);
        r->event->line = line->number;
    }
    return LSCHED_OK;
}

static int end(reader *r, const lsi_line *line, lsi_error *e)
{
    if (r->depth == 0)
        return lsi_lines_refuse(line, "nothing has begun that could end", e);
    const open_component *o = &r->open[r->depth - 1];
    if (o->size != line->value.size || !lsi_text_same(o->name, line->value.at, o->size))
        return lsi_lines_refuse(line, "another component has begun and must end first", e);
    r->depth--;
    if (o->kind != EVENT)
        return LSCHED_OK;
    return lsi_event_finish(r->event, e);
}

static int take_line(reader *r, const lsi_line *line, lsi_error *e)
{
    if (lsi_value_is(line->name, "BEGIN"))
        return begin(r, line, e);
    if (lsi_value_is(line->name, "END"))
        return end(r, line, e);
    if (r->depth == 0)
        return lsi_lines_refuse(line, "the line stands outside of VCALENDAR", e);
    if (r->open[r->depth - 1].kind == EVENT)
        return lsi_event_read(&r->around, r->event, line, e);
    return LSCHED_OK;
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
    if (r->calendars == 0)
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

/* ---- overrides --------------------------------------------------------------------- */

/* What two overrides of one instance have in common. */
static int64_t instance_key(const lsi_event *event)
{
    const lsi_stamp *s = &event->replaces;
    return s->zone ? lsi_zone_instant(s->zone, s->wall) : s->wall;
}

static bool same_instance(const lsi_event *a, const lsi_event *b)
{
    return !a->replaces.zone == !b->replaces.zone && a->replaces.date == b->replaces.date &&
           instance_key(a) == instance_key(b);
}

static int compare(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* By UID; then masters before overrides; overrides of one instance in rising SEQUENCE. */
static int by_group(const void *a, const void *b)
{
    const lsi_event *x = a, *y = b;
    int order = strcmp(x->uid, y->uid);
    if (!order)
        order = compare(x->overrides, y->overrides);
    if (!order && x->overrides) {
        order = compare(x->replaces.zone != NULL, y->replaces.zone != NULL);
        if (!order)
            order = compare(x->replaces.date, y->replaces.date);
        if (!order)
            order = compare(instance_key(x), instance_key(y));
        if (!order)
            order = compare(x->sequence, y->sequence);
    }
    return order ? order : compare(x->line, y->line);
}

static int link_overrides(lsi_calendar *c, lsi_error *e)
{
    if (c->count > 1)
        qsort(c->events, c->count, sizeof *c->events, by_group);
    size_t master = 0; /* the first event of the group */
    for (size_t i = 0; i < c->count; i++) {
        lsi_event *event = &c->events[i];
        if (strcmp(event->uid, c->events[master].uid) != 0)
            master = i;
        if (!event->overrides || !event->uid[0])
            continue;
        if (i + 1 < c->count && c->events[i + 1].overrides &&
            strcmp(event->uid, c->events[i + 1].uid) == 0 && same_instance(event, event + 1))
            event->cancelled = true;
        for (size_t m = master; !c->events[m].overrides; m++) {
            int status = lsi_event_remove(&c->events[m], &event->replaces, event->replaces_line, e);
            if (status)
                return status;
        }
    }
    for (size_t i = 0; i < c->count; i++)
        lsi_event_sort(&c->events[i]);
    return LSCHED_OK;
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

int lsi_ical_read(lsi_zones *zones, const char *text, size_t size, lsi_calendar **out, lsi_error *e)
{
    *out = NULL;
    e->line = 0;
    if (size > LSCHED_MAX_CALENDAR)
        return lsi_error_set(e, LSCHED_LIMIT, "the calendar is longer than %d bytes",
                             LSCHED_MAX_CALENDAR);
    lsi_arena arena = {0};
    reader r = {0};
    r.calendar = lsi_arena_take(&arena, sizeof *r.calendar);
    lsi_lines lines = {text, text + size, 1, lsi_arena_take(&r.scratch, LSCHED_MAX_LINE)};
    int status = r.calendar && lines.buffer ? LSCHED_OK : lsi_error_nomem(e);
    if (!status) {
        if (size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
            lines.at += 3;
        r.around = (lsi_surroundings){.zones = zones, .arena = &arena};
        status = read_lines(&r, &lines, e);
    }
    if (!status)
        status = link_overrides(r.calendar, e);
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

void lsi_ical_free(lsi_calendar *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->count; i++)
        lsi_event_free(&c->events[i]);
    free(c->events);
    lsi_arena arena = c->arena;
    lsi_arena_free(&arena);
}
