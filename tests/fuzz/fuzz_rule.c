/* fuzz_rule.c -- recurrence rules: the first byte picks a start, the rest is the value of
 * an RRULE.
 *
 * What a rule gives is ascending, inside the window and within the steps, and the same
 * whether the window is entered at its beginning or in its middle.
 */
#include "cal/cal.h"
#include "fuzz.h"

#include <string.h>

#define STEPS 20000
#define STARTS 4000

typedef struct starts {
    int64_t at[STARTS];
    size_t count;
    int64_t from, until, start;
} starts;

static lsi_error e;

static int take(void *user, int64_t wall)
{
    starts *s = user;
    expect(wall >= s->from && wall < s->until && wall >= s->start);
    expect(s->count == 0 || s->at[s->count - 1] < wall);
    if (s->count == STARTS)
        return LSCHED_BUSY;
    s->at[s->count++] = wall;
    return LSCHED_OK;
}

static int expand(const lsi_rule *rule, int64_t start, int64_t from, int64_t until, starts *out)
{
    int64_t steps = STEPS;
    *out = (starts){.from = from, .until = until, .start = start};
    const int status = lsi_recur_expand(rule, start, from, until, &steps, take, out, &e);
    expect(status == LSCHED_OK || status == LSCHED_LIMIT || status == LSCHED_BUSY);
    expect(steps <= STEPS);
    expect(status != LSCHED_OK || steps >= 0);
    return status;
}

static void check_window(const lsi_rule *rule, int64_t start, int64_t from, int64_t until)
{
    static starts whole, half;
    const int64_t middle = (from + until) / 2;
    const int status = expand(rule, start, from, until, &whole);
    if (status == LSCHED_LIMIT)
        return;
    /* Also where the list was full: what came of the second half came from there. */
    size_t k = 0;
    while (k < whole.count && whole.at[k] < middle)
        k++;
    if (expand(rule, start, middle, until, &half) == LSCHED_LIMIT)
        return;
    const size_t known = whole.count - k;
    expect(half.count >= known);
    expect(status != LSCHED_OK || half.count == known);
    for (size_t i = 0; i < known; i++)
        expect(half.at[i] == whole.at[k + i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int64_t starts_at[] = {
        INT64_C(1772355600), /* 2026-03-01T09:00, a Sunday */
        INT64_C(1735689599), /* 2024-12-31T23:59:59 */
        INT64_C(1709164800), /* 2024-02-29 */
        INT64_C(0),
    };
    lsi_arena arena = {0};
    lsi_rule *rule;
    if (size == 0)
        return 0;
    const int64_t start = starts_at[data[0] % 4];
    const int status = lsi_recur_read((const char *)data + 1, size - 1, &arena, &rule, &e);
    if (status == LSCHED_OK) {
        lsi_recur_set_zone(rule, NULL);
        check_window(rule, start, start, start + 400 * LSI_DAY);
        check_window(rule, start, start + 20 * 366 * LSI_DAY, start + 21 * 366 * LSI_DAY);
    } else {
        expect(status == LSCHED_INVALID || status == LSCHED_LIMIT);
        expect(e.text[0] != '\0' && lsi_text_clean(e.text, strlen(e.text), false));
    }
    lsi_arena_free(&arena);
    return 0;
}
