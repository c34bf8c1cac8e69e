/* cal/tzif.c -- reads a compiled zone file: its table of changes, then its footer.
 *
 * The rule that lives here: what lies behind the last change of the table is computed
 * from the footer (a POSIX TZ text), so files that stop at 2007 and files that list
 * everything up to 2037 give the same answers.  Nothing that a file says is trusted:
 * every read goes through a cursor that knows the end.
 */
#include "cal/inside.h"

#include <string.h>

#define HEADER_SIZE 44
#define OFFSET_MAX (26 * 3600) /* RFC 9636 3.2: -25:59:59 to +25:59:59 */

typedef struct cursor {
    const unsigned char *at, *end;
} cursor;

/* The next `size` bytes, or NULL if fewer are left. */
static const unsigned char *take(cursor *c, uint64_t size)
{
    if (size > (uint64_t)(c->end - c->at))
        return NULL;
    const unsigned char *p = c->at;
    c->at += size;
    return p;
}

static uint32_t big32(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Two's complement by arithmetic, as the standard leaves the cast to the compiler. */
static int64_t signed32(const unsigned char *p)
{
    uint32_t u = big32(p);
    return u & UINT32_C(0x80000000) ? (int64_t)u - INT64_C(0x100000000) : (int64_t)u;
}

static int64_t signed64(const unsigned char *p)
{
    return signed32(p) * INT64_C(0x100000000) + (int64_t)big32(p + 4);
}

static int broken(lsi_error *e, const char *what)
{
    return lsi_error_set(e, LSCHED_INVALID, "the zone file is damaged: %s", what);
}

typedef struct header {
    unsigned char version;
    uint32_t utc_marks, wall_marks, leaps, changes, types, names;
} header;

static bool read_header(cursor *c, header *h)
{
    const unsigned char *p = take(c, HEADER_SIZE);
    if (!p || memcmp(p, "TZif", 4) != 0)
        return false;
    *h = (header){p[4],          big32(p + 20), big32(p + 24), big32(p + 28),
                  big32(p + 32), big32(p + 36), big32(p + 40)};
    return true;
}

static uint64_t body_size(const header *h, uint64_t time_size)
{
    return h->changes * (time_size + 1) + h->types * UINT64_C(6) + h->names +
           h->leaps * (time_size + 4) + h->wall_marks + h->utc_marks;
}

/* ---- the table --------------------------------------------------------------------- */

/* Reads the version 2+ body; `*last` is the time of its last change, INT64_MIN if none. */
static int read_table(cursor *c, const header *h, lsi_changes *out, int64_t *last, lsi_error *e)
{
    const unsigned char *times = take(c, h->changes * UINT64_C(8));
    const unsigned char *indexes = take(c, h->changes);
    const unsigned char *types = take(c, h->types * UINT64_C(6));
    if (!times || !indexes || !types || !take(c, (uint64_t)h->names + h->wall_marks + h->utc_marks))
        return broken(e, "it ends too soon");

    for (uint32_t i = 0; i < h->types; i++) {
        int64_t offset = signed32(types + i * 6);
        if (offset <= -OFFSET_MAX || offset >= OFFSET_MAX)
            return broken(e, "an offset is out of range");
    }
    int status = lsi_zone_note(out, INT64_MIN, (int32_t)signed32(types), e);
    for (uint32_t i = 0; i < h->changes && !status; i++) {
        int64_t at = signed64(times + i * UINT64_C(8));
        if (i > 0 && at <= *last)
            return broken(e, "its changes are not in order");
        if (indexes[i] >= h->types)
            return broken(e, "a change names no type");
        *last = at;
        if (at < LSI_TIME_END)
            status = lsi_zone_note(out, at, (int32_t)signed32(types + indexes[i] * 6), e);
    }
    return status;
}

/* ---- the footer -------------------------------------------------------------------- */

typedef struct onset {
    char kind; /* 'M': month, week, weekday; 'J': day 1..365 without leap day; '0': day 0..365 */
    int month, week, weekday, day;
    int32_t clock;
} onset;

typedef struct footer {
    int32_t standard, daylight; /* seconds east */
    bool changes;
    onset begin, end; /* of daylight saving time */
} footer;

/* Reads a number up to `limit`; -1. */
static int number(const char **p, int limit)
{
    int n = 0;
    const char *s = *p;
    while (*s >= '0' && *s <= '9' && n <= limit)
        n = n * 10 + (*s++ - '0');
    bool good = s > *p && n <= limit;
    *p = s;
    return good ? n : -1;
}

static bool skip_name(const char **p)
{
    const char *s = *p;
    if (*s == '<') {
        while (*s && *s != '>')
            s++;
        if (*s != '>')
            return false;
        s++;
    } else {
        while ((*s >= 'A' && *s <= 'Z') || (*s >= 'a' && *s <= 'z'))
            s++;
    }
    bool good = s - *p >= 3;
    *p = s;
    return good;
}

/* "[+-]hh[:mm[:ss]]"; hours up to 167 (RFC 9636 3.3.1). */
static bool read_clock(const char **p, int32_t *seconds)
{
    int sign = **p == '-' ? -1 : 1;
    if (**p == '-' || **p == '+')
        ++*p;
    int part[3] = {0, 0, 0};
    for (int i = 0; i < 3; i++) {
        part[i] = number(p, i ? 59 : 167);
        if (part[i] < 0)
            return false;
        if (**p != ':')
            break;
        if (i < 2)
            ++*p;
    }
    *seconds = sign * (part[0] * 3600 + part[1] * 60 + part[2]);
    return true;
}

static bool skip(const char **p, char c)
{
    if (**p != c)
        return false;
    ++*p;
    return true;
}

static bool read_onset(const char **p, onset *o)
{
    *o = (onset){.kind = '0', .clock = 2 * 3600};
    if (!skip(p, ','))
        return false;
    if (skip(p, 'M')) {
        o->kind = 'M';
        o->month = number(p, 12);
        if (!skip(p, '.'))
            return false;
        o->week = number(p, 5);
        if (!skip(p, '.'))
            return false;
        o->weekday = number(p, 6);
        if (o->month < 1 || o->week < 1 || o->weekday < 0)
            return false;
    } else {
        if (skip(p, 'J'))
            o->kind = 'J';
        o->day = number(p, 365);
        if (o->day < (o->kind == 'J' ? 1 : 0))
            return false;
    }
    return skip(p, '/') ? read_clock(p, &o->clock) : true;
}

static bool in_range(int32_t offset)
{
    return offset > -OFFSET_MAX && offset < OFFSET_MAX;
}

static bool read_footer(const char *p, footer *f)
{
    *f = (footer){0};
    int32_t west;
    if (!skip_name(&p) || !read_clock(&p, &west))
        return false;
    f->standard = -west; /* POSIX counts westward */
    if (!*p)
        return in_range(f->standard);
    if (!skip_name(&p))
        return false;
    f->daylight = f->standard + 3600;
    if (*p != ',') {
        if (!read_clock(&p, &west))
            return false;
        f->daylight = -west;
    }
    f->changes = true;
    return read_onset(&p, &f->begin) && read_onset(&p, &f->end) && !*p && in_range(f->standard) &&
           in_range(f->daylight);
}

/* The wall clock time of the onset in `year`. */
static int64_t onset_wall(const onset *o, int year)
{
    int64_t day = lsi_civil_days(year, 1, 1) + o->day;
    if (o->kind == 'J')
        day += o->day >= 60 && lsi_civil_month_days(year, 2) == 29 ? 0 : -1;
    if (o->kind == 'M') {
        int64_t first = lsi_civil_days(year, o->month, 1);
        int sunday_based = (lsi_civil_weekday(first) + 1) % 7;
        int in_month = (o->weekday - sunday_based + 7) % 7 + (o->week - 1) * 7;
        while (in_month >= lsi_civil_month_days(year, o->month))
            in_month -= 7;
        day = first + in_month;
    }
    return day * LSI_DAY + o->clock;
}

static int extend(const footer *f, int64_t last, lsi_changes *out, lsi_error *e)
{
    if (!f->changes)
        return LSCHED_OK;
    int64_t done = INT64_MIN;
    for (int year = LSI_YEAR_MIN - 1; year <= LSI_YEAR_MAX; year++) {
        lsi_change begin = {onset_wall(&f->begin, year) - f->standard, f->daylight};
        lsi_change end = {onset_wall(&f->end, year) - f->daylight, f->standard};
        bool north = begin.at < end.at;
        lsi_change both[2] = {north ? begin : end, north ? end : begin};
        for (int i = 0; i < 2; i++) {
            if (both[i].at <= last || both[i].at < done || both[i].at >= LSI_TIME_END)
                continue;
            done = both[i].at;
            if (lsi_zone_note(out, both[i].at, both[i].offset, e))
                return LSCHED_NOMEM;
        }
    }
    return LSCHED_OK;
}

int lsi_tzif_read(const unsigned char *bytes, size_t size, lsi_changes *out, lsi_error *e)
{
    cursor c = {bytes, bytes + size};
    header h;
    if (!read_header(&c, &h) || h.version < '2' || h.version > '4')
        return broken(e, "it is no zone file of version 2 to 4");
    /* The first body has only 32 bits for a time; the same data follow with 64. */
    if (!take(&c, body_size(&h, 4)) || !read_header(&c, &h))
        return broken(e, "it ends too soon");
    if (h.types == 0)
        return broken(e, "it has no type");
    if (h.leaps != 0)
        return lsi_error_set(e, LSCHED_INVALID, "the zone file counts leap seconds");

    int64_t last = INT64_MIN;
    int status = read_table(&c, &h, out, &last, e);
    if (status)
        return status;

    char text[128];
    size_t length = 0;
    if (c.at == c.end || *c.at++ != '\n')
        return broken(e, "it has no footer");
    while (c.at < c.end && *c.at != '\n' && length < sizeof text - 1)
        text[length++] = (char)*c.at++;
    text[length] = '\0';
    footer f;
    if (c.at == c.end || *c.at != '\n' || (length > 0 && !read_footer(text, &f)))
        return broken(e, "its footer cannot be read");
    return length > 0 ? extend(&f, last, out, e) : LSCHED_OK;
}
