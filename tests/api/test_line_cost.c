/* test_line_cost.c -- what the working day costs, with much behind it: by the steps that the store
 * makes for it, which tell of no machine.
 */
#include "world.h"

#include <sqlite3.h>

static sqlite3 *db;
static int64_t steps;

static int count_steps(unsigned what, void *user, void *statement, void *unused)
{
    (void)what, (void)user, (void)unused;
    steps += sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 1) + 1;
    return 0;
}

static lsched_time now(void *user)
{
    return ((const world *)user)->now;
}

static int open_counted(void **state)
{
    (void)state;
    if (world_open(":memory:") != 0 || sqlite3_open(":memory:", &db) != SQLITE_OK ||
        sqlite3_trace_v2(db, SQLITE_TRACE_PROFILE, count_steps, NULL) != SQLITE_OK)
        return 1;
    lsched_free(w.s);
    w.s = lsched_new();
    if (w.s == NULL || lsched_attach_sqlite(w.s, db, LSCHED_CREATE) != LSCHED_OK)
        return 1;
    ok(lsched_set_clock(w.s, now, &w));
    world_fill();
    ok(PUT(customer, .id = "dora", .zone = "America/New_York", .region = "US-NY"));
    w.now = at("2026-03-03T12:00");
    return 0;
}

static int close_counted(void **state)
{
    const int bad = world_close(state);
    return bad != 0 || sqlite3_close(db) != SQLITE_OK;
}

/* Contacts that took place, long ago, one after the other. */
static void past(int from, int count)
{
    char key[32];
    ok(lsched_begin(w.s));
    for (int i = from; i < from + count; i++) {
        lsched_booking *b = NULL;
        snprintf(key, sizeof key, "past-%d", i);
        const lsched_time start = at("2025-12-20T12:00") - (lsched_time)i * 3600;
        ok(lsched_import(w.s,
                         NEW(booking, .state = LSCHED_FULFILLED, .channel = LSCHED_PHONE,
                             .customer = "dora", .service = "talk", .agent = "ana", .team = "home",
                             .start = start, .end = start + 1800),
                         key, &b));
        lsched_booking_free(b);
    }
    ok(lsched_commit(w.s));
}

typedef struct costs {
    int64_t next, position;
} costs;

static costs ask(const char *id)
{
    costs c;
    lsched_booking *b = NULL;
    int32_t position = 0;
    w.now += 120; /* the lease is over: it is looked for anew */
    steps = 0;
    ok(lsched_next(w.s, "ana", 60, &b));
    assert_string_equal(b->id, id);
    c.next = steps;
    lsched_booking_free(b);
    steps = 0;
    ok(lsched_get_position(w.s, id, &position));
    assert_int_equal(position, 1);
    c.position = steps;
    return c;
}

static void test_the_past_costs_nothing(void **state)
{
    (void)state;
    lsched_booking *b = NULL;
    past(0, 20);
    ok(lsched_join(w.s, NEW(request, .key = "j", .customer = "cora", .service = "talk"), &b));
    ask(b->id); /* read once */
    const costs few = ask(b->id);
    past(20, 2000);
    ask(b->id);
    const costs many = ask(b->id);
    assert_true(few.next > 0 && few.position > 0);
    assert_in_range(many.next, 1, few.next + 500);
    assert_in_range(many.position, 1, few.position + 500);
    lsched_booking_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_past_costs_nothing, open_counted, close_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
