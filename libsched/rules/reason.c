/* rules/reason.c -- reasons in words, for people. */
#include "rules/rules.h"

#include <stdio.h>
#include <string.h>

static const struct {
    int32_t reason;
    const char *text;
} reasons[] = {
    {LSCHED_WHY_NOTICE, "it is past, or too soon"},
    {LSCHED_WHY_HORIZON, "it is too far ahead"},
    {LSCHED_WHY_GRID, "contacts do not start at that minute"},
    {LSCHED_WHY_REGION, "outside the lawful hours of the region"},
    {LSCHED_WHY_CUSTOMER, "outside the customer's hours"},
    {LSCHED_WHY_SERVICE, "outside the hours of the service"},
    {LSCHED_WHY_TEAM, "the team is closed"},
    {LSCHED_WHY_ROSTER, "not on the team's roster on that date"},
    {LSCHED_WHY_AGENT, "the agent is off shift, on a break or on leave"},
    {LSCHED_WHY_BOOKED, "the agent is booked"},
    {LSCHED_WHY_CHANNEL, "not served on that channel"},
    {LSCHED_WHY_SKILL, "the agent lacks a skill"},
    {LSCHED_WHY_LANGUAGE, "the agent shares no language"},
    {LSCHED_WHY_NO_TEAM, "nobody serves this customer"},
    {LSCHED_WHY_WALL, "not at the wall clock time that was promised"},
    {LSCHED_WHY_ATTEMPTS, "tried as often as a region allows"},
    {LSCHED_WHY_STALE, "a calendar is stale"},
    /* Who reads it may be the agent. */
    {LSCHED_WHY_AVOIDED, "others serve this customer"},
};
#define REASONS (sizeof reasons / sizeof *reasons)

const char *lsi_reason_text(int32_t reason)
{
    for (size_t i = 0; i < REASONS; i++) {
        if (reasons[i].reason == reason)
            return reasons[i].text;
    }
    return "";
}

void lsi_reason_words(int32_t mask, char *words, size_t size)
{
    size_t used = 0;
    words[0] = '\0';
    for (size_t i = 0; i < REASONS; i++) {
        if ((mask & reasons[i].reason) == 0)
            continue;
        /* Whole reasons only, as many as find room. */
        const char *between = used > 0 ? "; " : "";
        if (used + strlen(between) + strlen(reasons[i].text) >= size)
            return;
        used += (size_t)snprintf(words + used, size - used, "%s%s", between, reasons[i].text);
    }
}
