/* api/spans.c -- header chapter 9: what calendars mean, texts and wall clocks. */
#include "api/api.h"

#include <stdlib.h>
#include <string.h>

LSI_LIST(span, spans)

void lsched_text_free(char *text)
{
    free(text);
}

/* An empty list with room for `count` spans; NULL if memory ran out. */
static lsched_spans *new_list(size_t count)
{
    lsched_spans *list = (lsched_spans *)lsi_box_list(sizeof *list, sizeof(lsched_span));
    if (list == NULL)
        return NULL;
    list->list.items = lsi_arena_take(&list->list.arena, (count + 1) * sizeof(lsched_span));
    if (list->list.items != NULL)
        return list;
    lsched_spans_free(list);
    return NULL;
}

static int hand_out_spans(lsched *s, const lsi_spans *spans, lsched_spans **out)
{
    lsched_spans *list = new_list(spans->count);
    if (list == NULL)
        return lsi_error_nomem(&s->error);
    lsched_span *items = list->list.items;
    for (size_t i = 0; i < spans->count; i++)
        items[i] =
            (lsched_span){.from = spans->at[i].from, .until = spans->at[i].until, .summary = ""};
    list->list.count = spans->count;
    *out = list;
    return LSCHED_OK;
}

static int hand_out_instances(lsched *s, const lsi_instances *found, lsched_spans **out)
{
    lsched_spans *list = new_list(found->count);
    if (list == NULL)
        return lsi_error_nomem(&s->error);
    lsched_span *items = list->list.items;
    for (size_t i = 0; i < found->count; i++) {
        const lsi_instance *one = &found->at[i];
        const char *summary = lsi_arena_text(&list->list.arena, one->summary, strlen(one->summary));
        if (summary == NULL) {
            lsched_spans_free(list);
            return lsi_error_nomem(&s->error);
        }
        items[i] = (lsched_span){.from = one->from, .until = one->until, .summary = summary};
    }
    list->list.count = found->count;
    *out = list;
    return LSCHED_OK;
}

/* ---- stored hours -------------------------------------------------------------------------- */

int lsched_hours(lsched *s, int32_t kind, const char *owner, const char *zone, lsched_time from,
                 lsched_time until, lsched_spans **out)
{
    lsi_arena a = {0};
    lsi_spans open = {0};
    int status = lsi_scheduler_need_store(s);
    if (out != NULL)
        *out = NULL;
    if (status == LSCHED_OK && out == NULL)
        status = lsi_scheduler_missing(s, "out");
    if (status == LSCHED_OK)
        status = lsi_entry_id(s, "owner", owner);
    if (status == LSCHED_OK)
        status = lsi_exchange_hours(&s->core, kind, owner, zone, from, until, &a, &open, &s->error);
    if (status == LSCHED_OK)
        status = hand_out_spans(s, &open, out);
    lsi_span_free(&open);
    lsi_arena_free(&a);
    return status;
}

/* ---- texts, without a store ------------------------------------------------------------------ */

int lsi_spans_read(lsched *s, const lsched_calendar *const *calendars, size_t count, lsi_arena *a,
                   lsi_layer *layer)
{
    if (calendars == NULL)
        return lsi_scheduler_missing(s, "calendars");
    if (count < 1 || count > LSCHED_MAX_CALENDARS)
        return lsi_error_set(&s->error, LSCHED_LIMIT, "count is not within 1 to %d",
                             LSCHED_MAX_CALENDARS);
    lsched_calendar *copies = lsi_arena_take(a, count * sizeof *copies);
    const lsched_calendar **pointers = lsi_arena_take(a, count * sizeof *pointers);
    if (copies == NULL || pointers == NULL)
        return lsi_error_nomem(&s->error);
    for (size_t i = 0; i < count; i++) {
        const int status = lsi_entry_take(s, calendars[i], offsetof(lsched_calendar, channels),
                                          sizeof *copies, &copies[i]);
        if (status != LSCHED_OK)
            return status;
        pointers[i] = &copies[i];
    }
    return lsi_exchange_layer(&s->core, pointers, count, a, layer, &s->error);
}

int lsi_spans_need_zone(lsched *s, const char *zone, const lsi_zone **out)
{
    return lsi_text_given(zone) ? lsi_zone_get(s->core.zones, zone, out, &s->error)
                                : lsi_scheduler_missing(s, "zone");
}

static int start(lsched *s, lsched_spans **out, lsched_time from, lsched_time until)
{
    int status = lsi_scheduler_enter(s);
    if (out != NULL)
        *out = NULL;
    if (status == LSCHED_OK && out == NULL)
        status = lsi_scheduler_missing(s, "out");
    return status == LSCHED_OK ? lsi_exchange_check_range(from, until, &s->error) : status;
}

int lsched_expand(lsched *s, const lsched_calendar *const *calendars, size_t count,
                  const char *zone, lsched_time from, lsched_time until, lsched_spans **out)
{
    const lsi_zone *floating;
    lsi_arena a = {0};
    lsi_layer layer = {0};
    lsi_spans open = {0};
    int status = start(s, out, from, until);
    if (status == LSCHED_OK)
        status = lsi_spans_need_zone(s, zone, &floating);
    if (status == LSCHED_OK)
        status = lsi_spans_read(s, calendars, count, &a, &layer);
    if (status == LSCHED_OK)
        status = lsi_layer_open(&layer, floating, from, until, &open, &s->error);
    if (status == LSCHED_OK)
        status = hand_out_spans(s, &open, out);
    lsi_span_free(&open);
    lsi_facts_free_layer(&layer);
    lsi_arena_free(&a);
    return status;
}

int lsched_instances(lsched *s, const lsched_calendar *calendar, const char *zone, lsched_time from,
                     lsched_time until, lsched_spans **out)
{
    lsi_reading how = {0};
    lsi_arena a = {0};
    lsi_layer layer = {0};
    lsi_instances found = {0};
    int status = start(s, out, from, until);
    if (status == LSCHED_OK)
        status = lsi_spans_need_zone(s, zone, &how.zone);
    if (status == LSCHED_OK)
        status = lsi_spans_read(s, &calendar, 1, &a, &layer);
    if (status == LSCHED_OK) {
        how.effect = layer.sheets[0].effect;
        how.ends = layer.sheets[0].ends;
        status =
            lsi_expand_instances(layer.sheets[0].calendar, &how, from, until, &found, &s->error);
    }
    if (status == LSCHED_OK)
        status = hand_out_instances(s, &found, out);
    free(found.at);
    lsi_facts_free_layer(&layer);
    lsi_arena_free(&a);
    return status;
}

/* ---- iCalendar and wall clocks out ------------------------------------------------------------ */

static int start_text(lsched *s, const char *name, const char *id, char **out)
{
    int status = lsi_scheduler_need_store(s);
    if (out != NULL)
        *out = NULL;
    if (status == LSCHED_OK && out == NULL)
        status = lsi_scheduler_missing(s, "out");
    return status == LSCHED_OK ? lsi_entry_id(s, name, id) : status;
}

/* A text that was made before the last step failed is nobody's. */
static int end_text(int status, char **out)
{
    if (status != LSCHED_OK && out != NULL) {
        free(*out);
        *out = NULL;
    }
    return status;
}

int lsched_write_booking(lsched *s, const char *id, char **out)
{
    int status = start_text(s, "id", id, out);
    if (status == LSCHED_OK)
        status = lsi_exchange_write_booking(&s->core, id, out, &s->error);
    return end_text(status, out);
}

int lsched_write_agenda(lsched *s, const char *agent, lsched_time from, lsched_time until,
                        char **out)
{
    int status = start_text(s, "agent", agent, out);
    if (status == LSCHED_OK)
        status = lsi_exchange_write_agenda(&s->core, agent, from, until, out, &s->error);
    return end_text(status, out);
}

int lsched_instant(lsched *s, const char *text, const char *zone, lsched_time *out)
{
    const lsi_zone *local = NULL;
    int status = lsi_scheduler_enter(s);
    if (status == LSCHED_OK && out == NULL)
        status = lsi_scheduler_missing(s, "out");
    if (out != NULL)
        *out = 0;
    if (status == LSCHED_OK && !lsi_text_given(text))
        status = lsi_scheduler_missing(s, "text");
    if (status == LSCHED_OK && zone != NULL && *zone != '\0')
        status = lsi_zone_get(s->core.zones, zone, &local, &s->error);
    return status == LSCHED_OK ? lsi_iso_read(text, local, out, &s->error) : status;
}

int lsched_wall(lsched *s, lsched_time at, const char *zone, char *buffer, size_t size)
{
    const lsi_zone *local;
    int status = lsi_scheduler_enter(s);
    if (status == LSCHED_OK && buffer == NULL)
        status = lsi_scheduler_missing(s, "buffer");
    if (status == LSCHED_OK && (at < 0 || at >= LSI_TIME_END))
        status = lsi_error_set(&s->error, LSCHED_INVALID, "the time is not within 1970 to 2199");
    if (status == LSCHED_OK)
        status = lsi_spans_need_zone(s, zone, &local);
    return status == LSCHED_OK ? lsi_iso_write(at, local, buffer, size, &s->error) : status;
}
