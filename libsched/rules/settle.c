/* rules/settle.c -- which stray goes where: the plan that disturbs the least.
 *
 * Each stray has its options, cheapest first; two options are in each other's way where they
 * need the same agent.  To begin with, as many as possible keep their time (an option that is
 * taken is freed by whoever can go elsewhere, and so on: augmenting paths), then each of the
 * others gets the cheapest that is left.  For few strays, all of it is then tried again,
 * branch by branch, until nothing better can be left.  What it costs is settled then; among
 * places that cost the same, turns are taken.
 */
#include "rules/rules.h"

#include <stdlib.h>
#include <string.h>

#define FEW 10            /* strays of which all combinations are tried */
#define BRANCHES 10000000 /* the effort that may take */

/* ---- what a plan costs ----------------------------------------------------------------------- */

/* In the order in which they count. */
typedef struct cost {
    int64_t part[7];
} cost;
#define PARTS 7
enum {
    STAYS,
    MOVED,
    DAYS,
    EARLIER,
    AGENT,
    TEAM,
    SHIFT
};

static const cost staying = {{[STAYS] = 1}};

static cost cost_of(const lsi_option *o)
{
    return (cost){{[MOVED] = o->moved,
                   [DAYS] = o->days,
                   [EARLIER] = o->earlier,
                   [AGENT] = o->other_agent,
                   [TEAM] = o->other_team,
                   [SHIFT] = o->shift}};
}

static int compare(const cost *a, const cost *b)
{
    for (int i = 0; i < PARTS; i++) {
        if (a->part[i] != b->part[i])
            return a->part[i] < b->part[i] ? -1 : 1;
    }
    return 0;
}

static cost sum(const cost *a, const cost *b)
{
    cost c;
    for (int i = 0; i < PARTS; i++)
        c.part[i] = a->part[i] + b->part[i];
    return c;
}

int lsi_settle_compare(const lsi_option *a, const lsi_option *b)
{
    const cost x = cost_of(a), y = cost_of(b);
    return compare(&x, &y);
}

static const lsi_option *chosen(const lsi_settler *s)
{
    return s->chosen != LSI_NOWHERE ? &s->options[s->chosen] : NULL;
}

static cost cost_now(const lsi_settling *s)
{
    cost all = {{0}};
    for (size_t i = 0; i < s->count; i++) {
        const lsi_option *o = chosen(&s->at[i]);
        const cost c = o != NULL ? cost_of(o) : staying;
        all = sum(&all, &c);
    }
    return all;
}

/* ---- what is in the way of what ------------------------------------------------------------------ */

static bool meets(const lsi_option *o, const lsi_option *other)
{
    return other != NULL && other->agent == o->agent && other->busy_from < o->busy_until &&
           o->busy_from < other->busy_until;
}

static bool covers(lsched_time from, lsched_time until, lsched_time t)
{
    return from <= t && t < until;
}

/* How many chats stand at one instant of the option's, itself included. */
static int32_t depth_at(const lsi_settling *s, size_t settler, const lsi_option *o, lsched_time t)
{
    int32_t depth = 1;
    for (size_t i = 0; i < o->taken_count; i++)
        depth += covers(o->taken[i].from, o->taken[i].until, t);
    for (size_t i = 0; i < s->count; i++) {
        const lsi_option *other = i != settler ? chosen(&s->at[i]) : NULL;
        depth += meets(o, other) && covers(other->busy_from, other->busy_until, t);
    }
    return depth;
}

/* As many as ever stand beside one another do so where one of them begins. */
static bool has_lane(const lsi_settling *s, size_t settler, const lsi_option *o)
{
    if (depth_at(s, settler, o, o->busy_from) > o->lanes)
        return false;
    for (size_t i = 0; i < o->taken_count; i++) {
        const lsched_time t = o->taken[i].from;
        if (covers(o->busy_from, o->busy_until, t) && depth_at(s, settler, o, t) > o->lanes)
            return false;
    }
    for (size_t i = 0; i < s->count; i++) {
        const lsi_option *other = i != settler ? chosen(&s->at[i]) : NULL;
        if (meets(o, other) && covers(o->busy_from, o->busy_until, other->busy_from) &&
            depth_at(s, settler, o, other->busy_from) > o->lanes)
            return false;
    }
    return true;
}

bool lsi_settle_fits(const lsi_settling *s, size_t settler, const lsi_option *o)
{
    bool beside = false;
    for (size_t i = 0; i < s->count; i++) {
        const lsi_option *other = i != settler ? chosen(&s->at[i]) : NULL;
        if (!meets(o, other))
            continue;
        if (o->lanes == 0 || other->lanes == 0)
            return false;
        beside = true;
    }
    return !beside || has_lane(s, settler, o);
}

static bool look(lsi_settling *s, size_t settler, const lsi_option *o)
{
    s->effort -= (int64_t)s->count;
    return lsi_settle_fits(s, settler, o);
}

/* ---- exchanges ------------------------------------------------------------------------------------- */

/* Gives the settler a place, where need be by sending others elsewhere who were not asked yet;
 * with `keeping`, nobody is moved to another time. */
static bool augment(lsi_settling *s, size_t settler, bool keeping, bool *asked)
{
    lsi_settler *me = &s->at[settler];
    asked[settler] = true;
    for (size_t i = 0; i < me->count && !(keeping && me->options[i].moved); i++) {
        if (look(s, settler, &me->options[i])) {
            me->chosen = i;
            return true;
        }
    }
    for (size_t i = 0; i < me->count && !(keeping && me->options[i].moved); i++) {
        for (size_t j = 0; j < s->count && s->effort > 0; j++) {
            lsi_settler *other = &s->at[j];
            const size_t had = other->chosen;
            if (asked[j] || !meets(&me->options[i], chosen(other)))
                continue;
            other->chosen = LSI_NOWHERE;
            if (look(s, settler, &me->options[i])) {
                me->chosen = i;
                if (augment(s, j, keeping, asked))
                    return true;
                me->chosen = LSI_NOWHERE;
            }
            other->chosen = had;
        }
    }
    return false;
}

static int try_exchange(lsi_settling *s, size_t settler, bool keeping, lsi_error *e)
{
    bool *asked = calloc(s->count, sizeof *asked);
    if (asked == NULL)
        return lsi_error_nomem(e);
    augment(s, settler, keeping, asked);
    free(asked);
    return LSCHED_OK;
}

static int keep_times(lsi_settling *s, lsi_error *e)
{
    int status = LSCHED_OK;
    for (size_t i = 0; i < s->count && status == LSCHED_OK; i++) {
        if (s->at[i].chosen == LSI_NOWHERE && s->at[i].count > 0 && !s->at[i].options[0].moved)
            status = try_exchange(s, i, true, e);
        if (status == LSCHED_OK)
            status = s->late(s->user, e);
    }
    return status;
}

/* The cheapest that is left; further days are looked at only where there is none. */
static int take_next(lsi_settling *s, size_t settler, lsi_error *e)
{
    lsi_settler *me = &s->at[settler];
    int status = LSCHED_OK;
    for (size_t i = 0; me->chosen == LSI_NOWHERE && status == LSCHED_OK; i++) {
        while (i == me->count && !me->all && status == LSCHED_OK) {
            status = s->late(s->user, e);
            if (status == LSCHED_OK)
                status = s->more(s->user, settler, e);
        }
        if (i == me->count || status != LSCHED_OK)
            break;
        if (look(s, settler, &me->options[i]))
            me->chosen = i;
    }
    if (status == LSCHED_OK && me->chosen == LSI_NOWHERE && me->count > 0)
        status = try_exchange(s, settler, false, e);
    return status;
}

/* ---- all combinations ------------------------------------------------------------------------------- */

typedef struct branch {
    lsi_settling *s;
    cost least[FEW + 1]; /* what the settlers from here on cost at the least */
    cost best;
    size_t chosen[FEW];
} branch;

static void descend(branch *b, size_t settler, const cost *before)
{
    lsi_settling *s = b->s;
    const cost bound = sum(before, &b->least[settler]);
    if (s->effort <= 0 || compare(&bound, &b->best) >= 0)
        return;
    if (settler == s->count) {
        b->best = *before;
        for (size_t i = 0; i < s->count; i++)
            b->chosen[i] = s->at[i].chosen;
        return;
    }
    lsi_settler *me = &s->at[settler];
    for (size_t i = 0; i < me->count && s->effort > 0; i++) {
        const cost own = cost_of(&me->options[i]), here = sum(before, &own);
        const cost least = sum(&here, &b->least[settler + 1]);
        if (compare(&least, &b->best) >= 0)
            break; /* the others cost more */
        if (!look(s, settler, &me->options[i]))
            continue;
        me->chosen = i;
        descend(b, settler + 1, &here);
        me->chosen = LSI_NOWHERE;
    }
    const cost stays = sum(before, &staying);
    descend(b, settler + 1, &stays);
}

/* What a better plan could be made of: nobody in it goes further than all now do together. */
static int look_further(lsi_settling *s, lsi_error *e)
{
    const cost now = cost_now(s);
    int status = LSCHED_OK;
    for (size_t i = 0; i < s->count; i++) {
        lsi_settler *me = &s->at[i];
        while (status == LSCHED_OK && !me->all &&
               (now.part[STAYS] > 0 || me->looked < now.part[DAYS] || me->looked < 0)) {
            status = s->late(s->user, e);
            if (status == LSCHED_OK)
                status = s->more(s->user, i, e);
        }
    }
    return status;
}

static int try_all(lsi_settling *s, lsi_error *e)
{
    branch b = {.s = s, .best = cost_now(s)};
    const cost nothing = {{0}};
    const int64_t effort = s->effort;
    for (size_t i = s->count; i-- > 0;) {
        const cost own = s->at[i].count > 0 ? cost_of(&s->at[i].options[0]) : staying;
        b.least[i] = sum(&b.least[i + 1], &own);
    }
    if (compare(&b.least[0], &b.best) >= 0)
        return LSCHED_OK; /* each has its cheapest */
    const int status = look_further(s, e);
    if (status != LSCHED_OK)
        return status;
    for (size_t i = s->count; i-- > 0;) {
        const cost own = s->at[i].count > 0 ? cost_of(&s->at[i].options[0]) : staying;
        b.least[i] = sum(&b.least[i + 1], &own);
    }
    for (size_t i = 0; i < s->count; i++) {
        b.chosen[i] = s->at[i].chosen;
        s->at[i].chosen = LSI_NOWHERE;
    }
    s->effort = BRANCHES;
    descend(&b, 0, &nothing);
    s->effort = effort;
    for (size_t i = 0; i < s->count; i++)
        s->at[i].chosen = b.chosen[i];
    return s->late(s->user, e);
}

/* ---- turns ------------------------------------------------------------------------------------------- */

#define PASSES 32 /* until nobody would rather have another's place; mostly two */

/* Seconds of work that the plan gives to an agent, less what it takes away.  Within a team and a
 * day the work of all stays what it was, so that is what the agent is owed less by share.c. */
typedef struct turn {
    const char *agent;
    int64_t given;
} turn;

typedef struct turns {
    turn *at;
    size_t count, room;
} turns;

static int64_t given_to(const turns *t, const char *agent)
{
    for (size_t i = 0; i < t->count; i++) {
        if (t->at[i].agent == agent)
            return t->at[i].given;
    }
    return 0;
}

static int give(turns *t, const char *agent, int64_t seconds, lsi_error *e)
{
    for (size_t i = 0; i < t->count; i++) {
        if (t->at[i].agent == agent) {
            t->at[i].given += seconds;
            return LSCHED_OK;
        }
    }
    turn *place = lsi_vector_push(&t->at, &t->count, &t->room, sizeof *place);
    if (place == NULL)
        return lsi_error_nomem(e);
    *place = (turn){agent, seconds};
    return LSCHED_OK;
}

static int64_t work_of(const lsi_settler *me, const lsi_option *o)
{
    return me->seconds > 0 ? o->end - o->start : 0;
}

/* The ladder's order (ladder.c), with what the plan has given.  Whom the customer knows is no
 * matter of turns. */
static bool before(const turns *t, const lsi_option *a, const lsi_option *b)
{
    if (a->rung != b->rung)
        return a->rung < b->rung;
    if (a->rung == LSCHED_KNOWN || a->agent == b->agent)
        return false;
    const int64_t x = a->owed - given_to(t, a->agent), y = b->owed - given_to(t, b->agent);
    return x != y ? x > y : strcmp(a->agent, b->agent) < 0;
}

/* The best of the options that cost what its place costs, and can be had. */
static size_t take_turn(lsi_settling *s, size_t settler, const turns *t)
{
    const lsi_settler *me = &s->at[settler];
    size_t best = me->chosen, first = best;
    while (first > 0 && lsi_settle_compare(&me->options[first - 1], &me->options[best]) == 0)
        first--;
    for (size_t i = first; i < me->count && s->effort > 0; i++) {
        if (lsi_settle_compare(&me->options[i], &me->options[me->chosen]) != 0)
            break;
        if (before(t, &me->options[i], &me->options[best]) && look(s, settler, &me->options[i]))
            best = i;
    }
    return best;
}

/* One pass; in the first one each knows only of those before it, so that turns are taken from
 * the first settler on. */
static int pass(lsi_settling *s, turns *t, bool first, bool *changed, lsi_error *e)
{
    int status = LSCHED_OK;
    *changed = first;
    for (size_t i = 0; i < s->count && status == LSCHED_OK; i++) {
        lsi_settler *me = &s->at[i];
        if (me->chosen == LSI_NOWHERE)
            continue;
        const lsi_option *had = &me->options[me->chosen];
        if (!first)
            status = give(t, had->agent, -work_of(me, had), e);
        if (status != LSCHED_OK)
            break;
        const size_t best = take_turn(s, i, t);
        *changed = *changed || best != me->chosen;
        me->chosen = best;
        status = give(t, me->options[best].agent, work_of(me, &me->options[best]), e);
    }
    return status == LSCHED_OK ? s->late(s->user, e) : status;
}

static int take_turns(lsi_settling *s, lsi_error *e)
{
    turns t = {0};
    bool changed = true;
    int status = LSCHED_OK;
    for (size_t i = 0; i < s->count && status == LSCHED_OK; i++) {
        if (s->at[i].chosen != LSI_NOWHERE)
            status = give(&t, s->at[i].agent, -s->at[i].seconds, e);
    }
    for (int n = 0; n < PASSES && changed && status == LSCHED_OK; n++)
        status = pass(s, &t, n == 0, &changed, e);
    free(t.at);
    return status;
}

int lsi_settle_all(lsi_settling *s, lsi_error *e)
{
    int status = keep_times(s, e);
    for (size_t i = 0; i < s->count && status == LSCHED_OK; i++) {
        if (s->at[i].chosen == LSI_NOWHERE)
            status = take_next(s, i, e);
    }
    if (status == LSCHED_OK && s->count <= FEW)
        status = try_all(s, e);
    return status == LSCHED_OK ? take_turns(s, e) : status;
}
