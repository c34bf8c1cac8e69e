/* test_kinds.c -- the tables of the records: defaults, ranges, limits, copies. */
#include "model/model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static lsi_error e;

static void refused(const lsi_kind *kind, void *record, int status, const char *words)
{
    lsi_error_clear(&e);
    assert_int_equal(lsi_kind_check(kind, record, &e), status);
    assert_string_equal(e.text, words);
}

static void accepted(const lsi_kind *kind, void *record)
{
    lsi_error_clear(&e);
    if (lsi_kind_check(kind, record, &e) != LSCHED_OK)
        fail_msg("%s", e.text);
}

static void test_defaults(void **state)
{
    (void)state;
    lsched_service s = {.id = "fiber", .name = "Fiber"};
    accepted(&lsi_kind_service, &s);
    assert_int_equal(s.channels, 15);
    assert_int_equal(s.minutes, 30);
    assert_int_equal(s.before, 0);
    assert_int_equal(s.notice, 30);
    assert_int_equal(s.horizon, 30);
    assert_int_equal(s.step, 15);
    assert_int_equal(s.anchor, LSCHED_CLOCK);
    s.notice = LSCHED_NONE;
    accepted(&lsi_kind_service, &s);
    assert_int_equal(s.notice, -1);
    s.horizon = 366;
    accepted(&lsi_kind_service, &s);
    assert_int_equal(s.horizon, 366);

    lsched_agent a = {.id = "ana", .name = "Ana", .zone = "Europe/Berlin"};
    accepted(&lsi_kind_agent, &a);
    assert_int_equal(a.lanes, 3);
    assert_int_equal(a.channels, 15);

    lsched_calendar c = {.kind = 1, .effect = LSCHED_OPENS, .owner = "hv", .name = "h",
                         .text = "x"};
    accepted(&lsi_kind_calendar, &c);
    assert_int_equal(c.ends, LSCHED_WALL);
    assert_int_equal(c.text_size, 1);
    c.effect = LSCHED_CLOSES;
    c.ends = 0;
    accepted(&lsi_kind_calendar, &c);
    assert_int_equal(c.ends, LSCHED_EXACT);
    c.ends = LSCHED_WALL;
    accepted(&lsi_kind_calendar, &c);
    assert_int_equal(c.ends, LSCHED_WALL);
}

static void test_numbers(void **state)
{
    (void)state;
    static const struct {
        size_t offset;
        int32_t value;
        int status;
        const char *words;
    } cases[] = {
        {offsetof(lsched_service, minutes), 2000, LSCHED_LIMIT,
         "service 'fiber': minutes is 2000, more than 1440"},
        {offsetof(lsched_service, minutes), -1, LSCHED_INVALID,
         "service 'fiber': minutes is -1, less than 1"},
        {offsetof(lsched_service, notice), -2, LSCHED_INVALID,
         "service 'fiber': notice is -2, less than -1"},
        {offsetof(lsched_service, horizon), 367, LSCHED_LIMIT,
         "service 'fiber': horizon is 367, more than 366"},
        {offsetof(lsched_service, step), 1441, LSCHED_LIMIT,
         "service 'fiber': step is 1441, more than 1440"},
        {offsetof(lsched_service, channels), 16, LSCHED_INVALID,
         "service 'fiber': channels is 16, more than 15"},
        {offsetof(lsched_service, anchor), 4, LSCHED_INVALID,
         "service 'fiber': anchor is 4, more than 3"},
        {offsetof(lsched_service, before), -1, LSCHED_INVALID,
         "service 'fiber': before is -1, less than 0"},
        {offsetof(lsched_service, after), 1411, LSCHED_LIMIT,
         "service 'fiber': minutes, before, after and wrap_up together are 1441, more than 1440"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lsched_service s = {.id = "fiber", .name = "Fiber"};
        memcpy((char *)&s + cases[i].offset, &cases[i].value, sizeof cases[i].value);
        refused(&lsi_kind_service, &s, cases[i].status, cases[i].words);
    }
    lsched_agent a = {.id = "a", .name = "A", .zone = "Z", .lanes = 33};
    refused(&lsi_kind_agent, &a, LSCHED_LIMIT, "agent 'a': lanes is 33, more than 32");
    a.lanes = 32;
    a.spare = 1;
    refused(&lsi_kind_agent, &a, LSCHED_MISUSE, "agent 'a': spare is not zero");
}

static void test_required(void **state)
{
    (void)state;
    lsched_team t = {0};
    refused(&lsi_kind_team, &t, LSCHED_INVALID, "team: id is required");
    t.id = "";
    refused(&lsi_kind_team, &t, LSCHED_INVALID, "team: id is required");
    t.id = "h v";
    refused(&lsi_kind_team, &t, LSCHED_INVALID, "team: id has white space");
    t.id = "h\tv";
    refused(&lsi_kind_team, &t, LSCHED_INVALID,
            "team: id has a control character or is not UTF-8");
    t.id = "h\xff";
    refused(&lsi_kind_team, &t, LSCHED_INVALID,
            "team: id has a control character or is not UTF-8");
    t.id = "hv";
    refused(&lsi_kind_team, &t, LSCHED_INVALID, "team 'hv': name is required");
    t.name = "Hudson Valley";
    t.zone = "America/New_York";
    accepted(&lsi_kind_team, &t);
    t.overflow = "hv";
    refused(&lsi_kind_team, &t, LSCHED_INVALID, "team 'hv': overflow is the team itself");

    lsched_calendar c = {.owner = "hv", .name = "h", .text = "x", .effect = 1};
    refused(&lsi_kind_calendar, &c, LSCHED_INVALID, "calendar: kind is required");
    c.kind = 6;
    refused(&lsi_kind_calendar, &c, LSCHED_INVALID, "calendar: kind is 6, more than 5");
    c.kind = LSCHED_REGION;
    c.effect = 0;
    refused(&lsi_kind_calendar, &c, LSCHED_INVALID,
            "calendar 'region/hv/h': effect is required");
    c.effect = 1;
    c.text = "";
    refused(&lsi_kind_calendar, &c, LSCHED_INVALID, "calendar 'region/hv/h': text is required");
    c.text = "a\0b";
    c.text_size = 3;
    refused(&lsi_kind_calendar, &c, LSCHED_INVALID,
            "calendar 'region/hv/h': text has a NUL inside");
    c.text_size = LSCHED_MAX_CALENDAR + 1;
    refused(&lsi_kind_calendar, &c, LSCHED_LIMIT,
            "calendar 'region/hv/h': text is longer than 1048576 bytes");
}

static void test_limits(void **state)
{
    (void)state;
    char text[4200];
    memset(text, 'x', sizeof text);
    text[LSCHED_MAX_ID] = '\0';
    lsched_team t = {.id = text, .name = "n", .zone = "z"};
    accepted(&lsi_kind_team, &t);
    text[LSCHED_MAX_ID] = 'x';
    text[LSCHED_MAX_ID + 1] = '\0';
    refused(&lsi_kind_team, &t, LSCHED_LIMIT, "team: id is longer than 64 bytes");
    text[LSCHED_MAX_ID + 1] = 'x';
    text[LSCHED_MAX_NAME + 1] = '\0';
    t.id = "t";
    t.name = text;
    refused(&lsi_kind_team, &t, LSCHED_LIMIT, "team 't': name is longer than 200 bytes");
    t.name = "n";
    text[LSCHED_MAX_NAME + 1] = 'x';
    text[LSCHED_MAX_NOTE] = '\0';
    t.photo = text;
    accepted(&lsi_kind_team, &t);
    t.photo = "two\nlines";
    refused(&lsi_kind_team, &t, LSCHED_INVALID,
            "team 't': photo has a control character or is not UTF-8");
}

static void test_words(void **state)
{
    (void)state;
    static const struct {
        const char *skills, *words;
        int status;
    } cases[] = {
        {"fiber:3 billing", NULL, 0},
        {"fiber:9", NULL, 0},
        {" fiber", "agent 'a': skills has a space too many", LSCHED_INVALID},
        {"fiber ", "agent 'a': skills has a space too many", LSCHED_INVALID},
        {"fiber  tv", "agent 'a': skills has a space too many", LSCHED_INVALID},
        {"fiber tv fiber:2", "agent 'a': skills has 'fiber' twice", LSCHED_INVALID},
        {"fiber:10", "agent 'a': skills has 'fiber' at level 10, more than 9", LSCHED_LIMIT},
        {"fiber:0", "agent 'a': skills has 'fiber' without a level 1 to 9", LSCHED_INVALID},
        {"fiber:", "agent 'a': skills has 'fiber' without a level 1 to 9", LSCHED_INVALID},
        {"fiber:x", "agent 'a': skills has 'fiber' without a level 1 to 9", LSCHED_INVALID},
        {"a:b:3", "agent 'a': skills has 'a' without a level 1 to 9", LSCHED_INVALID},
        {":3", "agent 'a': skills has an empty or malformed word", LSCHED_INVALID},
        {"fi\xc2\xa0""er", "agent 'a': skills has an empty or malformed word", LSCHED_INVALID},
        {"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff12345",
         "agent 'a': skills has a word of more than 64 bytes", LSCHED_LIMIT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lsched_agent a = {.id = "a", .name = "A", .zone = "Z", .skills = cases[i].skills};
        if (cases[i].words == NULL)
            accepted(&lsi_kind_agent, &a);
        else
            refused(&lsi_kind_agent, &a, cases[i].status, cases[i].words);
    }
    /* Elsewhere a colon means nothing. */
    lsched_team t = {.id = "t", .name = "n", .zone = "z", .regions = "a:1 a:2"};
    accepted(&lsi_kind_team, &t);
    t.regions = "a b a";
    refused(&lsi_kind_team, &t, LSCHED_INVALID, "team 't': regions has 'a' twice");
}

static void test_dates(void **state)
{
    (void)state;
    static const char *const bad[] = {"2026-1-05",  "2026-01-5",  "20260105",   "2026-13-01",
                                      "2026-00-10", "2026-02-29", "2100-02-29", "1969-12-31",
                                      "2200-01-01", "2026-04-31", "2026-01-00", "+026-01-05"};
    static const char *const good[] = {"1970-01-01", "2024-02-29", "2000-02-29", "2199-12-31"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        lsched_member m = {.team = "t", .agent = "a", .from = bad[i]};
        assert_int_equal(lsi_kind_check(&lsi_kind_member, &m, &e), LSCHED_INVALID);
        assert_non_null(strstr(e.text, "member: from is "));
    }
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        lsched_member m = {.team = "t", .agent = "a", .until = good[i]};
        accepted(&lsi_kind_member, &m);
    }
    lsched_member m = {.team = "t", .agent = "a", .from = "2026-01-05", .until = "2026-01-05"};
    refused(&lsi_kind_member, &m, LSCHED_INVALID,
            "member 't/a/2026-01-05': until is not after from");
    m.from = NULL;
    accepted(&lsi_kind_member, &m);
}

static lsched_booking good_booking(void)
{
    return (lsched_booking){.state = 1, .channel = 1, .id = "b1", .customer = "c", .service = "s",
                            .agent = "a", .team = "t", .start = 1000, .end = 2800};
}

static void test_booking(void **state)
{
    (void)state;
    lsched_booking b = good_booking();
    accepted(&lsi_kind_booking, &b);
    assert_int_equal(b.busy_from, 1000);
    assert_int_equal(b.busy_until, 2800);
    b.channel = 3;
    refused(&lsi_kind_booking, &b, LSCHED_INVALID,
            "booking 'b1': channel is 3, not one channel");
    b = good_booking();
    b.rung = 6;
    refused(&lsi_kind_booking, &b, LSCHED_INVALID, "booking 'b1': rung is 6, not one rung");
    b = good_booking();
    b.end = 1000;
    refused(&lsi_kind_booking, &b, LSCHED_INVALID, "booking 'b1': end is not after start");
    b = good_booking();
    b.busy_from = 1001;
    refused(&lsi_kind_booking, &b, LSCHED_INVALID, "booking 'b1': busy_from is after start");
    b = good_booking();
    b.busy_until = 2799;
    refused(&lsi_kind_booking, &b, LSCHED_INVALID, "booking 'b1': busy_until is before end");
    b = good_booking();
    b.busy_until = 1000 + 86401;
    refused(&lsi_kind_booking, &b, LSCHED_LIMIT,
            "booking 'b1': busy_from to busy_until is more than 1440 minutes");
    b = good_booking();
    b.start = -1;
    refused(&lsi_kind_booking, &b, LSCHED_INVALID,
            "booking 'b1': start is not a time from 1970 to 2199");
    b = good_booking();
    b.sequence = 999999999;
    accepted(&lsi_kind_booking, &b);
    b.sequence++;
    refused(&lsi_kind_booking, &b, LSCHED_INVALID,
            "booking 'b1': sequence is 1000000000, more than 999999999");
    b = good_booking();
    b.note = "two\nlines\tand a tab";
    accepted(&lsi_kind_booking, &b);
}

static void test_label(void **state)
{
    (void)state;
    char label[LSI_LABEL];
    lsched_member m = {.team = "hv", .agent = "ana", .from = "2026-01-05"};
    lsi_kind_label(&lsi_kind_member, &m, label);
    assert_string_equal(label, "member 'hv/ana/2026-01-05'");
    m.from = NULL;
    lsi_kind_label(&lsi_kind_member, &m, label);
    assert_string_equal(label, "member 'hv/ana'");
    m.team = "";
    lsi_kind_label(&lsi_kind_member, &m, label);
    assert_string_equal(label, "member");

    /* Whatever has no key has only a name, also when its first field is set. */
    lsi_kind keyless = lsi_kind_team;
    lsched_team t = {.id = "hv"};
    keyless.name = "wish";
    keyless.keys = 0;
    lsi_kind_label(&keyless, &t, label);
    assert_string_equal(label, "wish");
    refused(&keyless, &t, LSCHED_INVALID, "wish: name is required");
    keyless = lsi_kind_calendar;
    keyless.keys = 0;
    lsi_kind_label(&keyless, &(lsched_calendar){.kind = LSCHED_TEAM}, label);
    assert_string_equal(label, "calendar");
}

static void test_copy(void **state)
{
    (void)state;
    lsi_arena a = {0};
    char text[] = {'T', 'E', 'X', 'T'}; /* no NUL behind it */
    char owner[] = "hv";
    lsched_calendar c = {.kind = 1, .effect = 1, .owner = owner, .name = "h", .text = text,
                         .text_size = sizeof text};
    lsched_calendar copy;
    assert_int_equal(lsi_kind_copy(&lsi_kind_calendar, &c, &a, &copy, &e), LSCHED_OK);
    owner[0] = 'X';
    text[0] = 'X';
    assert_string_equal(copy.owner, "hv");
    assert_string_equal(copy.text, "TEXT");
    assert_int_equal(copy.text_size, 4);
    assert_int_equal(copy.size, sizeof copy);

    lsched_team t = {.id = "t"}, other;
    assert_int_equal(lsi_kind_copy(&lsi_kind_team, &t, &a, &other, &e), LSCHED_OK);
    for (size_t i = 0; i < lsi_kind_team.count; i++)
        if (lsi_kind_is_text(&lsi_kind_team.fields[i]))
            assert_non_null(lsi_kind_text(&lsi_kind_team.fields[i], &other));
    lsi_arena_free(&a);
}

/* Every field of each struct but `size` and `text_size` is in its table, once. */
static void test_tables_are_whole(void **state)
{
    (void)state;
    static const lsi_kind *const kinds[] = {
        &lsi_kind_team,     &lsi_kind_agent,    &lsi_kind_member, &lsi_kind_service,
        &lsi_kind_customer, &lsi_kind_calendar, &lsi_kind_booking,
        &lsi_kind_incident, &lsi_kind_announcement};
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        unsigned char seen[256] = {0};
        const size_t known = sizeof(uint32_t);
        memset(seen, 1, known);
        for (size_t i = 0; i < kinds[k]->count; i++) {
            const lsi_field *f = &kinds[k]->fields[i];
            size_t bytes = lsi_kind_is_text(f)   ? sizeof(char *)
                           : f->type == LSI_TIME ? sizeof(lsched_time)
                                                 : sizeof(int32_t);
            for (size_t b = f->offset; b < f->offset + bytes; b++) {
                assert_int_equal(seen[b], 0);
                seen[b] = 1;
            }
        }
        size_t missing = 0;
        for (size_t b = 0; b < kinds[k]->size; b++)
            missing += !seen[b];
        assert_int_equal(missing, kinds[k] == &lsi_kind_calendar ? sizeof(size_t) : 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults), cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_required), cmocka_unit_test(test_limits),
        cmocka_unit_test(test_words),    cmocka_unit_test(test_dates),
        cmocka_unit_test(test_booking),  cmocka_unit_test(test_label),
        cmocka_unit_test(test_copy),     cmocka_unit_test(test_tables_are_whole),
    };
    return cmocka_run_group_tests_name("kinds", tests, NULL, NULL);
}
