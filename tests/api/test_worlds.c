/* Random small worlds: what find, book and cancel say about each, held against one another
 * and against a slow reference that goes minute by minute.
 *
 *   soundness     every slot that find returns books, with the agent that it names
 *   completeness  every start that book accepts was found; the reference agrees on both
 *   inverse       cancelling restores find's answer
 *   health        verify finds nothing
 *
 * LSCHED_WORLDS: how many (10,000).  LSCHED_WORLD: only this one, and it tells more. */
#include <libsched.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define AGENTS 4
#define TEAMS 3
#define PAST_MINUTES (2 * 1440)  /* looked at before the day in question */
#define TOTAL_MINUTES (5 * 1440) /* looked at in all */

/* ---- chance ------------------------------------------------------------------------------ */

static uint64_t seed;

static uint32_t dice(uint32_t sides)
{
    seed += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t x = seed;
    x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    return (uint32_t)((x ^ x >> 31) % sides);
}

static bool chance(uint32_t percent)
{
    return dice(100) < percent;
}

/* ---- the world ----------------------------------------------------------------------------- */

static const char *const zones[] = {
    "America/New_York", "America/Phoenix", "Pacific/Honolulu",    "America/St_Johns",
    "Asia/Kathmandu",   "Europe/Helsinki", "Australia/Lord_Howe", "Europe/Dublin",
    "Pacific/Chatham",  "Africa/Casablanca", "Pacific/Apia",      "America/Santiago",
};
/* Days on which clocks change somewhere above, and one on which none does. */
static const char *const dates[] = {"2026-03-08", "2026-11-01", "2026-03-29", "2026-10-25",
                                    "2026-04-05", "2026-10-04", "2026-09-27", "2027-03-14",
                                    "2026-04-04", "2026-09-06", "2026-02-15", "2026-06-10"};
static const int32_t steps[] = {15, 30, 60, 20, 45, 25, 90};
static const int32_t lengths[] = {10, 20, 30, 45, 60, 120};
static const int32_t channels[] = {LSCHED_PHONE, LSCHED_CHAT, LSCHED_VIDEO, LSCHED_VISIT};

#define PICK(array) ((array)[dice((uint32_t)(sizeof(array) / sizeof *(array)))])

typedef struct minutes {
    bool open[TOTAL_MINUTES];
} minutes;

typedef struct world {
    lsched *s;
    lsched_time now, day, left; /* local midnight, and the first minute looked at */
    lsched_time from, until;    /* the hours searched */
    const char *zone;           /* the customer's */
    const char *date;           /* of the day */
    lsched_service service;
    lsched_customer customer;
    int agents, teams;
    lsched_agent agent[AGENTS];
    lsched_team team[TEAMS];
    bool member[TEAMS][AGENTS];
    lsched_time member_from[TEAMS][AGENTS], member_until[TEAMS][AGENTS];
    char knows[64];
    int keys;

    /* what the reference knows */
    minutes region, person, topic, team_open[TEAMS], shift[AGENTS];
    minutes whole[AGENTS];                 /* taken wholly */
    int32_t chats[AGENTS][TOTAL_MINUTES];  /* chats beside one another */
    lsched_time horizon;
} world;

static void expect_ok(const world *w, int status, const char *what)
{
    if (status != LSCHED_OK)
        fail_msg("%s: %s: %s", what, lsched_status_name(status), lsched_message(w->s));
}

static lsched_time clock_now(void *user)
{
    return ((const world *)user)->now;
}

/* ---- random calendars ---------------------------------------------------------------------- */

typedef struct text {
    char bytes[4096];
    size_t size;
} text;

__attribute__((format(printf, 2, 3))) static void add(text *t, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    t->size += (size_t)vsnprintf(t->bytes + t->size, sizeof t->bytes - t->size, format, arguments);
    va_end(arguments);
    assert_true(t->size < sizeof t->bytes);
}

static const char *const rules[] = {
    "FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "FREQ=WEEKLY;BYDAY=SA,SU,MO,WE",
    "FREQ=DAILY;INTERVAL=2", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO,TU,FR,SA", "FREQ=MONTHLY;BYDAY=1SU,2SU,-1SU,1MO",
};

/* One event: from `hour` on, for some hours; zoned, floating or UTC, repeated or not. */
static void add_event(text *t, const world *w, uint32_t hour, uint32_t length, int number)
{
    static const uint32_t quarters[] = {0, 15, 30, 45, 0, 7};
    const char *start = chance(70) ? "20251229" : "20260101";
    const uint32_t minute = PICK(quarters);
    const uint32_t end = hour * 60 + minute + length;
    char zone[64] = "";
    if (chance(60))
        snprintf(zone, sizeof zone, ";TZID=%s", PICK(zones));
    add(t, "BEGIN:VEVENT\r\nUID:%d\r\nDTSTART%s:%sT%02u%02u00\r\n", number, zone, start, hour,
        minute);
    if (chance(50) && end < 1440)
        add(t, "DTEND%s:%sT%02u%02u00\r\n", zone, start, end / 60, end % 60);
    else
        add(t, "DURATION:PT%uM\r\n", length);
    add(t, "RRULE:%s\r\n", PICK(rules));
    if (chance(20)) {
        add(t, "EXDATE%s:%c%c%c%c%c%c%c%cT%02u%02u00\r\n", zone, w->date[0], w->date[1],
            w->date[2], w->date[3], w->date[5], w->date[6], w->date[8], w->date[9], hour, minute);
    }
    add(t, "END:VEVENT\r\n");
}

static void put_calendar(world *w, int32_t kind, const char *owner, const char *name,
                         int32_t effect, bool broad)
{
    text t = {.size = 0};
    add(&t, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n");
    const int events = broad ? 1 + (int)dice(2) : 1 + (int)dice(3);
    for (int i = 0; i < events; i++) {
        const uint32_t hour = broad ? dice(12) : dice(24);
        const uint32_t length = broad ? 360 + dice(48) * 15 : 15 + dice(20) * 15;
        add_event(&t, w, hour, length, i);
    }
    if (effect == LSCHED_CLOSES && chance(25))
        add(&t, "BEGIN:VEVENT\r\nUID:date\r\nDTSTART;VALUE=DATE:2026%02u%02u\r\nEND:VEVENT\r\n",
            1 + dice(12), 1 + dice(28));
    add(&t, "END:VCALENDAR\r\n");
    const lsched_calendar c = {.size = sizeof c,
                               .kind = kind,
                               .effect = effect,
                               .ends = (int32_t)dice(3),
                               .owner = owner,
                               .name = name,
                               .text = t.bytes};
    expect_ok(w, lsched_put_calendar(w->s, &c), t.bytes);
}

static void put_always(world *w, int32_t kind, const char *owner)
{
    const lsched_calendar c = {.size = sizeof c,
                               .kind = kind,
                               .effect = LSCHED_OPENS,
                               .owner = owner,
                               .name = "always",
                               .text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20250101T000000\n"
                                       "DURATION:P1D\nRRULE:FREQ=DAILY\nEND:VEVENT\nEND:VCALENDAR\n"};
    expect_ok(w, lsched_put_calendar(w->s, &c), "always");
}

/* ---- random records -------------------------------------------------------------------------- */

static lsched_time instant(const world *w, const char *when, const char *zone)
{
    lsched_time t;
    expect_ok(w, lsched_instant(w->s, when, zone, &t), when);
    return t;
}

static void make_agents(world *w)
{
    static const char *const ids[AGENTS] = {"ana", "bo", "cy", "di"};
    static const char *const languages[] = {"en", "en es-MX", "es", "fi en"};
    static const char *const skills[] = {"", "fiber", "fiber:3", "billing fiber:1"};
    w->agents = 1 + (int)dice(AGENTS);
    for (int i = 0; i < w->agents; i++) {
        lsched_agent *a = &w->agent[i];
        *a = (lsched_agent){.size = sizeof *a,
                            .channels = chance(70) ? 0 : 1 + (int32_t)dice(15),
                            .lanes = 1 + (int32_t)dice(3),
                            .id = ids[i],
                            .name = ids[i],
                            .zone = PICK(zones),
                            .languages = PICK(languages),
                            .skills = PICK(skills)};
        expect_ok(w, lsched_put_agent(w->s, a), "agent");
        if (chance(40))
            put_always(w, LSCHED_AGENT, a->id);
        else if (chance(95))
            put_calendar(w, LSCHED_AGENT, a->id, "shifts", LSCHED_OPENS, true);
        if (chance(40))
            put_calendar(w, LSCHED_AGENT, a->id, "breaks", LSCHED_CLOSES, false);
    }
}

static void make_members(world *w, int team)
{
    for (int i = 0; i < w->agents; i++) {
        if (!chance(80))
            continue;
        lsched_member m = {.size = sizeof m, .team = w->team[team].id, .agent = w->agent[i].id};
        w->member_from[team][i] = 0;
        w->member_until[team][i] = INT64_MAX;
        if (chance(15)) {
            m.from = w->date;
            w->member_from[team][i] = instant(w, w->date, w->team[team].zone);
        } else if (chance(15)) {
            m.until = w->date;
            w->member_until[team][i] = instant(w, w->date, w->team[team].zone);
        }
        w->member[team][i] = true;
        expect_ok(w, lsched_put_member(w->s, &m), "member");
    }
}

static void make_teams(world *w)
{
    static const char *const ids[TEAMS] = {"home", "helps", "care"};
    w->teams = TEAMS;
    for (int i = TEAMS - 1; i >= 0; i--) {
        lsched_team *t = &w->team[i];
        *t = (lsched_team){.size = sizeof *t,
                           .general = i == 2 || chance(10),
                           .id = ids[i],
                           .name = ids[i],
                           .zone = PICK(zones),
                           .overflow = i == 0 && chance(60) ? "helps" : NULL,
                           .regions = i == 0 ? "R" : NULL};
        expect_ok(w, lsched_put_team(w->s, t), "team");
        if (chance(50))
            put_always(w, LSCHED_TEAM, t->id);
        else if (chance(95))
            put_calendar(w, LSCHED_TEAM, t->id, "hours", LSCHED_OPENS, true);
        if (chance(30))
            put_calendar(w, LSCHED_TEAM, t->id, "holidays", LSCHED_CLOSES, false);
        make_members(w, i);
    }
}

static void make_service(world *w)
{
    static const char *const skills[] = {"", "", "", "fiber", "fiber:2"};
    lsched_service *v = &w->service;
    *v = (lsched_service){.size = sizeof *v,
                          .channels = chance(50) ? LSCHED_PHONE | LSCHED_CHAT : 0,
                          .minutes = PICK(lengths),
                          .before = chance(30) ? (int32_t)dice(20) : 0,
                          .after = chance(20) ? (int32_t)dice(20) : 0,
                          .wrap_up = chance(40) ? 5 * (int32_t)dice(4) : 0,
                          .notice = chance(60) ? LSCHED_NONE : 1 + (int32_t)dice(1500),
                          .horizon = chance(80) ? 30 : 1 + (int32_t)dice(2),
                          .step = PICK(steps),
                          .anchor = 1 + (int32_t)dice(3),
                          .id = "svc",
                          .name = "svc",
                          .skills = PICK(skills)};
    expect_ok(w, lsched_put_service(w->s, v), "service");
    if (chance(20))
        put_calendar(w, LSCHED_SERVICE, "svc", "hours", LSCHED_OPENS, true);
    if (chance(20))
        put_calendar(w, LSCHED_SERVICE, "svc", "blackout", LSCHED_CLOSES, false);
}

static void make_customer(world *w)
{
    for (int i = 0; i < w->agents; i++) {
        if (chance(30))
            snprintf(w->knows + strlen(w->knows), 8, "%s%s", w->knows[0] ? " " : "",
                     w->agent[i].id);
    }
    w->customer = (lsched_customer){.size = sizeof w->customer,
                                    .general = chance(10),
                                    .id = "joan",
                                    .zone = w->zone,
                                    .region = "R",
                                    .language = chance(15) ? "es" : NULL,
                                    .team = chance(90) ? "home" : NULL,
                                    .knows = w->knows};
    expect_ok(w, lsched_put_customer(w->s, &w->customer), "customer");
    if (chance(15))
        put_calendar(w, LSCHED_CUSTOMER, "joan", "hours", LSCHED_OPENS, true);
    if (chance(25))
        put_calendar(w, LSCHED_CUSTOMER, "joan", "quiet", LSCHED_CLOSES, false);
    if (chance(15))
        put_calendar(w, LSCHED_REGION, "R", "lawful", LSCHED_OPENS, true);
}

static void make_world(world *w, lsched *s)
{
    *w = (world){.s = s, .zone = PICK(zones), .date = PICK(dates)};
    w->day = instant(w, w->date, w->zone);
    w->left = w->day - PAST_MINUTES * 60;
    /* Clocks change in the small hours, so every other world looks there. */
    w->from = w->day + (chance(50) ? 0 : (lsched_time)dice(17) * 3600);
    w->until = w->from + 8 * 3600;
    w->now = w->day - (lsched_time)dice(3000) * 60 + dice(60);
    lsched_set_clock(s, clock_now, w);
    make_agents(w);
    make_teams(w);
    make_service(w);
    make_customer(w);
}

/* ---- the reference -------------------------------------------------------------------------- */

static void read_hours(world *w, int32_t kind, const char *owner, const char *zone, minutes *m)
{
    lsched_spans *spans;
    memset(m, 0, sizeof *m);
    expect_ok(w, lsched_hours(w->s, kind, owner, zone, w->left, w->left + TOTAL_MINUTES * 60, &spans),
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

static void read_bookings(world *w)
{
    memset(w->whole, 0, sizeof w->whole);
    memset(w->chats, 0, sizeof w->chats);
    for (int i = 0; i < w->agents; i++) {
        const lsched_filter f = {.size = sizeof f,
                                 .state = LSCHED_BOOKED,
                                 .agent = w->agent[i].id,
                                 .from = w->left,
                                 .until = w->left + TOTAL_MINUTES * 60};
        lsched_bookings *list;
        expect_ok(w, lsched_list_bookings(w->s, &f, &list), "bookings");
        for (size_t n = 0; n < lsched_bookings_count(list); n++) {
            const lsched_booking *b = lsched_bookings_at(list, n);
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

static void read_world(world *w)
{
    read_hours(w, LSCHED_REGION, "R", w->zone, &w->region);
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
    int32_t rung = 0;
    if (w->team[team].general != 0)
        rung = LSCHED_GENERAL;
    if (own && team == 1 && w->team[0].overflow != NULL)
        rung = LSCHED_OVERFLOW;
    if (own && team == 0)
        rung = LSCHED_HOME;
    if (rung != 0 && word_in(w->knows, w->agent[agent].id))
        rung = LSCHED_KNOWN;
    return rung;
}

/* All rules but the two that move with the clock, and the grid. */
static bool steady(const world *w, int team, int agent, int32_t channel, lsched_time t)
{
    const lsched_service *v = &w->service;
    const lsched_time m = (t - w->left) / 60, end = m + v->minutes;
    const lsched_time busy = m - v->before, free_again = end + v->wrap_up + v->after;
    if (!all(&w->region, m, end) || !all(&w->person, m, end) || !all(&w->topic, m, end) ||
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
    while (base > midnight && (w->service.anchor == LSCHED_OPENING
                                   ? w->team_open[team].open[(base - w->left) / 60 - 1]
                                   : steady(w, team, agent, channel, base - 60)))
        base -= 60;
    return (t - base) / 60 % w->service.step == 0;
}

/* What the reference says of a start: the best rung, and how many agents. */
static int32_t reference(const world *w, int32_t channel, lsched_time t, int32_t *agents)
{
    const lsched_time notice = w->service.notice > 0 ? w->service.notice * 60 : 0;
    int32_t best = 0;
    *agents = 0;
    if (t < w->now + notice || t >= w->horizon)
        return 0;
    for (int agent = 0; agent < w->agents; agent++) {
        bool can = false;
        for (int team = 0; team < w->teams; team++) {
            const int32_t rung = rung_of(w, team, agent);
            if (rung == 0 || !fit(w, agent, channel) || !steady(w, team, agent, channel, t) ||
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

/* ---- the laws ---------------------------------------------------------------------------------- */

static lsched_slots *find(const world *w)
{
    const lsched_query q = {.size = sizeof q,
                            .limit = LSCHED_MAX_PAGE,
                            .customer = "joan",
                            .service = "svc",
                            .from = w->from,
                            .until = w->until};
    lsched_slots *slots;
    expect_ok(w, lsched_find(w->s, &q, &slots), "find");
    return slots;
}

static int book(world *w, int32_t channel, lsched_time start, lsched_booking **b)
{
    char key[32];
    snprintf(key, sizeof key, "key-%d", w->keys++);
    const lsched_request r = {.size = sizeof r,
                              .channel = channel,
                              .key = key,
                              .customer = "joan",
                              .service = "svc",
                              .start = start};
    return lsched_book(w->s, &r, b);
}

static void check_same(const lsched_slots *a, const lsched_slots *b)
{
    assert_int_equal(lsched_slots_count(a), lsched_slots_count(b));
    for (size_t i = 0; i < lsched_slots_count(a); i++) {
        const lsched_slot *x = lsched_slots_at(a, i), *y = lsched_slots_at(b, i);
        assert_int_equal(x->start, y->start);
        assert_int_equal(x->channel, y->channel);
        assert_int_equal(x->rung, y->rung);
        assert_int_equal(x->free, y->free);
        assert_string_equal(x->agent, y->agent);
        assert_string_equal(x->team, y->team);
    }
}

/* One start on one channel: find, book and the reference say the same. */
static void check_start(world *w, const lsched_slot *slot, int32_t channel, lsched_time t)
{
    int32_t agents;
    lsched_booking *b;
    const int32_t rung = reference(w, channel, t, &agents);
    expect_ok(w, lsched_begin(w->s), "begin");
    const int status = book(w, channel, t, &b);
    if ((slot != NULL) != (status == LSCHED_OK) || (slot != NULL) != (rung != 0)) {
        char wall[40] = "";
        lsched_wall(w->s, t, w->zone, wall, sizeof wall);
        fail_msg("%s in %s, channel %d, anchor %d: find %s, book %s (%s), reference rung %d", wall,
                 w->zone, channel, w->service.anchor, slot != NULL ? "yes" : "no",
                 lsched_status_name(status), lsched_message(w->s), rung);
    }
    if (slot != NULL) {
        assert_int_equal(slot->rung, rung);
        assert_int_equal(slot->free, agents);
        assert_int_equal(b->rung, rung);
        assert_string_equal(b->agent, slot->agent);
        assert_string_equal(b->team, slot->team);
        assert_int_equal(b->start, slot->start);
        assert_int_equal(b->end, slot->end);
    } else if (status > -20 || status < -39) {
        fail_msg("book: %s: %s", lsched_status_name(status), lsched_message(w->s));
    }
    lsched_booking_free(b);
    expect_ok(w, lsched_rollback(w->s), "rollback");
}

static void check_range(world *w, const lsched_slots *slots, int32_t grain)
{
    size_t i = 0;
    for (lsched_time t = w->from; t < w->until; t += 60) {
        const lsched_slot *next = lsched_slots_at(slots, i);
        const bool found = next != NULL && next->start == t;
        /* Between the starts found, a part of the others will do. */
        if (!found && t / 60 % grain != 0)
            continue;
        for (size_t c = 0; c < 4; c++) {
            next = lsched_slots_at(slots, i);
            const bool mine = next != NULL && next->start == t && next->channel == channels[c];
            if ((w->service.channels != 0 ? w->service.channels : 15) & channels[c])
                check_start(w, mine ? next : NULL, channels[c], t);
            i += mine;
        }
    }
    assert_int_equal(i, lsched_slots_count(slots));
}

/* Fills the hours a little: bookings of every channel, some of them cancelled again. */
static void fill(world *w)
{
    lsched_slots *slots = find(w);
    const size_t count = lsched_slots_count(slots);
    for (int i = 0; count > 0 && i < 8; i++) {
        const lsched_slot *slot = lsched_slots_at(slots, dice((uint32_t)count));
        lsched_booking *b;
        const int status = book(w, slot->channel, slot->start, &b);
        if (status == LSCHED_OK && chance(20))
            expect_ok(w, lsched_cancel(w->s, b->id, NULL, b->id, NULL), "cancel");
        lsched_booking_free(b);
    }
    lsched_slots_free(slots);
}

static void check_inverse(world *w, const lsched_slots *before)
{
    const size_t count = lsched_slots_count(before);
    if (count == 0)
        return;
    const lsched_slot *slot = lsched_slots_at(before, dice((uint32_t)count));
    lsched_booking *b;
    expect_ok(w, book(w, slot->channel, slot->start, &b), "book");
    expect_ok(w, lsched_cancel(w->s, b->id, "changed", b->id, NULL), "cancel");
    lsched_slots *after = find(w);
    check_same(before, after);
    lsched_slots_free(after);
    lsched_booking_free(b);
}

/* What must never be false is true, and each booking still is at a time that all layers allow. */
static void check_health(const world *w)
{
    lsched_findings *list;
    expect_ok(w, lsched_verify(w->s, &list), "verify");
    if (lsched_findings_count(list) > 0) {
        const lsched_finding *f = lsched_findings_at(list, 0);
        fail_msg("%s %s: %s", f->invariant, f->subject, f->text);
    }
    lsched_findings_free(list);
}

static size_t check_world(lsched *s, uint64_t number)
{
    static world w;
    static const int32_t grains[] = {1, 5, 5, 15, 15, 15};
    seed = number * UINT64_C(0xD1342543DE82EF95) + 1;
    expect_ok(&(world){.s = s}, lsched_begin(s), "begin");
    make_world(&w, s);
    fill(&w);
    read_world(&w);
    read_bookings(&w);
    lsched_slots *slots = find(&w);
    const size_t count = lsched_slots_count(slots);
    check_range(&w, slots, number % 50 == 0 ? 1 : PICK(grains) * 7 + 1);
    check_inverse(&w, slots);
    lsched_slots_free(slots);
    if (number % 4 == 0)
        check_health(&w);
    expect_ok(&w, lsched_rollback(s), "rollback");
    return count;
}

static uint64_t number_from(const char *name, uint64_t otherwise)
{
    const char *value = getenv(name);
    return value != NULL && *value != '\0' ? strtoull(value, NULL, 10) : otherwise;
}

static uint64_t running; /* for whoever reads a failure */

static void test_worlds(void **state)
{
    (void)state;
    const uint64_t one = number_from("LSCHED_WORLD", UINT64_MAX);
    const uint64_t count = number_from("LSCHED_WORLDS", 10000);
    uint64_t slots = 0, empty = 0;
    lsched *s = lsched_new();
    assert_int_equal(lsched_open(s, ":memory:", LSCHED_CREATE), LSCHED_OK);
    for (running = one != UINT64_MAX ? one : 0; running < count || running == one; running++) {
        const size_t found = check_world(s, running);
        slots += found;
        empty += found == 0;
        if (running == one)
            break;
    }
    print_message("# %llu worlds, %llu slots, %llu worlds without any\n",
                  (unsigned long long)running, (unsigned long long)slots,
                  (unsigned long long)empty);
    lsched_free(s);
}

static int tell(void **state)
{
    (void)state;
    print_message("# last world: LSCHED_WORLD=%llu\n", (unsigned long long)running);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_teardown(test_worlds, tell)};
    return cmocka_run_group_tests_name("worlds", tests, NULL, NULL);
}
