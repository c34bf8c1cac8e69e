/* test_turn.c -- header chapter 6: whose turn it is, who begins, and what becomes of it. */
#include "world.h"

#define NOON "2026-03-03T12:00"

static char *ids[8]; /* of the contacts of a test */

static int clean(void **state)
{
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        free(ids[i]);
        ids[i] = NULL;
    }
    return world_close(state);
}

static const char *keep(int i, lsched_booking *b)
{
    free(ids[i]);
    ids[i] = strdup(b->id);
    lsched_booking_free(b);
    return ids[i];
}

static const char *key(void)
{
    static char text[20];
    static int count;
    snprintf(text, sizeof text, "turn%d", count++);
    return text;
}

#define JOIN(i, ...) join_line(i, NEW(request, .key = key(), __VA_ARGS__))

static const char *join_line(int i, const lsched_request *request)
{
    lsched_booking *b = NULL;
    ok(lsched_join(w.s, request, &b));
    return keep(i, b);
}

static void add_customers(void)
{
    static const char *const names[] = {"dora", "emil", "fred"};
    for (size_t i = 0; i < 3; i++)
        ok(PUT(customer, .id = names[i], .zone = "America/New_York", .region = "US-NY"));
    w.now = at(NOON);
}

static void next_is(const char *agent, const char *id)
{
    lsched_booking *b = NULL;
    if (id == NULL) {
        refuses(lsched_next(w.s, agent, 0, &b), LSCHED_NOTFOUND, "nothing waits");
        assert_null(b);
        return;
    }
    ok(lsched_next(w.s, agent, 0, &b));
    assert_string_equal(b->id, id);
    lsched_booking_free(b);
}

static void position_is(const char *id, int32_t wanted)
{
    int32_t position = -7;
    ok(lsched_get_position(w.s, id, &position));
    assert_int_equal(position, wanted);
}

static void state_is(const char *id, int32_t state)
{
    lsched_booking *b = BOOKING(id);
    assert_int_equal(b->state, state);
    lsched_booking_free(b);
}

/* ---- whose turn it is -------------------------------------------------------------------------- */

/* By arrival, also of who was on hold before; what was promised by now goes first. */
static void test_order(void **state)
{
    (void)state;
    add_customers();
    const char *cora = JOIN(0, .customer = "cora", .service = "talk");
    w.now += 60;
    const char *dora = JOIN(1, .customer = "dora", .service = "talk", .due = w.now + 600);
    w.now += 60;
    const char *emil = JOIN(2, .customer = "emil", .service = "talk", .since = at(NOON) - 300);
    const char *fred = JOIN(3, .customer = "fred", .service = "talk", .start = w.now + 1800);
    position_is(emil, 1);
    position_is(cora, 2);
    position_is(dora, 3);
    position_is(fred, 4);
    next_is("ana", emil);
    next_is("ben", cora);
    next_is("hal", dora);
    next_is("gil", NULL); /* fred is not to be tried yet */
    /* All leases end; dora's promise is due. */
    w.now = at(NOON) + 60 + 600;
    position_is(dora, 1);
    position_is(emil, 2);
    next_is("gil", dora);
    next_is("ana", emil);
    lsched_bookings *list;
    ok(lsched_list_line(w.s, "home", 0, 0, &list));
    const char *const wanted[] = {dora, emil, cora, fred};
    assert_int_equal(lsched_bookings_count(list), 4);
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(lsched_bookings_at(list, i)->id, wanted[i]);
    lsched_bookings_free(list);
    ok(lsched_list_line(w.s, NULL, 3, 1, &list));
    assert_int_equal(lsched_bookings_count(list), 1);
    assert_string_equal(lsched_bookings_at(list, 0)->id, fred);
    lsched_bookings_free(list);
    ok(lsched_list_line(w.s, "help", 0, 0, &list));
    assert_int_equal(lsched_bookings_count(list), 0);
    lsched_bookings_free(list);
    int32_t none = 9;
    refuses(lsched_get_position(w.s, "nix", &none), LSCHED_NOTFOUND, "nix");
    ok(lsched_cancel(w.s, fred, NULL, key(), NULL));
    refuses(lsched_get_position(w.s, fred, &none), LSCHED_OVER, "cancelled");
    assert_int_equal(none, 0);
}

/* A lease is one agent's, asked again it is the same; it ends by the clock. */
static void test_lease(void **state)
{
    (void)state;
    add_customers();
    const char *cora = JOIN(0, .customer = "cora", .service = "talk");
    next_is("ana", cora);
    next_is("ana", cora);
    next_is("ben", NULL);
    w.now += 59;
    next_is("ben", NULL);
    refuses(lsched_start_as(w.s, cora, "ben", key(), NULL), LSCHED_TAKEN, "ana");
    w.now += 1;
    next_is("ben", cora);
    next_is("ana", NULL);
    refuses(lsched_start_as(w.s, cora, "ana", key(), NULL), LSCHED_TAKEN, "ben");
    /* Any change of the contact ends it. */
    ok(world_try_move(NEW(change, .key = key(), .id = cora, .start = at("2026-03-03T15:00"))));
    state_is(cora, LSCHED_BOOKED);
    next_is("ben", NULL);
    lsched_booking *b = NULL;
    refuses(lsched_next(w.s, "nix", 0, &b), LSCHED_NOTFOUND, "nix");
    refuses(lsched_next(w.s, "ana", -1, &b), LSCHED_INVALID, "seconds");
    refuses(lsched_next(w.s, "ana", LSCHED_MAX_LEASE + 1, &b), LSCHED_LIMIT, "seconds");
    refuses(lsched_next(w.s, NULL, 0, &b), LSCHED_MISUSE, "agent");
    refuses(lsched_next(w.s, "ana", 0, NULL), LSCHED_MISUSE, "out");
}

/* The place is as of now, and everybody who searches sees it. */
static void test_start(void **state)
{
    (void)state;
    add_customers();
    ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 30, .step = 30, .before = 10,
           .wrap_up = 15, .notice = 120));
    const char *cora = JOIN(0, .customer = "cora", .service = "talk");
    w.now += 7 * 60 + 13;
    next_is("ana", cora);
    lsched_booking *b = NULL;
    ok(lsched_start(w.s, cora, "s", &b));
    assert_int_equal(b->state, LSCHED_STARTED);
    assert_string_equal(b->agent, "ana");
    assert_string_equal(b->team, "home");
    assert_int_equal(b->rung, LSCHED_HOME);
    assert_int_equal(b->start, at("2026-03-03T12:07"));
    assert_int_equal(b->busy_from, b->start);
    assert_int_equal(b->end, b->start + 1800);
    assert_int_equal(b->busy_until, b->end + 900);
    assert_int_equal(b->since, at(NOON));
    lsched_booking *again = NULL;
    ok(lsched_start(w.s, cora, "s", &again));
    world_same_booking(b, again);
    lsched_booking_free(again);
    lsched_booking_free(b);
    /* Nobody else is given what ana has, and ana nothing else. */
    JOIN(1, .customer = "dora", .service = "talk");
    refuses(lsched_next(w.s, "ana", 0, &b), LSCHED_TAKEN, "not finished");
    next_is("ben", ids[1]);
    /* Not even when it takes longer than it should. */
    w.now += 3600;
    refuses(lsched_next(w.s, "ana", 0, &b), LSCHED_TAKEN, "not finished");
    refuses(lsched_start_as(w.s, ids[1], "ana", key(), NULL), LSCHED_TAKEN, "not finished");
    ok(lsched_finish(w.s, cora, LSCHED_FULFILLED, NULL, key(), &b));
    assert_int_equal(b->outcome, LSCHED_OUTCOME_REACHED);
    lsched_booking_free(b);
    next_is("ana", ids[1]);
    lsched_choice *why;
    ok(lsched_why_agent(w.s, cora, &why));
    assert_string_equal(why->agent, "ana");
    lsched_choice_free(why);
}

static void test_seen_by_search(void **state)
{
    (void)state;
    add_customers();
    const char *cora = JOIN(0, .customer = "cora", .service = "talk");
    ok(lsched_start_as(w.s, cora, "ana", key(), NULL));
    refuses(world_try(NEW(request, .key = key(), .customer = "dora", .service = "talk",
                          .agent = "ana", .start = at(NOON))),
            LSCHED_TAKEN, "booked");
    lsched_slots *slots = FIND(.customer = "dora", .service = "talk", .agent = "ana");
    assert_int_equal(lsched_slots_at(slots, 0)->start, at("2026-03-03T12:30"));
    lsched_slots_free(slots);
    ok(lsched_finish_as(
        w.s, NEW(result, .key = key(), .id = cora, .outcome = LSCHED_OUTCOME_REACHED), NULL));
    ok(world_try(NEW(request, .key = key(), .customer = "dora", .service = "talk", .agent = "ana",
                     .start = at(NOON))));
}

/* Nobody is given what there is no time for, who is off shift, or whom it is closed for. */
static void test_rules_of_now(void **state)
{
    (void)state;
    add_customers();
    const char *cora = JOIN(0, .customer = "cora", .service = "talk");
    lsched_booking_free(BOOK(.key = key(), .customer = "dora", .service = "talk", .agent = "ana",
                             .start = at("2026-03-03T12:30")));
    next_is("ana", cora);
    w.now += 120; /* the lease has ended, and 28 minutes are left */
    next_is("ana", NULL);
    refuses(lsched_start_as(w.s, cora, "ana", key(), NULL), LSCHED_TAKEN, "booked");
    closes(LSCHED_AGENT, "ben", "20260303T121500", "20260303T130000", NULL);
    next_is("ben", NULL);
    ok(lsched_begin(w.s));
    closes(LSCHED_REGION, "US-NY", "20260303T120000", "20260303T130000", NULL);
    next_is("hal", NULL);
    refuses(lsched_start_as(w.s, cora, "hal", key(), NULL), LSCHED_CLOSED, "region");
    ok(lsched_rollback(w.s));
    next_is("hal", cora);
    /* Whom the customer did not want is not among those. */
    ok(lsched_cancel(w.s, cora, NULL, key(), NULL));
    cora = JOIN(0, .customer = "cora", .service = "talk", .rungs = LSCHED_GENERAL);
    next_is("hal", NULL);
    refuses(lsched_start_as(w.s, cora, "hal", key(), NULL), LSCHED_NOBODY, "");
    next_is("gil", cora);
    lsched_booking *b;
    ok(lsched_start(w.s, cora, key(), &b));
    assert_int_equal(b->rung, LSCHED_GENERAL);
    assert_string_equal(b->team, "care");
    lsched_booking_free(b);
}

/* One's own bookings first, and then those of whoever did not turn up. */
static void test_own_and_orphans(void **state)
{
    (void)state;
    add_customers();
    w.now = at("2026-03-03T10:00");
    const char *booked = keep(0, BOOK(.key = key(), .customer = "dora", .service = "talk",
                                      .agent = "ana", .start = at(NOON)));
    w.now = at("2026-03-03T11:50");
    const char *cora = JOIN(1, .customer = "cora", .service = "talk");
    w.now = at(NOON);
    next_is("ana", booked);
    next_is("ben", cora);
    w.now = at(NOON) + 14 * 60;
    next_is("ana", booked);
    next_is("ben", cora);
    ok(lsched_start(w.s, cora, key(), NULL));
    ok(lsched_finish(w.s, cora, LSCHED_FULFILLED, NULL, key(), NULL));
    next_is("ben", NULL);
    w.now = at(NOON) + 16 * 60;
    next_is("ben", booked);
    next_is("ana", NULL); /* it is ben's by now */
    lsched_booking *b;
    ok(lsched_start(w.s, booked, key(), &b));
    assert_string_equal(b->agent, "ben");
    assert_int_equal(b->start, w.now);
    assert_int_equal(b->end, w.now + 1800);
    lsched_booking_free(b);
    ok(lsched_finish(w.s, booked, LSCHED_FULFILLED, NULL, key(), NULL));
    /* What is left to somebody, for a while. */
    const char *left = JOIN(2, .customer = "emil", .service = "talk", .agent = "ana");
    next_is("ben", NULL);
    next_is("ana", left);
    w.now += 15 * 60;
    next_is("ben", left);
}

/* What was never done is for people to look into after a day. */
static void test_old(void **state)
{
    (void)state;
    add_customers();
    const char *booked = keep(0, BOOK(.key = key(), .customer = "dora", .service = "talk",
                                      .agent = "ana", .start = at(NOON)));
    w.now = at("2026-03-04T11:59");
    next_is("ana", booked);
    w.now = at("2026-03-04T12:00");
    next_is("ana", NULL);
}

/* Nobody is called when it is closed to the customer, whatever was promised. */
static void test_lawful(void **state)
{
    (void)state;
    add_customers();
    const char *booked = keep(0, BOOK(.key = key(), .customer = "dora", .service = "talk",
                                      .agent = "ana", .start = at("2026-03-03T16:30")));
    opens(LSCHED_REGION, "US-NY", "20260101T080000", "20260101T164500", "FREQ=DAILY");
    w.now = at("2026-03-03T16:44");
    next_is("ana", booked);
    w.now = at("2026-03-03T16:45");
    next_is("ana", NULL);
}

/* ---- several chats ------------------------------------------------------------------------------ */

static void test_chats(void **state)
{
    (void)state;
    add_customers();
    ok(PUT(agent, .id = "ana", .name = "Ana", .zone = "America/New_York", .lanes = 2));
    const char *cora = JOIN(0, .customer = "cora", .service = "talk", .channel = LSCHED_CHAT);
    w.now += 5;
    const char *dora = JOIN(1, .customer = "dora", .service = "talk", .channel = LSCHED_CHAT);
    w.now += 5;
    const char *emil = JOIN(2, .customer = "emil", .service = "talk", .channel = LSCHED_CHAT);
    w.now += 5;
    const char *fred = JOIN(3, .customer = "fred", .service = "talk");
    next_is("ana", cora);
    ok(lsched_start(w.s, cora, key(), NULL));
    next_is("ana", dora);
    ok(lsched_start(w.s, dora, key(), NULL));
    next_is("ana", NULL);
    /* Also when both take longer: lanes are people. */
    w.now += 3600;
    next_is("ana", NULL);
    ok(lsched_finish(w.s, cora, LSCHED_FULFILLED, NULL, key(), NULL));
    next_is("ana", emil);
    ok(lsched_cancel(w.s, emil, NULL, key(), NULL));
    next_is("ana", NULL); /* a call would take all of her */
    ok(lsched_finish(w.s, dora, LSCHED_FULFILLED, NULL, key(), NULL));
    next_is("ana", fred);
}

/* ---- what becomes of it ------------------------------------------------------------------------- */

static const struct outcome {
    int32_t outcome, fault, state, said, attempts, notice;
} outcomes[] = {
    {LSCHED_OUTCOME_REACHED, 0, LSCHED_FULFILLED, 0, 0, 0},
    {LSCHED_OUTCOME_REACHED, LSCHED_FAULT_OURS, LSCHED_FULFILLED, LSCHED_FAULT_OURS, 0, 0},
    {LSCHED_OUTCOME_NO_ANSWER, 0, LSCHED_WAITING, LSCHED_FAULT_CUSTOMER, 1, LSCHED_NOTICE_TRIED},
    {LSCHED_OUTCOME_ENGAGED, 0, LSCHED_WAITING, LSCHED_FAULT_CUSTOMER, 1, LSCHED_NOTICE_TRIED},
    {LSCHED_OUTCOME_MACHINE, 0, LSCHED_WAITING, LSCHED_FAULT_CUSTOMER, 1, LSCHED_NOTICE_TRIED},
    {LSCHED_OUTCOME_DROPPED, 0, LSCHED_WAITING, LSCHED_FAULT_NETWORK, 1, LSCHED_NOTICE_TRIED},
    {LSCHED_OUTCOME_WRONG, 0, LSCHED_NOSHOW, LSCHED_FAULT_CUSTOMER, 1, LSCHED_NOTICE_REBOOK},
    {LSCHED_OUTCOME_DECLINED, 0, LSCHED_CANCELLED, 0, 0, 0},
    {LSCHED_OUTCOME_ELSEWHERE, 0, LSCHED_CANCELLED, 0, 0, 0},
};

static void check_notice(int32_t kind)
{
    lsched_notices *list;
    ok(lsched_take_notices(w.s, 0, 0, &list));
    assert_int_equal(lsched_notices_count(list), kind != 0);
    if (kind != 0)
        assert_int_equal(lsched_notices_at(list, 0)->kind, kind);
    lsched_notices_free(list);
}

static void test_outcomes(void **state)
{
    (void)state;
    add_customers();
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++) {
        const struct outcome *o = &outcomes[i];
        lsched_booking *b;
        ok(lsched_begin(w.s));
        const char *id = JOIN(0, .customer = "cora", .service = "talk");
        ok(lsched_start_as(w.s, id, "ana", key(), NULL));
        w.now += 120;
        ok(lsched_finish_as(w.s,
                            NEW(result, .key = key(), .id = id, .outcome = o->outcome,
                                .fault = o->fault, .cause = "so it was"),
                            &b));
        assert_int_equal(b->state, o->state);
        assert_int_equal(b->outcome, o->outcome);
        assert_int_equal(b->fault, o->said);
        assert_int_equal(b->attempts, o->attempts);
        assert_string_equal(b->cause, "so it was");
        if (o->state == LSCHED_WAITING) {
            assert_string_equal(b->agent, "");
            assert_int_equal(b->since, at(NOON));
            /* An hour later it is still afternoon; tomorrow begins with a morning. */
            assert_int_equal(b->start, at("2026-03-04T09:00"));
        }
        check_notice(o->notice);
        lsched_booking_free(b);
        ok(lsched_rollback(w.s));
        w.now = at(NOON);
    }
}

static lsched_booking *finish_as(const char *id, int32_t outcome)
{
    lsched_booking *b = NULL;
    ok(lsched_finish_as(w.s, NEW(result, .key = key(), .id = id, .outcome = outcome), &b));
    return b;
}

/* Three attempts, apart, in different parts of the day; then the customer is offered a time. */
static void test_attempts(void **state)
{
    (void)state;
    add_customers();
    w.now = at("2026-03-03T09:10");
    const char *cora = JOIN(0, .customer = "cora", .service = "talk");
    const char *const times[] = {"2026-03-03T12:00", "2026-03-04T09:00"};
    for (int i = 0; i < 2; i++) {
        next_is("ana", cora);
        ok(lsched_start(w.s, cora, key(), NULL));
        lsched_booking *b = finish_as(cora, LSCHED_OUTCOME_NO_ANSWER);
        assert_int_equal(b->attempts, i + 1);
        assert_int_equal(b->start, at(times[i]));
        lsched_booking_free(b);
        check_notice(LSCHED_NOTICE_TRIED);
        w.now = at(times[i]) - 1;
        next_is("ana", NULL);
        w.now++;
    }
    next_is("ben", cora);
    ok(lsched_start(w.s, cora, key(), NULL));
    lsched_booking *b = finish_as(cora, LSCHED_OUTCOME_MACHINE);
    assert_int_equal(b->state, LSCHED_NOSHOW);
    assert_int_equal(b->attempts, 3);
    lsched_booking_free(b);
    check_notice(LSCHED_NOTICE_REBOOK);
    next_is("ana", NULL);
}

/* The caps are the customer's, whatever it was about: a second topic does not go round them. */
static void test_caps(void **state)
{
    (void)state;
    add_customers();
    ok(PUT(service, .id = "talk", .name = "Talk", .day_attempts = 2, .spacing = 10, .attempts = 9));
    ok(PUT(service, .id = "bill", .name = "Bill", .day_attempts = 2));
    w.now = at("2026-03-03T09:30");
    const char *cora = JOIN(0, .customer = "cora", .service = "talk");
    ok(lsched_start_as(w.s, cora, "ana", key(), NULL));
    lsched_booking_free(finish_as(cora, LSCHED_OUTCOME_NO_ANSWER));
    w.now = at(NOON);
    ok(lsched_start_as(w.s, cora, "ana", key(), NULL));
    lsched_booking *b = finish_as(cora, LSCHED_OUTCOME_NO_ANSWER);
    /* The first of the two is a day ago then, and it is another part of the day. */
    assert_int_equal(b->start, at("2026-03-04T09:30"));
    lsched_booking_free(b);
    const char *bill = JOIN(1, .customer = "cora", .service = "bill");
    w.now = at("2026-03-04T09:29");
    next_is("ana", NULL);
    refuses(lsched_start_as(w.s, bill, "ana", key(), NULL), LSCHED_TOOSOON, "too often");
    w.now += 60;
    next_is("ana", cora);
    next_is("ben", bill);
}

/* As the customer wishes it: a time, or not again. */
static void test_wishes(void **state)
{
    (void)state;
    add_customers();
    const char *cora = JOIN(0, .customer = "cora", .service = "talk");
    ok(lsched_start_as(w.s, cora, "ana", key(), NULL));
    lsched_booking *b;
    ok(lsched_begin(w.s));
    ok(lsched_finish_as(w.s,
                        NEW(result, .key = key(), .id = cora, .outcome = LSCHED_OUTCOME_DROPPED,
                            .again = at("2026-03-03T15:00")),
                        &b));
    assert_int_equal(b->state, LSCHED_WAITING);
    assert_int_equal(b->start, at("2026-03-03T15:00"));
    lsched_booking_free(b);
    ok(lsched_rollback(w.s));
    ok(lsched_finish_as(
        w.s, NEW(result, .key = "f", .id = cora, .outcome = LSCHED_OUTCOME_NO_ANSWER, .enough = 1),
        &b));
    assert_int_equal(b->state, LSCHED_NOSHOW);
    lsched_booking *again;
    ok(lsched_finish_as(
        w.s, NEW(result, .key = "f", .id = cora, .outcome = LSCHED_OUTCOME_NO_ANSWER, .enough = 1),
        &again));
    world_same_booking(b, again);
    lsched_booking_free(again);
    lsched_booking_free(b);
    refuses(
        lsched_finish_as(
            w.s, NEW(result, .key = "f", .id = cora, .outcome = LSCHED_OUTCOME_NO_ANSWER), NULL),
        LSCHED_KEYUSED, "key");
    refuses(lsched_finish_as(
                w.s, NEW(result, .key = "g", .id = cora, .outcome = LSCHED_OUTCOME_REACHED), NULL),
            LSCHED_OVER, "no-show");
    refuses(lsched_finish_as(w.s, NEW(result, .key = "g", .id = cora, .outcome = 10), NULL),
            LSCHED_INVALID, "outcome");
    refuses(lsched_finish_as(w.s, NEW(result, .key = "g", .id = cora), NULL), LSCHED_INVALID,
            "outcome");
    refuses(
        lsched_finish_as(w.s, NEW(result, .key = "g", .id = cora, .outcome = 1, .fault = 4), NULL),
        LSCHED_INVALID, "fault");
}

/* A booked call that nobody answered stands in line by its promised start. */
static void test_booked_unanswered(void **state)
{
    (void)state;
    add_customers();
    const char *booked = keep(0, BOOK(.key = key(), .customer = "dora", .service = "talk",
                                      .agent = "ana", .start = at(NOON)));
    w.now = at(NOON) - 60;
    refuses(lsched_finish_as(
                w.s, NEW(result, .key = key(), .id = booked, .outcome = LSCHED_OUTCOME_NO_ANSWER),
                NULL),
            LSCHED_TOOSOON, "missed");
    refuses(
        lsched_finish_as(
            w.s, NEW(result, .key = key(), .id = booked, .outcome = LSCHED_OUTCOME_ABSENT), NULL),
        LSCHED_TOOSOON, "missed");
    w.now = at(NOON) + 60;
    ok(lsched_start(w.s, booked, key(), NULL));
    lsched_booking *b = finish_as(booked, LSCHED_OUTCOME_ENGAGED);
    assert_int_equal(b->state, LSCHED_WAITING);
    assert_int_equal(b->since, at(NOON));
    lsched_booking_free(b);
    /* A visit to which nobody came is over. */
    const char *visit = keep(1, BOOK(.key = key(), .customer = "emil", .service = "talk",
                                     .channel = LSCHED_VISIT, .start = at("2026-03-03T14:00")));
    w.now = at("2026-03-03T14:10");
    b = finish_as(visit, LSCHED_OUTCOME_NO_ANSWER);
    assert_int_equal(b->state, LSCHED_NOSHOW);
    lsched_booking_free(b);
}

/* Where there is no time left at which anybody could, it ends, and the customer hears of it. */
static void test_no_time(void **state)
{
    (void)state;
    add_customers();
    const char *cora = JOIN(0, .customer = "cora", .service = "talk");
    ok(lsched_start_as(w.s, cora, "ana", key(), NULL));
    closes(LSCHED_CUSTOMER, "cora", "20260303T130000", "20260401T000000", NULL);
    lsched_booking *b = finish_as(cora, LSCHED_OUTCOME_NO_ANSWER);
    assert_int_equal(b->state, LSCHED_NOSHOW);
    lsched_booking_free(b);
    check_notice(LSCHED_NOTICE_REBOOK);
}

/* ---- the customer was faster --------------------------------------------------------------------- */

static void test_happened(void **state)
{
    (void)state;
    add_customers();
    ok(PUT(service, .id = "lines", .name = "Lines", .topic = "internet"));
    ok(PUT(service, .id = "routers", .name = "Routers", .topic = "internet"));
    const char *cora = JOIN(0, .customer = "cora", .service = "lines");
    JOIN(1, .customer = "cora", .service = "talk");
    lsched_booking *b = NULL;
    refuses(lsched_contact_happened(w.s, "dora", "lines", NULL, key(), &b), LSCHED_NOTFOUND,
            "dora");
    refuses(lsched_contact_happened(w.s, "cora", "nix", NULL, key(), &b), LSCHED_NOTFOUND, "nix");
    next_is("ana", cora);
    ok(lsched_contact_happened(w.s, "cora", "routers", "rang in", "h", &b));
    assert_string_equal(b->id, cora);
    assert_int_equal(b->state, LSCHED_CANCELLED);
    assert_int_equal(b->outcome, LSCHED_OUTCOME_ELSEWHERE);
    assert_string_equal(b->cause, "rang in");
    lsched_booking_free(b);
    check_notice(0);
    next_is("ana", ids[1]);
    ok(lsched_contact_happened(w.s, "cora", "routers", "rang in", "h", NULL));
    ok(lsched_start(w.s, ids[1], key(), NULL));
    refuses(lsched_contact_happened(w.s, "cora", "talk", NULL, key(), NULL), LSCHED_OVER,
            "in progress");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_little, clean)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_order),        TEST(test_lease),
        TEST(test_start),        TEST(test_seen_by_search),
        TEST(test_rules_of_now), TEST(test_own_and_orphans),
        TEST(test_old),          TEST(test_lawful),
        TEST(test_chats),        TEST(test_outcomes),
        TEST(test_attempts),     TEST(test_caps),
        TEST(test_wishes),       TEST(test_booked_unanswered),
        TEST(test_no_time),      TEST(test_happened),
    };
    return cmocka_run_group_tests_name("turn", tests, NULL, NULL);
}
