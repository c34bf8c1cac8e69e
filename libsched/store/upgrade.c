/* store/upgrade.c -- a store of an older schema becomes one of ours, in one transaction.
 *
 * Version 1 had the tables of version 2 under names without lsched_, and fewer columns; so
 * the new tables stand beside the old ones until every row is over.  The rows go through all
 * constraints and triggers of the new schema, which fill in what is theirs: the customers of
 * a team, the policies of a service.
 */
#include "store/inner.h"

/* Only columns that both versions have; what is new is 0 or NULL. */
#define BOOKING_COLUMNS                                                                            \
    "id, state, sequence, channel, rung, lane, \"offset\", customer, service, agent, team, zone,"  \
    " wall, note, cause, start, \"end\", busy_from, busy_until, created, changed"
#define NEW_COLUMNS "expires, late, revision"
#define NEW_VALUES "0, 0, 0"

static const char catalogue[] =
    "INSERT INTO lsched_team (id, general, name, zone, photo, overflow, regions)"
    " SELECT id, general, name, zone, photo, overflow, regions FROM team ORDER BY id;"
    "INSERT INTO lsched_agent (id, channels, lanes, name, zone, photo, languages, skills)"
    " SELECT id, channels, lanes, name, zone, photo, languages, skills FROM agent ORDER BY id;"
    "INSERT INTO lsched_member (team, agent, \"from\", until)"
    " SELECT team, agent, \"from\", until FROM member ORDER BY team, agent, \"from\";"
    "INSERT INTO lsched_service (id, channels, minutes, before, after, wrap_up, notice, horizon,"
    "  step, anchor, name, topic, skills, reminder, revision)"
    " SELECT id, channels, minutes, before, after, wrap_up, notice, horizon,"
    "  step, anchor, name, topic, skills, 1440, 1 FROM service ORDER BY id;"
    "INSERT INTO lsched_customer (id, general, zone, region, language, team, knows)"
    " SELECT id, general, zone, region, language, team, knows FROM customer ORDER BY id;"
    "INSERT INTO lsched_calendar (kind, owner, name, effect, ends, text)"
    " SELECT kind, owner, name, effect, ends, text FROM calendar ORDER BY kind, owner, name;";

/* I3: the events keep their numbers, and their keys go on answering. */
static const char ledger[] =
    "INSERT INTO lsched_booking (" BOOKING_COLUMNS ", " NEW_COLUMNS ")"
    " SELECT " BOOKING_COLUMNS ", " NEW_VALUES " FROM booking ORDER BY id;"
    "INSERT INTO lsched_event (seq, kind, at, \"key\", request, " BOOKING_COLUMNS ", " NEW_COLUMNS
    ") SELECT seq, kind, at, \"key\", request, " BOOKING_COLUMNS ", " NEW_VALUES
    " FROM event ORDER BY seq;";

/* I4: version 1 kept no notices, so its callers told their customers by themselves: nothing
 * of that is told again. */
static const char notices[] =
    "INSERT INTO lsched_notice (booking, sequence, kind, due, state, lease, attempt)"
    " SELECT id, sequence, CASE kind WHEN 1 THEN 1 WHEN 2 THEN 3 ELSE 4 END, at, 2, 0, 0"
    " FROM lsched_event WHERE (kind, state) IN (VALUES (1, 1), (2, 1), (3, 2)) ORDER BY seq;";

/* Whoever refers to another goes first. */
static const char drops[] = "DROP TABLE event; DROP TABLE booking; DROP TABLE calendar;"
                            "DROP TABLE member; DROP TABLE customer; DROP TABLE service;"
                            "DROP TABLE agent; DROP TABLE team;";

/* A row that the new schema does not take is nothing that the caller could book around. */
static int explain(int status, lsi_error *e)
{
    if (status != LSCHED_TAKEN && status != LSCHED_QUOTA)
        return status;
    const lsi_error found = *e;
    return lsi_error_set(e, LSCHED_STORE, "a row of the old store breaks a rule: %s", found.text);
}

static int from_version_1(lsi_driver *d, lsi_error *e)
{
    static const char *const parts[] = {catalogue, ledger, notices, drops};
    int status = lsi_schema_write(d, e);
    for (size_t i = 0; i < sizeof parts / sizeof *parts && status == LSCHED_OK; i++)
        status = lsi_driver_run(d, parts[i], e);
    return explain(status, e);
}

/* Inside the transaction the marks are looked at again: two may come here at once. */
static int upgrade(lsi_driver *d, lsi_error *e)
{
    lsi_mark mark;
    int status = lsi_driver_begin(d, true, e);
    if (status != LSCHED_OK)
        return status;
    status = lsi_driver_mark(d, &mark, e);
    if (status == LSCHED_OK)
        status = lsi_schema_judge(&mark, e);
    if (status == LSCHED_OUTDATED) {
        lsi_error_clear(e);
        status = from_version_1(d, e);
    }
    if (status == LSCHED_OK)
        return lsi_driver_commit(d, e);
    lsi_driver_rollback(d);
    return status;
}

int lsi_store_upgrade(const lsi_watch *watch, const char *path, lsi_error *e)
{
    lsi_driver *d = NULL;
    lsi_mark mark = {0};
    int status = lsi_driver_open(path, 0, LSI_APPLICATION, watch, &d, e);
    if (status == LSCHED_OK)
        status = lsi_schema_look(d, &mark, e);
    if (status == LSCHED_OK && mark.blank)
        status =
            lsi_error_set(e, LSCHED_NOTFOUND, "the file at that path is empty, not yet a store");
    if (status == LSCHED_OK)
        status = lsi_schema_judge(&mark, e);
    if (status == LSCHED_OUTDATED) {
        lsi_error_clear(e);
        status = lsi_driver_settle(d, e);
        if (status == LSCHED_OK)
            status = upgrade(d, e);
    }
    lsi_driver_close(d);
    return status;
}
