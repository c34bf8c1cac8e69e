/* core/card.c -- records of the catalogue in memory, each with its calendars as read.
 *
 * To read a calendar costs more than to ask it, and teams change once a week: so a card is
 * made once, and goes when a touch names its owner.
 */
#include "core/picture.h"

#include <stdlib.h>
#include <string.h>

void lsi_card_free(lsi_card *card)
{
    if (card == NULL)
        return;
    lsi_facts_free_layer(&card->layer);
    for (size_t i = 0; i < LSI_HOURS; i++)
        lsi_span_free(&card->hours[i].open);
    lsi_arena_free(&card->arena);
    lsi_occupied_forget(NULL, card);
    free(card->work);
    free(card);
}

/* ---- making one ------------------------------------------------------------------------ */

static int read_record(lsi_core *core, lsi_card *card, lsi_error *e)
{
    const lsi_kind *kind = lsi_kind_of_owner(card->kind);
    if (kind == NULL)
        return lsi_region_get(core->store, card->id, &card->arena, &card->is.law.region, e);
    /* Each of the records has its id where the others have it, whatever else they have. */
    switch (card->kind) {
    case LSCHED_TEAM:
        card->is.team.id = card->id;
        break;
    case LSCHED_AGENT:
        card->is.agent.id = card->id;
        break;
    case LSCHED_CUSTOMER:
        card->is.customer.id = card->id;
        break;
    default:
        card->is.service.id = card->id;
    }
    return lsi_record_get(core->store, kind, &card->is, &card->arena, &card->is, e);
}

static int read_zone(lsi_core *core, lsi_card *card, lsi_error *e)
{
    const char *name = card->kind == LSCHED_TEAM       ? card->is.team.zone
                       : card->kind == LSCHED_AGENT    ? card->is.agent.zone
                       : card->kind == LSCHED_CUSTOMER ? card->is.customer.zone
                                                       : NULL;
    return name != NULL ? lsi_zone_get(core->zones, name, &card->zone, e) : LSCHED_OK;
}

static int read_members(lsi_core *core, lsi_card *card, lsi_error *e)
{
    if (card->kind != LSCHED_TEAM)
        return LSCHED_OK;
    return lsi_record_members(core->store, card->id, NULL, 0, UINT32_MAX, &card->arena,
                              &card->members, &card->member_count, e);
}

static int fill(lsi_core *core, lsi_card *card, const char *id, lsi_error *e)
{
    card->id = lsi_arena_text(&card->arena, id, strlen(id));
    if (card->id == NULL)
        return lsi_error_nomem(e);
    int status = read_record(core, card, e);
    if (status == LSCHED_OK)
        status = read_zone(core, card, e);
    if (status == LSCHED_OK)
        status = read_members(core, card, e);
    if (status == LSCHED_OK)
        status = lsi_facts_layer(core, card->kind, card->id, core->picture->now, &card->arena,
                                 &card->layer, e);
    if (status == LSCHED_OK && card->kind == LSCHED_REGION)
        card->is.law.layer = card->layer;
    return status;
}

static void account(lsi_picture *p, lsi_card *card)
{
    size_t bytes = sizeof *card + lsi_arena_bytes(&card->arena) + lsi_occupied_bytes(card);
    for (size_t i = 0; i < card->layer.count; i++)
        bytes += lsi_ical_bytes(card->layer.sheets[i].calendar);
    for (size_t i = 0; i < LSI_HOURS; i++)
        bytes += card->hours[i].open.room * sizeof *card->hours[i].open.at;
    if (!card->gone)
        p->bytes += bytes - card->bytes;
    card->bytes = bytes;
}

/* Who is found stands first from then on: agents and teams are asked for again and again, and
 * customers by the thousand once. */
static lsi_card *find(lsi_card **bucket, uint64_t owner, int32_t kind, const char *id)
{
    for (lsi_card **place = bucket; *place != NULL; place = &(*place)->next) {
        lsi_card *card = *place;
        if (card->owner != owner || card->kind != kind || strcmp(card->id, id) != 0)
            continue;
        *place = card->next;
        card->next = *bucket;
        *bucket = card;
        return card;
    }
    return NULL;
}

int lsi_card_get(lsi_core *core, int32_t kind, const char *id, lsi_card **out, lsi_error *e)
{
    lsi_picture *p = core->picture;
    const uint64_t owner = lsi_text_hash(LSI_HASH, id, strlen(id));
    lsi_card **bucket = &p->cards[owner % LSI_BUCKETS];
    if ((*out = find(bucket, owner, kind, id)) != NULL)
        return LSCHED_OK;
    lsi_card *card = calloc(1, sizeof *card);
    if (card == NULL)
        return lsi_error_nomem(e);
    card->owner = owner;
    card->kind = kind;
    const int status = fill(core, card, id, e);
    if (status != LSCHED_OK) {
        lsi_card_free(card);
        return status;
    }
    account(p, card);
    lsi_fresh_bound(p, card);
    card->next = *bucket;
    *bucket = *out = card;
    return LSCHED_OK;
}

int lsi_card_general(lsi_core *core, lsi_card ***out, size_t *count, lsi_error *e)
{
    lsi_picture *p = core->picture;
    lsi_arena a = {0};
    lsched_team *teams;
    int status = LSCHED_OK;
    if (p->general == NULL) {
        status = lsi_record_general_teams(core->store, &a, &teams, &p->general_count, e);
        if (status == LSCHED_OK)
            p->general = calloc(p->general_count + 1, sizeof(lsi_card *));
        if (status == LSCHED_OK && p->general == NULL)
            status = lsi_error_nomem(e);
        for (size_t i = 0; status == LSCHED_OK && i < p->general_count; i++)
            status = lsi_card_get(core, LSCHED_TEAM, teams[i].id, &p->general[i], e);
        if (status != LSCHED_OK) {
            free(p->general);
            p->general = NULL;
        }
    }
    lsi_arena_free(&a);
    *out = p->general;
    *count = status == LSCHED_OK ? p->general_count : 0;
    return status;
}

/* ---- hours -------------------------------------------------------------------------------- */

static int read_hours(lsi_core *core, lsi_card *card, lsi_hours *h, uint64_t passed,
                      lsched_time from, lsched_time until, const lsi_zone *zone, lsi_error *e)
{
    lsi_span_free(&h->open);
    h->zone = NULL;
    lsi_layer layer = card->layer;
    layer.passed = passed;
    const int status = lsi_layer_open(&layer, zone, from > 0 ? from : 0, until, &h->open, e);
    if (status != LSCHED_OK) {
        lsi_span_free(&h->open);
        return status;
    }
    h->zone = zone;
    h->from = from;
    h->until = until;
    h->passed = passed;
    account(core->picture, card);
    return LSCHED_OK;
}

int lsi_card_hours(lsi_core *core, lsi_card *card, uint64_t passed, const lsi_zone *zone,
                   int64_t block, const lsi_spans **out, lsi_error *e)
{
    const int64_t margin = lsi_permit_margin();
    const lsched_time from = block * LSI_BLOCK - margin;
    for (size_t i = 0; i < LSI_HOURS; i++) {
        *out = &card->hours[i].open;
        if (card->hours[i].zone == zone && card->hours[i].from == from &&
            card->hours[i].passed == passed)
            return LSCHED_OK;
    }
    lsi_hours *h = &card->hours[card->next_hours++ % LSI_HOURS];
    *out = &h->open;
    return read_hours(core, card, h, passed, from, from + LSI_BLOCK + 2 * margin, zone, e);
}

int lsi_card_keep_shifts(lsi_core *core, lsi_card *agent, lsched_time from, lsched_time until,
                         const lsi_spans **out, lsi_error *e)
{
    *out = &agent->hours[0].open;
    return read_hours(core, agent, &agent->hours[0], 0, from, until, agent->zone, e);
}

int lsi_card_shifts(const lsi_card *agent, lsched_time from, lsched_time until, lsi_spans *out,
                    lsi_error *e)
{
    const lsi_hours *h = &agent->hours[0];
    lsi_spans rest = {0};
    int status = LSCHED_OK;
    if (h->zone == NULL || from < h->from || from >= h->until)
        return lsi_layer_open(&agent->layer, agent->zone, from, until, out, e);
    for (size_t i = 0; status == LSCHED_OK && i < h->open.count; i++) {
        const lsi_span *s = &h->open.at[i];
        status = lsi_span_add(out, s->from > from ? s->from : from,
                              s->until < until ? s->until : until, e);
    }
    if (status == LSCHED_OK && until > h->until)
        status = lsi_layer_open(&agent->layer, agent->zone, h->until, until, &rest, e);
    for (size_t i = 0; status == LSCHED_OK && i < rest.count; i++)
        status = lsi_span_add(out, rest.at[i].from, rest.at[i].until, e);
    lsi_span_free(&rest);
    lsi_span_sort(out);
    return status;
}
