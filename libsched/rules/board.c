/* rules/board.c -- the predicate, compiled: who is free, for all agents of a board at once.
 *
 * Time-major: one word for each cell of time, one bit for each agent.  The AND of the words
 * that a contact covers is the set of agents who can take it.  What is compiled is what
 * permit.c says of an agent's shift and bookings, exact to the second: a cell is wholly so or
 * wholly not, and the board's cells become smaller where an edge would fall into one.
 *
 *     roster    the agent's layer is open
 *     whole     that, and nothing is booked: for a call, a visit
 *     chat      that, and there is room for one more chat
 *
 * What takes an agent whole is alone in its time.  So where it comes, both are no longer so,
 * and where it goes, both are again what the roster is: no other booking need be asked.
 */
#include "rules/rules.h"

#include <stdlib.h>
#include <string.h>

#define PLANES 3
#define MOST_DAYS 200

static size_t cells(const lsi_board *b)
{
    return b->days > 0 ? (size_t)b->days * (size_t)(LSI_DAY / b->cell) : 0;
}

size_t lsi_board_bytes(const lsi_board *b)
{
    return cells(b) * PLANES * sizeof(uint64_t) + 2 * (size_t)b->days * sizeof(uint64_t);
}

void lsi_board_free(lsi_board *b)
{
    free(b->words);
    free(b->known);
    *b = (lsi_board){0};
}

/* ---- room ------------------------------------------------------------------------------ */

static void set_planes(lsi_board *b, uint64_t *words)
{
    free(b->words);
    b->words = words;
    b->whole = words;
    b->chat = words + cells(b);
    b->roster = b->chat + cells(b);
}

/* The board of the same agents for other days and cells, with all that is known of them. */
static int rebuild(lsi_board *b, int64_t day, int32_t days, int32_t cell, lsi_error *e)
{
    lsi_board n = {.day = day, .days = days, .cell = cell};
    n.words = calloc(cells(&n) * PLANES, sizeof *n.words);
    n.known = calloc(2 * (size_t)days, sizeof *n.known);
    if (n.words == NULL || n.known == NULL) {
        lsi_board_free(&n);
        return lsi_error_nomem(e);
    }
    const size_t per_day = (size_t)(LSI_DAY / cell), old_per_day = (size_t)(LSI_DAY / b->cell);
    const size_t parts = per_day / old_per_day;
    for (int32_t d = 0; d < b->days; d++) {
        const int64_t to = b->day + d - day;
        if (to < 0 || to >= days)
            continue;
        n.known[to] = b->known[d];
        n.known[days + to] = b->stale[d];
        for (size_t p = 0; p < PLANES; p++) {
            const uint64_t *from = b->words + p * cells(b) + (size_t)d * old_per_day;
            uint64_t *into = n.words + p * cells(&n) + (size_t)to * per_day;
            for (size_t i = 0; i < per_day; i++)
                into[i] = from[i / parts];
        }
    }
    uint64_t *words = n.words;
    free(b->known);
    b->known = n.known;
    b->stale = n.known + days;
    b->day = day;
    b->days = days;
    b->cell = cell;
    set_planes(b, words);
    return LSCHED_OK;
}

/* The days that it has and those of [first, last] together, unless that would be too long: then
 * what lies elsewhere is not known any longer. */
static void join(const lsi_board *b, int64_t *first, int64_t *last)
{
    const int64_t from = b->day < *first ? b->day : *first;
    const int64_t end = b->day + b->days - 1, until = end > *last ? end : *last;
    if (b->days > 0 && until - from < MOST_DAYS) {
        *first = from;
        *last = until;
    }
}

int lsi_board_reach(lsi_board *b, lsched_time from, lsched_time until, lsi_error *e)
{
    int64_t first = lsi_civil_floor(from, LSI_DAY), last = lsi_civil_floor(until - 1, LSI_DAY);
    if (b->days > 0 && first >= b->day && last < b->day + b->days)
        return LSCHED_OK;
    join(b, &first, &last);
    if (b->cell == 0)
        b->cell = LSI_COARSE;
    return rebuild(b, first, (int32_t)(last - first + 1), b->cell, e);
}

/* ---- one agent's columns --------------------------------------------------------------- */

static bool is_coarse(const lsi_spans *s)
{
    for (size_t i = 0; i < s->count; i++) {
        if (s->at[i].from % LSI_COARSE != 0 || s->at[i].until % LSI_COARSE != 0)
            return false;
    }
    return true;
}

static lsched_time start_of(const lsi_board *b)
{
    return b->day * LSI_DAY;
}

static lsi_span clip(lsi_span s, lsi_span to)
{
    return (lsi_span){s.from > to.from ? s.from : to.from, s.until < to.until ? s.until : to.until};
}

/* What is open is rounded inwards, what is taken outwards: where an edge lies between two minutes
 * no start on a minute can tell the difference. */
static void paint_open(const lsi_board *b, uint64_t bit, const lsi_spans *open, lsi_span days)
{
    const lsched_time zero = start_of(b);
    for (size_t i = 0; i < open->count; i++) {
        const lsi_span s = clip(open->at[i], days);
        if (s.from >= s.until)
            continue;
        const uint32_t end = lsi_board_cell(b, (uint32_t)(s.until - zero));
        uint32_t cell = lsi_board_cell(b, (uint32_t)(s.from - zero + b->cell - 1));
        for (; cell < end; cell++) {
            b->roster[cell] |= bit;
            b->whole[cell] |= bit;
            b->chat[cell] |= bit;
        }
    }
}

static void paint_taken(const lsi_board *b, uint64_t *plane, uint64_t bit, const lsi_spans *taken,
                        lsi_span days)
{
    uint32_t cell, end;
    for (size_t i = 0; i < taken->count; i++) {
        const lsi_span s = clip(taken->at[i], days);
        if (s.from >= s.until)
            continue;
        lsi_board_cells(b, s.from, s.until, &cell, &end);
        for (; cell < end; cell++)
            plane[cell] &= ~bit;
    }
}

/* Wipes a seat where something may be left of it. */
static void wipe(const lsi_board *b, uint64_t bit, lsi_span days)
{
    const int64_t end = days.until / LSI_DAY - b->day, per_day = LSI_DAY / b->cell;
    for (int64_t day = days.from / LSI_DAY - b->day; day < end; day++) {
        for (int64_t i = day * per_day; (b->stale[day] & bit) != 0 && i < (day + 1) * per_day;
             i++) {
            b->roster[i] &= ~bit;
            b->whole[i] &= ~bit;
            b->chat[i] &= ~bit;
        }
        b->stale[day] &= ~bit;
    }
}

int lsi_board_paint(lsi_board *b, int seat, lsi_span days, const lsi_spans *shift,
                    const lsi_spans *taken, const lsi_spans *chatting, lsi_error *e)
{
    const uint64_t bit = UINT64_C(1) << seat;
    if (b->cell == LSI_COARSE &&
        !(is_coarse(shift) && is_coarse(taken) && (chatting == taken || is_coarse(chatting)))) {
        const int status = rebuild(b, b->day, b->days, LSI_FINE, e);
        if (status != LSCHED_OK)
            return status;
    }
    wipe(b, bit, days);
    paint_open(b, bit, shift, days);
    paint_taken(b, b->whole, bit, taken, days);
    paint_taken(b, b->chat, bit, chatting, days);
    for (lsched_time t = days.from; t < days.until; t += LSI_DAY)
        b->known[t / LSI_DAY - b->day] |= bit;
    return LSCHED_OK;
}

/* On one day, which is known. */
static void change(const lsi_board *b, uint64_t bit, lsi_span when, bool taken)
{
    uint32_t cell, end;
    lsi_board_cells(b, when.from, when.until, &cell, &end);
    for (; cell < end; cell++) {
        const uint64_t free_seats = taken ? 0 : b->roster[cell] & bit;
        b->whole[cell] = (b->whole[cell] & ~bit) | free_seats;
        b->chat[cell] = (b->chat[cell] & ~bit) | free_seats;
    }
}

void lsi_board_change(lsi_board *b, int seat, lsi_span when, bool taken)
{
    const uint64_t bit = UINT64_C(1) << seat;
    if (b->days == 0)
        return;
    /* Between two cells there is something that is not known here: what else lies in them. */
    if (when.from % b->cell != 0 || when.until % b->cell != 0) {
        lsi_board_forget(b, seat, when.from, when.until);
        return;
    }
    for (int64_t d = lsi_civil_floor(when.from, LSI_DAY); d * LSI_DAY < when.until; d++) {
        const lsi_span day = {d * LSI_DAY, (d + 1) * LSI_DAY};
        if (d >= b->day && d < b->day + b->days && (b->known[d - b->day] & bit) != 0)
            change(b, bit, clip(when, day), taken);
    }
}

void lsi_board_forget(lsi_board *b, int seat, lsched_time from, lsched_time until)
{
    const uint64_t bit = UINT64_C(1) << seat;
    int64_t first = lsi_civil_floor(from, LSI_DAY) - b->day;
    int64_t last = lsi_civil_floor(until - 1, LSI_DAY) - b->day;
    if (first < 0)
        first = 0;
    if (last >= b->days)
        last = b->days - 1;
    for (int64_t d = first; d <= last; d++) {
        b->stale[d] |= b->known[d] & bit;
        b->known[d] &= ~bit;
    }
}

void lsi_board_forget_all(lsi_board *b)
{
    for (int32_t d = 0; d < b->days; d++) {
        b->stale[d] |= b->known[d];
        b->known[d] = 0;
    }
}

uint64_t lsi_board_unknown(const lsi_board *b, uint64_t seats, lsched_time from, lsched_time until)
{
    uint64_t known = seats;
    const int64_t last = lsi_civil_floor(until - 1, LSI_DAY) - b->day;
    for (int64_t d = lsi_civil_floor(from, LSI_DAY) - b->day; d <= last; d++)
        known &= b->known[d];
    return seats & ~known;
}

/* ---- runs of starts ---------------------------------------------------------------------- */

/* What all cells of each stride have in common, and what its first `rest` cells have. */
static inline void fold(const uint64_t *cells, size_t stride, size_t rest, size_t count,
                        uint64_t *strides, uint64_t *rests)
{
    for (size_t i = 0; i < count; i++, cells += stride) {
        uint64_t all = UINT64_MAX, first = UINT64_MAX;
        for (size_t cell = 0; cell < stride; cell++) {
            all &= cells[cell];
            first = cell + 1 == rest ? all : first;
        }
        strides[i] = all;
        rests[i] = first;
    }
}

/* A contact covers some strides whole, and a rest: what these have in common is worked out once
 * for all starts.  But the last one is asked by itself, as behind it there need be no more cells. */
static void ask_strides(const uint64_t *cells, size_t whole, size_t rest, size_t stride,
                        size_t starts, uint64_t *seats)
{
    uint64_t strides[2 * LSI_RUN], rests[2 * LSI_RUN];
    size_t done = whole % 2 == 1 ? 1 : 2;
    if (stride == 3) /* quarters of an hour have code of their own */
        fold(cells, 3, rest, starts + whole, strides, rests);
    else
        fold(cells, stride, rest, starts + whole, strides, rests);
    for (size_t i = 0; i < starts; i++)
        seats[i] = strides[i] & strides[i + done - 1] & rests[i + whole];
    for (; done < whole; done += 2) {
        for (size_t i = 0; i < starts; i++)
            seats[i] &= strides[i + done] & strides[i + done + 1];
    }
}

void lsi_board_ask_run(const uint64_t *cells, size_t length, size_t stride, size_t count,
                       uint64_t *seats)
{
    size_t asked = 0;
    if (count > 1 && length >= stride && length / stride <= LSI_RUN) {
        asked = count - 1;
        ask_strides(cells, length / stride, length % stride, stride, asked, seats);
    }
    for (; asked < count; asked++)
        seats[asked] = lsi_board_ask(cells + asked * stride, 0, (uint32_t)length);
}

static inline __attribute__((always_inline)) void count_bits(const uint64_t *seats, size_t count,
                                                             bool more, int32_t *sums)
{
    for (size_t i = 0; i < count; i++)
        sums[i] = (more ? sums[i] : 0) + __builtin_popcountll(seats[i]);
}

/* Nearly all processors do it by one instruction, but compilers are not told to rely on that. */
#ifdef __x86_64__
__attribute__((target("popcnt"))) static void count_at_once(const uint64_t *seats, size_t count,
                                                            bool more, int32_t *sums)
{
    count_bits(seats, count, more, sums);
}
#endif

void lsi_board_count(const uint64_t *seats, size_t count, bool more, int32_t *sums)
{
#ifdef __x86_64__
    if (__builtin_cpu_supports("popcnt")) {
        count_at_once(seats, count, more, sums);
        return;
    }
#endif
    count_bits(seats, count, more, sums);
}
