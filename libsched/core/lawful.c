/* core/lawful.c -- may somebody be contacted now?  For hosts that dial by themselves.
 *
 * The hours are the predicate's own set of starts by region (lsi_law_open() and the same reach),
 * so what could be booked then as far as the law goes may be dialled then, and nothing else.
 */
#include "core/line.h"
#include "core/picture.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define STRETCH (32 * LSI_DAY) /* calendars' limits count for so many days at a time */
#define FURTHEST (LSCHED_MAX_DAYS * LSI_DAY)

typedef struct asking {
    lsi_core *core;
    lsi_lineup who; /* customer, service and laws; nobody who serves */
    int32_t channel;
    lsched_time at;
    lsi_attempt *attempts;
    size_t attempt_count;
    lsched_time *counted; /* room for all of them */
    lsi_arena a;
} asking;

/* ---- hours --------------------------------------------------------------------------------- */

/* The starts in [from, until) that the laws permit; of one law alone, or of all. */
static int starts_in(asking *q, size_t law, lsched_time from, lsched_time until, lsi_spans *out,
                     lsi_error *e)
{
    lsi_facts one = q->who.facts;
    const int64_t length = lsi_policy_reach(&one.service).length;
    if (law < one.law_count) {
        one.laws += law;
        one.law_count = 1;
    }
    out->count = 0;
    if (lsi_law_shut(&one, q->channel))
        return LSCHED_OK;
    const int status =
        lsi_law_open(&one, q->channel, from / 60 * 60, (until + length + 59) / 60 * 60, out, e);
    if (status == LSCHED_OK)
        lsi_span_starts(out, 0, length);
    return status;
}

static int is_lawful(asking *q, size_t law, lsched_time t, bool *yes, lsi_error *e)
{
    lsi_spans starts = {0};
    const int status = starts_in(q, law, t, t + 1, &starts, e);
    *yes = status == LSCHED_OK && lsi_span_at(&starts, t) != NULL;
    lsi_span_free(&starts);
    return status;
}

/* The first lawful start at or after t, up to `last`; 0: none. */
static int next_lawful(asking *q, lsched_time t, lsched_time last, lsched_time *next, lsi_error *e)
{
    lsi_spans starts = {0};
    int status = LSCHED_OK;
    *next = 0;
    for (; status == LSCHED_OK && *next == 0 && t < last; t += STRETCH) {
        const lsched_time edge = last - t > STRETCH ? t + STRETCH : last;
        status = lsi_store_late(q->core->store, e);
        if (status == LSCHED_OK)
            status = starts_in(q, SIZE_MAX, t, edge, &starts, e);
        for (size_t i = 0; status == LSCHED_OK && *next == 0 && i < starts.count; i++) {
            const lsched_time first = starts.at[i].from > t ? starts.at[i].from : t;
            *next = first < starts.at[i].until && first < edge ? first : 0;
        }
    }
    lsi_span_free(&starts);
    return status;
}

/* ---- attempts ------------------------------------------------------------------------------ */

/* Attempts for a service that is gone could have been for anything. */
static size_t count_for(asking *q, const lsched_region *r)
{
    size_t count = 0;
    for (size_t i = 0; i < q->attempt_count; i++) {
        const lsi_attempt *x = &q->attempts[i];
        const lsi_contacting c = {x->channel, x->purpose != 0 ? x->purpose : LSI_ALL_PURPOSES,
                                  q->who.facts.customer.consents};
        if (r == NULL || lsi_law_counts(r, &c))
            q->counted[count++] = x->at;
    }
    return count;
}

/* How many of those counted last lie so far back at most. */
static int32_t since(const asking *q, size_t count, int64_t seconds)
{
    int32_t found = 0;
    for (size_t i = 0; i < count; i++)
        found += q->counted[i] > q->at - seconds && q->counted[i] <= q->at;
    return found;
}

/* When all caps allow another attempt, and whose is the last to; the number of laws: nobody's. */
static lsched_time again(asking *q, lsched_lawful *out, size_t *nearest)
{
    const lsi_facts *f = &q->who.facts;
    const lsi_contacting c = lsi_law_contacting(f, q->channel);
    lsched_time first = q->at;
    *nearest = f->law_count;
    for (size_t i = 0; i < f->law_count; i++) {
        const lsched_region *r = &f->laws[i]->region;
        if (!lsi_law_counts(r, &c))
            continue;
        const lsched_time t = lsi_law_again(r, q->counted, count_for(q, r), q->at);
        if (*nearest == f->law_count || t > first)
            *nearest = i;
        first = t > first ? t : first;
    }
    const size_t count = count_for(q, *nearest < f->law_count ? &f->laws[*nearest]->region : NULL);
    out->day = since(q, count, LSI_DAY);
    out->week = since(q, count, 7 * LSI_DAY);
    return first;
}

/* ---- the answer ---------------------------------------------------------------------------- */

static int forbid(const asking *q, const lsched_lawful *out, lsi_error *e)
{
    char words[120], wall[40] = "";
    lsi_reason_words(out->reasons, words, sizeof words);
    if (out->next == 0)
        return lsi_error_set(e, LSCHED_CLOSED, "region '%s': %s; not within %d days", out->region,
                             words, LSCHED_MAX_DAYS);
    const int status = lsi_iso_write(out->next, q->who.facts.zone, wall, sizeof wall, e);
    return status != LSCHED_OK ? status
                               : lsi_error_set(e, LSCHED_CLOSED, "region '%s': %s; next at %s",
                                               out->region, words, wall);
}

/* The region by which it is forbidden: the first that is closed, else the one whose cap lasts
 * the longest. */
static int find_region(asking *q, lsched_lawful *out, size_t nearest, lsi_error *e)
{
    const lsi_facts *f = &q->who.facts;
    size_t law = nearest;
    int status = LSCHED_OK;
    const bool closed = (out->reasons & LSCHED_WHY_REGION) != 0;
    bool open = true;
    for (size_t i = 0; status == LSCHED_OK && closed && open && i < f->law_count; i++) {
        status = is_lawful(q, i, q->at, &open, e);
        law = open ? law : i;
    }
    if (status == LSCHED_OK && out->reasons != 0 && law < f->law_count)
        out->region = f->laws[law]->region.id;
    return status;
}

static int load_attempts(asking *q, lsi_error *e)
{
    const int status =
        lsi_region_attempts(q->core->store, q->who.facts.customer.id, q->at - 7 * LSI_DAY, &q->a,
                            &q->attempts, &q->attempt_count, e);
    if (status == LSCHED_OK)
        q->counted = lsi_arena_take(&q->a, (q->attempt_count + 1) * sizeof *q->counted);
    return status == LSCHED_OK && q->counted == NULL ? lsi_error_nomem(e) : status;
}

static int judge(asking *q, lsched_lawful *out, lsi_error *e)
{
    const lsched_time last = q->at < LSI_TIME_END - FURTHEST ? q->at + FURTHEST : LSI_TIME_END - 1;
    size_t nearest;
    bool open;
    int status = load_attempts(q, e);
    if (status == LSCHED_OK)
        status = is_lawful(q, SIZE_MAX, q->at, &open, e);
    if (status != LSCHED_OK)
        return status;
    const lsched_time first = again(q, out, &nearest);
    out->reasons = (open ? 0 : LSCHED_WHY_REGION) | (first > q->at ? LSCHED_WHY_ATTEMPTS : 0);
    out->next = q->at;
    if (out->reasons != 0)
        status = next_lawful(q, first, last, &out->next, e);
    return status == LSCHED_OK ? find_region(q, out, nearest, e) : status;
}

static int ask(asking *q, const lsi_wish *wish, lsi_arena *a, lsched_lawful *out, lsi_error *e)
{
    lsi_moment m;
    int status = lsi_facts_moment(q->core, &m, e);
    if (status == LSCHED_OK)
        status = lsi_facts_laws(q->core, wish, &q->who, e);
    if (status != LSCHED_OK)
        return status;
    const lsi_facts *f = &q->who.facts;
    if (q->channel == 0)
        q->channel = f->service.channels & -f->service.channels;
    if (q->at == 0)
        q->at = m.now;
    *out = (lsched_lawful){.size = sizeof *out, .at = q->at, .region = ""};
    status = judge(q, out, e);
    if (status != LSCHED_OK)
        return status;
    out->region = lsi_arena_text(a, out->region, strlen(out->region));
    out->law = lsi_arena_text(a, f->law, strlen(f->law));
    if (out->region == NULL || out->law == NULL)
        return lsi_error_nomem(e);
    return out->reasons == 0 ? LSCHED_OK : forbid(q, out, e);
}

int lsi_lawful_ask(lsi_core *core, const char *customer, const char *service, int32_t channel,
                   lsched_time at, lsi_arena *a, lsched_lawful *out, lsi_error *e)
{
    const lsi_wish wish = {.customer = customer, .service = service, .rungs = LSI_ALL_RUNGS};
    asking q = {.core = core, .channel = channel, .at = at};
    if (at < 0 || at >= LSI_TIME_END)
        return lsi_error_set(e, LSCHED_INVALID, "at is not within 1970 to 2199");
    if (channel != 0 &&
        (channel < 0 || channel > LSI_ALL_CHANNELS || (channel & (channel - 1)) != 0))
        return lsi_error_set(e, LSCHED_INVALID, "channel is %d, not one channel", (int)channel);
    int status = lsi_store_enter(core->store, false, e);
    if (status != LSCHED_OK)
        return status;
    status = ask(&q, &wish, a, out, e);
    lsi_arena_free(&q.who.arena);
    lsi_arena_free(&q.a);
    return lsi_store_leave(core->store, status, e);
}

static bool is_capped(const asking *q)
{
    const lsi_facts *f = &q->who.facts;
    const lsi_contacting c = lsi_law_contacting(f, q->channel);
    for (size_t i = 0; i < f->law_count; i++) {
        if (lsi_law_counts(&f->laws[i]->region, &c))
            return true;
    }
    return false;
}

int lsi_lawful_again(lsi_core *core, const lsched_booking *b, lsched_time t, lsched_time *out,
                     lsi_error *e)
{
    const lsi_wish wish = {.customer = b->customer, .service = b->service, .rungs = LSI_ALL_RUNGS};
    asking q = {.core = core, .channel = b->channel, .at = t};
    lsched_lawful counts = {0};
    size_t nearest;
    *out = t;
    int status = lsi_facts_laws(core, &wish, &q.who, e);
    const bool capped = status == LSCHED_OK && is_capped(&q);
    if (capped)
        status = load_attempts(&q, e);
    if (capped && status == LSCHED_OK)
        *out = again(&q, &counts, &nearest);
    lsi_arena_free(&q.who.arena);
    lsi_arena_free(&q.a);
    return status;
}
