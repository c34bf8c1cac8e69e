/* people.c -- zones and names of customers, agents and teams, asked for once each. */
#include "tool.h"

#include <stdio.h>
#include <string.h>

static int copy_zone(struct tool *t, int status, const char *what, const char *from, char *zone)
{
    if (status != LSCHED_OK)
        return refuse(t, status, what);
    snprintf(zone, LSCHED_MAX_NAME + 1, "%s", from);
    return EXIT_DONE;
}

int customer_zone(struct tool *t, const char *id, char *zone)
{
    lsched_customer *customer;
    int status = lsched_get_customer(t->s, id, &customer);
    int code = copy_zone(t, status, "customer", customer ? customer->zone : "", zone);
    lsched_customer_free(customer);
    return code;
}

int agent_zone(struct tool *t, const char *id, char *zone)
{
    lsched_agent *agent;
    int status = lsched_get_agent(t->s, id, &agent);
    int code = copy_zone(t, status, "agent", agent ? agent->zone : "", zone);
    lsched_agent_free(agent);
    return code;
}

int team_zone(struct tool *t, const char *id, char *zone)
{
    lsched_team *team;
    int status = lsched_get_team(t->s, id, &team);
    int code = copy_zone(t, status, "team", team ? team->zone : "", zone);
    lsched_team_free(team);
    return code;
}

/* Names that were asked for, by "agent ID" and "team ID". */
static json_t *names;

static const char *known_name(const char *kind, const char *id, char key[LSCHED_MAX_ID + 16])
{
    snprintf(key, LSCHED_MAX_ID + 16, "%s %s", kind, id);
    if (!names)
        names = json_object();
    return json_string_value(json_object_get(names, key));
}

static const char *keep_name(const char *key, const char *name, const char *id)
{
    json_object_set_new(names, key, json_string(name));
    name = json_string_value(json_object_get(names, key));
    return name ? name : id;
}

const char *agent_name(struct tool *t, const char *id)
{
    char key[LSCHED_MAX_ID + 16];
    lsched_agent *agent;
    const char *name = known_name("agent", id, key);
    if (name || !*id)
        return name ? name : id;
    lsched_get_agent(t->s, id, &agent);
    name = keep_name(key, agent ? agent->name : id, id);
    lsched_agent_free(agent);
    return name;
}

const char *team_name(struct tool *t, const char *id)
{
    char key[LSCHED_MAX_ID + 16];
    lsched_team *team;
    const char *name = known_name("team", id, key);
    if (name || !*id)
        return name ? name : id;
    lsched_get_team(t->s, id, &team);
    name = keep_name(key, team ? team->name : id, id);
    lsched_team_free(team);
    return name;
}

void names_free(void)
{
    json_decref(names);
    names = NULL;
}
