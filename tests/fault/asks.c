/* asks.c -- the questions of the story, asked when all of it is told: of records, of time, of
 * texts and settings.  Each hashes what it got.
 */
#include "deeds.h"

#include <string.h>

/* ---- questions: records --------------------------------------------------------------------- */

/* Each hashes what it got, and releases it. */
#define GET(kind, call, ...)                                                                       \
    lsched_##kind *r = NULL;                                                                       \
    a->status = call;                                                                              \
    a->leftover |= a->status != LSCHED_OK && r != NULL;                                            \
    if (r != NULL) {                                                                               \
        const char *const texts[] = {__VA_ARGS__};                                                 \
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)                                  \
            answer_text(a, texts[i]);                                                              \
    }                                                                                              \
    lsched_##kind##_free(r)

#define LIST(kind, plural, call, ...)                                                              \
    lsched_##plural *list = NULL;                                                                  \
    a->status = call;                                                                              \
    a->leftover |= a->status != LSCHED_OK && list != NULL;                                         \
    for (size_t i = 0; i < lsched_##plural##_count(list); i++) {                                   \
        const lsched_##kind *r = lsched_##plural##_at(list, i);                                    \
        const char *const texts[] = {__VA_ARGS__};                                                 \
        for (size_t j = 0; j < sizeof texts / sizeof *texts; j++)                                  \
            answer_text(a, texts[j]);                                                              \
    }                                                                                              \
    lsched_##plural##_free(list)

void ask_get_team(lsched *s, answer *a)
{
    GET(team, lsched_get_team(s, "home", &r), r->id, r->name, r->zone, r->photo, r->overflow,
        r->regions);
}

void ask_list_teams(lsched *s, answer *a)
{
    LIST(team, teams, lsched_list_teams(s, NULL, 0, &list), r->id, r->name, r->zone, r->regions);
}

void ask_get_agent(lsched *s, answer *a)
{
    GET(agent, lsched_get_agent(s, "ana", &r), r->id, r->name, r->zone, r->languages, r->skills);
}

void ask_list_agents(lsched *s, answer *a)
{
    LIST(agent, agents, lsched_list_agents(s, NULL, 0, &list), r->id, r->name, r->languages);
}

void ask_list_members(lsched *s, answer *a)
{
    LIST(member, members, lsched_list_members(s, NULL, NULL, 0, 0, &list), r->team, r->agent,
         r->from, r->until);
}

void ask_get_service(lsched *s, answer *a)
{
    GET(service, lsched_get_service(s, "review", &r), r->id, r->name, r->topic, r->skills);
}

void ask_list_services(lsched *s, answer *a)
{
    LIST(service, services, lsched_list_services(s, NULL, 0, &list), r->id, r->name, r->topic);
}

void ask_get_customer(lsched *s, answer *a)
{
    GET(customer, lsched_get_customer(s, "cora", &r), r->id, r->zone, r->region, r->team, r->knows,
        r->avoids);
}

void ask_list_customers(lsched *s, answer *a)
{
    LIST(customer, customers, lsched_list_customers(s, NULL, 0, &list), r->id, r->zone, r->team);
}

void ask_get_calendar(lsched *s, answer *a)
{
    GET(calendar, lsched_get_calendar(s, LSCHED_AGENT, "ana", "hours", &r), r->owner, r->name,
        r->text);
}

void ask_list_calendars(lsched *s, answer *a)
{
    LIST(calendar, calendars, lsched_list_calendars(s, 0, NULL, 0, 0, &list), r->owner, r->name,
         r->text);
}

void ask_get_booking(lsched *s, answer *a)
{
    lsched_booking *b = NULL;
    a->status = lsched_get_booking(s, script_id(FITTED), &b);
    a->leftover |= a->status != LSCHED_OK && b != NULL;
    answer_booking(a, b);
    lsched_booking_free(b);
}

void ask_why_agent(lsched *s, answer *a)
{
    lsched_choice *c = NULL;
    a->status = lsched_why_agent(s, script_id(FITTED), &c);
    a->leftover |= a->status != LSCHED_OK && c != NULL;
    if (c != NULL) {
        answer_text(a, c->agent);
        answer_int(a, c->decided);
        answer_int(a, c->owed);
        answer_int(a, c->seq);
    }
    lsched_choice_free(c);
}

void ask_list_bookings(lsched *s, answer *a)
{
    lsched_bookings *list = NULL;
    a->status = lsched_list_bookings(s, NEW(filter, .agent = "ana"), &list);
    a->leftover |= a->status != LSCHED_OK && list != NULL;
    for (size_t i = 0; i < lsched_bookings_count(list); i++)
        answer_booking(a, lsched_bookings_at(list, i));
    lsched_bookings_free(list);
}

/* ---- questions: time ------------------------------------------------------------------------ */

void ask_find(lsched *s, answer *a)
{
    lsched_slots *list = NULL;
    a->status = lsched_find(
        s, NEW(query, .customer = "cora", .service = "talk", .from = NINE, .until = NINE + DAY),
        &list);
    a->leftover |= a->status != LSCHED_OK && list != NULL;
    for (size_t i = 0; i < lsched_slots_count(list); i++) {
        const lsched_slot *r = lsched_slots_at(list, i);
        answer_text(a, r->agent);
        answer_int(a, r->start);
        answer_int(a, r->free);
    }
    const lsched_slot *familiar = lsched_slots_familiar(list);
    answer_int(a, familiar != NULL ? familiar->start : 0);
    answer_text(a, list != NULL ? lsched_slots_degraded(list) : "");
    answer_int(a, lsched_slots_earliest(list) == lsched_slots_at(list, 0));
    lsched_slots_free(list);
}

void ask_find_nothing(lsched *s, answer *a)
{
    lsched_slots *list = NULL;
    a->status = lsched_find(s,
                            NEW(query, .customer = "cora", .service = "talk",
                                .from = NINE + 10 * 3600, .until = NINE + 12 * 3600),
                            &list);
    a->leftover |= a->status != LSCHED_OK && list != NULL;
    answer_int(a, (int64_t)lsched_slots_count(list));
    answer_int(a, lsched_slots_lost(list, LSCHED_WHY_TEAM));
    answer_text(a, lsched_reason_text(LSCHED_WHY_TEAM));
    lsched_slots_free(list);
}

/* What there is and what there is not, at one moment. */
void ask_find_each(lsched *s, answer *a)
{
    const lsched_query *const queries[] = {
        NEW(query, .customer = "cora", .service = "talk", .from = NINE, .until = NINE + DAY,
            .channels = LSCHED_PHONE),
        NEW(query, .customer = "cora", .service = "talk", .from = NINE + 10 * 3600,
            .until = NINE + 12 * 3600),
        NEW(query, .customer = "cora", .service = "review", .from = NINE, .until = NINE + DAY)};
    lsched_slots *lists[3] = {NULL};
    a->status = lsched_find_each(s, queries, 3, lists);
    for (size_t i = 0; i < 3; i++) {
        a->leftover |= a->status != LSCHED_OK && lists[i] != NULL;
        answer_int(a, (int64_t)lsched_slots_count(lists[i]));
        answer_int(a, lsched_slots_lost(lists[i], LSCHED_WHY_TEAM));
        if (lsched_slots_count(lists[i]) > 0)
            answer_text(a, lsched_slots_at(lists[i], 0)->agent);
        lsched_slots_free(lists[i]);
    }
}

void ask_find_days(lsched *s, answer *a)
{
    lsched_days *list = NULL;
    a->status = lsched_find_days(
        s, NEW(query, .customer = "cora", .service = "talk", .from = NINE, .until = NINE + 7 * DAY),
        &list);
    a->leftover |= a->status != LSCHED_OK && list != NULL;
    for (size_t i = 0; i < lsched_days_count(list); i++) {
        const lsched_day *d = lsched_days_at(list, i);
        answer_text(a, d->date);
        answer_int(a, d->first);
        answer_int(a, d->slots);
        answer_int(a, d->free);
    }
    lsched_days_free(list);
}

void ask_explain(lsched *s, answer *a)
{
    lsched_explanation *x = NULL;
    a->status = lsched_explain(s,
                               NEW(query, .customer = "cora", .service = "talk", .agent = "ana",
                                   .channels = LSCHED_PHONE, .from = NINE + 10 * 3600,
                                   .until = NINE + 12 * 3600),
                               &x);
    a->leftover |= a->status != LSCHED_OK && x != NULL;
    answer_int(a, x != NULL ? lsched_explanation_outlook(x)->starts : -1);
    answer_int(a, lsched_explanation_lost(x, LSCHED_WHY_TEAM));
    answer_int(a, lsched_explanation_alone(x, LSCHED_WHY_TEAM));
    for (size_t i = 0; i < lsched_explanation_count(x); i++) {
        answer_int(a, lsched_explanation_at(x, i)->from);
        answer_text(a, lsched_explanation_at(x, i)->who);
    }
    for (size_t i = 0; i < lsched_explanation_candidates(x); i++)
        answer_text(a, lsched_explanation_candidate(x, i)->team);
    for (size_t i = 0; i < lsched_explanation_relaxations(x); i++)
        answer_int(a, lsched_explanation_relaxation(x, i)->starts);
    lsched_explanation_free(x);
}

static void take_spans(answer *a, lsched_spans *list)
{
    a->leftover |= a->status != LSCHED_OK && list != NULL;
    for (size_t i = 0; i < lsched_spans_count(list); i++) {
        const lsched_span *r = lsched_spans_at(list, i);
        answer_int(a, r->from);
        answer_int(a, r->until);
        answer_text(a, r->summary);
    }
    lsched_spans_free(list);
}

void ask_hours(lsched *s, answer *a)
{
    lsched_spans *list = NULL;
    a->status = lsched_hours(s, LSCHED_AGENT, "ana", NULL, NINE, NINE + 7 * DAY, &list);
    take_spans(a, list);
}

static const lsched_calendar *const *shifts(void)
{
    static lsched_calendar shift;
    static const lsched_calendar *const list[] = {&shift};
    shift = (lsched_calendar){.size = sizeof shift, .effect = LSCHED_OPENS, .text = deeds_daily};
    return list;
}

void ask_expand(lsched *s, answer *a)
{
    lsched_spans *list = NULL;
    a->status = lsched_expand(s, shifts(), 1, ZONE, NINE, NINE + 7 * DAY, &list);
    take_spans(a, list);
}

void ask_instances(lsched *s, answer *a)
{
    lsched_spans *list = NULL;
    a->status = lsched_instances(s, shifts()[0], ZONE, NINE, NINE + 7 * DAY, &list);
    take_spans(a, list);
}

static void take_time(answer *a, int64_t number)
{
    a->leftover |= a->status != LSCHED_OK && number != 0;
    answer_int(a, number);
}

void ask_due(lsched *s, answer *a)
{
    lsched_time at = 0;
    a->status = lsched_due(s, shifts(), 1, ZONE, NINE, 1000, &at);
    take_time(a, at);
}

void ask_add_open(lsched *s, answer *a)
{
    lsched_time at = 0;
    lsched_layers named = *NEW(layers, .team = "home", .agent = "ana", .customer = "cora",
                               .region = "US-NY", .service = "talk");
    a->status = lsched_add_open(s, &named, NINE, 1000, &at);
    take_time(a, at);
}

void ask_count_open(lsched *s, answer *a)
{
    int64_t minutes = 0;
    a->status = lsched_count_open(s, NEW(layers, .team = "home"), NINE, NINE + 7 * DAY, &minutes);
    take_time(a, minutes);
}

void ask_find_turn(lsched *s, answer *a)
{
    lsched_time at = 0;
    a->status = lsched_find_turn(s, NEW(layers, .agent = "ana"), NINE, LSCHED_NEXT_CLOSING, &at);
    take_time(a, at);
}

void ask_instant(lsched *s, answer *a)
{
    lsched_time at = 0;
    a->status = lsched_instant(s, "2026-03-08T16:40", ZONE, &at);
    take_time(a, at);
}

void ask_wall(lsched *s, answer *a)
{
    char text[40] = "";
    a->status = lsched_wall(s, NINE, ZONE, text, sizeof text);
    answer_text(a, text);
}

/* ---- questions: texts and settings ---------------------------------------------------------- */

void ask_write_booking(lsched *s, answer *a)
{
    char *text = NULL;
    a->status = lsched_write_booking(s, script_id(FITTED), &text);
    a->leftover |= a->status != LSCHED_OK && text != NULL;
    lsched_text_free(text);
}

void ask_write_agenda(lsched *s, answer *a)
{
    char *text = NULL;
    a->status = lsched_write_agenda(s, "ana", NINE, NINE + DAY, &text);
    a->leftover |= a->status != LSCHED_OK && text != NULL;
    lsched_text_free(text);
}

void ask_set_limits(lsched *s, answer *a)
{
    a->status = lsched_set_limits(s, NEW(limits, .rules = 4000));
    answer_text(a, lsched_version());
    answer_text(a, lsched_status_name(LSCHED_TAKEN));
    answer_text(a, lsched_channel_name(LSCHED_CHAT));
    answer_text(a, lsched_rung_name(LSCHED_HOME));
    answer_text(a, lsched_relax_name(LSCHED_RELAX_LATER));
    answer_text(a, lsched_decided_name(LSCHED_BY_TURN));
    answer_text(a, lsched_state_name(LSCHED_HELD));
    answer_text(a, lsched_event_name(LSCHED_EVENT_MOVED));
    answer_text(a, lsched_notice_name(LSCHED_NOTICE_MOVED));
    answer_text(a, lsched_outcome_name(LSCHED_OUTCOME_REACHED));
    answer_text(a, lsched_fault_name(LSCHED_FAULT_OURS));
}

void ask_set_memory(lsched *s, answer *a)
{
    a->status = lsched_set_memory(s, 1000000);
}

/* Lines 1 and 3 of 3 are well, line 2 is not. */
void ask_refuse_calendar(lsched *s, answer *a)
{
    const int status = deeds_put_hours(s, LSCHED_AGENT, "ana",
                                       "BEGIN:VCALENDAR\nno\nEND:VCALENDAR\n", LSCHED_OPENS);
    a->status = status == LSCHED_INVALID ? LSCHED_OK : status;
    if (status == LSCHED_INVALID) {
        answer_int(a, lsched_line(s));
        answer_text(a, lsched_message(s));
    }
}

void ask_tell_zones(lsched *s, answer *a)
{
    a->status = LSCHED_OK;
    a->leftover |= lsched_zone_version(s) == NULL;
}
