/* mend.c -- a shift that ends over a booking, and the repair: see story.c. */
#include "deeds.h"

#define MONDAY (NINE + 20 * DAY) /* ten, by then */

static const char leave[] = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//tests//EN\r\n"
                            "BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20260323\r\n"
                            "DTEND;VALUE=DATE:20260324\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

static const lsched_sweep *of_ben(const char *key)
{
    static lsched_sweep sweep;
    sweep = *NEW(sweep, .kind = LSCHED_AGENT, .owner = "ben", .from = MONDAY - DAY / 2,
                 .until = MONDAY + DAY / 2, .key = key);
    return &sweep;
}

static void take_plan(answer *a, lsched_plan *plan)
{
    a->leftover |= a->status != LSCHED_OK && plan != NULL;
    for (size_t i = 0; i < lsched_plan_count(plan); i++) {
        const lsched_mend *m = lsched_plan_at(plan, i);
        answer_int(a, m->status);
        answer_int(a, m->changes);
        answer_int(a, m->notice);
        answer_booking(a, m->after);
    }
    lsched_plan_free(plan);
}

void mend_book(lsched *s, answer *a)
{
    deeds_book(s, a, ASTRAY, lsched_book,
               NEW(request, .key = "to be mended", .customer = "cora", .service = "talk",
                   .agent = "ben", .channel = LSCHED_PHONE, .start = MONDAY));
}

/* The leave, what it leaves, and the repair, in one transaction: nobody sees it between. */
void mend_repair(lsched *s, answer *a)
{
    lsched_plan *done = NULL;
    a->status = lsched_begin(s);
    if (a->status != LSCHED_OK)
        return;
    a->status = lsched_set_strays(s, 10);
    if (a->status == LSCHED_OK)
        a->status =
            lsched_put_calendar(s, NEW(calendar, .kind = LSCHED_AGENT, .owner = "ben",
                                       .name = "leave", .effect = LSCHED_CLOSES, .text = leave));
    a->leftover |= (a->status == LSCHED_OK) != (lsched_left_strays(s) != NULL);
    (void)lsched_set_strays(s, 0);
    if (a->status == LSCHED_OK)
        a->status = lsched_repair(s, of_ben("mend"), NULL, &done);
    take_plan(a, done);
    deeds_end_group(s, a);
}

/* What if the region closed over all of that day: asked, and taken back. */
static void if_closed(lsched *s, answer *a, int (*ask)(lsched *s, answer *a))
{
    a->status = lsched_begin(s);
    if (a->status != LSCHED_OK)
        return;
    a->status =
        lsched_put_calendar(s, NEW(calendar, .kind = LSCHED_REGION, .owner = "US-NY",
                                   .name = "leave", .effect = LSCHED_CLOSES, .text = leave));
    if (a->status == LSCHED_OK)
        a->status = ask(s, a);
    const int status = lsched_rollback(s);
    a->status = a->status == LSCHED_OK ? status : a->status;
}

static const lsched_sweep *of_region(void)
{
    static lsched_sweep sweep;
    sweep = *NEW(sweep, .kind = LSCHED_REGION, .owner = "US-NY");
    return &sweep;
}

static int list_strays(lsched *s, answer *a)
{
    lsched_strays *list = NULL;
    const int status = lsched_list_strays(s, of_region(), &list);
    a->leftover |= status != LSCHED_OK && list != NULL;
    for (size_t i = 0; i < lsched_strays_count(list); i++) {
        const lsched_stray *r = lsched_strays_at(list, i);
        answer_int(a, r->reasons);
        answer_text(a, r->text);
        answer_booking(a, r->booking);
    }
    lsched_strays_free(list);
    return status;
}

static int plan_repair(lsched *s, answer *a)
{
    lsched_plan *plan = NULL;
    const int status = a->status = lsched_plan_repair(s, of_region(), &plan);
    take_plan(a, plan);
    return status;
}

void ask_list_strays(lsched *s, answer *a)
{
    if_closed(s, a, list_strays);
}

void ask_plan_repair(lsched *s, answer *a)
{
    if_closed(s, a, plan_repair);
}
