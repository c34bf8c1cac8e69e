/* api/bookings.c -- header chapter 5: bookings. */
#include "api/api.h"

LSI_LIST(booking, bookings)

/* The size that a struct had in 0.1.0, when it ended before this field. */
#define FIRST(type, field) offsetof(type, field)

/* The box for an answer, made before anything is written: memory must not run out on the
 * way back from a commit.  `required`: the call makes no sense without `out`. */
static int start(lsched *s, lsched_booking **out, bool required, lsched_booking **box,
                 lsi_arena **arena)
{
    *box = NULL;
    if (out != NULL)
        *out = NULL;
    const int status = lsi_scheduler_need_store(s);
    if (status != LSCHED_OK)
        return status;
    if (out == NULL && required)
        return lsi_scheduler_missing(s, "out");
    *box = lsi_box_new(sizeof **box, arena);
    return *box != NULL ? LSCHED_OK : lsi_error_nomem(&s->error);
}

static int hand_out(int status, lsched_booking *box, lsched_booking **out)
{
    if (status == LSCHED_OK && out != NULL)
        *out = box;
    else
        lsched_booking_free(box);
    return status;
}

/* Takes a place, for good or for a while. */
static int take(lsched *s, const lsched_request *request, lsched_booking **out,
                int (*run)(lsi_core *core, const lsched_request *request, lsi_arena *a,
                           lsched_booking *out, lsi_error *e))
{
    lsched_request r;
    lsched_booking *box;
    lsi_arena *arena;
    int status = start(s, out, true, &box, &arena);
    if (status == LSCHED_OK)
        status = lsi_entry_take(s, request, FIRST(lsched_request, source), sizeof r, &r);
    if (status == LSCHED_OK)
        status = run(&s->core, &r, arena, box, &s->error);
    return hand_out(status, box, out);
}

int lsched_book(lsched *s, const lsched_request *request, lsched_booking **out)
{
    return take(s, request, out, lsi_booking_book);
}

int lsched_hold(lsched *s, const lsched_request *request, lsched_booking **out)
{
    return take(s, request, out, lsi_booking_hold);
}

int lsched_move(lsched *s, const lsched_change *change, lsched_booking **out)
{
    lsched_change c;
    lsched_booking *box;
    lsi_arena *arena;
    int status = start(s, out, true, &box, &arena);
    if (status == LSCHED_OK)
        status = lsi_entry_take(s, change, FIRST(lsched_change, keep), sizeof c, &c);
    if (status == LSCHED_OK)
        status = lsi_booking_move(&s->core, &c, arena, box, &s->error);
    return hand_out(status, box, out);
}

/* A step of what is there: the arguments, then the use case. */
static int step(lsched *s, const lsi_stepping *wanted, lsched_booking **out,
                int (*run)(lsi_core *core, const lsi_stepping *wanted, lsi_arena *a,
                           lsched_booking *out, lsi_error *e))
{
    lsched_booking *box;
    lsi_arena *arena;
    int status = start(s, out, false, &box, &arena);
    if (status == LSCHED_OK)
        status = lsi_entry_id(s, "id", wanted->id);
    if (status == LSCHED_OK && !lsi_text_given(wanted->key))
        status = lsi_scheduler_missing(s, "key");
    if (status == LSCHED_OK)
        status = run(&s->core, wanted, arena, box, &s->error);
    return hand_out(status, box, out);
}

int lsched_confirm(lsched *s, const char *id, const char *note, const char *key,
                   lsched_booking **out)
{
    const lsi_stepping wanted = {.key = key, .id = id, .text = note};
    return step(s, &wanted, out, lsi_booking_confirm);
}

int lsched_cancel(lsched *s, const char *id, const char *cause, const char *key,
                  lsched_booking **out)
{
    const lsi_stepping wanted = {.key = key, .id = id, .text = cause};
    return step(s, &wanted, out, lsi_booking_cancel);
}

int lsched_start(lsched *s, const char *id, const char *key, lsched_booking **out)
{
    const lsi_stepping wanted = {.key = key, .id = id};
    return step(s, &wanted, out, lsi_booking_start);
}

int lsched_finish(lsched *s, const char *id, int32_t state, const char *cause, const char *key,
                  lsched_booking **out)
{
    const lsi_stepping wanted = {.key = key, .id = id, .text = cause, .state = state};
    return step(s, &wanted, out, lsi_booking_finish);
}

int lsched_take_offer(lsched *s, const char *wait, const char *key, lsched_booking **out)
{
    const lsi_stepping wanted = {.key = key, .id = wait};
    return step(s, &wanted, out, lsi_wait_take);
}

int lsched_import(lsched *s, const lsched_booking *booking, const char *key, lsched_booking **out)
{
    lsched_booking b, *box;
    lsi_arena *arena;
    int status = start(s, out, false, &box, &arena);
    if (status == LSCHED_OK)
        status = lsi_entry_take(s, booking, FIRST(lsched_booking, expires), sizeof b, &b);
    if (status == LSCHED_OK && !lsi_text_given(key))
        status = lsi_scheduler_missing(s, "key");
    if (status == LSCHED_OK)
        status = lsi_import_take(&s->core, &b, key, arena, box, &s->error);
    return hand_out(status, box, out);
}

int lsched_get_booking(lsched *s, const char *id, lsched_booking **out)
{
    lsched_booking *box;
    lsi_arena *arena;
    int status = start(s, out, true, &box, &arena);
    if (status == LSCHED_OK)
        status = lsi_entry_id(s, "id", id);
    if (status == LSCHED_OK)
        status = lsi_booking_get(&s->core, id, arena, box, &s->error);
    if (status == LSCHED_OK)
        box->size = sizeof *box;
    return hand_out(status, box, out);
}

int lsched_why_agent(lsched *s, const char *id, lsched_choice **out)
{
    lsi_arena *arena;
    if (out != NULL)
        *out = NULL;
    int status = lsi_scheduler_need_store(s);
    if (status == LSCHED_OK && out == NULL)
        status = lsi_scheduler_missing(s, "out");
    if (status == LSCHED_OK)
        status = lsi_entry_id(s, "id", id);
    if (status != LSCHED_OK)
        return status;
    lsched_choice *box = lsi_box_new(sizeof *box, &arena);
    if (box == NULL)
        return lsi_error_nomem(&s->error);
    status = lsi_booking_why(&s->core, id, arena, box, &s->error);
    if (status == LSCHED_OK)
        *out = box;
    else
        lsched_choice_free(box);
    return status;
}

void lsched_choice_free(lsched_choice *choice)
{
    lsi_box_free(choice);
}

void lsched_booking_free(lsched_booking *booking)
{
    lsi_box_free(booking);
}

int lsched_list_bookings(lsched *s, const lsched_filter *filter, lsched_bookings **out)
{
    lsched_filter f;
    int status = lsi_box_start(s, out);
    if (status == LSCHED_OK)
        status = lsi_entry_take(s, filter, FIRST(lsched_filter, series), sizeof f, &f);
    if (status != LSCHED_OK)
        return status;
    lsi_list *list = lsi_box_list(sizeof **out, sizeof(lsched_booking));
    if (list == NULL)
        return lsi_error_nomem(&s->error);
    lsched_booking *items = NULL;
    status = lsi_booking_list(&s->core, &f, &list->arena, &items, &list->count, &s->error);
    list->items = items;
    return lsi_box_hand_list(list, status, out);
}
