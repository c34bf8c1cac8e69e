/* week.c -- schedctl week: a heat map of the days to come, one row a day and one cell for
 * each half hour of the customer's local day.
 */
#include "query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CELLS 48

struct week {
    struct tool *t;
    struct question q;
    int32_t days;
    int64_t first;  /* the date of the first row */
    int32_t *cells; /* most who are free at once; -1: a clock change skips it */
    int32_t most;
};

/* A local time that comes back as another one does not exist on that day. */
static bool skipped(struct week *w, int64_t day, int cell)
{
    char text[TIME_TEXT];
    char back[TIME_TEXT];
    lsched_time at;
    date_text(day, text);
    snprintf(text + 10, sizeof text - 10, "T%02d:%02d", cell / 2, cell % 2 * 30);
    return lsched_instant(w->t->s, text, w->q.zone, &at) == LSCHED_OK &&
           lsched_wall(w->t->s, at, w->q.zone, back, sizeof back) == LSCHED_OK &&
           strncmp(text, back, 16) != 0;
}

static void mark(struct week *w, const lsched_slot *slot)
{
    int64_t wall = slot->start + slot->customer_offset;
    int64_t day = wall / 86400 - w->first;
    if (day < 0 || day >= w->days)
        return;
    int32_t *cell = &w->cells[day * CELLS + wall % 86400 / 1800];
    if (slot->free > *cell)
        *cell = slot->free;
    if (slot->free > w->most)
        w->most = slot->free;
}

/* Page after page; the first empty one also knows why. */
static int collect(struct week *w, lsched_slots **why)
{
    for (;;) {
        lsched_slots *list;
        int status = lsched_find(w->t->s, &w->q.query, &list);
        if (status != LSCHED_OK)
            return refuse(w->t, status, "week");
        size_t count = lsched_slots_count(list);
        for (size_t i = 0; i < count; i++)
            mark(w, lsched_slots_at(list, i));
        if (count)
            w->q.query.after = lsched_slots_at(list, count - 1)->start;
        if (!*why)
            *why = list;
        else
            lsched_slots_free(list);
        if (!count)
            return EXIT_DONE;
    }
}

static void row(const struct week *w, int32_t d, int times)
{
    char date[DATE_TEXT];
    int32_t best = 0;
    int last = -1;
    printf("%s %s ", time_day((w->first + d) * 86400, 0), date_text(w->first + d, date));
    for (int c = 0; c < CELLS; c++) {
        int32_t free = w->cells[d * CELLS + c];
        int at = shade_of(free, w->most);
        best = free > best ? free : best;
        shade_color(w->t, free < 0 ? -1 : at, &last);
        for (int i = 0; i < times; i++)
            fputs(free < 0 ? " " : shade_text(w->t, at), stdout);
    }
    shade_color(w->t, -1, &last);
    printf(" %3d\n", (int)best);
}

static void draw(const struct week *w)
{
    int times = w->t->width >= 15 + 2 * CELLS + 6 ? 2 : 1;
    int every = 3; /* hours between two labels */
    printf("%-15s", "");
    for (int hour = 0; hour < 24; hour += every)
        printf("%02d%*s", hour, hour + every < 24 ? 2 * every * times - 2 : 0, "");
    putchar('\n');
    for (int32_t d = 0; d < w->days; d++)
        row(w, d, times);
    shade_legend(w->t, 15, w->most, "nobody", "free at once");
}

static json_t *week_json(const struct week *w, const lsched_slots *why)
{
    json_t *days = json_array();
    for (int32_t d = 0; d < w->days; d++) {
        char date[DATE_TEXT];
        json_t *cells = json_array();
        for (int c = 0; c < CELLS; c++) {
            int32_t free = w->cells[d * CELLS + c];
            json_array_append_new(cells, free < 0 ? json_null() : json_integer(free));
        }
        json_array_append_new(
            days, json_pack("{s:s, s:o}", "date", date_text(w->first + d, date), "free", cells));
    }
    return json_pack("{s:s, s:s, s:s, s:i, s:o, s:o}", "customer", w->q.query.customer, "service",
                     w->q.query.service, "zone", w->q.zone, "most", (int)w->most, "days", days,
                     "lost", w->most ? json_array() : lost_json(why));
}

static int show(struct week *w)
{
    lsched_slots *why = NULL;
    for (int32_t i = 0; i < w->days * CELLS; i++)
        w->cells[i] = skipped(w, w->first + i / CELLS, i % CELLS) ? -1 : 0;
    hint_day(w->t, &w->q.query, w->q.zone);
    int code = collect(w, &why);
    if (code == EXIT_DONE && w->t->json)
        code = print_json(week_json(w, why));
    else if (code == EXIT_DONE && w->most)
        draw(w);
    else if (code == EXIT_DONE)
        code = hint_print(w->t, lost_print(w->t, &w->q, w->q.query.service, why));
    lsched_slots_free(why);
    return code == EXIT_DONE && !w->most ? EXIT_NOTHING : code;
}

static int run(struct tool *t)
{
    struct week w = {.t = t, .days = 7};
    int code = question_read(t, &w.q);
    if (code == EXIT_DONE)
        code = option_number(t, OPT_DAYS, 1, LSCHED_MAX_DAYS, &w.days);
    if (code == EXIT_DONE)
        code = local_days(t, t->value[OPT_FROM], w.q.zone, w.days, &w.first, &w.q.query.from,
                          &w.q.query.until);
    if (code == EXIT_DONE) {
        w.q.query.limit = LSCHED_MAX_PAGE;
        w.cells = calloc((size_t)w.days * CELLS, sizeof *w.cells);
        code = w.cells ? show(&w) : fail(EXIT_NO_STORE, "memory ran out");
    }
    free(w.cells);
    question_free(&w.q);
    return code;
}

const struct command command_week = {
    .name = "week",
    .arguments = "CUSTOMER SERVICE",
    .summary = "a heat map: how many could serve, half hour by half hour",
    .help = "Draws one row for each of the customer's local days and one cell for each half\n"
            "hour of it; the shade says how many agents could take a contact that starts\n"
            "there.  The number at the end is the day's best.  A half hour that a clock\n"
            "change skips is left blank.  With nothing free it says why, and the exit code\n"
            "is 3.\n"
            "\n"
            "Options\n"
            "  --from DATE    the first day; default today\n"
            "  --days N       how many; default 7\n"
            "  --channel C    phone, chat, video or visit; several with commas\n"
            "  --agent A      only this agent\n"
            "  --team T       only this team\n"
            "  --rung R       known, home, overflow or general; several with commas\n"
            "\n"
            "Examples\n"
            "  schedctl week c-1001 fix\n"
            "  schedctl week c-1001 fix --from 2026-03-09 --days 14 --rung home\n"
            "\n"
            "With --json: {customer, service, zone, most, days: [{date, free: [48 numbers,\n"
            "null where the clock skips]}], lost: [{reason, text, count}]}.\n",
    .options = OPTION(OPT_CHANNEL) | OPTION(OPT_AGENT) | OPTION(OPT_TEAM) | OPTION(OPT_RUNG) |
               OPTION(OPT_FROM) | OPTION(OPT_DAYS),
    .least = 2,
    .most = 2,
    .store = true,
    .run = run,
};
