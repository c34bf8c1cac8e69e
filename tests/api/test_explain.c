/* test_explain.c -- header chapter 4: what stands in the way, whose it is, and what would help. */
#include "world.h"

static lsched_explanation *explain(const lsched_query *query)
{
    lsched_explanation *x;
    ok(lsched_explain(w.s, query, &x));
    return x;
}
#define EXPLAIN(...)                                                                               \
    explain(                                                                                       \
        NEW(query, .customer = "cora", .service = "talk", .channels = LSCHED_PHONE, __VA_ARGS__))

/* The only obstacle of a reason and a calendar. */
static const lsched_obstacle *only(const lsched_explanation *x, int32_t reason,
                                   const char *calendar)
{
    const lsched_obstacle *found = NULL;
    for (size_t i = 0; i < lsched_explanation_count(x); i++) {
        const lsched_obstacle *o = lsched_explanation_at(x, i);
        if (o->reason != reason || strcmp(o->calendar, calendar) != 0)
            continue;
        assert_null(found);
        found = o;
    }
    assert_non_null(found);
    return found;
}

static void expect_obstacle(const lsched_obstacle *o, int32_t kind, const char *owner,
                            const char *team, const char *who, const char *from, const char *until)
{
    assert_int_equal(o->kind, kind);
    assert_string_equal(o->owner, owner);
    assert_string_equal(o->team, team);
    assert_string_equal(o->who, who);
    assert_int_equal(o->from, at(from));
    assert_int_equal(o->until, at(until));
    assert_int_equal(o->channels, LSCHED_PHONE);
}

/* The only one of a kind, or the one with this number. */
static const lsched_relaxation *numbered(const lsched_explanation *x, int32_t kind,
                                         const int64_t *number)
{
    const lsched_relaxation *found = NULL;
    for (size_t i = 0; i < lsched_explanation_relaxations(x); i++) {
        const lsched_relaxation *r = lsched_explanation_relaxation(x, i);
        if (r->kind != kind || (number != NULL && r->number != *number))
            continue;
        assert_null(found);
        found = r;
    }
    return found;
}

static const lsched_relaxation *relaxation(const lsched_explanation *x, int32_t kind)
{
    return numbered(x, kind, NULL);
}

static void expect_relaxation(const lsched_explanation *x, int32_t kind, const char *field,
                              int64_t number, int64_t starts, const char *first)
{
    const lsched_relaxation *r = numbered(x, kind, &number);
    assert_non_null(r);
    assert_string_equal(r->field, field);
    assert_int_equal(r->number, number);
    assert_int_equal(r->starts, starts);
    assert_int_equal(r->slots, starts);
    assert_int_equal(r->first, at(first));
    assert_int_equal(r->company, kind >= LSCHED_RELAX_NOTICE);
    if (kind < LSCHED_RELAX_LANGUAGE) {
        lsched_slots *slots = world_find(r->query);
        assert_int_equal(lsched_slots_count(slots), starts);
        assert_int_equal(lsched_slots_at(slots, 0)->start, r->first);
        lsched_slots_free(slots);
    }
}

/* Everybody is off at once, so there is one row for all; starts, not times, are told. */
static void test_day(void **state)
{
    (void)state;
    lsched_explanation *x = EXPLAIN(.from = at("2026-03-03T09:00"), .rungs = LSCHED_HOME);
    const lsched_outlook *o = lsched_explanation_outlook(x);
    assert_int_equal(o->from, at("2026-03-03T09:00"));
    assert_int_equal(o->until, at("2026-03-04"));
    assert_int_equal(o->starts, 16);
    assert_int_equal(o->slots, 16);
    assert_int_equal(o->first, o->from);
    assert_int_equal(lsched_explanation_count(x), 2);
    const lsched_obstacle *team = only(x, LSCHED_WHY_TEAM, "");
    assert_int_equal(team->from, at("2026-03-03T16:30") + 1);
    assert_int_equal(team->until, o->until);
    assert_string_equal(team->owner, "home");
    const lsched_obstacle *shift = only(x, LSCHED_WHY_AGENT, "");
    assert_string_equal(shift->who, "");
    assert_string_equal(shift->owner, "");
    assert_int_equal(shift->agents, 0);
    assert_int_equal(lsched_explanation_candidates(x), 2);
    const lsched_candidate *c = lsched_explanation_candidate(x, 1);
    assert_string_equal(c->agent, "ben");
    assert_string_equal(c->team, "home");
    assert_int_equal(c->starts, 16);
    assert_int_equal(c->fit, LSCHED_PHONE);
    assert_int_equal(c->rung, LSCHED_HOME);
    assert_null(lsched_explanation_at(x, 2));
    assert_null(lsched_explanation_candidate(x, 2));
    assert_null(lsched_explanation_relaxation(x, lsched_explanation_relaxations(x)));
    lsched_explanation_free(x);
}

/* What closes is told by its name, and whose it is; what nothing opens has no name. */
static void test_calendars(void **state)
{
    (void)state;
    ok(PUT(calendar, .kind = LSCHED_TEAM, .owner = "home", .name = "holidays",
           .effect = LSCHED_CLOSES, .text = event("20260303", "20260304", NULL)));
    ok(PUT(calendar, .kind = LSCHED_AGENT, .owner = "ben", .name = "lunch", .effect = LSCHED_CLOSES,
           .text = event("20260301T120000", "20260301T130000", "FREQ=DAILY")));
    closes(LSCHED_REGION, "US-NY", "20260303T100000", "20260303T110000", NULL);
    lsched_explanation *x = EXPLAIN(.from = at("2026-03-03"), .rungs = LSCHED_HOME);
    expect_obstacle(only(x, LSCHED_WHY_TEAM, "holidays"), LSCHED_TEAM, "home", "home", "",
                    "2026-03-03", "2026-03-04");
    const lsched_obstacle *o = only(x, LSCHED_WHY_AGENT, "lunch");
    expect_obstacle(o, LSCHED_AGENT, "ben", "", "ben", "2026-03-03T11:30:01", "2026-03-03T13:00");
    assert_int_equal(o->agents, 1);
    expect_obstacle(only(x, LSCHED_WHY_REGION, "closes"), LSCHED_REGION, "US-NY", "", "",
                    "2026-03-03T09:30:01", "2026-03-03T11:00");
    /* Of the 32 starts of the two, the region's closing alone stops none. */
    assert_int_equal(lsched_explanation_alone(x, LSCHED_WHY_REGION), 0);
    assert_int_equal(lsched_explanation_lost(x, LSCHED_WHY_TEAM), 96);
    assert_int_equal(lsched_explanation_alone(x, LSCHED_WHY_TEAM), 32 - 2 * 2 - 2);
    expect_relaxation(x, LSCHED_RELAX_RUNG, "query.rungs", LSCHED_HOME | LSCHED_GENERAL, 14,
                      "2026-03-03T09:00");
    lsched_explanation_free(x);
}

/* What is taken is told, and not to whom. */
static void test_booked(void **state)
{
    (void)state;
    ok(PUT(customer, .id = "rival", .zone = "America/New_York", .region = "US-NY"));
    lsched_booking *b = BOOK(.key = "k", .customer = "rival", .service = "talk", .agent = "ana",
                             .channel = LSCHED_PHONE, .start = at("2026-03-03T10:00"),
                             .note = "rival", .source = "rival");
    lsched_explanation *x = EXPLAIN(.agent = "ana", .from = at("2026-03-03T10:00"),
                                    .until = at("2026-03-03T10:00") + 1);
    assert_int_equal(lsched_explanation_count(x), 1);
    expect_obstacle(lsched_explanation_at(x, 0), LSCHED_AGENT, "ana", "", "ana", "2026-03-03T10:00",
                    "2026-03-03T10:00:01");
    assert_int_equal(lsched_explanation_at(x, 0)->reason, LSCHED_WHY_BOOKED);
    assert_int_equal(lsched_explanation_alone(x, LSCHED_WHY_BOOKED), 1);
    expect_relaxation(x, LSCHED_RELAX_AGENT, "query.agent", 0, 1, "2026-03-03T10:00");
    assert_string_equal(relaxation(x, LSCHED_RELAX_AGENT)->query->team, "home");
    assert_null(relaxation(x, LSCHED_RELAX_ANYBODY)); /* it would open nothing more */
    assert_null(relaxation(x, LSCHED_RELAX_CHANNEL));
    expect_relaxation(x, LSCHED_RELAX_LATER, "query.until", at("2026-03-04"), 13,
                      "2026-03-03T10:30");
    expect_relaxation(x, LSCHED_RELAX_EARLIER, "query.from", at("2026-03-03"), 2,
                      "2026-03-03T09:00");
    expect_relaxation(x, LSCHED_RELAX_NOW, "query.rungs", LSCHED_GENERAL, 16, "2026-03-02T09:00");
    lsched_explanation_free(x);
    /* For moving it, its own place is free. */
    ok(lsched_explain(w.s,
                      NEW(query, .moving = b->id, .from = b->start, .until = b->start + 1,
                          .agent = "ana", .channels = LSCHED_PHONE),
                      &x));
    assert_int_equal(lsched_explanation_outlook(x)->starts, 1);
    assert_int_equal(lsched_explanation_count(x), 0);
    lsched_explanation_free(x);
    lsched_booking_free(b);
}

/* Chats beside a call are another matter than calls, and are told apart. */
static void test_channels(void **state)
{
    (void)state;
    lsched_booking_free(BOOK(.key = "k", .customer = "cora", .service = "talk", .agent = "ana",
                             .channel = LSCHED_CHAT, .start = at("2026-03-03T10:00")));
    lsched_explanation *x =
        EXPLAIN(.agent = "ana", .from = at("2026-03-03T10:00"), .until = at("2026-03-03T10:30"));
    assert_int_equal(lsched_explanation_outlook(x)->starts, 0);
    expect_relaxation(x, LSCHED_RELAX_CHANNEL, "query.channels", LSCHED_CHAT, 1,
                      "2026-03-03T10:00");
    lsched_explanation_free(x);
    ok(lsched_explain(w.s,
                      NEW(query, .customer = "cora", .service = "talk", .agent = "ana",
                          .from = at("2026-03-03T10:00"), .until = at("2026-03-03T10:30")),
                      &x));
    assert_int_equal(only(x, LSCHED_WHY_BOOKED, "")->channels,
                     LSCHED_PHONE | LSCHED_VIDEO | LSCHED_VISIT);
    assert_int_equal(lsched_explanation_outlook(x)->slots, 1);
    lsched_explanation_free(x);
}

/* The company's own rules: how little has to change, in its words. */
static void test_policy(void **state)
{
    (void)state;
    ok(PUT(service, .id = "talk", .name = "Talk", .step = 30, .notice = 300, .horizon = 3));
    lsched_explanation *x = EXPLAIN(.rungs = LSCHED_HOME, .until = at("2026-03-02T12:20"));
    assert_int_equal(only(x, LSCHED_WHY_NOTICE, "")->until, at("2026-03-02T12:20"));
    assert_string_equal(only(x, LSCHED_WHY_NOTICE, "")->owner, "talk");
    expect_relaxation(x, LSCHED_RELAX_NOTICE, "service.notice", 240, 1, "2026-03-02T12:00");
    assert_int_equal(relaxation(x, LSCHED_RELAX_NOTICE)->was, 300);
    lsched_explanation_free(x);
    x = EXPLAIN(.rungs = LSCHED_HOME, .from = at("2026-03-08"));
    assert_int_equal(only(x, LSCHED_WHY_HORIZON, "")->from, at("2026-03-08"));
    expect_relaxation(x, LSCHED_RELAX_HORIZON, "service.horizon", 6, 16, "2026-03-08T09:00");
    assert_null(relaxation(x, LSCHED_RELAX_LATER)); /* the horizon is before it */
    assert_non_null(relaxation(x, LSCHED_RELAX_EARLIER));
    lsched_explanation_free(x);
}

static void test_language(void **state)
{
    (void)state;
    ok(PUT(customer, .id = "cora", .zone = "America/New_York", .region = "US-NY",
           .language = "fr"));
    lsched_explanation *x =
        EXPLAIN(.from = at("2026-03-03T09:00"), .until = at("2026-03-03T10:00"));
    assert_int_equal(only(x, LSCHED_WHY_LANGUAGE, "")->agents, 0);
    assert_int_equal(lsched_explanation_alone(x, LSCHED_WHY_LANGUAGE), 8);
    expect_relaxation(x, LSCHED_RELAX_LANGUAGE, "customer.language", 0, 2, "2026-03-03T09:00");
    assert_string_equal(relaxation(x, LSCHED_RELAX_LANGUAGE)->text, "en");
    assert_null(relaxation(x, LSCHED_RELAX_LATER));
    lsched_explanation_free(x);
}

/* Nobody to be asked, and a service that is not had on a channel. */
static void test_nobody(void **state)
{
    (void)state;
    lsched_explanation *x = EXPLAIN(.agent = "gil", .rungs = LSCHED_HOME, .from = at("2026-03-03"));
    assert_int_equal(lsched_explanation_candidates(x), 0);
    assert_int_equal(lsched_explanation_count(x), 1);
    expect_obstacle(lsched_explanation_at(x, 0), LSCHED_CUSTOMER, "cora", "", "", "2026-03-03",
                    "2026-03-04");
    assert_int_equal(lsched_explanation_at(x, 0)->reason, LSCHED_WHY_NO_TEAM);
    assert_int_equal(lsched_explanation_alone(x, LSCHED_WHY_NO_TEAM), 1);
    expect_relaxation(x, LSCHED_RELAX_RUNG, "query.rungs", LSCHED_HOME | LSCHED_GENERAL, 16,
                      "2026-03-03T09:00");
    assert_null(relaxation(x, LSCHED_RELAX_ANYBODY));
    lsched_explanation_free(x);
}

static void test_refused(void **state)
{
    (void)state;
    lsched_explanation *x;
    const lsched_time day = at("2026-03-03");
    const lsched_query q = {
        .size = sizeof q, .customer = "cora", .service = "talk", .from = day, .until = day};
    lsched_query bad = q;
    refuses(lsched_explain(w.s, &bad, &x), LSCHED_INVALID, "until is not after from");
    assert_null(x);
    bad.until = day + INT64_C(62) * 86400;
    ok(lsched_explain(w.s, &bad, &x));
    lsched_explanation_free(x);
    bad.until++;
    refuses(lsched_explain(w.s, &bad, &x), LSCHED_LIMIT, "62 days");
    bad.until = day + 60;
    bad.after = day + 60;
    refuses(lsched_explain(w.s, &bad, &x), LSCHED_INVALID, "empty");
    bad = q;
    bad.until = 0;
    bad.agent = "nix";
    refuses(lsched_explain(w.s, &bad, &x), LSCHED_NOTFOUND, "'nix'");
    bad.agent = NULL;
    bad.team = "nix";
    refuses(lsched_explain(w.s, &bad, &x), LSCHED_NOTFOUND, "'nix'");
    bad.team = NULL;
    bad.moving = "nix";
    refuses(lsched_explain(w.s, &bad, &x), LSCHED_NOTFOUND, "'nix'");
    bad.moving = bad.customer = NULL;
    refuses(lsched_explain(w.s, &bad, &x), LSCHED_INVALID, "customer is required");
    bad = q;
    bad.channels = 16;
    refuses(lsched_explain(w.s, &bad, &x), LSCHED_INVALID, "channel");
    assert_null(x);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_little, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_day),    TEST(test_calendars), TEST(test_booked), TEST(test_channels),
        TEST(test_policy), TEST(test_language),  TEST(test_nobody), TEST(test_refused),
    };
    return cmocka_run_group_tests_name("explain", tests, NULL, NULL);
}
