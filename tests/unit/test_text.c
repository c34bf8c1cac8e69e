/* test_text.c -- what text may look like, words, numbers; and the words of an error. */
#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SIZED(text) (text), sizeof(text) - 1

static void test_size(void **state)
{
    (void)state;
    assert_false(lsi_text_given(NULL));
    assert_false(lsi_text_given(""));
    assert_true(lsi_text_given(" "));
    assert_int_equal(lsi_text_size(NULL, 5), 0);
    assert_int_equal(lsi_text_size("", 5), 0);
    assert_int_equal(lsi_text_size("12345", 5), 5);
    assert_int_equal(lsi_text_size("123456", 5), 6);
    assert_int_equal(lsi_text_size("1234567890", 5), 6);
    assert_int_equal(lsi_text_size("x", 0), 1);
    const char open[] = {'a', 'b', 'c', 'd'}; /* not read beyond limit + 1 */
    assert_int_equal(lsi_text_size(open, 3), 4);
}

typedef struct sample {
    const char *text;
    size_t size;
    bool clean, lines, id;
} sample;

/* The edges of Table 3-7 of the Unicode standard, and around the controls and spaces. */
static const sample samples[] = {
    {SIZED(""), true, true, false},
    {SIZED("a"), true, true, true},
    {SIZED("a b"), true, true, false},
    {SIZED("a\tb"), false, true, false},
    {SIZED("a\nb"), false, true, false},
    {SIZED("a\rb"), false, true, false},
    {SIZED("a\vb"), false, false, false},
    {SIZED("a\0b"), false, false, false},
    {SIZED("\x1F"), false, false, false},
    {SIZED("!"), true, true, true},
    {SIZED("~"), true, true, true},
    {SIZED("\x7F"), false, false, false},
    {SIZED("\x80"), false, false, false},
    {SIZED("\xC0\x80"), false, false, false},
    {SIZED("\xC1\xBF"), false, false, false},
    {SIZED("\xC2\x80"), false, false, false}, /* U+0080, a C1 control */
    {SIZED("\xC2\x85"), false, false, false},
    {SIZED("\xC2\x9F"), false, false, false},
    {SIZED("\xC2\xA0"), true, true, false}, /* no-break space */
    {SIZED("\xC2\xA1"), true, true, true},
    {SIZED("\xC2"), false, false, false},
    {SIZED("\xC2\x41"), false, false, false},
    {SIZED("\xC2\xC2"), false, false, false},
    {SIZED("\xC4\xB0"), true, true, true}, /* dotted capital I */
    {SIZED("\xDF\xBF"), true, true, true},
    {SIZED("\xE0\x9F\xBF"), false, false, false},
    {SIZED("\xE0\xA0\x80"), true, true, true},
    {SIZED("\xE1\x9A\x80"), true, true, false}, /* U+1680 */
    {SIZED("\xE1\x9A\x81"), true, true, true},
    {SIZED("\xE1\xBF\xBF"), true, true, true},
    {SIZED("\xE2\x80\x80"), true, true, false}, /* U+2000 */
    {SIZED("\xE2\x80\x8B"), true, true, false}, /* U+200B */
    {SIZED("\xE2\x80\x90"), true, true, true},
    {SIZED("\xE2\x80\xA7"), true, true, true},
    {SIZED("\xE2\x80\xA8"), true, true, false}, /* U+2028 */
    {SIZED("\xE2\x80\xA9"), true, true, false},
    {SIZED("\xE2\x80\xAF"), true, true, false},
    {SIZED("\xE2\x81\x9F"), true, true, false}, /* U+205F */
    {SIZED("\xE2\x81\xA0"), true, true, false}, /* U+2060 */
    {SIZED("\xE2\x80\xAE"), true, true, false}, /* U+202E */
    {SIZED("\xC2\xAD"), true, true, false}, /* U+00AD */
    {SIZED("\xE2\x81\xB0"), true, true, true},
    {SIZED("\xE3\x80\x80"), true, true, false}, /* U+3000 */
    {SIZED("\xE3\x80\x81"), true, true, true},
    {SIZED("\xEC\x82\xAC\xEB\x9E\x8C"), true, true, true},
    {SIZED("\xE2\x82"), false, false, false},
    {SIZED("\xE2\x28\xA1"), false, false, false},
    {SIZED("\xE2\x82\x28"), false, false, false},
    {SIZED("\xED\x9F\xBF"), true, true, true},
    {SIZED("\xED\xA0\x80"), false, false, false}, /* a surrogate */
    {SIZED("\xED\xBF\xBF"), false, false, false},
    {SIZED("\xEE\x80\x80"), true, true, true},
    {SIZED("\xEF\xBB\xBF"), true, true, false}, /* U+FEFF */
    {SIZED("\xEF\xBF\xBF"), true, true, true},
    {SIZED("\xF0\x8F\xBF\xBF"), false, false, false},
    {SIZED("\xF0\x90\x80\x80"), true, true, true},
    {SIZED("\xF0\x9F\x98\x80"), true, true, true},
    {SIZED("\xF0\x9F\x98"), false, false, false},
    {SIZED("\xF3\xBF\xBF\xBF"), true, true, true},
    {SIZED("\xF4\x8F\xBF\xBF"), true, true, true},
    {SIZED("\xF4\x90\x80\x80"), false, false, false},
    {SIZED("\xF5\x80\x80\x80"), false, false, false},
    {SIZED("\xFF"), false, false, false},
    {SIZED("good\xFF"), false, false, false},
    {SIZED("\xC3\xA9t\xC3\xA9"), true, true, true},
};

static void test_characters(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        const sample *s = &samples[i];
        /* Exactly as long, so that a look beyond the end is seen. */
        char *text = malloc(s->size + 1);
        assert_non_null(text);
        memcpy(text, s->text, s->size + 1);
        char *tight = s->size > 0 ? realloc(text, s->size) : text;
        if (lsi_text_clean(tight, s->size, false) != s->clean ||
            lsi_text_clean(tight, s->size, true) != s->lines ||
            lsi_text_is_id(tight, s->size) != s->id)
            fail_msg("sample %zu", i);
        free(tight);
    }
}

/* Against a decoder that goes the other way: every code point, written out. */
static void test_every_code_point(void **state)
{
    (void)state;
    for (unsigned code = 0; code <= 0x10FFFF; code++) {
        char u[4];
        size_t size;
        if (code < 0x80) {
            size = 1;
            u[0] = (char)code;
        } else if (code < 0x800) {
            size = 2;
            u[0] = (char)(0xC0 | code >> 6);
        } else if (code < 0x10000) {
            size = 3;
            u[0] = (char)(0xE0 | code >> 12);
        } else {
            size = 4;
            u[0] = (char)(0xF0 | code >> 18);
        }
        for (size_t i = 1; i < size; i++)
            u[i] = (char)(0x80 | (code >> 6 * (size - 1 - i) & 0x3F));
        const bool control = code < 0x20 || (code >= 0x7F && code < 0xA0);
        const bool surrogate = code >= 0xD800 && code < 0xE000;
        if (lsi_text_clean(u, size, false) != (!control && !surrogate))
            fail_msg("U+%04X", code);
        if (size > 1 && lsi_text_clean(u, size - 1, true))
            fail_msg("U+%04X cut short", code);
    }
}

static void test_words(void **state)
{
    (void)state;
    const char *word = NULL, *list = "  ana bob  x ";
    size_t size = 0;
    list = lsi_text_word(list, &word, &size);
    assert_int_equal(size, 3);
    assert_memory_equal(word, "ana", 3);
    list = lsi_text_word(list, &word, &size);
    assert_memory_equal(word, "bob", 3);
    list = lsi_text_word(list, &word, &size);
    assert_int_equal(size, 1);
    assert_memory_equal(word, "x", 1);
    assert_non_null(list);
    assert_null(lsi_text_word(list, &word, &size));
    assert_null(lsi_text_word("", &word, &size));
    assert_null(lsi_text_word("   ", &word, &size));
    assert_null(lsi_text_word(NULL, &word, &size));

    assert_true(lsi_text_has_word("ana bob", "ana"));
    assert_true(lsi_text_has_word("ana bob", "bob"));
    assert_false(lsi_text_has_word("ana bob", "bo"));
    assert_false(lsi_text_has_word("ana bob", "bobby"));
    assert_false(lsi_text_has_word("ana bob", "ana bob"));
    assert_false(lsi_text_has_word("ana bob", "Ana"));
    assert_false(lsi_text_has_word("ana bob", ""));
    assert_false(lsi_text_has_word("ana bob", NULL));
    assert_false(lsi_text_has_word("", "ana"));
    assert_false(lsi_text_has_word(NULL, "ana"));
}

/* Turkish: the host's tolower() takes 'I' elsewhere. */
static void test_same(void **state)
{
    (void)state;
    assert_true(lsi_text_same("INDIA-i", "india-I", 7));
    assert_true(lsi_text_same("abc", "abd", 2));
    assert_true(lsi_text_same("x", "y", 0));
    assert_false(lsi_text_same("abc", "abd", 3));
    assert_false(lsi_text_same("@", "`", 1)); /* beside A and a, 32 apart as they are */
    assert_false(lsi_text_same("[", "{", 1));
    assert_false(lsi_text_same("\xC4\xB0", "i\xB0", 2));
    assert_false(lsi_text_same("\xC3\x84", "\xC3\xA4", 2));
}

static void test_number(void **state)
{
    (void)state;
    assert_int_equal(lsi_text_number("0", 1), 0);
    assert_int_equal(lsi_text_number("000000007", 9), 7);
    assert_int_equal(lsi_text_number("999999999", 9), 999999999);
    assert_int_equal(lsi_text_number("123x", 3), 123);
    assert_int_equal(lsi_text_number("0000000001", 10), -1);
    assert_int_equal(lsi_text_number("", 0), -1);
    assert_int_equal(lsi_text_number("-1", 2), -1);
    assert_int_equal(lsi_text_number("+1", 2), -1);
    assert_int_equal(lsi_text_number(" 1", 2), -1);
    assert_int_equal(lsi_text_number("1 ", 2), -1);
    assert_int_equal(lsi_text_number("1/", 2), -1);
    assert_int_equal(lsi_text_number("1:", 2), -1);
    assert_int_equal(lsi_text_number("\xD9\xA1", 2), -1); /* an Arabic digit */
}

/* The published values of FNV-1a. */
static void test_hash(void **state)
{
    (void)state;
    assert_true(lsi_text_hash(LSI_HASH, "", 0) == UINT64_C(0xCBF29CE484222325));
    assert_true(lsi_text_hash(LSI_HASH, "a", 1) == UINT64_C(0xAF63DC4C8601EC8C));
    assert_true(lsi_text_hash(LSI_HASH, "foobar", 6) == UINT64_C(0x85944171F73967E8));
    const uint64_t foo = lsi_text_hash(LSI_HASH, "foo", 3);
    assert_true(lsi_text_hash(foo, "bar", 3) == UINT64_C(0x85944171F73967E8));
    assert_true(lsi_text_hash(LSI_HASH, "\xFF", 1) == UINT64_C(0xAF64724C8602EB6E));
}

static void test_error(void **state)
{
    (void)state;
    lsi_error e = {.line = 7};
    assert_int_equal(lsi_error_set(&e, LSCHED_INVALID, "%s has %d", "x", 3), LSCHED_INVALID);
    assert_int_equal(e.status, LSCHED_INVALID);
    assert_int_equal(e.line, 7);
    assert_string_equal(e.text, "x has 3");
    assert_int_equal(lsi_error_nomem(&e), LSCHED_NOMEM);
    assert_int_equal(e.status, LSCHED_NOMEM);
    assert_string_equal(e.text, "memory ran out");
    lsi_error_clear(&e);
    assert_int_equal(e.status, LSCHED_OK);
    assert_int_equal(e.line, 0);
    assert_string_equal(e.text, "");
}

/* A message that does not fit is cut between two characters, never inside one. */
static void test_long_error(void **state)
{
    (void)state;
    static const char *const letters[] = {"a", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"};
    lsi_error e = {0};
    for (size_t kind = 0; kind < 4; kind++) {
        const size_t size = strlen(letters[kind]);
        for (size_t lead = 0; lead < 5; lead++) {
            char text[1000] = "";
            memset(text, 'x', lead);
            for (size_t i = lead; i + size < sizeof text - 1; i += size)
                memcpy(text + i, letters[kind], size);
            (void)lsi_error_set(&e, LSCHED_STORE, "%s", text);
            const size_t got = strlen(e.text);
            assert_true(got < sizeof e.text && got > sizeof e.text - 5);
            assert_memory_equal(e.text, text, got);
            assert_true(lsi_text_clean(e.text, got, false));
        }
        char fits[sizeof e.text] = ""; /* to the last byte: nothing is cut */
        memset(fits, 'x', (sizeof fits - 1) % size);
        for (size_t i = (sizeof fits - 1) % size; i < sizeof fits - 1; i += size)
            memcpy(fits + i, letters[kind], size);
        (void)lsi_error_set(&e, LSCHED_STORE, "%s", fits);
        assert_string_equal(e.text, fits);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_size),
                                       cmocka_unit_test(test_characters),
                                       cmocka_unit_test(test_every_code_point),
                                       cmocka_unit_test(test_words),
                                       cmocka_unit_test(test_same),
                                       cmocka_unit_test(test_number),
                                       cmocka_unit_test(test_hash),
                                       cmocka_unit_test(test_error),
                                       cmocka_unit_test(test_long_error)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
