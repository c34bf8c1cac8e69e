/* expand.c -- schedctl expand: what a calendar file means, without a store. */
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
    /* --until is what the other commands say. */
    const enum option_id end = t->value[OPT_TO] ? OPT_TO : OPT_UNTIL;
    r->zone = t->value[OPT_ZONE] ? t->value[OPT_ZONE] : "UTC";
    if (!t->value[OPT_FROM] || !t->value[end])
        return fail(EXIT_WRONG, "expand: --%s is missing", t->value[OPT_FROM] ? "to" : "from");
    int code = option_time(t, OPT_FROM, r->zone, &r->from);
    return code == EXIT_DONE ? option_time(t, end, r->zone, &r->until) : code;
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
            "  --from T, --to T   required; --until is the same as --to\n"
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
    .options = OPTION(OPT_FROM) | OPTION(OPT_TO) | OPTION(OPT_UNTIL) | OPTION(OPT_ZONE) |
               OPTION(OPT_INSTANCES) | OPTION(OPT_CLOSES) | OPTION(OPT_ENDS),
    .least = 1,
    .most = 1,
    .run = run_expand,
};
