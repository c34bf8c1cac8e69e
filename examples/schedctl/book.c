/* book.c -- schedctl book, hold, move: the commands that take a place, and cancel, which
 * gives it back.
 */
#include "record.h"

/* Local times in a START are the customer's. */
static int read_start(struct tool *t, const char *text, const char *customer,
                      char zone[LSCHED_MAX_NAME + 1], lsched_time *start)
{
    int code = customer_zone(t, customer, zone);
    return code == EXIT_DONE ? argument_start(t, text, zone, start) : code;
}

/* A place that the rules refuse; not a key, a quota, or a booking that is over. */
static bool no_place(int status)
{
    return status == LSCHED_CLOSED || status == LSCHED_TOOSOON || status == LSCHED_TOOFAR ||
           status == LSCHED_OFFGRID || status == LSCHED_TAKEN || status == LSCHED_NOBODY;
}

/* What book and hold have in common; `ask` is the library's function. */
static int take(struct tool *t, int (*ask)(lsched *s, const lsched_request *r, lsched_booking **b))
{
    char buffer[KEY_TEXT];
    char zone[LSCHED_MAX_NAME + 1];
    lsched_booking *made;
    lsched_request request = {
        .size = sizeof request,
        .customer = t->args[0],
        .service = t->args[1],
        .agent = t->value[OPT_AGENT],
        .team = t->value[OPT_TEAM],
        .note = t->value[OPT_NOTE],
        .source = t->value[OPT_SOURCE],
        .case_id = t->value[OPT_CASE],
    };
    int code = read_start(t, t->args[2], request.customer, zone, &request.start);
    if (code == EXIT_DONE)
        code = option_number(t, OPT_SECONDS, 1, LSCHED_MAX_HOLD, &request.seconds);
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
    int status = ask(t->s, &request, &made);
    code = booking_answer(t, status, made, request.key);
    return no_place(status) ? hint_print(t, code) : code;
}

static int book(struct tool *t)
{
    return take(t, lsched_book);
}

static int hold(struct tool *t)
{
    return take(t, lsched_hold);
}

static int move(struct tool *t)
{
    char buffer[KEY_TEXT];
    char zone[LSCHED_MAX_NAME + 1];
    lsched_booking *booking;
    lsched_change change = {
        .size = sizeof change,
        .id = t->args[0],
        .agent = t->value[OPT_AGENT],
        .team = t->value[OPT_TEAM],
        .cause = t->value[OPT_CAUSE],
    };
    int status = lsched_get_booking(t->s, change.id, &booking);
    if (status != LSCHED_OK)
        return refuse(t, status, "booking");
    int code = read_start(t, t->args[1], booking->customer, zone, &change.start);
    if (code == EXIT_DONE)
        hint_start(t,
                   &(lsched_query){.customer = booking->customer,
                                   .service = booking->service,
                                   .moving = change.id,
                                   .from = change.start},
                   zone);
    lsched_booking_free(booking);
    if (code == EXIT_DONE)
        code = option_channels(t, true, &change.channel);
    if (code == EXIT_DONE)
        code = option_rungs(t, &change.rungs);
    if (code == EXIT_DONE)
        code = option_choice(t, OPT_KEEP, choice_keep, &change.keep);
    if (code == EXIT_DONE)
        code = key_take(t, buffer, &change.key);
    if (code != EXIT_DONE)
        return code;
    status = lsched_move(t->s, &change, &booking);
    code = booking_answer(t, status, booking, change.key);
    return no_place(status) ? hint_print(t, code) : code;
}

static int cancel(struct tool *t)
{
    char buffer[KEY_TEXT];
    const char *key;
    lsched_booking *booking;
    int code = key_take(t, buffer, &key);
    if (code != EXIT_DONE)
        return code;
    int status = lsched_cancel(t->s, t->args[0], t->value[OPT_CAUSE], key, &booking);
    return booking_answer(t, status, booking, key);
}

#define PLACE_HELP                                                                                 \
    "  --agent A      only with this agent\n"                                                      \
    "  --team T       only with this team\n"                                                       \
    "  --rung R       known, home, overflow or general; several with commas\n"
#define SOURCE_HELP                                                                                \
    "  --source S     an id of where the wish comes from: a session, a partner\n"                  \
    "  --case C       the case that it is about\n"

const struct command command_book = {
    .name = "book",
    .arguments = "CUSTOMER SERVICE START",
    .summary = "take a place",
    .help = "Takes a place at START, an RFC 3339 time or a local time of the customer.  A\n"
            "customer can be booked twice at one time: with a --key, the same command again\n"
            "is the same booking, and without one it takes another place.\n"
            "\n"
            "Options\n"
            "  --channel C    phone, chat, video or visit; default the service's first\n" PLACE_HELP
            "  --note TEXT    what the agent should know\n" SOURCE_HELP KEY_HELP "\n"
            "Examples\n"
            "  schedctl book c-1001 fix 2026-03-09T09:00\n"
            "  schedctl book c-1001 fix 2026-03-09T09:00-04:00 --channel chat --agent ana\n"
            "\n" KEY_JSON,
    .options = OPTION(OPT_CHANNEL) | OPTION(OPT_AGENT) | OPTION(OPT_TEAM) | OPTION(OPT_RUNG) |
               OPTION(OPT_NOTE) | OPTION(OPT_SOURCE) | OPTION(OPT_CASE) | OPTION(OPT_KEY),
    .least = 3,
    .most = 3,
    .store = true,
    .run = book,
};

const struct command command_hold = {
    .name = "hold",
    .arguments = "CUSTOMER SERVICE START",
    .summary = "keep a place free for a customer for a short while",
    .help = "Holds a place at START: for everybody else it is taken, until it is confirmed,\n"
            "cancelled, or its time is up.  It can be moved like a booking.  A customer can\n"
            "hold 3 places, and a source 20.\n"
            "\n"
            "Options\n"
            "  --seconds N    how long, 1 to 600; default 120\n"
            "  --channel C    phone, chat, video or visit; default the service's first\n" PLACE_HELP
            "  --note TEXT    what the agent should know\n" SOURCE_HELP KEY_HELP "\n"
            "Example\n"
            "  schedctl hold c-1001 fix 2026-03-09T09:00 --seconds 300 --source web-7\n"
            "\n" KEY_JSON,
    .options = OPTION(OPT_CHANNEL) | OPTION(OPT_AGENT) | OPTION(OPT_TEAM) | OPTION(OPT_RUNG) |
               OPTION(OPT_NOTE) | OPTION(OPT_SOURCE) | OPTION(OPT_CASE) | OPTION(OPT_SECONDS) |
               OPTION(OPT_KEY),
    .least = 3,
    .most = 3,
    .store = true,
    .run = hold,
};

const struct command command_move = {
    .name = "move",
    .arguments = "BOOKING START",
    .summary = "move a booking or a hold to another time",
    .help = "Moves a booking or a hold; the old place is given up only when the new one is\n"
            "taken.  The same agent serves if free.\n"
            "\n"
            "Options\n"
            "  --channel C    phone, chat, video or visit; default as it is\n" PLACE_HELP
            "  --keep WHO     agent or team: only the same one\n"
            "  --cause TEXT   why\n" KEY_HELP "\n"
            "Example\n"
            "  schedctl move 01KK1Y1400BBNTHEYX7E4SYMDZ 2026-03-09T11:00 --cause 'rain'\n"
            "\n" KEY_JSON,
    .options = OPTION(OPT_CHANNEL) | OPTION(OPT_AGENT) | OPTION(OPT_TEAM) | OPTION(OPT_RUNG) |
               OPTION(OPT_KEEP) | OPTION(OPT_CAUSE) | OPTION(OPT_KEY),
    .least = 2,
    .most = 2,
    .store = true,
    .run = move,
};

const struct command command_cancel = {
    .name = "cancel",
    .arguments = "BOOKING",
    .summary = "give a place back",
    .help = "Cancels a booking or a hold.\n"
            "\n"
            "Options\n"
            "  --cause TEXT   why\n" KEY_HELP "\n"
            "Example\n"
            "  schedctl cancel 01KK1Y1400BBNTHEYX7E4SYMDZ --cause 'solved by itself'\n"
            "\n" KEY_JSON,
    .options = OPTION(OPT_CAUSE) | OPTION(OPT_KEY),
    .least = 1,
    .most = 1,
    .store = true,
    .run = cancel,
};
