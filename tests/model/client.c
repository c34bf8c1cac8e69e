/* client.c -- the calls of one client, by the public header, and whether their answers are
 * what the reference said at the moment of the store that they saw.
 */
#include "sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NEW(type, ...) (&(lsched_##type){.size = sizeof(lsched_##type), __VA_ARGS__})

static const char *const agents[] = {"a0", "a1", "a2"}, *const customers[] = {"c0", "c1", "c2"},
                         *const services[] = {"call", "chat"}, *const knows[] = {"", "a1", "a2 a0"};

static const char always[] = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20250101T000000Z"
                             "\r\nDTEND:20360101T000000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

/* ---- the world ---------------------------------------------------------------------------------- */

static lsched_time tell_time(void *user)
{
    return user != NULL ? ((const client *)user)->deed.now : crowd_wall;
}

static void must(lsched *s, int status)
{
    if (status != LSCHED_OK)
        sim_fail("setting up: %s", lsched_message(s));
}

static int put_calendar(lsched *s, int32_t kind, const char *owner, int32_t effect)
{
    return lsched_put_calendar(s, NEW(calendar, .kind = kind, .effect = effect, .owner = owner,
                                      .name = effect == LSCHED_OPENS ? "hours" : "closed",
                                      .text = always));
}

static int put_customer(lsched *s, int32_t i, const char *avoids)
{
    return lsched_put_customer(s, NEW(customer, .id = customers[i], .zone = "UTC", .team = "t",
                                      .region = "land", .regions = i == 0 ? "sea" : NULL,
                                      .knows = knows[i], .avoids = avoids));
}

void client_setup(void)
{
    lsched *s = lsched_new();
    must(s, lsched_set_clock(s, tell_time, NULL));
    must(s, lsched_open(s, sim_path, LSCHED_CREATE));
    must(s, lsched_put_team(s, NEW(team, .id = "t", .name = "T", .zone = "UTC")));
    must(s, put_calendar(s, LSCHED_TEAM, "t", LSCHED_OPENS));
    for (int i = 0; i < AGENTS; i++) {
        must(s, lsched_put_agent(s, NEW(agent, .id = agents[i], .name = agents[i], .zone = "UTC",
                                        .lanes = LANES)));
        must(s, lsched_put_member(s, NEW(member, .team = "t", .agent = agents[i])));
        must(s, put_calendar(s, LSCHED_AGENT, agents[i], LSCHED_OPENS));
    }
    must(s, lsched_put_service(s, NEW(service, .id = "call", .name = "Call", .wrap_up = 15,
                                      .channels = LSCHED_PHONE, .notice = LSCHED_NONE, .horizon = 1,
                                      .reminder = 60)));
    must(s,
         lsched_put_service(s, NEW(service, .id = "chat", .name = "Chat", .channels = LSCHED_CHAT,
                                   .notice = LSCHED_NONE, .horizon = 1, .reminder = 30)));
    for (int i = 0; i < CUSTOMERS; i++)
        must(s, put_customer(s, i, NULL));
    lsched_free(s);
}

/* ---- answers ------------------------------------------------------------------------------------ */

static int32_t which(const char *id, const char *const *all, int32_t count)
{
    for (int32_t i = 0; i < count; i++)
        if (strcmp(id, all[i]) == 0)
            return i;
    return -1;
}

static place place_of(const lsched_booking *b)
{
    place p = {.state = b->state,
               .sequence = b->sequence,
               .rung = b->rung,
               .lane = b->lane,
               .late = b->late,
               .agent = which(b->agent, agents, AGENTS),
               .customer = which(b->customer, customers, CUSTOMERS),
               .service = which(b->service, services, SERVICES),
               .start = b->start,
               .end = b->end,
               .busy_from = b->busy_from,
               .busy_until = b->busy_until,
               .expires = b->expires,
               .since = b->since};
    snprintf(p.id, sizeof p.id, "%s", b->id);
    return p;
}

static __attribute__((noreturn)) void refuse(const client *c, const char *what)
{
    const deed *d = &c->deed;
    sim_fail("%s (line %d) of client %d: %s", reference_verbs[d->verb], (int)d->key, c->number,
             what);
}

/* Whether it answered, and did not only give up, which is right where it was in a hurry and
 * has stored nothing. */
static bool check_status(client *c, int status)
{
    char text[200];
    c->busy = false;
    if (status == LSCHED_BUSY && c->deed.patience > 0) {
        if (c->stored)
            refuse(c, "gave up what it had done");
        sim_trace(UINT64_C(0xB0));
        sim_figures.given_up++;
        return false;
    }
    const int wanted = c->judged ? c->verdict.status : LSCHED_OK;
    sim_trace((uint64_t)(int64_t)status);
    sim_figures.refused += status != LSCHED_OK;
    sim_figures.again += status == LSCHED_OK && c->verdict.again;
    if (status == wanted && c->judged)
        return true;
    snprintf(text, sizeof text, "%s instead of %s%s (%.100s)", lsched_status_name(status),
             c->judged ? "" : "asking the store, ", lsched_status_name(wanted),
             lsched_message(c->s));
    refuse(c, text);
}

static void check_booking(const client *c, const lsched_booking *b, size_t i)
{
    /* As it was answered first, or as the event has it by now. */
    const struct answer *a = &sim_reference.answers[c->deed.key];
    const place found = place_of(b);
    if (a->request == 0)
        refuse(c, "was answered, and is not stored");
    if (!reference_same(&found, &a->after[i]) || found.lane != a->after[i].lane)
        refuse(c, c->verdict.again ? "another answer than the first time" : "another booking");
    witness_told(c->deed.key);
    for (const char *p = found.id; *p != '\0'; p++)
        sim_trace((uint64_t)*p);
}

/* ---- calls that write --------------------------------------------------------------------------- */

static lsched_request request_of(const deed *d, const char *key)
{
    return (lsched_request){.size = sizeof(lsched_request),
                            .key = key,
                            .customer = customers[d->customer],
                            .service = services[d->service],
                            .agent = d->agent != ANYBODY ? agents[d->agent] : NULL,
                            .start = d->verb != JOIN ? d->start : 0,
                            .seconds = d->verb == HOLD ? d->seconds : 0};
}

static int move(client *c, const char *id, const char *key, lsched_booking **b)
{
    const deed *d = &c->deed;
    return lsched_move(c->s,
                       NEW(change, .key = key, .id = id, .start = d->start, .keep = d->keep,
                           .agent = d->agent != ANYBODY ? agents[d->agent] : NULL),
                       b);
}

static int call_one(client *c, const char *key, lsched_booking **b)
{
    const deed *d = &c->deed;
    const lsched_request r = request_of(d, key);
    char id[32] = "";
    if (d->booking >= 0)
        snprintf(id, sizeof id, "%s", sim_reference.places[d->booking].id);
    switch (d->verb) {
    case HOLD:
        return lsched_hold(c->s, &r, b);
    case BOOK:
        return lsched_book(c->s, &r, b);
    case JOIN:
        return lsched_join(c->s, &r, b);
    case CONFIRM:
        return lsched_confirm(c->s, id, NULL, key, b);
    case MOVE:
        return move(c, id, key, b);
    case CANCEL:
        return lsched_cancel(c->s, id, NULL, key, b);
    case START:
        return lsched_start(c->s, id, key, b);
    default:
        return lsched_finish(c->s, id, d->state, NULL, key, b);
    }
}

static void do_series(client *c, const char *key)
{
    const deed *d = &c->deed;
    const lsched_request r = request_of(d, key);
    lsched_series *all = NULL;
    char rule[60];
    snprintf(rule, sizeof rule, "FREQ=HOURLY;INTERVAL=%d;COUNT=%d", (int)d->interval,
             (int)d->count);
    const int status = lsched_book_series(c->s, &r, rule, d->mode, &all);
    if (!check_status(c, status))
        return;
    for (size_t i = 0; status == LSCHED_OK && i < c->verdict.count; i++) {
        const lsched_occurrence *o = lsched_series_at(all, i);
        if (o == NULL || o->status != c->verdict.statuses[i])
            refuse(c, "another occurrence");
        if (o->status == LSCHED_OK)
            check_booking(c, o->booking, i);
    }
    lsched_series_free(all);
}

static void do_write(client *c)
{
    char key[20];
    lsched_booking *b = NULL;
    snprintf(key, sizeof key, "k%d", (int)c->deed.key);
    if (c->deed.verb == BOOK_SERIES) {
        do_series(c, key);
        return;
    }
    const int status = call_one(c, key, &b);
    if (!check_status(c, status))
        return;
    if (status == LSCHED_OK)
        check_booking(c, b, 0);
    lsched_booking_free(b);
}

/* No calls on land, no chats at sea. */
static int call_law(const client *c, int which, bool closes)
{
    static const char *const regions[] = {"land", "sea"};
    static const int32_t channels[] = {LSCHED_PHONE, LSCHED_CHAT};
    return closes ? lsched_put_calendar(c->s, NEW(calendar, .kind = LSCHED_REGION,
                                                  .effect = LSCHED_CLOSES, .owner = regions[which],
                                                  .name = "closed", .text = always,
                                                  .channels = channels[which]))
                  : lsched_remove_calendar(c->s, LSCHED_REGION, regions[which], "closed");
}

static int call_roster(client *c)
{
    const deed *d = &c->deed;
    const char *agent = agents[d->agent];
    const int32_t kind = d->verb == LEAVE ? LSCHED_AGENT : LSCHED_TEAM;
    const char *owner = d->verb == LEAVE ? agent : "t";
    if (d->verb == ROSTER)
        return d->state != 0 ? lsched_put_member(c->s, NEW(member, .team = "t", .agent = agent))
                             : lsched_remove_member(c->s, "t", agent, NULL);
    if (d->verb == AVOID)
        return put_customer(c->s, reference_avoider(d->agent), d->state != 0 ? agent : NULL);
    if (d->verb == LAW)
        return call_law(c, d->agent % 2, d->state != 0);
    return d->state != 0 ? put_calendar(c->s, kind, owner, LSCHED_CLOSES)
                         : lsched_remove_calendar(c->s, kind, owner, "closed");
}

static void do_roster(client *c)
{
    const int status = call_roster(c);
    (void)check_status(c, status);
}

/* ---- notices ------------------------------------------------------------------------------------ */

static void notice_id(const notice *n, char *out, size_t size)
{
    static const char *const kinds[] = {"",          "confirmed", "reminder", "moved",
                                        "cancelled", "offered",   "rebook"};
    snprintf(out, size, "%s.%d.%s", sim_reference.places[n->booking].id, (int)n->sequence,
             kinds[n->kind]);
}

static void do_take(client *c)
{
    lsched_notices *all = NULL;
    char id[80];
    const int status = lsched_take_notices(c->s, (uint32_t)c->deed.count, c->deed.seconds, &all);
    if (!check_status(c, status))
        return;
    if (lsched_notices_count(all) != c->verdict.count)
        refuse(c, "another number of notices");
    for (size_t i = 0; i < c->verdict.count; i++) {
        const lsched_notice *n = lsched_notices_at(all, i);
        const notice *wanted = &sim_reference.notices[c->verdict.list[i]];
        notice_id(wanted, id, sizeof id);
        if (strcmp(id, n->id) != 0 || n->attempt != c->verdict.attempts[i] ||
            n->booking->sequence != wanted->sequence || n->due != wanted->due)
            refuse(c, "another notice");
    }
    lsched_notices_free(all);
}

static void do_ack(client *c)
{
    char id[80];
    notice_id(&sim_reference.notices[c->deed.notice], id, sizeof id);
    const int status = lsched_ack_notice(c->s, id, c->deed.attempt);
    (void)check_status(c, status);
}

/* ---- questions ---------------------------------------------------------------------------------- */

static void do_find(client *c)
{
    const deed *d = &c->deed;
    lsched_slots *all = NULL;
    const int status = lsched_find(c->s,
                                   NEW(query, .limit = 64, .customer = customers[d->customer],
                                       .service = services[d->service], .until = d->start),
                                   &all);
    if (!check_status(c, status))
        return;
    if (lsched_slots_count(all) != c->verdict.count)
        refuse(c, "another number of free places");
    for (size_t i = 0; i < c->verdict.count; i++) {
        const lsched_slot *s = lsched_slots_at(all, i), *wanted = &c->verdict.slots[i];
        if (s->start != wanted->start || s->end != wanted->end || s->free != wanted->free ||
            s->rung != wanted->rung || which(s->agent, agents, AGENTS) != wanted->moves)
            refuse(c, "another free place");
    }
    lsched_slots_free(all);
}

static void do_list(client *c)
{
    const deed *d = &c->deed;
    lsched_bookings *all = NULL;
    const int status =
        lsched_list_bookings(c->s,
                             NEW(filter, .limit = 128, .agent = agents[d->agent], .state = d->state,
                                 .from = d->start, .until = d->start + 6 * 3600),
                             &all);
    if (!check_status(c, status))
        return;
    if (lsched_bookings_count(all) != c->verdict.count)
        refuse(c, "another number of bookings");
    for (size_t i = 0; i < c->verdict.count; i++)
        if (strcmp(lsched_bookings_at(all, i)->id, sim_reference.places[c->verdict.list[i]].id) !=
            0)
            refuse(c, "another booking in the list");
    lsched_bookings_free(all);
}

static void do_get(client *c)
{
    lsched_booking *b = NULL;
    char id[32];
    snprintf(id, sizeof id, "%s", sim_reference.places[c->deed.booking].id);
    const int status = lsched_get_booking(c->s, id, &b);
    if (!check_status(c, status))
        return;
    const place found = place_of(b);
    if (!reference_same(&found, &c->verdict.at) || found.lane != c->verdict.at.lane)
        refuse(c, "not the booking as it stood then");
    lsched_booking_free(b);
}

/* Calendars close over bookings here, and clocks step back: that is news, and no damage.  But
 * no lanes are taken away. */
static void do_verify(client *c)
{
    lsched_findings *all = NULL;
    const int status = lsched_verify(c->s, &all);
    if (!check_status(c, status))
        return;
    for (size_t i = 0; i < lsched_findings_count(all); i++) {
        const lsched_finding *f = lsched_findings_at(all, i);
        const bool crowded = strstr(f->text, "stand beside one another") != NULL;
        if ((strcmp(f->invariant, "I6") != 0 || crowded) &&
            strstr(f->text, "ahead of the clock") == NULL)
            refuse(c, f->text);
    }
    lsched_findings_free(all);
}

/* ---- one call after the other ------------------------------------------------------------------- */

static void perform(client *c)
{
    static void (*const ways[VERBS])(client *) = {
        [ROSTER] = do_roster, [LEAVE] = do_roster, [CLOSE] = do_roster,  [LAW] = do_roster,
        [AVOID] = do_roster,  [TAKE] = do_take,    [ACK] = do_ack,       [FIND] = do_find,
        [LIST] = do_list,     [GET] = do_get,      [VERIFY] = do_verify,
    };
    const enum verb verb = c->deed.verb;
    if ((verb >= CONFIRM && verb <= FINISH && c->deed.booking < 0) ||
        (verb == GET && c->deed.booking < 0) || (verb == ACK && c->deed.notice < 0))
        return;
    sim_figures.operations++;
    sim_trace((uint64_t)verb << 32 ^ (uint64_t)c->deed.key);
    c->judged = c->wrote = c->stored = false;
    (void)lsched_set_deadline(c->s, c->deed.patience);
    c->busy = true;
    if (verb < WRITES_WITH_KEY)
        do_write(c);
    else
        ways[verb](c);
}

static int64_t clock_of(const client *c)
{
    return crowd_wall + c->skew;
}

/* The reply was lost: the same again; or somebody else's wish with the key. */
static void ask_again(client *c, uint64_t dice)
{
    if (c->deed.verb >= WRITES_WITH_KEY || plan_random(&dice) % 8 != 0)
        return;
    c->deed.now = clock_of(c);
    c->deed.patience = 0;
    if (plan_random(&dice) % 3 == 0 && (c->deed.verb <= BOOK_SERIES || c->deed.verb == MOVE))
        c->deed.start += STEP;
    perform(c);
}

static void open_store(client *c)
{
    c->away = true;
    c->s = lsched_new();
    c->deed.now = clock_of(c);
    if (c->s == NULL || lsched_set_clock(c->s, tell_time, c) != LSCHED_OK)
        sim_fail("no scheduler");
    if (lsched_open(c->s, sim_path, 0) != LSCHED_OK)
        sim_fail("client %d cannot open the store: %s", c->number, lsched_message(c->s));
    c->away = false;
}

static void close_store(client *c)
{
    if (plan_random(&crowd_dice) % 2 == 0)
        witness_close(); /* it must not always be the last one */
    c->away = true;
    lsched_free(c->s);
    c->s = NULL;
    c->gate = -1;
}

static void jump(uint64_t dice)
{
    static const int64_t far[] = {60, 600, 900, 3600, 4 * 3600, 86400, -20, -60, -600, -3600};
    crowd_wall += far[plan_random(&dice) % (sizeof far / sizeof *far)];
}

void client_main(client *c)
{
    open_store(c);
    for (;;) {
        while (crowd_inherit(&c->deed)) {
            c->deed.now = clock_of(c);
            perform(c);
        }
        const line *l = crowd_next();
        if (l == NULL)
            break;
        crowd_wall += (int64_t)(l->dice % 8);
        if (l->verb == JUMP) {
            jump(l->dice);
        } else if (l->verb >= KILL) {
            crowd_arm(l->verb, l->dice);
        } else {
            plan_choose(l, clock_of(c), &c->deed);
            crowd_wall = c->deed.now - c->skew;
            perform(c);
            ask_again(c, l->dice);
        }
        if (l->dice % 397 == 0) {
            close_store(c);
            open_store(c);
        }
    }
    close_store(c);
}
