/* wait.c -- schedctl wait: who would like a place that is not free now, and who is offered one.
 */
#include "record.h"

#include <stdio.h>
#include <string.h>

static const struct choice choice_wait[] = {{"open", LSCHED_WAIT_OPEN},
                                            {"offered", LSCHED_WAIT_OFFERED},
                                            {"taken", LSCHED_WAIT_TAKEN},
                                            {"over", LSCHED_WAIT_OVER},
                                            {NULL, 0}};

/* ---- printing ------------------------------------------------------------------------------ */

/* What is offered, as long as it is; NULL: nothing. */
static lsched_booking *offer_of(struct tool *t, const lsched_wait *w)
{
    lsched_booking *b = NULL;
    if (w->state == LSCHED_WAIT_OPEN || lsched_get_booking(t->s, w->offer, &b) != LSCHED_OK)
        return NULL;
    return b;
}

static json_t *wait_json(struct tool *t, const lsched_wait *w)
{
    lsched_booking *b = offer_of(t, w);
    json_t *o = json_pack(
        "{s:s, s:s, s:s, s:s, s:i, s:o, s:o}", "id", w->id, "customer", w->customer, "service",
        w->service, "state", choice_name(choice_wait, w->state), "offers", (int)w->offers, "since",
        time_json(t, w->since, NULL), "offer", b != NULL ? booking_json(t, b) : json_null());
    lsched_booking_free(b);
    return o;
}

static void add_row(struct tool *t, struct libscols_table *table, const lsched_wait *w)
{
    char since[TIME_TEXT], start[TIME_TEXT] = "", until[TIME_TEXT] = "";
    lsched_booking *b = offer_of(t, w);
    if (b != NULL)
        time_short(b->start, b->offset, start);
    if (b != NULL && w->state == LSCHED_WAIT_OFFERED)
        time_text(t, b->expires, b->zone, until);
    const char *cells[] = {w->id,
                           w->customer,
                           w->service,
                           time_text(t, w->since, NULL, since),
                           choice_name(choice_wait, w->state),
                           start,
                           until};
    table_row(table, cells, sizeof cells / sizeof *cells);
    lsched_booking_free(b);
}

static int print_all(struct tool *t, lsched_waits *list)
{
    int code;
    if (t->json) {
        json_t *array = json_array();
        for (size_t i = 0; i < lsched_waits_count(list); i++)
            json_array_append_new(array, wait_json(t, lsched_waits_at(list, i)));
        code = print_json(array);
    } else {
        struct libscols_table *table = table_new(t);
        const char *const titles[] = {"WAIT",  "CUSTOMER", "SERVICE",   "SINCE",
                                      "STATE", "START",    "HELD UNTIL"};
        for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
            table_column(table, titles[i], 0);
        for (size_t i = 0; i < lsched_waits_count(list); i++)
            add_row(t, table, lsched_waits_at(list, i));
        code = table_print(table);
    }
    lsched_waits_free(list);
    return code;
}

static int print_one(struct tool *t, const char *id)
{
    lsched_wait *w;
    const int status = lsched_get_wait(t->s, id, &w);
    if (status != LSCHED_OK)
        return refuse(t, status, "wait");
    int code = EXIT_DONE;
    if (t->json)
        code = print_json(wait_json(t, w));
    else
        printf("%s waits for %s: %s\n", w->customer, w->service,
               choice_name(choice_wait, w->state));
    lsched_wait_free(w);
    return code;
}

/* ---- put, take ------------------------------------------------------------------------------- */

static int put(struct tool *t)
{
    lsched_wait w = {.size = sizeof w,
                     .id = t->args[1],
                     .customer = t->args[2],
                     .service = t->args[3],
                     .agent = t->value[OPT_AGENT],
                     .team = t->value[OPT_TEAM],
                     .booking = t->value[OPT_BOOKING],
                     .windows = t->value[OPT_WINDOWS]};
    char zone[LSCHED_MAX_NAME + 1];
    int code = customer_zone(t, w.customer, zone);
    if (code == EXIT_DONE)
        code = option_time(t, OPT_FROM, zone, &w.from);
    if (code == EXIT_DONE)
        code = option_time(t, OPT_UNTIL, zone, &w.until);
    if (code == EXIT_DONE)
        code = option_channels(t, false, &w.channels);
    if (code == EXIT_DONE)
        code = option_rungs(t, &w.rungs);
    if (code == EXIT_DONE)
        code = option_number(t, OPT_MINUTES, 1, LSCHED_MAX_HOLD / 60, &w.minutes);
    if (code != EXIT_DONE)
        return code;
    const int status = lsched_put_wait(t->s, &w);
    return status == LSCHED_OK ? print_one(t, w.id) : refuse(t, status, "wait");
}

static int take(struct tool *t)
{
    char buffer[KEY_TEXT];
    const char *key;
    lsched_booking *b = NULL;
    const int code = key_take(t, buffer, &key);
    if (code != EXIT_DONE)
        return code;
    const int status = lsched_take_offer(t->s, t->args[1], key, &b);
    return booking_answer(t, status, b, key);
}

static int offer(struct tool *t)
{
    lsched_waits *list;
    int32_t limit = 0;
    const int code = option_number(t, OPT_LIMIT, 1, LSCHED_MAX_PAGE, &limit);
    if (code != EXIT_DONE)
        return code;
    const int status = lsched_offer_places(t->s, (uint32_t)limit, &list);
    return status == LSCHED_OK ? print_all(t, list) : refuse(t, status, "wait");
}

static int list(struct tool *t)
{
    lsched_waits *all;
    int32_t limit = 0;
    const int code = option_number(t, OPT_LIMIT, 1, LSCHED_MAX_PAGE, &limit);
    if (code != EXIT_DONE)
        return code;
    const int status = lsched_list_waits(t->s, t->value[OPT_AFTER], (uint32_t)limit, &all);
    return status == LSCHED_OK ? print_all(t, all) : refuse(t, status, "wait");
}

static int end(struct tool *t)
{
    const int status = lsched_remove_wait(t->s, t->args[1]);
    return status == LSCHED_OK ? EXIT_DONE : refuse(t, status, "wait");
}

static const struct {
    const char *name;
    int arguments;
    int (*run)(struct tool *t);
} verbs[] = {{"put", 4, put},    {"list", 1, list},   {"show", 2, NULL},
             {"remove", 2, end}, {"offer", 1, offer}, {"take", 2, take}};

static int wait_for(struct tool *t)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(t->args[0], verbs[i].name) != 0)
            continue;
        if (t->arg_count != verbs[i].arguments)
            return fail(EXIT_WRONG, "wait %s: wants %d words behind it", verbs[i].name,
                        verbs[i].arguments - 1);
        return verbs[i].run != NULL ? verbs[i].run(t) : print_one(t, t->args[1]);
    }
    return fail(EXIT_WRONG, "wait: '%s' is not one of put, list, show, remove, offer, take",
                t->args[0]);
}

const struct command command_wait = {
    .name = "wait",
    .arguments = "put ID CUSTOMER SERVICE | VERB [ID]",
    .summary = "the waitlist: who is offered a place that becomes free",
    .help = "put has a customer wait for a place; the other verbs are list, show, offer,\n"
            "take and remove.  What becomes free by cancel or move is offered to whoever\n"
            "has waited longest and can take it: it is held for that customer, whom notices\n"
            "tells.  take books it; cancel of the hold says no, and the next one is asked.\n"
            "offer goes along the line for whatever has become free otherwise.\n"
            "\n"
            "Options\n"
            "  --from T, --until T  put: starts from then, and before\n"
            "  --windows W    put: only starts within these, local times at the customer\n"
            "  --booking B    put: an earlier place for this booking, which stands until then\n"
            "  --agent A, --team T, --channel C, --rung R   put: as in slots\n"
            "  --minutes N    put: how long an offer is held, up to 10, which is the default\n"
            "  --limit N, --after ID   list, offer: a part of the line\n" KEY_HELP "\n"
            "Examples\n"
            "  schedctl wait put w-1 c-1001 fix --until 2026-03-12\n"
            "  schedctl wait put w-2 c-1001 fix --windows 2026-03-10T09:00/2026-03-10T12:00\n"
            "  schedctl wait take w-1\n"
            "\n"
            "With --json: [{id, customer, service, state, offers, since, offer}], or one of\n"
            "these; take the booking, as 'show' prints it, and its key.\n",
    .options = OPTION(OPT_FROM) | OPTION(OPT_UNTIL) | OPTION(OPT_WINDOWS) | OPTION(OPT_BOOKING) |
               OPTION(OPT_AGENT) | OPTION(OPT_TEAM) | OPTION(OPT_CHANNEL) | OPTION(OPT_RUNG) |
               OPTION(OPT_MINUTES) | OPTION(OPT_LIMIT) | OPTION(OPT_AFTER) | OPTION(OPT_KEY),
    .least = 1,
    .most = 4,
    .store = true,
    .run = wait_for,
};
