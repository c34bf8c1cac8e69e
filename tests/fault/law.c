/* law.c -- the laws of a region, and what they say of a contact: see story.c.
 */
#include "deeds.h"

#define LAWFUL(from, until)                                                                        \
    "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20260101T" from "\r\nDTEND:20260101T" until        \
    "\r\nRRULE:FREQ=DAILY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

void law_put_region(lsched *s, answer *a)
{
    a->status = lsched_put_region(s, NEW(region, .id = "US-NY", .name = "New York", .per_day = 3,
                                         .source = "a law", .as_of = "2026-01-01"));
}

void law_put_hours(lsched *s, answer *a)
{
    a->status = lsched_put_calendar(s, NEW(calendar, .kind = LSCHED_REGION, .owner = "US-NY",
                                           .name = "lawful", .effect = LSCHED_OPENS,
                                           .channels = LSCHED_PHONE | LSCHED_VISIT,
                                           .text = LAWFUL("070000", "230000")));
}

void law_put_region_anew(lsched *s, answer *a)
{
    a->status = lsched_put_region(s, NEW(region, .id = "US-NY", .name = "New York", .per_day = 3,
                                         .per_week = 7, .as_of = "2026-02-01"));
}

void law_put_passing_region(lsched *s, answer *a)
{
    a->status = lsched_put_region(s, NEW(region, .id = "US-NJ", .spacing = 60));
}

void law_remove_region(lsched *s, answer *a)
{
    a->status = lsched_remove_region(s, "US-NJ");
}

void ask_get_region(lsched *s, answer *a)
{
    lsched_region *r = NULL;
    a->status = lsched_get_region(s, "US-NY", &r);
    a->leftover |= a->status != LSCHED_OK && r != NULL;
    if (r != NULL) {
        answer_text(a, r->name);
        answer_text(a, r->as_of);
        answer_int(a, r->revision);
    }
    lsched_region_free(r);
}

void ask_list_regions(lsched *s, answer *a)
{
    lsched_regions *list = NULL;
    a->status = lsched_list_regions(s, NULL, 0, &list);
    a->leftover |= a->status != LSCHED_OK && list != NULL;
    for (size_t i = 0; i < lsched_regions_count(list); i++)
        answer_text(a, lsched_regions_at(list, i)->id);
    lsched_regions_free(list);
}

/* CLOSED is an answer here. */
static void ask_lawful(lsched *s, answer *a, lsched_time at)
{
    lsched_lawful *l = NULL;
    a->status = lsched_may_contact(s, "cora", "talk", LSCHED_PHONE, at, &l);
    if (a->status == LSCHED_CLOSED)
        a->status = LSCHED_OK;
    a->leftover |= a->status != LSCHED_OK && l != NULL;
    if (l != NULL) {
        answer_int(a, l->next);
        answer_int(a, l->reasons);
        answer_int(a, l->day);
        answer_text(a, l->region);
        answer_text(a, l->law);
    }
    answer_text(a, lsched_purpose_name(LSCHED_ASKED));
    lsched_lawful_free(l);
}

void ask_may_contact(lsched *s, answer *a)
{
    ask_lawful(s, a, NINE);
}

void ask_may_not_contact(lsched *s, answer *a)
{
    ask_lawful(s, a, NINE - 6 * 3600);
}
