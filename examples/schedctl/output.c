/* output.c -- how schedctl speaks: errors in one line, times as text, JSON.
 *
 * Names, summaries and messages come from strangers' files: what could steer a terminal
 * is replaced before it is printed.
 */
#include "tool.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Length of the control character at `s`; 0: it is none.  C1 controls are two bytes. */
static size_t control(const unsigned char *s)
{
    if (*s < 0x20 || *s == 0x7f)
        return 1;
    return *s == 0xc2 && s[1] >= 0x80 && s[1] < 0xa0 ? 2 : 0;
}

static void put_clean(const char *text, FILE *to)
{
    const unsigned char *s = (const unsigned char *)text;
    while (*s) {
        size_t size = control(s);
        putc(size ? '?' : *s, to);
        s += size ? size : 1;
    }
}

void print_clean(const char *text)
{
    put_clean(text, stdout);
}

void complain_clean(const char *text)
{
    put_clean(text, stderr);
}

/* ---- errors ---------------------------------------------------------------------------- */

static bool errors_as_json;

void errors_begin(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (!strcmp(argv[i], "--json"))
            errors_as_json = true;
}

/* Bytes that are no UTF-8 cannot be in JSON. */
static json_t *text_json(char *text)
{
    json_t *string = json_string(text);
    for (char *c = text; !string && *c; c++)
        if (*c & 0x80)
            *c = '?';
    return string ? string : json_string(text);
}

static int print_error(int code, int status, char *line)
{
    json_t *object = NULL;
    char next[HINT_TEXT];
    snprintf(next, sizeof next, "%s", hint(status));
    if (errors_as_json)
        object = json_pack("{s:i, s:o, s:o, s:o, s:o}", "code", code, "status",
                           status ? json_string(lsched_status_name(status)) : json_null(), "number",
                           status ? json_integer(status) : json_null(), "message", text_json(line),
                           "hint", text_json(next));
    if (!object || json_dumpf(object, stderr, JSON_ENSURE_ASCII) != 0) {
        fputs("schedctl: ", stderr);
        put_clean(line, stderr);
    }
    json_decref(object);
    putc('\n', stderr);
    return code;
}

int fail(int code, const char *format, ...)
{
    char line[2000];
    va_list list;
    va_start(list, format);
    vsnprintf(line, sizeof line, format, list);
    va_end(list);
    return print_error(code, 0, line);
}

int exit_code(int status)
{
    if (status == LSCHED_OK)
        return EXIT_DONE;
    if (status == LSCHED_NOTFOUND)
        return EXIT_NO_ID;
    if (status == LSCHED_NOMEM || status <= -40)
        return EXIT_NO_STORE;
    return status <= -20 ? EXIT_REFUSED : EXIT_WRONG;
}

const char *message_about_line(struct tool *t)
{
    char line[32];
    const char *message = lsched_message(t->s);
    snprintf(line, sizeof line, "line %d: ", (int)lsched_line(t->s));
    const char *found = lsched_line(t->s) ? strstr(message, line) : NULL;
    return found ? found + strlen(line) : message;
}

int refuse(struct tool *t, int status, const char *what)
{
    char line[2000];
    const char *message = lsched_message(t->s);
    const size_t size = strlen(what);
    /* Not "booking: booking 'x' is cancelled". */
    const bool said = !strncmp(message, what, size) && strchr(" :", message[size]);
    snprintf(line, sizeof line, "%s%s%s", said ? "" : what, said ? "" : ": ", message);
    if (!errors_as_json)
        snprintf(line + strlen(line), sizeof line - strlen(line), " (%s)",
                 lsched_status_name(status));
    return print_error(exit_code(status), status, line);
}

int refuse_line(struct tool *t, int status, const char *where)
{
    char line[2000];
    snprintf(line, sizeof line, "%s: %s", where, message_about_line(t));
    if (!errors_as_json)
        snprintf(line + strlen(line), sizeof line - strlen(line), " (%s)",
                 lsched_status_name(status));
    return print_error(exit_code(status), status, line);
}

/* What the terminal or disk refuses is said once, at the end of main(). */
int print_json(json_t *value)
{
    bool written = value && json_dumpf(value, stdout, JSON_INDENT(2)) == 0;
    json_decref(value);
    putchar('\n');
    if (written || ferror(stdout))
        return EXIT_DONE;
    return fail(EXIT_NO_STORE, "the answer cannot be written as JSON");
}

int print_text(struct tool *t, const char *name, char *text)
{
    int code = EXIT_DONE;
    if (t->json)
        code = print_json(json_pack("{s:s}", name, text));
    else
        fputs(text, stdout);
    lsched_text_free(text);
    return code;
}

/* ---- times --------------------------------------------------------------------------- */

lsched_time tool_now(void *tool)
{
    const struct tool *t = tool;
    return t->now_set ? t->now : (lsched_time)time(NULL);
}

const char *time_text(struct tool *t, lsched_time at, const char *zone, char buffer[TIME_TEXT])
{
    bool utc = !zone || !*zone || !strcmp(zone, "UTC");
    if (lsched_wall(t->s, at, utc ? "UTC" : zone, buffer, TIME_TEXT) != LSCHED_OK)
        snprintf(buffer, TIME_TEXT, "%lld", (long long)at);
    size_t size = strlen(buffer);
    if (utc && size > 6 && !strcmp(buffer + size - 6, "+00:00"))
        memcpy(buffer + size - 6, "Z", 2);
    return buffer;
}

const char *time_minute(struct tool *t, lsched_time at, const char *zone, char buffer[TIME_TEXT])
{
    time_text(t, at, zone, buffer);
    if (!strncmp(buffer + 16, ":00", 3))
        memmove(buffer + 16, buffer + 19, strlen(buffer + 19) + 1);
    return buffer;
}

json_t *time_json(struct tool *t, lsched_time at, const char *zone)
{
    char buffer[TIME_TEXT];
    return json_string(time_text(t, at, zone, buffer));
}

const char *time_short(lsched_time at, int32_t offset, char buffer[TIME_TEXT])
{
    time_t wall = (time_t)(at + offset);
    struct tm tm;
    int east = offset < 0 ? -offset : offset;
    gmtime_r(&wall, &tm);
    size_t size = strftime(buffer, TIME_TEXT, "%Y-%m-%dT%H:%M", &tm);
    snprintf(buffer + size, TIME_TEXT - size, "%c%02d:%02d", offset < 0 ? '-' : '+', east / 3600,
             east / 60 % 60);
    return buffer;
}

const char *time_day(lsched_time at, int32_t offset)
{
    static const char *const names[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
    return names[(at + offset) / 86400 % 7];
}

int64_t date_days(const char *text)
{
    struct tm tm = {0};
    if (sscanf(text, "%4d-%2d-%2d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday) != 3)
        return 0;
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    return timegm(&tm) / 86400;
}

const char *date_text(int64_t days, char buffer[DATE_TEXT])
{
    char text[TIME_TEXT];
    snprintf(buffer, DATE_TEXT, "%.10s", time_short(days * 86400, 0, text));
    return buffer;
}

int local_days(struct tool *t, const char *date, const char *zone, int count, int64_t *day,
               lsched_time *from, lsched_time *until)
{
    char buffer[TIME_TEXT];
    lsched_time at = tool_now(t);
    int status = date ? lsched_instant(t->s, date, zone, &at) : LSCHED_OK;
    if (status == LSCHED_OK)
        status = lsched_wall(t->s, at, zone, buffer, sizeof buffer);
    if (status == LSCHED_OK) {
        *day = date_days(buffer);
        status = lsched_instant(t->s, date_text(*day, buffer), zone, from);
    }
    if (status == LSCHED_OK)
        status = lsched_instant(t->s, date_text(*day + count, buffer), zone, until);
    return status == LSCHED_OK ? EXIT_DONE : refuse(t, status, "date");
}
