/* record.c -- the tables of fields, and records as JSON by them. */
#include "record.h"

#include <string.h>

const struct choice choice_keep[] = {
    {"agent", LSCHED_KEEP_AGENT}, {"team", LSCHED_KEEP_TEAM}, {NULL, 0}};
const struct choice choice_case[] = {
    {"open", LSCHED_CASE_OPEN}, {"closed", LSCHED_CASE_CLOSED}, {NULL, 0}};
const struct choice choice_anchor[] = {
    {"clock", LSCHED_CLOCK}, {"opening", LSCHED_OPENING}, {"free", LSCHED_FREE}, {NULL, 0}};
const struct choice choice_effect[] = {
    {"opens", LSCHED_OPENS}, {"closes", LSCHED_CLOSES}, {NULL, 0}};
const struct choice choice_turn[] = {{"next-opening", LSCHED_NEXT_OPENING},
                                     {"next-closing", LSCHED_NEXT_CLOSING},
                                     {"last-opening", LSCHED_LAST_OPENING},
                                     {"last-closing", LSCHED_LAST_CLOSING},
                                     {NULL, 0}};
const struct choice choice_ends[] = {{"wall", LSCHED_WALL}, {"exact", LSCHED_EXACT}, {NULL, 0}};
const struct choice choice_stale[] = {{"use", LSCHED_STALE_USE},
                                      {"closed", LSCHED_STALE_CLOSED},
                                      {"open", LSCHED_STALE_OPEN},
                                      {NULL, 0}};
const struct choice choice_owner[] = {{"team", LSCHED_TEAM},         {"agent", LSCHED_AGENT},
                                      {"customer", LSCHED_CUSTOMER}, {"region", LSCHED_REGION},
                                      {"service", LSCHED_SERVICE},   {NULL, 0}};

/* What the library has names for. */
struct choice choice_channel[CHOICES], choice_rung[CHOICES], choice_state[CHOICES],
    choice_finish[CHOICES], choice_outcome[CHOICES], choice_fault[CHOICES], choice_purpose[CHOICES],
    choice_entry[CHOICES];

static void fill(struct choice *choices, const char *(*name)(int32_t value), int32_t first,
                 int32_t last, bool bits)
{
    size_t count = 0;
    for (int32_t v = first; v <= last && *name(v) && count + 1 < CHOICES; v = bits ? 2 * v : v + 1)
        choices[count++] = (struct choice){name(v), v};
}

void choices_fill(void)
{
    const int32_t most = 1 << 20;
    fill(choice_channel, lsched_channel_name, 1, most, true);
    fill(choice_purpose, lsched_purpose_name, 1, most, true);
    fill(choice_rung, lsched_rung_name, 1, most, true);
    fill(choice_state, lsched_state_name, 1, most, false);
    fill(choice_entry, lsched_entry_name, 1, most, false);
    fill(choice_finish, lsched_state_name, LSCHED_FULFILLED, LSCHED_NOSHOW, false);
    fill(choice_outcome, lsched_outcome_name, 1, most, false);
    fill(choice_fault, lsched_fault_name, 1, most, false);
}

/* ---- the tables ----------------------------------------------------------------------- */

#define AT(kind, name) offsetof(struct kind, name)
/* clang-format off */
#define TEXT(kind, name)     {#name, FIELD_TEXT, false, AT(kind, name), NULL}
#define NEED(kind, name)     {#name, FIELD_TEXT, true, AT(kind, name), NULL}
#define NUMBER(kind, name)   {#name, FIELD_NUMBER, false, AT(kind, name), NULL}
#define FLAG(kind, name)     {#name, FIELD_FLAG, false, AT(kind, name), NULL}
#define TIME(kind, name)     {#name, FIELD_TIME, false, AT(kind, name), NULL}
#define NEEDTIME(kind, name) {#name, FIELD_TIME, true, AT(kind, name), NULL}
#define WORDS(kind, name)    {#name, FIELD_WORDS, false, AT(kind, name), NULL}
#define SKILLS(kind, name)   {#name, FIELD_SKILLS, false, AT(kind, name), NULL}
#define BITS(kind, name, list)         {#name, FIELD_BITS, false, AT(kind, name), list}
#define CHOICE(kind, name, need, list) {#name, FIELD_CHOICE, need, AT(kind, name), list}
/* clang-format on */

static const struct field team_fields[] = {
    NEED(lsched_team, id),       NEED(lsched_team, name),     NEED(lsched_team, zone),
    TEXT(lsched_team, photo),    TEXT(lsched_team, overflow), FLAG(lsched_team, general),
    WORDS(lsched_team, regions),
};
static const struct field agent_fields[] = {
    NEED(lsched_agent, id),
    NEED(lsched_agent, name),
    NEED(lsched_agent, zone),
    TEXT(lsched_agent, photo),
    WORDS(lsched_agent, languages),
    SKILLS(lsched_agent, skills),
    BITS(lsched_agent, channels, choice_channel),
    NUMBER(lsched_agent, lanes),
};
static const struct field member_fields[] = {
    NEED(lsched_member, team),
    NEED(lsched_member, agent),
    TEXT(lsched_member, from),
    TEXT(lsched_member, until),
};
static const struct field service_fields[] = {
    NEED(lsched_service, id),
    NEED(lsched_service, name),
    TEXT(lsched_service, topic),
    BITS(lsched_service, channels, choice_channel),
    NUMBER(lsched_service, minutes),
    NUMBER(lsched_service, before),
    NUMBER(lsched_service, after),
    NUMBER(lsched_service, wrap_up),
    NUMBER(lsched_service, notice),
    NUMBER(lsched_service, horizon),
    NUMBER(lsched_service, step),
    CHOICE(lsched_service, anchor, false, choice_anchor),
    SKILLS(lsched_service, skills),
    NUMBER(lsched_service, reminder),
    NUMBER(lsched_service, wait_known),
    NUMBER(lsched_service, wait_home),
    NUMBER(lsched_service, reseats),
    CHOICE(lsched_service, purpose, false, choice_purpose),
    NUMBER(lsched_service, attempts),
    NUMBER(lsched_service, spacing),
    NUMBER(lsched_service, day_attempts),
    NUMBER(lsched_service, week_attempts),
    NUMBER(lsched_service, cut_off),
    NUMBER(lsched_service, owner_wait),
    NUMBER(lsched_service, low_score),
    NUMBER(lsched_service, check_in),
    TEXT(lsched_service, follow_up),
    CHOICE(lsched_service, recommended, false, choice_channel),
    NUMBER(lsched_service, rank),
};
static const struct field customer_fields[] = {
    NEED(lsched_customer, id),
    NEED(lsched_customer, zone),
    TEXT(lsched_customer, region),
    TEXT(lsched_customer, language),
    TEXT(lsched_customer, team),
    FLAG(lsched_customer, general),
    WORDS(lsched_customer, knows),
    WORDS(lsched_customer, avoids),
    WORDS(lsched_customer, regions),
    BITS(lsched_customer, consents, choice_purpose),
};
static const struct field region_fields[] = {
    NEED(lsched_region, id),
    TEXT(lsched_region, name),
    TEXT(lsched_region, source),
    TEXT(lsched_region, as_of),
    BITS(lsched_region, channels, choice_channel),
    BITS(lsched_region, purposes, choice_purpose),
    FLAG(lsched_region, lifted),
    NUMBER(lsched_region, per_day),
    NUMBER(lsched_region, per_week),
    NUMBER(lsched_region, spacing),
};
static const struct field calendar_fields[] = {
    NEED(lsched_calendar, name),
    CHOICE(lsched_calendar, effect, true, choice_effect),
    CHOICE(lsched_calendar, ends, false, choice_ends),
    BITS(lsched_calendar, channels, choice_channel),
    BITS(lsched_calendar, purposes, choice_purpose),
    FLAG(lsched_calendar, lifted),
    TIME(lsched_calendar, checked),
    NUMBER(lsched_calendar, good_for),
    CHOICE(lsched_calendar, on_stale, false, choice_stale),
};
static const struct field booking_fields[] = {
    NEED(lsched_booking, id),
    NEED(lsched_booking, customer),
    NEED(lsched_booking, service),
    TEXT(lsched_booking, agent), /* nobody yet, of what waits */
    NEED(lsched_booking, team),
    CHOICE(lsched_booking, channel, true, choice_channel),
    CHOICE(lsched_booking, rung, false, choice_rung),
    CHOICE(lsched_booking, state, true, choice_state),
    NEEDTIME(lsched_booking, start),
    NEEDTIME(lsched_booking, end),
    TIME(lsched_booking, busy_from),
    TIME(lsched_booking, busy_until),
    TEXT(lsched_booking, zone),
    TEXT(lsched_booking, wall),
    NUMBER(lsched_booking, sequence),
    TEXT(lsched_booking, note),
    TEXT(lsched_booking, cause),
    TEXT(lsched_booking, series),
    TIME(lsched_booking, created),
    TIME(lsched_booking, changed),
    TIME(lsched_booking, expires),
    NUMBER(lsched_booking, late),
    NUMBER(lsched_booking, revision),
    TEXT(lsched_booking, source),
    FLAG(lsched_booking, anybody),
    NUMBER(lsched_booking, moves),
    TEXT(lsched_booking, law),
    TIME(lsched_booking, since),
    TIME(lsched_booking, due),
    NUMBER(lsched_booking, attempts),
    CHOICE(lsched_booking, outcome, false, choice_outcome),
    CHOICE(lsched_booking, fault, false, choice_fault),
    BITS(lsched_booking, rungs, choice_rung),
    TEXT(lsched_booking, case_id),
    TEXT(lsched_booking, incident),
    NUMBER(lsched_booking, told),
};
static const struct field case_fields[] = {
    NEED(lsched_case, id),        NEED(lsched_case, customer),
    TEXT(lsched_case, topic),     TEXT(lsched_case, story),
    TEXT(lsched_case, language),  WORDS(lsched_case, needs),
    WORDS(lsched_case, consents), CHOICE(lsched_case, state, false, choice_case),
    TIME(lsched_case, opened),
};

#define PUT(noun)                                                                                  \
    static int put_##noun(lsched *s, const void *record)                                           \
    {                                                                                              \
        return lsched_put_##noun(s, record);                                                       \
    }
PUT(team)
PUT(agent)
PUT(member)
PUT(service)
PUT(customer)
PUT(calendar)
PUT(case)

/* One of which nothing is said but whose calendars they are needs no record. */
static int put_region(lsched *s, const void *record)
{
    const lsched_region *given = record;
    const lsched_region bare = {.size = given->size, .id = given->id};
    lsched_region *stored = NULL;
    int status = LSCHED_NOTFOUND;
    if (!memcmp(given, &bare, sizeof bare))
        status = lsched_get_region(s, given->id, &stored);
    else
        return lsched_put_region(s, given);
    lsched_region_free(stored);
    return status == LSCHED_OK         ? lsched_put_region(s, given)
           : status == LSCHED_NOTFOUND ? LSCHED_OK
                                       : status;
}

/* Whether every field that is given says the same as the stored one. */
static bool same_booking(const lsched_booking *given, const lsched_booking *stored);

/* A booking that stands already is left alone; the key makes a second load of one that
 * has changed since the same wish. */
static int put_booking(lsched *s, const void *record)
{
    const lsched_booking *given = record;
    char key[LSCHED_MAX_KEY + 1] = "site:";
    lsched_booking *stored;
    int status = lsched_get_booking(s, given->id, &stored);
    bool same = status == LSCHED_OK && same_booking(given, stored);
    lsched_booking_free(stored);
    if (same)
        return LSCHED_OK;
    strncat(key, given->id, sizeof key - 6);
    status = lsched_import(s, given, key, &stored);
    lsched_booking_free(stored);
    return status;
}

/* clang-format off */
#define KIND(noun, list, keys, type, owner, put)                                                   \
    const struct kind kind_##noun = {list, #noun, noun##_fields,                                   \
                                     sizeof noun##_fields / sizeof *noun##_fields,                 \
                                     keys, sizeof(struct type), owner, put}
/* clang-format on */
KIND(team, "teams", 1, lsched_team, LSCHED_TEAM, put_team);
KIND(agent, "agents", 1, lsched_agent, LSCHED_AGENT, put_agent);
KIND(member, "members", 3, lsched_member, 0, put_member);
KIND(service, "services", 1, lsched_service, LSCHED_SERVICE, put_service);
KIND(customer, "customers", 1, lsched_customer, LSCHED_CUSTOMER, put_customer);
KIND(region, "regions", 1, lsched_region, LSCHED_REGION, put_region);
KIND(booking, "bookings", 1, lsched_booking, 0, put_booking);
KIND(case, "cases", 1, lsched_case, 0, put_case);
KIND(calendar, "calendars", 1, lsched_calendar, 0, put_calendar);

/* ---- access ------------------------------------------------------------------------------ */

const char *field_text(const struct field *f, const void *record)
{
    const char *text;
    memcpy(&text, (const char *)record + f->offset, sizeof text);
    return text ? text : "";
}

int32_t field_number(const struct field *f, const void *record)
{
    int32_t number;
    memcpy(&number, (const char *)record + f->offset, sizeof number);
    return number;
}

lsched_time field_time(const struct field *f, const void *record)
{
    lsched_time at;
    memcpy(&at, (const char *)record + f->offset, sizeof at);
    return at;
}

void field_set(const struct field *f, void *record, const void *value, size_t size)
{
    memcpy((char *)record + f->offset, value, size);
}

static bool same_booking(const lsched_booking *given, const lsched_booking *stored)
{
    for (size_t i = 0; i < kind_booking.count; i++) {
        const struct field *f = &kind_booking.fields[i];
        bool same = true;
        if (f->type == FIELD_TEXT)
            same = !*field_text(f, given) || !strcmp(field_text(f, given), field_text(f, stored));
        else if (f->type == FIELD_TIME)
            same = !field_time(f, given) || field_time(f, given) == field_time(f, stored);
        else
            same = !field_number(f, given) || field_number(f, given) == field_number(f, stored);
        if (!same)
            return false;
    }
    return true;
}

/* ---- choices ------------------------------------------------------------------------------- */

const char *choice_name(const struct choice *choices, int32_t value)
{
    for (; choices->name; choices++)
        if (choices->value == value)
            return choices->name;
    return "";
}

bool choice_value(const struct choice *choices, const char *name, size_t size, int32_t *value)
{
    for (; choices->name; choices++)
        if (strlen(choices->name) == size && !memcmp(choices->name, name, size)) {
            *value = choices->value;
            return true;
        }
    return false;
}

const char *choice_list(const struct choice *choices, int32_t bits, char buffer[CHOICE_TEXT])
{
    buffer[0] = '\0';
    for (; choices->name; choices++)
        if (bits == -1 || (bits & choices->value)) {
            if (*buffer)
                strncat(buffer, ", ", CHOICE_TEXT - strlen(buffer) - 1);
            strncat(buffer, choices->name, CHOICE_TEXT - strlen(buffer) - 1);
        }
    return buffer;
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static json_t *words_json(const char *list)
{
    json_t *array = json_array();
    while (*list) {
        size_t size = strcspn(list, " ");
        json_array_append_new(array, json_stringn(list, size));
        list += size + (list[size] == ' ');
    }
    return array;
}

/* "fiber:3 billing" -> {"fiber": 3, "billing": 1} */
static json_t *skills_json(const char *list)
{
    json_t *object = json_object();
    while (*list) {
        size_t size = strcspn(list, " ");
        bool level = size > 2 && list[size - 2] == ':';
        json_object_setn_new(object, list, level ? size - 2 : size,
                             json_integer(level ? list[size - 1] - '0' : 1));
        list += size + (list[size] == ' ');
    }
    return object;
}

static json_t *bits_json(const struct choice *choices, int32_t bits)
{
    json_t *array = json_array();
    for (; choices->name; choices++)
        if (bits & choices->value)
            json_array_append_new(array, json_string(choices->name));
    return array;
}

static json_t *field_json(struct tool *t, const struct field *f, const void *record,
                          const char *zone)
{
    const char *text = f->type == FIELD_TEXT || f->type == FIELD_WORDS || f->type == FIELD_SKILLS
                           ? field_text(f, record)
                           : "";
    switch (f->type) {
    case FIELD_TEXT:
        return *text ? json_string(text) : NULL;
    case FIELD_WORDS:
        return *text ? words_json(text) : NULL;
    case FIELD_SKILLS:
        return *text ? skills_json(text) : NULL;
    case FIELD_NUMBER:
        return json_integer(field_number(f, record));
    case FIELD_FLAG:
        return field_number(f, record) ? json_true() : NULL;
    case FIELD_TIME:
        return field_time(f, record) ? time_json(t, field_time(f, record), zone) : NULL;
    case FIELD_CHOICE:
        text = choice_name(f->choices, field_number(f, record));
        return *text ? json_string(text) : NULL;
    case FIELD_BITS:
        return field_number(f, record) ? bits_json(f->choices, field_number(f, record)) : NULL;
    }
    return NULL;
}

json_t *record_json(struct tool *t, const struct kind *kind, const void *record, const char *zone)
{
    json_t *object = json_object();
    for (size_t i = 0; i < kind->count; i++) {
        json_t *value = field_json(t, &kind->fields[i], record, zone);
        if (value)
            json_object_set_new(object, kind->fields[i].name, value);
    }
    return object;
}
