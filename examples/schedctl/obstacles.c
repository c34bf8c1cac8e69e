/* obstacles.c -- what stands in the way, as a table: the lines that stop the most, or all. */
#include "explain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FEW_NAMES 3

/* How many candidates it is about. */
static int64_t candidates_of(const lsched_explanation *x, const lsched_obstacle *o)
{
    int64_t count = 0;
    if (o->agents)
        return o->agents;
    for (size_t i = 0; i < lsched_explanation_candidates(x); i++)
        count += !*o->team || !strcmp(o->team, lsched_explanation_candidate(x, i)->team);
    return count ? count : 1;
}

int64_t obstacle_weight(const lsched_explanation *x, const lsched_obstacle *o)
{
    return (o->until - o->from) * candidates_of(x, o);
}

void print_more(size_t left, const char *noun)
{
    if (left)
        printf("... and %zu more %s%s; --all shows them\n", left, noun, left == 1 ? "" : "s");
}

/* ---- which ------------------------------------------------------------------------------------- */

struct ranked {
    size_t place;
    int64_t weight;
};

static int heaviest(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

/* Marks those that are shown; NULL: memory ran out. */
static bool *choose(struct tool *t, const lsched_explanation *x)
{
    const size_t count = lsched_explanation_count(x);
    struct ranked *order = calloc(count + 1, sizeof *order);
    bool *shown = calloc(count + 1, sizeof *shown);
    if (!order || !shown) {
        free(order);
        free(shown);
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        order[i] = (struct ranked){i, obstacle_weight(x, lsched_explanation_at(x, i))};
    qsort(order, count, sizeof *order, heaviest);
    for (size_t i = 0; i < count && (t->value[OPT_ALL] || i < FEW_LINES); i++)
        shown[order[i].place] = true;
    free(order);
    return shown;
}

/* ---- a line ------------------------------------------------------------------------------------ */

/* "Ana Ortiz", "3 agents", "east" or "all". */
static void people(struct tool *t, const lsched_obstacle *o, char *buffer, size_t size)
{
    size_t used = 0;
    if (!o->agents) {
        snprintf(buffer, size, "%s", *o->team ? o->team : "all");
        return;
    }
    if (o->agents > FEW_NAMES && !t->value[OPT_ALL]) {
        snprintf(buffer, size, "%d agents", (int)o->agents);
        return;
    }
    for (const char *id = o->who; *id && used < size; id += strcspn(id, " "), id += *id == ' ') {
        char one[LSCHED_MAX_ID + 1];
        snprintf(one, sizeof one, "%.*s", (int)strcspn(id, " "), id);
        used += (size_t)snprintf(buffer + used, size - used, "%s%s", used ? ", " : "",
                                 agent_name(t, one));
    }
}

#define DAY (23 * 3600) /* at the least */

/* Where no calendar has a name: none opens then, or none in a day and more. */
static const char *calendar(const lsched_explanation *x, const lsched_obstacle *o)
{
    const int32_t layers = LSCHED_WHY_REGION | LSCHED_WHY_CUSTOMER | LSCHED_WHY_SERVICE |
                           LSCHED_WHY_TEAM | LSCHED_WHY_AGENT;
    const lsched_outlook *all = lsched_explanation_outlook(x);
    if (*o->calendar || !(o->reason & layers))
        return o->calendar;
    return all->until - all->from >= DAY && o->from <= all->from && o->until >= all->until
               ? "(nothing opens)"
               : "(outside hours)";
}

/* Starts are whole minutes: the first that is refused, and the first that no longer is.  In a day
 * without a clock change the time alone will do. */
struct clock {
    const char *zone;
    bool day;
};

static const char *minute(struct tool *t, const struct clock *c, lsched_time at,
                          char buffer[TIME_TEXT])
{
    time_minute(t, (at + 59) / 60 * 60, c->zone, buffer);
    if (c->day) {
        memmove(buffer, buffer + 11, 5);
        buffer[5] = '\0';
    }
    return buffer;
}

static struct clock clock_of(struct tool *t, const lsched_outlook *o, const char *zone)
{
    char from[TIME_TEXT];
    char until[TIME_TEXT];
    time_minute(t, o->from, zone, from);
    time_minute(t, o->until - 60, zone, until);
    return (struct clock){zone, !strncmp(from, until, 10) && !strcmp(from + 16, until + 16)};
}

/* ---- the table ----------------------------------------------------------------------------------- */

/* Which columns there are. */
struct columns {
    struct clock clock;
    bool times, channels;
};

static void head(struct libscols_table *table, const struct columns *c)
{
    if (c->times) {
        table_column(table, "STARTS FROM", 0);
        table_column(table, "UNTIL", 0);
    }
    table_column(table, "FOR", COLUMN_TRUNC);
    if (c->channels)
        table_column(table, "CHANNELS", COLUMN_TRUNC);
    table_column(table, "WHY NOT", 0);
    table_column(table, "CALENDAR", COLUMN_TRUNC);
}

static void row(struct tool *t, struct libscols_table *table, const struct columns *c,
                const lsched_explanation *x, const lsched_obstacle *o)
{
    char from[TIME_TEXT];
    char until[TIME_TEXT];
    char who[4000];
    char channels[CHOICE_TEXT];
    const char *cells[6];
    size_t count = 0;
    if (c->times) {
        cells[count++] = minute(t, &c->clock, o->from, from);
        cells[count++] = minute(t, &c->clock, o->until, until);
        if (c->clock.day && o->until >= lsched_explanation_outlook(x)->until &&
            !strcmp(until, "00:00"))
            strcpy(until, "24:00");
    }
    people(t, o, who, sizeof who);
    cells[count++] = who;
    if (c->channels)
        cells[count++] = choice_list(choice_channel, o->channels, channels);
    cells[count++] = lsched_reason_text(o->reason);
    cells[count++] = calendar(x, o);
    table_row(table, cells, count);
}

/* Whether a line that is shown is not about all channels that were asked. */
static bool channels_differ(const lsched_explanation *x, const bool *shown)
{
    int32_t all = 0;
    bool differ = false;
    for (size_t i = 0; i < lsched_explanation_count(x); i++)
        all |= lsched_explanation_at(x, i)->channels;
    for (size_t i = 0; i < lsched_explanation_candidates(x); i++)
        all |= lsched_explanation_candidate(x, i)->fit;
    for (size_t i = 0; i < lsched_explanation_count(x); i++)
        differ = differ || (shown[i] && lsched_explanation_at(x, i)->channels != all);
    return differ;
}

int obstacles_print(struct tool *t, const lsched_explanation *x, const char *zone)
{
    const lsched_outlook *o = lsched_explanation_outlook(x);
    const size_t count = lsched_explanation_count(x);
    struct columns c = {.clock = clock_of(t, o, zone), .times = o->until - o->from > 1};
    size_t left = 0;
    bool *shown = choose(t, x);
    if (!shown)
        return fail(EXIT_NO_STORE, "memory ran out");
    c.channels = channels_differ(x, shown);
    struct libscols_table *table = count ? table_new(t) : NULL;
    if (table) {
        puts("");
        head(table, &c);
    }
    for (size_t i = 0; i < count; i++) {
        left += !shown[i];
        if (shown[i])
            row(t, table, &c, x, lsched_explanation_at(x, i));
    }
    free(shown);
    int code = count ? table_print(table) : EXIT_DONE;
    if (code == EXIT_DONE)
        print_more(left, "line");
    return code;
}
