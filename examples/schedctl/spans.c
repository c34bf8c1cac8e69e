/* spans.c -- stretches of time, printed; and schedctl hours, the open time of an owner. */
#include "record.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

json_t *spans_json(struct tool *t, const lsched_spans *list, const char *zone)
{
    json_t *spans = json_array();
    for (size_t i = 0; i < lsched_spans_count(list); i++) {
        const lsched_span *span = lsched_spans_at(list, i);
        json_t *object = json_pack("{s:o, s:o}", "from", time_json(t, span->from, zone), "until",
                                   time_json(t, span->until, zone));
        if (span->summary[0])
            json_object_set_new(object, "summary", json_string(span->summary));
        json_array_append_new(spans, object);
    }
    return spans;
}

/* "8 h 30 min" */
static const char *length(const lsched_span *span, char *buffer, size_t size)
{
    int64_t minutes = (span->until - span->from) / 60;
    int hours = (int)(minutes / 60);
    int rest = (int)(minutes % 60);
    if (hours && rest)
        snprintf(buffer, size, "%d h %02d min", hours, rest);
    else if (hours)
        snprintf(buffer, size, "%d h", hours);
    else
        snprintf(buffer, size, "%d min", rest);
    return buffer;
}

static bool named(const lsched_spans *list)
{
    for (size_t i = 0; i < lsched_spans_count(list); i++) {
        if (lsched_spans_at(list, i)->summary[0])
            return true;
    }
    return false;
}

int spans_print(struct tool *t, const lsched_spans *list, const char *zone)
{
    if (t->json)
        return print_json(
            json_pack("{s:s, s:o}", "zone", zone, "spans", spans_json(t, list, zone)));
    if (lsched_spans_count(list) == 0) {
        puts("No time at all.");
        return EXIT_DONE;
    }
    struct libscols_table *table = table_new(t);
    table_column(table, "DAY", 0);
    table_column(table, "FROM", 0);
    table_column(table, "UNTIL", 0);
    table_column(table, "LENGTH", COLUMN_RIGHT);
    table_column(table, named(list) ? "SUMMARY" : "", COLUMN_TRUNC);
    for (size_t i = 0; i < lsched_spans_count(list); i++) {
        const lsched_span *span = lsched_spans_at(list, i);
        char from[TIME_TEXT];
        char until[TIME_TEXT];
        char long_text[32];
        time_minute(t, span->from, zone, from);
        const char *cells[] = {time_day(date_days(from) * 86400, 0), from,
                               time_minute(t, span->until, zone, until),
                               length(span, long_text, sizeof long_text), span->summary};
        table_row(table, cells, sizeof cells / sizeof *cells);
    }
    return table_print(table);
}

/* ---- hours --------------------------------------------------------------------------------- */

/* The zone of local times: --zone, else the owner's own. */
static int owner_zone(struct tool *t, int32_t kind, const char *owner, char *zone)
{
    if (t->value[OPT_ZONE]) {
        snprintf(zone, LSCHED_MAX_NAME + 1, "%s", t->value[OPT_ZONE]);
        return EXIT_DONE;
    }
    if (kind == LSCHED_TEAM)
        return team_zone(t, owner, zone);
    if (kind == LSCHED_AGENT)
        return agent_zone(t, owner, zone);
    if (kind == LSCHED_CUSTOMER)
        return customer_zone(t, owner, zone);
    return fail(EXIT_WRONG, "hours: a %s has no zone of its own; --zone is missing",
                choice_name(choice_owner, kind));
}

/* Whether each customer has these hours on its own clock: then they are others in another zone. */
static int floats(struct tool *t, int32_t kind, lsched_time from, lsched_time until, bool *floating)
{
    lsched_spans *here = NULL;
    lsched_spans *there = NULL;
    *floating = false;
    if (kind == LSCHED_AGENT || kind == LSCHED_CUSTOMER)
        return LSCHED_OK;
    int status = lsched_hours(t->s, kind, t->args[1], "UTC", from, until, &here);
    if (status == LSCHED_OK)
        status = lsched_hours(t->s, kind, t->args[1], "Asia/Kathmandu", from, until, &there);
    const size_t count = lsched_spans_count(here);
    *floating = status == LSCHED_OK && count != lsched_spans_count(there);
    for (size_t i = 0; status == LSCHED_OK && i < count && !*floating; i++) {
        const lsched_span *a = lsched_spans_at(here, i), *b = lsched_spans_at(there, i);
        *floating = a->from != b->from || a->until != b->until;
    }
    lsched_spans_free(here);
    lsched_spans_free(there);
    return status;
}

static int print_hours(struct tool *t, const lsched_spans *list, const char *zone, bool floating)
{
    if (t->json)
        return print_json(json_pack("{s:s, s:b, s:o}", "zone", zone, "floating", (int)floating,
                                    "spans", spans_json(t, list, zone)));
    int code = spans_print(t, list, zone);
    if (code == EXIT_DONE && floating)
        printf("\nShown for %s: floating times and dates in it are on each customer's own clock.\n",
               zone);
    return code;
}

static int run(struct tool *t)
{
    char zone[LSCHED_MAX_NAME + 1];
    int32_t kind;
    bool floating = false;
    if (!choice_value(choice_owner, t->args[0], strlen(t->args[0]), &kind)) {
        char known[CHOICE_TEXT];
        return fail(EXIT_WRONG, "hours: '%.64s' is not one of %s", t->args[0],
                    choice_list(choice_owner, -1, known));
    }
    int code = owner_zone(t, kind, t->args[1], zone);
    lsched_time from = tool_now(t);
    if (code == EXIT_DONE)
        code = option_time(t, OPT_FROM, zone, &from);
    lsched_time until = from + 7 * 86400;
    if (code == EXIT_DONE)
        code = option_time(t, OPT_UNTIL, zone, &until);
    if (code != EXIT_DONE)
        return code;
    lsched_spans *list = NULL;
    int status =
        lsched_hours(t->s, kind, t->args[1], t->value[OPT_ZONE] ? zone : NULL, from, until, &list);
    if (status == LSCHED_OK)
        status = floats(t, kind, from, until, &floating);
    code = status == LSCHED_OK ? print_hours(t, list, zone, floating) : refuse(t, status, "hours");
    lsched_spans_free(list);
    return code;
}

const struct command command_hours = {
    .name = "hours",
    .arguments = "KIND OWNER",
    .summary = "when a team, agent, customer, region or service is open",
    .help = "Prints the open time of one owner's calendars: what they open minus what they\n"
            "close.  KIND is team, agent, customer, region or service.  Where a team, region\n"
            "or service has floating times, which are on each customer's own clock, it says\n"
            "so.\n"
            "\n"
            "Options\n"
            "  --from T       default now\n"
            "  --until T      default 7 days later\n"
            "  --zone Z       where floating times happen, and local times are; default the\n"
            "                 owner's own zone; needed for a region and a service\n"
            "\n"
            "Examples\n"
            "  schedctl hours agent ana --from 2026-03-09 --until 2026-03-16\n"
            "  schedctl hours region US-NY --zone America/New_York\n"
            "\n"
            "With --json: {zone, floating, spans: [{from, until}]}.\n",
    .options = OPTION(OPT_FROM) | OPTION(OPT_UNTIL) | OPTION(OPT_ZONE),
    .least = 2,
    .most = 2,
    .store = true,
    .run = run,
};
