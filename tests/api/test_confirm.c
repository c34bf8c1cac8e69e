/* test_confirm.c -- header chapter 5: what was held is booked; in time because it was promised,
 * late where it is still to be had; and holds among chats on lanes.
 */
#include "world.h"

#define START "2026-03-03T10:00"

static lsched_request with_ana(const char *key, const char *service, int32_t channel,
                               const char *start)
{
    return (lsched_request){.size = sizeof(lsched_request),
                            .key = key,
                            .customer = "cora",
                            .service = service,
                            .agent = "ana",
                            .channel = channel,
                            .start = at(start)};
}

static lsched_booking *held(const char *key)
{
    lsched_request r = with_ana(key, "talk", LSCHED_PHONE, START);
    r.note = "first";
    return world_hold(&r);
}

/* ---- in time ---------------------------------------------------------------------------------- */

static void test_in_time(void **state)
{
    (void)state;
    lsched_booking *b = held("h"), *c;
    w.now = b->expires - 1;
    ok(lsched_confirm(w.s, b->id, NULL, "c", &c));
    assert_int_equal(c->state, LSCHED_BOOKED);
    assert_int_equal(c->late, 0);
    assert_int_equal(c->expires, b->expires);
    assert_int_equal(c->sequence, 1);
    assert_int_equal(c->start, b->start);
    assert_string_equal(c->note, "first");
    assert_string_equal(c->agent, b->agent);
    lsched_booking_free(c);
    /* It is a booking like any other: time does not end it. */
    w.now += 3600;
    ok(lsched_begin(w.s));
    assert_int_equal(
        world_try_move(NEW(change, .key = "m", .id = b->id, .start = at("2026-03-03T12:00"))),
        LSCHED_OK);
    ok(lsched_rollback(w.s));
    const lsched_request r = with_ana("x", "talk", LSCHED_PHONE, START);
    assert_int_equal(world_try(&r), LSCHED_TAKEN);
    lsched_booking_free(b);
}

static void test_note(void **state)
{
    (void)state;
    lsched_booking *b = held("h"), *c;
    ok(lsched_confirm(w.s, b->id, "second\nline", "c", &c));
    assert_string_equal(c->note, "second\nline");
    lsched_booking_free(c);
    lsched_booking_free(b);
}

static void close_calendar(void)
{
    closes(LSCHED_REGION, "US-NY", "20260101T000000", "20260102T000000", "FREQ=DAILY");
}

static void change_service(void)
{
    ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 60, .step = 45, .notice = 40000,
           .channels = LSCHED_CHAT, .skills = "magic:9"));
}

static void end_membership(void)
{
    ok(lsched_remove_member(w.s, "home", "ana", NULL));
}

static void end_shifts(void)
{
    ok(lsched_remove_calendar(w.s, LSCHED_AGENT, "ana", "opens"));
}

static void pass_notice(void)
{
    ok(PUT(service, .id = "talk", .name = "Talk", .notice = 40000));
}

/* It was promised, whatever the rules say by now; a minute later it is judged by them. */
static void test_rules_have_changed(void **state)
{
    (void)state;
    static const struct {
        void (*change)(void);
        int late;
    } cases[] = {{close_calendar, LSCHED_CLOSED},
                 {change_service, 0},
                 {end_membership, LSCHED_NOBODY},
                 {end_shifts, LSCHED_NOBODY},
                 {pass_notice, LSCHED_TOOSOON}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lsched_booking *c;
        ok(lsched_begin(w.s));
        lsched_booking *b = held("h");
        cases[i].change();
        w.now = b->expires - 1;
        ok(lsched_begin(w.s));
        ok(lsched_confirm(w.s, b->id, NULL, "c", &c));
        assert_int_equal(c->state, LSCHED_BOOKED);
        assert_int_equal(c->end, b->end);
        assert_int_equal(c->revision, b->revision);
        lsched_booking_free(c);
        ok(lsched_rollback(w.s));
        w.now++;
        char *before = world_listing(w.s);
        const int status = lsched_confirm(w.s, b->id, NULL, "c", NULL);
        assert_true(status <= -20 && status > -40);
        if (cases[i].late != 0)
            assert_int_equal(status, cases[i].late);
        world_unchanged(before);
        w.now -= 120;
        lsched_booking_free(b);
        ok(lsched_rollback(w.s));
    }
}

/* ---- late -------------------------------------------------------------------------------------- */

/* Somebody takes ana's place; and, unless it shall stay taken, gives it back. */
static void take_place(bool give_back)
{
    const lsched_request r = with_ana("taker", "talk", LSCHED_PHONE, START);
    lsched_booking *b = world_book(&r);
    if (give_back)
        ok(lsched_cancel(w.s, b->id, NULL, "giver", NULL));
    lsched_booking_free(b);
}

static void test_late_and_free(void **state)
{
    (void)state;
    for (int written = 0; written < 2; written++) {
        static const int64_t late[] = {0, 1, 60, 3600};
        for (size_t i = 0; i < sizeof late / sizeof *late; i++) {
            lsched_booking *c;
            const lsched_time began = w.now;
            ok(lsched_begin(w.s));
            lsched_booking *b = held("h");
            w.now = b->expires + late[i];
            if (written)
                take_place(true);
            ok(lsched_confirm(w.s, b->id, "late", "c", &c));
            assert_int_equal(c->state, LSCHED_BOOKED);
            assert_int_equal(c->late, late[i]);
            assert_int_equal(c->sequence, 1 + written);
            assert_string_equal(c->note, "late");
            assert_string_equal(c->agent, "ana");
            assert_int_equal(c->start, b->start);
            lsched_booking_free(c);
            lsched_booking_free(b);
            ok(lsched_rollback(w.s));
            w.now = began;
        }
    }
}

static void test_late_and_taken(void **state)
{
    (void)state;
    lsched_booking *b = held("h");
    w.now = b->expires;
    take_place(false);
    lsched_booking *now = BOOKING(b->id);
    assert_int_equal(now->state, LSCHED_EXPIRED);
    lsched_booking_free(now);
    char *before = world_listing(w.s);
    refuses(lsched_confirm(w.s, b->id, NULL, "c", NULL), LSCHED_TAKEN, "booked");
    world_unchanged(before);
    lsched_booking_free(b);
}

/* It is never given another agent, another start or somebody else's time. */
static void test_late_is_the_same_place(void **state)
{
    (void)state;
    lsched_booking *b = held("h");
    w.now = b->expires;
    closes(LSCHED_AGENT, "ana", "20260303T100000", "20260303T103000", NULL);
    char *before = world_listing(w.s);
    refuses(lsched_confirm(w.s, b->id, NULL, "c", NULL), LSCHED_NOBODY, "");
    world_unchanged(before);
    closes(LSCHED_AGENT, "ana", "20260304T100000", "20260304T103000", NULL);
    ok(lsched_confirm(w.s, b->id, NULL, "c", NULL));
    lsched_booking_free(b);
}

/* The policy of the day on which the place was taken. */
static void test_late_is_under_the_new_policy(void **state)
{
    (void)state;
    lsched_booking *b = held("h"), *c;
    ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 60, .before = 5, .wrap_up = 10,
           .step = 30, .notice = LSCHED_NONE));
    w.now = b->expires;
    ok(lsched_confirm(w.s, b->id, NULL, "c", &c));
    assert_int_equal(c->end, c->start + 3600);
    assert_int_equal(c->busy_from, c->start - 300);
    assert_int_equal(c->busy_until, c->end + 600);
    assert_int_equal(c->revision, 2);
    lsched_booking_free(c);
    lsched_booking_free(b);
}

/* By the last event its time was up, so it is late by that, whatever the host's clock says
 * since; both when somebody has written it down and when not. */
static void test_late_by_the_last_event(void **state)
{
    (void)state;
    for (int written = 0; written < 2; written++) {
        const lsched_time began = w.now;
        lsched_booking *c;
        ok(lsched_begin(w.s));
        lsched_booking *b = held("h");
        w.now = b->expires + 5;
        if (written)
            take_place(true);
        else
            lsched_booking_free(BOOK(.key = "e", .customer = "cora", .service = "talk",
                                     .agent = "ben", .start = at("2026-03-03T14:00")));
        w.now = b->expires - 30;
        ok(lsched_begin(w.s));
        closes(LSCHED_AGENT, "ana", "20260303T100000", "20260303T103000", NULL);
        refuses(lsched_confirm(w.s, b->id, NULL, "c", NULL), LSCHED_NOBODY, "");
        ok(lsched_rollback(w.s));
        ok(lsched_confirm(w.s, b->id, NULL, "c", &c));
        assert_int_equal(c->late, 5);
        assert_int_equal(c->changed, w.now);
        lsched_booking_free(c);
        lsched_booking_free(b);
        ok(lsched_rollback(w.s));
        w.now = began;
    }
}

static void test_late_records_gone(void **state)
{
    (void)state;
    lsched_booking *b = held("h");
    w.now = b->expires;
    ok(lsched_remove_service(w.s, "talk"));
    refuses(lsched_confirm(w.s, b->id, NULL, "c", NULL), LSCHED_NOTFOUND, "talk");
    lsched_booking_free(b);
}

/* ---- lanes ------------------------------------------------------------------------------------- */

static int lanes_world(void **state)
{
    if (world_little(state) != 0)
        return 1;
    ok(PUT(agent, .id = "ana", .name = "ana", .zone = "America/New_York", .lanes = 2));
    ok(PUT(service, .id = "half", .name = "H", .minutes = 30, .notice = LSCHED_NONE));
    return 0;
}

static lsched_booking *chat(const char *key, bool hold, int32_t seconds, const char *time)
{
    char start[32];
    snprintf(start, sizeof start, "2026-03-03T%s", time);
    lsched_request r = with_ana(key, "half", LSCHED_CHAT, start);
    r.seconds = seconds;
    return hold ? world_hold(&r) : world_book(&r);
}

static int try_chat(const char *key, const char *time)
{
    char start[32];
    snprintf(start, sizeof start, "2026-03-03T%s", time);
    const lsched_request r = with_ana(key, "half", LSCHED_CHAT, start);
    return world_try(&r);
}

/* Ana's live chats: none overlap on one lane. */
static void expect_sound(void)
{
    lsched_bookings *list;
    ok(lsched_list_bookings(w.s, NEW(filter, .agent = "ana"), &list));
    for (size_t i = 0; i < lsched_bookings_count(list); i++) {
        const lsched_booking *a = lsched_bookings_at(list, i);
        assert_true(a->lane >= 1 && a->lane <= 2);
        for (size_t j = 0; j < i; j++) {
            const lsched_booking *b = lsched_bookings_at(list, j);
            const bool live = (a->state == LSCHED_BOOKED || a->state == LSCHED_HELD) &&
                              (b->state == LSCHED_BOOKED || b->state == LSCHED_HELD);
            assert_false(live && a->lane == b->lane && a->busy_from < b->busy_until &&
                         b->busy_from < a->busy_until);
        }
    }
    lsched_bookings_free(list);
}

/* A chat fits only if others change lanes: held ones do so like booked ones, unseen. */
static void test_held_chats_make_way(void **state)
{
    (void)state;
    for (int held_ones = 0; held_ones < 4; held_ones++) {
        ok(lsched_begin(w.s));
        lsched_booking *a = chat("a", false, 0, "10:00");
        lsched_booking *b = chat("b", held_ones & 1, held_ones & 1 ? 600 : 0, "10:00");
        lsched_booking *c = chat("c", held_ones & 2, held_ones & 2 ? 600 : 0, "09:30");
        ok(lsched_cancel(w.s, a->id, NULL, "d", NULL));
        assert_int_not_equal(b->lane, c->lane);
        lsched_booking *between = chat("e", true, 600, "09:45");
        expect_sound();
        assert_int_equal(try_chat("f", "09:45"), LSCHED_TAKEN);
        lsched_booking *now = BOOKING(b->id);
        assert_int_equal(now->sequence, 0);
        assert_int_equal(now->expires, b->expires);
        lsched_booking_free(now);
        ok(lsched_confirm(w.s, between->id, NULL, "g", NULL));
        if (held_ones & 1)
            ok(lsched_confirm(w.s, b->id, NULL, "h", NULL));
        expect_sound();
        lsched_booking_free(a);
        lsched_booking_free(b);
        lsched_booking_free(c);
        lsched_booking_free(between);
        ok(lsched_rollback(w.s));
    }
}

/* What has run out makes room on its lane, and its late confirm has others make way. */
static void test_run_out_on_a_lane(void **state)
{
    (void)state;
    lsched_booking *a = chat("a", true, 60, "10:00"), *again;
    lsched_booking *b = chat("b", false, 0, "10:00");
    assert_int_equal(try_chat("x", "10:00"), LSCHED_TAKEN);
    w.now += 60;
    lsched_booking *c = chat("c", false, 0, "10:00");
    expect_sound();
    refuses(lsched_confirm(w.s, a->id, NULL, "d", NULL), LSCHED_TAKEN, "booked");
    ok(lsched_cancel(w.s, b->id, NULL, "e", NULL));
    ok(lsched_confirm(w.s, a->id, NULL, "f", &again));
    assert_int_not_equal(again->lane, c->lane);
    expect_sound();
    lsched_booking_free(again);
    lsched_booking_free(a);
    lsched_booking_free(b);
    lsched_booking_free(c);
}

/* Late, between a chat on either lane: one of them has to change for it; both when the
 * expiry was written down and when not. */
static void test_late_confirm_lays_anew(void **state)
{
    (void)state;
    for (int written = 0; written < 2; written++) {
        const lsched_time began = w.now;
        ok(lsched_begin(w.s));
        lsched_booking *hold = chat("h", true, 60, "09:45"), *confirmed;
        w.now += written ? 60 : 59;
        lsched_booking *c = chat("c", false, 0, "09:30");
        lsched_booking *a = written ? chat("a", false, 0, "10:00") : NULL;
        lsched_booking *b = chat("b", false, 0, "10:00");
        if (a != NULL)
            ok(lsched_cancel(w.s, a->id, NULL, "d", NULL));
        w.now += 60;
        ok(lsched_confirm(w.s, hold->id, NULL, "e", &confirmed));
        expect_sound();
        assert_int_equal(try_chat("x", "09:45"), LSCHED_TAKEN);
        lsched_booking_free(confirmed);
        lsched_booking_free(hold);
        lsched_booking_free(a);
        lsched_booking_free(b);
        lsched_booking_free(c);
        ok(lsched_rollback(w.s));
        w.now = began;
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_little, world_close)
#define LANES(name) cmocka_unit_test_setup_teardown(name, lanes_world, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_in_time),
        TEST(test_note),
        TEST(test_rules_have_changed),
        TEST(test_late_and_free),
        TEST(test_late_and_taken),
        TEST(test_late_is_the_same_place),
        TEST(test_late_is_under_the_new_policy),
        TEST(test_late_by_the_last_event),
        TEST(test_late_records_gone),
        LANES(test_held_chats_make_way),
        LANES(test_run_out_on_a_lane),
        LANES(test_late_confirm_lays_anew),
    };
    return cmocka_run_group_tests_name("confirm", tests, NULL, NULL);
}
