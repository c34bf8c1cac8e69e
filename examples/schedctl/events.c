/* events.c -- schedctl events: what has happened to bookings, for people and for programs
 * that follow it.
 */
#include "record.h"

#include <stdio.h>

#define PAGE 100 /* where no --limit is given */

static const struct choice kinds[] = {{"booked", LSCHED_EVENT_BOOKED},
                                      {"moved", LSCHED_EVENT_MOVED},
                                      {"cancelled", LSCHED_EVENT_CANCELLED},
                                      {"relaned", LSCHED_EVENT_RELANED},
                                      {"held", LSCHED_EVENT_HELD},
                                      {"confirmed", LSCHED_EVENT_CONFIRMED},
                                      {"expired", LSCHED_EVENT_EXPIRED},
                                      {"started", LSCHED_EVENT_STARTED},
                                      {"fulfilled", LSCHED_EVENT_FULFILLED},
                                      {"missed", LSCHED_EVENT_MISSED},
                                      {"no-show", LSCHED_EVENT_NOSHOW},
                                      {"reassigned", LSCHED_EVENT_REASSIGNED},
                                      {NULL, 0}};

static void set_given(json_t *object, const char *name, const char *text)
{
    if (*text)
        json_object_set_new(object, name, json_string(text));
}

static json_t *event_json(struct tool *t, const lsched_event *e)
{
    json_t *object = json_pack("{s:I, s:s, s:o}", "seq", (json_int_t)e->seq, "event",
                               choice_name(kinds, e->kind), "at", time_json(t, e->at, NULL));
    set_given(object, "key", e->key);
    set_given(object, "actor", e->actor);
    set_given(object, "correlation", e->correlation);
    if (e->before)
        json_object_set_new(object, "before", booking_json(t, e->before));
    json_object_set_new(object, "after", booking_json(t, e->after));
    return object;
}

static int print_list(struct tool *t, const lsched_events *list)
{
    json_t *array = json_array();
    for (size_t i = 0; i < lsched_events_count(list); i++)
        json_array_append_new(array, event_json(t, lsched_events_at(list, i)));
    return print_json(array);
}

static int print_rows(struct tool *t, const lsched_events *list)
{
    struct libscols_table *table = table_new(t);
    table_column(table, "SEQ", COLUMN_RIGHT);
    table_column(table, "AT", 0);
    table_column(table, "EVENT", 0);
    table_column(table, "START", 0);
    table_column(table, "AGENT", COLUMN_TRUNC);
    table_column(table, "BY", COLUMN_TRUNC);
    table_column(table, "BOOKING", 0);
    for (size_t i = 0; i < lsched_events_count(list); i++) {
        const lsched_event *e = lsched_events_at(list, i);
        char seq[24];
        char at[TIME_TEXT];
        char start[TIME_TEXT];
        snprintf(seq, sizeof seq, "%lld", (long long)e->seq);
        const char *cells[] = {seq,
                               time_minute(t, e->at, NULL, at),
                               choice_name(kinds, e->kind),
                               time_short(e->after->start, e->after->offset, start),
                               e->after->agent,
                               e->actor,
                               e->after->id};
        table_row(table, cells, sizeof cells / sizeof *cells);
    }
    return table_print(table);
}

static int run(struct tool *t)
{
    lsched_events *list;
    int32_t after = 0;
    int32_t limit = PAGE;
    int code = option_number(t, OPT_AFTER, 0, INT32_MAX, &after);
    if (code == EXIT_DONE)
        code = option_number(t, OPT_LIMIT, 1, LSCHED_MAX_PAGE, &limit);
    if (code != EXIT_DONE)
        return code;
    int status = lsched_list_events(t->s, t->value[OPT_BOOKING], after, (uint32_t)limit, &list);
    if (status != LSCHED_OK)
        return refuse(t, status, "events");
    code = t->json ? print_list(t, list) : print_rows(t, list);
    lsched_events_free(list);
    return code;
}

const struct command command_events = {
    .name = "events",
    .arguments = "",
    .summary = "what has happened to bookings, in order",
    .help = "Lists the changes of bookings in the order in which they were made, numbered\n"
            "without a gap.  Whoever follows them keeps the last number that he has seen, and\n"
            "asks for what comes behind it.\n"
            "\n"
            "Options\n"
            "  --after N      only what comes behind number N; default 0, from the beginning\n"
            "  --booking B    only what happened to this one\n"
            "  --limit N      at most so many; default 100\n"
            "\n"
            "Examples\n"
            "  schedctl events --after 1200\n"
            "  schedctl events --booking 01KK1Y1400BBNTHEYX7E4SYMDZ\n"
            "\n"
            "With --json: an array of {seq, event, at, key, actor, correlation, before,\n"
            "after}; before and after are bookings as 'show' prints them.\n",
    .options = OPTION(OPT_AFTER) | OPTION(OPT_BOOKING) | OPTION(OPT_LIMIT),
    .store = true,
    .run = run,
};
