/* core/lasted.c -- how long contacts took, as far as that was read before.
 *
 * Whoever knows number and stamp of an event knows all before it, since events are never removed;
 * so only what has ended since is read, and all of it where that event was rolled back.
 */
#include "core/picture.h"

#include <stdlib.h>
#include <string.h>

void lsi_lasted_forget(lsi_picture *p)
{
    for (lsi_lasted *x; (x = p->lasted) != NULL;) {
        p->lasted = x->next;
        p->bytes -= sizeof *x;
        free(x);
    }
}

static lsi_lasted *find(lsi_picture *p, const char *service, int32_t channel)
{
    for (lsi_lasted *x = p->lasted; x != NULL; x = x->next) {
        if (x->channel == channel && strcmp(x->service, service) == 0)
            return x;
    }
    lsi_lasted *x = calloc(1, sizeof *x);
    if (x == NULL)
        return NULL;
    memcpy(x->service, service, strlen(service));
    x->channel = channel;
    x->next = p->lasted;
    p->lasted = x;
    p->bytes += sizeof *x;
    return x;
}

int lsi_lasted_get(lsi_core *core, const char *service, int32_t channel, const lsi_lasted **out,
                 lsi_error *e)
{
    lsi_lasted *x = find(core->picture, service, channel);
    int32_t later[LSI_LASTED];
    size_t count;
    bool known;
    if (x == NULL)
        return lsi_error_nomem(e);
    lsi_tip last = x->last;
    const int status = lsi_ahead_lengths(core->store, service, channel, &last, later, LSI_LASTED,
                                         &count, &known, e);
    if (status != LSCHED_OK)
        return status;
    const size_t room = LSI_LASTED - count, kept = !known ? 0 : x->count < room ? x->count : room;
    memmove(x->seconds + count, x->seconds, kept * sizeof *later);
    memcpy(x->seconds, later, count * sizeof *later);
    x->count = count + kept;
    x->last = last;
    *out = x;
    return LSCHED_OK;
}
