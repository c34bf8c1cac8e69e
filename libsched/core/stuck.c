/* core/stuck.c -- contacts that nobody is given any more, so that a person has to look into them:
 * what was promised and not begun, begun and not finished, or waits and can be served by nobody.
 *
 * Who may serve is asked of the same facts as by joining and by an agent's next contact.
 */
#include "core/line.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 100 /* bookings at a time */

typedef struct finder {
    lsi_core *core;
    lsi_moment m;
    lsi_arena *a;
    lsched_stray *at;
    size_t count, room, limit;
} finder;

static int add(finder *x, const lsched_booking *b, int32_t reasons, const char *text, lsi_error *e)
{
    lsched_booking *copy = lsi_arena_take(x->a, sizeof *copy);
    const char *words = lsi_arena_text(x->a, text, strlen(text));
    lsched_stray *out = lsi_vector_push(&x->at, &x->count, &x->room, sizeof *out);
    if (copy == NULL || words == NULL || out == NULL)
        return lsi_error_nomem(e);
    *out = (lsched_stray){.booking = copy, .reasons = reasons, .text = words};
    return lsi_kind_copy(&lsi_kind_booking, b, x->a, copy, e);
}

/* One that waits: whoever is on the roster of its teams counts, on shift or not. */
static int look_at_waiting(finder *x, const lsched_booking *b, lsi_error *e)
{
    const lsi_wish wish = {.customer = b->customer,
                           .service = b->service,
                           .rungs = b->rungs != 0 ? b->rungs : LSI_ALL_RUNGS};
    lsi_facts f = {0};
    char words[360], text[420];
    int32_t unfit = 0;
    const int status = lsi_facts_load_at(x->core, &wish, &x->m, &f, e);
    const bool served = status == LSCHED_OK && lsi_line_served(&f, b->channel, &unfit);
    lsi_facts_free(x->core, &f);
    if (status != LSCHED_OK && !lsi_stray_cannot_tell(status))
        return status;
    if (status != LSCHED_OK) {
        snprintf(text, sizeof text, "it waits, and nobody can tell for whom: %.300s", e->text);
        lsi_error_clear(e);
        return add(x, b, 0, text, e);
    }
    if (!served) {
        lsi_reason_words(unfit, words, sizeof words);
        snprintf(text, sizeof text, "it waits, and nobody can serve this customer: %s", words);
        return add(x, b, unfit, text, e);
    }
    return b->due > 0 && b->due <= x->m.now - LSI_DAY
               ? add(x, b, 0, "it waits, and was promised more than a day ago", e)
               : LSCHED_OK;
}

static int look_at(finder *x, const lsched_booking *b, lsi_error *e)
{
    switch (b->state) {
    case LSCHED_WAITING:
        return look_at_waiting(x, b, e);
    case LSCHED_STARTED:
        return add(x, b, 0, "begun, and not finished a day after its end", e);
    default:
        return add(x, b, 0, "not begun a day after its start", e);
    }
}

static int find(finder *x, const lsched_booking *after, lsi_error *e)
{
    lsi_arena pages[2] = {{0}, {0}}; /* this one, and the one before */
    size_t count = PAGE;
    int status = LSCHED_OK;
    for (int turn = 0; status == LSCHED_OK && count == PAGE && x->count < x->limit;
         turn = 1 - turn) {
        lsched_booking *b;
        lsi_arena_free(&pages[turn]);
        status = lsi_line_stuck(x->core->store, x->m.now, after, PAGE, &pages[turn], &b, &count, e);
        for (size_t i = 0; status == LSCHED_OK && i < count && x->count < x->limit; i++) {
            status = look_at(x, &b[i], e);
            if (status == LSCHED_OK)
                status = lsi_store_late(x->core->store, e);
        }
        after = status == LSCHED_OK && count > 0 ? &b[count - 1] : after;
    }
    lsi_arena_free(&pages[0]);
    lsi_arena_free(&pages[1]);
    return status;
}

/* The list moves into the arena. */
static int hand_over(finder *x, lsched_stray **out, size_t *count, lsi_error *e)
{
    *out = lsi_arena_take(x->a, (x->count + 1) * sizeof **out);
    if (*out == NULL)
        return lsi_error_nomem(e);
    if (x->count > 0)
        memcpy(*out, x->at, x->count * sizeof **out);
    *count = x->count;
    return LSCHED_OK;
}

static int run(finder *x, const char *after, lsi_error *e)
{
    lsched_booking last;
    int status = lsi_facts_moment(x->core, &x->m, e);
    if (status == LSCHED_OK && lsi_text_given(after))
        status = lsi_ledger_get(x->core->store, after, x->a, &last, e);
    return status == LSCHED_OK ? find(x, lsi_text_given(after) ? &last : NULL, e) : status;
}

int lsi_stuck_list(lsi_core *core, const char *after, uint32_t limit, lsi_arena *a,
                   lsched_stray **out, size_t *count, lsi_error *e)
{
    finder x = {.core = core, .a = a, .limit = limit};
    int status = lsi_store_enter(core->store, false, e);
    *out = NULL;
    *count = 0;
    if (status != LSCHED_OK)
        return status;
    status = lsi_store_leave(core->store, run(&x, after, e), e);
    if (status == LSCHED_OK)
        status = hand_over(&x, out, count, e);
    free(x.at);
    return status;
}
