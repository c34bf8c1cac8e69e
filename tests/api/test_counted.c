/* Random small worlds: what several queries at once and the counts of days say of each, held
 * against lsched_find().
 *
 *   counted       each day has what find finds between its midnights, to the last start
 *   each          several queries at once answer what each alone does, to the last reason
 *   familiar      what is worth the wait is the first of all slots that is
 *   remembered    all of that is the same where nothing is kept in memory
 *
 * LSCHED_WORLDS: how many (10,000, of which every fifth).  LSCHED_WORLD: only this one. */
#include "worlds.h"

#include <time.h>

#define EVERY 5
#define QUERIES 3
#define MOST_DAYS 60
#define DAY 86400

static struct {
    uint64_t worlds, days, empty, starts, moving, familiar[3];
} seen;

/* ---- asking -------------------------------------------------------------------------------- */

static lsched_slots *find(const world *w, const lsched_query *q)
{
    lsched_slots *slots;
    expect_ok(w, lsched_find(w->s, q, &slots), "find");
    return slots;
}

/* All that find finds of a query, page by page. */
typedef struct found {
    lsched_slot *at;
    size_t count, room;
} found;

static void add_slot(found *f, const lsched_slot *slot)
{
    if (f->count == f->room) {
        f->room = f->room != 0 ? 2 * f->room : 256;
        f->at = realloc(f->at, f->room * sizeof *f->at);
        assert_non_null(f->at);
    }
    f->at[f->count] = *slot;
    f->at[f->count].agent = f->at[f->count].team = NULL; /* lent by the page */
    f->count++;
}

static found find_all(const world *w, const lsched_query *asked)
{
    lsched_query q = *asked;
    found f = {0};
    size_t count;
    q.limit = 1 + dice(3000);
    do {
        lsched_slots *page = find(w, &q);
        count = lsched_slots_count(page);
        for (size_t i = 0; i < count; i++)
            add_slot(&f, lsched_slots_at(page, i));
        if (count > 0)
            q.after = f.at[f.count - 1].start;
        lsched_slots_free(page);
    } while (count > 0);
    return f;
}

static lsched_query random_query(const world *w, const lsched_booking *own)
{
    lsched_query q = {.size = sizeof q, .customer = "joan", .service = "svc", .limit = dice(60)};
    if (chance(50))
        q.channels = 1 + (int32_t)dice(15);
    if (chance(20))
        q.rungs = 1 + (int32_t)dice(15);
    if (chance(10))
        q.agent = w->agent[dice((uint32_t)w->agents)].id;
    if (chance(10))
        q.team = w->team[dice((uint32_t)w->teams)].id;
    if (chance(90)) {
        q.from = w->from - (lsched_time)dice(3 * DAY);
        q.until = q.from + 1 + (lsched_time)dice((chance(70) ? 3 : 45) * DAY);
    }
    if (chance(20))
        q.after = w->from + (lsched_time)dice(2 * DAY);
    if (own != NULL && chance(50))
        q.moving = own->id;
    return q;
}

/* ---- the world ------------------------------------------------------------------------------- */

/* Some places taken; one booking of them. */
static lsched_booking *fill(world *w)
{
    lsched_booking *one = NULL;
    const lsched_query q = {.size = sizeof q,
                            .limit = 400,
                            .customer = "joan",
                            .service = "svc",
                            .from = w->from,
                            .until = w->until + DAY};
    lsched_slots *slots = find(w, &q);
    const size_t count = lsched_slots_count(slots);
    for (int i = 0; count > 0 && i < 12; i++) {
        const lsched_slot *slot = lsched_slots_at(slots, dice((uint32_t)count));
        char key[16];
        snprintf(key, sizeof key, "key-%d", i);
        const lsched_request r = {.size = sizeof r,
                                  .channel = slot->channel,
                                  .key = key,
                                  .customer = "joan",
                                  .service = "svc",
                                  .start = slot->start,
                                  .seconds = chance(20) ? 60 : 0};
        lsched_booking *b;
        const int status = r.seconds != 0 ? lsched_hold(w->s, &r, &b) : lsched_book(w->s, &r, &b);
        if (status == LSCHED_OK && one == NULL && r.seconds == 0) {
            one = b;
            continue;
        }
        lsched_booking_free(b);
    }
    w->now += dice(200);
    lsched_slots_free(slots);
    return one;
}

/* What is worth waiting for, and whom the customer knows. */
static void change_waits(world *w)
{
    w->service.wait_known = chance(70) ? 1 + (int32_t)dice(4000) : 0;
    w->service.wait_home = chance(70) ? 1 + (int32_t)dice(4000) : 0;
    expect_ok(w, lsched_put_service(w->s, &w->service), "service");
    w->stored = w->service;
    if (chance(30))
        make_storms(w);
}

/* ---- days -------------------------------------------------------------------------------------- */

/* The midnight at which a date begins, so many days behind the date of `at`. */
static lsched_time midnight(const world *w, lsched_time at, int days, char date[16])
{
    char wall[40];
    struct tm tm = {0};
    expect_ok(w, lsched_wall(w->s, at, w->zone, wall, sizeof wall), "wall");
    assert_int_equal(sscanf(wall, "%d-%d-%d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday), 3);
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    tm.tm_mday += days;
    tm.tm_hour = 12;
    const time_t noon = timegm(&tm);
    assert_non_null(gmtime_r(&noon, &tm));
    strftime(date, 16, "%Y-%m-%d", &tm);
    return instant(w, date, w->zone);
}

/* The range that a query comes to. */
static void bounds(const world *w, const lsched_query *q, lsched_time *from, lsched_time *until)
{
    char date[16];
    *from = q->from != 0 ? q->from : w->now;
    *until = q->until != 0 ? q->until : midnight(w, w->now, w->service.horizon + 1, date);
    if (q->after >= *from)
        *from = q->after + 1;
}

/* What find finds of one day. */
static lsched_day count_day(const found *all, const char *date, lsched_time from, lsched_time until)
{
    lsched_day d = {.date = date, .from = from, .until = until};
    for (size_t i = 0; i < all->count; i++) {
        const lsched_slot *slot = &all->at[i];
        if (slot->start < from || slot->start >= until)
            continue;
        if (d.slots == 0)
            d.first = slot->start;
        d.starts += slot->start != d.last;
        d.last = slot->start;
        d.slots++;
        d.free = slot->free > d.free ? slot->free : d.free;
    }
    return d;
}

static void same_day(const lsched_day *a, const lsched_day *b)
{
    assert_non_null(a);
    assert_string_equal(a->date, b->date);
    lsched_day x = *a, y = *b;
    x.date = y.date = NULL;
    assert_memory_equal(&x, &y, sizeof x);
}

static void check_days(const world *w, const lsched_query *q, const found *all)
{
    lsched_time from, until;
    lsched_days *list;
    char date[16];
    size_t days = 0;
    int64_t slots = 0;
    bounds(w, q, &from, &until);
    expect_ok(w, lsched_find_days(w->s, q, &list), "find days");
    for (int i = 0; from < until; i++) {
        lsched_time begins = midnight(w, from, 0, date), ends = midnight(w, from, 1, date);
        assert_true(begins <= from && from < ends);
        midnight(w, from, 0, date);
        const lsched_day want = count_day(all, date, from, ends < until ? ends : until);
        same_day(lsched_days_at(list, days++), &want);
        slots += want.slots;
        seen.empty += want.slots == 0;
        seen.starts += (uint64_t)want.starts;
        from = want.until;
        assert_true(i < MOST_DAYS);
    }
    assert_int_equal(lsched_days_count(list), days);
    assert_null(lsched_days_at(list, days));
    assert_int_equal(slots, all->count);
    seen.days += days;
    lsched_days_free(list);
}

/* ---- the familiar choice -------------------------------------------------------------------------- */

static const lsched_slot *first_on(const found *all, int32_t rung, int32_t wait)
{
    if (all->count == 0 || wait == 0 || all->at[0].rung <= rung)
        return NULL;
    for (size_t i = 0; i < all->count; i++) {
        if (all->at[i].start - all->at[0].start > (lsched_time)wait * 60)
            return NULL;
        if (all->at[i].rung == rung)
            return &all->at[i];
    }
    return NULL;
}

static void check_familiar(const world *w, const lsched_slots *slots, const found *all)
{
    const lsched_slot *got = lsched_slots_familiar(slots);
    const lsched_slot *want = first_on(all, LSCHED_KNOWN, w->service.wait_known);
    if (want == NULL && all->count > 0 && all->at[0].rung > LSCHED_KNOWN)
        want = first_on(all, LSCHED_HOME, w->service.wait_home);
    seen.familiar[want != NULL ? want->rung : 0]++;
    assert_int_equal(got != NULL, want != NULL);
    if (want == NULL)
        return;
    lsched_slot x = *got;
    x.agent = x.team = NULL;
    assert_memory_equal(&x, want, sizeof x);
}

/* ---- several at once -------------------------------------------------------------------------------- */

static void same_slot(const lsched_slot *a, const lsched_slot *b)
{
    assert_int_equal(a != NULL, b != NULL);
    if (a == NULL)
        return;
    assert_string_equal(a->agent, b->agent);
    assert_string_equal(a->team, b->team);
    lsched_slot x = *a, y = *b;
    x.agent = y.agent = x.team = y.team = NULL;
    assert_memory_equal(&x, &y, sizeof x);
}

static void same_list(const lsched_slots *a, const lsched_slots *b)
{
    assert_int_equal(lsched_slots_count(a), lsched_slots_count(b));
    for (size_t i = 0; i < lsched_slots_count(a); i++)
        same_slot(lsched_slots_at(a, i), lsched_slots_at(b, i));
    same_slot(lsched_slots_familiar(a), lsched_slots_familiar(b));
    for (int32_t reason = LSCHED_WHY_NOTICE; reason <= LSCHED_WHY_WALL; reason *= 2)
        assert_int_equal(lsched_slots_lost(a, reason), lsched_slots_lost(b, reason));
}

static void ask_each(const world *w, const lsched_query *queries, lsched_slots **out)
{
    const lsched_query *list[QUERIES];
    for (size_t i = 0; i < QUERIES; i++)
        list[i] = &queries[i];
    expect_ok(w, lsched_find_each(w->s, list, QUERIES, out), "find each");
}

/* ---- the laws ------------------------------------------------------------------------------------- */

static void check_queries(const world *w, const lsched_query *queries, const found *all)
{
    lsched_slots *each[QUERIES];
    ask_each(w, queries, each);
    for (size_t i = 0; i < QUERIES; i++) {
        lsched_slots *alone = find(w, &queries[i]);
        same_list(each[i], alone);
        lsched_slots_free(alone);
        if (queries[i].moving == NULL)
            check_familiar(w, each[i], &all[i]);
        check_days(w, &queries[i], &all[i]);
        lsched_slots_free(each[i]);
    }
}

/* What is remembered is what is not. */
static void check_memory(const world *w, const lsched_query *queries)
{
    lsched_slots *with[QUERIES], *without[QUERIES];
    ask_each(w, queries, with);
    expect_ok(w, lsched_set_memory(w->s, 0), "set memory");
    ask_each(w, queries, without);
    for (size_t i = 0; i < QUERIES; i++) {
        same_list(with[i], without[i]);
        lsched_slots_free(with[i]);
        lsched_slots_free(without[i]);
    }
}

static void check_world(lsched *s, uint64_t number)
{
    static world w;
    lsched_query queries[QUERIES];
    found all[QUERIES];
    seed_chance(number);
    expect_ok(&(world){.s = s}, lsched_begin(s), "begin");
    make_world(&w, s);
    change_waits(&w);
    lsched_booking *own = fill(&w);
    make_stale(&w);
    for (size_t i = 0; i < QUERIES; i++) {
        queries[i] = random_query(&w, own);
        seen.moving += queries[i].moving != NULL;
        all[i] = find_all(&w, &queries[i]);
    }
    check_queries(&w, queries, all);
    check_memory(&w, queries); /* and is without any behind it */
    for (size_t i = 0; i < QUERIES; i++) {
        check_days(&w, &queries[i], &all[i]);
        free(all[i].at);
    }
    expect_ok(&w, lsched_set_memory(s, 64 << 20), "set memory");
    lsched_booking_free(own);
    seen.worlds++;
    expect_ok(&w, lsched_rollback(s), "rollback");
}

static uint64_t number_from(const char *name, uint64_t otherwise)
{
    const char *value = getenv(name);
    return value != NULL && *value != '\0' ? strtoull(value, NULL, 10) : otherwise;
}

static uint64_t running; /* for whoever reads a failure */

static void test_counted(void **state)
{
    (void)state;
    const uint64_t one = number_from("LSCHED_WORLD", UINT64_MAX);
    const uint64_t count = number_from("LSCHED_WORLDS", 10000) / EVERY + EVERY;
    lsched *s = lsched_new();
    assert_int_equal(lsched_open(s, ":memory:", LSCHED_CREATE), LSCHED_OK);
    for (running = one != UINT64_MAX ? one : 0; running < count || running == one; running++) {
        check_world(s, running);
        if (running == one)
            break;
    }
    print_message("# %llu worlds, %llu days, %llu of them empty, %llu starts, %llu queries that "
                  "move\n",
                  (unsigned long long)seen.worlds, (unsigned long long)seen.days,
                  (unsigned long long)seen.empty, (unsigned long long)seen.starts,
                  (unsigned long long)seen.moving);
    print_message("# nothing is worth the wait %llu times, somebody known %llu, the home team "
                  "%llu\n",
                  (unsigned long long)seen.familiar[0], (unsigned long long)seen.familiar[1],
                  (unsigned long long)seen.familiar[2]);
    if (count >= 1000 && one == UINT64_MAX)
        assert_true(seen.moving > 0 && seen.familiar[1] > 0 && seen.familiar[2] > 0);
    lsched_free(s);
}

static int tell(void **state)
{
    (void)state;
    print_message("# last world: LSCHED_WORLD=%llu\n", (unsigned long long)running);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_teardown(test_counted, tell)};
    return cmocka_run_group_tests_name("counted", tests, NULL, NULL);
}
