/* core/explain.c -- why there is nothing: the predicate's reasons, counted.
 *
 * Between two neighbouring edges of its rules a candidate's reasons stay the same, so the
 * predicate is asked once a stretch and not once a start: an empty year costs no more than
 * its openings and closings.
 */
#include "core/explain.h"

#include <stdlib.h>

int lsi_explain_add(lsi_found *found, int32_t reasons, int64_t count, lsi_error *e)
{
    for (size_t i = 0; i < found->loss_count; i++) {
        if (found->losses[i].reasons == reasons) {
            found->losses[i].count += count;
            return LSCHED_OK;
        }
    }
    lsi_loss *loss =
        lsi_vector_push(&found->losses, &found->loss_count, &found->loss_room, sizeof *loss);
    if (loss == NULL)
        return lsi_error_nomem(e);
    *loss = (lsi_loss){reasons, count};
    return LSCHED_OK;
}

static int add(lsi_instants *list, lsched_time t, lsi_error *e)
{
    lsched_time *place = lsi_vector_push(&list->at, &list->count, &list->room, sizeof *place);
    if (place == NULL)
        return lsi_error_nomem(e);
    *place = t;
    return LSCHED_OK;
}

/* A candidate off the grid was never one. */
int lsi_explain_grid(const lsi_facts *f, lsched_time from, lsched_time until, lsi_instants *grid,
                     lsi_error *e)
{
    int status = LSCHED_OK;
    lsched_time t = lsi_grid_next(f->zone, f->service.step, from);
    for (; status == LSCHED_OK && t < until; t = lsi_grid_next(f->zone, f->service.step, t + 1))
        status = add(grid, t, e);
    return status;
}

/* The edges between the first start and the last: nobody asks about what lies beyond. */
typedef struct inner_edges {
    lsi_instants found;
    lsched_time first, last;
} inner_edges;

static int found_edge(void *user, lsched_time t, lsi_error *e)
{
    inner_edges *edges = user;
    return t > edges->first && t <= edges->last ? add(&edges->found, t, e) : LSCHED_OK;
}

static int by_time(const void *a, const void *b)
{
    const lsched_time x = *(const lsched_time *)a, y = *(const lsched_time *)b;
    return (x > y) - (x < y);
}

int lsi_explain_candidate(const lsi_facts *facts, const lsi_permits *p, size_t candidate,
                          const lsi_instants *grid, const lsi_window *window, lsi_found *found,
                          lsi_error *e)
{
    if (grid->count == 0)
        return LSCHED_OK;
    inner_edges inner = {.first = grid->at[0], .last = grid->at[grid->count - 1]};
    int status = lsi_permit_edges(p, candidate, found_edge, &inner, e);
    const lsi_instants edges = inner.found;
    if (edges.count > 0)
        qsort(edges.at, edges.count, sizeof *edges.at, by_time);
    for (size_t i = 0, end, edge = 0; status == LSCHED_OK && i < grid->count; i = end) {
        while (edge < edges.count && edges.at[edge] <= grid->at[i])
            edge++;
        for (end = i + 1; end < grid->count;) {
            if (edge < edges.count && edges.at[edge] <= grid->at[end])
                break;
            end++;
        }
        const int32_t why = lsi_permit_why(p, candidate, grid->at[i]);
        /* Where the grid is not the clock's, each start is on it or off it for itself. */
        if (facts->service.anchor != LSCHED_CLOCK && (why & ~LSCHED_WHY_GRID) == 0)
            end = i + 1;
        /* And so is each where others make room, or not. */
        if (window != NULL && window->reseat != NULL && why == LSCHED_WHY_BOOKED)
            end = i + 1;
        const bool room = end == i + 1 && window != NULL && why == LSCHED_WHY_BOOKED &&
                          lsi_window_can(window, candidate, grid->at[i]);
        if (why != 0 && !room)
            status = lsi_explain_add(found, why, (int64_t)(end - i), e);
    }
    free(edges.at);
    return status;
}

int lsi_explain_losses(const lsi_facts *facts, const lsi_permits *permits, lsched_time from,
                       lsched_time until, lsi_found *found, lsi_error *e)
{
    lsi_instants grid = {0};
    int status = lsi_explain_grid(facts, from, until, &grid, e);
    for (size_t i = 0; status == LSCHED_OK && i < facts->candidate_count; i++)
        status = lsi_explain_candidate(facts, permits, i, &grid, NULL, found, e);
    free(grid.at);
    return status;
}
