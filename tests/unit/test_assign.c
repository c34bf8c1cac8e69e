/* test_assign.c -- a home team for a new customer. */
#include "scene.h"

static void picks(const lsi_home *homes, size_t count, const char *expected)
{
    const size_t i = lsi_assign_pick(homes, count);
    assert_true(i < count);
    assert_string_equal(homes[i].id, expected);
}

#define PICKS(expected, ...)                                                                       \
    picks((const lsi_home[]){__VA_ARGS__},                                                         \
          sizeof((const lsi_home[]){__VA_ARGS__}) / sizeof(lsi_home), expected)

static void test_pick(void **state)
{
    (void)state;
    assert_int_equal(lsi_assign_pick(NULL, 0), 0);
    PICKS("hv", {"hv", 100, 5});
    PICKS("hv", {"hv", 100, 0});
    /* Customers for each agent, to the fraction: 20 and 19.8; 10/3 and 7/2. */
    PICKS("nj", {"hv", 100, 5}, {"nj", 99, 5});
    PICKS("nj", {"hv", 100, 5}, {"nj", 119, 6});
    PICKS("hv", {"hv", 10, 3}, {"nj", 7, 2});
    PICKS("nj", {"hv", 1, 1}, {"nj", 0, 1});
    /* Equal, though not in the same numbers: the smaller id, wherever it stands. */
    PICKS("hv", {"nj", 40, 4}, {"hv", 100, 10});
    PICKS("hv", {"hv", 100, 10}, {"nj", 40, 4});
    PICKS("a", {"b", 0, 3}, {"c", 0, 9}, {"a", 0, 1});
    /* Nobody on the roster: only where all are so, and then the fewest customers. */
    PICKS("hv", {"nj", 0, 0}, {"hv", 1000000, 1});
    PICKS("hv", {"hv", 1000000, 1}, {"nj", 0, 0});
    PICKS("nj", {"hv", 3, 0}, {"nj", 2, 0});
    PICKS("hv", {"nj", 2, 0}, {"hv", 2, 0});
    PICKS("nj", {"hv", INT32_MAX, 10000}, {"nj", INT32_MAX - 1, 10000});
}

/* One by one, many customers share out among the teams as their agents do. */
static void test_shares(void **state)
{
    (void)state;
    lsi_home homes[] = {{"hv", 0, 40}, {"nj", 0, 30}, {"cr", 0, 10}, {"none", 0, 0}};
    for (int i = 0; i < 8000; i++)
        homes[lsi_assign_pick(homes, 4)].customers++;
    assert_int_equal(homes[0].customers, 4000);
    assert_int_equal(homes[1].customers, 3000);
    assert_int_equal(homes[2].customers, 1000);
    assert_int_equal(homes[3].customers, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_pick), cmocka_unit_test(test_shares)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
