/* test_record.c -- the catalogue in the store: every field, every list, who needs whom. */
#include "help.h"

static lsi_arena arena;

static int clean_arena(void **state)
{
    (void)state;
    lsi_arena_free(&arena);
    return 0;
}

static lsi_store *open_writing(void)
{
    lsi_store *st = new_store();
    ok(lsi_store_enter(st, true, &e));
    return st;
}

static void put_team(lsi_store *st, const char *id, const char *regions)
{
    lsched_team t = {.id = id, .name = "n", .zone = "z", .regions = regions};
    ok(lsi_record_put(st, &lsi_kind_team, &t, &e));
}

static void put_agent(lsi_store *st, const char *id)
{
    lsched_agent a = {.id = id, .name = "n", .zone = "z", .lanes = 3, .channels = 15};
    ok(lsi_record_put(st, &lsi_kind_agent, &a, &e));
}

static void put_customer(lsi_store *st, const char *id, const char *team, const char *knows)
{
    lsched_customer c = {.id = id, .zone = "z", .team = team, .knows = knows};
    ok(lsi_record_put(st, &lsi_kind_customer, &c, &e));
}

/* Fills each field with a value of its own: numbers by place, texts by name. */
static void fill(const lsi_kind *kind, void *record, int turn)
{
    memset(record, 0, kind->size);
    for (size_t i = 0; i < kind->count; i++) {
        const lsi_field *f = &kind->fields[i];
        char text[64];
        if (f->type == LSI_SPARE)
            continue;
        if (f->refers != NULL || (kind == &lsi_kind_calendar && i == 1)) {
            lsi_kind_set_text(f, record, "first");
        } else if (f->type == LSI_DATE) {
            lsi_kind_set_text(f, record, i < kind->keys ? "2026-01-05" : "2027-01-05");
        } else if (lsi_kind_is_text(f)) {
            snprintf(text, sizeof text, "%s'%d\xc3\xa9\"", f->name, i < kind->keys ? 0 : turn);
            char *copy = lsi_arena_text(&arena, text, strlen(text));
            assert_non_null(copy);
            lsi_kind_set_text(f, record, copy);
        } else {
            lsi_kind_set_int(f, record, f->max <= 3 ? 1 + turn % 2 : i < kind->keys ? 1 : 3 + turn);
        }
    }
    if (kind == &lsi_kind_calendar)
        ((lsched_calendar *)record)->kind = LSCHED_REGION;
}

static void same(const lsi_kind *kind, const void *a, const void *b)
{
    for (size_t i = 0; i < kind->count; i++) {
        const lsi_field *f = &kind->fields[i];
        if (lsi_kind_is_text(f))
            assert_string_equal(lsi_kind_text(f, a), lsi_kind_text(f, b));
        else
            assert_int_equal(lsi_kind_int(f, a), lsi_kind_int(f, b));
    }
}

static void test_round_trip(void **state)
{
    (void)state;
    static const lsi_kind *const kinds[] = {&lsi_kind_team,    &lsi_kind_agent,
                                            &lsi_kind_member,  &lsi_kind_service,
                                            &lsi_kind_customer, &lsi_kind_calendar};
    lsi_store *st = open_writing();
    put_team(st, "first", NULL);
    put_agent(st, "first");
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        union {
            lsched_service service;
            lsched_calendar calendar;
            char bytes[512];
        } put, got;
        for (int turn = 1; turn <= 2; turn++) {
            fill(kinds[k], &put, turn);
            ok(lsi_record_put(st, kinds[k], &put, &e));
            ok(lsi_record_get(st, kinds[k], &put, &arena, &got, &e));
            same(kinds[k], &put, &got);
            uint32_t size;
            memcpy(&size, &got, sizeof size);
            assert_int_equal(size, kinds[k]->size);
            if (kinds[k] == &lsi_kind_calendar)
                assert_int_equal(got.calendar.text_size, strlen(got.calendar.text));
        }
        ok(lsi_record_remove(st, kinds[k], &put, &e));
        assert_int_equal(lsi_record_get(st, kinds[k], &put, &arena, &got, &e), LSCHED_NOTFOUND);
        assert_int_equal(lsi_record_remove(st, kinds[k], &put, &e), LSCHED_NOTFOUND);
    }
    lsi_store_close(st);
}

static void test_nothing_is_empty_text(void **state)
{
    (void)state;
    lsi_store *st = open_writing();
    lsched_team key = {.id = "t"}, t;
    put_team(st, "t", NULL);
    ok(lsi_record_get(st, &lsi_kind_team, &key, &arena, &t, &e));
    assert_string_equal(t.photo, "");
    assert_string_equal(t.overflow, "");
    assert_string_equal(t.regions, "");
    assert_int_equal(number(st, "SELECT count(*) FROM lsched_team WHERE photo IS NULL"), 1);
    put_agent(st, "a");
    lsched_member m = {.team = "t", .agent = "a"}, got;
    ok(lsi_record_put(st, &lsi_kind_member, &m, &e));
    ok(lsi_record_put(st, &lsi_kind_member, &m, &e));
    ok(lsi_record_get(st, &lsi_kind_member, &m, &arena, &got, &e));
    assert_string_equal(got.from, "");
    assert_int_equal(number(st, "SELECT count(*) FROM lsched_member"), 1);
    lsi_store_close(st);
}

static void test_missing(void **state)
{
    (void)state;
    lsi_store *st = open_writing();
    lsched_team t = {.id = "x", .name = "n", .zone = "z", .overflow = "y"};
    lsched_member m = {.team = "x", .agent = "a", .from = "2026-01-05"};
    lsched_customer c = {.id = "c", .zone = "z", .knows = "ana bo"};
    lsched_calendar cal = {.kind = LSCHED_AGENT, .owner = "bo", .name = "shifts", .effect = 1,
                           .ends = 1, .text = "x", .text_size = 1,
                           .on_stale = LSCHED_STALE_USE};
    refuses(lsi_record_get(st, &lsi_kind_team, &t, &arena, &t, &e), LSCHED_NOTFOUND,
            "no team has the id 'x'");
    refuses(lsi_record_remove(st, &lsi_kind_member, &m, &e), LSCHED_NOTFOUND,
            "there is no member 'x/a/2026-01-05'");
    refuses(lsi_record_remove(st, &lsi_kind_calendar, &cal, &e), LSCHED_NOTFOUND,
            "there is no calendar 'agent/bo/shifts'");
    refuses(lsi_record_put(st, &lsi_kind_team, &t, &e), LSCHED_NOTFOUND,
            "team 'x': no team has the id 'y'");
    put_team(st, "x", NULL);
    refuses(lsi_record_put(st, &lsi_kind_member, &m, &e), LSCHED_NOTFOUND,
            "member 'x/a/2026-01-05': no agent has the id 'a'");
    put_agent(st, "ana");
    refuses(lsi_record_put(st, &lsi_kind_customer, &c, &e), LSCHED_NOTFOUND,
            "customer 'c': no agent has the id 'bo'");
    refuses(lsi_record_put(st, &lsi_kind_calendar, &cal, &e), LSCHED_NOTFOUND,
            "calendar 'agent/bo/shifts': no agent has the id 'bo'");
    cal.kind = LSCHED_REGION;
    ok(lsi_record_put(st, &lsi_kind_calendar, &cal, &e));
    lsi_store_close(st);
}

static void test_pages(void **state)
{
    (void)state;
    lsi_store *st = open_writing();
    char id[16];
    for (int i = 24; i >= 0; i--) {
        snprintf(id, sizeof id, "t%02d", i);
        put_team(st, id, NULL);
    }
    void *page;
    size_t count;
    const char *after = NULL;
    int seen = 0;
    do {
        ok(lsi_record_list(st, &lsi_kind_team, after, 10, &arena, &page, &count, &e));
        const lsched_team *teams = page;
        for (size_t i = 0; i < count; i++) {
            snprintf(id, sizeof id, "t%02d", seen++);
            assert_string_equal(teams[i].id, id);
            after = teams[i].id;
        }
    } while (count == 10);
    assert_int_equal(seen, 25);
    ok(lsi_record_list(st, &lsi_kind_team, "t24", 10, &arena, &page, &count, &e));
    assert_int_equal(count, 0);
    lsi_store_close(st);
}

static void test_members_and_calendars(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        {"y", "a", ""}, {"x", "b", "2026-01-05"}, {"x", "b", ""}, {"x", "a", ""}};
    lsi_store *st = open_writing();
    lsched_member *members;
    size_t count;
    put_team(st, "x", NULL);
    put_team(st, "y", NULL);
    put_agent(st, "a");
    put_agent(st, "b");
    for (size_t i = 0; i < 4; i++) {
        lsched_member m = {.team = rows[i][0], .agent = rows[i][1], .from = rows[i][2]};
        lsched_calendar c = {.kind = i < 2 ? 2 : 4, .owner = rows[i][1], .name = rows[i][0],
                             .effect = 1, .ends = 1, .text = "t", .text_size = 1,
                             .on_stale = LSCHED_STALE_USE};
        ok(lsi_record_put(st, &lsi_kind_member, &m, &e));
        ok(lsi_record_put(st, &lsi_kind_calendar, &c, &e));
    }
    ok(lsi_record_members(st, NULL, NULL, 0, 100, &arena, &members, &count, &e));
    assert_int_equal(count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(members[i].team, rows[3 - i][0]);
        assert_string_equal(members[i].from, rows[i == 1 ? 2 : i == 2 ? 1 : 3 - i][2]);
    }
    ok(lsi_record_members(st, "x", NULL, 1, 100, &arena, &members, &count, &e));
    assert_int_equal(count, 2);
    ok(lsi_record_members(st, NULL, "a", 0, 100, &arena, &members, &count, &e));
    assert_int_equal(count, 2);
    ok(lsi_record_members(st, "y", "b", 0, 100, &arena, &members, &count, &e));
    assert_int_equal(count, 0);
    ok(lsi_record_members(st, "x", "b", 0, 1, &arena, &members, &count, &e));
    assert_int_equal(count, 1);

    lsched_calendar *c;
    ok(lsi_record_calendars(st, 0, NULL, 0, 100, &arena, &c, &count, &e));
    assert_int_equal(count, 4);
    assert_int_equal(c[0].kind, 2);
    assert_string_equal(c[0].owner, "a");
    ok(lsi_record_calendars(st, 4, NULL, 1, 100, &arena, &c, &count, &e));
    assert_int_equal(count, 1);
    ok(lsi_record_calendars(st, 0, "a", 0, 100, &arena, &c, &count, &e));
    assert_int_equal(count, 2);
    ok(lsi_record_calendars(st, 2, "b", 0, 100, &arena, &c, &count, &e));
    assert_int_equal(count, 1);
    ok(lsi_record_forget_calendars(st, 2, "b", &e));
    ok(lsi_record_calendars(st, 0, NULL, 0, 100, &arena, &c, &count, &e));
    assert_int_equal(count, 3);
    lsi_store_close(st);
}

static void load_is(lsi_store *st, const char *region, const char *team, int64_t customers)
{
    lsi_team_load *loads;
    size_t count;
    ok(lsi_record_teams_of_region(st, region, &arena, &loads, &count, &e));
    for (size_t i = 0; i < count; i++)
        if (strcmp(loads[i].team.id, team) == 0) {
            assert_int_equal(loads[i].customers, customers);
            return;
        }
    fail_msg("team %s does not serve %s", team, region);
}

static void test_loads(void **state)
{
    (void)state;
    lsi_store *st = open_writing();
    lsi_team_load *loads;
    size_t count;
    put_team(st, "x", "NY NJ");
    put_team(st, "y", "NJ");
    put_team(st, "z", "N");
    put_customer(st, "c1", "x", NULL);
    put_customer(st, "c2", "x", NULL);
    put_customer(st, "c3", NULL, NULL);
    load_is(st, "NY", "x", 2);
    put_customer(st, "c1", "x", NULL); /* again */
    load_is(st, "NY", "x", 2);
    put_customer(st, "c1", "y", NULL); /* moves */
    load_is(st, "NJ", "x", 1);
    load_is(st, "NJ", "y", 1);
    put_customer(st, "c3", "y", NULL); /* from none */
    load_is(st, "NJ", "y", 2);
    put_customer(st, "c3", NULL, NULL); /* to none */
    load_is(st, "NJ", "y", 1);
    put_team(st, "x", "NY NJ"); /* a put of the team keeps its count */
    load_is(st, "NJ", "x", 1);
    lsched_customer c2 = {.id = "c2"};
    ok(lsi_record_remove(st, &lsi_kind_customer, &c2, &e));
    load_is(st, "NJ", "x", 0);
    ok(lsi_record_teams_of_region(st, "NJ", &arena, &loads, &count, &e));
    assert_int_equal(count, 2);
    ok(lsi_record_teams_of_region(st, "NX", &arena, &loads, &count, &e));
    assert_int_equal(count, 0);
    ok(lsi_record_teams_of_region(st, "", &arena, &loads, &count, &e));
    assert_int_equal(count, 0);

    lsched_team g = {.id = "g", .name = "n", .zone = "z", .general = 1}, *general;
    ok(lsi_record_put(st, &lsi_kind_team, &g, &e));
    ok(lsi_record_general_teams(st, &arena, &general, &count, &e));
    assert_int_equal(count, 1);
    assert_string_equal(general[0].id, "g");
    lsi_store_close(st);
}

static void test_in_use(void **state)
{
    (void)state;
    lsi_store *st = open_writing();
    lsched_team y = {.id = "y", .name = "n", .zone = "z", .overflow = "hv"};
    lsched_member m = {.team = "hv", .agent = "ana"};
    put_team(st, "hv", NULL);
    put_agent(st, "ana");
    ok(lsi_record_in_use(st, &lsi_kind_team, "hv", 0, 0, &e));
    for (int i = 0; i < 12; i++) {
        char id[16];
        snprintf(id, sizeof id, "c%d", i);
        put_customer(st, id, "hv", NULL);
    }
    refuses(lsi_record_in_use(st, &lsi_kind_team, "hv", 0, 0, &e), LSCHED_INUSE,
            "team 'hv' is the home of 12 customers");
    /* The schema has the same opinion. */
    lsched_team hv = {.id = "hv"};
    assert_int_equal(lsi_record_remove(st, &lsi_kind_team, &hv, &e), LSCHED_STORE);
    ok(lsi_driver_run(st->driver, "UPDATE lsched_customer SET team = NULL", &e));
    ok(lsi_record_put(st, &lsi_kind_team, &y, &e));
    refuses(lsi_record_in_use(st, &lsi_kind_team, "hv", 0, 0, &e), LSCHED_INUSE,
            "team 'hv' helps out for 1 team");
    y.overflow = NULL;
    ok(lsi_record_put(st, &lsi_kind_team, &y, &e));
    ok(lsi_record_put(st, &lsi_kind_member, &m, &e));
    refuses(lsi_record_in_use(st, &lsi_kind_team, "hv", 0, 0, &e), LSCHED_INUSE,
            "team 'hv' has 1 member");
    refuses(lsi_record_in_use(st, &lsi_kind_agent, "ana", 0, 0, &e), LSCHED_INUSE,
            "agent 'ana' has 1 membership");
    ok(lsi_record_remove(st, &lsi_kind_member, &m, &e));

    lsched_booking b = booking_of("b1", "ana", 0, 1000, 2000);
    lsched_booking late = booking_of("b2", "ana", 0, 500000, 500001);
    ok(lsi_ledger_add(st, &b, STAMP(BOOKED, b.changed, "k1", 1), &e));
    ok(lsi_ledger_add(st, &late, STAMP(BOOKED, late.changed, "k2", 1), &e));
    refuses(lsi_record_in_use(st, &lsi_kind_team, "hv", 1999, 1999, &e), LSCHED_INUSE,
            "team 'hv' has 2 live bookings");
    refuses(lsi_record_in_use(st, &lsi_kind_agent, "ana", 2000, 2000, &e), LSCHED_INUSE,
            "agent 'ana' has 1 live booking");
    refuses(lsi_record_in_use(st, &lsi_kind_service, "fiber", 2000, 2000, &e), LSCHED_INUSE,
            "service 'fiber' has 1 live booking");
    late.state = LSCHED_CANCELLED;
    late.sequence = 1;
    ok(lsi_ledger_change(st, &late, LSCHED_BOOKED, STAMP(CANCELLED, late.changed, "k3", 1), &e));
    refuses(lsi_record_in_use(st, &lsi_kind_customer, "c1", 1999, 1999, &e), LSCHED_INUSE,
            "customer 'c1' has 1 live booking");
    ok(lsi_record_in_use(st, &lsi_kind_customer, "c1", 2000, 2000, &e));
    ok(lsi_record_in_use(st, &lsi_kind_team, "hv", 2000, 2000, &e));
    ok(lsi_record_remove(st, &lsi_kind_team, &hv, &e));
    lsi_store_close(st);
}

static void test_forget_agent(void **state)
{
    (void)state;
    static const char *const before[] = {"ana bo cy", "bo ana", "ana", "an anab", NULL};
    static const char *const behind[] = {"bo cy", "bo", "", "an anab", ""};
    lsi_store *st = open_writing();
    static const char *const agents[] = {"ana", "bo", "cy", "an", "anab"};
    for (size_t i = 0; i < 5; i++)
        put_agent(st, agents[i]);
    for (size_t i = 0; i < 5; i++) {
        const char id[] = {(char)('0' + i), '\0'};
        put_customer(st, id, NULL, before[i]);
    }
    ok(lsi_record_forget_agent(st, "ana", &e));
    void *records;
    size_t count;
    ok(lsi_record_list(st, &lsi_kind_customer, NULL, 10, &arena, &records, &count, &e));
    assert_int_equal(count, 5);
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(((lsched_customer *)records)[i].knows, behind[i]);
    lsi_store_close(st);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_round_trip, clean_arena),
        cmocka_unit_test_teardown(test_nothing_is_empty_text, clean_arena),
        cmocka_unit_test_teardown(test_missing, clean_arena),
        cmocka_unit_test_teardown(test_pages, clean_arena),
        cmocka_unit_test_teardown(test_members_and_calendars, clean_arena),
        cmocka_unit_test_teardown(test_loads, clean_arena),
        cmocka_unit_test_teardown(test_in_use, clean_arena),
        cmocka_unit_test_teardown(test_forget_agent, clean_arena),
    };
    return cmocka_run_group_tests_name("record", tests, make_folder, remove_folder);
}
