/* check.h -- what must be true of every store, asked in SQL of a connection of our own, and
 * what a store holds, as text.  Knows nothing of how the library goes about it.
 */
#ifndef TESTS_FAULT_CHECK_H
#define TESTS_FAULT_CHECK_H

#include <stdbool.h>
#include <stdint.h>

typedef struct check_state {
    bool readable;
    uint64_t exact; /* of all tables, byte for byte */
    uint64_t plain; /* with the ids of bookings replaced by their order */
} check_state;

/* A connection beside the library's, with its statements. */
typedef struct check check;

/* NULL: it cannot be opened. */
check *check_open(const char *path);
void check_close(check *c);
/* What stands in the store, and the first rule that is broken, or NULL.  What was found well
 * before is not judged again: the rules are about contents alone, but for the integrity of
 * the file, which is looked at each time. */
const char *check_all(check *c, check_state *state);
check_state check_contents(check *c);
/* All contents as text, to be freed; NULL: they cannot be read. */
char *check_text(check *c, bool plain);

/* check_all() through a connection that lives as long as the call. */
const char *check_path(const char *path, check_state *state);

#endif
