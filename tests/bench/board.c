/* board.c -- the library's own pass over the bits of a board, alone: what the limit is of.
 *
 * It is told when a call may start, as the kernels by hand are; what is measured is what
 * core/run.c asks of rules/board.c, a run of starts at a time.
 */
#include "bench.h"
#include "rules/rules.h"

#include <stdlib.h>

struct board_peer {
    const problem *problem;
    lsi_board *boards; /* one for each 64 agents */
    size_t count;
    answer answer;
};

static void must(int status, const lsi_error *e)
{
    if (status != LSCHED_OK)
        bench_fail("board: %s", e->text);
}

static void spans_of(const stretches *s, int agent, lsi_spans *out)
{
    lsi_error e = {0};
    for (size_t i = s->first[agent]; i < s->first[agent + 1]; i++)
        must(lsi_span_add(out, s->at[i].from, s->at[i].until, &e), &e);
}

static void paint(lsi_board *b, int seat, const problem *p, int agent)
{
    const lsi_span days = {p->from / LSI_DAY * LSI_DAY, (p->until / LSI_DAY + 1) * LSI_DAY};
    lsi_spans shift = {0}, taken = {0};
    lsi_error e = {0};
    spans_of(&p->work, agent, &shift);
    spans_of(&p->busy, agent, &taken);
    must(lsi_board_reach(b, days.from, days.until, &e), &e);
    must(lsi_board_paint(b, seat, days, &shift, &taken, &taken, &e), &e);
    lsi_span_free(&shift);
    lsi_span_free(&taken);
}

board_peer *board_open(const problem *of)
{
    board_peer *p = bench_take(1, sizeof *p);
    p->problem = of;
    p->count = ((size_t)of->agents + LSI_SEATS - 1) / LSI_SEATS;
    p->boards = bench_take(p->count, sizeof *p->boards);
    for (int i = 0; i < of->agents; i++)
        paint(&p->boards[i / LSI_SEATS], i % LSI_SEATS, of, i);
    answer_room(&p->answer, of);
    return p;
}

/* A run of starts: how many agents each has. */
static void count_run(const board_peer *p, int64_t start, size_t count, int32_t *sums)
{
    uint64_t seats[LSI_RUN];
    for (size_t i = 0; i < p->count; i++) {
        const lsi_board *b = &p->boards[i];
        uint32_t first, end;
        lsi_board_cells(b, start, start + CALL + WRAP, &first, &end);
        lsi_board_ask_run(b->whole + first, end - first, lsi_board_cell(b, STEP), count, seats);
        lsi_board_count(seats, count, i > 0, sums);
    }
}

void board_find(void *peer)
{
    board_peer *p = peer;
    answer a = p->answer;
    a.count = 0;
    a.total = 0;
    for (size_t day = 0; day < p->problem->allowed.count; day++) {
        const stretch *s = &p->problem->allowed.at[day];
        size_t left = (size_t)((s->until - CALL - s->from) / STEP) + 1;
        for (int64_t t = s->from; left > 0;) {
            int32_t sums[LSI_RUN];
            const size_t count = left < LSI_RUN ? left : LSI_RUN;
            count_run(p, t, count, sums);
            for (size_t i = 0; i < count; i++, t += STEP) {
                a.starts[a.count] = t;
                a.free[a.count] = sums[i];
                a.count += sums[i] != 0;
                a.total += sums[i];
            }
            left -= count;
        }
    }
    p->answer = a;
}

const answer *board_answer(const board_peer *p)
{
    return &p->answer;
}

void board_close(board_peer *p)
{
    for (size_t i = 0; i < p->count; i++)
        lsi_board_free(&p->boards[i]);
    free(p->boards);
    answer_free(&p->answer);
    free(p);
}
