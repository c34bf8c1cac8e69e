/* agent.c -- schedctl agent: the people who serve. */
#include "record.h"

#include <stdio.h>

struct rows {
    struct tool *t;
    struct libscols_table *table;
    json_t *list;
};

static int add_team(void *user, const void *record)
{
    struct rows *rows = user;
    const lsched_member *m = record;
    if (rows->list) {
        json_array_append_new(rows->list, record_json(rows->t, &kind_member, m, NULL));
    } else {
        const char *cells[] = {m->team, team_name(rows->t, m->team), m->from, m->until};
        table_row(rows->table, cells, 4);
    }
    return 0;
}

static void details(const lsched_agent *a)
{
    char channels[CHOICE_TEXT];
    print_clean(a->name);
    printf(" (%s), %s\n", a->id, a->zone);
    printf("channels   %s\n", choice_list(choice_channel, a->channels, channels));
    printf("lanes      %d\n", (int)a->lanes);
    if (*a->languages)
        printf("languages  %s\n", a->languages);
    if (*a->skills)
        printf("skills     %s\n", a->skills);
    if (*a->photo) {
        printf("photo      ");
        print_clean(a->photo);
        putchar('\n');
    }
    putchar('\n');
}

static int one_agent(struct tool *t, const lsched_agent *a)
{
    struct rows rows = {t, t->json ? NULL : table_new(t), t->json ? json_array() : NULL};
    table_column(rows.table, "TEAM", 0);
    table_column(rows.table, "NAME", COLUMN_TRUNC);
    table_column(rows.table, "FROM", 0);
    table_column(rows.table, "UNTIL", 0);
    if (!t->json)
        details(a);
    int status = walk_members(t->s, NULL, a->id, add_team, &rows);
    int code;
    if (t->json) {
        json_t *object = record_json(t, &kind_agent, a, NULL);
        json_object_set_new(object, "teams", rows.list);
        code = print_json(object);
    } else {
        code = table_print(rows.table);
    }
    return status == LSCHED_OK ? code : refuse(t, status, "members");
}

static int add_agent(void *user, const void *record)
{
    struct rows *rows = user;
    const lsched_agent *a = record;
    if (rows->list) {
        json_array_append_new(rows->list, record_json(rows->t, &kind_agent, a, NULL));
    } else {
        char channels[CHOICE_TEXT];
        const char *cells[] = {a->id,        a->name,
                               a->zone,      choice_list(choice_channel, a->channels, channels),
                               a->languages, a->skills};
        table_row(rows->table, cells, sizeof cells / sizeof *cells);
    }
    return 0;
}

static int all_agents(struct tool *t)
{
    struct rows rows = {t, t->json ? NULL : table_new(t), t->json ? json_array() : NULL};
    table_column(rows.table, "AGENT", 0);
    table_column(rows.table, "NAME", 0);
    table_column(rows.table, "ZONE", COLUMN_TRUNC);
    table_column(rows.table, "CHANNELS", COLUMN_TRUNC);
    table_column(rows.table, "LANGUAGES", COLUMN_TRUNC);
    table_column(rows.table, "SKILLS", COLUMN_TRUNC);
    int status = walk_agents(t->s, add_agent, &rows);
    int code = t->json ? print_json(rows.list) : table_print(rows.table);
    return status == LSCHED_OK ? code : refuse(t, status, "agent");
}

static int run(struct tool *t)
{
    lsched_agent *agent;
    if (t->arg_count == 0)
        return all_agents(t);
    int status = lsched_get_agent(t->s, t->args[0], &agent);
    int code = status == LSCHED_OK ? one_agent(t, agent) : refuse(t, status, "agent");
    lsched_agent_free(agent);
    return code;
}

const struct command command_agent = {
    .name = "agent",
    .arguments = "[ID]",
    .summary = "the agents, or one of them with its teams",
    .help = "Without ID lists the agents; with one shows the agent and the teams it serves\n"
            "in.\n"
            "\n"
            "Examples\n"
            "  schedctl agent\n"
            "  schedctl agent ana --json\n"
            "\n"
            "With --json: an array of agents, or one agent with {teams: [...]}, its\n"
            "memberships. Records have the keys of a site file (SITE.md).\n",
    .most = 1,
    .store = true,
    .run = run,
};
