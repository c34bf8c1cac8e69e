/* core/cases.c -- cases: what is written down in them, and what belongs to one.
 *
 * A case keeps its customer: bookings and entries of one are of one customer, whatever channel
 * or agent they go through (the schema says so too).
 */
#include "core/core.h"

#include <string.h>

/* ---- the record --------------------------------------------------------------------------- */

/* One that is put again as it is has not changed. */
int lsi_cases_complete(lsi_core *core, lsched_case *record, lsched_time now, lsi_arena *a,
                       lsi_error *e)
{
    const lsched_case key = {.id = record->id};
    lsched_case old = {0};
    bool stranger = false;
    int status = lsi_record_get(core->store, &lsi_kind_case, &key, a, &old, e);
    if (status == LSCHED_NOTFOUND) {
        lsi_error_clear(e);
        status = LSCHED_OK;
    }
    if (status == LSCHED_OK)
        status = lsi_entries_stranger(core->store, record->id, record->customer, &stranger, e);
    if (status == LSCHED_OK && stranger)
        return lsi_error_set(e, LSCHED_INUSE, "case '%s' is another customer's", record->id);
    if (record->opened == 0)
        record->opened = old.id != NULL ? old.opened : now;
    record->changed = old.changed;
    if (old.id == NULL ||
        lsi_form_print(&lsi_kind_case, record) != lsi_form_print(&lsi_kind_case, &old))
        record->changed = now;
    return status;
}

int lsi_cases_check(lsi_core *core, const char *case_id, const char *customer, lsi_error *e)
{
    const lsched_case key = {.id = case_id};
    lsi_arena a = {0};
    lsched_case found;
    if (!lsi_text_given(case_id))
        return LSCHED_OK;
    int status = lsi_record_get(core->store, &lsi_kind_case, &key, &a, &found, e);
    if (status == LSCHED_OK && strcmp(found.customer, customer) != 0)
        status = lsi_error_set(e, LSCHED_INVALID, "case '%s' is another customer's", case_id);
    lsi_arena_free(&a);
    return status;
}

int lsi_cases_list(lsi_core *core, const char *customer, const char *after, uint32_t limit,
                   lsi_arena *a, void **records, size_t *count, lsi_error *e)
{
    lsched_case *rows = NULL;
    int status = lsi_store_enter(core->store, false, e);
    if (status != LSCHED_OK)
        return status;
    if (lsi_text_given(customer)) {
        status = lsi_entries_cases(core->store, customer, after, limit, a, &rows, count, e);
        *records = rows;
    } else {
        status = lsi_record_list(core->store, &lsi_kind_case, after, limit, a, records, count, e);
    }
    return lsi_store_leave(core->store, status, e);
}

/* ---- entries ------------------------------------------------------------------------------ */

static int refuse(const char *field, const char *why, lsi_error *e)
{
    return lsi_error_set(e, LSCHED_INVALID, "entry: %s %s", field, why);
}

/* What no single field can say. */
static int check_fields(const lsched_entry *n, lsi_error *e)
{
    const bool words =
        n->kind == LSCHED_ENTRY_NOTE || n->kind == LSCHED_ENTRY_IN || n->kind == LSCHED_ENTRY_OUT;
    const bool transfer = n->kind == LSCHED_ENTRY_TRANSFER;
    if (words && !lsi_text_given(n->text))
        return refuse("text", "is required", e);
    if (transfer && !lsi_text_given(n->to))
        return refuse("to", "is required", e);
    if (!transfer && lsi_text_given(n->to))
        return refuse("to", "is for a transfer", e);
    if (n->kind != LSCHED_ENTRY_SCORE && n->score != 0)
        return refuse("score", "is for a score", e);
    if (n->kind != LSCHED_ENTRY_IN && n->promise != 0)
        return refuse("promise", "is for what a customer writes", e);
    if ((n->channel & (n->channel - 1)) != 0)
        return refuse("channel", "is not one channel", e);
    return LSCHED_OK;
}

/* That there is such a record. */
static int check_record(lsi_core *core, const lsi_kind *kind, const char *id, lsi_error *e)
{
    union {
        lsched_agent agent;
        lsched_team team;
    } key = {0}, found;
    lsi_arena a = {0};
    lsi_kind_set_text(&kind->fields[0], &key, id);
    const int status = lsi_record_get(core->store, kind, &key, &a, &found, e);
    lsi_arena_free(&a);
    return status;
}

static int check_to(lsi_core *core, const char *to, lsi_error *e)
{
    int status = check_record(core, &lsi_kind_agent, to, e);
    if (status == LSCHED_NOTFOUND) {
        lsi_error_clear(e);
        status = check_record(core, &lsi_kind_team, to, e);
    }
    return status == LSCHED_NOTFOUND
               ? lsi_error_set(e, status, "to: no agent and no team has the id '%s'", to)
               : status;
}

static int check_booking(lsi_core *core, const lsched_entry *n, lsi_error *e)
{
    lsi_arena a = {0};
    lsched_booking b;
    int status = lsi_ledger_get(core->store, n->booking, &a, &b, e);
    if (status == LSCHED_OK && strcmp(b.case_id, n->case_id) != 0)
        status = lsi_error_set(e, LSCHED_INVALID, "booking '%s' is not of case '%s'", n->booking,
                               n->case_id);
    lsi_arena_free(&a);
    return status;
}

/* The records that it names; its customer is the case's. */
static int check_names(lsi_core *core, lsched_entry *n, lsi_arena *a, lsi_error *e)
{
    const lsched_case key = {.id = n->case_id};
    lsched_case found;
    int status = lsi_record_get(core->store, &lsi_kind_case, &key, a, &found, e);
    if (status == LSCHED_OK && lsi_text_given(n->agent))
        status = check_record(core, &lsi_kind_agent, n->agent, e);
    if (status == LSCHED_OK && lsi_text_given(n->to))
        status = check_to(core, n->to, e);
    if (status == LSCHED_OK && lsi_text_given(n->booking))
        status = check_booking(core, n, e);
    n->customer = status == LSCHED_OK ? found.customer : NULL;
    return status;
}

/* ---- promises ----------------------------------------------------------------------------- */

/* Who answers: the one who spoke last, or whom the customer knows best; nobody whom the customer
 * does not want. */
static int assign(lsi_core *core, lsched_entry *n, const lsched_customer *customer, lsi_arena *a,
                  lsi_error *e)
{
    const char *speaker = "", *word;
    size_t size;
    int status = lsi_entries_speaker(core->store, n->case_id, a, &speaker, e);
    if (status == LSCHED_OK && *speaker != '\0' && !lsi_roster_avoided(customer, speaker)) {
        status = check_record(core, &lsi_kind_agent, speaker, e);
        n->agent = status == LSCHED_OK ? speaker : NULL;
        if (status == LSCHED_NOTFOUND) {
            lsi_error_clear(e);
            status = LSCHED_OK;
        }
    }
    if (status != LSCHED_OK || lsi_text_given(n->agent) ||
        lsi_text_word(customer->knows, &word, &size) == NULL)
        return status;
    n->agent = lsi_arena_text(a, word, size);
    return n->agent != NULL ? LSCHED_OK : lsi_error_nomem(e);
}

/* The team in whose open time a promise to the customer counts. */
static int find_team(lsi_core *core, const lsched_customer *customer, lsi_arena *a,
                     const char **team, lsi_error *e)
{
    lsched_team *general;
    size_t count;
    *team = customer->team;
    if (lsi_text_given(customer->team) && !customer->general)
        return LSCHED_OK;
    const int status = lsi_record_general_teams(core->store, a, &general, &count, e);
    if (status == LSCHED_OK && count == 0)
        return lsi_error_set(e, LSCHED_NOBODY, "there is no team that could answer '%s'",
                             customer->id);
    *team = status == LSCHED_OK ? general[0].id : NULL;
    return status;
}

static int count_promise(lsi_core *core, lsched_entry *n, const lsched_customer *customer,
                         lsi_arena *a, lsi_error *e)
{
    lsched_layers layers = {.size = sizeof layers, .zone = customer->zone};
    lsi_stack stack = {.count = 0};
    const lsi_opentime time = {lsi_opentime_open, &stack};
    int status = find_team(core, customer, a, &layers.team, e);
    if (status == LSCHED_OK)
        status = lsi_opentime_load(core, &layers, a, &stack, e);
    if (status == LSCHED_OK)
        status = lsi_opentime_add(&time, n->at, n->promise, &n->due, e);
    if (status == LSCHED_NOTFOUND)
        status = lsi_error_set(e, LSCHED_CLOSED, "team '%s' is not open for %d minutes in %d days",
                               layers.team, (int)n->promise, LSCHED_MAX_DAYS);
    lsi_opentime_free(&stack);
    return status;
}

static int check_wanted(const lsched_customer *customer, const char *agent, lsi_error *e)
{
    return lsi_roster_avoided(customer, agent)
               ? lsi_error_set(e, LSCHED_NOBODY, "agent '%s' is not for customer '%s'", agent,
                               customer->id)
               : LSCHED_OK;
}

/* Whom a message or a transfer is for, and by when a message is answered. */
static int take_message(lsi_core *core, lsched_entry *n, lsi_arena *a, lsi_error *e)
{
    const lsched_customer key = {.id = n->customer};
    lsched_customer customer;
    n->due = 0;
    if (n->kind != LSCHED_ENTRY_IN && n->kind != LSCHED_ENTRY_TRANSFER)
        return LSCHED_OK;
    int status = lsi_record_get(core->store, &lsi_kind_customer, &key, a, &customer, e);
    /* Who was removed from the catalogue can still write in an old case; nothing is promised. */
    if (status == LSCHED_NOTFOUND && n->promise == 0) {
        lsi_error_clear(e);
        return LSCHED_OK;
    }
    if (status == LSCHED_OK && n->kind == LSCHED_ENTRY_TRANSFER)
        return check_wanted(&customer, n->to, e);
    if (status == LSCHED_OK && !lsi_text_given(n->agent))
        status = assign(core, n, &customer, a, e);
    else if (status == LSCHED_OK)
        status = check_wanted(&customer, n->agent, e);
    return status == LSCHED_OK && n->promise != 0 ? count_promise(core, n, &customer, a, e)
                                                  : status;
}

int lsi_cases_unanswered(lsi_core *core, const char *agent, lsched_time before, uint32_t limit,
                         lsi_arena *a, lsched_entry **out, size_t *count, lsi_error *e)
{
    const int status = lsi_store_enter(core->store, false, e);
    if (status != LSCHED_OK)
        return status;
    return lsi_store_leave(
        core->store, lsi_entries_unanswered(core->store, agent, before, limit, a, out, count, e),
        e);
}

/* ---- adding one ----------------------------------------------------------------------------- */

/* The first answer again, or a new entry; both in one transaction. */
static int add(lsi_core *core, lsched_entry *n, uint64_t request, lsi_arena *a, lsi_error *e)
{
    uint64_t first;
    bool known;
    lsched_time now;
    lsched_entry before;
    int status = lsi_entries_answer(core->store, n->key, &known, &first, a, &before, e);
    if (status != LSCHED_OK)
        return status;
    if (known && first != request)
        return lsi_error_set(e, LSCHED_KEYUSED, "the key came before with another request");
    if (known) {
        *n = before;
        return lsi_store_secure(core->store, e);
    }
    status = check_names(core, n, a, e);
    if (status == LSCHED_OK)
        status = lsi_now_ask(core, &now, e);
    if (status == LSCHED_OK)
        status = lsi_now_clock(core, now, &n->at, e);
    n->actor = core->actor;
    n->correlation = core->correlation;
    if (status == LSCHED_OK)
        status = take_message(core, n, a, e);
    if (status == LSCHED_OK)
        status = lsi_listen_score(core, n, now, a, e);
    return status == LSCHED_OK ? lsi_entries_add(core->store, n, request, e) : status;
}

int lsi_cases_add(lsi_core *core, const lsched_entry *entry, lsi_arena *a, lsched_entry *out,
                  lsi_error *e)
{
    lsched_entry n = *entry;
    lsi_arena scratch = {0};
    int status = lsi_kind_check(&lsi_form_entry, &n, e);
    if (status == LSCHED_OK)
        status = check_fields(&n, e);
    if (status == LSCHED_OK)
        status = lsi_store_enter(core->store, true, e);
    if (status != LSCHED_OK)
        return status;
    status = add(core, &n, lsi_form_print(&lsi_form_entry, &n), &scratch, e);
    if (status == LSCHED_OK)
        status = lsi_kind_copy(&lsi_kind_entry, &n, a, out, e);
    status = lsi_store_leave(core->store, status, e);
    lsi_arena_free(&scratch);
    return status;
}

/* ---- reading ------------------------------------------------------------------------------ */

static int check_case(lsi_core *core, const char *case_id, lsi_error *e)
{
    const lsched_case key = {.id = case_id};
    lsi_arena a = {0};
    lsched_case found;
    const int status = lsi_record_get(core->store, &lsi_kind_case, &key, &a, &found, e);
    lsi_arena_free(&a);
    return status;
}

int lsi_cases_entries(lsi_core *core, const char *case_id, int64_t after, uint32_t limit,
                      lsi_arena *a, lsched_entry **out, size_t *count, lsi_error *e)
{
    if (after < 0)
        return lsi_error_set(e, LSCHED_INVALID, "after is negative");
    int status = lsi_store_enter(core->store, false, e);
    if (status != LSCHED_OK)
        return status;
    if (lsi_text_given(case_id))
        status = check_case(core, case_id, e);
    if (status == LSCHED_OK)
        status = lsi_entries_list(core->store, case_id, after, limit, a, out, count, e);
    return lsi_store_leave(core->store, status, e);
}

_Static_assert((int)LSCHED_TOLD_NOT == (int)LSI_NOTICE_WAITS &&
                   (int)LSCHED_TOLD_DONE == (int)LSI_NOTICE_DONE &&
                   (int)LSCHED_TOLD_VOID == (int)LSI_NOTICE_VOID,
               "what the header calls it is what is stored");

static int show_moment(const lsi_case_part *m, const lsched_case *of, lsi_arena *a,
                       lsched_moment *out, lsi_error *e)
{
    *out = (lsched_moment){.size = sizeof *out, .event = m->event, .entry = m->entry};
    if (m->notice.booking == NULL && m->news == NULL)
        return LSCHED_OK;
    lsched_notice *notice = lsi_arena_take(a, sizeof *notice);
    if (notice == NULL)
        return lsi_error_nomem(e);
    const int status = m->news != NULL ? lsi_notice_show_news(m->news, a, notice, e)
                                       : lsi_notice_show(&m->notice, a, notice, e);
    notice->customer = of->customer;
    notice->case_id = of->id;
    out->notice = notice;
    out->told = m->news != NULL ? m->news->state : m->notice.state;
    return status;
}

static int tell_case(lsi_core *core, const char *case_id, uint32_t skip, uint32_t limit,
                     lsi_arena *a, lsched_moment **out, size_t *count, lsi_error *e)
{
    const lsched_case key = {.id = case_id};
    lsched_case of;
    lsi_case_part *moments;
    int status = lsi_record_get(core->store, &lsi_kind_case, &key, a, &of, e);
    if (status == LSCHED_OK)
        status = lsi_entries_timeline(core->store, case_id, skip, limit, a, &moments, count, e);
    if (status != LSCHED_OK)
        return status;
    *out = lsi_arena_take(a, (*count + 1) * sizeof **out);
    if (*out == NULL)
        return lsi_error_nomem(e);
    for (size_t i = 0; i < *count && status == LSCHED_OK; i++)
        status = show_moment(&moments[i], &of, a, &(*out)[i], e);
    return status;
}

int lsi_cases_timeline(lsi_core *core, const char *case_id, uint32_t skip, uint32_t limit,
                       lsi_arena *a, lsched_moment **out, size_t *count, lsi_error *e)
{
    const int status = lsi_store_enter(core->store, false, e);
    if (status != LSCHED_OK)
        return status;
    return lsi_store_leave(core->store, tell_case(core, case_id, skip, limit, a, out, count, e), e);
}
