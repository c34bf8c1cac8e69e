/* film.h -- what disk.c tells film.c. */
#ifndef TESTS_FAULT_FILM_H
#define TESTS_FAULT_FILM_H

#include "image.h"

void film_write(int number, int64_t offset, const void *bytes, size_t size);
void film_truncate(int number, int64_t size);
/* `directory`: names are safe then too. */
void film_sync(int number, bool directory);
void film_sync_failed(int number);
void film_link(const char *name, int number);
void film_unlink(const char *name, bool directory);

/* Of disk.c: the live disk, and to make it this one. */
const disk_image *film_live(void);
void film_show(const disk_image *image);

#endif
