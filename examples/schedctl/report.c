/* report.c -- schedctl report: what was promised to customers, and what was kept. */
#include "report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DAYS 28 /* where --from says nothing */

/* ---- what is measured ------------------------------------------------------------------------ */

static int choose_zone(struct report *r)
{
    struct tool *t = r->t;
    int code = EXIT_DONE;
    snprintf(r->zone, sizeof r->zone, "%s", t->value[OPT_ZONE] ? t->value[OPT_ZONE] : "UTC");
    if (t->value[OPT_ZONE])
        return code;
    if (r->measure.team)
        code = team_zone(t, r->measure.team, r->zone);
    else if (r->measure.agent)
        code = agent_zone(t, r->measure.agent, r->zone);
    return code;
}

static int choose_days(struct report *r)
{
    struct tool *t = r->t;
    const char *zone = t->value[OPT_ZONE] ? t->value[OPT_ZONE] : r->zone;
    char date[DATE_TEXT];
    char wall[TIME_TEXT];
    int code = option_time(t, OPT_FROM, zone, &r->measure.from);
    r->measure.until = tool_now(t);
    if (code == EXIT_DONE)
        code = option_time(t, OPT_UNTIL, zone, &r->measure.until);
    if (code != EXIT_DONE || t->value[OPT_FROM])
        return code;
    int status = lsched_wall(t->s, r->measure.until, zone, wall, sizeof wall);
    if (status == LSCHED_OK)
        status =
            lsched_instant(t->s, date_text(date_days(wall) - DAYS, date), zone, &r->measure.from);
    return status == LSCHED_OK ? EXIT_DONE : refuse(t, status, "--until");
}

static int read_measure(struct report *r)
{
    struct tool *t = r->t;
    int32_t minutes = 5;
    r->measure = (lsched_measure){.size = sizeof r->measure,
                                  .team = t->arg_count ? t->args[0] : NULL,
                                  .agent = t->value[OPT_AGENT]};
    int code = choose_zone(r);
    if (code == EXIT_DONE)
        code = choose_days(r);
    if (code == EXIT_DONE)
        code = option_number(t, OPT_MINUTES, 0, LSCHED_MAX_MINUTES, &minutes);
    r->measure.minutes = minutes ? minutes : LSCHED_NONE;
    r->measure.zone = r->zone;
    return code;
}

/* ---- day by day ------------------------------------------------------------------------------- */

/* Days where they are few, else weeks; each begins at midnight there, but for the first. */
static int read_parts(struct report *r)
{
    struct tool *t = r->t;
    lsched_measure m = r->measure;
    char date[DATE_TEXT];
    char wall[TIME_TEXT];
    int status = lsched_wall(t->s, m.from, r->zone, wall, sizeof wall);
    const int64_t first = status == LSCHED_OK ? date_days(wall) : 0;
    r->part_days = m.until - m.from > 31 * 86400 ? 7 : 1;
    while (status == LSCHED_OK && m.from < r->measure.until && r->part_count < REPORT_PARTS) {
        const int64_t next = first + (int64_t)(r->part_count + 1) * r->part_days;
        status = lsched_instant(t->s, date_text(next, date), r->zone, &m.until);
        m.until = m.until < r->measure.until ? m.until : r->measure.until;
        if (status == LSCHED_OK)
            status = lsched_get_figures(t->s, &m, &r->parts[r->part_count]);
        r->part_count += status == LSCHED_OK;
        m.from = m.until;
    }
    return status == LSCHED_OK ? EXIT_DONE : refuse(t, status, "report");
}

static int read_figures(struct report *r)
{
    int status = lsched_get_figures(r->t->s, &r->measure, &r->all);
    if (status == LSCHED_OK)
        status = lsched_list_figures(r->t->s, &r->measure, LSCHED_AGENT, &r->agents);
    return status == LSCHED_OK ? read_parts(r) : refuse(r->t, status, "report");
}

/* ---- agent by agent ----------------------------------------------------------------------------- */

#define CELL 24

/* Of nearly nothing, anything is far too much: how far says nothing. */
static const char *percent(int64_t part, int64_t whole, char cell[CELL])
{
    if (whole > 0 && part / whole >= 10)
        snprintf(cell, CELL, ">999%%");
    else if (whole > 0)
        snprintf(cell, CELL, "%" PRId64 "%%", part * 100 / whole);
    else
        cell[0] = '\0';
    return cell;
}

static void agent_row(struct tool *t, struct libscols_table *table, const lsched_figures *f)
{
    char contacts[CELL];
    char kept[CELL];
    char in_time[CELL];
    char late[CELL] = "";
    char known[CELL];
    char busy[CELL];
    char fair[CELL];
    char score[CELL] = "";
    snprintf(contacts, sizeof contacts, "%" PRId64, f->contacts);
    if (f->timed)
        snprintf(late, sizeof late, "%" PRId64 " min", f->late_p90 / 60);
    if (f->scores)
        snprintf(score, sizeof score, "%" PRId64, f->score_sum / f->scores);
    const char *cells[] = {agent_name(t, f->agent),
                           contacts,
                           percent(f->kept, f->kept + f->missed[0], kept),
                           percent(f->punctual, f->timed, in_time),
                           late,
                           percent(f->familiar, f->served, known),
                           percent(f->busy, f->shift, busy),
                           percent(f->assigned, f->fair, fair),
                           score};
    table_row(table, cells, sizeof cells / sizeof *cells);
}

static int print_agents(const struct report *r)
{
    static const char *const titles[] = {"CONTACTS", "KEPT", "IN TIME", "LATE",
                                         "KNOWN",    "BUSY", "OF FAIR", "SCORE"};
    struct libscols_table *table = table_new(r->t);
    if (!lsched_figures_list_count(r->agents))
        return EXIT_DONE;
    table_column(table, "AGENT", COLUMN_TRUNC);
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        table_column(table, titles[i], COLUMN_RIGHT);
    for (size_t i = 0; i < lsched_figures_list_count(r->agents); i++)
        agent_row(r->t, table, lsched_figures_list_at(r->agents, i));
    putchar('\n');
    return table_print(table);
}

/* ---- all of it -------------------------------------------------------------------------------------- */

static int print_report(const struct report *r)
{
    char from[TIME_TEXT];
    char until[TIME_TEXT];
    const char *whose = r->measure.team ? team_name(r->t, r->measure.team) : "All teams";
    print_clean(r->measure.agent ? agent_name(r->t, r->measure.agent) : whose);
    printf(", %s to %s\n\n", time_minute(r->t, r->all->from, r->zone, from),
           time_minute(r->t, r->all->until, r->zone, until));
    report_summary(r);
    if (!r->all->contacts && !r->all->messages && !r->all->scores)
        return EXIT_DONE;
    report_sparks(r);
    report_heat(r);
    return print_agents(r);
}

static int run(struct tool *t)
{
    struct report r = {.t = t};
    int code = read_measure(&r);
    if (code == EXIT_DONE)
        code = read_figures(&r);
    if (code == EXIT_DONE)
        code = t->json ? print_json(report_json(&r)) : print_report(&r);
    for (size_t i = 0; i < r.part_count; i++)
        lsched_figures_free(r.parts[i]);
    lsched_figures_list_free(r.agents);
    lsched_figures_free(r.all);
    return code;
}

const struct command command_report = {
    .name = "report",
    .arguments = "[TEAM]",
    .summary = "what was promised to customers, and what was kept",
    .help = "Counts the contacts of a team, or of all, and draws them: promises kept and\n"
            "missed, and by whose fault; how late, and how long people waited; whether they\n"
            "spoke to somebody they knew, and had to come back; day by day (or week by week,\n"
            "beyond 31 days), weekday by hour, and agent by agent.\n"
            "\n"
            "Options\n"
            "  --from T       from the contacts that start then; default 28 days before\n"
            "                 --until\n"
            "  --until T      to those that start before; default now\n"
            "  --agent A      only this agent's\n"
            "  --minutes N    so much later is still in time; default 5\n"
            "  --zone Z       whose days and hours; default the team's, else the agent's,\n"
            "                 else UTC\n"
            "\n"
            "In the table, LATE is what nine of ten do not pass, KNOWN how many spoke to\n"
            "somebody they knew, and OF FAIR how much work somebody was given, of what would\n"
            "be fair by the time on shift.\n"
            "\n"
            "Examples\n"
            "  schedctl report hudson\n"
            "  schedctl report hudson --from 2026-03-01 --until 2026-04-01 --minutes 2\n"
            "  schedctl report --agent ana --json\n"
            "\n"
            "With --json: {zone, figures, agents: [figures], every: \"day\" or \"week\", parts:\n"
            "[figures]}; figures are {team, agent, from, until} and numbers with the names\n"
            "that they have in the library, times in seconds; those of all also have begun,\n"
            "joined and waited, 168 hours of the week from Monday 00:00 on.\n",
    .options = OPTION(OPT_FROM) | OPTION(OPT_UNTIL) | OPTION(OPT_AGENT) | OPTION(OPT_MINUTES) |
               OPTION(OPT_ZONE),
    .most = 1,
    .store = true,
    .run = run,
};
