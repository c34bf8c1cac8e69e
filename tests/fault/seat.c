/* seat.c -- bookings that make room for another: see story.c.
 *
 * Cleo knows neither ana nor ben, and either may serve her, so whoever wants the one who does
 * leaves her the other.
 */
#include "deeds.h"

#define TEN (NINE + 21 * DAY + 3600)
#define LATER (TEN + 3600)

void seat_put_service(lsched *s, answer *a)
{
    a->status = lsched_put_service(s, NEW(service, .id = "swift", .name = "Swift", .minutes = 30,
                                          .step = 30, .channels = LSCHED_PHONE, .reseats = 2));
}

void seat_book(lsched *s, answer *a)
{
    deeds_book(
        s, a, SEATED, lsched_book,
        NEW(request, .key = "to make room", .customer = "cleo", .service = "swift", .start = TEN));
}

void seat_book_later(lsched *s, answer *a)
{
    deeds_book(s, a, SEATED_LATER, lsched_book,
               NEW(request, .key = "to make room later", .customer = "cleo", .service = "swift",
                   .start = LATER));
}

void seat_make_room(lsched *s, answer *a)
{
    lsched_choice *chosen = NULL;
    a->status = lsched_why_agent(s, script_id(SEATED), &chosen);
    if (a->status == LSCHED_OK)
        deeds_book(s, a, SEATED_FOR, lsched_book,
                   NEW(request, .key = "room", .customer = "cora", .service = "swift",
                       .agent = chosen->agent, .start = TEN));
    lsched_choice_free(chosen);
}

/* Whoever serves later could be had then, by a move. */
static lsched_query whoever_serves(const lsched_choice *chosen)
{
    return *NEW(query, .customer = "cora", .service = "swift", .agent = chosen->agent,
                .from = LATER, .until = LATER + 1);
}

void ask_find_room(lsched *s, answer *a)
{
    lsched_choice *chosen = NULL;
    lsched_slots *list = NULL;
    a->status = lsched_why_agent(s, script_id(SEATED_LATER), &chosen);
    if (a->status == LSCHED_OK) {
        const lsched_query q = whoever_serves(chosen);
        a->status = lsched_find(s, &q, &list);
    }
    a->leftover |= a->status != LSCHED_OK && list != NULL;
    answer_int(a, (int64_t)lsched_slots_count(list));
    for (size_t i = 0; i < lsched_slots_count(list); i++)
        answer_int(a, lsched_slots_at(list, i)->moves);
    lsched_slots_free(list);
    lsched_choice_free(chosen);
}

void ask_explain_room(lsched *s, answer *a)
{
    lsched_choice *chosen = NULL;
    lsched_explanation *x = NULL;
    a->status = lsched_why_agent(s, script_id(SEATED_LATER), &chosen);
    if (a->status == LSCHED_OK) {
        const lsched_query q = whoever_serves(chosen);
        a->status = lsched_explain(s, &q, &x);
    }
    a->leftover |= a->status != LSCHED_OK && x != NULL;
    if (a->status == LSCHED_OK)
        answer_int(a, lsched_explanation_outlook(x)->slots);
    lsched_explanation_free(x);
    lsched_choice_free(chosen);
}
