/* test_laws.c -- header chapter 3: the laws of a customer's regions.  Whom a calendar binds, what
 * consent lifts, several regions at once, which revision permitted a booking, and who is told when
 * one of them changes.
 */
#include "world.h"

#include <sqlite3.h>

/* A calendar of a region that opens each day from one hour to another, in the customer's zone. */
static int put_law(const char *region, const char *name, const char *from, const char *until,
                   int32_t channels, int32_t purposes, int32_t lifted)
{
    return PUT(calendar, .kind = LSCHED_REGION, .owner = region, .name = name,
               .effect = LSCHED_OPENS, .text = event(from, until, "FREQ=DAILY"),
               .channels = channels, .purposes = purposes, .lifted = lifted);
}

static int put_service(const char *id, int32_t purpose)
{
    return PUT(service, .id = id, .name = id, .minutes = 30, .step = 30, .notice = LSCHED_NONE,
               .purpose = purpose);
}

static int put_cora(const char *region, const char *regions, int32_t consents)
{
    return PUT(customer, .id = "cora", .zone = "America/New_York", .region = region, .team = "home",
               .regions = regions, .consents = consents);
}

static int32_t revision(const char *id)
{
    lsched_region *r;
    ok(lsched_get_region(w.s, id, &r));
    const int32_t revision = r->revision;
    lsched_region_free(r);
    return revision;
}

/* So many starts has the Tuesday, on one channel; whoever keeps nothing in memory says so, too,
 * and so does who counts days. */
static size_t starts(const char *service, int32_t channel)
{
    const lsched_query q = {.size = sizeof q,
                            .limit = 1000,
                            .customer = "cora",
                            .service = service,
                            .channels = channel,
                            .from = at("2026-03-03"),
                            .until = at("2026-03-04")};
    size_t count[2];
    lsched_days *days;
    for (int i = 0; i < 2; i++) {
        lsched_slots *list = world_find(&q);
        count[i] = lsched_slots_count(list);
        lsched_slots_free(list);
        ok(lsched_find_days(w.s, &q, &days));
        assert_int_equal(lsched_days_at(days, 0)->starts, count[i]);
        lsched_days_free(days);
        ok(lsched_set_memory(w.s, i == 0 ? 0 : 64 << 20));
    }
    assert_int_equal(count[0], count[1]);
    return count[0];
}

/* ---- whom it binds ---------------------------------------------------------------------------- */

static void test_channels(void **state)
{
    (void)state;
    assert_int_equal(starts("talk", LSCHED_PHONE), 16);
    ok(put_law("US-NY", "calls", "20260101T100000", "20260101T120000", LSCHED_PHONE | LSCHED_VIDEO,
               0, 0));
    assert_int_equal(starts("talk", LSCHED_PHONE), 4);
    assert_int_equal(starts("talk", LSCHED_VIDEO), 4);
    assert_int_equal(starts("talk", LSCHED_CHAT), 16);
    assert_int_equal(starts("talk", LSCHED_VISIT), 16);
    assert_int_equal(world_try(NEW(request, .customer = "cora", .service = "talk", .key = "p",
                                   .channel = LSCHED_PHONE, .start = at("2026-03-03T12:00"))),
                     LSCHED_CLOSED);
    assert_int_equal(world_try(NEW(request, .customer = "cora", .service = "talk", .key = "c",
                                   .channel = LSCHED_CHAT, .start = at("2026-03-03T12:00"))),
                     LSCHED_OK);
    /* On several channels at once each is as it is alone. */
    lsched_slots *list = FIND(.limit = 1000, .customer = "cora", .service = "talk",
                              .from = at("2026-03-03"), .until = at("2026-03-04"));
    assert_int_equal(lsched_slots_count(list), 4 + 4 + 16 + 16);
    lsched_slots_free(list);
}

static void test_purposes(void **state)
{
    (void)state;
    ok(put_service("offer", LSCHED_SALES));
    ok(put_service("debt", LSCHED_COLLECTION));
    ok(put_law("US-NY", "selling", "20260101T100000", "20260101T120000", LSCHED_PHONE,
               LSCHED_SALES | LSCHED_SURVEY, 0));
    assert_int_equal(starts("talk", LSCHED_PHONE), 16); /* asked for by the customer */
    assert_int_equal(starts("debt", LSCHED_PHONE), 16);
    assert_int_equal(starts("offer", LSCHED_PHONE), 4);
    assert_int_equal(starts("offer", LSCHED_CHAT), 16);
    refuses(put_service("odd", LSCHED_SALES | LSCHED_SURVEY), LSCHED_INVALID, "purpose");
    refuses(put_service("odd", 32), LSCHED_INVALID, "purpose");
}

static void test_consent(void **state)
{
    (void)state;
    ok(put_service("offer", LSCHED_SALES));
    ok(put_law("US-NY", "selling", "20260101T100000", "20260101T120000", 0, LSCHED_SALES, 1));
    ok(PUT(calendar, .kind = LSCHED_REGION, .owner = "US-NY", .name = "emergency",
           .effect = LSCHED_CLOSES, .purposes = LSCHED_SALES,
           .text = event("20260303T110000", "20260303T113000", NULL)));
    assert_int_equal(starts("offer", LSCHED_PHONE), 3);
    ok(put_cora("US-NY", NULL, LSCHED_SURVEY));
    assert_int_equal(starts("offer", LSCHED_PHONE), 3);
    /* What is not to be lifted stays. */
    ok(put_cora("US-NY", NULL, LSCHED_SALES));
    assert_int_equal(starts("offer", LSCHED_PHONE), 15);
    /* Consent to everything asked for lifts what says nothing of purposes. */
    ok(put_law("US-NY", "all", "20260101T100000", "20260101T110000", 0, 0, 1));
    assert_int_equal(starts("offer", LSCHED_PHONE), 15);
    assert_int_equal(starts("talk", LSCHED_PHONE), 2);
    ok(put_cora("US-NY", NULL, LSCHED_SALES | LSCHED_ASKED));
    assert_int_equal(starts("talk", LSCHED_PHONE), 16);
    refuses(put_cora("US-NY", NULL, 32), LSCHED_INVALID, "consents");
}

static void test_only_of_regions(void **state)
{
    (void)state;
    static const int32_t kinds[] = {LSCHED_TEAM, LSCHED_AGENT, LSCHED_CUSTOMER, LSCHED_SERVICE};
    static const char *const owners[] = {"home", "ana", "cora", "talk"};
    for (size_t i = 0; i < 4; i++) {
        lsched_calendar c = {.size = sizeof c,
                             .kind = kinds[i],
                             .owner = owners[i],
                             .name = "x",
                             .effect = LSCHED_CLOSES,
                             .text = event("20260303T110000", "20260303T113000", NULL)};
        c.channels = LSCHED_PHONE;
        refuses(lsched_put_calendar(w.s, &c), LSCHED_INVALID, "channels");
        c.channels = 0;
        c.purposes = LSCHED_SALES;
        refuses(lsched_put_calendar(w.s, &c), LSCHED_INVALID, "purposes");
        c.purposes = 0;
        c.lifted = 1;
        refuses(lsched_put_calendar(w.s, &c), LSCHED_INVALID, "lifted");
    }
}

/* ---- several regions ---------------------------------------------------------------------------- */

static void test_intersection(void **state)
{
    (void)state;
    ok(put_law("US-NY", "hours", "20260101T090000", "20260101T150000", 0, 0, 0));
    ok(put_law("US", "hours", "20260101T120000", "20260101T210000", LSCHED_PHONE, 0, 0));
    ok(put_law("CA-ON", "hours", "20260101T130000", "20260101T210000", 0, 0, 0));
    assert_int_equal(starts("talk", LSCHED_PHONE), 12);
    ok(put_cora("US-NY", "US", 0));
    assert_int_equal(starts("talk", LSCHED_PHONE), 6);
    assert_int_equal(starts("talk", LSCHED_CHAT), 12);
    ok(put_cora("US-NY", "CA-ON US US-NY", 0));
    assert_int_equal(starts("talk", LSCHED_PHONE), 4);
    assert_int_equal(starts("talk", LSCHED_CHAT), 4);
    /* Also where the first is no region of ours, or there is none. */
    ok(put_cora(NULL, "US", 0));
    assert_int_equal(starts("talk", LSCHED_PHONE), 10);
    refuses(put_cora("US-NY", "a b c d e f g h i", 0), LSCHED_LIMIT, "regions");
    ok(put_cora("US-NY", "a b c d e f g h", 0));
}

/* Each region is named with its own calendar, for the channels that it binds. */
static void test_explained(void **state)
{
    (void)state;
    lsched_explanation *x;
    bool ny = false, us = false;
    ok(put_cora("US-NY", "US", 0));
    ok(PUT(calendar, .kind = LSCHED_REGION, .owner = "US-NY", .name = "storm",
           .effect = LSCHED_CLOSES, .text = event("20260303T090000", "20260303T100000", NULL)));
    ok(put_law("US", "hours", "20260101T120000", "20260101T210000", LSCHED_PHONE, 0, 0));
    ok(lsched_explain(w.s,
                      NEW(query, .customer = "cora", .service = "talk",
                          .from = at("2026-03-03T09:00"), .until = at("2026-03-03T11:00")),
                      &x));
    for (size_t i = 0; i < lsched_explanation_count(x); i++) {
        const lsched_obstacle *o = lsched_explanation_at(x, i);
        if (o->reason != LSCHED_WHY_REGION)
            continue;
        assert_int_equal(o->kind, LSCHED_REGION);
        if (strcmp(o->owner, "US-NY") == 0) {
            ny = true;
            assert_string_equal(o->calendar, "storm");
            assert_int_equal(o->channels, 15);
            assert_int_equal(o->until, at("2026-03-03T10:00"));
        } else {
            us = true;
            assert_string_equal(o->owner, "US");
            assert_string_equal(o->calendar, "");
            assert_int_equal(o->channels, LSCHED_PHONE);
            assert_int_equal(o->from, at("2026-03-03T09:00"));
            assert_int_equal(o->until, at("2026-03-03T11:00"));
        }
    }
    assert_true(ny && us);
    /* The other three channels have ten and half past. */
    assert_int_equal(lsched_explanation_outlook(x)->starts, 2);
    assert_int_equal(lsched_explanation_outlook(x)->slots, 6);
    lsched_explanation_free(x);
}

/* Who is in a further region is astray when that one closes, and can be found and mended by it. */
static void test_astray(void **state)
{
    (void)state;
    lsched_strays *list;
    ok(put_cora("US-NY", "US CA-ON", 0));
    lsched_booking *b = BOOK(.customer = "cora", .service = "talk", .key = "b",
                             .channel = LSCHED_PHONE, .start = at("2026-03-03T12:00"));
    static const char *const regions[] = {"US-NY", "US", "CA-ON"};
    for (size_t i = 0; i < 3; i++) {
        ok(lsched_set_strays(w.s, 10));
        ok(put_law(regions[i], "hours", "20260101T130000", "20260101T210000", LSCHED_CHAT, 0, 0));
        assert_int_equal(lsched_strays_count(lsched_left_strays(w.s)), 0);
        ok(put_law(regions[i], "hours", "20260101T130000", "20260101T210000", LSCHED_PHONE, 0, 0));
        assert_int_equal(lsched_strays_count(lsched_left_strays(w.s)), 1);
        assert_int_equal(lsched_strays_at(lsched_left_strays(w.s), 0)->reasons, LSCHED_WHY_REGION);
        ok(lsched_list_strays(w.s, NEW(sweep, .kind = LSCHED_REGION, .owner = regions[i]), &list));
        assert_int_equal(lsched_strays_count(list), 1);
        lsched_strays_free(list);
        ok(lsched_remove_calendar(w.s, LSCHED_REGION, regions[i], "hours"));
    }
    ok(lsched_list_strays(w.s, NEW(sweep, .kind = LSCHED_REGION, .owner = "CA"), &list));
    assert_int_equal(lsched_strays_count(list), 0);
    lsched_strays_free(list);
    lsched_booking_free(b);
}

/* ---- which law it was ----------------------------------------------------------------------------- */

static void test_revisions(void **state)
{
    (void)state;
    const lsched_region ny = {.size = sizeof ny, .id = "US-NY", .name = "New York"};
    ok(lsched_put_region(w.s, &ny));
    assert_int_equal(revision("US-NY"), 1);
    ok(lsched_put_region(w.s, &ny)); /* as it is */
    assert_int_equal(revision("US-NY"), 1);
    lsched_region all[9];
    for (int i = 0; i < 9; i++) {
        all[i] = ny;
        all[i].revision = 77;
    }
    all[0].channels = LSCHED_PHONE;
    all[1].purposes = LSCHED_SALES;
    all[2].lifted = 1;
    all[3].per_day = 3;
    all[4].per_week = 7;
    all[5].spacing = 60;
    all[6].name = "NY";
    all[7].source = "a law";
    all[8].as_of = "2026-11-23";
    for (int32_t i = 0; i < 9; i++) {
        ok(lsched_put_region(w.s, &all[i]));
        assert_int_equal(revision("US-NY"), 2 * i + 2);
        ok(lsched_put_region(w.s, &ny));
        assert_int_equal(revision("US-NY"), 2 * i + 3);
    }
    ok(put_law("US-NY", "hours", "20260101T090000", "20260101T150000", 0, 0, 0));
    assert_int_equal(revision("US-NY"), 20);
    ok(put_law("US-NY", "hours", "20260101T090000", "20260101T150000", 0, 0, 0));
    assert_int_equal(revision("US-NY"), 20);
    ok(put_law("US-NY", "hours", "20260101T090000", "20260101T150000", LSCHED_PHONE, 0, 0));
    assert_int_equal(revision("US-NY"), 21);
    ok(lsched_remove_calendar(w.s, LSCHED_REGION, "US-NY", "hours"));
    assert_int_equal(revision("US-NY"), 22);
    /* Where all was gone meanwhile it goes on. */
    ok(lsched_remove_region(w.s, "US-NY"));
    ok(lsched_put_region(w.s, &ny));
    assert_int_equal(revision("US-NY"), 24);
    /* Other owners' calendars, and other regions, are none of its business. */
    closes(LSCHED_TEAM, "home", "20260401T090000", "20260401T100000", NULL);
    ok(put_law("US", "hours", "20260101T090000", "20260101T150000", 0, 0, 0));
    assert_int_equal(revision("US-NY"), 24);
    refuses(lsched_put_region(w.s, NEW(region, .id = "x", .per_day = 1001)), LSCHED_LIMIT,
            "per_day");
    refuses(lsched_put_region(w.s, NEW(region, .id = "x", .as_of = "2026-13-01")), LSCHED_INVALID,
            "as_of");
}

static void check_law(const char *id, const char *law)
{
    lsched_booking *b = BOOKING(id);
    assert_string_equal(b->law, law);
    lsched_booking_free(b);
}

static void test_booked_under(void **state)
{
    (void)state;
    lsched_booking *b =
        BOOK(.customer = "cora", .service = "talk", .key = "1", .start = at("2026-03-03T12:00"));
    assert_string_equal(b->law, "");
    lsched_booking_free(b);
    ok(put_cora("US-NY", "US CA", 0));
    ok(PUT(region, .id = "US-NY", .per_day = 3));
    ok(put_law("US", "hours", "20260101T090000", "20260101T150000", 0, 0, 0));
    ok(put_law("US", "hours", "20260101T090000", "20260101T160000", 0, 0, 0));
    b = HOLD(.customer = "cora", .service = "talk", .key = "2", .start = at("2026-03-03T13:00"));
    assert_string_equal(b->law, "US-NY:1 US:2");
    char id[LSCHED_MAX_ID + 1];
    snprintf(id, sizeof id, "%s", b->id);
    lsched_booking_free(b);
    ok(PUT(region, .id = "US-NY", .per_day = 4));
    ok(lsched_confirm(w.s, id, NULL, "3", NULL));
    check_law(id, "US-NY:1 US:2"); /* its place is the one that was held */
    ok(world_try_move(NEW(change, .id = id, .key = "4", .start = at("2026-03-03T14:00"))));
    check_law(id, "US-NY:2 US:2");
    /* What it was before stands in its events, and those rebuild it. */
    lsched_findings *list;
    ok(lsched_verify(w.s, &list));
    assert_int_equal(lsched_findings_count(list), 0);
    lsched_findings_free(list);
}

/* A repair finds a place under the law of today, and says so, in the plan and afterwards. */
static void test_repaired_under(void **state)
{
    (void)state;
    lsched_plan *plan, *done;
    ok(put_law("US-NY", "hours", "20260101T090000", "20260101T150000", 0, 0, 0));
    lsched_booking *b =
        BOOK(.customer = "cora", .service = "talk", .key = "1", .start = at("2026-03-03T14:00"));
    assert_string_equal(b->law, "US-NY:1");
    ok(put_law("US-NY", "hours", "20260101T090000", "20260101T140000", 0, 0, 0));
    const lsched_sweep sweep = {
        .size = sizeof sweep, .kind = LSCHED_REGION, .owner = "US-NY", .key = "mend"};
    ok(lsched_plan_repair(w.s, &sweep, &plan));
    assert_int_equal(lsched_plan_count(plan), 1);
    assert_string_equal(lsched_plan_at(plan, 0)->after->law, "US-NY:2");
    ok(lsched_repair(w.s, &sweep, plan, &done));
    assert_string_equal(lsched_plan_at(done, 0)->after->law, "US-NY:2");
    check_law(b->id, "US-NY:2");
    lsched_plan_free(plan);
    lsched_plan_free(done);
    lsched_booking_free(b);
}

/* ---- whoever writes past us ------------------------------------------------------------------------- */

static void test_attacks(void **state)
{
    (void)state;
    static const char *const refused[] = {
        "DELETE FROM lsched_law",
        "UPDATE lsched_law SET revision = revision - 1",
        "UPDATE lsched_law SET revision = revision",
        "UPDATE lsched_law SET region = 'US'",
        "INSERT INTO lsched_law VALUES ('x', 0)",
        "UPDATE lsched_calendar SET channels = 1 WHERE kind = 1",
        "UPDATE lsched_calendar SET purposes = 1 WHERE kind = 2",
        "UPDATE lsched_calendar SET lifted = 1 WHERE kind = 1",
        "UPDATE lsched_region SET per_day = -1",
    };
    sqlite3 *db;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    lsched *s = lsched_new();
    assert_int_equal(lsched_attach_sqlite(s, db, LSCHED_CREATE), LSCHED_OK);
    for (int recursive = 0; recursive < 2; recursive++) {
        sqlite3_exec(db, recursive ? "PRAGMA recursive_triggers = on" : "", NULL, NULL, NULL);
        assert_int_equal(lsched_put_region(s, NEW(region, .id = "R", .per_day = 1 + recursive)),
                         LSCHED_OK);
        for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
            const char *owner = "INSERT OR IGNORE INTO lsched_calendar"
                                " (kind, owner, name, effect, ends, text)"
                                " VALUES (1, 't', 'n', 1, 1, ''), (2, 'a', 'n', 1, 1, '')";
            assert_int_equal(sqlite3_exec(db, owner, NULL, NULL, NULL), SQLITE_OK);
            if (sqlite3_exec(db, refused[i], NULL, NULL, NULL) == SQLITE_OK)
                fail_msg("not refused: %s", refused[i]);
        }
        /* The record shows what counts, whatever is written there. */
        lsched_region *r;
        assert_int_equal(
            sqlite3_exec(db, "UPDATE lsched_region SET revision = 99", NULL, NULL, NULL),
            SQLITE_OK);
        assert_int_equal(lsched_get_region(s, "R", &r), LSCHED_OK);
        assert_int_equal(r->revision, 1 + recursive);
        lsched_region_free(r);
    }
    lsched_free(s);
    sqlite3_close(db);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, world_little, world_close)
    const struct CMUnitTest tests[] = {
        T(test_channels),
        T(test_purposes),
        T(test_consent),
        T(test_only_of_regions),
        T(test_intersection),
        T(test_explained),
        T(test_astray),
        T(test_revisions),
        T(test_booked_under),
        T(test_repaired_under),
        cmocka_unit_test(test_attacks),
    };
    return cmocka_run_group_tests_name("laws", tests, NULL, NULL);
}
