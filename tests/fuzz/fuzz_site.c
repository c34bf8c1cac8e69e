/* fuzz_site.c -- site files: schedctl's reader of them, from JSON to records. */
#include "../../examples/schedctl/site.h"
#include "fuzz.h"

#include <stdarg.h>
#include <string.h>

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
    if (tool.s == NULL)
        tool.s = lsched_new();
    expect(tool.s != NULL);
    char *text = malloc(size + 1);
    expect(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    struct site site = {.tool = &tool, .path = "site.json"};
    failures = 0;
    int code = site_parse(&site, text, size);
    if (code == EXIT_DONE)
        code = site_check(&site);
    /* It says why, and says it once. */
    expect(failures == (code != EXIT_DONE));
    site_close(&site);
    return 0;
}
