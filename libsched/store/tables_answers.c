/* store/tables_answers.c -- the tables of what was answered to one wish about many bookings, a
 * series or a repair: a part of tables.c.
 */
#include "store/inner.h"

/* What was answered to a wish about a series, to be answered again: each occurrence, by
 * the event that it led to or by why it was refused.  The keys are those of events, so
 * that no wish of another sort can have one of them; where a customer is forgotten they go
 * with that of the event. */
#define KEY_FORGOTTEN                                                                              \
    "EXISTS (SELECT 1 FROM lsched_event AS e JOIN lsched_forgotten AS f ON f.mark = e.customer"    \
    "  WHERE e.\"key\" = NEW.\"key\")"

const char lsi_tables_occurrences[] =
    "CREATE TABLE lsched_occurrence ("
    "  \"key\" TEXT NOT NULL REFERENCES lsched_event (\"key\") ON UPDATE CASCADE,"
    "  place INTEGER NOT NULL CHECK (place >= 0),"
    "  start INTEGER NOT NULL,"
    "  status INTEGER NOT NULL CHECK (status = 0 OR status BETWEEN -39 AND -20),"
    "  reasons INTEGER NOT NULL CHECK ((reasons = 0) = (status = 0)),"
    "  event INTEGER UNIQUE REFERENCES lsched_event (seq) CHECK ((event IS NULL) = (status <> 0)),"
    "  PRIMARY KEY (\"key\", place)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TRIGGER lsched_occurrence_added BEFORE INSERT ON lsched_occurrence"
    " WHEN EXISTS (SELECT 1 FROM lsched_occurrence"
    "  WHERE (\"key\" = NEW.\"key\" AND place = NEW.place) OR event = NEW.event) BEGIN"
    "  SELECT RAISE(ABORT, 'occurrences are answered once');"
    " END;"
    "CREATE TRIGGER lsched_occurrence_changed BEFORE UPDATE ON lsched_occurrence"
    " WHEN NOT (" KEY_FORGOTTEN " AND (OLD.place, OLD.start, OLD.status, OLD.reasons, OLD.event)"
    "  IS (NEW.place, NEW.start, NEW.status, NEW.reasons, NEW.event)) BEGIN"
    "  SELECT RAISE(ABORT, 'occurrences stay as they were answered');"
    " END;"
    "CREATE TRIGGER lsched_occurrence_removed BEFORE DELETE ON lsched_occurrence BEGIN"
    "  SELECT RAISE(ABORT, 'occurrences stay as they were answered');"
    " END;";

/* What a repair did, to be answered again: each stray as its last event had left it, and the
 * event that led it to another place, or why it stays. */
const char lsi_tables_mends[] =
    "CREATE TABLE lsched_mend ("
    "  \"key\" TEXT NOT NULL REFERENCES lsched_event (\"key\") ON UPDATE CASCADE,"
    "  place INTEGER NOT NULL CHECK (place >= 0),"
    "  was INTEGER NOT NULL REFERENCES lsched_event (seq),"
    "  event INTEGER UNIQUE REFERENCES lsched_event (seq) CHECK (event > was),"
    "  reasons INTEGER NOT NULL,"
    "  status INTEGER NOT NULL CHECK ((event IS NULL) = (status <> 0)),"
    "  missing INTEGER NOT NULL,"
    "  changes INTEGER NOT NULL,"
    "  notice INTEGER NOT NULL,"
    "  PRIMARY KEY (\"key\", place)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TRIGGER lsched_mend_added BEFORE INSERT ON lsched_mend"
    " WHEN EXISTS (SELECT 1 FROM lsched_mend"
    "  WHERE (\"key\" = NEW.\"key\" AND place = NEW.place) OR event = NEW.event) BEGIN"
    "  SELECT RAISE(ABORT, 'repairs are answered once');"
    " END;"
    "CREATE TRIGGER lsched_mend_changed BEFORE UPDATE ON lsched_mend"
    " WHEN NOT (" KEY_FORGOTTEN " AND (OLD.place, OLD.was, OLD.event, OLD.reasons, OLD.status,"
    "  OLD.missing, OLD.changes, OLD.notice) IS (NEW.place, NEW.was, NEW.event, NEW.reasons,"
    "  NEW.status, NEW.missing, NEW.changes, NEW.notice)) BEGIN"
    "  SELECT RAISE(ABORT, 'repairs stay as they were answered');"
    " END;"
    "CREATE TRIGGER lsched_mend_removed BEFORE DELETE ON lsched_mend BEGIN"
    "  SELECT RAISE(ABORT, 'repairs stay as they were answered');"
    " END;";
