/* chosen.c -- why a booking has its agent, in words and as JSON.  What is stored tells of the
 * last agent that was chosen; a repair, and whoever needs the room, give another one without a
 * choice, and then there is nothing more to tell of the one that serves now.
 */
#include "record.h"

#include <stdio.h>
#include <string.h>

static bool serves(const lsched_choice *c, const lsched_booking *b)
{
    return !strcmp(c->agent, b->agent);
}

json_t *chosen_json(struct tool *t, const lsched_booking *b)
{
    lsched_choice *c;
    json_t *object = NULL;
    if (lsched_why_agent(t->s, b->id, &c) != LSCHED_OK)
        return json_null();
    if (serves(c, b))
        object = json_pack("{s:s, s:s, s:s, s:i, s:i, s:I}", "agent", c->agent, "decided",
                           lsched_decided_name(c->decided), "rung", lsched_rung_name(c->rung),
                           "rank", (int)c->rank, "free", (int)c->free, "owed", (json_int_t)c->owed);
    lsched_choice_free(c);
    return object ? object : json_null();
}

/* What was asked for is not stored: only the command that asked can tell. */
static const char *words(struct tool *t, const lsched_choice *c)
{
    switch (c->decided) {
    case LSCHED_BY_ALONE:
        return t->value[OPT_AGENT] ? "you asked for this agent" : "nobody else was free, or wanted";
    case LSCHED_BY_KEEPING:
        return "it was this agent's before";
    case LSCHED_BY_RUNG:
        return "others are on a lower rung";
    case LSCHED_BY_RANK:
        return "the customer knows this agent best";
    case LSCHED_BY_TURN:
        return "it was this agent's turn";
    case LSCHED_BY_ID:
        return "equal turn; first by id";
    case LSCHED_BY_ROOM:
        return "nobody was free, and others made room";
    default:
        return "of another reason";
    }
}

/* What gave it another agent than the one that was chosen. */
static const char *moved_by(struct tool *t, const lsched_booking *b)
{
    lsched_events *list;
    int32_t kind = 0;
    if (lsched_list_events(t->s, b->id, 0, LSCHED_MAX_PAGE, &list) != LSCHED_OK)
        return "it was given another agent";
    for (size_t i = 0; i < lsched_events_count(list); i++) {
        const lsched_event *e = lsched_events_at(list, i);
        if (e->before && strcmp(e->before->agent, e->after->agent) != 0)
            kind = e->kind;
    }
    lsched_events_free(list);
    return kind == LSCHED_EVENT_RESEATED ? "it made room for another booking"
           : kind == LSCHED_EVENT_REASSIGNED || kind == LSCHED_EVENT_MOVED
               ? "a repair moved it"
               : "it was given another agent";
}

void chosen_print(struct tool *t, const lsched_booking *b)
{
    lsched_choice *c;
    if (b->state == LSCHED_WAITING) /* for whoever is free first */
        return;
    if (lsched_why_agent(t->s, b->id, &c) != LSCHED_OK)
        return;
    if (serves(c, b))
        printf("because   %s; %d free", words(t, c), (int)c->free);
    else
        printf("because   %s", moved_by(t, b));
    if (serves(c, b) && c->decided == LSCHED_BY_TURN)
        printf(", %+.1f hours owed", (double)c->owed / 3600);
    putchar('\n');
    lsched_choice_free(c);
}
