/* test_bombs.c -- texts that have hung, crashed or blown up calendar libraries: each is
 * refused or answered, in 16 MB more than the process had.
 *
 * The memory is kept by RLIMIT_AS in a child of its own; that none takes long is kept by
 * the limits on steps and instances, which the answers show, and RLIMIT_CPU ends what hangs.
 * LSCHED_TIMES=1 prints how long each took.
 */
#include "world.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MEGABYTE ((size_t)1 << 20)

/* ---- texts ------------------------------------------------------------------------------- */

typedef struct text {
    char *at;
    size_t size, room;
} text;

static void put(text *t, const char *piece, int times)
{
    const size_t size = strlen(piece);
    while (t->size + size * (size_t)times + 1 > t->room)
        t->room = t->room ? t->room * 2 : 4096;
    t->at = realloc(t->at, t->room);
    assert_non_null(t->at);
    for (; times > 0; times--) {
        memcpy(t->at + t->size, piece, size);
        t->size += size;
    }
    t->at[t->size] = '\0';
}

#define HEAD "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n"
#define OPEN "BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20240301T090000\r\n"
#define SHUT "END:VEVENT\r\n"

/* ---- bombs ------------------------------------------------------------------------------- */

enum wanted { ANSWERED = 1, LIMITED = 2, INVALID = 4 };

/* An event of `before`, `times` times `piece`, and `after`. */
static const struct bomb {
    const char *name, *before, *piece;
    int times;
    const char *after;
    int wanted; /* any of enum wanted */
} bombs[] = {
#define RULE(rule, wanted) {rule, HEAD OPEN, "RRULE:" rule "\r\n", 1, SHUT, wanted}
    RULE("FREQ=SECONDLY", LIMITED),
    RULE("FREQ=SECONDLY;COUNT=2000000000", INVALID),
    RULE("FREQ=MINUTELY;COUNT=1000000000", INVALID),
    RULE("FREQ=DAILY;COUNT=2000000000", INVALID),
    RULE("FREQ=SECONDLY;BYSECOND=60", ANSWERED | LIMITED),
    RULE("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", ANSWERED | LIMITED),
    RULE("FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30", ANSWERED | LIMITED),
    RULE("FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30", ANSWERED),
    RULE("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", ANSWERED),
    RULE("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", ANSWERED),
    RULE("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", ANSWERED),
    RULE("FREQ=MONTHLY;BYDAY=5MO;BYMONTHDAY=1", ANSWERED),
    RULE("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=300", ANSWERED),
    RULE("FREQ=MONTHLY;BYSETPOS=300", INVALID),
    RULE("FREQ=SECONDLY;INTERVAL=0", INVALID),
    RULE("FREQ=DAILY;INTERVAL=-1", INVALID),
    RULE("FREQ=DAILY;COUNT=0", INVALID),
    RULE("FREQ=DAILY;COUNT=-5", INVALID),
    RULE("FREQ=DAILY;COUNT=99999999999999999999", INVALID | LIMITED),
    RULE("FREQ=YEARLY;BYWEEKNO=1", ANSWERED),
    RULE("FREQ=YEARLY;BYWEEKNO=-53,53,-1,40", ANSWERED),
    RULE("FREQ=HOURLY;INTERVAL=7;BYHOUR=1;BYMINUTE=0,1,2,3,4,5,6,7;BYSECOND=0,1,2,3,4,5,6",
         ANSWERED | LIMITED),
    {"4,000 rules in one event", HEAD OPEN, "RRULE:FREQ=DAILY\r\n", 4000, SHUT,
     ANSWERED | LIMITED},
    {"4,000 rules by the second", HEAD OPEN, "RRULE:FREQ=SECONDLY;INTERVAL=7\r\n", 4000, SHUT,
     LIMITED},
    {"30,000 rules", HEAD OPEN, "RRULE:FREQ=DAILY\r\n", 30000, SHUT, LIMITED},
    {"300 EXRULEs", HEAD OPEN, "EXRULE:FREQ=SECONDLY\r\n", 300, SHUT, INVALID},
    {"an hourly event with an EXRULE", HEAD OPEN "RRULE:FREQ=HOURLY\r\n",
     "EXRULE:FREQ=HOURLY\r\n", 1, SHUT, INVALID},
    {"1,000 EXDATE lines", HEAD OPEN "RRULE:FREQ=DAILY\r\n", "EXDATE:20260301T090000\r\n", 1000,
     SHUT, ANSWERED},
    {"60,000 EXDATE values", HEAD OPEN "EXDATE:20260301T090000", ",20260301T090000", 60000,
     "\r\n" SHUT, LIMITED},
    {"60,000 RDATE values, one a line", HEAD OPEN, "RDATE:20260301T090000\r\n", 40000, SHUT,
     LIMITED},
    {"a line of 10 MB", HEAD OPEN "SUMMARY:", "0123456789", 1000000, "\r\n" SHUT, LIMITED},
    {"a line of 1 MB", HEAD OPEN "SUMMARY:", "0123456789", 100000, "\r\n" SHUT, LIMITED},
    {"a folded line of 1 MB", HEAD OPEN "SUMMARY:", "0123456789\r\n ", 80000, "\r\n" SHUT,
     LIMITED},
    {"200,000 events", HEAD, OPEN SHUT, 200000, "", LIMITED},
    {"10,000 events", HEAD, OPEN SHUT, 10000, "", LIMITED},
    {"4,900 daily events of one UID", HEAD, OPEN "RRULE:FREQ=DAILY\r\n" SHUT, 4900, "", LIMITED},
    {"4,900 daily events", HEAD,
     "BEGIN:VEVENT\r\nDTSTART:20240301T090000\r\nRRULE:FREQ=DAILY\r\n" SHUT, 4900, "", LIMITED},
    {"100,000 properties that are bad", HEAD OPEN, "X:\r\n", 100000, SHUT, ANSWERED},
    {"10,000 components inside one another", HEAD, "BEGIN:X\r\n", 10000, "", LIMITED},
    {"a month 40", HEAD "BEGIN:VEVENT\r\n", "DTSTART:19984002\r\n", 1, SHUT, INVALID},
    {"a zone by the second",
     HEAD "BEGIN:VTIMEZONE\r\nTZID:X\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
          "TZOFFSETFROM:+0000\r\nTZOFFSETTO:+0100\r\nRRULE:FREQ=SECONDLY\r\nEND:STANDARD\r\n"
          "END:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:1\r\n",
     "DTSTART;TZID=X:20260301T090000\r\n", 1, SHUT, INVALID},
};
#define BOMBS (sizeof bombs / sizeof *bombs)

static char *load(const struct bomb *b, size_t *size)
{
    text t = {NULL, 0, 0};
    put(&t, b->before, 1);
    put(&t, b->piece, b->times);
    put(&t, b->after, 1);
    put(&t, "END:VCALENDAR\r\n", 1);
    *size = t.size;
    return t.at;
}

/* ---- one bomb, in a child ----------------------------------------------------------------- */

static size_t address_space(void)
{
    unsigned long pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (f != NULL && fscanf(f, "%lu", &pages) != 1)
        pages = 0;
    if (f != NULL)
        fclose(f);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

/* Sanitizers and valgrind take address space as they like. */
static bool can_limit_memory(void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
    return false;
#endif
#endif
    const char *preload = getenv("LD_PRELOAD");
    return address_space() > 0 && (preload == NULL || strstr(preload, "vgpreload") == NULL);
}

static int outcome(int status)
{
    return status == LSCHED_OK        ? ANSWERED
           : status == LSCHED_LIMIT   ? LIMITED
           : status == LSCHED_INVALID ? INVALID
                                      : 64;
}

/* Every question that takes a text, over as long as one may ask. */
static int ask(const char *ics, size_t size)
{
    lsched *s = lsched_new();
    const lsched_calendar c = {
        .size = sizeof c, .effect = LSCHED_OPENS, .text = ics, .text_size = size};
    const lsched_calendar *const one[] = {&c};
    const lsched_time from = 1772323200, until = from + 400 * INT64_C(86400);
    lsched_spans *list = NULL;
    lsched_time t;
    if (s == NULL)
        return 64;
    const int status = outcome(lsched_instances(s, &c, "America/New_York", from, until, &list));
    lsched_spans_free(list);
    int all = status | outcome(lsched_expand(s, one, 1, "America/New_York", from, until, &list));
    lsched_spans_free(list);
    const int due = lsched_due(s, one, 1, "America/New_York", from, 600000, &t);
    if (outcome(due) == 64 && due != LSCHED_NOTFOUND)
        all |= 64;
    lsched_free(s);
    return all & 64 ? 64 : status;
}

static int in_child(const char *ics, size_t size)
{
    fflush(stdout);
    const bool limited = can_limit_memory();
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const rlim_t most = address_space() + 16 * MEGABYTE;
        const struct rlimit memory = {most, most}, cpu = {60, 60};
        if (setrlimit(RLIMIT_CPU, &cpu) != 0 || (limited && setrlimit(RLIMIT_AS, &memory) != 0))
            _exit(65);
        _exit(ask(ics, size));
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 66;
}

static double seconds_of(const char *ics, size_t size)
{
    struct timespec a, b;
    clock_gettime(CLOCK_MONOTONIC, &a);
    ask(ics, size);
    clock_gettime(CLOCK_MONOTONIC, &b);
    return (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) / 1e9;
}

static void test_bombs(void **state)
{
    const char *times = getenv("LSCHED_TIMES");
    int wrong = 0;
    (void)state;
    for (size_t i = 0; i < BOMBS; i++) {
        size_t size;
        char *ics = load(&bombs[i], &size);
        const int got = in_child(ics, size);
        if (!(got & bombs[i].wanted) || got >= 64) {
            print_message("%s: outcome %d, wanted %d\n", bombs[i].name, got, bombs[i].wanted);
            wrong++;
        }
        if (times != NULL && *times == '1')
            print_message("# %8.2f ms  %8zu bytes  outcome %d  %s\n", 1e3 * seconds_of(ics, size),
                          size, got, bombs[i].name);
        free(ics);
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_bombs)};
    return cmocka_run_group_tests_name("bombs", tests, NULL, NULL);
}
