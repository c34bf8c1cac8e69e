/* customer.c -- schedctl customer: whom you serve, and which team serves them. */
#include "query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct rows {
    struct tool *t;
    struct libscols_table *table;
    json_t *list;
};

static int add_customer(void *user, const void *record)
{
    struct rows *rows = user;
    const lsched_customer *c = record;
    if (rows->list) {
        json_array_append_new(rows->list, record_json(rows->t, &kind_customer, c, NULL));
    } else {
        const char *cells[] = {
            c->id,   c->zone, c->region, c->language, c->general ? "general care" : c->team,
            c->knows};
        table_row(rows->table, cells, sizeof cells / sizeof *cells);
    }
    return 0;
}

static int all_customers(struct tool *t)
{
    struct rows rows = {t, t->json ? NULL : table_new(t), t->json ? json_array() : NULL};
    table_column(rows.table, "CUSTOMER", 0);
    table_column(rows.table, "ZONE", COLUMN_TRUNC);
    table_column(rows.table, "REGION", COLUMN_TRUNC);
    table_column(rows.table, "LANGUAGE", 0);
    table_column(rows.table, "TEAM", COLUMN_TRUNC);
    table_column(rows.table, "KNOWS", COLUMN_TRUNC);
    int status = walk_customers(t->s, add_customer, &rows);
    int code = t->json ? print_json(rows.list) : table_print(rows.table);
    return status == LSCHED_OK ? code : refuse(t, status, "customer");
}

static void details(struct tool *t, const lsched_customer *c)
{
    char consents[CHOICE_TEXT];
    printf("customer  %s, %s\n", c->id, c->zone);
    if (*c->region)
        printf("region    %s\n", c->region);
    if (*c->regions)
        printf("regions   %s\n", c->regions);
    if (c->consents)
        printf("agreed    %s\n", choice_list(choice_purpose, c->consents, consents));
    if (*c->language)
        printf("language  %s\n", c->language);
    if (*c->knows) {
        printf("knows     %s\n", c->knows);
    }
    if (*c->avoids)
        printf("avoids    %s\n", c->avoids);
    printf("team      ");
    if (*c->team) {
        print_clean(team_name(t, c->team));
        printf(" (%s)", c->team);
    } else {
        printf("none");
    }
    puts(c->general ? "; general care, by choice"
         : *c->team ? ""
                    : "; only general care can serve");
}

/* The customer, the home team and its faces; behind a put (else NULL) what it leaves astray. */
static int one_customer(struct tool *t, const char *id, const lsched_strays *strays)
{
    lsched_customer *c;
    lsched_team *team = NULL;
    int code = EXIT_DONE;
    int status = lsched_get_customer(t->s, id, &c);
    if (status == LSCHED_OK && *c->team)
        status = lsched_get_team(t->s, c->team, &team);
    if (status != LSCHED_OK) {
        code = refuse(t, status, "customer");
    } else if (t->json) {
        json_t *object = record_json(t, &kind_customer, c, NULL);
        json_object_set_new(object, "members", team ? faces_json(t, team) : json_array());
        if (strays)
            json_object_set_new(object, "strays", strays_json(t, strays));
        code = print_json(object);
    } else {
        details(t, c);
        if (team) {
            putchar('\n');
            code = faces_print(t, team);
        }
        if (code == EXIT_DONE && strays)
            code = strays_tell(t, strays, "customer", id);
    }
    lsched_team_free(team);
    lsched_customer_free(c);
    return code;
}

/* "a,b" as "a b"; to be freed.  False: memory ran out. */
static bool words_of(const char *text, char **words)
{
    *words = text ? strdup(text) : NULL;
    for (char *p = *words; p && *p; p++)
        if (*p == ',')
            *p = ' ';
    return !text || *words;
}

static int put(struct tool *t)
{
    lsched_customer c = {.size = sizeof c};
    char *knows = NULL, *avoids = NULL, *regions = NULL;
    if (!t->value[OPT_ZONE])
        return fail(EXIT_WRONG, "customer put: --zone is missing");
    int code = option_bits(t, OPT_CONSENTS, choice_purpose, &c.consents);
    if (code != EXIT_DONE)
        return code;
    if (!words_of(t->value[OPT_KNOWS], &knows) || !words_of(t->value[OPT_AVOIDS], &avoids) ||
        !words_of(t->value[OPT_REGIONS], &regions)) {
        free(knows);
        free(avoids);
        return fail(EXIT_NO_STORE, "memory ran out");
    }
    c.id = t->args[1];
    c.zone = t->value[OPT_ZONE];
    c.region = t->value[OPT_REGION];
    c.language = t->value[OPT_LANGUAGE];
    c.team = t->value[OPT_TEAM];
    c.knows = knows;
    c.avoids = avoids;
    c.regions = regions;
    c.general = t->value[OPT_GENERAL] != NULL;
    int status = lsched_set_strays(t->s, STRAYS);
    if (status == LSCHED_OK)
        status = lsched_put_customer(t->s, &c);
    free(knows);
    free(avoids);
    free(regions);
    return status == LSCHED_OK ? one_customer(t, c.id, lsched_left_strays(t->s))
                               : refuse(t, status, "customer");
}

static int run(struct tool *t)
{
    static const enum option_id of_put[] = {OPT_ZONE,    OPT_REGION,   OPT_LANGUAGE,
                                            OPT_KNOWS,   OPT_GENERAL,  OPT_TEAM,
                                            OPT_REGIONS, OPT_CONSENTS, OPT_AVOIDS};
    if (t->arg_count == 2 && !strcmp(t->args[0], "put"))
        return put(t);
    if (t->arg_count == 2 || (t->arg_count == 1 && !strcmp(t->args[0], "put")))
        return fail(EXIT_WRONG, "usage: schedctl customer [ID | put ID --zone Z ...]");
    for (size_t i = 0; i < sizeof of_put / sizeof *of_put; i++)
        if (t->value[of_put[i]])
            return fail(EXIT_WRONG, "--%s goes with 'customer put ID'", option_name(of_put[i]));
    return t->arg_count ? one_customer(t, t->args[0], NULL) : all_customers(t);
}

const struct command command_customer = {
    .name = "customer",
    .arguments = "[ID | put ID --zone Z]",
    .summary = "the customers, one of them with its team, or a new one",
    .help = "Without ID lists the customers; with one shows the customer, the home team and\n"
            "its faces.  'put' stores a customer, replacing one with the same id as a\n"
            "whole.  Who has no --team is given one of those that serve the region.  It also\n"
            "tells which bookings of the customer do not fit then: see schedctl repair.\n"
            "\n"
            "Options of put\n"
            "  --zone Z       required: the time zone, such as America/New_York\n"
            "  --region R     such as US-NY\n"
            "  --regions R,S  where the customer may be, too, and whose laws also count\n"
            "  --consents P,Q what the customer has agreed to be contacted for: asked, news,\n"
            "                 sales, collection, survey\n"
            "  --language L   that the agent must share, such as en\n"
            "  --knows A,B    agents whom the customer knows, best first\n"
            "  --avoids A,B   agents whom the customer does not want: others serve instead\n"
            "  --team T       this home team\n"
            "  --general      general care instead of a team, by the customer's own choice\n"
            "\n"
            "Examples\n"
            "  schedctl customer c-1001\n"
            "  schedctl customer put c-1002 --zone America/New_York --region US-NY\n"
            "\n"
            "With --json: an array of customers, or one with {members: [...]}, the faces of\n"
            "its team.  Records have the keys of a site file (SITE.md).  A put adds {strays:\n"
            "[{booking, reasons, text}]}.\n",
    .options = OPTION(OPT_ZONE) | OPTION(OPT_REGION) | OPTION(OPT_LANGUAGE) | OPTION(OPT_KNOWS) |
               OPTION(OPT_TEAM) | OPTION(OPT_GENERAL) | OPTION(OPT_REGIONS) | OPTION(OPT_CONSENTS) |
               OPTION(OPT_AVOIDS),
    .most = 2,
    .store = true,
    .run = run,
};
