/* test_token.c -- tokens in the store: what the schema refuses, and that the hash is the
 * SHA-256 that others compute. */
#include "help.h"

#include "core/core.h"

static lsched_time clock_says(void *user)
{
    return *(const lsched_time *)user;
}

/* SHA-256 of the bytes 00 01 .. 0F, and of sixteen times FF, from Python's hashlib. */
#define COUNTING "be45cb2605bf36bebde684841a28f0fd43c69850a3dce5fedba69928ee3a8991"
#define ALL_ONES "5ac6a5945f16500911219129984ba8b387a06f24fe383ce4e81a73294065461b"

static lsi_store *store_with_booking(void)
{
    lsi_store *st = new_store();
    lsched_booking b = booking_of("b1", "ana", 1, 6000, 12000);
    ok(lsi_store_enter(st, true, &e));
    ok(lsi_ledger_add(st, &b, STAMP(BOOKED, b.changed, "k", 1), &e));
    return st;
}

static void test_known_answers(void **state)
{
    (void)state;
    lsched_time now = 7000;
    lsi_store *st = store_with_booking();
    lsi_core core = {.store = st, .clock = clock_says, .clock_user = &now};
    lsi_arena a = {0};
    lsched_booking b;
    ok(lsi_driver_run(st->driver,
                      "INSERT INTO lsched_token VALUES (x'" COUNTING "', 'b1', 1, NULL, 1),"
                      " (x'" ALL_ONES "', 'b1', 4, 7001, 1)",
                      &e));
    ok(lsi_token_use(&core, "00041061050R3GG28A1C60T3GF", 1, &a, &b, &e));
    assert_string_equal(b.id, "b1");
    ok(lsi_token_use(&core, "ooo4i06l05or3gg28aLc60t3gf", 1, &a, &b, &e));
    ok(lsi_token_use(&core, "7ZZZZZZZZZZZZZZZZZZZZZZZZZ", 4, &a, &b, &e));
    const char *const wrong[] = {"00041061050R3GG28A1C60T3GG", "00041061050R3GG28A1C60T3GU",
                                 "80041061050R3GG28A1C60T3GF", "7ZZZZZZZZZZZZZZZZZZZZZZZZY",
                                 "ZZZZZZZZZZZZZZZZZZZZZZZZZZ"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        refuses(lsi_token_use(&core, wrong[i], 1, &a, &b, &e), LSCHED_NOTFOUND,
                "no token like this is good for that now");
    /* What there is in the store is no token. */
    refuses(lsi_token_use(&core, COUNTING, 1, &a, &b, &e), LSCHED_NOTFOUND,
            "no token like this is good for that now");
    now = b.end + 86400 - 1;
    ok(lsi_token_use(&core, "00041061050R3GG28A1C60T3GF", 1, &a, &b, &e));
    now++;
    refuses(lsi_token_use(&core, "00041061050R3GG28A1C60T3GF", 1, &a, &b, &e), LSCHED_NOTFOUND,
            "no token like this is good for that now");
    lsi_arena_free(&a);
    lsi_store_close(st);
}

/* A booking that went behind the schema's back: its tokens are like unknown ones. */
static void test_booking_gone(void **state)
{
    (void)state;
    lsched_time now = 7000;
    lsi_store *st = store_with_booking();
    lsi_core core = {.store = st, .clock = clock_says, .clock_user = &now};
    lsi_arena a = {0};
    lsched_booking b;
    ok(lsi_driver_run(st->driver,
                      "INSERT INTO lsched_token VALUES (x'" COUNTING "', 'b1', 1, NULL, 1),"
                      " (x'" ALL_ONES "', 'b1', 1, 7001, 1)",
                      &e));
    ok(lsi_store_leave(st, LSCHED_OK, &e));
    ok(lsi_driver_run(st->driver, "PRAGMA foreign_keys = OFF; DELETE FROM lsched_booking", &e));
    assert_int_equal(number(st, "SELECT count(*) FROM lsched_token"), 2);
    refuses(lsi_token_use(&core, "00041061050R3GG28A1C60T3GF", 1, &a, &b, &e), LSCHED_NOTFOUND,
            "no token like this is good for that now");
    refuses(lsi_token_use(&core, "7ZZZZZZZZZZZZZZZZZZZZZZZZZ", 1, &a, &b, &e), LSCHED_NOTFOUND,
            "no token like this is good for that now");
    lsi_arena_free(&a);
    lsi_store_close(st);
}

/* Asked by a writer who knows the tables and means no good. */
static void test_attacks(void **state)
{
    (void)state;
    static const char *const refused[] = {
        "INSERT INTO lsched_token VALUES (x'00', 'b1', 1, NULL, 1)",
        "INSERT INTO lsched_token VALUES (zeroblob(33), 'b1', 1, NULL, 1)",
        "INSERT INTO lsched_token VALUES (NULL, 'b1', 1, NULL, 1)",
        "INSERT INTO lsched_token VALUES ('12345678901234567890123456789012', 'b1', 1, NULL, 1)",
        "INSERT INTO lsched_token VALUES (randomblob(32), 'b2', 1, NULL, 1)",
        "INSERT INTO lsched_token VALUES (randomblob(32), NULL, 1, NULL, 1)",
        "INSERT INTO lsched_token VALUES (randomblob(32), 'b1', 0, NULL, 1)",
        "INSERT INTO lsched_token VALUES (randomblob(32), 'b1', 8, NULL, 1)",
        "INSERT INTO lsched_token VALUES (randomblob(32), 'b1', 1, 1, 1)",
        "INSERT INTO lsched_token VALUES (randomblob(32), 'b1', 1, 'never', 1)",
        "INSERT INTO lsched_token VALUES (x'" COUNTING "', 'b1', 7, NULL, 1)",
        "INSERT OR REPLACE INTO lsched_token VALUES (x'" COUNTING "', 'b1', 7, NULL, 1)",
        "UPDATE lsched_token SET scope = 7",
        "UPDATE lsched_token SET expires = 9999999999",
        "UPDATE OR REPLACE lsched_token SET booking = booking",
    };
    lsi_store *st = store_with_booking();
    ok(lsi_driver_run(st->driver,
                      "INSERT INTO lsched_token VALUES (x'" COUNTING "', 'b1', 1, NULL, 1)", &e));
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (lsi_driver_run(st->driver, refused[i], &e) != LSCHED_STORE)
            fail_msg("%s: %s", refused[i], e.text);
    for (int i = 1; i < LSCHED_MAX_TOKENS; i++)
        ok(lsi_driver_run(
            st->driver, "INSERT INTO lsched_token VALUES (randomblob(32), 'b1', 1, NULL, 1)", &e));
    assert_int_equal(
        lsi_driver_run(st->driver,
                       "INSERT INTO lsched_token VALUES (randomblob(32), 'b1', 1, NULL, 1)", &e),
        LSCHED_STORE);
    assert_int_equal(number(st, "SELECT count(*) FROM lsched_token WHERE scope = 1"),
                     LSCHED_MAX_TOKENS);
    ok(lsi_driver_run(st->driver, "DELETE FROM lsched_booking", &e));
    assert_int_equal(number(st, "SELECT count(*) FROM lsched_token"), 0);
    lsi_store_close(st);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_answers),
        cmocka_unit_test(test_booking_gone),
        cmocka_unit_test(test_attacks),
    };
    return cmocka_run_group_tests_name("token", tests, NULL, NULL);
}
