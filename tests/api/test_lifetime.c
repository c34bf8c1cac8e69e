/* test_lifetime.c -- what was handed out is the caller's: it stands by itself, on any
 * thread, in any order, after the scheduler too. */
#include "world.h"

#include <pthread.h>

/* One of everything that a call can hand out. */
typedef struct haul {
    lsched_team *team;
    lsched_agent *agent;
    lsched_service *service;
    lsched_customer *customer;
    lsched_calendar *calendar;
    lsched_booking *booking;
    lsched_teams *teams;
    lsched_agents *agents;
    lsched_members *members;
    lsched_services *services;
    lsched_customers *customers;
    lsched_calendars *calendars;
    lsched_slots *slots;
    lsched_days *days;
    lsched_explanation *why;
    lsched_bookings *bookings;
    lsched_spans *hours, *instances;
    char *text;
} haul;

static haul take(void)
{
    haul h;
    const lsched_calendar *calendar =
        NEW(calendar, .effect = LSCHED_OPENS, .text = event("20260303", "20260304", NULL));
    h.booking = BOOK(.key = "k", .customer = "cora", .service = "talk", .note = "a note",
                     .start = at("2026-03-03T10:00"));
    ok(lsched_get_team(w.s, "home", &h.team));
    ok(lsched_get_agent(w.s, "ana", &h.agent));
    ok(lsched_get_service(w.s, "talk", &h.service));
    ok(lsched_get_customer(w.s, "cora", &h.customer));
    ok(lsched_get_calendar(w.s, LSCHED_TEAM, "home", "opens", &h.calendar));
    ok(lsched_list_teams(w.s, NULL, 0, &h.teams));
    ok(lsched_list_agents(w.s, NULL, 0, &h.agents));
    ok(lsched_list_members(w.s, NULL, NULL, 0, 0, &h.members));
    ok(lsched_list_services(w.s, NULL, 0, &h.services));
    ok(lsched_list_customers(w.s, NULL, 0, &h.customers));
    ok(lsched_list_calendars(w.s, 0, NULL, 0, 0, &h.calendars));
    h.slots = FIND(.customer = "cora", .service = "talk");
    ok(lsched_find_days(w.s, NEW(query, .customer = "cora", .service = "talk"), &h.days));
    ok(lsched_explain(w.s,
                      NEW(query, .customer = "cora", .service = "talk", .agent = "ana",
                          .from = w.now, .until = w.now + 60),
                      &h.why));
    ok(lsched_list_bookings(w.s, NEW(filter, .limit = 0), &h.bookings));
    ok(lsched_hours(w.s, LSCHED_TEAM, "home", NULL, w.now, w.now + 86400, &h.hours));
    ok(lsched_instances(w.s, calendar, "UTC", w.now, w.now + 200000, &h.instances));
    ok(lsched_write_booking(w.s, h.booking->id, &h.text));
    return h;
}

/* Reads it all: under valgrind or a sanitizer, what is gone is noticed. */
static void expect_whole(const haul *h)
{
    assert_string_equal(h->team->regions, "US-NY US-NJ");
    assert_string_equal(h->agent->languages, "en");
    assert_string_equal(h->service->name, "Talk");
    assert_string_equal(h->customer->team, "home");
    assert_int_equal(strlen(h->calendar->text), h->calendar->text_size);
    assert_string_equal(h->booking->note, "a note");
    assert_int_equal(lsched_teams_count(h->teams), 3);
    assert_string_equal(lsched_teams_at(h->teams, 2)->overflow, "help");
    assert_int_equal(lsched_agents_count(h->agents), 4);
    assert_string_equal(lsched_agents_at(h->agents, 3)->id, "hal");
    assert_int_equal(lsched_members_count(h->members), 4);
    assert_string_equal(lsched_members_at(h->members, 3)->agent, "ben");
    assert_string_equal(lsched_services_at(h->services, 0)->id, "talk");
    assert_string_equal(lsched_customers_at(h->customers, 0)->region, "US-NY");
    assert_non_null(strstr(lsched_calendars_at(h->calendars, 6)->text, "FREQ=DAILY"));
    assert_string_equal(lsched_slots_at(h->slots, 0)->team, "home");
    assert_string_equal(lsched_days_at(h->days, 1)->date, "2026-03-03");
    assert_string_equal(lsched_explanation_candidate(h->why, 0)->agent, "ana");
    assert_string_equal(lsched_explanation_at(h->why, 0)->team, "home");
    assert_string_equal(lsched_explanation_relaxation(h->why, 0)->query->customer, "cora");
    assert_string_equal(lsched_bookings_at(h->bookings, 0)->id, h->booking->id);
    assert_int_equal(lsched_spans_count(h->hours), 1);
    assert_string_equal(lsched_spans_at(h->instances, 0)->summary, "an event");
    assert_non_null(strstr(h->text, h->booking->id));
}

static void release(haul *h)
{
    lsched_spans_free(h->instances);
    lsched_text_free(h->text);
    lsched_bookings_free(h->bookings);
    lsched_team_free(h->team);
    lsched_teams_free(h->teams);
    lsched_slots_free(h->slots);
    lsched_days_free(h->days);
    lsched_explanation_free(h->why);
    lsched_agent_free(h->agent);
    lsched_agents_free(h->agents);
    lsched_calendars_free(h->calendars);
    lsched_service_free(h->service);
    lsched_members_free(h->members);
    lsched_calendar_free(h->calendar);
    lsched_services_free(h->services);
    lsched_customer_free(h->customer);
    lsched_booking_free(h->booking);
    lsched_customers_free(h->customers);
    lsched_spans_free(h->hours);
}

static void test_before_the_scheduler(void **state)
{
    (void)state;
    haul h = take();
    ok(lsched_cancel(w.s, h.booking->id, NULL, "c", NULL));
    ok(lsched_put_team(w.s, NEW(team, .id = "home", .name = "other", .zone = "UTC")));
    expect_whole(&h);
    release(&h);
}

static void test_after_the_scheduler(void **state)
{
    haul h = take();
    world_close(state);
    expect_whole(&h);
    release(&h);
}

static void *on_another_thread(void *user)
{
    release(user);
    return NULL;
}

/* Also while the scheduler goes on, and once it is gone. */
static void test_on_another_thread(void **state)
{
    pthread_t thread;
    for (int closed = 0; closed < 2; closed++) {
        haul h = take();
        if (closed)
            world_close(state);
        assert_int_equal(pthread_create(&thread, NULL, on_another_thread, &h), 0);
        if (!closed)
            lsched_slots_free(FIND(.customer = "cora", .service = "talk"));
        assert_int_equal(pthread_join(thread, NULL), 0);
    }
}

/* What a call was given, it has copied: the caller's memory may go at once. */
static void test_what_came_in(void **state)
{
    (void)state;
    char id[] = "temp", name[] = "Name", zone[] = "UTC";
    lsched_team *team;
    ok(PUT(team, .id = id, .name = name, .zone = zone));
    memset(id, 'z', sizeof id - 1);
    memset(name, 'z', sizeof name - 1);
    memset(zone, 'z', sizeof zone - 1);
    ok(lsched_get_team(w.s, "temp", &team));
    assert_string_equal(team->name, "Name");
    assert_string_equal(team->zone, "UTC");
    lsched_team_free(team);
}

/* The message is there until the next call, and gone after a success. */
static void test_message(void **state)
{
    (void)state;
    lsched_team *team;
    assert_int_equal(lsched_get_team(w.s, "nix", &team), LSCHED_NOTFOUND);
    assert_null(team);
    assert_string_equal(lsched_message(w.s), "no team has the id 'nix'");
    assert_string_equal(lsched_message(w.s), "no team has the id 'nix'");
    assert_int_equal(lsched_get_team(w.s, "home", &team), LSCHED_OK);
    assert_string_equal(lsched_message(w.s), "");
    lsched_team_free(team);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_little, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_before_the_scheduler),
        TEST(test_after_the_scheduler),
        TEST(test_on_another_thread),
        TEST(test_what_came_in),
        TEST(test_message),
    };
    return cmocka_run_group_tests_name("lifetime", tests, NULL, NULL);
}
