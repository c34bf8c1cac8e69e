/* core/room.c -- starts that others make room for: found among those that are free, and made.
 *
 * What find offers and what book does are one question (reseat.c), asked of the same bookings
 * in the same order.
 */
#include "core/core.h"

#include <stdlib.h>

#define STRETCH (4 * LSI_DAY)

/* ---- find ------------------------------------------------------------------------------------- */

/* A stretch that is looked through, and the slots so far. */
typedef struct look {
    lsi_core *core;
    lsi_facts *f;
    lsi_reseat *r;
    lsi_permits *permits[4]; /* of the facts in which those who could make room take none */
    int32_t channels[4];
    size_t count;
    const lsi_found *free;
    size_t next;      /* of the free slots: the first that is not before the present start */
    size_t starts;    /* so far, of both kinds */
    lsched_time last; /* the last one of these */
    lsi_found more;
} look;

static lsched_time next_start(const look *l, lsched_time t)
{
    lsched_time first = INT64_MAX;
    for (size_t c = 0; c < l->count; c++) {
        for (size_t i = 0; i < l->f->candidate_count; i++) {
            const lsched_time next = lsi_permit_next(l->permits[c], i, t);
            first = next < first ? next : first;
        }
    }
    return first;
}

static void count_start(look *l, lsched_time t)
{
    l->starts += l->last != t;
    l->last = t;
}

/* Counts the free ones before t. */
static void pass_free(look *l, lsched_time t)
{
    for (; l->next < l->free->count && l->free->slots[l->next].start < t; l->next++)
        count_start(l, l->free->slots[l->next].start);
}

static bool is_free(const look *l, lsched_time t, int32_t channel)
{
    for (size_t i = l->next; i < l->free->count && l->free->slots[i].start == t; i++) {
        if (l->free->slots[i].channel == channel)
            return true;
    }
    return false;
}

static int look_at(look *l, size_t channel, lsched_time t, lsi_error *e)
{
    lsi_seated seated;
    size_t candidate;
    if (is_free(l, t, l->channels[channel]))
        return LSCHED_OK;
    int status = lsi_reseat_choose(l->r, l->permits[channel], t, &candidate, &seated, e);
    if (status != LSCHED_OK || seated.count == 0)
        return status;
    lsched_slot *slot =
        lsi_vector_push(&l->more.slots, &l->more.count, &l->more.room, sizeof *slot);
    if (slot == NULL)
        return lsi_error_nomem(e);
    *slot = lsi_search_slot(l->f, candidate, l->channels[channel], t, 0);
    slot->moves = seated.count;
    count_start(l, t);
    return LSCHED_OK;
}

static int judge(look *l, int32_t channels, lsched_time from, lsched_time until, lsi_error *e)
{
    for (int32_t channel = 1; channel <= channels; channel *= 2) {
        if ((channels & channel) == 0)
            continue;
        int status = lsi_store_late(l->core->store, e);
        if (status == LSCHED_OK)
            status = lsi_permit_new(lsi_reseat_facts(l->r), channel, from, until,
                                    &l->permits[l->count], e);
        if (status != LSCHED_OK)
            return status;
        l->channels[l->count++] = channel;
    }
    return LSCHED_OK;
}

static int look_through(look *l, int32_t channels, lsched_time from, lsched_time until,
                        size_t limit, lsi_error *e)
{
    int status = judge(l, channels, from, until, e);
    lsched_time t = from;
    for (; status == LSCHED_OK && (t = next_start(l, t)) < until; t++) {
        pass_free(l, t);
        if (l->starts >= limit)
            break;
        status = lsi_store_late(l->core->store, e);
        for (size_t c = 0; c < l->count && status == LSCHED_OK; c++)
            status = look_at(l, c, t, e);
    }
    for (size_t c = 0; c < l->count; c++)
        lsi_permit_free(l->permits[c]);
    l->count = 0;
    return status;
}

static int look_on(look *l, const char *moving, int32_t channels, lsched_time from,
                   lsched_time until, size_t limit, lsi_error *e)
{
    lsi_arena a = {0};
    int status = lsi_facts_take(l->core, l->f, moving, from, until, &a, e);
    if (status == LSCHED_OK)
        status = lsi_reseat_new(l->core, l->f, moving, from, until, &l->r, e);
    if (status == LSCHED_OK && l->r != NULL)
        status = look_through(l, channels, from, until, limit, e);
    lsi_reseat_free(l->r);
    l->r = NULL;
    lsi_arena_free(&a);
    return status;
}

static bool sooner(const lsched_slot *a, const lsched_slot *b)
{
    return a->start != b->start ? a->start < b->start : a->channel < b->channel;
}

/* Both in the order of time, cut behind the last start that is wanted. */
static int merge(lsi_found *found, const lsi_found *more, size_t limit, lsi_error *e)
{
    lsi_found all = {0};
    size_t starts = 0;
    for (size_t i = 0, j = 0; i < found->count || j < more->count;) {
        const bool other =
            i == found->count || (j < more->count && sooner(&more->slots[j], &found->slots[i]));
        const lsched_slot *next = other ? &more->slots[j++] : &found->slots[i++];
        if ((all.count == 0 || all.slots[all.count - 1].start != next->start) && starts++ == limit)
            break;
        lsched_slot *slot = lsi_vector_push(&all.slots, &all.count, &all.room, sizeof *slot);
        if (slot == NULL) {
            free(all.slots);
            return lsi_error_nomem(e);
        }
        *slot = *next;
    }
    free(found->slots);
    found->slots = all.slots;
    found->count = all.count;
    found->room = all.room;
    return LSCHED_OK;
}

int lsi_room_find(lsi_core *core, lsi_facts *f, const char *moving, int32_t channels,
                  lsched_time from, lsched_time until, size_t limit, lsi_found *found, lsi_error *e)
{
    look l = {.core = core, .f = f, .free = found, .last = -1};
    int status = LSCHED_OK;
    for (lsched_time t = from, end; status == LSCHED_OK && t < until; t = end) {
        end = until - t > STRETCH ? t + STRETCH : until;
        pass_free(&l, t);
        if (l.starts >= limit)
            break;
        status = look_on(&l, moving, channels, t, end, limit, e);
    }
    if (status == LSCHED_OK && l.more.count > 0)
        status = merge(found, &l.more, limit, e);
    lsi_search_free(&l.more);
    return status;
}

/* ---- making it ----------------------------------------------------------------------------------- */

static int move_one(lsi_act *t, const lsched_booking *b, const char *agent, lsi_error *e)
{
    lsched_booking moved = *b;
    lsi_act part = *t;
    const lsi_step *step;
    int32_t untold = 0;
    part.b = &moved;
    part.others = (lsi_relaning){0};
    part.stamp.key = NULL;
    part.stamp.request = 0;
    part.stamp.choice = NULL;
    int status = lsi_life_step(LSI_RESEAT, b, t->now, t->stamp.at, &step, e);
    if (status == LSCHED_OK)
        status = lsi_mend_untold(t->core->store, b, t->now, &untold, e);
    moved.agent = agent;
    return status == LSCHED_OK ? lsi_booking_pass_on(&part, step, b->state, untold, e) : status;
}

int lsi_room_make(lsi_act *t, const lsi_reseat *r, const lsi_seated *seated, const char *moving,
                  lsi_error *e)
{
    lsi_store *store = t->core->store;
    int status = LSCHED_OK;
    /* All leave before anybody arrives: two may change places. */
    if (lsi_text_given(moving) && lsi_life_takes_time(t->b->state))
        status = lsi_soft_park(store, moving, seated->count, e);
    for (int32_t i = 0; i < seated->count && status == LSCHED_OK; i++)
        status = lsi_soft_park(store, lsi_reseat_booking(r, seated->moves[i].sitter)->id, i, e);
    for (int32_t i = 0; i < seated->count && status == LSCHED_OK; i++)
        status = move_one(t, lsi_reseat_booking(r, seated->moves[i].sitter),
                          lsi_reseat_agent(r, seated->moves[i].agent), e);
    return status;
}
