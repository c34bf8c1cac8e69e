/* test_nothing.c -- NULL for every pointer of every function, and calls out of order: each
 * its own clear status, `out` NULL after it, and an unchanged store. */
#include "world.h"

/* A pointer that no call may leave in `out`. */
#define SOMETHING ((void *)&w)

/* The call refuses, and has set `out` to NULL. */
#define hands_out_nothing(call, status, words)                                                     \
    do {                                                                                           \
        out = SOMETHING;                                                                           \
        refuses(call, status, words);                                                              \
        assert_null(out);                                                                          \
    } while (0)

static void test_ids(void **state)
{
    static const char *const none[] = {NULL, ""};
    (void)state;
    char *before = world_listing(w.s);
    for (int i = 0; i < 2; i++) {
        const char *no = none[i];
#define GET(noun)                                                                                  \
    do {                                                                                           \
        lsched_##noun *out;                                                                        \
        hands_out_nothing(lsched_get_##noun(w.s, no, &out), LSCHED_MISUSE, "id");                  \
    } while (0)
        GET(team);
        GET(agent);
        GET(service);
        GET(customer);
        GET(booking);
        refuses(lsched_remove_team(w.s, no), LSCHED_MISUSE, "id");
        refuses(lsched_remove_agent(w.s, no), LSCHED_MISUSE, "id");
        refuses(lsched_remove_service(w.s, no), LSCHED_MISUSE, "id");
        refuses(lsched_remove_customer(w.s, no), LSCHED_MISUSE, "id");
        refuses(lsched_remove_member(w.s, no, "ana", NULL), LSCHED_MISUSE, "team");
        refuses(lsched_remove_member(w.s, "home", no, NULL), LSCHED_MISUSE, "agent");
        refuses(lsched_remove_calendar(w.s, LSCHED_TEAM, no, "opens"), LSCHED_MISUSE, "owner");
        refuses(lsched_remove_calendar(w.s, LSCHED_TEAM, "home", no), LSCHED_MISUSE, "name");
        lsched_calendar *calendar;
        refuses(lsched_get_calendar(w.s, 1, no, "opens", &calendar), LSCHED_MISUSE, "owner");
        refuses(lsched_get_calendar(w.s, 1, "home", no, &calendar), LSCHED_MISUSE, "name");
        refuses(lsched_ack_notice(w.s, no, 1), LSCHED_MISUSE, "id");
        lsched_events *events;
        ok(lsched_list_events(w.s, no, 0, 0, &events)); /* of all bookings */
        assert_int_equal(lsched_events_count(events), 0);
        lsched_events_free(events);
        lsched_booking *out;
        hands_out_nothing(lsched_cancel(w.s, no, NULL, "k", &out), LSCHED_MISUSE, "id");
        hands_out_nothing(lsched_cancel(w.s, "x", NULL, no, &out), LSCHED_MISUSE, "key");
        lsched_series *series = SOMETHING;
        refuses(lsched_cancel_series(w.s, no, 0, NULL, "k", &series), LSCHED_MISUSE, "series");
        assert_null(series);
        series = SOMETHING;
        refuses(lsched_cancel_series(w.s, "x", 0, NULL, no, &series), LSCHED_MISUSE, "key");
        assert_null(series);
        hands_out_nothing(lsched_import(w.s, NEW(booking, .id = NULL), no, &out), LSCHED_MISUSE,
                          "key");
        hands_out_nothing(lsched_use_token(w.s, no, LSCHED_VIEW, &out), LSCHED_MISUSE, "token");
        char *text = SOMETHING;
        refuses(lsched_make_token(w.s, no, LSCHED_VIEW, 0, &text), LSCHED_MISUSE, "booking");
        assert_null(text);
        refuses(lsched_drop_tokens(w.s, no), LSCHED_MISUSE, "booking");
    }
    world_unchanged(before);
}

static void test_exchange(void **state)
{
    static const char *const none[] = {NULL, ""};
    (void)state;
    const lsched_calendar *calendar = NEW(calendar, .kind = 1, .owner = "home", .name = "x",
                                          .effect = 1, .text = event("20260101", "20260102", NULL));
    const lsched_calendar *const one[] = {calendar}, *const null[] = {NULL};
    const lsched_time to = w.now + 3600;
    lsched_time t;
    char buffer[32];
    for (int i = 0; i < 2; i++) {
        const char *no = none[i];
        lsched_spans *out;
        hands_out_nothing(lsched_hours(w.s, LSCHED_TEAM, no, NULL, w.now, to, &out), LSCHED_MISUSE,
                          "owner");
        hands_out_nothing(lsched_expand(w.s, one, 1, no, w.now, to, &out), LSCHED_MISUSE, "zone");
        hands_out_nothing(lsched_instances(w.s, calendar, no, w.now, to, &out), LSCHED_MISUSE,
                          "zone");
        t = 7;
        refuses(lsched_due(w.s, one, 1, no, w.now, 1, &t), LSCHED_MISUSE, "zone");
        assert_int_equal(t, 0);
        t = 7;
        refuses(lsched_instant(w.s, no, "UTC", &t), LSCHED_MISUSE, "text");
        assert_int_equal(t, 0);
        refuses(lsched_instant(w.s, "2026-03-03", no, &t), LSCHED_INVALID, "2026-03-03");
        refuses(lsched_wall(w.s, w.now, no, buffer, sizeof buffer), LSCHED_MISUSE, "zone");
        char *text = SOMETHING;
        refuses(lsched_write_booking(w.s, no, &text), LSCHED_MISUSE, "id");
        assert_null(text);
        text = SOMETHING;
        refuses(lsched_write_agenda(w.s, no, w.now, to, &text), LSCHED_MISUSE, "agent");
        assert_null(text);
    }
    lsched_spans *out;
    hands_out_nothing(lsched_expand(w.s, NULL, 1, "UTC", w.now, to, &out), LSCHED_MISUSE, "");
    hands_out_nothing(lsched_expand(w.s, null, 1, "UTC", w.now, to, &out), LSCHED_MISUSE, "");
    hands_out_nothing(lsched_instances(w.s, NULL, "UTC", w.now, to, &out), LSCHED_MISUSE, "");
    refuses(lsched_due(w.s, NULL, 1, "UTC", w.now, 1, &t), LSCHED_MISUSE, "");
    refuses(lsched_due(w.s, null, 1, "UTC", w.now, 1, &t), LSCHED_MISUSE, "");
    refuses(lsched_wall(w.s, w.now, "UTC", NULL, 30), LSCHED_MISUSE, "buffer");
}

static void test_no_out(void **state)
{
    (void)state;
    const lsched_calendar *calendar = NEW(calendar, .kind = 1, .owner = "home", .name = "x",
                                          .effect = 1, .text = event("20260101", "20260102", NULL));
    const lsched_calendar *const one[] = {calendar};
    const lsched_time to = w.now + 3600;
    const int answers[] = {
        lsched_get_team(w.s, "home", NULL),
        lsched_get_agent(w.s, "ana", NULL),
        lsched_get_service(w.s, "talk", NULL),
        lsched_get_customer(w.s, "cora", NULL),
        lsched_get_calendar(w.s, 1, "home", "opens", NULL),
        lsched_get_booking(w.s, "x", NULL),
        lsched_list_teams(w.s, NULL, 0, NULL),
        lsched_list_agents(w.s, NULL, 0, NULL),
        lsched_list_services(w.s, NULL, 0, NULL),
        lsched_list_customers(w.s, NULL, 0, NULL),
        lsched_list_members(w.s, NULL, NULL, 0, 0, NULL),
        lsched_list_calendars(w.s, 0, NULL, 0, 0, NULL),
        lsched_list_bookings(w.s, NEW(filter, .limit = 0), NULL),
        lsched_find(w.s, NEW(query, .customer = "cora", .service = "talk"), NULL),
        lsched_find_days(w.s, NEW(query, .customer = "cora", .service = "talk"), NULL),
        lsched_explain(w.s, NEW(query, .customer = "cora", .service = "talk"), NULL),
        lsched_book(w.s,
                    NEW(request, .key = "k", .customer = "cora", .service = "talk",
                        .start = at("2026-03-03T10:00")),
                    NULL),
        lsched_move(w.s, NEW(change, .key = "k", .id = "x"), NULL),
        lsched_hours(w.s, 1, "home", NULL, w.now, to, NULL),
        lsched_expand(w.s, one, 1, "UTC", w.now, to, NULL),
        lsched_instances(w.s, calendar, "UTC", w.now, to, NULL),
        lsched_due(w.s, one, 1, "UTC", w.now, 1, NULL),
        lsched_add_open(w.s, NEW(layers, .team = "home"), w.now, 1, NULL),
        lsched_count_open(w.s, NEW(layers, .team = "home"), w.now, to, NULL),
        lsched_find_turn(w.s, NEW(layers, .team = "home"), w.now, 1, NULL),
        lsched_write_booking(w.s, "x", NULL),
        lsched_write_agenda(w.s, "ana", w.now, to, NULL),
        lsched_make_token(w.s, "x", LSCHED_VIEW, 0, NULL),
        lsched_use_token(w.s, "x", LSCHED_VIEW, NULL),
        lsched_instant(w.s, "2026-03-03", "UTC", NULL),
        lsched_list_events(w.s, NULL, 0, 0, NULL),
        lsched_take_notices(w.s, 0, 0, NULL),
        lsched_next_due(w.s, NULL),
    };
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
        assert_int_equal(answers[i], LSCHED_MISUSE);
    /* Nothing was booked for nobody. */
    lsched_bookings *list;
    ok(lsched_list_bookings(w.s, NEW(filter, .limit = 0), &list));
    assert_int_equal(lsched_bookings_count(list), 0);
    lsched_bookings_free(list);
}

/* Every call that needs the store, with a scheduler that has none, or with no scheduler. */
static void refuse_all(lsched *s)
{
    char *text, *token = SOMETHING;
    lsched_team *team = SOMETHING;
    lsched_calendar *calendar;
    lsched_teams *teams = SOMETHING;
    lsched_members *members;
    lsched_calendars *calendars;
    lsched_slots *slots = SOMETHING;
    lsched_explanation *why = SOMETHING;
    lsched_forecast *wait = NULL;
    lsched_booking *booking = SOMETHING;
    lsched_bookings *bookings = SOMETHING;
    lsched_spans *spans = SOMETHING;
    lsched_events *events = SOMETHING;
    lsched_notices *notices = SOMETHING;
    lsched_slots *each = SOMETHING;
    lsched_days *days = SOMETHING;
    lsched_ways *ways = SOMETHING;
    const lsched_query *query = NEW(query, .customer = "x", .service = "x");
    lsched_time t, due = 7;
    const int answers[] = {
        lsched_begin(s),
        lsched_commit(s),
        lsched_rollback(s),
        lsched_put_team(s, NEW(team, .id = "x", .name = "X", .zone = "UTC")),
        lsched_put_agent(s, NEW(agent, .id = "x", .name = "X", .zone = "UTC")),
        lsched_put_member(s, NEW(member, .team = "x", .agent = "x")),
        lsched_put_service(s, NEW(service, .id = "x", .name = "X")),
        lsched_put_customer(s, NEW(customer, .id = "x", .zone = "UTC")),
        lsched_put_calendar(s, NEW(calendar, .kind = 4, .owner = "x", .name = "x", .effect = 1,
                                   .text = event("20260101", "20260102", NULL))),
        lsched_get_team(s, "x", &team),
        lsched_get_calendar(s, 1, "x", "x", &calendar),
        lsched_remove_team(s, "x"),
        lsched_remove_member(s, "x", "x", NULL),
        lsched_remove_calendar(s, 1, "x", "x"),
        lsched_list_teams(s, NULL, 0, &teams),
        lsched_list_members(s, NULL, NULL, 0, 0, &members),
        lsched_list_calendars(s, 0, NULL, 0, 0, &calendars),
        lsched_find(s, query, &slots),
        lsched_find_each(s, &query, 1, &each),
        lsched_find_days(s, query, &days),
        lsched_explain(s, query, &why),
        lsched_estimate(s, NEW(request, .customer = "x", .service = "x"), &wait),
        lsched_estimate_waiting(s, "x", &wait),
        lsched_find_ways(s, "x", "x", &ways),
        lsched_book(s, NEW(request, .key = "x"), &booking),
        lsched_move(s, NEW(change, .key = "x"), &booking),
        lsched_cancel(s, "x", NULL, "x", NULL),
        lsched_import(s, NEW(booking, .id = NULL), "x", NULL),
        lsched_get_booking(s, "x", &booking),
        lsched_list_bookings(s, NEW(filter, .limit = 0), &bookings),
        lsched_hours(s, 1, "x", NULL, 0, 60, &spans),
        lsched_add_open(s, NEW(layers, .team = "x"), 0, 1, &t),
        lsched_count_open(s, NEW(layers, .team = "x"), 0, 60, &t),
        lsched_find_turn(s, NEW(layers, .team = "x"), 0, 1, &t),
        lsched_write_booking(s, "x", &text),
        lsched_write_agenda(s, "x", 0, 60, &text),
        lsched_make_token(s, "x", LSCHED_VIEW, 0, &token),
        lsched_use_token(s, "x", LSCHED_VIEW, &booking),
        lsched_drop_tokens(s, "x"),
        lsched_list_events(s, NULL, 0, 0, &events),
        lsched_take_notices(s, 0, 0, &notices),
        lsched_ack_notice(s, "x.0.moved", 1),
        lsched_next_due(s, &due),
    };
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
        assert_int_equal(answers[i], LSCHED_MISUSE);
    assert_null(wait);
    assert_true(team == NULL && teams == NULL && slots == NULL && booking == NULL &&
                bookings == NULL && spans == NULL && text == NULL && token == NULL &&
                events == NULL && notices == NULL && why == NULL && each == NULL && days == NULL &&
                due == 0);
}

static void test_no_store(void **state)
{
    (void)state;
    lsched *s = lsched_new();
    lsched_time t;
    char buffer[32];
    assert_non_null(s);
    refuse_all(s);
    assert_int_equal(lsched_open(s, NULL, LSCHED_CREATE), LSCHED_MISUSE);
    assert_int_equal(lsched_open(s, "", LSCHED_CREATE), LSCHED_MISUSE);
    assert_int_equal(lsched_open(s, ":memory:", 8), LSCHED_MISUSE);
    assert_int_equal(lsched_open(s, "/nonexistent/store", LSCHED_CREATE), LSCHED_STORE);
    assert_true(lsched_message(s)[0] != '\0');
    assert_int_equal(lsched_open(s, "/nonexistent", 0), LSCHED_NOTFOUND);
    /* Wall clocks and calendars need none. */
    assert_int_equal(lsched_instant(s, "2026-03-03T10:00Z", NULL, &t), LSCHED_OK);
    assert_int_equal(lsched_wall(s, t, "UTC", buffer, sizeof buffer), LSCHED_OK);
    assert_string_equal(buffer, "2026-03-03T10:00:00+00:00");
    assert_string_equal(lsched_message(s), "");
    assert_int_equal(lsched_open(s, ":memory:", LSCHED_CREATE), LSCHED_OK);
    assert_int_equal(lsched_open(s, ":memory:", LSCHED_CREATE), LSCHED_MISUSE);
    lsched_free(s);
}

static void test_no_scheduler(void **state)
{
    (void)state;
    lsched_time t = 7;
    char buffer[32];
    refuse_all(NULL);
    assert_int_equal(lsched_open(NULL, ":memory:", LSCHED_CREATE), LSCHED_MISUSE);
    assert_int_equal(lsched_set_clock(NULL, NULL, NULL), LSCHED_MISUSE);
    assert_int_equal(lsched_attach_sqlite(NULL, NULL, 0), LSCHED_MISUSE);
    assert_int_equal(lsched_instant(NULL, "2026-03-03T10:00Z", NULL, &t), LSCHED_MISUSE);
    assert_int_equal(t, 0);
    assert_int_equal(lsched_wall(NULL, 0, "UTC", buffer, sizeof buffer), LSCHED_MISUSE);
    assert_non_null(lsched_message(NULL));
    assert_int_equal(lsched_line(NULL), 0);
    assert_string_equal(lsched_zone_version(NULL), "");
}

static void test_no_list(void **state)
{
    (void)state;
#define NO_LIST(plural)                                                                            \
    do {                                                                                           \
        assert_int_equal(lsched_##plural##_count(NULL), 0);                                        \
        assert_null(lsched_##plural##_at(NULL, 0));                                                \
        lsched_##plural##_free(NULL);                                                              \
        lsched_##plural##_free(NULL);                                                              \
    } while (0)
    NO_LIST(teams);
    NO_LIST(agents);
    NO_LIST(members);
    NO_LIST(services);
    NO_LIST(customers);
    NO_LIST(calendars);
    NO_LIST(slots);
    NO_LIST(bookings);
    NO_LIST(spans);
    NO_LIST(events);
    NO_LIST(notices);
    assert_int_equal(lsched_slots_lost(NULL, -1), 0);
    assert_null(lsched_explanation_outlook(NULL));
    assert_int_equal(lsched_explanation_count(NULL), 0);
    assert_null(lsched_explanation_at(NULL, 0));
    assert_int_equal(lsched_explanation_candidates(NULL), 0);
    assert_null(lsched_explanation_candidate(NULL, 0));
    assert_int_equal(lsched_explanation_relaxations(NULL), 0);
    assert_null(lsched_explanation_relaxation(NULL, 0));
    assert_int_equal(lsched_explanation_lost(NULL, -1), 0);
    assert_int_equal(lsched_explanation_alone(NULL, 1), 0);
    lsched_explanation_free(NULL);
    for (int i = 0; i < 2; i++) {
        lsched_team_free(NULL);
        lsched_agent_free(NULL);
        lsched_service_free(NULL);
        lsched_customer_free(NULL);
        lsched_calendar_free(NULL);
        lsched_booking_free(NULL);
        lsched_forecast_free(NULL);
        lsched_text_free(NULL);
        lsched_free(NULL);
    }
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(lsched_status_name(LSCHED_OK), "LSCHED_OK");
    assert_string_equal(lsched_status_name(-2), "LSCHED_MISUSE");
    assert_string_equal(lsched_status_name(-7), "LSCHED_KEYUSED");
    assert_string_equal(lsched_status_name(-27), "LSCHED_QUOTA");
    assert_string_equal(lsched_status_name(-28), "LSCHED_EXISTS");
    assert_string_equal(lsched_status_name(-44), "LSCHED_OUTDATED");
    assert_string_equal(lsched_status_name(-24), "LSCHED_TAKEN");
    assert_string_equal(lsched_status_name(-43), "LSCHED_FOREIGN");
    static const int unknown[] = {1, -8, -19, -29, -39, -45, INT32_MIN, INT32_MAX};
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        assert_string_equal(lsched_status_name(unknown[i]), "LSCHED_?");
    int a, b, c;
    char behind;
    assert_int_equal(sscanf(lsched_version(), "%d.%d.%d%c", &a, &b, &c, &behind), 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_little, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_ids),          TEST(test_exchange), TEST(test_no_out), TEST(test_no_store),
        TEST(test_no_scheduler), TEST(test_no_list),  TEST(test_names),
    };
    return cmocka_run_group_tests_name("nothing", tests, NULL, NULL);
}
