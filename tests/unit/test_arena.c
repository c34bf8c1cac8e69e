/* test_arena.c -- memory that goes away together, and arrays that grow. */
#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool aligned(const void *p)
{
    return (uintptr_t)p % _Alignof(max_align_t) == 0;
}

/* Every piece is zeroed, aligned, and its own: all of them are filled before any is
 * looked at again. */
static void test_pieces(void **state)
{
    (void)state;
    static const size_t sizes[] = {1,    7,    16, 33,    1000,  1023,   1024,
                                   1025, 4096, 1,  65535, 65536, 100000, 24};
    enum { SIZES = sizeof sizes / sizeof *sizes, ROUNDS = 40 };
    unsigned char *at[SIZES * ROUNDS];
    lsi_arena a = {0};
    for (size_t i = 0; i < SIZES * ROUNDS; i++) {
        const size_t size = sizes[i % SIZES];
        at[i] = lsi_arena_take(&a, size);
        assert_non_null(at[i]);
        assert_true(aligned(at[i]));
        for (size_t b = 0; b < size; b++)
            assert_int_equal(at[i][b], 0);
        memset(at[i], (int)(i % 255) + 1, size);
    }
    for (size_t i = 0; i < SIZES * ROUNDS; i++) {
        const size_t size = sizes[i % SIZES];
        assert_int_equal(at[i][0], i % 255 + 1);
        assert_int_equal(at[i][size - 1], i % 255 + 1);
    }
    lsi_arena_free(&a);
    assert_null(a.chunks);
    lsi_arena_free(&a);
    assert_non_null(lsi_arena_take(&a, 10)); /* usable again */
    lsi_arena_free(&a);
}

static void test_sizes_that_cannot_be(void **state)
{
    (void)state;
    lsi_arena a = {0};
    assert_null(lsi_arena_take(&a, SIZE_MAX));
    assert_null(lsi_arena_take(&a, SIZE_MAX - sizeof(max_align_t)));
    assert_null(lsi_arena_take(&a, SIZE_MAX - sizeof(max_align_t) + 1));
    assert_null(lsi_arena_text(&a, "x", SIZE_MAX));
    assert_non_null(lsi_arena_take(&a, 0));
    char *after = lsi_arena_take(&a, 8);
    assert_non_null(after);
    memcpy(after, "1234567", 8);
    assert_non_null(lsi_arena_take(&a, 0));
    assert_string_equal(after, "1234567");
    lsi_arena_free(&a);
}

static void test_text(void **state)
{
    (void)state;
    lsi_arena a = {0};
    const char source[] = {'a', 'n', 'a', 'x'};
    char *copy = lsi_arena_text(&a, source, 3);
    assert_string_equal(copy, "ana");
    assert_ptr_not_equal(copy, source);
    assert_string_equal(lsi_arena_text(&a, NULL, 0), "");
    assert_string_equal(lsi_arena_text(&a, NULL, 5), "");
    assert_string_equal(lsi_arena_text(&a, "", 0), "");
    char *inside = lsi_arena_text(&a, "a\0b", 3);
    assert_memory_equal(inside, "a\0b", 4);
    /* Of exactly a chunk, with the NUL in the next grain. */
    char big[2048];
    memset(big, 'x', sizeof big);
    for (size_t size = 1000; size < 1060; size++)
        assert_int_equal(strlen(lsi_arena_text(&a, big, size)), size);
    lsi_arena_free(&a);
}

typedef struct item {
    int64_t number;
    char letter;
} item;

static void test_vector(void **state)
{
    (void)state;
    item *items = NULL;
    size_t count = 0, room = 0;
    for (int i = 0; i < 3000; i++) {
        item *new = lsi_vector_push(&items, &count, &room, sizeof *new);
        assert_non_null(new);
        assert_ptr_equal(new, &items[i]);
        assert_int_equal(count, i + 1);
        assert_true(room >= count);
        assert_int_equal(new->number, 0);
        assert_int_equal(new->letter, 0);
        *new = (item){i, (char)('a' + i % 26)};
    }
    for (int i = 0; i < 3000; i++) {
        assert_int_equal(items[i].number, i);
        assert_int_equal(items[i].letter, 'a' + i % 26);
    }
    /* What was used before is zeroed when it is used again. */
    count = 1;
    item *again = lsi_vector_push(&items, &count, &room, sizeof *again);
    assert_ptr_equal(again, &items[1]);
    assert_int_equal(again->number, 0);
    free(items);
}

static void test_vector_without_memory(void **state)
{
    (void)state;
    char *items = malloc(3);
    size_t count = 3, room = 3;
    assert_non_null(items);
    memcpy(items, "abc", 3);
    char *const before = items;
    assert_null(lsi_vector_push(&items, &count, &room, SIZE_MAX / 4));
    assert_ptr_equal(items, before);
    assert_int_equal(count, 3);
    assert_int_equal(room, 3);
    assert_memory_equal(items, "abc", 3);
    assert_non_null(lsi_vector_push(&items, &count, &room, 1)); /* from a room of 3 */
    assert_memory_equal(items, "abc\0", 4);
    free(items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_pieces),
                                       cmocka_unit_test(test_sizes_that_cannot_be),
                                       cmocka_unit_test(test_text), cmocka_unit_test(test_vector),
                                       cmocka_unit_test(test_vector_without_memory)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
