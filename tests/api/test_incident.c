/* test_incident.c -- incidents: told before somebody books, told of as they go on, each update
 * once to whoever it concerns, and what their end has made pointless is offered back.
 */
#include "world.h"

#define HOUR INT64_C(3600)
#define DAY INT64_C(86400)

/* All that is due, as "customer kind text; ...", acknowledged. */
static const char *told(void)
{
    static char all[4000];
    lsched_notices *list = NULL;
    size_t used = 0;
    all[0] = '\0';
    ok(lsched_take_notices(w.s, 0, 60, &list));
    for (size_t i = 0; i < lsched_notices_count(list); i++) {
        const lsched_notice *n = lsched_notices_at(list, i);
        ok(lsched_ack_notice(w.s, n->id, n->attempt));
        if (n->kind < LSCHED_NOTICE_INCIDENT)
            continue;
        used += (size_t)snprintf(all + used, sizeof all - used, "%s %s %s; ", n->customer,
                                 lsched_notice_name(n->kind), n->text);
        assert_true(used < sizeof all);
        assert_int_equal(n->booking != NULL, n->about == LSCHED_ABOUT_BOOKING);
    }
    lsched_notices_free(list);
    return all;
}

static char *book(const char *customer, const char *service, const char *start)
{
    static char ids[8][LSCHED_MAX_ID + 1];
    static int turn;
    char key[32], *id = ids[turn++ % 8];
    snprintf(key, sizeof key, "k%d", turn);
    lsched_booking *b =
        BOOK(.key = key, .customer = customer, .service = service, .start = at(start));
    snprintf(id, sizeof ids[0], "%s", b->id);
    lsched_booking_free(b);
    return id;
}

/* Dan of another region, ten in the morning; a second service with a topic. */
static int start(void **state)
{
    if (world_little(state) != 0)
        return 1;
    ok(PUT(customer, .id = "dan", .zone = "America/New_York", .region = "US-NJ"));
    ok(PUT(customer, .id = "eve", .zone = "America/New_York", .region = "US-NY"));
    ok(PUT(service, .id = "line", .name = "Line", .topic = "internet is slow",
           .notice = LSCHED_NONE));
    w.now = at("2026-03-02T10:00");
    return 0;
}

/* The ids of the open incidents that a question finds, by both ways that there are. */
static const char *open_for(const char *customer, const char *service)
{
    static char all[400];
    lsched_incidents *list = NULL;
    all[0] = '\0';
    ok(lsched_incidents_for(w.s, customer, service, &list));
    for (size_t i = 0; i < lsched_incidents_count(list); i++) {
        strcat(all, lsched_incidents_at(list, i)->id);
        strcat(all, " ");
    }
    if (service != NULL) {
        lsched_slots *found = FIND(.customer = customer, .service = service);
        assert_int_equal(lsched_slots_incidents(found), lsched_incidents_count(list));
        for (size_t i = 0; i < lsched_incidents_count(list); i++) {
            const lsched_incident *a = lsched_slots_incident(found, i),
                                  *b = lsched_incidents_at(list, i);
            assert_string_equal(a->id, b->id);
            assert_string_equal(a->text, b->text);
            assert_int_equal(a->next_update, b->next_update);
            assert_int_equal(a->size, sizeof *a);
        }
        assert_null(lsched_slots_incident(found, lsched_incidents_count(list)));
        lsched_slots_free(found);
    }
    lsched_incidents_free(list);
    return all;
}

static void test_before_booking(void **state)
{
    (void)state;
    lsched_incident *back = NULL;
    assert_string_equal(open_for("cora", "talk"), "");
    ok(PUT(incident, .id = "all", .text = "everything is down"));
    ok(PUT(incident, .id = "ny", .regions = "US-NY US-CT", .text = "the north",
           .next_update = w.now + HOUR));
    ok(PUT(incident, .id = "slow", .topic = "internet is slow", .text = "slow"));
    ok(PUT(incident, .id = "talks", .regions = "US-NJ", .services = "talk", .text = "no voices"));
    assert_string_equal(open_for("cora", "talk"), "all ny ");
    assert_string_equal(open_for("cora", "line"), "all ny slow ");
    assert_string_equal(open_for("dan", "talk"), "all talks ");
    assert_string_equal(open_for("dan", "line"), "all slow ");
    assert_string_equal(open_for("dan", NULL), "all slow talks ");
    ok(PUT(customer, .id = "ann", .zone = "UTC")); /* of no region */
    assert_string_equal(open_for("ann", "talk"), "all ");
    ok(lsched_get_incident(w.s, "ny", &back));
    assert_int_equal(back->opened, w.now);
    assert_int_equal(back->revision, 1);
    lsched_incident_free(back);
    w.now += HOUR;
    ok(PUT(incident, .id = "all", .text = "it works again", .closed = w.now));
    assert_string_equal(open_for("cora", "talk"), "ny ");
    /* Broken once more, from now on; but whoever says since when is believed. */
    w.now += HOUR;
    for (int i = 0; i < 2; i++) {
        ok(PUT(incident, .id = "all", .text = "down again", .opened = i * (w.now - 60)));
        ok(lsched_get_incident(w.s, "all", &back));
        assert_int_equal(back->opened, w.now - i * 60);
        lsched_incident_free(back);
    }
    ok(lsched_remove_incident(w.s, "all"));
    ok(lsched_remove_incident(w.s, "ny"));
    assert_string_equal(open_for("cora", "talk"), "");
    lsched_incidents *list = NULL;
    refuses(lsched_incidents_for(w.s, "none", NULL, &list), LSCHED_NOTFOUND, "'none'");
    refuses(lsched_incidents_for(w.s, "cora", "none", &list), LSCHED_NOTFOUND, "'none'");
    assert_null(list);
}

/* Whoever asked, and whoever has something booked that it touches; each once, with the last word. */
static void test_updates(void **state)
{
    (void)state;
    book("cora", "talk", "2026-03-02T15:00");
    book("cora", "talk", "2026-03-03T15:00");
    book("dan", "talk", "2026-03-02T16:00");
    book("eve", "line", "2026-03-02T15:30");
    told();
    ok(PUT(incident, .id = "i", .regions = "US-NY", .services = "talk", .text = "one"));
    assert_string_equal(told(), "cora incident one; ");
    ok(lsched_subscribe(w.s, "i", "dan"));
    ok(lsched_subscribe(w.s, "i", "dan"));
    ok(lsched_subscribe(w.s, "i", "cora"));
    assert_string_equal(told(), "");
    ok(PUT(incident, .id = "i", .regions = "US-NY", .services = "talk", .text = "one"));
    assert_string_equal(told(), ""); /* nothing is new */
    ok(PUT(incident, .id = "i", .regions = "US-NY", .services = "talk", .text = "two"));
    ok(PUT(incident, .id = "i", .regions = "US-NY", .services = "talk", .text = "three"));
    const char *words = told();
    assert_non_null(strstr(words, "cora incident three; "));
    assert_non_null(strstr(words, "dan incident three; "));
    assert_int_equal(strlen(words), strlen("cora incident three; dan incident three; "));
    ok(lsched_unsubscribe(w.s, "i", "dan"));
    ok(lsched_unsubscribe(w.s, "i", "dan"));
    w.now = at("2026-03-04T10:00"); /* cora's bookings are over; she is told as she asked */
    ok(PUT(incident, .id = "i", .regions = "US-NY", .services = "talk", .text = "four"));
    assert_string_equal(told(), "cora incident four; ");
    ok(PUT(incident, .id = "i", .regions = "US-NY", .services = "talk", .text = "five"));
    ok(lsched_remove_incident(w.s, "i"));
    assert_string_equal(told(), "");
    ok(PUT(incident, .id = "i", .regions = "US-NY", .services = "talk", .text = "six"));
    assert_string_equal(told(), ""); /* who had asked, asked of the one before */
    ok(lsched_subscribe(w.s, "i", "cora"));
    ok(PUT(incident, .id = "i", .regions = "US-NY", .services = "talk", .text = "seven"));
    assert_string_equal(told(), "cora incident seven; ");
    lsched_incident *i = NULL;
    ok(lsched_get_incident(w.s, "i", &i));
    const int32_t revision = i->revision;
    /* What only changes how it is worked on is nobody's news. */
    for (int n = 0; n < 10; n++) {
        int32_t in[10] = {0};
        in[n] = 1;
        ok(PUT(incident, .id = "i", .regions = "US-NY", .services = "talk", .text = "seven",
               .no_joining = in[0], .no_working = in[1], .rungs = in[2], .minutes = in[3],
               .wrap_up = in[4], .notice = in[5], .cut_off = in[6], .owner_wait = in[7],
               .wait_known = in[8], .wait_home = in[9]));
        assert_string_equal(told(), "");
    }
    lsched_incident_free(i);
    ok(lsched_get_incident(w.s, "i", &i));
    assert_int_equal(i->revision, revision);
    assert_int_equal(i->wait_home, 1);
    lsched_incident_free(i);
}

/* A lease that was out when the next update came ends nothing. */
static void test_overtaken(void **state)
{
    (void)state;
    lsched_notices *list = NULL;
    ok(PUT(incident, .id = "i", .text = "one"));
    ok(lsched_subscribe(w.s, "i", "dan"));
    ok(PUT(incident, .id = "i", .text = "two"));
    ok(lsched_take_notices(w.s, 0, 60, &list));
    assert_int_equal(lsched_notices_count(list), 1);
    ok(PUT(incident, .id = "i", .text = "three"));
    refuses(lsched_ack_notice(w.s, lsched_notices_at(list, 0)->id, 1), LSCHED_OVER, "is void");
    lsched_notices_free(list);
    assert_string_equal(told(), "dan incident three; ");
}

/* Not at night, and by morning only the last word of the night. */
static void test_night(void **state)
{
    (void)state;
    ok(PUT(incident, .id = "i", .text = "one"));
    ok(lsched_subscribe(w.s, "i", "dan"));
    w.now = at("2026-03-02T23:00");
    ok(PUT(incident, .id = "i", .text = "two"));
    assert_string_equal(told(), "");
    w.now = at("2026-03-03T03:00");
    ok(PUT(incident, .id = "i", .text = "it works", .closed = w.now));
    assert_string_equal(told(), "");
    lsched_time due;
    ok(lsched_next_due(w.s, &due));
    assert_int_equal(due, at("2026-03-03T09:00"));
    w.now = due;
    assert_string_equal(told(), "dan incident it works; ");
}

/* Its end: what was booked because of it may not be needed; what was booked before is. */
static void test_release(void **state)
{
    (void)state;
    book("dan", "talk", "2026-03-03T11:00");
    const char *before = book("eve", "talk", "2026-03-03T12:00");
    (void)before;
    w.now += HOUR;
    ok(PUT(incident, .id = "i", .regions = "US-NY", .text = "down"));
    told();
    char *early = book("cora", "talk", "2026-03-02T13:00");
    char *late = book("cora", "talk", "2026-03-02T16:00"), *gone;
    gone = book("cora", "talk", "2026-03-03T16:00");
    ok(lsched_subscribe(w.s, "i", "cora"));
    ok(lsched_subscribe(w.s, "i", "dan"));
    w.now = at("2026-03-02T14:00");
    ok(lsched_cancel(w.s, gone, NULL, "gone", NULL));
    told();
    ok(PUT(incident, .id = "i", .regions = "US-NY", .text = "up", .closed = w.now));
    lsched_notices *list = NULL;
    ok(lsched_take_notices(w.s, 0, 60, &list));
    assert_int_equal(lsched_notices_count(list), 3);
    int releases = 0;
    for (size_t i = 0; i < 3; i++) {
        const lsched_notice *n = lsched_notices_at(list, i);
        assert_string_equal(n->text, "up");
        if (n->kind != LSCHED_NOTICE_RELEASE) {
            assert_int_equal(n->kind, LSCHED_NOTICE_INCIDENT);
            assert_string_not_equal(n->customer, "cora");
            continue;
        }
        releases++;
        assert_string_equal(n->customer, "cora");
        assert_string_equal(n->subject, late); /* early is past, the other given back */
        assert_string_equal(n->booking->id, late);
        assert_int_equal(n->until, at("2026-03-02T16:00"));
    }
    assert_int_equal(releases, 1);
    lsched_notices_free(list);
    (void)early;
    /* It has moved: the question was about what it was. */
    assert_int_equal(
        world_try_move(NEW(change, .key = "m", .id = late, .start = at("2026-03-02T16:30"))),
        LSCHED_OK);
    w.now += 120;
    const char *words = told();
    assert_null(strstr(words, "release"));
    refuses(lsched_subscribe(w.s, "i", "eve"), LSCHED_OVER, "closed");
}

static void test_refused(void **state)
{
    (void)state;
    refuses(PUT(incident, .id = "i"), LSCHED_INVALID, "text is required");
    refuses(PUT(incident, .id = "i", .text = "x", .services = "none"), LSCHED_NOTFOUND, "'none'");
    refuses(PUT(incident, .id = "i", .text = "x", .opened = w.now + 1), LSCHED_INVALID, "opened");
    refuses(PUT(incident, .id = "i", .text = "x", .opened = w.now, .closed = w.now + 1),
            LSCHED_INVALID, "closed has not come");
    refuses(PUT(incident, .id = "i", .text = "x", .opened = w.now, .closed = w.now - 1),
            LSCHED_INVALID, "closed is before opened");
    refuses(PUT(incident, .id = "i", .text = "x", .closed = w.now - 1), LSCHED_INVALID,
            "closed is before opened");
    refuses(lsched_subscribe(w.s, "i", "cora"), LSCHED_NOTFOUND, "'i'");
    refuses(lsched_unsubscribe(w.s, "i", "cora"), LSCHED_NOTFOUND, "'i'");
    ok(PUT(incident, .id = "i", .text = "x"));
    refuses(lsched_subscribe(w.s, "i", "none"), LSCHED_NOTFOUND, "'none'");
    assert_int_equal(lsched_subscribe(w.s, NULL, "cora"), LSCHED_MISUSE);
    /* One that is over before it was known tells nobody. */
    book("cora", "talk", "2026-03-02T15:00");
    told();
    ok(PUT(incident, .id = "old", .text = "x", .opened = w.now - HOUR, .closed = w.now));
    assert_string_equal(told(), "");
    lsched_incidents *list = NULL;
    ok(lsched_list_incidents(w.s, NULL, 0, &list));
    assert_int_equal(lsched_incidents_count(list), 2);
    lsched_incidents_free(list);
    /* Where another clock was ahead when it was opened, that is nobody's mistake here. */
    w.now -= 60;
    ok(PUT(incident, .id = "i", .text = "y", .next_update = w.now + HOUR));
    refuses(PUT(incident, .id = "i", .text = "y", .opened = w.now + 1), LSCHED_INVALID, "opened");
    ok(PUT(incident, .id = "i", .text = "z", .opened = w.now, .closed = w.now));
    w.now -= 60; /* nor when it was closed */
    ok(PUT(incident, .id = "i", .text = "zz", .closed = w.now + 60));
    refuses(PUT(incident, .id = "i", .text = "zz", .closed = w.now + 61), LSCHED_INVALID, "closed");
    w.now += 60;
}

/* Putting it costs a failed call nothing: all or nothing, inside a transaction too. */
static void test_rollback(void **state)
{
    (void)state;
    book("cora", "talk", "2026-03-02T15:00");
    told();
    ok(lsched_begin(w.s));
    ok(PUT(incident, .id = "i", .text = "x"));
    assert_string_equal(open_for("cora", "talk"), "i ");
    ok(lsched_rollback(w.s));
    assert_string_equal(open_for("cora", "talk"), "");
    assert_string_equal(told(), "");
}

/* ---- any world --------------------------------------------------------------------------------- */

static uint32_t seed;

static uint32_t roll(uint32_t sides)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % sides;
}

#define PEOPLE 12
#define UPDATES 40

static struct {
    bool asked;
    char booking[LSCHED_MAX_ID + 1]; /* that it touches; "": none */
    lsched_time start;
    int owed;          /* the update that is to be told; 0: none */
    int told[UPDATES]; /* how often of each */
} people[PEOPLE];

static void go_round(void)
{
    lsched_notices *list = NULL;
    ok(lsched_take_notices(w.s, 0, 60, &list));
    for (size_t i = 0; i < lsched_notices_count(list); i++) {
        const lsched_notice *n = lsched_notices_at(list, i);
        const int who = n->customer[0] - 'a';
        if (n->kind == LSCHED_NOTICE_INCIDENT) {
            const int update = atoi(n->text);
            if (update != people[who].owed)
                fail_msg("%s is told of update %d, not %d", n->customer, update, people[who].owed);
            people[who].told[update]++;
            people[who].owed = 0;
        }
        ok(lsched_ack_notice(w.s, n->id, n->attempt));
    }
    lsched_notices_free(list);
}

static void update(int number)
{
    char text[16];
    snprintf(text, sizeof text, "%d", number);
    ok(PUT(incident, .id = "i", .regions = "US-NY", .text = text));
    for (int i = 0; i < PEOPLE; i++) {
        const bool booked = people[i].booking[0] != '\0' && people[i].start > w.now && i % 3 != 0;
        people[i].owed = people[i].asked || booked ? number : 0;
    }
}

static void do_something(int step)
{
    const int who = (int)roll(PEOPLE);
    const char id[] = {(char)('a' + who), '\0'};
    char key[16];
    lsched_booking *b = NULL;
    snprintf(key, sizeof key, "k%d", step);
    switch (roll(4)) {
    case 0:
        people[who].asked = !people[who].asked;
        ok(people[who].asked ? lsched_subscribe(w.s, "i", id) : lsched_unsubscribe(w.s, "i", id));
        break;
    case 1:
        if (people[who].booking[0] != '\0') {
            (void)lsched_cancel(w.s, people[who].booking, NULL, key, NULL);
            people[who].booking[0] = '\0';
        }
        break;
    default:
        if (people[who].booking[0] == '\0' &&
            lsched_book(w.s,
                        NEW(request, .key = key, .customer = id, .service = "talk",
                            .start = w.now - w.now % 1800 + (1 + roll(60)) * 1800),
                        &b) == LSCHED_OK) {
            people[who].start = b->start;
            strcpy(people[who].booking, b->id);
            lsched_booking_free(b);
        }
    }
}

/* Each update is told once to each whom it concerned when it came, or a later one instead; in
 * hours that never close here, so that nothing is put off. */
static void test_any_world(void **state)
{
    for (uint32_t round = 0; round < 20; round++) {
        assert_int_equal(world_empty(state), 0);
        ok(PUT(team, .id = "care", .name = "c", .zone = "UTC", .general = 1));
        opens(LSCHED_TEAM, "care", "20260101T000000Z", "20260102T000000Z", "FREQ=DAILY");
        ok(PUT(service, .id = "talk", .name = "Talk", .notice = LSCHED_NONE));
        for (int i = 0; i < 6; i++) {
            const char agent[] = {'z', (char)('a' + i), '\0'};
            ok(PUT(agent, .id = agent, .name = agent, .zone = "UTC", .languages = "en"));
            ok(PUT(member, .team = "care", .agent = agent));
            opens(LSCHED_AGENT, agent, "20260101T000000Z", "20260102T000000Z", "FREQ=DAILY");
        }
        memset(people, 0, sizeof people);
        seed = round * 7 + 1;
        int number = 0;
        for (int i = 0; i < PEOPLE; i++) { /* every third is of another region */
            const char id[] = {(char)('a' + i), '\0'};
            ok(PUT(customer, .id = id, .zone = "UTC", .region = i % 3 != 0 ? "US-NY" : "US-NJ"));
        }
        update(++number);
        for (int step = 0; step < 200; step++) {
            do_something(step);
            if (roll(8) == 0 && number < UPDATES - 1)
                update(++number);
            if (roll(5) == 0)
                go_round();
            w.now += roll(20) * 60;
        }
        go_round();
        for (int i = 0; i < PEOPLE; i++) {
            assert_int_equal(people[i].owed, 0); /* nobody was missed */
            for (int u = 0; u < UPDATES; u++)
                assert_true(people[i].told[u] <= 1);
        }
        assert_int_equal(world_close(state), 0);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_before_booking), TEST(test_updates),
        TEST(test_overtaken),      TEST(test_night),
        TEST(test_release),        TEST(test_refused),
        TEST(test_rollback),       cmocka_unit_test(test_any_world),
    };
    return cmocka_run_group_tests_name("incident", tests, NULL, NULL);
}
