/* test_checkin.c -- header chapter 8: who is asked whether all is well, and who is not.
 */
#include "listened.h"

/* The check-ins that are handed out now; the last one's booking must be `about`. */
static int take_checkins(const char *about)
{
    lsched_notices *list;
    int found = 0;
    ok(lsched_take_notices(w.s, 0, 60, &list));
    for (size_t i = 0; i < lsched_notices_count(list); i++) {
        const lsched_notice *n = lsched_notices_at(list, i);
        if (n->kind == LSCHED_NOTICE_CHECKIN) {
            found++;
            assert_string_equal(n->customer, "cora");
            assert_string_equal(n->service, "talk");
            assert_string_equal(n->case_id, "c");
            assert_string_equal(n->subject, about);
            assert_string_equal(n->booking->id, about);
        }
        ok(lsched_ack_notice(w.s, n->id, n->attempt));
    }
    lsched_notices_free(list);
    return found;
}

static void test_check_in(void **state)
{
    (void)state;
    put_talk(0, 3, NULL);
    char *id = take_id(BOOK(.key = "b", .customer = "cora", .service = "talk", .agent = "ana",
                            .start = at(TUESDAY "16:30"), .case_id = "c"));
    w.now = at(TUESDAY "17:05"); /* three days later, the team is closed */
    ok(lsched_finish(w.s, id, LSCHED_FULFILLED, NULL, "b ends", NULL));
    w.now = at("2026-03-06T17:04");
    assert_int_equal(take_checkins(id), 0);
    w.now = at("2026-03-06T18:00"); /* not in the evening */
    assert_int_equal(take_checkins(id), 0);
    w.now = at("2026-03-07T08:59");
    assert_int_equal(take_checkins(id), 0);
    w.now = at("2026-03-07T09:00");
    assert_int_equal(take_checkins(id), 1);
    w.now = at("2026-03-20T12:00"); /* and once */
    assert_int_equal(take_checkins(id), 0);
    free(id);
}

/* Nobody is asked who has come back, or is about to. */
static void test_no_check_in(void **state)
{
    (void)state;
    put_talk(0, 3, NULL);
    free(serve("b1", "ana", TUESDAY "11:00"));
    lsched_booking *b = NULL;
    ok(lsched_join(w.s, NEW(request, .key = "j", .customer = "cora", .service = "talk"), &b));
    ok(lsched_cancel(w.s, b->id, NULL, "x", NULL));
    lsched_booking_free(b);
    w.now = at("2026-03-09T12:00");
    assert_int_equal(take_checkins(""), 0);

    /* Something is booked when it ends. */
    char *later = take_id(BOOK(.key = "later", .customer = "cora", .service = "sorry",
                               .start = at("2026-03-10T11:00")));
    free(serve("b2", "ana", "2026-03-09T14:00"));
    w.now = at("2026-03-16T12:00");
    assert_int_equal(take_checkins(""), 0);
    ok(lsched_finish(w.s, later, LSCHED_FULFILLED, NULL, "ended", NULL));
    free(later);

    /* What is only held is no contact; once it is confirmed it is. */
    char *id = serve("b3", "ana", "2026-03-16T14:00");
    b = HOLD(.key = "h", .customer = "cora", .service = "talk", .start = at("2026-03-16T15:00"));
    w.now = at("2026-03-20T12:00");
    assert_int_equal(take_checkins(id), 1);
    lsched_booking_free(b);
    free(id);
    free(serve("b4", "ana", "2026-03-20T14:00"));
    b = HOLD(.key = "h2", .customer = "cora", .service = "talk", .start = at("2026-03-20T15:30"));
    ok(lsched_confirm(w.s, b->id, NULL, "y", NULL));
    lsched_booking_free(b);
    w.now = at("2026-03-24T12:00");
    assert_int_equal(take_checkins(""), 0);
}

/* A chat that takes longer than its time is in progress all the same. */
static void test_overrun(void **state)
{
    (void)state;
    put_talk(0, 3, NULL);
    char *chat = take_id(BOOK(.key = "chat", .customer = "cora", .service = "talk", .agent = "ana",
                              .channel = LSCHED_CHAT, .start = at(TUESDAY "11:00")));
    char *other = take_id(BOOK(.key = "other", .customer = "cora", .service = "talk",
                               .agent = "ben", .start = at(TUESDAY "12:00"), .case_id = "c"));
    w.now = at(TUESDAY "11:00");
    ok(lsched_start(w.s, chat, "begins", NULL));
    w.now = at(TUESDAY "12:20");
    ok(lsched_finish(w.s, other, LSCHED_FULFILLED, NULL, "ends", NULL));
    ok(lsched_finish(w.s, chat, LSCHED_NOSHOW, NULL, "hung up", NULL));
    w.now = at("2026-03-10T12:00");
    assert_int_equal(take_checkins(other), 0);

    /* What was never finished is nothing that anybody is in. */
    char *lost = take_id(BOOK(.key = "lost", .customer = "cora", .service = "talk", .agent = "ana",
                              .start = at("2026-03-10T13:00")));
    w.now = at("2026-03-10T13:00");
    ok(lsched_start(w.s, lost, "lost begins", NULL));
    char *last = serve("last", "ben", "2026-03-12T14:00");
    w.now = at("2026-03-16T12:00");
    assert_int_equal(take_checkins(last), 1);
    free(chat);
    free(other);
    free(lost);
    free(last);
}

/* What is overdue will still be begun, by whoever has time: until a day later it is booked. */
static void test_overdue(void **state)
{
    (void)state;
    put_talk(0, 3, NULL);
    lsched_booking *next = NULL;
    char *late = take_id(BOOK(.key = "late", .customer = "cora", .service = "talk", .agent = "ana",
                              .start = at(TUESDAY "11:00"), .case_id = "c"));
    free(serve("other", "ben", TUESDAY "12:00"));
    ok(lsched_next(w.s, "ana", 0, &next));
    assert_string_equal(next->id, late);
    lsched_booking_free(next);
    ok(lsched_start(w.s, late, "begins", NULL));
    w.now += 600;
    ok(lsched_finish(w.s, late, LSCHED_FULFILLED, NULL, "ends", NULL));
    w.now = at("2026-03-10T12:00");
    assert_int_equal(take_checkins(late), 1);
    free(late);
}

/* Why nobody is asked can be forgotten before the contact is, and is still no loss. */
static void test_reason_forgotten(void **state)
{
    (void)state;
    int64_t rows = 0;
    put_talk(0, 300, NULL);
    free(serve("b", "ana", TUESDAY "11:00"));
    char *id = take_id(
        BOOK(.key = "back", .customer = "cora", .service = "talk", .start = at(TUESDAY "14:00")));
    ok(lsched_cancel(w.s, id, NULL, "x", NULL));
    free(id);
    assert_false(is_found("I4", ""));
    w.now = at("2026-06-01T08:00");
    ok(lsched_retain(w.s, at("2026-05-01T00:00"), 0, &rows));
    assert_true(rows > 0);
    assert_false(is_found("I4", ""));
}

/* Who was removed is not asked, and nor is whoever gets the id afterwards. */
static void test_removed(void **state)
{
    (void)state;
    put_talk(0, 3, NULL);
    ok(PUT(case, .id = "c", .customer = "cora", .state = LSCHED_CASE_CLOSED));
    free(serve("b", "ana", TUESDAY "11:00"));
    ok(lsched_remove_customer(w.s, "cora"));
    assert_false(is_found("I4", ""));
    ok(PUT(customer, .id = "cora", .zone = "America/New_York", .region = "US-NY"));
    assert_false(is_found("I4", ""));
    w.now = at("2026-03-12T12:00");
    assert_int_equal(take_checkins(""), 0);
}

/* What got past the guards is found. */
static void test_verified(void **state)
{
    static const char find[] = "SELECT sql FROM sqlite_schema WHERE name = 'lsched_news_back'";
    lsched_booking *b = NULL;
    sqlite3_stmt *rows;
    (void)state;
    put_talk(0, 3, NULL);
    free(serve("b", "ana", TUESDAY "11:00"));
    assert_int_equal(sqlite3_prepare_v2(db, find, -1, &rows, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(rows), SQLITE_ROW);
    char *sql = strdup((const char *)sqlite3_column_text(rows, 0));
    sqlite3_finalize(rows);
    assert_int_equal(sqlite3_exec(db, "DROP TRIGGER lsched_news_back", NULL, NULL, NULL),
                     SQLITE_OK);
    ok(lsched_join(w.s, NEW(request, .key = "j", .customer = "cora", .service = "talk"), &b));
    lsched_booking_free(b);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    free(sql);
    assert_true(is_found("I4", "has come back since"));
    assert_int_equal(
        sqlite3_exec(db, "UPDATE lsched_news SET state = 3 WHERE kind = 20", NULL, NULL, NULL),
        SQLITE_OK);
    assert_false(is_found("I4", ""));
}

/* And where nothing came between, none is lost. */
static void test_none_lost(void **state)
{
    (void)state;
    put_talk(0, 3, NULL);
    free(serve("b", "ana", TUESDAY "11:00"));
    assert_int_equal(sqlite3_exec(db, "UPDATE lsched_news SET state = 3", NULL, NULL, NULL),
                     SQLITE_OK);
    assert_true(is_found("I4", ""));
    assert_int_equal(sqlite3_exec(db, "DELETE FROM lsched_news", NULL, NULL, NULL), SQLITE_OK);
}

/* Who did not come is not asked. */
static void test_not_served(void **state)
{
    (void)state;
    put_talk(0, 1, NULL);
    char *id = take_id(BOOK(.key = "b", .customer = "cora", .service = "talk", .agent = "ana",
                            .start = at(TUESDAY "11:00")));
    w.now = at(TUESDAY "11:10");
    ok(lsched_finish(w.s, id, LSCHED_NOSHOW, NULL, "e", NULL));
    w.now = at("2026-03-06T12:00");
    assert_int_equal(take_checkins(id), 0);
    free(id);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(check_in), TEST(no_check_in),      TEST(overrun),
        TEST(overdue),  TEST(reason_forgotten), TEST(removed),
        TEST(verified), TEST(none_lost),        TEST(not_served),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
