/* core/repair.c -- strays find new places: the plan, and the transaction that carries it out.
 *
 * A plan is made by reading alone: core/refuge.c knows where each stray could go, and
 * rules/settle.c who goes where.  Under the write lock each move of it is asked of the
 * predicate once more, beside the moves before it; all of them are written, or none.
 * Where none is given it is made before the lock is taken, too; only when that one has been
 * overtaken is another made under the lock, which nothing can overtake.
 */
#include "core/refuge.h"

#include <stdlib.h>
#include <string.h>

#define STRAYS 100               /* of one repair, where the sweep says nothing */
#define EFFORT INT64_C(50000000) /* of the exchanges of one plan: see lsi_settling */
#define CAUSE "repair"

/* ---- the plan ------------------------------------------------------------------------------------ */

/* The booking as the option would have it; its lane is chosen when it is taken. */
static int shape(const lsi_astray *s, const lsi_option *o, const char *cause, lsi_arena *a,
                 lsched_booking **out, lsi_error *e)
{
    lsched_booking b = *s->booking;
    b.agent = o->agent;
    b.team = o->team;
    b.rung = o->rung;
    b.revision = o->revision;
    b.law = o->law;
    b.incident = o->incident;
    b.start = o->start;
    b.end = o->end;
    b.busy_from = o->busy_from;
    b.busy_until = o->busy_until;
    b.lane = 0;
    b.anybody = 0; /* a person has looked at it */
    b.moves = 0;
    b.sequence++;
    b.cause = cause;
    const int status = o->zone != NULL ? lsi_place_promise(o->zone, a, &b, e) : LSCHED_OK;
    *out = lsi_arena_take(a, sizeof **out);
    if (status == LSCHED_OK && *out == NULL)
        return lsi_error_nomem(e);
    return status == LSCHED_OK ? lsi_kind_copy(&lsi_kind_booking, &b, a, *out, e) : status;
}

/* Whether it is at another time, by the instant or by the clock on the wall. */
static bool seen_to_move(const lsched_booking *before, const lsched_booking *after)
{
    return after->start != before->start || after->end != before->end ||
           strcmp(after->wall, before->wall) != 0;
}

/* What the customer can see of it: another time, or another person than was promised. */
static int32_t notice_of(const lsched_mend *m)
{
    const bool person = (m->changes & LSCHED_MEND_AGENT) != 0 && (m->changes & LSCHED_MEND_KNOWN);
    const bool seen = seen_to_move(m->before, m->after);
    return m->before->state == LSCHED_BOOKED && (seen || person) ? LSCHED_NOTICE_MOVED : 0;
}

static int tell(const lsi_astray *s, const lsi_settler *settler, const char *cause, lsi_arena *a,
                lsched_mend *m, lsi_error *e)
{
    *m = (lsched_mend){.reasons = s->reasons, .changes = s->known ? LSCHED_MEND_KNOWN : 0};
    lsched_booking *before = lsi_arena_take(a, sizeof *before), *after;
    if (before == NULL)
        return lsi_error_nomem(e);
    m->before = before;
    int status = lsi_kind_copy(&lsi_kind_booking, s->booking, a, before, e);
    if (status != LSCHED_OK)
        return status;
    if (settler->chosen == LSI_NOWHERE) {
        const bool others = s->status == LSCHED_OK;
        m->status = !others ? s->status : settler->count > 0 ? LSCHED_TAKEN : LSCHED_NOBODY;
        m->missing = !others              ? s->missing
                     : settler->count > 0 ? LSCHED_WHY_BOOKED
                                          : LSCHED_WHY_NO_TEAM;
        return LSCHED_OK;
    }
    const lsi_option *o = &settler->options[settler->chosen];
    m->changes |= (o->moved ? LSCHED_MEND_TIME : 0) | (o->days != 0 ? LSCHED_MEND_DAY : 0) |
                  (o->other_agent ? LSCHED_MEND_AGENT : 0) | (o->other_team ? LSCHED_MEND_TEAM : 0);
    status = shape(s, o, cause, a, &after, e);
    m->after = after;
    m->notice = status == LSCHED_OK ? notice_of(m) : 0;
    return status;
}

/* Inside a transaction. */
static int settle(lsi_refuge *r, const lsched_stray *strays, lsi_error *e)
{
    lsi_settling s = {.at = r->settlers,
                      .more = lsi_refuge_more,
                      .late = lsi_refuge_late,
                      .user = r,
                      .effort = EFFORT};
    int status = LSCHED_OK;
    for (size_t wanted = r->count, i = r->count = 0; i < wanted && status == LSCHED_OK; i++) {
        r->count++;
        status = lsi_refuge_meet(r, i, &strays[i], e);
    }
    s.count = r->count;
    if (status == LSCHED_OK)
        status = lsi_refuge_late(r, e);
    return status == LSCHED_OK ? lsi_settle_all(&s, e) : status;
}

static int make_plan(lsi_core *core, const lsched_sweep *sweep, lsched_time now, lsi_arena *a,
                     lsi_plan *out, lsi_error *e)
{
    const char *cause = lsi_text_given(sweep->cause) ? sweep->cause : CAUSE;
    lsi_arena scratch = {0};
    lsched_stray *strays;
    lsi_refuge r = {.core = core, .a = &scratch, .now = now, .days = sweep->days};
    int status = lsi_stray_find(core, sweep, now, sweep->limit != 0 ? sweep->limit : STRAYS,
                                &scratch, &strays, &r.count, e);
    const size_t count = r.count;
    r.count = 0;
    if (status == LSCHED_OK) {
        r.strays = lsi_arena_take(&scratch, (count + 1) * sizeof *r.strays);
        r.settlers = lsi_arena_take(&scratch, (count + 1) * sizeof *r.settlers);
        out->at = lsi_arena_take(a, (count + 1) * sizeof *out->at);
        if (r.strays == NULL || r.settlers == NULL || out->at == NULL)
            status = lsi_error_nomem(e);
    }
    if (status == LSCHED_OK) {
        r.count = count;
        status = settle(&r, strays, e);
    }
    for (size_t i = 0; i < count && status == LSCHED_OK; i++)
        status = tell(&r.strays[i], &r.settlers[i], cause, a, &out->at[i], e);
    out->count = status == LSCHED_OK ? count : 0;
    lsi_refuge_free(&r);
    lsi_arena_free(&scratch);
    return status;
}

static int check(const lsched_sweep *given, lsched_sweep *sweep, lsi_error *e)
{
    const int status = lsi_stray_check(given, sweep, e);
    if (status == LSCHED_OK && sweep->limit > LSCHED_MAX_REPAIR)
        return lsi_error_set(e, LSCHED_LIMIT, "sweep: limit is more than %d", LSCHED_MAX_REPAIR);
    return status;
}

int lsi_repair_plan(lsi_core *core, const lsched_sweep *sweep, lsi_arena *a, lsi_plan *out,
                    lsi_error *e)
{
    lsched_sweep s;
    lsched_time now;
    int status = check(sweep, &s, e);
    if (status == LSCHED_OK)
        status = lsi_now_ask(core, &now, e);
    if (status == LSCHED_OK)
        status = lsi_store_enter(core->store, false, e);
    if (status != LSCHED_OK)
        return status;
    return lsi_store_leave(core->store, make_plan(core, &s, now, a, out, e), e);
}

/* ---- one move ---------------------------------------------------------------------------------------- */

/* A repair under way. */
typedef struct repair {
    lsi_act act;
    const lsched_sweep *sweep;
    const lsi_plan *plan; /* to be carried out; NULL: to be made under the lock */
    bool own;             /* nobody gave one: what stays in ours is judged again, too */
    lsi_arena *a;         /* of the answer */
    lsi_plan *out;
    bool begun; /* an event has the key */
} repair;

static int blame(const char *id, int status, lsi_error *e)
{
    const lsi_error found = *e;
    return lsi_error_set(e, status, "booking '%.*s': %.300s", LSCHED_MAX_ID, id, found.text);
}

/* The candidate who is to serve, if the predicate lets it; at the promised time it is not asked
 * what nobody promised, and elsewhere not for the grid, which the moves before this one may
 * have shifted. */
static int find_candidate(const lsi_facts *f, const lsi_permits *p, lsched_time t, int32_t unasked,
                          size_t *candidate, lsi_error *e)
{
    char words[360];
    int32_t reasons = 0;
    for (*candidate = 0; *candidate < f->candidate_count; ++*candidate) {
        if ((lsi_permit_why(p, *candidate, t) & ~unasked) == 0)
            return LSCHED_OK;
    }
    const int status = lsi_permit_refusal(p, t, &reasons);
    lsi_reason_words(reasons, words, sizeof words);
    return lsi_error_set(e, status != LSCHED_OK ? status : LSCHED_NOBODY, "%s", words);
}

/* The booking's place is as long as it was: nothing of it was promised anew. */
static bool same_shape(const lsched_booking *a, const lsched_booking *b)
{
    return a->end - a->start == b->end - b->start &&
           a->start - a->busy_from == b->start - b->busy_from &&
           a->busy_until - a->end == b->busy_until - b->end;
}

/* At another time it is promised anew: by the service of today, which a plan may be older than. */
static int check_reach(const lsi_facts *f, const lsched_booking *to, lsi_error *e)
{
    const lsi_reach reach = lsi_policy_reach(&f->service);
    if (to->end - to->start == reach.length && to->start - to->busy_from == reach.before &&
        to->busy_until - to->start == reach.behind)
        return LSCHED_OK;
    return lsi_error_set(e, LSCHED_OVER, "its service has changed since the plan was made");
}

/* The booking in the place that it is to have. */
static int settle_in(lsi_act *t, const lsi_facts *f, size_t candidate, const lsched_booking *to,
                     bool keeps, lsi_error *e)
{
    *t->b = *to;
    t->b->anybody = t->b->moves = 0;
    t->b->sequence--;
    t->b->rung = lsi_ladder_best(f->candidates[candidate].rungs);
    t->b->law = lsi_arena_text(t->a, f->law, strlen(f->law));
    if (t->b->law == NULL)
        return lsi_error_nomem(e);
    if (keeps)
        return LSCHED_OK;
    t->b->revision = f->service.revision;
    t->b->incident = lsi_arena_text(t->a, f->storm.policy, strlen(f->storm.policy));
    if (t->b->incident == NULL)
        return lsi_error_nomem(e);
    return lsi_place_promise(f->zone, t->a, t->b, e);
}

static int take_place(repair *w, lsi_act *t, const lsched_mend *m, lsi_error *e)
{
    const bool keeps = (m->changes & LSCHED_MEND_TIME) == 0 && same_shape(m->before, m->after);
    const int32_t unasked = keeps ? LSI_NOT_PROMISED : LSCHED_WHY_GRID;
    const lsched_booking *to = m->after;
    const lsi_wish wish = {.customer = to->customer,
                           .service = to->service,
                           .agent = to->agent,
                           .team = to->team,
                           .rungs = LSI_ALL_RUNGS,
                           .moving = to->id,
                           .preferred = t->b->agent};
    lsi_facts f = {0};
    lsi_permits *p = NULL;
    size_t c = 0;
    int status = lsi_facts_load(w->act.core, &wish, t->now, &f, e);
    if (status == LSCHED_OK && keeps)
        lsi_stray_keep_reach(&f.service, to);
    else if (status == LSCHED_OK)
        status = check_reach(&f, to, e);
    if (status == LSCHED_OK)
        status = lsi_facts_take(t->core, &f, to->id, to->start, to->start + 1, t->a, e);
    if (status == LSCHED_OK)
        status = lsi_permit_new(&f, to->channel, to->start, to->start + 1, &p, e);
    if (status == LSCHED_OK)
        status = find_candidate(&f, p, to->start, unasked, &c, e);
    if (status == LSCHED_OK)
        status = settle_in(t, &f, c, to, keeps, e);
    if (status == LSCHED_OK)
        status = lsi_place_lane(t->core, &f.agents[f.candidates[c].agent], to->id, f.clock, t->a,
                                t->b, &t->others, e);
    lsi_permit_free(p);
    lsi_facts_free(t->core, &f);
    return status;
}

static int carry_out(repair *w, lsi_act *t, const lsched_mend *m, lsi_error *e)
{
    const enum lsi_verb verb =
        m->notice == 0 && !seen_to_move(m->before, m->after) ? LSI_REASSIGN : LSI_MOVE;
    const lsi_step *step;
    int32_t untold = 0;
    int status = lsi_ledger_get(t->core->store, m->before->id, t->a, t->b, e);
    if (status == LSCHED_OK)
        status = lsi_life_step(verb, t->b, t->now, t->stamp.at, &step, e);
    const int32_t from = t->b->state;
    if (status == LSCHED_OK && verb == LSI_REASSIGN)
        status = lsi_mend_untold(t->core->store, t->b, t->now, &untold, e);
    if (status == LSCHED_OK)
        status = take_place(w, t, m, e);
    return status == LSCHED_OK ? lsi_booking_pass_on(t, step, from, untold, e) : status;
}

/* One stray of the answer: what was done about it. */
static int mend_one(repair *w, lsched_mend *m, lsi_error *e)
{
    lsi_arena own = {0};
    lsched_booking b;
    lsi_act t = w->act;
    t.a = &own;
    t.b = &b;
    t.others = (lsi_relaning){0};
    if (w->begun) {
        t.stamp.key = NULL;
        t.stamp.request = 0;
    }
    int status = carry_out(w, &t, m, e);
    if (status != LSCHED_OK && status > LSCHED_BUSY)
        status = blame(m->before->id, status, e);
    lsched_booking *after = status == LSCHED_OK ? lsi_arena_take(w->a, sizeof *after) : NULL;
    if (status == LSCHED_OK)
        status = after != NULL ? lsi_kind_copy(&lsi_kind_booking, &b, w->a, after, e)
                               : lsi_error_nomem(e);
    m->after = after;
    w->begun = true;
    lsi_arena_free(&own);
    return status;
}

/* ---- the transaction ------------------------------------------------------------------------------------ */

/* That a plan still is about this booking: as it was then, and astray. */
static int check_still(repair *w, const lsched_mend *m, lsi_error *e)
{
    lsi_arena scratch = {0};
    lsched_stray s;
    bool astray = false;
    const int status = lsi_stray_ask(w->act.core, m->before, w->act.now, &scratch, &astray, &s, e);
    lsi_arena_free(&scratch);
    if (status == LSCHED_OK && !astray)
        return lsi_error_set(e, LSCHED_OVER, "booking '%.*s': it fits again where it is",
                             LSCHED_MAX_ID, m->before->id);
    return status;
}

/* What was given, with each booking as it stands now: its lane may be another. */
static int take_over(repair *w, const lsched_mend *given, lsched_mend *m, lsi_error *e)
{
    lsched_booking *before = lsi_arena_take(w->a, sizeof *before);
    *m = *given;
    if (before == NULL)
        return lsi_error_nomem(e);
    m->before = before;
    int status = lsi_ledger_get(w->act.core->store, given->before->id, w->a, before, e);
    before->size = sizeof *before;
    if (status != LSCHED_OK || (given->after == NULL && !w->own))
        return status;
    if (before->sequence != given->before->sequence)
        return lsi_error_set(e, LSCHED_OVER, "booking '%.*s' has changed since the plan was made",
                             LSCHED_MAX_ID, before->id);
    return check_still(w, m, e);
}

static int take_plan(repair *w, lsi_error *e)
{
    int status = LSCHED_OK;
    w->out->at = lsi_arena_take(w->a, (w->plan->count + 1) * sizeof *w->out->at);
    if (w->out->at == NULL)
        return lsi_error_nomem(e);
    for (size_t i = 0; i < w->plan->count && status == LSCHED_OK; i++)
        status = take_over(w, &w->plan->at[i], &w->out->at[i], e);
    w->out->count = w->plan->count;
    return status;
}

static int run(repair *w, lsi_error *e)
{
    lsi_store *store = w->act.core->store;
    int64_t base = 0;
    int status = w->plan != NULL ? take_plan(w, e)
                                 : make_plan(w->act.core, w->sweep, w->act.now, w->a, w->out, e);
    if (status == LSCHED_OK)
        status = lsi_mend_base(store, &base, e);
    for (size_t i = 0; i < w->out->count && status == LSCHED_OK; i++) {
        if (w->out->at[i].after != NULL)
            status = mend_one(w, &w->out->at[i], e);
    }
    for (size_t i = 0; w->begun && i < w->out->count && status == LSCHED_OK; i++)
        status = lsi_mend_put(store, w->act.stamp.key, i, base, &w->out->at[i], e);
    return status;
}

static int transact(repair *w, lsi_error *e)
{
    lsi_arena scratch = {0};
    lsched_booking b;
    lsi_store *store = w->act.core->store;
    bool done = false;
    w->act.a = &scratch;
    w->act.b = &b;
    w->act.stamp.actor = w->act.core->actor;
    w->act.stamp.correlation = w->act.core->correlation;
    int status = w->own ? lsi_store_enter_again(store, true, e) : lsi_store_enter(store, true, e);
    if (status != LSCHED_OK)
        return status;
    status = lsi_booking_recall(&w->act, &done, e);
    if (status == LSCHED_OK)
        status =
            done ? lsi_mend_answer(store, w->act.stamp.key, w->a, &w->out->at, &w->out->count, e)
                 : run(w, e);
    status = lsi_store_leave(store, status, e);
    lsi_arena_free(&scratch);
    return status;
}

/* What is to be carried out where no plan was given; `*known`: the key has an answer. */
static int plan_ahead(repair *w, lsi_plan *plan, bool *known, lsi_error *e)
{
    lsi_core *core = w->act.core;
    lsi_arena scratch = {0};
    lsched_booking b;
    lsched_time now;
    uint64_t request;
    int status = lsi_now_ask(core, &now, e);
    if (status == LSCHED_OK)
        status = lsi_store_enter(core->store, false, e);
    if (status != LSCHED_OK)
        return status;
    status = lsi_ledger_answer(core->store, w->act.stamp.key, known, &request, &scratch, &b, e);
    lsi_arena_free(&scratch);
    if (status == LSCHED_OK && !*known)
        status = make_plan(core, w->sweep, now, w->a, plan, e);
    return lsi_store_leave(core->store, status, e);
}

/* Whether somebody may have written, or the clock gone on, since a plan was made: not that the
 * store could not answer. */
static bool overtaken(int status)
{
    return (status <= LSCHED_CLOSED && status > LSCHED_BUSY) || status == LSCHED_NOTFOUND ||
           status == LSCHED_INVALID || status == LSCHED_LIMIT;
}

/* Nobody waits while the plan is made, but for one that was overtaken. */
static int plan_and_transact(repair *w, lsi_error *e)
{
    lsi_plan plan = {0};
    bool known = false;
    int status = plan_ahead(w, &plan, &known, e);
    if (status != LSCHED_OK)
        return status;
    w->plan = known ? NULL : &plan;
    w->own = true;
    status = transact(w, e);
    if (known || !overtaken(status))
        return status;
    lsi_error_clear(e);
    *w->out = (lsi_plan){0};
    w->plan = NULL;
    w->begun = false;
    return transact(w, e);
}

/* With a plan, its moves are part of the request; with one that has none, that it was given. */
static uint64_t print(const lsched_sweep *sweep, const lsi_plan *plan)
{
    uint64_t hash = lsi_form_print(&lsi_form_sweep, sweep);
    const int64_t asked[] = {sweep->limit, plan != NULL};
    hash = lsi_text_hash(hash, asked, sizeof asked);
    for (size_t i = 0; plan != NULL && i < plan->count; i++) {
        const lsched_booking *b = plan->at[i].after;
        if (b == NULL)
            continue;
        const int64_t numbers[] = {b->start, b->sequence};
        hash = lsi_text_hash(hash, b->id, strlen(b->id) + 1);
        hash = lsi_text_hash(hash, b->agent, strlen(b->agent) + 1);
        hash = lsi_text_hash(hash, b->team, strlen(b->team) + 1);
        hash = lsi_text_hash(hash, numbers, sizeof numbers);
    }
    return hash;
}

int lsi_repair_apply(lsi_core *core, const lsched_sweep *sweep, const lsi_plan *plan, lsi_arena *a,
                     lsi_plan *out, lsi_error *e)
{
    lsched_sweep s;
    int status = check(sweep, &s, e);
    if (status == LSCHED_OK && !lsi_text_given(s.key))
        status = lsi_error_set(e, LSCHED_INVALID, "sweep: key is required");
    if (status != LSCHED_OK)
        return status;
    repair w = {.act = {.core = core, .stamp = {.key = s.key, .request = print(&s, plan)}},
                .sweep = &s,
                .plan = plan,
                .a = a,
                .out = out};
    const bool alone = plan == NULL && !lsi_store_inside(core->store);
    status = alone ? plan_and_transact(&w, e) : transact(&w, e);
    if (status != LSCHED_OK)
        out->count = 0;
    return status;
}
