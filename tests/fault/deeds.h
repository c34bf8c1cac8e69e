/* deeds.h -- what the parts of the story share: deeds.c, life.c and file.c, which write, asks.c and
 * news.c, which ask, and story.c, which has the order.
 */
#ifndef TESTS_FAULT_DEEDS_H
#define TESTS_FAULT_DEEDS_H

#include "script.h"

#define NEW(type, ...) (&(lsched_##type){.size = sizeof(lsched_##type), __VA_ARGS__})
#define NINE 1772546400 /* 9:00 there */
#define DAY 86400
#define ZONE "America/New_York"

/* What earlier deeds made: bookings, a token, a notice. */
enum slot {
    PHONE,
    EARLY,
    SHORT,
    LATE,
    FITTED,
    TAKEN_OVER,
    GROUPED,
    WHAT_IF,
    HELD,
    HELD_SHORTLY,
    HELD_AFTER,
    HELD_LATE,
    HELD_TO_MOVE,
    BOOKED_AFTER,
    SERIES,
    FITTING,
    TOKEN,
    NOTICE,
    NOTICE_AGAIN,
    ASTRAY,
    SEATED,
    SEATED_LATER,
    SEATED_FOR,
    WANTED_BY_TWO,
    WAITING,
    WAITING_ON,
    WAITING_AGAIN,
    FILED,
    GOING,
    TOLD,
    HEARD
};

/* A calendar that opens from nine to five. */
extern const char deeds_daily[];
/* Through lsched_book() or lsched_hold(). */
typedef int deeds_take(lsched *s, const lsched_request *request, lsched_booking **out);
void deeds_book(lsched *s, answer *a, int slot, deeds_take *take, const lsched_request *request);
/* Ends what lsched_begin() began, as well as it went; the end answers for all. */
void deeds_end_group(lsched *s, answer *a);
int deeds_put_hours(lsched *s, int32_t kind, const char *owner, const char *text, int32_t effect);

void do_put_general_team(lsched *s, answer *a);
void do_put_team(lsched *s, answer *a);
void do_put_agent(lsched *s, answer *a);
void do_put_other_agent(lsched *s, answer *a);
void do_put_member(lsched *s, answer *a);
void do_put_other_member(lsched *s, answer *a);
void do_put_service(lsched *s, answer *a);
void do_put_long_service(lsched *s, answer *a);
void do_put_customer(lsched *s, answer *a);
void do_put_other_customer(lsched *s, answer *a);
void do_put_team_hours(lsched *s, answer *a);
void do_put_shift(lsched *s, answer *a);
void do_put_other_shift(lsched *s, answer *a);
void do_put_leave(lsched *s, answer *a);
void do_put_team_anew(lsched *s, answer *a);
void do_book_phone(lsched *s, answer *a);
void do_book_chat(lsched *s, answer *a);
void do_book_short_chat(lsched *s, answer *a);
void do_book_late_chat(lsched *s, answer *a);
void do_cancel_booking(lsched *s, answer *a);
void do_book_fitted_chat(lsched *s, answer *a);
void do_move_booking(lsched *s, answer *a);
void do_import_booking(lsched *s, answer *a);
void do_book_group(lsched *s, answer *a);
void do_nest(lsched *s, answer *a);
void do_remove_calendar(lsched *s, answer *a);
void do_remove_customer(lsched *s, answer *a);
void do_remove_member(lsched *s, answer *a);
void do_put_third_agent(lsched *s, answer *a);
void do_put_third_member(lsched *s, answer *a);
void do_know_agent(lsched *s, answer *a);
void do_remove_agent(lsched *s, answer *a);
void do_put_passing_service(lsched *s, answer *a);
void do_remove_service(lsched *s, answer *a);
void do_put_passing_team(lsched *s, answer *a);
void do_remove_team(lsched *s, answer *a);

void life_change_service(lsched *s, answer *a);
void life_hold(lsched *s, answer *a);
void life_confirm(lsched *s, answer *a);
void life_hold_shortly(lsched *s, answer *a);
void life_hold_after(lsched *s, answer *a);
void life_cancel_hold(lsched *s, answer *a);
void life_hold_late(lsched *s, answer *a);
void life_confirm_late(lsched *s, answer *a);
void life_hold_to_move(lsched *s, answer *a);
void life_move_hold(lsched *s, answer *a);
void life_book_after(lsched *s, answer *a);
void life_start(lsched *s, answer *a);
void life_fulfil(lsched *s, answer *a);
void life_book_series(lsched *s, answer *a);
void life_book_fitting(lsched *s, answer *a);
void life_cancel_series(lsched *s, answer *a);
void life_make_token(lsched *s, answer *a);
void life_make_other_token(lsched *s, answer *a);
void life_drop_tokens(lsched *s, answer *a);
void life_take(lsched *s, answer *a);
void life_ack(lsched *s, answer *a);
void life_take_again(lsched *s, answer *a);
void life_cancel_told(lsched *s, answer *a);
void life_start_late(lsched *s, answer *a);
void life_finish_noshow(lsched *s, answer *a);
void life_finish_missed(lsched *s, answer *a);

void law_put_region(lsched *s, answer *a);
void law_put_hours(lsched *s, answer *a);
void law_put_region_anew(lsched *s, answer *a);
void law_put_passing_region(lsched *s, answer *a);
void law_remove_region(lsched *s, answer *a);
void ask_get_region(lsched *s, answer *a);
void ask_list_regions(lsched *s, answer *a);
void ask_may_contact(lsched *s, answer *a);
void ask_may_not_contact(lsched *s, answer *a);

void mend_book(lsched *s, answer *a);
void mend_repair(lsched *s, answer *a);
void outage_open(lsched *s, answer *a);
void outage_subscribe(lsched *s, answer *a);
void outage_update(lsched *s, answer *a);
void outage_announce(lsched *s, answer *a);
void outage_take(lsched *s, answer *a);
void outage_ack(lsched *s, answer *a);
void outage_close(lsched *s, answer *a);
void outage_run_late(lsched *s, answer *a);
void outage_come_behind(lsched *s, answer *a);
void outage_tell_delays(lsched *s, answer *a);
void ask_list_delays(lsched *s, answer *a);
void outage_open_again(lsched *s, answer *a);
void outage_pass(lsched *s, answer *a);
void outage_remove(lsched *s, answer *a);
void outage_announce_passing(lsched *s, answer *a);
void outage_remove_announcement(lsched *s, answer *a);
void outage_unsubscribe(lsched *s, answer *a);
void ask_get_incident(lsched *s, answer *a);
void ask_list_incidents(lsched *s, answer *a);
void ask_incidents_for(lsched *s, answer *a);
void ask_get_announcement(lsched *s, answer *a);
void ask_list_announcements(lsched *s, answer *a);
void seat_put_service(lsched *s, answer *a);
void seat_book(lsched *s, answer *a);
void seat_book_later(lsched *s, answer *a);
void seat_make_room(lsched *s, answer *a);
void line_put_agent(lsched *s, answer *a);
void line_put_service(lsched *s, answer *a);
void line_join(lsched *s, answer *a);
void line_join_to_stay(lsched *s, answer *a);
void line_join_again(lsched *s, answer *a);
void line_next(lsched *s, answer *a);
void line_start(lsched *s, answer *a);
void line_start_as(lsched *s, answer *a);
void line_try(lsched *s, answer *a);
void line_give_up(lsched *s, answer *a);
void line_happened(lsched *s, answer *a);
void ask_line(lsched *s, answer *a);
void file_put_case(lsched *s, answer *a);
void file_book(lsched *s, answer *a);
void file_say(lsched *s, answer *a);
void file_come(lsched *s, answer *a);
void file_cancel(lsched *s, answer *a);
void file_forget(lsched *s, answer *a);
void file_import_old(lsched *s, answer *a);
void file_retain(lsched *s, answer *a);
void file_wipe(lsched *s, answer *a);
void ask_get_case(lsched *s, answer *a);
void ask_list_cases(lsched *s, answer *a);
void ask_list_entries(lsched *s, answer *a);
void ask_list_unanswered(lsched *s, answer *a);
void ask_tell_case(lsched *s, answer *a);
void ask_export_customer(lsched *s, answer *a);
void ask_remove_case(lsched *s, answer *a);
void ask_stuck(lsched *s, answer *a);
void ask_estimate(lsched *s, answer *a);
void ask_estimate_waiting(lsched *s, answer *a);
void tell_put_service(lsched *s, answer *a);
void tell_import(lsched *s, answer *a);
void tell_fulfil(lsched *s, answer *a);
void tell_score(lsched *s, answer *a);
void ask_get_figures(lsched *s, answer *a);
void ask_list_figures(lsched *s, answer *a);
void ask_list_team_figures(lsched *s, answer *a);
void ask_ways(lsched *s, answer *a);
void ask_find_room(lsched *s, answer *a);
void ask_explain_room(lsched *s, answer *a);
void ask_list_strays(lsched *s, answer *a);
void ask_plan_repair(lsched *s, answer *a);

void ask_get_team(lsched *s, answer *a);
void ask_list_teams(lsched *s, answer *a);
void ask_get_agent(lsched *s, answer *a);
void ask_list_agents(lsched *s, answer *a);
void ask_list_members(lsched *s, answer *a);
void ask_get_service(lsched *s, answer *a);
void ask_list_services(lsched *s, answer *a);
void ask_get_customer(lsched *s, answer *a);
void ask_list_customers(lsched *s, answer *a);
void ask_get_calendar(lsched *s, answer *a);
void ask_list_calendars(lsched *s, answer *a);
void ask_get_booking(lsched *s, answer *a);
void ask_why_agent(lsched *s, answer *a);
void ask_list_bookings(lsched *s, answer *a);
void ask_find(lsched *s, answer *a);
void ask_find_nothing(lsched *s, answer *a);
void ask_find_each(lsched *s, answer *a);
void ask_find_days(lsched *s, answer *a);
void ask_explain(lsched *s, answer *a);
void ask_hours(lsched *s, answer *a);
void ask_expand(lsched *s, answer *a);
void ask_instances(lsched *s, answer *a);
void ask_due(lsched *s, answer *a);
void ask_add_open(lsched *s, answer *a);
void ask_count_open(lsched *s, answer *a);
void ask_find_turn(lsched *s, answer *a);
void ask_instant(lsched *s, answer *a);
void ask_wall(lsched *s, answer *a);
void ask_write_booking(lsched *s, answer *a);
void ask_write_agenda(lsched *s, answer *a);
void ask_set_limits(lsched *s, answer *a);
void ask_set_memory(lsched *s, answer *a);
void ask_refuse_calendar(lsched *s, answer *a);
void ask_tell_zones(lsched *s, answer *a);
void ask_get_revision(lsched *s, answer *a);
void ask_list_series(lsched *s, answer *a);
void ask_list_events(lsched *s, answer *a);
void ask_list_life(lsched *s, answer *a);
void ask_use_token(lsched *s, answer *a);
void ask_next_due(lsched *s, answer *a);
void ask_verify(lsched *s, answer *a);
void ask_set_deadline(lsched *s, answer *a);
void ask_back_up(lsched *s, answer *a);

void wait_book(lsched *s, answer *a);
void wait_put(lsched *s, answer *a);
void wait_free(lsched *s, answer *a);
void wait_take(lsched *s, answer *a);
void wait_put_other(lsched *s, answer *a);
void wait_offer(lsched *s, answer *a);
void wait_remove(lsched *s, answer *a);
void ask_get_wait(lsched *s, answer *a);
void ask_list_waits(lsched *s, answer *a);

#endif
