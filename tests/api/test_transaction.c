/* test_transaction.c -- header chapter 2: begin, commit, rollback, and "what if". */
#include "world.h"

#include <sys/stat.h>
#include <unistd.h>

static void put_team(const char *id)
{
    ok(PUT(team, .id = id, .name = id, .zone = "UTC"));
}

static bool has_team(const char *id)
{
    lsched_team *team;
    const int status = lsched_get_team(w.s, id, &team);
    lsched_team_free(team);
    return status == LSCHED_OK;
}

static void test_commit_and_rollback(void **state)
{
    (void)state;
    ok(lsched_begin(w.s));
    put_team("a");
    ok(lsched_commit(w.s));
    char *before = world_listing(w.s);
    ok(lsched_begin(w.s));
    put_team("b");
    ok(lsched_remove_team(w.s, "a"));
    closes(LSCHED_REGION, "R", "20260101", "20260102", NULL);
    assert_true(has_team("b"));
    assert_false(has_team("a"));
    ok(lsched_rollback(w.s));
    world_unchanged(before);
}

static void test_nested(void **state)
{
    (void)state;
    ok(lsched_begin(w.s));
    put_team("outer");
    ok(lsched_begin(w.s));
    put_team("undone");
    ok(lsched_rollback(w.s));
    assert_false(has_team("undone"));
    assert_true(has_team("outer"));
    ok(lsched_begin(w.s));
    put_team("kept");
    ok(lsched_begin(w.s));
    put_team("innermost");
    ok(lsched_commit(w.s));
    ok(lsched_commit(w.s));
    ok(lsched_commit(w.s));
    assert_true(has_team("outer") && has_team("kept") && has_team("innermost"));

    /* What an inner commit kept is the outer one's to undo. */
    char *before = world_listing(w.s);
    ok(lsched_begin(w.s));
    ok(lsched_begin(w.s));
    put_team("later");
    ok(lsched_commit(w.s));
    ok(lsched_rollback(w.s));
    world_unchanged(before);
}

static void test_deep(void **state)
{
    char id[8];
    (void)state;
    for (int i = 0; i < 20; i++) {
        ok(lsched_begin(w.s));
        snprintf(id, sizeof id, "d%02d", i);
        put_team(id);
    }
    for (int i = 19; i >= 0; i--) {
        if (i % 5 == 4)
            ok(lsched_rollback(w.s));
        else
            ok(lsched_commit(w.s));
    }
    /* The rollback at depth 4 took all that was inside it. */
    assert_true(has_team("d00") && has_team("d03"));
    assert_false(has_team("d04") || has_team("d05") || has_team("d19"));
    refuses(lsched_commit(w.s), LSCHED_MISUSE, "begun");
}

static void test_out_of_order(void **state)
{
    (void)state;
    refuses(lsched_commit(w.s), LSCHED_MISUSE, "begun");
    refuses(lsched_rollback(w.s), LSCHED_MISUSE, "begun");
    ok(lsched_begin(w.s));
    ok(lsched_rollback(w.s));
    refuses(lsched_rollback(w.s), LSCHED_MISUSE, "begun");
    ok(lsched_begin(w.s));
    ok(lsched_commit(w.s));
    refuses(lsched_commit(w.s), LSCHED_MISUSE, "begun");
}

/* A call that fails undoes itself, not what came before it. */
static void test_failure_inside(void **state)
{
    (void)state;
    const lsched_time start = at("2026-03-03T10:00");
    ok(lsched_begin(w.s));
    put_team("a");
    refuses(PUT(team, .id = "b", .name = "b", .zone = "Mars/Base"), LSCHED_INVALID, "Mars");
    refuses(PUT(customer, .id = "b", .zone = "UTC", .team = "nix"), LSCHED_NOTFOUND, "nix");
    assert_int_equal(world_try(NEW(request, .key = "1", .customer = "cora", .service = "talk",
                                   .agent = "ana", .start = start)),
                     LSCHED_OK);
    assert_int_equal(world_try(NEW(request, .key = "2", .customer = "cora", .service = "talk",
                                   .agent = "ana", .start = start)),
                     LSCHED_TAKEN);
    refuses(lsched_remove_agent(w.s, "ana"), LSCHED_INUSE, "ana");
    put_team("c");
    ok(lsched_commit(w.s));
    assert_true(has_team("a") && has_team("c"));
    assert_false(has_team("b"));
    lsched_bookings *list;
    ok(lsched_list_bookings(w.s, NEW(filter, .limit = 0), &list));
    assert_int_equal(lsched_bookings_count(list), 1);
    lsched_bookings_free(list);
}

/* What if Ana fell ill, and her people were moved? */
static void test_what_if(void **state)
{
    (void)state;
    const lsched_time until = at("2026-03-05T00:00");
    lsched_booking *b = BOOK(.key = "1", .customer = "cora", .service = "talk", .agent = "ana",
                             .start = at("2026-03-03T10:00")), *moved;
    char *before = world_listing(w.s), *places = world_free_places(until);
    ok(lsched_begin(w.s));
    closes(LSCHED_AGENT, "ana", "20260303", "20260304", NULL);
    ok(lsched_move(w.s, NEW(change, .key = "2", .id = b->id, .start = b->start), &moved));
    assert_string_equal(moved->agent, "ben");
    lsched_booking_free(moved);
    lsched_booking_free(BOOK(.key = "3", .customer = "cora", .service = "talk", .agent = "hal",
                             .channel = LSCHED_CHAT, .start = b->start));
    char *then = world_free_places(until);
    assert_string_not_equal(places, then);
    free(then);
    ok(lsched_rollback(w.s));
    world_unchanged(before);
    then = world_free_places(until);
    assert_string_equal(places, then);
    free(then);
    free(places);
    /* Its keys were never used, and ids go on in order. */
    lsched_booking *next = BOOK(.key = "2", .customer = "cora", .service = "talk", .agent = "hal",
                                .start = b->start);
    assert_true(strcmp(next->id, b->id) > 0);
    lsched_booking_free(next);
    lsched_booking_free(b);
}

/* ---- in a file ------------------------------------------------------------------------------ */

static void in_file(const char *path, int32_t flags, bool wanted)
{
    assert_int_equal(lsched_open(w.s, path, flags), LSCHED_OK);
    assert_int_equal(has_team("a"), wanted);
}

static void reopen(void)
{
    lsched_free(w.s);
    w.s = lsched_new();
    assert_non_null(w.s);
}

static void test_closing_rolls_back(void **state)
{
    char folder[] = "/tmp/libsched-api-XXXXXX", path[64];
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/store", folder);
    reopen();
    refuses(lsched_open(w.s, path, 0), LSCHED_NOTFOUND, "path");
    assert_int_not_equal(access(path, F_OK), 0);
    in_file(path, LSCHED_CREATE, false);
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    ok(lsched_begin(w.s));
    put_team("a");
    ok(lsched_begin(w.s));
    put_team("b");
    ok(lsched_commit(w.s));
    reopen();
    in_file(path, 0, false);
    put_team("a");
    reopen();
    in_file(path, LSCHED_CREATE, true);
    reopen();

    /* Somebody else's file is left alone. */
    snprintf(path, sizeof path, "%s/letter", folder);
    FILE *f = fopen(path, "w");
    fputs("Dear customer, this is no store, and it is longer than a header of one.\n", f);
    fclose(f);
    refuses(lsched_open(w.s, path, LSCHED_CREATE), LSCHED_FOREIGN, "store");
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_size, 72);

    char command[80];
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    assert_int_equal(system(command), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_little, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_commit_and_rollback), TEST(test_nested),
        TEST(test_deep),                TEST(test_out_of_order),
        TEST(test_failure_inside),      TEST(test_what_if),
        TEST(test_closing_rolls_back),
    };
    return cmocka_run_group_tests_name("transaction", tests, NULL, NULL);
}
