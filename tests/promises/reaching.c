/* reaching.c -- promises 22 to 25: who waits is not forgotten, who is not reached is tried again,
 * nobody is called twice about one thing, and nobody when the law forbids it.
 */
#include "api/world.h"

#define HALF_HOUR 1800
#define HOUR 3600
#define DAY INT64_C(86400)
#define NOON "2026-03-03T12:00"

static int32_t state_of(const char *id)
{
    lsched_booking *b = BOOKING(id);
    const int32_t state = b->state;
    lsched_booking_free(b);
    return state;
}

/* How many notices of this kind somebody is told now; all that are due are acknowledged. */
static size_t told(int32_t kind, const char *customer)
{
    size_t n = 0;
    lsched_notices *list;
    ok(lsched_take_notices(w.s, 0, 0, &list));
    for (size_t i = 0; i < lsched_notices_count(list); i++) {
        const lsched_notice *one = lsched_notices_at(list, i);
        n += one->kind == kind && strcmp(one->customer, customer) == 0;
        ok(lsched_ack_notice(w.s, one->id, one->attempt));
    }
    lsched_notices_free(list);
    return n;
}

static void add_customer(const char *id)
{
    ok(PUT(customer, .id = id, .zone = "America/New_York", .region = "US-NY"));
}

/* Talks are calls, and nobody but ana takes them. */
static void ana_alone(void)
{
    ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 30, .step = 30, .notice = LSCHED_NONE,
           .channels = LSCHED_PHONE));
    ok(lsched_remove_member(w.s, "home", "ben", NULL));
    closes(LSCHED_TEAM, "help", ";VALUE=DATE:20260301", ";VALUE=DATE:20260501", NULL);
    closes(LSCHED_TEAM, "care", ";VALUE=DATE:20260301", ";VALUE=DATE:20260501", NULL);
}

/* ---- 22 ------------------------------------------------------------------------------------------- */

static void promise_22_what_becomes_free_is_kept_for_who_waits(void **state)
{
    static const char *const names[] = {"early", "late", "cora"};
    (void)state;
    const lsched_time nine = at("2026-03-03T09:00");
    lsched_booking *b[4], *mine;
    lsched_wait *wait;
    lsched_waits *offered;
    ana_alone();
    opens(LSCHED_TEAM, "home", "20260303T090000", "20260303T110000", "FREQ=DAILY");
    for (int i = 0; i < 2; i++)
        add_customer(names[i]);
    add_customer("dan");
    for (int i = 0; i < 4; i++)
        b[i] = BOOK(.key = i == 0   ? "a"
                           : i == 1 ? "b"
                           : i == 2 ? "c"
                                    : "d",
                    .customer = "dan", .service = "talk", .start = nine + i * HALF_HOUR);
    /* "early" can only at nine; "late" has a place on the next day, and would come sooner. */
    mine = BOOK(.key = "m", .customer = "late", .service = "talk", .start = nine + DAY);
    ok(PUT(wait, .id = "early", .customer = "early", .service = "talk", .channels = LSCHED_PHONE,
           .windows = "2026-03-03T09:00/2026-03-03T09:30"));
    w.now++;
    ok(PUT(wait, .id = "late", .customer = "late", .service = "talk", .booking = mine->id,
           .minutes = 5));
    w.now++;
    ok(PUT(wait, .id = "cora", .customer = "cora", .service = "talk", .minutes = 5,
           .until = nine + DAY));
    told(LSCHED_NOTICE_OFFERED, "late");

    /* At ten something becomes free: it is held for the first who wants it, at once, and who
     * asks by another way does not get it in between. */
    ok(lsched_cancel(w.s, b[2]->id, NULL, "c1", NULL));
    assert_int_equal(world_try(NEW(request, .key = "quick", .customer = "dan", .service = "talk",
                                   .start = b[2]->start)),
                     LSCHED_TAKEN);
    ok(lsched_get_wait(w.s, "early", &wait));
    assert_int_equal(wait->state, LSCHED_WAIT_OPEN); /* not its window */
    lsched_wait_free(wait);
    ok(lsched_get_wait(w.s, "late", &wait));
    assert_int_equal(wait->state, LSCHED_WAIT_OFFERED);
    assert_int_equal(state_of(wait->offer), LSCHED_HELD);
    lsched_wait_free(wait);
    assert_int_equal(told(LSCHED_NOTICE_OFFERED, "late"), 1);
    assert_int_equal(state_of(mine->id), LSCHED_BOOKED); /* it stands until another is taken */

    /* No word in time: the next in line is offered it, and is told. */
    w.now += 5 * 60;
    refuses(lsched_take_offer(w.s, "late", "too-late", NULL), LSCHED_OVER, "");
    ok(lsched_offer_places(w.s, 0, &offered));
    assert_int_equal(lsched_waits_count(offered), 1);
    assert_string_equal(lsched_waits_at(offered, 0)->id, "cora");
    lsched_waits_free(offered);
    assert_int_equal(told(LSCHED_NOTICE_OFFERED, "cora"), 1);
    lsched_booking *hers, *moved;
    ok(lsched_take_offer(w.s, "cora", "yes", &hers));
    assert_int_equal(hers->state, LSCHED_BOOKED);
    assert_int_equal(hers->start, b[2]->start);
    assert_int_equal(state_of(mine->id), LSCHED_BOOKED);

    /* The next one that becomes free is for whom it was before: the old place moves there. */
    ok(lsched_cancel(w.s, b[3]->id, NULL, "d1", NULL));
    ok(lsched_take_offer(w.s, "late", "yes-late", &moved));
    assert_string_equal(moved->id, mine->id);
    assert_int_equal(moved->start, b[3]->start);

    /* Never two at one time with ana. */
    lsched_bookings *all;
    ok(lsched_list_bookings(w.s, NEW(filter, .state = LSCHED_BOOKED), &all));
    for (size_t i = 1; i < lsched_bookings_count(all); i++)
        assert_true(lsched_bookings_at(all, i)->start >= lsched_bookings_at(all, i - 1)->end);
    assert_int_equal(lsched_bookings_count(all), 4);
    lsched_bookings_free(all);
    lsched_booking_free(hers);
    lsched_booking_free(moved);
    lsched_booking_free(mine);
    for (int i = 0; i < 4; i++)
        lsched_booking_free(b[i]);
}

/* ---- 23 ------------------------------------------------------------------------------------------- */

static char *join(const char *key, const char *customer, const char *service)
{
    lsched_booking *b;
    ok(lsched_join(w.s, NEW(request, .key = key, .customer = customer, .service = service), &b));
    char *id = strdup(b->id);
    lsched_booking_free(b);
    return id;
}

/* Ana is given this one now, and begins it. */
static void begin(const char *id, const char *key)
{
    lsched_booking *b;
    ok(lsched_next(w.s, "ana", 60, &b));
    assert_string_equal(b->id, id);
    lsched_booking_free(b);
    ok(lsched_start(w.s, id, key, NULL));
}

static lsched_booking *finish(const char *id, int32_t outcome, const char *key)
{
    lsched_booking *b = NULL;
    ok(lsched_finish_as(w.s, NEW(result, .id = id, .outcome = outcome, .key = key), &b));
    return b;
}

/* Which part of the day: until 12:00, until 17:00, after it. */
static int part(lsched_time t)
{
    char wall[40];
    ok(lsched_wall(w.s, t, "America/New_York", wall, sizeof wall));
    const int hour = atoi(wall + 11);
    return hour < 12 ? 0 : hour < 17 ? 1 : 2;
}

static void promise_23_who_is_not_reached_is_tried_again(void **state)
{
    (void)state;
    lsched_booking *b;
    ana_alone();
    /* Meals and nights are the customer's, Sundays are the law's. */
    closes(LSCHED_CUSTOMER, "cora", "20260301T120000", "20260301T140000", "FREQ=DAILY");
    closes(LSCHED_REGION, "US-NY", ";VALUE=DATE:20260304", ";VALUE=DATE:20260305", NULL);
    w.now = at("2026-03-03T14:00");
    char *id = join("j", "cora", "talk");

    /* Handed to somebody who did not take it: nobody was called, and nothing is counted. */
    ok(lsched_next(w.s, "ana", 60, &b));
    lsched_booking_free(b);
    w.now += 60;
    b = BOOKING(id);
    assert_int_equal(b->state, LSCHED_WAITING);
    assert_int_equal(b->attempts, 0);
    lsched_booking_free(b);

    lsched_time last = 0, at_of[3];
    for (int i = 0; i < 3; i++) {
        char key[20];
        snprintf(key, sizeof key, "start-%d", i);
        begin(id, key);
        at_of[i] = w.now;
        w.now += 60;
        snprintf(key, sizeof key, "end-%d", i);
        b = finish(id, i == 1 ? LSCHED_OUTCOME_DROPPED : LSCHED_OUTCOME_NO_ANSWER, key);
        assert_int_equal(b->attempts, i + 1);
        assert_int_equal(b->fault, i == 1 ? LSCHED_FAULT_NETWORK : LSCHED_FAULT_CUSTOMER);
        if (i < 2) {
            /* Without anybody's doing it waits for its next time: an hour on at the least, at
             * another time of day, when all of team, customer and law allow it; and the
             * customer is told of it. */
            assert_int_equal(b->state, LSCHED_WAITING);
            assert_true(b->start >= last + HOUR && b->start >= w.now + HOUR - 60);
            assert_true(part(b->start) != part(at_of[i]));
            lsched_slots *then = FIND(.customer = "cora", .service = "talk", .from = b->start,
                                      .until = b->start + HALF_HOUR);
            assert_true(lsched_slots_count(then) > 0);
            lsched_slots_free(then);
            assert_int_equal(told(LSCHED_NOTICE_TRIED, "cora"), 1);
            lsched_booking *early;
            refuses(lsched_next(w.s, "ana", 60, &early), LSCHED_NOTFOUND, "");
            last = w.now;
            w.now = b->start;
        }
        lsched_booking_free(b);
    }
    /* Not on the day on which the law forbids it. */
    assert_true(at_of[1] >= at("2026-03-05T00:00") || at_of[1] < at("2026-03-04T00:00"));

    /* Three in vain are enough, and the customer is offered to choose a time: no silence. */
    assert_int_equal(state_of(id), LSCHED_NOSHOW);
    assert_int_equal(told(LSCHED_NOTICE_REBOOK, "cora"), 1);

    /* Every attempt is in the log, with what became of it and whose fault it was. */
    static const int32_t wanted[] = {LSCHED_OUTCOME_NO_ANSWER, LSCHED_OUTCOME_DROPPED,
                                     LSCHED_OUTCOME_NO_ANSWER};
    lsched_events *log;
    int attempts = 0;
    ok(lsched_list_events(w.s, id, 0, 0, &log));
    for (size_t i = 0; i < lsched_events_count(log); i++) {
        const lsched_event *e = lsched_events_at(log, i);
        if (e->kind != LSCHED_EVENT_TRIED && e->kind != LSCHED_EVENT_NOSHOW)
            continue;
        assert_int_equal(e->after->outcome, wanted[attempts]);
        assert_int_equal(e->after->attempts, attempts + 1);
        attempts++;
    }
    assert_int_equal(attempts, 3);
    lsched_events_free(log);
    free(id);

    /* What was ours is not the customer's no-show, and what was cancelled is nobody's. */
    w.now = at("2026-03-16T09:00");
    lsched_booking *ours = BOOK(.key = "o", .customer = "cora", .service = "talk", .start = w.now);
    lsched_booking *off =
        BOOK(.key = "p", .customer = "cora", .service = "talk", .start = w.now + HALF_HOUR);
    ok(lsched_cancel(w.s, off->id, NULL, "p1", NULL));
    w.now += HOUR;
    b = finish(ours->id, LSCHED_OUTCOME_ABSENT, "o1");
    assert_int_equal(b->state, LSCHED_MISSED);
    assert_int_equal(b->fault, LSCHED_FAULT_OURS);
    assert_int_equal(b->attempts, 0);
    lsched_booking_free(b);
    b = BOOKING(off->id);
    assert_true(b->fault == 0 && b->outcome == 0 && b->state == LSCHED_CANCELLED);
    lsched_booking_free(b);
    lsched_booking_free(ours);
    lsched_booking_free(off);
}

/* A promised call whose agent does not turn up is made by somebody else, and is no attempt. */
static void promise_23_a_missed_callback_goes_to_others(void **state)
{
    (void)state;
    lsched_booking *b;
    ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 30, .step = 30, .notice = LSCHED_NONE,
           .channels = LSCHED_PHONE));
    w.now = at(NOON);
    lsched_booking *call =
        BOOK(.key = "1", .customer = "cora", .service = "talk", .agent = "ana", .start = w.now);
    w.now += 14 * 60;
    refuses(lsched_next(w.s, "ben", 60, &b), LSCHED_NOTFOUND, ""); /* it is ana's, until then */
    w.now += 60;
    ok(lsched_next(w.s, "ben", 60, &b));
    assert_string_equal(b->id, call->id);
    assert_int_equal(b->attempts, 0);
    lsched_booking_free(b);
    ok(lsched_start(w.s, call->id, "2", NULL));
    b = finish(call->id, LSCHED_OUTCOME_REACHED, "3");
    assert_int_equal(b->state, LSCHED_FULFILLED);
    assert_string_equal(b->agent, "ben");
    lsched_booking_free(b);
    lsched_booking_free(call);
}

/* ---- 24 ------------------------------------------------------------------------------------------- */

static int try_join(const char *key, const char *service, const char *note)
{
    lsched_booking *b;
    const int status = lsched_join(
        w.s, NEW(request, .key = key, .customer = "cora", .service = service, .note = note), &b);
    lsched_booking_free(b);
    return status;
}

static void promise_24_nobody_is_called_twice_about_one_thing(void **state)
{
    (void)state;
    lsched_booking *b;
    ok(PUT(service, .id = "lines", .name = "Lines", .topic = "internet"));
    ok(PUT(service, .id = "routers", .name = "Routers", .topic = "internet"));
    w.now = at(NOON);
    char *id = join("a", "cora", "lines");
    char *other = join("b", "cora", "talk");
    /* Once more by another way, about the same topic: the open one is named. */
    refuses(try_join("c", "lines", NULL), LSCHED_EXISTS, id);
    refuses(try_join("d", "routers", NULL), LSCHED_EXISTS, id);
    /* The same wish sent twice is one, and another wish under its key is none. */
    ok(try_join("b", "talk", NULL));
    refuses(try_join("b", "talk", "and the bill"), LSCHED_KEYUSED, "key");
    refuses(try_join("b", "lines", NULL), LSCHED_KEYUSED, "key");
    lsched_bookings *line;
    ok(lsched_list_line(w.s, NULL, 0, 0, &line));
    assert_int_equal(lsched_bookings_count(line), 2);
    lsched_bookings_free(line);

    /* The customer gets through first, in the middle of the agent's lease: nobody calls. */
    ok(lsched_next(w.s, "ana", 60, &b));
    assert_string_equal(b->id, id);
    lsched_booking_free(b);
    ok(lsched_contact_happened(w.s, "cora", "routers", "called us", "e", &b));
    assert_string_equal(b->id, id);
    assert_int_equal(b->state, LSCHED_CANCELLED);
    assert_int_equal(b->outcome, LSCHED_OUTCOME_ELSEWHERE);
    lsched_booking_free(b);
    refuses(lsched_start(w.s, id, "f", NULL), LSCHED_OVER, "");
    assert_int_equal(told(LSCHED_NOTICE_CANCELLED, "cora"), 0); /* who knows need not be told */
    /* What is about something else stands, and what was over can be asked for again. */
    assert_int_equal(state_of(other), LSCHED_WAITING);
    ok(lsched_contact_happened(w.s, "cora", "routers", "called us", "e", NULL));
    refuses(lsched_contact_happened(w.s, "cora", "routers", NULL, "g", NULL), LSCHED_NOTFOUND, "");
    ok(try_join("h", "routers", NULL));
    /* And who is being spoken to cannot be said to have got through elsewhere. */
    ok(lsched_start_as(w.s, other, "ana", "i", NULL));
    refuses(lsched_contact_happened(w.s, "cora", "talk", NULL, "k", NULL), LSCHED_OVER, "");
    assert_int_equal(state_of(other), LSCHED_STARTED);
    free(id);
    free(other);
}

/* ---- 25 ------------------------------------------------------------------------------------------- */

/* Around the clock, and until `until` in one region, from `from` on in another. */
static void laws(const char *until, const char *from)
{
    opens(LSCHED_TEAM, "home", "20260101T000000", "20260102T000000", "FREQ=DAILY");
    opens(LSCHED_AGENT, "ana", "20260101T000000", "20260102T000000", "FREQ=DAILY");
    opens(LSCHED_REGION, "US-NY", "20260101T080000", until, "FREQ=DAILY");
    opens(LSCHED_REGION, "US-FL", from, "20260101T210000", "FREQ=DAILY");
    ok(PUT(region, .id = "US-FL", .name = "Florida", .source = "the statutes",
           .as_of = "2026-01-01"));
    ok(PUT(customer, .id = "cora", .zone = "America/New_York", .region = "US-NY",
           .regions = "US-FL"));
}

static int may(lsched_time t)
{
    lsched_lawful *l;
    const int status = lsched_may_contact(w.s, "cora", "talk", LSCHED_PHONE, t, &l);
    lsched_lawful_free(l);
    return status;
}

static void promise_25_lawful_hours_at_every_step(void **state)
{
    (void)state;
    lsched_booking *b;
    ana_alone();
    laws("20260101T200000", "20260101T100000"); /* from ten until eight is lawful in both */
    /* When it is asked, when it is booked, today and next week alike. */
    for (lsched_time day = at("2026-03-03"); day < at("2026-03-13"); day += 9 * DAY) {
        lsched_slots *found = FIND(.customer = "cora", .service = "talk", .from = day,
                                   .until = day + DAY, .limit = LSCHED_MAX_PAGE);
        assert_int_equal(lsched_slots_count(found), 20);
        const size_t shift = day > at("2026-03-08"); /* clocks have changed, laws have not */
        assert_int_equal(lsched_slots_at(found, 0)->start,
                         at(shift ? "2026-03-12T10:00" : "2026-03-03T10:00"));
        assert_int_equal(lsched_slots_at(found, 19)->end,
                         at(shift ? "2026-03-12T20:00" : "2026-03-03T20:00"));
        lsched_slots_free(found);
    }
    static const char *const never[] = {"2026-03-03T09:30", "2026-03-03T20:00", "2026-03-12T09:30",
                                        "2026-03-12T20:30"};
    for (int i = 0; i < 4; i++) {
        assert_int_equal(world_try(NEW(request, .key = "n", .customer = "cora", .service = "talk",
                                       .start = at(never[i]))),
                         LSCHED_CLOSED);
        assert_int_equal(may(at(never[i])), LSCHED_CLOSED);
    }
    ok(may(at("2026-03-03T10:00")));

    /* The law changes after the booking; the call that is due by now is not made. */
    lsched_booking *call =
        BOOK(.key = "1", .customer = "cora", .service = "talk", .start = at("2026-03-03T10:00"));
    assert_string_equal(call->law, "US-NY:1 US-FL:2");
    opens(LSCHED_REGION, "US-FL", "20260101T110000", "20260101T210000", "FREQ=DAILY");
    w.now = at("2026-03-03T10:00");
    assert_int_equal(may(0), LSCHED_CLOSED);
    refuses(lsched_next(w.s, "ana", 60, &b), LSCHED_NOTFOUND, "");
    w.now = at("2026-03-03T11:00");
    ok(lsched_next(w.s, "ana", 60, &b));
    assert_string_equal(b->id, call->id);
    assert_string_equal(b->law, "US-NY:1 US-FL:2"); /* by which it was promised */
    lsched_booking_free(b);
    ok(lsched_start(w.s, call->id, "begin", NULL));
    lsched_booking_free(finish(call->id, LSCHED_OUTCOME_REACHED, "end"));
    lsched_booking_free(call);
    lsched_booking *later =
        BOOK(.key = "2", .customer = "cora", .service = "talk", .start = at("2026-03-03T13:00"));
    assert_string_equal(later->law, "US-NY:1 US-FL:3");
    ok(lsched_cancel(w.s, later->id, NULL, "off", NULL));
    lsched_booking_free(later);

    /* And who waits in line is not called at night, whoever is on shift; but in the morning. */
    w.now = at("2026-03-03T19:00");
    char *id = join("j", "cora", "talk");
    w.now = at("2026-03-03T19:31");
    refuses(lsched_next(w.s, "ana", 60, &b), LSCHED_NOTFOUND, "");
    refuses(lsched_start_as(w.s, id, "ana", "s", NULL), LSCHED_CLOSED, "");
    w.now = at("2026-03-04T11:00");
    ok(lsched_next(w.s, "ana", 60, &b));
    assert_string_equal(b->id, id);
    lsched_booking_free(b);
    free(id);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_little, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(promise_22_what_becomes_free_is_kept_for_who_waits),
        TEST(promise_23_who_is_not_reached_is_tried_again),
        TEST(promise_23_a_missed_callback_goes_to_others),
        TEST(promise_24_nobody_is_called_twice_about_one_thing),
        TEST(promise_25_lawful_hours_at_every_step),
    };
    return cmocka_run_group_tests_name("reaching", tests, NULL, NULL);
}
