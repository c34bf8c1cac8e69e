/* rules/layer.c -- what an owner's calendars open.  The first half of every answer to
 * "when": (union of what opens) minus (union of what closes). */
#include "rules/rules.h"

/* A calendar fails all who ask for its owner: they must be told which one it is. */
int lsi_layer_blame(const lsi_sheet *sheet, int status, lsi_error *e)
{
    const lsi_error found = *e;
    if (status == LSCHED_NOMEM || !lsi_text_given(sheet->label))
        return status;
    return lsi_error_set(e, status, "%s: %s", sheet->label, found.text);
}

static int read_all(const lsi_layer *layer, int32_t effect, const lsi_zone *floating,
                    lsched_time from, lsched_time until, lsi_spans *out, bool *any, lsi_error *e)
{
    *any = false;
    for (size_t i = 0; i < layer->count; i++) {
        const lsi_sheet *sheet = &layer->sheets[i];
        if (sheet->effect != effect)
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
