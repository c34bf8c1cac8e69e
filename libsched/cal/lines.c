/* cal/lines.c -- calendar text into content lines (RFC 5545 3.1).
 *
 * The rule that lives here: each byte is looked at a fixed number of times, and a line is
 * checked as UTF-8 only when it is whole, since folds may cut a character in two.  Lines
 * end with CRLF, LF or CR; empty ones count for nothing, also inside a fold: a transfer
 * that turned CRLF into CR CR LF has put one behind each line.
 */
#include "cal/inside.h"

#include <stdlib.h>
#include <string.h>

int lsi_lines_refuse(const lsi_line *line, const char *what, lsi_error *e)
{
    e->line = line->number;
    return lsi_error_set(e, LSCHED_INVALID, "%s: %s: \"%s\"", lsi_value_quote(line->name).text,
                         what, lsi_value_quote(line->value).text);
}

/* ---- raw lines --------------------------------------------------------------------- */

static lsi_piece take_raw(lsi_lines *l)
{
    const char *p = l->at;
    while (p < l->end && *p != '\n' && *p != '\r')
        p++;
    lsi_piece raw = {l->at, (size_t)(p - l->at)};
    if (p < l->end)
        p += *p == '\r' && p + 1 < l->end && p[1] == '\n' ? 2 : 1;
    l->at = p;
    l->number++;
    return raw;
}

/* Whether what comes next belongs to the line before it. */
static bool goes_on(lsi_lines *l)
{
    while (l->at < l->end && (*l->at == '\r' || *l->at == '\n'))
        take_raw(l);
    return l->at < l->end && (*l->at == ' ' || *l->at == '\t');
}

static int too_long(const lsi_lines *l, int32_t number, lsi_error *e)
{
    e->line = number;
    return lsi_error_set(e, LSCHED_LIMIT, "the line is longer than %d bytes", (int)l->most);
}

/* Puts a line together; one that is not folded stays where it is. */
static int unfold(lsi_lines *l, lsi_piece *out, lsi_error *e)
{
    const int32_t number = l->number;
    *out = take_raw(l);
    const size_t most = (size_t)l->most;
    if (out->size > most)
        return too_long(l, number, e);
    if (!goes_on(l))
        return LSCHED_OK;
    if (!l->buffer && !(l->buffer = malloc(most)))
        return lsi_error_nomem(e);
    memcpy(l->buffer, out->at, out->size);
    out->at = l->buffer;
    while (goes_on(l)) {
        lsi_piece raw = take_raw(l);
        if (out->size + raw.size - 1 > most)
            return too_long(l, number, e);
        memcpy(l->buffer + out->size, raw.at + 1, raw.size - 1);
        out->size += raw.size - 1;
    }
    return LSCHED_OK;
}

void lsi_lines_free(lsi_lines *l)
{
    free(l->buffer);
    l->buffer = NULL;
}

/* ---- names and parameters ---------------------------------------------------------- */

static lsi_piece take_name(lsi_piece *rest)
{
    size_t n = 0;
    for (; n < rest->size; n++) {
        char c = rest->at[n];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '-'))
            break;
    }
    lsi_piece name = {rest->at, n};
    *rest = (lsi_piece){rest->at + n, rest->size - n};
    return name;
}

static bool skip(lsi_piece *rest, char c)
{
    if (rest->size == 0 || rest->at[0] != c)
        return false;
    *rest = (lsi_piece){rest->at + 1, rest->size - 1};
    return true;
}

/* One value of a parameter, without its quotes. */
static bool take_parameter(lsi_piece *rest, lsi_piece *out)
{
    bool quoted = skip(rest, '"');
    size_t n = 0;
    while (n < rest->size && rest->at[n] != '"' &&
           (quoted || (rest->at[n] != ';' && rest->at[n] != ':' && rest->at[n] != ',')))
        n++;
    *out = (lsi_piece){rest->at, n};
    *rest = (lsi_piece){rest->at + n, rest->size - n};
    return quoted ? skip(rest, '"') : true;
}

/* Keeps the parameters that decide what a value means; each may stand only once. */
static bool keep(lsi_line *line, lsi_piece name, lsi_piece value, bool single)
{
    lsi_piece *where = lsi_value_is(name, "TZID")     ? &line->tzid
                       : lsi_value_is(name, "VALUE")  ? &line->type
                       : lsi_value_is(name, "RANGE")  ? &line->range
                       : lsi_value_is(name, "FBTYPE") ? &line->busy
                                                      : NULL;
    if (!where)
        return true;
    if (where->at || !single)
        return false;
    *where = value;
    return true;
}

static const char *take_apart(lsi_piece text, lsi_line *line)
{
    lsi_piece rest = text;
    line->name = take_name(&rest);
    if (line->name.size == 0)
        return "the line does not begin with a name";
    while (skip(&rest, ';')) {
        lsi_piece name = take_name(&rest), value, more;
        if (name.size == 0 || !skip(&rest, '='))
            return "a parameter is malformed";
        if (!take_parameter(&rest, &value))
            return "a quote is not closed";
        bool single = true;
        while (skip(&rest, ',')) {
            single = false;
            if (!take_parameter(&rest, &more))
                return "a quote is not closed";
        }
        if (!keep(line, name, value, single))
            return "a parameter is given twice";
    }
    if (!skip(&rest, ':'))
        return "there is no colon behind name and parameters";
    line->value = rest;
    return NULL;
}

int lsi_lines_next(lsi_lines *l, lsi_line *out, bool *found, lsi_error *e)
{
    *out = (lsi_line){0};
    *found = false;
    lsi_piece text = {NULL, 0};
    if (goes_on(l)) { /* only at the very beginning: all others have been put together */
        e->line = l->number;
        return lsi_error_set(e, LSCHED_INVALID, "the first line begins with white space");
    }
    while (text.size == 0) {
        if (l->at == l->end)
            return LSCHED_OK;
        out->number = l->number;
        int status = unfold(l, &text, e);
        if (status)
            return status;
        /* Files that were put together keep the byte order mark of each. */
        if (text.size >= 3 && memcmp(text.at, "\xEF\xBB\xBF", 3) == 0)
            text = (lsi_piece){text.at + 3, text.size - 3};
    }
    const char *wrong = NULL;
    if (!lsi_text_clean(text.at, text.size, true))
        wrong = "the line has a control character or is not UTF-8";
    if (!wrong)
        wrong = take_apart(text, out);
    if (wrong) {
        e->line = out->number;
        return lsi_error_set(e, LSCHED_INVALID, "%s", wrong);
    }
    *found = true;
    return LSCHED_OK;
}
