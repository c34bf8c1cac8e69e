/* core/booking.c -- book, move, cancel, import: each one transaction.
 *
 *              book, import
 *                   |
 *                   v      move (sequence + 1)
 *     +--------> BOOKED ----+
 *     |             |       |
 *     +-------------|-------+
 *                   | cancel (sequence + 1)
 *                   v
 *               CANCELLED            nothing leads out of it
 *
 * Inside the transaction, in this order: was this key used before; what do the rules say
 * (permit.c, from facts read under the write lock, so that nobody can take the place in
 * between); which lane; write.  The schema refuses a lane taken twice whatever happens
 * here (I1).
 */
#include "core/core.h"

#include <string.h>

/* ---- keys --------------------------------------------------------------------------------- */

/* What every call begins with: the first answer, if the key had one (KEYUSED if that was to
 * another request), and otherwise what time it is. */
static int recall(lsi_core *core, const char *key, uint64_t request, lsi_arena *a,
                  lsched_booking *out, bool *done, lsched_time *now, lsi_error *e)
{
    uint64_t first;
    *done = false;
    *now = 0;
    const int status = lsi_ledger_answer(core->store, key, done, &first, a, out, e);
    if (status != LSCHED_OK)
        return status;
    if (*done && first != request)
        return lsi_error_set(e, LSCHED_KEYUSED, "the key came before with another request");
    return *done ? LSCHED_OK : lsi_now_ask(core, now, e);
}

/* ---- writing -------------------------------------------------------------------------------- */

/* The zone and the wall clock time that are promised, beside the instant. */
static int promise(const lsi_zone *zone, lsi_arena *a, lsched_booking *b, lsi_error *e)
{
    char wall[40];
    const int status = lsi_iso_write(b->start, zone, wall, sizeof wall, e);
    if (status != LSCHED_OK)
        return status;
    b->zone = lsi_arena_text(a, lsi_zone_name(zone), strlen(lsi_zone_name(zone)));
    b->wall = lsi_arena_text(a, wall, strlen("2026-03-08T16:40"));
    b->offset = lsi_zone_offset(zone, b->start);
    return b->zone == NULL || b->wall == NULL ? lsi_error_nomem(e) : LSCHED_OK;
}

/* All chats that hang together with the booking: as far around it as it takes. */
static int take_cluster(lsi_core *core, lsi_agent_fact *agent, const char *moving,
                        const lsched_booking *b, lsi_arena *a, lsi_error *e)
{
    for (int64_t margin = LSI_DAY;; margin *= 2) {
        const lsched_time from = b->busy_from - margin, until = b->busy_until + margin;
        lsched_time left = b->busy_from, right = b->busy_until;
        const int status = lsi_facts_take_agent(core, agent, moving, from, until, a, e);
        if (status != LSCHED_OK)
            return status;
        lsi_lane_cluster(agent, &left, &right);
        if (left >= from && right <= until)
            return LSCHED_OK;
    }
}

/* Makes room by laying the agent's other chats anew (lane.c). */
static int make_room(const lsi_agent_fact *agent, lsi_arena *a, lsched_booking *b,
                     lsi_relaning *others, lsi_error *e)
{
    int32_t *lanes = lsi_arena_take(a, (agent->taken_count + 1) * sizeof *lanes);
    others->ids = lsi_arena_take(a, (agent->taken_count + 1) * sizeof *others->ids);
    others->lanes = lsi_arena_take(a, (agent->taken_count + 1) * sizeof *others->lanes);
    if (lanes == NULL || others->ids == NULL || others->lanes == NULL)
        return lsi_error_nomem(e);
    b->lane = lsi_lane_lay(agent, b->busy_from, b->busy_until, lanes);
    for (size_t i = 0; i < agent->taken_count; i++) {
        if (lanes[i] == agent->taken[i].lane)
            continue;
        others->ids[others->count] = agent->taken[i].id;
        others->lanes[others->count++] = lanes[i];
    }
    return LSCHED_OK;
}

/* The booking's lane, and the other bookings that have to change theirs for it. */
static int take_lane(lsi_core *core, lsi_agent_fact *agent, const char *moving, lsi_arena *a,
                     lsched_booking *b, lsi_relaning *others, lsi_error *e)
{
    b->lane = 0;
    if (lsi_lane_whole(b->channel))
        return LSCHED_OK;
    b->lane = lsi_lane_free(agent, b->busy_from, b->busy_until);
    if (b->lane != 0)
        return LSCHED_OK;
    const int status = take_cluster(core, agent, moving, b, a, e);
    return status == LSCHED_OK ? make_room(agent, a, b, others, e) : status;
}

static int add(lsi_core *core, const lsched_booking *b, const lsi_relaning *others,
               const char *key, uint64_t request, lsi_error *e)
{
    int status = LSCHED_OK;
    if (others->count > 0)
        status = lsi_ledger_relane(core->store, others, b->changed, e);
    return status == LSCHED_OK ? lsi_ledger_add(core->store, b, key, request, e) : status;
}

/* ---- the place -------------------------------------------------------------------------------- */

/* The best of those who can start then, by the predicate; or why nobody can. */
static int choose(const lsi_facts *f, const lsi_permits *p, lsched_time start, size_t *best,
                  lsi_error *e)
{
    *best = f->candidate_count;
    for (size_t i = 0; i < f->candidate_count; i++) {
        if (lsi_permit_why(p, i, start) == 0 &&
            (*best == f->candidate_count || lsi_ladder_before(f, i, *best, start)))
            *best = i;
    }
    if (*best < f->candidate_count)
        return LSCHED_OK;
    int32_t reasons;
    char words[360];
    const int status = lsi_permit_refusal(p, start, &reasons);
    lsi_reason_words(reasons, words, sizeof words);
    return lsi_error_set(e, status, "nobody can start then: %s", words);
}

/* Fills in who, when and where of the booking, whose start and channel are set. */
static int place(lsi_core *core, const lsi_wish *wish, lsched_time now, lsi_arena *a,
                 lsched_booking *b, lsi_relaning *others, lsi_error *e)
{
    lsi_facts f = {0};
    lsi_permits *p = NULL;
    size_t best = 0;
    int status = lsi_facts_load(core, wish, now, a, &f, e);
    if (status == LSCHED_OK && b->channel == 0)
        b->channel = f.service.channels & -f.service.channels;
    if (status == LSCHED_OK)
        status = lsi_facts_take(core, &f, wish->moving, b->start, b->start + 1, a, e);
    if (status == LSCHED_OK)
        status = lsi_permit_new(&f, b->channel, b->start, b->start + 1, &p, e);
    if (status == LSCHED_OK)
        status = choose(&f, p, b->start, &best, e);
    if (status == LSCHED_OK) {
        const lsi_candidate *c = &f.candidates[best];
        const lsi_reach reach = lsi_policy_reach(&f.service);
        b->agent = f.agents[c->agent].agent.id;
        b->team = f.teams[c->team].team.id;
        b->rung = lsi_ladder_best(c->rungs);
        b->end = b->start + reach.length;
        b->busy_from = b->start - reach.before;
        b->busy_until = b->start + reach.behind;
        status = promise(f.zone, a, b, e);
        if (status == LSCHED_OK)
            status = take_lane(core, &f.agents[c->agent], wish->moving, a, b, others, e);
    }
    lsi_permit_free(p);
    lsi_facts_free(&f);
    return status;
}

static bool is_channel(int32_t channel)
{
    return (channel & LSI_ALL_CHANNELS) == channel && (channel & (channel - 1)) == 0;
}

static int new_id(lsi_core *core, lsched_time now, lsi_arena *a, lsched_booking *b, lsi_error *e)
{
    const char *last;
    char *id = lsi_arena_take(a, LSI_IDENTITY_SIZE + 1);
    b->id = id;
    if (id == NULL)
        return lsi_error_nomem(e);
    const int status = lsi_ledger_last_id(core->store, a, &last, e);
    return status == LSCHED_OK ? lsi_identity_make(last, now, id, e) : status;
}

/* ---- one transaction each ------------------------------------------------------------------ */

typedef int (*use_case)(lsi_core *core, const void *wanted, lsi_arena *a, lsched_booking *out,
                        lsi_error *e);

/* The answer is copied for the caller before the commit: what is stored can be told. */
static int transact(lsi_core *core, use_case run, const void *wanted, lsi_arena *a,
                    lsched_booking *out, lsi_error *e)
{
    lsi_arena scratch = {0};
    lsched_booking b;
    int status = lsi_store_enter(core->store, true, e);
    if (status != LSCHED_OK)
        return status;
    status = run(core, wanted, &scratch, &b, e);
    if (status == LSCHED_OK)
        status = lsi_kind_copy(&lsi_kind_booking, &b, a, out, e);
    status = lsi_store_leave(core->store, status, e);
    lsi_arena_free(&scratch);
    return status;
}

/* ---- book ---------------------------------------------------------------------------------- */

static int book(lsi_core *core, const void *wanted, lsi_arena *a, lsched_booking *out,
                lsi_error *e)
{
    const lsched_request *r = wanted;
    const uint64_t request = lsi_form_print(&lsi_form_request, r);
    lsched_time now;
    bool done;
    int status = recall(core, r->key, request, a, out, &done, &now, e);
    if (status != LSCHED_OK || done)
        return status;
    const lsi_wish wish = {.customer = r->customer,
                           .service = r->service,
                           .agent = r->agent,
                           .team = r->team,
                           .rungs = r->rungs != 0 ? r->rungs : LSI_ALL_RUNGS};
    *out = (lsched_booking){.state = LSCHED_BOOKED,
                            .channel = r->channel,
                            .customer = r->customer,
                            .service = r->service,
                            .note = lsi_text_given(r->note) ? r->note : "",
                            .cause = "",
                            .start = r->start,
                            .created = now,
                            .changed = now};
    lsi_relaning others = {0};
    status = place(core, &wish, now, a, out, &others, e);
    if (status == LSCHED_OK)
        status = new_id(core, now, a, out, e);
    return status == LSCHED_OK ? add(core, out, &others, r->key, request, e) : status;
}

int lsi_booking_book(lsi_core *core, const lsched_request *request, lsi_arena *a,
                     lsched_booking *out, lsi_error *e)
{
    lsched_request r = *request;
    int status = lsi_kind_check(&lsi_form_request, &r, e);
    if (status == LSCHED_OK && !is_channel(r.channel))
        status = lsi_error_set(e, LSCHED_INVALID, "request: channel is not one channel");
    return status == LSCHED_OK ? transact(core, book, &r, a, out, e) : status;
}

/* ---- what is to be changed -------------------------------------------------------------------- */

int lsi_booking_live(lsi_core *core, const char *id, lsched_time now, lsi_arena *a,
                     lsched_booking *out, lsi_error *e)
{
    const int status = lsi_ledger_get(core->store, id, a, out, e);
    if (status != LSCHED_OK)
        return status;
    if (out->state != LSCHED_BOOKED)
        return lsi_error_set(e, LSCHED_OVER, "booking '%s' is cancelled", id);
    if (out->end <= now)
        return lsi_error_set(e, LSCHED_OVER, "the time of booking '%s' has passed", id);
    return LSCHED_OK;
}

static int move(lsi_core *core, const void *wanted, lsi_arena *a, lsched_booking *out,
                lsi_error *e)
{
    const lsched_change *c = wanted;
    const uint64_t request = lsi_form_print(&lsi_form_change, c);
    lsched_time now;
    bool done;
    int status = recall(core, c->key, request, a, out, &done, &now, e);
    if (status == LSCHED_OK && !done)
        status = lsi_booking_live(core, c->id, now, a, out, e);
    if (status != LSCHED_OK || done)
        return status;
    const lsi_wish wish = {.customer = out->customer,
                           .service = out->service,
                           .agent = c->agent,
                           .team = c->team,
                           .rungs = c->rungs != 0 ? c->rungs : LSI_ALL_RUNGS,
                           .moving = out->id,
                           .preferred = out->agent};
    out->start = c->start;
    out->channel = c->channel != 0 ? c->channel : out->channel;
    out->cause = lsi_text_given(c->cause) ? c->cause : "";
    out->changed = now;
    out->sequence++;
    lsi_relaning others = {0};
    status = place(core, &wish, now, a, out, &others, e);
    return status == LSCHED_OK
               ? lsi_ledger_move(core->store, out, &others, c->key, request, e)
               : status;
}

int lsi_booking_move(lsi_core *core, const lsched_change *change, lsi_arena *a,
                     lsched_booking *out, lsi_error *e)
{
    lsched_change c = *change;
    int status = lsi_kind_check(&lsi_form_change, &c, e);
    if (status == LSCHED_OK && !is_channel(c.channel))
        status = lsi_error_set(e, LSCHED_INVALID, "change: channel is not one channel");
    return status == LSCHED_OK ? transact(core, move, &c, a, out, e) : status;
}

static int cancel(lsi_core *core, const void *wanted, lsi_arena *a, lsched_booking *out,
                  lsi_error *e)
{
    const lsi_cancelling *c = wanted;
    const uint64_t request = lsi_form_print(&lsi_form_cancel, c);
    lsched_time now;
    bool done;
    int status = recall(core, c->key, request, a, out, &done, &now, e);
    if (status == LSCHED_OK && !done)
        status = lsi_booking_live(core, c->id, now, a, out, e);
    if (status != LSCHED_OK || done)
        return status;
    out->state = LSCHED_CANCELLED;
    out->cause = lsi_text_given(c->cause) ? c->cause : "";
    out->changed = now;
    out->sequence++;
    return lsi_ledger_change(core->store, out, LSI_EVENT_CANCELLED, c->key, request, e);
}

int lsi_booking_cancel(lsi_core *core, const char *id, const char *cause, const char *key,
                       lsi_arena *a, lsched_booking *out, lsi_error *e)
{
    lsi_cancelling c = {.key = key, .id = id, .cause = cause};
    const int status = lsi_kind_check(&lsi_form_cancel, &c, e);
    return status == LSCHED_OK ? transact(core, cancel, &c, a, out, e) : status;
}

/* ---- import ------------------------------------------------------------------------------------ */

/* What is over may name what is gone: history outlives the catalogue.  Then the customer's
 * zone is empty, and the agent holds as many chats as anybody. */
static int look_up(lsi_core *core, const lsched_booking *b, lsched_time now, lsi_arena *a,
                   lsched_customer *customer, lsched_agent *agent, lsi_error *e)
{
    lsched_team team;
    lsched_service service;
    const struct {
        const lsi_kind *kind;
        const char *id;
        void *record;
    } named[] = {{&lsi_kind_customer, b->customer, customer},
                 {&lsi_kind_service, b->service, &service},
                 {&lsi_kind_agent, b->agent, agent},
                 {&lsi_kind_team, b->team, &team}};
    const bool over = b->state != LSCHED_BOOKED || b->end <= now;
    *customer = (lsched_customer){.id = b->customer};
    *agent = (lsched_agent){.id = b->agent, .lanes = LSCHED_MAX_LANES};
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        union {
            lsched_customer customer;
            lsched_service service;
            lsched_agent agent;
            lsched_team team;
        } key = {0};
        lsi_kind_set_text(&named[i].kind->fields[0], &key, named[i].id);
        const int status =
            lsi_record_get(core->store, named[i].kind, &key, a, named[i].record, e);
        if (status != LSCHED_OK && !(status == LSCHED_NOTFOUND && over))
            return status;
    }
    lsi_error_clear(e);
    return LSCHED_OK;
}

/* Only whether the place is free of other bookings: a fact from elsewhere need not keep
 * our rules, but nobody can be in two calls. */
static int take_over(lsi_core *core, const lsched_agent *agent, lsi_arena *a, lsched_booking *b,
                     lsi_relaning *others, lsi_error *e)
{
    lsi_agent_fact fact = {.agent = *agent};
    lsi_spans busy = {0}, wanted = {0};
    if (b->state != LSCHED_BOOKED)
        return LSCHED_OK;
    int status = lsi_facts_take_agent(core, &fact, NULL, b->busy_from, b->busy_until, a, e);
    if (status == LSCHED_OK)
        status = lsi_lane_busy(&fact, b->channel, &busy, e);
    if (status == LSCHED_OK)
        status = lsi_span_add(&wanted, b->busy_from, b->busy_until, e);
    if (status == LSCHED_OK)
        status = lsi_span_keep(&wanted, &busy, e);
    if (status == LSCHED_OK && wanted.count > 0)
        status = lsi_error_set(e, LSCHED_TAKEN, "agent '%s' is booked then", b->agent);
    if (status == LSCHED_OK)
        status = take_lane(core, &fact, NULL, a, b, others, e);
    lsi_span_free(&wanted);
    lsi_span_free(&busy);
    return status;
}

static int check_import(const lsched_booking *b, lsi_error *e)
{
    if (b->start % 60 != 0 || b->end % 60 != 0 || b->busy_from % 60 != 0 ||
        b->busy_until % 60 != 0) {
        char label[LSI_LABEL];
        lsi_kind_label(&lsi_kind_booking, b, label);
        return lsi_error_set(e, LSCHED_INVALID, "%s: a time is not a whole minute", label);
    }
    return LSCHED_OK;
}

/* What an import is asked with. */
typedef struct importing {
    const char *key;
    lsched_booking booking;
} importing;

static int check_wall(const lsched_booking *b, const lsi_zone *zone, lsi_error *e)
{
    lsched_time any;
    if (strlen(b->wall) == strlen("2026-03-08T16:40") &&
        lsi_iso_read(b->wall, zone, &any, e) == LSCHED_OK)
        return LSCHED_OK;
    return lsi_error_set(e, LSCHED_INVALID, "booking '%s': wall is not like 2026-03-08T16:40",
                         lsi_text_given(b->id) ? b->id : "");
}

/* An id that came along is one of ours, and not taken. */
static int check_id(lsi_core *core, const lsched_booking *b, lsched_time now, lsi_arena *a,
                    lsi_error *e)
{
    lsched_booking other;
    if (!lsi_identity_is(b->id, now))
        return lsi_error_set(e, LSCHED_INVALID, "booking '%s': id is not one of libsched's", b->id);
    const int status = lsi_ledger_get(core->store, b->id, a, &other, e);
    if (status == LSCHED_OK)
        return lsi_error_set(e, LSCHED_INUSE, "there is a booking '%s' already", b->id);
    if (status != LSCHED_NOTFOUND)
        return status;
    lsi_error_clear(e);
    return LSCHED_OK;
}

/* Fills in what did not come along. */
static int complete(lsi_core *core, const lsched_customer *customer, lsched_time now,
                    lsi_arena *a, lsched_booking *b, lsi_error *e)
{
    const char *name = lsi_text_given(b->zone) ? b->zone : customer->zone;
    const lsi_zone *zone;
    lsched_booking promised = *b;
    if (!lsi_text_given(name))
        return lsi_error_set(e, LSCHED_INVALID, "booking: zone is required, the customer is gone");
    int status = lsi_zone_get(core->zones, name, &zone, e);
    if (status == LSCHED_OK)
        status = promise(zone, a, &promised, e);
    if (status == LSCHED_OK && lsi_text_given(b->wall))
        status = check_wall(b, zone, e);
    if (status != LSCHED_OK)
        return status;
    b->lane = 0;
    b->zone = promised.zone;
    b->wall = lsi_text_given(b->wall) ? b->wall : promised.wall;
    b->offset = b->offset != 0 ? b->offset : promised.offset;
    b->rung = b->rung != 0 ? b->rung : LSCHED_HOME;
    b->created = b->created != 0 ? b->created : now;
    b->changed = b->changed != 0 ? b->changed : now;
    return lsi_text_given(b->id) ? check_id(core, b, now, a, e) : new_id(core, now, a, b, e);
}

static int import(lsi_core *core, const void *wanted, lsi_arena *a, lsched_booking *out,
                  lsi_error *e)
{
    const importing *i = wanted;
    const uint64_t request = lsi_form_print(&lsi_kind_booking, &i->booking);
    lsched_customer customer;
    lsched_agent agent;
    lsi_relaning others = {0};
    lsched_time now;
    bool done;
    int status = recall(core, i->key, request, a, out, &done, &now, e);
    if (status != LSCHED_OK || done)
        return status;
    *out = i->booking;
    status = look_up(core, out, now, a, &customer, &agent, e);
    if (status == LSCHED_OK)
        status = complete(core, &customer, now, a, out, e);
    if (status == LSCHED_OK)
        status = take_over(core, &agent, a, out, &others, e);
    return status == LSCHED_OK ? add(core, out, &others, i->key, request, e) : status;
}

int lsi_booking_import(lsi_core *core, const lsched_booking *booking, const char *key,
                       lsi_arena *a, lsched_booking *out, lsi_error *e)
{
    importing i = {.key = key, .booking = *booking};
    lsi_cancelling named = {.key = key, .id = "-"}; /* only its key is to be checked */
    lsched_booking *b = &i.booking;
    int status = lsi_kind_check(&lsi_kind_booking, b, e);
    if (status == LSCHED_OK)
        status = lsi_kind_check(&lsi_form_cancel, &named, e);
    if (status == LSCHED_OK)
        status = check_import(b, e);
    return status == LSCHED_OK ? transact(core, import, &i, a, out, e) : status;
}

/* ---- reading ------------------------------------------------------------------------------------ */

int lsi_booking_get(lsi_core *core, const char *id, lsi_arena *a, lsched_booking *out,
                    lsi_error *e)
{
    const int status = lsi_store_enter(core->store, false, e);
    if (status != LSCHED_OK)
        return status;
    return lsi_store_leave(core->store, lsi_ledger_get(core->store, id, a, out, e), e);
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
    return lsi_store_leave(
        core->store, lsi_ledger_list(core->store, &f, limit, a, out, count, e), e);
}
