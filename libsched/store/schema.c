/* store/schema.c -- the tables, and what must never be false in them.
 *
 * A new version of the schema is a new text behind this one and a higher number; a file
 * with a higher number than ours is refused, never touched.
 */
#include "store/inner.h"

#define APPLICATION 0x6C736368 /* "lsch", in the file's header */
#define VERSION 1

static const char tables[] =
    /* The catalogue.  Ids are the caller's; what is optional and missing is NULL. */
    "CREATE TABLE team ("
    "  id TEXT NOT NULL PRIMARY KEY,"
    "  general INTEGER NOT NULL,"
    "  name TEXT NOT NULL,"
    "  zone TEXT NOT NULL,"
    "  photo TEXT,"
    "  overflow TEXT REFERENCES team (id) CHECK (overflow <> id),"
    "  regions TEXT,"
    /* How many customers call it home.  Kept by triggers, because choosing a team for a
     * customer asks it of every team, and must not count millions. */
    "  customers INTEGER NOT NULL DEFAULT 0 CHECK (customers >= 0)"
    ") STRICT;"

    "CREATE TABLE agent ("
    "  id TEXT NOT NULL PRIMARY KEY,"
    "  channels INTEGER NOT NULL,"
    "  lanes INTEGER NOT NULL CHECK (lanes BETWEEN 1 AND 32),"
    "  name TEXT NOT NULL,"
    "  zone TEXT NOT NULL,"
    "  photo TEXT,"
    "  languages TEXT,"
    "  skills TEXT"
    ") STRICT;"

    /* 'from' is part of the key, so it is '' where it is missing. */
    "CREATE TABLE member ("
    "  team TEXT NOT NULL REFERENCES team (id),"
    "  agent TEXT NOT NULL REFERENCES agent (id),"
    "  \"from\" TEXT NOT NULL,"
    "  until TEXT CHECK (until > \"from\"),"
    "  PRIMARY KEY (team, agent, \"from\")"
    ") STRICT;"
    "CREATE INDEX member_agent ON member (agent);"

    "CREATE TABLE service ("
    "  id TEXT NOT NULL PRIMARY KEY,"
    "  channels INTEGER NOT NULL,"
    "  minutes INTEGER NOT NULL CHECK (minutes > 0),"
    "  before INTEGER NOT NULL CHECK (before >= 0),"
    "  after INTEGER NOT NULL CHECK (after >= 0),"
    "  wrap_up INTEGER NOT NULL CHECK (wrap_up >= 0),"
    "  notice INTEGER NOT NULL,"
    "  horizon INTEGER NOT NULL,"
    "  step INTEGER NOT NULL CHECK (step > 0),"
    "  anchor INTEGER NOT NULL,"
    "  name TEXT NOT NULL,"
    "  topic TEXT,"
    "  skills TEXT"
    ") STRICT;"

    "CREATE TABLE customer ("
    "  id TEXT NOT NULL PRIMARY KEY,"
    "  general INTEGER NOT NULL,"
    "  zone TEXT NOT NULL,"
    "  region TEXT,"
    "  language TEXT,"
    "  team TEXT REFERENCES team (id),"
    "  knows TEXT"
    ") STRICT;"
    "CREATE INDEX customer_team ON customer (team);"
    "CREATE INDEX team_overflow ON team (overflow);"

    "CREATE TABLE calendar ("
    "  kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 5),"
    "  owner TEXT NOT NULL,"
    "  name TEXT NOT NULL,"
    "  effect INTEGER NOT NULL CHECK (effect IN (1, 2)),"
    "  ends INTEGER NOT NULL CHECK (ends IN (1, 2)),"
    "  text TEXT NOT NULL,"
    "  PRIMARY KEY (kind, owner, name)"
    ") STRICT;";

/* What bookings and events have in common, without references: history outlives the
 * catalogue.  Lane 0 is the whole agent; a negative lane is where a booking is parked
 * while lanes change hands, inside one transaction. */
#define BOOKING_COLUMNS                                                                            \
    "  state INTEGER NOT NULL CHECK (state IN (1, 2)),"                                            \
    "  sequence INTEGER NOT NULL CHECK (sequence >= 0),"                                           \
    "  channel INTEGER NOT NULL CHECK (channel IN (1, 2, 4, 8)),"                                  \
    "  rung INTEGER NOT NULL,"                                                                     \
    "  lane INTEGER NOT NULL CHECK (lane <= 32),"                                                  \
    "  \"offset\" INTEGER NOT NULL,"                                                               \
    "  customer TEXT NOT NULL,"                                                                    \
    "  service TEXT NOT NULL,"                                                                     \
    "  agent TEXT NOT NULL,"                                                                       \
    "  team TEXT NOT NULL,"                                                                        \
    "  zone TEXT,"                                                                                 \
    "  wall TEXT,"                                                                                 \
    "  note TEXT,"                                                                                 \
    "  cause TEXT,"                                                                                \
    "  start INTEGER NOT NULL,"                                                                    \
    "  \"end\" INTEGER NOT NULL,"                                                                  \
    "  busy_from INTEGER NOT NULL,"                                                                \
    "  busy_until INTEGER NOT NULL,"                                                               \
    "  created INTEGER NOT NULL,"                                                                  \
    "  changed INTEGER NOT NULL,"                                                                  \
    "  CHECK (start < \"end\" AND busy_from <= start AND \"end\" <= busy_until)"

static const char ledger[] =
    /* No booking takes more than two days of its agent: so whatever overlaps an instant
     * began less than two days before it, and a search by busy_from has a lower end. */
    "CREATE TABLE booking ("
    "  id TEXT NOT NULL PRIMARY KEY CHECK (id <> '')," BOOKING_COLUMNS ","
    "  CHECK (busy_until - busy_from <= " LSI_LONGEST_SQL ")"
    ") STRICT;"
    "CREATE INDEX booking_live ON booking (agent, busy_from, busy_until, lane) WHERE state = 1;"
    "CREATE INDEX booking_start ON booking (start, id);"
    "CREATE INDEX booking_customer ON booking (customer, start, id);"
    "CREATE INDEX booking_agent ON booking (agent, start, id);"
    "CREATE INDEX booking_team ON booking (team, start, id);"
    "CREATE INDEX booking_service ON booking (service, start, id);"

    /* The change, and the booking as it was after it.  A key stands for one wish of one
     * user; only a change of lanes, which nobody asked for, has none. */
    "CREATE TABLE event ("
    "  seq INTEGER NOT NULL PRIMARY KEY,"
    "  kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 4),"
    "  at INTEGER NOT NULL,"
    "  \"key\" TEXT UNIQUE CHECK (\"key\" <> ''),"
    "  request INTEGER NOT NULL,"
    "  id TEXT NOT NULL," BOOKING_COLUMNS ","
    "  CHECK ((\"key\" IS NULL) = (kind = 4))"
    ") STRICT;";

static const char counting[] =
    "CREATE TRIGGER customer_added AFTER INSERT ON customer"
    " WHEN NEW.team IS NOT NULL BEGIN"
    "  UPDATE team SET customers = customers + 1 WHERE id = NEW.team;"
    " END;"
    "CREATE TRIGGER customer_moved AFTER UPDATE OF team ON customer"
    " WHEN OLD.team IS DISTINCT FROM NEW.team BEGIN"
    "  UPDATE team SET customers = customers - 1 WHERE id = OLD.team;"
    "  UPDATE team SET customers = customers + 1 WHERE id = NEW.team;"
    " END;"
    "CREATE TRIGGER customer_removed AFTER DELETE ON customer"
    " WHEN OLD.team IS NOT NULL BEGIN"
    "  UPDATE team SET customers = customers - 1 WHERE id = OLD.team;"
    " END;";

/* I1: no two live bookings of one agent overlap on one lane, buffers included; and one
 * that takes the whole agent (lane 0) overlaps none at all.  It holds after every
 * statement, for every writer of the file.  The triggers run after the change, so that
 * they see what is stored, and whatever made it so. */
#define LANE_IS_FREE                                                                               \
    " WHEN NEW.state = 1 BEGIN"                                                                    \
    "  SELECT RAISE(ABORT, 'lane taken') WHERE EXISTS ("                                           \
    "   SELECT 1 FROM booking AS other"                                                            \
    "   WHERE other.agent = NEW.agent AND other.state = 1"                                         \
    "    AND other.busy_from > NEW.busy_from - " LSI_LONGEST_SQL                                   \
    "    AND other.busy_from < NEW.busy_until AND other.busy_until > NEW.busy_from"                \
    "    AND (other.lane = NEW.lane OR other.lane = 0 OR NEW.lane = 0)"                            \
    "    AND other.id <> NEW.id);"                                                                 \
    " END;"

/* I3: events are numbered without a gap, and once written they stay.  The key is looked
 * at before the insert, because INSERT OR REPLACE would delete the older event unseen. */
static const char guards[] =
    "CREATE TRIGGER booking_added AFTER INSERT ON booking" LANE_IS_FREE
    "CREATE TRIGGER booking_changed AFTER UPDATE OF"
    " id, agent, lane, busy_from, busy_until, state ON booking" LANE_IS_FREE
    "CREATE TRIGGER event_added BEFORE INSERT ON event"
    " WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM event)"
    "  OR EXISTS (SELECT 1 FROM event WHERE \"key\" = NEW.\"key\") BEGIN"
    "  SELECT RAISE(ABORT, 'events are numbered without a gap, and keys are used once');"
    " END;"
    "CREATE TRIGGER event_changed BEFORE UPDATE ON event BEGIN"
    "  SELECT RAISE(ABORT, 'events stay as they were written');"
    " END;"
    "CREATE TRIGGER event_removed BEFORE DELETE ON event BEGIN"
    "  SELECT RAISE(ABORT, 'events stay as they were written');"
    " END;";

/* ---- opening -------------------------------------------------------------------------- */

static int judge(const lsi_mark *mark, lsi_error *e)
{
    if (mark->application != APPLICATION || mark->version < 1)
        return lsi_error_set(e, LSCHED_FOREIGN, "the file is not a libsched store");
    if (mark->version > VERSION)
        return lsi_error_set(e, LSCHED_FOREIGN,
                             "the store has schema version %d; this library knows %d",
                             (int)mark->version, VERSION);
    return LSCHED_OK;
}

static bool is_new(const lsi_mark *mark)
{
    return mark->empty && mark->application == 0 && mark->version == 0;
}

static int look(lsi_driver *d, lsi_mark *mark, lsi_error *e)
{
    int status = lsi_driver_begin(d, false, e);
    if (status != LSCHED_OK)
        return status;
    status = lsi_driver_mark(d, mark, e);
    lsi_driver_rollback(d);
    return status;
}

static int write_schema(lsi_driver *d, lsi_error *e)
{
    static const char *const parts[] = {tables, ledger, counting, guards};
    int status = LSCHED_OK;
    for (size_t i = 0; i < sizeof parts / sizeof *parts && status == LSCHED_OK; i++)
        status = lsi_driver_run(d, parts[i], e);
    return status;
}

static int make_ours(lsi_driver *d, lsi_error *e)
{
    const int status = write_schema(d, e);
    return status == LSCHED_OK ? lsi_driver_set_mark(d, APPLICATION, VERSION, e) : status;
}

/* Two processes may come here at once: the second waits, looks again, and finds it done. */
static int create_schema(lsi_driver *d, lsi_error *e)
{
    lsi_mark mark;
    int status = lsi_driver_begin(d, true, e);
    if (status != LSCHED_OK)
        return status;
    status = lsi_driver_mark(d, &mark, e);
    if (status == LSCHED_OK)
        status = is_new(&mark) ? make_ours(d, e) : judge(&mark, e);
    if (status != LSCHED_OK) {
        lsi_driver_rollback(d);
        return status;
    }
    status = lsi_driver_commit(d, e);
    /* Nothing of the caller's was in it: opening again settles it. */
    return status == LSCHED_UNKNOWN ? lsi_error_set(e, LSCHED_STORE, "cannot create the store")
                                    : status;
}

static int find_schema(lsi_driver *d, const lsi_mark *mark, bool create, lsi_error *e)
{
    if (is_new(mark) && create)
        return create_schema(d, e);
    /* Its creation was cut short, and has been undone by now. */
    if (mark->blank)
        return lsi_error_set(e, LSCHED_NOTFOUND, "the file at that path is empty, not yet a store");
    return judge(mark, e);
}

int lsi_schema_open(const char *path, int32_t flags, const lsi_watch *watch, lsi_driver **out,
                    lsi_error *e)
{
    lsi_mark mark = {0};
    int status = lsi_driver_open(path, flags, APPLICATION, watch, out, e);
    if (status != LSCHED_OK)
        return status;
    status = look(*out, &mark, e);
    if (status == LSCHED_OK)
        status = find_schema(*out, &mark, (flags & LSCHED_CREATE) != 0, e);
    if (status == LSCHED_OK)
        status = lsi_driver_settle(*out, e);
    if (status != LSCHED_OK) {
        lsi_driver_abandon(*out);
        *out = NULL;
    }
    return status;
}

/* ---- inside a database of the host's ------------------------------------------------------ */

const char lsi_schema_look[] = "SELECT 1 FROM event LIMIT 1";
const char lsi_schema_touch[] = "DELETE FROM event WHERE 0";

#define TABLES 8

static int count_tables(lsi_driver *d, int64_t *count, lsi_error *e)
{
    lsi_statement *s;
    bool row = false;
    int status = lsi_driver_prepare(
        d,
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('team', 'agent',"
        " 'member', 'service', 'customer', 'calendar', 'booking', 'event')",
        &s, e);
    if (status != LSCHED_OK)
        return status;
    status = lsi_driver_step(s, &row, e);
    *count = row ? lsi_driver_int(s, 0) : 0;
    lsi_driver_done(s);
    return status;
}

/* NOTFOUND: it is not there, and nothing is in its way. */
static int recognise(lsi_driver *d, lsi_error *e)
{
    int64_t count = 0;
    const int status = count_tables(d, &count, e);
    if (status != LSCHED_OK || count == TABLES)
        return status;
    if (count == 0)
        return lsi_error_set(e, LSCHED_NOTFOUND, "there is no store in that database");
    return lsi_error_set(e, LSCHED_FOREIGN, "the database has tables of another program's");
}

/* In one transaction: of ours, or in the host's. */
static int find_tables(lsi_driver *d, bool create, lsi_error *e)
{
    int status = lsi_driver_begin(d, create, e);
    if (status != LSCHED_OK)
        return status;
    status = recognise(d, e);
    if (status == LSCHED_NOTFOUND && create)
        status = write_schema(d, e);
    if (status == LSCHED_OK)
        return lsi_driver_commit(d, e);
    lsi_driver_rollback(d);
    return status;
}

int lsi_schema_attach(lsi_driver *d, bool create, lsi_error *e)
{
    int status = find_tables(d, false, e);
    if (status == LSCHED_NOTFOUND && create)
        status = find_tables(d, true, e);
    if (status == LSCHED_OK)
        lsi_error_clear(e);
    return status == LSCHED_OK ? lsi_driver_settle(d, e) : status;
}
