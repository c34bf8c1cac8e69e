/* store/sqlite_beside.c -- whose a file is when its own first page does not say.
 *
 * The rule here: a power cut can spoil the page that was being written, and that can be the
 * first.  SQLite mends it from what it had put beside the file before: the log holds the
 * page as it should be, the rollback journal as it was.  So before a file is refused for its
 * first bytes, these are asked; they are only read.
 */
#include "store/sqlite.h"

#include <stdlib.h>
#include <string.h>

#define LARGEST 65536 /* bytes of a page */
#define HEADER 100    /* bytes at the beginning of the first page */

static uint32_t number_at(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static bool is_page_size(uint32_t size)
{
    return size >= 512 && size <= LARGEST && (size & (size - 1)) == 0;
}

static bool read_at(sqlite3_file *file, void *bytes, int size, sqlite3_int64 offset)
{
    return file->pMethods->xRead(file, bytes, size, offset) == SQLITE_OK;
}

/* Whether a first page that begins at `offset` bears the mark. */
static bool is_marked(sqlite3_file *file, sqlite3_int64 offset, int32_t application)
{
    unsigned char page[HEADER];
    return read_at(file, page, sizeof page, offset) && memcmp(page, "SQLite format 3", 16) == 0 &&
           number_at(page + 68) == (uint32_t)application;
}

/* A log: a header of 32 bytes, then pages behind headers of 24 that repeat its two salts. */
static bool look_in_log(sqlite3_file *file, sqlite3_int64 size, int32_t application)
{
    unsigned char head[32], frame[24];
    if (!read_at(file, head, sizeof head, 0) || (number_at(head) & ~1U) != 0x377F0682U ||
        !is_page_size(number_at(head + 8)))
        return false;
    const sqlite3_int64 step = (sqlite3_int64)number_at(head + 8) + 24;
    for (sqlite3_int64 at = sizeof head; at + step <= size; at += step) {
        if (!read_at(file, frame, sizeof frame, at) || memcmp(frame + 8, head + 16, 8) != 0)
            return false;
        if (number_at(frame) == 1 && is_marked(file, at + 24, application))
            return true;
    }
    return false;
}

/* A rollback journal: a header that fills a sector, then pages behind their numbers, each
 * before four bytes more.  Where there were no pages, the file was just being made. */
static bool look_in_journal(sqlite3_file *file, sqlite3_int64 size, int32_t application)
{
    static const unsigned char magic[8] = {0xD9, 0xD5, 0x05, 0xF9, 0x20, 0xA1, 0x63, 0xD7};
    unsigned char head[28], page[4];
    if (!read_at(file, head, sizeof head, 0) || memcmp(head, magic, sizeof magic) != 0 ||
        !is_page_size(number_at(head + 24)))
        return false;
    if (number_at(head + 16) == 0)
        return true;
    const sqlite3_int64 step = (sqlite3_int64)number_at(head + 24) + 8;
    for (sqlite3_int64 at = number_at(head + 20); at + step <= size; at += step) {
        if (!read_at(file, page, sizeof page, at))
            return false;
        if (number_at(page) == 1)
            return is_marked(file, at + 4, application);
    }
    return false;
}

typedef bool look(sqlite3_file *file, sqlite3_int64 size, int32_t application);

/* `name` is SQLite's own of the file beside: it carries what SQLite's file system needs. */
static int ask(sqlite3_vfs *vfs, const char *name, int type, look *what, int32_t application,
               bool *out, lsi_error *e)
{
    int there = 0;
    sqlite3_int64 size = 0;
    *out = false;
    if (name == NULL || vfs->xAccess(vfs, name, SQLITE_ACCESS_EXISTS, &there) != SQLITE_OK ||
        !there)
        return LSCHED_OK;
    sqlite3_file *file = calloc(1, (size_t)vfs->szOsFile);
    if (file == NULL)
        return lsi_error_nomem(e);
    if (vfs->xOpen(vfs, name, file, type | SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
        file->pMethods->xFileSize(file, &size) == SQLITE_OK)
        *out = what(file, size, application);
    if (file->pMethods != NULL)
        file->pMethods->xClose(file);
    free(file);
    return LSCHED_OK;
}

int lsi_sqlite_is_beside(lsi_driver *d, int32_t application, bool *out, lsi_error *e)
{
    sqlite3_vfs *vfs = NULL;
    const char *name = sqlite3_db_filename(d->db, "main");
    *out = false;
    if (name == NULL || name[0] == '\0' ||
        sqlite3_file_control(d->db, "main", SQLITE_FCNTL_VFS_POINTER, &vfs) != SQLITE_OK ||
        vfs == NULL)
        return LSCHED_OK;
    int status =
        ask(vfs, sqlite3_filename_wal(name), SQLITE_OPEN_WAL, look_in_log, application, out, e);
    if (status == LSCHED_OK && !*out)
        status = ask(vfs, sqlite3_filename_journal(name), SQLITE_OPEN_MAIN_JOURNAL, look_in_journal,
                     application, out, e);
    return status;
}

static bool is_there(sqlite3_vfs *vfs, const char *name)
{
    int there = 1;
    return name != NULL &&
           (vfs->xAccess(vfs, name, SQLITE_ACCESS_EXISTS, &there) != SQLITE_OK || there);
}

bool lsi_sqlite_is_alone(lsi_driver *d)
{
    sqlite3_vfs *vfs = NULL;
    const char *name = sqlite3_db_filename(d->db, "main");
    return name != NULL && name[0] != '\0' &&
           sqlite3_file_control(d->db, "main", SQLITE_FCNTL_VFS_POINTER, &vfs) == SQLITE_OK &&
           vfs != NULL && !is_there(vfs, sqlite3_filename_wal(name)) &&
           !is_there(vfs, sqlite3_filename_journal(name));
}
