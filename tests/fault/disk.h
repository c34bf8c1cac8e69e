/* disk.h -- a disk in memory under SQLite, that can be cut off, filled up and broken.
 *
 * disk_start() makes it SQLite's default, so whoever opens a file with SQLite in this
 * process opens it here, and need not know.  Names are real names: beside the content in
 * memory of each store stands a real file (beside.h).
 *
 * Several connections of one process lock one another out as several processes would.
 * Nobody sleeps: SQLite's waiting ends at once.
 */
#ifndef TESTS_FAULT_DISK_H
#define TESTS_FAULT_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct disk_image disk_image;
typedef struct disk_film disk_film;

/* > 0: memory is taken or given back by the rig itself. */
extern volatile int disk_inside; /* volatile: compilers know what calloc() does not look at */

/* The path of the store.  All is removed when the process ends. */
const char *disk_start(void);

/* What can stand on it, each with the files that SQLite puts beside. */
enum disk_name { DISK_STORE, DISK_COPY, DISK_OLD, DISK_NAMES };
const char *disk_path(enum disk_name which);
void disk_remove(const char *name);
/* How many sets of semaphores there are that this process, or `process`, used last. */
int disk_semaphores(int process);

/* What is on it.  Loading needs that nobody has a file open. */
disk_image *disk_save(void);
void disk_load(const disk_image *image); /* NULL: an empty disk */
void disk_image_free(disk_image *image);

/* The store's own file. */
int64_t disk_size(void);
/* Of all its bytes; 0: there is more on the disk than the store's own file. */
uint64_t disk_hash(void);
void disk_cut_to(int64_t size);
void disk_overwrite(int64_t offset, const void *bytes, size_t size);
void disk_flip(int64_t offset, int bit);

/* ---- film.c: power cuts --------------------------------------------------------------------- */

/* From here on everything that changes the disk is filmed; what is on it now is safe.  One
 * film at a time. */
disk_film *disk_film_start(void);
void disk_film_stop(disk_film *film);
void disk_film_free(disk_film *film);
/* What is safe by now is taken for granted from here on, and no longer on the film: a cut
 * before this moment is not possible any more. */
void disk_film_forget(disk_film *film);
/* How many changes there are on it by now. */
size_t disk_film_size(const disk_film *film);

/* The power goes after so many changes. */
void disk_film_cut(disk_film *film, size_t changes);
/* How many of these nothing had made safe by then. */
size_t disk_film_pending(const disk_film *film);

/* What a disk may then hold: all that was made safe, and of the rest ... */
enum disk_variant {
    DISK_NONE,      /* nothing */
    DISK_ALL,       /* everything, which is also what kill -9 leaves */
    DISK_SUBSET,    /* some writes */
    DISK_REORDERED, /* some, in another order */
    DISK_TORN,      /* of each write some sectors of 512 bytes */
    DISK_GARBAGE,   /* the same, and some full of garbage */
    DISK_VARIANTS
};
/* Puts that on the disk.  Creating, removing and truncating files persists in order. */
void disk_film_develop(disk_film *film, enum disk_variant variant, uint64_t seed);

uint64_t disk_random(uint64_t *seed);

/* ---- damage --------------------------------------------------------------------------------- */

enum disk_damage {
    DISK_SOUND,
    DISK_ERROR, /* an I/O error in any call */
    DISK_FULL,  /* no room for what would grow or be written */
    DISK_SYNC,  /* a sync fails, and what it should have made safe will never be */
    DISK_SHORT, /* a read finds nothing */
    DISK_DAMAGES
};

/* Of the calls from now on that this damage can befall, the n-th fails, from 1; and all
 * behind it if `forever`.  DISK_SOUND: none. */
void disk_break(enum disk_damage damage, long n, bool forever);
/* How many calls have failed since. */
long disk_broken(void);

/* In between, nothing fails, and memory is the rig's own. */
typedef struct disk_pause {
    enum disk_damage damage;
    long left, hits;
    bool forever;
} disk_pause;
disk_pause disk_rest(void);
void disk_resume(disk_pause pause);

/* A disk that lies about what is safe. */
enum disk_lie {
    DISK_HONEST,
    DISK_NO_SYNC,    /* no sync does anything */
    DISK_NO_WAL_SYNC /* only those of the write-ahead log do nothing */
};
void disk_lie(enum disk_lie lie);

void disk_read_only(bool on);

#endif
