/* test_heard.c -- what a handle has in memory, after whatever steps bookings took, is what one
 * finds that keeps nothing there: the same starts, with the same agents first.
 *
 * Two handles write in turn, one of them on a host's connection, and undo some of it; chats lie
 * in lanes, holds run out or are confirmed, contacts come into the line and out of it, are begun
 * and broken off; incidents open and close, calendars become stale and are heard of again, and
 * customers change their minds about agents.
 */
#include "world.h"

#include <sqlite3.h>
#include <unistd.h>

#define PEOPLE 6
#define KEPT 16

static char folder[32], path[64];
static lsched *handles[3]; /* the second is the host's, the last one keeps nothing */
static sqlite3 *db;        /* the host's */
static char ids[KEPT][80];
static uint64_t seed;
static int keys;
static bool stormy; /* incidents and sources, too, which make much be forgotten anyway */

static uint32_t dice(uint32_t sides)
{
    seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (uint32_t)(seed >> 33) % sides;
}

static lsched_time now(void *user)
{
    (void)user;
    return w.now;
}

static lsched *open_store(size_t memory)
{
    lsched *s = lsched_new();
    assert_non_null(s);
    assert_int_equal(lsched_set_clock(s, now, NULL), LSCHED_OK);
    assert_int_equal(lsched_set_memory(s, memory), LSCHED_OK);
    assert_int_equal(lsched_open(s, path, LSCHED_FAST), LSCHED_OK);
    return s;
}

static lsched *attach(void)
{
    lsched *s = lsched_new();
    assert_non_null(s);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(lsched_set_clock(s, now, NULL), LSCHED_OK);
    assert_int_equal(lsched_attach_sqlite(s, db, 0), LSCHED_OK);
    return s;
}

static int open_world(void **state)
{
    char id[16];
    (void)state;
    strcpy(folder, "/tmp/libsched-api-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/store", folder);
    if (world_open(path) != 0)
        return 1;
    world_fill();
    ok(PUT(agent, .id = "ben", .name = "ben", .zone = "America/New_York", .lanes = 3));
    ok(PUT(service, .id = "odd", .name = "Odd", .minutes = 17, .step = 30, .wrap_up = 1,
           .notice = LSCHED_NONE));
    for (int i = 0; i < PEOPLE; i++) {
        snprintf(id, sizeof id, "c%d", i);
        ok(PUT(customer, .id = id, .zone = "America/New_York", .team = "home",
               .region = i % 2 == 0 ? "US-NY" : "US-NJ", .regions = i == 3 ? "US-CT" : NULL));
    }
    for (int i = 0; i < 3; i++)
        handles[i] = i == 1 ? attach() : open_store(i == 0 ? (size_t)64 << 20 : 0);
    memset(ids, 0, sizeof ids);
    return 0;
}

static int close_world(void **state)
{
    char command[80];
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    for (int i = 0; i < 3; i++)
        lsched_free(handles[i]);
    sqlite3_close(db);
    return world_close(state) != 0 || system(command) != 0;
}

/* ---- steps ------------------------------------------------------------------------------------ */

/* Rules may say no to what was drawn, and nothing else may. */
static int settled(lsched *s, int status)
{
    if (status != LSCHED_OK && (status < -39 || status > -20) && status != LSCHED_NOTFOUND)
        fail_msg("%s: %s", lsched_status_name(status), lsched_message(s));
    return status;
}

static void begin(lsched *s, const char *key, char *id)
{
    static const int32_t channels[] = {LSCHED_PHONE, LSCHED_PHONE, LSCHED_CHAT};
    char customer[16];
    lsched_booking *b = NULL;
    snprintf(customer, sizeof customer, "c%u", dice(PEOPLE));
    lsched_request r = {.size = sizeof r,
                        .key = key,
                        .customer = customer,
                        .service = dice(5) == 0 ? "odd" : "talk",
                        .channel = channels[dice(3)],
                        .start = w.now / 1800 * 1800 + (1 + dice(140)) * INT64_C(1800)};
    const uint32_t way = dice(8);
    int status;
    if (way == 0) {
        r.start = dice(2) == 0 ? 0 : r.start; /* others are booked then */
        r.agent = dice(3) != 0 ? "ana" : NULL;
        r.channel = LSCHED_PHONE;
        status = lsched_join(s, &r, &b);
    } else {
        status = way < 3 ? lsched_hold(s, &r, &b) : lsched_book(s, &r, &b);
    }
    if (settled(s, status) == LSCHED_OK)
        snprintf(id, sizeof ids[0], "%s", b->id);
    lsched_booking_free(b);
}

static void go_on(lsched *s, const char *key, const char *id)
{
    static const int32_t outcomes[] = {LSCHED_OUTCOME_REACHED, LSCHED_OUTCOME_NO_ANSWER,
                                       LSCHED_OUTCOME_DECLINED, LSCHED_OUTCOME_WRONG};
    const lsched_change c = {.size = sizeof c,
                             .key = key,
                             .id = id,
                             .start = w.now / 1800 * 1800 + (1 + dice(140)) * INT64_C(1800)};
    const lsched_result r = {.size = sizeof r, .key = key, .id = id, .outcome = outcomes[dice(4)]};
    lsched_booking *b = NULL;
    switch (dice(6)) {
    case 0:
        settled(s, lsched_confirm(s, id, NULL, key, &b));
        break;
    case 1:
        settled(s, lsched_move(s, &c, &b));
        break;
    case 2:
        settled(s, lsched_start(s, id, key, &b));
        break;
    case 3:
        settled(s, lsched_finish_as(s, &r, &b));
        break;
    default:
        settled(s, lsched_cancel(s, id, NULL, key, &b));
    }
    lsched_booking_free(b);
}

/* Whom a customer does not want any more, or again. */
static void wish(lsched *s)
{
    static const char *const avoids[] = {NULL, NULL, "ana", "ben", "hal ana"};
    const uint32_t who = dice(PEOPLE);
    char id[16];
    snprintf(id, sizeof id, "c%u", who);
    settled(s, lsched_put_customer(
                   s, NEW(customer, .id = id, .zone = "America/New_York", .team = "home",
                          .region = who % 2 == 0 ? "US-NY" : "US-NJ",
                          .regions = who == 3 ? "US-CT" : NULL, .avoids = avoids[dice(5)])));
}

static void weather(lsched *s)
{
    static const char *const regions[] = {NULL, "US-NY", "US-CT", "US-NJ US-NY"};
    static const int32_t minutes[] = {0, 15, 17, 45, 90}, some[] = {0, LSCHED_NONE, 1, 120};
    char id[8];
    snprintf(id, sizeof id, "i%u", dice(3));
    const lsched_incident i = {.size = sizeof i,
                               .id = id,
                               .text = "down",
                               .regions = regions[dice(4)],
                               .services = dice(3) == 0 ? "talk" : NULL,
                               .closed = dice(3) == 0 ? w.now : 0,
                               .no_joining = dice(4) == 0,
                               .no_working = dice(4) == 0,
                               .rungs = (int32_t)dice(16),
                               .minutes = minutes[dice(5)],
                               .wrap_up = some[dice(4)],
                               .notice = some[dice(4)],
                               .cut_off = some[dice(4)],
                               .owner_wait = some[dice(4)]};
    settled(s, dice(4) == 0 ? lsched_remove_incident(s, id) : lsched_put_incident(s, &i));
}

/* A source is heard of, or has been once, or is no more. */
static void source(lsched *s)
{
    static const struct {
        int32_t kind;
        const char *id;
    } owners[] = {{LSCHED_TEAM, "home"},   {LSCHED_AGENT, "ana"},    {LSCHED_AGENT, "ben"},
                  {LSCHED_CUSTOMER, "c1"}, {LSCHED_SERVICE, "talk"}, {LSCHED_REGION, "US-NY"}};
    const uint32_t n = dice(6);
    const lsched_calendar c = {.size = sizeof c,
                               .kind = owners[n].kind,
                               .owner = owners[n].id,
                               .name = "feed",
                               .effect = LSCHED_CLOSES,
                               .text = event("20260302T120000", "20260302T130000", "FREQ=DAILY"),
                               .checked = dice(4) == 0 ? 0 : w.now - dice(7200),
                               .good_for = (int32_t)dice(600),
                               .on_stale = (int32_t)dice(4)};
    settled(s, dice(4) == 0 ? lsched_remove_calendar(s, c.kind, c.owner, c.name)
                            : lsched_put_calendar(s, &c));
}

static void step(lsched *s)
{
    char key[24];
    const uint32_t way = stormy ? dice(16) : 2;
    if (way == 0)
        weather(s);
    else if (way == 1)
        source(s);
    else if (way == 2)
        wish(s);
    if (way < 3)
        return;
    snprintf(key, sizeof key, "step-%d", keys++);
    char *id = ids[dice(KEPT)];
    if (id[0] == '\0' || dice(6) == 0)
        begin(s, key, id);
    else
        go_on(s, key, id);
}

/* ---- the answers -------------------------------------------------------------------------------- */

static lsched_slots *find(lsched *s, const lsched_query *q)
{
    lsched_slots *list = NULL;
    const int status = lsched_find(s, q, &list);
    if (status != LSCHED_OK)
        fail_msg("%s: %s", lsched_status_name(status), lsched_message(s));
    return list;
}

static lsched_query question(const char *customer)
{
    return (lsched_query){.size = sizeof(lsched_query),
                          .customer = customer,
                          .service = "talk",
                          .limit = 300,
                          .until = w.now + 3 * INT64_C(86400)};
}

/* Any of what was found can be booked as it was found. */
static void take(lsched *s, const lsched_query *q, const lsched_slots *list)
{
    const size_t count = lsched_slots_count(list);
    if (count == 0)
        return;
    const lsched_slot *slot = lsched_slots_at(list, dice((uint32_t)count));
    const lsched_request r = {.size = sizeof r,
                              .key = "taken back",
                              .customer = q->customer,
                              .service = q->service,
                              .rungs = q->rungs,
                              .start = slot->start,
                              .channel = slot->channel};
    lsched_booking *b = NULL;
    assert_int_equal(lsched_begin(s), LSCHED_OK);
    if (lsched_book(s, &r, &b) != LSCHED_OK)
        fail_msg("%s", lsched_message(s));
    assert_string_equal(b->agent, slot->agent);
    assert_int_equal(b->end, slot->end);
    lsched_booking_free(b);
    assert_int_equal(lsched_rollback(s), LSCHED_OK);
}

static void compare(lsched *s, lsched *plain)
{
    char customer[16];
    snprintf(customer, sizeof customer, "c%u", dice(PEOPLE));
    lsched_query q = question(customer);
    q.rungs = stormy && dice(2) == 0 ? (int32_t)dice(16) : 0;
    lsched_slots *a = find(s, &q), *b = find(plain, &q);
    assert_int_equal(lsched_slots_count(a), lsched_slots_count(b));
    for (size_t i = 0; i < lsched_slots_count(a); i++) {
        const lsched_slot *x = lsched_slots_at(a, i), *y = lsched_slots_at(b, i);
        assert_int_equal(x->start, y->start);
        assert_int_equal(x->end, y->end);
        assert_int_equal(x->channel, y->channel);
        assert_int_equal(x->free, y->free);
        assert_int_equal(x->rung, y->rung);
        assert_string_equal(x->agent, y->agent);
    }
    assert_string_equal(lsched_slots_degraded(a), lsched_slots_degraded(b));
    assert_int_equal(lsched_slots_incidents(a), lsched_slots_incidents(b));
    take(s, &q, a);
    lsched_slots_free(a);
    lsched_slots_free(b);
}

static void look(lsched *s)
{
    const lsched_query q = question("c0");
    if (dice(2) == 0)
        lsched_slots_free(find(s, &q));
}

/* The host undoes the later part of its own transaction, goes on, and keeps the rest or not. */
static void undo_by_host(void)
{
    lsched *s = handles[1];
    assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    step(s);
    assert_int_equal(sqlite3_exec(db, "SAVEPOINT later", NULL, NULL, NULL), SQLITE_OK);
    for (uint32_t i = dice(5); i > 0; i--)
        step(s);
    look(s);
    assert_int_equal(sqlite3_exec(db, "ROLLBACK TO later", NULL, NULL, NULL), SQLITE_OK);
    look(s);
    for (uint32_t i = dice(3); i > 0; i--)
        step(s);
    look(s);
    assert_int_equal(sqlite3_exec(db, dice(2) == 0 ? "COMMIT" : "ROLLBACK", NULL, NULL, NULL),
                     SQLITE_OK);
}

/* Some of what a transaction does, and finds, is undone with it: the whole, or its later part. */
static void undo(lsched *s)
{
    const bool part = dice(2) == 0;
    assert_int_equal(lsched_begin(s), LSCHED_OK);
    step(s);
    if (part)
        assert_int_equal(lsched_begin(s), LSCHED_OK);
    for (uint32_t i = dice(3); i > 0; i--)
        step(s);
    look(s);
    assert_int_equal(lsched_rollback(s), LSCHED_OK);
    if (part)
        assert_int_equal(lsched_commit(s), LSCHED_OK);
}

static void run_any(bool storms)
{
    const char *runs = getenv("LSCHED_WORLDS");
    const int rounds = runs != NULL ? atoi(runs) * 4 : 1500;
    stormy = storms;
    seed = 2026;
    keys = 0;
    w.now = at("2026-03-02T08:00");
    for (int round = 0; round < rounds; round++) {
        if (dice(6) == 0)
            undo(handles[dice(2)]);
        if (storms && dice(6) == 0)
            undo_by_host();
        lsched *writer = handles[dice(2)];
        for (uint32_t i = dice(4); i > 0; i--)
            step(writer);
        if (dice(10) == 0)
            w.now += dice(600);
        if (storms && dice(60) == 0)
            w.now += dice(20000);
        compare(handles[dice(2)], handles[2]);
    }
    compare(handles[0], handles[2]);
    compare(handles[1], handles[2]);
}

static void test_any_steps(void **state)
{
    (void)state;
    run_any(false);
}

static void test_any_weather(void **state)
{
    (void)state;
    run_any(true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_any_steps, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_any_weather, open_world, close_world)};
    return cmocka_run_group_tests_name("heard", tests, NULL, NULL);
}
