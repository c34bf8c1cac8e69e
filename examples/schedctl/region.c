/* region.c -- schedctl region and may: the laws of regions, and whether somebody may be called
 * under them now.
 */
#include "query.h"

#include <stdio.h>
#include <string.h>

struct rows {
    struct tool *t;
    struct libscols_table *table;
    json_t *list;
};

static json_t *region_json(struct tool *t, const lsched_region *r)
{
    json_t *object = record_json(t, &kind_region, r, NULL);
    json_object_set_new(object, "revision", json_integer(r->revision));
    return object;
}

/* "3", "-" where there is none. */
static const char *cap_text(int32_t cap, char buffer[16])
{
    snprintf(buffer, 16, cap ? "%d" : "-", (int)cap);
    return buffer;
}

static int add_region(void *user, const void *record)
{
    struct rows *rows = user;
    const lsched_region *r = record;
    char day[16], week[16], spacing[16], purposes[CHOICE_TEXT], revision[16];
    if (rows->list) {
        json_array_append_new(rows->list, region_json(rows->t, r));
        return 0;
    }
    snprintf(revision, sizeof revision, "%d", (int)r->revision);
    const char *cells[] = {r->id,
                           r->name,
                           cap_text(r->per_day, day),
                           cap_text(r->per_week, week),
                           cap_text(r->spacing, spacing),
                           r->purposes ? choice_list(choice_purpose, r->purposes, purposes) : "all",
                           r->as_of,
                           revision};
    table_row(rows->table, cells, sizeof cells / sizeof *cells);
    return 0;
}

static int all_regions(struct tool *t)
{
    struct rows rows = {t, t->json ? NULL : table_new(t), t->json ? json_array() : NULL};
    table_column(rows.table, "REGION", 0);
    table_column(rows.table, "NAME", COLUMN_TRUNC);
    table_column(rows.table, "DAY", COLUMN_RIGHT);
    table_column(rows.table, "WEEK", COLUMN_RIGHT);
    table_column(rows.table, "SPACING", COLUMN_RIGHT);
    table_column(rows.table, "PURPOSES", COLUMN_TRUNC);
    table_column(rows.table, "AS OF", 0);
    table_column(rows.table, "REVISION", COLUMN_RIGHT);
    int status = walk_regions(t->s, add_region, &rows);
    int code = t->json ? print_json(rows.list) : table_print(rows.table);
    return status == LSCHED_OK ? code : refuse(t, status, "region");
}

static void details(const lsched_region *r)
{
    char names[CHOICE_TEXT];
    print_clean(*r->name ? r->name : r->id);
    printf(" (%s), revision %d\n", r->id, (int)r->revision);
    if (r->per_day)
        printf("attempts  at most %d in 24 hours\n", (int)r->per_day);
    if (r->per_week)
        printf("attempts  at most %d in 7 days\n", (int)r->per_week);
    if (r->spacing)
        printf("spacing   %d min between attempts\n", (int)r->spacing);
    if (r->channels)
        printf("on        %s\n", choice_list(choice_channel, r->channels, names));
    if (r->purposes)
        printf("for       %s\n", choice_list(choice_purpose, r->purposes, names));
    if (r->lifted)
        puts("lifted    by the customer's consent");
    if (*r->source) {
        printf("source    ");
        print_clean(r->source);
        putchar('\n');
    }
    if (*r->as_of)
        printf("as of     %s\n", r->as_of);
}

static int one_region(struct tool *t, const char *id)
{
    lsched_region *r;
    int status = lsched_get_region(t->s, id, &r);
    int code = status == LSCHED_OK ? EXIT_DONE : refuse(t, status, "region");
    if (code == EXIT_DONE && t->json)
        code = print_json(region_json(t, r));
    else if (code == EXIT_DONE)
        details(r);
    lsched_region_free(r);
    return code;
}

static int region(struct tool *t)
{
    return t->arg_count ? one_region(t, t->args[0]) : all_regions(t);
}

const struct command command_region = {
    .name = "region",
    .arguments = "[ID]",
    .summary = "the laws of regions: how often somebody may be tried, and since when",
    .help = "Without ID lists the regions that have a record; with one shows its caps, where\n"
            "they were taken from, and the revision of its law.  Lawful hours are calendars:\n"
            "schedctl calendar list region ID.\n"
            "\n"
            "Examples\n"
            "  schedctl load examples/data/regions/regions.json\n"
            "  schedctl region US-FL\n"
            "\n"
            "With --json: an array of regions, or one, with the keys of a site file (SITE.md)\n"
            "and {revision}.\n",
    .most = 1,
    .store = true,
    .run = region,
};

/* ---- may ------------------------------------------------------------------------------------- */

static json_t *lawful_json(struct tool *t, const lsched_lawful *l, const char *zone)
{
    return json_pack("{s:b, s:o, s:o, s:o, s:i, s:i, s:s, s:s}", "may", l->reasons == 0, "at",
                     time_json(t, l->at, zone), "next",
                     l->next ? time_json(t, l->next, zone) : json_null(), "reasons",
                     why_json(l->reasons), "day", (int)l->day, "week", (int)l->week, "region",
                     l->region, "law", l->law);
}

static void tell(struct tool *t, const lsched_lawful *l, const char *zone)
{
    char text[TIME_TEXT], words[200];
    printf("%s at %s", l->reasons ? "no" : "yes", time_minute(t, l->at, zone, text));
    if (l->reasons)
        printf(": %s, %s", l->region, why_text(l->reasons, words, sizeof words));
    putchar('\n');
    if (l->reasons && l->next)
        printf("next      %s\n", time_minute(t, l->next, zone, text));
    printf("attempts  %d in 24 hours, %d in 7 days\n", (int)l->day, (int)l->week);
    if (*l->law)
        printf("law       %s\n", l->law);
}

static int may(struct tool *t)
{
    lsched_lawful *l;
    lsched_time at = 0;
    int32_t channel = 0;
    char zone[LSCHED_MAX_NAME + 1];
    int code = customer_zone(t, t->args[0], zone);
    if (code == EXIT_DONE)
        code = option_channels(t, true, &channel);
    if (code == EXIT_DONE && t->arg_count > 2)
        code = argument_start(t, t->args[2], zone, &at);
    if (code != EXIT_DONE)
        return code;
    int status = lsched_may_contact(t->s, t->args[0], t->args[1], channel, at, &l);
    if (!l)
        return refuse(t, status, "may");
    if (t->json)
        code = print_json(lawful_json(t, l, zone));
    else
        tell(t, l, zone);
    lsched_lawful_free(l);
    return code == EXIT_DONE ? exit_code(status) : code;
}

const struct command command_may = {
    .name = "may",
    .arguments = "CUSTOMER SERVICE [TIME]",
    .summary = "may this customer be contacted now, by the laws of the regions?",
    .help = "Says whether the laws of all regions in which the customer may be let somebody\n"
            "make this contact now, or at TIME; if not, which region forbids it, and when it\n"
            "may be next.  For whoever dials by themselves: hours of teams, and who is free,\n"
            "are not asked.  Exit code 1 is no.\n"
            "\n"
            "Options\n"
            "  --channel C    phone, chat, video or visit; default the service's first\n"
            "\n"
            "Examples\n"
            "  schedctl may c-1001 offer\n"
            "  schedctl may c-1001 offer 2026-03-09T20:45 --channel phone\n"
            "\n"
            "With --json: {may, at, next, reasons: [{reason, text}], day, week, region, law};\n"
            "next is null where there is none within 400 days.\n",
    .options = OPTION(OPT_CHANNEL),
    .least = 2,
    .most = 3,
    .store = true,
    .run = may,
};
