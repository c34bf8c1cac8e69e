/* late.c -- schedctl late: what will begin later than promised, and telling its customers. */
#include "record.h"

#include <stdio.h>

static int print_list(struct tool *t, const lsched_delays *list)
{
    json_t *array = json_array();
    for (size_t i = 0; i < lsched_delays_count(list); i++) {
        const lsched_delay *d = lsched_delays_at(list, i);
        json_array_append_new(array, json_pack("{s:i, s:o, s:o}", "minutes", (int)d->minutes,
                                               "start", time_json(t, d->start, d->booking->zone),
                                               "booking", booking_json(t, d->booking)));
    }
    return print_json(array);
}

static int print_rows(struct tool *t, const lsched_delays *list)
{
    struct libscols_table *table = table_new(t);
    table_column(table, "BOOKING", 0);
    table_column(table, "CUSTOMER", COLUMN_TRUNC);
    table_column(table, "AGENT", COLUMN_TRUNC);
    table_column(table, "PROMISED", 0);
    table_column(table, "LIKELY", 0);
    table_column(table, "MINUTES", COLUMN_RIGHT);
    for (size_t i = 0; i < lsched_delays_count(list); i++) {
        const lsched_delay *d = lsched_delays_at(list, i);
        const lsched_booking *b = d->booking;
        char promised[TIME_TEXT];
        char likely[TIME_TEXT];
        char minutes[16];
        snprintf(minutes, sizeof minutes, "%d", (int)d->minutes);
        const char *cells[] = {b->id,
                               b->customer,
                               b->agent,
                               time_short(b->start, b->offset, promised),
                               time_short(d->start, b->offset, likely),
                               minutes};
        table_row(table, cells, sizeof cells / sizeof *cells);
    }
    return table_print(table);
}

static int run(struct tool *t)
{
    lsched_delays *list;
    int32_t minutes = 0;
    int code = option_number(t, OPT_MINUTES, 1, LSCHED_MAX_MINUTES, &minutes);
    if (code != EXIT_DONE)
        return code;
    int status = t->value[OPT_APPLY] ? lsched_tell_delays(t->s, minutes, &list)
                                     : lsched_list_delays(t->s, minutes, &list);
    if (status != LSCHED_OK)
        return refuse(t, status, "late");
    code = t->json ? print_list(t, list) : print_rows(t, list);
    lsched_delays_free(list);
    return code;
}

const struct command command_late = {
    .name = "late",
    .arguments = "",
    .summary = "what will begin later than promised",
    .help = "Lists what will begin late, foreseen from what has been started ('start') and\n"
            "is not finished yet.\n"
            "\n"
            "Options\n"
            "  --minutes N    by so many at the least; default 5\n"
            "  --apply        and tell the customers, each once: 'notices take' hands it out\n"
            "\n"
            "Examples\n"
            "  schedctl late --minutes 10\n"
            "  schedctl late --apply\n"
            "\n"
            "With --json: an array of {minutes, start, booking}, where booking is as 'show'\n"
            "prints it.\n",
    .options = OPTION(OPT_MINUTES) | OPTION(OPT_APPLY),
    .store = true,
    .run = run,
};
