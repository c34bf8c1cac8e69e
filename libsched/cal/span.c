/* cal/span.c -- sets of time.
 *
 * The rule that lives here: spans are half open, sorted, and those that touch are one.
 * Every operation leaves its set as it was when memory runs out.
 */
#include "cal/cal.h"

#include <stdlib.h>
#include <string.h>

void lsi_span_free(lsi_spans *s)
{
    free(s->at);
    *s = (lsi_spans){0};
}

int lsi_span_add(lsi_spans *s, lsched_time from, lsched_time until, lsi_error *e)
{
    if (from >= until)
        return LSCHED_OK;
    lsi_span *span = lsi_vector_more(&s->at, &s->count, &s->room, sizeof *span);
    if (!span)
        return lsi_error_nomem(e);
    *span = (lsi_span){from, until};
    return LSCHED_OK;
}

int lsi_span_reserve(lsi_spans *s, size_t more, lsi_error *e)
{
    if (more <= s->room - s->count)
        return LSCHED_OK;
    lsi_span *at = realloc(s->at, (s->count + more) * sizeof *at);
    if (at == NULL)
        return lsi_error_nomem(e);
    s->at = at;
    s->room = s->count + more;
    return LSCHED_OK;
}

static int by_start(const void *a, const void *b)
{
    const lsi_span *x = a, *y = b;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return (x->until > y->until) - (x->until < y->until);
}

static bool is_sorted(const lsi_spans *s)
{
    for (size_t i = 1; i < s->count; i++)
        if (s->at[i].from < s->at[i - 1].from)
            return false;
    return true;
}

void lsi_span_sort(lsi_spans *s)
{
    if (s->count < 2)
        return;
    /* Expansion mostly delivers in order; qsort() would still compare and copy it all. */
    if (!is_sorted(s))
        qsort(s->at, s->count, sizeof *s->at, by_start);

    size_t last = 0;
    for (size_t i = 1; i < s->count; i++) {
        if (s->at[i].from > s->at[last].until)
            s->at[++last] = s->at[i];
        else if (s->at[i].until > s->at[last].until)
            s->at[last].until = s->at[i].until;
    }
    s->count = last + 1;
}

static void replace(lsi_spans *s, lsi_spans *with)
{
    free(s->at);
    *s = *with;
}

int lsi_span_keep(lsi_spans *s, const lsi_spans *other, lsi_error *e)
{
    lsi_spans both = {0};
    size_t i = 0, j = 0;
    while (i < s->count && j < other->count) {
        const lsi_span *a = &s->at[i], *b = &other->at[j];
        lsched_time from = a->from > b->from ? a->from : b->from;
        lsched_time until = a->until < b->until ? a->until : b->until;
        if (lsi_span_add(&both, from, until, e)) {
            lsi_span_free(&both);
            return LSCHED_NOMEM;
        }
        if (a->until < b->until)
            i++;
        else
            j++;
    }
    replace(s, &both);
    return LSCHED_OK;
}

/* Appends to `rest` what `span` keeps; `*j` is the first span of `other` that can matter. */
static int cut_one(lsi_spans *rest, const lsi_span *span, const lsi_spans *other, size_t *j,
                   lsi_error *e)
{
    lsched_time from = span->from;
    while (*j < other->count && other->at[*j].until <= from)
        (*j)++;
    for (size_t k = *j; k < other->count && other->at[k].from < span->until; k++) {
        if (lsi_span_add(rest, from, other->at[k].from, e))
            return LSCHED_NOMEM;
        from = other->at[k].until;
    }
    return lsi_span_add(rest, from, span->until, e);
}

int lsi_span_cut(lsi_spans *s, const lsi_spans *other, lsi_error *e)
{
    lsi_spans rest = {0};
    size_t j = 0;
    if (other->count == 0)
        return LSCHED_OK;
    if (lsi_span_reserve(&rest, s->count + other->count, e))
        return LSCHED_NOMEM;
    for (size_t i = 0; i < s->count; i++) {
        if (cut_one(&rest, &s->at[i], other, &j, e)) {
            lsi_span_free(&rest);
            return LSCHED_NOMEM;
        }
    }
    replace(s, &rest);
    return LSCHED_OK;
}

int lsi_span_copy(lsi_spans *to, const lsi_spans *from, lsi_error *e)
{
    lsi_spans copy = {0};
    for (size_t i = 0; i < from->count; i++) {
        if (lsi_span_add(&copy, from->at[i].from, from->at[i].until, e)) {
            lsi_span_free(&copy);
            return LSCHED_NOMEM;
        }
    }
    replace(to, &copy);
    return LSCHED_OK;
}

void lsi_span_starts(lsi_spans *s, int64_t before, int64_t length)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->count; i++) {
        lsi_span starts = {s->at[i].from + before, s->at[i].until - length + 1};
        if (starts.from < starts.until)
            s->at[kept++] = starts;
    }
    s->count = kept;
    lsi_span_sort(s); /* with no length at all, each grows by a second and may touch */
}

const lsi_span *lsi_span_at(const lsi_spans *s, lsched_time t)
{
    size_t low = 0, high = s->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (s->at[middle].until <= t)
            low = middle + 1;
        else
            high = middle;
    }
    return low < s->count && s->at[low].from <= t ? &s->at[low] : NULL;
}
