/* sim.h -- many clients of one store in one process, each a coroutine with a scheduler of its
 * own, on a disk and under a kernel that are simulated.  What runs is the library and SQLite
 * as they are; what is chosen is who goes on at each call of the file system and at each look
 * at the gate, what the clocks say, who dies, and when the power goes.
 *
 *   sim.c       seeds, figures, and shorter stories for those that fail
 *   plan.c      what happens, from a seed
 *   crowd.c     the clients: who runs, waits, dies
 *   stack.c     how one goes on where it stopped
 *   heap.c      their memory
 *   kernel.c    semaphores, locks, time and chance, in place of the system's
 *   seam.c      the file system: every call is a switch; sees who commits
 *   witness.c   a reader beside them, who compares the store with the reference
 *   client.c    the calls, and whether their answers are those of the reference
 *   reference.c what has to be answered, and told.c what has become of it
 */
#ifndef TESTS_MODEL_SIM_H
#define TESTS_MODEL_SIM_H

#include "reference.h"
#include "stack.h"

#include <sqlite3.h>

enum { CLIENTS_MOST = 8, FILES_MOST = 8, OPS_MOST = 4000 };

typedef struct client {
    int number;
    bool alive;
    stack_point point;
    lsched *s;
    int32_t skew; /* of its clock */

    /* What it holds outside of its memory, to be taken away when it dies. */
    int gate; /* a descriptor; -1: none */
    sqlite3_file *files[FILES_MOST];
    int queued; /* the set of semaphores that it has raised; 0: none */
    bool writing, recovering;
    bool looking; /* writing only in so far as it looks at the log's index */
    int reads;    /* places among the readers that it holds */
    bool committed;   /* in this turn to write, as everybody can see */
    uint32_t commits; /* the count of them when the turn began */

    /* Where it waits. */
    int64_t wake;  /* when at the latest; 0: it can run */
    int64_t place; /* in the queue; 0: in none */

    deed deed;
    verdict verdict;
    bool busy, judged, wrote;
    bool stored; /* its call has committed something */
    bool away;   /* opens or closes the store */
} client;

/* ---- sim.c ---------------------------------------------------------------------------------- */

typedef struct figures {
    uint64_t hash;
    long operations, commits, given_up, switches, kills, powers, crashes, refused, again, settled,
        images;
    char fault[400];
} figures;

extern figures sim_figures;
extern reference sim_reference;
extern const char *sim_path;

void sim_trace(uint64_t what);
/* The story is wrong: says so, and ends it. */
void sim_fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* ---- plan.c --------------------------------------------------------------------------------- */

/* One line of a story; its arguments are chosen when it is told, by its own dice. */
typedef struct line {
    enum verb verb;
    int32_t number;
    uint64_t dice;
} line;

void plan_make(uint64_t seed, int lines, line *out);
/* The deed of a line, as the world is now. */
void plan_choose(const line *l, int64_t now, deed *d);
uint64_t plan_random(uint64_t *dice);

/* ---- crowd.c -------------------------------------------------------------------------------- */

extern client *crowd_current; /* NULL: nobody, it is the rig itself */
extern int64_t crowd_time;    /* microseconds that only go forward */
extern int64_t crowd_wall;    /* seconds of the world's clock */
extern uint64_t crowd_dice;

void crowd_run(const line *lines, int count, int clients, uint64_t seed);
/* Somebody else may go on from here. */
void crowd_turn(void);
/* Nobody goes on here before that time, or before woken. */
void crowd_sleep(int64_t until);
client *crowd_member(int number); /* NULL: no more */
bool crowd_is_empty(void);
/* The next line for a client; NULL: none is left. */
const line *crowd_next(void);
/* A call that somebody has died in, and that may have been done: it has to be asked again. */
bool crowd_inherit(deed *out);
void crowd_arm(enum verb fault, uint64_t dice);
/* A good moment for it: a commit is written, and not yet safe. */
void crowd_hasten(void);

/* ---- heap.c --------------------------------------------------------------------------------- */

enum { HEAP_WITNESS = CLIENTS_MOST + 1 }; /* 0 is the rig's, and the clients' are in between */
extern int heap_current;

void heap_start(void);
/* All that is in it is gone. */
void heap_empty(int which);

/* ---- kernel.c ------------------------------------------------------------------------------- */

void kernel_start(void);
void kernel_release(client *c);

/* ---- seam.c --------------------------------------------------------------------------------- */

void seam_start(void);
/* Nothing is open any more; chance begins anew. */
void seam_reset(void);
/* Whether nobody is just telling the others of a commit. */
bool seam_is_whole(void);
void seam_release(client *c);

/* ---- witness.c ------------------------------------------------------------------------------ */

void witness_start(void);
/* A client's turn to write has ended: what it did (if anything `changed`), or what came back
 * in its recovery, goes into the reference. */
void witness_commit(client *c, bool changed);
void witness_recovery(client *c);
/* Compares everything. */
void witness_compare(void);
void witness_close(void);
/* The call in whose commit its client died; it may come back. */
void witness_limbo(const deed *d);
/* Somebody was answered by the event with that key. */
void witness_told(int32_t key);

/* ---- client.c ------------------------------------------------------------------------------- */

void client_setup(void);
void client_main(client *c);

#endif
