/* check.c -- see check.h. */
#include "check.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ID 26 /* characters of a booking's id */

/* The states in which a booking holds its place. */
#define LIVE "(1, 3, 4)"

/* Each gives a row for each fault. */
static const struct {
    const char *name, *sql;
} rules[] = {
    {"two bookings on one lane", "SELECT 1 FROM lsched_booking AS a JOIN lsched_booking AS b ON "
                                 "a.agent = b.agent AND a.id < b.id"
                                 " WHERE a.state IN " LIVE " AND b.state IN " LIVE
                                 " AND a.busy_from < b.busy_until AND b.busy_from < a.busy_until"
                                 " AND (a.lane = b.lane OR a.lane = 0 OR b.lane = 0)"},
    {"a booking that is parked", "SELECT 1 FROM lsched_booking WHERE lane < 0"},
    {"events with a gap",
     "SELECT 1 FROM (SELECT count(*) AS n, coalesce(max(seq), 0) AS last,"
     " coalesce(min(seq), 1) AS first FROM lsched_event) WHERE n <> last OR first <> 1"},
    {"an event without its booking",
     "SELECT 1 FROM lsched_event WHERE id NOT IN (SELECT id FROM lsched_booking)"},
    {"a key used twice",
     "SELECT 1 FROM lsched_event WHERE \"key\" IS NOT NULL GROUP BY \"key\" HAVING count(*) > 1"},
    {"a team that miscounts its customers",
     "SELECT 1 FROM lsched_team WHERE customers <>"
     " (SELECT count(*) FROM lsched_customer WHERE lsched_customer.team = lsched_team.id)"},
    {"a change that nobody is told of",
     /* What is taken over was told of elsewhere. */
     "SELECT 1 FROM lsched_event AS e WHERE ((kind IN (1, 6) AND revision > 0"
     "  AND coalesce(\"key\", '') NOT IN ('import', 'runs late', 'comes behind',"
     "   'is heard')) OR (kind IN (2, 3) AND state IN (1, 2) AND"
     "  (SELECT state FROM lsched_event WHERE id = e.id AND seq < e.seq ORDER BY seq DESC LIMIT 1)"
     "  = 1)) AND NOT EXISTS (SELECT 1 FROM lsched_notice AS n WHERE n.booking = e.id"
     "  AND n.sequence = e.sequence AND n.kind ="
     "  CASE e.kind WHEN 2 THEN 3 WHEN 3 THEN 4 ELSE 1 END)"},
    {"a notice of what is not so any more",
     "SELECT 1 FROM lsched_notice AS n LEFT JOIN lsched_booking AS b ON b.id = n.booking"
     " WHERE n.state = 1 AND n.sequence IS NOT b.sequence"},
    {"a notice that was handed out without a lease",
     "SELECT 1 FROM lsched_notice WHERE (attempt > 0) <> (lease > 0)"},
    {"news of what is not so any more",
     "SELECT 1 FROM lsched_news AS n WHERE state = 1 AND sequence IS NOT CASE about"
     " WHEN 1 THEN (SELECT sequence FROM lsched_booking WHERE id = n.subject)"
     " WHEN 2 THEN (SELECT revision FROM lsched_incident WHERE id = n.subject)"
     " ELSE (SELECT 0 FROM lsched_announcement WHERE id = n.subject) END"},
    {"news that were handed out without a lease",
     "SELECT 1 FROM lsched_news WHERE (attempt > 0) <> (lease > 0)"},
    {"somebody who was not told of an open incident",
     "SELECT 1 FROM lsched_incident AS i, lsched_subscription AS s ON s.incident = i.id"
     " WHERE i.closed = 0 AND i.id = 'outage' AND i.revision > 1 AND NOT EXISTS (SELECT 1"
     "  FROM lsched_news WHERE about = 2 AND subject = i.id AND customer = s.customer"
     "   AND sequence = i.revision)"},
    {"a customer who was not told of an announcement",
     "SELECT 1 FROM lsched_announcement AS a, lsched_customer AS c ON c.team = a.team"
     " WHERE NOT EXISTS (SELECT 1 FROM lsched_news WHERE about = 3 AND subject = a.id"
     "  AND customer = c.id)"},
    {"an occurrence without its event",
     "SELECT 1 FROM lsched_occurrence AS o LEFT JOIN lsched_event AS e ON e.seq = o.event"
     " WHERE (o.status = 0) <> (e.seq IS NOT NULL)"
     " OR (e.kind IN (1, 3) AND o.start <> e.start)"},
    {"a series whose answer has gaps", "SELECT 1 FROM lsched_occurrence GROUP BY \"key\""
                                       " HAVING min(place) <> 0 OR max(place) <> count(*) - 1"},
    {"too many held",
     "SELECT 1 FROM lsched_booking WHERE state = 3 GROUP BY customer HAVING count(*) > 3"},
    {"a service that is not its last revision",
     "SELECT 1 FROM lsched_service AS s LEFT JOIN lsched_policy AS p ON p.id = s.id"
     " AND p.revision = s.revision WHERE p.name IS NOT s.name OR p.reminder IS NOT s.reminder"
     " OR s.revision <> (SELECT max(revision) FROM lsched_policy WHERE id = s.id)"},
    {"a token of nothing",
     "SELECT 1 FROM lsched_token WHERE booking NOT IN (SELECT id FROM lsched_booking)"},
    {"a reference to nothing", "SELECT 1 FROM pragma_foreign_key_check"},
};

enum {
    TABLES = 32,
    BOOKINGS = 512,
    LONGEST = 64
};

struct check {
    sqlite3 *db;
    sqlite3_stmt *names, *rows[TABLES];
};

check *check_open(const char *path)
{
    check *c = calloc(1, sizeof *c);
    if (c == NULL)
        abort();
    if (sqlite3_open_v2(path, &c->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) ==
        SQLITE_OK)
        return c;
    check_close(c);
    return NULL;
}

void check_close(check *c)
{
    sqlite3_finalize(c->names);
    for (size_t i = 0; i < TABLES; i++)
        sqlite3_finalize(c->rows[i]);
    sqlite3_close(c->db);
    free(c);
}

static bool prepare(check *c, sqlite3_stmt **statement, const char *sql)
{
    return *statement != NULL || sqlite3_prepare_v2(c->db, sql, -1, statement, NULL) == SQLITE_OK;
}

/* ---- rules ---------------------------------------------------------------------------------- */

/* 1: there is a row; 0: there is none; -1: it cannot be asked. */
static int asks(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        return -1;
    const int code = sqlite3_step(statement);
    sqlite3_finalize(statement);
    return code == SQLITE_ROW ? 1 : code == SQLITE_DONE ? 0 : -1;
}

/* "booking is what its last event says", over all columns that the two tables share. */
static const char *same_as_event(sqlite3 *db)
{
    static char *sql;
    sqlite3_stmt *columns = NULL;
    if (sql != NULL)
        return sql;
    if (sqlite3_prepare_v2(
            db,
            "SELECT 'SELECT 1 FROM lsched_booking AS b LEFT JOIN lsched_event AS e ON e.seq ="
            " (SELECT max(seq) FROM lsched_event WHERE id = b.id) WHERE e.seq IS NULL'"
            " || group_concat(' OR b.\"' || name || '\" IS NOT e.\"' || name || '\"', '')"
            " FROM pragma_table_info('lsched_booking')"
            " WHERE name IN (SELECT name FROM pragma_table_info('lsched_event'))",
            -1, &columns, NULL) != SQLITE_OK)
        return NULL;
    if (sqlite3_step(columns) == SQLITE_ROW && sqlite3_column_type(columns, 0) == SQLITE_TEXT)
        sql = strdup((const char *)sqlite3_column_text(columns, 0));
    sqlite3_finalize(columns);
    return sql;
}

static bool is_whole(sqlite3 *db)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db, "PRAGMA integrity_check(1)", -1, &statement, NULL) != SQLITE_OK)
        return false;
    const bool whole = sqlite3_step(statement) == SQLITE_ROW &&
                       strcmp((const char *)sqlite3_column_text(statement, 0), "ok") == 0;
    sqlite3_finalize(statement);
    return whole;
}

static const char *broken_rule(sqlite3 *db)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (asks(db, rules[i].sql) != 0)
            return rules[i].name;
    const char *sql = same_as_event(db);
    return sql != NULL && asks(db, sql) == 0 ? NULL
                                             : "a booking that is not as its last event says";
}

/* ---- contents ------------------------------------------------------------------------------- */

/* By the version of the schema, which is all that makes the tables of stores differ. */
static struct contents {
    char *queries[TABLES];
    size_t count;
} known[3];

static struct contents *of_version(sqlite3 *db)
{
    sqlite3_stmt *row = NULL;
    int version = 0;
    if (sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &row, NULL) == SQLITE_OK &&
        sqlite3_step(row) == SQLITE_ROW)
        version = sqlite3_column_int(row, 0);
    sqlite3_finalize(row);
    return version > 0 && version < 3 ? &known[version] : NULL;
}

/* All of each table but the stamps and touches, which say only that something was written, in the order of the first columns, which are the key or begin
 * it; but what is random comes last. */
static bool make_queries(sqlite3 *db, struct contents *all)
{
    sqlite3_stmt *tables = NULL;
    if (all->count > 0)
        return true;
    if (sqlite3_prepare_v2(
            db,
            "SELECT name, (SELECT count(*) FROM pragma_table_info(t.name)),"
            " (SELECT type FROM pragma_table_info(t.name) WHERE cid = 0) = 'BLOB',"
            " (SELECT group_concat('\"' || name || '\"')"
            "  FROM pragma_table_info(t.name) WHERE name <> 'stamp')"
            " FROM sqlite_schema AS t WHERE type = 'table' AND name <> 'lsched_touch'"
            " ORDER BY name",
            -1, &tables, NULL) != SQLITE_OK)
        return false;
    while (sqlite3_step(tables) == SQLITE_ROW && all->count < TABLES) {
        const int columns = sqlite3_column_int(tables, 1);
        char *sql = sqlite3_mprintf("SELECT %s FROM \"%w\" ORDER BY %s",
                                    sqlite3_column_text(tables, 3), sqlite3_column_text(tables, 0),
                                    sqlite3_column_int(tables, 2) != 0
                                        ? columns > 5 ? "2, 3, 4, 5, 6, 1" : "2, 3, 1"
                                    : columns > 2 ? "1, 2, 3"
                                    : columns > 1 ? "1, 2"
                                                  : "1");
        all->queries[all->count++] = sql;
    }
    sqlite3_finalize(tables);
    return all->count > 0;
}

/* Ids of bookings, in their order. */
typedef struct naming {
    size_t count;
    char ids[BOOKINGS][ID + 1];
} naming;

static bool load_names(check *c, const struct contents *all, naming *names)
{
    names->count = 0;
    if (!prepare(c, &c->names,
                 all == &known[1] ? "SELECT id FROM booking ORDER BY id"
                                  : "SELECT id FROM lsched_booking ORDER BY id"))
        return false;
    int code;
    while ((code = sqlite3_step(c->names)) == SQLITE_ROW && names->count < BOOKINGS)
        snprintf(names->ids[names->count++], ID + 1, "%s",
                 (const char *)sqlite3_column_text(c->names, 0));
    sqlite3_reset(c->names);
    return code == SQLITE_DONE;
}

typedef struct sink {
    FILE *text; /* or NULL */
    uint64_t exact, plain;
} sink;

static void hash(uint64_t *to, const void *bytes, size_t size)
{
    const unsigned char *p = bytes;
    for (size_t i = 0; i < size; i++)
        *to = (*to ^ p[i]) * UINT64_C(1099511628211);
}

static void pour(sink *to, const char *exact, const char *plain, bool as_plain)
{
    hash(&to->exact, exact, strlen(exact) + 1);
    hash(&to->plain, plain, strlen(plain) + 1);
    if (to->text != NULL)
        fprintf(to->text, "%s|", as_plain ? plain : exact);
}

/* Random bytes have their length in common. */
static void pour_blob(sink *to, sqlite3_stmt *row, int column, bool as_plain)
{
    char exact[2 * LONGEST + 1] = "", plain[24];
    const int size = sqlite3_column_bytes(row, column);
    const unsigned char *bytes = sqlite3_column_blob(row, column);
    for (int i = 0; i < size && i < LONGEST && bytes != NULL; i++)
        snprintf(exact + 2 * i, 3, "%02x", bytes[i]);
    snprintf(plain, sizeof plain, "%d random", size);
    pour(to, exact, plain, as_plain);
}

static void pour_value(sink *to, sqlite3_stmt *row, int column, const naming *names, bool as_plain)
{
    if (sqlite3_column_type(row, column) == SQLITE_BLOB) {
        pour_blob(to, row, column, as_plain);
        return;
    }
    const char *value = (const char *)sqlite3_column_text(row, column);
    char plain[24];
    if (value == NULL)
        value = "NULL";
    const char *other = value;
    for (size_t i = 0; i < names->count && strlen(value) == ID; i++) {
        if (strcmp(names->ids[i], value) == 0) {
            snprintf(plain, sizeof plain, "#%zu", i);
            other = plain;
        }
    }
    /* So are the marks of who was forgotten. */
    if (strncmp(value, "forgotten-", 10) == 0 && strlen(value) >= 10 + ID) {
        snprintf(plain, sizeof plain, "forgotten%.10s", value + 10 + ID);
        other = plain;
    }
    pour(to, value, other, as_plain);
}

static bool pour_table(check *c, const struct contents *all, size_t i, sink *to,
                       const naming *names, bool as_plain)
{
    if (!prepare(c, &c->rows[i], all->queries[i]))
        return false;
    sqlite3_stmt *rows = c->rows[i];
    const int columns = sqlite3_column_count(rows);
    int code;
    while ((code = sqlite3_step(rows)) == SQLITE_ROW) {
        for (int column = 0; column < columns; column++)
            pour_value(to, rows, column, names, as_plain);
        pour(to, "\n", "\n", as_plain);
    }
    sqlite3_reset(rows);
    return code == SQLITE_DONE;
}

static bool pour_all(check *c, sink *to, bool as_plain)
{
    static naming names;
    struct contents *all = of_version(c->db);
    if (all == NULL || !make_queries(c->db, all) || !load_names(c, all, &names))
        return false;
    for (size_t i = 0; i < all->count; i++)
        if (!pour_table(c, all, i, to, &names, as_plain))
            return false;
    return true;
}

check_state check_contents(check *c)
{
    sink to = {.exact = 1, .plain = 1};
    const bool readable = pour_all(c, &to, false);
    return (check_state){.readable = readable, .exact = to.exact, .plain = to.plain};
}

char *check_text(check *c, bool plain)
{
    char *text = NULL;
    size_t size = 0;
    sink to = {.text = open_memstream(&text, &size)};
    const bool readable = to.text != NULL && pour_all(c, &to, plain);
    if (to.text != NULL)
        fclose(to.text);
    if (readable)
        return text;
    free(text);
    return NULL;
}

/* ---- all of it ------------------------------------------------------------------------------ */

/* Contents that kept all rules. */
static uint64_t well[1024];

const char *check_all(check *c, check_state *state)
{
    *state = (check_state){0};
    if (!is_whole(c->db))
        return "the integrity of the file";
    *state = check_contents(c);
    if (!state->readable)
        return "contents that cannot be read";
    uint64_t *seen = &well[state->exact % (sizeof well / sizeof *well)];
    const bool old = of_version(c->db) == &known[1];
    const char *fault = old || *seen == state->exact ? NULL : broken_rule(c->db);
    if (fault == NULL)
        *seen = state->exact;
    return fault;
}

const char *check_path(const char *path, check_state *state)
{
    check *c = check_open(path);
    *state = (check_state){0};
    if (c == NULL)
        return "the file cannot be opened";
    const char *fault = check_all(c, state);
    check_close(c);
    return fault;
}
