/* agenda.c -- a heap, the earliest at its root. */
#include "agenda.h"

#include "tool.h"

static bool before(const agenda_item *a, const agenda_item *b)
{
    return a->at != b->at ? a->at < b->at : a->number < b->number;
}

void agenda_put(agenda *a, int64_t at, int32_t what, uint32_t who, int32_t mark)
{
    if (a->count == a->room)
        a->items = grown(a->items, &a->room, sizeof *a->items);
    size_t i = a->count++;
    const agenda_item item = {at, a->numbers++, what, who, mark};
    for (; i > 0 && before(&item, &a->items[(i - 1) / 2]); i = (i - 1) / 2)
        a->items[i] = a->items[(i - 1) / 2];
    a->items[i] = item;
}

bool agenda_take(agenda *a, agenda_item *out)
{
    if (a->count == 0)
        return false;
    *out = a->items[0];
    const agenda_item last = a->items[--a->count];
    size_t i = 0;
    for (size_t child; (child = 2 * i + 1) < a->count; i = child) {
        if (child + 1 < a->count && before(&a->items[child + 1], &a->items[child]))
            child++;
        if (!before(&a->items[child], &last))
            break;
        a->items[i] = a->items[child];
    }
    a->items[i] = last;
    return true;
}
