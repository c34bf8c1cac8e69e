/* worlds_reference.c -- what can be booked in a world, by going minute by minute: see worlds.h. */
#include "worlds.h"

static void read_hours(world *w, int32_t kind, const char *owner, const char *zone, minutes *m)
{
    lsched_spans *spans;
    memset(m, 0, sizeof *m);
    expect_ok(w,
              lsched_hours(w->s, kind, owner, zone, w->left, w->left + TOTAL_MINUTES * 60, &spans),
              owner);
    for (size_t i = 0; i < lsched_spans_count(spans); i++) {
        const lsched_span *span = lsched_spans_at(spans, i);
        assert_int_equal(span->from % 60, 0);
        for (lsched_time t = span->from; t < span->until; t += 60)
            m->open[(t - w->left) / 60] = true;
    }
    lsched_spans_free(spans);
}

/* The local date `days` after the one of `t`. */
static lsched_time midnight_after(const world *w, lsched_time t, int days)
{
    char wall[40];
    expect_ok(w, lsched_wall(w->s, t, w->zone, wall, sizeof wall), "wall");
    int year, month, day;
    assert_int_equal(sscanf(wall, "%d-%d-%d", &year, &month, &day), 3);
    for (int i = 0; i < days; i++) {
        static const int lengths_of[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
        if (++day > lengths_of[month - 1]) {
            day = 1;
            if (++month > 12) {
                month = 1;
                year++;
            }
        }
    }
    snprintf(wall, sizeof wall, "%04d-%02d-%02d", year, month, day);
    return instant(w, wall, w->zone);
}

/* Whether it takes its agent's time.  A hold ends by the clock, which does not run backwards
 * by less than a hold can last; and none ends later than one that could be made by then. */
static bool takes_time(world *w, const lsched_booking *b)
{
    const bool behind = w->now < w->last && w->last <= w->now + LSCHED_MAX_HOLD;
    const lsched_time clock = behind ? w->last : w->now;
    const bool held =
        b->state == LSCHED_HELD && b->expires > clock && b->expires <= clock + LSCHED_MAX_HOLD;
    w->held += held;
    met.held += held;
    met.run_out += b->state == LSCHED_HELD && !held;
    met.expired += b->state == LSCHED_EXPIRED;
    met.started += b->state == LSCHED_STARTED;
    met.over += b->state >= LSCHED_FULFILLED && b->state <= LSCHED_NOSHOW;
    return held || b->state == LSCHED_BOOKED || b->state == LSCHED_STARTED;
}

void read_bookings(world *w)
{
    memset(w->whole, 0, sizeof w->whole);
    memset(w->chats, 0, sizeof w->chats);
    memset(w->met, 0, sizeof w->met);
    w->held = 0;
    met.behind += w->now < w->last;
    for (int i = 0; i < w->agents; i++) {
        const lsched_filter f = {.size = sizeof f,
                                 .agent = w->agent[i].id,
                                 .from = w->left,
                                 .until = w->left + TOTAL_MINUTES * 60};
        lsched_bookings *list;
        expect_ok(w, lsched_list_bookings(w->s, &f, &list), "bookings");
        for (size_t n = 0; n < lsched_bookings_count(list); n++) {
            const lsched_booking *b = lsched_bookings_at(list, n);
            w->met[i] |= b->state == LSCHED_FULFILLED;
            if (!takes_time(w, b))
                continue;
            for (lsched_time t = b->busy_from; t < b->busy_until; t += 60) {
                const lsched_time minute = (t - w->left) / 60;
                if (minute < 0 || minute >= TOTAL_MINUTES)
                    continue;
                if (b->channel == LSCHED_CHAT)
                    w->chats[i][minute]++;
                else
                    w->whole[i].open[minute] = true;
            }
        }
        lsched_bookings_free(list);
    }
}

void read_world(world *w)
{
    for (int i = 0; i < w->law_count; i++) {
        char alone[24];
        snprintf(alone, sizeof alone, "alone-%d", i);
        read_hours(w, LSCHED_REGION, alone, w->zone, &w->laws[i].open);
    }
    read_hours(w, LSCHED_CUSTOMER, "joan", NULL, &w->person);
    read_hours(w, LSCHED_SERVICE, "svc", w->zone, &w->topic);
    for (int i = 0; i < w->teams; i++)
        read_hours(w, LSCHED_TEAM, w->team[i].id, w->zone, &w->team_open[i]);
    for (int i = 0; i < w->agents; i++)
        read_hours(w, LSCHED_AGENT, w->agent[i].id, NULL, &w->shift[i]);
    w->horizon = midnight_after(w, w->now, w->service.horizon + 1);
}

static bool all(const minutes *m, lsched_time from, lsched_time until)
{
    for (lsched_time i = from; i < until; i++) {
        if (!m->open[i])
            return false;
    }
    return true;
}

static bool word_in(const char *list, const char *word)
{
    const size_t size = strlen(word);
    for (const char *p = list; (p = strstr(p, word)) != NULL; p += size) {
        if ((p == list || p[-1] == ' ') && (p[size] == '\0' || p[size] == ' '))
            return true;
    }
    return false;
}

/* Languages and skills as they occur in this test only. */
static bool fit(const world *w, int agent, int32_t channel)
{
    const lsched_agent *a = &w->agent[agent];
    const int32_t own = a->channels != 0 ? a->channels : 15;
    const int32_t allowed = w->service.channels != 0 ? w->service.channels : 15;
    if ((own & allowed & channel) == 0)
        return false;
    if (word_in(w->avoids, a->id)) {
        met.avoided++;
        return false;
    }
    if (w->customer.language != NULL && strstr(a->languages, "es") == NULL)
        return false;
    if (strcmp(w->service.skills, "fiber") == 0)
        return strstr(a->skills, "fiber") != NULL;
    if (strcmp(w->service.skills, "fiber:2") == 0)
        return strcmp(a->skills, "fiber:3") == 0;
    return true;
}

/* The best rung of an agent in a team; 0: none. */
static int32_t rung_of(const world *w, int team, int agent)
{
    const bool own = w->customer.general == 0; /* R is served by home alone */
    if (!w->member[team][agent])
        return 0;
    const int32_t asked = w->rungs != 0 ? w->rungs | w->opened : 15;
    int32_t rungs = w->team[team].general != 0 ? LSCHED_GENERAL : 0;
    if (own && team == 1 && w->team[0].overflow != NULL)
        rungs |= LSCHED_OVERFLOW;
    if (own && team == 0)
        rungs |= LSCHED_HOME;
    if (rungs != 0 && (w->met[agent] || word_in(w->knows, w->agent[agent].id)))
        rungs |= LSCHED_KNOWN;
    for (int32_t rung = LSCHED_KNOWN; rung <= LSCHED_GENERAL; rung *= 2) {
        if ((rungs & asked & rung) != 0)
            return rung;
    }
    return 0;
}

/* Whether a calendar of a region has anything to say about a contact on the channel. */
static bool is_bound(const world *w, const law *l, int32_t channel)
{
    const int32_t purpose = w->service.purpose != 0 ? w->service.purpose : LSCHED_ASKED;
    const bool further = w->customer.regions != NULL;
    const bool bound = (strcmp(l->region, "R") == 0 || further) &&
                       (l->channels == 0 || (l->channels & channel) != 0) &&
                       (l->purposes == 0 || (l->purposes & purpose) != 0) &&
                       !(l->lifted && (w->customer.consents & purpose) != 0);
    met.bound += bound;
    met.free_of_law += !bound;
    return bound;
}

/* By each region: something opens, unless nothing is there to open, and nothing closes. */
static bool lawful(const world *w, int32_t channel, lsched_time from, lsched_time until)
{
    static const char *const regions[] = {"R", "S"};
    for (int r = 0; r < 2; r++) {
        for (lsched_time m = from; m < until && w->law_count > 0; m++) {
            bool opens = false, any = false;
            for (int i = 0; i < w->law_count; i++) {
                const law *l = &w->laws[i];
                if (strcmp(l->region, regions[r]) != 0 || !is_bound(w, l, channel))
                    continue;
                if (l->effect == LSCHED_CLOSES && !l->open.open[m])
                    return false;
                any = any || l->effect == LSCHED_OPENS;
                opens = opens || (l->effect == LSCHED_OPENS && l->open.open[m]);
            }
            if (any && !opens)
                return false;
        }
    }
    return true;
}

/* All rules but the two that move with the clock, and the grid. */
static bool steady(const world *w, int team, int agent, int32_t channel, lsched_time t)
{
    const lsched_service *v = &w->service;
    const lsched_time m = (t - w->left) / 60, end = m + v->minutes;
    const lsched_time busy = m - v->before, free_again = end + v->wrap_up + v->after;
    if (!lawful(w, channel, m, end) || !all(&w->person, m, end) || !all(&w->topic, m, end) ||
        !all(&w->team_open[team], m, end) || !all(&w->shift[agent], busy, free_again))
        return false;
    if (t < w->member_from[team][agent] || t + v->minutes * 60 > w->member_until[team][agent])
        return false;
    for (lsched_time i = busy; i < free_again; i++) {
        if (w->whole[agent].open[i])
            return false;
        if (w->chats[agent][i] >= (channel == LSCHED_CHAT ? w->agent[agent].lanes : 1))
            return false;
    }
    return true;
}

static bool on_grid(const world *w, int team, int agent, int32_t channel, lsched_time t)
{
    const lsched_time midnight = midnight_after(w, t, 0);
    lsched_time base = t;
    if (w->service.anchor == LSCHED_CLOCK) {
        char wall[40];
        int hour, minute;
        expect_ok(w, lsched_wall(w->s, t, w->zone, wall, sizeof wall), "wall");
        assert_int_equal(sscanf(wall + 11, "%d:%d", &hour, &minute), 2);
        return (hour * 60 + minute) % w->service.step == 0;
    }
    while (base > midnight &&
           (w->service.anchor == LSCHED_OPENING ? w->team_open[team].open[(base - w->left) / 60 - 1]
                                                : steady(w, team, agent, channel, base - 60)))
        base -= 60;
    return (t - base) / 60 % w->service.step == 0;
}

/* What the reference says of a start: the best rung, and how many agents. */
int32_t reference(const world *w, int32_t channel, lsched_time t, int32_t *agents)
{
    const lsched_time notice = w->service.notice > 0 ? w->service.notice * 60 : 0;
    int32_t best = 0;
    *agents = 0;
    if (t < w->now + notice || t >= w->horizon || w->shut[LSCHED_CUSTOMER][0] ||
        w->shut[LSCHED_REGION][0] || w->shut[LSCHED_SERVICE][0])
        return 0;
    for (int agent = 0; agent < w->agents; agent++) {
        bool can = false;
        for (int team = 0; team < w->teams; team++) {
            const int32_t rung = rung_of(w, team, agent);
            if (rung == 0 || w->shut[LSCHED_TEAM][team] || w->shut[LSCHED_AGENT][agent] ||
                !fit(w, agent, channel) || !steady(w, team, agent, channel, t) ||
                !on_grid(w, team, agent, channel, t))
                continue;
            can = true;
            if (best == 0 || rung < best)
                best = rung;
        }
        *agents += can;
    }
    return best;
}
