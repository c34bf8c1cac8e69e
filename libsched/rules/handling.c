/* rules/handling.c -- how long contacts take: what was seen, as lengths that are equally likely.
 *
 * No shape is taken for granted but where little was seen: there, the planned length counts as
 * much as PLANNED seen ones, spread as handling times are known to be (their logarithms are
 * normal, and the mean is the planned length).  Beside the lengths stands how far off the mean may
 * still be: to doubt it once for all contacts of a rehearsal is something else than to draw
 * each, since the errors of a wrong mean add up along the line.
 */
#include "rules/rules.h"

#include <stdlib.h>

#define PLANNED 4
#define LONGEST (INT32_C(60) * LSCHED_MAX_MINUTES)

/* Thousandths of the planned length, each as likely as the others: exp(0.6 z - 0.18) at the
 * middles of 64 equal shares of a normal z. */
static const int32_t shape[] = {
    196,  253,  290,  320,  345,  368,  389,  409,  428,  447,  465,  482,  499,  516,  533,  549,
    565,  582,  598,  615,  631,  648,  665,  681,  698,  716,  733,  751,  769,  788,  806,  826,
    845,  865,  886,  907,  929,  951,  975,  999,  1024, 1050, 1077, 1105, 1135, 1166, 1199, 1234,
    1271, 1310, 1352, 1398, 1448, 1502, 1562, 1629, 1705, 1793, 1896, 2022, 2183, 2404, 2752, 3563,
};
#define SHAPE ((int64_t)(sizeof shape / sizeof *shape))

static int by_length(const void *a, const void *b)
{
    const int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

static int32_t bounded(int64_t length)
{
    return length < 1 ? 1 : length > LONGEST ? LONGEST : (int32_t)length;
}

static int64_t root(int64_t square)
{
    int64_t low = 0, high = INT64_C(3037000499);
    while (low < high) {
        const int64_t middle = (low + high + 1) / 2;
        if (middle * middle <= square)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

/* One standard deviation of the mean of so many, as a part of it. */
static int32_t doubt(const lsi_handling *h, int64_t count)
{
    int64_t mean = 0, spread = 0;
    for (size_t i = 0; i < LSI_HANDLING_STEPS; i++)
        mean += h->lengths[i];
    mean /= LSI_HANDLING_STEPS;
    for (size_t i = 0; i < LSI_HANDLING_STEPS; i++) {
        const int64_t off = h->lengths[i] - mean;
        spread += off * off / LSI_HANDLING_STEPS;
    }
    /* 2^12 of a second is what there is room for. */
    return (int32_t)(root((spread << 24) / count) * (LSI_HANDLING_ONE >> 12) / mean);
}

void lsi_handling_learn(lsi_handling *h, int64_t planned, int32_t *seen, size_t count)
{
    const int64_t all = SHAPE * ((int64_t)count + PLANNED);
    int64_t passed = 0; /* a seen one weighs SHAPE, one of the shape PLANNED */
    size_t s = 0, p = 0;
    int32_t length = 1;
    if (count > 0)
        qsort(seen, count, sizeof *seen, by_length);
    planned = bounded(planned);
    for (int64_t i = 0; i < LSI_HANDLING_STEPS; i++) {
        while (passed * 2 * LSI_HANDLING_STEPS <= (2 * i + 1) * all) {
            const int32_t shaped = p < (size_t)SHAPE ? bounded(planned * shape[p] / 1000) : LONGEST;
            const bool takes_seen = p == (size_t)SHAPE || (s < count && bounded(seen[s]) <= shaped);
            length = takes_seen ? bounded(seen[s++]) : shaped;
            p += !takes_seen;
            passed += takes_seen ? SHAPE : PLANNED;
        }
        h->lengths[i] = length;
    }
    h->doubt = doubt(h, (int64_t)count + PLANNED);
}
