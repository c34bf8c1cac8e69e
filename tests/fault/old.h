/* old.h -- a store of schema version 1, from its dump, and what an upgrade may make of it.  For
 * all three programs.
 */
#ifndef TESTS_FAULT_OLD_H
#define TESTS_FAULT_OLD_H

#include "check.h"
#include "disk.h"

/* What stands at disk_path(DISK_OLD) before, and after an upgrade on a sound disk. */
extern disk_image *old_disk;
extern check_state old_before, old_after;

void old_build(void);
void old_free(void);
/* Upgrades it, with a scheduler of its own. */
int old_upgrade(void);
/* NULL: it is as it was, or as it should be; `done`: only the latter. */
const char *old_judge(bool done);

#endif
