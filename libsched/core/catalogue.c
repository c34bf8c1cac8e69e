/* core/catalogue.c -- records of all kinds: checked by their table, then stored.
 *
 * What neither a table nor the store can say stands here: whether zones exist, which team
 * becomes a customer's home, whether a calendar's text can be understood, and whether an
 * agent's chats still fit.
 */
#include "core/tell.h"

#include <string.h>

/* That a zone exists is for the zone files to say; references are checked by the store. */
static int check_zones(lsi_core *core, const lsi_kind *kind, const void *record, lsi_error *e)
{
    for (size_t i = 0; i < kind->count; i++) {
        const lsi_field *f = &kind->fields[i];
        const lsi_zone *zone;
        if (f->type != LSI_ZONE || !lsi_text_given(lsi_kind_text(f, record)))
            continue;
        const int status = lsi_zone_get(core->zones, lsi_kind_text(f, record), &zone, e);
        if (status != LSCHED_OK) {
            const lsi_error found = *e;
            char label[LSI_LABEL];
            lsi_kind_label(kind, record, label);
            return lsi_error_set(e, status, "%s: %s: %s", label, f->name, found.text);
        }
    }
    return LSCHED_OK;
}

/* ---- what a kind needs beyond its table --------------------------------------------------- */

/* The agents on a team's roster on the team's date of today. */
static int count_members(lsi_core *core, const lsched_team *team, lsched_time now, lsi_arena *a,
                         int64_t *members, lsi_error *e)
{
    const lsi_zone *zone;
    lsched_member *rows;
    size_t count;
    int status = lsi_zone_get(core->zones, team->zone, &zone, e);
    if (status == LSCHED_OK)
        status =
            lsi_record_members(core->store, team->id, NULL, 0, UINT32_MAX, a, &rows, &count, e);
    *members = 0;
    /* An agent may have several memberships; they lie side by side. */
    for (size_t i = 0, end; status == LSCHED_OK && i < count; i = end) {
        lsi_spans spans = {0};
        for (end = i + 1; end < count && strcmp(rows[end].agent, rows[i].agent) == 0;)
            end++;
        status = lsi_roster_spans(rows + i, end - i, rows[i].agent, zone, &spans, e);
        *members += status == LSCHED_OK && lsi_span_at(&spans, now) != NULL;
        lsi_span_free(&spans);
    }
    return status;
}

/* A home team for a customer who names none: the one of old while it serves the region. */
static int assign_home(lsi_core *core, lsched_customer *customer, lsched_time now, lsi_arena *a,
                       lsi_error *e)
{
    lsi_team_load *loads;
    const lsched_customer key = {.id = customer->id};
    lsched_customer old = {0};
    size_t count;
    if (lsi_text_given(customer->team) || !lsi_text_given(customer->region))
        return LSCHED_OK;
    int status = lsi_record_get(core->store, &lsi_kind_customer, &key, a, &old, e);
    if (status == LSCHED_NOTFOUND)
        lsi_error_clear(e);
    else if (status != LSCHED_OK)
        return status;
    status = lsi_record_teams_of_region(core->store, customer->region, a, &loads, &count, e);
    if (status != LSCHED_OK)
        return status;
    lsi_home *homes = lsi_arena_take(a, (count + 1) * sizeof *homes);
    if (homes == NULL)
        return lsi_error_nomem(e);
    for (size_t i = 0; i < count; i++) {
        if (lsi_text_given(old.team) && strcmp(loads[i].team.id, old.team) == 0) {
            customer->team = old.team;
            return LSCHED_OK;
        }
    }
    for (size_t i = 0; status == LSCHED_OK && i < count; i++) {
        homes[i] = (lsi_home){.id = loads[i].team.id, .customers = loads[i].customers};
        status = count_members(core, &loads[i].team, now, a, &homes[i].members, e);
    }
    const size_t pick = lsi_assign_pick(homes, count);
    if (status == LSCHED_OK && pick < count)
        customer->team = homes[pick].id;
    return status;
}

/* Fewer lanes than chats that stand beside one another would make the store a liar. */
static int check_lanes(lsi_core *core, const lsched_agent *agent, lsched_time now, lsi_arena *a,
                       lsi_error *e)
{
    lsi_agent_fact fact = {.agent = *agent};
    int32_t depth = 0;
    lsched_time clock;
    int status = lsi_now_clock(core, now, &clock, e);
    if (status == LSCHED_OK)
        status = lsi_facts_take_agent(core, &fact, NULL, clock, now, LSI_TIME_END, a, e);
    if (status == LSCHED_OK)
        status = lsi_lane_depth(fact.taken, fact.taken_count, &depth, e);
    if (status == LSCHED_OK && depth > agent->lanes)
        return lsi_error_set(e, LSCHED_INUSE,
                             "agent '%s': lanes is %d, but %d chats are booked beside one another",
                             agent->id, (int)agent->lanes, (int)depth);
    return status;
}

/* A calendar that breaks the limits of a question today must not take everybody's answers
 * down tomorrow: it is tried on the longest stretch that is looked at in one piece. */
static int try_calendar(lsi_core *core, const lsched_calendar *calendar, lsched_time now,
                        lsi_error *e)
{
    lsi_reading anywhere = {calendar->effect, calendar->ends, NULL};
    lsi_calendar *read;
    lsi_spans spans = {0};
    int status = lsi_zone_get(core->zones, "UTC", &anywhere.zone, e);
    if (status == LSCHED_OK)
        status = lsi_ical_read_within(core->zones, &core->limits, calendar->text,
                                      calendar->text_size, &read, e);
    if (status != LSCHED_OK)
        return status;
    status = lsi_expand_spans(read, &anywhere, now, now + lsi_search_reach(), &spans, e);
    lsi_span_free(&spans);
    lsi_ical_free(read);
    return status;
}

/* There is room for one more, and the text can be understood. */
static int check_calendar(lsi_core *core, const lsched_calendar *calendar, lsched_time now,
                          lsi_arena *a, lsi_error *e)
{
    lsched_calendar *others;
    size_t count;
    int status = lsi_record_calendars(core->store, calendar->kind, calendar->owner, 0,
                                      LSCHED_MAX_CALENDARS, a, &others, &count, e);
    if (status != LSCHED_OK)
        return status;
    bool replaced = false;
    for (size_t i = 0; i < count; i++)
        replaced = replaced || strcmp(others[i].name, calendar->name) == 0;
    if (!replaced && count >= LSCHED_MAX_CALENDARS)
        return lsi_error_set(e, LSCHED_LIMIT, "%s '%s' has %d calendars, and cannot have more",
                             lsi_kind_owner_name(calendar->kind), calendar->owner,
                             LSCHED_MAX_CALENDARS);
    return try_calendar(core, calendar, now, e);
}

/* A service that changes gets the next revision; one that is put again as it is keeps its. */
static int count_revision(lsi_core *core, lsched_service *service, lsi_arena *a, lsi_error *e)
{
    const lsched_service key = {.id = service->id};
    lsched_service old;
    int status = lsi_record_get(core->store, &lsi_kind_service, &key, a, &old, e);
    if (status == LSCHED_OK) {
        service->revision = old.revision;
        if (lsi_form_print(&lsi_kind_service, service) == lsi_form_print(&lsi_kind_service, &old))
            return LSCHED_OK;
    } else if (status != LSCHED_NOTFOUND) {
        return status;
    }
    lsi_error_clear(e);
    status = lsi_policy_last(core->store, service->id, &service->revision, e);
    service->revision++;
    return status;
}

/* ---- put ----------------------------------------------------------------------------------- */

static int put(lsi_core *core, const lsi_kind *kind, void *record, lsi_arena *a, lsi_error *e)
{
    lsched_time now = 0;
    bool news = false;
    int status = check_zones(core, kind, record, e);
    if (status == LSCHED_OK)
        status = lsi_now_ask(core, &now, e);
    if (status == LSCHED_OK && kind == &lsi_kind_customer)
        status = assign_home(core, record, now, a, e);
    if (status == LSCHED_OK && kind == &lsi_kind_agent)
        status = check_lanes(core, record, now, a, e);
    if (status == LSCHED_OK && kind == &lsi_kind_calendar)
        status = check_calendar(core, record, now, a, e);
    if (status == LSCHED_OK && kind == &lsi_kind_service)
        status = count_revision(core, record, a, e);
    if (status == LSCHED_OK && kind == &lsi_kind_case)
        status = lsi_cases_complete(core, record, now, a, e);
    if (status == LSCHED_OK && kind == &lsi_kind_incident)
        status = lsi_incident_count(core, record, now, a, &news, e);
    if (status == LSCHED_OK && kind == &lsi_kind_wait)
        status = lsi_wait_join(core, record, now, a, e);
    if (status == LSCHED_OK)
        status = lsi_record_put(core->store, kind, record, e);
    if (status == LSCHED_OK && kind == &lsi_kind_incident && news)
        status = lsi_incident_tell(core, record, now, e);
    if (status == LSCHED_OK && kind == &lsi_kind_announcement)
        status = lsi_announce_tell(core, record, now, e);
    return status;
}

int lsi_catalogue_put(lsi_core *core, const lsi_kind *kind, void *record, lsi_error *e)
{
    lsi_arena a = {0};
    /* These are kept here, whatever the caller says. */
    if (kind == &lsi_kind_service)
        ((lsched_service *)record)->revision = 0;
    if (kind == &lsi_kind_region)
        ((lsched_region *)record)->revision = 0; /* the store's triggers do */
    if (kind == &lsi_kind_wait)
        lsi_wait_blank(record);
    int status = lsi_kind_check(kind, record, e);
    if (status == LSCHED_OK)
        status = lsi_store_enter(core->store, true, e);
    if (status != LSCHED_OK)
        return status;
    status = put(core, kind, record, &a, e);
    lsi_arena_free(&a);
    return lsi_store_leave(core->store, status, e);
}

/* ---- remove ---------------------------------------------------------------------------------- */

/* The owner's number under which a kind's calendars are kept; 0: it has none. */
static int32_t owner_of(const lsi_kind *kind)
{
    for (int32_t owner = LSCHED_TEAM; owner <= LSCHED_SERVICE; owner++) {
        if (lsi_kind_of_owner(owner) == kind)
            return owner;
    }
    return 0;
}

static int remove_record(lsi_core *core, const lsi_kind *kind, const void *key, lsi_error *e)
{
    const int32_t owner = owner_of(kind);
    const bool needed = owner != 0 || kind == &lsi_kind_case;
    const char *id = lsi_kind_text(&kind->fields[0], key);
    lsched_time now = 0, clock = 0;
    int status = LSCHED_OK;
    if (needed)
        status = lsi_now_ask(core, &now, e);
    if (status == LSCHED_OK && needed)
        status = lsi_now_clock(core, now, &clock, e);
    if (status == LSCHED_OK && needed)
        status = lsi_record_in_use(core->store, kind, id, now, clock, e);
    if (status == LSCHED_OK && owner != 0)
        status = lsi_record_forget_calendars(core->store, owner, id, e);
    if (status == LSCHED_OK && kind == &lsi_kind_agent)
        status = lsi_record_forget_agent(core->store, id, e);
    return status == LSCHED_OK ? lsi_record_remove(core->store, kind, key, e) : status;
}

int lsi_catalogue_remove(lsi_core *core, const lsi_kind *kind, const void *key, lsi_error *e)
{
    const int status = lsi_store_enter(core->store, true, e);
    if (status != LSCHED_OK)
        return status;
    return lsi_store_leave(core->store, remove_record(core, kind, key, e), e);
}

/* ---- get, list --------------------------------------------------------------------------------- */

int lsi_catalogue_get(lsi_core *core, const lsi_kind *kind, const void *key, lsi_arena *a,
                      void *record, lsi_error *e)
{
    const int status = lsi_store_enter(core->store, false, e);
    if (status != LSCHED_OK)
        return status;
    return lsi_store_leave(core->store, lsi_record_get(core->store, kind, key, a, record, e), e);
}

int lsi_catalogue_list(lsi_core *core, const lsi_kind *kind, const char *after, uint32_t limit,
                       lsi_arena *a, void **records, size_t *count, lsi_error *e)
{
    const int status = lsi_store_enter(core->store, false, e);
    if (status != LSCHED_OK)
        return status;
    return lsi_store_leave(
        core->store, lsi_record_list(core->store, kind, after, limit, a, records, count, e), e);
}

int lsi_catalogue_members(lsi_core *core, const char *team, const char *agent, uint32_t skip,
                          uint32_t limit, lsi_arena *a, void **records, size_t *count, lsi_error *e)
{
    lsched_member *rows = NULL;
    int status = lsi_store_enter(core->store, false, e);
    if (status != LSCHED_OK)
        return status;
    status = lsi_record_members(core->store, team, agent, skip, limit, a, &rows, count, e);
    *records = rows;
    return lsi_store_leave(core->store, status, e);
}

int lsi_catalogue_calendars(lsi_core *core, int32_t kind, const char *owner, uint32_t skip,
                            uint32_t limit, lsi_arena *a, void **records, size_t *count,
                            lsi_error *e)
{
    lsched_calendar *rows = NULL;
    int status = lsi_store_enter(core->store, false, e);
    if (status != LSCHED_OK)
        return status;
    status = lsi_record_calendars(core->store, kind, owner, skip, limit, a, &rows, count, e);
    *records = rows;
    return lsi_store_leave(core->store, status, e);
}

int lsi_catalogue_revision(lsi_core *core, const char *service, int32_t revision, lsi_arena *a,
                           lsched_service *out, lsi_error *e)
{
    const int status = lsi_store_enter(core->store, false, e);
    if (status != LSCHED_OK)
        return status;
    return lsi_store_leave(core->store, lsi_policy_get(core->store, service, revision, a, out, e),
                           e);
}
