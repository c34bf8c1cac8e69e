/* api/records.c -- header chapter 3: the catalogue.  All kinds work alike, so their
 * functions are written once. */
#include "api/api.h"

#include <string.h>

static int put(lsched *s, const lsi_kind *kind, const void *in, size_t first, void *copy)
{
    int status = lsi_repair_start(s);
    if (status == LSCHED_OK)
        status = lsi_entry_take(s, in, first, kind->size, copy);
    return status == LSCHED_OK ? lsi_repair_write(s, kind, copy, false) : status;
}

/* `out` is the address of the caller's pointer to a record, of whatever kind. */
static int get(lsched *s, const lsi_kind *kind, const void *key, void *out)
{
    lsi_arena *arena;
    void *record = lsi_box_new(kind->size, &arena);
    if (record == NULL)
        return lsi_error_nomem(&s->error);
    const int status = lsi_catalogue_get(&s->core, kind, key, arena, record, &s->error);
    if (status != LSCHED_OK) {
        lsi_box_free(record);
        return status;
    }
    const uint32_t size = (uint32_t)kind->size;
    memcpy(record, &size, sizeof size);
    memcpy(out, &record, sizeof record);
    return LSCHED_OK;
}

static int list_records(lsched *s, const lsi_kind *kind, const char *after, uint32_t limit,
                        size_t list_size, void *out)
{
    lsi_list *list;
    int status = lsi_box_start_list(s, out, &limit, list_size, kind->size, &list);
    if (status == LSCHED_OK && lsi_text_given(after))
        status = lsi_entry_id(s, "after", after);
    if (status == LSCHED_OK)
        status = lsi_catalogue_list(&s->core, kind, after, limit, &list->arena, &list->items,
                                    &list->count, &s->error);
    return lsi_box_hand_list(list, status, out);
}

/* `first` is the size of the struct in the first release. */
#define PUT(noun, first)                                                                           \
    int lsched_put_##noun(lsched *s, const lsched_##noun *noun)                                    \
    {                                                                                              \
        lsched_##noun copy;                                                                        \
        return put(s, &lsi_kind_##noun, noun, first, &copy);                                       \
    }

#define FREE(noun)                                                                                 \
    void lsched_##noun##_free(lsched_##noun *noun)                                                 \
    {                                                                                              \
        lsi_box_free(noun);                                                                        \
    }

/* The kinds whose key is one id. */
#define KIND(noun, plural, first)                                                                  \
    LSI_LIST(noun, plural)                                                                         \
    PUT(noun, first)                                                                               \
    FREE(noun)                                                                                     \
    int lsched_get_##noun(lsched *s, const char *id, lsched_##noun **out)                          \
    {                                                                                              \
        int status = lsi_box_start(s, out);                                                        \
        if (status == LSCHED_OK)                                                                   \
            status = lsi_entry_id(s, "id", id);                                                    \
        if (status == LSCHED_OK)                                                                   \
            status = get(s, &lsi_kind_##noun, &(lsched_##noun){.id = id}, out);                    \
        return status;                                                                             \
    }                                                                                              \
    int lsched_remove_##noun(lsched *s, const char *id)                                            \
    {                                                                                              \
        int status = lsi_repair_start(s);                                                          \
        if (status == LSCHED_OK)                                                                   \
            status = lsi_entry_id(s, "id", id);                                                    \
        if (status == LSCHED_OK)                                                                   \
            status = lsi_repair_write(s, &lsi_kind_##noun, &(lsched_##noun){.id = id}, true);      \
        return status;                                                                             \
    }                                                                                              \
    int lsched_list_##plural(lsched *s, const char *after, uint32_t limit, lsched_##plural **out)  \
    {                                                                                              \
        return list_records(s, &lsi_kind_##noun, after, limit, sizeof(lsched_##plural), out);      \
    }

KIND(team, teams, sizeof(lsched_team))
KIND(agent, agents, sizeof(lsched_agent))
KIND(service, services, offsetof(lsched_service, reminder))
KIND(customer, customers, offsetof(lsched_customer, regions))
KIND(region, regions, sizeof(lsched_region))
KIND(incident, incidents, offsetof(lsched_incident, no_joining))
KIND(announcement, announcements, sizeof(lsched_announcement))
KIND(wait, waits, sizeof(lsched_wait))

int lsched_offer_places(lsched *s, uint32_t limit, lsched_waits **out)
{
    lsi_list *list;
    lsched_wait *items = NULL;
    const uint32_t most = limit;
    int status = lsi_box_start_list(s, out, &limit, sizeof **out, sizeof(lsched_wait), &list);
    if (status == LSCHED_OK)
        status = lsi_wait_offer(&s->core, most, &list->arena, &items, &list->count, &s->error);
    if (status == LSCHED_OK)
        list->items = items;
    return lsi_box_hand_list(list, status, out);
}

/* ---- the roster ------------------------------------------------------------------------- */

LSI_LIST(member, members)
PUT(member, sizeof(lsched_member))

int lsched_remove_member(lsched *s, const char *team, const char *agent, const char *from)
{
    lsched_member key = {.team = team, .agent = agent, .from = from};
    int status = lsi_repair_start(s);
    if (status == LSCHED_OK)
        status = lsi_entry_id(s, "team", team);
    if (status == LSCHED_OK)
        status = lsi_entry_id(s, "agent", agent);
    if (status == LSCHED_OK)
        status = lsi_kind_check(&lsi_kind_member, &key, &s->error);
    return status == LSCHED_OK ? lsi_repair_write(s, &lsi_kind_member, &key, true) : status;
}

int lsched_list_members(lsched *s, const char *team, const char *agent, uint32_t skip,
                        uint32_t limit, lsched_members **out)
{
    lsi_list *list;
    int status = lsi_box_start_list(s, out, &limit, sizeof **out, sizeof(lsched_member), &list);
    if (status == LSCHED_OK && lsi_text_given(team))
        status = lsi_entry_id(s, "team", team);
    if (status == LSCHED_OK && lsi_text_given(agent))
        status = lsi_entry_id(s, "agent", agent);
    if (status == LSCHED_OK)
        status = lsi_catalogue_members(&s->core, team, agent, skip, limit, &list->arena,
                                       &list->items, &list->count, &s->error);
    return lsi_box_hand_list(list, status, out);
}

/* ---- calendars ---------------------------------------------------------------------------- */

LSI_LIST(calendar, calendars)
PUT(calendar, offsetof(lsched_calendar, channels))
FREE(calendar)

static int check_calendar_key(lsched *s, const lsched_calendar *key)
{
    if (key->kind < LSCHED_TEAM || key->kind > LSCHED_SERVICE)
        return lsi_error_set(&s->error, LSCHED_INVALID, "kind is not an owner of calendars");
    const int status = lsi_entry_id(s, "owner", key->owner);
    return status == LSCHED_OK ? lsi_entry_id(s, "name", key->name) : status;
}

int lsched_get_calendar(lsched *s, int32_t kind, const char *owner, const char *name,
                        lsched_calendar **out)
{
    const lsched_calendar key = {.kind = kind, .owner = owner, .name = name};
    int status = lsi_box_start(s, out);
    if (status == LSCHED_OK)
        status = check_calendar_key(s, &key);
    return status == LSCHED_OK ? get(s, &lsi_kind_calendar, &key, out) : status;
}

int lsched_remove_calendar(lsched *s, int32_t kind, const char *owner, const char *name)
{
    lsched_calendar key = {.kind = kind, .owner = owner, .name = name};
    int status = lsi_repair_start(s);
    if (status == LSCHED_OK)
        status = check_calendar_key(s, &key);
    return status == LSCHED_OK ? lsi_repair_write(s, &lsi_kind_calendar, &key, true) : status;
}

int lsched_list_calendars(lsched *s, int32_t kind, const char *owner, uint32_t skip, uint32_t limit,
                          lsched_calendars **out)
{
    lsi_list *list;
    int status = lsi_box_start_list(s, out, &limit, sizeof **out, sizeof(lsched_calendar), &list);
    if (status == LSCHED_OK && (kind < 0 || kind > LSCHED_SERVICE))
        status = lsi_error_set(&s->error, LSCHED_INVALID, "kind is not an owner of calendars");
    if (status == LSCHED_OK && lsi_text_given(owner))
        status = lsi_entry_id(s, "owner", owner);
    if (status == LSCHED_OK)
        status = lsi_catalogue_calendars(&s->core, kind, owner, skip, limit, &list->arena,
                                         &list->items, &list->count, &s->error);
    return lsi_box_hand_list(list, status, out);
}

int lsched_get_revision(lsched *s, const char *service, int32_t revision, lsched_service **out)
{
    lsi_arena *arena;
    int status = lsi_box_start(s, out);
    if (status == LSCHED_OK)
        status = lsi_entry_id(s, "service", service);
    if (status != LSCHED_OK)
        return status;
    lsched_service *box = lsi_box_new(sizeof *box, &arena);
    if (box == NULL)
        return lsi_error_nomem(&s->error);
    status = lsi_catalogue_revision(&s->core, service, revision, arena, box, &s->error);
    if (status != LSCHED_OK) {
        lsched_service_free(box);
        return status;
    }
    box->size = sizeof *box;
    *out = box;
    return LSCHED_OK;
}
