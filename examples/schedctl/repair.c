/* repair.c -- schedctl strays and repair: bookings that no longer fit, and where they go. */
#include "query.h"

#include <stdio.h>
#include <string.h>

static const struct choice changes[] = {{"time", LSCHED_MEND_TIME},
                                        {"day", LSCHED_MEND_DAY},
                                        {"agent", LSCHED_MEND_AGENT},
                                        {"team", LSCHED_MEND_TEAM},
                                        {NULL, 0}};

/* "moved", or what else the customer is told at once; "" for nothing. */
static const char *told(const lsched_mend *m)
{
    return m->notice == LSCHED_NOTICE_CONFIRMED ? "to be confirmed" : lsched_notice_name(m->notice);
}

/* ---- what both have in common --------------------------------------------------------------------- */

/* An owner without a record would have no strays: a mistyped id must not look like good news.
 * A region never has a record. */
static int find_owner(struct tool *t, int32_t kind, const char *id)
{
    char zone[LSCHED_MAX_NAME + 1];
    lsched_service *service;
    switch (kind) {
    case LSCHED_TEAM:
        return team_zone(t, id, zone);
    case LSCHED_AGENT:
        return agent_zone(t, id, zone);
    case LSCHED_CUSTOMER:
        return customer_zone(t, id, zone);
    case LSCHED_SERVICE:
        break;
    default:
        return EXIT_DONE;
    }
    int status = lsched_get_service(t->s, id, &service);
    lsched_service_free(service);
    return status == LSCHED_OK ? EXIT_DONE : refuse(t, status, "service");
}

int argument_owner(const char *name, int32_t *kind)
{
    char known[CHOICE_TEXT];
    if (choice_value(choice_owner, name, strlen(name), kind))
        return EXIT_DONE;
    return fail(EXIT_WRONG, "'%.64s' is not one of %s", name, choice_list(choice_owner, -1, known));
}

static int read_sweep(struct tool *t, lsched_sweep *sweep)
{
    int32_t limit = 0;
    sweep->size = sizeof *sweep;
    sweep->after = t->value[OPT_AFTER];
    if (t->arg_count == 1)
        return fail(EXIT_WRONG, "usage: schedctl %s %s", t->command->name, t->command->arguments);
    int code = EXIT_DONE;
    if (t->arg_count == 2) {
        sweep->owner = t->args[1];
        code = argument_owner(t->args[0], &sweep->kind);
    }
    if (code == EXIT_DONE && sweep->owner)
        code = find_owner(t, sweep->kind, sweep->owner);
    if (code == EXIT_DONE)
        code = option_time(t, OPT_FROM, t->value[OPT_ZONE], &sweep->from);
    if (code == EXIT_DONE)
        code = option_time(t, OPT_UNTIL, t->value[OPT_ZONE], &sweep->until);
    if (code == EXIT_DONE)
        code = option_number(t, OPT_LIMIT, 1, LSCHED_MAX_PAGE, &limit);
    sweep->limit = (uint32_t)limit;
    return code;
}

/* ---- strays ------------------------------------------------------------------------------------------ */

static int strays(struct tool *t)
{
    lsched_sweep sweep = {0};
    lsched_strays *list;
    int code = read_sweep(t, &sweep);
    if (code != EXIT_DONE)
        return code;
    int status = lsched_list_strays(t->s, &sweep, &list);
    if (status != LSCHED_OK)
        return refuse(t, status, "strays");
    if (t->json)
        code = print_json(json_pack("{s:o}", "strays", strays_json(t, list)));
    else if (lsched_strays_count(list) > 0)
        code = strays_table(t, list);
    else
        puts("every booking fits");
    lsched_strays_free(list);
    return code;
}

#define SWEEP_ARGUMENTS "[KIND OWNER]"
#define SWEEP_HELP                                                                                 \
    "KIND and OWNER: only what a write about them can leave astray: team, agent, customer,\n"      \
    "region or service, and its id.\n"
#define SWEEP_OPTIONS                                                                              \
    "  --from T       only what ends after T; default now\n"                                       \
    "  --until T      only what starts before T\n"                                                 \
    "  --zone Z       where local times of these are\n"                                            \
    "  --after B      only what comes behind this booking in the list\n"

const struct command command_strays = {
    .name = "strays",
    .arguments = SWEEP_ARGUMENTS,
    .summary = "bookings that no longer fit: somebody is sick, a team closes",
    .help =
        "Lists what is booked or held where no layer would allow it any more, and why.\n" SWEEP_HELP
        "\n"
        "Options\n" SWEEP_OPTIONS "  --limit N      at most so many; default 1000\n"
        "\n"
        "Examples\n"
        "  schedctl strays\n"
        "  schedctl strays agent ana --until 2026-03-16\n"
        "\n"
        "With --json: {strays: [{booking, reasons: [{reason, text}], text}]}; a booking is\n"
        "as 'show' prints it.\n",
    .options = OPTION(OPT_FROM) | OPTION(OPT_UNTIL) | OPTION(OPT_ZONE) | OPTION(OPT_AFTER) |
               OPTION(OPT_LIMIT),
    .most = 2,
    .store = true,
    .run = strays,
};

/* ---- repair -------------------------------------------------------------------------------------------- */

static json_t *mend_json(struct tool *t, const lsched_mend *m)
{
    json_t *changed = json_array();
    for (const struct choice *c = changes; c->name; c++)
        if (m->after && (m->changes & c->value))
            json_array_append_new(changed, json_string(c->name));
    return json_pack("{s:o, s:o, s:o, s:s, s:o, s:o, s:b, s:b, s:o}", "before",
                     booking_json(t, m->before), "after",
                     m->after ? booking_json(t, m->after) : json_null(), "reasons",
                     why_json(m->reasons), "status", lsched_status_name(m->status), "missing",
                     why_json(m->missing), "changes", changed, "known",
                     (m->changes & LSCHED_MEND_KNOWN) != 0, "told", m->notice != 0, "notice",
                     m->notice ? json_string(lsched_notice_name(m->notice)) : json_null());
}

static int plan_json(struct tool *t, const lsched_plan *plan, const char *key)
{
    json_t *array = json_array();
    for (size_t i = 0; i < lsched_plan_count(plan); i++)
        json_array_append_new(array, mend_json(t, lsched_plan_at(plan, i)));
    json_t *object = json_pack("{s:b, s:o}", "applied", key != NULL, "bookings", array);
    if (key)
        json_object_set_new(object, "key", json_string(key));
    return print_json(object);
}

static void mend_row(struct tool *t, struct libscols_table *table, const lsched_mend *m)
{
    const lsched_booking *b = m->before, *to = m->after;
    char was[TIME_TEXT];
    char start[TIME_TEXT];
    char why[400];
    char tell[80];
    const bool known = (m->changes & LSCHED_MEND_KNOWN) && (m->changes & LSCHED_MEND_AGENT);
    snprintf(tell, sizeof tell, "%s%s", told(m), known ? ": another agent than the one known" : "");
    const char *cells[] = {time_minute(t, b->start, b->zone, was),
                           agent_name(t, b->agent),
                           !to                     ? "stays"
                           : to->start == b->start ? "same time"
                                                   : time_minute(t, to->start, to->zone, start),
                           to ? agent_name(t, to->agent) : "",
                           !to          ? ""
                           : !m->notice ? "no"
                                        : tell,
                           b->id,
                           to ? "" : why_text(m->missing, why, sizeof why)};
    table_row(table, cells, sizeof cells / sizeof *cells);
}

static int plan_table(struct tool *t, const lsched_plan *plan, bool applied)
{
    size_t moved = 0;
    struct libscols_table *table = table_new(t);
    table_column(table, "WAS", 0);
    table_column(table, "AGENT", COLUMN_TRUNC);
    table_column(table, "BECOMES", 0);
    table_column(table, "WITH", COLUMN_TRUNC);
    table_column(table, "TOLD", COLUMN_TRUNC);
    table_column(table, "BOOKING", 0);
    table_column(table, "WHY NOT", COLUMN_TRUNC);
    for (size_t i = 0; i < lsched_plan_count(plan); i++) {
        mend_row(t, table, lsched_plan_at(plan, i));
        moved += lsched_plan_at(plan, i)->after != NULL;
    }
    int code = table_print(table);
    printf("%zu of %zu %s%s\n", moved, lsched_plan_count(plan),
           applied ? "mended" : "can be mended", applied || moved == 0 ? "" : "; --apply does it");
    return code;
}

static int print_plan(struct tool *t, const lsched_plan *plan, const char *key)
{
    if (t->json)
        return plan_json(t, plan, key);
    if (lsched_plan_count(plan) > 0)
        return plan_table(t, plan, key != NULL);
    puts("every booking fits");
    return EXIT_DONE;
}

static int repair(struct tool *t)
{
    char buffer[KEY_TEXT];
    lsched_sweep sweep = {.cause = t->value[OPT_CAUSE]};
    lsched_plan *plan;
    int32_t days = 0;
    const bool apply = t->value[OPT_APPLY] != NULL;
    int code = read_sweep(t, &sweep);
    if (code == EXIT_DONE && t->value[OPT_KEY] && !apply)
        code = fail(EXIT_WRONG, "--key is for --apply");
    if (code == EXIT_DONE)
        code = option_number(t, OPT_DAYS, 0, LSCHED_MAX_DAYS, &days);
    if (code == EXIT_DONE && apply)
        code = key_take(t, buffer, &sweep.key);
    if (code != EXIT_DONE)
        return code;
    sweep.days = t->value[OPT_DAYS] && days == 0 ? LSCHED_NONE : days;
    int status =
        apply ? lsched_repair(t->s, &sweep, NULL, &plan) : lsched_plan_repair(t->s, &sweep, &plan);
    if (status != LSCHED_OK)
        return refuse(t, status, "repair");
    code = print_plan(t, plan, sweep.key);
    lsched_plan_free(plan);
    return code;
}

const struct command command_repair = {
    .name = "repair",
    .arguments = SWEEP_ARGUMENTS,
    .summary = "find other places for them, with the least disturbance",
    .help =
        "Shows where each stray could go: at its time with another agent of the team, then\n"
        "of another team, then at another time of that day, then on another day.  Nothing is\n"
        "written without --apply, which does all of it or nothing.  Customers are told only\n"
        "where they can see a change.\n" SWEEP_HELP "\n"
        "Options\n"
        "  --apply        do it\n" SWEEP_OPTIONS
        "  --limit N      at most so many strays; default 100\n"
        "  --days N       move by so many days at most, 0: only on the same day; default\n"
        "                 as far as the service can be booked\n"
        "  --cause TEXT   why, for the bookings and their events; default 'repair'\n" KEY_HELP "\n"
        "Examples\n"
        "  schedctl repair agent ana\n"
        "  schedctl repair agent ana --apply --cause 'ana is ill'\n"
        "\n"
        "With --json: {applied, bookings: [{before, after, reasons, status, missing, changes,\n"
        "known, told, notice}]}, and the key; a booking is as 'show' prints it, `after` null\n"
        "where it stays, and `notice` null where the customer is told nothing.\n",
    .options = OPTION(OPT_FROM) | OPTION(OPT_UNTIL) | OPTION(OPT_ZONE) | OPTION(OPT_AFTER) |
               OPTION(OPT_LIMIT) | OPTION(OPT_DAYS) | OPTION(OPT_CAUSE) | OPTION(OPT_KEY) |
               OPTION(OPT_APPLY),
    .most = 2,
    .store = true,
    .run = repair,
};
