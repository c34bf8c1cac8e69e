/* core/ways.h -- in which ways a topic is solved: a part of core.h. */
#ifndef LSI_WAYS_H
#define LSI_WAYS_H

#include "core/core.h"

/* See lsched_find_ways(). */
int lsi_ways_find(lsi_core *core, const char *customer, const char *topic, lsi_arena *a,
                  lsched_way **out, size_t *count, lsi_error *e);

#endif
