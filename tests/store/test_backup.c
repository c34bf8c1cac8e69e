/* test_backup.c -- a copy is whole, of one moment, and good; or there is none. */
#include "help.h"

#include <libsched.h>

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>

static lsched *s;

#define fine(call)                                                                                 \
    do {                                                                                           \
        int fine_ = (call);                                                                        \
        if (fine_ != LSCHED_OK)                                                                    \
            fail_msg("%s: %s %s", #call, lsched_status_name(fine_), lsched_message(s));            \
    } while (0)

static int start(void **state)
{
    s = lsched_new();
    return s == NULL || make_folder(state) != 0;
}

static int end(void **state)
{
    lsched_free(s);
    return remove_folder(state);
}

static void put_team(lsched *where, const char *id)
{
    const lsched_team team = {.size = sizeof team, .id = id, .name = "Ημέρα", .zone = "UTC"};
    if (lsched_put_team(where, &team) != LSCHED_OK)
        fail_msg("%s", lsched_message(where));
}

static size_t count_teams(const char *path)
{
    lsched *other = lsched_new();
    lsched_teams *list = NULL;
    assert_int_equal(lsched_open(other, path, 0), LSCHED_OK);
    assert_int_equal(lsched_list_teams(other, NULL, LSCHED_MAX_PAGE, &list), LSCHED_OK);
    size_t n = lsched_teams_count(list);
    lsched_teams_free(list);
    lsched_free(other);
    return n;
}

/* Whatever in the folder begins with the name. */
static int count_files(const char *name)
{
    int n = 0;
    DIR *d = opendir(folder);
    assert_non_null(d);
    for (struct dirent *entry = readdir(d); entry != NULL; entry = readdir(d))
        n += strncmp(entry->d_name, name, strlen(name)) == 0;
    closedir(d);
    return n;
}

static void test_copied(void **state)
{
    (void)state;
    struct stat st;
    assert_int_equal(lsched_backup(s, in_folder("early")), LSCHED_MISUSE);
    fine(lsched_open(s, in_folder("store"), LSCHED_CREATE));
    put_team(s, "a");
    mode_t old = umask(0);
    fine(lsched_backup(s, in_folder("copy")));
    umask(old);
    assert_int_equal(stat(in_folder("copy"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(count_files("copy"), 1);
    /* What comes later is not in it, and it lives on its own. */
    put_team(s, "b");
    assert_int_equal(count_teams(in_folder("copy")), 1);
    lsched *other = lsched_new();
    assert_int_equal(lsched_open(other, in_folder("copy"), 0), LSCHED_OK);
    put_team(other, "c");
    put_team(other, "d");
    lsched_free(other);
    assert_int_equal(count_teams(in_folder("copy")), 3);
    assert_int_equal(count_teams(in_folder("store")), 2);
}

static void test_in_memory(void **state)
{
    (void)state;
    fine(lsched_open(s, ":memory:", LSCHED_CREATE));
    put_team(s, "a");
    fine(lsched_backup(s, in_folder("copy")));
    assert_int_equal(count_teams(in_folder("copy")), 1);
    fine(lsched_begin(s));
    put_team(s, "b");
    assert_int_equal(lsched_backup(s, in_folder("inside")), LSCHED_MISUSE);
    assert_int_equal(count_files("inside"), 0);
    fine(lsched_commit(s));
    fine(lsched_backup(s, in_folder("inside")));
    assert_int_equal(count_teams(in_folder("inside")), 2);
}

static void test_inside(void **state)
{
    (void)state;
    fine(lsched_open(s, in_folder("store"), LSCHED_CREATE));
    put_team(s, "a");
    fine(lsched_begin(s));
    put_team(s, "b");
    fine(lsched_backup(s, in_folder("copy")));
    put_team(s, "c");
    fine(lsched_commit(s));
    assert_int_equal(count_teams(in_folder("copy")), 1);
    assert_int_equal(count_teams(in_folder("store")), 3);
}

static void test_never_over(void **state)
{
    (void)state;
    fine(lsched_open(s, in_folder("store"), LSCHED_CREATE));
    fclose(fopen(in_folder("there"), "wb"));
    struct stat st;
    assert_int_equal(lsched_backup(s, in_folder("there")), LSCHED_INUSE);
    assert_int_equal(stat(in_folder("there"), &st), 0);
    assert_int_equal(st.st_size, 0);
    assert_int_equal(lsched_backup(s, in_folder("store")), LSCHED_INUSE);
    assert_int_equal(symlink("nowhere", in_folder("link")), 0);
    assert_int_equal(lsched_backup(s, in_folder("link")), LSCHED_INUSE);
    assert_int_equal(access(in_folder("nowhere"), F_OK), -1);
    assert_int_equal(mkdir(in_folder("dir"), 0700), 0);
    assert_int_equal(lsched_backup(s, in_folder("dir")), LSCHED_INUSE);
    assert_int_equal(lsched_backup(s, in_folder("no/where")), LSCHED_STORE);
    assert_int_equal(lsched_backup(s, ":memory:"), LSCHED_MISUSE);
    assert_int_equal(lsched_backup(s, ""), LSCHED_MISUSE);
    assert_int_equal(lsched_backup(s, NULL), LSCHED_MISUSE);
    assert_int_equal(lsched_backup(NULL, in_folder("x")), LSCHED_MISUSE);
}

/* Two teams at a time, until it is told to end. */
static void write_pairs(const char *path, int until)
{
    char id[32], byte;
    lsched *other = lsched_new();
    if (lsched_open(other, path, 0) != LSCHED_OK)
        leave(1);
    for (int i = 0; read(until, &byte, 1) != 0; i++) {
        if (lsched_begin(other) != LSCHED_OK)
            leave(2);
        for (int k = 0; k < 2; k++) {
            snprintf(id, sizeof id, "t%d-%d", i, k);
            put_team(other, id);
        }
        if (lsched_commit(other) != LSCHED_OK)
            leave(3);
    }
    leave(0);
}

static void test_while_others_write(void **state)
{
    (void)state;
    int ends[2], status;
    size_t seen = 0, last = 0;
    fine(lsched_open(s, in_folder("store"), LSCHED_CREATE));
    assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
    pid_t child = fork();
    if (child == 0) {
        close(ends[1]);
        write_pairs(in_folder("store"), ends[0]);
    }
    for (int i = 0; i < 400 && seen < 5; i++) {
        char name[16];
        snprintf(name, sizeof name, "copy%d", i);
        fine(lsched_backup(s, in_folder(name)));
        size_t n = count_teams(in_folder(name));
        assert_int_equal(n % 2, 0);
        assert_true(n >= last);
        seen += n > last;
        last = n;
    }
    close(ends[1]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    close(ends[0]);
    assert_true(seen >= 5);
}

static void die_full(const char *path, rlim_t bytes)
{
    struct rlimit limit;
    signal(SIGXFSZ, SIG_IGN);
    if (getrlimit(RLIMIT_FSIZE, &limit) != 0)
        leave(9);
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
    lsched *other = lsched_new();
    if (lsched_open(other, path, 0) != LSCHED_OK)
        leave(8);
    leave(lsched_backup(other, in_folder("copy")) == LSCHED_STORE ? 0 : 1);
}

static void test_no_room(void **state)
{
    (void)state;
    fine(lsched_open(s, in_folder("store"), LSCHED_CREATE));
    put_team(s, "a");
    for (rlim_t bytes = 40960; bytes <= 81920; bytes += 20480) {
        int status;
        pid_t child = fork();
        if (child == 0)
            die_full(in_folder("store"), bytes);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
        assert_int_equal(count_files("copy"), 0);
    }
    fine(lsched_backup(s, in_folder("copy")));
}

/* A copy of what is damaged is not called a backup. */
static void test_damaged(void **state)
{
    (void)state;
    sqlite3 *db;
    fine(lsched_open(s, in_folder("store"), LSCHED_CREATE));
    put_team(s, "a");
    assert_int_equal(sqlite3_open(in_folder("store"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db,
                                  "PRAGMA ignore_check_constraints = 1;"
                                  "UPDATE lsched_team SET customers = -1",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(lsched_backup(s, in_folder("copy")), LSCHED_STORE);
    assert_non_null(strstr(lsched_message(s), "not good"));
    assert_int_equal(sqlite3_exec(db, "UPDATE lsched_team SET customers = 0", NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(count_files("copy"), 0);
    fine(lsched_backup(s, in_folder("copy")));
    assert_int_equal(sqlite3_exec(db, "PRAGMA user_version = 1", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    assert_int_equal(lsched_backup(s, in_folder("older")), LSCHED_STORE);
    assert_int_equal(count_files("older"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_copied, start, end),
        cmocka_unit_test_setup_teardown(test_in_memory, start, end),
        cmocka_unit_test_setup_teardown(test_inside, start, end),
        cmocka_unit_test_setup_teardown(test_never_over, start, end),
        cmocka_unit_test_setup_teardown(test_while_others_write, start, end),
        cmocka_unit_test_setup_teardown(test_no_room, start, end),
        cmocka_unit_test_setup_teardown(test_damaged, start, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
