/* test_waitlist.c -- header chapter 5: who is offered what becomes free, in which order, for how
 * long; and that nobody else gets it in between.
 */
#include "world.h"

#define HALF_HOUR 1800
#define DAY INT64_C(86400)

static lsched_time nine;

/* Only ana serves, and the whole of Tuesday morning is taken by dan. */
static char *taken[6];

static int full(void **state)
{
    if (world_little(state) != 0)
        return 1;
    nine = at("2026-03-03T09:00");
    ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 30, .step = 30, .notice = LSCHED_NONE,
           .channels = LSCHED_PHONE));
    ok(lsched_remove_member(w.s, "home", "ben", NULL));
    closes(LSCHED_TEAM, "help", ";VALUE=DATE:20260301", ";VALUE=DATE:20260501", NULL);
    closes(LSCHED_TEAM, "care", ";VALUE=DATE:20260301", ";VALUE=DATE:20260501", NULL);
    opens(LSCHED_TEAM, "home", "20260303T090000", "20260303T120000", NULL);
    for (int i = 0; i < 3; i++) {
        const char id[] = {(char)('x' + i), '\0'};
        ok(PUT(customer, .id = id, .zone = "America/New_York", .region = "US-NY"));
    }
    ok(PUT(customer, .id = "dan", .zone = "America/New_York", .region = "US-NY"));
    for (int i = 0; i < 6; i++) {
        const char key[] = {(char)('a' + i), '\0'};
        lsched_booking *b =
            BOOK(.key = key, .customer = "dan", .service = "talk", .start = nine + i * HALF_HOUR);
        taken[i] = strdup(b->id);
        lsched_booking_free(b);
    }
    return 0;
}

static int over(void **state)
{
    for (int i = 0; i < 6; i++)
        free(taken[i]);
    return world_close(state);
}

#define WAIT(who) WAIT_FOR(who, .minutes = 0)
#define WAIT_FOR(who, ...)                                                                         \
    do {                                                                                           \
        w.now++;                                                                                   \
        ok(PUT(wait, .id = who, .customer = who, .service = "talk", __VA_ARGS__));                 \
    } while (0)

static lsched_wait *get(const char *id)
{
    lsched_wait *wait = NULL;
    ok(lsched_get_wait(w.s, id, &wait));
    return wait;
}

/* It is in this state; with `start`, what was offered to it last starts then. */
static void is(const char *id, int32_t state, lsched_time start)
{
    lsched_wait *wait = get(id);
    assert_int_equal(wait->state, state);
    if (start != 0) {
        lsched_booking *b = BOOKING(wait->offer);
        assert_string_equal(b->customer, wait->customer);
        assert_int_equal(b->start, start);
        lsched_booking_free(b);
    }
    lsched_wait_free(wait);
}

static void leave(int i, const char *key)
{
    ok(lsched_cancel(w.s, taken[i], NULL, key, NULL));
}

static size_t offer_places(void)
{
    lsched_waits *list;
    ok(lsched_offer_places(w.s, 0, &list));
    const size_t n = lsched_waits_count(list);
    lsched_waits_free(list);
    return n;
}

/* The notices of offers that are due now. */
static size_t told(void)
{
    size_t n = 0;
    lsched_notices *list;
    ok(lsched_take_notices(w.s, 0, 0, &list));
    for (size_t i = 0; i < lsched_notices_count(list); i++) {
        const lsched_notice *notice = lsched_notices_at(list, i);
        n += notice->kind == LSCHED_NOTICE_OFFERED;
        ok(lsched_ack_notice(w.s, notice->id, notice->attempt));
    }
    lsched_notices_free(list);
    return n;
}

/* ---- tests ---------------------------------------------------------------------------------------- */

static void test_first_in_line(void **state)
{
    (void)state;
    lsched_booking *b;
    WAIT("x");
    WAIT("y");
    WAIT_FOR("x", .rungs = LSCHED_HOME); /* put again, it stays where it was */
    assert_int_equal(offer_places(), 0);
    assert_int_equal(told(), 0);
    leave(2, "c1");
    is("x", LSCHED_WAIT_OFFERED, nine + 2 * HALF_HOUR);
    is("y", LSCHED_WAIT_OPEN, 0);
    assert_int_equal(told(), 1);
    /* Nobody else can have it, by whatever way. */
    assert_int_equal(world_try(NEW(request, .key = "p", .customer = "cora", .service = "talk",
                                   .start = nine + 2 * HALF_HOUR)),
                     LSCHED_TAKEN);
    refuses(lsched_take_offer(w.s, "y", "t0", &b), LSCHED_OVER, "nothing is offered");
    ok(lsched_take_offer(w.s, "x", "t1", &b));
    assert_int_equal(b->state, LSCHED_BOOKED);
    assert_string_equal(b->customer, "x");
    lsched_booking_free(b);
    ok(lsched_take_offer(w.s, "x", "t1", &b)); /* the first answer again */
    lsched_booking_free(b);
    refuses(lsched_take_offer(w.s, "x", "t2", &b), LSCHED_OVER, "nothing is offered");
    is("x", LSCHED_WAIT_TAKEN, 0);
    leave(3, "c2");
    is("y", LSCHED_WAIT_OFFERED, nine + 3 * HALF_HOUR);
}

static void test_cascade(void **state)
{
    (void)state;
    WAIT_FOR("x", .minutes = 5);
    WAIT("y");
    WAIT("z");
    leave(1, "c1");
    is("x", LSCHED_WAIT_OFFERED, nine + HALF_HOUR);
    /* No word: when the time is up it is y's, and never x's again. */
    w.now += 5 * 60;
    assert_int_equal(told(), 0); /* nobody is told of an offer that is over */
    assert_int_equal(offer_places(), 1);
    is("x", LSCHED_WAIT_OPEN, 0);
    is("y", LSCHED_WAIT_OFFERED, nine + HALF_HOUR);
    /* A no: it is z's at once. */
    lsched_wait *y = get("y");
    ok(lsched_cancel(w.s, y->offer, NULL, "no", NULL));
    lsched_wait_free(y);
    is("z", LSCHED_WAIT_OFFERED, nine + HALF_HOUR);
    w.now += 10 * 60;
    assert_int_equal(offer_places(), 0); /* all three had it */
    assert_int_equal(world_try(NEW(request, .key = "p", .customer = "cora", .service = "talk",
                                   .start = nine + HALF_HOUR)),
                     LSCHED_OK);
    /* Another start is another matter, and x is still the first. */
    leave(4, "c2");
    is("x", LSCHED_WAIT_OFFERED, nine + 4 * HALF_HOUR);
}

static void test_what_is_wanted(void **state)
{
    (void)state;
    WAIT_FOR("x", .windows = "2026-03-03T10:00/2026-03-03T10:15 2026-03-03T11:00/2026-03-03T12:00");
    WAIT_FOR("y", .channels = LSCHED_PHONE, .from = nine + HALF_HOUR,
             .until = nine + 3 * HALF_HOUR);
    leave(0, "c0"); /* nobody's */
    is("x", LSCHED_WAIT_OPEN, 0);
    is("y", LSCHED_WAIT_OPEN, 0);
    leave(3, "c3"); /* 10:30: outside of x's windows, and y's range */
    is("x", LSCHED_WAIT_OPEN, 0);
    is("y", LSCHED_WAIT_OPEN, 0);
    leave(1, "c1");
    is("y", LSCHED_WAIT_OFFERED, nine + HALF_HOUR);
    leave(5, "c5");
    is("x", LSCHED_WAIT_OFFERED, nine + 5 * HALF_HOUR);
}

static void test_earlier_place(void **state)
{
    (void)state;
    lsched_booking *b;
    ok(lsched_cancel(w.s, taken[4], NULL, "c4", NULL));
    lsched_booking *mine =
        BOOK(.key = "m", .customer = "x", .service = "talk", .start = nine + 4 * HALF_HOUR);
    WAIT_FOR("x", .booking = mine->id);
    WAIT("y");
    leave(5, "c5"); /* later than what x has: y's */
    is("y", LSCHED_WAIT_OFFERED, nine + 5 * HALF_HOUR);
    leave(1, "c1");
    is("x", LSCHED_WAIT_OFFERED, nine + HALF_HOUR);
    lsched_booking *still = BOOKING(mine->id);
    world_same_booking(still, mine); /* the old one stands */
    lsched_booking_free(still);
    WAIT("z");
    ok(lsched_take_offer(w.s, "x", "t", &b));
    assert_string_equal(b->id, mine->id);
    assert_int_equal(b->sequence, mine->sequence + 1);
    assert_int_equal(b->start, nine + HALF_HOUR);
    lsched_booking_free(b);
    is("x", LSCHED_WAIT_TAKEN, 0);
    /* What x has left is z's, in the same transaction. */
    is("z", LSCHED_WAIT_OFFERED, nine + 4 * HALF_HOUR);
    lsched_booking_free(mine);
}

/* A refusal of what x wants to move leaves the offer where it was. */
static void test_all_or_nothing(void **state)
{
    (void)state;
    lsched_booking *b;
    ok(lsched_cancel(w.s, taken[4], NULL, "c4", NULL));
    lsched_booking *mine =
        BOOK(.key = "m", .customer = "x", .service = "talk", .start = nine + 4 * HALF_HOUR);
    WAIT_FOR("x", .booking = mine->id);
    leave(1, "c1");
    ok(lsched_cancel(w.s, mine->id, NULL, "gone", NULL));
    char *before = world_listing(w.s);
    refuses(lsched_take_offer(w.s, "x", "t", &b), LSCHED_OVER, "cancelled");
    world_unchanged(before);
    is("x", LSCHED_WAIT_OFFERED, nine + HALF_HOUR);
    /* And what rolls back has offered nothing. */
    WAIT("y");
    ok(lsched_begin(w.s));
    leave(2, "c2");
    is("y", LSCHED_WAIT_OFFERED, nine + 2 * HALF_HOUR);
    ok(lsched_rollback(w.s));
    is("y", LSCHED_WAIT_OPEN, 0);
    lsched_booking_free(mine);
}

/* Who holds all that one may hold is passed over, and loses nothing by it. */
static void test_quota(void **state)
{
    (void)state;
    WAIT_FOR("x", .minutes = 1);
    WAIT("y");
    for (int i = 0; i < LSCHED_MAX_HELD; i++) {
        const char key[] = {(char)('0' + i), '\0'};
        ok(lsched_cancel(w.s, taken[i], NULL, key, NULL));
        w.now += 1;
    }
    /* x has one of them, and y one; the third waits. */
    is("x", LSCHED_WAIT_OFFERED, nine);
    is("y", LSCHED_WAIT_OFFERED, nine + HALF_HOUR);
    for (int i = 0; i < LSCHED_MAX_HELD; i++) {
        const char key[] = {'h', (char)('0' + i), '\0'};
        ok(PUT(customer, .id = "z", .zone = "America/New_York", .region = "US-NY"));
        opens(LSCHED_TEAM, "home", "20260303T090000", "20260303T170000", "FREQ=DAILY");
        lsched_booking *b = HOLD(.key = key, .customer = "z", .service = "talk", .seconds = 600,
                                 .start = nine + DAY + i * HALF_HOUR);
        lsched_booking_free(b);
    }
    WAIT("z");
    leave(3, "c3");
    is("z", LSCHED_WAIT_OPEN, 0);
    w.now += 600;
    assert_int_equal(offer_places(), 3);
}

static void test_bad_input(void **state)
{
    (void)state;
    static const char *const bad[] = {"2026-03-03T10:00", "2026-03-03T10:00/2026-03-03T10:00",
                                      "2026-03-03T10:00/noon", "/",
                                      "2026-03-03T10:00/2026-03-03T11:00/2026-03-03T12:00"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        refuses(PUT(wait, .id = "x", .customer = "x", .service = "talk", .windows = bad[i]),
                LSCHED_INVALID, "windows");
    refuses(PUT(wait, .id = "x", .customer = "x", .service = "talk", .from = nine, .until = nine),
            LSCHED_INVALID, "until");
    refuses(PUT(wait, .id = "x", .customer = "nobody", .service = "talk"), LSCHED_NOTFOUND,
            "nobody");
    refuses(PUT(wait, .id = "x", .customer = "x", .service = "talk", .booking = taken[0]),
            LSCHED_INVALID, "another customer");
    refuses(PUT(wait, .id = "x", .customer = "x", .service = "talk", .minutes = 11), LSCHED_LIMIT,
            "minutes");
    lsched_waits *none;
    ok(lsched_list_waits(w.s, NULL, 0, &none));
    assert_int_equal(lsched_waits_count(none), 0);
    lsched_waits_free(none);
    WAIT("x");
    refuses(lsched_remove_customer(w.s, "x"), LSCHED_INUSE, "1 wait");
    ok(lsched_remove_wait(w.s, "x"));
    ok(lsched_remove_customer(w.s, "x"));
    (void)state;
}

/* ---- what goes wrong in between ------------------------------------------------------------------------ */

/* The offer is another agent's or at another time, and the customer has not heard of it yet. */
static void test_told_all_the_same(void **state)
{
    (void)state;
    lsched_booking *moved;
    WAIT("x");
    leave(1, "c1");
    lsched_wait *x = get("x");
    ok(lsched_cancel(w.s, taken[4], NULL, "c4", NULL));
    ok(lsched_move(w.s, NEW(change, .key = "m", .id = x->offer, .start = nine + 4 * HALF_HOUR),
                   &moved));
    assert_int_equal(moved->state, LSCHED_HELD);
    assert_int_equal(told(), 1);
    lsched_booking_free(moved);
    /* And once it was told, a move by somebody who knows tells nothing. */
    ok(lsched_move(w.s, NEW(change, .key = "n", .id = x->offer, .start = nine + HALF_HOUR),
                   &moved));
    assert_int_equal(told(), 0);
    lsched_booking_free(moved);
    lsched_wait_free(x);
}

/* A no to ten is a no to ten past ten, and it is the next one's turn. */
static void test_no_is_no(void **state)
{
    (void)state;
    WAIT("x");
    WAIT("y");
    ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 30, .step = 10, .notice = LSCHED_NONE,
           .channels = LSCHED_PHONE));
    leave(1, "c1");
    leave(2, "c2"); /* an hour in one piece */
    is("x", LSCHED_WAIT_OFFERED, nine + HALF_HOUR);
    is("y", LSCHED_WAIT_OFFERED, nine + 2 * HALF_HOUR);
    lsched_wait *x = get("x"), *y = get("y");
    WAIT("z");
    ok(lsched_cancel(w.s, x->offer, NULL, "no", NULL));
    is("z", LSCHED_WAIT_OFFERED, nine + HALF_HOUR);
    ok(lsched_cancel(w.s, y->offer, NULL, "no, too", NULL)); /* y has had it; x's turn */
    is("y", LSCHED_WAIT_OPEN, 0);
    is("x", LSCHED_WAIT_OFFERED, nine + 2 * HALF_HOUR);
    lsched_wait_free(x);
    lsched_wait_free(y);
}

static void test_other_wish(void **state)
{
    (void)state;
    lsched_booking *b;
    WAIT("x");
    leave(1, "c1");
    ok(PUT(wait, .id = "x", .customer = "y", .service = "talk")); /* another's by now */
    is("x", LSCHED_WAIT_OPEN, 0);
    refuses(lsched_take_offer(w.s, "x", "t", &b), LSCHED_OVER, "nothing is offered");
}

static void test_confirmed(void **state)
{
    (void)state;
    lsched_booking *b;
    WAIT("x");
    leave(1, "c1");
    lsched_wait *x = get("x");
    w.now += 700; /* too late, and it was seen that it was; and still free */
    assert_int_equal(offer_places(), 0);
    is("x", LSCHED_WAIT_OPEN, 0);
    ok(lsched_confirm(w.s, x->offer, NULL, "late", &b));
    is("x", LSCHED_WAIT_TAKEN, 0);
    ok(lsched_cancel(w.s, b->id, NULL, "after all", NULL));
    is("x", LSCHED_WAIT_TAKEN, 0);
    WAIT("x"); /* a new wish */
    is("x", LSCHED_WAIT_OPEN, 0);
    lsched_booking_free(b);
    lsched_wait_free(x);
}

/* What can never be had stands in nobody's way. */
static void test_over(void **state)
{
    (void)state;
    char id[20];
    for (int i = 0; i < 50; i++) {
        snprintf(id, sizeof id, "past-%d", i);
        ok(PUT(wait, .id = id, .customer = "x", .service = "talk",
               .windows = "2026-03-01T10:00/2026-03-01T11:00"));
    }
    WAIT("y");
    leave(1, "c1");
    is("past-0", LSCHED_WAIT_OVER, 0);
    leave(2, "c2");
    leave(3, "c3");
    is("past-49", LSCHED_WAIT_OVER, 0);
    is("y", LSCHED_WAIT_OFFERED, 0);
}

/* While an incident makes contacts longer, a place may begin before what became free. */
static void test_in_storm(void **state)
{
    (void)state;
    WAIT("x");
    ok(PUT(incident, .id = "i", .text = "down", .minutes = 90));
    leave(0, "1");
    leave(1, "2");
    is("x", LSCHED_WAIT_OPEN, 0);
    leave(2, "3");
    is("x", LSCHED_WAIT_OFFERED, nine);
    lsched_wait *wait = get("x");
    lsched_booking *b = BOOKING(wait->offer);
    assert_int_equal(b->end, nine + 3 * HALF_HOUR);
    assert_string_equal(b->incident, "i");
    lsched_booking_free(b);
    lsched_wait_free(wait);
}

/* Who moves to a later time is not offered the time that was left; somebody else is. */
static void test_own_place(void **state)
{
    (void)state;
    lsched_booking *moved;
    ok(lsched_cancel(w.s, taken[4], NULL, "c4", NULL));
    ok(lsched_cancel(w.s, taken[1], NULL, "c1", NULL));
    lsched_booking *mine =
        BOOK(.key = "m", .customer = "x", .service = "talk", .start = nine + HALF_HOUR);
    WAIT_FOR("x", .booking = mine->id);
    WAIT("y");
    ok(lsched_move(w.s, NEW(change, .key = "l", .id = mine->id, .start = nine + 4 * HALF_HOUR),
                   &moved));
    is("x", LSCHED_WAIT_OPEN, 0);
    is("y", LSCHED_WAIT_OFFERED, nine + HALF_HOUR);
    lsched_booking_free(moved);
    lsched_booking_free(mine);
}

/* ---- a busy fortnight -------------------------------------------------------------------------------- */

static uint32_t seed;

static uint32_t dice(uint32_t sides)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % sides;
}

/* Whoever waited longer and wanted the start, and was never offered it, goes first. */
static void check_order(lsched_time start)
{
    lsched_waits *all;
    lsched_time latest_open = 0, first_offered = INT64_MAX;
    ok(lsched_list_waits(w.s, NULL, 0, &all));
    for (size_t i = 0; i < lsched_waits_count(all); i++) {
        const lsched_wait *x = lsched_waits_at(all, i);
        if (x->offers == 0 && x->state == LSCHED_WAIT_OPEN && x->from <= start &&
            (x->until == 0 || x->until > start))
            latest_open = latest_open == 0 || x->since < latest_open ? x->since : latest_open;
        if (x->state == LSCHED_WAIT_OFFERED && x->offers == 1) {
            lsched_booking *b = BOOKING(x->offer);
            if (b->start == start && b->created == w.now)
                first_offered = x->since;
            lsched_booking_free(b);
        }
    }
    if (first_offered != INT64_MAX && latest_open != 0)
        assert_true(first_offered <= latest_open);
    lsched_waits_free(all);
}

static void test_many(void **state)
{
    (void)state;
    char id[20], key[32];
    int made = 0;
    for (uint32_t round = 1; round < 6; round++) {
        seed = round;
        for (int turn = 0; turn < 150; turn++) {
            w.now += 1 + dice(200);
            snprintf(key, sizeof key, "%u/%d", (unsigned)round, turn);
            snprintf(id, sizeof id, "w-%u", (unsigned)dice(12));
            const uint32_t what = dice(10);
            const int place = (int)dice(6);
            const lsched_time start = nine + place * HALF_HOUR;
            if (what < 3) {
                ok(PUT(customer, .id = id, .zone = "America/New_York", .region = "US-NY"));
                ok(PUT(wait, .id = id, .customer = id, .service = "talk", .minutes = 3,
                       .from = dice(2) ? nine + HALF_HOUR : 0,
                       .until = dice(2) ? nine + 5 * HALF_HOUR : 0));
            } else if (what < 6) {
                lsched_bookings *list;
                ok(lsched_list_bookings(w.s, NEW(filter, .from = start + 60, .until = start + 61),
                                        &list));
                for (size_t i = 0; i < lsched_bookings_count(list); i++) {
                    const lsched_booking *b = lsched_bookings_at(list, i);
                    if (lsched_cancel(w.s, b->id, NULL, b->id, NULL) == LSCHED_OK)
                        check_order(start);
                }
                lsched_bookings_free(list);
            } else if (what < 8) {
                lsched_booking *b = NULL;
                lsched_waits *all;
                ok(lsched_list_waits(w.s, NULL, 0, &all));
                for (size_t i = 0; i < lsched_waits_count(all); i++)
                    if (lsched_waits_at(all, i)->state == LSCHED_WAIT_OFFERED)
                        snprintf(id, sizeof id, "%s", lsched_waits_at(all, i)->id);
                lsched_waits_free(all);
                const int status = lsched_take_offer(w.s, id, key, &b);
                assert_true(status == LSCHED_OK || status == LSCHED_OVER ||
                            status == LSCHED_NOTFOUND);
                made += status == LSCHED_OK;
                lsched_booking_free(b);
            } else {
                offer_places();
            }
        }
    }
    assert_true(made > 10); /* that nobody is booked twice is for verify, at the end of each test */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, full, over)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_first_in_line),  TEST(test_cascade),
        TEST(test_what_is_wanted), TEST(test_earlier_place),
        TEST(test_all_or_nothing), TEST(test_quota),
        TEST(test_bad_input),      TEST(test_told_all_the_same),
        TEST(test_no_is_no),       TEST(test_other_wish),
        TEST(test_confirmed),      TEST(test_over),
        TEST(test_own_place),      TEST(test_many),
        TEST(test_in_storm),
    };
    return cmocka_run_group_tests_name("waitlist", tests, NULL, NULL);
}
