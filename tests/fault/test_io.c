/* test_io.c -- disks that fail: each call of a file fails once, or for good from then on;
 * the disk is full; a sync fails and drops what it should have kept; a read finds nothing.
 * And files that were never well: locked, read-only, cut short, changed, another program's.
 *
 * Each answer is the right one or a clear refusal.  What was answered with OK is there, also
 * after a power cut; what was refused is not there; what is UNKNOWN is settled by the same
 * call again.
 *
 *   io        as a test: a sample
 *   io all    every call, and every bit of the first pages
 */
#include "old.h"
#include "stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

static const char *path;
static bool whole;         /* not only a sample */
static uint64_t dice = 11; /* which one */
static long points, refused, unknown, faults;

static const char *const damages[DISK_DAMAGES] = {"sound", "error", "full", "sync", "short"};

static void complain(const char *what, const char *where, const char *damage, long n)
{
    faults++;
    printf("# %s: \"%s\", %s at call %ld\n", what, where, damage, n);
}

static long stride(long sample)
{
    return whole ? 1 : 1 + (long)(disk_random(&dice) % (uint64_t)(2 * sample));
}

/* Answers of the store that say no, and why. */
static bool is_refusal(int status)
{
    return status == LSCHED_STORE || status == LSCHED_BUSY || status == LSCHED_UNKNOWN ||
           status == LSCHED_FOREIGN;
}

/* SQLite takes a page that a read does not find for one of zeros: a calendar's text can then
 * be there, and be none. */
static bool may_refuse(enum disk_damage damage, int status)
{
    return is_refusal(status) || (damage == DISK_SHORT && status == LSCHED_INVALID);
}

/* ---- one deed, one damage ------------------------------------------------------------------- */

typedef struct trial {
    size_t deed;
    enum disk_damage damage;
    bool forever;
    long n;
} trial;

static void report(const trial *t, const char *what)
{
    char where[200];
    snprintf(where, sizeof where, "%s%s", deeds[t->deed].name, t->forever ? ", for good" : "");
    complain(what, where, damages[t->damage], t->n);
}

/* What it answered while the disk failed. */
static void judge_answer(const trial *t, const answer *a)
{
    const deed *d = &deeds[t->deed];
    if (a->leftover)
        report(t, "something came out of a failure");
    if (a->status == LSCHED_OK) {
        if (a->hash != scenes[t->deed].answer.hash)
            report(t, "a wrong answer");
    } else if (!may_refuse(t->damage, a->status) || (a->status == LSCHED_UNKNOWN && !d->writes)) {
        report(t, lsched_status_name(a->status));
    }
    refused += a->status != LSCHED_OK;
    unknown += a->status == LSCHED_UNKNOWN;
}

/* Whether what stands is what was answered. */
static void judge_contents(const trial *t, int status)
{
    const scene *c = &scenes[t->deed];
    check_state found;
    const char *fault = check_path(path, &found);
    if (fault != NULL) {
        report(t, fault);
        return;
    }
    const bool there = found.plain == c->after.plain;
    const bool absent = found.exact == c->state.exact;
    if (status == LSCHED_OK && !there)
        report(t, "acknowledged and not there");
    else if (status == LSCHED_UNKNOWN && !there && !absent)
        report(t, "unknown, and neither there nor absent");
    else if (status != LSCHED_OK && status != LSCHED_UNKNOWN && !absent)
        report(t, "refused, and not absent");
}

static int again(const trial *t, lsched *s)
{
    const answer a = script_run(s, t->deed);
    if (!stage_is_right(t->deed, &a))
        report(t, "the same call again fails");
    return a.status == LSCHED_OK || a.status == deeds[t->deed].again ? LSCHED_OK : a.status;
}

/* false: there was no such call. */
static bool try(const trial *t)
{
    lsched *s = stage_open(path, t->deed);
    disk_film *film = disk_film_start();
    disk_break(t->damage, t->n, t->forever);
    const answer a = script_run(s, t->deed);
    const bool befell = disk_broken() > 0;
    if (!t->forever)
        disk_break(DISK_SOUND, 0, false);
    judge_answer(t, &a);
    int status = a.status;
    /* The scheduler goes on where the disk does; but it remembers a page of zeros. */
    if (befell && !t->forever && t->n % 3 == 0 && t->damage != DISK_SHORT)
        status = again(t, s);
    /* And the power goes at once, or after an orderly end. */
    const size_t changes = disk_film_size(film);
    lsched_free(s);
    disk_break(DISK_SOUND, 0, false);
    disk_film_stop(film);
    if (t->n % 2 == 0) {
        disk_film_cut(film, changes);
        disk_film_develop(film, DISK_NONE, 0);
    }
    disk_film_free(film);
    s = script_must_open(path, 0);
    judge_contents(t, status);
    again(t, s);
    judge_contents(t, LSCHED_OK);
    lsched_free(s);
    points++;
    return befell;
}

static void try_all(size_t which, enum disk_damage damage, bool forever)
{
    trial t = {.deed = which, .damage = damage, .forever = forever, .n = stride(14)};
    while (try(&t))
        t.n += stride(14);
}

static void test_calls(void **state)
{
    (void)state;
    points = refused = unknown = faults = 0;
    for (size_t i = 0; i < deed_count; i++)
        for (int damage = DISK_ERROR; damage < DISK_DAMAGES; damage++)
            for (int forever = 0; forever < 2; forever++)
                try_all(i, (enum disk_damage)damage, forever != 0);
    printf("# %ld points in deeds: %ld refused, of them %ld unknown\n", points, refused, unknown);
    assert_int_equal(faults, 0);
    assert_true(refused > 100 && unknown > 10);
}

/* ---- opening -------------------------------------------------------------------------------- */

/* A store as a killed process left it: the log is there, the file behind it is old. */
static disk_image *killed(void)
{
    lsched *s = stage_open(path, 20);
    disk_film *film = disk_film_start();
    if (script_run(s, 20).status != LSCHED_OK)
        script_die("%s: %s", deeds[20].name, lsched_message(s));
    const size_t changes = disk_film_size(film);
    lsched_free(s);
    disk_film_stop(film);
    disk_film_cut(film, changes);
    disk_film_develop(film, DISK_ALL, 0);
    disk_film_free(film);
    return disk_save();
}

static bool open_once(const disk_image *before, const check_state *wanted, enum disk_damage damage,
                      long n, bool forever, const char *name)
{
    int status;
    check_state found;
    const int32_t flags = before == NULL ? LSCHED_CREATE : 0;
    disk_load(before);
    disk_break(damage, n, forever);
    lsched *s = script_open(path, flags, &status);
    lsched_free(s);
    const bool befell = disk_broken() > 0;
    disk_break(DISK_SOUND, 0, false);
    if (status != LSCHED_OK && !is_refusal(status))
        complain(lsched_status_name(status), name, damages[damage], n);
    lsched *second = script_open(path, flags, &status);
    if (second == NULL)
        complain("cannot be opened again", name, damages[damage], n);
    lsched_free(second);
    const char *fault = second != NULL ? check_path(path, &found) : NULL;
    if (second != NULL && (fault != NULL || found.exact != wanted->exact))
        complain(fault != NULL ? fault : "other contents", name, damages[damage], n);
    points++;
    return befell;
}

static void open_all(const disk_image *before, const check_state *wanted, const char *name)
{
    for (int damage = DISK_ERROR; damage < DISK_DAMAGES; damage++)
        for (int forever = 0; forever < 2; forever++)
            for (long n = stride(2);
                 open_once(before, wanted, (enum disk_damage)damage, n, forever != 0, name);)
                n += stride(2);
}

static void test_opening(void **state)
{
    (void)state;
    points = faults = 0;
    open_all(NULL, &scenes[0].state, "create");
    open_all(stage_end, &scenes[deed_count - 1].after, "open");
    disk_image *left = killed();
    check_state wanted;
    disk_image *copy = disk_save();
    if (check_path(path, &wanted) != NULL)
        script_die("what a killed process left is not well");
    open_all(copy, &wanted, "recover");
    disk_image_free(left);
    disk_image_free(copy);
    printf("# %ld points in opening and closing\n", points);
    assert_int_equal(faults, 0);
}

/* ---- an old store --------------------------------------------------------------------------- */

static bool upgrade_once(enum disk_damage damage, long n, bool forever)
{
    disk_load(old_disk);
    disk_film *film = disk_film_start();
    disk_break(damage, n, forever);
    const int status = old_upgrade();
    const bool befell = disk_broken() > 0;
    disk_break(DISK_SOUND, 0, false);
    disk_film_stop(film);
    if (n % 2 == 0) {
        disk_film_cut(film, disk_film_size(film));
        disk_film_develop(film, DISK_NONE, 0);
    }
    disk_film_free(film);
    if (status != LSCHED_OK && !is_refusal(status))
        complain(lsched_status_name(status), "upgrade", damages[damage], n);
    const char *fault = old_judge(status == LSCHED_OK);
    if (fault != NULL)
        complain(fault, "upgrade", damages[damage], n);
    if (old_upgrade() != LSCHED_OK || old_judge(true) != NULL)
        complain("cannot be upgraded again", "upgrade", damages[damage], n);
    refused += status != LSCHED_OK;
    unknown += status == LSCHED_UNKNOWN;
    points++;
    return befell;
}

static void test_upgrade(void **state)
{
    (void)state;
    points = refused = unknown = faults = 0;
    for (int damage = DISK_ERROR; damage < DISK_DAMAGES; damage++)
        for (int forever = 0; forever < 2; forever++)
            for (long n = stride(14); upgrade_once((enum disk_damage)damage, n, forever != 0);)
                n += stride(14);
    printf("# %ld points in upgrades: %ld refused, of them %ld unknown\n", points, refused,
           unknown);
    assert_int_equal(faults, 0);
    assert_true(refused > 5);
}

/* ---- files that are not as they should be --------------------------------------------------- */

static void test_read_only(void **state)
{
    (void)state;
    int status;
    disk_load(stage_end);
    disk_read_only(true);
    assert_null(script_open(path, 0, &status));
    disk_read_only(false);
    assert_int_equal(status, LSCHED_STORE);
    lsched_free(script_must_open(path, 0));
}

/* Another connection holds the lock: BUSY, and nothing is stored, until it lets go. */
static void test_locked(void **state)
{
    (void)state;
    const scene *c = scenes;
    for (size_t i = 0; deeds[i].writes; i++, c++) {
        check_state found;
        sqlite3 *other = NULL;
        lsched *s = stage_open(path, i);
        assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
        assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(lsched_set_deadline(s, 1), LSCHED_OK);
        answer a = script_run(s, i);
        assert_int_equal(a.status, LSCHED_BUSY);
        assert_int_equal(lsched_set_deadline(s, 0), LSCHED_OK);
        assert_false(a.leftover);
        assert_int_equal(sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
        sqlite3_close(other);
        assert_null(check_path(path, &found));
        assert_true(found.exact == c->state.exact);
        a = script_run(s, i);
        if (a.status != LSCHED_OK)
            script_die("%s after the lock: %s", deeds[i].name, lsched_message(s));
        lsched_free(s);
    }
}

/* Another program's file stays as it is, byte for byte, also with a spoiled first page and
 * what it needs to mend that. */
static void test_foreign(void **state)
{
    (void)state;
    static const char garbage[] = "neither SQLite's nor anybody's";
    int status;
    for (int spoiled = 0; spoiled < 2; spoiled++) {
        sqlite3 *other = NULL;
        disk_load(NULL);
        assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
        assert_int_equal(sqlite3_exec(other,
                                      "PRAGMA journal_mode = WAL; PRAGMA application_id = 7;"
                                      "CREATE TABLE theirs (id); INSERT INTO theirs VALUES (1);",
                                      NULL, NULL, NULL),
                         SQLITE_OK);
        if (spoiled)
            disk_overwrite(0, garbage, sizeof garbage);
        disk_film *film = disk_film_start();
        assert_null(script_open(path, LSCHED_CREATE, &status));
        assert_int_equal(status, LSCHED_FOREIGN);
        assert_int_equal(disk_film_size(film), 0);
        disk_film_free(film);
        sqlite3_close(other);
    }
}

/* Asks everything: right answers, or clear refusals.  The number of silent lies. */
static long question(lsched *s, const char *what, long where)
{
    long lies = 0;
    for (size_t i = 0; i < deed_count; i++) {
        if (deeds[i].writes)
            continue;
        const answer a = script_run(s, i);
        if (a.leftover)
            complain("something came out of a failure", deeds[i].name, what, where);
        lies += a.status == LSCHED_OK && a.hash != scenes[i].answer.hash;
        refused += a.status != LSCHED_OK;
        points++;
    }
    return lies;
}

static void open_damaged(const char *what, long where, bool *opened, long *lies)
{
    int status;
    lsched *s = script_open(path, 0, &status);
    *opened = s != NULL;
    *lies = 0;
    if (s != NULL)
        *lies = question(s, what, where);
    else if (!is_refusal(status) && status != LSCHED_NOTFOUND)
        complain(lsched_status_name(status), "open", what, where);
    lsched_free(s);
}

static void test_truncated(void **state)
{
    (void)state;
    points = refused = faults = 0;
    disk_load(stage_end);
    const int64_t full = disk_size();
    const int64_t step = whole ? 64 : 1021;
    long opened = 0, sizes = 0;
    for (int64_t size = 0; size < full; size += size < 200 ? 1 + (whole ? 0 : 20) : step, sizes++) {
        bool open;
        long lies;
        disk_load(stage_end);
        disk_cut_to(size);
        open_damaged("cut to", (long)size, &open, &lies);
        opened += open;
        if (lies > 0)
            complain("wrong answers", "ask", "cut to", (long)size);
    }
    printf("# %ld sizes, %ld opened; %ld answers, %ld refused\n", sizes, opened, points, refused);
    assert_int_equal(faults, 0);
}

/* Whether SQLite itself can tell that something is wrong. */
static bool is_noticed(void)
{
    check_state found;
    const char *fault = check_path(path, &found);
    return fault != NULL && strcmp(fault, "the integrity of the file") == 0;
}

/* A bit in a text or a number is another text or number: nobody can tell.  What SQLite
 * could have told if it had been asked to look at the whole file is counted. */
static void test_flipped(void **state)
{
    (void)state;
    points = refused = faults = 0;
    disk_load(stage_end);
    const int64_t full = disk_size(), near = 2 * 4096;
    long flips = 0, opened = 0, silent = 0, noticed = 0;
    for (int64_t at = 0; at < full; flips++) {
        bool open;
        long lies;
        const int bit = (int)(disk_random(&dice) % 8);
        disk_load(stage_end);
        disk_flip(at, bit);
        open_damaged("flipped", (long)at, &open, &lies);
        opened += open;
        if (lies > 0) {
            disk_load(stage_end);
            disk_flip(at, bit);
            silent++;
            noticed += is_noticed();
        }
        at += (at < near ? stride(40) : stride(700) * (whole ? 7 : 1));
    }
    printf("# %ld bits flipped, %ld opened; %ld answers, %ld refused; %ld with other contents, of"
           " which an inspection of the file would have told %ld\n",
           flips, opened, points, refused, silent, noticed);
    assert_int_equal(faults, 0);
}

static int build(void **state)
{
    (void)state;
    old_build();
    stage_build(path);
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
    path = disk_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calls),     cmocka_unit_test(test_opening),
        cmocka_unit_test(test_upgrade),   cmocka_unit_test(test_read_only),
        cmocka_unit_test(test_locked),    cmocka_unit_test(test_foreign),
        cmocka_unit_test(test_truncated), cmocka_unit_test(test_flipped),
    };
    return cmocka_run_group_tests_name("io", tests, build, clear);
}
