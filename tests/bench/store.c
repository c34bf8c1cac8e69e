/* store.c -- the library's side: stores with the case in them, and find as a contestant.
 *
 * The catalogue and the first bookings go in by the public interface, as anybody's would; of
 * a large case the rest is copied from these (bulk.c).
 */
#include "bench.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

lsched_time store_clock(void *user)
{
    (void)user;
    return INT64_C(1898830800) - 86400; /* the case begins tomorrow */
}

/* ---- connections and files ---------------------------------------------------------------- */

static sqlite3 *latest;

static int remember(sqlite3 *db, const char **message, const struct sqlite3_api_routines *api)
{
    (void)message;
    (void)api;
    latest = db;
    return SQLITE_OK;
}

sqlite3 *store_connection(void)
{
    return latest;
}

static lsched *begin(void)
{
    lsched *s = lsched_new();
    if (s == NULL)
        bench_fail("no memory for a scheduler");
    bench_must(s, lsched_set_clock(s, store_clock, NULL), "lsched_set_clock");
    /* SQLite asks for a function of another type, which is what it says it will call. */
    sqlite3_auto_extension((void (*)(void))remember);
    return s;
}

lsched *store_open(const char *path, int32_t flags)
{
    lsched *s = begin();
    bench_must(s, lsched_open(s, path, flags), "lsched_open");
    return s;
}

char *store_path(const char *name)
{
    const size_t size = strlen(options.directory) + strlen(name) + 2;
    char *path = bench_take(size, 1);
    snprintf(path, size, "%s/%s", options.directory, name);
    return path;
}

void store_remove(const char *path)
{
    static const char *const parts[] = {"", "-wal", "-shm", "-gate", "-journal"};
    char name[4096];
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        snprintf(name, sizeof name, "%s%s", path, parts[i]);
        if (unlink(name) != 0 && errno != ENOENT)
            bench_fail("%s cannot be removed", name);
    }
}

void store_copy(const char *from, const char *to)
{
    char block[65536];
    size_t size;
    store_remove(to);
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    if (in == NULL || out == NULL)
        bench_fail("%s cannot be copied to %s", from, to);
    while ((size = fread(block, 1, sizeof block, in)) > 0)
        if (fwrite(block, 1, size, out) != size)
            bench_fail("%s cannot be written", to);
    fclose(in);
    if (fclose(out) != 0)
        bench_fail("%s cannot be written", to);
}

/* While somebody reads the file alone, nothing of the log is taken over into it. */
sqlite3 *store_pin(const char *path)
{
    sqlite3 *pin;
    if (sqlite3_open(path, &pin) != SQLITE_OK ||
        sqlite3_db_config(pin, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL) != SQLITE_OK ||
        sqlite3_exec(pin, "BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1", NULL, NULL, NULL) !=
            SQLITE_OK)
        bench_fail("%s cannot be pinned: %s", path, sqlite3_errmsg(pin));
    return pin;
}

void store_unpin(sqlite3 *pin, const char *path)
{
    static const char *const parts[] = {"-wal", "-shm"};
    char name[4096];
    sqlite3_close(pin);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        snprintf(name, sizeof name, "%s%s", path, parts[i]);
        if (unlink(name) != 0 && errno != ENOENT)
            bench_fail("%s cannot be removed", name);
    }
}

void store_load(sqlite3 *db, const char *path)
{
    sqlite3 *from;
    if (sqlite3_open_v2(path, &from, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
        bench_fail("%s cannot be read", path);
    sqlite3_backup *b = sqlite3_backup_init(db, "main", from, "main");
    if (b == NULL || sqlite3_backup_step(b, -1) != SQLITE_DONE ||
        sqlite3_backup_finish(b) != SQLITE_OK)
        bench_fail("%s cannot be loaded: %s", path, sqlite3_errmsg(db));
    sqlite3_close(from);
}

/* ---- filling -------------------------------------------------------------------------------- */

static void put_event(lsched *s, int32_t kind, int32_t effect, const char *owner, const char *name,
                      const char *zone, int from, int until, const char *rule)
{
    char text[500];
    snprintf(text, sizeof text,
             "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:bench\r\nBEGIN:VEVENT\r\nUID:%s\r\n"
             "DTSTAMP:20300101T000000Z\r\nDTSTART%s:20300304T%02d%02d00\r\n"
             "DTEND%s:20300304T%02d%02d00\r\nRRULE:%s\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
             name, zone, from / 60, from % 60, zone, until / 60, until % 60, rule);
    const lsched_calendar c = {.size = sizeof c,
                               .kind = kind,
                               .effect = effect,
                               .owner = owner,
                               .name = name,
                               .text = text};
    bench_must(s, lsched_put_calendar(s, &c), "lsched_put_calendar");
}

void store_put_team(lsched *s, const char *id)
{
    const lsched_team team = {
        .size = sizeof team, .id = id, .name = "The desk", .zone = "America/New_York"};
    bench_must(s, lsched_put_team(s, &team), "lsched_put_team");
    put_event(s, LSCHED_TEAM, LSCHED_OPENS, id, "hours", ";TZID=America/New_York", 8 * 60, 20 * 60,
              "FREQ=DAILY");
}

void store_put_agent(lsched *s, const char *team, const char *id, int shift_of)
{
    static const char week[] = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR";
    const lsched_agent agent = {
        .size = sizeof agent, .id = id, .name = "Somebody", .zone = "America/New_York"};
    const lsched_member member = {.size = sizeof member, .team = team, .agent = id};
    const int shift = problem_shift(shift_of), lunch = problem_lunch(shift_of);
    bench_must(s, lsched_put_agent(s, &agent), "lsched_put_agent");
    bench_must(s, lsched_put_member(s, &member), "lsched_put_member");
    put_event(s, LSCHED_AGENT, LSCHED_OPENS, id, "shifts", "", shift, shift + 8 * 60, week);
    put_event(s, LSCHED_AGENT, LSCHED_CLOSES, id, "lunch", "", lunch, lunch + 30, week);
}

static void put_catalogue(lsched *s, const problem *p)
{
    char id[16];
    const lsched_service service = {.size = sizeof service,
                                    .channels = LSCHED_PHONE,
                                    .minutes = CALL / 60,
                                    .wrap_up = WRAP / 60,
                                    .notice = LSCHED_NONE,
                                    .horizon = 366,
                                    .step = STEP / 60,
                                    .id = "talk",
                                    .name = "A talk"};
    const lsched_customer customer = {
        .size = sizeof customer, .id = "caller", .zone = "America/Los_Angeles", .team = "desk"};
    store_put_team(s, "desk");
    for (int i = 0; i < p->agents; i++) {
        snprintf(id, sizeof id, "a%06d", i);
        store_put_agent(s, "desk", id, i);
    }
    bench_must(s, lsched_put_service(s, &service), "lsched_put_service");
    const lsched_customer neighbour = {
        .size = sizeof neighbour, .id = "neighbour", .zone = "America/New_York", .team = "desk"};
    bench_must(s, lsched_put_customer(s, &customer), "lsched_put_customer");
    bench_must(s, lsched_put_customer(s, &neighbour), "lsched_put_customer");
    put_event(s, LSCHED_CUSTOMER, LSCHED_OPENS, "caller", "hours", "", 8 * 60, 21 * 60,
              "FREQ=DAILY");
}

/* Whose booking it is. */
static int agent_of(const problem *p, size_t booking)
{
    int agent = 0;
    while (p->busy.first[agent + 1] <= booking)
        agent++;
    return agent;
}

int store_import(lsched *s, const problem *p, size_t booking)
{
    char id[16], key[64];
    const stretch *taken = &p->busy.at[booking];
    snprintf(id, sizeof id, "a%06d", agent_of(p, booking));
    snprintf(key, sizeof key, "import-%zu", booking);
    const lsched_booking b = {.size = sizeof b,
                              .state = LSCHED_BOOKED,
                              .channel = LSCHED_PHONE,
                              .customer = "neighbour",
                              .service = "talk",
                              .agent = id,
                              .team = "desk",
                              .start = taken->from,
                              .end = taken->until - WRAP,
                              .busy_from = taken->from,
                              .busy_until = taken->until};
    lsched_booking *out;
    const int status = lsched_import(s, &b, key, &out);
    lsched_booking_free(out);
    return status;
}

lsched *store_make(const char *path, const problem *of)
{
    if (strcmp(path, ":memory:") != 0)
        store_remove(path);
    lsched *s = store_open(path, LSCHED_CREATE | LSCHED_FAST);
    sqlite3 *db = store_connection();
    bench_must(s, lsched_begin(s), "lsched_begin");
    put_catalogue(s, of);
    const size_t done = of->busy.count > (size_t)options.imported ? 1 : of->busy.count;
    for (size_t i = 0; i < done; i++)
        bench_must(s, store_import(s, of, i), "lsched_import");
    bench_must(s, lsched_commit(s), "lsched_commit");
    if (done < of->busy.count)
        bulk_bookings(db, of, done);
    return s;
}

void store_verify(lsched *s)
{
    lsched_findings *list;
    if (!options.verify)
        return;
    bench_must(s, lsched_verify(s, &list), "lsched_verify");
    const lsched_finding *f = lsched_findings_at(list, 0);
    if (f != NULL)
        bench_fail("%zu findings in a store, the first one: %s %s: %s", lsched_findings_count(list),
                   f->invariant, f->subject, f->text);
    lsched_findings_free(list);
}

/* ---- asking ----------------------------------------------------------------------------------- */

static void note(asking *a, const lsched_slots *slots)
{
    a->answer.count = 0;
    a->answer.total = 0;
    for (size_t i = 0; i < a->count; i++) {
        const lsched_slot *slot = lsched_slots_at(slots, i);
        a->answer.starts[i] = slot->start;
        a->answer.free[i] = slot->free;
        a->answer.total += slot->free;
    }
    a->answer.count = a->count;
}

void store_find(void *user)
{
    asking *a = user;
    const lsched_query query = {.size = sizeof query,
                                .limit = a->limit,
                                .customer = a->customer != NULL ? a->customer : "caller",
                                .service = "talk",
                                .from = a->from,
                                .until = a->until};
    lsched_slots *slots;
    bench_must(a->s, lsched_find(a->s, &query, &slots), "lsched_find");
    a->count = lsched_slots_count(slots);
    if (a->keep)
        note(a, slots);
    lsched_slots_free(slots);
}
