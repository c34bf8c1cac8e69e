/* test_oom.c -- memory that runs out in every public call: the n-th allocation fails, once
 * or with all behind it.  The answer is NOMEM, or UNKNOWN where a commit was under way;
 * nothing comes through `out`, nothing has changed, nothing leaks, and the same call then
 * does what it should.
 *
 * malloc() and its kin stand here, in the program, so all libraries of the process take
 * theirs here too.  Sanitizers and valgrind want them for themselves: skipped there.
 *
 *   oom        as a test: a sample
 *   oom all    every allocation; "oom all DEED N": of that deed, by its
 *              name in story.c, from the N-th on
 */
#include "old.h"
#include "stage.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <dlfcn.h>
#include <link.h>
#include <sqlite3.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define OWNED 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
    __has_feature(memory_sanitizer)
#define OWNED 0
#endif
#endif
#ifndef OWNED
#define OWNED 1
#endif

static volatile long left = -1; /* allocations that succeed before one fails; negative: all */
static volatile bool forever, befell;
static volatile long live; /* blocks */

/* ---- memory --------------------------------------------------------------------------------- */

#if OWNED

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void __libc_free(void *old);

/* Where a library that does not live without memory is at work, allocations fail only for
 * the library under test and SQLite: those that are made from their code. */
static bool picky;
static struct range {
    uintptr_t from, until;
} ranges[2];

static bool is_ours(const void *caller)
{
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if ((uintptr_t)caller >= ranges[i].from && (uintptr_t)caller < ranges[i].until)
            return true;
    return false;
}

static int find_range(struct dl_phdr_info *info, size_t size, void *user)
{
    (void)size;
    const uintptr_t inside[2] = {(uintptr_t)dlsym(RTLD_DEFAULT, "lsched_new"),
                                 (uintptr_t)dlsym(RTLD_DEFAULT, "sqlite3_open")};
    (void)user;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const uintptr_t from = (uintptr_t)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
        const uintptr_t until = from + (uintptr_t)info->dlpi_phdr[i].p_memsz;
        for (int j = 0; j < 2; j++) {
            /* Not to be found by name: linked into the program itself. */
            const uintptr_t at = inside[j] != 0 ? inside[j] : (uintptr_t)find_range;
            if (at >= from && at < until)
                ranges[j] = (struct range){from, until};
        }
    }
    return 0;
}

static void find_ranges(void)
{
    dl_iterate_phdr(find_range, NULL);
}

static bool fails(const void *caller)
{
    if (disk_inside > 0 || left < 0 || (picky && !is_ours(caller)))
        return false;
    if (left-- > 0)
        return false;
    left = forever ? 0 : -1;
    befell = true;
    errno = ENOMEM;
    return true;
}

static void *counted(void *memory)
{
    live += memory != NULL && disk_inside == 0;
    return memory;
}

void *malloc(size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : counted(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : counted(__libc_calloc(count, size));
}

void *realloc(void *old, size_t size)
{
    if (fails(__builtin_return_address(0)))
        return NULL;
    void *memory = __libc_realloc(old, size);
    return old == NULL ? counted(memory) : memory;
}

void free(void *old)
{
    live -= old != NULL && disk_inside == 0;
    __libc_free(old);
}

#else

static bool picky;

static void find_ranges(void)
{
}

#endif

/* ---- one call, one allocation --------------------------------------------------------------- */

static const char *path;
static bool whole;
static const char *only; /* the name of a deed */
static long from;        /* its first allocation to fail */
static uint64_t dice = 7;
static long points, faults, unknown;

static void complain(size_t i, long n, const char *what)
{
    faults++;
    printf("# %s: \"%s\", allocation %ld%s\n", what, deeds[i].name, n,
           forever ? " and all behind it" : "");
}

/* NOMEM; and inside a group also STORE, which is what ends the whole of it. */
static bool may_refuse(size_t i, int status)
{
    return status == LSCHED_NOMEM ||
           (status == LSCHED_STORE && strstr(deeds[i].uses, "lsched_begin") != NULL);
}

/* How many complaints there are. */
static long judge_answer(size_t i, long n, const answer *a)
{
    const long before = faults;
    if (a->leftover)
        complain(i, n, "something came out of a failure");
    if (a->status == LSCHED_OK && a->hash != scenes[i].answer.hash)
        complain(i, n, "a wrong answer");
    if (a->status == LSCHED_UNKNOWN && deeds[i].writes)
        unknown++;
    else if (a->status != LSCHED_OK && !may_refuse(i, a->status))
        complain(i, n, lsched_status_name(a->status));
    return faults - before;
}

static void judge_contents(size_t i, long n, int status)
{
    check_state found;
    const char *fault = check_path(path, &found);
    const bool there = fault == NULL && found.plain == scenes[i].after.plain;
    const bool absent = fault == NULL && found.exact == scenes[i].state.exact;
    if (fault != NULL)
        complain(i, n, fault);
    else if (status == LSCHED_OK ? !there : status == LSCHED_UNKNOWN ? !there && !absent : !absent)
        complain(i, n, "what stands is not what was answered");
}

/* false: there was no such allocation. */
static bool try(size_t i, long n)
{
    disk_load(scenes[i].before);
    const long before = live;
    lsched *s = script_must_open(path, 0);
    befell = false;
    left = n;
    const answer a = script_run(s, i);
    left = -1;
    const bool reached = befell;
    if (judge_answer(i, n, &a) > 0)
        printf("#   \"%s\" \"%s\"\n", lsched_message(s), script_why);
    judge_contents(i, n, a.status);
    const answer b = script_run(s, i);
    if (!stage_is_right(i, &b))
        complain(i, n, "the same call again fails");
    judge_contents(i, n, LSCHED_OK);
    lsched_free(s);
    if (live != before)
        complain(i, n, "blocks are lost, or given back twice");
    points++;
    return reached;
}

static long stride(void)
{
    return whole ? 1 : 4 + (long)(disk_random(&dice) % 400);
}

static void sweep(size_t i)
{
    for (int persistent = 0; persistent < 2; persistent++) {
        forever = persistent != 0;
        picky = deeds[i].foreign;
        for (long n = whole ? from : stride() / 8; try(i, n);)
            n += stride();
        picky = false;
    }
}

static bool is_ours_alone(void)
{
    return OWNED && getenv("LD_PRELOAD") == NULL;
}

static void test_calls(void **state)
{
    (void)state;
    points = unknown = faults = 0;
    for (size_t i = 0; i < deed_count; i++)
        if (only == NULL || strcmp(only, deeds[i].name) == 0)
            sweep(i);
    printf("# %ld points in calls, %ld unknown\n", points, unknown);
    assert_int_equal(faults, 0);
    assert_true(points > 100 || only != NULL);
}

/* ---- opening -------------------------------------------------------------------------------- */

static bool open_once(const disk_image *before, const check_state *wanted, long n, const char *name)
{
    const int32_t flags = before == NULL ? LSCHED_CREATE : 0;
    int status;
    check_state found;
    disk_load(before);
    const long blocks = live;
    befell = false;
    left = n;
    lsched_free(script_open(path, flags, &status));
    left = -1;
    const bool reached = befell;
    /* Where a commit cannot say whether it made the tables, opening again settles it. */
    const bool refused =
        status == LSCHED_NOMEM ||
        (status == LSCHED_STORE && strcmp(script_why, "cannot create the store") == 0);
    bool well = (status == LSCHED_OK || refused) && live == blocks;
    if (!well)
        printf("# %s (%s), %ld blocks more: \"%s\", allocation %ld%s\n", lsched_status_name(status),
               script_why, live - blocks, name, n, forever ? " and all behind it" : "");
    lsched_free(script_must_open(path, flags));
    if (check_path(path, &found) != NULL || found.exact != wanted->exact) {
        printf("# other contents: \"%s\", allocation %ld\n", name, n);
        well = false;
    }
    faults += !well;
    points++;
    return reached;
}

static void test_opening(void **state)
{
    (void)state;
    points = faults = 0;
    for (int persistent = 0; persistent < 2; persistent++) {
        forever = persistent != 0;
        for (long n = 0; open_once(NULL, &scenes[0].state, n, "create");)
            n += stride();
        for (long n = 0; open_once(stage_end, &scenes[deed_count - 1].after, n, "open");)
            n += stride();
    }
    printf("# %ld points in opening and closing\n", points);
    assert_int_equal(faults, 0);
}

/* ---- an old store, and a host's ------------------------------------------------------------- */

static bool upgrade_once(long n)
{
    disk_load(old_disk);
    const long blocks = live;
    befell = false;
    left = n;
    const int status = old_upgrade();
    left = -1;
    const bool reached = befell;
    const char *fault = old_judge(status == LSCHED_OK);
    bool well = fault == NULL && live == blocks &&
                (status == LSCHED_OK || status == LSCHED_NOMEM || status == LSCHED_UNKNOWN);
    well = well && old_upgrade() == LSCHED_OK && old_judge(true) == NULL;
    if (!well)
        printf("# upgrade, allocation %ld%s: %s, %ld blocks more; %s\n", n,
               forever ? " and all behind it" : "", lsched_status_name(status), live - blocks,
               fault != NULL ? fault : script_why);
    faults += !well;
    points++;
    return reached;
}

static int attach(sqlite3 *db, bool write)
{
    lsched *s = lsched_new();
    int status = s != NULL ? lsched_attach_sqlite(s, db, LSCHED_CREATE) : LSCHED_NOMEM;
    if (status == LSCHED_OK && write)
        status = lsched_put_team(
            s, &(lsched_team){.size = sizeof(lsched_team), .id = "t", .name = "T", .zone = "UTC"});
    snprintf(script_why, sizeof script_why, "%s", s != NULL ? lsched_message(s) : "");
    lsched_free(s);
    return status;
}

static long count_rows(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *row = NULL;
    long count = -1;
    if (sqlite3_prepare_v2(db, sql, -1, &row, NULL) == SQLITE_OK && sqlite3_step(row) == SQLITE_ROW)
        count = (long)sqlite3_column_int64(row, 0);
    sqlite3_finalize(row);
    return count;
}

#define TEAMS "SELECT count(*) FROM lsched_team WHERE id = 't'"

/* In a transaction of the host's, or in one of its own; the tables are all there or none.
 * CREATE INDEX makes SQLite compile everything again before it runs it, ROLLBACK too: where
 * no memory comes back at all, the host has to end what the making of the tables began. */
static bool attach_once(long n, bool within, bool made)
{
    sqlite3 *db = NULL;
    disk_load(made ? stage_end : NULL);
    if (sqlite3_open(path, &db) != SQLITE_OK ||
        sqlite3_exec(db, "PRAGMA journal_mode = WAL; CREATE TABLE theirs (x)", NULL, NULL, NULL) !=
            SQLITE_OK ||
        (within && sqlite3_exec(db, "BEGIN IMMEDIATE; INSERT INTO theirs VALUES (1)", NULL, NULL,
                                NULL) != SQLITE_OK))
        script_die("the host's database: %s", sqlite3_errmsg(db));
    befell = false;
    left = n;
    const int status = attach(db, true);
    left = -1;
    const bool reached = befell;
    bool well = status == LSCHED_OK || status == LSCHED_NOMEM || status == LSCHED_UNKNOWN;
    if (!made && forever && status == LSCHED_NOMEM && sqlite3_get_autocommit(db) == 0)
        (void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    const long teams = count_rows(db, TEAMS);
    well = well && (status == LSCHED_OK ? teams == 1 : status == LSCHED_UNKNOWN || teams < 1);
    /* Without memory, SQLite and the library can take back the host's transaction, as a whole. */
    const bool open = sqlite3_get_autocommit(db) == 0;
    well = well && (open == within || (within && status == LSCHED_NOMEM));
    well = well && attach(db, true) == LSCHED_OK && count_rows(db, TEAMS) == 1;
    well = well && count_rows(db, "SELECT count(*) FROM theirs") == (open ? 1 : 0);
    if (!well)
        printf("# attach%s, allocation %ld%s: %s (%s), %ld teams, %d\n",
               within ? " in a transaction" : "", n, forever ? " and all behind it" : "",
               lsched_status_name(status), script_why, teams, sqlite3_get_autocommit(db));
    faults += !well;
    points++;
    sqlite3_close(db);
    return reached;
}

static void test_others(void **state)
{
    (void)state;
    points = faults = 0;
    for (int persistent = 0; persistent < 2; persistent++) {
        forever = persistent != 0;
        for (long n = 0; upgrade_once(n);)
            n += whole ? 3 : 6 * stride();
        for (int within = 0; within < 2; within++) {
            for (long n = 0; attach_once(n, within != 0, false);)
                n += whole ? 7 : 12 * stride();
            for (long n = 0; attach_once(n, within != 0, true);)
                n += whole ? 1 : stride() / 4;
        }
    }
    printf("# %ld points in upgrading and attaching\n", points);
    assert_int_equal(faults, 0);
}

/* ---- nothing is left out -------------------------------------------------------------------- */

static bool is_used(const char *name, size_t size)
{
    static const char elsewhere[] = "lsched_new lsched_free lsched_open lsched_set_clock "
                                    "lsched_upgrade lsched_attach_sqlite";
    for (size_t i = 0; i <= deed_count; i++) {
        const char *uses = i < deed_count ? deeds[i].uses : elsewhere;
        for (const char *p = uses; (p = strstr(p, name)) != NULL; p += size)
            if ((p == uses || p[-1] == ' ') && (p[size] == ' ' || p[size] == '\0'))
                return true;
    }
    return false;
}

/* Every function that the public header declares runs in some deed. */
static void test_all_functions(void **state)
{
    (void)state;
    const char *source = getenv("LSCHED_SOURCE");
    char line[400], name[100];
    snprintf(line, sizeof line, "%s/include/libsched.h", source != NULL ? source : SOURCE);
    FILE *header = fopen(line, "r");
    assert_non_null(header);
    int count = 0, missing = 0;
    while (fgets(line, sizeof line, header) != NULL) {
        const char *at = strncmp(line, "LSCHED_API ", 11) == 0 ? strstr(line, "lsched_") : NULL;
        for (; at != NULL; at = strstr(at + 1, "lsched_"))
            if (sscanf(at, "%99[a-z_]", name) == 1 && at[strlen(name)] == '(')
                break;
        count += at != NULL;
        if (at != NULL && !is_used(name, strlen(name))) {
            printf("# %s is in no deed\n", name);
            missing++;
        }
    }
    fclose(header);
    assert_true(count > 50);
    assert_int_equal(missing, 0);
}

/* ---- the program ---------------------------------------------------------------------------- */

static int build(void **state)
{
    (void)state;
    if (is_ours_alone()) {
        old_build();
        stage_build(path);
    }
    return 0;
}

static int clear(void **state)
{
    (void)state;
    stage_free();
    old_free();
    return disk_semaphores(0);
}

int main(int argc, char **argv)
{
    whole = argc > 1 && strcmp(argv[1], "all") == 0;
    setvbuf(stdout, NULL, _IOLBF, 0);
    only = argc > 2 ? argv[2] : NULL;
    from = argc > 3 ? atol(argv[3]) : 0;
    path = disk_start();
    find_ranges();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_functions),
        cmocka_unit_test(test_calls),
        cmocka_unit_test(test_opening),
        cmocka_unit_test(test_others),
    };
    /* Where memory is watched by another, there is only the first of them. */
    const struct CMUnitTest alone[] = {cmocka_unit_test(test_all_functions)};
    return is_ours_alone() ? cmocka_run_group_tests_name("oom", tests, build, clear)
                           : cmocka_run_group_tests_name("oom", alone, build, clear);
}
