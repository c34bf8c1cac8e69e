/* notices.c -- schedctl notices: what customers are to be told, taken and acknowledged by
 * hand or by a script that sends it.
 */
#include "record.h"

#include <stdio.h>
#include <string.h>

#define PAGE 20 /* where no --limit is given: who takes is to send */

/* ---- take -------------------------------------------------------------------------------- */

static int print_list(struct tool *t, const lsched_notices *list)
{
    json_t *array = json_array();
    for (size_t i = 0; i < lsched_notices_count(list); i++) {
        const lsched_notice *n = lsched_notices_at(list, i);
        json_array_append_new(
            array,
            json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:o, s:o, s:o, s:o, s:o}", "id", n->id,
                      "notice", lsched_notice_name(n->kind), "customer", n->customer, "subject",
                      n->subject, "text", n->text, "attempt", (int)n->attempt, "due",
                      time_json(t, n->due, NULL), "lease_until", time_json(t, n->lease_until, NULL),
                      "until", n->until != 0 ? time_json(t, n->until, NULL) : json_null(), "at",
                      n->at != 0 ? time_json(t, n->at, NULL) : json_null(),
                      "booking", n->booking != NULL ? booking_json(t, n->booking) : json_null()));
    }
    return print_json(array);
}

static int print_rows(struct tool *t, const lsched_notices *list)
{
    struct libscols_table *table = table_new(t);
    table_column(table, "NOTICE", 0);
    table_column(table, "KIND", 0);
    table_column(table, "DUE", 0);
    table_column(table, "ATTEMPT", COLUMN_RIGHT);
    table_column(table, "CUSTOMER", COLUMN_TRUNC);
    table_column(table, "START", 0);
    table_column(table, "AGENT", COLUMN_TRUNC);
    table_column(table, "TEXT", COLUMN_TRUNC);
    table_column(table, "LEASE", 0);
    for (size_t i = 0; i < lsched_notices_count(list); i++) {
        const lsched_notice *n = lsched_notices_at(list, i);
        char attempt[16];
        char due[TIME_TEXT];
        char start[TIME_TEXT];
        char until[TIME_TEXT];
        char at[TIME_TEXT];
        char text[TIME_TEXT + 8] = "";
        const lsched_booking *b = n->booking;
        if (n->at != 0)
            snprintf(text, sizeof text, "from %s",
                     b != NULL ? time_short(n->at, b->offset, at)
                               : time_minute(t, n->at, NULL, at));
        snprintf(attempt, sizeof attempt, "%d", (int)n->attempt);
        const char *cells[] = {n->id,
                               lsched_notice_name(n->kind),
                               time_text(t, n->due, NULL, due),
                               attempt,
                               n->customer,
                               b != NULL ? time_short(b->start, b->offset, start) : "",
                               b != NULL ? b->agent : "",
                               *n->text ? n->text : text,
                               time_text(t, n->lease_until, NULL, until)};
        table_row(table, cells, sizeof cells / sizeof *cells);
    }
    return table_print(table);
}

static int take(struct tool *t)
{
    lsched_notices *list;
    int32_t limit = PAGE;
    int32_t seconds = 0;
    int code = option_number(t, OPT_LIMIT, 1, LSCHED_MAX_PAGE, &limit);
    if (code == EXIT_DONE)
        code = option_number(t, OPT_SECONDS, 1, LSCHED_MAX_LEASE, &seconds);
    if (code != EXIT_DONE)
        return code;
    int status = lsched_take_notices(t->s, (uint32_t)limit, seconds, &list);
    if (status != LSCHED_OK)
        return refuse(t, status, "notices");
    code = t->json ? print_list(t, list) : print_rows(t, list);
    lsched_notices_free(list);
    return code;
}

/* ---- ack, due ------------------------------------------------------------------------------ */

static int ack(struct tool *t)
{
    const char *id = t->args[1];
    const char *digits = t->args[2];
    int32_t attempt = 0;
    for (; *digits >= '0' && *digits <= '9' && attempt < 100000000; digits++)
        attempt = attempt * 10 + (*digits - '0');
    if (*digits || attempt < 1)
        return fail(EXIT_WRONG, "ATTEMPT: '%s' is not the number of an attempt", t->args[2]);
    int status = lsched_ack_notice(t->s, id, attempt);
    if (status != LSCHED_OK)
        return refuse(t, status, "notice");
    if (t->json)
        return print_json(json_pack("{s:s, s:i}", "id", id, "attempt", (int)attempt));
    printf("notice %s is done\n", id);
    return EXIT_DONE;
}

static int due(struct tool *t)
{
    lsched_time at;
    char text[TIME_TEXT];
    int status = lsched_next_due(t->s, &at);
    if (status == LSCHED_NOTFOUND)
        return fail(EXIT_NOTHING, "no notice waits");
    if (status != LSCHED_OK)
        return refuse(t, status, "notices");
    if (t->json)
        return print_json(json_pack("{s:o}", "due", time_json(t, at, NULL)));
    puts(time_text(t, at, NULL, text));
    return EXIT_DONE;
}

static int run(struct tool *t)
{
    static const struct {
        const char *name;
        int args;
        int (*run)(struct tool *t);
    } verbs[] = {{"take", 1, take}, {"ack", 3, ack}, {"due", 1, due}};
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(t->args[0], verbs[i].name) != 0)
            continue;
        if (t->arg_count != verbs[i].args)
            return fail(EXIT_WRONG, "usage: schedctl notices take | ack NOTICE ATTEMPT | due");
        if (verbs[i].run != take && (t->value[OPT_LIMIT] || t->value[OPT_SECONDS]))
            return fail(EXIT_WRONG, "--limit and --seconds are for 'notices take'");
        return verbs[i].run(t);
    }
    return fail(EXIT_WRONG, "notices: '%s' is not one of take, ack, due", t->args[0]);
}

const struct command command_notices = {
    .name = "notices",
    .arguments = "take | ack NOTICE ATTEMPT | due",
    .summary = "what customers are to be told: taken, done, next",
    .help = "take    hands out what is due, and gives it to nobody else for a while; what is\n"
            "        not acknowledged by then is handed out again\n"
            "ack     it has been sent: it never comes again.  NOTICE and ATTEMPT are as take\n"
            "        printed them.  Exit code 1: somebody else has it by now, or the booking\n"
            "        has changed\n"
            "due     when the next one is due, or comes again\n"
            "\n"
            "Options of take\n"
            "  --limit N      at most so many; default 20\n"
            "  --seconds N    for how long, 1 to 3600; default 60\n"
            "\n"
            "Examples\n"
            "  schedctl notices take --limit 1 --seconds 300\n"
            "  schedctl notices ack 01KK1Y1400BBNTHEYX7E4SYMDZ.0.confirmed 1\n"
            "\n"
            "With --json: take prints an array of {id, notice, customer, subject, text,\n"
            "attempt, due, lease_until, until, at, booking}, where 'at' is the time that is\n"
            "told (of a delay: when the contact will begin), or null, and booking as 'show'\n"
            "prints it, or null; ack {id, attempt}; due {due}.\n",
    .options = OPTION(OPT_LIMIT) | OPTION(OPT_SECONDS),
    .least = 1,
    .most = 3,
    .store = true,
    .run = run,
};
