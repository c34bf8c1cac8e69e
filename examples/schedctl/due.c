/* due.c -- schedctl due: arithmetic in the open time of files and of stored owners. */
#include "record.h"

#include <stdio.h>
#include <string.h>

struct question {
    lsched_layers layers;
    struct calendars files;
    char zone[LSCHED_MAX_NAME + 1]; /* of local times */
    lsched_time from;
};

/* ---- whose open time ------------------------------------------------------------------------ */

static bool names_owner(const struct tool *t)
{
    return t->value[OPT_TEAM] || t->value[OPT_AGENT] || t->value[OPT_CUSTOMER] ||
           t->value[OPT_REGION] || t->value[OPT_SERVICE];
}

static int check_service(struct tool *t)
{
    lsched_service *service;
    if (!t->value[OPT_SERVICE])
        return EXIT_DONE;
    int status = lsched_get_service(t->s, t->value[OPT_SERVICE], &service);
    lsched_service_free(service);
    return status == LSCHED_OK ? EXIT_DONE : refuse(t, status, "--service");
}

/* The zone of local times is the one that the library takes for floating ones.  Everybody
 * named is looked up, so that an unknown id is told from open time that ends. */
static int find_zone(struct tool *t, struct question *q)
{
    char zone[LSCHED_MAX_NAME + 1] = "";
    int code = check_service(t);
    if (code == EXIT_DONE && t->value[OPT_AGENT])
        code = agent_zone(t, t->value[OPT_AGENT], zone);
    if (code == EXIT_DONE && t->value[OPT_TEAM])
        code = team_zone(t, t->value[OPT_TEAM], zone);
    if (code == EXIT_DONE && t->value[OPT_CUSTOMER])
        code = customer_zone(t, t->value[OPT_CUSTOMER], zone);
    if (code != EXIT_DONE)
        return code;
    if (t->value[OPT_ZONE])
        snprintf(zone, sizeof zone, "%s", t->value[OPT_ZONE]);
    else if (!*zone && names_owner(t))
        return fail(EXIT_WRONG, "due: nobody named has a zone of its own; --zone is missing");
    snprintf(q->zone, sizeof q->zone, "%s", *zone ? zone : "UTC");
    return EXIT_DONE;
}

static int read_layers(struct tool *t, struct question *q)
{
    int code = names_owner(t) ? tool_open(t) : EXIT_DONE;
    if (code == EXIT_DONE)
        code = find_zone(t, q);
    if (code == EXIT_DONE)
        code = option_time(t, OPT_FROM, q->zone, &q->from);
    if (code == EXIT_DONE)
        code = calendars_read(t, &q->files);
    q->layers = (lsched_layers){
        .size = sizeof q->layers,
        .count = (uint32_t)q->files.count,
        .team = t->value[OPT_TEAM],
        .agent = t->value[OPT_AGENT],
        .customer = t->value[OPT_CUSTOMER],
        .region = t->value[OPT_REGION],
        .service = t->value[OPT_SERVICE],
        .zone = q->zone,
        .calendars = q->files.list,
    };
    return code;
}

/* ---- the answers ----------------------------------------------------------------------------- */

static int no_answer(struct tool *t, const struct question *q, int status)
{
    if (status == LSCHED_NOTFOUND)
        return fail(EXIT_NOTHING, "due: %s", lsched_message(t->s));
    return calendars_refuse(t, &q->files, status, q->zone, q->from);
}

static int print_time(struct tool *t, const struct question *q, const char *key, lsched_time at)
{
    char text[TIME_TEXT];
    time_text(t, at, q->zone, text);
    if (t->json)
        return print_json(json_pack("{s:s, s:s}", key, text, "zone", q->zone));
    printf("%s %s\n", time_day(date_days(text) * 86400, 0), text);
    return EXIT_DONE;
}

static int add(struct tool *t, const struct question *q)
{
    int32_t minutes = 0;
    lsched_time at;
    int code = option_number(t, OPT_MINUTES, -1000000, 1000000, &minutes);
    if (code != EXIT_DONE)
        return code;
    int status = lsched_add_open(t->s, &q->layers, q->from, minutes, &at);
    return status == LSCHED_OK ? print_time(t, q, "due", at) : no_answer(t, q, status);
}

static int count(struct tool *t, const struct question *q)
{
    lsched_time until = 0;
    int64_t minutes;
    int code = option_time(t, OPT_UNTIL, q->zone, &until);
    if (code != EXIT_DONE)
        return code;
    int status = lsched_count_open(t->s, &q->layers, q->from, until, &minutes);
    if (status != LSCHED_OK)
        return no_answer(t, q, status);
    if (t->json)
        return print_json(
            json_pack("{s:I, s:s}", "minutes", (json_int_t)minutes, "zone", q->zone));
    printf("%lld min\n", (long long)minutes);
    return EXIT_DONE;
}

static int turn(struct tool *t, const struct question *q)
{
    const char *name = t->value[OPT_TURN];
    char known[CHOICE_TEXT];
    int32_t which;
    lsched_time at;
    if (!choice_value(choice_turn, name, strlen(name), &which))
        return fail(EXIT_WRONG, "--turn: '%.64s' is not one of %s", name,
                    choice_list(choice_turn, -1, known));
    int status = lsched_find_turn(t->s, &q->layers, q->from, which, &at);
    return status == LSCHED_OK ? print_time(t, q, "turn", at) : no_answer(t, q, status);
}

static int run(struct tool *t)
{
    struct question q = {.from = 0};
    const bool adds = t->value[OPT_MINUTES] != NULL, counts = t->value[OPT_UNTIL] != NULL;
    const bool turns = t->value[OPT_TURN] != NULL;
    if (!t->value[OPT_CALENDAR] && !names_owner(t))
        return fail(EXIT_WRONG, "due: neither --calendar nor any owner (--team, ...) is there");
    if (!t->value[OPT_FROM])
        return fail(EXIT_WRONG, "due: --from is missing");
    if (adds + counts + turns != 1)
        return fail(EXIT_WRONG, "due: one of --minutes, --until and --turn is needed");
    int code = read_layers(t, &q);
    if (code == EXIT_DONE)
        code = adds ? add(t, &q) : counts ? count(t, &q) : turn(t, &q);
    calendars_free(&q.files);
    return code;
}

const struct command command_due = {
    .name = "due",
    .arguments = "--from T (--minutes N | --until T | --turn WHICH)",
    .summary = "when so many minutes of open time have passed, or how many have",
    .help = "Counts the time in which all owners and files named are open.  An amount that\n"
            "ends exactly at closing time ends at closing time.  Where nothing is found\n"
            "within 400 days, the exit code is 3.\n"
            "\n"
            "What is asked\n"
            "  --from T          required: when the time begins to count\n"
            "  --minutes N       when so many minutes of open time have passed; negative:\n"
            "                    from when on they pass until --from\n"
            "  --until T         how many minutes of open time lie between the two\n"
            "  --turn WHICH      when it opens or closes: next-opening, next-closing,\n"
            "                    last-opening or last-closing\n"
            "\n"
            "Whose open time\n"
            "  --calendar FILE   as often as you like\n"
            "  --closes FILE     likewise\n"
            "  --team ID, --agent ID, --customer ID, --region NAME, --service ID\n"
            "                    stored owners\n"
            "  --zone Z          where floating and local times are; default the zone of the\n"
            "                    customer, the team or the agent, of files alone UTC\n"
            "\n"
            "Examples\n"
            "  schedctl due --calendar hours.ics --closes holidays.ics --zone Europe/Paris \\\n"
            "    --from 2026-03-06T16:00 --minutes 240\n"
            "  schedctl due --team east --customer c-1001 --from 2026-03-06 \\\n"
            "    --turn next-opening\n"
            "\n"
            "With --json: {due, zone}, {minutes, zone} or {turn, zone}.\n",
    .options = OPTION(OPT_CALENDAR) | OPTION(OPT_CLOSES_FILE) | OPTION(OPT_FROM) |
               OPTION(OPT_MINUTES) | OPTION(OPT_UNTIL) | OPTION(OPT_TURN) | OPTION(OPT_ZONE) |
               OPTION(OPT_TEAM) | OPTION(OPT_AGENT) | OPTION(OPT_CUSTOMER) | OPTION(OPT_REGION) |
               OPTION(OPT_SERVICE),
    .run = run,
};
