/* test_recur.c -- recurrence rules: the cases of data/rules.txt, what is refused and why,
 * and that no rule costs more than its steps. */
#include "cal/cal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define STARTS 64

typedef struct starts {
    int64_t at[STARTS];
    size_t count;
} starts;

static lsi_error e;

static int take(void *user, int64_t wall)
{
    starts *s = user;
    assert_true(s->count < STARTS);
    s->at[s->count++] = wall;
    return LSCHED_OK;
}

static lsi_rule *read_rule(lsi_arena *arena, const char *text)
{
    lsi_rule *rule;
    if (lsi_recur_read(text, strlen(text), arena, &rule, &e) != LSCHED_OK)
        fail_msg("%s: %s", text, e.text);
    return rule;
}

static int64_t wall(const char *text)
{
    int year, month, day, hour = 0, minute = 0, second = 0;
    int n = sscanf(text, "%d-%d-%dT%d:%d:%d", &year, &month, &day, &hour, &minute, &second);
    assert_true(n == 3 || n >= 5);
    return lsi_civil_days(year, month, day) * LSI_DAY + hour * 3600 + minute * 60 + second;
}

/* ---- data/rules.txt ---------------------------------------------------------------- */

typedef struct stanza {
    char title[1000], rule[1000];
    int64_t start, from, until;
    starts wanted;
    bool complete;
} stanza;

static void check(const stanza *s)
{
    lsi_arena arena = {0};
    lsi_rule *rule = read_rule(&arena, s->rule);
    starts got = {.count = 0};
    int64_t steps = LSCHED_MAX_STEPS;
    int status = lsi_recur_expand(rule, s->start, s->from, s->until, &steps, take, &got, &e);
    if (status)
        fail_msg("%s: %s", s->title, e.text);
    if (got.count != s->wanted.count)
        fail_msg("%s: %zu starts, not %zu", s->title, got.count, s->wanted.count);
    for (size_t i = 0; i < got.count; i++)
        if (got.at[i] != s->wanted.at[i])
            fail_msg("%s: start %zu is wrong by %lld s", s->title, i + 1,
                     (long long)(got.at[i] - s->wanted.at[i]));
    lsi_arena_free(&arena);
}

static void take_words(stanza *s, char *words)
{
    char *rest;
    for (char *w = strtok_r(words, " ", &rest); w; w = strtok_r(NULL, " ", &rest))
        take(&s->wanted, wall(w));
}

static void take_line(stanza *s, char *line)
{
    if (line[0] == '#') {
        snprintf(s->title, sizeof s->title, "%s", line);
    } else if (strncmp(line, "rule ", 5) == 0) {
        snprintf(s->rule, sizeof s->rule, "%s", line + 5);
    } else if (strncmp(line, "start ", 6) == 0) {
        s->start = wall(line + 6);
        s->from = 0;
        s->until = wall("2199-12-31");
    } else if (strncmp(line, "window ", 7) == 0) {
        s->from = wall(line + 7);
        s->until = wall(strrchr(line, ' ') + 1);
    } else if (strncmp(line, "gives", 5) == 0) {
        s->complete = true;
        take_words(s, line + 5);
    } else {
        assert_true(line[0] == ' ');
        take_words(s, line);
    }
}

static void test_cases(void **state)
{
    (void)state;
    char path[4096], line[1000];
    const char *folder = getenv("LSCHED_DATA");
    assert_non_null(folder);
    snprintf(path, sizeof path, "%s/rules.txt", folder);
    FILE *file = fopen(path, "r");
    assert_non_null(file);

    int checked = 0;
    stanza s = {.complete = false};
    bool more = true;
    while (more) {
        more = fgets(line, sizeof line, file) != NULL;
        if (more)
            line[strcspn(line, "\n")] = '\0';
        if (more && line[0]) {
            take_line(&s, line);
            continue;
        }
        if (s.complete) {
            check(&s);
            checked++;
        }
        s = (stanza){.complete = false};
    }
    fclose(file);
    assert_true(checked > 50);
}

/* ---- what is refused --------------------------------------------------------------- */

static void test_refused(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", "there is no part \"\""},
        {"INTERVAL=2", "FREQ is missing"},
        {"FREQ=FORTNIGHTLY", "FREQ=FORTNIGHTLY is not valid"},
        {"FREQ=DAILY;", "there is no part \"\""},
        {"FREQ", "FREQ= is not valid"},
        {"FREQ=DAILY;FREQ=DAILY", "FREQ is given twice"},
        {"FREQ=DAILY;RSCALE=HEBREW", "there is no part \"RSCALE\""},
        {"FREQ=DAILY;INTERVAL=0", "INTERVAL=0 is not valid"},
        {"FREQ=DAILY;INTERVAL=-1", "INTERVAL=-1 is not valid"},
        {"FREQ=DAILY;INTERVAL=4294967297", "INTERVAL=4294967297 is not valid"},
        {"FREQ=DAILY;COUNT=0", "COUNT=0 is not valid"},
        {"FREQ=DAILY;COUNT=99999999999", "COUNT=99999999999 is not valid"},
        {"FREQ=DAILY;COUNT=2;UNTIL=20270101", "COUNT and UNTIL exclude each other"},
        {"FREQ=DAILY;UNTIL=20270230", "UNTIL=20270230 is not valid"},
        {"FREQ=DAILY;UNTIL=20270228T240000Z", "UNTIL=20270228T240000Z is not valid"},
        {"FREQ=WEEKLY;WKST=XX", "WKST=XX is not valid"},
        {"FREQ=WEEKLY;BYDAY=", "BYDAY= is not valid"},
        {"FREQ=WEEKLY;BYDAY=MO,", "BYDAY= is not valid"},
        {"FREQ=MONTHLY;BYDAY=0MO", "BYDAY=0MO is not valid"},
        {"FREQ=MONTHLY;BYDAY=54MO", "BYDAY=54MO is not valid"},
        {"FREQ=MONTHLY;BYDAY=256MO", "BYDAY=256MO is not valid"},
        {"FREQ=MONTHLY;BYDAY=1", "BYDAY=1 is not valid"},
        {"FREQ=WEEKLY;BYDAY=1MO", "BYDAY with a number is for FREQ=MONTHLY and YEARLY only"},
        {"FREQ=YEARLY;BYWEEKNO=1;BYDAY=1MO", "BYDAY with a number and BYWEEKNO exclude each other"},
        {"FREQ=MONTHLY;BYWEEKNO=1", "BYWEEKNO is for FREQ=YEARLY only"},
        {"FREQ=YEARLY;BYWEEKNO=54", "BYWEEKNO=54 is not valid"},
        {"FREQ=MONTHLY;BYYEARDAY=1", "BYYEARDAY is not for FREQ=DAILY, WEEKLY or MONTHLY"},
        {"FREQ=YEARLY;BYYEARDAY=367", "BYYEARDAY=367 is not valid"},
        {"FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY is not for FREQ=WEEKLY"},
        {"FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY=32 is not valid"},
        {"FREQ=MONTHLY;BYMONTHDAY=--1", "BYMONTHDAY=--1 is not valid"},
        {"FREQ=DAILY;BYMONTH=13", "BYMONTH=13 is not valid"},
        {"FREQ=DAILY;BYMONTH=-1", "BYMONTH=-1 is not valid"},
        {"FREQ=DAILY;BYHOUR=24", "BYHOUR=24 is not valid"},
        {"FREQ=DAILY;BYMINUTE=60", "BYMINUTE=60 is not valid"},
        {"FREQ=DAILY;BYSECOND=61", "BYSECOND=61 is not valid"},
        {"FREQ=DAILY;BYYEARDAY=1", "BYYEARDAY is not for FREQ=DAILY, WEEKLY or MONTHLY"},
        {"FREQ=WEEKLY;BYYEARDAY=1", "BYYEARDAY is not for FREQ=DAILY, WEEKLY or MONTHLY"},
        {"FREQ=MONTHLY;BYMONTHDAY=1,,2", "BYMONTHDAY= is not valid"},
        {"FREQ=MONTHLY;BYMONTHDAY=+", "BYMONTHDAY=+ is not valid"},
        {"FREQ=MONTHLY;BYMONTHDAY=+-1", "BYMONTHDAY=+-1 is not valid"},
        {"FREQ=DAILY;BYSETPOS=1", "BYSETPOS needs another BY part"},
        {"FREQ=DAILY;BYHOUR=1;BYSETPOS=0", "BYSETPOS=0 is not valid"},
        {"FREQ=DAILY;BYHOUR=1;BYSETPOS=367", "BYSETPOS=367 is not valid"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lsi_arena arena = {0};
        lsi_rule *rule = NULL;
        char wanted[400];
        snprintf(wanted, sizeof wanted, "RRULE: %s", cases[i][1]);
        lsi_error_clear(&e);
        int status = lsi_recur_read(cases[i][0], strlen(cases[i][0]), &arena, &rule, &e);
        if (status != LSCHED_INVALID)
            fail_msg("%s was accepted", cases[i][0]);
        assert_string_equal(e.text, wanted);
        assert_null(rule);
        lsi_arena_free(&arena);
    }
}

/* ---- cost -------------------------------------------------------------------------- */

static int nothing(void *user, int64_t at)
{
    int *seen = user;
    (void)at;
    ++*seen;
    return LSCHED_OK;
}

static int64_t cost(const char *text, const char *from, const char *until, int status)
{
    lsi_arena arena = {0};
    lsi_rule *rule = read_rule(&arena, text);
    int seen = 0;
    int64_t steps = LSCHED_MAX_STEPS;
    lsi_error_clear(&e);
    assert_int_equal(lsi_recur_expand(rule, wall("2010-01-04T09:00"), wall(from), wall(until),
                                      &steps, nothing, &seen, &e),
                     status);
    assert_true(steps >= 0);
    lsi_arena_free(&arena);
    return LSCHED_MAX_STEPS - steps;
}

static void test_far_windows_are_entered_directly(void **state)
{
    (void)state;
    const char *from = "2150-05-01", *until = "2150-05-08";
    assert_true(cost("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", from, until, LSCHED_OK) < 20);
    assert_true(cost("FREQ=DAILY", from, until, LSCHED_OK) < 20);
    assert_true(cost("FREQ=MONTHLY;BYDAY=-1FR", from, until, LSCHED_OK) < 20);
    assert_true(cost("FREQ=YEARLY", from, until, LSCHED_OK) < 20);
    assert_true(cost("FREQ=YEARLY;BYWEEKNO=18", from, until, LSCHED_OK) < 60);
    assert_true(cost("FREQ=HOURLY;INTERVAL=7", from, until, LSCHED_OK) < 60);
    assert_true(cost("FREQ=SECONDLY;BYHOUR=9;BYMINUTE=0;BYSECOND=0", from, until, LSCHED_OK) <
                1500);
    assert_true(cost("FREQ=YEARLY;BYHOUR=1,2,3,4,5,6,7,8;BYMINUTE=1,2,3,4,5;BYSECOND=1,2,3,4", from,
                     until, LSCHED_OK) < 200);
}

static void test_steps_run_out(void **state)
{
    (void)state;
    cost("FREQ=SECONDLY", "2026-01-01", "2027-01-01", LSCHED_LIMIT);
    assert_non_null(strstr(e.text, "steps"));
    cost("FREQ=SECONDLY;COUNT=999999999", "2026-01-01", "2027-01-01", LSCHED_LIMIT);
    cost("FREQ=MINUTELY;COUNT=999999999", "2190-01-01", "2190-01-02", LSCHED_LIMIT);
    cost("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", "2026-01-01", "2199-01-01", LSCHED_OK);
    cost("FREQ=DAILY;COUNT=999999999", "2010-01-01", "2199-12-31", LSCHED_OK);
}

static int stop(void *user, int64_t at)
{
    *(int64_t *)user = at;
    return LSCHED_NOMEM;
}

static void test_the_callback_stops_it(void **state)
{
    (void)state;
    lsi_arena arena = {0};
    lsi_rule *rule = read_rule(&arena, "FREQ=DAILY");
    int64_t steps = 100, seen = 0;
    assert_int_equal(lsi_recur_expand(rule, wall("2026-01-01T09:00"), wall("2026-03-01"),
                                      wall("2027-01-01"), &steps, stop, &seen, &e),
                     LSCHED_NOMEM);
    assert_int_equal(seen, wall("2026-03-01T09:00"));
    lsi_arena_free(&arena);
}

/* ---- UNTIL ------------------------------------------------------------------------- */

static size_t starts_until(const lsi_zone *zone, const char *text, const char *start)
{
    lsi_arena arena = {0};
    lsi_rule *rule = read_rule(&arena, text);
    starts got = {.count = 0};
    int64_t steps = LSCHED_MAX_STEPS;
    lsi_recur_set_zone(rule, zone);
    assert_int_equal(lsi_recur_expand(rule, wall(start), wall(start), wall("2027-01-01"), &steps,
                                      take, &got, &e),
                     LSCHED_OK);
    lsi_arena_free(&arena);
    return got.count;
}

static void test_until_in_utc(void **state)
{
    (void)state;
    lsi_zones *zones = lsi_zone_set_new();
    const lsi_zone *zone;
    assert_int_equal(lsi_zone_get(zones, "America/New_York", &zone, &e), LSCHED_OK);
    /* 18:00 in New York is 22:00 UTC in summer. */
    assert_int_equal(starts_until(zone, "FREQ=DAILY;UNTIL=20260603T220000Z", "2026-06-01T18:00"),
                     3);
    assert_int_equal(starts_until(zone, "FREQ=DAILY;UNTIL=20260603T215959Z", "2026-06-01T18:00"),
                     2);
    assert_int_equal(starts_until(NULL, "FREQ=DAILY;UNTIL=20260603T180000Z", "2026-06-01T18:00"),
                     3);
    assert_int_equal(starts_until(zone, "FREQ=DAILY;UNTIL=20260603T180000", "2026-06-01T18:00"), 3);
    /* 06:10 UTC on 1 November is the second 01:10: the first 01:45 has been before. */
    assert_int_equal(
        starts_until(zone, "FREQ=MINUTELY;INTERVAL=15;UNTIL=20261101T061000Z", "2026-11-01T01:00"),
        4);
    lsi_zone_set_free(zones);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_far_windows_are_entered_directly),
        cmocka_unit_test(test_steps_run_out),
        cmocka_unit_test(test_the_callback_stops_it),
        cmocka_unit_test(test_until_in_utc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
