/* test_delay.c -- what will begin later than planned: one contact after the other, until a gap
 * has taken the delay up.
 */
#include "rules/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define MINUTE 60

/* From and to minutes, on a lane; began at a minute (0: not yet). */
static lsi_planned planned(int32_t from, int32_t to, int32_t lane, int32_t began)
{
    return (lsi_planned){.start = from * MINUTE,
                         .end = to * MINUTE,
                         .busy_from = from * MINUTE,
                         .busy_until = to * MINUTE,
                         .lane = lane,
                         .began = began * MINUTE};
}

static void foresees(lsi_planned *r, size_t count, int32_t now, const int32_t *wanted)
{
    lsi_delay_foresee(r, count, now * MINUTE);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(r[i].foreseen, wanted[i] * MINUTE);
}

/* 100 to 130 began at 115: it ends at 145, and the next two are later by 15 and 5. */
static void test_chain(void **state)
{
    (void)state;
    lsi_planned r[] = {planned(100, 130, 0, 115), planned(130, 160, 0, 0), planned(170, 200, 0, 0),
                       planned(210, 240, 0, 0)};
    foresees(r, 4, 120, (const int32_t[]){100, 145, 175, 210});
    foresees(r, 4, 144, (const int32_t[]){100, 145, 175, 210});
}

/* One that has overrun lasts another quarter; one that began early ends early. */
static void test_overrun(void **state)
{
    (void)state;
    lsi_planned r[] = {planned(100, 120, 0, 100), planned(120, 140, 0, 0)};
    foresees(r, 2, 119, (const int32_t[]){100, 120});
    foresees(r, 2, 120, (const int32_t[]){100, 125});
    foresees(r, 2, 150, (const int32_t[]){100, 155});
    lsi_planned early[] = {planned(100, 120, 0, 90), planned(120, 140, 0, 0)};
    foresees(early, 2, 95, (const int32_t[]){100, 120});
}

/* Where nothing has begun, nobody knows of a delay, however late it is. */
static void test_unknown(void **state)
{
    (void)state;
    lsi_planned r[] = {planned(100, 130, 0, 0), planned(130, 160, 0, 0)};
    foresees(r, 2, 155, (const int32_t[]){100, 130});
    lsi_delay_foresee(NULL, 0, 0);
}

/* A chat holds up what is on its lane, and a call; a call holds up every lane. */
static void test_lanes(void **state)
{
    (void)state;
    lsi_planned r[] = {planned(100, 130, 1, 120), planned(130, 140, 2, 0), planned(130, 140, 1, 0),
                       planned(140, 150, 0, 0), planned(150, 160, 2, 0)};
    foresees(r, 5, 125, (const int32_t[]){100, 130, 150, 160, 170});
}

/* Buffers of both lie between. */
static void test_buffers(void **state)
{
    (void)state;
    lsi_planned r[] = {planned(100, 130, 0, 120), planned(140, 150, 0, 0)};
    r[0].busy_until = 133 * MINUTE;
    r[1].busy_from = 138 * MINUTE;
    foresees(r, 2, 125, (const int32_t[]){100, 155});
}

static uint32_t seed = 1;

static int32_t roll(uint32_t sides)
{
    seed = seed * 1664525u + 1013904223u;
    return (int32_t)((seed >> 8) % sides);
}

static bool meet(const lsi_planned *a, const lsi_planned *b)
{
    return a->lane == 0 || b->lane == 0 || a->lane == b->lane;
}

/* In any day: nothing is foreseen before its time; of two that share a lane the later one waits
 * for the earlier; and who is late is so because of one that is behind, not a minute more. */
static void test_any_day(void **state)
{
    (void)state;
    int delays = 0;
    for (int round = 0; round < 20000; round++) {
        lsi_planned r[8];
        size_t count = 0;
        int32_t at[3] = {100, 100, 100};
        const int32_t now = 100 + roll(60);
        while (count < 8) {
            const int32_t lane = roll(3);
            int32_t from = lane == 0 ? (at[1] > at[2] ? at[1] : at[2]) : at[lane];
            from += roll(3) * 5;
            const int32_t to = from + 5 + roll(4) * 5;
            /* In the order of busy_from, as the store has them. */
            if (count > 0 && from * MINUTE < r[count - 1].busy_from)
                from = (int32_t)(r[count - 1].busy_from / MINUTE);
            if (to <= from)
                continue;
            r[count] = planned(from, to, lane, count == 0 ? 95 + roll(20) : 0);
            count++;
            for (int i = 1; i < 3; i++)
                at[i] = lane == 0 || lane == i ? to : at[i];
        }
        lsi_delay_foresee(r, count, now * MINUTE);
        const lsched_time length = r[0].end - r[0].start;
        lsched_time over = r[0].began + length;
        over = over > now * MINUTE ? over : now * MINUTE + length / 4;
        for (size_t i = 1; i < count; i++) {
            bool held_up = r[i].foreseen == r[i].start;
            for (size_t j = 0; j < i; j++) {
                const lsched_time end = j == 0 ? over : r[j].foreseen + (r[j].end - r[j].start);
                if (!meet(&r[i], &r[j]))
                    continue;
                assert_true(r[i].foreseen >= end ||
                            (r[j].foreseen == r[j].start && j > 0 && r[i].foreseen == r[i].start));
                held_up = held_up || r[i].foreseen == end;
            }
            assert_true(r[i].foreseen >= r[i].start);
            assert_true(held_up);
            delays += r[i].foreseen > r[i].start;
        }
    }
    assert_in_range(delays, 1000, 140000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chain),   cmocka_unit_test(test_overrun),
        cmocka_unit_test(test_unknown), cmocka_unit_test(test_lanes),
        cmocka_unit_test(test_buffers), cmocka_unit_test(test_any_day),
    };
    return cmocka_run_group_tests_name("delay", tests, NULL, NULL);
}
