/* staff.c -- who serves: forty experts of one region, the small team that helps them out, and
 * general care; their hours, holidays, shifts, meals and leave, from the calendars of
 * examples/data; what can be asked for; and who falls ill.
 */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PUT(kind, ...)                                                                             \
    fine(w, lsched_put_##kind(w->s, &(lsched_##kind){.size = sizeof(lsched_##kind), __VA_ARGS__}), \
         "put " #kind)
#define ILL_A_DAY 0.012 /* of the agents fall ill */

const char *const team_ids[TEAMS] = {"valley", "capital", "care"};
const char *const service_ids[TOPICS] = {"line", "fault", "contract"};
const int32_t planned_minutes[TOPICS] = {20, 25, 30}, wrap_minutes[TOPICS] = {3, 3, 5};

static const char *const zone = "America/New_York";

/* ---- calendars --------------------------------------------------------------------------------- */

static void put_text(world *w, int32_t kind, const char *owner, const char *name, int32_t effect,
                     const char *text)
{
    const lsched_calendar calendar = {.size = sizeof calendar,
                                      .kind = kind,
                                      .effect = effect,
                                      .owner = owner,
                                      .name = name,
                                      .text = text};
    fine(w, CALL(put_calendar, &calendar), name);
}

static void put_file(world *w, int32_t kind, const char *owner, int32_t effect, const char *name)
{
    char *text = read_file(w->plan.folder, name);
    put_text(w, kind, owner, name, effect, text);
    free(text);
}

/* Whole days away, each a first date and the first date back: local to the agent. */
static void put_leave(world *w, const char *who, const char *name, const lsched_time spans[][2],
                      int count)
{
    char text[1024], from[32], until[32];
    int at =
        snprintf(text, sizeof text, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//year//EN\r\n");
    for (int i = 0; i < count; i++) {
        int dates[2], minute;
        for (int end = 0; end < 2; end++)
            local_time(w, spans[i][end] + 12 * HOUR, VALLEY, &dates[end], &minute);
        snprintf(from, sizeof from, "%08d", dates[0]);
        snprintf(until, sizeof until, "%08d", dates[1]);
        at += snprintf(text + at, sizeof text - (size_t)at,
                       "BEGIN:VEVENT\r\nUID:%s-%d\r\nDTSTART;VALUE=DATE:%s\r\n"
                       "DTEND;VALUE=DATE:%s\r\nEND:VEVENT\r\n",
                       name, i, from, until);
    }
    snprintf(text + at, sizeof text - (size_t)at, "END:VCALENDAR\r\n");
    put_text(w, LSCHED_AGENT, who, name, LSCHED_CLOSES, text);
}

/* ---- what there is from the first day on --------------------------------------------------------- */

static void put_services(world *w)
{
    /* Who is fit for it, and on what it is had, is all that sets them apart. */
    static const char *const skills[TOPICS] = {"", "fiber", ""};
    static const int32_t channels[TOPICS] = {LSCHED_PHONE | LSCHED_CHAT, LSCHED_PHONE | LSCHED_CHAT,
                                             LSCHED_PHONE | LSCHED_VIDEO};
    const int32_t known = w->plan.familiar ? 1440 : 0, home = w->plan.familiar ? 240 : 0;
    for (int i = 0; i < TOPICS; i++)
        PUT(service, .id = service_ids[i], .name = service_ids[i], .topic = service_ids[i],
            .channels = channels[i], .minutes = planned_minutes[i], .after = wrap_minutes[i],
            .skills = skills[i], .notice = 10, .horizon = 14, .step = 10, .reminder = 120,
            .wait_known = known, .wait_home = home, .owner_wait = 10);
    put_file(w, LSCHED_SERVICE, "contract", LSCHED_CLOSES, "ny-public-holidays");
}

static void put_teams(world *w)
{
    PUT(team, .id = "capital", .name = "Capital Region", .zone = zone);
    PUT(team, .id = "valley", .name = "Hudson Valley", .zone = zone, .overflow = "capital",
        .regions = "US-NY US-AZ CA-NL US-HI");
    PUT(team, .id = "care", .name = "General care", .zone = "America/Phoenix", .general = 1);
    for (int i = HOME_TEAM; i <= OVERFLOW_TEAM; i++) {
        put_file(w, LSCHED_TEAM, team_ids[i], LSCHED_OPENS, "team-hours");
        put_file(w, LSCHED_TEAM, team_ids[i], LSCHED_CLOSES, "hv-holidays");
    }
    put_file(w, LSCHED_TEAM, "valley", LSCHED_CLOSES, "hv-meeting");
    put_file(w, LSCHED_TEAM, "care", LSCHED_OPENS, "care-phoenix-hours");
    put_file(w, LSCHED_REGION, "US-AZ", LSCHED_OPENS, "us-calling-hours");
    put_file(w, LSCHED_REGION, "US-HI", LSCHED_OPENS, "us-calling-hours");
    put_file(w, LSCHED_REGION, "CA-NL", LSCHED_OPENS, "ca-calling-hours");
}

/* Twice a fortnight or so; nobody twice at a time. */
static void plan_leave(world *w, const agent *a, uint32_t number)
{
    lsched_time spans[2][2];
    chance luck = chance_of(w->plan.seed, 'v', number);
    for (int i = 0; i < 2; i++) {
        spans[i][0] = w->begins + DAY * (7 + 180 * i + (int32_t)chance_below(&luck, 150));
        spans[i][1] = spans[i][0] + DAY * (7 + (int32_t)chance_below(&luck, 8));
    }
    put_leave(w, a->id, "leave", (const lsched_time(*)[2])spans, 2);
}

static void put_agent(world *w, agent *a, const char *shift, const char *rest)
{
    char channels = 0;
    PUT(agent, .id = a->id, .name = a->id,
        .zone = a->team == GENERAL_TEAM ? "America/Phoenix" : zone, .lanes = a->lanes,
        .channels = channels, .languages = a->spanish ? "en es" : "en",
        .skills = a->fiber ? "fiber:2" : "");
    PUT(member, .team = team_ids[a->team], .agent = a->id);
    put_file(w, LSCHED_AGENT, a->id, LSCHED_OPENS, shift);
    put_file(w, LSCHED_AGENT, a->id, LSCHED_CLOSES, rest);
}

static void put_agents(world *w)
{
    static const char *const shifts[] = {"a1", "a2", "b1", "b2", "c1", "c2", "d1", "d2"};
    static const int sizes[TEAMS] = {HOME_AGENTS, OVERFLOW_AGENTS, GENERAL_AGENTS};
    char shift[32], rest[32];
    uint32_t number = 0;
    for (int team = 0; team < TEAMS; team++) {
        for (int i = 0; i < sizes[team]; i++, number++) {
            agent *a = &w->agents[number];
            snprintf(a->id, sizeof a->id, "%s-%02d", team_ids[team], i + 1);
            a->team = (int8_t)team;
            a->fiber = i % 3 != 2;
            a->spanish = i % 4 == 1;
            a->lanes = 3;
            const char *half = shifts[i % (team == HOME_TEAM ? 8 : 4)];
            snprintf(shift, sizeof shift, "hv-shift-%s", half);
            snprintf(rest, sizeof rest, "hv-break-%c", half[0]);
            if (team == OVERFLOW_TEAM) {
                snprintf(shift, sizeof shift, "cr-shift-%s", half);
                snprintf(rest, sizeof rest, "cr-break");
            } else if (team == GENERAL_TEAM) {
                snprintf(shift, sizeof shift, "care-phoenix-%d", i % 2 + 1);
                snprintf(rest, sizeof rest, "care-break-%s", i % 3 == 0 ? "late" : "early");
            }
            put_agent(w, a, shift, rest);
            plan_leave(w, a, number);
        }
    }
}

void staff_put(world *w)
{
    put_teams(w);
    put_services(w);
    put_agents(w);
}

/* ---- a day ------------------------------------------------------------------------------------------ */

/* What the repair did, as whoever was promised something is told of it. */
static void learn_mends(world *w, const lsched_plan *mends)
{
    for (size_t i = 0; i < lsched_plan_count(mends); i++) {
        const lsched_mend *m = lsched_plan_at(mends, i);
        contact *c = contact_of(w, m->before);
        w->t.strays++;
        if (m->after == NULL) {
            w->t.unmended++;
            if (c != NULL)
                c->ours = 1;
            continue;
        }
        w->t.mended++;
        if (c == NULL)
            continue;
        if ((m->changes & LSCHED_MEND_TIME) != 0) {
            c->ours = 1;
            w->t.moved_by_us++;
        }
        contact_placed(w, c, m->after);
    }
}

static void repair(world *w, const agent *a)
{
    char key[64];
    lsched_plan *mends = NULL;
    snprintf(key, sizeof key, "ill-%s-%d", a->id, w->day);
    const lsched_sweep sweep = {.size = sizeof sweep,
                                .kind = LSCHED_AGENT,
                                .owner = a->id,
                                .days = 2,
                                .key = key,
                                .cause = "your expert is ill"};
    if (fine(w, CALL(repair, &sweep, NULL, &mends), "repair"))
        learn_mends(w, mends);
    lsched_plan_free(mends);
}

static void fall_ill(world *w, agent *a, uint32_t number)
{
    chance luck = chance_of(w->plan.seed, 'i', number * 1000 + (uint32_t)w->day);
    if (a->away_until > w->now || a->team == GENERAL_TEAM || !chance_hit(&luck, ILL_A_DAY))
        return;
    const int32_t days = 1 + (int32_t)chance_below(&luck, 4);
    const lsched_time span[1][2] = {{w->now, w->now + days * DAY}};
    a->away_until = span[0][1];
    w->t.sick_days += days;
    put_leave(w, a->id, "sick", span, 1);
    repair(w, a);
}

static void ask_hours(world *w, agent *a, uint32_t number)
{
    lsched_spans *spans = NULL;
    a->hour_count = 0;
    if (!fine(w, CALL(hours, LSCHED_AGENT, a->id, NULL, w->now, w->now + DAY + 6 * HOUR, &spans),
              "hours"))
        return;
    for (size_t i = 0; i < lsched_spans_count(spans) && a->hour_count < 8; i++) {
        const lsched_span *span = lsched_spans_at(spans, i);
        const lsched_time until = span->until < w->now + DAY ? span->until : w->now + DAY;
        a->hours[a->hour_count] = *span;
        a->hours[a->hour_count++].summary = "";
        if (until > span->from)
            a->on_shift += until - span->from;
        if (span->from < w->now + DAY)
            agenda_put(&w->agenda, span->from, SHIFT, number, 0);
    }
    lsched_spans_free(spans);
}

void staff_day(world *w)
{
    for (uint32_t i = 0; i < AGENTS; i++)
        fall_ill(w, &w->agents[i], i);
    for (uint32_t i = 0; i < AGENTS; i++)
        ask_hours(w, &w->agents[i], i);
}

void staff_come(world *w, agent *a)
{
    a->idle_since = w->now;
    desk_ask(w, a);
}
