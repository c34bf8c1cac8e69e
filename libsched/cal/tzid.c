/* cal/tzid.c -- what a TZID means.
 *
 * The rule that lives here, and its order: the name of a zone of the zone database; such a
 * name behind a vendor's prefix ("/vendor.org/2026/Europe/Berlin"); a zone name of
 * Windows; a VTIMEZONE of the same VCALENDAR, before or behind.  Else it is an error,
 * never UTC by silence.  The database comes first because its rules are kept up to date,
 * and those in calendars are copies from some day in the past.
 */
#include "cal/inside.h"

#include <stdlib.h>
#include <string.h>

#define NAME_PARTS 3 /* of the longest names: America/Argentina/Ushuaia */

/* ---- the spelling ------------------------------------------------------------------ */

/* Takes the escapes of RFC 6868 out of a parameter's value. */
static int take_out_escapes(lsi_surroundings *s, lsi_piece *value, lsi_error *e)
{
    if (value->size == 0 || !memchr(value->at, '^', value->size))
        return LSCHED_OK;
    char *text = lsi_arena_text(s->scratch, value->at, value->size);
    if (!text)
        return lsi_error_nomem(e);
    size_t n = 0;
    for (size_t i = 0; i < value->size; i++) {
        char c = value->at[i];
        char next = c == '^' && i + 1 < value->size ? value->at[i + 1] : '\0';
        char meant = next == 'n' ? '\n' : next == '^' ? '^' : next == '\'' ? '"' : '\0';
        text[n++] = meant ? meant : c;
        i += meant != '\0';
    }
    *value = (lsi_piece){text, n};
    return LSCHED_OK;
}

int lsi_tzid_compare(int32_t calendar_a, lsi_piece a, int32_t calendar_b, lsi_piece b)
{
    if (calendar_a != calendar_b)
        return calendar_a < calendar_b ? -1 : 1;
    size_t common = a.size < b.size ? a.size : b.size;
    int order = common ? memcmp(a.at, b.at, common) : 0;
    return order ? order : (a.size > b.size) - (a.size < b.size);
}

/* ---- the zone database ------------------------------------------------------------- */

static int try_name(lsi_surroundings *s, lsi_piece name, const lsi_zone **out, lsi_error *e)
{
    char text[LSCHED_MAX_NAME + 1];
    if (name.size > LSCHED_MAX_NAME)
        return LSCHED_INVALID;
    memcpy(text, name.at, name.size);
    text[name.size] = '\0';
    return lsi_zone_get(s->zones, text, out, e);
}

/* The last `parts` parts between slashes, of which there must be more. */
static bool tail(lsi_piece whole, int parts, lsi_piece *out)
{
    size_t from = whole.size;
    while (from > 0 && (whole.at[from - 1] != '/' || --parts > 0))
        from--;
    *out = (lsi_piece){whole.at + from, whole.size - from};
    return from > 0;
}

static int ask_database(lsi_surroundings *s, lsi_piece tzid, const lsi_zone **out, lsi_error *e)
{
    int status = try_name(s, tzid, out, e);
    lsi_piece end;
    bool prefixed = tzid.size > 0 && tzid.at[0] == '/';
    for (int parts = NAME_PARTS; parts > 0 && prefixed && status == LSCHED_INVALID; parts--)
        if (tail(tzid, parts, &end))
            status = try_name(s, end, out, e);
    const char *windows = status == LSCHED_INVALID ? lsi_windows_find(tzid) : NULL;
    return windows ? lsi_zone_get(s->zones, windows, out, e) : status;
}

/* ---- what has been looked up ------------------------------------------------------- */

/* The place of the TZID among those known, or where it belongs. */
static size_t place(const lsi_surroundings *s, int32_t calendar, lsi_piece tzid)
{
    size_t low = 0, high = s->known_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const lsi_known *k = &s->known[middle];
        if (lsi_tzid_compare(k->calendar, k->tzid, calendar, tzid) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const lsi_zone *recall(const lsi_surroundings *s, int32_t calendar, lsi_piece tzid)
{
    size_t i = place(s, calendar, tzid);
    if (i == s->known_count)
        return NULL;
    const lsi_known *k = &s->known[i];
    return lsi_tzid_compare(k->calendar, k->tzid, calendar, tzid) ? NULL : k->zone;
}

static int remember(lsi_surroundings *s, int32_t calendar, lsi_piece tzid, const lsi_zone *zone,
                    lsi_error *e)
{
    size_t i = place(s, calendar, tzid);
    char *copy = lsi_arena_text(s->scratch, tzid.at, tzid.size);
    if (!copy || !lsi_vector_push(&s->known, &s->known_count, &s->known_room, sizeof *s->known))
        return lsi_error_nomem(e);
    memmove(s->known + i + 1, s->known + i, (s->known_count - 1 - i) * sizeof *s->known);
    s->known[i] = (lsi_known){calendar, {copy, tzid.size}, zone};
    return LSCHED_OK;
}

/* ---- definitions of the text ------------------------------------------------------- */

static const lsi_definition *find_definition(const lsi_surroundings *s, lsi_piece tzid)
{
    size_t low = 0, high = s->definition_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const lsi_definition *d = &s->definitions[middle];
        if (lsi_tzid_compare(d->calendar, d->tzid, s->calendar, tzid) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == s->definition_count)
        return NULL;
    const lsi_definition *d = &s->definitions[low];
    return lsi_tzid_compare(d->calendar, d->tzid, s->calendar, tzid) ? NULL : d;
}

static int ask_text(lsi_surroundings *s, const lsi_line *line, lsi_piece tzid, const lsi_zone **out,
                    lsi_error *e)
{
    int status = s->scanned ? LSCHED_OK : lsi_vtimezone_scan(s, e);
    if (status)
        return status;
    const lsi_definition *d = find_definition(s, tzid);
    if (d)
        return lsi_vtimezone_compile(s, d, out, e);
    e->line = line->number;
    return lsi_error_set(e, LSCHED_INVALID,
                         "%s: TZID \"%s\" is no time zone of the zone database, no zone name of "
                         "Windows, and has no VTIMEZONE in its VCALENDAR",
                         lsi_value_quote(line->name).text, lsi_value_quote(tzid).text);
}

/* ---- the whole --------------------------------------------------------------------- */

static int look_up(lsi_surroundings *s, const lsi_line *line, lsi_piece tzid, const lsi_zone **out,
                   lsi_error *e)
{
    if (s->known_count >= LSCHED_MAX_ZONES) { /* each may cost a look at the disk */
        e->line = line->number;
        return lsi_error_set(e, LSCHED_LIMIT, "the calendar has more than %d TZIDs",
                             LSCHED_MAX_ZONES);
    }
    int32_t calendar = 0;
    int status = ask_database(s, tzid, out, e);
    if (status == LSCHED_INVALID) {
        calendar = s->calendar;
        status = ask_text(s, line, tzid, out, e);
    }
    if (status)
        return status;
    lsi_error_clear(e);
    return remember(s, calendar, tzid, *out, e);
}

int lsi_tzid_find(lsi_surroundings *s, const lsi_line *line, const lsi_zone **out, lsi_error *e)
{
    lsi_piece tzid = line->tzid;
    int status = take_out_escapes(s, &tzid, e);
    if (status)
        return status;
    *out = recall(s, 0, tzid);
    if (!*out)
        *out = recall(s, s->calendar, tzid);
    return *out ? LSCHED_OK : look_up(s, line, tzid, out, e);
}

void lsi_tzid_free(lsi_surroundings *s)
{
    free(s->known);
    free(s->definitions);
}
