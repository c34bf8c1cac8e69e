/* test_keys.c -- header chapter 5: a key stands for one wish, however often it is told. */
#include "world.h"

static lsched_request a_request(const char *key, const char *start)
{
    return (lsched_request){.size = sizeof(lsched_request),
                            .key = key,
                            .customer = "cora",
                            .service = "talk",
                            .start = at(start)};
}

static lsched_change a_change(const char *key, const char *id, const char *start)
{
    return (lsched_change){
        .size = sizeof(lsched_change), .key = key, .id = id, .start = at(start)};
}

/* The call gives this answer again, and changes nothing. */
static void expect_again(int status, lsched_booking **again, const lsched_booking *first)
{
    assert_int_equal(status, LSCHED_OK);
    world_same_booking(first, *again);
    lsched_booking_free(*again);
}

static void test_same_answer(void **state)
{
    (void)state;
    lsched_booking *booked, *moved, *cancelled, *out;
    lsched_request r = a_request("book", "2026-03-03T10:00");
    r.note = "note";
    r.channel = LSCHED_CHAT;
    booked = world_book(&r);
    char *before = world_listing(w.s);
    w.now += 60;
    expect_again(lsched_book(w.s, &r, &out), &out, booked);
    world_unchanged(before);

    lsched_change c = a_change("move", booked->id, "2026-03-03T11:00");
    c.cause = "why";
    ok(lsched_move(w.s, &c, &moved));
    before = world_listing(w.s);
    w.now += 60;
    expect_again(lsched_move(w.s, &c, &out), &out, moved);
    expect_again(lsched_book(w.s, &r, &out), &out, booked);
    world_unchanged(before);

    ok(lsched_cancel(w.s, booked->id, "cause", "cancel", &cancelled));
    before = world_listing(w.s);
    w.now += 60;
    expect_again(lsched_cancel(w.s, booked->id, "cause", "cancel", &out), &out, cancelled);
    expect_again(lsched_move(w.s, &c, &out), &out, moved);
    expect_again(lsched_book(w.s, &r, &out), &out, booked);

    /* Even when its time has passed, and nobody could book it any more. */
    w.now = booked->end + 86400;
    expect_again(lsched_cancel(w.s, booked->id, "cause", "cancel", &out), &out, cancelled);
    expect_again(lsched_move(w.s, &c, &out), &out, moved);
    expect_again(lsched_book(w.s, &r, &out), &out, booked);
    ok(lsched_cancel(w.s, booked->id, "cause", "cancel", NULL));
    world_unchanged(before);
    lsched_booking_free(booked);
    lsched_booking_free(moved);
    lsched_booking_free(cancelled);
}

/* NULL and "" mean the same, so they are the same request. */
static void test_none_is_none(void **state)
{
    (void)state;
    lsched_request r = a_request("k", "2026-03-03T10:00");
    lsched_booking *first = world_book(&r), *out;
    r.note = r.agent = r.team = "";
    expect_again(lsched_book(w.s, &r, &out), &out, first);
    lsched_booking_free(first);
}

static void test_another_request(void **state)
{
    (void)state;
    lsched_request r = a_request("k", "2026-03-03T10:00");
    lsched_booking *b = world_book(&r), *out;
    ok(PUT(customer, .id = "carl", .zone = "America/New_York", .team = "home"));
    ok(PUT(service, .id = "other", .name = "O", .notice = LSCHED_NONE));
    char *before = world_listing(w.s);
    const lsched_request others[] = {
        {.start = r.start + 1800},   {.channel = LSCHED_PHONE}, {.note = "x"},
        {.customer = "carl"},        {.service = "other"},      {.agent = "ana"},
        {.team = "home"},            {.rungs = LSCHED_HOME},
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        lsched_request other = others[i];
        other.size = sizeof other;
        other.key = "k";
        other.start = other.start != 0 ? other.start : r.start;
        other.customer = other.customer != NULL ? other.customer : "cora";
        other.service = other.service != NULL ? other.service : "talk";
        refuses(lsched_book(w.s, &other, &out), LSCHED_KEYUSED, "key");
        assert_null(out);
    }
    world_unchanged(before);
    lsched_booking_free(b);
}

/* One key is one wish, whatever the verb. */
static void test_across_verbs(void **state)
{
    (void)state;
    const lsched_request r = a_request("book", "2026-03-03T10:00");
    lsched_booking *b = world_book(&r), *out;
    lsched_change c = a_change("move", b->id, "2026-03-03T11:00");
    assert_int_equal(world_try_move(&c), LSCHED_OK);
    lsched_booking import = *b;
    import.id = NULL;
    import.start += 7200;
    import.end += 7200;
    import.busy_from = import.busy_until = 0;
    import.wall = NULL;
    ok(lsched_import(w.s, &import, "import", NULL));
    char *before = world_listing(w.s);
    static const char *const keys[] = {"book", "move", "import"};
    for (int i = 0; i < 3; i++) {
        if (i != 0) {
            lsched_request again = r;
            again.key = keys[i];
            refuses(lsched_book(w.s, &again, &out), LSCHED_KEYUSED, "key");
        }
        if (i != 1) {
            c.key = keys[i];
            refuses(lsched_move(w.s, &c, &out), LSCHED_KEYUSED, "key");
        }
        if (i != 2)
            refuses(lsched_import(w.s, &import, keys[i], &out), LSCHED_KEYUSED, "key");
        refuses(lsched_cancel(w.s, b->id, NULL, keys[i], &out), LSCHED_KEYUSED, "key");
    }
    ok(lsched_import(w.s, &import, "import", NULL));
    world_unchanged(before);
    lsched_booking_free(b);
}

/* A wish that came to nothing may come again, and with another request. */
static void test_failure_uses_no_key(void **state)
{
    (void)state;
    lsched_request r = a_request("k", "2026-03-03T20:00");
    assert_int_equal(world_try(&r), LSCHED_CLOSED);
    r.start = at("2026-03-03T10:00");
    lsched_booking *b = world_book(&r);
    lsched_change c = a_change("m", b->id, "2026-03-03T20:00");
    assert_int_equal(world_try_move(&c), LSCHED_CLOSED);
    c.start = at("2026-03-03T11:00");
    assert_int_equal(world_try_move(&c), LSCHED_OK);
    assert_int_equal(lsched_cancel(w.s, "nix", NULL, "c", NULL), LSCHED_NOTFOUND);
    ok(lsched_cancel(w.s, b->id, NULL, "c", NULL));
    lsched_booking_free(b);
}

/* What was rolled back never was, and its key is free. */
static void test_rollback_frees_the_key(void **state)
{
    (void)state;
    lsched_request r = a_request("k", "2026-03-03T10:00");
    ok(lsched_begin(w.s));
    lsched_booking_free(world_book(&r));
    ok(lsched_rollback(w.s));
    r.start = at("2026-03-03T11:00");
    lsched_booking_free(world_book(&r));
}

static void test_long_keys(void **state)
{
    (void)state;
    char key[LSCHED_MAX_KEY + 2];
    memset(key, 'k', sizeof key - 1);
    key[sizeof key - 1] = '\0';
    lsched_booking *out;
    lsched_request r = a_request(key, "2026-03-03T10:00");
    refuses(lsched_book(w.s, &r, &out), LSCHED_LIMIT, "key");
    key[LSCHED_MAX_KEY] = '\0';
    lsched_booking *first = world_book(&r);
    expect_again(lsched_book(w.s, &r, &out), &out, first);
    key[LSCHED_MAX_KEY - 1] = 'K'; /* the last byte counts */
    r.start += 1800;
    lsched_booking_free(world_book(&r));
    lsched_booking_free(first);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_little, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_same_answer),
        TEST(test_none_is_none),
        TEST(test_another_request),
        TEST(test_across_verbs),
        TEST(test_failure_uses_no_key),
        TEST(test_rollback_frees_the_key),
        TEST(test_long_keys),
    };
    return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
