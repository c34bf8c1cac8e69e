/* messages.c -- what nobody has to wait for: a message and its answer, in the case that it is
 * about; and how a contact was found.
 */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>

#define PROMISE 240          /* minutes of open time */
#define WRITING (6 * MINUTE) /* between contacts, which come first */
#define BETWEEN (3 * MINUTE)
#define SCORES 0.2 /* of those who were served say how it was */
#define PAGE 200

const char *messages_file(world *w, contact *c, char *room)
{
    char customer[16];
    snprintf(room, 24, "case-%u", contact_number(w, c));
    if (c->filed)
        return room;
    const lsched_case record = {.size = sizeof record,
                                .id = room,
                                .customer = customer_id(customer, c->customer),
                                .topic = service_ids[c->topic],
                                .story = "as told once"};
    c->filed = 1;
    fine(w, CALL(put_case, &record), "put case");
    return room;
}

static lsched_entry entry_of(world *w, contact *c, int32_t kind, char *key, char *folder)
{
    return (lsched_entry){.size = sizeof(lsched_entry),
                          .kind = kind,
                          .key = contact_key(c, w, key, "entry"),
                          .case_id = messages_file(w, c, folder)};
}

void messages_write(world *w, contact *c)
{
    char key[48], folder[24];
    lsched_entry *out = NULL;
    lsched_entry entry = entry_of(w, c, LSCHED_ENTRY_IN, key, folder);
    entry.text = "please call it what it is";
    entry.promise = PROMISE;
    if (fine(w, CALL(add_entry, &entry, &out), "a message")) {
        c->stage = WROTE;
        c->channel = 0;
        c->agent = NOBODY;
        c->start = out->due;
        w->messages++;
        w->t.answers_promised++;
    }
    lsched_entry_free(out);
}

static void hand_out(world *w, const lsched_entry *e)
{
    contact *c = &w->contacts[strtoul(e->case_id + 5, NULL, 10)];
    if (c->stage != WROTE || c->agent != NOBODY)
        return;
    const agent *a = desk_idle(w, c, 0);
    if (a == NULL)
        return;
    const double length = WRITING * chance_length(&c->luck, 1, 0.5);
    c->agent = (int8_t)(a - w->agents);
    agenda_put(&w->agenda, w->now + (lsched_time)length, WRITTEN, contact_number(w, c), c->mark);
}

/* Those that are due first go first, to whoever has nothing else to do. */
void messages_hand_out(world *w)
{
    lsched_entries *list = NULL;
    if (w->messages > 0 && fine(w, CALL(list_unanswered, NULL, 0, PAGE, &list), "unanswered")) {
        for (size_t i = 0; i < lsched_entries_count(list); i++)
            hand_out(w, lsched_entries_at(list, i));
    }
    lsched_entries_free(list);
}

void messages_answer(world *w, contact *c)
{
    char key[48], folder[24];
    const agent *a = &w->agents[c->agent];
    if (a->whole || a->chats > 0) { /* a contact came between */
        agenda_put(&w->agenda, w->now + BETWEEN, WRITTEN, contact_number(w, c), c->mark);
        return;
    }
    lsched_entry entry = entry_of(w, c, LSCHED_ENTRY_OUT, key, folder);
    entry.agent = a->id;
    entry.text = "it is what it is";
    fine(w, CALL(add_entry, &entry, NULL), "an answer");
    w->messages--;
    w->t.answers_kept += w->now <= c->start;
    c->began = w->now;
    sample_add(&w->t.wait[MESSAGE], w->now - c->first);
    contact_close(w, c, SERVED);
}

void messages_score(world *w, contact *c, const agent *a)
{
    char key[48], folder[24];
    if (!chance_hit(&c->luck, SCORES))
        return;
    lsched_entry entry = entry_of(w, c, LSCHED_ENTRY_SCORE, key, folder);
    entry.agent = a->id;
    entry.score = 60 + (int32_t)chance_below(&c->luck, 41);
    fine(w, CALL(add_entry, &entry, NULL), "a score");
    w->t.scores++;
    w->t.score_sum += entry.score;
}
