/* tell.c -- what was promised and kept: see story.c. */
#include "deeds.h"

#define MEASURED .from = NINE - 300 * DAY, .until = NINE + 60 * DAY

static void answer_figures(answer *a, const lsched_figures *f)
{
    answer_text(a, f->team);
    answer_text(a, f->agent);
    answer_int(a, f->contacts);
    answer_int(a, f->kept);
    answer_int(a, f->missed[0]);
    answer_int(a, f->late_max);
    answer_int(a, f->wait_max);
    answer_int(a, f->shift);
    answer_int(a, f->busy);
    answer_int(a, f->assigned);
    answer_int(a, f->uneven);
}

void ask_get_figures(lsched *s, answer *a)
{
    lsched_figures *f = NULL;
    a->status = lsched_get_figures(s, NEW(measure, .team = "home", MEASURED), &f);
    a->leftover |= a->status != LSCHED_OK && f != NULL;
    if (f != NULL)
        answer_figures(a, f);
    lsched_figures_free(f);
}

static void list_figures(lsched *s, answer *a, int32_t kind)
{
    lsched_figures_list *list = NULL;
    a->status = lsched_list_figures(s, NEW(measure, MEASURED), kind, &list);
    a->leftover |= a->status != LSCHED_OK && list != NULL;
    for (size_t i = 0; i < lsched_figures_list_count(list); i++)
        answer_figures(a, lsched_figures_list_at(list, i));
    lsched_figures_list_free(list);
}

void ask_list_figures(lsched *s, answer *a)
{
    list_figures(s, a, LSCHED_AGENT);
}

void ask_list_team_figures(lsched *s, answer *a)
{
    list_figures(s, a, LSCHED_TEAM);
}
