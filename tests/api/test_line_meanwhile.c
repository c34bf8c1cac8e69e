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
    const lsched_time told = w.now;
    (void)user;
    meanwhile = NULL;
    if (todo != NULL)
        todo();
    return told;
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

static void time_passes(void)
{
    w.now += 20;
}

static void ana_is_given_what_was_ben_s(void)
{
    time_passes();
    is_given(other, "ana", ids[0]);
}

/* Also where that was somebody else's when we looked. */
static void test_given_what_has_lapsed(void **state)
{
    lsched_booking *b = NULL;
    (void)state;
    join_two();
    assert_int_equal(lsched_next(other, "ben", 10, &b), LSCHED_OK);
    assert_string_equal(b->id, ids[0]);
    lsched_booking_free(b);
    meanwhile = ana_is_given_what_was_ben_s;
    is_given(w.s, "ana", ids[0]);
    assert_null(meanwhile);
}

/* Half an hour before the team closes, what takes half an hour is begun no more. */
static void test_a_minute_later(void **state)
{
    lsched_booking *b = NULL;
    (void)state;
    join_two();
    w.now = at("2026-03-03T16:30") + 50;
    meanwhile = time_passes;
    refuses(lsched_next(w.s, "ana", 60, &b), LSCHED_NOTFOUND, ids[0]);
    assert_null(meanwhile);
    w.now -= 20;
    is_given(w.s, "ana", ids[0]);
}

/* ---- what is kept of what agents have to do ------------------------------------------------------------ */

static uint32_t luck;
static lsched *writer; /* who does the next thing */

static int below(int n)
{
    luck = luck * 1664525 + 1013904223;
    return (int)((luck >> 8) % (uint32_t)n);
}

static const char *some_key(char room[32], int step)
{
    snprintf(room, 32, "k%d-%d", step, below(1 << 24));
    return room;
}

static const char *some_customer(char room[32])
{
    snprintf(room, 32, "c%d", below(CUSTOMERS));
    return room;
}

/* Whatever is in a state, some of it. */
static bool find_some(lsched *s, int32_t state, char id[LSCHED_MAX_ID + 1])
{
    lsched_bookings *all = NULL;
    const lsched_filter filter = {.size = sizeof filter, .state = state, .limit = 100};
    assert_int_equal(lsched_list_bookings(s, &filter, &all), LSCHED_OK);
    const size_t count = lsched_bookings_count(all);
    if (count > 0)
        snprintf(id, LSCHED_MAX_ID + 1, "%s",
                 lsched_bookings_at(all, (size_t)below((int)count))->id);
    lsched_bookings_free(all);
    return count > 0;
}

static lsched_time slot(int within)
{
    return (w.now / 1800 + 1 + below(within)) * 1800;
}

static void one_joins(int step)
{
    char key[32], id[32];
    lsched_booking *b = NULL;
    lsched_join(writer,
                NEW(request, .key = some_key(key, step), .customer = some_customer(id),
                    .service = "talk", .channel = below(2) == 0 ? LSCHED_CHAT : LSCHED_PHONE),
                &b);
    lsched_booking_free(b);
}

/* Mostly in the next hours, but also in the days after those that an estimate looks at. */
static void one_books(int step)
{
    char key[32], id[32];
    lsched_booking *b = NULL;
    lsched_book(writer,
                NEW(request, .key = some_key(key, step), .customer = some_customer(id),
                    .service = "talk", .start = slot(below(2) == 0 ? 6 : 240)),
                &b);
    lsched_booking_free(b);
}

static void one_holds(int step)
{
    char key[32], id[32];
    lsched_booking *b = NULL;
    lsched_hold(writer,
                NEW(request, .key = some_key(key, step), .customer = some_customer(id),
                    .service = "talk", .seconds = 1 + below(600), .start = slot(6)),
                &b);
    lsched_booking_free(b);
}

static void one_moves(int step)
{
    char key[32], id[LSCHED_MAX_ID + 1];
    lsched_booking *b = NULL;
    if (find_some(writer, LSCHED_BOOKED, id))
        lsched_move(writer,
                    NEW(change, .key = some_key(key, step), .id = id, .start = slot(60)), &b);
    lsched_booking_free(b);
}

static void one_begins(int step)
{
    static const char *const agents[] = {"ana", "ben"};
    char key[32];
    lsched_booking *b = NULL;
    if (lsched_next(writer, agents[below(2)], 60, &b) == LSCHED_OK)
        assert_int_equal(lsched_start(writer, b->id, some_key(key, step), NULL), LSCHED_OK);
    lsched_booking_free(b);
}

/* Whoever is there early. */
static void one_begins_early(int step)
{
    char key[32], id[LSCHED_MAX_ID + 1];
    if (below(3) == 0 && find_some(writer, LSCHED_BOOKED, id))
        lsched_start(writer, id, some_key(key, step), NULL);
}

static void one_ends(int step)
{
    static const int32_t outcomes[] = {LSCHED_OUTCOME_REACHED, LSCHED_OUTCOME_NO_ANSWER};
    char key[32], id[LSCHED_MAX_ID + 1];
    if (find_some(writer, LSCHED_STARTED, id))
        lsched_finish_as(writer,
                         NEW(result, .key = some_key(key, step), .id = id,
                             .outcome = outcomes[below(2)]),
                         NULL);
}

static void one_cancels(int step)
{
    char key[32], id[LSCHED_MAX_ID + 1];
    if (find_some(writer, below(2) == 0 ? LSCHED_BOOKED : LSCHED_WAITING, id))
        lsched_cancel(writer, id, NULL, some_key(key, step), NULL);
}

static void one_avoids(int step)
{
    (void)step;
    assert_int_equal(put_customer(writer, below(CUSTOMERS), below(2) == 0 ? "ana" : NULL),
                     LSCHED_OK);
}

static int waits; /* that were found, and are more than nothing */

static void same_estimate(void)
{
    lsched_forecast *ours, *truth;
    char id[LSCHED_MAX_ID + 1];
    if (!find_some(plain, LSCHED_WAITING, id))
        return;
    assert_int_equal(lsched_estimate_waiting(w.s, id, &ours), LSCHED_OK);
    assert_int_equal(lsched_estimate_waiting(plain, id, &truth), LSCHED_OK);
    assert_int_equal(ours->p50, truth->p50);
    assert_int_equal(ours->p90, truth->p90);
    assert_int_equal(ours->chance, truth->chance);
    assert_int_equal(ours->position, truth->position);
    assert_int_equal(ours->close, truth->close);
    waits += truth->p50 > 0;
    lsched_forecast_free(ours);
    lsched_forecast_free(truth);
}

static void deed(int step)
{
    static void (*const deeds[])(int step) = {
        one_joins, one_joins,  one_joins,  one_joins,        one_books, one_books,   one_holds,
        one_moves, one_begins, one_begins, one_begins_early, one_ends,  one_cancels, one_avoids};
    deeds[below(14)](step);
}

/* What a host's transaction has seen, and then undoes perhaps. */
static void deeds_of_a_host(int step)
{
    char id[LSCHED_MAX_ID + 1];
    writer = w.s;
    assert_int_equal(lsched_begin(w.s), LSCHED_OK);
    for (int i = 0; i < 4; i++) {
        lsched_forecast *f = NULL;
        deed(step);
        if (find_some(w.s, LSCHED_WAITING, id))
            assert_int_equal(lsched_estimate_waiting(w.s, id, &f), LSCHED_OK);
        lsched_forecast_free(f);
    }
    assert_int_equal(below(2) == 0 ? lsched_rollback(w.s) : lsched_commit(w.s), LSCHED_OK);
}

/* A clock that jumps, there and back. */
static void jump(int64_t seconds)
{
    w.now += seconds;
    same_estimate();
    w.now -= seconds;
}

static void pass(void)
{
    static const int64_t jumps[] = {7200, 23 * 3600, 26 * 3600, 50 * 3600, -5400, -26 * 3600};
    w.now += below(3) == 0 ? below(120) : 0;
    if (below(12) == 0)
        jump(jumps[below(6)]);
}

/* Whoever keeps it estimates as one who reads it all, whoever writes. */
static void test_estimates(void **state)
{
    (void)state;
    luck = 7;
    for (int step = 0; step < 240; step++) {
        writer = below(2) == 0 ? w.s : other;
        if (below(10) == 0)
            deeds_of_a_host(step);
        else
            deed(step);
        pass();
        same_estimate();
    }
    assert_true(waits > 100);
}

/* One waits for the team alone; how long, by us and by who keeps nothing. */
static int64_t wait_of_one(void)
{
    lsched_forecast *ours, *truth;
    const lsched_request r = {.size = sizeof r, .customer = "c2", .service = "talk",
                              .channel = LSCHED_PHONE, .rungs = LSCHED_HOME};
    assert_int_equal(lsched_estimate(w.s, &r, &ours), LSCHED_OK);
    assert_int_equal(lsched_estimate(plain, &r, &truth), LSCHED_OK);
    const int64_t wait = ours->p50;
    assert_int_equal(wait, truth->p50);
    lsched_forecast_free(ours);
    lsched_forecast_free(truth);
    return wait;
}

/* More happens between two estimates than is followed one by one. */
static void test_far_behind(void **state)
{
    char key[32];
    lsched_booking *b;
    (void)state;
    join_two();
    assert_int_equal(lsched_start_as(other, ids[0], "ana", "s0", NULL), LSCHED_OK);
    assert_int_equal(lsched_start_as(other, ids[1], "ben", "s1", NULL), LSCHED_OK);
    assert_true(wait_of_one() > 0);
    assert_int_equal(lsched_finish(other, ids[0], LSCHED_FULFILLED, NULL, "f", NULL), LSCHED_OK);
    for (int i = 0; i < 600; i++) {
        assert_int_equal(lsched_book(other,
                                     NEW(request, .key = some_key(key, i), .customer = "c9",
                                         .service = "talk", .agent = "hal",
                                         .start = at("2026-03-06T10:00")),
                                     &b),
                         LSCHED_OK);
        assert_int_equal(lsched_cancel(other, b->id, NULL, some_key(key, i), NULL), LSCHED_OK);
        lsched_booking_free(b);
    }
    assert_int_equal(wait_of_one(), 0);
}

/* Who has begun what was planned for the days to come is engaged like any other. */
static void test_begun_early(void **state)
{
    static const char *const agents[] = {"ana", "ben"};
    (void)state;
    for (int i = 0; i < 2; i++) {
        char key[32];
        lsched_booking *b;
        assert_int_equal(wait_of_one(), 0);
        assert_int_equal(lsched_book(other,
                                     NEW(request, .key = some_key(key, i), .customer = "c0",
                                         .service = "talk", .agent = agents[i],
                                         .start = at("2026-03-09T10:00") + i * 3600),
                                     &b),
                         LSCHED_OK);
        assert_int_equal(lsched_start(other, b->id, some_key(key, i), NULL), LSCHED_OK);
        lsched_booking_free(b);
    }
    assert_true(wait_of_one() > 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_given_to_another),
        TEST(test_left),
        TEST(test_given_here_and_there),
        TEST(test_given_what_has_lapsed),
        TEST(test_a_minute_later),
        TEST(test_estimates),
        TEST(test_far_behind),
        TEST(test_begun_early),
    };
    return cmocka_run_group_tests_name("line_meanwhile", tests, NULL, NULL);
}
