/* test_permit.c -- the predicate, against cases as text and against a count of minutes. */
#include "scene.h"

#include <inttypes.h>

#define MINUTE INT64_C(60)

/* ---- cases as text ------------------------------------------------------------------ */

static int32_t anchor_of(const char *name)
{
    static const char *const names[] = {"", "clock", "opening", "free"};
    for (int32_t i = LSCHED_CLOCK; i <= LSCHED_FREE; i++) {
        if (strcmp(names[i], name) == 0)
            return i;
    }
    fail_msg("there is no anchor %s", name);
    return 0;
}

/* Takes the next column off the line, without the spaces around it; "-" is "". */
static char *column(char **line)
{
    char *text = strsep(line, "|");
    assert_non_null(text);
    while (*text == ' ')
        text++;
    for (size_t size = strlen(text); size > 0 && text[size - 1] == ' ';)
        text[--size] = '\0';
    return strcmp(text, "-") == 0 ? text + 1 : text;
}

static void take_all(scene *s, const char *list)
{
    const char *word;
    size_t size;
    while ((list = lsi_text_word(list, &word, &size)) != NULL) {
        lsched_time at[2];
        assert_int_equal(size, strlen("20260309T0950/20260309T1020"));
        for (size_t i = 0; i < 2; i++) {
            char text[20];
            const char *w = word + i * 14;
            (void)snprintf(text, sizeof text, "%.4s-%.2s-%.2sT%.2s:%.2s", w, w + 4, w + 6, w + 9,
                           w + 11);
            at[i] = scene_time(s, text);
        }
        scene_take(s, 0, at[0], at[1], 0);
    }
}

static void starts_between(scene *s, lsched_time from, lsched_time until, char *out, size_t size)
{
    lsi_permits *p;
    size_t used = 0;
    out[0] = '\0';
    scene_ok(s, lsi_permit_new(&s->f, LSCHED_PHONE, from, until, &p, &s->e));
    for (lsched_time t = from; (t = lsi_permit_next(p, 0, t)) != INT64_MAX; t++) {
        char wall[40];
        scene_ok(s, lsi_iso_write(t, s->f.zone, wall, sizeof wall, &s->e));
        used += (size_t)snprintf(out + used, size - used, "%s%.8s", used > 0 ? " " : "", wall + 8);
        assert_true(used < size);
        assert_int_equal(lsi_permit_why(p, 0, t), 0);
    }
    lsi_permit_free(p);
}

static void test_starts(void **state)
{
    (void)state;
    char line[1000], found[1000];
    int cases = 0;
    FILE *file = scene_data("starts.txt");
    for (; scene_line(file, line, sizeof line); cases++) {
        char *rest = line;
        scene s;
        scene_begin(&s, column(&rest));
        s.f.service.anchor = anchor_of(column(&rest));
        s.f.service.step = (int32_t)atoi(column(&rest));
        s.f.service.minutes = (int32_t)atoi(column(&rest));
        const size_t team = scene_team(&s, "hv", column(&rest));
        scene_candidate(&s, scene_agent(&s, "ana", NULL, column(&rest)), team);
        take_all(&s, column(&rest));
        const lsched_time from = scene_time(&s, column(&rest));
        const lsched_time until = scene_time(&s, column(&rest));
        s.f.now = from - LSI_DAY;
        starts_between(&s, from, until, found, sizeof found);
        assert_string_equal(found, column(&rest));
        assert_null(rest);
        scene_end(&s);
    }
    (void)fclose(file);
    assert_true(cases > 25);
}

/* ---- against a count of minutes ------------------------------------------------------- */

/* All rules minute by minute, in an order of their own: how many minutes before this one
 * the rule forbids. */
enum { REGION, CUSTOMER, SERVICE, TEAM, ROSTER, SHIFT, FREE, RULES };

static const int32_t reason_of[RULES] = {LSCHED_WHY_REGION, LSCHED_WHY_CUSTOMER, LSCHED_WHY_SERVICE,
                                         LSCHED_WHY_TEAM,   LSCHED_WHY_ROSTER,   LSCHED_WHY_AGENT,
                                         LSCHED_WHY_BOOKED};

#define WINDOW (12 * 1440)

typedef struct picture {
    lsched_time at; /* of minute 0 */
    int bad[RULES][WINDOW + 1];
    int64_t day[WINDOW];
    int32_t why[WINDOW]; /* without the grid */
    bool off[WINDOW];    /* the grid */
} picture;

static void paint(picture *v, int rule, const lsi_spans *allowed)
{
    v->bad[rule][0] = 0;
    for (int m = 0; m < WINDOW; m++)
        v->bad[rule][m + 1] = v->bad[rule][m] + (lsi_span_at(allowed, v->at + m * MINUTE) == NULL);
}

static void paint_layer(scene *s, picture *v, int rule, const lsi_layer *layer,
                        const lsi_zone *zone)
{
    lsi_spans open = {0};
    scene_ok(s, lsi_layer_open(layer, zone, v->at, v->at + WINDOW * MINUTE, &open, &s->e));
    paint(v, rule, &open);
    lsi_span_free(&open);
}

static void paint_free(picture *v, const lsi_agent_fact *agent, int32_t channel)
{
    v->bad[FREE][0] = 0;
    for (int m = 0; m < WINDOW; m++) {
        const lsched_time t = v->at + m * MINUTE;
        int whole = 0, chats = 0;
        for (size_t i = 0; i < agent->taken_count; i++) {
            if (agent->taken[i].from <= t && t < agent->taken[i].until)
                *(agent->taken[i].lane == 0 ? &whole : &chats) += 1;
        }
        const bool full = whole > 0 || chats >= (channel == LSCHED_CHAT ? agent->agent.lanes : 1);
        v->bad[FREE][m + 1] = v->bad[FREE][m] + full;
    }
}

/* Whether every minute of [m + from, m + until) is allowed. */
static bool clear(const picture *v, int rule, int m, int from, int until)
{
    return v->bad[rule][m + until] == v->bad[rule][m + from];
}

static void judge(scene *s, picture *v, size_t candidate, int32_t channel)
{
    const lsi_facts *f = &s->f;
    const lsched_service *service = &f->service;
    const lsi_agent_fact *agent = &f->agents[f->candidates[candidate].agent];
    const int behind = service->minutes + service->after + service->wrap_up;
    const bool fit = (agent->agent.channels & channel) != 0;
    int base = 0;
    paint_layer(s, v, REGION, &s->law.layer, f->zone);
    paint_layer(s, v, CUSTOMER, &f->customer_layer, f->zone);
    paint_layer(s, v, SERVICE, &f->service_layer, f->zone);
    paint_layer(s, v, TEAM, &f->teams[f->candidates[candidate].team].layer, f->zone);
    paint_layer(s, v, SHIFT, &agent->layer, agent->zone);
    paint(v, ROSTER, &f->candidates[candidate].roster);
    paint_free(v, agent, channel);
    for (int m = 0; m < WINDOW; m++) {
        v->day[m] = lsi_civil_floor(lsi_zone_wall(f->zone, v->at + m * MINUTE), LSI_DAY);
        if (m > 0 && v->day[m] < v->day[m - 1])
            v->day[m] = v->day[m - 1]; /* of a midnight that comes twice, the first counts */
    }
    for (int m = 1440; m < WINDOW - 1440; m++) {
        const lsched_time t = v->at + m * MINUTE;
        const int64_t wall = lsi_zone_wall(f->zone, t);
        const int64_t midnight = lsi_civil_floor(wall, LSI_DAY) * LSI_DAY;
        int32_t why = fit ? 0 : LSCHED_WHY_CHANNEL;
        for (int rule = 0; rule < RULES; rule++) {
            const bool reach = rule == SHIFT || rule == FREE;
            if (!clear(v, rule, m, reach ? -service->before : 0, reach ? behind : service->minutes))
                why |= reason_of[rule];
        }
        const bool steady = why == 0;
        const bool before =
            m > 1440 && (v->why[m - 1] & ~(LSCHED_WHY_NOTICE | LSCHED_WHY_HORIZON)) == 0;
        const bool goes_on =
            service->anchor == LSCHED_FREE ? steady && before : clear(v, TEAM, m, -1, 1);
        base = goes_on && v->day[m] == v->day[m - 1] ? base : m;
        v->off[m] = service->anchor == LSCHED_CLOCK
                        ? (wall - midnight) % (service->step * MINUTE) != 0
                        : (m - base) % service->step != 0;
        if (t < f->now + (service->notice > 0 ? service->notice * MINUTE : 0))
            why |= LSCHED_WHY_NOTICE;
        if (v->day[m] > v->day[(f->now - v->at) / MINUTE] + service->horizon)
            why |= LSCHED_WHY_HORIZON;
        v->why[m] = why;
    }
}

/* Both faces of the predicate at every minute of [from, until), and between minutes. */
static void compare(scene *s, picture *v, size_t candidate, int32_t channel, int from, int until,
                    int32_t *seen, int *permitted)
{
    lsi_permits *p;
    lsched_time next = INT64_MAX;
    judge(s, v, candidate, channel);
    scene_ok(s, lsi_permit_new(&s->f, channel, v->at + from * MINUTE, v->at + until * MINUTE, &p,
                               &s->e));
    for (int m = until - 1; m >= from; m--) {
        const lsched_time t = v->at + m * MINUTE;
        const bool grid = s->f.service.anchor == LSCHED_CLOCK || v->why[m] == 0;
        const int32_t why = v->why[m] | (grid && v->off[m] ? LSCHED_WHY_GRID : 0);
        if (lsi_permit_why(p, candidate, t + 23) == 0)
            fail_msg("a start between two minutes, behind minute %d", m);
        if (lsi_permit_next(p, candidate, t + 1) != next)
            fail_msg("next after minute %d: %" PRId64 ", not %" PRId64, m,
                     lsi_permit_next(p, candidate, t + 1), next);
        next = why == 0 ? t : next;
        if (lsi_permit_why(p, candidate, t) != why)
            fail_msg("minute %d: %d, not %d", m, (int)lsi_permit_why(p, candidate, t), (int)why);
        if (lsi_permit_next(p, candidate, t) != next)
            fail_msg("next at minute %d: %" PRId64 ", not %" PRId64, m,
                     lsi_permit_next(p, candidate, t), next);
        *seen |= why;
        *permitted += why == 0;
    }
    assert_true(lsi_permit_next(p, candidate, 0) == next);
    assert_true(lsi_permit_next(p, candidate, v->at + until * MINUTE) == INT64_MAX);
    lsi_permit_free(p);
}

/* Days on which clocks change, in all the ways they do. */
static const struct {
    const char *zone, *date;
} nights[] = {
    {"America/New_York", "20260306"},    {"America/New_York", "20261030"},
    {"Africa/Cairo", "20260422"},        {"America/Havana", "20261030"},
    {"Australia/Lord_Howe", "20261002"}, {"Pacific/Apia", "20111228"},
    {"Asia/Kathmandu", "20260701"},      {"America/Asuncion", "20240322"},
    {"America/Goose_Bay", "20101105"}, /* 00:01 became 23:01 of the day before */
};

static void hours_of(uint64_t *seed, const char *date, char *out, size_t size)
{
    static const char *const shapes[] = {
        "%sT0000/%sT2400",
        "%sT0905/%sT1730",
        "%sT0620/%sT1403 %sT1450/%sT2337",
        "%sT0041/%sT2311",
        "%sT2213/%sT2350 %sT0000/%sT1107",
        "%sT1840/%sT2433",
        "%sT2305/%sT2411 %sT0800/%sT1000",
    };
    enum { SHAPES = sizeof shapes / sizeof *shapes };
    const size_t kind = scene_random(seed, 2) ? 0 : 1 + scene_random(seed, SHAPES - 1);
    const char *shape = shapes[kind];
    size_t used = 0;
    for (const char *c = shape; *c != '\0'; c++) {
        if (*c == '%') {
            used += (size_t)snprintf(out + used, size - used, "%s", date);
            c++;
        } else if (strncmp(c, "T24", 3) == 0) { /* on the next date */
            used -= 8;
            used += (size_t)snprintf(out + used, size - used, "%dT00", atoi(date) + 1);
            c += 2;
        } else {
            out[used++] = *c;
        }
        out[used] = '\0';
        if (c[1] == '\0' || c[1] == ' ')
            used += (size_t)snprintf(out + used, size - used, "/FREQ=DAILY");
    }
    assert_true(used < size);
}

static void random_service(uint64_t *seed, lsched_service *service)
{
    static const int32_t steps[] = {1, 7, 15, 20, 25, 35, 45, 50, 60, 90, 420, 1440};
    service->minutes = 1 + (int32_t)scene_random(seed, scene_random(seed, 2) ? 90 : 20);
    service->before = scene_random(seed, 2) ? (int32_t)scene_random(seed, 40) : 0;
    service->after = scene_random(seed, 2) ? (int32_t)scene_random(seed, 40) : 0;
    service->wrap_up = scene_random(seed, 2) ? (int32_t)scene_random(seed, 20) : 0;
    service->notice = scene_random(seed, 2) ? (int32_t)scene_random(seed, 2000) : LSCHED_NONE;
    service->horizon = 1 + (int32_t)scene_random(seed, 4);
    service->step = steps[scene_random(seed, sizeof steps / sizeof *steps)];
    service->anchor = LSCHED_CLOCK + (int32_t)scene_random(seed, 3);
}

/* Two agents, one of them in both teams; openings, closings and bookings by chance. */
static void random_world(scene *s, uint64_t *seed, size_t night, picture *v)
{
    char hours[400];
    const char *date = nights[night].date;
    char wall[20];
    scene_begin(s, nights[night].zone);
    (void)snprintf(wall, sizeof wall, "%.4s-%.2s-%.2s", date, date + 4, date + 6);
    v->at = scene_time(s, wall) / 60 * 60 - 2 * LSI_DAY;
    s->f.now = v->at + 2 * LSI_DAY + (int64_t)scene_random(seed, 2 * 86400);
    random_service(seed, &s->f.service);
    for (size_t i = 0; i < 2; i++) {
        hours_of(seed, date, hours, sizeof hours);
        const size_t team = scene_team(s, i == 0 ? "hv" : "care", hours);
        if (scene_random(seed, 2))
            scene_closes(s, &s->teams[team].layer, "20100101T1203/20100101T1249/FREQ=DAILY");
        hours_of(seed, date, hours, sizeof hours);
        const size_t agent = scene_agent(s, i == 0 ? "ana" : "bob",
                                         scene_random(seed, 3) ? NULL : "Asia/Manila", hours);
        if (scene_random(seed, 2))
            scene_closes(s, &s->agents[agent].layer, "20100101T1500/20100101T1515/FREQ=DAILY");
        s->agents[agent].agent.lanes = 1 + (int32_t)scene_random(seed, 3);
        scene_candidate(s, agent, team);
        for (uint32_t n = scene_random(seed, 40); n > 0; n--) {
            const lsched_time from = v->at + (2 * 1440 + scene_random(seed, 6 * 1440)) * MINUTE;
            scene_take(s, agent, from, from + (1 + scene_random(seed, 120)) * MINUTE,
                       (int32_t)scene_random(seed, 4));
        }
    }
    const size_t both = scene_candidate(s, 0, 1);
    s->candidates[both].roster.at[0].from = v->at + 4 * LSI_DAY;
    s->candidates[both].roster.at[0].until = v->at + 5 * LSI_DAY;
    if (scene_random(seed, 4) == 0)
        scene_opens(s, &s->law.layer, "20100101T0801/20100101T2059/FREQ=DAILY");
    if (scene_random(seed, 4) == 0)
        scene_closes(s, &s->f.customer_layer, "20100101T2200/20100102T0607/FREQ=DAILY");
    if (scene_random(seed, 2))
        scene_closes(s, &s->f.service_layer, "20100101T1000/20100101T1030/FREQ=DAILY");
    s->agents[1].agent.channels = LSCHED_CHAT | LSCHED_VISIT;
}

static void test_every_minute(void **state)
{
    (void)state;
    static picture v;
    static const int32_t channels[] = {LSCHED_PHONE, LSCHED_CHAT, LSCHED_VISIT};
    int32_t seen = 0;
    int permitted = 0;
    for (uint64_t world = 0; world < 63; world++) {
        uint64_t seed = world * UINT64_C(2654435761) + 88172645463325252u;
        scene s;
        random_world(&s, &seed, world % (sizeof nights / sizeof *nights), &v);
        const int32_t channel = channels[scene_random(&seed, 3)];
        const int from = 3 * 1440 + (int)scene_random(&seed, 1440);
        for (size_t c = 0; c < s.f.candidate_count; c++)
            compare(&s, &v, c, channel, from, from + 2 * 1440, &seen, &permitted);
        scene_end(&s);
    }
    /* The worlds are not all empty, and every reason came up. */
    assert_int_equal(seen, LSCHED_WHY_CHANNEL | (LSCHED_WHY_CHANNEL - 1));
    assert_true(permitted > 3000);
}

/* ---- edges ------------------------------------------------------------------------------ */

static const char *const always = "20260101T0000/20260102T0000/FREQ=DAILY";

static int32_t why_at(scene *s, lsched_time t)
{
    lsi_permits *p;
    scene_ok(s, lsi_permit_new(&s->f, LSCHED_PHONE, t, t + 1, &p, &s->e));
    const int32_t why = lsi_permit_why(p, 0, t);
    assert_true((lsi_permit_next(p, 0, t) == t) == (why == 0));
    lsi_permit_free(p);
    return why;
}

static void one_agent(scene *s, const char *zone)
{
    scene_begin(s, zone);
    const size_t team = scene_team(s, "hv", always);
    scene_candidate(s, scene_agent(s, "ana", NULL, always), team);
}

/* Notice is elapsed time: two hours from 01:15 are 04:15 in the night that lacks one. */
static void test_notice(void **state)
{
    (void)state;
    scene s;
    one_agent(&s, "America/New_York");
    s.f.service.notice = 120;
    s.f.now = scene_time(&s, "2026-03-08T01:15");
    assert_int_equal(why_at(&s, scene_time(&s, "2026-03-08T04:00")), LSCHED_WHY_NOTICE);
    assert_int_equal(why_at(&s, scene_time(&s, "2026-03-08T04:15")), 0);
    s.f.now += 1;
    assert_int_equal(why_at(&s, scene_time(&s, "2026-03-08T04:15")), LSCHED_WHY_NOTICE);
    assert_int_equal(why_at(&s, scene_time(&s, "2026-03-08T04:30")), 0);
    s.f.service.notice = LSCHED_NONE; /* now is not too soon, and a second ago is */
    s.f.now = scene_time(&s, "2026-03-08T04:15");
    assert_int_equal(why_at(&s, s.f.now), 0);
    assert_int_equal(why_at(&s, s.f.now - 900), LSCHED_WHY_NOTICE);
    scene_end(&s);
}

/* The horizon is days of the customer: the whole last one, however long it is. */
static void test_horizon(void **state)
{
    (void)state;
    scene s;
    one_agent(&s, "America/New_York");
    s.f.service.horizon = 1;
    s.f.now = scene_time(&s, "2026-10-31T23:59");
    assert_int_equal(why_at(&s, scene_time(&s, "2026-11-01T23:45")), 0);
    assert_int_equal(why_at(&s, scene_time(&s, "2026-11-02")), LSCHED_WHY_HORIZON);
    s.f.now += 60;
    assert_int_equal(why_at(&s, scene_time(&s, "2026-11-02T23:45")), 0);
    assert_int_equal(why_at(&s, scene_time(&s, "2026-11-03")), LSCHED_WHY_HORIZON);
    scene_end(&s);
}

/* At the beginning of time and near its end, all answers stay in range. */
static void test_ends_of_time(void **state)
{
    (void)state;
    scene s;
    one_agent(&s, "UTC");
    scene_drop_layer(&s.teams[0].layer);
    scene_opens(&s, &s.teams[0].layer, "19700101T0000/19700102T0000 21991231T0000/22000101T0000");
    scene_drop_layer(&s.agents[0].layer);
    scene_opens(&s, &s.agents[0].layer, "19700101T0000/19700102T0000 21991231T0000/22000101T0000");
    s.f.now = 0;
    assert_int_equal(why_at(&s, 0), 0);
    s.f.service.before = 15;
    assert_int_equal(why_at(&s, 0), LSCHED_WHY_AGENT | LSCHED_WHY_BOOKED);
    assert_int_equal(why_at(&s, 900), 0);
    s.f.now = LSI_TIME_END - LSI_DAY;
    assert_int_equal(why_at(&s, LSI_TIME_END - 1800), 0);
    assert_true((why_at(&s, LSI_TIME_END - 900) & LSCHED_WHY_TEAM) != 0);
    scene_end(&s);
}

/* ---- what a refusal means ------------------------------------------------------------------- */

static void refused(scene *s, const char *at, int status, int32_t reasons)
{
    lsi_permits *p;
    int32_t why;
    const lsched_time t = scene_time(s, at);
    scene_ok(s, lsi_permit_new(&s->f, LSCHED_PHONE, t, t + 1, &p, &s->e));
    assert_int_equal(lsi_permit_refusal(p, t, &why), status);
    assert_int_equal(why, reasons);
    lsi_permit_free(p);
}

static void test_refusals(void **state)
{
    (void)state;
    scene s;
    scene_begin(&s, "Europe/Berlin");
    s.f.now = scene_time(&s, "2026-03-09T08:00");
    s.f.service.notice = 60;
    refused(&s, "2026-03-10T12:00", LSCHED_NOBODY, LSCHED_WHY_NO_TEAM);
    const size_t hv = scene_team(&s, "hv", "20260309T0900/20260309T1700/FREQ=DAILY");
    const size_t ana = scene_agent(&s, "ana", NULL, "20260309T1000/20260309T1600/FREQ=DAILY");
    scene_candidate(&s, ana, hv);
    refused(&s, "2026-03-09T08:30", LSCHED_TOOSOON,
            LSCHED_WHY_NOTICE | LSCHED_WHY_TEAM | LSCHED_WHY_AGENT);
    refused(&s, "2026-05-01T12:00", LSCHED_TOOFAR, LSCHED_WHY_HORIZON);
    refused(&s, "2026-03-10T18:00", LSCHED_CLOSED, LSCHED_WHY_TEAM | LSCHED_WHY_AGENT);
    refused(&s, "2026-03-10T09:30", LSCHED_NOBODY, LSCHED_WHY_AGENT);
    refused(&s, "2026-03-10T12:05", LSCHED_OFFGRID, LSCHED_WHY_GRID);
    const lsched_time noon = scene_time(&s, "2026-03-10T12:00");
    scene_take(&s, ana, noon, noon + 1800, 0);
    refused(&s, "2026-03-10T12:00", LSCHED_TAKEN, LSCHED_WHY_BOOKED);
    refused(&s, "2026-03-10T11:45", LSCHED_TAKEN, LSCHED_WHY_BOOKED);
    refused(&s, "2026-03-10T12:07", LSCHED_OFFGRID, LSCHED_WHY_GRID | LSCHED_WHY_BOOKED);
    /* Somebody off shift does not make "taken" into "nobody". */
    scene_candidate(&s, scene_agent(&s, "bob", NULL, NULL), hv);
    refused(&s, "2026-03-10T12:00", LSCHED_TAKEN, LSCHED_WHY_BOOKED);
    /* Whoever is nearer counts: off the grid, not off shift. */
    refused(&s, "2026-03-10T13:07", LSCHED_OFFGRID, LSCHED_WHY_GRID);
    scene_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_starts),       cmocka_unit_test(test_every_minute),
        cmocka_unit_test(test_notice),       cmocka_unit_test(test_horizon),
        cmocka_unit_test(test_ends_of_time), cmocka_unit_test(test_refusals)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
