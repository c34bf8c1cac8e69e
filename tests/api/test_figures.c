/* test_figures.c -- header chapter 10: what was promised, and what was kept.  A small world, every
 * figure of which is worked out by hand beside it.
 */
#include "figured.h"

#define TUESDAY "2026-03-03T"
#define HOUR_OF_TUESDAY(hour) (24 + (hour))

static void write_entry(const char *key, const char *when, int32_t kind, const char *agent,
                        int32_t score, int32_t promise)
{
    w.now = at(when);
    ok(lsched_add_entry(w.s,
                        NEW(entry, .kind = kind, .key = key, .case_id = "c", .agent = agent,
                            .text = "words", .score = score, .promise = promise),
                        NULL));
}

static void fill(void)
{
    static const char *const people[] = {"dora", "emil", "fay", "gus", "hana"};
    for (size_t i = 0; i < sizeof people / sizeof *people; i++)
        ok(PUT(customer, .id = people[i], .zone = "America/New_York", .region = "US-NY",
               .knows = i == 2 ? "ben" : ""));
    ok(PUT(service, .id = "fix", .name = "Fix", .minutes = 20, .wrap_up = 5, .notice = LSCHED_NONE,
           .step = 1));
    ok(PUT(case, .id = "c", .customer = "cora"));
}

/* Monday, outside of what is measured: cora is served by ana. */
static void monday(void)
{
    book(0, "cora", "ana", "2026-03-02T09:00");
    book(1, "cora", "ana", TUESDAY "10:00");
    book(2, "dora", "ana", TUESDAY "11:00");
    book(3, "emil", "ben", TUESDAY "10:00");
    book(4, "cora", "ben", TUESDAY "12:00");
    book(5, "dora", "ana", TUESDAY "13:00");
    book(6, "emil", "ana", TUESDAY "14:00");
    book(7, "dora", "ben", "2026-03-06T10:00"); /* once more about the same */
    start(0, "2026-03-02T09:00");
    end(0, "2026-03-02T09:20", LSCHED_OUTCOME_REACHED);
    ok(lsched_cancel(w.s, ids[5], NULL, "x5", NULL));
}

static void tuesday(void)
{
    write_entry("in1", TUESDAY "10:00", LSCHED_ENTRY_IN, "ana", 0, 60);
    start(1, TUESDAY "10:02");
    end(1, TUESDAY "10:20", LSCHED_OUTCOME_REACHED);
    write_entry("score1", TUESDAY "10:25", LSCHED_ENTRY_SCORE, "ana", 80, 0);
    write_entry("out1", TUESDAY "10:30", LSCHED_ENTRY_OUT, "ana", 0, 0);
    end(3, TUESDAY "10:40", LSCHED_OUTCOME_ABSENT);
    start(2, TUESDAY "11:10");
    end(2, TUESDAY "11:40", LSCHED_OUTCOME_REACHED);
    start(4, TUESDAY "12:00");
    end(4, TUESDAY "12:03", LSCHED_OUTCOME_NO_ANSWER);
    write_entry("in2", TUESDAY "12:05", LSCHED_ENTRY_IN, "ana", 0, 30);
    write_entry("out2", TUESDAY "13:00", LSCHED_ENTRY_OUT, "ana", 0, 0);
    start(6, TUESDAY "13:58");
    end(6, TUESDAY "14:01", LSCHED_OUTCOME_DROPPED);
    join(8, "fay", TUESDAY "15:00", 300, 0);
    join(9, "gus", TUESDAY "15:00:30", 300, at(TUESDAY "15:10"));
    take(8, "ben", TUESDAY "15:04");
    take(9, "ana", TUESDAY "15:12");
    end(8, TUESDAY "15:14", LSCHED_OUTCOME_REACHED);
    join(10, "hana", TUESDAY "15:20", 0, 0);
    end(9, TUESDAY "15:22", LSCHED_OUTCOME_REACHED);
    w.now = at(TUESDAY "15:25");
    ok(lsched_cancel(w.s, ids[10], NULL, "x10", NULL));
    write_entry("score2", TUESDAY "16:00", LSCHED_ENTRY_SCORE, "ben", 20, 0);
    write_entry("in3", TUESDAY "16:30", LSCHED_ENTRY_IN, "ana", 0, 120); /* due on Wednesday */
}

static int setup(void **state)
{
    if (world_little(state) != 0)
        return -1;
    fill();
    monday();
    tuesday();
    w.now = at("2026-03-12T08:00");
    return 0;
}

static int teardown(void **state)
{
    return figured_close(state);
}

#define ON_TUESDAY .from = at(TUESDAY "00:00"), .until = at("2026-03-04T00:00")

/* ---- a team ------------------------------------------------------------------------------------ */

static void test_contacts(void **state)
{
    (void)state;
    lsched_figures *f = GET(.team = "home", ON_TUESDAY);
    assert_string_equal(f->team, "home");
    assert_string_equal(f->agent, "");
    assert_int_equal(f->contacts, 9);
    assert_int_equal(f->states[LSCHED_FULFILLED], 4); /* 1, 2, 8, 9 */
    assert_int_equal(f->states[LSCHED_MISSED], 1);    /* 3 */
    assert_int_equal(f->states[LSCHED_NOSHOW], 2);    /* 4, 6 */
    assert_int_equal(f->states[LSCHED_CANCELLED], 2); /* 5, 10 */
    assert_int_equal(f->outcomes[LSCHED_OUTCOME_REACHED], 4);
    assert_int_equal(f->outcomes[LSCHED_OUTCOME_NO_ANSWER], 1);
    assert_int_equal(f->outcomes[LSCHED_OUTCOME_DROPPED], 1);
    assert_int_equal(f->outcomes[LSCHED_OUTCOME_ABSENT], 1);
    assert_int_equal(f->outcomes[0], 2);
    lsched_figures_free(f);
}

static void test_promises(void **state)
{
    (void)state;
    lsched_figures *f = GET(.team = "home", ON_TUESDAY);
    assert_int_equal(f->kept, 1); /* 1 */
    assert_int_equal(f->missed[0], 5);
    assert_int_equal(f->missed[LSCHED_FAULT_OURS], 3);     /* 2 and 9 late, 3 not at all */
    assert_int_equal(f->missed[LSCHED_FAULT_CUSTOMER], 1); /* 4 */
    assert_int_equal(f->missed[LSCHED_FAULT_NETWORK], 1);  /* 6 */
    assert_int_equal(f->moved, 0);
    assert_int_equal(f->timed, 4); /* 1, 2, 4, 6: 120, 600, 0 and (early) 0 s late */
    assert_int_equal(f->punctual, 3);
    assert_int_equal(f->late_p50, 0);
    assert_int_equal(f->late_p90, 600);
    assert_int_equal(f->late_max, 600);
    lsched_figures_free(f);

    f = GET(.team = "home", .minutes = 10, ON_TUESDAY);
    assert_int_equal(f->kept, 2);
    assert_int_equal(f->missed[LSCHED_FAULT_OURS], 2);
    assert_int_equal(f->punctual, 4);
    lsched_figures_free(f);

    f = GET(.team = "home", .minutes = LSCHED_NONE, ON_TUESDAY);
    assert_int_equal(f->kept, 0);
    assert_int_equal(f->missed[LSCHED_FAULT_OURS], 4);
    assert_int_equal(f->punctual, 2);
    lsched_figures_free(f);
}

static void test_waits(void **state)
{
    (void)state;
    lsched_figures *f = GET(.team = "home", ON_TUESDAY);
    assert_int_equal(f->waits, 2); /* 8: 240 s, 9: 690 s */
    assert_int_equal(f->wait_p50, 240);
    assert_int_equal(f->wait_p90, 690);
    assert_int_equal(f->wait_max, 690);
    assert_int_equal(f->left, 1); /* 10 */
    assert_int_equal(f->told, 2);
    assert_int_equal(f->told_kept, 1);
    lsched_figures_free(f);
}

static void test_people(void **state)
{
    (void)state;
    lsched_figures *f = GET(.team = "home", ON_TUESDAY);
    assert_int_equal(f->served, 4);
    assert_int_equal(f->returning, 1); /* 1 */
    assert_int_equal(f->familiar, 2);  /* 1, by ana again; 8, whom fay knows */
    assert_int_equal(f->firsts, 3);    /* 2, 8, 9; 1 was there on Monday */
    assert_int_equal(f->resolved, 2);  /* not 2: there is 7 */
    assert_int_equal(f->messages, 2);
    assert_int_equal(f->answered, 1);
    assert_int_equal(f->scores, 2);
    assert_int_equal(f->score_sum, 100);
    lsched_figures_free(f);

    w.now = at("2026-03-10T12:00"); /* seven days behind 2, by the clock change; not 8 and 9 */
    f = GET(.team = "home", ON_TUESDAY);
    assert_int_equal(f->firsts, 1);
    assert_int_equal(f->resolved, 0);
    lsched_figures_free(f);
}

static void test_work(void **state)
{
    (void)state;
    lsched_figures *f = GET(.team = "home", ON_TUESDAY);
    assert_int_equal(f->shift, 2 * 8 * 3600);
    /* ana 18 + 30 + 3 + 10 (+ 5 of wrap-up), ben 3 + 10 (+ 5) minutes */
    assert_int_equal(f->busy, (66 + 18) * 60);
    assert_int_equal(f->assigned, 100 * 60); /* ana 30 + 30 + 20, ben 20 minutes */
    assert_int_equal(f->fair, 100 * 60);
    assert_int_equal(f->uneven, 300); /* 30 of ana's 80 would be ben's */
    lsched_figures_free(f);

    /* What is stale by now does not unmake shifts that are over. */
    ok(PUT(calendar, .kind = LSCHED_AGENT, .owner = "ana", .name = "leave", .effect = LSCHED_CLOSES,
           .text = event("20260303T160000", "20260303T170000", NULL),
           .checked = at(TUESDAY "08:00"), .good_for = 60, .on_stale = LSCHED_STALE_CLOSED));
    f = GET(.team = "home", ON_TUESDAY);
    assert_int_equal(f->shift, (2 * 8 - 1) * 3600);
    lsched_figures_free(f);
    ok(lsched_remove_calendar(w.s, LSCHED_AGENT, "ana", "leave"));

    w.now = at(TUESDAY "11:00"); /* so far */
    f = GET(.team = "home", ON_TUESDAY);
    assert_int_equal(f->shift, 2 * 2 * 3600);
    assert_int_equal(f->busy, 18 * 60);
    lsched_figures_free(f);
}

static void test_hours(void **state)
{
    (void)state;
    lsched_figures *f = GET(.team = "home", ON_TUESDAY);
    int64_t begun = 0, joined = 0, waited = 0;
    for (int i = 0; i < 168; i++) {
        begun += f->begun[i];
        joined += f->joined[i];
        waited += f->waited[i];
    }
    assert_int_equal(begun, 6);
    assert_int_equal(joined, 2);
    assert_int_equal(waited, 930);
    assert_int_equal(f->begun[HOUR_OF_TUESDAY(10)], 1);
    assert_int_equal(f->begun[HOUR_OF_TUESDAY(11)], 1);
    assert_int_equal(f->begun[HOUR_OF_TUESDAY(12)], 1);
    assert_int_equal(f->begun[HOUR_OF_TUESDAY(13)], 1);
    assert_int_equal(f->begun[HOUR_OF_TUESDAY(15)], 2);
    assert_int_equal(f->joined[HOUR_OF_TUESDAY(15)], 2);
    assert_int_equal(f->waited[HOUR_OF_TUESDAY(15)], 930);
    lsched_figures_free(f);

    f = GET(.team = "home", .zone = "Asia/Tokyo", ON_TUESDAY); /* 14 hours ahead */
    assert_int_equal(f->begun[HOUR_OF_TUESDAY(24)], 1);
    assert_int_equal(f->waited[HOUR_OF_TUESDAY(29)], 930);
    lsched_figures_free(f);
}

/* ---- of whom ----------------------------------------------------------------------------------- */

static void test_agents(void **state)
{
    (void)state;
    lsched_figures_list *list;
    ok(lsched_list_figures(w.s, NEW(measure, .team = "home", ON_TUESDAY), LSCHED_AGENT, &list));
    assert_int_equal(lsched_figures_list_count(list), 2);
    const lsched_figures *ana = lsched_figures_list_at(list, 0);
    const lsched_figures *ben = lsched_figures_list_at(list, 1);
    assert_null(lsched_figures_list_at(list, 2));
    assert_int_equal(ana->size, sizeof *ana);
    assert_string_equal(ana->agent, "ana");
    assert_string_equal(ana->team, "home");
    assert_string_equal(ben->agent, "ben");
    assert_int_equal(ana->contacts, 5); /* 1, 2, 5, 6, 9 */
    assert_int_equal(ben->contacts, 3); /* 3, 4, 8; 10 was nobody's */
    assert_int_equal(ana->kept, 1);
    assert_int_equal(ana->missed[LSCHED_FAULT_OURS], 2);
    assert_int_equal(ana->missed[LSCHED_FAULT_NETWORK], 1);
    assert_int_equal(ben->missed[LSCHED_FAULT_OURS], 1);
    assert_int_equal(ben->missed[LSCHED_FAULT_CUSTOMER], 1);
    assert_int_equal(ana->late_max, 600);
    assert_int_equal(ana->wait_max, 690);
    assert_int_equal(ben->wait_max, 240);
    assert_int_equal(ana->shift, 8 * 3600);
    assert_int_equal(ana->busy, 66 * 60);
    assert_int_equal(ben->busy, 18 * 60);
    assert_int_equal(ana->assigned, 80 * 60);
    assert_int_equal(ana->fair, 50 * 60);
    assert_int_equal(ben->fair, 50 * 60);
    assert_int_equal(ana->uneven, 0);
    assert_int_equal(ana->messages, 2);
    assert_int_equal(ana->score_sum, 80);
    assert_int_equal(ben->score_sum, 20);
    lsched_figures_list_free(list);

    /* Alone, an agent has the same figures. */
    lsched_figures *one = GET(.team = "home", .agent = "ana", ON_TUESDAY);
    assert_int_equal(one->contacts, 5);
    assert_int_equal(one->busy, 66 * 60);
    assert_int_equal(one->fair, 50 * 60);
    lsched_figures_free(one);

    /* Of everybody's work, for the time on shift, of four agents. */
    one = GET(.agent = "ben", ON_TUESDAY);
    assert_string_equal(one->team, "");
    assert_int_equal(one->contacts, 3);
    assert_int_equal(one->assigned, 20 * 60);
    assert_int_equal(one->fair, 25 * 60);
    lsched_figures_free(one);
}

static void test_teams(void **state)
{
    (void)state;
    lsched_figures_list *list;
    static const char *const names[] = {"care", "help", "home"};
    static const int contacts[] = {0, 0, 9}, agents[] = {1, 1, 2};
    ok(lsched_list_figures(w.s, NEW(measure, ON_TUESDAY), LSCHED_TEAM, &list));
    assert_int_equal(lsched_figures_list_count(list), 3);
    for (size_t i = 0; i < 3; i++) {
        const lsched_figures *f = lsched_figures_list_at(list, i);
        assert_string_equal(f->team, names[i]);
        assert_int_equal(f->contacts, contacts[i]);
        assert_int_equal(f->shift, agents[i] * 8 * 3600);
    }
    lsched_figures_list_free(list);

    lsched_figures *all = GET(ON_TUESDAY);
    assert_int_equal(all->contacts, 9);
    assert_int_equal(all->shift, 4 * 8 * 3600);
    assert_int_equal(all->begun[HOUR_OF_TUESDAY(15)], 1); /* 13:58 there, which is in UTC 18:58 */
    assert_int_equal(all->begun[HOUR_OF_TUESDAY(20)], 2);
    lsched_figures_free(all);
}

/* ---- what is still open, and what was moved ------------------------------------------------------ */

static void test_open(void **state)
{
    (void)state;
    const lsched_time from = at("2026-03-13T00:00"), until = at("2026-03-14T00:00");
    book(11, "cora", "ana", "2026-03-13T10:00");
    book(12, "dora", "ana", "2026-03-13T11:00");
    lsched_booking *held =
        HOLD(.key = "h", .customer = "emil", .service = "talk", .start = at("2026-03-13T12:00"));
    lsched_booking_free(held);
    lsched_figures *f = GET(.team = "home", .from = from, .until = until);
    assert_int_equal(f->contacts, 2); /* what is held is none */
    assert_int_equal(f->states[LSCHED_BOOKED], 2);
    assert_int_equal(f->kept + f->missed[0], 0);
    lsched_figures_free(f);

    w.now = at("2026-03-13T10:06"); /* nobody has begun the first */
    f = GET(.team = "home", .from = from, .until = until);
    assert_int_equal(f->kept, 0);
    assert_int_equal(f->missed[LSCHED_FAULT_OURS], 1);
    lsched_figures_free(f);

    /* It took place, and nobody said when it began. */
    ok(lsched_finish(w.s, ids[11], LSCHED_FULFILLED, NULL, "f11", NULL));
    f = GET(.team = "home", .from = from, .until = until);
    assert_int_equal(f->kept, 1);
    assert_int_equal(f->missed[0], 0);
    assert_int_equal(f->timed, 0);
    assert_int_equal(f->busy, 360); /* as planned, so far */
    lsched_figures_free(f);

    closes(LSCHED_AGENT, "ana", "20260313T110000", "20260313T120000", NULL);
    closes(LSCHED_AGENT, "ben", "20260313T110000", "20260313T120000", NULL);
    closes(LSCHED_AGENT, "hal", "20260313T110000", "20260313T120000", NULL);
    closes(LSCHED_AGENT, "gil", "20260313T110000", "20260313T120000", NULL);
    lsched_plan *plan;
    ok(lsched_repair(w.s, NEW(sweep, .key = "repair"), NULL, &plan));
    lsched_plan_free(plan);
    f = GET(.from = from, .until = until + 86400);
    assert_int_equal(f->moved, 1);
    lsched_figures_free(f);
}

/* The second attempt is no second promise, and its agent has other work of it. */
static void test_attempts(void **state)
{
    (void)state;
    w.now = at("2026-03-12T08:00");
    ok(PUT(service, .id = "call", .name = "Call", .minutes = 30, .notice = LSCHED_NONE,
           .channels = LSCHED_PHONE));
    keep(11, BOOK(.key = "b11", .customer = "emil", .service = "call", .agent = "ana",
                  .start = at("2026-03-12T09:00")));
    start(11, "2026-03-12T09:01");
    w.now = at("2026-03-12T09:05");
    ok(lsched_finish_as(
        w.s, NEW(result, .key = "f", .id = ids[11], .outcome = LSCHED_OUTCOME_NO_ANSWER), NULL));
    lsched_booking *b = BOOKING(ids[11]);
    assert_int_equal(b->state, LSCHED_WAITING);
    w.now = b->start;
    lsched_booking_free(b);
    ok(lsched_start_as(w.s, ids[11], "ben", "s11b", NULL));
    w.now += 600;
    ok(lsched_finish(w.s, ids[11], LSCHED_FULFILLED, NULL, "f11", NULL));
    lsched_figures_list *list;
    ok(lsched_list_figures(
        w.s, NEW(measure, .team = "home", .from = at("2026-03-12T00:00"), .until = w.now + 86400),
        LSCHED_AGENT, &list));
    const lsched_figures *ana = lsched_figures_list_at(list, 0);
    const lsched_figures *ben = lsched_figures_list_at(list, 1);
    assert_int_equal(ana->contacts, 0);
    assert_int_equal(ana->busy, 240);
    assert_int_equal(ben->contacts, 1);
    assert_int_equal(ben->busy, 600);
    assert_int_equal(ben->missed[LSCHED_FAULT_CUSTOMER], 1);
    assert_int_equal(ben->late_max, 60);
    assert_int_equal(ben->waits, 0); /* it never came to stand in line by itself */
    lsched_figures_list_free(list);

    /* The first is work of its own time, wherever the contact is now. */
    lsched_figures *f =
        GET(.agent = "ana", .from = at("2026-03-12T09:00"), .until = at("2026-03-12T09:30"));
    assert_int_equal(f->contacts, 0);
    assert_int_equal(f->busy, 240);
    lsched_figures_free(f);
}

static void test_refused(void **state)
{
    (void)state;
    lsched_figures *f;
    lsched_figures_list *list;
    const lsched_time from = at(TUESDAY "00:00");
    refuses(lsched_get_figures(w.s, NEW(measure, .from = 0), &f), LSCHED_INVALID, "from");
    refuses(lsched_get_figures(w.s, NEW(measure, .from = from, .until = from), &f), LSCHED_INVALID,
            "until");
    refuses(lsched_get_figures(w.s, NEW(measure, .from = from, .until = from + 401 * 86400), &f),
            LSCHED_LIMIT, "400");
    refuses(lsched_get_figures(w.s, NEW(measure, .from = from, .team = "nix"), &f), LSCHED_NOTFOUND,
            "nix");
    refuses(lsched_get_figures(w.s, NEW(measure, .from = from, .agent = "nix"), &f),
            LSCHED_NOTFOUND, "nix");
    refuses(lsched_get_figures(w.s, NEW(measure, .from = from, .zone = "Nix/Nowhere"), &f),
            LSCHED_INVALID, "zone");
    refuses(lsched_get_figures(w.s, NEW(measure, .from = from, .minutes = 1441), &f), LSCHED_LIMIT,
            "minutes");
    refuses(lsched_list_figures(w.s, NEW(measure, .from = from), LSCHED_CUSTOMER, &list),
            LSCHED_INVALID, "kind");
    refuses(lsched_list_figures(w.s, NEW(measure, .from = from), 0, &list), LSCHED_INVALID, "kind");
    assert_null(f);
    assert_null(list);
}

/* It only reads. */
static void test_reads(void **state)
{
    (void)state;
    char *before = world_listing(w.s);
    lsched_figures_free(GET(ON_TUESDAY));
    world_unchanged(before);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(contacts), TEST(promises), TEST(waits), TEST(people),   TEST(work),    TEST(hours),
        TEST(agents),   TEST(teams),    TEST(open),  TEST(attempts), TEST(refused), TEST(reads),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
