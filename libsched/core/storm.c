/* core/storm.c -- the open incidents in memory, and the service that they leave a customer.
 *
 * Here and nowhere else is a service changed by incidents (rules/storm.c has how): behind
 * lsi_storm_gather() the facts hold the service as it is now, and no rule knows that there was
 * another.  Few incidents are open at a time: all are kept, until a touch says that one changed.
 */
#include "core/picture.h"

#include <string.h>

void lsi_storm_forget(lsi_picture *p)
{
    lsi_arena_free(&p->storms);
    p->incidents = NULL;
    p->incident_count = 0;
}

/* In the order of their ids. */
static int look(lsi_core *core, lsi_error *e)
{
    lsi_picture *p = core->picture;
    if (p->incidents != NULL)
        return LSCHED_OK;
    int status = lsi_audience_open(core->store, &p->storms, &p->incidents, &p->incident_count, e);
    if (status == LSCHED_OK && p->incidents == NULL) {
        p->incidents = lsi_arena_take(&p->storms, sizeof *p->incidents);
        status = p->incidents != NULL ? LSCHED_OK : lsi_error_nomem(e);
    }
    if (status != LSCHED_OK)
        lsi_storm_forget(p);
    return status;
}

/* Those that touch; the list is the caller's arena's, and the records are the picture's. */
static int find(lsi_core *core, const lsched_customer *c, const lsched_service *service,
                lsi_arena *a, const lsched_incident ***out, size_t *count, lsi_error *e)
{
    const lsi_picture *p = core->picture;
    *out = NULL;
    *count = 0;
    const int status = look(core, e);
    if (status != LSCHED_OK || p->incident_count == 0)
        return status;
    *out = lsi_arena_take(a, p->incident_count * sizeof(const lsched_incident *));
    if (*out == NULL)
        return lsi_error_nomem(e);
    for (size_t i = 0; i < p->incident_count; i++) {
        if (lsi_audience_touches(&p->incidents[i], c, service->id, service->topic))
            (*out)[(*count)++] = &p->incidents[i];
    }
    return status;
}

static int keep(lsi_arena *a, const char **id, lsi_error *e)
{
    if (*id == NULL)
        return LSCHED_OK;
    *id = lsi_arena_text(a, *id, strlen(*id));
    return *id != NULL ? LSCHED_OK : lsi_error_nomem(e);
}

int lsi_storm_bend(lsi_core *core, const lsched_customer *c, lsi_arena *a, lsched_service *service,
                   lsi_storm *out, lsi_error *e)
{
    const lsched_incident **touching;
    size_t count;
    *out = (lsi_storm){.policy = ""};
    int status = find(core, c, service, a, &touching, &count, e);
    if (status != LSCHED_OK || count == 0)
        return status;
    lsi_storm_bear(touching, count, service, out);
    /* The incidents may go before whoever asks does. */
    status = keep(a, &out->policy, e);
    if (status == LSCHED_OK)
        status = keep(a, &out->no_joining, e);
    return status == LSCHED_OK ? keep(a, &out->no_working, e) : status;
}

int lsi_storm_tell(lsi_core *core, const lsi_facts *f, lsi_arena *a, lsched_incident **out,
                   size_t *count, lsi_error *e)
{
    const lsched_incident **touching;
    *out = NULL;
    int status = find(core, &f->customer, &f->service, a, &touching, count, e);
    if (status != LSCHED_OK || *count == 0)
        return status;
    *out = lsi_arena_take(a, *count * sizeof **out);
    if (*out == NULL)
        return lsi_error_nomem(e);
    for (size_t i = 0; status == LSCHED_OK && i < *count; i++)
        status = lsi_kind_copy(&lsi_kind_incident, touching[i], a, &(*out)[i], e);
    return status;
}

bool lsi_storm_any(const lsi_core *core)
{
    return core->picture->incident_count > 0;
}

/* ---- the switches ------------------------------------------------------------------------------ */

int lsi_storm_joining(const lsi_facts *f, lsi_error *e)
{
    char wall[40];
    if (f->storm.no_joining == NULL)
        return LSCHED_OK;
    if (f->storm.next_update == 0)
        return lsi_error_set(e, LSCHED_CLOSED, "nobody joins the line: incident '%s'",
                             f->storm.no_joining);
    const int status = lsi_iso_write(f->storm.next_update, f->zone, wall, sizeof wall, e);
    return status != LSCHED_OK
               ? status
               : lsi_error_set(e, LSCHED_CLOSED,
                               "nobody joins the line: incident '%s', next update %s",
                               f->storm.no_joining, wall);
}

int lsi_storm_working(const lsi_facts *f, lsi_error *e)
{
    return f->storm.no_working == NULL
               ? LSCHED_OK
               : lsi_error_set(e, LSCHED_CLOSED, "the line is not worked off: incident '%s'",
                               f->storm.no_working);
}
