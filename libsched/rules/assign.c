/* rules/assign.c -- a home team for a new customer: the least loaded of the region. */
#include "rules/rules.h"

#include <string.h>

/* Customers for each agent, compared without dividing.  A team with nobody on its roster
 * comes last, whatever it has. */
static bool lighter(const lsi_home *a, const lsi_home *b)
{
    if ((a->members == 0) != (b->members == 0))
        return a->members != 0;
    const int64_t left = a->members != 0 ? a->customers * b->members : a->customers;
    const int64_t right = b->members != 0 ? b->customers * a->members : b->customers;
    return left != right ? left < right : strcmp(a->id, b->id) < 0;
}

size_t lsi_assign_pick(const lsi_home *homes, size_t count)
{
    size_t best = count;
    for (size_t i = 0; i < count; i++) {
        if (best == count || lighter(&homes[i], &homes[best]))
            best = i;
    }
    return best;
}
