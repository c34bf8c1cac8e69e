/* test_ladder.c -- who is best: what a team is to a customer, and who goes first. */
#include "scene.h"

static void test_team(void **state)
{
    (void)state;
    const lsched_team home = {.id = "hv", .overflow = "nj"}, lone = {.id = "hv", .overflow = ""};
    const lsched_team help = {.id = "nj", .overflow = "hv"}, other = {.id = "cr", .overflow = "hv"};
    const lsched_team care = {.id = "care", .general = 1, .overflow = ""};
    const lsched_team both = {.id = "nj", .general = -7, .overflow = ""};
    const lsched_team all = {.id = "hv", .general = 1, .overflow = "nj"};
    lsched_customer customer = {.id = "cus"};
    assert_int_equal(lsi_ladder_team(&customer, &home, &home), LSCHED_HOME);
    assert_int_equal(lsi_ladder_team(&customer, &home, &help), LSCHED_OVERFLOW);
    assert_int_equal(lsi_ladder_team(&customer, &lone, &help), 0);
    assert_int_equal(lsi_ladder_team(&customer, &home, &other), 0);
    assert_int_equal(lsi_ladder_team(&customer, &home, &care), LSCHED_GENERAL);
    assert_int_equal(lsi_ladder_team(&customer, &home, &both), LSCHED_OVERFLOW | LSCHED_GENERAL);
    assert_int_equal(lsi_ladder_team(&customer, &all, &all), LSCHED_HOME | LSCHED_GENERAL);
    /* Without a home team, and by the customer's own choice: general care alone. */
    assert_int_equal(lsi_ladder_team(&customer, NULL, &home), 0);
    assert_int_equal(lsi_ladder_team(&customer, NULL, &care), LSCHED_GENERAL);
    customer.general = 1;
    assert_int_equal(lsi_ladder_team(&customer, &home, &home), 0);
    assert_int_equal(lsi_ladder_team(&customer, &home, &help), 0);
    assert_int_equal(lsi_ladder_team(&customer, &home, &care), LSCHED_GENERAL);
    assert_int_equal(lsi_ladder_team(&customer, &home, &both), LSCHED_GENERAL);
}

static void test_rank(void **state)
{
    (void)state;
    lsi_met met[] = {{.agent = "cid"}, {.agent = "ana"}, {.agent = "dan"}};
    lsi_facts f = {.customer = {.knows = "bob ana anabel"}};
    assert_int_equal(lsi_known_rank(&f, "bob"), 1);
    assert_int_equal(lsi_known_rank(&f, "ana"), 2);
    assert_int_equal(lsi_known_rank(&f, "anabel"), 3);
    assert_int_equal(lsi_known_rank(&f, "an"), 0);
    assert_int_equal(lsi_known_rank(&f, "bobby"), 0);
    assert_int_equal(lsi_known_rank(&f, "Bob"), 0);
    /* Whoever is met comes behind whoever is named. */
    f.met = met;
    f.met_count = 3;
    assert_int_equal(lsi_known_rank(&f, "ana"), 2);
    assert_int_equal(lsi_known_rank(&f, "cid"), 4);
    assert_int_equal(lsi_known_rank(&f, "dan"), 6);
    assert_int_equal(lsi_known_rank(&f, "eve"), 0);
    f.customer.knows = "";
    assert_int_equal(lsi_known_rank(&f, "bob"), 0);
    assert_int_equal(lsi_known_rank(&f, "cid"), 1);
}

static void check_verdicts(const lsi_contact *contacts, size_t count, const lsi_verdict *verdicts,
                           size_t verdict_count, lsched_time now, const char *wanted)
{
    lsi_met met[8];
    char found[64] = "";
    const size_t known = lsi_known_order(contacts, count, verdicts, verdict_count, now, met);
    for (size_t i = 0; i < known; i++) {
        strcat(found, i > 0 ? " " : "");
        strcat(found, met[i].agent);
    }
    assert_string_equal(found, wanted);
}

static void check_met(const lsi_contact *contacts, size_t count, lsched_time now,
                      const char *wanted)
{
    check_verdicts(contacts, count, NULL, 0, now, wanted);
}

static void test_met(void **state)
{
    (void)state;
    const lsched_time now = 2000 * LSI_DAY;
    const lsi_contact some[] = {{"bob", now + LSI_DAY},       {"ana", now - LSI_DAY},
                                {"cid", now - 80 * LSI_DAY},  {"ana", now - 200 * LSI_DAY},
                                {"cid", now - 201 * LSI_DAY}, {"dan", now - 899 * LSI_DAY},
                                {"eve", now - 900 * LSI_DAY}};
    check_met(some, 0, now, "");
    /* Twice is more than once, even if that was later; of the same weight, the later. */
    check_met(some, 7, now, "ana cid bob dan");
    check_met(some, 3, now, "bob ana cid");
    check_met(some + 2, 2, now, "cid ana");
    check_met(some + 5, 2, now, "dan");
    check_met(some + 6, 1, now, "");
    /* One of today is worth what three of last year are not. */
    const lsi_contact old[] = {{"bob", now},
                               {"ana", now - 365 * LSI_DAY},
                               {"ana", now - 366 * LSI_DAY},
                               {"ana", now - 367 * LSI_DAY}};
    check_met(old, 4, now, "bob ana");
    const lsi_contact same[] = {{"bob", now - 5}, {"ana", now - 5}};
    check_met(same, 2, now, "ana bob");
}

/* The last verdict on each of them counts, which comes first; one on a stranger says nothing. */
static void test_verdicts(void **state)
{
    (void)state;
    const lsched_time now = 2000 * LSI_DAY;
    const lsi_contact some[] = {{"bob", now}, {"ana", now - LSI_DAY}, {"ana", now - 2 * LSI_DAY}};
    const lsi_verdict said[] = {{"ana", true}, {"bob", false}, {"eve", true}, {"bob", true}};
    check_verdicts(some, 3, said, 0, now, "ana bob");
    check_verdicts(some, 3, said, 1, now, "bob");
    check_verdicts(some, 3, said, 4, now, "bob");
    check_verdicts(some, 3, said + 1, 2, now, "ana bob");
    check_verdicts(some, 3, said + 3, 1, now, "ana");
    check_verdicts(some, 1, said + 3, 1, now, "");
}

static void test_best(void **state)
{
    (void)state;
    assert_int_equal(lsi_ladder_best(0), 0);
    assert_int_equal(lsi_ladder_best(LSI_ALL_RUNGS), LSCHED_KNOWN);
    assert_int_equal(lsi_ladder_best(LSCHED_GENERAL | LSCHED_HOME), LSCHED_HOME);
    assert_int_equal(lsi_ladder_best(LSCHED_GENERAL), LSCHED_GENERAL);
}

/* Exactly one of two goes first. */
static bool before(const scene *s, size_t a, size_t b)
{
    const bool first = lsi_ladder_before(&s->f, a, b);
    assert_int_equal(lsi_ladder_before(&s->f, b, a), !first);
    assert_false(lsi_ladder_before(&s->f, a, a));
    assert_false(lsi_ladder_before(&s->f, b, b));
    return first;
}

static size_t stand(scene *s, const char *agent, size_t team, int32_t rungs, int32_t rank)
{
    const size_t i = scene_candidate(s, scene_agent(s, agent, NULL, NULL), team);
    s->candidates[i].rungs = rungs;
    s->agents[s->candidates[i].agent].rank = rank;
    return i;
}

static void test_rungs_and_ranks(void **state)
{
    (void)state;
    scene s;
    scene_begin(&s, "America/New_York");
    const size_t hv = scene_team(&s, "hv", NULL);
    const size_t care = stand(&s, "a", hv, LSCHED_GENERAL, 0);
    const size_t home = stand(&s, "b", hv, LSCHED_HOME | LSCHED_GENERAL, 0);
    const size_t second = stand(&s, "c", hv, LSCHED_KNOWN | LSCHED_GENERAL, 2);
    const size_t first = stand(&s, "d", hv, LSCHED_KNOWN | LSCHED_HOME, 1);
    assert_true(before(&s, home, care));
    assert_true(before(&s, second, home));
    assert_true(before(&s, first, second));
    assert_true(before(&s, first, care));
    /* Ranks count on that rung alone: where it was not asked for, whose turn it is decides. */
    s.candidates[first].rungs = s.candidates[second].rungs = LSCHED_HOME;
    assert_true(before(&s, second, first));
    /* Whoever has the booking that is moved keeps it, on whatever rung. */
    s.f.preferred = "a";
    assert_true(before(&s, care, first));
    assert_true(before(&s, care, home));
    s.f.preferred = "nobody";
    assert_true(before(&s, home, care));
    scene_end(&s);
}

static void test_owed(void **state)
{
    (void)state;
    scene s;
    scene_begin(&s, "America/New_York");
    const size_t hv = scene_team(&s, "hv", NULL);
    const size_t a = stand(&s, "a", hv, LSCHED_HOME, 0), b = stand(&s, "b", hv, LSCHED_HOME, 0);
    assert_true(before(&s, a, b));
    s.candidates[b].owed = 1;
    assert_true(before(&s, b, a));
    s.candidates[a].owed = 2;
    assert_true(before(&s, a, b));
    s.candidates[a].owed = INT64_C(-5000000000);
    s.candidates[b].owed = INT64_C(-4000000000);
    assert_true(before(&s, b, a));
    /* A better rung is worth more than any turn. */
    s.candidates[a].rungs = LSCHED_KNOWN;
    s.agents[s.candidates[a].agent].rank = 9;
    assert_true(before(&s, a, b));
    scene_end(&s);
}

/* An agent in two teams: the better rung, then the smaller team. */
static void test_two_teams(void **state)
{
    (void)state;
    scene s;
    scene_begin(&s, "America/New_York");
    const size_t hv = scene_team(&s, "hv", NULL), care = scene_team(&s, "care", NULL);
    const size_t here = stand(&s, "a", hv, LSCHED_HOME, 0);
    const size_t there = scene_candidate(&s, s.candidates[here].agent, care);
    s.candidates[there].rungs = LSCHED_GENERAL;
    assert_true(before(&s, here, there));
    s.candidates[there].rungs = LSCHED_HOME;
    assert_true(before(&s, there, here));
    scene_end(&s);
}

/* By chance: an order is an order, so that the best does not hang on who is asked first. */
static void test_is_an_order(void **state)
{
    (void)state;
    scene s;
    uint64_t seed = 7;
    static const char *const names[] = {"d", "b", "c", "a"};
    scene_begin(&s, "America/New_York");
    scene_team(&s, "hv", NULL);
    scene_team(&s, "care", NULL);
    for (size_t i = 0; i < SCENE_AGENTS; i++)
        stand(&s, names[i], 0, LSCHED_HOME, 0);
    scene_candidate(&s, 0, 1);
    scene_candidate(&s, 3, 1);
    for (int round = 0; round < 3000; round++) {
        for (size_t i = 0; i < SCENE_AGENTS; i++) {
            s.agents[i].rank = (int32_t)scene_random(&seed, 3);
        }
        for (size_t i = 0; i < SCENE_CANDIDATES; i++) {
            s.candidates[i].rungs = 1 + (int32_t)scene_random(&seed, 15);
            s.candidates[i].owed = (int64_t)scene_random(&seed, 3) - 1;
            if (s.agents[s.candidates[i].agent].rank == 0)
                s.candidates[i].rungs = (s.candidates[i].rungs & ~LSCHED_KNOWN) | LSCHED_GENERAL;
        }
        s.f.preferred = scene_random(&seed, 2) ? "c" : NULL;
        for (size_t a = 0; a < SCENE_CANDIDATES; a++) {
            for (size_t b = 0; b < SCENE_CANDIDATES; b++) {
                if (a == b || !before(&s, a, b))
                    continue;
                for (size_t c = 0; c < SCENE_CANDIDATES; c++)
                    assert_true(!lsi_ladder_before(&s.f, b, c) || lsi_ladder_before(&s.f, a, c));
            }
        }
    }
    scene_end(&s);
}

/* ---- what is owed ------------------------------------------------------------------------------ */

#define FIRST_DAY INT64_C(20500)

static bool is_in(const lsi_candidate *c, int place)
{
    return lsi_span_at(&c->roster, (FIRST_DAY + place) * LSI_DAY + LSI_DAY / 2) != NULL;
}

static bool same_rung(const scene *s, size_t a, size_t b)
{
    return lsi_ladder_best(s->candidates[a].rungs) == lsi_ladder_best(s->candidates[b].rungs);
}

/* Day by day, agent by agent. */
static int64_t owed_to(const scene *s, size_t c)
{
    const lsi_work *own = s->agents[s->candidates[c].agent].work;
    int64_t owed = 0;
    for (int place = 0; place < LSI_WORK_PLACES; place++) {
        int64_t shift = 0, booked = 0;
        for (size_t agent = 0; agent < SCENE_AGENTS; agent++) {
            bool there = false;
            for (size_t i = 0; i < SCENE_CANDIDATES; i++)
                there = there || (s->candidates[i].agent == agent && same_rung(s, i, c) &&
                                  is_in(&s->candidates[i], place));
            shift += there ? s->agents[agent].work->shift[place] : 0;
            booked += there ? s->agents[agent].work->booked[place] : 0;
        }
        if (is_in(&s->candidates[c], place))
            owed += (shift > 0 ? booked * own->shift[place] / shift : 0) - own->booked[place];
    }
    return owed;
}

static void draw_work(uint64_t *seed, lsi_work *work, uint64_t places)
{
    for (int place = 0; place < LSI_WORK_PLACES; place++) {
        if ((places >> place & 1) == 0)
            continue;
        work->shift[place] = scene_random(seed, 3) ? (int64_t)scene_random(seed, 30000) : 0;
        work->booked[place] = scene_random(seed, 3) ? (int64_t)scene_random(seed, 30000) : 0;
    }
}

static void draw_roster(scene *s, uint64_t *seed, lsi_spans *roster)
{
    lsi_span_free(roster);
    for (uint64_t i = scene_random(seed, 4); i > 0; i--) {
        const int64_t from =
            (FIRST_DAY - 5) * LSI_DAY + (int64_t)scene_random(seed, 50 * 48) * 1800;
        scene_ok(s, lsi_span_add(roster, from, from + 1800 * (1 + (int64_t)scene_random(seed, 999)),
                                 &s->e));
    }
    lsi_span_sort(roster);
}

/* Some in two teams, all with days in them; and then some of the days anew. */
static void test_shares(void **state)
{
    (void)state;
    scene s;
    uint64_t seed = 5;
    static const char *const names[] = {"a", "b", "c", "d"};
    lsi_work work[SCENE_AGENTS] = {{.shift = {0}}};
    int64_t owed[SCENE_CANDIDATES * LSI_WORK_PLACES];
    scene_begin(&s, "America/New_York");
    scene_team(&s, "hv", NULL);
    scene_team(&s, "care", NULL);
    for (size_t i = 0; i < SCENE_AGENTS; i++)
        s.agents[s.candidates[stand(&s, names[i], 0, LSCHED_HOME, 0)].agent].work = &work[i];
    scene_candidate(&s, 0, 1);
    scene_candidate(&s, 3, 1);
    s.f.work_day = FIRST_DAY;
    for (int round = 0; round < 300; round++) {
        memset(owed, 0, sizeof owed);
        for (size_t i = 0; i < SCENE_CANDIDATES; i++) {
            s.candidates[i].owed = 0;
            s.candidates[i].rungs = scene_random(&seed, 3) ? LSCHED_HOME : LSCHED_GENERAL;
            draw_roster(&s, &seed, &s.candidates[i].roster);
        }
        for (int turn = 0; turn < 4; turn++) {
            const uint64_t places =
                turn == 0 ? UINT64_MAX >> (64 - LSI_WORK_PLACES) : scene_random(&seed, UINT32_MAX);
            for (size_t i = 0; i < SCENE_AGENTS; i++)
                draw_work(&seed, &work[i], places);
            lsi_share_owe(&s.f, places, owed);
            for (size_t i = 0; i < SCENE_CANDIDATES; i++)
                assert_int_equal(s.candidates[i].owed, owed_to(&s, i));
        }
    }
    scene_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_team),        cmocka_unit_test(test_rank),
        cmocka_unit_test(test_met),         cmocka_unit_test(test_verdicts),
        cmocka_unit_test(test_best),        cmocka_unit_test(test_rungs_and_ranks),
        cmocka_unit_test(test_owed),        cmocka_unit_test(test_two_teams),
        cmocka_unit_test(test_is_an_order), cmocka_unit_test(test_shares)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
