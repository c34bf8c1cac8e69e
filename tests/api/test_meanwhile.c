/* test_meanwhile.c -- a stranger's process books while we search: each answer is the truth of
 * one moment, which is not before the question.
 *
 * Places are taken in an order that both sides know, each of them one agent's half hour; so how
 * many agents are still free in all says how many places are taken, and those must be the first
 * of that order.  A handle that keeps nothing in memory is asked before and after.
 */
#include "world.h"

#include <sys/wait.h>
#include <unistd.h>

#define PLACES 1000
#define CUSTOMERS 40
#define MOST 400 /* starts */

static char folder[32], path[64];
static lsched *plain; /* a handle without a picture */
static lsched_time starts[MOST];
static size_t start_count;
static int32_t whole; /* agents free at each start, before all */

static lsched_time now(void *user)
{
    (void)user;
    return w.now;
}

static lsched *open_store(lsched_time (*clock)(void *user), size_t memory)
{
    lsched *s = lsched_new();
    assert_non_null(s);
    assert_int_equal(lsched_set_clock(s, clock, NULL), LSCHED_OK);
    assert_int_equal(lsched_set_memory(s, memory), LSCHED_OK);
    assert_int_equal(lsched_open(s, path, LSCHED_FAST), LSCHED_OK);
    return s;
}

static lsched_slots *find(lsched *s, const char *customer)
{
    lsched_slots *list = NULL;
    const lsched_query q = {.size = sizeof q,
                            .customer = customer,
                            .service = "talk",
                            .channels = LSCHED_PHONE,
                            .limit = MOST,
                            .until = w.now + 18 * INT64_C(86400)};
    const int status = lsched_find(s, &q, &list);
    if (status != LSCHED_OK)
        fail_msg("%s: %s", lsched_status_name(status), lsched_message(s));
    return list;
}

static void put_customers(void)
{
    char id[16];
    for (int i = 0; i < CUSTOMERS; i++) {
        snprintf(id, sizeof id, "c%d", i);
        ok(PUT(customer, .id = id, .zone = "America/New_York", .team = "home"));
    }
}

static int open_world(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/libsched-api-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/store", folder);
    if (world_open(path) != 0)
        return 1;
    world_fill();
    put_customers();
    lsched_slots *list = find(w.s, "c0");
    start_count = lsched_slots_count(list);
    assert_true(start_count > 0 && start_count < MOST);
    whole = lsched_slots_at(list, 0)->free;
    assert_true((size_t)whole * start_count >= PLACES);
    for (size_t i = 0; i < start_count; i++) {
        starts[i] = lsched_slots_at(list, i)->start;
        assert_int_equal(lsched_slots_at(list, i)->free, whole);
    }
    lsched_slots_free(list);
    lsched_free(w.s);
    w.s = NULL;
    return 0;
}

static int close_world(void **state)
{
    char command[80];
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    lsched_free(plain);
    plain = NULL;
    return world_close(state) != 0 || system(command) != 0;
}

/* The start of which a place is the n-th to be taken: all over the weeks, each in turn. */
static size_t nth(size_t n)
{
    return (n * 37 + n / start_count) % start_count;
}

static int book(lsched *s, size_t n)
{
    char key[24];
    lsched_booking *b;
    snprintf(key, sizeof key, "place-%zu", n);
    const lsched_request r = {.size = sizeof r,
                              .key = key,
                              .customer = "cora",
                              .service = "talk",
                              .channel = LSCHED_PHONE,
                              .start = starts[nth(n)]};
    const int status = lsched_book(s, &r, &b);
    lsched_booking_free(b);
    return status;
}

/* How many places are taken; the answer must be that of having taken just the first ones. */
static size_t taken(lsched *s, const char *customer)
{
    int32_t left[MOST], agents = 0;
    lsched_slots *list = find(s, customer);
    size_t at = 0;
    for (size_t i = 0; i < lsched_slots_count(list); i++)
        agents += lsched_slots_at(list, i)->free;
    const size_t count = start_count * (size_t)whole - (size_t)agents;
    for (size_t i = 0; i < start_count; i++)
        left[i] = whole;
    for (size_t n = 0; n < count; n++)
        left[nth(n)]--;
    for (size_t i = 0; i < start_count; i++) {
        if (left[i] == 0)
            continue;
        const lsched_slot *slot = lsched_slots_at(list, at++);
        assert_non_null(slot);
        assert_int_equal(slot->start, starts[i]);
        assert_int_equal(slot->free, left[i]);
    }
    assert_int_equal(at, lsched_slots_count(list));
    lsched_slots_free(list);
    return count;
}

static pid_t start_stranger(void)
{
    const pid_t stranger = fork();
    assert_true(stranger >= 0);
    if (stranger != 0)
        return stranger;
    lsched *s = open_store(now, 0);
    for (size_t n = 0; n < PLACES; n++) {
        const int status = book(s, n);
        if (status != LSCHED_OK) {
            fprintf(stderr, "place %zu: %s: %s\n", n, lsched_status_name(status),
                    lsched_message(s));
            _exit(1);
        }
    }
    lsched_free(s);
    _exit(0);
}

static void test_a_stranger_books(void **state)
{
    int status;
    char id[16];
    size_t answers = 0, seen = 0, last = 0;
    (void)state;
    const pid_t stranger = start_stranger();
    w.s = open_store(now, (size_t)64 << 20);
    plain = open_store(now, 0);
    while (last < PLACES) {
        const size_t before = taken(plain, "cora");
        assert_true(before >= last);
        last = before;
        for (int i = 0; i < 8; i++) {
            snprintf(id, sizeof id, "c%zu", answers++ / 2 % CUSTOMERS);
            const size_t count = taken(w.s, id);
            assert_true(count >= last);
            seen += count > last;
            last = count;
        }
        assert_true(taken(plain, "cora") >= last);
    }
    assert_int_equal(last, PLACES);
    assert_true(seen > 0);
    assert_int_equal(waitpid(stranger, &status, 0), stranger);
    assert_int_equal(status, 0);
    assert_int_equal(taken(w.s, "c0"), PLACES);
}

/* ---- just then ---------------------------------------------------------------------------------- */

static lsched *writer;
static size_t written;
static bool meanwhile;

/* The question has begun when it asks what time it is. */
static lsched_time write_and_tell(void *user)
{
    (void)user;
    if (meanwhile) {
        meanwhile = false;
        assert_int_equal(book(writer, written++), LSCHED_OK);
    }
    return w.now;
}

/* Somebody writes when a question is under way: it may have the answer of before, but whatever
 * it has to read by then, it has one answer. */
static void test_just_then(void **state)
{
    char id[16];
    (void)state;
    written = 0;
    meanwhile = false;
    writer = open_store(now, 0);
    w.s = open_store(write_and_tell, (size_t)64 << 20);
    taken(w.s, "c0");
    for (int i = 1; i < CUSTOMERS; i++) {
        snprintf(id, sizeof id, "c%d", i / 2);
        assert_int_equal(taken(w.s, "c0"), written);
        meanwhile = true;
        const size_t before = written, count = taken(w.s, id);
        assert_false(meanwhile);
        assert_true(count >= before && count <= written);
        assert_int_equal(taken(w.s, id), written);
    }
    lsched_free(writer);
}

/* What a call of ours has seen of its own, and undone, is not remembered. */
static void test_undone(void **state)
{
    (void)state;
    w.s = open_store(now, (size_t)64 << 20);
    assert_int_equal(taken(w.s, "c0"), 0);
    for (int i = 0; i < 3; i++) {
        ok(lsched_begin(w.s));
        assert_int_equal(book(w.s, 0), LSCHED_OK);
        assert_int_equal(taken(w.s, "c0"), 1);
        ok(lsched_rollback(w.s));
        assert_int_equal(taken(w.s, "c0"), 0);
        assert_int_equal(taken(w.s, "c1"), 0);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_stranger_books),
        TEST(test_just_then),
        TEST(test_undone),
    };
    return cmocka_run_group_tests_name("meanwhile", tests, NULL, NULL);
}
