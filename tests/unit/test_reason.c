/* test_reason.c -- reasons in words. */
#include "scene.h"

#define LAST LSCHED_WHY_AVOIDED
#define ALL_REASONS (2 * LAST - 1)

/* Each has words of its own, and what is no single reason has none. */
static void test_text(void **state)
{
    (void)state;
    for (int32_t a = 1; a <= LAST; a *= 2) {
        assert_string_not_equal(lsi_reason_text(a), "");
        for (int32_t b = 1; b < a; b *= 2)
            assert_string_not_equal(lsi_reason_text(a), lsi_reason_text(b));
    }
    assert_string_equal(lsi_reason_text(LSCHED_WHY_TEAM), "the team is closed");
    assert_string_equal(lsi_reason_text(0), "");
    assert_string_equal(lsi_reason_text(LSCHED_WHY_TEAM | LSCHED_WHY_AGENT), "");
    assert_string_equal(lsi_reason_text(2 * LAST), "");
    assert_string_equal(lsi_reason_text(INT32_MIN), "");
    assert_string_equal(lsi_reason_text(-1), "");
}

static void test_words(void **state)
{
    (void)state;
    char words[1000];
    lsi_reason_words(0, words, sizeof words);
    assert_string_equal(words, "");
    lsi_reason_words(LSCHED_WHY_BOOKED, words, sizeof words);
    assert_string_equal(words, "the agent is booked");
    lsi_reason_words(LSCHED_WHY_AGENT | LSCHED_WHY_TEAM | LSCHED_WHY_NOTICE, words, sizeof words);
    assert_string_equal(words, "it is past, or too soon; the team is closed; "
                               "the agent is off shift, on a break or on leave");
    lsi_reason_words(2 * LAST, words, sizeof words);
    assert_string_equal(words, "");
    lsi_reason_words(ALL_REASONS, words, sizeof words);
    size_t size = 0;
    for (int32_t reason = 1; reason <= LAST; reason *= 2) {
        assert_non_null(strstr(words, lsi_reason_text(reason)));
        size += strlen(lsi_reason_text(reason)) + 2;
    }
    assert_int_equal(strlen(words), size - 2);
}

/* In a buffer of any size they end with a NUL inside it, and are as many whole reasons from
 * the beginning as it can hold. */
static void test_narrow(void **state)
{
    (void)state;
    char all[1000];
    lsi_reason_words(ALL_REASONS, all, sizeof all);
    for (size_t size = 1; size < strlen(all) + 3; size++) {
        char *words = malloc(size);
        assert_non_null(words);
        lsi_reason_words(ALL_REASONS, words, size);
        const size_t used = strlen(words);
        const char *next = strchr(all + used + (all[used] == ';'), ';');
        const size_t one_more = next != NULL ? (size_t)(next - all) : strlen(all);
        assert_true(used < size);
        assert_memory_equal(words, all, used);
        assert_true(used == 0 || all[used] == ';' || all[used] == '\0');
        assert_true(all[used] == '\0' || one_more >= size);
        free(words);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_text), cmocka_unit_test(test_words),
                                       cmocka_unit_test(test_narrow)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
