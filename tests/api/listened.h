/* listened.h -- what the tests of listening share: cora, whom ana has served, in a database that can
 * be written to behind the library's back.
 */
#ifndef TESTS_API_LISTENED_H
#define TESTS_API_LISTENED_H

#include "world.h"

#include <sqlite3.h>

#define TUESDAY "2026-03-03T"

static sqlite3 *db;
static char *met; /* cora's contact with ana, on Monday at nine */

static inline lsched_time clock_of_world(void *user)
{
    return ((const world *)user)->now;
}

static inline char *take_id(lsched_booking *b)
{
    char *id = strdup(b->id);
    lsched_booking_free(b);
    return id;
}

static inline void put_talk(int32_t low_score, int32_t check_in, const char *follow_up)
{
    ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 30, .step = 30, .notice = LSCHED_NONE,
           .low_score = low_score, .check_in = check_in, .follow_up = follow_up));
}

static inline char *serve(const char *key, const char *agent, const char *start)
{
    char ended[32];
    char *id = take_id(BOOK(.key = key, .customer = "cora", .service = "talk", .agent = agent,
                            .start = at(start), .case_id = "c"));
    snprintf(ended, sizeof ended, "%s ends", key);
    w.now = at(start) + 1200;
    ok(lsched_finish(w.s, id, LSCHED_FULFILLED, NULL, ended, NULL));
    return id;
}

/* In a database that can be written to behind the library's back. */
static inline int setup(void **state)
{
    (void)state;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    w.s = lsched_new();
    w.now = at("2026-03-02T08:00");
    ok(lsched_set_clock(w.s, clock_of_world, &w));
    ok(lsched_attach_sqlite(w.s, db, LSCHED_CREATE));
    world_fill();
    ok(PUT(agent, .id = "ben", .name = "ben", .zone = "America/New_York", .languages = "en",
           .skills = "lead"));
    ok(PUT(service, .id = "sorry", .name = "A word with a lead", .skills = "lead"));
    ok(PUT(case, .id = "c", .customer = "cora"));
    put_talk(40, 0, "sorry");
    met = serve("met", "ana", "2026-03-02T09:00");
    w.now = at(TUESDAY "10:00");
    return 0;
}

static inline int teardown(void **state)
{
    const int bad = world_close(state);
    sqlite3_close(db);
    free(met);
    return bad;
}

static inline bool is_found(const char *invariant, const char *words)
{
    lsched_findings *list;
    bool found = false;
    ok(lsched_verify(w.s, &list));
    for (size_t i = 0; i < lsched_findings_count(list); i++)
        found = found || (strcmp(lsched_findings_at(list, i)->invariant, invariant) == 0 &&
                          strstr(lsched_findings_at(list, i)->text, words) != NULL);
    lsched_findings_free(list);
    return found;
}

#endif
