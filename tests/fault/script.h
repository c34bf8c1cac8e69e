/* script.h -- what the fault programs do to a store: one story, told by the public header
 * alone.  A new kind of write, or of question, is one function and one line of the table in
 * story.c; all three programs then attack it at every point.
 */
#ifndef TESTS_FAULT_SCRIPT_H
#define TESTS_FAULT_SCRIPT_H

#include <libsched.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a deed answered. */
typedef struct answer {
    int status;
    bool leftover; /* something came through `out` although it failed */
    char id[32];   /* of the booking, if there is one */
    uint64_t hash; /* of all the rest that came, without ids of bookings */
} answer;

typedef struct deed {
    const char *name;
    const char *uses; /* the public functions that run within it */
    /* One call that can fail (or one group of calls, from begin to commit), and whatever
     * cannot fail around it.  Sets *a. */
    void (*run)(lsched *s, answer *a);
    bool writes;
    int again;    /* what it answers once it is done already */
    bool foreign; /* allocates through a library that does not survive want of memory */
    int wait;     /* minutes that pass before it, and one more */
} deed;

extern const deed deeds[];
extern const size_t deed_count;

/* What `now` is while a deed runs, first time or again, so that it does the same. */
void script_clock(size_t i);
/* Runs deed i with its clock. */
answer script_run(lsched *s, size_t i);

/* While this is on, bookings that are made are those that later deeds speak of. */
extern bool script_teaching;

/* NULL: it could not be opened; `*status` says why. */
lsched *script_open(const char *path, int32_t flags, int *status);
extern char script_why[200]; /* in the words of the library */
/* The same, or the program ends. */
lsched *script_must_open(const char *path, int32_t flags);

/* Ends the program with a line that says why. */
void script_die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* For deeds.c: answers from what came. */
void answer_add(answer *a, const void *bytes, size_t size);
void answer_text(answer *a, const char *text);
void answer_int(answer *a, int64_t number);
void answer_booking(answer *a, const lsched_booking *booking);
const char *script_id(int slot); /* of what an earlier deed made */
void script_learn(int slot, const lsched_booking *booking);
void script_learn_text(int slot, const char *text);

#endif
