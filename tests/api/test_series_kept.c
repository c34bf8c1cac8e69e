/* test_series_kept.c -- header chapter 5: what becomes of a series: its key and its answer,
 * moves and cancels; and that it is what find offered. */
#include "series.h"

#include <unistd.h>

/* ---- keys ------------------------------------------------------------------------------------------------ */

static lsched_time now(void *user)
{
    return ((const world *)user)->now;
}

static void reopen(const char *path, int32_t flags)
{
    lsched_free(w.s);
    w.s = lsched_new();
    assert_non_null(w.s);
    ok(lsched_set_clock(w.s, now, &w));
    ok(lsched_open(w.s, path, flags));
}

/* A little world in a file: all of the one in memory but what lanes and rungs need. */
static void make_file(const char *path)
{
    reopen(path, LSCHED_CREATE);
    ok(PUT(team, .id = "home", .name = "home", .zone = NY, .regions = "US-NY"));
    opens(LSCHED_TEAM, "home", "20260101T090000", "20260101T170000", "FREQ=DAILY");
    ok(PUT(agent, .id = "ana", .name = "ana", .zone = NY));
    ok(PUT(member, .team = "home", .agent = "ana"));
    opens(LSCHED_AGENT, "ana", "20260101T090000", "20260101T170000", "FREQ=DAILY");
    ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 30, .step = 30,
           .notice = LSCHED_NONE));
    ok(PUT(customer, .id = "cora", .zone = NY, .region = "US-NY"));
}

/* The same answer, refusals included, in another process's life, whatever has changed. */
static void test_answers_last(void **state)
{
    char folder[] = "/tmp/libsched-api-XXXXXX", path[64];
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/store", folder);
    make_file(path);
    const lsched_request all = wish("all", "2026-03-03T10:00"),
                         fit = wish("fit", "2026-03-04T10:00");
    lsched_series *first[3], *again;
    first[0] = series(&all, "FREQ=DAILY;INTERVAL=2;COUNT=3", LSCHED_ALL);
    first[1] = series(&fit, "FREQ=DAILY;COUNT=30", LSCHED_FIT);
    assert_int_equal(booked(first[1]), 27); /* two are taken, one is too far ahead */
    ok(lsched_cancel_series(w.s, id_of(first[1]), at("2026-03-10T00:00"), "moved away", "end",
                            &first[2]));
    const char *ids[] = {id_of(first[0]), id_of(first[1])};
    /* What stands now is not what was answered then. */
    ok(world_try_move(NEW(change, .key = "m", .id = ids[0], .start = at("2026-03-03T15:00"))));
    closes(LSCHED_REGION, "US-NY", "20260301T000000", "20260401T000000", NULL);
    w.now += INT64_C(90) * 86400;
    reopen(path, 0);
    char *before = world_listing(w.s);
    again = series(&all, "FREQ=DAILY;INTERVAL=2;COUNT=3", LSCHED_ALL);
    same_series(first[0], again);
    lsched_series_free(again);
    again = series(&fit, "FREQ=DAILY;COUNT=30", LSCHED_FIT);
    same_series(first[1], again);
    lsched_series_free(again);
    ok(lsched_cancel_series(w.s, ids[1], at("2026-03-10T00:00"), "moved away", "end", &again));
    same_series(first[2], again);
    lsched_series_free(again);
    ok(lsched_cancel_series(w.s, ids[1], at("2026-03-10T00:00"), "moved away", "end", NULL));
    world_unchanged(before);
    for (int i = 0; i < 3; i++)
        lsched_series_free(first[i]);
    lsched_free(w.s);
    w.s = NULL;
    char command[80];
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    assert_int_equal(system(command), 0);
}

/* One key is one wish, whatever the verb. */
static void test_keys(void **state)
{
    (void)state;
    static const char daily[] = "FREQ=DAILY;COUNT=3";
    lsched_request r = wish("k", "2026-03-03T10:00"), other = r;
    lsched_series *list = series(&r, daily, LSCHED_ALL), *out;
    lsched_booking *b, *none;
    const char *id = id_of(list);
    other.key = "b";
    other.start += 7200;
    b = world_book(&other);
    char *before = world_listing(w.s);
    refuses(lsched_book_series(w.s, &r, "FREQ=DAILY;COUNT=4", LSCHED_ALL, &out), LSCHED_KEYUSED,
            "key");
    refuses(lsched_book_series(w.s, &r, daily, LSCHED_FIT, &out), LSCHED_KEYUSED, "key");
    lsched_request changed = r;
    changed.note = "x";
    refuses(lsched_book_series(w.s, &changed, daily, LSCHED_ALL, &out), LSCHED_KEYUSED, "key");
    assert_null(out);
    /* The same start by lsched_book() and lsched_hold(). */
    refuses(lsched_book(w.s, &r, &none), LSCHED_KEYUSED, "key");
    refuses(lsched_hold(w.s, &r, &none), LSCHED_KEYUSED, "key");
    refuses(lsched_cancel(w.s, b->id, NULL, "k", &none), LSCHED_KEYUSED, "key");
    refuses(lsched_cancel_series(w.s, id, 0, NULL, "k", &out), LSCHED_KEYUSED, "key");
    refuses(lsched_cancel_series(w.s, id, 0, NULL, "b", &out), LSCHED_KEYUSED, "key");
    assert_null(out);
    refuses(lsched_book_series(w.s, &other, daily, LSCHED_ALL, &out), LSCHED_KEYUSED, "key");
    world_unchanged(before);
    ok(lsched_cancel_series(w.s, id, 0, "x", "c", NULL));
    refuses(lsched_cancel_series(w.s, id, 0, "y", "c", &out), LSCHED_KEYUSED, "key");
    refuses(lsched_cancel_series(w.s, id, w.now, "x", "c", &out), LSCHED_KEYUSED, "key");
    refuses(lsched_cancel(w.s, b->id, "x", "c", &none), LSCHED_KEYUSED, "key");
    r.key = "c";
    refuses(lsched_book_series(w.s, &r, daily, LSCHED_ALL, &out), LSCHED_KEYUSED, "key");
    lsched_booking_free(b);
    lsched_series_free(list);
}

/* ---- afterwards -------------------------------------------------------------------------------------------- */

static void test_moved_stays_in_series(void **state)
{
    (void)state;
    lsched_booking *moved;
    lsched_bookings *listed;
    const lsched_request r = wish("k", "2026-03-03T10:00");
    lsched_series *list = series(&r, "FREQ=DAILY;COUNT=3", LSCHED_ALL);
    ok(lsched_move(
        w.s,
        NEW(change, .key = "m", .id = nth(list, 0)->booking->id, .start = at("2026-03-20T10:00")),
        &moved));
    assert_string_equal(moved->series, id_of(list));
    lsched_booking_free(moved);
    ok(lsched_list_bookings(w.s, NEW(filter, .series = id_of(list)), &listed));
    assert_int_equal(lsched_bookings_count(listed), 3);
    assert_string_equal(lsched_bookings_at(listed, 2)->id, id_of(list));
    lsched_bookings_free(listed);
    lsched_series_free(list);
}

/* What is over, cancelled or in progress stays as it is. */
static void test_cancel(void **state)
{
    (void)state;
    lsched_series *gone;
    lsched_booking *b;
    const lsched_request r = wish("k", "2026-03-03T10:00");
    lsched_series *list = series(&r, "FREQ=DAILY;COUNT=6", LSCHED_ALL);
    const char *id = id_of(list);
    ok(lsched_cancel(w.s, nth(list, 3)->booking->id, "alone", "one", NULL));
    w.now = at("2026-03-04T10:10");
    ok(lsched_start(w.s, nth(list, 1)->booking->id, "start", NULL));
    refuses(lsched_cancel_series(w.s, "nix", 0, NULL, "c", &gone), LSCHED_NOTFOUND, "'nix'");
    assert_null(gone);
    ok(lsched_cancel_series(w.s, id, nth(list, 5)->start, "late ones", "c1", &gone));
    assert_int_equal(lsched_series_count(gone), 1);
    assert_string_equal(nth(gone, 0)->booking->id, nth(list, 5)->booking->id);
    lsched_series_free(gone);
    ok(lsched_cancel_series(w.s, id, 0, "the rest", "c2", &gone));
    assert_int_equal(lsched_series_count(gone), 2);
    static const size_t left[] = {2, 4};
    for (size_t i = 0; i < 2; i++) {
        const lsched_occurrence *o = nth(gone, i);
        assert_string_equal(o->booking->id, nth(list, left[i])->booking->id);
        assert_int_equal(o->start, o->booking->start);
        assert_int_equal(o->status, LSCHED_OK);
        assert_int_equal(o->booking->state, LSCHED_CANCELLED);
        assert_string_equal(o->booking->cause, "the rest");
        assert_int_equal(o->booking->sequence, 1);
        assert_int_equal(o->booking->changed, w.now);
    }
    lsched_series_free(gone);
    refuses(lsched_cancel_series(w.s, id, 0, NULL, "c3", &gone), LSCHED_OVER, id);
    assert_null(gone);
    static const int32_t states[] = {LSCHED_BOOKED,    LSCHED_STARTED,   LSCHED_CANCELLED,
                                     LSCHED_CANCELLED, LSCHED_CANCELLED, LSCHED_CANCELLED};
    for (size_t i = 0; i < 6; i++) {
        ok(lsched_get_booking(w.s, nth(list, i)->booking->id, &b));
        assert_int_equal(b->state, states[i]);
        lsched_booking_free(b);
    }
    lsched_series_free(list);
}

/* Inverse: what a series took is free again after its end. */
static void test_cancel_gives_back(void **state)
{
    (void)state;
    const lsched_time until = at("2026-03-20T00:00");
    lsched_request r = wish("k", "2026-03-03T10:00");
    char *before = world_free_places(until);
    r.channel = LSCHED_CHAT;
    lsched_series *list =
        series(&r, "FREQ=MINUTELY;INTERVAL=30;COUNT=40;BYHOUR=10,11,12", LSCHED_ALL);
    char *between = world_free_places(until);
    assert_string_not_equal(before, between);
    ok(lsched_cancel_series(w.s, id_of(list), 0, NULL, "c", NULL));
    char *after = world_free_places(until);
    assert_string_equal(before, after);
    free(before);
    free(between);
    free(after);
    lsched_series_free(list);
}

/* ---- find and series agree -------------------------------------------------------------------------------------- */

static uint32_t random_state;

static uint32_t pick(uint32_t n)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state % n;
}

static bool offered(const lsched_slots *found, lsched_time start)
{
    for (size_t i = 0; i < lsched_slots_count(found); i++) {
        if (lsched_slots_at(found, i)->start == start)
            return true;
    }
    return false;
}

/* Starts a day or more apart do not compete: LSCHED_FIT books those that find offered, and no
 * other; LSCHED_ALL books where that is all of them. */
static void test_as_find_says(void **state)
{
    (void)state;
    static const char *const agents[] = {"", "ana", "ben", "gil"};
    const lsched_time days = at("2026-03-03T00:00");
    int all_fit = 0, some_fit = 0;
    for (random_state = 1; random_state < 3000; random_state += 100) {
        const uint32_t seed = random_state;
        char rule[80], key[40];
        for (int i = 0; i < 40; i++) {
            snprintf(key, sizeof key, "%u fill %d", seed, i);
            world_try(NEW(request, .key = key, .customer = "cora", .service = "talk",
                          .agent = agents[pick(4)],
                          .start = days + pick(30) * 86400 + 36000 + pick(12) * 1800));
        }
        lsched_request r = wish("", "2026-03-03T08:00");
        snprintf(key, sizeof key, "%u series", seed);
        r.key = key;
        r.start += pick(20) * 1800 + pick(3) * 900 * (pick(5) == 0);
        r.agent = agents[pick(4)];
        r.channel = LSCHED_PHONE;
        snprintf(rule, sizeof rule, "FREQ=DAILY;INTERVAL=%u;COUNT=%u", 1 + pick(3), 2 + pick(14));
        lsched_slots *found =
            FIND(.customer = "cora", .service = "talk", .agent = r.agent, .channels = r.channel,
                 .limit = LSCHED_MAX_PAGE, .until = days + INT64_C(100) * 86400);
        lsched_series *list = NULL, *all = NULL;
        size_t fits = 0;
        ok(lsched_begin(w.s));
        const int status = lsched_book_series(w.s, &r, rule, LSCHED_FIT, &list);
        ok(lsched_rollback(w.s));
        for (size_t i = 0; i < lsched_series_count(list); i++) {
            const lsched_occurrence *o = nth(list, i);
            assert_int_equal(o->status == LSCHED_OK, offered(found, o->start));
            fits += o->status == LSCHED_OK;
        }
        assert_int_equal(fits > 0, status == LSCHED_OK);
        const int whole = lsched_book_series(w.s, &r, rule, LSCHED_ALL, &all);
        assert_int_equal(whole == LSCHED_OK, fits > 0 && fits == lsched_series_count(list));
        assert_int_equal(all != NULL, whole == LSCHED_OK);
        all_fit += all != NULL;
        some_fit += fits > 0 && all == NULL;
        lsched_series_free(all);
        lsched_series_free(list);
        lsched_slots_free(found);
        random_state = seed;
    }
    assert_true(all_fit > 0 && some_fit > 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_little, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_answers_last),          TEST(test_keys),
        TEST(test_moved_stays_in_series), TEST(test_cancel),
        TEST(test_cancel_gives_back),     TEST(test_as_find_says),
    };
    return cmocka_run_group_tests_name("series kept", tests, NULL, NULL);
}
