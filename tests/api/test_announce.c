/* test_announce.c -- announcements: everybody they are for is told once, nobody twice, and nobody
 * outside of the customer's hours, whenever somebody comes to tell.
 */
#include "world.h"

#define HOUR INT64_C(3600)
#define DAY INT64_C(86400)

static size_t take(lsched_notices **list)
{
    *list = NULL;
    ok(lsched_take_notices(w.s, 0, 60, list));
    return lsched_notices_count(*list);
}

/* Takes and acknowledges: how many there were; the last one's text is kept. */
static char text[100];

static size_t tell(void)
{
    lsched_notices *list;
    const size_t count = take(&list);
    for (size_t i = 0; i < count; i++) {
        const lsched_notice *n = lsched_notices_at(list, i);
        snprintf(text, sizeof text, "%s", n->text);
        ok(lsched_ack_notice(w.s, n->id, n->attempt));
    }
    lsched_notices_free(list);
    return count;
}

static lsched_time next_due(void)
{
    lsched_time due = 0;
    const int status = lsched_next_due(w.s, &due);
    assert_true(status == LSCHED_OK || (status == LSCHED_NOTFOUND && due == 0));
    return due;
}

#define ANNOUNCE(...) ok(PUT(announcement, .id = "prices", .text = "new prices", __VA_ARGS__))

/* At eight in the morning, when region and team are closed. */
static void test_opening(void **state)
{
    (void)state;
    lsched_notices *list;
    ANNOUNCE(.team = "home", .service = "talk");
    assert_int_equal(next_due(), at("2026-03-02T09:00"));
    assert_int_equal(tell(), 0);
    w.now = at("2026-03-02T09:00");
    assert_int_equal(take(&list), 1);
    const lsched_notice *n = lsched_notices_at(list, 0);
    assert_int_equal(n->kind, LSCHED_NOTICE_ANNOUNCEMENT);
    assert_int_equal(n->about, LSCHED_ABOUT_ANNOUNCEMENT);
    assert_string_equal(n->customer, "cora");
    assert_string_equal(n->subject, "prices");
    assert_string_equal(n->text, "new prices");
    assert_string_equal(n->service, "talk");
    assert_string_equal(n->case_id, "");
    assert_null(n->booking);
    assert_int_equal(n->until, at("2026-03-02T17:00"));
    assert_int_equal(n->lease_until, w.now + 60);
    ok(lsched_ack_notice(w.s, n->id, 1));
    ok(lsched_ack_notice(w.s, n->id, 1));
    refuses(lsched_ack_notice(w.s, n->id, 2), LSCHED_OVER, "attempt 1");
    lsched_notices_free(list);
    assert_int_equal(next_due(), 0);
}

/* Whoever comes too late, or finds that the customer wants quiet by now, comes again. */
static void test_put_off(void **state)
{
    (void)state;
    ANNOUNCE(.regions = "US-NY");
    w.now = at("2026-03-02T17:00");
    assert_int_equal(tell(), 0);
    assert_int_equal(next_due(), at("2026-03-03T09:00"));
    closes(LSCHED_CUSTOMER, "cora", "20260303T080000", "20260303T120000", NULL);
    w.now = at("2026-03-03T09:30");
    assert_int_equal(tell(), 0);
    assert_int_equal(next_due(), at("2026-03-03T12:00"));
    closes(LSCHED_REGION, "US-NY", "20260303T000000", "20260304T000000", NULL);
    w.now = at("2026-03-03T12:00");
    assert_int_equal(tell(), 0);
    w.now = at("2026-03-04T09:00");
    assert_int_equal(next_due(), w.now);
    assert_int_equal(tell(), 1);
}

/* Each of the customer's regions has to be open, as far as its law is about news; and about what is
 * offered with them, unless the customer has agreed to such. */
static void test_laws(void **state)
{
    (void)state;
    const lsched_time noon = at("2026-03-02T12:00"), morning = at("2026-03-03T09:00");
    const char *all_day = event("20260302T000000", "20260303T000000", NULL);
    const struct {
        const char *region;
        int32_t channels, purposes, lifted, consents;
        lsched_time then;
    } cases[] = {
        {"US", 0, 0, 0, 0, morning},
        {"US-XX", 0, 0, 0, 0, noon},
        {"US", LSCHED_PHONE, LSCHED_SERVICE_NEWS, 0, 0, morning},
        {"US-NY", 0, LSCHED_ASKED | LSCHED_SURVEY, 0, 0, noon},
        {"US", 0, LSCHED_SALES, 0, 0, morning}, /* what is offered */
        {"US", 0, LSCHED_SALES, 1, LSCHED_SALES, noon},
        {"US", 0, LSCHED_SALES, 1, LSCHED_SERVICE_NEWS, morning},
        {"US", 0, 0, 1, LSCHED_SALES, morning},
        {"US", 0, 0, 1, LSCHED_SALES | LSCHED_SERVICE_NEWS, noon},
    };
    ok(PUT(service, .id = "offer", .name = "Offer", .purpose = LSCHED_SALES));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        w.now = noon;
        ok(lsched_begin(w.s));
        ok(PUT(customer, .id = "cora", .zone = "America/New_York", .region = "US-NY",
               .regions = "US US-CT", .consents = cases[i].consents));
        ok(PUT(calendar, .kind = LSCHED_REGION, .owner = cases[i].region, .name = "no",
               .effect = LSCHED_CLOSES, .text = all_day, .channels = cases[i].channels,
               .purposes = cases[i].purposes, .lifted = cases[i].lifted));
        ok(PUT(announcement, .id = "a", .regions = "US-NY", .text = "x", .service = "offer"));
        if (next_due() != cases[i].then)
            fail_msg("case %d", (int)i);
        assert_int_equal(tell(), cases[i].then == noon);
        ok(lsched_rollback(w.s));
    }
}

/* Whose calendar cannot be read keeps nobody else waiting, and is not woken. */
static void test_unreadable(void **state)
{
    (void)state;
    char long_one[2000] = "BEGIN:VCALENDAR\r\n";
    for (int i = 0; i < 5; i++)
        strcat(long_one, "BEGIN:VEVENT\r\nDTSTART:20260101T110000\r\nDTEND:20260101T120000\r\n"
                         "RRULE:FREQ=DAILY\r\nEND:VEVENT\r\n");
    strcat(long_one, "END:VCALENDAR\r\n");
    ok(PUT(customer, .id = "dan", .zone = "America/New_York", .region = "US-NY"));
    ok(PUT(calendar, .kind = LSCHED_CUSTOMER, .owner = "dan", .name = "quiet",
           .effect = LSCHED_CLOSES, .text = long_one));
    ANNOUNCE(.regions = "US-NY");
    w.now = at("2026-03-02T09:00");
    ok(lsched_set_limits(w.s, NEW(limits, .components = 3)));
    assert_int_equal(tell(), 1);
    assert_int_equal(next_due(), w.now + HOUR);
    ok(lsched_set_limits(w.s, NULL));
    w.now = at("2026-03-02T11:30");
    assert_int_equal(tell(), 0);
    w.now = at("2026-03-02T12:00");
    assert_int_equal(tell(), 1);
}

static void test_from_and_until(void **state)
{
    (void)state;
    ANNOUNCE(.team = "home", .from = at("2026-03-05T16:00"), .until = at("2026-03-06T16:30"));
    assert_int_equal(next_due(), at("2026-03-05T16:00"));
    w.now = at("2026-03-06T16:00");
    lsched_notices *list;
    assert_int_equal(take(&list), 1);
    assert_int_equal(lsched_notices_at(list, 0)->until, at("2026-03-06T16:30"));
    lsched_notices_free(list);
    w.now = at("2026-03-06T16:30"); /* its lease is over, and its time too */
    assert_int_equal(tell(), 0);
    assert_int_equal(next_due(), 0);
    ANNOUNCE(.team = "home", .until = at("2026-03-06T10:00")); /* nobody is told of the past */
    assert_int_equal(next_due(), 0);
}

/* Whoever was told is not told again; others, with what it says by then. */
static void test_again(void **state)
{
    (void)state;
    ok(PUT(customer, .id = "dan", .zone = "Europe/Athens", .region = "US-NY"));
    ANNOUNCE(.regions = "US-NY");
    w.now = at("2026-03-02T09:00"); /* 16:00 in Athens */
    assert_int_equal(tell(), 2);
    ok(PUT(customer, .id = "eve", .zone = "America/New_York", .region = "US-NJ"));
    ok(PUT(customer, .id = "fay", .zone = "America/New_York", .region = "US-NY"));
    assert_int_equal(next_due(), 0);
    ANNOUNCE(.regions = "US-NY");
    assert_int_equal(next_due(), w.now);
    ok(PUT(announcement, .id = "prices", .text = "newer prices", .regions = "US-NJ"));
    assert_int_equal(tell(), 1);
    assert_string_equal(text, "newer prices");
    /* Fay was not told, because it was not for her any more; now it is. */
    ANNOUNCE(.regions = "US-NY US-NJ");
    assert_int_equal(tell(), 1);
    ANNOUNCE(.team = "home");
    assert_int_equal(next_due(), 0);
    ok(lsched_remove_announcement(w.s, "prices"));
    ANNOUNCE(.team = "home");
    assert_int_equal(next_due(), 0);
}

/* What is being told just now is not told by somebody else at the same time. */
static void test_meanwhile(void **state)
{
    (void)state;
    lsched_notices *list;
    ANNOUNCE(.team = "home");
    w.now = at("2026-03-02T10:00");
    assert_int_equal(take(&list), 1);
    ANNOUNCE(.team = "home", .service = "talk");
    assert_int_equal(tell(), 0);
    ok(lsched_ack_notice(w.s, lsched_notices_at(list, 0)->id, 1));
    lsched_notices_free(list);
    assert_int_equal(next_due(), 0);
}

static void test_removed(void **state)
{
    (void)state;
    lsched_notices *list;
    ANNOUNCE(.team = "home");
    w.now = at("2026-03-02T10:00");
    assert_int_equal(take(&list), 1);
    ok(lsched_remove_announcement(w.s, "prices"));
    refuses(lsched_ack_notice(w.s, lsched_notices_at(list, 0)->id, 1), LSCHED_OVER, "is void");
    lsched_notices_free(list);
    assert_int_equal(next_due(), 0);
    ok(PUT(announcement, .id = "other", .text = "x", .team = "home"));
    ok(lsched_remove_customer(w.s, "cora"));
    assert_int_equal(next_due(), 0);
}

/* General care is nobody's home team: whoever chose it waits for no team to open. */
static void test_general(void **state)
{
    (void)state;
    ok(PUT(customer, .id = "cora", .zone = "America/New_York", .region = "US-NY", .general = 1));
    ANNOUNCE(.regions = "US-NY");
    assert_int_equal(tell(), 1);
}

static void test_refused(void **state)
{
    (void)state;
    lsched_announcement *back = NULL;
    refuses(PUT(announcement, .id = "p", .text = "x"), LSCHED_INVALID, "team or regions");
    refuses(PUT(announcement, .id = "p", .regions = "US-NY"), LSCHED_INVALID, "text is required");
    refuses(PUT(announcement, .text = "x", .regions = "US-NY"), LSCHED_INVALID, "id is required");
    refuses(PUT(announcement, .id = "p", .text = "x", .team = "none"), LSCHED_NOTFOUND, "'none'");
    refuses(PUT(announcement, .id = "p", .text = "x", .team = "home", .service = "none"),
            LSCHED_NOTFOUND, "'none'");
    refuses(PUT(announcement, .id = "p", .text = "x", .team = "home", .from = 20, .until = 20),
            LSCHED_INVALID, "until is not after from");
    refuses(lsched_get_announcement(w.s, "p", &back), LSCHED_NOTFOUND, "'p'");
    refuses(lsched_remove_announcement(w.s, "p"), LSCHED_NOTFOUND, "'p'");
    refuses(lsched_ack_notice(w.s, "news..announcement", 1), LSCHED_INVALID, "not the id");
    refuses(lsched_ack_notice(w.s, "news.0123456789abcdef.reminder", 1), LSCHED_INVALID,
            "not the id");
    refuses(lsched_ack_notice(w.s, "news.0123.announcement", 1), LSCHED_INVALID, "not the id");
    refuses(lsched_ack_notice(w.s, "news.0123456789abcdeF.announcement", 1), LSCHED_INVALID,
            "not the id");
    refuses(lsched_ack_notice(w.s, "news.0123456789abcdef0.announcement", 1), LSCHED_INVALID,
            "not the id");
    refuses(lsched_ack_notice(w.s, "news.0123456789abcdef.announcement", 1), LSCHED_NOTFOUND,
            "news.0123456789abcdef");
    assert_int_equal(next_due(), 0);
}

/* ---- any world ------------------------------------------------------------------------------------ */

static uint32_t seed;

static uint32_t roll(uint32_t sides)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % sides;
}

#define CUSTOMERS 40

/* By plain arithmetic: zones without clock changes, and hours that are told here. */
static struct {
    int region, team; /* R0..R2; team 0: none */
    int32_t shift;    /* hours east */
    bool own;         /* has quiet hours before noon */
    int told;
} people[CUSTOMERS];

static bool may_be_told(int i, lsched_time t)
{
    const int64_t local = t + people[i].shift * HOUR;
    const int64_t hour = local % DAY / HOUR, weekday = (local / DAY + 4) % 7; /* 0: Sunday */
    if (people[i].team != 0 && (hour < 9 || hour >= 17))
        return false;
    if (people[i].region == 1 && weekday == 0)
        return false;
    return !people[i].own || hour >= 12;
}

static void fill(void)
{
    ok(PUT(team, .id = "T1", .name = "T", .zone = "UTC", .regions = "R1 R2"));
    opens(LSCHED_TEAM, "T1", "20260101T090000", "20260101T170000", "FREQ=DAILY");
    closes(LSCHED_REGION, "R1", "20260301T000000", "20260302T000000", "FREQ=WEEKLY");
    for (int i = 0; i < CUSTOMERS; i++) {
        char id[16], zone[24], region[16];
        people[i].region = (int)roll(3);
        people[i].team = people[i].region != 0;
        people[i].shift = (int32_t)roll(25) - 12;
        people[i].own = roll(4) == 0;
        people[i].told = 0;
        snprintf(id, sizeof id, "c%d", i);
        snprintf(region, sizeof region, "R%d", people[i].region);
        snprintf(zone, sizeof zone, "Etc/GMT%+d", -people[i].shift);
        ok(PUT(customer, .id = id, .zone = people[i].shift != 0 ? zone : "Etc/UTC",
               .region = region));
        if (people[i].own)
            closes(LSCHED_CUSTOMER, id, "20260101T000000", "20260101T120000", "FREQ=DAILY");
    }
}

static void go_round(uint32_t patience)
{
    lsched_notices *list = NULL;
    ok(lsched_take_notices(w.s, 1 + roll(9), 60, &list));
    for (size_t i = 0; i < lsched_notices_count(list); i++) {
        const lsched_notice *n = lsched_notices_at(list, i);
        const int who = atoi(n->customer + 1);
        if (!may_be_told(who, w.now))
            fail_msg("seed: %s is told at %lld", n->customer, (long long)w.now);
        assert_true(n->until == 0 || n->until > w.now);
        if (n->until != 0 && may_be_told(who, n->until))
            fail_msg("%s could be told at %lld", n->customer, (long long)n->until);
        if (roll(patience) != 0)
            continue; /* it comes again */
        ok(lsched_ack_notice(w.s, n->id, n->attempt));
        people[who].told++;
    }
    lsched_notices_free(list);
}

/* Each is told once in the end, if it is for them at all, and never at another time. */
static void test_any_world(void **state)
{
    for (uint32_t round = 0; round < 30; round++) {
        assert_int_equal(world_empty(state), 0);
        seed = round;
        fill();
        const bool by_team = roll(2) == 0;
        const char *regions = by_team ? NULL : (roll(2) == 0 ? "R0 R2" : "R1");
        w.now += roll(1000) * 60;
        for (int step = 0; step < 60; step++) {
            if (step == 0 || roll(20) == 0) /* for whom it is stays the same */
                ok(PUT(announcement, .id = "a", .text = "x", .team = by_team ? "T1" : NULL,
                       .regions = regions, .from = roll(2) == 0 ? 0 : w.now + roll(5) * HOUR));
            go_round(2);
            w.now += roll(400) * 60;
        }
        for (lsched_time due; (due = next_due()) != 0;) {
            w.now = due > w.now ? due : w.now + 60;
            go_round(1);
        }
        for (int i = 0; i < CUSTOMERS; i++) {
            char region[16];
            snprintf(region, sizeof region, "R%d", people[i].region);
            const bool meant = by_team ? people[i].team == 1 : strstr(regions, region) != NULL;
            if (people[i].told != (meant ? 1 : 0))
                fail_msg("round %u: c%d was told %d times", round, i, people[i].told);
        }
        assert_int_equal(world_close(state), 0);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_little, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_opening),
        TEST(test_put_off),
        TEST(test_laws),
        TEST(test_unreadable),
        TEST(test_from_and_until),
        TEST(test_again),
        TEST(test_meanwhile),
        TEST(test_removed),
        TEST(test_general),
        TEST(test_refused),
        cmocka_unit_test(test_any_world),
    };
    return cmocka_run_group_tests_name("announce", tests, NULL, NULL);
}
