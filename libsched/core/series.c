/* core/series.c -- many bookings by one wish: all in one transaction, or none.
 *
 * The rule is expanded in the wall clock time of the customer.  The occurrences are placed
 * one after the other by the predicate (place.c), in the order of time, so that each sees
 * those before it.  The wish has one key: the first event has it (and with it the place in
 * the one space of keys), and what was answered stands under it in the store.
 */
#include "core/core.h"

#include <string.h>

/* ---- one transaction ------------------------------------------------------------------------- */

/* A wish about a series under way. */
typedef struct wish {
    lsi_act act;
    const void *wanted; /* lsi_recurring or lsi_ending */
    lsi_rule *rule;
    lsi_arena *a; /* of the answer */
    lsi_occurrences *out;
} wish;

/* What was answered before, if it was; `*done` as lsi_booking_recall() says. */
static int recall(wish *w, bool *done, lsi_error *e)
{
    lsi_occurrences *out = w->out;
    int status = lsi_booking_recall(&w->act, done, e);
    if (status == LSCHED_OK && *done)
        status = lsi_occurrence_answer(w->act.core->store, w->act.stamp.key, w->a, &out->at,
                                       &out->count, e);
    return status;
}

/* The answer is in the caller's arena before the commit: what is stored can be told. */
static int transact(wish *w, int (*run)(wish *w, lsi_error *e), lsi_error *e)
{
    lsi_arena scratch = {0};
    lsched_booking b;
    lsi_store *store = w->act.core->store;
    bool done = false;
    w->act.a = &scratch;
    w->act.b = &b;
    w->act.stamp.actor = w->act.core->actor;
    w->act.stamp.correlation = w->act.core->correlation;
    int status = lsi_store_enter(store, true, e);
    if (status != LSCHED_OK)
        return status;
    status = recall(w, &done, e);
    if (status == LSCHED_OK && !done) {
        status = run(w, e);
        if (status == LSCHED_OK)
            status = lsi_occurrence_put(store, w->act.stamp.key, w->out->at, w->out->count, e);
    }
    status = lsi_store_leave(store, status, e);
    lsi_arena_free(&scratch);
    return status;
}

/* One booking of the wish: as the whole, but only the first one written has the key. */
static lsi_act part_of(const wish *w, bool first, lsi_arena *a, lsched_booking *b)
{
    lsi_act part = w->act;
    part.a = a;
    part.b = b;
    part.others = (lsi_relaning){0};
    if (!first) {
        part.stamp.key = NULL;
        part.stamp.request = 0;
    }
    return part;
}

static int tell(wish *w, const lsched_booking *b, lsched_occurrence *o, lsi_error *e)
{
    lsched_booking *copy = lsi_arena_take(w->a, sizeof *copy);
    if (copy == NULL)
        return lsi_error_nomem(e);
    o->booking = copy;
    return lsi_kind_copy(&lsi_kind_booking, b, w->a, copy, e);
}

/* ---- when -------------------------------------------------------------------------------------- */

typedef struct starts {
    const lsi_zone *zone;
    lsi_error *e;
    lsched_time first, at[LSCHED_MAX_SERIES];
    size_t count;
} starts;

static int found(void *user, int64_t wall)
{
    starts *s = user;
    /* The first one is the instant that was asked for, also the second time that it is two. */
    const lsched_time t = s->count == 0 ? s->first : lsi_zone_instant(s->zone, wall);
    if (s->count == LSCHED_MAX_SERIES)
        return lsi_error_set(s->e, LSCHED_LIMIT, "series: the rule gives more than %d starts",
                             LSCHED_MAX_SERIES);
    if (t >= LSI_TIME_END)
        return lsi_error_set(s->e, LSCHED_INVALID, "series: the rule goes beyond the year %d",
                             LSI_YEAR_MAX);
    s->at[s->count++] = t;
    return LSCHED_OK;
}

/* In the order of time and each once: a clock change can turn the order of wall clock times
 * around, and bring two of them together. */
static void put_in_order(starts *s)
{
    size_t kept = 1;
    for (size_t i = 1; i < s->count; i++) {
        const lsched_time t = s->at[i];
        size_t k = kept;
        while (k > 0 && s->at[k - 1] > t)
            k--;
        if (k == 0 || s->at[k - 1] == t)
            continue;
        memmove(&s->at[k + 1], &s->at[k], (kept - k) * sizeof s->at[0]);
        s->at[k] = t;
        kept++;
    }
    s->count = kept;
}

static int expand(wish *w, const lsi_zone *zone, starts *s, lsi_error *e)
{
    const lsi_recurring *r = w->wanted;
    const int64_t wall = lsi_zone_wall(zone, r->request.start);
    const int32_t wanted = lsi_recur_count(w->rule);
    int64_t steps = w->act.core->limits.steps;
    *s = (starts){.zone = zone, .e = e, .first = r->request.start};
    lsi_recur_set_zone(w->rule, zone);
    const int status = lsi_recur_expand(w->rule, wall, wall, INT64_MAX, &steps, found, s, e);
    if (status != LSCHED_OK)
        return status;
    if (wanted > (int32_t)s->count)
        return lsi_error_set(e, LSCHED_INVALID,
                             "series: the rule gives %d of the %d starts that "
                             "its COUNT says",
                             (int)s->count, (int)wanted);
    put_in_order(s);
    return LSCHED_OK;
}

/* ---- book ----------------------------------------------------------------------------------------- */

/* The rules say no, and nothing else went wrong. */
static bool is_refusal(int status)
{
    return status <= LSCHED_CLOSED && status > LSCHED_BUSY;
}

/* Says which occurrence was refused, before the words for why. */
static int blame(const starts *s, lsched_time start, int status, const char *before, lsi_error *e)
{
    char wall[40], why[sizeof e->text];
    lsi_error unsaid;
    memcpy(why, e->text, sizeof why);
    if (lsi_iso_write(start, s->zone, wall, sizeof wall, &unsaid) != LSCHED_OK)
        return status;
    return lsi_error_set(e, status, "%s%s: %.300s", before, wall, why);
}

static int book_one(wish *w, lsi_facts *f, const char *series, lsched_occurrence *o, lsi_error *e)
{
    const lsi_recurring *r = w->wanted;
    lsi_arena own = {0};
    lsched_booking b = lsi_booking_draft(&r->request, w->act.now);
    lsi_act part = part_of(w, series == NULL, &own, &b);
    b.start = o->start;
    part.stamp.choice = &part.choice;
    /* Who serves one of a series is to serve them all. */
    int status = lsi_facts_renew(part.core, f, e);
    if (status == LSCHED_OK)
        status = lsi_place_choose(&part, f, NULL, true, &o->reasons, e);
    if (is_refusal(status)) {
        o->status = status;
        lsi_arena_free(&own);
        return status;
    }
    if (status == LSCHED_OK)
        status = lsi_booking_new_id(&part, e);
    if (status == LSCHED_OK) {
        b.series = series != NULL ? series : b.id;
        status = lsi_booking_step(&part, lsi_life_begin(LSI_BOOK), 0, e);
    }
    if (status == LSCHED_OK)
        status = tell(w, &b, o, e);
    lsi_arena_free(&own);
    return status;
}

/* All occurrences in their order; only what the mode allows is left out. */
static int book_each(wish *w, lsi_facts *f, const starts *s, lsi_error *e)
{
    const lsi_recurring *r = w->wanted;
    const lsched_booking *first = NULL;
    lsi_error refused = {0};
    for (size_t i = 0; i < s->count; i++) {
        lsched_occurrence *o = &w->out->at[i];
        o->start = s->at[i];
        const int status = book_one(w, f, first != NULL ? first->series : NULL, o, e);
        if (o->status != LSCHED_OK && r->mode == LSCHED_ALL)
            return blame(s, o->start, status, "occurrence ", e);
        if (status != LSCHED_OK && o->status == LSCHED_OK)
            return status;
        if (status != LSCHED_OK && refused.status == LSCHED_OK)
            refused = *e;
        lsi_error_clear(e);
        if (first == NULL && o->booking != NULL) {
            first = o->booking;
            f->preferred = lsi_text_given(r->request.agent) ? NULL : first->agent;
        }
    }
    if (first != NULL)
        return LSCHED_OK;
    *e = refused;
    return blame(s, s->at[0], refused.status, "no occurrence fits; the first, ", e);
}

static int book(wish *w, lsi_error *e)
{
    const lsi_recurring *r = w->wanted;
    const lsi_wish asked = lsi_booking_wish(&r->request);
    lsi_facts f = {0};
    starts s;
    int status = lsi_facts_load(w->act.core, &asked, w->act.now, &f, e);
    if (status == LSCHED_OK)
        status = expand(w, f.zone, &s, e);
    if (status == LSCHED_OK) {
        w->out->at = lsi_arena_take(w->a, s.count * sizeof *w->out->at);
        w->out->count = s.count;
        status = w->out->at != NULL ? book_each(w, &f, &s, e) : lsi_error_nomem(e);
    }
    lsi_facts_free(w->act.core, &f);
    return status;
}

/* Reads and checks the rule as far as no zone is needed. */
static int read_rule(wish *w, lsi_arena *a, lsi_error *e)
{
    const lsi_recurring *r = w->wanted;
    const int status = lsi_recur_read(r->rule, strlen(r->rule), a, &w->rule, e);
    if (status != LSCHED_OK)
        return status;
    if (!lsi_recur_ends(w->rule))
        return lsi_error_set(e, LSCHED_INVALID, "series: the rule has neither COUNT nor UNTIL");
    if (lsi_recur_count(w->rule) > LSCHED_MAX_SERIES)
        return lsi_error_set(e, LSCHED_LIMIT, "series: the rule gives more than %d starts",
                             LSCHED_MAX_SERIES);
    return LSCHED_OK;
}

int lsi_series_book(lsi_core *core, const lsi_recurring *wanted, lsi_arena *a, lsi_occurrences *out,
                    lsi_error *e)
{
    lsi_recurring r = *wanted;
    lsi_arena rules = {0};
    wish w = {.act = {.core = core}, .wanted = &r, .a = a, .out = out};
    int status = lsi_booking_check(&wanted->request, &r.request, e);
    if (status == LSCHED_OK && r.request.seconds != 0)
        status = lsi_error_set(e, LSCHED_INVALID, "request: seconds are for lsched_hold()");
    if (status == LSCHED_OK)
        status = lsi_kind_check(&lsi_form_recurring, &r, e);
    if (status == LSCHED_OK)
        status = read_rule(&w, &rules, e);
    if (status == LSCHED_OK) {
        const uint64_t rule = lsi_form_print(&lsi_form_recurring, &r);
        w.act.stamp.key = r.request.key;
        w.act.stamp.request =
            lsi_text_hash(lsi_form_print(&lsi_form_request, &r.request), &rule, sizeof rule);
        status = transact(&w, book, e);
    }
    lsi_arena_free(&rules);
    return status;
}

/* ---- cancel --------------------------------------------------------------------------------------- */

static int cancel_one(wish *w, lsched_booking *b, lsi_error *e)
{
    const lsi_ending *r = w->wanted;
    lsi_act part = part_of(w, w->out->count == 0, w->act.a, b);
    const lsi_step *step;
    const int32_t from = b->state;
    int status = lsi_life_step(LSI_CANCEL, b, part.now, part.stamp.at, &step, e);
    if (status == LSCHED_OVER) {
        lsi_error_clear(e);
        return LSCHED_OK;
    }
    b->cause = lsi_text_given(r->cause) ? r->cause : "";
    if (status == LSCHED_OK)
        status = lsi_booking_step(&part, step, from, e);
    lsched_occurrence *o = &w->out->at[w->out->count];
    o->start = b->start;
    if (status == LSCHED_OK)
        status = tell(w, b, o, e);
    w->out->count += status == LSCHED_OK;
    return status;
}

static int cancel(wish *w, lsi_error *e)
{
    const lsi_ending *r = w->wanted;
    const lsched_filter of_series = {.series = r->series};
    lsched_booking *all;
    size_t count;
    int status = lsi_ledger_list(w->act.core->store, &of_series, LSCHED_MAX_PAGE + 1, w->act.a,
                                 &all, &count, e);
    if (status == LSCHED_OK && count == 0)
        return lsi_error_set(e, LSCHED_NOTFOUND, "no booking is of the series '%s'", r->series);
    if (status == LSCHED_OK && count > LSCHED_MAX_PAGE)
        return lsi_error_set(e, LSCHED_LIMIT, "the series '%s' has more than %d bookings",
                             r->series, LSCHED_MAX_PAGE);
    if (status != LSCHED_OK)
        return status;
    w->out->at = lsi_arena_take(w->a, count * sizeof *w->out->at);
    if (w->out->at == NULL)
        return lsi_error_nomem(e);
    for (size_t i = 0; i < count && status == LSCHED_OK; i++)
        if (all[i].start >= r->from)
            status = cancel_one(w, &all[i], e);
    if (status == LSCHED_OK && w->out->count == 0)
        return lsi_error_set(e, LSCHED_OVER,
                             "nothing that starts then of the series '%s' can be "
                             "cancelled any more",
                             r->series);
    return status;
}

int lsi_series_cancel(lsi_core *core, const lsi_ending *wanted, lsi_arena *a, lsi_occurrences *out,
                      lsi_error *e)
{
    lsi_ending r = *wanted;
    wish w = {.act = {.core = core}, .wanted = &r, .a = a, .out = out};
    const int status = lsi_kind_check(&lsi_form_ending, &r, e);
    if (status != LSCHED_OK)
        return status;
    w.act.stamp.key = r.key;
    w.act.stamp.request = lsi_form_print(&lsi_form_ending, &r);
    return transact(&w, cancel, e);
}
