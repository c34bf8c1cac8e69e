/* core/announce.c -- an announcement: each customer that it is for is told once, inside the
 * customer's hours.
 */
#include "core/tell.h"

#include <stdio.h>

#define PAGE 1000 /* customers at a time */

static int tell_one(lsi_awake *hours, const lsched_announcement *to, const lsi_listener *l,
                    bool left, lsi_error *e)
{
    lsched_time opens, closes;
    int status = lsi_awake_ask(hours, l, to->service, &opens, &closes, e);
    if (status != LSCHED_OK)
        return status;
    const lsi_news n = {.customer = l->customer,
                        .kind = LSCHED_NOTICE_ANNOUNCEMENT,
                        .about = LSCHED_ABOUT_ANNOUNCEMENT,
                        .subject = to->id,
                        .hours = true,
                        .service = to->service,
                        .due = opens,
                        .until = to->until};
    status = left ? lsi_news_renew(hours->core->store, &n, e) : LSCHED_OK;
    return status == LSCHED_OK ? lsi_news_add(hours->core->store, &n, e) : status;
}

/* What waits of an older put is taken back first, so that those who are not meant any more are
 * not told, and the others when they should be now.  Who was told stays told: the store takes no
 * second one.  And what somebody was given to tell, whatever has become of that, goes on under the
 * id that it has: whoever told it knows it again, and whoever is telling it can say so. */
int lsi_announce_tell(lsi_core *core, const lsched_announcement *to, lsched_time now, lsi_error *e)
{
    char after[LSCHED_MAX_ID + 1] = "";
    lsi_arena groups = {0};
    lsi_awake hours = {.core = core, .a = &groups, .at = to->from > now ? to->from : now};
    size_t count = PAGE;
    bool left;
    int status = lsi_news_take_back(core->store, LSCHED_ABOUT_ANNOUNCEMENT, to->id, &left, e);
    while (status == LSCHED_OK && count == PAGE && (to->until == 0 || to->until > now)) {
        lsi_arena page = {0};
        lsi_listener *l;
        status = lsi_audience_announced(core->store, to, after, PAGE, &page, &l, &count, e);
        for (size_t i = 0; status == LSCHED_OK && i < count; i++)
            status = tell_one(&hours, to, &l[i], left, e);
        if (status == LSCHED_OK && count > 0)
            snprintf(after, sizeof after, "%s", l[count - 1].customer);
        lsi_arena_free(&page);
    }
    lsi_awake_free(&hours);
    lsi_arena_free(&groups);
    return status;
}
