/* test_stale.c -- header chapter 3: calendars whose sources were not heard of for too long.  What
 * becomes of them is the same in every question, with and without a memory, and it is told.
 */
#include "world.h"

#include <sqlite3.h>

#define HOUR 3600
#define DAY INT64_C(86400)

static const char *const leave = "20260303T120000", *const back = "20260303T130000";

/* An hour at noon of Tuesday that closes, from a source that must be heard of once an hour. */
static void put_leave(int32_t kind, const char *owner, lsched_time checked, int32_t on_stale)
{
    ok(PUT(calendar, .kind = kind, .owner = owner, .name = "leave", .effect = LSCHED_CLOSES,
           .text = event(leave, back, NULL), .checked = checked, .good_for = 60,
           .on_stale = on_stale));
}

/* Who is free at that time, and what is said to be stale; with a memory and without. */
static void finds(const char *when, const char *agents, const char *degraded)
{
    for (int kept = 1; kept >= 0; kept--) {
        char got[200] = "";
        static const char *const all[] = {"ana", "ben", "gil", "hal"};
        for (int i = 0; i < 4; i++) {
            lsched_slots *found =
                FIND(.customer = "cora", .service = "talk", .agent = all[i], .from = at(when),
                     .until = at(when) + 60, .channels = LSCHED_PHONE);
            lsched_booking *b = NULL;
            ok(lsched_begin(w.s));
            const int status =
                lsched_book(w.s,
                            NEW(request, .key = "try", .customer = "cora", .service = "talk",
                                .agent = all[i], .start = at(when)),
                            &b);
            ok(lsched_rollback(w.s));
            assert_int_equal(status == LSCHED_OK, lsched_slots_count(found) == 1);
            if (status == LSCHED_OK)
                strcat(strcat(got, *got ? " " : ""), all[i]);
            lsched_booking_free(b);
            lsched_slots_free(found);
        }
        assert_string_equal(got, agents);
        lsched_slots *found = FIND(.customer = "cora", .service = "talk", .from = at(when));
        assert_string_equal(lsched_slots_degraded(found), degraded);
        lsched_slots_free(found);
        ok(lsched_set_memory(w.s, kept ? 0 : 64 << 20));
    }
}

#define NOON "2026-03-03T12:00"
#define THREE "2026-03-03T15:00"

static void test_use(void **state)
{
    (void)state;
    put_leave(LSCHED_AGENT, "ana", w.now, 0);
    finds(NOON, "ben gil hal", "");
    w.now += HOUR - 1;
    finds(NOON, "ben gil hal", "");
    w.now++;
    finds(NOON, "ben gil hal", "agent/ana/leave");
    finds(THREE, "ana ben gil hal", "agent/ana/leave");
}

static void test_open(void **state)
{
    (void)state;
    put_leave(LSCHED_AGENT, "ana", w.now, LSCHED_STALE_OPEN);
    finds(NOON, "ben gil hal", "");
    w.now += HOUR;
    finds(NOON, "ana ben gil hal", "agent/ana/leave");
    /* Whose only shifts are left out is as if there were none. */
    ok(PUT(calendar, .kind = LSCHED_AGENT, .owner = "ben", .name = "opens", .effect = LSCHED_OPENS,
           .text = event("20260101T090000", "20260101T170000", "FREQ=DAILY"),
           .checked = w.now - 600, .good_for = 10, .on_stale = LSCHED_STALE_OPEN));
    finds(THREE, "ana gil hal", "agent/ana/leave agent/ben/opens");
}

static void test_closed(void **state)
{
    (void)state;
    put_leave(LSCHED_AGENT, "ana", w.now, LSCHED_STALE_CLOSED);
    finds(THREE, "ana ben gil hal", "");
    w.now += HOUR;
    finds(THREE, "ben gil hal", "agent/ana/leave");
    /* It was heard of again, and at once all is well. */
    put_leave(LSCHED_AGENT, "ana", w.now, LSCHED_STALE_CLOSED);
    finds(THREE, "ana ben gil hal", "");
    finds(NOON, "ben gil hal", "");
    /* A clock that goes back knows it as it was. */
    w.now += 2 * HOUR;
    finds(THREE, "ben gil hal", "agent/ana/leave");
    w.now -= HOUR + 1;
    finds(THREE, "ana ben gil hal", "");
}

/* A picture that is kept all along follows what is heard, and the clock. */
static void test_kept(void **state)
{
    (void)state;
    static const struct {
        int minutes, heard; /* how far the clock goes; and how long ago it was then heard of */
        size_t free;
    } turns[] = {{0, 0, 1},  {59, -1, 1},  {1, -1, 0}, {1, 0, 1},  {30, 20, 1}, {39, -1, 1},
                 {1, -1, 0}, {5, 60, 0},   {0, 59, 1}, {1, -1, 0}, {-2, -1, 1}, {2, -1, 0},
                 {0, 1, 1},  {100, 10, 1}, {0, 70, 0}, {0, 0, 1}};
    for (size_t i = 0; i < sizeof turns / sizeof *turns; i++) {
        w.now += turns[i].minutes * 60;
        if (turns[i].heard >= 0)
            put_leave(LSCHED_AGENT, "ana", w.now - turns[i].heard * 60, LSCHED_STALE_CLOSED);
        lsched_slots *found =
            FIND(.customer = "cora", .service = "talk", .agent = "ana", .from = at(THREE),
                 .until = at(THREE) + 60, .channels = LSCHED_PHONE);
        assert_int_equal(lsched_slots_count(found), turns[i].free);
        lsched_slots_free(found);
    }
}

/* Each of the five layers. */
static void test_owners(void **state)
{
    static const struct {
        int32_t kind;
        const char *owner, *agents, *degraded;
    } owners[] = {
        {LSCHED_TEAM, "home", "gil hal", "team/home/leave"},
        {LSCHED_AGENT, "gil", "ana ben hal", "agent/gil/leave"},
        {LSCHED_CUSTOMER, "cora", "", "customer/cora/leave"},
        {LSCHED_REGION, "US-NY", "", "region/US-NY/leave"},
        {LSCHED_SERVICE, "talk", "", "service/talk/leave"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof owners / sizeof *owners; i++) {
        put_leave(owners[i].kind, owners[i].owner, w.now - HOUR, LSCHED_STALE_CLOSED);
        finds(THREE, owners[i].agents, owners[i].degraded);
        lsched_spans *hours;
        ok(lsched_hours(w.s, owners[i].kind, owners[i].owner, "America/New_York", w.now,
                        w.now + DAY, &hours));
        assert_int_equal(lsched_spans_count(hours), 0);
        lsched_spans_free(hours);
        ok(lsched_remove_calendar(w.s, owners[i].kind, owners[i].owner, "leave"));
        finds(THREE, "ana ben gil hal", "");
    }
    /* A law that does not bind the contact does not shut it either. */
    ok(PUT(calendar, .kind = LSCHED_REGION, .owner = "US-NY", .name = "chats",
           .effect = LSCHED_CLOSES, .text = event(leave, back, NULL), .channels = LSCHED_CHAT,
           .checked = 1, .good_for = 1, .on_stale = LSCHED_STALE_CLOSED));
    finds(NOON, "ana ben gil hal", "region/US-NY/chats");
    assert_int_equal(world_try(NEW(request, .key = "c", .customer = "cora", .service = "talk",
                                   .channel = LSCHED_CHAT, .start = at(THREE))),
                     LSCHED_CLOSED);
    lsched_lawful *l;
    refuses(lsched_may_contact(w.s, "cora", "talk", LSCHED_CHAT, 0, &l), LSCHED_CLOSED, "US-NY");
    assert_int_equal(l->next, 0);
    lsched_lawful_free(l);
    ok(lsched_may_contact(w.s, "cora", "talk", LSCHED_PHONE, 0, &l));
    lsched_lawful_free(l);
}

/* What was only heard of is a change of the store all the same, and rolls back like one. */
static void test_rolled_back(void **state)
{
    (void)state;
    put_leave(LSCHED_AGENT, "ana", w.now, LSCHED_STALE_CLOSED);
    finds(THREE, "ana ben gil hal", "");
    w.now += HOUR / 2;
    ok(lsched_begin(w.s));
    put_leave(LSCHED_AGENT, "ana", w.now, LSCHED_STALE_CLOSED);
    finds(THREE, "ana ben gil hal", "");
    ok(lsched_rollback(w.s));
    w.now += HOUR / 2;
    finds(THREE, "ben gil hal", "agent/ana/leave");
    ok(lsched_begin(w.s));
    put_leave(LSCHED_AGENT, "ana", w.now, LSCHED_STALE_CLOSED);
    finds(THREE, "ana ben gil hal", "");
    ok(lsched_rollback(w.s));
    finds(THREE, "ben gil hal", "agent/ana/leave");
    /* Nor is a law another one because somebody has asked whether it still is the same. */
    lsched_lawful *l;
    put_leave(LSCHED_REGION, "US-NY", w.now, LSCHED_STALE_USE);
    put_leave(LSCHED_REGION, "US-NY", w.now + 1, LSCHED_STALE_USE);
    ok(lsched_may_contact(w.s, "cora", "talk", 0, 0, &l));
    assert_string_equal(l->law, "US-NY:1");
    lsched_lawful_free(l);
}

/* ---- told in full ----------------------------------------------------------------------------- */

static void test_explained(void **state)
{
    (void)state;
    lsched_explanation *why;
    put_leave(LSCHED_AGENT, "ana", w.now - HOUR, LSCHED_STALE_CLOSED);
    ok(lsched_explain(w.s,
                      NEW(query, .customer = "cora", .service = "talk", .agent = "ana",
                          .from = at(THREE), .until = at(THREE) + 60, .channels = LSCHED_PHONE),
                      &why));
    assert_int_equal(lsched_explanation_count(why), 1);
    const lsched_obstacle *o = lsched_explanation_at(why, 0);
    assert_int_equal(o->reason, LSCHED_WHY_STALE);
    assert_int_equal(o->kind, LSCHED_AGENT);
    assert_string_equal(o->owner, "ana");
    assert_string_equal(o->calendar, "leave");
    assert_int_equal(lsched_explanation_alone(why, LSCHED_WHY_STALE), 1);
    lsched_explanation_free(why);
    /* At noon there is leave besides, as far as anybody knows. */
    ok(lsched_explain(w.s,
                      NEW(query, .customer = "cora", .service = "talk", .agent = "ana",
                          .from = at(NOON), .until = at(NOON) + 60, .channels = LSCHED_PHONE),
                      &why));
    assert_int_equal(lsched_explanation_count(why), 2);
    assert_int_equal(lsched_explanation_alone(why, LSCHED_WHY_STALE), 0);
    assert_int_equal(lsched_explanation_lost(why, LSCHED_WHY_AGENT), 1);
    lsched_explanation_free(why);
    refuses(world_try(NEW(request, .key = "t", .customer = "cora", .service = "talk",
                          .agent = "ana", .start = at(THREE))),
            LSCHED_CLOSED, "a calendar is stale");
}

/* What is booked is astray as long as it lasts, can be repaired, and is told of by verify. */
static void test_strays(void **state)
{
    (void)state;
    lsched_strays *strays;
    lsched_findings *findings;
    lsched_plan *done;
    put_leave(LSCHED_AGENT, "ana", w.now, LSCHED_STALE_CLOSED);
    lsched_booking *b =
        BOOK(.key = "1", .customer = "cora", .service = "talk", .agent = "ana", .start = at(THREE));
    for (int late = 0; late < 2; late++, w.now += HOUR) {
        ok(lsched_list_strays(w.s, NEW(sweep, .kind = LSCHED_AGENT, .owner = "ana"), &strays));
        ok(lsched_verify(w.s, &findings));
        assert_int_equal(lsched_strays_count(strays), late);
        assert_int_equal(lsched_findings_count(findings), late);
        if (late) {
            assert_int_equal(lsched_strays_at(strays, 0)->reasons, LSCHED_WHY_STALE);
            assert_string_equal(lsched_findings_at(findings, 0)->invariant, "I6");
        }
        lsched_strays_free(strays);
        lsched_findings_free(findings);
    }
    ok(lsched_repair(w.s, NEW(sweep, .key = "r", .kind = LSCHED_AGENT, .owner = "ana"), NULL,
                     &done));
    assert_int_equal(lsched_plan_count(done), 1);
    assert_string_equal(lsched_plan_at(done, 0)->after->agent, "ben");
    assert_int_equal(lsched_plan_at(done, 0)->after->start, at(THREE));
    lsched_plan_free(done);
    lsched_booking_free(b);
}

/* The working day asks the same: the line is closed, and nobody is called. */
static void test_line(void **state)
{
    (void)state;
    lsched_booking *b;
    w.now = at(NOON);
    ok(lsched_join(w.s, NEW(request, .key = "j", .customer = "cora", .service = "talk"), &b));
    lsched_booking_free(b);
    put_leave(LSCHED_AGENT, "ben", w.now - HOUR, LSCHED_STALE_CLOSED);
    refuses(lsched_next(w.s, "ben", 60, &b), LSCHED_NOTFOUND, "");
    ok(lsched_next(w.s, "ana", 1, &b));
    lsched_booking_free(b);
    w.now += 2;
    put_leave(LSCHED_REGION, "US-NY", w.now - HOUR, LSCHED_STALE_CLOSED);
    refuses(lsched_next(w.s, "ana", 60, &b), LSCHED_NOTFOUND, "");
    ok(PUT(customer, .id = "dora", .zone = "America/New_York", .region = "US-NY"));
    refuses(lsched_join(w.s, NEW(request, .key = "k", .customer = "dora", .service = "talk"), &b),
            LSCHED_CLOSED, "stale");
    lsched_forecast *wait;
    ok(lsched_estimate(w.s, NEW(request, .customer = "dora", .service = "talk"), &wait));
    assert_int_equal(wait->offered, 0);
    assert_int_equal(wait->status, LSCHED_CLOSED);
    lsched_forecast_free(wait);
    /* A promise to be kept now is not kept against a law that nobody knows. */
    ok(lsched_remove_calendar(w.s, LSCHED_REGION, "US-NY", "leave"));
    lsched_booking *due = BOOK(.key = "d", .customer = "dora", .service = "talk", .agent = "hal",
                               .start = at("2026-03-03T13:00"));
    w.now = due->start;
    put_leave(LSCHED_CUSTOMER, "dora", w.now - HOUR, LSCHED_STALE_CLOSED);
    refuses(lsched_next(w.s, "hal", 60, &b), LSCHED_NOTFOUND, "");
    ok(lsched_remove_calendar(w.s, LSCHED_CUSTOMER, "dora", "leave"));
    put_leave(LSCHED_AGENT, "hal", w.now - HOUR, LSCHED_STALE_CLOSED); /* who is there, dials */
    ok(lsched_next(w.s, "hal", 60, &b));
    assert_string_equal(b->id, due->id);
    lsched_booking_free(b);
    lsched_booking_free(due);
}

/* Who is not there today is in nobody's way to the line; nor is who may be there or not. */
static void test_joins(void **state)
{
    (void)state;
    static const char *const agents[] = {"ana", "ben", "hal", "gil"};
    lsched_booking *b;
    w.now = at(NOON);
    for (int i = 0; i < 4; i++)
        put_leave(LSCHED_AGENT, agents[i], w.now - HOUR, LSCHED_STALE_CLOSED);
    ok(lsched_join(w.s, NEW(request, .key = "j", .customer = "cora", .service = "talk"), &b));
    lsched_booking_free(b);
    ok(PUT(customer, .id = "dora", .zone = "America/New_York", .region = "US-NY"));
    put_leave(LSCHED_TEAM, "home", w.now - HOUR, LSCHED_STALE_CLOSED);
    ok(lsched_join(w.s, NEW(request, .key = "k", .customer = "dora", .service = "talk"), &b));
    ok(lsched_cancel(w.s, b->id, NULL, "c", NULL));
    lsched_booking_free(b);
    put_leave(LSCHED_TEAM, "help", w.now - HOUR, LSCHED_STALE_CLOSED);
    put_leave(LSCHED_TEAM, "care", w.now - HOUR, LSCHED_STALE_CLOSED);
    refuses(lsched_join(w.s, NEW(request, .key = "l", .customer = "dora", .service = "talk"), &b),
            LSCHED_CLOSED, "stale");
    static const int32_t kinds[] = {LSCHED_REGION, LSCHED_CUSTOMER, LSCHED_SERVICE};
    static const char *const owners[] = {"US-NY", "dora", "talk"};
    ok(lsched_remove_calendar(w.s, LSCHED_TEAM, "help", "leave"));
    for (int i = 0; i < 3; i++) {
        put_leave(kinds[i], owners[i], w.now - HOUR, LSCHED_STALE_CLOSED);
        refuses(
            lsched_join(w.s, NEW(request, .key = "m", .customer = "dora", .service = "talk"), &b),
            LSCHED_CLOSED, "stale");
        ok(lsched_remove_calendar(w.s, kinds[i], owners[i], "leave"));
    }
}

/* ---- what is said of it ------------------------------------------------------------------------ */

static void test_fields(void **state)
{
    (void)state;
    lsched_calendar *c;
    put_leave(LSCHED_AGENT, "ana", w.now, 0);
    ok(lsched_get_calendar(w.s, LSCHED_AGENT, "ana", "leave", &c));
    assert_int_equal(c->checked, w.now);
    assert_int_equal(c->good_for, 60);
    assert_int_equal(c->on_stale, LSCHED_STALE_USE);
    lsched_calendar bad = *c;
    bad.on_stale = 4;
    refuses(lsched_put_calendar(w.s, &bad), LSCHED_INVALID, "on_stale");
    bad = *c;
    bad.good_for = LSCHED_MAX_DAYS * 1440 + 1;
    refuses(lsched_put_calendar(w.s, &bad), LSCHED_LIMIT, "good_for");
    bad = *c;
    bad.checked = -1;
    refuses(lsched_put_calendar(w.s, &bad), LSCHED_INVALID, "checked");
    /* Without a source, or good for ever, nothing is ever stale. */
    bad = *c;
    bad.checked = 0;
    bad.on_stale = LSCHED_STALE_CLOSED;
    ok(lsched_put_calendar(w.s, &bad));
    w.now += 30 * DAY;
    finds("2026-04-03T15:00", "ana ben gil hal", "");
    bad.checked = 1;
    bad.good_for = 0;
    ok(lsched_put_calendar(w.s, &bad));
    finds("2026-04-03T15:00", "ana ben gil hal", "");
    lsched_calendar_free(c);
}

/* ---- what it costs ------------------------------------------------------------------------------ */

static int64_t steps;

static int count_steps(unsigned what, void *user, void *statement, void *unused)
{
    (void)what, (void)user, (void)unused;
    steps += sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 1) + 1;
    return 0;
}

static int64_t cost(void)
{
    steps = 0;
    lsched_slots *found = FIND(.customer = "cora", .service = "talk", .until = w.now + 7 * DAY);
    assert_true(lsched_slots_count(found) > 0);
    lsched_slots_free(found);
    return steps;
}

static lsched_time now(void *user)
{
    return ((const world *)user)->now;
}

/* A source that says that all is as it was costs a look at one calendar, not everybody's. */
static void test_heard_of_again(void **state)
{
    (void)state;
    sqlite3 *db;
    lsched_free(w.s);
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    sqlite3_trace_v2(db, SQLITE_TRACE_PROFILE, count_steps, NULL);
    w.s = lsched_new();
    assert_int_equal(lsched_attach_sqlite(w.s, db, LSCHED_CREATE), LSCHED_OK);
    ok(lsched_set_clock(w.s, now, &w));
    world_fill();
    put_leave(LSCHED_AGENT, "ana", w.now, LSCHED_STALE_CLOSED);
    const int64_t first = cost(), known = cost();
    w.now += HOUR / 2;
    put_leave(LSCHED_AGENT, "ana", w.now, LSCHED_STALE_CLOSED);
    const int64_t heard = cost();
    assert_true(heard < known + 100 && heard < first / 3);
    ok(lsched_put_calendar(w.s, NEW(calendar, .kind = LSCHED_AGENT, .owner = "ana", .name = "leave",
                                    .effect = LSCHED_CLOSES, .text = event(leave, back, NULL),
                                    .checked = w.now, .good_for = 61)));
    assert_true(cost() > heard); /* else, nothing was counted */
    print_message("# %lld steps at first, %lld known, %lld heard of again\n", (long long)first,
                  (long long)known, (long long)heard);
    assert_int_equal(world_close(state), 0);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    assert_int_equal(world_empty(state), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_little, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_use),    TEST(test_open),        TEST(test_closed),    TEST(test_kept),
        TEST(test_owners), TEST(test_rolled_back), TEST(test_explained), TEST(test_strays),
        TEST(test_line),   TEST(test_joins),       TEST(test_fields),    TEST(test_heard_of_again),
    };
    return cmocka_run_group_tests_name("stale", tests, NULL, NULL);
}
