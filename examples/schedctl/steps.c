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
    int status = t->value[OPT_AGENT]
                     ? lsched_start_as(t->s, t->args[0], t->value[OPT_AGENT], key, &b)
                     : lsched_start(t->s, t->args[0], key, &b);
    return booking_answer(t, status, b, key);
}

static int finish_state(struct tool *t)
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

/* By outcome: whatever reached nobody is tried again. */
static int finish_as(struct tool *t)
{
    char buffer[KEY_TEXT];
    lsched_booking *b;
    lsched_result r = {.size = sizeof r, .id = t->args[0], .cause = t->value[OPT_CAUSE]};
    if (t->value[OPT_STATE])
        return fail(EXIT_WRONG, "--state and --outcome are two ways to say it");
    int code = option_choice(t, OPT_OUTCOME, choice_outcome, &r.outcome);
    if (code == EXIT_DONE)
        code = option_choice(t, OPT_FAULT, choice_fault, &r.fault);
    if (code == EXIT_DONE)
        code = option_time(t, OPT_FROM, NULL, &r.again);
    if (code == EXIT_DONE)
        code = key_take(t, buffer, &r.key);
    if (code != EXIT_DONE)
        return code;
    int status = lsched_finish_as(t->s, &r, &b);
    return booking_answer(t, status, b, r.key);
}

static int finish(struct tool *t)
{
    if (t->value[OPT_OUTCOME])
        return finish_as(t);
    if (t->value[OPT_FAULT] || t->value[OPT_FROM])
        return fail(EXIT_WRONG, "--fault and --from go with --outcome");
    return finish_state(t);
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
    .help = "The contact begins; early and late are possible.  What waits begins with the\n"
            "agent whom 'next' gave it to.\n"
            "\n"
            "Options\n"
            "  --agent A      with this agent, if that is possible now\n" KEY_HELP "\n"
            "Example\n"
            "  schedctl start 01KK1Y1400BBNTHEYX7E4SYMDZ --actor ana\n"
            "\n" KEY_JSON,
    .options = OPTION(OPT_AGENT) | OPTION(OPT_KEY),
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
            "  --outcome O    in its place, in more words: reached, no-answer, engaged,\n"
            "                 machine, dropped, wrong, declined, elsewhere, absent; what\n"
            "                 reached nobody goes back into the line, to be tried again\n"
            "  --fault F      of an outcome: ours, customer or network\n"
            "  --from T       of an outcome: not to be tried again before, with its offset\n"
            "  --cause TEXT   why\n" KEY_HELP "\n"
            "Examples\n"
            "  schedctl finish 01KK1Y1400BBNTHEYX7E4SYMDZ\n"
            "  schedctl finish 01KK1Y1400BBNTHEYX7E4SYMDZ --state no-show --actor ana\n"
            "  schedctl finish 01KK1Y1400BBNTHEYX7E4SYMDZ --outcome machine\n"
            "\n" KEY_JSON,
    .options = OPTION(OPT_STATE) | OPTION(OPT_OUTCOME) | OPTION(OPT_FAULT) | OPTION(OPT_FROM) |
               OPTION(OPT_CAUSE) | OPTION(OPT_KEY),
    .least = 1,
    .most = 1,
    .store = true,
    .run = finish,
};
