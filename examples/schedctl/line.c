/* line.c -- schedctl join, next, line and stuck: contacts whose place is not chosen yet, who is given
 * them, and what nobody is given any more.
 */
#include "query.h"
#include "record.h"

#include <stdio.h>

/* ---- join ------------------------------------------------------------------------------------ */

static int join(struct tool *t)
{
    char buffer[KEY_TEXT];
    char zone[LSCHED_MAX_NAME + 1];
    lsched_booking *made;
    lsched_request request = {
        .size = sizeof request,
        .customer = t->args[0],
        .service = t->args[1],
        .agent = t->value[OPT_AGENT],
        .note = t->value[OPT_NOTE],
        .source = t->value[OPT_SOURCE],
        .case_id = t->value[OPT_CASE],
    };
    int code = customer_zone(t, request.customer, zone);
    if (code == EXIT_DONE)
        code = option_time(t, OPT_SINCE, zone, &request.since);
    if (code == EXIT_DONE)
        code = option_time(t, OPT_FROM, zone, &request.start);
    if (code == EXIT_DONE)
        code = option_time(t, OPT_UNTIL, zone, &request.due);
    if (code == EXIT_DONE)
        code = option_channels(t, true, &request.channel);
    if (code == EXIT_DONE)
        code = option_rungs(t, &request.rungs);
    if (code == EXIT_DONE)
        code = option_number(t, OPT_TOLD, 0, INT32_MAX, &request.told);
    if (code == EXIT_DONE)
        code = key_take(t, buffer, &request.key);
    if (code != EXIT_DONE)
        return code;
    int status = lsched_join(t->s, &request, &made);
    return booking_answer(t, status, made, request.key);
}

/* ---- next ------------------------------------------------------------------------------------ */

static int next(struct tool *t)
{
    lsched_booking *b;
    int32_t seconds = 0;
    int code = option_number(t, OPT_SECONDS, 1, LSCHED_MAX_LEASE, &seconds);
    if (code == EXIT_DONE)
        code = agent_zone(t, t->args[0], (char[LSCHED_MAX_NAME + 1]){0});
    if (code != EXIT_DONE)
        return code;
    int status = lsched_next(t->s, t->args[0], seconds, &b);
    if (status == LSCHED_NOTFOUND)
        return fail(EXIT_NOTHING, "%s", lsched_message(t->s));
    return booking_answer(t, status, b, NULL);
}

/* ---- line ------------------------------------------------------------------------------------ */

static void print_row(struct tool *t, struct libscols_table *table, int number,
                      const lsched_booking *b)
{
    char place[20], waits[40], start[TIME_TEXT], tries[20];
    const lsched_time now = tool_now(t);
    snprintf(place, sizeof place, "%d", number);
    snprintf(waits, sizeof waits, "%lld", (long long)(now > b->since ? (now - b->since) / 60 : 0));
    snprintf(tries, sizeof tries, "%d", (int)b->attempts);
    const char *cells[] = {
        place,      b->customer,
        b->service, lsched_channel_name(b->channel),
        waits,      b->start > now ? time_short(b->start, b->offset, start) : "now",
        tries,      *b->agent ? b->agent : "",
        b->team,    b->id};
    table_row(table, cells, sizeof cells / sizeof *cells);
}

static int line(struct tool *t)
{
    static const struct {
        const char *title;
        int flags;
    } columns[] = {{"", COLUMN_RIGHT},      {"CUSTOMER", COLUMN_TRUNC}, {"SERVICE", COLUMN_TRUNC},
                   {"CHANNEL", 0},          {"MIN", COLUMN_RIGHT},      {"FROM", 0},
                   {"TRIED", COLUMN_RIGHT}, {"AGENT", COLUMN_TRUNC},    {"TEAM", COLUMN_TRUNC},
                   {"BOOKING", 0}};
    lsched_bookings *list;
    int32_t limit = 0;
    int code = option_number(t, OPT_LIMIT, 1, LSCHED_MAX_PAGE, &limit);
    if (code != EXIT_DONE)
        return code;
    int status = lsched_list_line(t->s, t->value[OPT_TEAM], 0, (uint32_t)limit, &list);
    if (status != LSCHED_OK)
        return refuse(t, status, "line");
    struct libscols_table *table = t->json ? NULL : table_new(t);
    json_t *array = t->json ? json_array() : NULL;
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        table_column(table, columns[i].title, columns[i].flags);
    for (size_t i = 0; i < lsched_bookings_count(list); i++) {
        if (array)
            json_array_append_new(array, booking_json(t, lsched_bookings_at(list, i)));
        else
            print_row(t, table, (int)i + 1, lsched_bookings_at(list, i));
    }
    lsched_bookings_free(list);
    return t->json ? print_json(array) : table_print(table);
}

const struct command command_join = {
    .name = "join",
    .arguments = "CUSTOMER SERVICE",
    .summary = "put a customer into the line: called as soon as possible",
    .help = "Puts a customer into the line, who is called (or written to) when the turn comes,\n"
            "and need not wait on the phone for it.  A customer is in line about one topic\n"
            "once.  'move' chooses a time instead, and 'cancel' leaves the line.\n"
            "\n"
            "Options\n"
            "  --channel C    phone, chat, video or visit; default the service's first\n"
            "  --agent A      leave it to this agent for a while\n"
            "  --rung R       known, home, overflow or general; several with commas\n"
            "  --since T      when the customer began to wait; default now\n"
            "  --from T       do not try before\n"
            "  --until T      promised at the latest\n"
            "  --told N       so many seconds it would be at the most, the customer was told\n"
            "                 ('estimate'): 'report' tells how often that was so\n"
            "  --note TEXT    what the agent should know\n"
            "  --source S     an id of where the wish comes from: a session, a partner\n"
            "  --case C       the case that it is about\n" KEY_HELP "\n"
            "Example\n"
            "  schedctl join c-1001 fix --note 'no dial tone'\n"
            "\n" KEY_JSON,
    .options = OPTION(OPT_CHANNEL) | OPTION(OPT_AGENT) | OPTION(OPT_RUNG) | OPTION(OPT_SINCE) |
               OPTION(OPT_FROM) | OPTION(OPT_UNTIL) | OPTION(OPT_NOTE) | OPTION(OPT_SOURCE) |
               OPTION(OPT_CASE) | OPTION(OPT_TOLD) | OPTION(OPT_KEY),
    .least = 2,
    .most = 2,
    .store = true,
    .run = join,
};

const struct command command_next = {
    .name = "next",
    .arguments = "AGENT",
    .summary = "what an agent is to do next",
    .help = "What an agent is to do next, and can do now: bookings of the agent's whose time\n"
            "has come, those of whoever did not turn up, the line.  Nobody else is given it\n"
            "for a while; asked again, it is the same.  'start' begins it.\n"
            "\n"
            "Options\n"
            "  --seconds N    for how long, 1 to 3600; default 60\n"
            "\n"
            "Example\n"
            "  schedctl next ana --seconds 120\n"
            "\n"
            "With --json: the booking, as 'show' prints it.\n",
    .options = OPTION(OPT_SECONDS),
    .least = 1,
    .most = 1,
    .store = true,
    .run = next,
};

const struct command command_line = {
    .name = "line",
    .arguments = "",
    .summary = "who waits, in the order of their turn",
    .help = "Who waits, in the order of their turn: for how many minutes, from when on it is\n"
            "tried, and how often it was tried in vain.\n"
            "\n"
            "Options\n"
            "  --team T       only this team's line\n"
            "  --limit N      at most so many; default 1000\n"
            "\n"
            "Example\n"
            "  schedctl line --team east\n"
            "\n"
            "With --json: an array of bookings, as 'show' prints them.\n",
    .options = OPTION(OPT_TEAM) | OPTION(OPT_LIMIT),
    .store = true,
    .run = line,
};

/* ---- stuck ------------------------------------------------------------------------------------- */

static int stuck(struct tool *t)
{
    lsched_strays *list;
    int32_t limit = 0;
    int code = option_number(t, OPT_LIMIT, 1, LSCHED_MAX_PAGE, &limit);
    if (code != EXIT_DONE)
        return code;
    int status = lsched_list_stuck(t->s, t->value[OPT_AFTER], (uint32_t)limit, &list);
    if (status != LSCHED_OK)
        return refuse(t, status, "stuck");
    if (t->json)
        code = print_json(json_pack("{s:o}", "stuck", strays_json(t, list)));
    else if (lsched_strays_count(list) > 0)
        code = strays_table(t, list);
    else
        puts("nothing is stuck");
    lsched_strays_free(list);
    return code;
}

const struct command command_stuck = {
    .name = "stuck",
    .arguments = "",
    .summary = "contacts that nobody is given any more, and why",
    .help = "Lists what 'next' gives nobody, and a person has to look into: what was not\n"
            "begun a day after its start, not finished a day after its end, waits though\n"
            "nobody can serve it any more, or was promised more than a day ago.\n"
            "\n"
            "Options\n"
            "  --after B      only what comes behind this booking in the list\n"
            "  --limit N      at most so many; default 1000\n"
            "\n"
            "Example\n"
            "  schedctl stuck\n"
            "\n"
            "With --json: {stuck: [{booking, reasons: [{reason, text}], text}]}; a booking is\n"
            "as 'show' prints it.\n",
    .options = OPTION(OPT_AFTER) | OPTION(OPT_LIMIT),
    .store = true,
    .run = stuck,
};
