/* api/api.h -- the border: what a caller hands in is checked and copied here, what comes
 * out is boxed here, and behind it everybody trusts everybody.
 *
 * May include: core and below.  The only place for lsched_* definitions.
 */
#ifndef LSI_API_H
#define LSI_API_H

#include "core/core.h"

struct lsched {
    lsi_core core;
    lsi_error error;  /* of the last call */
    int begun;        /* transactions that the caller has open */
    int32_t deadline; /* milliseconds of each call; 0: none */
    uint32_t most_strays; /* that a write of the catalogue tells of; 0: none */
    lsched_strays *left;  /* those that the last one left; NULL: nobody asked */
};

/* ---- scheduler.c: the beginning and the end of every call ------------------------------- */

/* The handle is there, and its last error is cleared; MISUSE. */
int lsi_scheduler_enter(lsched *s);
/* And it has a store. */
int lsi_scheduler_need_store(lsched *s);
/* MISUSE: an argument that is required is not there. */
int lsi_scheduler_missing(lsched *s, const char *argument);

/* ---- entry.c: structs and ids that come in --------------------------------------------- */

/* Copies a struct that begins with its size: `known` bytes are ours, of which the first
 * release had `first`.  Shorter or unknown non-zero bytes: MISUSE. */
int lsi_entry_take(lsched *s, const void *in, size_t first, size_t known, void *copy);
/* An id that is an argument of its own: MISUSE where there is none, LIMIT, INVALID. */
int lsi_entry_id(lsched *s, const char *name, const char *id);

/* ---- bookings.c: one booking in answer -------------------------------------------------------- */

/* The box for an answer, before anything is written: memory must not run out on the way back
 * from a commit.  `required`: the call makes no sense without `out`. */
int lsi_bookings_start(lsched *s, lsched_booking **out, bool required, lsched_booking **box,
                       lsi_arena **arena);
int lsi_bookings_hand_out(int status, lsched_booking *box, lsched_booking **out);
/* By a request. */
int lsi_bookings_take(lsched *s, const lsched_request *request, lsched_booking **out,
                      int (*run)(lsi_core *core, const lsched_request *request, lsi_arena *a,
                                 lsched_booking *out, lsi_error *e));
/* A step of what is there: the arguments, then the use case. */
int lsi_bookings_step(lsched *s, const lsi_stepping *wanted, lsched_booking **out,
                      int (*run)(lsi_core *core, const lsi_stepping *wanted, lsi_arena *a,
                                 lsched_booking *out, lsi_error *e));

/* ---- slots.c ------------------------------------------------------------------------------- */

/* Copies a query, which says whom it is for: customer and service, or the booking it moves. */
int lsi_slots_query(lsched *s, const lsched_query *query, lsched_query *q);

/* ---- box.c: records and lists that go out --------------------------------------------------- */

/* A record of `size` bytes with an arena of its own; NULL if memory ran out. */
void *lsi_box_new(size_t size, lsi_arena **arena);
void lsi_box_free(void *record);

/* Every list of the header is one of these. */
typedef struct lsi_list {
    lsi_arena arena;
    void *items;
    size_t count, size;
} lsi_list;

lsi_list *lsi_box_list(size_t list_size, size_t item_size);
void lsi_box_list_free(lsi_list *list);
const void *lsi_box_at(const lsi_list *list, size_t i);

/* What can be done with a list without its scheduler; its struct begins with `list`. */
#define LSI_LIST_FUNCTIONS(noun, plural)                                                           \
    size_t lsched_##plural##_count(const lsched_##plural *list)                                    \
    {                                                                                              \
        return list != NULL ? list->list.count : 0;                                                \
    }                                                                                              \
    const lsched_##noun *lsched_##plural##_at(const lsched_##plural *list, size_t i)               \
    {                                                                                              \
        return lsi_box_at(list != NULL ? &list->list : NULL, i);                                   \
    }                                                                                              \
    void lsched_##plural##_free(lsched_##plural *list)                                             \
    {                                                                                              \
        lsi_box_list_free(list != NULL ? &list->list : NULL);                                      \
    }
/* And the struct of one that has nothing else. */
#define LSI_LIST(noun, plural)                                                                     \
    struct lsched_##plural {                                                                       \
        lsi_list list;                                                                             \
    };                                                                                             \
    LSI_LIST_FUNCTIONS(noun, plural)

/* `out` is the address of the caller's pointer, of whatever type: it is NULL after each of
 * the first two, and until the last succeeds. */
int lsi_box_start(lsched *s, void *out);
/* Also sees to the limit, whose 0 it replaces. */
int lsi_box_start_list(lsched *s, void *out, uint32_t *limit, size_t list_size, size_t item_size,
                       lsi_list **list);
/* Hands the list out, or releases it.  Returns `status`. */
int lsi_box_hand_list(lsi_list *list, int status, void *out);

/* ---- spans.c: texts that come in ----------------------------------------------------------------- */

/* Copies the records that came in, whatever version of the struct they are, and reads
 * their texts.  Release the layer with lsi_facts_free_layer(). */
int lsi_spans_read(lsched *s, const lsched_calendar *const *calendars, size_t count, lsi_arena *a,
                   lsi_layer *layer);
/* MISUSE: there is none. */
int lsi_spans_need_zone(lsched *s, const char *zone, const lsi_zone **out);

/* ---- repair.c: what a write leaves astray ----------------------------------------------------------- */

/* lsi_scheduler_need_store() for a call that does the next: nothing is kept of the last. */
int lsi_repair_start(lsched *s);
/* Puts a record, or removes it (`gone`), and keeps the strays of its owner if they are asked
 * for. */
int lsi_repair_write(lsched *s, const lsi_kind *kind, void *record, bool gone);

/* ---- clock.c ---------------------------------------------------------------------------------- */

/* The system's clock: the only reader of it, and the default. */
lsched_time lsi_clock_now(void *user);

#endif
