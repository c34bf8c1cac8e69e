/* test_leases.c -- the line as the schema guards it: who waits once, what can be leased, and by
 * whom, whoever writes.
 */
#include "help.h"

static lsi_arena arena;

static int clean_arena(void **state)
{
    (void)state;
    lsi_arena_free(&arena);
    return 0;
}

static lsched_booking waiting(const char *id, const char *customer, lsched_time since)
{
    lsched_booking b = booking_of(id, "", 0, 60, 120);
    b.state = LSCHED_WAITING;
    b.customer = customer;
    b.since = since;
    return b;
}

static int add(lsi_store *st, const lsched_booking *b)
{
    lsi_error_clear(&e);
    return lsi_ledger_add(st, b, STAMP(JOINED, b->since, b->id, 1), &e);
}

static int run(lsi_store *st, const char *sql)
{
    lsi_error_clear(&e);
    return lsi_driver_run(st->driver, sql, &e);
}

/* Nobody waits twice for one service, but for messages; nothing waits without an arrival or on
 * a lane; and who takes time is somebody. */
static void test_rows(void **state)
{
    (void)state;
    lsi_store *st = new_store();
    ok(lsi_store_enter(st, true, &e));
    lsched_booking a = waiting("a", "c1", 5), b = waiting("b", "c1", 6), c = waiting("c", "c2", 7);
    ok(add(st, &a));
    assert_int_equal(add(st, &b), LSCHED_STORE);
    b.service = "other";
    ok(add(st, &b));
    ok(add(st, &c));
    assert_int_equal(run(st, "UPDATE lsched_booking SET service = 'other' WHERE id = 'a'"),
                     LSCHED_STORE);
    assert_int_equal(run(st, "UPDATE lsched_booking SET since = 0 WHERE id = 'a'"), LSCHED_STORE);
    assert_int_equal(run(st, "UPDATE lsched_booking SET lane = 1 WHERE id = 'a'"), LSCHED_STORE);
    assert_int_equal(run(st, "UPDATE lsched_booking SET state = 4 WHERE id = 'a'"), LSCHED_STORE);
    assert_int_equal(run(st, "UPDATE lsched_booking SET state = 1 WHERE id = 'a'"), LSCHED_STORE);
    assert_int_equal(run(st, "UPDATE lsched_booking SET state = 5 WHERE id = 'a'"), LSCHED_STORE);
    assert_int_equal(run(st, "UPDATE lsched_booking SET outcome = 10 WHERE id = 'a'"),
                     LSCHED_STORE);
    assert_int_equal(run(st, "UPDATE lsched_booking SET attempts = -1 WHERE id = 'a'"),
                     LSCHED_STORE);
    ok(run(st, "UPDATE lsched_booking SET state = 4, agent = 'ana' WHERE id = 'a'"));
    lsi_store_close(st);
}

static const char *leased_to(lsi_store *st, const char *booking, lsched_time clock)
{
    const char *agent;
    ok(lsi_line_leased_to(st, booking, clock, &arena, &agent, &e));
    return agent;
}

static const char *lease_of(lsi_store *st, const char *agent, lsched_time clock)
{
    const char *booking;
    ok(lsi_line_lease_of(st, agent, clock, &arena, &booking, &e));
    return booking;
}

/* One to an agent, one to a contact, of what can be started, until a time, and not beyond any
 * change. */
static void test_leases(void **state)
{
    (void)state;
    lsi_store *st = new_store();
    ok(lsi_store_enter(st, true, &e));
    lsched_booking a = waiting("a", "c1", 5), b = waiting("b", "c2", 6);
    lsched_booking over = booking_of("over", "ana", 0, 1000, 2000);
    over.state = LSCHED_FULFILLED;
    ok(add(st, &a));
    ok(add(st, &b));
    ok(lsi_ledger_add(st, &over, STAMP(BOOKED, 7, "over", 1), &e));
    ok(lsi_line_lease(st, "a", "ana", 100, &e));
    assert_string_equal(leased_to(st, "a", 99), "ana");
    assert_string_equal(leased_to(st, "a", 100), "");
    assert_string_equal(lease_of(st, "ana", 99), "a");
    /* A clock that was far ahead leaves none. */
    assert_string_equal(leased_to(st, "a", 100 - LSCHED_MAX_LEASE), "ana");
    assert_string_equal(leased_to(st, "a", 99 - LSCHED_MAX_LEASE), "");
    ok(lsi_line_lease(st, "b", "ana", 200, &e));
    assert_string_equal(leased_to(st, "a", 99), "");
    ok(lsi_line_lease(st, "b", "ben", 200, &e));
    assert_string_equal(lease_of(st, "ana", 99), "");
    lsi_error_clear(&e);
    assert_int_equal(lsi_line_lease(st, "over", "ana", 200, &e), LSCHED_STORE);
    static const char *const refused[] = {
        "INSERT INTO lsched_lease VALUES ('over', 'zoe', 9)",
        "INSERT OR REPLACE INTO lsched_lease VALUES ('over', 'ben', 9)",
        "INSERT INTO lsched_lease VALUES ('nix', 'zoe', 9)",
        "INSERT INTO lsched_lease VALUES ('a', 'ben', 9)",
        "INSERT INTO lsched_lease VALUES ('b', 'zoe', 9)",
        "UPDATE lsched_lease SET booking = 'over'",
        "UPDATE lsched_lease SET until = NULL",
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (run(st, refused[i]) != LSCHED_STORE)
            fail_msg("%s: %s", refused[i], e.text);
    assert_string_equal(leased_to(st, "b", 99), "ben");
    b.sequence = 1;
    b.note = "more";
    ok(run(st, "UPDATE lsched_booking SET sequence = 1 WHERE id = 'b'"));
    assert_string_equal(leased_to(st, "b", 99), "");
    lsi_store_close(st);
}

#define TEST(name) cmocka_unit_test_teardown(name, clean_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(test_rows), TEST(test_leases)};
    return cmocka_run_group_tests_name("leases", tests, NULL, NULL);
}
