/* wait.c -- the waitlist: see story.c.
 *
 * Cleo has ana at a time that cora would like; when she gives it back, it is offered to cora.
 */
#include "deeds.h"

#define WANTED (NINE + 22 * DAY + 3600)

void wait_book(lsched *s, answer *a)
{
    deeds_book(s, a, WANTED_BY_TWO, lsched_book,
               NEW(request, .key = "to be wanted", .customer = "cleo", .service = "swift",
                   .agent = "ana", .start = WANTED));
}

void wait_put(lsched *s, answer *a)
{
    a->status = lsched_put_wait(s, NEW(wait, .id = "first", .customer = "cora", .service = "swift",
                                       .agent = "ana", .from = WANTED, .until = WANTED + 1));
}

void wait_free(lsched *s, answer *a)
{
    a->status = lsched_cancel(s, script_id(WANTED_BY_TWO), NULL, "make free", NULL);
}

void wait_take(lsched *s, answer *a)
{
    lsched_booking *b = NULL;
    a->status = lsched_take_offer(s, "first", "take an offer", &b);
    a->leftover |= a->status != LSCHED_OK && b != NULL;
    answer_booking(a, b);
    lsched_booking_free(b);
}

void wait_put_other(lsched *s, answer *a)
{
    a->status =
        lsched_put_wait(s, NEW(wait, .id = "second", .customer = "cleo", .service = "swift",
                               .agent = "ana", .from = WANTED + 3600, .until = WANTED + 3601));
}

/* What is free is offered once: the second time there is nothing. */
void wait_offer(lsched *s, answer *a)
{
    lsched_waits *list = NULL;
    a->status = lsched_offer_places(s, 0, &list);
    a->leftover |= a->status != LSCHED_OK && list != NULL;
    lsched_waits_free(list);
}

void wait_remove(lsched *s, answer *a)
{
    a->status = lsched_remove_wait(s, "second");
}

static void answer_wait(answer *a, const lsched_wait *wait)
{
    answer_text(a, wait->id);
    answer_int(a, wait->state);
    answer_int(a, wait->offers);
}

void ask_get_wait(lsched *s, answer *a)
{
    lsched_wait *wait = NULL;
    a->status = lsched_get_wait(s, "first", &wait);
    a->leftover |= a->status != LSCHED_OK && wait != NULL;
    if (wait != NULL)
        answer_wait(a, wait);
    lsched_wait_free(wait);
}

void ask_list_waits(lsched *s, answer *a)
{
    lsched_waits *list = NULL;
    a->status = lsched_list_waits(s, NULL, 0, &list);
    a->leftover |= a->status != LSCHED_OK && list != NULL;
    for (size_t i = 0; i < lsched_waits_count(list); i++)
        answer_wait(a, lsched_waits_at(list, i));
    lsched_waits_free(list);
}
