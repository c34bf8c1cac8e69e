/* help.h -- what the tests of the store share: a folder to work in, and ways to fail. */
#ifndef TESTS_STORE_HELP_H
#define TESTS_STORE_HELP_H

#include "store/inner.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static lsi_error e;
static char folder[64];

#define ok(call)                                                                                   \
    do {                                                                                           \
        lsi_error_clear(&e);                                                                       \
        int status_ = (call);                                                                      \
        if (status_ != LSCHED_OK)                                                                  \
            fail_msg("%s: %d %s", #call, status_, e.text);                                         \
    } while (0)

#define refuses(call, status, words)                                                               \
    do {                                                                                           \
        lsi_error_clear(&e);                                                                       \
        assert_int_equal((call), (status));                                                        \
        if (strcmp(e.text, (words)) != 0)                                                          \
            fail_msg("%s: \"%s\"", #call, e.text);                                                 \
    } while (0)

/* What goes with a change. */
#define STAMP(kind, time, wish, hash)                                                              \
    (&(const lsi_stamp){                                                                           \
        .event = LSCHED_EVENT_##kind, .at = (time), .key = (wish), .request = (hash)})

/* Ends a forked child.  Through exec, because a child leaves its parent's handles alone, and
 * whoever counts memory at an exit would call that a leak. */
static inline void leave(int code)
{
    char command[32];
    snprintf(command, sizeof command, "exit %d", code);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(125);
}

static inline int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/libsched-store-XXXXXX");
    return mkdtemp(folder) == NULL;
}

static inline int remove_folder(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command) != 0;
}

static inline const char *in_folder(const char *name)
{
    static char path[4][128];
    static unsigned turn;
    char *p = path[turn++ % 4];
    snprintf(p, sizeof path[0], "%s/%s", folder, name);
    return p;
}

static inline lsi_store *new_store(void)
{
    lsi_store *st;
    ok(lsi_store_open(":memory:", LSCHED_CREATE, &st, &e));
    return st;
}

static inline int64_t number(lsi_store *st, const char *sql)
{
    lsi_statement *s;
    int64_t n;
    ok(lsi_driver_prepare(st->driver, sql, &s, &e));
    ok(lsi_sql_number(s, &n, &e));
    return n;
}

/* A booking of agent `agent` from `from` to `until`; where that says nothing, like all. */
static inline lsched_booking booking_of(const char *id, const char *agent, int32_t lane,
                                        lsched_time from, lsched_time until)
{
    return (lsched_booking){.size = sizeof(lsched_booking),
                            .state = LSCHED_BOOKED,
                            .channel = lane == 0 ? LSCHED_PHONE : LSCHED_CHAT,
                            .rung = LSCHED_HOME,
                            .lane = lane,
                            .id = id,
                            .customer = "c1",
                            .service = "fiber",
                            .agent = agent,
                            .team = "hv",
                            .start = from,
                            .end = until,
                            .busy_from = from,
                            .busy_until = until,
                            .created = 7,
                            .changed = 7};
}

#endif
