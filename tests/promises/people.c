/* people.c -- promises 12 to 16, 18 and 19: who serves, what it costs to find out, and what
 * is said when nobody can.
 */
#include "api/world.h"

#include <sqlite3.h>

#define HALF_HOUR 1800
#define DAY INT64_C(86400)

/* ---- 12, 13: what a question costs --------------------------------------------------------------- */

/* Not by a watch, which tells of the machine: by the steps that the store makes for it. */
static sqlite3 *db;
static int64_t steps;

static int count_steps(unsigned what, void *user, void *statement, void *unused)
{
    (void)what, (void)user, (void)unused;
    steps += sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 1) + 1;
    return 0;
}

static int open_counted(void **state)
{
    (void)state;
    if (world_open(":memory:") != 0 || sqlite3_open(":memory:", &db) != SQLITE_OK ||
        sqlite3_trace_v2(db, SQLITE_TRACE_PROFILE, count_steps, NULL) != SQLITE_OK)
        return 1;
    lsched_free(w.s);
    w.s = lsched_new();
    return w.s == NULL || lsched_attach_sqlite(w.s, db, LSCHED_CREATE) != LSCHED_OK;
}

static lsched_time now(void *user)
{
    return ((const world *)user)->now;
}

static int close_counted(void **state)
{
    const int bad = world_close(state);
    return bad != 0 || sqlite3_close(db) != SQLITE_OK;
}

/* So many people in a team, a third of whose time of a month is taken. */
static void staff(int count)
{
    char id[32];
    ok(lsched_set_clock(w.s, now, &w));
    ok(PUT(team, .id = "big", .name = "Big", .zone = "America/New_York", .regions = "R"));
    opens(LSCHED_TEAM, "big", "20260101T090000", "20260101T170000", "FREQ=DAILY");
    ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 30, .step = 30,
           .notice = LSCHED_NONE));
    ok(PUT(customer, .id = "cora", .zone = "America/New_York", .region = "R"));
    for (int i = 0; i < count; i++) {
        snprintf(id, sizeof id, "agent-%03d", i);
        ok(PUT(agent, .id = id, .name = id, .zone = "America/New_York"));
        ok(PUT(member, .team = "big", .agent = id));
        opens(LSCHED_AGENT, id, "20260101T090000", "20260101T170000", "FREQ=DAILY");
    }
    ok(lsched_begin(w.s));
    for (int i = 0; i < count * 100; i++) {
        snprintf(id, sizeof id, "%d", i);
        const lsched_time start =
            at("2026-03-02T09:00") + i / count % 25 * DAY + i / count / 25 * 4 * HALF_HOUR;
        assert_in_range(-world_try(NEW(request, .key = id, .customer = "cora", .service = "talk",
                                       .start = start)),
                        0, -LSCHED_TAKEN);
    }
    ok(lsched_commit(w.s));
}

static int64_t cost(lsched_time from, lsched_time until, uint32_t limit, size_t *count)
{
    steps = 0;
    lsched_slots *found = FIND(.customer = "cora", .service = "talk", .from = from, .until = until,
                               .limit = limit, .channels = LSCHED_PHONE);
    *count = lsched_slots_count(found);
    lsched_slots_free(found);
    return steps;
}

static void promise_12_a_month_costs_no_more_than_a_day(void **state)
{
    (void)state;
    size_t count;
    staff(20);
    const lsched_time day = at("2026-03-04");
    cost(day, day + 28 * DAY, LSCHED_MAX_PAGE, &count); /* read once */
    const int64_t one = cost(day, day + DAY, LSCHED_MAX_PAGE, &count);
    assert_in_range(count, 8, 16);
    const int64_t month = cost(day, day + 28 * DAY, LSCHED_MAX_PAGE, &count);
    assert_in_range(count, 300, 448);
    assert_true(month <= one); /* the days are in memory: the store only says that it is the same */
    ok(lsched_set_memory(w.s, 0));
    assert_true(cost(day, day + 28 * DAY, LSCHED_MAX_PAGE, &count) >
                10 * month); /* else, nothing was counted */
}

static void promise_13_one_of_many_costs_no_more_than_one_of_few(void **state)
{
    int64_t few, many;
    size_t count;
    staff(4);
    const lsched_time day = at("2026-03-04");
    cost(day, day + 7 * DAY, 1, &count);
    few = cost(day, day + 7 * DAY, 1, &count);
    assert_int_equal(count, 1);
    assert_int_equal(close_counted(state), 0);
    assert_int_equal(open_counted(state), 0);
    staff(60);
    cost(day, day + 7 * DAY, 1, &count);
    many = cost(day, day + 7 * DAY, 1, &count);
    assert_int_equal(count, 1);
    assert_true(many <= few);
}

/* ---- 14 ------------------------------------------------------------------------------------------- */

static lsched_explanation *explain(const lsched_query *query)
{
    lsched_explanation *why = NULL;
    ok(lsched_explain(w.s, query, &why));
    return why;
}

static bool covers(const lsched_obstacle *o, lsched_time t, const char *agent, int32_t reason)
{
    return o->reason == reason && o->from <= t && t < o->until &&
           (o->who[0] == '\0' || strstr(o->who, agent) != NULL);
}

/* Whether the reason is given for this agent at t, by this owner. */
static bool gives(const lsched_explanation *why, lsched_time t, const char *agent, int32_t reason)
{
    for (size_t i = 0; i < lsched_explanation_count(why); i++) {
        const lsched_obstacle *o = lsched_explanation_at(why, i);
        assert_null(strstr(o->who, "secret"));
        assert_null(strstr(o->owner, "secret"));
        assert_null(strstr(o->calendar, "secret"));
        if (covers(o, t, agent, reason))
            return true;
    }
    return false;
}

static void promise_14_why_not_is_told_in_full(void **state)
{
    (void)state;
    const lsched_time ten = at("2026-03-03T10:00");
    ok(PUT(customer, .id = "secret", .zone = "America/New_York", .region = "US-NY"));
    closes(LSCHED_TEAM, "home", "20260303T090000", "20260303T170000", NULL);
    closes(LSCHED_AGENT, "ana", "20260303T090000", "20260303T120000", NULL);
    closes(LSCHED_TEAM, "help", "20260303T090000", "20260303T170000", NULL);
    ok(PUT(service, .id = "visit", .name = "Visit", .minutes = 30, .step = 30,
           .notice = LSCHED_NONE, .skills = "keys"));
    ok(PUT(agent, .id = "gil", .name = "gil", .zone = "America/New_York", .skills = "keys"));
    ok(PUT(agent, .id = "ana", .name = "ana", .zone = "America/New_York", .skills = "keys"));
    lsched_booking *other =
        BOOK(.key = "1", .customer = "secret", .service = "talk", .agent = "gil", .start = ten);
    const lsched_query *query = NEW(query, .customer = "cora", .service = "visit", .from = ten,
                                    .until = ten + 60, .channels = LSCHED_PHONE);
    lsched_slots *none = world_find(query);
    assert_int_equal(lsched_slots_count(none), 0);
    lsched_explanation *why = explain(query);
    assert_int_equal(lsched_explanation_outlook(why)->starts, 0); /* as find says */
    /* All that stands in ana's way, not the first of it; and of each what it is. */
    assert_true(gives(why, ten, "ana", LSCHED_WHY_TEAM));
    assert_true(gives(why, ten, "ana", LSCHED_WHY_AGENT));
    assert_false(gives(why, ten, "ana", LSCHED_WHY_SKILL));
    assert_true(gives(why, ten, "ben", LSCHED_WHY_TEAM));
    assert_true(gives(why, ten, "ben", LSCHED_WHY_SKILL));
    assert_true(gives(why, ten, "gil", LSCHED_WHY_BOOKED));
    assert_false(gives(why, ten, "gil", LSCHED_WHY_SKILL));

    /* And what would help: a promise that is kept when it is asked for. */
    assert_true(lsched_explanation_relaxations(why) > 0);
    for (size_t i = 0; i < lsched_explanation_relaxations(why); i++) {
        const lsched_relaxation *r = lsched_explanation_relaxation(why, i);
        if (r->company != 0 || r->kind >= LSCHED_RELAX_LANGUAGE)
            continue;
        lsched_slots *then = world_find(r->query);
        assert_true(lsched_slots_count(then) > 0);
        assert_int_equal(lsched_slots_at(then, 0)->start, r->first);
        lsched_slots_free(then);
    }
    lsched_explanation_free(why);
    lsched_slots_free(none);
    lsched_booking_free(other);
}

/* ---- 15 ------------------------------------------------------------------------------------------- */

/* What ana has besides work, as her own calendar has it, which is read every ten minutes. */
static void feed(lsched_time heard, int32_t on_stale)
{
    ok(PUT(calendar, .kind = LSCHED_AGENT, .owner = "ana", .name = "feed", .effect = LSCHED_CLOSES,
           .text = event("20260303T100000", "20260303T110000", NULL), .checked = heard,
           .good_for = 30, .on_stale = on_stale));
}

/* At which of nine, ten and eleven ana can be had: digits; and what is said of her calendar. */
static void ana_is_free(const char *hours, const char *degraded)
{
    char got[8] = "";
    for (int i = 0; i < 3; i++) {
        const lsched_time start = at("2026-03-03T09:00") + i * 2 * HALF_HOUR;
        lsched_slots *found = FIND(.customer = "cora", .service = "talk", .agent = "ana",
                                   .from = start, .until = start + 60, .channels = LSCHED_PHONE);
        const bool offered = lsched_slots_count(found) > 0;
        assert_string_equal(lsched_slots_degraded(found), degraded);
        lsched_slots_free(found);
        ok(lsched_begin(w.s));
        const int status = world_try(NEW(request, .key = "try", .customer = "cora",
                                         .service = "talk", .agent = "ana", .start = start));
        ok(lsched_rollback(w.s));
        assert_int_equal(status == LSCHED_OK, offered); /* no booking fails where find had none */
        if (offered)
            strcat(got, i == 0 ? "9" : i == 1 ? "0" : "1");
    }
    assert_string_equal(got, hours);
}

static void promise_15_a_dead_source_is_said_to_be_dead(void **state)
{
    static const struct {
        int32_t on_stale;
        const char *hours;
    } wishes[] = {{LSCHED_STALE_USE, "91"}, {LSCHED_STALE_CLOSED, ""}, {LSCHED_STALE_OPEN, "901"}};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        const lsched_time heard = w.now;
        feed(heard, wishes[i].on_stale);
        w.now = heard + 30 * 60 - 1;
        ana_is_free("91", "");
        w.now++; /* nothing is written: it is the silence that tells */
        ana_is_free(wishes[i].hours, "agent/ana/feed");
        feed(w.now, wishes[i].on_stale);
        ana_is_free("91", "");
    }
    /* Nobody is taken to be full, or free, without a word: the reason is told, with its owner. */
    feed(w.now - HALF_HOUR, LSCHED_STALE_CLOSED);
    lsched_explanation *why = explain(NEW(
        query, .customer = "cora", .service = "talk", .agent = "ana",
        .from = at("2026-03-03T09:00"), .until = at("2026-03-03T09:01"), .channels = LSCHED_PHONE));
    assert_int_equal(lsched_explanation_count(why), 1);
    const lsched_obstacle *o = lsched_explanation_at(why, 0);
    assert_int_equal(o->reason, LSCHED_WHY_STALE);
    assert_string_equal(o->owner, "ana");
    assert_string_equal(o->calendar, "feed");
    lsched_explanation_free(why);
}

/* ---- 16 ------------------------------------------------------------------------------------------- */

/* One booking of the team's day, with whoever's turn it is. */
static const char *next_turn(lsched_time start, int number, int32_t outcome)
{
    static char agent[LSCHED_MAX_ID + 1];
    char key[32];
    snprintf(key, sizeof key, "turn-%d", number);
    lsched_booking *b = BOOK(.key = key, .customer = "cora", .service = "talk", .start = start,
                             .team = "home", .rungs = LSCHED_HOME);
    snprintf(agent, sizeof agent, "%s", b->agent);
    if (outcome != 0) {
        w.now = start + 60;
        ok(lsched_finish(w.s, b->id, outcome, NULL, b->id, NULL));
    }
    lsched_booking_free(b);
    return agent;
}

static void promise_16_work_is_shared_by_time_on_shift(void **state)
{
    (void)state;
    int got[3] = {0};
    /* Two weeks in which ana and ben share the work of strangers. */
    for (int i = 0; i < 100; i++) {
        const char *who =
            next_turn(at("2026-03-02T09:00") + i / 10 * DAY + i % 10 * HALF_HOUR, i, 0);
        got[strcmp(who, "ana") == 0 ? 0 : 1]++;
    }
    assert_in_range(got[0], 48, 52);

    /* Cleo is new.  She begins where the team is, and does not get everything at first. */
    w.now = at("2026-03-12T08:00");
    ok(PUT(agent, .id = "cleo", .name = "Cleo", .zone = "America/New_York"));
    opens(LSCHED_AGENT, "cleo", "20260101T090000", "20260101T170000", "FREQ=DAILY");
    ok(PUT(member, .team = "home", .agent = "cleo", .from = "2026-03-12"));
    memset(got, 0, sizeof got);
    for (int i = 0; i < 30; i++) {
        const char *who =
            next_turn(at("2026-03-12T09:00") + i / 10 * DAY + i % 10 * HALF_HOUR, 100 + i, 0);
        got[strcmp(who, "ana") == 0 ? 0 : strcmp(who, "ben") == 0 ? 1 : 2]++;
    }
    for (int i = 0; i < 3; i++)
        assert_in_range(got[i], 8, 12);

    /* Whom nobody came to has not had a turn. */
    w.now = at("2026-03-16T08:00");
    char first[LSCHED_MAX_ID + 1];
    snprintf(first, sizeof first, "%s", next_turn(at("2026-03-16T09:00"), 200, LSCHED_NOSHOW));
    assert_string_equal(next_turn(at("2026-03-16T10:00"), 201, 0), first);

    /* The choice can be told from what was stored. */
    lsched_bookings *list;
    lsched_choice *choice;
    ok(lsched_list_bookings(w.s, NEW(filter, .from = at("2026-03-16T10:00")), &list));
    ok(lsched_why_agent(w.s, lsched_bookings_at(list, 0)->id, &choice));
    assert_string_equal(choice->agent, first);
    assert_true(choice->decided == LSCHED_BY_TURN || choice->decided == LSCHED_BY_ID);
    assert_int_equal(choice->free, 3);
    lsched_choice_free(choice);
    lsched_bookings_free(list);
}

/* ---- 18 ------------------------------------------------------------------------------------------- */

static void promise_18_waiting_for_somebody_known_has_an_end(void **state)
{
    (void)state;
    const lsched_time nine = at("2026-03-03T09:00");
    ok(PUT(customer, .id = "cora", .zone = "America/New_York", .region = "US-NY", .knows = "ben"));
    closes(LSCHED_AGENT, "ben", "20260303T000000", "20260303T140000", NULL);
    for (int32_t wait = 4 * 60; wait <= 5 * 60; wait += 60) {
        ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 30, .step = 30,
               .notice = LSCHED_NONE, .wait_known = wait));
        lsched_slots *found =
            FIND(.customer = "cora", .service = "talk", .from = nine, .channels = LSCHED_PHONE);
        /* "Anyone of your team at nine, Ben at two": both are told, and the earliest stays. */
        assert_int_equal(lsched_slots_earliest(found)->start, nine);
        assert_string_not_equal(lsched_slots_earliest(found)->agent, "ben");
        const lsched_slot *known = lsched_slots_familiar(found);
        assert_int_equal(known != NULL, wait == 5 * 60);
        if (known != NULL) {
            assert_string_equal(known->agent, "ben");
            assert_int_equal(known->start, nine + 5 * 3600);
            assert_int_equal(known->rung, LSCHED_KNOWN);
        }
        lsched_slots_free(found);
    }
    /* Nobody known, nobody of the team, nobody who helps out: still somebody. */
    closes(LSCHED_TEAM, "home", ";VALUE=DATE:20260301", ";VALUE=DATE:20260401", NULL);
    closes(LSCHED_TEAM, "help", ";VALUE=DATE:20260301", ";VALUE=DATE:20260401", NULL);
    lsched_slots *found = FIND(.customer = "cora", .service = "talk", .from = nine);
    assert_int_equal(lsched_slots_earliest(found)->rung, LSCHED_GENERAL);
    lsched_slots_free(found);
}

/* ---- 19 ------------------------------------------------------------------------------------------- */

static void promise_19_a_changed_shift_says_whom_it_strands(void **state)
{
    (void)state;
    const lsched_time nine = at("2026-03-03T09:00");
    lsched_booking *b[4];
    for (int i = 0; i < 4; i++) {
        const char key[] = {(char)('a' + i), '\0'};
        b[i] = BOOK(.key = key, .customer = "cora", .service = "talk", .agent = "ana",
                    .start = nine + i * HALF_HOUR);
    }
    lsched_notices *notices;
    ok(lsched_take_notices(w.s, 0, 0, &notices)); /* the confirmations */
    for (size_t i = 0; i < lsched_notices_count(notices); i++)
        ok(lsched_ack_notice(w.s, lsched_notices_at(notices, i)->id, 1));
    lsched_notices_free(notices);

    ok(lsched_set_strays(w.s, 100));
    closes(LSCHED_AGENT, "ana", "20260303T093000", "20260303T103000", NULL);
    const lsched_strays *strays = lsched_left_strays(w.s); /* in the same call */
    assert_int_equal(lsched_strays_count(strays), 2);
    for (size_t i = 0; i < 2; i++)
        assert_string_equal(lsched_strays_at(strays, i)->booking->id, b[i + 1]->id);

    /* The same time with another of the team; the customer, to whom nobody was promised, sees
     * no change and is told nothing. */
    lsched_plan *plan, *done;
    const lsched_sweep *sweep = NEW(sweep, .kind = LSCHED_AGENT, .owner = "ana", .key = "r");
    lsched_sweep ask = *sweep;
    ask.key = NULL;
    ok(lsched_plan_repair(w.s, &ask, &plan));
    ok(lsched_repair(w.s, sweep, plan, &done));
    assert_int_equal(lsched_plan_count(done), 2);
    for (size_t i = 0; i < 2; i++) {
        const lsched_mend *m = lsched_plan_at(done, i);
        assert_string_equal(m->after->agent, "ben");
        assert_int_equal(m->after->start, m->before->start);
        assert_string_equal(m->after->team, "home");
        assert_int_equal(m->notice, 0);
    }
    ok(lsched_take_notices(w.s, 0, 0, &notices));
    assert_int_equal(lsched_notices_count(notices), 0);
    lsched_notices_free(notices);
    lsched_plan_free(plan);
    lsched_plan_free(done);
    for (int i = 0; i < 4; i++)
        lsched_booking_free(b[i]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_little, world_close)
#define COUNTED(name) cmocka_unit_test_setup_teardown(name, open_counted, close_counted)

int main(void)
{
    const struct CMUnitTest tests[] = {
        COUNTED(promise_12_a_month_costs_no_more_than_a_day),
        COUNTED(promise_13_one_of_many_costs_no_more_than_one_of_few),
        TEST(promise_14_why_not_is_told_in_full),
        TEST(promise_15_a_dead_source_is_said_to_be_dead),
        TEST(promise_16_work_is_shared_by_time_on_shift),
        TEST(promise_18_waiting_for_somebody_known_has_an_end),
        TEST(promise_19_a_changed_shift_says_whom_it_strands),
    };
    return cmocka_run_group_tests_name("people", tests, NULL, NULL);
}
