/* test_bad_input.c -- whatever a caller hands in by mistake: its own clear status, and a
 * store in which nothing has changed. */
#include "world.h"

/* The little world, with a booking and a snapshot that every test ends with. */
static char *before;
static lsched_booking *booked;

static int open_world(void **state)
{
    if (world_little(state) != 0)
        return 1;
    booked = BOOK(.key = "first", .customer = "cora", .service = "talk", .agent = "ana",
                  .start = at("2026-03-03T10:00"));
    before = world_listing(w.s);
    return 0;
}

static int close_world(void **state)
{
    world_unchanged(before);
    lsched_booking_free(booked);
    return world_close(state);
}

/* ---- every struct that comes in, in a good copy --------------------------------------------- */

/* Each call is made with a struct of `size` bytes, of which some are spoiled. */
typedef struct entry {
    const char *name;
    size_t size;
    size_t first; /* its size in 0.1.0 */
    int (*call)(const void *in);
    const void *good;
} entry;

/* Calls that hand something out: it is NULL after a failure, and never needed here. */
#define HANDS_OUT(function, type, result)                                                          \
    static int call_##function(const void *in)                                                     \
    {                                                                                              \
        lsched_##result *out = (lsched_##result *)&w;                                              \
        const int status = lsched_##function(w.s, in, &out);                                       \
        assert_int_equal(out != NULL, status == LSCHED_OK);                                        \
        lsched_##result##_free(out);                                                               \
        return status;                                                                             \
    }
#define TAKES(function)                                                                            \
    static int call_##function(const void *in)                                                     \
    {                                                                                              \
        return lsched_##function(w.s, in);                                                         \
    }
TAKES(put_team)
TAKES(put_agent)
TAKES(put_member)
TAKES(put_service)
TAKES(put_customer)
TAKES(put_calendar)
HANDS_OUT(find, query, slots)
HANDS_OUT(explain, query, explanation)
HANDS_OUT(book, request, booking)
HANDS_OUT(move, change, booking)
HANDS_OUT(list_bookings, filter, bookings)

static int call_import(const void *in)
{
    lsched_booking *out = (lsched_booking *)&w;
    const int status = lsched_import(w.s, in, "k", &out);
    assert_int_equal(out != NULL, status == LSCHED_OK);
    lsched_booking_free(out);
    return status;
}

static int call_expand(const void *in)
{
    lsched_spans *out = (lsched_spans *)&w;
    const lsched_calendar *calendars[] = {in};
    const int status = lsched_expand(w.s, calendars, 1, "UTC", w.now, w.now + 60, &out);
    assert_int_equal(out != NULL, status == LSCHED_OK);
    lsched_spans_free(out);
    return status;
}

/* What is good enough to be stored is rolled back again. */
static int call_for_nothing(const entry *e, const void *in)
{
    assert_int_equal(lsched_begin(w.s), LSCHED_OK);
    const int status = e->call(in);
    char words[500];
    strcpy(words, lsched_message(w.s));
    if (status != LSCHED_OK && (strlen(words) < 8 || strpbrk(words, "\r\n\t") != NULL))
        fail_msg("%s: \"%s\"", e->name, words);
    assert_int_equal(lsched_rollback(w.s), LSCHED_OK);
    return status;
}

enum {
    TEAM,
    AGENT,
    MEMBER,
    SERVICE,
    CUSTOMER,
    CALENDAR,
    QUERY,
    EXPLAIN,
    REQUEST,
    CHANGE,
    FILTER,
    BOOKING,
    EXPAND,
    ENTRIES
};

/* Lives as long as the test that asks. */
static const entry *entries(void)
{
    static entry all[ENTRIES];
    static lsched_team team = {.id = "x", .name = "X", .zone = "UTC"};
    static lsched_agent agent = {.id = "x", .name = "X", .zone = "UTC"};
    static lsched_member member = {.team = "home", .agent = "hal"};
    static lsched_service service = {.id = "x", .name = "X"};
    static lsched_customer customer = {.id = "x", .zone = "UTC"};
    static lsched_calendar calendar = {.kind = 1, .effect = 1, .owner = "home", .name = "x"};
    static lsched_query query = {.customer = "cora", .service = "talk"};
    static lsched_request request = {.key = "k", .customer = "cora", .service = "talk"};
    static lsched_change change = {.key = "k"};
    static lsched_filter filter;
    static lsched_booking booking;
    static char text[600];
    calendar.text = strcpy(text, event("20260101", "20260102", NULL));
    request.start = change.start = booked->start + 1800;
    change.id = booked->id;
    booking = *booked;
    booking.id = NULL;
    booking.start = booking.busy_from = booked->end;
    booking.end = booking.busy_until = booked->end + 60;
#define ENTRY(i, function, record)                                                                 \
    record.size = sizeof record;                                                                   \
    all[i] = (entry){#function, sizeof record, sizeof record, call_##function, &record}
/* One that has grown, and where. */
#define GROWN(i, function, record, type, field)                                                    \
    ENTRY(i, function, record);                                                                    \
    all[i].first = offsetof(type, field)
    ENTRY(TEAM, put_team, team);
    ENTRY(AGENT, put_agent, agent);
    ENTRY(MEMBER, put_member, member);
    GROWN(SERVICE, put_service, service, lsched_service, reminder);
    ENTRY(CUSTOMER, put_customer, customer);
    ENTRY(CALENDAR, put_calendar, calendar);
    ENTRY(QUERY, find, query);
    ENTRY(EXPLAIN, explain, query);
    GROWN(REQUEST, book, request, lsched_request, source);
    GROWN(CHANGE, move, change, lsched_change, keep);
    GROWN(FILTER, list_bookings, filter, lsched_filter, series);
    GROWN(BOOKING, import, booking, lsched_booking, expires);
    ENTRY(EXPAND, expand, calendar);
    return all;
}

static void test_sizes(void **state)
{
    unsigned char bytes[1024];
    (void)state;
    const entry *all = entries();
    for (int i = 0; i < ENTRIES; i++) {
        const entry *e = &all[i];
        const uint32_t sizes[] = {0,
                                  1,
                                  4,
                                  (uint32_t)e->first - 1,
                                  (uint32_t)e->first + 1,
                                  (uint32_t)e->size,
                                  (uint32_t)e->size + (uint32_t)sizeof(void *),
                                  (uint32_t)e->size + 64};
        for (size_t j = 0; j < sizeof sizes / sizeof *sizes; j++) {
            memset(bytes, 0, sizeof bytes);
            memcpy(bytes, e->good, e->size);
            memcpy(bytes, &sizes[j], sizeof sizes[j]);
            const int wanted =
                sizes[j] < e->first || sizes[j] % sizeof(void *) != 0 ? LSCHED_MISUSE : LSCHED_OK;
            if (call_for_nothing(e, bytes) != wanted)
                fail_msg("%s: size %u", e->name, (unsigned)sizes[j]);
            if (sizes[j] <= e->size || wanted != LSCHED_OK)
                continue;
            bytes[sizes[j] - 1] = 1;
            assert_int_equal(call_for_nothing(e, bytes), LSCHED_MISUSE);
            /* Behind what it says of itself, a struct may have anything. */
            memset(bytes + e->size, 0xFF, sizeof bytes - e->size);
            memset(bytes + e->size, 0, sizes[j] - e->size);
            assert_int_equal(call_for_nothing(e, bytes), LSCHED_OK);
        }
        assert_int_equal(call_for_nothing(e, NULL), LSCHED_MISUSE);
    }
}

/* ---- texts ---------------------------------------------------------------------------------- */

enum shape {
    ID,
    NAME,
    NOTE,
    WORDS
};

static const struct text_field {
    int entry;
    size_t offset;
    size_t limit;
    enum shape shape;
} fields[] = {
#define FIELD(e, type, field, limit, shape)                                                        \
    {                                                                                              \
        e, offsetof(lsched_##type, field), limit, shape                                            \
    }
    FIELD(TEAM, team, id, LSCHED_MAX_ID, ID),
    FIELD(TEAM, team, name, LSCHED_MAX_NAME, NAME),
    FIELD(TEAM, team, zone, LSCHED_MAX_NAME, ID),
    FIELD(TEAM, team, photo, LSCHED_MAX_NOTE, NAME),
    FIELD(TEAM, team, overflow, LSCHED_MAX_ID, ID),
    FIELD(TEAM, team, regions, LSCHED_MAX_WORDS, WORDS),
    FIELD(AGENT, agent, id, LSCHED_MAX_ID, ID),
    FIELD(AGENT, agent, name, LSCHED_MAX_NAME, NAME),
    FIELD(AGENT, agent, zone, LSCHED_MAX_NAME, ID),
    FIELD(AGENT, agent, photo, LSCHED_MAX_NOTE, NAME),
    FIELD(AGENT, agent, languages, LSCHED_MAX_WORDS, WORDS),
    FIELD(AGENT, agent, skills, LSCHED_MAX_WORDS, WORDS),
    FIELD(MEMBER, member, team, LSCHED_MAX_ID, ID),
    FIELD(MEMBER, member, agent, LSCHED_MAX_ID, ID),
    FIELD(SERVICE, service, id, LSCHED_MAX_ID, ID),
    FIELD(SERVICE, service, name, LSCHED_MAX_NAME, NAME),
    FIELD(SERVICE, service, topic, LSCHED_MAX_NAME, NAME),
    FIELD(SERVICE, service, skills, LSCHED_MAX_WORDS, WORDS),
    FIELD(CUSTOMER, customer, id, LSCHED_MAX_ID, ID),
    FIELD(CUSTOMER, customer, zone, LSCHED_MAX_NAME, ID),
    FIELD(CUSTOMER, customer, region, LSCHED_MAX_ID, ID),
    FIELD(CUSTOMER, customer, language, LSCHED_MAX_ID, ID),
    FIELD(CUSTOMER, customer, team, LSCHED_MAX_ID, ID),
    FIELD(CUSTOMER, customer, knows, LSCHED_MAX_WORDS, WORDS),
    FIELD(CUSTOMER, customer, avoids, LSCHED_MAX_WORDS, WORDS),
    FIELD(CALENDAR, calendar, owner, LSCHED_MAX_ID, ID),
    FIELD(CALENDAR, calendar, name, LSCHED_MAX_ID, ID),
    FIELD(QUERY, query, customer, LSCHED_MAX_ID, ID),
    FIELD(QUERY, query, service, LSCHED_MAX_ID, ID),
    FIELD(QUERY, query, agent, LSCHED_MAX_ID, ID),
    FIELD(QUERY, query, team, LSCHED_MAX_ID, ID),
    FIELD(QUERY, query, moving, LSCHED_MAX_ID, ID),
    FIELD(REQUEST, request, key, LSCHED_MAX_KEY, NAME),
    FIELD(REQUEST, request, customer, LSCHED_MAX_ID, ID),
    FIELD(REQUEST, request, service, LSCHED_MAX_ID, ID),
    FIELD(REQUEST, request, agent, LSCHED_MAX_ID, ID),
    FIELD(REQUEST, request, team, LSCHED_MAX_ID, ID),
    FIELD(REQUEST, request, note, LSCHED_MAX_NOTE, NOTE),
    FIELD(CHANGE, change, key, LSCHED_MAX_KEY, NAME),
    FIELD(CHANGE, change, id, LSCHED_MAX_ID, ID),
    FIELD(CHANGE, change, agent, LSCHED_MAX_ID, ID),
    FIELD(CHANGE, change, team, LSCHED_MAX_ID, ID),
    FIELD(CHANGE, change, cause, LSCHED_MAX_NOTE, NOTE),
    FIELD(FILTER, filter, customer, LSCHED_MAX_ID, ID),
    FIELD(FILTER, filter, agent, LSCHED_MAX_ID, ID),
    FIELD(FILTER, filter, team, LSCHED_MAX_ID, ID),
    FIELD(FILTER, filter, service, LSCHED_MAX_ID, ID),
    FIELD(FILTER, filter, after, LSCHED_MAX_ID, ID),
    FIELD(FILTER, filter, series, LSCHED_MAX_ID, ID),
    FIELD(FILTER, filter, case_id, LSCHED_MAX_ID, ID),
    FIELD(BOOKING, booking, customer, LSCHED_MAX_ID, ID),
    FIELD(BOOKING, booking, service, LSCHED_MAX_ID, ID),
    FIELD(BOOKING, booking, agent, LSCHED_MAX_ID, ID),
    FIELD(BOOKING, booking, team, LSCHED_MAX_ID, ID),
    FIELD(BOOKING, booking, zone, LSCHED_MAX_NAME, ID),
    FIELD(BOOKING, booking, wall, LSCHED_MAX_NAME, NAME),
    FIELD(BOOKING, booking, note, LSCHED_MAX_NOTE, NOTE),
    FIELD(BOOKING, booking, cause, LSCHED_MAX_NOTE, NOTE),
};

static int call_with(const struct text_field *f, const char *text)
{
    unsigned char bytes[512];
    const entry *e = &entries()[f->entry];
    memcpy(bytes, e->good, e->size);
    memcpy(bytes + f->offset, &text, sizeof text);
    return call_for_nothing(e, bytes);
}

static void expect(const struct text_field *f, const char *text, int wanted)
{
    const int status = call_with(f, text);
    if (status != wanted)
        fail_msg("%s, field at %zu, \"%.40s\": %s", entries()[f->entry].name, f->offset, text,
                 lsched_status_name(status));
}

static void test_texts(void **state)
{
    static const char *const broken[] = {"a\x01z", "\x7F",     "a\x1Bz",       "a\xC2\x85z",
                                         "\xC3(",  "\xC0\x80", "\xED\xA0\x80", "a\xF4\x90\x80\x80",
                                         "\x80",   "\xE2\x82", "\xFF\xFE"};
    (void)state;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const struct text_field *f = &fields[i];
        char *text = malloc(f->limit + 2);
        memset(text, 'x', f->limit + 1);
        text[f->limit + 1] = '\0';
        expect(f, text, LSCHED_LIMIT);
        free(text);
        for (size_t j = 0; j < sizeof broken / sizeof *broken; j++)
            expect(f, broken[j], LSCHED_INVALID);
        if (f->shape != NOTE)
            expect(f, "two\nlines", LSCHED_INVALID);
        if (f->shape == ID) {
            expect(f, "two words", LSCHED_INVALID);
            expect(f, " ", LSCHED_INVALID);
            expect(f, "a\xC2\xA0z", LSCHED_INVALID);
        }
        if (f->shape == WORDS) {
            expect(f, " one", LSCHED_INVALID);
            expect(f, "one  two", LSCHED_INVALID);
            expect(f, "one ", LSCHED_INVALID);
        }
    }
}

/* One byte less is not too long. */
static void test_longest(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const struct text_field *f = &fields[i];
        char *text = malloc(f->limit + 1);
        memset(text, 'x', f->limit);
        text[f->limit] = '\0';
        if (f->shape != WORDS)
            assert_int_not_equal(call_with(f, text), LSCHED_LIMIT);
        free(text);
    }
}

/* A word is no longer than an id, a skill is named once, and a level is 1 to 9. */
static void test_words(void **state)
{
    (void)state;
    char word[LSCHED_MAX_ID + 2];
    memset(word, 'x', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    refuses(PUT(team, .id = "x", .name = "X", .zone = "UTC", .regions = word), LSCHED_LIMIT,
            "regions");
    refuses(PUT(agent, .id = "x", .name = "X", .zone = "UTC", .skills = "tv:10"), LSCHED_LIMIT,
            "skills");
    refuses(PUT(agent, .id = "x", .name = "X", .zone = "UTC", .skills = "tv:0"), LSCHED_INVALID,
            "skills");
    refuses(PUT(agent, .id = "x", .name = "X", .zone = "UTC", .skills = "tv:"), LSCHED_INVALID,
            "skills");
    refuses(PUT(agent, .id = "x", .name = "X", .zone = "UTC", .skills = ":3"), LSCHED_INVALID,
            "skills");
}

/* ---- numbers -------------------------------------------------------------------------------- */

static void test_numbers(void **state)
{
    static const struct {
        int entry;
        size_t offset;
        int32_t value;
        int wanted;
    } numbers[] = {
#define NUMBER(e, type, field, value, wanted) {e, offsetof(lsched_##type, field), value, wanted}
        NUMBER(AGENT, agent, channels, 16, LSCHED_INVALID),
        NUMBER(AGENT, agent, channels, -1, LSCHED_INVALID),
        NUMBER(AGENT, agent, lanes, 33, LSCHED_LIMIT),
        NUMBER(AGENT, agent, lanes, -1, LSCHED_INVALID),
        NUMBER(AGENT, agent, spare, 1, LSCHED_MISUSE),
        NUMBER(MEMBER, member, spare, 1, LSCHED_MISUSE),
        NUMBER(SERVICE, service, channels, 16, LSCHED_INVALID),
        NUMBER(SERVICE, service, minutes, 1441, LSCHED_LIMIT),
        NUMBER(SERVICE, service, minutes, -1, LSCHED_INVALID),
        NUMBER(SERVICE, service, before, 1411, LSCHED_LIMIT),
        NUMBER(SERVICE, service, after, INT32_MAX, LSCHED_LIMIT),
        NUMBER(SERVICE, service, wrap_up, INT32_MIN, LSCHED_INVALID),
        NUMBER(SERVICE, service, notice, -2, LSCHED_INVALID),
        NUMBER(SERVICE, service, notice, 400 * 1440, LSCHED_OK),
        NUMBER(SERVICE, service, notice, 400 * 1440 + 1, LSCHED_LIMIT),
        NUMBER(SERVICE, service, horizon, 401, LSCHED_LIMIT),
        NUMBER(SERVICE, service, horizon, -1, LSCHED_INVALID),
        NUMBER(SERVICE, service, step, 1441, LSCHED_LIMIT),
        NUMBER(SERVICE, service, anchor, 4, LSCHED_INVALID),
        NUMBER(CALENDAR, calendar, kind, 0, LSCHED_INVALID),
        NUMBER(CALENDAR, calendar, kind, 6, LSCHED_INVALID),
        NUMBER(CALENDAR, calendar, effect, 0, LSCHED_INVALID),
        NUMBER(CALENDAR, calendar, effect, 3, LSCHED_INVALID),
        NUMBER(CALENDAR, calendar, ends, 3, LSCHED_INVALID),
        NUMBER(EXPAND, calendar, effect, 0, LSCHED_INVALID),
        NUMBER(EXPAND, calendar, ends, -1, LSCHED_INVALID),
    };
    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        unsigned char bytes[512];
        const entry *e = &entries()[numbers[i].entry];
        memcpy(bytes, e->good, e->size);
        memcpy(bytes + numbers[i].offset, &numbers[i].value, sizeof numbers[i].value);
        const int status = call_for_nothing(e, bytes);
        if (status != numbers[i].wanted)
            fail_msg("%s, number %zu: %s", e->name, i, lsched_status_name(status));
    }
}

static void test_zones(void **state)
{
    static const char *const zones[] = {"Mars/Base",      "../../etc/passwd",
                                        "/etc/localtime", "Europe/Berlin/",
                                        "Europe",         "europe/berlin",
                                        "UTC+3",          "zone.tab",
                                        "Europe/../UTC",  ".",
                                        "EST5EDT4"};
    (void)state;
    lsched_time t;
    char buffer[32];
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        refuses(PUT(team, .id = "x", .name = "X", .zone = zones[i]), LSCHED_INVALID, zones[i]);
        refuses(PUT(customer, .id = "x", .zone = zones[i]), LSCHED_INVALID, zones[i]);
        refuses(lsched_instant(w.s, "2026-03-03", zones[i], &t), LSCHED_INVALID, zones[i]);
        refuses(lsched_wall(w.s, 0, zones[i], buffer, sizeof buffer), LSCHED_INVALID, zones[i]);
    }
    refuses(lsched_instant(w.s, "2026-03-03", "Mars\nBase", &t), LSCHED_INVALID, "zone");
    refuses(lsched_instant(w.s, "2026\n03-03", "UTC", &t), LSCHED_INVALID, "");
    refuses(lsched_instant(w.s, "2026-03-03T10:00 and a tail of umlauts: äöüäöüäöü", "UTC", &t),
            LSCHED_INVALID, "2026-03-03");
}

/* ---- calendars ------------------------------------------------------------------------------ */

static void test_calendar_texts(void **state)
{
    (void)state;
    const size_t size = 40u << 20;
    char *huge = malloc(size + 1);
    memset(huge, 'A', size);
    huge[size] = '\0';
    lsched_calendar *c = NEW(calendar, .kind = LSCHED_TEAM, .effect = LSCHED_OPENS, .owner = "home",
                             .name = "opens", .text = huge, .text_size = size);
    const lsched_calendar *const calendars[] = {c};
    lsched_spans *spans;
    for (int i = 0; i < 2; i++) {
        refuses(lsched_put_calendar(w.s, c), LSCHED_LIMIT, "1048576");
        refuses(lsched_expand(w.s, calendars, 1, "UTC", w.now, w.now + 60, &spans), LSCHED_LIMIT,
                "");
        assert_null(spans);
        c->text_size = 0;
    }
    c->text = event("20260103", "20260102", NULL);
    refuses(lsched_put_calendar(w.s, c), LSCHED_INVALID, "");
    assert_true(lsched_line(w.s) > 0);
    memcpy(huge, event("20260102", "20260103", NULL), 300);
    huge[60] = '\0';
    c->text = huge;
    c->text_size = 250;
    refuses(lsched_put_calendar(w.s, c), LSCHED_INVALID, "NUL");
    refuses(lsched_expand(w.s, calendars, 1, "UTC", w.now, w.now + 60, &spans), LSCHED_INVALID, "");
    huge[60] = '\xC3';
    refuses(lsched_put_calendar(w.s, c), LSCHED_INVALID, "");
    free(huge);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_sizes),   TEST(test_texts), TEST(test_longest),        TEST(test_words),
        TEST(test_numbers), TEST(test_zones), TEST(test_calendar_texts),
    };
    return cmocka_run_group_tests_name("bad input", tests, NULL, NULL);
}
