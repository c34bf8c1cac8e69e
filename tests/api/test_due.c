/* test_due.c -- arithmetic in open time: stored owners and texts, days on which the
 * clocks change, what is never or always open, and a reference that looks at every minute. */
#include "world.h"

#define DAY INT64_C(86400)
#define NY "America/New_York"

static const lsched_calendar *text(int32_t effect, const char *ics)
{
    static lsched_calendar ring[4];
    static size_t next;
    lsched_calendar *c = &ring[next++ % 4];
    *c = (lsched_calendar){.size = sizeof *c, .effect = effect, .text = ics};
    return c;
}

static int64_t add(const lsched_layers *layers, const char *from, int64_t minutes)
{
    lsched_time t;
    ok(lsched_add_open(w.s, layers, at(from), minutes, &t));
    return t;
}

static int64_t turn(const lsched_layers *layers, const char *from, int32_t which)
{
    lsched_time t;
    ok(lsched_find_turn(w.s, layers, at(from), which, &t));
    return t;
}

static int64_t count(const lsched_layers *layers, const char *from, const char *until)
{
    int64_t minutes;
    ok(lsched_count_open(w.s, layers, at(from), at(until), &minutes));
    return minutes;
}

#define LAYERS(...) NEW(layers, __VA_ARGS__)

/* ---- stored owners ------------------------------------------------------------------------- */

static void test_owners(void **state)
{
    (void)state;
    opens(LSCHED_AGENT, "ana", "20260101T060000", "20260101T120000", "FREQ=DAILY");
    closes(LSCHED_REGION, "US-NY", "20260303", "20260304", NULL);
    const lsched_layers *team = LAYERS(.team = "home");
    const lsched_layers *both = LAYERS(.team = "home", .agent = "ana");
    const lsched_layers *all = LAYERS(.team = "home", .agent = "ana", .customer = "cora",
                                      .region = "US-NY", .service = "talk");
    assert_int_equal(add(team, "2026-03-02T16:00", 60), at("2026-03-02T17:00"));
    assert_int_equal(add(team, "2026-03-02T16:00", 61), at("2026-03-03T09:01"));
    assert_int_equal(add(both, "2026-03-02T11:00", 61), at("2026-03-03T09:01"));
    assert_int_equal(add(all, "2026-03-02T11:30", 60), at("2026-03-04T09:30"));
    assert_int_equal(add(all, "2026-03-04T09:00", -60), at("2026-03-02T11:00"));
    assert_int_equal(count(team, "2026-03-02", "2026-03-04"), 16 * 60);
    assert_int_equal(count(all, "2026-03-02", "2026-03-04"), 3 * 60);
    assert_int_equal(count(all, "2026-03-04", "2026-03-02"), -3 * 60);
    assert_int_equal(turn(all, "2026-03-02T12:00", LSCHED_NEXT_OPENING), at("2026-03-04T09:00"));
    assert_int_equal(turn(all, "2026-03-02T11:00", LSCHED_NEXT_CLOSING), at("2026-03-02T12:00"));
    assert_int_equal(turn(all, "2026-03-02T12:00", LSCHED_LAST_OPENING), at("2026-03-02T09:00"));
    assert_int_equal(turn(all, "2026-03-04T08:00", LSCHED_LAST_CLOSING), at("2026-03-02T12:00"));
}

/* Where somebody has no opening calendar: customers, regions and services are open. */
static void test_always_and_never(void **state)
{
    (void)state;
    lsched_time t;
    const lsched_layers *always = LAYERS(.customer = "cora", .service = "talk");
    assert_int_equal(add(always, "2026-03-02", 100), at("2026-03-02T01:40"));
    assert_int_equal(count(always, "2026-03-08", "2026-03-09"), 23 * 60);
    refuses(lsched_find_turn(w.s, always, w.now, LSCHED_NEXT_CLOSING, &t), LSCHED_NOTFOUND,
            "no closing within 400 days from then");
    refuses(lsched_find_turn(w.s, always, w.now, LSCHED_LAST_OPENING, &t), LSCHED_NOTFOUND,
            "no opening within 400 days before then");
    ok(PUT(team, .id = "idle", .name = "Idle", .zone = NY));
    const lsched_layers *never = LAYERS(.team = "idle");
    refuses(lsched_add_open(w.s, never, w.now, 1, &t), LSCHED_NOTFOUND, "1 minutes");
    refuses(lsched_add_open(w.s, never, w.now, -1, &t), LSCHED_NOTFOUND, " 1 minutes");
    assert_int_equal(t, 0);
    assert_int_equal(count(never, "2026-03-08", "2026-03-09"), 0);
}

/* Floating hours happen at the customer, an agent's at the agent. */
static void test_zones(void **state)
{
    (void)state;
    ok(PUT(customer, .id = "kay", .zone = "America/Los_Angeles", .region = "US-NY"));
    const lsched_layers *here = LAYERS(.team = "home", .customer = "cora");
    const lsched_layers *there = LAYERS(.team = "home", .customer = "kay");
    const lsched_layers *both = LAYERS(.team = "home", .customer = "kay", .agent = "ana");
    const lsched_layers *told = LAYERS(.team = "home", .customer = "kay", .agent = "ana",
                                       .zone = "Europe/London");
    const lsched_layers *agent = LAYERS(.agent = "ana", .region = "US-NJ");
    const char *from = "2026-03-02";
    assert_int_equal(turn(here, from, LSCHED_NEXT_OPENING), at("2026-03-02T09:00"));
    assert_int_equal(turn(there, from, LSCHED_NEXT_OPENING), at("2026-03-02T12:00"));
    assert_int_equal(turn(both, from, LSCHED_NEXT_CLOSING), at("2026-03-02T17:00"));
    assert_int_equal(turn(told, from, LSCHED_NEXT_OPENING), at("2026-03-02T09:00"));
    assert_int_equal(turn(told, from, LSCHED_NEXT_CLOSING), at("2026-03-02T12:00"));
    assert_int_equal(turn(agent, from, LSCHED_NEXT_OPENING), at("2026-03-02T09:00"));
}

/* ---- texts --------------------------------------------------------------------------------- */

static void test_texts(void **state)
{
    (void)state;
    const lsched_calendar *late =
        text(LSCHED_OPENS, event("20260101T120000", "20260101T200000", "FREQ=DAILY"));
    const lsched_calendar *tea =
        text(LSCHED_CLOSES, event("20260101T150000", "20260101T153000", "FREQ=DAILY"));
    const lsched_calendar *const late_tea[] = {late, tea}, *const only_tea[] = {tea};
    const lsched_layers *alone = LAYERS(.calendars = late_tea, .count = 2, .zone = NY);
    const lsched_layers *top = LAYERS(.team = "home", .calendars = late_tea, .count = 2);
    const lsched_layers *closing = LAYERS(.team = "home", .calendars = only_tea, .count = 1);
    const lsched_layers *nothing = LAYERS(.calendars = only_tea, .count = 1, .zone = NY);
    assert_int_equal(count(alone, "2026-03-02", "2026-03-03"), 450);
    assert_int_equal(count(top, "2026-03-02", "2026-03-03"), 270);
    assert_int_equal(count(closing, "2026-03-02", "2026-03-03"), 450);
    assert_int_equal(count(nothing, "2026-03-02", "2026-03-03"), 0);
    assert_int_equal(add(top, "2026-03-02T14:00", 60), at("2026-03-02T15:00"));
    assert_int_equal(add(top, "2026-03-02T14:00", 61), at("2026-03-02T15:31"));
    assert_int_equal(add(alone, "2026-03-02T14:00", 61), at("2026-03-02T15:31"));
    lsched_time t;
    ok(lsched_due(w.s, late_tea, 2, NY, at("2026-03-02T15:31"), -61, &t));
    assert_int_equal(t, at("2026-03-02T14:00"));
}

/* Texts need no store. */
static void test_without_a_store(void **state)
{
    (void)state;
    lsched *s = lsched_new();
    const lsched_calendar *const day[] = {
        text(LSCHED_OPENS, event("20260101T090000", "20260101T170000", "FREQ=DAILY"))};
    lsched_time t;
    assert_int_equal(lsched_add_open(s, LAYERS(.calendars = day, .count = 1, .zone = NY), w.now, 1,
                                     &t),
                     LSCHED_OK);
    assert_int_equal(t, at("2026-03-02T09:01"));
    assert_int_equal(lsched_add_open(s, LAYERS(.team = "home"), w.now, 1, &t), LSCHED_MISUSE);
    lsched_free(s);
}

/* ---- days on which the clocks change --------------------------------------------------------- */

static void test_changes(void **state)
{
    (void)state;
    const lsched_calendar *const night[] = {
        text(LSCHED_OPENS, event("20260101T220000", "20260102T060000", "FREQ=DAILY"))};
    const lsched_layers *l = LAYERS(.calendars = night, .count = 1, .zone = NY);
    assert_int_equal(count(l, "2026-03-07T22:00", "2026-03-08T06:00"), 7 * 60);
    assert_int_equal(count(l, "2026-10-31T22:00", "2026-11-01T06:00"), 9 * 60);
    assert_int_equal(add(l, "2026-03-07T22:00", 5 * 60), at("2026-03-08T04:00"));
    assert_int_equal(add(l, "2026-03-08T04:00", -5 * 60), at("2026-03-07T22:00"));
    assert_int_equal(add(l, "2026-10-31T22:00", 8 * 60), at("2026-11-01T05:00"));
    assert_int_equal(add(l, "2026-10-31T22:00", 9 * 60), at("2026-11-01T06:00"));
    assert_int_equal(add(l, "2026-11-01T06:00", -4 * 60 - 30), at("2026-11-01T01:30-05:00"));
    assert_int_equal(add(l, "2026-11-01T06:00", -5 * 60 - 30), at("2026-11-01T01:30-04:00"));
    assert_int_equal(turn(l, "2026-03-08T01:00", LSCHED_NEXT_CLOSING), at("2026-03-08T06:00"));
}

/* ---- wrong questions -------------------------------------------------------------------------- */

static void test_refusals(void **state)
{
    (void)state;
    const lsched_calendar *const bad[] = {
        text(LSCHED_OPENS, event("20260303", "20260304", "FREQ=SOMETIMES"))};
    const lsched_layers *team = LAYERS(.team = "home");
    lsched_time t = 7;
    refuses(lsched_add_open(w.s, NULL, w.now, 1, &t), LSCHED_MISUSE, "struct");
    assert_int_equal(t, 0);
    refuses(lsched_add_open(w.s, team, w.now, 1, NULL), LSCHED_MISUSE, "out");
    refuses(lsched_count_open(w.s, team, w.now, w.now, NULL), LSCHED_MISUSE, "out");
    refuses(lsched_find_turn(w.s, team, w.now, 1, NULL), LSCHED_MISUSE, "out");
    assert_int_equal(lsched_add_open(NULL, team, w.now, 1, &t), LSCHED_MISUSE);
    refuses(lsched_add_open(w.s, LAYERS(.zone = NY), w.now, 1, &t), LSCHED_MISUSE, "owner");
    refuses(lsched_add_open(w.s, LAYERS(.team = "home", .count = 1), w.now, 1, &t), LSCHED_MISUSE,
            "calendars");
    refuses(lsched_add_open(w.s, LAYERS(.calendars = bad, .count = 1), w.now, 1, &t),
            LSCHED_MISUSE, "zone");
    refuses(lsched_add_open(w.s, LAYERS(.region = "US-NY"), w.now, 1, &t), LSCHED_INVALID, "zone");
    refuses(lsched_add_open(w.s, LAYERS(.team = "home", .zone = "Mars/Base"), w.now, 1, &t),
            LSCHED_INVALID, "Mars");
    refuses(lsched_add_open(w.s, LAYERS(.team = "nix"), w.now, 1, &t), LSCHED_NOTFOUND, "nix");
    refuses(lsched_add_open(w.s, LAYERS(.team = "home", .agent = "nix"), w.now, 1, &t),
            LSCHED_NOTFOUND, "nix");
    refuses(lsched_add_open(w.s, LAYERS(.service = "nix", .zone = NY), w.now, 1, &t),
            LSCHED_NOTFOUND, "nix");
    refuses(lsched_add_open(w.s, LAYERS(.team = "a b"), w.now, 1, &t), LSCHED_INVALID, "team");
    refuses(lsched_add_open(w.s, LAYERS(.team = "home", .calendars = bad, .count = 1), w.now, 1, &t),
            LSCHED_INVALID, "SOMETIMES");
    assert_int_equal(lsched_line(w.s), 10);
    refuses(lsched_add_open(w.s, LAYERS(.team = "home", .calendars = bad, .count = 65), w.now, 1,
                            &t),
            LSCHED_LIMIT, "64");
    refuses(lsched_add_open(w.s, team, -1, 1, &t), LSCHED_INVALID, "from");
    refuses(lsched_count_open(w.s, team, 0, 7258118400, &t), LSCHED_INVALID, "until");
    refuses(lsched_count_open(w.s, team, w.now, w.now + 401 * DAY, &t), LSCHED_LIMIT, "400");
    refuses(lsched_count_open(w.s, team, w.now, w.now - 401 * DAY, &t), LSCHED_LIMIT, "400");
    refuses(lsched_find_turn(w.s, team, w.now, 0, &t), LSCHED_INVALID, "turn");
    refuses(lsched_find_turn(w.s, team, w.now, 5, &t), LSCHED_INVALID, "turn");
    lsched_layers old = *team;
    old.size = 8;
    refuses(lsched_add_open(w.s, &old, w.now, 1, &t), LSCHED_MISUSE, "size");
}

/* Bombs cost what the limits say, in either direction. */
static void test_bombs(void **state)
{
    (void)state;
    const lsched_calendar *const bomb[] = {
        text(LSCHED_OPENS, event("20250101T000000", "20250101T000001", "FREQ=SECONDLY"))};
    const lsched_layers *l = LAYERS(.calendars = bomb, .count = 1, .zone = "UTC");
    int64_t out;
    refuses(lsched_add_open(w.s, l, w.now, 1440, &out), LSCHED_LIMIT, "");
    refuses(lsched_add_open(w.s, l, w.now, -1440, &out), LSCHED_LIMIT, "");
    refuses(lsched_count_open(w.s, l, w.now, w.now + 2 * DAY, &out), LSCHED_LIMIT, "");
    refuses(lsched_find_turn(w.s, l, w.now, LSCHED_LAST_CLOSING, &out), LSCHED_LIMIT, "");
}

/* ---- against a reference ------------------------------------------------------------------------ */

#define MINUTES (50 * 1440) /* from a week before the clocks change in New York */

static bool open_minute[MINUTES];

/* What the layers leave open, asked one layer at a time and put together by the minute. */
static void mark(int32_t kind, const char *owner, const char *zone, lsched_time start)
{
    lsched_spans *list;
    ok(lsched_hours(w.s, kind, owner, zone, start, start + MINUTES * 60, &list));
    size_t k = 0;
    for (int m = 0; m < MINUTES; m++) {
        const lsched_time t = start + m * INT64_C(60);
        while (k < lsched_spans_count(list) && lsched_spans_at(list, k)->until <= t)
            k++;
        open_minute[m] &= k < lsched_spans_count(list) && lsched_spans_at(list, k)->from <= t;
    }
    lsched_spans_free(list);
}

static unsigned seed = 7;

static int pick(int below)
{
    seed = seed * 1103515245u + 12345u;
    return (int)(seed >> 8) % below;
}

static void random_calendar(int32_t kind, const char *owner, bool opening)
{
    static const char *const days[] = {"FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
                                       "FREQ=DAILY;INTERVAL=2", "FREQ=WEEKLY;BYDAY=SU,SA"};
    char from[32], until[32];
    const int a = pick(24), b = a + 1 + pick(opening ? 14 : 3);
    snprintf(from, sizeof from, "202601%02dT%02d%02d00", 1 + pick(7), a, pick(60));
    snprintf(until, sizeof until, "202601%02dT%02d5900", (from[6] - '0') * 10 + from[7] - '0' + b / 24,
             b % 24);
    (opening ? opens : closes)(kind, owner, from, until, days[pick(4)]);
}

static int64_t reference_add(int from, int n)
{
    int t = from;
    for (int left = n < 0 ? -n : n; left > 0; t += n < 0 ? -1 : 1) {
        if (t <= 0 || t >= MINUTES)
            return -1;
        left -= open_minute[n < 0 ? t - 1 : t];
    }
    for (; n == 0 && t < MINUTES && !open_minute[t];)
        t++;
    return t < MINUTES ? t : -1;
}

static void check(const lsched_layers *layers, lsched_time start)
{
    const int from = 1 + pick(MINUTES - 2), until = pick(MINUTES), n = pick(4000) - 2000;
    int64_t minutes;
    lsched_time t;
    const int64_t wanted = reference_add(from, n);
    if (wanted > 0) {
        ok(lsched_add_open(w.s, layers, start + from * 60, n, &t));
        assert_int_equal((t - start) / 60, wanted);
    }
    ok(lsched_count_open(w.s, layers, start + from * 60, start + until * 60, &minutes));
    int sum = 0;
    for (int m = from < until ? from : until; m < (from < until ? until : from); m++)
        sum += open_minute[m];
    assert_int_equal(minutes, from < until ? sum : -sum);
    int next = from + 1;
    while (next < MINUTES && !(open_minute[next] && !open_minute[next - 1]))
        next++;
    if (next < MINUTES) {
        ok(lsched_find_turn(w.s, layers, start + from * 60, LSCHED_NEXT_OPENING, &t));
        assert_int_equal((t - start) / 60, next);
    }
    int last = from;
    while (last > 0 && !(!open_minute[last] && open_minute[last - 1]))
        last--;
    if (last > 0) {
        ok(lsched_find_turn(w.s, layers, start + from * 60, LSCHED_LAST_CLOSING, &t));
        assert_int_equal((t - start) / 60, last);
    }
}

static void test_reference(void **state)
{
    (void)state;
    static const char *const zones[] = {NY, "Europe/Berlin", "Australia/Lord_Howe", "UTC"};
    for (int round = 0; round < 40; round++) {
        const char *zone = zones[round % 4];
        const lsched_time start = at_zone(round % 8 < 4 ? "2026-03-01" : "2026-10-01", zone);
        ok(PUT(customer, .id = "cora", .zone = zone, .region = "US-NY"));
        ok(PUT(agent, .id = "ana", .name = "Ana", .zone = NY));
        random_calendar(LSCHED_TEAM, "home", true);
        random_calendar(LSCHED_TEAM, "home", false);
        random_calendar(LSCHED_AGENT, "ana", true);
        random_calendar(LSCHED_REGION, "US-NY", false);
        memset(open_minute, 1, sizeof open_minute);
        mark(LSCHED_TEAM, "home", zone, start);
        mark(LSCHED_AGENT, "ana", NULL, start);
        mark(LSCHED_REGION, "US-NY", zone, start);
        for (int i = 0; i < 25; i++)
            check(LAYERS(.team = "home", .agent = "ana", .region = "US-NY", .customer = "cora"),
                  start);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_little, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_owners),  TEST(test_always_and_never), TEST(test_zones),
        TEST(test_texts),   TEST(test_without_a_store),  TEST(test_changes),
        TEST(test_refusals), TEST(test_bombs),           TEST(test_reference),
    };
    return cmocka_run_group_tests_name("opentime", tests, NULL, NULL);
}
