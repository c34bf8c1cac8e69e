/* steps.c -- schedctl confirm, start and finish: the commands with which what is booked goes on
 * in its life.
 */
#include "record.h"

static int confirm(struct tool *t)
{
    char buffer[KEY_TEXT];
    const char *key;
    lsched_booking *b;
    int code = key_take(t, buffer, &key);
    if (code != EXIT_DONE)
        return code;
    int status = lsched_confirm(t->s, t->args[0], t->value[OPT_NOTE], key, &b);
    return booking_answer(t, status, b, key);
}

static int start(struct tool *t)
{
    char buffer[KEY_TEXT];
    const char *key;
    lsched_booking *b;
    int code = key_take(t, buffer, &key);
    if (code != EXIT_DONE)
        return code;
    int status = lsched_start(t->s, t->args[0], key, &b);
    return booking_answer(t, status, b, key);
}

static int finish(struct tool *t)
{
    char buffer[KEY_TEXT];
    const char *key;
    lsched_booking *b;
    int32_t state = LSCHED_FULFILLED;
    int code = option_choice(t, OPT_STATE, choice_finish, &state);
    if (code == EXIT_DONE)
        code = key_take(t, buffer, &key);
    if (code != EXIT_DONE)
        return code;
    int status = lsched_finish(t->s, t->args[0], state, t->value[OPT_CAUSE], key, &b);
    return booking_answer(t, status, b, key);
}

const struct command command_confirm = {
    .name = "confirm",
    .arguments = "BOOKING",
    .summary = "book what is held",
    .help =
        "Books what is held.  In time, it is a promise kept; after that, it succeeds\n"
            "where the same place is still free.\n"
        "\n"
        "Options\n"
        "  --note TEXT    what the agent should know, in place of the hold's note\n" KEY_HELP "\n"
        "Example\n"
        "  schedctl confirm 01KK1Y1400BBNTHEYX7E4SYMDZ\n"
        "\n" KEY_JSON,
    .options = OPTION(OPT_NOTE) | OPTION(OPT_KEY),
    .least = 1,
    .most = 1,
    .store = true,
    .run = confirm,
};

const struct command command_start = {
    .name = "start",
    .arguments = "BOOKING",
    .summary = "say that a contact begins",
    .help = "The contact begins; early and late are possible.\n"
            "\n"
            "Options\n" KEY_HELP "\n"
            "Example\n"
            "  schedctl start 01KK1Y1400BBNTHEYX7E4SYMDZ --actor ana\n"
            "\n" KEY_JSON,
    .options = OPTION(OPT_KEY),
    .least = 1,
    .most = 1,
    .store = true,
    .run = start,
};

const struct command command_finish = {
    .name = "finish",
    .arguments = "BOOKING",
    .summary = "say what became of a contact",
    .help = "Says what became of a contact.  What is left of its time is free again.\n"
            "\n"
            "Options\n"
            "  --state S      fulfilled: it took place (the default); missed: we were not\n"
            "                 there; no-show: the customer was not there\n"
            "  --cause TEXT   why\n" KEY_HELP "\n"
            "Examples\n"
            "  schedctl finish 01KK1Y1400BBNTHEYX7E4SYMDZ\n"
            "  schedctl finish 01KK1Y1400BBNTHEYX7E4SYMDZ --state no-show --actor ana\n"
            "\n" KEY_JSON,
    .options = OPTION(OPT_STATE) | OPTION(OPT_CAUSE) | OPTION(OPT_KEY),
    .least = 1,
    .most = 1,
    .store = true,
    .run = finish,
};
