/* load.c -- schedctl init and load: a site file into the store, all of it or nothing. */
#include "query.h"
#include "site.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct progress {
    struct timespec began, told;
    bool terminal, shown;
};

static double since(const struct timespec *then)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - then->tv_sec) + (double)(now.tv_nsec - then->tv_nsec) / 1e9;
}

/* Only a person who waits wants to see it. */
static void progress_tell(struct progress *p, size_t done, size_t all)
{
    if (!p->terminal || since(&p->began) < 1 || (p->shown && since(&p->told) < 0.2))
        return;
    fprintf(stderr, "\rschedctl: %zu of %zu ", done, all);
    clock_gettime(CLOCK_MONOTONIC, &p->told);
    p->shown = true;
}

static void progress_end(struct progress *p)
{
    if (p->shown)
        fputs("\r\033[K", stderr);
}

/* The field with which a message goes on behind its label: "agent 'ana': lanes is ...". */
static const char *named_field(const struct kind *kind, const char *message)
{
    const char *about = strstr(message, ": ");
    for (size_t i = 0; about && i < kind->count; i++) {
        const char *name = kind->fields[i].name;
        size_t size = strlen(name);
        if (!strncmp(about + 2, name, size) && strchr(": ", about[2 + size]))
            return name;
    }
    return NULL;
}

static bool has_word(const char *list, const char *word, size_t size)
{
    while (*list) {
        size_t next = strcspn(list, " ");
        if (next == size && !memcmp(list, word, size))
            return true;
        list += next + (list[next] == ' ');
    }
    return false;
}

/* The field that refers to what "no agent has the id 'anna'" is about. */
static const char *referring_field(const struct kind *kind, const void *record, const char *message)
{
    const char *begin = strstr(message, " has the id '");
    const char *end = begin ? strrchr(message, '\'') : NULL;
    begin = begin ? begin + strlen(" has the id '") : NULL;
    for (size_t i = 0; begin && begin < end && i < kind->count; i++) {
        const struct field *f = &kind->fields[i];
        if ((f->type == FIELD_TEXT || f->type == FIELD_WORDS) && strcmp(f->name, "id") != 0 &&
            has_word(field_text(f, record), begin, (size_t)(end - begin)))
            return f->name;
    }
    return NULL;
}

/* The store's own troubles are not about a place in the file. */
static int put_failed(struct site *site, const struct item *item, int status)
{
    char message[600];
    int32_t line = lsched_line(site->tool->s);
    snprintf(message, sizeof message, "%s (%s)", message_about_line(site->tool),
             lsched_status_name(status));
    int code = exit_code(status);
    if (code == EXIT_NO_STORE)
        return fail(code, "%s: %s", site->tool->db, message);
    const struct where list = {NULL, item->owners ? item->owners : item->kind->list, 0};
    const struct where record = {&list, NULL, item->at};
    const struct where calendars = {&record, "calendars", 0};
    const struct where calendar = {&calendars, NULL, item->calendar};
    const struct where text = {&calendar, "text", 0};
    const struct where row = {&text, NULL, line > 0 ? (size_t)line - 1 : 0};
    const char *field = named_field(item->kind, message);
    if (!field && status == LSCHED_NOTFOUND)
        field = referring_field(item->kind, item->record, message);
    const struct where part = {item->owners ? &calendar : &record, field, 0};
    if (item->file && line)
        fail(code, "%s:%d: text: %s", item->file, (int)line, message);
    else if (item->lines && line)
        site_fail(site, &row, "%s", message);
    else if (item->owners && line)
        site_fail(site, &text, "line %d: %s", (int)line, message);
    else
        site_fail(site, field ? &part : item->owners ? &calendar : &record, "%s", message);
    return code;
}

/* Teams come twice: one may overflow into another that stands further down. */
static int put_teams_alone(struct site *site, size_t *at)
{
    for (*at = 0; *at < site->item_count; (*at)++) {
        if (site->items[*at].kind != &kind_team)
            break;
        lsched_team team;
        memcpy(&team, site->items[*at].record, sizeof team);
        team.overflow = NULL;
        int status = lsched_put_team(site->tool->s, &team);
        if (status != LSCHED_OK)
            return status;
    }
    return LSCHED_OK;
}

static int put_each(struct site *site, struct progress *progress, size_t *at)
{
    for (*at = 0; *at < site->item_count; (*at)++) {
        const struct item *item = &site->items[*at];
        progress_tell(progress, *at, site->item_count);
        int status = item->kind->put ? item->kind->put(site->tool->s, item->record) : LSCHED_OK;
        if (status != LSCHED_OK)
            return status;
    }
    return LSCHED_OK;
}

static int put_all(struct site *site)
{
    struct progress progress = {.terminal = isatty(STDERR_FILENO) == 1};
    size_t at = 0;
    clock_gettime(CLOCK_MONOTONIC, &progress.began);
    int status = put_teams_alone(site, &at);
    if (status == LSCHED_OK)
        status = put_each(site, &progress, &at);
    progress_end(&progress);
    return status == LSCHED_OK ? EXIT_DONE : put_failed(site, &site->items[at], status);
}

static int put_in_one(struct site *site)
{
    lsched *s = site->tool->s;
    int status = lsched_begin(s);
    if (status != LSCHED_OK)
        return refuse(site->tool, status, site->tool->db);
    int code = put_all(site);
    if (code != EXIT_DONE) {
        lsched_rollback(s);
        return code;
    }
    status = lsched_commit(s);
    return status == LSCHED_OK ? EXIT_DONE : refuse(site->tool, status, site->tool->db);
}

static int report(struct site *site, const lsched_strays *strays)
{
    static const struct kind *const kinds[] = {
        &kind_team,     &kind_agent,    &kind_member, &kind_service,
        &kind_customer, &kind_calendar, &kind_case,   &kind_booking,
    };
    json_t *counts = json_object();
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        size_t count = 0;
        for (size_t i = 0; i < site->item_count; i++)
            count += site->items[i].kind == kinds[k];
        json_object_set_new(counts, kinds[k]->list, json_integer((json_int_t)count));
        if (!site->tool->json && count)
            printf("%7zu %s\n", count, count == 1 ? kinds[k]->noun : kinds[k]->list);
    }
    if (site->tool->json) {
        json_object_set_new(counts, "strays", strays_json(site->tool, strays));
        return print_json(counts);
    }
    json_decref(counts);
    return strays_tell(site->tool, strays, "", "");
}

/* One look at all of them when everything is in: halfway, what a later record of the file mends
 * would be astray. */
static int conclude(struct site *site)
{
    lsched_strays *strays;
    const lsched_sweep all = {.size = sizeof all, .limit = STRAYS};
    int status = lsched_list_strays(site->tool->s, &all, &strays);
    if (status != LSCHED_OK)
        return refuse(site->tool, status, "it is loaded; which bookings fit cannot be told");
    int code = report(site, strays);
    lsched_strays_free(strays);
    return code;
}

static int load(struct tool *t)
{
    struct site site = {.tool = t, .path = t->args[0]};
    int code = site_open(&site);
    if (code == EXIT_DONE)
        code = site_check(&site);
    if (code == EXIT_DONE)
        code = put_in_one(&site);
    if (code == EXIT_DONE)
        code = conclude(&site);
    site_close(&site);
    return code;
}

static int init(struct tool *t)
{
    int status = lsched_open(t->s, t->db, LSCHED_CREATE);
    if (status != LSCHED_OK) {
        refuse(t, status, t->db);
        return EXIT_NO_STORE;
    }
    if (t->json)
        return print_json(json_pack("{s:s}", "store", t->db));
    printf("store ");
    print_clean(t->db);
    putchar('\n');
    return EXIT_DONE;
}

const struct command command_init = {
    .name = "init",
    .arguments = "",
    .summary = "make the store, if there is none",
    .help = "Makes an empty store, readable and writable by its owner only.  A store that is\n"
            "there already is left as it is.\n"
            "\n"
            "Example\n"
            "  schedctl init --db /var/lib/crm/care.db\n"
            "\n"
            "With --json: {store}.\n",
    .run = init,
};

const struct command command_load = {
    .name = "load",
    .arguments = "SITE.json",
    .summary = "put a site file into the store: teams, people, calendars",
    .help = "Puts the records of a site file (\"-\": standard input) into the store; records\n"
            "with the same id are replaced.  The file is checked as a whole first, and\n"
            "either all of it is stored or nothing.  SITE.md describes the format.  Then it\n"
            "tells which bookings do not fit, up to 100: see schedctl repair.\n"
            "\n"
            "Examples\n"
            "  schedctl load site.json\n"
            "  schedctl dump --db a.db | schedctl load - --db b.db\n"
            "\n"
            "With --json: how many of each were put, {teams, agents, members, services,\n"
            "customers, calendars, bookings}, and strays: [{booking, reasons, text}].\n",
    .least = 1,
    .most = 1,
    .store = true,
    .run = load,
};
