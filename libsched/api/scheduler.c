/* api/scheduler.c -- header chapters 1 and 2: answers, and the scheduler itself. */
#include "api/api.h"

#include <stdlib.h>
#include <string.h>

#define NAME(status) {status, #status}

static const struct {
    int status;
    const char *name;
} names[] = {
    NAME(LSCHED_OK),       NAME(LSCHED_NOMEM),   NAME(LSCHED_MISUSE),  NAME(LSCHED_NOTFOUND),
    NAME(LSCHED_INVALID),  NAME(LSCHED_LIMIT),   NAME(LSCHED_INUSE),   NAME(LSCHED_KEYUSED),
    NAME(LSCHED_CLOSED),   NAME(LSCHED_TOOSOON), NAME(LSCHED_TOOFAR),  NAME(LSCHED_OFFGRID),
    NAME(LSCHED_TAKEN),    NAME(LSCHED_NOBODY),  NAME(LSCHED_OVER),    NAME(LSCHED_QUOTA),
    NAME(LSCHED_EXISTS),
    NAME(LSCHED_BUSY),     NAME(LSCHED_STORE),   NAME(LSCHED_UNKNOWN), NAME(LSCHED_FOREIGN),
    NAME(LSCHED_OUTDATED),
};

const char *lsched_status_name(int status)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (names[i].status == status)
            return names[i].name;
    }
    return "LSCHED_?";
}

const char *lsched_version(void)
{
    return LSI_VERSION;
}

int lsi_scheduler_enter(lsched *s)
{
    if (s == NULL)
        return LSCHED_MISUSE;
    lsi_error_clear(&s->error);
    lsi_picture_sweep(s->core.picture);
    return LSCHED_OK;
}

int lsi_scheduler_need_store(lsched *s)
{
    const int status = lsi_scheduler_enter(s);
    if (status != LSCHED_OK)
        return status;
    if (s->core.store == NULL)
        return lsi_error_set(&s->error, LSCHED_MISUSE, "no store is open");
    lsi_store_start(s->core.store, s->deadline);
    return LSCHED_OK;
}

int lsi_scheduler_missing(lsched *s, const char *argument)
{
    return lsi_error_set(&s->error, LSCHED_MISUSE, "%s is required", argument);
}

lsched *lsched_new(void)
{
    lsched *s = calloc(1, sizeof *s);
    if (s == NULL)
        return NULL;
    s->core.clock = lsi_clock_now;
    s->core.limits = *lsi_ical_limits();
    s->core.zones = lsi_zone_set_new();
    if (s->core.zones == NULL || lsi_picture_new(&s->core.picture) != LSCHED_OK) {
        lsched_free(s);
        return NULL;
    }
    return s;
}

void lsched_free(lsched *s)
{
    if (s == NULL)
        return;
    lsched_strays_free(s->left);
    lsi_store_close(s->core.store);
    lsi_picture_free(s->core.picture);
    lsi_zone_set_free(s->core.zones);
    free(s);
}

const char *lsched_message(const lsched *s)
{
    return s != NULL ? s->error.text : "the scheduler is NULL";
}

const char *lsched_zone_version(const lsched *s)
{
    return s != NULL ? lsi_zone_version(s->core.zones) : "";
}

int32_t lsched_line(const lsched *s)
{
    return s != NULL ? s->error.line : 0;
}

int lsched_set_clock(lsched *s, lsched_time (*now)(void *user), void *user)
{
    const int status = lsi_scheduler_enter(s);
    if (status == LSCHED_OK) {
        s->core.clock = now != NULL ? now : lsi_clock_now;
        s->core.clock_user = user;
    }
    return status;
}

/* An id, or none. */
static int take_origin(lsched *s, const char *name, const char *id, char out[LSCHED_MAX_ID + 1])
{
    if (!lsi_text_given(id)) {
        out[0] = '\0';
        return LSCHED_OK;
    }
    const int status = lsi_entry_id(s, name, id);
    if (status == LSCHED_OK)
        strcpy(out, id);
    return status;
}

int lsched_set_origin(lsched *s, const char *actor, const char *correlation)
{
    char who[LSCHED_MAX_ID + 1], what[LSCHED_MAX_ID + 1];
    int status = lsi_scheduler_enter(s);
    if (status == LSCHED_OK)
        status = take_origin(s, "actor", actor, who);
    if (status == LSCHED_OK)
        status = take_origin(s, "correlation", correlation, what);
    if (status == LSCHED_OK) {
        strcpy(s->core.actor, who);
        strcpy(s->core.correlation, what);
    }
    return status;
}

/* ---- limits ------------------------------------------------------------------------------- */

static int take_limit(lsched *s, const char *name, int32_t asked, int32_t *limit)
{
    if (asked < 0)
        return lsi_error_set(&s->error, LSCHED_INVALID, "%s is negative", name);
    if (asked > *limit)
        return lsi_error_set(&s->error, LSCHED_LIMIT, "%s is more than %d", name, (int)*limit);
    if (asked > 0)
        *limit = asked;
    return LSCHED_OK;
}

/* `limits` comes as the highest, and goes as what was asked for. */
static int take_limits(lsched *s, const lsched_limits *asked, lsi_limits *limits)
{
    const struct {
        const char *name;
        int32_t asked;
        int32_t *limit;
    } all[] = {
        {"calendar", asked->calendar, &limits->calendar},
        {"line", asked->line, &limits->line},
        {"components", asked->components, &limits->components},
        {"depth", asked->depth, &limits->depth},
        {"values", asked->values, &limits->values},
        {"rules", asked->rules, &limits->rules},
        {"instances", asked->instances, &limits->instances},
        {"steps", asked->steps, &limits->steps},
    };
    int status = LSCHED_OK;
    for (size_t i = 0; status == LSCHED_OK && i < sizeof all / sizeof *all; i++)
        status = take_limit(s, all[i].name, all[i].asked, all[i].limit);
    if (status == LSCHED_OK && asked->spare != 0)
        status = lsi_error_set(&s->error, LSCHED_MISUSE, "spare is not zero");
    return status;
}

int lsched_set_limits(lsched *s, const lsched_limits *limits)
{
    lsi_limits taken = *lsi_ical_limits();
    lsched_limits copy;
    int status = lsi_scheduler_enter(s);
    if (status == LSCHED_OK && limits != NULL) {
        status = lsi_entry_take(s, limits, sizeof copy, sizeof copy, &copy);
        if (status == LSCHED_OK)
            status = take_limits(s, &copy, &taken);
    }
    if (status == LSCHED_OK) {
        s->core.limits = taken;
        lsi_picture_forget(s->core.picture);
    }
    return status;
}

/* ---- the store ------------------------------------------------------------------------------ */

int lsched_set_deadline(lsched *s, int32_t milliseconds)
{
    const int status = lsi_scheduler_enter(s);
    if (status != LSCHED_OK)
        return status;
    if (milliseconds < 0)
        return lsi_error_set(&s->error, LSCHED_INVALID, "the deadline is negative");
    s->deadline = milliseconds;
    return LSCHED_OK;
}

/* There is none yet: one can be opened. */
static int need_no_store(lsched *s)
{
    const int status = lsi_scheduler_enter(s);
    if (status == LSCHED_OK && s->core.store != NULL)
        return lsi_error_set(&s->error, LSCHED_MISUSE, "a store is open already");
    return status;
}

int lsched_set_memory(lsched *s, size_t bytes)
{
    const int status = lsi_scheduler_enter(s);
    if (status == LSCHED_OK)
        lsi_picture_limit(s->core.picture, bytes);
    return status;
}

int lsched_open(lsched *s, const char *path, int32_t flags)
{
    const int status = need_no_store(s);
    if (status != LSCHED_OK)
        return status;
    if (path == NULL || *path == '\0')
        return lsi_scheduler_missing(s, "path");
    lsi_zone_refresh(s->core.zones);
    const lsi_watch watch = lsi_watch_start(s->deadline);
    return lsi_store_open_by(&watch, path, flags, &s->core.store, &s->error);
}

int lsched_attach_sqlite(lsched *s, struct sqlite3 *db, int32_t flags)
{
    const int status = need_no_store(s);
    if (status != LSCHED_OK)
        return status;
    if (db == NULL)
        return lsi_scheduler_missing(s, "db");
    lsi_zone_refresh(s->core.zones);
    const lsi_watch watch = lsi_watch_start(s->deadline);
    return lsi_store_attach(&watch, db, flags, &s->core.store, &s->error);
}

const char *lsched_store_note(const lsched *s)
{
    return s != NULL && s->core.store != NULL ? lsi_store_note(s->core.store) : "";
}

int lsched_begin(lsched *s)
{
    int status = lsi_scheduler_need_store(s);
    if (status == LSCHED_OK)
        status = lsi_store_enter(s->core.store, true, &s->error);
    if (status == LSCHED_OK)
        s->begun++;
    return status;
}

/* One of the caller's own is open, and it can be ended. */
static int end(lsched *s)
{
    const int status = lsi_scheduler_need_store(s);
    if (status == LSCHED_OK && s->begun == 0)
        return lsi_error_set(&s->error, LSCHED_MISUSE, "nothing was begun");
    if (status == LSCHED_OK)
        s->begun--;
    return status;
}

int lsched_commit(lsched *s)
{
    const int status = end(s);
    return status == LSCHED_OK ? lsi_store_leave(s->core.store, LSCHED_OK, &s->error) : status;
}

int lsched_rollback(lsched *s)
{
    /* To the store, whoever leaves with a failure wants it all undone. */
    const int wanted = LSCHED_OVER;
    int status = end(s);
    if (status != LSCHED_OK)
        return status;
    status = lsi_store_leave(s->core.store, wanted, &s->error);
    return status == wanted ? LSCHED_OK : status;
}
