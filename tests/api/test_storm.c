/* test_storm.c -- what an open incident changes, each thing by itself, for those whom it touches
 * and for nobody else, from when it opens until it is closed.
 */
#include "world.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#define HOUR INT64_C(3600)
#define TEN "2026-03-02T10:00"

#define JOIN(...) world_join(NEW(request, __VA_ARGS__))
#define OPEN(...) ok(PUT(incident, .id = "i", .regions = "US-NY", .text = "down", __VA_ARGS__))
#define CLOSE(...)                                                                                 \
    ok(PUT(incident, .id = "i", .regions = "US-NY", .text = "up", .closed = w.now, __VA_ARGS__))

/* What it answers, with the id in `id` (NULL: not wanted). */
static int try_join(const char *key, const char *customer, const char *service, char *id)
{
    lsched_booking *b = NULL;
    const int status =
        lsched_join(w.s, NEW(request, .key = key, .customer = customer, .service = service), &b);
    if (b != NULL && id != NULL)
        strcpy(id, b->id);
    lsched_booking_free(b);
    return status;
}

static int try_next(const char *agent, char *id)
{
    lsched_booking *b = NULL;
    const int status = lsched_next(w.s, agent, 1, &b);
    if (b != NULL)
        strcpy(id, b->id);
    lsched_booking_free(b);
    w.now += 2; /* the lease is over */
    return status;
}

/* The first place found, as "start end agent rung". */
static const char *first_place(const lsched_query *query)
{
    static char line[160];
    lsched_slots *list = world_find(query);
    const lsched_slot *slot = lsched_slots_earliest(list);
    char from[40], until[40];
    line[0] = '\0';
    if (slot != NULL) {
        ok(lsched_wall(w.s, slot->start, "America/New_York", from, sizeof from));
        ok(lsched_wall(w.s, slot->end, "America/New_York", until, sizeof until));
        snprintf(line, sizeof line, "%.5s %.5s %s %s", from + 11, until + 11, slot->agent,
                 lsched_rung_name(slot->rung));
    }
    lsched_slots_free(list);
    return line;
}

#define FIRST(...) first_place(NEW(query, __VA_ARGS__))
#define FIRST_OF(who) FIRST(.customer = who, .service = "talk")

static void healthy(void)
{
    lsched_findings *list = NULL;
    ok(lsched_verify(w.s, &list));
    for (size_t i = 0; i < lsched_findings_count(list); i++)
        fail_msg("%s", lsched_findings_at(list, i)->text);
    lsched_findings_free(list);
}

/* Dan is of another region, and everything else as cora. */
static int start(void **state)
{
    if (world_little(state) != 0)
        return 1;
    ok(PUT(customer, .id = "dan", .zone = "America/New_York", .region = "US-NJ"));
    w.now = at(TEN);
    return 0;
}

/* ---- the two switches ---------------------------------------------------------------------------- */

static int32_t forecast_status(const char *customer)
{
    lsched_forecast *f = NULL;
    ok(lsched_estimate(w.s, NEW(request, .customer = customer, .service = "talk"), &f));
    const int32_t status = f->status;
    assert_true(status == LSCHED_OK || (f->offered == 0 && f->slot != NULL));
    lsched_forecast_free(f);
    return status;
}

static void test_no_joining(void **state)
{
    (void)state;
    char early[LSCHED_MAX_ID + 1], next[LSCHED_MAX_ID + 1], *before;
    ok(PUT(customer, .id = "eve", .zone = "America/New_York", .region = "US-NY"));
    ok(try_join("e", "eve", "talk", early));
    assert_int_equal(forecast_status("cora"), LSCHED_OK);
    OPEN(.no_joining = 1, .next_update = at("2026-03-02T12:30"));
    before = world_listing(w.s);
    refuses(try_join("j", "cora", "talk", NULL), LSCHED_CLOSED,
            "incident 'i', next update 2026-03-02T12:30:00-05:00");
    world_unchanged(before);
    assert_int_equal(forecast_status("cora"), LSCHED_CLOSED);
    assert_int_equal(forecast_status("eve"), LSCHED_EXISTS); /* as joining would answer */
    refuses(try_join("j", "eve", "talk", NULL), LSCHED_EXISTS, early);
    ok(try_join("d", "dan", "talk", NULL));
    /* What is in line is worked off, and a time can be booked. */
    ok(try_next("ana", next));
    assert_string_equal(next, early);
    lsched_booking_free(
        BOOK(.key = "b", .customer = "cora", .service = "talk", .start = at("2026-03-02T15:00")));
    /* Nobody knows when. */
    OPEN(.no_joining = 1);
    refuses(try_join("j", "cora", "talk", NULL), LSCHED_CLOSED, "incident 'i'");
    CLOSE(.no_joining = 1);
    assert_int_equal(forecast_status("cora"), LSCHED_OK);
    ok(try_join("j", "cora", "talk", NULL));
}

static int64_t longest(const char *id, int32_t *offered)
{
    lsched_forecast *f = NULL;
    ok(lsched_estimate_waiting(w.s, id, &f));
    const int64_t p90 = f->p90;
    *offered = f->offered;
    lsched_forecast_free(f);
    return p90;
}

static void test_no_working(void **state)
{
    (void)state;
    char cora[LSCHED_MAX_ID + 1], dan[LSCHED_MAX_ID + 1], next[LSCHED_MAX_ID + 1];
    int32_t offered;
    lsched_booking *b = NULL;
    ok(try_join("c", "cora", "talk", cora));
    w.now += 60;
    ok(try_join("d", "dan", "talk", dan));
    b = BOOK(.key = "b", .customer = "cora", .service = "talk", .agent = "ben",
             .start = at("2026-03-02T10:30"));
    char booked[LSCHED_MAX_ID + 1];
    strcpy(booked, b->id);
    lsched_booking_free(b);
    assert_true(longest(cora, &offered) >= 0);
    ok(lsched_next(w.s, "ana", 600, &b)); /* leased before it opened */
    assert_string_equal(b->id, cora);
    lsched_booking_free(b);
    OPEN(.no_working = 1);
    char *before = world_listing(w.s);
    refuses(lsched_start(w.s, cora, "s", NULL), LSCHED_CLOSED, "incident 'i'");
    w.now += 601;
    refuses(lsched_start_as(w.s, cora, "ana", "s", NULL), LSCHED_CLOSED, "incident 'i'");
    world_unchanged(before);
    ok(try_next("ana", next));
    assert_string_equal(next, dan); /* nobody is in that one's way */
    assert_int_equal(longest(cora, &offered), -1);
    assert_int_equal(offered, 0);
    assert_true(longest(dan, &offered) >= 0 && offered != 0);
    refuses(try_join("more", "cora", "talk", NULL), LSCHED_EXISTS, cora); /* else it could */
    ok(lsched_cancel(w.s, dan, NULL, "gone", NULL));
    refuses(try_next("ana", next), LSCHED_NOTFOUND, "incident 'i' is about is not worked off");
    w.now = at("2026-03-02T10:30");
    ok(try_next("ben", next)); /* what was promised is kept */
    assert_string_equal(next, booked);
    CLOSE(.no_working = 1);
    ok(try_next("ana", next));
    assert_string_equal(next, cora);
    assert_true(longest(cora, &offered) >= 0);
}

/* ---- the service as it is meanwhile ---------------------------------------------------------------- */

static void test_lengths(void **state)
{
    (void)state;
    ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 30, .step = 30, .after = 10,
           .notice = LSCHED_NONE));
    OPEN(.minutes = 60, .wrap_up = 15);
    assert_string_equal(FIRST_OF("cora"), "10:00 11:00 ana home");
    assert_string_equal(FIRST_OF("dan"), "10:00 10:30 ana home");
    lsched_booking *b =
        BOOK(.key = "1", .customer = "cora", .service = "talk", .start = at("2026-03-03T11:00"));
    assert_int_equal(b->end - b->start, HOUR);
    assert_int_equal(b->busy_until - b->end, 25 * 60);
    assert_int_equal(b->revision, 2);
    assert_string_equal(b->incident, "i");
    lsched_booking *other =
        BOOK(.key = "2", .customer = "dan", .service = "talk", .start = at("2026-03-03T13:00"));
    assert_int_equal(other->end - other->start, HOUR / 2);
    assert_string_equal(other->incident, "");
    lsched_booking_free(other);
    lsched_booking *waits = NULL;
    ok(lsched_join(w.s, NEW(request, .key = "j", .customer = "cora", .service = "talk"), &waits));
    assert_int_equal(waits->end - waits->start, HOUR);
    assert_string_equal(waits->incident, "i");
    ok(lsched_start_as(w.s, waits->id, "ben", "s", NULL));
    lsched_booking_free(waits);
    healthy();
    CLOSE(.minutes = 60, .wrap_up = 15);
    /* What was taken stays as it is, and fits. */
    healthy();
    lsched_booking *still = BOOKING(b->id);
    world_same_booking(b, still);
    lsched_booking_free(still);
    lsched_strays *strays = NULL;
    ok(lsched_list_strays(w.s, NEW(sweep, .days = 0), &strays));
    assert_int_equal(lsched_strays_count(strays), 0);
    lsched_strays_free(strays);
    assert_int_equal(world_try_move(NEW(change, .key = "m", .id = b->id, .agent = b->agent,
                                        .start = at("2026-03-03T11:30"))),
                     LSCHED_OK);
    still = BOOKING(b->id);
    assert_int_equal(still->end - still->start, HOUR / 2);
    assert_int_equal(still->busy_until - still->end, 10 * 60);
    assert_string_equal(still->incident, "");
    lsched_booking_free(still);
    lsched_booking_free(b);
    healthy();
}

static void test_notice(void **state)
{
    (void)state;
    lsched_explanation *x = NULL;
    OPEN(.notice = 240);
    assert_string_equal(FIRST_OF("cora"), "14:00 14:30 ana home");
    assert_string_equal(FIRST_OF("dan"), "10:00 10:30 ana home");
    refuses(world_try(NEW(request, .key = "b", .customer = "cora", .service = "talk",
                          .start = at("2026-03-02T13:30"))),
            LSCHED_TOOSOON, "too soon");
    /* What is kept free so is the line's. */
    ok(try_join("j", "cora", "talk", NULL));
    ok(lsched_explain(w.s,
                      NEW(query, .customer = "cora", .service = "talk", .from = w.now,
                          .until = at("2026-03-02T13:00")),
                      &x));
    bool told = false;
    for (size_t i = 0; i < lsched_explanation_relaxations(x); i++) {
        const lsched_relaxation *r = lsched_explanation_relaxation(x, i);
        assert_string_not_equal(r->field, "service.notice");
        if (r->kind != LSCHED_RELAX_NOTICE)
            continue;
        told = true;
        assert_string_equal(r->field, "incident.notice");
        assert_int_equal(r->was, 240);
        OPEN(.notice = (int32_t)r->number);
        lsched_slots *found = world_find(r->query);
        assert_int_equal(lsched_slots_count(found), r->slots);
        lsched_slots_free(found);
    }
    assert_true(told);
    lsched_explanation_free(x);
    /* And less than the service's. */
    ok(PUT(service, .id = "talk", .name = "Talk", .step = 30, .notice = 120));
    OPEN(.notice = LSCHED_NONE);
    assert_string_equal(FIRST_OF("cora"), "10:00 10:30 ana home");
    assert_string_equal(FIRST_OF("dan"), "12:00 12:30 ana home");
    CLOSE(.notice = LSCHED_NONE);
    assert_string_equal(FIRST_OF("cora"), "12:00 12:30 ana home");
}

static void test_rungs(void **state)
{
    (void)state;
    char id[LSCHED_MAX_ID + 1], next[LSCHED_MAX_ID + 1];
    const lsched_query home = {
        .size = sizeof home, .customer = "cora", .service = "talk", .rungs = LSCHED_HOME};
    closes(LSCHED_AGENT, "ana", "20260302T000000", "20260303T000000", NULL);
    closes(LSCHED_AGENT, "ben", "20260302T000000", "20260302T150000", NULL);
    assert_string_equal(first_place(&home), "15:00 15:30 ben home");
    OPEN(.rungs = LSCHED_OVERFLOW);
    assert_string_equal(first_place(&home), "10:00 10:30 hal overflow");
    assert_string_equal(FIRST(.customer = "dan", .service = "talk", .rungs = LSCHED_HOME),
                        "15:00 15:30 ben home");
    /* Who asks for somebody gets nobody else. */
    assert_string_equal(
        FIRST(.customer = "cora", .service = "talk", .rungs = LSCHED_HOME, .agent = "ben"),
        "15:00 15:30 ben home");
    assert_string_equal(
        FIRST(.customer = "cora", .service = "talk", .rungs = LSCHED_HOME, .team = "home"),
        "15:00 15:30 ben home");
    lsched_booking *b = BOOK(.key = "b", .customer = "cora", .service = "talk",
                             .rungs = LSCHED_HOME, .start = at(TEN));
    assert_string_equal(b->agent, "hal");
    assert_int_equal(b->rung, LSCHED_OVERFLOW);
    ok(lsched_cancel(w.s, b->id, NULL, "c", NULL));
    lsched_booking_free(b);
    CLOSE(.rungs = LSCHED_OVERFLOW);
    /* In line, too. */
    ok(lsched_join(
        w.s, NEW(request, .key = "j", .customer = "cora", .service = "talk", .rungs = LSCHED_HOME),
        &b));
    strcpy(id, b->id);
    lsched_booking_free(b);
    refuses(try_next("hal", next), LSCHED_NOTFOUND, "nothing waits");
    OPEN(.rungs = LSCHED_OVERFLOW | LSCHED_GENERAL);
    ok(try_next("gil", next));
    assert_string_equal(next, id);
    ok(lsched_start_as(w.s, id, "hal", "s", &b));
    assert_int_equal(b->rung, LSCHED_OVERFLOW);
    assert_int_equal(b->rungs, LSCHED_HOME);
    lsched_booking_free(b);
    healthy();
    CLOSE(.rungs = LSCHED_OVERFLOW | LSCHED_GENERAL);
    healthy();
}

static void test_owner_wait(void **state)
{
    (void)state;
    char id[LSCHED_MAX_ID + 1], next[LSCHED_MAX_ID + 1];
    lsched_booking *b = NULL;
    ok(lsched_join(
        w.s, NEW(request, .key = "j", .customer = "cora", .service = "talk", .agent = "ana"), &b));
    strcpy(id, b->id);
    lsched_booking_free(b);
    refuses(try_next("ben", next), LSCHED_NOTFOUND, "nothing waits");
    OPEN(.owner_wait = LSCHED_NONE);
    ok(try_next("ben", next));
    assert_string_equal(next, id);
    /* Of two the later one counts. */
    w.now += 60;
    ok(PUT(incident, .id = "a", .topic = "none", .text = "x", .owner_wait = 600));
    ok(try_next("ben", next));
    ok(PUT(incident, .id = "b", .services = "talk", .text = "x", .owner_wait = 600));
    refuses(try_next("ben", next), LSCHED_NOTFOUND, "nothing waits");
    ok(lsched_remove_incident(w.s, "b"));
    ok(try_next("ben", next));
    CLOSE(.owner_wait = LSCHED_NONE);
    refuses(try_next("ben", next), LSCHED_NOTFOUND, "nothing waits");
    /* And of what was promised for a time. */
    b = BOOK(.key = "b", .customer = "cora", .service = "talk", .agent = "ana",
             .start = at("2026-03-02T11:00"));
    strcpy(id, b->id);
    lsched_booking_free(b);
    w.now = at("2026-03-02T11:02");
    OPEN(.owner_wait = 1, .no_working = 1);
    ok(try_next("ben", next));
    assert_string_equal(next, id);
}

static void test_cut_off(void **state)
{
    (void)state;
    ok(PUT(customer, .id = "eve", .zone = "America/New_York", .region = "US-NY"));
    OPEN(.cut_off = 120);
    w.now = at("2026-03-02T15:00");
    refuses(try_join("e", "eve", "talk", NULL), LSCHED_CLOSED, "too late for the line");
    CLOSE(.cut_off = 120);
    w.now = at("2026-03-02T16:20");
    refuses(try_join("j", "cora", "talk", NULL), LSCHED_CLOSED, "too late for the line");
    OPEN(.cut_off = 5);
    ok(try_join("j", "cora", "talk", NULL));
    refuses(try_join("d", "dan", "talk", NULL), LSCHED_CLOSED, "too late for the line");
    OPEN(.cut_off = LSCHED_NONE);
    w.now = at("2026-03-02T22:00");
    ok(try_join("e", "eve", "talk", NULL));
}

/* How long a better one may be waited for. */
static void test_waits(void **state)
{
    (void)state;
    ok(PUT(service, .id = "talk", .name = "Talk", .step = 30, .notice = LSCHED_NONE,
           .wait_home = 300));
    closes(LSCHED_AGENT, "ana", "20260302T000000", "20260303T000000", NULL);
    closes(LSCHED_AGENT, "ben", "20260302T000000", "20260302T140000", NULL);
    const struct {
        int32_t minutes;
        bool worth;
    } cases[] = {{0, true}, {LSCHED_NONE, false}, {239, false}, {240, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        OPEN(.wait_home = cases[i].minutes);
        lsched_slots *found = FIND(.customer = "cora", .service = "talk");
        assert_int_equal(lsched_slots_familiar(found) != NULL, cases[i].worth);
        lsched_slots_free(found);
    }
    ok(PUT(customer, .id = "cora", .zone = "America/New_York", .region = "US-NY", .knows = "ben"));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        OPEN(.wait_home = LSCHED_NONE, .wait_known = cases[i].minutes);
        lsched_slots *found = FIND(.customer = "cora", .service = "talk");
        assert_int_equal(lsched_slots_familiar(found) != NULL, i > 0 && cases[i].worth);
        lsched_slots_free(found);
    }
}

/* Of each amount the last that was opened; switches of any; and only those that are open. */
static void test_several(void **state)
{
    (void)state;
    const lsched_time opened = w.now - HOUR;
    ok(PUT(incident, .id = "z", .text = "x", .opened = opened, .minutes = 60, .notice = 60));
    ok(PUT(incident, .id = "m", .text = "x", .opened = opened + 60, .minutes = 90,
           .no_joining = 1));
    ok(PUT(incident, .id = "b", .text = "x", .opened = opened + 60, .minutes = 20));
    assert_string_equal(FIRST_OF("cora"), "11:00 12:30 ana home");
    refuses(try_join("j", "cora", "talk", NULL), LSCHED_CLOSED, "'m'");
    lsched_booking *b =
        BOOK(.key = "b", .customer = "cora", .service = "talk", .start = at("2026-03-02T11:00"));
    assert_string_equal(b->incident, "m");
    ok(lsched_cancel(w.s, b->id, NULL, "c", NULL));
    lsched_booking_free(b);
    ok(PUT(incident, .id = "m", .text = "x", .closed = w.now, .minutes = 90, .no_joining = 1));
    assert_string_equal(FIRST_OF("cora"), "11:00 11:20 ana home");
    ok(lsched_remove_incident(w.s, "b"));
    assert_string_equal(FIRST_OF("cora"), "11:00 12:00 ana home");
    ok(lsched_remove_incident(w.s, "z"));
    assert_string_equal(FIRST_OF("cora"), "10:00 10:30 ana home");
    refuses(PUT(incident, .id = "i", .text = "x", .minutes = LSCHED_MAX_MINUTES + 1), LSCHED_LIMIT,
            "minutes");
    refuses(PUT(incident, .id = "i", .text = "x", .minutes = LSCHED_NONE), LSCHED_INVALID,
            "minutes");
    refuses(PUT(incident, .id = "i", .text = "x", .rungs = 16), LSCHED_INVALID, "rungs");
    refuses(PUT(incident, .id = "i", .text = "x", .notice = -2), LSCHED_INVALID, "notice");
}

/* ---- who hears of it -------------------------------------------------------------------------------- */

static void test_rollback(void **state)
{
    (void)state;
    const lsched_query q = {.size = sizeof q, .customer = "cora", .service = "talk"};
    assert_string_equal(first_place(&q), "10:00 10:30 ana home");
    ok(lsched_begin(w.s));
    OPEN(.minutes = 60);
    assert_string_equal(first_place(&q), "10:00 11:00 ana home");
    ok(lsched_begin(w.s));
    CLOSE(.minutes = 60);
    assert_string_equal(first_place(&q), "10:00 10:30 ana home");
    ok(lsched_rollback(w.s));
    assert_string_equal(first_place(&q), "10:00 11:00 ana home");
    ok(lsched_rollback(w.s));
    assert_string_equal(first_place(&q), "10:00 10:30 ana home");
    OPEN(.minutes = 60);
    assert_string_equal(first_place(&q), "10:00 11:00 ana home");
}

static char folder[32], path[64];

static lsched_time now(void *user)
{
    return ((const world *)user)->now;
}

static lsched *open_store(void)
{
    lsched *s = lsched_new();
    assert_non_null(s);
    assert_int_equal(lsched_set_clock(s, now, &w), LSCHED_OK);
    assert_int_equal(lsched_open(s, path, LSCHED_CREATE), LSCHED_OK);
    return s;
}

/* A child with a scheduler of its own.  It ends without a word, as what it has of ours is not its to
 * release. */
static void elsewhere(const lsched_incident *i)
{
    const pid_t child = fork();
    int how = 1;
    assert_true(child >= 0);
    if (child == 0) {
        lsched *s = open_store();
        const int status = lsched_put_incident(s, i);
        lsched_free(s);
        if (status == LSCHED_OK)
            (void)raise(SIGKILL);
        _exit(1);
    }
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL);
}

/* A handle that has asked before hears what other processes say. */
static void test_elsewhere(void **state)
{
    lsched *memory = w.s;
    strcpy(folder, "/tmp/libsched-api-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/store", folder);
    lsched_free(memory);
    assert_int_equal(world_open(path), 0);
    world_fill();
    (void)state;
    w.now = at(TEN);
    lsched_incident i = {
        .size = sizeof i, .id = "i", .regions = "US-NY", .text = "x", .minutes = 60};
    for (int round = 0; round < 3; round++) {
        assert_string_equal(FIRST_OF("cora"), "10:00 10:30 ana home");
        i.closed = 0;
        elsewhere(&i);
        assert_string_equal(FIRST_OF("cora"), "10:00 11:00 ana home");
        i.closed = w.now;
        elsewhere(&i);
    }
    char command[80];
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    assert_int_equal(system(command), 0);
}

/* In the host's transaction, and when the host thinks better of it. */
static void test_host(void **state)
{
    (void)state;
    sqlite3 *db;
    lsched *own = w.s;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    w.s = lsched_new();
    ok(lsched_set_clock(w.s, now, &w));
    ok(lsched_attach_sqlite(w.s, db, LSCHED_CREATE));
    world_fill();
    w.now = at(TEN);
    assert_string_equal(FIRST_OF("cora"), "10:00 10:30 ana home");
    assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    OPEN(.minutes = 60, .no_joining = 1);
    assert_string_equal(FIRST_OF("cora"), "10:00 11:00 ana home");
    refuses(try_join("j", "cora", "talk", NULL), LSCHED_CLOSED, "'i'");
    assert_int_equal(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    assert_string_equal(FIRST_OF("cora"), "10:00 10:30 ana home");
    assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    OPEN(.minutes = 60, .no_joining = 1);
    assert_int_equal(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    assert_string_equal(FIRST_OF("cora"), "10:00 11:00 ana home");
    CLOSE(.minutes = 60, .no_joining = 1);
    ok(try_join("j", "cora", "talk", NULL));
    lsched_free(w.s);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    w.s = own;
}

/* Whoever waits is told, and asked in the end whether that is still needed. */
static void test_told(void **state)
{
    (void)state;
    char early[LSCHED_MAX_ID + 1], late[LSCHED_MAX_ID + 1];
    lsched_notices *list = NULL;
    ok(try_join("d", "dan", "talk", early));
    w.now += 60;
    ok(PUT(incident, .id = "i", .text = "down"));
    ok(try_join("c", "cora", "talk", late));
    ok(PUT(incident, .id = "i", .text = "still down"));
    ok(lsched_take_notices(w.s, 0, 1, &list));
    assert_int_equal(lsched_notices_count(list), 2);
    for (size_t n = 0; n < 2; n++) {
        const lsched_notice *notice = lsched_notices_at(list, n);
        assert_int_equal(notice->kind, LSCHED_NOTICE_INCIDENT);
        assert_string_equal(notice->text, "still down");
        ok(lsched_ack_notice(w.s, notice->id, notice->attempt));
    }
    lsched_notices_free(list);
    w.now += HOUR;
    ok(PUT(incident, .id = "i", .text = "up", .closed = w.now));
    ok(lsched_take_notices(w.s, 0, 1, &list));
    assert_int_equal(lsched_notices_count(list), 2);
    for (size_t n = 0; n < 2; n++) {
        const lsched_notice *notice = lsched_notices_at(list, n);
        const bool cora = strcmp(notice->customer, "cora") == 0;
        assert_int_equal(notice->kind, cora ? LSCHED_NOTICE_RELEASE : LSCHED_NOTICE_INCIDENT);
        assert_string_equal(notice->subject, cora ? late : "i");
        /* What waits does not begin at a time: it is told until the customer's hours end. */
        assert_int_equal(notice->until, at("2026-03-02T17:00"));
        ok(lsched_ack_notice(w.s, notice->id, notice->attempt));
    }
    lsched_notices_free(list);
    ok(lsched_cancel(w.s, late, NULL, "no more", NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_no_joining, start, world_close),
        cmocka_unit_test_setup_teardown(test_no_working, start, world_close),
        cmocka_unit_test_setup_teardown(test_lengths, start, world_close),
        cmocka_unit_test_setup_teardown(test_notice, start, world_close),
        cmocka_unit_test_setup_teardown(test_rungs, start, world_close),
        cmocka_unit_test_setup_teardown(test_owner_wait, start, world_close),
        cmocka_unit_test_setup_teardown(test_cut_off, start, world_close),
        cmocka_unit_test_setup_teardown(test_waits, start, world_close),
        cmocka_unit_test_setup_teardown(test_several, start, world_close),
        cmocka_unit_test_setup_teardown(test_rollback, start, world_close),
        cmocka_unit_test_setup_teardown(test_elsewhere, start, world_close),
        cmocka_unit_test_setup_teardown(test_host, start, world_close),
        cmocka_unit_test_setup_teardown(test_told, start, world_close),
    };
    return cmocka_run_group_tests_name("storm", tests, NULL, NULL);
}
