/* core/verify.c -- whether what must never be false is true, in one snapshot.
 *
 * The store asks what can be asked of rows (store/verify.c); here is what needs the rules: the
 * life of each booking (rules/life.c), and whether its place is still what was promised, of
 * which core/stray.c knows.
 */
#include "core/core.h"

#include <stdio.h>
#include <string.h>

#define PAGE 200 /* bookings at a time */

typedef struct check {
    lsi_core *core;
    lsi_findings *f;
    lsched_time now, clock;
} check;

/* ---- I3, I4: the life of a booking, event by event ----------------------------------------------- */

static bool same_field(const lsi_field *f, const void *a, const void *b)
{
    if (!lsi_kind_is_text(f))
        return lsi_kind_int(f, a) == lsi_kind_int(f, b);
    const char *x = lsi_kind_text(f, a), *y = lsi_kind_text(f, b);
    return strcmp(x != NULL ? x : "", y != NULL ? y : "") == 0;
}

/* The first field but `except` in which they differ; NULL: none. */
static const char *difference(const lsched_booking *a, const lsched_booking *b, const char *except)
{
    for (size_t i = 0; i < lsi_kind_booking.count; i++) {
        const lsi_field *f = &lsi_kind_booking.fields[i];
        if (f->type != LSI_SPARE && strcmp(f->name, except) != 0 && !same_field(f, a, b))
            return f->name;
    }
    return NULL;
}

static int check_relaned(check *c, const lsi_past *before, const lsi_past *past, lsi_error *e)
{
    const lsched_booking *b = &past->booking;
    if (before == NULL || !lsi_life_takes_time(before->booking.state))
        return lsi_verify_add(c->f, "I3", b->id, e, "event %lld changes a lane that it has not",
                              (long long)past->seq);
    const char *field = difference(&before->booking, b, "lane");
    return field == NULL
               ? LSCHED_OK
               : lsi_verify_add(c->f, "I3", b->id, e, "event %lld changes its lane, and its %s",
                                (long long)past->seq, field);
}

/* Whether a reminder was due later than the step: then it has to be there. */
static int wants_reminder(check *c, const lsi_past *past, bool *wanted, lsi_error *e)
{
    const lsched_booking *b = &past->booking;
    lsi_arena a = {0};
    lsched_service policy;
    int status = lsi_policy_get(c->core->store, b->service, b->revision, &a, &policy, e);
    *wanted = status == LSCHED_OK && policy.reminder != LSCHED_NONE &&
              b->start - INT64_C(60) * policy.reminder > past->at;
    lsi_arena_free(&a);
    if (status != LSCHED_NOTFOUND)
        return status;
    lsi_error_clear(e);
    return LSCHED_OK;
}

static int check_notices(check *c, const lsi_step *step, const lsi_past *past, lsi_error *e)
{
    static const char *const names[] = {"", "confirmation", "reminder", "move", "cancellation",
                                        "offer"};
    int32_t wanted = step->notice != 0 ? 1 << step->notice : 0, allowed = wanted;
    bool reminder = false;
    int status = step->reminder ? wants_reminder(c, past, &reminder, e) : LSCHED_OK;
    if (step->reminder)
        allowed |= 1 << LSCHED_NOTICE_REMINDER;
    /* What had not been told yet goes along with the booking to another agent. */
    if (step->verb == LSI_REASSIGN || step->verb == LSI_RESEAT)
        allowed |= 1 << LSCHED_NOTICE_CONFIRMED | 1 << LSCHED_NOTICE_MOVED;
    /* So does an offer of which nobody has heard, also where it is moved. */
    if (step->to == LSCHED_HELD)
        allowed |= 1 << LSCHED_NOTICE_OFFERED;
    if (reminder)
        wanted |= 1 << LSCHED_NOTICE_REMINDER;
    for (int kind = LSCHED_NOTICE_CONFIRMED; status == LSCHED_OK && kind <= LSCHED_NOTICE_OFFERED;
         kind++) {
        const int32_t bit = 1 << kind;
        if ((wanted & ~past->notices & bit) != 0)
            status = lsi_verify_add(c->f, "I4", past->booking.id, e,
                                    "event %lld has no notice of its %s", (long long)past->seq,
                                    names[kind]);
        else if ((past->notices & ~allowed & bit) != 0)
            status = lsi_verify_add(c->f, "I4", past->booking.id, e,
                                    "event %lld has a notice of a %s, which it is not",
                                    (long long)past->seq, names[kind]);
    }
    return status;
}

static int check_step(check *c, const lsi_past *before, const lsi_past *past, lsi_error *e)
{
    const lsched_booking *b = &past->booking;
    const int32_t from = before != NULL ? before->booking.state : 0;
    const lsi_step *step = lsi_life_written(from, b->state, past->kind);
    if (step == NULL)
        return lsi_verify_add(c->f, "I3", b->id, e, "event %lld (kind %d) is no step from %s to %s",
                              (long long)past->seq, (int)past->kind,
                              from != 0 ? lsi_life_name(from) : "nothing", lsi_life_name(b->state));
    int status = LSCHED_OK;
    /* An import begins where the booking was elsewhere. */
    if (before != NULL ? b->sequence != before->booking.sequence + 1
                       : b->sequence != 0 && past->kind != LSCHED_EVENT_BOOKED)
        status = lsi_verify_add(c->f, "I3", b->id, e, "event %lld has sequence %d",
                                (long long)past->seq, (int)b->sequence);
    return status == LSCHED_OK ? check_notices(c, step, past, e) : status;
}

static int check_last(check *c, const lsi_past *last, lsi_error *e)
{
    lsi_arena a = {0};
    lsched_booking now;
    const char *id = last->booking.id, *field = NULL;
    int status = lsi_ledger_get(c->core->store, id, &a, &now, e);
    if (status == LSCHED_NOTFOUND) {
        lsi_error_clear(e);
        status = lsi_verify_add(c->f, "I3", id, e, "it has events, and is gone");
    } else if (status == LSCHED_OK) {
        field = difference(&last->booking, &now, "");
    }
    if (field != NULL)
        status = lsi_verify_add(c->f, "I3", id, e, "its %s is not that of its last event %lld",
                                field, (long long)last->seq);
    lsi_arena_free(&a);
    return status;
}

static int check_event(void *user, const lsi_past *before, const lsi_past *past, lsi_error *e)
{
    check *c = user;
    if (past == NULL)
        return check_last(c, before, e);
    return past->kind == LSCHED_EVENT_RELANED ? check_relaned(c, before, past, e)
                                              : check_step(c, before, past, e);
}

/* ---- I6: is it still possible, and still what was promised? --------------------------------------- */

static int add_words(check *c, const lsched_booking *b, lsi_error *e)
{
    const lsi_error found = *e;
    lsi_error_clear(e);
    return lsi_verify_add(c->f, "I6", b->id, e, "%s", found.text);
}

static int check_layers(check *c, const lsched_booking *b, lsi_error *e)
{
    int32_t why;
    char words[360];
    const int status = lsi_stray_why(c->core, b, c->now, &why, e);
    if (lsi_stray_cannot_tell(status))
        return add_words(c, b, e);
    if (status != LSCHED_OK || why == 0)
        return status;
    lsi_reason_words(why, words, sizeof words);
    return lsi_verify_add(c->f, "I6", b->id, e, "%s", words);
}

static int check_promise(check *c, const lsched_booking *b, lsi_arena *a, lsi_error *e)
{
    lsched_booking now;
    bool kept;
    const int status = lsi_stray_promise(c->core, b, a, &now, &kept, e);
    if (lsi_stray_cannot_tell(status))
        return add_words(c, b, e);
    if (status != LSCHED_OK || kept)
        return status;
    return lsi_verify_add(c->f, "I6", b->id, e,
                          "promised for %.40s (offset %d), its start is %s (offset %d) in %s",
                          b->wall, (int)b->offset, now.wall, (int)now.offset, b->zone);
}

static int check_live(check *c, lsi_error *e)
{
    char after[LSCHED_MAX_ID + 1] = "";
    int status = LSCHED_OK;
    size_t count = PAGE;
    while (status == LSCHED_OK && count == PAGE && !c->f->full) {
        lsi_arena page = {0};
        lsched_booking *b;
        status =
            lsi_verify_live(c->core->store, c->now, c->clock, after, PAGE, &page, &b, &count, e);
        for (size_t i = 0; status == LSCHED_OK && i < count; i++) {
            lsi_arena a = {0};
            status = check_layers(c, &b[i], e);
            if (status == LSCHED_OK)
                status = check_promise(c, &b[i], &a, e);
            lsi_arena_free(&a);
        }
        if (status == LSCHED_OK && count > 0)
            snprintf(after, sizeof after, "%s", b[count - 1].id);
        lsi_arena_free(&page);
        lsi_picture_sweep(c->core->picture); /* each was a question of its own */
    }
    return status;
}

/* ---- all of it ---------------------------------------------------------------------------------- */

static int verify(check *c, lsi_error *e)
{
    lsi_store *store = c->core->store;
    int status = lsi_verify_file(store, c->f, e);
    if (status == LSCHED_OK)
        status = lsi_verify_schema(store, c->f, e);
    if (status == LSCHED_OK)
        status = lsi_now_clock(c->core, c->now, &c->clock, e);
    if (status == LSCHED_OK)
        status = lsi_verify_rows(store, c->now, c->clock, c->f, e);
    if (status == LSCHED_OK)
        status = lsi_verify_history(store, check_event, c, e);
    return status == LSCHED_OK ? check_live(c, e) : status;
}

/* Nothing was written, and a damaged file could not even commit that: so it is undone. */
static int leave(lsi_store *store, int status, lsi_error *e)
{
    const int undo = LSCHED_OVER;
    lsi_error ignored;
    const int left = lsi_store_leave(store, undo, status == LSCHED_OK ? e : &ignored);
    return status == LSCHED_OK && left != undo ? left : status;
}

/* Where something is wrong already, what cannot be read is one finding more. */
int lsi_core_verify(lsi_core *core, lsi_findings *f, lsi_error *e)
{
    check c = {.core = core, .f = f};
    int status = lsi_now_ask(core, &c.now, e);
    if (status == LSCHED_OK)
        status = lsi_store_enter(core->store, false, e);
    if (status != LSCHED_OK)
        return status;
    status = verify(&c, e);
    if (status == LSCHED_STORE && f->count > 0) {
        const lsi_error found = *e;
        lsi_error_clear(e);
        status = lsi_verify_add(f, "file", "", e, "the rest is not checked: %s", found.text);
    }
    return leave(core->store, status, e);
}
