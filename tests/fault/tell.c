/* tell.c -- listening, and what was promised and kept: see story.c. */
#include "deeds.h"

#define HEARD_AT (NINE - 20 * DAY)

void tell_put_service(lsched *s, answer *a)
{
    a->status = lsched_put_service(s, NEW(service, .id = "heard", .name = "Heard", .minutes = 10,
                                          .notice = LSCHED_NONE, .low_score = 50, .check_in = 2));
}

void tell_import(lsched *s, answer *a)
{
    lsched_booking *b = NULL;
    a->status =
        lsched_import(s,
                      NEW(booking, .state = LSCHED_STARTED, .channel = LSCHED_PHONE,
                          .customer = "fay", .service = "heard", .agent = "ana", .team = "home",
                          .start = HEARD_AT, .end = HEARD_AT + 600, .case_id = "t-1"),
                      "is heard", &b);
    a->leftover |= a->status != LSCHED_OK && b != NULL;
    script_learn(HEARD, b);
    answer_booking(a, b);
    lsched_booking_free(b);
}

/* And in two days it is asked whether all is well. */
void tell_fulfil(lsched *s, answer *a)
{
    a->status = lsched_finish(s, script_id(HEARD), LSCHED_FULFILLED, NULL, "was heard", NULL);
}

/* The score and its follow-up: both, or neither. */
void tell_score(lsched *s, answer *a)
{
    lsched_entry *n = NULL;
    a->status = lsched_add_entry(s,
                                 NEW(entry, .kind = LSCHED_ENTRY_SCORE, .key = "scored",
                                     .case_id = "t-1", .booking = script_id(HEARD), .score = 20,
                                     .text = "I had to call twice."),
                                 &n);
    a->leftover |= a->status != LSCHED_OK && n != NULL;
    if (n != NULL) {
        answer_int(a, n->low);
        answer_int(a, n->refused);
        answer_int(a, n->follow_up[0] != '\0');
        answer_text(a, n->agent);
    }
    lsched_entry_free(n);
}

#define MEASURED .from = NINE - 300 * DAY, .until = NINE + 60 * DAY

static void answer_figures(answer *a, const lsched_figures *f)
{
    answer_text(a, f->team);
    answer_text(a, f->agent);
    answer_int(a, f->contacts);
    answer_int(a, f->kept);
    answer_int(a, f->missed[0]);
    answer_int(a, f->late_max);
    answer_int(a, f->wait_max);
    answer_int(a, f->shift);
    answer_int(a, f->busy);
    answer_int(a, f->assigned);
    answer_int(a, f->uneven);
}

void ask_get_figures(lsched *s, answer *a)
{
    lsched_figures *f = NULL;
    a->status = lsched_get_figures(s, NEW(measure, .team = "home", MEASURED), &f);
    a->leftover |= a->status != LSCHED_OK && f != NULL;
    if (f != NULL)
        answer_figures(a, f);
    lsched_figures_free(f);
}

static void list_figures(lsched *s, answer *a, int32_t kind)
{
    lsched_figures_list *list = NULL;
    a->status = lsched_list_figures(s, NEW(measure, MEASURED), kind, &list);
    a->leftover |= a->status != LSCHED_OK && list != NULL;
    for (size_t i = 0; i < lsched_figures_list_count(list); i++)
        answer_figures(a, lsched_figures_list_at(list, i));
    lsched_figures_list_free(list);
}

void ask_list_figures(lsched *s, answer *a)
{
    list_figures(s, a, LSCHED_AGENT);
}

void ask_list_team_figures(lsched *s, answer *a)
{
    list_figures(s, a, LSCHED_TEAM);
}
