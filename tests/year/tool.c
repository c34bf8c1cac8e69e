/* tool.c -- see tool.h. */
#include "tool.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void give_up(const char *why, const char *what)
{
    fprintf(stderr, "year: %s: %s\n", what, why);
    exit(2);
}

void *zeroed(size_t count, size_t size)
{
    void *room = calloc(count, size);
    if (room == NULL)
        give_up("no memory", "world");
    return room;
}

void *grown(void *items, size_t *room, size_t size)
{
    *room = *room == 0 ? 16 : *room * 2;
    items = realloc(items, *room * size);
    if (items == NULL)
        give_up("no memory", "world");
    return items;
}

char *read_file(const char *folder, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s.ics", folder, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        give_up("cannot be opened", path);
    char *text = zeroed(1, 65536);
    const size_t size = fread(text, 1, 65535, file);
    if (ferror(file) || size == 65535)
        give_up("cannot be read", path);
    fclose(file);
    return text;
}

/* ---- samples ------------------------------------------------------------------------------- */

void sample_add(sample *s, int64_t value)
{
    if (s->count == s->room)
        s->at = grown(s->at, &s->room, sizeof *s->at);
    s->at[s->count++] = (int32_t)value;
}

static int by_value(const void *a, const void *b)
{
    const int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

int32_t sample_part(sample *s, double part)
{
    if (s->count == 0)
        return 0;
    qsort(s->at, s->count, sizeof *s->at, by_value);
    return s->at[(size_t)(part * (double)(s->count - 1) + 0.5)];
}

double sample_mean(const sample *s)
{
    double sum = 0;
    for (size_t i = 0; i < s->count; i++)
        sum += s->at[i];
    return s->count == 0 ? 0 : sum / (double)s->count;
}

void sample_free(sample *s)
{
    free(s->at);
    *s = (sample){0};
}
