/* api/cases.c -- header chapter 7: cases, and what is held on a customer.
 *
 * The kind is written out here, since its name is a word of the language.
 */
#include "api/api.h"

#include <string.h>

LSI_LIST(case, cases)
LSI_LIST(entry, entries)
LSI_LIST(moment, moments)

/* ---- the record ------------------------------------------------------------------------------ */

int lsched_put_case(lsched *s, const lsched_case *record)
{
    lsched_case copy;
    int status = lsi_scheduler_need_store(s);
    if (status == LSCHED_OK)
        status = lsi_entry_take(s, record, sizeof copy, sizeof copy, &copy);
    return status == LSCHED_OK ? lsi_catalogue_put(&s->core, &lsi_kind_case, &copy, &s->error)
                               : status;
}

int lsched_get_case(lsched *s, const char *id, lsched_case **out)
{
    const lsched_case key = {.id = id};
    lsi_arena *arena;
    int status = lsi_box_start(s, out);
    if (status == LSCHED_OK)
        status = lsi_entry_id(s, "id", id);
    if (status != LSCHED_OK)
        return status;
    lsched_case *box = lsi_box_new(sizeof *box, &arena);
    if (box == NULL)
        return lsi_error_nomem(&s->error);
    status = lsi_catalogue_get(&s->core, &lsi_kind_case, &key, arena, box, &s->error);
    if (status == LSCHED_OK)
        *out = box;
    else
        lsched_case_free(box);
    return status;
}

int lsched_remove_case(lsched *s, const char *id)
{
    const lsched_case key = {.id = id};
    int status = lsi_scheduler_need_store(s);
    if (status == LSCHED_OK)
        status = lsi_entry_id(s, "id", id);
    return status == LSCHED_OK ? lsi_catalogue_remove(&s->core, &lsi_kind_case, &key, &s->error)
                               : status;
}

int lsched_list_cases(lsched *s, const char *customer, const char *after, uint32_t limit,
                      lsched_cases **out)
{
    lsi_list *list;
    int status = lsi_box_start_list(s, out, &limit, sizeof **out, sizeof(lsched_case), &list);
    if (status == LSCHED_OK && lsi_text_given(customer))
        status = lsi_entry_id(s, "customer", customer);
    if (status == LSCHED_OK && lsi_text_given(after))
        status = lsi_entry_id(s, "after", after);
    if (status == LSCHED_OK)
        status = lsi_cases_list(&s->core, customer, after, limit, &list->arena, &list->items,
                                &list->count, &s->error);
    return lsi_box_hand_list(list, status, out);
}

void lsched_case_free(lsched_case *record)
{
    lsi_box_free(record);
}

/* ---- entries --------------------------------------------------------------------------------- */

/* The box is had before anything is written, as for bookings. */
int lsched_add_entry(lsched *s, const lsched_entry *entry, lsched_entry **out)
{
    lsched_entry copy;
    lsi_arena *arena;
    if (out != NULL)
        *out = NULL;
    int status = lsi_scheduler_need_store(s);
    if (status == LSCHED_OK)
        status = lsi_entry_take(s, entry, sizeof copy, sizeof copy, &copy);
    if (status != LSCHED_OK)
        return status;
    lsched_entry *box = lsi_box_new(sizeof *box, &arena);
    if (box == NULL)
        return lsi_error_nomem(&s->error);
    status = lsi_cases_add(&s->core, &copy, arena, box, &s->error);
    if (status == LSCHED_OK && out != NULL)
        *out = box;
    else
        lsched_entry_free(box);
    return status;
}

void lsched_entry_free(lsched_entry *entry)
{
    lsi_box_free(entry);
}

int lsched_list_entries(lsched *s, const char *case_id, int64_t after, uint32_t limit,
                        lsched_entries **out)
{
    lsi_list *list;
    lsched_entry *items = NULL;
    int status = lsi_box_start_list(s, out, &limit, sizeof **out, sizeof *items, &list);
    if (status == LSCHED_OK && lsi_text_given(case_id))
        status = lsi_entry_id(s, "case_id", case_id);
    if (status == LSCHED_OK)
        status = lsi_cases_entries(&s->core, case_id, after, limit, &list->arena, &items,
                                   &list->count, &s->error);
    if (status == LSCHED_OK)
        list->items = items;
    return lsi_box_hand_list(list, status, out);
}

int lsched_list_unanswered(lsched *s, const char *agent, lsched_time before, uint32_t limit,
                           lsched_entries **out)
{
    lsi_list *list;
    lsched_entry *items = NULL;
    int status = lsi_box_start_list(s, out, &limit, sizeof **out, sizeof *items, &list);
    if (status == LSCHED_OK && lsi_text_given(agent))
        status = lsi_entry_id(s, "agent", agent);
    if (status == LSCHED_OK && (before < 0 || before > LSI_TIME_END))
        status = lsi_error_set(&s->error, LSCHED_INVALID, "before is not a time of ours");
    if (status == LSCHED_OK)
        status = lsi_cases_unanswered(&s->core, agent, before, limit, &list->arena, &items,
                                      &list->count, &s->error);
    if (status == LSCHED_OK)
        list->items = items;
    return lsi_box_hand_list(list, status, out);
}

int lsched_timeline(lsched *s, const char *case_id, uint32_t skip, uint32_t limit,
                    lsched_moments **out)
{
    lsi_list *list;
    lsched_moment *items = NULL;
    int status = lsi_box_start_list(s, out, &limit, sizeof **out, sizeof *items, &list);
    if (status == LSCHED_OK)
        status = lsi_entry_id(s, "case_id", case_id);
    if (status == LSCHED_OK)
        status = lsi_cases_timeline(&s->core, case_id, skip, limit, &list->arena, &items,
                                    &list->count, &s->error);
    if (status == LSCHED_OK)
        list->items = items;
    return lsi_box_hand_list(list, status, out);
}

/* ---- what is held on a customer ----------------------------------------------------------------- */

int lsched_export_customer(lsched *s, const char *customer, char **out)
{
    int status = lsi_box_start(s, out);
    if (status == LSCHED_OK)
        status = lsi_entry_id(s, "customer", customer);
    return status == LSCHED_OK ? lsi_export_customer(&s->core, customer, out, &s->error) : status;
}

int lsched_forget(lsched *s, const char *customer, int64_t *rows)
{
    int64_t gone = 0;
    int status = lsi_scheduler_need_store(s);
    if (status == LSCHED_OK)
        status = lsi_entry_id(s, "customer", customer);
    if (status == LSCHED_OK)
        status = lsi_privacy_forget(&s->core, customer, &gone, &s->error);
    if (rows != NULL)
        *rows = gone;
    return status;
}

int lsched_retain(lsched *s, lsched_time before, uint32_t limit, int64_t *rows)
{
    int64_t gone = 0;
    int status = lsi_scheduler_need_store(s);
    if (status == LSCHED_OK && limit > LSCHED_MAX_PAGE)
        status = lsi_error_set(&s->error, LSCHED_LIMIT, "limit is more than %d", LSCHED_MAX_PAGE);
    if (status == LSCHED_OK && (before <= 0 || before >= LSI_TIME_END))
        status = lsi_error_set(&s->error, LSCHED_INVALID, "before is not a time of ours");
    if (status == LSCHED_OK)
        status = lsi_privacy_retain(&s->core, before, limit != 0 ? limit : 1000, &gone, &s->error);
    if (rows != NULL)
        *rows = gone;
    return status;
}

int lsched_wipe(lsched *s)
{
    const int status = lsi_scheduler_need_store(s);
    return status == LSCHED_OK ? lsi_store_wipe(s->core.store, &s->error) : status;
}
