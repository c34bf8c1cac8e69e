/* deeds.c -- the story: who is there, what is booked, and what is asked about it.
 *
 * Two teams in New York.  Each deed needs those before it; all times are those of Tuesday 3
 * March 2026.
 */
#include "deeds.h"

#include <stdio.h>
#include <string.h>

/* ---- writes: the catalogue ------------------------------------------------------------------ */

void do_put_general_team(lsched *s, answer *a)
{
    a->status =
        lsched_put_team(s, NEW(team, .id = "care", .name = "Care", .zone = ZONE, .general = 1));
}

void do_put_team(lsched *s, answer *a)
{
    a->status = lsched_put_team(s, NEW(team, .id = "home", .name = "Home", .zone = ZONE,
                                       .overflow = "care", .regions = "US-NY US-NJ"));
}

void do_put_agent(lsched *s, answer *a)
{
    a->status = lsched_put_agent(s, NEW(agent, .id = "ana", .name = "Ana", .zone = ZONE, .lanes = 2,
                                        .languages = "en es", .skills = "billing:3"));
}

void do_put_other_agent(lsched *s, answer *a)
{
    a->status = lsched_put_agent(s, NEW(agent, .id = "ben", .name = "Ben", .zone = ZONE));
}

void do_put_member(lsched *s, answer *a)
{
    a->status = lsched_put_member(s, NEW(member, .team = "home", .agent = "ana"));
}

void do_put_other_member(lsched *s, answer *a)
{
    a->status = lsched_put_member(s, NEW(member, .team = "home", .agent = "ben",
                                         .from = "2026-01-05", .until = "2027-01-01"));
}

void do_put_service(lsched *s, answer *a)
{
    a->status = lsched_put_service(s, NEW(service, .id = "talk", .name = "Talk", .minutes = 30,
                                          .step = 30, .notice = LSCHED_NONE));
}

void do_put_long_service(lsched *s, answer *a)
{
    a->status = lsched_put_service(s, NEW(service, .id = "review", .name = "Review", .minutes = 60,
                                          .step = 30, .wrap_up = 0, .topic = "the whole contract"));
}

void do_put_customer(lsched *s, answer *a)
{
    a->status = lsched_put_customer(
        s, NEW(customer, .id = "cora", .zone = ZONE, .region = "US-NY", .knows = "ben ana"));
}

void do_put_other_customer(lsched *s, answer *a)
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
    return lsched_put_calendar(
        s, NEW(calendar, .kind = kind, .owner = owner,
               .name = effect == LSCHED_OPENS ? "hours" : "leave", .effect = effect, .text = text,
               /* Of what comes from elsewhere, and was not heard of. */
               .checked = effect == LSCHED_CLOSES ? NINE - 90 * DAY : 0, .good_for = 60));
}

void do_put_team_hours(lsched *s, answer *a)
{
    a->status = deeds_put_hours(s, LSCHED_TEAM, "home", deeds_daily, LSCHED_OPENS);
}

void do_put_shift(lsched *s, answer *a)
{
    a->status = deeds_put_hours(s, LSCHED_AGENT, "ana", deeds_daily, LSCHED_OPENS);
}

void do_put_other_shift(lsched *s, answer *a)
{
    a->status = deeds_put_hours(s, LSCHED_AGENT, "ben", deeds_daily, LSCHED_OPENS);
}

void do_put_leave(lsched *s, answer *a)
{
    a->status = deeds_put_hours(s, LSCHED_AGENT, "ana", many_days(), LSCHED_CLOSES);
}

void do_put_team_anew(lsched *s, answer *a)
{
    a->status =
        lsched_put_team(s, NEW(team, .id = "home", .name = "At home", .zone = ZONE,
                               .overflow = "care", .regions = "US-NY", .photo = "/home.png"));
}

/* ---- writes: bookings ----------------------------------------------------------------------- */

void deeds_book(lsched *s, answer *a, int slot, deeds_take *take, const lsched_request *request)
{
    lsched_booking *b = NULL;
    a->status = take(s, request, &b);
    a->leftover |= a->status != LSCHED_OK && b != NULL;
    script_learn(slot, b);
    answer_booking(a, b);
    lsched_booking_free(b);
}

static void chat(lsched *s, answer *a, int slot, const char *key, const char *service,
                 lsched_time at)
{
    deeds_book(s, a, slot, lsched_book,
               NEW(request, .key = key, .customer = "cora", .service = service, .agent = "ana",
                   .channel = LSCHED_CHAT, .start = at, .note = "about a bill"));
}

void do_book_phone(lsched *s, answer *a)
{
    deeds_book(s, a, PHONE, lsched_book,
               NEW(request, .key = "phone", .customer = "cora", .service = "talk",
                   .channel = LSCHED_PHONE, .start = NINE + 5 * 3600));
}

void do_book_chat(lsched *s, answer *a)
{
    chat(s, a, EARLY, "early", "review", NINE);
}

void do_book_short_chat(lsched *s, answer *a)
{
    chat(s, a, SHORT, "short", "talk", NINE + 3600);
}

void do_book_late_chat(lsched *s, answer *a)
{
    chat(s, a, LATE, "late", "review", NINE + 3600);
}

void do_cancel_booking(lsched *s, answer *a)
{
    lsched_booking *b = NULL;
    a->status = lsched_cancel(s, script_id(SHORT), "no longer needed", "cancel", &b);
    a->leftover |= a->status != LSCHED_OK && b != NULL;
    answer_booking(a, b);
    lsched_booking_free(b);
}

/* It overlaps two that stand in different lanes, one after the other: they get one lane. */
void do_book_fitted_chat(lsched *s, answer *a)
{
    chat(s, a, FITTED, "fitted", "review", NINE + 1800);
}

void do_move_booking(lsched *s, answer *a)
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

void do_import_booking(lsched *s, answer *a)
{
    lsched_booking *b = NULL;
    a->status = lsched_import(s,
                              NEW(booking, .state = LSCHED_BOOKED, .channel = LSCHED_VISIT,
                                  .customer = "cora", .service = "talk", .agent = "ben",
                                  .team = "home", .start = NINE + 3600, .end = NINE + 7200),
                              "import", &b);
    a->leftover |= a->status != LSCHED_OK && b != NULL;
    script_learn(TAKEN_OVER, b);
    answer_booking(a, b);
    lsched_booking_free(b);
}

void deeds_end_group(lsched *s, answer *a)
{
    if (a->status == LSCHED_OK)
        a->status = lsched_commit(s);
    else
        (void)lsched_rollback(s);
}

void do_book_group(lsched *s, answer *a)
{
    a->status = lsched_begin(s);
    if (a->status != LSCHED_OK)
        return;
    a->status =
        lsched_put_customer(s, NEW(customer, .id = "cleo", .zone = ZONE, .region = "US-NY"));
    if (a->status == LSCHED_OK)
        deeds_book(s, a, GROUPED, lsched_book,
                   NEW(request, .key = "group", .customer = "cleo", .service = "talk",
                       .channel = LSCHED_VIDEO, .agent = "ben", .start = NINE + 3 * 3600));
    deeds_end_group(s, a);
}

/* What the inner part does is undone, what stands around it stays. */
void do_nest(lsched *s, answer *a)
{
    answer inner = {0};
    a->status = lsched_begin(s);
    if (a->status != LSCHED_OK)
        return;
    a->status = lsched_put_customer(s, NEW(customer, .id = "cyd", .zone = ZONE, .region = "US-NJ"));
    if (a->status == LSCHED_OK)
        a->status = lsched_begin(s);
    if (a->status == LSCHED_OK) {
        deeds_book(s, &inner, WHAT_IF, lsched_book,
                   NEW(request, .key = "what if", .customer = "cora", .service = "talk",
                       .agent = "ben", .start = NINE + 4 * 3600));
        a->leftover |= inner.leftover;
        a->status = lsched_rollback(s);
        if (a->status == LSCHED_OK)
            a->status = inner.status;
    }
    deeds_end_group(s, a);
}

/* ---- writes: taking away -------------------------------------------------------------------- */

void do_remove_calendar(lsched *s, answer *a)
{
    a->status = lsched_remove_calendar(s, LSCHED_AGENT, "ana", "leave");
}

void do_remove_customer(lsched *s, answer *a)
{
    a->status = lsched_remove_customer(s, "cyd");
}

void do_remove_member(lsched *s, answer *a)
{
    a->status = lsched_remove_member(s, "care", "gus", NULL);
}

void do_put_third_agent(lsched *s, answer *a)
{
    a->status = lsched_put_agent(s, NEW(agent, .id = "gus", .name = "Gus", .zone = ZONE));
}

void do_put_third_member(lsched *s, answer *a)
{
    a->status = lsched_put_member(s, NEW(member, .team = "care", .agent = "gus"));
}

void do_know_agent(lsched *s, answer *a)
{
    a->status = lsched_put_customer(s, NEW(customer, .id = "carl", .zone = "Europe/Athens",
                                           .general = 1, .knows = "gus ben", .avoids = "ana"));
}

void do_remove_agent(lsched *s, answer *a)
{
    a->status = lsched_remove_agent(s, "gus");
}

void do_put_passing_service(lsched *s, answer *a)
{
    a->status = lsched_put_service(s, NEW(service, .id = "brief", .name = "For a while"));
}

void do_remove_service(lsched *s, answer *a)
{
    a->status = lsched_remove_service(s, "brief");
}

void do_put_passing_team(lsched *s, answer *a)
{
    a->status = lsched_put_team(s, NEW(team, .id = "brief", .name = "For a while", .zone = ZONE));
}

void do_remove_team(lsched *s, answer *a)
{
    a->status = lsched_remove_team(s, "brief");
}
