/* test_catalogue.c -- header chapter 3: records of every kind, and what a store refuses to
 * let go of. */
#include "world.h"

static void test_defaults(void **state)
{
    lsched_team *team;
    lsched_agent *agent;
    lsched_service *service;
    lsched_customer *customer;
    lsched_calendar *calendar;
    (void)state;
    ok(PUT(team, .id = "t", .name = "T", .zone = "Europe/Berlin"));
    ok(lsched_get_team(w.s, "t", &team));
    assert_int_equal(team->size, sizeof *team);
    assert_int_equal(team->general, 0);
    assert_string_equal(team->zone, "Europe/Berlin");
    assert_string_equal(team->photo, "");
    assert_string_equal(team->overflow, "");
    assert_string_equal(team->regions, "");
    lsched_team_free(team);

    ok(PUT(agent, .id = "a", .name = "A", .zone = "Europe/Berlin", .languages = "",
           .skills = NULL));
    ok(lsched_get_agent(w.s, "a", &agent));
    assert_int_equal(agent->size, sizeof *agent);
    assert_int_equal(agent->channels, LSCHED_PHONE | LSCHED_CHAT | LSCHED_VIDEO | LSCHED_VISIT);
    assert_int_equal(agent->lanes, 3);
    assert_string_equal(agent->languages, "");
    assert_string_equal(agent->skills, "");
    lsched_agent_free(agent);

    ok(PUT(service, .id = "s", .name = "S"));
    ok(lsched_get_service(w.s, "s", &service));
    assert_int_equal(service->channels, LSCHED_PHONE | LSCHED_CHAT | LSCHED_VIDEO | LSCHED_VISIT);
    assert_int_equal(service->minutes, 30);
    assert_int_equal(service->before + service->after + service->wrap_up, 0);
    assert_int_equal(service->notice, 30);
    assert_int_equal(service->horizon, 30);
    assert_int_equal(service->step, 15);
    assert_int_equal(service->anchor, LSCHED_CLOCK);
    assert_string_equal(service->topic, "");
    lsched_service_free(service);

    ok(PUT(service, .id = "s", .name = "S", .notice = LSCHED_NONE));
    ok(lsched_get_service(w.s, "s", &service));
    assert_int_equal(service->notice, LSCHED_NONE);
    lsched_service_free(service);

    ok(PUT(customer, .id = "c", .zone = "Europe/Berlin"));
    ok(lsched_get_customer(w.s, "c", &customer));
    assert_string_equal(customer->team, "");
    assert_string_equal(customer->region, "");
    assert_string_equal(customer->knows, "");
    lsched_customer_free(customer);

    opens(LSCHED_TEAM, "t", "20260101T090000", "20260101T170000", NULL);
    closes(LSCHED_TEAM, "t", "20260101T090000", "20260101T170000", NULL);
    ok(lsched_get_calendar(w.s, LSCHED_TEAM, "t", "opens", &calendar));
    assert_int_equal(calendar->ends, LSCHED_WALL);
    assert_int_equal(calendar->text_size, strlen(calendar->text));
    lsched_calendar_free(calendar);
    ok(lsched_get_calendar(w.s, LSCHED_TEAM, "t", "closes", &calendar));
    assert_int_equal(calendar->ends, LSCHED_EXACT);
    lsched_calendar_free(calendar);
}

/* What is put is what is got, and a second put leaves nothing of the first. */
static void test_replace(void **state)
{
    lsched_team *team;
    lsched_agent *agent;
    lsched_customer *customer;
    (void)state;
    ok(PUT(team, .id = "help", .name = "Help", .zone = "UTC"));
    ok(PUT(team, .id = "t", .name = "Büro \"Süd\" 'x'", .zone = "Asia/Tokyo", .general = 7,
           .photo = "https://example.org/t.png", .overflow = "help", .regions = "JP-13 JP-14"));
    ok(lsched_get_team(w.s, "t", &team));
    assert_string_equal(team->name, "Büro \"Süd\" 'x'");
    assert_true(team->general != 0);
    assert_string_equal(team->photo, "https://example.org/t.png");
    assert_string_equal(team->overflow, "help");
    assert_string_equal(team->regions, "JP-13 JP-14");
    lsched_team_free(team);
    ok(PUT(team, .id = "t", .name = "t", .zone = "UTC"));
    ok(lsched_get_team(w.s, "t", &team));
    assert_int_equal(team->general, 0);
    assert_string_equal(team->photo, "");
    assert_string_equal(team->overflow, "");
    assert_string_equal(team->regions, "");
    lsched_team_free(team);

    ok(PUT(agent, .id = "İi", .name = "A", .zone = "UTC", .channels = LSCHED_CHAT, .lanes = 32,
           .languages = "es-MX en", .skills = "fiber:9 tv", .photo = "p"));
    ok(lsched_get_agent(w.s, "İi", &agent));
    assert_int_equal(agent->channels, LSCHED_CHAT);
    assert_int_equal(agent->lanes, 32);
    assert_string_equal(agent->languages, "es-MX en");
    assert_string_equal(agent->skills, "fiber:9 tv");
    lsched_agent_free(agent);

    ok(PUT(customer, .id = "c", .zone = "UTC", .general = 1, .region = "XX", .language = "es",
           .team = "t", .knows = "İi"));
    ok(PUT(customer, .id = "c", .zone = "UTC"));
    ok(lsched_get_customer(w.s, "c", &customer));
    assert_int_equal(customer->general, 0);
    assert_string_equal(customer->team, "");
    assert_string_equal(customer->knows, "");
    assert_string_equal(customer->language, "");
    lsched_customer_free(customer);
}

static void test_references(void **state)
{
    (void)state;
    char *before = world_listing(w.s);
    refuses(PUT(team, .id = "x", .name = "X", .zone = "UTC", .overflow = "nix"), LSCHED_NOTFOUND,
            "nix");
    refuses(PUT(team, .id = "x", .name = "X", .zone = "UTC", .overflow = "x"), LSCHED_INVALID,
            "overflow");
    refuses(PUT(member, .team = "nix", .agent = "ana"), LSCHED_NOTFOUND, "nix");
    refuses(PUT(member, .team = "home", .agent = "nix"), LSCHED_NOTFOUND, "nix");
    refuses(PUT(customer, .id = "x", .zone = "UTC", .team = "nix"), LSCHED_NOTFOUND, "nix");
    refuses(PUT(customer, .id = "x", .zone = "UTC", .knows = "ana nix"), LSCHED_NOTFOUND, "nix");
    refuses(PUT(calendar, .kind = LSCHED_SERVICE, .owner = "nix", .name = "n",
                .effect = LSCHED_OPENS, .text = event("20260101", "20260102", NULL)),
            LSCHED_NOTFOUND, "nix");
    world_unchanged(before);
    /* A region needs no record of its own. */
    opens(LSCHED_REGION, "nowhere", "20260101", "20260102", NULL);
}

static void test_missing(void **state)
{
    lsched_team *team;
    lsched_agent *agent;
    lsched_service *service;
    lsched_customer *customer;
    lsched_calendar *calendar;
    (void)state;
    char *before = world_listing(w.s);
    refuses(lsched_get_team(w.s, "nix", &team), LSCHED_NOTFOUND, "'nix'");
    refuses(lsched_get_agent(w.s, "nix", &agent), LSCHED_NOTFOUND, "'nix'");
    refuses(lsched_get_service(w.s, "nix", &service), LSCHED_NOTFOUND, "'nix'");
    refuses(lsched_get_customer(w.s, "nix", &customer), LSCHED_NOTFOUND, "'nix'");
    refuses(lsched_get_calendar(w.s, LSCHED_TEAM, "home", "nix", &calendar), LSCHED_NOTFOUND,
            "nix");
    refuses(lsched_remove_team(w.s, "nix"), LSCHED_NOTFOUND, "'nix'");
    refuses(lsched_remove_agent(w.s, "nix"), LSCHED_NOTFOUND, "'nix'");
    refuses(lsched_remove_service(w.s, "nix"), LSCHED_NOTFOUND, "'nix'");
    refuses(lsched_remove_customer(w.s, "nix"), LSCHED_NOTFOUND, "'nix'");
    refuses(lsched_remove_member(w.s, "home", "hal", NULL), LSCHED_NOTFOUND, "hal");
    refuses(lsched_remove_member(w.s, "home", "ana", "2026-01-05"), LSCHED_NOTFOUND, "2026-01-05");
    refuses(lsched_remove_calendar(w.s, LSCHED_TEAM, "home", "nix"), LSCHED_NOTFOUND, "nix");
    world_unchanged(before);
}

/* ---- lists ---------------------------------------------------------------------------------- */

static void test_paging(void **state)
{
    lsched_agents *page;
    char id[16], last[16] = "";
    size_t seen = 0;
    (void)state;
    for (int i = 0; i < 25; i++) {
        snprintf(id, sizeof id, "a%02d", (i * 7) % 25);
        ok(PUT(agent, .id = id, .name = "A", .zone = "UTC"));
    }
    do {
        ok(lsched_list_agents(w.s, last, 10, &page));
        for (size_t i = 0; i < lsched_agents_count(page); i++) {
            snprintf(id, sizeof id, "a%02zu", seen++);
            assert_string_equal(lsched_agents_at(page, i)->id, id);
            assert_int_equal(lsched_agents_at(page, i)->size, sizeof(lsched_agent));
            strcpy(last, id);
        }
        assert_null(lsched_agents_at(page, lsched_agents_count(page)));
        assert_null(lsched_agents_at(page, SIZE_MAX));
        lsched_agents_free(page);
    } while (seen < 25);
    ok(lsched_list_agents(w.s, last, 10, &page));
    assert_non_null(page);
    assert_int_equal(lsched_agents_count(page), 0);
    assert_null(lsched_agents_at(page, 0));
    lsched_agents_free(page);
    ok(lsched_list_agents(w.s, NULL, LSCHED_MAX_PAGE, &page));
    assert_int_equal(lsched_agents_count(page), 25);
    lsched_agents_free(page);
    refuses(lsched_list_agents(w.s, NULL, LSCHED_MAX_PAGE + 1, &page), LSCHED_LIMIT, "10000");
    assert_null(page);
}

static void expect_members(const char *team, const char *agent, uint32_t skip, uint32_t limit,
                           const char *wanted)
{
    lsched_members *list;
    char text[200] = "";
    ok(lsched_list_members(w.s, team, agent, skip, limit, &list));
    for (size_t i = 0; i < lsched_members_count(list); i++) {
        const lsched_member *m = lsched_members_at(list, i);
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s/%s/%s/%s ", m->team, m->agent,
                 m->from, m->until);
    }
    assert_string_equal(text, wanted);
    lsched_members_free(list);
}

static void test_members(void **state)
{
    (void)state;
    ok(PUT(member, .team = "help", .agent = "ana", .from = "2026-05-01", .until = "2026-06-01"));
    ok(PUT(member, .team = "help", .agent = "ana", .from = "2026-03-01", .until = "2026-04-01"));
    expect_members("help", NULL, 0, 0,
                   "help/ana/2026-03-01/2026-04-01 help/ana/2026-05-01/2026-06-01 help/hal// ");
    expect_members(NULL, "ana", 0, 0,
                   "help/ana/2026-03-01/2026-04-01 help/ana/2026-05-01/2026-06-01 home/ana// ");
    expect_members("help", "ana", 1, 0, "help/ana/2026-05-01/2026-06-01 ");
    expect_members(NULL, NULL, 2, 2, "help/ana/2026-05-01/2026-06-01 help/hal// ");
    /* The same team, agent and `from` is the same record. */
    ok(PUT(member, .team = "help", .agent = "ana", .from = "2026-05-01"));
    expect_members("help", "ana", 0, 0, "help/ana/2026-03-01/2026-04-01 help/ana/2026-05-01/ ");
    ok(lsched_remove_member(w.s, "help", "ana", "2026-03-01"));
    ok(lsched_remove_member(w.s, "home", "ana", ""));
    expect_members(NULL, "ana", 0, 0, "help/ana/2026-05-01/ ");
    refuses(PUT(member, .team = "help", .agent = "ana", .from = "2026-02-29"), LSCHED_INVALID,
            "from");
    refuses(PUT(member, .team = "help", .agent = "ana", .from = "2026-05-02",
                .until = "2026-05-02"),
            LSCHED_INVALID, "until");
}

/* A membership reaches from one local midnight of the team's zone to another. */
static void test_membership_dates(void **state)
{
    (void)state;
    ok(PUT(team, .id = "home", .name = "h", .zone = "America/New_York", .regions = "US-NY"));
    ok(lsched_remove_member(w.s, "home", "ben", NULL));
    ok(lsched_remove_member(w.s, "home", "ana", NULL));
    ok(PUT(member, .team = "home", .agent = "ana", .from = "2026-03-04", .until = "2026-03-06"));
    const struct {
        const char *start;
        int status;
    } days[] = {{"2026-03-03T16:30", LSCHED_NOBODY},
                {"2026-03-04T09:00", LSCHED_OK},
                {"2026-03-05T16:30", LSCHED_OK},
                {"2026-03-06T09:00", LSCHED_NOBODY}};
    for (size_t i = 0; i < sizeof days / sizeof *days; i++)
        assert_int_equal(world_try(NEW(request, .key = days[i].start, .customer = "cora",
                                       .service = "talk", .team = "home",
                                       .start = at(days[i].start))),
                         days[i].status);
}

static void test_calendars_list(void **state)
{
    lsched_calendars *list;
    (void)state;
    closes(LSCHED_TEAM, "home", "20260101", "20260102", NULL);
    ok(lsched_list_calendars(w.s, LSCHED_TEAM, "home", 0, 0, &list));
    assert_int_equal(lsched_calendars_count(list), 2);
    assert_string_equal(lsched_calendars_at(list, 0)->name, "closes");
    assert_string_equal(lsched_calendars_at(list, 1)->name, "opens");
    assert_string_equal(lsched_calendars_at(list, 0)->owner, "home");
    lsched_calendars_free(list);
    ok(lsched_list_calendars(w.s, LSCHED_AGENT, NULL, 1, 2, &list));
    assert_int_equal(lsched_calendars_count(list), 2);
    assert_string_equal(lsched_calendars_at(list, 0)->owner, "ben");
    lsched_calendars_free(list);
    ok(lsched_list_calendars(w.s, 0, NULL, 0, 0, &list));
    assert_int_equal(lsched_calendars_count(list), 8);
    lsched_calendars_free(list);
}

/* ---- what cannot go ------------------------------------------------------------------------- */

static void test_in_use(void **state)
{
    (void)state;
    const lsched_time start = at("2026-03-02T10:00");
    lsched_booking *b = BOOK(.key = "1", .customer = "cora", .service = "talk", .agent = "ana",
                             .start = start);
    char *before = world_listing(w.s);
    refuses(lsched_remove_team(w.s, "help"), LSCHED_INUSE, "help");
    refuses(lsched_remove_team(w.s, "home"), LSCHED_INUSE, "customer");
    refuses(lsched_remove_agent(w.s, "ana"), LSCHED_INUSE, "member");
    refuses(lsched_remove_service(w.s, "talk"), LSCHED_INUSE, "booking");
    refuses(lsched_remove_customer(w.s, "cora"), LSCHED_INUSE, "booking");
    world_unchanged(before);
    ok(lsched_remove_member(w.s, "home", "ana", NULL));
    refuses(lsched_remove_agent(w.s, "ana"), LSCHED_INUSE, "booking");

    /* Once its time has passed, a booking is history and holds nobody back. */
    w.now = start + 30 * 60;
    ok(lsched_remove_agent(w.s, "ana"));
    ok(lsched_remove_customer(w.s, "cora"));
    ok(lsched_remove_service(w.s, "talk"));
    lsched_booking *old;
    ok(lsched_get_booking(w.s, b->id, &old));
    assert_string_equal(old->agent, "ana");
    lsched_booking_free(old);
    lsched_booking_free(b);
}

/* With an agent go its calendars, and its place among those whom customers know. */
static void test_removed_with_it(void **state)
{
    lsched_calendars *list;
    lsched_customer *customer;
    (void)state;
    ok(PUT(customer, .id = "cora", .zone = "America/New_York", .region = "US-NY",
           .knows = "hal ben gil"));
    ok(lsched_remove_member(w.s, "home", "ben", NULL));
    ok(lsched_remove_agent(w.s, "ben"));
    ok(lsched_get_customer(w.s, "cora", &customer));
    assert_string_equal(customer->knows, "hal gil");
    lsched_customer_free(customer);
    ok(lsched_list_calendars(w.s, LSCHED_AGENT, "ben", 0, 0, &list));
    assert_int_equal(lsched_calendars_count(list), 0);
    lsched_calendars_free(list);
}

/* ---- home teams ----------------------------------------------------------------------------- */

static void expect_home(const char *customer, const char *team)
{
    lsched_customer *c;
    ok(lsched_get_customer(w.s, customer, &c));
    assert_string_equal(c->team, team);
    lsched_customer_free(c);
}

/* t1 has one agent, t2 has two, and t0 somebody who starts only tomorrow. */
static void test_home_team(void **state)
{
    static const char *const wanted[] = {"t1", "t2", "t2", "t1", "t2", "t2"};
    char id[8];
    (void)state;
    ok(PUT(team, .id = "t0", .name = "T", .zone = "America/New_York", .regions = "R Q"));
    ok(PUT(team, .id = "t1", .name = "T", .zone = "America/New_York", .regions = "R"));
    ok(PUT(team, .id = "t2", .name = "T", .zone = "America/New_York", .regions = "X R"));
    for (int i = 0; i < 4; i++) {
        snprintf(id, sizeof id, "a%d", i);
        ok(PUT(agent, .id = id, .name = "A", .zone = "UTC"));
    }
    ok(PUT(member, .team = "t0", .agent = "a0", .from = "2026-03-03"));
    ok(PUT(member, .team = "t1", .agent = "a1"));
    ok(PUT(member, .team = "t2", .agent = "a2"));
    ok(PUT(member, .team = "t2", .agent = "a3", .from = "2026-03-02", .until = "2026-03-03"));
    for (int i = 0; i < 6; i++) {
        snprintf(id, sizeof id, "c%d", i);
        ok(PUT(customer, .id = id, .zone = "UTC", .region = "R"));
        expect_home(id, wanted[i]);
    }
    /* It stays, however the load goes, while the team serves the region. */
    ok(PUT(customer, .id = "c0", .zone = "Asia/Tokyo", .region = "R", .language = "ja"));
    expect_home("c0", "t1");
    ok(PUT(customer, .id = "c0", .zone = "UTC", .region = "Q"));
    expect_home("c0", "t0");
    ok(PUT(customer, .id = "c0", .zone = "UTC", .region = "nowhere"));
    expect_home("c0", "");
    ok(PUT(customer, .id = "c0", .zone = "UTC", .region = "nowhere", .team = "t2"));
    expect_home("c0", "t2");
    ok(PUT(customer, .id = "c1", .zone = "UTC", .region = "X"));
    expect_home("c1", "t2");
}

/* What counts is customers for each agent: the big team has three, the small one has one. */
static void test_home_by_size(void **state)
{
    static const char *const wanted[] = {"big", "small", "big", "big", "big", "small", "big"};
    char id[8];
    (void)state;
    ok(PUT(team, .id = "big", .name = "B", .zone = "UTC", .regions = "S"));
    ok(PUT(team, .id = "small", .name = "S", .zone = "UTC", .regions = "S"));
    for (int i = 0; i < 4; i++) {
        snprintf(id, sizeof id, "a%d", i);
        ok(PUT(agent, .id = id, .name = "A", .zone = "UTC"));
        ok(PUT(member, .team = i == 0 ? "small" : "big", .agent = id));
    }
    for (int i = 0; i < 7; i++) {
        snprintf(id, sizeof id, "c%d", i);
        ok(PUT(customer, .id = id, .zone = "UTC", .region = "S"));
        expect_home(id, wanted[i]);
    }
}

/* ---- calendars ------------------------------------------------------------------------------ */

static void test_bad_calendar_leaves_the_old_one(void **state)
{
    static const char bad[] = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n"
                              "BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260105T090000\r\n"
                              "RRULE:FREQ=SOMETIMES\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    (void)state;
    char *before = world_listing(w.s);
    refuses(PUT(calendar, .kind = LSCHED_TEAM, .owner = "home", .name = "opens",
                .effect = LSCHED_CLOSES, .text = bad),
            LSCHED_INVALID, "");
    assert_int_equal(lsched_line(w.s), 7);
    refuses(PUT(calendar, .kind = LSCHED_TEAM, .owner = "home", .name = "other",
                .effect = LSCHED_OPENS, .text = "no calendar at all"),
            LSCHED_INVALID, "");
    assert_int_equal(lsched_line(w.s), 1);
    world_unchanged(before);
    assert_int_equal(lsched_line(w.s), 0);
    assert_int_equal(world_try(NEW(request, .key = "1", .customer = "cora", .service = "talk",
                                   .start = at("2026-03-02T10:00"))),
                     LSCHED_OK);
}

/* `text_size` bounds the text, wherever its NUL is. */
static void test_text_size(void **state)
{
    lsched_calendar *got;
    char text[1000];
    (void)state;
    const size_t size = strlen(strcpy(text, event("20260101", "20260102", NULL)));
    strcat(text, "rubbish behind it");
    ok(PUT(calendar, .kind = LSCHED_REGION, .owner = "r", .name = "n", .effect = LSCHED_OPENS,
           .text = text, .text_size = size));
    ok(lsched_get_calendar(w.s, LSCHED_REGION, "r", "n", &got));
    assert_int_equal(got->text_size, size);
    assert_int_equal(strlen(got->text), size);
    assert_memory_equal(got->text, text, size);
    lsched_calendar_free(got);
    ok(lsched_remove_calendar(w.s, LSCHED_REGION, "r", "n"));
    refuses(lsched_get_calendar(w.s, LSCHED_REGION, "r", "n", &got), LSCHED_NOTFOUND, "r/n");
}

static void test_calendars_of_one_owner(void **state)
{
    char name[16];
    (void)state;
    for (int i = 0; i <= LSCHED_MAX_CALENDARS; i++) {
        snprintf(name, sizeof name, "n%d", i);
        const int status =
            PUT(calendar, .kind = LSCHED_REGION, .owner = "r", .name = name,
                .effect = LSCHED_CLOSES, .text = event("20260101", "20260102", NULL));
        assert_int_equal(status, i < LSCHED_MAX_CALENDARS ? LSCHED_OK : LSCHED_LIMIT);
    }
    ok(PUT(calendar, .kind = LSCHED_REGION, .owner = "r", .name = "n0", .effect = LSCHED_OPENS,
           .text = event("20260101", "20260102", NULL)));
}

/* ---- lanes ---------------------------------------------------------------------------------- */

static void test_shrinking_lanes(void **state)
{
    lsched_booking *b[3];
    char key[2] = "0";
    (void)state;
    for (int i = 0; i < 3; i++, key[0]++)
        b[i] = BOOK(.key = key, .customer = "cora", .service = "talk", .agent = "ana",
                    .channel = LSCHED_CHAT, .start = at("2026-03-02T10:00"));
    char *before = world_listing(w.s);
    refuses(PUT(agent, .id = "ana", .name = "ana", .zone = "America/New_York", .lanes = 2),
            LSCHED_INUSE, "lanes");
    world_unchanged(before);
    ok(lsched_cancel(w.s, b[0]->id, NULL, "x", NULL));
    ok(PUT(agent, .id = "ana", .name = "ana", .zone = "America/New_York", .lanes = 2));
    assert_int_equal(world_try(NEW(request, .key = "4", .customer = "cora", .service = "talk",
                                   .agent = "ana", .channel = LSCHED_CHAT,
                                   .start = at("2026-03-02T10:00"))),
                     LSCHED_TAKEN);
    for (int i = 0; i < 3; i++)
        lsched_booking_free(b[i]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_empty, world_close)
#define TEST_IN_WORLD(name) cmocka_unit_test_setup_teardown(name, world_little, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_defaults),
        TEST(test_replace),
        TEST_IN_WORLD(test_references),
        TEST_IN_WORLD(test_missing),
        TEST(test_paging),
        TEST_IN_WORLD(test_members),
        TEST_IN_WORLD(test_membership_dates),
        TEST_IN_WORLD(test_calendars_list),
        TEST_IN_WORLD(test_in_use),
        TEST_IN_WORLD(test_removed_with_it),
        TEST(test_home_team),
        TEST(test_home_by_size),
        TEST_IN_WORLD(test_bad_calendar_leaves_the_old_one),
        TEST(test_text_size),
        TEST(test_calendars_of_one_owner),
        TEST_IN_WORLD(test_shrinking_lanes),
    };
    return cmocka_run_group_tests_name("catalogue", tests, NULL, NULL);
}
