/* store/tables_news.c -- the tables of what customers are told that no step of a booking
 * tells, and what must never be false in them (I4).  See tables.c.
 */
#include "store/inner.h"

/* State, lease and attempt are those of lsched_notice.  What it is about is `about` and
 * `subject`, and which news of that, `sequence`: of a booking, the sequence that it tells of; of
 * an incident, the number of the update.  No customer is told the same twice: that is the second
 * key.  `hours`: it is told inside the customer's hours only, and so is put off where those are
 * over.  `until` 0: it never becomes pointless. */
const char lsi_tables_news[] =
    "CREATE TABLE lsched_news ("
    "  id TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),"
    "  customer TEXT NOT NULL CHECK (customer <> ''),"
    "  about INTEGER NOT NULL CHECK (about >= 1),"
    "  subject TEXT NOT NULL CHECK (subject <> ''),"
    "  kind INTEGER NOT NULL CHECK (kind >= 5),"
    "  sequence INTEGER NOT NULL CHECK (sequence >= 0),"
    "  case_id TEXT,"
    "  service TEXT,"
    "  text TEXT,"
    "  hours INTEGER NOT NULL CHECK (hours IN (0, 1)),"
    "  due INTEGER NOT NULL,"
    "  until INTEGER NOT NULL CHECK (until >= 0),"
    "  state INTEGER NOT NULL CHECK (state IN (1, 2, 3)),"
    "  lease INTEGER NOT NULL,"
    "  attempt INTEGER NOT NULL CHECK (attempt >= 0),"
    "  UNIQUE (customer, about, subject, kind, sequence)"
    ") STRICT;"
    "CREATE INDEX lsched_news_due ON lsched_news (due, id) WHERE state = 1;"
    "CREATE INDEX lsched_news_leased ON lsched_news (lease) WHERE state = 1 AND lease > 0;"
    "CREATE INDEX lsched_news_subject ON lsched_news (about, subject) WHERE state = 1;"

    /* News of a booking tell of it as it stands.  What was told before is not told again, nor is
     * somebody told who is none of ours any more: such a row does not come in, and the statement
     * goes on.  That is asked before the insert, because INSERT OR REPLACE would delete the older
     * row unseen. */
    "CREATE TRIGGER lsched_news_added BEFORE INSERT ON lsched_news BEGIN"
    "  SELECT RAISE(IGNORE) WHERE EXISTS (SELECT 1 FROM lsched_news"
    "    WHERE customer = NEW.customer AND about = NEW.about AND subject = NEW.subject"
    "     AND kind = NEW.kind AND sequence = NEW.sequence)"
    "   OR NOT EXISTS (SELECT 1 FROM lsched_customer WHERE id = NEW.customer);"
    "  SELECT RAISE(ABORT, 'news wait, and of a booking as it stands')"
    "   WHERE NEW.state <> 1 OR NEW.attempt <> 0 OR NEW.lease <> 0"
    "    OR EXISTS (SELECT 1 FROM lsched_news WHERE id = NEW.id)"
    "    OR (NEW.about = 1 AND NEW.sequence IS NOT"
    "     (SELECT sequence FROM lsched_booking WHERE id = NEW.subject));"
    " END;"
    /* As of notices; and what is told in somebody's hours only can be put off, never called
     * forward. */
    "CREATE TRIGGER lsched_news_step BEFORE UPDATE ON lsched_news"
    " WHEN OLD.state <> 1"
    "  OR (NEW.id, NEW.customer, NEW.about, NEW.subject, NEW.kind, NEW.sequence, NEW.case_id,"
    "   NEW.service, NEW.text, NEW.hours, NEW.until)"
    "   IS NOT (OLD.id, OLD.customer, OLD.about, OLD.subject, OLD.kind, OLD.sequence, OLD.case_id,"
    "   OLD.service, OLD.text, OLD.hours, OLD.until)"
    "  OR (NEW.due <> OLD.due AND (NEW.hours = 0 OR NEW.due < OLD.due"
    "   OR (NEW.state, NEW.lease, NEW.attempt) IS NOT (OLD.state, OLD.lease, OLD.attempt)))"
    "  OR NEW.attempt NOT IN (OLD.attempt, OLD.attempt + 1)"
    "  OR (NEW.attempt <> OLD.attempt AND NEW.lease IS OLD.lease)"
    "  OR (NEW.attempt = OLD.attempt AND NEW.lease IS NOT OLD.lease)"
    "  OR (NEW.state = 2 AND OLD.attempt = 0) BEGIN"
    "  SELECT RAISE(ABORT, 'news have no such step');"
    " END;"
    "CREATE TRIGGER lsched_news_removed BEFORE DELETE ON lsched_news WHEN OLD.state = 1 BEGIN"
    "  SELECT RAISE(ABORT, 'news that wait are not lost');"
    " END;"
    /* Void: of a booking that has changed, and for a customer who is gone. */
    "CREATE TRIGGER lsched_news_void AFTER UPDATE OF sequence ON lsched_booking BEGIN"
    "  UPDATE lsched_news SET state = 3"
    "   WHERE about = 1 AND subject = NEW.id AND sequence < NEW.sequence AND state = 1;"
    " END;"
    "CREATE TRIGGER lsched_news_nobody AFTER DELETE ON lsched_customer BEGIN"
    "  UPDATE lsched_news SET state = 3 WHERE customer = OLD.id AND state = 1;"
    " END;";
