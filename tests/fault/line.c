/* line.c -- contacts that wait, and the working day: see story.c.
 *
 * Zoe does nothing but video calls, of which there are no others: so what waits is hers.
 */
#include "deeds.h"

static void take_booking(answer *a, int slot, lsched_booking *b)
{
    a->leftover |= a->status != LSCHED_OK && b != NULL;
    answer_booking(a, b);
    if (b != NULL) {
        answer_int(a, b->since);
        answer_int(a, b->attempts);
        answer_int(a, b->outcome);
        script_learn(slot, b);
    }
    lsched_booking_free(b);
}

void line_put_agent(lsched *s, answer *a)
{
    a->status = lsched_begin(s);
    if (a->status != LSCHED_OK)
        return;
    a->status = lsched_put_agent(
        s, NEW(agent, .id = "zoe", .name = "Zoe", .zone = ZONE, .channels = LSCHED_VIDEO));
    if (a->status == LSCHED_OK)
        a->status = lsched_put_member(s, NEW(member, .team = "home", .agent = "zoe"));
    if (a->status == LSCHED_OK)
        a->status = deeds_put_hours(s, LSCHED_AGENT, "zoe", deeds_daily, LSCHED_OPENS);
    deeds_end_group(s, a);
}

void line_put_service(lsched *s, answer *a)
{
    a->status = lsched_put_service(s, NEW(service, .id = "rescue", .name = "Rescue", .minutes = 5,
                                          .channels = LSCHED_VIDEO, .cut_off = LSCHED_NONE,
                                          .spacing = 1, .attempts = 2));
}

static void join(lsched *s, answer *a, int slot, const char *customer, const char *key)
{
    lsched_booking *b = NULL;
    a->status =
        lsched_join(s, NEW(request, .key = key, .customer = customer, .service = "rescue"), &b);
    take_booking(a, slot, b);
}

void line_join(lsched *s, answer *a)
{
    join(s, a, WAITING, "cora", "join");
}

void line_join_to_stay(lsched *s, answer *a)
{
    join(s, a, WAITING_ON, "cleo", "join to stay");
}

void line_join_again(lsched *s, answer *a)
{
    join(s, a, WAITING_AGAIN, "cora", "join again");
}

/* Asked again, it is the same. */
void line_next(lsched *s, answer *a)
{
    lsched_booking *b = NULL;
    a->status = lsched_next(s, "zoe", 600, &b);
    take_booking(a, WAITING, b);
}

void line_start(lsched *s, answer *a)
{
    lsched_booking *b = NULL;
    a->status = lsched_start(s, script_id(WAITING), "start what waited", &b);
    take_booking(a, WAITING, b);
}

void line_start_as(lsched *s, answer *a)
{
    lsched_booking *b = NULL;
    a->status = lsched_start_as(s, script_id(WAITING), "zoe", "start again", &b);
    take_booking(a, WAITING, b);
}

/* Tried again it is as soon as the rules allow, in whatever part of the day. */
static void finish(lsched *s, answer *a, int32_t outcome, const char *key)
{
    lsched_booking *b = NULL;
    a->status = lsched_finish_as(
        s, NEW(result, .key = key, .id = script_id(WAITING), .outcome = outcome, .again = 1), &b);
    take_booking(a, WAITING, b);
}

void line_try(lsched *s, answer *a)
{
    finish(s, a, LSCHED_OUTCOME_NO_ANSWER, "in vain");
}

void line_give_up(lsched *s, answer *a)
{
    finish(s, a, LSCHED_OUTCOME_MACHINE, "in vain again");
}

void line_happened(lsched *s, answer *a)
{
    lsched_booking *b = NULL;
    a->status = lsched_contact_happened(s, "cora", "rescue", "rang in", "happened", &b);
    take_booking(a, WAITING_AGAIN, b);
}

void ask_line(lsched *s, answer *a)
{
    lsched_bookings *list = NULL;
    int32_t position = 0;
    a->status = lsched_list_line(s, "home", 0, 0, &list);
    a->leftover |= a->status != LSCHED_OK && list != NULL;
    for (size_t i = 0; i < lsched_bookings_count(list); i++)
        answer_booking(a, lsched_bookings_at(list, i));
    lsched_bookings_free(list);
    if (a->status == LSCHED_OK)
        a->status = lsched_get_position(s, script_id(WAITING_ON), &position);
    answer_int(a, position);
}

void ask_stuck(lsched *s, answer *a)
{
    lsched_strays *list = NULL;
    a->status = lsched_list_stuck(s, NULL, 0, &list);
    a->leftover |= a->status != LSCHED_OK && list != NULL;
    for (size_t i = 0; i < lsched_strays_count(list); i++) {
        answer_booking(a, lsched_strays_at(list, i)->booking);
        answer_text(a, lsched_strays_at(list, i)->text);
    }
    lsched_strays_free(list);
}

/* The same at the same instant. */
static void answer_wait(answer *a, lsched_forecast *x)
{
    a->leftover |= a->status != LSCHED_OK && x != NULL;
    if (a->status != LSCHED_OK || x == NULL)
        return;
    answer_int(a, x->status);
    answer_int(a, x->offered);
    answer_int(a, x->position);
    answer_int(a, x->agents);
    answer_int(a, x->p50);
    answer_int(a, x->p90);
    answer_int(a, x->close);
    answer_int(a, x->slot != NULL ? x->slot->start : 0);
    lsched_forecast_free(x);
}

void ask_estimate(lsched *s, answer *a)
{
    lsched_forecast *x = NULL;
    a->status = lsched_estimate(s, NEW(request, .customer = "cora", .service = "rescue"), &x);
    answer_wait(a, x);
}

void ask_estimate_waiting(lsched *s, answer *a)
{
    lsched_forecast *x = NULL;
    a->status = lsched_estimate_waiting(s, script_id(WAITING_ON), &x);
    answer_wait(a, x);
}

void ask_ways(lsched *s, answer *a)
{
    lsched_ways *list = NULL;
    a->status = lsched_find_ways(s, "cora", "the whole contract", &list);
    for (size_t i = 0; i < lsched_ways_count(list); i++) {
        const lsched_way *way = lsched_ways_at(list, i);
        answer_text(a, way->service);
        answer_int(a, way->channel);
        answer_int(a, way->join);
        answer_int(a, way->reasons);
        answer_text(a, way->slot != NULL ? way->slot->agent : "");
    }
    lsched_ways_free(list);
}
