/* test_power.c -- what a power cut, or kill -9, leaves of a store: whatever was acknowledged,
 * and of the one call under way all or nothing.
 *
 * The story of deeds.c is filmed, and cut after every change of the disk.  What the disk may
 * then hold is opened by the library, and must be what stood before or after the call that
 * was under way; the same call again must settle it.
 *
 *   power          as a test: about ten seconds, and two disks that lie, which must be seen
 *   power SECONDS  for so long (of one core's time), with ever new stories and damages
 *   power all      every cut of one story of each kind, with every variant many times over
 */
#include "check.h"
#include "disk.h"
#include "old.h"
#include "script.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { STEPS = 128 };

/* How a story is told. */
typedef struct manner {
    bool two;    /* two schedulers take turns */
    int reopen;  /* after so many deeds, all are closed and opened again; 0: never */
    bool brim;   /* the log is almost full when the film begins */
    size_t from; /* the deeds before are not filmed, nor is creation if there are any */
} manner;

static const manner manners[] = {
    {.two = false, .reopen = 0},
    {.two = true, .reopen = 4},
    {.two = false, .reopen = 1, .from = 10},
    {.two = true, .brim = true, .from = 15},
};
enum { MANNERS = sizeof manners / sizeof *manners };

/* Step 0 creates the store, step i is deed i - 1. */
typedef struct story {
    disk_film *film;
    size_t first, last;  /* the steps that were filmed */
    size_t acked[STEPS]; /* changes on the film when the step was acknowledged */
    check_state after[STEPS];
    answer answers[STEPS];
} story;

typedef struct tally {
    long images, verified, compound, lost, corrupt, torn, unopened, unsettled;
    bool quiet;
} tally;

static const char *path;

/* Seconds that one core worked for us, whoever else was there. */
static double worked(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- telling -------------------------------------------------------------------------------- */

static void note_step(story *t, size_t step)
{
    t->acked[step] = t->film != NULL ? disk_film_size(t->film) : 0;
    const char *fault = check_path(path, &t->after[step]);
    if (fault != NULL || !t->after[step].readable)
        script_die("a sound disk, and yet: %s", fault != NULL ? fault : "it cannot be read");
}

/* Until a checkpoint is due. */
static void fill_log(lsched *s)
{
    for (int i = 0; i < 110; i++) {
        const answer a = script_run(s, 13);
        if (a.status != LSCHED_OK)
            script_die("%s: %s", deeds[13].name, lsched_message(s));
    }
}

static size_t writes(void)
{
    size_t count = 0;
    while (count < deed_count && deeds[count].writes)
        count++;
    return count;
}

static void open_all(lsched *s[2], const manner *how, int32_t flags)
{
    s[0] = script_must_open(path, flags);
    s[1] = how->two ? script_must_open(path, 0) : s[0];
}

static void close_all(lsched *s[2], const manner *how)
{
    if (how->two)
        lsched_free(s[1]);
    lsched_free(s[0]);
}

static void tell(story *t, const manner *how)
{
    lsched *s[2];
    *t = (story){.first = how->from > 0 ? how->from + 1 : 0, .last = writes()};
    disk_load(NULL);
    if (how->from == 0)
        t->film = disk_film_start();
    open_all(s, how, LSCHED_CREATE);
    note_step(t, 0);
    script_teaching = true;
    for (size_t step = 1; step <= t->last; step++) {
        if (t->film == NULL && step == t->first) {
            if (how->brim)
                fill_log(s[0]);
            t->film = disk_film_start();
        }
        t->answers[step] = script_run(s[step % 2], step - 1);
        if (t->answers[step].status != LSCHED_OK)
            script_die("%s: %s", deeds[step - 1].name, lsched_message(s[step % 2]));
        note_step(t, step);
        if (how->reopen > 0 && step % (size_t)how->reopen == 0) {
            close_all(s, how);
            open_all(s, how, 0);
        }
    }
    script_teaching = false;
    close_all(s, how);
    disk_film_stop(t->film);
}

/* ---- judging -------------------------------------------------------------------------------- */

static void complain(const tally *count, const char *what, size_t step, const char *detail)
{
    if (!count->quiet)
        printf("# %s, at \"%s\": %s\n", what, step == 0 ? "create" : deeds[step - 1].name, detail);
}

static bool same(const check_state *a, const check_state *b)
{
    return a->readable && b->readable && a->exact == b->exact;
}

/* What stands is what `acked` acknowledged steps left, and perhaps the next. */
static bool judge_state(const story *t, const check_state *found, const char *fault, size_t acked,
                        bool next, tally *count)
{
    if (fault != NULL || !found->readable) {
        count->corrupt++;
        complain(count, "corrupt", acked, fault != NULL ? fault : "unreadable");
        return false;
    }
    if (same(found, &t->after[acked]) || (next && same(found, &t->after[acked + 1])))
        return true;
    for (size_t step = 0; step < acked; step++) {
        if (same(found, &t->after[step])) {
            count->lost++;
            complain(count, "lost", acked, "it is as it was before");
            return false;
        }
    }
    count->torn++;
    complain(count, "torn", acked, "it is as it never was");
    return false;
}

/* The same bytes of one file have the same contents, so they are looked at once. */
static const char *check_closed(check_state *found)
{
    static struct {
        uint64_t hash;
        check_state state;
    } known[4096];
    const uint64_t hash = disk_hash();
    const size_t place = (size_t)(hash % (sizeof known / sizeof *known));
    if (hash != 0 && known[place].hash == hash) {
        *found = known[place].state;
        return NULL;
    }
    const char *fault = check_path(path, found);
    if (hash != 0 && fault == NULL) {
        known[place].hash = hash;
        known[place].state = *found;
    }
    return fault;
}

static bool uses(size_t step, const char *call)
{
    return strstr(deeds[step - 1].uses, call) != NULL;
}

/* What an agent is given next has no key: that is the same only until something else is done.
 * And what was said on a case is not said again when its customer has been forgotten. */
static bool answers_still(size_t step, size_t last)
{
    size_t filed = 1;
    while (!uses(filed, "lsched_put_case"))
        filed++;
    for (size_t i = step; step >= filed && i <= last; i++) {
        if (uses(i, "lsched_forget"))
            return false;
    }
    return !uses(step, "lsched_next");
}

/* A key that was acknowledged answers as it did then. */
static bool judge_key(const story *t, lsched *s, size_t step, tally *count)
{
    if (step == 0 || t->answers[step].id[0] == '\0')
        return true;
    const answer a = script_run(s, step - 1);
    if (a.status == LSCHED_OK && a.hash == t->answers[step].hash &&
        strcmp(a.id, t->answers[step].id) == 0)
        return true;
    count->lost++;
    complain(count, "lost", step, "its key answers otherwise");
    return false;
}

/* The library's own verdict, at the time of that step. */
static bool judge_verify(lsched *s, size_t step, tally *count)
{
    lsched_findings *list = NULL;
    script_clock(step > 0 ? step - 1 : 0);
    const int status = lsched_verify(s, &list);
    const lsched_finding *f = lsched_findings_at(list, 0);
    const bool well = status == LSCHED_OK && f == NULL;
    if (!well) {
        count->corrupt++;
        complain(count, "its own verdict", step, f != NULL ? f->text : lsched_message(s));
    }
    count->verified++;
    lsched_findings_free(list);
    return well;
}

/* The call that was under way, again. */
static bool settle(const story *t, check *c, lsched *s, size_t step, tally *count)
{
    const answer a = script_run(s, step - 1);
    const check_state found = check_contents(c);
    const bool done = a.status == LSCHED_OK || a.status == deeds[step - 1].again;
    if (done && found.readable && found.plain == t->after[step].plain &&
        (a.status != LSCHED_OK || a.hash == t->answers[step].hash))
        return true;
    count->unsettled++;
    complain(count, "unsettled", step, lsched_message(s));
    return false;
}

/* The checker first: it may see what the library's opening would mend. */
static bool look_first(size_t acked, tally *count)
{
    check_state found;
    const char *fault = check_path(path, &found);
    if (fault == NULL && found.readable)
        return true;
    count->corrupt++;
    complain(count, "corrupt before it is opened", acked, fault != NULL ? fault : "unreadable");
    return false;
}

/* Beside the open scheduler: what stands, and whether the call under way can be settled. */
static bool judge_beside(const story *t, lsched *s, size_t last, bool next, tally *count)
{
    check_state found;
    check *c = check_open(path);
    if (c == NULL)
        script_die("the checker cannot open what the library could");
    const char *fault = check_all(c, &found);
    bool well = judge_state(t, &found, fault, last, next, count);
    if (well && next)
        well = settle(t, c, s, last + 1, count);
    check_close(c);
    return well;
}

/* Steps 0..acked - 1 are acknowledged; `created`: the store's making is among them. */
static void judge(const story *t, size_t acked, bool created, uint64_t dice, tally *count)
{
    int status;
    check_state found;
    const size_t last = acked > 0 ? acked - 1 : 0;
    const bool next = created && acked <= t->last;
    if (created && dice % 8 == 1 && !look_first(last, count))
        return;
    lsched *s = script_open(path, created ? 0 : LSCHED_CREATE, &status);
    if (s == NULL) {
        count->unopened++;
        complain(count, "unopened", last, script_why);
        return;
    }
    bool well = !created || judge_key(t, s, last, count);
    for (size_t step = 1; step < last && well && dice % 4 == 1; step++)
        well = !answers_still(step, last) || judge_key(t, s, step, count);
    /* The next step may stand, and is no later than this clock. */
    well = well && judge_verify(s, next ? last + 1 : last, count);
    const bool beside = dice % 4 == 0;
    if (well && beside)
        judge_beside(t, s, last, next, count);
    lsched_free(s);
    if (well && !beside) {
        const char *fault = check_closed(&found);
        judge_state(t, &found, fault, last, next, count);
    }
}

/* ---- cutting -------------------------------------------------------------------------------- */

static size_t acked_at(const story *t, size_t changes)
{
    size_t acked = t->first;
    while (acked <= t->last && t->acked[acked] <= changes)
        acked++;
    return acked;
}

/* The power goes, and while the store is being opened and the call settled, again. */
static void cut_twice(const story *t, size_t acked, uint64_t seed, tally *count)
{
    int status;
    disk_film *film = disk_film_start();
    size_t opened = SIZE_MAX;
    lsched *s = script_open(path, acked == 0 ? LSCHED_CREATE : 0, &status);
    if (s != NULL) {
        opened = disk_film_size(film);
        /* Of the settling, only that it changes nothing where it is done already: ids that
         * are made anew are not those of the story. */
        if (acked > 1)
            judge_key(t, s, acked - 1, count);
        lsched_free(s);
    }
    disk_film_stop(film);
    const size_t changes = disk_film_size(film);
    const size_t cut = (size_t)(disk_random(&seed) % (changes + 1));
    disk_film_cut(film, cut);
    disk_film_develop(film, (enum disk_variant)(disk_random(&seed) % DISK_VARIANTS), seed);
    count->compound++;
    count->images++;
    if (acked == 0 && cut >= opened)
        acked = 1;
    judge(t, acked, acked > 0, seed, count);
    disk_film_free(film);
}

static void cut(const story *t, size_t changes, enum disk_variant variant, uint64_t seed,
                tally *count)
{
    const size_t acked = acked_at(t, changes);
    disk_film_cut(t->film, changes);
    /* Where nothing is pending, all variants are one. */
    if (disk_film_pending(t->film) == 0 && variant != DISK_ALL)
        return;
    disk_film_develop(t->film, variant, seed);
    if (seed % 16 == 5) {
        cut_twice(t, acked, seed, count);
        return;
    }
    count->images++;
    judge(t, acked, acked > 0, seed, count);
}

/* Each change of the film once, with the variants in turn. */
static void pass(const story *t, uint64_t *seed, double until, size_t stride, tally *count)
{
    const size_t changes = disk_film_size(t->film);
    size_t turn = (size_t)(disk_random(seed) % DISK_VARIANTS);
    for (size_t k = disk_random(seed) % stride; k <= changes; k += stride) {
        if (until > 0 && worked() > until)
            return;
        cut(t, k, (enum disk_variant)(turn++ % DISK_VARIANTS), disk_random(seed), count);
    }
}

static void every(const story *t, int times, uint64_t *seed, tally *count)
{
    const size_t changes = disk_film_size(t->film);
    for (size_t k = 0; k <= changes; k++) {
        for (int variant = 0; variant < DISK_VARIANTS; variant++) {
            const int again = variant == DISK_NONE || variant == DISK_ALL ? 1 : times;
            for (int i = 0; i < again; i++)
                cut(t, k, (enum disk_variant)variant, disk_random(seed), count);
        }
    }
}

/* ---- as a test, and by hand ----------------------------------------------------------------- */

static bool is_clean(const tally *c)
{
    return c->lost + c->corrupt + c->torn + c->unopened + c->unsettled == 0;
}

static void print(const char *what, const tally *c, double took)
{
    printf("# %s: %ld images (%ld cut twice, %ld verified), %.0f images/s a core, %ld lost, %ld "
           "corrupt, %ld torn,"
           " %ld unopened, %ld unsettled\n",
           what, c->images, c->compound, c->verified, took > 0 ? (double)c->images / took : 0,
           c->lost, c->corrupt, c->torn, c->unopened, c->unsettled);
    fflush(stdout);
}

static void test_cuts(void **state)
{
    (void)state;
    static story t;
    tally count = {0};
    uint64_t seed = 1;
    const double start = worked();
    for (int i = 0; i < MANNERS; i++) {
        const double until = worked() + 1;
        tell(&t, &manners[i]);
        pass(&t, &seed, 0, 29, &count);
        while (worked() < until)
            pass(&t, &seed, until, 1, &count);
        disk_film_free(t.film);
    }
    print("honest disk", &count, worked() - start);
    assert_true(is_clean(&count));
}

/* An old store is as it was, or as it should be, and the next upgrade finds or makes it so. */
static void upgrade_cut(disk_film *film, size_t changes, enum disk_variant variant, uint64_t seed,
                        size_t acked, tally *count)
{
    disk_film_cut(film, changes);
    disk_film_develop(film, variant, seed);
    count->images++;
    const char *fault = seed % 2 == 0 ? old_judge(changes >= acked) : NULL;
    if (fault == NULL && old_upgrade() != LSCHED_OK)
        fault = script_why;
    if (fault == NULL)
        fault = old_judge(true);
    count->torn += fault != NULL;
    if (fault != NULL)
        printf("# upgrade, cut after %zu of %zu: %s\n", changes, acked, fault);
}

static void upgrades(int times, uint64_t *seed, tally *count)
{
    disk_load(old_disk);
    disk_film *film = disk_film_start();
    if (old_upgrade() != LSCHED_OK)
        script_die("the upgrade: %s", script_why);
    disk_film_stop(film);
    /* What SQLite does when it is closed comes behind what was acknowledged. */
    const size_t acked = disk_film_size(film);
    for (size_t k = 0; k <= acked; k++)
        for (int i = 0; i < times; i++)
            upgrade_cut(film, k, (enum disk_variant)(disk_random(seed) % DISK_VARIANTS),
                        disk_random(seed), acked, count);
    disk_film_free(film);
}

static void test_upgrade(void **state)
{
    (void)state;
    tally count = {0};
    uint64_t seed = 5;
    const double start = worked();
    upgrades(1, &seed, &count);
    print("an upgrade", &count, worked() - start);
    assert_true(is_clean(&count));
}

/* A process is killed where it has the gate, inside of a transaction. */
static void test_killed(void **state)
{
    (void)state;
    int ready[2];
    char byte = 0;
    disk_load(NULL);
    lsched_free(script_must_open(path, LSCHED_CREATE));
    assert_int_equal(pipe(ready), 0);
    const pid_t child = fork();
    if (child == 0) {
        lsched *s = script_must_open(path, 0);
        byte = lsched_begin(s) == LSCHED_OK;
        if (write(ready[1], &byte, 1) == 1)
            pause();
        _exit(1);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(byte, 1);
    lsched *s = script_must_open(path, 0);
    assert_int_equal(lsched_set_deadline(s, 20), LSCHED_OK);
    assert_int_equal(script_run(s, 0).status, LSCHED_BUSY);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(lsched_set_deadline(s, 0), LSCHED_OK);
    assert_int_equal(script_run(s, 0).status, LSCHED_OK);
    lsched_free(s);
    assert_int_equal(disk_semaphores((int)child), 0);
    close(ready[0]);
    close(ready[1]);
}

/* A disk that says that things are safe when they are not: the rig must see it. */
static tally lie(enum disk_lie which, const char *what)
{
    static story t;
    tally count = {.quiet = true};
    uint64_t seed = 1;
    const double start = worked();
    disk_lie(which);
    for (int i = 0; i < 2; i++) {
        tell(&t, &manners[i]);
        for (int j = 0; j < 2; j++)
            pass(&t, &seed, 0, 7, &count);
        disk_film_free(t.film);
    }
    disk_lie(DISK_HONEST);
    print(what, &count, worked() - start);
    return count;
}

static void test_no_wal_sync(void **state)
{
    (void)state;
    const tally count = lie(DISK_NO_WAL_SYNC, "a log that is never synced");
    assert_true(count.lost > 0);
}

static void test_no_sync(void **state)
{
    (void)state;
    const tally count = lie(DISK_NO_SYNC, "nothing is ever synced");
    /* A store that cannot be opened has lost all of it. */
    assert_true(count.lost + count.unopened > 0);
    assert_true(count.corrupt + count.torn > 0);
}

static int leave_nothing(void **state)
{
    (void)state;
    old_free();
    return disk_semaphores(0);
}

static int by_hand(const char *how)
{
    static story t;
    tally count = {0};
    uint64_t seed = (uint64_t)time(NULL);
    const double start = worked(), until = start + atof(how);
    const bool all = strcmp(how, "all") == 0;
    printf("# seed %llu\n", (unsigned long long)seed);
    for (int i = 0; all ? i < MANNERS : worked() < until; i++) {
        upgrades(all ? 50 : 1, &seed, &count);
        tell(&t, &manners[i % MANNERS]);
        if (all)
            every(&t, 8, &seed, &count);
        for (int j = 0; j < 4 && !all; j++)
            pass(&t, &seed, until, 1, &count);
        disk_film_free(t.film);
    }
    print(how, &count, worked() - start);
    return is_clean(&count) ? 0 : 1;
}

int main(int argc, char **argv)
{
    path = disk_start();
    old_build();
    if (argc > 1)
        return by_hand(argv[1]) | disk_semaphores(0);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cuts),    cmocka_unit_test(test_upgrade),
        cmocka_unit_test(test_killed),  cmocka_unit_test(test_no_wal_sync),
        cmocka_unit_test(test_no_sync),
    };
    return cmocka_run_group_tests_name("power", tests, NULL, leave_nothing);
}
