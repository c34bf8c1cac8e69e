/* explain.c -- schedctl explain: why not then, and what would help. */
#include "explain.h"

#include <stdio.h>
#include <string.h>

/* "60 min", "none". */
static const char *notice_text(int64_t minutes, char *buffer, size_t size)
{
    if (minutes < 0)
        snprintf(buffer, size, "none");
    else
        snprintf(buffer, size, "%lld min", (long long)minutes);
    return buffer;
}

static const char *rung_text(int32_t rung)
{
    switch (rung) {
    case LSCHED_KNOWN:
        return "agents whom the customer knows";
    case LSCHED_HOME:
        return "the home team";
    case LSCHED_OVERFLOW:
        return "the team that helps out";
    case LSCHED_GENERAL:
        return "general care";
    default:
        return lsched_rung_name(rung);
    }
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
        snprintf(line, size, "%s, too", rung_text((int32_t)(r->number & ~r->was)));
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
            puts("\nNo single change would help within a week before and two months after.");
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

/* Where nothing is possible, and the customer has no single change to make: the first place at all,
 * by whomever and on whatever channel. */
static int look_anywhere(struct tool *t, const struct question *q, const lsched_explanation *x,
                         lsched_slots **found)
{
    bool helped = lsched_explanation_outlook(x)->starts > 0;
    const lsched_query query = {.size = sizeof query,
                                .customer = q->query.customer,
                                .service = q->query.service,
                                .moving = q->query.moving,
                                .limit = 1};
    *found = NULL;
    for (size_t i = 0; i < lsched_explanation_relaxations(x); i++)
        helped = helped || !lsched_explanation_relaxation(x, i)->company;
    int status = helped ? LSCHED_OK : lsched_find(t->s, &query, found);
    return status == LSCHED_OK ? EXIT_DONE : refuse(t, status, "explain");
}

static void print_anywhere(struct tool *t, const lsched_slots *found)
{
    const lsched_slot *slot = lsched_slots_count(found) ? lsched_slots_at(found, 0) : NULL;
    char start[TIME_TEXT];
    if (!slot) {
        puts("Nothing is free at any time that can be booked, by anybody on any channel.");
        return;
    }
    printf("The first free place at all: %s %s, ", time_day(slot->start, slot->customer_offset),
           time_short(slot->start, slot->customer_offset, start));
    print_clean(agent_name(t, slot->agent));
    printf(", by %s.\n", lsched_channel_name(slot->channel));
}

static int print(struct tool *t, const struct question *q, const lsched_explanation *x,
                 const lsched_slots *found)
{
    if (t->json)
        return print_json(explanation_json(
            t, q, x, lsched_slots_count(found) ? lsched_slots_at(found, 0) : NULL));
    verdict_print(t, q, x);
    int code = print_relaxations(t, x, q->zone);
    if (code == EXIT_DONE && found)
        print_anywhere(t, found);
    if (code == EXIT_DONE && strips_fit(x))
        code = strips_print(t, q, x);
    return code == EXIT_DONE ? obstacles_print(t, x, q->zone) : code;
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
        lsched_slots *found = NULL;
        int status = lsched_explain(t->s, &q.query, &x);
        code = status == LSCHED_OK ? look_anywhere(t, &q, x, &found) : refuse(t, status, "explain");
        if (code == EXIT_DONE)
            code = print(t, &q, x, found);
        lsched_slots_free(found);
        lsched_explanation_free(x);
    }
    question_free(&q);
    return code;
}

const struct command command_explain = {
    .name = "explain",
    .arguments = "CUSTOMER SERVICE [START]",
    .summary = "why not then, and what would help",
    .help = "Says of a start, a day or up to 62 days, in one sentence, whether anything is\n"
            "free and the main reason if not; then what would help, the least change first;\n"
            "then what stands in the way, whose rule it is and by which calendar.  A day is\n"
            "drawn: a line for each candidate, a cell for each half hour, which shows whether\n"
            "a contact could start there, or the first rule against it.  What is booked is\n"
            "told as booked, and nothing more.  Of many lines, ten that matter are shown.\n"
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
            "  --all          all lines, and all names in them\n"
            "\n"
            "Examples\n"
            "  schedctl explain c-1001 fix 2026-03-09T09:00\n"
            "  schedctl explain c-1001 fix --date 2026-03-09 --agent ana\n"
            "\n"
            "With --json: {customer, service, zone, from, until, starts, slots, first,\n"
            "candidates: [{agent, agent_name, team, rung, fit, starts}], obstacles: [{reason,\n"
            "text, kind, owner, calendar, team, agents, channels, from, until}], lost:\n"
            "[{reason, text, count, alone}], relaxations: [{kind, company, field, value, was,\n"
            "starts, slots, first}], anywhere: the first free place at all, as 'slots' prints\n"
            "it, where nothing that the customer could change alone would help, or null}.\n",
    .options = OPTION(OPT_CHANNEL) | OPTION(OPT_AGENT) | OPTION(OPT_TEAM) | OPTION(OPT_RUNG) |
               OPTION(OPT_FROM) | OPTION(OPT_UNTIL) | OPTION(OPT_DATE) | OPTION(OPT_MOVING) |
               OPTION(OPT_ALL),
    .most = 3,
    .store = true,
    .run = run,
};
