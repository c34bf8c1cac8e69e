/* booking.c -- schedctl show, bookings and export: what is booked, for people and for
 * programs.
 */
#include "record.h"

#include <stdio.h>
#include <string.h>

json_t *booking_json(struct tool *t, const lsched_booking *b)
{
    json_t *object = record_json(t, &kind_booking, b, b->zone);
    json_object_set_new(object, "lane", json_integer(b->lane));
    return object;
}

static void line(const char *title, const char *text)
{
    printf("%-9s ", title);
    print_clean(text);
    putchar('\n');
}

/* Line by line, so that a note cannot look like ours. */
static void note(const char *text)
{
    const char *title = "note";
    while (*text) {
        char part[LSCHED_MAX_NOTE + 1];
        size_t size = strcspn(text, "\r\n");
        snprintf(part, sizeof part, "%.*s", (int)size, text);
        if (*part)
            line(title, part);
        title = "";
        text += size + (text[size] != '\0');
    }
}

static void named(const char *title, const char *name, const char *id)
{
    printf("%-9s ", title);
    print_clean(name);
    printf(" (%s)\n", id);
}

bool booking_live(struct tool *t, const lsched_booking *b)
{
    return b->state == LSCHED_BOOKED || b->state == LSCHED_STARTED ||
           (b->state == LSCHED_HELD && b->expires > tool_now(t));
}

static void print_line(struct tool *t, const lsched_booking *b)
{
    char text[TIME_TEXT];
    int32_t position;
    if (b->since)
        printf("in line   since %s\n", time_text(t, b->since, b->zone, text));
    if (b->state == LSCHED_WAITING && lsched_get_position(t->s, b->id, &position) == LSCHED_OK)
        printf("position  %d\n", (int)position);
    if (b->told)
        printf("told      to wait %d seconds at the most\n", (int)b->told);
    if (b->due)
        printf("promised  by %s\n", time_text(t, b->due, b->zone, text));
    if (b->outcome)
        printf("outcome   %s%s%s\n", lsched_outcome_name(b->outcome), b->fault ? ", fault " : "",
               lsched_fault_name(b->fault));
    if (b->attempts)
        printf("attempts  %d in vain\n", (int)b->attempts);
}

static void print_hold(struct tool *t, const lsched_booking *b)
{
    char text[TIME_TEXT];
    if (b->state == LSCHED_HELD)
        printf("held      until %s%s\n", time_text(t, b->expires, b->zone, text),
               booking_live(t, b) ? "" : ", so its time is up");
    if (b->late)
        printf("late      confirmed %d s after its time was up\n", (int)b->late);
    if (*b->source)
        line("source", b->source);
    if (*b->case_id)
        line("case", b->case_id);
    if (*b->incident)
        line("incident", b->incident);
}

int booking_print(struct tool *t, lsched_booking *b, const char *key)
{
    int code = EXIT_DONE;
    if (t->json) {
        json_t *object = booking_json(t, b);
        json_object_set_new(object, "choice", chosen_json(t, b));
        if (key)
            json_object_set_new(object, "key", json_string(key));
        code = print_json(object);
    } else {
        char start[TIME_TEXT];
        char there[LSCHED_MAX_NAME + 1];
        char text[TIME_TEXT];
        printf("booking   %s, %s\n", b->id, lsched_state_name(b->state));
        printf("when      %s %s, %d min, %s\n", time_day(b->start, b->offset),
               time_short(b->start, b->offset, start), (int)((b->end - b->start) / 60), b->zone);
        if (*b->agent)
            named("with", agent_name(t, b->agent), b->agent);
        if (*b->agent && agent_zone(t, b->agent, there) == EXIT_DONE && strcmp(there, b->zone) != 0)
            printf("          there it is %.16s, %s\n", time_text(t, b->start, there, text), there);
        named("team", team_name(t, b->team), b->team);
        printf("how       %s%s%s\n", lsched_channel_name(b->channel), b->rung ? ", rung " : "",
               lsched_rung_name(b->rung));
        chosen_print(t, b);
        line("customer", b->customer);
        line("service", b->service);
        note(b->note);
        if (*b->cause)
            line("cause", b->cause);
        if (*b->series)
            line("series", b->series);
        print_hold(t, b);
        print_line(t, b);
        if (b->moves)
            printf("room      %d other%s went to other agents for it\n", (int)b->moves,
                   b->moves > 1 ? "s" : "");
        if (b->sequence)
            printf("changes   %d\n", (int)b->sequence);
    }
    lsched_booking_free(b);
    return code;
}

int booking_answer(struct tool *t, int status, lsched_booking *b, const char *key)
{
    return status == LSCHED_OK ? booking_print(t, b, key) : refuse(t, status, t->command->name);
}

static int show(struct tool *t)
{
    lsched_booking *b;
    int status = lsched_get_booking(t->s, t->args[0], &b);
    return status == LSCHED_OK ? booking_print(t, b, NULL) : refuse(t, status, "booking");
}

const struct command command_show = {
    .name = "show",
    .arguments = "BOOKING",
    .summary = "one booking",
    .help = "Shows a booking: its state, when in the customer's local time, with whom, how,\n"
            "and its note; of a hold, until when.\n"
            "\n"
            "Example\n"
            "  schedctl show 01KK1Y1400BBNTHEYX7E4SYMDZ\n"
            "\n"
            "With --json: the keys of a booking in a site file (SITE.md), and lane: 0 takes\n"
            "the whole agent.  Where one booking is printed alone, also choice: {agent,\n"
            "decided, rung, rank, free, owed}, or null where nobody chose the agent it has:\n"
            "decided is alone, keeping, rung, rank, turn, id or room; owed is in seconds.\n",
    .least = 1,
    .most = 1,
    .store = true,
    .run = show,
};

/* ---- lists --------------------------------------------------------------------------------- */

struct rows {
    struct tool *t;
    struct libscols_table *table;
    json_t *list;
};

static int add_booking(void *user, const void *record)
{
    struct rows *rows = user;
    const lsched_booking *b = record;
    if (rows->list) {
        json_array_append_new(rows->list, booking_json(rows->t, b));
    } else {
        char start[TIME_TEXT];
        const bool over = b->state == LSCHED_HELD && !booking_live(rows->t, b);
        const char *cells[] = {time_short(b->start, b->offset, start),
                               b->customer,
                               b->service,
                               lsched_channel_name(b->channel),
                               over ? "held, ran out" : lsched_state_name(b->state),
                               b->agent,
                               b->id};
        table_row(rows->table, cells, sizeof cells / sizeof *cells);
    }
    return 0;
}

static int read_filter(struct tool *t, lsched_filter *filter)
{
    char found[LSCHED_MAX_NAME + 1];
    const char *zone = t->value[OPT_ZONE];
    int code = EXIT_DONE;
    filter->customer = t->value[OPT_CUSTOMER];
    filter->agent = t->value[OPT_AGENT];
    filter->team = t->value[OPT_TEAM];
    filter->series = t->value[OPT_SERIES];
    filter->case_id = t->value[OPT_CASE];
    if (filter->customer)
        code = customer_zone(t, filter->customer, found);
    else if (filter->agent)
        code = agent_zone(t, filter->agent, found);
    else if (filter->team)
        code = team_zone(t, filter->team, found);
    if (!zone && (filter->customer || filter->agent || filter->team))
        zone = found;
    if (code == EXIT_DONE)
        code = option_choice(t, OPT_STATE, choice_state, &filter->state);
    if (code == EXIT_DONE)
        code = option_time(t, OPT_FROM, zone, &filter->from);
    return code == EXIT_DONE ? option_time(t, OPT_UNTIL, zone, &filter->until) : code;
}

static int bookings(struct tool *t)
{
    lsched_filter filter = {.size = sizeof filter};
    int code = read_filter(t, &filter);
    if (code != EXIT_DONE)
        return code;
    struct rows rows = {t, t->json ? NULL : table_new(t), t->json ? json_array() : NULL};
    table_column(rows.table, "START", 0);
    table_column(rows.table, "CUSTOMER", COLUMN_TRUNC);
    table_column(rows.table, "SERVICE", COLUMN_TRUNC);
    table_column(rows.table, "CHANNEL", 0);
    table_column(rows.table, "STATE", 0);
    table_column(rows.table, "AGENT", COLUMN_TRUNC);
    table_column(rows.table, "BOOKING", 0);
    int status = walk_bookings(t->s, &filter, add_booking, &rows);
    code = t->json ? print_json(rows.list) : table_print(rows.table);
    return status == LSCHED_OK ? code : refuse(t, status, "bookings");
}

const struct command command_bookings = {
    .name = "bookings",
    .arguments = "",
    .summary = "the bookings of a customer, agent, team or time",
    .help = "Lists bookings in the order of their starts, each in its customer's local time.\n"
            "\n"
            "Options\n"
            "  --customer C   only this customer's\n"
            "  --agent A      only this agent's\n"
            "  --team T       only this team's\n"
            "  --series S     only those of this series\n"
            "  --case C       only those of this case\n"
            "  --state S      booked, cancelled, held, started, fulfilled, missed, no-show,\n"
            "                 expired or waiting; what is held may have run out\n"
            "  --from T       those that end after it\n"
            "  --until T      those that start before it\n"
            "  --zone Z       of local times in --from and --until; default the zone of the\n"
            "                 customer, agent or team that is asked for\n"
            "\n"
            "Examples\n"
            "  schedctl bookings --customer c-1001\n"
            "  schedctl bookings --agent ana --from 2026-03-09 --until 2026-03-10\n"
            "  schedctl bookings --state no-show --team east\n"
            "\n"
            "With --json: an array of bookings, as 'show' prints them.\n",
    .options = OPTION(OPT_CUSTOMER) | OPTION(OPT_AGENT) | OPTION(OPT_TEAM) | OPTION(OPT_STATE) |
               OPTION(OPT_SERIES) | OPTION(OPT_CASE) | OPTION(OPT_FROM) | OPTION(OPT_UNTIL) |
               OPTION(OPT_ZONE),
    .store = true,
    .run = bookings,
};

/* ---- iCalendar ---------------------------------------------------------------------------- */

static int export_booking(struct tool *t)
{
    char *text;
    int status = lsched_write_booking(t->s, t->args[0], &text);
    return status == LSCHED_OK ? print_text(t, "ics", text) : refuse(t, status, "booking");
}

const struct command command_export = {
    .name = "export",
    .arguments = "BOOKING",
    .summary = "one booking as iCalendar, for any calendar program",
    .help = "Prints a booking as iCalendar text (RFC 5545).  The note and the customer's id\n"
            "stay out.\n"
            "\n"
            "Example\n"
            "  schedctl export 01KK1Y1400BBNTHEYX7E4SYMDZ > call.ics\n"
            "\n"
            "With --json: {ics}.\n",
    .least = 1,
    .most = 1,
    .store = true,
    .run = export_booking,
};
