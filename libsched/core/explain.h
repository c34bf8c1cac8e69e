/* core/explain.h -- what the files of lsched_explain() share.
 *
 *   explain_ask.c      the question: its facts, its one transaction, the answer's copy
 *   explain_window.c   a stretch of time under judgement: the predicate, and its starts counted
 *   explain_rows.c     what stands in the way, rule by rule
 *   explain_tell.c     and merged into rows for people
 *   explain_relax.c    what would help: other questions, which find answers
 *   explain.c          how many candidates fell to what
 */
#ifndef LSI_EXPLAIN_H
#define LSI_EXPLAIN_H

#include "core/core.h"

/* ---- explain.c ---------------------------------------------------------------------------- */

/* Instants in order. */
typedef struct lsi_instants {
    lsched_time *at;
    size_t count, room;
} lsi_instants;

/* The starts of the clock's grid in [from, until). */
int lsi_explain_grid(const lsi_facts *f, lsched_time from, lsched_time until, lsi_instants *grid,
                     lsi_error *e);
struct lsi_window;

/* Counts why one candidate is refused at these starts; `window`, if there is one, knows for
 * which of them others make room. */
int lsi_explain_candidate(const lsi_facts *facts, const lsi_permits *p, size_t candidate,
                          const lsi_instants *grid, const struct lsi_window *window,
                          lsi_found *found, lsi_error *e);

/* ---- explain_ask.c ------------------------------------------------------------------------- */

/* A question under way. */
typedef struct lsi_asking {
    lsi_core *core;
    const lsched_query *query; /* as it came */
    lsi_wish wish;
    int32_t channels; /* no zero here */
    lsi_facts facts;  /* of everybody who is asked */
    lsched_time from, until;
    lsi_arena *out; /* the answer's */
    lsi_arena scratch;
} lsi_asking;

/* ---- explain_window.c ------------------------------------------------------------------------ */

/* The calendars' limits count for so many days at a time, as find asks them. */
#define LSI_STRETCH (32 * LSI_DAY)
#define LSI_STRETCHES (LSCHED_MAX_EXPLAIN / 32 + 1)

/* A range of starts under judgement, in stretches; on one channel at a time. */
typedef struct lsi_window {
    lsched_time from, until;
    lsi_instants grid; /* of the clock */
    struct lsi_judged {
        lsi_permits *permits;
        lsi_permits *loose; /* where those who could make room take none; NULL: nobody could */
        lsched_time from, until;
    } stretches[LSI_STRETCHES];
    lsi_reseat *reseat; /* NULL: nobody makes room */
    size_t count;
    uint64_t *bits;   /* where each candidate can start on that channel: a bit for each minute */
    bool *moved;      /* who has other starts, or other reasons, than before the last turn */
    bool turned;      /* at all */
    size_t words;     /* of bits of one candidate */
    lsched_time base; /* of minute 0; starts may lie off the minutes of `from` */
} lsi_window;

/* Looks up what is taken then, too: the facts are right for one window at a time. */
int lsi_window_open(lsi_asking *q, lsched_time from, lsched_time until, lsi_window *w,
                    lsi_error *e);
void lsi_window_close(lsi_window *w);
/* Judges another channel (before the first turn: none), or changed facts. */
int lsi_window_turn(lsi_asking *q, lsi_window *w, int32_t channel, lsi_error *e);

/* Channels in the order in which turning is cheapest; the next after `channel` (0: first)
 * of those wanted; 0: none. */
int32_t lsi_window_channel(int32_t wanted, int32_t channel);

/* Whether the candidate can start then on that channel, free or by others who make room. */
bool lsi_window_can(const lsi_window *w, size_t candidate, lsched_time t);
/* Adds the starts at which others make room, each up to the next on the grid. */
int lsi_window_add_room(const lsi_asking *q, const lsi_window *w, const struct lsi_judged *j,
                        size_t candidate, lsi_spans *free, lsi_error *e);
/* Whether the clock's grid has a start in a part of it. */
bool lsi_window_mark(const lsi_window *w, lsched_time from, lsched_time until);

/* A set of starts in a window. */
typedef struct lsi_tally {
    uint64_t *any, *one; /* on any channel; on that which is being counted */
    size_t words;
    int64_t slots;
    lsched_time base;
} lsi_tally;

int lsi_window_tally(const lsi_window *w, lsi_arena *a, lsi_tally *tally, lsi_error *e);
/* A slot that find has found, whatever its channel. */
void lsi_window_add_slot(lsi_tally *tally, lsched_time from, lsched_time start);
/* Adds where the candidate can start on the channel that is judged now. */
void lsi_window_add(const lsi_window *w, size_t candidate, lsi_tally *tally);
/* Those added since the last call were all that there are on one channel. */
void lsi_window_add_slots(lsi_tally *tally);
int64_t lsi_window_starts(const lsi_tally *tally);
/* Whether `tally` has a start that `known` has not; and puts those of `more` to `all`. */
bool lsi_window_adds(const lsi_tally *tally, const lsi_tally *known);
void lsi_window_join(lsi_tally *all, const lsi_tally *more);
/* Its first start at or after t, and its last before; 0: none. */
lsched_time lsi_window_first(const lsi_tally *tally, lsched_time t);
lsched_time lsi_window_last(const lsi_tally *tally, lsched_time t);
/* All who are asked, on all channels at once; `tally` is new. */
int lsi_window_count(lsi_asking *q, lsi_window *w, lsi_tally *tally, lsi_error *e);

/* ---- explain_rows.c --------------------------------------------------------------------------- */

#define LSI_ROW_ALL (-1)

/* One rule's refusals before they are told: numbers for names, so that many are merged fast. */
typedef struct lsi_row {
    lsched_time from, until;
    int32_t reason, kind, channels;
    int32_t calendar;    /* its place in lsi_rows.calendars */
    int32_t team, agent; /* their places in the facts, or LSI_ROW_ALL */
    int32_t law;         /* of a region: its place in the facts */
} lsi_row;

typedef struct lsi_rows {
    lsi_row *at;
    size_t count, room;
    const char **calendars;
    size_t calendar_count, calendar_room;
} lsi_rows;

/* What does not depend on the channel; and what does, for the channel judged now. */
int lsi_rows_gather(const lsi_asking *q, const lsi_window *w, lsi_rows *rows, lsi_error *e);
int lsi_rows_gather_channel(const lsi_asking *q, const lsi_window *w, int32_t channel,
                            lsi_rows *rows, lsi_error *e);
/* That nobody is there to be asked. */
int lsi_rows_nobody(const lsi_asking *q, lsi_rows *rows, lsi_error *e);
void lsi_rows_free(lsi_rows *rows);

/* ---- explain_tell.c --------------------------------------------------------------------------- */

/* Merges and tells them. */
int lsi_rows_tell(const lsi_asking *q, lsi_rows *rows, lsi_explained *out, lsi_error *e);

/* ---- explain_relax.c ---------------------------------------------------------------------------- */

/* Tells what helps; `base` is what is possible as asked.  Afterwards the facts are no longer
 * those of the window. */
int lsi_relax_tell(lsi_asking *q, lsi_window *w, const lsi_tally *base, lsi_explained *out,
                   lsi_error *e);

#endif
