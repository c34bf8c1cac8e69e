/* cal/write.c -- iCalendar text out, put together and folded by libical.
 *
 * The rule that lives here: libical is given components, properties and text, and asked
 * for the text of the whole; never a zone, a recurrence or text from outside.  Its
 * constructors answer NULL when memory runs out and its add functions do not survive
 * one, so each is checked before it is added.
 */
#include "cal/cal.h"

#include <libical/ical.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Adds the property to the component, which owns it from then on. */
static bool add(icalcomponent *to, icalproperty *property)
{
    if (!property)
        return false;
    if (!icalproperty_get_value(property)) { /* its value found no memory */
        icalproperty_free(property);
        return false;
    }
    icalcomponent_add_property(to, property);
    return true;
}

/* Times go in as finished text: a time value of libical would load its zone tables, and
 * those are not safe to load from two threads. */
static bool add_time(icalcomponent *to, const char *name, lsched_time t)
{
    int64_t days = lsi_civil_floor(t, LSI_DAY);
    int second = (int)(t - days * LSI_DAY);
    int year, month, day;
    char text[64];
    lsi_civil_date(days, &year, &month, &day);
    snprintf(text, sizeof text, "%04d%02d%02dT%02d%02d%02dZ", year, month, day, second / 3600,
             second / 60 % 60, second % 60);
    icalproperty *property = icalproperty_new_x(text);
    if (property)
        icalproperty_set_x_name(property, name);
    return add(to, property);
}

static icalproperty_status status_of(const lsi_item *item)
{
    return item->cancelled   ? ICAL_STATUS_CANCELLED
           : item->tentative ? ICAL_STATUS_TENTATIVE
                             : ICAL_STATUS_CONFIRMED;
}

static bool fill_event(icalcomponent *event, const lsi_item *item, lsched_time stamp)
{
    bool good = add(event, icalproperty_new_uid(item->uid)) && add_time(event, "DTSTAMP", stamp) &&
                add_time(event, "DTSTART", item->start) && add_time(event, "DTEND", item->end) &&
                add_time(event, "CREATED", item->created) &&
                add_time(event, "LAST-MODIFIED", item->changed) &&
                add(event, icalproperty_new_sequence(item->sequence)) &&
                add(event, icalproperty_new_status(status_of(item))) &&
                add(event, icalproperty_new_summary(item->summary ? item->summary : ""));
    return good;
}

static bool fill(icalcomponent *calendar, const lsi_item *items, size_t count, lsched_time stamp)
{
    if (!add(calendar, icalproperty_new_prodid("-//libsched//EN")) ||
        !add(calendar, icalproperty_new_version("2.0")) ||
        !add(calendar, icalproperty_new_method(ICAL_METHOD_PUBLISH)))
        return false;
    for (size_t i = 0; i < count; i++) {
        icalcomponent *event = icalcomponent_new(ICAL_VEVENT_COMPONENT);
        if (!event)
            return false;
        if (!fill_event(event, &items[i], stamp)) {
            icalcomponent_free(event);
            return false;
        }
        icalcomponent_add_component(calendar, event);
    }
    return true;
}

int lsi_write_items(const lsi_item *items, size_t count, lsched_time stamp, char **out,
                    lsi_error *e)
{
    *out = NULL;
    icalerror_clear_errno();
    icalcomponent *calendar = icalcomponent_new(ICAL_VCALENDAR_COMPONENT);
    char *text = NULL;
    if (calendar && fill(calendar, items, count, stamp))
        text = icalcomponent_as_ical_string_r(calendar);
    if (calendar)
        icalcomponent_free(calendar);
    /* A text that lacks something comes back like any other; only this tells. */
    bool whole = icalerrno == ICAL_NO_ERROR;
    if (text) {
        *out = whole ? strdup(text) : NULL; /* libical may be built with an allocator of its own */
        icalmemory_free_buffer(text);
    }
    return *out ? LSCHED_OK : lsi_error_nomem(e);
}
