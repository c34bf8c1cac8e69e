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

static bool is_kept(const lsi_facts *facts, size_t candidate)
{
    const lsi_agent_fact *agent = &facts->agents[facts->candidates[candidate].agent];
    return facts->preferred != NULL && strcmp(agent->agent.id, facts->preferred) == 0;
}

int32_t lsi_ladder_decided(const lsi_facts *facts, size_t a, size_t b)
{
    const lsi_candidate *left = &facts->candidates[a], *right = &facts->candidates[b];
    const int32_t rung = lsi_ladder_best(left->rungs);
    if (is_kept(facts, a) != is_kept(facts, b))
        return LSCHED_BY_KEEPING;
    if (rung != lsi_ladder_best(right->rungs))
        return LSCHED_BY_RUNG;
    if (rung == LSCHED_KNOWN && facts->agents[left->agent].rank != facts->agents[right->agent].rank)
        return LSCHED_BY_RANK;
    return left->owed != right->owed ? LSCHED_BY_TURN : LSCHED_BY_ID;
}

bool lsi_ladder_before(const lsi_facts *facts, size_t a, size_t b)
{
    const lsi_candidate *left = &facts->candidates[a], *right = &facts->candidates[b];
    const lsi_agent_fact *x = &facts->agents[left->agent], *y = &facts->agents[right->agent];
    switch (lsi_ladder_decided(facts, a, b)) {
    case LSCHED_BY_KEEPING:
        return is_kept(facts, a);
    case LSCHED_BY_RUNG:
        return lsi_ladder_best(left->rungs) < lsi_ladder_best(right->rungs);
    case LSCHED_BY_RANK:
        return x->rank < y->rank;
    case LSCHED_BY_TURN:
        return left->owed > right->owed;
    default:
        break;
    }
    /* The same answer on every machine and in every retry: ids decide at last. */
    const int order = strcmp(x->agent.id, y->agent.id);
    if (order != 0)
        return order < 0;
    return strcmp(facts->teams[left->team].team.id, facts->teams[right->team].team.id) < 0;
}
