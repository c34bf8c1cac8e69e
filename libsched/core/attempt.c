/* core/attempt.c -- what became of a contact, and when one that reached nobody is tried again.
 *
 * Attempts keep their distance: `spacing` apart, in another part of the customer's day, no more
 * of them in a day and a week than the service and the customer's regions allow, and only when
 * somebody could serve the customer then, by the one predicate.  After the last one the contact
 * is over, and the customer is told so, with a chance to choose another time.
 */
#include "core/line.h"

#include <string.h>

#define HOUR 3600
#define WEEK (7 * LSI_DAY)
#define AHEAD (8 * LSI_DAY) /* so far a time for another attempt is looked for */

/* What an outcome does to a contact, and whose fault it is where nobody says. */
static const struct {
    enum lsi_verb verb;
    int32_t fault;
    bool vain; /* an attempt that reached nobody */
} meanings[] = {
    [LSCHED_OUTCOME_REACHED] = {LSI_FULFIL, 0, false},
    [LSCHED_OUTCOME_NO_ANSWER] = {LSI_RETRY, LSCHED_FAULT_CUSTOMER, true},
    [LSCHED_OUTCOME_ENGAGED] = {LSI_RETRY, LSCHED_FAULT_CUSTOMER, true},
    [LSCHED_OUTCOME_MACHINE] = {LSI_RETRY, LSCHED_FAULT_CUSTOMER, true},
    [LSCHED_OUTCOME_DROPPED] = {LSI_RETRY, LSCHED_FAULT_NETWORK, true},
    /* The same number again would be somebody else's telephone. */
    [LSCHED_OUTCOME_WRONG] = {LSI_NOSHOW, LSCHED_FAULT_CUSTOMER, true},
    [LSCHED_OUTCOME_DECLINED] = {LSI_DECLINE, 0, false},
    [LSCHED_OUTCOME_ELSEWHERE] = {LSI_DECLINE, 0, false},
    [LSCHED_OUTCOME_ABSENT] = {LSI_MISS, LSCHED_FAULT_OURS, false},
};

/* ---- how often ---------------------------------------------------------------------------------- */

/* When so many attempts within `span` have become one less. */
static lsched_time make_room(const lsched_time *tries, size_t count, int32_t most, int64_t span)
{
    return count >= (size_t)most ? tries[most - 1] + span : 0;
}

static lsched_time later(lsched_time a, lsched_time b)
{
    return a > b ? a : b;
}

/* The earliest time after these attempts, the latest of which is the first. */
static lsched_time leave_room(const lsched_service *s, const lsched_time *tries, size_t count,
                              lsched_time now)
{
    lsched_time t = count > 0 ? later(now, tries[0] + INT64_C(60) * s->spacing) : now;
    t = later(t, make_room(tries, count, s->day_attempts, LSI_DAY));
    return later(t, make_room(tries, count, s->week_attempts, WEEK));
}

int lsi_attempt_earliest(lsi_core *core, const lsched_booking *b, const lsched_service *service,
                         lsched_time now, lsched_time *out, lsi_error *e)
{
    lsched_time tries[LSCHED_MAX_ATTEMPTS];
    size_t count;
    const int64_t spacing = INT64_C(60) * service->spacing;
    const int status =
        lsi_line_tries(core->store, b->customer, now - (spacing > WEEK ? spacing : WEEK), tries,
                       LSCHED_MAX_ATTEMPTS, &count, e);
    *out = status == LSCHED_OK ? leave_room(service, tries, count, now) : now;
    return status == LSCHED_OK ? lsi_lawful_again(core, b, *out, out, e) : status;
}

int lsi_attempt_turn(lsi_core *core, const lsched_booking *b, const lsched_service *service,
                     lsched_time now, lsched_time *out, lsi_error *e)
{
    lsched_service policy = *service;
    policy.spacing = b->attempts > 0 ? policy.spacing : 0;
    return lsi_attempt_earliest(core, b, &policy, now, out, e);
}

/* ---- when ----------------------------------------------------------------------------------------- */

/* Where the customer's day has its joints, in seconds from midnight. */
static const int64_t joints[] = {12 * HOUR, 17 * HOUR, LSI_DAY};

static int part_of_day(const lsi_zone *zone, lsched_time t, lsched_time *end)
{
    const int64_t local = t + lsi_zone_offset(zone, t), second = local % LSI_DAY;
    int part = 0;
    while (second >= joints[part])
        part++;
    *end = t + joints[part] - second;
    return part;
}

/* The first time from t on at which somebody could serve. */
static lsched_time first_possible(const lsi_facts *f, const lsi_permits *p, lsched_time t)
{
    lsched_time first = INT64_MAX;
    for (size_t i = 0; i < f->candidate_count; i++) {
        const lsched_time next = lsi_permit_next(p, i, t);
        first = next < first ? next : first;
    }
    return first;
}

/* In another part of the day than the one before, `was`; -1: in any. */
static lsched_time search(const lsi_facts *f, const lsi_permits *p, lsched_time from, int was)
{
    lsched_time end;
    for (lsched_time t = from;; t = end) {
        t = first_possible(f, p, t);
        if (t == INT64_MAX || part_of_day(f->zone, t, &end) != was)
            return t;
    }
}

/* A time for the next attempt, from `from` on; 0: there is none.  What agents have booked by then
 * is not asked: the contact waits, and its place is chosen when its turn comes. */
static int find_time(lsi_act *t, lsched_time from, bool any_part, lsched_time *out, lsi_error *e)
{
    const lsched_booking *b = t->b;
    const lsi_wish wish = {.customer = b->customer,
                           .service = b->service,
                           .rungs = b->rungs != 0 ? b->rungs : LSI_ALL_RUNGS};
    lsi_facts f = {0};
    lsi_permits *p = NULL;
    lsched_time end, found = INT64_MAX;
    *out = 0;
    int status = lsi_facts_load(t->core, &wish, t->now, &f, e);
    if (status == LSCHED_OK) {
        f.service.notice = LSCHED_NONE;
        f.service.before = 0;
        f.service.anchor = LSCHED_CLOCK;
        f.service.step = 1;
        f.service.horizon = 366;
        from = (from + 59) / 60 * 60;
        status = lsi_permit_new(&f, b->channel, from, from + AHEAD, &p, e);
    }
    if (status == LSCHED_OK && !any_part)
        found = search(&f, p, from, part_of_day(f.zone, t->now, &end));
    if (status == LSCHED_OK && found == INT64_MAX)
        found = search(&f, p, from, -1);
    *out = found != INT64_MAX ? found : 0;
    lsi_permit_free(p);
    lsi_facts_free(t->core, &f);
    return status;
}

int lsi_attempt_possible(lsi_act *t, lsched_time *out, lsi_error *e)
{
    return find_time(t, t->now, true, out, e);
}

/* ---- what becomes of it --------------------------------------------------------------------------- */

/* The contact goes back into the line, with nobody's place; where it stood it stands again. */
static int wait_again(lsi_act *t, lsched_time start, lsi_error *e)
{
    lsched_booking *b = t->b;
    const lsi_zone *zone;
    const lsched_time length = b->end - b->start;
    if (b->since == 0)
        b->since = b->start < t->now ? b->start : t->now;
    b->start = b->busy_from = start;
    b->end = b->busy_until = start + length;
    b->agent = "";
    b->law = "";
    b->incident = "";
    b->lane = b->rung = b->anybody = 0;
    const int status = lsi_zone_get(t->core->zones, b->zone, &zone, e);
    return status == LSCHED_OK ? lsi_place_promise(zone, t->a, b, e) : status;
}

/* When it is tried again; 0: this was the last time.  What this attempt was counts already. */
static int plan_again(lsi_act *t, const lsched_result *r, lsched_time *out, lsi_error *e)
{
    const lsched_booking *b = t->b;
    const lsched_service key = {.id = b->service};
    lsched_service service;
    lsched_time tries[LSCHED_MAX_ATTEMPTS + 1] = {t->now};
    lsched_time again = 0;
    lsi_moment m;
    size_t count;
    const char *other = "";
    *out = 0;
    if (r->enough != 0 || b->channel == LSCHED_VISIT)
        return LSCHED_OK;
    int status = lsi_record_get(t->core->store, &lsi_kind_service, &key, t->a, &service, e);
    if (status == LSCHED_OK && b->attempts >= service.attempts)
        return LSCHED_OK;
    /* Nobody waits for the same twice. */
    if (status == LSCHED_OK)
        status =
            lsi_line_open(t->core->store, b->customer, b->service, b->id, t->now, t->a, &other, e);
    if (status == LSCHED_OK && other[0] != '\0')
        return LSCHED_OK;
    if (status == LSCHED_OK)
        status = lsi_line_tries(t->core->store, b->customer, t->now - WEEK, tries + 1,
                                LSCHED_MAX_ATTEMPTS, &count, e);
    if (status == LSCHED_OK) /* the caps of today, whoever has put them */
        status = lsi_facts_moment(t->core, &m, e);
    if (status == LSCHED_OK) {
        const lsched_time from = leave_room(&service, tries, count + 1, t->now);
        status = lsi_lawful_again(t->core, b, later(from, r->again), &again, e);
    }
    if (status == LSCHED_OK)
        status = find_time(t, again, r->again != 0, out, e);
    /* What is gone, or cannot be told, is no reason to lose the contact: it ends. */
    if (!lsi_stray_cannot_tell(status))
        return status;
    lsi_error_clear(e);
    return LSCHED_OK;
}

/* Of what is booked or waits, what a customer no longer wants is closed. */
static enum lsi_verb choose_verb(const lsched_booking *b, int32_t outcome)
{
    const enum lsi_verb verb = meanings[outcome].verb;
    return verb == LSI_DECLINE && b->state != LSCHED_STARTED ? LSI_CLOSE : verb;
}

static int finish(lsi_act *t, const void *wanted, lsi_error *e)
{
    const lsched_result *r = wanted;
    lsched_booking *b = t->b;
    const lsi_step *step;
    lsched_time again = 0;
    int32_t from;
    int status = lsi_ledger_get(t->core->store, r->id, t->a, b, e);
    if (status != LSCHED_OK)
        return status;
    const enum lsi_verb verb = choose_verb(b, r->outcome);
    status = lsi_booking_load(t, r->id, verb, &step, &from, e);
    if (status != LSCHED_OK)
        return status;
    b->outcome = r->outcome;
    b->fault = r->fault != 0 ? r->fault : meanings[r->outcome].fault;
    b->cause = lsi_text_given(r->cause) ? r->cause : "";
    if (meanings[r->outcome].vain && b->attempts < LSCHED_MAX_ATTEMPTS)
        b->attempts++;
    if (verb == LSI_RETRY)
        status = plan_again(t, r, &again, e);
    if (status == LSCHED_OK && verb == LSI_RETRY && again == 0)
        status = lsi_life_step(LSI_NOSHOW, b, t->now, t->stamp.at, &step, e);
    if (status == LSCHED_OK && again != 0)
        status = wait_again(t, again, e);
    return status == LSCHED_OK ? lsi_booking_step(t, step, from, e) : status;
}

int lsi_attempt_finish(lsi_core *core, const lsched_result *result, lsi_arena *a,
                       lsched_booking *out, lsi_error *e)
{
    lsched_result r = *result;
    const int status = lsi_kind_check(&lsi_form_result, &r, e);
    return status == LSCHED_OK
               ? lsi_booking_transact(core, finish, &r, r.key, lsi_form_print(&lsi_form_result, &r),
                                      a, out, e)
               : status;
}
