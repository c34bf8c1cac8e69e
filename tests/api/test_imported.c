/* test_imported.c -- many customers, or what they have behind them, come from elsewhere: the
 * handle that writes, one that only asks and one that keeps nothing answer the same; and what
 * the others are asked of is not read again. */
#include "world.h"

#include <sqlite3.h>
#include <unistd.h>

static char path[64];

/* One of three on the same file. */
static struct handle {
    sqlite3 *db;
    lsched *s;
    int catalogue, customers; /* statements about these since the last look */
} writer, asker, plain;

static lsched_time same_clock(void *user)
{
    (void)user;
    return w.now;
}

static int watch(unsigned event, void *user, void *statement, void *text)
{
    static const char *const tables[] = {"lsched_team", "lsched_agent", "lsched_member",
                                         "lsched_service"};
    struct handle *h = user;
    const char *sql = text;
    (void)event;
    (void)statement;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        h->catalogue += strstr(sql, tables[i]) != NULL;
    h->customers += strstr(sql, "lsched_customer") != NULL;
    return 0;
}

static void open_handle(struct handle *h)
{
    assert_int_equal(sqlite3_open(path, &h->db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(h->db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_trace_v2(h->db, SQLITE_TRACE_STMT, watch, h);
    h->s = lsched_new();
    assert_int_equal(lsched_set_clock(h->s, same_clock, NULL), LSCHED_OK);
    assert_int_equal(lsched_attach_sqlite(h->s, h->db, LSCHED_CREATE), LSCHED_OK);
}

static int start(void **state)
{
    char name[] = "/tmp/lsched-imported-XXXXXX";
    const int file = mkstemp(name);
    (void)state;
    if (file < 0)
        return 1;
    close(file);
    unlink(name);
    snprintf(path, sizeof path, "%s", name);
    w.now = 1772456400; /* 2026-03-02T13:00Z */
    open_handle(&writer);
    w.s = writer.s;
    world_fill();
    open_handle(&asker);
    open_handle(&plain);
    assert_int_equal(lsched_set_memory(plain.s, 0), LSCHED_OK);
    return 0;
}

static int end(void **state)
{
    static const char *const beside[] = {"", "-wal", "-shm", "-gate"};
    struct handle *all[] = {&asker, &plain, &writer};
    char name[80];
    int bad = 0;
    w.s = writer.s;
    bad = world_close(state);
    writer.s = NULL;
    for (size_t i = 0; i < 3; i++) {
        lsched_free(all[i]->s);
        sqlite3_close(all[i]->db);
        *all[i] = (struct handle){.s = NULL};
    }
    for (size_t i = 0; i < 4; i++) {
        snprintf(name, sizeof name, "%s%s", path, beside[i]);
        unlink(name);
    }
    return bad;
}

/* ---- answers --------------------------------------------------------------------------------- */

/* A day of a customer's, as text. */
static void offers(lsched *s, const char *customer, char *text, size_t size)
{
    size_t used = 0;
    lsched_slots *list = NULL;
    ok(lsched_find(s,
                   NEW(query, .customer = customer, .service = "talk", .channels = LSCHED_PHONE,
                       .from = at("2026-03-03"), .until = at("2026-03-04"), .limit = 100),
                   &list));
    for (size_t i = 0; i < lsched_slots_count(list); i++) {
        const lsched_slot *slot = lsched_slots_at(list, i);
        used +=
            (size_t)snprintf(text + used, size - used, "%lld %s %s %s %d\n", (long long)slot->start,
                             slot->agent, slot->team, lsched_rung_name(slot->rung), slot->free);
    }
    snprintf(text + used, size - used, "%lld lost\n",
             (long long)lsched_slots_lost(list, LSCHED_WHY_LANGUAGE));
    lsched_slots_free(list);
}

/* All three say the same; whoever is first, and how. */
static void agree(const char *customer, const char *agent, const char *rung)
{
    char own[4000], other[4000], right[4000], first[80];
    offers(writer.s, customer, own, sizeof own);
    offers(asker.s, customer, other, sizeof other);
    offers(plain.s, customer, right, sizeof right);
    assert_string_equal(own, right);
    assert_string_equal(other, right);
    snprintf(first, sizeof first, " %s %s ", agent, rung);
    char *word = strstr(right, agent);
    assert_non_null(word);
    assert_non_null(strstr(right, rung));
    assert_in_range(word - right, 0, 20);
}

static void put(const char *id, const char *region, const char *language, const char *knows)
{
    ok(lsched_put_customer(writer.s, NEW(customer, .id = id, .zone = "America/New_York",
                                         .region = region, .language = language, .knows = knows)));
}

static void put_many(int count)
{
    char id[32];
    ok(lsched_begin(writer.s));
    for (int i = 0; i < count; i++) {
        snprintf(id, sizeof id, "many-%d", i);
        put(id, i % 2 == 0 ? "US-NY" : "US-NJ", NULL, i % 3 == 0 ? "hal" : NULL);
    }
    ok(lsched_commit(writer.s));
}

/* What the asker has read since the last look; it must have asked for cora. */
static void expect_read(int catalogue, int customers)
{
    char text[4000];
    asker.catalogue = asker.customers = 0;
    offers(asker.s, "cora", text, sizeof text);
    assert_int_equal(asker.catalogue, catalogue);
    assert_int_equal(asker.customers, customers);
}

/* ---- customers --------------------------------------------------------------------------------- */

static void test_customers(void **state)
{
    (void)state;
    static const int sizes[] = {1, 40, 990, 1200};
    agree("cora", "ana", "home");
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        put_many(sizes[i]);
        agree("cora", "ana", "home");
        agree("many-0", "hal", "known");
        put("many-0", "US-NY", NULL, "gil");
        agree("many-0", "gil", "known");
        put("cora", "US-NY", NULL, i % 2 == 0 ? "ben" : NULL);
        agree("cora", i % 2 == 0 ? "ben" : "ana", i % 2 == 0 ? "known" : "home");
        put("cora", NULL, NULL, NULL);
        agree("cora", "gil", "general");
        put("cora", "US-NY", NULL, NULL);
        agree("cora", "ana", "home");
    }
}

/* It costs what it is about: nobody else's records, and none at all where it is about others. */
static void test_what_is_read(void **state)
{
    (void)state;
    agree("cora", "ana", "home");
    expect_read(0, 0);
    put_many(990);
    expect_read(0, 0);
    put("cora", "US-NY", NULL, "ben");
    expect_read(0, 1);
    expect_read(0, 0);
    ok(lsched_put_agent(writer.s, NEW(agent, .id = "ana", .name = "Ana", .zone = "America/New_York",
                                      .languages = "en")));
    expect_read(1, 0);
    expect_read(0, 0);
}

/* ---- what they have behind them ----------------------------------------------------------------- */

static void serve(const char *customer, const char *agent, const char *team, int n)
{
    char key[48];
    lsched_booking *b = NULL;
    snprintf(key, sizeof key, "%s-%s-%d", customer, agent, n);
    ok(lsched_import(writer.s,
                     NEW(booking, .state = LSCHED_FULFILLED, .channel = LSCHED_PHONE,
                         .customer = customer, .service = "talk", .agent = agent, .team = team,
                         .start = at("2026-02-27T10:00") - n * 3600,
                         .end = at("2026-02-27T10:30") - n * 3600),
                     key, &b));
    lsched_booking_free(b);
}

/* Whom they have met becomes known, in every handle, and whose turn it is changes. */
static void test_history(void **state)
{
    (void)state;
    int n = 0;
    put_many(3);
    agree("cora", "ana", "home");
    agree("many-1", "ana", "home");
    expect_read(0, 0);
    serve("many-1", "ana", "home", n++);
    agree("many-1", "ana", "known");
    agree("cora", "ben", "home"); /* ana has had more */
    expect_read(0, 0);
    for (int i = 0; i < 3; i++)
        serve("cora", "hal", "help", n++);
    agree("cora", "hal", "known");
    ok(lsched_begin(writer.s));
    for (int i = 0; i < 1100; i++)
        serve("many-2", "gil", "care", n++);
    ok(lsched_commit(writer.s));
    agree("many-2", "gil", "known");
    agree("cora", "hal", "known");
    agree("many-1", "ana", "known");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)
    const struct CMUnitTest tests[] = {TEST(test_customers), TEST(test_what_is_read),
                                       TEST(test_history)};
    return cmocka_run_group_tests_name("imported", tests, NULL, NULL);
}
