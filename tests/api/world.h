/* world.h -- what the tests of the public interface share: a scheduler whose clock they
 * set, a little world to ask about, and ways to fail that say why.
 */
#ifndef TESTS_API_WORLD_H
#define TESTS_API_WORLD_H

#include <libsched.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct world {
    lsched *s;
    lsched_time now; /* what its clock says */
} world;

extern world w;

/* ---- setup and teardown of a test ----------------------------------------------------------- */

int world_empty(void **state); /* a scheduler with an empty store in memory */
int world_close(void **state);

/* Monday 2 March 2026, eight in the morning in New York, where there are
 *
 *   team home    of US-NY and US-NJ, helped by team help   ana, ben
 *   team help                                              hal
 *   team care    general care                              gil
 *
 * all open and on shift from 9 to 17 each day, and a customer, cora, whose home is home.
 * Service talk: 30 minutes, every 30 minutes, no notice, on all channels. */
int world_little(void **state);
/* The two steps of it, for a store in a file. */
int world_open(const char *path);
void world_fill(void);

/* ---- failing -------------------------------------------------------------------------------- */

/* The call answers OK, and nothing is left in words. */
#define ok(call) world_ok((call), #call, __FILE__, __LINE__)
/* It answers `status`, and its message has `words` and is one line of text. */
#define refuses(call, status, words) world_refuses((call), status, words, #call, __FILE__, __LINE__)

void world_ok(int status, const char *call, const char *file, int line);
void world_refuses(int status, int wanted, const char *words, const char *call, const char *file,
                   int line);

/* ---- asking and telling --------------------------------------------------------------------- */

#define NEW(type, ...) (&(lsched_##type){.size = sizeof(lsched_##type), __VA_ARGS__})
#define PUT(kind, ...) lsched_put_##kind(w.s, NEW(kind, __VA_ARGS__))
#define FIND(...) world_find(NEW(query, __VA_ARGS__))
#define BOOK(...) world_book(NEW(request, __VA_ARGS__))
#define HOLD(...) world_hold(NEW(request, __VA_ARGS__))
#define BOOKING(id) world_booking(id)

/* They fail the test unless the answer is OK. */
lsched_slots *world_find(const lsched_query *query);
lsched_booking *world_book(const lsched_request *request);
lsched_booking *world_hold(const lsched_request *request);
lsched_booking *world_booking(const char *id);
/* Books, holds, moves and forgets: the status alone. */
int world_try(const lsched_request *request);
int world_try_hold(const lsched_request *request);
int world_try_move(const lsched_change *change);

void world_same_booking(const lsched_booking *a, const lsched_booking *b);
/* All free places of cora's talks until `until`, as text; to be freed. */
char *world_free_places(lsched_time until);

/* A local time of New York, or whatever lsched_instant() reads. */
lsched_time at(const char *text);
lsched_time at_zone(const char *text, const char *zone);

/* A calendar of one event.  The text stands until the fourth call after this one. */
const char *event(const char *start, const char *end, const char *rule);
/* Puts such a calendar. */
void opens(int32_t kind, const char *owner, const char *start, const char *end, const char *rule);
void closes(int32_t kind, const char *owner, const char *start, const char *end, const char *rule);

/* Everything in the store, as text; to be freed. */
char *world_listing(lsched *s);
/* Fails unless the store is as it was; frees `before`. */
void world_unchanged(char *before);

#endif
