/* store/tables.c -- the tables, and what must never be false in them.
 *
 * All names begin with lsched_, since the tables may live beside those of a host.  A change
 * here is a new LSI_SCHEMA_VERSION, and a way from the last one in upgrade.c.
 */
#include "store/inner.h"

static const char tables[] =
    /* One row: which version of this text the tables are. */
    "CREATE TABLE lsched_meta (version INTEGER NOT NULL) STRICT;"

    /* The catalogue.  Ids are the caller's; what is optional and missing is NULL. */
    "CREATE TABLE lsched_team ("
    "  id TEXT NOT NULL PRIMARY KEY,"
    "  general INTEGER NOT NULL,"
    "  name TEXT NOT NULL,"
    "  zone TEXT NOT NULL,"
    "  photo TEXT,"
    "  overflow TEXT REFERENCES lsched_team (id) CHECK (overflow <> id),"
    "  regions TEXT,"
    /* How many customers call it home.  Kept by triggers, because choosing a team for a
     * customer asks it of every team, and must not count millions. */
    "  customers INTEGER NOT NULL DEFAULT 0 CHECK (customers >= 0)"
    ") STRICT;"

    "CREATE TABLE lsched_agent ("
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
    "CREATE TABLE lsched_member ("
    "  team TEXT NOT NULL REFERENCES lsched_team (id),"
    "  agent TEXT NOT NULL REFERENCES lsched_agent (id),"
    "  \"from\" TEXT NOT NULL,"
    "  until TEXT CHECK (until > \"from\"),"
    "  PRIMARY KEY (team, agent, \"from\")"
    ") STRICT;"
    "CREATE INDEX lsched_member_agent ON lsched_member (agent);"

    "CREATE TABLE lsched_service ("
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
    "  skills TEXT,"
    "  reminder INTEGER NOT NULL,"
    "  revision INTEGER NOT NULL CHECK (revision > 0),"
    "  wait_known INTEGER NOT NULL DEFAULT 0 CHECK (wait_known >= 0),"
    "  wait_home INTEGER NOT NULL DEFAULT 0 CHECK (wait_home >= 0),"
    "  reseats INTEGER NOT NULL DEFAULT 0 CHECK (reseats >= 0),"
    "  attempts INTEGER NOT NULL DEFAULT 3 CHECK (attempts > 0),"
    "  spacing INTEGER NOT NULL DEFAULT 60 CHECK (spacing > 0),"
    "  day_attempts INTEGER NOT NULL DEFAULT 3 CHECK (day_attempts > 0),"
    "  week_attempts INTEGER NOT NULL DEFAULT 7 CHECK (week_attempts > 0),"
    "  cut_off INTEGER NOT NULL DEFAULT 15,"
    "  owner_wait INTEGER NOT NULL DEFAULT 15,"
    "  purpose INTEGER NOT NULL DEFAULT 1 CHECK (purpose > 0),"
    "  low_score INTEGER NOT NULL DEFAULT 0 CHECK (low_score >= 0),"
    "  check_in INTEGER NOT NULL DEFAULT 0 CHECK (check_in >= 0),"
    "  follow_up TEXT,"
    "  recommended INTEGER NOT NULL DEFAULT 0"
    "   CHECK (recommended = 0 OR recommended & channels = recommended),"
    "  \"rank\" INTEGER NOT NULL DEFAULT 0 CHECK (\"rank\" >= 0)"
    ") STRICT;"

    "CREATE TABLE lsched_customer ("
    "  id TEXT NOT NULL PRIMARY KEY,"
    "  general INTEGER NOT NULL,"
    "  zone TEXT NOT NULL,"
    "  region TEXT,"
    "  language TEXT,"
    "  team TEXT REFERENCES lsched_team (id),"
    "  knows TEXT,"
    "  regions TEXT,"
    "  consents INTEGER NOT NULL DEFAULT 0 CHECK (consents >= 0),"
    "  avoids TEXT"
    ") STRICT;"
    "CREATE INDEX lsched_customer_team ON lsched_customer (team);"
    "CREATE INDEX lsched_team_overflow ON lsched_team (overflow);"

    "CREATE TABLE lsched_calendar ("
    "  kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 5),"
    "  owner TEXT NOT NULL,"
    "  name TEXT NOT NULL,"
    "  effect INTEGER NOT NULL CHECK (effect IN (1, 2)),"
    "  ends INTEGER NOT NULL CHECK (ends IN (1, 2)),"
    "  text TEXT NOT NULL,"
    "  channels INTEGER NOT NULL DEFAULT 0 CHECK (channels >= 0 AND (channels = 0 OR kind = 4)),"
    "  purposes INTEGER NOT NULL DEFAULT 0"
    "   CHECK (purposes >= 0 AND (purposes = 0 OR kind = 4)),"
    "  lifted INTEGER NOT NULL DEFAULT 0 CHECK (lifted = 0 OR kind = 4),"
    "  checked INTEGER NOT NULL DEFAULT 0 CHECK (checked >= 0),"
    "  good_for INTEGER NOT NULL DEFAULT 0 CHECK (good_for >= 0),"
    "  on_stale INTEGER NOT NULL DEFAULT 1 CHECK (on_stale BETWEEN 1 AND 3),"
    "  PRIMARY KEY (kind, owner, name)"
    ") STRICT;";

/* What bookings and events have in common, without references: history outlives the
 * catalogue.  Lane 0 is the whole agent; a negative lane is where a booking is parked
 * while lanes change hands, inside one transaction. */
#define BOOKING_COLUMNS                                                                            \
    "  state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 9),"                                      \
    "  sequence INTEGER NOT NULL CHECK (sequence >= 0),"                                           \
    "  channel INTEGER NOT NULL CHECK (channel IN (1, 2) OR channel IN (4, 8)),"                   \
    "  rung INTEGER NOT NULL,"                                                                     \
    "  lane INTEGER NOT NULL CHECK (lane <= 32),"                                                  \
    "  \"offset\" INTEGER NOT NULL,"                                                               \
    "  customer TEXT NOT NULL,"                                                                    \
    "  service TEXT NOT NULL,"                                                                     \
    /* Nobody yet, of what waits or waited. */                                                     \
    "  agent TEXT CHECK (agent IS NOT NULL OR state IN (2, 9)),"                                   \
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
    "  expires INTEGER NOT NULL CHECK (expires > 0 OR state NOT IN (3, 8)),"                       \
    "  late INTEGER NOT NULL,"                                                                     \
    "  revision INTEGER NOT NULL,"                                                                 \
    "  source TEXT,"                                                                               \
    "  series TEXT,"                                                                               \
    "  anybody INTEGER NOT NULL DEFAULT 0 CHECK (anybody IN (0, 1)),"                              \
    "  moves INTEGER NOT NULL DEFAULT 0 CHECK (moves >= 0),"                                       \
    "  law TEXT,"                                                                                  \
    "  since INTEGER NOT NULL DEFAULT 0 CHECK (since > 0 OR state <> 9),"                          \
    "  due INTEGER NOT NULL DEFAULT 0,"                                                            \
    "  attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),"                                 \
    "  outcome INTEGER NOT NULL DEFAULT 0 CHECK (outcome BETWEEN 0 AND 9),"                        \
    "  fault INTEGER NOT NULL DEFAULT 0 CHECK (fault BETWEEN 0 AND 3),"                            \
    "  rungs INTEGER NOT NULL DEFAULT 0,"                                                          \
    "  case_id TEXT,"                                                                              \
    "  incident TEXT,"                                                                             \
    "  told INTEGER NOT NULL DEFAULT 0 CHECK (told >= 0),"                                         \
    "  CHECK (lane = 0 OR state <> 9),"                                                            \
    "  CHECK (start < \"end\" AND busy_from <= start AND \"end\" <= busy_until)"

static const char ledger[] =
    /* No booking takes more than two days of its agent: so whatever overlaps an instant
     * began less than two days before it, and a search by busy_from has a lower end. */
    "CREATE TABLE lsched_booking ("
    "  id TEXT NOT NULL PRIMARY KEY CHECK (id <> '')," BOOKING_COLUMNS ","
    "  CHECK (busy_until - busy_from <= " LSI_LONGEST_SQL ")"
    ") STRICT;"
    /* With all that a search needs of a booking. */
    "CREATE INDEX lsched_booking_live ON lsched_booking"
    " (agent, busy_from, busy_until, lane, state, expires)"
    " WHERE " LSI_LIVE_SQL ";"
    /* Few are held at a time, so these stay small. */
    "CREATE INDEX lsched_held_agent ON lsched_booking (agent) WHERE state = 3;"
    "CREATE INDEX lsched_held_customer ON lsched_booking (customer) WHERE state = 3;"
    "CREATE INDEX lsched_held_source ON lsched_booking (source) WHERE state = 3;"
    "CREATE INDEX lsched_booking_start ON lsched_booking (start, id);"
    "CREATE INDEX lsched_booking_customer ON lsched_booking (customer, start, id);"
    /* Who has served a customer: all that find needs of it, so that no row is read for it, and
     * written only with what took place. */
    "CREATE INDEX lsched_booking_met ON lsched_booking (customer, start, agent) WHERE state = 5;"
    "CREATE INDEX lsched_booking_agent ON lsched_booking (agent, start, id);"
    "CREATE INDEX lsched_booking_team ON lsched_booking (team, start, id);"
    "CREATE INDEX lsched_booking_service ON lsched_booking (service, start, id);"
    /* Most of the past is fulfilled; a list by any other state need not walk through that. */
    "CREATE INDEX lsched_booking_state ON lsched_booking (state, start, id)"
    " WHERE " LSI_UNFULFILLED_SQL ";"
    "CREATE INDEX lsched_booking_series ON lsched_booking (series, start, id)"
    " WHERE series IS NOT NULL;"
    /* The line; and that a customer waits for one service once. */
    "CREATE INDEX lsched_line_since ON lsched_booking (since, id) WHERE " LSI_WAITS_SQL ";"
    "CREATE UNIQUE INDEX lsched_line_once ON lsched_booking (customer, service)"
    " WHERE " LSI_WAITS_SQL ";"
    /* What is open of it, and whom it was tried in vain to reach: few of each. */
    "CREATE INDEX lsched_line_open ON lsched_booking (customer) WHERE " LSI_OPEN_SQL ";"
    "CREATE INDEX lsched_line_tried ON lsched_booking (customer) WHERE attempts > 0;"
    "CREATE INDEX lsched_booking_case ON lsched_booking (case_id, id) WHERE case_id IS NOT NULL;";

static const char history[] =
    /* The change, and the booking as it was after it.  A key stands for one wish of one
     * user; what nobody asked for has none: a change of lanes, an expiry.  A wish about a
     * series, a repair, or what is closed together, is one wish: the first event of it has the
     * key, and no other. */
    "CREATE TABLE lsched_event ("
    "  seq INTEGER NOT NULL PRIMARY KEY,"
    "  kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 17),"
    "  at INTEGER NOT NULL,"
    "  actor TEXT,"
    "  correlation TEXT,"
    "  \"key\" TEXT UNIQUE CHECK (\"key\" <> ''),"
    "  request INTEGER NOT NULL,"
    /* With the number it tells this event from one that had the same number and was rolled
     * back: a picture in memory stands on the two (touches, below). */
    "  stamp INTEGER NOT NULL DEFAULT (random()),"
    /* Why this agent, where one was chosen in this step. */
    "  decided INTEGER CHECK (decided BETWEEN 1 AND 7),"
    "  rank INTEGER CHECK (rank >= 0),"
    "  free INTEGER CHECK (free > 0 OR decided = 7),"
    "  owed INTEGER,"
    "  id TEXT NOT NULL," BOOKING_COLUMNS ","
    "  CHECK (CASE WHEN decided IS NULL THEN coalesce(rank, free, owed) IS NULL"
    "   ELSE rank + free + owed IS NOT NULL END),"
    "  CHECK (\"key\" IS NULL OR (kind NOT IN (4, 7) AND kind NOT IN (13, 14))),"
    "  CHECK (\"key\" IS NOT NULL OR kind IN (2, 4) OR kind IN (7, 17)"
    "   OR kind BETWEEN 12 AND 15"
    "   OR (kind IN (1, 3) AND series IS NOT NULL))"
    ") STRICT;"
    "CREATE INDEX lsched_event_id ON lsched_event (id, seq);";

static const char outbox[] =
    /* What the customer is to be told.  State 1 waits or is leased until `lease`, 2 has been
     * acknowledged, 3 is void because its booking has changed since. */
    "CREATE TABLE lsched_notice ("
    "  booking TEXT NOT NULL,"
    "  sequence INTEGER NOT NULL,"
    "  kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 7),"
    "  due INTEGER NOT NULL,"
    "  state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 3),"
    "  lease INTEGER NOT NULL,"
    "  attempt INTEGER NOT NULL CHECK (attempt >= 0),"
    "  PRIMARY KEY (booking, sequence, kind)"
    ") STRICT, WITHOUT ROWID;"
    /* How long contacts take is learned from the last ones. */
    "CREATE INDEX lsched_event_ended ON lsched_event (service, channel, seq)"
    " WHERE " LSI_ENDED_SQL ";"
    /* And what agents had to do, from when they began. */
    "CREATE INDEX lsched_event_begun ON lsched_event (at, seq) WHERE kind = 8;"
    /* And how many come into the line. */
    "CREATE INDEX lsched_event_joined ON lsched_event (team, at) WHERE kind = 15;"
    "CREATE INDEX lsched_notice_due ON lsched_notice (due) WHERE state = 1;"
    "CREATE INDEX lsched_notice_leased ON lsched_notice (lease) WHERE state = 1 AND lease > 0;";

static const char policies[] =
    /* A service as it was in each of its revisions. */
    "CREATE TABLE lsched_policy ("
    "  id TEXT NOT NULL,"
    "  revision INTEGER NOT NULL,"
    "  channels INTEGER NOT NULL,"
    "  minutes INTEGER NOT NULL,"
    "  before INTEGER NOT NULL,"
    "  after INTEGER NOT NULL,"
    "  wrap_up INTEGER NOT NULL,"
    "  notice INTEGER NOT NULL,"
    "  horizon INTEGER NOT NULL,"
    "  step INTEGER NOT NULL,"
    "  anchor INTEGER NOT NULL,"
    "  name TEXT NOT NULL,"
    "  topic TEXT,"
    "  skills TEXT,"
    "  reminder INTEGER NOT NULL,"
    "  wait_known INTEGER NOT NULL,"
    "  wait_home INTEGER NOT NULL,"
    "  reseats INTEGER NOT NULL,"
    "  purpose INTEGER NOT NULL,"
    "  attempts INTEGER NOT NULL,"
    "  spacing INTEGER NOT NULL,"
    "  day_attempts INTEGER NOT NULL,"
    "  week_attempts INTEGER NOT NULL,"
    "  cut_off INTEGER NOT NULL,"
    "  owner_wait INTEGER NOT NULL,"
    "  low_score INTEGER NOT NULL,"
    "  check_in INTEGER NOT NULL,"
    "  follow_up TEXT,"
    "  recommended INTEGER NOT NULL,"
    "  \"rank\" INTEGER NOT NULL,"
    "  PRIMARY KEY (id, revision)"
    ") STRICT, WITHOUT ROWID;";

/* Seconds of contacts by agent and day (UTC) of their starts, kept by triggers: whose turn it
 * is asks it of every agent, and must not add up a month of bookings each time.
 * It is what the bookings add up to, after every statement and for every writer; so no booking
 * is replaced by another, or takes its id, whose going no trigger would see. */
#define DAY_OF(row) row ".start / 86400"
#define LESS_WORK                                                                                  \
    "  UPDATE lsched_work SET seconds = seconds - (OLD.\"end\" - OLD.start)"                       \
    "   WHERE " LSI_WORK_OF_SQL("OLD.") " AND agent = OLD.agent AND day = " DAY_OF("OLD") ";"
#define MORE_WORK                                                                                  \
    "  INSERT INTO lsched_work (agent, day, seconds)"                                              \
    "   SELECT NEW.agent, " DAY_OF(                                                                \
        "NEW") ", NEW.\"end\" - NEW.start WHERE " LSI_WORK_OF_SQL("NEW.")                          \
               "   ON CONFLICT (agent, day) DO UPDATE SET seconds = seconds + excluded.seconds;"

static const char work[] =
    "CREATE TABLE lsched_work ("
    "  agent TEXT NOT NULL,"
    "  day INTEGER NOT NULL,"
    "  seconds INTEGER NOT NULL CHECK (seconds >= 0),"
    "  PRIMARY KEY (agent, day)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TRIGGER lsched_work_replaced BEFORE INSERT ON lsched_booking"
    " WHEN EXISTS (SELECT 1 FROM lsched_booking WHERE id = NEW.id) BEGIN"
    "  SELECT RAISE(ABORT, 'a booking is not replaced');"
    " END;"
    "CREATE TRIGGER lsched_work_renamed BEFORE UPDATE OF id ON lsched_booking"
    " WHEN OLD.id IS NOT NEW.id BEGIN"
    "  SELECT RAISE(ABORT, 'a booking keeps its id');"
    " END;"
    "CREATE TRIGGER lsched_work_added AFTER INSERT ON lsched_booking"
    " WHEN " LSI_WORK_OF_SQL("NEW.") " BEGIN" MORE_WORK " END;"
    "CREATE TRIGGER lsched_work_changed AFTER UPDATE OF agent, start, \"end\", state"
    " ON lsched_booking WHEN (OLD.agent, OLD.start, OLD.\"end\", " LSI_WORK_OF_SQL("OLD.") ")"
    "  IS NOT (NEW.agent, NEW.start, NEW.\"end\", " LSI_WORK_OF_SQL("NEW.") ") BEGIN"
    LESS_WORK MORE_WORK " END;"
    "CREATE TRIGGER lsched_work_removed AFTER DELETE ON lsched_booking"
    " WHEN " LSI_WORK_OF_SQL("OLD.") " BEGIN" LESS_WORK " END;";

static const char counting[] =
    "CREATE TRIGGER lsched_customer_added AFTER INSERT ON lsched_customer"
    " WHEN NEW.team IS NOT NULL BEGIN"
    "  UPDATE lsched_team SET customers = customers + 1 WHERE id = NEW.team;"
    " END;"
    "CREATE TRIGGER lsched_customer_moved AFTER UPDATE OF team ON lsched_customer"
    " WHEN OLD.team IS DISTINCT FROM NEW.team BEGIN"
    "  UPDATE lsched_team SET customers = customers - 1 WHERE id = OLD.team;"
    "  UPDATE lsched_team SET customers = customers + 1 WHERE id = NEW.team;"
    " END;"
    "CREATE TRIGGER lsched_customer_removed AFTER DELETE ON lsched_customer"
    " WHEN OLD.team IS NOT NULL BEGIN"
    "  UPDATE lsched_team SET customers = customers - 1 WHERE id = OLD.team;"
    " END;";

/* I1: no two live bookings of one agent overlap on one lane, buffers included; and one
 * that takes the whole agent (lane 0) overlaps none at all but those that are parked, which
 * only last until their own transaction has given them a lane.  It holds after every
 * statement, for every writer of the file.  The triggers run after the change, so that
 * they see what is stored, and whatever made it so. */
#define LANE_IS_FREE                                                                               \
    " WHEN " LSI_LIVE_OF_SQL("NEW.") " BEGIN"                                                      \
    "  SELECT RAISE(ABORT, 'lane taken') WHERE EXISTS ("                                           \
    "   SELECT 1 FROM lsched_booking AS other"                                                     \
    "   WHERE other.agent = NEW.agent AND " LSI_LIVE_OF_SQL("other.")                              \
    "    AND other.busy_from > NEW.busy_from - " LSI_LONGEST_SQL                                   \
    "    AND other.busy_from < NEW.busy_until AND other.busy_until > NEW.busy_from"                \
    "    AND (other.lane = NEW.lane OR (other.lane = 0 AND NEW.lane > 0)"                          \
    "     OR (NEW.lane = 0 AND other.lane > 0))"                                                   \
    "    AND other.id <> NEW.id);"                                                                 \
    " END;"

/* The life of a booking as rules/life.c draws it: from state, to state. */
static const char life[] =
    "CREATE TRIGGER lsched_booking_step BEFORE UPDATE OF state ON lsched_booking"
    " WHEN NOT CASE OLD.state"
    "  WHEN 1 THEN NEW.state IN (1, 2) OR NEW.state BETWEEN 4 AND 7 OR NEW.state = 9"
    "  WHEN 3 THEN NEW.state BETWEEN 1 AND 3 OR NEW.state = 8"
    "  WHEN 4 THEN NEW.state IN (2, 5) OR NEW.state IN (7, 9)"
    "  WHEN 8 THEN NEW.state = 1"
    "  WHEN 9 THEN NEW.state IN (1, 2) OR NEW.state = 4"
    "  ELSE 0 END BEGIN"
    "  SELECT RAISE(ABORT, 'a booking has no such step');"
    " END;"
    /* Nobody can hold a team's day: quotas for one customer, and for one source. */
    "CREATE TRIGGER lsched_booking_held AFTER INSERT ON lsched_booking WHEN NEW.state = 3 BEGIN"
    "  SELECT RAISE(ABORT, 'too many held') WHERE"
    "   (SELECT count(*) FROM lsched_booking"
    "    WHERE customer = NEW.customer AND state = 3) > " LSI_HELD_SQL
    "   OR (SELECT count(*) FROM lsched_booking"
    "    WHERE source = NEW.source AND state = 3) > " LSI_HELD_SOURCE_SQL ";"
    " END;"
    /* I4: what a customer has not been told yet is void once the booking has changed. */
    "CREATE TRIGGER lsched_notice_void AFTER UPDATE OF sequence ON lsched_booking BEGIN"
    "  UPDATE lsched_notice SET state = 3"
    "   WHERE booking = NEW.id AND sequence < NEW.sequence AND state = 1;"
    " END;"
    "CREATE TRIGGER lsched_service_added AFTER INSERT ON lsched_service BEGIN"
    "  INSERT INTO lsched_policy SELECT id, revision, channels, minutes, before, after,"
    "   wrap_up, notice, horizon, step, anchor, name, topic, skills, reminder,"
    "   wait_known, wait_home, reseats, purpose, attempts, spacing, day_attempts,"
    "   week_attempts, cut_off, owner_wait, low_score, check_in, follow_up, recommended,"
    "   \"rank\""
    "   FROM lsched_service WHERE id = NEW.id;"
    " END;"
    "CREATE TRIGGER lsched_service_changed AFTER UPDATE OF revision ON lsched_service"
    " WHEN OLD.revision <> NEW.revision BEGIN"
    "  INSERT INTO lsched_policy SELECT id, revision, channels, minutes, before, after,"
    "   wrap_up, notice, horizon, step, anchor, name, topic, skills, reminder,"
    "   wait_known, wait_home, reseats, purpose, attempts, spacing, day_attempts,"
    "   week_attempts, cut_off, owner_wait, low_score, check_in, follow_up, recommended,"
    "   \"rank\""
    "   FROM lsched_service WHERE id = NEW.id;"
    " END;";

/* I3: events are numbered without a gap, and once written they stay.  The key is looked
 * at before the insert, because INSERT OR REPLACE would delete the older event unseen.
 *
 * But a person is forgotten on demand, so one update is permitted, once, of whoever has got a
 * mark in lsched_forgotten: texts that somebody wrote become empty, customer, case and key
 * become that mark, and the number that was made of the request goes.  All else is as it was,
 * so that replay and counts are. */
#define EVENT_KEEPS(row)                                                                           \
    "(" row ".seq, " row ".kind, " row ".at, " row ".stamp, " row ".decided, " row ".rank, "       \
    row ".free, " row ".owed, " row ".id, " row ".state, " row ".sequence, " row ".channel, "      \
    row ".rung, " row ".lane, " row ".\"offset\", " row ".service, " row ".agent, " row ".team, "  \
    row ".zone, " row ".wall, " row ".start, " row ".\"end\", " row ".busy_from, "                 \
    row ".busy_until, " row ".created, " row ".changed, " row ".expires, " row ".late, "           \
    row ".revision, " row ".series, " row ".anybody, " row ".moves, " row ".law, "                 \
    row ".since, " row ".due, " row ".attempts, " row ".outcome, " row ".fault, " row ".rungs, "   \
    row ".incident, " row ".told)"

static const char guards[] =
    "CREATE TRIGGER lsched_booking_added AFTER INSERT ON lsched_booking" LANE_IS_FREE
    "CREATE TRIGGER lsched_booking_changed AFTER UPDATE OF"
    " id, agent, lane, busy_from, busy_until, state ON lsched_booking" LANE_IS_FREE
    "CREATE TRIGGER lsched_event_added BEFORE INSERT ON lsched_event"
    " WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM lsched_event)"
    "  OR EXISTS (SELECT 1 FROM lsched_event WHERE \"key\" = NEW.\"key\")"
    "  OR EXISTS (SELECT 1 FROM lsched_entry WHERE \"key\" = NEW.\"key\") BEGIN"
    "  SELECT RAISE(ABORT, 'events are numbered without a gap, and keys are used once');"
    " END;"
    "CREATE TRIGGER lsched_event_changed BEFORE UPDATE ON lsched_event"
    " WHEN NOT (" LSI_EMPTIED_SQL("") " AND coalesce(NEW.note, NEW.cause, NEW.source) IS NULL"
    "  AND " EVENT_KEEPS("OLD") " IS " EVENT_KEEPS("NEW") ") BEGIN"
    "  SELECT RAISE(ABORT, 'events stay as they were written');"
    " END;"
    "CREATE TRIGGER lsched_event_removed BEFORE DELETE ON lsched_event BEGIN"
    "  SELECT RAISE(ABORT, 'events stay as they were written');"
    " END;";

/* What customers serve themselves with.  Of a token the store knows the SHA-256 and nothing
 * else.  Once made, one is never widened or renewed; a booking has at most LSCHED_MAX_TOKENS,
 * and they go with it. */
#define MOST_TOKENS 16
_Static_assert(MOST_TOKENS == LSCHED_MAX_TOKENS, "the schema keeps the same limit");

static const char tokens[] =
    "CREATE TABLE lsched_token ("
    "  hash BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32),"
    "  booking TEXT NOT NULL REFERENCES lsched_booking (id) ON DELETE CASCADE,"
    "  scope INTEGER NOT NULL CHECK (scope BETWEEN 1 AND 7),"
    /* NULL: a day after the booking's end. */
    "  expires INTEGER CHECK (expires > created),"
    "  created INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX lsched_token_booking ON lsched_token (booking);"
    "CREATE TRIGGER lsched_token_added BEFORE INSERT ON lsched_token"
    " WHEN EXISTS (SELECT 1 FROM lsched_token WHERE hash = NEW.hash)"
    "  OR (SELECT count(*) FROM lsched_token WHERE booking = NEW.booking)"
    "   >= " LSI_AS_SQL(MOST_TOKENS) " BEGIN"
    "  SELECT RAISE(ABORT, 'a booking has few tokens, each once');"
    " END;"
    "CREATE TRIGGER lsched_token_changed BEFORE UPDATE ON lsched_token BEGIN"
    "  SELECT RAISE(ABORT, 'tokens stay as they were made');"
    " END;";

/* Which agent has been given a contact to start, and until when.  No part of its history: a
 * lease ends by the clock, and with any change of its booking; an agent has one at a time. */
static const char leases[] =
    "CREATE TABLE lsched_lease ("
    "  booking TEXT NOT NULL PRIMARY KEY REFERENCES lsched_booking (id) ON DELETE CASCADE,"
    "  agent TEXT NOT NULL UNIQUE,"
    "  until INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TRIGGER lsched_lease_added BEFORE INSERT ON lsched_lease"
    " WHEN NOT EXISTS (SELECT 1 FROM lsched_booking WHERE id = NEW.booking AND state IN (1, 9))"
    " BEGIN"
    "  SELECT RAISE(ABORT, 'only what can be started is leased');"
    " END;"
    "CREATE TRIGGER lsched_lease_changed BEFORE UPDATE OF booking ON lsched_lease BEGIN"
    "  SELECT RAISE(ABORT, 'a lease stays with its booking');"
    " END;"
    "CREATE TRIGGER lsched_lease_void AFTER UPDATE OF sequence ON lsched_booking BEGIN"
    "  DELETE FROM lsched_lease WHERE booking = NEW.id;"
    " END;";

/* I4: a notice tells of its booking as it stands, or of what was told elsewhere; what is done or void stays so; attempts
 * count up by one, each with a lease of its own, and without one nothing is done; what waits
 * is not deleted. */
static const char notices[] =
    "CREATE TRIGGER lsched_notice_added BEFORE INSERT ON lsched_notice"
    " WHEN NEW.state NOT IN (1, 2) OR NEW.attempt <> 0 OR NEW.lease <> 0"
    "  OR (NEW.state = 1"
    "   AND NEW.sequence IS NOT (SELECT sequence FROM lsched_booking WHERE id = NEW.booking))"
    "  OR EXISTS (SELECT 1 FROM lsched_notice WHERE booking = NEW.booking"
    "   AND sequence = NEW.sequence AND kind = NEW.kind) BEGIN"
    "  SELECT RAISE(ABORT, 'a notice tells of its booking as it stands, and once');"
    " END;"
    "CREATE TRIGGER lsched_notice_step BEFORE UPDATE ON lsched_notice"
    " WHEN OLD.state <> 1"
    "  OR (NEW.booking, NEW.sequence, NEW.kind, NEW.due)"
    "   IS NOT (OLD.booking, OLD.sequence, OLD.kind, OLD.due)"
    "  OR NEW.attempt NOT IN (OLD.attempt, OLD.attempt + 1)"
    "  OR (NEW.attempt <> OLD.attempt AND NEW.lease = OLD.lease)"
    "  OR (NEW.attempt = OLD.attempt AND NEW.lease <> OLD.lease)"
    "  OR (NEW.state = 2 AND OLD.attempt = 0) BEGIN"
    "  SELECT RAISE(ABORT, 'a notice has no such step');"
    " END;"
    "CREATE TRIGGER lsched_notice_removed BEFORE DELETE ON lsched_notice"
    " WHEN OLD.state = 1 BEGIN"
    "  SELECT RAISE(ABORT, 'a notice that waits is not lost');"
    " END;";

/* Who waits for a place, and at which starts a place was offered: each once.  What is offered or
 * was taken has its hold. */
static const char waits[] =
    "CREATE TABLE lsched_wait ("
    "  id TEXT NOT NULL PRIMARY KEY,"
    "  channels INTEGER NOT NULL,"
    "  rungs INTEGER NOT NULL,"
    "  minutes INTEGER NOT NULL CHECK (minutes > 0),"
    "  customer TEXT NOT NULL REFERENCES lsched_customer (id),"
    "  service TEXT NOT NULL REFERENCES lsched_service (id),"
    "  agent TEXT REFERENCES lsched_agent (id),"
    "  team TEXT REFERENCES lsched_team (id),"
    "  booking TEXT REFERENCES lsched_booking (id),"
    "  windows TEXT,"
    "  \"from\" INTEGER NOT NULL,"
    "  until INTEGER NOT NULL,"
    "  state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 4),"
    "  offers INTEGER NOT NULL CHECK (offers >= 0),"
    "  offer TEXT REFERENCES lsched_booking (id) CHECK (offer IS NOT NULL OR state IN (1, 4)),"
    "  since INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX lsched_wait_line ON lsched_wait (offers, since, id) WHERE state = 1;"
    "CREATE INDEX lsched_wait_offered ON lsched_wait (since, id) WHERE state = 2;"
    "CREATE INDEX lsched_wait_offer ON lsched_wait (offer);"
    "CREATE INDEX lsched_wait_customer ON lsched_wait (customer);"
    "CREATE INDEX lsched_wait_service ON lsched_wait (service);"
    "CREATE INDEX lsched_wait_agent ON lsched_wait (agent);"
    "CREATE INDEX lsched_wait_team ON lsched_wait (team);"
    "CREATE TABLE lsched_offer ("
    "  wait TEXT NOT NULL REFERENCES lsched_wait (id) ON DELETE CASCADE,"
    "  start INTEGER NOT NULL,"
    "  PRIMARY KEY (wait, start)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TRIGGER lsched_offer_changed BEFORE UPDATE ON lsched_offer BEGIN"
    "  SELECT RAISE(ABORT, 'offers stay as they were made');"
    " END;";

/* Whose records changed, the last thousand times: what a handle keeps of the catalogue in
 * memory is brought up to date by these, as what it keeps of bookings is by events. */
#define TOUCHED(kind, owner)                                                                       \
    " BEGIN INSERT INTO lsched_touch (kind, owner) VALUES (" kind ", " owner "); END;"

#define CALENDAR_SAYS(row) row ".effect, " row ".ends, " row ".text, " row ".channels, " row      \
    ".purposes, " row ".lifted, " row ".good_for, " row ".on_stale"

static const char touches[] =
    "CREATE TABLE lsched_touch ("
    "  seq INTEGER NOT NULL PRIMARY KEY,"
    "  stamp INTEGER NOT NULL DEFAULT (random()),"
    "  kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 6 OR kind BETWEEN 9 AND 13),"
    "  owner TEXT NOT NULL"
    ") STRICT;"
    "CREATE TRIGGER lsched_touch_added AFTER INSERT ON lsched_touch BEGIN"
    "  DELETE FROM lsched_touch WHERE seq <= NEW.seq - 1000;"
    " END;"
    "CREATE TRIGGER lsched_team_put AFTER INSERT ON lsched_team" TOUCHED("1", "NEW.id")
    /* The count of customers is no business of a picture. */
    "CREATE TRIGGER lsched_team_set AFTER UPDATE OF"
    " id, general, name, zone, photo, overflow, regions ON lsched_team" TOUCHED("1", "NEW.id")
    "CREATE TRIGGER lsched_team_gone AFTER DELETE ON lsched_team" TOUCHED("1", "OLD.id")
    "CREATE TRIGGER lsched_agent_put AFTER INSERT ON lsched_agent" TOUCHED("2", "NEW.id")
    "CREATE TRIGGER lsched_agent_set AFTER UPDATE ON lsched_agent" TOUCHED("2", "NEW.id")
    "CREATE TRIGGER lsched_agent_gone AFTER DELETE ON lsched_agent" TOUCHED("2", "OLD.id")
    "CREATE TRIGGER lsched_member_put AFTER INSERT ON lsched_member" TOUCHED("1", "NEW.team")
    "CREATE TRIGGER lsched_member_set AFTER UPDATE ON lsched_member" TOUCHED("1", "NEW.team")
    "CREATE TRIGGER lsched_member_gone AFTER DELETE ON lsched_member" TOUCHED("1", "OLD.team")
    "CREATE TRIGGER lsched_customer_put AFTER INSERT ON lsched_customer" TOUCHED("3", "NEW.id")
    "CREATE TRIGGER lsched_customer_set AFTER UPDATE ON lsched_customer" TOUCHED("3", "NEW.id")
    "CREATE TRIGGER lsched_customer_gone AFTER DELETE ON lsched_customer" TOUCHED("3", "OLD.id")
    "CREATE TRIGGER lsched_service_put AFTER INSERT ON lsched_service" TOUCHED("5", "NEW.id")
    "CREATE TRIGGER lsched_service_set AFTER UPDATE ON lsched_service" TOUCHED("5", "NEW.id")
    "CREATE TRIGGER lsched_service_gone AFTER DELETE ON lsched_service" TOUCHED("5", "OLD.id")
    "CREATE TRIGGER lsched_region_put AFTER INSERT ON lsched_region" TOUCHED("4", "NEW.id")
    "CREATE TRIGGER lsched_region_set AFTER UPDATE ON lsched_region" TOUCHED("4", "NEW.id")
    "CREATE TRIGGER lsched_region_gone AFTER DELETE ON lsched_region" TOUCHED("4", "OLD.id")
    "CREATE TRIGGER lsched_calendar_put AFTER INSERT ON lsched_calendar"
    TOUCHED("NEW.kind", "NEW.owner")
    "CREATE TRIGGER lsched_calendar_set AFTER UPDATE ON lsched_calendar"
    " WHEN (" CALENDAR_SAYS("OLD") ") IS NOT (" CALENDAR_SAYS("NEW") ")"
    TOUCHED("NEW.kind", "NEW.owner")
    /* Nothing but its source was heard of: LSI_HEARD_OF. */
    "CREATE TRIGGER lsched_calendar_heard AFTER UPDATE ON lsched_calendar"
    " WHEN NEW.checked <> OLD.checked AND"
    "  (" CALENDAR_SAYS("OLD") ") IS (" CALENDAR_SAYS("NEW") ")"
    TOUCHED("NEW.kind + 8", "NEW.owner")
    "CREATE TRIGGER lsched_calendar_gone AFTER DELETE ON lsched_calendar"
    TOUCHED("OLD.kind", "OLD.owner");

const char *const lsi_tables_parts[] = {
    tables, ledger, history, outbox, policies, work, counting, life, guards, tokens, leases, notices,
    lsi_tables_occurrences, lsi_tables_mends, waits, lsi_tables_laws, touches,
    lsi_tables_cases, lsi_tables_entries, lsi_tables_incidents, lsi_tables_news, lsi_tables_void,
    NULL};
