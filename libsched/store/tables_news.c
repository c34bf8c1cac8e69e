/* store/tables_news.c -- the tables of what customers are told that no step of a booking
 * tells, and what must never be false in them (I4).  See tables.c.
 */
#include "store/inner.h"

_Static_assert(LSI_TOUCH_INCIDENT == 6, "the kind of the touches below");

#define RENEWED "(OLD.about = 3 AND OLD.state = 3 AND NEW.state = 1)"

/* What breaks, what is said about it, and who asked to hear of it; and what is said to many. */
const char lsi_tables_incidents[] =
    "CREATE TABLE lsched_incident ("
    "  id TEXT NOT NULL PRIMARY KEY,"
    "  regions TEXT,"
    "  services TEXT,"
    "  topic TEXT,"
    "  text TEXT NOT NULL,"
    "  opened INTEGER NOT NULL,"
    "  next_update INTEGER NOT NULL,"
    "  closed INTEGER NOT NULL CHECK (closed = 0 OR closed >= opened),"
    "  revision INTEGER NOT NULL CHECK (revision > 0),"
    /* Its policy; 0: that of the service. */
    "  no_joining INTEGER NOT NULL DEFAULT 0,"
    "  no_working INTEGER NOT NULL DEFAULT 0,"
    "  rungs INTEGER NOT NULL DEFAULT 0 CHECK (rungs BETWEEN 0 AND 15),"
    "  minutes INTEGER NOT NULL DEFAULT 0 CHECK (minutes BETWEEN 0 AND 1440),"
    "  wrap_up INTEGER NOT NULL DEFAULT 0 CHECK (wrap_up BETWEEN -1 AND 1440),"
    "  notice INTEGER NOT NULL DEFAULT 0 CHECK (notice >= -1),"
    "  cut_off INTEGER NOT NULL DEFAULT 0 CHECK (cut_off >= -1),"
    "  owner_wait INTEGER NOT NULL DEFAULT 0 CHECK (owner_wait >= -1),"
    "  wait_known INTEGER NOT NULL DEFAULT 0 CHECK (wait_known >= -1),"
    "  wait_home INTEGER NOT NULL DEFAULT 0 CHECK (wait_home >= -1)"
    ") STRICT;"
    /* What is possible hangs on what is open: whoever keeps that in memory hears of each change. */
    "CREATE TRIGGER lsched_incident_put AFTER INSERT ON lsched_incident BEGIN"
    "  INSERT INTO lsched_touch (kind, owner) VALUES (6, NEW.id);"
    " END;"
    "CREATE TRIGGER lsched_incident_set AFTER UPDATE ON lsched_incident BEGIN"
    "  INSERT INTO lsched_touch (kind, owner) VALUES (6, NEW.id);"
    " END;"
    "CREATE TRIGGER lsched_incident_forgotten AFTER DELETE ON lsched_incident BEGIN"
    "  INSERT INTO lsched_touch (kind, owner) VALUES (6, OLD.id);"
    " END;"
    "CREATE INDEX lsched_incident_open ON lsched_incident (id) WHERE closed = 0;"
    /* The number of the last update goes on where the record was gone meanwhile, so that no two
     * updates ever have the same, whether anybody was told of them or not. */
    "CREATE TABLE lsched_update ("
    "  incident TEXT NOT NULL PRIMARY KEY,"
    "  revision INTEGER NOT NULL CHECK (revision > 0)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TRIGGER lsched_update_changed BEFORE UPDATE ON lsched_update"
    " WHEN NEW.incident IS NOT OLD.incident OR NEW.revision < OLD.revision BEGIN"
    "  SELECT RAISE(ABORT, 'updates of an incident are counted upwards');"
    " END;"
    "CREATE TRIGGER lsched_update_removed BEFORE DELETE ON lsched_update BEGIN"
    "  SELECT RAISE(ABORT, 'updates of an incident are counted upwards');"
    " END;"
    "CREATE TRIGGER lsched_incident_counted AFTER DELETE ON lsched_incident BEGIN"
    "  INSERT INTO lsched_update (incident, revision) VALUES (OLD.id, OLD.revision)"
    "   ON CONFLICT (incident) DO UPDATE SET revision = max(revision, excluded.revision);"
    " END;"
    "CREATE TRIGGER lsched_incident_again BEFORE INSERT ON lsched_incident"
    " WHEN NEW.revision <= (SELECT revision FROM lsched_update WHERE incident = NEW.id) BEGIN"
    "  SELECT RAISE(ABORT, 'updates of an incident are counted upwards');"
    " END;"
    "CREATE TABLE lsched_subscription ("
    "  incident TEXT NOT NULL REFERENCES lsched_incident (id) ON DELETE CASCADE,"
    "  customer TEXT NOT NULL REFERENCES lsched_customer (id) ON DELETE CASCADE,"
    "  PRIMARY KEY (incident, customer)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX lsched_subscription_customer ON lsched_subscription (customer);"
    "CREATE TABLE lsched_announcement ("
    "  id TEXT NOT NULL PRIMARY KEY,"
    "  team TEXT CHECK (coalesce(team, regions) IS NOT NULL),"
    "  regions TEXT,"
    "  text TEXT NOT NULL,"
    "  service TEXT,"
    "  \"from\" INTEGER NOT NULL,"
    "  until INTEGER NOT NULL CHECK (until = 0 OR until > \"from\")"
    ") STRICT;";

#define NOT_ASKED                                                                                  \
    "  UPDATE lsched_news SET state = 3"                                                           \
    "   WHERE customer = NEW.customer AND about = 1 AND kind = 20 AND state = 1;"
_Static_assert(LSCHED_NOTICE_CHECKIN == 20 && LSCHED_ABOUT_BOOKING == 1, "what is void then");

/* State, lease and attempt of news are those of lsched_notice.  What they are about is `about` and
 * `subject`, and which news of that, `sequence`: of a booking, the sequence that it tells of; of
 * an incident, the number of the update.  No customer is told the same twice: that is the second
 * key; the first is random, and what an acknowledgement names.  `hours`: it is told inside the
 * customer's hours only, and so is put off where those are over.  `until` 0: it never becomes
 * pointless.  `at` is a time that it tells of.  `behind` and `entry` are the last event and the
 * last entry when it was written, and `seq` its turn: where it stands in the life of a case. */
const char lsi_tables_news[] =
    "CREATE TABLE lsched_news ("
    "  seq INTEGER NOT NULL PRIMARY KEY CHECK (seq > 0),"
    "  id BLOB NOT NULL UNIQUE CHECK (length(id) = 8),"
    "  customer TEXT NOT NULL CHECK (customer <> ''),"
    "  about INTEGER NOT NULL CHECK (about >= 1),"
    "  subject TEXT NOT NULL CHECK (subject <> ''),"
    "  kind INTEGER NOT NULL CHECK (kind >= 16),"
    "  sequence INTEGER NOT NULL CHECK (sequence >= 0),"
    "  case_id TEXT,"
    "  service TEXT,"
    "  text TEXT,"
    "  hours INTEGER NOT NULL CHECK (hours IN (0, 1)),"
    "  due INTEGER NOT NULL,"
    "  until INTEGER NOT NULL CHECK (until >= 0),"
    "  at INTEGER NOT NULL,"
    "  state INTEGER NOT NULL CHECK (state IN (1, 2, 3)),"
    "  lease INTEGER NOT NULL,"
    "  attempt INTEGER NOT NULL CHECK (attempt >= 0),"
    "  behind INTEGER NOT NULL,"
    "  entry INTEGER NOT NULL,"
    "  UNIQUE (customer, about, subject, kind, sequence)"
    ") STRICT;"
    "CREATE INDEX lsched_news_due ON lsched_news (due, id) WHERE state = 1;"
    "CREATE INDEX lsched_news_leased ON lsched_news (lease) WHERE state = 1 AND lease > 0;"
    "CREATE INDEX lsched_news_subject ON lsched_news (about, subject);"

    /* News of a booking tell of it as it stands.  What was told before is not told again, nor is
     * somebody told who is none of ours any more: such a row does not come in, and the statement
     * goes on.  That is asked before the insert, because INSERT OR REPLACE would delete the older
     * row unseen. */
    "CREATE TRIGGER lsched_news_added BEFORE INSERT ON lsched_news BEGIN"
    "  SELECT RAISE(IGNORE) WHERE EXISTS (SELECT 1 FROM lsched_news"
    "    WHERE customer = NEW.customer AND about = NEW.about AND subject = NEW.subject"
    "     AND kind = NEW.kind AND sequence = NEW.sequence)"
    "   OR NOT EXISTS (SELECT 1 FROM lsched_customer WHERE id = NEW.customer);"
    "  SELECT RAISE(ABORT, 'news wait, and tell of what there is as it stands')"
    "   WHERE NEW.state <> 1 OR NEW.attempt <> 0 OR NEW.lease <> 0"
    "    OR EXISTS (SELECT 1 FROM lsched_news WHERE id = NEW.id OR seq = NEW.seq)"
    "    OR NEW.behind <> (SELECT coalesce(max(seq), 0) FROM lsched_event)"
    "    OR NEW.entry <> (SELECT coalesce(max(seq), 0) FROM lsched_entry)"
    "    OR (NEW.about = 1 AND NEW.sequence IS NOT"
    "     (SELECT sequence FROM lsched_booking WHERE id = NEW.subject))"
    "    OR (NEW.about = 2 AND NEW.sequence IS NOT"
    "     (SELECT revision FROM lsched_incident WHERE id = NEW.subject))"
    "    OR (NEW.about = 3 AND NOT EXISTS"
    "     (SELECT 1 FROM lsched_announcement WHERE id = NEW.subject));"
    " END;"
    /* As of notices; and what is told in somebody's hours only can be put off.  An announcement
     * that was put again takes up what was handed out once, and void: the next trigger. */
    "CREATE TRIGGER lsched_news_step BEFORE UPDATE ON lsched_news"
    " WHEN NOT " RENEWED " AND (OLD.state <> 1"
    "  OR (NEW.seq, NEW.id, NEW.customer, NEW.about, NEW.subject, NEW.kind, NEW.sequence,"
    "   NEW.case_id, NEW.service, NEW.text, NEW.hours, NEW.until, NEW.at, NEW.behind, NEW.entry)"
    "   IS NOT (OLD.seq, OLD.id, OLD.customer, OLD.about, OLD.subject, OLD.kind, OLD.sequence,"
    "   OLD.case_id, OLD.service, OLD.text, OLD.hours, OLD.until, OLD.at, OLD.behind, OLD.entry)"
    "  OR (NEW.due <> OLD.due AND (NEW.hours = 0 OR NEW.due < OLD.due"
    "   OR (NEW.state, NEW.lease, NEW.attempt) IS NOT (OLD.state, OLD.lease, OLD.attempt)))"
    "  OR NEW.attempt NOT IN (OLD.attempt, OLD.attempt + 1)"
    "  OR (NEW.attempt <> OLD.attempt AND NEW.lease IS OLD.lease)"
    "  OR (NEW.attempt = OLD.attempt AND NEW.lease IS NOT OLD.lease)"
    "  OR (NEW.state = 2 AND OLD.attempt = 0)) BEGIN"
    "  SELECT RAISE(ABORT, 'news have no such step');"
    " END;"
    /* It keeps its id, by which whoever told it knows it again, and its attempts. */
    "CREATE TRIGGER lsched_news_renewed BEFORE UPDATE ON lsched_news"
    " WHEN " RENEWED " AND (OLD.attempt = 0"
    "  OR (NEW.seq, NEW.id, NEW.customer, NEW.about, NEW.subject, NEW.kind, NEW.sequence,"
    "   NEW.case_id, NEW.text, NEW.hours, NEW.at, NEW.lease, NEW.attempt, NEW.behind, NEW.entry)"
    "   IS NOT (OLD.seq, OLD.id, OLD.customer, OLD.about, OLD.subject, OLD.kind, OLD.sequence,"
    "   OLD.case_id, OLD.text, OLD.hours, OLD.at, OLD.lease, OLD.attempt, OLD.behind, OLD.entry)"
    "  OR NOT EXISTS (SELECT 1 FROM lsched_announcement WHERE id = NEW.subject)"
    "  OR NOT EXISTS (SELECT 1 FROM lsched_customer WHERE id = NEW.customer)) BEGIN"
    "  SELECT RAISE(ABORT, 'news come back as they went');"
    " END;"
    "CREATE TRIGGER lsched_news_removed BEFORE DELETE ON lsched_news WHEN OLD.state = 1 BEGIN"
    "  SELECT RAISE(ABORT, 'news that wait are not lost');"
    " END;";

/* Void: of what has changed or is gone, and for a customer who is gone. */
const char lsi_tables_void[] =
    "CREATE TRIGGER lsched_incident_step BEFORE UPDATE ON lsched_incident"
    " WHEN NEW.revision < OLD.revision OR NEW.id IS NOT OLD.id BEGIN"
    "  SELECT RAISE(ABORT, 'updates of an incident are counted upwards');"
    " END;"
    "CREATE TRIGGER lsched_incident_updated AFTER UPDATE OF revision ON lsched_incident"
    " WHEN OLD.revision <> NEW.revision BEGIN"
    "  UPDATE lsched_news SET state = 3"
    "   WHERE about = 2 AND subject = NEW.id AND sequence < NEW.revision AND state = 1;"
    " END;"
    "CREATE TRIGGER lsched_incident_gone AFTER DELETE ON lsched_incident BEGIN"
    "  UPDATE lsched_news SET state = 3 WHERE about = 2 AND subject = OLD.id AND state = 1;"
    " END;"
    "CREATE TRIGGER lsched_announcement_gone AFTER DELETE ON lsched_announcement BEGIN"
    "  UPDATE lsched_news SET state = 3 WHERE about = 3 AND subject = OLD.id AND state = 1;"
    " END;"
    "CREATE TRIGGER lsched_news_void AFTER UPDATE OF sequence ON lsched_booking BEGIN"
    "  UPDATE lsched_news SET state = 3"
    "   WHERE about = 1 AND subject = NEW.id AND sequence < NEW.sequence AND state = 1;"
    " END;"
    /* Nobody is asked whether all is well who has come back meanwhile. */
    "CREATE TRIGGER lsched_news_back AFTER INSERT ON lsched_booking"
    " WHEN NEW.state = 1 OR NEW.state IN (4, 9) BEGIN" NOT_ASKED " END;"
    "CREATE TRIGGER lsched_news_confirmed AFTER UPDATE OF state ON lsched_booking"
    " WHEN OLD.state IN (3, 8) AND NEW.state = 1 BEGIN" NOT_ASKED " END;"
    "CREATE TRIGGER lsched_news_nobody AFTER DELETE ON lsched_customer BEGIN"
    "  UPDATE lsched_news SET state = 3 WHERE customer = OLD.id AND state = 1;"
    /* Of a contact that is over nothing else says why it is void, should the id come back. */
    "  DELETE FROM lsched_news WHERE customer = OLD.id AND about = 1 AND kind = 20 AND state = 3;"
    " END;";
