/* test_board.c -- who is free, as bits: against looking at every minute. */
#include "rules/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DAYS 12
#define FIRST 20500
#define MINUTES (DAYS * 1440)

static uint64_t seed;

static uint32_t dice(uint32_t sides)
{
    seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (uint32_t)(seed >> 33) % sides;
}

/* What is so of each minute, for some seats. */
typedef struct minutes {
    bool shift[3][MINUTES], taken[3][MINUTES], chatting[3][MINUTES];
} minutes;

static minutes truth;

/* Random spans on multiples of `grain` minutes, and the minutes that they make. */
static void draw(lsi_spans *s, bool *is, int count, uint32_t grain)
{
    lsi_error e;
    memset(is, 0, MINUTES * sizeof *is);
    for (int i = 0; i < count; i++) {
        const uint32_t from = dice(MINUTES / grain - 100) * grain;
        const uint32_t until = from + (1 + dice(60)) * grain;
        for (uint32_t m = from; m < until; m++)
            is[m] = true;
        assert_int_equal(
            lsi_span_add(s, FIRST * LSI_DAY + from * 60, FIRST * LSI_DAY + until * 60, &e),
            LSCHED_OK);
    }
    lsi_span_sort(s);
}

static void paint(lsi_board *b, int seat, lsi_span days, uint32_t grain)
{
    lsi_spans shift = {0}, taken = {0}, chatting = {0};
    lsi_error e;
    draw(&shift, truth.shift[seat], 30, grain);
    draw(&taken, truth.taken[seat], 20, grain);
    draw(&chatting, truth.chatting[seat], 10, grain);
    assert_int_equal(lsi_board_paint(b, seat, days, &shift, &taken, &chatting, &e), LSCHED_OK);
    lsi_span_free(&shift);
    lsi_span_free(&taken);
    lsi_span_free(&chatting);
}

static uint64_t expected(int64_t from, int64_t until, bool chat)
{
    uint64_t seats = 0;
    for (int seat = 0; seat < 3; seat++) {
        bool free_all = true;
        for (int64_t m = from; m < until; m++)
            free_all = free_all && truth.shift[seat][m] &&
                       !(chat ? truth.chatting[seat][m] : truth.taken[seat][m]);
        seats |= free_all ? UINT64_C(1) << seat : 0;
    }
    return seats;
}

static void check(const lsi_board *b, int64_t first, int64_t end)
{
    for (int i = 0; i < 3000; i++) {
        const int64_t from = first + dice((uint32_t)(end - first) - 200),
                      until = from + 1 + dice(90);
        const lsched_time t = FIRST * LSI_DAY + from * 60, u = FIRST * LSI_DAY + until * 60;
        uint32_t cell, last;
        lsi_board_cells(b, t, u, &cell, &last);
        assert_int_equal(lsi_board_ask(b->whole, cell, last), expected(from, until, false));
        assert_int_equal(lsi_board_ask(b->chat, cell, last), expected(from, until, true));
    }
}

/* On five minutes cells stay coarse; on others they become fine, and what was there stays. */
static void test_minutes(void **state)
{
    (void)state;
    static const uint32_t grains[][3] = {{5, 5, 5}, {15, 30, 5}, {5, 5, 1}, {5, 1, 5}, {1, 7, 5}};
    const lsi_span all = {FIRST * LSI_DAY, (FIRST + DAYS) * LSI_DAY};
    for (size_t g = 0; g < sizeof grains / sizeof *grains; g++) {
        lsi_board b = {0};
        lsi_error e;
        seed = 7 + g;
        assert_int_equal(lsi_board_reach(&b, all.from, all.until, &e), LSCHED_OK);
        for (int seat = 0; seat < 3; seat++)
            paint(&b, seat, all, grains[g][seat]);
        assert_int_equal(b.cell, g < 2 ? 300 : 60);
        check(&b, 0, MINUTES);
        lsi_board_free(&b);
    }
}

static void test_what_is_known(void **state)
{
    (void)state;
    const lsi_span early = {(FIRST + 4) * LSI_DAY, (FIRST + 8) * LSI_DAY};
    lsi_board b = {0};
    lsi_error e;
    seed = 3;
    assert_int_equal(lsi_board_reach(&b, early.from, early.until, &e), LSCHED_OK);
    assert_int_equal(lsi_board_unknown(&b, 7, early.from, early.until), 7);
    for (int seat = 0; seat < 3; seat++)
        paint(&b, seat, early, 5);
    assert_int_equal(lsi_board_unknown(&b, 7, early.from, early.until), 0);
    /* More days on both sides: what was painted stays, and they are not. */
    assert_int_equal(lsi_board_reach(&b, early.from - LSI_DAY, early.until + 1, &e), LSCHED_OK);
    assert_int_equal(lsi_board_unknown(&b, 7, early.from, early.until), 0);
    assert_int_equal(lsi_board_unknown(&b, 7, early.from - 1, early.until), 7);
    assert_int_equal(lsi_board_unknown(&b, 7, early.from, early.until + 1), 7);
    check(&b, 4 * 1440, 8 * 1440);
    lsi_board_forget(&b, 1, early.from + LSI_DAY - 1, early.from + LSI_DAY);
    assert_int_equal(lsi_board_unknown(&b, 7, early.from, early.until), 2);
    assert_int_equal(lsi_board_unknown(&b, 7, early.from + LSI_DAY, early.until), 0);
    lsi_board_forget(&b, 0, 0, LSI_TIME_END);
    assert_int_equal(lsi_board_unknown(&b, 7, early.from + LSI_DAY, early.until), 1);
    lsi_board_forget_all(&b);
    assert_int_equal(lsi_board_unknown(&b, 7, early.until - 1, early.until), 7);
    /* Years away it begins anew, and is no longer than it must be. */
    assert_int_equal(
        lsi_board_reach(&b, early.from + 5000 * LSI_DAY, early.from + 5001 * LSI_DAY, &e),
        LSCHED_OK);
    assert_int_equal(b.days, 1);
    lsi_board_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_minutes),
                                       cmocka_unit_test(test_what_is_known)};
    return cmocka_run_group_tests_name("board", tests, NULL, NULL);
}
