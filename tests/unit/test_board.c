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

/* Many starts at once are what they are one by one. */
static void test_runs(void **state)
{
    (void)state;
    uint64_t cells[LSI_RUN * 20 + 400], seats[LSI_RUN + 1];
    const size_t room = sizeof cells / sizeof *cells;
    seed = 11;
    for (size_t i = 0; i < room; i++) /* most are free, as few are in many cells */
        cells[i] = ~((uint64_t)dice(65536) << dice(49) & (uint64_t)dice(65536) << dice(49));
    for (int i = 0; i < 20000; i++) {
        const size_t length = 1 + dice(i % 2 == 0 ? 12 : 200), stride = 1 + dice(20),
                     count = 1 + dice(LSI_RUN), first = room - length - (count - 1) * stride;
        int32_t sums[LSI_RUN], twice[LSI_RUN];
        seats[count] = 7;
        lsi_board_ask_run(cells + first, length, stride, count, seats);
        assert_int_equal(seats[count], 7);
        lsi_board_count(seats, count, false, sums);
        memcpy(twice, sums, count * sizeof *sums);
        lsi_board_count(seats, count, true, twice);
        for (size_t j = 0; j < count; j++) {
            const uint32_t from = (uint32_t)(first + j * stride);
            const uint64_t right = lsi_board_ask(cells, from, from + (uint32_t)length);
            int32_t bits = 0;
            for (uint64_t left = right; left != 0; left &= left - 1)
                bits++;
            assert_int_equal(seats[j], right);
            assert_int_equal(sums[j], bits);
            assert_int_equal(twice[j], 2 * bits);
        }
    }
    cells[0] = 5; /* a step that is no cell long has one start */
    lsi_board_ask_run(cells, 1, 0, 1, seats);
    assert_int_equal(seats[0], 5);
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

/* One agent of three, on whom bookings come and go: as the board is told of them, and as it is
 * painted of all that there are. */
typedef struct diary {
    lsi_spans shift, booked;
} diary;

static void paint_diary(lsi_board *b, const diary *d, lsi_span days)
{
    lsi_error e;
    assert_int_equal(lsi_board_paint(b, 1, days, &d->shift, &d->booked, &d->booked, &e), LSCHED_OK);
}

static bool is_free(const diary *d, lsi_span s)
{
    for (size_t i = 0; i < d->booked.count; i++) {
        if (d->booked.at[i].from < s.until && d->booked.at[i].until > s.from)
            return false;
    }
    return true;
}

/* A booking that lies beside all others comes, or one of these goes. */
static void change(lsi_board *b, diary *d, uint32_t grain)
{
    lsi_error e;
    lsi_span s = {FIRST * LSI_DAY + dice(MINUTES / grain - 100) * grain * INT64_C(60), 0};
    s.until = s.from + (1 + dice(90)) * grain * INT64_C(60);
    if (is_free(d, s)) {
        assert_int_equal(lsi_span_add(&d->booked, s.from, s.until, &e), LSCHED_OK);
        lsi_board_change(b, 1, s, true);
    } else {
        const size_t i = dice((uint32_t)d->booked.count);
        s = d->booked.at[i];
        d->booked.at[i] = d->booked.at[--d->booked.count];
        lsi_board_change(b, 1, s, false);
    }
}

/* What it does not know any longer it has said; of the rest each cell is as if painted now. */
static void check_diary(const lsi_board *b, const diary *d)
{
    lsi_error e;
    lsi_board fresh = {0};
    const lsi_span all = {FIRST * LSI_DAY, (FIRST + DAYS) * LSI_DAY};
    assert_int_equal(lsi_board_reach(&fresh, all.from, all.until, &e), LSCHED_OK);
    paint_diary(&fresh, d, all);
    for (lsched_time t = all.from; t < all.until; t += 60) {
        uint32_t cell, end, other, last;
        if (lsi_board_unknown(b, 2, t, t + 60) != 0)
            continue;
        lsi_board_cells(b, t, t + 60, &cell, &end);
        lsi_board_cells(&fresh, t, t + 60, &other, &last);
        assert_int_equal(lsi_board_ask(b->whole, cell, end),
                         lsi_board_ask(fresh.whole, other, last));
        assert_int_equal(lsi_board_ask(b->chat, cell, end), lsi_board_ask(fresh.chat, other, last));
    }
    lsi_board_free(&fresh);
}

/* On the board's cells nothing is forgotten; between them the days are. */
static void test_changes(void **state)
{
    (void)state;
    static const uint32_t grains[] = {5, 15, 1};
    const lsi_span all = {FIRST * LSI_DAY, (FIRST + DAYS) * LSI_DAY};
    for (size_t g = 0; g < sizeof grains / sizeof *grains; g++) {
        lsi_board b = {0};
        lsi_error e;
        diary d = {0};
        seed = 11 + g;
        draw(&d.shift, truth.shift[1], 30, 5);
        assert_int_equal(lsi_board_reach(&b, all.from, all.until, &e), LSCHED_OK);
        lsi_board_change(&b, 1, (lsi_span){all.from, all.from + 600}, true); /* knows nothing yet */
        paint_diary(&b, &d, (lsi_span){all.from, all.until - LSI_DAY});
        for (int i = 0; i < 300; i++) {
            change(&b, &d, grains[g]);
            if (i % 20 == 0)
                check_diary(&b, &d);
        }
        const uint64_t unknown = lsi_board_unknown(&b, 2, all.from, all.until - LSI_DAY);
        assert_int_equal(unknown != 0, grains[g] % 5 != 0);
        assert_int_equal(lsi_board_unknown(&b, 2, all.until - LSI_DAY, all.until), 2);
        /* What was not painted was not changed, either: it is as good as new. */
        lsi_board_forget_all(&b);
        paint_diary(&b, &d, all);
        check_diary(&b, &d);
        lsi_span_free(&d.shift);
        lsi_span_free(&d.booked);
        lsi_board_free(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_minutes), cmocka_unit_test(test_runs),
                                       cmocka_unit_test(test_what_is_known),
                                       cmocka_unit_test(test_changes)};
    return cmocka_run_group_tests_name("board", tests, NULL, NULL);
}
