/* file.c -- files read whole, but never more of them than may be. */
#include "tool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int failed(struct file *f, const char *why)
{
    snprintf(f->why, sizeof f->why, "%.900s: %s", f->path, why);
    free(f->text);
    f->text = NULL;
    return EXIT_WRONG;
}

static int too_long(struct file *f, size_t limit, const char *limit_name)
{
    char why[200];
    snprintf(why, sizeof why, "longer than %zu bytes (%s); not read", limit, limit_name);
    return failed(f, why);
}

/* Pipes have no size to ask for, so the limit is kept while reading, too. */
static int read_all(FILE *in, struct file *f, size_t limit, const char *limit_name)
{
    size_t room = 0;
    size_t got;
    do {
        if (f->size + 1 >= room) {
            room = room ? room * 2 : 65536;
            char *more = realloc(f->text, room);
            if (!more)
                return failed(f, "memory ran out");
            f->text = more;
        }
        got = fread(f->text + f->size, 1, room - f->size - 1, in);
        f->size += got;
    } while (got > 0 && f->size <= limit);
    if (f->size > limit)
        return too_long(f, limit, limit_name);
    if (ferror(in))
        return failed(f, strerror(errno));
    f->text[f->size] = '\0';
    return EXIT_DONE;
}

int file_read(struct file *f, size_t limit, const char *limit_name)
{
    struct stat about;
    if (!strcmp(f->path, "-"))
        return read_all(stdin, f, limit, limit_name);
    FILE *in = fopen(f->path, "rb");
    if (!in)
        return failed(f, strerror(errno));
    int code;
    if (fstat(fileno(in), &about) == 0 && S_ISREG(about.st_mode) &&
        (uintmax_t)about.st_size > limit)
        code = too_long(f, limit, limit_name);
    else
        code = read_all(in, f, limit, limit_name);
    fclose(in);
    return code;
}

int file_calendar(struct file *f)
{
    int code = file_read(f, LSCHED_MAX_CALENDAR, "LSCHED_MAX_CALENDAR");
    const char *nul = code == EXIT_DONE ? memchr(f->text, '\0', f->size) : NULL;
    if (!nul)
        return code;
    int line = 1;
    for (const char *s = f->text; s < nul; s++)
        line += *s == '\n';
    failed(f, "");
    snprintf(f->why, sizeof f->why, "%.900s:%d: text: a NUL byte", f->path, line);
    return EXIT_WRONG;
}
