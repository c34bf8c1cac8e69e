/* verdict.c -- the answer of schedctl explain in one sentence: what was asked, whether anything
 * is free, and what stops the most.
 */
#include "explain.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct line {
    char text[2000];
    size_t size;
};

static void add(struct line *l, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add(struct line *l, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int size = vsnprintf(l->text + l->size, sizeof l->text - l->size, format, list);
    va_end(list);
    if (size > 0)
        l->size += (size_t)size < sizeof l->text - l->size ? (size_t)size : 0;
}

/* ---- what was asked -------------------------------------------------------------------------- */

/* "on Thu 2026-11-26", "on Mon 2026-11-23 from 14:05 on", "at Mon 2026-11-23 21:40" */
static void add_time(struct tool *t, struct line *l, const lsched_outlook *o, const char *zone)
{
    char from[TIME_TEXT];
    char until[TIME_TEXT];
    char date[DATE_TEXT];
    time_minute(t, o->from, zone, from);
    time_minute(t, o->until, zone, until);
    int64_t day = date_days(from);
    const char *name = time_day(day * 86400, 0);
    if (o->until - o->from == 1)
        add(l, " at %s %.10s %.5s", name, from, from + 11);
    else if (strncmp(until, date_text(day + 1, date), 10) != 0 ||
             strncmp(until + 11, "00:00", 5) != 0)
        add(l, " from %s until %s", from, until);
    else if (strncmp(from + 11, "00:00", 5) != 0)
        add(l, " on %s %.10s from %.5s on", name, from, from + 11);
    else
        add(l, " on %s %.10s", name, from);
}

static void add_question(struct tool *t, struct line *l, const struct question *q,
                         const lsched_outlook *o)
{
    char names[CHOICE_TEXT];
    const lsched_query *a = &q->query;
    add(l, "%s for %s", a->service, a->customer);
    add_time(t, l, o, q->zone);
    if (t->value[OPT_CHANNEL] || q->moving)
        add(l, ", by %s", choice_list(choice_channel, a->channels, names));
    if (a->agent)
        add(l, ", with %s", agent_name(t, a->agent));
    if (a->team)
        add(l, ", in %s", team_name(t, a->team));
    if (a->rungs)
        add(l, ", on rung %s", choice_list(choice_rung, a->rungs, names));
}

/* ---- the main reason -------------------------------------------------------------------------- */

/* Who is never fit is no reason why some times are free and others are not. */
#define ALWAYS                                                                                     \
    (LSCHED_WHY_ROSTER | LSCHED_WHY_CHANNEL | LSCHED_WHY_SKILL | LSCHED_WHY_LANGUAGE |             \
     LSCHED_WHY_NO_TEAM | LSCHED_WHY_AVOIDED)

/* What alone stops the most.  Where whoever could serve otherwise is booked, that is it, however
 * many others are off. */
static int32_t reason_alone(const lsched_explanation *x)
{
    const bool any = lsched_explanation_outlook(x)->starts > 0;
    int32_t best = 0;
    int64_t most = 0;
    if (!any && lsched_explanation_alone(x, LSCHED_WHY_BOOKED))
        return LSCHED_WHY_BOOKED;
    for (const struct choice *r = choice_reason; r->name; r++) {
        const int64_t alone =
            any && (r->value & ALWAYS) ? 0 : lsched_explanation_alone(x, r->value);
        best = alone > most ? r->value : best;
        most = alone > most ? alone : most;
    }
    return best;
}

/* What meets the most, beside others; where the clock's grid has no start nobody was counted. */
static int32_t reason_met(const lsched_explanation *x)
{
    int32_t best = 0;
    int64_t most = 0;
    for (const struct choice *r = choice_reason; r->name; r++) {
        const int64_t lost = lsched_explanation_lost(x, r->value);
        best = lost > most ? r->value : best;
        most = lost > most ? lost : most;
    }
    for (size_t i = 0; i < lsched_explanation_count(x) && !most; i++) {
        const int32_t reason = lsched_explanation_at(x, i)->reason;
        best = !best || reason == LSCHED_WHY_GRID ? reason : best;
    }
    return best;
}

static int32_t main_reason(const lsched_explanation *x, bool *only)
{
    int32_t reason = reason_alone(x);
    size_t kinds = 0;
    for (const struct choice *r = choice_reason; r->name; r++)
        kinds += lsched_explanation_lost(x, r->value) > 0;
    *only = kinds < 2;
    return reason ? reason : reason_met(x);
}

/* The calendar by which it stops the most, or "". */
static const char *main_calendar(const lsched_explanation *x, int32_t reason)
{
    const char *calendar = "";
    int64_t most = 0;
    for (size_t i = 0; i < lsched_explanation_count(x); i++) {
        const lsched_obstacle *o = lsched_explanation_at(x, i);
        const int64_t weight = o->reason == reason ? obstacle_weight(x, o) : 0;
        if (weight > most || (weight == most && weight > 0 && !*calendar)) {
            most = weight;
            calendar = o->calendar;
        }
    }
    return calendar;
}

static void add_reason(struct line *l, const lsched_explanation *x, const char *alone,
                       const char *main)
{
    bool only;
    const int32_t reason = main_reason(x, &only);
    const char *calendar = main_calendar(x, reason);
    if (!reason)
        return;
    add(l, "%s: %s", only ? alone : main, lsched_reason_text(reason));
    if (*calendar)
        add(l, " (calendar %s)", calendar);
}

/* ---- the sentence ------------------------------------------------------------------------------ */

/* Of a day, the time alone. */
static const char *first_start(struct tool *t, const lsched_outlook *o, const char *zone,
                               char text[TIME_TEXT])
{
    char from[TIME_TEXT];
    time_minute(t, o->from, zone, from);
    time_minute(t, o->first, zone, text);
    return strncmp(from, text, 10) != 0 || strcmp(from + 16, text + 16) != 0 ? text : text + 11;
}

void verdict_print(struct tool *t, const struct question *q, const lsched_explanation *x)
{
    const lsched_outlook *o = lsched_explanation_outlook(x);
    struct line l = {.size = 0};
    char first[TIME_TEXT];
    const bool one = o->until - o->from == 1;
    add_question(t, &l, q, o);
    if (o->starts && one) {
        add(&l, ": it is free");
    } else if (o->starts) {
        const char *at = first_start(t, o, q->zone, first);
        add(&l, ": %lld start%s free, the first at %.*s", (long long)o->starts,
            o->starts == 1 ? " is" : "s are", at == first ? TIME_TEXT : 5, at);
        add_reason(&l, x, "; elsewhere", "; elsewhere, above all");
    } else {
        add(&l, ": %s", one ? "it is not free" : "nothing is free");
        add_reason(&l, x, "", "; above all");
    }
    add(&l, ".");
    print_clean(l.text);
    putchar('\n');
}
