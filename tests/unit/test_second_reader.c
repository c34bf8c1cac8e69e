/* test_second_reader.c -- libical reads what we read: every calendar text of the tests'
 * data that is accepted here must say the same there, event by event and property by
 * property, or data/differences.txt says why not.
 *
 * What an event says is written down in the same words by both sides, sorted and compared.
 */
#include "cal/inside.h"

#include <dirent.h>
#include <libical/ical.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

enum { UID, DTSTART, DTEND, DURATION, RRULE, RDATE, EXDATE, RECURRENCE_ID, SEQUENCE, STATUS,
       TRANSP, SUMMARY, PROPERTIES };

static const char *const names[PROPERTIES] = {
    "UID",    "DTSTART",       "DTEND",    "DURATION", "RRULE",  "RDATE",
    "EXDATE", "RECURRENCE-ID", "SEQUENCE", "STATUS",   "TRANSP", "SUMMARY"};

typedef struct said {
    char of[PROPERTIES][300]; /* "" if it says nothing */
} said;

typedef struct sayings {
    said *at;
    size_t count, room;
} sayings;

static lsi_zones *zones;
static lsi_error e;

static said *add(sayings *all)
{
    said *next = lsi_vector_push(&all->at, &all->count, &all->room, sizeof *next);
    assert_non_null(next);
    return next;
}

static int by_text(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(said));
}

/* ---- values in words ------------------------------------------------------------------- */

static void say_time(char out[300], int64_t wall, bool date, const char *zone)
{
    int year, month, day;
    const int64_t days = lsi_civil_floor(wall, LSI_DAY);
    const int clock = (int)(wall - days * LSI_DAY);
    lsi_civil_date(days, &year, &month, &day);
    if (date)
        snprintf(out, 300, "%04d-%02d-%02d", year, month, day);
    else
        snprintf(out, 300, "%04d-%02d-%02dT%02d:%02d:%02d %.200s", year, month, day, clock / 3600,
                 clock / 60 % 60, clock % 60, zone);
}

static void say_length(char out[300], int64_t days, int64_t seconds)
{
    snprintf(out, 300, "%lld d %lld s", (long long)days, (long long)seconds);
}

static void say_number(char out[300], size_t number)
{
    if (number > 0)
        snprintf(out, 300, "%zu", number);
}

/* ---- what we read ------------------------------------------------------------------------ */

static void stamp(char out[300], const lsi_stamp *s)
{
    say_time(out, s->wall, s->date, s->zone ? lsi_zone_name(s->zone) : "floating");
}

static void read_ours(const lsi_calendar *c, sayings *all)
{
    for (size_t i = 0; i < c->count; i++) {
        const lsi_event *event = &c->events[i];
        if (event->kind != LSI_EVENT)
            continue;
        said *s = add(all);
        snprintf(s->of[UID], 300, "%s", event->uid ? event->uid : "");
        snprintf(s->of[SUMMARY], 300, "%.299s", event->summary ? event->summary : "");
        if (event->has_start)
            stamp(s->of[DTSTART], &event->start);
        if (event->has_end)
            stamp(s->of[DTEND], &event->end);
        if (event->has_length)
            say_length(s->of[DURATION], event->length.days, event->length.seconds);
        if (event->overrides)
            stamp(s->of[RECURRENCE_ID], &event->replaces);
        say_number(s->of[RRULE], event->rule_count);
        say_number(s->of[RDATE], event->extra_count);
        say_number(s->of[EXDATE], event->exception_count);
        say_number(s->of[SEQUENCE], (size_t)event->sequence);
        say_number(s->of[STATUS], event->cancelled);
        say_number(s->of[TRANSP], event->transparent);
    }
}

/* ---- what libical reads --------------------------------------------------------------------- */

static void say_ical_time(char out[300], icalproperty *p, struct icaltimetype t)
{
    icalparameter *tzid = icalproperty_get_first_parameter(p, ICAL_TZID_PARAMETER);
    const int64_t wall = lsi_civil_days(t.year, t.month, t.day) * LSI_DAY + t.hour * 3600 +
                         t.minute * 60 + t.second;
    say_time(out, wall, t.is_date,
             icaltime_is_utc(t) ? "UTC" : tzid ? icalparameter_get_tzid(tzid) : "floating");
}

static void read_property(said *s, icalproperty *p, size_t counts[PROPERTIES])
{
    switch (icalproperty_isa(p)) {
    case ICAL_UID_PROPERTY:
        snprintf(s->of[UID], 300, "%.299s", icalproperty_get_uid(p));
        break;
    case ICAL_SUMMARY_PROPERTY:
        snprintf(s->of[SUMMARY], 300, "%.299s", icalproperty_get_summary(p));
        break;
    case ICAL_DTSTART_PROPERTY:
        say_ical_time(s->of[DTSTART], p, icalproperty_get_dtstart(p));
        break;
    case ICAL_DTEND_PROPERTY:
        say_ical_time(s->of[DTEND], p, icalproperty_get_dtend(p));
        break;
    case ICAL_RECURRENCEID_PROPERTY:
        say_ical_time(s->of[RECURRENCE_ID], p, icalproperty_get_recurrenceid(p));
        break;
    case ICAL_DURATION_PROPERTY: {
        const struct icaldurationtype d = icalproperty_get_duration(p);
        say_length(s->of[DURATION], (int64_t)d.weeks * 7 + d.days,
                   (int64_t)d.hours * 3600 + d.minutes * 60 + d.seconds);
        break;
    }
    case ICAL_RRULE_PROPERTY:
        counts[RRULE]++;
        break;
    case ICAL_RDATE_PROPERTY:
        counts[RDATE]++;
        break;
    case ICAL_EXDATE_PROPERTY:
        counts[EXDATE]++;
        break;
    case ICAL_SEQUENCE_PROPERTY:
        say_number(s->of[SEQUENCE], (size_t)icalproperty_get_sequence(p));
        break;
    case ICAL_STATUS_PROPERTY:
        counts[STATUS] += icalproperty_get_status(p) == ICAL_STATUS_CANCELLED;
        break;
    case ICAL_TRANSP_PROPERTY: {
        const enum icalproperty_transp t = icalproperty_get_transp(p);
        counts[TRANSP] += t == ICAL_TRANSP_TRANSPARENT || t == ICAL_TRANSP_TRANSPARENTNOCONFLICT;
        break;
    }
    default:
        break;
    }
}

static void read_event(icalcomponent *event, sayings *all)
{
    said *s = add(all);
    size_t counts[PROPERTIES] = {0};
    for (icalproperty *p = icalcomponent_get_first_property(event, ICAL_ANY_PROPERTY); p != NULL;
         p = icalcomponent_get_next_property(event, ICAL_ANY_PROPERTY))
        read_property(s, p, counts);
    for (size_t i = 0; i < PROPERTIES; i++)
        say_number(s->of[i], counts[i]);
}

/* What stands in a component that RFC 5545 does not know means nothing. */
static void read_theirs(icalcomponent *c, sayings *all)
{
    const icalcomponent_kind kind = icalcomponent_isa(c);
    if (kind == ICAL_VEVENT_COMPONENT)
        read_event(c, all);
    if (kind != ICAL_VCALENDAR_COMPONENT && kind != ICAL_XROOT_COMPONENT)
        return;
    for (icalcomponent *inner = icalcomponent_get_first_component(c, ICAL_ANY_COMPONENT);
         inner != NULL; inner = icalcomponent_get_next_component(c, ICAL_ANY_COMPONENT))
        read_theirs(inner, all);
}

/* ---- differences ------------------------------------------------------------------------------ */

typedef struct known {
    char title[200], property[32];
    bool seen;
} known;

static known explained[200];
static size_t explained_count;
static int unexplained, compared;

static void differ(const char *title, const char *property, const char *ours, const char *theirs)
{
    for (size_t i = 0; i < explained_count; i++) {
        known *k = &explained[i];
        if (strcmp(k->title, title) == 0 && strcmp(k->property, property) == 0) {
            k->seen = true;
            return;
        }
    }
    print_message("%s\n  %s: \"%s\", and \"%s\" to libical\n", title, property, ours, theirs);
    unexplained++;
}

/* data/differences.txt: "text NAME", and below it "PROPERTY why", as often as need be. */
static void read_explanations(const char *folder)
{
    char path[4096], line[1000], title[200] = "";
    snprintf(path, sizeof path, "%s/differences.txt", folder);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '#' || line[0] == '\0')
            continue;
        if (strncmp(line, "text ", 5) == 0) {
            snprintf(title, sizeof title, "%.190s", line + 5);
            continue;
        }
        assert_true(explained_count < sizeof explained / sizeof *explained);
        known *k = &explained[explained_count++];
        const size_t size = strcspn(line, " ");
        assert_true(title[0] != '\0' && size < sizeof k->property && strlen(line) > size + 10);
        memcpy(k->title, title, sizeof title);
        memcpy(k->property, line, size);
    }
    fclose(file);
}

static void compare_events(const char *title, sayings *ours, sayings *theirs)
{
    char a[32], b[32];
    snprintf(a, sizeof a, "%zu", ours->count);
    snprintf(b, sizeof b, "%zu", theirs->count);
    if (ours->count != theirs->count) {
        differ(title, "events", a, b);
        return;
    }
    if (ours->count > 1) {
        qsort(ours->at, ours->count, sizeof(said), by_text);
        qsort(theirs->at, theirs->count, sizeof(said), by_text);
    }
    for (size_t i = 0; i < ours->count; i++)
        for (size_t p = 0; p < PROPERTIES; p++)
            if (strcmp(ours->at[i].of[p], theirs->at[i].of[p]) != 0)
                differ(title, names[p], ours->at[i].of[p], theirs->at[i].of[p]);
}

static void compare_text(const char *title, const char *text)
{
    lsi_calendar *c;
    sayings ours = {NULL, 0, 0}, theirs = {NULL, 0, 0};
    if (lsi_ical_read(zones, text, strlen(text), &c, &e) != LSCHED_OK)
        return; /* not well-formed, or too much */
    icalcomponent *root = icalparser_parse_string(text);
    read_ours(c, &ours);
    if (root != NULL)
        read_theirs(root, &theirs);
    compare_events(title, &ours, &theirs);
    compared++;
    icalcomponent_free(root);
    lsi_ical_free(c);
    free(ours.at);
    free(theirs.at);
}

/* ---- the texts ----------------------------------------------------------------------------------- */

static char text[1 << 20];

static void compare_file(const char *path, const char *name)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    const size_t size = fread(text, 1, sizeof text - 1, file);
    text[size] = '\0';
    fclose(file);
    if (strlen(text) == size)
        compare_text(name, text);
}

static void compare_folder(const char *folder)
{
    struct dirent **found;
    const int count = scandir(folder, &found, NULL, alphasort);
    assert_true(count >= 0);
    for (int i = 0; i < count; i++) {
        char path[4096];
        struct stat about;
        const char *name = found[i]->d_name;
        const size_t size = strlen(name);
        snprintf(path, sizeof path, "%s/%s", folder, name);
        if (name[0] != '.' && stat(path, &about) == 0 && S_ISDIR(about.st_mode))
            compare_folder(path);
        else if (size > 4 && strcmp(name + size - 4, ".ics") == 0)
            compare_file(path, name);
        free(found[i]);
    }
    free(found);
}

/* The cases of data/calendars.txt: lines of text that begin with a bar. */
static void compare_cases(const char *folder)
{
    char path[4096], line[1000], title[200] = "";
    size_t size = 0;
    snprintf(path, sizeof path, "%s/calendars.txt", folder);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    for (;;) {
        const bool more = fgets(line, sizeof line, file) != NULL;
        if (!more || strncmp(line, "case ", 5) == 0) {
            if (size > 0)
                compare_text(title, text);
            size = 0;
            snprintf(title, sizeof title, "%.190s", line + 5);
            title[strcspn(title, "\n")] = '\0';
        } else if (line[0] == '|') {
            line[strcspn(line, "\n")] = '\0';
            size += (size_t)snprintf(text + size, sizeof text - size, "%s\r\n", line + 1);
        }
        if (!more)
            break;
    }
    fclose(file);
}

static void test_all_texts(void **state)
{
    char path[4096];
    const char *folder = getenv("LSCHED_DATA"), *source = getenv("LSCHED_SOURCE");
    (void)state;
    assert_non_null(folder);
    assert_non_null(source);
    read_explanations(folder);
    compare_folder(folder);
    snprintf(path, sizeof path, "%s/examples/data", source);
    compare_folder(path);
    compare_cases(folder);
    for (size_t i = 0; i < explained_count; i++) {
        if (!explained[i].seen) {
            print_message("no longer so: %s, %s\n", explained[i].title, explained[i].property);
            unexplained++;
        }
    }
    print_message("# %d texts\n", compared);
    assert_true(compared > 80);
    assert_int_equal(unexplained, 0);
}

static int set_up(void **state)
{
    (void)state;
    zones = lsi_zone_set_new();
    return zones == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    lsi_zone_set_free(zones);
    return 0;
}

int main(void)
{
    /* libical folds case by the locale, and in Turkish cannot read "begin:vcalendar". */
    setlocale(LC_ALL, "C");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_all_texts, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("second_reader", tests, NULL, NULL);
}
