/* cal/zonedb.c -- the folder of the zone database.
 *
 * The rules that live here: a zone is named, never given as a path; and which edition of
 * the database it is, is what its file +VERSION says, else the first line of tzdata.zi,
 * else a number made of the sizes and times of some of its files.
 */
#include "cal/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ZONE_FILE_MAX 65536 /* the largest real one has 4 KB */
#define PATH_SIZE ((size_t)1024)

/* ---- names ------------------------------------------------------------------------- */

/* Letters, digits and _ + - in parts between single slashes.  The folder has other trees
 * and links that are no names of the zone database: they are in small letters, as is no
 * name. */
bool lsi_zonedb_is_name(const char *name)
{
    size_t size = lsi_text_size(name, LSCHED_MAX_NAME);
    if (size == 0 || size > LSCHED_MAX_NAME || name[0] < 'A' || name[0] > 'Z')
        return false;
    for (size_t i = 0; i < size; i++) {
        char c = name[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '_' || c == '+' || c == '-';
        if (!plain && (c != '/' || name[i + 1] == '/' || name[i + 1] == '\0'))
            return false;
    }
    return true;
}

int lsi_zonedb_refuse(const char *name, lsi_error *e)
{
    lsi_piece all = {name, lsi_text_size(name, 60)};
    return lsi_error_set(e, LSCHED_INVALID, "there is no time zone \"%s\"",
                         lsi_value_quote(all).text);
}

/* ---- files ------------------------------------------------------------------------- */

/* `folder` and `name` together; false: too long. */
static bool make_path(const char *folder, const char *name, char path[PATH_SIZE])
{
    size_t first = lsi_text_size(folder, PATH_SIZE), second = lsi_text_size(name, PATH_SIZE);
    if (first + second >= PATH_SIZE)
        return false;
    memcpy(path, folder, first);
    memcpy(path + first, name, second + 1);
    return true;
}

/* Reads `size` bytes or fails. */
static bool read_all(int file, unsigned char *bytes, size_t size)
{
    for (size_t got = 0; got < size;) {
        ssize_t n = read(file, bytes + got, size - got);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        got += (size_t)n;
    }
    return true;
}

static int no_file(const char *name, lsi_error *e)
{
    if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP || errno == EACCES)
        return lsi_zonedb_refuse(name, e);
    return errno == ENOMEM ? lsi_error_nomem(e)
                           : lsi_error_set(e, LSCHED_STORE,
                                           "the file of the time zone \"%.200s\" cannot be "
                                           "opened (system error %d)",
                                           name, errno);
}

/* Links are followed: that is how the database spells its alias names. */
int lsi_zonedb_read(const char *folder, const char *name, unsigned char **bytes, size_t *size,
                    lsi_error *e)
{
    char path[PATH_SIZE];
    struct stat about;
    *bytes = NULL;
    *size = 0;
    if (!make_path(folder, name, path))
        return lsi_zonedb_refuse(name, e);
    int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (file < 0)
        return no_file(name, e);
    int status = LSCHED_OK;
    if (fstat(file, &about) || !S_ISREG(about.st_mode) || about.st_size <= 0 ||
        about.st_size > ZONE_FILE_MAX)
        status = lsi_zonedb_refuse(name, e);
    if (!status && !(*bytes = malloc((size_t)about.st_size)))
        status = lsi_error_nomem(e);
    if (!status) {
        *size = (size_t)about.st_size;
        if (!read_all(file, *bytes, *size))
            status = lsi_zonedb_refuse(name, e);
    }
    close(file);
    return status;
}

/* ---- which database ---------------------------------------------------------------- */

/* The first line of a file, without `before` in front of it; false: it has none. */
static bool first_line(const char *folder, const char *name, const char *before,
                       char line[LSI_EDITION])
{
    char path[PATH_SIZE];
    unsigned char start[LSI_EDITION + 20];
    if (!make_path(folder, name, path))
        return false;
    int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (file < 0)
        return false;
    ssize_t size = read(file, start, sizeof start);
    close(file);
    size_t skip = strlen(before), n = 0;
    if (size < (ssize_t)skip || memcmp(start, before, skip) != 0)
        return false;
    for (size_t i = skip; i < (size_t)size && n < LSI_EDITION - 1; i++) {
        if (start[i] <= ' ' || start[i] > '~') /* an edition is one word */
            break;
        line[n++] = (char)start[i];
    }
    line[n] = '\0';
    return n > 0;
}

void lsi_zonedb_edition(const char *folder, lsi_edition *out)
{
    /* The packagers of a database also change it without a new version; then its files
     * are new.  Some that hardly any change leaves alone: */
    static const char *const witnesses[] = {"+VERSION",         "tzdata.zi",        "zone1970.tab",
                                            "Europe/London",    "America/New_York", "Asia/Gaza",
                                            "Africa/Casablanca"};
    *out = (lsi_edition){.mark = LSI_HASH};
    bool known = first_line(folder, "+VERSION", "", out->version) ||
                 first_line(folder, "tzdata.zi", "# version ", out->version);
    out->mark = lsi_text_hash(out->mark, out->version, strlen(out->version));
    for (size_t i = 0; i < sizeof witnesses / sizeof *witnesses; i++) {
        char path[PATH_SIZE];
        struct stat about;
        int64_t facts[3] = {0};
        if (make_path(folder, witnesses[i], path) && stat(path, &about) == 0) {
            facts[0] = about.st_size;
            facts[1] = about.st_mtim.tv_sec;
            facts[2] = about.st_mtim.tv_nsec;
        }
        out->mark = lsi_text_hash(out->mark, facts, sizeof facts);
    }
    out->mark |= 1; /* never 0 */
    if (!known)
        snprintf(out->version, sizeof out->version, "files-%016llx", (unsigned long long)out->mark);
}
