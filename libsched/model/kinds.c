/* model/kinds.c -- the table of each record, and access by it.
 *
 * The defaults and ranges that the public header names live here and nowhere else.
 */
#include "model/model.h"

#include <stdio.h>
#include <string.h>

#include "model/whole.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define ALL_CHANNELS (LSCHED_PHONE | LSCHED_CHAT | LSCHED_VIDEO | LSCHED_VISIT)
#define ALL_PURPOSES                                                                               \
    (LSCHED_ASKED | LSCHED_SERVICE_NEWS | LSCHED_SALES | LSCHED_COLLECTION | LSCHED_SURVEY)
#define ALL_RUNGS (LSCHED_KNOWN | LSCHED_HOME | LSCHED_OVERFLOW | LSCHED_GENERAL)
#define MINUTES_AHEAD (LSCHED_MAX_DAYS * 1440)
#define MAX_HORIZON 366
/* What an import may begin with: more changes than any booking can see still fit. */
#define MAX_SEQUENCE 999999999

/* The tables' own words, one for each shape of a line. */
#define NAMED(s, f) .name = #f, .offset = offsetof(struct lsched_##s, f)
#define TEXT(s, f, t) {NAMED(s, f), .type = t}
#define NEED(s, f, t) {NAMED(s, f), .type = t, .required = true}
#define LINK(s, f, t, k) {NAMED(s, f), .type = t, .refers = &lsi_kind_##k}
#define NEED_LINK(s, f, t, k)                                                                      \
    {NAMED(s, f), .type = t, .required = true, .refers = &lsi_kind_##k}
#define CODE(s, f, low, high, zero)                                                                \
    {NAMED(s, f), .type = LSI_INT, .min = low, .max = high, .fallback = zero}
#define NEED_CODE(s, f, low, high)                                                                 \
    {NAMED(s, f), .type = LSI_INT, .required = true, .min = low, .max = high}
#define AMOUNT(s, f, low, high, zero)                                                              \
    {NAMED(s, f), .type = LSI_AMOUNT, .min = low, .max = high, .fallback = zero}
#define FLAG(s, f) CODE(s, f, INT32_MIN, INT32_MAX, 0)
#define SPARE(s) {NAMED(s, spare), .type = LSI_SPARE}

#define KIND(s, key_count, hook)                                                                   \
    const lsi_kind lsi_kind_##s = {                                                                \
        .name = #s,                                                                                \
        .size = sizeof(struct lsched_##s),                                                         \
        .fields = s##_fields,                                                                      \
        .count = COUNT(s##_fields),                                                                \
        .keys = key_count,                                                                         \
        .whole = hook,                                                                             \
    }

static const lsi_field team_fields[] = {
    NEED(team, id, LSI_ID),
    FLAG(team, general),
    NEED(team, name, LSI_NAME),
    NEED(team, zone, LSI_ZONE),
    TEXT(team, photo, LSI_LINK),
    LINK(team, overflow, LSI_ID, team),
    TEXT(team, regions, LSI_WORDS),
};
KIND(team, 1, lsi_whole_team);

static const lsi_field agent_fields[] = {
    NEED(agent, id, LSI_ID),
    CODE(agent, channels, 1, ALL_CHANNELS, ALL_CHANNELS),
    AMOUNT(agent, lanes, 1, LSCHED_MAX_LANES, 3),
    SPARE(agent),
    NEED(agent, name, LSI_NAME),
    NEED(agent, zone, LSI_ZONE),
    TEXT(agent, photo, LSI_LINK),
    TEXT(agent, languages, LSI_WORDS),
    TEXT(agent, skills, LSI_SKILLS),
};
KIND(agent, 1, NULL);

static const lsi_field member_fields[] = {
    NEED_LINK(member, team, LSI_ID, team),
    NEED_LINK(member, agent, LSI_ID, agent),
    TEXT(member, from, LSI_DATE),
    TEXT(member, until, LSI_DATE),
    SPARE(member),
};
KIND(member, 3, lsi_whole_member);

static const lsi_field service_fields[] = {
    NEED(service, id, LSI_ID),
    CODE(service, channels, 1, ALL_CHANNELS, ALL_CHANNELS),
    AMOUNT(service, minutes, 1, LSCHED_MAX_MINUTES, 30),
    AMOUNT(service, before, 0, LSCHED_MAX_MINUTES, 0),
    AMOUNT(service, after, 0, LSCHED_MAX_MINUTES, 0),
    AMOUNT(service, wrap_up, 0, LSCHED_MAX_MINUTES, 0),
    AMOUNT(service, notice, LSCHED_NONE, MINUTES_AHEAD, 30),
    AMOUNT(service, horizon, 1, MAX_HORIZON, 30),
    AMOUNT(service, step, 1, LSCHED_MAX_MINUTES, 15),
    CODE(service, anchor, LSCHED_CLOCK, LSCHED_FREE, LSCHED_CLOCK),
    NEED(service, name, LSI_NAME),
    TEXT(service, topic, LSI_NAME),
    TEXT(service, skills, LSI_SKILLS),
    AMOUNT(service, reminder, LSCHED_NONE, MINUTES_AHEAD, 1440),
    AMOUNT(service, revision, 0, INT32_MAX, 0),
    AMOUNT(service, wait_known, 0, MINUTES_AHEAD, 0),
    AMOUNT(service, wait_home, 0, MINUTES_AHEAD, 0),
    AMOUNT(service, reseats, 0, LSCHED_MAX_RESEATS, 0),
    AMOUNT(service, attempts, 1, LSCHED_MAX_ATTEMPTS, 3),
    AMOUNT(service, spacing, 1, MINUTES_AHEAD, 60),
    AMOUNT(service, day_attempts, 1, LSCHED_MAX_ATTEMPTS, 3),
    AMOUNT(service, week_attempts, 1, LSCHED_MAX_ATTEMPTS, 7),
    AMOUNT(service, cut_off, LSCHED_NONE, LSCHED_MAX_MINUTES, 15),
    AMOUNT(service, owner_wait, LSCHED_NONE, MINUTES_AHEAD, 15),
    AMOUNT(service, low_score, 0, LSCHED_MAX_SCORE, 0),
    AMOUNT(service, check_in, 0, LSCHED_MAX_DAYS, 0),
    TEXT(service, follow_up, LSI_ID),
    CODE(service, purpose, LSCHED_ASKED, LSCHED_SURVEY, LSCHED_ASKED),
    CODE(service, recommended, 0, LSCHED_VISIT, 0),
    AMOUNT(service, rank, 0, LSCHED_MAX_RANK, 0),
};
KIND(service, 1, lsi_whole_service);

static const lsi_field customer_fields[] = {
    NEED(customer, id, LSI_ID),
    FLAG(customer, general),
    NEED(customer, zone, LSI_ZONE),
    TEXT(customer, region, LSI_ID),
    TEXT(customer, language, LSI_ID),
    LINK(customer, team, LSI_ID, team),
    LINK(customer, knows, LSI_WORDS, agent),
    TEXT(customer, regions, LSI_WORDS),
    CODE(customer, consents, 0, ALL_PURPOSES, 0),
    SPARE(customer),
    LINK(customer, avoids, LSI_WORDS, agent),
};
KIND(customer, 1, lsi_whole_customer);

/* What a region has to say in calendars is not here. */
static const lsi_field region_fields[] = {
    NEED(region, id, LSI_ID),
    AMOUNT(region, revision, 0, INT32_MAX, 0),
    CODE(region, channels, 0, ALL_CHANNELS, 0),
    CODE(region, purposes, 0, ALL_PURPOSES, 0),
    FLAG(region, lifted),
    AMOUNT(region, per_day, 0, LSCHED_MAX_CAP, 0),
    AMOUNT(region, per_week, 0, LSCHED_MAX_CAP, 0),
    AMOUNT(region, spacing, 0, 7 * 1440, 0),
    TEXT(region, name, LSI_NAME),
    TEXT(region, source, LSI_NOTE),
    TEXT(region, as_of, LSI_DATE),
};
KIND(region, 1, NULL);

static const lsi_field wait_fields[] = {
    NEED(wait, id, LSI_ID),
    CODE(wait, channels, 0, ALL_CHANNELS, 0),
    CODE(wait, rungs, 0, ALL_RUNGS, 0),
    AMOUNT(wait, minutes, 1, LSCHED_MAX_HOLD / 60, LSCHED_MAX_HOLD / 60),
    NEED_LINK(wait, customer, LSI_ID, customer),
    NEED_LINK(wait, service, LSI_ID, service),
    LINK(wait, agent, LSI_ID, agent),
    LINK(wait, team, LSI_ID, team),
    LINK(wait, booking, LSI_ID, booking),
    TEXT(wait, windows, LSI_WORDS),
    TEXT(wait, from, LSI_TIME),
    TEXT(wait, until, LSI_TIME),
    CODE(wait, state, 0, LSCHED_WAIT_OVER, LSCHED_WAIT_OPEN),
    CODE(wait, offers, 0, INT32_MAX, 0),
    TEXT(wait, offer, LSI_ID),
    TEXT(wait, since, LSI_TIME),
};
KIND(wait, 1, NULL);

static const lsi_field calendar_fields[] = {
    NEED_CODE(calendar, kind, LSCHED_TEAM, LSCHED_SERVICE),
    NEED(calendar, owner, LSI_ID),
    NEED(calendar, name, LSI_ID),
    NEED_CODE(calendar, effect, LSCHED_OPENS, LSCHED_CLOSES),
    CODE(calendar, ends, LSCHED_WALL, LSCHED_EXACT, 0),
    NEED(calendar, text, LSI_CALENDAR),
    CODE(calendar, channels, 0, ALL_CHANNELS, 0),
    CODE(calendar, purposes, 0, ALL_PURPOSES, 0),
    FLAG(calendar, lifted),
    SPARE(calendar),
    TEXT(calendar, checked, LSI_TIME),
    AMOUNT(calendar, good_for, 0, MINUTES_AHEAD, 0),
    CODE(calendar, on_stale, LSCHED_STALE_USE, LSCHED_STALE_OPEN, LSCHED_STALE_USE),
};
KIND(calendar, 3, lsi_whole_calendar);

static const lsi_field incident_fields[] = {
    NEED(incident, id, LSI_ID),
    TEXT(incident, regions, LSI_WORDS),
    LINK(incident, services, LSI_WORDS, service),
    TEXT(incident, topic, LSI_NAME),
    NEED(incident, text, LSI_NOTE),
    TEXT(incident, opened, LSI_TIME),
    TEXT(incident, next_update, LSI_TIME),
    TEXT(incident, closed, LSI_TIME),
    AMOUNT(incident, revision, 0, INT32_MAX, 0),
    FLAG(incident, no_joining),
    FLAG(incident, no_working),
    CODE(incident, rungs, 0, ALL_RUNGS, 0),
    AMOUNT(incident, minutes, 0, LSCHED_MAX_MINUTES, 0),
    AMOUNT(incident, wrap_up, LSCHED_NONE, LSCHED_MAX_MINUTES, 0),
    AMOUNT(incident, notice, LSCHED_NONE, MINUTES_AHEAD, 0),
    AMOUNT(incident, cut_off, LSCHED_NONE, LSCHED_MAX_MINUTES, 0),
    AMOUNT(incident, owner_wait, LSCHED_NONE, MINUTES_AHEAD, 0),
    AMOUNT(incident, wait_known, LSCHED_NONE, MINUTES_AHEAD, 0),
    AMOUNT(incident, wait_home, LSCHED_NONE, MINUTES_AHEAD, 0),
};
KIND(incident, 1, lsi_whole_incident);

static const lsi_field announcement_fields[] = {
    NEED(announcement, id, LSI_ID),
    LINK(announcement, team, LSI_ID, team),
    TEXT(announcement, regions, LSI_WORDS),
    NEED(announcement, text, LSI_NOTE),
    LINK(announcement, service, LSI_ID, service),
    SPARE(announcement),
    TEXT(announcement, from, LSI_TIME),
    TEXT(announcement, until, LSI_TIME),
};
KIND(announcement, 1, lsi_whole_announcement);

/* The id, and what the library fills in by itself, are not required: an import brings a
 * booking in which they are still missing. */
static const lsi_field booking_fields[] = {
    TEXT(booking, id, LSI_ID),
    NEED_CODE(booking, state, LSCHED_BOOKED, LSCHED_WAITING),
    CODE(booking, sequence, 0, MAX_SEQUENCE, 0),
    NEED_CODE(booking, channel, LSCHED_PHONE, LSCHED_VISIT),
    CODE(booking, rung, 0, LSCHED_GENERAL, 0),
    AMOUNT(booking, lane, 0, LSCHED_MAX_LANES, 0),
    CODE(booking, offset, -86400, 86400, 0),
    SPARE(booking),
    NEED(booking, customer, LSI_ID),
    NEED(booking, service, LSI_ID),
    TEXT(booking, agent, LSI_ID),
    NEED(booking, team, LSI_ID),
    TEXT(booking, zone, LSI_ZONE),
    TEXT(booking, wall, LSI_NAME),
    TEXT(booking, note, LSI_NOTE),
    TEXT(booking, cause, LSI_NOTE),
    NEED(booking, start, LSI_TIME),
    NEED(booking, end, LSI_TIME),
    TEXT(booking, busy_from, LSI_TIME),
    TEXT(booking, busy_until, LSI_TIME),
    TEXT(booking, created, LSI_TIME),
    TEXT(booking, changed, LSI_TIME),
    {NAMED(booking, expires), .type = LSI_TIME, .added = true},
    {NAMED(booking, late), .type = LSI_INT, .max = INT32_MAX, .added = true},
    {NAMED(booking, revision), .type = LSI_INT, .max = INT32_MAX, .added = true},
    {NAMED(booking, source), .type = LSI_ID, .added = true},
    {NAMED(booking, series), .type = LSI_ID, .added = true},
    {NAMED(booking, anybody), .type = LSI_INT, .max = 1, .added = true},
    {NAMED(booking, moves), .type = LSI_INT, .max = LSCHED_MAX_RESEATS, .added = true},
    {NAMED(booking, law), .type = LSI_WORDS, .added = true},
    {NAMED(booking, incident), .type = LSI_ID, .added = true},
    {NAMED(booking, since), .type = LSI_TIME, .added = true},
    {NAMED(booking, due), .type = LSI_TIME, .added = true},
    {NAMED(booking, attempts), .type = LSI_INT, .max = LSCHED_MAX_ATTEMPTS, .added = true},
    {NAMED(booking, outcome), .type = LSI_INT, .max = LSCHED_OUTCOME_ABSENT, .added = true},
    {NAMED(booking, fault), .type = LSI_INT, .max = LSCHED_FAULT_NETWORK, .added = true},
    {NAMED(booking, rungs), .type = LSI_INT, .max = ALL_RUNGS, .added = true},
    {NAMED(booking, case_id), .type = LSI_ID, .added = true},
    {NAMED(booking, told), .type = LSI_INT, .max = INT32_MAX, .added = true},
    {NAMED(booking, spare2), .type = LSI_SPARE, .added = true},
};
KIND(booking, 1, lsi_whole_booking);

static const lsi_field case_fields[] = {
    NEED(case, id, LSI_ID),
    CODE(case, state, LSCHED_CASE_OPEN, LSCHED_CASE_CLOSED, LSCHED_CASE_OPEN),
    NEED_LINK(case, customer, LSI_ID, customer),
    TEXT(case, topic, LSI_NAME),
    TEXT(case, story, LSI_NOTE),
    TEXT(case, language, LSI_ID),
    TEXT(case, needs, LSI_WORDS),
    TEXT(case, consents, LSI_WORDS),
    TEXT(case, opened, LSI_TIME),
    TEXT(case, changed, LSI_TIME),
};
KIND(case, 1, NULL);

static const lsi_field entry_fields[] = {
    TEXT(entry, seq, LSI_SEQ),
    NEED_CODE(entry, kind, LSCHED_ENTRY_NOTE, LSCHED_ENTRY_TRANSFER),
    TEXT(entry, at, LSI_TIME),
    NEED(entry, key, LSI_NAME),
    NEED(entry, case_id, LSI_ID),
    TEXT(entry, customer, LSI_ID),
    TEXT(entry, agent, LSI_ID),
    TEXT(entry, to, LSI_ID),
    TEXT(entry, booking, LSI_ID),
    CODE(entry, channel, 0, LSCHED_VISIT, 0),
    AMOUNT(entry, score, 0, LSCHED_MAX_SCORE, 0),
    TEXT(entry, text, LSI_NOTE),
    TEXT(entry, actor, LSI_ID),
    TEXT(entry, correlation, LSI_ID),
    TEXT(entry, due, LSI_TIME),
    AMOUNT(entry, promise, 0, MINUTES_AHEAD, 0),
    SPARE(entry),
    CODE(entry, low, 0, 1, 0),
    CODE(entry, refused, LSCHED_OUTDATED, 0, 0),
    TEXT(entry, follow_up, LSI_ID),
};
KIND(entry, 1, NULL);

static const struct {
    const char *name;
    const lsi_kind *kind;
} owners[] = {
    [LSCHED_TEAM] = {"team", &lsi_kind_team},
    [LSCHED_AGENT] = {"agent", &lsi_kind_agent},
    [LSCHED_CUSTOMER] = {"customer", &lsi_kind_customer},
    [LSCHED_REGION] = {"region", NULL},
    [LSCHED_SERVICE] = {"service", &lsi_kind_service},
};

static bool is_owner(int32_t owner)
{
    return owner >= LSCHED_TEAM && owner <= LSCHED_SERVICE;
}

const char *lsi_kind_owner_name(int32_t owner)
{
    return is_owner(owner) ? owners[owner].name : "?";
}

const lsi_kind *lsi_kind_of_owner(int32_t owner)
{
    return is_owner(owner) ? owners[owner].kind : NULL;
}

/* ---- access ---------------------------------------------------------------------- */

bool lsi_kind_is_text(const lsi_field *f)
{
    switch (f->type) {
    case LSI_INT:
    case LSI_AMOUNT:
    case LSI_SPARE:
    case LSI_TIME:
    case LSI_SEQ:
        return false;
    default:
        return true;
    }
}

const char *lsi_kind_text(const lsi_field *f, const void *record)
{
    const char *text;
    memcpy(&text, (const char *)record + f->offset, sizeof text);
    return text;
}

void lsi_kind_set_text(const lsi_field *f, void *record, const char *text)
{
    memcpy((char *)record + f->offset, &text, sizeof text);
}

size_t lsi_kind_text_size(const lsi_field *f, const void *record)
{
    const char *text = lsi_kind_text(f, record);
    if (text == NULL)
        return 0;
    /* Only a calendar's text may lack a NUL behind it. */
    if (f->type == LSI_CALENDAR) {
        const lsched_calendar *calendar = record;
        if (calendar->text_size != 0)
            return calendar->text_size;
    }
    return strlen(text);
}

/* 64 bits. */
static bool is_wide(const lsi_field *f)
{
    return f->type == LSI_TIME || f->type == LSI_SEQ;
}

int64_t lsi_kind_int(const lsi_field *f, const void *record)
{
    if (is_wide(f)) {
        lsched_time value;
        memcpy(&value, (const char *)record + f->offset, sizeof value);
        return value;
    }
    int32_t value;
    memcpy(&value, (const char *)record + f->offset, sizeof value);
    return value;
}

void lsi_kind_set_int(const lsi_field *f, void *record, int64_t value)
{
    if (is_wide(f)) {
        memcpy((char *)record + f->offset, &value, sizeof value);
        return;
    }
    int32_t narrow = (int32_t)value;
    memcpy((char *)record + f->offset, &narrow, sizeof narrow);
}

/* Adds so many characters of a text at the most, and ends it. */
static char *add(char *to, const char *end, const char *text, size_t most)
{
    while (to < end && most-- > 0 && *text != '\0')
        *to++ = *text++;
    *to = '\0';
    return to;
}

void lsi_kind_label(const lsi_kind *kind, const void *record, char label[LSI_LABEL])
{
    const lsi_field *first = &kind->fields[0];
    if (kind->keys == 0 || (lsi_kind_is_text(first) && lsi_kind_text_size(first, record) == 0)) {
        snprintf(label, LSI_LABEL, "%s", kind->name);
        return;
    }
    char *end = label + LSI_LABEL - 1, *to = add(label, end, kind->name, LSI_LABEL);
    to = add(to, end, " '", LSI_LABEL);
    for (size_t i = 0; i < kind->keys; i++) {
        const lsi_field *f = &kind->fields[i];
        const char *text = "";
        if (!lsi_kind_is_text(f))
            text = lsi_kind_owner_name((int32_t)lsi_kind_int(f, record));
        else if (lsi_kind_text(f, record) != NULL)
            text = lsi_kind_text(f, record);
        if (i > 0 && text[0] == '\0')
            continue;
        to = add(to, end, i > 0 ? "/" : "", 1);
        to = add(to, end, text, LSCHED_MAX_ID);
    }
    add(to, end, "'", 1);
}

int lsi_kind_copy(const lsi_kind *kind, const void *record, lsi_arena *a, void *copy,
                  lsi_error *e)
{
    memcpy(copy, record, kind->size);
    uint32_t size = (uint32_t)kind->size;
    memcpy(copy, &size, sizeof size);
    for (size_t i = 0; i < kind->count; i++) {
        const lsi_field *f = &kind->fields[i];
        if (!lsi_kind_is_text(f))
            continue;
        size_t bytes = lsi_kind_text_size(f, record);
        char *text = lsi_arena_text(a, lsi_kind_text(f, record), bytes);
        if (text == NULL)
            return lsi_error_nomem(e);
        lsi_kind_set_text(f, copy, text);
        if (f->type == LSI_CALENDAR)
            ((lsched_calendar *)copy)->text_size = bytes;
    }
    return LSCHED_OK;
}
