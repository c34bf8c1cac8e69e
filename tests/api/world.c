/* world.c -- see world.h. */
#include "world.h"

world w;

static lsched_time now(void *user)
{
    return ((const world *)user)->now;
}

int world_open(const char *path)
{
    w.s = lsched_new();
    w.now = 1772456400; /* 2026-03-02T13:00Z */
    return w.s == NULL || lsched_set_clock(w.s, now, &w) != LSCHED_OK ||
           lsched_open(w.s, path, LSCHED_CREATE) != LSCHED_OK;
}

int world_empty(void **state)
{
    (void)state;
    return world_open(":memory:");
}

/* Whatever a test did, what must never be false is true in the end.  That bookings lie where it
 * is closed by now (I6), or the clock was set back far (I5), is what some tests are about; none
 * takes lanes away by a clock that is wrong. */
static int is_sound(lsched *s)
{
    lsched_findings *list = NULL;
    int bad = 0;
    if (lsched_verify(s, &list) == LSCHED_MISUSE)
        return 0; /* it has no store */
    for (size_t i = 0; i < lsched_findings_count(list); i++) {
        const lsched_finding *f = lsched_findings_at(list, i);
        const bool crowded = strstr(f->text, "stand beside one another") != NULL;
        if ((strcmp(f->invariant, "I6") == 0 && !crowded) ||
            strstr(f->text, "ahead of the clock") != NULL)
            continue;
        print_message("# %s %s: %s\n", f->invariant, f->subject, f->text);
        bad++;
    }
    lsched_findings_free(list);
    return bad;
}

int world_close(void **state)
{
    (void)state;
    const int bad = w.s != NULL ? is_sound(w.s) : 0;
    lsched_free(w.s);
    w.s = NULL;
    return bad;
}

static void add_team(const char *id, int32_t general, const char *overflow, const char *regions)
{
    ok(PUT(team, .id = id, .name = id, .zone = "America/New_York", .general = general,
           .overflow = overflow, .regions = regions));
    opens(LSCHED_TEAM, id, "20260101T090000", "20260101T170000", "FREQ=DAILY");
}

static void add_agent(const char *id, const char *team)
{
    ok(PUT(agent, .id = id, .name = id, .zone = "America/New_York", .languages = "en"));
    ok(PUT(member, .team = team, .agent = id));
    opens(LSCHED_AGENT, id, "20260101T090000", "20260101T170000", "FREQ=DAILY");
}

void world_fill(void)
{
    add_team("care", 1, NULL, NULL);
    add_team("help", 0, NULL, NULL);
    add_team("home", 0, "help", "US-NY US-NJ");
    add_agent("ana", "home");
    add_agent("ben", "home");
    add_agent("hal", "help");
    add_agent("gil", "care");
    ok(PUT(service, .id = "talk", .name = "Talk", .minutes = 30, .step = 30,
           .notice = LSCHED_NONE));
    ok(PUT(customer, .id = "cora", .zone = "America/New_York", .region = "US-NY"));
}

int world_little(void **state)
{
    if (world_empty(state) != 0)
        return 1;
    world_fill();
    return 0;
}

/* ---- failing -------------------------------------------------------------------------------- */

void world_ok(int status, const char *call, const char *file, int line)
{
    const char *message = lsched_message(w.s);
    if (status != LSCHED_OK)
        print_message("# %s: %s: %s\n", call, lsched_status_name(status), message);
    else if (message[0] != '\0' || lsched_line(w.s) != 0)
        print_message("# %s: a success that says \"%s\"\n", call, message);
    else
        return;
    _fail(file, line);
}

static bool is_one_line(const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        if ((unsigned char)*p < ' ' || *p == 0x7F)
            return false;
    }
    return text[0] != '\0' && strstr(text, "(null)") == NULL;
}

void world_refuses(int status, int wanted, const char *words, const char *call, const char *file,
                   int line)
{
    const char *message = lsched_message(w.s);
    if (status == wanted && is_one_line(message) && strstr(message, words) != NULL)
        return;
    print_message("# %s: %s: \"%s\", not %s with \"%s\"\n", call, lsched_status_name(status),
                  message, lsched_status_name(wanted), words);
    _fail(file, line);
}

/* ---- asking and telling --------------------------------------------------------------------- */

lsched_slots *world_find(const lsched_query *query)
{
    lsched_slots *found = NULL;
    ok(lsched_find(w.s, query, &found));
    assert_non_null(found);
    return found;
}

lsched_booking *world_book(const lsched_request *request)
{
    lsched_booking *booking = NULL;
    ok(lsched_book(w.s, request, &booking));
    assert_non_null(booking);
    return booking;
}

lsched_booking *world_hold(const lsched_request *request)
{
    lsched_booking *booking = NULL;
    ok(lsched_hold(w.s, request, &booking));
    assert_non_null(booking);
    return booking;
}

lsched_booking *world_booking(const char *id)
{
    lsched_booking *booking = NULL;
    ok(lsched_get_booking(w.s, id, &booking));
    return booking;
}

int world_try_hold(const lsched_request *request)
{
    lsched_booking *booking = NULL;
    const int status = lsched_hold(w.s, request, &booking);
    assert_int_equal(booking != NULL, status == LSCHED_OK);
    lsched_booking_free(booking);
    return status;
}

int world_try(const lsched_request *request)
{
    lsched_booking *booking = NULL;
    const int status = lsched_book(w.s, request, &booking);
    assert_int_equal(booking != NULL, status == LSCHED_OK);
    lsched_booking_free(booking);
    return status;
}

int world_try_move(const lsched_change *change)
{
    lsched_booking *booking = NULL;
    const int status = lsched_move(w.s, change, &booking);
    assert_int_equal(booking != NULL, status == LSCHED_OK);
    lsched_booking_free(booking);
    return status;
}

void world_same_booking(const lsched_booking *a, const lsched_booking *b)
{
    const char *const left[] = {a->id,   a->customer, a->service, a->agent, a->team,
                                a->zone, a->wall,     a->note,    a->cause};
    const char *const right[] = {b->id,   b->customer, b->service, b->agent, b->team,
                                 b->zone, b->wall,     b->note,    b->cause};
    for (size_t i = 0; i < sizeof left / sizeof *left; i++)
        assert_string_equal(left[i], right[i]);
    assert_memory_equal(a, b, offsetof(lsched_booking, id));
    assert_string_equal(a->source, b->source);
    assert_true(a->anybody == b->anybody && a->moves == b->moves);
    assert_memory_equal(&a->since, &b->since,
                        offsetof(lsched_booking, rungs) + sizeof a->rungs -
                            offsetof(lsched_booking, since));
    assert_memory_equal(&a->start, &b->start,
                        offsetof(lsched_booking, source) - offsetof(lsched_booking, start));
}

char *world_free_places(lsched_time until)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    lsched_slots *found = FIND(.customer = "cora", .service = "talk", .limit = LSCHED_MAX_PAGE,
                               .until = until);
    for (size_t i = 0; i < lsched_slots_count(found); i++) {
        const lsched_slot *s = lsched_slots_at(found, i);
        fprintf(out, "%lld|%lld|%d|%s|%s|%d|%d\n", (long long)s->start, (long long)s->end,
                s->channel, s->agent, s->team, s->rung, s->free);
    }
    lsched_slots_free(found);
    fclose(out);
    return text;
}

lsched_time at_zone(const char *text, const char *zone)
{
    lsched_time t;
    ok(lsched_instant(w.s, text, zone, &t));
    return t;
}

lsched_time at(const char *text)
{
    return at_zone(text, "America/New_York");
}

const char *event(const char *start, const char *end, const char *rule)
{
    static char texts[4][600];
    static unsigned turn;
    char *text = texts[turn++ % 4];
    snprintf(text, sizeof texts[0],
             "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//libsched//tests//EN\r\nBEGIN:VEVENT\r\n"
             "UID:1\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:an event\r\nDTSTART%s%s\r\n"
             "DTEND%s%s\r\n%s%s%sEND:VEVENT\r\nEND:VCALENDAR\r\n",
             start[0] == ';' ? "" : ":", start, end[0] == ';' ? "" : ":", end,
             rule != NULL ? "RRULE:" : "", rule != NULL ? rule : "", rule != NULL ? "\r\n" : "");
    return text;
}

void opens(int32_t kind, const char *owner, const char *start, const char *end, const char *rule)
{
    ok(PUT(calendar, .kind = kind, .owner = owner, .name = "opens", .effect = LSCHED_OPENS,
           .text = event(start, end, rule)));
}

void closes(int32_t kind, const char *owner, const char *start, const char *end, const char *rule)
{
    ok(PUT(calendar, .kind = kind, .owner = owner, .name = "closes", .effect = LSCHED_CLOSES,
           .text = event(start, end, rule)));
}

/* ---- everything ----------------------------------------------------------------------------- */

#define EACH(kind, plural, list_all, ...)                                                          \
    do {                                                                                           \
        lsched_##plural *list;                                                                     \
        assert_int_equal(list_all, LSCHED_OK);                                                     \
        for (size_t i = 0; i < lsched_##plural##_count(list); i++) {                               \
            const lsched_##kind *r = lsched_##plural##_at(list, i);                                \
            fprintf(out, #kind " " __VA_ARGS__);                                                   \
        }                                                                                          \
        lsched_##plural##_free(list);                                                              \
    } while (0)

char *world_listing(lsched *s)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    EACH(team, teams, lsched_list_teams(s, NULL, 0, &list), "%s|%s|%s|%d|%s|%s|%s\n", r->id,
         r->name, r->zone, r->general, r->photo, r->overflow, r->regions);
    EACH(agent, agents, lsched_list_agents(s, NULL, 0, &list), "%s|%s|%s|%d|%d|%s|%s|%s\n", r->id,
         r->name, r->zone, r->channels, r->lanes, r->photo, r->languages, r->skills);
    EACH(member, members, lsched_list_members(s, NULL, NULL, 0, 0, &list), "%s|%s|%s|%s\n",
         r->team, r->agent, r->from, r->until);
    EACH(service, services, lsched_list_services(s, NULL, 0, &list),
         "%s|%s|%s|%s|%d|%d|%d|%d|%d|%d|%d|%d|%d|%d|%d\n", r->id, r->name, r->topic, r->skills,
         r->channels, r->minutes, r->before, r->after, r->wrap_up, r->notice, r->horizon, r->step,
         r->anchor, r->reminder, r->revision);
    EACH(customer, customers, lsched_list_customers(s, NULL, 0, &list), "%s|%d|%s|%s|%s|%s|%s|%s\n",
         r->id, r->general, r->zone, r->region, r->language, r->team, r->knows, r->avoids);
    EACH(calendar, calendars, lsched_list_calendars(s, 0, NULL, 0, 0, &list),
         "%d|%s|%s|%d|%d|%zu|%s\n", r->kind, r->owner, r->name, r->effect, r->ends, r->text_size,
         r->text);
    EACH(booking, bookings, lsched_list_bookings(s, NEW(filter, .limit = 0), &list),
         "%s|%d|%d|%d|%d|%d|%d|%s|%s|%s|%s|%s|%s|%s|%s|%lld|%lld|%lld|%lld|%lld|%lld|%lld|%d|%d|%s"
         "|%d|%d\n", r->id,
         r->state, r->sequence, r->channel, r->rung, r->lane, r->offset, r->customer, r->service,
         r->agent, r->team, r->zone, r->wall, r->note, r->cause, (long long)r->start,
         (long long)r->end, (long long)r->busy_from, (long long)r->busy_until,
         (long long)r->created, (long long)r->changed, (long long)r->expires, r->late, r->revision,
         r->source, r->anybody, r->moves);
    fclose(out);
    return text;
}

void world_unchanged(char *before)
{
    char *after = world_listing(w.s);
    assert_string_equal(before, after);
    free(before);
    free(after);
}
