/* core/next.c -- the working day: what an agent is given next, and the beginning of a contact.
 *
 * What waits gets its place when it begins: as of now, by the one predicate (place.c), of which
 * notice, horizon and grid are not asked, since nobody chooses a time.  So it is lawful, open
 * and on shift at that moment, and the agent is taken from then on for everybody who searches.
 * A lease only keeps a contact for one agent meanwhile; it is no part of its history.
 */
#include "core/line.h"
#include "core/picture.h"

#include <stdio.h>
#include <string.h>

#define LEASE_SECONDS 60 /* where the caller says nothing */

/* What stops a promised contact at its beginning: that the customer must not be reached now. */
#define UNLAWFUL (LSCHED_WHY_REGION | LSCHED_WHY_CUSTOMER)

static bool is_refusal(int status)
{
    return (status <= LSCHED_CLOSED && status > LSCHED_BUSY) || lsi_stray_cannot_tell(status);
}

/* ---- the place of what begins now ------------------------------------------------------------- */

/* What is not asked as of now: the agent was not told of it before, and others stay where they
 * are. */
static void ask_for_now(lsi_facts *f, lsched_time minute)
{
    f->now = minute;
    f->service.notice = LSCHED_NONE;
    f->service.before = 0;
    f->service.anchor = LSCHED_CLOCK;
    f->service.step = 1;
    f->service.reseats = 0;
}

/* Who is in a contact that takes longer than its time is taken all the same: the predicate
 * knows of no end but the promised one. */
static int check_busy(const lsi_act *t, const char *agent, int32_t channel, int32_t lanes,
                      lsi_error *e)
{
    int64_t whole, chats;
    const int status = lsi_line_busy(t->core->store, agent, t->now, &whole, &chats, e);
    if (status != LSCHED_OK)
        return status;
    if (whole > 0 || (lsi_lane_whole(channel) ? chats > 0 : chats >= lanes))
        return lsi_error_set(e, LSCHED_TAKEN, "agent '%s' has not finished another contact", agent);
    return LSCHED_OK;
}

/* The regions say how often somebody may be tried. */
static int check_caps(const lsi_act *t, lsi_error *e)
{
    lsched_time earliest;
    const int status = lsi_lawful_again(t->core, t->b, t->now, &earliest, e);
    if (status == LSCHED_OK && earliest > t->now)
        return lsi_error_set(e, LSCHED_TOOSOON, "customer '%s' was tried too often by now",
                             t->b->customer);
    return status;
}

/* Of what waits, the customer was told from when on it is tried, and the service says how often
 * that may be in vain. */
static int check_tries(lsi_core *core, const lsched_booking *b, const lsched_service *service,
                       lsched_time now, lsi_error *e)
{
    lsched_time earliest;
    if (b->start > now)
        return lsi_error_set(e, LSCHED_TOOSOON, "booking '%s' is to be tried later", b->id);
    const int status = lsi_attempt_turn(core, b, service, now, &earliest, e);
    if (status == LSCHED_OK && earliest > now)
        return lsi_error_set(e, LSCHED_TOOSOON, "customer '%s' was tried too often by now",
                             b->customer);
    return status;
}

/* Gives the act's booking the place of this agent as of now; the reasons of a refusal are those
 * of the place. */
static int place_now(lsi_act *t, const char *agent, int32_t *reasons, lsi_error *e)
{
    lsched_booking *b = t->b;
    const bool waits = b->state == LSCHED_WAITING;
    const lsi_wish wish = {.customer = b->customer,
                           .service = b->service,
                           .agent = agent,
                           .rungs = waits && b->rungs != 0 ? b->rungs : LSI_ALL_RUNGS,
                           .moving = b->id};
    lsi_facts f = {0};
    *reasons = 0;
    int status = lsi_facts_load(t->core, &wish, t->now, &f, e);
    if (status == LSCHED_OK && waits)
        status = lsi_storm_working(&f, e);
    if (status == LSCHED_OK && f.agent_count > 0)
        status = check_busy(t, agent, b->channel, f.agents[0].agent.lanes, e);
    if (status == LSCHED_OK)
        status = waits ? check_tries(t->core, b, &f.service, t->now, e) : check_caps(t, e);
    if (status == LSCHED_OK) {
        b->start = t->now / 60 * 60;
        ask_for_now(&f, b->start);
        t->stamp.choice = &t->choice;
        status = lsi_place_choose(t, &f, b->id, true, reasons, e);
    }
    lsi_facts_free(t->core, &f);
    return status;
}

/* Whether the customer of a promised contact may be reached now, and by this agent: a minute of it
 * is asked, since the rest was promised. */
static int check_lawful(lsi_act *t, lsi_error *e)
{
    const lsched_booking *b = t->b;
    const lsi_wish wish = {.customer = b->customer,
                           .service = b->service,
                           .agent = b->agent,
                           .rungs = LSI_ALL_RUNGS,
                           .moving = b->id};
    const lsched_time minute = t->now / 60 * 60;
    lsi_facts f = {0};
    lsi_permits *p = NULL;
    int32_t why = 0;
    char words[360];
    int status = lsi_facts_load(t->core, &wish, t->now, &f, e);
    if (status == LSCHED_OK) {
        ask_for_now(&f, minute);
        f.service.minutes = 1;
        f.service.after = f.service.wrap_up = 0;
        status = lsi_permit_new(&f, b->channel, minute, minute + 1, &p, e);
    }
    if (status == LSCHED_OK && f.candidate_count > 0)
        why = lsi_permit_why(p, 0, minute) & UNLAWFUL;
    if (status == LSCHED_OK && (lsi_layer_shut(&f.customer_layer) || lsi_law_shut(&f, b->channel)))
        why |= LSCHED_WHY_STALE;
    if (status == LSCHED_OK && lsi_roster_avoided(&f.customer, b->agent))
        status = lsi_error_set(e, LSCHED_NOBODY, "booking '%s' is for somebody else now", b->id);
    lsi_permit_free(p);
    lsi_facts_free(t->core, &f);
    if (status == LSCHED_OK && why == 0)
        return check_caps(t, e);
    if (status != LSCHED_OK)
        return status;
    lsi_reason_words(why, words, sizeof words);
    return lsi_error_set(e, LSCHED_CLOSED, "the customer cannot be reached now: %s", words);
}

/* ---- next -------------------------------------------------------------------------------------- */

static int begin_turn(lsi_core *core, lsi_act *t, lsi_error *e)
{
    const int status = lsi_now_ask(core, &t->now, e);
    return status == LSCHED_OK ? lsi_now_clock(core, t->now, &t->stamp.at, e) : status;
}

/* FIRST: as soon as what the agent has begun is finished, and nothing else before it. */
enum turn {
    NOT_NOW,
    NOW,
    FIRST
};

/* What was promised for now was free of all that was planned; but a chat can take longer.  There
 * would always be another chat, so it is waited for those alone that are in progress. */
static int check_own(lsi_act *t, int32_t lanes, enum turn *turn, lsi_error *e)
{
    int status = check_lawful(t, e);
    if (status != LSCHED_OK)
        return status;
    status = check_busy(t, t->b->agent, t->b->channel, lanes, e);
    *turn = status == LSCHED_TAKEN ? FIRST : NOT_NOW;
    return status;
}

/* Why the first one that there is for an agent cannot begin now; no status: there is none. */
typedef struct obstacle {
    char booking[LSCHED_MAX_ID + 1];
    lsi_error why;
    int32_t reasons; /* why the last one that was looked at has no place; 0: not that */
} obstacle;

/* What is for somebody else is in nobody's way. */
static void note_obstacle(obstacle *o, const lsched_booking *b, const lsi_error *why)
{
    if (o->why.status != LSCHED_OK || why->status == LSCHED_NOBODY)
        return;
    snprintf(o->booking, sizeof o->booking, "%s", b->id);
    o->why = *why;
}

/* Whether the agent can begin it now; writes nothing, and leaves the booking as it is. */
static int can_begin(lsi_core *core, const lsi_act *begun, const lsched_booking *b,
                     const lsched_agent *agent, enum turn *turn, obstacle *o, lsi_error *e)
{
    lsi_arena scratch = {0};
    lsched_booking copy = *b;
    lsi_act t = {.core = core, .a = &scratch, .now = begun->now, .stamp = begun->stamp, .b = &copy};
    *turn = NOT_NOW;
    o->reasons = 0;
    int status = lsi_store_late(core->store, e);
    if (status == LSCHED_OK)
        status = b->state == LSCHED_BOOKED && strcmp(b->agent, agent->id) == 0
                     ? check_own(&t, agent->lanes, turn, e)
                     : place_now(&t, agent->id, &o->reasons, e);
    lsi_arena_free(&scratch);
    if (status == LSCHED_OK)
        *turn = NOW;
    if (!is_refusal(status))
        return status;
    note_obstacle(o, b, e);
    lsi_error_clear(e);
    return LSCHED_OK;
}

/* The same contact as long as it is leased, so that a lost answer loses nothing. */
static int look_at_lease(lsi_core *core, const lsi_act *t, const lsched_agent *agent, lsi_arena *a,
                         lsched_booking *out, enum turn *turn, obstacle *o, lsi_error *e)
{
    const char *id;
    int status = lsi_line_lease_of(core->store, agent->id, t->stamp.at, a, &id, e);
    if (status != LSCHED_OK || id[0] == '\0')
        return status;
    status = lsi_ledger_get(core->store, id, a, out, e);
    return status == LSCHED_OK ? can_begin(core, t, out, agent, turn, o, e) : status;
}

/* What the agent is there and booked for is so for all customers: where that leaves no place for
 * a contact, there is none for another of the service on the channel, either, unless an incident
 * makes it shorter for some. */
#define OWN_TIME (LSCHED_WHY_AGENT | LSCHED_WHY_BOOKED)
#define MOST_BARRED 8

typedef struct barred {
    const lsi_turn *by[MOST_BARRED];
    size_t count;
} barred;

static void note_barred(lsi_core *core, barred *list, const lsi_turn *turn, int32_t reasons)
{
    if ((reasons & OWN_TIME) != 0 && list->count < MOST_BARRED && !lsi_storm_any(core))
        list->by[list->count++] = turn;
}

static bool is_barred(const barred *list, const lsi_turn *turn)
{
    for (size_t i = 0; i < list->count; i++) {
        if (turn->channel == list->by[i]->channel &&
            strcmp(turn->service, list->by[i]->service) == 0)
            return true;
    }
    return false;
}

static int look_in_line(lsi_core *core, const lsi_act *t, const lsched_agent *agent, lsi_arena *a,
                        lsched_booking *out, enum turn *turn, obstacle *o, lsi_error *e)
{
    lsi_arena line = {0};
    lsi_turn *turns;
    size_t count;
    barred list = {.count = 0};
    int status =
        lsi_line_turn(core->store, agent->id, t->now, t->stamp.at, &line, &turns, &count, e);
    *turn = NOT_NOW;
    for (size_t i = 0; status == LSCHED_OK && i < count && *turn == NOT_NOW; i++) {
        lsi_arena scratch = {0};
        lsched_booking b;
        if (is_barred(&list, &turns[i]))
            continue;
        status = lsi_ledger_get(core->store, turns[i].id, &scratch, &b, e);
        if (status == LSCHED_OK)
            status = can_begin(core, t, &b, agent, turn, o, e);
        if (status == LSCHED_OK && *turn != NOT_NOW)
            status = lsi_kind_copy(&lsi_kind_booking, &b, a, out, e);
        if (status == LSCHED_OK && *turn == NOT_NOW)
            note_barred(core, &list, &turns[i], o->reasons);
        lsi_arena_free(&scratch);
    }
    lsi_arena_free(&line);
    return status;
}

/* An open incident because of which contacts are not worked off; NULL: none. */
static int find_idling(lsi_core *core, lsi_arena *a, const char **out, lsi_error *e)
{
    lsched_incident *open;
    size_t count;
    const int status = lsi_audience_open(core->store, a, &open, &count, e);
    *out = NULL;
    for (size_t i = 0; status == LSCHED_OK && i < count && *out == NULL; i++)
        *out = open[i].no_working != 0 ? open[i].id : NULL;
    return status;
}

static int say_nothing(lsi_core *core, const char *agent, const obstacle *o, lsi_arena *a,
                       lsi_error *e)
{
    const char *incident;
    if (o->why.status != LSCHED_OK)
        return lsi_error_set(e, LSCHED_NOTFOUND,
                             "nothing waits for agent '%s' that can begin now; booking '%s': %s",
                             agent, o->booking, o->why.text);
    const int status = find_idling(core, a, &incident, e);
    if (status != LSCHED_OK)
        return status;
    if (incident != NULL)
        return lsi_error_set(e, LSCHED_NOTFOUND,
                             "nothing waits for agent '%s'; what incident '%s' is about is not "
                             "worked off",
                             agent, incident);
    return lsi_error_set(e, LSCHED_NOTFOUND, "nothing waits for agent '%s'", agent);
}

/* NOTFOUND where there is nothing. */
static int look(lsi_core *core, const char *agent, lsi_act *t, lsi_arena *a, lsched_booking *out,
                lsi_error *e)
{
    const lsched_agent key = {.id = agent};
    lsched_agent record;
    int64_t whole, chats;
    enum turn turn = NOT_NOW;
    obstacle o = {.why = {0}};
    int status = begin_turn(core, t, e);
    if (status == LSCHED_OK)
        status = lsi_record_get(core->store, &lsi_kind_agent, &key, a, &record, e);
    if (status == LSCHED_OK)
        status = lsi_line_busy(core->store, agent, t->now, &whole, &chats, e);
    if (status == LSCHED_OK && whole > 0)
        return lsi_error_set(e, LSCHED_TAKEN, "agent '%s' has not finished another contact", agent);
    if (status == LSCHED_OK)
        status = look_at_lease(core, t, &record, a, out, &turn, &o, e);
    if (status == LSCHED_OK && turn != NOW)
        status = look_in_line(core, t, &record, a, out, &turn, &o, e);
    if (status != LSCHED_OK || turn == NOW)
        return status;
    return turn == FIRST ? lsi_error_set(e, LSCHED_NOTFOUND,
                                         "nothing for agent '%s' until the chats in progress are "
                                         "finished: then booking '%s'",
                                         agent, out->id)
                         : say_nothing(core, agent, &o, a, e);
}

/* What was found without keeping anybody from writing, and when. */
typedef struct glance {
    bool taken;
    lsched_time minute;
    lsi_tip tips[2];
} glance;

/* Who only asks must not wait for those who write; inside a transaction nobody does. */
static int look_only(lsi_core *core, const char *agent, lsi_arena *a, lsched_booking *out,
                     glance *g, lsi_error *e)
{
    lsi_act t = {.core = core};
    g->taken = !lsi_store_inside(core->store);
    if (!g->taken)
        return LSCHED_OK;
    int status = lsi_store_enter(core->store, false, e);
    if (status != LSCHED_OK)
        return status;
    status = look(core, agent, &t, a, out, e);
    g->minute = t.now / 60;
    for (int i = 0; status == LSCHED_OK && i < 2; i++)
        status = lsi_log_tip(core->store, (enum lsi_log)i, &g->tips[i], e);
    return lsi_store_leave(core->store, status, e);
}

/* Whether that is so still: nothing has happened, and nobody has been given anything, neither
 * another agent this contact nor the agent another. */
static int is_so_still(lsi_core *core, const lsi_act *t, const char *agent, const char *booking,
                       const glance *g, bool *so, lsi_error *e)
{
    lsi_arena scratch = {0};
    const char *whose = "", *other = "";
    int status = LSCHED_OK;
    *so = g->taken && g->minute == t->now / 60;
    for (int i = 0; *so && i < 2; i++) {
        lsi_tip tip;
        status = lsi_log_tip(core->store, (enum lsi_log)i, &tip, e);
        *so = status == LSCHED_OK && tip.seq == g->tips[i].seq && tip.stamp == g->tips[i].stamp;
    }
    if (*so)
        status = lsi_line_leased_to(core->store, booking, t->stamp.at, &scratch, &whose, e);
    if (*so && status == LSCHED_OK)
        status = lsi_line_lease_of(core->store, agent, t->stamp.at, &scratch, &other, e);
    *so = *so && status == LSCHED_OK && (whose[0] == '\0' || strcmp(whose, agent) == 0) &&
          (other[0] == '\0' || strcmp(other, booking) == 0);
    lsi_arena_free(&scratch);
    return status;
}

static int take(lsi_core *core, const char *agent, int32_t seconds, const glance *g, lsi_arena *a,
                lsched_booking *out, lsi_error *e)
{
    lsi_act t = {.core = core};
    bool so;
    int status = begin_turn(core, &t, e);
    if (status == LSCHED_OK)
        status = is_so_still(core, &t, agent, out->id, g, &so, e);
    if (status == LSCHED_OK && !so)
        status = look(core, agent, &t, a, out, e);
    if (status == LSCHED_OK)
        status = lsi_line_lease(core->store, out->id, agent,
                                t.stamp.at + (seconds != 0 ? seconds : LEASE_SECONDS), e);
    return status;
}

int lsi_next_take(lsi_core *core, const char *agent, int32_t seconds, lsi_arena *a,
                  lsched_booking *out, lsi_error *e)
{
    glance g;
    if (seconds < 0)
        return lsi_error_set(e, LSCHED_INVALID, "seconds is negative");
    if (seconds > LSCHED_MAX_LEASE)
        return lsi_error_set(e, LSCHED_LIMIT, "seconds is %d, more than %d", (int)seconds,
                             LSCHED_MAX_LEASE);
    int status = look_only(core, agent, a, out, &g, e);
    if (status == LSCHED_OK)
        status = lsi_store_enter(core->store, true, e);
    return status == LSCHED_OK
               ? lsi_store_leave(core->store, take(core, agent, seconds, &g, a, out, e), e)
               : status;
}

/* ---- start ------------------------------------------------------------------------------------- */

/* Who begins it: whoever it is leased to, else who is named, else its own agent. */
static int find_starter(lsi_act *t, const char *named, const char **agent, lsi_error *e)
{
    lsched_booking *b = t->b;
    const char *leased;
    const int status = lsi_line_leased_to(t->core->store, b->id, t->stamp.at, t->a, &leased, e);
    if (status != LSCHED_OK)
        return status;
    *agent = lsi_text_given(named) ? named : leased[0] != '\0' ? leased : b->agent;
    if (leased[0] != '\0' && strcmp(leased, *agent) != 0)
        return lsi_error_set(e, LSCHED_TAKEN, "booking '%s' has just been given to agent '%s'",
                             b->id, leased);
    if (b->state == LSCHED_WAITING && leased[0] == '\0' && !lsi_text_given(named))
        return lsi_error_set(e, LSCHED_OVER, "booking '%s' is waiting, for nobody yet", b->id);
    return LSCHED_OK;
}

static int start(lsi_act *t, const void *wanted, lsi_error *e)
{
    const lsi_stepping *s = wanted;
    const lsi_step *step;
    const char *agent = NULL;
    lsched_booking *b = t->b;
    int32_t from, reasons;
    int status = lsi_booking_load(t, s->id, LSI_START, &step, &from, e);
    if (status == LSCHED_OK)
        status = find_starter(t, s->agent, &agent, e);
    if (status == LSCHED_OK && (from == LSCHED_WAITING || strcmp(b->agent, agent) != 0))
        status = place_now(t, agent, &reasons, e);
    return status == LSCHED_OK ? lsi_booking_step(t, step, from, e) : status;
}

int lsi_next_start(lsi_core *core, const lsi_stepping *wanted, lsi_arena *a, lsched_booking *out,
                   lsi_error *e)
{
    lsi_stepping s = *wanted;
    const lsi_kind *form = lsi_text_given(s.agent) ? &lsi_form_start_as : &lsi_form_start;
    const int status = lsi_kind_check(form, &s, e);
    return status == LSCHED_OK
               ? lsi_booking_transact(core, start, &s, s.key, lsi_form_print(form, &s), a, out, e)
               : status;
}
