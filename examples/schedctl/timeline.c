/* timeline.c -- schedctl say and timeline: what is written down in a case, and all of it. */
#include "record.h"

#include <stdio.h>
#include <string.h>

static void set_given(json_t *object, const char *name, const char *text)
{
    if (*text)
        json_object_set_new(object, name, json_string(text));
}

static json_t *entry_json(struct tool *t, const lsched_entry *n)
{
    json_t *object = json_pack("{s:I, s:s, s:o, s:s, s:s, s:s}", "seq", (json_int_t)n->seq, "entry",
                               lsched_entry_name(n->kind), "at", time_json(t, n->at, NULL), "case",
                               n->case_id, "customer", n->customer, "key", n->key);
    set_given(object, "agent", n->agent);
    set_given(object, "to", n->to);
    set_given(object, "booking", n->booking);
    set_given(object, "channel", lsched_channel_name(n->channel));
    set_given(object, "text", n->text);
    set_given(object, "actor", n->actor);
    set_given(object, "correlation", n->correlation);
    if (n->due)
        json_object_set_new(object, "due", time_json(t, n->due, NULL));
    if (n->kind == LSCHED_ENTRY_SCORE)
        json_object_set_new(object, "score", json_integer(n->score));
    if (n->low) {
        json_object_set_new(object, "low", json_true());
        json_object_set_new(object, "refused",
                            n->refused ? json_string(lsched_status_name(n->refused)) : json_null());
    }
    set_given(object, "follow_up", n->follow_up);
    return object;
}

/* ---- say ---------------------------------------------------------------------------------- */

static int print_entry(struct tool *t, lsched_entry *n)
{
    char due[TIME_TEXT];
    int code = EXIT_DONE;
    if (t->json) {
        code = print_json(entry_json(t, n));
    } else {
        printf("entry     %lld, %s\n", (long long)n->seq, lsched_entry_name(n->kind));
        printf("case      %s\n", n->case_id);
        if (n->due)
            printf("answer    by %s\n", time_minute(t, n->due, NULL, due));
        if (*n->follow_up)
            printf("follow-up %s%s\n", n->follow_up, n->refused ? ", open already" : "");
        else if (n->low)
            printf("follow-up none: %s\n", lsched_status_name(n->refused));
    }
    lsched_entry_free(n);
    return code;
}

static int say(struct tool *t)
{
    char buffer[KEY_TEXT];
    lsched_entry *made;
    lsched_entry n = {.size = sizeof n,
                      .case_id = t->args[0],
                      .text = t->arg_count > 2 ? t->args[2] : NULL,
                      .agent = t->value[OPT_AGENT],
                      .to = t->value[OPT_TO],
                      .booking = t->value[OPT_BOOKING]};
    if (!choice_value(choice_entry, t->args[1], strlen(t->args[1]), &n.kind)) {
        char list[CHOICE_TEXT];
        return fail(EXIT_WRONG, "say: '%s' is not one of %s", t->args[1],
                    choice_list(choice_entry, -1, list));
    }
    int code = option_number(t, OPT_SCORE, 0, LSCHED_MAX_SCORE, &n.score);
    if (code == EXIT_DONE)
        code = option_channels(t, true, &n.channel);
    if (code == EXIT_DONE)
        code = option_number(t, OPT_MINUTES, 1, LSCHED_MAX_DAYS * 1440, &n.promise);
    if (code == EXIT_DONE)
        code = key_take(t, buffer, &n.key);
    if (code != EXIT_DONE)
        return code;
    int status = lsched_add_entry(t->s, &n, &made);
    return status == LSCHED_OK ? print_entry(t, made) : refuse(t, status, "say");
}

const struct command command_say = {
    .name = "say",
    .arguments = "CASE KIND [TEXT]",
    .summary = "write something down in a case",
    .help = "Adds an entry to a case: KIND is note, message-in (the customer's), message-out,\n"
            "score, or transfer.  Entries stay as they were written.\n"
            "\n"
            "Options\n"
            "  --agent A      who wrote it, or whom it is about\n"
            "  --to WHO       transfer, required: the agent or team that takes over\n"
            "  --score N      score: 0 to 100, on a scale of yours\n"
            "  --minutes N    message-in: an answer is promised in so many minutes of the\n"
            "                 team's open time\n"
            "  --booking B    the contact that it belongs to; where a score of it is low (the\n"
            "                 service's low_score), a follow-up comes into the line\n"
            "  --channel C    phone, chat, video or visit\n" KEY_HELP "\n"
            "Examples\n"
            "  schedctl say t-81 message-in 'The light is still red.' --minutes 240\n"
            "  schedctl say t-81 score 'Kind, and quick.' --score 90\n"
            "  schedctl say t-81 transfer 'Needs a line test.' --to care\n"
            "\n"
            "With --json: the entry, as 'timeline' prints it.\n",
    .options = OPTION(OPT_AGENT) | OPTION(OPT_TO) | OPTION(OPT_SCORE) | OPTION(OPT_BOOKING) |
               OPTION(OPT_MINUTES) | OPTION(OPT_CHANNEL) | OPTION(OPT_KEY),
    .least = 2,
    .most = 3,
    .store = true,
    .run = say,
};

/* ---- timeline ------------------------------------------------------------------------------- */

static const char *told_name(const lsched_moment *m)
{
    return m->told == LSCHED_TOLD_DONE ? "told" : m->told == LSCHED_TOLD_VOID ? "void" : "not yet";
}

static json_t *moment_json(struct tool *t, const lsched_moment *m)
{
    if (m->entry)
        return entry_json(t, m->entry);
    if (m->notice)
        return json_pack("{s:s, s:s, s:s, s:o, s:i, s:o, s:s}", "notice",
                         lsched_notice_name(m->notice->kind), "id", m->notice->id, "booking",
                         m->notice->subject, "due", time_json(t, m->notice->due, NULL), "attempt",
                         (int)m->notice->attempt, "at",
                         m->notice->at != 0 ? time_json(t, m->notice->at, NULL) : json_null(),
                         "told", told_name(m));
    return json_pack("{s:I, s:s, s:o, s:o}", "seq", (json_int_t)m->event->seq, "event",
                     lsched_event_name(m->event->kind), "at", time_json(t, m->event->at, NULL),
                     "after", booking_json(t, m->event->after));
}

static void event_row(struct libscols_table *table, struct tool *t, const lsched_event *e)
{
    char at[TIME_TEXT];
    char start[TIME_TEXT];
    char text[2 * TIME_TEXT + 8];
    const lsched_booking *b = e->after;
    snprintf(text, sizeof text, "for %s %s", time_day(b->start, b->offset),
             time_short(b->start, b->offset, start));
    const char *cells[] = {time_minute(t, e->at, NULL, at), lsched_event_name(e->kind),
                           lsched_channel_name(b->channel), b->agent, *b->note ? b->note : text};
    table_row(table, cells, sizeof cells / sizeof *cells);
}

static void entry_row(struct libscols_table *table, struct tool *t, const lsched_entry *n)
{
    char at[TIME_TEXT];
    char agent[2 * LSCHED_MAX_ID + 8];
    char score[16] = "";
    snprintf(agent, sizeof agent, "%s%s%s", n->agent, *n->to ? " > " : "", n->to);
    if (n->kind == LSCHED_ENTRY_SCORE)
        snprintf(score, sizeof score, "%d", (int)n->score);
    const char *cells[] = {time_minute(t, n->at, NULL, at), lsched_entry_name(n->kind),
                           *score ? score : lsched_channel_name(n->channel), agent, n->text};
    table_row(table, cells, sizeof cells / sizeof *cells);
}

/* By when it is, or was, to be told. */
static void notice_row(struct libscols_table *table, struct tool *t, const lsched_moment *m)
{
    char due[TIME_TEXT];
    char at[TIME_TEXT];
    char text[80];
    snprintf(text, sizeof text, "notice: %s%s%s", told_name(m), m->notice->at != 0 ? ", from " : "",
             m->notice->at != 0 ? time_minute(t, m->notice->at, NULL, at) : "");
    const char *cells[] = {time_minute(t, m->notice->due, NULL, due),
                           lsched_notice_name(m->notice->kind), "", "", text};
    table_row(table, cells, sizeof cells / sizeof *cells);
}

static int print_rows(struct tool *t, const lsched_moments *list)
{
    struct libscols_table *table = table_new(t);
    table_column(table, "AT", 0);
    table_column(table, "WHAT", 0);
    table_column(table, "HOW", 0);
    table_column(table, "WHO", COLUMN_TRUNC);
    table_column(table, "TEXT", COLUMN_TRUNC);
    for (size_t i = 0; i < lsched_moments_count(list); i++) {
        const lsched_moment *m = lsched_moments_at(list, i);
        if (m->event)
            event_row(table, t, m->event);
        else if (m->notice)
            notice_row(table, t, m);
        else
            entry_row(table, t, m->entry);
    }
    return table_print(table);
}

static int print_list(struct tool *t, const lsched_moments *list)
{
    json_t *array = json_array();
    for (size_t i = 0; i < lsched_moments_count(list); i++)
        json_array_append_new(array, moment_json(t, lsched_moments_at(list, i)));
    return print_json(array);
}

/* ---- what waits for an answer --------------------------------------------------------------- */

static void waiting_row(struct libscols_table *table, struct tool *t, const lsched_entry *n)
{
    char due[TIME_TEXT];
    const char *cells[] = {time_minute(t, n->due, NULL, due),
                           n->due < tool_now(t) ? "late" : "",
                           n->case_id,
                           n->customer,
                           n->agent,
                           n->text};
    table_row(table, cells, sizeof cells / sizeof *cells);
}

static int unanswered(struct tool *t)
{
    lsched_entries *list;
    int32_t limit = 1000;
    int code = option_number(t, OPT_LIMIT, 1, LSCHED_MAX_PAGE, &limit);
    if (code != EXIT_DONE)
        return code;
    if (t->value[OPT_AFTER])
        return fail(EXIT_WRONG, "--after goes with 'timeline CASE'");
    int status = lsched_list_unanswered(t->s, t->value[OPT_AGENT], 0, (uint32_t)limit, &list);
    if (status != LSCHED_OK)
        return refuse(t, status, "timeline");
    json_t *array = t->json ? json_array() : NULL;
    struct libscols_table *table = t->json ? NULL : table_new(t);
    static const char *const titles[] = {"DUE", "", "CASE", "CUSTOMER", "AGENT", "MESSAGE"};
    for (size_t i = 0; table && i < sizeof titles / sizeof *titles; i++)
        table_column(table, titles[i], i < 3 ? 0 : COLUMN_TRUNC);
    for (size_t i = 0; i < lsched_entries_count(list); i++) {
        if (t->json)
            json_array_append_new(array, entry_json(t, lsched_entries_at(list, i)));
        else
            waiting_row(table, t, lsched_entries_at(list, i));
    }
    lsched_entries_free(list);
    return t->json ? print_json(array) : table_print(table);
}

static int timeline(struct tool *t)
{
    lsched_moments *list;
    if (t->arg_count == 0)
        return unanswered(t);
    if (t->value[OPT_AGENT])
        return fail(EXIT_WRONG, "--agent goes with 'timeline' without CASE");
    int32_t after = 0;
    int32_t limit = 1000;
    int code = option_number(t, OPT_AFTER, 0, INT32_MAX, &after);
    if (code == EXIT_DONE)
        code = option_number(t, OPT_LIMIT, 1, LSCHED_MAX_PAGE, &limit);
    if (code != EXIT_DONE)
        return code;
    int status = lsched_timeline(t->s, t->args[0], (uint32_t)after, (uint32_t)limit, &list);
    if (status != LSCHED_OK)
        return refuse(t, status, "timeline");
    code = t->json ? print_list(t, list) : print_rows(t, list);
    lsched_moments_free(list);
    return code;
}

const struct command command_timeline = {
    .name = "timeline",
    .arguments = "[CASE]",
    .summary = "all that has happened in a case, in order, or what is unanswered",
    .help = "Tells a case: what was booked, moved, started and finished, what the customer\n"
            "was told of it, and what was written down, on every channel and by everybody,\n"
            "in one order.  Without CASE lists the messages that were promised an answer and\n"
            "have none, the first due first.\n"
            "\n"
            "Options\n"
            "  --after N      leaves out the first N; default 0\n"
            "  --agent A      without CASE: only those for this one\n"
            "  --limit N      at most so many; default 1000\n"
            "\n"
            "Example\n"
            "  schedctl timeline t-81\n"
            "\n"
            "With --json: an array of events {seq, event, at, after}, with after as 'show'\n"
            "prints it, of notices {notice, id, booking, due, attempt, at, told}, with told\n"
            "one of told, void and not yet, and at as 'notices' has it, and of entries {seq,\n"
            "entry, at, case, customer, key, agent, to, booking, channel, text, score, due,\n"
            "actor, correlation}.\n",
    .options = OPTION(OPT_AFTER) | OPTION(OPT_LIMIT) | OPTION(OPT_AGENT),
    .most = 1,
    .store = true,
    .run = timeline,
};
