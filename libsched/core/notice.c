/* core/notice.c -- notices: handed out under leases, acknowledged, waited for (I4).
 *
 * A lease is a promise to one taker until a time, and the attempt's number is what tells one
 * taker from another: whoever comes back late has an older number and is refused.
 */
#include "core/core.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LEASE_SECONDS 60 /* where the caller says nothing */

/* ---- ids: "booking.sequence.kind" ------------------------------------------------------------ */

static const char *const kinds[] = {
    [LSCHED_NOTICE_CONFIRMED] = "confirmed",
    [LSCHED_NOTICE_REMINDER] = "reminder",
    [LSCHED_NOTICE_MOVED] = "moved",
    [LSCHED_NOTICE_CANCELLED] = "cancelled",
    [LSCHED_NOTICE_OFFERED] = "offered",
    [LSCHED_NOTICE_REBOOK] = "rebook",
    [LSCHED_NOTICE_TRIED] = "tried",
};
#define KINDS (sizeof kinds / sizeof *kinds)

static const char *make_id(const lsi_notice *n, lsi_arena *a)
{
    char text[LSCHED_MAX_ID * 2];
    const int size = snprintf(text, sizeof text, "%.*s.%" PRId32 ".%s", LSCHED_MAX_ID, n->booking,
                              n->sequence, kinds[n->kind]);
    return lsi_arena_text(a, text, (size_t)size);
}

/* The key that an id stands for.  Only the very text that make_id() writes is one. */
static int read_id(const char *id, lsi_arena *a, lsi_notice *n, lsi_error *e)
{
    const char *kind = strrchr(id, '.');
    const char *number = kind;
    while (number != NULL && number > id && *--number != '.')
        ;
    *n = (lsi_notice){.booking = NULL};
    if (number != NULL && *number == '.') {
        int64_t sequence = 0;
        for (const char *p = number + 1; *p >= '0' && *p <= '9' && sequence <= INT32_MAX; p++)
            sequence = sequence * 10 + (*p - '0');
        n->sequence = sequence <= INT32_MAX ? (int32_t)sequence : 0;
        for (size_t i = 1; i < KINDS; i++)
            n->kind = strcmp(kind + 1, kinds[i]) == 0 ? (int32_t)i : n->kind;
        n->booking = lsi_arena_text(a, id, (size_t)(number - id));
        if (n->booking == NULL)
            return lsi_error_nomem(e);
    }
    const char *again = n->kind != 0 ? make_id(n, a) : "";
    if (again == NULL)
        return lsi_error_nomem(e);
    if (n->kind == 0 || n->booking[0] == '\0' || strcmp(again, id) != 0)
        return lsi_error_set(e, LSCHED_INVALID, "id is not the id of a notice");
    return LSCHED_OK;
}

/* ---- take ------------------------------------------------------------------------------------- */

static int ask_clock(lsi_core *core, lsched_time *clock, lsi_error *e)
{
    lsched_time now;
    const int status = lsi_now_ask(core, &now, e);
    return status == LSCHED_OK ? lsi_now_clock(core, now, clock, e) : status;
}

/* Where a taker's answer grows. */
typedef struct taking {
    lsi_core *core;
    lsi_arena *a;
    lsched_notice *out;
    size_t count;
    lsched_time clock, until;
} taking;

static int lease(taking *t, lsi_notice *n, lsi_error *e)
{
    lsched_booking *booking = lsi_arena_take(t->a, sizeof *booking);
    const char *id = make_id(n, t->a);
    if (booking == NULL || id == NULL)
        return lsi_error_nomem(e);
    int status = lsi_outbox_lease(t->core->store, n, t->clock, t->until, e);
    if (status == LSCHED_OK)
        status = lsi_ledger_get(t->core->store, n->booking, t->a, booking, e);
    t->out[t->count++] = (lsched_notice){.size = sizeof *t->out,
                                         .kind = n->kind,
                                         .id = id,
                                         .due = n->due,
                                         .lease_until = t->until,
                                         .attempt = n->attempt,
                                         .booking = booking};
    return status;
}

/* One look: leases what stands, and puts aside what does not. */
static int look(taking *t, uint32_t limit, size_t *put_aside, lsi_error *e)
{
    lsi_notice *due;
    size_t count;
    *put_aside = 0;
    int status = lsi_outbox_due(t->core->store, t->clock, limit, t->a, &due, &count, e);
    for (size_t i = 0; i < count && status == LSCHED_OK; i++) {
        if (due[i].stands) {
            status = lease(t, &due[i], e);
        } else {
            status = lsi_outbox_void(t->core->store, &due[i], e);
            ++*put_aside;
        }
    }
    return status;
}

/* Looks again where what was put aside has left room. */
static int take(taking *t, uint32_t limit, int32_t seconds, lsi_error *e)
{
    size_t put_aside = 1;
    int status = ask_clock(t->core, &t->clock, e);
    t->until = t->clock + seconds;
    t->out = lsi_arena_take(t->a, (size_t)limit * sizeof *t->out);
    if (status == LSCHED_OK && t->out == NULL)
        status = lsi_error_nomem(e);
    while (status == LSCHED_OK && put_aside > 0 && t->count < limit)
        status = look(t, limit - (uint32_t)t->count, &put_aside, e);
    return status;
}

/* Whether there is anything to do: who only asks must not wait for those who write. */
static int is_due(lsi_core *core, bool *due, lsi_error *e)
{
    lsi_arena scratch = {0};
    lsi_notice *first;
    lsched_time clock;
    size_t count = 0;
    int status = lsi_store_enter(core->store, false, e);
    if (status != LSCHED_OK)
        return status;
    status = ask_clock(core, &clock, e);
    if (status == LSCHED_OK)
        status = lsi_outbox_due(core->store, clock, 1, &scratch, &first, &count, e);
    *due = count > 0;
    lsi_arena_free(&scratch);
    return lsi_store_leave(core->store, status, e);
}

int lsi_notice_take(lsi_core *core, uint32_t limit, int32_t seconds, lsi_arena *a,
                    lsched_notice **out, size_t *count, lsi_error *e)
{
    taking t = {.core = core, .a = a};
    bool due = false;
    if (seconds < 0)
        return lsi_error_set(e, LSCHED_INVALID, "seconds is negative");
    if (seconds > LSCHED_MAX_LEASE)
        return lsi_error_set(e, LSCHED_LIMIT, "seconds is %" PRId32 ", more than %d", seconds,
                             LSCHED_MAX_LEASE);
    int status = is_due(core, &due, e);
    if (status != LSCHED_OK || !due)
        return status;
    status = lsi_store_enter(core->store, true, e);
    if (status != LSCHED_OK)
        return status;
    status = take(&t, limit, seconds != 0 ? seconds : LEASE_SECONDS, e);
    *out = t.out;
    *count = t.count;
    return lsi_store_leave(core->store, status, e);
}

/* ---- acknowledge ------------------------------------------------------------------------------ */

/* The first acknowledgement of an attempt ends the notice; what it cannot end is either its
 * own work, done before, or somebody else's. */
static int end(lsi_core *core, const lsi_notice *wanted, const char *id, lsi_error *e)
{
    lsi_notice stored = *wanted;
    bool ended = false;
    int status = lsi_outbox_get(core->store, &stored, e);
    if (status == LSCHED_NOTFOUND)
        return lsi_error_set(e, status, "no notice has the id '%s'", id);
    if (status != LSCHED_OK)
        return status;
    if (stored.state == LSI_NOTICE_VOID)
        return lsi_error_set(e, LSCHED_OVER, "notice '%s' is void: its booking has changed", id);
    if (stored.attempt != wanted->attempt)
        return lsi_error_set(e, LSCHED_OVER, "notice '%s' is at attempt %" PRId32, id,
                             stored.attempt);
    if (stored.state == LSI_NOTICE_DONE)
        return LSCHED_OK;
    status = lsi_outbox_end(core->store, wanted, &ended, e);
    if (status == LSCHED_OK && !ended)
        return lsi_error_set(e, LSCHED_OVER, "notice '%s' is void: its booking has changed", id);
    return status;
}

int lsi_notice_ack(lsi_core *core, const char *id, int32_t attempt, lsi_error *e)
{
    lsi_arena scratch = {0};
    lsi_notice n;
    int status = read_id(id, &scratch, &n, e);
    n.attempt = attempt;
    if (status == LSCHED_OK && attempt < 1)
        status = lsi_error_set(e, LSCHED_INVALID, "attempt is less than 1");
    if (status == LSCHED_OK)
        status = lsi_store_enter(core->store, true, e);
    if (status == LSCHED_OK)
        status = lsi_store_leave(core->store, end(core, &n, id, e), e);
    lsi_arena_free(&scratch);
    return status;
}

/* ---- wait -------------------------------------------------------------------------------------- */

int lsi_notice_next(lsi_core *core, lsched_time *out, lsi_error *e)
{
    lsched_time clock;
    bool found = false;
    int status = lsi_store_enter(core->store, false, e);
    if (status != LSCHED_OK)
        return status;
    status = ask_clock(core, &clock, e);
    if (status == LSCHED_OK)
        status = lsi_outbox_next(core->store, clock, &found, out, e);
    if (status == LSCHED_OK && !found)
        status = lsi_error_set(e, LSCHED_NOTFOUND, "no notice waits");
    return lsi_store_leave(core->store, status, e);
}
