/* test_lanes.c -- header chapter 3 and 5: chats beside one another, calls alone. */
#include "world.h"

/* Ana with two lanes, and services whose chats begin every quarter of an hour. */
static int open_world(void **state)
{
    if (world_little(state) != 0)
        return 1;
    ok(PUT(agent, .id = "ana", .name = "ana", .zone = "America/New_York", .lanes = 2));
    ok(PUT(service, .id = "half", .name = "H", .minutes = 30, .notice = LSCHED_NONE));
    ok(PUT(service, .id = "hour", .name = "H", .minutes = 60, .notice = LSCHED_NONE));
    return 0;
}

static lsched_request with_ana(const char *key, const char *service, int32_t channel,
                               const char *start)
{
    char date[32];
    snprintf(date, sizeof date, "2026-03-03T%s", start);
    return (lsched_request){.size = sizeof(lsched_request),
                            .key = key,
                            .customer = "cora",
                            .service = service,
                            .agent = "ana",
                            .channel = channel,
                            .start = at(date)};
}

static lsched_booking *chat(const char *key, const char *service, const char *start)
{
    const lsched_request r = with_ana(key, service, LSCHED_CHAT, start);
    return world_book(&r);
}

static int try_with_ana(const char *key, const char *service, int32_t channel, const char *start)
{
    const lsched_request r = with_ana(key, service, channel, start);
    return world_try(&r);
}

/* Ana's live bookings: none overlap on one lane, and the lanes are hers. */
static void expect_sound(int32_t lanes)
{
    lsched_bookings *list;
    ok(lsched_list_bookings(w.s, NEW(filter, .agent = "ana", .state = LSCHED_BOOKED), &list));
    for (size_t i = 0; i < lsched_bookings_count(list); i++) {
        const lsched_booking *a = lsched_bookings_at(list, i);
        assert_true(a->channel == LSCHED_CHAT ? a->lane >= 1 && a->lane <= lanes : a->lane == 0);
        for (size_t j = 0; j < i; j++) {
            const lsched_booking *b = lsched_bookings_at(list, j);
            const bool overlap = a->busy_from < b->busy_until && b->busy_from < a->busy_until;
            assert_false(overlap && (a->lane == b->lane || a->lane == 0 || b->lane == 0));
        }
    }
    lsched_bookings_free(list);
}

static void test_beside_one_another(void **state)
{
    (void)state;
    for (int lanes = 1; lanes <= 3; lanes++) {
        char key[16];
        const char *const dates[] = {"2026-03-03T10:00", "2026-03-04T10:00", "2026-03-05T10:00"};
        ok(PUT(agent, .id = "ana", .name = "ana", .zone = "America/New_York", .lanes = lanes));
        for (int i = 0; i <= lanes; i++) {
            snprintf(key, sizeof key, "%d/%d", lanes, i);
            assert_int_equal(world_try(NEW(request, .key = key, .customer = "cora",
                                           .service = "half", .agent = "ana",
                                           .channel = LSCHED_CHAT, .start = at(dates[lanes - 1]))),
                             i < lanes ? LSCHED_OK : LSCHED_TAKEN);
        }
    }
}

static void test_calls_are_alone(void **state)
{
    (void)state;
    lsched_booking *b = chat("1", "half", "10:00");
    assert_int_equal(b->lane, 1);
    static const int32_t whole[] = {LSCHED_PHONE, LSCHED_VIDEO, LSCHED_VISIT};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(try_with_ana("x", "half", whole[i], "10:15"), LSCHED_TAKEN);
        assert_int_equal(try_with_ana("x", "hour", whole[i], "09:15"), LSCHED_TAKEN);
    }
    ok(lsched_cancel(w.s, b->id, NULL, "c", NULL));
    assert_int_equal(try_with_ana("2", "half", LSCHED_PHONE, "10:15"), LSCHED_OK);
    assert_int_equal(try_with_ana("3", "half", LSCHED_CHAT, "10:00"), LSCHED_TAKEN);
    assert_int_equal(try_with_ana("3", "half", LSCHED_CHAT, "10:30"), LSCHED_TAKEN);
    assert_int_equal(try_with_ana("3", "half", LSCHED_CHAT, "10:45"), LSCHED_OK);
    assert_int_equal(try_with_ana("4", "half", LSCHED_CHAT, "09:45"), LSCHED_OK);
    expect_sound(2);
    lsched_booking_free(b);
}

/* The one lane is taken from 10:00, the other until 10:00, and neither could hold a chat
 * from 9:45 to 10:15; but never more than one stands beside it. */
static void lay_crosswise(const char **first, const char **second, lsched_booking *held[3])
{
    held[0] = chat("a", "half", "10:00");
    held[1] = chat("b", "half", "10:00");
    held[2] = chat("c", "half", "09:30");
    assert_int_equal(held[1]->lane, 2);
    assert_int_equal(held[2]->lane, 1);
    ok(lsched_cancel(w.s, held[0]->id, NULL, "d", NULL));
    *first = held[2]->id;
    *second = held[1]->id;
}

static void let_go(lsched_booking *held[3])
{
    for (int i = 0; i < 3; i++)
        lsched_booking_free(held[i]);
}

static void test_laid_anew(void **state)
{
    (void)state;
    lsched_booking *held[3];
    const char *first, *second;
    lay_crosswise(&first, &second, held);
    lsched_booking *between = chat("e", "half", "09:45");
    expect_sound(2);
    assert_int_equal(try_with_ana("f", "half", LSCHED_CHAT, "09:45"), LSCHED_TAKEN);
    /* Nobody sees it: the bookings themselves have not changed. */
    lsched_booking *b;
    ok(lsched_get_booking(w.s, second, &b));
    assert_int_equal(b->sequence, 0);
    assert_int_equal(b->start, held[1]->start);
    lsched_booking_free(b);
    const lsched_request again = with_ana("b", "half", LSCHED_CHAT, "10:00");
    b = world_book(&again);
    world_same_booking(b, held[1]);
    lsched_booking_free(b);
    ok(lsched_cancel(w.s, second, NULL, "g", NULL));
    ok(lsched_cancel(w.s, first, NULL, "h", NULL));
    expect_sound(2);
    lsched_booking_free(between);
    let_go(held);
}

/* A chat moves to where it fits only if others, and it itself, make way. */
static void test_laid_anew_for_a_move(void **state)
{
    (void)state;
    lsched_booking *held[3], *moved;
    const char *first, *second;
    lay_crosswise(&first, &second, held);
    lsched_booking *far = chat("e", "half", "14:00");
    ok(lsched_move(w.s, NEW(change, .key = "m", .id = far->id, .start = at("2026-03-03T09:45")),
                   &moved));
    assert_string_equal(moved->agent, "ana");
    expect_sound(2);
    lsched_booking_free(moved);

    /* Out of the crowd and back, its own place being among those laid anew. */
    ok(lsched_move(w.s, NEW(change, .key = "n", .id = far->id, .agent = "ana",
                            .start = at("2026-03-03T10:15")), &moved));
    expect_sound(2);
    lsched_booking_free(moved);
    ok(lsched_move(w.s, NEW(change, .key = "o", .id = first, .agent = "ana",
                            .start = at("2026-03-03T09:45")), &moved));
    expect_sound(2);
    lsched_booking_free(moved);
    lsched_booking_free(far);
    let_go(held);
}

/* Whatever came before, a chat fits if and only if fewer than `lanes` are beside it at each
 * instant; and whole calls if nothing is. */
static void test_first_fit_is_not_the_limit(void **state)
{
    uint64_t seed = 20260303;
    char key[16];
    (void)state;
    ok(PUT(agent, .id = "ana", .name = "ana", .zone = "America/New_York", .lanes = 3));
    int beside[32] = {0}, most = 0;
    const lsched_time nine = at("2026-03-03T09:00");
    for (int i = 0; i < 120; i++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        const int quarter = (int)(seed >> 33) % 29, length = (seed >> 60) % 2 == 0 ? 2 : 4;
        const bool call = (seed >> 55) % 16 == 0;
        bool fits = quarter + length <= 32;
        for (int q = quarter; q < quarter + length && q < 32; q++)
            fits = fits && beside[q] < (call ? 1 : 3);
        snprintf(key, sizeof key, "%d", i);
        const int status = world_try(
            NEW(request, .key = key, .customer = "cora", .agent = "ana",
                .service = length == 2 ? "half" : "hour",
                .channel = call ? LSCHED_PHONE : LSCHED_CHAT, .start = nine + quarter * 900));
        assert_int_equal(status == LSCHED_OK, fits);
        for (int q = quarter; fits && q < quarter + length; q++)
            beside[q] += call ? 3 : 1;
    }
    for (int q = 0; q < 32; q++)
        most += beside[q] == 3;
    assert_true(most > 20);
    expect_sound(3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_beside_one_another),
        TEST(test_calls_are_alone),
        TEST(test_laid_anew),
        TEST(test_laid_anew_for_a_move),
        TEST(test_first_fit_is_not_the_limit),
    };
    return cmocka_run_group_tests_name("lanes", tests, NULL, NULL);
}
