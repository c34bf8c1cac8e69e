/* test_threads.c -- two threads, each with a scheduler of its own: on stores of their own,
 * and on one store together.  What they share without a lock shows in a build with
 * -Db_sanitize=thread. */
#include "world.h"

#include <pthread.h>
#include <unistd.h>

#define ROUNDS 12

static const char daily[] = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\n"
                            "DTSTART;TZID=Europe/Berlin:20260105T080000\r\nDURATION:PT10H\r\n"
                            "RRULE:FREQ=DAILY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

typedef struct worker {
    const char *path;
    const char *name;
    int booked;
    int failed; /* the first status that was neither a success nor a "no" of the rules */
    char message[200];
} worker;

static lsched_time morning(void *user)
{
    (void)user;
    return INT64_C(1772438400); /* 2026-03-02T08:00Z */
}

static int bad(worker *k, lsched *s, int status)
{
    if (status == LSCHED_OK || (status <= -20 && status >= -39))
        return 0;
    if (k->failed == 0)
        snprintf(k->message, sizeof k->message, "%s", lsched_message(s));
    k->failed = k->failed != 0 ? k->failed : status;
    return 1;
}

#define MAKE(kind, ...) bad(k, s, lsched_put_##kind(s, NEW(kind, __VA_ARGS__)))

static int fill(worker *k, lsched *s)
{
    return MAKE(team, .id = k->name, .name = "Team", .zone = "Europe/Berlin", .general = 1) ||
           MAKE(agent, .id = k->name, .name = "Agent", .zone = "Europe/Berlin") ||
           MAKE(member, .team = k->name, .agent = k->name) ||
           MAKE(service, .id = "talk", .name = "Talk", .notice = LSCHED_NONE) ||
           MAKE(customer, .id = k->name, .zone = "Asia/Kathmandu") ||
           MAKE(calendar, .kind = LSCHED_TEAM, .effect = LSCHED_OPENS, .owner = k->name,
                .name = "hours", .text = daily) ||
           MAKE(calendar, .kind = LSCHED_AGENT, .effect = LSCHED_OPENS, .owner = k->name,
                .name = "shifts", .text = daily);
}

static void one_round(worker *k, lsched *s, int round)
{
    char key[32], *text = NULL;
    lsched_slots *slots = NULL;
    lsched_booking *b = NULL;
    snprintf(key, sizeof key, "%s-%d", k->name, round);
    bad(k, s,
        lsched_find(s, NEW(query, .customer = k->name, .service = "talk", .limit = 3), &slots));
    if (lsched_slots_count(slots) > 0) {
        const lsched_slot *slot = lsched_slots_at(slots, 0);
        /* The other may be faster: then the rules say no. */
        bad(k, s,
            lsched_book(s,
                        NEW(request, .key = key, .customer = k->name, .service = "talk",
                            .start = slot->start, .channel = slot->channel),
                        &b));
        k->booked += b != NULL;
    }
    bad(k, s, lsched_write_agenda(s, k->name, morning(NULL), morning(NULL) + 86400, &text));
    lsched_text_free(text);
    lsched_booking_free(b);
    lsched_slots_free(slots);
}

static void *work(void *user)
{
    worker *k = user;
    lsched *s = lsched_new();
    if (s == NULL) {
        k->failed = LSCHED_NOMEM;
        return NULL;
    }
    lsched_set_clock(s, morning, NULL);
    if (!bad(k, s, lsched_open(s, k->path, LSCHED_CREATE)) && !fill(k, s)) {
        for (int round = 0; round < ROUNDS; round++)
            one_round(k, s, round);
    }
    lsched_free(s);
    return NULL;
}

static void run_both(const char *path)
{
    worker workers[] = {{.path = path, .name = "ana"}, {.path = path, .name = "ben"}};
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    for (int i = 0; i < 2; i++) {
        if (workers[i].failed != 0)
            fail_msg("%s: %s: %s", workers[i].name, lsched_status_name(workers[i].failed),
                     workers[i].message);
        assert_true(workers[i].booked > 0);
    }
}

static void test_own_stores(void **state)
{
    (void)state;
    run_both(":memory:");
}

static void test_one_store(void **state)
{
    char folder[] = "/tmp/libsched-api-XXXXXX", path[64], command[80];
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/store.db", folder);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    run_both(path);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_own_stores),
                                       cmocka_unit_test(test_one_store)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
