/* bulk.c -- many rows, copied from rows that the library has made.
 *
 * The columns are asked of the database, so that a new one needs no change here.  Triggers
 * guard what is copied too, but for the millions: there they and the indexes are taken away
 * and put back as they were.
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(sqlite3 *db, int code)
{
    if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW)
        bench_fail("bulk: %s", sqlite3_errmsg(db));
}

static void run(sqlite3 *db, const char *sql)
{
    must(db, sqlite3_exec(db, sql, NULL, NULL, NULL));
}

static sqlite3_stmt *compile(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *s;
    must(db, sqlite3_prepare_v2(db, sql, -1, &s, NULL));
    return s;
}

/* bench_id(milliseconds, n): an id of the library's form, in the order of the former. */
static void make_id(sqlite3_context *context, int count, sqlite3_value **values)
{
    static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    uint64_t time = (uint64_t)sqlite3_value_int64(values[0]);
    uint64_t any = (uint64_t)sqlite3_value_int64(values[1]) * UINT64_C(0x9E3779B97F4A7C15);
    char id[26];
    (void)count;
    for (int i = 9; i >= 0; i--, time >>= 5)
        id[i] = digits[time & 31];
    for (int i = 25; i >= 10; i--) {
        id[i] = digits[any & 31];
        any = (any >> 5) | (any << 59);
    }
    sqlite3_result_text(context, id, sizeof id, SQLITE_TRANSIENT);
}

static void prepare(sqlite3 *db)
{
    must(db, sqlite3_create_function(db, "bench_id", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL,
                                     make_id, NULL, NULL));
}

/* A column that is not copied: "name=expression". */
static const char *instead(const char *const *others, const char *column)
{
    const size_t size = strlen(column);
    for (size_t i = 0; others[i] != NULL; i++)
        if (strncmp(others[i], column, size) == 0 && others[i][size] == '=')
            return others[i] + size + 1;
    return NULL;
}

/* Copies the row(s) `model` (a condition) of a table for each row n of `source`.  A column
 * "stamp" has what the table itself puts there. */
static void copy(sqlite3 *db, const char *table, const char *model, const char *source,
                 const char *const *others)
{
    char columns[2000] = "", values[4000] = "";
    char *sql =
        sqlite3_mprintf("SELECT name FROM pragma_table_info('%q') WHERE name <> 'stamp'", table);
    sqlite3_stmt *s = compile(db, sql);
    sqlite3_free(sql);
    while (sqlite3_step(s) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(s, 0);
        const char *other = instead(others, name);
        const char *comma = columns[0] != '\0' ? ", " : "";
        snprintf(columns + strlen(columns), sizeof columns - strlen(columns), "%s\"%s\"", comma,
                 name);
        if (other != NULL)
            snprintf(values + strlen(values), sizeof values - strlen(values), "%s%s", comma, other);
        else
            snprintf(values + strlen(values), sizeof values - strlen(values), "%sm.\"%s\"", comma,
                     name);
    }
    must(db, sqlite3_finalize(s));
    sql = sqlite3_mprintf("INSERT INTO %s (%s) SELECT %s FROM (%s) AS x CROSS JOIN"
                          " (SELECT %s* FROM %s WHERE %s) AS m",
                          table, columns, values, source,
                          strcmp(table, "lsched_booking") == 0 ? "rowid, " : "", table, model);
    run(db, sql);
    sqlite3_free(sql);
}

/* ---- the case's own bookings ---------------------------------------------------------------- */

/* Behind all ids so far, and before those to come. */
static const char case_id[] = "id=bench_id(x.base + x.n, x.n)";

static void list_bookings(sqlite3 *db, const problem *p, size_t done)
{
    run(db, "CREATE TEMP TABLE wanted (n INTEGER PRIMARY KEY, agent TEXT, t INTEGER, u INTEGER,"
            " east INTEGER)");
    sqlite3_stmt *s =
        compile(db, "INSERT INTO wanted VALUES (?1, printf('a%06d', ?2), ?3, ?4, ?5)");
    for (int agent = 0; agent < p->agents; agent++) {
        for (size_t i = p->busy.first[agent]; i < p->busy.first[agent + 1]; i++) {
            if (i < done)
                continue;
            sqlite3_bind_int64(s, 1, (int64_t)(i - done + 1));
            sqlite3_bind_int(s, 2, agent);
            sqlite3_bind_int64(s, 3, p->busy.at[i].from);
            sqlite3_bind_int64(s, 4, p->busy.at[i].until);
            sqlite3_bind_int(s, 5, problem_offset(p->busy.at[i].from));
            must(db, sqlite3_step(s));
            sqlite3_reset(s);
        }
    }
    must(db, sqlite3_finalize(s));
}

#define TIMES                                                                                      \
    "start=x.t", "end=x.u - 600", "busy_from=x.t", "busy_until=x.u", "offset=x.east",              \
        "wall=strftime('%Y-%m-%dT%H:%M', x.t + x.east, 'unixepoch')"

void bulk_bookings(sqlite3 *db, const problem *p, size_t done)
{
    static const char rows[] = "SELECT w.*, base, seq FROM temp.wanted AS w, temp.model ORDER BY n";
    static const char *const booking[] = {case_id, "agent=x.agent", TIMES, NULL};
    static const char *const event[] = {
        case_id, "agent=x.agent", "seq=x.seq + x.n", "key=printf('bulk-%d', x.n)", TIMES, NULL};
    static const char *const notice[] = {"booking=bench_id(x.base + x.n, x.n)",
                                         "due=CASE m.kind WHEN 2 THEN x.t - 86400 ELSE m.due END",
                                         NULL};
    prepare(db);
    run(db, "BEGIN IMMEDIATE");
    list_bookings(db, p, done);
    run(db, "CREATE TEMP TABLE model AS SELECT min(id) AS id,"
            " (SELECT max(changed) FROM lsched_booking) * 1000 + 1000000 AS base,"
            " (SELECT max(seq) FROM lsched_event) AS seq FROM lsched_booking");
    copy(db, "lsched_booking", "id = (SELECT id FROM temp.model)", rows, booking);
    copy(db, "lsched_event", "id = (SELECT id FROM temp.model) LIMIT 1", rows, event);
    copy(db, "lsched_notice", "booking = (SELECT id FROM temp.model)", rows, notice);
    run(db, "DROP TABLE temp.model; DROP TABLE temp.wanted; COMMIT");
}

/* ---- millions ------------------------------------------------------------------------------- */

/* All triggers and indexes, as a text that makes them again; they are gone. */
static char *strip(sqlite3 *db)
{
    char *all = sqlite3_mprintf("%s", ""), *drops = sqlite3_mprintf("%s", "");
    sqlite3_stmt *s = compile(db, "SELECT name, sql, type FROM sqlite_schema"
                                  " WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
                                  " ORDER BY rowid");
    while (sqlite3_step(s) == SQLITE_ROW) {
        all = sqlite3_mprintf("%z%s;", all, sqlite3_column_text(s, 1));
        drops = sqlite3_mprintf("%zDROP %s %s;", drops, sqlite3_column_text(s, 2),
                                sqlite3_column_text(s, 0));
    }
    must(db, sqlite3_finalize(s));
    if (all == NULL || drops == NULL)
        bench_fail("no memory for the schema");
    run(db, drops);
    sqlite3_free(drops);
    return all;
}

static char *numbers(int64_t count, const char *columns)
{
    char *sql = sqlite3_mprintf("WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1"
                                " FROM number WHERE n < %lld) SELECT n%s FROM number",
                                (long long)count, columns);
    if (sql == NULL)
        bench_fail("no memory for SQL");
    return sql;
}

static void copy_past(sqlite3 *db, int64_t customers, int64_t bookings)
{
    /* A thousand agents of long ago, each booked every half hour, by all customers in turn. */
    static const char columns[] = ", 1800000000 - n / 1000 * 1800 AS t,"
                                  " (SELECT max(seq) FROM lsched_event) AS last";
    char id[120], customer[120];
    snprintf(id, sizeof id, "id=bench_id(1000000000000 + x.n, x.n)");
    snprintf(customer, sizeof customer, "customer=printf('c%%07d', x.n * 7919 %% %lld)",
             (long long)(customers > 0 ? customers : 1));
    const char *const booking[] = {id,
                                   customer,
                                   "state=5",
                                   "sequence=1",
                                   "agent=printf('old%d', x.n % 1000)",
                                   "start=x.t",
                                   "busy_from=x.t",
                                   "end=x.t + 1200",
                                   "busy_until=x.t + 1800",
                                   NULL};
    const char *event[sizeof booking / sizeof *booking + 2];
    const size_t count = sizeof booking / sizeof *booking - 1;
    memcpy(event, booking, count * sizeof *event);
    event[count] = "seq=x.last + x.n";
    event[count + 1] = "key=printf('past-%09d', x.n)"; /* in the order of their index */
    event[count + 2] = NULL;
    char *rows = numbers(bookings, columns);
    copy(db, "lsched_booking", "rowid = (SELECT min(rowid) FROM lsched_booking)", rows, booking);
    copy(db, "lsched_event", "seq = (SELECT min(seq) FROM lsched_event)", rows, event);
    sqlite3_free(rows);
}

void bulk_past(const char *path, int64_t customers, int64_t bookings)
{
    static const char *const customer[] = {"id=printf('c%07d', x.n - 1)", NULL};
    sqlite3 *db;
    if (sqlite3_open(path, &db) != SQLITE_OK)
        bench_fail("%s cannot be opened", path);
    prepare(db);
    /* Nothing can be undone here, so nothing is written twice. */
    run(db, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -500000;"
            "BEGIN IMMEDIATE");
    char *guards = strip(db);
    if (customers > 0) {
        char *rows = numbers(customers, "");
        copy(db, "lsched_customer", "id = 'caller'", rows, customer);
        sqlite3_free(rows);
        run(db, "UPDATE lsched_team SET customers = (SELECT count(*) FROM lsched_customer"
                " WHERE team = lsched_team.id)");
    }
    if (bookings > 0)
        copy_past(db, customers, bookings);
    /* What the triggers would have kept. */
    run(db, "DELETE FROM lsched_work; INSERT INTO lsched_work (agent, day, seconds)"
            " SELECT agent, start / 86400, sum(\"end\" - start) FROM lsched_booking"
            " WHERE state IN (1, 4, 5) GROUP BY 1, 2");
    run(db, guards);
    sqlite3_free(guards);
    run(db, "COMMIT; PRAGMA journal_mode = WAL");
    must(db, sqlite3_close(db));
}

const char *bulk_store(const problem *of, double *seconds)
{
    static char *path;
    static double spent;
    if (path == NULL) {
        path = store_path("past.db");
        const double begun = bench_now();
        lsched_free(store_make(path, of));
        bulk_past(path, options.customers, options.bookings);
        spent = (bench_now() - begun) / 1e9;
    }
    *seconds = spent;
    return path;
}

/* ---- other teams ------------------------------------------------------------------------------ */

#define TEAM "team=printf('desk-%d', x.n)"
#define CUSTOMER "customer=printf('%s-%d', m.customer, x.n)"
#define AGENT "agent=printf('t%d-%s', x.n, m.agent)"

/* The id of team n's copy of the booking in a row. */
#define TEAM_ID(row) "bench_id(1500000000000 + x.n * 1000000 + " row ", x.n * 1000000 + " row ")"
#define ROW_OF(id) "(SELECT b.rowid FROM lsched_booking AS b WHERE b.id = " id ")"

void bulk_teams(sqlite3 *db, int teams)
{
    static const char *const team[] = {"id=printf('desk-%d', x.n)", "customers=0", NULL};
    static const char *const agent[] = {"id=printf('t%d-%s', x.n, m.id)", NULL};
    static const char *const member[] = {TEAM, AGENT, NULL};
    static const char *const hours[] = {"owner=printf('desk-%d', x.n)", NULL};
    static const char *const shifts[] = {"owner=printf('t%d-%s', x.n, m.owner)", NULL};
    static const char *const customer[] = {"id=printf('%s-%d', m.id, x.n)", TEAM, NULL};
    static const char *const reach[] = {"owner=printf('caller-%d', x.n)", NULL};
    static const char *const booking[] = {"id=" TEAM_ID("m.rowid"), TEAM, AGENT, CUSTOMER, NULL};
    static const char *const event[] = {"id=" TEAM_ID(ROW_OF("m.id")),
                                        CUSTOMER,
                                        TEAM,
                                        AGENT,
                                        "key=printf('t%d-%s', x.n, m.key)",
                                        "seq=m.seq + x.n * (SELECT max(seq) FROM lsched_event)",
                                        NULL};
    static const char *const notice[] = {"booking=" TEAM_ID(ROW_OF("m.booking")), NULL};
    char *rows = numbers(teams, "");
    prepare(db);
    run(db, "BEGIN IMMEDIATE");
    copy(db, "lsched_team", "id = 'desk'", rows, team);
    copy(db, "lsched_agent", "id GLOB 'a*'", rows, agent);
    copy(db, "lsched_member", "team = 'desk'", rows, member);
    copy(db, "lsched_calendar", "kind = 1 AND owner = 'desk'", rows, hours);
    copy(db, "lsched_calendar", "kind = 2 AND owner GLOB 'a*'", rows, shifts);
    copy(db, "lsched_customer", "team = 'desk'", rows, customer);
    copy(db, "lsched_calendar", "kind = 3 AND owner = 'caller'", rows, reach);
    /* In the order of the table: no index is of use behind the plus. */
    copy(db, "lsched_event", "+team = 'desk'", rows, event);
    copy(db, "lsched_booking", "team = 'desk'", rows, booking);
    copy(db, "lsched_notice", "booking IN (SELECT id FROM lsched_booking WHERE team = 'desk')",
         rows, notice);
    run(db, "COMMIT");
    sqlite3_free(rows);
}
