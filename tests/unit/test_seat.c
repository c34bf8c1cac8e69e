/* test_seat.c -- room for one by as few moves as can be: against all assignments that there are. */
#include "scene.h"

#include <stdlib.h>

#define AGENTS 5
#define MOST 8
#define TIMES 12

static uint64_t seed;
static lsi_error error;

static uint32_t dice(uint32_t sides)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((seed >> 33) % sides);
}

static lsi_seating s;
static lsi_span fixed[AGENTS][TIMES];
static size_t sat[AGENTS][MOST], options[MOST][AGENTS];
static bool suited[MOST][AGENTS]; /* by option */
static size_t agents, asked, met;

/* The arrays move with every question, as when more is read. */
static void move_arrays(void)
{
    lsi_sitter *sitters = malloc(MOST * sizeof *sitters);
    lsi_bench *benches = malloc(AGENTS * sizeof *benches);
    assert_non_null(sitters);
    assert_non_null(benches);
    memcpy(sitters, s.sitters, s.sitter_count * sizeof *sitters);
    memcpy(benches, s.benches, s.bench_count * sizeof *benches);
    free(s.sitters);
    free(s.benches);
    s.sitters = sitters;
    s.benches = benches;
}

static int meet(void *user, size_t sitter, lsi_error *e)
{
    (void)user;
    (void)e;
    move_arrays();
    assert_false(s.sitters[sitter].met);
    s.sitters[sitter].met = true;
    s.sitters[sitter].options = options[sitter];
    for (size_t a = 0; a < agents; a++) {
        if (a != s.sitters[sitter].agent && dice(5) > 0)
            options[sitter][s.sitters[sitter].option_count++] = a;
    }
    met++;
    return LSCHED_OK;
}

static int suits(void *user, size_t sitter, size_t option, bool *yes, lsi_error *e)
{
    (void)user;
    (void)e;
    move_arrays();
    assert_true(option < s.sitters[sitter].option_count);
    *yes = suited[sitter][option];
    asked++;
    return LSCHED_OK;
}

static bool meets(lsched_time from, lsched_time until, lsched_time other_from,
                  lsched_time other_until)
{
    return other_from < until && from < other_until;
}

static bool is_taken(size_t agent, lsched_time from, lsched_time until)
{
    const lsi_bench *b = &s.benches[agent];
    for (size_t i = 0; i < b->fixed_count; i++)
        if (meets(from, until, b->fixed[i].from, b->fixed[i].until))
            return true;
    for (size_t i = 0; i < b->sitter_count; i++)
        if (meets(from, until, s.sitters[b->sitters[i]].from, s.sitters[b->sitters[i]].until))
            return true;
    return false;
}

static void make(void)
{
    agents = 2 + dice(AGENTS - 1);
    s = (lsi_seating){.meet = meet, .suits = suits};
    s.sitters = calloc(MOST, sizeof *s.sitters);
    s.benches = calloc(AGENTS, sizeof *s.benches);
    s.bench_count = agents;
    memset(options, 0, sizeof options);
    for (size_t a = 0; a < agents; a++)
        s.benches[a] = (lsi_bench){.fixed = fixed[a], .sitters = sat[a]};
    for (size_t i = 0; i < 14; i++) {
        const size_t a = dice((uint32_t)agents);
        const lsched_time from = dice(TIMES), until = from + 1 + dice(4);
        lsi_bench *b = &s.benches[a];
        if (is_taken(a, from, until))
            continue;
        if (dice(6) == 0) {
            b->fixed[b->fixed_count++] = (lsi_span){from, until};
        } else if (s.sitter_count < MOST) {
            for (size_t k = 0; k < agents; k++)
                suited[s.sitter_count][k] = dice(6) > 0;
            b->sitters[b->sitter_count++] = s.sitter_count;
            s.sitters[s.sitter_count++] = (lsi_sitter){.agent = a, .from = from, .until = until};
        }
    }
    /* In the order of their beginnings, as they are read. */
    for (size_t a = 0; a < agents; a++) {
        lsi_bench *b = &s.benches[a];
        for (size_t i = 1; i < b->sitter_count; i++)
            for (size_t k = i;
                 k > 0 && s.sitters[b->sitters[k]].from < s.sitters[b->sitters[k - 1]].from; k--) {
                const size_t other = b->sitters[k];
                b->sitters[k] = b->sitters[k - 1];
                b->sitters[k - 1] = other;
            }
    }
}

/* ---- all assignments --------------------------------------------------------------------------- */

static size_t place[MOST];
static int32_t best;

static bool fits(size_t agent, lsched_time from, lsched_time until)
{
    for (size_t i = 0; i < s.sitter_count; i++) {
        const lsi_sitter *x = &s.sitters[i];
        if (place[i] == agent && meets(x->from, x->until, from, until))
            return false;
        for (size_t k = 0; k < s.benches[place[i]].fixed_count; k++)
            if (meets(x->from, x->until, fixed[place[i]][k].from, fixed[place[i]][k].until))
                return false;
        for (size_t k = 0; k < i; k++)
            if (place[k] == place[i] &&
                meets(x->from, x->until, s.sitters[k].from, s.sitters[k].until))
                return false;
    }
    return true;
}

static void try_all(size_t i, int32_t moves, size_t agent, lsched_time from, lsched_time until)
{
    if (moves >= best)
        return;
    if (i == s.sitter_count) {
        if (fits(agent, from, until))
            best = moves;
        return;
    }
    place[i] = s.sitters[i].agent;
    try_all(i + 1, moves, agent, from, until);
    for (size_t k = 0; k < s.sitters[i].option_count; k++) {
        place[i] = options[i][k];
        if (suited[i][k])
            try_all(i + 1, moves + 1, agent, from, until);
    }
}

static void check_moves(const lsi_seated *out, size_t agent, lsched_time from, lsched_time until)
{
    for (size_t i = 0; i < s.sitter_count; i++)
        place[i] = s.sitters[i].agent;
    for (int32_t i = 0; i < out->count; i++) {
        const size_t sitter = out->moves[i].sitter;
        assert_int_equal(place[sitter], s.sitters[sitter].agent); /* nobody twice */
        size_t k = 0;
        while (k < s.sitters[sitter].option_count && options[sitter][k] != out->moves[i].agent)
            k++;
        assert_true(k < s.sitters[sitter].option_count && suited[sitter][k]);
        place[sitter] = out->moves[i].agent;
    }
    assert_true(fits(agent, from, until));
}

static void the_fewest(void **state)
{
    (void)state;
    int found[LSCHED_MAX_RESEATS + 1] = {0};
    for (int round = 0; round < 20000; round++) {
        seed = (uint64_t)round;
        make();
        const size_t agent = dice((uint32_t)agents);
        const lsched_time from = dice(TIMES), until = from + 1 + dice(3);
        const int32_t most = 1 + (int32_t)dice(LSCHED_MAX_RESEATS);
        bool barred = !is_taken(agent, from, until);
        for (size_t i = 0; i < s.benches[agent].fixed_count; i++)
            barred = barred || meets(from, until, fixed[agent][i].from, fixed[agent][i].until);
        lsi_seated out, again;
        if (!barred) {
            assert_int_equal(lsi_seat_find(&s, agent, from, until, most, &out, &error), LSCHED_OK);
            for (size_t i = 0; i < s.sitter_count; i++)
                if (!s.sitters[i].met)
                    meet(NULL, i, &error);
            best = most + 1;
            try_all(0, 0, agent, from, until);
            assert_int_equal(out.count, best <= most ? best : 0);
            if (out.count > 0)
                check_moves(&out, agent, from, until);
            found[out.count]++;
            /* What is known by now changes nothing. */
            assert_int_equal(lsi_seat_find(&s, agent, from, until, most, &again, &error),
                             LSCHED_OK);
            assert_int_equal(again.count, out.count);
            assert_memory_equal(again.moves, out.moves, (size_t)out.count * sizeof *out.moves);
        }
        free(s.sitters);
        free(s.benches);
    }
    assert_true(found[0] > 1000 && found[1] > 1000 && found[2] > 100 && found[3] > 20 &&
                found[4] > 3);
}

/* ---- a crowd -------------------------------------------------------------------------------------- */

#define CROWD 60

static lsi_sitter many[CROWD];
static lsi_bench each[CROWD];
static size_t who[CROWD], everywhere[CROWD];
static int64_t looked;

static int meet_all(void *user, size_t sitter, lsi_error *e)
{
    (void)user;
    (void)e;
    many[sitter].met = true;
    many[sitter].options = everywhere;
    many[sitter].option_count = CROWD;
    return LSCHED_OK;
}

static int nobody(void *user, size_t sitter, size_t option, bool *yes, lsi_error *e)
{
    (void)user;
    (void)sitter;
    (void)option;
    (void)e;
    looked++;
    *yes = false;
    return LSCHED_OK;
}

/* Everybody is taken and could go to everybody: the search is given up, and soon. */
static void a_crowd(void **state)
{
    (void)state;
    lsi_seating crowd = {.sitters = many,
                         .benches = each,
                         .sitter_count = CROWD,
                         .bench_count = CROWD,
                         .meet = meet_all,
                         .suits = nobody};
    lsi_seated out;
    for (size_t i = 0; i < CROWD; i++) {
        everywhere[i] = who[i] = i;
        many[i] = (lsi_sitter){.agent = i, .from = 0, .until = 10};
        each[i] = (lsi_bench){.sitters = &who[i], .sitter_count = 1};
    }
    assert_int_equal(lsi_seat_find(&crowd, 0, 0, 10, LSCHED_MAX_RESEATS, &out, &error), LSCHED_OK);
    assert_int_equal(out.count, 0);
    assert_int_equal(looked, 0); /* nobody had room, so nobody was asked */
    each[CROWD - 1].sitter_count = 0;
    many[CROWD - 1].agent = 0;
    assert_int_equal(lsi_seat_find(&crowd, 0, 0, 10, LSCHED_MAX_RESEATS, &out, &error), LSCHED_OK);
    assert_int_equal(out.count, 0);
    assert_true(looked > 0 && looked < 20000);
}

static int fails(void *user, size_t sitter, lsi_error *e)
{
    (void)user;
    (void)sitter;
    return lsi_error_set(e, LSCHED_BUSY, "late");
}

static void a_failure(void **state)
{
    (void)state;
    lsi_seated out;
    lsi_seating one = {.sitters = many,
                       .benches = each,
                       .sitter_count = 1,
                       .bench_count = 1,
                       .meet = fails,
                       .suits = nobody};
    many[0] = (lsi_sitter){.agent = 0, .from = 0, .until = 10};
    who[0] = 0;
    each[0] = (lsi_bench){.sitters = &who[0], .sitter_count = 1};
    assert_int_equal(lsi_seat_find(&one, 0, 5, 6, 1, &out, &error), LSCHED_BUSY);
    assert_int_equal(out.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_fewest),
        cmocka_unit_test(a_crowd),
        cmocka_unit_test(a_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
