/* slots.c -- schedctl slots: free places, earliest first, or why there are none. */
#include "query.h"

#include <stdio.h>
#include <string.h>

/* The agent's wall clock; the date only where it is another than the customer's. */
static const char *agent_time(const lsched_slot *slot, char buffer[TIME_TEXT + 8])
{
    char text[TIME_TEXT];
    int64_t days =
        (slot->start + slot->agent_offset) / 86400 - (slot->start + slot->customer_offset) / 86400;
    time_short(slot->start, slot->agent_offset, text);
    snprintf(buffer, TIME_TEXT + 8, "%s%s", text + 11, days > 0 ? " +1d" : days < 0 ? " -1d" : "");
    return buffer;
}

/* Whether others have to make room for any of them. */
static bool any_moves(const lsched_slots *list)
{
    for (size_t i = 0; i < lsched_slots_count(list); i++) {
        if (lsched_slots_at(list, i)->moves)
            return true;
    }
    return false;
}

static int print_table(struct tool *t, const lsched_slots *list)
{
    const bool moves = any_moves(list);
    struct libscols_table *table = table_new(t);
    table_column(table, "DAY", 0);
    table_column(table, "START", 0);
    table_column(table, "AGENT", COLUMN_TRUNC);
    table_column(table, "AGENT'S TIME", 0);
    table_column(table, "TEAM", COLUMN_TRUNC);
    table_column(table, "RUNG", 0);
    table_column(table, "CHANNEL", 0);
    table_column(table, "FREE", COLUMN_RIGHT);
    if (moves)
        table_column(table, "MOVES", COLUMN_RIGHT);
    for (size_t i = 0; i < lsched_slots_count(list); i++) {
        const lsched_slot *slot = lsched_slots_at(list, i);
        char start[TIME_TEXT];
        char there[TIME_TEXT + 8];
        char free[16];
        char others[16];
        snprintf(free, sizeof free, "%d", (int)slot->free);
        snprintf(others, sizeof others, "%d", (int)slot->moves);
        const char *cells[] = {time_day(slot->start, slot->customer_offset),
                               time_short(slot->start, slot->customer_offset, start),
                               agent_name(t, slot->agent),
                               agent_time(slot, there),
                               slot->team,
                               lsched_rung_name(slot->rung),
                               lsched_channel_name(slot->channel),
                               free,
                               others};
        table_row(table, cells, sizeof cells / sizeof *cells - !moves);
    }
    return table_print(table);
}

/* What waiting longer would buy. */
static void print_familiar(struct tool *t, const lsched_slots *list)
{
    const lsched_slot *first = lsched_slots_earliest(list), *slot = lsched_slots_familiar(list);
    char start[TIME_TEXT];
    if (slot == NULL)
        return;
    printf("\nworth %lld minutes more: %s %s with %s (%s, rung %s)\n",
           (long long)(slot->start - first->start) / 60,
           time_day(slot->start, slot->customer_offset),
           time_short(slot->start, slot->customer_offset, start), agent_name(t, slot->agent),
           choice_name(choice_channel, slot->channel), choice_name(choice_rung, slot->rung));
}

json_t *slot_json(struct tool *t, const lsched_slot *slot, const char *zone)
{
    char there[LSCHED_MAX_NAME + 1];
    json_t *agent_start = agent_zone(t, slot->agent, there) == EXIT_DONE
                              ? time_json(t, slot->start, there)
                              : json_null();
    return json_pack("{s:o, s:o, s:s, s:s, s:o, s:s, s:s, s:s, s:i, s:i}", "start",
                     time_json(t, slot->start, zone), "end", time_json(t, slot->end, zone), "agent",
                     slot->agent, "agent_name", agent_name(t, slot->agent), "agent_start",
                     agent_start, "team", slot->team, "rung", lsched_rung_name(slot->rung),
                     "channel", lsched_channel_name(slot->channel), "free", (int)slot->free,
                     "moves", (int)slot->moves);
}

/* The stale calendars, each a word. */
static json_t *degraded_json(const lsched_slots *list)
{
    json_t *words = json_array();
    for (const char *p = lsched_slots_degraded(list); *p; p += strcspn(p, " "), p += *p == ' ')
        json_array_append_new(words, json_stringn(p, strcspn(p, " ")));
    return words;
}

/* What is broken, to be said before anything is booked. */
static json_t *incidents_json(struct tool *t, const lsched_slots *list)
{
    json_t *array = json_array();
    for (size_t i = 0; i < lsched_slots_incidents(list); i++)
        json_array_append_new(array, incident_json(t, lsched_slots_incident(list, i)));
    return array;
}

static void print_incidents(struct tool *t, const lsched_slots *list)
{
    char when[TIME_TEXT];
    for (size_t i = 0; i < lsched_slots_incidents(list); i++) {
        const lsched_incident *n = lsched_slots_incident(list, i);
        printf("incident  %s: %s", n->id, n->text);
        if (n->next_update)
            printf("; more by %s", time_minute(t, n->next_update, NULL, when));
        putchar('\n');
    }
}

/* What there is of one service. */
static json_t *answer_json(struct tool *t, const struct question *q, const char *service,
                           const lsched_slots *list)
{
    const lsched_slot *familiar = lsched_slots_familiar(list);
    json_t *slots = json_array();
    for (size_t i = 0; i < lsched_slots_count(list); i++)
        json_array_append_new(slots, slot_json(t, lsched_slots_at(list, i), q->zone));
    return json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o}", "customer", q->query.customer,
                     "service", service ? service : "", "zone", q->zone, "slots", slots, "familiar",
                     familiar ? slot_json(t, familiar, q->zone) : json_null(), "lost",
                     lost_json(list), "degraded", degraded_json(list), "incidents",
                     incidents_json(t, list));
}

static int answer_print(struct tool *t, const struct question *q, const char *service,
                        const lsched_slots *list)
{
    print_incidents(t, list);
    int shown = lsched_slots_count(list) ? print_table(t, list) : lost_print(t, q, service, list);
    print_familiar(t, list);
    if (*lsched_slots_degraded(list))
        printf("\nstale: %s\n", lsched_slots_degraded(list));
    return shown;
}

static int print_slots(struct tool *t, const struct question *q, const lsched_slots *list)
{
    if (!t->json)
        return answer_print(t, q, q->query.service, list);
    int code = print_json(answer_json(t, q, q->query.service, list));
    return code == EXIT_DONE && !lsched_slots_count(list) ? EXIT_NOTHING : code;
}

static int find_one(struct tool *t, struct question *q)
{
    lsched_slots *list;
    hint_day(t, &q->query, q->zone);
    int status = lsched_find(t->s, &q->query, &list);
    int code = status == LSCHED_OK ? print_slots(t, q, list) : refuse(t, status, "slots");
    lsched_slots_free(list);
    return hint_print(t, code);
}

/* ---- several services ---------------------------------------------------------------- */

static int print_several(struct tool *t, const struct question *q, lsched_slots *const *lists,
                         size_t count)
{
    json_t *services = t->json ? json_array() : NULL;
    size_t found = 0;
    int code = EXIT_DONE;
    for (size_t i = 0; i < count; i++) {
        const char *service = t->args[1 + i];
        found += lsched_slots_count(lists[i]);
        if (t->json) {
            json_array_append_new(services, answer_json(t, q, service, lists[i]));
            continue;
        }
        fputs(i > 0 ? "\n" : "", stdout);
        print_clean(service);
        puts(":");
        int shown = answer_print(t, q, service, lists[i]);
        code = shown == EXIT_NOTHING ? code : shown;
    }
    if (t->json)
        code = print_json(json_pack("{s:s, s:s, s:o}", "customer", q->query.customer, "zone",
                                    q->zone, "services", services));
    return code == EXIT_DONE && found == 0 ? EXIT_NOTHING : code;
}

/* All of them at one moment. */
static int find_several(struct tool *t, const struct question *q)
{
    const size_t count = (size_t)t->arg_count - 1;
    lsched_query queries[LSCHED_MAX_QUERIES];
    const lsched_query *list[LSCHED_MAX_QUERIES];
    lsched_slots *lists[LSCHED_MAX_QUERIES];
    for (size_t i = 0; i < count; i++) {
        queries[i] = q->query;
        queries[i].service = t->args[1 + i];
        list[i] = &queries[i];
    }
    int status = lsched_find_each(t->s, list, count, lists);
    int code = status == LSCHED_OK ? print_several(t, q, lists, count) : refuse(t, status, "slots");
    for (size_t i = 0; i < count; i++)
        lsched_slots_free(lists[i]);
    return code;
}

static int run(struct tool *t)
{
    struct question q = {.moving = NULL};
    int32_t limit = 0;
    int code = question_read(t, &q);
    if (code == EXIT_DONE)
        code = option_time(t, OPT_FROM, q.zone, &q.query.from);
    if (code == EXIT_DONE)
        code = option_time(t, OPT_UNTIL, q.zone, &q.query.until);
    if (code == EXIT_DONE)
        code = option_time(t, OPT_AFTER, q.zone, &q.query.after);
    if (code == EXIT_DONE)
        code = option_number(t, OPT_LIMIT, 1, LSCHED_MAX_PAGE, &limit);
    q.query.limit = (uint32_t)limit;
    if (code == EXIT_DONE)
        code = t->arg_count > 2 ? find_several(t, &q) : find_one(t, &q);
    question_free(&q);
    return code;
}

const struct command command_slots = {
    .name = "slots",
    .arguments = "CUSTOMER SERVICE... | --moving ID",
    .summary = "when a customer could be served, and by whom",
    .help = "Finds free places, earliest first, in the customer's local time.  Each start\n"
            "is offered on the highest rung that has somebody free; FREE says how many\n"
            "could take it.  When there is none, says why, and the exit code is 3.\n"
            "Where nobody is free, but other bookings would make room, MOVES says how many\n"
            "of them would go to other agents (a service's reseats).\n"
            "Where the service lets customers wait for somebody whom they know, or for\n"
            "their own team, and the first place is with another, the last line says so.\n"
            "Of several services each has its own table, and all of them are of one moment.\n"
            "\n"
            "Options\n"
            "  --channel C    phone, chat, video or visit; several with commas\n"
            "  --agent A      only this agent\n"
            "  --team T       only this team\n"
            "  --rung R       known, home, overflow or general; several with commas\n"
            "  --from T       first start to consider; default now\n"
            "  --until T      first start past the search; default the service's horizon\n"
            "  --limit N      at most so many starts; default 20\n"
            "  --after T      only starts later than this: the next page\n"
            "  --moving ID    places for this booking, its own place counted as free; on its\n"
            "                 channel unless --channel says other ones\n"
            "\n"
            "Examples\n"
            "  schedctl slots c-1001 fix --channel phone --limit 5\n"
            "  schedctl slots c-1001 fix --from 2026-03-09 --rung known,home\n"
            "  schedctl slots c-1001 fix visit chat --limit 3\n"
            "\n"
            "With --json: {customer, service, zone, slots: [{start, end, agent, agent_name,\n"
            "agent_start, team, rung, channel, free, moves}], familiar: one like these, or\n"
            "null, lost: [{reason, text, count}], degraded: [calendars that are stale, each\n"
            "KIND/OWNER/NAME], incidents: [as 'incident' prints them, those that are open\n"
            "and touch this]}; of several services {customer, zone, services: [one like\n"
            "these each]}.\n",
    .options = OPTION(OPT_CHANNEL) | OPTION(OPT_AGENT) | OPTION(OPT_TEAM) | OPTION(OPT_RUNG) |
               OPTION(OPT_FROM) | OPTION(OPT_UNTIL) | OPTION(OPT_LIMIT) | OPTION(OPT_AFTER) |
               OPTION(OPT_MOVING),
    .most = 1 + LSCHED_MAX_QUERIES,
    .store = true,
    .run = run,
};
