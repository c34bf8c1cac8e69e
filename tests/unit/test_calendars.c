/* test_calendars.c -- whole calendars and what they mean, from tests/data/calendars.txt:
 * the stanzas say text, questions and answers. */
#include "cal/cal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static lsi_error e;
static lsi_zones *zones;

/* The stanza that is being read. */
static char title[200];
static char text[20000];
static size_t text_size;
static lsi_calendar *calendar;
static char wanted[20000], got[20000];
static size_t answers; /* checked so far */

static void add(char *to, size_t room, const char *line, const char *end)
{
    size_t size = strlen(to);
    int more = snprintf(to + size, room - size, "%s%s", line, end);
    assert_true(more >= 0 && (size_t)more < room - size);
}

static const lsi_zone *zone(const char *name)
{
    const lsi_zone *z;
    if (lsi_zone_get(zones, name, &z, &e))
        fail_msg("%s: %s", title, e.text);
    return z;
}

static lsched_time instant(const char *words, const lsi_zone *z)
{
    lsched_time t;
    if (lsi_iso_read(words, z, &t, &e))
        fail_msg("%s: %s", title, e.text);
    return t;
}

static void compare(void)
{
    if (strcmp(got, wanted) != 0)
        fail_msg("%s: got\n%swanted\n%s", title, got, wanted);
    answers += got[0] || wanted[0];
    got[0] = wanted[0] = '\0';
}

static int read_calendar(void)
{
    /* Memory of just that size: a checker sees any step beyond. */
    char *exact = malloc(text_size + 1);
    assert_non_null(exact);
    memcpy(exact, text, text_size);
    lsi_ical_free(calendar);
    lsi_error_clear(&e);
    int status = lsi_ical_read(zones, exact + 0, text_size, &calendar, &e);
    free(exact);
    return status;
}

static void put_answer(lsched_time from, lsched_time until, const lsi_zone *z, const char *summary)
{
    char a[32], b[32], line[300];
    assert_int_equal(lsi_iso_write(from, z, a, sizeof a, &e), LSCHED_OK);
    assert_int_equal(lsi_iso_write(until, z, b, sizeof b, &e), LSCHED_OK);
    a[16] = b[16] = '\0';
    snprintf(line, sizeof line, "%s %s%s%s", a, b, summary[0] ? " " : "", summary);
    add(got, sizeof got, line, "\n");
}

/* "opens exact Europe/Berlin 2026-05-01 2026-06-01", with "merged" behind it: spans. */
static void ask(const char *question)
{
    char effect[20], ends[20], name[100], from[40], until[40], merged[20] = "";
    assert_true(sscanf(question, "%19s %19s %99s %39s %39s %19s", effect, ends, name, from, until,
                       merged) >= 5);
    if (read_calendar())
        fail_msg("%s: %s", title, e.text);
    const lsi_zone *z = zone(name);
    lsi_reading how = {strcmp(effect, "opens") == 0 ? LSCHED_OPENS : LSCHED_CLOSES,
                       strcmp(ends, "wall") == 0 ? LSCHED_WALL : LSCHED_EXACT, z};
    lsi_instances found = {0};
    lsi_spans spans = {0};
    lsched_time a = instant(from, z), b = instant(until, z);
    int status = merged[0] ? lsi_expand_spans(calendar, &how, a, b, &spans, &e)
                           : lsi_expand_instances(calendar, &how, a, b, &found, &e);
    if (status)
        fail_msg("%s: %s", title, e.text);
    for (size_t i = 0; i < found.count; i++)
        put_answer(found.at[i].from, found.at[i].until, z, found.at[i].summary);
    for (size_t i = 0; i < spans.count; i++)
        put_answer(spans.at[i].from, spans.at[i].until, z, "");
    free(found.at);
    lsi_span_free(&spans);
    answers++;
}

/* "12 words of the message" */
static void refuse(int status, const char *words)
{
    char *rest;
    long line = strtol(words, &rest, 10);
    int answer = read_calendar();
    if (answer != status || e.line != line || !strstr(e.text, rest + 1))
        fail_msg("%s: answered %d, line %d: %s", title, answer, e.line, e.text);
    assert_null(calendar);
    answers++;
}

static bool begins(const char *line, const char *word, const char **rest)
{
    size_t size = strlen(word);
    if (strncmp(line, word, size) != 0)
        return false;
    *rest = line + size;
    return true;
}

static void take(const char *line)
{
    const char *rest = "";
    if (line[0] == '#' || line[0] == '\0')
        return;
    if (begins(line, "case ", &rest)) {
        compare();
        snprintf(title, sizeof title, "%.190s", rest);
        text[0] = '\0';
        text_size = 0;
    } else if (begins(line, "|", &rest)) {
        add(text, sizeof text, rest, "\r\n");
        text_size = strlen(text);
    } else if (begins(line, "ask ", &rest)) {
        compare();
        ask(rest);
    } else if (begins(line, "gives ", &rest)) {
        add(wanted, sizeof wanted, rest, "\n");
    } else if (begins(line, "refused ", &rest)) {
        refuse(LSCHED_INVALID, rest);
    } else if (begins(line, "limit ", &rest)) {
        refuse(LSCHED_LIMIT, rest);
    } else {
        fail_msg("calendars.txt has a line that means nothing: %s", line);
    }
}

static void test_calendars(void **state)
{
    (void)state;
    char path[4096], line[1000];
    const char *folder = getenv("LSCHED_DATA");
    assert_non_null(folder);
    snprintf(path, sizeof path, "%s/calendars.txt", folder);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        char *end = strchr(line, '\n');
        assert_non_null(end);
        *end = '\0';
        take(line);
    }
    compare();
    fclose(file);
    assert_true(answers > 60);
}

static int set_up(void **state)
{
    (void)state;
    zones = lsi_zone_set_new();
    return zones ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    lsi_ical_free(calendar);
    lsi_zone_set_free(zones);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calendars),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
