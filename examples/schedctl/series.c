/* series.c -- schedctl series: the same place again and again, and all of it back. */
#include "query.h"

#include <stdio.h>
#include <string.h>

static int print_series_json(struct tool *t, const lsched_series *list, const char *zone,
                             const char *key)
{
    const char *id = "";
    json_t *array = json_array();
    for (size_t i = 0; i < lsched_series_count(list); i++) {
        const lsched_occurrence *o = lsched_series_at(list, i);
        if (o->booking)
            id = o->booking->series;
        json_array_append_new(
            array,
            json_pack("{s:o, s:s, s:o, s:o}", "start", time_json(t, o->start, zone), "status",
                      lsched_status_name(o->status), "reasons", why_json(o->reasons), "booking",
                      o->booking ? booking_json(t, o->booking) : json_null()));
    }
    return print_json(json_pack("{s:s, s:s, s:o}", "series", id, "key", key, "occurrences", array));
}

static int print_series_table(struct tool *t, const lsched_series *list, const char *zone)
{
    const char *id = "";
    struct libscols_table *table = table_new(t);
    table_column(table, "START", 0);
    table_column(table, "STATE", 0);
    table_column(table, "AGENT", COLUMN_TRUNC);
    table_column(table, "BOOKING", 0);
    table_column(table, "WHY NOT", COLUMN_TRUNC);
    for (size_t i = 0; i < lsched_series_count(list); i++) {
        const lsched_occurrence *o = lsched_series_at(list, i);
        const lsched_booking *b = o->booking;
        char start[TIME_TEXT];
        char why[400];
        if (b)
            id = b->series;
        const char *cells[] = {time_minute(t, o->start, zone, start),
                               b ? lsched_state_name(b->state) : "refused",
                               b ? agent_name(t, b->agent) : "", b ? b->id : "",
                               why_text(o->reasons, why, sizeof why)};
        table_row(table, cells, sizeof cells / sizeof *cells);
    }
    int code = table_print(table);
    printf("series %s\n", id);
    return code;
}

static int answer(struct tool *t, int status, lsched_series *list, const char *zone,
                  const char *key)
{
    if (status != LSCHED_OK)
        return refuse(t, status, "series");
    int code = t->json ? print_series_json(t, list, zone, key) : print_series_table(t, list, zone);
    lsched_series_free(list);
    return code;
}

static int book(struct tool *t)
{
    char buffer[KEY_TEXT];
    char zone[LSCHED_MAX_NAME + 1];
    lsched_series *list;
    lsched_request request = {
        .size = sizeof request,
        .customer = t->args[0],
        .service = t->args[1],
        .agent = t->value[OPT_AGENT],
        .team = t->value[OPT_TEAM],
        .note = t->value[OPT_NOTE],
    };
    int code = customer_zone(t, request.customer, zone);
    if (code == EXIT_DONE)
        code = argument_start(t, t->args[2], zone, &request.start);
    if (code == EXIT_DONE)
        code = option_channels(t, true, &request.channel);
    if (code == EXIT_DONE)
        code = option_rungs(t, &request.rungs);
    if (code == EXIT_DONE)
        code = key_take(t, buffer, &request.key);
    if (code != EXIT_DONE)
        return code;
    hint_start(t,
               &(lsched_query){
                   .customer = request.customer, .service = request.service, .from = request.start},
               zone);
    int status = lsched_book_series(t->s, &request, t->args[3],
                                    t->value[OPT_FIT] ? LSCHED_FIT : LSCHED_ALL, &list);
    return answer(t, status, list, zone, request.key);
}

/* The zone of the series is that of any booking of it; without one there is no series. */
static int series_zone(struct tool *t, const char *id, char zone[LSCHED_MAX_NAME + 1])
{
    lsched_bookings *list;
    int status = lsched_list_bookings(
        t->s, &(lsched_filter){.size = sizeof(lsched_filter), .series = id, .limit = 1}, &list);
    if (status != LSCHED_OK)
        return refuse(t, status, "series");
    const lsched_booking *b = lsched_bookings_at(list, 0);
    snprintf(zone, LSCHED_MAX_NAME + 1, "%s", b ? b->zone : "UTC");
    lsched_bookings_free(list);
    return EXIT_DONE;
}

static int cancel(struct tool *t)
{
    char buffer[KEY_TEXT];
    char zone[LSCHED_MAX_NAME + 1];
    const char *key;
    lsched_time from = 0;
    lsched_series *list;
    int code = series_zone(t, t->args[0], zone);
    if (code == EXIT_DONE)
        code = option_time(t, OPT_FROM, zone, &from);
    if (code == EXIT_DONE)
        code = key_take(t, buffer, &key);
    if (code != EXIT_DONE)
        return code;
    int status = lsched_cancel_series(t->s, t->args[0], from, t->value[OPT_CAUSE], key, &list);
    return answer(t, status, list, zone, key);
}

static int run(struct tool *t)
{
    static const enum option_id of_book[] = {OPT_AGENT,   OPT_TEAM, OPT_RUNG,
                                             OPT_CHANNEL, OPT_NOTE, OPT_FIT};
    static const enum option_id of_cancel[] = {OPT_FROM, OPT_CAUSE};
    const bool ends = t->value[OPT_CANCEL] != NULL;
    const enum option_id *wrong = ends ? of_book : of_cancel;
    const size_t count =
        ends ? sizeof of_book / sizeof *of_book : sizeof of_cancel / sizeof *of_cancel;
    if (t->arg_count != (ends ? 1 : 4))
        return fail(EXIT_WRONG, "usage: schedctl series CUSTOMER SERVICE START RULE, or "
                                "schedctl series SERIES --cancel");
    for (size_t i = 0; i < count; i++) {
        if (t->value[wrong[i]])
            return fail(EXIT_WRONG, "--%s is not for %s", option_name(wrong[i]),
                        ends ? "--cancel" : "booking a series");
    }
    return ends ? cancel(t) : book(t);
}

const struct command command_series = {
    .name = "series",
    .arguments = "CUSTOMER SERVICE START RULE | SERIES --cancel",
    .summary = "take a place again and again, or give all of it back",
    .help = "Takes the place at START, and again as RULE says: the value of an RRULE (RFC\n"
            "5545) with COUNT or UNTIL.  The customer's wall clock time stays the same.\n"
            "Without --fit, all places are taken or none.\n"
            "\n"
            "Options\n"
            "  --fit          take those that can be had; the list says why not the others\n"
            "  --channel C    phone, chat, video or visit; default the service's first\n"
            "  --agent A      only with this agent; default the same one where possible\n"
            "  --team T       only with this team\n"
            "  --rung R       known, home, overflow or general; several with commas\n"
            "  --note TEXT    what the agent should know\n"
            "  --cancel       give back what is left of the series\n"
            "  --from T       with --cancel: only what starts at T or later\n"
            "  --cause TEXT   with --cancel: why\n"
            "  --key K        the same in each retry of one wish, which then happens once;\n"
            "                 default a random one\n"
            "\n"
            "Examples\n"
            "  schedctl series c-1001 fix 2026-03-09T09:00 'FREQ=WEEKLY;COUNT=3'\n"
            "  schedctl series c-1001 fix 2026-03-09T09:00 'FREQ=DAILY;COUNT=9' --fit\n"
            "  schedctl series 01KK1Y1400BBNTHEYX7E4SYMDZ --cancel --from 2026-03-16\n"
            "\n"
            "With --json: {series, key, occurrences: [{start, status, reasons: [{reason,\n"
            "text}], booking}]}; a booking is as 'show' prints it, or null.\n",
    .options = OPTION(OPT_FIT) | OPTION(OPT_CANCEL) | OPTION(OPT_CHANNEL) | OPTION(OPT_AGENT) |
               OPTION(OPT_TEAM) | OPTION(OPT_RUNG) | OPTION(OPT_NOTE) | OPTION(OPT_KEY) |
               OPTION(OPT_FROM) | OPTION(OPT_CAUSE),
    .least = 1,
    .most = 4,
    .store = true,
    .run = run,
};
