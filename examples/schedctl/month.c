/* month.c -- schedctl month: a calendar page, one row a week and one cell a day, with how many
 * starts each of the customer's days has.
 */
#include "query.h"

#include <stdio.h>

#define CELL 10 /* columns of a day */

struct month {
    struct tool *t;
    struct question q;
    int32_t days;
    const lsched_days *list;
    int32_t most; /* starts of a day */
    int64_t starts;
};

static const char *const names[] = {"January",   "February", "March",    "April",
                                    "May",       "June",     "July",     "August",
                                    "September", "October",  "November", "December"};

/* 0: Monday.  1970-01-01 was a Thursday. */
static int weekday(int64_t day)
{
    return (int)((day + 3) % 7);
}

/* The title of a month. */
static void begin_month(const char *date)
{
    printf("\n%s %.4s\n", names[(date[5] - '0') * 10 + date[6] - '1'], date);
    for (int i = 0; i < 7; i++)
        printf("%s %s%s", i > 0 ? "   " : "", time_day((int64_t)(i + 4) * 86400, 0),
               i < 6 ? "   " : "\n");
}

/* Answers how many of its ten columns are left. */
static int cell(const struct month *m, const lsched_day *d)
{
    printf("%3d ", (d->date[8] - '0') * 10 + d->date[9] - '0');
    shade_print(m->t, shade_of(d->starts, m->most));
    if (d->starts <= 0)
        return 5;
    printf("%4d", (int)d->starts);
    return 1;
}

/* A date that is missing was skipped there, and leaves its place empty. */
static void draw(const struct month *m)
{
    int64_t next = 0;
    int gap = 0;
    for (size_t i = 0; i < lsched_days_count(m->list); i++) {
        const lsched_day *d = lsched_days_at(m->list, i);
        const int64_t day = date_days(d->date);
        const bool turned = i == 0 || lsched_days_at(m->list, i - 1)->date[6] != d->date[6];
        const bool row = turned || weekday(day) < weekday(next - 1);
        if (i > 0 && row)
            putchar('\n');
        if (turned)
            begin_month(d->date);
        gap = row ? CELL * weekday(day) : gap + CELL * (int)(day - next);
        printf("%*s", gap, "");
        gap = cell(m, d);
        next = day + 1;
    }
    putchar('\n');
    shade_legend(m->t, 0, m->most, "none", "starts");
}

/* The first start, and how many the rest are. */
static void sum_up(const struct month *m)
{
    const lsched_day *first = lsched_days_at(m->list, 0);
    char start[TIME_TEXT];
    for (size_t i = 0; first->starts == 0; i++)
        first = lsched_days_at(m->list, i);
    printf("%lld starts; the first: %s\n", (long long)m->starts,
           time_minute(m->t, first->first, m->q.zone, start));
}

static json_t *month_json(const struct month *m, const lsched_slots *why)
{
    json_t *days = json_array();
    for (size_t i = 0; i < lsched_days_count(m->list); i++) {
        const lsched_day *d = lsched_days_at(m->list, i);
        const bool any = d->starts > 0;
        json_array_append_new(
            days, json_pack("{s:s, s:i, s:i, s:i, s:o, s:o}", "date", d->date, "starts",
                            (int)d->starts, "slots", (int)d->slots, "free", (int)d->free, "first",
                            any ? time_json(m->t, d->first, m->q.zone) : json_null(), "last",
                            any ? time_json(m->t, d->last, m->q.zone) : json_null()));
    }
    return json_pack("{s:s, s:s, s:s, s:I, s:o, s:o}", "customer", m->q.query.customer, "service",
                     m->q.query.service ? m->q.query.service : "", "zone", m->q.zone, "starts",
                     (json_int_t)m->starts, "days", days, "lost",
                     why ? lost_json(why) : json_array());
}

/* Where there is nothing, find knows why. */
static int show(struct month *m)
{
    lsched_slots *why = NULL;
    hint_day(m->t, &m->q.query, m->q.zone);
    int status = m->starts == 0 ? lsched_find(m->t->s, &m->q.query, &why) : LSCHED_OK;
    int code = status == LSCHED_OK ? EXIT_DONE : refuse(m->t, status, "month");
    if (code == EXIT_DONE && m->t->json) {
        code = print_json(month_json(m, why));
    } else if (code == EXIT_DONE && m->starts > 0) {
        draw(m);
        sum_up(m);
    } else if (code == EXIT_DONE) {
        code = hint_print(m->t, lost_print(m->t, &m->q, m->q.query.service, why));
    }
    lsched_slots_free(why);
    return code == EXIT_DONE && m->starts == 0 ? EXIT_NOTHING : code;
}

static int count(struct month *m)
{
    lsched_days *list;
    int status = lsched_find_days(m->t->s, &m->q.query, &list);
    if (status != LSCHED_OK)
        return refuse(m->t, status, "month");
    m->list = list;
    for (size_t i = 0; i < lsched_days_count(list); i++) {
        const int32_t starts = lsched_days_at(list, i)->starts;
        m->starts += starts;
        m->most = starts > m->most ? starts : m->most;
    }
    int code = show(m);
    lsched_days_free(list);
    return code;
}

static int run(struct tool *t)
{
    struct month m = {.t = t, .days = 31};
    int64_t first;
    int code = question_read(t, &m.q);
    if (code == EXIT_DONE)
        code = option_number(t, OPT_DAYS, 1, LSCHED_MAX_DAYS - 1, &m.days);
    if (code == EXIT_DONE)
        code = local_days(t, t->value[OPT_FROM], m.q.zone, m.days, &first, &m.q.query.from,
                          &m.q.query.until);
    if (code == EXIT_DONE)
        code = count(&m);
    question_free(&m.q);
    return code;
}

const struct command command_month = {
    .name = "month",
    .arguments = "CUSTOMER SERVICE | --moving ID",
    .summary = "a calendar page: how many starts each day has",
    .help = "Draws a page for each month, one row a week and one cell for each of the\n"
            "customer's local days: the date, a shade, and at how many times a contact can\n"
            "start on that day.  Below it stands the first of them.  A date that the\n"
            "customer's zone has skipped stays empty.  With nothing free it says why, and\n"
            "the exit code is 3.\n"
            "\n"
            "Options\n"
            "  --from DATE    the first day; default today\n"
            "  --days N       how many; default 31, at most 399\n"
            "  --channel C    phone, chat, video or visit; several with commas\n"
            "  --agent A      only this agent\n"
            "  --team T       only this team\n"
            "  --rung R       known, home, overflow or general; several with commas\n"
            "  --moving ID    places for this booking, its own place counted as free; on its\n"
            "                 channel unless --channel says other ones\n"
            "\n"
            "Examples\n"
            "  schedctl month c-1001 fix\n"
            "  schedctl month c-1001 fix --from 2026-03-01 --days 62 --channel visit\n"
            "\n"
            "With --json: {customer, service, zone, starts, days: [{date, starts, slots,\n"
            "free, first, last}], lost: [{reason, text, count}]}; slots counts the channels\n"
            "of a start apart, free is how many agents could take one at most, first and\n"
            "last are null where there is none.\n",
    .options = OPTION(OPT_CHANNEL) | OPTION(OPT_AGENT) | OPTION(OPT_TEAM) | OPTION(OPT_RUNG) |
               OPTION(OPT_FROM) | OPTION(OPT_DAYS) | OPTION(OPT_MOVING),
    .most = 2,
    .store = true,
    .run = run,
};
