/* core/form.c -- what callers ask with, as tables: the same checks and messages as for
 * records, and the number by which a repeated request is recognised. */
#include "core/core.h"

#include <string.h>

_Static_assert(LSCHED_MAX_KEY == LSCHED_MAX_NAME, "keys are checked like names");

#define TEXT(s, f, t)                                                                              \
    {                                                                                              \
        .name = #f, .offset = offsetof(s, f), .type = t                                            \
    }
#define NEED(s, f, t)                                                                              \
    {                                                                                              \
        .name = #f, .offset = offsetof(s, f), .type = t, .required = true                          \
    }
#define CODE(s, f, high)                                                                           \
    {                                                                                              \
        .name = #f, .offset = offsetof(s, f), .type = LSI_INT, .max = high                         \
    }
/* What requests did not have in 0.1.0. */
#define ADDED(s, f, t, high)                                                                       \
    {                                                                                              \
        .name = #f, .offset = offsetof(s, f), .type = t, .max = high, .added = true                \
    }
#define FORM(form, word, s, table)                                                                 \
    const lsi_kind form = {                                                                        \
        .name = word, .size = sizeof(s), .fields = table, .count = sizeof table / sizeof *table}

static const lsi_field query_fields[] = {
    CODE(lsched_query, channels, LSI_ALL_CHANNELS),
    CODE(lsched_query, rungs, LSI_ALL_RUNGS),
    TEXT(lsched_query, customer, LSI_ID),
    TEXT(lsched_query, service, LSI_ID),
    TEXT(lsched_query, agent, LSI_ID),
    TEXT(lsched_query, team, LSI_ID),
    TEXT(lsched_query, moving, LSI_ID),
    TEXT(lsched_query, from, LSI_TIME),
    TEXT(lsched_query, until, LSI_TIME),
    TEXT(lsched_query, after, LSI_TIME),
};
FORM(lsi_form_query, "query", lsched_query, query_fields);

static const lsi_field request_fields[] = {
    NEED(lsched_request, key, LSI_NAME),
    CODE(lsched_request, channel, LSCHED_VISIT),
    CODE(lsched_request, rungs, LSI_ALL_RUNGS),
    TEXT(lsched_request, spare, LSI_SPARE),
    NEED(lsched_request, customer, LSI_ID),
    NEED(lsched_request, service, LSI_ID),
    TEXT(lsched_request, agent, LSI_ID),
    TEXT(lsched_request, team, LSI_ID),
    TEXT(lsched_request, note, LSI_NOTE),
    NEED(lsched_request, start, LSI_TIME),
    ADDED(lsched_request, source, LSI_ID, 0),
    ADDED(lsched_request, seconds, LSI_AMOUNT, LSCHED_MAX_HOLD),
    ADDED(lsched_request, spare2, LSI_SPARE, 0),
    ADDED(lsched_request, since, LSI_TIME, 0),
    ADDED(lsched_request, due, LSI_TIME, 0),
    ADDED(lsched_request, case_id, LSI_ID, 0),
    ADDED(lsched_request, told, LSI_INT, INT32_MAX),
    ADDED(lsched_request, spare3, LSI_SPARE, 0),
};
FORM(lsi_form_request, "request", lsched_request, request_fields);

/* The same where the start is for the line to choose. */
static const lsi_field join_fields[] = {
    NEED(lsched_request, key, LSI_NAME),
    CODE(lsched_request, channel, LSCHED_VISIT),
    CODE(lsched_request, rungs, LSI_ALL_RUNGS),
    TEXT(lsched_request, spare, LSI_SPARE),
    NEED(lsched_request, customer, LSI_ID),
    NEED(lsched_request, service, LSI_ID),
    TEXT(lsched_request, agent, LSI_ID),
    TEXT(lsched_request, note, LSI_NOTE),
    TEXT(lsched_request, start, LSI_TIME),
    TEXT(lsched_request, source, LSI_ID),
    TEXT(lsched_request, spare2, LSI_SPARE),
    TEXT(lsched_request, since, LSI_TIME),
    TEXT(lsched_request, due, LSI_TIME),
    TEXT(lsched_request, case_id, LSI_ID),
    CODE(lsched_request, told, INT32_MAX),
    TEXT(lsched_request, spare3, LSI_SPARE),
};
FORM(lsi_form_join, "join", lsched_request, join_fields);

static const lsi_field change_fields[] = {
    NEED(lsched_change, key, LSI_NAME),
    CODE(lsched_change, channel, LSCHED_VISIT),
    CODE(lsched_change, rungs, LSI_ALL_RUNGS),
    TEXT(lsched_change, spare, LSI_SPARE),
    NEED(lsched_change, id, LSI_ID),
    TEXT(lsched_change, agent, LSI_ID),
    TEXT(lsched_change, team, LSI_ID),
    TEXT(lsched_change, cause, LSI_NOTE),
    NEED(lsched_change, start, LSI_TIME),
    ADDED(lsched_change, keep, LSI_INT, LSCHED_KEEP_TEAM),
    ADDED(lsched_change, spare2, LSI_SPARE, 0),
};
FORM(lsi_form_change, "change", lsched_change, change_fields);

/* What every step of a booking has, and the text of some. */
#define STEP_WISH NEED(lsi_stepping, key, LSI_NAME), NEED(lsi_stepping, id, LSI_ID)
#define STEP_TEXT(word)                                                                            \
    {                                                                                              \
        .name = word, .offset = offsetof(lsi_stepping, text), .type = LSI_NOTE                     \
    }

static const lsi_field start_fields[] = {STEP_WISH};
FORM(lsi_form_start, "start", lsi_stepping, start_fields);

static const lsi_field start_as_fields[] = {STEP_WISH, NEED(lsi_stepping, agent, LSI_ID)};
FORM(lsi_form_start_as, "start_as", lsi_stepping, start_as_fields);

static const lsi_field take_offer_fields[] = {STEP_WISH};
FORM(lsi_form_take_offer, "take_offer", lsi_stepping, take_offer_fields);

static const lsi_field confirm_fields[] = {
    STEP_WISH,
    STEP_TEXT("note"),
};
FORM(lsi_form_confirm, "confirm", lsi_stepping, confirm_fields);

static const lsi_field cancel_fields[] = {
    STEP_WISH,
    STEP_TEXT("cause"),
};
FORM(lsi_form_cancel, "cancel", lsi_stepping, cancel_fields);

static const lsi_field finish_fields[] = {
    STEP_WISH,
    CODE(lsi_stepping, state, LSCHED_WAITING),
    STEP_TEXT("cause"),
};
FORM(lsi_form_finish, "finish", lsi_stepping, finish_fields);

static const lsi_field result_fields[] = {
    NEED(lsched_result, key, LSI_NAME),
    NEED(lsched_result, id, LSI_ID),
    {.name = "outcome",
     .offset = offsetof(lsched_result, outcome),
     .type = LSI_INT,
     .required = true,
     .min = LSCHED_OUTCOME_REACHED,
     .max = LSCHED_OUTCOME_ABSENT},
    CODE(lsched_result, fault, LSCHED_FAULT_NETWORK),
    CODE(lsched_result, enough, INT32_MAX),
    TEXT(lsched_result, cause, LSI_NOTE),
    TEXT(lsched_result, again, LSI_TIME),
};
FORM(lsi_form_result, "result", lsched_result, result_fields);

static const lsi_field happening_fields[] = {
    NEED(lsi_happening, key, LSI_NAME),
    NEED(lsi_happening, customer, LSI_ID),
    NEED(lsi_happening, service, LSI_ID),
    TEXT(lsi_happening, cause, LSI_NOTE),
};
FORM(lsi_form_happening, "contact_happened", lsi_happening, happening_fields);

/* What a series is asked with beside the request. */
static const lsi_field recurring_fields[] = {
    NEED(lsi_recurring, rule, LSI_LINK),
    {.name = "mode",
     .offset = offsetof(lsi_recurring, mode),
     .type = LSI_INT,
     .required = true,
     .min = LSCHED_ALL,
     .max = LSCHED_FIT},
};
FORM(lsi_form_recurring, "series", lsi_recurring, recurring_fields);

static const lsi_field ending_fields[] = {
    NEED(lsi_ending, key, LSI_NAME),
    NEED(lsi_ending, series, LSI_ID),
    TEXT(lsi_ending, from, LSI_TIME),
    TEXT(lsi_ending, cause, LSI_NOTE),
};
FORM(lsi_form_ending, "cancel_series", lsi_ending, ending_fields);

static const lsi_field filter_fields[] = {
    CODE(lsched_filter, state, LSCHED_WAITING), TEXT(lsched_filter, spare, LSI_SPARE),
    TEXT(lsched_filter, customer, LSI_ID),      TEXT(lsched_filter, agent, LSI_ID),
    TEXT(lsched_filter, team, LSI_ID),          TEXT(lsched_filter, service, LSI_ID),
    TEXT(lsched_filter, from, LSI_TIME),        TEXT(lsched_filter, until, LSI_TIME),
    TEXT(lsched_filter, after, LSI_ID),         TEXT(lsched_filter, series, LSI_ID),
    TEXT(lsched_filter, case_id, LSI_ID),
};
FORM(lsi_form_filter, "filter", lsched_filter, filter_fields);

static const lsi_field sweep_fields[] = {
    CODE(lsched_sweep, kind, LSCHED_SERVICE),
    {.name = "days",
     .offset = offsetof(lsched_sweep, days),
     .type = LSI_AMOUNT,
     .min = LSCHED_NONE,
     .max = LSCHED_MAX_DAYS},
    TEXT(lsched_sweep, owner, LSI_ID),
    TEXT(lsched_sweep, from, LSI_TIME),
    TEXT(lsched_sweep, until, LSI_TIME),
    TEXT(lsched_sweep, after, LSI_ID),
    TEXT(lsched_sweep, key, LSI_NAME),
    TEXT(lsched_sweep, cause, LSI_NOTE),
};
FORM(lsi_form_sweep, "sweep", lsched_sweep, sweep_fields);

/* Who it is of, and when, is not asked. */
static const lsi_field entry_fields[] = {
    {.name = "kind",
     .offset = offsetof(lsched_entry, kind),
     .type = LSI_INT,
     .required = true,
     .min = LSCHED_ENTRY_NOTE,
     .max = LSCHED_ENTRY_TRANSFER},
    NEED(lsched_entry, key, LSI_NAME),
    NEED(lsched_entry, case_id, LSI_ID),
    TEXT(lsched_entry, agent, LSI_ID),
    TEXT(lsched_entry, to, LSI_ID),
    TEXT(lsched_entry, booking, LSI_ID),
    CODE(lsched_entry, channel, LSCHED_VISIT),
    {.name = "score",
     .offset = offsetof(lsched_entry, score),
     .type = LSI_AMOUNT,
     .max = LSCHED_MAX_SCORE},
    TEXT(lsched_entry, text, LSI_NOTE),
    {.name = "promise",
     .offset = offsetof(lsched_entry, promise),
     .type = LSI_AMOUNT,
     .max = LSCHED_MAX_DAYS * 1440},
    TEXT(lsched_entry, spare, LSI_SPARE),
};
FORM(lsi_form_entry, "entry", lsched_entry, entry_fields);

static const lsi_field measure_fields[] = {
    {.name = "minutes",
     .offset = offsetof(lsched_measure, minutes),
     .type = LSI_AMOUNT,
     .min = LSCHED_NONE,
     .max = LSCHED_MAX_MINUTES},
    TEXT(lsched_measure, team, LSI_ID),
    TEXT(lsched_measure, agent, LSI_ID),
    TEXT(lsched_measure, zone, LSI_ZONE),
    NEED(lsched_measure, from, LSI_TIME),
    TEXT(lsched_measure, until, LSI_TIME),
};
FORM(lsi_form_measure, "measure", lsched_measure, measure_fields);

static bool is_empty(const lsi_field *f, const void *record)
{
    return lsi_kind_is_text(f) ? lsi_kind_text_size(f, record) == 0 : lsi_kind_int(f, record) == 0;
}

/* The same wish gives the same number, whatever the padding of its struct. */
uint64_t lsi_form_print(const lsi_kind *form, const void *record)
{
    uint64_t hash = lsi_text_hash(LSI_HASH, form->name, strlen(form->name) + 1);
    for (size_t i = 0; i < form->count; i++) {
        const lsi_field *f = &form->fields[i];
        if (f->added && is_empty(f, record))
            continue;
        if (lsi_kind_is_text(f)) {
            hash = lsi_text_hash(hash, lsi_kind_text(f, record), lsi_kind_text_size(f, record));
            hash = lsi_text_hash(hash, "", 1);
        } else {
            const int64_t value = lsi_kind_int(f, record);
            hash = lsi_text_hash(hash, &value, sizeof value);
        }
    }
    return hash;
}
