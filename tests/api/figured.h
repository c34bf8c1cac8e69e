/* figured.h -- what the tests of figures share: contacts by number, and what becomes of them when.
 */
#ifndef TESTS_API_FIGURED_H
#define TESTS_API_FIGURED_H

#include "world.h"

static char *ids[16];

static inline void keep(int n, lsched_booking *b)
{
    free(ids[n]);
    ids[n] = strdup(b->id);
    lsched_booking_free(b);
}

static inline void book(int n, const char *customer, const char *agent, const char *start)
{
    char key[16];
    snprintf(key, sizeof key, "b%d", n);
    keep(n, BOOK(.key = key, .customer = customer, .service = "talk", .agent = agent,
                 .start = at(start)));
}

static inline void join(int n, const char *customer, const char *when, int32_t told,
                        lsched_time due)
{
    char key[16];
    lsched_booking *b;
    snprintf(key, sizeof key, "b%d", n);
    w.now = at(when);
    ok(lsched_join(
        w.s,
        NEW(request, .key = key, .customer = customer, .service = "fix", .told = told, .due = due),
        &b));
    assert_int_equal(b->told, told);
    keep(n, b);
}

static inline void start(int n, const char *when)
{
    char key[16];
    snprintf(key, sizeof key, "s%d", n);
    w.now = at(when);
    ok(lsched_start(w.s, ids[n], key, NULL));
}

static inline void take(int n, const char *agent, const char *when)
{
    char key[16];
    snprintf(key, sizeof key, "s%d", n);
    w.now = at(when);
    ok(lsched_start_as(w.s, ids[n], agent, key, NULL));
}

static inline void end(int n, const char *when, int32_t outcome)
{
    char key[16];
    snprintf(key, sizeof key, "f%d", n);
    w.now = at(when);
    ok(lsched_finish_as(w.s, NEW(result, .key = key, .id = ids[n], .outcome = outcome, .enough = 1),
                        NULL));
}

#define GET(...) get(NEW(measure, __VA_ARGS__))

static inline lsched_figures *get(const lsched_measure *m)
{
    lsched_figures *f = NULL;
    ok(lsched_get_figures(w.s, m, &f));
    assert_non_null(f);
    return f;
}

static inline int figured_close(void **state)
{
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        free(ids[i]);
        ids[i] = NULL;
    }
    return world_close(state);
}

#endif
