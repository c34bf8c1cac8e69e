/* store/record.c -- the catalogue: any kind by its table, and the questions about it. */
#include "store/inner.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- one record -------------------------------------------------------------------- */

int lsi_record_missing(const lsi_kind *kind, const void *key, lsi_error *e)
{
    char label[LSI_LABEL];
    if (kind->keys == 1) {
        const char *id = lsi_kind_text(&kind->fields[0], key);
        return lsi_error_set(e, LSCHED_NOTFOUND, "no %s has the id '%.*s'", kind->name,
                             LSCHED_MAX_ID, id != NULL ? id : "");
    }
    lsi_kind_label(kind, key, label);
    return lsi_error_set(e, LSCHED_NOTFOUND, "there is no %s", label);
}

/* NOTFOUND unless there is a record of `kind` with this id, which `label` refers to. */
static int check_id(lsi_store *st, const lsi_kind *kind, const char *id, size_t size,
                    const char *label, lsi_error *e)
{
    lsi_statement *s;
    int64_t found = 0;
    int status = lsi_sql_piece(st, kind, "SELECT 1 FROM # WHERE $", &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_driver_bind_text(s, 1, id, size);
    status = lsi_sql_number(s, &found, e);
    if (status != LSCHED_OK || found)
        return status;
    return lsi_error_set(e, LSCHED_NOTFOUND, "%s: no %s has the id '%.*s'", label, kind->name,
                         (int)size, id);
}

static int check_field(lsi_store *st, const lsi_field *f, const char *text, const char *label,
                       lsi_error *e)
{
    const char *word;
    size_t size;
    if (f->type != LSI_WORDS)
        return text == NULL || text[0] == '\0'
                   ? LSCHED_OK
                   : check_id(st, f->refers, text, strlen(text), label, e);
    while ((text = lsi_text_word(text, &word, &size)) != NULL) {
        int status = check_id(st, f->refers, word, size, label, e);
        if (status != LSCHED_OK)
            return status;
    }
    return LSCHED_OK;
}

/* All ids in the record's fields have records. */
static int check_references(lsi_store *st, const lsi_kind *kind, const void *record, lsi_error *e)
{
    char label[LSI_LABEL];
    int status = LSCHED_OK;
    lsi_kind_label(kind, record, label);
    for (size_t i = 0; i < kind->count && status == LSCHED_OK; i++) {
        const lsi_field *f = &kind->fields[i];
        if (f->refers != NULL)
            status = check_field(st, f, lsi_kind_text(f, record), label, e);
    }
    if (status == LSCHED_OK && kind == &lsi_kind_calendar) {
        const lsched_calendar *calendar = record;
        const lsi_kind *owner = lsi_kind_of_owner(calendar->kind);
        if (owner != NULL)
            status = check_id(st, owner, calendar->owner, strlen(calendar->owner), label, e);
    }
    return status;
}

int lsi_record_put(lsi_store *st, const lsi_kind *kind, const void *record, lsi_error *e)
{
    lsi_statement *s;
    int status = lsi_store_writing(st, e);
    if (status == LSCHED_OK)
        status = check_references(st, kind, record, e);
    if (status == LSCHED_OK)
        status = lsi_sql_insert(st, kind, true, &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind(s, kind, record);
    return lsi_driver_finish(s, NULL, e);
}

int lsi_record_get(lsi_store *st, const lsi_kind *kind, const void *key, lsi_arena *a, void *record,
                   lsi_error *e)
{
    lsi_statement *s;
    int status = lsi_sql_piece(st, kind, "SELECT @ FROM # WHERE $", &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_key(s, kind, key);
    status = lsi_sql_one(s, kind, a, record, e);
    return status == LSCHED_NOTFOUND ? lsi_record_missing(kind, key, e) : status;
}

int lsi_record_remove(lsi_store *st, const lsi_kind *kind, const void *key, lsi_error *e)
{
    lsi_statement *s;
    int64_t changed = 0;
    int status = lsi_store_writing(st, e);
    if (status == LSCHED_OK)
        status = lsi_sql_piece(st, kind, "DELETE FROM # WHERE $", &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_key(s, kind, key);
    status = lsi_driver_finish(s, &changed, e);
    if (status == LSCHED_OK && changed == 0)
        return lsi_record_missing(kind, key, e);
    return status;
}

/* ---- lists ------------------------------------------------------------------------- */

int lsi_record_list(lsi_store *st, const lsi_kind *kind, const char *after, uint32_t limit,
                    lsi_arena *a, void **records, size_t *count, lsi_error *e)
{
    lsi_statement *s;
    int status =
        lsi_sql_piece(st, kind, "SELECT @ FROM # WHERE id > ?1 ORDER BY id LIMIT ?2", &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, after);
    lsi_driver_bind_int(s, 2, limit);
    return lsi_sql_all(s, kind, a, records, count, e);
}

#define MEMBERS_IN_ORDER " ORDER BY team, agent, \"from\" LIMIT ?3 OFFSET ?4"

int lsi_record_members(lsi_store *st, const char *team, const char *agent, uint32_t skip,
                       uint32_t limit, lsi_arena *a, lsched_member **out, size_t *count,
                       lsi_error *e)
{
    static const char *const pieces[] = {
        "SELECT @ FROM lsched_member" MEMBERS_IN_ORDER,
        "SELECT @ FROM lsched_member WHERE team = ?1" MEMBERS_IN_ORDER,
        "SELECT @ FROM lsched_member WHERE agent = ?2" MEMBERS_IN_ORDER,
        "SELECT @ FROM lsched_member WHERE team = ?1 AND agent = ?2" MEMBERS_IN_ORDER,
    };
    lsi_statement *s;
    void *records = NULL;
    int which = (lsi_text_given(team) ? 1 : 0) + (lsi_text_given(agent) ? 2 : 0);
    int status = lsi_sql_piece(st, &lsi_kind_member, pieces[which], &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, team);
    lsi_sql_bind_id(s, 2, agent);
    lsi_driver_bind_int(s, 3, limit);
    lsi_driver_bind_int(s, 4, skip);
    status = lsi_sql_all(s, &lsi_kind_member, a, &records, count, e);
    *out = records;
    return status;
}

#define CALENDARS_IN_ORDER " ORDER BY kind, owner, name LIMIT ?3 OFFSET ?4"

int lsi_record_calendars(lsi_store *st, int32_t kind, const char *owner, uint32_t skip,
                         uint32_t limit, lsi_arena *a, lsched_calendar **out, size_t *count,
                         lsi_error *e)
{
    static const char *const pieces[] = {
        "SELECT @ FROM lsched_calendar" CALENDARS_IN_ORDER,
        "SELECT @ FROM lsched_calendar WHERE kind = ?1" CALENDARS_IN_ORDER,
        "SELECT @ FROM lsched_calendar WHERE owner = ?2" CALENDARS_IN_ORDER,
        "SELECT @ FROM lsched_calendar WHERE kind = ?1 AND owner = ?2" CALENDARS_IN_ORDER,
    };
    lsi_statement *s;
    void *records = NULL;
    int which = (kind != 0 ? 1 : 0) + (lsi_text_given(owner) ? 2 : 0);
    int status = lsi_sql_piece(st, &lsi_kind_calendar, pieces[which], &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_driver_bind_int(s, 1, kind);
    lsi_sql_bind_id(s, 2, owner);
    lsi_driver_bind_int(s, 3, limit);
    lsi_driver_bind_int(s, 4, skip);
    status = lsi_sql_all(s, &lsi_kind_calendar, a, &records, count, e);
    *out = records;
    return status;
}

int lsi_record_general_teams(lsi_store *st, lsi_arena *a, lsched_team **out, size_t *count,
                             lsi_error *e)
{
    lsi_statement *s;
    void *records = NULL;
    int status = lsi_sql_piece(st, &lsi_kind_team,
                               "SELECT @ FROM lsched_team WHERE general <> 0 ORDER BY id", &s, e);
    if (status != LSCHED_OK)
        return status;
    status = lsi_sql_all(s, &lsi_kind_team, a, &records, count, e);
    *out = records;
    return status;
}

int lsi_record_topic(lsi_store *st, const char *topic, lsi_arena *a, lsched_service **out,
                     size_t *count, lsi_error *e)
{
    lsi_statement *s;
    void *records = NULL;
    *count = 0;
    int status = lsi_sql_piece(st, &lsi_kind_service,
                               "SELECT @ FROM lsched_service WHERE topic = ?1"
                               " ORDER BY \"rank\" = 0, \"rank\", id",
                               &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_driver_bind_text(s, 1, topic, strlen(topic));
    status = lsi_sql_all(s, &lsi_kind_service, a, &records, count, e);
    *out = records;
    return status;
}

/* ---- teams of a region ------------------------------------------------------------- */

typedef struct loads {
    lsi_team_load *at;
    size_t count, room;
} loads;

static int read_load(lsi_statement *s, const char *region, lsi_arena *a, loads *list, lsi_error *e)
{
    size_t size;
    const char *regions = lsi_driver_text(s, lsi_sql_column(&lsi_kind_team, "regions"), &size);
    if (regions == NULL)
        return lsi_error_nomem(e);
    if (!lsi_text_has_word(regions, region))
        return LSCHED_OK;
    lsi_team_load *load = lsi_vector_push(&list->at, &list->count, &list->room, sizeof *load);
    if (load == NULL)
        return lsi_error_nomem(e);
    load->customers = lsi_driver_int(s, (int)lsi_sql_columns(&lsi_kind_team));
    return lsi_sql_read(s, &lsi_kind_team, a, &load->team, e);
}

/* Teams are few, so their lists of regions are read rather than indexed. */
int lsi_record_teams_of_region(lsi_store *st, const char *region, lsi_arena *a, lsi_team_load **out,
                               size_t *count, lsi_error *e)
{
    lsi_statement *s;
    loads list = {0};
    bool row = false;
    *out = NULL;
    *count = 0;
    if (!lsi_text_given(region))
        return LSCHED_OK;
    int status = lsi_sql_piece(
        st, &lsi_kind_team,
        "SELECT @, customers FROM lsched_team WHERE regions IS NOT NULL ORDER BY id", &s, e);
    if (status != LSCHED_OK)
        return status;
    while ((status = lsi_driver_step(s, &row, e)) == LSCHED_OK && row) {
        status = read_load(s, region, a, &list, e);
        if (status != LSCHED_OK)
            break;
    }
    lsi_driver_done(s);
    if (status == LSCHED_OK && list.count > 0) {
        *out = lsi_arena_take(a, list.count * sizeof *list.at);
        if (*out != NULL)
            memcpy(*out, list.at, list.count * sizeof *list.at);
        else
            status = lsi_error_nomem(e);
        *count = *out != NULL ? list.count : 0;
    }
    free(list.at);
    return status;
}

/* ---- who still needs it ------------------------------------------------------------ */

#define LIVE                                                                                       \
    " = ?1 AND " LSI_LIVE_SQL                                                                      \
    " AND \"end\" > ?2 AND start > ?3 AND (state <> 3 OR " LSI_HOLDS_SQL("?4") ")"
#define WAITS " = ?1 AND " LSI_WAITS_SQL

/* What may need a record: the question how many do, and the sentence of the answer. */
static const struct use {
    const lsi_kind *kind;
    const char *piece, *verb, *noun;
} uses[] = {
    {&lsi_kind_team, "SELECT customers FROM lsched_team WHERE id = ?1", "is the home of",
     "customer"},
    {&lsi_kind_team, "SELECT count(*) FROM lsched_team WHERE overflow = ?1", "helps out for",
     "team"},
    {&lsi_kind_team, "SELECT count(*) FROM lsched_member WHERE team = ?1", "has", "member"},
    {&lsi_kind_team, "SELECT count(*) FROM lsched_booking WHERE team" LIVE, "has", "live booking"},
    {&lsi_kind_team, "SELECT count(*) FROM lsched_wait WHERE team = ?1", "has", "wait"},
    {&lsi_kind_agent, "SELECT count(*) FROM lsched_wait WHERE agent = ?1", "has", "wait"},
    {&lsi_kind_service, "SELECT count(*) FROM lsched_wait WHERE service = ?1", "has", "wait"},
    {&lsi_kind_customer, "SELECT count(*) FROM lsched_wait WHERE customer = ?1", "has", "wait"},
    {&lsi_kind_agent, "SELECT count(*) FROM lsched_member WHERE agent = ?1", "has", "membership"},
    {&lsi_kind_agent, "SELECT count(*) FROM lsched_booking WHERE agent" LIVE, "has",
     "live booking"},
    {&lsi_kind_service, "SELECT count(*) FROM lsched_booking WHERE service" LIVE, "has",
     "live booking"},
    {&lsi_kind_customer, "SELECT count(*) FROM lsched_booking WHERE customer" LIVE, "has",
     "live booking"},
    /* An agent may go: what was left to it waits for others. */
    {&lsi_kind_team, "SELECT count(*) FROM lsched_booking WHERE team" WAITS, "has",
     "waiting contact"},
    {&lsi_kind_service, "SELECT count(*) FROM lsched_booking WHERE service" WAITS, "has",
     "waiting contact"},
    {&lsi_kind_customer, "SELECT count(*) FROM lsched_booking WHERE customer" WAITS, "has",
     "waiting contact"},
    {&lsi_kind_case, "SELECT count(*) FROM lsched_booking WHERE case_id" LIVE, "has",
     "live booking"},
    {&lsi_kind_case, "SELECT count(*) FROM lsched_booking WHERE case_id" WAITS, "has",
     "waiting contact"},
    /* Without its case it could never be answered, and would be late for ever. */
    {&lsi_kind_case, "SELECT count(*) FROM lsched_unanswered WHERE case_id = ?1", "has",
     "unanswered message"},
};

static int check_use(lsi_store *st, const struct use *use, const char *id, lsched_time now,
                     lsched_time clock, lsi_error *e)
{
    lsi_statement *s;
    int64_t n = 0;
    int status = lsi_sql_piece(st, use->kind, use->piece, &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, id);
    if (use->noun[0] == 'l') {
        lsi_driver_bind_int(s, 2, now);
        lsi_driver_bind_int(s, 3, now - LSI_LONGEST);
        lsi_driver_bind_int(s, 4, clock);
    }
    status = lsi_sql_number(s, &n, e);
    if (status != LSCHED_OK || n == 0)
        return status;
    return lsi_error_set(e, LSCHED_INUSE, "%s '%.*s' %s %" PRId64 " %s%s", use->kind->name,
                         LSCHED_MAX_ID, id, use->verb, n, use->noun, n == 1 ? "" : "s");
}

int lsi_record_in_use(lsi_store *st, const lsi_kind *kind, const char *id, lsched_time now,
                      lsched_time clock, lsi_error *e)
{
    int status = LSCHED_OK;
    for (size_t i = 0; i < sizeof uses / sizeof *uses && status == LSCHED_OK; i++)
        if (uses[i].kind == kind)
            status = check_use(st, &uses[i], id, now, clock, e);
    return status;
}

/* ---- forgetting -------------------------------------------------------------------- */

/* The list without the word, in place. */
static void strike(char *list, const char *word)
{
    char *to = list;
    const char *next = list, *w;
    size_t size, wanted = strlen(word);
    while ((next = lsi_text_word(next, &w, &size)) != NULL) {
        if (size == wanted && memcmp(w, word, size) == 0)
            continue;
        if (to != list)
            *to++ = ' ';
        memmove(to, w, size);
        to += size;
    }
    *to = '\0';
}

/* The lists of agents that customers have. */
static const struct {
    const char *read, *write;
} lists[] = {
    {"SELECT id, knows FROM lsched_customer WHERE knows IS NOT NULL",
     "UPDATE lsched_customer SET knows = ?2 WHERE id = ?1"},
    {"SELECT id, avoids FROM lsched_customer WHERE avoids IS NOT NULL",
     "UPDATE lsched_customer SET avoids = ?2 WHERE id = ?1"},
};

typedef struct naming {
    char *id, *words;
} naming;

typedef struct namings {
    naming *at;
    size_t count, room;
} namings;

static int read_naming(lsi_statement *s, const char *agent, lsi_arena *a, namings *list,
                       lsi_error *e)
{
    size_t id_size, size;
    const char *words = lsi_driver_text(s, 1, &size);
    if (words == NULL)
        return lsi_error_nomem(e);
    if (!lsi_text_has_word(words, agent))
        return LSCHED_OK;
    naming *n = lsi_vector_push(&list->at, &list->count, &list->room, sizeof *n);
    if (n == NULL)
        return lsi_error_nomem(e);
    n->words = lsi_arena_text(a, words, size);
    const char *id = lsi_driver_text(s, 0, &id_size);
    n->id = id != NULL ? lsi_arena_text(a, id, id_size) : NULL;
    if (n->words == NULL || n->id == NULL)
        return lsi_error_nomem(e);
    strike(n->words, agent);
    return LSCHED_OK;
}

/* Every list that names somebody is read: agents leave seldom. */
static int find_namings(lsi_store *st, const char *sql, const char *agent, lsi_arena *a,
                        namings *list, lsi_error *e)
{
    lsi_statement *s;
    bool row = false;
    int status = lsi_driver_prepare(st->driver, sql, &s, e);
    if (status != LSCHED_OK)
        return status;
    while ((status = lsi_driver_step(s, &row, e)) == LSCHED_OK && row) {
        status = read_naming(s, agent, a, list, e);
        if (status != LSCHED_OK)
            break;
    }
    lsi_driver_done(s);
    return status;
}

static int write_naming(lsi_store *st, const char *sql, const naming *n, lsi_error *e)
{
    lsi_statement *s;
    int status = lsi_driver_prepare(st->driver, sql, &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_sql_bind_id(s, 1, n->id);
    if (n->words[0] == '\0')
        lsi_driver_bind_null(s, 2);
    else
        lsi_sql_bind_id(s, 2, n->words);
    return lsi_driver_finish(s, NULL, e);
}

int lsi_record_forget_agent(lsi_store *st, const char *agent, lsi_error *e)
{
    lsi_arena a = {0};
    int status = lsi_store_writing(st, e);
    for (size_t n = 0; status == LSCHED_OK && n < sizeof lists / sizeof *lists; n++) {
        namings found = {0};
        status = find_namings(st, lists[n].read, agent, &a, &found, e);
        for (size_t i = 0; i < found.count && status == LSCHED_OK; i++)
            status = write_naming(st, lists[n].write, &found.at[i], e);
        free(found.at);
    }
    lsi_arena_free(&a);
    return status;
}

int lsi_record_forget_calendars(lsi_store *st, int32_t kind, const char *owner, lsi_error *e)
{
    lsi_statement *s;
    int status = lsi_store_writing(st, e);
    if (status == LSCHED_OK)
        status = lsi_driver_prepare(
            st->driver, "DELETE FROM lsched_calendar WHERE kind = ?1 AND owner = ?2", &s, e);
    if (status != LSCHED_OK)
        return status;
    lsi_driver_bind_int(s, 1, kind);
    lsi_sql_bind_id(s, 2, owner);
    return lsi_driver_finish(s, NULL, e);
}
