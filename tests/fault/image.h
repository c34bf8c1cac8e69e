/* image.h -- what stands on a disk at one moment: files in blocks that images share until
 * one of them writes.  For disk.c and film.c.
 */
#ifndef TESTS_FAULT_IMAGE_H
#define TESTS_FAULT_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    IMAGE_BLOCK = 4096,
    IMAGE_MOST = 64, /* files, and names */
    IMAGE_NAME = 256
};

typedef struct image_block {
    int refs;
    unsigned char bytes[IMAGE_BLOCK];
} image_block;

/* A file, whatever it is called: names come and go, and an open file outlives its own. */
typedef struct image_file {
    int number;
    int64_t size;
    image_block **blocks; /* NULL: zeros */
    size_t count;
} image_file;

typedef struct image_entry {
    int number;
    char name[IMAGE_NAME];
} image_entry;

typedef struct disk_image {
    image_file files[IMAGE_MOST];
    size_t file_count;
    image_entry entries[IMAGE_MOST];
    size_t entry_count;
} disk_image;

/* Memory of the rig itself: it never runs out, and disk_inside says that it is being taken. */
void *image_take(size_t size);
void *image_take_raw(size_t size); /* not zeros */
void image_give(void *memory);

void image_clear(disk_image *image);
void image_copy(disk_image *to, const disk_image *from);

/* NULL: there is none. */
image_file *image_find(disk_image *image, int number);
image_file *image_add(disk_image *image, int number);
image_entry *image_named(disk_image *image, const char *name);
void image_link(disk_image *image, const char *name, int number);
void image_unlink(disk_image *image, const char *name);
/* Forgets the files that have no name, but for those that `keep` names. */
void image_sweep(disk_image *image, bool (*keep)(int number));

void image_write(image_file *file, int64_t offset, const void *bytes, size_t size);
void image_truncate(image_file *file, int64_t size);
/* How many bytes there were; the rest of `bytes` is zeros. */
size_t image_read(const image_file *file, int64_t offset, void *bytes, size_t size);

#endif
