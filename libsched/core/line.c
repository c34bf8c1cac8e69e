/* core/line.c -- joining the line: a contact that waits is a booking whose place is not chosen
 * yet.  It takes nobody's time; keys, events, notices and replay are those of every booking.
 *
 * Whoever joins is somebody whom it is open for, and whom somebody can serve: what the rules
 * would refuse all day is said at once, and not after an hour in line.
 */
#include "core/line.h"

#include <string.h>

/* What is closed is closed for all who could serve. */
#define HOURS (LSCHED_WHY_REGION | LSCHED_WHY_CUSTOMER | LSCHED_WHY_SERVICE | LSCHED_WHY_TEAM)

int lsi_line_alone(lsi_core *core, const lsched_booking *b, lsched_time now, lsi_error *e)
{
    lsi_arena a = {0};
    const char *open = "";
    int status = lsi_line_open(core->store, b->customer, b->service, b->id, now, &a, &open, e);
    if (status == LSCHED_OK && open[0] != '\0')
        status = lsi_error_set(e, LSCHED_EXISTS, "customer '%s' has an open contact already: '%s'",
                               b->customer, open);
    lsi_arena_free(&a);
    return status;
}

/* ---- who could serve, and when ---------------------------------------------------------------- */

/* The team of the best rung with somebody who is fit; the number of teams: nobody is. */
static size_t best_team(const lsi_facts *f, int32_t channel, int32_t *unfit)
{
    size_t best = f->team_count;
    int32_t on = 0;
    *unfit = LSCHED_WHY_NO_TEAM;
    for (size_t i = 0; i < f->candidate_count; i++) {
        const lsi_candidate *c = &f->candidates[i];
        const int32_t why =
            lsi_roster_unfit(&f->agents[c->agent].agent, &f->service, &f->customer, channel);
        const int32_t rung = lsi_ladder_best(f->teams[c->team].rungs);
        if (why != 0)
            *unfit = *unfit == LSCHED_WHY_NO_TEAM ? why : *unfit & why ? *unfit & why : why;
        else if (best == f->team_count || rung < on) {
            best = c->team;
            on = rung;
        }
    }
    return best;
}

bool lsi_line_served(const lsi_facts *f, int32_t channel, int32_t *unfit)
{
    return best_team(f, channel, unfit) < f->team_count;
}

/* Whether one of those who are fit could start at both ends of [from, until], as far as hours
 * go; if not, the reasons of the last. */
static bool is_open(const lsi_facts *f, const lsi_permits *p, int32_t channel, lsched_time from,
                    lsched_time until, int32_t *why)
{
    for (size_t i = 0; i < f->candidate_count; i++) {
        const lsi_agent_fact *agent = &f->agents[f->candidates[i].agent];
        if (lsi_roster_unfit(&agent->agent, &f->service, &f->customer, channel) != 0)
            continue;
        *why = (lsi_permit_why(p, i, from) | lsi_permit_why(p, i, until)) & HOURS;
        *why |= lsi_permit_shut(f, i, channel) ? LSCHED_WHY_STALE : 0;
        if (*why == 0)
            return true;
    }
    return false;
}

static int check_hours(const lsi_facts *f, const lsched_booking *b, lsi_error *e)
{
    const lsched_time until = b->start + INT64_C(60) * f->service.cut_off;
    lsi_permits *p = NULL;
    char words[360];
    int32_t why = 0;
    if (f->service.cut_off == LSCHED_NONE)
        return LSCHED_OK;
    int status = lsi_permit_new(f, b->channel, b->start, until + 1, &p, e);
    if (status == LSCHED_OK && !is_open(f, p, b->channel, b->start, until, &why)) {
        lsi_reason_words(why, words, sizeof words);
        status = lsi_error_set(e, LSCHED_CLOSED, "it is too late for the line: %s", words);
    }
    lsi_permit_free(p);
    return status;
}

/* ---- joining ------------------------------------------------------------------------------------ */

static const char *copy(lsi_arena *a, const char *id)
{
    return lsi_arena_text(a, id, strlen(id));
}

/* As if its turn were now; times are whole minutes, but that of the arrival. */
static int fill_in(lsi_act *t, const lsi_facts *f, size_t team, lsi_error *e)
{
    lsched_booking *b = t->b;
    b->team = copy(t->a, f->teams[team].team.id);
    b->end = b->start + lsi_policy_reach(&f->service).length;
    b->busy_from = b->start;
    b->busy_until = b->end;
    b->revision = f->service.revision;
    b->incident = copy(t->a, f->storm.policy);
    return b->team != NULL && b->incident != NULL ? lsi_place_promise(f->zone, t->a, b, e)
                                                  : lsi_error_nomem(e);
}

static int choose_team(lsi_act *t, const lsi_facts *f, size_t *team, lsi_error *e)
{
    lsched_booking *b = t->b;
    int32_t unfit;
    char words[360];
    if (b->channel == 0)
        b->channel = f->service.channels & -f->service.channels;
    *team = best_team(f, b->channel, &unfit);
    if (*team < f->team_count)
        return LSCHED_OK;
    lsi_reason_words(unfit, words, sizeof words);
    return lsi_error_set(e, LSCHED_NOBODY, "nobody can serve this customer: %s", words);
}

int lsi_line_settle(lsi_act *t, const lsi_facts *f, lsi_error *e)
{
    size_t team;
    const int status = choose_team(t, f, &team, e);
    return status == LSCHED_OK ? fill_in(t, f, team, e) : status;
}

int lsi_line_choose(lsi_act *t, const lsi_facts *f, lsi_error *e)
{
    size_t team;
    int status = choose_team(t, f, &team, e);
    if (status == LSCHED_OK)
        status = lsi_storm_joining(f, e);
    if (status == LSCHED_OK)
        status = check_hours(f, t->b, e);
    return status == LSCHED_OK ? fill_in(t, f, team, e) : status;
}

int lsi_line_draft(lsi_act *t, const lsched_request *r, lsi_error *e)
{
    lsched_booking *b = t->b;
    if (r->since > t->now)
        return lsi_error_set(e, LSCHED_INVALID, "join: since is later than now");
    *b = lsi_booking_draft(r, t->now);
    b->agent = lsi_text_given(r->agent) ? r->agent : "";
    b->rungs = r->rungs;
    b->since = r->since != 0 ? r->since : t->now;
    b->due = r->due;
    b->told = r->told;
    b->start = (r->start > t->now ? r->start + 59 : t->now) / 60 * 60;
    return LSCHED_OK;
}

/* A refusal is the answer here. */
int lsi_line_ask(lsi_act *t, const lsched_request *r, int32_t *refusal, const char **open,
                 lsi_error *e)
{
    const lsi_wish wish = lsi_booking_wish(r);
    lsi_facts f = {0};
    *open = "";
    *refusal = LSCHED_OK;
    int status = lsi_line_draft(t, r, e);
    if (status == LSCHED_OK)
        status = lsi_facts_load(t->core, &wish, t->now, &f, e);
    if (status == LSCHED_OK)
        status =
            lsi_line_open(t->core->store, r->customer, r->service, NULL, t->now, t->a, open, e);
    const bool exists = status == LSCHED_OK && (*open)[0] != '\0';
    if (status == LSCHED_OK && !exists)
        status = lsi_line_choose(t, &f, e);
    lsi_facts_free(t->core, &f);
    if (exists)
        *refusal = LSCHED_EXISTS;
    if (status != LSCHED_CLOSED && status != LSCHED_NOBODY)
        return status;
    *refusal = status;
    lsi_error_clear(e);
    return LSCHED_OK;
}

static int join(lsi_act *t, const void *wanted, lsi_error *e)
{
    const lsched_request *r = wanted;
    const lsi_wish wish = lsi_booking_wish(r);
    lsched_booking *b = t->b;
    lsi_facts f = {0};
    int status = lsi_line_draft(t, r, e);
    if (status == LSCHED_OK)
        status = lsi_cases_check(t->core, r->case_id, r->customer, e);
    if (status == LSCHED_OK)
        status = lsi_facts_load(t->core, &wish, t->now, &f, e);
    if (status == LSCHED_OK)
        status = lsi_line_alone(t->core, b, t->now, e);
    if (status == LSCHED_OK)
        status = lsi_line_choose(t, &f, e);
    lsi_facts_free(t->core, &f);
    if (status == LSCHED_OK)
        status = lsi_booking_new_id(t, e);
    return status == LSCHED_OK ? lsi_booking_step(t, lsi_life_begin(LSI_JOIN), 0, e) : status;
}

int lsi_line_check(lsched_request *r, lsi_error *e)
{
    int status = lsi_kind_check(&lsi_form_join, r, e);
    if (status == LSCHED_OK && !lsi_booking_is_channel(r->channel))
        status = lsi_error_set(e, LSCHED_INVALID, "join: channel is not one channel");
    if (status == LSCHED_OK && (lsi_text_given(r->team) || r->seconds != 0))
        status = lsi_error_set(e, LSCHED_INVALID, "join: %s is not for the line",
                               r->seconds != 0 ? "seconds" : "team");
    return status;
}

int lsi_line_join(lsi_core *core, const lsched_request *request, lsi_arena *a, lsched_booking *out,
                  lsi_error *e)
{
    lsched_request r = *request;
    const int status = lsi_line_check(&r, e);
    return status == LSCHED_OK ? lsi_booking_transact(core, join, &r, r.key,
                                                      lsi_form_print(&lsi_form_join, &r), a, out, e)
                               : status;
}

/* ---- who came through another way ---------------------------------------------------------------- */

static int find_open(lsi_act *t, const lsi_happening *h, bool *found, lsi_error *e)
{
    const char *id = "";
    int status = lsi_line_open(t->core->store, h->customer, h->service, NULL, t->now, t->a, &id, e);
    *found = status == LSCHED_OK && id[0] != '\0';
    return *found ? lsi_ledger_get(t->core->store, id, t->a, t->b, e) : status;
}

static int close_one(lsi_act *t, const lsi_happening *h, lsi_error *e)
{
    const lsi_step *step;
    const int32_t from = t->b->state;
    const int status = lsi_life_step(LSI_CLOSE, t->b, t->now, t->stamp.at, &step, e);
    t->b->cause = lsi_text_given(h->cause) ? h->cause : "";
    t->b->outcome = LSCHED_OUTCOME_ELSEWHERE;
    t->b->fault = 0;
    return status == LSCHED_OK ? lsi_booking_step(t, step, from, e) : status;
}

/* A service that has got another topic can leave two open: the key is that of the first. */
static int happened(lsi_act *t, const void *wanted, lsi_error *e)
{
    const lsi_happening *h = wanted;
    const lsched_service key = {.id = h->service};
    lsched_service service;
    lsched_booking other;
    lsi_act more = *t;
    bool found = false;
    more.b = &other;
    more.stamp.key = NULL;
    more.stamp.request = 0;
    int status = lsi_record_get(t->core->store, &lsi_kind_service, &key, t->a, &service, e);
    if (status == LSCHED_OK)
        status = find_open(t, h, &found, e);
    if (status == LSCHED_OK && !found)
        return lsi_error_set(e, LSCHED_NOTFOUND, "customer '%s' has nothing open there",
                             h->customer);
    if (status == LSCHED_OK)
        status = close_one(t, h, e);
    while (status == LSCHED_OK && found) {
        status = find_open(&more, h, &found, e);
        if (status == LSCHED_OK && found)
            status = close_one(&more, h, e);
    }
    return status;
}

int lsi_line_happened(lsi_core *core, const lsi_happening *wanted, lsi_arena *a,
                      lsched_booking *out, lsi_error *e)
{
    lsi_happening h = *wanted;
    const int status = lsi_kind_check(&lsi_form_happening, &h, e);
    return status == LSCHED_OK
               ? lsi_booking_transact(core, happened, &h, h.key,
                                      lsi_form_print(&lsi_form_happening, &h), a, out, e)
               : status;
}

/* ---- looking at it -------------------------------------------------------------------------------- */

static int position(lsi_core *core, const char *id, lsi_arena *a, int32_t *out, lsi_error *e)
{
    lsched_booking b;
    lsched_time now = 0;
    int64_t ahead = 0;
    int status = lsi_ledger_get(core->store, id, a, &b, e);
    if (status == LSCHED_OK && b.state != LSCHED_WAITING)
        status = lsi_error_set(e, LSCHED_OVER, "booking '%s' is %s", b.id, lsi_life_name(b.state));
    if (status == LSCHED_OK)
        status = lsi_now_ask(core, &now, e);
    if (status == LSCHED_OK)
        status = lsi_line_ahead(core->store, &b, now, &ahead, e);
    *out = status == LSCHED_OK ? (int32_t)ahead + 1 : 0;
    return status;
}

int lsi_line_position(lsi_core *core, const char *id, int32_t *out, lsi_error *e)
{
    lsi_arena a = {0};
    *out = 0;
    int status = lsi_store_enter(core->store, false, e);
    if (status == LSCHED_OK)
        status = lsi_store_leave(core->store, position(core, id, &a, out, e), e);
    lsi_arena_free(&a);
    return status;
}

int lsi_line_show(lsi_core *core, const char *team, uint32_t skip, uint32_t limit, lsi_arena *a,
                  lsched_booking **out, size_t *count, lsi_error *e)
{
    lsched_time now;
    int status = lsi_now_ask(core, &now, e);
    if (status == LSCHED_OK)
        status = lsi_store_enter(core->store, false, e);
    if (status != LSCHED_OK)
        return status;
    status = lsi_line_list(core->store, lsi_text_given(team) ? team : "", now, skip, limit, a, out,
                           count, e);
    return lsi_store_leave(core->store, status, e);
}
