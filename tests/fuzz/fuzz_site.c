/* fuzz_site.c -- site files: schedctl's reader of them, from JSON to records. */
#include "../../examples/schedctl/site.h"
#include "fuzz.h"

#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int failures;

/* In the place of output.c: counts what would have been printed, and makes it. */
int fail(int code, const char *format, ...)
{
    char line[4096];
    va_list list;
    va_start(list, format);
    expect(vsnprintf(line, sizeof line, format, list) > 0);
    va_end(list);
    expect(code != EXIT_DONE);
    failures++;
    return code;
}

json_t *time_json(struct tool *t, lsched_time at, const char *zone)
{
    (void)t;
    (void)zone;
    return json_integer(at);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct tool tool;
    char path[64];
    if (tool.s == NULL)
        tool.s = lsched_new();
    expect(tool.s != NULL);
    const int file = memfd_create("site", 0);
    expect(file >= 0);
    expect(write(file, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    struct site site = {.tool = &tool, .path = path};
    failures = 0;
    int code = site_open(&site);
    if (code == EXIT_DONE)
        code = site_check(&site);
    /* It says why, and says it once. */
    expect(failures == (code != EXIT_DONE));
    site_close(&site);
    close(file);
    return 0;
}
