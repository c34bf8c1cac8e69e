/* chance.c -- see chance.h. */
#include "chance.h"

#include <math.h>

#define GOLDEN UINT64_C(0x9E3779B97F4A7C15)

static uint64_t mixed(uint64_t z)
{
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

chance chance_of(uint64_t seed, uint64_t kind, uint64_t number)
{
    return (chance){mixed(mixed(seed + GOLDEN) ^ (mixed(kind * GOLDEN + 1) + number * GOLDEN))};
}

double chance_even(chance *c)
{
    c->at += GOLDEN;
    return ((double)(mixed(c->at) >> 11) + 0.5) / 9007199254740992.0;
}

uint32_t chance_below(chance *c, uint32_t most)
{
    return (uint32_t)(chance_even(c) * most);
}

bool chance_hit(chance *c, double share)
{
    return chance_even(c) < share;
}

double chance_wait(chance *c, double mean)
{
    return -mean * log(chance_even(c));
}

double chance_length(chance *c, double mean, double spread)
{
    const double u = chance_even(c);
    const double normal = sqrt(-2 * log(u)) * cos(6.283185307179586 * chance_even(c));
    return mean * exp(spread * normal - spread * spread / 2);
}
