/* incident.c -- schedctl incident: what is broken, told of before somebody books and as it goes
 * on.
 */
#include "record.h"

#include <stdio.h>
#include <string.h>

/* ---- showing ------------------------------------------------------------------------------ */

static json_t *time_or_null(struct tool *t, lsched_time at)
{
    return at != 0 ? time_json(t, at, NULL) : json_null();
}

static json_t *incident_json(struct tool *t, const lsched_incident *i)
{
    return json_pack("{s:s, s:i, s:s, s:s, s:s, s:s, s:o, s:o, s:o}", "id", i->id, "revision",
                     (int)i->revision, "regions", i->regions, "services", i->services, "topic",
                     i->topic, "text", i->text, "opened", time_json(t, i->opened, NULL),
                     "next_update", time_or_null(t, i->next_update), "closed",
                     time_or_null(t, i->closed));
}

/* Prints and releases them. */
static int print_list(struct tool *t, lsched_incidents *list)
{
    json_t *array = t->json ? json_array() : NULL;
    struct libscols_table *table = t->json ? NULL : table_new(t);
    static const char *const titles[] = {"INCIDENT", "REGIONS", "SERVICES", "OPENED",
                                         "NEXT",     "CLOSED",  "TEXT"};
    for (size_t c = 0; c < sizeof titles / sizeof *titles; c++)
        table_column(table, titles[c], c == 0 || (c > 2 && c < 6) ? 0 : COLUMN_TRUNC);
    for (size_t k = 0; k < lsched_incidents_count(list); k++) {
        const lsched_incident *i = lsched_incidents_at(list, k);
        if (array) {
            json_array_append_new(array, incident_json(t, i));
            continue;
        }
        char opened[TIME_TEXT];
        char next[TIME_TEXT] = "";
        char closed[TIME_TEXT] = "";
        if (i->next_update != 0)
            time_minute(t, i->next_update, NULL, next);
        if (i->closed != 0)
            time_minute(t, i->closed, NULL, closed);
        const char *cells[] = {i->id,
                               i->regions,
                               *i->services != '\0' ? i->services : i->topic,
                               time_minute(t, i->opened, NULL, opened),
                               next,
                               closed,
                               i->text};
        table_row(table, cells, sizeof cells / sizeof *cells);
    }
    lsched_incidents_free(list);
    return t->json ? print_json(array) : table_print(table);
}

static int show(struct tool *t, const char *id)
{
    lsched_incident *i;
    char text[TIME_TEXT];
    int status = lsched_get_incident(t->s, id, &i);
    int code = status != LSCHED_OK ? refuse(t, status, "incident") : EXIT_DONE;
    if (status == LSCHED_OK && t->json) {
        code = print_json(incident_json(t, i));
    } else if (status == LSCHED_OK) {
        print_clean(i->text);
        printf("\nupdate    %d\nopened    %s\n", (int)i->revision,
               time_minute(t, i->opened, NULL, text));
        if (i->next_update != 0)
            printf("next      %s\n", time_minute(t, i->next_update, NULL, text));
        if (i->closed != 0)
            printf("closed    %s\n", time_minute(t, i->closed, NULL, text));
    }
    lsched_incident_free(i);
    return code;
}

/* ---- changing ----------------------------------------------------------------------------- */

static void override(struct tool *t, enum option_id id, const char **field)
{
    if (t->value[id] != NULL)
        *field = t->value[id];
}

/* What is not given stays as it was. */
static int put(struct tool *t, const char *id, const char *text, bool closes)
{
    lsched_incident *old = NULL;
    lsched_incident i = {.size = sizeof i, .id = id};
    int status = lsched_get_incident(t->s, id, &old);
    if (status == LSCHED_OK)
        i = *old;
    else if (status != LSCHED_NOTFOUND || closes)
        return refuse(t, status, "incident");
    i.text = text;
    i.next_update = 0;
    i.closed = closes ? tool_now(t) : 0;
    override(t, OPT_REGION, &i.regions);
    override(t, OPT_SERVICE, &i.services);
    override(t, OPT_TOPIC, &i.topic);
    int code = option_time(t, OPT_NEXT, NULL, &i.next_update);
    if (code == EXIT_DONE) {
        status = lsched_put_incident(t->s, &i);
        code = status == LSCHED_OK ? show(t, id) : refuse(t, status, "incident");
    }
    lsched_incident_free(old);
    return code;
}

static int say(struct tool *t, int status, const char *done)
{
    if (status != LSCHED_OK)
        return refuse(t, status, "incident");
    if (t->json)
        return print_json(json_pack("{s:s}", "id", t->args[1]));
    printf("incident %s: %s\n", t->args[1], done);
    return EXIT_DONE;
}

static int open_for(struct tool *t)
{
    lsched_incidents *list;
    int status =
        lsched_incidents_for(t->s, t->args[1], t->arg_count > 2 ? t->args[2] : NULL, &list);
    return status == LSCHED_OK ? print_list(t, list) : refuse(t, status, "incident");
}

static int run(struct tool *t)
{
    lsched_incidents *list;
    char **args = t->args;
    const int count = t->arg_count;
    if (count == 0) {
        int status = lsched_list_incidents(t->s, NULL, 0, &list);
        return status == LSCHED_OK ? print_list(t, list) : refuse(t, status, "incident");
    }
    if (count == 3 && strcmp(args[0], "put") == 0)
        return put(t, args[1], args[2], false);
    if (count == 3 && strcmp(args[0], "close") == 0)
        return put(t, args[1], args[2], true);
    if (count >= 2 && strcmp(args[0], "for") == 0)
        return open_for(t);
    if (count == 3 && strcmp(args[0], "follow") == 0)
        return say(t, lsched_subscribe(t->s, args[1], args[2]), "followed");
    if (count == 3 && strcmp(args[0], "unfollow") == 0)
        return say(t, lsched_unsubscribe(t->s, args[1], args[2]), "not followed");
    if (count == 2 && strcmp(args[0], "remove") == 0)
        return say(t, lsched_remove_incident(t->s, args[1]), "removed");
    if (count == 1)
        return show(t, args[0]);
    return fail(EXIT_WRONG, "usage: schedctl incident [ID] | put ID TEXT | close ID TEXT | "
                            "for CUSTOMER [SERVICE] | follow ID CUSTOMER | "
                            "unfollow ID CUSTOMER | remove ID");
}

const struct command command_incident = {
    .name = "incident",
    .arguments = "[ID] | put ID TEXT | close ID TEXT | ...",
    .summary = "what is broken, and who is told of it",
    .help = "Without arguments lists the incidents; with an ID shows one.\n"
            "\n"
            "put ID TEXT             opens one, or says what is new; who follows it, or has\n"
            "                        something booked that it touches, is told\n"
            "close ID TEXT           it is over; who has booked because of it is asked\n"
            "                        whether that is still needed\n"
            "for CUSTOMER [SERVICE]  the open ones that touch this customer\n"
            "follow ID CUSTOMER      who wants to hear of it; unfollow: no more\n"
            "remove ID               forgets it\n"
            "\n"
            "Options of put and close; what is not given stays as it was\n"
            "  --region R     only customers of these regions, a list with spaces\n"
            "  --service S    only these services, a list with spaces\n"
            "  --topic T      and services of this topic\n"
            "  --next T       when more will be known\n"
            "\n"
            "Examples\n"
            "  schedctl incident put storm-7 'no internet' --region 'US-NY US-NJ'\n"
            "  schedctl incident for c-1001 fix\n"
            "  schedctl incident close storm-7 'it works again'\n"
            "\n"
            "With --json: an array of incidents {id, revision, regions, services, topic,\n"
            "text, opened, next_update, closed}, or one; follow, unfollow, remove {id}.\n",
    .options = OPTION(OPT_REGION) | OPTION(OPT_SERVICE) | OPTION(OPT_TOPIC) | OPTION(OPT_NEXT),
    .most = 3,
    .store = true,
    .run = run,
};
