/* test_line_meanwhile.c -- the line while others work at it, too: what an agent is given, and what is
 * kept in memory of who has to do what.
 */
#include "world.h"

#include <unistd.h>

#define CUSTOMERS 12

static char folder[32], path[64];
static lsched *other, *plain;   /* one that writes, too; one that keeps nothing in memory */
static void (*meanwhile)(void); /* done once, as soon as a question of ours has begun */

static lsched_time now(void *user)
{
    (void)user;
    return w.now;
}

/* The question has begun when it asks what time it is. */
static lsched_time do_and_tell(void *user)
{
    void (*todo)(void) = meanwhile;
    (void)user;
    meanwhile = NULL;
    if (todo != NULL)
        todo();
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

static int put_customer(lsched *s, int n, const char *avoids)
{
    char id[16];
    snprintf(id, sizeof id, "c%d", n);
    return lsched_put_customer(s, NEW(customer, .id = id, .zone = "America/New_York",
                                      .region = "US-NY", .avoids = avoids));
}

static int open_world(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/libsched-api-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/store", folder);
    assert_int_equal(world_open(path), 0);
    world_fill();
    w.now = at("2026-03-03T12:00");
    ok(PUT(agent, .id = "ana", .name = "Ana", .zone = "America/New_York", .lanes = 2));
    for (int i = 0; i < CUSTOMERS; i++)
        ok(put_customer(w.s, i, NULL));
    lsched_free(w.s);
    meanwhile = NULL;
    w.s = open_store(do_and_tell, (size_t)64 << 20);
    other = open_store(now, (size_t)64 << 20);
    plain = open_store(now, 0);
    return 0;
}

static int close_world(void **state)
{
    char command[64];
    lsched_free(other);
    lsched_free(plain);
    world_close(state);
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command) != 0;
}

/* ---- what an agent is given ----------------------------------------------------------------------- */

static char ids[2][LSCHED_MAX_ID + 1]; /* of the two who wait */

static void join_two(void)
{
    for (int i = 0; i < 2; i++) {
        char key[8], id[8];
        lsched_booking *b;
        snprintf(key, sizeof key, "j%d", i);
        snprintf(id, sizeof id, "c%d", i);
        ok(lsched_join(w.s, NEW(request, .key = key, .customer = id, .service = "talk"), &b));
        snprintf(ids[i], sizeof ids[i], "%s", b->id);
        lsched_booking_free(b);
        w.now++;
    }
}

static void is_given(lsched *s, const char *agent, const char *id)
{
    lsched_booking *b = NULL;
    assert_int_equal(lsched_next(s, agent, 60, &b), LSCHED_OK);
    assert_string_equal(b->id, id);
    lsched_booking_free(b);
}

static void ben_is_given_the_first(void)
{
    is_given(other, "ben", ids[0]);
}

/* Two agents are never given the same contact. */
static void test_given_to_another(void **state)
{
    (void)state;
    join_two();
    meanwhile = ben_is_given_the_first;
    is_given(w.s, "ana", ids[1]);
    assert_null(meanwhile);
    is_given(other, "ben", ids[0]);
}

static void first_leaves(void)
{
    assert_int_equal(lsched_cancel(other, ids[0], NULL, "x", NULL), LSCHED_OK);
}

static void test_left(void **state)
{
    (void)state;
    join_two();
    meanwhile = first_leaves;
    is_given(w.s, "ana", ids[1]);
    assert_null(meanwhile);
}

static void ana_is_given_the_first(void)
{
    is_given(other, "ana", ids[0]);
}

/* An agent who is asked for in two places is given the same in both. */
static void test_given_here_and_there(void **state)
{
    (void)state;
    join_two();
    meanwhile = ana_is_given_the_first;
    is_given(w.s, "ana", ids[0]);
    assert_null(meanwhile);
}

/* ---- what is kept of what agents have to do ------------------------------------------------------------ */

static uint32_t luck;

static int below(int n)
{
    luck = luck * 1664525 + 1013904223;
    return (int)((luck >> 8) % (uint32_t)n);
}

/* By either of the two who write. */
static lsched *somebody(void)
{
    return below(2) == 0 ? w.s : other;
}

static void one_joins(int step)
{
    char key[16], id[8];
    lsched_booking *b = NULL;
    snprintf(key, sizeof key, "j%d", step);
    snprintf(id, sizeof id, "c%d", below(CUSTOMERS));
    lsched_join(somebody(),
                NEW(request, .key = key, .customer = id, .service = "talk",
                    .channel = below(2) == 0 ? LSCHED_CHAT : LSCHED_PHONE),
                &b);
    lsched_booking_free(b);
}

/* Something in the next hours, for somebody. */
static void one_books(int step)
{
    char key[16], id[8];
    lsched_booking *b = NULL;
    snprintf(key, sizeof key, "b%d", step);
    snprintf(id, sizeof id, "c%d", below(CUSTOMERS));
    lsched_book(somebody(),
                NEW(request, .key = key, .customer = id, .service = "talk",
                    .start = (w.now / 1800 + 1 + below(6)) * 1800),
                &b);
    lsched_booking_free(b);
}

static void one_begins(int step)
{
    static const char *const agents[] = {"ana", "ben"};
    char key[16];
    lsched_booking *b = NULL;
    lsched *s = somebody();
    snprintf(key, sizeof key, "s%d", step);
    if (lsched_next(s, agents[below(2)], 60, &b) == LSCHED_OK)
        assert_int_equal(lsched_start(s, b->id, key, NULL), LSCHED_OK);
    lsched_booking_free(b);
}

/* Whatever is in a state, some of it. */
static bool find_some(int32_t state, char id[LSCHED_MAX_ID + 1])
{
    lsched_bookings *all = NULL;
    const lsched_filter filter = {.size = sizeof filter, .state = state, .limit = 100};
    assert_int_equal(lsched_list_bookings(plain, &filter, &all), LSCHED_OK);
    const size_t count = lsched_bookings_count(all);
    if (count > 0)
        snprintf(id, LSCHED_MAX_ID + 1, "%s", lsched_bookings_at(all, (size_t)below((int)count))->id);
    lsched_bookings_free(all);
    return count > 0;
}

static void one_ends(int step)
{
    static const int32_t outcomes[] = {LSCHED_OUTCOME_REACHED, LSCHED_OUTCOME_NO_ANSWER};
    char key[16], id[LSCHED_MAX_ID + 1];
    snprintf(key, sizeof key, "f%d", step);
    if (find_some(LSCHED_STARTED, id))
        assert_int_equal(lsched_finish_as(somebody(),
                                          NEW(result, .key = key, .id = id,
                                              .outcome = outcomes[below(2)]),
                                          NULL),
                         LSCHED_OK);
}

static void one_cancels(int step)
{
    char key[16], id[LSCHED_MAX_ID + 1];
    snprintf(key, sizeof key, "x%d", step);
    if (find_some(below(2) == 0 ? LSCHED_BOOKED : LSCHED_WAITING, id))
        assert_int_equal(lsched_cancel(somebody(), id, NULL, key, NULL), LSCHED_OK);
}

static void one_avoids(int step)
{
    (void)step;
    assert_int_equal(put_customer(somebody(), below(CUSTOMERS), below(2) == 0 ? "ana" : NULL),
                     LSCHED_OK);
}

static void same_estimate(const char *id)
{
    lsched_forecast *ours, *truth;
    assert_int_equal(lsched_estimate_waiting(w.s, id, &ours), LSCHED_OK);
    assert_int_equal(lsched_estimate_waiting(plain, id, &truth), LSCHED_OK);
    assert_int_equal(ours->p50, truth->p50);
    assert_int_equal(ours->p90, truth->p90);
    assert_int_equal(ours->chance, truth->chance);
    assert_int_equal(ours->position, truth->position);
    assert_int_equal(ours->close, truth->close);
    lsched_forecast_free(ours);
    lsched_forecast_free(truth);
}

/* Whoever keeps it estimates as one who reads it all, whoever writes. */
static void test_estimates(void **state)
{
    static void (*const deeds[])(int step) = {one_joins, one_joins, one_books,   one_begins,
                                              one_ends,  one_joins, one_cancels, one_avoids};
    int asked = 0;
    (void)state;
    luck = 7;
    for (int step = 0; step < 160; step++) {
        char id[LSCHED_MAX_ID + 1];
        deeds[below(8)](step);
        w.now += below(3) == 0 ? below(200) : 0;
        if (find_some(LSCHED_WAITING, id)) {
            same_estimate(id);
            asked++;
        }
    }
    assert_true(asked > 100);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_given_to_another),
        TEST(test_left),
        TEST(test_given_here_and_there),
        TEST(test_estimates),
    };
    return cmocka_run_group_tests_name("line_meanwhile", tests, NULL, NULL);
}
