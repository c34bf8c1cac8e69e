/* test_feed.c -- events: each step writes exactly one, with the booking before and after it;
 * no number is missing; and replaying them rebuilds the bookings.
 */
#include "world.h"

static lsched_events *events(const char *booking, int64_t after, uint32_t limit)
{
    lsched_events *list = NULL;
    ok(lsched_list_events(w.s, booking, after, limit, &list));
    assert_non_null(list);
    return list;
}

static int64_t last_seq(void)
{
    lsched_events *list = events(NULL, 0, LSCHED_MAX_PAGE);
    const size_t n = lsched_events_count(list);
    const int64_t last = n > 0 ? lsched_events_at(list, n - 1)->seq : 0;
    assert_int_equal(last, n); /* so there is no gap */
    lsched_events_free(list);
    return last;
}

static lsched_booking *get(const char *id)
{
    lsched_booking *b;
    ok(lsched_get_booking(w.s, id, &b));
    return b;
}

/* ---- each step ------------------------------------------------------------------------------ */

enum verb { BOOK, HOLD, CONFIRM, MOVE, CANCEL, START, FULFIL, MISS, NOSHOW };

static char id[LSCHED_MAX_ID + 1];
static int turn;

static void keep_id(lsched_booking *b)
{
    snprintf(id, sizeof id, "%s", b->id);
    lsched_booking_free(b);
}

static void step(enum verb verb, const char *key)
{
    const lsched_time start = at("2026-03-03T10:00");
    lsched_request *r =
        NEW(request, .key = key, .customer = "cora", .service = "talk", .start = start);
    lsched_booking *b;
    switch (verb) {
    case BOOK:
        keep_id(world_book(r));
        break;
    case HOLD:
        ok(lsched_hold(w.s, r, &b));
        keep_id(b);
        break;
    case CONFIRM:
        ok(lsched_confirm(w.s, id, NULL, key, NULL));
        break;
    case MOVE:
        ok(lsched_move(w.s, NEW(change, .key = key, .id = id, .start = start + 3600), &b));
        lsched_booking_free(b);
        break;
    case CANCEL:
        ok(lsched_cancel(w.s, id, "so be it", key, NULL));
        break;
    case START:
        ok(lsched_start(w.s, id, key, NULL));
        break;
    default:
        w.now = verb == FULFIL ? w.now : start + 3600;
        ok(lsched_finish(w.s, id,
                         verb == FULFIL ? LSCHED_FULFILLED
                         : verb == MISS ? LSCHED_MISSED
                                        : LSCHED_NOSHOW,
                         NULL, key, NULL));
    }
}

/* The life of a booking as the header draws it: the states and events of some ways through. */
#define STEP(verb, event, state)                                                                   \
    {                                                                                              \
        verb, LSCHED_EVENT_##event, LSCHED_##state                                                 \
    }
static const struct way {
    struct {
        enum verb verb;
        int32_t event, state;
    } steps[5];
    size_t count;
} ways[] = {
    {{STEP(BOOK, BOOKED, BOOKED), STEP(MOVE, MOVED, BOOKED), STEP(CANCEL, CANCELLED, CANCELLED)},
     3},
    {{STEP(HOLD, HELD, HELD), STEP(CONFIRM, CONFIRMED, BOOKED), STEP(START, STARTED, STARTED),
      STEP(FULFIL, FULFILLED, FULFILLED)},
     4},
    {{STEP(HOLD, HELD, HELD), STEP(MOVE, MOVED, HELD), STEP(CANCEL, CANCELLED, CANCELLED)}, 3},
    {{STEP(BOOK, BOOKED, BOOKED), STEP(FULFIL, FULFILLED, FULFILLED)}, 2},
    {{STEP(BOOK, BOOKED, BOOKED), STEP(MISS, MISSED, MISSED)}, 2},
    {{STEP(BOOK, BOOKED, BOOKED), STEP(NOSHOW, NOSHOW, NOSHOW)}, 2},
    {{STEP(BOOK, BOOKED, BOOKED), STEP(START, STARTED, STARTED), STEP(NOSHOW, NOSHOW, NOSHOW)}, 3},
};

/* Exactly one event, that says what happened, under which key, and who did it. */
static void check_step(int64_t seq, int32_t kind, int32_t state, const char *key, size_t i,
                       lsched_booking *before)
{
    lsched_events *list = events(NULL, seq, 0);
    assert_int_equal(lsched_events_count(list), 1);
    const lsched_event *e = lsched_events_at(list, 0);
    assert_int_equal(e->size, sizeof *e);
    assert_int_equal(e->seq, seq + 1);
    assert_int_equal(e->kind, kind);
    assert_int_equal(e->at, w.now);
    assert_string_equal(e->key, key);
    assert_string_equal(e->actor, "zoe");
    assert_string_equal(e->correlation, "ticket-7");
    assert_int_equal(e->after->state, state);
    assert_int_equal(e->after->sequence, i);
    lsched_booking *stands = get(id);
    world_same_booking(e->after, stands);
    lsched_booking_free(stands);
    assert_int_equal(e->before == NULL, i == 0);
    if (i > 0)
        world_same_booking(e->before, before);
    lsched_events_free(list);
    lsched_booking_free(before);
}

static void test_steps(void **state)
{
    (void)state;
    ok(lsched_set_origin(w.s, "zoe", "ticket-7"));
    const lsched_time morning = w.now;
    for (size_t k = 0; k < sizeof ways / sizeof *ways; k++) {
        w.now = morning;
        /* Events never go back in time, so every way has a store of its own. */
        world_close(NULL);
        assert_int_equal(world_little(NULL), 0);
        ok(lsched_set_origin(w.s, "zoe", "ticket-7"));
        for (size_t i = 0; i < ways[k].count; i++) {
            char key[32];
            const int64_t seq = last_seq();
            lsched_booking *before = i > 0 ? get(id) : NULL;
            snprintf(key, sizeof key, "wish-%d", turn++);
            step(ways[k].steps[i].verb, key);
            check_step(seq, ways[k].steps[i].event, ways[k].steps[i].state, key, i, before);
            /* The same wish again is no second event. */
            if (ways[k].steps[i].verb == CANCEL) {
                step(CANCEL, key);
                assert_int_equal(last_seq(), seq + 1);
            }
        }
    }
}

static void test_nobody(void **state)
{
    (void)state;
    step(BOOK, "k");
    lsched_events *list = events(NULL, 0, 0);
    assert_string_equal(lsched_events_at(list, 0)->actor, "");
    assert_string_equal(lsched_events_at(list, 0)->correlation, "");
    assert_null(lsched_events_at(list, 1));
    lsched_events_free(list);
}

/* What nobody asked for has no key: a hold that ran out, a chat that makes room. */
static void test_unasked(void **state)
{
    (void)state;
    step(HOLD, "h");
    char held[sizeof id];
    strcpy(held, id);
    w.now += 200;
    lsched_booking *b = BOOK(.key = "b", .customer = "cora", .service = "talk",
                             .start = at("2026-03-03T10:00"), .agent = "ana");
    lsched_booking_free(b);
    lsched_events *list = events(NULL, 1, 0);
    assert_int_equal(lsched_events_count(list), 2);
    const lsched_event *e = lsched_events_at(list, 0);
    assert_int_equal(e->kind, LSCHED_EVENT_EXPIRED);
    assert_string_equal(e->key, "");
    assert_string_equal(e->after->id, held);
    assert_int_equal(e->before->state, LSCHED_HELD); /* from behind the list */
    assert_int_equal(e->after->state, LSCHED_EXPIRED);
    assert_int_equal(lsched_events_at(list, 1)->kind, LSCHED_EVENT_BOOKED);
    lsched_events_free(list);
}

static void test_import(void **state)
{
    (void)state;
    const lsched_time start = at("2026-02-03T10:00");
    lsched_booking *b;
    ok(lsched_import(w.s,
                     NEW(booking, .state = LSCHED_MISSED, .channel = LSCHED_PHONE, .sequence = 4,
                         .customer = "cora", .service = "talk", .agent = "ana", .team = "home",
                         .start = start, .end = start + 1800),
                     "i", &b));
    lsched_events *list = events(b->id, 0, 0);
    assert_int_equal(lsched_events_count(list), 1);
    const lsched_event *e = lsched_events_at(list, 0);
    assert_int_equal(e->kind, LSCHED_EVENT_BOOKED);
    assert_null(e->before);
    world_same_booking(e->after, b);
    lsched_events_free(list);
    lsched_booking_free(b);
}

/* ---- order and pages -------------------------------------------------------------------------- */

static int try_book(const char *key, const char *start)
{
    return world_try(
        NEW(request, .key = key, .customer = "cora", .service = "talk", .start = at(start)));
}

/* I3: what is rolled back, wholly or in a part, leaves no gap, and its number is given again. */
static void test_rollback(void **state)
{
    (void)state;
    ok(lsched_begin(w.s));
    assert_int_equal(try_book("a", "2026-03-03T10:00"), LSCHED_OK);
    assert_int_equal(last_seq(), 1); /* one's own are seen */
    ok(lsched_begin(w.s));
    assert_int_equal(try_book("b", "2026-03-03T11:00"), LSCHED_OK);
    assert_int_equal(last_seq(), 2);
    ok(lsched_rollback(w.s));
    assert_int_equal(last_seq(), 1);
    assert_int_equal(try_book("c", "2026-03-03T11:00"), LSCHED_OK);
    ok(lsched_commit(w.s));
    ok(lsched_begin(w.s));
    assert_int_equal(try_book("d", "2026-03-03T12:00"), LSCHED_OK);
    ok(lsched_rollback(w.s));
    assert_int_equal(try_book("f", "2026-03-01T12:00"), LSCHED_TOOSOON);
    assert_int_equal(try_book("e", "2026-03-03T13:00"), LSCHED_OK);
    static const char *const keys[] = {"a", "c", "e"};
    lsched_events *list = events(NULL, 0, 0);
    assert_int_equal(lsched_events_count(list), 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(lsched_events_at(list, i)->seq, i + 1);
        assert_string_equal(lsched_events_at(list, i)->key, keys[i]);
    }
    lsched_events_free(list);
}

/* A host's own number is all that it needs. */
static void test_pages(void **state)
{
    (void)state;
    char key[16];
    for (int i = 0; i < 14; i++) {
        snprintf(key, sizeof key, "%d", i);
        assert_int_equal(world_try(NEW(request, .key = key, .customer = "cora", .service = "talk",
                                       .start = at("2026-03-03T09:00") + i * 1800)),
                         LSCHED_OK);
    }
    for (uint32_t size = 1; size <= 15; size++) {
        int64_t seen = 0;
        for (;;) {
            lsched_events *list = events(NULL, seen, size);
            const size_t n = lsched_events_count(list);
            assert_true(n <= size);
            for (size_t i = 0; i < n; i++) {
                const lsched_event *e = lsched_events_at(list, i);
                assert_int_equal(e->seq, seen + 1);
                assert_int_equal(atoi(e->key), seen);
                seen = e->seq;
            }
            lsched_events_free(list);
            if (n < size)
                break;
        }
        assert_int_equal(seen, 14);
    }
}

static void test_one_booking(void **state)
{
    (void)state;
    char other[sizeof id];
    step(BOOK, "1");
    strcpy(other, id);
    keep_id(
        BOOK(.key = "2", .customer = "cora", .service = "talk", .start = at("2026-03-04T10:00")));
    step(MOVE, "3");
    ok(lsched_cancel(w.s, other, NULL, "4", NULL));
    step(CANCEL, "5");
    lsched_events *list = events(id, 0, 0);
    assert_int_equal(lsched_events_count(list), 3);
    static const int64_t seqs[] = {2, 3, 5};
    for (size_t i = 0; i < 3; i++) {
        const lsched_event *e = lsched_events_at(list, i);
        assert_int_equal(e->seq, seqs[i]);
        assert_string_equal(e->after->id, id);
        if (i > 0)
            world_same_booking(e->before, lsched_events_at(list, i - 1)->after);
    }
    lsched_events_free(list);
    /* From the middle, one at a time: `before` is read from the store. */
    list = events(id, 3, 1);
    assert_int_equal(lsched_events_count(list), 1);
    assert_int_equal(lsched_events_at(list, 0)->seq, 5);
    assert_int_equal(lsched_events_at(list, 0)->before->sequence, 1);
    assert_int_equal(lsched_events_at(list, 0)->before->state, LSCHED_BOOKED);
    /* The list refers to nothing else. */
    lsched_free(w.s);
    w.s = NULL;
    assert_string_equal(lsched_events_at(list, 0)->before->id, id);
    assert_string_equal(lsched_events_at(list, 0)->before->customer, "cora");
    lsched_events_free(list);
}

static void test_refused(void **state)
{
    (void)state;
    lsched_events *out = NULL;
    refuses(lsched_list_events(w.s, NULL, -1, 0, &out), LSCHED_INVALID, "after");
    refuses(lsched_list_events(w.s, NULL, INT64_MIN, 0, &out), LSCHED_INVALID, "after");
    refuses(lsched_list_events(w.s, NULL, 0, LSCHED_MAX_PAGE + 1, &out), LSCHED_LIMIT, "limit");
    refuses(lsched_list_events(w.s, "no such", 0, 0, &out), LSCHED_INVALID, "booking");
    refuses(lsched_list_events(w.s, "nosuch", 0, 0, &out), LSCHED_NOTFOUND, "nosuch");
    assert_null(out);
    out = events(NULL, INT64_MAX, 0);
    assert_int_equal(lsched_events_count(out), 0);
    assert_null(lsched_events_at(out, 0));
    lsched_events_free(out);
    out = events("", 0, 0);
    assert_int_equal(lsched_events_count(out), 0);
    lsched_events_free(out);
}

/* ---- replay ------------------------------------------------------------------------------------ */

#define OPERATIONS 2000
#define BOOKINGS 2000

static uint64_t seed = 20260302;

static uint32_t any(uint32_t below)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(seed >> 33) % below;
}

static char ids[BOOKINGS][LSCHED_MAX_ID + 1];
static size_t made;

static void remember(int status, lsched_booking *b)
{
    if (status == LSCHED_OK && made < BOOKINGS)
        strcpy(ids[made++], b->id);
    lsched_booking_free(b);
}

/* Anything, to anybody, whether it can be or not. */
static void operate(int i)
{
    static const int32_t ends[] = {LSCHED_FULFILLED, LSCHED_MISSED, LSCHED_NOSHOW};
    char key[16], note[16];
    lsched_booking *b = NULL;
    int status;
    const lsched_time start = w.now / 1800 * 1800 + any(48) * 1800;
    const uint32_t recent = made < 20 ? (uint32_t)made : 20; /* older ones are over */
    const char *some = made > 0 ? ids[made - 1 - any(recent)] : "none";
    const int32_t channel = any(8) ? LSCHED_CHAT : LSCHED_PHONE;
    /* Chats of three lengths fit beside one another only if some change lanes. */
    static const char *const services[] = {"talk", "hour", "hours"};
    snprintf(key, sizeof key, "%d", i);
    snprintf(note, sizeof note, "note %d", i);
    lsched_request *r =
        NEW(request, .key = key, .customer = "cora", .service = services[any(3)], .agent = "ana",
            .note = any(3) ? NULL : note, .channel = channel, .start = start);
    switch (any(8)) {
    case 0:
    case 1:
        status = lsched_book(w.s, r, &b);
        remember(status, b);
        break;
    case 2:
        status = lsched_hold(w.s, r, &b);
        remember(status, b);
        break;
    case 3:
        (void)lsched_confirm(w.s, some, NULL, key, NULL);
        break;
    case 4:
        (void)lsched_move(w.s, NEW(change, .key = key, .id = some, .start = start, .cause = note),
                          &b);
        lsched_booking_free(b);
        break;
    case 5:
        (void)lsched_cancel(w.s, some, note, key, NULL);
        break;
    case 6:
        (void)lsched_start(w.s, some, key, NULL);
        break;
    default:
        (void)lsched_finish(w.s, some, ends[any(3)], NULL, key, NULL);
    }
    w.now += any(400);
}

/* Some in transactions, of which some are rolled back; ids of these are known, and gone. */
static void operate_grouped(int i)
{
    const bool group = any(4) == 0, undo = any(2) == 0;
    if (group)
        ok(lsched_begin(w.s));
    operate(i);
    if (group && undo)
        ok(lsched_rollback(w.s));
    else if (group)
        ok(lsched_commit(w.s));
}

/* By id, the last `after` of a list of events, the later list over the earlier one. */
static const lsched_booking *replayed[BOOKINGS];
static size_t replayed_count;

static void put_in_place(const lsched_booking *after)
{
    size_t i = 0;
    while (i < replayed_count && strcmp(replayed[i]->id, after->id) != 0)
        i++;
    assert_true(i < BOOKINGS);
    replayed_count += i == replayed_count;
    replayed[i] = after;
}

static void test_replay(void **state)
{
    (void)state;
    lsched_events *pages[40];
    size_t page_count = 0, found = 0, kinds = 0;
    int64_t seen = 0;
    ok(PUT(service, .id = "hour", .name = "Hour", .minutes = 60, .step = 30));
    ok(PUT(service, .id = "hours", .name = "Hours", .minutes = 150, .step = 30));
    for (int i = 0; i < OPERATIONS; i++)
        operate_grouped(i);
    for (size_t n = 1; n > 0; page_count++) {
        assert_true(page_count < 40);
        pages[page_count] = events(NULL, seen, 97);
        n = lsched_events_count(pages[page_count]);
        for (size_t i = 0; i < n; i++) {
            const lsched_event *e = lsched_events_at(pages[page_count], i);
            assert_int_equal(e->seq, ++seen);
            kinds |= (size_t)1 << e->kind;
            put_in_place(e->after);
        }
    }
    assert_true(seen > 300);
    assert_int_equal(kinds, 0xFFE); /* all eleven have happened */
    lsched_bookings *list;
    ok(lsched_list_bookings(w.s, NEW(filter, .limit = LSCHED_MAX_PAGE), &list));
    assert_int_equal(lsched_bookings_count(list), replayed_count);
    for (size_t i = 0; i < replayed_count; i++) {
        const lsched_booking *b = lsched_bookings_at(list, i);
        for (size_t k = 0; k < replayed_count; k++)
            if (strcmp(replayed[k]->id, b->id) == 0) {
                world_same_booking(replayed[k], b);
                found++;
            }
    }
    assert_int_equal(found, replayed_count);
    print_message("# %d events, %d bookings\n", (int)seen, (int)replayed_count);
    lsched_bookings_free(list);
    for (size_t i = 0; i < page_count; i++)
        lsched_events_free(pages[i]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_little, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_steps),       TEST(test_nobody),   TEST(test_unasked),
        TEST(test_import),      TEST(test_rollback), TEST(test_pages),
        TEST(test_one_booking), TEST(test_refused),  TEST(test_replay),
    };
    return cmocka_run_group_tests_name("feed", tests, NULL, NULL);
}
