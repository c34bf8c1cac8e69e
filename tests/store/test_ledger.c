/* test_ledger.c -- bookings and events: what the schema refuses, and what is recorded. */
#include "help.h"
#include "store/inner.h"

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

static int add(lsi_store *st, const char *id, int32_t lane, lsched_time from, lsched_time until)
{
    lsched_booking b = booking_of(id, "ana", lane, from, until);
    lsi_error_clear(&e);
    return lsi_ledger_add(st, &b, STAMP(BOOKED, b.changed, id, 1), &e);
}

static void test_round_trip(void **state)
{
    (void)state;
    lsi_store *st = open_writing();
    lsched_booking b = {.size = sizeof b,
                        .state = 1,
                        .sequence = 0,
                        .channel = 8,
                        .rung = 4,
                        .lane = 3,
                        .offset = -14400,
                        .id = "b1",
                        .customer = "c'1",
                        .service = "s",
                        .agent = "ana",
                        .team = "hv",
                        .zone = "America/New_York",
                        .wall = "2026-03-08T16:40",
                        .note = "two\nlines \xc3\xa9",
                        .cause = "because",
                        .start = 2000,
                        .end = 3000,
                        .busy_from = 1900,
                        .busy_until = 3100,
                        .created = 11,
                        .changed = 12,
                        .expires = 9,
                        .late = 3,
                        .revision = 4,
                        .source = "web",
                        .series = "b0",
                        .law = "US-FL:3 US:1",
                        .case_id = "c-1",
                        .incident = "outage"};
    lsched_booking got;
    ok(lsi_ledger_add(st, &b, STAMP(BOOKED, b.changed, "key", UINT64_C(0xFEDCBA9876543210)), &e));
    ok(lsi_ledger_get(st, "b1", &arena, &got, &e));
    for (size_t i = 0; i < lsi_kind_booking.count; i++) {
        const lsi_field *f = &lsi_kind_booking.fields[i];
        if (lsi_kind_is_text(f))
            assert_string_equal(lsi_kind_text(f, &got), lsi_kind_text(f, &b));
        else
            assert_int_equal(lsi_kind_int(f, &got), lsi_kind_int(f, &b));
    }
    assert_int_equal(got.size, sizeof got);
    refuses(lsi_ledger_get(st, "b2", &arena, &got, &e), LSCHED_NOTFOUND,
            "no booking has the id 'b2'");
    lsi_store_close(st);
}

/* A key keeps the answer that it got, whatever became of the booking. */
static void test_answers(void **state)
{
    (void)state;
    lsi_store *st = open_writing();
    lsched_booking b = booking_of("b1", "ana", 1, 1000, 2000), got;
    bool found;
    uint64_t request = 0;
    ok(lsi_ledger_add(st, &b, STAMP(BOOKED, b.changed, "k1", UINT64_MAX), &e));
    b.sequence = 1;
    b.start = b.busy_from = 5000;
    b.end = b.busy_until = 6000;
    ok(lsi_ledger_change(st, &b, LSCHED_BOOKED, STAMP(MOVED, b.changed, "k2", 2), &e));
    b.sequence = 2;
    b.state = LSCHED_CANCELLED;
    ok(lsi_ledger_change(st, &b, LSCHED_BOOKED, STAMP(CANCELLED, b.changed, "k3", 3), &e));

    ok(lsi_ledger_answer(st, "k1", &found, &request, &arena, &got, &e));
    assert_true(found);
    assert_true(request == UINT64_MAX);
    assert_int_equal(got.start, 1000);
    assert_int_equal(got.state, LSCHED_BOOKED);
    ok(lsi_ledger_answer(st, "k2", &found, &request, &arena, &got, &e));
    assert_true(found);
    assert_int_equal(request, 2);
    assert_int_equal(got.start, 5000);
    assert_int_equal(got.sequence, 1);
    ok(lsi_ledger_answer(st, "k3", &found, &request, &arena, &got, &e));
    assert_int_equal(got.state, LSCHED_CANCELLED);
    ok(lsi_ledger_answer(st, "k4", &found, &request, &arena, &got, &e));
    assert_false(found);
    assert_int_equal(number(st, "SELECT group_concat(kind, '') FROM lsched_event"), 123);
    lsi_store_close(st);
}

static void test_guards(void **state)
{
    (void)state;
    lsi_store *st = open_writing();
    lsched_booking b = booking_of("b1", "ana", 1, 1000, 2000);
    ok(lsi_ledger_add(st, &b, STAMP(BOOKED, b.changed, "k1", 1), &e));
    refuses(lsi_ledger_change(st, &b, LSCHED_BOOKED, STAMP(MOVED, b.changed, "k2", 1), &e),
            LSCHED_OVER, "booking 'b1' is changed meanwhile");
    b.sequence = 2;
    refuses(lsi_ledger_change(st, &b, LSCHED_BOOKED, STAMP(MOVED, b.changed, "k2", 1), &e),
            LSCHED_OVER, "booking 'b1' is changed meanwhile");
    b.sequence = 1;
    b.state = LSCHED_CANCELLED;
    ok(lsi_ledger_change(st, &b, LSCHED_BOOKED, STAMP(CANCELLED, b.changed, "k2", 1), &e));
    b.sequence = 2;
    b.state = LSCHED_BOOKED;
    refuses(lsi_ledger_change(st, &b, LSCHED_BOOKED, STAMP(MOVED, b.changed, "k3", 1), &e),
            LSCHED_OVER, "booking 'b1' has another state by now");
    b.id = "b9";
    refuses(lsi_ledger_change(st, &b, LSCHED_BOOKED, STAMP(MOVED, b.changed, "k3", 1), &e),
            LSCHED_NOTFOUND, "no booking has the id 'b9'");
    assert_int_equal(number(st, "SELECT count(*) FROM lsched_event"), 2);
    /* What was given back is free. */
    ok(add(st, "b2", 0, 1500, 1600));
    lsi_store_close(st);
}

/* I1, asked through the front door. */
static void test_lanes(void **state)
{
    (void)state;
    static const struct {
        const char *id;
        int32_t lane;
        lsched_time from, until;
        int status;
    } cases[] = {
        {"a", 1, 1000, 2000, LSCHED_OK},
        {"b", 1, 1999, 2500, LSCHED_TAKEN},
        {"c", 1, 500, 1001, LSCHED_TAKEN},
        {"d", 1, 500, 3000, LSCHED_TAKEN},
        {"e", 1, 1200, 1300, LSCHED_TAKEN},
        {"f", 1, 2000, 2500, LSCHED_OK},
        {"g", 1, 500, 1000, LSCHED_OK},
        {"h", 2, 1000, 2000, LSCHED_OK},
        {"i", 0, 1500, 1600, LSCHED_TAKEN},
        {"j", 0, 2500, 3000, LSCHED_OK},
        {"k", 7, 2999, 3100, LSCHED_TAKEN},
        {"l", 32, 3000, 3100, LSCHED_OK},
        {"m", 33, 9000, 9100, LSCHED_STORE},
        /* The longest that there can be, and one that begins just inside of it. */
        {"n", 1, 100000, 272800, LSCHED_OK},
        {"o", 1, 272799, 273000, LSCHED_TAKEN},
        {"p", 1, 272800, 273000, LSCHED_OK},
        {"q", 1, 300000, 472801, LSCHED_STORE},
    };
    lsi_store *st = open_writing();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int status = add(st, cases[i].id, cases[i].lane, cases[i].from, cases[i].until);
        if (status != cases[i].status)
            fail_msg("%s: %d %s", cases[i].id, status, e.text);
    }
    lsched_booking other = booking_of("z", "bo", 1, 1000, 2000);
    ok(lsi_ledger_add(st, &other, STAMP(BOOKED, other.changed, "z", 1), &e));
    /* A move onto a taken place, and one within one's own. */
    lsched_booking g = booking_of("g", "ana", 1, 500, 1001);
    g.sequence = 1;
    assert_int_equal(lsi_ledger_change(st, &g, LSCHED_BOOKED, STAMP(MOVED, g.changed, "k", 1), &e),
                     LSCHED_TAKEN);
    g.busy_until = g.end = 900;
    ok(lsi_ledger_change(st, &g, LSCHED_BOOKED, STAMP(MOVED, g.changed, "k", 1), &e));
    lsi_store_close(st);
}

/* The first event once more, as something else. */
#define EVENT(how, what)                                                                           \
    "DROP TABLE IF EXISTS temp.copied;"                                                            \
    "CREATE TEMP TABLE copied AS SELECT * FROM lsched_event WHERE seq = 1;"                        \
    "UPDATE copied SET " what ";" how " INTO lsched_event SELECT * FROM copied"

/* A booking once more, under another id. */
#define BOOKING(how, as)                                                                           \
    "DROP TABLE IF EXISTS temp.again;"                                                             \
    "CREATE TEMP TABLE again AS SELECT * FROM lsched_booking WHERE id = 'a';"                      \
    "UPDATE again SET id = '" as "';" how " INTO lsched_booking SELECT * FROM again"

/* I1 and I3, asked by a writer who knows the tables and means no good. */
static void test_attacks(void **state)
{
    (void)state;
    static const char *const taken[] = {
        BOOKING("INSERT", "x"),
        "UPDATE lsched_booking SET agent = 'ana' WHERE id = 'c'",
        "UPDATE lsched_booking SET lane = 1 WHERE id = 'b'",
        "UPDATE lsched_booking SET lane = 0 WHERE id = 'b'",
        "UPDATE lsched_booking SET lane = -5",
        "UPDATE lsched_booking SET busy_until = 5000 WHERE id = 'a'",
        "UPDATE lsched_booking SET busy_from = 1500 WHERE id = 'e'",
        "UPDATE OR REPLACE lsched_booking SET busy_from = '1500' WHERE id = 'e'",
    };
    static const char *const refused[] = {
        BOOKING("INSERT OR REPLACE", "b"),
        "UPDATE lsched_booking SET lane = 33 WHERE id = 'a'",
        "UPDATE lsched_booking SET lane = 'one' WHERE id = 'a'",
        "UPDATE lsched_booking SET state = 3 WHERE id = 'a'",
        "UPDATE lsched_booking SET state = NULL WHERE id = 'a'",
        "UPDATE lsched_booking SET busy_from = start + 1 WHERE id = 'a'",
        "UPDATE lsched_booking SET \"end\" = start WHERE id = 'a'",
        "UPDATE lsched_booking SET busy_until = \"end\" - 1 WHERE id = 'a'",
        "UPDATE lsched_booking SET busy_from = busy_until - 172801 WHERE id = 'a'",
        "UPDATE lsched_booking SET channel = 3 WHERE id = 'a'",
        "UPDATE lsched_booking SET id = '' WHERE id = 'a'",
        "UPDATE OR REPLACE lsched_booking SET id = 'x' WHERE id = 'b'",
        "UPDATE lsched_event SET at = 0",
        "UPDATE lsched_event SET at = at WHERE seq = 1",
        "DELETE FROM lsched_event",
        "DELETE FROM lsched_event WHERE seq = 5",
        /* A gap, a number again, a key again, no key. */
        EVENT("INSERT", "seq = 9, \"key\" = 'n'"),
        EVENT("INSERT OR REPLACE", "seq = 2, \"key\" = 'n'"),
        EVENT("INSERT OR REPLACE", "seq = 7"),
        EVENT("INSERT", "seq = 7, \"key\" = NULL"),
        "INSERT INTO lsched_member (team, agent, \"from\") VALUES ('no', 'no', '')",
    };
    lsi_store *st = open_writing();
    ok(add(st, "a", 1, 1000, 2000));
    ok(add(st, "b", 2, 1000, 2000));
    lsched_booking c = booking_of("c", "bo", 0, 1500, 1600);
    ok(lsi_ledger_add(st, &c, STAMP(BOOKED, c.changed, "c", 1), &e));
    ok(add(st, "d", 3, 1000, 2000));
    lsched_booking d = booking_of("d", "ana", 1, 1000, 2000);
    d.state = LSCHED_CANCELLED;
    d.sequence = 1;
    ok(lsi_ledger_change(st, &d, LSCHED_BOOKED, STAMP(CANCELLED, d.changed, "d2", 1), &e));
    ok(add(st, "e", 1, 2000, 3000));
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        if (lsi_driver_run(st->driver, taken[i], &e) != LSCHED_TAKEN)
            fail_msg("%s: %s", taken[i], e.text);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (lsi_driver_run(st->driver, refused[i], &e) != LSCHED_STORE ||
            strstr(e.text, "columns") != NULL || strstr(e.text, "no such table") != NULL)
            fail_msg("%s: %s", refused[i], e.text);
    assert_int_equal(number(st, "SELECT count(*) FROM lsched_event"), 6);
    assert_int_equal(number(st, "SELECT max(seq) FROM lsched_event"), 6);
    assert_int_equal(number(st, "SELECT count(*) FROM lsched_booking"), 5);
    lsi_store_close(st);
}

static void test_gap_free(void **state)
{
    (void)state;
    lsi_store *st = new_store();
    char id[16];
    for (int i = 0; i < 60; i++) {
        snprintf(id, sizeof id, "b%02d", i);
        ok(lsi_store_enter(st, true, &e));
        ok(lsi_store_enter(st, true, &e));
        ok(add(st, id, 1, i * 10, i * 10 + 10));
        assert_int_equal(lsi_store_leave(st, i % 3 == 0 ? LSCHED_TAKEN : LSCHED_OK, &e),
                         i % 3 == 0 ? LSCHED_TAKEN : LSCHED_OK);
        /* The same key again cannot be written. */
        if (i % 3 != 0)
            assert_int_equal(add(st, id, 1, i * 10, i * 10 + 10), LSCHED_STORE);
        (void)lsi_store_leave(st, i % 5 == 0 ? LSCHED_BUSY : LSCHED_OK, &e);
    }
    int64_t n = number(st, "SELECT count(*) FROM lsched_event");
    assert_int_equal(n, 32);
    assert_int_equal(number(st, "SELECT min(seq) FROM lsched_event"), 1);
    assert_int_equal(number(st, "SELECT max(seq) FROM lsched_event"), n);
    assert_int_equal(number(st, "SELECT count(*) FROM lsched_booking"), n);
    lsi_store_close(st);
}

static int32_t lane_of(lsi_store *st, const char *id)
{
    lsched_booking b;
    ok(lsi_ledger_get(st, id, &arena, &b, &e));
    return b.lane;
}

static int relane(lsi_store *st, const char *const *ids, const int32_t *lanes, size_t count,
                  lsched_time now)
{
    const char *own_ids[4];
    int32_t own_lanes[4];
    const lsi_relaning others = {own_ids, own_lanes, count};
    for (size_t i = 0; i < count; i++) {
        own_ids[i] = ids[i];
        own_lanes[i] = lanes[i];
    }
    return lsi_ledger_relane(st, &others, STAMP(RELANED, now, NULL, 0), &e);
}

/* All orders of four bookings beside one another. */
static void test_permutations(void **state)
{
    (void)state;
    static const char *const ids[] = {"a", "b", "c", "d"};
    lsi_store *st = open_writing();
    int32_t before[4] = {1, 2, 3, 4};
    int64_t events = 4;
    for (int32_t i = 0; i < 4; i++)
        ok(add(st, ids[i], i + 1, 1000 + i, 2000 + i));
    for (int code = 0; code < 256; code++) {
        int32_t lanes[4], used = 0;
        for (int i = 0; i < 4; i++) {
            lanes[i] = 1 + (code >> 2 * i) % 4;
            used |= 1 << lanes[i];
        }
        if (used != 30) {
            assert_int_equal(relane(st, ids, lanes, 4, 9), LSCHED_TAKEN);
        } else {
            ok(relane(st, ids, lanes, 4, 9));
            for (int i = 0; i < 4; i++) {
                events += before[i] != lanes[i];
                before[i] = lanes[i];
            }
        }
        for (int i = 0; i < 4; i++)
            assert_int_equal(lane_of(st, ids[i]), before[i]);
        assert_int_equal(number(st, "SELECT count(*) FROM lsched_event"), events);
    }
    assert_int_equal(number(st, "SELECT count(*) FROM lsched_booking WHERE lane < 1"), 0);
    assert_int_equal(number(st, "SELECT count(*) FROM lsched_event WHERE kind = 4 AND (at <> 9"
                                " OR lane < 1 OR \"key\" IS NOT NULL)"),
                     0);
    assert_int_equal(number(st, "SELECT max(sequence) FROM lsched_booking"), 0);
    lsi_store_close(st);
}

static void test_relane_refusals(void **state)
{
    (void)state;
    lsi_store *st = open_writing();
    ok(add(st, "a", 1, 1000, 2000));
    ok(add(st, "b", 2, 1000, 2000));
    const char *const missing[] = {"a", "x"}, *const twice[] = {"a", "a"};
    const int32_t good[] = {2, 1}, low[] = {-1, 1}, high[] = {33, 1};
    assert_int_equal(relane(st, missing, good, 2, 9), LSCHED_NOTFOUND);
    assert_int_equal(relane(st, twice, good, 2, 9), LSCHED_MISUSE);
    assert_int_equal(relane(st, missing, low, 2, 9), LSCHED_MISUSE);
    assert_int_equal(relane(st, missing, high, 2, 9), LSCHED_MISUSE);
    lsched_booking b = booking_of("b", "ana", 2, 1000, 2000);
    b.state = LSCHED_CANCELLED;
    b.sequence = 1;
    ok(lsi_ledger_change(st, &b, LSCHED_BOOKED, STAMP(CANCELLED, b.changed, "k", 1), &e));
    const char *const both[] = {"a", "b"};
    assert_int_equal(relane(st, both, good, 2, 9), LSCHED_OVER);
    assert_int_equal(lane_of(st, "a"), 1);
    ok(relane(st, both, good, 0, 9));
    assert_int_equal(number(st, "SELECT count(*) FROM lsched_event"), 3);
    lsi_store_close(st);
}

/* a and b hold lanes 1 and 2; a moves behind b and wants its lane, which b gives up for
 * the one that a still holds. */
static void test_move_beside(void **state)
{
    (void)state;
    lsi_store *st = open_writing();
    const char *ids[] = {"b"};
    int32_t lanes[] = {1};
    const lsi_relaning others = {ids, lanes, 1};
    ok(add(st, "a", 1, 1000, 2000));
    ok(add(st, "b", 2, 1500, 2500));
    lsched_booking a = booking_of("a", "ana", 2, 2000, 3000);
    a.sequence = 1;
    ok(lsi_ledger_move(st, &a, LSCHED_BOOKED, &others, STAMP(MOVED, a.changed, "k", 1), &e));
    assert_int_equal(lane_of(st, "a"), 2);
    assert_int_equal(lane_of(st, "b"), 1);
    assert_int_equal(number(st, "SELECT count(*) FROM lsched_event"), 4);
    /* One that fails leaves nobody parked. */
    lanes[0] = 2;
    a.sequence = 2;
    assert_int_equal(
        lsi_ledger_move(st, &a, LSCHED_BOOKED, &others, STAMP(MOVED, a.changed, "k2", 1), &e),
        LSCHED_TAKEN);
    assert_int_equal(lane_of(st, "a"), 2);
    assert_int_equal(lane_of(st, "b"), 1);
    lsi_store_close(st);
}

static size_t listed(lsi_store *st, const lsched_filter *f, uint32_t limit, char *ids)
{
    lsched_booking *list;
    size_t count;
    ok(lsi_ledger_list(st, f, limit, &arena, &list, &count, &e));
    ids[0] = '\0';
    for (size_t i = 0; i < count; i++)
        strcat(ids, list[i].id);
    return count;
}

static void test_lists(void **state)
{
    (void)state;
    static const struct {
        lsched_filter filter;
        const char *ids;
    } cases[] = {
        {{.state = 0}, "cabdf"},
        {{.state = LSCHED_CANCELLED}, "b"},
        {{.agent = "bo"}, "d"},
        {{.team = "hv", .service = "fiber", .customer = "c1"}, "cabdf"},
        {{.team = "no"}, ""},
        {{.customer = "no"}, ""},
        {{.service = "no"}, ""},
        {{.from = 1000}, "abdf"},
        {{.from = 999}, "cabdf"},
        {{.until = 2000}, "cab"},
        {{.from = 1500, .until = 2001}, "abdf"},
        {{.after = "a"}, "bdf"},
        {{.after = "c", .agent = "ana", .state = LSCHED_BOOKED, .until = 2001}, "af"},
        {{.after = "f"}, ""},
    };
    char ids[32];
    lsi_store *st = open_writing();
    ok(add(st, "a", 1, 1000, 2000));
    ok(add(st, "b", 2, 1000, 2000));
    ok(add(st, "c", 1, 500, 1000));
    lsched_booking d = booking_of("d", "bo", 1, 2000, 2500);
    ok(lsi_ledger_add(st, &d, STAMP(BOOKED, d.changed, "d", 1), &e));
    ok(add(st, "f", 1, 2000, 2500));
    lsched_booking b = booking_of("b", "ana", 2, 1000, 2000);
    b.state = LSCHED_CANCELLED;
    b.sequence = 1;
    ok(lsi_ledger_change(st, &b, LSCHED_BOOKED, STAMP(CANCELLED, b.changed, "k", 1), &e));
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            listed(st, &cases[i].filter, 10, ids);
            if (strcmp(ids, cases[i].ids) != 0)
                fail_msg("case %zu: %s, not %s", i, ids, cases[i].ids);
        }
    lsched_filter page = {.limit = 0};
    assert_int_equal(listed(st, &page, 2, ids), 2);
    assert_string_equal(ids, "ca");
    page.after = "a";
    assert_int_equal(listed(st, &page, 2, ids), 2);
    assert_string_equal(ids, "bd");
    lsched_booking *list;
    size_t count;
    page.after = "x";
    refuses(lsi_ledger_list(st, &page, 2, &arena, &list, &count, &e), LSCHED_NOTFOUND,
            "after: no booking has the id 'x'");
    lsi_store_close(st);
}

/* The plan of the question that a filter becomes. */
static void plan_of_list(lsi_store *st, const lsched_filter *f, char *plan, size_t size)
{
    static char texts[80][1024];
    static size_t turn;
    char ids[400] = "";
    size_t used = 0, length;
    lsi_statement *s;
    bool row = false;
    memset(st->filters, 0, sizeof st->filters);
    listed(st, f, 10, ids);
    size_t which = 0;
    while (st->filters[which] == NULL)
        assert_true(++which < LSI_FILTERS);
    assert_true(turn < sizeof texts / sizeof *texts);
    char *text = texts[turn++];
    const char *behind = strchr(st->filters[which], '@');
    snprintf(text, sizeof texts[0], "EXPLAIN QUERY PLAN SELECT *%s", behind + 1);
    ok(lsi_driver_prepare(st->driver, text, &s, &e));
    for (;;) {
        ok(lsi_driver_step(s, &row, &e));
        if (!row)
            break;
        used += (size_t)snprintf(plan + used, size - used, "%s; ", lsi_driver_text(s, 3, &length));
        assert_true(used < size);
    }
    lsi_driver_done(s);
}

/* No list sorts, none walks through the table, and a state in company leaves the lead to it. */
static void test_plans(void **state)
{
    (void)state;
    lsi_store *st = new_store();
    char plan[1000];
    for (int round = 0; round < 2; round++) {
        for (int32_t of = LSCHED_BOOKED; of <= LSCHED_WAITING; of++) {
            const struct {
                lsched_filter filter;
                const char *index;
            } cases[] = {
                {{.state = of}, of != LSCHED_FULFILLED ? "_state (state=?)" : "_start"},
                {{.state = of, .from = 500000, .until = 900000},
                 of != LSCHED_FULFILLED ? "_state (state=? AND start>? AND start<?)"
                                        : "_start (start>? AND start<?)"},
                {{.state = of, .customer = "cora"}, "_customer (customer=?)"},
                {{.state = of, .agent = "ana"}, "_agent (agent=?)"},
            };
            for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
                char wanted[100];
                plan_of_list(st, &cases[i].filter, plan, sizeof plan);
                snprintf(wanted, sizeof wanted, "USING INDEX lsched_booking%s", cases[i].index);
                if (strstr(plan, wanted) == NULL || strstr(plan, "TEMP B-TREE") != NULL)
                    fail_msg("state %d, case %zu: %s", (int)of, i, plan);
            }
        }
        if (round == 1)
            break;
        for (int i = 0; i < 300; i++) {
            char id[8];
            snprintf(id, sizeof id, "p%03d", i);
            lsched_booking b =
                booking_of(id, i % 2 == 0 ? "ana" : "ben", 0, 1000 + 100 * i, 1100 + 100 * i);
            ok(lsi_store_enter(st, true, &e));
            ok(lsi_store_leave(st, lsi_ledger_add(st, &b, STAMP(BOOKED, b.changed, id, 1), &e),
                               &e));
        }
        ok(lsi_driver_run(st->driver, "ANALYZE", &e));
    }
    lsi_store_close(st);
}

static void test_taken(void **state)
{
    (void)state;
    lsi_store *st = open_writing();
    lsi_taken *list;
    const char *last;
    size_t count;
    ok(lsi_ledger_last_id(st, &arena, &last, &e));
    assert_string_equal(last, "");
    lsched_booking b = booking_of("b", "ana", 1, 10000, 20000);
    b.busy_from = 9000;
    b.busy_until = 21000;
    ok(lsi_ledger_add(st, &b, STAMP(BOOKED, b.changed, "b", 1), &e));
    ok(add(st, "a", 2, 9000, 9500));
    ok(add(st, "l", 3, 21000, 21000 + 172800));
    const struct {
        lsched_time from, until;
        size_t count;
    } cases[] = {{0, 9000, 0},      {0, 9001, 2},      {9499, 9500, 2},     {9500, 9600, 1},
                 {20999, 21000, 1}, {21000, 21001, 1}, {193799, 200000, 1}, {193800, 200000, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ok(lsi_ledger_taken(st, "ana", cases[i].from, cases[i].until, 0, &arena, &list, &count,
                            &e));
        assert_int_equal(count, cases[i].count);
        if (count == 2)
            assert_string_equal(list[0].id, "a");
    }
    ok(lsi_ledger_taken(st, "bo", 0, 300000, 0, &arena, &list, &count, &e));
    assert_int_equal(count, 0);
    b.sequence = 1;
    b.state = LSCHED_CANCELLED;
    ok(lsi_ledger_change(st, &b, LSCHED_BOOKED, STAMP(CANCELLED, b.changed, "k", 1), &e));
    ok(lsi_ledger_taken(st, "ana", 0, 9001, 0, &arena, &list, &count, &e));
    assert_int_equal(count, 1);
    ok(lsi_ledger_last_id(st, &arena, &last, &e));
    assert_string_equal(last, "l");
    lsi_store_close(st);
}

/* What is bound beside a booking's columns, in ledger.c and events.c, has numbers from 90 on. */
static void test_columns(void **state)
{
    (void)state;
    assert_true(lsi_sql_columns(&lsi_kind_booking) < 90);
}

#define T(name) cmocka_unit_test_teardown(name, clean_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_round_trip),  T(test_answers),  T(test_guards),       T(test_lanes),
        T(test_attacks),     T(test_gap_free), T(test_permutations), T(test_relane_refusals),
        T(test_move_beside), T(test_lists),    T(test_plans),        T(test_taken),
        T(test_columns),
    };
    return cmocka_run_group_tests_name("ledger", tests, make_folder, remove_folder);
}
