/* core/stray.c -- bookings that no longer fit (I6): which they are, and why.
 *
 * Whether a booking fits is asked of the one predicate (rules/permit.c), about its own place;
 * verify asks here, too, so that both name the same bookings.
 */
#include "core/core.h"

#include <stdlib.h>
#include <string.h>

#define PAGE 200 /* bookings at a time */

/* ---- one booking ----------------------------------------------------------------------------- */

void lsi_stray_keep_reach(lsched_service *service, const lsched_booking *b)
{
    service->minutes = (int32_t)((b->end - b->start) / 60);
    service->before = (int32_t)((b->start - b->busy_from) / 60);
    service->after = (int32_t)((b->busy_until - b->end) / 60);
    service->wrap_up = 0;
}

static int ask_why(lsi_core *core, const lsched_booking *b, lsched_time now, lsi_arena *a,
                   lsi_facts *f, int32_t *why, lsi_error *e)
{
    const lsi_wish wish = {.customer = b->customer,
                           .service = b->service,
                           .agent = b->agent,
                           .team = b->team,
                           .rungs = LSI_ALL_RUNGS,
                           .moving = b->id,
                           .preferred = b->agent};
    lsi_permits *p = NULL;
    int status = lsi_facts_load(core, &wish, now, f, e);
    if (status != LSCHED_OK)
        return status;
    lsi_stray_keep_reach(&f->service, b);
    status = lsi_facts_take(core, f, b->id, b->start, b->start + 1, a, e);
    if (status == LSCHED_OK)
        status = lsi_permit_new(f, b->channel, b->start, b->start + 1, &p, e);
    if (status == LSCHED_OK)
        (void)lsi_permit_refusal(p, b->start, why);
    lsi_permit_free(p);
    return status;
}

int lsi_stray_why(lsi_core *core, const lsched_booking *b, lsched_time now, int32_t *why,
                  lsi_error *e)
{
    lsi_arena a = {0};
    lsi_facts f = {0};
    *why = 0;
    const int status = ask_why(core, b, now, &a, &f, why, e);
    lsi_facts_free(core, &f);
    lsi_arena_free(&a);
    *why = status == LSCHED_OK ? *why & ~(LSI_NOT_PROMISED | LSCHED_WHY_BOOKED) : 0;
    return status;
}

int lsi_stray_promise(lsi_core *core, const lsched_booking *b, lsi_arena *a, lsched_booking *now,
                      bool *kept, lsi_error *e)
{
    const lsi_zone *zone;
    *now = *b;
    *kept = false;
    int status = lsi_zone_get(core->zones, b->zone, &zone, e);
    if (status == LSCHED_OK)
        status = lsi_place_promise(zone, a, now, e);
    if (status == LSCHED_OK)
        *kept = strcmp(now->wall, b->wall) == 0 && now->offset == b->offset;
    return status;
}

bool lsi_stray_cannot_tell(int status)
{
    return status == LSCHED_NOTFOUND || status == LSCHED_INVALID || status == LSCHED_LIMIT;
}

static int put_words(lsched_stray *s, const char *words, lsi_arena *a, lsi_error *e)
{
    s->text = lsi_arena_text(a, words, strlen(words));
    return s->text != NULL ? LSCHED_OK : lsi_error_nomem(e);
}

/* What cannot be asked is astray: nobody can say that it fits. */
int lsi_stray_ask(lsi_core *core, const lsched_booking *b, lsched_time now, lsi_arena *a,
                  bool *astray, lsched_stray *s, lsi_error *e)
{
    lsi_arena scratch = {0};
    lsched_booking promised;
    char words[360];
    bool kept = true;
    *s = (lsched_stray){.booking = b};
    int status = lsi_stray_why(core, b, now, &s->reasons, e);
    if (status == LSCHED_OK)
        status = lsi_stray_promise(core, b, &scratch, &promised, &kept, e);
    lsi_arena_free(&scratch);
    *astray = status != LSCHED_OK || s->reasons != 0 || !kept;
    if (status == LSCHED_OK) {
        s->reasons |= kept ? 0 : LSCHED_WHY_WALL;
        lsi_reason_words(s->reasons, words, sizeof words);
        return *astray ? put_words(s, words, a, e) : LSCHED_OK;
    }
    if (!lsi_stray_cannot_tell(status))
        return status;
    const lsi_error found = *e;
    lsi_error_clear(e);
    s->reasons = 0;
    return put_words(s, found.text, a, e);
}

/* ---- all of a sweep ------------------------------------------------------------------------------ */

int lsi_stray_check(const lsched_sweep *given, lsched_sweep *sweep, lsi_error *e)
{
    *sweep = *given;
    const int status = lsi_kind_check(&lsi_form_sweep, sweep, e);
    if (status != LSCHED_OK)
        return status;
    if (sweep->limit > LSCHED_MAX_PAGE)
        return lsi_error_set(e, LSCHED_LIMIT, "sweep: limit is more than %d", LSCHED_MAX_PAGE);
    if ((sweep->kind != 0) != lsi_text_given(sweep->owner))
        return lsi_error_set(e, LSCHED_INVALID, "sweep: kind and owner are given together");
    if (sweep->until != 0 && sweep->until <= sweep->from)
        return lsi_error_set(e, LSCHED_INVALID, "sweep: until is not after from");
    return LSCHED_OK;
}

/* Where the strays grow. */
typedef struct herd {
    lsched_stray *at;
    size_t count, room;
} herd;

static int ask_one(lsi_core *core, const lsched_booking *b, lsched_time now, lsi_arena *a, herd *h,
                   lsi_error *e)
{
    lsched_stray found;
    bool astray;
    int status = lsi_store_late(core->store, e);
    if (status == LSCHED_OK)
        status = lsi_stray_ask(core, b, now, a, &astray, &found, e);
    if (status != LSCHED_OK || !astray)
        return status;
    lsched_booking *copy = lsi_arena_take(a, sizeof *copy);
    lsched_stray *s = lsi_vector_push(&h->at, &h->count, &h->room, sizeof *h->at);
    if (copy == NULL || s == NULL)
        return lsi_error_nomem(e);
    *s = found;
    s->booking = copy;
    return lsi_kind_copy(&lsi_kind_booking, b, a, copy, e);
}

static int walk(lsi_core *core, const lsched_sweep *s, lsched_time now, lsched_time clock,
                uint32_t limit, lsched_booking *last, lsi_arena *a, herd *h, lsi_error *e)
{
    char id[LSCHED_MAX_ID + 1] = "";
    int status = LSCHED_OK;
    size_t count = PAGE;
    while (status == LSCHED_OK && count == PAGE && h->count < limit) {
        lsi_arena page = {0};
        lsched_booking *b;
        status = lsi_mend_ahead(core->store, s, clock, last, PAGE, &page, &b, &count, e);
        for (size_t i = 0; status == LSCHED_OK && i < count && h->count < limit; i++)
            status = ask_one(core, &b[i], now, a, h, e);
        if (status == LSCHED_OK && count > 0) {
            *last = b[count - 1];
            strncpy(id, last->id, LSCHED_MAX_ID);
            last->id = id;
        }
        lsi_arena_free(&page);
        lsi_picture_sweep(core->picture); /* each was a question of its own */
    }
    return status;
}

int lsi_stray_find(lsi_core *core, const lsched_sweep *sweep, lsched_time now, uint32_t limit,
                   lsi_arena *a, lsched_stray **out, size_t *count, lsi_error *e)
{
    lsched_sweep s = *sweep;
    lsched_booking last = {.id = ""};
    lsched_time clock;
    herd h = {0};
    s.from = s.from > now ? s.from : now;
    s.until = s.until != 0 ? s.until : LSI_TIME_END;
    *count = 0;
    int status = lsi_now_clock(core, now, &clock, e);
    if (status == LSCHED_OK && lsi_text_given(s.after))
        status = lsi_ledger_get(core->store, s.after, a, &last, e);
    if (status == LSCHED_OK)
        status = walk(core, &s, now, clock, limit, &last, a, &h, e);
    *out = lsi_arena_take(a, (h.count + 1) * sizeof *h.at);
    if (status == LSCHED_OK && *out == NULL)
        status = lsi_error_nomem(e);
    if (status == LSCHED_OK && h.count > 0)
        memcpy(*out, h.at, h.count * sizeof *h.at);
    *count = status == LSCHED_OK ? h.count : 0;
    free(h.at);
    return status;
}

int lsi_stray_list(lsi_core *core, const lsched_sweep *sweep, lsi_arena *a, lsched_stray **out,
                   size_t *count, lsi_error *e)
{
    lsched_sweep s;
    lsched_time now;
    int status = lsi_stray_check(sweep, &s, e);
    if (status == LSCHED_OK && (s.days != 0 || lsi_text_given(s.key) || lsi_text_given(s.cause)))
        status = lsi_error_set(e, LSCHED_INVALID, "sweep: days, key and cause are for a repair");
    if (status == LSCHED_OK)
        status = lsi_now_ask(core, &now, e);
    if (status == LSCHED_OK)
        status = lsi_store_enter(core->store, false, e);
    if (status != LSCHED_OK)
        return status;
    status = lsi_stray_find(core, &s, now, s.limit != 0 ? s.limit : 1000, a, out, count, e);
    return lsi_store_leave(core->store, status, e);
}

/* ---- what a write leaves --------------------------------------------------------------------------- */

/* Whose bookings a record can leave astray. */
static lsched_sweep owner_of(const lsi_kind *kind, const void *record)
{
    lsched_sweep s = {.size = sizeof s};
    if (kind == &lsi_kind_calendar) {
        s.kind = ((const lsched_calendar *)record)->kind;
        s.owner = ((const lsched_calendar *)record)->owner;
    } else if (kind == &lsi_kind_member) {
        s.kind = LSCHED_AGENT;
        s.owner = ((const lsched_member *)record)->agent;
    } else if (kind == &lsi_kind_region) {
        s.kind = LSCHED_REGION;
        s.owner = ((const lsched_region *)record)->id;
    } else {
        s.owner = lsi_kind_text(&kind->fields[0], record);
        for (int32_t owner = LSCHED_TEAM; owner <= LSCHED_SERVICE; owner++)
            s.kind = lsi_kind_of_owner(owner) == kind ? owner : s.kind;
    }
    return s;
}

int lsi_stray_write(lsi_core *core, const lsi_kind *kind, void *record, bool gone, uint32_t most,
                    lsi_arena *a, lsched_stray **out, size_t *count, lsi_error *e)
{
    lsched_time now = 0;
    int status = lsi_store_enter(core->store, true, e);
    if (status != LSCHED_OK)
        return status;
    status = gone ? lsi_catalogue_remove(core, kind, record, e)
                  : lsi_catalogue_put(core, kind, record, e);
    if (status == LSCHED_OK)
        status = lsi_now_ask(core, &now, e);
    const lsched_sweep s = owner_of(kind, record);
    /* What owns no calendars leaves nobody astray. */
    *count = 0;
    if (status == LSCHED_OK && s.kind != 0) {
        status = lsi_stray_find(core, &s, now, most, a, out, count, e);
    }
    return lsi_store_leave(core->store, status, e);
}
