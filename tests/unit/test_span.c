/* test_span.c -- sets of time. */
#include "cal/cal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static lsi_error e;

/* Pairs of from and until, ended by -1. */
static lsi_spans make(const int *pairs)
{
    lsi_spans s = {0};
    for (; pairs[0] >= 0; pairs += 2)
        assert_int_equal(lsi_span_add(&s, pairs[0], pairs[1], &e), LSCHED_OK);
    return s;
}

static void expect(lsi_spans *s, const int *pairs)
{
    size_t n = 0;
    for (; pairs[0] >= 0; pairs += 2, n++) {
        assert_true(n < s->count);
        assert_int_equal(s->at[n].from, pairs[0]);
        assert_int_equal(s->at[n].until, pairs[1]);
    }
    assert_int_equal(s->count, n);
    lsi_span_free(s);
    assert_null(s->at);
}

#define PAIRS(...) ((const int[]){__VA_ARGS__, -1})
#define NO_PAIRS ((const int[]){-1})

static void test_add_ignores_what_is_empty(void **state)
{
    (void)state;
    lsi_spans s = make(PAIRS(5, 5, 9, 7, 1, 2));
    expect(&s, PAIRS(1, 2));
}

static void test_sort_merges(void **state)
{
    (void)state;
    lsi_spans s = make(PAIRS(30, 40, 10, 20, 20, 25, 12, 14, 35, 50, 60, 61));
    lsi_span_sort(&s);
    expect(&s, PAIRS(10, 25, 30, 50, 60, 61));

    s = make(PAIRS(0, 100, 1, 2, 3, 4, 100, 101));
    lsi_span_sort(&s);
    expect(&s, PAIRS(0, 101));

    s = make(NO_PAIRS);
    lsi_span_sort(&s);
    expect(&s, NO_PAIRS);
}

static void keep(const int *a, const int *b, const int *wanted)
{
    lsi_spans s = make(a), other = make(b);
    assert_int_equal(lsi_span_keep(&s, &other, &e), LSCHED_OK);
    expect(&s, wanted);
    lsi_span_free(&other);
}

static void test_keep(void **state)
{
    (void)state;
    keep(PAIRS(0, 10, 20, 30, 40, 50), PAIRS(5, 25, 29, 41), PAIRS(5, 10, 20, 25, 29, 30, 40, 41));
    keep(PAIRS(0, 10), PAIRS(10, 20), NO_PAIRS);
    keep(PAIRS(0, 10), NO_PAIRS, NO_PAIRS);
    keep(NO_PAIRS, PAIRS(0, 10), NO_PAIRS);
    keep(PAIRS(0, 100), PAIRS(1, 2, 3, 4), PAIRS(1, 2, 3, 4));
}

static void cut(const int *a, const int *b, const int *wanted)
{
    lsi_spans s = make(a), other = make(b);
    assert_int_equal(lsi_span_cut(&s, &other, &e), LSCHED_OK);
    expect(&s, wanted);
    lsi_span_free(&other);
}

static void test_cut(void **state)
{
    (void)state;
    cut(PAIRS(0, 10, 20, 30), PAIRS(5, 25), PAIRS(0, 5, 25, 30));
    cut(PAIRS(0, 100), PAIRS(0, 1, 10, 20, 99, 100), PAIRS(1, 10, 20, 99));
    cut(PAIRS(0, 10, 20, 30), PAIRS(0, 30), NO_PAIRS);
    cut(PAIRS(0, 10), PAIRS(10, 20), PAIRS(0, 10));
    cut(PAIRS(0, 10, 12, 20), PAIRS(8, 13, 15, 16), PAIRS(0, 8, 13, 15, 16, 20));
    cut(PAIRS(0, 10), NO_PAIRS, PAIRS(0, 10));
    cut(NO_PAIRS, PAIRS(0, 10), NO_PAIRS);
}

static void test_copy_replaces(void **state)
{
    (void)state;
    lsi_spans s = make(PAIRS(0, 1)), other = make(PAIRS(5, 6, 8, 9));
    assert_int_equal(lsi_span_copy(&s, &other, &e), LSCHED_OK);
    expect(&s, PAIRS(5, 6, 8, 9));
    expect(&other, PAIRS(5, 6, 8, 9));
}

static void starts(const int *a, int before, int length, const int *wanted)
{
    lsi_spans s = make(a);
    lsi_span_starts(&s, before, length);
    expect(&s, wanted);
}

static void test_starts(void **state)
{
    (void)state;
    starts(PAIRS(100, 200), 0, 30, PAIRS(100, 171));
    starts(PAIRS(100, 200), 10, 30, PAIRS(110, 171));
    starts(PAIRS(100, 200), 0, 100, PAIRS(100, 101));
    starts(PAIRS(100, 200, 300, 450), 0, 101, PAIRS(300, 350));
    starts(PAIRS(100, 200), 1, 100, NO_PAIRS);
    starts(PAIRS(10, 20, 21, 30), 0, 0, PAIRS(10, 31));
}

static void test_at(void **state)
{
    (void)state;
    lsi_spans s = make(PAIRS(10, 20, 30, 40, 50, 60));
    assert_null(lsi_span_at(&s, 9));
    assert_ptr_equal(lsi_span_at(&s, 10), &s.at[0]);
    assert_ptr_equal(lsi_span_at(&s, 19), &s.at[0]);
    assert_null(lsi_span_at(&s, 20));
    assert_ptr_equal(lsi_span_at(&s, 35), &s.at[1]);
    assert_ptr_equal(lsi_span_at(&s, 59), &s.at[2]);
    assert_null(lsi_span_at(&s, 60));
    lsi_span_free(&s);
    assert_null(lsi_span_at(&s, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_add_ignores_what_is_empty),
        cmocka_unit_test(test_sort_merges),
        cmocka_unit_test(test_keep),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_copy_replaces),
        cmocka_unit_test(test_starts),
        cmocka_unit_test(test_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
