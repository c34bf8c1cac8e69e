/* test_forecast.c -- header chapter 6: how long a wait will be, from the store. */
#include "world.h"

#define NOON "2026-03-03T12:00"

static lsched_forecast *estimate(const lsched_request *request)
{
    lsched_forecast *x = NULL;
    ok(lsched_estimate(w.s, request, &x));
    assert_non_null(x);
    assert_int_equal(x->size, sizeof *x);
    return x;
}

#define ASK(...) estimate(NEW(request, __VA_ARGS__))

static lsched_forecast *waiting(const char *id)
{
    lsched_forecast *x = NULL;
    ok(lsched_estimate_waiting(w.s, id, &x));
    assert_non_null(x);
    return x;
}

/* Asks, looks at one field, and forgets. */
static int64_t p90_of(const lsched_request *request)
{
    lsched_forecast *x = estimate(request);
    const int64_t p90 = x->p90;
    lsched_forecast_free(x);
    return p90;
}

#define P90(...) p90_of(NEW(request, __VA_ARGS__))

/* A customer of the region, by number. */
static const char *customer(int n)
{
    static char ids[8][16];
    char *id = ids[n % 8];
    snprintf(id, sizeof ids[0], "c%03d", n);
    ok(PUT(customer, .id = id, .zone = "America/New_York", .region = "US-NY"));
    return id;
}

static void join(int n, const char *agent, char id[64])
{
    char key[32];
    lsched_booking *b = NULL;
    snprintf(key, sizeof key, "join %d", n);
    ok(lsched_join(
        w.s, NEW(request, .key = key, .customer = customer(n), .service = "talk", .agent = agent),
        &b));
    snprintf(id, 64, "%s", b->id);
    lsched_booking_free(b);
}

/* An agent begins a contact now, with somebody who has just joined. */
static void begin(int n, const char *agent, char id[64])
{
    char key[32];
    join(n, NULL, id);
    snprintf(key, sizeof key, "start %d", n);
    ok(lsched_start_as(w.s, id, agent, key, NULL));
}

static void begin_all(void)
{
    static const char *const agents[] = {"ana", "ben", "hal", "gil"};
    char id[64];
    for (int i = 0; i < 4; i++)
        begin(100 + i, agents[i], id);
}

/* Somebody is there: it begins at once; and nothing is written. */
static void test_idle(void **state)
{
    (void)state;
    w.now = at(NOON);
    char *before = world_listing(w.s);
    lsched_forecast *x = ASK(.customer = "cora", .service = "talk");
    assert_int_equal(x->status, LSCHED_OK);
    assert_true(x->offered != 0);
    assert_int_equal(x->position, 1);
    assert_int_equal(x->agents, 4);
    assert_int_equal(x->chance, 1000);
    assert_int_equal(x->p50, 0);
    assert_int_equal(x->p90, 0);
    assert_int_equal(x->close, at("2026-03-03T16:31"));
    assert_string_equal(x->team, "home");
    assert_string_equal(x->open, "");
    assert_null(x->slot);
    assert_int_equal(x->general_p90, -1);
    lsched_forecast_free(x);
    world_unchanged(before);
    x = ASK(.customer = "cora", .service = "talk", .rungs = LSCHED_HOME);
    assert_int_equal(x->agents, 2);
    lsched_forecast_free(x);
}

/* What is in progress, and who stands before; and what is told to who joins is told to who
 * joined. */
static void test_line(void **state)
{
    (void)state;
    char id[64];
    w.now = at(NOON);
    begin_all();
    w.now += 300;
    const int64_t first = P90(.customer = "cora", .service = "talk");
    assert_true(first > 60 && first < 3600);
    int64_t last = first;
    for (int i = 0; i < 6; i++) {
        const char *who = customer(i);
        lsched_forecast *x = ASK(.customer = who, .service = "talk");
        assert_true(i == 0 || x->p90 > last);
        assert_true(x->p50 < x->p90);
        assert_int_equal(x->position, i + 1);
        last = x->p90;
        join(i, NULL, id);
        lsched_forecast *y = waiting(id), *z = waiting(id);
        assert_int_equal(y->p50, x->p50);
        assert_int_equal(y->p90, x->p90);
        assert_int_equal(y->chance, x->chance);
        assert_int_equal(y->position, x->position);
        int32_t position = 0;
        ok(lsched_get_position(w.s, id, &position));
        assert_int_equal(y->position, position);
        assert_int_equal(z->p90, y->p90);
        assert_string_equal(y->team, "home");
        lsched_forecast_free(x);
        lsched_forecast_free(y);
        lsched_forecast_free(z);
    }
    /* Who was on hold before all of them. */
    lsched_forecast *x = ASK(.customer = "cora", .service = "talk", .since = at(NOON) - 600);
    assert_int_equal(x->position, 1);
    assert_true(x->p90 < last / 2);
    lsched_forecast_free(x);
    /* Fewer may serve those whom only the own team may. */
    assert_true(P90(.customer = "cora", .service = "talk", .rungs = LSCHED_HOME) > last);
    ok(lsched_cancel(w.s, id, NULL, "c", NULL));
    lsched_forecast *none = NULL;
    refuses(lsched_estimate_waiting(w.s, id, &none), LSCHED_OVER, id);
    refuses(lsched_estimate_waiting(w.s, "nix", &none), LSCHED_NOTFOUND, "nix");
    assert_null(none);
}

/* What is booked comes first, and nobody begins what would not end before it. */
static void test_booked(void **state)
{
    (void)state;
    w.now = at("2026-03-03T11:00");
    static const char *const agents[] = {"ana", "ben"};
    char booked[2][64];
    for (int i = 0; i < 2; i++) {
        lsched_booking *b = BOOK(.key = agents[i], .customer = "cora", .service = "talk",
                                 .agent = agents[i], .start = at("2026-03-03T12:00"));
        snprintf(booked[i], sizeof booked[i], "%s", b->id);
        lsched_booking_free(b);
    }
    w.now = at("2026-03-03T11:29");
    assert_int_equal(P90(.customer = "cora", .service = "talk", .rungs = LSCHED_HOME), 0);
    w.now = at("2026-03-03T11:40");
    lsched_forecast *x = ASK(.customer = "cora", .service = "talk", .rungs = LSCHED_HOME);
    assert_in_range(x->p50, 20 * 60 + 60, 20 * 60 + 45 * 60);
    assert_true(x->p90 > x->p50);
    lsched_forecast_free(x);
    /* Of a shorter contact one is begun before. */
    ok(PUT(service, .id = "short", .name = "Short", .minutes = 20));
    assert_int_equal(P90(.customer = "cora", .service = "short", .rungs = LSCHED_HOME), 0);
    /* Who is away leaves a promised call to others, after a while. */
    closes(LSCHED_AGENT, "ana", "20260303T113500", "20260303T170000", NULL);
    closes(LSCHED_AGENT, "ben", "20260303T113500", "20260303T115900", NULL);
    assert_true(P90(.customer = "cora", .service = "talk", .rungs = LSCHED_HOME) > 45 * 60);
    /* Where there is nobody else, that is one more to be served before. */
    closes(LSCHED_AGENT, "gil", "20260303T113500", "20260303T170000", NULL);
    closes(LSCHED_AGENT, "hal", "20260303T113500", "20260303T170000", NULL);
    const int64_t behind = P90(.customer = "cora", .service = "talk", .rungs = LSCHED_HOME);
    ok(lsched_begin(w.s));
    ok(lsched_cancel(w.s, booked[0], NULL, "not ana's", NULL));
    const int64_t without = P90(.customer = "cora", .service = "talk", .rungs = LSCHED_HOME);
    ok(lsched_rollback(w.s));
    assert_true(without > 45 * 60);
    assert_true(behind > without + 15 * 60);
}

/* The day ends: what cannot be kept is not offered, and there is something else. */
static void test_closing(void **state)
{
    (void)state;
    char id[64];
    w.now = at("2026-03-03T15:40");
    begin_all();
    for (int i = 0; i < 8; i++)
        join(i, NULL, id);
    lsched_forecast *x = ASK(.customer = "cora", .service = "talk");
    assert_int_equal(x->status, LSCHED_OK);
    assert_int_equal(x->offered, 0);
    assert_true(x->chance < 900);
    assert_true(x->p90 < 0 || w.now + x->p90 >= x->close);
    assert_non_null(x->slot);
    assert_true(x->slot->start > w.now && x->slot->agent[0] != '\0');
    lsched_forecast_free(x);
    /* Too late for anybody. */
    w.now = at("2026-03-03T16:20");
    x = ASK(.customer = "cora", .service = "talk");
    assert_int_equal(x->status, LSCHED_CLOSED);
    assert_int_equal(x->offered, 0);
    assert_int_equal(x->position, 0);
    assert_int_equal(x->p90, -1);
    assert_string_equal(x->team, "");
    assert_int_equal(x->slot->start, at("2026-03-03T16:30"));
    lsched_forecast_free(x);
    w.now = at("2026-03-03T16:31");
    x = ASK(.customer = "cora", .service = "talk");
    assert_int_equal(x->slot->start, at("2026-03-04T09:00"));
    lsched_forecast_free(x);
}

static void test_cannot(void **state)
{
    (void)state;
    char id[64];
    lsched_forecast *x = NULL;
    w.now = at(NOON);
    ok(PUT(service, .id = "fax", .name = "Fax", .skills = "fax"));
    x = ASK(.customer = "cora", .service = "fax");
    assert_int_equal(x->status, LSCHED_NOBODY);
    assert_int_equal(x->offered, 0);
    assert_null(x->slot);
    lsched_forecast_free(x);
    begin_all();
    join(1, NULL, id);
    join(2, NULL, id);
    x = ASK(.customer = "c002", .service = "talk");
    assert_int_equal(x->status, LSCHED_EXISTS);
    assert_string_equal(x->open, id);
    assert_int_equal(x->position, 2);
    assert_int_equal(x->offered, 0);
    lsched_forecast_free(x);
    refuses(lsched_estimate(w.s, NEW(request, .customer = "nix", .service = "talk"), &x),
            LSCHED_NOTFOUND, "nix");
    refuses(lsched_estimate(
                w.s, NEW(request, .customer = "cora", .service = "talk", .team = "home"), &x),
            LSCHED_INVALID, "team");
    refuses(lsched_estimate(w.s, NEW(request, .service = "talk"), &x), LSCHED_INVALID, "customer");
    refuses(lsched_estimate(
                w.s, NEW(request, .customer = "cora", .service = "talk", .since = w.now + 5), &x),
            LSCHED_INVALID, "since");
    refuses(lsched_estimate(w.s, NULL, &x), LSCHED_MISUSE, "");
    refuses(lsched_estimate(w.s, NEW(request, .customer = "cora", .service = "talk"), NULL),
            LSCHED_MISUSE, "out");
    assert_null(x);
}

/* General care, where the own team cannot keep it. */
/* Who was tried as often as the law allows is not given to anybody, and in nobody's way. */
static void test_caps(void **state)
{
    (void)state;
    char id[64], behind[64];
    int32_t position;
    w.now = at(NOON);
    ok(PUT(region, .id = "US-NY", .channels = LSCHED_PHONE, .spacing = 90));
    /* Booked, so that nobody has joined within the hour: then others might come meanwhile. */
    lsched_booking *b = BOOK(.key = "b", .customer = customer(1), .service = "talk",
                             .channel = LSCHED_PHONE, .agent = "ana", .start = w.now);
    snprintf(id, sizeof id, "%s", b->id);
    lsched_booking_free(b);
    ok(lsched_start(w.s, id, "start", NULL));
    w.now += 60;
    ok(lsched_finish(w.s, id, LSCHED_FULFILLED, NULL, "done", NULL));
    closes(LSCHED_AGENT, "ben", "20260303T000000", "20260304T000000", NULL);
    closes(LSCHED_AGENT, "hal", "20260303T000000", "20260304T000000", NULL);
    closes(LSCHED_AGENT, "gil", "20260303T000000", "20260304T000000", NULL);
    assert_int_equal(P90(.customer = "c001", .service = "talk"), 89 * 60);
    assert_int_equal(P90(.customer = "c001", .service = "talk", .channel = LSCHED_VIDEO), 0);
    lsched_booking *next = NULL;
    ok(lsched_join(w.s, NEW(request, .key = "again", .customer = "c001", .service = "talk"),
                   &next));
    snprintf(id, sizeof id, "%s", next->id);
    lsched_booking_free(next);
    refuses(lsched_next(w.s, "ana", 0, &next), LSCHED_NOTFOUND, "tried too often");
    refuses(lsched_next(w.s, "ana", 0, &next), LSCHED_NOTFOUND, id);
    assert_int_equal(P90(.customer = "cora", .service = "talk"), 0);
    w.now += 1;
    join(2, NULL, behind);
    ok(lsched_get_position(w.s, behind, &position));
    assert_int_equal(position, 2);
    ok(lsched_next(w.s, "ana", 0, &next));
    assert_string_equal(next->id, behind);
    lsched_booking_free(next);
    lsched_forecast *x = waiting(id);
    assert_int_equal(x->p50, 89 * 60 - 1);
    lsched_forecast_free(x);
}

static void test_general(void **state)
{
    (void)state;
    char id[64];
    w.now = at("2026-03-03T15:50");
    begin(100, "ana", id);
    begin(101, "ben", id);
    for (int i = 0; i < 3; i++) {
        lsched_booking *b = NULL;
        char key[16];
        snprintf(key, sizeof key, "h%d", i);
        ok(lsched_join(w.s,
                       NEW(request, .key = key, .customer = customer(i), .service = "talk",
                           .rungs = LSCHED_HOME),
                       &b));
        lsched_booking_free(b);
    }
    lsched_forecast *x = ASK(.customer = "cora", .service = "talk", .rungs = LSCHED_HOME);
    assert_int_equal(x->offered, 0);
    assert_int_equal(x->general_p50, 0);
    assert_int_equal(x->general_p90, 0);
    lsched_forecast_free(x);
}

/* What was seen counts: contacts of five minutes, where thirty were planned. */
static void test_learns(void **state)
{
    (void)state;
    char id[64], key[32];
    w.now = at("2026-03-02T09:00");
    ok(lsched_begin(w.s));
    begin_all();
    const int64_t before = P90(.customer = "cora", .service = "talk");
    ok(lsched_rollback(w.s));
    for (int i = 0; i < 60; i++) {
        begin(200 + i, "ana", id);
        w.now += 300;
        snprintf(key, sizeof key, "finish %d", i);
        ok(lsched_finish(w.s, id, i % 3 == 0 ? LSCHED_NOSHOW : LSCHED_FULFILLED, NULL, key, NULL));
    }
    begin_all();
    const int64_t after = P90(.customer = "cora", .service = "talk");
    assert_true(before > 600 && before < 1800);
    assert_in_range(after, 240, 420);
}

static int64_t p50_now(void)
{
    lsched_forecast *x = ASK(.customer = "cora", .service = "talk");
    const int64_t p50 = x->p50;
    lsched_forecast_free(x);
    return p50;
}

/* A contact with ana that takes so long; an estimate while it is in progress. */
static int64_t while_lasting(int n, int64_t seconds)
{
    char id[64], key[32];
    lsched_booking *b = NULL;
    snprintf(key, sizeof key, "lasting %d", n);
    ok(lsched_join(w.s, NEW(request, .key = key, .customer = "c001", .service = "talk"), &b));
    snprintf(id, sizeof id, "%s", b->id);
    lsched_booking_free(b);
    snprintf(key, sizeof key, "begins %d", n);
    ok(lsched_start_as(w.s, id, "ana", key, NULL));
    const int64_t p50 = p50_now();
    ok(lsched_set_memory(w.s, 0));
    assert_int_equal(p50_now(), p50);
    ok(lsched_set_memory(w.s, 64 << 20));
    assert_int_equal(p50_now(), p50); /* and so it is kept */
    w.now += seconds;
    snprintf(key, sizeof key, "lasted %d", n);
    ok(lsched_finish(w.s, id, LSCHED_FULFILLED, NULL, key, NULL));
    return p50;
}

/* How long contacts took is as it is in the store, whatever was read of it before. */
static void test_lasted(void **state)
{
    static const char *const others[] = {"ben", "gil", "hal"};
    (void)state;
    for (int i = 0; i < 3; i++)
        closes(LSCHED_AGENT, others[i], "20260302T000000", "20260304T000000", NULL);
    w.now = at("2026-03-02T09:00");
    (void)customer(1);
    const int64_t planned = while_lasting(1, 100);
    for (int i = 2; i < 8; i++)
        (void)while_lasting(i, 100);
    const int64_t seen = while_lasting(8, 100);
    assert_true(seen < planned);
    /* What is rolled back gives its numbers to others. */
    ok(lsched_begin(w.s));
    for (int i = 10; i < 20; i++)
        (void)while_lasting(i, 1500);
    const int64_t longer = while_lasting(20, 1500);
    assert_true(longer > seen);
    ok(lsched_rollback(w.s));
    for (int i = 10; i < 20; i++)
        (void)while_lasting(i, 100);
    assert_true(while_lasting(20, 100) < longer);
}

/* A chat of three minutes. */
static void chat(int n, char id[64])
{
    char key[32];
    lsched_booking *b = NULL;
    snprintf(key, sizeof key, "chat %d", n);
    ok(lsched_join(w.s,
                   NEW(request, .key = key, .customer = customer(n), .service = "talk",
                       .channel = LSCHED_CHAT),
                   &b));
    snprintf(id, 64, "%s", b->id);
    lsched_booking_free(b);
    snprintf(key, sizeof key, "begin %d", n);
    ok(lsched_start_as(w.s, id, "ana", key, NULL));
}

static void end_chat(int n, const char *id)
{
    char key[32];
    snprintf(key, sizeof key, "end %d", n);
    ok(lsched_finish(w.s, id, LSCHED_FULFILLED, NULL, key, NULL));
}

/* A call to an agent who has a chat, and room for more. */
static int64_t call_beside_chat(int n)
{
    char id[64];
    chat(n, id);
    const int64_t p90 = P90(.customer = "cora", .service = "talk", .channel = LSCHED_PHONE);
    end_chat(n, id);
    return p90;
}

static void ana_alone(void)
{
    static const char *const others[] = {"ben", "gil", "hal"};
    for (int i = 0; i < 3; i++)
        closes(LSCHED_AGENT, others[i], "20260303T000000", "20260306T000000", NULL);
    ok(PUT(agent, .id = "ana", .name = "ana", .zone = "America/New_York", .lanes = 4));
}

/* Chats until now, one at a time. */
static void have_chats(int first, int count, lsched_time apart)
{
    char id[64];
    for (int n = first; n < first + count; n++) {
        chat(n, id);
        w.now += apart;
        end_chat(n, id);
    }
}

/* Who came in the last two hours says who may come yet: more chats keep a call waiting. */
static void test_coming(void **state)
{
    (void)state;
    ana_alone();
    w.now = at("2026-03-03T09:00");
    have_chats(200, 72, 100);
    const int64_t busy = call_beside_chat(300);
    w.now += 2 * 3600;
    const int64_t calm = call_beside_chat(301);
    assert_in_range(calm, 30, 600);
    assert_true(busy > calm * 3 / 2);
    /* More than are counted: those who come first are. */
    w.now = at("2026-03-04T09:00");
    have_chats(1000, 900, 8);
    assert_true(call_beside_chat(302) > 60);
}

/* But not who waits for another day, who left before anybody tried, nor whom an incident keeps
 * from joining by now. */
static void test_not_coming(void **state)
{
    (void)state;
    char id[64], key[32];
    lsched_booking *b = NULL;
    ana_alone();
    ok(PUT(service, .id = "net", .name = "Net", .minutes = 30, .notice = LSCHED_NONE));
    w.now = at("2026-03-03T09:00");
    have_chats(100, 6, 100);
    w.now = at("2026-03-03T12:00");
    const int64_t calm = call_beside_chat(200);
    for (int i = 0; i < 70; i++, w.now += 100) {
        snprintf(key, sizeof key, "not %d", i);
        ok(lsched_join(w.s,
                       NEW(request, .key = key, .customer = customer(300 + i), .service = "net",
                           .channel = LSCHED_CHAT,
                           .start = i % 2 == 0 ? 0 : at("2026-03-05T10:00")),
                       &b));
        snprintf(id, sizeof id, "%s", b->id);
        if (b->start <= w.now)
            ok(lsched_cancel(w.s, id, NULL, id, NULL));
        lsched_booking_free(b);
    }
    assert_true(call_beside_chat(201) < calm * 3 / 2);
    w.now = at("2026-03-04T09:00");
    have_chats(400, 72, 100);
    /* The call is of another service, which may be joined. */
    char chatting[64];
    chat(600, chatting);
    const int64_t busy = P90(.customer = "cora", .service = "net", .channel = LSCHED_PHONE);
    ok(PUT(incident, .id = "i", .text = "x", .services = "talk", .no_joining = 1));
    assert_true(P90(.customer = "cora", .service = "net", .channel = LSCHED_PHONE) < busy * 2 / 3);
    end_chat(600, chatting);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_little, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(test_idle),    TEST(test_line),   TEST(test_booked),
                                       TEST(test_closing), TEST(test_cannot), TEST(test_general),
                                       TEST(test_caps),    TEST(test_learns),
                                       TEST(test_coming),  TEST(test_not_coming),
                                       TEST(test_lasted)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
