/* deeds.c -- the story: who is there, what is booked, and what is asked about it.
 *
 * Two teams in New York.  Each deed needs those before it; all times are those of Tuesday 3
 * March 2026.  To add a deed: a function, and a line of the table at the end.
 */
#include "deeds.h"

#include <stdio.h>
#include <string.h>

/* ---- writes: the catalogue ------------------------------------------------------------------ */

static void put_general_team(lsched *s, answer *a)
{
    a->status =
        lsched_put_team(s, NEW(team, .id = "care", .name = "Care", .zone = ZONE, .general = 1));
}

static void put_team(lsched *s, answer *a)
{
    a->status = lsched_put_team(s, NEW(team, .id = "home", .name = "Home", .zone = ZONE,
                                       .overflow = "care", .regions = "US-NY US-NJ"));
}

static void put_agent(lsched *s, answer *a)
{
    a->status = lsched_put_agent(s, NEW(agent, .id = "ana", .name = "Ana", .zone = ZONE, .lanes = 2,
                                        .languages = "en es", .skills = "billing:3"));
}

static void put_other_agent(lsched *s, answer *a)
{
    a->status = lsched_put_agent(s, NEW(agent, .id = "ben", .name = "Ben", .zone = ZONE));
}

static void put_member(lsched *s, answer *a)
{
    a->status = lsched_put_member(s, NEW(member, .team = "home", .agent = "ana"));
}

static void put_other_member(lsched *s, answer *a)
{
    a->status = lsched_put_member(s, NEW(member, .team = "home", .agent = "ben",
                                         .from = "2026-01-05", .until = "2027-01-01"));
}

static void put_service(lsched *s, answer *a)
{
    a->status = lsched_put_service(s, NEW(service, .id = "talk", .name = "Talk", .minutes = 30,
                                          .step = 30, .notice = LSCHED_NONE));
}

static void put_long_service(lsched *s, answer *a)
{
    a->status = lsched_put_service(s, NEW(service, .id = "review", .name = "Review", .minutes = 60,
                                          .step = 30, .wrap_up = 0, .topic = "the whole contract"));
}

static void put_customer(lsched *s, answer *a)
{
    a->status = lsched_put_customer(
        s, NEW(customer, .id = "cora", .zone = ZONE, .region = "US-NY", .knows = "ben ana"));
}

static void put_other_customer(lsched *s, answer *a)
{
    a->status =
        lsched_put_customer(s, NEW(customer, .id = "carl", .zone = "Europe/Athens", .general = 1));
}

const char deeds_daily[] = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//tests//EN\r\n"
                           "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:shift\r\n"
                           "DTSTART:20260101T090000\r\nDTEND:20260101T170000\r\n"
                           "RRULE:FREQ=DAILY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

/* Long enough for several pages. */
static const char *many_days(void)
{
    static char text[16000];
    size_t used = (size_t)snprintf(text, sizeof text, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n");
    for (int i = 0; i < 100; i++)
        used += (size_t)snprintf(text + used, sizeof text - used,
                                 "BEGIN:VEVENT\r\nUID:%d\r\nDTSTART:2027%02d%02dT120000\r\n"
                                 "DURATION:PT1H\r\nSUMMARY:a day of leave, number %d\r\n"
                                 "END:VEVENT\r\n",
                                 i, i / 25 + 1, i % 25 + 1, i);
    snprintf(text + used, sizeof text - used, "END:VCALENDAR\r\n");
    return text;
}

int deeds_put_hours(lsched *s, int32_t kind, const char *owner, const char *text, int32_t effect)
{
    return lsched_put_calendar(s, NEW(calendar, .kind = kind, .owner = owner,
                                      .name = effect == LSCHED_OPENS ? "hours" : "leave",
                                      .effect = effect, .text = text));
}

static void put_team_hours(lsched *s, answer *a)
{
    a->status = deeds_put_hours(s, LSCHED_TEAM, "home", deeds_daily, LSCHED_OPENS);
}

static void put_shift(lsched *s, answer *a)
{
    a->status = deeds_put_hours(s, LSCHED_AGENT, "ana", deeds_daily, LSCHED_OPENS);
}

static void put_other_shift(lsched *s, answer *a)
{
    a->status = deeds_put_hours(s, LSCHED_AGENT, "ben", deeds_daily, LSCHED_OPENS);
}

static void put_leave(lsched *s, answer *a)
{
    a->status = deeds_put_hours(s, LSCHED_AGENT, "ana", many_days(), LSCHED_CLOSES);
}

static void put_team_anew(lsched *s, answer *a)
{
    a->status =
        lsched_put_team(s, NEW(team, .id = "home", .name = "At home", .zone = ZONE,
                               .overflow = "care", .regions = "US-NY", .photo = "/home.png"));
}

/* ---- writes: bookings ----------------------------------------------------------------------- */

static void book(lsched *s, answer *a, int slot, const lsched_request *request)
{
    lsched_booking *b = NULL;
    a->status = lsched_book(s, request, &b);
    a->leftover |= a->status != LSCHED_OK && b != NULL;
    script_learn(slot, b);
    answer_booking(a, b);
    lsched_booking_free(b);
}

static void chat(lsched *s, answer *a, int slot, const char *key, const char *service,
                 lsched_time at)
{
    book(s, a, slot,
         NEW(request, .key = key, .customer = "cora", .service = service, .agent = "ana",
             .channel = LSCHED_CHAT, .start = at, .note = "about a bill"));
}

static void book_phone(lsched *s, answer *a)
{
    book(s, a, PHONE,
         NEW(request, .key = "phone", .customer = "cora", .service = "talk",
             .channel = LSCHED_PHONE, .start = NINE + 5 * 3600));
}

static void book_chat(lsched *s, answer *a)
{
    chat(s, a, EARLY, "early", "review", NINE);
}

static void book_short_chat(lsched *s, answer *a)
{
    chat(s, a, SHORT, "short", "talk", NINE + 3600);
}

static void book_late_chat(lsched *s, answer *a)
{
    chat(s, a, LATE, "late", "review", NINE + 3600);
}

static void cancel_booking(lsched *s, answer *a)
{
    lsched_booking *b = NULL;
    a->status = lsched_cancel(s, script_id(SHORT), "no longer needed", "cancel", &b);
    a->leftover |= a->status != LSCHED_OK && b != NULL;
    answer_booking(a, b);
    lsched_booking_free(b);
}

/* It overlaps two that stand in different lanes, one after the other: they get one lane. */
static void book_fitted_chat(lsched *s, answer *a)
{
    chat(s, a, FITTED, "fitted", "review", NINE + 1800);
}

static void move_booking(lsched *s, answer *a)
{
    lsched_booking *b = NULL;
    a->status = lsched_move(s,
                            NEW(change, .key = "move", .id = script_id(PHONE),
                                .start = NINE + 6 * 3600, .cause = "the customer asked"),
                            &b);
    a->leftover |= a->status != LSCHED_OK && b != NULL;
    answer_booking(a, b);
    lsched_booking_free(b);
}

static void import_booking(lsched *s, answer *a)
{
    lsched_booking *b = NULL;
    a->status = lsched_import(s,
                              NEW(booking, .state = LSCHED_BOOKED, .channel = LSCHED_VISIT,
                                  .customer = "carl", .service = "talk", .agent = "ben",
                                  .team = "home", .start = NINE + 3600, .end = NINE + 7200),
                              "import", &b);
    a->leftover |= a->status != LSCHED_OK && b != NULL;
    script_learn(TAKEN_OVER, b);
    answer_booking(a, b);
    lsched_booking_free(b);
}

/* Runs what stands between begin and the end of it; the end answers for all. */
static void end_group(lsched *s, answer *a)
{
    if (a->status == LSCHED_OK)
        a->status = lsched_commit(s);
    else
        (void)lsched_rollback(s);
}

static void book_group(lsched *s, answer *a)
{
    a->status = lsched_begin(s);
    if (a->status != LSCHED_OK)
        return;
    a->status =
        lsched_put_customer(s, NEW(customer, .id = "cleo", .zone = ZONE, .region = "US-NY"));
    if (a->status == LSCHED_OK)
        book(s, a, GROUPED,
             NEW(request, .key = "group", .customer = "cleo", .service = "talk",
                 .channel = LSCHED_VIDEO, .agent = "ben", .start = NINE + 3 * 3600));
    end_group(s, a);
}

/* What the inner part does is undone, what stands around it stays. */
static void nest(lsched *s, answer *a)
{
    answer inner = {0};
    a->status = lsched_begin(s);
    if (a->status != LSCHED_OK)
        return;
    a->status = lsched_put_customer(s, NEW(customer, .id = "cyd", .zone = ZONE, .region = "US-NJ"));
    if (a->status == LSCHED_OK)
        a->status = lsched_begin(s);
    if (a->status == LSCHED_OK) {
        book(s, &inner, GROUPED + 1,
             NEW(request, .key = "what if", .customer = "cora", .service = "talk", .agent = "ben",
                 .start = NINE + 4 * 3600));
        a->leftover |= inner.leftover;
        a->status = lsched_rollback(s);
        if (a->status == LSCHED_OK)
            a->status = inner.status;
    }
    end_group(s, a);
}

/* ---- writes: taking away -------------------------------------------------------------------- */

static void remove_calendar(lsched *s, answer *a)
{
    a->status = lsched_remove_calendar(s, LSCHED_AGENT, "ana", "leave");
}

static void remove_customer(lsched *s, answer *a)
{
    a->status = lsched_remove_customer(s, "cyd");
}

static void remove_member(lsched *s, answer *a)
{
    a->status = lsched_remove_member(s, "care", "gus", NULL);
}

static void put_third_agent(lsched *s, answer *a)
{
    a->status = lsched_put_agent(s, NEW(agent, .id = "gus", .name = "Gus", .zone = ZONE));
}

static void put_third_member(lsched *s, answer *a)
{
    a->status = lsched_put_member(s, NEW(member, .team = "care", .agent = "gus"));
}

static void know_agent(lsched *s, answer *a)
{
    a->status = lsched_put_customer(
        s, NEW(customer, .id = "carl", .zone = "Europe/Athens", .general = 1, .knows = "gus ben"));
}

static void remove_agent(lsched *s, answer *a)
{
    a->status = lsched_remove_agent(s, "gus");
}

static void put_passing_service(lsched *s, answer *a)
{
    a->status = lsched_put_service(s, NEW(service, .id = "brief", .name = "For a while"));
}

static void remove_service(lsched *s, answer *a)
{
    a->status = lsched_remove_service(s, "brief");
}

static void put_passing_team(lsched *s, answer *a)
{
    a->status = lsched_put_team(s, NEW(team, .id = "brief", .name = "For a while", .zone = ZONE));
}

static void remove_team(lsched *s, answer *a)
{
    a->status = lsched_remove_team(s, "brief");
}

/* ---- the table ------------------------------------------------------------------------------ */

#define RECORD(kind) "lsched_get_" kind " lsched_" kind "_free"
#define RECORDS(plural)                                                                            \
    "lsched_list_" plural " lsched_" plural "_count lsched_" plural "_at lsched_" plural "_free"

const deed deeds[] = {
    {"put a general team", "lsched_put_team", put_general_team, true, 0, false},
    {"put a team", "lsched_put_team", put_team, true, 0, false},
    {"put an agent", "lsched_put_agent", put_agent, true, 0, false},
    {"put another agent", "lsched_put_agent", put_other_agent, true, 0, false},
    {"put a member", "lsched_put_member", put_member, true, 0, false},
    {"put another member", "lsched_put_member", put_other_member, true, 0, false},
    {"put a service", "lsched_put_service", put_service, true, 0, false},
    {"put a longer service", "lsched_put_service", put_long_service, true, 0, false},
    {"put a customer", "lsched_put_customer", put_customer, true, 0, false},
    {"put a general customer", "lsched_put_customer", put_other_customer, true, 0, false},
    {"put a team's hours", "lsched_put_calendar", put_team_hours, true, 0, false},
    {"put a shift", "lsched_put_calendar", put_shift, true, 0, false},
    {"put another shift", "lsched_put_calendar", put_other_shift, true, 0, false},
    {"put a long calendar", "lsched_put_calendar", put_leave, true, 0, false},
    {"replace a team", "lsched_put_team", put_team_anew, true, 0, false},
    {"book a call", "lsched_book lsched_booking_free", book_phone, true, 0, false},
    {"book a chat", "lsched_book", book_chat, true, 0, false},
    {"book a short chat", "lsched_book", book_short_chat, true, 0, false},
    {"book a late chat", "lsched_book", book_late_chat, true, 0, false},
    {"cancel", "lsched_cancel", cancel_booking, true, 0, false},
    {"book a chat that lays others anew", "lsched_book", book_fitted_chat, true, 0, false},
    {"move", "lsched_move", move_booking, true, 0, false},
    {"import", "lsched_import", import_booking, true, 0, false},
    {"commit a group", "lsched_begin lsched_commit", book_group, true, 0, false},
    {"roll back inside a group", "lsched_begin lsched_rollback", nest, true, 0, false},
    {"remove a calendar", "lsched_remove_calendar", remove_calendar, true, LSCHED_NOTFOUND, false},
    {"remove a customer", "lsched_remove_customer", remove_customer, true, LSCHED_NOTFOUND, false},
    {"put a third agent", "lsched_put_agent", put_third_agent, true, 0, false},
    {"put a third member", "lsched_put_member", put_third_member, true, 0, false},
    {"replace a customer", "lsched_put_customer", know_agent, true, 0, false},
    {"remove a member", "lsched_remove_member", remove_member, true, LSCHED_NOTFOUND, false},
    {"remove an agent", "lsched_remove_agent", remove_agent, true, LSCHED_NOTFOUND, false},
    {"put a passing service", "lsched_put_service", put_passing_service, true, 0, false},
    {"remove a service", "lsched_remove_service", remove_service, true, LSCHED_NOTFOUND, false},
    {"put a passing team", "lsched_put_team", put_passing_team, true, 0, false},
    {"remove a team", "lsched_remove_team", remove_team, true, LSCHED_NOTFOUND, false},

    {"get a team", RECORD("team"), ask_get_team, false, 0, false},
    {"list teams", RECORDS("teams"), ask_list_teams, false, 0, false},
    {"get an agent", RECORD("agent"), ask_get_agent, false, 0, false},
    {"list agents", RECORDS("agents"), ask_list_agents, false, 0, false},
    {"list members", RECORDS("members"), ask_list_members, false, 0, false},
    {"get a service", RECORD("service"), ask_get_service, false, 0, false},
    {"list services", RECORDS("services"), ask_list_services, false, 0, false},
    {"get a customer", RECORD("customer"), ask_get_customer, false, 0, false},
    {"list customers", RECORDS("customers"), ask_list_customers, false, 0, false},
    {"get a calendar", RECORD("calendar"), ask_get_calendar, false, 0, false},
    {"list calendars", RECORDS("calendars"), ask_list_calendars, false, 0, false},
    {"get a booking", RECORD("booking"), ask_get_booking, false, 0, false},
    {"list bookings", RECORDS("bookings"), ask_list_bookings, false, 0, false},
    {"find", "lsched_find lsched_slots_count lsched_slots_at lsched_slots_free", ask_find, false, 0,
     false},
    {"find nothing", "lsched_slots_lost lsched_reason_text", ask_find_nothing, false, 0, false},
    {"hours", "lsched_hours lsched_spans_count lsched_spans_at lsched_spans_free", ask_hours, false,
     0, false},
    {"expand", "lsched_expand", ask_expand, false, 0, false},
    {"instances", "lsched_instances", ask_instances, false, 0, false},
    {"due", "lsched_due", ask_due, false, 0, false},
    {"add open time", "lsched_add_open", ask_add_open, false, 0, false},
    {"count open time", "lsched_count_open", ask_count_open, false, 0, false},
    {"find a turn", "lsched_find_turn", ask_find_turn, false, 0, false},
    {"instant", "lsched_instant", ask_instant, false, 0, false},
    {"wall", "lsched_wall", ask_wall, false, 0, false},
    {"write a booking", "lsched_write_booking lsched_text_free", ask_write_booking, false, 0, true},
    {"write an agenda", "lsched_write_agenda", ask_write_agenda, false, 0, true},
    {"set limits", "lsched_set_limits lsched_version lsched_status_name", ask_set_limits, false, 0,
     false},
    {"refuse a calendar", "lsched_line lsched_message", ask_refuse_calendar, false, 0, false},
    {"tell the zones' version", "lsched_zone_version", ask_tell_zones, false, 0, false},
};
const size_t deed_count = sizeof deeds / sizeof *deeds;
