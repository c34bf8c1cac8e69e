/* core/reseat.c -- who sits where, for rules/seat.c: from the store to benches and sitters.
 *
 * Who may be given to another agent is told in the public header, at lsched_put_service().  Which
 * agents are as suitable is the one predicate's word (permit.c), asked about the sitter's own
 * place, as of a stray (stray.c): everything but who is booked there, which the benches know.
 *
 * A newcomer's own question is asked of facts in which those who may move take no place: what is
 * permitted there is permitted as soon as they are gone.
 */
#include "core/core.h"

#include <stdlib.h>
#include <string.h>

#define AHEAD INT64_C(3600)  /* from so long before its start on, a booking stays */
#define AROUND (LSI_DAY / 2) /* is read along, around what is asked about */

/* A sitter's booking, and what is known of its options. */
typedef struct guest {
    lsched_booking booking;
    bool *suits;
    bool judged;
} guest;

/* A bench's agent, and what time of it is known. */
typedef struct chair {
    const char *id;
    lsched_time from, until;
} chair;

struct lsi_reseat {
    lsi_core *core;
    const lsi_facts *f;
    const char *moving;
    lsi_arena a;
    lsi_facts loose;
    size_t *benches; /* by agent of the facts */
    size_t *order;   /* of candidates, the best first */
    lsi_seating seating;
    guest *guests;
    size_t guest_count, guest_room;
    chair *chairs;
    size_t chair_count, chair_room;
};

/* ---- benches -------------------------------------------------------------------------------- */

static int find_bench(lsi_reseat *r, const char *id, size_t *place, lsi_error *e)
{
    lsi_seating *s = &r->seating;
    for (*place = 0; *place < r->chair_count; ++*place) {
        if (strcmp(r->chairs[*place].id, id) == 0)
            return LSCHED_OK;
    }
    chair *c = lsi_vector_push(&r->chairs, &r->chair_count, &r->chair_room, sizeof *c);
    lsi_bench *b =
        c != NULL ? lsi_vector_push(&s->benches, &s->bench_count, &s->bench_room, sizeof *b) : NULL;
    if (b == NULL)
        return lsi_error_nomem(e);
    *b = (lsi_bench){0};
    *c = (chair){.id = lsi_arena_text(&r->a, id, strlen(id))};
    return c->id != NULL ? LSCHED_OK : lsi_error_nomem(e);
}

static bool is_moving(const lsi_reseat *r, const char *id)
{
    return lsi_text_given(r->moving) && strcmp(r->moving, id) == 0;
}

/* One who sat on the bench when less of it was known is the same as then. */
static int add_sitter(lsi_reseat *r, size_t bench, const lsi_bench *was, const lsched_booking *b,
                      size_t *place, lsi_error *e)
{
    lsi_seating *s = &r->seating;
    for (size_t i = 0; i < was->sitter_count; i++) {
        *place = was->sitters[i];
        if (strcmp(r->guests[*place].booking.id, b->id) == 0)
            return LSCHED_OK;
    }
    *place = s->sitter_count;
    guest *g = lsi_vector_push(&r->guests, &r->guest_count, &r->guest_room, sizeof *g);
    lsi_sitter *sitter =
        g != NULL ? lsi_vector_push(&s->sitters, &s->sitter_count, &s->sitter_room, sizeof *sitter)
                  : NULL;
    if (sitter == NULL)
        return lsi_error_nomem(e);
    *g = (guest){.booking = *b};
    *sitter = (lsi_sitter){.agent = bench, .from = b->busy_from, .until = b->busy_until};
    return LSCHED_OK;
}

/* The two lists are in one order, and whoever may move is in both. */
static int fill(lsi_reseat *r, size_t bench, const lsi_taken *taken, size_t count,
                const lsched_booking *soft, size_t soft_count, lsi_error *e)
{
    lsi_bench *b = &r->seating.benches[bench];
    const lsi_bench was = *b;
    size_t next = 0, place = 0;
    int status = LSCHED_OK;
    b->fixed = lsi_arena_take(&r->a, (count + 1) * sizeof *b->fixed);
    b->sitters = lsi_arena_take(&r->a, (soft_count + 1) * sizeof *b->sitters);
    b->fixed_count = b->sitter_count = 0;
    if (b->fixed == NULL || b->sitters == NULL)
        return lsi_error_nomem(e);
    for (size_t i = 0; i < count && status == LSCHED_OK; i++) {
        if (is_moving(r, taken[i].id))
            continue;
        while (next < soft_count && is_moving(r, soft[next].id))
            next++;
        if (next < soft_count && strcmp(soft[next].id, taken[i].id) == 0) {
            status = add_sitter(r, bench, &was, &soft[next++], &place, e);
            b->sitters[b->sitter_count++] = place;
        } else {
            b->fixed[b->fixed_count++] = (lsi_span){taken[i].from, taken[i].until};
        }
    }
    return status;
}

/* Sees to it that the bench is known in [from, until). */
static int look(lsi_reseat *r, size_t bench, lsched_time from, lsched_time until, lsi_error *e)
{
    const lsi_facts *f = r->f;
    chair *c = &r->chairs[bench];
    lsi_taken *taken;
    lsched_booking *soft;
    size_t count, soft_count;
    if (c->until != 0 && c->from <= from && until <= c->until)
        return LSCHED_OK;
    from = from > AROUND ? from - AROUND : 0;
    until += AROUND;
    if (c->until != 0) {
        from = from < c->from ? from : c->from;
        until = until > c->until ? until : c->until;
    }
    c->from = from;
    c->until = until;
    int status = lsi_store_late(r->core->store, e);
    if (status == LSCHED_OK)
        status = lsi_ledger_taken(r->core->store, c->id, from, until, f->clock, &r->a, &taken,
                                  &count, e);
    if (status == LSCHED_OK)
        status = lsi_soft_list(r->core->store, c->id, from, until, f->now + AHEAD, &r->a, &soft,
                               &soft_count, e);
    return status == LSCHED_OK ? fill(r, bench, taken, count, soft, soft_count, e) : status;
}

/* ---- sitters -------------------------------------------------------------------------------- */

static int load(lsi_reseat *r, const lsched_booking *b, lsi_facts *f, lsi_error *e)
{
    const lsi_wish wish = {.customer = b->customer,
                           .service = b->service,
                           .team = b->team,
                           .rungs = LSI_ALL_RUNGS,
                           .moving = b->id};
    return lsi_facts_load(r->core, &wish, r->f->now, f, e);
}

static const char *agent_of(const lsi_facts *f, size_t candidate)
{
    return f->agents[f->candidates[candidate].agent].agent.id;
}

/* The policy of today lets it go, and the customer does not know whom it would leave. */
static bool may_go(const lsi_facts *f, const lsched_booking *b)
{
    return f->service.reseats > 0 && b->start >= lsi_policy_earliest(&f->service, f->now) &&
           lsi_known_rank(f, b->agent) == 0;
}

static bool same_standing(const lsi_facts *f, const lsched_booking *b, size_t candidate)
{
    return lsi_ladder_best(f->candidates[candidate].rungs) == b->rung &&
           strcmp(agent_of(f, candidate), b->agent) != 0;
}

/* All of `count` in the order of the ladder. */
static void put_in_order(const lsi_facts *f, size_t *order, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const size_t candidate = order[i];
        size_t k = i;
        for (; k > 0 && lsi_ladder_before(f, candidate, order[k - 1]); k--)
            order[k] = order[k - 1];
        order[k] = candidate;
    }
}

static int list_options(lsi_reseat *r, size_t sitter, const lsi_facts *f, lsi_error *e)
{
    const lsched_booking b = r->guests[sitter].booking;
    size_t *options = lsi_arena_take(&r->a, (f->candidate_count + 1) * sizeof *options), count = 0;
    bool *suits = lsi_arena_take(&r->a, f->candidate_count + 1);
    int status = LSCHED_OK;
    if (options == NULL || suits == NULL)
        return lsi_error_nomem(e);
    for (size_t i = 0; i < f->candidate_count; i++) {
        if (may_go(f, &b) && same_standing(f, &b, i))
            options[count++] = i;
    }
    put_in_order(f, options, count);
    for (size_t i = 0; i < count && status == LSCHED_OK; i++) {
        status = find_bench(r, agent_of(f, options[i]), &options[i], e);
        if (status == LSCHED_OK)
            status = look(r, options[i], b.busy_from, b.busy_until, e);
    }
    r->guests[sitter].suits = suits;
    r->seating.sitters[sitter].options = options;
    r->seating.sitters[sitter].option_count = count;
    return status;
}

/* Whoever cannot be asked about has nowhere to go. */
static int forgive(int status, lsi_error *e)
{
    if (!lsi_stray_cannot_tell(status))
        return status;
    lsi_error_clear(e);
    return LSCHED_OK;
}

static int meet(void *user, size_t sitter, lsi_error *e)
{
    lsi_reseat *r = user;
    lsi_facts f = {0};
    r->seating.sitters[sitter].met = true;
    int status = lsi_store_late(r->core->store, e);
    if (status == LSCHED_OK)
        status = load(r, &r->guests[sitter].booking, &f, e);
    if (status == LSCHED_OK)
        status = list_options(r, sitter, &f, e);
    lsi_facts_free(r->core, &f);
    return forgive(status, e);
}

/* Nobody's bookings are in these facts: what is booked is not asked. */
static int judge(lsi_reseat *r, size_t sitter, lsi_error *e)
{
    const lsi_sitter *s = &r->seating.sitters[sitter];
    guest *g = &r->guests[sitter];
    const lsched_booking *b = &g->booking;
    lsi_facts f = {0};
    lsi_permits *p = NULL;
    g->judged = true;
    int status = load(r, b, &f, e);
    if (status == LSCHED_OK) {
        lsi_stray_keep_reach(&f.service, b);
        status = lsi_permit_new(&f, b->channel, b->start, b->start + 1, &p, e);
    }
    for (size_t i = 0; status == LSCHED_OK && i < f.candidate_count; i++) {
        if (!same_standing(&f, b, i) || (lsi_permit_why(p, i, b->start) & ~LSI_NOT_PROMISED) != 0)
            continue;
        for (size_t k = 0; k < s->option_count; k++)
            g->suits[k] = g->suits[k] || strcmp(r->chairs[s->options[k]].id, agent_of(&f, i)) == 0;
    }
    lsi_permit_free(p);
    lsi_facts_free(r->core, &f);
    return forgive(status, e);
}

static int suits(void *user, size_t sitter, size_t option, bool *yes, lsi_error *e)
{
    lsi_reseat *r = user;
    const int status = r->guests[sitter].judged ? LSCHED_OK : judge(r, sitter, e);
    *yes = status == LSCHED_OK && r->guests[sitter].suits[option];
    return status;
}

/* ---- the question --------------------------------------------------------------------------- */

/* Whether it may move; to be asked of what is taken in the order of its beginnings. */
static bool sits(const lsi_reseat *r, size_t bench, size_t *next, const lsi_taken *t)
{
    const lsi_bench *b = &r->seating.benches[bench];
    while (*next < b->sitter_count && r->seating.sitters[b->sitters[*next]].from < t->from)
        ++*next;
    for (size_t i = *next; i < b->sitter_count && r->seating.sitters[b->sitters[i]].from == t->from;
         i++) {
        if (strcmp(r->guests[b->sitters[i]].booking.id, t->id) == 0)
            return true;
    }
    return false;
}

/* The facts without those who may move. */
static int loosen(lsi_reseat *r, lsi_error *e)
{
    const lsi_facts *f = r->f;
    r->loose = *f;
    r->loose.agents = lsi_arena_take(&r->a, (f->agent_count + 1) * sizeof *f->agents);
    if (r->loose.agents == NULL)
        return lsi_error_nomem(e);
    for (size_t i = 0; i < f->agent_count; i++) {
        lsi_agent_fact *agent = &r->loose.agents[i];
        size_t next = 0;
        *agent = f->agents[i];
        agent->taken = lsi_arena_take(&r->a, (agent->taken_count + 1) * sizeof *agent->taken);
        agent->taken_count = 0;
        if (agent->taken == NULL)
            return lsi_error_nomem(e);
        for (size_t n = 0; n < f->agents[i].taken_count; n++) {
            if (!sits(r, r->benches[i], &next, &f->agents[i].taken[n]))
                agent->taken[agent->taken_count++] = f->agents[i].taken[n];
        }
    }
    return LSCHED_OK;
}

static int gather(lsi_reseat *r, lsched_time from, lsched_time until, lsi_error *e)
{
    const lsi_facts *f = r->f;
    r->benches = lsi_arena_take(&r->a, (f->agent_count + 1) * sizeof *r->benches);
    r->order = lsi_arena_take(&r->a, (f->candidate_count + 1) * sizeof *r->order);
    int status = r->benches != NULL && r->order != NULL ? LSCHED_OK : lsi_error_nomem(e);
    for (size_t i = 0; i < f->agent_count && status == LSCHED_OK; i++) {
        status = find_bench(r, f->agents[i].agent.id, &r->benches[i], e);
        if (status == LSCHED_OK)
            status =
                look(r, r->benches[i], from > LSI_DAY ? from - LSI_DAY : 0, until + LSI_DAY, e);
    }
    for (size_t i = 0; i < f->candidate_count && status == LSCHED_OK; i++)
        r->order[i] = i;
    if (status == LSCHED_OK)
        put_in_order(f, r->order, f->candidate_count);
    return status == LSCHED_OK && r->seating.sitter_count > 0 ? loosen(r, e) : status;
}

int lsi_reseat_new(lsi_core *core, const lsi_facts *f, const char *moving, lsched_time from,
                   lsched_time until, lsi_reseat **out, lsi_error *e)
{
    *out = NULL;
    if (f->service.reseats == 0)
        return LSCHED_OK;
    lsi_reseat *r = calloc(1, sizeof *r);
    if (r == NULL)
        return lsi_error_nomem(e);
    r->core = core;
    r->f = f;
    r->moving = moving;
    r->seating.meet = meet;
    r->seating.suits = suits;
    r->seating.user = r;
    const int status = gather(r, from, until, e);
    if (status != LSCHED_OK || r->seating.sitter_count == 0)
        lsi_reseat_free(r);
    else
        *out = r;
    return status;
}

void lsi_reseat_free(lsi_reseat *r)
{
    if (r == NULL)
        return;
    free(r->seating.sitters);
    free(r->seating.benches);
    free(r->guests);
    free(r->chairs);
    lsi_arena_free(&r->a);
    free(r);
}

const lsi_facts *lsi_reseat_facts(lsi_reseat *r)
{
    r->loose.service = r->f->service;
    r->loose.customer = r->f->customer;
    return &r->loose;
}

int lsi_reseat_ask(lsi_reseat *r, const lsi_permits *loose, size_t candidate, lsched_time t,
                   int32_t most, lsi_seated *out, lsi_error *e)
{
    const lsi_reach reach = lsi_policy_reach(&r->f->service);
    out->count = 0;
    if (lsi_permit_why(loose, candidate, t) != 0)
        return LSCHED_OK;
    return lsi_seat_find(&r->seating, r->benches[r->f->candidates[candidate].agent],
                         t - reach.before, t + reach.behind, most, out, e);
}

int lsi_reseat_choose(lsi_reseat *r, const lsi_permits *loose, lsched_time t, size_t *candidate,
                      lsi_seated *out, lsi_error *e)
{
    lsi_seated one;
    int32_t most = r->f->service.reseats;
    int status = LSCHED_OK;
    out->count = 0;
    for (size_t i = 0; i < r->f->candidate_count && most > 0 && status == LSCHED_OK; i++) {
        status = lsi_reseat_ask(r, loose, r->order[i], t, most, &one, e);
        if (status != LSCHED_OK || one.count == 0)
            continue;
        *out = one;
        *candidate = r->order[i];
        most = one.count - 1;
    }
    return status;
}

const lsched_booking *lsi_reseat_booking(const lsi_reseat *r, size_t sitter)
{
    return &r->guests[sitter].booking;
}

const char *lsi_reseat_agent(const lsi_reseat *r, size_t bench)
{
    return r->chairs[bench].id;
}
