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

static bool is_kept(const lsi_facts *facts, const lsi_agent_fact *agent)
{
    return facts->preferred != NULL && strcmp(agent->agent.id, facts->preferred) == 0;
}

/* The same answer on every machine and in every retry: ids decide at last. */
static int by_id(const lsi_facts *facts, const lsi_candidate *left, const lsi_candidate *right)
{
    const int order =
        strcmp(facts->agents[left->agent].agent.id, facts->agents[right->agent].agent.id);
    return order != 0 ? order
                      : strcmp(facts->teams[left->team].team.id, facts->teams[right->team].team.id);
}

/* Below 0: the left one is better; and by what.  Who is best is asked of many again and again,
 * so it looks at no more than it must. */
static inline int compare(const lsi_facts *facts, size_t a, size_t b, int32_t *by)
{
    const lsi_candidate *left = &facts->candidates[a], *right = &facts->candidates[b];
    const lsi_agent_fact *x = &facts->agents[left->agent], *y = &facts->agents[right->agent];
    const int32_t rung = lsi_ladder_best(left->rungs), other = lsi_ladder_best(right->rungs);
    *by = LSCHED_BY_KEEPING;
    if (facts->preferred != NULL && is_kept(facts, x) != is_kept(facts, y))
        return is_kept(facts, x) ? -1 : 1;
    *by = LSCHED_BY_RUNG;
    if (rung != other)
        return rung < other ? -1 : 1;
    *by = LSCHED_BY_RANK;
    if (rung == LSCHED_KNOWN && x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    *by = LSCHED_BY_TURN;
    if (left->owed != right->owed)
        return left->owed > right->owed ? -1 : 1;
    *by = LSCHED_BY_ID;
    return by_id(facts, left, right);
}

int32_t lsi_ladder_decided(const lsi_facts *facts, size_t a, size_t b)
{
    int32_t by;
    (void)compare(facts, a, b, &by);
    return by;
}

bool lsi_ladder_before(const lsi_facts *facts, size_t a, size_t b)
{
    int32_t by;
    return compare(facts, a, b, &by) < 0;
}
