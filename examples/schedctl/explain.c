/* explain.c -- schedctl explain: why not then, and what would help. */
#include "explain.h"

#include <stdio.h>
#include <string.h>

/* "Ana Ortiz", "3 agents" or "all". */
static const char *people(struct tool *t, const lsched_obstacle *o, char *buffer, size_t size)
{
    if (o->agents == 1)
        snprintf(buffer, size, "%s", agent_name(t, o->who));
    else if (o->agents > 1)
        snprintf(buffer, size, "%d agents", (int)o->agents);
    else
        snprintf(buffer, size, "%s", *o->team ? o->team : "all");
    return buffer;
}

/* Starts are whole minutes: the first that is refused, and the first that no longer is. */
static const char *minute(struct tool *t, lsched_time at, const char *zone, char buffer[TIME_TEXT])
{
    return time_minute(t, (at + 59) / 60 * 60, zone, buffer);
}

static int print_obstacles(struct tool *t, const lsched_explanation *x, const char *zone)
{
    if (!lsched_explanation_count(x))
        return EXIT_DONE;
    struct libscols_table *table = table_new(t);
    table_column(table, "STARTS FROM", 0);
    table_column(table, "UNTIL", 0);
    table_column(table, "FOR", COLUMN_TRUNC);
    table_column(table, "WHY NOT", 0);
    table_column(table, "CALENDAR", COLUMN_TRUNC);
    for (size_t i = 0; i < lsched_explanation_count(x); i++) {
        const lsched_obstacle *o = lsched_explanation_at(x, i);
        char from[TIME_TEXT];
        char until[TIME_TEXT];
        char who[LSCHED_MAX_NAME + 1];
        const char *cells[] = {minute(t, o->from, zone, from), minute(t, o->until, zone, until),
                               people(t, o, who, sizeof who), lsched_reason_text(o->reason),
                               o->calendar};
        table_row(table, cells, sizeof cells / sizeof *cells);
    }
    return table_print(table);
}

/* "60 min", "none". */
static const char *notice_text(int64_t minutes, char *buffer, size_t size)
{
    if (minutes < 0)
        snprintf(buffer, size, "none");
    else
        snprintf(buffer, size, "%lld min", (long long)minutes);
    return buffer;
}

static void describe(struct tool *t, const lsched_relaxation *r, char *line, size_t size)
{
    char names[CHOICE_TEXT];
    char is[32];
    char was[32];
    switch (r->kind) {
    case LSCHED_RELAX_CHANNEL:
        snprintf(line, size, "%s", choice_list(choice_channel, (int32_t)r->number, names));
        break;
    case LSCHED_RELAX_AGENT:
        snprintf(line, size, "anybody in %s", team_name(t, r->query->team));
        break;
    case LSCHED_RELAX_TEAM:
        snprintf(line, size, "any team");
        break;
    case LSCHED_RELAX_RUNG:
        snprintf(line, size, "%s, too",
                 choice_list(choice_rung, (int32_t)(r->number & ~r->was), names));
        break;
    case LSCHED_RELAX_ANYBODY:
        snprintf(line, size, "anybody at all");
        break;
    case LSCHED_RELAX_LATER:
        snprintf(line, size, "later");
        break;
    case LSCHED_RELAX_EARLIER:
        snprintf(line, size, "earlier");
        break;
    case LSCHED_RELAX_NOW:
        snprintf(line, size, "general care today");
        break;
    case LSCHED_RELAX_LANGUAGE:
        snprintf(line, size, "in %s", r->text);
        break;
    case LSCHED_RELAX_NOTICE:
        snprintf(line, size, "notice: %s instead of %s", notice_text(r->number, is, sizeof is),
                 notice_text(r->was, was, sizeof was));
        break;
    default:
        snprintf(line, size, "horizon: %lld days instead of %lld", (long long)r->number,
                 (long long)r->was);
        break;
    }
}

static int print_relaxations(struct tool *t, const lsched_explanation *x, const char *zone)
{
    size_t count = lsched_explanation_relaxations(x);
    struct libscols_table *table = count ? table_new(t) : NULL;
    if (!count) {
        if (!lsched_explanation_outlook(x)->starts)
            puts("\nNothing would help within a week before and two months after.");
        return EXIT_DONE;
    }
    puts("");
    table_column(table, "WHAT WOULD HELP", COLUMN_TRUNC);
    table_column(table, "STARTS", COLUMN_RIGHT);
    table_column(table, "THE FIRST", 0);
    table_column(table, "WHO CHANGES IT", 0);
    for (size_t i = 0; i < count; i++) {
        const lsched_relaxation *r = lsched_explanation_relaxation(x, i);
        char what[2 * CHOICE_TEXT];
        char starts[24];
        char first[TIME_TEXT];
        describe(t, r, what, sizeof what);
        snprintf(starts, sizeof starts, "%lld", (long long)r->starts);
        const char *cells[] = {what, starts, time_minute(t, r->first, zone, first),
                               r->company ? "the company" : "the customer"};
        table_row(table, cells, sizeof cells / sizeof *cells);
    }
    return table_print(table);
}

static int print(struct tool *t, const struct question *q, const lsched_explanation *x)
{
    const lsched_outlook *o = lsched_explanation_outlook(x);
    char from[TIME_TEXT];
    char until[TIME_TEXT];
    if (t->json)
        return print_json(explanation_json(t, q, x));
    time_minute(t, o->from, q->zone, from);
    time_minute(t, o->until, q->zone, until);
    if (o->until - o->from == 1)
        printf("%s: %spossible\n\n", from, o->starts ? "" : "not ");
    else
        printf("%s until %s: %lld possible start%s\n\n", from, until, (long long)o->starts,
               o->starts == 1 ? "" : "s");
    int code = strips_fit(x) ? strips_print(t, x, q->zone) : EXIT_DONE;
    if (code == EXIT_DONE)
        code = print_obstacles(t, x, q->zone);
    return code == EXIT_DONE ? print_relaxations(t, x, q->zone) : code;
}

/* START, --date, or --from and --until. */
static int range(struct tool *t, struct question *q)
{
    int64_t day;
    lsched_query *query = &q->query;
    const char *start = t->arg_count == 3 ? t->args[2] : NULL;
    if ((start || t->value[OPT_DATE]) && (t->value[OPT_FROM] || t->value[OPT_UNTIL]))
        return fail(EXIT_WRONG, "a START or --date, or --from and --until: not both");
    if (start && t->value[OPT_DATE])
        return fail(EXIT_WRONG, "a START or --date: not both");
    if (start) {
        int status = lsched_instant(t->s, start, q->zone, &query->from);
        query->until = query->from + 1;
        return status == LSCHED_OK ? EXIT_DONE : refuse(t, status, "START");
    }
    if (t->value[OPT_DATE])
        return local_days(t, t->value[OPT_DATE], q->zone, 1, &day, &query->from, &query->until);
    int code = option_time(t, OPT_FROM, q->zone, &query->from);
    return code == EXIT_DONE ? option_time(t, OPT_UNTIL, q->zone, &query->until) : code;
}

static int run(struct tool *t)
{
    struct question q = {.moving = NULL};
    int given = t->arg_count;
    t->arg_count = given == 3 ? 2 : given; /* the question is about two of them */
    int code = question_read(t, &q);
    t->arg_count = given;
    if (code == EXIT_DONE)
        code = range(t, &q);
    if (code == EXIT_DONE) {
        lsched_explanation *x;
        int status = lsched_explain(t->s, &q.query, &x);
        code = status == LSCHED_OK ? print(t, &q, x) : refuse(t, status, "explain");
        lsched_explanation_free(x);
    }
    question_free(&q);
    return code;
}

const struct command command_explain = {
    .name = "explain",
    .arguments = "CUSTOMER SERVICE [START]",
    .summary = "why not then, and what would help",
    .help = "Says of a start, a day or up to 62 days which rules stand in the way, whose they\n"
            "are and which calendar it is, and what little change would open something.  A\n"
            "day is also drawn: one line for each candidate, one cell for each half hour,\n"
            "which shows whether a contact could start there, or the first rule against it.\n"
            "What is booked is told as booked, and nothing more.\n"
            "\n"
            "Options\n"
            "  --date DATE    that local day of the customer; default the rest of today\n"
            "  --from T       or: the first start to consider\n"
            "  --until T      and the first past it; default the end of that day\n"
            "  --channel C    phone, chat, video or visit; several with commas\n"
            "  --agent A      only this agent\n"
            "  --team T       only this team\n"
            "  --rung R       known, home, overflow or general; several with commas\n"
            "  --moving ID    for this booking, its own place counted as free\n"
            "\n"
            "Examples\n"
            "  schedctl explain c-1001 fix 2026-03-09T09:00\n"
            "  schedctl explain c-1001 fix --date 2026-03-09 --agent ana\n"
            "\n"
            "With --json: {customer, service, zone, from, until, starts, slots, first,\n"
            "candidates: [{agent, agent_name, team, rung, fit, starts}], obstacles: [{reason,\n"
            "text, kind, owner, calendar, team, agents, channels, from, until}], lost:\n"
            "[{reason, text, count, alone}], relaxations: [{kind, company, field, value, was,\n"
            "starts, slots, first}]}.\n",
    .options = OPTION(OPT_CHANNEL) | OPTION(OPT_AGENT) | OPTION(OPT_TEAM) | OPTION(OPT_RUNG) |
               OPTION(OPT_FROM) | OPTION(OPT_UNTIL) | OPTION(OPT_DATE) | OPTION(OPT_MOVING),
    .most = 3,
    .store = true,
    .run = run,
};
