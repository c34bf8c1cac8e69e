/* scene.h -- facts built by hand, for the tests of the rules.
 *
 * Calendars are written as lists of "from/until", each floating wall clock times such as
 * "20260308T0905/20260308T1700", and "/RULE" behind it if it repeats.  They go through
 * the real reader.
 */
#ifndef SCENE_H
#define SCENE_H

#include "rules/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SCENE_TEAMS 3
#define SCENE_AGENTS 4
#define SCENE_CANDIDATES 6
#define SCENE_TAKEN 64

typedef struct scene {
    lsi_zones *zones;
    lsi_error e;
    lsi_facts f;
    lsi_team_fact teams[SCENE_TEAMS];
    lsi_agent_fact agents[SCENE_AGENTS];
    lsi_candidate candidates[SCENE_CANDIDATES];
    lsi_taken taken[SCENE_AGENTS][SCENE_TAKEN];
    lsi_law law, *laws[1]; /* of the customer's region */
} scene;

/* Whatever must work for the test to mean anything. */
static inline void scene_ok(const scene *s, int status)
{
    if (status != LSCHED_OK)
        fail_msg("status %d: %s", status, s->e.text);
}

static inline const lsi_zone *scene_zone(scene *s, const char *name)
{
    const lsi_zone *zone;
    scene_ok(s, lsi_zone_get(s->zones, name, &zone, &s->e));
    return zone;
}

/* "2026-03-08T09:05", in the customer's zone. */
static inline lsched_time scene_time(scene *s, const char *text)
{
    lsched_time t;
    scene_ok(s, lsi_iso_read(text, s->f.zone, &t, &s->e));
    return t;
}

static inline void scene_sheet(scene *s, lsi_layer *layer, int32_t effect, const char *events)
{
    char text[8000];
    const char *word;
    size_t size, used = (size_t)snprintf(text, sizeof text,
                                         "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n");
    while ((events = lsi_text_word(events, &word, &size)) != NULL) {
        int from = 0, until = 0, rule = 0;
        char event[200];
        assert_true(size < sizeof event);
        memcpy(event, word, size);
        event[size] = '\0';
        (void)sscanf(event, "%*[^/]%n/%*[^/]%n/%n", &from, &until, &rule);
        assert_true(from > 0 && until > from);
        used += (size_t)snprintf(text + used, sizeof text - used,
                                 "BEGIN:VEVENT\r\nUID:%zu\r\nDTSTAMP:20260101T000000Z\r\n"
                                 "DTSTART:%.*s00\r\nDTEND:%.*s00\r\n%s%s%sEND:VEVENT\r\n",
                                 used, from, event, until - from - 1, event + from + 1,
                                 rule > 0 ? "RRULE:" : "", rule > 0 ? event + rule : "",
                                 rule > 0 ? "\r\n" : "");
        assert_true(used < sizeof text - 100);
    }
    used += (size_t)snprintf(text + used, sizeof text - used, "END:VCALENDAR\r\n");
    layer->sheets = realloc(layer->sheets, (layer->count + 1) * sizeof *layer->sheets);
    assert_non_null(layer->sheets);
    lsi_sheet *sheet = &layer->sheets[layer->count];
    *sheet =
        (lsi_sheet){.effect = effect, .ends = effect == LSCHED_OPENS ? LSCHED_WALL : LSCHED_EXACT};
    scene_ok(s, lsi_ical_read(s->zones, text, used, &sheet->calendar, &s->e));
    layer->count++;
}

static inline void scene_opens(scene *s, lsi_layer *layer, const char *events)
{
    scene_sheet(s, layer, LSCHED_OPENS, events);
}

static inline void scene_closes(scene *s, lsi_layer *layer, const char *events)
{
    scene_sheet(s, layer, LSCHED_CLOSES, events);
}

static inline void scene_drop_layer(lsi_layer *layer)
{
    for (size_t i = 0; i < layer->count; i++)
        lsi_ical_free(layer->sheets[i].calendar);
    free(layer->sheets);
    *layer = (lsi_layer){.open = layer->open};
}

/* A customer in `zone`, a service of half an hour on all channels, nobody who serves. */
static inline void scene_begin(scene *s, const char *zone)
{
    *s = (scene){.zones = lsi_zone_set_new()};
    assert_non_null(s->zones);
    lsi_facts *f = &s->f;
    f->zone = scene_zone(s, zone);
    f->customer = (lsched_customer){
        .id = "cus", .zone = zone, .region = "", .language = "", .team = "", .knows = ""};
    f->service = (lsched_service){.channels = LSI_ALL_CHANNELS,
                                  .minutes = 30,
                                  .notice = LSCHED_NONE,
                                  .horizon = 30,
                                  .step = 15,
                                  .anchor = LSCHED_CLOCK,
                                  .purpose = LSCHED_ASKED,
                                  .id = "fiber",
                                  .name = "Fiber",
                                  .topic = "",
                                  .skills = ""};
    s->law.layer.open = f->customer_layer.open = f->service_layer.open = true;
    s->law.region.id = "R";
    s->laws[0] = &s->law;
    f->laws = s->laws;
    f->law_count = 1;
    f->law = "";
    f->teams = s->teams;
    f->agents = s->agents;
    f->candidates = s->candidates;
}

static inline void scene_end(scene *s)
{
    lsi_facts *f = &s->f;
    scene_drop_layer(&s->law.layer);
    scene_drop_layer(&f->customer_layer);
    scene_drop_layer(&f->service_layer);
    for (size_t i = 0; i < f->team_count; i++)
        scene_drop_layer(&f->teams[i].layer);
    for (size_t i = 0; i < f->agent_count; i++)
        scene_drop_layer(&f->agents[i].layer);
    for (size_t i = 0; i < f->candidate_count; i++)
        lsi_span_free(&f->candidates[i].roster);
    lsi_zone_set_free(s->zones);
}

static inline size_t scene_team(scene *s, const char *id, const char *hours)
{
    const size_t i = s->f.team_count++;
    assert_true(i < SCENE_TEAMS);
    s->teams[i] = (lsi_team_fact){
        .team = {.id = id, .name = id, .zone = "UTC", .photo = "", .overflow = "", .regions = ""},
        .zone = scene_zone(s, "UTC"),
        .rungs = LSCHED_HOME};
    if (hours != NULL)
        scene_opens(s, &s->teams[i].layer, hours);
    return i;
}

/* `zone` NULL: where the customer is. */
static inline size_t scene_agent(scene *s, const char *id, const char *zone, const char *shifts)
{
    const size_t i = s->f.agent_count++;
    assert_true(i < SCENE_AGENTS);
    s->agents[i] = (lsi_agent_fact){.agent = {.channels = LSI_ALL_CHANNELS,
                                              .lanes = 3,
                                              .id = id,
                                              .name = id,
                                              .zone = zone,
                                              .photo = "",
                                              .languages = "",
                                              .skills = ""},
                                    .zone = zone != NULL ? scene_zone(s, zone) : s->f.zone,
                                    .taken = s->taken[i]};
    if (shifts != NULL)
        scene_opens(s, &s->agents[i].layer, shifts);
    return i;
}

static inline size_t scene_candidate(scene *s, size_t agent, size_t team)
{
    const size_t i = s->f.candidate_count++;
    assert_true(i < SCENE_CANDIDATES);
    s->candidates[i] = (lsi_candidate){.agent = agent, .team = team, .rungs = s->teams[team].rungs};
    scene_ok(s, lsi_span_add(&s->candidates[i].roster, 0, LSI_TIME_END, &s->e));
    return i;
}

/* In the order of their beginnings, as the store gives them. */
static inline void scene_take(scene *s, size_t agent, lsched_time from, lsched_time until,
                              int32_t lane)
{
    lsi_agent_fact *fact = &s->agents[agent];
    size_t i = fact->taken_count++;
    assert_true(i < SCENE_TAKEN);
    for (; i > 0 && fact->taken[i - 1].from > from; i--)
        fact->taken[i] = fact->taken[i - 1];
    fact->taken[i] = (lsi_taken){"", from, until, from, until, lane};
}

/* ---- cases as text ---------------------------------------------------------------- */

/* Lines of tests/data/<name>, without comments and empty lines. */
static inline bool scene_line(FILE *file, char *line, size_t size)
{
    while (fgets(line, (int)size, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] != '\0' && line[0] != '#')
            return true;
    }
    return false;
}

static inline FILE *scene_data(const char *name)
{
    char path[1000];
    const char *folder = getenv("LSCHED_DATA");
    (void)snprintf(path, sizeof path, "%s/%s", folder != NULL ? folder : ".", name);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        fail_msg("%s cannot be opened", path);
    return file;
}

/* ---- numbers that only look random ------------------------------------------------- */

static inline uint32_t scene_random(uint64_t *seed, uint32_t below)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return (uint32_t)(*seed >> 33) % below;
}

#endif
