/* store/tables_laws.c -- the tables of regions: caps, and how often a law has changed.  A part of
 * the schema, as in tables.c.
 */
#include "store/inner.h"

/* What a region's law is beside its calendars; and how often it has changed, which goes on
 * where record and calendars were gone meanwhile: so what a booking names as its law was never
 * another one.  The record only shows it. */
#define CALENDAR_LAW(row) row ".effect, " row ".ends, " row ".text, " row ".channels, " row       \
    ".purposes, " row ".lifted, " row ".good_for, " row ".on_stale"
#define REGION_LAW(row) row ".channels, " row ".purposes, " row ".lifted, " row ".per_day, " row  \
    ".per_week, " row ".spacing, " row ".name, " row ".source, " row ".as_of"
#define NEW_LAW(region)                                                                            \
    "  INSERT INTO lsched_law (region, revision) VALUES (" region ", 1)"                           \
    "   ON CONFLICT (region) DO UPDATE SET revision = revision + 1;"
#define SHOW_LAW                                                                                   \
    "  UPDATE lsched_region SET revision = NEW.revision"                                           \
    "   WHERE id = NEW.region AND revision <> NEW.revision;"

const char lsi_tables_laws[] =
    "CREATE TABLE lsched_region ("
    "  id TEXT NOT NULL PRIMARY KEY,"
    "  revision INTEGER NOT NULL,"
    "  channels INTEGER NOT NULL CHECK (channels >= 0),"
    "  purposes INTEGER NOT NULL CHECK (purposes >= 0),"
    "  lifted INTEGER NOT NULL,"
    "  per_day INTEGER NOT NULL CHECK (per_day >= 0),"
    "  per_week INTEGER NOT NULL CHECK (per_week >= 0),"
    "  spacing INTEGER NOT NULL CHECK (spacing >= 0),"
    "  name TEXT,"
    "  source TEXT,"
    "  as_of TEXT"
    ") STRICT;"
    "CREATE TABLE lsched_law ("
    "  region TEXT NOT NULL PRIMARY KEY,"
    "  revision INTEGER NOT NULL CHECK (revision > 0)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TRIGGER lsched_law_changed BEFORE UPDATE ON lsched_law"
    " WHEN NEW.region IS NOT OLD.region OR NEW.revision <= OLD.revision BEGIN"
    "  SELECT RAISE(ABORT, 'revisions of a law count up');"
    " END;"
    "CREATE TRIGGER lsched_law_removed BEFORE DELETE ON lsched_law BEGIN"
    "  SELECT RAISE(ABORT, 'revisions of a law count up');"
    " END;"
    "CREATE TRIGGER lsched_law_began AFTER INSERT ON lsched_law BEGIN" SHOW_LAW " END;"
    "CREATE TRIGGER lsched_law_went_on AFTER UPDATE ON lsched_law BEGIN" SHOW_LAW " END;"
    "CREATE TRIGGER lsched_law_region_put AFTER INSERT ON lsched_region BEGIN" NEW_LAW("NEW.id")
    " END;"
    "CREATE TRIGGER lsched_law_region_set AFTER UPDATE ON lsched_region"
    " WHEN (" REGION_LAW("OLD") ") IS NOT (" REGION_LAW("NEW") ") BEGIN" NEW_LAW("NEW.id") " END;"
    "CREATE TRIGGER lsched_law_region_shown AFTER UPDATE OF revision ON lsched_region"
    " WHEN NEW.revision IS NOT (SELECT revision FROM lsched_law WHERE region = NEW.id) BEGIN"
    "  UPDATE lsched_region SET revision = (SELECT revision FROM lsched_law WHERE region = NEW.id)"
    "   WHERE id = NEW.id;"
    " END;"
    "CREATE TRIGGER lsched_law_region_gone AFTER DELETE ON lsched_region BEGIN" NEW_LAW("OLD.id")
    " END;"
    "CREATE TRIGGER lsched_law_calendar_put AFTER INSERT ON lsched_calendar WHEN NEW.kind = 4 BEGIN"
    NEW_LAW("NEW.owner") " END;"
    "CREATE TRIGGER lsched_law_calendar_set AFTER UPDATE ON lsched_calendar WHEN NEW.kind = 4"
    " AND (" CALENDAR_LAW("OLD") ") IS NOT (" CALENDAR_LAW("NEW") ") BEGIN" NEW_LAW("NEW.owner")
    " END;"
    "CREATE TRIGGER lsched_law_calendar_gone AFTER DELETE ON lsched_calendar WHEN OLD.kind = 4 BEGIN"
    NEW_LAW("OLD.owner") " END;";
