/* agenda.h -- what comes next: everything that happens in the world, in the order of time. */
#ifndef YEAR_AGENDA_H
#define YEAR_AGENDA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct agenda_item {
    int64_t at;
    uint64_t number; /* of two at one time the one that was put first comes first */
    int32_t what;    /* enum happening */
    uint32_t who;    /* contact or agent */
    int32_t mark;    /* of a contact: void where its own has moved on */
} agenda_item;

typedef struct agenda {
    agenda_item *items;
    size_t count, room;
    uint64_t numbers;
} agenda;

void agenda_put(agenda *a, int64_t at, int32_t what, uint32_t who, int32_t mark);
bool agenda_take(agenda *a, agenda_item *out);

#endif
