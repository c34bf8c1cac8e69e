/* upkeep.c -- schedctl verify, backup and upgrade. */
#include "tool.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

/* ---- for a person who waits ------------------------------------------------------------------- */

static volatile sig_atomic_t waiting;

/* The library answers when it is done, so a signal tells that it is not. */
static void tell(int signal)
{
    static const char text[] = "\rschedctl: working ...";
    (void)signal;
    waiting = 1;
    if (write(STDERR_FILENO, text, sizeof text - 1) < 0)
        waiting = 0;
}

static void wait_begin(void)
{
    struct sigaction action = {.sa_handler = tell, .sa_flags = SA_RESTART};
    if (isatty(STDERR_FILENO) == 1 && sigaction(SIGALRM, &action, NULL) == 0)
        alarm(1);
}

static void wait_end(void)
{
    alarm(0);
    if (waiting)
        fputs("\r\033[K", stderr);
}

/* ---- verify --------------------------------------------------------------------------------------- */

static int print_findings(struct tool *t, const lsched_findings *list)
{
    json_t *array = t->json ? json_array() : NULL;
    struct libscols_table *table = NULL;
    const size_t count = lsched_findings_count(list);
    if (!t->json && count) {
        table = table_new(t);
        table_column(table, "BROKEN", 0);
        table_column(table, "SUBJECT", 0);
        table_column(table, "FINDING", 0);
    }
    for (size_t i = 0; i < count; i++) {
        const lsched_finding *f = lsched_findings_at(list, i);
        const char *const cells[] = {f->invariant, f->subject, f->text};
        if (t->json)
            json_array_append_new(array, json_pack("{s:s, s:s, s:s}", "invariant", f->invariant,
                                                   "subject", f->subject, "text", f->text));
        else
            table_row(table, cells, 3);
    }
    if (t->json)
        return print_json(json_pack("{s:o}", "findings", array));
    if (count)
        return table_print(table);
    puts("nothing is wrong");
    return EXIT_DONE;
}

static int verify(struct tool *t)
{
    lsched_findings *list;
    wait_begin();
    int status = lsched_verify(t->s, &list);
    wait_end();
    if (status != LSCHED_OK)
        return refuse(t, status, t->db);
    int code = print_findings(t, list);
    if (code == EXIT_DONE && lsched_findings_count(list))
        code = EXIT_REFUSED;
    lsched_findings_free(list);
    return code;
}

const struct command command_verify = {
    .name = "verify",
    .arguments = "",
    .summary = "check all that must never be false; exit code 1 where something is",
    .help = "Checks the store while others work on it, and lists what is wrong.  It only reads.\n"
            "\n"
            "What is broken\n"
            "  file     the file itself: pages, conditions, references\n"
            "  schema   a table, index or trigger is missing, changed or foreign\n"
            "  I1       two bookings overlap\n"
            "  I3       events have a gap, or a booking is not what its events say\n"
            "  I4       a notice to a customer is missing, or waits in vain\n"
            "  I5       a hold does not end, or the clock was set back\n"
            "  I6       a booking is at a time that is closed by now, or its agent has\n"
            "           more chats than lanes: no damage, but somebody has to move it\n"
            "\n"
            "Examples\n"
            "  schedctl verify\n"
            "  schedctl verify --json || mail -s 'the store is not well' ops@example.com\n"
            "\n"
            "The exit code is 0 where nothing is wrong, 1 where something is.\n"
            "With --json: {findings: [{invariant, subject, text}]}.\n",
    .store = true,
    .run = verify,
};

/* ---- backup ---------------------------------------------------------------------------------------- */

static int print_path(const struct tool *t, const char *key, const char *path, const char *words)
{
    if (t->json)
        return print_json(json_pack("{s:s}", key, path));
    printf("%s ", key);
    print_clean(path);
    puts(words);
    return EXIT_DONE;
}

static int backup(struct tool *t)
{
    wait_begin();
    int status = lsched_backup(t->s, t->args[0]);
    wait_end();
    return status == LSCHED_OK ? print_path(t, "backup", t->args[0], "")
                               : refuse(t, status, t->args[0]);
}

const struct command command_backup = {
    .name = "backup",
    .arguments = "FILE",
    .summary = "copy the store into a new file, while others work on it",
    .help = "Copies the store as it is at one moment, and checks the copy, which is a store like\n"
            "any other, readable and writable by its owner only.  A file that is there already\n"
            "is never written to, and after a failure there is none.\n"
            "\n"
            "Examples\n"
            "  schedctl backup care-2026-03-09.db\n"
            "  schedctl verify --db care-2026-03-09.db\n"
            "\n"
            "With --json: {backup}.\n",
    .least = 1,
    .most = 1,
    .store = true,
    .run = backup,
};

/* ---- upgrade ---------------------------------------------------------------------------------------- */

static int upgrade(struct tool *t)
{
    wait_begin();
    int status = lsched_upgrade(t->s, t->db);
    wait_end();
    if (status == LSCHED_NOTFOUND)
        return fail(EXIT_NO_STORE, "%s: there is no store; 'schedctl init' makes one", t->db);
    if (status != LSCHED_OK) {
        refuse(t, status, t->db);
        return EXIT_NO_STORE;
    }
    return print_path(t, "store", t->db, " is of this version");
}

const struct command command_upgrade = {
    .name = "upgrade",
    .arguments = "",
    .summary = "bring the store of an older version to this one",
    .help = "Older versions cannot open the store afterwards: copy it before.  All of it is\n"
            "brought over, or nothing.  A store of this version is left as it is.\n"
            "\n"
            "Example\n"
            "  schedctl upgrade --db care.db\n"
            "\n"
            "With --json: {store}.\n",
    .run = upgrade,
};
