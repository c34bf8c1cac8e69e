/* estimate.c -- schedctl estimate: how long a wait would be, as words and as a line of time. */
#include "query.h"

#include <stdio.h>
#include <string.h>

#define CELLS 60

/* "25 min", "1 h 05 min"; "now" for no time at all. */
static const char *length_text(int64_t seconds, char buffer[32])
{
    const int64_t minutes = (seconds + 59) / 60;
    if (minutes == 0)
        snprintf(buffer, 32, "now");
    else if (minutes < 60)
        snprintf(buffer, 32, "%d min", (int)minutes);
    else
        snprintf(buffer, 32, "%d h %02d min", (int)(minutes / 60), (int)(minutes % 60));
    return buffer;
}

/* "12:05" of a local time. */
static const char *clock_text(struct tool *t, lsched_time at, const char *zone,
                              char buffer[TIME_TEXT])
{
    const char *text = time_minute(t, at, zone, buffer);
    memmove(buffer, text + 11, 5);
    buffer[5] = '\0';
    return buffer;
}

/* From now to closing, or three times as long as nine of ten wait: where it changes first, half of
 * such waits have ended, and nine of ten where it changes again. */
static void draw(struct tool *t, const lsched_forecast *x, lsched_time now, const char *zone)
{
    static const char *const fine[] = {"\u2588", "\u2592", "\u2500"}, *const plain[] = {"#", "=",
                                                                                        "-"};
    char from[TIME_TEXT], until[TIME_TEXT];
    const int64_t left = x->close - now;
    const int64_t some = x->p90 > 1200 ? 3 * x->p90 : 3600;
    const int64_t shown = x->p90 < 0 || some > left ? left : some;
    if (shown <= 0 || x->p50 < 0)
        return;
    printf("\n  %s ", clock_text(t, now, zone, from));
    for (int i = 0; i < CELLS; i++) {
        const int64_t at = shown * i / CELLS;
        const int part = at < x->p50 ? 0 : x->p90 < 0 || at < x->p90 ? 1 : 2;
        fputs(t->utf8 ? fine[part] : plain[part], stdout);
    }
    printf(" %s%s\n", clock_text(t, now + shown, zone, until),
           shown == left ? ": too late for today" : "");
    printf("        %s half are served by then   %s nine of ten\n\n", t->utf8 ? fine[0] : plain[0],
           t->utf8 ? fine[1] : plain[1]);
}

static void tell_wait(struct tool *t, const lsched_forecast *x, lsched_time now, const char *zone)
{
    char half[32], most[32];
    printf("Number %d in the line of %s; %d may serve\n", (int)x->position, team_name(t, x->team),
           (int)x->agents);
    if (x->p90 == 0) {
        printf("Served at once\n");
        return;
    }
    draw(t, x, now, zone);
    if (x->p90 > 0)
        printf("Half wait %s or less, nine of ten %s or less\n", length_text(x->p50, half),
               length_text(x->p90, most));
    else if (x->p50 >= 0)
        printf("Half wait %s or less; it may be too late for today\n", length_text(x->p50, half));
    else
        printf("It is probably too late for today\n");
    printf("Served before closing: %d of 100\n", (int)(x->chance / 10));
}

static void tell_instead(struct tool *t, const lsched_forecast *x)
{
    char when[TIME_TEXT], length[32];
    if (x->general_p90 >= 0)
        printf("Instead: general care, nine of ten within %s\n",
               length_text(x->general_p90, length));
    if (x->slot)
        printf("Instead: %s %s with %s\n", time_day(x->slot->start, x->slot->customer_offset),
               time_short(x->slot->start, x->slot->customer_offset, when),
               agent_name(t, x->slot->agent));
    else if (x->general_p90 < 0)
        printf("Nothing else is free either\n");
}

static int tell(struct tool *t, const lsched_forecast *x, lsched_time now, const char *zone)
{
    if (x->position > 0)
        tell_wait(t, x, now, zone);
    if (*x->open)
        printf("The customer already waits: %s\n", x->open);
    if (x->offered)
        printf("A callback now can be promised\n");
    else if (!*x->open)
        printf("A callback now cannot be promised%s\n",
               x->status == LSCHED_CLOSED   ? ": the line is closed"
               : x->status == LSCHED_NOBODY ? ": nobody can serve this customer"
                                            : "");
    if (!x->offered)
        tell_instead(t, x);
    return x->offered ? EXIT_DONE : EXIT_NOTHING;
}

static json_t *seconds_json(int64_t seconds)
{
    return seconds >= 0 ? json_integer(seconds) : json_null();
}

static int print(struct tool *t, const lsched_forecast *x, const char *zone)
{
    int code = print_json(
        json_pack("{s:b, s:s, s:i, s:s, s:i, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "offered",
                  x->offered != 0, "status", lsched_status_name(x->status), "position",
                  (int)x->position, "team", x->team, "agents", (int)x->agents, "chance",
                  (int)x->chance, "p50", seconds_json(x->p50), "p90", seconds_json(x->p90), "close",
                  x->close ? time_json(t, x->close, zone) : json_null(), "open",
                  *x->open ? json_string(x->open) : json_null(), "slot",
                  x->slot ? slot_json(t, x->slot, zone) : json_null(), "general_p50",
                  seconds_json(x->general_p50), "general_p90", seconds_json(x->general_p90)));
    return code != EXIT_DONE || x->offered ? code : EXIT_NOTHING;
}

/* Of one that waits. */
static int ask_booking(struct tool *t, const char *id, lsched_forecast **x,
                       char zone[LSCHED_MAX_NAME + 1])
{
    lsched_booking *b;
    int status = lsched_get_booking(t->s, id, &b);
    if (status != LSCHED_OK)
        return refuse(t, status, "booking");
    snprintf(zone, LSCHED_MAX_NAME + 1, "%s", b->zone);
    lsched_booking_free(b);
    status = lsched_estimate_waiting(t->s, id, x);
    return status == LSCHED_OK ? EXIT_DONE : refuse(t, status, "estimate");
}

/* Of who joined now. */
static int ask_customer(struct tool *t, lsched_forecast **x, char zone[LSCHED_MAX_NAME + 1])
{
    lsched_request request = {.size = sizeof request,
                              .customer = t->args[0],
                              .service = t->args[1],
                              .agent = t->value[OPT_AGENT]};
    int code = customer_zone(t, t->args[0], zone);
    if (code == EXIT_DONE)
        code = option_channels(t, true, &request.channel);
    if (code == EXIT_DONE)
        code = option_rungs(t, &request.rungs);
    if (code != EXIT_DONE)
        return code;
    int status = lsched_estimate(t->s, &request, x);
    return status == LSCHED_OK ? EXIT_DONE : refuse(t, status, "estimate");
}

static int estimate(struct tool *t)
{
    char zone[LSCHED_MAX_NAME + 1];
    lsched_forecast *x = NULL;
    int code = t->arg_count == 1 ? ask_booking(t, t->args[0], &x, zone) : ask_customer(t, &x, zone);
    if (code != EXIT_DONE)
        return code;
    code = t->json ? print(t, x, zone) : tell(t, x, tool_now(t), zone);
    lsched_forecast_free(x);
    return code;
}

const struct command command_estimate = {
    .name = "estimate",
    .arguments = "CUSTOMER SERVICE | BOOKING",
    .summary = "how long a callback now would have to wait",
    .help = "Rehearses the rest of the day: who is on shift, what is booked, who waits, and\n"
            "how long contacts took so far.  Tells how long the customer would wait who\n"
            "joined the line now, or one that waits does; whether that can be promised; and\n"
            "if not, what can be had instead.\n"
            "\n"
            "Options\n"
            "  --channel C    phone, chat, video or visit; default the service's first\n"
            "  --agent A      left to this agent for a while\n"
            "  --rung R       known, home, overflow or general; several with commas\n"
            "\n"
            "Example\n"
            "  schedctl estimate c-1001 fix --now 2026-03-09T10:00-04:00\n"
            "\n"
            "Exit code 3: it cannot be promised.\n"
            "With --json: {offered, status, position, team, agents, chance, p50, p90, close,\n"
            "open, slot, general_p50, general_p90}; waits are seconds, the chance is of\n"
            "1000.\n",
    .options = OPTION(OPT_CHANNEL) | OPTION(OPT_AGENT) | OPTION(OPT_RUNG),
    .least = 1,
    .most = 2,
    .store = true,
    .run = estimate,
};
