/* test_patience.c -- how long a call may take, and how a store may be opened. */
#include "world.h"

#include <time.h>
#include <unistd.h>

static char folder[32], path[64];

static int64_t milliseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/libsched-api-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/store", folder);
    return 0;
}

static int remove_folder(void **state)
{
    char command[80];
    (void)state;
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

static lsched *open_store(int32_t flags)
{
    lsched *s = lsched_new();
    assert_non_null(s);
    assert_int_equal(lsched_open(s, path, flags), LSCHED_OK);
    return s;
}

static void test_waiting(void **state)
{
    (void)state;
    lsched *holder = open_store(LSCHED_CREATE), *other = open_store(0);
    world_close(NULL);
    w.s = other;
    refuses(lsched_set_deadline(other, -1), LSCHED_INVALID, "negative");
    assert_int_equal(lsched_set_deadline(NULL, 5), LSCHED_MISUSE);
    ok(lsched_set_deadline(other, 80));
    assert_int_equal(lsched_begin(holder), LSCHED_OK);
    int64_t began = milliseconds();
    refuses(lsched_begin(other), LSCHED_BUSY, "80 ms");
    assert_in_range(milliseconds() - began, 80, 2000);
    refuses(lsched_commit(other), LSCHED_MISUSE, "begun");
    began = milliseconds();
    refuses(PUT(team, .id = "t", .name = "T", .zone = "UTC"), LSCHED_BUSY, "80 ms");
    assert_in_range(milliseconds() - began, 80, 2000);
    /* Nobody waits to read, to open, or to close; however slow the machine. */
    ok(lsched_set_deadline(other, 60000));
    lsched_teams *teams;
    ok(lsched_list_teams(other, NULL, 0, &teams));
    lsched_teams_free(teams);
    lsched_free(open_store(0));
    assert_int_equal(lsched_commit(holder), LSCHED_OK);
    ok(PUT(team, .id = "t", .name = "T", .zone = "UTC"));
    lsched_free(holder);
    world_close(NULL);
}

/* Two on one thread wait for one another only until the deadline, which is five seconds
 * where nobody says else. */
static void test_default(void **state)
{
    (void)state;
    lsched *holder = open_store(LSCHED_CREATE), *other = open_store(0);
    assert_int_equal(lsched_begin(holder), LSCHED_OK);
    const int64_t began = milliseconds();
    assert_int_equal(lsched_begin(other), LSCHED_BUSY);
    assert_in_range(milliseconds() - began, 5000, 7000);
    lsched_free(other);
    lsched_free(holder);
}

/* A search for a year in which there is nothing, of many. */
static void test_working(void **state)
{
    (void)state;
    assert_int_equal(world_little(NULL), 0);
    for (int i = 0; i < 60; i++) {
        char id[16];
        snprintf(id, sizeof id, "agent%d", i);
        ok(PUT(agent, .id = id, .name = id, .zone = "Europe/Berlin"));
        ok(PUT(member, .team = "home", .agent = id));
        opens(LSCHED_AGENT, id, "20260101T180000", "20260101T190000", "FREQ=DAILY");
    }
    ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 30, .step = 5, .horizon = 366,
           .notice = LSCHED_NONE));
    const lsched_query *all = NEW(query, .customer = "cora", .service = "talk", .limit = 10000);
    lsched_slots *slots = NULL;
    ok(lsched_find(w.s, all, &slots));
    assert_true(lsched_slots_count(slots) > 1000);
    lsched_slots_free(slots);
    ok(lsched_set_memory(w.s, (size_t)64 << 20)); /* forgets: what is known is found at once */
    ok(lsched_set_deadline(w.s, 1));
    refuses(lsched_find(w.s, all, &slots), LSCHED_BUSY, "longer than its deadline of 1 ms");
    assert_null(slots);
    ok(lsched_set_deadline(w.s, 0));
    ok(lsched_find(w.s, all, &slots));
    lsched_slots_free(slots);
    world_close(NULL);
}

/* Verify looks at everything; it is given up like all else, and leaves nothing open. */
static void test_verifying(void **state)
{
    (void)state;
    assert_int_equal(world_little(NULL), 0);
    const lsched_query *all = NEW(query, .customer = "cora", .service = "talk", .limit = 200);
    lsched_slots *slots;
    lsched_findings *findings;
    ok(lsched_begin(w.s));
    ok(lsched_find(w.s, all, &slots));
    for (size_t i = 0; i < lsched_slots_count(slots); i++) {
        char key[24];
        lsched_booking *b;
        snprintf(key, sizeof key, "%zu", i);
        if (lsched_book(w.s,
                        NEW(request, .key = key, .customer = "cora", .service = "talk",
                            .start = lsched_slots_at(slots, i)->start),
                        &b) == LSCHED_OK)
            lsched_booking_free(b);
    }
    lsched_slots_free(slots);
    ok(lsched_commit(w.s));
    ok(lsched_verify(w.s, &findings));
    lsched_findings_free(findings);
    ok(lsched_set_deadline(w.s, 1));
    refuses(lsched_verify(w.s, &findings), LSCHED_BUSY, "longer than its deadline of 1 ms");
    assert_null(findings);
    ok(lsched_set_deadline(w.s, 0));
    ok(lsched_verify(w.s, &findings));
    lsched_findings_free(findings);
    world_close(NULL);
}

static void test_flags(void **state)
{
    (void)state;
    lsched *s = lsched_new();
    assert_string_equal(lsched_store_note(s), "");
    assert_string_equal(lsched_store_note(NULL), "");
    lsched_free(s);
    s = open_store(LSCHED_CREATE | LSCHED_FAST | LSCHED_NETWORK);
    const char *note = lsched_store_note(s);
    assert_true(note[0] == '\0' || strstr(note, "SQLite") != NULL);
    char gate[80];
    snprintf(gate, sizeof gate, "%s-gate", path);
    assert_int_equal(access(gate, F_OK), 0);
    lsched_free(s);
    assert_int_equal(access(gate, F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_waiting), cmocka_unit_test(test_default),
        cmocka_unit_test(test_working), cmocka_unit_test(test_verifying),
        cmocka_unit_test(test_flags),
    };
    return cmocka_run_group_tests_name("patience", tests, make_folder, remove_folder);
}
