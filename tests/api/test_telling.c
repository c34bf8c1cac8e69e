/* test_telling.c -- who is told what, where it is easily told twice or not at all: an announcement
 * that is put again while somebody is telling it, the numbers of updates that nobody heard, and
 * customers of more than one region.
 */
#include "world.h"

#define HOUR INT64_C(3600)

static int start(void **state)
{
    if (world_little(state) != 0)
        return 1;
    w.now = at("2026-03-02T10:00");
    return 0;
}

static void healthy(void)
{
    lsched_findings *list = NULL;
    ok(lsched_verify(w.s, &list));
    for (size_t i = 0; i < lsched_findings_count(list); i++)
        fail_msg("%s", lsched_findings_at(list, i)->text);
    lsched_findings_free(list);
}

/* ---- announcements that are put again ---------------------------------------------------------- */

#define ANNOUNCE(...) ok(PUT(announcement, .id = "prices", .text = "new prices", __VA_ARGS__))

/* What is handed out now, the only one; its attempt, 0: there is none. */
static char id[200];
static lsched_time until;

static int32_t take(void)
{
    lsched_notices *list = NULL;
    int32_t attempt = 0;
    ok(lsched_take_notices(w.s, 0, 60, &list));
    assert_true(lsched_notices_count(list) <= 1);
    if (lsched_notices_count(list) == 1) {
        const lsched_notice *n = lsched_notices_at(list, 0);
        attempt = n->attempt;
        until = n->until;
        snprintf(id, sizeof id, "%s", n->id);
    }
    lsched_notices_free(list);
    healthy();
    return attempt;
}

/* Whoever told it, and was too late to say so, knows it again by its id. */
static void test_lapsed(void **state)
{
    (void)state;
    char first[200];
    ANNOUNCE(.team = "home");
    assert_int_equal(take(), 1);
    strcpy(first, id);
    w.now += 120;
    ANNOUNCE(.team = "home");
    assert_int_equal(take(), 2);
    assert_string_equal(id, first);
    refuses(lsched_ack_notice(w.s, id, 1), LSCHED_OVER, "attempt 2");
    ok(lsched_ack_notice(w.s, id, 2));
    ANNOUNCE(.team = "home");
    assert_int_equal(take(), 0);
}

/* Nor does a clock that went back let it be told by somebody else meanwhile. */
static void test_leased(void **state)
{
    (void)state;
    char first[200];
    ANNOUNCE(.team = "home");
    assert_int_equal(take(), 1);
    strcpy(first, id);
    w.now -= 300;
    ANNOUNCE(.team = "home", .service = "talk");
    assert_int_equal(take(), 0);
    w.now += 2 * HOUR;
    ANNOUNCE(.team = "home");
    ok(lsched_ack_notice(w.s, first, 1));
    assert_int_equal(take(), 0);
}

/* Not for her any more: nobody goes on telling her, whether it was leased or not.  For her after
 * all: it is the same again, with what it says by then. */
static void test_not_meant(void **state)
{
    (void)state;
    char first[200];
    for (int leased = 0; leased <= 1; leased++) {
        ANNOUNCE(.team = "home", .until = w.now + HOUR);
        assert_int_equal(take(), 1 + leased);
        strcpy(first, id);
        w.now += leased ? 10 : 120;
        ANNOUNCE(.team = "help");
        refuses(lsched_ack_notice(w.s, id, 1 + leased), LSCHED_OVER, "is void");
        assert_int_equal(take(), 0);
        w.now += 120;
        assert_int_equal(take(), 0);
    }
    ANNOUNCE(.team = "home", .until = w.now + 3 * HOUR);
    w.now += 2 * HOUR;
    assert_int_equal(take(), 3);
    assert_string_equal(id, first);
    assert_int_equal(until, w.now + HOUR);
    ok(lsched_remove_announcement(w.s, "prices"));
    refuses(lsched_ack_notice(w.s, id, 3), LSCHED_OVER, "is void");
    ANNOUNCE(.team = "home");
    w.now += 120;
    assert_int_equal(take(), 4);
    assert_string_equal(id, first);
    ok(lsched_ack_notice(w.s, id, 4));
}

/* One that has become pointless while somebody had it, and is not after all. */
static void test_longer(void **state)
{
    (void)state;
    char first[200];
    ANNOUNCE(.team = "home", .until = w.now + 600);
    assert_int_equal(take(), 1);
    strcpy(first, id);
    w.now += 1200;
    assert_int_equal(take(), 0);
    ANNOUNCE(.team = "home", .until = w.now + 600);
    assert_int_equal(take(), 2);
    assert_string_equal(id, first);
    assert_int_equal(until, w.now + 600);
}

/* ---- numbers of updates -------------------------------------------------------------------------- */

static int32_t revision(const char *text)
{
    lsched_incident *i = NULL;
    ok(PUT(incident, .id = "i", .text = text));
    ok(lsched_get_incident(w.s, "i", &i));
    const int32_t number = i->revision;
    lsched_incident_free(i);
    return number;
}

/* Of the last ones before it was removed nobody was told. */
static void test_updates(void **state)
{
    (void)state;
    assert_int_equal(revision("one"), 1);
    assert_int_equal(revision("two"), 2);
    assert_int_equal(revision("two"), 2);
    ok(lsched_remove_incident(w.s, "i"));
    assert_int_equal(revision("three"), 3);
    ok(lsched_subscribe(w.s, "i", "cora"));
    assert_int_equal(revision("four"), 4);
    assert_int_equal(take(), 1);
    ok(lsched_unsubscribe(w.s, "i", "cora"));
    assert_int_equal(revision("five"), 5);
    ok(lsched_remove_incident(w.s, "i"));
    ok(lsched_begin(w.s));
    assert_int_equal(revision("six"), 6);
    ok(lsched_rollback(w.s));
    assert_int_equal(revision("seven"), 6);
    ok(lsched_subscribe(w.s, "i", "cora"));
    assert_int_equal(revision("eight"), 7);
    assert_int_equal(take(), 1);
}

/* ---- several regions ------------------------------------------------------------------------------ */

static bool touches(const char *customer)
{
    lsched_incidents *list = NULL;
    lsched_slots *found = FIND(.customer = customer, .service = "talk");
    ok(lsched_incidents_for(w.s, customer, "talk", &list));
    const size_t count = lsched_incidents_count(list);
    assert_int_equal(lsched_slots_incidents(found), count);
    lsched_incidents_free(list);
    lsched_slots_free(found);
    return count != 0;
}

static char *join(const char *customer)
{
    static char ids[4][LSCHED_MAX_ID + 1];
    static int turn;
    char key[32], *joined = ids[turn++ % 4];
    lsched_booking *b = NULL;
    snprintf(key, sizeof key, "j%d", turn);
    ok(lsched_join(w.s, NEW(request, .key = key, .customer = customer, .service = "talk"), &b));
    strcpy(joined, b->id);
    lsched_booking_free(b);
    return joined;
}

/* Its policy, its line, its estimate and its news are all hers. */
static void test_second_region(void **state)
{
    (void)state;
    lsched_booking *b = NULL;
    lsched_forecast *wait = NULL;
    ok(PUT(customer, .id = "ann", .zone = "America/New_York", .region = "US-NJ",
           .regions = "US-CT US-NY"));
    ok(PUT(customer, .id = "bob", .zone = "America/New_York", .region = "US-NJ",
           .regions = "US-N NY US-NYC"));
    ok(PUT(customer, .id = "eve", .zone = "America/New_York", .regions = "US-NY"));
    char *anns = join("ann"), *bobs = join("bob");
    ok(PUT(incident, .id = "i", .regions = "US-PA US-NY", .text = "down", .minutes = 60,
           .no_joining = 1, .no_working = 1));
    assert_true(touches("ann"));
    assert_true(touches("eve"));
    assert_true(touches("cora"));
    assert_false(touches("bob"));
    refuses(lsched_join(w.s, NEW(request, .key = "e", .customer = "eve", .service = "talk"), &b),
            LSCHED_CLOSED, "incident 'i'");
    b = BOOK(.key = "b", .customer = "eve", .service = "talk", .start = w.now + 2 * HOUR);
    assert_int_equal(b->end - b->start, HOUR);
    assert_string_equal(b->incident, "i");
    lsched_booking_free(b);
    /* Bob came later, and is the one who is handed out. */
    ok(lsched_next(w.s, "ana", 60, &b));
    assert_string_equal(b->id, bobs);
    lsched_booking_free(b);
    ok(lsched_estimate_waiting(w.s, anns, &wait));
    assert_int_equal(wait->p50, -1);
    lsched_forecast_free(wait);
    ok(lsched_estimate_waiting(w.s, bobs, &wait));
    assert_true(wait->p50 >= 0);
    lsched_forecast_free(wait);
    lsched_notices *list = NULL;
    ok(lsched_take_notices(w.s, 0, 60, &list));
    assert_int_equal(lsched_notices_count(list), 2); /* to her who waits; and of what is booked */
    for (size_t i = 0; i < 2; i++) {
        const lsched_notice *n = lsched_notices_at(list, i);
        assert_string_equal(n->customer, n->kind == LSCHED_NOTICE_INCIDENT ? "ann" : "eve");
    }
    lsched_notices_free(list);
}

static uint32_t seed;

static uint32_t roll(uint32_t sides)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % sides;
}

static const char *const words[] = {"A", "AA", "A-A", "B", "BA"};
#define WORDS 5
#define PEOPLE 16

/* Some of them, as a list and as bits. */
static uint32_t some(char *list, uint32_t most)
{
    uint32_t bits = 0;
    list[0] = '\0';
    for (uint32_t left = roll(most + 1); left > 0; left--) {
        const uint32_t word = roll(WORDS);
        if ((bits >> word & 1) != 0)
            continue;
        bits |= 1u << word;
        strcat(list, list[0] != '\0' ? " " : "");
        strcat(list, words[word]);
    }
    return bits;
}

static struct {
    uint32_t regions;
    int incidents, announced;
} people[PEOPLE];

static void hear(void)
{
    lsched_notices *list = NULL;
    ok(lsched_take_notices(w.s, 0, 60, &list));
    for (size_t i = 0; i < lsched_notices_count(list); i++) {
        const lsched_notice *n = lsched_notices_at(list, i);
        const int who = n->customer[0] - 'a';
        people[who].incidents += n->kind == LSCHED_NOTICE_INCIDENT;
        people[who].announced += n->kind == LSCHED_NOTICE_ANNOUNCEMENT;
        ok(lsched_ack_notice(w.s, n->id, n->attempt));
    }
    lsched_notices_free(list);
}

/* Whom the store tells is whom it touches when somebody asks. */
static void test_any_regions(void **state)
{
    (void)state;
    for (seed = 1; seed < 40; seed += 3) {
        const uint32_t first = seed;
        ok(lsched_begin(w.s));
        for (int i = 0; i < PEOPLE; i++) {
            const char who[] = {(char)('a' + i), '\0'};
            const uint32_t own = roll(WORDS + 1);
            char others[64];
            people[i].regions = some(others, 3) | (own < WORDS ? 1u << own : 0);
            people[i].incidents = people[i].announced = 0;
            ok(PUT(customer, .id = who, .zone = "America/New_York",
                   .region = own < WORDS ? words[own] : NULL, .regions = others));
            join(who);
        }
        hear();
        for (int turn = 0; turn < 4; turn++) {
            char list[64], name[8];
            const uint32_t named = some(list, 3);
            snprintf(name, sizeof name, "n%d", turn);
            ok(PUT(incident, .id = name, .regions = list, .text = "x", .minutes = 20));
            if (named != 0)
                ok(PUT(announcement, .id = name, .regions = list, .text = "x"));
            hear();
            for (int i = 0; i < PEOPLE; i++) {
                const char who[] = {(char)('a' + i), '\0'};
                const bool meant = (people[i].regions & named) != 0;
                if (touches(who) != (meant || named == 0) ||
                    people[i].incidents != (meant || named == 0) || people[i].announced != meant)
                    fail_msg("seed %u: customer %s and '%s'", first, who, list);
                people[i].incidents = people[i].announced = 0;
            }
            ok(lsched_remove_incident(w.s, name));
        }
        ok(lsched_rollback(w.s));
        seed = first;
    }
}

/* ---- what was told, in its case --------------------------------------------------------------------- */

/* Each as a word, from the first behind `skip` on: "+" told, "!" void, "." not yet. */
static const char *tell_case(uint32_t skip)
{
    static char all[400];
    lsched_moments *list = NULL;
    all[0] = '\0';
    ok(lsched_timeline(w.s, "c1", skip, 0, &list));
    for (size_t i = 0; i < lsched_moments_count(list); i++) {
        const lsched_moment *m = lsched_moments_at(list, i);
        const lsched_notice *n = m->notice;
        strcat(all, n == NULL                     ? ""
                    : m->told == LSCHED_TOLD_DONE ? "+"
                    : m->told == LSCHED_TOLD_VOID ? "!"
                                                  : ".");
        strcat(all, m->event != NULL   ? lsched_event_name(m->event->kind)
                    : m->entry != NULL ? lsched_entry_name(m->entry->kind)
                                       : lsched_notice_name(n->kind));
        strcat(all, " ");
        if (n == NULL)
            continue;
        assert_int_equal(n->size, sizeof *n);
        assert_int_equal(n->about, LSCHED_ABOUT_BOOKING);
        assert_string_equal(n->customer, "cora");
        assert_string_equal(n->case_id, "c1");
        assert_null(n->booking);
        assert_int_equal(n->attempt != 0, m->told == LSCHED_TOLD_DONE);
        if (m->told == LSCHED_TOLD_NOT && n->due <= w.now) { /* it is the one of this id */
            lsched_notices *due = NULL;
            ok(lsched_begin(w.s));
            ok(lsched_take_notices(w.s, 0, 60, &due));
            ok(lsched_ack_notice(w.s, n->id, 1));
            lsched_notices_free(due);
            ok(lsched_rollback(w.s));
        }
    }
    lsched_moments_free(list);
    return all;
}

static void end_all(void)
{
    lsched_notices *list = NULL;
    ok(lsched_take_notices(w.s, 0, 60, &list));
    for (size_t i = 0; i < lsched_notices_count(list); i++)
        ok(lsched_ack_notice(w.s, lsched_notices_at(list, i)->id, 1));
    lsched_notices_free(list);
}

static void note(const char *key)
{
    ok(lsched_add_entry(
        w.s, NEW(entry, .kind = LSCHED_ENTRY_NOTE, .key = key, .case_id = "c1", .text = "x"),
        NULL));
}

static void test_in_case(void **state)
{
    (void)state;
    lsched_booking *moved = NULL;
    ok(PUT(case, .id = "c1", .customer = "cora"));
    ok(PUT(case, .id = "c2", .customer = "cora"));
    ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 30, .notice = LSCHED_NONE,
           .reminder = 60));
    lsched_booking *b = BOOK(.key = "b", .customer = "cora", .service = "talk",
                             .start = w.now + 3 * HOUR, .case_id = "c1"),
                   *other = BOOK(.key = "o", .customer = "cora", .service = "talk",
                                 .start = w.now + 5 * HOUR, .case_id = "c2");
    note("n");
    assert_string_equal(tell_case(0), "booked .confirmed .reminder note ");
    end_all();
    assert_string_equal(tell_case(0), "booked +confirmed .reminder note ");
    ok(lsched_move(w.s, NEW(change, .key = "m", .id = b->id, .start = w.now + 4 * HOUR), &moved));
    assert_string_equal(tell_case(0), "booked +confirmed !reminder note moved .reminder .moved ");
    assert_string_equal(tell_case(3), "note moved .reminder .moved ");
    ok(lsched_cancel(w.s, b->id, NULL, "c", NULL));
    assert_string_equal(
        tell_case(0),
        "booked +confirmed !reminder note moved !reminder !moved cancelled .cancelled ");
    lsched_booking_free(moved);
    lsched_booking_free(b);
    lsched_booking_free(other);
}

/* News stand where they were written, one behind the other whatever their kinds are. */
static void test_news_in_case(void **state)
{
    (void)state;
    lsched_delays *late = NULL;
    ok(PUT(case, .id = "c1", .customer = "cora"));
    ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 30, .notice = LSCHED_NONE,
           .check_in = 2));
    ok(PUT(incident, .id = "i", .text = "down"));
    w.now += 60;
    lsched_booking *first = BOOK(.key = "1", .customer = "cora", .service = "talk", .agent = "ana",
                                 .start = at("2026-03-02T10:30")),
                   *b = BOOK(.key = "2", .customer = "cora", .service = "talk", .agent = "ana",
                             .start = at("2026-03-02T11:00"), .case_id = "c1");
    assert_string_equal(tell_case(0), "booked .confirmed ");
    w.now = at("2026-03-02T10:50");
    end_all();
    ok(lsched_start(w.s, first->id, "s1", NULL));
    note("n1");
    ok(PUT(incident, .id = "i", .text = "up", .closed = w.now));
    assert_string_equal(tell_case(0), "booked +confirmed note .release ");
    ok(lsched_tell_delays(w.s, 0, &late));
    assert_int_equal(lsched_delays_count(late), 1);
    const lsched_time begins = lsched_delays_at(late, 0)->start;
    lsched_delays_free(late);
    assert_string_equal(tell_case(0), "booked +confirmed note .release .delayed ");
    note("n2");
    end_all();
    assert_string_equal(tell_case(0), "booked +confirmed note +release +delayed note ");
    lsched_moments *list = NULL;
    ok(lsched_timeline(w.s, "c1", 4, 1, &list));
    assert_int_equal(lsched_moments_count(list), 1);
    assert_int_equal(lsched_moments_at(list, 0)->notice->at, begins);
    assert_string_equal(lsched_moments_at(list, 0)->notice->subject, b->id);
    lsched_moments_free(list);
    ok(lsched_finish(w.s, first->id, LSCHED_FULFILLED, NULL, "f1", NULL));
    w.now = begins;
    ok(lsched_start(w.s, b->id, "s2", NULL));
    ok(lsched_finish(w.s, b->id, LSCHED_FULFILLED, NULL, "f2", NULL));
    assert_string_equal(
        tell_case(0), "booked +confirmed note +release +delayed note started fulfilled .check-in ");
    assert_string_equal(tell_case(7), "fulfilled .check-in ");
    /* Whoever has come back is not asked, and it stays where it was. */
    lsched_booking_free(BOOK(.key = "3", .customer = "cora", .service = "talk",
                             .start = at("2026-03-02T15:00"), .case_id = "c1"));
    assert_string_equal(tell_case(7), "fulfilled !check-in booked .confirmed ");
    healthy();
    lsched_booking_free(first);
    lsched_booking_free(b);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_lapsed),      TEST(test_leased),  TEST(test_not_meant),
        TEST(test_longer),      TEST(test_updates), TEST(test_second_region),
        TEST(test_any_regions), TEST(test_in_case), TEST(test_news_in_case),
    };
    return cmocka_run_group_tests_name("telling", tests, NULL, NULL);
}
