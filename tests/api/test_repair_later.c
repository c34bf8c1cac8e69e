/* test_repair_later.c -- repairs when the world has gone on: the service that a plan was made by,
 * the customer's zone, the rules of a zone.  Whatever a repair moves fits afterwards. */
#include "world.h"

#define SWEEP(...) NEW(sweep, __VA_ARGS__)

static size_t count_strays(void)
{
    lsched_strays *list = NULL;
    ok(lsched_list_strays(w.s, SWEEP(.kind = 0), &list));
    const size_t count = lsched_strays_count(list);
    lsched_strays_free(list);
    return count;
}

static lsched_plan *propose(void)
{
    lsched_plan *plan = NULL;
    ok(lsched_plan_repair(w.s, SWEEP(.kind = 0), &plan));
    assert_int_equal(lsched_plan_count(plan), 1);
    assert_non_null(lsched_plan_at(plan, 0)->after);
    return plan;
}

static int put_talk(int32_t minutes, int32_t before, const char *name)
{
    return PUT(service, .id = "talk", .name = name, .minutes = minutes, .step = 30,
               .before = before, .notice = LSCHED_NONE);
}

/* Ana's talk at nine of the third has nowhere to go on its day but to ben's half past four. */
static lsched_plan *plan_the_last_half_hour(void)
{
    ok(put_talk(30, 0, "talk"));
    lsched_booking *b = BOOK(.key = "k", .customer = "cora", .service = "talk", .agent = "ana",
                             .start = at("2026-03-03T09:00"));
    lsched_booking_free(b);
    closes(LSCHED_AGENT, "hal", "20260303", "20260401", NULL);
    closes(LSCHED_AGENT, "gil", "20260303", "20260401", NULL);
    closes(LSCHED_AGENT, "ana", "20260303", "20260304", NULL);
    closes(LSCHED_AGENT, "ben", "20260303T000000", "20260303T163000", NULL);
    lsched_plan *plan = propose();
    assert_int_equal(lsched_plan_at(plan, 0)->after->start, at("2026-03-03T16:30"));
    assert_string_equal(lsched_plan_at(plan, 0)->after->agent, "ben");
    return plan;
}

static void refuses_plan(const lsched_plan *plan)
{
    lsched_plan *done = NULL;
    char *before = world_listing(w.s);
    refuses(lsched_repair(w.s, SWEEP(.kind = 0, .key = "r"), plan, &done), LSCHED_OVER,
            lsched_plan_at(plan, 0)->before->id);
    assert_null(done);
    world_unchanged(before);
}

/* A place of the plan is as long as the service was then: that is not what is free today. */
static void test_service_has_changed(void **state)
{
    (void)state;
    lsched_plan *plan = plan_the_last_half_hour(), *done;
    ok(put_talk(15, 0, "talk"));
    closes(LSCHED_TEAM, "home", "20260303T164500", "20260303T170000", NULL);
    refuses_plan(plan);
    ok(put_talk(60, 0, "talk"));
    refuses_plan(plan);
    ok(put_talk(30, 15, "talk"));
    refuses_plan(plan);
    ok(lsched_remove_calendar(w.s, LSCHED_TEAM, "home", "closes"));
    ok(put_talk(30, 0, "long talk"));
    ok(lsched_repair(w.s, SWEEP(.kind = 0, .key = "r"), plan, &done));
    const lsched_booking *b = lsched_plan_at(done, 0)->after;
    lsched_service *talk;
    ok(lsched_get_service(w.s, "talk", &talk));
    assert_int_equal(b->start, at("2026-03-03T16:30"));
    assert_int_equal(b->revision, talk->revision);
    lsched_service_free(talk);
    lsched_plan_free(done);
    lsched_plan_free(plan);
    assert_int_equal(count_strays(), 0);
}

/* What is moved is promised where the customer is by now. */
static void test_zone_of_the_customer(void **state)
{
    (void)state;
    lsched_plan *plan = plan_the_last_half_hour(), *done;
    ok(PUT(customer, .id = "cora", .zone = "America/Chicago", .region = "US-NY"));
    ok(lsched_repair(w.s, SWEEP(.kind = 0, .key = "r"), plan, &done));
    const lsched_booking *b = lsched_plan_at(done, 0)->after;
    assert_string_equal(b->zone, "America/Chicago");
    assert_string_equal(b->wall, "2026-03-03T15:30");
    assert_int_equal(b->offset, -6 * 3600);
    lsched_plan_free(done);
    lsched_plan_free(plan);
    assert_int_equal(count_strays(), 0);
}

/* A wall clock time that new rules of its zone skip is the instant that it was, and reads
 * otherwise there: the same person keeps it, and the customer is told. */
static void test_skipped_wall(void **state)
{
    (void)state;
    const lsched_time start = at_zone("2026-03-08T03:30", "America/New_York");
    opens(LSCHED_TEAM, "home", "20260301T000000", "20260301T080000", "FREQ=DAILY");
    opens(LSCHED_AGENT, "ana", "20260301T000000", "20260301T080000", "FREQ=DAILY");
    opens(LSCHED_AGENT, "ben", "20260301T000000", "20260301T080000", "FREQ=DAILY");
    lsched_booking *b;
    ok(lsched_import(w.s,
                     NEW(booking, .state = LSCHED_BOOKED, .channel = LSCHED_PHONE,
                         .customer = "cora", .service = "talk", .agent = "ana", .team = "home",
                         .zone = "America/New_York", .wall = "2026-03-08T02:30", .offset = -18000,
                         .start = start, .end = start + 1800),
                     "i", &b));
    assert_int_equal(count_strays(), 1);
    lsched_plan *plan = propose(), *done;
    ok(lsched_repair(w.s, SWEEP(.kind = 0, .key = "r"), plan, &done));
    const lsched_mend *m = lsched_plan_at(done, 0);
    assert_int_equal(m->reasons, LSCHED_WHY_WALL);
    assert_int_equal(m->changes, 0);
    assert_int_equal(m->notice, LSCHED_NOTICE_MOVED);
    assert_int_equal(m->after->start, start);
    assert_string_equal(m->after->agent, "ana");
    assert_string_equal(m->after->wall, "2026-03-08T03:30");
    assert_int_equal(m->after->offset, -14400);
    lsched_plan_free(done);
    lsched_plan_free(plan);
    assert_int_equal(count_strays(), 0);
    lsched_booking_free(b);
}

/* A reminder that was due and that nobody has handed out yet is not lost with the agent. */
static void test_reminder_goes_along(void **state)
{
    (void)state;
    lsched_booking *b = BOOK(.key = "k", .customer = "cora", .service = "talk", .agent = "ana",
                             .start = at("2026-03-03T09:00"));
    closes(LSCHED_AGENT, "ana", "20260303", "20260304", NULL);
    w.now = at("2026-03-02T09:30");
    lsched_plan *done;
    ok(lsched_repair(w.s, SWEEP(.kind = 0, .key = "r"), NULL, &done));
    assert_int_equal(lsched_plan_count(done), 1);
    assert_int_equal(lsched_plan_at(done, 0)->notice, 0);
    lsched_plan_free(done);
    lsched_notices *due;
    int32_t kinds = 0;
    ok(lsched_take_notices(w.s, 0, 60, &due));
    for (size_t i = 0; i < lsched_notices_count(due); i++) {
        kinds |= 1 << lsched_notices_at(due, i)->kind;
        assert_string_equal(lsched_notices_at(due, i)->booking->agent, "ben");
    }
    assert_int_equal(kinds, 1 << LSCHED_NOTICE_CONFIRMED | 1 << LSCHED_NOTICE_REMINDER);
    lsched_notices_free(due);
    lsched_findings *wrong;
    ok(lsched_verify(w.s, &wrong));
    assert_int_equal(lsched_findings_count(wrong), 0);
    lsched_findings_free(wrong);
    lsched_booking_free(b);
}

/* A plan that moves nothing is another wish than that a plan be made. */
static void test_empty_plan_is_another_request(void **state)
{
    (void)state;
    lsched_plan *empty, *done;
    ok(lsched_plan_repair(w.s, SWEEP(.kind = 0), &empty));
    assert_int_equal(lsched_plan_count(empty), 0);
    lsched_booking *b = BOOK(.key = "k", .customer = "cora", .service = "talk", .agent = "ana",
                             .start = at("2026-03-03T09:00"));
    closes(LSCHED_AGENT, "ana", "20260303", "20260304", NULL);
    ok(lsched_repair(w.s, SWEEP(.kind = 0, .key = "r"), NULL, &done));
    assert_int_equal(lsched_plan_count(done), 1);
    lsched_plan_free(done);
    refuses(lsched_repair(w.s, SWEEP(.kind = 0, .key = "r"), empty, &done), LSCHED_KEYUSED, "key");
    lsched_plan_free(empty);
    lsched_booking_free(b);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_little, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_service_has_changed),
        TEST(test_zone_of_the_customer),
        TEST(test_skipped_wall),
        TEST(test_reminder_goes_along),
        TEST(test_empty_plan_is_another_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
