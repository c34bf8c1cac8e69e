/* core/occupied.c -- what agents are doing, and have to do in the next days, as far as that was read
 * before: whoever asks how long a wait is asks it of everybody who could serve.
 *
 * It goes with any event about its agent, and with a touch of any of its customers, of whom rows have
 * what an estimate needs (picture.c).
 */
#include "core/picture.h"

#include <stdlib.h>
#include <string.h>

#define MARGIN LSI_DAY /* so much more is read, so that it is of use for so long */

struct lsi_occupation {
    lsi_arena arena;
    lsi_occupied *rows;
    uint64_t *customers; /* hashes of theirs */
    size_t count, room, bytes;
    lsched_time from, until; /* what was asked for lies between these */
    lsi_card *agent;
    lsi_occupation *next, **link; /* of the picture's */
};

size_t lsi_occupied_bytes(const lsi_card *agent)
{
    return agent->occupation != NULL ? agent->occupation->bytes : 0;
}

void lsi_occupied_forget(lsi_picture *p, lsi_card *agent)
{
    lsi_occupation *o = agent->occupation;
    if (o == NULL)
        return;
    *o->link = o->next;
    if (o->next != NULL)
        o->next->link = o->link;
    agent->occupation = NULL;
    agent->bytes -= o->bytes;
    if (!agent->gone)
        p->bytes -= o->bytes;
    lsi_arena_free(&o->arena);
    free(o->rows);
    free(o);
}

static bool has_customer(const lsi_occupation *o, uint64_t customer)
{
    for (size_t i = 0; i < o->count; i++) {
        if (o->customers[i] == customer)
            return true;
    }
    return false;
}

void lsi_occupied_forget_customer(lsi_picture *p, uint64_t customer)
{
    for (lsi_occupation *o = p->occupations, *next; o != NULL; o = next) {
        next = o->next;
        if (has_customer(o, customer))
            lsi_occupied_forget(p, o->agent);
    }
}

static int hash_customers(lsi_occupation *o, lsi_error *e)
{
    o->customers = lsi_arena_take(&o->arena, (o->count + 1) * sizeof *o->customers);
    if (o->customers == NULL)
        return lsi_error_nomem(e);
    for (size_t i = 0; i < o->count; i++) {
        const char *id = o->rows[i].whom.customer;
        o->customers[i] = lsi_text_hash(LSI_HASH, id, strlen(id));
    }
    return LSCHED_OK;
}

static int read(lsi_core *core, lsi_card *agent, lsched_time now, lsched_time until, lsi_error *e)
{
    lsi_picture *p = core->picture;
    lsi_occupation *o = calloc(1, sizeof *o);
    if (o == NULL)
        return lsi_error_nomem(e);
    o->from = now;
    o->until = until + MARGIN;
    o->agent = agent;
    o->next = p->occupations;
    o->link = &p->occupations;
    if (o->next != NULL)
        o->next->link = &o->next;
    p->occupations = o;
    int status = lsi_ahead_engaged(core->store, agent->id, o->from, o->until, &o->arena, &o->rows,
                                   &o->count, &o->room, e);
    if (status == LSCHED_OK)
        status = hash_customers(o, e);
    o->bytes = sizeof *o + o->room * sizeof *o->rows + lsi_arena_bytes(&o->arena);
    agent->occupation = o;
    agent->bytes += o->bytes;
    p->bytes += o->bytes;
    if (status != LSCHED_OK)
        lsi_occupied_forget(p, agent);
    return status;
}

int lsi_occupied_get(lsi_core *core, const char *agent, lsched_time now, lsched_time until,
                     const lsi_occupied **rows, size_t *count, lsi_error *e)
{
    lsi_card *card;
    int status = lsi_card_get(core, LSCHED_AGENT, agent, &card, e);
    if (status != LSCHED_OK)
        return status;
    const lsi_occupation *o = card->occupation;
    if (o == NULL || now < o->from || until > o->until) {
        lsi_occupied_forget(core->picture, card);
        status = read(core, card, now, until, e);
    }
    o = card->occupation;
    *rows = status == LSCHED_OK ? o->rows : NULL;
    *count = status == LSCHED_OK ? o->count : 0;
    return status;
}

/* A day later nobody is given any more what was not begun, and nobody is speaking any more in what
 * was to end. */
bool lsi_occupied_counts(const lsi_occupied *o, lsched_time now, lsched_time until)
{
    if (o->state == LSCHED_STARTED)
        return o->end > now - LSI_DAY;
    return o->from < until && o->start > now - LSI_DAY &&
           (o->state == LSCHED_BOOKED || o->until > now);
}
