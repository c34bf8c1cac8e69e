/* deeds.h -- what the two halves of the story share: deeds.c, which writes, and asks.c, which
 * asks.
 */
#ifndef TESTS_FAULT_DEEDS_H
#define TESTS_FAULT_DEEDS_H

#include "script.h"

#define NEW(type, ...) (&(lsched_##type){.size = sizeof(lsched_##type), __VA_ARGS__})
#define NINE 1772546400 /* 9:00 there */
#define DAY 86400
#define ZONE "America/New_York"

enum slot { PHONE, EARLY, SHORT, LATE, FITTED, TAKEN_OVER, GROUPED };

/* A calendar that opens from nine to five. */
extern const char deeds_daily[];
int deeds_put_hours(lsched *s, int32_t kind, const char *owner, const char *text, int32_t effect);

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
void ask_list_bookings(lsched *s, answer *a);
void ask_find(lsched *s, answer *a);
void ask_find_nothing(lsched *s, answer *a);
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
void ask_refuse_calendar(lsched *s, answer *a);
void ask_tell_zones(lsched *s, answer *a);

#endif
