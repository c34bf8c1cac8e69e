/* main.c -- schedctl, the demo command-line tool of libsched: finds the command, opens
 * the store with the clock that was asked for, and turns the answer into an exit code.
 */
#include "tool.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const struct command *const commands[] = {
    &command_init,     &command_load,    &command_dump,     &command_team,     &command_agent,
    &command_customer, &command_service, &command_calendar, &command_region,   &command_may,
    &command_slots,    &command_week,    &command_month,    &command_explain,  &command_estimate,
    &command_book,     &command_hold,    &command_confirm,  &command_move,     &command_cancel,
    &command_series,   &command_start,   &command_finish,   &command_wait,     &command_strays,
    &command_repair,   &command_show,    &command_bookings, &command_agenda,   &command_token,
    &command_events,   &command_notices, &command_incident, &command_announce, &command_late,
    &command_hours,    &command_expand,  &command_due,      &command_export,   &command_verify,
    &command_backup,   &command_upgrade, &command_join,     &command_next,     &command_line,
    &command_stuck,    &command_case,    &command_say,      &command_timeline, &command_forget,
    &command_report,   &command_ways,
};
#define COMMANDS (sizeof commands / sizeof *commands)

static const char common_help[] =
    "\n"
    "Everywhere\n"
    "  --db FILE      the store; default $SCHEDCTL_DB, else ./schedctl.db\n"
    "  --now T        pretend that it is T, such as 2026-03-05T09:00:00Z\n"
    "  --json         print JSON; its keys are stable, its times RFC 3339; an error\n"
    "                 is an object, too: {code, status, number, message, hint}\n"
    "  --color WHEN   auto, always or never; NO_COLOR is respected\n"
    "  --actor A      who does it, an id for the record of what happened\n"
    "  --correlation C  what it belongs to: an id of a ticket or session\n"
    "  --help         this text\n";

static const char tool_help[] =
    "\n"
    "Times are RFC 3339 (2026-03-09T09:00-04:00, or with Z), or local times without\n"
    "an offset (2026-03-09T09:00; 2026-03-09 is its midnight, and no START): those\n"
    "of the customer, of the agent in agenda, or of --zone.\n"
    "\n"
    "With --json an error is one line on standard error: its code is the exit code,\n"
    "status and number are the library's answer (\"LSCHED_TAKEN\", -24) or null, and\n"
    "the hint can be \"\".\n"
    "\n"
    "Exit codes\n"
    "  0  done; an empty list of records is done, too\n"
    "  1  the rules say no: closed, taken, too soon, nobody there, over ...; verify\n"
    "     found something\n"
    "  2  wrong usage or bad input: the message names field, file and line\n"
    "  3  nothing found: slots, week and month without a free place, due beyond 400 days\n"
    "  4  no record has that id\n"
    "  5  the store could not answer, or memory or the output failed\n"
    "\n"
    "Examples\n"
    "  schedctl init && schedctl load site.json\n"
    "  schedctl slots c-1001 fix --limit 5\n"
    "  schedctl book c-1001 fix 2026-03-09T09:00\n"
    "  schedctl agenda ana --date 2026-03-09\n"
    "  schedctl COMMAND --help\n";

static int help(const struct command *c)
{
    if (c) {
        printf("Usage: schedctl %s%s%s [options]\n\n%s", c->name, *c->arguments ? " " : "",
               c->arguments, c->help);
        fputs(common_help, stdout);
        return EXIT_DONE;
    }
    printf("Usage: schedctl COMMAND [arguments] [options]\n\n"
           "Books customer calls, chats and visits with the people who serve them.\n\n"
           "Commands\n");
    for (size_t i = 0; i < COMMANDS; i++)
        printf("  %-9s %s\n", commands[i]->name, commands[i]->summary);
    fputs(common_help, stdout);
    fputs("  --version      the library's version, and that of the zone database\n", stdout);
    fputs(tool_help, stdout);
    return EXIT_DONE;
}

/* The command is the first word; common options may stand before it. */
static const struct command *find_command(const char *name)
{
    const char *names[COMMANDS];
    for (size_t i = 0; i < COMMANDS; i++) {
        if (!strcmp(commands[i]->name, name))
            return commands[i];
        names[i] = commands[i]->name;
    }
    const char *near = nearest(name, names, COMMANDS);
    if (!strcmp(name, "why"))
        fail(EXIT_WRONG, "there is no command 'why'; did you mean 'explain' (why not then) or "
                         "'show' (why this agent)?");
    else if (near)
        fail(EXIT_WRONG, "there is no command '%s'; did you mean '%s'?", name, near);
    else
        fail(EXIT_WRONG, "there is no command '%s'; schedctl --help lists them", name);
    return NULL;
}

static void look_at_terminal(struct tool *t)
{
    const char *when = t->value[OPT_COLOR] ? t->value[OPT_COLOR] : "auto";
    const char *no_color = getenv("NO_COLOR");
    struct winsize size;
    bool terminal = isatty(STDOUT_FILENO) == 1;
    t->color =
        !strcmp(when, "always") || (!strcmp(when, "auto") && terminal && !(no_color && *no_color));
    t->utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
    t->width = 80;
    const char *columns = getenv("COLUMNS");
    if (terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        t->width = size.ws_col;
    else if (columns && strtol(columns, NULL, 10) > 0 && strtol(columns, NULL, 10) < 10000)
        t->width = (int)strtol(columns, NULL, 10);
}

static int check_common(struct tool *t)
{
    const char *when = t->value[OPT_COLOR];
    if (when && strcmp(when, "auto") && strcmp(when, "always") && strcmp(when, "never"))
        return fail(EXIT_WRONG, "--color: '%s' is not one of auto, always, never", when);
    if (t->value[OPT_DB] && !*t->value[OPT_DB])
        return fail(EXIT_WRONG, "--db: the name is empty");
    t->json = t->value[OPT_JSON] != NULL;
    const char *home = getenv("SCHEDCTL_DB");
    t->db = t->value[OPT_DB] ? t->value[OPT_DB] : home && *home ? home : "./schedctl.db";
    look_at_terminal(t);
    if (t->value[OPT_NOW]) {
        int code = option_time(t, OPT_NOW, NULL, &t->now);
        if (code != EXIT_DONE)
            return code;
        t->now_set = true;
    }
    int status = lsched_set_clock(t->s, tool_now, t);
    if (status != LSCHED_OK)
        return refuse(t, status, "clock");
    status = lsched_set_origin(t->s, t->value[OPT_ACTOR], t->value[OPT_CORRELATION]);
    return status == LSCHED_OK ? EXIT_DONE : refuse(t, status, "origin");
}

int tool_open(struct tool *t)
{
    int status = lsched_open(t->s, t->db, 0);
    if (status == LSCHED_OK)
        return EXIT_DONE;
    if (status == LSCHED_NOTFOUND)
        return fail(EXIT_NO_STORE, "%s: there is no store; 'schedctl init' makes one", t->db);
    refuse(t, status, t->db);
    return EXIT_NO_STORE;
}

static int run(struct tool *t)
{
    int code = check_common(t);
    if (code == EXIT_DONE && (t->arg_count < t->command->least || t->arg_count > t->command->most))
        code = fail(EXIT_WRONG, "usage: schedctl %s%s%s", t->command->name,
                    *t->command->arguments ? " " : "", t->command->arguments);
    if (code == EXIT_DONE && t->command->store)
        code = tool_open(t);
    return code == EXIT_DONE ? t->command->run(t) : code;
}

static int dispatch(struct tool *t, int argc, char **argv)
{
    int code = options_parse(t, argc, argv); /* common ones, up to the command */
    if (code != EXIT_DONE)
        return code;
    if (t->arg_count) {
        t->command = find_command(t->args[0]);
        if (!t->command)
            return EXIT_WRONG;
        code = options_parse(t, t->arg_count, t->args);
        if (code != EXIT_DONE)
            return code;
    }
    if (t->value[OPT_HELP])
        return help(t->command);
    if (t->value[OPT_VERSION]) {
        printf("schedctl %s\nzones %s\n", lsched_version(), lsched_zone_version(t->s));
        return EXIT_DONE;
    }
    if (!t->command)
        return fail(EXIT_WRONG, "a command is missing; schedctl --help lists them");
    return run(t);
}

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "");
    setlocale(LC_MESSAGES, "C"); /* or the system's half of a message would be translated */
    struct tool t = {0};
    choices_fill();
    errors_begin(argc, argv);
    t.s = lsched_new();
    if (!t.s)
        return fail(EXIT_NO_STORE, "memory ran out");
    int code = dispatch(&t, argc, argv);
    names_free();
    lsched_free(t.s);
    if (fflush(stdout) != 0 || ferror(stdout))
        return fail(EXIT_NO_STORE, "standard output: %s", strerror(errno));
    return code;
}
