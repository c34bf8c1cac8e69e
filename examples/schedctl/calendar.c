/* calendar.c -- schedctl calendar: one layer's calendars, put, removed, shown and listed; and what
 * a change of them leaves astray.
 */
#include "query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int usage(struct tool *t)
{
    return fail(EXIT_WRONG, "usage: schedctl %s %s", t->command->name, t->command->arguments);
}

static json_t *calendar_json(struct tool *t, const lsched_calendar *c)
{
    json_t *object = record_json(t, &kind_calendar, c, NULL);
    json_object_set_new(object, "kind", json_string(choice_name(choice_owner, c->kind)));
    json_object_set_new(object, "owner", json_string(c->owner));
    json_object_set_new(object, "bytes", json_integer((json_int_t)c->text_size));
    return object;
}

/* ---- list, show ------------------------------------------------------------------------------ */

struct rows {
    struct tool *t;
    struct libscols_table *table;
    json_t *list;
};

static int add_calendar(void *user, const void *record)
{
    struct rows *rows = user;
    const lsched_calendar *c = record;
    char bytes[24];
    if (rows->list) {
        json_array_append_new(rows->list, calendar_json(rows->t, c));
        return 0;
    }
    snprintf(bytes, sizeof bytes, "%zu", c->text_size);
    const char *cells[] = {choice_name(choice_owner, c->kind),
                           c->owner,
                           c->name,
                           choice_name(choice_effect, c->effect),
                           choice_name(choice_ends, c->ends),
                           bytes};
    table_row(rows->table, cells, sizeof cells / sizeof *cells);
    return 0;
}

static int list(struct tool *t, int32_t kind, const char *owner)
{
    struct rows rows = {t, t->json ? NULL : table_new(t), t->json ? json_array() : NULL};
    table_column(rows.table, "KIND", 0);
    table_column(rows.table, "OWNER", 0);
    table_column(rows.table, "CALENDAR", 0);
    table_column(rows.table, "EFFECT", 0);
    table_column(rows.table, "ENDS", 0);
    table_column(rows.table, "BYTES", COLUMN_RIGHT);
    int status = walk_calendars(t->s, kind, owner, add_calendar, &rows);
    int code = t->json ? print_json(rows.list) : table_print(rows.table);
    return status == LSCHED_OK ? code : refuse(t, status, "calendar");
}

static int show(struct tool *t, const lsched_calendar *key)
{
    lsched_calendar *c;
    int status = lsched_get_calendar(t->s, key->kind, key->owner, key->name, &c);
    if (status != LSCHED_OK)
        return refuse(t, status, "calendar");
    int code = EXIT_DONE;
    if (t->json) {
        json_t *object = calendar_json(t, c);
        json_object_set_new(object, "text", json_stringn(c->text, c->text_size));
        code = print_json(object);
    } else {
        fwrite(c->text, 1, c->text_size, stdout);
    }
    lsched_calendar_free(c);
    return code;
}

/* ---- put, remove ------------------------------------------------------------------------------ */

/* What was done, and what it leaves astray. */
static int answer(struct tool *t, const lsched_calendar *c, const char *done)
{
    const lsched_strays *strays = lsched_left_strays(t->s);
    const char *kind = choice_name(choice_owner, c->kind);
    if (t->json)
        return print_json(json_pack("{s:s, s:s, s:s, s:s, s:o}", "done", done, "kind", kind,
                                    "owner", c->owner, "name", c->name, "strays",
                                    strays_json(t, strays)));
    printf("%s %s: %s %s\n", kind, c->owner, c->name, done);
    return strays_tell(t, strays, kind, c->owner);
}

/* The line is that of the file, and the rule is the library's. */
static int refuse_text(struct tool *t, const struct file *f, int status)
{
    if (!lsched_line(t->s))
        return refuse(t, status, "calendar");
    char line[1000];
    snprintf(line, sizeof line, "%.500s:%d", f->path, (int)lsched_line(t->s));
    return refuse_line(t, status, line);
}

static int put(struct tool *t, lsched_calendar *c, const char *path)
{
    struct file f = {.path = path};
    int code = EXIT_DONE;
    if (!t->value[OPT_EFFECT])
        return fail(EXIT_WRONG, "calendar put: --effect is missing: opens or closes");
    code = option_choice(t, OPT_EFFECT, choice_effect, &c->effect);
    if (code == EXIT_DONE)
        code = option_choice(t, OPT_ENDS, choice_ends, &c->ends);
    if (code == EXIT_DONE)
        code = option_channels(t, false, &c->channels);
    if (code == EXIT_DONE)
        code = option_bits(t, OPT_PURPOSE, choice_purpose, &c->purposes);
    c->lifted = t->value[OPT_LIFTED] != NULL;
    if (code == EXIT_DONE)
        code = option_time(t, OPT_CHECKED, NULL, &c->checked);
    if (code == EXIT_DONE)
        code = option_number(t, OPT_GOOD_FOR, 0, LSCHED_MAX_DAYS * 1440, &c->good_for);
    if (code == EXIT_DONE)
        code = option_choice(t, OPT_ON_STALE, choice_stale, &c->on_stale);
    if (code != EXIT_DONE)
        return code;
    code = file_calendar(&f);
    if (code != EXIT_DONE)
        return fail(code, "%s", f.why);
    c->text = f.text;
    c->text_size = f.size;
    int status = lsched_put_calendar(t->s, c);
    code = status == LSCHED_OK ? answer(t, c, c->effect == LSCHED_OPENS ? "opens" : "closes")
                               : refuse_text(t, &f, status);
    free(f.text);
    return code;
}

static int run(struct tool *t)
{
    static const enum option_id of_put[] = {OPT_EFFECT, OPT_ENDS,    OPT_CHANNEL,  OPT_PURPOSE,
                                            OPT_LIFTED, OPT_CHECKED, OPT_GOOD_FOR, OPT_ON_STALE};
    const char *verb = t->arg_count ? t->args[0] : "list";
    const bool puts_one = !strcmp(verb, "put");
    lsched_calendar c = {.size = sizeof c};
    int code = t->arg_count > 1 ? argument_owner(t->args[1], &c.kind) : EXIT_DONE;
    if (code != EXIT_DONE)
        return code;
    for (size_t i = 0; i < sizeof of_put / sizeof *of_put && !puts_one; i++)
        if (t->value[of_put[i]])
            return fail(EXIT_WRONG, "--%s goes with 'calendar put'", option_name(of_put[i]));
    c.owner = t->arg_count > 2 ? t->args[2] : NULL;
    c.name = t->arg_count > 3 ? t->args[3] : NULL;
    if (!strcmp(verb, "list") && t->arg_count <= 3)
        return list(t, c.kind, c.owner);
    if (!strcmp(verb, "show") && t->arg_count == 4)
        return show(t, &c);
    int status = lsched_set_strays(t->s, STRAYS);
    if (status != LSCHED_OK)
        return refuse(t, status, "calendar");
    if (puts_one && t->arg_count == 5)
        return put(t, &c, t->args[4]);
    if (strcmp(verb, "remove") != 0 || t->arg_count != 4)
        return usage(t);
    status = lsched_remove_calendar(t->s, c.kind, c.owner, c.name);
    return status == LSCHED_OK ? answer(t, &c, "removed") : refuse(t, status, "calendar");
}

const struct command command_calendar = {
    .name = "calendar",
    .arguments = "list|show|put|remove [KIND OWNER NAME [FILE]]",
    .summary = "shifts, hours, leave and holidays: put, remove, list, show",
    .help = "Calendars say when somebody or something is open or closed.  KIND is whose they\n"
            "are: team, agent, customer, region or service; OWNER is its id, NAME the\n"
            "calendar's own, such as shifts or leave.\n"
            "\n"
            "  list [KIND [OWNER]]           all of them, or those of one\n"
            "  show KIND OWNER NAME          its iCalendar text\n"
            "  put KIND OWNER NAME FILE      stores it, in the place of the one with that\n"
            "                                name; FILE is iCalendar text, - for standard\n"
            "                                input\n"
            "  remove KIND OWNER NAME        takes it away\n"
            "\n"
            "Times with a zone (TZID=Europe/Athens, or Z) happen in that zone.  Floating\n"
            "times (neither) and dates happen on each customer's own clock in the calendars\n"
            "of a team, region, service or customer, and on the agent's clock in those of an\n"
            "agent: a team whose hours are floating opens at 8:00 wherever the customer is.\n"
            "Where the team keeps one clock, give its hours a TZID; schedctl hours says\n"
            "where times are floating.\n"
            "\n"
            "put and remove also tell which bookings do not fit then, up to 100; nothing\n"
            "moves by itself: see schedctl repair.\n"
            "\n"
            "Options of put\n"
            "  --effect E     required: opens or closes\n"
            "  --ends E       wall or exact: where a repeated event ends over a clock change;\n"
            "                 default wall if it opens, exact if it closes\n"
            "  --channel C    of a region: it binds contacts on phone, chat, video, visit,\n"
            "                 several with commas; default all\n"
            "  --purpose P    and for asked, news, sales, collection, survey; default all\n"
            "  --lifted       and not those to which the customer has agreed\n"
            "  --checked T    when its source was last known to be right\n"
            "  --good-for N   minutes from then on, after which it is stale\n"
            "  --on-stale S   what becomes of it then: use (as it was; default), closed (its\n"
            "                 owner is), or open (as if it was not there)\n"
            "\n"
            "Examples\n"
            "  schedctl calendar list agent ana\n"
            "  schedctl calendar put agent ana leave leave.ics --effect closes\n"
            "  schedctl calendar put agent ana feed ana.ics --effect closes \\\n"
            "    --checked 2026-03-02T08:00:00Z --good-for 90 --on-stale closed\n"
            "  schedctl calendar remove agent ana leave\n"
            "\n"
            "With --json: list is an array of {name, effect, ends, kind, owner, bytes}, show\n"
            "one of them with its text; put and remove {done, kind, owner, name, strays:\n"
            "[{booking, reasons, text}]}, where done is opens, closes or removed.\n",
    .options = OPTION(OPT_EFFECT) | OPTION(OPT_ENDS) | OPTION(OPT_CHANNEL) | OPTION(OPT_PURPOSE) |
               OPTION(OPT_LIFTED) | OPTION(OPT_CHECKED) | OPTION(OPT_GOOD_FOR) |
               OPTION(OPT_ON_STALE),
    .most = 5,
    .store = true,
    .run = run,
};
