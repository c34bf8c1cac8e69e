/* roster.c -- schedctl team: the teams, and the faces of one of them. */
#include "record.h"

#include <stdio.h>
#include <string.h>

/* ---- the people of a team ---------------------------------------------------------------- */

struct faces {
    struct tool *t;
    struct libscols_table *table; /* or */
    json_t *list;
    char today[11]; /* in the team's zone */
    int code;
};

/* Dates of one form are in the order of their texts. */
static bool serves(const struct faces *f, const lsched_member *m)
{
    return strcmp(m->from, f->today) <= 0 && (!*m->until || strcmp(f->today, m->until) < 0);
}

static int add_face(void *user, const void *record)
{
    struct faces *f = user;
    const lsched_member *m = record;
    lsched_agent *agent;
    if (*m->until && strcmp(m->until, f->today) <= 0)
        return 0; /* has left */
    int status = lsched_get_agent(f->t->s, m->agent, &agent);
    if (status != LSCHED_OK) {
        f->code = refuse(f->t, status, "agent");
        return 1;
    }
    if (f->list) {
        json_t *face = record_json(f->t, &kind_agent, agent, NULL);
        json_object_set_new(face, "from", json_string(m->from));
        json_object_set_new(face, "until", json_string(m->until));
        json_object_set_new(face, "serves", json_boolean(serves(f, m)));
        json_array_append_new(f->list, face);
    } else {
        char channels[CHOICE_TEXT];
        const char *cells[] = {agent->id,
                               agent->name,
                               agent->languages,
                               choice_list(choice_channel, agent->channels, channels),
                               serves(f, m) ? "" : m->from,
                               m->until,
                               agent->photo};
        table_row(f->table, cells, sizeof cells / sizeof *cells);
    }
    lsched_agent_free(agent);
    return 0;
}

static int collect(struct faces *f, const lsched_team *team)
{
    char wall[TIME_TEXT];
    int status = lsched_wall(f->t->s, tool_now(f->t), team->zone, wall, sizeof wall);
    if (status != LSCHED_OK)
        return refuse(f->t, status, "zone");
    snprintf(f->today, sizeof f->today, "%.10s", wall);
    status = walk_members(f->t->s, team->id, NULL, add_face, f);
    if (status < 0)
        return refuse(f->t, status, "members");
    return f->code;
}

int faces_print(struct tool *t, const lsched_team *team)
{
    struct faces f = {.t = t, .table = table_new(t)};
    table_column(f.table, "AGENT", 0);
    table_column(f.table, "NAME", 0);
    table_column(f.table, "LANGUAGES", COLUMN_TRUNC);
    table_column(f.table, "CHANNELS", COLUMN_TRUNC);
    table_column(f.table, "FROM", 0);
    table_column(f.table, "UNTIL", 0);
    table_column(f.table, "PHOTO", COLUMN_TRUNC);
    int code = collect(&f, team);
    int printed = table_print(f.table);
    return code == EXIT_DONE ? printed : code;
}

json_t *faces_json(struct tool *t, const lsched_team *team)
{
    struct faces f = {.t = t, .list = json_array()};
    if (collect(&f, team) == EXIT_DONE)
        return f.list;
    json_decref(f.list);
    return NULL;
}

/* ---- the command --------------------------------------------------------------------------- */

static int one_team(struct tool *t, const lsched_team *team)
{
    if (t->json) {
        json_t *object = record_json(t, &kind_team, team, NULL);
        json_t *faces = faces_json(t, team);
        if (!faces) {
            json_decref(object);
            return EXIT_NO_STORE;
        }
        json_object_set_new(object, "members", faces);
        return print_json(object);
    }
    print_clean(team->name);
    printf(" (%s), %s%s\n", team->id, team->zone, team->general ? ", general care" : "");
    if (*team->regions)
        printf("regions   %s\n", team->regions);
    if (*team->overflow) {
        printf("overflow  ");
        print_clean(team_name(t, team->overflow));
        printf(" (%s)\n", team->overflow);
    }
    if (*team->photo) {
        printf("photo     ");
        print_clean(team->photo);
        putchar('\n');
    }
    putchar('\n');
    return faces_print(t, team);
}

struct rows {
    struct tool *t;
    struct libscols_table *table;
    json_t *list;
};

static int add_team(void *user, const void *record)
{
    struct rows *rows = user;
    const lsched_team *team = record;
    if (rows->list) {
        json_array_append_new(rows->list, record_json(rows->t, &kind_team, team, NULL));
    } else {
        const char *cells[] = {team->id,       team->name,   team->zone, team->general ? "yes" : "",
                               team->overflow, team->regions};
        table_row(rows->table, cells, sizeof cells / sizeof *cells);
    }
    return 0;
}

static int all_teams(struct tool *t)
{
    struct rows rows = {t, t->json ? NULL : table_new(t), t->json ? json_array() : NULL};
    table_column(rows.table, "TEAM", 0);
    table_column(rows.table, "NAME", COLUMN_TRUNC);
    table_column(rows.table, "ZONE", 0);
    table_column(rows.table, "GENERAL", 0);
    table_column(rows.table, "OVERFLOW", 0);
    table_column(rows.table, "REGIONS", COLUMN_TRUNC);
    int status = walk_teams(t->s, add_team, &rows);
    int code = t->json ? print_json(rows.list) : table_print(rows.table);
    return status == LSCHED_OK ? code : refuse(t, status, "team");
}

static int run(struct tool *t)
{
    lsched_team *team;
    if (t->arg_count == 0)
        return all_teams(t);
    int status = lsched_get_team(t->s, t->args[0], &team);
    int code = status == LSCHED_OK ? one_team(t, team) : refuse(t, status, "team");
    lsched_team_free(team);
    return code;
}

const struct command command_team = {
    .name = "team",
    .arguments = "[ID]",
    .summary = "the teams, or one of them with its people",
    .help = "Without ID lists the teams; with one shows the team and the faces of its people:\n"
            "their names and the addresses of their photos.  FROM stands where somebody only\n"
            "begins on that date, UNTIL where the first date without them is known.\n"
            "\n"
            "Examples\n"
            "  schedctl team\n"
            "  schedctl team east\n"
            "\n"
            "With --json: an array of teams, or one team with {members: [...]}, each an agent\n"
            "and {from, until, serves}.  Records have the keys of a site file (SITE.md).\n",
    .most = 1,
    .store = true,
    .run = run,
};
