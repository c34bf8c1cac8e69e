/* test_avoids.c -- header chapter 3: an agent whom the customer does not want is never offered,
 * promised or given a contact of this customer, by whatever call, with and without a memory; what
 * is booked with that agent already stays, and goes to others when its time comes.
 */
#include "world.h"

#define NOON "2026-03-03T12:00"

static int put_cora(const char *avoids)
{
    return PUT(customer, .id = "cora", .zone = "America/New_York", .region = "US-NY",
               .avoids = avoids);
}

static int try_book(const char *agent, lsched_time start)
{
    lsched_booking *b = NULL;
    ok(lsched_begin(w.s));
    const int status = lsched_book(w.s,
                                   NEW(request, .key = "try", .customer = "cora", .service = "talk",
                                       .agent = agent, .start = start),
                                   &b);
    ok(lsched_rollback(w.s));
    lsched_booking_free(b);
    return status;
}

/* Who is offered, and can be booked, at noon. */
static void serves(const char *wanted)
{
    static const char *const all[] = {"ana", "ben", "gil", "hal"};
    for (int kept = 1; kept >= 0; kept--) {
        char got[40] = "";
        for (int i = 0; i < 4; i++) {
            lsched_slots *found =
                FIND(.customer = "cora", .service = "talk", .agent = all[i], .from = at(NOON),
                     .until = at(NOON) + 60, .channels = LSCHED_PHONE);
            const bool any = lsched_slots_count(found) == 1;
            assert_int_equal(try_book(all[i], at(NOON)), any ? LSCHED_OK : LSCHED_NOBODY);
            if (any)
                strcat(strcat(got, *got ? " " : ""), all[i]);
            lsched_slots_free(found);
        }
        assert_string_equal(got, wanted);
        ok(lsched_set_memory(w.s, kept ? 0 : 64 << 20));
    }
}

/* ---- the record -------------------------------------------------------------------------------- */

static void test_record(void **state)
{
    (void)state;
    lsched_customer *c;
    refuses(put_cora("ana nix"), LSCHED_NOTFOUND, "nix");
    refuses(PUT(customer, .id = "cora", .zone = "America/New_York", .knows = "hal ana",
                .avoids = "ben ana"),
            LSCHED_INVALID, "'ana' is in knows and in avoids");
    serves("ana ben gil hal"); /* nothing of that was stored */
    ok(PUT(customer, .id = "cora", .zone = "America/New_York", .region = "US-NY", .knows = "hal",
           .avoids = "ben ana"));
    ok(lsched_get_customer(w.s, "cora", &c));
    assert_string_equal(c->knows, "hal");
    assert_string_equal(c->avoids, "ben ana");
    lsched_customer_free(c);
    serves("gil hal");
    /* Whoever leaves is struck from the list, and the others stay. */
    ok(lsched_remove_member(w.s, "home", "ben", NULL));
    ok(lsched_remove_agent(w.s, "ben"));
    ok(lsched_get_customer(w.s, "cora", &c));
    assert_string_equal(c->knows, "hal");
    assert_string_equal(c->avoids, "ana");
    lsched_customer_free(c);
}

/* It is of what is held on the customer; nothing that is handed to agents has it. */
static void test_told(void **state)
{
    (void)state;
    char *text = NULL;
    ok(put_cora("ana ben"));
    lsched_booking *b =
        BOOK(.key = "b", .customer = "cora", .service = "talk", .agent = "gil", .start = at(NOON));
    ok(lsched_export_customer(w.s, "cora", &text));
    assert_non_null(strstr(text, "\"avoids\""));
    assert_non_null(strstr(text, "ana ben"));
    lsched_text_free(text);
    ok(lsched_write_agenda(w.s, "gil", at(NOON) - 86400, at(NOON) + 86400, &text));
    assert_null(strstr(text, "ben"));
    lsched_text_free(text);
    lsched_booking_free(b);
}

/* A handle that has asked before hears of it, in a transaction and when it is rolled back. */
static void test_heard(void **state)
{
    (void)state;
    serves("ana ben gil hal");
    ok(put_cora("ana"));
    serves("ben gil hal");
    ok(lsched_begin(w.s));
    ok(put_cora("gil ben"));
    serves("ana hal");
    ok(lsched_rollback(w.s));
    serves("ben gil hal");
    ok(put_cora(NULL));
    serves("ana ben gil hal");
}

/* ---- booking ------------------------------------------------------------------------------------ */

static void test_booking(void **state)
{
    (void)state;
    lsched_booking *b, *held;
    ok(lsched_book(w.s,
                   NEW(request, .key = "b", .customer = "cora", .service = "talk", .agent = "ana",
                       .start = at(NOON)),
                   &b));
    held = HOLD(.key = "h", .customer = "cora", .service = "talk", .agent = "ana",
                .start = at(NOON) + 1800, .seconds = 60);
    ok(put_cora("ana"));
    /* A move goes to others; with ana it does not go at all. */
    refuses(world_try_move(
                NEW(change, .key = "m1", .id = b->id, .start = at(NOON) + 3600, .agent = "ana")),
            LSCHED_NOBODY, "others serve this customer");
    refuses(world_try_move(NEW(change, .key = "m2", .id = b->id, .start = at(NOON) + 3600,
                               .keep = LSCHED_KEEP_AGENT)),
            LSCHED_NOBODY, "others serve this customer");
    lsched_booking_free(b);
    ok(lsched_move(w.s, NEW(change, .key = "m3", .id = held->id, .start = at(NOON) + 3600), &b));
    assert_string_equal(b->agent, "ben");
    lsched_booking_free(b);
    lsched_booking_free(held);
    /* A hold that ran out is not given ana's place back. */
    ok(put_cora(NULL));
    held = HOLD(.key = "h2", .customer = "cora", .service = "talk", .agent = "ana",
                .start = at(NOON) + 7200, .seconds = 60);
    ok(put_cora("ana"));
    w.now += 61;
    refuses(lsched_confirm(w.s, held->id, NULL, "c", &b), LSCHED_NOBODY, "others serve");
    lsched_booking_free(held);
}

static void test_series(void **state)
{
    (void)state;
    lsched_series *made;
    ok(put_cora("ana hal"));
    ok(lsched_book_series(
        w.s, NEW(request, .key = "s", .customer = "cora", .service = "talk", .start = at(NOON)),
        "FREQ=DAILY;COUNT=3", LSCHED_ALL, &made));
    assert_int_equal(lsched_series_count(made), 3);
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(lsched_series_at(made, i)->booking->agent, "ben");
    lsched_series_free(made);
}

/* ---- why ----------------------------------------------------------------------------------------- */

/* The reason is one of its own; what would help never is the agent. */
static void test_explained(void **state)
{
    (void)state;
    lsched_explanation *why;
    int64_t told = 0;
    ok(put_cora("ana"));
    ok(lsched_explain(w.s,
                      NEW(query, .customer = "cora", .service = "talk", .agent = "ana",
                          .from = at(NOON), .until = at(NOON) + 3600),
                      &why));
    assert_int_equal(lsched_explanation_outlook(why)->starts, 0);
    assert_int_equal(lsched_explanation_alone(why, LSCHED_WHY_AVOIDED),
                     lsched_explanation_lost(why, LSCHED_WHY_AVOIDED));
    assert_true(lsched_explanation_lost(why, LSCHED_WHY_AVOIDED) > 0);
    for (size_t i = 0; i < lsched_explanation_count(why); i++) {
        const lsched_obstacle *o = lsched_explanation_at(why, i);
        if (o->reason != LSCHED_WHY_AVOIDED)
            continue;
        assert_string_equal(o->who, "ana");
        assert_true(o->from <= at(NOON) && o->until >= at(NOON) + 3600);
        told++;
    }
    assert_int_equal(told, 1);
    assert_int_equal(lsched_explanation_candidate(why, 0)->fit, 0);
    assert_true(lsched_explanation_relaxations(why) > 0);
    for (size_t i = 0; i < lsched_explanation_relaxations(why); i++) {
        const lsched_relaxation *r = lsched_explanation_relaxation(why, i);
        lsched_slots *then = world_find(r->query);
        for (size_t n = 0; n < lsched_slots_count(then); n++)
            assert_string_not_equal(lsched_slots_at(then, n)->agent, "ana");
        lsched_slots_free(then);
    }
    lsched_explanation_free(why);
    /* In words that tell the agent nothing. */
    assert_string_equal(lsched_reason_text(LSCHED_WHY_AVOIDED), "others serve this customer");
}

/* What is booked stays, is told by the put that makes it so, and is repaired like any other. */
static void test_strays(void **state)
{
    (void)state;
    lsched_plan *done;
    lsched_findings *findings;
    ok(PUT(customer, .id = "dora", .zone = "America/New_York", .region = "US-NY"));
    lsched_booking_free(BOOK(.key = "d", .customer = "dora", .service = "talk", .agent = "ana",
                             .start = at(NOON) + 3600));
    lsched_booking *b =
        BOOK(.key = "b", .customer = "cora", .service = "talk", .agent = "ana", .start = at(NOON));
    ok(lsched_set_strays(w.s, 10));
    ok(put_cora("ana"));
    const lsched_strays *left = lsched_left_strays(w.s);
    assert_int_equal(lsched_strays_count(left), 1);
    assert_string_equal(lsched_strays_at(left, 0)->booking->id, b->id);
    assert_int_equal(lsched_strays_at(left, 0)->reasons, LSCHED_WHY_AVOIDED);
    lsched_booking *same = BOOKING(b->id);
    world_same_booking(b, same);
    lsched_booking_free(same);
    ok(lsched_verify(w.s, &findings));
    assert_int_equal(lsched_findings_count(findings), 1);
    assert_string_equal(lsched_findings_at(findings, 0)->invariant, "I6");
    lsched_findings_free(findings);
    ok(lsched_repair(w.s, NEW(sweep, .key = "r", .kind = LSCHED_CUSTOMER, .owner = "cora"), NULL,
                     &done));
    assert_int_equal(lsched_plan_count(done), 1);
    assert_string_equal(lsched_plan_at(done, 0)->after->agent, "ben");
    assert_int_equal(lsched_plan_at(done, 0)->after->start, at(NOON));
    assert_int_equal(lsched_plan_at(done, 0)->changes & LSCHED_MEND_KNOWN, 0);
    lsched_plan_free(done);
    lsched_booking_free(b);
}

/* ---- the working day ------------------------------------------------------------------------------ */

static int next_for(const char *agent, char *id)
{
    lsched_booking *b = NULL;
    const int status = lsched_next(w.s, agent, 60, &b);
    snprintf(id, 40, "%s", status == LSCHED_OK ? b->id : "");
    lsched_booking_free(b);
    return status;
}

/* The line does not give ana what is cora's, nor does she begin it. */
static void test_line(void **state)
{
    (void)state;
    lsched_booking *b;
    char id[40], wanted[40];
    w.now = at(NOON);
    ok(put_cora("ana"));
    ok(lsched_join(w.s, NEW(request, .key = "j", .customer = "cora", .service = "talk"), &b));
    snprintf(wanted, sizeof wanted, "%s", b->id);
    lsched_booking_free(b);
    assert_int_equal(next_for("ana", id), LSCHED_NOTFOUND);
    refuses(lsched_start_as(w.s, wanted, "ana", "s", NULL), LSCHED_NOBODY, "others serve");
    ok(next_for("ben", id));
    assert_string_equal(id, wanted);
    /* With nobody else there, nobody can be in line. */
    ok(lsched_cancel(w.s, wanted, NULL, "c", NULL));
    ok(put_cora("ana ben gil hal"));
    refuses(lsched_join(w.s, NEW(request, .key = "j2", .customer = "cora", .service = "talk"), &b),
            LSCHED_NOBODY, "others serve this customer");
    ok(put_cora("ana"));
    refuses(lsched_join(
                w.s,
                NEW(request, .key = "j3", .customer = "cora", .service = "talk", .agent = "ana"),
                &b),
            LSCHED_NOBODY, "others serve this customer");
}

/* What was booked with ana before is not handed to her when its time comes, but to others, who do
 * not wait for her first. */
static void test_own_contact(void **state)
{
    (void)state;
    char id[40];
    lsched_booking *b =
        BOOK(.key = "b", .customer = "cora", .service = "talk", .agent = "ana", .start = at(NOON));
    w.now = at(NOON);
    assert_int_equal(next_for("ben", id), LSCHED_NOTFOUND); /* it is left to ana */
    ok(put_cora("ana"));
    assert_int_equal(next_for("ana", id), LSCHED_NOTFOUND);
    ok(next_for("ben", id));
    assert_string_equal(id, b->id);
    lsched_booking_free(b);
    ok(lsched_start(w.s, id, "s", &b));
    assert_string_equal(b->agent, "ben");
    lsched_booking_free(b);
}

/* Nor is what waits for her; and what she was just given, she is not given again. */
static void test_left_to(void **state)
{
    (void)state;
    lsched_booking *b;
    char id[40];
    w.now = at(NOON);
    ok(lsched_join(
        w.s, NEW(request, .key = "j", .customer = "cora", .service = "talk", .agent = "ana"), &b));
    assert_int_equal(next_for("ben", id), LSCHED_NOTFOUND);
    ok(next_for("ana", id));
    assert_string_equal(id, b->id);
    ok(put_cora("ana"));
    assert_int_equal(next_for("ana", id), LSCHED_NOTFOUND);
    refuses(lsched_start(w.s, b->id, "s", NULL), LSCHED_NOBODY, "others serve");
    w.now += 61; /* her lease is over, and ben need not wait any longer */
    ok(next_for("ben", id));
    assert_string_equal(id, b->id);
    lsched_booking_free(b);
}

/* The estimate counts those who may serve, and no class of customers answers for another's. */
static void test_estimate(void **state)
{
    (void)state;
    lsched_forecast *wait;
    const lsched_request *cora =
        NEW(request, .customer = "cora", .service = "talk", .rungs = LSCHED_HOME);
    w.now = at(NOON);
    ok(lsched_estimate(w.s, cora, &wait));
    assert_int_equal(wait->status, LSCHED_OK);
    assert_int_equal(wait->agents, 2);
    lsched_forecast_free(wait);
    ok(put_cora("ana ben"));
    ok(lsched_estimate(w.s, cora, &wait));
    assert_int_equal(wait->status, LSCHED_NOBODY);
    assert_int_equal(wait->offered, 0);
    lsched_forecast_free(wait);
    /* Dan, who is before her in line, goes to ana, who is free; and cora to ben. */
    ok(put_cora("ana"));
    ok(PUT(customer, .id = "dan", .zone = "America/New_York", .region = "US-NY"));
    ok(PUT(customer, .id = "dora", .zone = "America/New_York", .region = "US-NY"));
    lsched_booking *b;
    ok(lsched_join(
        w.s, NEW(request, .key = "j", .customer = "dan", .service = "talk", .rungs = LSCHED_HOME),
        &b));
    ok(lsched_estimate(w.s, cora, &wait));
    assert_int_equal(wait->agents, 1);
    assert_int_equal(wait->p90, 0);
    lsched_forecast_free(wait);
    ok(lsched_cancel(w.s, b->id, NULL, "c", NULL));
    lsched_booking_free(b);
    /* Ana is free at once, and ben is booked until half past: dora avoids nobody. */
    b = BOOK(.key = "b", .customer = "dora", .service = "talk", .agent = "ben", .start = at(NOON));
    ok(lsched_start(w.s, b->id, "s", NULL));
    lsched_booking_free(b);
    ok(lsched_estimate(w.s, cora, &wait));
    assert_int_equal(wait->agents, 1);
    assert_true(wait->p50 > 0);
    lsched_forecast_free(wait);
    ok(lsched_estimate(
        w.s, NEW(request, .customer = "dora", .service = "talk", .rungs = LSCHED_HOME), &wait));
    assert_int_equal(wait->agents, 2);
    assert_int_equal(wait->p90, 0);
    lsched_forecast_free(wait);
}

/* ---- messages -------------------------------------------------------------------------------------- */

static int say(int32_t kind, const char *key, const char *agent, const char *to, lsched_entry **out)
{
    return lsched_add_entry(w.s,
                            NEW(entry, .kind = kind, .key = key, .case_id = "c-1",
                                .text = "It is red.", .agent = agent, .to = to,
                                .promise = kind == LSCHED_ENTRY_IN ? 60 : 0),
                            out);
}

static size_t unanswered(const char *agent)
{
    lsched_entries *list;
    ok(lsched_list_unanswered(w.s, agent, 0, 0, &list));
    const size_t count = lsched_entries_count(list);
    lsched_entries_free(list);
    return count;
}

static void test_messages(void **state)
{
    (void)state;
    lsched_entry *n;
    ok(PUT(case, .id = "c-1", .customer = "cora", .topic = "router"));
    ok(say(LSCHED_ENTRY_OUT, "a1", "ana", NULL, NULL));
    ok(say(LSCHED_ENTRY_IN, "q1", NULL, NULL, &n));
    assert_string_equal(n->agent, "ana");
    lsched_entry_free(n);
    assert_int_equal(unanswered("ana"), 1);
    ok(put_cora("ana"));
    assert_int_equal(unanswered("ana"), 0);
    assert_int_equal(unanswered(NULL), 1);
    ok(say(LSCHED_ENTRY_IN, "q2", NULL, NULL, &n));
    assert_string_equal(n->agent, "");
    lsched_entry_free(n);
    refuses(say(LSCHED_ENTRY_IN, "q3", "ana", NULL, NULL), LSCHED_NOBODY, "not for customer");
    refuses(say(LSCHED_ENTRY_TRANSFER, "t1", "ben", "ana", NULL), LSCHED_NOBODY, "'ana'");
    ok(say(LSCHED_ENTRY_TRANSFER, "t1", "ana", "home", NULL));
    ok(say(LSCHED_ENTRY_OUT, "a2", "ana", NULL, NULL)); /* what was said was said */
}

/* ---- what becomes free ------------------------------------------------------------------------------ */

/* Who waits for a place is not offered one with an agent whom it avoids: the next one is. */
static void test_waitlist(void **state)
{
    (void)state;
    lsched_wait *wait;
    ok(PUT(customer, .id = "dora", .zone = "America/New_York", .region = "US-NY"));
    ok(PUT(customer, .id = "dan", .zone = "America/New_York", .region = "US-NY"));
    ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 30, .step = 30, .notice = LSCHED_NONE,
           .channels = LSCHED_PHONE));
    closes(LSCHED_AGENT, "ben", ";VALUE=DATE:20260301", ";VALUE=DATE:20260501", NULL);
    closes(LSCHED_AGENT, "hal", ";VALUE=DATE:20260301", ";VALUE=DATE:20260501", NULL);
    closes(LSCHED_AGENT, "gil", ";VALUE=DATE:20260301", ";VALUE=DATE:20260501", NULL);
    opens(LSCHED_TEAM, "home", "20260303T120000", "20260303T123000", NULL);
    ok(put_cora("ana"));
    lsched_booking *b = BOOK(.key = "d", .customer = "dan", .service = "talk", .start = at(NOON));
    refuses(PUT(wait, .id = "first", .customer = "cora", .service = "talk", .agent = "ana"),
            LSCHED_INVALID, "avoids agent 'ana'");
    ok(PUT(wait, .id = "first", .customer = "cora", .service = "talk"));
    w.now++;
    ok(PUT(wait, .id = "second", .customer = "dora", .service = "talk"));
    w.now++;
    ok(lsched_cancel(w.s, b->id, NULL, "c", NULL));
    ok(lsched_get_wait(w.s, "first", &wait));
    assert_int_equal(wait->state, LSCHED_WAIT_OPEN);
    assert_string_equal(wait->offer, "");
    lsched_wait_free(wait);
    ok(lsched_get_wait(w.s, "second", &wait));
    assert_string_not_equal(wait->offer, "");
    lsched_wait_free(wait);
    lsched_booking_free(b);
}

/* Who makes room for another is not seated with an agent whom it avoids. */
static void test_reseated(void **state)
{
    (void)state;
    lsched_booking *b, *after;
    ok(PUT(customer, .id = "dora", .zone = "America/New_York", .region = "US-NY", .avoids = "ben"));
    ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 30, .step = 30, .notice = LSCHED_NONE,
           .reseats = 3));
    b = BOOK(.key = "c", .customer = "cora", .service = "talk", .rungs = LSCHED_HOME,
             .start = at(NOON));
    assert_string_equal(b->agent, "ana");
    /* Dora does not want ben: cora goes there, and makes room at ana's. */
    after = BOOK(.key = "d", .customer = "dora", .service = "talk", .rungs = LSCHED_HOME,
                 .start = at(NOON));
    assert_string_equal(after->agent, "ana");
    lsched_booking_free(after);
    lsched_booking_free(b);
    /* And where cora does not want him either, there is no room. */
    ok(put_cora("ben"));
    b = BOOK(.key = "c2", .customer = "cora", .service = "talk", .rungs = LSCHED_HOME,
             .start = at(NOON) + 3600);
    assert_string_equal(b->agent, "ana");
    assert_int_equal(world_try(NEW(request, .key = "d2", .customer = "dora", .service = "talk",
                                   .rungs = LSCHED_HOME, .start = at(NOON) + 3600)),
                     LSCHED_TAKEN);
    lsched_booking_free(b);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_little, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_record),      TEST(test_heard),     TEST(test_told),     TEST(test_booking),
        TEST(test_series),      TEST(test_explained), TEST(test_strays),   TEST(test_line),
        TEST(test_own_contact), TEST(test_left_to),   TEST(test_estimate), TEST(test_messages),
        TEST(test_waitlist),    TEST(test_reseated),
    };
    return cmocka_run_group_tests_name("avoids", tests, NULL, NULL);
}
