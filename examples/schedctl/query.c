/* query.c -- the question behind slots, week and month, and why its answer may be empty. */
#include "query.h"

#include <stdio.h>

const struct choice choice_reason[] = {
    {"notice", LSCHED_WHY_NOTICE},     {"horizon", LSCHED_WHY_HORIZON},
    {"grid", LSCHED_WHY_GRID},         {"region", LSCHED_WHY_REGION},
    {"customer", LSCHED_WHY_CUSTOMER}, {"service", LSCHED_WHY_SERVICE},
    {"team", LSCHED_WHY_TEAM},         {"roster", LSCHED_WHY_ROSTER},
    {"agent", LSCHED_WHY_AGENT},       {"booked", LSCHED_WHY_BOOKED},
    {"channel", LSCHED_WHY_CHANNEL},   {"skill", LSCHED_WHY_SKILL},
    {"language", LSCHED_WHY_LANGUAGE}, {"no_team", LSCHED_WHY_NO_TEAM},
    {"wall", LSCHED_WHY_WALL},         {"attempts", LSCHED_WHY_ATTEMPTS},
    {"stale", LSCHED_WHY_STALE},       {"avoided", LSCHED_WHY_AVOIDED},
    {NULL, 0}};

int question_read(struct tool *t, struct question *q)
{
    const char *moving = t->value[OPT_MOVING];
    q->query.size = sizeof q->query;
    if (moving ? t->arg_count > 2 : t->arg_count < 2)
        return fail(EXIT_WRONG, "usage: schedctl %s %s", t->command->name, t->command->arguments);
    if (moving) {
        int status = lsched_get_booking(t->s, moving, &q->moving);
        if (status != LSCHED_OK)
            return refuse(t, status, "--moving");
    }
    q->query.customer = t->arg_count ? t->args[0] : q->moving->customer;
    q->query.service = t->arg_count >= 2 ? t->args[1] : q->moving ? q->moving->service : NULL;
    q->query.moving = moving;
    q->query.agent = t->value[OPT_AGENT];
    q->query.team = t->value[OPT_TEAM];
    q->query.channels = q->moving ? q->moving->channel : 0; /* as move does */
    int code = option_channels(t, false, &q->query.channels);
    if (code == EXIT_DONE)
        code = option_rungs(t, &q->query.rungs);
    return code == EXIT_DONE ? customer_zone(t, q->query.customer, q->zone) : code;
}

void question_free(struct question *q)
{
    lsched_booking_free(q->moving);
}

json_t *why_json(int32_t reasons)
{
    json_t *array = json_array();
    for (const struct choice *r = choice_reason; r->name; r++) {
        if (reasons & r->value)
            json_array_append_new(array, json_pack("{s:s, s:s}", "reason", r->name, "text",
                                                   lsched_reason_text(r->value)));
    }
    return array;
}

const char *why_text(int32_t reasons, char *buffer, size_t size)
{
    size_t used = 0;
    buffer[0] = '\0';
    for (const struct choice *r = choice_reason; r->name && used < size; r++) {
        if (reasons & r->value)
            used += (size_t)snprintf(buffer + used, size - used, "%s%s", used ? "; " : "",
                                     lsched_reason_text(r->value));
    }
    return buffer;
}

json_t *lost_json(const lsched_slots *list)
{
    json_t *array = json_array();
    for (const struct choice *r = choice_reason; r->name; r++) {
        int64_t count = lsched_slots_lost(list, r->value);
        if (count)
            json_array_append_new(array, json_pack("{s:s, s:s, s:I}", "reason", r->name, "text",
                                                   lsched_reason_text(r->value), "count",
                                                   (json_int_t)count));
    }
    return array;
}

/* Where all of it lies beyond the horizon: the last date that can be booked. */
static void print_horizon(struct tool *t, const struct question *q, const char *id)
{
    lsched_service *service;
    lsched_time today;
    lsched_time end;
    int64_t day;
    char date[DATE_TEXT];
    if (lsched_get_service(t->s, id, &service) != LSCHED_OK)
        return;
    const int32_t days = service->horizon > 0 ? service->horizon : 0;
    lsched_service_free(service);
    if (local_days(t, NULL, q->zone, days + 1, &day, &today, &end) == EXIT_DONE &&
        q->query.from >= end)
        printf("That cannot be booked yet: as of today the last day is %s.\n",
               date_text(day + days, date));
}

int lost_print(struct tool *t, const struct question *q, const char *service,
               const lsched_slots *list)
{
    bool any = false;
    print_horizon(t, q, service);
    for (const struct choice *r = choice_reason; r->name; r++)
        any = any || lsched_slots_lost(list, r->value);
    puts(any ? "No place is free.  Each agent, start and channel looked at fell to one or more of:"
             : "No place is free: there is nobody to ask.");
    for (const struct choice *r = choice_reason; r->name; r++) {
        int64_t count = lsched_slots_lost(list, r->value);
        if (count)
            printf("%8lld  %s\n", (long long)count, lsched_reason_text(r->value));
    }
    return EXIT_NOTHING;
}
