/* rules/seat.c -- room for one, by giving as few others as can be to other agents.
 *
 * Whoever sits where the newcomer is to sit has to go; each of these goes to another agent of the
 * same standing, from where in turn everybody has to go who is in the way.  So all that must move
 * hangs together, and a search that begins with the newcomer and lets nobody move twice finds it:
 * first with one move, then with two, so that what is found first is the least.
 *
 * A search that takes too many steps is given up.  Steps are counted, not time, so that finding
 * and booking give up at the same ones.
 */
#include "rules/rules.h"

#define MOST LSCHED_MAX_RESEATS
#define STEPS 20000 /* options looked at for one newcomer with one agent */

typedef struct search {
    lsi_seating *s;
    size_t agent; /* of the newcomer */
    lsched_time from, until;
    int32_t limit, steps;
    lsi_reseating moves[MOST]; /* those who have to go; placed are the first ones */
    int32_t count;
    lsi_error *e;
} search;

static bool meets(lsched_time from, lsched_time until, lsched_time other_from,
                  lsched_time other_until)
{
    return other_from < until && from < other_until;
}

static bool goes(const search *x, size_t sitter)
{
    for (int32_t i = 0; i < x->count; i++) {
        if (x->moves[i].sitter == sitter)
            return true;
    }
    return false;
}

/* Everybody in the way goes; whether that is within the limit. */
static bool send_away(search *x, size_t agent, lsched_time from, lsched_time until)
{
    const lsi_bench *b = &x->s->benches[agent];
    for (size_t i = 0; i < b->sitter_count; i++) {
        const lsi_sitter *other = &x->s->sitters[b->sitters[i]];
        if (!meets(from, until, other->from, other->until) || goes(x, b->sitters[i]))
            continue;
        if (x->count == x->limit)
            return false;
        x->moves[x->count++] = (lsi_reseating){.sitter = b->sitters[i]};
    }
    return true;
}

/* Whether what stays there, the newcomer and those who were placed before leave it room. */
static bool has_room(const search *x, int32_t mover, size_t agent)
{
    const lsi_sitter *me = &x->s->sitters[x->moves[mover].sitter];
    const lsi_bench *b = &x->s->benches[agent];
    if (agent == x->agent && meets(me->from, me->until, x->from, x->until))
        return false;
    for (size_t i = 0; i < b->fixed_count; i++) {
        if (meets(me->from, me->until, b->fixed[i].from, b->fixed[i].until))
            return false;
    }
    for (int32_t i = 0; i < mover; i++) {
        const lsi_sitter *other = &x->s->sitters[x->moves[i].sitter];
        if (x->moves[i].agent == agent && meets(me->from, me->until, other->from, other->until))
            return false;
    }
    return true;
}

/* Places those who have to go, from the mover on; `*found` says whether all of them. */
static int place(search *x, int32_t mover, bool *found)
{
    int status = LSCHED_OK;
    *found = mover == x->count;
    if (*found)
        return LSCHED_OK;
    const size_t me = x->moves[mover].sitter;
    if (!x->s->sitters[me].met)
        status = x->s->meet(x->s->user, me, x->e);
    /* The arrays may grow with every question. */
    for (size_t i = 0; status == LSCHED_OK && !*found && i < x->s->sitters[me].option_count; i++) {
        const size_t agent = x->s->sitters[me].options[i];
        const int32_t count = x->count;
        if (x->steps-- <= 0)
            break;
        if (has_room(x, mover, agent) &&
            send_away(x, agent, x->s->sitters[me].from, x->s->sitters[me].until)) {
            x->moves[mover].agent = agent;
            status = place(x, mover + 1, found);
            /* Asked last, since it costs most. */
            if (status == LSCHED_OK && *found)
                status = x->s->suits(x->s->user, me, i, found, x->e);
        }
        if (!*found)
            x->count = count;
    }
    return status;
}

int lsi_seat_find(lsi_seating *s, size_t agent, lsched_time from, lsched_time until, int32_t most,
                  lsi_seated *out, lsi_error *e)
{
    search x = {.s = s, .agent = agent, .from = from, .until = until, .steps = STEPS, .e = e};
    bool found = false;
    int status = LSCHED_OK;
    out->count = 0;
    for (x.limit = 1; x.limit <= most && !found && x.steps > 0 && status == LSCHED_OK; x.limit++) {
        x.count = 0;
        if (send_away(&x, agent, from, until))
            status = place(&x, 0, &found);
    }
    if (status != LSCHED_OK || !found)
        return status;
    for (int32_t i = 0; i < x.count; i++)
        out->moves[i] = x.moves[i];
    out->count = x.count;
    return LSCHED_OK;
}
