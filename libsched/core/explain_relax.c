/* core/explain_relax.c -- what would help: the smallest changes, each counted.
 *
 * A change is another question, which find answers (core/search.c), or the same one after a
 * record has changed, which the predicate answers again over the same window: what is promised
 * here is what find then finds.
 */
#include "core/explain.h"

#include <stdlib.h>
#include <string.h>

#define MOST_HORIZON 366 /* days; the service's limit */
#define QUARTER 15

/* ---- another question ----------------------------------------------------------------------- */

/* One of what may help. */
typedef struct other {
    lsched_relaxation row; /* counted, when it is told */
    lsi_wish wish;
    int32_t channels;
    lsched_query query;
    lsi_tally tally; /* where it is about the same range */
} other;

typedef struct others {
    other *at;
    size_t count;
} others;

/* The question with all that it leaves to defaults. */
static other same_question(const lsi_asking *q, int32_t kind, const char *field)
{
    other o = {.wish = q->wish, .channels = q->channels, .query = *q->query};
    o.row.kind = kind;
    o.row.field = field;
    o.row.text = "";
    o.query.from = q->from;
    o.query.until = q->until;
    o.query.after = 0;
    return o;
}

static bool same_id(const char *a, const char *b)
{
    return strcmp(a != NULL ? a : "", b != NULL ? b : "") == 0;
}

/* The first `limit` starts that find has for it in [from, until).  Who asks the same people has
 * their facts already. */
static int search(lsi_asking *q, const other *o, lsched_time from, lsched_time until, size_t limit,
                  lsi_found *found, lsi_error *e)
{
    lsi_core *core = q->core;
    lsi_facts own = {0};
    const bool same = o->wish.rungs == q->wish.rungs && same_id(o->wish.agent, q->wish.agent) &&
                      same_id(o->wish.team, q->wish.team);
    int status = LSCHED_OK;
    if (!same)
        status = lsi_facts_load(core, &o->wish, q->facts.now, &own, e);
    if (status == LSCHED_OK)
        status = lsi_search_slots(core, same ? &q->facts : &own, o->wish.moving, o->channels, from,
                                  until, limit, found, e);
    lsi_facts_free(core, &own);
    return status;
}

/* Counts the slots of the starts from `first` on. */
static void count_found(const lsi_found *found, lsched_time first, lsched_relaxation *row)
{
    lsched_time last = 0;
    for (size_t i = 0; i < found->count; i++) {
        const lsched_time start = found->slots[i].start;
        if (start < first)
            continue;
        row->first = row->slots == 0 ? start : row->first;
        row->slots++;
        row->starts += start != last;
        last = start;
    }
}

static void count_tally(other *o)
{
    o->row.starts = lsi_window_starts(&o->tally);
    o->row.slots = o->tally.slots;
    o->row.first = lsi_window_first(&o->tally, 0);
}

/* ---- another channel, other people ---------------------------------------------------------- */

static other *add_other(lsi_asking *q, others *list, int32_t kind, const char *field)
{
    other *o = &list->at[list->count++];
    *o = same_question(q, kind, field);
    return o;
}

static void add_channels(lsi_asking *q, others *list)
{
    for (int32_t c = LSCHED_PHONE; c <= LSCHED_VISIT; c *= 2) {
        if ((q->facts.service.channels & c) == 0 || (q->channels & c) != 0)
            continue;
        other *o = add_other(q, list, LSCHED_RELAX_CHANNEL, "query.channels");
        o->channels = o->query.channels = c;
        o->row.number = c;
        o->row.was = q->channels;
    }
}

/* The team in which the agent named stands highest; NULL: in none. */
static const char *team_of_agent(const lsi_asking *q)
{
    const lsi_facts *f = &q->facts;
    const lsi_candidate *best = NULL;
    for (size_t i = 0; i < f->candidate_count; i++) {
        const lsi_candidate *c = &f->candidates[i];
        if (best == NULL ||
            lsi_ladder_best(f->teams[c->team].rungs) < lsi_ladder_best(f->teams[best->team].rungs))
            best = c;
    }
    return best != NULL ? f->teams[best->team].team.id : NULL;
}

static void add_rungs(lsi_asking *q, others *list)
{
    for (int32_t rung = LSCHED_KNOWN; rung <= LSCHED_GENERAL; rung *= 2) {
        if ((q->wish.rungs & rung) != 0)
            continue;
        other *o = add_other(q, list, LSCHED_RELAX_RUNG, "query.rungs");
        o->wish.rungs = o->query.rungs = q->wish.rungs | rung;
        o->row.number = o->query.rungs;
        o->row.was = q->wish.rungs;
    }
}

static void add_people(lsi_asking *q, others *list)
{
    const bool agent = lsi_text_given(q->wish.agent), team = lsi_text_given(q->wish.team);
    const char *own = agent ? team_of_agent(q) : NULL;
    if (own != NULL) {
        other *o = add_other(q, list, LSCHED_RELAX_AGENT, "query.agent");
        o->wish.agent = o->query.agent = NULL;
        o->wish.team = o->query.team = own;
    }
    if (team) {
        other *o = add_other(q, list, LSCHED_RELAX_TEAM, "query.team");
        o->wish.team = o->query.team = NULL;
    }
    add_rungs(q, list);
    if (agent || team || q->wish.rungs != LSI_ALL_RUNGS) {
        other *o = add_other(q, list, LSCHED_RELAX_ANYBODY, "query.agent");
        o->wish.agent = o->wish.team = o->query.agent = o->query.team = NULL;
        o->wish.rungs = LSI_ALL_RUNGS;
        o->query.rungs = 0;
        if (!agent)
            o->row.field = team ? "query.team" : "query.rungs";
    }
}

/* All starts of the window for it, as a set. */
static int find_other(lsi_asking *q, const lsi_window *w, other *o, lsi_error *e)
{
    lsi_found found = {0};
    int status = lsi_window_tally(w, &q->scratch, &o->tally, e);
    if (status == LSCHED_OK)
        status = search(q, o, q->from, q->until, SIZE_MAX, &found, e);
    for (size_t i = 0; status == LSCHED_OK && i < found.count; i++)
        lsi_window_add_slot(&o->tally, w->from, found.slots[i].start);
    lsi_search_free(&found);
    count_tally(o);
    return status;
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

static int tell(telling *t, const other *o, lsi_error *e)
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
    r->query = query;
    int status = LSCHED_OK;
    for (size_t i = 0; status == LSCHED_OK && i < sizeof texts / sizeof *texts; i++)
        status = copy_text(t->q, texts[i], e);
    return status;
}

/* Those that open something; the widest circle, only what the narrower ones do not. */
static int tell_others(telling *t, const lsi_window *w, const lsi_tally *base, lsi_error *e)
{
    lsi_asking *q = t->q;
    others list = {.at = lsi_arena_take(&q->scratch, 12 * sizeof *list.at)};
    lsi_tally known;
    int status = list.at != NULL ? LSCHED_OK : lsi_error_nomem(e);
    if (status == LSCHED_OK)
        status = lsi_window_tally(w, &q->scratch, &known, e);
    if (status != LSCHED_OK)
        return status;
    lsi_window_join(&known, base);
    add_channels(q, &list);
    add_people(q, &list);
    for (size_t i = 0; status == LSCHED_OK && i < list.count; i++) {
        other *o = &list.at[i];
        const bool widest = o->row.kind == LSCHED_RELAX_ANYBODY;
        status = find_other(q, w, o, e);
        if (status != LSCHED_OK || !lsi_window_adds(&o->tally, widest ? &known : base))
            continue;
        status = tell(t, o, e);
        if (o->row.kind != LSCHED_RELAX_CHANNEL)
            lsi_window_join(&known, &o->tally);
    }
    return status;
}

/* ---- another time -------------------------------------------------------------------------------- */

/* To the end of the first day that has a start. */
static int tell_later(telling *t, lsi_error *e)
{
    lsi_asking *q = t->q;
    const lsi_facts *f = &q->facts;
    other o = same_question(q, LSCHED_RELAX_LATER, "query.until");
    lsched_time end = lsi_policy_horizon(&f->service, f->zone, f->now);
    lsi_found found = {0};
    if (end > q->until + LSCHED_MAX_EXPLAIN * LSI_DAY)
        end = q->until + LSCHED_MAX_EXPLAIN * LSI_DAY;
    if (end > q->from + LSCHED_MAX_DAYS * LSI_DAY)
        end = q->from + LSCHED_MAX_DAYS * LSI_DAY;
    const lsched_time from = q->until > f->now ? q->until : f->now;
    int status = search(q, &o, from, end, 1, &found, e);
    const lsched_time first = status == LSCHED_OK && found.count > 0 ? found.slots[0].start : 0;
    if (first != 0) {
        const lsched_time midnight = lsi_zone_midnight(f->zone, first, 1);
        o.query.until = o.row.number = midnight < end ? midnight : end;
        o.row.was = q->until;
        found.count = 0;
        status = search(q, &o, first, o.query.until, SIZE_MAX, &found, e);
        count_found(&found, first, &o.row);
    }
    lsi_search_free(&found);
    return status == LSCHED_OK && first != 0 ? tell(t, &o, e) : status;
}

static int tell_earlier(telling *t, lsi_error *e)
{
    lsi_asking *q = t->q;
    const lsi_facts *f = &q->facts;
    other o = same_question(q, LSCHED_RELAX_EARLIER, "query.from");
    lsched_time from = lsi_zone_midnight(f->zone, q->from, -7);
    lsi_found found = {0};
    if (from < f->now)
        from = f->now;
    if (from >= q->from)
        return LSCHED_OK;
    int status = search(q, &o, from, q->from, SIZE_MAX, &found, e);
    const bool any = status == LSCHED_OK && found.count > 0;
    if (any) {
        const lsched_time midnight =
            lsi_zone_midnight(f->zone, found.slots[found.count - 1].start, 0);
        from = midnight > from ? midnight : from;
        o.query.from = o.row.number = from;
        o.row.was = q->from;
        count_found(&found, from, &o.row);
    }
    lsi_search_free(&found);
    return any ? tell(t, &o, e) : status;
}

/* The way out that always is: whoever is in general care today. */
static int tell_now(telling *t, lsi_error *e)
{
    lsi_asking *q = t->q;
    const lsi_facts *f = &q->facts;
    other o = same_question(q, LSCHED_RELAX_NOW, "query.rungs");
    lsi_found found = {0};
    o.wish.agent = o.wish.team = o.query.agent = o.query.team = NULL;
    o.wish.rungs = o.query.rungs = LSCHED_GENERAL;
    o.query.from = f->now;
    o.query.until = lsi_zone_midnight(f->zone, f->now, 1);
    o.row.number = LSCHED_GENERAL;
    o.row.was = q->wish.rungs;
    const int status = search(q, &o, o.query.from, o.query.until, SIZE_MAX, &found, e);
    if (status == LSCHED_OK)
        count_found(&found, 0, &o.row);
    lsi_search_free(&found);
    return status == LSCHED_OK && o.row.slots > 0 ? tell(t, &o, e) : status;
}

/* ---- other records ---------------------------------------------------------------------------------- */

/* Counts the same question with the facts as they are now, and tells it if it opens something. */
static int tell_record(telling *t, lsi_window *w, const lsi_tally *base, other *o, lsi_error *e)
{
    const int status = lsi_window_count(t->q, w, &o->tally, e);
    count_tally(o);
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
        if ((lsi_roster_unfit(agent, &f->service, &f->customer, q->channels) &
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
        other o = same_question(q, LSCHED_RELAX_LANGUAGE, "customer.language");
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
    other o = same_question(q, LSCHED_RELAX_NOTICE,
                            f->storm.notice ? "incident.notice" : "service.notice");
    f->service.notice = LSCHED_NONE;
    int status = lsi_window_count(q, w, &o.tally, e);
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
    other o = same_question(q, LSCHED_RELAX_HORIZON, "service.horizon");
    f->service.horizon = MOST_HORIZON;
    int status = lsi_window_count(q, w, &o.tally, e);
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

/* Records come first, as long as the facts are those of the window. */
int lsi_relax_tell(lsi_asking *q, lsi_window *w, const lsi_tally *base, lsi_explained *out,
                   lsi_error *e)
{
    static int (*const records[])(telling *, lsi_window *, const lsi_tally *,
                                  lsi_error *) = {tell_languages, tell_notice, tell_horizon};
    static int (*const times[])(telling *, lsi_error *) = {tell_later, tell_earlier, tell_now};
    telling t = {.q = q};
    const bool nothing = lsi_window_starts(base) == 0;
    int status = LSCHED_OK;
    for (size_t i = 0; status == LSCHED_OK && i < 3; i++)
        status = records[i](&t, w, base, e);
    if (status == LSCHED_OK)
        status = tell_others(&t, w, base, e);
    for (size_t i = 0; status == LSCHED_OK && nothing && i < 3; i++)
        status = times[i](&t, e);
    if (status == LSCHED_OK)
        status = hand_over(&t, out, e);
    free(t.at);
    return status;
}
