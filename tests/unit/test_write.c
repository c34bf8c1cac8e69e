/* test_write.c -- iCalendar text out: its form, and that our own reader understands it. */
#include "cal/cal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static lsi_error e;

static char *write_items(const lsi_item *items, size_t count)
{
    char *text;
    assert_int_equal(lsi_write_items(items, count, 1767225600, &text, &e), LSCHED_OK);
    assert_non_null(text);
    return text;
}

static void test_form(void **state)
{
    (void)state;
    const lsi_item items[] = {
        {.uid = "01J-abc",
         .summary = "Call, with Ana; about fiber",
         .start = 1773002400,
         .end = 1773004200,
         .created = 1772000000,
         .changed = 1772000001},
        {.uid = "01J-def",
         .summary = "Visit",
         .start = 0,
         .end = LSI_TIME_END - 1,
         .created = 1,
         .changed = 2,
         .sequence = 7,
         .cancelled = true},
    };
    char *text = write_items(items, 2);
    assert_string_equal(text, "BEGIN:VCALENDAR\r\n"
                              "PRODID:-//libsched//EN\r\n"
                              "VERSION:2.0\r\n"
                              "METHOD:PUBLISH\r\n"
                              "BEGIN:VEVENT\r\n"
                              "UID:01J-abc\r\n"
                              "DTSTAMP:20260101T000000Z\r\n"
                              "DTSTART:20260308T204000Z\r\n"
                              "DTEND:20260308T211000Z\r\n"
                              "CREATED:20260225T061320Z\r\n"
                              "LAST-MODIFIED:20260225T061321Z\r\n"
                              "SEQUENCE:0\r\n"
                              "STATUS:CONFIRMED\r\n"
                              "SUMMARY:Call\\, with Ana\\; about fiber\r\n"
                              "END:VEVENT\r\n"
                              "BEGIN:VEVENT\r\n"
                              "UID:01J-def\r\n"
                              "DTSTAMP:20260101T000000Z\r\n"
                              "DTSTART:19700101T000000Z\r\n"
                              "DTEND:21991231T235959Z\r\n"
                              "CREATED:19700101T000001Z\r\n"
                              "LAST-MODIFIED:19700101T000002Z\r\n"
                              "SEQUENCE:7\r\n"
                              "STATUS:CANCELLED\r\n"
                              "SUMMARY:Visit\r\n"
                              "END:VEVENT\r\n"
                              "END:VCALENDAR\r\n");
    free(text);
}

/* What is held is not sure yet, and what is cancelled was only ever held, or not. */
static void test_status(void **state)
{
    (void)state;
    static const char *const words[] = {"CONFIRMED", "CANCELLED", "TENTATIVE", "CANCELLED"};
    for (int i = 0; i < 4; i++) {
        char line[40];
        const lsi_item item = {.uid = "u",
                               .summary = "s",
                               .start = 60,
                               .end = 120,
                               .cancelled = (i & 1) != 0,
                               .tentative = (i & 2) != 0};
        char *text = write_items(&item, 1);
        snprintf(line, sizeof line, "\r\nSTATUS:%s\r\n", words[i]);
        assert_non_null(strstr(text, line));
        free(text);
    }
}

static void test_nothing(void **state)
{
    (void)state;
    char *text = write_items(NULL, 0);
    assert_string_equal(text, "BEGIN:VCALENDAR\r\nPRODID:-//libsched//EN\r\nVERSION:2.0\r\n"
                              "METHOD:PUBLISH\r\nEND:VCALENDAR\r\n");
    free(text);
}

/* No line is longer than 75 bytes, and no character is cut. */
static void test_folding(void **state)
{
    (void)state;
    char summary[400] = "";
    while (strlen(summary) < 380)
        strcat(summary, "\xC3\xA4\xE2\x82\xAC, ");
    const lsi_item item = {.uid = "u", .summary = summary, .start = 60, .end = 120};
    char *text = write_items(&item, 1);
    for (const char *line = text; *line;) {
        size_t size = strcspn(line, "\r");
        assert_true(size <= 75);
        assert_true(lsi_text_clean(line, size, true));
        assert_memory_equal(line + size, "\r\n", 2);
        line += size + 2;
    }
    free(text);
}

static void test_our_reader_understands_it(void **state)
{
    (void)state;
    enum { COUNT = 500 };
    static lsi_item items[COUNT];
    static char uids[COUNT][16];
    const char *summary = "long, \xC3\xA4\xC3\xB6\xC3\xBC; and \"quoted\": back\\slash, and so on, "
                          "for more than one line of text";
    for (int i = 0; i < COUNT; i++) {
        uids[i][0] = (char)('a' + i % 26);
        uids[i][1] = (char)('a' + i / 26);
        items[i] = (lsi_item){.uid = uids[i],
                              .summary = summary,
                              .start = 1773002400 + i * 3600,
                              .end = 1773002400 + i * 3600 + 1800,
                              .cancelled = i % 5 == 4};
    }
    char *text = write_items(items, COUNT);

    lsi_zones *zones = lsi_zone_set_new();
    const lsi_zone *zone;
    lsi_calendar *calendar;
    lsi_instances found = {0};
    assert_int_equal(lsi_zone_get(zones, "Pacific/Apia", &zone, &e), LSCHED_OK);
    if (lsi_ical_read(zones, text, strlen(text), &calendar, &e))
        fail_msg("%s", e.text);
    lsi_reading how = {LSCHED_CLOSES, LSCHED_EXACT, zone};
    assert_int_equal(lsi_expand_instances(calendar, &how, 0, LSI_TIME_END, &found, &e), LSCHED_OK);
    assert_int_equal(found.count, COUNT / 5 * 4);
    assert_int_equal(found.at[4].from, items[5].start);
    assert_int_equal(found.at[4].until, items[5].end);
    assert_string_equal(found.at[4].summary, summary);
    free(found.at);
    lsi_ical_free(calendar);
    lsi_zone_set_free(zones);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_form),
        cmocka_unit_test(test_status),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_folding),
        cmocka_unit_test(test_our_reader_understands_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
