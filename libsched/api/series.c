/* api/series.c -- header chapter 5: bookings that recur. */
#include "api/api.h"

LSI_LIST(occurrence, series)

/* The box for the answer, made before anything is written. */
static int start(lsched *s, lsched_series **out, bool required, lsi_list **box)
{
    *box = NULL;
    if (out != NULL)
        *out = NULL;
    const int status = lsi_scheduler_need_store(s);
    if (status != LSCHED_OK)
        return status;
    if (out == NULL && required)
        return lsi_scheduler_missing(s, "out");
    *box = lsi_box_list(sizeof **out, sizeof(lsched_occurrence));
    return *box != NULL ? LSCHED_OK : lsi_error_nomem(&s->error);
}

static int hand_out(int status, lsi_list *box, const lsi_occurrences *found, lsched_series **out)
{
    if (status != LSCHED_OK || out == NULL) {
        lsi_box_list_free(box);
        return status;
    }
    box->items = found->at;
    box->count = found->count;
    *out = (lsched_series *)box;
    return status;
}

int lsched_book_series(lsched *s, const lsched_request *request, const char *rule, int32_t mode,
                       lsched_series **out)
{
    lsi_recurring wanted = {.rule = rule, .mode = mode};
    lsi_occurrences found = {0};
    lsi_list *box;
    int status = start(s, out, true, &box);
    if (status == LSCHED_OK)
        status = lsi_entry_take(s, request, offsetof(lsched_request, source), sizeof wanted.request,
                                &wanted.request);
    if (status == LSCHED_OK && !lsi_text_given(rule))
        status = lsi_scheduler_missing(s, "rule");
    if (status == LSCHED_OK)
        status = lsi_series_book(&s->core, &wanted, &box->arena, &found, &s->error);
    return hand_out(status, box, &found, out);
}

int lsched_cancel_series(lsched *s, const char *series, lsched_time from, const char *cause,
                         const char *key, lsched_series **out)
{
    const lsi_ending wanted = {.key = key, .series = series, .cause = cause, .from = from};
    lsi_occurrences found = {0};
    lsi_list *box;
    int status = start(s, out, false, &box);
    if (status == LSCHED_OK)
        status = lsi_entry_id(s, "series", series);
    if (status == LSCHED_OK && !lsi_text_given(key))
        status = lsi_scheduler_missing(s, "key");
    if (status == LSCHED_OK)
        status = lsi_series_cancel(&s->core, &wanted, &box->arena, &found, &s->error);
    return hand_out(status, box, &found, out);
}
