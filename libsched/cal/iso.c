/* cal/iso.c -- instants as text (RFC 3339), and local times where a zone says where.
 *
 * The rule that lives here: what is read is an instant within 1970..2199, so seconds are
 * whole (a fraction is cut off) and there is no second 60.
 */
#include "cal/inside.h"

#include <string.h>

typedef struct parts {
    int64_t wall;
    bool has_time, has_offset;
    int32_t offset;
} parts;

/* Reads two digits with a value below `limit` and moves on; -1: they are not there. */
static int two(const char **p, int limit)
{
    const char *s = *p;
    if (s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9')
        return -1;
    int n = (s[0] - '0') * 10 + (s[1] - '0');
    *p += 2;
    return n < limit ? n : -1;
}

/* "16:40", "16:40:30", and where `fraction` allows it "16:40:30.5", as seconds; -1. */
static int32_t read_clock(const char **p, bool fraction)
{
    int hour = two(p, 24);
    if (hour < 0 || **p != ':')
        return -1;
    ++*p;
    int minute = two(p, 60), second = 0;
    if (minute < 0)
        return -1;
    if (**p == ':') {
        ++*p;
        second = two(p, 60);
        if (second < 0)
            return -1;
        if (fraction && **p == '.') {
            if ((*p)[1] < '0' || (*p)[1] > '9')
                return -1;
            do
                ++*p;
            while (**p >= '0' && **p <= '9');
        }
    }
    return hour * 3600 + minute * 60 + second;
}

static bool read_day(const char **p, int64_t *days)
{
    const char *s = *p;
    if (lsi_text_size(s, 10) < 10 || s[4] != '-' || s[7] != '-')
        return false;
    int year = lsi_text_number(s, 4);
    int month = lsi_text_number(s + 5, 2);
    int day = lsi_text_number(s + 8, 2);
    /* A year more on both sides: an offset may bring it inside. */
    if (year < LSI_YEAR_MIN - 1 || year > LSI_YEAR_MAX + 1 || month < 1 || month > 12 || day < 1 ||
        day > lsi_civil_month_days(year, month))
        return false;
    *days = lsi_civil_days(year, month, day);
    *p += 10;
    return true;
}

static bool read_parts(const char *p, parts *out)
{
    int64_t days;
    *out = (parts){0};
    if (!p || !read_day(&p, &days))
        return false;
    out->wall = days * LSI_DAY;
    if (!*p)
        return true;
    if (*p != 'T' && *p != 't')
        return false;
    p++;
    int32_t clock = read_clock(&p, true);
    if (clock < 0)
        return false;
    out->has_time = true;
    out->wall += clock;
    if (!*p)
        return true;

    out->has_offset = true;
    char sign = *p++;
    if (sign == 'Z' || sign == 'z')
        return !*p;
    if (sign != '+' && sign != '-')
        return false;
    int32_t east = read_clock(&p, false);
    out->offset = sign == '-' ? -east : east;
    return east >= 0 && !*p;
}

static int refuse(const char *text, const char *why, lsi_error *e)
{
    lsi_piece all = {text, lsi_text_size(text, 60)};
    return lsi_error_set(e, LSCHED_INVALID, "\"%s\" %s", lsi_value_quote(all).text, why);
}

int lsi_iso_read(const char *text, const lsi_zone *zone, lsched_time *out, lsi_error *e)
{
    parts p;
    *out = 0;
    if (!read_parts(text, &p))
        return refuse(text, "is not a time such as 2026-03-08T16:40-04:00, 2026-03-08T16:40 or 2026-03-08", e);
    if (!p.has_offset && !zone)
        return refuse(text, "has neither an offset nor a zone", e);

    lsched_time t = p.wall - p.offset;
    if (!p.has_offset)
        t = p.has_time ? lsi_zone_instant(zone, p.wall) : lsi_zone_date(zone, p.wall / LSI_DAY);
    if (t < 0 || t >= LSI_TIME_END)
        return refuse(text, "is not within 1970 to 2199", e);
    *out = t;
    return LSCHED_OK;
}

/* Two digits, and what separates them from the next. */
static char *write_number(char *p, int number, char behind)
{
    *p++ = (char)('0' + number / 10);
    *p++ = (char)('0' + number % 10);
    if (behind != '\0')
        *p++ = behind;
    return p;
}

int lsi_iso_write(lsched_time t, const lsi_zone *zone, char *buffer, size_t size, lsi_error *e)
{
    if (size)
        buffer[0] = '\0';
    if (t < 0 || t >= LSI_TIME_END)
        return lsi_error_set(e, LSCHED_INVALID, "time %lld is not within 1970 to 2199",
                             (long long)t);
    int32_t offset = lsi_zone_offset(zone, t);
    int64_t wall = t + offset;
    int64_t days = lsi_civil_floor(wall, LSI_DAY);
    int second = (int)(wall - days * LSI_DAY);
    int east = offset < 0 ? -offset : offset;
    int year, month, day;
    lsi_civil_date(days, &year, &month, &day);

    char text[sizeof "2026-03-08T16:40:00-04:00:00"], *p = text;
    p = write_number(p, year / 100, '\0');
    p = write_number(p, year % 100, '-');
    p = write_number(p, month, '-');
    p = write_number(p, day, 'T');
    p = write_number(p, second / 3600, ':');
    p = write_number(p, second / 60 % 60, ':');
    p = write_number(p, second % 60, offset < 0 ? '-' : '+');
    p = write_number(p, east / 3600, ':');
    p = write_number(p, east / 60 % 60, '\0');
    if (east % 60 != 0) {
        *p++ = ':';
        p = write_number(p, east % 60, '\0');
    }
    const size_t length = (size_t)(p - text);
    if (length >= size)
        return lsi_error_set(e, LSCHED_LIMIT, "the text of a time needs %d bytes", (int)length + 1);
    memcpy(buffer, text, length);
    buffer[length] = '\0';
    return LSCHED_OK;
}
