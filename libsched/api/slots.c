/* api/slots.c -- header chapter 4: find, and what it found.  (Why: explain.c.) */
#include "api/api.h"

#include <stdlib.h>
#include <string.h>

struct lsched_slots {
    lsi_list list;
    lsched_slot *slots; /* what `list` is of, as the search made it */
    lsi_loss *losses;
    size_t loss_count;
    lsched_slot familiar;
    lsched_incident *incidents;
    size_t incident_count;
    const char *degraded;
};

/* Names that were copied already: a few agents have all the slots of a fortnight. */
#define NAMES 64
typedef struct names {
    lsi_arena *a;
    const char *from[NAMES], *copy[NAMES];
} names;

static const char *copy_name(names *n, const char *name)
{
    const size_t i = (uintptr_t)name / 16 % NAMES;
    if (n->from[i] != name) {
        n->from[i] = name;
        n->copy[i] = lsi_arena_text(n->a, name, strlen(name));
    }
    return n->copy[i];
}

static int copy_names(names *n, lsched_slot *slot, lsi_error *e)
{
    slot->agent = copy_name(n, slot->agent);
    slot->team = copy_name(n, slot->team);
    return slot->agent != NULL && slot->team != NULL ? LSCHED_OK : lsi_error_nomem(e);
}

static int copy_incidents(lsched_slots *list, const lsi_found *found, lsi_error *e)
{
    lsi_arena *a = &list->list.arena;
    int status = LSCHED_OK;
    if (found->incident_count == 0)
        return LSCHED_OK;
    list->incidents = lsi_arena_take(a, found->incident_count * sizeof *list->incidents);
    if (list->incidents == NULL)
        return lsi_error_nomem(e);
    list->incident_count = found->incident_count;
    for (size_t i = 0; i < found->incident_count && status == LSCHED_OK; i++)
        status = lsi_kind_copy(&lsi_kind_incident, &found->incidents[i], a, &list->incidents[i], e);
    return status;
}

/* Takes the slots over, and copies the names in them, which were lent by the search. */
static int take_slots(lsched_slots *list, lsi_found *found, lsi_error *e)
{
    lsi_arena *a = &list->list.arena;
    names known = {.a = a};
    int status = LSCHED_OK;
    for (size_t i = 0; i < found->count && status == LSCHED_OK; i++)
        status = copy_names(&known, &found->slots[i], e);
    list->familiar = found->familiar;
    if (status == LSCHED_OK && found->familiar.rung != 0)
        status = copy_names(&known, &list->familiar, e);
    list->losses = lsi_arena_take(a, (found->loss_count + 1) * sizeof *list->losses);
    if (status == LSCHED_OK && list->losses == NULL)
        status = lsi_error_nomem(e);
    if (status == LSCHED_OK)
        status = copy_incidents(list, found, e);
    list->degraded = "";
    if (status == LSCHED_OK && found->degraded[0] != '\0')
        list->degraded = lsi_arena_text(a, found->degraded, strlen(found->degraded));
    if (status == LSCHED_OK && list->degraded == NULL)
        status = lsi_error_nomem(e);
    if (status != LSCHED_OK)
        return status;
    if (found->loss_count > 0)
        memcpy(list->losses, found->losses, found->loss_count * sizeof *found->losses);
    list->loss_count = found->loss_count;
    list->list.items = list->slots = found->slots;
    list->list.count = found->count;
    found->slots = NULL;
    return LSCHED_OK;
}

int lsi_slots_query(lsched *s, const lsched_query *query, lsched_query *q)
{
    const int status = lsi_entry_take(s, query, sizeof *q, sizeof *q, q);
    if (status != LSCHED_OK || lsi_text_given(q->moving))
        return status;
    if (!lsi_text_given(q->customer))
        return lsi_error_set(&s->error, LSCHED_INVALID, "query: customer is required");
    if (!lsi_text_given(q->service))
        return lsi_error_set(&s->error, LSCHED_INVALID, "query: service is required");
    return LSCHED_OK;
}

/* ---- questions ----------------------------------------------------------------------------- */

/* Says which of several queries a failure is about. */
static int blame(lsched *s, size_t at, int status)
{
    const lsi_error found = s->error;
    if (status == LSCHED_NOMEM)
        return status;
    return lsi_error_set(&s->error, status, "queries[%zu]: %s", at, found.text);
}

static void free_lists(lsched_slots **lists, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        lsched_slots_free(lists[i]);
        lists[i] = NULL;
    }
}

/* A list for each answer, before all of them are thrown away. */
static int hand_out(lsched *s, lsi_found *found, size_t count, lsched_slots **out)
{
    int status = LSCHED_OK;
    for (size_t i = 0; i < count && status == LSCHED_OK; i++) {
        out[i] = (lsched_slots *)lsi_box_list(sizeof **out, sizeof(lsched_slot));
        status =
            out[i] != NULL ? take_slots(out[i], &found[i], &s->error) : lsi_error_nomem(&s->error);
    }
    if (status != LSCHED_OK)
        free_lists(out, count);
    return status;
}

/* Where all of `out` is NULL. */
static int find(lsched *s, const lsched_query *queries, size_t count, size_t *at, lsi_found *found,
                lsched_slots **out)
{
    lsi_arena a = {0};
    int status = lsi_search_find(&s->core, queries, count, at, &a, found, &s->error);
    if (status == LSCHED_OK)
        status = hand_out(s, found, count, out);
    for (size_t i = 0; i < count; i++)
        lsi_search_free(&found[i]);
    lsi_arena_free(&a);
    return status;
}

int lsched_find(lsched *s, const lsched_query *query, lsched_slots **out)
{
    lsched_query q;
    lsi_found found = {0};
    size_t at;
    int status = lsi_box_start(s, out);
    if (status == LSCHED_OK)
        status = lsi_slots_query(s, query, &q);
    return status == LSCHED_OK ? find(s, &q, 1, &at, &found, out) : status;
}

static int find_each(lsched *s, const lsched_query *const *queries, size_t count,
                     lsched_query *copies, lsched_slots **out)
{
    int status = LSCHED_OK;
    size_t at = 0;
    for (; at < count && status == LSCHED_OK; at++)
        status = lsi_slots_query(s, queries[at], &copies[at]);
    if (status != LSCHED_OK)
        return blame(s, at - 1, status);
    lsi_found *found = calloc(count + 1, sizeof *found);
    if (found == NULL)
        return lsi_error_nomem(&s->error);
    status = find(s, copies, count, &at, found, out);
    free(found);
    return status != LSCHED_OK && at < count ? blame(s, at, status) : status;
}

int lsched_find_each(lsched *s, const lsched_query *const *queries, size_t count,
                     lsched_slots **out)
{
    for (size_t i = 0; out != NULL && i < count; i++)
        out[i] = NULL;
    int status = lsi_scheduler_need_store(s);
    if (status == LSCHED_OK && count > LSCHED_MAX_QUERIES)
        status = lsi_error_set(&s->error, LSCHED_LIMIT, "more than %d queries", LSCHED_MAX_QUERIES);
    if (status == LSCHED_OK && count > 0 && queries == NULL)
        status = lsi_scheduler_missing(s, "queries");
    if (status == LSCHED_OK && count > 0 && out == NULL)
        status = lsi_scheduler_missing(s, "out");
    if (status != LSCHED_OK || count == 0)
        return status;
    lsched_query *copies = calloc(count, sizeof *copies);
    if (copies == NULL)
        return lsi_error_nomem(&s->error);
    status = find_each(s, queries, count, copies, out);
    free(copies);
    return status;
}

/* ---- the answer ------------------------------------------------------------------------------ */

size_t lsched_slots_count(const lsched_slots *list)
{
    return list != NULL ? list->list.count : 0;
}

const lsched_slot *lsched_slots_at(const lsched_slots *list, size_t i)
{
    return lsi_box_at(list != NULL ? &list->list : NULL, i);
}

const lsched_slot *lsched_slots_earliest(const lsched_slots *list)
{
    return lsched_slots_at(list, 0);
}

const lsched_slot *lsched_slots_familiar(const lsched_slots *list)
{
    return list != NULL && list->familiar.rung != 0 ? &list->familiar : NULL;
}

int64_t lsched_slots_lost(const lsched_slots *list, int32_t reasons)
{
    int64_t lost = 0;
    for (size_t i = 0; list != NULL && i < list->loss_count; i++) {
        if ((list->losses[i].reasons & reasons) != 0)
            lost += list->losses[i].count;
    }
    return lost;
}

size_t lsched_slots_incidents(const lsched_slots *list)
{
    return list != NULL ? list->incident_count : 0;
}

const lsched_incident *lsched_slots_incident(const lsched_slots *list, size_t i)
{
    return list != NULL && i < list->incident_count ? &list->incidents[i] : NULL;
}

const char *lsched_slots_degraded(const lsched_slots *list)
{
    return list != NULL ? list->degraded : "";
}

void lsched_slots_free(lsched_slots *list)
{
    if (list == NULL)
        return;
    free(list->slots);
    lsi_box_list_free(&list->list);
}

const char *lsched_reason_text(int32_t reason)
{
    return lsi_reason_text(reason);
}
