/* test_tokens.c -- header chapter 5: tokens.  What one is good for and until when, that all
 * that are not good look the same, and that the store does not know them. */
#include "world.h"

#include <unistd.h>

#define DIGITS "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#define SIZE 26
#define NO_TOKEN "no token like this is good for that now"

static char id[40];
static lsched_time end;

static void book(const char *key, const char *start)
{
    lsched_booking *b = BOOK(.key = key, .customer = "cora", .service = "talk", .start = at(start));
    snprintf(id, sizeof id, "%s", b->id);
    end = b->end;
    lsched_booking_free(b);
}

/* One that fits a test's stack. */
typedef char token[SIZE + 1];

static void make(const char *booking, int32_t scopes, lsched_time expires, token out)
{
    char *text;
    ok(lsched_make_token(w.s, booking, scopes, expires, &text));
    assert_int_equal(strlen(text), SIZE);
    memcpy(out, text, SIZE + 1);
    lsched_text_free(text);
}

static void good(const char *text, int32_t scope, const char *booking)
{
    lsched_booking *b;
    ok(lsched_use_token(w.s, text, scope, &b));
    assert_string_equal(b->id, booking);
    assert_int_equal(b->size, sizeof *b);
    lsched_booking_free(b);
}

/* One and the same answer, word for word, whatever is wrong. */
static void bad(const char *text, int32_t scope)
{
    lsched_booking *b = (void *)&w;
    refuses(lsched_use_token(w.s, text, scope, &b), LSCHED_NOTFOUND, NO_TOKEN);
    assert_null(b);
    assert_string_equal(lsched_message(w.s), NO_TOKEN);
    assert_int_equal(lsched_line(w.s), 0);
}

static int open_booking(void **state)
{
    if (world_little(state) != 0)
        return 1;
    book("b", "2026-03-03T10:00");
    return 0;
}

/* ---- what it is ------------------------------------------------------------------------------ */

static void test_use(void **state)
{
    (void)state;
    token one, two;
    make(id, LSCHED_VIEW | LSCHED_MOVE, 0, one);
    make(id, LSCHED_VIEW, 0, two);
    assert_int_equal(strspn(one, DIGITS), SIZE);
    assert_string_not_equal(one, two);
    lsched_booking *b, *same;
    ok(lsched_use_token(w.s, one, LSCHED_VIEW, &b));
    ok(lsched_get_booking(w.s, id, &same));
    world_same_booking(b, same);
    lsched_booking_free(b);
    lsched_booking_free(same);
    good(one, LSCHED_VIEW, id);
    good(one, LSCHED_MOVE, id);
    good(two, LSCHED_VIEW, id);
}

/* All 7 sums against all 7 questions. */
static void test_scopes(void **state)
{
    (void)state;
    token t;
    for (int32_t scopes = 1; scopes < 8; scopes++) {
        make(id, scopes, 0, t);
        for (int32_t scope = 1; scope < 8; scope++) {
            if ((scopes & scope) == scope)
                good(t, scope, id);
            else
                bad(t, scope);
        }
    }
}

static void test_two_bookings(void **state)
{
    (void)state;
    token first, second;
    char older[sizeof id];
    make(id, LSCHED_VIEW, 0, first);
    memcpy(older, id, sizeof id);
    book("c", "2026-03-04T10:00");
    make(id, LSCHED_CANCEL, 0, second);
    good(first, LSCHED_VIEW, older);
    good(second, LSCHED_CANCEL, id);
    bad(first, LSCHED_CANCEL);
    bad(second, LSCHED_VIEW);
    /* What has expired of one is swept when that gets another. */
    token soon, more;
    make(older, LSCHED_VIEW, w.now + 1, soon);
    w.now++;
    bad(soon, LSCHED_VIEW);
    make(id, LSCHED_VIEW, 0, more);
    w.now--;
    good(soon, LSCHED_VIEW, older);
    ok(lsched_drop_tokens(w.s, older));
    bad(first, LSCHED_VIEW);
    good(second, LSCHED_CANCEL, id);
}

/* ---- how it is typed ---------------------------------------------------------------------------- */

static void test_typed(void **state)
{
    (void)state;
    token t, typed;
    bool saw_one = false, saw_zero = false;
    /* With 16 tokens a time, soon one has both look-alikes. */
    for (int round = 0; round < 100 && !(saw_one && saw_zero); round++) {
        make(id, LSCHED_VIEW, 0, t);
        for (int kind = 0; kind < 4; kind++) {
            for (int i = 0; i <= SIZE; i++) {
                const char c = t[i];
                typed[i] = c >= 'A' && c <= 'Z' && kind > 0 ? (char)(c - 'A' + 'a') : c;
                if (c == '1' && kind > 0)
                    typed[i] = "iIlL"[(kind + i) % 4];
                if (c == '0' && kind > 0)
                    typed[i] = "oO"[(kind + i) % 2];
            }
            good(typed, LSCHED_VIEW, id);
        }
        saw_one = saw_one || strchr(t, '1') != NULL;
        saw_zero = saw_zero || strchr(t, '0') != NULL;
        ok(lsched_drop_tokens(w.s, id));
    }
    assert_true(saw_one && saw_zero);
}

/* Every byte that is no digit, at each place; and every other digit, at each place. */
static void test_wrong_characters(void **state)
{
    (void)state;
    token t, wrong;
    make(id, LSCHED_VIEW, 0, t);
    for (int i = 0; i < SIZE; i++) {
        for (int c = 1; c < 256; c++) {
            memcpy(wrong, t, sizeof t);
            wrong[i] = (char)c;
            /* As typed, so that the look-alikes of the right digit are left out. */
            char meant = wrong[i];
            if (meant >= 'a' && meant <= 'z')
                meant = (char)(meant - 'a' + 'A');
            meant = (char)(meant == 'I' || meant == 'L' ? '1' : meant == 'O' ? '0' : meant);
            if (meant != t[i])
                bad(wrong, LSCHED_VIEW);
        }
    }
    good(t, LSCHED_VIEW, id);
}

static void test_wrong_lengths(void **state)
{
    (void)state;
    token t;
    char longer[2 * SIZE + 1], *huge = malloc(1 << 20);
    make(id, LSCHED_VIEW, 0, t);
    for (int size = 1; size < SIZE; size++) {
        snprintf(longer, sizeof longer, "%.*s", size, t);
        bad(longer, LSCHED_VIEW);
        bad(t + size, LSCHED_VIEW);
    }
    for (int more = 1; more <= SIZE; more++) {
        snprintf(longer, sizeof longer, "%s%.*s", t, more, t);
        bad(longer, LSCHED_VIEW);
    }
    static const char *const around[] = {" %s", "%s ", "%s\n", "%s-", "0%s", "%s0", "\"%s\""};
    for (size_t i = 0; i < sizeof around / sizeof *around; i++) {
        const char *place = strstr(around[i], "%s");
        snprintf(longer, sizeof longer, "%.*s%s%s", (int)(place - around[i]), around[i], t,
                 place + 2);
        bad(longer, LSCHED_VIEW);
    }
    /* 130 bits do not wrap around. */
    memcpy(longer, t, sizeof t);
    longer[0] = (char)(strchr(DIGITS, t[0])[8]);
    bad(longer, LSCHED_VIEW);
    assert_non_null(huge);
    memset(huge, 'A', (1 << 20) - 1);
    huge[(1 << 20) - 1] = '\0';
    bad(huge, LSCHED_VIEW);
    free(huge);
    bad("'; DROP TABLE lsched_token; --", LSCHED_VIEW);
    good(t, LSCHED_VIEW, id);
}

/* ---- how long it lasts ---------------------------------------------------------------------------- */

static void test_expiry(void **state)
{
    (void)state;
    token t, soon;
    make(id, LSCHED_VIEW, 0, t);
    make(id, LSCHED_VIEW, w.now + 1, soon);
    good(soon, LSCHED_VIEW, id);
    w.now++;
    bad(soon, LSCHED_VIEW);
    w.now = end + 86400 - 1;
    good(t, LSCHED_VIEW, id);
    w.now++;
    bad(t, LSCHED_VIEW);
    /* The clock has the only word on it, also where it steps back. */
    w.now--;
    good(t, LSCHED_VIEW, id);
}

/* A day after the booking's end: of the time that it has now. */
static void test_expiry_moves(void **state)
{
    (void)state;
    token t, fixed;
    const lsched_time old = end;
    make(id, LSCHED_MOVE, 0, t);
    make(id, LSCHED_MOVE, old + 86400, fixed);
    ok(world_try_move(NEW(change, .key = "m", .id = id, .start = at("2026-03-10T10:00"))));
    w.now = old + 86400;
    good(t, LSCHED_MOVE, id);
    bad(fixed, LSCHED_MOVE);
    w.now = at("2026-03-11T10:30") - 1;
    good(t, LSCHED_MOVE, id);
    w.now++;
    bad(t, LSCHED_MOVE);
}

static void test_cancelled(void **state)
{
    (void)state;
    token t;
    char *text = (void *)&w;
    make(id, LSCHED_VIEW | LSCHED_CANCEL, 0, t);
    ok(lsched_cancel(w.s, id, NULL, "c", NULL));
    lsched_booking *b;
    ok(lsched_use_token(w.s, t, LSCHED_CANCEL, &b));
    assert_int_equal(b->state, LSCHED_CANCELLED);
    lsched_booking_free(b);
    refuses(lsched_make_token(w.s, id, LSCHED_VIEW, 0, &text), LSCHED_OVER, id);
    assert_null(text);
    book("late", "2026-03-03T11:00");
    w.now = end - 1;
    make(id, LSCHED_VIEW, 0, t);
    w.now = end;
    refuses(lsched_make_token(w.s, id, LSCHED_VIEW, 0, &text), LSCHED_OVER, id);
}

/* ---- how many ---------------------------------------------------------------------------------- */

static void test_limit(void **state)
{
    (void)state;
    token all[LSCHED_MAX_TOKENS], next;
    char *text = (void *)&w;
    for (int i = 0; i < LSCHED_MAX_TOKENS; i++)
        make(id, LSCHED_VIEW, i == 3 ? w.now + 60 : 0, all[i]);
    refuses(lsched_make_token(w.s, id, LSCHED_VIEW, 0, &text), LSCHED_LIMIT, "16");
    assert_null(text);
    for (int i = 0; i < LSCHED_MAX_TOKENS; i++) {
        good(all[i], LSCHED_VIEW, id);
        for (int j = 0; j < i; j++)
            assert_string_not_equal(all[i], all[j]);
    }
    w.now += 59;
    refuses(lsched_make_token(w.s, id, LSCHED_VIEW, 0, &text), LSCHED_LIMIT, "16");
    /* What has expired makes room, and is gone: no clock brings it back. */
    w.now++;
    make(id, LSCHED_VIEW, 0, next);
    good(next, LSCHED_VIEW, id);
    bad(all[3], LSCHED_VIEW);
    w.now -= 60;
    bad(all[3], LSCHED_VIEW);
    good(all[2], LSCHED_VIEW, id);
    refuses(lsched_make_token(w.s, id, LSCHED_VIEW, 0, &text), LSCHED_LIMIT, "16");
    /* Another booking has its own. */
    char full[sizeof id];
    memcpy(full, id, sizeof id);
    book("c", "2026-03-04T10:00");
    make(id, LSCHED_VIEW, 0, next);
    ok(lsched_drop_tokens(w.s, full));
    ok(lsched_drop_tokens(w.s, full));
    for (int i = 0; i < LSCHED_MAX_TOKENS; i++)
        bad(all[i], LSCHED_VIEW);
    good(next, LSCHED_VIEW, id);
    make(full, LSCHED_VIEW, 0, all[0]);
}

/* ---- transactions and stores ------------------------------------------------------------------------ */

static void test_rollback(void **state)
{
    (void)state;
    token kept, undone;
    make(id, LSCHED_VIEW, 0, kept);
    ok(lsched_begin(w.s));
    make(id, LSCHED_VIEW, 0, undone);
    good(undone, LSCHED_VIEW, id);
    ok(lsched_rollback(w.s));
    bad(undone, LSCHED_VIEW);
    ok(lsched_begin(w.s));
    ok(lsched_drop_tokens(w.s, id));
    bad(kept, LSCHED_VIEW);
    ok(lsched_rollback(w.s));
    good(kept, LSCHED_VIEW, id);
    /* A booking and its token, or neither. */
    ok(lsched_begin(w.s));
    book("c", "2026-03-04T10:00");
    make(id, LSCHED_VIEW, 0, undone);
    ok(lsched_rollback(w.s));
    bad(undone, LSCHED_VIEW);
    refuses(lsched_drop_tokens(w.s, id), LSCHED_NOTFOUND, id);
    book("c", "2026-03-04T10:00");
    bad(undone, LSCHED_VIEW);
}

/* The same booking in two stores: a token opens it only where it was made. */
static void test_two_stores(void **state)
{
    token t;
    lsched_booking *b;
    char here[sizeof id];
    make(id, LSCHED_VIEW, 0, t);
    memcpy(here, id, sizeof id);
    ok(lsched_get_booking(w.s, id, &b));
    lsched *first = w.s;
    assert_int_equal(world_little(state), 0);
    ok(lsched_import(w.s, b, "i", NULL));
    lsched_booking_free(b);
    bad(t, LSCHED_VIEW);
    token other;
    make(here, LSCHED_VIEW, 0, other);
    good(other, LSCHED_VIEW, here);
    lsched *second = w.s;
    w.s = first;
    bad(other, LSCHED_VIEW);
    good(t, LSCHED_VIEW, here);
    lsched_free(second);
}

static unsigned char *slurp(const char *path, size_t *size)
{
    FILE *in = fopen(path, "rb");
    unsigned char *bytes = malloc(1 << 22);
    assert_true(in != NULL && bytes != NULL);
    *size = fread(bytes, 1, 1 << 22, in);
    fclose(in);
    return bytes;
}

/* A hash cannot be used as what it is the hash of, and the file has nothing else. */
static void test_not_in_the_file(void **state)
{
    (void)state;
    char path[] = "/tmp/libsched-tokens-XXXXXX", name[64], wal[64];
    lsched_booking *b;
    token t;
    ok(lsched_get_booking(w.s, id, &b));
    assert_non_null(mkdtemp(path));
    snprintf(name, sizeof name, "%s/store", path);
    snprintf(wal, sizeof wal, "%s/store-wal", path);
    lsched *memory = w.s;
    w.s = lsched_new();
    ok(lsched_open(w.s, name, LSCHED_CREATE));
    lsched_set_clock(w.s, NULL, NULL);
    /* The records, so that the booking can be taken over. */
    ok(PUT(team, .id = "home", .name = "home", .zone = "America/New_York"));
    ok(PUT(agent, .id = b->agent, .name = "ana", .zone = "America/New_York"));
    ok(PUT(service, .id = "talk", .name = "Talk"));
    ok(PUT(customer, .id = "cora", .zone = "America/New_York"));
    b->start += 20 * 365 * INT64_C(86400);
    b->end = b->start + 1800;
    b->busy_from = b->start;
    b->busy_until = b->end;
    ok(lsched_import(w.s,
                     NEW(booking, .state = LSCHED_BOOKED, .channel = LSCHED_PHONE,
                         .customer = "cora", .service = "talk", .agent = b->agent, .team = "home",
                         .start = b->start, .end = b->end),
                     "i", NULL));
    lsched_bookings *list;
    ok(lsched_list_bookings(w.s, NEW(filter, .limit = 1), &list));
    const char *stored = lsched_bookings_at(list, 0)->id;
    make(stored, LSCHED_VIEW, 0, t);
    bool seen = false;
    const char *const files[] = {name, wal};
    for (int f = 0; f < 2; f++) {
        size_t size;
        unsigned char *bytes = slurp(files[f], &size);
        /* The secret's 16 bytes, from the text's 26 digits. */
        unsigned char secret[16] = {0};
        for (int i = 0; i < SIZE; i++)
            for (int bit = 0; bit < 5; bit++)
                if ((strchr(DIGITS, t[i]) - DIGITS) >> (4 - bit) & 1 && i * 5 + bit >= 2)
                    secret[(i * 5 + bit - 2) / 8] |=
                        (unsigned char)(128 >> ((i * 5 + bit - 2) % 8));
        assert_null(memmem(bytes, size, t, SIZE));
        assert_null(memmem(bytes, size, secret, sizeof secret));
        seen = seen || memmem(bytes, size, stored, strlen(stored)) != NULL;
        free(bytes);
    }
    assert_true(seen);
    good(t, LSCHED_VIEW, stored);
    lsched_bookings_free(list);
    lsched_free(w.s);
    w.s = memory;
    lsched_booking_free(b);
    char command[64];
    snprintf(command, sizeof command, "rm -r '%s'", path);
    assert_int_equal(system(command), 0);
}

/* ---- wrong calls ------------------------------------------------------------------------------------- */

static void test_invalid(void **state)
{
    (void)state;
    static const int32_t wrong[] = {0, 8, 9, -1, 15, INT32_MIN, INT32_MAX};
    lsched_booking *b = (void *)&w;
    char *text;
    token t;
    make(id, 7, 0, t);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        text = (void *)&w;
        refuses(lsched_make_token(w.s, id, wrong[i], 0, &text), LSCHED_INVALID, "scopes");
        assert_null(text);
        refuses(lsched_use_token(w.s, t, wrong[i], &b), LSCHED_INVALID, "scope");
        assert_null(strstr(lsched_message(w.s), t));
        assert_null(b);
    }
    const lsched_time times[] = {w.now,     w.now - 1,          1, -1, INT64_MIN,
                                 INT64_MAX, INT64_C(7258118400)};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        refuses(lsched_make_token(w.s, id, 1, times[i], &text), LSCHED_INVALID, "expires");
    make(id, 1, INT64_C(7258118399), t);
    refuses(lsched_make_token(w.s, "b-1", 1, 0, &text), LSCHED_NOTFOUND, "b-1");
    refuses(lsched_make_token(w.s, "b 1", 1, 0, &text), LSCHED_INVALID, "booking");
    refuses(lsched_drop_tokens(w.s, "b-1"), LSCHED_NOTFOUND, "b-1");
    w.now = -1;
    refuses(lsched_make_token(w.s, id, 1, 0, &text), LSCHED_INVALID, "clock");
    refuses(lsched_use_token(w.s, t, 1, &b), LSCHED_INVALID, "clock");
    assert_null(strstr(lsched_message(w.s), t));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_booking, world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_use),
        TEST(test_scopes),
        TEST(test_two_bookings),
        TEST(test_typed),
        TEST(test_wrong_characters),
        TEST(test_wrong_lengths),
        TEST(test_expiry),
        TEST(test_expiry_moves),
        TEST(test_cancelled),
        TEST(test_limit),
        TEST(test_rollback),
        TEST(test_two_stores),
        TEST(test_not_in_the_file),
        TEST(test_invalid),
    };
    return cmocka_run_group_tests_name("tokens", tests, NULL, NULL);
}
