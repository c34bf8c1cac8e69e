/* test_bent.c -- what open incidents leave of a service (rules/storm.c). */
#include "rules/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static const lsched_service plain = {.minutes = 30,
                                     .before = 10,
                                     .after = 5,
                                     .wrap_up = 5,
                                     .notice = 30,
                                     .cut_off = 15,
                                     .owner_wait = 15,
                                     .wait_known = 120,
                                     .wait_home = 60};

static lsched_service bend(const lsched_incident *a, const lsched_incident *b, lsi_storm *out)
{
    const lsched_incident *touching[] = {a, b};
    lsched_service s = plain;
    lsi_storm_bear(touching, b != NULL ? 2 : 1, &s, out);
    return s;
}

static void same(const lsched_service *a, const lsched_service *b)
{
    assert_int_equal(a->minutes, b->minutes);
    assert_int_equal(a->wrap_up, b->wrap_up);
    assert_int_equal(a->notice, b->notice);
    assert_int_equal(a->cut_off, b->cut_off);
    assert_int_equal(a->owner_wait, b->owner_wait);
    assert_int_equal(a->wait_known, b->wait_known);
    assert_int_equal(a->wait_home, b->wait_home);
}

static void test_amounts(void **state)
{
    (void)state;
    lsi_storm out;
    const lsched_incident nothing = {.id = "n", .no_joining = 1, .next_update = 7};
    lsched_service s = bend(&nothing, NULL, &out);
    same(&s, &plain);
    assert_string_equal(out.policy, "");
    assert_string_equal(out.no_joining, "n");
    assert_int_equal(out.next_update, 7);
    assert_null(out.no_working);
    const lsched_incident none = {.id = "i",
                                  .wrap_up = LSCHED_NONE,
                                  .notice = LSCHED_NONE,
                                  .cut_off = LSCHED_NONE,
                                  .owner_wait = LSCHED_NONE,
                                  .wait_known = LSCHED_NONE,
                                  .wait_home = LSCHED_NONE};
    s = bend(&none, NULL, &out);
    same(&s, &(lsched_service){.minutes = 30,
                               .notice = LSCHED_NONE,
                               .cut_off = LSCHED_NONE,
                               .owner_wait = LSCHED_NONE});
    assert_string_equal(out.policy, "i");
    assert_true(out.notice);
}

/* The order in which they are given means nothing. */
static void test_last(void **state)
{
    (void)state;
    lsi_storm out;
    const lsched_incident old = {
        .id = "z", .opened = 1, .minutes = 60, .notice = 5, .rungs = 2, .no_working = 1};
    const lsched_incident young = {.id = "a", .opened = 2, .minutes = 20, .rungs = 4};
    const lsched_incident beside = {.id = "b", .opened = 2, .minutes = 25, .no_working = 1};
    for (int turn = 0; turn < 2; turn++) {
        lsched_service s = turn ? bend(&old, &young, &out) : bend(&young, &old, &out);
        assert_int_equal(s.minutes, 20);
        assert_int_equal(s.notice, 5);
        assert_int_equal(out.rungs, 6);
        assert_string_equal(out.policy, "a");
        assert_string_equal(out.no_working, "z");
        s = turn ? bend(&beside, &young, &out) : bend(&young, &beside, &out);
        assert_int_equal(s.minutes, 25);
        assert_string_equal(out.policy, "b");
        assert_string_equal(out.no_working, "b");
    }
}

/* It stays a service that could have been put: 10 before and 5 after it stay. */
static void test_longest(void **state)
{
    (void)state;
    lsi_storm out;
    const struct {
        int32_t minutes, wrap_up, then, then_wrap_up;
    } cases[] = {{1420, 5, 1420, 5},    {1420, 6, 1420, 5},  {1425, 0, 1425, 0}, {1440, 0, 1425, 0},
                 {1440, 1440, 1425, 0}, {0, 1440, 30, 1395}, {1421, 0, 1421, 4}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const lsched_incident one = {
            .id = "i", .minutes = cases[i].minutes, .wrap_up = cases[i].wrap_up};
        const lsched_service s = bend(&one, NULL, &out);
        assert_int_equal(s.minutes, cases[i].then);
        assert_int_equal(s.wrap_up, cases[i].then_wrap_up);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_amounts),
        cmocka_unit_test(test_last),
        cmocka_unit_test(test_longest),
    };
    return cmocka_run_group_tests_name("bent", tests, NULL, NULL);
}
