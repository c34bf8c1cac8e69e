/* core/incident.c -- an incident: what its customers are told of it, update by update, and of
 * the bookings that its end has made pointless.
 *
 * Told are those who asked for it and those who have something booked that it touches; each
 * update once (I4).  At its end, whoever has booked such since it began is asked whether that
 * is still needed instead.
 */
#include "core/tell.h"

#include <stdio.h>
#include <string.h>

#define PAGE 1000 /* at a time */

/* ---- the record ----------------------------------------------------------------------------- */

/* When it was opened and closed stands, if another clock that was ahead of this one has said so. */
static int check_times(const lsched_incident *i, const lsched_incident *old, lsched_time now,
                       lsi_error *e)
{
    const char *field = i->opened > now && i->opened != old->opened   ? "opened"
                        : i->closed > now && i->closed != old->closed ? "closed"
                                                                      : NULL;
    if (field == NULL)
        return LSCHED_OK;
    return lsi_error_set(e, LSCHED_INVALID, "incident '%s': %s has not come yet", i->id, field);
}

/* Its policy is told nobody, so that to change that alone is no update. */
static bool is_update(const lsched_incident *i, const lsched_incident *old)
{
    lsched_incident same = *old;
    same.no_joining = i->no_joining;
    same.no_working = i->no_working;
    same.rungs = i->rungs;
    same.minutes = i->minutes;
    same.wrap_up = i->wrap_up;
    same.notice = i->notice;
    same.cut_off = i->cut_off;
    same.owner_wait = i->owner_wait;
    same.wait_known = i->wait_known;
    same.wait_home = i->wait_home;
    return lsi_form_print(&lsi_kind_incident, i) != lsi_form_print(&lsi_kind_incident, &same);
}

/* Updates count on where an incident of the same id was removed: those were others. */
int lsi_incident_count(lsi_core *core, lsched_incident *i, lsched_time now, lsi_arena *a,
                       bool *changed, lsi_error *e)
{
    lsched_incident old = {0};
    int status = lsi_record_get(core->store, &lsi_kind_incident, &(lsched_incident){.id = i->id}, a,
                                &old, e);
    if (status != LSCHED_OK && status != LSCHED_NOTFOUND)
        return status;
    const bool first = status == LSCHED_NOTFOUND;
    lsi_error_clear(e);
    /* What is broken once more is so from now on: what was booked before knew nothing of it. */
    const bool anew = first || (old.closed != 0 && i->closed == 0);
    if (i->opened == 0)
        i->opened = anew ? now : old.opened;
    i->revision = old.revision;
    *changed = first || is_update(i, &old);
    status = check_times(i, &old, now, e);
    if (status == LSCHED_OK && i->closed != 0 && i->closed < i->opened)
        status = lsi_error_set(e, LSCHED_INVALID, "incident '%s': closed is before opened", i->id);
    if (status == LSCHED_OK && first)
        status = lsi_audience_updates(core->store, i->id, &i->revision, e);
    i->revision += *changed;
    return status;
}

/* ---- telling -------------------------------------------------------------------------------- */

/* Asks about one booking. */
static int offer_release(lsi_awake *hours, const lsched_incident *i, const lsched_booking *b,
                         lsi_error *e)
{
    lsi_arena a = {0};
    lsi_listener l;
    lsched_time opens, closes;
    int status = lsi_audience_one(hours->core->store, b->customer, &a, &l, e);
    if (status == LSCHED_OK)
        status = lsi_awake_ask(hours, &l, NULL, &opens, &closes, e);
    if (status == LSCHED_OK) {
        const lsi_news n = {.customer = b->customer,
                            .kind = LSCHED_NOTICE_RELEASE,
                            .about = LSCHED_ABOUT_BOOKING,
                            .subject = b->id,
                            .sequence = b->sequence,
                            .hours = true,
                            .text = i->text,
                            .due = opens,
                            .until = b->state == LSCHED_WAITING ? 0 : b->start};
        status = lsi_news_add(hours->core->store, &n, e);
    }
    lsi_arena_free(&a);
    return status;
}

static int offer_releases(lsi_awake *hours, const lsched_incident *i, lsi_error *e)
{
    char after[LSCHED_MAX_ID + 1] = "";
    size_t count = PAGE;
    int status = LSCHED_OK;
    while (status == LSCHED_OK && count == PAGE) {
        lsi_arena page = {0};
        lsched_booking *b;
        status = lsi_audience_booked(hours->core->store, i, hours->at, i->opened, after, PAGE,
                                     &page, &b, &count, e);
        for (size_t k = 0; status == LSCHED_OK && k < count; k++)
            status = offer_release(hours, i, &b[k], e);
        if (status == LSCHED_OK && count > 0)
            snprintf(after, sizeof after, "%s", b[count - 1].id);
        lsi_arena_free(&page);
    }
    return status;
}

static int tell_one(lsi_awake *hours, const lsched_incident *i, const lsi_listener *l, lsi_error *e)
{
    lsched_time opens, closes;
    const int status = lsi_awake_ask(hours, l, NULL, &opens, &closes, e);
    if (status != LSCHED_OK)
        return status;
    const lsi_news n = {.customer = l->customer,
                        .kind = LSCHED_NOTICE_INCIDENT,
                        .about = LSCHED_ABOUT_INCIDENT,
                        .subject = i->id,
                        .sequence = i->revision,
                        .hours = true,
                        .due = opens};
    return lsi_news_add(hours->core->store, &n, e);
}

static int tell_all(lsi_awake *hours, const lsched_incident *i, lsi_error *e)
{
    char after[LSCHED_MAX_ID + 1] = "";
    size_t count = PAGE;
    int status = LSCHED_OK;
    while (status == LSCHED_OK && count == PAGE) {
        lsi_arena page = {0};
        lsi_listener *l;
        status =
            lsi_audience_touched(hours->core->store, i, hours->at, i->closed != 0 ? i->opened : 0,
                                 after, PAGE, &page, &l, &count, e);
        for (size_t k = 0; status == LSCHED_OK && k < count; k++)
            status = tell_one(hours, i, &l[k], e);
        if (status == LSCHED_OK && count > 0)
            snprintf(after, sizeof after, "%s", l[count - 1].customer);
        lsi_arena_free(&page);
    }
    return status;
}

int lsi_incident_tell(lsi_core *core, const lsched_incident *i, lsched_time now, lsi_error *e)
{
    lsi_arena groups = {0};
    lsi_awake hours = {.core = core, .a = &groups, .at = now};
    /* One that is over before it was ever known is nobody's news. */
    int status = i->closed != 0 && i->revision == 1 ? LSCHED_OVER : LSCHED_OK;
    if (status == LSCHED_OK)
        status = tell_all(&hours, i, e);
    if (status == LSCHED_OK && i->closed != 0)
        status = offer_releases(&hours, i, e);
    lsi_awake_free(&hours);
    lsi_arena_free(&groups);
    return status == LSCHED_OVER ? LSCHED_OK : status;
}

/* ---- questions and subscriptions -------------------------------------------------------------- */

int lsi_incident_list(lsi_core *core, const char *customer, const char *service, lsi_arena *a,
                      lsched_incident **out, size_t *count, lsi_error *e)
{
    lsched_customer c;
    lsched_service v = {.topic = NULL};
    int status = lsi_store_enter(core->store, false, e);
    if (status != LSCHED_OK)
        return status;
    status = lsi_record_get(core->store, &lsi_kind_customer, &(lsched_customer){.id = customer}, a,
                            &c, e);
    if (status == LSCHED_OK && lsi_text_given(service))
        status = lsi_record_get(core->store, &lsi_kind_service, &(lsched_service){.id = service}, a,
                                &v, e);
    if (status == LSCHED_OK)
        status = lsi_audience_incidents(core->store, &c, lsi_text_given(service) ? service : NULL,
                                        v.topic, a, out, count, e);
    return lsi_store_leave(core->store, status, e);
}

static int subscribe(lsi_core *core, const char *incident, const char *customer, bool off,
                     lsi_arena *a, lsi_error *e)
{
    lsched_customer c;
    lsched_incident i;
    int status = lsi_record_get(core->store, &lsi_kind_incident, &(lsched_incident){.id = incident},
                                a, &i, e);
    if (status == LSCHED_OK)
        status = lsi_record_get(core->store, &lsi_kind_customer, &(lsched_customer){.id = customer},
                                a, &c, e);
    if (status != LSCHED_OK)
        return status;
    if (off)
        return lsi_audience_unsubscribe(core->store, incident, customer, e);
    if (i.closed != 0)
        return lsi_error_set(e, LSCHED_OVER, "incident '%s' is closed", incident);
    return lsi_audience_subscribe(core->store, incident, customer, e);
}

int lsi_incident_subscribe(lsi_core *core, const char *incident, const char *customer, bool off,
                           lsi_error *e)
{
    lsi_arena a = {0};
    int status = lsi_store_enter(core->store, true, e);
    if (status != LSCHED_OK)
        return status;
    status = subscribe(core, incident, customer, off, &a, e);
    lsi_arena_free(&a);
    return lsi_store_leave(core->store, status, e);
}
