/* test_ways.c -- header chapter 4: the ways in which a topic is solved, the recommended ones
 * first, each with what find and join say of it, and a human as the last one.
 */
#include "world.h"

#define NOON "2026-03-03T12:00"

static lsched_ways *ways(const char *topic)
{
    lsched_ways *list = NULL;
    ok(lsched_find_ways(w.s, "cora", topic, &list));
    assert_non_null(list);
    return list;
}

/* "phone*", of the recommended one. */
static void order_is(const char *topic, const char *wanted)
{
    char got[400] = "";
    lsched_ways *list = ways(topic);
    for (size_t i = 0; i < lsched_ways_count(list); i++) {
        const lsched_way *way = lsched_ways_at(list, i);
        assert_int_equal(way->size, sizeof *way);
        assert_int_equal(way->rungs, i + 1 < lsched_ways_count(list) ? 0 : LSCHED_GENERAL);
        snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s:%s%s", *got ? " " : "",
                 way->service, lsched_channel_name(way->channel), way->recommended ? "*" : "");
    }
    assert_string_equal(got, wanted);
    assert_null(lsched_ways_at(list, lsched_ways_count(list)));
    lsched_ways_free(list);
}

static int put_service(const char *id, const char *topic, int32_t channels, int32_t recommended,
                       int32_t rank)
{
    return PUT(service, .id = id, .name = id, .topic = topic, .channels = channels,
               .recommended = recommended, .rank = rank, .minutes = 30, .step = 30,
               .notice = LSCHED_NONE);
}

/* A dead line is not solved in a shop, a broken phone is. */
static void test_order(void **state)
{
    (void)state;
    ok(put_service("line", "dead line", LSCHED_PHONE | LSCHED_CHAT, LSCHED_CHAT, 2));
    ok(put_service("home", "dead line", LSCHED_VIDEO, 0, 1));
    ok(put_service("any", "dead line", LSCHED_PHONE, 0, 0));
    ok(put_service("also", "dead line", LSCHED_PHONE, 0, 0));
    ok(put_service("swap", "broken phone", 0, LSCHED_VISIT, 0));
    w.now = at(NOON);
    order_is("dead line", "home:video line:chat* line:phone also:phone any:phone home:video");
    order_is("broken phone", "swap:visit* swap:phone swap:chat swap:video swap:visit*");
    ok(put_service("any", "dead line", LSCHED_PHONE, LSCHED_PHONE, 1));
    order_is("dead line", "any:phone* home:video line:chat* line:phone also:phone any:phone*");
}

static void test_record(void **state)
{
    (void)state;
    lsched_service *v;
    lsched_ways *list;
    refuses(put_service("x", "x", LSCHED_PHONE, LSCHED_CHAT, 0), LSCHED_INVALID, "recommended");
    refuses(put_service("x", "x", 0, LSCHED_CHAT | LSCHED_PHONE, 0), LSCHED_INVALID, "recommended");
    refuses(put_service("x", "x", 0, 0, LSCHED_MAX_RANK + 1), LSCHED_LIMIT, "rank");
    refuses(put_service("x", "x", 0, 0, -1), LSCHED_INVALID, "rank");
    ok(put_service("x", "x", 0, LSCHED_VISIT, LSCHED_MAX_RANK));
    /* And as it was, after another policy. */
    ok(put_service("x", "x", 0, 0, 3));
    ok(lsched_get_service(w.s, "x", &v));
    assert_int_equal(v->recommended, 0);
    assert_int_equal(v->rank, 3);
    assert_int_equal(v->revision, 2);
    lsched_service_free(v);
    ok(lsched_get_revision(w.s, "x", 1, &v));
    assert_int_equal(v->recommended, LSCHED_VISIT);
    assert_int_equal(v->rank, LSCHED_MAX_RANK);
    lsched_service_free(v);
    char longer[LSCHED_MAX_NAME + 2];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    refuses(lsched_find_ways(w.s, "cora", "nothing", &list), LSCHED_NOTFOUND, "'nothing'");
    assert_null(list);
    refuses(lsched_find_ways(w.s, "nobody", "x", &list), LSCHED_NOTFOUND, "nobody");
    refuses(lsched_find_ways(w.s, "cora", longer, &list), LSCHED_LIMIT, "topic");
    refuses(lsched_find_ways(w.s, "cora", "a\nb", &list), LSCHED_INVALID, "topic");
    refuses(lsched_find_ways(w.s, "cora", "", &list), LSCHED_MISUSE, "topic");
    refuses(lsched_find_ways(w.s, NULL, "x", &list), LSCHED_MISUSE, "customer");
    assert_int_equal(lsched_ways_count(NULL), 0);
    lsched_ways_free(NULL);
}

static int try_join(const lsched_way *way)
{
    lsched_booking *b = NULL;
    ok(lsched_begin(w.s));
    const int status =
        lsched_join(w.s,
                    NEW(request, .key = "try", .customer = "cora", .service = way->service,
                        .channel = way->channel, .rungs = way->rungs),
                    &b);
    ok(lsched_rollback(w.s));
    lsched_booking_free(b);
    return status;
}

/* Nothing of its own is decided: each way has what find and join say. */
static void same_as_asked(const lsched_way *way)
{
    lsched_slots *found = FIND(.customer = "cora", .service = way->service,
                               .channels = way->channel, .rungs = way->rungs, .limit = 1);
    assert_int_equal(way->slot != NULL, lsched_slots_count(found));
    assert_int_equal(way->reasons != 0, lsched_slots_count(found) == 0);
    if (way->slot != NULL) {
        const lsched_slot *slot = lsched_slots_at(found, 0);
        assert_int_equal(way->slot->start, slot->start);
        assert_string_equal(way->slot->agent, slot->agent);
        assert_string_equal(way->slot->team, slot->team);
    } else {
        assert_true(lsched_slots_lost(found, way->reasons) > 0);
    }
    assert_int_equal(way->join, try_join(way));
    lsched_slots_free(found);
}

static void all_as_asked(const char *topic)
{
    lsched_ways *list = ways(topic);
    for (size_t i = 0; i < lsched_ways_count(list); i++)
        same_as_asked(lsched_ways_at(list, i));
    lsched_ways_free(list);
}

static void test_answers(void **state)
{
    (void)state;
    static const char *const times[] = {"2026-03-03T08:00", NOON, "2026-03-03T16:40",
                                        "2026-03-03T21:00"};
    lsched_booking *b;
    ok(put_service("line", "dead line", LSCHED_PHONE | LSCHED_CHAT, LSCHED_CHAT, 2));
    ok(put_service("hard", "dead line", LSCHED_PHONE, 0, 1));
    ok(PUT(service, .id = "hard", .name = "Hard", .topic = "dead line", .skills = "fiber:3",
           .rank = 1, .recommended = LSCHED_VIDEO));
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        w.now = at(times[i]);
        all_as_asked("dead line");
    }
    w.now = at(NOON);
    ok(lsched_join(w.s, NEW(request, .key = "j", .customer = "cora", .service = "line"), &b));
    all_as_asked("dead line");
    lsched_ways *list = ways("dead line");
    assert_int_equal(lsched_ways_at(list, 0)->join, LSCHED_EXISTS);
    assert_int_equal(lsched_ways_at(list, 0)->reasons, LSCHED_WHY_SKILL);
    lsched_ways_free(list);
    lsched_booking_free(b);
    /* Whom the customer does not want is in no way, and general care is gil alone. */
    ok(PUT(customer, .id = "cora", .zone = "America/New_York", .region = "US-NY",
           .avoids = "ana ben hal"));
    all_as_asked("dead line");
    ok(PUT(customer, .id = "cora", .zone = "America/New_York", .region = "US-NY", .avoids = "gil"));
    list = ways("dead line");
    const lsched_way *last = lsched_ways_at(list, lsched_ways_count(list) - 1);
    assert_int_equal(last->rungs, LSCHED_GENERAL);
    assert_null(last->slot);
    assert_int_equal(last->reasons & LSCHED_WHY_AVOIDED, LSCHED_WHY_AVOIDED);
    lsched_ways_free(list);
}

/* The last one is the way in which general care is nearest: its line now, else its first place. */
static void test_human(void **state)
{
    (void)state;
    lsched_ways *list;
    const lsched_way *last;
    ok(PUT(agent, .id = "gil", .name = "gil", .zone = "America/New_York", .languages = "en",
           .channels = LSCHED_CHAT | LSCHED_PHONE));
    ok(put_service("shop", "broken phone", LSCHED_VISIT, LSCHED_VISIT, 1));
    ok(put_service("write", "broken phone", LSCHED_CHAT, 0, 2));
    ok(put_service("call", "broken phone", LSCHED_PHONE, 0, 3));
    w.now = at(NOON);
    list = ways("broken phone");
    assert_int_equal(lsched_ways_count(list), 4);
    last = lsched_ways_at(list, 3);
    assert_string_equal(last->service, "write");
    assert_int_equal(last->join, LSCHED_OK);
    assert_string_equal(last->slot->agent, "gil");
    lsched_ways_free(list);
    /* At night no line is open, and tomorrow's first chat of gil's is late. */
    closes(LSCHED_SERVICE, "write", "20260304T000000", "20260304T120000", NULL);
    w.now = at("2026-03-03T21:00");
    list = ways("broken phone");
    last = lsched_ways_at(list, 3);
    assert_string_equal(last->service, "call");
    assert_int_equal(last->join, LSCHED_CLOSED);
    assert_int_equal(last->slot->start, at("2026-03-04T09:00"));
    lsched_ways_free(list);
    /* It is there, too, where there is nobody. */
    ok(lsched_remove_member(w.s, "care", "gil", NULL));
    list = ways("broken phone");
    last = lsched_ways_at(list, 3);
    assert_string_equal(last->service, "shop");
    assert_int_equal(last->rungs, LSCHED_GENERAL);
    assert_int_equal(last->join, LSCHED_NOBODY);
    assert_null(last->slot);
    assert_int_equal(last->reasons, LSCHED_WHY_NO_TEAM);
    lsched_ways_free(list);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_little, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(test_order), TEST(test_record), TEST(test_answers),
                                       TEST(test_human)};
    return cmocka_run_group_tests_name("ways", tests, NULL, NULL);
}
