/* test_remains.c -- what would easily be left lying: a second contact about one thing, contacts that
 * nobody is given any more, what is held on somebody who has no record, and the bookings of a case.
 */
#include "world.h"

#define HOUR INT64_C(3600)
#define DAY INT64_C(86400)

static int start(void **state)
{
    if (world_little(state) != 0)
        return 1;
    w.now = at("2026-03-02T10:00");
    return 0;
}

static const char *key(void)
{
    static char text[20];
    static int count;
    snprintf(text, sizeof text, "remains%d", count++);
    return text;
}

static const char *keep(lsched_booking *b)
{
    static char ids[8][LSCHED_MAX_ID + 1];
    static int turn;
    char *id = ids[turn++ % 8];
    strcpy(id, b->id);
    lsched_booking_free(b);
    return id;
}

#define JOIN(...) join(NEW(request, .key = key(), __VA_ARGS__))

static const char *join(const lsched_request *request)
{
    lsched_booking *b = NULL;
    ok(lsched_join(w.s, request, &b));
    return keep(b);
}

static void state_is(const char *id, int32_t state, int32_t outcome)
{
    lsched_booking *b = BOOKING(id);
    assert_int_equal(b->state, state);
    assert_int_equal(b->outcome, outcome);
    lsched_booking_free(b);
}

static void healthy(void)
{
    lsched_findings *list = NULL;
    ok(lsched_verify(w.s, &list));
    for (size_t i = 0; i < lsched_findings_count(list); i++)
        fail_msg("%s", lsched_findings_at(list, i)->text);
    lsched_findings_free(list);
}

/* ---- the customer was faster -------------------------------------------------------------------- */

/* Two services became one topic after both had a contact in line. */
static void test_two_open(void **state)
{
    (void)state;
    lsched_booking *b = NULL;
    ok(PUT(service, .id = "lines", .name = "Lines", .topic = "internet"));
    ok(PUT(service, .id = "bills", .name = "Bills", .topic = "money"));
    ok(PUT(service, .id = "other", .name = "Other", .topic = "money"));
    const char *first = JOIN(.customer = "cora", .service = "lines", .since = w.now - 60),
               *second = JOIN(.customer = "cora", .service = "other"),
               *third = JOIN(.customer = "cora", .service = "talk");
    ok(PUT(service, .id = "other", .name = "Other", .topic = "internet"));
    ok(lsched_contact_happened(w.s, "cora", "lines", "rang in", "h", &b));
    const bool was_first = strcmp(b->id, first) == 0;
    assert_string_equal(b->id, was_first ? first : second);
    assert_string_equal(b->cause, "rang in");
    lsched_booking_free(b);
    state_is(first, LSCHED_CANCELLED, LSCHED_OUTCOME_ELSEWHERE);
    state_is(second, LSCHED_CANCELLED, LSCHED_OUTCOME_ELSEWHERE);
    state_is(third, LSCHED_WAITING, 0);
    /* The same again is the same answer; and nobody was told. */
    ok(lsched_contact_happened(w.s, "cora", "lines", "rang in", "h", &b));
    assert_string_equal(b->id, was_first ? first : second);
    lsched_booking_free(b);
    refuses(lsched_contact_happened(w.s, "cora", "lines", "rang in", key(), NULL), LSCHED_NOTFOUND,
            "nothing open");
    lsched_notices *told = NULL;
    ok(lsched_take_notices(w.s, 0, 60, &told));
    assert_int_equal(lsched_notices_count(told), 0);
    lsched_notices_free(told);
    healthy();
}

/* Where somebody is speaking to the customer about it, none of them is closed. */
static void test_speaking(void **state)
{
    (void)state;
    ok(PUT(service, .id = "lines", .name = "Lines", .topic = "internet"));
    ok(PUT(service, .id = "other", .name = "Other", .topic = "money"));
    const char *first = JOIN(.customer = "cora", .service = "lines"),
               *second = JOIN(.customer = "cora", .service = "other");
    ok(PUT(service, .id = "other", .name = "Other", .topic = "internet"));
    ok(lsched_start_as(w.s, second, "ana", key(), NULL));
    refuses(lsched_contact_happened(w.s, "cora", "lines", NULL, key(), NULL), LSCHED_OVER,
            "in progress");
    state_is(first, LSCHED_WAITING, 0);
}

/* ---- what is stuck -------------------------------------------------------------------------------- */

/* "id reasons; ..." of all of them, in pages of this many; the last one's words are kept. */
static char words[400];

static const char *stuck(uint32_t limit)
{
    static char all[2000];
    char after[LSCHED_MAX_ID + 1] = "";
    size_t used = 0, count = 1;
    all[0] = '\0';
    while (count > 0) {
        lsched_strays *list = NULL;
        ok(lsched_list_stuck(w.s, after[0] != '\0' ? after : NULL, limit, &list));
        count = lsched_strays_count(list);
        assert_true(limit == 0 || count <= limit);
        for (size_t i = 0; i < count; i++) {
            const lsched_stray *one = lsched_strays_at(list, i);
            used += (size_t)snprintf(all + used, sizeof all - used, "%s %d; ", one->booking->id,
                                     one->reasons);
            snprintf(words, sizeof words, "%s", one->text);
            strcpy(after, one->booking->id);
        }
        lsched_strays_free(list);
    }
    return all;
}

static const char *both(const char *a, int32_t why_a, const char *b, int32_t why_b)
{
    static char text[300];
    if (b != NULL)
        snprintf(text, sizeof text, "%s %d; %s %d; ", a, why_a, b, why_b);
    else
        snprintf(text, sizeof text, "%s %d; ", a, why_a);
    return text;
}

static void next_is(const char *agent, const char *id)
{
    lsched_booking *b = NULL;
    if (id == NULL) {
        refuses(lsched_next(w.s, agent, 1, &b), LSCHED_NOTFOUND, "");
        return;
    }
    ok(lsched_next(w.s, agent, 1, &b));
    assert_string_equal(b->id, id);
    lsched_booking_free(b);
}

/* What agents are given no more is what is listed, from that moment on. */
static void test_not_done(void **state)
{
    (void)state;
    const lsched_time eleven = at("2026-03-02T11:00"), noon = at("2026-03-02T12:00");
    const char *missed =
                   keep(BOOK(.key = key(), .customer = "cora", .service = "talk", .start = eleven)),
               *begun =
                   keep(BOOK(.key = key(), .customer = "cora", .service = "talk", .start = noon));
    char agents[2][LSCHED_MAX_ID + 1];
    for (int i = 0; i < 2; i++) {
        lsched_booking *b = BOOKING(i == 0 ? missed : begun);
        strcpy(agents[i], b->agent);
        lsched_booking_free(b);
    }
    w.now = noon;
    ok(lsched_start(w.s, begun, key(), NULL));
    w.now = eleven + DAY - 60;
    next_is(agents[0], missed);
    assert_string_equal(stuck(0), "");
    w.now = eleven + DAY;
    next_is(agents[0], NULL);
    assert_string_equal(stuck(0), both(missed, 0, NULL, 0));
    assert_string_equal(words, "not begun a day after its start");
    w.now = noon + HOUR / 2 + DAY - 1;
    assert_string_equal(stuck(0), both(missed, 0, NULL, 0));
    w.now++;
    assert_string_equal(stuck(0), both(missed, 0, begun, 0));
    assert_string_equal(words, "begun, and not finished a day after its end");
    assert_string_equal(stuck(1), both(missed, 0, begun, 0));
    ok(lsched_finish_as(
        w.s, NEW(result, .key = key(), .id = missed, .outcome = LSCHED_OUTCOME_ABSENT), NULL));
    ok(lsched_finish_as(
        w.s, NEW(result, .key = key(), .id = begun, .outcome = LSCHED_OUTCOME_REACHED), NULL));
    assert_string_equal(stuck(0), "");
}

/* Nobody is left who can serve; not so where only the one is gone to whom it was left. */
static void test_nobody(void **state)
{
    (void)state;
    lsched_strays *list = NULL;
    ok(PUT(agent, .id = "sam", .name = "Sam", .zone = "America/New_York", .languages = "en",
           .skills = "routers"));
    ok(PUT(member, .team = "home", .agent = "sam"));
    opens(LSCHED_AGENT, "sam", "20260301T090000", "20260301T170000", "FREQ=DAILY");
    ok(PUT(service, .id = "fix", .name = "Fix", .skills = "routers", .owner_wait = 60));
    const char *fix = JOIN(.customer = "cora", .service = "fix", .agent = "sam"),
               *talk = JOIN(.customer = "cora", .service = "talk", .agent = "sam");
    assert_string_equal(stuck(0), "");
    closes(LSCHED_AGENT, "sam", "20260302T000000", "20260401T000000", NULL);
    assert_string_equal(stuck(0), ""); /* away is not gone */
    ok(lsched_remove_member(w.s, "home", "sam", NULL));
    ok(lsched_remove_agent(w.s, "sam"));
    assert_string_equal(stuck(0), both(fix, LSCHED_WHY_SKILL, NULL, 0));
    assert_non_null(strstr(words, "nobody can serve this customer"));
    w.now += 2 * HOUR;
    next_is("ana", talk); /* it is everybody's */
    ok(PUT(agent, .id = "ana", .name = "Ana", .zone = "America/New_York", .languages = "en",
           .skills = "routers"));
    assert_string_equal(stuck(0), "");
    ok(lsched_cancel(w.s, talk, NULL, key(), NULL));
    next_is("ana", fix);
    refuses(lsched_list_stuck(w.s, "none", 0, &list), LSCHED_NOTFOUND, "'none'");
    refuses(lsched_list_stuck(w.s, NULL, LSCHED_MAX_PAGE + 1, &list), LSCHED_LIMIT, "limit");
    assert_null(list);
}

/* Promised, and a day later still not done. */
static void test_overdue(void **state)
{
    (void)state;
    const char *due = JOIN(.customer = "cora", .service = "talk", .due = w.now + HOUR);
    w.now += HOUR + DAY - 1;
    assert_string_equal(stuck(0), "");
    w.now++;
    assert_string_equal(stuck(0), both(due, 0, NULL, 0));
    assert_non_null(strstr(words, "promised"));
}

/* ---- what is held, and whose ------------------------------------------------------------------------ */

/* Of whoever has no record any more, what was told is still there. */
static void test_export(void **state)
{
    (void)state;
    char *text = NULL;
    int64_t rows = 0;
    ok(PUT(announcement, .id = "prices", .text = "new prices", .team = "home"));
    ok(lsched_remove_customer(w.s, "cora"));
    ok(lsched_export_customer(w.s, "cora", &text));
    assert_non_null(strstr(text, "\"subject\": \"prices\""));
    lsched_text_free(text);
    ok(lsched_forget(w.s, "cora", &rows));
    assert_int_equal(rows, 1);
    refuses(lsched_export_customer(w.s, "cora", &text), LSCHED_NOTFOUND, "nothing is held");
}

/* The ids of the case's bookings in this state (0: any) by noon on, joined. */
static const char *of_case(const char *id, int32_t state, lsched_time until)
{
    static char all[400];
    lsched_bookings *list = NULL;
    all[0] = '\0';
    ok(lsched_list_bookings(w.s, NEW(filter, .case_id = id, .state = state, .until = until),
                            &list));
    for (size_t i = 0; i < lsched_bookings_count(list); i++)
        strcat(strcat(all, lsched_bookings_at(list, i)->id), " ");
    lsched_bookings_free(list);
    return all;
}

static void test_case_filter(void **state)
{
    (void)state;
    char two[200];
    const lsched_time eleven = at("2026-03-02T11:00");
    ok(PUT(case, .id = "c1", .customer = "cora"));
    ok(PUT(case, .id = "c2", .customer = "cora"));
    const char *first = keep(BOOK(.key = key(), .customer = "cora", .service = "talk",
                                  .start = eleven, .case_id = "c1")),
               *other = keep(BOOK(.key = key(), .customer = "cora", .service = "talk",
                                  .start = eleven + HOUR, .case_id = "c2")),
               *late = keep(BOOK(.key = key(), .customer = "cora", .service = "talk",
                                 .start = eleven + 2 * HOUR, .case_id = "c1"));
    keep(BOOK(.key = key(), .customer = "cora", .service = "talk", .start = eleven + 3 * HOUR));
    ok(lsched_cancel(w.s, late, NULL, key(), NULL));
    snprintf(two, sizeof two, "%s %s ", first, late);
    assert_string_equal(of_case("c1", 0, 0), two);
    assert_string_equal(of_case("c1", 0, eleven + HOUR), strcat(strcpy(two, first), " "));
    assert_string_equal(of_case("c1", LSCHED_BOOKED, 0), two);
    assert_string_equal(of_case("c2", 0, 0), strcat(strcpy(two, other), " "));
    assert_string_equal(of_case("c3", 0, 0), "");
    lsched_filter filter = {.size = sizeof filter, .case_id = "c1", .limit = 1};
    lsched_bookings *list = NULL;
    ok(lsched_list_bookings(w.s, &filter, &list));
    assert_string_equal(lsched_bookings_at(list, 0)->id, first);
    lsched_bookings_free(list);
    filter.after = first;
    ok(lsched_list_bookings(w.s, &filter, &list));
    assert_int_equal(lsched_bookings_count(list), 1);
    assert_string_equal(lsched_bookings_at(list, 0)->id, late);
    lsched_bookings_free(list);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_two_open), TEST(test_speaking), TEST(test_not_done),    TEST(test_nobody),
        TEST(test_overdue),  TEST(test_export),   TEST(test_case_filter),
    };
    return cmocka_run_group_tests_name("remains", tests, NULL, NULL);
}
