/* forget.c -- schedctl forget: what is held on a customer, and that it goes. */
#include "tool.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static int report(struct tool *t, int64_t rows)
{
    if (t->json)
        return print_json(json_pack("{s:I}", "rows", (json_int_t)rows));
    if (rows)
        printf("forgotten: %" PRId64 " record%s\n", rows, rows > 1 ? "s" : "");
    else
        puts("there was nothing");
    return EXIT_DONE;
}

/* As JSON, with or without --json: it is one text for the customer, or the next system. */
static int show(struct tool *t, const char *customer)
{
    char *text;
    int status = lsched_export_customer(t->s, customer, &text);
    if (status != LSCHED_OK)
        return refuse(t, status, "forget");
    fputs(text, stdout);
    lsched_text_free(text);
    return EXIT_DONE;
}

static int by_age(struct tool *t, int64_t *rows)
{
    lsched_time before = 0;
    int code = option_time(t, OPT_UNTIL, "UTC", &before);
    *rows = 0;
    for (int64_t some = 1; code == EXIT_DONE && some > 0; *rows += some) {
        int status = lsched_retain(t->s, before, 0, &some);
        if (status != LSCHED_OK)
            code = refuse(t, status, "forget");
    }
    return code;
}

static int forget(struct tool *t)
{
    int64_t rows = 0;
    const bool one = t->arg_count == 1;
    if (one == (t->value[OPT_UNTIL] != NULL))
        return fail(EXIT_WRONG, "forget: either CUSTOMER or --until T");
    if (!one && !t->value[OPT_APPLY])
        return fail(EXIT_WRONG, "forget: --until needs --apply, there is no list of it");
    if (!t->value[OPT_APPLY])
        return show(t, t->args[0]);
    int code = EXIT_DONE;
    int status = LSCHED_OK;
    if (one)
        status = lsched_forget(t->s, t->args[0], &rows);
    else
        code = by_age(t, &rows);
    if (status == LSCHED_OK && code == EXIT_DONE)
        status = lsched_wipe(t->s);
    if (code == EXIT_DONE)
        code = status == LSCHED_OK ? report(t, rows) : refuse(t, status, "forget");
    return code;
}

const struct command command_forget = {
    .name = "forget",
    .arguments = "[CUSTOMER]",
    .summary = "what is held on a customer, and that it goes for good",
    .help = "Without --apply prints all that is held on a customer, as JSON.  With it the\n"
            "customer's records go, and of contacts all texts, and who it was; numbers and\n"
            "times stay for the counts.  Then the file is written anew and its log emptied,\n"
            "so that nothing of it can be read there; others wait meanwhile.  A customer who\n"
            "is still expected is not forgotten: cancel that first.\n"
            "\n"
            "Options\n"
            "  --apply        does it\n"
            "  --until T      instead of CUSTOMER: of everybody, what ended before T; not\n"
            "                 what is of a case that is open, or newer than that\n"
            "\n"
            "Examples\n"
            "  schedctl forget c-1001 > c-1001.json\n"
            "  schedctl forget c-1001 --apply\n"
            "  schedctl forget --until 2024-01-01 --apply\n"
            "\n"
            "With --json and --apply: {rows}, in how many records something was.\n",
    .options = OPTION(OPT_APPLY) | OPTION(OPT_UNTIL),
    .most = 1,
    .store = true,
    .run = forget,
};
