/* cal/value.c -- dates, times and durations of calendar text (RFC 5545 3.3.4 to 3.3.6).
 *
 * The rule that lives here: every field is range-checked and nothing is guessed.  A
 * second 60 is taken as 59, as RFC 5545 3.3.12 advises.
 */
#include "cal/inside.h"

#include <string.h>

#define LENGTH_DAYS_MAX 84000 /* 230 years: as long as time itself, here */

lsi_quote lsi_value_quote(lsi_piece p)
{
    lsi_quote q = {{0}};
    size_t size = p.size < 60 ? p.size : 60;
    while (size > 0 && size < p.size && ((unsigned char)p.at[size] & 0xC0) == 0x80)
        size--; /* not in the middle of a character */
    if (size > 0 && lsi_text_clean(p.at, size, false))
        memcpy(q.text, p.at, size);
    else if (size > 0)
        memcpy(q.text, "?", 1);
    return q;
}

bool lsi_value_is(lsi_piece p, const char *word)
{
    return p.size == strlen(word) && lsi_text_same(p.at, word, p.size);
}

bool lsi_value_next(lsi_piece *rest, char separator, lsi_piece *out)
{
    if (!rest->at)
        return false;
    const char *end = rest->size ? memchr(rest->at, separator, rest->size) : NULL;
    *out = *rest;
    if (end) {
        out->size = (size_t)(end - rest->at);
        *rest = (lsi_piece){end + 1, rest->size - out->size - 1};
    } else {
        *rest = (lsi_piece){NULL, 0};
    }
    return true;
}

bool lsi_value_stamp(lsi_piece p, int last, lsi_stamp *out, bool *utc)
{
    *out = (lsi_stamp){0};
    *utc = p.size == 16 && (p.at[15] == 'Z' || p.at[15] == 'z');
    if (p.size != 8 && p.size != 15 && !*utc)
        return false;
    int year = lsi_text_number(p.at, 4);
    int month = lsi_text_number(p.at + 4, 2);
    int day = lsi_text_number(p.at + 6, 2);
    if (year < LSI_YEAR_FIRST || year > last || month < 1 || month > 12 || day < 1 ||
        day > lsi_civil_month_days(year, month))
        return false;
    out->wall = lsi_civil_days(year, month, day) * LSI_DAY;
    out->date = p.size == 8;
    if (out->date)
        return true;

    int hour = lsi_text_number(p.at + 9, 2);
    int minute = lsi_text_number(p.at + 11, 2);
    int second = lsi_text_number(p.at + 13, 2);
    if ((p.at[8] != 'T' && p.at[8] != 't') || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
        second < 0 || second > 60)
        return false;
    out->wall += hour * 3600 + minute * 60 + (second == 60 ? 59 : second);
    return true;
}

/* Takes a number and the letter behind it; the letter, or 0. */
static char unit(lsi_piece *p, int64_t *number)
{
    size_t digits = 0;
    while (digits < p->size && p->at[digits] >= '0' && p->at[digits] <= '9')
        digits++;
    int32_t n = digits < p->size ? lsi_text_number(p->at, digits) : -1;
    if (n < 0)
        return 0;
    char letter = p->at[digits];
    *number = n;
    *p = (lsi_piece){p->at + digits + 1, p->size - digits - 1};
    return letter >= 'a' && letter <= 'z' ? (char)(letter - 'a' + 'A') : letter;
}

/* "T8H", "T8H30M", "T30M15S": each unit directly below the one before. */
static bool read_clock(lsi_piece p, int64_t *seconds)
{
    static const char letters[] = "HMS";
    static const int worth[] = {3600, 60, 1};
    int at = -1;
    while (p.size > 0) {
        int64_t n;
        char letter = unit(&p, &n);
        const char *found = letter ? strchr(letters, letter) : NULL;
        if (!found || (at >= 0 && found != letters + at + 1))
            return false;
        at = (int)(found - letters);
        *seconds += n * worth[at];
    }
    return at >= 0;
}

bool lsi_value_length(lsi_piece p, lsi_length *out, bool *negative)
{
    *out = (lsi_length){0};
    *negative = p.size > 0 && p.at[0] == '-';
    if (p.size > 0 && (p.at[0] == '-' || p.at[0] == '+'))
        p = (lsi_piece){p.at + 1, p.size - 1};
    if (p.size < 3 || (p.at[0] != 'P' && p.at[0] != 'p'))
        return false;
    p = (lsi_piece){p.at + 1, p.size - 1};

    if (p.at[0] != 'T' && p.at[0] != 't') {
        int64_t n;
        char letter = unit(&p, &n);
        if ((letter != 'W' || p.size > 0) && letter != 'D')
            return false;
        out->days = letter == 'W' ? n * 7 : n;
    }
    if (p.size > 0) {
        if (p.at[0] != 'T' && p.at[0] != 't')
            return false;
        if (!read_clock((lsi_piece){p.at + 1, p.size - 1}, &out->seconds))
            return false;
    }
    return out->days + out->seconds / LSI_DAY <= LENGTH_DAYS_MAX;
}
