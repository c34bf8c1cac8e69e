/* base/vector.c -- an array that grows, for any type of item. */
#include "base/base.h"

#include <stdlib.h>
#include <string.h>

void *lsi_vector_more(void *items, size_t *count, size_t *room, size_t size)
{
    /* `items` is the address of a pointer to some struct: it is copied in and out, since
     * a pointer to another type may not be read through a void pointer's type. */
    void *array;
    memcpy(&array, items, sizeof array);
    if (*count == *room) {
        const size_t more = *room < 8 ? 8 : *room * 2;
        if (more > SIZE_MAX / size)
            return NULL;
        void *grown = realloc(array, more * size);
        if (grown == NULL)
            return NULL;
        array = grown;
        *room = more;
        memcpy(items, &array, sizeof array);
    }
    return (char *)array + (*count)++ * size;
}

void *lsi_vector_push(void *items, size_t *count, size_t *room, size_t size)
{
    void *item = lsi_vector_more(items, count, room, size);
    return item != NULL ? memset(item, 0, size) : NULL;
}
