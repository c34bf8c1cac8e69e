/* test_figures_edges.c -- header chapter 10: the figures of what went otherwise: cancelled late, never
 * begun, only held, imported, by somebody who is gone.
 */
#include "figured.h"

#define ON_FRIDAY .from = at("2026-03-13T00:00"), .until = at("2026-03-14T00:00")
#define FRIDAY "2026-03-13T"

/* Nobody said when an attempt began that reached nobody. */
static void test_untold(void **state)
{
    (void)state;
    book(11, "emil", "ana", FRIDAY "09:00");
    end(11, FRIDAY "09:10", LSCHED_OUTCOME_NO_ANSWER);
    lsched_figures *f = GET(.team = "home", ON_FRIDAY);
    assert_int_equal(f->missed[0], 1);
    assert_int_equal(f->missed[LSCHED_FAULT_CUSTOMER], 1);
    lsched_figures_free(f);

    ok(PUT(service, .id = "call", .name = "Call", .minutes = 30, .notice = LSCHED_NONE,
           .channels = LSCHED_PHONE));
    w.now = at(FRIDAY "09:20");
    keep(12, BOOK(.key = "b12", .customer = "dora", .service = "call", .agent = "ana",
                  .start = at(FRIDAY "10:00")));
    w.now = at(FRIDAY "10:02");
    ok(lsched_finish_as(
        w.s, NEW(result, .key = "f", .id = ids[12], .outcome = LSCHED_OUTCOME_MACHINE), NULL));
    lsched_booking *b = BOOKING(ids[12]);
    assert_int_equal(b->state, LSCHED_WAITING);
    w.now = b->start;
    lsched_booking_free(b);
    ok(lsched_start_as(w.s, ids[12], "ben", "s12", NULL));
    w.now += 600;
    ok(lsched_finish(w.s, ids[12], LSCHED_FULFILLED, NULL, "f12", NULL));
    f = GET(.team = "home", ON_FRIDAY);
    assert_int_equal(f->kept, 0); /* the second attempt is no promise */
    assert_int_equal(f->missed[LSCHED_FAULT_CUSTOMER], 2);
    assert_int_equal(f->timed, 0);
    assert_int_equal(f->busy, 600);
    lsched_figures_free(f);
}

/* What is cancelled when its time has come was not kept. */
static void test_overdue(void **state)
{
    (void)state;
    book(11, "emil", "ana", FRIDAY "09:00");
    book(12, "dora", "ben", FRIDAY "09:00");
    join(13, "fay", FRIDAY "09:00", 600, at(FRIDAY "09:10"));
    join(14, "gus", FRIDAY "09:00", 600, at(FRIDAY "09:10"));
    w.now = at(FRIDAY "09:05");
    ok(lsched_cancel(w.s, ids[11], NULL, "x11", NULL)); /* still in time */
    ok(lsched_cancel(w.s, ids[13], NULL, "x13", NULL));
    lsched_figures *f = GET(.team = "home", ON_FRIDAY);
    assert_int_equal(f->missed[0], 0);
    lsched_figures_free(f);
    w.now = at(FRIDAY "09:11");
    ok(lsched_cancel(w.s, ids[12], NULL, "x12", NULL));
    f = GET(.team = "home", ON_FRIDAY);
    assert_int_equal(f->missed[LSCHED_FAULT_OURS], 2); /* 14 waits still */
    lsched_figures_free(f);
    ok(lsched_cancel(w.s, ids[14], NULL, "x14", NULL));
    f = GET(.team = "home", ON_FRIDAY);
    assert_int_equal(f->contacts, 4);
    assert_int_equal(f->kept, 0);
    assert_int_equal(f->missed[0], 2);
    assert_int_equal(f->left, 2);
    assert_int_equal(f->told, 1); /* whoever left sooner might have been served in time */
    assert_int_equal(f->told_kept, 0);
    lsched_figures_free(f);
}

/* Whoever comes late to what takes place is at fault, if that is said. */
static void test_whose_fault(void **state)
{
    (void)state;
    book(11, "emil", "ana", FRIDAY "09:00");
    book(12, "dora", "ben", FRIDAY "09:00");
    start(11, FRIDAY "09:12");
    start(12, FRIDAY "09:13");
    w.now = at(FRIDAY "09:30");
    ok(lsched_finish_as(w.s,
                        NEW(result, .key = "f11", .id = ids[11], .outcome = LSCHED_OUTCOME_REACHED,
                            .fault = LSCHED_FAULT_CUSTOMER),
                        NULL));
    end(12, FRIDAY "09:40", LSCHED_OUTCOME_NO_ANSWER); /* which is no wonder */
    lsched_figures *f = GET(.team = "home", ON_FRIDAY);
    assert_int_equal(f->kept, 0);
    assert_int_equal(f->missed[LSCHED_FAULT_CUSTOMER], 1);
    assert_int_equal(f->missed[LSCHED_FAULT_OURS], 1);
    lsched_figures_free(f);
}

/* What was only held, and given back, is no contact; nor what was imported a promise. */
static void test_held(void **state)
{
    lsched_booking *b;
    (void)state;
    b = HOLD(.key = "h", .customer = "emil", .service = "talk", .start = at(FRIDAY "12:00"));
    ok(lsched_cancel(w.s, b->id, NULL, "x", NULL));
    lsched_booking_free(b);
    lsched_figures *f = GET(.team = "home", ON_FRIDAY);
    assert_int_equal(f->contacts, 0);
    lsched_figures_free(f);
    static const int32_t states[] = {LSCHED_FULFILLED, LSCHED_CANCELLED, LSCHED_NOSHOW};
    w.now = at(FRIDAY "12:00");
    for (int i = 0; i < 3; i++) {
        char key[8];
        snprintf(key, sizeof key, "i%d", i);
        ok(lsched_import(w.s,
                         NEW(booking, .state = states[i], .channel = LSCHED_PHONE,
                             .customer = "emil", .service = "talk", .agent = "ana", .team = "home",
                             .start = at(FRIDAY "09:00") + i * 3600,
                             .end = at(FRIDAY "09:30") + i * 3600),
                         key, NULL));
    }
    f = GET(.team = "home", ON_FRIDAY);
    assert_int_equal(f->contacts, 3);
    assert_int_equal(f->states[LSCHED_CANCELLED], 1);
    assert_int_equal(f->kept + f->missed[0], 0);
    assert_int_equal(f->served, 1);
    assert_int_equal(f->busy, 1800);
    assert_int_equal(f->begun[24 * 4 + 9], 1);
    lsched_figures_free(f);
}

/* Two chats at a time are one time; and whoever is gone has no part in what is fair. */
static void test_lanes(void **state)
{
    (void)state;
    ok(PUT(agent, .id = "ana", .name = "ana", .zone = "America/New_York", .languages = "en",
           .lanes = 2));
    for (int i = 11; i < 13; i++) {
        char key[8];
        snprintf(key, sizeof key, "b%d", i);
        keep(i, BOOK(.key = key, .customer = i == 11 ? "emil" : "dora", .service = "talk",
                     .channel = LSCHED_CHAT, .agent = "ana", .start = at(FRIDAY "09:00")));
    }
    start(11, FRIDAY "09:00");
    start(12, FRIDAY "09:05");
    end(11, FRIDAY "09:20", LSCHED_OUTCOME_REACHED);
    end(12, FRIDAY "09:25", LSCHED_OUTCOME_REACHED);
    w.now = at("2026-03-14T08:00");
    lsched_figures *f = GET(.agent = "ana", ON_FRIDAY);
    assert_int_equal(f->busy, 25 * 60);
    assert_int_equal(f->assigned, 3600);
    lsched_figures_free(f);
    f = GET(.team = "home", ON_FRIDAY);
    assert_int_equal(f->uneven, 500);
    lsched_figures_free(f);

    ok(lsched_remove_member(w.s, "home", "ana", NULL));
    ok(lsched_remove_agent(w.s, "ana"));
    f = GET(.team = "home", ON_FRIDAY);
    assert_int_equal(f->served, 2);
    assert_int_equal(f->shift, 8 * 3600);
    assert_int_equal(f->busy + f->assigned + f->fair + f->uneven, 0);
    lsched_figures_free(f);
}

/* A day has as many hours as it has; nobody on shift, no shares. */
static void test_days(void **state)
{
    (void)state;
    book(11, "emil", "ben", FRIDAY "09:00");
    start(11, FRIDAY "09:00");
    end(11, FRIDAY "09:18", LSCHED_OUTCOME_REACHED);
    w.now = at("2026-03-20T00:00");
    ok(PUT(calendar, .kind = LSCHED_AGENT, .owner = "ana", .name = "opens", .effect = LSCHED_OPENS,
           .text = event("20260101T000000", "20260102T000000", "FREQ=DAILY")));
    ok(lsched_remove_calendar(w.s, LSCHED_AGENT, "ben", "opens"));
    lsched_figures *f =
        GET(.team = "home", .from = at("2026-03-08T00:00"), .until = at("2026-03-09T00:00"));
    assert_int_equal(f->shift, 23 * 3600); /* ben has no calendar that opens: no shifts */
    assert_int_equal(f->contacts + f->busy + f->uneven + f->late_p90 + f->wait_p90, 0);
    lsched_figures_free(f);
    f = GET(.agent = "ben", ON_FRIDAY); /* what ben did stands, and nothing of it was ben's turn */
    assert_int_equal(f->shift, 0);
    assert_int_equal(f->fair, 0);
    assert_int_equal(f->busy, 18 * 60);
    lsched_figures_free(f);
    f = GET(.team = "home", .from = at("2026-03-19T00:00"), .until = at("2026-04-19T00:00"));
    assert_int_equal(f->shift, 24 * 3600); /* the rest is still to come */
    lsched_figures_free(f);
}

static int setup(void **state)
{
    static const char *const people[] = {"dora", "emil", "fay", "gus"};
    if (world_little(state) != 0)
        return -1;
    for (size_t i = 0; i < sizeof people / sizeof *people; i++)
        ok(PUT(customer, .id = people[i], .zone = "America/New_York", .region = "US-NY"));
    ok(PUT(service, .id = "fix", .name = "Fix", .minutes = 20, .wrap_up = 5, .notice = LSCHED_NONE,
           .step = 1));
    w.now = at("2026-03-12T08:00");
    return 0;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, setup, figured_close)
    const struct CMUnitTest tests[] = {
        TEST(untold), TEST(overdue), TEST(whose_fault), TEST(held), TEST(lanes), TEST(days),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
