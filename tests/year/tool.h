/* tool.h -- the few helpers that every part needs. */
#ifndef YEAR_TOOL_H
#define YEAR_TOOL_H

#include <stddef.h>
#include <stdint.h>

/* Room for one more, or the end of the program: a simulation has nothing to save. */
void *grown(void *items, size_t *room, size_t size);
void *zeroed(size_t count, size_t size);
char *read_file(const char *folder, const char *name);
_Noreturn void give_up(const char *why, const char *what);

/* Numbers of which the middle and the far end are asked for. */
typedef struct sample {
    int32_t *at;
    size_t count, room;
} sample;

void sample_add(sample *s, int64_t value);
int32_t sample_part(sample *s, double part); /* the quantile; sorts; 0 of none */
double sample_mean(const sample *s);
void sample_free(sample *s);

#endif
