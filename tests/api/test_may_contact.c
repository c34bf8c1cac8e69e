/* test_may_contact.c -- header chapter 4: what the law says to whoever dials.  The hours are those
 * by which a booking is judged; the caps count attempts, whoever made them; and when it may be next
 * is the first instant at which it may be.
 */
#include "world.h"

#include <sqlite3.h>

#define HOUR 3600
#define DAY 86400

static void put_hours(const char *region, const char *from, const char *until)
{
    ok(PUT(calendar, .kind = LSCHED_REGION, .owner = region, .name = "hours",
           .effect = LSCHED_OPENS, .channels = LSCHED_PHONE,
           .text = event(from, until, "FREQ=DAILY")));
}

static int ask(lsched_time t, int32_t channel, lsched_lawful **out)
{
    return lsched_may_contact(w.s, "cora", "talk", channel, t, out);
}

/* May be then; or not, and then at `next`, by `region`. */
static void check(const char *when, int32_t channel, int32_t reasons, const char *next,
                  const char *region)
{
    lsched_lawful *l;
    const lsched_time t = at(when);
    assert_int_equal(ask(t, channel, &l), reasons == 0 ? LSCHED_OK : LSCHED_CLOSED);
    assert_non_null(l);
    if (reasons != 0) {
        assert_non_null(strstr(lsched_message(w.s), region));
        assert_non_null(strstr(lsched_message(w.s), next));
    }
    assert_int_equal(l->size, sizeof *l);
    assert_int_equal(l->at, t);
    assert_int_equal(l->reasons, reasons);
    assert_int_equal(l->next, at(next));
    assert_string_equal(l->region, region);
    lsched_lawful_free(l);
}

static void test_hours(void **state)
{
    (void)state;
    check("2026-03-03T03:00", LSCHED_PHONE, 0, "2026-03-03T03:00", "");
    put_hours("US-NY", "20260101T080000", "20260101T210000");
    check("2026-03-03T03:00", LSCHED_PHONE, LSCHED_WHY_REGION, "2026-03-03T08:00", "US-NY");
    check("2026-03-03T03:00", 0, LSCHED_WHY_REGION, "2026-03-03T08:00", "US-NY");
    check("2026-03-03T03:00", LSCHED_CHAT, 0, "2026-03-03T03:00", "");
    /* As long as the contact lasts, to the second; nobody's shift is asked. */
    check("2026-03-03T20:30", LSCHED_PHONE, 0, "2026-03-03T20:30", "");
    check("2026-03-03T20:30:01", LSCHED_PHONE, LSCHED_WHY_REGION, "2026-03-04T08:00", "US-NY");
    check("2026-03-03T07:59:59", LSCHED_PHONE, LSCHED_WHY_REGION, "2026-03-03T08:00", "US-NY");
    /* On the night in which clocks change it is still eight by the clock. */
    check("2026-03-07T21:00", LSCHED_PHONE, LSCHED_WHY_REGION, "2026-03-08T08:00", "US-NY");
}

static void test_everywhere(void **state)
{
    (void)state;
    put_hours("US-NY", "20260101T080000", "20260101T210000");
    put_hours("CA-ON", "20260101T100000", "20260101T180000");
    ok(PUT(customer, .id = "cora", .zone = "America/New_York", .region = "US-NY",
           .regions = "CA-ON"));
    check("2026-03-03T09:00", LSCHED_PHONE, LSCHED_WHY_REGION, "2026-03-03T10:00", "CA-ON");
    check("2026-03-03T07:00", LSCHED_PHONE, LSCHED_WHY_REGION, "2026-03-03T10:00", "US-NY");
    check("2026-03-03T17:30", LSCHED_PHONE, 0, "2026-03-03T17:30", "");
    /* Where nothing opens again there is no next, not even far away. */
    ok(PUT(calendar, .kind = LSCHED_REGION, .owner = "CA-ON", .name = "hours",
           .effect = LSCHED_OPENS, .text = event("20260101T100000", "20260101T180000", NULL)));
    lsched_lawful *l;
    refuses(ask(at("2026-03-03T12:00"), LSCHED_PHONE, &l), LSCHED_CLOSED, "not within 400 days");
    assert_int_equal(l->next, 0);
    assert_string_equal(l->law, "US-NY:1 CA-ON:2");
    lsched_lawful_free(l);
    /* And where it is months away, it is found. */
    ok(PUT(calendar, .kind = LSCHED_REGION, .owner = "CA-ON", .name = "hours",
           .effect = LSCHED_OPENS, .text = event("20260901T100000", "20260901T180000", NULL)));
    check("2026-03-03T12:00", LSCHED_PHONE, LSCHED_WHY_REGION, "2026-09-01T10:00", "CA-ON");
}

/* ---- attempts ------------------------------------------------------------------------------ */

/* Somebody is tried by phone then. */
static void try_at(const char *when, int32_t channel)
{
    static int key;
    char first[20], second[20], third[20];
    w.now = at(when);
    snprintf(first, sizeof first, "book-%d", key);
    snprintf(second, sizeof second, "start-%d", key);
    snprintf(third, sizeof third, "end-%d", key++);
    lsched_booking *b = BOOK(.customer = "cora", .service = "talk", .channel = channel,
                             .key = first, .start = w.now);
    ok(lsched_start(w.s, b->id, second, NULL));
    w.now += 60;
    ok(lsched_finish(w.s, b->id, LSCHED_NOSHOW, NULL, third, NULL));
    lsched_booking_free(b);
}

static void test_per_day(void **state)
{
    (void)state;
    lsched_lawful *l;
    ok(PUT(region, .id = "US-NY", .channels = LSCHED_PHONE, .per_day = 2));
    try_at("2026-03-03T10:00", LSCHED_PHONE);
    check("2026-03-03T10:30", LSCHED_PHONE, 0, "2026-03-03T10:30", "");
    try_at("2026-03-03T11:00", LSCHED_PHONE);
    check("2026-03-03T11:30", LSCHED_PHONE, LSCHED_WHY_ATTEMPTS, "2026-03-04T10:00", "US-NY");
    check("2026-03-04T09:59:59", LSCHED_PHONE, LSCHED_WHY_ATTEMPTS, "2026-03-04T10:00", "US-NY");
    check("2026-03-04T10:00", LSCHED_PHONE, 0, "2026-03-04T10:00", "");
    /* Caps on calls are not asked of chats, and chats are no calls. */
    check("2026-03-03T11:30", LSCHED_CHAT, 0, "2026-03-03T11:30", "");
    try_at("2026-03-04T10:30", LSCHED_CHAT);
    check("2026-03-04T11:00", LSCHED_PHONE, 0, "2026-03-04T11:00", "");
    /* A place can be booked all the same. */
    lsched_booking_free(BOOK(.customer = "cora", .service = "talk", .channel = LSCHED_PHONE,
                             .key = "promised", .start = at("2026-03-04T11:00")));
    assert_int_equal(ask(at("2026-03-03T11:30"), LSCHED_PHONE, &l), LSCHED_CLOSED);
    assert_int_equal(l->day, 2);
    assert_int_equal(l->week, 2);
    lsched_lawful_free(l);
}

static void test_per_week_and_spacing(void **state)
{
    (void)state;
    ok(PUT(region, .id = "US-NY", .per_week = 3, .spacing = 90));
    put_hours("US-NY", "20260101T080000", "20260101T103000");
    try_at("2026-03-02T10:00", LSCHED_PHONE);
    check("2026-03-02T10:01", LSCHED_PHONE, LSCHED_WHY_REGION | LSCHED_WHY_ATTEMPTS,
          "2026-03-03T08:00", "US-NY");
    check("2026-03-03T08:00", LSCHED_PHONE, 0, "2026-03-03T08:00", "");
    try_at("2026-03-03T09:00", LSCHED_PHONE);
    check("2026-03-03T09:30", LSCHED_PHONE, LSCHED_WHY_ATTEMPTS, "2026-03-04T08:00", "US-NY");
    try_at("2026-03-04T09:00", LSCHED_PHONE);
    /* The first of three lies seven days back: no sooner, and inside the hours. */
    check("2026-03-05T09:00", LSCHED_PHONE, LSCHED_WHY_ATTEMPTS, "2026-03-10T08:00", "US-NY");
    /* Seven days are so many hours, and clocks change between: it is eleven there by then. */
    check("2026-03-09T10:00", LSCHED_PHONE, LSCHED_WHY_ATTEMPTS, "2026-03-10T08:00", "US-NY");
    check("2026-03-10T08:00", LSCHED_PHONE, 0, "2026-03-10T08:00", "");
}

/* The line asks the same caps: when it plans another attempt, and again when one begins. */
static void test_line(void **state)
{
    (void)state;
    lsched_booking *b;
    char id[LSCHED_MAX_ID + 1];
    ok(PUT(region, .id = "US-NY", .spacing = 180));
    w.now = at("2026-03-03T10:00");
    ok(lsched_join(w.s, NEW(request, .key = "j", .customer = "cora", .service = "talk"), &b));
    snprintf(id, sizeof id, "%s", b->id);
    lsched_booking_free(b);
    ok(lsched_start_as(w.s, id, "ana", "s", NULL));
    ok(lsched_finish_as(w.s, NEW(result, .key = "f", .id = id, .outcome = LSCHED_OUTCOME_NO_ANSWER),
                        &b));
    assert_int_equal(b->state, LSCHED_WAITING);
    assert_int_equal(b->start, at("2026-03-03T13:00"));
    assert_string_equal(b->law, "");
    lsched_booking_free(b);
    /* A law that came meanwhile. */
    ok(PUT(region, .id = "US-NY", .spacing = 300));
    w.now = at("2026-03-03T13:00");
    refuses(lsched_start_as(w.s, id, "ana", "t", NULL), LSCHED_TOOSOON, "too often");
    refuses(lsched_next(w.s, "ana", 0, &b), LSCHED_NOTFOUND, "nothing waits");
    w.now = at("2026-03-03T15:00");
    ok(lsched_next(w.s, "ana", 0, &b));
    assert_string_equal(b->id, id);
    lsched_booking_free(b);
    ok(lsched_start_as(w.s, id, "ana", "u", NULL));
    ok(lsched_finish(w.s, id, LSCHED_FULFILLED, NULL, "v", NULL));
}

/* A promised contact that its agent does not begin is others' only within the caps, too. */
static void test_of_others(void **state)
{
    (void)state;
    lsched_booking *b;
    w.now = at("2026-03-03T10:00");
    ok(PUT(region, .id = "US-NY", .per_day = 1));
    lsched_booking_free(BOOK(.key = "a", .customer = "cora", .service = "talk", .agent = "ana",
                             .start = at("2026-03-03T11:00")));
    b = BOOK(.key = "b", .customer = "cora", .service = "talk", .agent = "ben",
             .start = at("2026-03-03T12:00"));
    w.now = at("2026-03-03T11:00");
    lsched_booking *first;
    ok(lsched_next(w.s, "ana", 0, &first));
    ok(lsched_start(w.s, first->id, "s", NULL));
    ok(lsched_finish(w.s, first->id, LSCHED_FULFILLED, NULL, "f", NULL));
    lsched_booking_free(first);
    w.now = at("2026-03-03T12:16");
    refuses(lsched_next(w.s, "ben", 0, &first), LSCHED_NOTFOUND, "nothing waits");
    refuses(lsched_next(w.s, "ana", 0, &first), LSCHED_NOTFOUND, "nothing waits");
    refuses(lsched_start_as(w.s, b->id, "ana", "t", NULL), LSCHED_TOOSOON, "too often");
    ok(PUT(region, .id = "US-NY", .per_day = 2));
    ok(lsched_next(w.s, "ana", 0, &first));
    assert_string_equal(first->id, b->id);
    lsched_booking_free(first);
    lsched_booking_free(b);
}

/* A cap of which the handle has not heard yet: the time that the customer is told is lawful. */
static void test_new_cap(void **state)
{
    (void)state;
    lsched_booking *b, *again;
    ok(PUT(region, .id = "US-NY", .name = "New York"));
    w.now = at("2026-03-03T10:00");
    ok(lsched_join(w.s, NEW(request, .key = "j", .customer = "cora", .service = "talk"), &b));
    ok(lsched_start_as(w.s, b->id, "ana", "s", NULL));
    ok(PUT(region, .id = "US-NY", .name = "New York", .per_day = 1));
    ok(lsched_finish_as(
        w.s, NEW(result, .key = "f", .id = b->id, .outcome = LSCHED_OUTCOME_NO_ANSWER), &again));
    assert_int_equal(again->state, LSCHED_WAITING);
    assert_true(again->start >= at("2026-03-04T10:00"));
    lsched_booking_free(again);
    lsched_booking_free(b);
}

static void test_whose_attempts(void **state)
{
    (void)state;
    lsched_lawful *l;
    ok(PUT(region, .id = "US-NY", .purposes = LSCHED_SALES, .lifted = 1, .per_day = 1));
    ok(PUT(service, .id = "offer", .name = "Offer", .minutes = 30, .step = 30,
           .notice = LSCHED_NONE, .purpose = LSCHED_SALES));
    try_at("2026-03-03T10:00", LSCHED_PHONE); /* asked for */
    ok(lsched_may_contact(w.s, "cora", "offer", LSCHED_PHONE, at("2026-03-03T11:00"), &l));
    lsched_lawful_free(l);
    w.now = at("2026-03-03T11:00");
    /* What took place without having been begun is an attempt, when it was to be; what we missed
     * is none. */
    lsched_booking *b =
        BOOK(.customer = "cora", .service = "offer", .key = "o", .start = at("2026-03-03T11:00"));
    lsched_booking *c =
        BOOK(.customer = "cora", .service = "offer", .key = "m", .start = at("2026-03-03T15:00"));
    w.now = at("2026-03-03T18:00");
    ok(lsched_finish(w.s, b->id, LSCHED_FULFILLED, NULL, "o2", NULL));
    ok(lsched_finish(w.s, c->id, LSCHED_MISSED, NULL, "m2", NULL));
    lsched_booking_free(b);
    lsched_booking_free(c);
    refuses(lsched_may_contact(w.s, "cora", "offer", LSCHED_PHONE, 0, &l), LSCHED_CLOSED,
            "as often");
    assert_int_equal(l->at, w.now);
    assert_int_equal(l->next, at("2026-03-04T11:00"));
    assert_int_equal(l->day, 1);
    lsched_lawful_free(l);
    ok(lsched_may_contact(w.s, "cora", "talk", LSCHED_PHONE, 0, &l));
    lsched_lawful_free(l);
    /* Whoever has agreed is not counted. */
    ok(PUT(customer, .id = "cora", .zone = "America/New_York", .region = "US-NY",
           .consents = LSCHED_SALES));
    ok(lsched_may_contact(w.s, "cora", "offer", LSCHED_PHONE, 0, &l));
    lsched_lawful_free(l);
}

/* It says yes exactly where a place could be booked as far as the law goes: every team always
 * open, and somebody always there. */
static void test_same_as_find(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        static const char *const owners[] = {"home", "care", "ana", "gil"};
        opens(i < 2 ? LSCHED_TEAM : LSCHED_AGENT, owners[i], "20260101T000000", "20260102T000000",
              "FREQ=DAILY");
    }
    put_hours("US-NY", "20260101T081500", "20260101T210000");
    ok(PUT(calendar, .kind = LSCHED_REGION, .owner = "US-NY", .name = "sunday",
           .effect = LSCHED_CLOSES,
           .text = event("20260308T000000", "20260309T000000", "FREQ=WEEKLY")));
    w.now = at("2026-03-06");
    for (int channel = LSCHED_PHONE; channel <= LSCHED_CHAT; channel *= 2) {
        size_t found = 0, may = 0;
        lsched_slots *list = FIND(.limit = 1000, .customer = "cora", .service = "talk",
                                  .channels = channel, .from = w.now, .until = w.now + 4 * DAY);
        for (lsched_time t = w.now; t < w.now + 4 * DAY; t += HOUR / 2) {
            lsched_lawful *l;
            const int status = ask(t, channel, &l);
            const lsched_slot *slot = lsched_slots_at(list, found);
            const bool offered = slot != NULL && slot->start == t;
            assert_int_equal(status == LSCHED_OK, offered);
            /* When it may be next is the first that is offered from here on, on any minute. */
            if (status != LSCHED_OK && l->next % (HOUR / 2) == 0)
                assert_int_equal(slot->start, l->next);
            lsched_lawful_free(l);
            found += offered;
            may += status == LSCHED_OK;
        }
        assert_int_equal(found, lsched_slots_count(list));
        assert_true(may > 50);
        lsched_slots_free(list);
    }
}

static void test_wrong(void **state)
{
    (void)state;
    lsched_lawful *l = (lsched_lawful *)&w;
    refuses(lsched_may_contact(w.s, "nobody", "talk", 0, 0, &l), LSCHED_NOTFOUND, "nobody");
    assert_null(l);
    refuses(lsched_may_contact(w.s, "cora", "nothing", 0, 0, &l), LSCHED_NOTFOUND, "nothing");
    refuses(ask(0, 3, &l), LSCHED_INVALID, "channel");
    refuses(ask(0, -1, &l), LSCHED_INVALID, "channel");
    refuses(ask(-1, 0, &l), LSCHED_INVALID, "at");
    refuses(lsched_may_contact(w.s, NULL, "talk", 0, 0, &l), LSCHED_MISUSE, "customer");
    refuses(lsched_may_contact(w.s, "cora", "talk", 0, 0, NULL), LSCHED_MISUSE, "out");
    lsched_lawful_free(NULL);
}

/* Open time can be asked for one channel, a service's purpose and a customer's consent. */
static void test_open_time(void **state)
{
    (void)state;
    lsched_time t;
    put_hours("US-NY", "20260101T080000", "20260101T210000");
    lsched_layers l = {.size = sizeof l, .region = "US-NY", .zone = "America/New_York"};
    const lsched_time from = at("2026-03-03T22:00"), morning = at("2026-03-04T08:00");
    ok(lsched_find_turn(w.s, &l, from, LSCHED_NEXT_OPENING, &t));
    assert_int_equal(t, morning);
    l.channel = LSCHED_PHONE;
    ok(lsched_find_turn(w.s, &l, from, LSCHED_NEXT_OPENING, &t));
    assert_int_equal(t, morning);
    l.channel = LSCHED_CHAT; /* always open */
    refuses(lsched_find_turn(w.s, &l, from, LSCHED_NEXT_OPENING, &t), LSCHED_NOTFOUND, "opening");
    l.channel = 64;
    refuses(lsched_find_turn(w.s, &l, from, LSCHED_NEXT_OPENING, &t), LSCHED_INVALID, "channel");
    l.channel = 0;
    ok(PUT(calendar, .kind = LSCHED_REGION, .owner = "US-NY", .name = "hours",
           .effect = LSCHED_OPENS, .purposes = LSCHED_ASKED, .lifted = 1,
           .text = event("20260101T080000", "20260101T210000", "FREQ=DAILY")));
    l.service = "talk";
    ok(lsched_add_open(w.s, &l, from, 0, &t));
    assert_int_equal(t, morning);
    l.customer = "cora";
    ok(lsched_add_open(w.s, &l, from, 0, &t));
    assert_int_equal(t, morning);
    ok(PUT(customer, .id = "cora", .zone = "America/New_York", .region = "US-NY",
           .consents = LSCHED_ASKED));
    ok(lsched_add_open(w.s, &l, from, 0, &t));
    assert_int_equal(t, from);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, world_little, world_close)
    const struct CMUnitTest tests[] = {
        T(test_new_cap),
        T(test_hours),
        T(test_everywhere),
        T(test_per_day),
        T(test_per_week_and_spacing),
        T(test_line),
        T(test_of_others),
        T(test_whose_attempts),
        T(test_same_as_find),
        T(test_wrong),
        T(test_open_time),
    };
    return cmocka_run_group_tests_name("may_contact", tests, NULL, NULL);
}
