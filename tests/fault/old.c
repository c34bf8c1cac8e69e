/* old.c -- see old.h. */
#include "old.h"

#include "script.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

disk_image *old_disk;
check_state old_before, old_after;

static const char *dump(void)
{
    static char sql[65536], name[400];
    const char *source = getenv("LSCHED_SOURCE");
    snprintf(name, sizeof name, "%s/tests/data/store-v1.sql", source != NULL ? source : SOURCE);
    FILE *f = fopen(name, "rb");
    const size_t size = f != NULL ? fread(sql, 1, sizeof sql - 1, f) : 0;
    if (f != NULL)
        fclose(f);
    if (size < 1000 || size == sizeof sql - 1)
        script_die("cannot read %s", name);
    sql[size] = '\0';
    return sql;
}

static check_state look(void)
{
    check_state state;
    const char *fault = check_path(disk_path(DISK_OLD), &state);
    if (fault != NULL)
        script_die("the old store on a sound disk: %s", fault);
    return state;
}

void old_build(void)
{
    sqlite3 *db = NULL;
    disk_load(NULL);
    if (sqlite3_open(disk_path(DISK_OLD), &db) != SQLITE_OK ||
        sqlite3_exec(db, dump(), NULL, NULL, NULL) != SQLITE_OK)
        script_die("the old store: %s", sqlite3_errmsg(db));
    sqlite3_close(db);
    old_before = look();
    old_disk = disk_save();
    if (old_upgrade() != LSCHED_OK)
        script_die("the upgrade: %s", script_why);
    old_after = look();
    if (old_after.exact == old_before.exact)
        script_die("the upgrade changes nothing");
}

void old_free(void)
{
    disk_image_free(old_disk);
    old_disk = NULL;
}

int old_upgrade(void)
{
    lsched *s = lsched_new();
    const int status = s != NULL ? lsched_upgrade(s, disk_path(DISK_OLD)) : LSCHED_NOMEM;
    snprintf(script_why, sizeof script_why, "%s", s != NULL ? lsched_message(s) : "");
    lsched_free(s);
    return status;
}

const char *old_judge(bool done)
{
    check_state found;
    const char *fault = check_path(disk_path(DISK_OLD), &found);
    if (fault != NULL)
        return fault;
    if (found.exact == old_after.exact || (!done && found.exact == old_before.exact))
        return NULL;
    return done ? "it is not upgraded as it should be" : "it is neither the old store nor the new";
}
