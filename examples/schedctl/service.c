/* service.c -- schedctl service: what a customer can book. */
#include "record.h"

#include <stdio.h>

struct rows {
    struct tool *t;
    struct libscols_table *table;
    json_t *list;
};

static int add_service(void *user, const void *record)
{
    struct rows *rows = user;
    const lsched_service *v = record;
    if (rows->list) {
        json_array_append_new(rows->list, record_json(rows->t, &kind_service, v, NULL));
    } else {
        char channels[CHOICE_TEXT];
        char minutes[16];
        char step[16];
        snprintf(minutes, sizeof minutes, "%d", (int)v->minutes);
        snprintf(step, sizeof step, "%d", (int)v->step);
        const char *cells[] = {v->id,   v->name, choice_list(choice_channel, v->channels, channels),
                               minutes, step,    v->skills};
        table_row(rows->table, cells, sizeof cells / sizeof *cells);
    }
    return 0;
}

static int all_services(struct tool *t)
{
    struct rows rows = {t, t->json ? NULL : table_new(t), t->json ? json_array() : NULL};
    table_column(rows.table, "SERVICE", 0);
    table_column(rows.table, "NAME", COLUMN_TRUNC);
    table_column(rows.table, "CHANNELS", COLUMN_TRUNC);
    table_column(rows.table, "MINUTES", COLUMN_RIGHT);
    table_column(rows.table, "STEP", COLUMN_RIGHT);
    table_column(rows.table, "SKILLS", COLUMN_TRUNC);
    int status = walk_services(t->s, add_service, &rows);
    int code = t->json ? print_json(rows.list) : table_print(rows.table);
    return status == LSCHED_OK ? code : refuse(t, status, "service");
}

static int one_service(struct tool *t, const lsched_service *v)
{
    char channels[CHOICE_TEXT];
    if (t->json)
        return print_json(record_json(t, &kind_service, v, NULL));
    print_clean(v->name);
    printf(" (%s)\n", v->id);
    if (*v->topic) {
        printf("topic     ");
        print_clean(v->topic);
        putchar('\n');
    }
    printf("channels  %s\n", choice_list(choice_channel, v->channels, channels));
    if (v->recommended)
        printf("best by   %s\n", choice_name(choice_channel, v->recommended));
    if (v->purpose != LSCHED_ASKED)
        printf("purpose   %s\n", choice_name(choice_purpose, v->purpose));
    printf("takes     %d min", (int)v->minutes);
    if (v->before)
        printf(", %d before", (int)v->before);
    if (v->wrap_up)
        printf(", %d to wrap up", (int)v->wrap_up);
    if (v->after)
        printf(", %d after", (int)v->after);
    printf("\nstarts    every %d min from the %s\n", (int)v->step,
           v->anchor == LSCHED_CLOCK     ? "customer's midnight"
           : v->anchor == LSCHED_OPENING ? "team's opening"
                                         : "agent's first free minute");
    if (v->notice == LSCHED_NONE)
        printf("notice    none\n");
    else
        printf("notice    %d min\n", (int)v->notice);
    printf("horizon   %d days\n", (int)v->horizon);
    if (*v->skills)
        printf("skills    %s\n", v->skills);
    return EXIT_DONE;
}

static int run(struct tool *t)
{
    lsched_service *service;
    if (t->arg_count == 0)
        return all_services(t);
    int status = lsched_get_service(t->s, t->args[0], &service);
    int code = status == LSCHED_OK ? one_service(t, service) : refuse(t, status, "service");
    lsched_service_free(service);
    return code;
}

const struct command command_service = {
    .name = "service",
    .arguments = "[ID]",
    .summary = "what can be booked",
    .help = "Without ID lists the services; with one shows its lengths, buffers and limits.\n"
            "\n"
            "Examples\n"
            "  schedctl service\n"
            "  schedctl service fix\n"
            "\n"
            "With --json: an array of services, or one, with the keys of a site file\n"
            "(SITE.md).\n",
    .most = 1,
    .store = true,
    .run = run,
};
