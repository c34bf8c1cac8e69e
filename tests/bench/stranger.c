/* stranger.c -- a stranger's process books while we search.
 *
 * The stranger takes one place after the other, and gives the oldest back in between once it has
 * KEEPS of them; after each of these it says what it now finds itself.  We find right after that,
 * and once more: the first of the two knew nothing of the change, and must answer the same as the
 * stranger.  While that works we only look at a word in memory, as it has a processor of its own.
 */
#include "bench.h"

#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define KEEPS 300

/* What both processes see. */
typedef struct board {
    atomic_int changes; /* so far */
    int booked;
    uint64_t found;
} board;

static uint64_t fingerprint(const lsched_slots *slots)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < lsched_slots_count(slots); i++) {
        const lsched_slot *slot = lsched_slots_at(slots, i);
        hash = (hash ^ (uint64_t)slot->start) * UINT64_C(1099511628211);
        hash = (hash ^ (uint64_t)slot->free) * UINT64_C(1099511628211);
    }
    return hash;
}

static lsched_slots *find(lsched *s, const problem *p, double *spent)
{
    const lsched_query query = {.size = sizeof query,
                                .limit = LSCHED_MAX_PAGE,
                                .customer = "caller",
                                .service = "talk",
                                .from = p->from,
                                .until = p->until};
    lsched_slots *slots;
    const double begun = bench_work();
    const int status = lsched_find(s, &query, &slots);
    *spent = bench_work() - begun;
    bench_must(s, status, "lsched_find");
    return slots;
}

/* We do not sleep, which would cool our caches; and look only once the stranger does, whose
 * processor may be a half of ours. */
static void await(const board *b, int changes)
{
    const double begun = bench_now();
    double seen = 0;
    while (seen == 0 || bench_now() - seen < 50e3) {
        const double waited = bench_now() - begun;
        if (seen == 0 && atomic_load(&b->changes) >= changes)
            seen = bench_now();
        if (waited > 1e6)
            sched_yield();
        if (waited > 60e9)
            bench_fail("the stranger does not answer");
    }
}

typedef char id[LSCHED_MAX_ID + 1];

/* Somewhere else each time. */
static void book(lsched *s, const problem *p, int n, id made)
{
    char key[32];
    double spent;
    lsched_slots *slots = find(s, p, &spent);
    const size_t count = lsched_slots_count(slots);
    if (count == 0)
        bench_fail("the stranger finds no place for booking %d", n);
    snprintf(key, sizeof key, "stranger-%d", n);
    const lsched_request r = {.size = sizeof r,
                              .key = key,
                              .customer = "caller",
                              .service = "talk",
                              .start = lsched_slots_at(slots, (size_t)n * 7919 % count)->start};
    lsched_booking *out;
    bench_must(s, lsched_book(s, &r, &out), "lsched_book");
    snprintf(made, sizeof(id), "%s", out->id);
    lsched_booking_free(out);
    lsched_slots_free(slots);
}

/* Until nobody asks any more.  It sleeps meanwhile, lest it slow down who is measured. */
static _Noreturn void be_stranger(board *b, int asked, const char *path, const problem *p)
{
    static id made[KEEPS];
    lsched *s = store_open(path, LSCHED_FAST);
    char one;
    for (int cancelled = 0; read(asked, &one, 1) == 1;) {
        double spent;
        if (b->booked - cancelled < KEEPS) {
            book(s, p, b->booked, made[b->booked % KEEPS]);
            b->booked++;
        } else {
            const char *oldest = made[cancelled++ % KEEPS];
            bench_must(s, lsched_cancel(s, oldest, NULL, oldest, NULL), "lsched_cancel");
        }
        lsched_slots *slots = find(s, p, &spent);
        b->found = fingerprint(slots);
        lsched_slots_free(slots);
        atomic_fetch_add(&b->changes, 1);
    }
    lsched_free(s);
    _exit(0);
}

static void look(lsched *s, const problem *p, board *b, samples *changed, samples *warm)
{
    double spent;
    lsched_slots *slots = find(s, p, &spent);
    if (fingerprint(slots) != b->found)
        bench_fail("after change %zu the stranger finds something else", changed->count);
    samples_add(changed, spent);
    lsched_slots_free(slots);
    lsched_slots_free(find(s, p, &spent));
    samples_add(warm, spent);
}

static void row(const char *name, samples *s, double aim)
{
    const double p50 = samples_share(s, 0.5);
    table_row(name, p50, samples_share(s, 0.99), aim, NULL);
    samples_free(s);
}

/* The stranger is there before any store is open, which no process may share. */
void stranger_find(const problem *p)
{
    samples changed = {0}, warm = {0};
    char *path = store_path("stranger.db");
    lsched_free(store_make(path, p));
    board *b = mmap(NULL, sizeof *b, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (b == MAP_FAILED)
        bench_fail("no memory to share");
    int asks[2], status = 0;
    if (pipe(asks) != 0 || signal(SIGPIPE, SIG_IGN) == SIG_ERR)
        bench_fail("no pipe");
    const pid_t stranger = fork();
    if (stranger == 0) {
        close(asks[1]);
        be_stranger(b, asks[0], path, p);
    }
    close(asks[0]);
    lsched *s = store_open(path, LSCHED_FAST);
    double spent;
    lsched_slots_free(find(s, p, &spent));
    for (int n = 1; stranger > 0 && b->booked < options.strangers; n++) {
        if (write(asks[1], "", 1) != 1)
            bench_fail("the stranger is gone");
        await(b, n);
        look(s, p, b, &changed, &warm);
    }
    close(asks[1]);
    if (stranger < 0 || waitpid(stranger, &status, 0) != stranger || status != 0)
        bench_fail("the stranger failed");
    lsched_free(s);
    table_group("find, while a stranger's process books", "x warm");
    row("warm", &warm, 0);
    row("after a change by the stranger", &changed, 2);
    munmap(b, sizeof *b);
    store_remove(path);
    free(path);
}
