/* dump.c -- schedctl dump: the whole store as a site file that loads again. */
#include "record.h"

#include <string.h>

/* What a walk collects. */
struct dump {
    struct tool *t;
    const struct kind *kind;
    json_t *list;
    int status;
};

/* An array of lines where that says the same, else the text as it is. */
static json_t *text_json(const char *text, size_t size)
{
    json_t *lines = json_array();
    const char *end = text + size;
    while (text < end) {
        const char *cr = memchr(text, '\r', (size_t)(end - text));
        const char *lf = memchr(text, '\n', (size_t)(end - text));
        if (!cr || lf != cr + 1) {
            json_decref(lines);
            return NULL;
        }
        json_array_append_new(lines, json_stringn(text, (size_t)(cr - text)));
        text = lf + 1;
    }
    return lines;
}

static json_t *calendar_json(struct tool *t, const lsched_calendar *c)
{
    json_t *object = record_json(t, &kind_calendar, c, NULL);
    size_t size = c->text_size ? c->text_size : strlen(c->text);
    json_t *text = text_json(c->text, size);
    json_object_set_new(object, "text", text ? text : json_stringn(c->text, size));
    return object;
}

static int add_calendar(void *user, const void *record)
{
    struct dump *d = user;
    json_array_append_new(d->list, calendar_json(d->t, record));
    return 0;
}

static int add_record(void *user, const void *record)
{
    struct dump *d = user;
    /* A hold would be over before anybody has loaded it. */
    if (d->kind == &kind_booking && ((const lsched_booking *)record)->state == LSCHED_HELD)
        return 0;
    json_t *object = record_json(d->t, d->kind, record, NULL);
    if (d->kind->owner) {
        struct dump calendars = {.t = d->t, .list = json_array()};
        d->status = walk_calendars(d->t->s, d->kind->owner, field_text(&d->kind->fields[0], record),
                                   add_calendar, &calendars);
        if (json_array_size(calendars.list))
            json_object_set_new(object, "calendars", calendars.list);
        else
            json_decref(calendars.list);
    }
    json_array_append_new(d->list, object);
    return d->status;
}

/* Where a region stands among those collected, or would. */
static size_t place_of(const json_t *list, const char *id, bool *there)
{
    size_t i = 0;
    int order = -1;
    while (i < json_array_size(list) &&
           (order = strcmp(json_string_value(json_object_get(json_array_get(list, i), "id")), id)) <
               0)
        i++;
    *there = i < json_array_size(list) && order == 0;
    return i;
}

/* Some regions have no record and are only the owners of calendars. */
static int add_region(void *user, const void *record)
{
    struct dump *d = user;
    const lsched_calendar *c = record;
    bool there;
    size_t place = place_of(d->list, c->owner, &there);
    if (!there)
        json_array_insert_new(d->list, place, json_pack("{s:s}", "id", c->owner));
    json_t *region = json_array_get(d->list, place);
    if (!json_object_get(region, "calendars"))
        json_object_set_new(region, "calendars", json_array());
    json_array_append_new(json_object_get(region, "calendars"), calendar_json(d->t, c));
    return 0;
}

static int add_law(void *user, const void *record)
{
    struct dump *d = user;
    json_array_append_new(d->list, record_json(d->t, d->kind, record, NULL));
    return 0;
}

static int walk_laws(struct dump *d)
{
    int status = walk_regions(d->t->s, add_law, d);
    return status == LSCHED_OK ? walk_calendars(d->t->s, LSCHED_REGION, NULL, add_region, d)
                               : status;
}

static int walk(struct dump *d)
{
    const lsched_filter all = {.size = sizeof all};
    lsched *s = d->t->s;
    if (d->kind == &kind_region)
        return walk_laws(d);
    if (d->kind == &kind_team)
        return walk_teams(s, add_record, d);
    if (d->kind == &kind_agent)
        return walk_agents(s, add_record, d);
    if (d->kind == &kind_member)
        return walk_members(s, NULL, NULL, add_record, d);
    if (d->kind == &kind_service)
        return walk_services(s, add_record, d);
    if (d->kind == &kind_customer)
        return walk_customers(s, add_record, d);
    if (d->kind == &kind_case)
        return walk_cases(s, NULL, add_record, d);
    return walk_bookings(s, &all, add_record, d);
}

static int dump_all(struct tool *t, json_t *site)
{
    static const struct kind *const kinds[] = {&kind_region, &kind_team,    &kind_agent,
                                               &kind_member, &kind_service, &kind_customer,
                                               &kind_case,   &kind_booking};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct dump d = {.t = t, .kind = kinds[i], .list = json_array()};
        json_object_set_new(site, kinds[i]->list, d.list);
        int status = walk(&d);
        if (status != LSCHED_OK)
            return refuse(t, status, kinds[i]->list);
    }
    return EXIT_DONE;
}

/* In one transaction, so that nobody's change falls between two lists. */
static int dump(struct tool *t)
{
    int status = lsched_begin(t->s);
    if (status != LSCHED_OK)
        return refuse(t, status, t->db);
    json_t *site = json_pack("{s:i}", "libsched", 1);
    int code = site ? dump_all(t, site) : fail(EXIT_NO_STORE, "memory ran out");
    lsched_rollback(t->s);
    if (code == EXIT_DONE)
        return print_json(site);
    json_decref(site);
    return code;
}

const struct command command_dump = {
    .name = "dump",
    .arguments = "",
    .summary = "print the store's people, calendars and bookings as a site file",
    .help = "Prints teams, people, calendars, services, cases and bookings as a site file:\n"
            "loaded into an empty store, it gives the same dump again.  It is no copy of the\n"
            "store ('backup' makes one): holds, waits, incidents, announcements, messages,\n"
            "events and notices stay out.  Writers wait while it is read.\n"
            "\n"
            "Example\n"
            "  schedctl dump > site.json\n"
            "\n"
            "The output is JSON with or without --json; SITE.md describes it.\n",
    .store = true,
    .run = dump,
};
