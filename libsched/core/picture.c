/* core/picture.c -- how the picture stays true, and small.
 *
 * A question begins with the last numbers of two logs: events tell of bookings, touches of the
 * catalogue.  Where they have moved, what the new rows are about is forgotten, and read again
 * when it is next asked for; of a plain booking that was made or cancelled the row says all that
 * there is to know.  Where a row that was known is gone, it was rolled back, and what it was about
 * is forgotten likewise.  What the clock alone makes untrue: fresh.c.
 */
#include "core/picture.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_CEILING ((size_t)64 << 20)

int lsi_picture_new(lsi_picture **out)
{
    *out = calloc(1, sizeof **out);
    if (*out == NULL)
        return LSCHED_NOMEM;
    (*out)->ceiling = DEFAULT_CEILING;
    (*out)->since = INT64_MIN;
    (*out)->wake = INT64_MAX;
    return LSCHED_OK;
}

/* ---- dropping ---------------------------------------------------------------------------- */

void lsi_picture_drop_card(lsi_picture *p, lsi_card **link)
{
    lsi_card *card = *link;
    *link = card->next;
    p->bytes -= card->bytes;
    if (card->tile != NULL) {
        card->tile->seats[card->seat] = NULL;
        lsi_board_forget(&card->tile->board, card->seat, 0, LSI_TIME_END);
    }
    card->gone = true;
    card->next = p->old_cards;
    p->old_cards = card;
}

void lsi_picture_drop_lineup(lsi_picture *p, lsi_lineup **link)
{
    lsi_lineup *l = *link;
    *link = l->next;
    p->bytes -= l->bytes;
    l->gone = true;
    l->next = p->old_lineups;
    p->old_lineups = l;
}

void lsi_picture_drop_lineups(lsi_picture *p, uint64_t customer)
{
    const size_t first = customer % LSI_BUCKETS;
    for (size_t i = first; i < (customer != 0 ? first + 1 : LSI_BUCKETS); i++) {
        for (lsi_lineup **link = &p->lineups[i], *l; (l = *link) != NULL;) {
            if (customer != 0 && l->customer->owner != customer) {
                link = &l->next;
                continue;
            }
            lsi_picture_drop_lineup(p, link);
        }
    }
}

static void drop_tiles(lsi_picture *p)
{
    for (lsi_tile *t; (t = p->tiles) != NULL;) {
        p->tiles = t->next;
        for (int i = 0; i < t->count; i++) {
            if (t->seats[i] != NULL)
                t->seats[i]->tile = NULL;
        }
        t->next = p->old_tiles;
        p->old_tiles = t;
    }
}

void lsi_picture_drop_general(lsi_picture *p)
{
    free(p->general);
    p->general = NULL;
    p->general_count = 0;
}

static void drop_all(lsi_picture *p)
{
    lsi_picture_drop_lineups(p, 0);
    drop_tiles(p);
    lsi_picture_drop_general(p);
    lsi_storm_forget(p);
    lsi_lasted_forget(p);
    for (size_t i = 0; i < LSI_BUCKETS; i++) {
        while (p->cards[i] != NULL)
            lsi_picture_drop_card(p, &p->cards[i]);
    }
    lsi_script_forget(p);
    for (int i = 0; i < 2; i++)
        p->logs[i].begun = false;
}

static void free_old(lsi_picture *p)
{
    for (lsi_card *c; (c = p->old_cards) != NULL;) {
        p->old_cards = c->next;
        lsi_card_free(c);
    }
    for (lsi_lineup *l; (l = p->old_lineups) != NULL;) {
        p->old_lineups = l->next;
        lsi_lineup_free(l);
    }
    for (lsi_tile *t; (t = p->old_tiles) != NULL;) {
        p->old_tiles = t->next;
        lsi_board_free(&t->board);
        free(t);
    }
}

void lsi_picture_free(lsi_picture *p)
{
    if (p == NULL)
        return;
    drop_all(p);
    free_old(p);
    free(p);
}

/* ---- the ceiling ---------------------------------------------------------------------------- */

static size_t all_bytes(const lsi_picture *p)
{
    size_t bytes = p->bytes;
    for (const lsi_tile *t = p->tiles; t != NULL; t = t->next)
        bytes += lsi_tile_bytes(t);
    return bytes;
}

/* The tile that was not asked for the longest; its agents get another when they are. */
static void drop_oldest_tile(lsi_picture *p)
{
    lsi_tile **oldest = &p->tiles;
    for (lsi_tile **link = &p->tiles; *link != NULL; link = &(*link)->next) {
        if ((*link)->used < (*oldest)->used)
            oldest = link;
    }
    lsi_tile *t = *oldest;
    *oldest = t->next;
    for (int i = 0; i < t->count; i++) {
        if (t->seats[i] != NULL)
            t->seats[i]->tile = NULL;
    }
    t->next = p->old_tiles;
    p->old_tiles = t;
}

static bool is_empty(const lsi_tile *t)
{
    for (int i = 0; i < t->count; i++) {
        if (t->seats[i] != NULL)
            return false;
    }
    return true;
}

/* Those of teams that are no more. */
static void drop_empty_tiles(lsi_picture *p)
{
    for (lsi_tile **link = &p->tiles, *t; (t = *link) != NULL;) {
        if (!is_empty(t)) {
            link = &t->next;
            continue;
        }
        *link = t->next;
        t->next = p->old_tiles;
        p->old_tiles = t;
    }
}

/* Questions go by what they refer to; so all of them go when any of that does. */
void lsi_picture_sweep(lsi_picture *p)
{
    if (p->turn == p->swept)
        return;
    p->swept = p->turn;
    drop_empty_tiles(p);
    if (p->ceiling == 0) {
        drop_all(p);
    } else if (all_bytes(p) > p->ceiling) {
        lsi_picture_drop_lineups(p, 0);
        while (p->tiles != NULL && all_bytes(p) > p->ceiling / 2)
            drop_oldest_tile(p);
        if (all_bytes(p) > p->ceiling)
            drop_all(p);
    }
    free_old(p);
}

void lsi_picture_forget(lsi_picture *p)
{
    drop_all(p);
    free_old(p);
}

void lsi_picture_limit(lsi_picture *p, size_t bytes)
{
    p->ceiling = bytes;
    lsi_picture_forget(p);
}

size_t lsi_picture_bytes(const lsi_picture *p)
{
    return all_bytes(p);
}

/* ---- what has changed -------------------------------------------------------------------- */

static void drop_owner(lsi_picture *p, int32_t kind, uint64_t owner)
{
    for (lsi_card **link = &p->cards[owner % LSI_BUCKETS]; *link != NULL;) {
        if ((*link)->owner == owner && (*link)->kind == kind)
            lsi_picture_drop_card(p, link);
        else
            link = &(*link)->next;
    }
}

/* Days are those of what was booked, buffers and all. */
static void forget_agent(lsi_picture *p, const lsi_side *side)
{
    for (lsi_card *c = p->cards[side->owner % LSI_BUCKETS]; c != NULL; c = c->next) {
        if (c->kind != LSCHED_AGENT || c->owner != side->owner)
            continue;
        if (c->tile != NULL)
            lsi_board_forget(&c->tile->board, c->seat, side->from, side->until);
        lsi_work_forget(p, c, side->from, side->until);
        lsi_occupied_forget(p, c);
    }
}

/* What a row is about is not known any longer. */
static void forget(lsi_picture *p, enum lsi_log log, const lsi_logged *row)
{
    if (log == LSI_LOG_EVENTS) {
        for (int i = 0; i < 2; i++) {
            if (row->side[i].owner != 0)
                forget_agent(p, &row->side[i]);
        }
        if (row->met != 0)
            lsi_picture_drop_lineups(p, row->met);
        return;
    }
    if (row->kind >= LSI_HEARD_OF) {
        lsi_fresh_heard(p, row->kind - LSI_HEARD_OF, row->side[0].owner);
        return;
    }
    lsi_picture_drop_lineups(p, row->kind == LSCHED_CUSTOMER ? row->side[0].owner : 0);
    if (row->kind == LSCHED_CUSTOMER)
        lsi_occupied_forget_customer(p, row->side[0].owner);
    if (row->kind == LSCHED_TEAM)
        lsi_picture_drop_general(p);
    if (row->kind == LSI_TOUCH_INCIDENT)
        lsi_storm_forget(p);
    drop_owner(p, row->kind, row->side[0].owner);
}

/* What is painted stays, but for the time of the booking. */
static void change_agent(lsi_picture *p, const lsi_logged *row)
{
    const lsi_side *side = &row->side[0];
    for (lsi_card *c = p->cards[side->owner % LSI_BUCKETS]; c != NULL; c = c->next) {
        if (c->kind != LSCHED_AGENT || c->owner != side->owner || strcmp(c->id, row->agent) != 0)
            continue;
        if (c->tile != NULL)
            lsi_board_change(&c->tile->board, c->seat, (lsi_span){side->from, side->until},
                             row->effect == LSI_EFFECT_TAKE);
        const int64_t seconds = row->work.until - row->work.from;
        lsi_work_add(p, c, row->work.from, row->effect == LSI_EFFECT_TAKE ? seconds : -seconds);
        lsi_occupied_forget(p, c);
    }
}

/* A row that was not known. */
static void hear(lsi_picture *p, enum lsi_log log, const lsi_logged *row)
{
    if (row->effect == LSI_EFFECT_ASK)
        forget(p, log, row);
    else
        change_agent(p, row);
}

static lsi_logged *trace_of(lsi_known *k, int64_t seq)
{
    lsi_logged *trace = &k->traces[(uint64_t)seq % LSI_TRACES];
    return trace->seq == seq ? trace : NULL;
}

/* Goes back to the last row that is known and still there; false: too far. */
static int go_back(lsi_core *core, enum lsi_log log, bool *found, lsi_error *e)
{
    lsi_known *k = &core->picture->logs[log];
    *found = true;
    while (k->tip.seq > 0) {
        bool there;
        const int status = lsi_log_has(core->store, log, k->tip.seq, k->tip.stamp, &there, e);
        if (status != LSCHED_OK || there)
            return status;
        const lsi_logged *gone = trace_of(k, k->tip.seq), *before = trace_of(k, k->tip.seq - 1);
        /* Of the one that it began with nothing but the number is known. */
        if (gone == NULL || gone->kind == 0 || (before == NULL && k->tip.seq > 1)) {
            *found = false;
            return LSCHED_OK;
        }
        forget(core->picture, log, gone);
        k->tip.seq--;
        k->tip.stamp = before != NULL ? before->stamp : 0;
    }
    return LSCHED_OK;
}

/* Takes in the rows behind the known ones; false: they are not all there any more.  Where the last
 * of the known is gone, what was rolled back is undone first. */
static int go_on(lsi_core *core, enum lsi_log log, const lsi_tip *tip, bool *found, lsi_error *e)
{
    enum {
        AT_ONCE = 32
    };
    lsi_known *k = &core->picture->logs[log];
    lsi_logged rows[AT_ONCE];
    size_t count;
    int64_t stamp;
    *found = true;
    while (k->tip.seq < tip->seq) {
        int status = lsi_log_read(core->store, log, k->tip.seq, rows, AT_ONCE, &count, &stamp, e);
        if (status == LSCHED_OK && count > 0 && stamp != k->tip.stamp) {
            status = go_back(core, log, found, e);
            if (status == LSCHED_OK && *found)
                continue;
        }
        if (status != LSCHED_OK || !*found)
            return status;
        if (count == 0 || rows[0].seq != k->tip.seq + 1) {
            *found = false;
            return LSCHED_OK;
        }
        for (size_t i = 0; i < count; i++) {
            hear(core->picture, log, &rows[i]);
            k->traces[(uint64_t)rows[i].seq % LSI_TRACES] = rows[i];
        }
        k->tip.seq = rows[count - 1].seq;
        k->tip.stamp = rows[count - 1].stamp;
    }
    return LSCHED_OK;
}

/* Many rows behind, it is as cheap to begin anew. */
#define FAR_BEHIND 1000

static void begin_anew(lsi_picture *p, enum lsi_log log)
{
    if (log == LSI_LOG_TOUCHES) {
        drop_all(p);
        return;
    }
    lsi_picture_drop_lineups(p, 0); /* whom their customers have met */
    for (lsi_tile *t = p->tiles; t != NULL; t = t->next)
        lsi_board_forget_all(&t->board);
    for (size_t i = 0; i < LSI_BUCKETS; i++) {
        for (lsi_card *c = p->cards[i]; c != NULL; c = c->next) {
            lsi_work_forget(p, c, 0, LSI_TIME_END);
            lsi_occupied_forget(p, c);
        }
    }
}

static int follow(lsi_core *core, enum lsi_log log, lsi_error *e)
{
    lsi_known *k = &core->picture->logs[log];
    lsi_tip tip;
    bool found = k->begun;
    int status = lsi_log_tip(core->store, log, &tip, e);
    if (status != LSCHED_OK)
        return status;
    if (k->begun && k->tip.seq == tip.seq && k->tip.stamp == tip.stamp) {
        k->tip.at = tip.at;
        return LSCHED_OK;
    }
    if (found && tip.seq - k->tip.seq > FAR_BEHIND)
        found = false;
    if (found && tip.seq <= k->tip.seq)
        status = go_back(core, log, &found, e);
    if (status == LSCHED_OK && found)
        status = go_on(core, log, &tip, &found, e);
    if (status == LSCHED_OK && !found)
        begin_anew(core->picture, log);
    if (status == LSCHED_OK) {
        k->begun = true;
        k->tip = tip;
        if (!found)
            memset(k->traces, 0, sizeof k->traces);
        if (!found && tip.seq > 0)
            k->traces[(uint64_t)tip.seq % LSI_TRACES] =
                (lsi_logged){.seq = tip.seq, .stamp = tip.stamp};
    } else {
        /* Half forgotten is not known: the next question begins anew. */
        begin_anew(core->picture, log);
        k->begun = false;
    }
    return status;
}

int lsi_picture_refresh(lsi_core *core, lsched_time now, lsched_time *last, lsi_error *e)
{
    lsi_picture *p = core->picture;
    p->now = now;
    int status = follow(core, LSI_LOG_TOUCHES, e);
    if (status == LSCHED_OK)
        status = follow(core, LSI_LOG_EVENTS, e);
    if (status == LSCHED_OK)
        status = lsi_fresh_follow(core, e);
    p->turn++;
    p->written = lsi_log_written(core->store);
    *last = p->logs[LSI_LOG_EVENTS].tip.at;
    return status;
}
