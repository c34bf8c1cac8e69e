/* test_import.c -- header chapter 9: bookings that stand already, from elsewhere. */
#include "world.h"

static lsched_booking a_booking(const char *start)
{
    return (lsched_booking){.size = sizeof(lsched_booking),
                            .state = LSCHED_BOOKED,
                            .channel = LSCHED_PHONE,
                            .customer = "cora",
                            .service = "talk",
                            .agent = "ana",
                            .team = "home",
                            .start = at(start),
                            .end = at(start) + 1200};
}

static lsched_booking *import(const lsched_booking *b, const char *key)
{
    lsched_booking *out;
    ok(lsched_import(w.s, b, key, &out));
    return out;
}

static void test_filled_in(void **state)
{
    (void)state;
    /* No rule about when is asked: the middle of a night long ago, at an odd minute. */
    lsched_booking b = a_booking("2020-07-01T03:07");
    lsched_booking *out = import(&b, "1"), *got;
    assert_true(strlen(out->id) > 20);
    assert_int_equal(out->sequence, 0);
    assert_true(out->rung == LSCHED_KNOWN || out->rung == LSCHED_HOME ||
                out->rung == LSCHED_OVERFLOW || out->rung == LSCHED_GENERAL);
    assert_string_equal(out->zone, "America/New_York");
    assert_string_equal(out->wall, "2020-07-01T03:07");
    assert_int_equal(out->offset, -4 * 3600);
    assert_int_equal(out->busy_from, b.start);
    assert_int_equal(out->busy_until, b.end);
    assert_int_equal(out->created, w.now);
    assert_int_equal(out->changed, w.now);
    ok(lsched_get_booking(w.s, out->id, &got));
    world_same_booking(out, got);
    lsched_booking_free(got);
    lsched_booking_free(out);
}

/* Every field counts as given. */
static void test_as_given(void **state)
{
    (void)state;
    ok(PUT(customer, .id = "carl", .zone = "Asia/Tokyo"));
    lsched_booking b = a_booking("2026-03-03T10:00"), *made = NULL;
    /* An id of ours: that of a booking which another store made. */
    ok(lsched_begin(w.s));
    made = import(&b, "x");
    ok(lsched_rollback(w.s));
    b.id = made->id;
    b.customer = "carl";
    b.state = LSCHED_CANCELLED;
    b.sequence = 7;
    b.rung = LSCHED_GENERAL;
    b.offset = 3600;
    b.zone = "Europe/Berlin";
    b.wall = "2026-03-03T17:00"; /* promised under other zone data */
    b.note = "a note";
    b.cause = "a cause";
    b.busy_from = b.start - 600;
    b.busy_until = b.end + 900;
    b.created = 1700000000;
    b.changed = 1700000001;
    b.expires = 1700000002;
    b.late = 5;
    b.revision = 7;
    b.source = "partner";
    lsched_booking *out = import(&b, "1");
    world_same_booking(&b, out);
    lsched_booking_free(out);
    /* Cancelled, it takes no place. */
    b = a_booking("2026-03-03T10:00");
    lsched_booking_free(import(&b, "2"));
    lsched_booking_free(made);
}

/* What is given stays, and what is missing beside it is filled in. */
static void test_half_given(void **state)
{
    (void)state;
    lsched_booking b = a_booking("2026-03-03T10:00");
    b.wall = "2026-03-03T15:00";
    lsched_booking *out = import(&b, "1");
    assert_string_equal(out->wall, "2026-03-03T15:00");
    assert_int_equal(out->offset, -5 * 3600);
    lsched_booking_free(out);
    b = a_booking("2026-03-03T11:00");
    b.offset = 3600;
    b.zone = "Asia/Tokyo";
    out = import(&b, "2");
    assert_string_equal(out->wall, "2026-03-04T01:00");
    assert_int_equal(out->offset, 3600);
    assert_string_equal(out->zone, "Asia/Tokyo");
    lsched_booking_free(out);
}

/* A dump of one store, taken over by another, is the same store. */
static void test_dump(void **state)
{
    lsched_bookings *list;
    char key[16];
    (void)state;
    for (int i = 0; i < 12; i++) {
        snprintf(key, sizeof key, "b%d", i);
        lsched_booking *b = BOOK(.key = key, .customer = "cora", .service = "talk",
                                 .channel = i % 2 == 0 ? LSCHED_CHAT : LSCHED_PHONE,
                                 .start = at("2026-03-03T09:00") + i / 3 * 1800);
        if (i % 5 == 0)
            ok(lsched_cancel(w.s, b->id, "because", b->id, NULL));
        lsched_booking_free(b);
    }
    ok(lsched_list_bookings(w.s, NEW(filter, .limit = 0), &list));
    char *before = world_listing(w.s), *places = world_free_places(at("2026-03-05T00:00"));
    assert_int_equal(world_close(state), 0);
    assert_int_equal(world_little(state), 0);
    for (size_t i = 0; i < lsched_bookings_count(list); i++) {
        const lsched_booking *b = lsched_bookings_at(list, (i * 5) % 12);
        lsched_booking_free(import(b, b->id));
    }
    assert_int_equal(lsched_bookings_count(list), 12);
    char *after = world_free_places(at("2026-03-05T00:00"));
    assert_string_equal(places, after);
    free(places);
    free(after);
    /* Lanes are chosen anew, and are all that may differ; here they need not. */
    lsched_bookings *again;
    ok(lsched_list_bookings(w.s, NEW(filter, .limit = 0), &again));
    for (size_t i = 0; i < 12; i++) {
        lsched_booking a = *lsched_bookings_at(list, i), b = *lsched_bookings_at(again, i);
        a.lane = b.lane = 0;
        world_same_booking(&a, &b);
    }
    lsched_bookings_free(again);
    lsched_bookings_free(list);
    free(before);
}

static void test_refusals(void **state)
{
    (void)state;
    lsched_booking b = a_booking("2026-03-03T10:00"), *first = import(&b, "1"), *out;
    lsched_booking_free(import(&b, "1"));
    char *before = world_listing(w.s);
    refuses(lsched_import(w.s, &b, "2", &out), LSCHED_TAKEN, "ana");
    b.channel = LSCHED_CHAT;
    refuses(lsched_import(w.s, &b, "2", &out), LSCHED_TAKEN, "ana");
    b = a_booking("2026-03-03T12:00");
    refuses(lsched_import(w.s, &b, "1", &out), LSCHED_KEYUSED, "key");
    b.id = first->id;
    refuses(lsched_import(w.s, &b, "2", &out), LSCHED_INUSE, first->id);
    b.id = "mine";
    refuses(lsched_import(w.s, &b, "2", &out), LSCHED_INVALID, "mine");
    assert_null(out);
    const lsched_booking good = a_booking("2026-03-03T12:00");
#define BAD(field, value, status, words)                                                           \
    do {                                                                                           \
        b = good;                                                                                  \
        b.field = value;                                                                           \
        refuses(lsched_import(w.s, &b, "2", &out), status, words);                                 \
        assert_null(out);                                                                          \
    } while (0)
    BAD(customer, "nix", LSCHED_NOTFOUND, "nix");
    BAD(service, "nix", LSCHED_NOTFOUND, "nix");
    BAD(agent, "nix", LSCHED_NOTFOUND, "nix");
    BAD(team, "nix", LSCHED_NOTFOUND, "nix");
    BAD(customer, NULL, LSCHED_INVALID, "customer");
    BAD(state, 0, LSCHED_INVALID, "state");
    BAD(state, 10, LSCHED_INVALID, "state");
    BAD(state, LSCHED_HELD, LSCHED_INVALID, "hold");
    BAD(state, LSCHED_EXPIRED, LSCHED_INVALID, "expires");
    BAD(channel, 0, LSCHED_INVALID, "channel");
    BAD(channel, 3, LSCHED_INVALID, "channel");
    BAD(rung, 3, LSCHED_INVALID, "rung");
    BAD(sequence, -1, LSCHED_INVALID, "sequence");
    BAD(spare, 1, LSCHED_MISUSE, "spare");
    BAD(zone, "Mars/Base", LSCHED_INVALID, "Mars/Base");
    BAD(start, 0, LSCHED_INVALID, "start");
    BAD(end, good.start, LSCHED_INVALID, "end");
    BAD(end, good.start - 60, LSCHED_INVALID, "end");
    BAD(end, good.end + 1, LSCHED_INVALID, "minute");
    BAD(end, good.start + 1441 * 60, LSCHED_LIMIT, "1440");
    BAD(busy_from, good.start + 60, LSCHED_INVALID, "busy_from");
    BAD(busy_until, good.end - 60, LSCHED_INVALID, "busy_until");
    world_unchanged(before);
    lsched_booking_free(first);
}

/* As many chats as the agent has lanes, wherever they come from. */
static void test_lanes(void **state)
{
    (void)state;
    lsched_booking b = a_booking("2026-03-03T10:00"), *out;
    char key[2] = "0";
    b.channel = LSCHED_CHAT;
    b.lane = 2;
    for (int32_t i = 0; i < 3; i++, key[0]++) {
        out = import(&b, key);
        assert_int_equal(out->lane, i + 1);
        lsched_booking_free(out);
    }
    refuses(lsched_import(w.s, &b, key, &out), LSCHED_TAKEN, "ana");
    assert_int_equal(world_try(NEW(request, .key = "x", .customer = "cora", .service = "talk",
                                   .agent = "ana", .start = b.start)),
                     LSCHED_TAKEN);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_little, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_filled_in), TEST(test_as_given), TEST(test_half_given),
        TEST(test_dump),      TEST(test_refusals), TEST(test_lanes),
    };
    return cmocka_run_group_tests_name("import", tests, NULL, NULL);
}
