/* api/figures.c -- header chapter 10: what was promised, and what was kept. */
#include "api/api.h"

#include <string.h>

LSI_LIST(figures, figures_list)

static int take(lsched *s, const lsched_measure *measure, lsched_measure *m)
{
    return lsi_entry_take(s, measure, sizeof *m, sizeof *m, m);
}

int lsched_get_figures(lsched *s, const lsched_measure *measure, lsched_figures **out)
{
    lsched_measure m;
    lsched_figures *figures = NULL, *box = NULL;
    lsi_arena *arena;
    size_t count;
    int status = lsi_box_start(s, out);
    if (status == LSCHED_OK)
        status = take(s, measure, &m);
    if (status != LSCHED_OK)
        return status;
    box = lsi_box_new(sizeof *box, &arena);
    if (box == NULL)
        return lsi_error_nomem(&s->error);
    status = lsi_figures_get(&s->core, &m, 0, arena, &figures, &count, &s->error);
    if (status == LSCHED_OK) {
        *box = *figures;
        *out = box;
    } else {
        lsched_figures_free(box);
    }
    return status;
}

int lsched_list_figures(lsched *s, const lsched_measure *measure, int32_t kind,
                        lsched_figures_list **out)
{
    lsched_measure m;
    lsched_figures *items = NULL;
    lsi_list *list;
    uint32_t limit = 0;
    int status = lsi_box_start_list(s, out, &limit, sizeof **out, sizeof *items, &list);
    if (status == LSCHED_OK)
        status = take(s, measure, &m);
    if (status == LSCHED_OK && kind == 0)
        status = lsi_error_set(&s->error, LSCHED_INVALID, "kind is required");
    if (status == LSCHED_OK)
        status = lsi_figures_get(&s->core, &m, kind, &list->arena, &items, &list->count, &s->error);
    if (status == LSCHED_OK)
        list->items = items;
    return lsi_box_hand_list(list, status, out);
}

void lsched_figures_free(lsched_figures *figures)
{
    lsi_box_free(figures);
}
