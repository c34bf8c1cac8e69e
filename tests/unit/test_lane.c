/* test_lane.c -- chats beside one another: against a count of minutes, and every laying
 * checked chat by chat. */
#include "scene.h"

#define MOST 40

/* Bookings in minutes; scratch for one agent. */
typedef struct desk {
    lsi_agent_fact agent;
    lsi_taken taken[MOST];
} desk;

static void clear_desk(desk *d, int32_t lanes)
{
    memset(d, 0, sizeof *d);
    d->agent.agent.lanes = lanes;
    d->agent.taken = d->taken;
}

static void put(desk *d, int64_t from, int64_t until, int32_t lane)
{
    size_t i = d->agent.taken_count++;
    assert_true(i < MOST);
    for (; i > 0 && d->taken[i - 1].from > from; i--)
        d->taken[i] = d->taken[i - 1];
    d->taken[i] = (lsi_taken){"", from, until, from, until, lane};
}

/* ---- cases as text -------------------------------------------------------------------- */

static int32_t channel_of(const char *name)
{
    static const char *const names[] = {"phone", "chat", "video", "visit"};
    for (int i = 0; i < 4; i++) {
        if (strcmp(names[i], name) == 0)
            return 1 << i;
    }
    fail_msg("there is no channel %s", name);
    return 0;
}

static void write_spans(const lsi_spans *spans, char *out, size_t size)
{
    size_t used = (size_t)snprintf(out, size, "%s", spans->count == 0 ? "-" : "");
    for (size_t i = 0; i < spans->count; i++)
        used += (size_t)snprintf(out + used, size - used, "%s%d-%d", i > 0 ? " " : "",
                                 (int)spans->at[i].from, (int)spans->at[i].until);
}

static void test_cases(void **state)
{
    (void)state;
    char line[300], found[300];
    int cases = 0;
    FILE *file = scene_data("lanes.txt");
    for (; scene_line(file, line, sizeof line); cases++) {
        char channel[10], booked[200], expected[100];
        int lanes;
        desk d;
        assert_int_equal(
            sscanf(line, "%d | %9[a-z] | %199[^|]| %99[^|]", &lanes, channel, booked, expected), 4);
        clear_desk(&d, lanes);
        for (char *list = booked, *word; (word = strsep(&list, " ")) != NULL;) {
            int lane, from, until;
            if (sscanf(word, "%d@%d-%d", &lane, &from, &until) == 3)
                put(&d, from, until, lane);
        }
        lsi_spans busy = {0};
        lsi_error e = {0};
        assert_int_equal(lsi_lane_busy(&d.agent, channel_of(channel), &busy, &e), LSCHED_OK);
        write_spans(&busy, found, sizeof found);
        assert_string_equal(found, expected);
        lsi_span_free(&busy);
    }
    (void)fclose(file);
    assert_true(cases > 20);
}

static void test_whole(void **state)
{
    (void)state;
    assert_true(lsi_lane_whole(LSCHED_PHONE));
    assert_false(lsi_lane_whole(LSCHED_CHAT));
    assert_true(lsi_lane_whole(LSCHED_VIDEO));
    assert_true(lsi_lane_whole(LSCHED_VISIT));
}

/* ---- by chance, against a count --------------------------------------------------------- */

#define MINUTES 130

static void count(const desk *d, int chats[MINUTES], int calls[MINUTES])
{
    for (int m = 0; m < MINUTES; m++) {
        chats[m] = calls[m] = 0;
        for (size_t i = 0; i < d->agent.taken_count; i++) {
            if (d->taken[i].from <= m && m < d->taken[i].until)
                (d->taken[i].lane == 0 ? calls : chats)[m]++;
        }
    }
}

static void test_busy_by_minute(void **state)
{
    (void)state;
    uint64_t seed = 20260308;
    int busy_minutes = 0, free_minutes = 0;
    for (int round = 0; round < 2000; round++) {
        desk d;
        lsi_error e = {0};
        int chats[MINUTES], calls[MINUTES];
        int32_t depth = -1;
        int deepest = 0;
        clear_desk(&d, 1 + (int32_t)scene_random(&seed, 4));
        for (uint32_t n = scene_random(&seed, 20); n > 0; n--) {
            const int64_t from = scene_random(&seed, 100);
            put(&d, from, from + 1 + scene_random(&seed, 30), (int32_t)scene_random(&seed, 6));
        }
        count(&d, chats, calls);
        for (int32_t channel = LSCHED_PHONE; channel <= LSCHED_VISIT; channel *= 2) {
            const int room = channel == LSCHED_CHAT ? d.agent.agent.lanes : 1;
            lsi_spans busy = {0};
            assert_int_equal(lsi_lane_busy(&d.agent, channel, &busy, &e), LSCHED_OK);
            for (int m = 0; m < MINUTES; m++) {
                const bool full = calls[m] > 0 || chats[m] >= room;
                assert_int_equal(lsi_span_at(&busy, m) != NULL, full);
                *(full ? &busy_minutes : &free_minutes) += 1;
            }
            for (size_t i = 0; i < busy.count; i++) {
                assert_true(busy.at[i].from < busy.at[i].until);
                assert_true(i == 0 || busy.at[i - 1].until < busy.at[i].from);
            }
            lsi_span_free(&busy);
        }
        for (int m = 0; m < MINUTES; m++)
            deepest = chats[m] > deepest ? chats[m] : deepest;
        assert_int_equal(lsi_lane_depth(d.taken, d.agent.taken_count, &depth, &e), LSCHED_OK);
        assert_int_equal(depth, deepest);
    }
    assert_true(busy_minutes > 100000 && free_minutes > 100000);
}

static bool meet(const lsi_taken *a, int64_t from, int64_t until)
{
    return a->from < until && from < a->until;
}

/* That the lanes given, and `lane` for the new chat, let nobody stand on another's. */
static void check_laying(const desk *d, int64_t from, int64_t until, const int32_t *lanes,
                         int32_t lane)
{
    assert_in_range(lane, 1, d->agent.agent.lanes);
    for (size_t i = 0; i < d->agent.taken_count; i++) {
        const lsi_taken *t = &d->taken[i];
        if (t->lane == 0) {
            assert_int_equal(lanes[i], 0);
            assert_false(meet(t, from, until));
            continue;
        }
        assert_true(lanes[i] >= 1);
        if (meet(t, from, until))
            assert_int_not_equal(lanes[i], lane);
        for (size_t k = 0; k < i; k++) {
            if (meet(&d->taken[k], t->from, t->until))
                assert_int_not_equal(lanes[i], lanes[k]);
        }
    }
}

/* Whether lsi_lane_busy() lets a contact in. */
static bool fits(const desk *d, int32_t channel, int64_t from, int64_t until)
{
    lsi_spans busy = {0}, wanted = {0};
    lsi_error e = {0};
    assert_int_equal(lsi_lane_busy(&d->agent, channel, &busy, &e), LSCHED_OK);
    assert_int_equal(lsi_span_add(&wanted, from, until, &e), LSCHED_OK);
    assert_int_equal(lsi_span_keep(&wanted, &busy, &e), LSCHED_OK);
    const bool fit = wanted.count == 0;
    lsi_span_free(&busy);
    lsi_span_free(&wanted);
    return fit;
}

static void drop(desk *d, size_t i)
{
    if (i >= d->agent.taken_count)
        return;
    d->agent.taken_count--;
    memmove(&d->taken[i], &d->taken[i + 1], (d->agent.taken_count - i) * sizeof *d->taken);
}

/* A chat that fits goes where lsi_lane_free() says, or all that hang together with it are
 * laid anew: true. */
static bool add_chat(desk *d, int64_t from, int64_t until)
{
    int32_t lanes[MOST], lane = lsi_lane_free(&d->agent, from, until);
    const bool anew = lane == 0;
    for (size_t i = 0; i < d->agent.taken_count; i++)
        lanes[i] = d->taken[i].lane;
    if (anew)
        lane = lsi_lane_lay(&d->agent, from, until, lanes);
    check_laying(d, from, until, lanes, lane);
    for (size_t i = 0; i < d->agent.taken_count; i++) {
        d->taken[i].lane = lanes[i];
        assert_true(lanes[i] <= d->agent.agent.lanes);
    }
    put(d, from, until, lane);
    return anew;
}

/* Chats and calls come, go away and come again.  A chat that lsi_lane_busy() lets in must
 * find a lane, however crooked the others lie. */
static void test_laying(void **state)
{
    (void)state;
    uint64_t seed = 424242;
    int straight = 0, anew = 0, refused = 0;
    for (int round = 0; round < 600; round++) {
        desk d;
        clear_desk(&d, 2 + (int32_t)scene_random(&seed, round % 2 != 0 ? 2 : 7));
        for (int n = 0; n < 120; n++) {
            const int64_t from = scene_random(&seed, 100);
            const int64_t until = from + 1 + scene_random(&seed, 25);
            const bool call = scene_random(&seed, 12) == 0;
            if (d.agent.taken_count == MOST || scene_random(&seed, 3) == 0) {
                drop(&d, scene_random(&seed, (uint32_t)d.agent.taken_count + 1));
            } else if (!fits(&d, call ? LSCHED_PHONE : LSCHED_CHAT, from, until)) {
                refused++;
                if (!call)
                    assert_int_equal(lsi_lane_free(&d.agent, from, until), 0);
            } else if (call) {
                put(&d, from, until, 0);
            } else {
                *(add_chat(&d, from, until) ? &anew : &straight) += 1;
            }
        }
    }
    assert_true(straight > 1000 && anew > 100 && refused > 1000);
}

/* ---- edges -------------------------------------------------------------------------------- */

static void test_free_lane(void **state)
{
    (void)state;
    desk d;
    clear_desk(&d, 2);
    assert_int_equal(lsi_lane_free(&d.agent, 10, 20), 1);
    put(&d, 10, 20, 1);
    assert_int_equal(lsi_lane_free(&d.agent, 19, 25), 2);
    assert_int_equal(lsi_lane_free(&d.agent, 20, 25), 1);
    assert_int_equal(lsi_lane_free(&d.agent, 5, 10), 1);
    put(&d, 25, 30, 2);
    assert_int_equal(lsi_lane_free(&d.agent, 15, 26), 0); /* crooked: each lane is taken once */
    put(&d, 40, 50, 0);
    assert_int_equal(lsi_lane_free(&d.agent, 45, 46), 0); /* a call takes them all */
    assert_int_equal(lsi_lane_free(&d.agent, 50, 51), 1);
    clear_desk(&d, LSCHED_MAX_LANES);
    for (int32_t lane = 1; lane <= LSCHED_MAX_LANES; lane++) {
        assert_int_equal(lsi_lane_free(&d.agent, 0, 1), lane);
        put(&d, 0, 1, lane);
    }
    assert_int_equal(lsi_lane_free(&d.agent, 0, 1), 0);
}

static void test_cluster(void **state)
{
    (void)state;
    desk d;
    clear_desk(&d, 3);
    put(&d, 0, 10, 1);  /* touches the next: not of the cluster */
    put(&d, 10, 20, 1); /* hangs on 18-30 */
    put(&d, 18, 30, 2);
    put(&d, 29, 35, 1);
    put(&d, 35, 40, 0); /* a call never moves */
    put(&d, 36, 60, 2);
    lsched_time from = 25, until = 26;
    lsi_lane_cluster(&d.agent, &from, &until);
    assert_int_equal(from, 10);
    assert_int_equal(until, 35);
    from = 40, until = 70;
    lsi_lane_cluster(&d.agent, &from, &until);
    assert_int_equal(from, 36);
    assert_int_equal(until, 70);
    from = 60, until = 61;
    lsi_lane_cluster(&d.agent, &from, &until);
    assert_int_equal(from, 60);
    assert_int_equal(until, 61);
}

/* Those outside the cluster stay where they are. */
static void test_lay_leaves_others(void **state)
{
    (void)state;
    desk d;
    int32_t lanes[MOST];
    clear_desk(&d, 2);
    put(&d, 0, 10, 2);
    put(&d, 10, 20, 1);
    put(&d, 25, 30, 2);
    put(&d, 30, 40, 2);
    assert_int_equal(lsi_lane_free(&d.agent, 15, 28), 0);
    const int32_t lane = lsi_lane_lay(&d.agent, 15, 28, lanes);
    check_laying(&d, 15, 28, lanes, lane);
    assert_int_equal(lanes[0], 2);
    assert_int_equal(lanes[3], 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases),
                                       cmocka_unit_test(test_whole),
                                       cmocka_unit_test(test_busy_by_minute),
                                       cmocka_unit_test(test_laying),
                                       cmocka_unit_test(test_free_lane),
                                       cmocka_unit_test(test_cluster),
                                       cmocka_unit_test(test_lay_leaves_others)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
