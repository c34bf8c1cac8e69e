/* test_revision.c -- header chapter 3: the changes of a service are counted, and each of its
 * revisions stays to be read; a booking names the one under which its place was taken.
 */
#include "world.h"

static int32_t revision_now(void)
{
    lsched_service *v;
    ok(lsched_get_service(w.s, "talk", &v));
    const int32_t revision = v->revision;
    lsched_service_free(v);
    return revision;
}

static lsched_service talk(void)
{
    return (lsched_service){.size = sizeof(lsched_service),
                            .minutes = 30,
                            .step = 30,
                            .notice = LSCHED_NONE,
                            .id = "talk",
                            .name = "Talk"};
}

static void test_counts_only_changes(void **state)
{
    (void)state;
    lsched_service v = talk();
    assert_int_equal(revision_now(), 1);
    ok(lsched_put_service(w.s, &v));
    assert_int_equal(revision_now(), 1);
    v.channels = 15; /* what zero means, written out */
    v.horizon = 30;
    v.reminder = 1440;
    v.topic = "";
    ok(lsched_put_service(w.s, &v));
    assert_int_equal(revision_now(), 1);
    /* A record as it was got is no change either. */
    lsched_service *got;
    ok(lsched_get_service(w.s, "talk", &got));
    ok(lsched_put_service(w.s, got));
    assert_int_equal(revision_now(), 1);
    lsched_service_free(got);
    /* What the caller says about it means nothing. */
    static const int32_t said[] = {7, 1, -1, INT32_MAX, INT32_MIN};
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        v.revision = said[i];
        ok(lsched_put_service(w.s, &v));
        assert_int_equal(revision_now(), 1);
    }
}

static void test_counts_every_field(void **state)
{
    (void)state;
    const lsched_service was = talk();
    lsched_service all[14];
    for (size_t i = 0; i < 14; i++)
        all[i] = was;
    all[0].channels = LSCHED_CHAT;
    all[1].minutes = 31;
    all[2].before = 1;
    all[3].after = 1;
    all[4].wrap_up = 1;
    all[5].notice = 5;
    all[6].horizon = 29;
    all[7].step = 15;
    all[8].anchor = LSCHED_FREE;
    all[9].name = "Talks";
    all[10].topic = "t";
    all[11].skills = "s:2";
    all[12].reminder = LSCHED_NONE;
    all[13].minutes = 29;
    for (int32_t i = 0; i < 14; i++) {
        ok(lsched_put_service(w.s, &all[i]));
        assert_int_equal(revision_now(), 2 * i + 2);
        ok(lsched_put_service(w.s, &was));
        assert_int_equal(revision_now(), 2 * i + 3);
    }
}

static void test_failure_counts_nothing(void **state)
{
    (void)state;
    lsched_service v = talk();
    v.minutes = 1441;
    refuses(lsched_put_service(w.s, &v), LSCHED_LIMIT, "minutes");
    assert_int_equal(revision_now(), 1);
    v.minutes = 40;
    ok(lsched_begin(w.s));
    ok(lsched_put_service(w.s, &v));
    assert_int_equal(revision_now(), 2);
    ok(lsched_rollback(w.s));
    assert_int_equal(revision_now(), 1);
    lsched_service *old;
    refuses(lsched_get_revision(w.s, "talk", 2, &old), LSCHED_NOTFOUND, "revision 2");
}

static void expect_revision(int32_t revision, int32_t minutes, int32_t reminder)
{
    lsched_service *v;
    ok(lsched_get_revision(w.s, "talk", revision, &v));
    assert_int_equal(v->size, sizeof *v);
    assert_int_equal(v->revision, revision);
    assert_int_equal(v->minutes, minutes);
    assert_int_equal(v->reminder, reminder);
    assert_string_equal(v->id, "talk");
    assert_string_equal(v->topic, "");
    lsched_service_free(v);
}

/* A number is never given twice, and what it stands for stays, whatever becomes of the record. */
static void test_survives_removal(void **state)
{
    (void)state;
    lsched_service v = talk(), *out;
    v.minutes = 40;
    v.reminder = 60;
    ok(lsched_put_service(w.s, &v));
    expect_revision(1, 30, 1440);
    expect_revision(2, 40, 60);
    ok(lsched_remove_service(w.s, "talk"));
    refuses(lsched_get_service(w.s, "talk", &out), LSCHED_NOTFOUND, "talk");
    expect_revision(1, 30, 1440);
    expect_revision(2, 40, 60);
    ok(lsched_put_service(w.s, &v));
    assert_int_equal(revision_now(), 3);
    expect_revision(2, 40, 60);
    expect_revision(3, 40, 60);
}

static void test_no_such_revision(void **state)
{
    (void)state;
    lsched_service *v;
    static const int32_t none[] = {0, 2, -1, INT32_MAX, INT32_MIN};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        refuses(lsched_get_revision(w.s, "talk", none[i], &v), LSCHED_NOTFOUND, "talk");
        assert_null(v);
    }
    refuses(lsched_get_revision(w.s, "nix", 1, &v), LSCHED_NOTFOUND, "nix");
    refuses(lsched_get_revision(w.s, NULL, 1, &v), LSCHED_MISUSE, "");
    refuses(lsched_get_revision(w.s, "talk", 1, NULL), LSCHED_MISUSE, "out");
}

/* Of the place: whoever takes a new one takes it under the policy of now. */
static void test_of_a_booking(void **state)
{
    (void)state;
    lsched_booking *b =
        BOOK(.key = "b", .customer = "cora", .service = "talk", .start = at("2026-03-03T10:00"));
    lsched_booking *h = HOLD(.key = "h", .customer = "cora", .service = "talk",
                             .start = at("2026-03-03T11:00")),
                   *out;
    assert_int_equal(b->revision, 1);
    assert_int_equal(h->revision, 1);
    lsched_service v = talk();
    v.minutes = 20;
    ok(lsched_put_service(w.s, &v));
    ok(lsched_confirm(w.s, h->id, NULL, "c", &out));
    assert_int_equal(out->revision, 1);
    lsched_booking_free(out);
    ok(lsched_begin(w.s));
    ok(lsched_cancel(w.s, b->id, NULL, "x", &out));
    assert_int_equal(out->revision, 1);
    lsched_booking_free(out);
    ok(lsched_rollback(w.s));
    ok(lsched_move(w.s, NEW(change, .key = "m", .id = b->id, .start = at("2026-03-03T12:00")),
                   &out));
    assert_int_equal(out->revision, 2);
    assert_int_equal(out->end - out->start, 1200);
    lsched_booking_free(out);
    ok(lsched_start(w.s, b->id, "s", &out));
    assert_int_equal(out->revision, 2);
    lsched_booking_free(out);

    /* An import says so, or takes over the one of now. */
    lsched_booking import = *b;
    import.id = import.wall = NULL;
    import.start = import.busy_from = at("2026-03-04T10:00");
    import.end = import.busy_until = at("2026-03-04T10:30");
    import.revision = 1;
    ok(lsched_import(w.s, &import, "i", &out));
    assert_int_equal(out->revision, 1);
    lsched_booking_free(out);
    import.start = import.busy_from = at("2026-03-04T11:00");
    import.end = import.busy_until = at("2026-03-04T11:30");
    import.revision = 0;
    ok(lsched_import(w.s, &import, "j", &out));
    assert_int_equal(out->revision, 2);
    lsched_booking_free(out);
    lsched_booking_free(b);
    lsched_booking_free(h);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_little, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_counts_only_changes),    TEST(test_counts_every_field),
        TEST(test_failure_counts_nothing), TEST(test_survives_removal),
        TEST(test_no_such_revision),       TEST(test_of_a_booking),
    };
    return cmocka_run_group_tests_name("revision", tests, NULL, NULL);
}
