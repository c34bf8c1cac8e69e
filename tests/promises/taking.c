/* taking.c -- promises 1 to 5, 17, 20 and 21: a place is given once, what is offered can be had,
 * and what happened is told as it was.
 */
#include "api/world.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define HALF_HOUR 1800

static const char *const first_day = "2026-03-03T09:00";

/* ---- 1: two customers never get the same place ----------------------------------------------- */

#define CROWD 6
#define PLACES 64 /* ana, ben, hal and gil, 16 half hours each */

static char folder[32], path[64];

static int in_a_file(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/libsched-promise-XXXXXX");
    if (mkdtemp(folder) == NULL)
        return 1;
    snprintf(path, sizeof path, "%s/store", folder);
    if (world_open(path) != 0)
        return 1;
    world_fill();
    return 0;
}

static int no_file(void **state)
{
    char command[64];
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return world_close(state) != 0 || system(command) != 0;
}

/* Wants every place of the day, twice over, and says how many it got; with `dies`, it is killed
 * in the middle of its wishes instead. */
static int want_all(int number, bool dies)
{
    int won = 0;
    lsched_free(w.s);
    if (world_open(path) != 0)
        return -1;
    for (int wish = 0; wish < PLACES * 2; wish++) {
        char key[32];
        if (dies && wish == 20)
            raise(SIGKILL);
        snprintf(key, sizeof key, "%d/%d", number, wish);
        const lsched_time start = at(first_day) + (wish + number) % 16 * HALF_HOUR;
        const int status = world_try(
            NEW(request, .key = key, .customer = "cora", .service = "talk", .start = start));
        if (status != LSCHED_OK && status != LSCHED_TAKEN)
            return -1;
        won += status == LSCHED_OK;
    }
    lsched_free(w.s);
    return won;
}

static void promise_01_a_place_is_given_once(void **state)
{
    int told[2], won = 0;
    pid_t children[CROWD];
    (void)state;
    assert_int_equal(pipe(told), 0);
    lsched_free(w.s);
    w.s = NULL;
    for (int i = 0; i < CROWD; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0) {
            const int mine = want_all(i, i == 0);
            _exit(write(told[1], &mine, sizeof mine) == sizeof mine ? 0 : 1);
        }
    }
    for (int i = 1; i < CROWD; i++) {
        int one;
        assert_int_equal(read(told[0], &one, sizeof one), sizeof one);
        assert_true(one >= 0);
        won += one;
    }
    for (int i = 0; i < CROWD; i++)
        assert_int_equal(waitpid(children[i], NULL, 0), children[i]);
    close(told[0]);
    close(told[1]);
    assert_int_equal(world_open(path), 0);
    lsched_bookings *all;
    ok(lsched_list_bookings(w.s, NEW(filter, .state = LSCHED_BOOKED), &all));
    /* Who was killed may have been given some, of which nobody else knows. */
    assert_int_equal(lsched_bookings_count(all), PLACES);
    assert_true(won <= PLACES && won >= PLACES - 20);
    for (size_t i = 0; i < PLACES; i++) {
        for (size_t j = 0; j < i; j++) {
            const lsched_booking *a = lsched_bookings_at(all, i), *b = lsched_bookings_at(all, j);
            assert_true(a->start != b->start || strcmp(a->agent, b->agent) != 0);
        }
    }
    lsched_bookings_free(all);
}

/* ---- 2, 3: what is held is taken, for a while ------------------------------------------------- */

static bool offered(lsched_time start, const char *agent)
{
    lsched_slots *found = FIND(.customer = "cora", .service = "talk", .agent = agent, .from = start,
                               .until = start + 60, .channels = LSCHED_PHONE);
    const bool is = lsched_slots_count(found) > 0;
    lsched_slots_free(found);
    return is;
}

static int take(const char *key, lsched_time start)
{
    return world_try(NEW(request, .key = key, .customer = "cora", .service = "talk", .agent = "ana",
                         .start = start));
}

static int confirm(const char *id, const char *key, int32_t *late)
{
    lsched_booking *b;
    const int status = lsched_confirm(w.s, id, NULL, key, &b);
    if (status == LSCHED_OK)
        *late = b->late;
    lsched_booking_free(b);
    return status;
}

static void promise_02_a_hold_holds(void **state)
{
    (void)state;
    int32_t late = 0;
    const lsched_time start = at(first_day);
    lsched_booking *held[3];
    for (int i = 0; i < 3; i++) {
        held[i] = HOLD(.key = i == 0   ? "a"
                              : i == 1 ? "b"
                                       : "c",
                       .customer = "cora", .service = "talk", .agent = "ana",
                       .start = start + i * HALF_HOUR, .seconds = 300);
        assert_false(offered(held[i]->start, "ana"));
        assert_int_equal(take("other", held[i]->start), LSCHED_TAKEN);
    }
    ok(confirm(held[0]->id, "a1", &late));
    assert_int_equal(late, 0);

    /* Nothing runs in the background, and the time is up all the same. */
    w.now += 301;
    assert_true(offered(held[1]->start, "ana"));
    assert_int_equal(take("other", held[1]->start), LSCHED_OK);
    assert_int_equal(confirm(held[1]->id, "b1", &late), LSCHED_TAKEN);

    /* Too late, but the place is still there: it is had, and said so. */
    ok(confirm(held[2]->id, "c1", &late));
    assert_int_equal(late, 1);
    for (int i = 0; i < 3; i++)
        lsched_booking_free(held[i]);
}

static void promise_03_the_unconfirmed_are_seen(void **state)
{
    (void)state;
    int32_t late;
    const lsched_time start = at(first_day);
    lsched_booking *first = HOLD(.key = "1", .customer = "cora", .service = "talk", .agent = "ana",
                                 .start = start, .seconds = 60);
    assert_int_equal(world_try_hold(NEW(request, .key = "2", .customer = "cora", .service = "talk",
                                        .agent = "ana", .start = start)),
                     LSCHED_TAKEN);
    /* Two that wait for a word, one behind the other's end: only one can be confirmed. */
    w.now += 60;
    lsched_booking *second = HOLD(.key = "3", .customer = "cora", .service = "talk", .agent = "ana",
                                  .start = start, .seconds = 60);
    assert_int_equal(confirm(first->id, "4", &late), LSCHED_TAKEN);
    ok(confirm(second->id, "5", &late));
    assert_int_equal(confirm(first->id, "4", &late), LSCHED_TAKEN);
    lsched_booking_free(first);
    lsched_booking_free(second);
}

/* ---- 4, 5: what find offers is what book takes ------------------------------------------------ */

/* Rules that meet in the same days: a lunch, a leave, a holiday, a meeting that recurs, buffers,
 * a grid of 20 minutes, notice, other bookings, and the night on which clocks change. */
static void many_rules(void)
{
    ok(PUT(service, .id = "visit", .name = "Visit", .minutes = 40, .before = 10, .after = 5,
           .wrap_up = 10, .step = 20, .notice = 90, .horizon = 6,
           .channels = LSCHED_PHONE | LSCHED_CHAT));
    opens(LSCHED_TEAM, "home", "20260101T000000", "20260102T000000", "FREQ=DAILY");
    opens(LSCHED_AGENT, "ana", "20260101T220000", "20260102T060000", "FREQ=DAILY");
    closes(LSCHED_AGENT, "ben", "20260101T120000", "20260101T123500", "FREQ=DAILY");
    closes(LSCHED_TEAM, "help", ";VALUE=DATE:20260306", ";VALUE=DATE:20260307", NULL);
    closes(LSCHED_AGENT, "gil", "20260305T101500", "20260305T111500", "FREQ=DAILY;INTERVAL=2");
    opens(LSCHED_REGION, "US-NY", "20260101T080000", "20260101T210000", "FREQ=DAILY");
    opens(LSCHED_REGION, "US-NY", "20260101T000000", "20260101T235900", "FREQ=WEEKLY;BYDAY=TH,FR");
    for (int i = 0; i < 9; i++) {
        const char key[] = {(char)('a' + i), '\0'};
        const int status = world_try(NEW(request, .key = key, .customer = "cora", .service = "talk",
                                         .start = at(first_day) + i * 7 * HALF_HOUR));
        assert_true(status == LSCHED_OK || status == LSCHED_CLOSED || status == LSCHED_NOBODY);
    }
}

/* Whether book would take it: asked, and taken back. */
static bool bookable(lsched_time start, int32_t channel, const char *agent)
{
    ok(lsched_begin(w.s));
    const int status = world_try(NEW(request, .key = "try", .customer = "cora", .service = "visit",
                                     .start = start, .channel = channel, .agent = agent));
    ok(lsched_rollback(w.s));
    assert_true(status == LSCHED_OK || (status <= -20 && status > -40));
    return status == LSCHED_OK;
}

static lsched_slots *visits(void)
{
    return FIND(.customer = "cora", .service = "visit", .limit = LSCHED_MAX_PAGE,
                .until = w.now + 7 * 86400);
}

static void promise_04_what_is_offered_can_be_booked(void **state)
{
    (void)state;
    many_rules();
    lsched_slots *found = visits();
    assert_in_range(lsched_slots_count(found), 100, LSCHED_MAX_PAGE - 1);
    for (size_t i = 0; i < lsched_slots_count(found); i++) {
        const lsched_slot *slot = lsched_slots_at(found, i);
        assert_true(bookable(slot->start, slot->channel, slot->agent));
    }
    lsched_slots_free(found);
}

static void promise_05_what_can_be_booked_is_offered(void **state)
{
    (void)state;
    many_rules();
    lsched_slots *found = visits();
    size_t next = 0, taken = 0;
    for (lsched_time t = w.now; t < w.now + 7 * 86400; t += 300) {
        for (int32_t channel = LSCHED_PHONE; channel <= LSCHED_CHAT; channel *= 2) {
            const lsched_slot *slot = lsched_slots_at(found, next);
            const bool told = slot != NULL && slot->start == t && slot->channel == channel;
            assert_int_equal(bookable(t, channel, NULL), told);
            next += told;
            taken += told;
        }
    }
    assert_int_equal(taken, lsched_slots_count(found));
    lsched_slots_free(found);
}

/* ---- 17: a move keeps what it should ----------------------------------------------------------- */

static int move(const char *key, const char *id, lsched_time start, int32_t keep,
                lsched_booking **out)
{
    return lsched_move(w.s, NEW(change, .key = key, .id = id, .start = start, .keep = keep), out);
}

static void promise_17_a_move_keeps_whom_it_is_told_to(void **state)
{
    (void)state;
    lsched_booking *moved;
    const lsched_time start = at(first_day), then = start + 4 * HALF_HOUR;
    lsched_booking *b =
        BOOK(.key = "1", .customer = "cora", .service = "talk", .agent = "ana", .start = start);
    assert_int_equal(take("2", then), LSCHED_OK); /* ana is taken then */

    refuses(move("3", b->id, then, LSCHED_KEEP_AGENT, &moved), LSCHED_TAKEN, "");
    lsched_booking *still = BOOKING(b->id);
    world_same_booking(b, still); /* the old place was kept until there is a new one */
    lsched_booking_free(still);

    ok(move("4", b->id, then, LSCHED_KEEP_TEAM, &moved));
    assert_string_equal(moved->agent, "ben");
    assert_string_equal(moved->id, b->id);
    assert_int_equal(moved->sequence, b->sequence + 1);
    lsched_booking_free(moved);
    ok(move("4", b->id, then, LSCHED_KEEP_TEAM, &moved)); /* told again, not done again */
    assert_int_equal(moved->sequence, b->sequence + 1);
    lsched_booking_free(moved);

    assert_int_equal(world_try(NEW(request, .key = "5", .customer = "cora", .service = "talk",
                                   .agent = "ana", .start = start)),
                     LSCHED_OK);
    assert_int_equal(world_try(NEW(request, .key = "6", .customer = "cora", .service = "talk",
                                   .agent = "ben", .start = start)),
                     LSCHED_OK);
    refuses(move("7", b->id, start, LSCHED_KEEP_TEAM, &moved), LSCHED_TAKEN, "");
    ok(move("8", b->id, start, 0, &moved)); /* anybody */
    assert_string_equal(moved->team, "help");
    lsched_booking_free(moved);
    lsched_booking_free(b);
}

/* ---- 20, 21: what is told ----------------------------------------------------------------------- */

/* The notices of this kind that are due by now; all that are due are acknowledged. */
static size_t told(int32_t kind, lsched_time start)
{
    size_t n = 0;
    lsched_notices *list;
    ok(lsched_take_notices(w.s, 0, 0, &list));
    for (size_t i = 0; i < lsched_notices_count(list); i++) {
        const lsched_notice *at_i = lsched_notices_at(list, i);
        n += at_i->kind == kind && at_i->booking->start == start;
        ok(lsched_ack_notice(w.s, at_i->id, at_i->attempt));
    }
    lsched_notices_free(list);
    return n;
}

static void promise_20_nobody_is_reminded_of_what_is_off(void **state)
{
    (void)state;
    lsched_booking *b[3];
    const lsched_time start = at("2026-03-05T09:00");
    for (int i = 0; i < 3; i++)
        b[i] = BOOK(.key = i == 0   ? "a"
                           : i == 1 ? "b"
                                    : "c",
                    .customer = "cora", .service = "talk", .start = start + i * HALF_HOUR);
    w.now = start - 86400 + 5 * HALF_HOUR; /* all three reminders are due, and none was taken */
    ok(lsched_cancel(w.s, b[0]->id, NULL, "a1", NULL));
    lsched_booking *moved;
    ok(move("b1", b[1]->id, start + 86400, 0, &moved));
    lsched_booking_free(moved);
    lsched_notices *list;
    ok(lsched_take_notices(w.s, 0, 0, &list));
    for (size_t i = 0; i < lsched_notices_count(list); i++) {
        const lsched_notice *n = lsched_notices_at(list, i);
        assert_true(n->kind != LSCHED_NOTICE_REMINDER || strcmp(n->booking->id, b[2]->id) == 0);
        ok(lsched_ack_notice(w.s, n->id, n->attempt));
    }
    lsched_notices_free(list);
    w.now = start + 5 * HALF_HOUR; /* the moved one is reminded of for its new time */
    assert_int_equal(told(LSCHED_NOTICE_REMINDER, start + 86400), 1);
    for (int i = 0; i < 3; i++)
        lsched_booking_free(b[i]);
}

static void promise_21_events_say_what_was_done(void **state)
{
    (void)state;
    static const int32_t kinds[] = {
        LSCHED_EVENT_HELD,      LSCHED_EVENT_CONFIRMED, LSCHED_EVENT_MOVED,    LSCHED_EVENT_BOOKED,
        LSCHED_EVENT_CANCELLED, LSCHED_EVENT_STARTED,   LSCHED_EVENT_FULFILLED};
    const size_t count = sizeof kinds / sizeof *kinds;
    int32_t late;
    lsched_booking *moved;
    const lsched_time start = at(first_day);
    ok(lsched_set_origin(w.s, "nell", "ticket-7"));
    lsched_booking *a = HOLD(.key = "1", .customer = "cora", .service = "talk", .start = start);
    ok(confirm(a->id, "2", &late));
    /* Moved by the house: not a cancel and a new one. */
    ok(lsched_move(
        w.s,
        NEW(change, .key = "3", .id = a->id, .start = start + HALF_HOUR, .cause = "agent is ill"),
        &moved));
    lsched_booking *b = BOOK(.key = "4", .customer = "cora", .service = "talk", .start = start);
    ok(lsched_cancel(w.s, b->id, "not needed", "5", NULL));
    ok(lsched_start(w.s, a->id, "6", NULL));
    ok(lsched_finish(w.s, a->id, LSCHED_FULFILLED, NULL, "7", NULL));
    refuses(lsched_cancel(w.s, a->id, NULL, "8", NULL), LSCHED_OVER, ""); /* writes no event */

    lsched_events *list;
    ok(lsched_list_events(w.s, NULL, 0, 0, &list));
    assert_int_equal(lsched_events_count(list), count);
    for (size_t i = 0; i < count; i++) {
        const lsched_event *e = lsched_events_at(list, i);
        assert_int_equal(e->seq, i + 1);
        assert_int_equal(e->kind, kinds[i]);
        assert_string_equal(e->actor, "nell");
        assert_string_equal(e->correlation, "ticket-7");
    }
    const lsched_event *e = lsched_events_at(list, 2);
    assert_int_equal(e->before->start, start);
    assert_int_equal(e->after->start, start + HALF_HOUR);
    assert_string_equal(e->after->cause, "agent is ill");
    assert_string_equal(e->before->id, e->after->id);
    lsched_booking *stored = BOOKING(a->id); /* what a replay ends with is what is stored */
    world_same_booking(stored, lsched_events_at(list, count - 1)->after);
    lsched_booking_free(stored);
    lsched_events_free(list);
    lsched_booking_free(moved);
    lsched_booking_free(a);
    lsched_booking_free(b);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_little, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(promise_01_a_place_is_given_once, in_a_file, no_file),
        TEST(promise_02_a_hold_holds),
        TEST(promise_03_the_unconfirmed_are_seen),
        TEST(promise_04_what_is_offered_can_be_booked),
        TEST(promise_05_what_can_be_booked_is_offered),
        TEST(promise_17_a_move_keeps_whom_it_is_told_to),
        TEST(promise_20_nobody_is_reminded_of_what_is_off),
        TEST(promise_21_events_say_what_was_done),
    };
    return cmocka_run_group_tests_name("taking", tests, NULL, NULL);
}
