/* announce.c -- schedctl announce: what all customers of a team or region are told. */
#include "record.h"

#include <stdio.h>
#include <string.h>

static json_t *announcement_json(struct tool *t, const lsched_announcement *a)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:o}", "id", a->id, "team", a->team, "regions",
                     a->regions, "text", a->text, "service", a->service, "from",
                     a->from != 0 ? time_json(t, a->from, NULL) : json_null(), "until",
                     a->until != 0 ? time_json(t, a->until, NULL) : json_null());
}

static int list(struct tool *t)
{
    lsched_announcements *all;
    json_t *array = t->json ? json_array() : NULL;
    struct libscols_table *table = t->json ? NULL : table_new(t);
    int status = lsched_list_announcements(t->s, NULL, 0, &all);
    table_column(table, "ANNOUNCEMENT", 0);
    table_column(table, "TEAM", COLUMN_TRUNC);
    table_column(table, "REGIONS", COLUMN_TRUNC);
    table_column(table, "SERVICE", COLUMN_TRUNC);
    table_column(table, "TEXT", COLUMN_TRUNC);
    for (size_t i = 0; i < lsched_announcements_count(all); i++) {
        const lsched_announcement *a = lsched_announcements_at(all, i);
        if (array) {
            json_array_append_new(array, announcement_json(t, a));
            continue;
        }
        const char *cells[] = {a->id, a->team, a->regions, a->service, a->text};
        table_row(table, cells, sizeof cells / sizeof *cells);
    }
    lsched_announcements_free(all);
    int code = t->json ? print_json(array) : table_print(table);
    return status == LSCHED_OK ? code : refuse(t, status, "announcement");
}

static int show(struct tool *t, const char *id)
{
    lsched_announcement *a;
    int status = lsched_get_announcement(t->s, id, &a);
    int code = status != LSCHED_OK ? refuse(t, status, "announcement") : EXIT_DONE;
    if (status == LSCHED_OK && t->json) {
        code = print_json(announcement_json(t, a));
    } else if (status == LSCHED_OK) {
        print_clean(a->text);
        putchar('\n');
        if (*a->team != '\0')
            printf("team      %s\n", a->team);
        if (*a->regions != '\0')
            printf("regions   %s\n", a->regions);
        if (*a->service != '\0')
            printf("talk      %s\n", a->service);
    }
    lsched_announcement_free(a);
    return code;
}

static int put(struct tool *t, const char *id, const char *text)
{
    lsched_announcement a = {.size = sizeof a,
                             .id = id,
                             .text = text,
                             .team = t->value[OPT_TEAM],
                             .regions = t->value[OPT_REGION],
                             .service = t->value[OPT_SERVICE]};
    int code = option_time(t, OPT_FROM, NULL, &a.from);
    if (code == EXIT_DONE)
        code = option_time(t, OPT_UNTIL, NULL, &a.until);
    if (code != EXIT_DONE)
        return code;
    int status = lsched_put_announcement(t->s, &a);
    return status == LSCHED_OK ? show(t, id) : refuse(t, status, "announcement");
}

static int run(struct tool *t)
{
    if (t->arg_count == 0)
        return list(t);
    if (t->arg_count == 3 && strcmp(t->args[0], "put") == 0)
        return put(t, t->args[1], t->args[2]);
    if (t->arg_count == 1)
        return show(t, t->args[0]);
    if (t->arg_count != 2 || strcmp(t->args[0], "remove") != 0)
        return fail(EXIT_WRONG, "usage: schedctl announce [ID] | put ID TEXT | remove ID");
    int status = lsched_remove_announcement(t->s, t->args[1]);
    if (status != LSCHED_OK)
        return refuse(t, status, "announcement");
    if (t->json)
        return print_json(json_pack("{s:s}", "id", t->args[1]));
    printf("announcement %s is removed\n", t->args[1]);
    return EXIT_DONE;
}

const struct command command_announce = {
    .name = "announce",
    .arguments = "[ID] | put ID TEXT | remove ID",
    .summary = "what all customers of a team or region are told",
    .help = "Without arguments lists the announcements; with an ID shows one.  put tells it\n"
            "to each customer that it is for, once, inside the customer's hours: 'notices\n"
            "take' hands it out.  remove: nobody is told any more.\n"
            "\n"
            "Options of put; --team or --region is needed\n"
            "  --team T       the customers of this team\n"
            "  --region R     those of these regions, a list with spaces\n"
            "  --service S    what can be booked to talk about it\n"
            "  --from T       not before; default now\n"
            "  --until T      not from then on; default for good\n"
            "\n"
            "Examples\n"
            "  schedctl announce put price-9 'prices change in May' --team hv\n"
            "  schedctl announce remove price-9\n"
            "\n"
            "With --json: an array of announcements {id, team, regions, text, service, from,\n"
            "until}, or one; remove {id}.\n",
    .options = OPTION(OPT_TEAM) | OPTION(OPT_REGION) | OPTION(OPT_SERVICE) | OPTION(OPT_FROM) |
               OPTION(OPT_UNTIL),
    .most = 3,
    .store = true,
    .run = run,
};
