/* api/explain.c -- header chapter 4: why not, and what would help. */
#include "api/api.h"

struct lsched_explanation {
    lsi_explained told;
};

int lsched_explain(lsched *s, const lsched_query *query, lsched_explanation **out)
{
    lsched_query q;
    int status = lsi_box_start(s, out);
    if (status == LSCHED_OK)
        status = lsi_slots_query(s, query, &q);
    if (status != LSCHED_OK)
        return status;
    lsi_arena *arena;
    lsched_explanation *answer = lsi_box_new(sizeof *answer, &arena);
    if (answer == NULL)
        return lsi_error_nomem(&s->error);
    status = lsi_explain_ask(&s->core, &q, arena, &answer->told, &s->error);
    if (status == LSCHED_OK)
        *out = answer;
    else
        lsched_explanation_free(answer);
    return status;
}

void lsched_explanation_free(lsched_explanation *answer)
{
    lsi_box_free(answer);
}

const lsched_outlook *lsched_explanation_outlook(const lsched_explanation *answer)
{
    return answer != NULL ? &answer->told.outlook : NULL;
}

size_t lsched_explanation_count(const lsched_explanation *answer)
{
    return answer != NULL ? answer->told.obstacle_count : 0;
}

const lsched_obstacle *lsched_explanation_at(const lsched_explanation *answer, size_t i)
{
    return i < lsched_explanation_count(answer) ? &answer->told.obstacles[i] : NULL;
}

size_t lsched_explanation_candidates(const lsched_explanation *answer)
{
    return answer != NULL ? answer->told.candidate_count : 0;
}

const lsched_candidate *lsched_explanation_candidate(const lsched_explanation *answer, size_t i)
{
    return i < lsched_explanation_candidates(answer) ? &answer->told.candidates[i] : NULL;
}

size_t lsched_explanation_relaxations(const lsched_explanation *answer)
{
    return answer != NULL ? answer->told.relaxation_count : 0;
}

const lsched_relaxation *lsched_explanation_relaxation(const lsched_explanation *answer, size_t i)
{
    return i < lsched_explanation_relaxations(answer) ? &answer->told.relaxations[i] : NULL;
}

int64_t lsched_explanation_lost(const lsched_explanation *answer, int32_t reasons)
{
    int64_t lost = 0;
    for (size_t i = 0; answer != NULL && i < answer->told.loss_count; i++) {
        if ((answer->told.losses[i].reasons & reasons) != 0)
            lost += answer->told.losses[i].count;
    }
    return lost;
}

int64_t lsched_explanation_alone(const lsched_explanation *answer, int32_t reason)
{
    int64_t lost = 0;
    for (size_t i = 0; answer != NULL && i < answer->told.loss_count; i++) {
        if (answer->told.losses[i].reasons == reason)
            lost += answer->told.losses[i].count;
    }
    return lost;
}
