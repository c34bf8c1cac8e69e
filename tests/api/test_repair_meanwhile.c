/* test_repair_meanwhile.c -- a repair that was given no plan makes one while nobody waits: others
 * write before each of its statements, and its answer goes with what they wrote.
 */
#include "world.h"

#include <sqlite3.h>
#include <unistd.h>

#define SWEEP(...) NEW(sweep, __VA_ARGS__)
#define MOST 16 /* statements of one repair that are written before */

static lsched *other;
static int64_t statements, write_at; /* of the repair; 0: never */
static int wrote;                    /* what became of it */
static int (*deed)(void);

static lsched_time same_clock(void *user)
{
    (void)user;
    return w.now;
}

static int watch(unsigned kind, void *user, void *statement, void *text)
{
    (void)kind;
    (void)user;
    (void)statement;
    (void)text;
    if (++statements == write_at)
        wrote = deed();
    return 0;
}

static int trace(sqlite3 *db, const char **message, const struct sqlite3_api_routines *api)
{
    (void)message;
    (void)api;
    return sqlite3_trace_v2(db, SQLITE_TRACE_STMT, watch, NULL);
}

/* ---- what others do ---------------------------------------------------------------------------- */

static int take_bens_place(void)
{
    lsched_booking *b = NULL;
    const int status =
        lsched_book(other,
                    NEW(request, .key = "dan", .customer = "dan", .service = "talk",
                        .channel = LSCHED_PHONE, .agent = "ben", .start = at("2026-03-03T09:00")),
                    &b);
    lsched_booking_free(b);
    return status;
}

static char stray[LSCHED_MAX_ID + 1];

static int cancel_it(void)
{
    lsched_booking *b = NULL;
    const int status = lsched_cancel(other, stray, NULL, "gone", &b);
    lsched_booking_free(b);
    return status;
}

static int open_again(void)
{
    return lsched_remove_calendar(other, LSCHED_AGENT, "ana", "closes");
}

static int repair_first(void)
{
    lsched_plan *done = NULL;
    const int status = lsched_repair(other, SWEEP(.key = "r"), NULL, &done);
    lsched_plan_free(done);
    return status;
}

/* ---- one repair ---------------------------------------------------------------------------------- */

/* Ana is away on the third, where cora has a talk with her at nine. */
static void fill(const char *path)
{
    world_close(NULL);
    /* SQLite asks for a function of another type, which is what it says it will call. */
    sqlite3_auto_extension((void (*)(void))trace);
    assert_int_equal(world_open(path), 0);
    sqlite3_reset_auto_extension();
    ok(lsched_begin(w.s)); /* so that it is written at once */
    world_fill();
    ok(PUT(customer, .id = "dan", .zone = "America/New_York", .region = "US-NY"));
    lsched_booking *b = BOOK(.key = "k", .customer = "cora", .service = "talk", .agent = "ana",
                             .channel = LSCHED_PHONE, .start = at("2026-03-03T09:00"));
    snprintf(stray, sizeof stray, "%s", b->id);
    lsched_booking_free(b);
    closes(LSCHED_AGENT, "ana", "20260303", "20260304", NULL);
    ok(lsched_commit(w.s));
    other = lsched_new();
    assert_int_equal(lsched_set_clock(other, same_clock, NULL), LSCHED_OK);
    assert_int_equal(lsched_open(other, path, 0), LSCHED_OK);
    assert_int_equal(lsched_set_deadline(other, 300), LSCHED_OK);
}

static void empty(const char *path)
{
    static const char *const parts[] = {"", "-gate", "-wal", "-shm"};
    char beside[64];
    lsched_free(other);
    world_close(NULL);
    for (size_t i = 0; i < 4; i++) {
        snprintf(beside, sizeof beside, "%s%s", path, parts[i]);
        unlink(beside);
    }
}

static void all_is_well(void)
{
    lsched_strays *left;
    lsched_findings *wrong;
    ok(lsched_list_strays(w.s, SWEEP(.kind = 0), &left));
    assert_int_equal(lsched_strays_count(left), 0);
    ok(lsched_verify(w.s, &wrong));
    assert_int_equal(lsched_findings_count(wrong), 0);
    lsched_strays_free(left);
    lsched_findings_free(wrong);
}

/* How many moves there are in the answer, which also says who has the booking then. */
static size_t repair(const char **agent)
{
    static char name[LSCHED_MAX_ID + 1];
    lsched_plan *done;
    statements = 0;
    ok(lsched_repair(w.s, SWEEP(.key = "r"), NULL, &done));
    write_at = 0;
    const size_t count = lsched_plan_count(done);
    if (count > 0) {
        const lsched_mend *m = lsched_plan_at(done, 0);
        assert_string_equal(m->before->id, stray);
        assert_non_null(m->after);
        assert_int_equal(m->after->start, at("2026-03-03T09:00"));
    }
    lsched_plan_free(done);
    lsched_booking *b = BOOKING(stray);
    snprintf(name, sizeof name, "%s", b->agent);
    lsched_booking_free(b);
    *agent = name;
    return count;
}

/* Before each statement; what the answer is where the other one could write first, and that it
 * could nearly always. */
static void repair_while(int (*what)(void), size_t moves, const char *expected)
{
    char path[] = "/tmp/lsched-repair-XXXXXX";
    const char *agent;
    int64_t all = 1, written = 0, waited = 0;
    const int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    unlink(path);
    deed = what;
    for (int64_t i = 0; i <= all; i += all > MOST ? all / MOST : 1) {
        fill(path);
        wrote = LSCHED_MISUSE; /* nobody */
        write_at = i;
        const size_t count = repair(&agent);
        if (i == 0)
            all = statements;
        const bool first = i > 0 && wrote == LSCHED_OK;
        assert_true(i == 0 || first || wrote == LSCHED_BUSY || wrote == LSCHED_MISUSE);
        assert_int_equal(count, first ? moves : 1);
        assert_string_equal(agent, first ? expected : "ben");
        written += first;
        waited += wrote == LSCHED_BUSY;
        all_is_well();
        empty(path);
    }
    assert_true(all > 20);
    assert_true(written > 5);
    assert_true(waited > 5);
}

static void test_place_is_taken(void **state)
{
    (void)state;
    repair_while(take_bens_place, 1, "hal");
}

static void test_it_is_cancelled(void **state)
{
    (void)state;
    repair_while(cancel_it, 0, "ana");
}

static void test_it_fits_again(void **state)
{
    (void)state;
    repair_while(open_again, 0, "ana");
}

/* The same key at the same time: one repair, and both have its answer. */
static void test_same_key(void **state)
{
    (void)state;
    repair_while(repair_first, 1, "ben");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_empty, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_place_is_taken),
        TEST(test_it_is_cancelled),
        TEST(test_it_fits_again),
        TEST(test_same_key),
    };
    return cmocka_run_group_tests_name("repair_meanwhile", tests, NULL, NULL);
}
