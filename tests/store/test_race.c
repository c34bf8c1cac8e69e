/* test_race.c -- two processes on one file: one lane, one winner; one creation, two owners. */
#include "help.h"

#include <sched.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>

enum { ROUNDS = 200, CREATIONS = 20 };

static struct shared {
    atomic_int arrived;
    int answers[2][ROUNDS];
} *shared;

/* Both are here, in step `step`.  Waits for a peer that died only until the alarm. */
static void meet(int step)
{
    atomic_fetch_add(&shared->arrived, 1);
    while (atomic_load(&shared->arrived) < 2 * (step + 1))
        sched_yield();
}

static int make_shared(void **state)
{
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return shared == MAP_FAILED || make_folder(state);
}

static int book(lsi_store *st, int me, int round, lsi_error *error)
{
    char id[32];
    snprintf(id, sizeof id, "%03d-%d", round, me);
    lsched_booking b = booking_of(id, "ana", round % 2, 1000 * round + 1, 1000 * round + 900);
    int status = lsi_store_enter(st, true, error);
    if (status != LSCHED_OK)
        return status;
    status = lsi_ledger_add(st, &b, STAMP(BOOKED, b.changed, id, 1), error);
    return lsi_store_leave(st, status, error);
}

static int race(int me)
{
    lsi_store *st;
    lsi_error error;
    if (lsi_store_open(in_folder("race"), LSCHED_CREATE, &st, &error) != LSCHED_OK)
        return 1;
    for (int round = 0; round < ROUNDS; round++) {
        meet(round);
        shared->answers[me][round] = book(st, me, round, &error);
    }
    lsi_store_close(st);
    return 0;
}

static int create(int me)
{
    (void)me;
    for (int i = 0; i < CREATIONS; i++) {
        char name[16];
        lsi_store *st;
        lsi_error error;
        snprintf(name, sizeof name, "new%d", i);
        meet(i);
        if (lsi_store_open(in_folder(name), LSCHED_CREATE, &st, &error) != LSCHED_OK)
            return 1;
        lsi_store_close(st);
    }
    return 0;
}

static void in_two_processes(int (*work)(int me))
{
    pid_t children[2];
    int status;
    atomic_store(&shared->arrived, 0);
    for (int me = 0; me < 2; me++) {
        children[me] = fork();
        assert_true(children[me] >= 0);
        if (children[me] == 0) {
            alarm(600);
            leave(work(me));
        }
    }
    for (int me = 0; me < 2; me++) {
        assert_int_equal(waitpid(children[me], &status, 0), children[me]);
        assert_int_equal(status, 0);
    }
}

static void test_one_lane(void **state)
{
    (void)state;
    in_two_processes(race);
    for (int round = 0; round < ROUNDS; round++) {
        int one = shared->answers[0][round], two = shared->answers[1][round];
        int loser = one == LSCHED_OK ? two : one;
        assert_true(one == LSCHED_OK || two == LSCHED_OK);
        assert_true(loser == LSCHED_TAKEN || loser == LSCHED_BUSY);
    }
    lsi_store *st;
    ok(lsi_store_open(in_folder("race"), 0, &st, &e));
    assert_int_equal(number(st, "SELECT count(*) FROM lsched_booking"), ROUNDS);
    assert_int_equal(number(st, "SELECT count(*) FROM lsched_event"), ROUNDS);
    assert_int_equal(number(st, "SELECT max(seq) FROM lsched_event"), ROUNDS);
    lsi_store_close(st);
}

static void test_one_creation(void **state)
{
    (void)state;
    in_two_processes(create);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_lane),
        cmocka_unit_test(test_one_creation),
    };
    return cmocka_run_group_tests_name("race", tests, make_shared, remove_folder);
}
