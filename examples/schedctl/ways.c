/* ways.c -- schedctl ways: how a topic is solved for a customer, the recommended ways first. */
#include "query.h"

#include <stdio.h>

static const char *line_text(int32_t join)
{
    return join == LSCHED_OK       ? "now"
           : join == LSCHED_EXISTS ? "waits already"
           : join == LSCHED_CLOSED ? "closed"
                                   : "nobody";
}

static void add_row(struct tool *t, struct libscols_table *table, const lsched_way *w)
{
    char when[TIME_TEXT], first[2 * TIME_TEXT], reasons[400];
    const lsched_slot *slot = w->slot;
    if (slot)
        snprintf(first, sizeof first, "%s %s", time_day(slot->start, slot->customer_offset),
                 time_short(slot->start, slot->customer_offset, when));
    const char *cells[] = {w->service,
                           choice_name(choice_channel, w->channel),
                           w->rungs == LSCHED_GENERAL ? "a human"
                           : w->recommended           ? "recommended"
                                                      : "",
                           line_text(w->join),
                           slot ? first : "none",
                           slot ? agent_name(t, slot->agent)
                                : why_text(w->reasons, reasons, sizeof reasons)};
    table_row(table, cells, sizeof cells / sizeof *cells);
}

static int tell(struct tool *t, const lsched_ways *list)
{
    struct libscols_table *table = table_new(t);
    table_column(table, "SERVICE", 0);
    table_column(table, "CHANNEL", 0);
    table_column(table, "", 0);
    table_column(table, "CALLBACK", 0);
    table_column(table, "FIRST", 0);
    table_column(table, "WITH", COLUMN_TRUNC);
    for (size_t i = 0; i < lsched_ways_count(list); i++)
        add_row(t, table, lsched_ways_at(list, i));
    return table_print(table);
}

static int print(struct tool *t, const lsched_ways *list, const char *zone)
{
    json_t *array = json_array();
    for (size_t i = 0; i < lsched_ways_count(list); i++) {
        const lsched_way *w = lsched_ways_at(list, i);
        json_array_append_new(
            array,
            json_pack("{s:s, s:s, s:b, s:b, s:s, s:o, s:o}", "service", w->service, "channel",
                      choice_name(choice_channel, w->channel), "recommended", w->recommended != 0,
                      "general", w->rungs == LSCHED_GENERAL, "join", lsched_status_name(w->join),
                      "slot", w->slot ? slot_json(t, w->slot, zone) : json_null(), "reasons",
                      why_json(w->reasons)));
    }
    return print_json(array);
}

static int ways(struct tool *t)
{
    char zone[LSCHED_MAX_NAME + 1];
    lsched_ways *list;
    int code = customer_zone(t, t->args[0], zone);
    if (code != EXIT_DONE)
        return code;
    int status = lsched_find_ways(t->s, t->args[0], t->args[1], &list);
    if (status != LSCHED_OK)
        return refuse(t, status, "ways");
    code = t->json ? print(t, list, zone) : tell(t, list);
    lsched_ways_free(list);
    return code;
}

const struct command command_ways = {
    .name = "ways",
    .arguments = "CUSTOMER TOPIC",
    .summary = "how a topic is solved, the recommended way first",
    .help = "The services of that topic on each of their channels, in the order that is\n"
            "recommended (rank and recommended in a site file): whether a callback can be had\n"
            "now, and the first free place and with whom, or why there is none.  The last\n"
            "line is general care: a human is always one step away.\n"
            "\n"
            "Example\n"
            "  schedctl ways c-1001 'line repair'\n"
            "\n"
            "With --json: an array of {service, channel, recommended, general, join, slot,\n"
            "reasons}.\n",
    .least = 2,
    .most = 2,
    .store = true,
    .run = ways,
};
