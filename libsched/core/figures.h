/* core/figures.h -- what was promised, and what was kept: part of core's contract. */
#ifndef LSI_CORE_FIGURES_H
#define LSI_CORE_FIGURES_H

#include "core/core.h"

/* See lsched_get_figures() and lsched_list_figures(); `kind` 0: all in one.  The texts are in the
 * arena. */
int lsi_figures_get(lsi_core *core, const lsched_measure *measure, int32_t kind, lsi_arena *a,
                    lsched_figures **out, size_t *count, lsi_error *e);

#endif
