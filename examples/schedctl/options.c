/* options.c -- the command line: one table of all options, of which each command
 * accepts some.  Values are read here; numbers and names without the locale's help.
 */
#include "record.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    bool value;
} options[OPT_COUNT] = {
    [OPT_DB] = {"db", true},
    [OPT_NOW] = {"now", true},
    [OPT_JSON] = {"json", false},
    [OPT_COLOR] = {"color", true},
    [OPT_ACTOR] = {"actor", true},
    [OPT_CORRELATION] = {"correlation", true},
    [OPT_HELP] = {"help", false},
    [OPT_VERSION] = {"version", false},
    [OPT_ZONE] = {"zone", true},
    [OPT_REGION] = {"region", true},
    [OPT_LANGUAGE] = {"language", true},
    [OPT_KNOWS] = {"knows", true},
    [OPT_AVOIDS] = {"avoids", true},
    [OPT_GENERAL] = {"general", false},
    [OPT_TEAM] = {"team", true},
    [OPT_CHANNEL] = {"channel", true},
    [OPT_AGENT] = {"agent", true},
    [OPT_RUNG] = {"rung", true},
    [OPT_FROM] = {"from", true},
    [OPT_UNTIL] = {"until", true},
    [OPT_TO] = {"to", true},
    [OPT_LIMIT] = {"limit", true},
    [OPT_AFTER] = {"after", true},
    [OPT_MOVING] = {"moving", true},
    [OPT_DAYS] = {"days", true},
    [OPT_NOTE] = {"note", true},
    [OPT_CAUSE] = {"cause", true},
    [OPT_KEY] = {"key", true},
    [OPT_SOURCE] = {"source", true},
    [OPT_KEEP] = {"keep", true},
    [OPT_STATE] = {"state", true},
    [OPT_CUSTOMER] = {"customer", true},
    [OPT_DATE] = {"date", true},
    [OPT_ICS] = {"ics", false},
    [OPT_INSTANCES] = {"instances", false},
    [OPT_CLOSES] = {"closes", false},
    [OPT_CLOSES_FILE] = {"closes", true},
    [OPT_CALENDAR] = {"calendar", true},
    [OPT_ENDS] = {"ends", true},
    [OPT_MINUTES] = {"minutes", true},
    [OPT_SERVICE] = {"service", true},
    [OPT_TURN] = {"turn", true},
    [OPT_SCOPE] = {"scope", true},
    [OPT_BOOKING] = {"booking", true},
    [OPT_SECONDS] = {"seconds", true},
    [OPT_FIT] = {"fit", false},
    [OPT_CANCEL] = {"cancel", false},
    [OPT_SERIES] = {"series", true},
    [OPT_APPLY] = {"apply", false},
    [OPT_ALL] = {"all", false},
    [OPT_EFFECT] = {"effect", true},
    [OPT_REGIONS] = {"regions", true},
    [OPT_CONSENTS] = {"consents", true},
    [OPT_PURPOSE] = {"purpose", true},
    [OPT_LIFTED] = {"lifted", false},
    [OPT_WINDOWS] = {"windows", true},
    [OPT_SINCE] = {"since", true},
    [OPT_OUTCOME] = {"outcome", true},
    [OPT_FAULT] = {"fault", true},
    [OPT_CASE] = {"case", true},
    [OPT_TOPIC] = {"topic", true},
    [OPT_STORY] = {"story", true},
    [OPT_NEEDS] = {"needs", true},
    [OPT_SCORE] = {"score", true},
    [OPT_NEXT] = {"next", true},
    [OPT_POLICY] = {"policy", true},
    [OPT_CHECKED] = {"checked", true},
    [OPT_GOOD_FOR] = {"good-for", true},
    [OPT_ON_STALE] = {"on-stale", true},
    [OPT_TOLD] = {"told", true},
};

/* getopt_long() answers `val`; 0 and '?' are its own. */
#define FIRST 1000

const char *option_name(enum option_id id)
{
    return options[id].name;
}

static bool accepts(const struct tool *t, int id)
{
    return id < OPT_COMMON || (t->command && (t->command->options & OPTION(id)));
}

static int unknown_option(const struct tool *t, const char *word)
{
    char name[64];
    const char *names[OPT_COUNT];
    size_t count = 0;
    size_t size = strcspn(word + 2, "=");
    if (size >= sizeof name)
        size = sizeof name - 1;
    memcpy(name, word + 2, size);
    name[size] = '\0';
    for (int i = 0; i < OPT_COUNT; i++)
        if (accepts(t, i))
            names[count++] = options[i].name;
    const char *of = t->command ? t->command->name : "there";
    const char *has = t->command ? "has" : "is";
    const char *near = nearest(name, names, count);
    if (near)
        return fail(EXIT_WRONG, "%s %s no option --%s; did you mean --%s?", of, has, name, near);
    return fail(EXIT_WRONG, "%s %s no option --%s; see --help", of, has, name);
}

static int take(struct tool *t, int id, const char *value)
{
    if (id == OPT_CALENDAR || id == OPT_CLOSES_FILE) {
        if (t->file_count == LSCHED_MAX_CALENDARS)
            return fail(EXIT_WRONG, "--%s: more than %d calendars (LSCHED_MAX_CALENDARS)",
                        options[id].name, LSCHED_MAX_CALENDARS);
        t->files[t->file_count].path = value;
        t->files[t->file_count++].effect = id == OPT_CALENDAR ? LSCHED_OPENS : LSCHED_CLOSES;
    } else if (t->value[id] && options[id].value) {
        return fail(EXIT_WRONG, "--%s is given twice", options[id].name);
    }
    t->value[id] = value ? value : "";
    return EXIT_DONE;
}

/* Without a command yet, stops at the first word that is no option; with one, argv[0] is
 * its name. */
int options_parse(struct tool *t, int argc, char **argv)
{
    struct option list[OPT_COUNT + 1] = {{0}};
    size_t count = 0;
    for (int i = 0; i < OPT_COUNT; i++)
        if (accepts(t, i))
            list[count++] = (struct option){options[i].name, options[i].value, NULL, FIRST + i};
    opterr = 0;
    optind = 0; /* begin again, also with another table */
    for (;;) {
        int found = getopt_long(argc, argv, t->command ? ":h" : "+:h", list, NULL);
        if (found == -1)
            break;
        if (found == 'h')
            found = FIRST + OPT_HELP;
        if (found == ':')
            return fail(EXIT_WRONG, "--%s needs a value", options[optopt - FIRST].name);
        if (found == '?' && optopt >= FIRST)
            return fail(EXIT_WRONG, "--%s takes no value", options[optopt - FIRST].name);
        if (found == '?')
            return optopt ? fail(EXIT_WRONG, "there is no option -%c; see --help", optopt)
                          : unknown_option(t, argv[optind - 1]);
        int code = take(t, found - FIRST, optarg);
        if (code != EXIT_DONE)
            return code;
    }
    t->args = argv + optind;
    t->arg_count = argc - optind;
    return EXIT_DONE;
}

int option_number(struct tool *t, enum option_id id, int32_t least, int32_t most, int32_t *out)
{
    const char *text = t->value[id];
    if (!text)
        return EXIT_DONE;
    const bool negative = least < 0 && text[0] == '-';
    const char *digits = text + negative;
    int64_t number = 0;
    size_t i = 0;
    for (; digits[i] >= '0' && digits[i] <= '9' && i < 10; i++)
        number = number * 10 + (digits[i] - '0');
    number = negative ? -number : number;
    if (i == 0 || digits[i] || number < least || number > most)
        return fail(EXIT_WRONG, "--%s: '%s' is not a number from %d to %d", options[id].name, text,
                    (int)least, (int)most);
    *out = (int32_t)number;
    return EXIT_DONE;
}

int option_time(struct tool *t, enum option_id id, const char *zone, lsched_time *out)
{
    const char *text = t->value[id];
    if (!text)
        return EXIT_DONE;
    char field[32] = "--";
    strncat(field, options[id].name, sizeof field - 3);
    char wall[TIME_TEXT];
    if (zone && zone == t->value[OPT_ZONE]) {
        /* A zone that does not exist is not the time's fault. */
        int known = lsched_wall(t->s, 0, zone, wall, sizeof wall);
        if (known != LSCHED_OK)
            return refuse(t, known, "--zone");
    }
    int status = lsched_instant(t->s, text, zone && *zone ? zone : NULL, out);
    return status == LSCHED_OK ? EXIT_DONE : refuse(t, status, field);
}

int argument_start(struct tool *t, const char *text, const char *zone, lsched_time *out)
{
    int status = lsched_instant(t->s, text, zone, out);
    if (status != LSCHED_OK)
        return refuse(t, status, "START");
    if (!strpbrk(text, "Tt"))
        return fail(EXIT_WRONG, "START: '%s' is a date; a start has a time too, such as %sT09:00",
                    text, text);
    return EXIT_DONE;
}

/* "phone,chat" */
static int read_bits(struct tool *t, enum option_id id, const struct choice *choices, bool one,
                     int32_t *out)
{
    const char *text = t->value[id];
    char known[CHOICE_TEXT];
    int32_t bits = 0;
    while (text) {
        size_t size = strcspn(text, ",");
        int32_t value;
        if (!choice_value(choices, text, size, &value))
            return fail(EXIT_WRONG, "--%s: '%.*s' is not one of %s", options[id].name,
                        size < 64 ? (int)size : 64, text, choice_list(choices, -1, known));
        bits |= value;
        text = text[size] ? text + size + 1 : NULL;
        if (one && text)
            return fail(EXIT_WRONG, "--%s: only one is possible here", options[id].name);
        *out = bits;
    }
    return EXIT_DONE;
}

int option_choice(struct tool *t, enum option_id id, const struct choice *choices, int32_t *out)
{
    const char *text = t->value[id];
    char known[CHOICE_TEXT];
    if (!text || choice_value(choices, text, strlen(text), out))
        return EXIT_DONE;
    return fail(EXIT_WRONG, "--%s: '%.64s' is not one of %s", options[id].name, text,
                choice_list(choices, -1, known));
}

int option_channels(struct tool *t, bool one, int32_t *out)
{
    return read_bits(t, OPT_CHANNEL, choice_channel, one, out);
}

int option_bits(struct tool *t, enum option_id id, const struct choice *choices, int32_t *out)
{
    return read_bits(t, id, choices, false, out);
}

int option_rungs(struct tool *t, int32_t *out)
{
    return read_bits(t, OPT_RUNG, choice_rung, false, out);
}
