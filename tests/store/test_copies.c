/* test_copies.c -- another copy of SQLite in the process, which takes away the locks of
 * ours without a sign, costs no booking that was answered for.
 *
 * The system takes all of a process's POSIX locks on a file away when any descriptor of it
 * is closed; that is all that a second copy does here.  What then keeps writers apart is
 * the gate alone: without it, both of these commit, and one of the two is lost.
 */
#include "help.h"

#include <fcntl.h>
#include <sys/wait.h>

enum { ROUNDS = 5 };

static int book(lsi_store *st, const char *id, lsched_time start)
{
    const lsched_booking b = booking_of(id, "ana", 0, start, start + 600);
    return lsi_ledger_add(st, &b, STAMP(BOOKED, b.changed, id, 1), &e);
}

static void close_a_copy(const char *suffix)
{
    char path[160];
    snprintf(path, sizeof path, "%s%s", in_folder("copies"), suffix);
    const int fd = open(path, O_RDWR);
    assert_true(fd >= 0);
    close(fd);
}

/* In each round: one try before the other writes, and one while it is in the middle of it. */
static int neighbour(int turns, int answers)
{
    lsi_store *st;
    char turn;
    if (lsi_store_open(in_folder("copies"), 0, &st, &e) != LSCHED_OK || write(answers, "", 1) != 1)
        return 1;
    lsi_store_start(st, 200);
    for (int try = 0; try < 2 * ROUNDS; try++) {
        char id[16];
        snprintf(id, sizeof id, "n%d", try);
        if (read(turns, &turn, 1) != 1)
            return 2;
        int status = lsi_store_enter(st, true, &e);
        if (status == LSCHED_OK)
            status = lsi_store_leave(st, book(st, id, 1000000 + 1000 * try), &e);
        const signed char answer = (signed char)status;
        if (write(answers, &answer, 1) != 1)
            return 3;
    }
    lsi_store_close(st);
    return 0;
}

static int ask(int turns, int answers)
{
    signed char answer;
    assert_int_equal(write(turns, "", 1), 1);
    assert_int_equal(read(answers, &answer, 1), 1);
    return answer;
}

static void test_locks_taken_away(void **state)
{
    (void)state;
    int turns[2], answers[2], status, kept = 0;
    char ready;
    lsi_store *st;
    ok(lsi_store_open(in_folder("copies"), LSCHED_CREATE, &st, &e));
    lsi_store_close(st);
    assert_int_equal(pipe(turns) + pipe(answers), 0);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        alarm(60);
        leave(neighbour(turns[0], answers[1]));
    }
    ok(lsi_store_open(in_folder("copies"), 0, &st, &e));
    assert_int_equal(read(answers[0], &ready, 1), 1);
    for (int round = 0; round < ROUNDS; round++) {
        char id[16];
        snprintf(id, sizeof id, "p%d", round);
        assert_int_equal(ask(turns[1], answers[0]), LSCHED_OK);
        kept++;
        ok(lsi_store_enter(st, true, &e));
        ok(book(st, id, 1000 * round + 1));
        close_a_copy("");
        close_a_copy("-wal");
        close_a_copy("-shm");
        const int during = ask(turns[1], answers[0]);
        kept += during == LSCHED_OK;
        ok(lsi_store_leave(st, LSCHED_OK, &e));
        kept++;
        assert_int_equal(number(st, "SELECT count(*) FROM lsched_booking"), kept);
        assert_int_equal(during, LSCHED_BUSY);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(number(st, "SELECT count(*) FROM lsched_booking"), kept);
    assert_int_equal(number(st, "SELECT count(*) FROM lsched_event"), kept);
    lsi_store_close(st);
    ok(lsi_store_open(in_folder("copies"), 0, &st, &e));
    assert_int_equal(number(st, "SELECT count(*) FROM lsched_booking"), kept);
    assert_int_equal(number(st, "SELECT count(*) FROM pragma_integrity_check WHERE"
                                " integrity_check = 'ok'"),
                     1);
    lsi_store_close(st);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_locks_taken_away),
    };
    return cmocka_run_group_tests_name("copies", tests, make_folder, remove_folder);
}
