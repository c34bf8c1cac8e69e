/* rules/roster.c -- who is in a team on which dates, and who is fit for a service, and for a
 * customer. */
#include "rules/rules.h"

#include <string.h>

/* A date is a local midnight of the team's zone. */
static int edge(const char *date, const lsi_zone *zone, lsched_time otherwise, lsched_time *out,
                lsi_error *e)
{
    int64_t days;
    *out = otherwise;
    if (!lsi_text_given(date))
        return LSCHED_OK;
    const int status = lsi_civil_read_date(date, &days, e);
    if (status == LSCHED_OK)
        *out = lsi_zone_date(zone, days);
    return status;
}

int lsi_roster_spans(const lsched_member *members, size_t count, const char *agent,
                     const lsi_zone *zone, lsi_spans *out, lsi_error *e)
{
    for (size_t i = 0; i < count; i++) {
        lsched_time from, until;
        if (strcmp(members[i].agent, agent) != 0)
            continue;
        int status = edge(members[i].from, zone, 0, &from, e);
        if (status == LSCHED_OK)
            status = edge(members[i].until, zone, LSI_TIME_END, &until, e);
        if (status == LSCHED_OK)
            status = lsi_span_add(out, from, until, e);
        if (status != LSCHED_OK)
            return status;
    }
    lsi_span_sort(out);
    return LSCHED_OK;
}

/* "fiber:2" is the skill "fiber" at level 2; a bare "fiber" is level 1. */
static void read_skill(const char *word, size_t size, size_t *name, int32_t *level)
{
    const char *colon = memchr(word, ':', size);
    *name = colon != NULL ? (size_t)(colon - word) : size;
    *level = colon != NULL ? lsi_text_number(colon + 1, size - *name - 1) : 1;
}

static bool has_skill(const char *skills, const char *wanted, size_t wanted_size)
{
    const char *word;
    size_t size, name, wanted_name;
    int32_t level, wanted_level;
    read_skill(wanted, wanted_size, &wanted_name, &wanted_level);
    while ((skills = lsi_text_word(skills, &word, &size)) != NULL) {
        read_skill(word, size, &name, &level);
        if (name == wanted_name && memcmp(word, wanted, name) == 0)
            return level >= wanted_level;
    }
    return false;
}

/* Two tags meet where one begins the other at a subtag's end (RFC 4647, section 3.3.1):
 * an agent for "es" serves "es-MX", and one for "es-MX" serves "es". */
static bool speaks(const char *languages, const char *wanted)
{
    const char *word;
    size_t size;
    const size_t wanted_size = strlen(wanted);
    while ((languages = lsi_text_word(languages, &word, &size)) != NULL) {
        const size_t shared = size < wanted_size ? size : wanted_size;
        const char next = size > shared ? word[shared] : wanted[shared];
        if (lsi_text_same(word, wanted, shared) && (size == wanted_size || next == '-'))
            return true;
    }
    return false;
}

bool lsi_roster_avoided(const lsched_customer *customer, const char *agent)
{
    return lsi_text_given(customer->avoids) && lsi_text_has_word(customer->avoids, agent);
}

int32_t lsi_roster_unfit(const lsched_agent *agent, const lsched_service *service,
                         const lsched_customer *customer, int32_t channel)
{
    int32_t why = 0;
    const char *word, *list = service->skills;
    size_t size;
    if ((agent->channels & service->channels & channel) == 0)
        why |= LSCHED_WHY_CHANNEL;
    while ((list = lsi_text_word(list, &word, &size)) != NULL) {
        if (!has_skill(agent->skills, word, size))
            why |= LSCHED_WHY_SKILL;
    }
    if (lsi_text_given(customer->language) && !speaks(agent->languages, customer->language))
        why |= LSCHED_WHY_LANGUAGE;
    if (lsi_roster_avoided(customer, agent->id))
        why |= LSCHED_WHY_AVOIDED;
    return why;
}
