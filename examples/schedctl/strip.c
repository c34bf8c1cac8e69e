/* strip.c -- a day of each candidate as a line of half hours: where it could start, and
 * which rule is in the way elsewhere.
 */
#include "explain.h"

#include <stdio.h>
#include <string.h>

#define CELL 1800
#define GLANCE 300 /* each cell is looked at every five minutes */

/* The first that applies is shown: what is for all before what is somebody's own. */
static const struct {
    int32_t reasons;
    char mark;
    const char *text;
} marks[] = {
    {LSCHED_WHY_NOTICE, 'n', "notice"},
    {LSCHED_WHY_HORIZON, 'h', "horizon"},
    {LSCHED_WHY_REGION, 'r', "region"},
    {LSCHED_WHY_CUSTOMER, 'c', "customer"},
    {LSCHED_WHY_SERVICE, 's', "service"},
    {LSCHED_WHY_TEAM, 't', "team"},
    {LSCHED_WHY_ROSTER, 'o', "roster"},
    {LSCHED_WHY_CHANNEL | LSCHED_WHY_SKILL | LSCHED_WHY_LANGUAGE | LSCHED_WHY_AVOIDED, 'x',
     "unfit"},
    {LSCHED_WHY_AGENT, '-', "off"},
    {LSCHED_WHY_BOOKED, 'b', "booked"},
    {LSCHED_WHY_GRID, '.', "grid"},
};
#define MARKS (sizeof marks / sizeof *marks)

bool lists(const char *list, const char *word)
{
    size_t size = strlen(word);
    for (const char *p = list; *p; p += strcspn(p, " "), p += *p == ' ')
        if (!strncmp(p, word, size) && (p[size] == ' ' || !p[size]))
            return true;
    return false;
}

/* Why a candidate cannot start then on one channel. */
static int32_t reasons_at(const lsched_explanation *x, const lsched_candidate *c, int32_t channel,
                          lsched_time at)
{
    int32_t reasons = 0;
    for (size_t i = 0; i < lsched_explanation_count(x); i++) {
        const lsched_obstacle *o = lsched_explanation_at(x, i);
        if (at >= o->from && at < o->until && (o->channels & channel) &&
            (!*o->team || !strcmp(o->team, c->team)) && (!*o->who || lists(o->who, c->agent)))
            reasons |= o->reason;
    }
    return reasons;
}

/* What a cell shows: 0, nothing but perhaps the grid; else what stands in the way all the time, if anything does. */
static int32_t look(const lsched_explanation *x, const lsched_candidate *c, int32_t channels,
                    lsched_time from, lsched_time until)
{
    int32_t all = -1;
    int32_t any = 0;
    for (lsched_time at = from; at < until; at += GLANCE)
        for (int32_t channel = 1; channel <= LSCHED_VISIT; channel *= 2) {
            if (!(channels & channel))
                continue;
            int32_t reasons = reasons_at(x, c, channel, at);
            if (!reasons)
                return 0;
            all &= reasons;
            any |= reasons;
        }
    return all ? all : any;
}

static size_t mark_of(int32_t reasons)
{
    size_t i = 0;
    while (i + 1 < MARKS && !(marks[i].reasons & reasons))
        i++;
    return i;
}

/* In which cells somebody can start, by lsched_find(): whether a start lies on the grid is told by
 * no obstacle. */
static int find_starts(struct tool *t, const struct question *q, const lsched_outlook *o,
                       const char *agent, bool free[STRIP_CELLS])
{
    lsched_query query = q->query;
    lsched_slots *slots;
    query.agent = agent;
    query.after = 0;
    query.from = o->from;
    query.until = o->until;
    query.limit = LSCHED_MAX_PAGE;
    memset(free, 0, STRIP_CELLS * sizeof *free);
    int status = lsched_find(t->s, &query, &slots);
    if (status != LSCHED_OK)
        return refuse(t, status, "find");
    for (size_t i = 0; i < lsched_slots_count(slots); i++)
        free[(lsched_slots_at(slots, i)->start - o->from) / CELL] = true;
    lsched_slots_free(slots);
    return EXIT_DONE;
}

static void draw(struct tool *t, const lsched_explanation *x, const lsched_candidate *c,
                 const bool free[STRIP_CELLS], char *line, bool *used)
{
    const lsched_outlook *o = lsched_explanation_outlook(x);
    for (lsched_time at = o->from; at < o->until; at += CELL) {
        if (c->fit && free[(at - o->from) / CELL]) {
            line += sprintf(line, "%s", t->utf8 ? "█" : "#");
            continue;
        }
        lsched_time end = at + CELL < o->until ? at + CELL : o->until;
        int32_t reasons = c->fit ? look(x, c, c->fit, at, end) : LSCHED_WHY_SKILL;
        size_t mark = mark_of(reasons ? reasons : LSCHED_WHY_GRID);
        used[mark] = true;
        *line++ = marks[mark].mark;
    }
    *line = '\0';
}

/* "00    03    06": the hours of the wall clock above their cells. */
static void scale(struct tool *t, const lsched_outlook *o, const char *zone, char line[STRIP_TEXT])
{
    size_t size = 0;
    size_t cell = 0;
    for (lsched_time at = o->from; at < o->until; at += CELL, cell++) {
        char wall[TIME_TEXT];
        time_text(t, at, zone, wall);
        int hour = (wall[11] - '0') * 10 + wall[12] - '0';
        if (size > cell || hour % 3 || wall[14] >= '3')
            continue;
        while (size < cell)
            line[size++] = ' ';
        line[size++] = wall[11];
        line[size++] = wall[12];
    }
    line[size] = '\0';
}

bool strips_fit(const lsched_explanation *x)
{
    const lsched_outlook *o = lsched_explanation_outlook(x);
    return lsched_explanation_candidates(x) && o->until - o->from >= 2 * CELL &&
           o->until - o->from <= STRIP_CELLS * (lsched_time)CELL;
}

/* Without --all, those who could, and others as far as there is room. */
static bool is_shown(struct tool *t, const lsched_explanation *x, const lsched_candidate *c,
                     size_t *idle)
{
    size_t able = 0;
    const size_t count = lsched_explanation_candidates(x);
    for (size_t i = 0; i < count; i++)
        able += lsched_explanation_candidate(x, i)->starts > 0;
    if (t->value[OPT_ALL] || count <= FEW_LINES)
        return true;
    return c->starts > 0 || able + (*idle)++ < FEW_LINES;
}

int strips_print(struct tool *t, const struct question *q, const lsched_explanation *x)
{
    char line[STRIP_TEXT];
    bool free[STRIP_CELLS];
    int code = EXIT_DONE;
    bool used[MARKS] = {false};
    size_t lines = 0;
    size_t idle = 0;
    const size_t count = lsched_explanation_candidates(x);
    struct libscols_table *table = table_new(t);
    puts("");
    table_column(table, "AGENT", COLUMN_TRUNC);
    table_column(table, "TEAM", COLUMN_TRUNC);
    scale(t, lsched_explanation_outlook(x), q->zone, line);
    table_column(table, line, 0);
    table_column(table, "STARTS", COLUMN_RIGHT);
    for (size_t i = 0; code == EXIT_DONE && i < count; i++) {
        const lsched_candidate *c = lsched_explanation_candidate(x, i);
        char starts[24];
        if (!is_shown(t, x, c, &idle) || (lines >= FEW_LINES && !t->value[OPT_ALL]))
            continue;
        snprintf(starts, sizeof starts, "%lld", (long long)c->starts);
        code = find_starts(t, q, lsched_explanation_outlook(x), c->agent, free);
        if (code != EXIT_DONE)
            break;
        draw(t, x, c, free, line, used);
        table_row(table, (const char *[]){agent_name(t, c->agent), c->team, line, starts}, 4);
        lines++;
    }
    const int printed = table_print(table);
    code = code == EXIT_DONE ? printed : code;
    print_more(count - lines, "agent");
    printf("%s free", t->utf8 ? "█" : "#");
    for (size_t i = 0; i < MARKS; i++)
        if (used[i])
            printf("   %c %s", marks[i].mark, marks[i].text);
    puts("");
    return code;
}
