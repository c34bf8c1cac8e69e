/* expand.c -- schedctl expand and due: what calendar files mean, without a store. */
#include "record.h"

#include <stdio.h>
#include <string.h>

/* What is never closed by itself: the complement of what it leaves open is what the
 * other calendar closes. */
static const char always[] = "BEGIN:VCALENDAR\r\n"
                             "VERSION:2.0\r\n"
                             "PRODID:-//libsched//schedctl//EN\r\n"
                             "BEGIN:VEVENT\r\n"
                             "UID:always\r\n"
                             "DTSTAMP:19700101T000000Z\r\n"
                             "DTSTART:19700101T000000Z\r\n"
                             "DTEND:21991231T000000Z\r\n"
                             "END:VEVENT\r\n"
                             "END:VCALENDAR\r\n";

struct range {
    const char *zone;
    lsched_time from, until;
};

static void closed_row(struct tool *t, struct libscols_table *table, json_t *spans,
                       const struct range *r, lsched_time from, lsched_time until)
{
    char a[TIME_TEXT];
    char b[TIME_TEXT];
    if (from >= until)
        return;
    if (spans) {
        json_array_append_new(spans, json_pack("{s:o, s:o}", "from", time_json(t, from, r->zone),
                                               "until", time_json(t, until, r->zone)));
        return;
    }
    time_minute(t, from, r->zone, a);
    const char *cells[] = {time_day(date_days(a) * 86400, 0), a, time_minute(t, until, r->zone, b)};
    table_row(table, cells, 3);
}

/* Prints the gaps between what is left open. */
static int print_closed(struct tool *t, const lsched_spans *open, const struct range *r)
{
    struct libscols_table *table = t->json ? NULL : table_new(t);
    json_t *spans = t->json ? json_array() : NULL;
    lsched_time at = r->from;
    table_column(table, "DAY", 0);
    table_column(table, "CLOSED FROM", 0);
    table_column(table, "UNTIL", 0);
    for (size_t i = 0; i < lsched_spans_count(open); i++) {
        const lsched_span *span = lsched_spans_at(open, i);
        closed_row(t, table, spans, r, at, span->from);
        at = span->until;
    }
    closed_row(t, table, spans, r, at, r->until);
    if (t->json)
        return print_json(json_pack("{s:s, s:o}", "zone", r->zone, "spans", spans));
    return table_print(table);
}

static int expand(struct tool *t, struct calendars *c, const struct range *r)
{
    const lsched_calendar open = {.size = sizeof open, .effect = LSCHED_OPENS, .text = always};
    const lsched_calendar *both[] = {&open, &c->at[0]};
    bool closes = c->at[0].effect == LSCHED_CLOSES;
    bool single = t->value[OPT_INSTANCES] != NULL;
    lsched_spans *list;
    int status;
    if (single)
        status = lsched_instances(t->s, &c->at[0], r->zone, r->from, r->until, &list);
    else if (closes)
        status = lsched_expand(t->s, both, 2, r->zone, r->from, r->until, &list);
    else
        status = lsched_expand(t->s, both + 1, 1, r->zone, r->from, r->until, &list);
    int code;
    if (status != LSCHED_OK)
        code = calendars_refuse(t, c, status, r->zone, r->from);
    else
        code = closes && !single ? print_closed(t, list, r) : spans_print(t, list, r->zone);
    lsched_spans_free(list);
    return code;
}

static int read_range(struct tool *t, struct range *r)
{
    r->zone = t->value[OPT_ZONE] ? t->value[OPT_ZONE] : "UTC";
    if (!t->value[OPT_FROM] || !t->value[OPT_TO])
        return fail(EXIT_WRONG, "expand: --%s is missing", t->value[OPT_FROM] ? "to" : "from");
    int code = option_time(t, OPT_FROM, r->zone, &r->from);
    return code == EXIT_DONE ? option_time(t, OPT_TO, r->zone, &r->until) : code;
}

static int run_expand(struct tool *t)
{
    struct calendars c = {.count = 0};
    struct range r;
    const char *ends = t->value[OPT_ENDS];
    int32_t how = 0;
    if (ends && !choice_value(choice_ends, ends, strlen(ends), &how))
        return fail(EXIT_WRONG, "--ends: '%s' is not one of wall, exact", ends);
    int code = read_range(t, &r);
    if (code != EXIT_DONE)
        return code;
    t->files[0].path = t->args[0];
    t->files[0].effect = t->value[OPT_CLOSES] ? LSCHED_CLOSES : LSCHED_OPENS;
    t->file_count = 1;
    code = calendars_read(t, &c);
    c.at[0].ends = how;
    if (code == EXIT_DONE)
        code = expand(t, &c, &r);
    calendars_free(&c);
    return code;
}

const struct command command_expand = {
    .name = "expand",
    .arguments = "FILE.ics --from T --to T",
    .summary = "what a calendar file means: its spans, or its instances",
    .help = "Expands the recurrences of a calendar file (\"-\": standard input) between two\n"
            "times: merged spans, or with --instances the single instances with their\n"
            "summaries.\n"
            "\n"
            "Options\n"
            "  --from T, --to T   required\n"
            "  --zone Z           where floating and local times are; default UTC\n"
            "  --instances        single instances, sorted by start\n"
            "  --closes           read it as a calendar that closes: transparent events count\n"
            "                     for nothing, and spans are rounded outwards\n"
            "  --ends HOW         wall or exact: what the end of a repeated event is where\n"
            "                     the clocks change; default wall, with --closes exact\n"
            "\n"
            "Examples\n"
            "  schedctl expand shifts.ics --from 2026-03-01 --to 2026-04-01 --zone UTC\n"
            "  schedctl expand holidays.ics --instances --from 2026-01-01 --to 2027-01-01\n"
            "\n"
            "With --json: {zone, spans: [{from, until, summary}]}; summary where\n"
            "an instance has one.\n",
    .options = OPTION(OPT_FROM) | OPTION(OPT_TO) | OPTION(OPT_ZONE) | OPTION(OPT_INSTANCES) |
               OPTION(OPT_CLOSES) | OPTION(OPT_ENDS),
    .least = 1,
    .most = 1,
    .run = run_expand,
};

/* ---- due ------------------------------------------------------------------------------------ */

static int due(struct tool *t, const struct calendars *c, lsched_time from, int32_t minutes)
{
    const char *zone = t->value[OPT_ZONE] ? t->value[OPT_ZONE] : "UTC";
    char text[TIME_TEXT];
    lsched_time at;
    int status = lsched_due(t->s, c->list, c->count, zone, from, minutes, &at);
    if (status == LSCHED_NOTFOUND)
        return fail(EXIT_NOTHING, "due: %s", lsched_message(t->s));
    if (status != LSCHED_OK)
        return calendars_refuse(t, c, status, zone, from);
    time_text(t, at, zone, text);
    if (t->json)
        return print_json(json_pack("{s:s, s:s}", "due", text, "zone", zone));
    printf("%s %s\n", time_day(date_days(text) * 86400, 0), text);
    return EXIT_DONE;
}

static int run_due(struct tool *t)
{
    struct calendars c = {.count = 0};
    lsched_time from = 0;
    int32_t minutes = 0;
    const enum option_id needed[] = {OPT_CALENDAR, OPT_FROM, OPT_MINUTES};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (!t->value[needed[i]])
            return fail(EXIT_WRONG, "due: --%s is missing", option_name(needed[i]));
    int code = option_time(t, OPT_FROM, t->value[OPT_ZONE] ? t->value[OPT_ZONE] : "UTC", &from);
    if (code == EXIT_DONE)
        code = option_number(t, OPT_MINUTES, 0, 1000000, &minutes);
    if (code == EXIT_DONE)
        code = calendars_read(t, &c);
    if (code == EXIT_DONE)
        code = due(t, &c, from, minutes);
    calendars_free(&c);
    return code;
}

const struct command command_due = {
    .name = "due",
    .arguments = "--calendar FILE --from T --minutes N",
    .summary = "when so many minutes of open time have passed",
    .help = "Counts open time: what the calendars open minus what those of --closes close.\n"
            "An amount that ends exactly at closing time ends at closing time.  When it\n"
            "does not end within 400 days, the exit code is 3.\n"
            "\n"
            "Options\n"
            "  --calendar FILE   required, and as often as you like\n"
            "  --closes FILE     likewise\n"
            "  --from T          required: when the time begins to count\n"
            "  --minutes N       required: of open time\n"
            "  --zone Z          where floating and local times are; default UTC\n"
            "\n"
            "Example\n"
            "  schedctl due --calendar hours.ics --closes holidays.ics --zone Europe/Paris \\\n"
            "    --from 2026-03-06T16:00 --minutes 240\n"
            "\n"
            "With --json: {due, zone}.\n",
    .options = OPTION(OPT_CALENDAR) | OPTION(OPT_CLOSES_FILE) | OPTION(OPT_FROM) |
               OPTION(OPT_MINUTES) | OPTION(OPT_ZONE),
    .run = run_due,
};
