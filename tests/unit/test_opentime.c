/* test_opentime.c -- open-time arithmetic on literal spans, and against a reference that
 * looks at every minute. */
#include "core/core.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static lsi_error e;

/* Open time as a list; counts how often it was asked, and how far. */
typedef struct list {
    lsi_span spans[400];
    size_t count;
    int asked;
    lsched_time least, most;
    int status;
} list;

static int open_list(void *user, lsched_time from, lsched_time until, lsi_spans *out, lsi_error *err)
{
    list *l = user;
    assert_true(from < until);
    assert_true(from >= 0 && until <= LSI_TIME_END);
    l->asked++;
    l->least = l->asked == 1 || from < l->least ? from : l->least;
    l->most = l->asked == 1 || until > l->most ? until : l->most;
    if (l->status != LSCHED_OK)
        return lsi_error_set(err, l->status, "it broke");
    for (size_t i = 0; i < l->count; i++) {
        const lsi_span *s = &l->spans[i];
        const lsched_time a = s->from > from ? s->from : from;
        const lsched_time b = s->until < until ? s->until : until;
        assert_int_equal(lsi_span_add(out, a, b, err), LSCHED_OK);
    }
    return LSCHED_OK;
}

#define MINUTE INT64_C(60)
#define START INT64_C(1772323200) /* 2026-03-01T00:00Z */

/* Nothing to be found is -1. */
static int64_t add(list *l, int64_t from, int64_t minutes)
{
    const lsi_opentime o = {open_list, l};
    lsched_time t = -7;
    const int status = lsi_opentime_add(&o, from, minutes, &t, &e);
    assert_true(status == LSCHED_OK || status == LSCHED_NOTFOUND);
    assert_true(status == LSCHED_OK || t == -7);
    return status == LSCHED_OK ? t : -1;
}

static int64_t count(list *l, int64_t from, int64_t until)
{
    const lsi_opentime o = {open_list, l};
    int64_t minutes;
    assert_int_equal(lsi_opentime_count(&o, from, until, &minutes, &e), LSCHED_OK);
    return minutes;
}

static int64_t turn(list *l, int64_t from, int32_t which)
{
    const lsi_opentime o = {open_list, l};
    lsched_time t = -7;
    const int status = lsi_opentime_turn(&o, from, which, &t, &e);
    assert_true(status == LSCHED_OK || status == LSCHED_NOTFOUND);
    assert_true(status == LSCHED_OK || t == -7);
    return status == LSCHED_OK ? t : -1;
}

/* ---- literals ---------------------------------------------------------------------------- */

/* Open in the minutes 100 to 200, 300 to 360 and 1000 to 1001 of the month. */
static list three(void)
{
    static const int64_t at[][2] = {{100, 200}, {300, 360}, {1000, 1001}};
    list l = {.count = 3};
    for (size_t i = 0; i < 3; i++)
        l.spans[i] = (lsi_span){START + at[i][0] * MINUTE, START + at[i][1] * MINUTE};
    return l;
}

static void test_add(void **state)
{
    static const struct {
        int64_t from, minutes, wanted;
    } cases[] = {
        {0, 0, 100},      {100, 0, 100},     {150, 0, 150},     {200, 0, 300},   {1001, 0, -1},
        {0, 1, 101},      {100, 100, 200},   {100, 101, 301},   {150, 50, 200},  {150, 51, 301},
        {0, 160, 360},    {0, 161, 1001},    {0, 162, -1},      {200, 60, 360},  {199, 1, 200},
        {100, -1, -1},    {101, -1, 100},    {200, -100, 100},  {250, -100, 100}, {250, -1, 199},
        {301, -1, 300},   {301, -2, 199},    {360, -60, 300},   {360, -61, 199},
        {5000, -1, 1000}, {5000, -161, 100}, {5000, -162, -1},  {350, -50, 300},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        list l = three();
        const int64_t got = add(&l, START + cases[i].from * MINUTE, cases[i].minutes);
        const int64_t wanted = cases[i].wanted < 0 ? -1 : START + cases[i].wanted * MINUTE;
        if (got != wanted)
            fail_msg("%zu: %lld seconds off", i, (long long)(got - wanted));
    }
}

static void test_seconds_stay(void **state)
{
    (void)state;
    list l = three();
    assert_int_equal(add(&l, START + 150 * MINUTE + 30, 10), START + 160 * MINUTE + 30);
    assert_int_equal(add(&l, START + 199 * MINUTE + 30, 1), START + 300 * MINUTE + 30);
    assert_int_equal(add(&l, START + 300 * MINUTE + 30, -1), START + 199 * MINUTE + 30);
    assert_int_equal(count(&l, START + 150 * MINUTE + 30, START + 152 * MINUTE), 1);
    assert_int_equal(count(&l, START + 152 * MINUTE, START + 150 * MINUTE + 30), -1);
}

static void test_count(void **state)
{
    static const int64_t cases[][3] = {
        {0, 0, 0},       {0, 100, 0},    {0, 150, 50},    {100, 200, 100}, {120, 130, 10},
        {0, 2000, 161},  {200, 300, 0},  {200, 301, 1},   {2000, 0, -161}, {130, 120, -10},
        {300, 200, 0},   {150, 150, 0},  {199, 301, 2},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        list l = three();
        assert_int_equal(count(&l, START + cases[i][0] * MINUTE, START + cases[i][1] * MINUTE),
                         cases[i][2]);
    }
}

static void test_turns(void **state)
{
    /* from, next opening, next closing, last opening, last closing */
    static const int64_t cases[][5] = {
        {0, 100, 200, -1, -1},      {99, 100, 200, -1, -1},      {100, 300, 200, 100, -1},
        {150, 300, 200, 100, -1},   {199, 300, 200, 100, -1},    {200, 300, 360, 100, 200},
        {250, 300, 360, 100, 200},  {300, 1000, 360, 300, 200},  {999, 1000, 1001, 300, 360},
        {1000, -1, 1001, 1000, 360}, {1001, -1, -1, 1000, 1001}, {90000, -1, -1, 1000, 1001},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int32_t which = LSCHED_NEXT_OPENING; which <= LSCHED_LAST_CLOSING; which++) {
            list l = three();
            const int64_t got = turn(&l, START + cases[i][0] * MINUTE, which);
            const int64_t wanted = cases[i][which] < 0 ? -1 : START + cases[i][which] * MINUTE;
            if (got != wanted)
                fail_msg("%zu, turn %d: %lld seconds off", i, (int)which, (long long)(got - wanted));
        }
    }
}

/* ---- what ends nowhere --------------------------------------------------------------------- */

static void test_empty(void **state)
{
    (void)state;
    list l = {.count = 0};
    assert_int_equal(add(&l, START, 0), -1);
    assert_int_equal(add(&l, START, 1), -1);
    assert_int_equal(add(&l, START, -1), -1);
    assert_int_equal(count(&l, START, START + LSI_DAY), 0);
    for (int32_t which = LSCHED_NEXT_OPENING; which <= LSCHED_LAST_CLOSING; which++)
        assert_int_equal(turn(&l, START, which), -1);
    assert_true(l.most - l.least <= 2 * LSCHED_MAX_DAYS * LSI_DAY + 1);
}

static void test_always(void **state)
{
    (void)state;
    const int64_t most = LSCHED_MAX_DAYS * INT64_C(1440);
    list l = {.spans = {{0, LSI_TIME_END}}, .count = 1};
    assert_int_equal(add(&l, START, 0), START);
    assert_int_equal(add(&l, START, most), START + most * MINUTE);
    assert_int_equal(add(&l, START, -most), START - most * MINUTE);
    assert_int_equal(add(&l, START, most + 1), -1);
    assert_int_equal(add(&l, START, -most - 1), -1);
    assert_int_equal(add(&l, START, INT64_MIN), -1);
    assert_int_equal(count(&l, START, START + most * MINUTE), most);
    for (int32_t which = LSCHED_NEXT_OPENING; which <= LSCHED_LAST_CLOSING; which++)
        assert_int_equal(turn(&l, START, which), -1);
}

/* The ends of time are ends of every walk. */
static void test_ends_of_time(void **state)
{
    (void)state;
    list l = {.spans = {{0, LSI_TIME_END}}, .count = 1};
    assert_int_equal(add(&l, LSI_TIME_END - 600, 10), LSI_TIME_END);
    assert_int_equal(add(&l, LSI_TIME_END - 600, 11), -1);
    assert_int_equal(add(&l, 600, -10), 0);
    assert_int_equal(add(&l, 600, -11), -1);
    assert_int_equal(turn(&l, 0, LSCHED_LAST_OPENING), -1);
    assert_int_equal(turn(&l, LSI_TIME_END - 1, LSCHED_NEXT_CLOSING), -1);
    assert_int_equal(turn(&l, LSI_TIME_END - 1, LSCHED_LAST_CLOSING), -1);
}

/* A short answer does not look far, and a long one asks few times. */
static void test_stretches(void **state)
{
    (void)state;
    list l = three();
    add(&l, START, 1);
    assert_int_equal(l.asked, 1);
    assert_true(l.most - l.least <= 8 * LSI_DAY);
    l.asked = 0;
    add(&l, START, 5000);
    assert_in_range(l.asked, 2, 7);
    assert_int_equal(l.least, START);
    assert_int_equal(l.most, START + LSCHED_MAX_DAYS * LSI_DAY);
}

/* What lies across the border of two stretches is one opening, and one closing. */
static void test_borders(void **state)
{
    (void)state;
    const int64_t border = START + 8 * LSI_DAY;
    list across = {.spans = {{START + LSI_DAY, border + LSI_DAY}}, .count = 1};
    assert_int_equal(turn(&across, START + 2 * LSI_DAY, LSCHED_NEXT_OPENING), -1);
    assert_int_equal(turn(&across, START, LSCHED_NEXT_CLOSING), border + LSI_DAY);
    assert_int_equal(turn(&across, border + 9 * LSI_DAY, LSCHED_LAST_OPENING), START + LSI_DAY);
    assert_int_equal(turn(&across, START + 9 * LSI_DAY - 1, LSCHED_LAST_CLOSING), -1);
    list up_to = {.spans = {{START + LSI_DAY, border}}, .count = 1};
    assert_int_equal(turn(&up_to, START, LSCHED_NEXT_CLOSING), border);
    list twice = {.spans = {{START + LSI_DAY, border}, {border + LSI_DAY, border + 2 * LSI_DAY}},
                  .count = 2};
    assert_int_equal(turn(&twice, START, LSCHED_NEXT_CLOSING), border);
    list from = {.spans = {{border, border + LSI_DAY}}, .count = 1};
    assert_int_equal(turn(&from, START, LSCHED_NEXT_OPENING), border);
}

static void test_failure_comes_up(void **state)
{
    (void)state;
    list l = {.status = LSCHED_LIMIT};
    const lsi_opentime o = {open_list, &l};
    lsched_time t = -7;
    assert_int_equal(lsi_opentime_add(&o, START, 1, &t, &e), LSCHED_LIMIT);
    assert_int_equal(lsi_opentime_count(&o, START, START + 60, &t, &e), LSCHED_LIMIT);
    assert_int_equal(lsi_opentime_turn(&o, START, LSCHED_LAST_CLOSING, &t, &e), LSCHED_LIMIT);
    assert_int_equal(t, -7);
    assert_string_equal(e.text, "it broke");
    assert_int_equal(l.asked, 3);
}

/* ---- against a reference ------------------------------------------------------------------- */

#define MINUTES 40000 /* four weeks, so that walks cross stretches */

static uint64_t seed = 88172645463325252u;

static int pick(int below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (int)(seed % (uint64_t)below);
}

static bool minutes_open[MINUTES];

static void random_list(list *l)
{
    *l = (list){.count = 0};
    memset(minutes_open, 0, sizeof minutes_open);
    const int longest = 1 + pick(pick(4) == 0 ? 14000 : 900);
    for (int t = pick(longest); t < MINUTES && l->count < 400;) {
        int end = t + 1 + pick(longest);
        end = end < MINUTES ? end : MINUTES;
        l->spans[l->count++] = (lsi_span){START + t * MINUTE, START + end * MINUTE};
        memset(minutes_open + t, 1, (size_t)(end - t));
        t = end + 1 + pick(longest);
    }
}

static bool is_open(int t)
{
    return t >= 0 && t < MINUTES && minutes_open[t];
}

static int walk_minutes(int t, int n)
{
    const int sign = n < 0 ? -1 : 1;
    if (n == 0) {
        while (t < MINUTES && !is_open(t))
            t++;
        return t < MINUTES ? t : -1;
    }
    for (int left = sign * n; t >= 0 && t <= MINUTES; t += sign) {
        if (left == 0)
            return t;
        left -= is_open(sign > 0 ? t : t - 1);
    }
    return -1;
}

/* Whether t is the turn that is looked for. */
static bool turns(int t, int32_t which)
{
    const bool opening = which == LSCHED_NEXT_OPENING || which == LSCHED_LAST_OPENING;
    return is_open(t) == opening && is_open(t - 1) == !opening;
}

static int walk_turn(int t, int32_t which)
{
    const bool ahead = which == LSCHED_NEXT_OPENING || which == LSCHED_NEXT_CLOSING;
    for (t += ahead; t >= 0 && t <= MINUTES; t += ahead ? 1 : -1) {
        if (turns(t, which))
            return t;
    }
    return -1;
}

static int64_t instant(int t)
{
    return t < 0 ? -1 : START + t * MINUTE;
}

static void check_one(list *l)
{
    const int from = pick(MINUTES), until = pick(MINUTES), n = pick(3000) - 1500;
    int open = 0;
    assert_int_equal(add(l, instant(from), n), instant(walk_minutes(from, n)));
    for (int t = from < until ? from : until; t < (from < until ? until : from); t++)
        open += minutes_open[t];
    assert_int_equal(count(l, instant(from), instant(until)), from < until ? open : -open);
    for (int32_t which = LSCHED_NEXT_OPENING; which <= LSCHED_LAST_CLOSING; which++)
        assert_int_equal(turn(l, instant(from), which), instant(walk_turn(from, which)));
    /* Counting takes back what adding gave. */
    const int64_t there = add(l, instant(from), n);
    if (there >= 0)
        assert_int_equal(count(l, instant(from), there), n);
}

static void test_reference(void **state)
{
    (void)state;
    for (int i = 0; i < 300; i++) {
        list l;
        random_list(&l);
        for (int k = 0; k < 20; k++)
            check_one(&l);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_add),          cmocka_unit_test(test_seconds_stay),
        cmocka_unit_test(test_count),        cmocka_unit_test(test_turns),
        cmocka_unit_test(test_empty),        cmocka_unit_test(test_always),
        cmocka_unit_test(test_ends_of_time), cmocka_unit_test(test_stretches),
        cmocka_unit_test(test_borders),      cmocka_unit_test(test_failure_comes_up),
        cmocka_unit_test(test_reference),
    };
    return cmocka_run_group_tests_name("opentime", tests, NULL, NULL);
}
