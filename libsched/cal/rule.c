/* cal/rule.c -- reads a recurrence rule (RFC 5545 3.3.10).
 *
 * The rule that lives here: a rule is understood wholly or refused with the name of the
 * part that is wrong; no number is wrapped, cut or ignored.  Lists become bit sets, so
 * order and repetition in the text cannot matter.
 */
#include "cal/inside.h"

#include <string.h>

typedef enum part {
    FREQ,
    INTERVAL,
    COUNT,
    UNTIL,
    WKST,
    BYSECOND,
    BYMINUTE,
    BYHOUR,
    BYDAY,
    BYMONTHDAY,
    BYYEARDAY,
    BYWEEKNO,
    BYMONTH,
    BYSETPOS,
    PARTS
} part;

static const char *const part_names[PARTS] = {
    "FREQ",   "INTERVAL", "COUNT",      "UNTIL",     "WKST",     "BYSECOND", "BYMINUTE",
    "BYHOUR", "BYDAY",    "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYMONTH",  "BYSETPOS"};

static const char *const frequency_names[] = {"SECONDLY", "MINUTELY", "HOURLY", "DAILY",
                                              "WEEKLY",   "MONTHLY",  "YEARLY"};

static const char *const weekday_names[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};

typedef struct reading {
    lsi_rule *rule;
    lsi_arena *arena;
    lsi_error *e;
    uint32_t given; /* bit for each part */
} reading;

/* The index of the name, or -1. */
static int find(lsi_piece p, const char *const *names, int count)
{
    for (int i = 0; i < count; i++)
        if (lsi_value_is(p, names[i]))
            return i;
    return -1;
}

static int wrong(reading *r, part which, lsi_piece value)
{
    return lsi_error_set(r->e, LSCHED_INVALID, "RRULE: %s=%s is not valid", part_names[which],
                         lsi_value_quote(value).text);
}

/* A decimal number up to `limit` with no sign; -1. */
static int32_t number(lsi_piece p, int32_t limit)
{
    int32_t n = lsi_text_number(p.at, p.size);
    return n <= limit ? n : -1;
}

/* A number from 1 to `limit`, with or without a sign; 0: it is none. */
static int32_t signed_number(lsi_piece p, int32_t limit)
{
    bool sign = p.size > 0 && (p.at[0] == '-' || p.at[0] == '+');
    bool minus = sign && p.at[0] == '-';
    int32_t n = number((lsi_piece){p.at + sign, p.size - sign}, limit);
    return n < 1 ? 0 : minus ? -n : n;
}

static void add_place(lsi_places *set, int32_t n)
{
    if (n > 0)
        set->front |= UINT64_C(1) << n;
    else
        set->back |= UINT64_C(1) << -n;
}

static void add_wide(lsi_wide_places *set, int32_t n)
{
    int32_t size = n > 0 ? n : -n;
    uint64_t *words = n > 0 ? set->front : set->back;
    words[size / 64] |= UINT64_C(1) << size % 64;
}

/* ---- lists ------------------------------------------------------------------------- */

static int read_bits(reading *r, part which, lsi_piece list, int32_t low, int32_t high,
                     uint64_t *out)
{
    lsi_piece item;
    while (lsi_value_next(&list, ',', &item)) {
        int32_t n = number(item, high);
        if (n < low)
            return wrong(r, which, item);
        *out |= UINT64_C(1) << n;
    }
    return LSCHED_OK;
}

static int read_bits32(reading *r, part which, lsi_piece list, int32_t low, int32_t high,
                       uint32_t *out)
{
    uint64_t bits = 0;
    int status = read_bits(r, which, list, low, high, &bits);
    *out = (uint32_t)bits;
    return status;
}

static int read_places(reading *r, part which, lsi_piece list, int32_t limit, lsi_places *out)
{
    lsi_piece item;
    while (lsi_value_next(&list, ',', &item)) {
        int32_t n = signed_number(item, limit);
        if (n == 0)
            return wrong(r, which, item);
        add_place(out, n);
    }
    return LSCHED_OK;
}

static int read_wide(reading *r, part which, lsi_piece list, const lsi_wide_places **out)
{
    lsi_wide_places *set = lsi_arena_take(r->arena, sizeof *set);
    if (!set)
        return lsi_error_nomem(r->e);
    lsi_piece item;
    while (lsi_value_next(&list, ',', &item)) {
        int32_t n = signed_number(item, 366);
        if (n == 0)
            return wrong(r, which, item);
        add_wide(set, n);
    }
    *out = set;
    return LSCHED_OK;
}

static int read_weekdays(reading *r, lsi_piece list)
{
    lsi_piece item;
    while (lsi_value_next(&list, ',', &item)) {
        if (item.size < 2)
            return wrong(r, BYDAY, item);
        size_t before = item.size - 2;
        int day = find((lsi_piece){item.at + before, 2}, weekday_names, 7);
        int32_t n = before ? signed_number((lsi_piece){item.at, before}, 53) : 0;
        if (day < 0 || (before && n == 0))
            return wrong(r, BYDAY, item);
        if (before) {
            add_place(&r->rule->nth[day], n);
            r->rule->numbered = true;
        } else {
            r->rule->weekdays |= 1u << day;
        }
    }
    return LSCHED_OK;
}

/* ---- single values ----------------------------------------------------------------- */

static int read_until(reading *r, lsi_piece value)
{
    lsi_stamp stamp;
    bool utc;
    if (!lsi_value_stamp(value, 9999, &stamp, &utc))
        return wrong(r, UNTIL, value);
    /* A date counts to its end, so it serves events with a time of day, too. */
    r->rule->until = stamp.wall + (stamp.date ? LSI_DAY - 1 : 0);
    r->rule->until_is_utc = utc;
    return LSCHED_OK;
}

static int read_name(reading *r, part which, lsi_piece value)
{
    int n = which == FREQ ? find(value, frequency_names, 7) : find(value, weekday_names, 7);
    if (n < 0)
        return wrong(r, which, value);
    if (which == FREQ)
        r->rule->frequency = (lsi_frequency)n;
    else
        r->rule->week_start = n;
    return LSCHED_OK;
}

static int read_positive(reading *r, part which, lsi_piece value, int32_t *out)
{
    *out = number(value, INT32_MAX);
    return *out < 1 ? wrong(r, which, value) : LSCHED_OK;
}

static int read_part(reading *r, part which, lsi_piece value)
{
    lsi_rule *rule = r->rule;
    switch (which) {
    case FREQ:
    case WKST:
        return read_name(r, which, value);
    case INTERVAL:
        return read_positive(r, which, value, &rule->interval);
    case COUNT:
        return read_positive(r, which, value, &rule->count);
    case UNTIL:
        return read_until(r, value);
    case BYSECOND:
        return read_bits(r, which, value, 0, 60, &rule->seconds);
    case BYMINUTE:
        return read_bits(r, which, value, 0, 59, &rule->minutes);
    case BYHOUR:
        return read_bits32(r, which, value, 0, 23, &rule->hours);
    case BYDAY:
        return read_weekdays(r, value);
    case BYMONTHDAY:
        return read_places(r, which, value, 31, &rule->month_days);
    case BYYEARDAY:
        return read_wide(r, which, value, &rule->year_days);
    case BYWEEKNO:
        return read_places(r, which, value, 53, &rule->weeks);
    case BYMONTH:
        return read_bits32(r, which, value, 1, 12, &rule->months);
    default: /* BYSETPOS; there are no others */
        return read_wide(r, which, value, &rule->positions);
    }
}

/* ---- the whole --------------------------------------------------------------------- */

static bool given(const reading *r, part which)
{
    return r->given >> which & 1;
}

static int misplaced(reading *r, const char *what)
{
    return lsi_error_set(r->e, LSCHED_INVALID, "RRULE: %s", what);
}

/* What the RFC forbids although each part is right by itself. */
static int check(reading *r)
{
    lsi_frequency f = r->rule->frequency;
    if (!given(r, FREQ))
        return misplaced(r, "FREQ is missing");
    if (given(r, COUNT) && given(r, UNTIL))
        return misplaced(r, "COUNT and UNTIL exclude each other");
    if (given(r, BYWEEKNO) && f != LSI_YEARLY)
        return misplaced(r, "BYWEEKNO is for FREQ=YEARLY only");
    if (given(r, BYYEARDAY) && (f == LSI_DAILY || f == LSI_WEEKLY || f == LSI_MONTHLY))
        return misplaced(r, "BYYEARDAY is not for FREQ=DAILY, WEEKLY or MONTHLY");
    if (given(r, BYMONTHDAY) && f == LSI_WEEKLY)
        return misplaced(r, "BYMONTHDAY is not for FREQ=WEEKLY");
    if (r->rule->numbered && f != LSI_MONTHLY && f != LSI_YEARLY)
        return misplaced(r, "BYDAY with a number is for FREQ=MONTHLY and YEARLY only");
    if (r->rule->numbered && given(r, BYWEEKNO))
        return misplaced(r, "BYDAY with a number and BYWEEKNO exclude each other");
    const uint32_t others = 1u << BYSECOND | 1u << BYMINUTE | 1u << BYHOUR | 1u << BYDAY |
                            1u << BYMONTHDAY | 1u << BYYEARDAY | 1u << BYWEEKNO | 1u << BYMONTH;
    if (given(r, BYSETPOS) && !(r->given & others))
        return misplaced(r, "BYSETPOS needs another BY part");
    return LSCHED_OK;
}

int lsi_recur_read(const char *text, size_t size, lsi_arena *a, lsi_rule **out, lsi_error *e)
{
    *out = NULL;
    reading r = {lsi_arena_take(a, sizeof(lsi_rule)), a, e, 0};
    if (!r.rule)
        return lsi_error_nomem(e);
    r.rule->interval = 1;
    r.rule->until = INT64_MAX;

    lsi_piece rest = {text, size}, item;
    while (lsi_value_next(&rest, ';', &item)) {
        lsi_piece value = item, name;
        lsi_value_next(&value, '=', &name);
        int which = find(name, part_names, PARTS);
        if (which < 0)
            return lsi_error_set(e, LSCHED_INVALID, "RRULE: there is no part \"%s\"",
                                 lsi_value_quote(name).text);
        if (given(&r, (part)which))
            return lsi_error_set(e, LSCHED_INVALID, "RRULE: %s is given twice", part_names[which]);
        r.given |= 1u << which;
        if (!value.at || value.size == 0)
            return wrong(&r, (part)which, (lsi_piece){"", 0});
        int status = read_part(&r, (part)which, value);
        if (status)
            return status;
    }
    int status = check(&r);
    if (!status)
        *out = r.rule;
    return status;
}

int32_t lsi_recur_count(const lsi_rule *rule)
{
    return rule->count;
}

bool lsi_recur_ends(const lsi_rule *rule)
{
    return rule->count != 0 || rule->until != INT64_MAX;
}
