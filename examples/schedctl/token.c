/* token.c -- schedctl token: what customers serve themselves with. */
#include "record.h"

#include <stdio.h>
#include <string.h>

static const struct choice choice_scope[] = {
    {"view", LSCHED_VIEW}, {"move", LSCHED_MOVE}, {"cancel", LSCHED_CANCEL}, {NULL, 0}};

/* Local times in --until are the customer's. */
static int read_until(struct tool *t, const char *id, lsched_time *until)
{
    lsched_booking *b;
    int status = lsched_get_booking(t->s, id, &b);
    if (status != LSCHED_OK)
        return refuse(t, status, "booking");
    int code = option_time(t, OPT_UNTIL, b->zone, until);
    lsched_booking_free(b);
    return code;
}

static int make(struct tool *t, const char *id, int32_t scopes)
{
    char *text;
    lsched_time until = 0;
    int code = read_until(t, id, &until);
    if (code != EXIT_DONE)
        return code;
    int status = lsched_make_token(t->s, id, scopes, until, &text);
    if (status != LSCHED_OK)
        return refuse(t, status, "token");
    if (t->json)
        return print_text(t, "token", text);
    puts(text);
    lsched_text_free(text);
    return EXIT_DONE;
}

static int use(struct tool *t, const char *text, int32_t scope)
{
    lsched_booking *b;
    if (t->value[OPT_UNTIL])
        return fail(EXIT_WRONG, "--until: only token make has it");
    int status = lsched_use_token(t->s, text, scope, &b);
    return status == LSCHED_OK ? booking_print(t, b, NULL) : refuse(t, status, "token");
}

static int token(struct tool *t)
{
    int32_t scopes = LSCHED_VIEW;
    int code = option_bits(t, OPT_SCOPE, choice_scope, &scopes);
    if (code != EXIT_DONE)
        return code;
    if (strcmp(t->args[0], "make") == 0)
        return make(t, t->args[1], scopes);
    if (strcmp(t->args[0], "use") == 0)
        return use(t, t->args[1], scopes);
    return fail(EXIT_WRONG, "token: '%s' is not one of make, use", t->args[0]);
}

const struct command command_token = {
    .name = "token",
    .arguments = "make BOOKING | use TOKEN",
    .summary = "what lets a customer see, move or cancel one booking",
    .help = "make prints a new token of a booking: who has it may do what it is good for.\n"
            "The store keeps only a hash of it.  use shows the booking, if the token is good\n"
            "for that now.\n"
            "\n"
            "Options\n"
            "  --scope S      view, move or cancel, several with commas; default view\n"
            "  --until T      make: until when; default a day after the booking's end\n"
            "\n"
            "Examples\n"
            "  schedctl token make 01KK1Y1400BBNTHEYX7E4SYMDZ --scope view,cancel\n"
            "  schedctl token use 00041061050R3GG28A1C60T3GF --scope cancel\n"
            "\n"
            "With --json: make {token}; use the booking, as 'show' prints it.\n",
    .options = OPTION(OPT_SCOPE) | OPTION(OPT_UNTIL),
    .least = 2,
    .most = 2,
    .store = true,
    .run = token,
};
