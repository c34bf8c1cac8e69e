/* image.c -- see image.h. */
#include "image.h"

#include "disk.h"

#include <stdlib.h>
#include <string.h>

volatile int disk_inside;

void *image_take(size_t size)
{
    disk_inside++;
    void *memory = calloc(1, size);
    disk_inside--;
    if (memory == NULL)
        abort();
    return memory;
}

void *image_take_raw(size_t size)
{
    disk_inside++;
    void *memory = malloc(size);
    disk_inside--;
    if (memory == NULL)
        abort();
    return memory;
}

void image_give(void *memory)
{
    disk_inside++;
    free(memory);
    disk_inside--;
}

/* ---- blocks --------------------------------------------------------------------------------- */

static void drop(image_block *block)
{
    if (block != NULL && --block->refs == 0)
        image_give(block);
}

/* The block as this file's own, to write to. */
static image_block *own(image_file *file, size_t i)
{
    image_block *block = file->blocks[i];
    if (block != NULL && block->refs == 1)
        return block;
    image_block *copy = image_take_raw(sizeof *copy);
    if (block != NULL)
        memcpy(copy->bytes, block->bytes, IMAGE_BLOCK);
    else
        memset(copy->bytes, 0, IMAGE_BLOCK);
    drop(block);
    copy->refs = 1;
    file->blocks[i] = copy;
    return copy;
}

static void resize(image_file *file, size_t count)
{
    image_block **blocks = count > 0 ? image_take(count * sizeof *blocks) : NULL;
    for (size_t i = 0; i < file->count; i++) {
        if (i < count)
            blocks[i] = file->blocks[i];
        else
            drop(file->blocks[i]);
    }
    image_give(file->blocks);
    file->blocks = blocks;
    file->count = count;
}

static size_t blocks_of(int64_t size)
{
    return (size_t)((size + IMAGE_BLOCK - 1) / IMAGE_BLOCK);
}

/* ---- files ---------------------------------------------------------------------------------- */

void image_write(image_file *file, int64_t offset, const void *bytes, size_t size)
{
    const unsigned char *from = bytes;
    if (blocks_of(offset + (int64_t)size) > file->count)
        resize(file, blocks_of(offset + (int64_t)size) + 16);
    if (offset + (int64_t)size > file->size)
        file->size = offset + (int64_t)size;
    while (size > 0) {
        const size_t at = (size_t)(offset % IMAGE_BLOCK);
        const size_t part = size < IMAGE_BLOCK - at ? size : IMAGE_BLOCK - at;
        memcpy(own(file, (size_t)(offset / IMAGE_BLOCK))->bytes + at, from, part);
        from += part;
        offset += (int64_t)part;
        size -= part;
    }
}

void image_truncate(image_file *file, int64_t size)
{
    /* What is cut off must read as zeros when the file grows again. */
    if (size < file->size) {
        resize(file, blocks_of(size));
        const size_t tail = (size_t)(size % IMAGE_BLOCK);
        if (tail > 0)
            memset(own(file, file->count - 1)->bytes + tail, 0, IMAGE_BLOCK - tail);
    } else if (blocks_of(size) > file->count) {
        resize(file, blocks_of(size));
    }
    file->size = size;
}

size_t image_read(const image_file *file, int64_t offset, void *bytes, size_t size)
{
    unsigned char *to = bytes;
    size_t got = 0;
    while (got < size && offset < file->size) {
        const size_t at = (size_t)(offset % IMAGE_BLOCK);
        size_t part = size - got < IMAGE_BLOCK - at ? size - got : IMAGE_BLOCK - at;
        if ((int64_t)part > file->size - offset)
            part = (size_t)(file->size - offset);
        const image_block *block = file->blocks[offset / IMAGE_BLOCK];
        if (block != NULL)
            memcpy(to + got, block->bytes + at, part);
        else
            memset(to + got, 0, part);
        got += part;
        offset += (int64_t)part;
    }
    memset(to + got, 0, size - got);
    return got;
}

/* ---- images --------------------------------------------------------------------------------- */

image_file *image_find(disk_image *image, int number)
{
    for (size_t i = 0; i < image->file_count; i++)
        if (image->files[i].number == number)
            return &image->files[i];
    return NULL;
}

image_file *image_add(disk_image *image, int number)
{
    image_file *file = image_find(image, number);
    if (file != NULL)
        return file;
    if (image->file_count == IMAGE_MOST)
        abort();
    file = &image->files[image->file_count++];
    *file = (image_file){.number = number};
    return file;
}

image_entry *image_named(disk_image *image, const char *name)
{
    for (size_t i = 0; i < image->entry_count; i++)
        if (strcmp(image->entries[i].name, name) == 0)
            return &image->entries[i];
    return NULL;
}

void image_link(disk_image *image, const char *name, int number)
{
    image_entry *entry = image_named(image, name);
    if (entry == NULL && (image->entry_count == IMAGE_MOST || strlen(name) >= IMAGE_NAME))
        abort();
    if (entry == NULL)
        entry = &image->entries[image->entry_count++];
    strcpy(entry->name, name);
    entry->number = number;
    image_add(image, number);
}

void image_unlink(disk_image *image, const char *name)
{
    image_entry *entry = image_named(image, name);
    if (entry != NULL)
        *entry = image->entries[--image->entry_count];
}

static bool has_name(const disk_image *image, int number)
{
    for (size_t i = 0; i < image->entry_count; i++)
        if (image->entries[i].number == number)
            return true;
    return false;
}

void image_sweep(disk_image *image, bool (*keep)(int number))
{
    for (size_t i = image->file_count; i-- > 0;) {
        image_file *file = &image->files[i];
        if (has_name(image, file->number) || (keep != NULL && keep(file->number)))
            continue;
        resize(file, 0);
        *file = image->files[--image->file_count];
    }
}

void image_clear(disk_image *image)
{
    image->entry_count = 0;
    image_sweep(image, NULL);
}

void image_copy(disk_image *to, const disk_image *from)
{
    image_clear(to);
    *to = *from;
    for (size_t i = 0; i < to->file_count; i++) {
        image_file *file = &to->files[i];
        if (file->count == 0)
            continue;
        file->blocks = image_take(file->count * sizeof *file->blocks);
        memcpy(file->blocks, from->files[i].blocks, file->count * sizeof *file->blocks);
        for (size_t j = 0; j < file->count; j++)
            if (file->blocks[j] != NULL)
                file->blocks[j]->refs++;
    }
}
