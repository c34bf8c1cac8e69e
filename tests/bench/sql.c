/* sql.c -- what somebody with SQLite alone would do: the same question as one statement, hot.
 *
 * Three ways to ask it.  With LEAD: each agent's gaps between all that is taken (bookings, and
 * the time off shift), joined with the starts that are allowed.  Kept: the same gaps as a
 * table with an index, which somebody would have to keep true.  And for each start and agent,
 * that no booking EXISTS then.
 */
#include "bench.h"

#include <stdlib.h>

struct sql_peer {
    sqlite3 *db;
    sqlite3_stmt *find;
    answer answer;
};

static const char tables[] =
    "CREATE TABLE work (agent INTEGER, t INTEGER, u INTEGER, PRIMARY KEY (agent, t)) WITHOUT ROWID;"
    "CREATE TABLE busy (agent INTEGER, t INTEGER, u INTEGER, PRIMARY KEY (agent, t)) WITHOUT ROWID;"
    "CREATE TABLE taken (agent INTEGER, t INTEGER, u INTEGER, PRIMARY KEY (agent, t))"
    " WITHOUT ROWID;"
    "CREATE TABLE gap (agent INTEGER, t INTEGER, u INTEGER, PRIMARY KEY (t, agent)) WITHOUT ROWID;"
    "CREATE TABLE slot (start INTEGER PRIMARY KEY);";

#define GAPS "SELECT agent, u AS t, lead(t) OVER (PARTITION BY agent ORDER BY t) AS u FROM taken"

/* A gap lies inside a shift, so it is shorter than a day: so much for its index. */
static const char *const forms[SQL_FORMS] = {
    [SQL_GAPS] = "SELECT s.start, count(*) FROM (" GAPS ") AS g JOIN slot AS s"
                 " ON s.start BETWEEN g.t AND g.u - 2400 GROUP BY s.start ORDER BY s.start",
    [SQL_KEPT] = "SELECT s.start, count(*) FROM gap AS g CROSS JOIN slot AS s"
                 " ON s.start BETWEEN g.t AND g.u - 2400 GROUP BY s.start ORDER BY s.start",
    [SQL_EXISTS] = "SELECT s.start, count(*) FROM work AS w CROSS JOIN slot AS s"
                   " ON s.start BETWEEN w.t AND w.u - 2400"
                   " WHERE NOT EXISTS (SELECT 1 FROM busy AS b WHERE b.agent = w.agent"
                   "  AND b.t < s.start + 2400 AND b.t > s.start - 4500 AND b.u > s.start)"
                   " GROUP BY s.start ORDER BY s.start",
};

static void must(sqlite3 *db, int code)
{
    if (code != SQLITE_OK && code != SQLITE_DONE)
        bench_fail("the SQL peer: %s", sqlite3_errmsg(db));
}

static void insert(sqlite3 *db, const char *sql, int agents, const stretches *s)
{
    sqlite3_stmt *into;
    must(db, sqlite3_prepare_v2(db, sql, -1, &into, NULL));
    for (int agent = 0; agent < agents; agent++) {
        for (size_t i = s->first[agent]; i < s->first[agent + 1]; i++) {
            sqlite3_bind_int(into, 1, agent);
            sqlite3_bind_int64(into, 2, s->at[i].from);
            sqlite3_bind_int64(into, 3, s->at[i].until);
            must(db, sqlite3_step(into));
            sqlite3_reset(into);
        }
    }
    must(db, sqlite3_finalize(into));
}

/* What is taken: bookings, and all that lies between two parts of shifts. */
static const char take[] =
    "INSERT INTO taken SELECT agent, t, u FROM busy;"
    "INSERT INTO taken SELECT agent, coalesce(lag(u) OVER (PARTITION BY agent ORDER BY t), 0), t"
    " FROM work;"
    "INSERT INTO taken SELECT agent, max(u), 1 << 40 FROM work GROUP BY agent;"
    "INSERT INTO gap SELECT agent, t, u FROM (" GAPS ") WHERE u - t >= 2400;";

static void put_slots(sqlite3 *db, const problem *p)
{
    sqlite3_stmt *into;
    must(db, sqlite3_prepare_v2(db, "INSERT INTO slot VALUES (?1)", -1, &into, NULL));
    for (size_t i = 0; i < p->allowed.count; i++) {
        for (int64_t t = p->allowed.at[i].from; t <= p->allowed.at[i].until - CALL; t += STEP) {
            sqlite3_bind_int64(into, 1, t);
            must(db, sqlite3_step(into));
            sqlite3_reset(into);
        }
    }
    must(db, sqlite3_finalize(into));
}

sql_peer *sql_open(const problem *of, int form)
{
    sql_peer *p = bench_take(1, sizeof *p);
    answer_room(&p->answer, of);
    if (sqlite3_open(":memory:", &p->db) != SQLITE_OK)
        bench_fail("the SQL peer cannot be opened");
    must(p->db, sqlite3_exec(p->db, tables, NULL, NULL, NULL));
    must(p->db, sqlite3_exec(p->db, "BEGIN", NULL, NULL, NULL));
    insert(p->db, "INSERT INTO work VALUES (?1, ?2, ?3)", of->agents, &of->work);
    insert(p->db, "INSERT INTO busy VALUES (?1, ?2, ?3)", of->agents, &of->busy);
    put_slots(p->db, of);
    must(p->db, sqlite3_exec(p->db, take, NULL, NULL, NULL));
    must(p->db, sqlite3_exec(p->db, "COMMIT; ANALYZE", NULL, NULL, NULL));
    must(p->db, sqlite3_prepare_v2(p->db, forms[form], -1, &p->find, NULL));
    return p;
}

void sql_find(void *user)
{
    sql_peer *p = user;
    int code;
    p->answer.count = 0;
    p->answer.total = 0;
    while ((code = sqlite3_step(p->find)) == SQLITE_ROW) {
        p->answer.starts[p->answer.count] = sqlite3_column_int64(p->find, 0);
        p->answer.free[p->answer.count] = sqlite3_column_int(p->find, 1);
        p->answer.total += p->answer.free[p->answer.count++];
    }
    must(p->db, code);
    sqlite3_reset(p->find);
}

const answer *sql_answer(const sql_peer *p)
{
    return &p->answer;
}

void sql_close(sql_peer *p)
{
    sqlite3_finalize(p->find);
    sqlite3_close(p->db);
    answer_free(&p->answer);
    free(p);
}
