/* events.c -- schedctl events: what has happened to bookings, for people and for programs
 * that follow it.
 */
#include "record.h"

#include <stdio.h>
#include <string.h>

#define PAGE 100 /* where no --limit is given */

static void set_given(json_t *object, const char *name, const char *text)
{
    if (*text)
        json_object_set_new(object, name, json_string(text));
}

static json_t *event_json(struct tool *t, const lsched_event *e)
{
    json_t *object = json_pack("{s:I, s:s, s:o}", "seq", (json_int_t)e->seq, "event",
                               lsched_event_name(e->kind), "at", time_json(t, e->at, NULL));
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

/* Where the contact was, if it is no longer then; and when it is, if it still is. */
static void places(const lsched_event *e, char from[TIME_TEXT], char to[TIME_TEXT])
{
    const lsched_booking *was = e->before, *is = e->after;
    const bool given_up = is->state == LSCHED_CANCELLED || is->state == LSCHED_EXPIRED;
    from[0] = to[0] = '\0';
    if (was && (given_up || was->start != is->start))
        time_short(was->start, was->offset, from);
    if (!given_up)
        time_short(is->start, is->offset, to);
}

static void event_row(struct libscols_table *table, struct tool *t, const lsched_event *e)
{
    const lsched_booking *was = e->before, *is = e->after;
    char seq[24];
    char at[TIME_TEXT];
    char from[TIME_TEXT];
    char to[TIME_TEXT];
    char agent[2 * LSCHED_MAX_ID + 8];
    const bool other = was && strcmp(was->agent, is->agent) != 0;
    snprintf(seq, sizeof seq, "%lld", (long long)e->seq);
    snprintf(agent, sizeof agent, "%s%s%s", other ? was->agent : "", other ? " > " : "", is->agent);
    places(e, from, to);
    const char *cells[] = {seq,
                           time_minute(t, e->at, NULL, at),
                           lsched_event_name(e->kind),
                           from,
                           to,
                           agent,
                           is->cause,
                           e->actor,
                           is->id};
    table_row(table, cells, sizeof cells / sizeof *cells);
}

static int print_rows(struct tool *t, const lsched_events *list)
{
    struct libscols_table *table = table_new(t);
    table_column(table, "SEQ", COLUMN_RIGHT);
    table_column(table, "AT", 0);
    table_column(table, "EVENT", 0);
    table_column(table, "FROM", 0);
    table_column(table, "TO", 0);
    table_column(table, "AGENT", COLUMN_TRUNC);
    table_column(table, "CAUSE", COLUMN_TRUNC);
    table_column(table, "BY", COLUMN_TRUNC);
    table_column(table, "BOOKING", 0);
    for (size_t i = 0; i < lsched_events_count(list); i++)
        event_row(table, t, lsched_events_at(list, i));
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
            "asks for what comes behind it.  FROM is a time that was given up, TO the one\n"
            "that counts.\n"
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
