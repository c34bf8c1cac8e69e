/* lock.h -- how connections to one file lock one another out, as SQLite's own file systems
 * do it: five levels on the file, and eight places of the shared memory that are held by one
 * or shared by many.  For disk.c.
 */
#ifndef TESTS_FAULT_LOCK_H
#define TESTS_FAULT_LOCK_H

#include <sqlite3.h>
#include <stdbool.h>

enum { REGIONS = 64, PLACES = SQLITE_SHM_NLOCK };

/* What connections share of an open file. */
typedef struct seat {
    int number; /* 0: free */
    int open;
    int shared; /* connections with a lock of any level */
    const struct handle *reserved, *pending, *exclusive;
    unsigned char *regions[REGIONS];
    int region_count;
    int mapped; /* connections that use the shared memory */
    int sharing[PLACES];
    const struct handle *holder[PLACES];
} seat;

typedef struct handle {
    sqlite3_file base;
    seat *seat;
    const char *name; /* SQLite keeps it; NULL: temporary */
    int number, level, flags;
    bool new_name; /* its first sync makes the directory safe too */
    bool mapped;
    bool sharing[PLACES];
} handle;

/* Of disk.c: whether this call fails: with `code`, or because the disk is full if it `grows`. */
int disk_fate(int code, bool grows);

/* A place at the file; and up again, without any lock. */
seat *lock_sit(int number);
void lock_stand_up(handle *h);
/* Whether anybody has it open; 0: anything. */
bool lock_is_open(int number);

/* SQLite's methods. */
int lock_take(sqlite3_file *file, int level);
int lock_give(sqlite3_file *file, int level);
int lock_is_reserved(sqlite3_file *file, int *reserved);
int lock_map(sqlite3_file *file, int region, int size, int extend, void volatile **out);
int lock_place(sqlite3_file *file, int first, int count, int flags);
void lock_barrier(sqlite3_file *file);
int lock_unmap(sqlite3_file *file, int remove);

#endif
