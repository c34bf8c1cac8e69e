/* site_check.c -- a site file as a whole: its version, its lists, nothing twice.  What
 * comes out are the records in the order in which they can be put.
 */
#include "site.h"

#include <stdio.h>
#include <string.h>

/* In the order of loading: what others refer to comes first. */
static const struct kind *const kinds[] = {&kind_team,    &kind_agent,    &kind_member,
                                           &kind_service, &kind_customer, &kind_region,
                                           &kind_case,    &kind_booking};
#define KINDS (sizeof kinds / sizeof *kinds)
static const char *const owns_calendars[] = {"calendars"};

static int check_top(struct site *site)
{
    const char *names[KINDS + 1] = {"libsched"};
    for (size_t i = 0; i < KINDS; i++)
        names[i + 1] = kinds[i]->list;
    if (!json_is_object(site->root))
        return site_fail(site, NULL, "a site file is an object, and this is %s",
                         json_kind(site->root));
    json_t *version = json_object_get(site->root, "libsched");
    const struct where w = {NULL, "libsched", 0};
    int code = site_keys(site, NULL, site->root, names, KINDS + 1);
    if (code != EXIT_DONE)
        return code;
    if (!version)
        return site_fail(site, &w, "is missing; a site file says {\"libsched\": 1, ...}");
    if (!json_is_integer(version) || json_integer_value(version) != 1)
        return site_fail(site, &w, "must be 1, the version of the format");
    return EXIT_DONE;
}

/* The fields that tell records of a kind apart, in one text. */
static int check_twice(struct site *site, const struct where *w, const struct kind *kind,
                       const void *record)
{
    char key[1024];
    size_t size = (size_t)snprintf(key, sizeof key, "%s", kind->list);
    for (size_t i = 0; i < kind->keys && size < sizeof key; i++)
        size += (size_t)snprintf(key + size, sizeof key - size, " %s",
                                 field_text(&kind->fields[i], record));
    if (size >= sizeof key)
        return EXIT_DONE; /* longer than an id may be: the library refuses it */
    const struct where here = {w, kind->fields[0].name, 0};
    if (json_object_get(site->seen, key))
        return site_fail(site, &here, "'%s' stands twice", field_text(&kind->fields[0], record));
    return json_object_set_new(site->seen, key, json_true()) == 0 ? EXIT_DONE : site_nomem();
}

static int check_record(struct site *site, const struct where *w, json_t *object,
                        const struct kind *kind, size_t at)
{
    void *record = site_take(site, kind->size);
    struct item *item = site_item(site);
    if (!record || !item)
        return site_nomem();
    *item = (struct item){.kind = kind, .record = record, .at = at};
    int code = site_record(site, w, object, kind, owns_calendars, kind->owner ? 1 : 0, record);
    return code == EXIT_DONE ? check_twice(site, w, kind, record) : code;
}

static int check_list(struct site *site, const struct kind *kind)
{
    json_t *list = json_object_get(site->root, kind->list);
    const struct where here = {NULL, kind->list, 0};
    if (list && !json_is_array(list))
        return site_fail(site, &here, "must be an array, and is %s", json_kind(list));
    int code = EXIT_DONE;
    for (size_t i = 0; code == EXIT_DONE && i < json_array_size(list); i++) {
        const struct where w = {&here, NULL, i};
        code = check_record(site, &w, json_array_get(list, i), kind, i);
    }
    return code;
}

static int check_calendars(struct site *site, const struct kind *kind)
{
    json_t *list = json_object_get(site->root, kind->list);
    const struct where here = {NULL, kind->list, 0};
    int code = EXIT_DONE;
    for (size_t i = 0; code == EXIT_DONE && i < json_array_size(list); i++) {
        const struct where w = {&here, NULL, i};
        json_t *owner = json_array_get(list, i);
        code = site_calendars(site, &w, owner, kind,
                              json_string_value(json_object_get(owner, "id")), i);
    }
    return code;
}

int site_check(struct site *site)
{
    int code = check_top(site);
    for (size_t i = 0; code == EXIT_DONE && i < KINDS; i++)
        if (kinds[i] != &kind_booking)
            code = check_list(site, kinds[i]);
    for (size_t i = 0; code == EXIT_DONE && i < KINDS; i++)
        if (kinds[i]->owner)
            code = check_calendars(site, kinds[i]);
    return code == EXIT_DONE ? check_list(site, &kind_booking) : code;
}
