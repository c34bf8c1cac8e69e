/* base/error.c -- one failure, in words.  The first finder writes it; callers pass it up. */
#include "base/base.h"

#include <stdarg.h>
#include <stdio.h>

/* Messages are UTF-8, also those that were cut: takes off half a character at the end. */
static void mend(char *text, size_t size)
{
    size_t last = size;
    while (last > 0 && ((unsigned char)text[last - 1] & 0xC0) == 0x80)
        last--;
    if (last > 0 && !lsi_text_clean(text + last - 1, size - last + 1, true))
        text[last - 1] = '\0';
}

int lsi_error_set(lsi_error *e, int status, const char *format, ...)
{
    va_list arguments;
    e->status = status;
    va_start(arguments, format);
    /* A message that is cut short is still a message. */
    if (vsnprintf(e->text, sizeof e->text, format, arguments) >= (int)sizeof e->text)
        mend(e->text, sizeof e->text - 1);
    va_end(arguments);
    return status;
}

int lsi_error_nomem(lsi_error *e)
{
    return lsi_error_set(e, LSCHED_NOMEM, "memory ran out");
}

void lsi_error_clear(lsi_error *e)
{
    e->status = LSCHED_OK;
    e->line = 0;
    e->text[0] = '\0';
}
