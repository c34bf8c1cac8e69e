/* core/explain_relax.c -- what would help: the smallest changes, each counted.
 *
 * A change is another question (or the same one after a record has changed), and it is
 * answered by the same predicate: what is promised here is what find then finds.
 */
#include "core/explain.h"

#include <stdlib.h>
#include <string.h>

#define MOST_HORIZON 366 /* days; the service's limit */
#define QUARTER 15

/* ---- other circles: another channel, more people ------------------------------------------ */

/* The question with all that it leaves to defaults. */
static lsi_other same_question(const lsi_asking *q, int32_t kind, const char *field)
{
    lsi_other o = {.circle = q->circle, .query = *q->query};
    o.row.kind = kind;
    o.row.field = field;
    o.row.text = "";
    o.query.from = q->from;
    o.query.until = q->until;
    o.query.after = 0;
    return o;
}

static lsi_other *add_other(lsi_asking *q, lsi_others *others, int32_t kind, const char *field)
{
    lsi_other *o = &others->at[others->count++];
    *o = same_question(q, kind, field);
    return o;
}

static void add_channels(lsi_asking *q, lsi_others *others)
{
    for (int32_t c = LSCHED_PHONE; c <= LSCHED_VISIT; c *= 2) {
        if ((q->facts.service.channels & c) == 0 || (q->circle.channels & c) != 0)
            continue;
        lsi_other *o = add_other(q, others, LSCHED_RELAX_CHANNEL, "query.channels");
        o->circle.channels = o->query.channels = c;
        o->row.number = c;
        o->row.was = q->circle.channels;
    }
}

/* The team in which the agent named stands highest; NULL: in none. */
static const char *team_of_agent(const lsi_asking *q)
{
    const lsi_facts *f = &q->facts;
    const lsi_candidate *best = NULL;
    for (size_t i = 0; i < f->candidate_count; i++) {
        const lsi_candidate *c = &f->candidates[i];
        if (lsi_explain_asks(q, &q->circle, i) &&
            (best == NULL || lsi_ladder_best(f->teams[c->team].rungs) <
                                 lsi_ladder_best(f->teams[best->team].rungs)))
            best = c;
    }
    return best != NULL ? f->teams[best->team].team.id : NULL;
}

static void add_people(lsi_asking *q, lsi_others *others)
{
    const bool agent = lsi_text_given(q->circle.agent), team = lsi_text_given(q->circle.team);
    const char *own = agent ? team_of_agent(q) : NULL;
    if (own != NULL) {
        lsi_other *o = add_other(q, others, LSCHED_RELAX_AGENT, "query.agent");
        o->circle.agent = o->query.agent = NULL;
        o->circle.team = o->query.team = own;
    }
    if (team) {
        lsi_other *o = add_other(q, others, LSCHED_RELAX_TEAM, "query.team");
        o->circle.team = o->query.team = NULL;
    }
    for (int32_t rung = LSCHED_KNOWN; rung <= LSCHED_GENERAL; rung *= 2) {
        if ((q->circle.rungs & rung) != 0)
            continue;
        lsi_other *o = add_other(q, others, LSCHED_RELAX_RUNG, "query.rungs");
        o->circle.rungs = o->query.rungs = q->circle.rungs | rung;
        o->row.number = o->query.rungs;
        o->row.was = q->circle.rungs;
    }
    if (agent || team || q->circle.rungs != LSI_ALL_RUNGS) {
        lsi_other *o = add_other(q, others, LSCHED_RELAX_ANYBODY, "query.agent");
        o->circle.agent = o->circle.team = o->query.agent = o->query.team = NULL;
        o->circle.rungs = LSI_ALL_RUNGS;
        o->query.rungs = 0;
        if (!agent)
            o->row.field = team ? "query.team" : "query.rungs";
    }
}

int lsi_relax_begin(lsi_asking *q, const lsi_window *w, lsi_others *others, lsi_error *e)
{
    int status = LSCHED_OK;
    *others = (lsi_others){.at = lsi_arena_take(&q->scratch, 12 * sizeof *others->at)};
    if (others->at == NULL)
        return lsi_error_nomem(e);
    add_channels(q, others);
    add_people(q, others);
    for (size_t i = 0; status == LSCHED_OK && i < others->count; i++)
        status = lsi_window_tally(w, &q->scratch, &others->at[i].tally, e);
    return status;
}

void lsi_relax_add(const lsi_asking *q, const lsi_window *w, int32_t channel, lsi_others *others)
{
    for (size_t n = 0; n < others->count; n++) {
        lsi_other *o = &others->at[n];
        if ((o->circle.channels & channel) == 0)
            continue;
        for (size_t i = 0; i < q->facts.candidate_count; i++) {
            if (lsi_explain_asks(q, &o->circle, i))
                lsi_window_add(w, i, &o->tally);
        }
        lsi_window_add_slots(&o->tally);
    }
}

/* ---- telling --------------------------------------------------------------------------------- */

/* Where relaxations go. */
typedef struct telling {
    lsi_asking *q;
    lsched_relaxation *at;
    size_t count, room;
} telling;

static int copy_text(lsi_asking *q, const char **text, lsi_error *e)
{
    if (*text == NULL)
        return LSCHED_OK;
    *text = lsi_arena_text(q->out, *text, strlen(*text));
    return *text != NULL ? LSCHED_OK : lsi_error_nomem(e);
}

static int tell(telling *t, const lsi_other *o, lsi_error *e)
{
    lsched_query *query = lsi_arena_take(t->q->out, sizeof *query);
    lsched_relaxation *r =
        query != NULL ? lsi_vector_push(&t->at, &t->count, &t->room, sizeof *r) : NULL;
    if (r == NULL)
        return lsi_error_nomem(e);
    *query = o->query;
    query->limit = LSCHED_MAX_PAGE;
    const char **texts[] = {&query->customer, &query->service, &query->agent,
                            &query->team,     &query->moving,  &r->text};
    *r = o->row;
    r->starts = lsi_window_starts(&o->tally);
    r->slots = o->tally.slots;
    r->first = lsi_window_first(&o->tally, 0);
    r->query = query;
    int status = LSCHED_OK;
    for (size_t i = 0; status == LSCHED_OK && i < sizeof texts / sizeof *texts; i++)
        status = copy_text(t->q, texts[i], e);
    return status;
}

/* Those that open something; the widest circle, only what the narrower ones do not. */
static int tell_others(telling *t, const lsi_tally *base, const lsi_others *others, lsi_error *e)
{
    lsi_tally known;
    const lsi_window w = {.from = t->q->from, .until = t->q->until};
    int status = lsi_window_tally(&w, &t->q->scratch, &known, e);
    if (status == LSCHED_OK)
        lsi_window_join(&known, base);
    for (size_t i = 0; status == LSCHED_OK && i < others->count; i++) {
        const lsi_other *o = &others->at[i];
        const bool widest = o->row.kind == LSCHED_RELAX_ANYBODY;
        if (!lsi_window_adds(&o->tally, widest ? &known : base))
            continue;
        status = tell(t, o, e);
        if (status == LSCHED_OK && o->row.kind != LSCHED_RELAX_CHANNEL)
            lsi_window_join(&known, &o->tally);
    }
    return status;
}

/* ---- another time -------------------------------------------------------------------------------- */

/* Counts [from, until) alone, in a window of its own. */
static int count_range(lsi_asking *q, lsched_time from, lsched_time until, lsi_other *o,
                       lsi_error *e)
{
    lsi_window w;
    int status = lsi_window_open(q, from, until, &w, e);
    if (status == LSCHED_OK)
        status = lsi_window_count(q, &w, &o->circle, &o->tally, e);
    lsi_window_close(&w);
    return status;
}

/* In stretches that double, as find goes: the first days cost no more than they must. */
static int tell_later(telling *t, lsi_error *e)
{
    lsi_asking *q = t->q;
    const lsi_facts *f = &q->facts;
    lsi_other o = same_question(q, LSCHED_RELAX_LATER, "query.until");
    lsched_time end = lsi_policy_horizon(&f->service, f->zone, f->now);
    int status = LSCHED_OK;
    if (end > q->until + LSCHED_MAX_EXPLAIN * LSI_DAY)
        end = q->until + LSCHED_MAX_EXPLAIN * LSI_DAY;
    if (end > q->from + LSCHED_MAX_DAYS * LSI_DAY)
        end = q->from + LSCHED_MAX_DAYS * LSI_DAY;
    lsched_time from = q->until > f->now ? q->until : f->now;
    for (int days = 4; status == LSCHED_OK && from < end && lsi_window_first(&o.tally, 0) == 0;
         days *= 2) {
        lsched_time until = lsi_zone_midnight(f->zone, from, days < 32 ? days : 31);
        if (until > end)
            until = end;
        status = count_range(q, from, until, &o, e);
        from = until;
    }
    if (status != LSCHED_OK || lsi_window_first(&o.tally, 0) == 0)
        return status;
    const lsched_time midnight = lsi_zone_midnight(f->zone, lsi_window_first(&o.tally, 0), 1);
    status = count_range(q, lsi_window_first(&o.tally, 0), midnight < end ? midnight : end, &o, e);
    o.query.until = o.row.number = midnight < end ? midnight : end;
    o.row.was = q->until;
    return status == LSCHED_OK ? tell(t, &o, e) : status;
}

static int tell_earlier(telling *t, lsi_error *e)
{
    lsi_asking *q = t->q;
    const lsi_facts *f = &q->facts;
    lsi_other o = same_question(q, LSCHED_RELAX_EARLIER, "query.from");
    lsched_time from = lsi_zone_midnight(f->zone, q->from, -7);
    if (from < f->now)
        from = f->now;
    if (from >= q->from)
        return LSCHED_OK;
    int status = count_range(q, from, q->from, &o, e);
    if (status != LSCHED_OK || lsi_window_first(&o.tally, 0) == 0)
        return status;
    const lsched_time midnight =
        lsi_zone_midnight(f->zone, lsi_window_last(&o.tally, INT64_MAX), 0);
    from = midnight > from ? midnight : from;
    status = count_range(q, from, q->from, &o, e);
    o.query.from = o.row.number = from;
    o.row.was = q->from;
    return status == LSCHED_OK ? tell(t, &o, e) : status;
}

/* The way out that always is: whoever is in general care today. */
static int tell_now(telling *t, lsi_error *e)
{
    lsi_asking *q = t->q;
    const lsi_facts *f = &q->facts;
    lsi_other o = same_question(q, LSCHED_RELAX_NOW, "query.rungs");
    o.circle = (lsi_circle){.rungs = LSCHED_GENERAL, .channels = q->circle.channels};
    o.query.agent = o.query.team = NULL;
    o.query.rungs = LSCHED_GENERAL;
    o.query.from = f->now;
    o.query.until = lsi_zone_midnight(f->zone, f->now, 1);
    o.row.number = LSCHED_GENERAL;
    o.row.was = q->circle.rungs;
    bool any = false;
    for (size_t i = 0; i < f->candidate_count && !any; i++)
        any = lsi_explain_asks(q, &o.circle, i);
    const int status = any ? count_range(q, o.query.from, o.query.until, &o, e) : LSCHED_OK;
    return status == LSCHED_OK && lsi_window_first(&o.tally, 0) != 0 ? tell(t, &o, e) : status;
}

/* ---- other records ---------------------------------------------------------------------------------- */

/* Counts the same question with the facts as they are now, and tells it if it opens something. */
static int tell_record(telling *t, lsi_window *w, const lsi_tally *base, lsi_other *o, lsi_error *e)
{
    const int status = lsi_window_count(t->q, w, &o->circle, &o->tally, e);
    return status == LSCHED_OK && lsi_window_adds(&o->tally, base) ? tell(t, o, e) : status;
}

#define MOST_LANGUAGES 8

/* Every language that somebody asked has and the customer's is not, until they are too many. */
static size_t other_languages(const lsi_asking *q, const char *tags[MOST_LANGUAGES],
                              size_t sizes[MOST_LANGUAGES])
{
    const lsi_facts *f = &q->facts;
    size_t count = 0, size;
    for (size_t i = 0; i < f->candidate_count; i++) {
        const lsched_agent *agent = &f->agents[f->candidates[i].agent].agent;
        const char *word, *list = agent->languages;
        if (!lsi_explain_asks(q, &q->circle, i) ||
            (lsi_roster_unfit(agent, &f->service, f->customer.language, q->circle.channels) &
             LSCHED_WHY_LANGUAGE) == 0)
            continue;
        while (count < MOST_LANGUAGES && (list = lsi_text_word(list, &word, &size)) != NULL) {
            size_t n = 0;
            while (n < count && (sizes[n] != size || !lsi_text_same(tags[n], word, size)))
                n++;
            tags[n] = word;
            sizes[n] = size;
            count += n == count;
        }
    }
    return count;
}

static int tell_languages(telling *t, lsi_window *w, const lsi_tally *base, lsi_error *e)
{
    lsi_asking *q = t->q;
    const char *own = q->facts.customer.language, *tags[MOST_LANGUAGES];
    size_t sizes[MOST_LANGUAGES];
    const size_t count = lsi_text_given(own) ? other_languages(q, tags, sizes) : 0;
    int status = LSCHED_OK;
    for (size_t i = 0; status == LSCHED_OK && i < count; i++) {
        lsi_other o = same_question(q, LSCHED_RELAX_LANGUAGE, "customer.language");
        o.row.text = lsi_arena_text(&q->scratch, tags[i], sizes[i]);
        if (o.row.text == NULL)
            return lsi_error_nomem(e);
        q->facts.customer.language = o.row.text;
        status = tell_record(t, w, base, &o, e);
    }
    q->facts.customer.language = own;
    return status;
}

/* How small a step opens something: the last start that the notice alone refuses. */
static int tell_notice(telling *t, lsi_window *w, const lsi_tally *base, lsi_error *e)
{
    lsi_asking *q = t->q;
    lsi_facts *f = &q->facts;
    const int32_t own = f->service.notice;
    const lsched_time earliest = lsi_policy_earliest(&f->service, f->now);
    if (own <= 0 || earliest <= q->from || f->now >= q->until)
        return LSCHED_OK;
    lsi_other o = same_question(q, LSCHED_RELAX_NOTICE, "service.notice");
    f->service.notice = LSCHED_NONE;
    int status = lsi_window_count(q, w, &o.circle, &o.tally, e);
    const lsched_time last = status == LSCHED_OK ? lsi_window_last(&o.tally, earliest) : 0;
    if (last != 0) {
        const int64_t minutes = (last - f->now) / 60 / QUARTER * QUARTER;
        f->service.notice = minutes > 0 ? (int32_t)minutes : LSCHED_NONE;
        o.row.company = 1;
        o.row.was = own;
        o.row.number = f->service.notice;
        status = tell_record(t, w, base, &o, e);
    }
    f->service.notice = own;
    return status;
}

static int tell_horizon(telling *t, lsi_window *w, const lsi_tally *base, lsi_error *e)
{
    lsi_asking *q = t->q;
    lsi_facts *f = &q->facts;
    const int32_t own = f->service.horizon;
    const lsched_time end = lsi_policy_horizon(&f->service, f->zone, f->now);
    if (end >= q->until || own >= MOST_HORIZON)
        return LSCHED_OK;
    lsi_other o = same_question(q, LSCHED_RELAX_HORIZON, "service.horizon");
    f->service.horizon = MOST_HORIZON;
    int status = lsi_window_count(q, w, &o.circle, &o.tally, e);
    const lsched_time first = status == LSCHED_OK ? lsi_window_first(&o.tally, end) : 0;
    if (first != 0) {
        int32_t days = own + 1;
        while (lsi_zone_midnight(f->zone, f->now, days + 1) <= first)
            days++;
        f->service.horizon = days;
        o.row.company = 1;
        o.row.was = own;
        o.row.number = days;
        status = tell_record(t, w, base, &o, e);
    }
    f->service.horizon = own;
    return status;
}

/* ---- all of them ----------------------------------------------------------------------------------- */

/* In the order of their kinds; within one, as they came.  There are a handful. */
static int hand_over(telling *t, lsi_explained *out, lsi_error *e)
{
    out->relaxations = lsi_arena_take(t->q->out, (t->count + 1) * sizeof *out->relaxations);
    if (out->relaxations == NULL)
        return lsi_error_nomem(e);
    for (size_t i = 0; i < t->count; i++) {
        size_t n = out->relaxation_count++;
        for (; n > 0 && out->relaxations[n - 1].kind > t->at[i].kind; n--)
            out->relaxations[n] = out->relaxations[n - 1];
        out->relaxations[n] = t->at[i];
    }
    return LSCHED_OK;
}

/* Other times come last: each has a window of its own, and the facts are right for one. */
int lsi_relax_tell(lsi_asking *q, lsi_window *w, const lsi_tally *base, lsi_others *others,
                   lsi_explained *out, lsi_error *e)
{
    static int (*const records[])(telling *, lsi_window *, const lsi_tally *,
                                  lsi_error *) = {tell_languages, tell_notice, tell_horizon};
    static int (*const times[])(telling *, lsi_error *) = {tell_later, tell_earlier, tell_now};
    telling t = {.q = q};
    const bool nothing = lsi_window_starts(base) == 0;
    int status = tell_others(&t, base, others, e);
    for (size_t i = 0; status == LSCHED_OK && i < 3; i++)
        status = records[i](&t, w, base, e);
    for (size_t i = 0; status == LSCHED_OK && nothing && i < 3; i++)
        status = times[i](&t, e);
    if (status == LSCHED_OK)
        status = hand_over(&t, out, e);
    free(t.at);
    return status;
}
