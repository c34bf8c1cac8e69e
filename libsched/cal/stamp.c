/* cal/stamp.c -- values whose meaning hangs on the parameters beside them.
 *
 * The rules that live here: a time is in UTC, in the zone that TZID names, or floating;
 * VALUE must agree with what stands there, but need not be given for a DATE.
 */
#include "cal/inside.h"

int lsi_stamp_read(lsi_surroundings *s, const lsi_line *line, lsi_piece value, lsi_stamp *out,
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
    return line->tzid.at ? lsi_tzid_find(s, line, &out->zone, e) : LSCHED_OK;
}

int lsi_stamp_length(const lsi_line *line, lsi_piece value, lsi_length *out, lsi_error *e)
{
    bool negative;
    if (!lsi_value_length(value, out, &negative))
        return lsi_lines_refuse(line, "not a duration like PT8H or P1D of 230 years at most", e);
    return negative ? lsi_lines_refuse(line, "a duration cannot be negative here", e) : LSCHED_OK;
}

int lsi_stamp_text(lsi_arena *a, lsi_piece value, const char **out, lsi_error *e)
{
    char *text = lsi_arena_text(a, value.at, value.size);
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
