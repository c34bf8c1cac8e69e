/* store/gate.h -- the gate of a store in a file: where its writers take turns.
 *
 * Every write and every checkpoint happens behind it; one handle at a time is inside, in
 * all processes together.  Two things make it:
 *
 *   the lock   an open-file-description lock on the gate file, "<store>-gate".  It alone
 *              decides who is inside.  Only this code opens the file, so that nobody else in
 *              the process can lose the lock by closing a descriptor, as happens to the
 *              locks that SQLite holds on its own files.
 *   the queue  a System V semaphore, where those who wait stand in the order in which they
 *              came.  The kernel takes back the turn of a process that dies.  Where there
 *              is none to be had, those who wait look again after short pauses.
 *
 * The queue only says who tries next: without it, or with one that is not ours, turns are
 * less fair, never shared.
 */
#ifndef LSI_GATE_H
#define LSI_GATE_H

#include "base/base.h"

#include <sys/types.h>

#define LSI_GATE_SUFFIX "-gate"
#define LSI_GATE_SEMAPHORES 3 /* only one is used; seldom is a set of three somebody else's */

typedef struct lsi_gate {
    char *path, *store;
    int fd;  /* -1: not open */
    int set; /* of semaphores; -1: none */
    bool queued, held;
    bool distrusted; /* somebody stands in the queue who was not inside: no waiting there */
    bool made;       /* this handle made the file */
} lsi_gate;

/* Opens the gate of the store whose path is `store`, making its file if need be, with the
 * owner and the access of the store.  BUSY, STORE. */
int lsi_gate_open(const char *store, const lsi_watch *watch, lsi_gate **out, lsi_error *e);
/* Lets go of it.  The last of all handles takes the semaphore along; with `unmake`, the
 * file that this handle made as well.  NULL is fine. */
void lsi_gate_close(lsi_gate *g, bool unmake);
/* In a child after fork() nothing but its own descriptor is to be closed. */
void lsi_gate_forget(lsi_gate *g);

/* Waits for its turn.  BUSY: it did not come in time.  STORE: the gate cannot be had. */
int lsi_gate_enter(lsi_gate *g, const lsi_watch *watch, lsi_error *e);
void lsi_gate_leave(lsi_gate *g);
/* Whether no other handle has the gate open.  If so, none can come in before this one is
 * closed: so it is inside, without waiting. */
bool lsi_gate_alone(lsi_gate *g);

/* The key of the semaphores of a gate file. */
key_t lsi_gate_key(dev_t device, ino_t inode);

#endif
