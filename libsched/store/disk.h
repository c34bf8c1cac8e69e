/* store/disk.h -- where a store may lie. */
#ifndef LSI_DISK_H
#define LSI_DISK_H

#include "base/base.h"

/* Whether this number of statfs() is that of a file system which machines share. */
bool lsi_disk_is_network(uint32_t type);
/* What a number of errno means for whoever looks for a store. */
const char *lsi_disk_why(int number);
/* STORE: the file or folder lies on one. */
int lsi_disk_check(const char *path, lsi_error *e);

#endif
