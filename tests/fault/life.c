/* life.c -- what becomes of bookings in the story: holds, contacts, series, and what customers
 * have of them, tokens and notices.  All are of Wednesday 4 March 2026 and after.
 */
#include "deeds.h"

#include <string.h>

#define WEDNESDAY (NINE + DAY)
#define HOUR 3600

/* A new text of a service is a new revision of it. */
void life_change_service(lsched *s, answer *a)
{
    a->status = lsched_put_service(s, NEW(service, .id = "talk", .name = "A talk", .minutes = 30,
                                          .step = 30, .notice = LSCHED_NONE, .reminder = 60));
}

/* ---- holds ---------------------------------------------------------------------------------- */

static void hold(lsched *s, answer *a, int slot, const char *key, lsched_time at, int32_t seconds)
{
    deeds_book(s, a, slot, lsched_hold,
               NEW(request, .key = key, .customer = "cora", .service = "talk", .agent = "ana",
                   .channel = LSCHED_PHONE, .start = at, .seconds = seconds, .source = "web"));
}

static void take_booking(answer *a, lsched_booking *b)
{
    a->leftover |= a->status != LSCHED_OK && b != NULL;
    answer_booking(a, b);
    lsched_booking_free(b);
}

static void confirm(lsched *s, answer *a, int slot, const char *key)
{
    lsched_booking *b = NULL;
    a->status = lsched_confirm(s, script_id(slot), "held first", key, &b);
    take_booking(a, b);
}

void life_hold(lsched *s, answer *a)
{
    hold(s, a, HELD, "hold", WEDNESDAY, 600);
}

void life_confirm(lsched *s, answer *a)
{
    confirm(s, a, HELD, "confirm");
}

void life_hold_shortly(lsched *s, answer *a)
{
    hold(s, a, HELD_SHORTLY, "hold shortly", WEDNESDAY + HOUR, 30);
}

/* The one before has run out, and this writes that down. */
void life_hold_after(lsched *s, answer *a)
{
    hold(s, a, HELD_AFTER, "hold after", WEDNESDAY + HOUR, 600);
}

void life_cancel_hold(lsched *s, answer *a)
{
    lsched_booking *b = NULL;
    a->status = lsched_cancel(s, script_id(HELD_AFTER), NULL, "cancel a hold", &b);
    take_booking(a, b);
}

void life_hold_late(lsched *s, answer *a)
{
    hold(s, a, HELD_LATE, "hold late", WEDNESDAY + 2 * HOUR, 20);
}

void life_confirm_late(lsched *s, answer *a)
{
    confirm(s, a, HELD_LATE, "confirm late");
}

void life_hold_to_move(lsched *s, answer *a)
{
    hold(s, a, HELD_TO_MOVE, "hold to move", WEDNESDAY + 3 * HOUR, 90);
}

void life_move_hold(lsched *s, answer *a)
{
    lsched_booking *b = NULL;
    a->status = lsched_move(s,
                            NEW(change, .key = "move a hold", .id = script_id(HELD_TO_MOVE),
                                .start = WEDNESDAY + 4 * HOUR, .keep = LSCHED_KEEP_AGENT),
                            &b);
    take_booking(a, b);
}

/* The hold has run out by then. */
void life_book_after(lsched *s, answer *a)
{
    deeds_book(s, a, BOOKED_AFTER, lsched_book,
               NEW(request, .key = "book after", .customer = "cora", .service = "talk",
                   .agent = "ana", .channel = LSCHED_PHONE, .start = WEDNESDAY + 4 * HOUR));
}

/* ---- contacts ------------------------------------------------------------------------------- */

/* The origin is only that of this call: whoever runs it again has none. */
void life_start(lsched *s, answer *a)
{
    lsched_booking *b = NULL;
    a->status = lsched_set_origin(s, "ana", "ticket-7");
    if (a->status == LSCHED_OK)
        a->status = lsched_start(s, script_id(HELD), "start", &b);
    (void)lsched_set_origin(s, NULL, NULL);
    take_booking(a, b);
}

static void finish(lsched *s, answer *a, int slot, int32_t state, const char *key)
{
    lsched_booking *b = NULL;
    a->status = lsched_finish(s, script_id(slot), state, "as it went", key, &b);
    take_booking(a, b);
}

void life_fulfil(lsched *s, answer *a)
{
    finish(s, a, HELD, LSCHED_FULFILLED, "fulfil");
}

void life_start_late(lsched *s, answer *a)
{
    a->status = lsched_start(s, script_id(EARLY), "start late", NULL);
}

void life_finish_noshow(lsched *s, answer *a)
{
    finish(s, a, EARLY, LSCHED_NOSHOW, "noshow");
}

void life_finish_missed(lsched *s, answer *a)
{
    finish(s, a, LATE, LSCHED_MISSED, "missed");
}

/* ---- series --------------------------------------------------------------------------------- */

static void take_series(answer *a, int slot, lsched_series *list)
{
    a->leftover |= a->status != LSCHED_OK && list != NULL;
    for (size_t i = lsched_series_count(list); i > 0; i--) {
        const lsched_occurrence *o = lsched_series_at(list, i - 1);
        answer_int(a, o->start);
        answer_int(a, o->status);
        answer_int(a, o->reasons);
        answer_booking(a, o->booking);
        if (o->booking != NULL)
            script_learn_text(slot, o->booking->series);
    }
    lsched_series_free(list);
}

void life_book_series(lsched *s, answer *a)
{
    lsched_series *list = NULL;
    a->status = lsched_book_series(s,
                                   NEW(request, .key = "series", .customer = "cora",
                                       .service = "talk", .agent = "ben", .channel = LSCHED_PHONE,
                                       .start = WEDNESDAY + 5 * HOUR),
                                   "FREQ=DAILY;COUNT=3", LSCHED_ALL, &list);
    take_series(a, SERIES, list);
}

/* The first of them is taken. */
void life_book_fitting(lsched *s, answer *a)
{
    lsched_series *list = NULL;
    a->status = lsched_book_series(s,
                                   NEW(request, .key = "fit", .customer = "cora", .service = "talk",
                                       .agent = "ana", .channel = LSCHED_PHONE,
                                       .start = WEDNESDAY + 2 * HOUR),
                                   "FREQ=DAILY;COUNT=3", LSCHED_FIT, &list);
    take_series(a, FITTING, list);
}

void life_cancel_series(lsched *s, answer *a)
{
    lsched_series *list = NULL;
    a->status = lsched_cancel_series(s, script_id(SERIES), WEDNESDAY + DAY, "enough",
                                     "cancel a series", &list);
    take_series(a, SERIES, list);
}

/* ---- tokens --------------------------------------------------------------------------------- */

/* Each call makes another one: so all go before it, in one transaction, and there is one. */
static void make_token(lsched *s, answer *a, const char *booking)
{
    char *text = NULL;
    a->status = lsched_begin(s);
    if (a->status != LSCHED_OK)
        return;
    a->status = lsched_drop_tokens(s, booking);
    if (a->status == LSCHED_OK)
        a->status = lsched_make_token(s, booking, LSCHED_VIEW | LSCHED_MOVE, 0, &text);
    a->leftover |= a->status != LSCHED_OK && text != NULL;
    if (text != NULL) {
        answer_int(a, (int64_t)strlen(text));
        script_learn_text(TOKEN, text);
    }
    lsched_text_free(text);
    deeds_end_group(s, a);
}

void life_make_token(lsched *s, answer *a)
{
    make_token(s, a, script_id(GROUPED));
}

void life_make_other_token(lsched *s, answer *a)
{
    make_token(s, a, script_id(FITTED));
}

void life_drop_tokens(lsched *s, answer *a)
{
    a->status = lsched_drop_tokens(s, script_id(GROUPED));
}

/* ---- notices -------------------------------------------------------------------------------- */

/* What is leased is not there a second time: NOTFOUND stands for that nothing was. */
static void take(lsched *s, answer *a, int slot)
{
    lsched_notices *list = NULL;
    a->status = lsched_take_notices(s, 0, 600, &list);
    a->leftover |= a->status != LSCHED_OK && list != NULL;
    for (size_t i = 0; i < lsched_notices_count(list); i++) {
        const lsched_notice *n = lsched_notices_at(list, i);
        answer_int(a, n->kind);
        answer_int(a, n->due);
        answer_int(a, n->lease_until);
        answer_int(a, n->attempt);
        answer_booking(a, n->booking);
        script_learn_text(slot, n->id);
    }
    if (a->status == LSCHED_OK && lsched_notices_count(list) == 0)
        a->status = LSCHED_NOTFOUND;
    lsched_notices_free(list);
    a->id[0] = '\0'; /* no key stands for it */
}

void life_take(lsched *s, answer *a)
{
    take(s, a, NOTICE);
}

void life_ack(lsched *s, answer *a)
{
    a->status = lsched_ack_notice(s, script_id(NOTICE), 1);
}

void life_take_again(lsched *s, answer *a)
{
    take(s, a, NOTICE_AGAIN);
}

void life_cancel_told(lsched *s, answer *a)
{
    a->status = lsched_cancel(s, script_id(FITTED), "too late", "cancel what was told", NULL);
}
