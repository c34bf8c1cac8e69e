/* explain_json.c -- the answer of schedctl explain as JSON. */
#include "explain.h"

#include <string.h>

static json_t *words_json(const char *list)
{
    json_t *array = json_array();
    while (*list) {
        size_t size = strcspn(list, " ");
        json_array_append_new(array, json_stringn(list, size));
        list += size + (list[size] == ' ');
    }
    return array;
}

static json_t *bits_json(const struct choice *choices, int32_t bits)
{
    json_t *array = json_array();
    for (const struct choice *c = choices; c->name; c++)
        if (bits & c->value)
            json_array_append_new(array, json_string(c->name));
    return array;
}

static json_t *candidate_json(struct tool *t, const lsched_candidate *c)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:o, s:I}", "agent", c->agent, "agent_name",
                     agent_name(t, c->agent), "team", c->team, "rung",
                     choice_name(choice_rung, c->rung), "fit", bits_json(choice_channel, c->fit),
                     "starts", (json_int_t)c->starts);
}

static json_t *obstacle_json(struct tool *t, const lsched_obstacle *o, const char *zone)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o}", "reason",
                     choice_name(choice_reason, o->reason), "text", lsched_reason_text(o->reason),
                     "kind", choice_name(choice_owner, o->kind), "owner", o->owner, "calendar",
                     o->calendar, "team", o->team, "agents", words_json(o->who), "channels",
                     bits_json(choice_channel, o->channels), "from", time_json(t, o->from, zone),
                     "until", time_json(t, o->until, zone));
}

/* What the field is to be: a time, names, text, or a number. */
static json_t *value_json(struct tool *t, const lsched_relaxation *r, int64_t number,
                          const char *zone)
{
    if (!strcmp(r->field, "query.from") || !strcmp(r->field, "query.until"))
        return time_json(t, number, zone);
    if (!strcmp(r->field, "query.channels"))
        return bits_json(choice_channel, (int32_t)number);
    if (!strcmp(r->field, "query.rungs"))
        return bits_json(choice_rung, (int32_t)number);
    return r->company ? json_integer(number) : json_null();
}

static json_t *relaxation_json(struct tool *t, const lsched_relaxation *r, const char *zone)
{
    json_t *value = *r->text ? json_string(r->text) : value_json(t, r, r->number, zone);
    return json_pack("{s:s, s:b, s:s, s:o, s:o, s:I, s:I, s:o}", "kind", lsched_relax_name(r->kind),
                     "company", (int)r->company, "field", r->field, "value", value, "was",
                     *r->text ? json_null() : value_json(t, r, r->was, zone), "starts",
                     (json_int_t)r->starts, "slots", (json_int_t)r->slots, "first",
                     time_json(t, r->first, zone));
}

static json_t *reasons_json(const lsched_explanation *x)
{
    json_t *array = json_array();
    for (const struct choice *r = choice_reason; r->name; r++) {
        int64_t count = lsched_explanation_lost(x, r->value);
        if (count)
            json_array_append_new(
                array, json_pack("{s:s, s:s, s:I, s:I}", "reason", r->name, "text",
                                 lsched_reason_text(r->value), "count", (json_int_t)count, "alone",
                                 (json_int_t)lsched_explanation_alone(x, r->value)));
    }
    return array;
}

json_t *explanation_json(struct tool *t, const struct question *q, const lsched_explanation *x,
                         const lsched_slot *anywhere)
{
    const lsched_outlook *o = lsched_explanation_outlook(x);
    json_t *candidates = json_array();
    json_t *obstacles = json_array();
    json_t *relaxations = json_array();
    for (size_t i = 0; i < lsched_explanation_candidates(x); i++)
        json_array_append_new(candidates, candidate_json(t, lsched_explanation_candidate(x, i)));
    for (size_t i = 0; i < lsched_explanation_count(x); i++)
        json_array_append_new(obstacles, obstacle_json(t, lsched_explanation_at(x, i), q->zone));
    for (size_t i = 0; i < lsched_explanation_relaxations(x); i++)
        json_array_append_new(relaxations,
                              relaxation_json(t, lsched_explanation_relaxation(x, i), q->zone));
    return json_pack(
        "{s:s, s:s, s:s, s:o, s:o, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o}", "customer",
        q->query.customer, "service", q->query.service ? q->query.service : "", "zone", q->zone,
        "from", time_json(t, o->from, q->zone), "until", time_json(t, o->until, q->zone), "starts",
        (json_int_t)o->starts, "slots", (json_int_t)o->slots, "first",
        o->first ? time_json(t, o->first, q->zone) : json_null(), "candidates", candidates,
        "obstacles", obstacles, "lost", reasons_json(x), "relaxations", relaxations, "anywhere",
        anywhere ? slot_json(t, anywhere, q->zone) : json_null());
}
