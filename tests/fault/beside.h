/* beside.h -- what stands in the real directory beside the disk in memory: for each store a
 * real file, which is there when the file of the disk is, and as long where it is shorter
 * than two bytes, because those who ask the system about the file before SQLite must see what
 * is so; and the gate of the library, which is a real file altogether, with real locks and
 * semaphores.  For disk.c and film.c.
 */
#ifndef TESTS_FAULT_BESIDE_H
#define TESTS_FAULT_BESIDE_H

#include "disk.h"
#include "image.h"

void beside_start(const char *directory);
/* The real file is as the one on the disk; a name that is no store's has none. */
void beside_show(disk_image *live, const char *name);
void beside_show_all(disk_image *live);
void beside_resized(disk_image *live, int number, int64_t before, int64_t after);
/* The gate's name was never made safe, so a power cut can take it away. */
void beside_forget(const char *name);
void beside_forget_all(void);

#endif
