/* case.c -- schedctl case: what customers come with, one case or all; and what a put stores. */
#include "record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct rows {
    struct tool *t;
    struct libscols_table *table;
    json_t *list;
};

static int add_case(void *user, const void *record)
{
    struct rows *rows = user;
    const lsched_case *c = record;
    char opened[TIME_TEXT];
    if (rows->list) {
        json_array_append_new(rows->list, record_json(rows->t, &kind_case, c, NULL));
    } else {
        const char *cells[] = {c->id, choice_name(choice_case, c->state), c->customer,
                               time_minute(rows->t, c->opened, NULL, opened), c->topic};
        table_row(rows->table, cells, sizeof cells / sizeof *cells);
    }
    return 0;
}

static int all_cases(struct tool *t)
{
    struct rows rows = {t, t->json ? NULL : table_new(t), t->json ? json_array() : NULL};
    table_column(rows.table, "CASE", 0);
    table_column(rows.table, "STATE", 0);
    table_column(rows.table, "CUSTOMER", COLUMN_TRUNC);
    table_column(rows.table, "OPENED", 0);
    table_column(rows.table, "TOPIC", COLUMN_TRUNC);
    int status = walk_cases(t->s, t->value[OPT_CUSTOMER], add_case, &rows);
    int code = t->json ? print_json(rows.list) : table_print(rows.table);
    return status == LSCHED_OK ? code : refuse(t, status, "case");
}

static void line(const char *title, const char *text)
{
    if (!*text)
        return;
    printf("%-9s ", title);
    print_clean(text);
    putchar('\n');
}

static int one_case(struct tool *t, const char *id)
{
    lsched_case *c;
    char opened[TIME_TEXT];
    int code = EXIT_DONE;
    int status = lsched_get_case(t->s, id, &c);
    if (status != LSCHED_OK)
        return refuse(t, status, "case");
    if (t->json) {
        code = print_json(record_json(t, &kind_case, c, NULL));
    } else {
        printf("case      %s, %s since %s\n", c->id, choice_name(choice_case, c->state),
               time_minute(t, c->opened, NULL, opened));
        line("customer", c->customer);
        line("topic", c->topic);
        line("language", c->language);
        line("needs", c->needs);
        line("consents", c->consents);
        line("story", c->story);
    }
    lsched_case_free(c);
    return code;
}

/* A list with commas as a word list; to be freed. */
static char *words(const char *list)
{
    char *copy = strdup(list ? list : "");
    for (char *p = copy; p && *p; p++)
        if (*p == ',')
            *p = ' ';
    return copy;
}

static int put(struct tool *t)
{
    lsched_case c = {.size = sizeof c,
                     .id = t->args[1],
                     .customer = t->value[OPT_CUSTOMER],
                     .topic = t->value[OPT_TOPIC],
                     .story = t->value[OPT_STORY],
                     .language = t->value[OPT_LANGUAGE]};
    if (!c.customer)
        return fail(EXIT_WRONG, "case put: --customer is missing");
    int code = option_choice(t, OPT_STATE, choice_case, &c.state);
    if (code != EXIT_DONE)
        return code;
    char *needs = words(t->value[OPT_NEEDS]);
    char *consents = words(t->value[OPT_CONSENTS]);
    c.needs = needs;
    c.consents = consents;
    int status = needs && consents ? lsched_put_case(t->s, &c) : LSCHED_NOMEM;
    free(needs);
    free(consents);
    return status == LSCHED_OK ? one_case(t, c.id) : refuse(t, status, "case");
}

static int run(struct tool *t)
{
    static const enum option_id of_put[] = {OPT_TOPIC,    OPT_STORY,    OPT_NEEDS,
                                            OPT_CONSENTS, OPT_LANGUAGE, OPT_STATE};
    if (t->arg_count == 2 && !strcmp(t->args[0], "put"))
        return put(t);
    if (t->arg_count == 2 || (t->arg_count == 1 && !strcmp(t->args[0], "put")))
        return fail(EXIT_WRONG, "usage: schedctl case [ID | put ID --customer C ...]");
    for (size_t i = 0; i < sizeof of_put / sizeof *of_put; i++)
        if (t->value[of_put[i]])
            return fail(EXIT_WRONG, "--%s goes with 'case put ID'", option_name(of_put[i]));
    return t->arg_count ? one_case(t, t->args[0]) : all_cases(t);
}

const struct command command_case = {
    .name = "case",
    .arguments = "[ID | put ID --customer C]",
    .summary = "what customers come with: cases, one of them, or a new one",
    .help = "Without ID lists the cases; with one shows what whoever serves next should know.\n"
            "'put' stores a case, replacing one with the same id as a whole.  'book --case'\n"
            "books a contact of it, 'say' writes in it, 'timeline' tells all of it.\n"
            "\n"
            "Options\n"
            "  --customer C   whose; put: required, and for good\n"
            "\n"
            "Options of put\n"
            "  --topic TEXT   what it is about\n"
            "  --story TEXT   all that whoever serves next should know\n"
            "  --language L   what it is spoken in, if not as usual\n"
            "  --needs A,B    what it takes to serve this customer well\n"
            "  --consents A,B what the customer has agreed to\n"
            "  --state S      open or closed; default open\n"
            "\n"
            "Examples\n"
            "  schedctl case put t-81 --customer c-1001 --topic router --needs captions\n"
            "  schedctl case --customer c-1001\n"
            "\n"
            "With --json: an array of cases, or one; they have the keys of a site file\n"
            "(SITE.md).\n",
    .options = OPTION(OPT_CUSTOMER) | OPTION(OPT_TOPIC) | OPTION(OPT_STORY) | OPTION(OPT_LANGUAGE) |
               OPTION(OPT_NEEDS) | OPTION(OPT_CONSENTS) | OPTION(OPT_STATE),
    .most = 2,
    .store = true,
    .run = run,
};
