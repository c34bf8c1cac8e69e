/* test_roster.c -- who is in a team on which dates, and who is fit. */
#include "scene.h"

static void test_fitness(void **state)
{
    (void)state;
    char line[200];
    int cases = 0;
    FILE *file = scene_data("fitness.txt");
    for (; scene_line(file, line, sizeof line); cases++) {
        char kind[10], has[80], needs[80], answer[4];
        assert_int_equal(sscanf(line, "%9[a-z]: %79[^|] | %79[^|] | %3s", kind, has, needs, answer),
                         4);
        has[strlen(has) - 1] = '\0'; /* the space before the bar */
        needs[strlen(needs) - 1] = '\0';
        const char *x = strcmp(has, "-") == 0 ? "" : has;
        const char *y = strcmp(needs, "-") == 0 ? "" : needs;
        const bool skill = strcmp(kind, "has") == 0;
        const lsched_agent agent = {
            .channels = LSCHED_PHONE, .languages = skill ? "" : x, .skills = skill ? x : ""};
        const lsched_service service = {.channels = LSCHED_PHONE, .skills = skill ? y : ""};
        const lsched_customer customer = {.language = skill ? "" : y};
        const int32_t why = lsi_roster_unfit(&agent, &service, &customer, LSCHED_PHONE);
        const int32_t no = skill ? LSCHED_WHY_SKILL : LSCHED_WHY_LANGUAGE;
        if (why != (strcmp(answer, "yes") == 0 ? 0 : no))
            fail_msg("%s: %d", line, (int)why);
    }
    (void)fclose(file);
    assert_true(cases > 40);
}

/* A channel must be the agent's and the service's. */
static void test_channels(void **state)
{
    (void)state;
    lsched_agent agent = {.languages = "", .skills = ""};
    lsched_service service = {.skills = ""};
    const lsched_customer anybody = {.language = ""};
    for (agent.channels = 1; agent.channels < 16; agent.channels++) {
        for (service.channels = 1; service.channels < 16; service.channels++) {
            for (int32_t channel = 1; channel <= LSCHED_VISIT; channel *= 2) {
                const bool both =
                    (agent.channels & channel) != 0 && (service.channels & channel) != 0;
                assert_int_equal(lsi_roster_unfit(&agent, &service, &anybody, channel),
                                 both ? 0 : LSCHED_WHY_CHANNEL);
            }
        }
    }
}

static void test_all_reasons(void **state)
{
    (void)state;
    const lsched_agent agent = {
        .id = "bo", .channels = LSCHED_CHAT, .languages = "en", .skills = "billing"};
    const lsched_service service = {.channels = LSCHED_PHONE, .skills = "fiber"};
    lsched_customer customer = {.language = "fr", .avoids = "ana bo"};
    assert_int_equal(lsi_roster_unfit(&agent, &service, &customer, LSCHED_PHONE),
                     LSCHED_WHY_CHANNEL | LSCHED_WHY_SKILL | LSCHED_WHY_LANGUAGE |
                         LSCHED_WHY_AVOIDED);
    customer = (lsched_customer){.language = NULL};
    assert_int_equal(lsi_roster_unfit(&agent, &service, &customer, LSCHED_PHONE),
                     LSCHED_WHY_CHANNEL | LSCHED_WHY_SKILL);
}

/* Whole words, wherever they stand. */
static void test_avoided(void **state)
{
    (void)state;
    static const char *const yes[] = {"bo", "bo ana", "ana bo", "ana bo cy"};
    static const char *const no[] = {NULL, "", "b", "bob", "boo bob b", "Bo", "ana"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        assert_true(lsi_roster_avoided(&(lsched_customer){.avoids = yes[i]}, "bo"));
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        assert_false(lsi_roster_avoided(&(lsched_customer){.avoids = no[i]}, "bo"));
}

/* The dates of ana's memberships in a team of `zone`, as UTC. */
static void dates_are(const char *zone, const lsched_member *members, size_t count,
                      const char *expected)
{
    scene s;
    lsi_spans spans = {0};
    char found[300] = "";
    size_t used = 0;
    scene_begin(&s, zone);
    const lsi_zone *utc = scene_zone(&s, "UTC");
    scene_ok(&s, lsi_roster_spans(members, count, "ana", s.f.zone, &spans, &s.e));
    for (size_t i = 0; i < spans.count; i++) {
        char from[40] = "", until[40] = "";
        if (spans.at[i].from != 0)
            scene_ok(&s, lsi_iso_write(spans.at[i].from, utc, from, sizeof from, &s.e));
        if (spans.at[i].until != LSI_TIME_END)
            scene_ok(&s, lsi_iso_write(spans.at[i].until, utc, until, sizeof until, &s.e));
        used += (size_t)snprintf(found + used, sizeof found - used, "%s%.16s/%.16s",
                                 i > 0 ? " " : "", from, until);
    }
    assert_string_equal(found, expected);
    lsi_span_free(&spans);
    scene_end(&s);
}

static void test_dates(void **state)
{
    (void)state;
    const lsched_member always[] = {{.agent = "ana"}};
    dates_are("America/New_York", always, 1, "/");
    dates_are("America/New_York", always, 0, "");
    const lsched_member bob[] = {{.agent = "bob"}, {.agent = "anabel"}, {.agent = "an"}};
    dates_are("America/New_York", bob, 3, "");
    /* Two midnights of New York, five hours and then four behind. */
    const lsched_member day[] = {{.agent = "ana", .from = "2026-03-08", .until = "2026-03-09"}};
    dates_are("America/New_York", day, 1, "2026-03-08T05:00/2026-03-09T04:00");
    const lsched_member twice[] = {{.agent = "ana", .from = "", .until = "2026-01-05"},
                                   {.agent = "bob", .from = "2026-01-01", .until = ""},
                                   {.agent = "ana", .from = "2026-11-01", .until = ""}};
    dates_are("America/New_York", twice, 3, "/2026-01-05T05:00 2026-11-01T04:00/");
    /* Those that touch or overlap are one, in whatever order they come. */
    const lsched_member touching[] = {
        {.agent = "ana", .from = "2026-02-01", .until = "2026-03-01"},
        {.agent = "ana", .from = "2026-01-01", .until = "2026-02-01"},
        {.agent = "ana", .from = "2026-01-10", .until = "2026-01-20"}};
    dates_are("Europe/Berlin", touching, 3, "2025-12-31T23:00/2026-02-28T23:00");
    /* A midnight that is skipped, one that comes twice, and a date that is not there. */
    const lsched_member cairo[] = {{.agent = "ana", .from = "2026-04-24", .until = "2026-04-25"}};
    dates_are("Africa/Cairo", cairo, 1, "2026-04-23T22:00/2026-04-24T21:00");
    const lsched_member havana[] = {{.agent = "ana", .from = "2026-11-01", .until = "2026-11-02"}};
    dates_are("America/Havana", havana, 1, "2026-11-01T04:00/2026-11-02T05:00");
    const lsched_member apia[] = {{.agent = "ana", .from = "2011-12-30", .until = "2011-12-31"}};
    dates_are("Pacific/Apia", apia, 1, "");
}

static void test_bad_date(void **state)
{
    (void)state;
    scene s;
    lsi_spans spans = {0};
    const lsched_member members[] = {{.agent = "ana", .from = "2026-01-01"},
                                     {.agent = "ana", .from = "2026-02-30"}};
    scene_begin(&s, "UTC");
    assert_int_equal(lsi_roster_spans(members, 2, "ana", s.f.zone, &spans, &s.e), LSCHED_INVALID);
    assert_non_null(strstr(s.e.text, "2026-02-30"));
    lsi_span_free(&spans);
    scene_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fitness),     cmocka_unit_test(test_channels),
        cmocka_unit_test(test_all_reasons), cmocka_unit_test(test_avoided),
        cmocka_unit_test(test_dates),       cmocka_unit_test(test_bad_date)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
