/* core/listen.c -- listening: what a low score sets going, and asking whether all is well.
 *
 * The follow-up to a low score is a contact of the line like any other, made in the transaction
 * that keeps the score.  The score comes first: where no follow-up can be made, it is kept all
 * the same, and says so.
 */
#include "core/line.h"

#include <inttypes.h>
#include <stdio.h>

/* ---- the follow-up ------------------------------------------------------------------------------ */

/* As lsched_join() would place it, and where an incident lets nobody join, not at all; where it
 * is too late for today, not before somebody could serve. */
static int place(lsi_act *t, const lsi_wish *wish, lsi_error *e)
{
    lsi_facts f = {0};
    lsched_time start = 0;
    int status = lsi_facts_load(t->core, wish, t->now, &f, e);
    if (status == LSCHED_OK)
        status = lsi_storm_joining(&f, e);
    const bool joining = status == LSCHED_OK;
    if (joining)
        status = lsi_line_choose(t, &f, e);
    lsi_facts_free(t->core, &f);
    if (!joining || status != LSCHED_CLOSED)
        return status;
    lsi_error_clear(e);
    status = lsi_attempt_possible(t, &start, e);
    if (status == LSCHED_OK && start == 0)
        return lsi_error_set(e, LSCHED_CLOSED, "nobody could serve this customer in eight days");
    t->b->start = start;
    f = (lsi_facts){0};
    if (status == LSCHED_OK)
        status = lsi_facts_load(t->core, wish, t->now, &f, e);
    if (status == LSCHED_OK)
        status = lsi_line_settle(t, &f, e);
    lsi_facts_free(t->core, &f);
    return status;
}

/* The contact that the score is about may still be written up; whoever is in it has had the say. */
static int join(lsi_act *t, const lsched_request *r, lsched_entry *n, const lsched_booking *about,
                lsi_error *e)
{
    const char *but = about->state == LSCHED_STARTED ? about->id : NULL;
    const lsi_wish wish = lsi_booking_wish(r);
    char cause[LSCHED_MAX_ID + 40];
    int status = lsi_line_draft(t, r, e);
    if (status == LSCHED_OK)
        status = lsi_line_open(t->core->store, r->customer, r->service, but, t->now, t->a,
                               &n->follow_up, e);
    if (status == LSCHED_OK && n->follow_up[0] != '\0')
        return lsi_error_set(e, LSCHED_EXISTS, "there is an open contact already");
    const int size =
        snprintf(cause, sizeof cause, "score %" PRId32 " for %s", n->score, n->booking);
    t->b->cause = lsi_arena_text(t->a, cause, (size_t)size);
    if (status == LSCHED_OK && t->b->cause == NULL)
        status = lsi_error_nomem(e);
    if (status == LSCHED_OK)
        status = place(t, &wish, e);
    if (status == LSCHED_OK)
        status = lsi_booking_new_id(t, e);
    return status;
}

/* What is no failure, but an answer: the rules say no, or a record that it takes is gone. */
static bool is_refusal(int status)
{
    return (status <= -20 && status > -40) || lsi_stray_cannot_tell(status);
}

static int follow(lsi_core *core, lsched_entry *n, const lsched_booking *about, const char *service,
                  lsched_time now, lsi_arena *a, lsi_error *e)
{
    lsched_booking made;
    lsi_act t = {.core = core,
                 .a = a,
                 .now = now,
                 .stamp = {.at = n->at, .actor = core->actor, .correlation = core->correlation},
                 .b = &made};
    const lsched_request r = {
        .customer = n->customer, .service = service, .case_id = n->case_id, .note = n->text};
    int status = join(&t, &r, n, about, e);
    if (is_refusal(status)) {
        n->refused = status;
        n->follow_up = status == LSCHED_EXISTS ? n->follow_up : "";
        lsi_error_clear(e);
        return LSCHED_OK;
    }
    if (status == LSCHED_OK)
        status = lsi_booking_step(&t, lsi_life_begin(LSI_JOIN), 0, e);
    n->follow_up = status == LSCHED_OK ? made.id : "";
    return status;
}

int lsi_listen_score(lsi_core *core, lsched_entry *n, lsched_time now, lsi_arena *a, lsi_error *e)
{
    lsched_booking about;
    lsched_service key = {0}, service;
    n->low = n->refused = 0;
    n->follow_up = "";
    if (n->kind != LSCHED_ENTRY_SCORE || !lsi_text_given(n->booking))
        return LSCHED_OK;
    int status = lsi_ledger_get(core->store, n->booking, a, &about, e);
    if (status != LSCHED_OK)
        return status;
    if (!lsi_text_given(n->agent))
        n->agent = about.agent;
    key.id = about.service;
    status = lsi_record_get(core->store, &lsi_kind_service, &key, a, &service, e);
    /* Of what is gone from the catalogue no score is low. */
    if (status == LSCHED_NOTFOUND) {
        lsi_error_clear(e);
        return LSCHED_OK;
    }
    n->low = status == LSCHED_OK && service.low_score > 0 && n->score <= service.low_score;
    const char *with = service.follow_up;
    if (n->low != 0)
        status = follow(core, n, &about, lsi_text_given(with) ? with : service.id, now, a, e);
    return status;
}

/* ---- whether all is well ----------------------------------------------------------------------------- */

int lsi_listen_served(lsi_act *t, lsi_error *e)
{
    const lsched_booking *b = t->b;
    const lsched_service key = {.id = b->service};
    lsched_service service;
    bool ahead = false;
    int status = lsi_record_get(t->core->store, &lsi_kind_service, &key, t->a, &service, e);
    if (status == LSCHED_NOTFOUND) {
        lsi_error_clear(e);
        return LSCHED_OK;
    }
    if (status != LSCHED_OK || service.check_in == 0)
        return status;
    status = lsi_served_ahead(t->core->store, b, t->now, &ahead, e);
    if (status != LSCHED_OK || ahead)
        return status;
    const lsi_news news = {.customer = b->customer,
                           .kind = LSCHED_NOTICE_CHECKIN,
                           .about = LSCHED_ABOUT_BOOKING,
                           .subject = b->id,
                           .sequence = b->sequence,
                           .hours = true,
                           .case_id = b->case_id,
                           .service = b->service,
                           .due = t->now + service.check_in * LSI_DAY};
    return lsi_news_add(t->core->store, &news, e);
}
