/* rules/law.c -- the laws of a customer's regions: whom a calendar binds, when all of them
 * together permit a contact, and how often somebody may be tried.
 *
 * Invariant: a calendar that does not bind a contact is to that contact as if it was not there;
 * what is left of each region is a layer like any other, and a contact is lawful where all of
 * them are open.
 */
#include "rules/rules.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

_Static_assert(LSCHED_MAX_CALENDARS <= 64, "an owner's calendars are bits of a word");

static bool binds(const lsi_bound *bound, const lsi_contacting *c)
{
    if (bound->channels != 0 && (bound->channels & c->channels) == 0)
        return false;
    if (bound->purposes != 0 && (bound->purposes & c->purposes) == 0)
        return false;
    /* Of several purposes, one to which the customer has not agreed is bound. */
    const int32_t for_these = bound->purposes != 0 ? bound->purposes & c->purposes : c->purposes;
    return !bound->lifted || (for_these & ~c->consents) != 0;
}

uint64_t lsi_law_passed(const lsi_layer *layer, const lsi_contacting *c)
{
    uint64_t passed = 0;
    for (size_t i = 0; i < layer->count; i++)
        passed |= binds(&layer->sheets[i].bound, c) ? 0 : UINT64_C(1) << i;
    return passed;
}

lsi_contacting lsi_law_contacting(const lsi_facts *f, int32_t channel)
{
    return (lsi_contacting){channel, f->service.purpose, f->customer.consents};
}

lsi_layer lsi_law_layer(const lsi_facts *f, size_t law, int32_t channel)
{
    const lsi_contacting c = lsi_law_contacting(f, channel);
    lsi_layer layer = f->laws[law]->layer;
    layer.passed = lsi_law_passed(&layer, &c);
    return layer;
}

bool lsi_law_alike(const lsi_facts *f, int32_t a, int32_t b)
{
    const lsi_contacting first = lsi_law_contacting(f, a), second = lsi_law_contacting(f, b);
    for (size_t i = 0; i < f->law_count; i++) {
        const lsi_layer *layer = &f->laws[i]->layer;
        if (lsi_law_passed(layer, &first) != lsi_law_passed(layer, &second))
            return false;
    }
    return true;
}

bool lsi_law_shut(const lsi_facts *f, int32_t channel)
{
    for (size_t i = 0; i < f->law_count; i++) {
        const lsi_layer layer = lsi_law_layer(f, i, channel);
        if (lsi_layer_shut(&layer))
            return true;
    }
    return false;
}

int lsi_law_open(const lsi_facts *f, int32_t channel, lsched_time from, lsched_time until,
                 lsi_spans *out, lsi_error *e)
{
    lsi_spans open = {0};
    int status = lsi_span_add(out, from, until, e);
    for (size_t i = 0; status == LSCHED_OK && i < f->law_count; i++) {
        const lsi_layer layer = lsi_law_layer(f, i, channel);
        open.count = 0;
        status = lsi_layer_said(&layer, f->zone, from, until, &open, e);
        if (status == LSCHED_OK)
            status = lsi_span_keep(out, &open, e);
    }
    lsi_span_free(&open);
    return status;
}

/* ---- which revisions they were ---------------------------------------------------------------- */

int lsi_law_text(lsi_law *const *laws, size_t count, lsi_arena *a, const char **out, lsi_error *e)
{
    const size_t each = LSCHED_MAX_ID + sizeof " :2147483647";
    char *text = lsi_arena_take(a, count * each + 1);
    size_t used = 0;
    *out = text;
    if (text == NULL)
        return lsi_error_nomem(e);
    for (size_t i = 0; i < count; i++) {
        if (laws[i]->region.revision == 0)
            continue;
        used += (size_t)snprintf(text + used, each, "%s%s:%" PRId32, used > 0 ? " " : "",
                                 laws[i]->region.id, laws[i]->region.revision);
    }
    return LSCHED_OK;
}

/* ---- how often ---------------------------------------------------------------------------------- */

bool lsi_law_counts(const lsched_region *r, const lsi_contacting *c)
{
    const lsi_bound bound = {r->channels, r->purposes, r->lifted};
    return (r->per_day != 0 || r->per_week != 0 || r->spacing != 0) && binds(&bound, c);
}

/* From then on, fewer than `most` of the attempts lie less than `window` seconds back. */
static lsched_time room_in(const lsched_time *at, size_t count, int32_t most, int64_t window,
                           lsched_time t)
{
    if (most == 0 || count < (size_t)most)
        return t;
    const lsched_time gone = at[count - (size_t)most] + window;
    return gone > t ? gone : t;
}

lsched_time lsi_law_again(const lsched_region *r, const lsched_time *at, size_t count,
                          lsched_time t)
{
    t = room_in(at, count, r->per_day, LSI_DAY, t);
    t = room_in(at, count, r->per_week, 7 * LSI_DAY, t);
    return room_in(at, count, r->spacing != 0, INT64_C(60) * r->spacing, t);
}
