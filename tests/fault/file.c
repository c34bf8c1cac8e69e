/* file.c -- cases, what is written down in them, and customers who are forgotten: see story.c. */
#include "deeds.h"

#include <string.h>

#define ONE (NINE + 25 * DAY + 14400)
#define OLD (NINE - 200 * DAY)

void file_put_case(lsched *s, answer *a)
{
    a->status = lsched_begin(s);
    if (a->status != LSCHED_OK)
        return;
    a->status = lsched_put_customer(s, NEW(customer, .id = "fay", .zone = ZONE, .region = "US-NY"));
    if (a->status == LSCHED_OK)
        a->status = lsched_put_case(s, NEW(case, .id = "t-1", .customer = "fay", .topic = "router",
                                           .story = "It is red.", .needs = "captions"));
    deeds_end_group(s, a);
}

void file_book(lsched *s, answer *a)
{
    deeds_book(s, a, FILED, lsched_book,
               NEW(request, .key = "filed", .customer = "fay", .service = "talk",
                   .channel = LSCHED_CHAT, .start = ONE, .case_id = "t-1"));
}

void file_say(lsched *s, answer *a)
{
    lsched_entry *n = NULL;
    a->status =
        lsched_add_entry(s,
                         NEW(entry, .kind = LSCHED_ENTRY_IN, .key = "said", .case_id = "t-1",
                             .booking = script_id(FILED), .text = "It is still red."),
                         &n);
    a->leftover |= a->status != LSCHED_OK && n != NULL;
    if (n != NULL) {
        answer_int(a, n->seq);
        answer_int(a, n->at);
        answer_text(a, n->customer);
        answer_text(a, n->text);
    }
    lsched_entry_free(n);
}

/* Somebody who is there only to go. */
void file_come(lsched *s, answer *a)
{
    a->status = lsched_begin(s);
    if (a->status != LSCHED_OK)
        return;
    a->status = lsched_put_customer(s, NEW(customer, .id = "gus", .zone = ZONE, .region = "US-NY"));
    if (a->status == LSCHED_OK)
        a->status = lsched_put_case(s, NEW(case, .id = "t-2", .customer = "gus", .story = "His."));
    if (a->status == LSCHED_OK)
        a->status = lsched_add_entry(
            s, NEW(entry, .kind = LSCHED_ENTRY_NOTE, .key = "noted", .case_id = "t-2", .text = "N"),
            NULL);
    if (a->status == LSCHED_OK)
        deeds_book(s, a, GOING, lsched_book,
                   NEW(request, .key = "gus comes", .customer = "gus", .service = "talk",
                       .channel = LSCHED_CHAT, .start = ONE, .case_id = "t-2", .note = "Gus's"));
    deeds_end_group(s, a);
}

void file_cancel(lsched *s, answer *a)
{
    a->status = lsched_cancel(s, script_id(GOING), "he goes", "gus goes", NULL);
}

void file_forget(lsched *s, answer *a)
{
    a->status = lsched_forget(s, "gus", NULL);
}

void file_import_old(lsched *s, answer *a)
{
    a->status = lsched_import(s,
                              NEW(booking, .state = LSCHED_FULFILLED, .channel = LSCHED_PHONE,
                                  .customer = "fay", .service = "gone", .agent = "ana",
                                  .team = "home", .note = "old", .start = OLD, .end = OLD + 1800),
                              "of old", NULL);
}

void file_retain(lsched *s, answer *a)
{
    a->status = lsched_retain(s, OLD + DAY, 0, NULL);
}

void file_wipe(lsched *s, answer *a)
{
    a->status = lsched_wipe(s);
}

/* ---- questions ------------------------------------------------------------------------------- */

void ask_get_case(lsched *s, answer *a)
{
    lsched_case *c = NULL;
    a->status = lsched_get_case(s, "t-1", &c);
    a->leftover |= a->status != LSCHED_OK && c != NULL;
    if (c != NULL) {
        answer_text(a, c->customer);
        answer_text(a, c->story);
        answer_int(a, c->opened);
        answer_int(a, c->changed);
    }
    lsched_case_free(c);
}

void ask_list_cases(lsched *s, answer *a)
{
    lsched_cases *list = NULL;
    a->status = lsched_list_cases(s, "fay", NULL, 0, &list);
    a->leftover |= a->status != LSCHED_OK && list != NULL;
    for (size_t i = 0; i < lsched_cases_count(list); i++)
        answer_text(a, lsched_cases_at(list, i)->id);
    lsched_cases_free(list);
}

void ask_list_entries(lsched *s, answer *a)
{
    lsched_entries *list = NULL;
    a->status = lsched_list_entries(s, NULL, 0, 0, &list);
    a->leftover |= a->status != LSCHED_OK && list != NULL;
    for (size_t i = 0; i < lsched_entries_count(list); i++) {
        const lsched_entry *n = lsched_entries_at(list, i);
        answer_int(a, n->seq);
        answer_text(a, lsched_entry_name(n->kind));
        answer_text(a, n->customer);
        answer_text(a, n->text);
        answer_text(a, n->key);
    }
    lsched_entries_free(list);
}

void ask_list_unanswered(lsched *s, answer *a)
{
    lsched_entries *list = NULL;
    a->status = lsched_list_unanswered(s, NULL, 0, 0, &list);
    a->leftover |= a->status != LSCHED_OK && list != NULL;
    for (size_t i = 0; i < lsched_entries_count(list); i++)
        answer_int(a, lsched_entries_at(list, i)->due);
    lsched_entries_free(list);
}

void ask_tell_case(lsched *s, answer *a)
{
    lsched_moments *list = NULL;
    a->status = lsched_timeline(s, "t-1", 0, 0, &list);
    a->leftover |= a->status != LSCHED_OK && list != NULL;
    for (size_t i = 0; i < lsched_moments_count(list); i++) {
        const lsched_moment *m = lsched_moments_at(list, i);
        answer_int(a, m->event != NULL ? m->event->kind : m->entry != NULL ? -m->entry->kind : 0);
        answer_booking(a, m->event != NULL ? m->event->after : NULL);
        if (m->notice != NULL) {
            answer_int(a, m->notice->kind);
            answer_int(a, m->told);
        }
    }
    lsched_moments_free(list);
}

/* Ids differ, and their lengths do not. */
void ask_export_customer(lsched *s, answer *a)
{
    char *text = NULL;
    a->status = lsched_export_customer(s, "fay", &text);
    a->leftover |= a->status != LSCHED_OK && text != NULL;
    if (text != NULL)
        answer_int(a, (int64_t)strlen(text));
    lsched_text_free(text);
}

/* In a transaction that is undone, so that the story goes on. */
void ask_remove_case(lsched *s, answer *a)
{
    a->status = lsched_begin(s);
    if (a->status != LSCHED_OK)
        return;
    a->status = lsched_cancel(s, script_id(FILED), NULL, "to remove", NULL);
    if (a->status == LSCHED_OK)
        a->status = lsched_remove_case(s, "t-1");
    const int end = lsched_rollback(s);
    a->status = a->status == LSCHED_OK ? end : a->status;
}
