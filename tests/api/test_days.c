/* test_days.c -- header chapter 4: how many starts each day has, and several queries at once.
 * (That both say what find says: test_counted.c.)
 */
#include "world.h"

#include <sqlite3.h>
#include <unistd.h>

#define DAY 86400

/* ---- days of every kind --------------------------------------------------------------------- */

/* Somebody who can always be called, for an hour at each full hour of the customer's clock. */
static int always(void **state)
{
    if (world_empty(state) != 0)
        return 1;
    ok(PUT(team, .id = "care", .name = "Care", .zone = "UTC", .general = 1));
    ok(PUT(agent, .id = "ana", .name = "Ana", .zone = "UTC"));
    ok(PUT(member, .team = "care", .agent = "ana"));
    opens(LSCHED_TEAM, "care", "19900101", "19900102", "FREQ=DAILY");
    opens(LSCHED_AGENT, "ana", "19900101", "19900102", "FREQ=DAILY");
    ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 60, .step = 60, .horizon = 30,
           .notice = LSCHED_NONE, .channels = LSCHED_PHONE));
    return 0;
}

/* A stretch of days in a zone: their dates, hours and starts. */
typedef struct stretch {
    const char *zone, *from, *until; /* local midnights */
    struct {
        const char *date;
        int32_t minutes, starts;
    } days[5];
} stretch;

static const stretch stretches[] = {
    {"America/New_York",
     "2026-03-07",
     "2026-03-10",
     {{"2026-03-07", 1440, 24}, {"2026-03-08", 1380, 23}, {"2026-03-09", 1440, 24}}},
    {"America/New_York",
     "2026-10-31",
     "2026-11-03",
     {{"2026-10-31", 1440, 24}, {"2026-11-01", 1500, 25}, {"2026-11-02", 1440, 24}}},
    {"Australia/Lord_Howe",
     "2026-04-04",
     "2026-04-07",
     {{"2026-04-04", 1440, 24}, {"2026-04-05", 1470, 24}, {"2026-04-06", 1440, 24}}},
    /* Clocks went from the 29th to the 31st: there was no 30th. */
    {"Pacific/Apia",
     "2011-12-28",
     "2012-01-02",
     {{"2011-12-28", 1440, 24},
      {"2011-12-29", 1440, 24},
      {"2011-12-31", 1440, 24},
      {"2012-01-01", 1440, 24}}},
    {"Pacific/Kwajalein",
     "1993-08-20",
     "1993-08-23",
     {{"1993-08-20", 1440, 24}, {"1993-08-22", 1440, 24}}},
    /* Midnight did not exist, or clocks were put back at midnight. */
    {"America/Sao_Paulo",
     "2018-11-03",
     "2018-11-06",
     {{"2018-11-03", 1440, 24}, {"2018-11-04", 1380, 23}, {"2018-11-05", 1440, 24}}},
    {"America/Sao_Paulo",
     "2018-02-16",
     "2018-02-19",
     {{"2018-02-16", 1440, 24}, {"2018-02-17", 1500, 25}, {"2018-02-18", 1440, 24}}},
    /* A minute behind midnight, so that midnight came twice. */
    {"America/St_Johns",
     "2010-11-06",
     "2010-11-09",
     {{"2010-11-06", 1440, 24}, {"2010-11-07", 1500, 25}, {"2010-11-08", 1440, 24}}},
    {"Asia/Kathmandu",
     "2026-06-01",
     "2026-06-03",
     {{"2026-06-01", 1440, 24}, {"2026-06-02", 1440, 24}}},
};

/* Find says so too, between the midnights. */
static void check_found(const lsched_day *d)
{
    lsched_slots *slots = FIND(.customer = "cora", .service = "talk", .from = d->from,
                               .until = d->until, .limit = 100);
    const size_t count = lsched_slots_count(slots);
    assert_int_equal(count, d->slots);
    assert_int_equal(lsched_slots_at(slots, 0)->start, d->first);
    assert_int_equal(lsched_slots_at(slots, count - 1)->start, d->last);
    lsched_slots_free(slots);
}

static void check_stretch(const stretch *x)
{
    const lsched_time from = at_zone(x->from, x->zone), until = at_zone(x->until, x->zone);
    lsched_days *list;
    lsched_time t = from;
    size_t i = 0;
    w.now = from - DAY;
    ok(PUT(customer, .id = "cora", .zone = x->zone));
    ok(lsched_find_days(
        w.s, NEW(query, .customer = "cora", .service = "talk", .from = from, .until = until),
        &list));
    for (; x->days[i].date != NULL; i++) {
        const lsched_day *d = lsched_days_at(list, i);
        assert_non_null(d);
        assert_string_equal(d->date, x->days[i].date);
        assert_int_equal(d->from, t);
        assert_int_equal(d->until, t + 60 * x->days[i].minutes);
        assert_int_equal(d->starts, x->days[i].starts);
        assert_int_equal(d->slots, x->days[i].starts);
        assert_int_equal(d->free, 1);
        assert_int_equal(d->first, d->from);
        check_found(d);
        t = d->until;
    }
    assert_int_equal(lsched_days_count(list), i);
    assert_int_equal(t, until);
    lsched_days_free(list);
}

/* The clock shows the day before once more, but the new one has begun. */
static void test_put_back(void **state)
{
    (void)state;
    static const char zone[] = "America/St_Johns";
    const lsched_time midnight = at_zone("2010-11-07", zone), until = at_zone("2010-11-08", zone);
    lsched_days *list;
    w.now = midnight - DAY;
    ok(PUT(customer, .id = "cora", .zone = zone));
    ok(lsched_find_days(w.s,
                        NEW(query, .customer = "cora", .service = "talk",
                            .from = midnight + 30 * 60, .until = until),
                        &list));
    assert_int_equal(lsched_days_count(list), 1);
    assert_string_equal(lsched_days_at(list, 0)->date, "2010-11-07");
    assert_int_equal(lsched_days_at(list, 0)->from, midnight + 30 * 60);
    assert_int_equal(lsched_days_at(list, 0)->until, until);
    assert_int_equal(lsched_days_at(list, 0)->starts, 24);
    lsched_days_free(list);
}

static void test_all_kinds(void **state)
{
    (void)state;
    static const size_t memory[] = {64 << 20, 0};
    for (size_t m = 0; m < 2; m++) {
        ok(lsched_set_memory(w.s, memory[m]));
        for (size_t i = 0; i < sizeof stretches / sizeof *stretches; i++)
            check_stretch(&stretches[i]);
    }
}

/* ---- the little world --------------------------------------------------------------------------- */

#define DAYS(...) find_days(NEW(query, .customer = "cora", .service = "talk", __VA_ARGS__))

static lsched_days *find_days(const lsched_query *query)
{
    lsched_days *list;
    ok(lsched_find_days(w.s, query, &list));
    return list;
}

static void expect_day(const lsched_days *list, size_t i, const char *date, const char *first,
                       const char *last, int32_t starts, int32_t slots, int32_t free)
{
    const lsched_day *d = lsched_days_at(list, i);
    assert_non_null(d);
    assert_string_equal(d->date, date);
    assert_int_equal(d->first, first != NULL ? at(first) : 0);
    assert_int_equal(d->last, last != NULL ? at(last) : 0);
    assert_int_equal(d->starts, starts);
    assert_int_equal(d->slots, slots);
    assert_int_equal(d->free, free);
}

/* Nobody on Wednesday, half a day on Thursday; each start on four channels. */
static void test_page(void **state)
{
    (void)state;
    static const char *const teams[] = {"home", "help", "care"};
    for (size_t i = 0; i < 3; i++) {
        closes(LSCHED_TEAM, teams[i], "20260304", "20260305", NULL);
        lsched_calendar c = {.size = sizeof c,
                             .kind = LSCHED_TEAM,
                             .effect = LSCHED_CLOSES,
                             .owner = teams[i],
                             .name = "half",
                             .text = event("20260305T090000", "20260305T130000", NULL)};
        ok(lsched_put_calendar(w.s, &c));
    }
    lsched_days *list = DAYS(.from = at("2026-03-02"), .until = at("2026-03-07"), .limit = 1);
    assert_int_equal(lsched_days_count(list), 5);
    expect_day(list, 0, "2026-03-02", "2026-03-02T09:00", "2026-03-02T16:30", 16, 64, 4);
    expect_day(list, 1, "2026-03-03", "2026-03-03T09:00", "2026-03-03T16:30", 16, 64, 4);
    expect_day(list, 2, "2026-03-04", NULL, NULL, 0, 0, 0);
    expect_day(list, 3, "2026-03-05", "2026-03-05T13:00", "2026-03-05T16:30", 8, 32, 4);
    expect_day(list, 4, "2026-03-06", "2026-03-06T09:00", "2026-03-06T16:30", 16, 64, 4);
    lsched_days_free(list);
    list = DAYS(.from = at("2026-03-05"), .until = at("2026-03-06"), .channels = LSCHED_PHONE,
                .agent = "ana");
    expect_day(list, 0, "2026-03-05", "2026-03-05T13:00", "2026-03-05T16:30", 8, 8, 1);
    lsched_days_free(list);
}

/* The first and the last day are cut; a booking that is moved does not stand in its own way. */
static void test_cut(void **state)
{
    (void)state;
    lsched_days *list = DAYS(.from = at("2026-03-03T12:10"), .until = at("2026-03-04T10:00"),
                             .channels = LSCHED_PHONE);
    assert_int_equal(lsched_days_count(list), 2);
    expect_day(list, 0, "2026-03-03", "2026-03-03T12:30", "2026-03-03T16:30", 9, 9, 4);
    expect_day(list, 1, "2026-03-04", "2026-03-04T09:00", "2026-03-04T09:30", 2, 2, 4);
    assert_int_equal(lsched_days_at(list, 0)->from, at("2026-03-03T12:10"));
    assert_int_equal(lsched_days_at(list, 0)->until, at("2026-03-04"));
    assert_int_equal(lsched_days_at(list, 1)->until, at("2026-03-04T10:00"));
    lsched_days_free(list);
    list = DAYS(.from = at("2026-03-03"), .until = at("2026-03-04"), .channels = LSCHED_PHONE,
                .after = at("2026-03-03T16:00"));
    assert_int_equal(lsched_days_at(list, 0)->from, at("2026-03-03T16:00") + 1);
    expect_day(list, 0, "2026-03-03", "2026-03-03T16:30", "2026-03-03T16:30", 1, 1, 4);
    lsched_days_free(list);
    list = DAYS(.from = at("2026-03-03"), .until = at("2026-03-04"), .after = at("2026-03-04"));
    assert_int_equal(lsched_days_count(list), 0);
    assert_null(lsched_days_at(list, 0));
    lsched_days_free(list);
}

static void test_moving(void **state)
{
    (void)state;
    lsched_booking *b = BOOK(.key = "1", .customer = "cora", .service = "talk", .agent = "ana",
                             .start = at("2026-03-03T10:00"), .channel = LSCHED_PHONE);
    lsched_query q = {.size = sizeof q,
                      .customer = "cora",
                      .service = "talk",
                      .agent = "ana",
                      .from = at("2026-03-03"),
                      .until = at("2026-03-04"),
                      .channels = LSCHED_PHONE};
    lsched_days *list = find_days(&q);
    expect_day(list, 0, "2026-03-03", "2026-03-03T09:00", "2026-03-03T16:30", 15, 15, 1);
    lsched_days_free(list);
    q.moving = b->id;
    list = find_days(&q);
    expect_day(list, 0, "2026-03-03", "2026-03-03T09:00", "2026-03-03T16:30", 16, 16, 1);
    lsched_days_free(list);
    lsched_booking_free(b);
}

/* From now to the horizon, and days beyond it that have none. */
static void test_horizon(void **state)
{
    (void)state;
    ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 30, .step = 30, .horizon = 2,
           .notice = 24 * 60));
    lsched_days *list = DAYS(.channels = LSCHED_PHONE);
    assert_int_equal(lsched_days_count(list), 3);
    assert_int_equal(lsched_days_at(list, 0)->from, w.now);
    expect_day(list, 0, "2026-03-02", NULL, NULL, 0, 0, 0);
    expect_day(list, 1, "2026-03-03", "2026-03-03T09:00", "2026-03-03T16:30", 16, 16, 4);
    expect_day(list, 2, "2026-03-04", "2026-03-04T09:00", "2026-03-04T16:30", 16, 16, 4);
    lsched_days_free(list);
    list = DAYS(.from = at("2026-03-04"), .until = at("2026-03-04") + LSCHED_MAX_DAYS * DAY);
    assert_int_equal(lsched_days_count(list), LSCHED_MAX_DAYS + 1); /* an hour of the last */
    expect_day(list, 0, "2026-03-04", "2026-03-04T09:00", "2026-03-04T16:30", 16, 64, 4);
    for (size_t i = 1; i < lsched_days_count(list); i++)
        assert_int_equal(lsched_days_at(list, i)->starts, 0);
    lsched_days_free(list);
}

/* Each day has what find says between its ends. */
static void same_as_found(const lsched_query *asked)
{
    lsched_days *list = find_days(asked);
    assert_true(lsched_days_count(list) > 0);
    for (size_t i = 0; i < lsched_days_count(list); i++) {
        const lsched_day *d = lsched_days_at(list, i);
        lsched_query q = *asked;
        q.from = d->from;
        q.until = d->until;
        q.limit = LSCHED_MAX_PAGE;
        lsched_slots *slots = world_find(&q);
        assert_int_equal(lsched_slots_count(slots), d->slots);
        assert_int_equal(d->slots > 0 ? lsched_slots_at(slots, 0)->start : 0, d->first);
        lsched_slots_free(slots);
    }
    lsched_days_free(list);
}

/* Starts at minutes that are no round ones, while shifts and bookings are. */
static void test_odd_steps(void **state)
{
    (void)state;
    static const int32_t steps[] = {1, 7, 11, 13, 25, 37};
    lsched_booking_free(BOOK(.key = "1", .customer = "cora", .service = "talk", .agent = "ana",
                             .start = at("2026-03-03T10:00"), .channel = LSCHED_PHONE));
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 30, .step = steps[i],
               .notice = LSCHED_NONE));
        same_as_found(NEW(query, .customer = "cora", .service = "talk", .agent = "ana",
                          .from = at("2026-03-02"), .until = at("2026-03-05")));
    }
}

/* What costs too much in April is only met after March was counted, and does not matter. */
static void test_costly(void **state)
{
    (void)state;
    ok(lsched_set_limits(w.s, NEW(limits, .instances = 2000)));
    closes(LSCHED_TEAM, "home", "20260425T000000", "20260425T000100", "FREQ=MINUTELY;COUNT=2500");
    ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 30, .step = 30, .horizon = 100,
           .notice = LSCHED_NONE));
    lsched_query q = {.size = sizeof q,
                      .customer = "cora",
                      .service = "talk",
                      .from = at("2026-03-30"),
                      .until = at("2026-04-03")};
    same_as_found(&q);
    q.until = at("2026-04-26");
    lsched_days *out;
    refuses(lsched_find_days(w.s, &q, &out), LSCHED_LIMIT, "2000 instances");
    assert_null(out);
}

static void test_refused(void **state)
{
    (void)state;
    lsched_days *out = (lsched_days *)&w;
    const lsched_query good = {.size = sizeof good, .customer = "cora", .service = "talk"};
    lsched_query q = good;
#define REFUSES(status, words)                                                                     \
    do {                                                                                           \
        out = (lsched_days *)&w;                                                                   \
        refuses(lsched_find_days(w.s, &q, &out), status, words);                                   \
        assert_null(out);                                                                          \
        q = good;                                                                                  \
    } while (0)
    q.customer = "nobody";
    REFUSES(LSCHED_NOTFOUND, "nobody");
    q.customer = NULL;
    REFUSES(LSCHED_INVALID, "customer");
    q.limit = LSCHED_MAX_PAGE + 1;
    REFUSES(LSCHED_LIMIT, "limit");
    q.from = at("2026-03-04");
    q.until = q.from + LSCHED_MAX_DAYS * DAY + 1;
    REFUSES(LSCHED_LIMIT, "days");
    q.until = q.from = at("2026-03-04");
    REFUSES(LSCHED_INVALID, "until");
    q.channels = 16;
    REFUSES(LSCHED_INVALID, "channels");
    q.size = 4;
    REFUSES(LSCHED_MISUSE, "size");
    q.moving = "none";
    REFUSES(LSCHED_NOTFOUND, "none");
#undef REFUSES
    refuses(lsched_find_days(w.s, &good, NULL), LSCHED_MISUSE, "out");
    refuses(lsched_find_days(w.s, NULL, &out), LSCHED_MISUSE, "struct");
    assert_int_equal(lsched_find_days(NULL, &good, &out), LSCHED_MISUSE);
    assert_int_equal(lsched_days_count(NULL), 0);
    assert_null(lsched_days_at(NULL, 0));
    lsched_days_free(NULL);
}

/* ---- several at once ------------------------------------------------------------------------------- */

static int asked;

static lsched_time going_clock(void *user)
{
    (void)user;
    asked++;
    return w.now += 3600;
}

/* Three tabs of a page, from the time that it is now. */
static void test_each(void **state)
{
    (void)state;
    const lsched_query q[] = {
        {.size = sizeof q[0], .customer = "cora", .service = "talk", .channels = LSCHED_PHONE},
        {.size = sizeof q[0], .customer = "cora", .service = "chat", .limit = 3},
        {.size = sizeof q[0],
         .customer = "cora",
         .service = "talk",
         .channels = LSCHED_VISIT,
         .rungs = LSCHED_KNOWN}};
    const lsched_query *const list[] = {&q[0], &q[1], &q[2], &q[0]};
    lsched_slots *out[4];
    ok(PUT(service, .id = "chat", .name = "Chat", .minutes = 10, .step = 10,
           .channels = LSCHED_CHAT, .notice = LSCHED_NONE));
    w.now = at("2026-03-03T09:10");
    ok(lsched_set_clock(w.s, going_clock, NULL));
    ok(lsched_find_each(w.s, list, 4, out));
    assert_int_equal(asked, 1);
    assert_int_equal(lsched_slots_count(out[0]), 20);
    assert_int_equal(lsched_slots_at(out[0], 0)->start, at("2026-03-03T10:30"));
    assert_int_equal(lsched_slots_count(out[1]), 3);
    assert_int_equal(lsched_slots_at(out[1], 0)->start, at("2026-03-03T10:10"));
    assert_int_equal(lsched_slots_count(out[2]), 0);
    assert_true(lsched_slots_lost(out[2], LSCHED_WHY_NO_TEAM) > 0);
    assert_int_equal(lsched_slots_at(out[3], 0)->start, at("2026-03-03T10:30"));
    /* They do not hang on one another, nor on the scheduler. */
    lsched_slots_free(out[0]);
    world_close(NULL);
    assert_string_equal(lsched_slots_at(out[3], 0)->agent, "ana");
    for (size_t i = 1; i < 4; i++)
        lsched_slots_free(out[i]);
}

static void refuses_each(const lsched_query *const *list, size_t count, int status,
                         const char *words)
{
    lsched_slots *out[LSCHED_MAX_QUERIES + 1];
    for (size_t i = 0; i < count; i++)
        out[i] = (lsched_slots *)&w;
    refuses(lsched_find_each(w.s, list, count, out), status, words);
    for (size_t i = 0; i < count; i++)
        assert_null(out[i]);
}

static void test_each_refused(void **state)
{
    (void)state;
    const lsched_query good = {.size = sizeof good, .customer = "cora", .service = "talk"};
    lsched_query bad = good;
    const lsched_query *list[LSCHED_MAX_QUERIES + 1];
    const lsched_query *const two[] = {&good, &bad};
    for (size_t i = 0; i <= LSCHED_MAX_QUERIES; i++)
        list[i] = &good;
    bad.service = "none";
    refuses_each(two, 2, LSCHED_NOTFOUND, "queries[1]: ");
    refuses_each(two, 2, LSCHED_NOTFOUND, "none");
    refuses_each(&two[1], 1, LSCHED_NOTFOUND, "queries[0]: ");
    bad = good;
    bad.customer = NULL;
    refuses_each(two, 2, LSCHED_INVALID, "queries[1]: query: customer");
    bad = good;
    bad.size = 1;
    refuses_each(two, 2, LSCHED_MISUSE, "queries[1]: ");
    bad = good;
    bad.limit = LSCHED_MAX_PAGE + 1;
    refuses_each(two, 2, LSCHED_LIMIT, "queries[1]: ");
    list[7] = NULL;
    refuses_each(list, LSCHED_MAX_QUERIES, LSCHED_MISUSE, "queries[7]: ");
    list[7] = &good;
    refuses_each(list, LSCHED_MAX_QUERIES + 1, LSCHED_LIMIT, "100 queries");
    refuses_each(NULL, 1, LSCHED_MISUSE, "queries");
    refuses(lsched_find_each(w.s, two, 2, NULL), LSCHED_MISUSE, "out");
    ok(lsched_find_each(w.s, NULL, 0, NULL));
    lsched_slots *out[LSCHED_MAX_QUERIES];
    ok(lsched_find_each(w.s, list, LSCHED_MAX_QUERIES, out));
    for (size_t i = 0; i < LSCHED_MAX_QUERIES; i++) {
        assert_int_equal(lsched_slots_count(out[i]), 80);
        lsched_slots_free(out[i]);
    }
    assert_int_equal(lsched_find_each(NULL, list, 2, out), LSCHED_MISUSE);
    assert_null(out[0]);
    assert_null(out[1]);
}

/* ---- one moment -------------------------------------------------------------------------------------- */

static lsched *other;
static int64_t statements, write_at; /* of the reader; 0: never */
static bool wrote;
static lsched_time tomorrow; /* when the first place is that is taken */

static lsched_time same_clock(void *user)
{
    (void)user;
    return w.now;
}

/* Somebody else takes a place before the reader's statement. */
static int watch(unsigned kind, void *user, void *statement, void *text)
{
    static int n;
    char key[16];
    (void)kind;
    (void)user;
    (void)statement;
    (void)text;
    if (++statements != write_at)
        return 0;
    snprintf(key, sizeof key, "w%d", n);
    const lsched_request r = {.size = sizeof r,
                              .key = key,
                              .customer = "cora",
                              .service = "talk",
                              .channel = LSCHED_PHONE,
                              .start = tomorrow + n % 16 * 1800 + n / 16 * DAY};
    lsched_booking *b = NULL;
    wrote = lsched_book(other, &r, &b) == LSCHED_OK;
    lsched_booking_free(b);
    n++;
    return 0;
}

static int trace(sqlite3 *db, const char **message, const struct sqlite3_api_routines *api)
{
    (void)message;
    (void)api;
    return sqlite3_trace_v2(db, SQLITE_TRACE_STMT, watch, NULL);
}

static bool same(const lsched_slots *a, const lsched_slots *b)
{
    if (lsched_slots_count(a) != lsched_slots_count(b))
        return false;
    for (size_t i = 0; i < lsched_slots_count(a); i++) {
        const lsched_slot *x = lsched_slots_at(a, i), *y = lsched_slots_at(b, i);
        if (x->start != y->start || x->free != y->free || strcmp(x->agent, y->agent) != 0)
            return false;
    }
    return true;
}

/* The same asked twice is answered twice alike, whenever in between somebody writes. */
static void ask_while_written(int64_t at_statement)
{
    const lsched_query q = {.size = sizeof q,
                            .customer = "cora",
                            .service = "talk",
                            .limit = 64,
                            .channels = LSCHED_PHONE};
    const lsched_query *const list[] = {&q, &q};
    lsched_slots *out[2];
    statements = 0;
    write_at = at_statement;
    ok(lsched_find_each(w.s, list, 2, out));
    assert_true(same(out[0], out[1]));
    lsched_slots_free(out[0]);
    lsched_slots_free(out[1]);
}

static void test_one_moment(void **state)
{
    (void)state;
    char path[] = "/tmp/lsched-days-XXXXXX", beside[64];
    const int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    unlink(path);
    world_close(NULL);
    /* SQLite asks for a function of another type, which is what it says it will call. */
    sqlite3_auto_extension((void (*)(void))trace);
    assert_int_equal(world_open(path), 0);
    sqlite3_reset_auto_extension();
    world_fill();
    ok(lsched_set_memory(w.s, 0)); /* so that each query reads */
    other = lsched_new();
    assert_int_equal(lsched_set_clock(other, same_clock, NULL), LSCHED_OK);
    assert_int_equal(lsched_open(other, path, 0), LSCHED_OK);
    tomorrow = at("2026-03-03T09:00");
    ask_while_written(0);
    const int64_t all = statements;
    assert_true(all > 4);
    for (int64_t i = 1; i <= all && i <= 40; i++) {
        wrote = false;
        ask_while_written(i);
        assert_true(wrote);
    }
    lsched_free(other);
    world_close(NULL);
    static const char *const parts[] = {"", "-gate", "-wal", "-shm"};
    for (size_t i = 0; i < 4; i++) {
        snprintf(beside, sizeof beside, "%s%s", path, parts[i]);
        unlink(beside);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_little, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_all_kinds, always, world_close),
        cmocka_unit_test_setup_teardown(test_put_back, always, world_close),
        TEST(test_page),
        TEST(test_cut),
        TEST(test_moving),
        TEST(test_horizon),
        TEST(test_odd_steps),
        TEST(test_costly),
        TEST(test_refused),
        TEST(test_each),
        TEST(test_each_refused),
        TEST(test_one_moment),
    };
    return cmocka_run_group_tests_name("days", tests, NULL, NULL);
}
