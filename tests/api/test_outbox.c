/* test_outbox.c -- notices: which step writes which, who is handed them, for how long, and
 * that none is lost, given to two, or told of a booking that has changed (I4).
 */
#include "world.h"

#include <pthread.h>
#include <unistd.h>

#define DAY INT64_C(86400)

/* ---- help ----------------------------------------------------------------------------------- */

static lsched_notices *take(uint32_t limit, int32_t seconds)
{
    lsched_notices *list = NULL;
    ok(lsched_take_notices(w.s, limit, seconds, &list));
    assert_non_null(list);
    return list;
}

/* Takes, and releases: how many there were. */
static size_t take_all(int32_t seconds)
{
    lsched_notices *list = take(0, seconds);
    const size_t n = lsched_notices_count(list);
    lsched_notices_free(list);
    return n;
}

/* The one that is due, which is to be of this kind and attempt; its id is kept. */
static char notice[LSCHED_MAX_ID + 1];

static void take_one(int32_t kind, int32_t attempt, int32_t seconds)
{
    lsched_notices *list = take(0, seconds);
    assert_int_equal(lsched_notices_count(list), 1);
    const lsched_notice *n = lsched_notices_at(list, 0);
    assert_int_equal(n->size, sizeof *n);
    assert_int_equal(n->kind, kind);
    assert_int_equal(n->attempt, attempt);
    snprintf(notice, sizeof notice, "%s", n->id);
    lsched_notices_free(list);
}

static lsched_time next_due(void)
{
    lsched_time due;
    ok(lsched_next_due(w.s, &due));
    return due;
}

static void nothing_waits(void)
{
    lsched_time due = 7;
    refuses(lsched_next_due(w.s, &due), LSCHED_NOTFOUND, "no notice");
    assert_int_equal(due, 0);
}

static char id[LSCHED_MAX_ID + 1];
static int turn;

static const char *new_key(void)
{
    static char key[16];
    snprintf(key, sizeof key, "k%d", turn++);
    return key;
}

static void keep_id(lsched_booking *b)
{
    snprintf(id, sizeof id, "%s", b->id);
    lsched_booking_free(b);
}

static void book(const char *start)
{
    keep_id(BOOK(.key = new_key(), .customer = "cora", .service = "talk", .start = at(start)));
}

static void hold(const char *start)
{
    lsched_booking *b;
    ok(lsched_hold(
        w.s,
        NEW(request, .key = new_key(), .customer = "cora", .service = "talk", .start = at(start)),
        &b));
    keep_id(b);
}

static void move(const char *start)
{
    assert_int_equal(world_try_move(NEW(change, .key = new_key(), .id = id, .start = at(start))),
                     LSCHED_OK);
}

static void cancel(void)
{
    ok(lsched_cancel(w.s, id, NULL, new_key(), NULL));
}

static void confirm(void)
{
    ok(lsched_confirm(w.s, id, NULL, new_key(), NULL));
}

/* ---- what each step writes --------------------------------------------------------------------- */

static void do_nothing(void)
{
}

static void do_book(void)
{
    book("2026-03-05T10:00");
}

static void do_hold(void)
{
    hold("2026-03-05T10:00");
}

static void do_move(void)
{
    move("2026-03-06T11:00");
}

static void do_start(void)
{
    ok(lsched_start(w.s, id, new_key(), NULL));
}

static void do_fulfil(void)
{
    ok(lsched_finish(w.s, id, LSCHED_FULFILLED, NULL, new_key(), NULL));
}

static void do_import(void)
{
    const lsched_time start = at("2026-03-05T10:00");
    lsched_booking *b;
    ok(lsched_import(w.s,
                     NEW(booking, .state = LSCHED_BOOKED, .channel = LSCHED_PHONE,
                         .customer = "cora", .service = "talk", .agent = "ana", .team = "home",
                         .start = start, .end = start + 1800),
                     new_key(), &b));
    keep_id(b);
}

static void do_import_over(void)
{
    const lsched_time start = at("2026-03-05T10:00");
    lsched_booking *b;
    ok(lsched_import(w.s,
                     NEW(booking, .state = LSCHED_CANCELLED, .channel = LSCHED_PHONE,
                         .customer = "cora", .service = "talk", .agent = "ana", .team = "home",
                         .start = start, .end = start + 1800),
                     new_key(), &b));
    keep_id(b);
}

/* The header's table: first these, then what the last of them is to have written, at once and
 * as a reminder of the start on that day. */
static const struct {
    void (*before)(void), (*then)(void), (*last)(void);
    int32_t kind;
    const char *start;
} steps[] = {
    {do_nothing, do_nothing, do_book, LSCHED_NOTICE_CONFIRMED, "2026-03-05T10:00"},
    {do_nothing, do_hold, confirm, LSCHED_NOTICE_CONFIRMED, "2026-03-05T10:00"},
    {do_nothing, do_book, do_move, LSCHED_NOTICE_MOVED, "2026-03-06T11:00"},
    {do_nothing, do_book, cancel, LSCHED_NOTICE_CANCELLED, NULL},
    {do_book, do_move, cancel, LSCHED_NOTICE_CANCELLED, NULL},
    {do_nothing, do_nothing, do_import, 0, "2026-03-05T10:00"},
    {do_nothing, do_nothing, do_import_over, 0, NULL},
    {do_nothing, do_nothing, do_hold, 0, NULL},
    {do_nothing, do_hold, do_move, 0, NULL},
    {do_nothing, do_hold, cancel, 0, NULL},
    {do_nothing, do_book, do_start, 0, NULL},
    {do_nothing, do_book, do_fulfil, 0, NULL},
    {do_book, do_start, do_fulfil, 0, NULL},
};

/* What waits is just that, and tells of the booking as it stands. */
static void check_waiting(int32_t kind, lsched_time due)
{
    lsched_notices *list = take(0, 0);
    lsched_booking *b;
    ok(lsched_get_booking(w.s, id, &b));
    assert_int_equal(lsched_notices_count(list), 1);
    const lsched_notice *n = lsched_notices_at(list, 0);
    assert_int_equal(n->kind, kind);
    assert_int_equal(n->due, due);
    assert_int_equal(n->attempt, 1);
    assert_int_equal(n->lease_until, w.now + 60);
    world_same_booking(n->booking, b);
    char expected[2 * LSCHED_MAX_ID];
    static const char *const names[] = {"", "confirmed", "reminder", "moved", "cancelled"};
    snprintf(expected, sizeof expected, "%s.%d.%s", b->id, b->sequence, names[kind]);
    assert_string_equal(n->id, expected);
    ok(lsched_ack_notice(w.s, n->id, 1));
    lsched_notices_free(list);
    lsched_booking_free(b);
}

static void test_steps(void **state)
{
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        assert_int_equal(world_close(state), 0);
        assert_int_equal(world_little(state), 0);
        steps[i].before();
        steps[i].then();
        steps[i].last();
        if (steps[i].kind != 0) {
            assert_int_equal(next_due(), w.now);
            check_waiting(steps[i].kind, w.now);
        }
        assert_int_equal(take_all(0), 0);
        if (steps[i].start != NULL) {
            const lsched_time due = at(steps[i].start) - DAY;
            assert_int_equal(next_due(), due);
            w.now = due - 1;
            assert_int_equal(take_all(0), 0);
            w.now = due;
            check_waiting(LSCHED_NOTICE_REMINDER, due);
        }
        nothing_waits();
        w.now += 30 * DAY;
        assert_int_equal(take_all(0), 0);
    }
}

/* What did not happen is not told. */
static void test_rollback(void **state)
{
    (void)state;
    ok(lsched_begin(w.s));
    book("2026-03-05T10:00");
    assert_int_equal(next_due(), w.now);
    ok(lsched_rollback(w.s));
    nothing_waits();
    assert_int_equal(take_all(0), 0);
    ok(lsched_begin(w.s));
    ok(lsched_begin(w.s));
    book("2026-03-05T10:00");
    ok(lsched_rollback(w.s));
    ok(lsched_commit(w.s));
    nothing_waits();
    assert_int_equal(world_try(NEW(request, .key = new_key(), .customer = "cora", .service = "talk",
                                   .start = at("2026-03-05T07:00"))),
                     LSCHED_CLOSED);
    nothing_waits();
    /* A take that is rolled back leased nothing. */
    book("2026-03-05T10:00");
    ok(lsched_begin(w.s));
    take_one(LSCHED_NOTICE_CONFIRMED, 1, 0);
    assert_int_equal(take_all(0), 0);
    ok(lsched_rollback(w.s));
    take_one(LSCHED_NOTICE_CONFIRMED, 1, 0);
}

/* ---- leases -------------------------------------------------------------------------------------- */

static void test_lease(void **state)
{
    (void)state;
    static const struct {
        int32_t seconds, until;
    } leases[] = {{0, 60}, {1, 1}, {LSCHED_MAX_LEASE, LSCHED_MAX_LEASE}};
    book("2026-03-05T10:00");
    int32_t attempt = 0;
    for (size_t i = 0; i < sizeof leases / sizeof *leases; i++) {
        char first[sizeof notice];
        take_one(LSCHED_NOTICE_CONFIRMED, ++attempt, leases[i].seconds);
        strcpy(first, notice);
        assert_int_equal(next_due(), w.now + leases[i].until);
        w.now += leases[i].until - 1;
        assert_int_equal(take_all(0), 0);
        w.now += 1;
        /* Its end is due until somebody takes it, under the same id. */
        assert_int_equal(next_due(), w.now);
        take_one(LSCHED_NOTICE_CONFIRMED, ++attempt, 1);
        assert_string_equal(first, notice);
        w.now += 1;
    }
    take_one(LSCHED_NOTICE_CONFIRMED, ++attempt, 0);
    ok(lsched_ack_notice(w.s, notice, attempt));
    w.now += 3600;
    assert_int_equal(take_all(0), 0);
}

static void test_ack(void **state)
{
    (void)state;
    book("2026-03-05T10:00");
    take_one(LSCHED_NOTICE_CONFIRMED, 1, 10);
    w.now += 10;
    take_one(LSCHED_NOTICE_CONFIRMED, 2, 10);
    /* The first worker comes late, and a worker from the future never was. */
    refuses(lsched_ack_notice(w.s, notice, 1), LSCHED_OVER, "attempt 2");
    refuses(lsched_ack_notice(w.s, notice, 3), LSCHED_OVER, "attempt 2");
    /* After the end of the lease, and nobody was given it. */
    w.now += 100;
    ok(lsched_ack_notice(w.s, notice, 2));
    ok(lsched_ack_notice(w.s, notice, 2));
    refuses(lsched_ack_notice(w.s, notice, 1), LSCHED_OVER, "attempt 2");
    assert_int_equal(take_all(0), 0);
    assert_int_equal(next_due(), at("2026-03-04T10:00"));
    /* What is done stays done, whatever becomes of the booking. */
    cancel();
    ok(lsched_ack_notice(w.s, notice, 2));
}

static void test_ack_refused(void **state)
{
    (void)state;
    char other[2 * LSCHED_MAX_ID];
    book("2026-03-05T10:00");
    static const char *const malformed[] = {".0.moved",
                                            "x",
                                            "x.y",
                                            "x.0",
                                            "x.0.",
                                            "x.0.booked",
                                            "x.-1.moved",
                                            "x.01.moved",
                                            "x.+1.moved",
                                            "x..moved",
                                            "..",
                                            ".",
                                            "x.99999999999.moved",
                                            "x.0.Moved",
                                            "x.0.moved.",
                                            "x.2147483648.moved",
                                            "x.1a.moved",
                                            "x.0x1.moved",
                                            "x.0.mo ved"};
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++)
        refuses(lsched_ack_notice(w.s, malformed[i], 1), LSCHED_INVALID, "id");
    memset(other, 'x', LSCHED_MAX_ID + 1);
    other[LSCHED_MAX_ID + 1] = '\0';
    refuses(lsched_ack_notice(w.s, other, 1), LSCHED_LIMIT, "id");
    refuses(lsched_ack_notice(w.s, "x.0.moved", 1), LSCHED_NOTFOUND, "x.0.moved");
    refuses(lsched_ack_notice(w.s, "x.2147483647.moved", 1), LSCHED_NOTFOUND, "x.2147483647");
    snprintf(other, sizeof other, "%s.1.confirmed", id);
    refuses(lsched_ack_notice(w.s, other, 1), LSCHED_NOTFOUND, other);
    snprintf(other, sizeof other, "%s.0.moved", id);
    refuses(lsched_ack_notice(w.s, other, 1), LSCHED_NOTFOUND, other);
    /* Nobody has taken it yet. */
    snprintf(other, sizeof other, "%s.0.confirmed", id);
    refuses(lsched_ack_notice(w.s, other, 0), LSCHED_INVALID, "attempt");
    refuses(lsched_ack_notice(w.s, other, -1), LSCHED_INVALID, "attempt");
    refuses(lsched_ack_notice(w.s, other, 1), LSCHED_OVER, "attempt 0");
    take_one(LSCHED_NOTICE_CONFIRMED, 1, 0);
    assert_string_equal(notice, other);
}

static void test_take_refused(void **state)
{
    (void)state;
    lsched_notices *out = (void *)&w;
    book("2026-03-05T10:00");
    refuses(lsched_take_notices(w.s, LSCHED_MAX_PAGE + 1, 0, &out), LSCHED_LIMIT, "limit");
    assert_null(out);
    refuses(lsched_take_notices(w.s, 0, -1, &out), LSCHED_INVALID, "seconds");
    refuses(lsched_take_notices(w.s, 0, LSCHED_MAX_LEASE + 1, &out), LSCHED_LIMIT, "seconds");
    assert_null(out);
    /* Nothing was leased. */
    take_one(LSCHED_NOTICE_CONFIRMED, 1, 0);
}

/* ---- I4: the booking changes ------------------------------------------------------------------- */

static void test_moved_between(void **state)
{
    (void)state;
    char first[sizeof notice];
    book("2026-03-05T10:00");
    take_one(LSCHED_NOTICE_CONFIRMED, 1, 0);
    strcpy(first, notice);
    move("2026-03-06T11:00");
    refuses(lsched_ack_notice(w.s, first, 1), LSCHED_OVER, "changed");
    /* Only what stands now is handed out, then and for ever. */
    take_one(LSCHED_NOTICE_MOVED, 1, 1);
    refuses(lsched_ack_notice(w.s, first, 1), LSCHED_OVER, "changed");
    ok(lsched_ack_notice(w.s, notice, 1));
    w.now = at("2026-03-04T10:00"); /* when the old reminder would have been due */
    assert_int_equal(take_all(0), 0);
    assert_int_equal(next_due(), at("2026-03-05T11:00"));
}

static void test_moved_before(void **state)
{
    (void)state;
    book("2026-03-05T10:00");
    move("2026-03-06T11:00");
    move("2026-03-06T12:00");
    take_one(LSCHED_NOTICE_MOVED, 1, 0);
    book("2026-03-05T10:00");
    cancel();
    take_one(LSCHED_NOTICE_CANCELLED, 1, 0);
    /* Nobody confirms what has begun. */
    book("2026-03-05T10:00");
    ok(lsched_start(w.s, id, new_key(), NULL));
    assert_int_equal(take_all(0), 0);
}

/* ---- reminders --------------------------------------------------------------------------------- */

static void put_talk(int32_t reminder)
{
    ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 30, .step = 30, .notice = LSCHED_NONE,
           .reminder = reminder));
}

static lsched_time reminder_of_new(const char *start)
{
    lsched_time due = 0;
    book(start);
    const size_t n = take_all(1);
    assert_int_equal(n, 1);
    w.now += 1;
    take_one(LSCHED_NOTICE_CONFIRMED, 2, 0);
    ok(lsched_ack_notice(w.s, notice, 2));
    (void)lsched_next_due(w.s, &due);
    cancel();
    take_one(LSCHED_NOTICE_CANCELLED, 1, 0);
    ok(lsched_ack_notice(w.s, notice, 1));
    nothing_waits();
    return due;
}

static void test_reminders(void **state)
{
    (void)state;
    const lsched_time start = at("2026-03-05T10:00");
    assert_int_equal(reminder_of_new("2026-03-05T10:00"), start - DAY);
    put_talk(90);
    assert_int_equal(reminder_of_new("2026-03-05T10:00"), start - 5400);
    put_talk(LSCHED_NONE);
    assert_int_equal(reminder_of_new("2026-03-05T10:00"), 0);
    /* It would have been due before the booking. */
    put_talk(0);
    assert_int_equal(reminder_of_new("2026-03-02T16:00"), 0);
    put_talk(LSCHED_MAX_DAYS * 1440);
    assert_int_equal(reminder_of_new("2026-03-05T10:00"), 0);
}

/* The service's word when the place was taken counts, until the place is another. */
static void test_revision(void **state)
{
    (void)state;
    book("2026-03-05T10:00");
    put_talk(60);
    assert_int_equal(take_all(LSCHED_MAX_LEASE), 1);
    w.now += 10;
    lsched_time due = at("2026-03-05T10:00") - DAY;
    w.now = due;
    assert_int_equal(take_all(0), 2); /* the lease has ended, and the reminder is due */
    move("2026-03-06T11:00");
    take_one(LSCHED_NOTICE_MOVED, 1, 0);
    ok(lsched_ack_notice(w.s, notice, 1));
    assert_int_equal(next_due(), at("2026-03-06T11:00") - 3600);
}

/* From the start on, there is nothing to remind of, taken before or not. */
static void test_too_late(void **state)
{
    (void)state;
    const lsched_time start = at("2026-03-05T10:00");
    for (int taken = 0; taken < 2; taken++) {
        book("2026-03-05T10:00");
        take_one(LSCHED_NOTICE_CONFIRMED, 1, 0);
        ok(lsched_ack_notice(w.s, notice, 1));
        if (taken) {
            w.now = start - 30;
            take_one(LSCHED_NOTICE_REMINDER, 1, 30);
            nothing_waits(); /* its lease ends with the start */
        }
        w.now = start;
        nothing_waits();
        assert_int_equal(take_all(0), 0);
        if (!taken) {
            assert_int_equal(world_close(state), 0);
            assert_int_equal(world_little(state), 0);
        }
    }
    /* A confirmation is late, but not too late. */
    book("2026-03-05T11:00");
    w.now = at("2026-03-06T10:00");
    take_one(LSCHED_NOTICE_CONFIRMED, 1, 0);
}

/* ---- the clock --------------------------------------------------------------------------------- */

/* What was due once stays due, and a lease is not cut short. */
static void test_clock_back(void **state)
{
    (void)state;
    book("2026-03-05T10:00");
    const lsched_time then = w.now;
    w.now -= 300;
    assert_int_equal(next_due(), then);
    take_one(LSCHED_NOTICE_CONFIRMED, 1, 5);
    assert_int_equal(next_due(), then + 5);
    assert_int_equal(take_all(0), 0);
    w.now = then + 4;
    assert_int_equal(take_all(0), 0);
    w.now = then + 5;
    take_one(LSCHED_NOTICE_CONFIRMED, 2, 5);
    lsched_notices *out = NULL;
    w.now = -1;
    lsched_time due;
    refuses(lsched_take_notices(w.s, 0, 0, &out), LSCHED_INVALID, "clock");
    refuses(lsched_next_due(w.s, &due), LSCHED_INVALID, "clock");
    assert_null(out);
}

/* A lease that a clock far ahead has given does not last until that time comes. */
static void test_clock_was_ahead(void **state)
{
    (void)state;
    book("2026-03-05T10:00");
    const lsched_time then = w.now;
    w.now += DAY;
    take_one(LSCHED_NOTICE_CONFIRMED, 1, 600);
    assert_int_equal(take_all(0), 0);
    w.now = then + 60;
    assert_int_equal(next_due(), then);
    take_one(LSCHED_NOTICE_CONFIRMED, 2, 60);
    assert_int_equal(next_due(), then + 120);
    assert_int_equal(take_all(0), 0);
}

/* Nor does a taker whose clock is far ahead throw away what it thinks too late. */
static void test_taker_was_ahead(void **state)
{
    (void)state;
    const lsched_time start = at("2026-03-05T10:00");
    book("2026-03-05T10:00");
    take_one(LSCHED_NOTICE_CONFIRMED, 1, 0);
    const lsched_time then = w.now;
    w.now = start + 365 * DAY;
    lsched_notices *list = take(0, 1);
    for (size_t i = 0; i < lsched_notices_count(list); i++)
        assert_int_equal(lsched_notices_at(list, i)->kind, LSCHED_NOTICE_CONFIRMED);
    lsched_notices_free(list);
    w.now = then;
    lsched_time due;
    ok(lsched_next_due(w.s, &due));
    w.now = start - 3600;
    list = take(0, 60);
    bool reminded = false;
    for (size_t i = 0; i < lsched_notices_count(list); i++)
        reminded = reminded || lsched_notices_at(list, i)->kind == LSCHED_NOTICE_REMINDER;
    lsched_notices_free(list);
    assert_true(reminded);
}

/* ---- order and pages ---------------------------------------------------------------------------- */

static void test_order(void **state)
{
    (void)state;
    static const char *const starts[] = {"2026-03-05T10:00", "2026-03-05T11:00", "2026-03-05T12:00",
                                         "2026-03-05T13:00", "2026-03-05T14:00"};
    lsched_time made[5];
    for (size_t i = 0; i < 5; i++) {
        made[i] = w.now;
        book(starts[i]);
        w.now += 7;
    }
    size_t seen = 0;
    for (uint32_t limit = 1; seen < 5; limit++) {
        lsched_notices *list = take(limit, 0);
        const size_t n = lsched_notices_count(list);
        assert_int_equal(n, seen + limit <= 5 ? limit : 5 - seen);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(lsched_notices_at(list, i)->due, made[seen++]);
        assert_null(lsched_notices_at(list, n));
        lsched_notices_free(list);
    }
    assert_int_equal(take_all(0), 0);
}

/* What is void by the clock does not take the room of what is not. */
static void test_dead_in_front(void **state)
{
    (void)state;
    static const char *const starts[] = {"2026-03-05T10:00", "2026-03-05T11:00", "2026-03-05T12:00",
                                         "2026-03-05T13:00"};
    for (size_t i = 0; i < 4; i++)
        book(starts[i]);
    lsched_notices *list = take(0, 0);
    assert_int_equal(lsched_notices_count(list), 4);
    for (size_t i = 0; i < 4; i++)
        ok(lsched_ack_notice(w.s, lsched_notices_at(list, i)->id, 1));
    lsched_notices_free(list);
    w.now = at("2026-03-05T12:30");
    assert_int_equal(next_due(), at("2026-03-04T13:00"));
    list = take(1, 0);
    assert_int_equal(lsched_notices_count(list), 1);
    assert_int_equal(lsched_notices_at(list, 0)->booking->start, at("2026-03-05T13:00"));
    lsched_notices_free(list);
}

/* ---- several takers ------------------------------------------------------------------------------ */

static char folder[32], path[64];

static lsched_time now(void *user)
{
    return ((const world *)user)->now;
}

static int open_file(void **state)
{
    strcpy(folder, "/tmp/libsched-box-XXXXXX");
    if (mkdtemp(folder) == NULL || world_little(state) != 0)
        return 1;
    snprintf(path, sizeof path, "%s/store", folder);
    return 0;
}

static int remove_file(void **state)
{
    (void)state;
    char command[80];
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return world_close(state) != 0 || system(command) != 0;
}

static lsched *open_other(void)
{
    lsched *s = lsched_new();
    assert_non_null(s);
    assert_int_equal(lsched_set_clock(s, now, &w), LSCHED_OK);
    assert_int_equal(lsched_open(s, path, LSCHED_CREATE), LSCHED_OK);
    return s;
}

/* The little world once more, in the file; imports need no rules, so any minute will do. */
static void fill(size_t count, int32_t reminder)
{
    lsched *memory = w.s;
    w.s = open_other();
    lsched_free(memory);
    ok(PUT(team, .id = "home", .name = "home", .zone = "America/New_York"));
    ok(PUT(agent, .id = "ana", .name = "ana", .zone = "America/New_York"));
    ok(PUT(service, .id = "talk", .name = "Talk", .reminder = reminder));
    ok(PUT(customer, .id = "cora", .zone = "America/New_York", .team = "home"));
    ok(lsched_begin(w.s));
    for (size_t i = 0; i < count; i++) {
        const lsched_time start = w.now + 3600 * 24 + (lsched_time)(i + 1) * 60;
        lsched_booking *b;
        ok(lsched_import(w.s,
                         NEW(booking, .state = LSCHED_BOOKED, .channel = LSCHED_PHONE,
                             .customer = "cora", .service = "talk", .agent = "ana", .team = "home",
                             .start = start, .end = start + 60),
                         new_key(), &b));
        keep_id(b);
    }
    ok(lsched_commit(w.s));
}

#define MANY 300

/* By turns, each with leases that end at random: nobody is given what another holds, and in
 * the end each has been acknowledged once. */
static void test_two_takers(void **state)
{
    (void)state;
    struct held {
        char id[LSCHED_MAX_ID + 1];
        lsched_time until;
        int32_t attempt;
        bool done;
    } *known = calloc(MANY, sizeof *known);
    size_t count = 0, done = 0, again = 0;
    unsigned random = 7;
    assert_non_null(known);
    fill(MANY, 1);
    w.now += 3600 * 23;
    lsched *const takers[] = {w.s, open_other()};
    for (int round = 0; done < MANY; round++) {
        assert_true(round < 100000);
        lsched_notices *list;
        random = random * 1103515245u + 12345u;
        w.now += random >> 16 & 31;
        assert_int_equal(lsched_take_notices(takers[round % 2], 1 + (random >> 8) % 5,
                                             (int32_t)(1 + (random >> 20) % 50), &list),
                         LSCHED_OK);
        for (size_t i = 0; i < lsched_notices_count(list); i++) {
            const lsched_notice *n = lsched_notices_at(list, i);
            size_t k = 0;
            while (k < count && strcmp(known[k].id, n->id) != 0)
                k++;
            assert_true(k < MANY);
            count += k == count;
            again += n->attempt > 1;
            assert_false(known[k].done);
            assert_true(known[k].until <= w.now);
            assert_int_equal(n->attempt, known[k].attempt + 1);
            strcpy(known[k].id, n->id);
            known[k].until = n->lease_until;
            known[k].attempt = n->attempt;
            random = random * 1103515245u + 12345u;
            if (random >> 16 & 1) {
                assert_int_equal(lsched_ack_notice(takers[1 - round % 2], n->id, n->attempt),
                                 LSCHED_OK);
                known[k].done = true;
                done++;
            }
        }
        /* No lease runs into the start: all of them are reminders. */
        if (lsched_notices_count(list) == 0)
            w.now += 1;
        lsched_notices_free(list);
        if (w.now > at("2026-03-03T08:30") + MANY * 60 + 3600)
            break;
    }
    print_message("# %d taken, %d acknowledged, %d again\n", (int)count, (int)done, (int)again);
    assert_true(again > 20);
    assert_true(count > 200);
    lsched_free(takers[1]);
    free(known);
}

typedef struct worker {
    lsched *s;
    size_t taken, refused;
    char ids[MANY][LSCHED_MAX_ID + 1];
} worker;

/* Takes and acknowledges until there is nothing. */
static void *work(void *user)
{
    worker *me = user;
    lsched_notices *list;
    for (size_t n = 1; n > 0;) {
        if (lsched_take_notices(me->s, 3, LSCHED_MAX_LEASE, &list) != LSCHED_OK)
            return NULL;
        n = lsched_notices_count(list);
        for (size_t i = 0; i < n; i++) {
            const lsched_notice *notice_now = lsched_notices_at(list, i);
            me->refused += notice_now->attempt != 1 ||
                           lsched_ack_notice(me->s, notice_now->id, 1) != LSCHED_OK;
            if (me->taken < MANY)
                strcpy(me->ids[me->taken], notice_now->id);
            me->taken++;
        }
        lsched_notices_free(list);
    }
    return me;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* At once: what one is given, the other is not, and nothing is left. */
static void test_two_at_once(void **state)
{
    (void)state;
    worker *both = calloc(2, sizeof *both);
    pthread_t threads[2];
    assert_non_null(both);
    fill(MANY, 1440);
    w.now += (MANY + 1) * 60; /* all are due, and none has begun */
    for (size_t i = 0; i < 2; i++)
        both[i].s = open_other();
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, work, &both[i]), 0);
    for (size_t i = 0; i < 2; i++) {
        void *done = NULL;
        assert_int_equal(pthread_join(threads[i], &done), 0);
        assert_non_null(done);
        assert_int_equal(both[i].refused, 0);
        lsched_free(both[i].s);
    }
    assert_int_equal(both[0].taken + both[1].taken, MANY);
    memcpy(both[0].ids[both[0].taken], both[1].ids, both[1].taken * sizeof both[1].ids[0]);
    qsort(both[0].ids, MANY, sizeof both[0].ids[0], by_text);
    for (size_t i = 1; i < MANY; i++)
        assert_string_not_equal(both[0].ids[i - 1], both[0].ids[i]);
    free(both);
}

/* Who only asks does not wait for those who write. */
static void test_no_waiting(void **state)
{
    (void)state;
    fill(1, 60);
    lsched *other = open_other();
    ok(lsched_begin(w.s));
    ok(lsched_cancel(w.s, id, NULL, new_key(), NULL));
    lsched_notices *list;
    lsched_time due;
    assert_int_equal(lsched_take_notices(other, 0, 0, &list), LSCHED_OK);
    assert_int_equal(lsched_notices_count(list), 0); /* nothing that is not committed */
    lsched_notices_free(list);
    assert_int_equal(lsched_next_due(other, &due), LSCHED_OK);
    assert_int_equal(due, w.now + 3600 * 23 + 60);
    ok(lsched_rollback(w.s));
    lsched_free(other);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_little, world_close)
#define FILE_TEST(name) cmocka_unit_test_setup_teardown(name, open_file, remove_file)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_steps),           TEST(test_rollback),
        TEST(test_lease),           TEST(test_ack),
        TEST(test_ack_refused),     TEST(test_take_refused),
        TEST(test_moved_between),   TEST(test_moved_before),
        TEST(test_reminders),       TEST(test_revision),
        TEST(test_too_late),        TEST(test_clock_back),
        TEST(test_clock_was_ahead), TEST(test_taker_was_ahead),
        TEST(test_order),           TEST(test_dead_in_front),
        FILE_TEST(test_two_takers), FILE_TEST(test_two_at_once),
        FILE_TEST(test_no_waiting),
    };
    return cmocka_run_group_tests_name("outbox", tests, NULL, NULL);
}
