/* core/delay.c -- what will begin later than planned, and who is told: each customer once of
 * each booking, with the new time.
 */
#include "core/tell.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define AHEAD LSI_DAY /* later starts are none of today's */
#define LEAST 5       /* minutes, where the caller says nothing */

/* A call under way. */
typedef struct foresight {
    lsi_core *core;
    lsi_arena *a;
    lsched_time now;
    int64_t least; /* seconds */
    bool tell;
    lsched_delay *at;
    size_t count, room;
} foresight;

/* Pointless from when it was to begin, and void when it changes: I4. */
static int tell(const foresight *f, const lsched_booking *b, lsched_time start, lsi_error *e)
{
    const lsi_news n = {.customer = b->customer,
                        .kind = LSCHED_NOTICE_DELAYED,
                        .about = LSCHED_ABOUT_BOOKING,
                        .subject = b->id,
                        .sequence = b->sequence,
                        .due = f->now,
                        .until = start,
                        .at = start};
    return lsi_news_add(f->core->store, &n, e);
}

static int add(foresight *f, const lsched_booking *b, lsched_time start, lsi_error *e)
{
    lsched_delay *d = lsi_vector_push(&f->at, &f->count, &f->room, sizeof *d);
    if (d == NULL)
        return lsi_error_nomem(e);
    *d = (lsched_delay){.size = sizeof *d,
                        .minutes = (int32_t)((start - b->start + 59) / 60),
                        .booking = b,
                        .start = start};
    return f->tell ? tell(f, b, start, e) : LSCHED_OK;
}

/* All of one agent's. */
static int look(foresight *f, const lsched_booking *b, size_t count, lsi_error *e)
{
    lsi_planned *r = calloc(count + 1, sizeof *r);
    if (r == NULL)
        return lsi_error_nomem(e);
    for (size_t i = 0; i < count; i++)
        r[i] = (lsi_planned){.start = b[i].start,
                             .end = b[i].end,
                             .busy_from = b[i].busy_from,
                             .busy_until = b[i].busy_until,
                             .lane = b[i].lane,
                             .began = b[i].state == LSCHED_STARTED ? b[i].changed : 0};
    lsi_delay_foresee(r, count, f->now);
    int status = LSCHED_OK;
    for (size_t i = 0; i < count && status == LSCHED_OK; i++) {
        /* Times are told in whole minutes, and rather too late than too early. */
        const lsched_time start = (r[i].foreseen + 59) / 60 * 60;
        if (r[i].began == 0 && start - r[i].start >= f->least && start > f->now)
            status = add(f, &b[i], start, e);
    }
    free(r);
    return status;
}

/* Agent by agent. */
static int look_all(foresight *f, lsi_error *e)
{
    lsched_booking *b;
    size_t count;
    int status = lsi_audience_running(f->core->store, f->now, f->now + AHEAD, f->a, &b, &count, e);
    for (size_t i = 0, end; status == LSCHED_OK && i < count; i = end) {
        for (end = i + 1; end < count && strcmp(b[end].agent, b[i].agent) == 0;)
            end++;
        status = look(f, b + i, end - i, e);
    }
    return status;
}

static int take_list(foresight *f, lsched_delay **out, size_t *count, lsi_error *e)
{
    *out = lsi_arena_take(f->a, (f->count + 1) * sizeof **out);
    if (*out == NULL)
        return lsi_error_nomem(e);
    if (f->count > 0)
        memcpy(*out, f->at, f->count * sizeof **out);
    *count = f->count;
    return LSCHED_OK;
}

int lsi_delay_list(lsi_core *core, int32_t minutes, bool tells, lsi_arena *a, lsched_delay **out,
                   size_t *count, lsi_error *e)
{
    foresight f = {.core = core, .a = a, .tell = tells};
    if (minutes < 0)
        return lsi_error_set(e, LSCHED_INVALID, "minutes is negative");
    if (minutes > LSCHED_MAX_MINUTES)
        return lsi_error_set(e, LSCHED_LIMIT, "minutes is %" PRId32 ", more than %d", minutes,
                             LSCHED_MAX_MINUTES);
    f.least = INT64_C(60) * (minutes != 0 ? minutes : LEAST);
    int status = lsi_now_ask(core, &f.now, e);
    if (status == LSCHED_OK)
        status = lsi_store_enter(core->store, tells, e);
    if (status != LSCHED_OK)
        return status;
    status = look_all(&f, e);
    if (status == LSCHED_OK)
        status = take_list(&f, out, count, e);
    free(f.at);
    return lsi_store_leave(core->store, status, e);
}
