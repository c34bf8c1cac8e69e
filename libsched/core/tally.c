/* core/tally.c -- how many starts there are, from the picture.
 *
 * Starts that follow one another in even steps while the same teams can start are a run: who is
 * free at each of them is the AND of as many words, each so many words behind those of the one
 * before, and nothing else is to be worked out.  What is counted is what scan.c finds one by
 * one: the tests hold the two against each other.
 */
#include "core/picture.h"

#include <stdlib.h>
#include <string.h>

/* The words of a squad that a start covers. */
typedef struct row {
    const lsi_squad *squad;
    uint64_t fit;
    const uint64_t *cells;
    size_t count, stride; /* of cells; and how far the next start's are behind */
} row;

/* Channels that are one to count: the same agents are free on each. */
typedef struct kind {
    int channel; /* one of them */
    int32_t channels;
    row *rows;
    size_t row_count;
} kind;

typedef struct tally {
    lsi_scan scan;
    kind kinds[4];
    size_t kind_count;
    row *rows;
    bool even; /* a step is a whole number of cells */
} tally;

/* ---- what is asked -------------------------------------------------------------------------- */

static bool is_chat(const lsi_scan *s, int channel)
{
    return (s->chats >> channel & 1) != 0;
}

static bool alike(const lsi_scan *s, int a, int b)
{
    if (is_chat(s, a) != is_chat(s, b) || s->l->way[a] != s->l->way[b])
        return false;
    for (size_t i = 0; i < s->l->squad_count; i++) {
        if (s->l->squads[i].fit[a] != s->l->squads[i].fit[b])
            return false;
    }
    return true;
}

static int sort_channels(tally *t, int32_t channels, lsi_error *e)
{
    const lsi_scan *s = &t->scan;
    for (int channel = 0; channel < 4; channel++) {
        size_t i = 0;
        if ((channels >> channel & 1) == 0)
            continue;
        while (i < t->kind_count && !alike(s, t->kinds[i].channel, channel))
            i++;
        t->kinds[i].channel = channel;
        t->kinds[i].channels++;
        t->kind_count += i == t->kind_count;
    }
    t->rows = calloc(4 * s->l->squad_count + 1, sizeof *t->rows);
    for (size_t i = 0; t->rows != NULL && i < t->kind_count; i++)
        t->kinds[i].rows = t->rows + i * s->l->squad_count;
    return t->rows != NULL ? LSCHED_OK : lsi_error_nomem(e);
}

/* Painting can make cells smaller. */
static bool is_even(const lsi_scan *s)
{
    for (size_t i = 0; i < s->l->tile_count; i++) {
        if (s->step % s->l->tiles[i]->board.cell != 0)
            return false;
    }
    return true;
}

/* ---- runs ------------------------------------------------------------------------------------- */

/* How far the starts from `start` on are a run, `end` at most. */
static lsched_time run_end(const tally *t, lsched_time start, lsched_time end)
{
    const lsi_scan *s = &t->scan;
    if (!t->even)
        return start + 1;
    for (size_t i = 0; i < s->cursor_count; i++) {
        const lsi_cursor *c = &s->cursors[i];
        lsched_time until = c->next;
        if (c->next == start) {
            const lsi_span *span = &c->times->starts.at[c->span];
            until = c->plain < span->until ? c->plain : span->until;
        }
        end = until < end ? until : end;
    }
    return end;
}

/* The rows of a kind at the first start of a run. */
static void set_rows(const tally *t, kind *k, lsched_time start)
{
    const lsi_scan *s = &t->scan;
    const lsi_cursor *cursors = s->of[k->channel];
    k->row_count = 0;
    for (size_t i = 0; i < s->l->squad_count; i++) {
        const lsi_squad *squad = &s->l->squads[i];
        const lsi_board *b = &s->l->tiles[squad->tile]->board;
        if (cursors[squad->team].next != start || squad->fit[k->channel] == 0)
            continue;
        const int64_t from = start - s->reach.before - b->day * LSI_DAY;
        const int64_t until = start + s->reach.behind - b->day * LSI_DAY;
        const size_t first = lsi_board_cell(b, (uint32_t)from);
        const size_t end = lsi_board_cell(b, (uint32_t)until + (uint32_t)b->cell - 1);
        k->rows[k->row_count++] = (row){
            .squad = squad,
            .fit = squad->fit[k->channel],
            .cells = (is_chat(s, k->channel) ? b->chat : b->whole) + first,
            .count = end - first,
            .stride = lsi_board_cell(b, (uint32_t)s->step),
        };
    }
}

/* How many agents can start, at the next start of the run. */
static int32_t count_free(const lsi_scan *s, kind *k, lsched_time start)
{
    int32_t agents = 0;
    if (s->seen != NULL)
        memset(s->seen, 0, s->l->tile_count * sizeof *s->seen);
    for (size_t i = 0; i < k->row_count; i++) {
        row *r = &k->rows[i];
        uint64_t word = r->fit;
        for (size_t cell = 0; cell < r->count; cell++)
            word &= r->cells[cell];
        r->cells += r->stride;
        if ((word & r->squad->ends) != 0)
            word = lsi_scan_members(s, r->squad, word, start);
        if (s->seen != NULL) {
            /* Whoever is in two of the teams is still one agent. */
            const uint64_t seen = s->seen[r->squad->tile];
            s->seen[r->squad->tile] |= word;
            word &= ~seen;
        }
        agents += lsi_board_count(word);
    }
    return agents;
}

/* Counts a run, and leaves the cursors behind it. */
static void count_run(tally *t, lsched_time start, lsched_time end, lsched_day *day)
{
    lsi_scan *s = &t->scan;
    lsched_time last = start;
    for (size_t i = 0; i < t->kind_count; i++)
        set_rows(t, &t->kinds[i], start);
    for (lsched_time at = start; at < end; at += s->step) {
        for (size_t i = 0; i < t->kind_count; i++) {
            kind *k = &t->kinds[i];
            const int32_t agents = count_free(s, k, at);
            lsi_count_start(day, at, agents, agents > 0 ? k->channels : 0);
        }
        last = at;
    }
    for (size_t i = 0; i < s->cursor_count; i++) {
        if (s->cursors[i].next == start)
            s->cursors[i].next = last;
    }
    lsi_scan_step(s, last);
}

/* ---- all of them --------------------------------------------------------------------------------- */

static void count_part(tally *t, lsched_time until, lsched_day **day)
{
    t->even = is_even(&t->scan);
    for (lsched_time start; (start = lsi_scan_next(&t->scan)) < until;) {
        while (start >= (*day)->until)
            ++*day;
        const lsched_time end = until < (*day)->until ? until : (*day)->until;
        count_run(t, start, run_end(t, start, end), *day);
    }
}

int lsi_tally_count(lsi_core *core, const lsi_facts *f, int32_t channels, lsched_time from,
                    lsched_time until, lsched_day *days, lsi_error *e)
{
    tally t = {.kind_count = 0};
    int64_t part = LSI_BLOCK; /* all of it is wanted */
    int status = lsi_scan_begin(&t.scan, core, f, channels, from, until, e);
    if (status != LSCHED_OK)
        return status;
    status = sort_channels(&t, channels, e);
    for (lsched_time at = t.scan.from, end; status == LSCHED_OK && at < t.scan.until; at = end) {
        status = lsi_scan_part(&t.scan, at, &part, &end, e);
        if (status == LSCHED_OK)
            count_part(&t, end, &days);
    }
    free(t.rows);
    lsi_scan_end(&t.scan);
    return status;
}
