/* model/whole.c -- rules between the fields of one record, and the defaults that one
 * field takes from another.
 */
#include "model/whole.h"

#include <string.h>

static bool is_one_bit(int32_t value)
{
    return value > 0 && (value & (value - 1)) == 0;
}

int lsi_whole_team(void *record, const char *label, lsi_error *e)
{
    const lsched_team *team = record;
    if (team->overflow != NULL && strcmp(team->overflow, team->id) == 0)
        return lsi_error_set(e, LSCHED_INVALID, "%s: overflow is the team itself", label);
    return LSCHED_OK;
}

int lsi_whole_member(void *record, const char *label, lsi_error *e)
{
    const lsched_member *member = record;
    if (member->from == NULL || member->from[0] == '\0')
        return LSCHED_OK;
    if (member->until == NULL || member->until[0] == '\0')
        return LSCHED_OK;
    /* Dates of one shape sort as text. */
    if (strcmp(member->until, member->from) <= 0)
        return lsi_error_set(e, LSCHED_INVALID, "%s: until is not after from", label);
    return LSCHED_OK;
}

int lsi_whole_service(void *record, const char *label, lsi_error *e)
{
    const lsched_service *s = record;
    int32_t sum = s->minutes + s->before + s->after + s->wrap_up;
    if (sum > LSCHED_MAX_MINUTES)
        return lsi_error_set(e, LSCHED_LIMIT,
                             "%s: minutes, before, after and wrap_up together are %d, more than %d",
                             label, (int)sum, LSCHED_MAX_MINUTES);
    if (!is_one_bit(s->purpose))
        return lsi_error_set(e, LSCHED_INVALID, "%s: purpose is %d, not one purpose", label,
                             (int)s->purpose);
    if (s->recommended != 0 &&
        (!is_one_bit(s->recommended) || (s->recommended & s->channels) == 0))
        return lsi_error_set(e, LSCHED_INVALID, "%s: recommended is %d, not one of its channels",
                             label, (int)s->recommended);
    /* Its starts would be others with every booking that moves. */
    if (s->reseats != 0 && s->anchor == LSCHED_FREE)
        return lsi_error_set(e, LSCHED_INVALID,
                             "%s: reseats cannot be had with the anchor LSCHED_FREE", label);
    return LSCHED_OK;
}

static bool has_word(const char *list, const char *wanted, size_t wanted_size)
{
    const char *word;
    size_t size;
    while ((list = lsi_text_word(list, &word, &size)) != NULL) {
        if (size == wanted_size && memcmp(word, wanted, size) == 0)
            return true;
    }
    return false;
}

int lsi_whole_customer(void *record, const char *label, lsi_error *e)
{
    const lsched_customer *c = record;
    const char *word;
    size_t size, count = 0;
    for (const char *rest = c->regions; (rest = lsi_text_word(rest, &word, &size)) != NULL;) {
        if (size > LSCHED_MAX_ID)
            return lsi_error_set(e, LSCHED_LIMIT, "%s: a word of regions is longer than %d bytes",
                                 label, LSCHED_MAX_ID);
        count++;
    }
    if (count > LSCHED_MAX_REGIONS)
        return lsi_error_set(e, LSCHED_LIMIT, "%s: regions has more than %d words", label,
                             LSCHED_MAX_REGIONS);
    for (const char *rest = c->avoids; (rest = lsi_text_word(rest, &word, &size)) != NULL;) {
        if (has_word(c->knows, word, size))
            return lsi_error_set(e, LSCHED_INVALID, "%s: '%.*s' is in knows and in avoids", label,
                                 (int)size, word);
    }
    return LSCHED_OK;
}

/* Whom a law binds is a matter of regions: the hours of a topic are those of its service, and who
 * takes which channel is said in the agent's record. */
static int check_binding(const lsched_calendar *c, const char *label, lsi_error *e)
{
    const char *what = c->channels != 0   ? "channels"
                       : c->purposes != 0 ? "purposes"
                       : c->lifted != 0   ? "lifted"
                                          : NULL;
    if (what == NULL || c->kind == LSCHED_REGION)
        return LSCHED_OK;
    return lsi_error_set(e, LSCHED_INVALID, "%s: %s is of regions' calendars only", label, what);
}

int lsi_whole_calendar(void *record, const char *label, lsi_error *e)
{
    lsched_calendar *calendar = record;
    const int status = check_binding(calendar, label, e);
    if (status != LSCHED_OK)
        return status;
    if (calendar->ends == 0)
        calendar->ends = calendar->effect == LSCHED_OPENS ? LSCHED_WALL : LSCHED_EXACT;
    return LSCHED_OK;
}

int lsi_whole_booking(void *record, const char *label, lsi_error *e)
{
    lsched_booking *b = record;
    if (!is_one_bit(b->channel))
        return lsi_error_set(e, LSCHED_INVALID, "%s: channel is %d, not one channel", label,
                             (int)b->channel);
    if (b->rung != 0 && !is_one_bit(b->rung))
        return lsi_error_set(e, LSCHED_INVALID, "%s: rung is %d, not one rung", label,
                             (int)b->rung);
    if (!lsi_text_given(b->agent) && b->state != LSCHED_WAITING && b->state != LSCHED_CANCELLED)
        return lsi_error_set(e, LSCHED_INVALID, "%s: agent is required", label);
    if (b->end <= b->start)
        return lsi_error_set(e, LSCHED_INVALID, "%s: end is not after start", label);
    if (b->busy_from == 0)
        b->busy_from = b->start;
    if (b->busy_until == 0)
        b->busy_until = b->end;
    if (b->busy_from > b->start)
        return lsi_error_set(e, LSCHED_INVALID, "%s: busy_from is after start", label);
    if (b->busy_until < b->end)
        return lsi_error_set(e, LSCHED_INVALID, "%s: busy_until is before end", label);
    if (b->busy_until - b->busy_from > LSCHED_MAX_MINUTES * INT64_C(60))
        return lsi_error_set(e, LSCHED_LIMIT, "%s: busy_from to busy_until is more than %d minutes",
                             label, LSCHED_MAX_MINUTES);
    return LSCHED_OK;
}

int lsi_whole_incident(void *record, const char *label, lsi_error *e)
{
    const lsched_incident *i = record;
    if (i->closed != 0 && i->closed < i->opened)
        return lsi_error_set(e, LSCHED_INVALID, "%s: closed is before opened", label);
    return LSCHED_OK;
}

int lsi_whole_announcement(void *record, const char *label, lsi_error *e)
{
    const lsched_announcement *a = record;
    if (!lsi_text_given(a->team) && !lsi_text_given(a->regions))
        return lsi_error_set(e, LSCHED_INVALID, "%s: team or regions is required", label);
    if (a->until != 0 && a->until <= a->from)
        return lsi_error_set(e, LSCHED_INVALID, "%s: until is not after from", label);
    return LSCHED_OK;
}
