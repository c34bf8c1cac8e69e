/* test_settle.c -- which stray goes where: against all plans that there are, and against the
 * greatest matching where there are too many.
 */
#include "scene.h"

#define OPTIONS 6
#define MOST 60

static uint64_t seed;

static uint32_t dice(uint32_t sides)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((seed >> 33) % sides);
}

static const char *const agents[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"};

static lsi_option options[MOST][OPTIONS];
static lsi_settler settlers[MOST];
static size_t given[MOST]; /* how many of the options have been handed out */
static size_t sizes[MOST];
static int32_t late_after;

/* One more option each time, as if each were of a day of its own. */
static int more(void *user, size_t i, lsi_error *error)
{
    (void)user;
    (void)error;
    lsi_settler *s = &settlers[i];
    s->looked++;
    while (given[i] < sizes[i] && options[i][given[i]].days <= s->looked)
        given[i]++;
    s->count = given[i];
    s->all = given[i] == sizes[i];
    return LSCHED_OK;
}

static int late(void *user, lsi_error *error)
{
    (void)user;
    return late_after-- > 0 ? LSCHED_OK : lsi_error_set(error, LSCHED_BUSY, "late");
}

static lsi_option option(uint32_t agent, lsched_time start, bool moved, int32_t days)
{
    return (lsi_option){.agent = agents[agent],
                        .team = "t",
                        .start = start,
                        .end = start + 1800,
                        .busy_from = start,
                        .busy_until = start + 1800,
                        .moved = moved,
                        .days = days,
                        .other_agent = dice(2) == 0,
                        .other_team = dice(2) == 0,
                        .shift = moved ? 900 * (int64_t)dice(5) : 0};
}

static void put_in_order(lsi_option *o, size_t count)
{
    for (size_t i = 1; i < count; i++)
        for (size_t k = i; k > 0 && lsi_settle_compare(&o[k], &o[k - 1]) < 0; k--) {
            const lsi_option other = o[k];
            o[k] = o[k - 1];
            o[k - 1] = other;
        }
}

static lsi_settling begin(size_t count)
{
    late_after = 100000;
    for (size_t i = 0; i < count; i++) {
        put_in_order(options[i], sizes[i]);
        for (given[i] = 0; given[i] < sizes[i] && !options[i][given[i]].moved;)
            given[i]++;
        settlers[i] = (lsi_settler){.options = options[i],
                                    .count = given[i],
                                    .chosen = LSI_NOWHERE,
                                    .looked = -1,
                                    .all = given[i] == sizes[i],
                                    .agent = "z", /* nobody who could have one of them */
                                    .seconds = 1800};
    }
    return (lsi_settling){
        .at = settlers, .count = count, .more = more, .late = late, .effort = 50000000};
}

/* Everybody has a place that nobody else has. */
static void check_sound(const lsi_settling *s)
{
    for (size_t i = 0; i < s->count; i++)
        if (settlers[i].chosen != LSI_NOWHERE)
            assert_true(lsi_settle_fits(s, i, &options[i][settlers[i].chosen]));
}

/* ---- against all plans ---------------------------------------------------------------------------- */

typedef int64_t price[6];

static void add_price(price total, const lsi_option *o)
{
    total[0] += o == NULL;
    if (o == NULL)
        return;
    total[1] += o->moved;
    total[2] += o->days;
    total[3] += o->other_agent;
    total[4] += o->other_team;
    total[5] += o->shift;
}

static bool cheaper(const int64_t *a, const int64_t *b)
{
    for (int i = 0; i < 6; i++)
        if (a[i] != b[i])
            return a[i] < b[i];
    return false;
}

static price best;

static void try_all(size_t i, size_t count, const lsi_option **chosen)
{
    if (i == count) {
        price total = {0};
        for (size_t k = 0; k < count; k++)
            add_price(total, chosen[k]);
        if (cheaper(total, best))
            memcpy(best, total, sizeof best);
        return;
    }
    chosen[i] = NULL;
    try_all(i + 1, count, chosen);
    for (size_t k = 0; k < sizes[i]; k++) {
        bool taken = false;
        const lsi_option *o = &options[i][k];
        for (size_t j = 0; j < i; j++)
            taken = taken ||
                    (chosen[j] != NULL && chosen[j]->agent == o->agent &&
                     chosen[j]->busy_from < o->busy_until && o->busy_from < chosen[j]->busy_until);
        if (taken)
            continue;
        chosen[i] = o;
        try_all(i + 1, count, chosen);
    }
    chosen[i] = NULL;
}

static void test_few(void **state)
{
    (void)state;
    for (seed = 1; seed < 400 * 7919;) {
        const uint64_t next = seed + 7919;
        const size_t count = 1 + dice(5);
        const lsi_option *chosen[MOST];
        for (size_t i = 0; i < count; i++) {
            sizes[i] = dice(OPTIONS + 1);
            for (size_t k = 0; k < sizes[i]; k++) {
                const bool moved = dice(3) != 0;
                options[i][k] = option(dice(3), 900 * (lsched_time)dice(6), moved,
                                       moved ? (int32_t)dice(4) : 0);
            }
        }
        lsi_settling s = begin(count);
        assert_int_equal(lsi_settle_all(&s, &(lsi_error){0}), LSCHED_OK);
        check_sound(&s);
        best[0] = 100;
        try_all(0, count, chosen);
        price total = {0};
        for (size_t i = 0; i < count; i++)
            add_price(total,
                      settlers[i].chosen != LSI_NOWHERE ? &options[i][settlers[i].chosen] : NULL);
        for (int i = 0; i < 6; i++)
            if (total[i] != best[i])
                fail_msg("seed %llu: part %d costs %lld, not %lld",
                         (unsigned long long)(next - 7919), i, (long long)total[i],
                         (long long)best[i]);
        seed = next;
    }
}

/* ---- against the greatest matching ------------------------------------------------------------------ */

static int owner[12];

static bool match(size_t i, bool *asked)
{
    for (size_t k = 0; k < sizes[i]; k++) {
        const size_t agent = (size_t)(options[i][k].agent[0] - 'a');
        if (asked[agent])
            continue;
        asked[agent] = true;
        if (owner[agent] < 0 || match((size_t)owner[agent], asked)) {
            owner[agent] = (int)i;
            return true;
        }
    }
    return false;
}

/* More strays than are tried in all combinations, all at one time. */
static void test_many_at_once(void **state)
{
    (void)state;
    uint64_t placed = 0;
    for (uint64_t n = 1; n <= 300; n++) {
        const size_t count = 11 + n % 10;
        size_t most = 0, kept = 0;
        seed = n * 104729;
        for (size_t i = 0; i < count; i++) {
            sizes[i] = 1 + dice(3);
            for (size_t k = 0; k < sizes[i]; k++)
                options[i][k] = option(dice(12), 0, false, 0);
        }
        lsi_settling s = begin(count);
        assert_int_equal(lsi_settle_all(&s, &(lsi_error){0}), LSCHED_OK);
        check_sound(&s);
        for (size_t a = 0; a < 12; a++)
            owner[a] = -1;
        for (size_t i = 0; i < count; i++) {
            bool asked[12] = {false};
            most += match(i, asked);
            kept += settlers[i].chosen != LSI_NOWHERE;
        }
        assert_int_equal(kept, most);
        placed += kept;
    }
    assert_true(placed > 1000);
}

/* Who finds nothing left sends another to a further day, though all had a place before. */
static void test_many_exchange(void **state)
{
    (void)state;
    const size_t count = 11;
    for (size_t i = 0; i < count; i++) {
        sizes[i] = 2;
        options[i][0] = option(0, 1800 * (lsched_time)i, true, 0);
        options[i][1] = option(1, 1800 * (lsched_time)i, true, 0);
        options[i][0].shift = 0;
        options[i][1].shift = 900;
        options[i][0].other_agent = options[i][1].other_agent = false;
        options[i][0].other_team = options[i][1].other_team = false;
    }
    sizes[count - 1] = 1;
    options[count - 1][0] = options[0][0]; /* only where the first one goes at once */
    lsi_settling s = begin(count);
    assert_int_equal(lsi_settle_all(&s, &(lsi_error){0}), LSCHED_OK);
    check_sound(&s);
    for (size_t i = 0; i < count; i++)
        assert_int_not_equal(settlers[i].chosen, LSI_NOWHERE);
    assert_string_equal(options[0][settlers[0].chosen].agent, "b");
}

/* Chats stand beside one another, as many as there are lanes for with those that are there. */
static void test_lanes(void **state)
{
    (void)state;
    static const lsi_taken there = {.from = 900, .until = 2700, .lane = 1};
    for (int32_t lanes = 1; lanes <= 4; lanes++) {
        for (size_t i = 0; i < 4; i++) {
            sizes[i] = 1;
            options[i][0] = option(0, 0, false, 0);
            options[i][0].lanes = lanes;
            options[i][0].taken = &there;
            options[i][0].taken_count = 1;
        }
        lsi_settling s = begin(4);
        assert_int_equal(lsi_settle_all(&s, &(lsi_error){0}), LSCHED_OK);
        size_t placed = 0;
        for (size_t i = 0; i < 4; i++)
            placed += settlers[i].chosen != LSI_NOWHERE;
        /* The first was asked of the predicate, beside what is there: only others are asked
         * about here. */
        assert_int_equal(placed, lanes == 1 ? 1 : lanes - 1);
    }
}

/* ---- turns --------------------------------------------------------------------------------------------- */

static int64_t owed_of[12];

/* What the plan gives to an agent, but for one of them. */
static int64_t given_to(const char *agent, size_t count, size_t but)
{
    int64_t seconds = 0;
    for (size_t i = 0; i < count; i++)
        if (i != but && settlers[i].chosen != LSI_NOWHERE &&
            options[i][settlers[i].chosen].agent == agent)
            seconds += 1800;
    return seconds;
}

/* Nobody would be given the work whose turn it is not, where it costs the same. */
static void check_turns(const lsi_settling *s)
{
    for (size_t i = 0; i < s->count; i++) {
        if (settlers[i].chosen == LSI_NOWHERE)
            continue;
        const lsi_option *had = &options[i][settlers[i].chosen];
        for (size_t k = 0; k < settlers[i].count; k++) {
            const lsi_option *o = &options[i][k];
            if (lsi_settle_compare(o, had) != 0 || o->rung != had->rung ||
                o->rung == LSCHED_KNOWN || !lsi_settle_fits(s, i, o))
                continue;
            const int64_t turn = o->owed - given_to(o->agent, s->count, i);
            const int64_t taken = had->owed - given_to(had->agent, s->count, i);
            if (turn > taken || (turn == taken && strcmp(o->agent, had->agent) < 0))
                fail_msg("%zu: %s has it, and it is the turn of %s", i, had->agent, o->agent);
        }
    }
}

static lsi_option turn_option(uint32_t agent, lsched_time start)
{
    lsi_option o = option(agent, start, false, 0);
    o.other_agent = true;
    o.other_team = false;
    o.rung = LSCHED_HOME;
    o.owed = owed_of[agent];
    return o;
}

/* Random worlds in which few options cost more than others. */
static void test_turns(void **state)
{
    (void)state;
    uint64_t shared = 0;
    for (uint64_t n = 1; n <= 400; n++) {
        seed = n * 15485863;
        const size_t count = 2 + dice(14);
        for (size_t a = 0; a < 6; a++)
            owed_of[a] = 600 * (int64_t)dice(9);
        for (size_t i = 0; i < count; i++) {
            const lsched_time start = 900 * (lsched_time)dice(12);
            sizes[i] = 1 + dice(OPTIONS);
            for (size_t k = 0; k < sizes[i]; k++) {
                options[i][k] = turn_option(dice(6), start);
                options[i][k].other_team = dice(5) == 0;
                options[i][k].rung = dice(5) == 0 ? LSCHED_OVERFLOW : LSCHED_HOME;
            }
        }
        lsi_settling s = begin(count);
        assert_int_equal(lsi_settle_all(&s, &(lsi_error){0}), LSCHED_OK);
        check_sound(&s);
        check_turns(&s);
        for (size_t i = 1; i < count; i++)
            shared += settlers[i].chosen != LSI_NOWHERE && settlers[0].chosen != LSI_NOWHERE &&
                      options[i][settlers[i].chosen].agent != options[0][settlers[0].chosen].agent;
    }
    assert_true(shared > 1000);
}

/* One after the other: whoever is owed more first, then in turn; what is held counts for nobody,
 * and whom the customer knows has no turns. */
static void test_turns_in_order(void **state)
{
    (void)state;
    const char *const who[] = {"c", "a", "b", "c", "a", "b"};
    owed_of[0] = owed_of[1] = 0;
    owed_of[2] = 900;
    for (size_t i = 0; i < 6; i++) {
        sizes[i] = 3;
        for (uint32_t k = 0; k < 3; k++)
            options[i][k] = turn_option((k + 2) % 3, 3600 * (lsched_time)i);
    }
    lsi_settling s = begin(6);
    assert_int_equal(lsi_settle_all(&s, &(lsi_error){0}), LSCHED_OK);
    for (size_t i = 0; i < 6; i++)
        assert_string_equal(options[i][settlers[i].chosen].agent, who[i]);
    s = begin(6);
    for (size_t i = 0; i < 6; i++)
        settlers[i].seconds = 0;
    assert_int_equal(lsi_settle_all(&s, &(lsi_error){0}), LSCHED_OK);
    for (size_t i = 0; i < 6; i++)
        assert_string_equal(options[i][settlers[i].chosen].agent, "c");
    s = begin(6);
    for (size_t i = 0; i < 6; i++)
        for (size_t k = 0; k < 3; k++)
            options[i][k].rung = LSCHED_KNOWN;
    assert_int_equal(lsi_settle_all(&s, &(lsi_error){0}), LSCHED_OK);
    for (size_t i = 0; i < 6; i++)
        assert_string_equal(options[i][settlers[i].chosen].agent, options[i][0].agent);
}

static void test_late(void **state)
{
    (void)state;
    lsi_error error = {0};
    sizes[0] = 1;
    options[0][0] = option(0, 0, false, 0);
    lsi_settling s = begin(1);
    late_after = 0;
    assert_int_equal(lsi_settle_all(&s, &error), LSCHED_BUSY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_few),
        cmocka_unit_test(test_many_at_once),
        cmocka_unit_test(test_many_exchange),
        cmocka_unit_test(test_lanes),
        cmocka_unit_test(test_late),
        cmocka_unit_test(test_turns),
        cmocka_unit_test(test_turns_in_order),
    };
    return cmocka_run_group_tests_name("settle", tests, NULL, NULL);
}
