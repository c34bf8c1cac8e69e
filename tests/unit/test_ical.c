/* test_ical.c -- the reader of calendar text: what it takes, what it refuses, and with
 * which line. */
#include "cal/cal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static lsi_error e;
static lsi_zones *zones;

/* Reads from memory of just that size, so that a checker sees any step beyond. */
static int read_text(const char *text, size_t size, lsi_calendar **out)
{
    char *exact = malloc(size ? size : 1);
    assert_non_null(exact);
    memcpy(exact, text, size);
    lsi_error_clear(&e);
    int status = lsi_ical_read(zones, exact, size, out, &e);
    free(exact);
    assert_true((status == LSCHED_OK) == (*out != NULL));
    return status;
}

static size_t count(const char *text)
{
    lsi_calendar *c;
    const lsi_zone *zone;
    lsi_instances found = {0};
    if (read_text(text, strlen(text), &c))
        fail_msg("%s", e.text);
    assert_int_equal(lsi_zone_get(zones, "Europe/Berlin", &zone, &e), LSCHED_OK);
    lsi_reading how = {LSCHED_OPENS, LSCHED_EXACT, zone};
    assert_int_equal(lsi_expand_instances(c, &how, 0, LSI_TIME_END, &found, &e), LSCHED_OK);
    free(found.at);
    lsi_ical_free(c);
    return found.count;
}

#define HEAD "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"
#define TAIL "END:VEVENT\r\nEND:VCALENDAR\r\n"
#define EVENT(lines) HEAD lines TAIL

static void test_accepted(void **state)
{
    (void)state;
    assert_int_equal(count("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"), 0);
    assert_int_equal(count(EVENT("DTSTART:20260504T090000\r\n")), 1);
    /* LF, CR, no end of the last line, a byte order mark, empty lines, small letters */
    assert_int_equal(count("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260504T090000\nEND:VEVENT\n"
                           "END:VCALENDAR"),
                     1);
    assert_int_equal(count("BEGIN:VCALENDAR\rBEGIN:VEVENT\rDTSTART:20260504T090000\rEND:VEVENT\r"
                           "END:VCALENDAR\r"),
                     1);
    assert_int_equal(count("\xEF\xBB\xBF" EVENT("DTSTART:20260504T090000\r\n")), 1);
    assert_int_equal(count("\r\n" EVENT("\r\nDTSTART:20260504T090000\r\n\r\n") "\n\n"), 1);
    assert_int_equal(count("begin:vcalendar\r\nBegin:vEvent\r\ndtstart;value=date:20260504\r\n"
                           "end:VEVENT\r\nEND:Vcalendar\r\n"),
                     1);
    /* two calendars in one text */
    assert_int_equal(
        count(EVENT("DTSTART:20260504T090000\r\n") EVENT("DTSTART:20260505T090000\r\n")), 2);
    /* byte order marks, where files were put together */
    assert_int_equal(count("\xEF\xBB\xBF" EVENT("DTSTART:20260504T090000\r\n") "\xEF\xBB\xBF" EVENT(
                         "DTSTART:20260505T090000\r\n") "\xEF\xBB\xBF"),
                     2);
    /* folds: with a space, a tab, inside a character, of a name */
    assert_int_equal(count(EVENT("DTSTART:2026\r\n 0504\r\n\tT0900\n 00\r\n")), 1);
    assert_int_equal(count(EVENT("SUMMARY:caf\xC3\r\n \xA9\r\nDTST\r\n ART:20260504\r\n")), 1);
    /* parameters of all kinds */
    assert_int_equal(count(EVENT("DTSTART;X-A=1,2,\"3:;\";VALUE=DATE-TIME:20260504T090000\r\n"
                                 "ATTENDEE;CN=\"a;b:c\";ROLE=CHAIR:mailto:a@example.org\r\n")),
                     1);
    /* what means nothing to us */
    assert_int_equal(count("BEGIN:VCALENDAR\r\nX-WR-CALNAME:x\r\nBEGIN:VTODO\r\nDUE:x\r\n"
                           "END:VTODO\r\nBEGIN:VFREEBUSY\r\nEND:VFREEBUSY\r\nEND:VCALENDAR\r\n"),
                     0);
    /* far ends of time: 1970 to 2199, and in Berlin the first hour of 2200 */
    assert_int_equal(count(EVENT("DTSTART;VALUE=DATE:21991231\r\nDTEND;VALUE=DATE:22000101\r\n")),
                     1);
    assert_int_equal(count(EVENT("DTSTART;VALUE=DATE:16010101\r\n"
                                 "RRULE:FREQ=YEARLY;UNTIL=99991231T235959Z\r\n")),
                     231);
    /* a second 60, and a zone that means nothing beside a Z or a date */
    assert_int_equal(count(EVENT("DTSTART;TZID=Mars/Base:20260504T090060Z\r\n"
                                 "EXDATE;TZID=Mars/Base;VALUE=DATE:20260505\r\n")),
                     1);
}

static void test_zones(void **state)
{
    (void)state;
    assert_int_equal(count(EVENT("DTSTART;TZID=America/New_York:20260504T090000\r\n")), 1);
    assert_int_equal(count(EVENT("DTSTART;TZID=\"America/New_York\":20260504T090000\r\n")), 1);
    assert_int_equal(count(EVENT("DTSTART;TZID=/America/New_York:20260504T090000\r\n")), 1);
    assert_int_equal(
        count(EVENT("DTSTART;TZID=/a.org/Olson_1/America/Argentina/Ushuaia:20260504T090000\r\n")),
        1);
}

typedef struct refusal {
    const char *text;
    int status;
    int line;
    const char *words;
} refusal;

static void check_refusal(const refusal *r, size_t size)
{
    lsi_calendar *c;
    char prefix[32];
    int status = read_text(r->text, size, &c);
    if (status != r->status)
        fail_msg("answered %d (%s): %s", status, e.text, r->text);
    if (e.line != r->line || !strstr(e.text, r->words))
        fail_msg("line %d: %s", e.line, e.text);
    snprintf(prefix, sizeof prefix, "line %d: ", r->line);
    if (r->line)
        assert_memory_equal(e.text, prefix, strlen(prefix));
    assert_null(strchr(e.text, '\n'));
}

#define BAD LSCHED_INVALID

static void test_refused_structure(void **state)
{
    (void)state;
    static const refusal cases[] = {
        {"", BAD, 1, "the text has no VCALENDAR"},
        {"\r\n\r\n", BAD, 2, "the text has no VCALENDAR"},
        {"hello", BAD, 1, "line 1: there is no colon behind name and parameters"},
        {"X:1", BAD, 1, "the line stands outside of VCALENDAR"},
        {" BEGIN:VCALENDAR", BAD, 1, "begins with white space"},
        {"BEGIN:VEVENT\r\nEND:VEVENT", BAD, 1, "cannot stand here: \"VEVENT\""},
        {"BEGIN:VCALENDAR\r\nBEGIN:VCALENDAR", BAD, 2, "cannot stand here"},
        {HEAD "BEGIN:VEVENT", BAD, 3, "cannot stand here"},
        {"BEGIN:VCALENDAR\r\nBEGIN:\r\n", BAD, 2, "has no name"},
        {"END:VCALENDAR", BAD, 1, "nothing has begun"},
        {"BEGIN:VCALENDAR\r\nX:1\r\n", BAD, 2, "the text ends inside VCALENDAR"},
        {HEAD "DTSTART:20260504\r\n", BAD, 3, "the text ends inside VEVENT"},
        {HEAD "DTSTART:20260504\r\nEND:VCALENDAR\r\nEND:VEVENT", BAD, 4, "must end first"},
        {"BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nEND:VEVENT", BAD, 3, "must end first"},
        {"BEGIN:VCALENDAR\r\n:1\r\n", BAD, 2, "does not begin with a name"},
        {"BEGIN:VCALENDAR\r\nX;:1\r\n", BAD, 2, "a parameter is malformed"},
        {"BEGIN:VCALENDAR\r\nX;A:1\r\n", BAD, 2, "a parameter is malformed"},
        {"BEGIN:VCALENDAR\r\nX;A=\"b:1\r\n", BAD, 2, "a quote is not closed"},
        {"BEGIN:VCALENDAR\r\nX;A=b\"c\":1\r\n", BAD, 2, "no colon"},
        {"BEGIN:VCALENDAR\r\nX Y:1\r\n", BAD, 2, "no colon"},
        {"BEGIN:VCALENDAR\r\nX:\x01\r\n", BAD, 2, "control character"},
        {"BEGIN:VCALENDAR\r\nX:\xC3\r\nY:1", BAD, 2, "not UTF-8"},
        {"BEGIN:VCALENDAR\r\nX:\xED\xA0\x80\r\n", BAD, 2, "not UTF-8"},
        {"BEGIN:VCALENDAR\r\nBEGIN:A\r\nBEGIN:A\r\nBEGIN:A\r\nBEGIN:A\r\n", LSCHED_LIMIT, 5,
         "too deep"},
        {"BEGIN:VCALENDAR\r\nX:folded\r\n  twice\r\n  \r\nBEGIN:VCALENDAR", BAD, 5,
         "cannot stand here"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_refusal(&cases[i], strlen(cases[i].text));
    static const char with_nul[] = "BEGIN:VCALENDAR\r\nX:a\0b\r\nEND:VCALENDAR";
    const refusal nul = {with_nul, BAD, 2, "control"};
    check_refusal(&nul, sizeof with_nul - 1);
}

static void test_refused_events(void **state)
{
    (void)state;
    static const refusal cases[] = {
        {EVENT("UID:1\r\nDTEND:20260504T090000\r\n"), BAD, 2, "the VEVENT has no DTSTART"},
        {EVENT("UID:1\r\nDURATION:PT1H\r\n"), BAD, 2, "the VEVENT has no DTSTART"},
        {EVENT("UID:1\r\nRRULE:FREQ=DAILY\r\n"), BAD, 2, "the VEVENT has no DTSTART"},
        {EVENT("UID:1\r\nRECURRENCE-ID:20260504T090000\r\n"), BAD, 2, "the VEVENT has no DTSTART"},
        {EVENT("DTSTART:\r\n"), BAD, 3, "not a date or time from 1600 to 2199: \"\""},
        {EVENT("DTSTART:2026-05-04\r\n"), BAD, 3, "not a date or time"},
        {EVENT("DTSTART:20260229\r\n"), BAD, 3, "not a date or time"},
        {EVENT("DTSTART:20249945T997799Z\r\n"), BAD, 3, "not a date or time"},
        {EVENT("DTSTART:20260504T240000\r\n"), BAD, 3, "not a date or time"},
        {EVENT("DTSTART:20260504T0900\r\n"), BAD, 3, "not a date or time"},
        {EVENT("DTSTART:15991231\r\n"), BAD, 3, "not a date or time"},
        {EVENT("DTSTART:99991231\r\n"), BAD, 3, "not a date or time"},
        {EVENT("DTSTART;VALUE=DATE:20260504T090000\r\n"), BAD, 3, "not of the type"},
        {EVENT("DTSTART;VALUE=DATE-TIME:20260504\r\n"), BAD, 3, "not of the type"},
        {EVENT("DTSTART;VALUE=TEXT:20260504\r\n"), BAD, 3, "must be DATE or DATE-TIME"},
        {EVENT("DTSTART;VALUE=DATE;VALUE=DATE:20260504\r\n"), BAD, 3, "given twice"},
        {EVENT("DTSTART:20260504\r\nDTSTART:20260505\r\n"), BAD, 4, "given twice"},
        {EVENT("DTSTART;TZID=Mars/Base:20260504T090000\r\n"), BAD, 3,
         "TZID \"Mars/Base\" is no time zone"},
        {EVENT("DTSTART;TZID=x/Europe/Berlin:20260504T090000\r\n"), BAD, 3, "is no time zone"},
        {EVENT("DTSTART;TZID=/../../etc/passwd:20260504T090000\r\n"), BAD, 3, "is no time zone"},
        {EVENT("DTSTART;TZID=:20260504T090000\r\n"), BAD, 3, "TZID \"\" is no time zone"},
        {EVENT("DTSTART;TZID=Eastern Mars Time:20260504T090000\r\n"), BAD, 3,
         "\"Eastern Mars Time\""},
        {EVENT("DTSTART:20260504T090000\r\nDTEND:20260504T100000\r\nDURATION:PT1H\r\n"), BAD, 5,
         "exclude each other"},
        {EVENT("DTSTART:20260504T090000\r\nDTEND:20260504T085959\r\n"), BAD, 4, "before DTSTART"},
        {EVENT("DTSTART;TZID=Asia/Tokyo:20260504T090000\r\nDTEND:20260503T235959Z\r\n"), BAD, 4,
         "before DTSTART"},
        {EVENT("DTSTART:20260504T090000\r\nDTEND;VALUE=DATE:20260505\r\n"), BAD, 4,
         "both be dates"},
        {EVENT("DTEND:20260504T090000Z\r\nDTSTART:20260504T080000\r\n"), BAD, 3,
         "both have a zone"},
        {EVENT("DTSTART:20260504\r\nDURATION:PT1H\r\n"), BAD, 4, "DTSTART is a date"},
        {EVENT("DTSTART:20260504\r\nDURATION:-P1D\r\n"), BAD, 4, "cannot be negative"},
        {EVENT("DTSTART:20260504\r\nRRULE:FREQ=HOURLY\r\n"), BAD, 4, "within a day"},
        {EVENT("DTSTART:20260504\r\nRRULE:FREQ=DAILY;INTERVAL=0\r\n"), BAD, 4, "INTERVAL=0"},
        {EVENT("DTSTART:20260504\r\nEXRULE:FREQ=DAILY\r\n"), BAD, 4, "EXRULE"},
        {EVENT("DTSTART:20260504\r\nRDATE:20260505T090000\r\n"), BAD, 4, "both be dates"},
        {EVENT("DTSTART:20260504\r\nRDATE:\r\n"), BAD, 4, "not a date or time"},
        {EVENT("DTSTART:20260504\r\nRDATE;VALUE=PERIOD:20260504\r\n"), BAD, 4, "a period goes"},
        {EVENT("DTSTART:20260504T090000\r\nRDATE:20260504T090000/PT1H\r\n"), BAD, 4,
         "a period goes"},
        {EVENT("DTSTART:20260504T090000\r\nRDATE;VALUE=PERIOD:20260504T090000/20260504T080000\r\n"),
         BAD, 4, "ends before it starts"},
        {EVENT("DTSTART:20260504\r\nEXDATE;VALUE=PERIOD:20260504\r\n"), BAD, 4, "VALUE"},
        {EVENT("DTSTART:20260504\r\nEXDATE:20260504,\r\n"), BAD, 4, "not a date or time"},
        {EVENT("DTSTART:20260504T090000\r\nEXDATE:20260504T090000Z\r\n"), BAD, 4, "has a zone"},
        {EVENT("DTSTART:20260504T090000\r\nRECURRENCE-ID;RANGE=THISANDPRIOR:20260504T090000\r\n"),
         BAD, 4, "RANGE"},
        {EVENT("DTSTART:20260504\r\nSEQUENCE:-1\r\n"), BAD, 4, "not a number"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_refusal(&cases[i], strlen(cases[i].text));
}

static void test_durations(void **state)
{
    (void)state;
    static const char *const right[] = {"PT8H",    "P1D",  "P2W",    "P1DT12H", "PT1H30M",
                                        "PT30M5S", "PT0S", "+PT15M", "pt15m",   "P1DT1H1M1S"};
    static const char *const wrong[] = {"",       "P",       "PT",           "P15",    "P1W2D",
                                        "P1WT1H", "P1DT",    "PT1H1S",       "PT1S1M", "PT1D",
                                        "P1H",    "P1Y",     "1H",           "PT1.5H", "PT1H ",
                                        "P-1D",   "P99999D", "P9999999999D", "PT1HT1M"};
    char text[300];
    for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
        snprintf(text, sizeof text, EVENT("DTSTART:20260504T090000\r\nDURATION:%s\r\n"), right[i]);
        assert_int_equal(count(text), 1);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        snprintf(text, sizeof text, EVENT("DTSTART:20260504T090000\r\nDURATION:%s\r\n"), wrong[i]);
        refusal r = {text, BAD, 4, "not a duration"};
        check_refusal(&r, strlen(text));
    }
}

/* ---- limits ------------------------------------------------------------------------ */

/* `head`, then `unit` so many times, then `tail`. */
static char *repeat(const char *head, const char *unit, size_t times, const char *tail)
{
    size_t size = strlen(head) + strlen(unit) * times + strlen(tail) + 1;
    char *text = malloc(size), *end = text;
    assert_non_null(text);
    end = stpcpy(end, head);
    for (size_t i = 0; i < times; i++)
        end = stpcpy(end, unit);
    stpcpy(end, tail);
    return text;
}

static void limited(char *text, int status, int line, const char *words)
{
    refusal r = {text, status, line, words};
    lsi_calendar *c;
    if (status)
        check_refusal(&r, strlen(text));
    else if (read_text(text, strlen(text), &c))
        fail_msg("%s", e.text);
    else
        lsi_ical_free(c);
    free(text);
}

static void test_limits(void **state)
{
    (void)state;
    const char *head = "BEGIN:VCALENDAR\r\n", *tail = "\r\nEND:VCALENDAR\r\n";
    limited(repeat(head, "x", LSCHED_MAX_CALENDAR, ""), LSCHED_LIMIT, 0, "1048576 bytes");
    limited(repeat("BEGIN:VCALENDAR\r\nX:", "x", LSCHED_MAX_LINE - 2, tail), LSCHED_OK, 0, "");
    limited(repeat("BEGIN:VCALENDAR\r\nX:", "x", LSCHED_MAX_LINE - 1, tail), LSCHED_LIMIT, 2,
            "65536 bytes");
    limited(repeat("BEGIN:VCALENDAR\r\nX:", "\r\n x", LSCHED_MAX_LINE - 2, tail), LSCHED_OK, 0, "");
    limited(repeat("BEGIN:VCALENDAR\r\nX:", "\r\n x", LSCHED_MAX_LINE - 1, tail), LSCHED_LIMIT, 2,
            "65536 bytes");
    limited(repeat(head, "BEGIN:A\r\nEND:A\r\n", LSCHED_MAX_COMPONENTS - 1, tail), LSCHED_OK, 0,
            "");
    limited(repeat(head, "BEGIN:A\r\nEND:A\r\n", LSCHED_MAX_COMPONENTS, tail), LSCHED_LIMIT,
            2 * LSCHED_MAX_COMPONENTS, "too many components");
    const char *list = HEAD "DTSTART:20260504\r\nRDATE:20260505\r\nEXDATE:20260506";
    limited(repeat(list, "\r\n ,20260504", LSCHED_MAX_VALUES - 2, "\r\n" TAIL), LSCHED_OK, 0, "");
    limited(repeat(list, "\r\n ,20260504", LSCHED_MAX_VALUES - 1, "\r\n" TAIL), LSCHED_LIMIT, 5,
            "5000 values");
}

/* Each prefix and each damaged byte of a real text: an answer, never a crash. */
static void test_damage(void **state)
{
    (void)state;
    const char *folder = getenv("LSCHED_DATA");
    char path[4096], text[4096];
    assert_non_null(folder);
    snprintf(path, sizeof path, "%s/roster.ics", folder);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t size = fread(text, 1, sizeof text, file);
    fclose(file);
    assert_true(size > 1000 && size < sizeof text);

    lsi_calendar *c;
    assert_int_equal(read_text(text, size, &c), LSCHED_OK);
    lsi_ical_free(c);
    for (size_t n = 0; n < size - 1; n++)
        assert_int_equal(read_text(text, n, &c), LSCHED_INVALID);
    for (size_t n = 0; n < size; n++) {
        static const char other[] = {'\0', '\n', ' ', ':', ';', '"', ',', '9', 'Z', '\xFF'};
        char was = text[n];
        for (size_t k = 0; k < sizeof other; k++) {
            text[n] = other[k];
            int status = read_text(text, size, &c);
            assert_true(status == LSCHED_OK || (status == LSCHED_INVALID && e.line > 0));
            lsi_ical_free(c);
        }
        text[n] = was;
    }
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
    lsi_zone_set_free(zones);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accepted),
        cmocka_unit_test(test_zones),
        cmocka_unit_test(test_refused_structure),
        cmocka_unit_test(test_refused_events),
        cmocka_unit_test(test_durations),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_damage),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
