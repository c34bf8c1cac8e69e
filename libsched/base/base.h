/* base/base.h -- what every layer stands on: the public vocabulary, errors, memory, text.
 *
 * May include: nothing of ours but the public header.  The only place for allocation
 * policy: other layers allocate from an arena, or through lsi_vector_push().
 */
#ifndef LSI_BASE_H
#define LSI_BASE_H

#include "libsched.h"

#include <stdbool.h>
#include <stdint.h>

/* ---- error.c: one failure, in words -------------------------------------------- */

/* Filled by whoever finds the failure; passed up untouched.  Each internal function
 * that can fail returns an enum lsched_status and takes one of these last. */
typedef struct lsi_error {
    int status;
    int32_t line; /* of the calendar text it is about; 0: none */
    char text[400];
} lsi_error;

/* Records the failure and returns `status`, so that callers can `return` it. */
int lsi_error_set(lsi_error *e, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
int lsi_error_nomem(lsi_error *e);
void lsi_error_clear(lsi_error *e);

/* ---- arena.c: memory that goes away together ------------------------------------ */

typedef struct lsi_arena {
    struct lsi_chunk *chunks; /* zero the struct to begin with */
} lsi_arena;

/* Zeroed memory that lives until lsi_arena_free(); NULL if memory ran out. */
void *lsi_arena_take(lsi_arena *a, size_t size);
/* A copy with a NUL behind it; `text` NULL: the empty text. */
char *lsi_arena_text(lsi_arena *a, const char *text, size_t size);
void lsi_arena_free(lsi_arena *a);
size_t lsi_arena_bytes(const lsi_arena *a); /* what it holds of the system's memory */

/* ---- vector.c: an array that grows ----------------------------------------------- */

/* Makes room for one more item of `size` bytes behind the `*count` that stand in
 * `*items`, which has room for `*room`.  Returns the new, zeroed item after raising
 * `*count`, or NULL if memory ran out (nothing has changed then).
 * `items` is the address of a typed pointer. */
void *lsi_vector_push(void *items, size_t *count, size_t *room, size_t size);
/* The same, but what is in the new item is for the caller to say, all of it. */
void *lsi_vector_more(void *items, size_t *count, size_t *room, size_t size);

/* ---- text.c: what text may look like --------------------------------------------- */

/* Neither NULL nor empty. */
bool lsi_text_given(const char *text);
/* Length of `text` without NUL, or `limit` + 1 as soon as it is longer; NULL: 0. */
size_t lsi_text_size(const char *text, size_t limit);
/* Well-formed UTF-8 (RFC 3629) without control characters; `lines` allows tab, CR, LF. */
bool lsi_text_clean(const char *text, size_t size, bool lines);
/* No white space and no control characters. */
bool lsi_text_is_id(const char *text, size_t size);
/* The next word of a word list: sets `*word` and `*size`, and returns what follows it;
 * NULL when there is none left.  Start with the list; a NULL list has no words. */
const char *lsi_text_word(const char *list, const char **word, size_t *size);
bool lsi_text_has_word(const char *list, const char *word);
/* ASCII letters only, whatever the locale says. */
bool lsi_text_same(const char *a, const char *b, size_t size);
/* Reads a decimal number of 1 to 9 digits that fills the text; -1: it is none. */
int32_t lsi_text_number(const char *text, size_t size);

/* 64 bits of FNV-1a over `size` bytes, continuing from `hash` (start: LSI_HASH). */
#define LSI_HASH UINT64_C(14695981039346656037)
uint64_t lsi_text_hash(uint64_t hash, const void *bytes, size_t size);

/* ---- watch.c: how long something may take ----------------------------------------- */

#define LSI_WATCH_PATIENCE 5000 /* milliseconds that a wait lasts where nobody says else */

typedef struct lsi_watch {
    int64_t began; /* microseconds of a clock that only goes forward */
    int32_t limit; /* milliseconds; 0: the default for waiting, none for working */
} lsi_watch;

lsi_watch lsi_watch_start(int32_t milliseconds);
/* How long a wait may last in all, in milliseconds; and what is left, in microseconds. */
int32_t lsi_watch_patience(const lsi_watch *w);
int64_t lsi_watch_left(const lsi_watch *w);
/* Whether there is a limit, and it has passed. */
bool lsi_watch_late(const lsi_watch *w);
/* Sleeps a little, more in each turn (start with 0), but not past the end; false: there is
 * nothing left. */
bool lsi_watch_pause(const lsi_watch *w, int *turn);

#endif
