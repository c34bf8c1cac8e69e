/* core/booking.c -- the steps of a booking's life (rules/life.c), each one transaction.
 *
 * Inside the transaction, in this order: was this key used before; is there such a step;
 * what do the rules say, from facts read under the write lock (place.c); write.  The schema
 * refuses a lane taken twice whatever happens here (I1).
 */
#include "core/core.h"

#include <string.h>

#define HOLD_SECONDS 120 /* where the request says nothing */

/* ---- one transaction each ------------------------------------------------------------------ */

int lsi_booking_recall(lsi_act *t, bool *done, lsi_error *e)
{
    uint64_t first;
    int status = lsi_ledger_answer(t->core->store, t->stamp.key, done, &first, t->a, t->b, e);
    if (status != LSCHED_OK)
        return status;
    if (*done && first != t->stamp.request)
        return lsi_error_set(e, LSCHED_KEYUSED, "the key came before with another request");
    /* I2: whoever answers again promises again.  The first writer may have been killed between
     * its writing and its sync, so that nobody has promised it yet. */
    if (*done)
        return lsi_store_secure(t->core->store, e);
    status = lsi_now_ask(t->core, &t->now, e);
    return status == LSCHED_OK ? lsi_now_clock(t->core, t->now, &t->stamp.at, e) : status;
}

/* The answer is copied for the caller before the commit: what is stored can be told. */
int lsi_booking_transact(lsi_core *core, int (*run)(lsi_act *t, const void *wanted, lsi_error *e),
                         const void *wanted, const char *key, uint64_t request, lsi_arena *a,
                         lsched_booking *out, lsi_error *e)
{
    lsi_arena scratch = {0};
    lsched_booking b;
    lsi_act t = {.core = core,
                 .a = &scratch,
                 .stamp = {.key = key,
                           .request = request,
                           .actor = core->actor,
                           .correlation = core->correlation},
                 .b = &b};
    bool done = false;
    int status = lsi_store_enter(core->store, true, e);
    if (status != LSCHED_OK)
        return status;
    status = lsi_booking_recall(&t, &done, e);
    if (status == LSCHED_OK && !done)
        status = run(&t, wanted, e);
    if (status == LSCHED_OK)
        status = lsi_kind_copy(&lsi_kind_booking, &b, a, out, e);
    status = lsi_store_leave(core->store, status, e);
    lsi_arena_free(&scratch);
    return status;
}

/* ---- writing ------------------------------------------------------------------------------- */

int lsi_booking_new_id(lsi_act *t, lsi_error *e)
{
    const char *last;
    char *id = lsi_arena_take(t->a, LSI_IDENTITY_SIZE + 1);
    t->b->id = id;
    if (id == NULL)
        return lsi_error_nomem(e);
    const int status = lsi_ledger_last_id(t->core->store, t->a, &last, e);
    return status == LSCHED_OK ? lsi_identity_make(last, t->now, id, e) : status;
}

/* The reminder is that of the policy under which the place was taken; where that was in this
 * very step, it is known.  LSCHED_NONE where no such policy is kept. */
static int find_reminder(lsi_act *t, int32_t *minutes, lsi_error *e)
{
    const lsi_terms *known = &t->terms;
    lsched_service policy = {.reminder = LSCHED_NONE};
    *minutes = known->reminder;
    if (known->service != NULL && known->revision == t->b->revision &&
        strcmp(known->service, t->b->service) == 0)
        return LSCHED_OK;
    const int status =
        lsi_policy_get(t->core->store, t->b->service, t->b->revision, t->a, &policy, e);
    if (status == LSCHED_NOTFOUND)
        lsi_error_clear(e);
    *minutes = status == LSCHED_OK ? policy.reminder : LSCHED_NONE;
    return status == LSCHED_NOTFOUND ? LSCHED_OK : status;
}

/* I4: who is told what, in the transaction of the change. */
int lsi_booking_notify(lsi_act *t, const lsi_step *step, lsi_error *e)
{
    lsi_store *store = t->core->store;
    int32_t reminder;
    int status = LSCHED_OK;
    if (step->notice != 0)
        status = lsi_outbox_add(store, t->b, step->notice, t->now, e);
    if (status != LSCHED_OK || !step->reminder)
        return status;
    status = find_reminder(t, &reminder, e);
    const lsched_time due = t->b->start - INT64_C(60) * reminder;
    if (status == LSCHED_OK && reminder != LSCHED_NONE && due > t->now)
        status = lsi_outbox_add(store, t->b, LSCHED_NOTICE_REMINDER, due, e);
    return status;
}

/* What waits to be told is void once the booking has another sequence; the customer is owed it
 * all the same. */
static int pass_on(lsi_act *t, int32_t untold, lsi_error *e)
{
    int status = LSCHED_OK;
    const int32_t kinds[] = {LSCHED_NOTICE_CONFIRMED, LSCHED_NOTICE_MOVED, LSCHED_NOTICE_OFFERED,
                             LSCHED_NOTICE_REMINDER};
    const size_t count = t->b->start > t->now ? 4 : 3; /* nobody is reminded of what has begun */
    for (size_t i = 0; i < count && status == LSCHED_OK; i++) {
        if ((untold >> kinds[i] & 1) != 0)
            status = lsi_outbox_add(t->core->store, t->b, kinds[i], t->now, e);
    }
    return status;
}

int lsi_booking_pass_on(lsi_act *t, const lsi_step *step, int32_t from, int32_t untold,
                        lsi_error *e)
{
    const int status = lsi_booking_step(t, step, from, e);
    return status == LSCHED_OK ? pass_on(t, untold, e) : status;
}

int lsi_booking_put(lsi_act *t, int32_t from, lsi_error *e)
{
    lsi_store *store = t->core->store;
    const lsi_holder agent = {.agent = t->b->agent};
    int status = LSCHED_OK;
    if (lsi_life_takes_time(t->b->state))
        status = lsi_ledger_expire(store, &agent, t->b->id, &t->stamp, e);
    if (status == LSCHED_OK && from != 0)
        return lsi_ledger_move(store, t->b, from, &t->others, &t->stamp, e);
    if (status == LSCHED_OK && t->others.count > 0)
        status = lsi_ledger_relane(store, &t->others, &t->stamp, e);
    return status == LSCHED_OK ? lsi_ledger_add(store, t->b, &t->stamp, e) : status;
}

int lsi_booking_step(lsi_act *t, const lsi_step *step, int32_t from, lsi_error *e)
{
    t->b->state = step->to;
    t->b->changed = t->now;
    t->b->sequence += from != 0;
    t->stamp.event = step->event;
    int status = lsi_booking_put(t, from, e);
    if (status == LSCHED_OK)
        status = lsi_booking_notify(t, step, e);
    if (status != LSCHED_OK)
        return status;
    if (step->to == LSCHED_FULFILLED)
        return lsi_listen_served(t, e);
    if (step->verb == LSI_CONFIRM)
        return lsi_waits_confirmed(t->core->store, t->b->id, e);
    const bool gone = step->verb == LSI_CANCEL || step->verb == LSI_CLOSE;
    const lsched_booking *left = gone && lsi_life_takes_time(from) ? t->b : t->left;
    return left != NULL ? lsi_wait_freed(t, left->agent, left->busy_from, left->busy_until, e)
                        : LSCHED_OK;
}

/* ---- book, hold ------------------------------------------------------------------------------ */

lsi_wish lsi_booking_wish(const lsched_request *r)
{
    return (lsi_wish){.customer = r->customer,
                      .service = r->service,
                      .agent = r->agent,
                      .team = r->team,
                      .rungs = r->rungs != 0 ? r->rungs : LSI_ALL_RUNGS};
}

lsched_booking lsi_booking_draft(const lsched_request *r, lsched_time now)
{
    return (lsched_booking){.channel = r->channel,
                            .customer = r->customer,
                            .service = r->service,
                            .note = lsi_text_given(r->note) ? r->note : "",
                            .cause = "",
                            .source = lsi_text_given(r->source) ? r->source : "",
                            .law = "",
                            .incident = "",
                            .case_id = lsi_text_given(r->case_id) ? r->case_id : "",
                            .start = r->start,
                            .created = now};
}

/* What chose the agent goes into the event. */
static int place(lsi_act *t, const lsi_wish *wish, lsi_error *e)
{
    t->stamp.choice = &t->choice;
    return lsi_place_take(t, wish, e);
}

static int take(lsi_act *t, const lsched_request *r, enum lsi_verb verb, lsi_error *e)
{
    const lsi_wish wish = lsi_booking_wish(r);
    *t->b = lsi_booking_draft(r, t->now);
    if (verb == LSI_HOLD)
        t->b->expires = t->stamp.at + (r->seconds != 0 ? r->seconds : HOLD_SECONDS);
    int status = lsi_cases_check(t->core, r->case_id, r->customer, e);
    if (status == LSCHED_OK)
        status = place(t, &wish, e);
    if (status == LSCHED_OK)
        status = lsi_booking_new_id(t, e);
    return status == LSCHED_OK ? lsi_booking_step(t, lsi_life_begin(verb), 0, e) : status;
}

static int book(lsi_act *t, const void *wanted, lsi_error *e)
{
    return take(t, wanted, LSI_BOOK, e);
}

/* What has run out does not count against the quotas, which are the schema's word. */
static int hold(lsi_act *t, const void *wanted, lsi_error *e)
{
    const lsched_request *r = wanted;
    const lsi_holder customer = {.customer = r->customer}, source = {.source = r->source};
    int status = lsi_ledger_expire(t->core->store, &customer, NULL, &t->stamp, e);
    if (status == LSCHED_OK && lsi_text_given(r->source))
        status = lsi_ledger_expire(t->core->store, &source, NULL, &t->stamp, e);
    if (status == LSCHED_OK)
        status = take(t, r, LSI_HOLD, e);
    if (status == LSCHED_QUOTA)
        return lsi_error_set(e, status,
                             "too many are held: customer '%s' may hold %d places, a source %d",
                             r->customer, LSCHED_MAX_HELD, LSCHED_MAX_HELD_SOURCE);
    return status;
}

bool lsi_booking_is_channel(int32_t channel)
{
    return (channel & LSI_ALL_CHANNELS) == channel && (channel & (channel - 1)) == 0;
}

int lsi_booking_check(const lsched_request *given, lsched_request *r, lsi_error *e)
{
    *r = *given;
    const int status = lsi_kind_check(&lsi_form_request, r, e);
    if (status == LSCHED_OK && !lsi_booking_is_channel(r->channel))
        return lsi_error_set(e, LSCHED_INVALID, "request: channel is not one channel");
    if (status == LSCHED_OK && (r->since != 0 || r->due != 0 || r->told != 0))
        return lsi_error_set(e, LSCHED_INVALID,
                             "request: since, due and told are for lsched_join()");
    return status;
}

int lsi_booking_book(lsi_core *core, const lsched_request *request, lsi_arena *a,
                     lsched_booking *out, lsi_error *e)
{
    lsched_request r;
    int status = lsi_booking_check(request, &r, e);
    if (status == LSCHED_OK && r.seconds != 0)
        status = lsi_error_set(e, LSCHED_INVALID, "request: seconds are for lsched_hold()");
    return status == LSCHED_OK
               ? lsi_booking_transact(core, book, &r, r.key, lsi_form_print(&lsi_form_request, &r),
                                      a, out, e)
               : status;
}

/* A hold and a booking that are asked for with one key are two requests. */
int lsi_booking_hold(lsi_core *core, const lsched_request *request, lsi_arena *a,
                     lsched_booking *out, lsi_error *e)
{
    lsched_request r;
    const int status = lsi_booking_check(request, &r, e);
    if (status != LSCHED_OK)
        return status;
    r.seconds = r.seconds != 0 ? r.seconds : HOLD_SECONDS;
    return lsi_booking_transact(core, hold, &r, r.key, lsi_form_print(&lsi_form_request, &r), a,
                                out, e);
}

/* ---- the steps of what is there ----------------------------------------------------------------- */

/* What is left of somebody who was forgotten is history, and takes no new texts. */
int lsi_booking_load(lsi_act *t, const char *id, enum lsi_verb verb, const lsi_step **step,
                     int32_t *from, lsi_error *e)
{
    bool forgotten = false;
    int status = lsi_ledger_get(t->core->store, id, t->a, t->b, e);
    if (status == LSCHED_OK)
        status = lsi_forget_is(t->core->store, t->b->customer, &forgotten, e);
    if (status == LSCHED_OK && forgotten)
        status = lsi_error_set(e, LSCHED_OVER, "the customer of booking '%s' was forgotten", id);
    *from = t->b->state;
    return status == LSCHED_OK ? lsi_life_step(verb, t->b, t->now, t->stamp.at, step, e) : status;
}

int lsi_booking_move_in(lsi_act *t, const lsched_change *c, lsi_error *e)
{
    const lsi_step *step;
    lsched_booking *b = t->b;
    int32_t from;
    int status = lsi_booking_load(t, c->id, LSI_MOVE, &step, &from, e);
    if (status != LSCHED_OK)
        return status;
    const lsched_booking left = *b;
    const lsi_wish wish = {.customer = b->customer,
                           .service = b->service,
                           .agent = c->keep == LSCHED_KEEP_AGENT ? b->agent : c->agent,
                           .team = c->keep == LSCHED_KEEP_TEAM ? b->team : c->team,
                           .rungs = c->rungs != 0 ? c->rungs : LSI_ALL_RUNGS,
                           .moving = b->id,
                           .preferred = lsi_text_given(b->agent) ? b->agent : NULL};
    b->start = c->start;
    b->channel = c->channel != 0 ? c->channel : b->channel;
    b->cause = lsi_text_given(c->cause) ? c->cause : "";
    int32_t untold = 0;
    if (from == LSCHED_HELD) /* an offer of which nobody has heard is one elsewhere, too */
        status = lsi_mend_untold(t->core->store, &left, t->now, &untold, e);
    if (status == LSCHED_OK)
        status = place(t, &wish, e);
    t->left = lsi_life_takes_time(from) ? &left : NULL;
    if (status == LSCHED_OK)
        status = lsi_booking_step(t, step, from, e);
    t->left = NULL;
    if (status == LSCHED_OK)
        status = pass_on(t, untold, e);
    return status;
}

static int move(lsi_act *t, const void *wanted, lsi_error *e)
{
    return lsi_booking_move_in(t, wanted, e);
}

int lsi_booking_move(lsi_core *core, const lsched_change *change, lsi_arena *a, lsched_booking *out,
                     lsi_error *e)
{
    lsched_change c = *change;
    int status = lsi_kind_check(&lsi_form_change, &c, e);
    if (status == LSCHED_OK && !lsi_booking_is_channel(c.channel))
        status = lsi_error_set(e, LSCHED_INVALID, "change: channel is not one channel");
    if (status == LSCHED_OK && c.keep == LSCHED_KEEP_AGENT && lsi_text_given(c.agent))
        status = lsi_error_set(e, LSCHED_INVALID, "change: keep and agent are both given");
    if (status == LSCHED_OK && c.keep == LSCHED_KEEP_TEAM && lsi_text_given(c.team))
        status = lsi_error_set(e, LSCHED_INVALID, "change: keep and team are both given");
    return status == LSCHED_OK
               ? lsi_booking_transact(core, move, &c, c.key, lsi_form_print(&lsi_form_change, &c),
                                      a, out, e)
               : status;
}

/* In time, the place is the holder's.  After that it is anybody's: the same agent at the
 * same start, if the predicate still says so. */
static int confirm(lsi_act *t, const void *wanted, lsi_error *e)
{
    const lsi_stepping *s = wanted;
    const lsi_step *step;
    lsched_booking *b = t->b;
    int32_t from;
    int status = lsi_booking_load(t, s->id, LSI_CONFIRM, &step, &from, e);
    if (status != LSCHED_OK)
        return status;
    if (lsi_text_given(s->text))
        b->note = s->text;
    if (b->state == LSCHED_EXPIRED || lsi_life_run_out(b, t->stamp.at)) {
        const int64_t late = t->stamp.at - b->expires;
        const int32_t anybody = b->anybody;
        const lsi_wish wish = {.customer = b->customer,
                               .service = b->service,
                               .agent = b->agent,
                               .team = b->team,
                               .rungs = LSI_ALL_RUNGS,
                               .moving = b->id,
                               .preferred = b->agent};
        /* One that expired elsewhere may be said to end only later. */
        b->late = late < 0 ? 0 : late < INT32_MAX ? (int32_t)late : INT32_MAX;
        status = place(t, &wish, e);
        b->anybody = anybody; /* it was asked for then */
    }
    return status == LSCHED_OK ? lsi_booking_step(t, step, from, e) : status;
}

static int cancel(lsi_act *t, const void *wanted, lsi_error *e)
{
    const lsi_stepping *s = wanted;
    const lsi_step *step;
    int32_t from;
    const int status = lsi_booking_load(t, s->id, LSI_CANCEL, &step, &from, e);
    if (status == LSCHED_OK)
        t->b->cause = lsi_text_given(s->text) ? s->text : "";
    return status == LSCHED_OK ? lsi_booking_step(t, step, from, e) : status;
}

static int finish(lsi_act *t, const void *wanted, lsi_error *e)
{
    static const struct {
        int32_t state, outcome, fault;
        enum lsi_verb verb;
    } ends[] = {
        {LSCHED_FULFILLED, LSCHED_OUTCOME_REACHED, 0, LSI_FULFIL},
        {LSCHED_MISSED, LSCHED_OUTCOME_ABSENT, LSCHED_FAULT_OURS, LSI_MISS},
        {LSCHED_NOSHOW, LSCHED_OUTCOME_NO_ANSWER, LSCHED_FAULT_CUSTOMER, LSI_NOSHOW},
    };
    const lsi_stepping *s = wanted;
    const lsi_step *step;
    lsched_booking *b = t->b;
    int32_t from;
    size_t i = 0;
    while (ends[i].state != s->state)
        i++;
    const int status = lsi_booking_load(t, s->id, ends[i].verb, &step, &from, e);
    if (status != LSCHED_OK)
        return status;
    b->cause = lsi_text_given(s->text) ? s->text : "";
    b->outcome = ends[i].outcome;
    b->fault = ends[i].fault;
    b->attempts += s->state == LSCHED_NOSHOW && b->attempts < LSCHED_MAX_ATTEMPTS;
    return lsi_booking_step(t, step, from, e);
}

/* Checks what a step is asked with, and takes it. */
static int take_step(lsi_core *core, const lsi_kind *form, const lsi_stepping *wanted,
                     int (*run)(lsi_act *t, const void *wanted, lsi_error *e), lsi_arena *a,
                     lsched_booking *out, lsi_error *e)
{
    lsi_stepping s = *wanted;
    const int status = lsi_kind_check(form, &s, e);
    return status == LSCHED_OK
               ? lsi_booking_transact(core, run, &s, s.key, lsi_form_print(form, &s), a, out, e)
               : status;
}

int lsi_booking_confirm(lsi_core *core, const lsi_stepping *wanted, lsi_arena *a,
                        lsched_booking *out, lsi_error *e)
{
    return take_step(core, &lsi_form_confirm, wanted, confirm, a, out, e);
}

int lsi_booking_cancel(lsi_core *core, const lsi_stepping *wanted, lsi_arena *a,
                       lsched_booking *out, lsi_error *e)
{
    return take_step(core, &lsi_form_cancel, wanted, cancel, a, out, e);
}

int lsi_booking_finish(lsi_core *core, const lsi_stepping *wanted, lsi_arena *a,
                       lsched_booking *out, lsi_error *e)
{
    if (wanted->state != LSCHED_FULFILLED && wanted->state != LSCHED_MISSED &&
        wanted->state != LSCHED_NOSHOW)
        return lsi_error_set(e, LSCHED_INVALID,
                             "finish: state is none of fulfilled, missed and no-show");
    return take_step(core, &lsi_form_finish, wanted, finish, a, out, e);
}

/* ---- reading ------------------------------------------------------------------------------------ */

int lsi_booking_get(lsi_core *core, const char *id, lsi_arena *a, lsched_booking *out, lsi_error *e)
{
    const int status = lsi_store_enter(core->store, false, e);
    if (status != LSCHED_OK)
        return status;
    return lsi_store_leave(core->store, lsi_ledger_get(core->store, id, a, out, e), e);
}

int lsi_booking_why(lsi_core *core, const char *id, lsi_arena *a, lsched_choice *out, lsi_error *e)
{
    int status = lsi_store_enter(core->store, false, e);
    if (status != LSCHED_OK)
        return status;
    status = lsi_events_choice(core->store, id, a, out, e);
    if (status == LSCHED_NOTFOUND)
        status = lsi_error_set(e, status, "no agent was ever chosen for a booking '%.*s'",
                               LSCHED_MAX_ID, id);
    return lsi_store_leave(core->store, status, e);
}

int lsi_booking_list(lsi_core *core, const lsched_filter *filter, lsi_arena *a,
                     lsched_booking **out, size_t *count, lsi_error *e)
{
    lsched_filter f = *filter;
    if (f.limit > LSCHED_MAX_PAGE)
        return lsi_error_set(e, LSCHED_LIMIT, "filter: limit is more than %d", LSCHED_MAX_PAGE);
    const uint32_t limit = f.limit != 0 ? f.limit : 1000;
    int status = lsi_kind_check(&lsi_form_filter, &f, e);
    if (status == LSCHED_OK)
        status = lsi_store_enter(core->store, false, e);
    if (status != LSCHED_OK)
        return status;
    return lsi_store_leave(core->store, lsi_ledger_list(core->store, &f, limit, a, out, count, e),
                           e);
}
