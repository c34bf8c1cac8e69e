/* worlds_make.c -- random teams, agents, services, customers and calendars: see worlds.h. */
#include "worlds.h"

struct met met;

/* ---- chance ------------------------------------------------------------------------------ */

static uint64_t seed;

uint32_t dice(uint32_t sides)
{
    seed += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t x = seed;
    x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    return (uint32_t)((x ^ x >> 31) % sides);
}

bool chance(uint32_t percent)
{
    return dice(100) < percent;
}

void seed_chance(uint64_t number)
{
    seed = number * UINT64_C(0xD1342543DE82EF95) + 1;
}

/* ---- the world ----------------------------------------------------------------------------- */

static const char *const zones[] = {
    "America/New_York", "America/Phoenix",   "Pacific/Honolulu",    "America/St_Johns",
    "Asia/Kathmandu",   "Europe/Helsinki",   "Australia/Lord_Howe", "Europe/Dublin",
    "Pacific/Chatham",  "Africa/Casablanca", "Pacific/Apia",        "America/Santiago",
};
/* Days on which clocks change somewhere above, and one on which none does. */
static const char *const dates[] = {"2026-03-08", "2026-11-01", "2026-03-29", "2026-10-25",
                                    "2026-04-05", "2026-10-04", "2026-09-27", "2027-03-14",
                                    "2026-04-04", "2026-09-06", "2026-02-15", "2026-06-10"};
static const int32_t steps[] = {15, 30, 60, 20, 45, 25, 90};
static const int32_t lengths[] = {10, 20, 30, 45, 60, 120};
void expect_ok(const world *w, int status, const char *what)
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
    "FREQ=DAILY",
    "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "FREQ=WEEKLY;BYDAY=SA,SU,MO,WE",
    "FREQ=DAILY;INTERVAL=2",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO,TU,FR,SA",
    "FREQ=MONTHLY;BYDAY=1SU,2SU,-1SU,1MO",
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
        add(t, "EXDATE%s:%c%c%c%c%c%c%c%cT%02u%02u00\r\n", zone, w->date[0], w->date[1], w->date[2],
            w->date[3], w->date[5], w->date[6], w->date[8], w->date[9], hour, minute);
    }
    add(t, "END:VEVENT\r\n");
}

static void write_calendar(text *t, const world *w, int32_t effect, bool broad)
{
    add(t, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n");
    const int events = broad ? 1 + (int)dice(2) : 1 + (int)dice(3);
    for (int i = 0; i < events; i++) {
        const uint32_t hour = broad ? dice(12) : dice(24);
        const uint32_t length = broad ? 360 + dice(48) * 15 : 15 + dice(20) * 15;
        add_event(t, w, hour, length, i);
    }
    if (effect == LSCHED_CLOSES && chance(25))
        add(t, "BEGIN:VEVENT\r\nUID:date\r\nDTSTART;VALUE=DATE:2026%02u%02u\r\nEND:VEVENT\r\n",
            1 + dice(12), 1 + dice(28));
    add(t, "END:VCALENDAR\r\n");
}

static void put_calendar(world *w, int32_t kind, const char *owner, const char *name,
                         int32_t effect, bool broad)
{
    text t = {.size = 0};
    write_calendar(&t, w, effect, broad);
    const lsched_calendar c = {.size = sizeof c,
                               .kind = kind,
                               .effect = effect,
                               .ends = (int32_t)dice(3),
                               .owner = owner,
                               .name = name,
                               .text = t.bytes};
    expect_ok(w, lsched_put_calendar(w->s, &c), t.bytes);
}

/* A calendar of a region; and by itself once more, of a region that nobody is in, where the
 * reference reads what it says. */
static void put_law(world *w, const char *region, int32_t effect)
{
    text t = {.size = 0};
    char name[16], alone[16];
    law *l = &w->laws[w->law_count];
    *l = (law){.effect = effect,
               .channels = chance(50) ? 1 + (int32_t)dice(15) : 0,
               .purposes = chance(50) ? 1 + (int32_t)dice(31) : 0,
               .lifted = chance(30)};
    snprintf(l->region, sizeof l->region, "%s", region);
    snprintf(name, sizeof name, "law-%d", w->law_count);
    snprintf(alone, sizeof alone, "alone-%d", w->law_count++);
    write_calendar(&t, w, effect, effect == LSCHED_OPENS);
    lsched_calendar c = {.size = sizeof c,
                         .kind = LSCHED_REGION,
                         .effect = effect,
                         .ends = (int32_t)dice(3),
                         .owner = alone,
                         .name = name,
                         .text = t.bytes};
    expect_ok(w, lsched_put_calendar(w->s, &c), t.bytes);
    c.owner = region;
    c.channels = l->channels;
    c.purposes = l->purposes;
    c.lifted = l->lifted;
    expect_ok(w, lsched_put_calendar(w->s, &c), t.bytes);
}

static void put_always(world *w, int32_t kind, const char *owner)
{
    const lsched_calendar c = {.size = sizeof c,
                               .kind = kind,
                               .effect = LSCHED_OPENS,
                               .owner = owner,
                               .name = "always",
                               .text =
                                   "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20250101T000000\n"
                                   "DURATION:P1D\nRRULE:FREQ=DAILY\nEND:VEVENT\nEND:VCALENDAR\n"};
    expect_ok(w, lsched_put_calendar(w->s, &c), "always");
}

/* ---- random records -------------------------------------------------------------------------- */

lsched_time instant(const world *w, const char *when, const char *zone)
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
                          .purpose = chance(40) ? 0 : 1 << dice(5),
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
        else if (chance(12))
            snprintf(w->avoids + strlen(w->avoids), 8, "%s%s", w->avoids[0] ? " " : "",
                     w->agent[i].id);
    }
    w->customer = (lsched_customer){.size = sizeof w->customer,
                                    .general = chance(10),
                                    .id = "joan",
                                    .zone = w->zone,
                                    .region = "R",
                                    .language = chance(15) ? "es" : NULL,
                                    .team = chance(90) ? "home" : NULL,
                                    .knows = w->knows,
                                    .avoids = w->avoids,
                                    .regions = chance(50) ? "S R" : NULL,
                                    .consents = chance(50) ? (int32_t)dice(32) : 0};
    expect_ok(w, lsched_put_customer(w->s, &w->customer), "customer");
    if (chance(15))
        put_calendar(w, LSCHED_CUSTOMER, "joan", "hours", LSCHED_OPENS, true);
    if (chance(25))
        put_calendar(w, LSCHED_CUSTOMER, "joan", "quiet", LSCHED_CLOSES, false);
    for (int i = 0; i < LAWS; i++) {
        if (chance(15))
            put_law(w, chance(60) ? "R" : "S", chance(60) ? LSCHED_OPENS : LSCHED_CLOSES);
    }
}

/* One that is stale or will be, of some owner. */
static void put_stale(world *w, int32_t kind, int place, int number)
{
    const char *const owner = kind == LSCHED_TEAM       ? w->team[place].id
                              : kind == LSCHED_AGENT    ? w->agent[place].id
                              : kind == LSCHED_CUSTOMER ? "joan"
                              : kind == LSCHED_REGION   ? "R"
                                                        : "svc";
    text t = {.size = 0};
    char name[20];
    const bool closed = chance(15);
    snprintf(name, sizeof name, "stale-%d", number);
    write_calendar(&t, w, LSCHED_CLOSES, true);
    lsched_calendar c = {.size = sizeof c,
                         .kind = kind,
                         .effect = LSCHED_CLOSES,
                         .owner = owner,
                         .name = name,
                         .text = t.bytes,
                         .good_for = 1 + (int32_t)dice(100),
                         .on_stale = closed ? LSCHED_STALE_CLOSED : LSCHED_STALE_OPEN};
    /* Heard of in time once, and asked about; and then no more, or by nobody's clock yet. */
    c.checked = w->now - (lsched_time)dice((uint32_t)c.good_for * 60);
    if (chance(50)) {
        expect_ok(w, lsched_put_calendar(w->s, &c), t.bytes);
        lsched_slots *slots;
        const lsched_query q = {
            .size = sizeof q, .customer = "joan", .service = "svc", .from = w->from};
        expect_ok(w, lsched_find(w->s, &q, &slots), "find");
        lsched_slots_free(slots);
    }
    c.checked = w->now - c.good_for * 60 - (chance(30) ? 0 : (lsched_time)dice(5000));
    expect_ok(w, lsched_put_calendar(w->s, &c), t.bytes);
    w->shut[kind][place] |= closed;
    met.stale++;
    met.shut += closed;
}

void make_stale(world *w)
{
    for (int i = 0; i < 3 && chance(30); i++) {
        const int32_t kind = 1 + (int32_t)dice(5);
        const int count = kind == LSCHED_TEAM ? w->teams : kind == LSCHED_AGENT ? w->agents : 1;
        put_stale(w, kind, (int)dice((uint32_t)count), i);
    }
}

void make_world(world *w, lsched *s)
{
    *w = (world){.s = s, .zone = PICK(zones), .date = PICK(dates)};
    w->day = instant(w, w->date, w->zone);
    w->left = w->day - PAST_MINUTES * 60;
    /* Clocks change in the small hours, so every other world looks there. */
    w->from = w->day + (chance(50) ? 0 : (lsched_time)dice(17) * 3600);
    w->until = w->from + 8 * 3600;
    w->now = w->day - (lsched_time)dice(3000) * 60 + dice(60);
    lsched_set_clock(s, clock_now, w);
    w->rungs = chance(30) ? 1 + (int32_t)dice(15) : 0;
    w->storm = "";
    make_agents(w);
    make_teams(w);
    make_service(w);
    make_customer(w);
    w->stored = w->service;
}

/* ---- incidents ------------------------------------------------------------------------------- */

/* Whether it is open and touches joan's contacts, as what follows is made. */
typedef struct storm {
    lsched_incident i;
    bool touches;
} storm;

static int32_t amount(int32_t none, uint32_t most)
{
    return chance(40) ? 0 : chance(25) ? none : 1 + (int32_t)dice(most);
}

static storm random_storm(const world *w, const char *id, lsched_time opened)
{
    static const char *const regions[] = {NULL, "R", "Q R", "Q", "RR S"};
    static const char *const services[] = {NULL, "svc", "other svc", "other", NULL};
    static const bool named[] = {true, true, true, false, false};
    const bool here[] = {true, true, true, false, w->customer.regions != NULL}; /* S is another */
    const uint32_t region = dice(10) < 7 ? dice(3) : dice(5);
    const uint32_t service = dice(10) < 7 ? dice(3) : dice(4);
    storm s = {.i = {.size = sizeof s.i,
                     .id = id,
                     .regions = regions[region],
                     .services = services[service],
                     .text = "x",
                     .opened = opened,
                     .closed = chance(20) ? opened : 0,
                     .no_joining = (int32_t)dice(2),
                     .no_working = (int32_t)dice(2),
                     .rungs = chance(30) ? (int32_t)dice(16) : 0,
                     .minutes = chance(50) ? 5 * (1 + (int32_t)dice(30)) : 0,
                     .wrap_up = amount(LSCHED_NONE, 40),
                     .notice = amount(LSCHED_NONE, 900),
                     .wait_known = amount(LSCHED_NONE, 4000),
                     .wait_home = amount(LSCHED_NONE, 4000)}};
    if (chance(3))
        s.i.minutes = LSCHED_MAX_MINUTES;
    s.touches = s.i.closed == 0 && here[region] && named[service];
    if (chance(15)) { /* by a topic, which is not this service's */
        s.touches = s.touches && s.i.services != NULL;
        s.i.topic = "outages";
    }
    expect_ok(w, lsched_put_incident(w->s, &s.i), "incident");
    return s;
}

static void bear(world *w, const lsched_incident *i)
{
    lsched_service *v = &w->service;
    if (i->minutes != 0)
        v->minutes = i->minutes;
    if (i->wrap_up != 0)
        v->wrap_up = i->wrap_up > 0 ? i->wrap_up : 0;
    if (i->wait_known != 0)
        v->wait_known = i->wait_known > 0 ? i->wait_known : 0;
    if (i->wait_home != 0)
        v->wait_home = i->wait_home > 0 ? i->wait_home : 0;
    if (i->notice != 0) {
        v->notice = i->notice;
        w->noticed = *i;
    }
    w->opened |= i->rungs;
    if (i->minutes != 0 || i->wrap_up != 0 || i->notice != 0 || i->rungs != 0 ||
        i->wait_known != 0 || i->wait_home != 0)
        w->storm = i->id;
    w->storms++;
}

void make_storms(world *w)
{
    const lsched_time opened = w->now - 1000;
    const lsched_service other = {.size = sizeof other, .id = "other", .name = "other"};
    expect_ok(w, lsched_put_service(w->s, &other), "other service");
    /* The second is opened with or behind the first. */
    const storm first = random_storm(w, "b", opened);
    const storm second =
        chance(40) ? random_storm(w, chance(50) ? "a" : "c", opened + (chance(50) ? 10 : 0))
                   : (storm){.touches = false};
    const bool swapped =
        second.touches && second.i.opened == opened && strcmp(second.i.id, "a") == 0;
    w->service = w->stored;
    w->opened = 0;
    w->storm = "";
    w->noticed = (lsched_incident){.size = 0};
    if (swapped)
        bear(w, &second.i);
    if (first.touches)
        bear(w, &first.i);
    if (second.touches && !swapped)
        bear(w, &second.i);
    lsched_service *v = &w->service;
    int32_t over = v->minutes + v->before + v->after + v->wrap_up - LSCHED_MAX_MINUTES;
    for (; over > 0 && v->wrap_up > 0; over--)
        v->wrap_up--;
    if (over > 0)
        v->minutes -= over;
}
