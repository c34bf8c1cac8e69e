/* strays.c -- bookings that do not fit, as people and programs are told of them: by schedctl strays,
 * and behind each command that puts or removes what bookings depend on.
 */
#include "query.h"

#include <stdio.h>

json_t *strays_json(struct tool *t, const lsched_strays *list)
{
    json_t *array = json_array();
    for (size_t i = 0; i < lsched_strays_count(list); i++) {
        const lsched_stray *s = lsched_strays_at(list, i);
        json_array_append_new(array,
                              json_pack("{s:o, s:o, s:s}", "booking", booking_json(t, s->booking),
                                        "reasons", why_json(s->reasons), "text", s->text));
    }
    return array;
}

int strays_table(struct tool *t, const lsched_strays *list)
{
    struct libscols_table *table = table_new(t);
    table_column(table, "START", 0);
    table_column(table, "AGENT", COLUMN_TRUNC);
    table_column(table, "CUSTOMER", COLUMN_TRUNC);
    table_column(table, "BOOKING", 0);
    table_column(table, "WHY", COLUMN_TRUNC);
    for (size_t i = 0; i < lsched_strays_count(list); i++) {
        const lsched_stray *s = lsched_strays_at(list, i);
        const lsched_booking *b = s->booking;
        char start[TIME_TEXT];
        const char *cells[] = {time_minute(t, b->start, b->zone, start), agent_name(t, b->agent),
                               b->customer, b->id, s->text};
        table_row(table, cells, sizeof cells / sizeof *cells);
    }
    return table_print(table);
}

int strays_tell(struct tool *t, const lsched_strays *list, const char *kind, const char *owner)
{
    const size_t count = lsched_strays_count(list);
    if (!count)
        return EXIT_DONE;
    printf("\n%zu booking%s%s%s do%s not fit:\n", count, count == 1 ? "" : "s",
           *kind ? " of this " : "", kind, count == 1 ? "es" : "");
    int code = strays_table(t, list);
    printf("schedctl repair%s%s%s%s finds other places%s\n", *kind ? " " : "", kind,
           *owner ? " " : "", owner, count >= STRAYS ? "; there may be more" : "");
    return code;
}
