/* rules/ladder.c -- who is best: known agent, home team, overflow team, general care. */
#include "rules/rules.h"

#include <string.h>

int32_t lsi_ladder_team(const lsched_customer *customer, const lsched_team *home,
                        const lsched_team *team)
{
    int32_t rungs = team->general != 0 ? LSCHED_GENERAL : 0;
    if (customer->general != 0 || home == NULL)
        return rungs;
    if (strcmp(team->id, home->id) == 0)
        rungs |= LSCHED_HOME;
    if (strcmp(team->id, home->overflow) == 0)
        rungs |= LSCHED_OVERFLOW;
    return rungs;
}

int32_t lsi_ladder_best(int32_t rungs)
{
    return rungs & -rungs;
}

bool lsi_ladder_before(const lsi_facts *facts, size_t a, size_t b)
{
    const lsi_candidate *left = &facts->candidates[a], *right = &facts->candidates[b];
    const lsi_agent_fact *x = &facts->agents[left->agent], *y = &facts->agents[right->agent];
    const bool keep_x = facts->preferred != NULL && strcmp(x->agent.id, facts->preferred) == 0;
    const bool keep_y = facts->preferred != NULL && strcmp(y->agent.id, facts->preferred) == 0;
    if (keep_x != keep_y)
        return keep_x;
    const int32_t rung_x = lsi_ladder_best(left->rungs), rung_y = lsi_ladder_best(right->rungs);
    if (rung_x != rung_y)
        return rung_x < rung_y;
    if (rung_x == LSCHED_KNOWN && x->rank != y->rank)
        return x->rank < y->rank;
    if (left->owed != right->owed)
        return left->owed > right->owed;
    /* The same answer on every machine and in every retry: ids decide at last. */
    const int order = strcmp(x->agent.id, y->agent.id);
    if (order != 0)
        return order < 0;
    return strcmp(facts->teams[left->team].team.id, facts->teams[right->team].team.id) < 0;
}
