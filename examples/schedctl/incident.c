/* incident.c -- schedctl incident: what is broken, told of before somebody books and as it goes
 * on.
 */
#include "record.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- its policy ---------------------------------------------------------------------------- */

enum shape {
    SWITCH,
    RUNGS,
    MINUTES,
    MINUTES_OR_NONE
};

/* What --policy has words for. */
static const struct policy {
    const char *word;
    enum shape shape;
    size_t offset;
} policies[] = {
    {"no-joining", SWITCH, offsetof(lsched_incident, no_joining)},
    {"no-working", SWITCH, offsetof(lsched_incident, no_working)},
    {"rungs", RUNGS, offsetof(lsched_incident, rungs)},
    {"minutes", MINUTES, offsetof(lsched_incident, minutes)},
    {"wrap-up", MINUTES_OR_NONE, offsetof(lsched_incident, wrap_up)},
    {"notice", MINUTES_OR_NONE, offsetof(lsched_incident, notice)},
    {"cut-off", MINUTES_OR_NONE, offsetof(lsched_incident, cut_off)},
    {"owner-wait", MINUTES_OR_NONE, offsetof(lsched_incident, owner_wait)},
    {"wait-known", MINUTES_OR_NONE, offsetof(lsched_incident, wait_known)},
    {"wait-home", MINUTES_OR_NONE, offsetof(lsched_incident, wait_home)},
};
#define POLICIES (sizeof policies / sizeof *policies)
#define POLICY_TEXT 400

static int32_t get_policy(const lsched_incident *i, const struct policy *p)
{
    int32_t value;
    memcpy(&value, (const char *)i + p->offset, sizeof value);
    return value;
}

static void set_policy(lsched_incident *i, const struct policy *p, int32_t value)
{
    memcpy((char *)i + p->offset, &value, sizeof value);
}

/* "overflow,general" */
static bool read_rungs(const char *text, int32_t *out)
{
    *out = 0;
    for (size_t size; *text; text += size + (text[size] == ',')) {
        int32_t rung = LSCHED_KNOWN;
        size = strcspn(text, ",");
        while (rung <= LSCHED_GENERAL && (strlen(lsched_rung_name(rung)) != size ||
                                          strncmp(lsched_rung_name(rung), text, size) != 0))
            rung *= 2;
        if (rung > LSCHED_GENERAL)
            return false;
        *out |= rung;
    }
    return *out != 0;
}

static bool read_minutes(const char *text, bool or_none, int32_t *out)
{
    char *end;
    if (or_none && strcmp(text, "none") == 0) {
        *out = LSCHED_NONE;
        return true;
    }
    const long value = strtol(text, &end, 10);
    *out = (int32_t)value;
    return *text >= '1' && *text <= '9' && *end == '\0' && value <= INT32_MAX;
}

static bool read_word(const char *word, lsched_incident *i)
{
    const size_t size = strcspn(word, "=");
    const char *text = word[size] ? word + size + 1 : "";
    for (size_t n = 0; n < POLICIES; n++) {
        const struct policy *p = &policies[n];
        int32_t value = 1;
        if (strlen(p->word) != size || strncmp(p->word, word, size) != 0)
            continue;
        if (p->shape == SWITCH  ? word[size] != '\0'
            : p->shape == RUNGS ? !read_rungs(text, &value)
                                : !read_minutes(text, p->shape == MINUTES_OR_NONE, &value))
            return false;
        set_policy(i, p, value);
        return true;
    }
    return false;
}

/* "no-joining minutes=45 rungs=overflow,general": all of it anew; "": none any more. */
static int read_policy(struct tool *t, lsched_incident *i)
{
    const char *rest = t->value[OPT_POLICY];
    char word[64];
    for (size_t n = 0; rest && n < POLICIES; n++)
        set_policy(i, &policies[n], 0);
    while (rest && *(rest += strspn(rest, " "))) {
        const size_t size = strcspn(rest, " ");
        snprintf(word, sizeof word, "%.*s", size < 64 ? (int)size : 63, rest);
        if (size >= sizeof word || !read_word(word, i))
            return fail(EXIT_WRONG, "--policy: '%s' is none of those that --help shows", word);
        rest += size;
    }
    return EXIT_DONE;
}

static void add_text(char *to, size_t room, const char *text)
{
    const size_t used = strlen(to);
    snprintf(to + used, room - used, "%s", text);
}

/* As --policy has it. */
static const char *policy_text(const lsched_incident *i, char text[POLICY_TEXT])
{
    char number[32];
    text[0] = '\0';
    for (size_t n = 0; n < POLICIES; n++) {
        const struct policy *p = &policies[n];
        const int32_t value = get_policy(i, p);
        if (value == 0)
            continue;
        add_text(text, POLICY_TEXT, *text ? " " : "");
        add_text(text, POLICY_TEXT, p->word);
        const char *before = "=";
        for (int32_t rung = LSCHED_KNOWN; p->shape == RUNGS && rung <= LSCHED_GENERAL; rung *= 2) {
            if ((value & rung) == 0)
                continue;
            add_text(text, POLICY_TEXT, before);
            add_text(text, POLICY_TEXT, lsched_rung_name(rung));
            before = ",";
        }
        snprintf(number, sizeof number, "=%d", (int)value);
        if (p->shape == MINUTES || p->shape == MINUTES_OR_NONE)
            add_text(text, POLICY_TEXT, value == LSCHED_NONE ? "=none" : number);
    }
    return text;
}

/* ---- showing ------------------------------------------------------------------------------ */

static json_t *time_or_null(struct tool *t, lsched_time at)
{
    return at != 0 ? time_json(t, at, NULL) : json_null();
}

json_t *incident_json(struct tool *t, const lsched_incident *i)
{
    char policy[POLICY_TEXT];
    return json_pack("{s:s, s:i, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:s}", "id", i->id, "revision",
                     (int)i->revision, "regions", i->regions, "services", i->services, "topic",
                     i->topic, "text", i->text, "opened", time_json(t, i->opened, NULL),
                     "next_update", time_or_null(t, i->next_update), "closed",
                     time_or_null(t, i->closed), "policy", policy_text(i, policy));
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
    char text[TIME_TEXT], policy[POLICY_TEXT];
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
        if (*policy_text(i, policy))
            printf("policy    %s\n", policy);
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
    if (code == EXIT_DONE)
        code = read_policy(t, &i);
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
            "                        something booked that it touches, is told.  One that was\n"
            "                        closed is open again, with the policy that it had\n"
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
            "  --policy P     what is so while it is open; '' is nothing: a list of\n"
            "                   no-joining    nobody joins the line\n"
            "                   no-working    nothing that waits is handed out\n"
            "                   rungs=R,R     these serve, too: known, home, overflow,\n"
            "                                 general\n"
            "                   minutes=N     how long a contact takes; and as in\n"
            "                   wrap-up=N notice=N cut-off=N owner-wait=N wait-known=N\n"
            "                   wait-home=N   a service, N minutes or none\n"
            "\n"
            "Examples\n"
            "  schedctl incident put storm-7 'no internet' --region 'US-NY US-NJ'\n"
            "  schedctl incident put storm-7 'half a day' --next 2026-03-05T18:00Z \\\n"
            "      --policy 'no-joining notice=240 rungs=overflow,general'\n"
            "  schedctl incident for c-1001 fix\n"
            "  schedctl incident close storm-7 'it works again'\n"
            "\n"
            "With --json: an array of incidents {id, revision, regions, services, topic,\n"
            "text, opened, next_update, closed, policy}, or one; follow, unfollow and\n"
            "remove {id}.\n",
    .options = OPTION(OPT_REGION) | OPTION(OPT_SERVICE) | OPTION(OPT_TOPIC) | OPTION(OPT_NEXT) |
               OPTION(OPT_POLICY),
    .most = 3,
    .store = true,
    .run = run,
};
