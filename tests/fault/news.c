/* news.c -- the other questions of the story: what happened, what is due, who may, and whether
 * all is well.  Each hashes what it got.
 */
#include "check.h"
#include "deeds.h"
#include "disk.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

void ask_get_revision(lsched *s, answer *a)
{
    lsched_service *r = NULL;
    a->status = lsched_get_revision(s, "talk", 1, &r);
    a->leftover |= a->status != LSCHED_OK && r != NULL;
    if (r != NULL) {
        answer_text(a, r->name);
        answer_int(a, r->revision);
    }
    lsched_service_free(r);
}

void ask_list_series(lsched *s, answer *a)
{
    lsched_bookings *list = NULL;
    a->status = lsched_list_bookings(s, NEW(filter, .series = script_id(FITTING)), &list);
    a->leftover |= a->status != LSCHED_OK && list != NULL;
    for (size_t i = 0; i < lsched_bookings_count(list); i++)
        answer_booking(a, lsched_bookings_at(list, i));
    lsched_bookings_free(list);
}

static void take_events(answer *a, lsched_events *list)
{
    a->leftover |= a->status != LSCHED_OK && list != NULL;
    for (size_t i = 0; i < lsched_events_count(list); i++) {
        const lsched_event *r = lsched_events_at(list, i);
        answer_int(a, r->kind);
        answer_int(a, r->seq);
        answer_int(a, r->at);
        answer_text(a, r->key);
        answer_text(a, r->actor);
        answer_text(a, r->correlation);
        answer_booking(a, r->before);
        answer_booking(a, r->after);
    }
    lsched_events_free(list);
}

void ask_list_events(lsched *s, answer *a)
{
    lsched_events *list = NULL;
    a->status = lsched_list_events(s, NULL, 4, 0, &list);
    take_events(a, list);
}

void ask_list_life(lsched *s, answer *a)
{
    lsched_events *list = NULL;
    a->status = lsched_list_events(s, script_id(HELD), 0, 0, &list);
    take_events(a, list);
}

void ask_use_token(lsched *s, answer *a)
{
    lsched_booking *b = NULL;
    a->status = lsched_use_token(s, script_id(TOKEN), LSCHED_MOVE, &b);
    a->leftover |= a->status != LSCHED_OK && b != NULL;
    answer_booking(a, b);
    lsched_booking_free(b);
}

void ask_next_due(lsched *s, answer *a)
{
    lsched_time at = 0;
    a->status = lsched_next_due(s, &at);
    a->leftover |= a->status != LSCHED_OK && at != 0;
    answer_int(a, at);
}

void ask_verify(lsched *s, answer *a)
{
    lsched_findings *list = NULL;
    a->status = lsched_verify(s, &list);
    a->leftover |= a->status != LSCHED_OK && list != NULL;
    /* What a failing disk does not give is a finding, and for this a refusal. */
    if (lsched_findings_count(list) > 0)
        a->status = LSCHED_STORE;
    if (lsched_findings_count(list) > 0)
        snprintf(script_why, sizeof script_why, "%s: %s", lsched_findings_at(list, 0)->invariant,
                 lsched_findings_at(list, 0)->text);
    lsched_findings_free(list);
}

void ask_set_deadline(lsched *s, answer *a)
{
    a->status = lsched_set_deadline(s, 0);
    answer_text(a, lsched_store_note(s));
}

/* The copy has what the store has, or there is none. */
void ask_back_up(lsched *s, answer *a)
{
    check_state found;
    const char *copy = disk_path(DISK_COPY);
    disk_remove(copy); /* a power cut can bring it back */
    a->status = lsched_backup(s, copy);
    if (a->status == LSCHED_OK) {
        const disk_pause pause = disk_rest();
        const char *fault = check_path(copy, &found);
        answer_text(a, fault != NULL ? fault : "");
        answer_int(a, (int64_t)found.exact);
        disk_resume(pause);
    }
    a->leftover |= a->status != LSCHED_OK && access(copy, F_OK) == 0;
    disk_remove(copy);
}
