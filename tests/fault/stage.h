/* stage.h -- the story told once, on a sound disk: what stood before each deed, what it
 * answered and what stood after it.  For the programs that try one deed at a time.
 */
#ifndef TESTS_FAULT_STAGE_H
#define TESTS_FAULT_STAGE_H

#include "check.h"
#include "disk.h"
#include "script.h"

typedef struct scene {
    disk_image *before; /* a store that was closed */
    check_state state, after;
    answer answer;
} scene;

extern scene scenes[];
extern disk_image *stage_end; /* when all is told */

void stage_build(const char *path);
/* Puts the scene on the disk and opens it. */
lsched *stage_open(const char *path, size_t i);
/* Whether an answer is the one that the sound disk gave, or says that it is done already. */
bool stage_is_right(size_t i, const answer *a);
void stage_free(void);

#endif
