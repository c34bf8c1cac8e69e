/* report_json.c -- schedctl report --json: every figure by its name in the library. */
#include "report.h"

static json_t *numbers(const int64_t *values, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(array, json_integer(values[i]));
    return array;
}

static json_t *hours(const int32_t *values)
{
    json_t *array = json_array();
    for (int i = 0; i < 168; i++)
        json_array_append_new(array, json_integer(values[i]));
    return array;
}

/* Counts by the name of a state, an outcome or whose fault it was. */
static json_t *named(const int64_t *values, int count, const char *(*name)(int32_t value))
{
    json_t *object = json_object();
    for (int i = 1; i < count; i++) {
        if (*name(i))
            json_object_set_new(object, name(i), json_integer(values[i]));
    }
    return object;
}

static json_t *figures_json(const struct report *r, const lsched_figures *f)
{
    json_t *o =
        json_pack("{s:s, s:s, s:o, s:o}", "team", f->team, "agent", f->agent, "from",
                  time_json(r->t, f->from, r->zone), "until", time_json(r->t, f->until, r->zone));
    const struct {
        const char *name;
        int64_t value;
    } plain[] = {
        {"contacts", f->contacts}, {"kept", f->kept},           {"moved", f->moved},
        {"timed", f->timed},       {"punctual", f->punctual},   {"late_p50", f->late_p50},
        {"late_p90", f->late_p90}, {"late_max", f->late_max},   {"waits", f->waits},
        {"wait_p50", f->wait_p50}, {"wait_p90", f->wait_p90},   {"wait_max", f->wait_max},
        {"left", f->left},         {"told", f->told},           {"told_kept", f->told_kept},
        {"served", f->served},     {"returning", f->returning}, {"familiar", f->familiar},
        {"firsts", f->firsts},     {"resolved", f->resolved},   {"messages", f->messages},
        {"answered", f->answered}, {"scores", f->scores},       {"score_sum", f->score_sum},
        {"shift", f->shift},       {"busy", f->busy},           {"assigned", f->assigned},
        {"fair", f->fair},         {"uneven", f->uneven},
    };
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        json_object_set_new(o, plain[i].name, json_integer(plain[i].value));
    json_object_set_new(o, "missed", named(f->missed, 4, lsched_fault_name));
    json_object_set_new(o, "states", named(f->states, 10, lsched_state_name));
    json_object_set_new(o, "outcomes", named(f->outcomes, 10, lsched_outcome_name));
    return o;
}

json_t *report_json(const struct report *r)
{
    json_t *all = figures_json(r, r->all);
    json_t *agents = json_array();
    json_t *parts = json_array();
    json_object_set_new(all, "begun", hours(r->all->begun));
    json_object_set_new(all, "joined", hours(r->all->joined));
    json_object_set_new(all, "waited", numbers(r->all->waited, 168));
    for (size_t i = 0; i < lsched_figures_list_count(r->agents); i++)
        json_array_append_new(agents, figures_json(r, lsched_figures_list_at(r->agents, i)));
    for (size_t i = 0; i < r->part_count; i++)
        json_array_append_new(parts, figures_json(r, r->parts[i]));
    return json_pack("{s:s, s:o, s:o, s:s, s:o}", "zone", r->zone, "figures", all, "agents", agents,
                     "every", r->part_days == 1 ? "day" : "week", "parts", parts);
}
