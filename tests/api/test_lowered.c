/* test_lowered.c -- limits of calendar text that the host sets lower: each is kept to the
 * last unit, and passing it is a status with the line. */
#include "world.h"

#define LIMITS(...) NEW(limits, __VA_ARGS__)

#define HEAD "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n"
#define TAIL "END:VCALENDAR\r\n"
#define EVENT(more) "BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260301T090000\r\n" more "END:VEVENT\r\n"

static int look(const char *text)
{
    const lsched_calendar c = {.size = sizeof c, .effect = LSCHED_OPENS, .text = text};
    lsched_spans *list;
    const int status = lsched_instances(w.s, &c, "UTC", at_zone("2026-03-01", "UTC"),
                                        at_zone("2026-03-15", "UTC"), &list);
    lsched_spans_free(list);
    return status;
}

/* With these limits the text is read; with one less in the field at `place` it is not,
 * and the refusal has the line and the words. */
static void needs(const char *text, lsched_limits limits, size_t place, int32_t line,
                  const char *words)
{
    limits.size = sizeof limits;
    ok(lsched_set_limits(w.s, &limits));
    ok(look(text));
    int32_t value;
    memcpy(&value, (char *)&limits + place, sizeof value);
    value--;
    memcpy((char *)&limits + place, &value, sizeof value);
    ok(lsched_set_limits(w.s, &limits));
    refuses(look(text), LSCHED_LIMIT, words);
    assert_int_equal(lsched_line(w.s), line);
    ok(lsched_set_limits(w.s, NULL));
    ok(look(text));
}

#define NEEDS(text, name, value, line, words)                                                      \
    needs(text, (lsched_limits){.name = (value)}, offsetof(lsched_limits, name), line, words)

static void test_each(void **state)
{
    static const char plain[] = HEAD EVENT("DURATION:PT1H\r\n") TAIL;
    static const char two[] = HEAD EVENT("") EVENT("") TAIL;
    static const char deep[] = HEAD EVENT("BEGIN:VALARM\r\nEND:VALARM\r\n") TAIL;
    static const char values[] = HEAD EVENT("RDATE:20260302T090000,20260303T090000\r\n"
                                            "EXDATE:20260302T090000\r\n") TAIL;
    static const char rules[] = HEAD EVENT("RRULE:FREQ=DAILY\r\nRRULE:FREQ=WEEKLY\r\n") TAIL;
    static const char folded[] = HEAD EVENT("SUMMARY:0123456789\r\n 0123456789\r\n 0123\r\n") TAIL;
    static const char daily[] = HEAD EVENT("DURATION:PT1H\r\nRRULE:FREQ=DAILY\r\n") TAIL;
    (void)state;
    NEEDS(plain, calendar, (int32_t)(sizeof plain - 1), 0, "bytes");
    NEEDS(folded, line, 8 + 24, 7, "longer than 31 bytes");
    NEEDS(two, components, 3, 8, "components");
    NEEDS(deep, depth, 3, 7, "deep");
    NEEDS(values, values, 3, 8, "more than 2 values");
    NEEDS(rules, rules, 2, 8, "more than 1 rules");
    NEEDS(daily, instances, 14, 4, "more than 13 instances");
}

/* Steps are not counted out here: what costs more than none and less than all. */
static void test_steps(void **state)
{
    static const char daily[] = HEAD EVENT("DURATION:PT1H\r\nRRULE:FREQ=DAILY\r\n") TAIL;
    (void)state;
    ok(lsched_set_limits(w.s, LIMITS(.steps = 1)));
    refuses(look(daily), LSCHED_LIMIT, "more than 1 steps");
    assert_int_equal(lsched_line(w.s), 8);
    ok(lsched_set_limits(w.s, LIMITS(.steps = 500)));
    ok(look(daily));
}

/* What was put stays, and is of use again when the limits allow it. */
static void test_stored(void **state)
{
    (void)state;
    lsched_spans *list;
    const lsched_time from = at("2026-03-02"), until = at("2026-03-03");
    ok(lsched_set_limits(w.s, LIMITS(.calendar = 10)));
    refuses(PUT(calendar, .kind = LSCHED_TEAM, .owner = "home", .name = "more",
                .effect = LSCHED_OPENS, .text = event("20260101", "20260102", NULL)),
            LSCHED_LIMIT, "10 bytes");
    refuses(lsched_hours(w.s, LSCHED_TEAM, "home", NULL, from, until, &list), LSCHED_LIMIT, "bytes");
    ok(lsched_set_limits(w.s, LIMITS(.calendar = 0)));
    ok(lsched_hours(w.s, LSCHED_TEAM, "home", NULL, from, until, &list));
    assert_int_equal(lsched_spans_count(list), 1);
    lsched_spans_free(list);
    lsched_calendar *c;
    refuses(lsched_get_calendar(w.s, LSCHED_TEAM, "home", "more", &c), LSCHED_NOTFOUND, "more");
}

static void test_refusals(void **state)
{
    (void)state;
    static const struct {
        lsched_limits limits;
        int status;
        const char *words;
    } wrong[] = {
        {{.calendar = LSCHED_MAX_CALENDAR + 1}, LSCHED_LIMIT, "calendar"},
        {{.line = LSCHED_MAX_LINE + 1}, LSCHED_LIMIT, "line"},
        {{.components = LSCHED_MAX_COMPONENTS + 1}, LSCHED_LIMIT, "components"},
        {{.depth = LSCHED_MAX_DEPTH + 1}, LSCHED_LIMIT, "depth"},
        {{.values = LSCHED_MAX_VALUES + 1}, LSCHED_LIMIT, "values"},
        {{.rules = LSCHED_MAX_RULES + 1}, LSCHED_LIMIT, "rules"},
        {{.instances = LSCHED_MAX_INSTANCES + 1}, LSCHED_LIMIT, "instances"},
        {{.steps = LSCHED_MAX_STEPS + 1}, LSCHED_LIMIT, "steps"},
        {{.depth = 1, .steps = -1}, LSCHED_INVALID, "steps"},
        {{.spare = 1}, LSCHED_MISUSE, "spare"},
    };
    ok(lsched_set_limits(w.s, LIMITS(.instances = 14)));
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        lsched_limits l = wrong[i].limits;
        l.size = sizeof l;
        refuses(lsched_set_limits(w.s, &l), wrong[i].status, wrong[i].words);
    }
    /* Those of before hold. */
    ok(look(HEAD EVENT("RRULE:FREQ=DAILY\r\n") TAIL));
    refuses(look(HEAD EVENT("RRULE:FREQ=HOURLY\r\n") TAIL), LSCHED_LIMIT, "14 instances");
    assert_int_equal(lsched_set_limits(NULL, NULL), LSCHED_MISUSE);
}

/* It is there at once, and stays the same while nobody installs another. */
static void test_zone_version(void **state)
{
    (void)state;
    lsched *s = lsched_new();
    char before[100];
    assert_non_null(s);
    const char *version = lsched_zone_version(s);
    assert_in_range(strlen(version), 5, sizeof before - 1);
    snprintf(before, sizeof before, "%s", version);
    assert_int_equal(lsched_open(s, ":memory:", LSCHED_CREATE), LSCHED_OK);
    assert_string_equal(lsched_zone_version(s), before);
    assert_string_equal(lsched_zone_version(w.s), before);
    lsched_free(s);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_little, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_each),
        TEST(test_steps),
        TEST(test_stored),
        TEST(test_refusals),
        TEST(test_zone_version),
    };
    return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
