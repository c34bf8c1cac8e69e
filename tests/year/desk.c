/* desk.c -- how an agent works: asks what is next, begins it, talks, writes it up, asks again.
 *
 * Nobody asks all the time.  Somebody idle is woken when somebody joins the line, when what was
 * promised begins, after a break, and every few minutes while somebody waits.
 */
#include "world.h"

#include <stdio.h>
#include <string.h>

#define GIVEN_UP (60 * MINUTE) /* after its time, a promise that nobody began was missed */
#define LATE (5 * MINUTE)

/* Nobody is reached: a share of calls that were asked for now, of times, of chats. */
static const double vain[] = {[NOW] = 0.07, [LATER] = 0.07, [CHAT] = 0.02, [MESSAGE] = 0};

/* ---- who ------------------------------------------------------------------------------------------- */

bool desk_is_there(const agent *a, lsched_time at)
{
    for (int i = 0; i < a->hour_count; i++) {
        if (a->hours[i].from <= at && at < a->hours[i].until)
            return true;
    }
    return false;
}

bool desk_fits(const world *w, const agent *a, const contact *c)
{
    const person *p = &w->people[c->customer];
    return (c->topic != FAULT || a->fiber) && (!p->spanish || a->spanish) &&
           (a->team == GENERAL_TEAM ? p->general || storm_touches(w, c) : !p->general);
}

static bool idle(const agent *a, bool chat)
{
    return !a->whole && a->chats < (chat ? a->lanes : 1);
}

static agent *named(world *w, const char *id)
{
    for (int i = 0; i < AGENTS; i++) {
        if (strcmp(w->agents[i].id, id) == 0)
            return &w->agents[i];
    }
    return NULL;
}

static void take_note(world *w, agent *a)
{
    const bool busy = a->whole || a->chats > 0;
    if (busy && a->busy_since == 0) {
        a->busy_since = w->now;
    } else if (!busy && a->busy_since != 0) {
        a->busy += w->now - a->busy_since;
        a->busy_since = 0;
        a->idle_since = w->now;
    }
}

/* ---- begin -------------------------------------------------------------------------------------------- */

static void count_told(group *g, const contact *c, int64_t wait)
{
    g->told++;
    g->half += wait <= c->p50;
    g->kept += wait <= c->p90;
}

static void count_promise(world *w, const contact *c, bool time, bool kept)
{
    feeling *f = storm_feeling(w, c);
    if (f == NULL)
        return;
    f->times += time;
    f->times_kept += time && kept;
    f->waits += !time;
    f->waits_kept += !time && kept;
}

/* How long it took, against what was said; of the first attempt only. */
static void count_wait(world *w, contact *c, const lsched_booking *b)
{
    tally *t = &w->t;
    const int64_t wait = w->now - (b->since != 0 ? c->since : c->start);
    if (b->attempts > 0)
        return;
    if (b->since == 0 || c->p90 != NOBODY)
        count_promise(w, c, b->since == 0, wait <= (b->since == 0 ? LATE : c->p90));
    if (b->since == 0) {
        sample_add(&t->lateness, wait > 0 ? wait : 0);
        t->punctual += wait <= LATE;
        t->late += wait > LATE;
        return;
    }
    figures_waited(w, c, true);
    sample_add(&t->wait[c->wish], wait);
    if (c->p90 == NOBODY)
        return;
    t->line_promised++;
    t->line_kept += wait <= c->p90;
    count_told(&t->told_all, c, wait);
    if (c->p90 > MINUTE)
        count_told(&t->told_waits, c, wait);
    if (c->hour_to_close)
        count_told(&t->told_closing, c, wait);
    if (c->shift_changes)
        count_told(&t->told_change, c, wait);
}

static void count_familiar(world *w, contact *c, const lsched_booking *b, int who)
{
    person *p = &w->people[c->customer];
    w->t.could_be_familiar += p->served != 0;
    w->t.familiar += (p->served >> who & 1) != 0;
    w->t.by_rung[b->rung]++;
    p->served |= UINT64_C(1) << who;
    p->last = (int8_t)who;
}

static bool begin(world *w, agent *a, const lsched_booking *leased)
{
    char key[48];
    lsched_booking *b = NULL;
    contact *c = contact_of(w, leased);
    if (c == NULL || strcmp(c->id, leased->id) != 0) {
        wrong(w, "%s is handed out, and nobody wants it", leased->id);
        return false;
    }
    if (!fine(w, CALL(start, leased->id, contact_key(c, w, key, "start"), &b),
              "what is leased begins"))
        return false;
    books_called(w, c, a, leased);
    count_wait(w, c, leased);
    c->stage = SPEAKS;
    c->mark++;
    c->agent = (int8_t)(a - w->agents);
    c->began = w->now;
    c->state = b->state;
    c->sequence = b->sequence;
    if (strcmp(b->agent, a->id) != 0)
        wrong(w, "%s began %s, and it is %s's", a->id, b->id, b->agent);
    lsched_booking_free(b);
    return true;
}

/* Whether somebody answers, and how long it takes: by the customer's own luck, whoever calls.  A
 * contact is finished when it is written up, so what the library sees of lengths has that, too. */
static void talk(world *w, agent *a, contact *c, bool chat)
{
    const bool reached = !chance_hit(&c->luck, vain[c->wish]);
    double length = 60 + 40 * chance_even(&c->luck);
    if (reached)
        length += storm_length(c) * 0.8 * planned_minutes[c->topic] * MINUTE * c->length *
                      (chat ? 1.1 : 1) +
                  wrap_minutes[c->topic] * MINUTE * chance_length(&c->luck, 1, 0.4);
    c->reached = reached;
    a->whole = !chat;
    a->chats += chat;
    take_note(w, a);
    agenda_put(&w->agenda, w->now + (lsched_time)length, ENDS, contact_number(w, c), c->mark);
}

/* ---- what is next ---------------------------------------------------------------------------------------- */

void desk_ask(world *w, agent *a)
{
    while (idle(a, true) && desk_is_there(a, w->now)) {
        lsched_booking *b = NULL;
        const int status = CALL(next, a->id, 60, &b);
        if (status != LSCHED_OK) {
            if (status != LSCHED_NOTFOUND)
                wrong(w, "%s asks what is next: %s", a->id, lsched_message(w->s));
            break;
        }
        const bool chat = b->channel == LSCHED_CHAT;
        if (!chat && a->chats > 0)
            wrong(w, "%s is given a call beside %d chats", a->id, a->chats);
        const bool begun = begin(w, a, b);
        contact *c = contact_of(w, b);
        if (begun) {
            count_familiar(w, c, b, c->agent);
            talk(w, a, c, chat);
        }
        lsched_booking_free(b);
        if (!begun)
            break;
    }
}

/* Who has waited longest for something to do, of the best team there is. */
agent *desk_idle(world *w, const contact *c, uint64_t asked)
{
    agent *best = NULL;
    for (int i = 0; i < AGENTS; i++) {
        agent *a = &w->agents[i];
        if ((asked >> i & 1) != 0 || !idle(a, c->channel == LSCHED_CHAT) ||
            !desk_is_there(a, w->now) || !desk_fits(w, a, c))
            continue;
        if (best == NULL || a->team < best->team ||
            (a->team == best->team &&
             (a->chats < best->chats ||
              (a->chats == best->chats && a->idle_since < best->idle_since))))
            best = a;
    }
    return best;
}

/* Whom the customer knows comes first, where that is asked for. */
static agent *familiar_idle(world *w, const contact *c)
{
    const person *p = &w->people[c->customer];
    const int8_t known[2] = {p->knows, p->last};
    for (int i = 0; i < 2 && w->plan.familiar; i++) {
        agent *a = known[i] == NOBODY ? NULL : &w->agents[known[i]];
        if (a != NULL && idle(a, c->channel == LSCHED_CHAT) && desk_is_there(a, w->now) &&
            desk_fits(w, a, c))
            return a;
    }
    return NULL;
}

static uint64_t bit(const world *w, const agent *a)
{
    return UINT64_C(1) << (a - w->agents);
}

/* Everybody idle who could take it, until somebody does; but nobody asks twice. */
static void wake(world *w, const contact *c, uint64_t *asked)
{
    agent *a = familiar_idle(w, c);
    if (a == NULL || (*asked & bit(w, a)) != 0)
        a = desk_idle(w, c, *asked);
    while (a != NULL && c->stage == WAITS) {
        *asked |= bit(w, a);
        desk_ask(w, a);
        a = desk_idle(w, c, *asked);
    }
}

void desk_wake(world *w, const contact *c)
{
    uint64_t asked = 0;
    wake(w, c, &asked);
}

/* While somebody waits, those who have nothing to do look again. */
void desk_wake_all(world *w)
{
    size_t left = 0;
    uint64_t asked = 0;
    for (size_t i = 0; i < w->line_count; i++) {
        const contact *c = &w->contacts[w->line[i]];
        if (c->stage != WAITS)
            continue;
        if (c->start <= w->now)
            wake(w, c, &asked);
        w->line[left++] = w->line[i];
    }
    w->line_count = left;
}

/* What was promised for now. */
void desk_due(world *w, contact *c, bool overdue)
{
    lsched_booking *b = NULL;
    const uint32_t number = contact_number(w, c);
    if (!fine(w, CALL(get_booking, c->id, &b), "get"))
        return;
    if (b->state == LSCHED_WAITING) {
        desk_wake(w, c);
    } else if (b->state == LSCHED_BOOKED) {
        agent *own = named(w, b->agent);
        if (own != NULL && !overdue)
            desk_ask(w, own);
        uint64_t asked = 0;
        while (overdue && c->stage == PLACED) {
            agent *a = desk_idle(w, c, asked);
            if (a == NULL)
                break;
            asked |= bit(w, a);
            desk_ask(w, a);
        }
        if (c->stage == PLACED && w->now - c->start < GIVEN_UP) {
            agenda_put(&w->agenda, w->now + OWNER_WAIT, OVERDUE, number, c->mark);
        } else if (c->stage == PLACED) {
            char key[48];
            const lsched_result result = {.size = sizeof result,
                                          .outcome = LSCHED_OUTCOME_ABSENT,
                                          .key = contact_key(c, w, key, "missed"),
                                          .id = c->id};
            w->t.missed_ours++;
            count_promise(w, c, true, false);
            if (fine(w, CALL(finish_as, &result, NULL), "missed"))
                contact_again(w, c);
        }
    }
    lsched_booking_free(b);
}

/* ---- the end --------------------------------------------------------------------------------------------- */

static int32_t outcome_of(contact *c)
{
    static const int32_t in_vain[] = {LSCHED_OUTCOME_NO_ANSWER, LSCHED_OUTCOME_NO_ANSWER,
                                      LSCHED_OUTCOME_MACHINE,   LSCHED_OUTCOME_MACHINE,
                                      LSCHED_OUTCOME_ENGAGED,   LSCHED_OUTCOME_DROPPED};
    return c->reached                   ? LSCHED_OUTCOME_REACHED
           : chance_hit(&c->luck, 0.03) ? LSCHED_OUTCOME_WRONG
                                        : in_vain[chance_below(&c->luck, 6)];
}

static void after(world *w, contact *c, agent *a, const lsched_booking *b)
{
    c->state = b->state;
    c->sequence = b->sequence;
    if (b->state == LSCHED_FULFILLED) {
        a->contacts++;
        messages_score(w, c, a);
        contact_close(w, c, SERVED);
    } else if (b->state == LSCHED_WAITING) {
        w->t.tries_in_vain++;
        contact_placed(w, c, b);
    } else {
        w->t.tries_in_vain++;
        w->t.missed_theirs++;
        contact_again(w, c);
    }
}

void desk_end(world *w, contact *c)
{
    char key[48];
    lsched_booking *b = NULL;
    agent *a = &w->agents[c->agent];
    const bool chat = c->channel == LSCHED_CHAT;
    const lsched_result result = {.size = sizeof result,
                                  .outcome = outcome_of(c),
                                  .key = contact_key(c, w, key, "end"),
                                  .id = c->id};
    c->p50 = c->p90 = NOBODY;
    a->whole = a->whole && chat;
    a->chats -= chat;
    if (fine(w, CALL(finish_as, &result, &b), "finish"))
        after(w, c, a, b);
    lsched_booking_free(b);
    take_note(w, a);
    desk_ask(w, a);
}
