/* test_two.c -- several schedulers on one store, in one process and in two: whatever comes
 * at once, one gets the place and the other is told.
 */
#include "world.h"

#include <sys/wait.h>
#include <unistd.h>

static char folder[32], path[64];

static lsched_time now(void *user)
{
    return ((const world *)user)->now;
}

static lsched *open_store(void)
{
    lsched *s = lsched_new();
    assert_non_null(s);
    assert_int_equal(lsched_set_clock(s, now, &w), LSCHED_OK);
    assert_int_equal(lsched_open(s, path, LSCHED_CREATE), LSCHED_OK);
    return s;
}

/* The little world in a file, with 14 days of one agent's half hours. */
static int open_world(void **state)
{
    if (world_little(state) != 0)
        return 1;
    lsched *memory = w.s;
    strcpy(folder, "/tmp/libsched-api-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/store", folder);
    w.s = open_store();
    ok(PUT(team, .id = "home", .name = "home", .zone = "America/New_York"));
    ok(PUT(agent, .id = "ana", .name = "ana", .zone = "America/New_York"));
    ok(PUT(member, .team = "home", .agent = "ana"));
    opens(LSCHED_TEAM, "home", "20260101T090000", "20260101T170000", "FREQ=DAILY");
    opens(LSCHED_AGENT, "ana", "20260101T090000", "20260101T170000", "FREQ=DAILY");
    ok(PUT(service, .id = "talk", .name = "Talk", .step = 30, .notice = LSCHED_NONE));
    ok(PUT(customer, .id = "cora", .zone = "America/New_York", .team = "home"));
    lsched_free(memory);
    return 0;
}

static int close_world(void **state)
{
    char command[80];
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return world_close(state) != 0 || system(command) != 0;
}

static int book(lsched *s, const char *key, lsched_time start)
{
    lsched_booking *b;
    const int status = lsched_book(s, NEW(request, .key = key, .customer = "cora",
                                          .service = "talk", .start = start), &b);
    lsched_booking_free(b);
    return status;
}

/* What one writes, the other sees at once. */
static void test_two_in_one_process(void **state)
{
    (void)state;
    lsched *other = open_store();
    const lsched_time start = at("2026-03-03T10:00");
    assert_int_equal(book(other, "1", start), LSCHED_OK);
    assert_int_equal(book(w.s, "2", start), LSCHED_TAKEN);
    assert_int_equal(book(w.s, "1", start), LSCHED_OK); /* the other's answer again */
    assert_int_equal(book(w.s, "1", start + 1800), LSCHED_KEYUSED);
    char *here = world_listing(w.s), *there = world_listing(other);
    assert_string_equal(here, there);
    free(here);
    free(there);

    /* A reader sees nothing of what is not committed, and does not wait for it. */
    ok(lsched_begin(w.s));
    assert_int_equal(book(w.s, "3", start + 3600), LSCHED_OK);
    lsched_bookings *list;
    assert_int_equal(lsched_list_bookings(other, NEW(filter, .limit = 0), &list), LSCHED_OK);
    assert_int_equal(lsched_bookings_count(list), 1);
    lsched_bookings_free(list);
    ok(lsched_commit(w.s));
    assert_int_equal(lsched_list_bookings(other, NEW(filter, .limit = 0), &list), LSCHED_OK);
    assert_int_equal(lsched_bookings_count(list), 2);
    lsched_bookings_free(list);
    lsched_free(other);
}

/* ---- processes ------------------------------------------------------------------------------ */

#define ROUNDS 100
#define RACERS 2

/* Both wait for the starter's byte, race for one place, and tell how it ended. */
static void race(int turns, int results)
{
    lsched *s = open_store();
    char turn, key[32];
    for (int round = 0; round < ROUNDS; round++) {
        if (read(turns, &turn, 1) != 1)
            _exit(1);
        snprintf(key, sizeof key, "%d/%d", (int)getpid(), round);
        const int32_t status =
            book(s, key, w.now + round / 16 * INT64_C(86400) + (round % 16 + 2) * 1800);
        if (write(results, &status, sizeof status) != sizeof status)
            _exit(1);
    }
    lsched_free(s);
    _exit(0);
}

static void test_race(void **state)
{
    int turns[RACERS][2], results[RACERS][2];
    pid_t racers[RACERS];
    (void)state;
    w.now = at("2026-03-09T08:00"); /* behind the change of clocks */
    lsched_free(w.s);               /* none of it for the children */
    w.s = NULL;
    for (int i = 0; i < RACERS; i++) {
        assert_int_equal(pipe(turns[i]) + pipe(results[i]), 0);
        racers[i] = fork();
        assert_true(racers[i] >= 0);
        if (racers[i] == 0)
            race(turns[i][0], results[i][1]);
    }
    w.s = open_store();
    int won[RACERS] = {0};
    for (int round = 0; round < ROUNDS; round++) {
        int32_t status[RACERS];
        for (int i = 0; i < RACERS; i++)
            assert_int_equal(write(turns[(i + round) % RACERS][1], "", 1), 1);
        for (int i = 0; i < RACERS; i++) {
            assert_int_equal(read(results[i][0], &status[i], sizeof *status), sizeof *status);
            won[i] += status[i] == LSCHED_OK;
        }
        const int first = status[0] == LSCHED_OK ? 0 : 1;
        assert_int_equal(status[first], LSCHED_OK);
        assert_int_equal(status[1 - first], LSCHED_TAKEN);
    }
    for (int i = 0; i < RACERS; i++) {
        int status;
        assert_int_equal(waitpid(racers[i], &status, 0), racers[i]);
        assert_int_equal(status, 0);
        close(turns[i][0]);
        close(turns[i][1]);
        close(results[i][0]);
        close(results[i][1]);
    }
    assert_int_equal(won[0] + won[1], ROUNDS);
    lsched_bookings *list;
    ok(lsched_list_bookings(w.s, NEW(filter, .state = LSCHED_BOOKED), &list));
    assert_int_equal(lsched_bookings_count(list), ROUNDS);
    lsched_bookings_free(list);
}

/* A scheduler belongs to the process that opened it: a child can only let go of it. */
static void test_across_a_fork(void **state)
{
    (void)state;
    const lsched_time start = at("2026-03-03T10:00");
    int32_t answer = 0;
    int answers[2], status;
    assert_int_equal(pipe(answers), 0);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        answer = book(w.s, "1", start);
        lsched_free(w.s);
        if (write(answers[1], &answer, sizeof answer) != sizeof answer)
            _exit(1);
        /* What SQLite has there is the parent's and stays: an exit would be a leak. */
        execl("/bin/true", "true", (char *)NULL);
        _exit(1);
    }
    assert_int_equal(read(answers[0], &answer, sizeof answer), sizeof answer);
    assert_int_equal(answer, LSCHED_MISUSE);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    close(answers[0]);
    close(answers[1]);
    assert_int_equal(book(w.s, "1", start), LSCHED_OK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_two_in_one_process),
        TEST(test_race),
        TEST(test_across_a_fork),
    };
    return cmocka_run_group_tests_name("two", tests, NULL, NULL);
}
