/* test_written.c -- header chapter 9: bookings as iCalendar text for other programs. */
#include "world.h"

static lsched_booking *book_at(const char *key, const char *agent, const char *start)
{
    return BOOK(.key = key, .customer = "cora", .service = "talk", .agent = agent,
                .start = at(start), .note = "a secret note");
}

/* The text without its folds (RFC 5545, section 3.1), after a look at its lines. */
static char *unfolded(char *text)
{
    char *to = text;
    size_t length = 0;
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '\n') {
            assert_true(p > text && p[-1] == '\r' && length <= 76);
            length = 0;
            if (p[1] == ' ') {
                p++;
                to--; /* the CR before it */
                length = 1;
                continue;
            }
        } else {
            length++;
        }
        *to++ = *p;
    }
    *to = '\0';
    return text;
}

static int count(const char *text, const char *line)
{
    char whole[200];
    int n = 0;
    snprintf(whole, sizeof whole, "\r\n%s\r\n", line);
    for (const char *p = text; (p = strstr(p, whole)) != NULL; p += 2)
        n++;
    return n;
}

static void expect_lines(const char *text, const char *const *lines, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (count(text, lines[i]) != 1)
            fail_msg("\"%s\" is not once in\n%s", lines[i], text);
    }
}

static char *written(const char *id)
{
    char *text;
    ok(lsched_write_booking(w.s, id, &text));
    assert_int_equal(strncmp(text, "BEGIN:VCALENDAR\r\n", 17), 0);
    assert_string_equal(text + strlen(text) - 15, "END:VCALENDAR\r\n");
    return unfolded(text);
}

static void test_booking(void **state)
{
    char uid[100], *text;
    (void)state;
    lsched_booking *b = book_at("1", "ben", "2026-03-09T10:00");
    snprintf(uid, sizeof uid, "UID:%s", b->id);
    const char *lines[] = {uid, "VERSION:2.0", "BEGIN:VEVENT", "END:VEVENT", "SEQUENCE:0",
                           "DTSTART:20260309T140000Z", "DTEND:20260309T143000Z"};
    text = written(b->id);
    expect_lines(text, lines, sizeof lines / sizeof *lines);
    assert_int_equal(count(text, "STATUS:CANCELLED"), 0);
    assert_null(strstr(text, "secret"));
    assert_null(strstr(text, "cora"));
    assert_non_null(strstr(text, "\r\nDTSTAMP:"));
    lsched_text_free(text);

    ok(world_try_move(NEW(change, .key = "2", .id = b->id, .start = at("2026-03-07T10:00"),
                          .cause = "a secret cause")));
    ok(lsched_cancel(w.s, b->id, "a secret cause", "3", NULL));
    text = written(b->id);
    const char *then[] = {uid, "STATUS:CANCELLED", "SEQUENCE:2", "DTSTART:20260307T150000Z"};
    expect_lines(text, then, 4);
    assert_null(strstr(text, "secret"));
    lsched_text_free(text);
    lsched_booking_free(b);
    refuses(lsched_write_booking(w.s, "nix", &text), LSCHED_NOTFOUND, "'nix'");
    assert_null(text);
}

/* What we write, we read: the same instants, in any zone. */
static void test_there_and_back(void **state)
{
    (void)state;
    lsched_spans *list;
    lsched_booking *b = book_at("1", "ana", "2026-03-09T10:00");
    char *text;
    ok(lsched_write_booking(w.s, b->id, &text));
    ok(lsched_instances(w.s, NEW(calendar, .effect = LSCHED_CLOSES, .text = text),
                        "Asia/Kathmandu", b->start - 86400, b->end + 86400, &list));
    assert_int_equal(lsched_spans_count(list), 1);
    assert_int_equal(lsched_spans_at(list, 0)->from, b->start);
    assert_int_equal(lsched_spans_at(list, 0)->until, b->end);
    lsched_spans_free(list);
    lsched_text_free(text);
    lsched_booking_free(b);
}

/* Names in which every special character of iCalendar stands. */
static void test_special_names(void **state)
{
    (void)state;
    lsched_spans *list;
    char *text;
    ok(PUT(agent, .id = "ana", .name = "Ana; \"O'Hara\", \\ äöü", .zone = "America/New_York"));
    lsched_booking *b = book_at("1", "ana", "2026-03-09T10:00");
    ok(lsched_write_booking(w.s, b->id, &text));
    ok(lsched_instances(w.s, NEW(calendar, .effect = LSCHED_OPENS, .text = text), "UTC",
                        b->start, b->end, &list));
    assert_non_null(strstr(lsched_spans_at(list, 0)->summary, "Ana; \"O'Hara\", \\ äöü"));
    lsched_spans_free(list);
    lsched_text_free(text);
    lsched_booking_free(b);
}

static void test_agenda(void **state)
{
    (void)state;
    char *text;
    lsched_booking *b[5] = {book_at("0", "ana", "2026-03-03T10:00"),
                            book_at("1", "ana", "2026-03-03T12:00"),
                            book_at("2", "ben", "2026-03-03T12:00"),
                            book_at("3", "ana", "2026-03-03T14:00"),
                            book_at("4", "ana", "2026-03-04T10:00")};
    ok(lsched_cancel(w.s, b[1]->id, NULL, "c", NULL));
    /* From within the first until the beginning of the last. */
    ok(lsched_write_agenda(w.s, "ana", b[0]->end - 1, b[4]->start, &text));
    unfolded(text);
    assert_int_equal(count(text, "BEGIN:VEVENT"), 3);
    assert_int_equal(count(text, "STATUS:CANCELLED"), 1);
    for (int i = 0; i < 5; i++)
        assert_int_equal(strstr(text, b[i]->id) != NULL, i == 0 || i == 1 || i == 3);
    assert_null(strstr(text, "secret"));
    assert_null(strstr(text, "cora"));
    lsched_text_free(text);
    ok(lsched_write_agenda(w.s, "ana", b[0]->end, b[1]->start, &text));
    assert_int_equal(count(text, "BEGIN:VEVENT"), 0);
    assert_non_null(strstr(text, "BEGIN:VCALENDAR"));
    lsched_text_free(text);
    ok(lsched_write_agenda(w.s, "hal", 0, 86400, &text));
    assert_int_equal(count(text, "BEGIN:VEVENT"), 0);
    lsched_text_free(text);
    refuses(lsched_write_agenda(w.s, "nix", w.now, w.now + 60, &text), LSCHED_NOTFOUND, "'nix'");
    assert_null(text);
    refuses(lsched_write_agenda(w.s, "ana", w.now, w.now, &text), LSCHED_INVALID, "");
    refuses(lsched_write_agenda(w.s, "ana", w.now, w.now + 401 * INT64_C(86400), &text),
            LSCHED_LIMIT, "400");
    for (int i = 0; i < 5; i++)
        lsched_booking_free(b[i]);
}

/* Names may have gone since; the booking has not. */
static void test_after_they_left(void **state)
{
    (void)state;
    lsched_booking *b = book_at("1", "ana", "2026-03-03T10:00");
    w.now = b->end;
    ok(lsched_remove_member(w.s, "home", "ana", NULL));
    ok(lsched_remove_agent(w.s, "ana"));
    ok(lsched_remove_service(w.s, "talk"));
    char *text = written(b->id);
    assert_int_equal(count(text, "BEGIN:VEVENT"), 1);
    assert_non_null(strstr(text, "ana"));
    lsched_text_free(text);
    lsched_booking_free(b);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_little, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_booking), TEST(test_there_and_back),  TEST(test_special_names),
        TEST(test_agenda),  TEST(test_after_they_left),
    };
    return cmocka_run_group_tests_name("written", tests, NULL, NULL);
}
