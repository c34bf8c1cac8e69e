/* chance.h -- chance that is the same in every run: streams that hang on nothing but their seed. */
#ifndef YEAR_CHANCE_H
#define YEAR_CHANCE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct chance {
    uint64_t at;
} chance;

/* The stream of one thing (a contact, a day): what others draw does not shift it, so that the same
 * customer wishes the same in two runs that differ in something else. */
chance chance_of(uint64_t seed, uint64_t kind, uint64_t number);

double chance_even(chance *c);                   /* in (0, 1)                                 */
uint32_t chance_below(chance *c, uint32_t most); /* 0 .. most - 1                             */
bool chance_hit(chance *c, double share);
double chance_wait(chance *c, double mean);                  /* exponential                  */
double chance_length(chance *c, double mean, double spread); /* lognormal, by its mean        */

#endif
