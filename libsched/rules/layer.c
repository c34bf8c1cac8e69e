/* rules/layer.c -- what an owner's calendars open.  The first half of every answer to
 * "when": (union of what opens) minus (union of what closes).  And what becomes of it where a
 * calendar is stale, its source not having been heard of for too long. */
#include "rules/rules.h"

/* A calendar fails all who ask for its owner: they must be told which one it is. */
int lsi_layer_blame(const lsi_sheet *sheet, int status, lsi_error *e)
{
    const lsi_error found = *e;
    if (status == LSCHED_NOMEM || !lsi_text_given(sheet->label))
        return status;
    return lsi_error_set(e, status, "%s: %s", sheet->label, found.text);
}

/* ---- what is stale -------------------------------------------------------------------------- */

void lsi_layer_age(lsi_layer *layer, lsched_time now)
{
    layer->since = INT64_MIN;
    layer->wake = INT64_MAX;
    for (size_t i = 0; i < layer->count; i++) {
        lsi_sheet *sheet = &layer->sheets[i];
        const lsched_time end = sheet->checked + sheet->good_for;
        sheet->stale = sheet->checked != 0 && sheet->good_for != 0 && now >= end;
        if (sheet->checked == 0 || sheet->good_for == 0)
            continue;
        if (sheet->stale && end > layer->since)
            layer->since = end;
        if (!sheet->stale && end < layer->wake)
            layer->wake = end;
    }
}

/* What is left out is as if it was not there. */
bool lsi_layer_counts(const lsi_layer *layer, size_t i)
{
    const lsi_sheet *sheet = &layer->sheets[i];
    return (layer->passed >> i & 1) == 0 && !(sheet->stale && sheet->on_stale == LSCHED_STALE_OPEN);
}

bool lsi_layer_shut(const lsi_layer *layer)
{
    for (size_t i = 0; i < layer->count; i++) {
        const lsi_sheet *sheet = &layer->sheets[i];
        if (sheet->stale && sheet->on_stale == LSCHED_STALE_CLOSED && lsi_layer_counts(layer, i))
            return true;
    }
    return false;
}

/* ---- what is open --------------------------------------------------------------------------- */

static int read_all(const lsi_layer *layer, int32_t effect, const lsi_zone *floating,
                    lsched_time from, lsched_time until, lsi_spans *out, bool *any, lsi_error *e)
{
    *any = false;
    for (size_t i = 0; i < layer->count; i++) {
        const lsi_sheet *sheet = &layer->sheets[i];
        if (sheet->effect != effect || !lsi_layer_counts(layer, i))
            continue;
        const lsi_reading how = {sheet->effect, sheet->ends, floating};
        const int status = lsi_expand_spans(sheet->calendar, &how, from, until, out, e);
        if (status != LSCHED_OK)
            return lsi_layer_blame(sheet, status, e);
        *any = true;
    }
    return LSCHED_OK;
}

int lsi_layer_open(const lsi_layer *layer, const lsi_zone *floating, lsched_time from,
                   lsched_time until, lsi_spans *out, lsi_error *e)
{
    return lsi_layer_shut(layer) ? LSCHED_OK : lsi_layer_said(layer, floating, from, until, out, e);
}

int lsi_layer_said(const lsi_layer *layer, const lsi_zone *floating, lsched_time from,
                   lsched_time until, lsi_spans *out, lsi_error *e)
{
    lsi_spans closed = {0};
    bool any;
    int status = read_all(layer, LSCHED_OPENS, floating, from, until, out, &any, e);
    if (status == LSCHED_OK && !any && layer->open)
        status = lsi_span_add(out, from, until, e);
    if (status == LSCHED_OK)
        status = read_all(layer, LSCHED_CLOSES, floating, from, until, &closed, &any, e);
    if (status == LSCHED_OK)
        status = lsi_span_cut(out, &closed, e);
    lsi_span_free(&closed);
    return status;
}

/* What is left of [from, until). */
static int found_rest(const lsi_refusals *to, const lsi_spans *permitted, lsi_error *e)
{
    lsi_spans rest = {0};
    int status = lsi_span_add(&rest, to->from, to->until, e);
    if (status == LSCHED_OK)
        status = lsi_span_cut(&rest, permitted, e);
    if (status == LSCHED_OK && rest.count > 0)
        status = to->found(to->user, NULL, &rest, e);
    lsi_span_free(&rest);
    return status;
}

/* Closed time refuses every start whose reach touches it. */
static int found_closed(const lsi_refusals *to, const char *calendar, const lsi_spans *closed,
                        lsi_error *e)
{
    lsi_spans refused = {0};
    int status = LSCHED_OK;
    for (size_t i = 0; status == LSCHED_OK && i < closed->count; i++) {
        const lsched_time first = closed->at[i].from - to->behind + 1;
        const lsched_time end = closed->at[i].until + to->before;
        status = lsi_span_add(&refused, first > to->from ? first : to->from,
                              end < to->until ? end : to->until, e);
    }
    lsi_span_sort(&refused);
    if (status == LSCHED_OK && refused.count > 0)
        status = to->found(to->user, calendar, &refused, e);
    lsi_span_free(&refused);
    return status;
}

int lsi_layer_refusals(const lsi_layer *layer, const lsi_zone *floating, const lsi_refusals *to,
                       lsi_error *e)
{
    /* Whole minutes, or the edges would be rounded away. */
    const lsched_time left = to->from - to->before - 60,
                      until = (to->until + to->behind + 59) / 60 * 60;
    const lsched_time from = left > 0 ? left / 60 * 60 : 0;
    lsi_spans spans = {0};
    bool any;
    int status = read_all(layer, LSCHED_OPENS, floating, from, until, &spans, &any, e);
    lsi_span_starts(&spans, to->before, to->behind);
    if (status == LSCHED_OK && (any || !layer->open))
        status = found_rest(to, &spans, e);
    for (size_t i = 0; status == LSCHED_OK && i < layer->count; i++) {
        const lsi_sheet *sheet = &layer->sheets[i];
        const lsi_reading how = {sheet->effect, sheet->ends, floating};
        if (sheet->effect != LSCHED_CLOSES || !lsi_layer_counts(layer, i))
            continue;
        spans.count = 0;
        status = lsi_expand_spans(sheet->calendar, &how, from, until, &spans, e);
        if (status != LSCHED_OK)
            status = lsi_layer_blame(sheet, status, e);
        else
            status = found_closed(to, sheet->name, &spans, e);
    }
    lsi_span_free(&spans);
    return status;
}
