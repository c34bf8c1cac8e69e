/* api/repair.c -- header chapter 5: strays, and how they are mended. */
#include "api/api.h"

#include <string.h>

struct lsched_strays {
    lsi_list list;
};

struct lsched_plan {
    lsi_list list;
};

size_t lsched_strays_count(const lsched_strays *list)
{
    return list != NULL ? list->list.count : 0;
}

const lsched_stray *lsched_strays_at(const lsched_strays *list, size_t i)
{
    return lsi_box_at(list != NULL ? &list->list : NULL, i);
}

void lsched_strays_free(lsched_strays *list)
{
    lsi_box_list_free(list != NULL ? &list->list : NULL);
}

size_t lsched_plan_count(const lsched_plan *plan)
{
    return plan != NULL ? plan->list.count : 0;
}

const lsched_mend *lsched_plan_at(const lsched_plan *plan, size_t i)
{
    return lsi_box_at(plan != NULL ? &plan->list : NULL, i);
}

void lsched_plan_free(lsched_plan *plan)
{
    lsi_box_list_free(plan != NULL ? &plan->list : NULL);
}

/* The sweep that came in, and the box for the answer, made before anything is written. */
static int start(lsched *s, const lsched_sweep *in, lsched_sweep *sweep, void *out,
                 size_t list_size, size_t item_size, lsi_list **box)
{
    *box = NULL;
    int status = lsi_box_start(s, out);
    if (status == LSCHED_OK)
        status = lsi_entry_take(s, in, sizeof *sweep, sizeof *sweep, sweep);
    if (status != LSCHED_OK)
        return status;
    *box = lsi_box_list(list_size, item_size);
    return *box != NULL ? LSCHED_OK : lsi_error_nomem(&s->error);
}

static int hand_out(int status, lsi_list *box, void *out)
{
    if (status == LSCHED_OK)
        memcpy(out, &box, sizeof box);
    else
        lsi_box_list_free(box);
    return status;
}

int lsched_list_strays(lsched *s, const lsched_sweep *sweep, lsched_strays **out)
{
    lsched_sweep copy;
    lsched_stray *found;
    lsi_list *box;
    int status = start(s, sweep, &copy, out, sizeof **out, sizeof(lsched_stray), &box);
    if (status == LSCHED_OK)
        status = lsi_stray_list(&s->core, &copy, &box->arena, &found, &box->count, &s->error);
    if (status == LSCHED_OK)
        box->items = found;
    return hand_out(status, box, out);
}

int lsched_list_stuck(lsched *s, const char *after, uint32_t limit, lsched_strays **out)
{
    lsi_list *list;
    lsched_stray *items = NULL;
    int status = lsi_box_start_list(s, out, &limit, sizeof **out, sizeof(lsched_stray), &list);
    if (status == LSCHED_OK && lsi_text_given(after))
        status = lsi_entry_id(s, "after", after);
    if (status == LSCHED_OK)
        status = lsi_stuck_list(&s->core, after, limit, &list->arena, &items, &list->count,
                                &s->error);
    if (status == LSCHED_OK)
        list->items = items;
    return hand_out(status, list, out);
}

int lsched_plan_repair(lsched *s, const lsched_sweep *sweep, lsched_plan **out)
{
    lsched_sweep copy;
    lsi_plan plan = {0};
    lsi_list *box;
    int status = start(s, sweep, &copy, out, sizeof **out, sizeof(lsched_mend), &box);
    if (status == LSCHED_OK)
        status = lsi_repair_plan(&s->core, &copy, &box->arena, &plan, &s->error);
    if (status == LSCHED_OK) {
        box->items = plan.at;
        box->count = plan.count;
    }
    return hand_out(status, box, out);
}

int lsched_repair(lsched *s, const lsched_sweep *sweep, const lsched_plan *plan, lsched_plan **out)
{
    lsched_sweep copy;
    lsi_plan done = {0}, given = {0};
    lsi_list *box;
    int status = start(s, sweep, &copy, out, sizeof **out, sizeof(lsched_mend), &box);
    if (status == LSCHED_OK && plan != NULL)
        given = (lsi_plan){.at = plan->list.items, .count = plan->list.count};
    if (status == LSCHED_OK)
        status = lsi_repair_apply(&s->core, &copy, plan != NULL ? &given : NULL, &box->arena, &done,
                                  &s->error);
    if (status == LSCHED_OK) {
        box->items = done.at;
        box->count = done.count;
    }
    return hand_out(status, box, out);
}

/* ---- what a write leaves -------------------------------------------------------------------------- */

static void forget(lsched *s)
{
    lsched_strays_free(s->left);
    s->left = NULL;
}

int lsched_set_strays(lsched *s, uint32_t most)
{
    const int status = lsi_scheduler_enter(s);
    if (status != LSCHED_OK)
        return status;
    if (most > LSCHED_MAX_PAGE)
        return lsi_error_set(&s->error, LSCHED_LIMIT, "most is more than %d", LSCHED_MAX_PAGE);
    forget(s);
    s->most_strays = most;
    return LSCHED_OK;
}

const lsched_strays *lsched_left_strays(const lsched *s)
{
    return s != NULL ? s->left : NULL;
}

int lsi_repair_start(lsched *s)
{
    if (s != NULL)
        forget(s);
    return lsi_scheduler_need_store(s);
}

int lsi_repair_write(lsched *s, const lsi_kind *kind, void *record, bool gone)
{
    lsched_stray *found;
    if (s->most_strays == 0)
        return gone ? lsi_catalogue_remove(&s->core, kind, record, &s->error)
                    : lsi_catalogue_put(&s->core, kind, record, &s->error);
    lsi_list *box = lsi_box_list(sizeof *s->left, sizeof(lsched_stray));
    if (box == NULL)
        return lsi_error_nomem(&s->error);
    const int status = lsi_stray_write(&s->core, kind, record, gone, s->most_strays, &box->arena,
                                       &found, &box->count, &s->error);
    if (status == LSCHED_OK)
        box->items = found;
    return hand_out(status, box, &s->left);
}
