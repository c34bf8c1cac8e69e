/* test_identity.c -- booking ids: shape, order, and that nobody can guess them. */
#include "core/core.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LATEST (LSI_TIME_END - 1)

typedef char identity[LSI_IDENTITY_SIZE + 1];

static void make(const char *last, lsched_time now, identity id)
{
    lsi_error e = {0};
    assert_int_equal(lsi_identity_make(last, now, id, &e), LSCHED_OK);
    assert_int_equal(strlen(id), LSI_IDENTITY_SIZE);
    assert_int_equal(strspn(id, "0123456789ABCDEFGHJKMNPQRSTVWXYZ"), LSI_IDENTITY_SIZE);
    assert_true(lsi_identity_is(id));
}

/* 48 bits of milliseconds in ten digits of five bits. */
static void test_time(void **state)
{
    (void)state;
    identity id;
    make("", 0, id);
    assert_memory_equal(id, "0000000000", 10);
    make("", 1, id);
    assert_memory_equal(id, "00000000Z8", 10); /* 1,000 = 31 * 32 + 8 */
    make("", 1773000000, id);
    assert_memory_equal(id, "01KK7GJ0G0", 10);
    make("", LSI_TIME_END, id);
    assert_memory_equal(id, "06K7MS3A00", 10);
    make("", -5, id); /* a clock before 1970 */
    assert_memory_equal(id, "0000000000", 10);
    make("", INT64_MIN, id);
    assert_memory_equal(id, "0000000000", 10);
}

static void test_order(void **state)
{
    (void)state;
    identity id, last = "";
    lsched_time now = 1773000000;
    /* In one second, forward, back by hours, and before 1970. */
    static const int32_t steps[] = {0, 0, 1, 0, -3600, 0, 7200, -86400, 0, 5, -2000000000, 0, 3};
    for (size_t i = 0; i < 5000; i++) {
        now += steps[i % (sizeof steps / sizeof *steps)];
        make(last, now, id);
        assert_true(strcmp(last, id) < 0);
        memcpy(last, id, sizeof last);
        if (i % 100 == 0)
            now = 1773000000 + (lsched_time)i;
    }
}

/* The time part is never the last one's again: its random part need not be greater. */
static void test_behind_the_last(void **state)
{
    (void)state;
    identity id;
    make("01KK7GJ0G0ZZZZZZZZZZZZZZZZ", 1773000000, id);
    assert_memory_equal(id, "01KK7GJ0G1", 10);
    make("01KK7GJ0GZZZZZZZZZZZZZZZZZ", 1773000000, id);
    assert_memory_equal(id, "01KK7GJ0H0", 10);
    make("01KK7GJZZZ0000000000000000", 1773000000, id);
    assert_memory_equal(id, "01KK7GK000", 10);
    make("01KK7GJ0G0ZZZZZZZZZZZZZZZZ", 1772999999, id);
    assert_memory_equal(id, "01KK7GJ0G1", 10);
    make("01KK7GJ0FZZZZZZZZZZZZZZZZZ", 1773000000, id);
    assert_memory_equal(id, "01KK7GJ0G0", 10);
}

/* In 1,000 ids of one instant each of the 80 bits is set in about half. */
static void test_chance(void **state)
{
    (void)state;
    static identity ids[1000];
    int set[80] = {0};
    for (size_t i = 0; i < 1000; i++) {
        make("", 1773000000, ids[i]);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(ids[i], ids[k]);
        for (int d = 0; d < 16; d++) {
            static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
            const int value = (int)(strchr(digits, ids[i][10 + d]) - digits);
            for (int bit = 0; bit < 5; bit++)
                set[d * 5 + bit] += value >> (4 - bit) & 1;
        }
    }
    /* 500, give or take ten standard deviations: never by chance. */
    for (int bit = 0; bit < 80; bit++)
        assert_in_range(set[bit], 340, 660);
}

static void test_is(void **state)
{
    (void)state;
    assert_true(lsi_identity_is("01KK7GJ0G00123456789ABCDEF"));
    assert_true(lsi_identity_is("00000000000000000000000000"));
    assert_false(lsi_identity_is(""));
    assert_false(lsi_identity_is(NULL));
    assert_false(lsi_identity_is("01KK7GJ0G00123456789ABCDE"));
    assert_false(lsi_identity_is("01KK7GJ0G00123456789ABCDEFG"));
    assert_false(lsi_identity_is("81KK7GJ0G00123456789ABCDEF"));
    static const char others[] = "ILOUilouabcxyz -_/:\xC4\x80\x7F";
    for (const char *c = others; *c != '\0'; c++) {
        identity id = "01KK7GJ0G00123456789ABCDEF";
        for (int i = 0; i < LSI_IDENTITY_SIZE; i++) {
            const char good = id[i];
            id[i] = *c;
            assert_false(lsi_identity_is(id));
            id[i] = good;
        }
        assert_true(lsi_identity_is(id));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_time), cmocka_unit_test(test_order),
                                       cmocka_unit_test(test_behind_the_last),
                                       cmocka_unit_test(test_chance), cmocka_unit_test(test_is)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
