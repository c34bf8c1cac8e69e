/* test_hold.c -- header chapter 5: a place held for a short while, for whom it is taken and for
 * whom it is not, until the second at which it is anybody's again.
 */
#include "world.h"

#define START "2026-03-03T10:00"

static lsched_request with(const char *key, const char *agent, const char *start)
{
    return (lsched_request){.size = sizeof(lsched_request),
                            .key = key,
                            .customer = "cora",
                            .service = "talk",
                            .agent = agent,
                            .start = at(start)};
}

/* Ana's place at START, held for so many seconds. */
static lsched_booking *held(const char *key, int32_t seconds)
{
    lsched_request r = with(key, "ana", START);
    r.seconds = seconds;
    return world_hold(&r);
}

static bool is_found(const char *moving)
{
    lsched_slots *found =
        FIND(.customer = "cora", .service = "talk", .agent = "ana", .moving = moving,
             .channels = LSCHED_PHONE, .from = at(START), .until = at(START) + 1);
    const bool free = lsched_slots_count(found) == 1;
    lsched_slots_free(found);
    return free;
}

/* Asks one of those who take a place, and undoes it. */
#define ASK(wanted, call)                                                                          \
    do {                                                                                           \
        ok(lsched_begin(w.s));                                                                     \
        assert_int_equal(call, wanted);                                                            \
        ok(lsched_rollback(w.s));                                                                  \
    } while (0)

/* Whether the place is free: everybody who can say so says the same. */
static bool is_free(void)
{
    const lsched_request r = with("probe", "ana", START);
    const bool found = is_found(NULL);
    const int wanted = found ? LSCHED_OK : LSCHED_TAKEN;
    ok(lsched_begin(w.s));
    /* Nothing of ana's, whose holds this would write down as expired. */
    lsched_booking *other = BOOK(.key = "probe other", .customer = "cora", .service = "talk",
                                 .start = at("2026-03-03T15:00"), .agent = "ben");
    lsched_booking import = *other;
    import.id = import.wall = NULL;
    import.agent = "ana";
    import.start = import.busy_from = at(START);
    import.end = import.busy_until = at(START) + 1800;
    ASK(wanted, world_try(&r));
    ASK(wanted, world_try_hold(&r));
    ASK(wanted, lsched_import(w.s, &import, "probe", NULL));
    ASK(wanted, world_try_move(NEW(change, .key = "probe", .id = other->id, .agent = "ana",
                                   .start = at(START))));
    ok(lsched_rollback(w.s));
    lsched_booking_free(other);
    return found;
}

static void test_fields(void **state)
{
    (void)state;
    lsched_request r = with("k", NULL, START);
    r.source = "web";
    r.note = "note";
    lsched_booking *b = world_hold(&r);
    assert_int_equal(b->state, LSCHED_HELD);
    assert_int_equal(b->sequence, 0);
    assert_int_equal(b->expires, w.now + 120);
    assert_int_equal(b->late, 0);
    assert_int_equal(b->revision, 1);
    assert_int_equal(b->created, w.now);
    assert_string_equal(b->source, "web");
    assert_string_equal(b->note, "note");
    assert_string_equal(b->agent, "ana");
    assert_string_equal(b->wall, START);
    lsched_booking_free(b);
    b = BOOK(.key = "b", .customer = "cora", .service = "talk", .start = at(START), .source = "x");
    assert_int_equal(b->expires, 0);
    assert_int_equal(b->revision, 1);
    assert_string_equal(b->source, "x");
    lsched_booking_free(b);
}

static void test_bad_requests(void **state)
{
    (void)state;
    lsched_booking *out;
    lsched_request r = with("k", NULL, START);
    char *before = world_listing(w.s);
    r.seconds = LSCHED_MAX_HOLD + 1;
    refuses(lsched_hold(w.s, &r, &out), LSCHED_LIMIT, "seconds");
    assert_null(out);
    r.seconds = -1;
    refuses(lsched_hold(w.s, &r, &out), LSCHED_INVALID, "seconds");
    r.seconds = 1;
    refuses(lsched_book(w.s, &r, &out), LSCHED_INVALID, "seconds");
    r.seconds = 0;
    r.source = "two words";
    refuses(lsched_hold(w.s, &r, &out), LSCHED_INVALID, "source");
    refuses(lsched_book(w.s, &r, &out), LSCHED_INVALID, "source");
    r.source = NULL;
    r.spare2 = 1;
    refuses(lsched_hold(w.s, &r, &out), LSCHED_MISUSE, "spare2");
    r.spare2 = 0;
    refuses(lsched_hold(w.s, &r, NULL), LSCHED_MISUSE, "out");
    r.key = NULL;
    refuses(lsched_hold(w.s, &r, &out), LSCHED_INVALID, "key");
    r.key = "k";
    r.start = at("2026-03-03T20:00");
    refuses(lsched_hold(w.s, &r, &out), LSCHED_CLOSED, "closed");
    r.start = at("2026-03-03T10:01");
    refuses(lsched_hold(w.s, &r, &out), LSCHED_OFFGRID, "");
    r.customer = "nix";
    refuses(lsched_hold(w.s, &r, &out), LSCHED_NOTFOUND, "nix");
    world_unchanged(before);
}

/* Not one second less than was said, and not one more. */
static void test_to_the_second(void **state)
{
    (void)state;
    static const int32_t seconds[] = {1, 2, 59, 60, 120, LSCHED_MAX_HOLD};
    for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++) {
        const lsched_time began = w.now;
        ok(lsched_begin(w.s));
        lsched_booking *b = held("h", seconds[i]);
        assert_int_equal(b->expires, w.now + seconds[i]);
        assert_false(is_free());
        w.now = b->expires - 1;
        assert_false(is_free());
        assert_true(is_found(b->id));
        w.now++;
        assert_true(is_free());
        lsched_booking_free(b);
        ok(lsched_rollback(w.s));
        w.now = began;
    }
}

/* For whoever holds it, it is free: found, and moved to and fro. */
static void test_moves_with_its_holder(void **state)
{
    (void)state;
    lsched_booking *b = held("h", 300), *moved;
    assert_true(is_found(b->id));
    w.now += 100;
    ok(lsched_move(
        w.s,
        NEW(change, .key = "m", .id = b->id, .start = at("2026-03-03T10:30"), .cause = "later"),
        &moved));
    assert_int_equal(moved->state, LSCHED_HELD);
    assert_int_equal(moved->expires, b->expires);
    assert_int_equal(moved->sequence, 1);
    assert_string_equal(moved->agent, "ana");
    assert_true(is_free());
    lsched_booking_free(moved);
    w.now = b->expires - 1;
    assert_int_equal(world_try_move(NEW(change, .key = "n", .id = b->id, .start = at(START))),
                     LSCHED_OK);
    assert_false(is_free());
    w.now++;
    lsched_slots *none;
    char *before = world_listing(w.s);
    refuses(world_try_move(NEW(change, .key = "o", .id = b->id, .start = at("2026-03-03T11:00"))),
            LSCHED_OVER, "expired");
    refuses(
        lsched_find(w.s, NEW(query, .customer = "cora", .service = "talk", .moving = b->id), &none),
        LSCHED_OVER, "expired");
    world_unchanged(before);
    lsched_booking_free(b);
}

/* A hold that was moved away is taken nowhere else than where it is. */
static void test_refused_move_keeps_it(void **state)
{
    (void)state;
    lsched_booking *b = held("h", 300);
    lsched_booking_free(BOOK(.key = "x", .customer = "cora", .service = "talk", .agent = "ana",
                             .start = at("2026-03-03T11:00")));
    char *before = world_listing(w.s);
    refuses(world_try_move(NEW(change, .key = "m", .id = b->id, .keep = LSCHED_KEEP_AGENT,
                               .start = at("2026-03-03T11:00"))),
            LSCHED_TAKEN, "");
    world_unchanged(before);
    assert_false(is_free());
    lsched_booking_free(b);
}

static void test_cancel(void **state)
{
    (void)state;
    lsched_booking *b = held("h", 300), *gone;
    ok(lsched_cancel(w.s, b->id, "no more", "c", &gone));
    assert_int_equal(gone->state, LSCHED_CANCELLED);
    assert_string_equal(gone->cause, "no more");
    assert_true(is_free());
    refuses(lsched_confirm(w.s, b->id, NULL, "d", NULL), LSCHED_OVER, "cancelled");
    lsched_booking_free(gone);
    lsched_booking_free(b);
}

/* Whoever only looks writes nothing; whoever takes something else of that agent's time, too,
 * tidies up. */
static void test_who_writes_it_down(void **state)
{
    (void)state;
    lsched_booking *b = held("h", 60), *now;
    w.now += 60;
    char *before = world_listing(w.s);
    assert_true(is_found(NULL));
    now = BOOKING(b->id);
    assert_int_equal(now->state, LSCHED_HELD);
    lsched_booking_free(now);
    const lsched_request bens = with("b", "ben", START);
    ok(lsched_begin(w.s));
    assert_int_equal(world_try(&bens), LSCHED_OK);
    now = BOOKING(b->id);
    assert_int_equal(now->state, LSCHED_HELD);
    lsched_booking_free(now);
    ok(lsched_rollback(w.s));
    world_unchanged(before);

    const lsched_request anas = with("a", "ana", START);
    assert_int_equal(world_try(&anas), LSCHED_OK);
    now = BOOKING(b->id);
    assert_int_equal(now->state, LSCHED_EXPIRED);
    assert_int_equal(now->sequence, 1);
    assert_int_equal(now->changed, w.now);
    assert_int_equal(now->expires, b->expires);
    lsched_booking_free(now);
    /* It has its first answer all the same. */
    now = held("h", 60);
    world_same_booking(b, now);
    lsched_booking_free(now);
    lsched_booking_free(b);
}

/* A refusal writes nothing, not even that something has expired. */
static void test_a_refusal_writes_nothing(void **state)
{
    (void)state;
    lsched_booking *b = held("h", 60);
    w.now += 60;
    char *before = world_listing(w.s);
    lsched_request r = with("a", "ana", "2026-03-03T20:00");
    assert_int_equal(world_try(&r), LSCHED_CLOSED);
    assert_int_equal(world_try_hold(&r), LSCHED_CLOSED);
    world_unchanged(before);
    lsched_booking_free(b);
}

/* Time that has been used does not come back when the host's clock steps. */
static void test_clock_steps_back(void **state)
{
    (void)state;
    lsched_booking *b = held("h", 60), *c;
    w.now = b->expires;
    lsched_booking_free(BOOK(.key = "e", .customer = "cora", .service = "talk", .agent = "ben",
                             .start = at("2026-03-03T14:00")));
    w.now = b->expires - 30;
    assert_true(is_free()); /* that it is over was an event's truth already */
    refuses(world_try_move(NEW(change, .key = "m", .id = b->id, .start = at("2026-03-03T11:00"))),
            LSCHED_OVER, "expired");
    refuses(lsched_cancel(w.s, b->id, NULL, "c", NULL), LSCHED_OVER, "");
    lsched_request r = with("h2", "ana", START);
    r.seconds = 10;
    c = world_hold(&r);
    assert_int_equal(c->expires, b->expires + 10);
    assert_int_equal(c->created, w.now);
    assert_false(is_free());
    w.now = b->expires + 9;
    assert_false(is_free());
    w.now = b->expires + 10;
    assert_true(is_free());
    lsched_booking_free(b);
    lsched_booking_free(c);
}

/* A clock that only looked ahead has decided nothing. */
static void test_clock_looked_ahead(void **state)
{
    (void)state;
    lsched_booking *b = held("h", 60);
    w.now += 100;
    assert_true(is_found(NULL));
    w.now -= 100;
    assert_false(is_free());
    ok(lsched_confirm(w.s, b->id, NULL, "c", NULL));
    lsched_booking_free(b);
}

/* A clock that was a day ahead while somebody held: back today, nobody waits a day for the
 * place, and whether the holder can have it is asked again. */
static void test_clock_was_ahead(void **state)
{
    (void)state;
    lsched_booking *b = held("h", 60);
    w.now -= 86400;
    assert_true(is_found(NULL));
    assert_true(is_free());
    lsched_booking *late;
    ok(lsched_confirm(w.s, b->id, NULL, "c", &late));
    assert_int_equal(late->state, LSCHED_BOOKED);
    assert_false(is_free());
    lsched_booking_free(late);
    lsched_booking_free(b);
}

/* ---- quotas --------------------------------------------------------------------------------- */

static int try_hold_of(const char *customer, const char *source, int i)
{
    char key[40];
    static int n;
    snprintf(key, sizeof key, "q%d", n++);
    return world_try_hold(NEW(request, .key = key, .customer = customer, .service = "talk",
                              .source = source, .start = at("2026-03-03T09:00") + i * 1800));
}

static void test_quota_of_a_customer(void **state)
{
    (void)state;
    for (int i = 0; i < LSCHED_MAX_HELD; i++)
        ok(try_hold_of("cora", NULL, i));
    char *before = world_listing(w.s);
    refuses(try_hold_of("cora", NULL, 3), LSCHED_QUOTA, "too many are held");
    /* The rules are asked first. */
    refuses(try_hold_of("cora", NULL, 30), LSCHED_CLOSED, "closed");
    world_unchanged(before);
    ok(PUT(customer, .id = "carl", .zone = "America/New_York", .region = "US-NY"));
    ok(try_hold_of("carl", NULL, 3));
    /* Bookings do not count, and neither does what is confirmed, given back or over. */
    lsched_booking_free(
        BOOK(.key = "b", .customer = "cora", .service = "talk", .start = at("2026-03-04T09:00")));
    lsched_bookings *list;
    ok(lsched_list_bookings(w.s, NEW(filter, .customer = "cora", .state = LSCHED_HELD), &list));
    assert_int_equal(lsched_bookings_count(list), LSCHED_MAX_HELD);
    ok(lsched_confirm(w.s, lsched_bookings_at(list, 0)->id, NULL, "c", NULL));
    ok(try_hold_of("cora", NULL, 4));
    refuses(try_hold_of("cora", NULL, 5), LSCHED_QUOTA, "");
    ok(lsched_cancel(w.s, lsched_bookings_at(list, 1)->id, NULL, "d", NULL));
    ok(try_hold_of("cora", NULL, 5));
    refuses(try_hold_of("cora", NULL, 6), LSCHED_QUOTA, "");
    lsched_bookings_free(list);
    w.now += 119;
    refuses(try_hold_of("cora", NULL, 6), LSCHED_QUOTA, "");
    w.now++;
    for (int i = 6; i < 6 + LSCHED_MAX_HELD; i++)
        ok(try_hold_of("cora", NULL, i));
    refuses(try_hold_of("cora", NULL, 9), LSCHED_QUOTA, "");
}

static void test_quota_of_a_source(void **state)
{
    (void)state;
    char id[8];
    for (int i = 0; i <= LSCHED_MAX_HELD_SOURCE; i++) {
        snprintf(id, sizeof id, "c%d", i);
        ok(PUT(customer, .id = id, .zone = "America/New_York", .region = "US-NY"));
    }
    for (int i = 0; i < LSCHED_MAX_HELD_SOURCE; i++) {
        snprintf(id, sizeof id, "c%d", i);
        ok(try_hold_of(id, "web", i % 10));
    }
    snprintf(id, sizeof id, "c%d", LSCHED_MAX_HELD_SOURCE);
    char *before = world_listing(w.s);
    refuses(try_hold_of(id, "web", 12), LSCHED_QUOTA, "source");
    world_unchanged(before);
    ok(try_hold_of(id, "web2", 12));
    ok(try_hold_of(id, NULL, 13));
    w.now += 120;
    ok(try_hold_of(id, "web", 12));
    lsched_bookings *list;
    ok(lsched_list_bookings(w.s, NEW(filter, .state = LSCHED_EXPIRED), &list));
    assert_true(lsched_bookings_count(list) >= LSCHED_MAX_HELD_SOURCE);
    lsched_bookings_free(list);
}

/* ---- transactions ----------------------------------------------------------------------------- */

static void test_rollback(void **state)
{
    (void)state;
    lsched_booking *b = held("h", 60);
    char *before = world_listing(w.s);
    ok(lsched_begin(w.s));
    ok(lsched_confirm(w.s, b->id, NULL, "c", NULL));
    ok(lsched_begin(w.s));
    w.now = at(START);
    ok(lsched_start(w.s, b->id, "s", NULL));
    ok(lsched_begin(w.s));
    ok(lsched_finish(w.s, b->id, LSCHED_NOSHOW, NULL, "f", NULL));
    ok(lsched_rollback(w.s));
    lsched_booking *now = BOOKING(b->id);
    assert_int_equal(now->state, LSCHED_STARTED);
    lsched_booking_free(now);
    ok(lsched_rollback(w.s));
    now = BOOKING(b->id);
    assert_int_equal(now->state, LSCHED_BOOKED);
    lsched_booking_free(now);
    ok(lsched_rollback(w.s));
    world_unchanged(before);

    /* An expiry that was rolled back is none, and its time has not been used. */
    before = world_listing(w.s);
    w.now = b->expires;
    const lsched_request r = with("t", "ana", START);
    ok(lsched_begin(w.s));
    assert_int_equal(world_try(&r), LSCHED_OK);
    ok(lsched_rollback(w.s));
    world_unchanged(before);
    w.now = b->expires - 1;
    assert_false(is_free());
    ok(lsched_confirm(w.s, b->id, NULL, "c", NULL));
    lsched_booking_free(b);
}

/* A place that is taken in the same transaction in which its hold ran out. */
static void test_commit_of_several(void **state)
{
    (void)state;
    ok(lsched_begin(w.s));
    lsched_booking *b = held("h", 60);
    w.now += 60;
    lsched_request r = with("t", "ana", START);
    lsched_booking *c = world_hold(&r);
    ok(lsched_confirm(w.s, c->id, NULL, "c", NULL));
    ok(lsched_commit(w.s));
    refuses(lsched_confirm(w.s, b->id, NULL, "d", NULL), LSCHED_TAKEN, "booked");
    lsched_booking *now = BOOKING(b->id);
    assert_int_equal(now->state, LSCHED_EXPIRED);
    lsched_booking_free(now);
    lsched_booking_free(b);
    lsched_booking_free(c);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_little, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_fields),
        TEST(test_bad_requests),
        TEST(test_to_the_second),
        TEST(test_moves_with_its_holder),
        TEST(test_refused_move_keeps_it),
        TEST(test_cancel),
        TEST(test_who_writes_it_down),
        TEST(test_a_refusal_writes_nothing),
        TEST(test_clock_steps_back),
        TEST(test_clock_looked_ahead),
        TEST(test_clock_was_ahead),
        TEST(test_quota_of_a_customer),
        TEST(test_quota_of_a_source),
        TEST(test_rollback),
        TEST(test_commit_of_several),
    };
    return cmocka_run_group_tests_name("hold", tests, NULL, NULL);
}
