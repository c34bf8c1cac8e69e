/* core/fresh.c -- what the picture keeps of calendars whose sources must be heard of.
 *
 * A card is as its calendars were judged, stale or not (rules/layer.c): by clocks between two
 * instants that is so, and outside of these the card goes, with all that refers to it.  A calendar
 * that was only heard of again is looked at, and mostly changes nothing but these instants.
 */
#include "core/picture.h"

#include <stdio.h>
#include <string.h>

void lsi_fresh_bound(lsi_picture *p, const lsi_card *card)
{
    if (card->layer.since > p->since)
        p->since = card->layer.since;
    if (card->layer.wake < p->wake)
        p->wake = card->layer.wake;
}

void lsi_fresh_heard(lsi_picture *p, int32_t kind, uint64_t owner)
{
    for (lsi_card *c = p->cards[owner % LSI_BUCKETS]; c != NULL; c = c->next) {
        if (c->kind == kind && c->owner == owner)
            c->heard = p->heard = true;
    }
}

static uint64_t stale_ones(const lsi_layer *layer)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < layer->count; i++)
        bits |= layer->sheets[i].stale ? UINT64_C(1) << i : 0;
    return bits;
}

/* When the sources were heard of, from the store.  `*same`: nothing else is to be thought anew. */
static int look(lsi_core *core, lsi_card *card, bool *same, lsi_error *e)
{
    lsi_arena a = {0};
    lsched_calendar *rows;
    size_t count = 0;
    const uint64_t stale = stale_ones(&card->layer);
    const int status = lsi_record_calendars(core->store, card->kind, card->id, 0,
                                            LSCHED_MAX_CALENDARS, &a, &rows, &count, e);
    *same = status == LSCHED_OK && count == card->layer.count;
    for (size_t i = 0; *same && i < count; i++) {
        *same = strcmp(rows[i].name, card->layer.sheets[i].name) == 0;
        card->layer.sheets[i].checked = rows[i].checked;
    }
    lsi_arena_free(&a);
    lsi_layer_age(&card->layer, core->picture->now);
    *same = *same && stale == stale_ones(&card->layer);
    return status;
}

/* All cards that do not hold at this time go, and with one of them all that was asked. */
static void drop(lsi_picture *p)
{
    bool gone = false;
    p->since = INT64_MIN;
    p->wake = INT64_MAX;
    for (size_t i = 0; i < LSI_BUCKETS; i++) {
        for (lsi_card **link = &p->cards[i]; *link != NULL;) {
            const lsi_card *card = *link;
            if (p->now < card->layer.since || p->now >= card->layer.wake) {
                lsi_picture_drop_card(p, link);
                gone = true;
                continue;
            }
            lsi_fresh_bound(p, card);
            link = &(*link)->next;
        }
    }
    if (gone) {
        lsi_picture_drop_lineups(p, 0);
        lsi_picture_drop_general(p);
    }
}

int lsi_fresh_follow(lsi_core *core, lsi_error *e)
{
    lsi_picture *p = core->picture;
    int status = LSCHED_OK;
    const bool heard = p->heard;
    for (size_t i = 0; heard && i < LSI_BUCKETS; i++) {
        for (lsi_card *c = p->cards[i]; c != NULL; c = c->next) {
            bool same = true;
            if (c->heard && status == LSCHED_OK)
                status = look(core, c, &same, e);
            if (!same || (c->heard && status != LSCHED_OK))
                c->layer.wake = INT64_MIN; /* for no clock */
            c->heard = false;
        }
    }
    p->heard = false;
    if (heard || p->now < p->since || p->now >= p->wake)
        drop(p);
    return status;
}

/* ---- what is told of it ------------------------------------------------------------------------ */

/* A word list that grows. */
typedef struct list {
    lsi_arena *a;
    char *text;
    size_t size, room;
} list;

static int add_word(list *l, const char *kind, const char *owner, const char *name, lsi_error *e)
{
    const size_t most = strlen(kind) + strlen(owner) + strlen(name) + sizeof " //";
    if (l->size + most > l->room) {
        const size_t room = 2 * l->room + most;
        char *text = lsi_arena_take(l->a, room);
        if (text == NULL)
            return lsi_error_nomem(e);
        if (l->size > 0)
            memcpy(text, l->text, l->size);
        l->text = text;
        l->room = room;
    }
    l->size += (size_t)snprintf(l->text + l->size, most, "%s%s/%s/%s", l->size > 0 ? " " : "", kind,
                                owner, name);
    return LSCHED_OK;
}

static int add_layer(list *l, int32_t kind, const char *owner, const lsi_layer *layer, lsi_error *e)
{
    int status = LSCHED_OK;
    for (size_t i = 0; status == LSCHED_OK && i < layer->count; i++) {
        if (layer->sheets[i].stale)
            status = add_word(l, lsi_kind_owner_name(kind), owner, layer->sheets[i].name, e);
    }
    return status;
}

int lsi_fresh_tell(lsi_facts *f, lsi_arena *a, lsi_error *e)
{
    list l = {.a = a};
    int status = add_layer(&l, LSCHED_CUSTOMER, f->customer.id, &f->customer_layer, e);
    if (status == LSCHED_OK)
        status = add_layer(&l, LSCHED_SERVICE, f->service.id, &f->service_layer, e);
    for (size_t i = 0; status == LSCHED_OK && i < f->law_count; i++)
        status = add_layer(&l, LSCHED_REGION, f->laws[i]->region.id, &f->laws[i]->layer, e);
    for (size_t i = 0; status == LSCHED_OK && i < f->team_count; i++)
        status = add_layer(&l, LSCHED_TEAM, f->teams[i].team.id, &f->teams[i].layer, e);
    for (size_t i = 0; status == LSCHED_OK && i < f->agent_count; i++)
        status = add_layer(&l, LSCHED_AGENT, f->agents[i].agent.id, &f->agents[i].layer, e);
    f->degraded = l.text != NULL ? l.text : "";
    return status;
}
