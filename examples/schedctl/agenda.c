/* agenda.c -- schedctl agenda: an agent's day as a picture in text.  One column is so many
 * minutes of elapsed time; the ruler has the hours of the agent's wall clock.
 */
#include "record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LABEL 9
static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

struct agenda {
    struct tool *t;
    lsched_agent *agent;
    int64_t day;
    lsched_time from, until; /* the day */
    lsched_spans *shift;     /* what the agent's calendars open */
    lsched_spans *open;      /* and what of it they do not close */
    lsched_bookings *bookings;
    const lsched_booking **shown; /* those of them that took place, or are to */
    size_t count;
    lsched_time left, right; /* what is drawn of the day */
    int step;                /* minutes of a column */
    int lanes;
};

static char letter(size_t i)
{
    return i < sizeof letters - 1 ? letters[i] : '*';
}

/* ---- asking ---------------------------------------------------------------------------------- */

/* Breaks are what the shift has and the open time has not. */
static int ask_shift(struct agenda *a)
{
    lsched_calendars *list;
    const lsched_calendar *opens[LSCHED_MAX_CALENDARS];
    size_t count = 0;
    int status =
        lsched_list_calendars(a->t->s, LSCHED_AGENT, a->agent->id, 0, LSCHED_MAX_CALENDARS, &list);
    for (size_t i = 0; status == LSCHED_OK && i < lsched_calendars_count(list); i++)
        if (lsched_calendars_at(list, i)->effect == LSCHED_OPENS)
            opens[count++] = lsched_calendars_at(list, i);
    if (status == LSCHED_OK)
        status = lsched_expand(a->t->s, opens, count, a->agent->zone, a->from, a->until, &a->shift);
    if (status == LSCHED_OK)
        status =
            lsched_hours(a->t->s, LSCHED_AGENT, a->agent->id, NULL, a->from, a->until, &a->open);
    int code = status == LSCHED_OK ? EXIT_DONE : refuse(a->t, status, "agenda");
    lsched_calendars_free(list);
    return code;
}

/* What was cancelled or not confirmed is nobody's day. */
static int choose(struct agenda *a)
{
    a->shown = calloc(lsched_bookings_count(a->bookings) + 1, sizeof *a->shown);
    if (!a->shown)
        return fail(EXIT_NO_STORE, "memory ran out");
    for (size_t i = 0; i < lsched_bookings_count(a->bookings); i++) {
        const lsched_booking *b = lsched_bookings_at(a->bookings, i);
        bool over =
            b->state == LSCHED_FULFILLED || b->state == LSCHED_MISSED || b->state == LSCHED_NOSHOW;
        if (over || booking_live(a->t, b))
            a->shown[a->count++] = b;
    }
    return EXIT_DONE;
}

static int ask(struct agenda *a)
{
    lsched_filter filter = {.size = sizeof filter, .limit = LSCHED_MAX_PAGE};
    int code =
        local_days(a->t, a->t->value[OPT_DATE], a->agent->zone, 1, &a->day, &a->from, &a->until);
    if (code != EXIT_DONE)
        return code;
    filter.agent = a->agent->id;
    filter.from = a->from;
    filter.until = a->until;
    int status = lsched_list_bookings(a->t->s, &filter, &a->bookings);
    if (status != LSCHED_OK)
        return refuse(a->t, status, "agenda");
    code = choose(a);
    return code == EXIT_DONE ? ask_shift(a) : code;
}

/* ---- drawing --------------------------------------------------------------------------------- */

static bool covers(const lsched_spans *list, lsched_time from, lsched_time until)
{
    for (size_t i = 0; i < lsched_spans_count(list); i++) {
        const lsched_span *span = lsched_spans_at(list, i);
        if (span->from < until && from < span->until)
            return true;
    }
    return false;
}

static void widen(struct agenda *a, lsched_time from, lsched_time until)
{
    a->left = from < a->left ? from : a->left;
    a->right = until > a->right ? until : a->right;
}

/* From an hour before the first thing to an hour after the last, on full hours; columns
 * as fine as the terminal has room for. */
static void frame(struct agenda *a)
{
    static const int steps[] = {5, 10, 15, 20, 30};
    a->left = a->until;
    a->right = a->from;
    for (size_t i = 0; i < lsched_spans_count(a->shift); i++)
        widen(a, lsched_spans_at(a->shift, i)->from, lsched_spans_at(a->shift, i)->until);
    a->lanes = a->agent->lanes;
    for (size_t i = 0; i < a->count; i++) {
        const lsched_booking *b = a->shown[i];
        widen(a, b->busy_from, b->busy_until);
        a->lanes = b->lane > a->lanes ? b->lane : a->lanes;
    }
    if (a->left >= a->right) {
        a->left = a->from;
        a->right = a->until;
    }
    a->left = a->from + ((a->left - a->from) / 3600 - 1) * 3600;
    a->right = a->from + ((a->right - a->from + 3599) / 3600 + 1) * 3600;
    if (a->left < a->from)
        a->left = a->from;
    if (a->right > a->until)
        a->right = a->until;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        a->step = steps[i];
        if ((a->right - a->left) / (60 * a->step) <= a->t->width - LABEL - 1)
            break;
    }
}

static void put_color(const struct agenda *a, const char *color)
{
    if (a->t->color)
        fputs(color, stdout);
}

/* The hours of the wall clock, where there is room for one. */
static void ruler(struct agenda *a)
{
    int columns = 0;
    printf("%-*s", LABEL, "");
    for (lsched_time at = a->left; at < a->right; at += 60 * a->step) {
        char wall[TIME_TEXT];
        if (columns > 0) {
            columns--;
            continue;
        }
        time_text(a->t, at, a->agent->zone, wall);
        bool sharp = !strncmp(wall + 14, "00", 2);
        if (sharp && 60 / a->step < 3 && (wall[12] - '0') % 2)
            sharp = false; /* too narrow for every hour */
        printf("%.2s", sharp ? wall + 11 : " ");
        columns = sharp ? 1 : 0;
    }
    putchar('\n');
}

static void shift_row(struct agenda *a)
{
    const char *on = a->t->utf8 ? "\u2584" : "=";
    const char *off = a->t->utf8 ? "\u2581" : "-";
    printf("%-*s", LABEL, "shift");
    put_color(a, "\033[32m");
    for (lsched_time at = a->left; at < a->right; at += 60 * a->step) {
        lsched_time end = at + 60 * a->step;
        fputs(covers(a->open, at, end) ? on : covers(a->shift, at, end) ? off : " ", stdout);
    }
    put_color(a, "\033[0m");
    putchar('\n');
}

/* What a lane shows in a column: a contact's letter, else a buffer, else free time.  What is
 * over has given its time back, so it stands behind what is not. */
static const char *cell(const struct agenda *a, int lane, lsched_time at, char own[2])
{
    lsched_time end = at + 60 * a->step;
    const char *found = covers(a->open, at, end) ? (a->t->utf8 ? "\u00b7" : ".") : " ";
    for (size_t i = 0; i < a->count; i++) {
        const lsched_booking *b = a->shown[i];
        if (b->lane != 0 && b->lane != lane)
            continue;
        if (b->start < end && at < b->end) {
            own[0] = letter(i);
            own[1] = '\0';
            found = own;
            if (booking_live(a->t, b))
                break;
        } else if (found != own && b->busy_from < end && at < b->busy_until) {
            found = "-";
        }
    }
    return found;
}

static void lane_row(struct agenda *a, int lane)
{
    char label[32];
    bool bright = false;
    snprintf(label, sizeof label, "lane %d", lane);
    printf("%-*s", LABEL, label);
    for (lsched_time at = a->left; at < a->right; at += 60 * a->step) {
        char own[2];
        const char *text = cell(a, lane, at, own);
        if ((text == own) != bright)
            put_color(a, bright ? "\033[0m" : "\033[1;36m");
        bright = text == own;
        fputs(text, stdout);
    }
    if (bright)
        put_color(a, "\033[0m");
    putchar('\n');
}

static int listing(struct agenda *a)
{
    struct libscols_table *table = table_new(a->t);
    table_column(table, "", 0);
    table_column(table, "TIME", 0);
    table_column(table, "CHANNEL", 0);
    table_column(table, "STATE", 0);
    table_column(table, "CUSTOMER", COLUMN_TRUNC);
    table_column(table, "THERE", 0);
    table_column(table, "SERVICE", COLUMN_TRUNC);
    table_column(table, "BOOKING", 0);
    table_column(table, "NOTE", COLUMN_TRUNC);
    for (size_t i = 0; i < a->count; i++) {
        const lsched_booking *b = a->shown[i];
        char mark[2] = {letter(i), '\0'};
        char start[TIME_TEXT];
        char end[TIME_TEXT];
        char span[16];
        char there[TIME_TEXT];
        char first[120];
        time_text(a->t, b->start, a->agent->zone, start);
        time_text(a->t, b->end, a->agent->zone, end);
        snprintf(span, sizeof span, "%.5s-%.5s", start + 11, end + 11);
        time_short(b->start, b->offset, there);
        snprintf(first, sizeof first, "%.*s", (int)strcspn(b->note, "\r\n"), b->note);
        const char *cells[] = {mark,
                               span,
                               lsched_channel_name(b->channel),
                               lsched_state_name(b->state),
                               b->customer,
                               there + 11,
                               b->service,
                               b->id,
                               first};
        table_row(table, cells, sizeof cells / sizeof *cells);
    }
    return table_print(table);
}

static int draw(struct agenda *a)
{
    char date[DATE_TEXT];
    print_clean(a->agent->name);
    printf(" (%s), %s %s, %s\n\n", a->agent->id, time_day(a->day * 86400, 0),
           date_text(a->day, date), a->agent->zone);
    frame(a);
    ruler(a);
    shift_row(a);
    for (int lane = 1; lane <= a->lanes; lane++)
        lane_row(a, lane);
    putchar('\n');
    if (a->count)
        return listing(a);
    puts(lsched_spans_count(a->open) ? "Nothing is booked." : "Off all day; nothing is booked.");
    return EXIT_DONE;
}

/* ---- the command ----------------------------------------------------------------------------- */

static int print_agenda(struct agenda *a)
{
    char date[DATE_TEXT];
    if (!a->t->json)
        return draw(a);
    json_t *bookings = json_array();
    for (size_t i = 0; i < a->count; i++)
        json_array_append_new(bookings, booking_json(a->t, a->shown[i]));
    return print_json(json_pack("{s:s, s:s, s:s, s:s, s:i, s:o, s:o, s:o}", "agent", a->agent->id,
                                "name", a->agent->name, "zone", a->agent->zone, "date",
                                date_text(a->day, date), "lanes", (int)a->agent->lanes, "shift",
                                spans_json(a->t, a->shift, a->agent->zone), "open",
                                spans_json(a->t, a->open, a->agent->zone), "bookings", bookings));
}

static int print_ics(struct agenda *a)
{
    char *text;
    int status = lsched_write_agenda(a->t->s, a->agent->id, a->from, a->until, &text);
    return status == LSCHED_OK ? print_text(a->t, "ics", text) : refuse(a->t, status, "agenda");
}

static int run(struct tool *t)
{
    struct agenda a = {.t = t};
    int status = lsched_get_agent(t->s, t->args[0], &a.agent);
    int code = status == LSCHED_OK ? ask(&a) : refuse(t, status, "agent");
    if (code == EXIT_DONE)
        code = t->value[OPT_ICS] ? print_ics(&a) : print_agenda(&a);
    free(a.shown);
    lsched_bookings_free(a.bookings);
    lsched_spans_free(a.open);
    lsched_spans_free(a.shift);
    lsched_agent_free(a.agent);
    return code;
}

const struct command command_agenda = {
    .name = "agenda",
    .arguments = "AGENT",
    .summary = "an agent's day as a picture",
    .help = "Draws an agent's day in the agent's local time: the shift with its breaks, and\n"
            "a row for each lane.  A letter is a contact, - a buffer around one, a dot free\n"
            "time.  A call takes every lane, a chat one.  What is held is among them, what\n"
            "was cancelled or has run out is not.\n"
            "\n"
            "Options\n"
            "  --date D       default today\n"
            "  --ics          the bookings as iCalendar instead, for any calendar program\n"
            "\n"
            "Examples\n"
            "  schedctl agenda ana --date 2026-03-09\n"
            "  schedctl agenda ana --ics > ana.ics\n"
            "\n"
            "With --json: {agent, name, zone, date, lanes, shift: [{from, until}],\n"
            "open: [{from, until}], bookings: [...]}; bookings are as 'show' prints them.\n",
    .options = OPTION(OPT_DATE) | OPTION(OPT_ICS),
    .least = 1,
    .most = 1,
    .store = true,
    .run = run,
};
