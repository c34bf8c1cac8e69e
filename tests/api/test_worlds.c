/* Random small worlds: what find, book and cancel say about each, held against one another
 * and against a slow reference that goes minute by minute (worlds_reference.c).
 *
 *   soundness     every slot that find returns books, with the agent that it names
 *   completeness  every start that book accepts was found; the reference agrees on both
 *   holding       hold says what book says, until there are too many
 *   inverse       cancelling restores find's answer
 *   health        verify finds nothing
 *
 * Some of what is booked is held, has run out with or without having been written down, has
 * begun or is over; and the clock may lie behind the last event.
 *
 * LSCHED_WORLDS: how many (10,000).  LSCHED_WORLD: only this one, and it tells more. */
#include "worlds.h"

static const int32_t channels[] = {LSCHED_PHONE, LSCHED_CHAT, LSCHED_VIDEO, LSCHED_VISIT};

/* ---- the laws ---------------------------------------------------------------------------------- */

static lsched_slots *find(const world *w)
{
    const lsched_query q = {.size = sizeof q,
                            .limit = LSCHED_MAX_PAGE,
                            .rungs = w->rungs,
                            .customer = "joan",
                            .service = "svc",
                            .from = w->from,
                            .until = w->until};
    lsched_slots *slots;
    expect_ok(w, lsched_find(w->s, &q, &slots), "find");
    return slots;
}

static const char *next_key(world *w)
{
    static char key[32];
    snprintf(key, sizeof key, "key-%d", w->keys++);
    return key;
}

/* Every write has an event, and no event is earlier than the one before, but where that one
 * was written by a clock that was ahead by more than a hold can last. */
static int note_event(world *w, int status)
{
    if (status == LSCHED_OK && (w->last < w->now || w->last > w->now + LSCHED_MAX_HOLD))
        w->last = w->now;
    return status;
}

static int take(world *w, int32_t seconds, int32_t channel, lsched_time start, lsched_booking **b)
{
    const lsched_request r = {.size = sizeof r,
                              .channel = channel,
                              .rungs = w->rungs,
                              .key = next_key(w),
                              .customer = "joan",
                              .service = "svc",
                              .start = start,
                              .seconds = seconds};
    return seconds != 0 ? lsched_hold(w->s, &r, b) : lsched_book(w->s, &r, b);
}

static int book(world *w, int32_t channel, lsched_time start, lsched_booking **b)
{
    return take(w, 0, channel, start, b);
}

static void check_same(const lsched_slots *a, const lsched_slots *b)
{
    assert_int_equal(lsched_slots_count(a), lsched_slots_count(b));
    for (size_t i = 0; i < lsched_slots_count(a); i++) {
        const lsched_slot *x = lsched_slots_at(a, i), *y = lsched_slots_at(b, i);
        assert_int_equal(x->start, y->start);
        assert_int_equal(x->channel, y->channel);
        assert_int_equal(x->rung, y->rung);
        assert_int_equal(x->free, y->free);
        assert_string_equal(x->agent, y->agent);
        assert_string_equal(x->team, y->team);
    }
}

/* Hold says what book says; unless it is more than a customer can hold. */
static void check_hold(world *w, int booked, int32_t channel, lsched_time t)
{
    lsched_booking *b;
    if (booked != LSCHED_OK && !chance(10))
        return;
    expect_ok(w, lsched_begin(w->s), "begin");
    const int status = take(w, LSCHED_MAX_HOLD, channel, t, &b);
    if (booked == LSCHED_OK && w->held >= LSCHED_MAX_HELD)
        assert_int_equal(status, LSCHED_QUOTA);
    else
        assert_int_equal(status, booked);
    lsched_booking_free(b);
    expect_ok(w, lsched_rollback(w->s), "rollback");
}

/* One start on one channel: find, book and the reference say the same. */
static void check_start(world *w, const lsched_slot *slot, int32_t channel, lsched_time t)
{
    int32_t agents;
    lsched_booking *b;
    const int32_t rung = reference(w, channel, t, &agents);
    expect_ok(w, lsched_begin(w->s), "begin");
    const int status = book(w, channel, t, &b);
    if ((slot != NULL) != (status == LSCHED_OK) || (slot != NULL) != (rung != 0)) {
        char wall[40] = "";
        lsched_wall(w->s, t, w->zone, wall, sizeof wall);
        fail_msg("%s in %s, channel %d, anchor %d: find %s, book %s (%s), reference rung %d", wall,
                 w->zone, channel, w->service.anchor, slot != NULL ? "yes" : "no",
                 lsched_status_name(status), lsched_message(w->s), rung);
    }
    if (slot != NULL) {
        assert_int_equal(slot->rung, rung);
        assert_int_equal(slot->free, agents);
        assert_int_equal(b->rung, rung);
        assert_string_equal(b->agent, slot->agent);
        assert_string_equal(b->team, slot->team);
        assert_string_equal(b->incident, w->storm);
        assert_int_equal(b->revision, 1);
        assert_int_equal(b->start, slot->start);
        assert_int_equal(b->end, slot->end);
        assert_int_equal(b->end - b->start, 60 * w->service.minutes);
        assert_int_equal(b->busy_until - b->end, 60 * (w->service.wrap_up + w->service.after));
    } else if (status > -20 || status < -39) {
        fail_msg("book: %s: %s", lsched_status_name(status), lsched_message(w->s));
    }
    lsched_booking_free(b);
    expect_ok(w, lsched_rollback(w->s), "rollback");
    check_hold(w, status, channel, t);
}

static void check_range(world *w, const lsched_slots *slots, int32_t grain)
{
    size_t i = 0;
    for (lsched_time t = w->from; t < w->until; t += 60) {
        const lsched_slot *next = lsched_slots_at(slots, i);
        const bool found = next != NULL && next->start == t;
        /* Between the starts found, a part of the others will do. */
        if (!found && t / 60 % grain != 0)
            continue;
        for (size_t c = 0; c < 4; c++) {
            next = lsched_slots_at(slots, i);
            const bool mine = next != NULL && next->start == t && next->channel == channels[c];
            if ((w->service.channels != 0 ? w->service.channels : 15) & channels[c])
                check_start(w, mine ? next : NULL, channels[c], t);
            i += mine;
        }
    }
    assert_int_equal(i, lsched_slots_count(slots));
}

/* What may become of a booking; `other` is a free place. */
static void live_on(world *w, const lsched_booking *b, const lsched_slot *other)
{
    const lsched_time now = w->now;
    lsched_booking *moved = NULL;
    const lsched_change c = {.size = sizeof c,
                             .rungs = w->rungs,
                             .key = next_key(w),
                             .id = b->id,
                             .start = other->start};
    switch (dice(b->state == LSCHED_HELD ? 12 : 18)) {
    case 0:
        expect_ok(w, note_event(w, lsched_cancel(w->s, b->id, NULL, c.key, NULL)), "cancel");
        break;
    case 1:
    case 2:
        note_event(w, lsched_move(w->s, &c, &moved));
        break;
    case 3:
        if (b->state == LSCHED_HELD)
            expect_ok(w, note_event(w, lsched_confirm(w->s, b->id, NULL, c.key, NULL)), "confirm");
        break;
    case 12:
    case 13:
        expect_ok(w, note_event(w, lsched_start(w->s, b->id, c.key, NULL)), "start");
        break;
    case 14:
        expect_ok(w, note_event(w, lsched_finish(w->s, b->id, LSCHED_FULFILLED, NULL, c.key, NULL)),
                  "finish");
        break;
    case 15: /* by a clock that is ahead of the others */
        w->now = b->start;
        expect_ok(
            w,
            note_event(w, lsched_finish(w->s, b->id, chance(50) ? LSCHED_NOSHOW : LSCHED_MISSED,
                                        NULL, c.key, NULL)),
            "finish");
        w->now = now;
        break;
    default:
        break;
    }
    lsched_booking_free(moved);
}

/* Fills the hours a little: bookings and holds of every channel, and what becomes of them,
 * while time goes on. */
static void fill(world *w)
{
    lsched_slots *slots = find(w);
    const size_t count = lsched_slots_count(slots);
    for (int i = 0; count > 0 && i < 10; i++) {
        const lsched_slot *slot = lsched_slots_at(slots, dice((uint32_t)count));
        const int32_t seconds = chance(40) ? 1 + (int32_t)dice(LSCHED_MAX_HOLD) : 0;
        lsched_booking *b;
        if (note_event(w, take(w, seconds, slot->channel, slot->start, &b)) == LSCHED_OK)
            live_on(w, b, lsched_slots_at(slots, dice((uint32_t)count)));
        lsched_booking_free(b);
        if (chance(50))
            w->now += dice(300);
    }
    if (chance(30))
        w->now += chance(50) ? (lsched_time)dice(900) : -(lsched_time)dice(900);
    lsched_slots_free(slots);
}

static void check_inverse(world *w, const lsched_slots *before)
{
    const size_t count = lsched_slots_count(before);
    if (count == 0)
        return;
    const lsched_slot *slot = lsched_slots_at(before, dice((uint32_t)count));
    lsched_booking *b;
    const int32_t seconds = w->held < LSCHED_MAX_HELD && chance(50) ? 60 : 0;
    expect_ok(w, take(w, seconds, slot->channel, slot->start, &b), "take");
    expect_ok(w, lsched_cancel(w->s, b->id, "changed", b->id, NULL), "cancel");
    lsched_slots *after = find(w);
    check_same(before, after);
    lsched_slots_free(after);
    lsched_booking_free(b);
}

/* What must never be false is true, and each booking still is at a time that all layers allow;
 * only the clock may be behind the last event, where the world was made so. */
static void check_health(const world *w)
{
    lsched_findings *list;
    expect_ok(w, lsched_verify(w->s, &list), "verify");
    for (size_t i = 0; i < lsched_findings_count(list); i++) {
        const lsched_finding *f = lsched_findings_at(list, i);
        const bool shut = strcmp(f->invariant, "I6") == 0 && strstr(f->text, "stale") != NULL;
        met.stray += shut;
        if (!shut && strstr(f->text, "ahead of the clock") == NULL)
            fail_msg("%s %s: %s", f->invariant, f->subject, f->text);
    }
    lsched_findings_free(list);
}

/* Whoever keeps nothing in memory finds the same. */
static void check_memory(world *w, const lsched_slots *slots)
{
    expect_ok(w, lsched_set_memory(w->s, 0), "set memory");
    lsched_slots *without = find(w);
    check_same(slots, without);
    lsched_slots_free(without);
    expect_ok(w, lsched_set_memory(w->s, 64 << 20), "set memory");
}

/* What is explained is as much as was found. */
static void check_explained(const world *w, const lsched_slots *slots)
{
    lsched_explanation *x;
    const lsched_query q = {.size = sizeof q,
                            .rungs = w->rungs,
                            .customer = "joan",
                            .service = "svc",
                            .from = w->from,
                            .until = w->until};
    expect_ok(w, lsched_explain(w->s, &q, &x), "explain");
    assert_int_equal(lsched_explanation_outlook(x)->slots, lsched_slots_count(slots));
    lsched_explanation_free(x);
}

static size_t check_world(lsched *s, uint64_t number)
{
    static world w;
    static const int32_t grains[] = {1, 5, 5, 15, 15, 15};
    seed_chance(number);
    expect_ok(&(world){.s = s}, lsched_begin(s), "begin");
    make_world(&w, s);
    fill(&w);
    if (chance(50)) { /* where a handle has asked before */
        make_storms(&w);
        met.stormy += (uint64_t)w.storms;
        fill(&w);
    }
    read_world(&w);
    read_bookings(&w);
    make_stale(&w);
    lsched_slots *slots = find(&w);
    const size_t count = lsched_slots_count(slots);
    check_range(&w, slots, number % 50 == 0 ? 1 : PICK(grains) * 7 + 1);
    check_memory(&w, slots);
    if (number % 4 == 1)
        check_explained(&w, slots);
    check_inverse(&w, slots);
    lsched_slots_free(slots);
    if (number % 4 == 0)
        check_health(&w);
    expect_ok(&w, lsched_rollback(s), "rollback");
    return count;
}

static uint64_t number_from(const char *name, uint64_t otherwise)
{
    const char *value = getenv(name);
    return value != NULL && *value != '\0' ? strtoull(value, NULL, 10) : otherwise;
}

static uint64_t running; /* for whoever reads a failure */

static void test_worlds(void **state)
{
    (void)state;
    const uint64_t one = number_from("LSCHED_WORLD", UINT64_MAX);
    const uint64_t count = number_from("LSCHED_WORLDS", 10000);
    uint64_t slots = 0, empty = 0;
    lsched *s = lsched_new();
    assert_int_equal(lsched_open(s, ":memory:", LSCHED_CREATE), LSCHED_OK);
    for (running = one != UINT64_MAX ? one : 0; running < count || running == one; running++) {
        const size_t found = check_world(s, running);
        slots += found;
        empty += found == 0;
        if (running == one)
            break;
    }
    print_message("# %llu worlds, %llu slots, %llu worlds without any\n",
                  (unsigned long long)running, (unsigned long long)slots,
                  (unsigned long long)empty);
    print_message("# %llu held, %llu run out, %llu written down so, %llu started, %llu over, "
                  "%llu worlds behind their last event\n",
                  (unsigned long long)met.held, (unsigned long long)met.run_out,
                  (unsigned long long)met.expired, (unsigned long long)met.started,
                  (unsigned long long)met.over, (unsigned long long)met.behind);
    if (count >= 1000 && one == UINT64_MAX)
        assert_true(met.held > 0 && met.run_out > 0 && met.expired > 0 && met.started > 0 &&
                    met.over > 0 && met.behind > 0 && met.bound > 0 && met.free_of_law > 0 &&
                    met.stormy > 0 && met.stale > 0 && met.shut > 0 && met.stray > 0 &&
                    met.avoided > 0);
    lsched_free(s);
}

static int tell(void **state)
{
    (void)state;
    print_message("# last world: LSCHED_WORLD=%llu\n", (unsigned long long)running);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_teardown(test_worlds, tell)};
    return cmocka_run_group_tests_name("worlds", tests, NULL, NULL);
}
