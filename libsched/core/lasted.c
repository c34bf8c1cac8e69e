/* core/lasted.c -- how long contacts took, as far as that was read before.
 *
 * Whoever knows number and stamp of an event knows all before it, since events are never removed;
 * so only what came since is read, and all of it where that event was rolled back.
 */
#include "core/picture.h"

#include <stdlib.h>
#include <string.h>

void lsi_lasted_forget(lsi_picture *p)
{
    for (lsi_lasted *x; (x = p->lasted) != NULL;) {
        p->lasted = x->next;
        p->bytes -= x->bytes;
        free(x);
    }
}

static lsi_lasted *find(lsi_picture *p, const char *service, int32_t channel)
{
    for (lsi_lasted *x = p->lasted; x != NULL; x = x->next) {
        if (x->channel == channel && strcmp(x->service, service) == 0)
            return x;
    }
    const size_t bytes = sizeof(lsi_lasted) + strlen(service) + 1;
    lsi_lasted *x = calloc(1, bytes);
    if (x == NULL)
        return NULL;
    memcpy(x->service, service, strlen(service));
    x->bytes = bytes;
    x->channel = channel;
    x->next = p->lasted;
    p->lasted = x;
    p->bytes += bytes;
    return x;
}

int lsi_lasted_get(lsi_core *core, const char *service, int32_t channel, const lsi_lasted **out,
                   lsi_error *e)
{
    const lsi_tip tip = core->picture->logs[LSI_LOG_EVENTS].tip;
    lsi_lasted *x = find(core->picture, service, channel);
    int32_t later[LSI_LASTED];
    size_t count;
    bool known = false;
    if (x == NULL)
        return lsi_error_nomem(e);
    *out = x;
    if (x->tip.seq == tip.seq && x->tip.stamp == tip.stamp)
        return LSCHED_OK;
    int status = lsi_log_has(core->store, LSI_LOG_EVENTS, x->tip.seq, x->tip.stamp, &known, e);
    if (status == LSCHED_OK)
        status = lsi_ahead_lengths(core->store, service, channel, known ? x->tip.seq : 0, later,
                                   LSI_LASTED, &count, e);
    if (status != LSCHED_OK)
        return status;
    const size_t room = LSI_LASTED - count, kept = !known ? 0 : x->count < room ? x->count : room;
    memmove(x->seconds + count, x->seconds, kept * sizeof *later);
    memcpy(x->seconds, later, count * sizeof *later);
    x->count = count + kept;
    x->tip = tip;
    return LSCHED_OK;
}
