/* hint.c -- what to do next: the hint of an error, and behind a no of the rules the command that
 * explains the very question that was asked.
 */
#include "tool.h"

#include <stdio.h>
#include <string.h>

/* "schedctl explain c-1001 fix 2026-03-09T09:00-04:00 --agent ana", once a question is known. */
static char explain[1000];
static char search[900];

static void add(char *line, size_t size, const char *before, const char *word)
{
    const size_t used = strlen(line);
    snprintf(line + used, size - used, "%s%s", before, word);
}

/* The same restrictions as the command has. */
static void add_options(struct tool *t, char *line, size_t size, const char *moving)
{
    static const enum option_id asked[] = {OPT_AGENT, OPT_TEAM, OPT_CHANNEL, OPT_RUNG};
    if (moving)
        add(line, size, " --moving ", moving);
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        if (!t->value[asked[i]])
            continue;
        add(line, size, " --", option_name(asked[i]));
        add(line, size, " ", t->value[asked[i]]);
    }
}

static void question(struct tool *t, const lsched_query *q, const char *option, const char *when)
{
    const char *service = q->service ? q->service : "";
    snprintf(explain, sizeof explain, "schedctl explain %s %s%s %s", q->customer, service, option,
             when);
    add_options(t, explain, sizeof explain, q->moving);
    snprintf(search, sizeof search, "schedctl slots %s %s", q->customer, service);
    add_options(t, search, sizeof search, q->moving);
}

void hint_start(struct tool *t, const lsched_query *q, const char *zone)
{
    char start[TIME_TEXT];
    question(t, q, "", time_minute(t, q->from, zone, start));
}

/* The rest of a day is seldom of use: the first date that begins within what was asked. */
void hint_day(struct tool *t, const lsched_query *q, const char *zone)
{
    const lsched_time now = tool_now(t);
    lsched_time from = q->after > q->from ? q->after : q->from;
    lsched_time midnight;
    char text[TIME_TEXT];
    char next[DATE_TEXT];
    if (from < now && (!q->until || q->until > now))
        from = now;
    time_text(t, from, zone, text);
    text[10] = '\0';
    date_text(date_days(text) + 1, next);
    const bool whole = lsched_instant(t->s, text, zone, &midnight) == LSCHED_OK && midnight == from;
    const bool later = lsched_instant(t->s, next, zone, &midnight) == LSCHED_OK &&
                       (!q->until || midnight < q->until);
    question(t, q, " --date", !whole && later ? next : text);
}

int hint_print(struct tool *t, int code)
{
    if (t->json || !*explain || (code != EXIT_REFUSED && code != EXIT_NOTHING))
        return code;
    complain_clean(explain);
    fputs(" says more\n", stderr);
    return code;
}

const char *hint(int status)
{
    static char text[HINT_TEXT];
    switch (status) {
    case LSCHED_NOTFOUND:
        return "schedctl team, agent, service, customer and bookings list the ids";
    case LSCHED_INUSE:
        return "remove or move first what needs it";
    case LSCHED_KEYUSED:
        return "another request needs another --key";
    case LSCHED_CLOSED:
    case LSCHED_TOOSOON:
    case LSCHED_TOOFAR:
    case LSCHED_OFFGRID:
    case LSCHED_TAKEN:
    case LSCHED_NOBODY:
        snprintf(text, sizeof text, "%s lists what is free; %s says why not, and what would help",
                 *search ? search : "schedctl slots", *explain ? explain : "schedctl explain");
        return text;
    case LSCHED_OVER:
        return "schedctl show has the state of a booking";
    case LSCHED_EXISTS:
        return "schedctl show has it; move or cancel it";
    case LSCHED_QUOTA:
        return "confirm or cancel a hold, or wait until one ends";
    case LSCHED_BUSY:
        return "try again";
    case LSCHED_UNKNOWN:
        return "the same command again, with the same --key, settles it";
    case LSCHED_FOREIGN:
        return "the file is left as it is: is --db right?";
    case LSCHED_OUTDATED:
        return "copy the file, then call schedctl upgrade";
    default:
        return "";
    }
}
